//! `keel disc` as a person or a program uses it.

mod support;

use std::fs;

use serde_json::Value;
use support::{folder, json, keel, printed, root};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

/// A day of these lines is refused with these words, after the name of the file and the line.
fn refused(name: &str, day: &str, line: usize, words: &str) {
    let file = folder("disc").join(format!("{name}.toml"));
    fs::write(&file, day).expect("a file can be written");
    let path = file.to_string_lossy().into_owned();
    let output = keel(&["disc", &path]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{name} is refused");
    let place = format!("{name}.toml:{line}: ");
    assert!(
        errors.contains(&place) && errors.contains(words),
        "{place:?} and {words:?} in {errors}"
    );
}

#[test]
fn a_day_gives_height_pressure_doses_and_the_morning_of_every_disc() {
    let day = json(&["disc", "examples/days/desk.toml", "--json"]);
    for id in ["T12-L1", "L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"] {
        let disc = &day["discs"][id];
        let course = disc["course"].as_array().expect("a course");
        assert!(course.len() > 50 && (number(&course[course.len() - 1]["t_s"]) - 86_400.0).abs() < 1.0);
        assert!(number(&disc["height_mm"]["lowest"]) < number(&disc["height_mm"]["highest"]) - 1.0);
        assert!((5.0..25.0).contains(&number(&disc["volume_lost_percent"])), "{id}");
        assert!(number(&disc["morning"]["no_flexion_min"]) >= 60.0);
        let dose = &disc["doses"]["dynamic_h"];
        assert!(number(&dose["low"]) <= number(&dose["value"]) && number(&dose["value"]) <= number(&dose["high"]));
        // What goes out by day comes in by night.
        let out = number(&disc["out_ml"]["endplates"]) + number(&disc["out_ml"]["rim"]);
        assert!(out.abs() < 0.01, "{id} {out}");
    }
}

#[test]
fn walking_has_a_dose_that_bed_rest_has_not_and_breaks_take_bending_away() {
    let dose = |day: &str, name: &str| {
        number(&json(&["disc", &format!("examples/days/{day}.toml"), "--json"])["discs"]["L4-L5"]["doses"][name]["value"])
    };
    assert!(dose("desk-with-breaks", "dynamic_h") > 0.5);
    assert!(dose("bed-rest", "dynamic_h") < 1e-9);
    assert!(dose("desk-with-breaks", "sustained_flexion_h") < dose("desk", "sustained_flexion_h"));
    assert!(dose("nurse", "overload_mpa_h") > 5.0 * dose("desk", "overload_mpa_h"));
}

#[test]
fn two_days_stand_beside_each_other() {
    let text = printed(&["disc", "examples/days/desk.toml", "examples/days/desk-with-breaks.toml"]);
    assert!(text.contains("desk-with-breaks") && text.contains("L4-L5"));
    let both = json(&["disc", "examples/days/desk.toml", "examples/days/bed-rest.toml", "--json"]);
    assert_eq!(both.as_array().map(Vec::len), Some(2));
    for name in ["two.svg", "two.png"] {
        let file = folder("disc").join(name);
        printed(&[
            "disc",
            "examples/days/desk.toml",
            "examples/days/bed-rest.toml",
            "--picture",
            &file.to_string_lossy(),
        ]);
        let bytes = fs::read(&file).expect("the picture was written");
        assert!(bytes.starts_with(if name.ends_with("svg") { b"<svg" } else { b"\x89PNG" }));
        assert!(bytes.len() > 10_000);
    }
    let output = keel(&["disc", "examples/days/desk.toml", "--picture", "day.pdf"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains(".svg or .png"));
}

#[test]
fn a_day_in_russian() {
    let text = printed(&["--lang", "ru", "disc", "examples/days/nurse.toml"]);
    assert!(text.contains("переменная нагрузка") && text.contains("(изменённый)") && text.contains("Ходьба"));
}

#[test]
fn the_person_can_stand_in_a_case_file() {
    let file = folder("disc").join("of-a-case.toml");
    let case = root().join("examples/subacute-l4l5-extension.toml");
    let day = format!(
        "person = \"{}\"\n[[hours]]\nfrom = \"07:00\"\nposture = \"standing-relaxed\"\n[[hours]]\nfrom = 23:00:00\nposture = \"lying-supine\"\n",
        case.display()
    );
    fs::write(&file, day).expect("a file can be written");
    let day = json(&["disc", &file.to_string_lossy(), "--json"]);
    assert!((number(&day["person"]["mass_kg"]) - 66.0).abs() < 1e-9);
}

#[test]
fn the_day_of_the_documentation_is_read() {
    let page = fs::read_to_string(root().join("docs/day-file.md")).expect("the page can be read");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the page has an example");
    let days = folder("disc").join("days");
    fs::create_dir_all(&days).expect("a folder can be made");
    fs::write(days.join("documented.toml"), example).expect("a file can be written");
    let case = "subacute-l4l5-extension.toml";
    fs::copy(root().join("examples").join(case), folder("disc").join(case)).expect("a file can be copied");
    let day = json(&["disc", &days.join("documented.toml").to_string_lossy(), "--json"]);
    assert_eq!(day["discs"]["L4-L5"]["degenerated"], true);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let night = "[[hours]]\nfrom = \"23:00\"\nposture = \"lying-supine\"\n";
    let with = |lines: &str| format!("[[hours]]\nfrom = \"07:00\"\n{lines}{night}");
    refused(
        "unknown",
        &with("posture = \"standing-relaxt\"\n"),
        3,
        "the nearest is \"standing-relaxed\"",
    );
    refused("walkin", &with("motion = \"walkin\"\n"), 3, "the nearest is \"walking\"");
    refused("field", &with("postur = \"standing-relaxed\"\n"), 3, "allowed: posture");
    refused("nothing", &with(""), 1, "posture, motion, exercise or mix");
    refused(
        "twice",
        &with("posture = \"standing-relaxed\"\nmotion = \"walking\"\n"),
        1,
        "one of posture",
    );
    refused(
        "negative",
        &with("posture = \"standing-relaxed\"\nhold_kg = -5\n"),
        4,
        "from 0 to 200 kg",
    );
    refused(
        "nan",
        &with("posture = \"standing-relaxed\"\nhold_kg = nan\n"),
        4,
        "nan kg is out of its limits",
    );
    refused(
        "missing",
        &with("to = \"22:00\"\nposture = \"standing-relaxed\"\n"),
        5,
        "from 22:00 to 23:00",
    );
    refused(
        "overlap",
        &with("to = \"23:30\"\nposture = \"standing-relaxed\"\n"),
        5,
        "they overlap",
    );
    refused(
        "shares",
        &with("mix = [{ motion = \"walking\", share = 0.4 }]\n"),
        3,
        "must add up to 1",
    );
    refused(
        "time",
        &with("to = \"25:00\"\nposture = \"standing-relaxed\"\n"),
        3,
        "is no time of day",
    );
    refused("empty", "", 1, "the day has no hours");
    refused("toml", "[[hours]\n", 1, "not valid TOML");
    refused(
        "end",
        &format!(
            "[[hours]]\nfrom = \"07:00\"\nto = \"20:00\"\nposture = \"standing-relaxed\"\n{}",
            night.replace("posture", "to = \"08:00\"\nposture").replace("23:00", "20:00")
        ),
        7,
        "reach beyond 07:00",
    );
    let person = |mass: &str| {
        format!(
            "[person]\nsex = \"male\"\nheight_cm = 174\nmass_kg = {mass}\n{}",
            with("posture = \"standing-relaxed\"\n")
        )
    };
    refused("mass", &person("0"), 4, "mass_kg");
    refused("mass-nan", &person("nan"), 4, "mass_kg");
    refused(
        "disc",
        &format!("[discs]\ndegenerated = [\"L4L5\"]\n{}", with("posture = \"standing-relaxed\"\n")),
        2,
        "allowed: L4-L5",
    );
    let output = keel(&["disc", "examples/days/desk.toml", "--disc", "L4L5"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("the nearest is \"L4-L5\""));
}

#[test]
fn what_was_measured_stands_beside_what_is_computed() {
    let observed = json(&["disc", "--observed", "--json"]);
    let rows = observed["rows"].as_array().expect("rows");
    assert!(rows.len() >= 12);
    // As they are: what is printed is not judged, but the whole may not drift away unnoticed.
    assert!(number(&observed["summary"]["test"]["rms_z"]) < 1.3);
    assert!(rows.iter().all(|row| number(&row["z"]).abs() < 3.0));
    assert!(printed(&["disc", "--observed"]).contains("Martin 2022"));
}
