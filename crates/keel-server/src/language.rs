//! The language of a request: what the person chose, or else what their browser prefers.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{Form, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use keel_knowledge::Lang;
use serde::Deserialize;

use crate::app::App;
use crate::guard::cookies;

const COOKIE: &str = "keel_language";

/// One year, in seconds.
const REMEMBERED_S: u32 = 365 * 24 * 3600;

/// The language of this request, as an argument of a handler.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language(pub(crate) Lang);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(language_of(&parts.headers)))
    }
}

/// The chosen language, or the one the browser prefers, or English.
pub(crate) fn language_of(headers: &HeaderMap) -> Lang {
    let chosen = cookies::get(headers, COOKIE).and_then(Lang::from_code);
    chosen.or_else(|| preferred(headers)).unwrap_or_default()
}

/// The known language with the highest weight in `Accept-Language`; the earlier one where weights are equal.
fn preferred(headers: &HeaderMap) -> Option<Lang> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Lang, f32)> = None;
    for part in accepted.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces
            .find_map(|piece| piece.strip_prefix("q="))
            .map_or(Some(1.0), |q| q.parse().ok());
        let (Some(lang), Some(weight)) = (Lang::from_code(&primary), weight) else {
            continue;
        };
        if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[derive(Deserialize)]
struct Choice {
    lang: String,
    #[serde(default)]
    back: String,
}

/// `POST /language`: remembers the choice and goes back to the page it was made on.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/language", post(choose))
}

async fn choose(Form(choice): Form<Choice>) -> Response {
    let lang = Lang::from_code(&choice.lang).unwrap_or_default();
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age={REMEMBERED_S}; HttpOnly; SameSite=Lax", lang.code());
    ([(header::SET_COOKIE, cookie)], see_other(&choice.back)).into_response()
}

/// A redirect to a page of this app, and to no other place.
pub(crate) fn see_other(path: &str) -> axum::response::Redirect {
    axum::response::Redirect::to(own_path(path))
}

/// The path if it leads to a page of this app, the start page otherwise: a link must not lead people to another site.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && path.bytes().all(|b| b.is_ascii_graphic());
    if own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(cookie: &'static str, accepted: &'static str, expected: Lang) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
        assert_eq!(language_of(&headers), expected, "{cookie:?} {accepted:?}");
    }

    #[test]
    fn the_choice_goes_before_the_browser() {
        check("", "", Lang::En);
        check("", "ru", Lang::Ru);
        check("", "ru-RU,ru;q=0.9,en;q=0.8", Lang::Ru);
        check("", "en-GB,en;q=0.9,ru;q=0.8", Lang::En);
        check("", "de,ru;q=0.5,en;q=0.7", Lang::En);
        check("", "de, fr", Lang::En);
        check("", "ru;q=0, en;q=0.1", Lang::En);
        check("", "ru;q=no", Lang::En);
        check("keel_language=en", "ru", Lang::En);
        check("a=b; keel_language=ru", "en", Lang::Ru);
        check("keel_language=xx", "ru", Lang::Ru);
    }

    #[test]
    fn only_own_pages_are_gone_back_to() {
        for path in ["/", "/plan?day=2#today", "/emergency"] {
            assert_eq!(own_path(path), path);
        }
        for path in [
            "",
            "plan",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/a b",
            "\\\\evil",
        ] {
            assert_eq!(own_path(path), "/", "{path:?}");
        }
    }
}
