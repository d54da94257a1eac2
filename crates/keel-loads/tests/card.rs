//! Verification of load cards: what is known beforehand of postures and motions must stand on them.

use glam::DVec3;
use keel_body::{Body, HeldMass, Person, Rates, Sex, Side, Tensed, World};
use keel_loads::{Course, Engine, Instant, Layout, LoadCard, MuscleCourse, Scope, Settings, motion_loads, posture_loads};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

struct Case {
    body: Body,
    card: LoadCard,
}

impl Case {
    fn of(side: &MuscleCourse, group: &str, body: &Body) -> bool {
        body.groups[side.group] == group
    }

    fn muscle(&self, group: &str, side: Side) -> &MuscleCourse {
        let found = self
            .card
            .muscles
            .iter()
            .find(|one| one.side == side && Self::of(one, group, &self.body));
        found.unwrap_or_else(|| panic!("{group} is not on the card"))
    }
}

fn check(id: &str, hold_s: f64) -> Case {
    let (anatomy, library) = reference::knowledge();
    let body = Body::new(&anatomy, &Person::new(Sex::Male, 1.74, 70.0)).expect("the person is in range");
    let standing = library.posture(&body, "standing-relaxed", 0.0).expect("the posture exists");
    let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default()).expect("the settings are in range");
    let card = if let Ok(posture) = library.posture(&body, id, 0.0) {
        let frame = posture_loads(&body, &posture, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        let instant = Instant {
            t_s: 0.0,
            state: &posture.state,
            frame: &frame,
        };
        LoadCard::new(&body, &standing, &[instant], hold_s)
    } else {
        let motion = library.motion(&body, id, 0.0).expect("the motion exists");
        let n = (25.0 * motion.duration_s) as u32;
        let frames = motion_loads(&body, &motion, n, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        let instants: Vec<Instant<'_>> = frames
            .iter()
            .map(|(at, frame)| Instant {
                t_s: at.t_s,
                state: &at.state,
                frame,
            })
            .collect();
        LoadCard::new(&body, &standing, &instants, hold_s)
    };
    Case {
        card: card.expect("there are instants"),
        body,
    }
}

#[test]
fn own_standing_is_the_measure() {
    let Case { card, .. } = check("standing-relaxed", 20.0);
    let is = |value: f64, known: f64| (value - known).abs() < 1e-9;
    assert!(is(card.duration_s, 20.0));
    for disc in &card.discs {
        assert!(is(disc.of_standing.peak, 1.0) && is(disc.of_standing.mean, 1.0));
        assert!(disc.pressure_band_pa.0 < disc.pressure_pa.peak && disc.pressure_pa.peak < disc.pressure_band_pa.1);
    }
    assert!(card.muscles.iter().all(|one| is(one.longest_of_standing, 1.0)));
    assert!(
        card.muscles
            .iter()
            .all(|one| is(one.held_longest_s, 20.0) && is(one.shortening_j, 0.0))
    );
    assert!(card.nerve_tension.iter().all(|one| *one < 1e-3), "{:?}", card.nerve_tension);
    let lumbar = card.lumbar;
    assert!(
        lumbar.flexion < 1e-3 && lumbar.extension < 1e-3 && lumbar.side_bend_left < 1e-3,
        "{lumbar:?}"
    );
}

#[test]
fn bending_down_uses_the_range_and_lengthens_the_back_of_the_body() {
    let case = check("standing-bent-max", 10.0);
    let lumbar = case.card.lumbar;
    assert!((0.8..1.4).contains(&lumbar.flexion) && lumbar.extension.abs() < 1e-9, "{lumbar:?}");
    for group in ["multifidus", "erector_spinae_lumbar", "hamstrings"] {
        assert!(case.muscle(group, Side::Right).longest_of_standing > 1.02, "{group}");
    }
    assert!(case.muscle("iliacus", Side::Right).longest_of_standing < 1.0);
    assert!(case.card.discs.iter().all(|disc| disc.of_standing.peak > 1.5));
}

#[test]
fn a_bridge_is_the_same_on_both_sides_and_trains_the_buttocks() {
    let case = check("bridge", 0.0);
    for group in &case.body.groups {
        let sides = case.card.muscles.iter().filter(|one| Case::of(one, group, &case.body));
        let peaks: Vec<f64> = sides.map(|one| one.activation.peak).collect();
        assert!(peaks.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-6), "{group}: {peaks:?}");
    }
    let (buttock, thigh) = (case.muscle("gluteus_maximus", Side::Left), case.muscle("quadriceps", Side::Left));
    assert!(buttock.activation.peak > 2.0 * thigh.activation.peak);
    assert!(buttock.shortening_j > 1.0 && buttock.lengthening_j > 1.0, "{buttock:?}");
    assert!(buttock.activation.mean < buttock.activation.peak);
}

