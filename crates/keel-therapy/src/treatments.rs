//! Physiotherapy beside exercise: what stands against a modality for this person, how long to wait afterwards, and when a course that
//! changes nothing should be talked over. As prescribed: no modality is ever proposed, no dose advised.

use jiff::civil::{Date, DateTime};
use keel_knowledge::{AgainstRule, Knowledge, Modality, Record, Text, Truth, Verdict};

use crate::{
    facts::PersonFacts,
    log::{Planned, Treated},
    medicines::hours_between,
};

/// Something that stands against a thing, or has to be asked first.
#[derive(Clone, Debug, PartialEq)]
pub struct Stands {
    /// Id of the rule inside its record.
    pub rule: String,
    /// Completes "Not for you now, because …".
    pub reason: Text,
    /// Facts that decided it, or that are missing.
    pub facts: Vec<String>,
}

/// Whether a thing is cleared for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleared {
    /// Nothing stands against it.
    Yes,
    /// Something is not known yet.
    AskFirst,
    /// Something stands against it.
    No,
}

impl Cleared {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Cleared::Yes => "yes",
            Cleared::AskFirst => "ask-first",
            Cleared::No => "no",
        }
    }
}

/// What was found against a thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clearance {
    /// What stands against it.
    pub against: Vec<Stands>,
    /// What has to be asked first.
    pub ask_first: Vec<Stands>,
}

impl Clearance {
    /// Judges rules over facts.
    pub fn of(rules: &[AgainstRule], facts: &PersonFacts<'_>) -> Clearance {
        let mut clearance = Clearance::default();
        for rule in rules {
            let Verdict { truth, because } = rule.when.evaluate(facts);
            let stands = Stands {
                rule: rule.id.clone(),
                reason: rule.reason.clone(),
                facts: because.into_iter().collect(),
            };
            match truth {
                Truth::Yes => clearance.against.push(stands),
                Truth::Undetermined => clearance.ask_first.push(stands),
                Truth::No => {}
            }
        }
        clearance
    }

    /// In one word.
    pub fn cleared(&self) -> Cleared {
        match (self.against.is_empty(), self.ask_first.is_empty()) {
            (false, _) => Cleared::No,
            (true, false) => Cleared::AskFirst,
            (true, true) => Cleared::Yes,
        }
    }
}

/// A modality for a person.
#[derive(Clone, Debug)]
pub struct Treatment<'k> {
    /// The record.
    pub modality: &'k Record<Modality>,
    /// Said to be prescribed or in use.
    pub prescribed: bool,
    /// What stands against it.
    pub clearance: Clearance,
    /// The latest course that was prescribed.
    pub course: Option<PlannedCourse>,
    /// Times it was had.
    pub times: usize,
    /// Mean change of pain from before to a day later over the times that name both; negative is better.
    pub mean_change: Option<f64>,
    /// Many times and no change: time to talk to the clinician.
    pub review: bool,
}

/// A course as prescribed, and how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCourse {
    /// The prescription.
    pub planned: Planned,
    /// Sessions had since it began.
    pub done: usize,
    /// The day on which the next one is due; none where all were had.
    pub next: Option<Date>,
}

impl PlannedCourse {
    fn of(planned: &Planned, had: &[&Treated]) -> PlannedCourse {
        let done = had.iter().filter(|one| one.at.date() >= planned.from).count();
        // Sessions are spread evenly over the weeks.
        let days = 7 * done / planned.per_week.max(1) as usize;
        let next = (done < planned.sessions as usize).then(|| planned.from.saturating_add(jiff::Span::new().days(days as i64)));
        PlannedCourse {
            planned: planned.clone(),
            done,
            next,
        }
    }
}

/// Least improvement on the scale 0 to 10 that counts as a change. Two points are the usual smallest change that matters.
const CHANGE_LEAST: f64 = 2.0;

/// All modalities for a person, in order.
pub fn treatments<'k>(facts: &PersonFacts<'k>) -> Vec<Treatment<'k>> {
    let knowledge: &'k Knowledge = facts.knowledge();
    let prescribed = facts.answers().list("treatments.prescribed").unwrap_or_default();
    let mut modalities: Vec<&'k Record<Modality>> = knowledge.modalities.values().collect();
    modalities.sort_by_key(|modality| modality.order);
    let treatment = |modality: &'k Record<Modality>| {
        let had: Vec<&Treated> = facts.answers().treated().filter(|one| one.modality == modality.id).collect();
        let changes: Vec<f64> = had
            .iter()
            .filter_map(|one| Some(f64::from(one.pain_after_24h?) - f64::from(one.pain_before?)))
            .collect();
        let mean_change = (!changes.is_empty()).then(|| changes.iter().sum::<f64>() / changes.len() as f64);
        Treatment {
            modality,
            prescribed: prescribed.contains(&modality.id) || facts.answers().planned().any(|one| one.modality == modality.id),
            clearance: Clearance::of(&modality.against, facts),
            course: facts
                .answers()
                .planned()
                .filter(|one| one.modality == modality.id)
                .max_by_key(|one| one.from)
                .map(|planned| PlannedCourse::of(planned, &had)),
            times: had.len(),
            mean_change,
            review: had.len() > modality.review_after_sessions as usize && mean_change.is_none_or(|change| change > -CHANGE_LEAST),
        }
    };
    modalities.into_iter().map(treatment).collect()
}

/// A wait before the next session.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// Modality.
    pub modality: String,
    /// Its name.
    pub name: Text,
    /// Until when.
    pub until: DateTime,
    /// Why.
    pub why: Option<Text>,
    /// Exercises that stay open.
    pub open: Vec<String>,
}

/// Waits that hold at `now`, the longest first.
pub fn waits(facts: &PersonFacts<'_>, now: DateTime) -> Vec<Wait> {
    let knowledge = facts.knowledge();
    let wait = |one: &Treated| {
        let modality = knowledge.modalities.get(&one.modality)?;
        let until = one.at.saturating_add(jiff::Span::new().hours(i64::from(modality.wait_h)));
        (modality.wait_h > 0 && hours_between(now, until) > 0.0).then(|| Wait {
            modality: modality.id.clone(),
            name: modality.name.clone(),
            until,
            why: modality.wait_why.clone(),
            open: modality.after_allow.clone(),
        })
    };
    let mut waits: Vec<Wait> = facts.answers().treated().filter_map(wait).collect();
    waits.sort_by(|a, b| b.until.cmp(&a.until).then_with(|| a.modality.cmp(&b.modality)));
    waits
}
