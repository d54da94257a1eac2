//! Oxygen, glucose and lactate of a disc through a day: in steps, until the days repeat, and what there is to say about them.
//!
//! Time by the second-order backward formula with variable steps, from a linear prediction c* of the next state:
//!
//! ```text
//! V/Δt (b₀ m c + b₁ m₁ c₁ + b₂ m₂ c₂) = gain(c) + release(c)          m: what holds the solute, in form C with its history
//! P (c − c₁) = −(imbalance at c₁, with skewness and release at c*),   P = (M + A_out) M⁻¹ (M + A_ahead) M⁻¹ (M + A_up)
//! ```
//!
//! One sweep along each direction per solute and step stands for the linear solve ([`Scheme::Swept`]); what it leaves out is of the order
//! of Δt² and is damped, not carried on, where it is stiff. In the order oxygen, lactate, glucose each solute sees the ones before. The
//! step follows
//! |c − c*|. Equal concentrations stay equal to rounding, however J moves. [`Scheme::Solved`] solves every step to the end, for reference;
//! with the first-order formula it keeps the maximum principle.
//!
//! Validity: by the analysis of a single mode, steps of one length are stable at any length and any angle of the grid; tests look at
//! changing ones. Extremes are read in the middle plane, where a parabola through the nearest layers gives the value.
//!
//! It does not know what a person did that day: J comes in.

#![allow(
    clippy::needless_range_loop,
    reason = "cells, parts and directions are counted through several lists at once"
)]

use pulp::Arch;
use rayon::prelude::*;

use crate::faces::Room;
use crate::grid::N_PARTS;
use crate::metabolism::ph;
use crate::swelling::Swelling;
use crate::transport::{Form, N_SOLUTES, State, Storage, Transport, TransportError};
use crate::viability::{GLUCOSE_THRESHOLD_MOL_PER_M3, PH_THRESHOLD, after_30_days};

pub use crate::day::DAY_S;

/// How a step is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// Second order, one sweep along each direction.
    #[default]
    Swept,
    /// Solved to the end; `second_order` or backward Euler.
    Solved {
        /// The second-order formula instead of backward Euler.
        second_order: bool,
    },
}

/// Steps of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// How a step is solved.
    pub scheme: Scheme,
    /// Largest change against the prediction in a step, kPa or mol/m³; infinite for constant steps.
    pub tolerance: f64,
    /// First step, s.
    pub first_s: f64,
    /// Longest step, s.
    pub longest_s: f64,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            scheme: Scheme::Swept,
            tolerance: 0.02,
            first_s: 60.0,
            longest_s: 1800.0,
        }
    }
}

impl Steps {
    /// Steps of one length.
    #[must_use]
    pub fn constant(scheme: Scheme, step_s: f64) -> Self {
        Self {
            scheme,
            tolerance: f64::INFINITY,
            first_s: step_s,
            longest_s: step_s,
        }
    }
}

/// A lowest or highest value and where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    /// kPa or mol/m³.
    pub value: f64,
    /// Cell next to it.
    pub cell: usize,
}

/// The extremes of a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// Least oxygen, kPa.
    pub oxygen_kpa: Extreme,
    /// Most lactate, mol/m³.
    pub lactate_mol_per_m3: Extreme,
    /// Least glucose, mol/m³.
    pub glucose_mol_per_m3: Extreme,
}

impl Extremes {
    /// Lowest pH.
    #[must_use]
    pub fn ph(&self) -> f64 {
        ph(self.lactate_mol_per_m3.value)
    }
}

/// The extremes at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds from the start of the day.
    pub t_s: f64,
    /// Lowest and highest values.
    pub extremes: Extremes,
    /// Share of the disc's volume with less glucose than cells survive.
    pub starving: f64,
    /// Share of the disc's volume that is more acid than cells survive.
    pub acid: f64,
}

/// A day of solutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Solutes {
    /// The state at the end.
    pub end: State,
    /// Each step, the start included.
    pub course: Vec<Moment>,
    /// Steps that were tried again with a shorter one.
    pub repeated: usize,
    /// Concentrations averaged over the day.
    pub mean: State,
}

