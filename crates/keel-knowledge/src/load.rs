//! From the texts of `knowledge/` to one immutable [`Knowledge`] value, or to a list of what is wrong.

use std::{borrow::Cow, collections::BTreeMap, ops::Bound};

use serde::de::DeserializeOwned;

use crate::{
    BeltRules, Classification, Contraindication, Course, Diagnostic, EmergencyNumbers, Exercise, Field, Instrument, Irritability, Level,
    LoadClaims, Medicine, MedicineFlag, Messages, Modality, MuscleGroups, Orthosis, ProgrammeCell, Questionnaire, Record, Records, RedFlag,
    RedFlagGroup, Retriage, Severity, Source, Stage, Status, SupportRule, Test, TriageRule, VignetteFile, WeekRules, lint,
    packed::Packed,
    read_vignettes,
    record::{self, Checking},
    seal::{SEAL_FILE, hash_files, sealed_hash},
    vignette::EVERYONE,
};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

impl Packed {
    fn path(&self) -> &'static str {
        FILES[self.file].0
    }

    fn unpack<T: DeserializeOwned + Send + 'static>(&self) -> Result<Record<T>, Diagnostic> {
        let (path, text) = FILES[self.file];
        record::unpack(path, text, self.front, &BYTES[self.from..self.own], &BYTES[self.own..self.to])
    }
}

/// The packed records of a folder.
fn unpacked<T: DeserializeOwned + Send + 'static>(folder: &str) -> BTreeMap<String, Record<T>> {
    let inside = format!("{folder}/");
    let first = PACKED.partition_point(|packed| packed.path() < inside.as_str());
    PACKED[first..]
        .iter()
        .take_while(|packed| packed.path().starts_with(&inside))
        .filter(|packed| !packed.path()[inside.len()..].contains('/'))
        .map(|packed| {
            let record: Record<T> = packed.unpack().expect(record::PACKED_WELL);
            (record.id.clone(), record)
        })
        .collect()
}

/// The files of a folder, those of its own folders left out.
fn files_inside<'a>(files: &BTreeMap<&'a str, &'a str>, folder: &str) -> Vec<(&'a str, &'a str)> {
    let inside = format!("{folder}/");
    files
        .range::<str, _>((Bound::Included(inside.as_str()), Bound::Unbounded))
        .map(|(path, text)| (*path, *text))
        .take_while(|(path, _)| path.starts_with(&inside))
        .filter(|(path, _)| !path[inside.len()..].contains('/'))
        .collect()
}

/// Everything Keel knows, checked and immutable.
#[derive(Debug)]
pub struct Knowledge {
    /// SHA-256 over all files, hexadecimal; stored with every plan.
    pub hash: String,
    /// Paths of all files, sorted.
    pub files: Vec<Cow<'static, str>>,
    /// Triage levels.
    pub levels: Records<Level>,
    /// Screens of red-flag questions.
    pub red_flag_groups: Records<RedFlagGroup>,
    /// Red-flag questions.
    pub red_flags: Records<RedFlag>,
    /// Combination rules and gates.
    pub triage_rules: Records<TriageRule>,
    /// Contraindication codes.
    pub contraindications: Records<Contraindication>,
    /// `stage`, `irritability`, `direction`.
    pub classifications: Records<Classification>,
    /// Programme matrix.
    pub cells: Records<ProgrammeCell>,
    /// How a week is composed.
    pub week: Record<WeekRules>,
    /// What load a claim of an exercise asks for.
    pub load_claims: Record<LoadClaims>,
    /// Warnings about medicines.
    pub medicine_flags: Records<MedicineFlag>,
    /// Effects of medicines on today's exercise.
    pub medicine_effects: Records<MedicineFlag>,
    /// Medicines.
    pub medicines: Records<Medicine>,
    /// Intake questions.
    pub questionnaires: Records<Questionnaire>,
    /// Physical tests.
    pub tests: Records<Test>,
    /// Questionnaires with a score.
    pub instruments: Records<Instrument>,
    /// Yellow flags.
    pub support_rules: Records<SupportRule>,
    /// When the safety questions come again.
    pub retriage: Record<Retriage>,
    /// Physiotherapy.
    pub modalities: Records<Modality>,
    /// Belts and other kit.
    pub orthoses: Records<Orthosis>,
    /// How belts are judged, measured, checked, worn and left off.
    pub belt: Record<BeltRules>,
    /// What to expect of the course.
    pub course: Records<Course>,
    /// People told in prose, by whom every rule is tried.
    pub vignettes: Vec<VignetteFile>,
    /// Exercises.
    pub exercises: Records<Exercise>,
    /// Muscle groups.
    pub muscle_groups: Record<MuscleGroups>,
    /// Emergency numbers.
    pub emergency_numbers: Record<EmergencyNumbers>,
    /// Sources.
    pub sources: Records<Source>,
    /// Texts of pages, paper and terminal.
    pub messages: Messages,
    /// SVG pictures by id: pictograms, `bodymap-front`, `bodymap-back`.
    pub pictures: BTreeMap<String, Cow<'static, str>>,
    /// Texts of the body's anatomy, postures and motions by path; `keel-body` reads them, here only their headers are checked.
    pub body_texts: BTreeMap<String, Cow<'static, str>>,
}

