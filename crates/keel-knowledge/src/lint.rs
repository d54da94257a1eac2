//! What must hold between records: every id resolves, every condition names facts that exist, safety rules stay safe.

mod beside;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    Aim, Condition, Diagnostic, Exercise, Field, FieldKind, Irritability, Knowledge, Record, Severity, Shown, Stage, Use, WhenUndetermined,
    nearest,
    record::{self, Checking},
};

/// What a fact can be.
enum Kind {
    YesNo,
    Number,
    /// One choice; any where the choices are filled in by the app.
    Word(Vec<String>),
    /// Several choices.
    Words(Vec<String>),
    /// A day, a time or a text: only whether it is known.
    Other,
}

/// Facts computed from answers: numbers, or classes with their ids.
const DERIVED: [(&str, &[&str]); 9] = [
    ("age_years", &[]),
    ("weeks_since_onset", &[]),
    ("bmi", &[]),
    ("stage", &["acute", "subacute", "chronic"]),
    ("irritability", &["high", "moderate", "low"]),
    ("direction", &["extension", "flexion", "lateral", "none"]),
    ("flare", &["triage", "see_doctor", "first_day", "days_2_3", "days_4_7", "none"]),
    ("session.minutes_after_rising", &[]),
    ("session.no_bending_min", &[]),
];

/// Checks that concern several records at once.
///
/// Errors refuse the knowledge; warnings ask for a look. Reviews that have run out depend on the date and are found by
/// `keel knowledge check`, not here.
pub fn lint(knowledge: &Knowledge) -> Vec<Diagnostic> {
    let mut lint = Lint {
        knowledge,
        facts: facts(knowledge),
        found: Vec::new(),
    };
    lint.sources();
    lint.levels_and_red_flags();
    lint.triage_rules();
    lint.contraindications();
    lint.classifications();
    lint.exercises();
    lint.exercise_links();
    lint.cells();
    lint.medicines();
    lint.fields_and_tests();
    beside::lint(&mut lint);
    lint.found.sort();
    lint.found
}

/// What a condition may speak of.
fn facts(knowledge: &Knowledge) -> BTreeMap<String, Kind> {
    let mut facts: BTreeMap<String, Kind> = BTreeMap::new();
    for (path, classes) in DERIVED {
        let kind = match classes {
            [] => Kind::Number,
            classes => Kind::Word(classes.iter().map(ToString::to_string).collect()),
        };
        facts.insert(path.to_owned(), kind);
    }
    for id in knowledge.red_flags.keys() {
        facts.insert(format!("answers.{id}"), Kind::YesNo);
    }
    for field in knowledge.fields() {
        let choices = || field.choices.iter().map(|choice| choice.id.clone()).collect();
        let kind = match field.kind {
            FieldKind::YesNo => Kind::YesNo,
            FieldKind::Integer | FieldKind::Number => Kind::Number,
            FieldKind::Choice => Kind::Word(choices()),
            FieldKind::Choices => Kind::Words(choices()),
            FieldKind::Date | FieldKind::Time | FieldKind::Text => Kind::Other,
        };
        facts.insert(field.path.clone(), kind);
    }
    for class in knowledge.medicines.values().flat_map(|medicine| &medicine.classes) {
        facts.insert(format!("takes.{class}"), Kind::YesNo);
        facts.insert(format!("count.{class}"), Kind::Number);
    }
    for (id, instrument) in &knowledge.instruments {
        let bands = instrument.bands.iter().map(|band| band.id.clone()).collect();
        facts.insert(format!("score.{id}"), Kind::Number);
        facts.insert(format!("band.{id}"), Kind::Word(bands));
        facts.insert(format!("change.{id}"), Kind::Number);
        for score in &instrument.scores {
            facts.insert(format!("score.{id}.{}", score.id), Kind::Number);
        }
    }
    for id in knowledge.modalities.keys() {
        facts.insert(format!("done.{id}"), Kind::Number);
        facts.insert(format!("hours_since.{id}"), Kind::Number);
    }
    for (id, test) in &knowledge.tests {
        for norm in &test.norms {
            facts.insert(format!("norm.{id}.{}", norm.name), Kind::Number);
        }
    }
    facts
}

