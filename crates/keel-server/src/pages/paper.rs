//! What can be taken along: the programme as PDF and as a page to print, and the answers as a case file.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keel_report::{plan_html, plan_pdf};
use keel_therapy::{Case, write_case};

use crate::app::App;
use crate::language::Language;
use crate::log;
use crate::pages::programme::week_begins;
use crate::pages::way;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/programme.pdf", get(pdf))
        .route("/programme.html", get(page))
        .route("/case.toml", get(case))
}

async fn pdf(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let answers = clinic.answers(&state);
    let plan = clinic.plan(&state, week_begins(clinic, &state, app.today()))?;
    if plan.programme.is_some() && !way::reached(&state, "programme") {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    // Typesetting keeps a core busy for a moment; other pages must not wait for it.
    let knowledge = clinic.knowledge;
    let pdf = tokio::task::spawn_blocking(move || plan_pdf(&plan, knowledge, &answers, lang))
        .await
        .map_err(|_| Problem::bug())?
        .map_err(|error| {
            log::failure("report", &error);
            Problem::bug()
        })?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf"),
            (header::CONTENT_DISPOSITION, "inline; filename=\"keel-programme.pdf\""),
        ],
        pdf,
    )
        .into_response())
}

async fn page(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    if !way::reached(&state, "programme") {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    let plan = clinic.plan(&state, week_begins(clinic, &state, app.today()))?;
    let html = plan_html(&plan, clinic.knowledge, &clinic.answers(&state), lang);
    // A file to keep: its styles are inside it, which a page of the app may not have.
    let attachment = HeaderValue::from_static("attachment; filename=\"keel-programme.html\"");
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_DISPOSITION, attachment),
        ],
        html,
    )
        .into_response())
}

async fn case(State(app): State<App>) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let case = write_case(&Case {
        date: Some(app.today()),
        answers: clinic.answers(&state),
    });
    Ok((
        [
            (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"keel-case.toml\""),
        ],
        case,
    )
        .into_response())
}
