//! What every record of `knowledge/` has in common, and how one file is read.

use std::{borrow::Cow, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Something wrong in a knowledge file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// Path inside `knowledge/`.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Whether the knowledge can be used all the same.
    pub severity: Severity,
    /// What is wrong and what is allowed.
    pub message: String,
}

/// How grave a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The knowledge is refused.
    Error,
    /// Someone should look at it.
    Warning,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}: {label}: {}", self.file, self.line, self.message)
    }
}

impl Diagnostic {
    pub(crate) fn error(file: &str, line: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            file: file.to_owned(),
            line,
            severity: Severity::Error,
            message: message.into(),
        }
    }
}

/// Life cycle of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Written, not yet reviewed by a clinician.
    Draft,
    /// Reviewed by a clinician.
    Reviewed,
    /// In use after review.
    Stable,
    /// Kept for old plans, never used for a new one.
    Withdrawn,
}

/// How far a statement has been checked against its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The source was read.
    Seen,
    /// Well-established knowledge, not re-read.
    MemoryHigh,
    /// To be verified before release.
    MemoryMedium,
    /// To be verified before release; weak.
    MemoryLow,
    /// A rule of this project; needs clinical sign-off.
    Proposal,
}

/// One record: the keys all records share, its own keys, and prose for a clinician.
pub struct Record<T> {
    /// File name and identity, never reused.
    pub id: String,
    /// Path inside `knowledge/`.
    pub file: String,
    /// Life cycle.
    pub status: Status,
    /// Day by which it must be reviewed again, ISO 8601.
    pub review_by: String,
    /// How far it was checked.
    pub provenance: Option<Provenance>,
    /// Ids of records in `sources/`.
    pub sources: Vec<String>,
    /// Prose for a clinician, Markdown.
    pub prose: Cow<'static, str>,
    /// The keys of this kind of record.
    body: LazyLock<T, Box<dyn FnOnce() -> T + Send>>,
    front: Cow<'static, str>,
}

impl<T> std::ops::Deref for Record<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T> std::ops::DerefMut for Record<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("file", &self.file)
            .field("status", &self.status)
            .field("review_by", &self.review_by)
            .field("provenance", &self.provenance)
            .field("sources", &self.sources)
            .field("prose", &self.prose)
            .field("body", &*self.body)
            .field("front", &self.front)
            .finish()
    }
}

impl<T> Record<T> {
    /// Line of the first front-matter line that contains `needle`, for diagnostics; the opening line if none does.
    pub(crate) fn line_of(&self, needle: &str) -> usize {
        self.lines_of(needle).next().unwrap_or(1)
    }

    /// Every such line.
    pub(crate) fn lines_of(&self, needle: &str) -> impl Iterator<Item = usize> {
        // the front matter begins on line 2
        let lines = self.front.lines().zip(2..);
        lines.filter(move |(line, _)| line.contains(needle)).map(|(_, number)| number)
    }
}

#[derive(Deserialize)]
struct Common {
    id: String,
    status: Status,
    review_by: toml::value::Datetime,
    #[serde(default)]
    provenance: Option<Provenance>,
    #[serde(default)]
    sources: Vec<String>,
}

const COMMON_KEYS: [&str; 5] = ["id", "status", "review_by", "provenance", "sources"];

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checking {
    /// Everything.
    Full,
    /// What the types demand; the rest was checked when exactly these bytes were sealed.
    Sealed,
    /// The same, of records that the build script has packed.
    Packed,
}

/// Reads one file: TOML front matter between `+++` lines, prose below.
pub(crate) fn read<T: DeserializeOwned + Send + 'static>(file: &str, text: &str, checking: Checking) -> Result<Record<T>, Diagnostic> {
    let (front, prose) =
        split(text).ok_or_else(|| Diagnostic::error(file, 1, "the file must begin with “+++”, TOML keys and a closing “+++” line"))?;
    let (common, own) = split_common(front);
    let common: Common = toml::from_str(&common).map_err(|error| unreadable(file, &common, &error))?;
    let body: T = toml::from_str(&own).map_err(|error| unreadable(file, &own, &error))?;

    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".md");
    let record = Record {
        id: common.id,
        file: file.to_owned(),
        status: common.status,
        review_by: common.review_by.to_string(),
        provenance: common.provenance,
        sources: common.sources,
        prose: prose.trim().to_owned().into(),
        body: LazyLock::new(Box::new(|| body)),
        front: front.to_owned().into(),
    };
    LazyLock::force(&record.body);
    if record.id != stem {
        return Err(Diagnostic::error(
            file,
            record.line_of("id ="),
            format!("id “{}” must be the file name “{stem}”", record.id),
        ));
    }
    if record.review_by.len() != 10 {
        return Err(Diagnostic::error(
            file,
            record.line_of("review_by"),
            "review_by must be a date such as 2027-11-01",
        ));
    }
    let problem = match checking {
        Checking::Full => text_problem(front),
        Checking::Sealed | Checking::Packed => None,
    };
    match problem {
        Some((line, problem)) => Err(Diagnostic::error(file, line, problem)),
        None => Ok(record),
    }
}

