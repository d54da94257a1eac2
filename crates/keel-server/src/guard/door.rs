//! The password: one for the app, a session for each browser that knew it.
//!
//! A session is a random token in a cookie; here lies only its hash, in memory, so a restart signs everybody out. Wrong passwords make the
//! next try wait, per address and longer each time, and only one password is checked at a time: an argon2 check costs 19 MiB and
//! tens of milliseconds, which must not become a way to stop the app.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::guard::cookies;
use crate::problem::{Problem, wants_json};
use crate::{Error, Password, words};

/// How long a browser stays signed in without being used.
const SESSION: Duration = Duration::from_secs(30 * 24 * 3600);
/// Browsers signed in at once; beyond that the one used longest ago is signed out.
const MAX_SESSIONS: usize = 64;
/// Wrong passwords before the waiting begins.
const FREE_TRIES: u32 = 3;
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Addresses with wrong passwords that are remembered.
const MAX_ADDRESSES: usize = 1024;

/// The lock on the app.
#[derive(Debug)]
pub(crate) struct Door {
    password: Password,
    sessions: Mutex<Vec<Session>>,
    failures: Mutex<HashMap<IpAddr, Failures>>,
    checking: Semaphore,
}

#[derive(Debug)]
struct Session {
    digest: [u8; 32],
    used: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    not_before: Instant,
}

/// What came of a try.
#[derive(Debug, PartialEq)]
pub(crate) enum Try {
    /// The password was right; the token of the new session.
    Right(String),
    Wrong,
    /// Too many wrong ones before; how long to wait.
    Wait(Duration),
}

impl Door {
    pub(crate) fn new(password: Password) -> Self {
        Self {
            password,
            sessions: Mutex::default(),
            failures: Mutex::default(),
            checking: Semaphore::new(1),
        }
    }

    /// Tries a password.
    pub(crate) async fn knock(&self, from: IpAddr, plain: String, now: Instant) -> Result<Try, Error> {
        // Counted as wrong before it is checked, so that many tries sent at once wait as well.
        if let Err(wait) = self.count(from, now) {
            return Ok(Try::Wait(wait));
        }
        let password = self.password.clone();
        let right = match self.checking.acquire().await {
            Ok(_permit) => tokio::task::spawn_blocking(move || password.is(&plain)).await.unwrap_or(false),
            Err(_) => false,
        };
        if !right {
            return Ok(Try::Wrong);
        }
        lock(&self.failures).remove(&from);
        let mut token = [0; 32];
        getrandom::fill(&mut token)?;
        let token: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        self.admit(&token, now);
        Ok(Try::Right(token))
    }

    /// Counts a try, or says how long to wait for it.
    fn count(&self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut failures = lock(&self.failures);
        if failures.len() >= MAX_ADDRESSES && !failures.contains_key(&from) {
            failures.retain(|_, f| f.not_before > now);
        }
        let entry = failures.entry(from).or_insert(Failures { count: 0, not_before: now });
        if entry.not_before > now {
            return Err(entry.not_before - now);
        }
        entry.count += 1;
        if entry.count >= FREE_TRIES {
            let doubled = 1_u64 << (entry.count - FREE_TRIES).min(20);
            entry.not_before = now + Duration::from_secs(doubled).min(LONGEST_WAIT);
        }
        Ok(())
    }

    fn admit(&self, token: &str, now: Instant) {
        let mut sessions = lock(&self.sessions);
        sessions.retain(|session| now.duration_since(session.used) < SESSION);
        if sessions.len() >= MAX_SESSIONS
            && let Some(oldest) = (0..sessions.len()).min_by_key(|n| sessions[*n].used)
        {
            sessions.swap_remove(oldest);
        }
        sessions.push(Session {
            digest: Sha256::digest(token).into(),
            used: now,
        });
    }

    /// Whether a token belongs to a session.
    fn knows(&self, token: &str, now: Instant) -> bool {
        let digest = Sha256::digest(token).into();
        let mut found = false;
        for session in lock(&self.sessions).iter_mut() {
            if same(&session.digest, &digest) && now.duration_since(session.used) < SESSION {
                session.used = now;
                found = true;
            }
        }
        found
    }

    /// Ends a session.
    pub(crate) fn forget(&self, token: &str) {
        let digest = Sha256::digest(token).into();
        lock(&self.sessions).retain(|session| !same(&session.digest, &digest));
    }
}

/// Compares in the same time wherever the difference lies.
fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks panics halfway through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of the cookie. Over HTTPS the prefix makes browsers refuse one set by anything but this very host over HTTPS.
fn cookie_name(behind_https: bool) -> &'static str {
    if behind_https { "__Host-keel_session" } else { "keel_session" }
}

