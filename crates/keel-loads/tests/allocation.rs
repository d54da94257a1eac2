//! No frame but the first allocates: what a motion needs is laid down with its engine.

use keel_body::{Body, Person, Sex};
use keel_loads::{Engine, Scope, Settings};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

/// Frames of a motion.
const N_FRAMES: u32 = 60;

#[test]
fn a_frame_allocates_nothing() {
    let (anatomy, library) = reference::knowledge();
    let body = Body::new(&anatomy, &Person::new(Sex::Male, 1.74, 70.0)).expect("the person is in range");
    for id in ["lifting-20kg-squat", "curl-up"] {
        let motion = library.motion(&body, id, 0.0).expect("the motion exists");
        let frames: Vec<_> = motion.frames(N_FRAMES).collect();
        for scope in [Scope::Trunk, Scope::WholeBody] {
            for phase in 0..motion.touches.len() {
                let mut engine = Engine::new(&body, scope, Settings::default(), motion.world(phase)).expect("the settings are in range");
                let mut of_phase = frames.iter().filter(|frame| frame.phase == phase);
                let mut solve = |frame: &keel_body::MotionFrame| {
                    engine.solve(&frame.state, &frame.rates).expect("the frames are finite");
                };
                of_phase.next().into_iter().for_each(&mut solve);
                let allocations = allocation_counter::measure(|| of_phase.for_each(&mut solve));
                assert_eq!(allocations.count_total, 0, "{id}, {scope:?}, phase {phase}");
            }
        }
    }
}
