//! Verification: orders in space and time, the cheap steps against the solved ones, the mirrored grid against the whole.

mod support;

use std::f64::consts::PI;

use keel_disc::grid::Part;
use keel_disc::metabolism::{OXYGEN_SOLUBILITY_MOL_PER_M3_KPA, lactate_release, oxygen_uptake, ph};
use keel_disc::solutes::{DAY_S, Scheme, Steps, days};
use keel_disc::tissue::{Region, Tissue};
use keel_disc::transport::{Concentrations, DIFFUSIVITY_IN_WATER_M2_PER_S, Settings, Supply};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, State, Transport};
use support::{all_active, at_rest, close, creep, ordinary_day, transport, values};

/// Made-up concentrations: this outside, this much more or less in the middle.
const OUTSIDE: [f64; 3] = [5.0, 1.0, 4.0];
const INSIDE: [f64; 3] = [-3.0, 2.5, -2.0];

fn uniform_tissue() -> Settings {
    let outside = Concentrations {
        oxygen_kpa: OUTSIDE[0],
        lactate_mol_per_m3: OUTSIDE[1],
        glucose_mol_per_m3: OUTSIDE[2],
    };
    Settings {
        tissues: [Tissue::of(Region::Nucleus, Grade::Healthy); 3],
        supply: Supply {
            below: outside,
            above: outside,
            rim: outside,
        },
        ..all_active(Form::Published, Grade::Healthy)
    }
}

/// Error in the mean square when the shape `bump(x, y, z)` of the concentrations is forced, with the cells' own reaction kept.
fn error_of(grid: Grid, bump: impl Fn([f64; 3]) -> f64) -> f64 {
    let settings = uniform_tissue();
    let tissue = settings.tissues[0];
    let share = tissue.porosity / (2.0 - tissue.porosity);
    let step = 2e-5;
    let (positions, volumes) = (grid.positions_m().to_vec(), grid.volume_m3().to_vec());
    let exact: Vec<[f64; 3]> = positions
        .iter()
        .map(|p| std::array::from_fn(|s| OUTSIDE[s] + INSIDE[s] * bump(*p)))
        .collect();
    let mut rates = [vec![], vec![], vec![]];
    for ((p, c), volume) in positions.iter().zip(&exact).zip(&volumes) {
        let mut laplacian = -6.0 * bump(*p);
        for axis in 0..3 {
            for side in [-step, step] {
                let mut q = *p;
                q[axis] += side;
                laplacian += bump(q);
            }
        }
        laplacian /= step * step;
        let cells = tissue.cells_per_m3 * 1e-15 / 3600.0;
        let ph = ph(c[1]);
        let release = cells * lactate_release(ph, c[0]);
        let uptake = cells * tissue.porosity / OXYGEN_SOLUBILITY_MOL_PER_M3_KPA * oxygen_uptake(ph, c[0]);
        for (solute, reaction) in [-uptake, release, -0.5 * release].into_iter().enumerate() {
            let d = DIFFUSIVITY_IN_WATER_M2_PER_S[solute] * share * share;
            rates[solute].push(volume * (-d * INSIDE[solute] * laplacian - reaction));
        }
    }
    let mut disc = Transport::new(grid, settings).expect("the settings are sound");
    disc.give(rates).expect("a rate for each cell");
    let (state, _) = at_rest(&mut disc, 1.0);
    let (mut square, mut whole) = (0.0, 0.0);
    for (cell, volume) in volumes.iter().enumerate() {
        let found = [
            state.oxygen_kpa()[cell],
            state.lactate_mol_per_m3()[cell],
            state.glucose_mol_per_m3()[cell],
        ];
        for solute in 0..3 {
            let off = (found[solute] - exact[cell][solute]) / INSIDE[solute];
            square += volume * off * off;
        }
        whole += volume;
    }
    (square / whole).sqrt()
}

#[test]
fn second_order_in_space_on_a_cylinder() {
    let (radius, height) = (0.0207, 0.007);
    let bump = |p: [f64; 3]| {
        let r2 = p[0] * p[0] + p[1] * p[1];
        (0.5 * PI * r2 / (radius * radius)).cos() * (0.5 * PI * p[2] / height).cos()
    };
    let error = |n: usize| {
        let rings: Vec<f64> = (0..=3 * n).map(|i| radius * i as f64 / (3 * n) as f64).collect();
        let layers: Vec<f64> = (0..=n).map(|i| height * i as f64 / n as f64).collect();
        error_of(Grid::stack(&rings, &layers, |_, _| Part::Nucleus, [false, true], true), bump)
    };
    let errors = [error(8), error(16), error(32)];
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!(order > 1.9, "order {order}, errors {errors:?}");
    }
}

