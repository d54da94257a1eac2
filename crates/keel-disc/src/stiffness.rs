//! Stiff in the morning: how much more a bend asks of disc and ligaments after rising than later, and until when.
//!
//! A disc full of water is taller; what binds the vertebrae behind is taut earlier in a bend, and stress grows steeply with the bend. So a
//! difference of height is a difference of angle, and stress changes by a power of it:
//!
//! ```text
//! stress / stress later = (ratio in the morning)^(Δ/Δ₁)
//! ```
//!
//! Δ is the volume beyond that which this disc has later on a usual day, eight hours after rising, spent on the feet; Δ₁ that which healthy discs
//! lose until then, or this disc where it loses more. The ratio of the whole is that of Adams 1987: +300 % for the disc, +80 % for the ligaments
//! of the arch; beyond it nothing is known. A disc that takes up little water overnight is little stiffer in the morning; one that was spared
//! all day is stiff all day.

use crate::day::{Course, Day, DayError, Hours, Load};

/// Bending stress of the disc in the morning over later. Lumbar spines of cadavers with the range that the living have morning and evening.
/// Source: `adams-1987`.
const DISC_RATIO: f64 = 4.0;
/// Likewise of the ligaments of the neural arch.
const LIGAMENT_RATIO: f64 = 1.8;
/// Volume that healthy discs lose from rising until later: 10.6 % is what they gain overnight (five people, 19 discs, `malko-2002`), of which
/// 94 % leave within eight hours (computed).
const WHOLE_DAY: f64 = 0.94 * 0.106;
/// When "later" is, s after rising.
const LATER_S: f64 = 8.0 * 3600.0;
/// Bends are left alone until the stress has fallen to this (proposal): half of what the morning of Adams asks.
const ALLOWED_RATIO: f64 = 2.0;
/// Never shorter than this, s, whatever is computed. Source: the hour of `snook-1998`.
pub const SHORTEST_S: f64 = 3600.0;

/// Stress of a bend over that of the same bend eight hours after rising on a usual day.
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

/// How stiff a disc is to bending through a day.
struct Stiffness<'a> {
    course: &'a Course,
    later: f64,
    whole_day: f64,
}

impl<'a> Stiffness<'a> {
    fn new(course: &'a Course, usual: &Course) -> Self {
        let volume = |t_s: f64| usual.at(t_s, |seen| seen.volume);
        let later = volume(LATER_S);
        Self {
            course,
            later,
            whole_day: WHOLE_DAY.max(volume(0.0) - later),
        }
    }

    fn at(&self, t_s: f64) -> Bending {
        let days = (self.course.at(t_s, |seen| seen.volume) - self.later) / self.whole_day;
        Bending {
            disc: DISC_RATIO.powf(days.min(1.0)),
            ligaments: LIGAMENT_RATIO.powf(days.min(1.0)),
        }
    }
}

/// Sixteen hours on the feet under this stress, eight lying: the usual day of [`Morning`].
///
/// # Errors
/// A stress is no number or out of its limits.
pub fn usual_day(standing_pa: f64, lying_pa: f64) -> Result<Day, DayError> {
    let hours = |from_h: f64, to_h: f64, stress_pa: f64| Hours {
        from_s: from_h * 3600.0,
        to_s: to_h * 3600.0,
        parts: vec![(Load::held(stress_pa), 1.0)],
    };
    Day::new(vec![hours(0.0, 16.0, standing_pa), hours(16.0, 24.0, lying_pa)])
}

impl Morning {
    /// The morning of a day on which the person rises at a time, against a usual day of the same disc, which begins with rising.
    #[must_use]
    pub fn new(course: &Course, usual: &Course, rises_s: f64) -> Self {
        let stiffness = Stiffness::new(course, usual);
        let on_rising = stiffness.at(rises_s);
        let mut before = (rises_s, on_rising.disc);
        let mut found = (before.1 <= ALLOWED_RATIO).then_some(0.0);
        for sample in course.samples.iter().filter(|sample| sample.t_s > rises_s) {
            if found.is_some() {
                break;
            }
            let now = (sample.t_s, stiffness.at(sample.t_s).disc);
            if now.1 <= ALLOWED_RATIO {
                let share = (before.1 - ALLOWED_RATIO) / (before.1 - now.1);
                found = Some(before.0 + share * (now.0 - before.0) - rises_s);
            }
            before = now;
        }
        Self {
            on_rising,
            after_hour: stiffness.at(rises_s + SHORTEST_S),
            no_flexion_s: found.map(|after_s| after_s.max(SHORTEST_S)),
        }
    }
}
