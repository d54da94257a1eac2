//! Styles, scripts and pictures, built into the program.
//!
//! The address of each holds the hash of its content, so browsers may keep it for good: a changed file has another address.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::problem::Problem;

/// Name and content of every file; written by the build script.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Files of the page of the whole library.
static REPORTED: [(&str, &[u8]); 3] = [
    ("atlas.css", keel_report::ATLAS_STYLE.as_bytes()),
    ("atlas.js", keel_report::ATLAS_SCRIPT.as_bytes()),
    ("figures.js", keel_report::FIGURES_SCRIPT.as_bytes()),
];

struct Asset {
    /// Address, with the hash in it.
    url: String,
    etag: String,
    kind: &'static str,
    content: &'static [u8],
}

/// By plain name.
static ASSETS: LazyLock<BTreeMap<&str, Asset>> = LazyLock::new(|| {
    FILES
        .iter()
        .chain(&REPORTED)
        .map(|(name, content)| (*name, asset(name, content)))
        .collect()
});

fn asset(name: &str, content: &'static [u8]) -> Asset {
    let digest = Sha256::digest(content);
    let hash: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let kind = match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Asset {
        url: format!("/assets/{stem}.{hash}.{ending}"),
        etag: format!("\"{hash}\""),
        kind,
        content,
    }
}

/// The address of a file; `None` where it was not built in, as scripts are not when `web/dist` was missing.
pub(crate) fn url(name: &str) -> Option<&'static str> {
    ASSETS.get(name).map(|asset| asset.url.as_str())
}

/// `GET /assets/NAME.HASH.ENDING` and the icon that browsers ask for by themselves.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/assets/{file}", get(file)).route("/favicon.ico", get(favicon))
}

async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let url = format!("/assets/{file}");
    match ASSETS.values().find(|asset| asset.url == url) {
        Some(asset) => answer(asset, &headers, "public, max-age=31536000, immutable"),
        None => Problem::not_found().into_response(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    match ASSETS.get("favicon.svg") {
        Some(asset) => answer(asset, &headers, "public, max-age=86400"),
        None => Problem::not_found().into_response(),
    }
}

fn answer(asset: &Asset, headers: &HeaderMap, keeping: &'static str) -> Response {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == asset.etag || tag.trim() == "*")
        });
    let about = [
        (header::ETAG, asset.etag.as_str()),
        (header::CACHE_CONTROL, keeping),
        (header::CONTENT_TYPE, asset.kind),
    ];
    if known {
        (StatusCode::NOT_MODIFIED, about).into_response()
    } else {
        (about, asset.content).into_response()
    }
}
