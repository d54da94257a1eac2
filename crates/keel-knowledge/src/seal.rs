//! The seal: the hash under which the files were last checked.
//!
//! The build script reads this module as well, so that what is packed into the program and what is read from a folder are sealed alike.

use std::{collections::BTreeMap, fmt::Write as _};

use sha2::{Digest, Sha256};

/// File that holds the hash under which the knowledge was last checked.
pub const SEAL_FILE: &str = "SEAL";

/// SHA-256 over the sorted files (the seal itself left out), hexadecimal.
pub fn hash_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: Vec<_> = files.into_iter().filter(|(path, _)| *path != SEAL_FILE).collect();
    sorted.sort_unstable();
    let mut hasher = Sha256::new();
    for (path, text) in sorted {
        for part in [path, text] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The hash that the seal among the files names; empty where there is none or it cannot be read.
pub(crate) fn sealed_hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    files
        .into_iter()
        .find(|(path, _)| *path == SEAL_FILE)
        .and_then(|(_, text)| toml::from_str::<BTreeMap<String, String>>(text).ok()?.remove("sha256"))
        .unwrap_or_default()
}