#[test]
fn seconds_above_a_level_fall_with_the_level() {
    let case = check("curl-up", 0.0);
    for one in &case.card.muscles {
        let [low, middle, high] = one.seconds_above;
        assert!(low >= middle && middle >= high && low <= case.card.duration_s + 1e-9);
    }
    assert!(case.muscle("rectus_abdominis", Side::Right).seconds_above[0] > 0.5);
}

#[test]
fn a_straight_leg_draws_on_the_nerve_and_a_bent_one_hardly() {
    let (straight, bent) = (check("straight-leg-raise", 0.0).card, check("bent-leg-raise", 0.0).card);
    for side in 0..2 {
        assert!(straight.nerve_tension[side] > 2.0 * bent.nerve_tension[side]);
        assert!(straight.nerve_tension[side] <= 1.0);
    }
}

#[test]
fn without_an_instant_there_is_no_card() {
    let (anatomy, _) = reference::knowledge();
    let body = reference::man(&anatomy);
    let mut engine = Engine::new(&body, Scope::Trunk, Settings::default(), World::default()).expect("the settings are allowed");
    let state = keel_body::State::standing(&body);
    let standing = engine.solve(&state, &Rates::still(&body)).expect("the state is finite").clone();
    assert!(LoadCard::new(&body, &standing, &[], 1.0).is_none());
}

#[test]
fn a_mirrored_person_gets_the_mirrored_card() {
    let (anatomy, library) = reference::knowledge();
    let mut person = Person::new(Sex::Male, 1.74, 70.0);
    person.strength.insert(("quadratus_lumborum".to_owned(), Side::Right), 0.6);
    person.tone.insert(("erector_spinae_lumbar".to_owned(), Side::Left), 0.05);
    let card = |person: &Person| {
        let body = Body::new(&anatomy, person).expect("the person is in range");
        let standing = library.posture(&body, "standing-relaxed", 0.0).expect("the posture exists");
        let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        let motion = library.motion(&body, "cat-camel", 0.0).expect("the motion exists");
        let layout = Layout::new(&body, Scope::WholeBody);
        let course = Course::new(&layout, &motion, Settings::default()).expect("the settings are in range");
        course.card(&body, &standing, 0.0).expect("a motion has instants")
    };
    let (own, mirrored) = (card(&person), card(&person.mirrored()).mirrored());
    for (a, b) in own.discs.iter().zip(&mirrored.discs) {
        assert!((a.compression_n.peak - b.compression_n.peak).abs() < 0.5, "{a:?} {b:?}");
    }
    for (a, b) in own.muscles.iter().zip(&mirrored.muscles) {
        assert_eq!((a.group, a.side), (b.group, b.side));
        assert!((a.activation.peak - b.activation.peak).abs() < 2e-3, "{a:?} {b:?}");
    }
    // The weakness shows: without it the two sides of this motion are alike.
    let side = |side| {
        own.muscles
            .iter()
            .filter(move |one| one.side == side)
            .map(|one| one.activation.peak)
    };
    assert!(
        side(Side::Right)
            .zip(side(Side::Left))
            .any(|(right, left)| (right - left).abs() > 5e-3)
    );
}

