//! Verification of the dual Newton method by itself: optimality in plain sums, an interior-point method as referee, degenerate and bad input.

use keel_loads::dual::{Dual, DualError, Outcome, Problem};
use proptest::prelude::*;

mod interior_point;
mod problems;

use interior_point::InteriorPoint;
use problems::{Column, Motion, Plain, Random};

/// Residual over 1 + |b| that the specification asks for.
const RESIDUAL_MAX: f64 = 1e-9;
/// Violation of optimality that the specification asks for.
const KKT_MAX: f64 = 1e-6;
/// Agreement in activation with the interior-point method that the specification asks for.
const AGREEMENT: f64 = 1e-5;

/// Solves cold and checks the answer against what the outcome claims and what is asked.
fn check(plain: &Plain) -> (Problem, Dual, Outcome) {
    let problem = plain.problem();
    let mut dual = Dual::new(&problem);
    let outcome = check_again(plain, &problem, &mut dual);
    (problem, dual, outcome)
}

fn check_again(plain: &Plain, problem: &Problem, dual: &mut Dual) -> Outcome {
    let outcome = dual.solve(problem).expect("the figures are finite");
    assert!(outcome.converged, "{outcome:?}");
    let (residual, stationarity) = plain.violations(problem, dual);
    assert!(residual <= RESIDUAL_MAX, "the residual is {residual:e}, claimed are {outcome:?}");
    assert!(
        stationarity <= KKT_MAX,
        "the violation is {stationarity:e}, claimed are {outcome:?}"
    );
    outcome
}

fn values(problem: &Problem, dual: &Dual) -> Vec<f64> {
    (0..problem.n_columns()).map(|column| dual.x(problem, column)).collect()
}

/// Compares values; those above 1, contact forces in N, relative to the force.
fn assert_close(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (column, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= tolerance * a.abs().max(1.0), "column {column}: {a} and {b}");
    }
}

fn column(weight: f64, low: f64, high: f64, entries: &[(usize, f64)]) -> Column {
    Column {
        weight,
        centre: 0.0,
        low,
        high,
        entries: entries.to_vec(),
    }
}

#[test]
fn trunks_in_motion_are_solved() {
    for seed in 0..8 {
        let motion = Motion::trunk(&mut Random(seed));
        let (mut problem, mut dual, _) = check(&motion.at(0.0));
        for instant in 1..50 {
            let plain = motion.at(0.02 * f64::from(instant));
            plain.fill(&mut problem);
            check_again(&plain, &problem, &mut dual);
        }
    }
}

#[test]
fn whole_bodies_in_motion_are_solved() {
    for seed in 0..8 {
        let motion = Motion::whole_body(&mut Random(seed));
        let (mut problem, mut dual, _) = check(&motion.at(0.0));
        for instant in 1..50 {
            let plain = motion.at(0.02 * f64::from(instant));
            plain.fill(&mut problem);
            check_again(&plain, &problem, &mut dual);
        }
    }
}

#[test]
fn an_interior_point_method_agrees() {
    for seed in 0..6 {
        for plain in [
            Motion::trunk(&mut Random(seed)).at(0.3),
            Motion::whole_body(&mut Random(seed)).at(0.3),
        ] {
            let (problem, dual, _) = check(&plain);
            let referee = InteriorPoint::new(&problem, 1e-13).solve(&problem);
            // Contact forces in body weights: that is what their cost is in.
            let relative = |x: &f64, column: &Column| if column.high.is_finite() { *x } else { x / 700.0 };
            let scale = |x: &[f64]| {
                x.iter()
                    .zip(&plain.columns)
                    .map(|(x, column)| relative(x, column))
                    .collect::<Vec<_>>()
            };
            assert_close(&scale(&values(&problem, &dual)), &scale(&referee), AGREEMENT);
        }
    }
}

