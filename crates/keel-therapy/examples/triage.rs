//! How long triage takes for the example cases: the decision alone in microseconds, and the whole program `keel triage` from its start
//! to its end in milliseconds, beside `keel --version`, which starts and does nothing. Medians.
//!
//! `cargo build --release --bin keel && cargo run --release -p keel-therapy --example triage -- examples/*.toml`

use std::{
    env,
    error::Error,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use jiff::civil::date;
use keel_knowledge::Knowledge;
use keel_therapy::{Asking, Catalogue, PersonFacts, read_case, triage};

const DECISIONS: usize = 1000;
const STARTS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let knowledge = Knowledge::embedded()?;
    println!("reading the knowledge: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let catalogue = Catalogue::new(&knowledge);
    // built beside this example
    let keel = env::current_exe()?.with_file_name("../keel");
    if keel.exists() {
        println!("keel --version: {:.2} ms", whole_program(&keel, &["--version"])?);
    }
    for file in env::args().skip(1) {
        let case = read_case(&file, &fs::read_to_string(&file)?, &catalogue)?;
        let day = case.date.unwrap_or(date(2026, 11, 24));
        let decision = median(DECISIONS, || {
            let facts = PersonFacts::new(&knowledge, &catalogue, &case.answers, day);
            std::hint::black_box(triage(&facts, Asking::Done));
            Ok(())
        })?;
        print!("{file}: decision {:.0} µs", decision * 1e6);
        if keel.exists() {
            print!(", keel triage {:.2} ms", whole_program(&keel, &["triage", &file, "--json"])?);
        }
        println!();
    }
    Ok(())
}

/// Milliseconds from the start of the program to its end.
fn whole_program(keel: &Path, args: &[&str]) -> Result<f64, Box<dyn Error>> {
    let seconds = median(STARTS, || {
        let ended = Command::new(keel).args(args).stdout(Stdio::null()).status()?;
        if ended.success() {
            Ok(())
        } else {
            Err(format!("keel {} ended with {ended}", args.join(" ")).into())
        }
    })?;
    Ok(seconds * 1e3)
}

/// Median of so many runs, in seconds.
fn median(runs: usize, mut run: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut seconds = Vec::with_capacity(runs);
    for _ in 0..runs {
        let began = Instant::now();
        run()?;
        seconds.push(began.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[runs / 2])
}
