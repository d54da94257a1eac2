//! `/tests`: what a person can find out about their own muscles, now or later. Nothing has to be done; what is not known stays unknown.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Lang, Record, Test, Timer, TimerKind, Truth};
use keel_record::{Event, Projection};
use keel_therapy::{Answers, FieldSpec, PersonFacts};
use maud::{Markup, html};

use crate::answers::{self, Pairs, Refusal};
use crate::app::App;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::pages::ask::{Asker, actions};
use crate::pages::way;
use crate::problem::Problem;
use crate::ui::fields::{saved_as_you_go, summary};
use crate::ui::icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/tests", get(list).post(finish))
        .route("/tests/{test}", get(show).post(send))
}

async fn list(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    if !way::reached(&state, "tests") {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    let answers = clinic.answers(&state);
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, &answers, app.today());
    let mut tests: Vec<&Record<Test>> = clinic.knowledge.tests.values().collect();
    tests.sort_by_key(|test| test.order);
    let (offered, closed): (Vec<_>, Vec<_>) = tests
        .into_iter()
        .partition(|test| done(&answers, test) || test.offered_when.evaluate(&facts).truth == Truth::Yes);
    let (now, later): (Vec<_>, Vec<_>) = offered.into_iter().partition(|test| test.when_now);
    let title = clinic.text(lang, "step-tests");
    let content = html! {
        (way::progress(clinic, lang, &state, "tests"))
        h1 { (title) }
        p.lead { (clinic.text(lang, "tests-lead")) }
        (group(clinic, lang, &answers, "tests-now", &now))
        (group(clinic, lang, &answers, "tests-later", &later))
        @if !closed.is_empty() {
            details.why {
                summary { (clinic.format(lang, "tests-closed", &[("count", closed.len().into())])) }
                p { (clinic.text(lang, "tests-closed-why")) }
                ul { @for test in &closed { li { (test.title.get(lang)) } } }
            }
        }
        form.form method="post" action="/tests" { (actions(clinic, lang, way::before("tests"))) }
    };
    Ok(Page::new(lang, &title)
        .path("/tests")
        .signed_in(app.door.is_some())
        .render(&content)
        .into_response())
}

fn group(clinic: &Clinic, lang: Lang, answers: &Answers, heading: &str, tests: &[&Record<Test>]) -> Markup {
    html! {
        @if !tests.is_empty() {
            h2 { (clinic.text(lang, heading)) }
            ul.test-list {
                @for test in tests {
                    li.test {
                        div {
                            h3 { a href={ "/tests/" (test.id) } { (test.title.get(lang)) } }
                            p { (test.why.get(lang)) }
                        }
                        p.test-state {
                            @if done(answers, test) { (icon::check()) (clinic.text(lang, "tests-done")) }
                            @else { (clinic.format(lang, "tests-minutes", &[("minutes", (test.minutes.ceil() as u32).into())])) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether any result of the test is known.
fn done(answers: &Answers, test: &Record<Test>) -> bool {
    test.fields.iter().any(|field| answers.get(&field.path).is_some())
}

async fn finish(State(app): State<App>) -> Result<Redirect, Problem> {
    let person = app.person().await?;
    app.record
        .append(person, app.now(), &[Event::StepFinished { step: "tests".to_owned() }])
        .await?;
    Ok(Redirect::to(way::after("tests")))
}

async fn show(State(app): State<App>, Language(lang): Language, Path(id): Path<String>) -> Result<Response, Problem> {
    let state = app.record.projection(app.person().await?).await?;
    if !way::reached(&state, "tests") {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    Ok(guide(&app, lang, &state, &id, &[])?.into_response())
}

async fn send(
    State(app): State<App>,
    Language(lang): Language,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let reading = answers::read(app.questions.as_ref(), &state, app.now(), &form);
    app.record.append(person, app.now(), &reading.events).await?;
    if reading.refusals.is_empty() {
        return Ok(Redirect::to("/tests").into_response());
    }
    let state = app.record.projection(person).await?;
    Ok(guide(&app, lang, &state, &id, &reading.refusals)?.into_response())
}

fn guide(app: &App, lang: Lang, state: &Projection, id: &str, refusals: &[Refusal]) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let test = clinic.knowledge.tests.get(id).ok_or_else(Problem::not_found)?;
    let answers = clinic.answers(state);
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, &answers, app.today());
    let offered = test.offered_when.evaluate(&facts).truth == Truth::Yes;
    let asker = Asker::new(clinic, lang, &answers).refused(refusals);
    let specs: Vec<FieldSpec<'static>> = test.fields.iter().filter_map(|field| clinic.catalogue.field(&field.path)).collect();
    let path = format!("/tests/{id}");
    let content = html! {
        (way::progress(clinic, lang, state, "tests"))
        h1 { (test.title.get(lang)) }
        p.lead { (test.why.get(lang)) }
        @if !offered {
            (notice(Tone::Caution, &clinic.text(lang, "tests-not-now"), &html! { p { (clinic.text(lang, "tests-closed-why")) } }))
        }
        @if test.clinician { (notice(Tone::Caution, &clinic.text(lang, "test-clinician"), &html! {})) }
        h2 { (clinic.text(lang, "tests-how")) }
        ol.guide { @for step in &test.steps { li { (step.get(lang)) } } }
        (notice(Tone::Caution, &clinic.text(lang, "tests-stop"), &html! { p { (test.stop.get(lang)) } }))
        @if let Some(timer) = &test.timer { (clock(clinic, lang, test, timer)) }
        h2 { (clinic.text(lang, "tests-result")) }
        (summary(lang, &asker.wrong(&specs)))
        form.form method="post" action=(path) novalidate {
            @for spec in &specs { (asker.field(spec)) }
            p.actions {
                button.button type="submit" { (clinic.text(lang, "action-save")) (icon::check()) }
                a.button data-quiet href="/tests" { (clinic.text(lang, "tests-do-later")) }
            }
            (saved_as_you_go(lang))
        }
    };
    Ok(Page::new(lang, test.title.get(lang))
        .path(&path)
        .signed_in(app.door.is_some())
        .script("autosave.js")
        .script("timer.js")
        .render(&content))
}

/// The clock beside a test; a time that runs up goes into the field where there is only one for seconds.
fn clock(clinic: &Clinic, lang: Lang, test: &Record<Test>, timer: &Timer) -> Markup {
    let seconds: Vec<&str> = test
        .fields
        .iter()
        .filter(|field| field.unit.as_deref() == Some("s"))
        .map(|field| field.path.as_str())
        .collect();
    let field = match seconds.as_slice() {
        [path] => Some(format!("q-{}", path.replace('.', "-"))),
        _ => None,
    };
    let pattern = |id: &str| clinic.format(lang, id, &[("seconds", 0.into())]);
    html! {
        div.clock hidden data-timer=(if timer.kind == TimerKind::Down { "down" } else { "up" }) data-seconds=(timer.seconds) data-field=[field]
            data-start=(clinic.text(lang, "test-timer-start")) data-stop=(clinic.text(lang, "test-timer-stop"))
            data-left=(pattern("test-timer-left")) data-ran=(pattern("test-timer-ran")) {}
    }
}
