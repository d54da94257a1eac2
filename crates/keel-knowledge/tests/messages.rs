//! Messages: how they are formatted, and that the sources and the files speak of the same ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use keel_knowledge::{Fluent, Knowledge, Lang, Messages, embedded_files};

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| match Knowledge::read_unsealed(embedded_files()) {
    Ok(knowledge) => knowledge.messages,
    Err((diagnostics, _)) => panic!("{}", diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
});

#[track_caller]
fn check(lang: Lang, id: &str, args: &[(&str, Fluent<'_>)], expected: &str) {
    assert_eq!(MESSAGES.format(lang, id, args), expected, "{id}");
}

#[test]
fn russian_counts_one_few_and_many() {
    for (age, expected) in [
        (1, "1 год"),
        (2, "2 года"),
        (4, "4 года"),
        (5, "5 лет"),
        (11, "11 лет"),
        (14, "14 лет"),
        (21, "21 год"),
        (22, "22 года"),
        (25, "25 лет"),
        (100, "100 лет"),
        (111, "111 лет"),
    ] {
        check(Lang::Ru, "report-age", &[("age", age.into())], expected);
    }
}

#[test]
fn english_counts_one_and_other() {
    for (age, expected) in [(1, "1 year"), (2, "2 years"), (21, "21 years")] {
        check(Lang::En, "report-age", &[("age", age.into())], expected);
    }
}

#[test]
fn arguments_stand_in_the_text_without_marks_of_direction() {
    check(Lang::En, "against-triage", &[("level", "GP".into())], "Not open at the moment: GP.");
    let both = [("min", "30".into()), ("max", "250".into()), ("unit", "kg".into())];
    check(Lang::En, "allowed-number", &both, "Allowed: a number from 30 to 250 kg.");
    check(Lang::Ru, "allowed-number", &both, "Допустимо: число от 30 до 250 kg.");
}

#[test]
fn an_unknown_message_shows_its_id_and_hides_nothing() {
    check(Lang::En, "no-such-message", &[], "no-such-message");
    assert!(!MESSAGES.has("no-such-message"));
    assert!(MESSAGES.has("gap-ease") && MESSAGES.ids().count() > 100);
}

#[test]
fn no_message_is_empty_in_either_language() {
    for id in MESSAGES.ids() {
        for lang in Lang::ALL {
            let text = MESSAGES.get(lang, id);
            assert!(!text.trim().is_empty() && text != id, "{id} in {}", lang.code());
            // A message of another file would show as its name: each file is read by itself.
            let refers = text.contains('{') && !text.contains("{$");
            assert!(!refers, "{id} in {}: {text}", lang.code());
        }
    }
}

// ── What the sources ask for, and what the files hold ────────────────────────────────────────────────────────────────────────────────

/// Rust sources of the workspace, tests aside.
fn sources() -> BTreeMap<PathBuf, String> {
    fn collect(folder: &Path, sources: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "tests" {
                collect(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                sources.insert(path, text);
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = BTreeMap::new();
    for entry in fs::read_dir(&crates).expect("the workspace has crates") {
        let source = entry.expect("the folder can be read").path().join("src");
        if source.is_dir() {
            collect(&source, &mut sources);
        }
    }
    sources
}

/// Ids given as literals where a message is asked for: `text("…")`, `with("…")`, `get(lang, "…")`, `format(lang, "…")` and the like. An id is
/// two lower-case words or more with hyphens between.
fn asked_for(source: &str) -> BTreeSet<&str> {
    let is_id = |text: &str| {
        text.contains('-')
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let mut ids = BTreeSet::new();
    for call in ["text(", "with(", "get(", "format("] {
        for (start, _) in source.match_indices(call) {
            let rest = source[start + call.len()..].trim_start();
            // at most a language stands before the id
            let first = rest.split(',').next().unwrap_or_default();
            let names_language = first.len() < 24 && first.to_lowercase().contains("lang") && !first.contains(['(', ')', ';', '"']);
            // maps have a `get` of their own, without a language; `starts_with` is no `with`
            let part_of_a_name = source[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if (call == "get(" && !names_language) || part_of_a_name {
                continue;
            }
            let literal = if names_language {
                rest[first.len()..].trim_start_matches(',').trim_start()
            } else {
                rest
            };
            if let Some(id) = literal
                .strip_prefix('"')
                .and_then(|literal| literal.split('"').next())
                .filter(|id| is_id(id))
            {
                ids.insert(id);
            }
        }
    }
    ids
}

#[test]
fn the_search_sees_the_ways_in_which_messages_are_asked_for() {
    let source = r#"
        self.text("a-1"); texts.with("b-1", &[]); messages.get(lang, "c-1");
        messages.format(
            self.lang,
            "d-1",
            &[]); row.get("no-id"); id.starts_with("no-id"); format!("e-{}", 1); text(&format!("f-{}", 2));
    "#;
    assert_eq!(asked_for(source).into_iter().collect::<Vec<_>>(), ["a-1", "b-1", "c-1", "d-1"]);
}

#[test]
fn every_message_that_is_asked_for_exists() {
    let mut asked = 0;
    for (path, source) in &sources() {
        for id in asked_for(source) {
            // a closure may put the first word before it
            let exists = MESSAGES.has(id) || MESSAGES.has(&format!("label-{id}"));
            assert!(exists, "{} asks for “{id}”, which no message file has", path.display());
            asked += 1;
        }
    }
    assert!(asked > 60, "only {asked} were seen: the search has lost its way");
}

/// Beginnings of ids that are composed, so that the whole id stands nowhere: `gap-` of `format!("gap-{}", …)`.
fn composed(source: &str) -> impl Iterator<Item = &str> {
    source
        .split('"')
        .filter_map(|literal| literal.split_once("-{"))
        .map(|(prefix, _)| prefix)
        .filter(|prefix| !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
}

#[test]
fn every_message_is_used() {
    let sources = sources();
    let prefixes: BTreeSet<String> = sources
        .values()
        .flat_map(|source| composed(source))
        .map(|prefix| format!("{prefix}-"))
        .collect();
    let used = |id: &&str| {
        let literal = format!("\"{id}\"");
        prefixes.iter().any(|prefix| id.starts_with(prefix)) || sources.values().any(|source| source.contains(&literal))
    };
    let unused: Vec<&str> = MESSAGES.ids().filter(|id| !used(id)).collect();
    assert!(unused.is_empty(), "no source uses {unused:?}");
}
