//! The clinical knowledge as the pages use it: questions, triage, plans. Without readable knowledge there is no clinic, and exercise stays locked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use keel_knowledge::{Fluent, Knowledge, Lang};
use keel_record::Projection;
use keel_report::FigureKind;
use keel_therapy::{
    Answers, Asking, Bodies, BodiesError, Cards, CardsError, Case, Catalogue, Entry, PersonFacts, Plan, Triage, plan, triage, write_case,
};
use serde_json::Value;

use crate::answers::{Questions, Refusal};
use crate::log;
use crate::problem::Problem;

/// Knowledge with everything that is computed from it once.
pub(crate) struct Clinic {
    pub(crate) knowledge: &'static Knowledge,
    pub(crate) catalogue: Catalogue<'static>,
    bodies: Bodies,
    /// The latest load cards, with the person they are for.
    cards: Mutex<Option<Arc<Cards>>>,
    drawn: Mutex<Drawn>,
    /// The latest plan: most requests ask for the same one again.
    latest: Mutex<Option<(PlanKey, Arc<Plan>)>>,
    /// The latest hash of answers and knowledge, with the number of the event it holds for.
    latest_input: Mutex<Option<(i64, String)>>,
}

/// Figures that were drawn, for one person's body.
#[derive(Default)]
struct Drawn {
    /// The cards of that body.
    of: Option<Arc<Cards>>,
    figures: BTreeMap<(String, FigureKind), Arc<Vec<u8>>>,
}

/// What a plan depends on within one installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PlanKey {
    last_seq: i64,
    date: Date,
    /// What was taken or had wears off by the hour.
    hour: DateTime,
}

impl Clinic {
    /// Takes the knowledge for the life of the program: pages hold parts of it while they are written.
    ///
    /// # Errors
    /// The body's anatomy or postures cannot be read.
    pub(crate) fn new(knowledge: Arc<Knowledge>) -> Result<Self, BodiesError> {
        let knowledge: &'static Knowledge = Box::leak(Box::new(knowledge));
        Ok(Self {
            knowledge,
            bodies: Bodies::read(knowledge)?,
            cards: Mutex::new(None),
            drawn: Mutex::default(),
            catalogue: Catalogue::new(knowledge),
            latest: Mutex::new(None),
            latest_input: Mutex::new(None),
        })
    }

