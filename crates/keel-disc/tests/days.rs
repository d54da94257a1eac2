//! Days of many discs: they repeat, the cheap steps hold, thresholds are counted, and what cannot be is refused.

mod support;

use keel_disc::grid::GridError;
use keel_disc::metabolism::Metabolism;
use keel_disc::solutes::{DAY_S, Scheme, Steps};
use keel_disc::transport::{Kinetics, Settings, Supply, TransportError};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, Swelling, Transport};
use support::{all_active, at_rest, close, creep, ordinary_day, transport, values};

#[test]
fn days_of_all_sorts_of_discs_repeat() {
    let busy = |hour: f64| {
        if hour > 16.0 {
            0.1
        } else if (4.0..8.0).contains(&hour) || hour > 12.0 {
            0.8
        } else {
            0.3
        }
    };
    let swelling = creep(busy, 300.0);
    for (form, grade, width, height, cartilage) in [
        (Form::Published, Grade::Healthy, 0.056, 0.016, 1.0),
        (Form::Conservative, Grade::Healthy, 0.044, 0.009, 1.0),
        (Form::Published, Grade::Degenerated, 0.060, 0.007, 0.1),
        (Form::Conservative, Grade::Degenerated, 0.050, 0.011, 0.3),
    ] {
        let settings = Settings {
            endplate_diffusivity: [cartilage; 2],
            kinetics: Kinetics::Cells(Metabolism {
                activity: form.activity(),
                glucose_limit_mol_per_m3: 0.1,
            }),
            ..Settings::new(form, grade)
        };
        let shape = DiscShape::of_size(width, 0.72 * width, height);
        let mut disc = transport(&shape, Division::PREVIEW, settings);
        let periodic = disc
            .periodic(&swelling, DAY_S, Steps::default(), 2e-3, 12)
            .expect("the day is sound");
        assert!(
            periodic.repeats_to < 2e-3,
            "{form:?} {height}: {} after {} days",
            periodic.repeats_to,
            periodic.days
        );
        let start = periodic.day.end;
        let [cheap, fine] = [Steps::default(), Steps::constant(Scheme::Swept, 300.0)]
            .map(|steps| disc.day(&swelling, &start, DAY_S, steps).expect("the day is sound"));
        for (cheap, fine) in cheap.mean_extremes().into_iter().zip(fine.mean_extremes()) {
            // Half a per cent, and where next to nothing is left a two-hundredth of a unit.
            assert!(
                (cheap - fine).abs() < 0.005 * fine + 0.005,
                "{form:?} {height}: {cheap} instead of {fine}"
            );
        }
    }
}

#[test]
fn a_calcified_end_plate_on_one_side_needs_both_halves() {
    let settings = |endplate_diffusivity| Settings {
        endplate_diffusivity,
        ..all_active(Form::Published, Grade::Healthy)
    };
    let grid = |division| Grid::new(&DiscShape::default(), division).expect("the shape is sound");
    let refused = Transport::new(grid(Division::PREVIEW), settings([0.3, 1.0])).map(|_| ());
    assert_eq!(refused, Err(TransportError::NotMirrored));
    let both = Division {
        mirror_height: false,
        ..Division::PREVIEW
    };
    let [none, lower, all] = [[1.0, 1.0], [0.3, 1.0], [0.3, 0.3]].map(|endplates| {
        let mut disc = Transport::new(grid(both), settings(endplates)).expect("the settings are sound");
        let (state, extremes) = at_rest(&mut disc, 1.0);
        (
            values(&extremes),
            disc.grid().positions_m()[disc.extremes(&state).glucose_mol_per_m3.cell][2],
        )
    });
    assert!(none.0[1] > lower.0[1] && lower.0[1] > all.0[1], "{none:?} {lower:?} {all:?}");
    assert!(lower.1 < -0.0005, "glucose is least below the middle: {}", lower.1);
}

#[test]
fn thresholds_are_counted() {
    let swelling = creep(ordinary_day, 600.0);
    let mut fed = transport(&DiscShape::round(), Division::ROUND, all_active(Form::Published, Grade::Healthy));
    let (start, _) = at_rest(&mut fed, 0.95);
    let day = fed.day(&swelling, &start, DAY_S, Steps::default()).expect("the day is sound");
    assert!(day.starving_s() < 1.0 && day.acid_s() < 1.0);
    close(fed.viability_after_30_days(&start), 1.0, 1e-12, "cells alive");
    // Three tenths of the supply through the end-plates: no disc lives on that.
    let hungry = Settings {
        supply: Supply::default().through_endplates(0.3),
        ..all_active(Form::Published, Grade::Healthy)
    };
    let mut starved = transport(&DiscShape::round(), Division::ROUND, hungry);
    let (start, _) = at_rest(&mut starved, 0.95);
    let day = starved.day(&swelling, &start, DAY_S, Steps::default()).expect("the day is sound");
    close(day.starving_s(), DAY_S, 1e-9, "time with too little glucose");
    assert!(day.course.iter().all(|moment| moment.starving > 0.2 && moment.starving < 1.0));
    assert!(starved.viability_after_30_days(&start) < 0.8);
}

#[test]
fn what_cannot_be_is_refused() {
    let flat = DiscShape {
        height_posterior_m: 0.001,
        ..DiscShape::default()
    };
    assert!(matches!(Grid::new(&flat, Division::STANDARD), Err(GridError::Shape(_))));
    let outside = DiscShape {
        nucleus_back_m: 0.01,
        ..DiscShape::default()
    };
    assert!(matches!(Grid::new(&outside, Division::STANDARD), Err(GridError::Shape(_))));
    let odd = Division {
        layers: 7,
        ..Division::STANDARD
    };
    assert!(matches!(Grid::new(&DiscShape::default(), odd), Err(GridError::Division(_))));

    let mut disc = transport(&DiscShape::round(), Division::ROUND, all_active(Form::Published, Grade::Healthy));
    let start = disc.supplied();
    let mut day = |swelling: &Swelling| disc.day(swelling, &start, DAY_S, Steps::default()).map(|_| ());
    assert!(matches!(day(&Swelling::constant(0.2)), Err(TransportError::Swelling(_))));
    assert!(matches!(day(&Swelling::constant(f64::NAN)), Err(TransportError::Swelling(_))));
    let mut backwards = creep(ordinary_day, 3600.0);
    backwards.t_s.swap(3, 4);
    assert_eq!(day(&backwards), Err(TransportError::Samples));

    let whole_circle = Division {
        mirror_sides: false,
        ..Division::PREVIEW
    };
    let mut whole = transport(&DiscShape::default(), whole_circle, all_active(Form::Published, Grade::Healthy));
    let start = whole.supplied();
    let refused = whole.day(&Swelling::constant(1.0), &start, DAY_S, Steps::default()).map(|_| ());
    assert_eq!(refused, Err(TransportError::WholeCircle));
    let of_another = disc.day(&Swelling::constant(1.0), &start, DAY_S, Steps::default()).map(|_| ());
    assert!(matches!(of_another, Err(TransportError::Length { .. })));
}
