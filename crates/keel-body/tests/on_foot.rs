//! Walking and stairs: the second half of the cycle is the mirror image of the first, feet stay on their prints and clear of floor and
//! treads for people of all sizes, and what such a motion cannot have is refused.

use std::fs;

use keel_body::{Against, Body, Library, Person, Pose, Sex, Text};

#[path = "reference/mod.rs"]
mod reference;

const ON_FOOT: [&str; 3] = ["walking", "stairs-up", "stairs-down"];

/// The reference man, a woman at the fifth and a man at the ninety-fifth percentile of height and mass.
fn people(anatomy: &keel_body::Anatomy) -> [Person; 3] {
    [
        anatomy.reference_person(),
        Person::new(Sex::Female, 1.52, 47.0),
        Person::new(Sex::Male, 1.87, 102.0),
    ]
}

#[test]
fn the_second_half_is_the_mirror_image_one_step_on() {
    let (anatomy, library) = reference::knowledge();
    let body = Body::new(&anatomy, &anatomy.reference_person()).expect("the reference man is in range");
    let q = |id: &str| body.coordinate(id).expect("the coordinate exists");
    for id in ON_FOOT {
        let motion = library.motion(&body, id, 0.0).unwrap_or_else(|error| panic!("{error}"));
        let half_s = 0.5 * motion.duration_s;
        let step_m = 0.5 * (motion.frame(motion.duration_s).state.root_m - motion.frame(0.0).state.root_m);
        for i in 0..20 {
            let t_s = half_s * f64::from(i) / 20.0;
            let (now, later) = (motion.frame(t_s).state, motion.frame(t_s + half_s).state);
            for (right, left, sign) in [
                ("hip_flexion_r", "hip_flexion_l", 1.0),
                ("knee_flexion_l", "knee_flexion_r", 1.0),
                ("hip_abduction_r", "hip_abduction_l", 1.0),
                ("shoulder_flexion_r", "shoulder_flexion_l", 1.0),
                ("L4-L5_side_bend", "L4-L5_side_bend", -1.0),
                ("L4-L5_flexion", "L4-L5_flexion", 1.0),
            ] {
                let off = now.q_rad[q(right)] - sign * later.q_rad[q(left)];
                assert!(off.abs() < 1e-6, "{id}: {right} at {t_s:.3} s is off by {off}");
            }
            let mut image_m = now.root_m + step_m;
            image_m.z = -now.root_m.z;
            assert!((image_m - later.root_m).length() < 1e-6, "{id}: pelvis at {t_s:.3} s");
        }
    }
}

#[test]
fn a_weight_stays_in_its_hand_and_the_pelvis_goes_to_the_other_side() {
    let (anatomy, library) = reference::knowledge();
    for person in people(&anatomy) {
        let body = Body::new(&anatomy, &person).expect("the person is in range");
        let motion = library
            .motion(&body, "suitcase-carry", 0.0)
            .unwrap_or_else(|error| panic!("{error}"));
        for (held, things) in motion.held.iter().zip(&motion.things) {
            assert_eq!(held.len(), 1);
            assert_eq!(body.segments[held[0].segment].id, "forearm_r");
            assert_eq!(body.contacts[things[0].fists[0]].id, "fist_r");
        }
        // Over the whole cycle the reaction of the ground lies where the feet are; 5 kg beside the right hip take the pelvis to the left.
        let n = 40;
        let aside_m: f64 = motion.frames(n).map(|frame| frame.state.root_m.z / f64::from(n)).sum();
        assert!((-0.05..-0.01).contains(&aside_m), "{aside_m}");
    }
}

