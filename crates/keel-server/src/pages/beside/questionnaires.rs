//! `/questionnaires`: what is due, filling in, results over time. Answers are kept while they are given and count once the form is finished.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_knowledge::{Better, Fluent, Instrument, InstrumentItem, Lang, MissingItems, Record, ScoreMethod, Ships};
use keel_record::Event;
use keel_therapy::{Entry, FilledIn, Measurement, NoScore, Scored, Value, band, score};
use maud::{Markup, html};

use crate::answers::{self, Pairs, Refusal};
use crate::app::App;
use crate::language::Language;
use crate::pages::beside::{Visit, visit};
use crate::problem::Problem;
use crate::ui::fields::{Choice, Entry as Input, Question, entry, one_of, saved_as_you_go, steps, ticks};
use crate::ui::icon;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/questionnaires", get(list))
        .route("/questionnaires/{id}", get(show).post(send))
}

async fn list(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    visit(&app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let mut instruments: Vec<&Record<Instrument>> = visit.clinic.knowledge.instruments.values().collect();
        instruments.sort_by_key(|one| one.order);
        let week = |one: &&Record<Instrument>| {
            let due = complex.due.iter().find(|due| due.instrument == one.id);
            due.map(|due| due.week)
        };
        let (due, others): (Vec<_>, Vec<_>) = instruments.into_iter().partition(|one| week(one).is_some());
        let filled = |id: &str| complex.filled_in.iter().find(|one| one.instrument.id == id);
        let row = |one: &Record<Instrument>| {
            html! {
                li.test {
                    div {
                        h3 { a href={ "/questionnaires/" (one.id) } { (one.name.get(lang)) } }
                        p { (one.measures.get(lang)) }
                        @if let Some(filled) = filled(&one.id) { p { (latest(visit, filled)) } }
                    }
                    p.test-state {
                        @match week(&one) {
                            Some(week) => (visit.clinic.format(lang, "questionnaire-due", &[("week", week.into())])),
                            None => (visit.clinic.format(lang, "questionnaires-minutes", &[("minutes", (one.minutes.ceil() as u32).into())])),
                        }
                    }
                }
            }
        };
        let title = text("complex-questionnaires");
        let content = html! {
            h1 { (title) }
            p.lead { (text("complex-questionnaires-what")) }
            h2 { (text("questionnaires-due")) }
            @if due.is_empty() { p { (text("questionnaires-none-due")) } }
            ul.test-list { @for one in &due { (row(one)) } }
            h2 { (text("questionnaires-others")) }
            ul.test-list { @for one in &others { (row(one)) } }
        };
        Ok(visit.page(&title, "/questionnaires", &[], &content))
    })
    .await
}

