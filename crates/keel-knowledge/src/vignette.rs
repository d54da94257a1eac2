//! Vignettes: people told in prose, by whom each rule is tried (`knowledge/vignettes/`).
//!
//! Here they are only read; `keel-therapy` judges the people and compares. The format stands in `knowledge/vignettes/everyone.md`.

use std::collections::BTreeMap;

use crate::Diagnostic;

/// The person whom every vignette begins with.
pub const EVERYONE: &str = "vignettes/everyone.md";

/// What kind of rule a vignette is about: the folder it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// Red-flag questions.
    RedFlags,
    /// Combination rules and gates.
    Triage,
    /// Contraindication codes.
    Contraindications,
    /// Warnings about medicines.
    MedicineFlags,
    /// Effects of medicines on today's exercise.
    MedicineEffects,
    /// Stage, irritability, direction, flare-up.
    Classes,
    /// Findings of tests.
    Tests,
    /// Scores and bands of instruments.
    Instruments,
    /// Yellow flags.
    Support,
    /// What stands against a modality.
    Modalities,
    /// When a belt or kit is an option.
    Orthoses,
    /// What stands against any belt.
    Belt,
    /// Label limits of medicines.
    Medicines,
}

impl RuleKind {
    /// All kinds.
    pub const ALL: [RuleKind; 13] = [
        RuleKind::RedFlags,
        RuleKind::Triage,
        RuleKind::Contraindications,
        RuleKind::MedicineFlags,
        RuleKind::MedicineEffects,
        RuleKind::Classes,
        RuleKind::Tests,
        RuleKind::Instruments,
        RuleKind::Support,
        RuleKind::Modalities,
        RuleKind::Orthoses,
        RuleKind::Belt,
        RuleKind::Medicines,
    ];

    /// The folder inside `knowledge/vignettes/`.
    pub fn folder(self) -> &'static str {
        match self {
            RuleKind::RedFlags => "red-flags",
            RuleKind::Triage => "triage",
            RuleKind::Contraindications => "contraindications",
            RuleKind::MedicineFlags => "medicine-flags",
            RuleKind::MedicineEffects => "medicine-effects",
            RuleKind::Classes => "classes",
            RuleKind::Tests => "tests",
            RuleKind::Instruments => "instruments",
            RuleKind::Support => "support",
            RuleKind::Modalities => "modalities",
            RuleKind::Orthoses => "orthoses",
            RuleKind::Belt => "belt",
            RuleKind::Medicines => "medicines",
        }
    }
}

/// The people of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct VignetteFile {
    /// Path inside `knowledge/`.
    pub file: String,
    /// Kind of rule; `None` for the person everyone begins with.
    pub kind: Option<RuleKind>,
    /// The rule: file name and first heading.
    pub about: String,
    /// What stands above the first vignette.
    pub lead: String,
    /// Facts of the lead, as a case file; the person everyone begins with.
    pub facts: String,
    /// People whom a rule of the record cannot have.
    pub without: Vec<Without>,
    /// People.
    pub vignettes: Vec<Vignette>,
}

/// A case that a rule cannot have, and why: `- No near miss of expecting: …` in the lead of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Without {
    /// Line, counted from 1.
    pub line: usize,
    /// The case, as in a heading.
    pub case: String,
    /// The rule, by the id it has in its record.
    pub rule: String,
    /// Why there is no such person.
    pub why: String,
}

/// One person.
#[derive(Clone, Debug, PartialEq)]
pub struct Vignette {
    /// Line of the heading, counted from 1.
    pub line: usize,
    /// Heading up to the colon: Fires, Near miss, Unknown; for red flags Yes, Not sure, Not answered.
    pub case: String,
    /// Heading after the colon.
    pub which: Option<String>,
    /// What is told.
    pub prose: String,
    /// What differs from everyone, as a case file.
    pub facts: String,
    /// What is expected: key, value and line.
    pub expected: Vec<(String, String, usize)>,
}

impl Vignette {
    /// The heading.
    pub fn heading(&self) -> String {
        match &self.which {
            Some(which) => format!("{}: {which}", self.case),
            None => self.case.clone(),
        }
    }
}

