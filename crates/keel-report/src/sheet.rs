//! The programme sheet: a plain view model, every string already chosen and translated.
//!
//! Strings are shown literally; nothing in them is read as markup. Empty strings and empty lists are left out of the page with
//! their headings, so a short programme makes a short sheet.

use serde::{Deserialize, Serialize};

/// Language of a sheet, for hyphenation and for screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
}

/// One week of exercise therapy on one or two pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Language of all strings below.
    pub lang: Language,
    /// Title of the sheet and of the PDF: "Your exercise programme".
    pub title: String,
    /// Who it is for, one fact a line; the first line is repeated in the footer of each page.
    pub person: Vec<String>,
    /// Plan date as shown.
    pub planned_on: String,
    /// Plan date as YYYY-MM-DD for the metadata of the file; none leaves the file undated.
    pub planned_on_iso: Option<String>,
    /// When to stop and whom to call; always on top.
    pub safety: SafetyCard,
    /// Why this programme, one sentence a line.
    pub summary: Vec<String>,
    /// The week, seven days in order.
    pub week: Vec<WeekDay>,
    /// The exercises in the order in which they are done; they are numbered 1, 2, 3 … on the sheet.
    pub exercises: Vec<Exercise>,
    /// How to walk.
    pub walking: Vec<String>,
    /// What to mind with the medicines taken.
    pub medicines: Vec<String>,
    /// When to stop a session.
    pub stop_rules: Vec<String>,
    /// How much pain is acceptable.
    pub pain_light: PainLight,
    /// What to tick off and write down.
    pub diary: Diary,
    /// What was left out and why, short.
    pub left_out: Vec<String>,
    /// Versions the plan was made with.
    pub footer: Footer,
    /// Headings and other fixed words.
    pub labels: SheetLabels,
}

/// Danger signs and emergency numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetyCard {
    /// Heading of the card.
    pub title: String,
    /// One danger sign a line.
    pub lines: Vec<String>,
    /// Numbers to call.
    pub numbers: Vec<EmergencyNumber>,
}

/// A number to call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmergencyNumber {
    /// The number as dialled.
    pub number: String,
    /// Who answers: "ambulance".
    pub name: String,
}

/// A day of the week at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekDay {
    /// Short name of the day: "Mon".
    pub name: String,
    /// Sessions in the order of their time; none makes a day of rest.
    pub sessions: Vec<Session>,
}

/// A session of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// When it starts: "07:30".
    pub time: String,
    /// How long it takes: "15 min".
    pub minutes: String,
    /// What is done, in order.
    pub items: Vec<SessionItem>,
}

/// An item of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionItem {
    /// Number of the exercise card, from 1; none for what has no card, such as walking.
    pub number: Option<usize>,
    /// Short name.
    pub name: String,
}

/// An exercise card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// Name.
    pub name: String,
    /// The block it belongs to: "individual block".
    pub block: String,
    /// SVG text of the picture. `currentColor` becomes the ink of the sheet. It must stand alone: no linked files, no scripts.
    pub pictogram_svg: Option<String>,
    /// What the picture shows, for those who do not see it.
    pub pictogram_alt: String,
    /// "2 × 8, hold 5 s, each side".
    pub dose: String,
    /// Starting position.
    pub position: String,
    /// What to do.
    pub movement: String,
    /// One short reminder.
    pub cue: String,
    /// Common faults.
    pub mistakes: Vec<String>,
    /// What it does to discs and muscles; empty where that is not computed. On the page only: paper has no room for it.
    #[serde(default)]
    pub load: String,
    /// Why it was chosen.
    pub why: String,
    /// When to stop this exercise.
    pub stop: String,
}

/// The pain traffic light. Each level has its own shape as well as its range, so it can be read without colour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PainLight {
    /// One or two sentences on how to use it.
    pub lead: String,
    /// 0–2.
    pub go: PainLevel,
    /// 3–5.
    pub ease: PainLevel,
    /// Above 5.
    pub stop: PainLevel,
}

/// A level of the pain traffic light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PainLevel {
    /// "0–2".
    pub range: String,
    /// One or two words: "Carry on".
    pub word: String,
    /// What to do.
    pub advice: String,
}

/// The week's diary, one column a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Diary {
    /// How to fill it in.
    pub lead: String,
    /// Short names of the days.
    pub days: Vec<String>,
    /// What to tick off.
    pub rows: Vec<DiaryRow>,
    /// What to write down: "pain before", "pain during", "pain next morning".
    pub pain_rows: Vec<String>,
}

/// A row of the diary to tick off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiaryRow {
    /// Number of the exercise card, from 1; none for what has no card.
    pub number: Option<usize>,
    /// What is ticked off.
    pub label: String,
    /// Boxes on each day, ordered as [`Diary::days`]; missing days have none.
    pub boxes: Vec<u8>,
}

/// Versions, so that a sheet found in a drawer can be traced to what made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Footer {
    /// Hash of the clinical knowledge, already shortened for print.
    pub knowledge_hash: String,
    /// Version of the engine.
    pub engine_version: String,
    /// One line on what this sheet is not: "This sheet does not replace a doctor's advice".
    pub note: String,
}

/// Headings and fixed words of the programme sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetLabels {
    /// Before the plan date: "Made on".
    pub planned_on: String,
    /// Heading of [`Sheet::summary`].
    pub summary: String,
    /// Heading of [`Sheet::week`].
    pub week: String,
    /// Column of the days: "Day".
    pub day: String,
    /// Column of the times: "When".
    pub when: String,
    /// Column of the items: "What".
    pub what: String,
    /// For a week of equal days: "Every day".
    pub every_day: String,
    /// For a day without sessions: "Rest".
    pub rest_day: String,
    /// Heading of [`Sheet::exercises`].
    pub exercises: String,
    /// Before [`Exercise::position`].
    pub position: String,
    /// Before [`Exercise::movement`].
    pub movement: String,
    /// Before [`Exercise::cue`].
    pub cue: String,
    /// Before [`Exercise::mistakes`].
    pub mistakes: String,
    /// Before [`Exercise::why`].
    pub why: String,
    /// Before [`Exercise::stop`].
    pub stop: String,
    /// Heading of [`Sheet::walking`].
    pub walking: String,
    /// Heading of [`Sheet::medicines`].
    pub medicines: String,
    /// Heading of [`Sheet::stop_rules`].
    pub stop_rules: String,
    /// Heading of [`Sheet::pain_light`].
    pub pain_light: String,
    /// Heading of [`Sheet::diary`].
    pub diary: String,
    /// What a box of the diary is, for screen readers: "box to tick".
    pub tick_box: String,
    /// Heading of [`Sheet::left_out`].
    pub left_out: String,
    /// Before the knowledge hash.
    pub knowledge: String,
    /// Before the engine version.
    pub engine: String,
}
