//! Mechanical doses of a day, beside nutrition: what cells are stimulated by, what overloads, what bends for long.
//!
//! Three numbers, never one: they have different units, different evidence, and no known exchange rate. Each comes with the ends between
//! which it is uncertain: the narrowest of its definitions under the loads that give least, the widest under those that give most, every load of
//! the day too high or too low by [`LOADS_UNCERTAIN`] at once, each with its own course of the water.
//!
//! - **Dynamic loading**, hours: time in which the pressure of the nucleus goes up and down within the window in which cells build matrix,
//!   about 0.2–0.8 MPa at 0.1–1 Hz (animals and organ culture, `belavy-2017`). Without it, rest would be the best of all days.
//! - **Overload**, MPa·h: pressure beyond the window, summed over time. Porcine discs in culture were harmed at 1.3 MPa (`li-2016`).
//! - **Sustained flexion**, h: bending beyond the middle of the range, as far as it has crept: short bends hardly count, breaks take away.
//!
//! Windows and times are those of animals; in people they are proposals.

use crate::{
    day::{Course, Day, Steps},
    fluid::{Fluid, FluidError},
};

/// Computed compressions of discs are uncertain by this share either way: pressures of the same posture measured by two laboratories differ by
/// 8 % in standing, 20 % bent and 35 % in sitting (`wilke-1999` against `sato-1999`), and what is computed is no nearer to either.
pub const LOADS_UNCERTAIN: f64 = 0.2;

/// A number with the ends between which it is uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Banded {
    /// Value.
    pub value: f64,
    /// As narrow as it may be meant, under loads that give least.
    pub low: f64,
    /// As wide, under loads that give most.
    pub high: f64,
}

/// The doses of a day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Doses {
    /// Dynamic loading, h.
    pub dynamic_h: Banded,
    /// Overload, MPa·h.
    pub overload_mpa_h: Banded,
    /// Sustained flexion, h at the whole range.
    pub flexion_h: Banded,
}

/// Where pressure builds matrix.
#[derive(Debug, Clone, Copy)]
struct Window {
    pressure_pa: (f64, f64),
    /// Fully counted from the second to the third, not at all below the first and above the last; in between by the logarithm.
    frequency_hz: [f64; 4],
}

/// `belavy-2017`; walking loads a disc at about 1.8 Hz, outside the window in the strict sense, so half of it counts.
const WINDOW: Window = Window {
    pressure_pa: (0.2e6, 0.8e6),
    frequency_hz: [0.03, 0.1, 1.0, 3.0],
};
/// The window and not a hertz beyond.
const NARROW: Window = Window {
    pressure_pa: (0.2e6, 0.8e6),
    frequency_hz: [0.1, 0.1, 1.0, 1.0],
};
/// The pressures of all daily life (0.1–1.2 MPa), and all that people do in a rhythm.
const WIDE: Window = Window {
    pressure_pa: (0.1e6, 1.2e6),
    frequency_hz: [0.03, 0.03, 3.0, 3.0],
};
/// A pressure that goes up and down by less is still (proposal), Pa from lowest to highest.
const STILL_PA: f64 = 0.05e6;

/// Pressure beyond which a disc is overloaded, Pa: the upper end of the window; as harm was seen; with pressures at the upper end of their
/// own uncertainty (1.5 instead of 1.35 times the stress).
const OVERLOAD_PA: [(f64, f64); 3] = [(0.8e6, 1.0), (1.3e6, 1.0), (0.8e6, 1.5 / 1.35)];

/// Share of the range of flexion that is its middle, as for the load cards of exercises.
const MIDDLE_RANGE: f64 = 0.2;
/// Time in which held flexion creeps, s: 9.4 min in 47 people bent for 20 min (`mcgill-brown-1992`). Recovery is slower there, and the first
/// minutes faster: the ends are half an hour and five minutes (proposal).
const FLEXION_CREEP_S: [f64; 3] = [564.0, 1800.0, 300.0];

impl Doses {
    /// The doses of a day that a disc went through, with the uncertainty of its loads.
    ///
    /// # Errors
    /// A time step of the day with other loads was not solved.
    pub fn new<const N: usize>(fluid: &Fluid<N>, day: &Day, course: &Course, steps: Steps) -> Result<Self, FluidError> {
        let mut doses = Self::of(fluid, day, course);
        for factor in [1.0 - LOADS_UNCERTAIN, 1.0 + LOADS_UNCERTAIN] {
            let other = day.loaded(factor);
            let course = Course::repeated(fluid, &other, steps)?;
            let other = Self::of(fluid, &other, &course);
            doses.dynamic_h.widen(other.dynamic_h);
            doses.overload_mpa_h.widen(other.overload_mpa_h);
        }
        Ok(doses)
    }

