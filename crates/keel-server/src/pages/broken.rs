//! `/broken/…`: pages that fail on purpose, for the tests of what is under a page. Only in debug builds.

use axum::Router;
use axum::routing::get;
use maud::Markup;

use crate::app::App;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/broken/panic", get(async || -> Markup { panic!("as asked") }))
        .route("/broken/bug", get(async || Problem::bug()))
}