#[test]
fn a_warm_start_leads_to_the_same_solution() {
    for seed in 0..6 {
        for motion in [Motion::trunk(&mut Random(seed)), Motion::whole_body(&mut Random(seed))] {
            let (mut problem, mut dual, _) = check(&motion.at(0.0));
            let plain = motion.at(0.2);
            plain.fill(&mut problem);
            let warm = check_again(&plain, &problem, &mut dual);
            let warm_values = values(&problem, &dual);
            dual.forget();
            let cold = check_again(&plain, &problem, &mut dual);
            assert_close(&warm_values, &values(&problem, &dual), 1e-8);
            assert_eq!(warm.saturated, cold.saturated);
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bits() {
    let motion = Motion::whole_body(&mut Random(3));
    let run = || {
        let mut problem = motion.at(0.0).problem();
        let mut dual = Dual::new(&problem);
        let mut bits = Vec::new();
        for instant in 0..20 {
            motion.at(0.05 * f64::from(instant)).fill(&mut problem);
            let outcome = dual.solve(&problem).expect("the figures are finite");
            bits.push(outcome.residual.to_bits());
            bits.extend(values(&problem, &dual).iter().chain(dual.y()).map(|x| x.to_bits()));
        }
        bits
    };
    let first = run();
    assert_eq!(first, run());
    let others: Vec<_> = std::thread::scope(|scope| {
        [0; 4]
            .map(|_| scope.spawn(run))
            .map(|thread| thread.join().expect("no run fails"))
            .to_vec()
    });
    assert!(others.iter().all(|other| *other == first));
}

#[test]
fn the_order_of_columns_does_not_matter() {
    for seed in 0..6 {
        for plain in [
            Motion::trunk(&mut Random(seed)).at(0.1),
            Motion::whole_body(&mut Random(seed)).at(0.1),
        ] {
            let mut turned = plain.clone();
            turned.columns.reverse();
            let (problem, dual, _) = check(&plain);
            let (turned_problem, turned_dual, _) = check(&turned);
            let mut turned_values = values(&turned_problem, &turned_dual);
            turned_values.reverse();
            assert_close(
                &values(&problem, &dual),
                &turned_values,
                if plain.b.len() > 18 { 1e-9 } else { 1e-12 },
            );
        }
    }
}

#[test]
fn a_mirrored_problem_has_the_mirrored_solution() {
    for seed in 0..6 {
        let plain = Motion::trunk(&mut Random(seed)).at(0.1);
        // Flexion stays, bending sideways and turning change sides.
        let sign = |row: usize| if row.is_multiple_of(3) { 1.0 } else { -1.0 };
        let mut mirrored = plain.clone();
        for (row, b) in mirrored.b.iter_mut().enumerate() {
            *b *= sign(row);
        }
        for (row, value) in mirrored.columns.iter_mut().flat_map(|column| &mut column.entries) {
            *value *= sign(*row);
        }
        let (problem, dual, _) = check(&plain);
        let (mirrored_problem, mirrored_dual, _) = check(&mirrored);
        assert_close(&values(&problem, &dual), &values(&mirrored_problem, &mirrored_dual), 1e-12);
    }
}

#[test]
fn what_cannot_be_held_ends_with_slack_and_saturated_muscles() {
    for (seed, factor) in [(0, 10.0), (1, 1e3), (2, 1e6)] {
        for mut plain in [
            Motion::trunk(&mut Random(seed)).at(0.0),
            Motion::whole_body(&mut Random(seed)).at(0.0),
        ] {
            for b in &mut plain.b {
                *b *= factor;
            }
            let (problem, dual, outcome) = check(&plain);
            assert!(outcome.saturated > 0, "{outcome:?}");
            assert!((0..plain.b.len()).any(|row| dual.slack(&problem, row).abs() > 1.0));
        }
    }
}

#[test]
fn a_root_without_contact_falls() {
    let mut plain = Motion::whole_body(&mut Random(5)).at(0.0);
    // Supports that would have to pull.
    plain.b[1] = -700.0;
    let (problem, dual, _) = check(&plain);
    assert!((dual.slack(&problem, 1) + 700.0).abs() < 1.0);
    // One point alone carries no moment.
    let mut plain = Motion::whole_body(&mut Random(5)).at(0.0);
    let mut n_kept = 0;
    plain.columns.retain(|column| {
        n_kept += usize::from(column.high.is_infinite());
        column.high.is_finite() || n_kept <= 4
    });
    plain.b[3] = 300.0;
    let (problem, dual, _) = check(&plain);
    assert!(dual.slack(&problem, 3).abs() > 1.0);
}

#[test]
fn hand_made_problems_have_known_solutions() {
    // Two equal muscles share: minimise ½ x² + ½ x² + ½ (r/s)² with x + x + r = 1, s = 1.
    let pair = [column(1.0, 0.0, 1.0, &[(0, 1.0)]), column(1.0, 0.0, 1.0, &[(0, 1.0)])];
    let (problem, dual, _) = check(&Plain {
        columns: pair.to_vec(),
        b: vec![1.0],
        slack: vec![1.0],
    });
    assert_close(&values(&problem, &dual), &[1.0 / 3.0, 1.0 / 3.0], 1e-12);
    assert!((dual.slack(&problem, 0) - 1.0 / 3.0).abs() < 1e-12);
    // The heavier does less; a bound stops the other.
    let pair = [column(4.0, 0.0, 1.0, &[(0, 1.0)]), column(1.0, 0.0, 0.1, &[(0, 1.0)])];
    let (problem, dual, outcome) = check(&Plain {
        columns: pair.to_vec(),
        b: vec![1.0],
        slack: vec![1.0],
    });
    assert_close(&values(&problem, &dual), &[0.9 / 5.0, 0.1], 1e-12);
    assert_eq!(outcome.saturated, 1);
    // A column is free both ways and costs nothing at its centre.
    let free = Column {
        centre: 2.0,
        ..column(1.0, f64::NEG_INFINITY, f64::INFINITY, &[(0, 1.0)])
    };
    let (problem, dual, _) = check(&Plain {
        columns: vec![free],
        b: vec![-4.0],
        slack: vec![1.0],
    });
    assert_close(&values(&problem, &dual), &[-1.0], 1e-12);
}

#[test]
fn degenerate_problems_are_solved() {
    let mut random = Random(11);
    let plain = Motion::trunk(&mut random).at(0.0);
    // No column at all; no row at all; columns without rows.
    check(&Plain {
        columns: Vec::new(),
        b: vec![3.0, -2.0],
        slack: vec![1.0, 1e-3],
    });
    check(&Plain {
        columns: vec![column(1.0, 0.2, 1.0, &[])],
        b: Vec::new(),
        slack: Vec::new(),
    });
    let (problem, dual, _) = check(&Plain {
        columns: vec![column(1.0, 0.2, 1.0, &[]); 5],
        b: vec![1.0],
        slack: vec![1.0],
    });
    assert_close(&values(&problem, &dual), &[0.2; 5], 0.0);
    // Entries of zero.
    let mut zero = plain.clone();
    zero.columns
        .iter_mut()
        .step_by(3)
        .flat_map(|column| &mut column.entries)
        .for_each(|(_, value)| *value = 0.0);
    check(&zero);
    // Every column twice.
    let mut twice = plain.clone();
    twice.columns.extend(plain.columns.clone());
    let (problem, dual, _) = check(&twice);
    let (first, second) = (values(&problem, &dual), plain.columns.len());
    assert_close(&first[..second], &first[second..], 1e-12);
    // No room in some columns; in all.
    let mut fixed = plain.clone();
    fixed.columns.iter_mut().step_by(2).for_each(|column| column.high = column.low);
    check(&fixed);
    fixed.columns.iter_mut().for_each(|column| (column.low, column.high) = (0.5, 0.5));
    let (problem, dual, _) = check(&fixed);
    assert_close(&values(&problem, &dual), &[0.5; 238], 0.0);
    // All at their bounds, from a start with all free.
    let mut clamped = plain.clone();
    clamped.columns.iter_mut().for_each(|column| column.high = 0.011);
    check(&clamped);
    // Nothing to do.
    let mut idle = plain;
    idle.b.fill(0.0);
    idle.columns.iter_mut().for_each(|column| column.low = 0.0);
    let (problem, dual, _) = check(&idle);
    assert_close(&values(&problem, &dual), &[0.0; 238], 1e-15);
}

#[test]
fn a_workspace_forgets_a_problem_that_led_nowhere() {
    let motion = Motion::whole_body(&mut Random(7));
    let (mut problem, mut dual, _) = check(&motion.at(0.0));
    let expected = values(&problem, &dual);
    // Bounds and weights of another world, then the first again.
    for column in 0..problem.n_columns() {
        problem.set_column(column, 1e-12, -1e9, 1e9);
    }
    problem.b.fill(1e12);
    dual.solve(&problem).expect("the figures are finite");
    motion.at(0.0).fill(&mut problem);
    check_again(&motion.at(0.0), &problem, &mut dual);
    assert_close(&expected, &values(&problem, &dual), 1e-8);
}

#[test]
fn what_is_not_a_number_is_refused() {
    let plain = Motion::whole_body(&mut Random(1)).at(0.0);
    let (infinity, nan) = (f64::INFINITY, f64::NAN);
    let refused = |what: &str, spoil: &dyn Fn(&mut Problem)| {
        let mut problem = plain.problem();
        let mut dual = Dual::new(&problem);
        for is_warm in [false, true] {
            spoil(&mut problem);
            let DualError::Figure { what: field, .. } = dual.solve(&problem).expect_err(what);
            assert!(field.starts_with(what), "{field} is refused in place of {what}, warm {is_warm}");
            // The next problem is none the worse for it.
            plain.fill(&mut problem);
            check_again(&plain, &problem, &mut dual);
        }
    };
    for bad in [nan, infinity, -infinity] {
        refused("column entry", &|problem| problem.set(40, 0, bad));
        refused("right side", &|problem| problem.b[7] = bad);
        refused("slack", &|problem| problem.slack_squared[7] = bad);
        refused("centre", &|problem| problem.set_centre(7, bad));
    }
    for bad in [nan, 0.0, -1.0] {
        refused("weight", &|problem| problem.set_column(7, bad, 0.0, 1.0));
    }
    for bad in [0.0, -1.0] {
        refused("slack", &|problem| problem.slack_squared[7] = bad);
    }
    refused("lower bound above", &|problem| problem.set_bounds(7, 1.0, 0.0));
    for (low, high) in [(nan, 1.0), (infinity, infinity)] {
        refused("lower bound that is no number", &|problem| problem.set_bounds(7, low, high));
    }
    for (low, high) in [(0.0, nan), (-infinity, -infinity)] {
        refused("upper bound that is no number", &|problem| problem.set_bounds(7, low, high));
    }
}

/// Numbers of rows and columns, share of the rows that a column touches, seed of the figures.
type Shape = (usize, usize, f64, u64);

fn any_shape() -> impl Strategy<Value = Shape> {
    (1usize..90, 0usize..120, 0.02..1.0, any::<u64>())
}

/// Columns that touch any rows, all kinds of bounds, scales over some powers of ten.
fn any_problem((n_rows, n_columns, density, seed): Shape) -> Plain {
    let mut random = Random(seed);
    let power = |random: &mut Random, low: f64, high: f64| 10f64.powf(random.between(low, high));
    let columns = (0..n_columns)
        .map(|_| {
            let scale = power(&mut random, -1.0, 3.0);
            let touched: Vec<usize> = (0..n_rows).filter(|_| random.between(0.0, 1.0) < density).collect();
            let entries = touched.into_iter().map(|row| (row, scale * random.between(-1.0, 1.0))).collect();
            let (low, high) = match random.below(5) {
                0 => (0.0, f64::INFINITY),
                1 => (f64::NEG_INFINITY, random.between(-1.0, 1.0)),
                2 => (f64::NEG_INFINITY, f64::INFINITY),
                3 => (0.3, 0.3),
                _ => (random.between(-1.0, 0.1), random.between(0.1, 1.0)),
            };
            Column {
                weight: power(&mut random, -3.0, 2.0),
                centre: random.between(-1.0, 1.0),
                low,
                high,
                entries,
            }
        })
        .collect();
    let scale = power(&mut random, -2.0, 5.0);
    let b = (0..n_rows).map(|_| scale * random.between(-1.0, 1.0)).collect();
    let slack = (0..n_rows).map(|_| power(&mut random, -1.5, 1.0)).collect();
    Plain { columns, b, slack }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn problems_of_any_shape_are_solved(shape in any_shape()) {
        let plain = any_problem(shape);
        let (problem, mut dual, _) = check(&plain);
        // The solution is where a warm start stays.
        let before = values(&problem, &dual);
        let again = check_again(&plain, &problem, &mut dual);
        assert_close(&before, &values(&problem, &dual), 1e-6);
        prop_assert!(again.iterations <= 12);
    }

    #[test]
    fn problems_that_follow_each_other_at_random_are_solved(shape in any_shape(), seeds in prop::collection::vec(any::<u64>(), 1..6)) {
        let first = any_problem(shape);
        let (mut problem, mut dual, _) = check(&first);
        for seed in seeds {
            let mut random = Random(seed);
            let mut plain = first.clone();
            for (_, value) in plain.columns.iter_mut().flat_map(|column| &mut column.entries) {
                *value *= random.between(-1.0, 1.0);
            }
            for b in &mut plain.b {
                *b *= random.between(-2.0, 2.0);
            }
            plain.fill(&mut problem);
            check_again(&plain, &problem, &mut dual);
        }
    }
}
