//! Verification of the loads: equilibrium and optimality, mirror images, weak and tense muscles, belt and bracing, bodies that cannot be
//! held, and the same bits on any number of threads and in registers of any width.

use std::collections::BTreeSet;

use glam::DQuat;
use keel_body::{Body, GRAVITY_M_PER_S2, Person, Posture, Rates, Sex, Side, State};
use keel_loads::{Aids, Engine, Frame, LoadError, Scope, Settings, motion_loads, posture_loads};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

/// Disc whose pressure was measured most often.
const L4_L5: usize = 1;

fn loads(body: &Body, posture: &Posture, settings: Settings) -> Frame {
    posture_loads(body, posture, Scope::WholeBody, settings).expect("the settings are in range")
}

fn body_of(change: impl FnOnce(&mut Person)) -> (Body, keel_body::Library) {
    let (anatomy, library) = reference::knowledge();
    let mut person = Person::new(Sex::Male, 1.74, 70.0);
    change(&mut person);
    (Body::new(&anatomy, &person).expect("the person is in range"), library)
}

#[test]
fn every_posture_is_in_balance_and_optimal() {
    let (body, library) = body_of(|_| {});
    for id in library.posture_ids() {
        let posture = library.posture(&body, id, 0.0).unwrap_or_else(|error| panic!("{error}"));
        let frame = loads(&body, &posture, Settings::default());
        let quality = frame.quality;
        assert!(
            quality.converged && quality.residual < 1e-9 && quality.kkt < 1e-6,
            "{id}: {quality:?}"
        );
        assert!(quality.is_feasible, "{id}: {quality:?}");
        // The ground carries the weight, and what the hands hold, less what pulls up.
        let held: f64 = posture
            .held
            .iter()
            .map(|held| held.mass_kg * GRAVITY_M_PER_S2 - held.pull_n.y)
            .sum();
        let weight_n = body.mass_kg() * GRAVITY_M_PER_S2 + held;
        let pushed: f64 = frame
            .contacts_n
            .iter()
            .zip(&posture.touches)
            .filter(|(_, touch)| matches!(touch.against, keel_body::Against::Support(_)))
            .map(|(force, _)| force.y)
            .sum();
        assert!((pushed - weight_n).abs() < 1.0, "{id}: {pushed} N of {weight_n} N");
        assert!(frame.activation.iter().all(|a| (0.0..=1.0).contains(a)), "{id}");
    }
}

#[test]
fn a_mirrored_posture_has_mirrored_loads() {
    let (body, library) = body_of(|_| {});
    let right = library.posture(&body, "standing-side-bend-20", 0.0).expect("the posture exists");
    let mut left = right.clone();
    // Mirror in the sagittal plane: side-bending and turning change their sign, left and right change places.
    for (k, coordinate) in body.coordinates.iter().enumerate() {
        let mirror = mirrored_id(&coordinate.id);
        let from = body.coordinate(&mirror).expect("every coordinate has its mirror image");
        let is_midline = mirror == coordinate.id;
        let turns = coordinate.rotation != keel_body::Rotation::Flexion;
        left.state.q_rad[k] = right.state.q_rad[from] * if is_midline && turns { -1.0 } else { 1.0 };
    }
    left.state.root_m.z = -right.state.root_m.z;
    left.state.root = DQuat::from_xyzw(-right.state.root.x, -right.state.root.y, right.state.root.z, right.state.root.w);
    let (a, b) = (loads(&body, &right, Settings::default()), loads(&body, &left, Settings::default()));
    for (a, b) in a.discs.iter().zip(&b.discs) {
        assert!(
            (a.compression_n - b.compression_n).abs() < 1e-5,
            "{} {}",
            a.compression_n,
            b.compression_n
        );
        assert!((a.shear_lateral_n + b.shear_lateral_n).abs() < 1e-5);
    }
    for (one, other) in a.activation.chunks(2).zip(b.activation.chunks(2)) {
        assert!((one[0] - other[1]).abs() < 1e-8 && (one[1] - other[0]).abs() < 1e-8);
    }
}

fn mirrored_id(id: &str) -> String {
    match (id.strip_suffix("_r"), id.strip_suffix("_l")) {
        (Some(stem), _) => format!("{stem}_l"),
        (_, Some(stem)) => format!("{stem}_r"),
        _ => id.to_owned(),
    }
}

#[test]
fn guarding_extensors_press_the_discs() {
    let groups = ["erector_spinae_lumbar", "erector_spinae_thoracic", "multifidus"];
    let (normal, library) = body_of(|_| {});
    let (tense, _) = body_of(|person| {
        for group in groups {
            for side in [Side::Right, Side::Left] {
                person.tone.insert((group.to_owned(), side), 0.10);
            }
        }
    });
    let of = |body: &Body| {
        let posture = library.posture(body, "standing-relaxed", 0.0).expect("standing is a posture");
        loads(body, &posture, Settings::default()).discs[L4_L5].compression_n
    };
    let (normal_n, tense_n) = (of(&normal), of(&tense));
    assert!(tense_n > 1.1 * normal_n, "{normal_n} N, guarding {tense_n} N");
}

