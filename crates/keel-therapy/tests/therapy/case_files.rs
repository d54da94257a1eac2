//! The case file: whatever is wrong is said with file, line, problem and what is allowed, all at once; what is right comes back unchanged.

use jiff::civil::date;
use keel_knowledge::Lang;
use keel_therapy::{Case, read_case, write_case};
use proptest::prelude::*;

use crate::{
    people::{CATALOGUE, EXAMPLES, anyone, example},
    properties::search,
};

/// The lines with which a case file is refused; none where it is accepted.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = read_case("case.toml", text, &CATALOGUE).map_or_else(|error| error.lines(Lang::En), |_| Vec::new());
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_wrong_name_is_met_with_the_nearest_right_one() {
    check(
        "[person]\nheigth_cm = 170\n",
        &["case.toml:2: person.heigth_cm: there is no field “person.heigth_cm”. Did you mean “person.height_cm”?"],
    );
    check(
        "[answers]\nCES_BLADER = \"no\"\n",
        &["case.toml:2: answers.CES_BLADER: there is no field “answers.CES_BLADER”. Did you mean “answers.CES_BLADDER”?"],
    );
    check(
        "[tests]\nslump = 3\n",
        &["case.toml:2: tests.slump: there is no field “tests.slump”. Did you mean “tests.slump.left”?"],
    );
    check(
        "[tests.slr]\nnonsense = 1\n",
        &["case.toml:2: tests.slr.nonsense: there is no field “tests.slr.nonsense”. All fields are listed in docs/case-file.md."],
    );
}

#[test]
fn an_unknown_section_is_refused() {
    check(
        "[persn]\nage = 40\n",
        &["case.toml:1: persn: there is no section “persn”. Allowed: person."],
    );
    check(
        "\n[weather]\nrain = true\n",
        &[
            "case.toml:2: weather: there is no section “weather”. Allowed: case, person, diagnosis, answers, pain, tests, medicines, conditions, day, equipment, preferences, instruments, treatments, belt, flare, mood.",
        ],
    );
    check(
        "person = 3\n",
        &["case.toml:1: person: this has the wrong form. Allowed: [person]."],
    );
    check(
        "[[person]]\nage = 40\n",
        &["case.toml:1: person: this has the wrong form. Allowed: [person]."],
    );
}

#[test]
fn numbers_keep_their_limits_and_nan_has_no_door() {
    let height = "Allowed: a number from 120 to 230 cm.";
    let age = "Allowed: a whole number from 0 to 110 years.";
    let height_refused = |shown: &str| format!("case.toml:2: person.height_cm: “{shown}” cannot be used here. {height}");
    for (written, shown) in [
        ("300", "300"),
        ("119.9", "119.9"),
        ("nan", "NaN"),
        ("-nan", "NaN"),
        ("inf", "inf"),
        ("-inf", "-inf"),
        ("\"NaN\"", "NaN"),
        ("\"-Infinity\"", "-inf"),
        ("\"tall\"", "tall"),
        ("true", "true"),
        ("[170]", "[\"170\"]"),
        ("{ cm = 170 }", "{}"),
        ("2026-11-24", "2026-11-24"),
    ] {
        check(&format!("[person]\nheight_cm = {written}\n"), &[&height_refused(shown)]);
    }
    check(
        "[person]\nage = 30.5\n",
        &[&format!("case.toml:2: person.age: “30.5” cannot be used here. {age}")],
    );
    check(
        "[person]\nage = 0.00000000000000001\n",
        &[&format!(
            "case.toml:2: person.age: “0.00000000000000001” cannot be used here. {age}"
        )],
    );
    check(
        "[person]\nage = \"\"\n",
        &[&format!("case.toml:2: person.age: this needs an answer. {age}")],
    );
    check(
        "[person]\nheight_cm = 170,5\n",
        &["case.toml:2: TOML: this is not valid TOML: unexpected key or value, expected newline, `#`."],
    );
    check("[person]\nheight_cm = \"170,5\"\nage = 0\n", &[]);
}

