//! The loads of a day, and what the water of a disc does under them.

use crate::{
    fluid::{Fluid, FluidError, Hold, STRESS_MOST_PA, Seen, Water, within},
    swelling::Swelling,
};

/// A day, s.
pub const DAY_S: f64 = 86_400.0;
/// Times that differ by less are the same, s.
const SAME_S: f64 = 1e-6;

/// What a posture or activity does to one disc.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Load {
    /// Compression over the area of the disc, mean over a cycle, Pa.
    pub stress_pa: f64,
    /// Its lowest and highest within a cycle.
    pub stress_range_pa: (f64, f64),
    /// Cycles per second; 0 of what is held.
    pub frequency_hz: f64,
    /// Bending of this disc forward from lying, mean over a cycle, rad.
    pub flexion_rad: f64,
    /// Bending of the lumbar spine forward from standing, as a share of what people typically reach.
    pub flexion_share: f64,
}

impl Load {
    /// A load that is held.
    #[must_use]
    pub fn held(stress_pa: f64) -> Self {
        Self {
            stress_pa,
            stress_range_pa: (stress_pa, stress_pa),
            ..Self::default()
        }
    }

    fn check(&self) -> Result<(), FluidError> {
        let Self {
            stress_pa,
            stress_range_pa: (low_pa, high_pa),
            frequency_hz,
            flexion_rad,
            flexion_share,
        } = *self;
        Hold { stress_pa, flexion_rad }.check()?;
        within("the lowest stress of a cycle", low_pa, 0.0, stress_pa + 1e-6, "Pa")?;
        within("the highest stress of a cycle", high_pa, stress_pa - 1e-6, STRESS_MOST_PA, "Pa")?;
        within("the frequency", frequency_hz, 0.0, 100.0, "Hz")?;
        within("the share of bending", flexion_share, -2.0, 2.0, "")
    }
}

/// A time of the day with one activity, or several that take turns quickly.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// Begin, s from the beginning of the day.
    pub from_s: f64,
    /// End.
    pub to_s: f64,
    /// Loads with their shares of the time, which add up to 1.
    pub parts: Vec<(Load, f64)>,
}

impl Hours {
    /// The load that is held on average.
    fn hold(&self) -> Hold {
        let mean = |of: fn(&Load) -> f64| self.parts.iter().map(|(load, share)| of(load) * share).sum();
        Hold {
            stress_pa: mean(|load| load.stress_pa),
            flexion_rad: mean(|load| load.flexion_rad),
        }
    }
}

/// What is wrong with a day; `hours` counts from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DayError {
    /// A day without hours.
    #[error("the day has no hours")]
    Empty,
    /// Hours that end before they begin, or whose times are none.
    #[error("hours {hours} last from {from_s} to {to_s} s")]
    Backwards {
        /// Which.
        hours: usize,
        /// Begin.
        from_s: f64,
        /// End.
        to_s: f64,
    },
    /// Hours that begin before the ones before them end.
    #[error("hours {hours} begin {seconds} s before the ones before them end")]
    Overlap {
        /// Which.
        hours: usize,
        /// By how much.
        seconds: f64,
    },
    /// Time that no hours tell of; `hours` is the number of all where the end of the day is missing.
    #[error("{seconds} s before hours {hours} are missing")]
    Missing {
        /// Which.
        hours: usize,
        /// How much.
        seconds: f64,
    },
    /// Shares that do not add up to 1.
    #[error("the shares of hours {hours} add up to {sum}, not to 1")]
    Shares {
        /// Which.
        hours: usize,
        /// Their sum.
        sum: f64,
    },
    /// A load that is none.
    #[error("hours {hours}: {error}")]
    Load {
        /// Which.
        hours: usize,
        /// What is wrong.
        error: FluidError,
    },
}

/// A day of 24 hours that follow each other without gap, beginning when the person rises.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    hours: Vec<Hours>,
}

impl Day {
    /// A day of these hours.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn new(hours: Vec<Hours>) -> Result<Self, DayError> {
        let mut end_s = 0.0;
        for (at, one) in hours.iter().enumerate() {
            if !(one.from_s.is_finite() && one.to_s.is_finite() && one.to_s > one.from_s) {
                return Err(DayError::Backwards {
                    hours: at,
                    from_s: one.from_s,
                    to_s: one.to_s,
                });
            }
            follows(at, end_s, one.from_s)?;
            end_s = one.to_s;
            let sum: f64 = one.parts.iter().map(|(_, share)| *share).sum();
            // Written so that NaN is refused.
            if !((sum - 1.0).abs() < 1e-9 && one.parts.iter().all(|(_, share)| *share >= 0.0)) {
                return Err(DayError::Shares { hours: at, sum });
            }
            for (load, _) in &one.parts {
                load.check().map_err(|error| DayError::Load { hours: at, error })?;
            }
        }
        if hours.is_empty() {
            return Err(DayError::Empty);
        }
        follows(hours.len(), end_s, DAY_S)?;
        Ok(Self { hours })
    }

    /// The same day with every compression multiplied, up to what a [`Hold`] may be.
    pub(crate) fn loaded(&self, factor: f64) -> Self {
        let times = |stress_pa: f64| (factor * stress_pa).min(STRESS_MOST_PA);
        let mut day = self.clone();
        for (load, _) in day.hours.iter_mut().flat_map(|hours| &mut hours.parts) {
            load.stress_pa = times(load.stress_pa);
            load.stress_range_pa = (times(load.stress_range_pa.0), times(load.stress_range_pa.1));
        }
        day
    }

    /// The hours in order.
    #[must_use]
    pub fn hours(&self) -> &[Hours] {
        &self.hours
    }
}

