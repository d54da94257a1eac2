//! What a person has told: answers by field, each checked against the field's kind, unit and limits.
//!
//! One catalogue serves the case file, the pages and the events, so that a value refused in one place is refused in all.
//! An absent answer is unknown; "not sure" is kept as given and read as unknown.

use std::{collections::BTreeMap, fmt};

use jiff::civil::{Date, DateTime, Time};
use keel_knowledge::{
    Choice, Country, Exercise, Field, FieldKind, Instrument, Knowledge, Lang, Medicine, Record, Records, ScoreMethod, Test, Text, nearest,
};
use serde_json::json;

use crate::{
    instruments::Measurement,
    log::{Entry, Examined, Planned, Taken, Treated},
    texts::Texts,
};

/// An answer to a yes/no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The person is not sure; read as unknown.
    Unsure,
}

impl YesNo {
    /// `yes`, `no` or `unsure`.
    pub fn id(self) -> &'static str {
        match self {
            YesNo::Yes => "yes",
            YesNo::No => "no",
            YesNo::Unsure => "unsure",
        }
    }
}

/// A checked answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes, no or not sure.
    YesNo(YesNo),
    /// A finite number in the field's unit.
    Number(f64),
    /// One choice, by id.
    Choice(String),
    /// Several choices, by id, in the order given; empty means "none".
    Choices(Vec<String>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// Free text.
    Text(String),
}

impl Value {
    /// The value as JSON, for events and files.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::YesNo(answer) => json!(answer.id()),
            Value::Number(number) if is_whole(*number) && number.abs() < 1e9 => {
                json!(*number as i64)
            }
            Value::Number(number) => json!(number),
            Value::Choice(id) => json!(id),
            Value::Choices(ids) => json!(ids),
            Value::Date(date) => json!(date.to_string()),
            Value::Time(time) => json!(time.strftime("%H:%M").to_string()),
            Value::Text(text) => json!(text),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::YesNo(answer) => f.write_str(answer.id()),
            Value::Number(number) => write!(f, "{number}"),
            Value::Choice(text) | Value::Text(text) => f.write_str(text),
            Value::Choices(ids) => f.write_str(&ids.join(", ")),
            Value::Date(date) => write!(f, "{date}"),
            Value::Time(time) => write!(f, "{}", time.strftime("%H:%M")),
        }
    }
}

/// Why an answer was refused: which field, what was wrong, what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{path}: {} {}", .problem.en, .allowed.en)]
pub struct FieldError {
    /// Field.
    pub path: String,
    /// What was wrong.
    pub problem: Text,
    /// What is allowed.
    pub allowed: Text,
}

/// A field a person can answer.
#[derive(Clone, Debug)]
pub struct FieldSpec<'k> {
    /// Path: `section.name`, `answers.ID` or `tests.id.name`.
    pub path: String,
    /// Kind of answer.
    pub kind: FieldKind,
    /// Unit of a number.
    pub unit: Option<&'k str>,
    /// Smallest and largest number.
    pub limits: Option<(f64, f64)>,
    /// Choices: id and label.
    pub choices: Choices<'k>,
    /// The question.
    pub ask: &'k Text,
    /// What is meant.
    pub help: Option<&'k Text>,
    /// The knowledge field, for all but red flags.
    pub field: Option<&'k Field>,
}

impl<'k> FieldSpec<'k> {
    fn of(field: &'k Field, knowledge: &'k Knowledge) -> FieldSpec<'k> {
        FieldSpec {
            path: field.path.clone(),
            kind: field.kind,
            unit: field.unit.as_deref(),
            limits: field.min.zip(field.max),
            choices: Choices::of(field, knowledge),
            ask: &field.ask,
            help: field.help.as_ref(),
            field: Some(field),
        }
    }
}