#[test]
fn others_take_over_for_a_weak_multifidus() {
    let (normal, library) = body_of(|_| {});
    let (weak, _) = body_of(|person| {
        for side in [Side::Right, Side::Left] {
            person.strength.insert(("multifidus".to_owned(), side), 0.4);
        }
    });
    let of = |body: &Body| {
        let posture = library.posture(body, "standing-bent-36", 0.0).expect("the posture exists");
        loads(body, &posture, Settings::default())
    };
    let (a, b) = (of(&normal), of(&weak));
    let force = |body: &Body, frame: &Frame, muscle: &str| -> f64 {
        body.fascicles
            .iter()
            .zip(&frame.force_n)
            .filter(|(fascicle, _)| fascicle.muscle == muscle)
            .map(|(_, force)| force)
            .sum()
    };
    assert!(force(&weak, &b, "multifidus") < force(&normal, &a, "multifidus"));
    let rest = |body: &Body, frame: &Frame| force(body, frame, "erector_spinae_lumbar") + force(body, frame, "erector_spinae_thoracic");
    assert!(rest(&weak, &b) > rest(&normal, &a));
}

#[test]
fn a_belt_unloads_a_bent_spine_and_bracing_stiffly_loads_an_upright_one() {
    let (body, library) = body_of(|_| {});
    let of = |id: &str, aids: Aids| {
        let posture = library.posture(&body, id, 0.0).expect("the posture exists");
        loads(
            &body,
            &posture,
            Settings {
                aids,
                ..Settings::default()
            },
        )
        .discs[L4_L5]
            .compression_n
    };
    assert!(of("standing-bent-36", Aids::BELT) < of("standing-bent-36", Aids::default()));
    let braced = Aids {
        brace_pa: 10e3,
        ..Aids::default()
    };
    assert!(of("standing-relaxed", braced) > of("standing-relaxed", Aids::default()));
}

#[test]
fn no_level_makes_a_moment_that_it_does_not_have() {
    let (body, library) = body_of(|_| {});
    let motion = library.motion(&body, "lifting-20kg-stoop", 0.0).expect("the lift can be made");
    let frames = motion_loads(&body, &motion, 40, Scope::WholeBody, Settings::default()).expect("the settings are in range");
    let (mut flexed, mut settled) = (0, 0);
    for (at, frame) in &frames {
        for (disc, load) in body.discs.iter().zip(&frame.discs) {
            let q_rad = at.state.q_rad[body.segments[disc.upper].coordinates.start];
            // More flexed than it settles back, a level resists the flexion; and no lumbar level resists more than people's can bear.
            if q_rad > disc.unloaded_rad + 4f64.to_radians() {
                flexed += 1;
                assert!(
                    (-100.0..1.0).contains(&load.moment_n_m[0]),
                    "{} at {:.1} s: {load:?}",
                    disc.id,
                    at.t_s
                );
            }
        }
        settled += usize::from(frame.quality.slack_disc_n_m > 5.0);
    }
    assert!(
        flexed > 50 && settled > 5,
        "{flexed} flexed levels, {settled} frames in which levels settle"
    );
}

#[test]
fn a_body_that_cannot_be_held_is_told() {
    let (body, library) = body_of(|_| {});
    let mut posture = library.posture(&body, "standing-relaxed", 0.0).expect("standing is a posture");
    // Leaning 40° back as a whole, feet on the floor.
    posture.state.root = DQuat::from_rotation_z(40f64.to_radians());
    let quality = loads(&body, &posture, Settings::default()).quality;
    assert!(!quality.is_feasible && quality.root_missing_n_m > 50.0, "{quality:?}");
    assert!(quality.residual.is_finite());
}

#[test]
fn a_weak_person_with_a_heavy_load_gets_an_answer_with_slack() {
    let (anatomy, library) = reference::knowledge();
    let mut person = Person::new(Sex::Female, 1.50, 45.0);
    person.age_years = Some(80.0);
    let body = Body::new(&anatomy, &person).expect("the person is in range");
    let mut posture = library.posture(&body, "standing-bent-36", 0.0).expect("the posture exists");
    posture.add_held(&body, "test", 60.0).expect("60 kg are allowed");
    let frame = loads(&body, &posture, Settings::default());
    assert!(
        frame.quality.saturated > 20 && frame.quality.slack_disc_n_m > 5.0,
        "{:?}",
        frame.quality
    );
    assert!(frame.discs.iter().all(|disc| disc.compression_n.is_finite()));
}

