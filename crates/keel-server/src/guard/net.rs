//! The net under every handler: a panic in one becomes a page that still shows the emergency card.
//!
//! The page was made when the app started, so that whatever is broken now cannot break it too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::language::language_of;
use crate::problem::wants_json;

/// The body for programs, ready as well.
const JSON: &str = r#"{"code":"bug","message":"Something went wrong in Keel"}"#;

/// The layer.
pub(crate) async fn catch(State(app): State<App>, request: Request, next: Next) -> Response {
    let lang = language_of(request.headers());
    let json = wants_json(request.headers());
    let mut running = Box::pin(next.run(request));
    let caught = std::future::poll_fn(|context| {
        // The future is dropped after a panic and never looked at again.
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    });
    match caught.await {
        Some(response) => response,
        None if json => (
            StatusCode::INTERNAL_SERVER_ERROR,
            [(header::CONTENT_TYPE, "application/problem+json")],
            JSON,
        )
            .into_response(),
        None => {
            let page = app.last_page[usize::from(lang == keel_knowledge::Lang::Ru)].clone();
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
                page,
            )
                .into_response()
        }
    }
}
