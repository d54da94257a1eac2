//! `/exercises`: the whole library on the person's body; `/figures/ID.png` and `.apng`: the body in an exercise.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use keel_knowledge::{Lang, Shown};
use keel_report::{Around, FigureKind, Linked, atlas_html};
use serde::Deserialize;

use crate::app::App;
use crate::assets;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::problem::Problem;
use crate::words;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/exercises", get(all)).route("/figures/{file}", get(figure))
}

/// Addresses of the figures of an exercise, still and moving; none where nothing is computed for it.
pub(crate) fn figure_urls(clinic: &Clinic, id: &str) -> (Option<String>, Option<String>) {
    let shown = clinic.knowledge.exercises.get(id).and_then(|exercise| exercise.shown());
    match shown {
        Some(Shown::Motion(_)) => (Some(format!("/figures/{id}.png")), Some(format!("/figures/{id}.apng"))),
        Some(Shown::Posture(_)) => (Some(format!("/figures/{id}.png")), None),
        Some(Shown::NotComputed(_)) | None => (None, None),
    }
}

/// The language that a link asks for.
#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

async fn all(State(app): State<App>, Language(lang): Language, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let lang = asked.lang.as_deref().and_then(Lang::from_code).unwrap_or(lang);
    let clinic = app.shared_clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let today = app.today();
    let other = format!("/exercises?lang={}", lang.pick(Lang::Ru, Lang::En).code());
    // The first time all exercises are computed on the person's body; other pages must not wait for it.
    let page = tokio::task::spawn_blocking(move || {
        let cards = clinic.cards(&clinic.answers(&state), today).map_err(|_| Problem::bug())?;
        let pages = [("/", "nav-home"), ("/programme", "step-programme"), ("/emergency", "nav-emergency")];
        let linked = Linked {
            style: assets::url("atlas.css").unwrap_or_default(),
            scripts: ["atlas.js", "figures.js"].map(|name| assets::url(name).unwrap_or_default()),
            foot: format!("{} {}", words::FOOT.get(lang), words::FOOT_PRIVATE.get(lang)),
            pages: pages.map(|(href, id)| (href, clinic.text(lang, id))).into(),
        };
        let around = Around {
            other: &other,
            figure: &|id| figure_urls(&clinic, id),
            linked: Some(linked),
        };
        Ok::<_, Problem>(atlas_html(clinic.knowledge, &cards, lang, &around))
    });
    Ok(Html(page.await.map_err(|_| Problem::bug())??).into_response())
}

async fn figure(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Problem> {
    let clinic = app.shared_clinic()?;
    let (id, kind) = match file.rsplit_once('.') {
        Some((id, "png")) => (id.to_owned(), FigureKind::Still),
        Some((id, "apng")) => (id.to_owned(), FigureKind::Moving),
        _ => return Err(Problem::not_found()),
    };
    let state = app.record.projection(app.person().await?).await?;
    let today = app.today();
    let drawn = tokio::task::spawn_blocking(move || clinic.figure(&clinic.answers(&state), today, &id, kind));
    let bytes = drawn.await.map_err(|_| Problem::bug())??;
    let about = [
        (
            header::CONTENT_TYPE,
            if kind == FigureKind::Still { "image/png" } else { "image/apng" },
        ),
        // Of this person's body: kept by their browser only, and for as long as a visit.
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    Ok((about, bytes).into_response())
}
