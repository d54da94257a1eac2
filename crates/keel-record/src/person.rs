//! Who a record is about: an opaque id, never a name.

use std::fmt;

use crate::Error;

/// The id of a person, made by the program: 1 to 64 signs of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(String);

impl PersonId {
    /// Checks and keeps an id.
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        let signs = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let ends = !id.starts_with('-') && !id.ends_with('-');
        if (1..=64).contains(&id.len()) && signs && ends {
            Ok(Self(id))
        } else {
            Err(Error::PersonId)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
