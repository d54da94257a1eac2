//! `/medicines`: the diary of what was taken, beside the labels and the warnings.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jiff::civil::DateTime;
use keel_knowledge::{Fluent, Lang};
use keel_therapy::{DayOfMedicine, Entry, TakenHow};
use maud::{Markup, html};

use crate::app::App;
use crate::language::Language;
use crate::pages::beside::log::{Typed, entries};
use crate::pages::beside::{Visit, visit};
use crate::problem::Problem;
use crate::ui::fields::{Choice, Entry as Input, Question, entry, one_of, select};
use crate::ui::notice::{Tone, notice};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/medicines", get(show))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    page(&app, lang, &Typed::default()).await
}

pub(super) async fn page(app: &App, lang: Lang, typed: &Typed) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let knowledge = visit.clinic.knowledge;
        let count = knowledge.medicine_flags.len();
        let title = text("meds-title");
        let content = html! {
            h1 { (title) }
            p.lead { (text("meds-lead")) }
            @for warning in &complex.diary {
                (notice(Tone::Caution, &text("meds-24h"), &html! { p { (warning.text.get(lang)) } }))
            }
            h2 { (text("meds-24h")) }
            @if complex.medicines.is_empty() { p { (text("meds-none")) } }
            ul.rows { @for one in &complex.medicines { li { (day(visit, one)) } } }
            (still_working(visit))
            h2 #add { (text("meds-add")) }
            (form(visit, typed))
            (earlier(visit))
            @if !complex.warnings.is_empty() {
                h2 { (text("complex-medicines")) }
                @for warning in &complex.warnings {
                    details.why { summary { (warning.title.get(lang)) } p { (warning.message.get(lang)) } }
                }
            }
            p.note { (visit.clinic.format(lang, "meds-checked", &[("count", count.into())])) " " a href="/about/medicines" { (text("meds-list")) } }
        };
        Ok(visit.page(&title, "/medicines", &[], &content))
    })
    .await
}

