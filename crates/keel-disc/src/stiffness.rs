//! Stiff in the morning: how much more a bend asks of disc and ligaments after rising than later, and until when.
//!
//! A disc full of water is taller; what binds the vertebrae behind is taut earlier in a bend, and stress grows steeply with the bend. So a
//! difference of height is a difference of angle, and stress changes by a power of it:
//!
//! ```text
//! stress / stress later = (ratio in the morning)^(Δ/Δ₁)
//! ```
//!
//! Δ is the water that will still leave, as a share of the rested volume; Δ₁ that of the whole day in healthy discs; the ratio of a whole day is
//! that of Adams 1987: +300 % for the disc, +80 % for the ligaments of the arch. A disc that takes up little water overnight is little stiffer in
//! the morning.

use crate::day::Course;

/// Bending stress of the disc in the morning over later. Lumbar spines of cadavers with the range that the living have morning and evening.
/// Source: `adams-1987`.
const DISC_RATIO: f64 = 4.0;
/// Likewise of the ligaments of the neural arch.
const LIGAMENT_RATIO: f64 = 1.8;
/// Volume that healthy discs gain overnight. Five people, 19 discs. Source: `malko-2002`.
const WHOLE_DAY: f64 = 0.106;
/// Bends are left alone until the stress has fallen to this (proposal): half of what the morning of Adams asks.
const ALLOWED_RATIO: f64 = 2.0;
/// Never shorter than this, s, whatever is computed. Source: the hour of `snook-1998`.
pub const SHORTEST_S: f64 = 3600.0;

/// Stress of a bend over that of the same bend late in the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bending {
    /// In the disc.
    pub disc: f64,
    /// In the ligaments of the arch.
    pub ligaments: f64,
}

/// What the morning asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Morning {
    /// On rising.
    pub on_rising: Bending,
    /// An hour later.
    pub after_hour: Bending,
    /// When bending is asked for again, s after rising, at least [`SHORTEST_S`]; none where that is not reached within the day.
    pub no_flexion_s: Option<f64>,
}

/// Bending at a time of the day.
#[must_use]
pub fn bending(course: &Course, t_s: f64) -> Bending {
    let volume = |seen: &crate::fluid::Seen| seen.volume;
    let whole_days = (course.at(t_s, volume) - course.range(volume).0) / WHOLE_DAY;
    Bending {
        disc: DISC_RATIO.powf(whole_days),
        ligaments: LIGAMENT_RATIO.powf(whole_days),
    }
}

impl Morning {
    /// The morning of a day on which the person rises at a time.
    #[must_use]
    pub fn new(course: &Course, rises_s: f64) -> Self {
        let later = course.samples.iter().filter(|sample| sample.t_s >= rises_s);
        let mut before = (rises_s, bending(course, rises_s).disc);
        let mut found = (before.1 <= ALLOWED_RATIO).then_some(0.0);
        for sample in later {
            if found.is_some() {
                break;
            }
            let now = (sample.t_s, bending(course, sample.t_s).disc);
            if now.1 <= ALLOWED_RATIO {
                let share = if before.1 > now.1 {
                    (before.1 - ALLOWED_RATIO) / (before.1 - now.1)
                } else {
                    1.0
                };
                found = Some(before.0 + share * (now.0 - before.0) - rises_s);
            }
            before = now;
        }
        Self {
            on_rising: bending(course, rises_s),
            after_hour: bending(course, rises_s + 3600.0),
            no_flexion_s: found.map(|after_s| after_s.max(SHORTEST_S)),
        }
    }
}