/// Why the knowledge cannot be used. Exercise stays locked; the emergency card does not need it.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Files are wrong or missing.
    #[error("the clinical knowledge has {} error(s); the first is {}", .0.iter().filter(|d| d.severity == Severity::Error).count(), .0.iter().find(|d| d.severity == Severity::Error).map(ToString::to_string).unwrap_or_default())]
    Invalid(Vec<Diagnostic>),
    /// Files changed after they were last checked and sealed.
    #[error(
        "the clinical knowledge was changed after it was checked: its hash is {found}, the seal says {sealed}; run `keel knowledge check` and then `keel knowledge seal`"
    )]
    SealBroken {
        /// Hash of the files as they are.
        found: String,
        /// Hash in the seal.
        sealed: String,
    },
}

/// The files the program was built with: path inside `knowledge/` and text.
pub fn embedded_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().copied()
}

/// Text of the seal for files with this hash.
pub fn seal_text(hash: &str) -> String {
    format!("# SHA-256 of all knowledge files, written by `keel knowledge seal` after a check without errors.\nsha256 = \"{hash}\"\n")
}

impl Knowledge {
    /// The knowledge the program was built with.
    ///
    /// The build script has looked at the seal and packed the records of files that stand under it; they are only unpacked here. Files
    /// whose seal was broken are not packed, and are refused as [`Knowledge::load`] refuses them.
    ///
    /// # Errors
    /// As [`Knowledge::load`].
    pub fn embedded() -> Result<Knowledge, KnowledgeError> {
        match SEALED {
            Some(hash) => Reader::packed().sealed(hash.to_owned()),
            None => Knowledge::load(embedded_files()),
        }
    }