/// An oval disc with a wedge and sloping end-plates.
fn oval() -> DiscShape {
    DiscShape {
        fullness: PI / 4.0,
        ..DiscShape::default()
    }
}

#[test]
fn second_order_in_space_on_the_mapped_disc() {
    let shape = oval();
    let bump = |p: [f64; 3]| {
        let (xi, eta) = (2.0 * p[0] / shape.width_m, 2.0 * p[1] / shape.depth_m);
        let (tilt, arch, fall) = (
            0.5 * (shape.height_anterior_m - shape.height_posterior_m),
            0.5 * (shape.height_anterior_m + shape.height_posterior_m) - shape.height_centre_m,
            shape.height_lateral_m - shape.height_centre_m,
        );
        let height = shape.height_centre_m + tilt * eta + arch * eta * eta + fall * xi * xi;
        // Zero and level at the end-plates, for where they are open and where they are closed.
        let up = (PI * p[2] / height).cos();
        (0.5 * PI * (xi * xi + eta * eta)).cos() * up * up
    };
    let error = |times: usize| {
        let division = Division {
            rings: [4, 2, 2],
            sectors: 16,
            layers: 8,
            endplate_layers: 1,
            mirror_sides: true,
            mirror_height: true,
        };
        error_of(Grid::new(&shape, division.finer(times)).expect("the shape is sound"), bump)
    };
    let errors = [error(1), error(2), error(4)];
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!(order > 1.9, "order {order}, errors {errors:?}");
    }
}

#[test]
fn three_grids_close_in() {
    let mut found = vec![];
    for times in [1, 2, 4] {
        let coarse = Division {
            rings: [6, 8, 6],
            layers: 20,
            endplate_layers: 3,
            ..Division::ROUND
        };
        let mut disc = transport(
            &DiscShape::round(),
            coarse.finer(times),
            all_active(Form::Published, Grade::Healthy),
        );
        found.push(values(&at_rest(&mut disc, 1.0).1));
    }
    for quantity in 0..3 {
        let [a, b, c] = [found[0][quantity], found[1][quantity], found[2][quantity]];
        // Of first order in the end: at the edge of the end-plate an open face meets a closed one.
        assert!((b - c).abs() < 0.9 * (a - b).abs() || (b - c).abs() < 2e-4 * c, "{a} {b} {c}");
        // The finest is within 0.2 % of what finite elements of second order give.
        close(c, [1.215_37, 1.241_58, 4.672_98][quantity], 0.002, "finest grid");
    }
}

#[test]
fn standard_grid_is_near_a_finer_one() {
    for (form, within) in [(Form::Published, 0.005), (Form::Conservative, 0.01)] {
        let [standard, fine] = [1, 2].map(|times| {
            let mut disc = transport(
                &DiscShape::default(),
                Division::STANDARD.finer(times),
                Settings::new(form, Grade::Healthy),
            );
            values(&at_rest(&mut disc, 1.0).1)
        });
        for (standard, fine) in standard.into_iter().zip(fine) {
            close(standard, fine, within, "standard against eight times the cells");
        }
    }
}

#[test]
fn a_quarter_gives_the_same_as_the_whole() {
    let whole = Division {
        mirror_sides: false,
        mirror_height: false,
        ..Division::PREVIEW
    };
    let settings = all_active(Form::Published, Grade::Healthy);
    let [quarter, whole] = [Division::PREVIEW, whole].map(|division| {
        let mut disc = transport(&DiscShape::default(), division, settings.clone());
        values(&at_rest(&mut disc, 1.0).1)
    });
    for (quarter, whole) in quarter.into_iter().zip(whole) {
        close(quarter, whole, 1e-9, "quarter against whole");
    }
    // In a day too, as far as the height goes.
    let swelling = creep(ordinary_day, 600.0);
    let upper = Division::PREVIEW;
    let both = Division {
        mirror_height: false,
        ..upper
    };
    let [upper, both] = [upper, both].map(|division| {
        let mut disc = transport(&DiscShape::default(), division, Settings::new(Form::Conservative, Grade::Healthy));
        let (start, _) = at_rest(&mut disc, 0.95);
        let steps = Steps::constant(Scheme::Swept, 900.0);
        disc.day(&swelling, &start, 6.0 * 3600.0, steps).expect("the day is sound").worst()
    });
    for (upper, both) in upper.into_iter().zip(both) {
        close(upper, both, 1e-5, "upper half against both, each solved to its own tolerance");
    }
}