/// What can be chosen: what the field itself names and, where it asks for a medicine, an exercise or a country, all of those.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choices<'k> {
    named: &'k [Choice],
    further: Further<'k>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Further<'k> {
    #[default]
    Nothing,
    Medicines(&'k Records<Medicine>),
    Exercises(&'k Records<Exercise>),
    Countries(&'k [Country]),
}

impl<'k> Choices<'k> {
    fn of(field: &'k Field, knowledge: &'k Knowledge) -> Choices<'k> {
        let further = match field.path.as_str() {
            "medicines.taking" => Further::Medicines(&knowledge.medicines),
            "preferences.known_exercises" => Further::Exercises(&knowledge.exercises),
            "person.country" => Further::Countries(&knowledge.emergency_numbers.countries),
            _ => Further::Nothing,
        };
        Choices {
            named: &field.choices,
            further,
        }
    }

    /// Ids, in order.
    pub fn ids(self) -> Vec<&'k str> {
        let mut ids: Vec<&str> = self.named.iter().map(|choice| choice.id.as_str()).collect();
        match self.further {
            Further::Nothing => {}
            Further::Medicines(medicines) => ids.extend(medicines.keys().map(String::as_str)),
            Further::Exercises(exercises) => ids.extend(exercises.keys().map(String::as_str)),
            Further::Countries(countries) => ids.extend(countries.iter().map(|country| country.code.as_str())),
        }
        ids
    }

    /// Ids with what a person reads, in the same order.
    pub fn labelled(self) -> Vec<(&'k str, &'k Text)> {
        let named = self.named.iter().map(|choice| &choice.label);
        let labels: Vec<&Text> = match self.further {
            Further::Nothing => named.collect(),
            Further::Medicines(medicines) => named.chain(medicines.values().map(|medicine| &medicine.name)).collect(),
            Further::Exercises(exercises) => named.chain(exercises.values().map(|exercise| &exercise.name)).collect(),
            Further::Countries(countries) => named.chain(countries.iter().map(|country| &country.name)).collect(),
        };
        self.ids().into_iter().zip(labels).collect()
    }
}

/// Every field there is.
#[derive(Debug)]
pub struct Catalogue<'k> {
    knowledge: &'k Knowledge,
    texts: Texts<'k>,
    /// Of the safety questions and the intake; those of tests and of questionnaires with a score are made when they are looked for, because
    /// most people who ask whether exercise is safe have done none.
    asked: BTreeMap<String, FieldSpec<'k>>,
}

/// Where the fields of tests are.
const TESTS: &str = "tests";
/// Where the items of questionnaires with a score are.
const INSTRUMENTS: &str = "instruments";

/// Longest free text, in characters.
const TEXT_MAX: usize = 200;

impl<'k> Catalogue<'k> {
    /// The catalogue of this knowledge.
    pub fn new(knowledge: &'k Knowledge) -> Catalogue<'k> {
        let flags = knowledge.red_flags.values().map(|flag| FieldSpec {
            path: format!("answers.{}", flag.id),
            kind: FieldKind::YesNo,
            unit: None,
            limits: None,
            choices: Choices::default(),
            ask: &flag.question,
            help: flag.help.as_ref(),
            field: None,
        });
        let fields = knowledge.questionnaires.values().flat_map(|questionnaire| &questionnaire.fields);
        Catalogue {
            knowledge,
            texts: Texts(&knowledge.messages),
            asked: flags
                .chain(fields.map(|field| FieldSpec::of(field, knowledge)))
                .map(|spec| (spec.path.clone(), spec))
                .collect(),
        }
    }

    /// The knowledge behind it.
    pub fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// The field of a path.
    pub fn field(&self, path: &str) -> Option<FieldSpec<'k>> {
        if let Some(spec) = self.asked.get(path) {
            return Some(spec.clone());
        }
        let (section, rest) = path.split_once('.')?;
        let id = rest.split_once('.')?.0;
        match section {
            TESTS => {
                let test = self.knowledge.tests.get(id)?;
                let field = test.fields.iter().find(|field| field.path == path);
                let own = field.map(|field| FieldSpec::of(field, self.knowledge));
                own.or_else(|| Some(day_of(test)).filter(|day| day.path == path))
            }
            INSTRUMENTS => of_instrument(self.knowledge.instruments.get(id)?)
                .into_iter()
                .find(|spec| spec.path == path),
            _ => None,
        }
    }

