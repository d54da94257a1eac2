//! Words of postures and motions that no one knows are refused, with file and line; so is what is held in the body, and a hand in the leg.
//! Lumbar flexion is shared by its levels.

use std::{fs, path::Path};

use keel_body::{Anatomy, Body, Library, PostureError, Text};

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

/// All texts of a folder of the knowledge.
fn texts_of(folder: &str) -> Vec<(String, String)> {
    let root = format!("{}/../../knowledge", env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(&root).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the knowledge is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(&root).expect("it lies below").to_string_lossy().into_owned();
                texts.push((name, fs::read_to_string(&path).expect("it is text")));
            }
        }
    }
    texts
}

/// What is said of a shipped posture or motion of the reference man after one change; nothing where it stands.
fn refusal(path: &str, from: &str, to: &str) -> String {
    let anatomy = texts_of("anatomy");
    let anatomy: Vec<Text<'_>> = anatomy.iter().map(|(path, text)| Text { path, text }).collect();
    let anatomy = Anatomy::read(&anatomy).expect("the anatomy is sound");
    let body = Body::new(&anatomy, &anatomy.reference_person()).expect("the reference man has a body");
    let file = format!("{}/../../knowledge/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(file).expect("the record is there");
    assert!(text.contains(from), "{path} holds {from:?}");
    let text = text.replacen(from, to, 1);
    let library = Library::read(&[Text { path, text: &text }]).expect("the words are known");
    let check = || -> Result<(), PostureError> {
        for id in library.posture_ids() {
            library.posture(&body, id, 0.0)?.check_skin(&body)?;
        }
        for id in library.motion_ids() {
            library.motion(&body, id, 0.0)?.check_skin(&body)?;
        }
        Ok(())
    };
    check().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_crate_in_the_knees_is_refused_with_phase_second_segment_and_depth() {
    let squat = "postures/motions/lifting-20kg-squat.md";
    assert_eq!(refusal(squat, "id =", "id ="), "");
    let said = refusal(squat, "grip_cm = 10", "grip_cm = -10");
    assert!(
        said.starts_with("lifting-20kg-squat, draw up at ") && said.contains(" mm inside "),
        "{said}"
    );
    // Knees that make way for a crate as wide as this turn the feet.
    let said = refusal(squat, "size_cm = [30, 30, 40]", "size_cm = [30, 30, 70]");
    assert!(
        said.starts_with("lifting-20kg-squat, draw up: ") && said.contains(" slides by "),
        "{said}"
    );
}

#[test]
fn a_stick_that_lies_in_the_back_is_refused() {
    let hinge = "postures/motions/hip-hinge-stick.md";
    assert_eq!(refusal(hinge, "id =", "id ="), "");
    let said = refusal(hinge, "off_cm = [-1.3, 0, 0]", "off_cm = [1, 0, 0]");
    assert!(
        said.starts_with("hip-hinge-stick, hinge at 0.00 s: what is held stands ") && said.contains(" mm inside "),
        "{said}"
    );
    let said = refusal(hinge, "\"upper_back\"]", "\"uper_back\"]");
    assert!(
        said.contains("\"uper_back\" is no contact point; the nearest is \"upper_back\""),
        "{said}"
    );
}

#[test]
fn a_mass_without_a_size_is_refused() {
    let said = refusal(
        "postures/stills/holding-20kg-close.md",
        ", size_cm = [30, 30, 40], grip_cm = 10",
        "",
    );
    assert!(said.contains("a mass that is held needs its size"), "{said}");
}

#[test]
fn a_thing_that_is_held_is_kept_out_of_the_belly() {
    // Wanted 8 cm nearer than the belly lets it: it stands on the belly instead.
    let close = "postures/stills/holding-20kg-close.md";
    assert_eq!(refusal(close, "at_cm = [25, 118, 19]", "at_cm = [17, 118, 19]"), "");
}

#[test]
fn a_hand_in_the_leg_is_refused() {
    let said = refusal("postures/stills/standing-side-bend-20.md", "shoulder_abduction_r = 24\n", "");
    assert!(said.contains("forearm_r lies ") && said.contains(" mm inside thigh_r"), "{said}");
}

#[test]
fn a_back_that_ends_far_from_the_bend_that_is_written_is_refused() {
    let elbows = "postures/stills/lying-prone-on-elbows.md";
    assert_eq!(refusal(elbows, "id =", "id ="), "");
    let said = refusal(elbows, "\"ankle_flexion\"]", "\"ankle_flexion\", \"lumbar_flexion\"]");
    assert!(
        said.starts_with("lying-prone-on-elbows: the lumbar spine ends flexed by -") && said.contains("not, as written, by -18°"),
        "{said}"
    );
}

/// Angles of the lumbar levels, L5-S1 first, and the ends of their ranges, degrees, for a total of lumbar flexion.
fn levels(total_deg: f64) -> Vec<(f64, f64)> {
    let anatomy = texts_of("anatomy");
    let anatomy: Vec<Text<'_>> = anatomy.iter().map(|(path, text)| Text { path, text }).collect();
    let anatomy = Anatomy::read(&anatomy).expect("the anatomy is sound");
    let body = Body::new(&anatomy, &anatomy.reference_person()).expect("the reference man has a body");
    let (path, from) = ("postures/stills/standing-relaxed.md", "[angles_deg]\n");
    let file = format!("{}/../../knowledge/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(file).expect("the record is there");
    let text = text.replacen(from, &format!("{from}lumbar_flexion = {total_deg}\n"), 1);
    let library = Library::read(&[Text { path, text: &text }]).expect("the words are known");
    let posture = library
        .posture(&body, "standing-relaxed", 0.0)
        .unwrap_or_else(|error| panic!("{error}"));
    let of = |disc: &keel_body::Disc| {
        let k = body.segments[disc.upper].coordinates.start;
        (posture.state.q_rad[k].to_degrees(), body.coordinates[k].range_rad.1.to_degrees())
    };
    body.discs.iter().map(of).collect()
}

#[test]
fn lumbar_flexion_is_shared_by_its_levels_and_evened_towards_the_end() {
    let mut last = vec![f64::NEG_INFINITY; 6];
    for total in [-10.0, 0.0, 20.0, 40.0, 45.0, 50.0, 55.0, 61.0, 64.0] {
        let levels = levels(total);
        let sum: f64 = levels.iter().map(|(angle, _)| angle).sum();
        assert!((sum - total).abs() < 1e-9, "{total}: {levels:?}");
        for ((angle, end), last) in levels.iter().zip(&mut last) {
            assert!(angle > last && angle < end, "{total}: {levels:?}");
            *last = *angle;
        }
    }
    // By fluoroscopy below: 26 % at L4-L5; near the end every level has used the same part of its range.
    assert!((levels(30.0)[1].0 - 0.26 * 30.0).abs() < 1e-9);
    let ends = levels(62.0);
    let used = |(angle, end): (f64, f64)| angle / end;
    assert!(ends.iter().all(|level| (used(*level) - used(ends[0])).abs() < 1e-9), "{ends:?}");
}
