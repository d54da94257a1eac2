//! Words of postures and motions that no one knows are refused, with file and line.

use std::fs;

use keel_body::{Library, Text};

/// Faults of a shipped motion after one change.
fn faults_with(from: &str, to: &str) -> Vec<String> {
    let path = "postures/motions/bird-dog.md";
    let file = format!("{}/../../knowledge/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(file).expect("the motion is there");
    assert!(text.contains(from), "{path} holds {from:?}");
    let text = text.replacen(from, to, 1);
    let faults = Library::read(&[Text { path, text: &text }]).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn unknown_words_are_refused_with_what_is_allowed() {
    assert!(faults_with("id =", "id =").is_empty());
    for (from, to, expected) in [
        (
            "kind = \"mattress\"",
            "kind = \"matress\"",
            "unknown variant `matress`, expected one of `floor`, `mattress`",
        ),
        (
            "breath = \"out\"",
            "breath = \"hold\"",
            "unknown variant `hold`, expected one of `in`, `out`, `free`",
        ),
        ("seconds = ", "second = ", "second"),
    ] {
        let faults = faults_with(from, to);
        assert!(
            faults
                .iter()
                .any(|fault| fault.starts_with("postures/motions/bird-dog.md:") && fault.contains(expected)),
            "{expected:?} is not in {faults:?}"
        );
    }
}
