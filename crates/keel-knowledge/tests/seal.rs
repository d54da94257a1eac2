//! Knowledge that was changed, damaged or lost after it was checked is never loaded.

use keel_knowledge::{Knowledge, KnowledgeError, SEAL_FILE, embedded_files, hash_files, seal_text};
use proptest::prelude::*;

fn unsealed() -> Vec<(&'static str, &'static str)> {
    embedded_files().filter(|(path, _)| *path != SEAL_FILE).collect()
}

/// Seals the shipped files and then changes one: another text, or none.
fn load_changed(path: &str, text: Option<&str>) -> Result<Knowledge, KnowledgeError> {
    let files = unsealed();
    let seal = seal_text(&hash_files(files.iter().copied()));
    assert!(files.iter().any(|(one, _)| *one == path), "{path} is not shipped");
    let others = files.into_iter().filter(|(one, _)| *one != path);
    Knowledge::load(others.chain(text.map(|text| (path, text))).chain([(SEAL_FILE, seal.as_str())]))
}

fn text_of(path: &str) -> &'static str {
    unsealed().into_iter().find(|(one, _)| *one == path).expect("the file is shipped").1
}

#[test]
fn sealed_files_load_and_carry_their_hash() {
    let hash = hash_files(embedded_files());
    let seal = seal_text(&hash);
    let knowledge = Knowledge::load(unsealed().into_iter().chain([(SEAL_FILE, seal.as_str())])).expect("sealed and whole");
    assert_eq!(knowledge.hash, hash);
    assert_eq!(hash.len(), 64);
}

#[test]
fn a_change_that_reads_well_breaks_the_seal() {
    for (path, from, to) in [
        ("rules/red-flags/CES_BLADDER.md", "level = \"EMERGENCY\"", "level = \"GP\""),
        ("rules/contraindications/PREG2.md", ">= 20", ">= 40"),
        ("messages/ru/therapy.ftl", "gap-ease = ", "gap-ease = А "),
        ("exercises/DP03.md", "Passive end-range", "Passive mid-range"),
    ] {
        let changed = text_of(path).replacen(from, to, 1);
        assert_ne!(changed, text_of(path), "{path}");
        match load_changed(path, Some(&changed)) {
            Err(KnowledgeError::SealBroken { found, sealed }) => assert_ne!(found, sealed),
            other => panic!("{path}: {:?}", other.map(|_| "was loaded")),
        }
    }
}

#[test]
fn what_is_lost_or_garbled_is_said_rather_than_the_seal() {
    for (path, text) in [
        ("rules/levels/EMERGENCY.md", None),
        ("rules/week.md", None),
        ("rules/red-flags/CES_BLADDER.md", Some("+++\nid = \"CES_BL")),
        ("rules/triage/MSCC.md", Some("")),
        ("messages/en/therapy.ftl", Some("\u{0}\u{0}")),
    ] {
        match load_changed(path, text) {
            Err(KnowledgeError::Invalid(diagnostics)) => assert!(!diagnostics.is_empty()),
            other => panic!("{path}: {:?}", other.map(|_| "was loaded")),
        }
    }
}

#[test]
fn a_rule_that_is_lost_without_a_trace_breaks_the_seal() {
    // Nothing refers to a red flag, so only the seal can miss it.
    assert!(matches!(
        load_changed("rules/red-flags/CES_BLADDER.md", None),
        Err(KnowledgeError::Invalid(_) | KnowledgeError::SealBroken { .. })
    ));
    assert!(matches!(
        load_changed("rules/triage/MSCC.md", None),
        Err(KnowledgeError::SealBroken { .. })
    ));
    assert!(matches!(
        load_changed("rules/contraindications/PUBIC.md", None),
        Err(KnowledgeError::Invalid(_))
    ));
}

#[test]
fn a_seal_that_is_missing_or_garbled_seals_nothing() {
    for seal in [None, Some(""), Some("sha256 = 3"), Some("sha256 = \"\""), Some("not TOML")] {
        let files = unsealed().into_iter().chain(seal.map(|seal| (SEAL_FILE, seal)));
        assert!(matches!(Knowledge::load(files), Err(KnowledgeError::SealBroken { .. })), "{seal:?}");
    }
    assert!(Knowledge::load([]).is_err());
}

proptest! {
    #[test]
    fn the_hash_does_not_depend_on_the_order_of_the_files(
        files in prop::collection::btree_map("[a-z/]{1,8}", "\\PC{0,12}", 0..8).prop_map(|files| files.into_iter().collect::<Vec<_>>()).prop_shuffle()
    ) {
        let pairs = || files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let mut sorted: Vec<(&str, &str)> = pairs().collect();
        sorted.sort_unstable();
        prop_assert_eq!(hash_files(pairs()), hash_files(sorted));
        prop_assert_eq!(hash_files(pairs()), hash_files(pairs().chain([(SEAL_FILE, "anything")])));
    }

    #[test]
    fn the_hash_tells_where_one_file_ends_and_the_next_begins(path in "[a-z]{1,6}", text in "[a-z]{2,6}") {
        let (head, tail) = text.split_at(1);
        let joined = format!("{path}{head}");
        prop_assert_ne!(hash_files([(path.as_str(), text.as_str())]), hash_files([(joined.as_str(), tail)]));
        prop_assert_ne!(hash_files([(path.as_str(), text.as_str())]), hash_files([(path.as_str(), tail)]));
    }
}
