//! From answers to facts: what conditions see of a person.
//!
//! An unanswered question is [`Fact::Unknown`], except where it cannot concern the person ([`Fact::Inapplicable`]) or where the person has
//! said in so many words that none of the other conditions applies (`conditions.others = "no"`).

use std::collections::BTreeMap;

use jiff::civil::Date;
use keel_knowledge::{Classification, Condition, Fact, Facts, FieldKind, Knowledge, Record, Text, Truth};

use crate::case::{Answers, Catalogue, Value, YesNo};

/// A classification of the person, with what it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Classified {
    /// The class, where the facts decide it.
    pub determined: Option<String>,
    /// The class that is acted upon: the determined one, or the strictest.
    pub used: String,
    /// Its name.
    pub name: Text,
    /// What it means.
    pub meaning: Text,
    /// Facts that decided it, or facts that are missing.
    pub facts: Vec<String>,
    /// Sources of the rule.
    pub sources: Vec<String>,
}

/// The facts of one person on one day.
#[derive(Debug)]
pub struct PersonFacts<'a> {
    knowledge: &'a Knowledge,
    answers: &'a Answers,
    specs: &'a Catalogue<'a>,
    derived: BTreeMap<String, f64>,
    classes: BTreeMap<&'static str, Option<String>>,
    /// Minutes between rising and the session that is being judged.
    minutes_after_rising: Option<f64>,
}

impl<'a> PersonFacts<'a> {
    /// Facts from answers as of `date`.
    pub fn new(knowledge: &'a Knowledge, specs: &'a Catalogue<'a>, answers: &'a Answers, date: Date) -> PersonFacts<'a> {
        let mut facts = PersonFacts {
            knowledge,
            answers,
            specs,
            derived: derived(answers, date),
            classes: BTreeMap::new(),
            minutes_after_rising: None,
        };
        for id in ["stage", "irritability", "direction"] {
            let class = facts.classify(id).determined;
            facts.classes.insert(id, class);
        }
        facts
    }

    /// The same facts, seen from a session that starts so many minutes after rising.
    pub fn at_session(&self, minutes_after_rising: Option<f64>) -> PersonFacts<'a> {
        PersonFacts {
            knowledge: self.knowledge,
            answers: self.answers,
            specs: self.specs,
            derived: self.derived.clone(),
            classes: self.classes.clone(),
            minutes_after_rising,
        }
    }

    /// The answers behind the facts.
    pub fn answers(&self) -> &'a Answers {
        self.answers
    }

    /// The knowledge they are judged by.
    pub fn knowledge(&self) -> &'a Knowledge {
        self.knowledge
    }

    /// Classifies by `stage`, `irritability` or `direction`.
    ///
    /// The first class that holds wins; where an earlier one is undetermined, nothing is determined and the strictest class is used.
    pub fn classify(&self, id: &str) -> Classified {
        let Some(classification) = self.knowledge.classifications.get(id) else {
            // The linter refuses knowledge without it.
            return Classified {
                determined: None,
                used: String::new(),
                name: Text::default(),
                meaning: Text::default(),
                facts: Vec::new(),
                sources: Vec::new(),
            };
        };
        let mut missing = Vec::new();
        for class in &classification.classes {
            let verdict = class.when.evaluate(self);
            match verdict.truth {
                Truth::Yes if missing.is_empty() => {
                    return classified(classification, Some(&class.id), verdict.because.into_iter().collect());
                }
                Truth::Undetermined => missing.extend(verdict.because),
                Truth::Yes | Truth::No => {}
            }
        }
        missing.sort();
        missing.dedup();
        classified(classification, None, missing)
    }

    fn takes(&self, class: &str) -> Option<f64> {
        let taking = self.answers.list("medicines.taking")?;
        let of_class = |id: &&String| {
            self.knowledge
                .medicines
                .get(*id)
                .is_some_and(|medicine| medicine.classes.iter().any(|one| one == class))
        };
        Some(taking.iter().filter(of_class).count() as f64)
    }

    fn norm(&self, rest: &str) -> Option<f64> {
        let (test, name) = rest.split_once('.')?;
        let age = *self.derived.get("age_years")?;
        let sex = self.answers.word("person.sex");
        let norms = &self.knowledge.tests.get(test)?.norms;
        let fits = |norm: &&keel_knowledge::Norm| {
            norm.name == name
                && (f64::from(norm.age_min)..f64::from(norm.age_max) + 1.0).contains(&age)
                && norm.sex.as_deref().is_none_or(|wanted| sex == Some(wanted))
        };
        norms.iter().find(fits).map(|norm| norm.value)
    }

    fn unanswered(&self, path: &str) -> Fact<'a> {
        if let Some(id) = path.strip_prefix("answers.") {
            let applies = self.knowledge.red_flags.get(id).map(|flag| flag.applies.evaluate(self).truth);
            return if applies == Some(Truth::No) {
                Fact::Inapplicable
            } else {
                Fact::Unknown
            };
        }
        let Some(spec) = self.specs.field(path) else {
            return Fact::Unknown;
        };
        let asked: Option<&Condition> = spec.field.and_then(|field| field.asked_when.as_ref());
        if asked.is_some_and(|asked| asked.evaluate(self).truth == Truth::No) {
            return Fact::Inapplicable;
        }
        let none_of_the_others = path.starts_with("conditions.") && self.answers.word("conditions.others") == Some("no");
        match spec.kind {
            FieldKind::YesNo if none_of_the_others => Fact::Bool(false),
            FieldKind::Choice if none_of_the_others && spec.choices.iter().any(|(id, _)| *id == "no") => Fact::Word("no".into()),
            _ => Fact::Unknown,
        }
    }
}