    /// All fields, sorted by path.
    pub fn fields(&self) -> impl Iterator<Item = FieldSpec<'k>> {
        let tested = self.knowledge.tests.values().flat_map(|test| {
            let fields = test.fields.iter().map(|field| FieldSpec::of(field, self.knowledge));
            fields.chain([day_of(test)])
        });
        let scored = self.knowledge.instruments.values().flat_map(of_instrument);
        let mut all: Vec<_> = self.asked.values().cloned().chain(tested).chain(scored).collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        all.into_iter()
    }

    /// Reads a value as typed into a form or written in a file; several texts for several choices.
    ///
    /// # Errors
    /// Names the field, what was wrong and what is allowed.
    pub fn parse(&self, path: &str, typed: &[&str]) -> Result<Value, FieldError> {
        let spec = &self.spec(path)?;
        if spec.kind == FieldKind::Choices {
            let ids: Vec<&str> = typed
                .iter()
                .flat_map(|text| text.split(','))
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .collect();
            return self.choices(spec, &ids);
        }
        let text = typed.last().map_or("", |text| text.trim());
        match spec.kind {
            FieldKind::Integer | FieldKind::Number => match text.replace(',', ".").parse::<f64>() {
                Ok(number) => self.number(spec, number),
                Err(_) => Err(self.refuse(spec, text)),
            },
            FieldKind::YesNo => match text {
                "yes" => Ok(Value::YesNo(YesNo::Yes)),
                "no" => Ok(Value::YesNo(YesNo::No)),
                "unsure" => Ok(Value::YesNo(YesNo::Unsure)),
                _ => Err(self.refuse(spec, text)),
            },
            FieldKind::Choice if spec.choices.ids().contains(&text) => Ok(Value::Choice(text.to_owned())),
            FieldKind::Date => text.parse().map(Value::Date).map_err(|_| self.refuse(spec, text)),
            FieldKind::Time => parse_time(text).map(Value::Time).ok_or_else(|| self.refuse(spec, text)),
            FieldKind::Text if text.chars().count() <= TEXT_MAX && !text.chars().any(char::is_control) => Ok(Value::Text(text.to_owned())),
            FieldKind::Choice | FieldKind::Choices | FieldKind::Text => Err(self.refuse(spec, text)),
        }
    }

    /// Reads a value that was stored as JSON.
    ///
    /// # Errors
    /// As [`Catalogue::parse`].
    pub fn from_json(&self, path: &str, value: &serde_json::Value) -> Result<Value, FieldError> {
        let spec = &self.spec(path)?;
        match value {
            serde_json::Value::String(text) => self.parse(path, &[text]),
            serde_json::Value::Number(number) => match number.as_f64() {
                Some(number) if matches!(spec.kind, FieldKind::Integer | FieldKind::Number) => self.number(spec, number),
                _ => Err(self.refuse(spec, &number.to_string())),
            },
            serde_json::Value::Array(list) if spec.kind == FieldKind::Choices => {
                let ids: Option<Vec<&str>> = list.iter().map(serde_json::Value::as_str).collect();
                match ids {
                    Some(ids) => self.choices(spec, &ids),
                    None => Err(self.refuse(spec, &value.to_string())),
                }
            }
            // Files may say true and false where a yes/no is meant.
            serde_json::Value::Bool(answer) if spec.kind == FieldKind::YesNo => {
                Ok(Value::YesNo(if *answer { YesNo::Yes } else { YesNo::No }))
            }
            other => Err(self.refuse(spec, &other.to_string())),
        }
    }

    fn spec(&self, path: &str) -> Result<FieldSpec<'k>, FieldError> {
        self.field(path).ok_or_else(|| {
            // The day of a test is seldom what was meant.
            let paths: Vec<String> = self.fields().map(|spec| spec.path).filter(|path| !path.ends_with(".on")).collect();
            let near = nearest(path, paths.iter().map(String::as_str));
            FieldError {
                path: path.to_owned(),
                problem: self.texts.text("field-unknown", &[("path", path.into())]),
                allowed: match near {
                    Some(near) => self.texts.text("field-did-you-mean", &[("near", near.to_owned().into())]),
                    None => self.texts.text("field-see-docs", &[]),
                },
            }
        })
    }

    fn number(&self, spec: &FieldSpec<'_>, number: f64) -> Result<Value, FieldError> {
        let (min, max) = spec.limits.unwrap_or((f64::MIN, f64::MAX));
        let whole = spec.kind != FieldKind::Integer || is_whole(number);
        if number.is_finite() && (min..=max).contains(&number) && whole {
            Ok(Value::Number(number))
        } else {
            Err(self.refuse(spec, &number.to_string()))
        }
    }

    fn choices(&self, spec: &FieldSpec<'_>, ids: &[&str]) -> Result<Value, FieldError> {
        let known = spec.choices.ids();
        let mut chosen: Vec<String> = Vec::new();
        for id in ids.iter().filter(|id| **id != "none") {
            if !known.contains(id) {
                return Err(self.refuse(spec, id));
            }
            if !chosen.iter().any(|one| one == id) {
                chosen.push((*id).to_owned());
            }
        }
        Ok(Value::Choices(chosen))
    }

    fn refuse(&self, spec: &FieldSpec<'_>, given: &str) -> FieldError {
        let shown: String = given.chars().take(40).filter(|c| !c.is_control()).collect();
        let problem = match shown.trim() {
            "" => self.texts.text("field-empty", &[]),
            shown => self.texts.text("field-refused", &[("given", shown.to_owned().into())]),
        };
        FieldError {
            path: spec.path.clone(),
            problem,
            allowed: self.allowed(spec, given),
        }
    }

    fn allowed(&self, spec: &FieldSpec<'_>, given: &str) -> Text {
        match spec.kind {
            FieldKind::Integer | FieldKind::Number => {
                let (min, max) = spec.limits.unwrap_or((0.0, 0.0));
                let id = if spec.kind == FieldKind::Integer {
                    "allowed-integer"
                } else {
                    "allowed-number"
                };
                self.texts.text(
                    id,
                    &[
                        ("min", min.to_string().into()),
                        ("max", max.to_string().into()),
                        ("unit", spec.unit.unwrap_or("").to_owned().into()),
                    ],
                )
            }
            FieldKind::YesNo => self.texts.text("allowed-yes-no", &[]),
            FieldKind::Date => self.texts.text("allowed-date", &[]),
            FieldKind::Time => self.texts.text("allowed-time", &[]),
            FieldKind::Text => self.texts.text("allowed-text", &[("max", TEXT_MAX.to_string().into())]),
            FieldKind::Choice | FieldKind::Choices => {
                const SHOWN: usize = 12;
                let ids = spec.choices.ids();
                match nearest(given, ids.iter().copied()) {
                    Some(near) => self.texts.text("field-did-you-mean", &[("near", near.to_owned().into())]),
                    None if ids.len() > SHOWN => self.texts.text(
                        "allowed-choices-many",
                        &[("some", ids[..SHOWN].join(", ").into()), ("count", ids.len().to_string().into())],
                    ),
                    None => self.texts.text("allowed-choices", &[("all", ids.join(", ").into())]),
                }
            }
        }
    }
}

