//! Time of a day of solutes: the round test disc, the mapped disc, the reduced one, and five discs at once.
//!
//! `cargo bench -p keel-disc --bench day`; on a machine shared with others, `taskset -c 1`. Medians of several runs.

use std::time::Instant;

use keel_disc::reduced::Reduced;
use keel_disc::solutes::{DAY_S, Steps, days};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, Settings, Swelling, Transport};

use rayon::prelude::*;

#[path = "../tests/support/mod.rs"]
mod support;

use support::{creep, ordinary_day};

const N_RUNS: usize = 15;

fn median(mut run: impl FnMut()) -> f64 {
    let mut ms: Vec<f64> = (0..N_RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    ms.sort_by(f64::total_cmp);
    ms[N_RUNS / 2]
}

fn disc(shape: &DiscShape, division: Division, form: Form) -> Transport {
    let grid = Grid::new(shape, division).expect("the shape is sound");
    Transport::new(grid, Settings::new(form, Grade::Healthy)).expect("the settings are sound")
}

fn main() {
    let swelling = creep(ordinary_day, 300.0);
    let both_halves = Division {
        mirror_height: false,
        ..Division::STANDARD
    };
    for form in [Form::Published, Form::Conservative] {
        println!("{form:?}");
        for (name, shape, division) in [
            ("round 28 × 16", DiscShape::round(), Division::ROUND),
            ("mapped, preview", DiscShape::default(), Division::PREVIEW),
            ("mapped, standard", DiscShape::default(), Division::STANDARD),
            ("the same, both halves", DiscShape::default(), both_halves),
        ] {
            let mut disc = disc(&shape, division, form);
            let guess = disc.supplied();
            let rest = median(|| {
                disc.steady(0.95, 0.95, guess.clone()).expect("J is sound");
            });
            let periodic = disc
                .periodic(&swelling, DAY_S, Steps::default(), 1e-3, 10)
                .expect("the day is sound");
            let start = periodic.day.end;
            let adaptive = median(|| {
                disc.day(&swelling, &start, DAY_S, Steps::default()).expect("the day is sound");
            });
            let even = Steps::constant(Default::default(), 600.0);
            let constant = median(|| {
                disc.day(&swelling, &start, DAY_S, even).expect("the day is sound");
            });
            let day = disc.day(&swelling, &start, DAY_S, Steps::default()).expect("the day is sound");
            println!(
                "  {name:<22} {:>6} cells for {:>6}: day {adaptive:7.2} ms in {} steps, in steps of 10 min {constant:7.2} ms, at rest {rest:7.2} ms; \
                 worst {:.3?}, repeats after {} days",
                disc.grid().n_cells(),
                division.n_cells(),
                day.course.len() - 1,
                day.worst(),
                periodic.days,
            );
        }
        let full = disc(&DiscShape::default(), Division::STANDARD, form);
        let training = [
            creep(ordinary_day, 300.0),
            creep(|hour| if hour < 8.0 { 0.7 } else { ordinary_day(hour) }, 300.0),
            creep(|_| 0.3, 300.0),
        ];
        let start = Instant::now();
        let reduced = Reduced::train(&full, &training, DAY_S).expect("the days are sound");
        let trained = start.elapsed().as_secs_f64();
        let state = reduced.start();
        let many = median(|| {
            for _ in 0..100 {
                std::hint::black_box(reduced.day(std::hint::black_box(&swelling), &state, DAY_S));
            }
        });
        let naps = creep(|hour| if (5.0..6.0).contains(&hour) { 0.1 } else { ordinary_day(hour) }, 300.0);
        println!(
            "  reduced                day {:.3} ms, trained in {trained:.2} s to {:.2e}, on another day off by {:.2e}",
            many / 100.0,
            reduced.trained_to,
            reduced.error(&naps, DAY_S).expect("the day is sound").largest(),
        );
        let mut five: Vec<(Transport, Swelling, _)> = (0..5)
            .map(|i| {
                let shape = DiscShape::of_size(0.0501, 0.0385, 0.0122 + 0.0005 * f64::from(i));
                let mut disc = disc(&shape, Division::STANDARD, form);
                let guess = disc.supplied();
                let (state, _) = disc.steady(0.95, 0.95, guess).expect("J is sound");
                (disc, swelling.clone(), state)
            })
            .collect();
        let at_once = median(|| {
            days(&mut five, DAY_S, Steps::default()).expect("the days are sound");
        });
        let mut round = disc(&DiscShape::round(), Division::ROUND, form);
        let guess = round.supplied();
        let (state, _) = round.steady(0.95, 0.95, guess).expect("J is sound");
        let start = Instant::now();
        let least: Vec<f64> = (0..1000)
            .into_par_iter()
            .map(|i| {
                let settings = Settings {
                    endplate_diffusivity: [0.5 + f64::from(i) * 0.001; 2],
                    ..Settings::new(form, Grade::Healthy)
                };
                let mut disc = Transport::new(round.grid().clone(), settings).expect("the settings are sound");
                let (state, _) = disc.steady(0.95, 0.95, state.clone()).expect("J is sound");
                disc.extremes(&state).glucose_mol_per_m3.value
            })
            .collect();
        println!(
            "  a thousand round discs at rest, least glucose {:.3} to {:.3} mol/m³ with their end-plates: {:.2} s",
            least[0],
            least[999],
            start.elapsed().as_secs_f64()
        );
        println!(
            "  five mapped discs at once on {} threads: {at_once:.2} ms",
            rayon::current_num_threads()
        );
    }
}