impl Facts for PersonFacts<'_> {
    fn fact(&self, path: &str) -> Fact<'_> {
        let number = |value: Option<f64>| value.map_or(Fact::Unknown, Fact::Number);
        if let Some(class) = self.classes.get(path) {
            return class.as_deref().map_or(Fact::Unknown, |class| Fact::Word(class.into()));
        }
        match path {
            "session.minutes_after_rising" => return number(self.minutes_after_rising),
            "age_years" | "weeks_since_onset" | "bmi" => {
                return number(self.derived.get(path).copied());
            }
            _ => {}
        }
        if let Some(class) = path.strip_prefix("takes.") {
            return self.takes(class).map_or(Fact::Unknown, |count| Fact::Bool(count > 0.0));
        }
        if let Some(class) = path.strip_prefix("count.") {
            return number(self.takes(class));
        }
        if let Some(rest) = path.strip_prefix("norm.") {
            return number(self.norm(rest));
        }
        match self.answers.get(path) {
            None => self.unanswered(path),
            Some(Value::YesNo(YesNo::Yes)) => Fact::Bool(true),
            Some(Value::YesNo(YesNo::No)) => Fact::Bool(false),
            Some(Value::YesNo(YesNo::Unsure)) => Fact::Unknown,
            Some(Value::Number(number)) => Fact::Number(*number),
            Some(Value::Choice(word)) => Fact::Word(word.as_str().into()),
            Some(Value::Choices(list)) => Fact::Words(list.as_slice().into()),
            // Conditions ask of days, times and free texts only whether they are known.
            Some(given @ (Value::Date(_) | Value::Time(_) | Value::Text(_))) => Fact::Word(given.to_string().into()),
        }
    }
}

fn derived(answers: &Answers, date: Date) -> BTreeMap<String, f64> {
    let days_since = |path: &str| answers.date(path).map(|from| f64::from((date - from).get_days()));
    let mut derived = BTreeMap::new();
    let mut put = |name: &str, value: Option<f64>| {
        if let Some(value) = value.filter(|value| value.is_finite() && *value >= 0.0) {
            derived.insert(name.to_owned(), value);
        }
    };
    // A day of birth beats an age, which grows old in the file.
    let from_birth = answers.date("person.born").map(|born| {
        let birthday_passed = (date.month(), date.day()) >= (born.month(), born.day());
        f64::from(date.year() - born.year()) - if birthday_passed { 0.0 } else { 1.0 }
    });
    put("age_years", from_birth.or_else(|| answers.number("person.age")));
    put("weeks_since_onset", days_since("diagnosis.since").map(|days| days / 7.0));
    let height_m = answers.number("person.height_cm").map(|cm| cm / 100.0);
    put(
        "bmi",
        answers
            .number("person.mass_kg")
            .zip(height_m)
            .map(|(mass_kg, height_m)| mass_kg / (height_m * height_m)),
    );
    derived
}

fn classified(classification: &Record<Classification>, determined: Option<&str>, facts: Vec<String>) -> Classified {
    let used = determined.unwrap_or(&classification.strictest);
    let class = classification.classes.iter().find(|class| class.id == used);
    Classified {
        determined: determined.map(str::to_owned),
        used: used.to_owned(),
        name: class.map(|class| class.name.clone()).unwrap_or_default(),
        meaning: class.map(|class| class.meaning.clone()).unwrap_or_default(),
        facts,
        sources: classification.sources.clone(),
    }
}
