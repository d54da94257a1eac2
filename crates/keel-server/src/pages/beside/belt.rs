//! `/belt`: whether a belt makes sense, measuring, judging a product, fit, wearing and weaning; other aids.

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Fluent, Lang, Note, OrthosisKind};
use keel_therapy::{BeltAdvice, FieldSpec, Kit, Option3, Wearing};
use maud::{Markup, PreEscaped, html};

use crate::answers::{Pairs, Refusal};
use crate::app::App;
use crate::language::Language;
use crate::pages::ask::Asker;
use crate::pages::beside::{Visit, save, sentences, visit};
use crate::problem::Problem;
use crate::ui::fields::saved_as_you_go;
use crate::ui::notice::{Tone, notice};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/belt", get(show).post(send))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    page(&app, lang, &[]).await
}

async fn send(State(app): State<App>, Language(lang): Language, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let refusals = save(&app, &form).await?;
    if refusals.is_empty() {
        return Ok(Redirect::to("/belt").into_response());
    }
    Ok(page(&app, lang, &refusals).await?.into_response())
}

/// Pictures beside questions of the fit check.
const PICTURES: [(&str, &str); 2] = [("belt.f_position", "belt-position"), ("belt.f_fingers", "fit-fingers")];

async fn page(app: &App, lang: Lang, refusals: &[Refusal]) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let advice = &complex.belt;
        let text = |id: &str| visit.text(id);
        let asker = Asker::new(visit.clinic, lang, visit.answers).refused(refusals);
        let questionnaire = visit.clinic.knowledge.questionnaires.get("belt");
        let specs = questionnaire.map(|one| visit.fields(one, &facts)).unwrap_or_default();
        let measured: Vec<&str> = advice.rules.measure.iter().map(|measure| measure.field.as_str()).collect();
        let quality: Vec<&str> = advice.rules.quality.iter().map(|point| point.field.as_str()).collect();
        let fit: Vec<&str> = advice.rules.fit.iter().map(|point| point.field.as_str()).collect();
        let of = |paths: &[&str]| -> Vec<&FieldSpec<'static>> {
            paths
                .iter()
                .filter_map(|path| specs.iter().find(|spec| spec.path == *path))
                .collect()
        };
        let elsewhere: Vec<&str> = measured.iter().chain(&quality).chain(&fit).copied().collect();
        let is_comfort = |spec: &&FieldSpec<'_>| spec.path.starts_with("belt.comfort_");
        let is_wear = |spec: &&FieldSpec<'_>| {
            ["belt.since", "belt.hours_yesterday", "belt.worn_for", "belt.pain_before", "belt.pain_after"].contains(&spec.path.as_str())
        };
        let yours: Vec<&FieldSpec<'static>> = specs
            .iter()
            .filter(|spec| !elsewhere.contains(&spec.path.as_str()) && !is_wear(spec) && !is_comfort(spec))
            .collect();
        let title = text("belt-title");
        let form = |fields: &Markup| {
            html! {
                form.form method="post" action="/belt" novalidate {
                    (fields)
                    p.actions { button.button type="submit" { (text("action-save-form")) } }
                    (saved_as_you_go(lang))
                }
            }
        };
        let content = html! {
            h1 { (title) }
            p.lead { (advice.rules.stance.get(lang)) }
            (against(visit, advice))
            h2 { (text("belt-options")) }
            @for kit in advice.kit.iter().filter(|kit| kit.orthosis.kind == OrthosisKind::Belt) { (option(visit, kit)) }
            details.more open[!refusals.is_empty() || yours.iter().all(|spec| visit.answers.get(&spec.path).is_none())] {
                summary { (text("belt-yours")) " (" (yours.len()) ")" }
                (form(&html! { @for spec in &yours { (asker.field(spec)) } }))
            }
            details.more {
                summary { (text("belt-measure")) }
                p { (text("belt-measure-lead")) }
                @for measure in &advice.rules.measure {
                    div.measure {
                        (picture(visit, &measure.picture))
                        p { (measure.how.get(lang)) }
                    }
                }
                @let fields = of(&measured);
                @if !fields.is_empty() { (form(&html! { @for spec in fields { (asker.field(spec)) } })) }
            }
            details.more {
                summary { (text("belt-quality")) }
                p { (text("belt-quality-lead")) }
                (quality_result(visit, advice, &specs))
                @let why = |path: &str| advice.rules.quality.iter().find(|point| point.field == path).map(|point| point.why.get(lang));
                @let fields = of(&quality);
                @if fields.is_empty() {
                    ul { @for point in &advice.rules.quality { li { (visit.clinic.catalogue.field(&point.field).map(|spec| spec.ask.get(lang)).unwrap_or_default()) " — " (point.why.get(lang)) } } }
                } @else {
                    (form(&html! { @for spec in fields { (asker.field(spec)) @if let Some(why) = why(&spec.path) { p.note { (why) } } } }))
                }
            }
            details.more {
                summary { (text("belt-fit")) }
                p { (text("belt-fit-lead")) }
                (fit_result(visit, advice))
                @let fields = of(&fit);
                @if fields.is_empty() {
                    ul { @for point in &advice.rules.fit { li { (visit.clinic.catalogue.field(&point.field).map(|spec| spec.ask.get(lang)).unwrap_or_default()) } } }
                } @else {
                    (form(&html! {
                        @for spec in fields {
                            @if let Some((_, name)) = PICTURES.iter().find(|(path, _)| spec.path == *path) { div.measure { (picture(visit, name)) } }
                            (asker.field(spec))
                        }
                        @for spec in specs.iter().filter(is_comfort) { (asker.field(spec)) }
                    }))
                }
            }
            h2 { (text("belt-wear")) }
            @if let Some(wearing) = &advice.wearing {
                (notice(if wearing.too_long { Tone::Caution } else { Tone::Info }, &wearing_text(visit, wearing), &html! {
                    p { (wearing.says.get(lang)) }
                    @if wearing.too_long { p { strong { (text("belt-too-long")) } } }
                }))
            }
            @let wear: Vec<&FieldSpec<'static>> = specs.iter().filter(|spec| is_wear(spec)).collect();
            @if !wear.is_empty() { (form(&html! { @for spec in wear { (asker.field(spec)) } })) }
            (rules(visit, advice))
            h2 { (text("belt-kit")) }
            @for kit in advice.kit.iter().filter(|kit| kit.orthosis.kind == OrthosisKind::Kit) { (option(visit, kit)) }
        };
        Ok(visit.page(&title, "/belt", &["autosave.js"], &content))
    })
    .await
}

