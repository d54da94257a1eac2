//! What the exercises of the library must do to a body, as a physiotherapist knows them.

use std::collections::BTreeMap;

use keel_body::{Person, Sex, Side};
use keel_knowledge::{Aim, DoseLevel, Shown};
use keel_loads::MuscleCourse;
use keel_therapy::{Bodies, Card, Cards, Dose, STAND_IN_MARGIN, disagreements};

use crate::people::{CARDS, KNOWLEDGE};

fn card(id: &str) -> &'static Card {
    match CARDS.get(id) {
        Some(Ok(card)) => card,
        other => panic!("{id}: {other:?}"),
    }
}

/// Largest compression of L4-L5 or L5-S1 over that of standing.
fn lowest_two(id: &str) -> f64 {
    card(id).load.discs[..2]
        .iter()
        .map(|disc| disc.of_standing.peak)
        .fold(0.0, f64::max)
}

fn muscle(id: &str, group: &str, side: Side) -> &'static MuscleCourse {
    let found = card(id)
        .load
        .muscles
        .iter()
        .find(|one| CARDS.groups[one.group] == group && one.side == side);
    found.unwrap_or_else(|| panic!("{group} is not on the card"))
}

#[test]
fn every_exercise_has_a_card_or_says_why_not() {
    for exercise in KNOWLEDGE.usable_exercises() {
        match (exercise.shown(), CARDS.get(&exercise.id)) {
            (Some(Shown::NotComputed(_)), None) => assert_eq!(exercise.aim, Aim::Aquatic, "{}: only water is not computed", exercise.id),
            (Some(_), Some(Ok(card))) => {
                assert!(card.load.is_feasible, "{}", exercise.id);
                assert!(
                    card.load.discs.iter().all(|disc| disc.compression_n.peak.is_finite()),
                    "{}",
                    exercise.id
                );
            }
            (shown, card) => panic!("{}: {shown:?} {card:?}", exercise.id),
        }
    }
}

#[test]
fn rest_unloads_and_effort_loads() {
    for id in ["UN01", "UN02", "UN03", "UN04"] {
        assert!(lowest_two(id) < 0.5, "{id}: {}", lowest_two(id));
    }
    for (easier, harder) in [
        ("DS10", "DS11"),
        ("DS15", "DS16"),
        ("ST02", "ST03"),
        ("ST07", "ST11"),
        ("DS17", "DS18"),
        ("UN02", "DS09"),
    ] {
        assert!(lowest_two(easier) < lowest_two(harder), "{easier} {harder}");
    }
}

#[test]
fn muscles_work_where_the_exercise_is_for_them() {
    let peak = |id, group, side| muscle(id, group, side).activation.peak;
    let both = [Side::Right, Side::Left];
    // Sides take turns in these, so that both sides of the card have worked.
    for side in both {
        assert!(peak("DS16", "quadratus_lumborum", side) > 0.3 && peak("DS16", "external_oblique", side) > 0.2);
        assert!(peak("ST05", "gluteus_medius", side) > 0.2);
        assert!(peak("ST02", "gluteus_maximus", side) > 2.0 * peak("UN02", "gluteus_maximus", side));
        assert!(peak("ST18", "quadriceps", side) > 0.2);
        assert!(
            muscle("RX05", "piriformis", side).longest_of_standing > 1.02,
            "figure 4 lengthens the piriformis"
        );
        assert!(muscle("RX07", "hamstrings", side).longest_of_standing > 1.05);
        assert!(muscle("RX12", "calf", side).longest_of_standing > 1.01);
    }
}