impl Solutes {
    fn integral(&self, value: impl Fn(&Moment) -> f64) -> f64 {
        self.course
            .windows(2)
            .map(|pair| 0.5 * (pair[1].t_s - pair[0].t_s) * (value(&pair[0]) + value(&pair[1])))
            .sum()
    }

    fn duration_s(&self) -> f64 {
        self.course.last().map_or(0.0, |m| m.t_s) - self.course.first().map_or(0.0, |m| m.t_s)
    }

    /// Least oxygen (kPa), least glucose and most lactate (mol/m³), averaged over the day.
    #[must_use]
    pub fn mean_extremes(&self) -> [f64; 3] {
        let duration = self.duration_s().max(f64::MIN_POSITIVE);
        [
            self.integral(|m| m.extremes.oxygen_kpa.value) / duration,
            self.integral(|m| m.extremes.glucose_mol_per_m3.value) / duration,
            self.integral(|m| m.extremes.lactate_mol_per_m3.value) / duration,
        ]
    }

    /// The least oxygen (kPa), the least glucose and the most lactate (mol/m³) of the day.
    #[must_use]
    pub fn worst(&self) -> [f64; 3] {
        let fold = |start: f64, pick: fn(f64, f64) -> f64, value: fn(&Moment) -> f64| self.course.iter().map(value).fold(start, pick);
        [
            fold(f64::INFINITY, f64::min, |m| m.extremes.oxygen_kpa.value),
            fold(f64::INFINITY, f64::min, |m| m.extremes.glucose_mol_per_m3.value),
            fold(0.0, f64::max, |m| m.extremes.lactate_mol_per_m3.value),
        ]
    }

    /// Seconds in which some cell has less glucose than it survives.
    #[must_use]
    pub fn starving_s(&self) -> f64 {
        self.integral(|m| f64::from(u8::from(m.extremes.glucose_mol_per_m3.value < GLUCOSE_THRESHOLD_MOL_PER_M3)))
    }

    /// Seconds in which some cell is in more acid than it survives.
    #[must_use]
    pub fn acid_s(&self) -> f64 {
        self.integral(|m| f64::from(u8::from(m.extremes.ph() < PH_THRESHOLD)))
    }
}

/// A day that repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodicDay {
    /// The last day.
    pub day: Solutes,
    /// Days it took.
    pub days: usize,
    /// Largest difference between the start and the end of the last day, kPa or mol/m³.
    pub repeats_to: f64,
}

/// Solutes into and out of the whole disc.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    /// Flux into the disc through the lower end-plate, the upper one and the rim, mol/s.
    pub inflow_mol_per_s: [f64; 3],
    /// What cells release (negative: take up), mol/s.
    pub release_mol_per_s: f64,
}

impl Balance {
    /// What is left over, as a share of what the cells turn over.
    #[must_use]
    pub fn imbalance(&self) -> f64 {
        (self.inflow_mol_per_s.iter().sum::<f64>() + self.release_mol_per_s).abs() / self.release_mol_per_s.abs()
    }
}

/// Coefficients b₁/Δt and b₂/Δt of the formula, and the share ω of the last change that the prediction adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Formula {
    newest: f64,
    older: f64,
    pub(crate) omega: f64,
}

impl Formula {
    pub(crate) fn euler(step: f64) -> Self {
        Self {
            newest: -1.0 / step,
            older: 0.0,
            omega: 0.0,
        }
    }

    pub(crate) fn second(step: f64, before: f64) -> Self {
        let omega = step / before;
        Self {
            newest: -(1.0 + omega) / step,
            older: omega * omega / (1.0 + omega) / step,
            omega,
        }
    }

    /// Rate of something that was `old` and `older` and is `now`.
    pub(crate) fn rate(&self, now: f64, old: f64, older: f64) -> f64 {
        self.newest * (old - now) + self.older * (older - now)
    }
}

/// Room of a day's steps.
struct Work {
    room: Room,
    right: Vec<f64>,
    m: Vec<f64>,
    /// Volume times weight of storage: all of it, and that of the older state.
    kept: Vec<f64>,
    kept_older: Vec<f64>,
    states: [[Vec<f64>; N_SOLUTES]; 3],
}

