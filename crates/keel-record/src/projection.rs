//! What follows from the events: a person's state, computed by a pure function.
//!
//! The projection knows no rule of therapy. It says what was answered last and what was shown last; whether a programme still fits the
//! answers is decided by whoever compares its `input_hash`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::{Event, Recorded};

/// The state of one person after all events so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// When the person began, if they did.
    pub started_at: Option<Timestamp>,
    /// The latest answer to each question that has one, by path.
    pub answers: BTreeMap<String, Value>,
    /// When each of these answers was given: red flags are asked again after a while.
    pub answered_at: BTreeMap<String, Timestamp>,
    /// The finished steps and when each was finished last.
    pub finished_steps: BTreeMap<String, Timestamp>,
    /// The latest outcome of the triage that was shown.
    pub last_triage: Option<Triage>,
    /// The latest programme.
    pub last_programme: Option<Programme>,
    /// What was done and not taken back, in order.
    pub log: Vec<Logged>,
    /// The number of the latest event, 0 if there is none.
    pub last_seq: i64,
    /// Events that this version cannot read. They are safe in the record; while there are any, the state above may lag behind it.
    pub skipped: Vec<Skipped>,
}

/// The outcome of a triage as it was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Triage {
    /// The id of the level.
    pub level: String,
    /// The ids of the items and rules that led to it.
    pub items: Vec<String>,
    /// When it was shown.
    pub shown_at: Timestamp,
    /// That the person confirmed having read the advice of this outcome. A later outcome has to be confirmed anew.
    pub acknowledged: Option<Acknowledgement>,
}

/// That emergency advice was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledgement {
    /// The id of the level that was on the screen.
    pub level: String,
    /// When it was confirmed.
    pub at: Timestamp,
}

/// A programme as it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// Hash of everything that went in.
    pub input_hash: String,
    /// Hash of the knowledge it was made from.
    pub knowledge_hash: String,
    /// Name and version of the engine.
    pub engine: String,
    /// The programme.
    pub plan: Value,
    /// When it was made.
    pub made_at: Timestamp,
    /// The number of the event, by which the programme can be named.
    pub seq: i64,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// The number of the event, by which it can be taken back.
    pub seq: i64,
    /// When it was written down.
    pub at: Timestamp,
    /// The list it belongs to.
    pub list: String,
    /// What was done.
    pub entry: Value,
}

/// An event that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// The number of the event.
    pub seq: i64,
    /// Its kind as written.
    pub kind: String,
    /// The version of its payload.
    pub schema: i64,
}

/// The state after these events, which are in the order of the record.
pub fn project<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Projection {
    let mut state = Projection::default();
    for recorded in events {
        state.apply(recorded);
    }
    state
}

impl Projection {
    /// The state after one more event. Projecting all events at once and applying them one by one is the same.
    pub fn apply(&mut self, recorded: &Recorded) {
        let Recorded { seq, at, event } = recorded;
        self.last_seq = *seq;
        match event {
            Event::PersonStarted => {
                self.started_at.get_or_insert(*at);
            }
            Event::Answered { path, value } => {
                self.answers.insert(path.clone(), value.clone());
                self.answered_at.insert(path.clone(), *at);
            }
            Event::Cleared { path } => {
                self.answers.remove(path);
                self.answered_at.remove(path);
            }
            Event::StepFinished { step } => {
                self.finished_steps.insert(step.clone(), *at);
            }
            Event::TriageShown { level, items } => {
                self.last_triage = Some(Triage {
                    level: level.clone(),
                    items: items.clone(),
                    shown_at: *at,
                    acknowledged: None,
                });
            }
            Event::EmergencyAcknowledged { level } => {
                if let Some(triage) = &mut self.last_triage {
                    triage.acknowledged = Some(Acknowledgement {
                        level: level.clone(),
                        at: *at,
                    });
                }
            }
            Event::ProgrammeMade {
                input_hash,
                knowledge_hash,
                engine,
                plan,
            } => {
                self.last_programme = Some(Programme {
                    input_hash: input_hash.clone(),
                    knowledge_hash: knowledge_hash.clone(),
                    engine: engine.clone(),
                    plan: plan.clone(),
                    made_at: *at,
                    seq: *seq,
                });
            }
            Event::Logged { list, entry } => self.log.push(Logged {
                seq: *seq,
                at: *at,
                list: list.clone(),
                entry: entry.clone(),
            }),
            Event::Unlogged { seq } => self.log.retain(|one| one.seq != *seq),
            Event::Unknown { kind, schema, .. } => self.skipped.push(Skipped {
                seq: *seq,
                kind: kind.clone(),
                schema: *schema,
            }),
        }
    }
}
