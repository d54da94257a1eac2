//! What was asked for, computed: every instant of a posture or motion with its loads and what a picture of it needs.

use keel_body::{Body, HeldMass, Library, Motion, Name, State, Support, Thing, Touch};
use keel_loads::{Frame, Quality, Scope, Settings, motion_loads, posture_loads};

use crate::picture::Instant;

/// Frames of a motion that are computed, per second.
const FRAMES_PER_S: f64 = 25.0;

/// Frames of a motion that are computed, both ends included.
pub(crate) fn n_frames(motion: &Motion) -> u32 {
    (motion.duration_s * FRAMES_PER_S).ceil().max(2.0) as u32 + 1
}

/// How loads are computed.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) scope: Scope,
    pub(super) settings: Settings,
    pub(super) hold_kg: f64,
}

/// A posture or motion of a body, computed.
pub(super) struct Computed {
    pub(super) id: String,
    pub(super) name: Name,
    /// One of a posture, several of a motion.
    pub(super) moments: Vec<Moment>,
    supports: Vec<Support>,
}

/// One instant.
pub(super) struct Moment {
    pub(super) t_s: f64,
    pub(super) frame: Frame,
    state: State,
    touches: Vec<Touch>,
    held: Vec<HeldMass>,
    things: Vec<Thing>,
}

impl Computed {
    pub(super) fn posture(library: &Library, body: &Body, id: &str, how: How) -> anyhow::Result<Self> {
        let posture = library.posture(body, id, how.hold_kg)?;
        let moment = Moment {
            t_s: 0.0,
            frame: posture_loads(body, &posture, how.scope, how.settings)?,
            state: posture.state,
            touches: posture.touches,
            held: posture.held,
            things: posture.things,
        };
        Ok(Self {
            id: id.to_owned(),
            name: library.posture_record(id)?.name.clone(),
            moments: vec![moment],
            supports: posture.supports,
        })
    }

    pub(super) fn motion(library: &Library, body: &Body, id: &str, how: How) -> anyhow::Result<Self> {
        let motion = library.motion(body, id, how.hold_kg)?;
        let frames = motion_loads(body, &motion, n_frames(&motion), how.scope, how.settings)?;
        let moments = frames.into_iter().map(|(instant, frame)| Moment {
            t_s: instant.t_s,
            frame,
            state: instant.state,
            touches: motion.touches[instant.phase].clone(),
            held: motion.held[instant.phase].clone(),
            things: motion.things[instant.phase].clone(),
        });
        Ok(Self {
            id: id.to_owned(),
            name: library.motion_record(id)?.name.clone(),
            moments: moments.collect(),
            supports: motion.supports,
        })
    }

    /// The instant with the largest compression of any disc.
    pub(super) fn peak(&self) -> Option<&Moment> {
        let largest = |frame: &Frame| frame.discs.iter().map(|disc| disc.compression_n).fold(f64::NEG_INFINITY, f64::max);
        self.moments.iter().max_by(|a, b| largest(&a.frame).total_cmp(&largest(&b.frame)))
    }

    /// Quality of the instant in which most of the body's weight is carried by nothing.
    pub(super) fn worst(&self) -> Option<&Quality> {
        let qualities = self.moments.iter().map(|moment| &moment.frame.quality);
        qualities.max_by(|a, b| {
            a.root_missing_n
                .max(a.root_missing_n_m)
                .total_cmp(&b.root_missing_n.max(b.root_missing_n_m))
        })
    }

    /// At most `n_max` instants, two or more, evenly over the motion.
    pub(super) fn instants(&self, n_max: usize) -> Vec<Instant<'_>> {
        let n = self.moments.len();
        let n_drawn = n.min(n_max);
        (0..n_drawn)
            .map(|i| {
                let moment = &self.moments[if n_drawn == n { i } else { i * (n - 1) / (n_drawn - 1) }];
                let caption = if n > 1 {
                    format!("{} · {:.1} s", self.id, moment.t_s)
                } else {
                    self.id.clone()
                };
                Instant {
                    state: &moment.state,
                    frame: &moment.frame,
                    supports: &self.supports,
                    touches: &moment.touches,
                    held: &moment.held,
                    things: &moment.things,
                    caption,
                }
            })
            .collect()
    }
}

/// Loads of the person's own relaxed standing with nothing in the hands: what others are compared with.
pub(crate) fn standing(library: &Library, body: &Body, settings: Settings) -> anyhow::Result<Frame> {
    let standing = library.posture(body, "standing-relaxed", 0.0)?;
    Ok(posture_loads(body, &standing, Scope::WholeBody, settings)?)
}
