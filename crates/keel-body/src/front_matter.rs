//! Texts of the knowledge: TOML between two `+++` lines, prose below. Faults name file and line.

use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};

/// One file of the knowledge as it was read: its path and its text.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Path inside `knowledge/`, for messages.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path inside `knowledge/`.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Keys that every file of the knowledge carries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: String,
    #[serde(rename = "status")]
    _status: String,
    #[serde(rename = "review_by")]
    _review_by: toml::Value,
    #[serde(rename = "provenance")]
    _provenance: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
}

/// One name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// English.
    pub en: String,
    /// Russian.
    pub ru: String,
}

const HEADER_KEYS: [&str; 5] = ["id", "status", "review_by", "provenance", "sources"];

impl Text<'_> {
    /// The record in the front matter without the keys that every file carries, which are checked here.
    pub(crate) fn checked_table(&self) -> Result<toml::Table, Fault> {
        let Some(rest) = self.text.strip_prefix("+++\n") else {
            return Err(self.fault(1, "a record begins with a line `+++`"));
        };
        let Some(end) = rest.find("\n+++") else {
            return Err(self.fault(1, "the second line `+++`, which ends the record, is missing"));
        };
        let mut table: toml::Table = toml::from_str(&rest[..=end]).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(2 + rest[..at.min(rest.len())].matches('\n').count(), error.message())
        })?;
        let header: toml::Table = HEADER_KEYS
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), table.remove(*key)?)))
            .collect();
        let header: Header = self.part(header)?;
        if header.id != self.stem() {
            return Err(self.fault_at(
                "id =",
                format!("id \"{}\" differs from the file's name \"{}\"", header.id, self.stem()),
            ));
        }
        Ok(table)
    }

    /// A table as a typed value; a fault points at the line of the key it is about.
    pub(crate) fn part<T: DeserializeOwned>(&self, table: toml::Table) -> Result<T, Fault> {
        table.try_into().map_err(|error: toml::de::Error| {
            let message = error.message().to_owned();
            let key = message.split('`').nth(1).unwrap_or("+++").to_owned();
            self.fault_at(&key, message)
        })
    }

    /// File name without folder and ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit_once('/').map_or(self.path, |(_, name)| name);
        name.strip_suffix(".md").unwrap_or(name)
    }

    /// A fault on the first line that holds `needle`, or on line 1.
    pub(crate) fn fault_at(&self, needle: &str, message: impl Into<String>) -> Fault {
        let line = self
            .text
            .lines()
            .position(|line| line.contains(needle))
            .map_or(1, |index| index + 1);
        self.fault(line, message)
    }

    fn fault(&self, line: usize, message: impl Into<String>) -> Fault {
        Fault {
            path: self.path.to_owned(),
            line,
            message: message.into(),
        }
    }
}
