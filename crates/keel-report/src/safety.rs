//! The safety sheet: the page for the day on which no programme may be given.

use serde::{Deserialize, Serialize};

use crate::sheet::{EmergencyNumber, Footer, Language};

/// How the sheet looks; what it says is in its strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// Help is needed now: white on black, numbers first.
    Emergency,
    /// A doctor must see the person, today or within days.
    Doctor,
}

/// What to do instead of exercising, on one page to take along to the doctor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetySheet {
    /// Language of all strings below.
    pub lang: Language,
    /// Look of the sheet.
    pub urgency: Urgency,
    /// Title of the level, of the sheet and of the PDF: "Speak to a doctor today".
    pub title: String,
    /// Who it is for, one fact a line.
    pub person: Vec<String>,
    /// Date as shown.
    pub written_on: String,
    /// Date as YYYY-MM-DD for the metadata of the file.
    pub written_on_iso: Option<String>,
    /// What to do, one step a line.
    pub what_to_do: Vec<String>,
    /// Numbers to call.
    pub numbers: Vec<EmergencyNumber>,
    /// Answers that led here, one a line.
    pub reasons: Vec<String>,
    /// What may still be done until then: positions of ease, breathing, easy walking.
    pub still_allowed: Vec<String>,
    /// What to ask the doctor; each gets a line to write the answer on.
    pub questions: Vec<String>,
    /// Versions the decision was made with.
    pub footer: Footer,
    /// Headings and other fixed words.
    pub labels: SafetyLabels,
}

/// Headings and fixed words of the safety sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetyLabels {
    /// Before the date.
    pub written_on: String,
    /// Heading of [`SafetySheet::what_to_do`].
    pub what_to_do: String,
    /// Heading of [`SafetySheet::numbers`].
    pub numbers: String,
    /// Heading of [`SafetySheet::reasons`].
    pub reasons: String,
    /// Heading of [`SafetySheet::still_allowed`].
    pub still_allowed: String,
    /// Heading of [`SafetySheet::questions`].
    pub questions: String,
    /// Before the knowledge hash.
    pub knowledge: String,
    /// Before the engine version.
    pub engine: String,
}
