//! What several tests need: ready discs and a day of creep.

#![allow(dead_code, reason = "each test uses a part")]

use keel_disc::metabolism::Metabolism;
use keel_disc::solutes::{DAY_S, Extremes};
use keel_disc::transport::{Kinetics, Settings};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, State, Swelling, Transport};

/// Settings with every cell active.
pub(crate) fn all_active(form: Form, grade: Grade) -> Settings {
    Settings {
        kinetics: Kinetics::Cells(Metabolism::default()),
        ..Settings::new(form, grade)
    }
}

pub(crate) fn transport(shape: &DiscShape, division: Division, settings: Settings) -> Transport {
    let grid = Grid::new(shape, division).expect("the shape is sound");
    Transport::new(grid, settings).expect("the settings are sound")
}

/// The state at rest and its extremes.
pub(crate) fn at_rest(transport: &mut Transport, j: f64) -> (State, Extremes) {
    let guess = transport.supplied();
    let (state, outcome) = transport.steady(j, j, guess).expect("J is sound");
    assert!(outcome.converged, "{outcome:?}");
    let extremes = transport.extremes(&state);
    (state, extremes)
}

/// Least oxygen, least glucose, most lactate.
pub(crate) fn values(extremes: &Extremes) -> [f64; 3] {
    [
        extremes.oxygen_kpa.value,
        extremes.glucose_mol_per_m3.value,
        extremes.lactate_mol_per_m3.value,
    ]
}

pub(crate) fn close(value: f64, expected: f64, relative: f64, what: &str) {
    assert!((value / expected - 1.0).abs() <= relative, "{what}: {value} instead of {expected}");
}

/// The fifth day of creep in two branches: 53 % of the strain with 0.6 h down and 4.1 h up, 47 % with 6 h; 0.115 at 0.5 against 0.1 MPa.
/// They give the loss of stature that Tyrrell and others (1985) measured.
pub(crate) fn creep(pressure_mpa: impl Fn(f64) -> f64, step_s: f64) -> Swelling {
    let (mut fast, mut slow) = (0.0f64, 0.0f64);
    let mut swelling = Swelling {
        t_s: vec![],
        nucleus: vec![],
        annulus: vec![],
    };
    let a_day = (DAY_S / step_s) as usize;
    for i in 0..=5 * a_day {
        let t = i as f64 * step_s;
        if i >= 4 * a_day {
            swelling.t_s.push(t - 4.0 * DAY_S);
            swelling.nucleus.push(1.0 - fast - slow);
            swelling.annulus.push(1.0 - fast - slow);
        }
        let strain = 0.115 * (pressure_mpa(t / 3600.0 % 24.0) - 0.1) / 0.4;
        let relax = |value: f64, goal: f64, hours: f64| goal + (value - goal) * (-step_s / 3600.0 / hours).exp();
        fast = relax(fast, 0.53 * strain, if 0.53 * strain > fast { 0.6 } else { 4.1 });
        slow = relax(slow, 0.47 * strain, 6.0);
    }
    swelling
}

/// 16 h at 0.5 MPa, 8 h at 0.1.
pub(crate) fn ordinary_day(hour: f64) -> f64 {
    if hour < 16.0 { 0.5 } else { 0.1 }
}