/// "You are in week 2 of wearing: at most 4 hours today."
pub(super) fn wearing_text(visit: &Visit<'_>, wearing: &Wearing) -> String {
    let args: [(&str, Fluent<'_>); 2] = [("week", wearing.week.into()), ("hours", wearing.hours_most.to_string().into())];
    let id = if wearing.hours_most > 0.0 {
        "belt-wear-now"
    } else {
        "belt-wear-now-none"
    };
    visit.clinic.format(visit.lang, id, &args)
}

fn picture(visit: &Visit<'_>, name: &str) -> Markup {
    html! { @if let Some(svg) = visit.clinic.knowledge.pictures.get(name) { div.measure-picture aria-hidden="true" { (PreEscaped(svg)) } } }
}

fn against(visit: &Visit<'_>, advice: &BeltAdvice<'_>) -> Markup {
    let reason = |id: &str, text: &str| visit.clinic.format(visit.lang, id, &[("reason", text.to_owned().into())]);
    html! {
        @if !advice.clearance.against.is_empty() {
            (notice(Tone::Caution, &visit.text("belt-against"), &html! {
                @for stands in &advice.clearance.against { p { (reason("cleared-no-because", stands.reason.get(visit.lang))) } }
            }))
        } @else if !advice.clearance.ask_first.is_empty() {
            details.why {
                summary { (visit.text("belt-against")) ": " (visit.text("cleared-ask-first")) " (" (advice.clearance.ask_first.len()) ")" }
                ul { @for stands in &advice.clearance.ask_first { li { (reason("cleared-ask-because", stands.reason.get(visit.lang))) } } }
            }
        }
    }
}

fn option(visit: &Visit<'_>, kit: &Kit<'_>) -> Markup {
    let lang = visit.lang;
    let state = match kit.option {
        Option3::Sensible => "belt-option-sensible",
        Option3::AskFirst => "belt-option-ask",
        Option3::No => "belt-option-no",
    };
    html! {
        details.treatment #(kit.orthosis.id) data-cleared=(if kit.option == Option3::Sensible { "yes" } else { "no" }) {
            summary {
                span.treatment-name { (kit.orthosis.name.get(lang)) }
                span.treatment-state {
                    (visit.text(state))
                    // A refusal says already who may decide otherwise.
                    @if kit.option != Option3::No { " · " (visit.text(&format!("decides-{}", kit.orthosis.who.id()))) }
                }
            }
            p { (kit.orthosis.good_for.get(lang)) }
            p { (kit.orthosis.why.get(lang)) }
            h3 { (visit.text("belt-made")) }
            p { (kit.orthosis.made_of.get(lang)) }
            h3 { (visit.text("belt-not-for")) }
            p { (kit.orthosis.not_for.get(lang)) }
        }
    }
}

fn quality_result(visit: &Visit<'_>, advice: &BeltAdvice<'_>, specs: &[FieldSpec<'static>]) -> Markup {
    let quality = &advice.quality;
    let format = |id: &str, args: &[(&str, Fluent<'_>)]| visit.clinic.format(visit.lang, id, args);
    let ask = |path: &str| {
        let spec = specs.iter().find(|spec| spec.path == path);
        spec.map(|spec| spec.ask.get(visit.lang)).unwrap_or_default()
    };
    html! {
        @if quality.open < advice.rules.quality.len() {
            p role="status" {
                strong { (format("belt-quality-score", &[("points", quality.points.into()), ("most", quality.most.into())])) }
                @if quality.open > 0 { " · " (format("belt-quality-open", &[("count", quality.open.into())])) }
                @if quality.good() { " " (visit.text("belt-quality-good")) }
            }
            @if !quality.rather_not.is_empty() {
                (notice(Tone::Caution, &visit.text("belt-quality-not"), &sentences(quality.rather_not.iter().map(|path| ask(path)))))
            }
        }
    }
}

fn fit_result(visit: &Visit<'_>, advice: &BeltAdvice<'_>) -> Markup {
    html! {
        @for (_, must, text) in &advice.fit.faults {
            @let said = if *must { visit.clinic.format(visit.lang, "belt-fit-off", &[("text", text.get(visit.lang).to_owned().into())]) } else { text.get(visit.lang).to_owned() };
            (notice(if *must { Tone::Caution } else { Tone::Info }, &visit.text("belt-fit"), &html! { p { (said) } }))
        }
        @if !advice.fit.uncomfortable.is_empty() { p { strong { (visit.text("belt-uncomfortable")) } } }
    }
}

fn rules(visit: &Visit<'_>, advice: &BeltAdvice<'_>) -> Markup {
    let lang = visit.lang;
    let text = |id: &str| visit.text(id);
    let notes = |notes: &[Note]| sentences(notes.iter().map(|note| note.text.get(lang)));
    let weeks = |from: u32, to: u32, hours: f64| {
        let args: [(&str, Fluent<'_>); 3] = [("from", from.into()), ("to", to.into()), ("hours", hours.to_string().into())];
        let id = if hours > 0.0 { "belt-wear-weeks" } else { "belt-wear-weeks-none" };
        visit.clinic.format(lang, id, &args)
    };
    html! {
        ol.weeks { @for step in &advice.rules.wear { li { strong { (weeks(step.weeks[0], step.weeks[1], step.hours_most)) } " " (step.says.get(lang)) } } }
        h3 { (text("belt-tasks")) }
        (notes(&advice.rules.task))
        h3 { (text("belt-never")) }
        (notes(&advice.rules.never))
        (notice(Tone::Caution, &text("belt-stop"), &html! {
            (notes(&advice.rules.stop))
            @if advice.rules.stop.iter().any(|note| note.triage) { p { a href="/safety" { (text("belt-safety")) } } }
        }))
        h3 { (text("belt-wean")) }
        p { (advice.rules.wean.text.get(lang)) }
        h3 { (text("belt-guard")) }
        p { (advice.rules.guard.text.get(lang)) }
    }
}