    /// Reads, checks and verifies the seal.
    ///
    /// # Errors
    /// Every error found in the files, or a broken seal.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Knowledge, KnowledgeError> {
        let files: Vec<(&str, &str)> = files.into_iter().collect();
        let sealed = sealed_hash(files.iter().copied());
        let found = hash_files(files.iter().copied());
        if sealed != found {
            // Where the files themselves are wrong, that is the better news.
            return Err(match Knowledge::read_unsealed(files) {
                Err((diagnostics, _)) => KnowledgeError::Invalid(diagnostics),
                Ok(_) => KnowledgeError::SealBroken { found, sealed },
            });
        }
        Reader::new(files, Checking::Sealed).sealed(found)
    }

    /// Reads and checks without looking at the seal: what `keel knowledge check` and `seal` do.
    ///
    /// # Errors
    /// All diagnostics where any is an error, with the number of records that could be read.
    pub fn read_unsealed<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Knowledge, (Vec<Diagnostic>, usize)> {
        let reader = Reader::new(files, Checking::Full);
        let hash = hash_files(reader.files.iter().map(|(path, text)| (*path, *text)));
        let (knowledge, mut diagnostics, records) = reader.finish(hash);
        let Some(knowledge) = knowledge else {
            diagnostics.sort();
            return Err((diagnostics, records));
        };
        diagnostics.extend(
            lint(&knowledge)
                .into_iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error),
        );
        diagnostics.sort();
        if diagnostics.is_empty() {
            Ok(knowledge)
        } else {
            Err((diagnostics, records))
        }
    }

    /// Number of records.
    pub fn records(&self) -> usize {
        // single records: muscle groups, emergency numbers, week, load claims, belt, retriage
        let single = 6;
        let folders = [
            self.levels.len(),
            self.red_flag_groups.len(),
            self.red_flags.len(),
            self.triage_rules.len(),
            self.contraindications.len(),
            self.classifications.len(),
            self.cells.len(),
            self.medicine_flags.len(),
            self.medicine_effects.len(),
            self.medicines.len(),
            self.questionnaires.len(),
            self.tests.len(),
            self.instruments.len(),
            self.support_rules.len(),
            self.modalities.len(),
            self.orthoses.len(),
            self.course.len(),
            self.vignettes.len(),
            self.exercises.len(),
            self.sources.len(),
        ];
        single + self.body_texts.len() + folders.iter().sum::<usize>()
    }

    /// Records whose review is due on `today` (ISO 8601), as warnings.
    pub fn overdue(&self, today: &str) -> Vec<Diagnostic> {
        fn due<'r, T>(records: &'r Records<T>, today: &'r str) -> impl Iterator<Item = Diagnostic> + 'r {
            // ISO dates sort as texts
            records
                .values()
                .filter(move |record| record.review_by.as_str() < today)
                .map(|record| Diagnostic {
                    file: record.file.clone(),
                    line: record.line_of("review_by"),
                    severity: Severity::Warning,
                    message: format!("its review was due by {}", record.review_by),
                })
        }
        due(&self.levels, today)
            .chain(due(&self.red_flags, today))
            .chain(due(&self.triage_rules, today))
            .chain(due(&self.contraindications, today))
            .chain(due(&self.classifications, today))
            .chain(due(&self.cells, today))
            .chain(due(&self.medicine_flags, today))
            .chain(due(&self.medicine_effects, today))
            .chain(due(&self.medicines, today))
            .chain(due(&self.questionnaires, today))
            .chain(due(&self.tests, today))
            .chain(due(&self.instruments, today))
            .chain(due(&self.support_rules, today))
            .chain(due(&self.modalities, today))
            .chain(due(&self.orthoses, today))
            .chain(due(&self.course, today))
            .chain(due(&self.exercises, today))
            .collect()
    }

    /// Every field a person can answer: red flags aside, questionnaires then tests, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let mut questionnaires: Vec<_> = self.questionnaires.values().collect();
        questionnaires.sort_by_key(|questionnaire| questionnaire.order);
        let mut tests: Vec<_> = self.tests.values().collect();
        tests.sort_by_key(|test| test.order);
        questionnaires
            .into_iter()
            .flat_map(|questionnaire| &questionnaire.fields)
            .chain(tests.into_iter().flat_map(|test| &test.fields))
    }

    /// Screens of red-flag questions with their questions, in order.
    pub fn red_flag_screens(&self) -> Vec<(&Record<RedFlagGroup>, Vec<&Record<RedFlag>>)> {
        let mut groups: Vec<_> = self.red_flag_groups.values().collect();
        groups.sort_by_key(|group| group.order);
        let screen = |group: &str| {
            let mut flags: Vec<_> = self.red_flags.values().filter(|flag| flag.group == group).collect();
            flags.sort_by_key(|flag| flag.order);
            flags
        };
        groups.into_iter().map(|group| (group, screen(&group.id))).collect()
    }

    /// The matrix cell of a stage and an irritability; the linter makes sure that all nine are there.
    pub fn cell(&self, stage: Stage, irritability: Irritability) -> Option<&Record<ProgrammeCell>> {
        self.cells
            .values()
            .find(|cell| cell.stage == stage && cell.irritability == irritability)
    }

    /// Exercises that may be used for new programmes.
    pub fn usable_exercises(&self) -> impl Iterator<Item = &Record<Exercise>> {
        self.exercises.values().filter(|exercise| exercise.status != Status::Withdrawn)
    }

    /// Emergency numbers of a country code.
    pub fn country(&self, code: &str) -> Option<&crate::Country> {
        self.emergency_numbers
            .countries
            .iter()
            .find(|country| country.code.eq_ignore_ascii_case(code))
    }

    /// Name of a muscle group in plain words, without the anatomical name; the id where it is not known.
    pub fn muscle_group_name<'a>(&'a self, id: &'a str, lang: crate::Lang) -> &'a str {
        let group = self.muscle_groups.groups.iter().find(|group| group.id == id);
        let name = group.map_or(id, |group| group.name.get(lang));
        name.split(['(', '—']).next().unwrap_or(name).trim().trim_end_matches(',')
    }
}

