//! From a posture or motion to its load card: which instants are computed, and for how long each stands.

use keel_body::{Body, Motion, Posture, State, World};

use crate::{
    card::{Instant, LoadCard},
    engine::{Engine, Frame, LoadError, Scope, Settings},
    summary::posture_loads,
};

/// Instants a second while the body moves; loads of an exercise change slowly.
const INSTANTS_PER_S: f64 = 6.0;
/// Fewest instants of a phase that moves.
const N_LEAST: u32 = 3;
/// Phase whose length the dose decides.
const HOLD: &str = "hold";

/// Card of a posture that is held for `hold_s`.
///
/// # Errors
/// Settings or masses out of their limits.
pub fn posture_card(body: &Body, standing: &Frame, posture: &Posture, hold_s: f64, settings: Settings) -> Result<LoadCard, LoadError> {
    let frame = posture_loads(body, posture, Scope::WholeBody, settings)?;
    let instant = Instant {
        t_s: 0.0,
        state: &posture.state,
        frame: &frame,
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
    pub fn new(body: &Body, motion: &Motion, settings: Settings) -> Result<Self, LoadError> {
        let mut instants = Vec::new();
        let mut current: Option<(World<'_>, Engine<'_>)> = None;
        let (mut begin_s, mut moved_s, mut held) = (0.0, 0.0, 0.0);
        for (phase, end_s) in motion.phase_ends_s.iter().copied().enumerate() {
            let world = motion.world(phase);
            // Contacts and masses that stay keep the engine, and with it the answer from which the next search starts.
            if current.as_ref().is_none_or(|(before, _)| *before != world) {
                current = Some((world, Engine::new(body, Scope::WholeBody, settings, world)?));
            }
            let Some((_, engine)) = &mut current else { continue };
            let (seconds, is_hold) = (end_s - begin_s, motion.phase_id(phase) == HOLD);
            let (first, n) = if motion.keeps_still(phase) {
                (0, 1)
            } else {
                let n = (seconds * INSTANTS_PER_S).ceil().max(f64::from(N_LEAST));
                (u32::from(phase > 0), n as u32)
            };
            for i in first..=n {
                let share = f64::from(i) / f64::from(n);
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
