//! What was done on a day or at an hour, beside the answers that hold until they change: questionnaires filled in, medicines taken,
//! treatments had, and what a clinician examined or prescribed. Read and checked in one place for case files and for the record.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use keel_knowledge::{Instrument, Knowledge, MissingItems, ScoreMethod, Text, nearest};
use serde_json::{Map, Value, json};

use crate::{case::FieldError, instruments::Measurement};

/// Longest time for which a clinician's record holds, days.
pub const EXAMINED_DAYS_MOST: i32 = 30;
/// Most milligrams of one taking that can be entered, mg.
const TAKEN_MG_MOST: f64 = 10_000.0;
/// Longest name of a clinician, characters.
const NAME_MOST: usize = 100;

/// A medicine that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Medicine.
    pub medicine: String,
    /// When.
    pub at: DateTime,
    /// How much, mg; `None` where it is not known.
    pub mg: Option<f64>,
    /// Taken regularly as prescribed, or as needed; `None` where it was not said.
    pub how: Option<TakenHow>,
}

/// Why a medicine was taken then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenHow {
    /// Regularly, as prescribed.
    Prescribed,
    /// As needed.
    AsNeeded,
}

impl TakenHow {
    /// Both, in the order of a page.
    pub const ALL: [TakenHow; 2] = [TakenHow::Prescribed, TakenHow::AsNeeded];

    /// `prescribed` or `as_needed`.
    pub fn id(self) -> &'static str {
        match self {
            TakenHow::Prescribed => "prescribed",
            TakenHow::AsNeeded => "as_needed",
        }
    }
}

/// A course of treatments as prescribed.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Modality.
    pub modality: String,
    /// Sessions.
    pub sessions: u32,
    /// Sessions a week.
    pub per_week: u32,
    /// First day.
    pub from: Date,
    /// Who prescribed it.
    pub by: String,
}

/// A treatment that was had.
#[derive(Clone, Debug, PartialEq)]
pub struct Treated {
    /// Modality.
    pub modality: String,
    /// When it ended.
    pub at: DateTime,
    /// Pain before, 0 to 10.
    pub pain_before: Option<u8>,
    /// Pain a day later, 0 to 10.
    pub pain_after_24h: Option<u8>,
    /// Side effects, 0 (none) to 10.
    pub side_effects: Option<u8>,
}

/// A red flag that a clinician examined and found known and unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// Red flag.
    pub item: String,
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// Last day on which it holds.
    pub until: Date,
    /// What the person says: nothing has changed since.
    pub unchanged: bool,
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A questionnaire was filled in.
    Measured(Measurement),
    /// A medicine was taken.
    Taken(Taken),
    /// A treatment was had.
    Treated(Treated),
    /// A clinician examined a red flag.
    Examined(Examined),
    /// A course of treatments was prescribed.
    Planned(Planned),
}

/// Names of the lists, as in a case file.
pub const LISTS: [&str; 5] = ["measured", "taken", "treated", "examined", "planned"];

