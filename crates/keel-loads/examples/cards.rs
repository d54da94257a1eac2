//! Time of the load cards of all motions for one person, on all cores.
//!
//! `cargo run --release -p keel-loads --example cards`

use std::time::Instant;

use keel_loads::{Course, LoadError, Scope, Settings, posture_loads};
use rayon::prelude::*;

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

/// Rounds of which the middle one counts.
const N_ROUNDS: usize = 7;

fn main() {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let standing = library.posture(&body, "standing-relaxed", 0.0).expect("standing is a posture");
    let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default()).expect("the settings are in range");
    let ids: Vec<&str> = library.motion_ids().collect();
    let card = |id: &&str| -> Result<(f64, f64, f64), LoadError> {
        let begin = Instant::now();
        let motion = library.motion(&body, id, 0.0).expect("every motion can be made");
        let made = begin.elapsed().as_secs_f64();
        let card = Course::new(&body, &motion, Settings::default())?;
        let card = card.card(&body, &standing, 5.0).expect("a motion has instants");
        Ok((made, begin.elapsed().as_secs_f64() - made, card.discs[1].of_standing.peak))
    };
    let mut all_ms = Vec::new();
    for _ in 0..N_ROUNDS {
        let begin = Instant::now();
        let made: Result<Vec<_>, _> = ids.par_iter().map(card).collect();
        made.expect("the settings are in range");
        all_ms.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    all_ms.sort_by(f64::total_cmp);
    for id in &ids {
        let (made, loads, peak) = card(id).expect("the settings are in range");
        println!(
            "{id}: motion {:.1} ms, loads {:.1} ms, L4-L5 {peak:.2} × standing",
            made * 1e3,
            loads * 1e3
        );
    }
    println!("{} motions: {:.0} ms (median of {N_ROUNDS})", ids.len(), all_ms[N_ROUNDS / 2]);
}
