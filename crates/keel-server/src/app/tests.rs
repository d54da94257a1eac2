//! The layers around the pages, asked as a browser, a program or another site would ask.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::App;
use crate::{Config, Password, Server};

/// A server on a record of its own; the folder goes with it.
pub(super) struct Tried {
    pub(super) app: App,
    router: axum::Router,
    host: String,
    _folder: TempDir,
}

pub(super) async fn tried(change: impl FnOnce(&mut Config)) -> Tried {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = Config::new(folder.path().join("keel.db"));
    config.listen.set_port(0);
    change(&mut config);
    let server = Server::bind(config).await.expect("binds");
    Tried {
        host: format!("localhost:{}", server.opened().listen.port()),
        app: server.app().clone(),
        router: server.app().router(),
        _folder: folder,
    }
}

impl Tried {
    /// Sends a request with these headers; `Host` is the right one unless given.
    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, &self.host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    pub(super) async fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Response {
        let form_headers = [("content-type", "application/x-www-form-urlencoded")];
        let headers: Vec<_> = form_headers.iter().chain(headers).copied().collect();
        self.send(Method::POST, path, &headers, form.to_owned()).await
    }
}

pub(super) fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

pub(super) async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

async fn json(response: Response) -> Value {
    serde_json::from_str(&text(response).await).expect("JSON")
}

