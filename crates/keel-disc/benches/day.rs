//! Time of a day of solutes: the round test disc, the mapped disc.
//!
//! `cargo bench -p keel-disc --bench day`; on a machine shared with others, `taskset -c 1` and medians.

use std::time::Instant;

use keel_disc::solutes::{DAY_S, Solutes, Steps};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, Settings, Swelling, Transport};

/// Two branches of creep under a load that changes at 16 h: the strain of `tests/diurnal`.
fn swelling() -> Swelling {
    let (mut a, mut b) = (0.0f64, 0.0f64);
    let step = 300.0;
    let mut swelling = Swelling { t_s: vec![], nucleus: vec![], annulus: vec![] };
    for i in 0..=(5 * 288) {
        let t = i as f64 * step;
        let hour = t / 3600.0 % 24.0;
        if i >= 4 * 288 {
            let j = 1.0 - a - b;
            swelling.t_s.push(t - 4.0 * DAY_S);
            swelling.nucleus.push(j);
            swelling.annulus.push(j);
        }
        let strain = if hour < 16.0 { 0.115 } else { 0.0 };
        let relax = |value: f64, goal: f64, tau: f64| goal + (value - goal) * (-step / 3600.0 / tau).exp();
        a = relax(a, 0.53 * strain, if strain > 0.0 { 0.6 } else { 4.1 });
        b = relax(b, 0.47 * strain, 6.0);
    }
    swelling
}

const N_RUNS: usize = 11;

fn main() {
    let swelling = swelling();
    for form in [Form::Published, Form::Conservative] {
        for (name, shape, division) in [
            ("round 24x16", DiscShape::round(), Division::ROUND),
            ("mapped", DiscShape::default(), Division::STANDARD),
            ("mapped, both halves of the height", DiscShape::default(), Division { mirror_height: false, ..Division::STANDARD }),
        ] {
            let grid = Grid::new(&shape, division).expect("sound");
            let mut transport = Transport::new(grid, Settings::new(form, Grade::Healthy)).expect("sound");
            let periodic = transport.periodic(&swelling, DAY_S, Steps::default(), 1e-3, 10).expect("sound");
            let start = periodic.day.end.clone();
            let mut times = Vec::new();
            let mut last: Option<Solutes> = None;
            for _ in 0..N_RUNS {
                let begin = Instant::now();
                last = Some(transport.day(&swelling, &start, DAY_S, Steps::default()).expect("sound"));
                times.push(begin.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            let day = last.expect("runs");
            println!(
                "{form:?} {name}: {} cells of {}: median {:.2} ms, {} steps, {} repeated; mean {:.4?}, worst {:.4?}; {} days to {:.1e}",
                transport.grid().n_cells(),
                division.n_cells(),
                times[N_RUNS / 2],
                day.course.len() - 1,
                day.repeated,
                day.mean_extremes(),
                day.worst(),
                periodic.days,
                periodic.repeats_to,
            );
        }
    }
}