impl Entry {
    /// The list it stands in.
    pub fn list(&self) -> &'static str {
        match self {
            Entry::Measured(_) => "measured",
            Entry::Taken(_) => "taken",
            Entry::Treated(_) => "treated",
            Entry::Examined(_) => "examined",
            Entry::Planned(_) => "planned",
        }
    }

    /// The entry as JSON, for events and files.
    pub fn to_json(&self) -> Value {
        match self {
            Entry::Measured(one) => json!({"instrument": one.instrument, "on": one.on.to_string(), "items": one.items}),
            Entry::Taken(one) => object([
                ("medicine", json!(one.medicine)),
                ("at", json!(stamp(one.at))),
                ("mg", json!(one.mg)),
                ("how", json!(one.how.map(TakenHow::id))),
            ]),
            Entry::Treated(one) => object([
                ("modality", json!(one.modality)),
                ("at", json!(stamp(one.at))),
                ("pain_before", json!(one.pain_before)),
                ("pain_after_24h", json!(one.pain_after_24h)),
                ("side_effects", json!(one.side_effects)),
            ]),
            Entry::Planned(one) => json!({
                "modality": one.modality,
                "sessions": one.sessions,
                "per_week": one.per_week,
                "from": one.from.to_string(),
                "by": one.by,
            }),
            Entry::Examined(one) => json!({
                "item": one.item,
                "by": one.by,
                "on": one.on.to_string(),
                "until": one.until.to_string(),
                "unchanged": one.unchanged,
            }),
        }
    }

    /// Refuses an examination that is still to come.
    ///
    /// # Errors
    /// The day of the examination, with the latest that is possible.
    pub fn not_after(self, today: Date) -> Result<Entry, FieldError> {
        match &self {
            Entry::Examined(one) if one.on > today => Err(FieldError {
                path: "examined.on".to_owned(),
                problem: Text {
                    en: format!("{} is still to come.", one.on),
                    ru: format!("{} ещё не наступило.", one.on),
                },
                allowed: Text {
                    en: format!("The examination has taken place: {today} at the latest."),
                    ru: format!("Осмотр уже состоялся: не позже {today}."),
                },
            }),
            _ => Ok(self),
        }
    }

    /// Reads an entry of a list.
    ///
    /// # Errors
    /// The first key that is missing, not known or out of its limits, with what is allowed.
    pub fn read(knowledge: &Knowledge, list: &str, value: &Value) -> Result<Entry, FieldError> {
        let empty = Map::new();
        let reader = EntryReader {
            list,
            keys: value.as_object().unwrap_or(&empty),
        };
        match list {
            "measured" => reader.measured(knowledge),
            "taken" => reader.taken(knowledge),
            "treated" => reader.treated(knowledge),
            "examined" => reader.examined(knowledge),
            "planned" => reader.planned(knowledge),
            _ => Err(reader.refuse("", list, &LISTS.join(", "))),
        }
    }
}