#[test]
fn choices_and_yes_no_name_what_is_allowed() {
    let yes_no = "Allowed: yes, no, unsure.";
    check(
        "[person]\nsex = \"femal\"\n",
        &["case.toml:2: person.sex: “femal” cannot be used here. Did you mean “female”?"],
    );
    check(
        "[person]\nsex = 3\n",
        &["case.toml:2: person.sex: “3” cannot be used here. Allowed: female, male."],
    );
    check(
        "[answers]\nCES_BOWEL = \"maybe\"\n",
        &[&format!("case.toml:2: answers.CES_BOWEL: “maybe” cannot be used here. {yes_no}")],
    );
    check(
        "[answers]\nCES_BOWEL = 1\n",
        &[&format!("case.toml:2: answers.CES_BOWEL: “1” cannot be used here. {yes_no}")],
    );
    check("[answers]\nCES_BOWEL = false\nCES_SADDLE = \"unsure\"\n", &[]);
    let equipment =
        "Allowed: one of 15 ids, for example chair, armchair, mat, band, mini_band, step, stick, weights, counter, ball, bar, strap.";
    for (written, shown) in [
        ("[\"chair\", \"sofa\"]", "sofa"),
        ("[\"chair\", 3]", "3"),
        ("\"chair, sofa\"", "sofa"),
    ] {
        let expected = format!("case.toml:2: equipment.have: “{shown}” cannot be used here. {equipment}");
        check(&format!("[equipment]\nhave = {written}\n"), &[&expected]);
    }
    check("[equipment]\nhave = []\n", &[]);
    check("[equipment]\nhave = \"chair, mat\"\n", &[]);
}

#[test]
fn days_times_and_texts() {
    let time = "Allowed: a time of day such as 07:30.";
    for wrong in ["25:00", "07:60", "7 o'clock", "07:3x", "07:30:zz", "07:+5", "+7:30", "07:30:00:00"] {
        let expected = format!("case.toml:2: day.rises_at: “{wrong}” cannot be used here. {time}");
        check(&format!("[day]\nrises_at = \"{wrong}\"\n"), &[&expected]);
    }
    for right in ["07:30:00", "\"07:30\"", "\"7:30\"", "\"07:30:15\""] {
        check(&format!("[day]\nrises_at = {right}\n"), &[]);
    }
    check(
        "[diagnosis]\nsince = \"yesterday\"\n",
        &["case.toml:2: diagnosis.since: “yesterday” cannot be used here. Allowed: a date such as 2026-11-24."],
    );
    check(
        "[case]\ndate = \"soon\"\n",
        &["case.toml:2: case.date: this has the wrong form. Allowed: 2026-11-24."],
    );
    check(
        "[case]\ndate = 2026-11-24\nplace = \"home\"\n",
        &["case.toml:3: case.place: there is no field “case.place”. All fields are listed in docs/case-file.md."],
    );
    check(
        "[person]\nname = \"\"\"two\nlines\"\"\"\n",
        &["case.toml:2: person.name: “twolines” cannot be used here. Allowed: up to 200 characters in one line."],
    );
}

#[test]
fn what_is_not_toml_is_said_with_its_line() {
    check(
        "[person]\nage = 40\nage = 41\n",
        &["case.toml:3: TOML: this is not valid TOML: duplicate key."],
    );
    check(
        "[person]\nage = 40\n[person]\nmass_kg = 70\n",
        &["case.toml:3: TOML: this is not valid TOML: duplicate key."],
    );
    check(
        "[person]\nage = \n",
        &["case.toml:2: TOML: this is not valid TOML: string values must be quoted, expected literal string."],
    );
    check(
        "[diagnosis]\nsince = 2026-13-01\n",
        &["case.toml:2: TOML: this is not valid TOML: invalid date, expected month between 01 and 12."],
    );
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file_and_in_both_languages() {
    let text = "[person]\nheigth_cm = 170\nmass_kg = inf\n\n[day]\nrises_at = 25\n\n[moon]\n[pain]\nback_now = 11\n";
    let error = read_case("my.toml", text, &CATALOGUE).expect_err("four faults");
    let places: Vec<(usize, &str)> = error.problems.iter().map(|problem| (problem.line, problem.path.as_str())).collect();
    assert_eq!(
        places,
        [
            (2, "person.heigth_cm"),
            (3, "person.mass_kg"),
            (6, "day.rises_at"),
            (8, "moon"),
            (10, "pain.back_now")
        ]
    );
    assert_eq!(error.to_string(), error.lines(Lang::En).join("\n"));
    assert_eq!(
        error.lines(Lang::Ru)[1],
        "my.toml:3: person.mass_kg: значение «inf» здесь не подходит. Допустимо: число от 30 до 250 kg."
    );
}

#[test]
fn the_examples_load() {
    for name in EXAMPLES {
        let case = example(name);
        assert_eq!(case.date, Some(date(2026, 11, 24)), "{name}");
        assert!(case.answers.language().is_some(), "{name}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    proptest!(search(120), |(answers in anyone(), day in prop::option::of(-400..400_i64))| {
        let date = day.map(|day| date(2026, 11, 24).saturating_add(jiff::Span::new().days(day)));
        let case = Case { date, answers };
        let text = write_case(&case);
        prop_assert_eq!(read_case("case.toml", &text, &CATALOGUE), Ok(case), "{}", text);
    });
}
