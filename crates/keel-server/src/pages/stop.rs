//! `/stop`: what to do now, when answers say that exercise has to wait.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::Lang;
use keel_record::Event;
use keel_therapy::{Answers, Asking, Ground, RANK_LOCKED, Triage};
use maud::{Markup, html};

use crate::app::App;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::pages::emergency;
use crate::problem::Problem;
use crate::ui::icon;
use crate::ui::shell::Page;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/stop", get(show).post(acknowledge))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let answers = clinic.answers(&state);
    let triage = clinic.triage(&answers, app.today(), Asking::Underway);
    if triage.rank < RANK_LOCKED {
        return Ok(Redirect::to("/").into_response());
    }
    let items: Vec<String> = triage.because.iter().map(|reason| reason.item.clone()).collect();
    let shown = state
        .last_triage
        .as_ref()
        .is_some_and(|last| last.level == triage.level && last.items == items);
    if !shown {
        app.record
            .append(
                person,
                app.now(),
                &[Event::TriageShown {
                    level: triage.level.clone(),
                    items,
                }],
            )
            .await?;
    }
    let acknowledged = shown && state.last_triage.as_ref().is_some_and(|last| last.acknowledged.is_some());
    let title = triage.title.get(lang);
    let content = html! {
        h1 { (title) }
        (advice(clinic, lang, &triage, &answers))
        @if acknowledged {
            p { (clinic.text(lang, "stop-acknowledged")) }
            @if may_be_recorded(clinic, &triage) { p { a href="/examined" { (clinic.text(lang, "stop-examined")) } } }
        } @else {
            form method="post" action="/stop" { p.actions { button.button type="submit" { (clinic.text(lang, "stop-acknowledge")) } } }
        }
        p { a href="/safety" { (clinic.text(lang, "stop-mistake")) } }
    };
    Ok(Page::new(lang, title)
        .path("/stop")
        .signed_in(app.door.is_some())
        .render(&content)
        .into_response())
}

async fn acknowledge(State(app): State<App>) -> Result<Redirect, Problem> {
    let clinic = app.clinic()?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let triage = clinic.triage(&clinic.answers(&state), app.today(), Asking::Underway);
    app.record
        .append(person, app.now(), &[Event::EmergencyAcknowledged { level: triage.level }])
        .await?;
    Ok(Redirect::to("/stop"))
}

/// Whether a sign that led here is one of those that a clinician may record as known, examined and unchanged. The way there is shown only to
/// those who have read what to do now.
fn may_be_recorded(clinic: &Clinic, triage: &Triage) -> bool {
    triage.because.iter().any(|reason| {
        let flag = clinic.knowledge.red_flags.get(&reason.item);
        reason.ground == Ground::Positive && flag.is_some_and(|flag| flag.examined_level.is_some())
    })
}

/// What to do, whom to call, and which answers led here.
pub(crate) fn advice(clinic: &Clinic, lang: Lang, triage: &Triage, answers: &Answers) -> Markup {
    let country = answers.word("person.country").and_then(|code| clinic.knowledge.country(code));
    let positive = triage
        .because
        .iter()
        .filter(|reason| reason.rank == triage.rank && reason.ground != Ground::Unanswered);
    html! {
        section.emergency {
            p.emergency-action { (triage.message.get(lang)) }
            @if triage.rank > RANK_LOCKED {
                ul.numbers aria-label=(crate::words::NUMBERS.get(lang)) {
                    @if let Some(country) = country {
                        @for number in &country.ambulance { (emergency::number(lang, number, country.name.get(lang))) }
                    } @else {
                        (emergency::general_numbers(lang))
                    }
                }
            }
            @if let Some(crisis) = country.and_then(|country| country.crisis.as_ref()) {
                @if triage.because.iter().any(|reason| reason.item.starts_with("MENTAL")) {
                    p { (clinic.text(lang, "stop-crisis-line")) " " a href={ "tel:" (crisis) } { (crisis) } }
                }
            }
            h2 { (clinic.text(lang, "stop-because")) }
            ul.signs { @for reason in positive { li { (reason.text.get(lang)) } } }
            p { strong { (clinic.text(lang, "stop-not-a-diagnosis")) } }
        }
        p.actions { a.button data-quiet href="/programme.pdf" { (icon::arrow()) (clinic.text(lang, "stop-paper")) } }
    }
}
