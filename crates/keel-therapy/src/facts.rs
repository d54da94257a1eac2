//! From answers to facts: what conditions see of a person.
//!
//! An unanswered question is [`Fact::Unknown`], except where it cannot concern the person ([`Fact::Inapplicable`]) or where the person has
//! said in so many words that none of the other conditions applies (`conditions.others = "no"`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use keel_knowledge::{Classification, Condition, Fact, Facts, FieldKind, Knowledge, Record, Text, Truth};

use crate::{
    case::{Answers, Catalogue, Value, YesNo},
    instruments::{self, Measurement},
    medicines::{self, hours_between},
};

/// Beginnings of paths with a question that answers "no" to everything under them that was left open. Of belts only the conditions are meant,
/// not the checks of a product.
const CLOSED_BY_OTHERS: [(&str, &str); 3] = [
    ("conditions.", "conditions.others"),
    ("treatments.", "treatments.others"),
    ("belt.c_", "belt.others"),
];

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
    /// Bands of questionnaires, by `band.ID`.
    bands: BTreeMap<String, String>,
    date: Date,
    /// The moment at which the facts are looked at; without one, the beginning of the day, so that less time has passed since anything.
    moment: DateTime,
    /// Whether results that are too old to decide anything are seen all the same.
    old_tests_count: bool,
    /// Minutes between rising and the session that is being judged.
    minutes_after_rising: Option<f64>,
    /// Minutes after rising during which bending forward is left out.
    no_bending_min: f64,
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
            bands: BTreeMap::new(),
            date,
            moment: answers.now().filter(|now| now.date() == date).unwrap_or(date.at(0, 0, 0, 0)),
            old_tests_count: false,
            minutes_after_rising: None,
            no_bending_min: f64::from(knowledge.week.no_bending_after_rising_min),
        };
        facts.take_scores();
        facts.count_treatments();
        for id in ["stage", "irritability", "direction", "flare"] {
            let class = facts.classify(id).determined;
            facts.classes.insert(id, class);
        }
        facts
    }

    /// The same facts with results of tests that are too old to decide anything.
    pub(crate) fn with_old_tests(&self) -> PersonFacts<'a> {
        PersonFacts {
            old_tests_count: true,
            ..self.at_session(self.minutes_after_rising)
        }
    }

    /// The same facts, looked at in a moment of the day.
    #[must_use]
    pub fn at(mut self, moment: DateTime) -> PersonFacts<'a> {
        self.moment = moment;
        self.count_treatments();
        self
    }

    /// Every field there is.
    pub(crate) fn catalogue(&self) -> &'a Catalogue<'a> {
        self.specs
    }

    /// The day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The moment.
    pub fn moment(&self) -> DateTime {
        self.moment
    }

    /// `score.ID`, `score.ID.part`, `band.ID`, `change.ID` from the questionnaires filled in.
    fn take_scores(&mut self) {
        let filled_in: BTreeSet<&String> = self.answers.measured().map(|one| &one.instrument).collect();
        for id in filled_in {
            let Some(record) = self.knowledge.instruments.get(id) else {
                continue;
            };
            let mut history: Vec<&Measurement> = self
                .answers
                .measured()
                .filter(|one| one.instrument == *id && one.on <= self.date)
                .collect();
            history.sort_by_key(|one| one.on);
            // What was filled in before this episode says nothing of its course.
            let since = self.answers.date("diagnosis.since");
            let of_episode: Vec<&Measurement> = history
                .iter()
                .filter(|one| since.is_none_or(|since| one.on >= since))
                .copied()
                .collect();
            let weeks = self.knowledge.retriage.non_response_weeks;
            if let Some(percent) = instruments::improvement_percent(record, &of_episode, weeks) {
                self.derived.insert(format!("change.{id}"), percent);
            }
            let valid = i64::from(self.knowledge.retriage.scores_valid_days);
            let Some(latest) = history.last().filter(|one| i64::from((self.date - one.on).get_days()) <= valid) else {
                continue;
            };
            let scored = instruments::score(record, &latest.items);
            for (part, score) in &scored.scores {
                if let Ok(value) = score {
                    self.derived.insert(format!("score.{id}.{part}"), *value);
                }
            }
            if let Some(value) = scored.main() {
                self.derived.insert(format!("score.{id}"), value);
            }
            if let Some(band) = scored.band {
                self.bands.insert(format!("band.{id}"), band);
            }
        }
    }

    /// `done.ID` and `hours_since.ID` from the treatments had.
    fn count_treatments(&mut self) {
        self.derived.retain(|path, _| !path.starts_with("hours_since."));
        for one in self.answers.treated().filter(|one| one.at.date() <= self.date) {
            *self.derived.entry(format!("done.{}", one.modality)).or_default() = self
                .answers
                .treated()
                .filter(|other| other.modality == one.modality && other.at.date() <= self.date)
                .count() as f64;
            let hours = hours_between(one.at, self.moment).max(0.0);
            let least = self.derived.entry(format!("hours_since.{}", one.modality)).or_insert(hours);
            *least = least.min(hours);
        }
    }

    /// The same facts, seen from a session that starts so many minutes after rising.
    pub fn at_session(&self, minutes_after_rising: Option<f64>) -> PersonFacts<'a> {
        PersonFacts {
            knowledge: self.knowledge,
            answers: self.answers,
            specs: self.specs,
            derived: self.derived.clone(),
            classes: self.classes.clone(),
            bands: self.bands.clone(),
            date: self.date,
            moment: self.moment,
            old_tests_count: self.old_tests_count,
            minutes_after_rising,
            no_bending_min: self.no_bending_min,
        }
    }

    /// The same facts of a person who leaves out bending forward for so many minutes after rising, at least those of the knowledge.
    #[must_use]
    pub fn without_bending_for(mut self, minutes: f64) -> PersonFacts<'a> {
        self.no_bending_min = minutes.max(f64::from(self.knowledge.week.no_bending_after_rising_min));
        self
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

    /// How many medicines of a class are taken: those that were named, and those of the diary of the last days.
    fn takes(&self, class: &str) -> Option<f64> {
        let named = self.answers.list("medicines.taking");
        let diary = medicines::lately(self.answers, self.date);
        let all: BTreeSet<&str> = named.unwrap_or_default().iter().map(String::as_str).chain(diary).collect();
        let count = all.into_iter().filter(|id| medicines::has_class(self.knowledge, id, class)).count();
        // Without the list of medicines, what the diary shows is the least there is.
        (named.is_some() || count > 0).then_some(count as f64)
    }

    /// How many medicines of a class, where that is known: without the list the diary gives only the least there is, which is enough for
    /// "two or more".
    fn count(&self, class: &str) -> Option<f64> {
        let enough = if self.answers.list("medicines.taking").is_some() {
            0.0
        } else {
            2.0
        };
        self.takes(class).filter(|count| *count >= enough)
    }

    /// Whether the diary shows a painkiller that may still work; it counts more than a "no" that was given before.
    fn masked_by_the_diary(&self) -> bool {
        medicines::works_still(self.knowledge, self.answers, self.moment, |medicine| medicine.masks_h)
    }

    /// Whether a result is too old to decide anything: it is measured again first. What a test found stays a finding, marked as old.
    fn too_old(&self, path: &str) -> bool {
        let test = path.strip_prefix("tests.").and_then(|rest| rest.split('.').next());
        let valid = test.and_then(|test| Some((test, self.knowledge.tests.get(test)?.valid_days?)));
        !self.old_tests_count
            && valid.is_some_and(|(test, days)| {
                let on = self.answers.date(&format!("tests.{test}.on"));
                on.is_some_and(|on| i64::from((self.date - on).get_days()) > i64::from(days))
            })
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
        let none_of_the_others = CLOSED_BY_OTHERS
            .iter()
            .any(|(beginning, others)| path.starts_with(beginning) && self.answers.word(others) == Some("no"));
        match spec.kind {
            FieldKind::YesNo if none_of_the_others => Fact::Bool(false),
            FieldKind::Choice if none_of_the_others && spec.choices.ids().contains(&"no") => Fact::Word("no".into()),
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
        if let Some(band) = self.bands.get(path) {
            return Fact::Word(band.as_str().into());
        }
        if path.starts_with("done.") {
            return Fact::Number(self.derived.get(path).copied().unwrap_or_default());
        }
        if ["score.", "change.", "hours_since."].iter().any(|prefix| path.starts_with(prefix)) {
            return number(self.derived.get(path).copied());
        }
        match path {
            "session.minutes_after_rising" => return number(self.minutes_after_rising),
            "session.no_bending_min" => return Fact::Number(self.no_bending_min),
            "age_years" | "weeks_since_onset" | "bmi" => {
                return number(self.derived.get(path).copied());
            }
            _ => {}
        }
        if let Some(class) = path.strip_prefix("takes.") {
            return self.takes(class).map_or(Fact::Unknown, |count| Fact::Bool(count > 0.0));
        }
        if let Some(class) = path.strip_prefix("count.") {
            return number(self.count(class));
        }
        if let Some(rest) = path.strip_prefix("norm.") {
            return number(self.norm(rest));
        }
        if path == "medicines.analgesic_before_session" && self.masked_by_the_diary() {
            return Fact::Bool(true);
        }
        if self.too_old(path) {
            return Fact::Unknown;
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