/// State after six hours of loading from rest, by steps of one length.
fn after(form: Form, scheme: Scheme, step_s: f64) -> State {
    let division = Division {
        rings: [6, 3, 2],
        layers: 12,
        ..Division::ROUND
    };
    let mut disc = transport(&DiscShape::round(), division, all_active(form, Grade::Healthy));
    let (start, _) = at_rest(&mut disc, 1.0);
    // A smooth loading: J falls by a tenth along a sine.
    let t_s: Vec<f64> = (0..=720).map(|i| 30.0 * f64::from(i)).collect();
    let j: Vec<f64> = t_s.iter().map(|t| 1.0 - 0.05 * (1.0 - (PI * t / 21_600.0).cos())).collect();
    let swelling = keel_disc::Swelling {
        t_s,
        nucleus: j.clone(),
        annulus: j,
    };
    disc.day(&swelling, &start, 21_600.0, Steps::constant(scheme, step_s))
        .expect("the day is sound")
        .end
}

fn distance(a: &State, b: &State) -> f64 {
    let pairs = a.glucose_mol_per_m3().iter().zip(b.glucose_mol_per_m3());
    let lactate = a.lactate_mol_per_m3().iter().zip(b.lactate_mol_per_m3());
    pairs.chain(lactate).fold(0.0f64, |worst, (a, b)| worst.max((a - b).abs()))
}

#[test]
fn orders_in_time() {
    for form in [Form::Published, Form::Conservative] {
        for (scheme, least) in [
            (Scheme::Solved { second_order: false }, 0.9),
            (Scheme::Solved { second_order: true }, 1.8),
            (Scheme::Swept, 1.6),
        ] {
            let states = [1800.0, 900.0, 450.0].map(|step| after(form, scheme, step));
            let order = (distance(&states[0], &states[1]) / distance(&states[1], &states[2])).log2();
            assert!(order > least, "{form:?} {scheme:?}: order {order}");
        }
    }
}

#[test]
fn default_steps_are_near_fine_ones() {
    let swelling = creep(ordinary_day, 300.0);
    for form in [Form::Published, Form::Conservative] {
        let mut disc = transport(&DiscShape::default(), Division::PREVIEW, Settings::new(form, Grade::Healthy));
        let start = disc
            .periodic(&swelling, DAY_S, Steps::default(), 1e-3, 8)
            .expect("the day is sound");
        assert!(start.repeats_to < 1e-3, "{} after {} days", start.repeats_to, start.days);
        let start = start.day.end;
        let mut day = |steps| disc.day(&swelling, &start, DAY_S, steps).expect("the day is sound");
        let [adaptive, fine] = [Steps::default(), Steps::constant(Scheme::Swept, 60.0)].map(&mut day);
        let solved = day(Steps::constant(Scheme::Solved { second_order: true }, 600.0));
        for reference in [fine, solved] {
            for (value, expected) in adaptive.worst().into_iter().zip(reference.worst()) {
                close(value, expected, 0.005, "worst of the day");
            }
            for (value, expected) in adaptive.mean_extremes().into_iter().zip(reference.mean_extremes()) {
                close(value, expected, 0.002, "mean of the day");
            }
        }
    }
}

#[test]
fn same_bits_on_any_number_of_threads() {
    let swelling = creep(ordinary_day, 600.0);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be had");
        let mut discs: Vec<_> = [0.010, 0.011, 0.012, 0.013, 0.0142]
            .into_iter()
            .map(|height| {
                let shape = DiscShape::of_size(0.050, 0.038, height);
                let mut disc = transport(&shape, Division::PREVIEW, Settings::new(Form::Conservative, Grade::Healthy));
                let (start, _) = at_rest(&mut disc, 0.95);
                (disc, swelling.clone(), start)
            })
            .collect();
        let days = pool
            .install(|| days(&mut discs, DAY_S, Steps::default()))
            .expect("the days are sound");
        let bits: Vec<u64> = days
            .iter()
            .flat_map(|day| day.end.glucose_mol_per_m3())
            .map(|c| c.to_bits())
            .collect();
        bits
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));
}