impl Transport {
    /// A day from a state.
    ///
    /// # Errors
    /// If the state is of another grid, the samples of J are unsound or leave no water, or the grid holds the whole circle.
    pub fn day(&mut self, swelling: &Swelling, start: &State, duration_s: f64, steps: Steps) -> Result<Solutes, TransportError> {
        self.expect_length(start)?;
        self.check_swelling(swelling)?;
        if self.grid.closed_circle && steps.scheme == Scheme::Swept {
            return Err(TransportError::WholeCircle);
        }
        if !(duration_s.is_finite() && duration_s > 0.0 && steps.first_s > 0.0 && steps.longest_s > 0.0 && steps.tolerance > 0.0) {
            return Err(TransportError::Setting("steps"));
        }
        Ok(Arch::new().dispatch(|| self.march(swelling, start, duration_s, steps, &mut |_, _| ())))
    }

    /// As [`Transport::day`], showing each state, the start included, with its time.
    pub(crate) fn day_seen(
        &mut self,
        swelling: &Swelling,
        start: &State,
        duration_s: f64,
        steps: Steps,
        seen: &mut dyn FnMut(f64, &[Vec<f64>; N_SOLUTES]),
    ) -> Result<Solutes, TransportError> {
        self.expect_length(start)?;
        self.check_swelling(swelling)?;
        Ok(self.march(swelling, start, duration_s, steps, seen))
    }

    fn check_swelling(&self, swelling: &Swelling) -> Result<(), TransportError> {
        let n = swelling.t_s.len();
        let sound = n > 0
            && swelling.nucleus.len() == n
            && swelling.annulus.len() == n
            && swelling.t_s.iter().all(|t| t.is_finite())
            && swelling.t_s.is_sorted_by(|a, b| a < b);
        if !sound {
            return Err(TransportError::Samples);
        }
        for (&nucleus, &annulus) in swelling.nucleus.iter().zip(&swelling.annulus) {
            self.check_j(nucleus, annulus)?;
        }
        Ok(())
    }

    /// Days until one ends as it began, from the state of rest at the day's mean J.
    ///
    /// # Errors
    /// As [`Transport::day`].
    pub fn periodic(
        &mut self,
        swelling: &Swelling,
        duration_s: f64,
        steps: Steps,
        tolerance: f64,
        most_days: usize,
    ) -> Result<PeriodicDay, TransportError> {
        self.check_swelling(swelling)?;
        let (nucleus, annulus) = mean_j(swelling, duration_s);
        let guess = self.supplied();
        let (mut state, _) = self.steady(nucleus, annulus, guess)?;
        let mut days = 0;
        loop {
            days += 1;
            let day = self.day(swelling, &state, duration_s, steps)?;
            let repeats_to = (0..N_SOLUTES)
                .flat_map(|s| day.end.c[s].iter().zip(&state.c[s]))
                .fold(0.0f64, |worst, (end, start)| worst.max((end - start).abs()));
            if repeats_to < tolerance || days >= most_days {
                return Ok(PeriodicDay { day, days, repeats_to });
            }
            state = day.end;
        }
    }