#[test]
fn claims_agree_with_loads_or_say_why_not() {
    let open: Vec<String> = disagreements(&KNOWLEDGE, &CARDS)
        .into_iter()
        .filter(|one| !one.is_kept)
        .map(|one| format!("{} {one}", one.exercise))
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn a_taller_heavier_person_bears_more() {
    let bodies = Bodies::read(&KNOWLEDGE).unwrap_or_else(|error| panic!("{error}"));
    let cards = |height_m, mass_kg| {
        let person = Person::new(Sex::Male, height_m, mass_kg);
        Cards::new(&KNOWLEDGE, &bodies, Ok(person)).unwrap_or_else(|error| panic!("{error}"))
    };
    let (small, large) = (cards(1.65, 60.0), cards(1.85, 95.0));
    let mut shares: BTreeMap<&str, f64> = BTreeMap::new();
    for exercise in KNOWLEDGE.usable_exercises() {
        let (Some(Ok(of_small)), Some(Ok(of_large))) = (small.get(&exercise.id), large.get(&exercise.id)) else {
            assert!(
                matches!(exercise.shown(), Some(Shown::NotComputed(_))),
                "{} has no card",
                exercise.id
            );
            continue;
        };
        let peak_n = |card: &Card| card.load.discs[1].compression_n.peak;
        // At rest discs bear next to nothing, whoever lies there; and a strap that pulls with one force carries a light leg more than a heavy one.
        if peak_n(of_small) > 0.7 * small.standing_n[1] {
            shares.insert(&exercise.id, peak_n(of_large) / peak_n(of_small));
        }
    }
    assert!(shares.len() > 50, "most exercises load the discs");
    let lighter: Vec<_> = shares.iter().filter(|(_, share)| **share <= 1.0).collect();
    assert!(lighter.is_empty(), "{lighter:?}");
}

#[test]
fn a_dose_adds_up() {
    let exercise = &KNOWLEDGE.exercises["DS11"];
    let low = Dose::of(exercise, DoseLevel::Low);
    let double = Dose {
        sets: 2 * low.sets,
        ..low.clone()
    };
    let longer = Dose {
        hold_s: low.hold_s + 5,
        ..low.clone()
    };
    let of = |dose: &Dose| card("DS11").sums(dose).day_load().compression_min;
    assert!((of(&double) - 2.0 * of(&low)).abs() < 1e-9);
    assert!(of(&longer) > of(&low));
    let rest = card("UN01")
        .sums(&Dose::of(&KNOWLEDGE.exercises["UN01"], DoseLevel::Low))
        .day_load();
    assert!(rest.compression_min < 0.01, "rest costs nothing: {rest:?}");
}

#[test]
fn whom_a_motion_does_not_fit_keeps_the_exercise_with_a_margin() {
    let bodies = Bodies::read(&KNOWLEDGE).unwrap_or_else(|error| panic!("{error}"));
    let person = Person::new(Sex::Male, 2.05, 160.0);
    let cards = Cards::new(&KNOWLEDGE, &bodies, Ok(person)).unwrap_or_else(|error| panic!("{error}"));
    let mut n_stand_ins = 0;
    for exercise in KNOWLEDGE.usable_exercises() {
        let Some(found) = cards.get(&exercise.id) else { continue };
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", exercise.id));
        if !found.is_own {
            n_stand_ins += 1;
            let reference = card(&exercise.id).peak().1;
            assert!((found.peak().1 - STAND_IN_MARGIN * reference).abs() < 1e-9, "{}", exercise.id);
        }
    }
    assert!(
        (1..40).contains(&n_stand_ins),
        "{n_stand_ins} exercises of the longest, heaviest person"
    );
}

#[test]
fn a_dose_counts_all_of_its_time() {
    let mut short = Vec::new();
    for exercise in KNOWLEDGE.usable_exercises() {
        let Some(Ok(card)) = CARDS.get(&exercise.id) else { continue };
        for level in [DoseLevel::Low, DoseLevel::Middle] {
            let dose = Dose::of(exercise, level);
            let sides = if dose.per_side { 2.0 } else { 1.0 };
            let held_s = sides * f64::from(dose.sets * dose.reps * dose.hold_s);
            let all_s = held_s + sides * f64::from(dose.sets * dose.reps * dose.move_s);
            let counted_s = card.sums(&dose).seconds;
            // Holds in full; of the movement at least half, for a motion leaves out how one gets into position.
            if counted_s < held_s - 1e-6 || counted_s < 0.5 * all_s || counted_s <= 0.0 {
                short.push(format!("{}: {counted_s:.1} s of {all_s:.1} s", exercise.id));
            }
        }
    }
    assert!(short.is_empty(), "{}", short.join("\n"));
}
