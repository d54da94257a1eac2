//! `/physiotherapy`: what is known of each treatment, what speaks against it, and the log.

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::Date;
use keel_knowledge::{Fluent, Lang};
use keel_therapy::{Cleared, Complex, Entry, Treatment, Wait};
use maud::{Markup, html};

use crate::answers::{Pairs, Refusal};
use crate::app::App;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::pages::ask::Asker;
use crate::pages::beside::log::{Typed, entries};
use crate::pages::beside::medicines::moment;
use crate::pages::beside::{Visit, save, visit};
use crate::problem::Problem;
use crate::ui::fields::{Choice, Entry as Input, Question, entry, saved_as_you_go, scale, select};
use crate::ui::notice::{Tone, notice};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/physiotherapy", get(show).post(send))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    page(&app, lang, &Typed::default()).await
}

async fn send(State(app): State<App>, Language(lang): Language, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let refusals = save(&app, &form).await?;
    if refusals.is_empty() {
        return Ok(Redirect::to("/physiotherapy").into_response());
    }
    Ok(drawn(&app, lang, &Typed::default(), &refusals).await?.into_response())
}

pub(super) async fn page(app: &App, lang: Lang, typed: &Typed) -> Result<Markup, Problem> {
    drawn(app, lang, typed, &[]).await
}

async fn drawn(app: &App, lang: Lang, typed: &Typed, refusals: &[Refusal]) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let title = text("physio-title");
        let waits = visit.lock().is_some();
        let (mine, others): (Vec<_>, Vec<_>) = complex.treatments.iter().partition(|one| one.prescribed || one.times > 0);
        let asker = Asker::new(visit.clinic, lang, visit.answers).refused(refusals);
        let questionnaire = visit.clinic.knowledge.questionnaires.get("treatments");
        let specs = questionnaire.map(|one| visit.fields(one, &facts)).unwrap_or_default();
        let content = html! {
            h1 { (title) }
            p.lead { (text("physio-lead")) }
            @for wait in &complex.waits { (notice(Tone::Caution, &wait_text(visit.clinic, lang, visit.today, wait), &html! {
                @if let Some(why) = &wait.why { p { (why.get(lang)) } }
                @if !wait.open.is_empty() { p { (text("treatment-wait-open")) } }
            })) }
            @if !mine.is_empty() {
                h2 { (text("physio-prescribed")) }
                @for one in mine { (treatment(visit, one, true, waits)) }
            }
            h2 #log { (text("physio-log")) }
            (form(visit, &complex, typed))
            (log(visit))
            details.more open[typed.value("plan_modality").is_some()] {
                summary { (text("physio-plan")) }
                p { (text("physio-plan-lead")) }
                (plan_form(visit, &complex, typed))
            }
            h2 { (text("physio-questions")) }
            p { (text("physio-questions-lead")) }
            form.form method="post" action="/physiotherapy" novalidate {
                @if let Some((first, rest)) = specs.split_first() {
                    (asker.field(first))
                    details.more open[!refusals.is_empty()] {
                        summary { (text("physio-questions")) " (" (rest.len()) ")" }
                        @for spec in rest { (asker.field(spec)) }
                    }
                }
                p.actions { button.button type="submit" { (text("action-save-form")) } }
                (saved_as_you_go(lang))
            }
            h2 { (text("physio-all")) }
            @for one in others { (treatment(visit, one, false, waits)) }
        };
        Ok(visit.page(&title, "/physiotherapy", &["autosave.js"], &content))
    })
    .await
}

/// "After TENS: no exercise before 15:30."
pub(super) fn wait_text(clinic: &Clinic, lang: Lang, today: Date, wait: &Wait) -> String {
    let until = if wait.until.date() == today {
        wait.until.strftime("%H:%M")
    } else {
        wait.until.strftime("%Y-%m-%d %H:%M")
    };
    let name = wait.name.get(lang).to_owned();
    clinic.format(
        lang,
        "treatment-wait",
        &[("name", name.into()), ("until", until.to_string().into())],
    )
}