/// The day on which a test was done.
fn day_of(test: &Record<Test>) -> FieldSpec<'_> {
    FieldSpec {
        path: format!("{TESTS}.{}.on", test.id),
        kind: FieldKind::Date,
        unit: None,
        limits: None,
        choices: Choices::default(),
        ask: &test.title,
        help: None,
        field: None,
    }
}

/// Items of a questionnaire while it is being filled in; the text of an item that may not be shipped is the name of the instrument.
fn of_instrument(record: &Record<Instrument>) -> Vec<FieldSpec<'_>> {
    let spec = |part: &str, kind, ask, limits| FieldSpec {
        path: Instrument::path(&record.id, part),
        kind,
        unit: None,
        limits,
        choices: Choices::default(),
        ask,
        help: None,
        field: None,
    };
    let mut specs: Vec<FieldSpec<'_>> = Vec::new();
    for item in &record.items {
        let ask = item.ask.as_ref().unwrap_or(&record.name);
        let limits = Some((f64::from(item.min), f64::from(item.max)));
        specs.push(spec(&item.id, FieldKind::Integer, ask, limits));
        if item.text {
            specs.push(spec(&format!("{}_text", item.id), FieldKind::Text, ask, None));
        }
    }
    for score in record.scores.iter().filter(|score| score.method == ScoreMethod::Entered) {
        specs.push(spec(
            &score.id,
            FieldKind::Number,
            &score.name,
            Some((score.range[0], score.range[1])),
        ));
    }
    specs
}

