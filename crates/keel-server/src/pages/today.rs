//! `/today`: the safety questions before a session, on one screen: every question that is due in plain words, nothing chosen beforehand, and
//! "none of these applies today" as an answer of its own. Once a week the questions are put one by one instead (`/safety`), against clicking
//! through; after a fall or another event, all of them.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::Date;
use keel_knowledge::{Lang, Record, RedFlag, Truth};
use keel_record::{Event, Projection};
use keel_therapy::{Answers, Asked, Asking, PersonFacts, RANK_LOCKED, asked_again};
use maud::{Markup, html};

use crate::answers::Pairs;
use crate::app::App;
use crate::clinic::{Clinic, day_of};
use crate::language::Language;
use crate::problem::Problem;
use crate::ui::icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/today", get(show).post(send))
}

/// List of the record that holds what has happened.
const EVENTS: &str = "event";
/// Field of "none of these applies today".
const NONE: &str = "none";

/// What has to be asked before a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: all is answered.
    Nothing,
    /// The questions that are due, on one screen.
    List,
    /// All questions, one by one.
    Singly,
}

/// What has to be asked today.
pub(super) fn before_session(clinic: &Clinic, state: &Projection, today: Date) -> Before {
    let due = due(clinic, state, today);
    let singly = state.finished_steps.get("safety").map(day_of);
    let weekly = i64::from(clinic.knowledge.retriage.weekly_days);
    let long_ago = singly.is_none_or(|on| i64::from((today - on).get_days()) >= weekly);
    let all = due
        .values()
        .any(|asked| matches!(asked, Asked::AfterEvent(_) | Asked::AtDay(_) | Asked::Never));
    match due.is_empty() {
        true => Before::Nothing,
        false if long_ago || all => Before::Singly,
        false => Before::List,
    }
}

/// Red flags that are due and concern this person.
fn due<'k>(clinic: &Clinic, state: &Projection, today: Date) -> BTreeMap<&'k str, Asked> {
    let event = state.log.iter().filter(|one| one.list == EVENTS).map(|one| one.at).max();
    let answered: BTreeMap<String, Date> = state
        .answered_at
        .iter()
        .filter_map(|(path, at)| {
            let id = path.strip_prefix("answers.")?;
            // What was answered before an event of the same day does not count for it.
            let before = event.is_some_and(|event| *at < event && day_of(at) == day_of(&event));
            let on = if before {
                day_of(at).yesterday().unwrap_or(day_of(at))
            } else {
                day_of(at)
            };
            Some((id.to_owned(), on))
        })
        .collect();
    let began = state.started_at.as_ref().map_or(today, day_of);
    let answers = clinic.answers(state);
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, &answers, today);
    let concerns = |id: &str| {
        let flag = clinic.knowledge.red_flags.get(id);
        flag.is_some_and(|flag| flag.applies.evaluate(&facts).truth != Truth::No)
    };
    let knowledge: &'k keel_knowledge::Knowledge = clinic.knowledge;
    let mut due = asked_again(knowledge, &answered, began, event.as_ref().map(day_of), today);
    due.retain(|id, _| concerns(id));
    due
}

/// The answers without those that are due: a question that is asked again shows nothing chosen beforehand.
pub(super) fn still_answered(clinic: &Clinic, state: &Projection, today: Date) -> Answers {
    let mut answers = clinic.answers(state);
    for id in due(clinic, state, today).keys() {
        answers.clear(&format!("answers.{id}"));
    }
    answers
}

