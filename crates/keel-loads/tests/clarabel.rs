//! Verification: the dual Newton method against an interior-point method, on problems as bodies in postures make them.

use keel_body::Rates;
use keel_loads::{Engine, Scope, Settings};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

mod interior_point;

use interior_point::InteriorPoint;
use reference::Random;

/// Agreement in activation that the specification asks for.
const TOLERANCE: f64 = 1e-5;

/// Gap of the interior-point method: an activation is off by about its square root; below this its own rounding shows.
const TOLERANCE_REFEREE: f64 = 1e-11;

/// States of relaxed standing with every joint turned at random by up to this share of its range.
const N_STATES: usize = 20;

fn check(scope: Scope, share: f64) {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let standing = library.posture(&body, "standing-relaxed", 0.0).expect("standing is a posture");
    let mut engine = Engine::new(&body, scope, Settings::default(), standing.world()).expect("the settings are in range");
    let mut random = Random(2);
    let mut referee = None;
    for nth in 0..N_STATES {
        let mut state = standing.state.clone();
        for (q, turn) in state.q_rad.iter_mut().zip(random.state(&body, share).q_rad) {
            *q += turn;
        }
        let activation = engine
            .solve(&state, &Rates::still(&body))
            .expect("the state is finite")
            .activation
            .clone();
        let x = referee
            .get_or_insert_with(|| InteriorPoint::new(engine.problem(), TOLERANCE_REFEREE))
            .solve(engine.problem());
        for (f, fascicle) in body.fascicles.iter().enumerate() {
            if let Some(column) = engine.column_of(f) {
                let difference = (activation[f] - x[column]).abs();
                assert!(
                    difference <= TOLERANCE,
                    "{}: {} and {} in state {nth} of {scope:?}",
                    fascicle.id,
                    activation[f],
                    x[column]
                );
            }
        }
    }
}

#[test]
fn trunk_agrees_with_an_interior_point_method() {
    check(Scope::Trunk, 0.8);
}

#[test]
fn whole_body_agrees_with_an_interior_point_method() {
    check(Scope::WholeBody, 0.05);
}
