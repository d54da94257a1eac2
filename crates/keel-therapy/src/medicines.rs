//! The diary of medicines: what the labels allow in a day, the same ingredient or class twice, and what still works during a session.
//!
//! It counts and warns. It never says what to take, leave out or change: every warning points to a pharmacist or doctor.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use keel_knowledge::{Knowledge, Medicine, Record, Text, Truth};

use crate::{case::Answers, facts::PersonFacts, log::Taken, texts::Texts};

/// What of one medicine was taken in 24 hours, beside its label.
#[derive(Clone, Debug, PartialEq)]
pub struct DayOfMedicine {
    /// Medicine.
    pub medicine: String,
    /// Name.
    pub name: Text,
    /// Codes by system, where the operator has loaded any.
    pub codes: BTreeMap<String, String>,
    /// How often.
    pub times: usize,
    /// Milligrams of the entries that name them.
    pub mg: f64,
    /// Entries without milligrams: the sum is at least `mg`.
    pub unknown: usize,
    /// Label limit for this person, mg a day.
    pub label_mg: Option<f64>,
    /// Why it is lower than the usual one.
    pub lower_because: Vec<Text>,
}

impl DayOfMedicine {
    /// Whether what is known is above the label limit.
    pub fn above_label(&self) -> bool {
        self.label_mg.is_some_and(|most| self.mg > most)
    }
}

/// What a medicine's label allows this person in a day, and why less than usual.
///
/// A lower limit that cannot be ruled out counts.
pub fn label_limit(medicine: &Record<Medicine>, facts: &PersonFacts<'_>) -> Option<(f64, Vec<Text>)> {
    let usual = medicine.label_max_mg?;
    let caps = medicine.label_caps.iter().filter(|cap| cap.when.evaluate(facts).truth != Truth::No);
    let lowest = caps.clone().map(|cap| cap.mg).fold(usual, f64::min);
    Some((lowest, caps.map(|cap| cap.why.clone()).collect()))
}

/// What was taken in the 24 hours before `now`, by medicine.
pub fn last_24_hours(facts: &PersonFacts<'_>, now: DateTime) -> Vec<DayOfMedicine> {
    let knowledge = facts.knowledge();
    let recent: Vec<&Taken> = facts
        .answers()
        .taken()
        .filter(|one| (0.0..24.0).contains(&hours_between(one.at, now)))
        .collect();
    let day = |medicine: &Record<Medicine>| {
        let of: Vec<&&Taken> = recent.iter().filter(|one| one.medicine == medicine.id).collect();
        let limit = label_limit(medicine, facts);
        (!of.is_empty()).then(|| DayOfMedicine {
            medicine: medicine.id.clone(),
            name: medicine.name.clone(),
            codes: medicine.codes.clone(),
            times: of.len(),
            // From 0.0: the sum of no floats is -0.0.
            mg: of.iter().filter_map(|one| one.mg).fold(0.0, |sum, mg| sum + mg),
            unknown: of.iter().filter(|one| one.mg.is_none()).count(),
            label_mg: limit.as_ref().map(|(mg, _)| *mg),
            lower_because: limit.map(|(_, why)| why).unwrap_or_default(),
        })
    };
    knowledge.medicines.values().filter_map(day).collect()
}

/// A warning of the diary.
#[derive(Clone, Debug, PartialEq)]
pub struct DiaryWarning {
    /// `above-label`, `several-in-class`.
    pub kind: &'static str,
    /// Medicines it concerns.
    pub medicines: Vec<String>,
    /// To the person.
    pub text: Text,
}

/// Classes of which two at a time are one too many, with the message that says so.
const NOT_TWICE: [(&str, &str); 3] = [
    ("systemic_nsaid", "diary-two-nsaid"),
    ("paracetamol", "diary-two-paracetamol"),
    ("opioid", "diary-two-opioid"),
];

/// What stands out in the 24 hours before `now`.
pub fn diary_warnings(facts: &PersonFacts<'_>, now: DateTime) -> Vec<DiaryWarning> {
    let knowledge = facts.knowledge();
    let texts = Texts(&knowledge.messages);
    let day = last_24_hours(facts, now);
    let mut warnings: Vec<DiaryWarning> = day
        .iter()
        .filter(|one| one.above_label())
        .map(|one| {
            let mg = |value: f64| Text {
                en: value.to_string(),
                ru: value.to_string(),
            };
            let (taken, most) = (mg(one.mg), mg(one.label_mg.unwrap_or_default()));
            DiaryWarning {
                kind: "above-label",
                medicines: vec![one.medicine.clone()],
                text: texts.with("diary-above-label", &[("medicine", &one.name), ("mg", &taken), ("most", &most)]),
            }
        })
        .collect();
    for (class, message) in NOT_TWICE {
        let of: Vec<String> = day
            .iter()
            .filter(|one| has_class(knowledge, &one.medicine, class))
            .map(|one| one.medicine.clone())
            .collect();
        if of.len() > 1 {
            warnings.push(DiaryWarning {
                kind: "several-in-class",
                medicines: of,
                text: texts.text(message, &[]),
            });
        }
    }
    warnings
}

pub(crate) fn has_class(knowledge: &Knowledge, medicine: &str, class: &str) -> bool {
    let found = knowledge.medicines.get(medicine);
    found.is_some_and(|medicine| medicine.classes.iter().any(|one| one == class))
}

/// Hours from one moment to another; negative where the second is earlier.
pub(crate) fn hours_between(from: DateTime, to: DateTime) -> f64 {
    to.duration_since(from).as_secs_f64() / 3600.0
}

/// Whether a medicine of the diary may still hide pain, or make drowsy, at `now`; `None` where the diary has none.
pub(crate) fn works_still(knowledge: &Knowledge, answers: &Answers, now: DateTime, hours: fn(&Medicine) -> Option<u32>) -> bool {
    answers.taken().any(|one| {
        let for_h = knowledge.medicines.get(&one.medicine).and_then(|medicine| hours(medicine));
        let since = hours_between(one.at, now);
        // What lies in the future of this moment may be today's: it counts as just taken.
        for_h.is_some_and(|for_h| since < f64::from(for_h) && one.at.date() <= now.date())
    })
}

/// Days that a medicine of the diary counts as taken.
const TAKEN_DAYS: i32 = 7;

/// Medicines of the diary that were taken lately.
pub(crate) fn lately(answers: &Answers, today: Date) -> impl Iterator<Item = &str> {
    answers
        .taken()
        .filter(move |one| (0..TAKEN_DAYS).contains(&(today - one.at.date()).get_days()))
        .map(|one| one.medicine.as_str())
}