#[test]
fn feet_stay_on_their_prints_and_clear_of_floor_and_treads() {
    /// Between two samples, where only the spline holds the foot.
    const SLIDE_M: f64 = 0.006;
    /// The line through both balls is not quite the one that a foot rolls about.
    const DEPTH_M: f64 = 0.008;
    let (anatomy, library) = reference::knowledge();
    for person in people(&anatomy) {
        let body = Body::new(&anatomy, &person).expect("the person is in range");
        let mut pose = Pose::new(&body);
        for id in ON_FOOT {
            let motion = library.motion(&body, id, 0.0).unwrap_or_else(|error| panic!("{error}"));
            let mut planted: Vec<Option<(usize, glam::DVec3)>> = vec![None; body.contacts.len()];
            for frame in motion.frames(301) {
                pose.update(&body, &frame.state);
                for (point, contact) in body.contacts.iter().enumerate().filter(|(_, contact)| !contact.yields) {
                    let at_m = pose.world_point(contact.segment, contact.at_m);
                    let who = || format!("{id}, {:.2} m, {} at {:.2} s", person.height_m, contact.id, frame.t_s);
                    for support in motion.supports.iter().filter(|support| support.is_under(at_m)) {
                        let depth_m = support.offset_m - at_m.y;
                        assert!(depth_m < DEPTH_M, "{}: {depth_m} m deep in {}", who(), support.id);
                    }
                    let touch = motion.touches[frame.phase].iter().find(|touch| touch.point == point);
                    if let Some(Against::Support(support)) = touch.map(|touch| touch.against) {
                        let gap_m = at_m.y - motion.supports[support].offset_m;
                        assert!(gap_m.abs() < DEPTH_M, "{}: {gap_m} m above its support", who());
                        let (phase, place_m) = *planted[point].get_or_insert((frame.phase, at_m));
                        if phase == frame.phase {
                            assert!((at_m - place_m).length() < SLIDE_M, "{} slides", who());
                        } else {
                            planted[point] = Some((frame.phase, at_m));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_motion_on_foot_cannot_have_is_refused() {
    let (anatomy, _) = reference::knowledge();
    let body = Body::new(&anatomy, &anatomy.reference_person()).expect("the reference man is in range");
    let file = format!("{}/../../knowledge/postures/motions/walking.md", env!("CARGO_MANIFEST_DIR"));
    let shipped = fs::read_to_string(file).expect("walking is there");
    for (from, to, expected) in [
        ("length_cm = 62", "length_cm = 400", "length_cm of the steps is 400"),
        ("length_cm = 62", "length_cm = 85", "this joint allows"),
        ("length_cm = 62", "length_cm = 110", "leg misses its foot by "),
        (
            "base = \"upright\"",
            "base = \"upright\"\nfree = [\"knee_flexion\"]",
            "free has no meaning",
        ),
        (
            "base = \"upright\"",
            "base = \"upright\"\nbalance_cm = 4",
            "balance_cm has no meaning",
        ),
        (
            "id = \"strike\"",
            "id = \"strike\"\nangles_deg = { knee_flexion_r = 3 }",
            "it takes no angles",
        ),
        (
            "\"ball_lateral_r\", \"toe_r\"",
            "\"ball_lateral_r\", \"fist_r\"",
            "fist_r rests in phase",
        ),
        (
            "points = [\"heel_r\", \"ball_medial_l\", \"ball_lateral_l\", \"toe_l\"]",
            "points = [\"heel_r\"]",
            "no foot rests in phase strike",
        ),
    ] {
        assert!(shipped.contains(from), "walking holds {from:?}");
        let text = shipped.replace(from, to);
        let path = "postures/motions/walking.md";
        let library = Library::read(&[Text { path, text: &text }]).unwrap_or_else(|faults| panic!("{}", faults[0]));
        let error = library.motion(&body, "walking", 0.0).err().map(|error| error.to_string());
        assert!(
            error.as_ref().is_some_and(|error| error.contains(expected)),
            "{expected:?} is not in {error:?}"
        );
    }
    // Unknown keys are refused with file and line.
    let text = shipped.replace("width_cm", "widht_cm");
    let path = "postures/motions/walking.md";
    let faults = Library::read(&[Text { path, text: &text }]).err().unwrap_or_default();
    assert!(faults.iter().any(|fault| fault.to_string().contains("widht_cm")), "{faults:?}");
}
