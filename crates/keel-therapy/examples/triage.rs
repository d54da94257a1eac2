//! How long the decision of triage takes for the example cases, without reading the knowledge: median of a thousand, in microseconds.
//!
//! `cargo run --release -p keel-therapy --example triage -- examples/*.toml`

use std::{env, error::Error, fs, time::Instant};

use jiff::civil::date;
use keel_knowledge::Knowledge;
use keel_therapy::{Asking, Catalogue, PersonFacts, read_case, triage};

const RUNS: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let knowledge = Knowledge::embedded()?;
    println!("reading the knowledge: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let catalogue = Catalogue::new(&knowledge);
    for file in env::args().skip(1) {
        let case = read_case(&file, &fs::read_to_string(&file)?, &catalogue)?;
        let day = case.date.unwrap_or(date(2026, 11, 24));
        let mut micros: Vec<f64> = (0..RUNS)
            .map(|_| {
                let began = Instant::now();
                let facts = PersonFacts::new(&knowledge, &catalogue, &case.answers, day);
                std::hint::black_box(triage(&facts, Asking::Done));
                began.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        micros.sort_by(f64::total_cmp);
        println!("{file}: {:.0} µs", micros[RUNS / 2]);
    }
    Ok(())
}
