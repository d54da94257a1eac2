//! One form for everything that goes wrong with a request.
//!
//! A handler or a layer answers with a [`Problem`]; the layer [`present`] turns it, and every bare error status of the framework, into JSON
//! for programs (`code, message, field, hint`) and into a page for people, in their language.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keel_knowledge::{Lang, Text};
use serde::Serialize;

use crate::app::App;
use crate::language::language_of;
use crate::pages;
use crate::words::{self, Words};
use crate::{Error, log};

/// What went wrong, for whom it concerns and what to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// Stable name for programs.
    pub(crate) code: &'static str,
    pub(crate) message: Text,
    /// The field it is about.
    pub(crate) field: Option<String>,
    /// Boxed, which keeps the results that carry a problem small.
    pub(crate) hint: Option<Box<Text>>,
    /// Seconds to wait before another try.
    pub(crate) retry_after_s: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Text>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            hint: None,
            retry_after_s: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = Some(Box::new(hint.into()));
        self
    }

    pub(crate) fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    fn of(status: StatusCode, code: &'static str, message: Words, hint: Words) -> Self {
        Self::new(status, code, message).hint(hint)
    }

    pub(crate) fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "not-found", words::NOT_FOUND, words::NOT_FOUND_HINT)
    }

    pub(crate) fn other_site() -> Self {
        Self::of(StatusCode::FORBIDDEN, "other-site", words::OTHER_SITE, words::OTHER_SITE_HINT)
    }

    /// The clinical knowledge cannot be read: exercise is locked, and the emergency card is on the page.
    pub(crate) fn locked() -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "locked", words::LOCKED, words::LOCKED_HINT)
    }

    /// A bug or a failing machine. The details have been logged and stay there.
    pub(crate) fn bug() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "bug", words::BUG, words::BUG_HINT)
    }

    /// What an error status without a body of its own means.
    fn bare(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::of(status, "method", words::METHOD, words::METHOD_HINT),
            StatusCode::PAYLOAD_TOO_LARGE => Self::of(status, "too-large", words::TOO_LARGE, words::TOO_LARGE_HINT),
            _ if status.is_client_error() => Self::of(status, "unreadable", words::UNREADABLE, words::UNREADABLE_HINT),
            _ => Self { status, ..Self::bug() },
        }
    }
}

impl From<keel_record::Error> for Problem {
    fn from(error: keel_record::Error) -> Self {
        log::failure("record", &error);
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "not-now", words::NOT_NOW, words::NOT_NOW_HINT)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        log::failure("server", &error);
        Self::bug()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The body for programs.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

/// The layer that gives every problem its body.
pub(crate) async fn present(State(app): State<App>, request: Request, next: Next) -> Response {
    let lang = language_of(request.headers());
    let json = wants_json(request.headers());
    let response = next.run(request).await;

    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if is_bare_error(&response) => Problem::bare(response.status()),
        None => return response,
    };
    let mut shown = if json {
        as_json(lang, &problem)
    } else {
        (problem.status, pages::problem::page(&app, lang, &problem)).into_response()
    };
    // What other layers said about the response stays, its old body and what describes that do not.
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            shown.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = problem.retry_after_s {
        shown.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    shown
}

/// An error that the framework made: a status with no body or a line of plain English.
fn is_bare_error(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    failed && plain
}

fn as_json(lang: Lang, problem: &Problem) -> Response {
    let body = Body {
        code: problem.code,
        message: problem.message.get(lang),
        field: problem.field.as_deref(),
        hint: problem.hint.as_ref().map(|hint| hint.get(lang)),
    };
    let mut response = (problem.status, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Whether a program asks: it accepts JSON and no page.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or_default();
    accepted.contains("json") && !accepted.contains("text/html")
}