/// The cookie that opens the app for a browser.
pub(crate) fn cookie(app: &App, token: &str) -> String {
    let age_s = if token.is_empty() { 0 } else { SESSION.as_secs() };
    let secure = if app.behind_https { "; Secure" } else { "" };
    let name = cookie_name(app.behind_https);
    format!("{name}={token}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}")
}

/// The token that a browser sent.
pub(crate) fn token<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    cookies::get(headers, cookie_name(app.behind_https)).filter(|token| !token.is_empty())
}

/// Whether this browser may see personal pages.
pub(crate) fn is_open(app: &App, headers: &HeaderMap) -> bool {
    match &app.door {
        None => true,
        Some(door) => token(app, headers).is_some_and(|token| door.knows(token, Instant::now())),
    }
}

/// What anyone may see: how to get help, how to sign in, and what these pages are made of.
fn is_public(path: &str) -> bool {
    matches!(path, "/emergency" | "/login" | "/language" | "/health" | "/favicon.ico") || path.starts_with("/assets/")
}

/// The layer.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_public(request.uri().path()) || is_open(&app, request.headers()) {
        return next.run(request).await;
    }
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if reading && !wants_json(request.headers()) {
        let there = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let next: String = there
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.') {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    Problem::new(StatusCode::UNAUTHORIZED, "sign-in", words::SIGN_IN_FIRST).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        Door::new(Password::new("blue keel 7").expect("long enough"))
    }

    fn from(last: u8) -> IpAddr {
        IpAddr::from([192, 168, 1, last])
    }

    #[tokio::test]
    async fn the_right_password_opens_a_session_until_it_is_ended_or_unused_too_long() {
        let (door, now) = (door(), Instant::now());
        let Try::Right(token) = door.knock(from(1), "blue keel 7".into(), now).await.expect("works") else {
            panic!("it is the password");
        };
        assert_eq!(token.len(), 64);
        assert!(door.knows(&token, now));
        assert!(!door.knows("", now));
        assert!(!door.knows(&token[1..], now));
        let almost = now + SESSION - Duration::from_secs(1);
        assert!(door.knows(&token, almost));
        assert!(door.knows(&token, almost + SESSION - Duration::from_secs(1)), "use keeps it");
        assert!(!door.knows(&token, almost + SESSION * 2), "disuse ends it");
        let Try::Right(other) = door.knock(from(1), "blue keel 7".into(), now).await.expect("works") else {
            panic!("it is the password");
        };
        assert_ne!(token, other);
        door.forget(&other);
        assert!(!door.knows(&other, now));
    }

    #[tokio::test]
    async fn wrong_passwords_make_the_next_one_wait_longer_and_longer() {
        let (door, mut now) = (door(), Instant::now());
        for _ in 0..FREE_TRIES {
            assert_eq!(door.knock(from(1), "wrong".into(), now).await.expect("works"), Try::Wrong);
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let Try::Wait(wait) = door.knock(from(1), "blue keel 7".into(), now).await.expect("works") else {
                panic!("even the right one waits");
            };
            waits.push(wait.as_secs());
            now += wait;
            assert_eq!(door.count(from(1), now), Ok(()));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        // Others are not kept waiting, and the right password wipes the slate.
        assert!(matches!(
            door.knock(from(2), "blue keel 7".into(), now).await.expect("works"),
            Try::Right(_)
        ));
        now += LONGEST_WAIT;
        assert!(matches!(
            door.knock(from(1), "blue keel 7".into(), now).await.expect("works"),
            Try::Right(_)
        ));
        assert_eq!(door.knock(from(1), "wrong".into(), now).await.expect("works"), Try::Wrong);
    }

    #[test]
    fn sessions_and_addresses_do_not_grow_without_end() {
        let (door, now) = (door(), Instant::now());
        for n in 0..200 {
            door.admit(&n.to_string(), now + Duration::from_secs(n));
        }
        assert_eq!(lock(&door.sessions).len(), MAX_SESSIONS);
        assert!(!door.knows("0", now + Duration::from_secs(200)));
        assert!(door.knows("199", now + Duration::from_secs(200)));
        for n in 0..3000_u32 {
            let _ = door.count(IpAddr::from(n.to_be_bytes()), now + Duration::from_millis(n.into()));
        }
        assert!(lock(&door.failures).len() <= MAX_ADDRESSES + 1);
    }

    #[test]
    fn tokens_are_compared_whole() {
        let a = [7; 32];
        for n in 0..32 {
            let mut b = a;
            b[n] ^= 1;
            assert!(!same(&a, &b));
        }
        assert!(same(&a, &[7; 32]));
    }
}
