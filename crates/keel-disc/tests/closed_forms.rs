//! Verification: slabs and cylinders whose solution is a formula.

mod support;

use keel_disc::grid::Part;
use keel_disc::solutes::{DAY_S, Scheme, Steps};
use keel_disc::transport::{Concentrations, Kinetics, Settings, Supply};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, State, Swelling, Transport};
use support::close;

const GLUCOSE: usize = 2;

fn everywhere(oxygen_kpa: f64, glucose: f64) -> Supply {
    let c = Concentrations {
        oxygen_kpa,
        lactate_mol_per_m3: 0.0,
        glucose_mol_per_m3: glucose,
    };
    Supply {
        below: c,
        above: c,
        rim: c,
    }
}

fn linear(constant: [[f64; 4]; 3], first_order: [f64; 3], supply: Supply) -> Settings {
    Settings {
        kinetics: Kinetics::Linear { constant, first_order },
        supply,
        ..Settings::new(Form::Published, Grade::Healthy)
    }
}

/// Half a slab, closed in the middle.
fn slab(edges_m: &[f64], part: impl Fn(usize, usize) -> Part) -> Grid {
    Grid::stack(&[0.0, 0.01], edges_m, part, [false, true], false)
}

fn even(count: usize, to: f64) -> Vec<f64> {
    (0..=count).map(|i| to * i as f64 / count as f64).collect()
}

fn solve(grid: Grid, settings: Settings) -> (Transport, State) {
    let mut transport = Transport::new(grid, settings).expect("the settings are sound");
    let (state, _) = support::at_rest(&mut transport, 1.0);
    (transport, state)
}

fn middle(transport: &Transport, field: &[f64]) -> f64 {
    transport.middle_plane(field)[0]
}

#[test]
fn slab_with_endplate_and_constant_uptake() {
    let (n, cartilage) = (400, 40);
    let mut edges = even(n, 0.006_35);
    edges.extend((1..=cartilage).map(|i| 0.006_35 + 0.000_65 * f64::from(i) / f64::from(cartilage)));
    let grid = slab(&edges, |k, _| if k < n { Part::Nucleus } else { Part::UpperEndplate });
    let mut constant = [[0.0; 4]; 3];
    constant[GLUCOSE] = [-4e-5, 0.0, 0.0, -1.5e-4];
    let (transport, state) = solve(grid, linear(constant, [0.0; 3], everywhere(5.0, 4.0)));
    close(
        middle(&transport, state.glucose_mol_per_m3()),
        1.135_61,
        1e-5,
        "glucose in the middle",
    );
}

#[test]
fn slab_with_uptake_of_first_order() {
    let grid = slab(&even(400, 0.007), |_, _| Part::Nucleus);
    let (transport, state) = solve(grid, linear([[0.0; 4]; 3], [1.1e-4, 0.0, 0.0], everywhere(5.0, 4.0)));
    close(
        middle(&transport, state.oxygen_kpa()) / 5.0,
        0.263_100,
        5e-6,
        "oxygen in the middle",
    );
}

#[test]
fn cylinders() {
    let rings = even(600, 0.013_24);
    let round = || Grid::stack(&rings, &[0.0, 0.01], |_, _| Part::Nucleus, [false; 2], true);
    // Value on the axis by a parabola through the first two rings.
    let axis = |field: &[f64]| (9.0 * field[0] - field[1]) / 8.0;
    let mut constant = [[0.0; 4]; 3];
    constant[GLUCOSE] = [-4e-5; 4];
    let (_, state) = solve(round(), linear(constant, [0.0; 3], everywhere(5.0, 10.0)));
    close(10.0 - axis(state.glucose_mol_per_m3()), 4.302_76, 2e-5, "drop of glucose");
    let (_, state) = solve(round(), linear([[0.0; 4]; 3], [1.1e-4, 0.0, 0.0], everywhere(1.0, 4.0)));
    close(axis(state.oxygen_kpa()), 0.104_816, 2e-5, "oxygen on the axis");
}

#[test]
fn step_response_of_a_slab() {
    let grid = slab(&even(200, 0.007), |_, _| Part::Nucleus);
    let mut transport = Transport::new(grid, linear([[0.0; 4]; 3], [0.0; 3], everywhere(1.0, 1.0))).expect("the settings are sound");
    let empty = everywhere(0.0, 0.0).rim;
    let start = State::uniform(200, empty);
    let steps = Steps::constant(Scheme::Swept, 20.0);
    let day = transport
        .day(&Swelling::constant(1.0), &start, 6.0 * 3600.0, steps)
        .expect("the day is sound");
    close(
        middle(&transport, day.end.glucose_mol_per_m3()),
        0.190_408,
        5e-5,
        "glucose after 6 h",
    );
}

#[test]
fn depth_at_which_glucose_runs_out() {
    // √(2 D c / Q) = 8.53 mm for 4 mol/m³ and 4.48e-5 mol/(m³ s): a slab of that half thickness is just empty in the middle.
    let depth = (2.0 * 4.074_07e-10 * 4.0 / 4.48e-5f64).sqrt();
    close(depth, 0.008_53, 1e-3, "depth");
    let mut constant = [[0.0; 4]; 3];
    constant[GLUCOSE] = [-4.48e-5; 4];
    let grid = slab(&even(400, depth), |_, _| Part::Nucleus);
    let (transport, state) = solve(grid, linear(constant, [0.0; 3], everywhere(5.0, 4.0)));
    let left = middle(&transport, state.glucose_mol_per_m3());
    assert!(left.abs() < 1e-4, "{left}");
}

#[test]
fn equal_concentrations_stay_equal_however_the_disc_moves() {
    let mut swelling = support::creep(support::ordinary_day, 600.0);
    // The annulus loses less than the nucleus.
    for j in &mut swelling.annulus {
        *j = 1.0 - 0.7 * (1.0 - *j);
    }
    for (shape, division) in [(DiscShape::round(), Division::ROUND), (DiscShape::default(), Division::PREVIEW)] {
        for scheme in [Scheme::Swept, Scheme::Solved { second_order: false }] {
            let settings = Settings {
                form: Form::Conservative,
                ..linear([[0.0; 4]; 3], [0.0; 3], everywhere(3.0, 3.0))
            };
            let mut transport = support::transport(&shape, division, settings);
            let start = State::uniform(transport.grid().n_cells(), everywhere(3.0, 3.0).rim);
            let steps = Steps::constant(scheme, 1800.0);
            let day = transport.day(&swelling, &start, DAY_S, steps).expect("the day is sound");
            for field in [day.end.oxygen_kpa(), day.end.glucose_mol_per_m3()] {
                let off = field.iter().fold(0.0f64, |worst, c| worst.max((c - 3.0).abs()));
                assert!(off < 1e-12, "{off:e} after a day");
            }
        }
    }
}