    #[inline(always)]
    fn march(
        &mut self,
        swelling: &Swelling,
        start: &State,
        duration_s: f64,
        steps: Steps,
        seen: &mut dyn FnMut(f64, &[Vec<f64>; N_SOLUTES]),
    ) -> Solutes {
        const SHRINK: f64 = 0.3;
        const GROW: f64 = 1.8;
        const SHORTEST_S: f64 = 5.0;
        let n = self.grid.volume.len();
        let mut work = Work {
            room: Room::new(&self.grid),
            right: vec![0.0; n],
            m: vec![0.0; n],
            kept: vec![0.0; n],
            kept_older: vec![0.0; n],
            // Next, newest, older.
            states: [start.c.clone(), start.c.clone(), start.c.clone()],
        };
        let mut sum = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        seen(0.0, &start.c);
        let mut course = vec![self.moment(0.0, &start.c)];
        let (mut t, mut step, mut before) = (0.0, steps.first_s.min(duration_s), 0.0);
        let (mut newest, mut older) = (swelling.at(0.0), swelling.at(0.0));
        let mut repeated = 0;
        while t < duration_s {
            // The last step ends with the day; none is left that is tiny.
            let left = duration_s - t;
            let this = if step >= left * (1.0 - 1e-9) {
                left
            } else if step > 0.6 * left {
                0.5 * left
            } else {
                step
            };
            let now = swelling.at(t + this);
            let euler = before == 0.0 || steps.scheme == Scheme::Solved { second_order: false };
            let formula = if euler {
                Formula::euler(this)
            } else {
                Formula::second(this, before)
            };
            let change = self.advance(&mut work, formula, now, newest, older, steps.scheme);
            let ratio = change / steps.tolerance;
            if ratio > 1.5 && before > 0.0 && this > SHORTEST_S {
                repeated += 1;
                step = this * (0.8 / ratio.sqrt()).clamp(SHRINK, 0.8);
                continue;
            }
            for (sum, (next, newest)) in sum.iter_mut().zip(work.states[0].iter().zip(&work.states[1])) {
                for (sum, (next, newest)) in sum.iter_mut().zip(next.iter().zip(newest)) {
                    *sum += 0.5 * this * (next + newest);
                }
            }
            t = if this >= left { duration_s } else { t + this };
            seen(t, &work.states[0]);
            course.push(self.moment(t, &work.states[0]));
            work.states.rotate_right(1);
            (older, newest) = (newest, now);
            let grown = if before == 0.0 {
                1.0
            } else {
                (0.9 / ratio.sqrt()).clamp(SHRINK, GROW)
            };
            before = this;
            step = if steps.tolerance.is_finite() {
                (this * grown).min(steps.longest_s)
            } else {
                steps.longest_s
            };
        }
        let [_, end, _] = work.states;
        Solutes {
            end: State { c: end },
            course,
            repeated,
            mean: State {
                c: sum.map(|sum| sum.into_iter().map(|sum| sum / duration_s).collect()),
            },
        }
    }

    /// One step from `states[1]` and `states[2]` into `states[0]`; the largest change against the prediction.
    #[inline(always)]
    fn advance(
        &mut self,
        work: &mut Work,
        formula: Formula,
        now: (f64, f64),
        newest: (f64, f64),
        older: (f64, f64),
        scheme: Scheme,
    ) -> f64 {
        self.fill(now.0, now.1);
        let rates = (formula.rate(now.0, newest.0, older.0), formula.rate(now.1, newest.1, older.1));
        let flows = self.drain(rates.0, rates.1);
        let storage = self.storage(formula, now, newest, older);
        let [next, before, oldest] = &mut work.states;
        for solute in 0..N_SOLUTES {
            for ((next, before), oldest) in next[solute].iter_mut().zip(&before[solute]).zip(&oldest[solute]) {
                *next = before + formula.omega * (before - oldest);
            }
        }
        if let Scheme::Solved { .. } = scheme {
            let predicted = next.clone();
            let mut state = State { c: std::mem::take(next) };
            let past = (State { c: before.clone() }, State { c: oldest.clone() });
            self.solve_implicit(&storage, Some((&past.0, &past.1)), flows, &mut state, SOLVED_TOLERANCE);
            *next = state.c;
            return (0..N_SOLUTES)
                .flat_map(|s| next[s].iter().zip(&predicted[s]))
                .fold(0.0f64, |worst, (c, predicted)| worst.max((c - predicted).abs()));
        }
        let sectors = self.grid.n[2];
        for (row, &part) in self.grid.parts.iter().enumerate() {
            let (newest, older) = (storage.newest[part as usize], storage.older[part as usize]);
            let cells = row * sectors..(row + 1) * sectors;
            for ((volume, kept), kept_older) in self.grid.volume[cells.clone()]
                .iter()
                .zip(&mut work.kept[cells.clone()])
                .zip(&mut work.kept_older[cells])
            {
                *kept = volume * (newest + older);
                *kept_older = volume * older;
            }
        }
        if flows {
            self.sweep_all::<true>(work)
        } else {
            self.sweep_all::<false>(work)
        }
    }

    /// Weights of storage, of the volume of rested tissue.
    #[inline(always)]
    pub(crate) fn storage(&self, formula: Formula, now: (f64, f64), newest: (f64, f64), older: (f64, f64)) -> Storage {
        let (held_before, held_older) = match self.settings.form {
            // J at the end of the step alone: the published form follows the material and keeps no account.
            Form::Published => (self.holding(now.0, now.1), self.holding(now.0, now.1)),
            Form::Conservative => (self.holding(newest.0, newest.1), self.holding(older.0, older.1)),
        };
        let mut storage = Storage::default();
        for part in 0..N_PARTS {
            storage.newest[part] = -formula.newest * held_before[part];
            storage.older[part] = -formula.older * held_older[part];
        }
        storage
    }

