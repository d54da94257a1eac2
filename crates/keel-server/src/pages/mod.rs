//! The pages, one file each.

mod ask;
mod beside;
#[cfg(debug_assertions)]
mod broken;
mod emergency;
mod exercises;
mod health;
mod home;
mod login;
mod paper;
pub(crate) mod problem;
mod programme;
mod safety;
mod section;
mod self_tests;
mod stop;
mod today;
mod way;

use axum::Router;

use crate::app::App;

/// All pages.
pub(crate) fn routes() -> Router<App> {
    let pages = Router::new()
        .merge(home::routes())
        .merge(emergency::routes())
        .merge(login::routes())
        .merge(health::routes())
        .merge(safety::routes())
        .merge(stop::routes())
        .merge(section::routes())
        .merge(self_tests::routes())
        .merge(exercises::routes())
        .merge(programme::routes())
        .merge(paper::routes())
        .merge(beside::routes())
        .merge(today::routes());
    #[cfg(debug_assertions)]
    let pages = pages.merge(broken::routes());
    pages
}