#[test]
fn a_hold_lasts_as_long_as_it_is_told() {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let standing = library.posture(&body, "standing-relaxed", 0.0).expect("the posture exists");
    let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default()).expect("the settings are in range");
    let motion = library.motion(&body, "bird-dog", 0.0).expect("the motion exists");
    let layout = Layout::new(&body, Scope::WholeBody);
    let course = Course::new(&layout, &motion, Settings::default()).expect("the settings are in range");
    assert!(course.has_hold());
    let card = |hold_s| course.card(&body, &standing, hold_s).expect("a motion has instants");
    let (short, long) = (card(2.0), card(10.0));
    assert!((long.duration_s - short.duration_s - 8.0).abs() < 1e-9);
    for (short, long) in short.discs.iter().zip(&long.discs) {
        assert!(
            (short.of_standing.peak - long.of_standing.peak).abs() < 1e-12,
            "a hold adds no peak"
        );
        assert!(
            long.above_standing_s > short.above_standing_s + 4.0,
            "it adds its seconds: {short:?} {long:?}"
        );
    }
}

#[test]
fn what_is_tensed_on_purpose_works_and_a_pull_is_answered() {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let posture = library.posture(&body, "standing-relaxed", 0.0).expect("the posture exists");
    let group = body
        .groups
        .iter()
        .position(|id| id == "gluteus_maximus")
        .expect("the body has buttocks");
    let tensed = [Tensed {
        group,
        side: Some(Side::Right),
        activation: 0.3,
    }];
    let frame = |world: World<'_>| {
        let mut engine = Engine::new(&body, Scope::WholeBody, Settings::default(), world).expect("the settings are allowed");
        engine
            .solve(&posture.state, &Rates::still(&body))
            .expect("the state is finite")
            .clone()
    };
    let plain = posture.world();
    let squeezed = frame(World { tensed: &tensed, ..plain });
    for (f, fascicle) in body.fascicles.iter().enumerate().filter(|(_, fascicle)| fascicle.group == group) {
        let is_right = fascicle.side == Side::Right;
        assert!(
            squeezed.activation[f] >= if is_right { 0.3 - 1e-9 } else { 0.0 },
            "{f}: {}",
            squeezed.activation[f]
        );
    }
    assert!(squeezed.discs[0].compression_n > frame(plain).discs[0].compression_n);

    // A pull forward at the chest bends the trunk forward: the back answers, and the feet push back.
    let chest = &body.contacts[body.contact("chest_r").expect("the body has a chest")];
    let pull = HeldMass {
        segment: chest.segment,
        at_m: chest.at_m,
        mass_kg: 0.0,
        pull_n: DVec3::new(20.0, 0.0, 0.0),
    };
    let pulled = frame(World { held: &[pull], ..plain });
    let pushed_n: DVec3 = pulled.contacts_n.iter().sum();
    assert!((pushed_n.x + 20.0).abs() < 0.1, "the ground takes the pull: {pushed_n}");
    assert!(pulled.discs[1].compression_n > frame(plain).discs[1].compression_n + 50.0);
}

#[test]
fn few_instants_find_the_peaks_of_many() {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let standing = library.posture(&body, "standing-relaxed", 0.0).expect("the posture exists");
    let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default()).expect("the settings are in range");
    let layout = Layout::new(&body, Scope::WholeBody);
    for id in ["bird-dog", "sit-to-stand", "dead-bug", "side-bridge-lift", "step-up"] {
        let motion = library.motion(&body, id, 0.0).expect("the motion exists");
        let course = Course::new(&layout, &motion, Settings::default()).expect("the settings are in range");
        let card = course.card(&body, &standing, 3.0).expect("a motion has instants");
        let n = (25.0 * motion.duration_s) as u32;
        let many = motion_loads(&body, &motion, n, Scope::WholeBody, Settings::default()).expect("the settings are in range");
        for (index, disc) in card.discs.iter().enumerate() {
            let peak_n = many.iter().map(|(_, frame)| frame.discs[index].compression_n).fold(0.0, f64::max);
            let found_n = disc.compression_n.peak;
            assert!(
                (found_n / peak_n - 1.0).abs() < 0.03,
                "{id}, {}: {found_n} of {peak_n} N",
                body.discs[index].id
            );
        }
    }
}
