//! `GET /health`: whether the app answers, for whoever watches over it. Says nothing about anyone.

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/health", get(async || "ok\n"))
}
