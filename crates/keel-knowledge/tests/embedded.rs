//! The knowledge that is shipped: complete, consistent, sealed.

use std::borrow::Cow;

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

/// What the build script has packed is what the files say, to the last text and figure.
#[test]
fn what_is_packed_says_what_the_files_say() {
    let embedded = Knowledge::embedded().expect("the shipped knowledge is sealed");
    assert!(matches!(embedded.week.prose, Cow::Borrowed(_)), "nothing was packed");
    let packed = format!("{embedded:#?}");
    let read = format!("{:#?}", Knowledge::load(embedded_files()).expect("the shipped knowledge is sealed"));
    let difference = packed
        .lines()
        .zip(read.lines())
        .enumerate()
        .find(|(_, (packed, read))| packed != read);
    assert_eq!(difference, None);
    assert_eq!(packed.len(), read.len());
}
