//! What carries the bending moment at every lumbar disc: by muscle group its force, moment and mean arm (by force and by cross-section), the
//! greatest moment of the muscles that extend, and what discs and pressure do.
//!
//! `cargo run -p keel-loads --example moments -- standing-bent-36` or `-- lifting-20kg-stoop 2.5`

use std::{collections::BTreeMap, env};

use keel_body::{Inertial, Rates, inverse_dynamics};
use keel_loads::{Engine, Scope, Settings, constants::SPECIFIC_TENSION_PA};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

fn main() {
    let id = env::args().nth(1).expect("name a posture, or a motion and a time in s");
    let t_s: Option<f64> = env::args().nth(2).and_then(|text| text.parse().ok());
    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    let (state, rates, posture, motion);
    let world = if let Some(t_s) = t_s {
        motion = library.motion(&body, &id, 0.0).expect("the motion can be made");
        let at = motion.frame(t_s);
        (state, rates) = (at.state, at.rates);
        motion.world(at.phase)
    } else {
        posture = library.posture(&body, &id, 0.0).expect("the posture can be taken");
        (state, rates) = (posture.state.clone(), Rates::still(&body));
        posture.world()
    };
    let mut engine = Engine::new(&body, Scope::WholeBody, Settings::default(), world).expect("the settings are allowed");
    let frame = engine.solve(&state, &rates).expect("the state is finite").clone();
    let (pose, paths) = (engine.pose().clone(), engine.paths().clone());
    let mut inertial = Inertial::new(&body);
    inverse_dynamics(&body, &pose, &rates, world.held, &mut inertial);
    let n = body.fascicles.len();
    let mut arms = vec![0.0; body.n_coordinates() * n];
    paths.moment_arms(&body, &pose, &mut arms);
    println!("{id}: pressure in the abdomen {:.1} kPa", frame.abdomen_pa * 1e-3);
    for (index, disc) in body.discs.iter().enumerate().rev() {
        let k = body.segments[disc.upper].coordinates.start;
        println!(
            "{}: flexed {:.1}°, needed {:.1} N·m, compression {:.0} N, disc and ligaments {:.1} N·m",
            disc.id,
            state.q_rad[k].to_degrees(),
            inertial.tau_n_m[k],
            frame.discs[index].compression_n,
            frame.discs[index].moment_n_m[0],
        );
        let mut by_group: BTreeMap<&str, [f64; 4]> = BTreeMap::new();
        for (f, fascicle) in body.fascicles.iter().enumerate() {
            let arm_m = arms[k * n + f];
            if arm_m.abs() > 0.0 && frame.force_n[f].is_finite() {
                let sum = by_group.entry(fascicle.muscle.as_str()).or_default();
                let largest_n = fascicle.pcsa_m2 * SPECIFIC_TENSION_PA;
                for (sum, value) in sum
                    .iter_mut()
                    .zip([frame.force_n[f], frame.force_n[f] * arm_m, largest_n, largest_n * arm_m])
                {
                    *sum += value;
                }
            }
        }
        for (muscle, [force_n, moment_n_m, largest_n, largest_n_m]) in &by_group {
            println!(
                "    {muscle:28} {force_n:7.0} N {moment_n_m:8.1} N·m {:7.1} mm, by cross-section {:7.1} mm",
                1e3 * moment_n_m / force_n,
                1e3 * largest_n_m / largest_n,
            );
        }
        let extending_n_m: f64 = by_group.values().map(|sum| sum[3].min(0.0)).sum();
        println!("    all that extend, at full activation and best length {extending_n_m:.0} N·m");
    }
}
