//! The water of a disc: verification against closed forms, balances, convergence, arbitrary histories.

use std::f64::consts::PI;

use keel_disc::{Course, DAY_S, Day, DiscShape, Fluid, FluidError, Grade, Hold, Hours, Load, Mechanics, Region, Steps, Tissue};
use proptest::prelude::*;

const MPA: f64 = 1e6;
/// Stress of lying and of a day on one's feet.
const LYING_PA: f64 = 0.01 * MPA;
const UP_PA: f64 = 0.3 * MPA;

fn hold(stress_pa: f64) -> Hold {
    Hold {
        stress_pa,
        flexion_rad: 0.0,
    }
}

fn disc<const N: usize>(grade: Grade) -> Fluid<N> {
    Fluid::new(&DiscShape::default(), grade, &Mechanics::of(grade), LYING_PA).expect("the generic disc is within its limits")
}

/// Sixteen hours up, eight lying.
fn plain_day() -> Day {
    let hours = |from_h: f64, to_h: f64, stress_pa| Hours {
        from_s: from_h * 3600.0,
        to_s: to_h * 3600.0,
        parts: vec![(Load::held(stress_pa), 1.0)],
    };
    Day::new(vec![hours(0.0, 16.0, UP_PA), hours(16.0, 24.0, LYING_PA)]).expect("a whole day")
}

/// A disc that is one column: the same tissue everywhere, closed rim, open end-plates, no bulging and no creep.
fn column<const N: usize>() -> (Fluid<N>, f64, f64) {
    let tissue = Tissue {
        permeability_exponent: 0.0,
        ..Tissue::of(Region::Nucleus, Grade::Healthy)
    };
    let shape = DiscShape {
        endplate_fraction: 1.0,
        ..DiscShape::default()
    };
    let mechanics = Mechanics {
        nucleus_solid_pa: MPA,
        annulus_solid_pa: MPA,
        endplate_resistance: 0.0,
        rim_resistance: 1e12,
        quick_modulus_pa: 1e15,
        quick_nucleus_share: 1.0,
        creep_share: 0.0,
        creep_s: 1.0,
    };
    let fluid = Fluid::of_tissues(&shape, &[tissue; 3], &mechanics, LYING_PA).expect("a column is a disc too");
    // Slope of the Donnan pressure at rest by a difference, and the solid's modulus.
    let donnan = |j: f64| {
        let charge = tissue.fixed_charge_mol_per_m3 * tissue.porosity / (tissue.porosity - 1.0 + j);
        8.314_46 * 310.15 * ((charge * charge + 300.0_f64.powi(2)).sqrt() - 300.0)
    };
    let modulus_pa = MPA + (donnan(1.0 - 1e-6) - donnan(1.0 + 1e-6)) / 2e-6;
    // h²/(H k): seconds per unit of Terzaghi's time.
    let half_m = 0.5 * shape.height_centre_m - shape.endplate_thickness_m;
    (fluid, half_m * half_m / (modulus_pa * tissue.permeability_m4_per_n_s), modulus_pa)
}

/// Share of the settlement that has happened: 1 − Σ 2/M² exp(−M² T), M = π (2m+1)/2.
fn terzaghi(time: f64) -> f64 {
    1.0 - (0..200)
        .map(|m| {
            let root = PI * (2.0 * f64::from(m) + 1.0) / 2.0;
            2.0 / (root * root) * (-root * root * time).exp()
        })
        .sum::<f64>()
}

/// Largest departure from Terzaghi between T = 0.05 and 1.5, with so many steps up to there.
fn departure<const N: usize>(n_steps: u32) -> f64 {
    let (fluid, unit_s, modulus_pa) = column::<N>();
    let step_pa = 100.0;
    let mut water = fluid.rested();
    let mut largest = 0.0_f64;
    for i in 1..=n_steps {
        let dt_s = 1.5 * unit_s / f64::from(n_steps);
        fluid.advance(&mut water, hold(LYING_PA + step_pa), dt_s).expect("a step");
        let time = 1.5 * f64::from(i) / f64::from(n_steps);
        let settled = (1.0 - fluid.seen(&water).stretch) * modulus_pa / step_pa;
        if time > 0.05 {
            largest = largest.max((settled - terzaghi(time)).abs());
        }
    }
    largest
}

#[test]
fn a_column_settles_as_terzaghi_says() {
    // The solid is not quite linear: 100 Pa on 1.7 MPa.
    assert!(departure::<64>(3000) < 2e-3, "{}", departure::<64>(3000));
}