    #[inline(always)]
    fn sweep_all<const FLOW: bool>(&self, work: &mut Work) -> f64 {
        let n = self.grid.volume.len();
        let mut worst = 0.0f64;
        let [next, before, oldest] = &mut work.states;
        for solute in 0..N_SOLUTES {
            let (right, m) = (&mut work.right[..n], &mut work.m[..n]);
            right.fill(0.0);
            m.fill(0.0);
            self.react(solute, next, right, m);
            let (kept, kept_older) = (&work.kept[..n], &work.kept_older[..n]);
            let (predicted, before, oldest) = (&mut next[solute][..n], &before[solute][..n], &oldest[solute][..n]);
            for i in 0..n {
                right[i] += m[i] * (predicted[i] - before[i]) + kept_older[i] * (oldest[i] - before[i]);
                m[i] += kept[i];
            }
            let way = self.way(solute);
            way.gain_from::<FLOW>(before, predicted, &mut work.room, right);
            way.sweep::<FLOW>(m, &mut work.room, right);
            worst = worst.max(add_change(right, before, predicted));
        }
        worst
    }

    /// Lowest and highest values of a state.
    #[must_use]
    pub fn extremes(&self, state: &State) -> Extremes {
        self.extremes_of(&state.c)
    }

    fn extremes_of(&self, c: &[Vec<f64>; N_SOLUTES]) -> Extremes {
        Extremes {
            oxygen_kpa: self.extreme::<false>(&c[0]),
            lactate_mol_per_m3: self.extreme::<true>(&c[1]),
            glucose_mol_per_m3: self.extreme::<false>(&c[2]),
        }
    }

    /// Values in the middle plane by (ring, sector), by a parabola through the nearest layers.
    #[must_use]
    pub fn middle_plane(&self, field: &[f64]) -> Vec<f64> {
        let [_, rings, sectors] = self.grid.n;
        (0..rings * sectors).map(|at| self.middle_value(field, at)).collect()
    }

    /// Value in the middle plane.
    #[inline(always)]
    fn middle_value(&self, field: &[f64], at: usize) -> f64 {
        let [layers, rings, sectors] = self.grid.n;
        let plane = rings * sectors;
        let beyond = |nearest: f64, next: f64| nearest - self.grid.to_middle * (next - nearest);
        if self.mirrors_height() {
            beyond(field[at], field[at + plane])
        } else {
            let (below, above) = ((layers / 2 - 1) * plane + at, layers / 2 * plane + at);
            0.5 * (beyond(field[below], field[below - plane]) + beyond(field[above], field[above + plane]))
        }
    }

    pub(crate) fn mirrors_height(&self) -> bool {
        self.grid.open_rings[0] == 0
    }

    #[inline(always)]
    fn extreme<const MOST: bool>(&self, field: &[f64]) -> Extreme {
        let [layers, rings, sectors] = self.grid.n;
        let plane = rings * sectors;
        let mirrored = self.mirrors_height();
        let sign = if MOST { -1.0 } else { 1.0 };
        let mut best = Extreme {
            value: f64::INFINITY,
            cell: 0,
        };
        for (cell, value) in field.iter().enumerate() {
            if sign * value < best.value {
                best = Extreme { value: sign * value, cell };
            }
        }
        let middle_layer = if mirrored { 0 } else { layers / 2 };
        if layers > 3 {
            for at in 0..plane {
                let value = sign * self.middle_value(field, at);
                if value < best.value {
                    best = Extreme {
                        value,
                        cell: middle_layer * plane + at,
                    };
                }
            }
        }
        best.value *= sign;
        best
    }

