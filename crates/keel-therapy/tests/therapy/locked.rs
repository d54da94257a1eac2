//! Damaged rules lock exercise; the emergency card stays.

use keel_knowledge::{Knowledge, KnowledgeError, Lang, SEAL_FILE, embedded_files, hash_files, seal_text};
use keel_therapy::{Triage, triage_json};

use crate::people::KNOWLEDGE;

/// The shipped files, sealed, with one of them changed, or left out where `None` is given.
fn load_with(path: &str, text: Option<&str>) -> Result<Knowledge, KnowledgeError> {
    let files: Vec<(&str, &str)> = embedded_files().filter(|(path, _)| *path != SEAL_FILE).collect();
    let seal = seal_text(&hash_files(files.iter().copied()));
    let others = files.into_iter().filter(|(one, _)| *one != path);
    Knowledge::load(others.chain(text.map(|text| (path, text))).chain([(SEAL_FILE, seal.as_str())]))
}

#[test]
fn knowledge_that_is_damaged_is_never_used() {
    let flag = "rules/red-flags/CES_BLADDER.md";
    let (_, whole) = embedded_files().find(|(path, _)| *path == flag).expect("the record is there");
    let weaker = whole.replace("level = \"EMERGENCY\"", "level = \"GP\"");
    assert_ne!(whole, weaker);

    assert!(load_with(flag, Some(whole)).is_ok());
    assert!(matches!(load_with(flag, Some(&weaker)), Err(KnowledgeError::SealBroken { .. })));
    assert!(matches!(load_with(flag, Some("+++\ngarbled")), Err(KnowledgeError::Invalid(_))));
    assert!(load_with(flag, None).is_err());
    assert!(matches!(load_with("rules/week.md", None), Err(KnowledgeError::Invalid(_))));
}

#[test]
fn locked_triage_opens_no_exercise_and_shows_the_card() {
    let locked = Triage::locked();
    assert!(locked.locked && locked.closes_everything(&KNOWLEDGE) && locked.open_aims().is_empty());
    for exercise in KNOWLEDGE.exercises.values() {
        assert!(!locked.permits(exercise), "{} is open", exercise.id);
    }
    for lang in Lang::ALL {
        assert!(locked.message.get(lang).contains("112"));
        let json = triage_json(&locked, Some(&KNOWLEDGE), lang);
        assert_eq!(json["locked"], true);
        assert_eq!(json["allowed"]["exercises"], serde_json::json!([]));
    }
}
