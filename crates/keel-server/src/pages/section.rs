//! `/about/{step}`: the questionnaires of the knowledge, each saved as it is answered.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Fact, Facts as _, Lang, Questionnaire, Record, Truth};
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
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/about/{step}", get(show).post(send))
}

/// Questionnaires of a step, in order.
fn sections(step: &str) -> &'static [&'static str] {
    match step {
        "person" => &["person"],
        "diagnosis" => &["diagnosis"],
        "pain" => &["pain"],
        "conditions" => &["conditions"],
        "medicines" => &["medicines"],
        "days" => &["day", "equipment", "preferences"],
        _ => &[],
    }
}

/// Fields the way does not ask: the language has its own switch, known exercises come from sessions done.
const NOT_ASKED: [&str; 2] = ["preferences.language", "preferences.known_exercises"];

/// The field of a form that goes on although questions are open.
const ANYWAY: &str = "anyway";

async fn show(State(app): State<App>, Language(lang): Language, Path(step): Path<String>) -> Result<Response, Problem> {
    let state = app.record.projection(app.person().await?).await?;
    if sections(&step).is_empty() {
        return Err(Problem::not_found());
    }
    if !way::reached(&state, &step) {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    Ok(page(&app, lang, &state, &step, &[], &[])?.into_response())
}

async fn send(
    State(app): State<App>,
    Language(lang): Language,
    Path(step): Path<String>,
    Form(mut form): Form<Pairs>,
) -> Result<Response, Problem> {
    if sections(&step).is_empty() {
        return Err(Problem::not_found());
    }
    let clinic = app.clinic()?;
    let anyway = form.iter().any(|(name, _)| name == ANYWAY);
    form.retain(|(name, _)| name != ANYWAY);
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let reading = answers::read(app.questions.as_ref(), &state, app.now(), &form);
    app.record.append(person, app.now(), &reading.events).await?;
    let state = app.record.projection(person).await?;
    let answers = clinic.answers(&state);
    let open: Vec<String> = if anyway {
        Vec::new()
    } else {
        needed_and_open(clinic, &app, &answers, &step)
    };
    if !reading.refusals.is_empty() || !open.is_empty() {
        return Ok(page(&app, lang, &state, &step, &reading.refusals, &open)?.into_response());
    }
    app.record
        .append(person, app.now(), &[Event::StepFinished { step: step.clone() }])
        .await?;
    Ok(Redirect::to(way::after(&step)).into_response())
}

fn page(app: &App, lang: Lang, state: &Projection, step: &str, refusals: &[Refusal], open: &[String]) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let answers = clinic.answers(state);
    let asker = Asker::new(clinic, lang, &answers).refused(refusals).missing(open);
    let questionnaires: Vec<&Record<Questionnaire>> = sections(step)
        .iter()
        .filter_map(|id| clinic.knowledge.questionnaires.get(*id))
        .collect();
    let all: Vec<FieldSpec<'static>> = questionnaires
        .iter()
        .flat_map(|one| applicable(clinic, app, &answers, one))
        .collect();
    let title = clinic.text(lang, &format!("step-{step}"));
    let path = format!("/about/{step}");
    let content = html! {
        (way::progress(clinic, lang, state, step))
        @for (index, questionnaire) in questionnaires.iter().enumerate() {
            @if index == 0 {
                h1 { (questionnaire.title.get(lang)) }
                p.lead { (questionnaire.lead.get(lang)) }
                (summary(lang, &asker.wrong(&all)))
            }
        }
        form.form data-dense[step == "conditions"] method="post" action=(path) novalidate {
            @for (index, questionnaire) in questionnaires.iter().enumerate() {
                @if index > 0 { h2 { (questionnaire.title.get(lang)) } p { (questionnaire.lead.get(lang)) } }
                @for spec in applicable(clinic, app, &answers, questionnaire) { (asker.field(&spec)) }
            }
            @if !open.is_empty() {
                (notice(Tone::Caution, &clinic.text(lang, "section-open-title"), &html! {
                    p { (clinic.text(lang, "section-open-text")) }
                    p { label.option { input type="checkbox" name=(ANYWAY) value="yes"; span { (clinic.text(lang, "section-anyway")) } } }
                }))
            }
            (actions(clinic, lang, way::before(step)))
            (saved_as_you_go(lang))
        }
    };
    Ok(Page::new(lang, &title)
        .path(&path)
        .signed_in(app.door.is_some())
        .script("autosave.js")
        .script("bodymap.js")
        .render(&content))
}

/// Questions of a questionnaire that concern this person.
fn applicable(clinic: &Clinic, app: &App, answers: &Answers, questionnaire: &Record<Questionnaire>) -> Vec<FieldSpec<'static>> {
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, answers, app.today());
    questionnaire
        .fields
        .iter()
        .filter(|field| !NOT_ASKED.contains(&field.path.as_str()))
        .filter(|field| {
            answers.get(&field.path).is_some()
                || field
                    .asked_when
                    .as_ref()
                    .is_none_or(|when| when.evaluate(&facts).truth != Truth::No)
        })
        .filter_map(|field| clinic.catalogue.field(&field.path))
        .collect()
}

/// Paths of needed questions of a step that are neither answered nor settled by another answer.
fn needed_and_open(clinic: &Clinic, app: &App, answers: &Answers, step: &str) -> Vec<String> {
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, answers, app.today());
    sections(step)
        .iter()
        .filter_map(|id| clinic.knowledge.questionnaires.get(*id))
        .flat_map(|questionnaire| applicable(clinic, app, answers, questionnaire))
        .filter(|spec| spec.field.is_some_and(|field| field.needed))
        .filter(|spec| answers.get(&spec.path).is_none() && facts.fact(&spec.path) == Fact::Unknown)
        .map(|spec| spec.path)
        .collect()
}