/// What the build script packs of every record, in its order.
#[derive(Deserialize)]
struct PackedCommon {
    id: String,
    status: Status,
    review_by: String,
    provenance: Option<Provenance>,
    sources: Option<Vec<String>>,
}

/// Why unpacking cannot fail.
pub(crate) const PACKED_WELL: &str =
    "only what stands under an unbroken seal is packed, and such files were read as these types when they were checked";

/// Unpacks a record of a file that the program was built with, `front` bytes of front matter; its own keys when they are first asked for.
pub(crate) fn unpack<T: DeserializeOwned + Send + 'static>(
    file: &str,
    text: &'static str,
    front: usize,
    common: &[u8],
    own: &'static [u8],
) -> Result<Record<T>, Diagnostic> {
    let common: PackedCommon = rmp_serde::from_slice(common).map_err(|error| Diagnostic::error(file, 1, error.to_string()))?;
    // the front matter stands between two lines of “+++”
    let (front, prose) = text["+++\n".len()..].split_at(front);
    Ok(Record {
        id: common.id,
        file: file.to_owned(),
        status: common.status,
        review_by: common.review_by,
        provenance: common.provenance,
        sources: common.sources.unwrap_or_default(),
        prose: prose.strip_prefix("+++").unwrap_or(prose).trim().into(),
        body: LazyLock::new(Box::new(|| rmp_serde::from_slice(own).expect(PACKED_WELL))),
        front: front.into(),
    })
}

/// Where and why the TOML of one half of the front matter cannot be read; the halves have the lines of the whole, not its bytes.
fn unreadable(file: &str, half: &str, error: &toml::de::Error) -> Diagnostic {
    let line = error.span().map_or(1, |span| line_at(half, span.start));
    // the front matter begins on line 2
    Diagnostic::error(file, line + 1, error.message().to_owned())
}

/// The line of a byte, counted from 1.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// Words that frighten or mislead about the back, and promises nobody can keep.
const UNWANTED: [&str; 10] = [
    "slipped disc",
    "crumbling",
    "wear and tear",
    "worn out",
    "dissolves the hernia",
    "hernia will dissolve",
    "выпал диск",
    "рассыпается",
    "изношен",
    "грыжа рассосётся",
];

/// The first text that lacks a language, is in the wrong script or uses unwanted words.
fn text_problem(front: &str) -> Option<(usize, String)> {
    let table: toml::Table = toml::from_str(front).ok()?;
    let mut problem = None;
    for value in table.values() {
        visit_texts(value, &mut |en, ru| {
            let wrong = if en.trim().is_empty() || ru.trim().is_empty() {
                Some("a text is empty in one language".to_owned())
            } else if en.chars().any(is_cyrillic) {
                Some(format!("the English text has Cyrillic letters: “{en}”"))
            } else if en.chars().filter(|c| c.is_alphabetic()).count() > 12 && !ru.chars().any(is_cyrillic) {
                Some(format!("the Russian text is not in Russian: “{ru}”"))
            } else {
                let both = format!("{en} {ru}").to_lowercase();
                UNWANTED
                    .iter()
                    .find(|word| both.contains(**word))
                    .map(|word| format!("“{word}” is not how Keel speaks; see knowledge-format.md"))
            };
            if let (None, Some(wrong)) = (&problem, wrong) {
                let start: String = en.chars().take(40).collect();
                let line = front
                    .lines()
                    .position(|line| !start.is_empty() && line.contains(&start))
                    .map_or(1, |index| index + 2);
                problem = Some((line, wrong));
            }
        });
    }
    problem
}

fn is_cyrillic(c: char) -> bool {
    ('\u{0400}'..='\u{04FF}').contains(&c)
}

fn visit_texts(value: &toml::Value, see: &mut dyn FnMut(&str, &str)) {
    match value {
        toml::Value::Table(table) => {
            if let (Some(en), Some(ru)) = (
                table.get("en").and_then(toml::Value::as_str),
                table.get("ru").and_then(toml::Value::as_str),
            ) {
                see(en, ru);
            }
            table.values().for_each(|inner| visit_texts(inner, see));
        }
        toml::Value::Array(list) => list.iter().for_each(|inner| visit_texts(inner, see)),
        _ => {}
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("+++\n")?;
    let end = rest
        .find("\n+++\n")
        .map(|end| (end, end + 5))
        .or_else(|| rest.strip_suffix("\n+++").map(|front| (front.len(), rest.len())))?;
    Some((&rest[..end.0 + 1], &rest[end.1..]))
}

/// The common keys and the kind's own keys as two texts, each with empty lines where the other's stand, so that lines stay true.
fn split_common(front: &str) -> (String, String) {
    let (mut common, mut own) = (String::new(), String::with_capacity(front.len()));
    let mut in_table = false;
    let mut inside_list = false;
    for line in front.lines() {
        in_table |= line.starts_with('[');
        let key = line.split('=').next().unwrap_or("").trim();
        if inside_list || (!in_table && COMMON_KEYS.contains(&key)) {
            let opens = line.matches('[').count();
            let closes = line.matches(']').count();
            inside_list = if inside_list { closes == 0 } else { opens > closes };
            common.push_str(line);
        } else {
            own.push_str(line);
        }
        common.push('\n');
        own.push('\n');
    }
    (common, own)
}
