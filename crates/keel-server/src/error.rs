//! Why the app could not be started, in words that a person can act on.

use std::net::SocketAddr;

/// The app could not start or had to stop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Others could reach the app, and nothing would keep them out.
    #[error(
        "{listen} can be reached from other machines, so Keel needs a password there. \
         Set one, or listen on 127.0.0.1 to use Keel on this machine only"
    )]
    NeedsPassword {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// The password is too short to keep anyone out.
    #[error("the password is too short: it needs at least {least} signs")]
    PasswordTooShort {
        /// How many signs it needs.
        least: usize,
    },
    /// The stored password is not an argon2 hash.
    #[error("the password hash cannot be read: it should begin with $argon2id$")]
    PasswordHash,
    /// A host name that cannot be one.
    #[error("“{host}” is not a host name: write it like keel.example.org or keel.example.org:8443")]
    HostName {
        /// The text given.
        host: String,
    },
    /// Another program, or another Keel, holds the port.
    #[error("{listen} is in use. Is Keel already open? Otherwise choose another port")]
    AddressInUse {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// The address could not be bound.
    #[error("cannot listen on {listen}: {source}")]
    Bind {
        /// The address asked for.
        listen: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The record could not be opened.
    #[error(transparent)]
    Record(#[from] keel_record::Error),
    /// The operating system gave no random numbers, without which nothing can be kept secret.
    #[error("the operating system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// The server stopped by itself.
    #[error("the server stopped: {0}")]
    Serve(#[source] std::io::Error),
}
