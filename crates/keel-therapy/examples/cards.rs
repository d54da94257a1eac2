//! Time of the load cards of all exercises for one person, on all cores and on one; by exercise where they take longest.
//!
//! `cargo run --release -p keel-therapy --example cards`

use std::time::Instant;

use keel_body::{Body, Person, Sex};
use keel_knowledge::{Knowledge, Shown, embedded_files};
use keel_therapy::{Bodies, Cards};

/// Rounds of which the middle one counts.
const N_ROUNDS: usize = 9;
/// Motions that are named.
const N_NAMED: usize = 8;

fn main() {
    let Ok(knowledge) = Knowledge::read_unsealed(embedded_files()) else {
        panic!("the knowledge has errors; keel knowledge check lists them")
    };
    let bodies = Bodies::read(&knowledge).expect("anatomy and postures can be read");
    let person = Person::new(Sex::Male, 1.74, 70.0);
    let median_ms = || {
        let mut times: Vec<f64> = (0..N_ROUNDS)
            .map(|_| {
                let begin = Instant::now();
                Cards::new(&knowledge, &bodies, Ok(person.clone())).expect("the person has a body");
                begin.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[N_ROUNDS / 2]
    };
    let n = knowledge.usable_exercises().count();
    println!("{n} exercises, cards of one person, median of {N_ROUNDS}: {:.0} ms", median_ms());
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool of one thread");
    println!("the same on one core: {:.0} ms", one.install(median_ms));

    let body = Body::new(&bodies.anatomy, &person).expect("the person has a body");
    let motions = knowledge.usable_exercises().filter_map(|exercise| match exercise.shown()? {
        Shown::Motion(id) => Some(id),
        _ => None,
    });
    let mut times: Vec<(f64, &str)> = motions
        .map(|id| {
            let begin = Instant::now();
            bodies.library.motion(&body, id, 0.0).expect("every motion can be made");
            (begin.elapsed().as_secs_f64() * 1e3, id)
        })
        .collect();
    times.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("of which motions, one core: {:.0} ms", times.iter().map(|one| one.0).sum::<f64>());
    for (ms, id) in times.iter().take(N_NAMED) {
        println!("  {id}: {ms:.1} ms");
    }
}
