//! How long a day of one disc takes: `cargo run --release -p keel-disc --example speed`.

use std::{hint::black_box, time::Instant};

use keel_disc::{Course, DiscShape, Fluid, Grade, Hours, Load, Mechanics, Steps};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A day of twenty activities, then the night.
    let mut hours: Vec<Hours> = (0..20)
        .map(|i| Hours {
            from_s: f64::from(i) * 2880.0,
            to_s: f64::from(i + 1) * 2880.0,
            parts: vec![(Load::held(if i % 2 == 0 { 0.32e6 } else { 0.27e6 }), 1.0)],
        })
        .collect();
    hours.push(Hours {
        from_s: 57_600.0,
        to_s: 86_400.0,
        parts: vec![(Load::held(0.01e6), 1.0)],
    });
    let day = keel_disc::Day::new(hours)?;
    let fluid: Fluid = Fluid::new(&DiscShape::default(), Grade::Healthy, &Mechanics::of(Grade::Healthy), 0.01e6)?;
    let mut water = fluid.rested();
    let n = 2000;
    let begin = Instant::now();
    let mut samples = 0;
    for _ in 0..n {
        samples = Course::once(&fluid, black_box(&mut water), &day, Steps::default())?.samples.len();
    }
    println!(
        "one day: {:.1} µs, {samples} samples",
        begin.elapsed().as_secs_f64() * 1e6 / f64::from(n)
    );
    let begin = Instant::now();
    let mut days = 0;
    for _ in 0..n / 10 {
        days = Course::repeated(&fluid, black_box(&day), Steps::default())?.days;
    }
    println!(
        "until every day is alike: {:.1} µs, {days} days",
        begin.elapsed().as_secs_f64() * 1e7 / f64::from(n)
    );
    Ok(())
}