/// Sorts files into kinds, collecting what is wrong.
struct Reader<'a> {
    files: BTreeMap<&'a str, &'a str>,
    /// A path or a text to keep: what is part of the program is not copied.
    keep: fn(&'a str) -> Cow<'static, str>,
    checking: Checking,
    diagnostics: Vec<Diagnostic>,
    records: usize,
}

/// Folders and single files of records; anything else that is not listed here is refused as misplaced.
const RECORD_FOLDERS: [&str; 19] = [
    "course",
    "exercises",
    "instruments",
    "medicines",
    "modalities",
    "orthoses",
    "questionnaires",
    "rules/contraindications",
    "rules/levels",
    "rules/medicine-effects",
    "rules/medicine-flags",
    "rules/programme",
    "rules/red-flag-groups",
    "rules/red-flags",
    "rules/support",
    "rules/triage",
    "sources",
    "tests",
    "postures/pictograms",
];
/// Folders of the body's own records, whose figures `keel-body` reads.
const BODY_FOLDERS: [&str; 4] = ["anatomy", "anatomy/muscles", "postures/motions", "postures/stills"];
const SINGLE_FILES: [&str; 13] = [
    "anatomy/muscle-groups.md",
    "postures/bodymap-back.svg",
    "postures/bodymap-front.svg",
    "rules/belt.md",
    "rules/direction.md",
    "rules/emergency-numbers.md",
    "rules/flare.md",
    "rules/irritability.md",
    "rules/load-claims.md",
    "rules/retriage.md",
    "rules/stage.md",
    "rules/week.md",
    SEAL_FILE,
];

fn is_body_text(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    BODY_FOLDERS.contains(&folder) && path.ends_with(".md") && !SINGLE_FILES.contains(&path)
}

impl Reader<'static> {
    /// The files the program was built with, under the seal that the build script has looked at.
    fn packed() -> Reader<'static> {
        Reader {
            keep: Cow::Borrowed,
            ..Reader::new(embedded_files(), Checking::Packed)
        }
    }
}

