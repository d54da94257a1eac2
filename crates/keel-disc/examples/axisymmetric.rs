//! The round test disc in its variants, for comparison with other programs: `axisymmetric [--json]`.

use std::time::Instant;

use keel_disc::metabolism::Metabolism;
use keel_disc::solutes::{DAY_S, Steps};
use keel_disc::transport::{Kinetics, Settings};
use keel_disc::{DiscShape, Division, Form, Grade, Grid, Transport};

#[path = "../tests/support/mod.rs"]
mod support;

use support::{all_active, at_rest, creep, ordinary_day, transport, values};

const N_RUNS: usize = 15;

/// The least time of several runs, ms, and the result.
fn timed<R>(mut run: impl FnMut() -> R) -> (f64, R) {
    let mut least = f64::INFINITY;
    let mut result = None;
    for _ in 0..N_RUNS {
        let start = Instant::now();
        result = Some(run());
        least = least.min(start.elapsed().as_secs_f64() * 1e3);
    }
    (least, result.expect("it ran"))
}

fn disc(shape: &DiscShape, settings: &Settings) -> Transport {
    let grid = Grid::new(shape, Division::ROUND).expect("the shape is sound");
    Transport::new(grid, settings.clone()).expect("the settings are sound")
}

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    let healthy = all_active(Form::Published, Grade::Healthy);
    let low = DiscShape {
        height_centre_m: 0.012,
        ..DiscShape::round()
    };
    let sparse = Settings {
        kinetics: Kinetics::Cells(Metabolism {
            activity: 0.75,
            ..Metabolism::default()
        }),
        ..healthy.clone()
    };
    let calcified = Settings {
        endplate_diffusivity: [0.5; 2],
        ..healthy.clone()
    };
    let cases = [
        ("healthy", DiscShape::round(), healthy.clone()),
        ("conservative", DiscShape::round(), all_active(Form::Conservative, Grade::Healthy)),
        ("height-12", low, healthy.clone()),
        ("cells-0.75", DiscShape::round(), sparse),
        ("cartilage-0.5", DiscShape::round(), calcified),
        ("grade-3", DiscShape::round(), all_active(Form::Published, Grade::Degenerated)),
    ];
    let mut rows: Vec<(&str, [f64; 3], f64)> = cases
        .iter()
        .map(|(name, shape, settings)| {
            let (ms, extremes) = timed(|| at_rest(&mut disc(shape, settings), 1.0).1);
            (*name, values(&extremes), ms)
        })
        .collect();
    // A day from rest at its first J.
    let swelling = creep(ordinary_day, 600.0);
    let mut disc = transport(&DiscShape::round(), Division::ROUND, healthy);
    let (start, _) = at_rest(&mut disc, swelling.nucleus[0]);
    let (ms, day) = timed(|| disc.day(&swelling, &start, DAY_S, Steps::default()).expect("the day is sound"));
    rows.push(("day", day.worst(), ms));
    if json {
        let lines: Vec<String> = rows
            .iter()
            .map(|(name, [oxygen, glucose, lactate], ms)| {
                format!("  \"{name}\": {{ \"extremes\": [{oxygen:.6}, {glucose:.6}, {lactate:.6}], \"ms\": {ms:.4} }}")
            })
            .collect();
        println!("{{\n{}\n}}", lines.join(",\n"));
    } else {
        println!("{:<16}{:>12}{:>12}{:>12}{:>12}", "case", "O₂ min kPa", "G min mM", "L max mM", "ms");
        for (name, [oxygen, glucose, lactate], ms) in rows {
            println!("{name:<16}{oxygen:>12.4}{glucose:>12.4}{lactate:>12.4}{ms:>12.3}");
        }
    }
}
