//! Answers on their way from a form into the record.
//!
//! A field of a form is named after the path of its question, several choices repeat the name, and an empty value takes the answer back.
//! `POST /save` takes any number of such fields, as a page's script sends them one by one; a page that is sent whole reads its
//! form with [`read`] as well, so that an answer refused in one way is refused in the other.

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use keel_knowledge::Text;
use keel_record::{Event, Projection};
use keel_therapy::{Asking, RANK_LOCKED};
use serde_json::Value;

use crate::app::App;
use crate::problem::Problem;
use crate::words;

/// What can be asked, and how an answer is read.
pub(crate) trait Questions: Send + Sync {
    /// The value of an answer as typed or chosen, never empty.
    ///
    /// # Errors
    /// The question is not known, or the answer does not fit it.
    fn read(&self, path: &str, typed: &[&str]) -> Result<Value, Refusal>;
}

/// Asks nothing: what remains where the knowledge cannot be read.
pub(crate) struct NoQuestions;

impl Questions for NoQuestions {
    fn read(&self, path: &str, _: &[&str]) -> Result<Value, Refusal> {
        Err(Refusal::unknown(path))
    }
}

/// Why an answer was not taken.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The path of the question.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) problem: Text,
    /// What is allowed.
    pub(crate) allowed: Option<Text>,
}

impl Refusal {
    pub(crate) fn unknown(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            problem: words::UNKNOWN_FIELD.into(),
            allowed: None,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "answer", refusal.problem).field(refusal.path);
        match refusal.allowed {
            Some(allowed) => problem.hint(allowed),
            None => problem,
        }
    }
}

/// A form as sent: names and values, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// What a form says: what happened, and what could not be taken.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) events: Vec<Event>,
    pub(crate) refusals: Vec<Refusal>,
}

/// An answer given again within this time is the page repeating what its script has just saved. Later it is an answer of its own:
/// the same "no" to a red flag on another day.
const REPEATED: SignedDuration = SignedDuration::from_mins(10);

/// Reads a form against what was answered before.
pub(crate) fn read(questions: &dyn Questions, state: &Projection, now: Timestamp, form: &Pairs) -> Reading {
    let mut reading = Reading::default();
    let mut seen: Vec<&str> = Vec::new();
    for (path, _) in form {
        if seen.contains(&path.as_str()) {
            continue;
        }
        seen.push(path);
        let typed: Vec<&str> = form
            .iter()
            .filter(|(other, value)| other == path && !value.trim().is_empty())
            .map(|(_, value)| value.as_str())
            .collect();
        if typed.is_empty() {
            if state.answers.contains_key(path) {
                reading.events.push(Event::Cleared { path: path.clone() });
            }
            continue;
        }
        match questions.read(path, &typed) {
            Ok(value) => {
                let just_now = state.answered_at.get(path).is_some_and(|at| now.duration_since(*at) < REPEATED);
                if !(just_now && state.answers.get(path) == Some(&value)) {
                    reading.events.push(Event::Answered { path: path.clone(), value });
                }
            }
            Err(refusal) => reading.refusals.push(refusal),
        }
    }
    reading
}

/// `POST /save`
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/save", post(save))
}

/// Header by which a saved answer sends its page to the stop page at once.
const STOP: &str = "keel-stop";

/// Saves what can be taken; the first answer that cannot is the answer to the request.
async fn save(State(app): State<App>, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let now = app.now();
    let reading = read(app.questions.as_ref(), &state, now, &form);
    app.record.append(person, now, &reading.events).await?;
    if let Some(refusal) = reading.refusals.into_iter().next() {
        return Err(refusal.into());
    }
    if form.iter().any(|(path, _)| path.starts_with("answers.")) && stops(&app).await? {
        return Ok((StatusCode::NO_CONTENT, [(STOP, "/stop")]).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether what was answered so far is an emergency.
async fn stops(app: &App) -> Result<bool, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    Ok(clinic.triage(&clinic.answers(&state), app.today(), Asking::Underway).rank > RANK_LOCKED)
}

#[cfg(test)]
mod tests {
    use keel_record::{Recorded, project};
    use serde_json::json;

    use super::*;

    /// One number, 0 to 10, and a list.
    struct Two;

    impl Questions for Two {
        fn read(&self, path: &str, typed: &[&str]) -> Result<Value, Refusal> {
            match (path, typed) {
                ("pain.now", [one]) => match one.parse::<u8>() {
                    Ok(number) if number <= 10 => Ok(number.into()),
                    _ => Err(Refusal {
                        path: path.into(),
                        ..Refusal::unknown(path)
                    }),
                },
                ("have", many) => Ok(json!(many)),
                _ => Err(Refusal::unknown(path)),
            }
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn state() -> Projection {
        project(&[Recorded {
            seq: 1,
            at: at("2026-03-01T07:30:00Z"),
            event: Event::Answered {
                path: "pain.now".into(),
                value: 4.into(),
            },
        }])
    }

    #[track_caller]
    fn check(now: &str, form: &[(&str, &str)], expected: &[Event], refused: &[&str]) {
        let form: Pairs = form.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
        let reading = read(&Two, &state(), at(now), &form);
        assert_eq!(reading.events, expected);
        let paths: Vec<_> = reading.refusals.iter().map(|refusal| refusal.path.as_str()).collect();
        assert_eq!(paths, refused);
    }

    fn answered(path: &str, value: impl Into<Value>) -> Event {
        Event::Answered {
            path: path.into(),
            value: value.into(),
        }
    }

    #[test]
    fn a_form_becomes_events() {
        let soon = "2026-03-01T07:31:00Z";
        check(soon, &[], &[], &[]);
        check(soon, &[("pain.now", "5")], &[answered("pain.now", 5)], &[]);
        check(
            soon,
            &[("have", "mat"), ("pain.now", "5"), ("have", "band")],
            &[answered("have", json!(["mat", "band"])), answered("pain.now", 5)],
            &[],
        );
        // Several choices carry an empty value first, so that taking the last one away can be said.
        check(soon, &[("have", ""), ("have", "mat")], &[answered("have", json!(["mat"]))], &[]);
        check(soon, &[("have", "")], &[], &[]);
        check(soon, &[("pain.now", " ")], &[Event::Cleared { path: "pain.now".into() }], &[]);
        check(
            soon,
            &[("pain.now", "11"), ("have", "mat"), ("moon", "full")],
            &[answered("have", json!(["mat"]))],
            &["pain.now", "moon"],
        );
    }

    #[test]
    fn a_repeated_answer_counts_on_another_day_only() {
        check("2026-03-01T07:35:00Z", &[("pain.now", "4")], &[], &[]);
        check("2026-03-02T07:30:00Z", &[("pain.now", "4")], &[answered("pain.now", 4)], &[]);
    }
}