/// Keys with a value; what is not known is left out.
fn object<const N: usize>(keys: [(&str, Value); N]) -> Value {
    Value::Object(
        keys.into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

/// A moment as text, to the minute.
fn stamp(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

struct EntryReader<'a> {
    list: &'a str,
    keys: &'a Map<String, Value>,
}

impl EntryReader<'_> {
    fn refuse(&self, key: &str, given: &str, allowed: &str) -> FieldError {
        let (en, ru) = match given {
            "" => ("this is missing.".to_owned(), "здесь ничего не указано.".to_owned()),
            given => (format!("“{given}” is not possible here."), format!("«{given}» здесь невозможно.")),
        };
        FieldError {
            path: format!("{}.{key}", self.list).trim_end_matches('.').to_owned(),
            problem: Text { en, ru },
            allowed: Text {
                en: format!("Allowed: {allowed}."),
                ru: format!("Допустимо: {allowed}."),
            },
        }
    }

    fn only(&self, known: &[&str]) -> Result<(), FieldError> {
        match self.keys.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(self.refuse(key, key, nearest(key, known.iter().copied()).unwrap_or(&known.join(", ")))),
            None => Ok(()),
        }
    }

    fn shown(&self, key: &str) -> String {
        match self.keys.get(key) {
            None => String::new(),
            Some(Value::String(text)) => text.chars().filter(|c| !c.is_control()).take(40).collect(),
            Some(other) => other.to_string().chars().take(40).collect(),
        }
    }

    fn id<'k>(&self, key: &str, known: impl Iterator<Item = &'k str> + Clone) -> Result<String, FieldError> {
        let given = self.keys.get(key).and_then(Value::as_str).unwrap_or_default();
        if known.clone().any(|id| id == given) {
            return Ok(given.to_owned());
        }
        let near = nearest(given, known.clone()).map(str::to_owned);
        let allowed = near.unwrap_or_else(|| known.collect::<Vec<_>>().join(", "));
        Err(self.refuse(key, &self.shown(key), &allowed))
    }

    fn day(&self, key: &str) -> Result<Date, FieldError> {
        let text = self.keys.get(key).and_then(Value::as_str).unwrap_or_default();
        text.parse().map_err(|_| self.refuse(key, &self.shown(key), "2026-11-24"))
    }

    fn moment(&self, key: &str) -> Result<DateTime, FieldError> {
        let text = self.keys.get(key).and_then(Value::as_str).unwrap_or_default();
        let has_time = text.len() > "2026-11-24".len();
        let read: Result<DateTime, _> = text.parse();
        read.ok()
            .filter(|_| has_time)
            .ok_or_else(|| self.refuse(key, &self.shown(key), "2026-11-24T08:30"))
    }

    fn number(&self, key: &str, least: f64, most: f64) -> Result<Option<f64>, FieldError> {
        let Some(value) = self.keys.get(key) else {
            return Ok(None);
        };
        match value
            .as_f64()
            .filter(|number| number.is_finite() && (least..=most).contains(number))
        {
            Some(number) => Ok(Some(number)),
            None => Err(self.refuse(key, &self.shown(key), &format!("{least}–{most}"))),
        }
    }

    fn points(&self, key: &str) -> Result<Option<u8>, FieldError> {
        let number = self.number(key, 0.0, 10.0)?;
        match number {
            Some(number) if number.fract() != 0.0 => Err(self.refuse(key, &self.shown(key), "0–10")),
            number => Ok(number.map(|number| number as u8)),
        }
    }

    fn measured(&self, knowledge: &Knowledge) -> Result<Entry, FieldError> {
        self.only(&["instrument", "on", "items", "total"])?;
        let id = self.id("instrument", knowledge.instruments.keys().map(String::as_str))?;
        let instrument = &knowledge.instruments[&id];
        let entered: Vec<&str> = instrument
            .scores
            .iter()
            .filter(|score| score.method == ScoreMethod::Entered)
            .map(|score| score.id.as_str())
            .collect();
        let mut items = BTreeMap::new();
        if let Some(total) = self.keys.get("total") {
            let score = instrument.scores.first().filter(|score| entered.contains(&score.id.as_str()));
            let Some(score) = score else {
                return Err(self.refuse("total", &self.shown("total"), "items"));
            };
            let value = total.as_f64().filter(|value| (score.range[0]..=score.range[1]).contains(value));
            let allowed = format!("{}–{}", score.range[0], score.range[1]);
            items.insert(
                score.id.clone(),
                value.ok_or_else(|| self.refuse("total", &self.shown("total"), &allowed))?,
            );
        }
        let given = self.keys.get("items").and_then(Value::as_object);
        for (item, value) in given.into_iter().flatten() {
            let path = format!("items.{item}");
            let limits = item_limits(instrument, item).ok_or_else(|| self.refuse(&path, item, &item_ids(instrument)))?;
            let number = value.as_f64().filter(|number| (limits.0..=limits.1).contains(number));
            let allowed = format!("{}–{}", limits.0, limits.1);
            items.insert(
                item.clone(),
                number.ok_or_else(|| self.refuse(&path, &value.to_string(), &allowed))?,
            );
        }
        let may_be_empty = instrument.scores.iter().any(|score| score.missing == MissingItems::Zero);
        if items.is_empty() && !may_be_empty {
            return Err(self.refuse("items", "", &item_ids(instrument)));
        }
        Ok(Entry::Measured(Measurement {
            instrument: id,
            on: self.day("on")?,
            items,
        }))
    }

    fn taken(&self, knowledge: &Knowledge) -> Result<Entry, FieldError> {
        self.only(&["medicine", "at", "mg", "how"])?;
        Ok(Entry::Taken(Taken {
            medicine: self.id("medicine", knowledge.medicines.keys().map(String::as_str))?,
            at: self.moment("at")?,
            mg: self.number("mg", 0.0, TAKEN_MG_MOST)?,
            how: self.how()?,
        }))
    }

    fn treated(&self, knowledge: &Knowledge) -> Result<Entry, FieldError> {
        self.only(&["modality", "at", "pain_before", "pain_after_24h", "side_effects"])?;
        Ok(Entry::Treated(Treated {
            modality: self.id("modality", knowledge.modalities.keys().map(String::as_str))?,
            at: self.moment("at")?,
            pain_before: self.points("pain_before")?,
            pain_after_24h: self.points("pain_after_24h")?,
            side_effects: self.points("side_effects")?,
        }))
    }

    fn how(&self) -> Result<Option<TakenHow>, FieldError> {
        let Some(given) = self.keys.get("how") else {
            return Ok(None);
        };
        let found = TakenHow::ALL.into_iter().find(|how| given.as_str() == Some(how.id()));
        match found {
            Some(how) => Ok(Some(how)),
            None => Err(self.refuse("how", &self.shown("how"), &TakenHow::ALL.map(TakenHow::id).join(", "))),
        }
    }

    /// A whole number that must be there.
    fn count(&self, key: &str, least: u32, most: u32) -> Result<u32, FieldError> {
        let given = self.number(key, f64::from(least), f64::from(most))?;
        match given {
            Some(number) if number.fract() == 0.0 => Ok(number as u32),
            _ => Err(self.refuse(key, &self.shown(key), &format!("{least}–{most}"))),
        }
    }

    fn name(&self, key: &str) -> Result<String, FieldError> {
        let name = self.shown(key);
        if name.trim().is_empty() || name.chars().count() > NAME_MOST {
            let mut refused = self.refuse(key, &name, "");
            refused.allowed = Text {
                en: "Allowed: the name of the clinician.".to_owned(),
                ru: "Допустимо: имя врача или физиотерапевта.".to_owned(),
            };
            return Err(refused);
        }
        Ok(name.trim().to_owned())
    }

    fn planned(&self, knowledge: &Knowledge) -> Result<Entry, FieldError> {
        self.only(&["modality", "sessions", "per_week", "from", "by"])?;
        Ok(Entry::Planned(Planned {
            modality: self.id("modality", knowledge.modalities.keys().map(String::as_str))?,
            sessions: self.count("sessions", 1, 60)?,
            per_week: self.count("per_week", 1, 14)?,
            from: self.day("from")?,
            by: self.name("by")?,
        }))
    }

    fn examined(&self, knowledge: &Knowledge) -> Result<Entry, FieldError> {
        self.only(&["item", "by", "on", "until", "unchanged"])?;
        let may = knowledge
            .red_flags
            .values()
            .filter(|flag| flag.examined_level.is_some())
            .map(|flag| flag.id.as_str());
        let item = self.id("item", may)?;
        let by = self.name("by")?;
        let (on, until) = (self.day("on")?, self.day("until")?);
        let days = (until - on).get_days();
        if !(0..=EXAMINED_DAYS_MOST).contains(&days) {
            let latest = on.saturating_add(jiff::Span::new().days(EXAMINED_DAYS_MOST));
            return Err(self.refuse("until", &self.shown("until"), &format!("{on} – {latest}")));
        }
        let Some(unchanged) = self.keys.get("unchanged").and_then(Value::as_bool) else {
            return Err(self.refuse("unchanged", &self.shown("unchanged"), "true, false"));
        };
        Ok(Entry::Examined(Examined {
            item,
            by,
            on,
            until,
            unchanged,
        }))
    }
}

fn item_limits(instrument: &Instrument, id: &str) -> Option<(f64, f64)> {
    let item = instrument.items.iter().find(|item| item.id == id);
    let entered = instrument
        .scores
        .iter()
        .find(|score| score.id == id && score.method == ScoreMethod::Entered);
    item.map(|item| (f64::from(item.min), f64::from(item.max)))
        .or_else(|| entered.map(|score| (score.range[0], score.range[1])))
}

fn item_ids(instrument: &Instrument) -> String {
    let ids: Vec<&str> = instrument.items.iter().map(|item| item.id.as_str()).collect();
    ids.join(", ")
}