#[test]
fn layers_and_steps_converge() {
    let coarse = departure::<4>(3000);
    let middle = departure::<8>(3000);
    let fine = departure::<16>(3000);
    assert!(
        middle < 0.35 * coarse && fine < 0.4 * middle,
        "about second order in the layers: {coarse} {middle} {fine}"
    );
    let [long, short] = [departure::<64>(100), departure::<64>(200)];
    assert!(
        (0.2..0.35).contains(&(short / long)),
        "about second order in the steps: {long} {short}"
    );
}

#[test]
fn the_layers_and_steps_of_a_day_are_fine_enough() {
    let day = plain_day();
    let usual = Course::repeated(&disc::<6>(Grade::Healthy), &day, Steps::default()).expect("a course");
    let exact = Course::repeated(&disc::<48>(Grade::Healthy), &day, Steps::default().finer(32.0)).expect("a course");
    let mut worst: [f64; 2] = [0.0; 2];
    for minutes in [10, 30, 60, 120, 240, 480, 900, 990, 1020, 1200, 1430] {
        let t_s = f64::from(minutes) * 60.0;
        let stretch = usual.at(t_s, |seen| seen.stretch) - exact.at(t_s, |seen| seen.stretch);
        let pressure = usual.at(t_s, |seen| seen.pressure_pa) - exact.at(t_s, |seen| seen.pressure_pa);
        worst = [worst[0].max(stretch.abs()), worst[1].max(pressure.abs())];
    }
    println!("stretch {:.5}, pressure {:.0} Pa", worst[0], worst[1]);
    // Of a change of 0.13 and 0.5 MPa over the day.
    assert!(worst[0] < 2e-3 && worst[1] < 1e4, "{worst:?}");
}

#[test]
fn what_is_missing_has_left() {
    for grade in [Grade::Healthy, Grade::Degenerated] {
        let fluid = disc::<6>(grade);
        let mut water = fluid.rested();
        for i in 0..500 {
            let stress_pa = if i % 3 == 0 {
                0.02 * MPA
            } else {
                0.2 * MPA + f64::from(i % 7) * 0.3 * MPA
            };
            let held = Hold {
                stress_pa,
                flexion_rad: f64::from(i % 5) * 0.04,
            };
            fluid.advance(&mut water, held, 30.0 + f64::from(i % 11) * 200.0).expect("a step");
        }
        let missing_m3 = (1.0 - fluid.seen(&water).volume) * fluid.rested_volume_m3();
        let [endplate_m3, rim_m3] = water.left_m3();
        let error = (missing_m3 - endplate_m3 - rim_m3) / fluid.rested_volume_m3();
        assert!(error.abs() < 1e-10, "{error:e}");
        assert!(missing_m3 > 0.05 * fluid.rested_volume_m3(), "something has left at all");
    }
}

#[test]
fn a_rested_disc_stays_at_rest() {
    let fluid = disc::<6>(Grade::Healthy);
    let mut water = fluid.rested();
    fluid.advance(&mut water, hold(LYING_PA), 1e7).expect("a step");
    assert!(water.distance(&fluid.rested()) < 1e-9);
    let seen = fluid.seen(&water);
    assert!((seen.stretch - 1.0).abs() < 1e-9 && (seen.hydration - 0.772).abs() < 1e-3);
    // The Donnan pressure of 0.29 mol/l at 310 K.
    assert!((seen.pressure_pa - 0.302 * MPA).abs() < 1e-3 * MPA);
}

#[test]
fn a_quick_load_moves_no_water_and_the_nucleus_takes_its_share() {
    let fluid = disc::<6>(Grade::Healthy);
    let mut water = fluid.rested();
    fluid.advance(&mut water, hold(LYING_PA + 0.2 * MPA), 1e-3).expect("a step");
    let seen = fluid.seen(&water);
    assert!(seen.volume > 1.0 - 1e-5);
    assert!((seen.pressure_pa - 0.302 * MPA - 1.35 * 0.2 * MPA).abs() < 2e-3 * MPA, "{seen:?}");
    assert!((fluid.quick_share() - 1.35).abs() < 1e-9);
}

#[test]
fn bending_forward_presses_the_front() {
    let fluid = disc::<6>(Grade::Healthy);
    let mut water = fluid.rested();
    let bent = Hold {
        stress_pa: 0.3 * MPA,
        flexion_rad: 0.1,
    };
    fluid.advance(&mut water, bent, 3600.0).expect("a step");
    let [front, back] = fluid.seen(&water).front_back;
    assert!(front < back - 0.01, "{front} {back}");
    // Mirrored, front and back change places.
    let mut mirrored = fluid.rested();
    fluid
        .advance(&mut mirrored, Hold { flexion_rad: -0.1, ..bent }, 3600.0)
        .expect("a step");
    let other = fluid.seen(&mirrored).front_back;
    assert!((other[0] - back).abs() < 1e-12 && (other[1] - front).abs() < 1e-12);
}

