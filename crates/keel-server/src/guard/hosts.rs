//! Which names the app answers to.
//!
//! A page of another site can make its own host name point at this machine (DNS rebinding) and would then be let in as "the same site". It
//! cannot change the name that the browser sends, so a request under an unknown name is turned away.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keel_knowledge::Text;

use crate::Error;
use crate::app::App;
use crate::problem::Problem;
use crate::words;

/// The known names.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    /// With a port, as a browser sends them.
    exact: Vec<String>,
    /// Configured without a port: known under any.
    any_port: Vec<String>,
    /// Whether an address in digits is known as such, as when listening on every address of the machine. It cannot be rebound.
    numbers: bool,
}

impl Hosts {
    /// The names of this address, and the configured ones.
    pub(crate) fn new(listen: SocketAddr, configured: &[String]) -> Result<Self, Error> {
        let port = listen.port();
        let mut exact: Vec<String> = ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .map(|name| with_port(name, port))
            .collect();
        if !listen.ip().is_loopback() && !listen.ip().is_unspecified() {
            let name = match listen.ip() {
                IpAddr::V4(ip) => ip.to_string(),
                IpAddr::V6(ip) => format!("[{ip}]"),
            };
            exact.push(with_port(&name, port));
        }
        let mut any_port = Vec::new();
        for host in configured {
            let name = host.trim().to_ascii_lowercase();
            match split(&name) {
                Some((_, Some(_))) => exact.push(name),
                Some((_, None)) => any_port.push(name),
                None => return Err(Error::HostName { host: host.clone() }),
            }
        }
        Ok(Self {
            exact,
            any_port,
            numbers: listen.ip().is_unspecified(),
        })
    }

    fn know(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let Some((name, _)) = split(&host) else {
            return false;
        };
        self.exact.contains(&host)
            || self.any_port.iter().any(|known| known == name)
            || (self.numbers && name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok())
    }

    /// The names to tell a person who came under another.
    fn names(&self) -> String {
        let names: Vec<_> = self.exact.iter().chain(&self.any_port).map(String::as_str).collect();
        names.join(", ")
    }
}

/// A browser leaves out port 80.
fn with_port(name: &str, port: u16) -> String {
    if port == 80 { name.to_owned() } else { format!("{name}:{port}") }
}

/// Name and port of a host; `None` if it is not one.
fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match host.rfind(':') {
        Some(colon) if !host.ends_with(']') => (&host[..colon], Some(host[colon + 1..].parse().ok()?)),
        _ => (host, None),
    };
    let signs = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let literal = |name: &str| {
        name.strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let good = !name.is_empty() && (signs(name) || literal(name));
    good.then_some((name, port))
}

/// The layer.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    // A request line with a whole address in it counts before the header.
    let host = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
    };
    if host.is_some_and(|host| app.hosts.know(host)) {
        return next.run(request).await;
    }
    let names = app.hosts.names();
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown-host", words::UNKNOWN_HOST)
        .hint(Text {
            en: format!("Open it under one of these: {names}. To give it another name, start it with that name as an allowed host."),
            ru: format!("Откройте его под одним из этих имён: {names}. Чтобы добавить имя, укажите его при запуске как разрешённое."),
        })
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str, configured: &[&str]) -> Hosts {
        let configured: Vec<_> = configured.iter().map(ToString::to_string).collect();
        Hosts::new(listen.parse().expect("an address"), &configured).expect("hosts")
    }

    #[track_caller]
    fn check(hosts: &Hosts, known: &[&str], unknown: &[&str]) {
        for host in known {
            assert!(hosts.know(host), "{host} should be known");
        }
        for host in unknown {
            assert!(!hosts.know(host), "{host} should not be known");
        }
    }

    #[test]
    fn at_home_only_this_machine_is_known() {
        check(
            &hosts("127.0.0.1:8420", &[]),
            &["localhost:8420", "LocalHost:8420", "127.0.0.1:8420", "[::1]:8420"],
            &[
                "localhost",
                "127.0.0.1",
                "localhost:80",
                "evil.example:8420",
                "localhost.evil.example:8420",
                "192.168.1.5:8420",
                "127.0.0.1.:8420",
                "127.0.0.1:8420:8420",
                "",
                ":8420",
                "a b:8420",
                "user@localhost:8420",
                "localhost:8420/",
            ],
        );
        check(
            &hosts("127.0.0.1:80", &[]),
            &["localhost", "127.0.0.1", "[::1]"],
            &["localhost:8420"],
        );
    }

    #[test]
    fn configured_names_are_known_with_their_port_or_any() {
        check(
            &hosts("0.0.0.0:8420", &["keel.example.org", "nas.local:9000"]),
            &[
                "keel.example.org",
                "keel.example.org:8443",
                "nas.local:9000",
                "192.168.1.5:8420",
                "[fe80::1]:8420",
                "10.0.0.1",
            ],
            &["nas.local", "nas.local:8420", "evil.example", "1.2.3.4.evil.example"],
        );
        check(
            &hosts("192.168.1.5:8420", &[]),
            &["192.168.1.5:8420", "localhost:8420"],
            &["192.168.1.6:8420"],
        );
        for host in ["", "http://keel.example.org", "keel.example.org/", "a b", "keel:port", "[nonsense]"] {
            let refused = Hosts::new(([127, 0, 0, 1], 8420).into(), &[host.to_owned()]);
            assert!(matches!(refused, Err(Error::HostName { .. })), "{host}");
        }
    }
}