/// Why a fact cannot be asked this; `None` where it can.
fn misused(path: &str, kind: &Kind, asked: Use<'_>) -> Option<String> {
    let is = match kind {
        Kind::YesNo => "a yes/no answer",
        Kind::Number => "a number",
        Kind::Word(_) => "one choice",
        Kind::Words(_) => "a list",
        Kind::Other => "a day, a time or a text",
    };
    let wanted = match (kind, asked) {
        (Kind::YesNo, Use::YesNo | Use::Word("yes" | "no")) | (Kind::Number, Use::Number) => return None,
        (Kind::Word(choices), Use::Word(word) | Use::OneOf(word)) | (Kind::Words(choices), Use::OneOf(word) | Use::Item(word)) => {
            let possible = choices.is_empty() || choices.iter().any(|choice| choice == word);
            return (!possible).then(|| format!("“{path}” is never “{word}”; it is one of {}", choices.join(", ")));
        }
        (_, Use::YesNo) => "as a yes/no answer".to_owned(),
        (_, Use::Number) => "as a number".to_owned(),
        (_, Use::Word(word) | Use::OneOf(word) | Use::Item(word)) => format!("with “{word}”"),
    };
    Some(format!("“{path}” is {is} and cannot be used {wanted}"))
}

struct Lint<'a> {
    knowledge: &'a Knowledge,
    facts: BTreeMap<String, Kind>,
    found: Vec<Diagnostic>,
}