fn treatment(visit: &Visit<'_>, one: &Treatment<'_>, open: bool, waits: bool) -> Markup {
    let lang = visit.lang;
    let text = |id: &str| visit.text(id);
    let format = |id: &str, args: &[(&str, Fluent<'_>)]| visit.clinic.format(lang, id, args);
    let cleared = one.clearance.cleared();
    // Nothing that speaks for a treatment counts before someone has looked at the person.
    let state = match cleared {
        Cleared::Yes | Cleared::AskFirst if waits => "cleared-waits".to_owned(),
        _ => format!("cleared-{}", cleared.id()),
    };
    let change = one.mean_change.map(|change| {
        let id = match change {
            change if change <= -0.5 => "physio-change-better",
            change if change >= 0.5 => "physio-change-worse",
            _ => "physio-change-same",
        };
        format(id, &[("points", format!("{:.1}", change.abs()).into())])
    });
    html! {
        details.treatment #(one.modality.id) open[open] data-cleared=(cleared.id()) {
            summary {
                span.treatment-name { (one.modality.name.get(lang)) }
                span.treatment-state { (text(&state)) " · " (text(&format!("grade-{}", one.modality.grade.id()))) }
            }
            @for stands in &one.clearance.against {
                p.against { (format("cleared-no-because", &[("reason", stands.reason.get(lang).to_owned().into())])) }
            }
            @if cleared == Cleared::AskFirst {
                ul { @for stands in &one.clearance.ask_first { li { (format("cleared-ask-because", &[("reason", stands.reason.get(lang).to_owned().into())])) } } }
            }
            h3 { (text("physio-what")) }
            p { (one.modality.what.get(lang)) " (" (text(&format!("who-{}", one.modality.who.id()))) ")" }
            h3 { (text("physio-evidence")) }
            p { (one.modality.evidence.get(lang)) }
            h3 { (text("physio-expect")) }
            p { (one.modality.expect.get(lang)) }
            @if one.modality.wait_h > 0 {
                p { strong { (format("physio-wait", &[("hours", one.modality.wait_h.into())])) } @if let Some(why) = &one.modality.wait_why { " " (why.get(lang)) } }
            }
            @if let Some(course) = &one.course {
                p {
                    strong { (format("physio-course", &[("done", course.done.into()), ("sessions", course.planned.sessions.into()), ("by", course.planned.by.clone().into())])) }
                    @match course.next {
                        Some(next) => { " " (format("physio-course-next", &[("day", next.to_string().into())])) },
                        None => { " " (text("physio-course-done")) },
                    }
                }
            }
            @if one.times > 0 {
                p { (format("physio-had", &[("times", one.times.into())])) @if let Some(change) = &change { "; " (change) } "." }
            }
            @if one.review { (notice(Tone::Info, &text("physio-title"), &html! { p { (text("physio-review")) } })) }
        }
    }
}

fn form(visit: &Visit<'_>, complex: &Complex<'_>, typed: &Typed) -> Markup {
    let lang = visit.lang;
    let mut treatments: Vec<&Treatment<'_>> = complex.treatments.iter().collect();
    treatments.sort_by_key(|one| !one.prescribed);
    let choices = treatment_choices(treatments.into_iter(), typed.value("modality"), lang);
    let field = |path: &'static str, id: &str| {
        let ask = visit.text(id);
        let wrong = typed.wrong("treated", path, lang);
        let question = Question {
            path,
            ask: &ask,
            help: None,
            error: wrong.as_deref(),
        };
        match path {
            "modality" => select(lang, &question, &visit.text("ask-choose"), &choices),
            "at" => moment(lang, &question, typed.value("at"), visit.now),
            _ => {
                let ends = (visit.text("scale-none"), visit.text("scale-worst"));
                let chosen = typed.value(path).and_then(|text| text.parse().ok());
                scale(lang, &question, (&ends.0, &ends.1), chosen)
            }
        }
    };
    html! {
        form.form method="post" action="/log/treated" novalidate {
            (field("modality", "physio-modality"))
            (field("at", "physio-when"))
            (field("pain_before", "physio-before"))
            (field("pain_after_24h", "physio-after"))
            (field("side_effects", "physio-side"))
            p.actions { button.button type="submit" { (visit.text("meds-save")) } }
        }
    }
}

fn treatment_choices<'a>(treatments: impl Iterator<Item = &'a Treatment<'a>>, chosen: Option<&str>, lang: Lang) -> Vec<Choice<'a>> {
    treatments
        .map(|one| Choice {
            value: &one.modality.id,
            label: one.modality.name.get(lang),
            chosen: chosen == Some(&one.modality.id),
        })
        .collect()
}

/// A course as a clinician has prescribed it.
fn plan_form(visit: &Visit<'_>, complex: &Complex<'_>, typed: &Typed) -> Markup {
    let lang = visit.lang;
    let choices = treatment_choices(complex.treatments.iter(), typed.value("plan_modality"), lang);
    // Both forms stand on one page: the fields of this one have names of their own.
    let field = |path: &'static str, id: &str| {
        let ask = visit.text(id);
        let wrong = typed.wrong("planned", path.trim_start_matches("plan_"), lang);
        let question = Question {
            path,
            ask: &ask,
            help: None,
            error: wrong.as_deref(),
        };
        match path {
            "plan_modality" => select(lang, &question, &visit.text("ask-choose"), &choices),
            "plan_from" => entry(lang, &question, &Input::Date, typed.value(path)),
            "plan_by" => entry(lang, &question, &Input::Text, typed.value(path)),
            _ => entry(lang, &question, &Input::Number { unit: None, whole: true }, typed.value(path)),
        }
    };
    html! {
        form.form method="post" action="/log/planned" novalidate {
            (field("plan_modality", "physio-modality"))
            (field("plan_sessions", "physio-plan-sessions"))
            (field("plan_per_week", "physio-plan-per-week"))
            (field("plan_from", "physio-plan-from"))
            (field("plan_by", "physio-plan-by"))
            p.actions { button.button type="submit" { (visit.text("meds-save")) } }
        }
    }
}

fn log(visit: &Visit<'_>) -> Markup {
    entries(visit, "treated", usize::MAX, ("physio-log-title", Some("physio-none")), |entry| {
        let Entry::Treated(treated) = entry else { return None };
        let modality = visit.clinic.knowledge.modalities.get(&treated.modality);
        let name = modality.map(|modality| modality.name.get(visit.lang)).unwrap_or_default();
        let shown = html! {
            strong { (treated.at.strftime("%Y-%m-%d %H:%M").to_string()) } " " (name)
            @if let (Some(before), Some(after)) = (treated.pain_before, treated.pain_after_24h) { " · " (before) " → " (after) }
        };
        Some((name.to_owned(), shown))
    })
}
