//! `/course`: the weeks, honest numbers, the plan for a flare-up, what to tell whom, and what people say.

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Course, CourseKind, Fact, Facts as _, Lang, Record};
use keel_therapy::{Asking, Complex, PersonFacts, triage};
use maud::{Markup, html};

use crate::answers::{Pairs, Refusal};
use crate::app::App;
use crate::language::Language;
use crate::pages::ask::Asker;
use crate::pages::beside::{Visit, lines, save, visit};
use crate::problem::Problem;
use crate::ui::fields::saved_as_you_go;
use crate::ui::notice::{Tone, notice};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/course", get(show).post(send))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    page(&app, lang, &[]).await
}

async fn send(State(app): State<App>, Language(lang): Language, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let refusals = save(&app, &form).await?;
    if refusals.is_empty() {
        return Ok(Redirect::to("/course#flare").into_response());
    }
    Ok(page(&app, lang, &refusals).await?.into_response())
}

async fn page(app: &App, lang: Lang, refusals: &[Refusal]) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let weeks = match facts.fact("weeks_since_onset") {
            Fact::Number(weeks) => Some(weeks),
            _ => None,
        };
        // After an operation the weeks of the complaint say nothing.
        let operated = ["conditions.disc_surgery_12w", "conditions.fusion"]
            .iter()
            .any(|path| facts.fact(path) == Fact::Bool(true));
        let phase = weeks.filter(|_| !operated).and_then(|weeks| complex.phase(weeks));
        let title = text("course-title");
        let content = html! {
            h1 { (title) }
            @if let (Some(phase), Some(weeks)) = (phase, weeks) {
                @let week = visit.clinic.format(lang, "course-week", &[("weeks", ((weeks.floor() as u32) + u32::from(weeks >= 1.0)).into())]);
                (notice(Tone::Info, &format!("{} {}", week, phase.title.get(lang)), &lines(phase.text.get(lang))))
            }
            (flare(visit, &facts, &complex, refusals))
            h2 { (text("course-expect")) }
            @for page in complex.pages(CourseKind::Expect) { (folded(visit, page)) }
            @if !operated {
                h2 { (text("course-phases")) }
                ol.weeks { @for page in complex.pages(CourseKind::Phase) { li { strong { (page.title.get(lang)) } (lines(page.text.get(lang))) } } }
            }
            h2 { (text("course-tell")) }
            @for page in complex.pages(CourseKind::Tell) { (folded(visit, page)) }
            h2 { (text("course-claim")) }
            @for page in complex.pages(CourseKind::Claim) {
                details.treatment #(page.id) {
                    summary { span.treatment-name { "“" (page.title.get(lang)) "”" } }
                    @if let Some(why) = &page.why { h3 { (text("course-why")) } (lines(why.get(lang))) }
                    h3 { (text("course-claim-says")) }
                    (lines(page.text.get(lang)))
                    (sources(visit, page))
                }
            }
        };
        Ok(visit.page(&title, "/course", &["autosave.js"], &content))
    })
    .await
}

fn folded(visit: &Visit<'_>, page: &Record<Course>) -> Markup {
    html! {
        details.treatment #(page.id) {
            summary { span.treatment-name { (page.title.get(visit.lang)) } }
            (lines(page.text.get(visit.lang)))
            @if let Some(why) = &page.why { h3 { (visit.text("course-why")) } (lines(why.get(visit.lang))) }
            (sources(visit, page))
        }
    }
}

fn sources(visit: &Visit<'_>, page: &Record<Course>) -> Markup {
    let known = |id: &String| visit.clinic.knowledge.sources.get(id).filter(|_| id != "keel-proposal");
    let sources: Vec<String> = page
        .sources
        .iter()
        .filter_map(known)
        .map(|source| match source.year {
            Some(year) => format!("{} ({year}), {}", source.title, source.locator),
            None => format!("{}, {}", source.title, source.locator),
        })
        .collect();
    html! { @if !sources.is_empty() { p.note lang="en" { (sources.join("; ")) } } }
}

/// The flare-up questions, the step they lead to, and the exercises of that step that are open today.
fn flare(visit: &Visit<'_>, facts: &PersonFacts<'_>, complex: &Complex<'_>, refusals: &[Refusal]) -> Markup {
    let lang = visit.lang;
    let text = |id: &str| visit.text(id);
    let knowledge = visit.clinic.knowledge;
    let Some(questionnaire) = knowledge.questionnaires.get("flare") else {
        return html! {};
    };
    let asker = Asker::new(visit.clinic, lang, visit.answers).refused(refusals);
    let open = triage(facts, Asking::Done);
    let steps: Vec<&&Record<Course>> = complex.pages(CourseKind::Flare).collect();
    html! {
        h2 #flare { (text("course-flare")) }
        p { (text("course-flare-lead")) }
        @if let Some(flare) = &complex.flare {
            @let tone = if ["triage", "see_doctor"].contains(&flare.used.as_str()) { Tone::Caution } else { Tone::Info };
            (notice(tone, &format!("{}: {}", text("course-flare-step"), flare.name.get(lang)), &html! {
                p { (flare.meaning.get(lang)) }
                @if flare.used == "triage" { p { a href="/safety" { (text("belt-safety")) } } }
            }))
        }
        details.more open[!refusals.is_empty() || complex.flare.is_some()] {
            summary { (text("course-flare-ask")) }
            form.form method="post" action="/course" novalidate {
                @for spec in visit.fields(questionnaire, facts) { (asker.field(&spec)) }
                p.actions { button.button type="submit" { (text("action-save-form")) } }
                (saved_as_you_go(lang))
            }
        }
        ol.weeks {
            @for step in steps {
                li {
                    strong { (step.title.get(lang)) }
                    (lines(step.text.get(lang)))
                    @let permitted: Vec<(&str, &str)> = step.exercises.iter().filter_map(|id| knowledge.exercises.get(id)).filter(|exercise| open.permits(exercise)).map(|exercise| (exercise.id.as_str(), exercise.name.get(lang))).collect();
                    @if !permitted.is_empty() {
                        p.note { (text("course-exercises")) ": " @for (index, (id, name)) in permitted.iter().enumerate() { @if index > 0 { ", " } a href={ "/exercises#" (id) } { (name) } } "." }
                    }
                }
            }
        }
    }
}
