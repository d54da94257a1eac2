//! Questionnaires with a score, as records: items, scoring, bands, and what change is more than noise. The scoring itself is done in
//! `keel-therapy`.

use serde::Deserialize;

use crate::{Condition, Text};

/// How much of an instrument may be shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ships {
    /// Items in full.
    Text,
    /// Items without their text; an operator who holds the rights loads it.
    Score,
    /// Only totals are entered.
    Total,
}

/// A questionnaire with a score.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Name in plain words with the usual abbreviation.
    pub name: Text,
    /// What it tells.
    pub measures: Text,
    /// The time it asks about.
    #[serde(default)]
    pub recall: Option<Text>,
    /// Instruction above the items.
    #[serde(default)]
    pub lead: Option<Text>,
    /// Order.
    pub order: u32,
    /// Minutes it takes.
    pub minutes: f64,
    /// How much may be shipped.
    pub ships: Ships,
    /// Who owns it and what is allowed.
    pub licence: Text,
    /// Weeks after the beginning at which it is due; empty: on request only.
    pub due_weeks: Vec<u32>,
    /// LOINC code of the main score.
    #[serde(default)]
    pub loinc: Option<String>,
    /// Items.
    #[serde(default, rename = "item")]
    pub items: Vec<InstrumentItem>,
    /// Scores; the first is the main one.
    #[serde(rename = "score")]
    pub scores: Vec<ScoreRule>,
    /// Bands; the first that holds.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
    /// What change of a score is more than noise.
    #[serde(default)]
    pub change: Option<ChangeRule>,
}

impl Instrument {
    /// Items of a score, in order.
    pub fn items_of<'a>(&'a self, score: &'a ScoreRule) -> impl Iterator<Item = &'a InstrumentItem> {
        let wanted = score.items.as_ref();
        self.items
            .iter()
            .filter(move |item| wanted.is_none_or(|wanted| wanted.contains(&item.id)))
    }

    /// The path under which an item, or an entered score, is answered.
    pub fn path(instrument: &str, part: &str) -> String {
        format!("instruments.{instrument}.{part}")
    }
}

/// Why the text of an instrument could not be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InstrumentTextError {
    /// There is no such instrument, or its text ships already, or only totals are entered.
    #[error("“{0}” takes no text; those that do are {1}")]
    TakesNone(String, String),
    /// The file is not what is expected.
    #[error("{0}")]
    Unreadable(String),
    /// Items without a text, or texts without an item.
    #[error("every item of {0} needs a text in both languages, and nothing else; wrong or missing: {1}")]
    Items(String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    #[serde(default)]
    lead: Option<Text>,
    item: std::collections::BTreeMap<String, Text>,
}

impl crate::Knowledge {
    /// Takes the text of an instrument that may not be shipped, from an operator who holds the rights: a TOML file with `[item]` and one
    /// `ID = { en = "…", ru = "…" }` for each item, and `lead` where there is one.
    ///
    /// # Errors
    /// The instrument takes none, the file cannot be read, or an item is missing.
    pub fn take_instrument_text(&mut self, id: &str, toml: &str) -> Result<(), InstrumentTextError> {
        let takes = |instrument: &Instrument| instrument.ships == Ships::Score;
        if !self.instruments.get(id).is_some_and(|record| takes(record)) {
            let known: Vec<&str> = self
                .instruments
                .values()
                .filter(|one| takes(one))
                .map(|one| one.id.as_str())
                .collect();
            return Err(InstrumentTextError::TakesNone(id.to_owned(), known.join(", ")));
        }
        let mut text: InstrumentText = toml::from_str(toml).map_err(|error| InstrumentTextError::Unreadable(error.to_string()))?;
        let Some(record) = self.instruments.get_mut(id) else {
            return Ok(());
        };
        let whole = |text: &Text| !text.en.trim().is_empty() && !text.ru.trim().is_empty();
        let mut wrong: Vec<String> = Vec::new();
        for item in &mut record.items {
            match text.item.remove(&item.id).filter(whole) {
                Some(ask) => item.ask = Some(ask),
                None => wrong.push(item.id.clone()),
            }
        }
        wrong.extend(text.item.into_keys());
        if !wrong.is_empty() {
            record.items.iter_mut().for_each(|item| item.ask = None);
            return Err(InstrumentTextError::Items(id.to_owned(), wrong.join(", ")));
        }
        record.lead = text.lead;
        record.ships = Ships::Text;
        Ok(())
    }
}

