//! The vignettes of `tests/vignettes`: people in prose, judged by triage. Their format stands in the README beside them.

use std::{collections::BTreeMap, path::Path};

use keel_therapy::{Answers, Asking, Ground, Triage, read_case, triage};

use crate::people::{CATALOGUE, KNOWLEDGE, facts};

/// One person of a vignette file.
#[derive(Debug)]
struct Vignette {
    /// File and line of its heading.
    place: String,
    /// The rule or red flag it is about.
    about: String,
    /// Heading up to the colon.
    kind: String,
    prose: String,
    answers: Answers,
    expected: Expected,
}

#[derive(Debug, Default)]
struct Expected {
    triage: String,
    because: String,
    open: Vec<String>,
    closed: Vec<String>,
}

fn vignettes() -> Vec<Vignette> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vignettes");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let everyone = with_facts("README.md", &Answers::new(), block(&read("README.md")));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    names.iter().flat_map(|name| of_file(name, &read(name), &everyone)).collect()
}

fn of_file(name: &str, text: &str, everyone: &Answers) -> Vec<Vignette> {
    let about = name.strip_suffix(".md").unwrap_or_else(|| panic!("{name} is no Markdown"));
    assert_eq!(text.lines().next(), Some(format!("# {about}").as_str()), "{name}");
    let mut line = 1;
    let mut parts = text.split("\n## ");
    line += parts.next().unwrap_or_default().lines().count();
    parts
        .map(|part| {
            let place = format!("{name}:{line}");
            line += part.lines().count() + 1;
            vignette(&place, about, part, everyone)
        })
        .collect()
}

fn vignette(place: &str, about: &str, text: &str, everyone: &Answers) -> Vignette {
    let (heading, body) = text.split_once('\n').unwrap_or((text, ""));
    let mut answers = with_facts(place, everyone, block(body));
    let mut expected = Expected::default();
    let listed = |list: &str| list.split(", ").map(str::to_owned).collect();
    for line in body.lines().filter_map(|line| line.strip_prefix("- ")) {
        match line.split_once(": ") {
            Some(("Not answered", list)) => {
                for path in list.split(", ") {
                    assert!(CATALOGUE.field(path).is_some(), "{place}: there is no field {path}");
                    answers.clear(path);
                }
            }
            Some(("Triage", level)) => expected.triage = level.to_owned(),
            Some(("Because", list)) => expected.because = list.to_owned(),
            Some(("Open", list)) => expected.open = listed(list),
            Some(("Closed", list)) => expected.closed = listed(list),
            _ => panic!("{place}: “{line}” has no meaning here"),
        }
    }
    Vignette {
        place: place.to_owned(),
        about: about.to_owned(),
        kind: heading.split(':').next().unwrap_or(heading).to_owned(),
        prose: body
            .split("\n```")
            .next()
            .unwrap_or_default()
            .split("\n- ")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        answers,
        expected,
    }
}

/// The TOML block of a text; empty where there is none.
fn block(text: &str) -> &str {
    text.split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap_or_default()
}

fn with_facts(place: &str, everyone: &Answers, toml: &str) -> Answers {
    let told = read_case(place, toml, &CATALOGUE).unwrap_or_else(|error| panic!("{error}"));
    let mut answers = everyone.clone();
    for (path, value) in told.answers.iter() {
        answers.set(path, value.clone());
    }
    answers
}

fn reasons(triage: &Triage) -> String {
    let ground = |ground: Ground| match ground {
        Ground::Positive => "positive",
        Ground::Unsure => "unsure",
        Ground::Unanswered => "unanswered",
        Ground::Holds => "holds",
        Ground::CannotBeRuledOut => "cannot be ruled out",
    };
    let reasons: Vec<String> = triage
        .because
        .iter()
        .map(|reason| format!("{} ({})", reason.item, ground(reason.ground)))
        .collect();
    if reasons.is_empty() {
        "nothing".to_owned()
    } else {
        reasons.join(", ")
    }
}