/// Reads all files of `vignettes/`.
pub fn read_vignettes(files: &BTreeMap<&str, &str>) -> (Vec<VignetteFile>, Vec<Diagnostic>) {
    let mut read = Vec::new();
    let mut problems = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("vignettes/")) {
        match file(path, text) {
            Ok(file) => read.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    if !files.contains_key(EVERYONE) {
        problems.push(Diagnostic::error(
            EVERYONE,
            1,
            "the file is missing: the person every vignette begins with",
        ));
    }
    (read, problems)
}

fn file(path: &str, text: &str) -> Result<VignetteFile, Diagnostic> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let kind = RuleKind::ALL
        .into_iter()
        .find(|kind| folder == format!("vignettes/{}", kind.folder()));
    if kind.is_none() && path != EVERYONE {
        let known: Vec<&str> = RuleKind::ALL.iter().map(|kind| kind.folder()).collect();
        return Err(Diagnostic::error(
            path,
            1,
            format!("no vignettes live here; the folders are {}", known.join(", ")),
        ));
    }
    let about = name.trim_end_matches(".md");
    if kind.is_some() && text.lines().next() != Some(&format!("# {about}")) {
        return Err(Diagnostic::error(path, 1, format!("the first line must be “# {about}”")));
    }
    let mut line = 1;
    let mut parts = text.split("\n## ");
    let lead = parts.next().unwrap_or_default();
    line += lead.lines().count() + 1;
    let mut vignettes = Vec::new();
    if kind.is_some() {
        for part in parts {
            vignettes.push(vignette(path, line, part)?);
            line += part.lines().count() + 1;
        }
        if vignettes.is_empty() {
            return Err(Diagnostic::error(path, 1, "nobody is told of here"));
        }
    }
    let without = match kind {
        Some(_) => without(path, lead)?,
        None => Vec::new(),
    };
    Ok(VignetteFile {
        file: path.to_owned(),
        kind,
        about: about.to_owned(),
        lead: lead
            .split("\n```")
            .next()
            .unwrap_or_default()
            .lines()
            .skip(1)
            .collect::<Vec<_>>()
            .join("\n"),
        facts: block(text.split("\n## ").next().unwrap_or_default()).to_owned(),
        without,
        vignettes,
    })
}

/// The cases that the lead of a file says cannot be.
fn without(path: &str, lead: &str) -> Result<Vec<Without>, Diagnostic> {
    let lines = lead
        .lines()
        .zip(1..)
        .filter_map(|(text, line)| Some((text.strip_prefix("- ")?, line)));
    let read = |(text, line): (&str, usize)| {
        let (what, why) = text.split_once(": ")?;
        let (case, rule) = what.strip_prefix("No ")?.split_once(" of ")?;
        let mut letters = case.chars();
        let case = letters.next().map(|first| first.to_uppercase().chain(letters).collect())?;
        let why = Some(why.trim().to_owned()).filter(|why| !why.is_empty())?;
        let rule = rule.trim().to_owned();
        Some(Without { line, case, rule, why })
    };
    let wrong = |text: &str, line| {
        Diagnostic::error(
            path,
            line,
            format!("“{text}” must be “No near miss of RULE: why there cannot be one”"),
        )
    };
    lines
        .map(|(text, line)| read((text, line)).ok_or_else(|| wrong(text, line)))
        .collect()
}

fn vignette(path: &str, line: usize, text: &str) -> Result<Vignette, Diagnostic> {
    let (heading, body) = text.split_once('\n').unwrap_or((text, ""));
    let (case, which) = match heading.split_once(": ") {
        Some((case, which)) => (case, Some(which.trim().to_owned())),
        None => (heading.trim(), None),
    };
    let mut expected = Vec::new();
    let mut in_block = false;
    for (number, one) in body.lines().enumerate() {
        in_block ^= one.starts_with("```");
        let Some(item) = one.strip_prefix("- ").filter(|_| !in_block) else {
            continue;
        };
        let place = line + number + 1;
        let (key, value) = item
            .split_once(": ")
            .ok_or_else(|| Diagnostic::error(path, place, format!("“{item}” must be “key: value”")))?;
        expected.push((key.to_owned(), value.trim().to_owned(), place));
    }
    let prose = body.split("\n```").next().unwrap_or_default();
    let prose = prose.strip_prefix("- ").map_or(prose, |_| "");
    let prose = prose.split("\n- ").next().unwrap_or_default().trim().to_owned();
    if prose.is_empty() {
        return Err(Diagnostic::error(path, line, "nothing is told of this person"));
    }
    Ok(Vignette {
        line,
        case: case.to_owned(),
        which,
        prose,
        facts: block(body).to_owned(),
        expected,
    })
}

/// The TOML block of a text; empty where there is none.
fn block(text: &str) -> &str {
    text.split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap_or_default()
}
