//! What was asked for, computed: every instant of a posture or motion with its loads and what a picture of it needs.

use keel_body::{Body, HeldMass, Library, Motion, Name, Rod, SeenFrom, State, Support, Thing, Touch};
use keel_loads::{Frame, Quality, Scope, Settings, motion_loads, posture_loads};

use crate::{PictureError, picture::Instant};

/// Frames of a motion that are computed, per second.
const FRAMES_PER_S: f64 = 25.0;

/// Frames of a motion that are computed, both ends included.
pub fn n_frames(motion: &Motion) -> u32 {
    (motion.duration_s * FRAMES_PER_S).ceil().max(2.0) as u32 + 1
}

/// How loads are computed.
#[derive(Clone, Copy)]
pub struct How {
    /// Whole body or trunk alone.
    pub scope: Scope,
    /// Aids, co-contraction, how muscles share.
    pub settings: Settings,
    /// Mass added to the hands, kg.
    pub hold_kg: f64,
}

impl How {
    /// The whole body without aids and with empty hands.
    pub fn plain() -> Self {
        Self {
            scope: Scope::WholeBody,
            settings: Settings::default(),
            hold_kg: 0.0,
        }
    }
}

/// A posture or motion of a body, computed.
pub struct Computed {
    /// Id of the posture or motion.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// From where it is seen best.
    pub seen_from: SeenFrom,
    /// One of a posture, several of a motion.
    pub moments: Vec<Moment>,
    supports: Vec<Support>,
    rods: Vec<Rod>,
}

/// One instant.
pub struct Moment {
    /// Time, s.
    pub t_s: f64,
    /// What acts in the body.
    pub frame: Frame,
    state: State,
    touches: Vec<Touch>,
    held: Vec<HeldMass>,
    things: Vec<Thing>,
}

impl Computed {
    /// Computes a posture.
    ///
    /// # Errors
    /// It cannot be made with this body, or its loads cannot be computed.
    pub fn posture(library: &Library, body: &Body, id: &str, how: How) -> Result<Self, PictureError> {
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
            seen_from: library.posture_record(id)?.seen_from,
            moments: vec![moment],
            supports: posture.supports,
            rods: posture.rods,
        })
    }

    /// Computes a motion.
    ///
    /// # Errors
    /// As for a posture.
    pub fn motion(library: &Library, body: &Body, id: &str, how: How) -> Result<Self, PictureError> {
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
            seen_from: library.motion_record(id)?.seen_from,
            moments: moments.collect(),
            supports: motion.supports,
            rods: motion.rods,
        })
    }

    /// From the first to the last instant, s; zero of a posture.
    pub fn duration_s(&self) -> f64 {
        self.moments.last().map_or(0.0, |last| last.t_s)
    }

    /// The instant with the largest compression of any disc.
    pub fn peak(&self) -> Option<&Moment> {
        let largest = |frame: &Frame| frame.discs.iter().map(|disc| disc.compression_n).fold(f64::NEG_INFINITY, f64::max);
        self.moments.iter().max_by(|a, b| largest(&a.frame).total_cmp(&largest(&b.frame)))
    }

    /// The instant in which the body is farthest from where it began: what one recognises an exercise by.
    pub fn farthest_instant(&self) -> Option<Instant<'_>> {
        let first = &self.moments.first()?.state;
        let away = |moment: &Moment| -> f64 {
            let angles = moment.state.q_rad.iter().zip(&first.q_rad);
            let turned = moment.state.root.angle_between(first.root);
            angles.map(|(now, then)| (now - then).powi(2)).sum::<f64>() + turned * turned
        };
        let farthest = self.moments.iter().max_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some(self.drawn(farthest))
    }

    fn drawn<'a>(&'a self, moment: &'a Moment) -> Instant<'a> {
        let caption = if self.moments.len() > 1 {
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
            rods: &self.rods,
            caption,
        }
    }

    /// Quality of the instant in which most of the body's weight is carried by nothing.
    pub fn worst(&self) -> Option<&Quality> {
        let qualities = self.moments.iter().map(|moment| &moment.frame.quality);
        qualities.max_by(|a, b| {
            a.root_missing_n
                .max(a.root_missing_n_m)
                .total_cmp(&b.root_missing_n.max(b.root_missing_n_m))
        })
    }

    /// At most `n_max` instants, two or more, evenly over the motion.
    pub fn instants(&self, n_max: usize) -> Vec<Instant<'_>> {
        let n = self.moments.len();
        let n_drawn = n.min(n_max);
        (0..n_drawn)
            .map(|i| self.drawn(&self.moments[if n_drawn == n { i } else { i * (n - 1) / (n_drawn - 1) }]))
            .collect()
    }
}

/// Loads of the person's own relaxed standing with nothing in the hands: what others are compared with.
pub fn standing(library: &Library, body: &Body, settings: Settings) -> Result<Frame, PictureError> {
    let standing = library.posture(body, "standing-relaxed", 0.0)?;
    Ok(posture_loads(body, &standing, Scope::WholeBody, settings)?)
}