    /// The same under the loads as they are.
    fn of<const N: usize>(fluid: &Fluid<N>, day: &Day, course: &Course) -> Self {
        let quick = fluid.quick_share();
        let mut doses = Self::default();
        for pair in course.samples.windows(2) {
            let (begin, end) = (&pair[0], &pair[1]);
            let hours_h = (end.t_s - begin.t_s) / 3600.0;
            for (load, share) in &day.hours()[end.hours].parts {
                let time_h = hours_h * share;
                // Pressure of this part: that of the mean load, changed quickly.
                let middle_pa = end.seen.pressure_pa + quick * (0.5 * (load.stress_range_pa.0 + load.stress_range_pa.1) - end.stress_pa);
                let swing_pa = 0.5 * quick * (load.stress_range_pa.1 - load.stress_range_pa.0);
                let [value, low, high] =
                    [WINDOW, NARROW, WIDE].map(|window| time_h * window.counts(middle_pa, swing_pa, load.frequency_hz));
                doses.dynamic_h.add(value, low, high);
                let [value, low, high] =
                    OVERLOAD_PA.map(|(limit_pa, factor)| time_h * 1e-6 * beyond(factor * middle_pa, factor * swing_pa, limit_pa));
                doses.overload_mpa_h.add(value, low, high);
            }
        }
        doses.flexion_h = flexion(day);
        doses
    }
}

impl Banded {
    fn add(&mut self, value: f64, low: f64, high: f64) {
        self.value += value;
        self.low += low;
        self.high += high;
    }

    fn widen(&mut self, other: Self) {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }
}

impl Window {
    /// Share of the time that counts: of a cycle within the pressures, by its frequency.
    fn counts(&self, middle_pa: f64, swing_pa: f64, frequency_hz: f64) -> f64 {
        if 2.0 * swing_pa < STILL_PA {
            return 0.0;
        }
        let [none_below, from, to, none_above] = self.frequency_hz;
        let by_frequency = if (from..=to).contains(&frequency_hz) {
            1.0
        } else if frequency_hz < from && frequency_hz > none_below {
            (frequency_hz / none_below).ln() / (from / none_below).ln()
        } else if frequency_hz > to && frequency_hz < none_above {
            (none_above / frequency_hz).ln() / (none_above / to).ln()
        } else {
            0.0
        };
        // Share of a sine below a level.
        let below = |level: f64| 0.5 + ((level - middle_pa) / swing_pa).clamp(-1.0, 1.0).asin() / std::f64::consts::PI;
        by_frequency * (below(self.pressure_pa.1) - below(self.pressure_pa.0))
    }
}

/// Mean of what of a sine lies beyond a level.
fn beyond(middle: f64, swing: f64, level: f64) -> f64 {
    let x = level - middle;
    if swing <= x.abs() {
        return (-x).max(0.0);
    }
    let u = x / swing;
    (swing * (1.0 - u * u).sqrt() - x * u.acos()) / std::f64::consts::PI
}

/// Flexion times how far it has crept, summed over the day; the day is repeated so that it begins as it ends.
fn flexion(day: &Day) -> Banded {
    let [value, low, high] = FLEXION_CREEP_S.map(|time_s| {
        let (mut crept, mut sum_h) = (0.0, 0.0);
        for _ in 0..2 {
            sum_h = 0.0;
            for hours in day.hours() {
                let (mut bent, mut bent_time) = (0.0, 0.0);
                for (load, share) in &hours.parts {
                    let beyond = (load.flexion_share - MIDDLE_RANGE).max(0.0);
                    bent += share * beyond;
                    bent_time += if beyond > 0.0 { *share } else { 0.0 };
                }
                // c' = (share of the time that is bent − c)/τ, and the integral of bent · c
                let span_s = hours.to_s - hours.from_s;
                let left = (-span_s / time_s).exp();
                sum_h += bent * (bent_time * span_s + (crept - bent_time) * time_s * (1.0 - left)) / 3600.0;
                crept = bent_time + (crept - bent_time) * left;
            }
        }
        sum_h
    });
    Banded { value, low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_sine() {
        let n = 100_000;
        for (middle, swing, level) in [(0.5, 0.3, 0.6), (0.5, 0.3, 0.4), (0.5, 0.3, 0.9), (0.5, 0.3, 0.1), (0.5, 0.0, 0.3)] {
            let sum: f64 = (0..n)
                .map(|i| (middle + swing * (std::f64::consts::TAU * f64::from(i) / f64::from(n)).sin() - level).max(0.0))
                .sum();
            assert!((beyond(middle, swing, level) - sum / f64::from(n)).abs() < 1e-6);
        }
        assert!((WINDOW.counts(0.5e6, 0.2e6, 0.5) - 1.0).abs() < 1e-12);
        assert!((WINDOW.counts(0.8e6, 0.2e6, 0.5) - 0.5).abs() < 1e-12, "half of the cycle is above");
        assert!(WINDOW.counts(0.5e6, 0.01e6, 0.5) == 0.0, "sway is still");
        assert!(NARROW.counts(0.5e6, 0.2e6, 1.8) == 0.0 && (WIDE.counts(0.5e6, 0.2e6, 1.8) - 1.0).abs() < 1e-12);
    }
}
