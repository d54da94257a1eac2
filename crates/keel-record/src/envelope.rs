//! The event as it lies in the file: a kind, the version of its payload, and the payload as JSON.
//!
//! The domain type [`Event`] carries no wire attributes; the payload structs here do. A payload may gain optional fields within its
//! version; anything else raises the version. What this version cannot read becomes [`Event::Unknown`] with its payload untouched.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Event;

/// The version of every payload below.
const SCHEMA: i64 = 1;

const PERSON_STARTED: &str = "person_started";
const ANSWERED: &str = "answered";
const CLEARED: &str = "cleared";
const STEP_FINISHED: &str = "step_finished";
const TRIAGE_SHOWN: &str = "triage_shown";
const EMERGENCY_ACKNOWLEDGED: &str = "emergency_acknowledged";
const PROGRAMME_MADE: &str = "programme_made";
const LOGGED: &str = "logged";
const UNLOGGED: &str = "unlogged";

/// An event ready for the file.
#[derive(Debug, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) kind: String,
    pub(crate) schema: i64,
    pub(crate) payload: String,
}

#[derive(Serialize, Deserialize)]
struct Empty {}

#[derive(Serialize, Deserialize)]
struct Answered {
    path: String,
    value: Value,
}

#[derive(Serialize, Deserialize)]
struct Cleared {
    path: String,
}

#[derive(Serialize, Deserialize)]
struct StepFinished {
    step: String,
}

#[derive(Serialize, Deserialize)]
struct TriageShown {
    level: String,
    items: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct EmergencyAcknowledged {
    level: String,
}

#[derive(Serialize, Deserialize)]
struct ProgrammeMade {
    input_hash: String,
    knowledge_hash: String,
    engine: String,
    plan: Value,
}

#[derive(Serialize, Deserialize)]
struct Logged {
    list: String,
    entry: Value,
}

#[derive(Serialize, Deserialize)]
struct Unlogged {
    seq: i64,
}

impl Event {
    /// The kind as it stands in the file.
    pub fn kind(&self) -> &str {
        match self {
            Event::PersonStarted => PERSON_STARTED,
            Event::Answered { .. } => ANSWERED,
            Event::Cleared { .. } => CLEARED,
            Event::StepFinished { .. } => STEP_FINISHED,
            Event::TriageShown { .. } => TRIAGE_SHOWN,
            Event::EmergencyAcknowledged { .. } => EMERGENCY_ACKNOWLEDGED,
            Event::ProgrammeMade { .. } => PROGRAMME_MADE,
            Event::Logged { .. } => LOGGED,
            Event::Unlogged { .. } => UNLOGGED,
            Event::Unknown { kind, .. } => kind,
        }
    }
}

/// Puts an event into its envelope.
pub(crate) fn seal(event: &Event) -> Result<Envelope, serde_json::Error> {
    let (schema, payload) = match event.clone() {
        Event::PersonStarted => (SCHEMA, serde_json::to_string(&Empty {})?),
        Event::Answered { path, value } => (SCHEMA, serde_json::to_string(&Answered { path, value })?),
        Event::Cleared { path } => (SCHEMA, serde_json::to_string(&Cleared { path })?),
        Event::StepFinished { step } => (SCHEMA, serde_json::to_string(&StepFinished { step })?),
        Event::TriageShown { level, items } => (SCHEMA, serde_json::to_string(&TriageShown { level, items })?),
        Event::EmergencyAcknowledged { level } => (SCHEMA, serde_json::to_string(&EmergencyAcknowledged { level })?),
        Event::ProgrammeMade {
            input_hash,
            knowledge_hash,
            engine,
            plan,
        } => {
            let made = ProgrammeMade {
                input_hash,
                knowledge_hash,
                engine,
                plan,
            };
            (SCHEMA, serde_json::to_string(&made)?)
        }
        Event::Logged { list, entry } => (SCHEMA, serde_json::to_string(&Logged { list, entry })?),
        Event::Unlogged { seq } => (SCHEMA, serde_json::to_string(&Unlogged { seq })?),
        Event::Unknown { schema, payload, .. } => (schema, payload),
    };
    Ok(Envelope {
        kind: event.kind().to_owned(),
        schema,
        payload,
    })
}

/// Takes an event out of its envelope; one that cannot be read comes out as [`Event::Unknown`].
pub(crate) fn open(kind: &str, schema: i64, payload: &str) -> Event {
    let event = if schema == SCHEMA { read(kind, payload) } else { None };
    event.unwrap_or_else(|| Event::Unknown {
        kind: kind.to_owned(),
        schema,
        payload: payload.to_owned(),
    })
}

fn read(kind: &str, payload: &str) -> Option<Event> {
    fn parse<'a, T: Deserialize<'a>>(payload: &'a str) -> Option<T> {
        serde_json::from_str(payload).ok()
    }
    Some(match kind {
        PERSON_STARTED => parse::<Empty>(payload).map(|_| Event::PersonStarted)?,
        ANSWERED => {
            let Answered { path, value } = parse(payload)?;
            Event::Answered { path, value }
        }
        CLEARED => {
            let Cleared { path } = parse(payload)?;
            Event::Cleared { path }
        }
        STEP_FINISHED => {
            let StepFinished { step } = parse(payload)?;
            Event::StepFinished { step }
        }
        TRIAGE_SHOWN => {
            let TriageShown { level, items } = parse(payload)?;
            Event::TriageShown { level, items }
        }
        EMERGENCY_ACKNOWLEDGED => {
            let EmergencyAcknowledged { level } = parse(payload)?;
            Event::EmergencyAcknowledged { level }
        }
        PROGRAMME_MADE => {
            let ProgrammeMade {
                input_hash,
                knowledge_hash,
                engine,
                plan,
            } = parse(payload)?;
            Event::ProgrammeMade {
                input_hash,
                knowledge_hash,
                engine,
                plan,
            }
        }
        LOGGED => {
            let Logged { list, entry } = parse(payload)?;
            Event::Logged { list, entry }
        }
        UNLOGGED => {
            let Unlogged { seq } = parse(payload)?;
            Event::Unlogged { seq }
        }
        _ => return None,
    })
}