const JSON: (&str, &str) = ("accept", "application/json");
pub(super) const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn every_answer_says_how_it_may_be_used() {
    let keel = tried(|_| {}).await;
    for path in ["/", "/emergency", "/health", "/nowhere", "/broken/panic", "/assets/none.css"] {
        let response = keel.get(path, &[PAGE]).await;
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(header(&response, name), value, "{path} {name}");
        }
        assert!(header(&response, "permissions-policy").contains("camera=()"), "{path}");
        // What the policy forbids must not be on the page.
        let page = text(response).await;
        for inline in [" style=\"", "<style", " onclick", "javascript:", "<script>"] {
            assert!(!page.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn styles_are_kept_for_good_under_the_address_of_their_content() {
    let keel = tried(|_| {}).await;
    let page = text(keel.get("/emergency", &[PAGE]).await).await;
    let sheet = page
        .split('"')
        .find(|part| part.starts_with("/assets/app."))
        .expect("a style sheet");
    let response = keel.get(sheet, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
    let etag = header(&response, "etag").to_owned();
    assert!(text(response).await.contains(".emergency"));
    let response = keel.get(sheet, &[("if-none-match", &etag)]).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(response).await, "");
    let response = keel.get("/assets/app.0123456789ab.css", &[]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(keel.get("/favicon.ico", &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_known_names_are_answered() {
    let keel = tried(|config| config.allowed_hosts = vec!["keel.example.org".into()]).await;
    let port = keel.host.rsplit(':').next().expect("a port").to_owned();
    for host in [
        keel.host.clone(),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        "keel.example.org".into(),
    ] {
        assert_eq!(keel.get("/emergency", &[("host", &host)]).await.status(), StatusCode::OK, "{host}");
    }
    let evil = format!("evil.example:{port}");
    for host in [evil.as_str(), "localhost", "localhost:1", ""] {
        let response = keel.get("/", &[("host", host), JSON]).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
        let body = json(response).await;
        assert_eq!(body["code"], "unknown-host");
        assert!(body["hint"].as_str().is_some_and(|hint| hint.contains(&keel.host)), "{body}");
    }
    // A request line with a whole address counts before the header.
    let response = keel.get(&format!("http://{evil}/"), &[]).await;
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn other_sites_cannot_write() {
    let keel = tried(|_| {}).await;
    let own = format!("http://{}", keel.host);
    let allowed: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &own)],
        // A program on this machine.
        &[],
    ];
    for headers in allowed {
        let response = keel.post("/save", headers, "pain.leg_now=4").await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{headers:?}");
    }
    let refused: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site"), PAGE],
        &[("sec-fetch-site", "same-site"), PAGE],
        &[("origin", "http://evil.example"), PAGE],
        &[("origin", "null"), PAGE],
    ];
    for headers in refused {
        let response = keel.post("/save", headers, "pain.leg_now=9").await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{headers:?}");
        assert!(text(response).await.contains("another site"));
    }
}

#[tokio::test]
async fn one_form_for_every_failure() {
    let keel = tried(|_| {}).await;
    let check = async |response: Response, status: u16, code: &str| {
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(header(&response, "content-type"), "application/problem+json");
        let body = json(response).await;
        assert_eq!(body["code"], code, "{body}");
        assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{body}");
        body
    };
    check(keel.get("/nowhere", &[JSON]).await, 404, "not-found").await;
    check(keel.send(Method::DELETE, "/save", &[JSON], Body::empty()).await, 405, "method").await;
    let long = format!("notes={}", "x".repeat(300_000));
    check(keel.post("/save", &[JSON], &long).await, 413, "too-large").await;
    check(keel.send(Method::POST, "/save", &[JSON], "pain.leg_now=4").await, 415, "unreadable").await;
    check(keel.get("/broken/bug", &[JSON]).await, 500, "bug").await;
    check(keel.get("/broken/panic", &[JSON]).await, 500, "bug").await;
    let body = check(keel.post("/save", &[JSON], "person.height_cm=900").await, 422, "answer").await;
    assert_eq!(body["field"], "person.height_cm");
    assert!(body["hint"].is_string());
    let body = check(
        keel.post("/save", &[JSON, ("accept-language", "ru")], "moon=full").await,
        422,
        "answer",
    )
    .await;
    assert!(
        body["message"].as_str().is_some_and(|message| message.contains("«moon» нет")),
        "{body}"
    );

    // For a person it is a page in their language, with the way back and the way to help.
    for (path, status) in [("/nowhere", 404), ("/broken/bug", 500), ("/broken/panic", 500)] {
        let response = keel.get(path, &[PAGE, ("accept-language", "ru")]).await;
        assert_eq!(response.status().as_u16(), status);
        let page = text(response).await;
        assert!(page.contains("lang=\"ru\"") && page.contains("href=\"/emergency\""), "{path}");
        assert_eq!(
            page.contains("tel:112"),
            status == 500,
            "{path}: where Keel failed, the emergency card is shown"
        );
        assert!(!page.contains("as asked"), "the words of a panic stay inside");
    }
}

#[tokio::test]
async fn answers_reach_the_record_and_the_page() {
    let keel = tried(|_| {}).await;
    let save = async |form: &str| keel.post("/save", &[JSON], form).await.status().as_u16();
    let kept = async || {
        let person = keel.app.person().await.expect("a person");
        let state = keel.app.record.projection(person).await.expect("a state");
        json!(state.answers)
    };
    let first = header(&keel.get("/safety", &[PAGE]).await, "location").to_owned();
    let checked = async || text(keel.get(&first, &[PAGE]).await).await.matches(" checked").count();
    assert_eq!(checked().await, 0, "nothing is chosen beforehand");
    assert_eq!(
        save("pain.leg_now=4&pain.places=&pain.places=calf_left&pain.places=foot_left").await,
        204
    );
    assert_eq!(kept().await, json!({"pain.leg_now": 4, "pain.places": ["calf_left", "foot_left"]}));
    // One wrong answer does not take the right ones with it.
    assert_eq!(save("person.height_cm=900&pain.leg_now=2").await, 422);
    assert_eq!(save("pain.places=&answers.CES_SADDLE=no").await, 204);
    assert_eq!(kept().await, json!({"answers.CES_SADDLE": "no", "pain.leg_now": 2}));
    assert_eq!(checked().await, 1);
}

#[tokio::test]
async fn what_a_clinician_examined_counts_as_the_rules_say_until_it_is_taken_back() {
    let keel = tried(|_| {}).await;
    let today = keel.app.today();
    let day = |days: i64| today.saturating_add(jiff::Span::new().days(days));
    let record = async |item: &str, on: i64, until: i64, unchanged: &str| {
        let form = format!(
            "item={item}&by=Dr.+Okafor&on={}&until={}&unchanged={unchanged}",
            day(on),
            day(until)
        );
        let response = keel.post("/log/examined", &[PAGE], &form).await;
        (response.status().as_u16(), text(response).await)
    };
    let ground = async || {
        let person = keel.app.person().await.expect("a person");
        let state = keel.app.record.projection(person).await.expect("a state");
        let clinic = keel.app.clinic().expect("a clinic");
        let triage = clinic.triage(&clinic.answers(&state), today, keel_therapy::Asking::Underway);
        let reason = triage.because.iter().find(|reason| reason.item == "MOTOR_SEVERE");
        reason.map(|reason| (reason.ground.id(), reason.level.clone()))
    };
    keel.post("/save", &[JSON], "answers.MOTOR_SEVERE=yes").await;
    assert_eq!(ground().await, Some(("positive", "EMERGENCY".to_owned())));

    for (item, on, until, unchanged, says) in [
        ("MOTOR_SEVERE", 1, 10, "yes", "is still to come"),
        ("MOTOR_SEVERE", 0, 31, "yes", "Allowed: "),
        ("MOTOR_SEVERE", 0, -1, "yes", "Allowed: "),
        ("CES_SADDLE", 0, 10, "yes", "Please choose the sign"),
        ("", 0, 10, "yes", "Please choose the sign"),
        ("MOTOR_SEVERE", 0, 10, "", "Without an answer the record does not hold"),
    ] {
        let (status, page) = record(item, on, until, unchanged).await;
        assert_eq!(status, 200, "the page again");
        assert!(page.contains(says), "“{says}” is not said of {item} {on} {until} {unchanged}");
        assert_eq!(ground().await, Some(("positive", "EMERGENCY".to_owned())), "nothing was written");
    }
    assert_eq!(record("MOTOR_SEVERE", -1, 10, "no").await.0, 303);
    assert_eq!(
        ground().await,
        Some(("positive", "EMERGENCY".to_owned())),
        "what has changed counts in full"
    );
    assert_eq!(record("MOTOR_SEVERE", -20, -5, "yes").await.0, 303);
    assert_eq!(
        ground().await,
        Some(("positive", "EMERGENCY".to_owned())),
        "what has ended counts in full"
    );
    assert_eq!(record("MOTOR_SEVERE", -1, 10, "yes").await.0, 303);
    assert_eq!(
        ground().await,
        Some(("examined", "GP".to_owned())),
        "it does not clear for exercise"
    );

    let person = keel.app.person().await.expect("a person");
    let written = keel.app.record.projection(person).await.expect("a state");
    let seq = written.log.last().expect("the record").seq;
    assert_eq!(keel.post(&format!("/log/examined/{seq}/back"), &[PAGE], "").await.status(), 303);
    assert_eq!(ground().await, Some(("positive", "EMERGENCY".to_owned())));
}

#[tokio::test]
async fn the_language_is_chosen_and_remembered() {
    let keel = tried(|_| {}).await;
    let response = keel.post("/language", &[PAGE], "lang=ru&back=%2Femergency").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(header(&response, "location"), "/emergency");
    let cookie = header(&response, "set-cookie").split(';').next().expect("a cookie").to_owned();
    let page = text(
        keel.get("/emergency", &[PAGE, ("cookie", &cookie), ("accept-language", "en")])
            .await,
    )
    .await;
    assert!(page.contains("lang=\"ru\""));
    let response = keel.post("/language", &[PAGE], "lang=ru&back=https%3A%2F%2Fevil.example%2F").await;
    assert_eq!(header(&response, "location"), "/");
}

#[tokio::test]
async fn with_a_password_only_help_is_open() {
    let keel = tried(|config| config.password = Some(Password::new("blue keel 7").expect("long enough"))).await;
    for path in ["/emergency", "/health", "/login", "/favicon.ico"] {
        assert_eq!(keel.get(path, &[PAGE]).await.status(), StatusCode::OK, "{path}");
    }
    let response = keel.get("/safety?a=1&b=%2F", &[PAGE]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(header(&response, "location"), "/login?next=/safety%3Fa%3D1%26b%3D%252F");
    for path in ["/safety", "/nowhere", "/assets", "/emergency/"] {
        let response = keel.get(path, &[JSON]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(json(response).await["code"], "sign-in", "{path}");
    }
    assert_eq!(
        keel.post("/save", &[PAGE], "pain.leg_now=4").await.status(),
        StatusCode::UNAUTHORIZED
    );

    let response = keel.post("/login", &[PAGE], "password=wrong&next=%2Fsafety").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header(&response, "set-cookie"), "");
    let page = text(response).await;
    assert!(page.contains("not the password") && page.contains("value=\"/safety\"") && !page.contains("wrong\""));

    let response = keel.post("/login", &[PAGE], "password=blue+keel+7&next=%2Fsafety").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(header(&response, "location"), "/safety");
    let cookie = header(&response, "set-cookie").to_owned();
    assert!(
        cookie.starts_with("keel_session=") && cookie.contains("; HttpOnly; SameSite=Strict") && !cookie.contains("Secure"),
        "{cookie}"
    );
    let session = cookie.split(';').next().expect("a cookie").to_owned();
    assert_eq!(keel.get("/", &[PAGE, ("cookie", &session)]).await.status(), StatusCode::OK);
    assert_eq!(
        keel.get("/", &[PAGE, ("cookie", "keel_session=0")]).await.status(),
        StatusCode::SEE_OTHER
    );

    let response = keel.post("/logout", &[PAGE, ("cookie", &session)], "").await;
    assert!(header(&response, "set-cookie").contains("Max-Age=0"));
    assert_eq!(header(&response, "clear-site-data"), "\"storage\"");
    assert_eq!(keel.get("/", &[PAGE, ("cookie", &session)]).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn wrong_passwords_have_to_wait() {
    let keel = tried(|config| config.password = Some(Password::new("blue keel 7").expect("long enough"))).await;
    for _ in 0..3 {
        assert_eq!(
            keel.post("/login", &[PAGE], "password=wrong").await.status(),
            StatusCode::UNAUTHORIZED
        );
    }
    let response = keel.post("/login", &[PAGE], "password=blue+keel+7").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&response, "retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
    assert!(text(response).await.contains("Please wait"));
}

#[tokio::test]
async fn behind_https_cookies_are_for_https_only() {
    let keel = tried(|config| {
        config.password = Some(Password::new("blue keel 7").expect("long enough"));
        config.behind_https = true;
    })
    .await;
    let response = keel.post("/login", &[PAGE], "password=blue+keel+7").await;
    let cookie = header(&response, "set-cookie");
    assert!(
        cookie.starts_with("__Host-keel_session=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert_eq!(header(&response, "strict-transport-security"), "max-age=31536000");
}