/// Refuses hours that begin before or after the ones before them end.
fn follows(hours: usize, end_s: f64, begin_s: f64) -> Result<(), DayError> {
    let seconds = begin_s - end_s;
    if seconds > SAME_S {
        Err(DayError::Missing { hours, seconds })
    } else if seconds < -SAME_S {
        Err(DayError::Overlap { hours, seconds: -seconds })
    } else {
        Ok(())
    }
}

/// How finely time is divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// First step after one second of a new load, s.
    pub first_s: f64,
    /// How each step grows over the one before.
    pub growth: f64,
    /// Longest step, s.
    pub longest_s: f64,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            first_s: 45.0,
            growth: 2.0,
            longest_s: 1800.0,
        }
    }
}

impl Steps {
    /// Every step divided by so much.
    #[must_use]
    pub fn finer(self, by: f64) -> Self {
        Self {
            first_s: self.first_s / by,
            growth: self.growth.powf(1.0 / by),
            longest_s: self.longest_s / by,
        }
    }
}

/// An instant of the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Seconds from the beginning of the day.
    pub t_s: f64,
    /// The disc.
    pub seen: Seen,
    /// Stress of the disc, Pa.
    pub stress_pa: f64,
    /// Position of its hours.
    pub hours: usize,
}

/// A disc through a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// From the beginning to the end; the first second of each new load is a sample of its own.
    pub samples: Vec<Sample>,
    /// What left through end-plates and rim over the day, m³.
    pub left_m3: [f64; 2],
    /// Days until each was like the one before.
    pub days: usize,
    /// Largest difference of J at the end to the beginning.
    pub drift: f64,
}

/// Days after which a course is taken as it is.
const DAYS_MAX: usize = 30;
/// A day is like the one before where J differs by less.
const LIKE_BEFORE: f64 = 1e-4;

impl Course {
    /// One day from where the water is.
    ///
    /// # Errors
    /// A time step was not solved.
    pub fn once<const N: usize>(fluid: &Fluid<N>, water: &mut Water<N>, day: &Day, steps: Steps) -> Result<Self, FluidError> {
        /// Samples of usual days.
        const USUAL: usize = 256;
        let (begin, left) = (*water, water.left_m3());
        let mut samples = Vec::with_capacity(USUAL);
        samples.push(Sample {
            t_s: 0.0,
            seen: fluid.seen(water),
            stress_pa: water.hold().stress_pa,
            hours: 0,
        });
        for (at, hours) in day.hours().iter().enumerate() {
            let hold = hours.hold();
            let mut t_s = hours.from_s;
            let mut step_s: f64 = 1.0;
            let mut following_s = steps.first_s;
            while t_s < hours.to_s {
                // What would be left over for a tiny last step is done with this one.
                let rest_s = hours.to_s - t_s;
                let dt_s = if rest_s < 1.3 * step_s { rest_s } else { step_s };
                fluid.advance(water, hold, dt_s)?;
                t_s = if dt_s < rest_s { t_s + dt_s } else { hours.to_s };
                samples.push(Sample {
                    t_s,
                    seen: fluid.seen(water),
                    stress_pa: hold.stress_pa,
                    hours: at,
                });
                step_s = following_s.min(steps.longest_s);
                following_s *= steps.growth;
            }
        }
        let now = water.left_m3();
        Ok(Self {
            samples,
            left_m3: [now[0] - left[0], now[1] - left[1]],
            days: 1,
            drift: water.distance(&begin),
        })
    }

    /// The day as it is when every day is like it.
    ///
    /// # Errors
    /// As for [`Course::once`].
    pub fn repeated<const N: usize>(fluid: &Fluid<N>, day: &Day, steps: Steps) -> Result<Self, FluidError> {
        let mut water = fluid.rested();
        let mut course = Self::once(fluid, &mut water, day, steps)?;
        for days in 2..=DAYS_MAX {
            if course.drift < LIKE_BEFORE {
                break;
            }
            course = Self::once(fluid, &mut water, day, steps)?;
            course.days = days;
        }
        Ok(course)
    }

    /// J of nucleus and annulus, for the transport of solutes.
    #[must_use]
    pub fn swelling(&self) -> Swelling {
        let of = |pick: fn(&Sample) -> f64| self.samples.iter().map(pick).collect();
        Swelling {
            t_s: of(|sample| sample.t_s),
            nucleus: of(|sample| sample.seen.nucleus),
            annulus: of(|sample| sample.seen.annulus),
        }
    }

    /// What is seen at a time, linear between the samples.
    #[must_use]
    pub fn at(&self, t_s: f64, of: impl Fn(&Seen) -> f64) -> f64 {
        let next = self.samples.partition_point(|sample| sample.t_s <= t_s).min(self.samples.len() - 1);
        let (before, after) = (&self.samples[next.saturating_sub(1)], &self.samples[next]);
        let span_s = after.t_s - before.t_s;
        let share = if span_s > 0.0 {
            ((t_s - before.t_s) / span_s).clamp(0.0, 1.0)
        } else {
            1.0
        };
        of(&before.seen) * (1.0 - share) + of(&after.seen) * share
    }

    /// Lowest and highest over the day.
    pub fn range(&self, of: impl Fn(&Seen) -> f64) -> (f64, f64) {
        let values = self.samples.iter().map(|sample| of(&sample.seen));
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    }
}