/// What differs from what the vignette expects.
fn differences(vignette: &Vignette) -> Vec<String> {
    let Vignette { place, expected, .. } = vignette;
    let triage = triage(&facts(&vignette.answers), Asking::Done);
    let mut differences = Vec::new();
    if triage.level != expected.triage {
        differences.push(format!("{place}: {} is expected, it is {}", expected.triage, triage.level));
    }
    if reasons(&triage) != expected.because {
        differences.push(format!(
            "{place}: because {} is expected, it is {}",
            expected.because,
            reasons(&triage)
        ));
    }
    for (list, open) in [(&expected.open, true), (&expected.closed, false)] {
        for id in list {
            let exercise = KNOWLEDGE
                .exercises
                .get(id)
                .unwrap_or_else(|| panic!("{place}: there is no exercise {id}"));
            if triage.permits(exercise) != open {
                differences.push(format!("{place}: {id} should be {}", if open { "open" } else { "closed" }));
            }
        }
    }
    differences
}

#[test]
fn every_vignette_is_judged_as_written() {
    let vignettes = vignettes();
    assert!(vignettes.len() >= 150, "only {} vignettes were read", vignettes.len());
    let differences: Vec<String> = vignettes.iter().flat_map(differences).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_person_everyone_begins_with_may_go_on() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vignettes/README.md");
    let readme = std::fs::read_to_string(folder).expect("the README is there");
    let everyone = with_facts("README.md", &Answers::new(), block(&readme));
    assert_eq!(reasons(&triage(&facts(&everyone), Asking::Done)), "nothing");
}

#[test]
fn every_red_flag_and_every_rule_has_its_people() {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let vignettes = vignettes();
    for vignette in &vignettes {
        assert!(!vignette.prose.is_empty(), "{}: nothing is told", vignette.place);
        kinds.entry(&vignette.about).or_default().push(&vignette.kind);
    }
    let flags = KNOWLEDGE.red_flags.keys().map(|id| (id, ["Yes", "Not sure", "Not answered"]));
    let rules = KNOWLEDGE.triage_rules.keys().map(|id| (id, ["Fires", "Near miss", "Unknown"]));
    let mut known = 0;
    for (id, wanted) in flags.chain(rules) {
        let there = kinds
            .get(id.as_str())
            .unwrap_or_else(|| panic!("tests/vignettes/{id}.md is missing"));
        for kind in wanted {
            assert!(there.contains(&kind), "tests/vignettes/{id}.md lacks “{kind}”");
        }
        assert!(there.iter().all(|kind| wanted.contains(kind)), "tests/vignettes/{id}.md: {there:?}");
        known += 1;
    }
    assert_eq!(known, kinds.len(), "a vignette is about something that is not there");
}

/// Sensitivity: of all people in the vignettes who need an emergency department, none is missed, whatever the rules call the reason.
#[test]
fn no_emergency_is_missed() {
    let vignettes = vignettes();
    let emergencies: Vec<&Vignette> = vignettes
        .iter()
        .filter(|vignette| vignette.expected.triage == "EMERGENCY")
        .collect();
    let missed: Vec<&str> = emergencies
        .iter()
        .filter(|vignette| triage(&facts(&vignette.answers), Asking::Done).level != "EMERGENCY")
        .map(|vignette| vignette.place.as_str())
        .collect();
    assert!(emergencies.len() >= 40, "only {} emergencies are told", emergencies.len());
    assert!(missed.is_empty(), "missed: {missed:?}");
    // What each flag is worth is said in the knowledge; the vignettes of a flag must say the same.
    for vignette in vignettes
        .iter()
        .filter(|vignette| ["Yes", "Not sure", "Not answered"].contains(&vignette.kind.as_str()))
    {
        let level = &KNOWLEDGE.red_flags[&vignette.about].level;
        assert!(
            KNOWLEDGE.levels[&vignette.expected.triage].rank >= KNOWLEDGE.levels[level].rank,
            "{}",
            vignette.place
        );
    }
}