impl<'a> Reader<'a> {
    fn new(files: impl IntoIterator<Item = (&'a str, &'a str)>, checking: Checking) -> Reader<'a> {
        Reader {
            files: files.into_iter().collect(),
            keep: |text| Cow::Owned(text.to_owned()),
            checking,
            diagnostics: Vec::new(),
            records: 0,
        }
    }

    /// Files whose seal holds.
    fn sealed(self, hash: String) -> Result<Knowledge, KnowledgeError> {
        match self.finish(hash) {
            (Some(knowledge), diagnostics, _) if diagnostics.is_empty() => Ok(knowledge),
            (_, diagnostics, _) => Err(KnowledgeError::Invalid(diagnostics)),
        }
    }

    fn finish(mut self, hash: String) -> (Option<Knowledge>, Vec<Diagnostic>, usize) {
        let messages = if self.checking == Checking::Packed {
            Messages::unread(FILES)
        } else {
            self.refuse_misplaced();
            Messages::read(&self.files).unwrap_or_else(|problems| {
                self.diagnostics.extend(problems);
                Messages::default()
            })
        };
        let classifications = ["rules/stage.md", "rules/irritability.md", "rules/direction.md", "rules/flare.md"]
            .into_iter()
            .filter_map(|file| self.single(file))
            .map(|record| (record.id.clone(), record))
            .collect::<BTreeMap<_, _>>()
            .into();
        let knowledge = (|| {
            Some(Knowledge {
                hash,
                files: self.files.keys().map(|path| (self.keep)(path)).collect(),
                levels: self.folder("rules/levels"),
                red_flag_groups: self.folder("rules/red-flag-groups"),
                red_flags: self.folder("rules/red-flags"),
                triage_rules: self.folder("rules/triage"),
                contraindications: self.folder("rules/contraindications"),
                classifications,
                cells: self.folder("rules/programme"),
                week: self.single("rules/week.md")?,
                load_claims: self.single("rules/load-claims.md")?,
                medicine_flags: self.folder("rules/medicine-flags"),
                medicine_effects: self.folder("rules/medicine-effects"),
                medicines: self.folder("medicines"),
                questionnaires: self.folder("questionnaires"),
                tests: self.folder("tests"),
                instruments: self.folder("instruments"),
                support_rules: self.folder("rules/support"),
                retriage: self.single("rules/retriage.md")?,
                modalities: self.folder("modalities"),
                orthoses: self.folder("orthoses"),
                belt: self.single("rules/belt.md")?,
                course: self.folder("course"),
                vignettes: self.vignettes(),
                exercises: self.folder("exercises"),
                muscle_groups: self.single("anatomy/muscle-groups.md")?,
                emergency_numbers: self.single("rules/emergency-numbers.md")?,
                sources: self.folder("sources"),
                messages,
                pictures: self.pictures(),
                body_texts: self.body_texts(),
            })
        })();
        (knowledge, self.diagnostics, self.records)
    }

    fn refuse_misplaced(&mut self) {
        for path in self.files.keys() {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let known = SINGLE_FILES.contains(path)
                || (RECORD_FOLDERS.contains(&folder) && path.ends_with(if folder == "postures/pictograms" { ".svg" } else { ".md" }))
                || is_body_text(path)
                || (folder.starts_with("vignettes/") && path.ends_with(".md"))
                || *path == EVERYONE
                || (folder.starts_with("messages/") && path.ends_with(".ftl"))
                || *path == "LICENSE"
                || *path == "README.md";
            if !known {
                self.diagnostics.push(Diagnostic::error(
                    path,
                    1,
                    "no kind of knowledge lives here; see docs/knowledge-format.md",
                ));
            }
        }
    }

    fn folder<T: DeserializeOwned + Send + 'static>(&mut self, folder: &'static str) -> Records<T> {
        if self.checking == Checking::Packed {
            return Records::later(move || unpacked(folder));
        }
        let mut records = BTreeMap::new();
        for (path, text) in files_inside(&self.files, folder) {
            match record::read::<T>(path, text, self.checking) {
                Ok(record) => {
                    self.records += 1;
                    records.insert(record.id.clone(), record);
                }
                Err(problem) => self.diagnostics.push(problem),
            }
        }
        if records.is_empty() {
            self.diagnostics.push(Diagnostic::error(folder, 1, "no record could be read here"));
        }
        records.into()
    }

    fn single<T: DeserializeOwned + Send + 'static>(&mut self, path: &str) -> Option<Record<T>> {
        let read = match self.files.get(path) {
            Some(text) => self.record::<T>(path, text),
            None => Err(Diagnostic::error(path, 1, "the file is missing")),
        };
        self.records += usize::from(read.is_ok());
        read.map_err(|problem| self.diagnostics.push(problem)).ok()
    }

    fn record<T: DeserializeOwned + Send + 'static>(&self, path: &str, text: &str) -> Result<Record<T>, Diagnostic> {
        if self.checking != Checking::Packed {
            return record::read(path, text, self.checking);
        }
        PACKED
            .binary_search_by(|packed| packed.path().cmp(path))
            .map_err(|_| Diagnostic::error(path, 1, "the record was not packed when the program was built"))
            .and_then(|index| PACKED[index].unpack())
    }

    /// The texts as they are; their headers are read only where everything is looked at.
    fn body_texts(&mut self) -> BTreeMap<String, Cow<'static, str>> {
        let texts: BTreeMap<String, Cow<'static, str>> = self
            .files
            .iter()
            .filter(|(path, _)| is_body_text(path))
            .map(|(path, text)| ((*path).to_owned(), (self.keep)(text)))
            .collect();
        self.records += texts.len();
        if self.checking == Checking::Full {
            let unreadable = texts
                .iter()
                .filter_map(|(path, text)| record::read::<toml::Table>(path, text, self.checking).err());
            self.diagnostics.extend(unreadable);
        }
        texts
    }

    /// The people by whom rules are tried are read only where everything is looked at.
    fn vignettes(&mut self) -> Vec<VignetteFile> {
        if self.checking != Checking::Full {
            return Vec::new();
        }
        let (read, problems) = read_vignettes(&self.files);
        self.diagnostics.extend(problems);
        self.records += read.len();
        read
    }

    fn pictures(&self) -> BTreeMap<String, Cow<'static, str>> {
        self.files
            .iter()
            .filter(|(path, _)| path.starts_with("postures/"))
            .filter_map(|(path, text)| Some((path.rsplit('/').next()?.strip_suffix(".svg")?.to_owned(), (self.keep)(text))))
            .collect()
    }
}
