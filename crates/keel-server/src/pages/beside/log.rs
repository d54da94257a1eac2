//! Entries of the diaries: `POST /log/{list}` writes one down, `POST /log/{list}/{seq}/back` takes one back.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use keel_record::Event;
use keel_therapy::{Entry, FieldError};
use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::answers::Pairs;
use crate::app::App;
use crate::language::Language;
use crate::pages::beside::{Visit, examined, medicines, physiotherapy};
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/log/{list}", post(write))
        .route("/log/{list}/{seq}/back", post(take_back))
}

/// Where the entries of a list are shown.
fn page_of(list: &str) -> Option<&'static str> {
    match list {
        "taken" => Some("/medicines"),
        "treated" | "planned" => Some("/physiotherapy"),
        "measured" => Some("/questionnaires"),
        "examined" => Some("/examined"),
        _ => None,
    }
}

async fn write(
    State(app): State<App>,
    Language(lang): Language,
    Path(list): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let page = page_of(&list).filter(|_| list != "measured").ok_or_else(Problem::not_found)?;
    let read = Entry::read(app.clinic()?.knowledge, &list, &entry_of(&form));
    match read.and_then(|entry| entry.not_after(app.today())) {
        Ok(entry) => {
            let event = Event::Logged {
                list: entry.list().to_owned(),
                entry: entry.to_json(),
            };
            app.record.append(app.person().await?, app.now(), &[event]).await?;
            Ok(Redirect::to(page).into_response())
        }
        // The page again, with what was typed and what was wrong.
        Err(error) => Ok(again(&app, lang, &list, &form, error).await?.into_response()),
    }
}

async fn again(app: &App, lang: keel_knowledge::Lang, list: &str, form: &Pairs, error: FieldError) -> Result<Markup, Problem> {
    let typed = Typed {
        form: form.clone(),
        wrong: Some(error),
    };
    match list {
        "taken" => medicines::page(app, lang, &typed).await,
        "examined" => examined::page(app, lang, &typed).await,
        _ => physiotherapy::page(app, lang, &typed).await,
    }
}

async fn take_back(State(app): State<App>, Path((list, seq)): Path<(String, i64)>) -> Result<Redirect, Problem> {
    let page = page_of(&list).ok_or_else(Problem::not_found)?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let known = state.log.iter().any(|one| one.seq == seq && one.list == list);
    if !known {
        return Err(Problem::not_found());
    }
    app.record.append(person, app.now(), &[Event::Unlogged { seq }]).await?;
    Ok(Redirect::to(page))
}

/// What a form said, with what was wrong about it.
#[derive(Default)]
pub(super) struct Typed {
    form: Pairs,
    wrong: Option<FieldError>,
}

impl Typed {
    /// What was typed into a field.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What was wrong about a field of a list.
    pub(super) fn wrong(&self, list: &str, name: &str, lang: keel_knowledge::Lang) -> Option<String> {
        let error = self.wrong.as_ref().filter(|error| error.path == format!("{list}.{name}"))?;
        Some(format!("{} {}", error.problem.get(lang), error.allowed.get(lang)).trim().to_owned())
    }
}

/// What was written into a list, the latest first, each with a way to take it back. `row` gives the name of an entry and what is shown of it.
pub(super) fn entries(
    visit: &Visit<'_>,
    list: &str,
    most: usize,
    (title, empty): (&str, Option<&str>),
    row: impl Fn(&Entry) -> Option<(String, Markup)>,
) -> Markup {
    let knowledge = visit.clinic.knowledge;
    let written = visit.state.log.iter().rev().filter(|logged| logged.list == list);
    let rows: Vec<(i64, String, Markup)> = written
        .filter_map(|logged| {
            let entry = Entry::read(knowledge, &logged.list, &logged.entry).ok()?;
            let (name, shown) = row(&entry)?;
            Some((logged.seq, name, shown))
        })
        .take(most)
        .collect();
    let back = visit.text("meds-remove");
    html! {
        @if !rows.is_empty() || empty.is_some() { h2 { (visit.text(title)) } }
        @if let (true, Some(empty)) = (rows.is_empty(), empty) { p { (visit.text(empty)) } }
        @if !rows.is_empty() {
            ul.rows {
                @for (seq, name, shown) in &rows {
                    li.row {
                        p { (shown) }
                        form method="post" action={ "/log/" (list) "/" (seq) "/back" } { button.link type="submit" aria-label={ (back) ": " (name) } { (back) } }
                    }
                }
            }
        }
    }
}

/// A form as an entry: numbers as numbers, empty fields left out.
fn entry_of(form: &Pairs) -> Value {
    let value = |(name, text): &(String, String)| {
        let (name, text) = (name.trim_start_matches("plan_"), text.trim());
        let number = !matches!(
            name,
            "medicine" | "modality" | "at" | "how" | "from" | "by" | "item" | "on" | "until"
        );
        let value = match (name, text) {
            ("unchanged", "yes") => Value::Bool(true),
            ("unchanged", "no") => Value::Bool(false),
            _ => match text.replace(',', ".").parse::<f64>() {
                Ok(parsed) if number && parsed.is_finite() => serde_json::json!(parsed),
                _ => Value::String(text.to_owned()),
            },
        };
        (!text.is_empty()).then(|| (name.to_owned(), value))
    };
    Value::Object(form.iter().filter_map(value).collect::<Map<_, _>>())
}
