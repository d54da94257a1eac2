//! Belts and other kit: whether one makes sense for this person and which kind, the score of a concrete product, whether it fits, and how
//! long to wear it. A belt is never a treatment of the disc and no exercise ever depends on it.

use jiff::civil::Date;
use keel_knowledge::{BeltRules, Fact, Facts as _, Orthosis, OrthosisKind, QualityPoint, Record, Text, Truth, Verdict, Who};

use crate::{
    case::Value,
    facts::PersonFacts,
    treatments::{Clearance, Cleared},
};

/// Whether a kind of belt or kit is an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Option3 {
    /// It may be tried.
    Sensible,
    /// A fact that decides it is missing.
    AskFirst,
    /// Not for this person, or not without a clinician.
    No,
}

/// A kind of belt or kit for a person.
#[derive(Clone, Debug)]
pub struct Kit<'k> {
    /// The record.
    pub orthosis: &'k Record<Orthosis>,
    /// Whether it is an option.
    pub option: Option3,
    /// Facts that decided it, or that are missing.
    pub facts: Vec<String>,
}

/// The judgement of a concrete product.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// Points reached.
    pub points: u32,
    /// Points of all questions.
    pub most: u32,
    /// Questions not answered.
    pub open: usize,
    /// What speaks against this product: fields of needed points with "no".
    pub rather_not: Vec<String>,
}

impl Quality {
    /// Whether it can be recommended to go on with this product: all answered, nothing needed is missing.
    pub fn good(&self) -> bool {
        self.open == 0 && self.rather_not.is_empty()
    }
}

/// What to do about the fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Points with a "no": field, whether it must come off, what to do.
    pub faults: Vec<(String, bool, Text)>,
    /// Questions not answered.
    pub open: usize,
    /// Discomfort of 4 or more out of 10 in these fields.
    pub uncomfortable: Vec<String>,
}

/// The wear plan on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Wearing {
    /// Week of wearing, from 1.
    pub week: u32,
    /// Hours today, at most.
    pub hours_most: f64,
    /// To the person.
    pub says: Text,
    /// Worn longer than that yesterday.
    pub too_long: bool,
}

/// Everything about belts and kit for a person.
#[derive(Clone, Debug)]
pub struct BeltAdvice<'k> {
    /// The rules.
    pub rules: &'k Record<BeltRules>,
    /// What stands against any belt.
    pub clearance: Clearance,
    /// Belts, then kit.
    pub kit: Vec<Kit<'k>>,
    /// The product the person looks at.
    pub quality: Quality,
    /// How it fits.
    pub fit: Fit,
    /// The wear plan, where one is worn.
    pub wearing: Option<Wearing>,
}

/// Discomfort from which a belt should be fitted anew.
const UNCOMFORTABLE: f64 = 4.0;

/// Judges everything about belts and kit.
pub fn belt<'k>(facts: &PersonFacts<'k>, today: Date) -> BeltAdvice<'k> {
    let knowledge = facts.knowledge();
    let rules = &knowledge.belt;
    let clearance = Clearance::of(&rules.against, facts);
    let mut records: Vec<&'k Record<Orthosis>> = knowledge.orthoses.values().collect();
    records.sort_by_key(|record| (record.kind == OrthosisKind::Kit, record.order));
    let kit = |orthosis: &'k Record<Orthosis>| {
        let Verdict { truth, because } = orthosis.sensible_when.evaluate(facts);
        let standing = match orthosis.kind {
            OrthosisKind::Belt => clearance_of(orthosis, facts).cleared(),
            OrthosisKind::Kit => Cleared::Yes,
        };
        let option = match (standing, truth) {
            (Cleared::No, _) | (_, Truth::No) => Option3::No,
            (Cleared::AskFirst, _) | (_, Truth::Undetermined) => Option3::AskFirst,
            (Cleared::Yes, Truth::Yes) => Option3::Sensible,
        };
        Kit {
            orthosis,
            option,
            facts: because.into_iter().collect(),
        }
    };
    BeltAdvice {
        rules,
        kit: records.into_iter().map(kit).collect(),
        quality: quality(&rules.quality, facts),
        fit: fit(rules, facts),
        wearing: wearing(rules, facts, today),
        clearance,
    }
}

/// What stands against one kind of belt: some rules ask which kind it is.
fn clearance_of(orthosis: &Record<Orthosis>, facts: &PersonFacts<'_>) -> Clearance {
    let mut answers = facts.answers().clone();
    answers.set("belt.kind", Value::Choice(orthosis.id.clone()));
    let of_this_kind = PersonFacts::new(facts.knowledge(), facts.catalogue(), &answers, facts.date());
    Clearance::of(&facts.knowledge().belt.against, &of_this_kind)
}

impl BeltAdvice<'_> {
    /// Kinds of belt a person may choose without a clinician, that make sense.
    pub fn sensible(&self) -> impl Iterator<Item = &Kit<'_>> {
        self.kit
            .iter()
            .filter(|kit| kit.option == Option3::Sensible && kit.orthosis.who == Who::Person)
    }
}

fn answer(facts: &PersonFacts<'_>, field: &str) -> Option<bool> {
    match facts.fact(field) {
        Fact::Bool(answer) => Some(answer),
        _ => None,
    }
}

fn quality(points: &[QualityPoint], facts: &PersonFacts<'_>) -> Quality {
    let yes = |point: &&QualityPoint| answer(facts, &point.field) == Some(true);
    Quality {
        points: points.iter().filter(yes).map(|point| point.points).sum(),
        most: points.iter().map(|point| point.points).sum(),
        open: points.iter().filter(|point| answer(facts, &point.field).is_none()).count(),
        rather_not: points
            .iter()
            .filter(|point| point.must && answer(facts, &point.field) == Some(false))
            .map(|point| point.field.clone())
            .collect(),
    }
}

fn fit(rules: &BeltRules, facts: &PersonFacts<'_>) -> Fit {
    let comfort = facts
        .knowledge()
        .fields()
        .filter(|field| field.path.starts_with("belt.comfort_"))
        .filter(|field| facts.answers().number(&field.path).is_some_and(|points| points >= UNCOMFORTABLE));
    Fit {
        faults: rules
            .fit
            .iter()
            .filter(|point| answer(facts, &point.field) == Some(false))
            .map(|point| (point.field.clone(), point.must, point.if_not.clone()))
            .collect(),
        open: rules.fit.iter().filter(|point| answer(facts, &point.field).is_none()).count(),
        uncomfortable: comfort.map(|field| field.path.clone()).collect(),
    }
}

fn wearing(rules: &BeltRules, facts: &PersonFacts<'_>, today: Date) -> Option<Wearing> {
    let since = facts.answers().date("belt.since")?;
    let days = u32::try_from((today - since).get_days()).ok()?;
    let week = days / 7 + 1;
    let step = rules
        .wear
        .iter()
        .find(|step| (step.weeks[0]..=step.weeks[1]).contains(&week))
        .or(rules.wear.last())?;
    let hours = facts.answers().number("belt.hours_yesterday");
    Some(Wearing {
        week,
        hours_most: step.hours_most,
        says: step.says.clone(),
        too_long: hours.is_some_and(|hours| hours > step.hours_most),
    })
}