    #[inline(always)]
    fn moment(&self, t_s: f64, c: &[Vec<f64>; N_SOLUTES]) -> Moment {
        let extremes = self.extremes_of(c);
        let share = |below: bool, field: &[f64], is: &dyn Fn(f64) -> bool| {
            if !below {
                return 0.0;
            }
            let whole: f64 = self.grid.volume.iter().sum();
            let part: f64 = field.iter().zip(&self.grid.volume).filter(|(c, _)| is(**c)).map(|(_, v)| v).sum();
            part / whole
        };
        let starving = extremes.glucose_mol_per_m3.value < GLUCOSE_THRESHOLD_MOL_PER_M3;
        let acid = extremes.ph() < PH_THRESHOLD;
        Moment {
            t_s,
            extremes,
            starving: share(starving, &c[2], &|glucose| glucose < GLUCOSE_THRESHOLD_MOL_PER_M3),
            acid: share(acid, &c[1], &|lactate| ph(lactate) < PH_THRESHOLD),
        }
    }

    /// Median by volume of oxygen (kPa), lactate and glucose (mol/m³).
    #[must_use]
    pub fn medians(&self, state: &State) -> [f64; 3] {
        std::array::from_fn(|solute| {
            let mut cells: Vec<(f64, f64)> = state.c[solute].iter().copied().zip(self.grid.volume.iter().copied()).collect();
            cells.sort_by(|a, b| a.0.total_cmp(&b.0));
            let half = 0.5 * self.grid.volume.iter().sum::<f64>();
            let mut below = 0.0;
            for (value, volume) in cells {
                below += volume;
                if below >= half {
                    return value;
                }
            }
            f64::NAN
        })
    }

    /// What flows in and what cells turn over in a state at rest with J as given: oxygen, lactate, glucose.
    ///
    /// # Errors
    /// If the state is of another grid, or J cannot be.
    pub fn balances(&mut self, state: &State, j_nucleus: f64, j_annulus: f64) -> Result<[Balance; 3], TransportError> {
        self.expect_length(state)?;
        self.swell(j_nucleus, j_annulus)?;
        self.flows = Default::default();
        let n = self.grid.volume.len();
        // Oxygen is counted as its pressure; its amount follows from solubility.
        let amount = [crate::metabolism::OXYGEN_SOLUBILITY_MOL_PER_M3_KPA, 1.0, 1.0];
        Ok(std::array::from_fn(|solute| {
            let way = self.way(solute);
            let (mut release, mut slope) = (vec![0.0; n], vec![0.0; n]);
            self.react(solute, &state.c, &mut release, &mut slope);
            let factor = self.grid.copies * amount[solute];
            Balance {
                inflow_mol_per_s: way.inflow(&state.c[solute]).map(|flux| flux * factor),
                release_mol_per_s: release.iter().sum::<f64>() * factor,
            }
        }))
    }

    /// What one step of backward Euler from `before` to `after` leaves unexplained of each solute, and what was turned over, in mol (oxygen
    /// as its pressure times m³): amounts at both ends, release and flux through the boundaries with what the fluid carried.
    ///
    /// # Errors
    /// If a state is of another grid, or J cannot be.
    pub fn account(
        &mut self,
        after: &State,
        before: &State,
        swelling: &Swelling,
        step_s: f64,
    ) -> Result<([f64; 3], [f64; 3]), TransportError> {
        self.expect_length(after)?;
        self.expect_length(before)?;
        self.check_swelling(swelling)?;
        let (now, then) = (swelling.at(step_s), swelling.at(0.0));
        self.fill(now.0, now.1);
        let flows = self.drain((now.0 - then.0) / step_s, (now.1 - then.1) / step_s);
        let (held_now, held_then) = (self.holding(now.0, now.1), self.holding(then.0, then.1));
        let n = self.grid.volume.len();
        let mut both = ([0.0; 3], [0.0; 3]);
        for solute in 0..N_SOLUTES {
            let (mut release, mut slope) = (vec![0.0; n], vec![0.0; n]);
            self.react(solute, &after.c, &mut release, &mut slope);
            let mut amount = 0.0;
            for cell in 0..n {
                let part = self.grid.part(cell) as usize;
                amount += self.grid.volume[cell] * (held_now[part] * after.c[solute][cell] - held_then[part] * before.c[solute][cell]);
            }
            let way = self.way(solute);
            let mut entered: f64 = way.inflow(&after.c[solute]).iter().sum();
            if flows {
                // Fluid leaves with the concentration outside, which is that at the boundary.
                for (flow, outside) in self.flows.edge.iter().zip(way.outside) {
                    entered -= flow.iter().sum::<f64>() * outside;
                }
            }
            let released: f64 = release.iter().sum();
            both.0[solute] = (amount - step_s * (entered + released)) * self.grid.copies;
            both.1[solute] = (amount.abs() + step_s * (entered.abs() + released.abs())) * self.grid.copies;
        }
        Ok(both)
    }