    /// Load cards of all exercises for the person of these answers. They are kept: most changes in the answers leave the body as it is.
    pub(crate) fn cards(&self, answers: &Answers, date: Date) -> Result<Arc<Cards>, CardsError> {
        let person = self.bodies.person(self.knowledge, &self.catalogue, answers, date);
        let mut latest = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = latest.as_ref().filter(|known| known.are_of(&person)) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Cards::new(self.knowledge, &self.bodies, person)?);
        *latest = Some(Arc::clone(&made));
        Ok(made)
    }

    /// A figure of an exercise on the person's body. Drawing takes a second, so that all that were drawn of one body are kept: a few MB.
    pub(crate) fn figure(&self, answers: &Answers, date: Date, id: &str, kind: FigureKind) -> Result<Vec<u8>, Problem> {
        let exercise = self.knowledge.exercises.get(id).ok_or_else(Problem::not_found)?;
        let cards = self.cards(answers, date).map_err(|_| Problem::bug())?;
        let lock = || self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let known = {
            let mut drawn = lock();
            if drawn.of.as_ref().is_none_or(|of| !Arc::ptr_eq(of, &cards)) {
                *drawn = Drawn {
                    of: Some(Arc::clone(&cards)),
                    figures: BTreeMap::new(),
                };
            }
            drawn.figures.get(&(id.to_owned(), kind)).cloned()
        };
        if let Some(known) = known {
            return Ok(known.to_vec());
        }
        let made = keel_report::figure(&self.bodies, &cards, exercise, kind).map_err(|error| {
            log::failure("figures", &error);
            Problem::not_found()
        })?;
        let made = made.ok_or_else(Problem::not_found)?;
        let mut drawn = lock();
        // Meanwhile the answers may have changed the body.
        if drawn.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &cards)) {
            drawn.figures.insert((id.to_owned(), kind), Arc::new(made.clone()));
        }
        Ok(made)
    }

    /// A message of the knowledge.
    pub(crate) fn text(&self, lang: Lang, id: &str) -> String {
        self.knowledge.messages.get(lang, id)
    }

    /// A message with arguments.
    pub(crate) fn format(&self, lang: Lang, id: &str, args: &[(&str, Fluent<'_>)]) -> String {
        self.knowledge.messages.format(lang, id, args)
    }

    /// The checked answers of a record. What this knowledge does not ask any more stays in the record and is left aside here.
    pub(crate) fn answers(&self, state: &Projection) -> Answers {
        let mut answers = Answers::new();
        for (path, value) in &state.answers {
            if let Ok(value) = self.catalogue.from_json(path, value) {
                answers.set(path, value);
            }
        }
        for logged in &state.log {
            if let Ok(entry) = Entry::read(self.knowledge, &logged.list, &logged.entry) {
                answers.add(entry);
            }
        }
        // A result without a day of its own was measured when it was written down.
        for (path, at) in &state.answered_at {
            if let Some(test) = path.strip_prefix("tests.").and_then(|rest| rest.split('.').next()) {
                let on = format!("tests.{test}.on");
                let day = day_of(at);
                let later = answers.date(&on).is_none_or(|known| known < day);
                if !state.answers.contains_key(&on) && later {
                    answers.set(&on, keel_therapy::Value::Date(day));
                }
            }
        }
        answers.look_at(this_hour());
        answers
    }

    /// Triage from what is answered so far or, where everything was asked, for good.
    pub(crate) fn triage(&self, answers: &Answers, date: Date, asking: Asking) -> Triage {
        triage(&PersonFacts::new(self.knowledge, &self.catalogue, answers, date), asking)
    }

    /// The plan for a week that begins on `date`.
    pub(crate) fn plan(&self, state: &Projection, date: Date) -> Result<Arc<Plan>, Problem> {
        let key = PlanKey {
            last_seq: state.last_seq,
            date,
            hour: this_hour(),
        };
        let latest = || self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, plan)) = latest().as_ref()
            && *known == key
        {
            return Ok(Arc::clone(plan));
        }
        let answers = self.answers(state);
        let cards = self.cards(&answers, date).map_err(|_| Problem::bug())?;
        let made = Arc::new(plan(self.knowledge, &self.catalogue, &answers, date, &cards).map_err(|_| Problem::bug())?);
        *latest() = Some((key, Arc::clone(&made)));
        Ok(made)
    }

    /// Hash of everything that goes into a plan except the day: the answers and the knowledge.
    pub(crate) fn input_hash(&self, state: &Projection) -> String {
        let mut latest = self.latest_input.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last_seq, hash)) = latest.as_ref()
            && *last_seq == state.last_seq
        {
            return hash.clone();
        }
        let case = write_case(&Case {
            date: None,
            answers: self.answers(state),
        });
        let hash = keel_knowledge::hash_files([("case.toml", case.as_str()), ("knowledge", self.knowledge.hash.as_str())]);
        *latest = Some((state.last_seq, hash.clone()));
        hash
    }
}

/// The day of a moment, where this machine is.
pub(crate) fn day_of(at: &Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::system()).date()
}

/// The beginning of the hour, where this machine is.
fn this_hour() -> DateTime {
    let now = jiff::ZonedDateTime::now().datetime();
    now.date().at(now.hour(), 0, 0, 0)
}

impl Questions for Clinic {
    fn read(&self, path: &str, typed: &[&str]) -> Result<Value, Refusal> {
        self.catalogue
            .parse(path, typed)
            .map(|value| value.to_json())
            .map_err(|error| Refusal {
                path: error.path,
                problem: error.problem,
                allowed: Some(error.allowed),
            })
    }
}
