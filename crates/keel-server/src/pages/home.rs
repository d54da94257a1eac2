//! `GET /`: where one begins, and where one goes on.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::app::App;
use crate::language::Language;
use crate::pages::way;
use crate::problem::Problem;
use crate::ui::icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(page))
}

async fn page(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let text = |id: &str| clinic.text(lang, id);
    let begun = !state.answers.is_empty();
    let (next, href) = way::open(&state);
    let finished = state.finished_steps.contains_key("programme");
    let title = text("home-title");
    let content = html! {
        div.welcome {
            div {
                h1 { (title) }
                p.lead { (text("home-lead")) }
                @if finished {
                    p.actions { a.button href="/programme" { (text("home-programme")) (icon::arrow()) } a.button data-quiet href="/beside" { (text("complex-more")) } a.button data-quiet href="/safety" { (text("home-again")) } }
                } @else if begun {
                    p { (clinic.format(lang, "home-continue-at", &[("step", text(&format!("step-{next}")).into())])) }
                    p.actions { a.button href=(href) { (text("home-continue")) (icon::arrow()) } }
                } @else {
                    p.actions { a.button href="/safety" { (text("home-begin")) (icon::arrow()) } }
                }
            }
            @if let Some(picture) = clinic.knowledge.pictures.get("bird-dog") { div.welcome-picture aria-hidden="true" { (maud::PreEscaped(picture)) } }
        }
        h2 { (text("home-how")) }
        ol.promise { @for index in 1..=4 { li { b { (text(&format!("home-how-{index}"))) } " " (text(&format!("home-how-{index}-text"))) } } }
        (notice(Tone::Caution, &text("home-not-title"), &html! { p { (text("home-not-text")) } }))
    };
    Ok(Page::new(lang, &title).signed_in(app.door.is_some()).render(&content))
}