impl Lint<'_> {
    fn error<T>(&mut self, record: &Record<T>, needle: &str, message: String) {
        self.found.push(Diagnostic::error(&record.file, record.line_of(needle), message));
    }

    fn warning<T>(&mut self, record: &Record<T>, needle: &str, message: String) {
        self.found.push(Diagnostic {
            file: record.file.clone(),
            line: record.line_of(needle),
            severity: Severity::Warning,
            message,
        });
    }

    /// `id` must be one of `known`; a near miss is suggested.
    fn resolve<'k, T>(&mut self, record: &Record<T>, kind: &str, id: &str, known: impl IntoIterator<Item = &'k str>) {
        let known: BTreeSet<&str> = known.into_iter().collect();
        if !known.contains(id) {
            let hint = nearest(id, known.iter().copied())
                .map(|near| format!("; did you mean “{near}”?"))
                .unwrap_or_default();
            self.error(record, &format!("\"{id}\""), format!("there is no {kind} “{id}”{hint}"));
        }
    }

    fn condition<T>(&mut self, record: &Record<T>, condition: &Condition) {
        for path in condition
            .paths()
            .into_iter()
            .filter(|path| !self.facts.contains_key(*path))
            .collect::<Vec<_>>()
        {
            let hint = nearest(path, self.facts.keys().map(String::as_str))
                .map(|near| format!("; did you mean “{near}”?"))
                .unwrap_or_default();
            self.error(
                record,
                condition.source(),
                format!("the condition names a fact “{path}” that no question gives{hint}"),
            );
        }
        for (path, asked) in condition.uses() {
            if let Some(problem) = self.facts.get(path).and_then(|kind| misused(path, kind, asked)) {
                self.error(record, condition.source(), problem);
            }
        }
    }

    fn sources(&mut self) {
        fn entries<'r, T: 'r>(records: impl IntoIterator<Item = &'r Record<T>>) -> Vec<(&'r str, usize, &'r [String], bool)> {
            let entry = |record: &'r Record<T>| {
                (
                    record.file.as_str(),
                    record.line_of("sources"),
                    record.sources.as_slice(),
                    record.provenance.is_some(),
                )
            };
            records.into_iter().map(entry).collect()
        }
        let k = self.knowledge;
        let read = |(path, text): (&String, &Cow<'static, str>)| record::read::<toml::Table>(path, text, Checking::Full).ok();
        let body: Vec<Record<toml::Table>> = k.body_texts.iter().filter_map(read).collect();
        let all = [
            entries(&body),
            entries(k.levels.values()),
            entries(k.red_flag_groups.values()),
            entries(k.red_flags.values()),
            entries(k.triage_rules.values()),
            entries(k.contraindications.values()),
            entries(k.classifications.values()),
            entries(k.cells.values()),
            entries([&k.week]),
            entries([&k.load_claims]),
            entries(k.medicine_flags.values()),
            entries(k.medicine_effects.values()),
            entries(k.medicines.values()),
            entries(k.questionnaires.values()),
            entries(k.tests.values()),
            entries(k.exercises.values()),
            entries(k.instruments.values()),
            entries(k.support_rules.values()),
            entries([&k.retriage]),
            entries(k.modalities.values()),
            entries(k.orthoses.values()),
            entries([&k.belt]),
            entries(k.course.values()),
            entries([&k.muscle_groups]),
            entries([&k.emergency_numbers]),
        ];
        for (file, line, sources, has_provenance) in all.into_iter().flatten() {
            if sources.is_empty() {
                self.found.push(Diagnostic::error(
                    file,
                    line,
                    "no source is named; use “keel-proposal” for a rule of this project",
                ));
            }
            if !has_provenance {
                self.found.push(Diagnostic::error(
                    file,
                    1,
                    "provenance is missing: seen, memory-high, memory-medium, memory-low or proposal",
                ));
            }
            for source in sources.iter().filter(|source| !k.sources.contains_key(*source)) {
                let hint = nearest(source, k.sources.keys().map(String::as_str))
                    .map(|near| format!("; did you mean “{near}”?"))
                    .unwrap_or_default();
                self.found
                    .push(Diagnostic::error(file, line, format!("there is no source “{source}”{hint}")));
            }
        }
    }

    fn levels_and_red_flags(&mut self) {
        let k = self.knowledge;
        for id in ["EMERGENCY", "URGENT_SAME_DAY", "URGENT_2W", "GP", "CONTINUE"] {
            if !k.levels.contains_key(id) {
                self.found
                    .push(Diagnostic::error("rules/levels", 1, format!("level {id} is missing")));
            }
        }
        for level in k.levels.values() {
            self.aims(level, &level.allow);
            for exercise in &level.allow_exercises {
                self.resolve(level, "exercise", exercise, k.exercises.keys().map(String::as_str));
            }
        }
        let mut ranks: Vec<_> = k.levels.values().map(|level| level.rank).collect();
        ranks.sort_unstable();
        if ranks != [0, 1, 2, 3, 4] {
            self.found.push(Diagnostic::error(
                "rules/levels",
                1,
                "levels must have the ranks 0, 1, 2, 3 and 4, once each",
            ));
        }
        for flag in k.red_flags.values() {
            self.resolve(flag, "red-flag group", &flag.group, k.red_flag_groups.keys().map(String::as_str));
            self.resolve(flag, "level", &flag.level, k.levels.keys().map(String::as_str));
            if let Some(level) = &flag.examined_level {
                self.resolve(flag, "level", level, k.levels.keys().map(String::as_str));
            }
            self.condition(flag, &flag.applies);
            if let Some(path) = flag.applies.negated_paths().into_iter().find(|path| path.starts_with("answers.")) {
                self.error(
                    flag,
                    "applies",
                    format!("a positive answer to {path} must not hide another question"),
                );
            }
        }
    }

    fn aims<T>(&mut self, record: &Record<T>, aims: &[String]) {
        for aim in aims.iter().filter(|aim| *aim != "all") {
            self.resolve(record, "aim", aim, Aim::ALL.iter().map(|aim| aim.id()));
        }
    }

    fn triage_rules(&mut self) {
        let k = self.knowledge;
        for rule in k.triage_rules.values() {
            self.resolve(rule, "level", &rule.level, k.levels.keys().map(String::as_str));
            self.condition(rule, &rule.when);
            if let Some(path) = rule.when.negated_paths().into_iter().find(|path| path.starts_with("answers.")) {
                self.error(
                    rule,
                    "when",
                    format!("{path} stands under “not”: a positive red flag must never lower the level"),
                );
            }
            let rank = k.levels.get(&rule.level).map_or(0, |level| level.rank);
            if rank >= 1 && rule.undetermined == WhenUndetermined::Asks {
                self.error(
                    rule,
                    "undetermined",
                    format!("a rule of level {} must fire when a fact is missing", rule.level),
                );
            }
            self.aims(rule, rule.allow.as_deref().unwrap_or_default());
            for exercise in rule.allow_exercises.iter().flatten() {
                self.resolve(rule, "exercise", exercise, k.exercises.keys().map(String::as_str));
            }
        }
    }

    fn contraindications(&mut self) {
        for code in self.knowledge.contraindications.values() {
            self.condition(code, &code.when);
            if !self
                .knowledge
                .exercises
                .values()
                .any(|exercise| exercise.contraindications.contains(&code.id))
            {
                self.warning(code, "id", "no exercise uses this code".to_owned());
            }
        }
    }

    fn classifications(&mut self) {
        for (id, wanted) in [
            ("stage", ["acute", "subacute", "chronic"].as_slice()),
            ("irritability", &["high", "moderate", "low"]),
            ("direction", &["extension", "flexion", "lateral", "none"]),
            ("flare", &["triage", "see_doctor", "first_day", "days_2_3", "days_4_7", "none"]),
        ] {
            let Some(classification) = self.knowledge.classifications.get(id) else {
                self.found
                    .push(Diagnostic::error(&format!("rules/{id}.md"), 1, "the classification is missing"));
                continue;
            };
            for class in &classification.classes {
                self.resolve(classification, "class", &class.id, wanted.iter().copied());
                self.condition(classification, &class.when);
            }
            for missing in wanted
                .iter()
                .filter(|wanted| !classification.classes.iter().any(|class| class.id == **wanted))
            {
                self.error(classification, "[[class]]", format!("class “{missing}” is missing"));
            }
            self.resolve(classification, "class", &classification.strictest, wanted.iter().copied());
        }
    }

    fn exercises(&mut self) {
        let k = self.knowledge;
        let equipment: Vec<&str> = k
            .fields()
            .filter(|field| field.path == "equipment.have")
            .flat_map(|field| field.choices.iter().map(|choice| choice.id.as_str()))
            .collect();
        for exercise in k.exercises.values() {
            for code in &exercise.contraindications {
                self.resolve(exercise, "contraindication", code, k.contraindications.keys().map(String::as_str));
            }
            for group in exercise.strengthens.iter().chain(&exercise.relaxes) {
                self.resolve(
                    exercise,
                    "muscle group",
                    group,
                    k.muscle_groups.groups.iter().map(|group| group.id.as_str()),
                );
            }
            for item in &exercise.equipment {
                self.resolve(exercise, "equipment", item, equipment.iter().copied());
            }
            if !k.pictures.contains_key(&exercise.position) {
                self.error(
                    exercise,
                    "position",
                    format!("there is no picture postures/pictograms/{}.svg", exercise.position),
                );
            }
            for condition in &exercise.requires {
                self.condition(exercise, condition);
            }
            self.shown(exercise);
            if exercise
                .camera_faults
                .iter()
                .any(|fault| fault.en.trim().is_empty() || fault.ru.trim().is_empty())
            {
                self.error(exercise, "camera_faults", "a fault is empty in one of the languages".to_owned());
            }
            let dose = &exercise.dose;
            for (name, [low, high]) in [
                ("sets", dose.sets),
                ("reps", dose.reps),
                ("hold_s", dose.hold_s),
                ("per_day", dose.per_day),
                ("days_per_week", dose.days_per_week),
            ] {
                if low > high {
                    self.error(exercise, name, format!("{name} must be [low, high], not [{low}, {high}]"));
                }
            }
            if dose.sets[0] == 0 || dose.reps[0] == 0 || dose.per_day[0] == 0 || dose.days_per_week[1] > 7 || dose.days_per_week[0] == 0 {
                self.error(
                    exercise,
                    "[dose]",
                    "sets, reps, per_day and days_per_week start at 1; a week has 7 days".to_owned(),
                );
            }
            if dose.hold_s[1] == 0 && dose.move_s == 0 {
                self.error(exercise, "[dose]", "a repetition must last: hold_s or move_s above 0".to_owned());
            }
            if exercise.stages.is_empty() || exercise.irritability.is_empty() {
                self.error(exercise, "stages", "at least one stage and one irritability".to_owned());
            }
        }
    }

    /// Every exercise says what the body does in it, or why nothing is computed.
    fn shown(&mut self, exercise: &Record<Exercise>) {
        let k = self.knowledge;
        let ids = |folder: &'static str| {
            let inside = move |path: &&String| path.starts_with(folder);
            let paths = k.body_texts.keys().filter(inside);
            paths.filter_map(move |path| path.strip_prefix(folder)?.strip_suffix(".md"))
        };
        match exercise.shown() {
            None => self.error(
                exercise,
                "id =",
                "exactly one of motion, posture (ids of knowledge/postures/) and not_computed (the reason) is needed".to_owned(),
            ),
            Some(Shown::Motion(id)) => self.resolve(exercise, "motion", id, ids("postures/motions/")),
            Some(Shown::Posture(id)) => self.resolve(exercise, "posture", id, ids("postures/stills/")),
            Some(Shown::NotComputed(_)) => {}
        }
        for kept in &exercise.claims_kept {
            let claims = exercise.strengthens.iter().chain(&exercise.relaxes).chain(&exercise.easier);
            let known = claims.map(String::as_str).chain(["neutral"]);
            self.resolve(exercise, "claim of this record", &kept.claim, known);
        }
    }

    /// Links lead to exercises that exist, and "harder" never leads back to itself.
    fn exercise_links(&mut self) {
        let k = self.knowledge;
        for exercise in k.exercises.values() {
            for link in exercise.easier.iter().chain(&exercise.harder) {
                self.resolve(exercise, "exercise", link, k.exercises.keys().map(String::as_str));
            }
            let mut reached = BTreeSet::new();
            let mut open: Vec<&str> = exercise.harder.iter().map(String::as_str).collect();
            while let Some(next) = open.pop() {
                if reached.insert(next) {
                    open.extend(
                        k.exercises
                            .get(next)
                            .into_iter()
                            .flat_map(|record| record.harder.iter().map(String::as_str)),
                    );
                }
            }
            if reached.contains(exercise.id.as_str()) {
                self.error(exercise, "harder", format!("“harder” leads from {} back to itself", exercise.id));
            }
        }
    }

    fn cells(&mut self) {
        let k = self.knowledge;
        for group in &k.week.corset {
            let groups = k.muscle_groups.groups.iter().map(|group| group.id.as_str());
            self.resolve(&k.week, "muscle group", group, groups);
        }
        for stage in [Stage::Acute, Stage::Subacute, Stage::Chronic] {
            for irritability in [Irritability::High, Irritability::Moderate, Irritability::Low] {
                if k.cell(stage, irritability).is_none() {
                    self.found.push(Diagnostic::error(
                        "rules/programme",
                        1,
                        format!("the cell {}-{} is missing", stage.id(), irritability.id()),
                    ));
                }
            }
        }
        for cell in k.cells.values() {
            for exercise in cell.prefer.iter().chain(&cell.avoid) {
                self.resolve(cell, "exercise", exercise, k.exercises.keys().map(String::as_str));
            }
            for (name, [low, high]) in [
                ("walk_bout_min", cell.walk_bout_min),
                ("walks_per_day", cell.walks_per_day),
                ("items_per_session", cell.items_per_session),
            ] {
                if low > high || low == 0 {
                    self.error(cell, name, format!("{name} must be [low, high] from 1 up"));
                }
            }
        }
    }

    fn medicines(&mut self) {
        let k = self.knowledge;
        for flag in k.medicine_flags.values().chain(k.medicine_effects.values()) {
            self.condition(flag, &flag.when);
        }
    }

    fn fields_and_tests(&mut self) {
        let k = self.knowledge;
        let mut seen = BTreeSet::new();
        for questionnaire in k.questionnaires.values() {
            for field in &questionnaire.fields {
                self.field(questionnaire, field, &questionnaire.id, &mut seen);
            }
        }
        for test in k.tests.values() {
            self.condition(test, &test.offered_when);
            for field in &test.fields {
                self.field(test, field, &format!("tests.{}", test.id), &mut seen);
            }
            for finding in &test.findings {
                self.condition(test, &finding.when);
                self.resolve(
                    test,
                    "muscle group",
                    &finding.group,
                    k.muscle_groups.groups.iter().map(|group| group.id.as_str()),
                );
            }
            for (norm, line) in test.norms.iter().zip(test.lines_of("[[norm]]")) {
                if norm.age_min > norm.age_max || !norm.value.is_finite() {
                    let problem = format!("norm “{}” needs age_min ≤ age_max and a finite value", norm.name);
                    self.found.push(Diagnostic::error(&test.file, line, problem));
                }
            }
        }
    }

    fn field<T>(&mut self, record: &Record<T>, field: &Field, section: &str, seen: &mut BTreeSet<String>) {
        let path = format!("path = \"{}\"", field.path);
        if field.path.rsplit_once('.').is_none_or(|(prefix, _)| prefix != section) {
            self.error(record, &path, format!("“{}” must begin with “{section}.”", field.path));
        }
        if !seen.insert(field.path.clone()) {
            let line = record.lines_of(&path).last().unwrap_or(1);
            self.found
                .push(Diagnostic::error(&record.file, line, format!("“{}” is asked twice", field.path)));
        }
        if let Some(condition) = &field.asked_when {
            self.condition(record, condition);
        }
        let numeric = matches!(field.kind, FieldKind::Integer | FieldKind::Number);
        if numeric && !matches!((field.min, field.max), (Some(min), Some(max)) if min < max) {
            self.error(record, &path, format!("“{}” needs min and max", field.path));
        }
        let filled_by_the_app = ["medicines.taking", "preferences.known_exercises", "person.country"].contains(&field.path.as_str());
        if matches!(field.kind, FieldKind::Choice | FieldKind::Choices) && field.choices.is_empty() && !filled_by_the_app {
            self.error(record, &path, format!("“{}” has no choices", field.path));
        }
    }
}
