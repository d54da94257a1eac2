//! From a posture or motion to its load card: which instants are computed, and for how long each stands.

use keel_body::{Body, Motion, Posture, Rates, State, World};

use crate::{
    card::{Instant, LoadCard},
    engine::{Engine, Frame, Layout, LoadError, Settings},
};

/// Instants a second while the body moves; loads of an exercise change slowly. Against 25 a second the peaks of all discs agree within 3 % in
/// every motion of the library with ends at rest, and within 5 % in the gaits that exercises use (8 % in `walking`).
const INSTANTS_PER_S: f64 = 4.0;
/// Fewest instants of a phase that moves.
const N_LEAST: u32 = 3;
/// Phase whose length the dose decides.
const HOLD: &str = "hold";

/// Card of a posture that is held for `hold_s`.
///
/// # Errors
/// Settings or masses out of their limits.
pub fn posture_card(
    layout: &Layout<'_>,
    standing: &Frame,
    posture: &Posture,
    hold_s: f64,
    settings: Settings,
) -> Result<LoadCard, LoadError> {
    let body = layout.body();
    let mut engine = Engine::on(layout, settings, posture.world())?;
    let instant = Instant {
        t_s: 0.0,
        state: &posture.state,
        frame: engine.solve(&posture.state, &Rates::still(body))?,
    };
    LoadCard::new(body, standing, &[instant], hold_s).ok_or(LoadError::NotFinite("the posture"))
}

/// One repetition of a motion, computed; how long it is held is decided afterwards.
#[derive(Debug, Clone)]
pub struct Course {
    instants: Vec<Computed>,
    has_hold: bool,
}

/// One instant: its time is that without the hold, and its share of the hold.
#[derive(Debug, Clone)]
struct Computed {
    t_s: f64,
    held: f64,
    state: State,
    frame: Frame,
}

impl Course {
    /// Computes a motion.
    ///
    /// # Errors
    /// Settings or masses out of their limits.
    pub fn new(layout: &Layout<'_>, motion: &Motion, settings: Settings) -> Result<Self, LoadError> {
        let mut instants = Vec::new();
        let mut current: Option<(World<'_>, Engine<'_>)> = None;
        let (mut begin_s, mut moved_s, mut held) = (0.0, 0.0, 0.0);
        for (phase, end_s) in motion.phase_ends_s.iter().copied().enumerate() {
            let world = motion.world(phase);
            // Contacts and masses that stay keep the engine, and with it the answer from which the next search starts.
            if current.as_ref().is_none_or(|(before, _)| *before != world) {
                current = Some((world, Engine::on(layout, settings, world)?));
            }
            let Some((_, engine)) = &mut current else { continue };
            let (seconds, is_hold) = (end_s - begin_s, motion.phase_id(phase) == HOLD);
            // Ends of a phase are where the body rests; a gait has no rests, and its phases begin with a landing that is no load of a phase.
            let n = (seconds * INSTANTS_PER_S).ceil().max(f64::from(N_LEAST)) as u32;
            let shares: Vec<f64> = match (motion.keeps_still(phase), motion.is_cyclic) {
                (true, _) => vec![0.0, 1.0],
                (false, true) => (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n)).collect(),
                (false, false) => (u32::from(phase > 0)..=n).map(|i| f64::from(i) / f64::from(n)).collect(),
            };
            for share in shares {
                let at = motion.frame(begin_s + share * seconds);
                instants.push(Computed {
                    t_s: moved_s + if is_hold { 0.0 } else { share * seconds },
                    held: held + if is_hold { share } else { 0.0 },
                    frame: engine.solve(&at.state, &at.rates)?.clone(),
                    state: at.state,
                });
            }
            if is_hold {
                held += 1.0;
            } else {
                moved_s += seconds;
            }
            begin_s = end_s;
        }
        Ok(Self {
            instants,
            has_hold: held > 0.0,
        })
    }

    /// Whether a phase of it, named `hold`, lasts as long as the dose says.
    pub fn has_hold(&self) -> bool {
        self.has_hold
    }

    /// Its card when it is held for `hold_s`; none of a motion without an instant.
    pub fn card(&self, body: &Body, standing: &Frame, hold_s: f64) -> Option<LoadCard> {
        let instants: Vec<Instant<'_>> = self
            .instants
            .iter()
            .map(|one| Instant {
                t_s: one.t_s + one.held * hold_s,
                state: &one.state,
                frame: &one.frame,
            })
            .collect();
        LoadCard::new(body, standing, &instants, 0.0)
    }
}
