//! What the app is told at its start.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use keel_knowledge::Knowledge;

use crate::Error;

/// The port Keel listens on unless told otherwise.
const PORT: u16 = 8420;

/// Fewest signs of a password.
const PASSWORD_LEAST: usize = 8;

/// How the app is to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on. Anything but this machine itself needs a password.
    pub listen: SocketAddr,
    /// The clinical knowledge. Without it exercise stays locked, and the emergency card is all there is.
    pub knowledge: Option<Arc<Knowledge>>,
    /// The file of the record.
    pub database: PathBuf,
    /// The password that opens the app, if it is to be locked.
    pub password: Option<Password>,
    /// Names the app may be called by besides `localhost`, with or without a port: `keel.example.org`, `nas.local:8420`.
    pub allowed_hosts: Vec<String>,
    /// Whether people reach the app over HTTPS, through a proxy in front of it. Cookies are then sent over HTTPS only.
    pub behind_https: bool,
}

impl Config {
    /// This machine only, port 8420, no password, the knowledge that is built in.
    pub fn new(database: impl Into<PathBuf>) -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, PORT).into(),
            knowledge: Knowledge::embedded().ok().map(Arc::new),
            database: database.into(),
            password: None,
            allowed_hosts: Vec::new(),
            behind_https: false,
        }
    }
}

/// A password, known only by its argon2id hash.
#[derive(Clone)]
pub struct Password {
    hash: String,
}

impl Password {
    /// Hashes a password as typed.
    pub fn new(plain: &str) -> Result<Self, Error> {
        if plain.chars().count() < PASSWORD_LEAST {
            return Err(Error::PasswordTooShort { least: PASSWORD_LEAST });
        }
        let hash = Argon2::default().hash_password(plain.as_bytes()).map_err(|_| Error::PasswordHash)?;
        Ok(Self { hash: hash.to_string() })
    }

    /// Takes a hash made earlier, in the form `$argon2id$v=19$…`.
    pub fn from_hash(hash: &str) -> Result<Self, Error> {
        let hash = hash.trim();
        let read = PasswordHash::new(hash).map_err(|_| Error::PasswordHash)?;
        if read.algorithm.as_str() != "argon2id" || read.hash.is_none() {
            return Err(Error::PasswordHash);
        }
        Ok(Self { hash: hash.to_owned() })
    }

    /// The hash, to be stored instead of the password.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether this is the password. Takes tens of milliseconds by design.
    pub(crate) fn is(&self, plain: &str) -> bool {
        PasswordHash::new(&self.hash).is_ok_and(|hash| Argon2::default().verify_password(plain.as_bytes(), &hash).is_ok())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_only() {
        let password = Password::new("blue keel 7").expect("long enough");
        assert!(password.is("blue keel 7"));
        assert!(!password.is("blue keel 8"));
        assert!(!format!("{password:?}").contains("argon2"));
        let again = Password::from_hash(password.hash()).expect("its own hash");
        assert!(again.is("blue keel 7"));
    }

    #[test]
    fn short_passwords_and_other_hashes_are_refused() {
        assert!(matches!(Password::new("седьмой"), Err(Error::PasswordTooShort { .. })));
        assert!(Password::new("восьмого").is_ok());
        for hash in [
            "",
            "blue keel 7",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            assert!(matches!(Password::from_hash(hash), Err(Error::PasswordHash)), "{hash}");
        }
    }
}
