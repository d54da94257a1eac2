//! Verification: the reduced disc against the full one, on days it was not trained on.

mod support;

use keel_disc::reduced::Reduced;
use keel_disc::solutes::DAY_S;
use keel_disc::{DiscShape, Division, Form, Grade, Settings, Transport};
use support::{creep, ordinary_day, transport};

/// What a planner varies: breaks, heavy hours, rest.
fn trained_on() -> Vec<keel_disc::Swelling> {
    let heavy = |hour: f64| if hour < 8.0 { 0.7 } else { ordinary_day(hour) };
    let long_breaks = |hour: f64| {
        if (4.0..5.0).contains(&hour) || (9.0..10.5).contains(&hour) {
            0.1
        } else {
            ordinary_day(hour)
        }
    };
    let light = |hour: f64| if hour < 16.0 { 0.3 } else { 0.1 };
    vec![
        creep(ordinary_day, 600.0),
        creep(heavy, 600.0),
        creep(long_breaks, 600.0),
        creep(light, 600.0),
    ]
}

fn disc(form: Form) -> Transport {
    transport(&DiscShape::default(), Division::PREVIEW, Settings::new(form, Grade::Healthy))
}

#[test]
fn within_one_per_cent_on_other_days() {
    let evening_sport = |hour: f64| if (12.0..14.0).contains(&hour) { 0.65 } else { ordinary_day(hour) };
    let naps = |hour: f64| {
        if (3.0..3.5).contains(&hour) || (6.0..6.5).contains(&hour) || (11.0..12.0).contains(&hour) {
            0.1
        } else {
            ordinary_day(hour)
        }
    };
    let desk_then_bed = |hour: f64| {
        if hour < 10.0 {
            0.46
        } else if hour < 14.0 {
            0.55
        } else {
            0.1
        }
    };
    for form in [Form::Published, Form::Conservative] {
        let reduced = Reduced::train(&disc(form), &trained_on(), DAY_S).expect("the days are sound");
        assert!(reduced.trained_to < 0.005, "{form:?}: trained to {}", reduced.trained_to);
        for day in [creep(evening_sport, 600.0), creep(naps, 600.0), creep(desk_then_bed, 600.0)] {
            let error = reduced.error(&day, DAY_S).expect("the day is sound");
            assert!(error.largest() < 0.01, "{form:?}: {error:?}");
        }
    }
}

#[test]
fn nucleus_and_annulus_move_on_their_own() {
    let softer = |mut swelling: keel_disc::Swelling, share: f64| {
        for j in &mut swelling.annulus {
            *j = 1.0 - share * (1.0 - *j);
        }
        swelling
    };
    let naps = |hour: f64| if (6.0..7.0).contains(&hour) { 0.1 } else { ordinary_day(hour) };
    for form in [Form::Published, Form::Conservative] {
        let days: Vec<_> = trained_on()
            .into_iter()
            .zip([0.7, 0.9, 0.6, 0.8])
            .map(|(day, share)| softer(day, share))
            .collect();
        let reduced = Reduced::train(&disc(form), &days, DAY_S).expect("the days are sound");
        let error = reduced.error(&softer(creep(naps, 600.0), 0.75), DAY_S).expect("the day is sound");
        assert!(error.largest() < 0.01, "{form:?}: {error:?}");
        // The state at the start of a day survives the way to patterns and back.
        let full = reduced.full(&reduced.start());
        let again = reduced.full(&reduced.state(&full, (1.0, 1.0)).expect("it is of this grid"));
        for (a, b) in full.glucose_mol_per_m3().iter().zip(again.glucose_mol_per_m3()) {
            assert!((a - b).abs() < 1e-9, "{a} then {b}");
        }
    }
}
