//! `GET` and `POST /login`, `POST /logout`: the password, where there is one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, Form, Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keel_knowledge::Lang;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::guard::door::{self, Try};
use crate::language::{Language, see_other};
use crate::problem::Problem;
use crate::ui::icon;
use crate::ui::shell::Page;
use crate::words;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/login", get(ask).post(knock)).route("/logout", post(leave))
}

#[derive(Default, Deserialize)]
struct Wish {
    /// The page that was asked for.
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Knock {
    password: String,
    #[serde(default)]
    next: String,
}

async fn ask(State(app): State<App>, Language(lang): Language, headers: HeaderMap, Query(wish): Query<Wish>) -> Response {
    if door::is_open(&app, &headers) {
        return see_other(&wish.next).into_response();
    }
    form(lang, &wish.next, None).into_response()
}

async fn knock(
    State(app): State<App>,
    Language(lang): Language,
    extensions: Extensions,
    Form(sent): Form<Knock>,
) -> Result<Response, Problem> {
    let Some(the_door) = &app.door else {
        return Ok(see_other(&sent.next).into_response());
    };
    // Behind a proxy everyone has its address, and so everyone waits for the wrong passwords of one.
    let from = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    Ok(match the_door.knock(from, sent.password, Instant::now()).await? {
        Try::Right(token) => ([(header::SET_COOKIE, door::cookie(&app, &token))], see_other(&sent.next)).into_response(),
        Try::Wrong => (
            StatusCode::UNAUTHORIZED,
            form(lang, &sent.next, Some(words::WRONG_PASSWORD.get(lang))),
        )
            .into_response(),
        Try::Wait(wait) => {
            let seconds = wait.as_secs() + 1;
            let text = format!("{} {seconds} {}.", words::TOO_MANY_TRIES.get(lang), words::SECONDS.get(lang));
            let retry = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry, form(lang, &sent.next, Some(&text))).into_response()
        }
    })
}

/// Ends the session and lets the browser forget answers that it kept while the network was away.
async fn leave(State(app): State<App>, headers: HeaderMap) -> Response {
    if let (Some(the_door), Some(token)) = (&app.door, door::token(&app, &headers)) {
        the_door.forget(token);
    }
    let forget = [
        (header::SET_COOKIE, door::cookie(&app, "")),
        (header::HeaderName::from_static("clear-site-data"), "\"storage\"".to_owned()),
    ];
    (forget, Redirect::to("/login")).into_response()
}

fn form(lang: Lang, next: &str, error: Option<&str>) -> Markup {
    let title = words::SIGN_IN.get(lang);
    let content = html! {
        h1 { (title) }
        form.door method="post" action="/login" {
            input type="hidden" name="next" value=(next);
            div.question data-wrong[error.is_some()] {
                label.question-ask for="password" { (words::PASSWORD.get(lang)) }
                p.question-help #password-help { (words::PASSWORD_HELP.get(lang)) }
                @if let Some(error) = error {
                    p.question-error #password-error role="alert" { span.hidden { (words::ERROR_PREFIX.get(lang)) " " } (error) }
                }
                div.entry data-long {
                    input #password type="password" name="password" required autocomplete="current-password" autofocus
                        aria-describedby=(if error.is_some() { "password-help password-error" } else { "password-help" })
                        aria-invalid=[error.map(|_| "true")];
                }
            }
            p.actions { button.button type="submit" { (words::OPEN.get(lang)) (icon::arrow()) } }
        }
    };
    Page::new(lang, title).path("/login").render(&content)
}