/// The latest main score in one line.
fn latest(visit: &Visit<'_>, filled: &FilledIn<'_>) -> String {
    let Some((on, scored)) = filled.history.last() else {
        return String::new();
    };
    let rule = filled.instrument.scores.first();
    let value = match (scored.main(), rule) {
        (Some(value), Some(rule)) => format!("{value:.*}", rule.decimals),
        _ => "–".to_owned(),
    };
    let band = scored
        .band
        .as_deref()
        .and_then(|id| band(filled.instrument, id))
        .map(|band| band.name.get(visit.lang));
    let trend = filled.trend.map(|trend| visit.text(&format!("trend-{}", trend.id())));
    let parts = [Some(value), band.map(str::to_owned), trend];
    format!("{on}: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

async fn show(State(app): State<App>, Language(lang): Language, Path(id): Path<String>) -> Result<Markup, Problem> {
    page(&app, lang, &id, &[], &[]).await
}

async fn send(
    State(app): State<App>,
    Language(lang): Language,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let instrument = clinic.knowledge.instruments.get(&id).ok_or_else(Problem::not_found)?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let reading = answers::read(app.questions.as_ref(), &state, app.now(), &form);
    app.record.append(person, app.now(), &reading.events).await?;
    let state = app.record.projection(person).await?;
    let given = clinic.answers(&state);
    let items = items(instrument, &given);
    let missing = missing(&score(instrument, &items));
    if !reading.refusals.is_empty() || !missing.is_empty() {
        return Ok(page(&app, lang, &id, &reading.refusals, &missing).await?.into_response());
    }
    let entry = Entry::Measured(Measurement {
        instrument: id.clone(),
        on: app.today(),
        items,
    });
    let mut events = vec![Event::Logged {
        list: entry.list().to_owned(),
        entry: entry.to_json(),
    }];
    let draft = format!("instruments.{id}.");
    events.extend(
        state
            .answers
            .keys()
            // The activities a person chose stay: they are the same next time.
            .filter(|path| path.starts_with(&draft) && !path.ends_with("_text"))
            .map(|path| Event::Cleared { path: path.clone() }),
    );
    app.record.append(person, app.now(), &events).await?;
    Ok(Redirect::to(&format!("/questionnaires/{id}")).into_response())
}

/// What is filled in so far, by item.
fn items(instrument: &Record<Instrument>, given: &keel_therapy::Answers) -> BTreeMap<String, f64> {
    let entered = instrument
        .scores
        .iter()
        .filter(|score| score.method == ScoreMethod::Entered)
        .map(|score| &score.id);
    let ids = instrument.items.iter().map(|item| &item.id).chain(entered);
    ids.filter_map(|id| Some((id.clone(), given.number(&Instrument::path(&instrument.id, id))?)))
        .collect()
}

/// Items without which there is no main score.
fn missing(scored: &Scored) -> Vec<String> {
    match scored.scores.first() {
        Some((_, Err(NoScore::Missing(items)))) => items.clone(),
        _ => Vec::new(),
    }
}

async fn page(app: &App, lang: Lang, id: &str, refusals: &[Refusal], missing: &[String]) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let instrument = visit.clinic.knowledge.instruments.get(id).ok_or_else(Problem::not_found)?;
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let filled = complex.filled_in.iter().find(|one| one.instrument.id == id);
        let ticked = instrument.scores.first().is_some_and(|score| score.missing == MissingItems::Zero);
        let path = format!("/questionnaires/{id}");
        let title = instrument.name.get(lang);
        let wrong = |part: &str| -> Option<String> {
            let path = Instrument::path(id, part);
            let refused = refusals.iter().find(|one| one.path == path).map(|one| {
                let allowed = one.allowed.as_ref().map_or("", |allowed| allowed.get(lang));
                format!("{} {allowed}", one.problem.get(lang)).trim().to_owned()
            });
            refused.or_else(|| missing.iter().any(|one| one == part).then(|| text("ask-needs-answer")))
        };
        let content = html! {
            h1 { (title) }
            p.lead { (instrument.measures.get(lang)) @if let Some(recall) = &instrument.recall { " (" (recall.get(lang)) ")" } }
            @if let Some(filled) = filled { (result(visit, filled)) }
            @match instrument.ships {
                Ships::Text => @if let Some(lead) = &instrument.lead { p { (lead.get(lang)) } },
                Ships::Score => p { (text("questionnaires-operator")) },
                Ships::Total => p { (text("questionnaires-total")) },
            }
            form.form method="post" action=(path) novalidate {
                @if ticked {
                    (ticks(&text("questionnaires-tick"), &instrument.items.iter().map(|item| tick(visit, instrument, item)).collect::<Vec<_>>()))
                } @else {
                    @for (index, item) in instrument.items.iter().enumerate() { (question(visit, instrument, item, index, wrong(&item.id).as_deref())) }
                }
                @for score in instrument.scores.iter().filter(|score| score.method == ScoreMethod::Entered) {
                    @let path = Instrument::path(id, &score.id);
                    @let range = format!("{}–{}", score.range[0], score.range[1]);
                    @let error = wrong(&score.id);
                    @let given = visit.answers.get(&path).map(ToString::to_string);
                    (entry(lang, &Question { path: &path, ask: score.name.get(lang), help: Some(&range), error: error.as_deref() }, &Input::Number { unit: None, whole: false }, given.as_deref()))
                }
                p.actions { button.button type="submit" { (text("questionnaires-send")) (icon::check()) } }
                p.note { (text("questionnaires-draft")) }
                (saved_as_you_go(lang))
            }
            details.why { summary { (text("questionnaires-rights")) } p { (instrument.licence.get(lang)) } }
        };
        Ok(visit.page(title, &path, &["autosave.js"], &content))
    })
    .await
}

fn tick(visit: &Visit<'_>, instrument: &Record<Instrument>, item: &InstrumentItem) -> (String, String, bool) {
    let path = Instrument::path(&instrument.id, &item.id);
    let ask = item.ask.as_ref().map(|ask| ask.get(visit.lang)).unwrap_or_default().to_owned();
    let chosen = visit.answers.number(&path).is_some_and(|value| value > 0.0);
    (path, ask, chosen)
}

/// Longest range that is shown as a row of numbers.
const LONGEST_ROW: i32 = 14;