fn day(visit: &Visit<'_>, one: &DayOfMedicine) -> Markup {
    let format = |id: &str, args: &[(&str, Fluent<'_>)]| visit.clinic.format(visit.lang, id, args);
    html! {
        p { strong { (one.name.get(visit.lang)) } @for (system, code) in &one.codes { " " span.note { (system.to_uppercase()) " " (code) } } }
        p {
            @match one.label_mg {
                Some(most) => (format("meds-of-label", &[("mg", one.mg.to_string().into()), ("most", most.to_string().into())])),
                None => (format("meds-mg-only", &[("mg", one.mg.to_string().into())])),
            }
            " · " (format("meds-times", &[("times", one.times.into())]))
            @if one.unknown > 0 { " · " (format("meds-without-mg", &[("count", one.unknown.into())])) }
        }
        @if let Some(most) = one.label_mg { (bar(one.mg, most)) }
        @for why in &one.lower_because { p.note { (format("meds-lower", &[("why", why.get(visit.lang).to_owned().into())])) } }
    }
}

/// How much of a limit is used; the words beside it say the same.
fn bar(value: f64, most: f64) -> Markup {
    let width = (100.0 * value / most).clamp(0.0, 100.0);
    html! {
        svg.bar viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
            rect.bar-all width="100" height="6" {}
            rect.bar-used width=(format!("{width:.1}")) height="6" {}
        }
    }
}

fn still_working(visit: &Visit<'_>) -> Markup {
    let knowledge = visit.clinic.knowledge;
    let mut said: Vec<String> = Vec::new();
    for one in visit.answers.taken() {
        let Some(medicine) = knowledge.medicines.get(&one.medicine) else {
            continue;
        };
        for (id, hours) in [("meds-still-masks", medicine.masks_h), ("meds-still-sedates", medicine.sedates_h)] {
            let until = hours.map(|hours| one.at.saturating_add(jiff::Span::new().hours(i64::from(hours))));
            if let Some(until) = until.filter(|until| *until > visit.now && one.at <= visit.now) {
                let name = medicine.name.get(visit.lang).to_owned();
                said.push(visit.clinic.format(
                    visit.lang,
                    id,
                    &[("name", name.into()), ("until", until.strftime("%H:%M").to_string().into())],
                ));
            }
        }
    }
    html! {
        @if !said.is_empty() {
            (notice(Tone::Info, &visit.text("meds-still"), &html! { ul { @for line in &said { li { (line) } } } }))
        }
    }
}

fn form(visit: &Visit<'_>, typed: &Typed) -> Markup {
    let lang = visit.lang;
    let taking = visit.answers.list("medicines.taking").unwrap_or_default();
    let mut medicines: Vec<(&str, &str)> = visit
        .clinic
        .knowledge
        .medicines
        .values()
        .map(|medicine| (medicine.id.as_str(), medicine.name.get(lang)))
        .collect();
    // What the person said they take comes first.
    medicines.sort_by_key(|(id, name)| (!taking.iter().any(|one| one == id), name.to_lowercase()));
    let choices: Vec<Choice<'_>> = medicines
        .iter()
        .map(|(id, name)| Choice {
            value: id,
            label: name,
            chosen: typed.value("medicine") == Some(id),
        })
        .collect();
    let ask = |id: &str| visit.text(id);
    let (medicine, mg, when, help) = (ask("meds-medicine"), ask("meds-mg"), ask("meds-when"), ask("meds-mg-help"));
    let wrong = |name: &str| typed.wrong("taken", name, lang);
    let (wrong_medicine, wrong_mg, wrong_at) = (wrong("medicine"), wrong("mg"), wrong("at"));
    let hows: Vec<(TakenHow, String)> = TakenHow::ALL.map(|how| (how, ask(&format!("meds-how-{}", how.id())))).into();
    let how_choices: Vec<Choice<'_>> = hows
        .iter()
        .map(|(how, label)| Choice {
            value: how.id(),
            label,
            chosen: typed.value("how") == Some(how.id()),
        })
        .collect();
    let how = ask("meds-how");
    let mg_unit = ask("unit-mg");
    let question = |path: &'static str, ask: &'_ str, help: Option<&'_ str>, error: Option<&'_ str>| -> Markup {
        let question = Question { path, ask, help, error };
        match path {
            "medicine" => select(lang, &question, &visit.text("ask-choose"), &choices),
            "how" => one_of(lang, &question, &how_choices),
            "at" => moment(lang, &question, typed.value("at"), visit.now),
            _ => entry(
                lang,
                &question,
                &Input::Number {
                    unit: Some(&mg_unit),
                    whole: false,
                },
                typed.value(path),
            ),
        }
    };
    html! {
        form.form method="post" action="/log/taken" novalidate {
            (question("medicine", &medicine, None, wrong_medicine.as_deref()))
            (question("mg", &mg, Some(&help), wrong_mg.as_deref()))
            (question("at", &when, None, wrong_at.as_deref()))
            (question("how", &how, None, None))
            p.actions { button.button type="submit" { (visit.text("meds-save")) } }
        }
    }
}

/// A field for a moment; now, where nothing was typed.
pub(super) fn moment(lang: Lang, question: &Question<'_>, typed: Option<&str>, now: DateTime) -> Markup {
    let now = now.strftime("%Y-%m-%dT%H:%M").to_string();
    entry(lang, question, &Input::Moment, Some(typed.unwrap_or(&now)))
}

fn earlier(visit: &Visit<'_>) -> Markup {
    const SHOWN: usize = 30;
    entries(visit, "taken", SHOWN, ("meds-earlier", None), |entry| {
        let Entry::Taken(taken) = entry else { return None };
        let medicine = visit.clinic.knowledge.medicines.get(&taken.medicine);
        let name = medicine.map(|medicine| medicine.name.get(visit.lang)).unwrap_or_default();
        let shown = html! {
            strong { (taken.at.strftime("%Y-%m-%d %H:%M").to_string()) } " " (name)
            @if let Some(mg) = taken.mg { " · " (visit.clinic.format(visit.lang, "meds-mg-only", &[("mg", mg.to_string().into())])) }
            @if let Some(how) = taken.how { " · " (visit.text(&format!("meds-how-{}", how.id()))) }
        };
        Some((name.to_owned(), shown))
    })
}