pub(crate) fn is_whole(number: f64) -> bool {
    number.total_cmp(&number.trunc()).is_eq()
}

/// Hours and minutes; seconds, which TOML writes, are read and left aside.
fn parse_time(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let ([hour, minute] | [hour, minute, _]) = parts.as_slice() else {
        return None;
    };
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = parts.iter().all(digits) && parts[1..].iter().all(|part| part.len() == 2);
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    well_formed.then_some(time)
}

/// Everything a person has answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    values: BTreeMap<String, Value>,
    entries: Vec<Entry>,
    now: Option<DateTime>,
}

impl Answers {
    /// Nothing answered yet.
    pub fn new() -> Answers {
        Answers::default()
    }

    /// Sets or replaces an answer that the catalogue has checked.
    pub fn set(&mut self, path: &str, value: Value) {
        self.values.insert(path.to_owned(), value);
    }

    /// Takes an answer back: it is unknown again.
    pub fn clear(&mut self, path: &str) {
        self.values.remove(path);
    }

    /// The answer to a field.
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.values.get(path)
    }

    /// A number.
    pub fn number(&self, path: &str) -> Option<f64> {
        match self.values.get(path) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// A single choice or a text.
    pub fn word(&self, path: &str) -> Option<&str> {
        match self.values.get(path) {
            Some(Value::Choice(word) | Value::Text(word)) => Some(word),
            _ => None,
        }
    }

    /// Several choices; `None` where the question is not answered.
    pub fn list(&self, path: &str) -> Option<&[String]> {
        match self.values.get(path) {
            Some(Value::Choices(list)) => Some(list),
            _ => None,
        }
    }

    /// A time of day.
    pub fn time(&self, path: &str) -> Option<Time> {
        match self.values.get(path) {
            Some(Value::Time(time)) => Some(*time),
            _ => None,
        }
    }

    /// A day.
    pub fn date(&self, path: &str) -> Option<Date> {
        match self.values.get(path) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// The language the person chose.
    pub fn language(&self) -> Option<Lang> {
        self.word("preferences.language").and_then(Lang::from_code)
    }

    /// Says at which moment the answers are looked at: how long ago something was done counts from then.
    pub fn look_at(&mut self, now: DateTime) {
        self.now = Some(now);
    }

    /// The moment at which the answers are looked at, where it was said.
    pub fn now(&self) -> Option<DateTime> {
        self.now
    }

    /// Adds what was done on a day or at an hour.
    pub fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Everything that was done, in the order in which it was added.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Questionnaires filled in.
    pub fn measured(&self) -> impl Iterator<Item = &Measurement> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Measured(one) => Some(one),
            _ => None,
        })
    }

    /// Medicines taken.
    pub fn taken(&self) -> impl Iterator<Item = &Taken> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Taken(one) => Some(one),
            _ => None,
        })
    }

    /// Treatments had.
    pub fn treated(&self) -> impl Iterator<Item = &Treated> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Treated(one) => Some(one),
            _ => None,
        })
    }

    /// Courses of treatments that were prescribed.
    pub fn planned(&self) -> impl Iterator<Item = &Planned> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Planned(one) => Some(one),
            _ => None,
        })
    }

    /// Red flags that a clinician examined.
    pub fn examined(&self) -> impl Iterator<Item = &Examined> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Examined(one) => Some(one),
            _ => None,
        })
    }

    /// All answers, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(path, value)| (path.as_str(), value))
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.entries.is_empty()
    }
}
