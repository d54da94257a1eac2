//! The knowledge that is shipped: complete, consistent, sealed.

use keel_knowledge::{Knowledge, SEAL_FILE, Severity, embedded_files, hash_files, lint, seal_text};

#[test]
fn shipped_knowledge_has_no_errors() {
    match Knowledge::read_unsealed(embedded_files()) {
        Ok(knowledge) => {
            let errors: Vec<String> = lint(&knowledge)
                .iter()
                .filter(|d| d.severity == Severity::Error)
                .map(ToString::to_string)
                .collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
        }
        Err((diagnostics, _)) => panic!("{}", diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

#[test]
fn the_seal_is_current() {
    let sealed = embedded_files()
        .find(|(path, _)| *path == SEAL_FILE)
        .map(|(_, text)| text.to_owned());
    assert_eq!(
        sealed,
        Some(seal_text(&hash_files(embedded_files()))),
        "run `keel knowledge check` and `keel knowledge seal`"
    );
}
