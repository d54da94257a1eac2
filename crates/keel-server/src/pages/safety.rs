//! `/safety`: the red flags, one screen each group, before anything else. A positive answer leads to the stop page at once.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Facts as _, Lang, Truth};
use keel_record::{Event, Projection};
use keel_therapy::{Answers, Asking, FieldSpec, PersonFacts, RANK_LOCKED};
use maud::{Markup, html};

use crate::answers::{self, Pairs, Refusal};
use crate::app::App;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::pages::ask::{Asker, actions};
use crate::pages::today::still_answered;
use crate::pages::way;
use crate::problem::Problem;
use crate::ui::fields::{saved_as_you_go, summary};
use crate::ui::shell::Page;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/safety", get(first))
        .route("/safety/{group}", get(show).post(send))
}

/// The first screen with an open question; the first of all where everything is answered.
async fn first(State(app): State<App>) -> Result<Redirect, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let answers = still_answered(clinic, &state, app.today());
    let screens = clinic.knowledge.red_flag_screens();
    let group = screens
        .iter()
        .find(|(group, _)| !open_questions(clinic, &app, &answers, &group.id).is_empty())
        .or(screens.first())
        .map(|(group, _)| group.id.clone())
        .ok_or_else(Problem::not_found)?;
    Ok(Redirect::to(&format!("/safety/{group}")))
}

async fn show(State(app): State<App>, Language(lang): Language, Path(group): Path<String>) -> Result<Markup, Problem> {
    let state = app.record.projection(app.person().await?).await?;
    screen(&app, lang, &state, &group, &[], false)
}

async fn send(
    State(app): State<App>,
    Language(lang): Language,
    Path(group): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let reading = answers::read(app.questions.as_ref(), &state, app.now(), &form);
    app.record.append(person, app.now(), &reading.events).await?;
    let state = app.record.projection(person).await?;
    let answers = still_answered(clinic, &state, app.today());
    if clinic.triage(&clinic.answers(&state), app.today(), Asking::Underway).rank >= RANK_LOCKED {
        return Ok(Redirect::to("/stop").into_response());
    }
    if !reading.refusals.is_empty() || !open_questions(clinic, &app, &answers, &group).is_empty() {
        return Ok(screen(&app, lang, &state, &group, &reading.refusals, true)?.into_response());
    }
    let screens = clinic.knowledge.red_flag_screens();
    let next = screens.iter().skip_while(|(one, _)| one.id != group).nth(1);
    let to = match next {
        Some((next, _)) => format!("/safety/{}", next.id),
        None => {
            app.record
                .append(person, app.now(), &[Event::StepFinished { step: "safety".to_owned() }])
                .await?;
            // Whoever has a programme came to be asked again.
            let has_programme = state.finished_steps.contains_key("programme");
            if has_programme {
                "/programme".to_owned()
            } else {
                way::after("safety").to_owned()
            }
        }
    };
    Ok(Redirect::to(&to).into_response())
}

fn screen(app: &App, lang: Lang, state: &Projection, group: &str, refusals: &[Refusal], insist: bool) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let answers = still_answered(clinic, state, app.today());
    let screens = clinic.knowledge.red_flag_screens();
    let index = screens.iter().position(|(one, _)| one.id == group).ok_or_else(Problem::not_found)?;
    let (record, _) = &screens[index];
    let open = if insist {
        open_questions(clinic, app, &answers, group)
    } else {
        Vec::new()
    };
    let asker = Asker::new(clinic, lang, &answers).refused(refusals).missing(&open);
    let specs = applicable(clinic, app, &answers, group);
    let back = index.checked_sub(1).map_or_else(
        || way::before("safety").to_owned(),
        |before| format!("/safety/{}", screens[before].0.id),
    );
    let title = record.title.get(lang);
    let path = format!("/safety/{group}");
    let content = html! {
        (way::progress(clinic, lang, state, "safety"))
        p.part { (clinic.format(lang, "safety-part", &[("part", (index + 1).into()), ("parts", screens.len().into())])) }
        h1 { (title) }
        p.lead { (record.lead.get(lang)) }
        (summary(lang, &asker.wrong(&specs)))
        form.form method="post" action=(path) novalidate {
            @for spec in &specs { (asker.field(spec)) }
            (actions(clinic, lang, &back))
            (saved_as_you_go(lang))
        }
    };
    Ok(Page::new(lang, title)
        .path(&path)
        .signed_in(app.door.is_some())
        .script("autosave.js")
        .render(&content))
}

/// The questions of a screen that concern this person.
fn applicable(clinic: &Clinic, app: &App, answers: &Answers, group: &str) -> Vec<FieldSpec<'static>> {
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, answers, app.today());
    let concerns = |id: &str| {
        let answered = answers.get(&format!("answers.{id}")).is_some();
        answered
            || clinic
                .knowledge
                .red_flags
                .get(id)
                .is_some_and(|flag| flag.applies.evaluate(&facts).truth != Truth::No)
    };
    let screens = clinic.knowledge.red_flag_screens();
    let flags = screens
        .iter()
        .filter(|(one, _)| one.id == group)
        .flat_map(|(_, flags)| flags.iter());
    flags
        .filter(|flag| concerns(&flag.id))
        .filter_map(|flag| clinic.catalogue.field(&format!("answers.{}", flag.id)))
        .collect()
}

/// Paths of questions on a screen that are not answered.
fn open_questions(clinic: &Clinic, app: &App, answers: &Answers, group: &str) -> Vec<String> {
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, answers, app.today());
    let open = |spec: &&FieldSpec<'_>| answers.get(&spec.path).is_none() && facts.fact(&spec.path) == keel_knowledge::Fact::Unknown;
    applicable(clinic, app, answers, group)
        .iter()
        .filter(open)
        .map(|spec| spec.path.clone())
        .collect()
}