#[test]
fn the_ground_can_carry_who_walks_and_who_climbs() {
    /// Frames a second, as the command computes them.
    const FRAMES_PER_S: f64 = 25.0;
    let (anatomy, library) = reference::knowledge();
    let body = Body::new(&anatomy, &anatomy.reference_person()).expect("the reference man is in range");
    for id in ["walking", "stairs-up", "stairs-down", "suitcase-carry"] {
        let motion = library.motion(&body, id, 0.0).unwrap_or_else(|error| panic!("{error}"));
        let held_kg: f64 = motion.held[0].iter().map(|held| held.mass_kg).sum();
        let weight_n = (body.mass_kg() + held_kg) * GRAVITY_M_PER_S2;
        let n_frames = (motion.duration_s * FRAMES_PER_S).ceil() as u32 + 1;
        let frames = motion_loads(&body, &motion, n_frames, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        let mut pushed_n = 0.0;
        for (instant, frame) in &frames {
            assert!(frame.quality.is_feasible, "{id} at {:.2} s: {:?}", instant.t_s, frame.quality);
            pushed_n += frame.contacts_n.iter().map(|force| force.y).sum::<f64>() / frames.len() as f64;
        }
        // Over a cycle the ground carries the weight, no more and no less; frames are an even sample of it.
        let share = pushed_n / weight_n;
        assert!((0.96..1.04).contains(&share), "{id}: {share} of the weight");
    }
}

#[test]
fn hands_that_take_a_quarter_of_the_weight_leave_the_feet_the_rest() {
    for mass_kg in [55.0, 95.0] {
        let (body, library) = body_of(|person| person.mass_kg = mass_kg);
        let motion = library.motion(&body, "partial-hang", 0.0).expect("the motion exists");
        let frames = motion_loads(&body, &motion, 5, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        let (_, held) = &frames[2];
        let feet_n: f64 = held.contacts_n.iter().map(|force| force.y).sum();
        let share = feet_n / (body.mass_kg() * GRAVITY_M_PER_S2);
        assert!((share - 0.75).abs() < 0.005, "{mass_kg} kg: {share}");
        assert!(held.quality.is_feasible, "{mass_kg} kg: {:?}", held.quality);
    }
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let (body, library) = body_of(|_| {});
    let motion = library.motion(&body, "curl-up", 0.0).expect("the motion exists");
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be started");
        let frames = pool
            .install(|| motion_loads(&body, &motion, 40, Scope::WholeBody, Settings::default()))
            .expect("the settings are in range");
        frames
            .iter()
            .map(|(_, frame)| frame.discs[L4_L5].compression_n.to_bits())
            .collect::<Vec<_>>()
    };
    let one = bits(1);
    assert_eq!(one, bits(2));
    assert_eq!(one, bits(5));
    assert!(one.iter().collect::<BTreeSet<_>>().len() > 20, "the motion moves");
}

#[test]
fn the_same_bits_in_registers_of_any_width() {
    let (body, library) = body_of(|_| {});
    let motion = library.motion(&body, "lifting-20kg-squat", 0.0).expect("the motion exists");
    let frames: Vec<_> = motion.frames(30).filter(|frame| frame.phase == 0).collect();
    assert!(frames.len() > 5, "the first phase has frames");
    for scope in [Scope::Trunk, Scope::WholeBody] {
        let engine = || Engine::new(&body, scope, Settings::default(), motion.world(0)).expect("the settings are in range");
        let (mut wide, mut portable) = (engine(), engine().portable());
        for frame in &frames {
            let wide = wide.solve(&frame.state, &frame.rates).expect("the frames are finite");
            let portable = portable.solve(&frame.state, &frame.rates).expect("the frames are finite");
            assert_eq!(figures(wide), figures(portable), "{scope:?}");
        }
    }
}

/// All figures of a frame as bits.
fn figures(frame: &Frame) -> Vec<u64> {
    let muscles = [&frame.activation, &frame.force_n, &frame.fibre, &frame.length_m];
    let contacts = frame.contacts_n.iter().flat_map(|force| force.to_array());
    let discs = frame
        .discs
        .iter()
        .flat_map(|disc| [disc.compression_n, disc.shear_ap_n, disc.shear_lateral_n, disc.pressure_pa]);
    let of_muscles = muscles.into_iter().flatten().copied();
    of_muscles
        .chain(contacts)
        .chain(discs)
        .chain([frame.quality.residual])
        .map(f64::to_bits)
        .collect()
}

#[test]
fn what_is_not_a_number_is_refused() {
    let (body, library) = body_of(|_| {});
    let posture = library.posture(&body, "standing-relaxed", 0.0).expect("standing is a posture");
    let engine = |settings| Engine::new(&body, Scope::WholeBody, settings, posture.world());
    let mut state: State = posture.state.clone();
    state.q_rad[3] = f64::NAN;
    let refused = engine(Settings::default())
        .expect("the settings are in range")
        .solve(&state, &Rates::still(&body))
        .map(|_| ());
    assert_eq!(refused, Err(LoadError::NotFinite("a coordinate")));
    let brace_pa = f64::INFINITY;
    let aids = Aids {
        brace_pa,
        ..Aids::default()
    };
    assert!(matches!(
        engine(Settings {
            aids,
            ..Settings::default()
        })
        .map(|_| ()),
        Err(LoadError::Setting { field: "bracing", .. })
    ));
}