/// The questions of the list, beginning with another one each day.
fn questions<'k>(clinic: &Clinic, due: &BTreeMap<&str, Asked>, today: Date) -> Vec<&'k Record<RedFlag>> {
    let knowledge: &'k keel_knowledge::Knowledge = clinic.knowledge;
    let mut flags: Vec<&Record<RedFlag>> = knowledge
        .red_flag_screens()
        .into_iter()
        .flat_map(|(_, flags)| flags)
        .filter(|flag| due.contains_key(flag.id.as_str()))
        .collect();
    if !flags.is_empty() {
        let turn = usize::try_from(today.day_of_year()).unwrap_or_default() % flags.len();
        flags.rotate_left(turn);
    }
    flags
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let state = app.record.projection(app.person().await?).await?;
    match before_session(app.clinic()?, &state, app.today()) {
        Before::Nothing => Ok(Redirect::to("/programme").into_response()),
        Before::Singly => Ok(Redirect::to("/safety").into_response()),
        Before::List => Ok(page(&app, lang, &state, None)?.into_response()),
    }
}

async fn send(State(app): State<App>, Language(lang): Language, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let today = app.today();
    let due = due(clinic, &state, today);
    let ticked = |name: &str| form.iter().any(|(field, value)| field == name && !value.is_empty());
    let yes: Vec<&str> = due.keys().copied().filter(|id| ticked(&format!("answers.{id}"))).collect();
    let happened: Vec<&str> = clinic
        .knowledge
        .retriage
        .events
        .iter()
        .map(|event| event.id.as_str())
        .filter(|id| ticked(&format!("event.{id}")))
        .collect();
    let wrong = match (ticked(NONE), yes.is_empty() && happened.is_empty()) {
        (true, true) | (false, false) => None,
        (true, false) => Some("today-both"),
        (false, true) => Some("today-neither"),
    };
    if wrong.is_some() {
        return Ok(page(&app, lang, &state, wrong)?.into_response());
    }
    let answer = |id: &&str, value: &str| Event::Answered {
        path: format!("answers.{id}"),
        value: value.into(),
    };
    let mut events: Vec<Event> = happened
        .iter()
        .map(|id| Event::Logged {
            list: EVENTS.to_owned(),
            entry: serde_json::json!({"id": id, "on": today.to_string()}),
        })
        .collect();
    if ticked(NONE) {
        events.extend(due.keys().map(|id| answer(id, "no")));
    } else {
        events.extend(yes.iter().map(|id| answer(id, "yes")));
    }
    app.record.append(person, app.now(), &events).await?;
    let state = app.record.projection(person).await?;
    if clinic.triage(&clinic.answers(&state), today, Asking::Underway).rank >= RANK_LOCKED {
        return Ok(Redirect::to("/stop").into_response());
    }
    Ok(Redirect::to(match before_session(clinic, &state, today) {
        Before::Nothing => "/programme",
        // After an event, or with some of the list ticked, the others are asked one by one.
        Before::List | Before::Singly => "/safety",
    })
    .into_response())
}

fn page(app: &App, lang: Lang, state: &Projection, wrong: Option<&str>) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let text = |id: &str| clinic.text(lang, id);
    let today = app.today();
    let due = due(clinic, state, today);
    let title = text("today-title");
    let content = html! {
        h1 { (title) }
        p.lead { (text("today-lead")) }
        @if let Some(wrong) = wrong { (notice(Tone::Caution, &text("today-title"), &html! { p { (text(wrong)) } })) }
        form.form method="post" action="/today" novalidate {
            fieldset.question {
                legend { (text("today-signs")) }
                div.options {
                    @for flag in questions(clinic, &due, today) {
                        label.option { input type="checkbox" name={ "answers." (flag.id) } value="yes"; span { (flag.question.get(lang)) } }
                    }
                }
            }
            fieldset.question {
                legend { (text("today-events")) }
                div.options {
                    @for event in &clinic.knowledge.retriage.events {
                        label.option { input type="checkbox" name={ "event." (event.id) } value="yes"; span { (event.text.get(lang)) } }
                    }
                }
            }
            fieldset.question {
                legend { (text("today-otherwise")) }
                div.options { label.option { input type="checkbox" name=(NONE) value="yes"; span { (text("today-none")) } } }
            }
            p.actions { button.button type="submit" { (text("action-continue")) (icon::arrow()) } }
        }
    };
    Ok(Page::new(lang, &title)
        .path("/today")
        .signed_in(app.door.is_some())
        .render(&content))
}