#[test]
fn figures_out_of_their_limits_are_refused() {
    let fluid = disc::<6>(Grade::Healthy);
    for (stress_pa, flexion_rad, seconds) in [
        (f64::NAN, 0.0, 1.0),
        (-1.0, 0.0, 1.0),
        (f64::INFINITY, 0.0, 1.0),
        (1e5, f64::NAN, 1.0),
        (1e5, 2.0, 1.0),
        (1e5, 0.0, f64::NAN),
        (1e5, 0.0, -1.0),
    ] {
        let mut water = fluid.rested();
        let error = fluid.advance(&mut water, Hold { stress_pa, flexion_rad }, seconds);
        assert!(
            matches!(error, Err(FluidError::Range { .. })),
            "{stress_pa} {flexion_rad} {seconds}"
        );
        assert!(water == fluid.rested(), "nothing has changed");
    }
    let shape = DiscShape {
        height_centre_m: f64::NAN,
        ..DiscShape::default()
    };
    assert!(Fluid::<6>::new(&shape, Grade::Healthy, &Mechanics::of(Grade::Healthy), 0.0).is_err());
}

#[test]
fn every_day_becomes_like_the_one_before() {
    for grade in [Grade::Healthy, Grade::Degenerated] {
        let fluid = disc::<6>(grade);
        let course = Course::repeated(&fluid, &plain_day(), Steps::default()).expect("a course");
        assert!(course.drift < 1e-4 && course.days <= 15, "{} days, {}", course.days, course.drift);
        let gained = course.left_m3[0] + course.left_m3[1];
        assert!(gained.abs() < 2e-4 * fluid.rested_volume_m3());
        let last = course.samples.last().expect("a course has samples");
        assert!((last.t_s - DAY_S).abs() < 1e-6);
        let swelling = course.swelling();
        assert!(swelling.t_s.windows(2).all(|pair| pair[1] > pair[0]));
        assert!((swelling.at(0.0).0 - swelling.at(DAY_S).0).abs() < 1e-3);
    }
}

#[test]
fn more_load_means_less_water() {
    let fluid = disc::<6>(Grade::Healthy);
    let volume = |stress_pa: f64| {
        let mut water = fluid.rested();
        for _ in 0..16 {
            fluid.advance(&mut water, hold(stress_pa), 1800.0).expect("a step");
        }
        fluid.seen(&water).volume
    };
    let volumes: Vec<f64> = [0.0, 0.01, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0].map(|mpa| volume(mpa * MPA)).to_vec();
    assert!(volumes.windows(2).all(|pair| pair[1] < pair[0]), "{volumes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is done to a disc: J stays between solid and a little more than at rest, the balance holds, nothing is no number.
    #[test]
    fn any_history_is_survived(
        history in prop::collection::vec((0.0..20.0_f64, -0.5..0.5_f64, -3.0..7.0_f64), 1..40),
        degenerated in any::<bool>(),
    ) {
        let grade = if degenerated { Grade::Degenerated } else { Grade::Healthy };
        let fluid = disc::<6>(grade);
        let mut water = fluid.rested();
        for (mpa, flexion_rad, log_s) in history {
            fluid.advance(&mut water, Hold { stress_pa: mpa * MPA, flexion_rad }, 10_f64.powf(log_s)).expect("every step is solved");
            let seen = fluid.seen(&water);
            prop_assert!(seen.volume > 0.2 && seen.volume < 1.5, "{seen:?}");
            prop_assert!(seen.front_back.iter().all(|j| *j > 0.25), "{seen:?}");
            prop_assert!(seen.pressure_pa.is_finite() && seen.stretch.is_finite() && seen.height_m.is_finite());
            let missing = (1.0 - seen.volume) * fluid.rested_volume_m3();
            let left: f64 = water.left_m3().iter().sum();
            prop_assert!(((missing - left) / fluid.rested_volume_m3()).abs() < 1e-10);
        }
    }

    /// Two halves of a step come to nearly where the whole one comes; both to the same end.
    #[test]
    fn the_end_does_not_depend_on_the_way(mpa in 0.0..3.0_f64, n in 1..200_u32) {
        let fluid = disc::<6>(Grade::Healthy);
        let (mut once, mut often) = (fluid.rested(), fluid.rested());
        fluid.advance(&mut once, hold(mpa * MPA), 1e8).expect("a step");
        for _ in 0..n {
            fluid.advance(&mut often, hold(mpa * MPA), 1e8 / f64::from(n)).expect("a step");
        }
        prop_assert!(once.distance(&often) < 1e-3);
    }
}