/// One item of an instrument.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentItem {
    /// Id inside the instrument.
    pub id: String,
    /// The question; left out where the text may not be shipped.
    #[serde(default)]
    pub ask: Option<Text>,
    /// Smallest whole number.
    pub min: i32,
    /// Largest whole number.
    pub max: i32,
    /// What the smallest number means.
    #[serde(default)]
    pub low: Option<Text>,
    /// What the largest number means.
    #[serde(default)]
    pub high: Option<Text>,
    /// May be left out without counting as missing.
    #[serde(default)]
    pub optional: bool,
    /// Takes a free text beside the number.
    #[serde(default)]
    pub text: bool,
    /// Named answers.
    #[serde(default, rename = "choice")]
    pub choices: Vec<ItemChoice>,
}

/// A named answer of an item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemChoice {
    /// The number it counts.
    pub value: i32,
    /// Label.
    pub label: Text,
}

/// How items become a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreMethod {
    /// Sum of the items.
    Sum,
    /// Mean of the items.
    Mean,
    /// 100 × sum / largest possible sum of the answered items.
    Percent,
    /// A value from a table by the raw sum.
    TTable,
    /// Minutes of activity times their intensity (IPAQ short form).
    Ipaq,
    /// Typed in as a total.
    Entered,
}

/// What missing items do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingItems {
    /// No score.
    Refuse,
    /// Not ticked counts 0, once anything of the form was sent.
    Zero,
    /// The score is taken over the answered items.
    Rescale,
}

/// One score.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRule {
    /// Id inside the instrument.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Items; all if left out.
    #[serde(default)]
    pub items: Option<Vec<String>>,
    /// Method.
    pub method: ScoreMethod,
    /// What missing items do.
    pub missing: MissingItems,
    /// With [`MissingItems::Rescale`]: fewer answered is no score.
    #[serde(default)]
    pub answered_least: Option<usize>,
    /// Possible values.
    pub range: [f64; 2],
    /// What a higher value means.
    pub higher: Better,
    /// With [`ScoreMethod::TTable`]: the values from the lowest raw sum to the highest.
    #[serde(default)]
    pub table: Vec<f64>,
    /// Decimals shown.
    #[serde(default)]
    pub decimals: usize,
}

/// What a higher score means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More complaint.
    Worse,
    /// More ability.
    Better,
}

/// A band of scores.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Id.
    pub id: String,
    /// Condition over the ids of the scores.
    pub when: Condition,
    /// Name.
    pub name: Text,
    /// What it means for the person.
    pub meaning: Text,
}

/// What change of a score is more than noise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    /// Score.
    pub score: String,
    /// In points.
    #[serde(default)]
    pub least: Option<f64>,
    /// Percent of the first value.
    #[serde(default)]
    pub percent: Option<f64>,
    /// Both must be reached; otherwise either.
    #[serde(default)]
    pub both: bool,
    /// Below this at the beginning, improvement cannot be shown.
    #[serde(default)]
    pub floor: Option<f64>,
    /// Above this at the beginning, worsening cannot be shown.
    #[serde(default)]
    pub ceiling: Option<f64>,
}

/// How much support a yellow flag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Advice and self-management.
    Low,
    /// A physiotherapist leads.
    Medium,
    /// Physiotherapy with a psychological approach.
    High,
}

impl Support {
    /// `low`, `medium` or `high`.
    pub fn id(self) -> &'static str {
        match self {
            Support::Low => "low",
            Support::Medium => "medium",
            Support::High => "high",
        }
    }
}

/// A yellow flag: it changes support, never clearance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportRule {
    /// Order.
    pub order: u32,
    /// Support it asks for.
    pub support: Support,
    /// When it holds.
    pub when: Condition,
    /// Short title.
    pub title: Text,
    /// To the person.
    pub message: Text,
}
