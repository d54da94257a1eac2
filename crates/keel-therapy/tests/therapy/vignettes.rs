//! The people of `knowledge/vignettes`: judged as written, holding every threshold, and missing no emergency.

use keel_knowledge::{Knowledge, RuleKind, embedded_files};
use keel_therapy::{Catalogue, survivors, triage_of_vignettes, try_vignettes};

use crate::people::{CATALOGUE, KNOWLEDGE};

#[test]
fn everyone_is_judged_as_written_and_every_rule_has_its_people() {
    let differences = try_vignettes(&KNOWLEDGE, &CATALOGUE);
    let lines: Vec<String> = differences
        .iter()
        .map(|one| format!("{}:{}: {}", one.file, one.line, one.text))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    let people: usize = KNOWLEDGE.vignettes.iter().map(|file| file.vignettes.len()).sum();
    assert!(people >= 800, "only {people} people are told of");
    for kind in RuleKind::ALL {
        let there = KNOWLEDGE.vignettes.iter().any(|file| file.kind == Some(kind));
        assert!(there, "nobody is told of for {}", kind.folder());
    }
}

#[test]
fn every_threshold_that_is_moved_is_noticed() {
    let (tried, survivors) = survivors(&KNOWLEDGE, &CATALOGUE);
    let lines: Vec<String> = survivors
        .iter()
        .map(|one| format!("{}/{}: {} in “{}”", one.kind.folder(), one.rule, one.change, one.condition))
        .collect();
    assert!(tried >= 500, "only {tried} thresholds were moved");
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// Sensitivity: of all people who need an emergency department or a doctor today, none is missed, whatever the rules call the reason.
#[test]
fn nobody_who_needs_help_today_is_missed() {
    let rank = |level: &str| KNOWLEDGE.levels[level].rank;
    let mut told = [0, 0];
    for (file, vignette, _, level) in triage_of_vignettes(&KNOWLEDGE, &CATALOGUE) {
        let written = vignette
            .expected
            .iter()
            .find(|(key, ..)| key == "Triage")
            .map(|(_, level, _)| level.as_str());
        let needed = match written {
            Some("EMERGENCY") => 0,
            Some("URGENT_SAME_DAY") => 1,
            _ => continue,
        };
        told[needed] += 1;
        assert!(
            rank(&level) >= rank(written.unwrap_or_default()),
            "{}:{} is missed",
            file.file,
            vignette.line
        );
    }
    assert!(told[0] >= 40 && told[1] >= 20, "told of: {told:?}");
    // What each flag is worth is said in the knowledge; whoever answers yes, is not sure or does not answer gets at least that.
    for (file, vignette, _, level) in triage_of_vignettes(&KNOWLEDGE, &CATALOGUE) {
        let because = vignette
            .expected
            .iter()
            .find(|(key, ..)| key == "Because")
            .map_or("", |(_, value, _)| value.as_str());
        let counts = ["positive", "unsure", "unanswered"]
            .iter()
            .any(|ground| because.contains(&format!("{} ({ground})", file.about)));
        if file.kind == Some(RuleKind::RedFlags) && counts {
            assert!(
                rank(&level) >= rank(&KNOWLEDGE.red_flags[&file.about].level),
                "{}:{}",
                file.file,
                vignette.line
            );
        }
    }
}

/// What the check would say of a vignette, or of a rule, that was changed.
#[track_caller]
fn check(file: &str, stands: &str, planted: &str, says: &str) {
    let changed: Vec<(String, String)> = embedded_files()
        .map(|(path, text)| {
            let text = if path == file {
                assert!(text.contains(stands), "{file} does not say “{stands}” any more");
                text.replacen(stands, planted, 1)
            } else {
                text.to_owned()
            };
            (path.to_owned(), text)
        })
        .collect();
    let files = changed.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let knowledge = Knowledge::read_unsealed(files).unwrap_or_else(|(found, _)| panic!("{found:?}"));
    let found = try_vignettes(&knowledge, &Catalogue::new(&knowledge));
    assert!(found.iter().any(|one| one.text.contains(says)), "“{says}” is not among {found:?}");
}

#[test]
fn a_changed_rule_or_a_changed_person_is_told() {
    check(
        "rules/triage/AGE_75.md",
        "age_years >= 75",
        "age_years >= 76",
        "Triage: GP is expected, it is CONTINUE",
    );
    check(
        "vignettes/triage/AGE_75.md",
        "- Triage: GP",
        "- Triage: CONTINUE",
        "Triage: CONTINUE is expected, it is GP",
    );
    check(
        "vignettes/triage/UNDER_18.md",
        "## Unknown",
        "## Unsure",
        "a person under “Unknown” is missing",
    );
    check(
        "vignettes/triage/AGE_75.md",
        "- Triage: GP",
        "- Verdict: GP",
        "“Verdict” has no meaning for AGE_75",
    );
    check(
        "vignettes/modalities/tens.md",
        "- Near: seizures",
        "- Near: seizure",
        "tens has no rule “seizure”",
    );
    check(
        "vignettes/modalities/tens.md",
        "- Near: seizures\n",
        "",
        "“seizures” has no person under “Near miss”",
    );
    check(
        "vignettes/modalities/tens.md",
        "- Near: seizures",
        "- Near: seizures, cancer",
        "nothing that “cancer” asks for is told of this person",
    );
    check(
        "vignettes/modalities/tens.md",
        "Ask first: neck-placement",
        "Ask first: nothing",
        "Ask first: nothing is expected, it is neck-placement",
    );
    check(
        "vignettes/classes/direction.md",
        "- No unknown of lateral: ",
        "- No unknown of flexion: ",
        "there is a person under “Unknown” for “flexion”",
    );
    check(
        "vignettes/classes/direction.md",
        "- No unknown of lateral: ",
        "- No unknown of sideways: ",
        "direction has no rule “sideways” among several",
    );
    check("vignettes/triage/AGE_75.md", "\nage = ", "\nages = ", "Did you mean “person.age”?");
}