fn question(visit: &Visit<'_>, instrument: &Record<Instrument>, item: &InstrumentItem, index: usize, error: Option<&str>) -> Markup {
    let lang = visit.lang;
    let path = Instrument::path(&instrument.id, &item.id);
    let ask = match &item.ask {
        Some(ask) => ask.get(lang).to_owned(),
        None => visit.clinic.format(lang, "questionnaires-item", &[("item", (index + 1).into())]),
    };
    let question = Question {
        path: &path,
        ask: &ask,
        help: None,
        error,
    };
    let given = match visit.answers.get(&path) {
        Some(Value::Number(number)) => Some(*number as i32),
        _ => None,
    };
    let text_path = format!("{path}_text");
    let named = html! {
        @if item.text {
            @let of = visit.text("questionnaires-of");
            @let given = visit.answers.get(&text_path).map(ToString::to_string);
            (entry(lang, &Question { path: &text_path, ask: &of, help: Some(&ask), error: None }, &Input::Text, given.as_deref()))
        }
    };
    let answer = if !item.choices.is_empty() {
        let values: Vec<String> = item.choices.iter().map(|choice| choice.value.to_string()).collect();
        let choices: Vec<Choice<'_>> = item
            .choices
            .iter()
            .zip(&values)
            .map(|(choice, value)| Choice {
                value,
                label: choice.label.get(lang),
                chosen: given == Some(choice.value),
            })
            .collect();
        one_of(lang, &question, &choices)
    } else if item.max - item.min <= LONGEST_ROW {
        let ends = [&item.low, &item.high].map(|text| text.as_ref().map(|text| text.get(lang)));
        steps(lang, &question, (item.min, item.max), (ends[0], ends[1]), given)
    } else {
        let typed = given.map(|given| given.to_string());
        let kind = Input::Number { unit: None, whole: true };
        entry(lang, &question, &kind, typed.as_deref())
    };
    html! { (named) (answer) }
}

fn result(visit: &Visit<'_>, filled: &FilledIn<'_>) -> Markup {
    let lang = visit.lang;
    let format = |id: &str, args: &[(&str, Fluent<'_>)]| visit.clinic.format(lang, id, args);
    let Some((on, scored)) = filled.history.last() else {
        return html! {};
    };
    let shown = |id: &str, value: &Result<f64, NoScore>| match value {
        Ok(value) => {
            let decimals = filled
                .instrument
                .scores
                .iter()
                .find(|rule| rule.id == id)
                .map_or(0, |rule| rule.decimals);
            format!("{value:.decimals$}")
        }
        Err(NoScore::Missing(items)) => format("questionnaires-no-score", &[("missing", items.len().into())]),
        Err(NoScore::NotBelievable) => visit.text("questionnaires-not-believable"),
    };
    let main = filled.instrument.scores.first();
    html! {
        section.result aria-labelledby="result" {
            h2 #result { (format("questionnaires-result", &[("date", on.to_string().into())])) }
            @for (id, value) in &scored.scores {
                @if let Some(rule) = filled.instrument.scores.iter().find(|rule| rule.id == *id) {
                    p { (rule.name.get(lang)) ": " strong { (shown(id, value)) } " (" (rule.range[0]) "–" (rule.range[1]) ")" }
                }
            }
            @if let Some(band) = scored.band.as_deref().and_then(|id| band(filled.instrument, id)) { p { strong { (band.name.get(lang)) } " — " (band.meaning.get(lang)) } }
            @if let Some(trend) = filled.trend { p { (format("questionnaires-since-first", &[("trend", visit.text(&format!("trend-{}", trend.id())).into())])) } }
            @if let Some(rule) = main { p.note { (visit.text(if rule.higher == Better::Better { "questionnaires-better-higher" } else { "questionnaires-better-lower" })) } }
            @if filled.history.len() > 1 { (history(visit, filled)) }
        }
    }
}

/// The main score over time: a small drawing, and the same as a table.
fn history(visit: &Visit<'_>, filled: &FilledIn<'_>) -> Markup {
    const SIZE: (f64, f64) = (300.0, 80.0);
    let Some(rule) = filled.instrument.scores.first() else {
        return html! {};
    };
    let points: Vec<(f64, f64, String)> = filled
        .history
        .iter()
        .filter_map(|(on, scored)| Some((f64::from((*on - filled.history[0].0).get_days()), scored.main()?, on.to_string())))
        .collect();
    let last = points.last().map_or(1.0, |point| point.0).max(1.0);
    let place = |day: f64, value: f64| {
        let share = (value - rule.range[0]) / (rule.range[1] - rule.range[0]);
        (4.0 + day / last * (SIZE.0 - 8.0), SIZE.1 - 4.0 - share * (SIZE.1 - 8.0))
    };
    let path: Vec<String> = points
        .iter()
        .map(|(day, value, _)| {
            let (x, y) = place(*day, *value);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    html! {
        h3 { (visit.text("questionnaires-history")) }
        svg.trend viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } aria-hidden="true" {
            polyline points=(path.join(" ")) {}
            @for (day, value, _) in &points { @let (x, y) = place(*day, *value); circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="3" {} }
        }
        ul.rows { @for (_, value, on) in points.iter().rev() { li { (on) ": " strong { (format!("{value:.*}", rule.decimals)) } } } }
    }
}
