//! The things that can happen, in the words of the app.
//!
//! A further kind of event takes four steps: a variant here with its checks, its payload in `envelope.rs`, what follows from it in
//! `projection.rs`, and a line in the story test. If an older Keel would read the record *wrongly* without knowing the kind (and
//! not merely know less), a migration must raise the record's format as well, so that it refuses the file.

use jiff::Timestamp;
use serde_json::Value;

use crate::Error;

/// Longest path, step, level, hash or engine name, in bytes.
const MAX_NAME: usize = 200;
/// Longest answer as JSON, in bytes: a long free text many times over.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest plan as JSON, in bytes: some hundred times a week's programme with all its reasons.
const MAX_PLAN: usize = 16 * 1024 * 1024;

/// Something that happened to one person's record.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The person began to use Keel.
    PersonStarted,
    /// The person answered a question; an earlier answer to it is superseded, not erased.
    Answered {
        /// The path of the field, as in the questionnaires: `pain.leg_now`, `answers.CES_BLADDER`.
        path: String,
        /// The answer. Never null: a number that is not one becomes null in JSON, and is refused here.
        value: Value,
    },
    /// The person took an answer back; the question is open again.
    Cleared {
        /// The path of the field.
        path: String,
    },
    /// The person finished a step of the way.
    StepFinished {
        /// The id of the step.
        step: String,
    },
    /// The outcome of the triage was shown.
    TriageShown {
        /// The id of the level.
        level: String,
        /// The ids of the items and rules that led to it.
        items: Vec<String>,
    },
    /// The person confirmed having read the emergency advice.
    EmergencyAcknowledged {
        /// The id of the level that was shown.
        level: String,
    },
    /// A programme was made.
    ProgrammeMade {
        /// Hash of everything that went in.
        input_hash: String,
        /// Hash of the knowledge it was made from.
        knowledge_hash: String,
        /// Name and version of the engine.
        engine: String,
        /// The programme, whole, so that it can be shown again unchanged.
        plan: Value,
    },
    /// Something was done on a day or at an hour: a questionnaire filled in, a medicine taken, a treatment had.
    Logged {
        /// The list it belongs to.
        list: String,
        /// What was done, a JSON object without null.
        entry: Value,
    },
    /// An entry of a list was taken back: it was written by mistake. It stays in the record.
    Unlogged {
        /// The number of the event that wrote it.
        seq: i64,
    },
    /// An event that this version cannot read: of a kind or payload of another version. It is kept as it is and skipped by the projection.
    Unknown {
        /// The kind as written.
        kind: String,
        /// The version of its payload.
        schema: i64,
        /// The payload as written, a JSON object.
        payload: String,
    },
}

/// An event in its place in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The number of the event; it grows over the whole record, with gaps where other people's events lie.
    pub seq: i64,
    /// When it was recorded, to the millisecond. The clock may have been wrong or set back: order by `seq`.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

impl Event {
    /// Refuses what must not enter the record.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refused = |reason| Error::Refused {
            kind: self.kind().to_owned(),
            reason,
        };
        match self {
            Event::PersonStarted => Ok(()),
            Event::Answered { path, value } => {
                check_path(path).map_err(refused)?;
                check_answer(value).map_err(refused)
            }
            Event::Cleared { path } => check_path(path).map_err(refused),
            Event::StepFinished { step } => check_name(step).map_err(refused),
            Event::TriageShown { level, items } => {
                check_name(level).map_err(refused)?;
                items.iter().try_for_each(|item| check_name(item)).map_err(refused)
            }
            Event::EmergencyAcknowledged { level } => check_name(level).map_err(refused),
            Event::ProgrammeMade {
                input_hash,
                knowledge_hash,
                engine,
                plan,
            } => {
                [input_hash, knowledge_hash, engine]
                    .into_iter()
                    .try_for_each(|name| check_name(name))
                    .map_err(refused)?;
                check_plan(plan).map_err(refused)
            }
            Event::Logged { list, entry } => {
                check_name(list).map_err(refused)?;
                if !entry.is_object() {
                    return Err(refused("its entry is not a JSON object"));
                }
                check_answer(entry).map_err(refused)
            }
            Event::Unlogged { seq } => {
                if *seq < 1 {
                    return Err(refused("it names no event"));
                }
                Ok(())
            }
            Event::Unknown { kind, schema, payload } => check_unknown(kind, *schema, payload).map_err(refused),
        }
    }
}

/// A dotted path of one or more names of letters, digits, `_` and `-`.
fn check_path(path: &str) -> Result<(), &'static str> {
    let name = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if path.len() > MAX_NAME {
        Err("its path is too long")
    } else if path.split('.').all(name) {
        Ok(())
    } else {
        Err("its path is not made of names with dots between them")
    }
}

fn check_answer(value: &Value) -> Result<(), &'static str> {
    fn holds_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(values) => values.iter().any(holds_null),
            Value::Object(fields) => fields.values().any(holds_null),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    if holds_null(value) {
        Err("its value is null, as a missing or not finite number is in JSON")
    } else if value.to_string().len() > MAX_ANSWER {
        Err("its value is too long")
    } else {
        Ok(())
    }
}

fn check_plan(plan: &Value) -> Result<(), &'static str> {
    if !plan.is_object() {
        Err("its plan is not a JSON object")
    } else if plan.to_string().len() > MAX_PLAN {
        Err("its plan is too long")
    } else {
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    match name.len() {
        0 => Err("one of its names is empty"),
        1..=MAX_NAME => Ok(()),
        _ => Err("one of its names is too long"),
    }
}

fn check_unknown(kind: &str, schema: i64, payload: &str) -> Result<(), &'static str> {
    if !(1..=64).contains(&kind.len()) {
        return Err("its kind is empty or too long");
    }
    if schema < 1 {
        return Err("the version of its payload is below 1");
    }
    if !matches!(serde_json::from_str(payload), Ok(Value::Object(_))) {
        return Err("its payload is not a JSON object");
    }
    match crate::envelope::open(kind, schema, payload) {
        Event::Unknown { .. } => Ok(()),
        _ => Err("it is a kind that this version knows"),
    }
}