    /// Share of cells alive after 30 days in the concentrations of a state, averaged over all cells of the disc.
    #[must_use]
    pub fn viability_after_30_days(&self, state: &State) -> f64 {
        let (mut alive, mut all) = (0.0, 0.0);
        for (cell, &volume) in self.grid.volume.iter().enumerate() {
            let density = self.settings.tissues[crate::transport::tissue_of(self.grid.part(cell) as usize)].cells_per_m3;
            let cells = volume * density;
            alive += cells * after_30_days(state.c[2][cell], ph(state.c[1][cell]), density);
            all += cells;
        }
        alive / all
    }
}

/// Reference steps are solved to this imbalance.
const SOLVED_TOLERANCE: f64 = 1e-9;

/// Puts the state before plus its change in place of the prediction; how far that was off at most.
#[inline(always)]
fn add_change(change: &[f64], before: &[f64], next: &mut [f64]) -> f64 {
    // Eight maxima side by side.
    let mut largest = [0.0f64; 8];
    let (changes, changes_rest) = change.as_chunks::<8>();
    let (befores, befores_rest) = before.as_chunks::<8>();
    let (nexts, nexts_rest) = next.as_chunks_mut::<8>();
    for ((change, before), next) in changes.iter().zip(befores).zip(nexts) {
        for l in 0..8 {
            let c = before[l] + change[l];
            let off = (c - next[l]).abs();
            largest[l] = if off > largest[l] { off } else { largest[l] };
            next[l] = c;
        }
    }
    for ((change, before), next) in changes_rest.iter().zip(befores_rest).zip(nexts_rest) {
        let c = before + change;
        largest[0] = largest[0].max((c - *next).abs());
        *next = c;
    }
    largest.iter().fold(0.0, |a, b| a.max(*b))
}

/// Mean J of nucleus and annulus over a day.
#[must_use]
pub fn mean_j(swelling: &Swelling, duration_s: f64) -> (f64, f64) {
    let mut times: Vec<f64> = swelling.t_s.iter().copied().filter(|t| (0.0..duration_s).contains(t)).collect();
    times.insert(0, 0.0);
    times.push(duration_s);
    let (mut nucleus, mut annulus) = (0.0, 0.0);
    for pair in times.windows(2) {
        let (a, b) = (swelling.at(pair[0]), swelling.at(pair[1]));
        let half = 0.5 * (pair[1] - pair[0]) / duration_s;
        nucleus += half * (a.0 + b.0);
        annulus += half * (a.1 + b.1);
    }
    (nucleus, annulus)
}

/// Days of several discs, each on its own thread of the pool; the same bits on any number of threads.
///
/// # Errors
/// As [`Transport::day`], for the first disc that has one.
pub fn days(discs: &mut [(Transport, Swelling, State)], duration_s: f64, steps: Steps) -> Result<Vec<Solutes>, TransportError> {
    discs
        .par_iter_mut()
        .map(|(transport, swelling, start)| transport.day(swelling, start, duration_s, steps))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DiscShape, Division, Grade, Grid, Settings};

    #[test]
    fn wide_and_narrow_instructions_give_the_same_bits() {
        for form in [Form::Published, Form::Conservative] {
            let grid = Grid::new(&DiscShape::default(), Division::PREVIEW).expect("the shape is sound");
            let mut disc = Transport::new(grid, Settings::new(form, Grade::Healthy)).expect("the settings are sound");
            let swelling = Swelling {
                t_s: vec![0.0, 3600.0, 7200.0],
                nucleus: vec![0.98, 0.94, 0.93],
                annulus: vec![0.99, 0.95, 0.95],
            };
            let start = disc.supplied();
            let wide = disc.day(&swelling, &start, 7200.0, Steps::default()).expect("the day is sound");
            // Not dispatched, so compiled for the oldest machine.
            let narrow = disc
                .day_seen(&swelling, &start, 7200.0, Steps::default(), &mut |_, _| ())
                .expect("the day is sound");
            assert_eq!(wide, narrow);
        }
    }
}
