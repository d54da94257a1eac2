//! Time of whole frames, cold and warm along a motion: kinematics, paths, dynamics, the load problem and its solution, discs.
//!
//! `cargo bench -p keel-loads --bench frames`, or with `-- warm` or `-- trunk` for these alone; on a machine shared with others, `taskset -c 1`, and the old build and the new in turn.

use std::time::Instant;

use keel_body::{Body, Library, Rates, State, World};
use keel_loads::{Engine, N_DISCS, Scope, Settings};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

/// Instants of a motion.
const N_INSTANTS: u32 = 400;
/// Rounds over all instants; of each instant the fastest time counts, so that what else the machine does hardly shows.
const N_ROUNDS: usize = 25;
/// Share of each disc in lumbar flexion, L5-S1 first, and how far it goes.
const FLEXION_SHARES: [f64; N_DISCS] = [0.14, 0.26, 0.23, 0.16, 0.13, 0.08];
const FLEXION_RAD: f64 = 50.0 * std::f64::consts::PI / 180.0;

fn main() {
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    bend(&body, &library);
    lift(&body, &library);
}

/// The trunk alone, bending forward from standing.
fn bend(body: &Body, library: &Library) {
    let standing = library.posture(body, "standing-relaxed", 0.0).expect("standing is a posture");
    let bent = |nth: u32| {
        let mut state = standing.state.clone();
        for (disc, share) in body.discs.iter().zip(FLEXION_SHARES) {
            state.q_rad[body.segments[disc.upper].coordinates.start] += share * FLEXION_RAD * f64::from(nth) / f64::from(N_INSTANTS);
        }
        (state, Rates::still(body))
    };
    let instants: Vec<_> = (0..N_INSTANTS).map(bent).collect();
    measure("trunk, bending to 50°", body, Scope::Trunk, World::default(), &instants);
}

/// The whole body in the longest phase of a lift, over which its contacts stay the same.
fn lift(body: &Body, library: &Library) {
    let lift = library.motion(body, "lifting-20kg-squat", 0.0).expect("the lift is a motion");
    let frames: Vec<_> = lift.frames(N_INSTANTS).collect();
    let of = |phase: usize| frames.iter().filter(move |frame| frame.phase == phase);
    let longest = (0..lift.touches.len()).max_by_key(|phase| of(*phase).count()).unwrap_or(0);
    let instants: Vec<_> = of(longest).map(|frame| (frame.state.clone(), frame.rates.clone())).collect();
    measure("whole body, lifting 20 kg", body, Scope::WholeBody, lift.world(longest), &instants);
}

fn measure(name: &str, body: &Body, scope: Scope, world: World<'_>, instants: &[(State, Rates)]) {
    let only = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    let mut engine = Engine::new(body, scope, Settings::default(), world).expect("the settings are in range");
    println!("{name}: {} instants", instants.len());
    for start in ["warm", "cold"]
        .into_iter()
        .filter(|start| format!("{start} {name}").contains(&only))
    {
        let mut fastest_us = vec![f64::INFINITY; instants.len()];
        let (mut steps, mut compression_n) = (0, 0.0);
        for _ in 0..N_ROUNDS {
            (steps, compression_n) = (0, 0.0);
            for ((state, rates), fastest_us) in instants.iter().zip(&mut fastest_us) {
                if start == "cold" {
                    engine.forget();
                }
                let begun = Instant::now();
                let frame = engine.solve(state, rates).expect("the instants are finite");
                *fastest_us = fastest_us.min(begun.elapsed().as_secs_f64() * 1e6);
                steps += frame.quality.iterations;
                compression_n += frame.discs.iter().map(|disc| disc.compression_n).sum::<f64>();
            }
        }
        let n = instants.len() as f64;
        let per_s = n * 1e6 / fastest_us.iter().sum::<f64>();
        fastest_us.sort_by(f64::total_cmp);
        let at = |share: f64| fastest_us[((fastest_us.len() - 1) as f64 * share) as usize];
        println!(
            "  {start}: {per_s:6.0} frames/s; median {:.1} µs, p90 {:.1} µs, p99 {:.1} µs; {:.2} Newton steps; mean compression {:.9} N",
            at(0.5),
            at(0.9),
            at(0.99),
            steps as f64 / n,
            compression_n / n / N_DISCS as f64,
        );
    }
}
