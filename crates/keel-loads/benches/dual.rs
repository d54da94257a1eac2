//! Time of one solution, cold and warm along a motion, beside an interior-point method on the same problems.
//!
//! `cargo bench -p keel-loads --bench dual`; on a machine shared with others, `taskset -c 1` and medians.

use std::time::Instant;

use keel_loads::dual::Dual;

#[path = "../tests/interior_point/mod.rs"]
mod interior_point;
#[path = "../tests/problems/mod.rs"]
mod problems;

use interior_point::InteriorPoint;
use problems::{Motion, Random};

/// Motions of each kind, their instants, and the time between two of them, s.
const N_MOTIONS: u64 = 5;
const N_INSTANTS: u32 = 400;
const STEP_S: f64 = 0.01;
/// Every so many instants also go to the interior-point method.
const REFEREED: u32 = 20;
/// Its tolerance, and the least time of so many runs counts.
const TOLERANCE: f64 = 1e-8;
const N_RUNS: usize = 3;

fn main() {
    for (name, motion) in [
        ("trunk", Motion::trunk as fn(&mut Random) -> Motion),
        ("whole body", Motion::whole_body),
    ] {
        let [mut cold, mut warm, mut referee] = [(); 3].map(|()| Times::default());
        for seed in 0..N_MOTIONS {
            let motion = motion(&mut Random(seed));
            let mut problem = motion.at(0.0).problem();
            let (mut dual, mut cold_dual) = (Dual::new(&problem), Dual::new(&problem));
            let mut interior_point = InteriorPoint::new(&problem, TOLERANCE);
            dual.solve(&problem).expect("the figures are finite");
            if seed == 0 {
                println!("{name}: {} columns, {} rows", problem.n_columns(), problem.n_rows());
            }
            for instant in 1..N_INSTANTS {
                motion.at(STEP_S * f64::from(instant)).fill(&mut problem);
                let before = dual.clone();
                warm.add(|| {
                    dual.clone_from(&before);
                    let start = Instant::now();
                    let outcome = dual.solve(&problem).expect("the figures are finite");
                    (start, Some(outcome.iterations))
                });
                cold.add(|| {
                    cold_dual.forget();
                    let start = Instant::now();
                    let outcome = cold_dual.solve(&problem).expect("the figures are finite");
                    (start, Some(outcome.iterations))
                });
                if instant % REFEREED == 0 {
                    referee.add(|| {
                        let start = Instant::now();
                        interior_point.solve(&problem);
                        (start, None)
                    });
                }
            }
        }
        let median = warm.print("warm");
        cold.print("cold");
        let referee = referee.print("Clarabel");
        println!("  Clarabel over warm: {:.0}", referee / median);
    }
}

/// Times of solutions, µs, and their steps where they are known.
#[derive(Default)]
struct Times {
    us: Vec<f64>,
    iterations: Vec<usize>,
}

impl Times {
    fn add(&mut self, mut run: impl FnMut() -> (Instant, Option<usize>)) {
        let mut best = f64::INFINITY;
        let mut iterations = None;
        for _ in 0..N_RUNS {
            let (start, n) = run();
            best = best.min(start.elapsed().as_secs_f64() * 1e6);
            iterations = n;
        }
        self.us.push(best);
        self.iterations.extend(iterations);
    }

    /// Prints, and returns the median.
    fn print(&mut self, name: &str) -> f64 {
        self.us.sort_by(f64::total_cmp);
        let at = |share: f64| self.us[((self.us.len() - 1) as f64 * share) as usize];
        print!(
            "  {name:<9} median {:7.1} µs, p99 {:7.1} µs, n {}",
            at(0.5),
            at(0.99),
            self.us.len()
        );
        if let Some(most) = self.iterations.iter().max() {
            let mean = self.iterations.iter().sum::<usize>() as f64 / self.iterations.len() as f64;
            print!(", steps {mean:.1} (at most {most})");
        }
        println!();
        at(0.5)
    }
}
