//! A day of solutes in a tenth of a millisecond: the disc by a few patterns, for a planner that compares thousands of days.
//!
//! Each solute is its mean plus a few patterns (proper orthogonal decomposition of states of full days); the equation is projected on them
//! (Galerkin), so that a step solves systems of [`MODES`] unknowns:
//!
//! ```text
//! c = c̄ + Φ a,   Φᵀ V (newest (c − c₁) + older (c − c₂)) = Φᵀ gain(c; J) + Φᵀ release(c)
//! ```
//!
//! What depends on J does so through the conductances of the parts: conductance of a face is homogeneous in them, so to first order around
//! the mean J it is their sum with constant weights, and the projected matrices are combined anew in each step. Advection is linear in the
//! rates of J. Release is evaluated in a few cells and carried to the rest by patterns of its own (discrete empirical interpolation).
//! Extremes are sought where full days had them.
//!
//! Validity: days like those it was trained on. [`Reduced::error`] says how far it is off on a day of the caller's choice; the one it was
//! trained to is in [`Reduced::trained_to`]. Beyond the training days nothing is promised: check with [`Reduced::error`] before a plan is
//! shown.

#![allow(
    clippy::needless_range_loop,
    reason = "cells, parts and directions are counted through several lists at once"
)]

use crate::faces::{Faces, Flows, Room, Way};
use crate::grid::{N_PARTS, Part};
use crate::metabolism::{Metabolism, lactate_release, oxygen_uptake, ph};
use crate::solutes::{Formula, Steps, mean_j};
use crate::swelling::Swelling;
use crate::transport::{Form, Kinetics, N_SOLUTES, State, Transport, TransportError};

/// Patterns of each solute.
pub const MODES: usize = 8;
/// Cells in which uptake and release are evaluated.
const POINTS: usize = 12;
/// Nucleus, annulus and both end-plates, which move as one.
const N_REGIONS: usize = 3;
/// Axial and lateral conductance of each region.
const N_CONDUCTANCES: usize = 2 * N_REGIONS;
/// Terms of a step's matrix: storage, conductances, losses of nucleus and annulus.
const N_TERMS: usize = N_REGIONS + N_CONDUCTANCES + 2;
/// The end-plate that stands for both.
const ENDPLATE: usize = Part::UpperEndplate as usize;
/// Steps of a reduced day.
const STEP_S: f64 = 1200.0;
/// Most states that patterns are drawn from.
const MOST_SNAPSHOTS: usize = 160;

/// Most places in which an extreme is sought.
const MOST_WATCHED: usize = 8;

type Amplitudes = [f64; MODES];
type Matrix = [[f64; MODES]; MODES];

/// A projected solute.
#[derive(Debug, Clone)]
struct Solute {
    /// Storage by region, less gain by conductance, less gain by share of volume that nucleus or annulus lose per second: row by row, so
    /// that a step adds up each row of its matrix at once.
    terms: [[Amplitudes; N_TERMS]; MODES],
    /// Gain of the mean with the boundary values, by conductance and by loss.
    of_mean: [Amplitudes; N_TERMS - N_REGIONS],
    /// Release at the points, by region (oxygen) or in one (lactate, glucose), and that of the mean.
    release: [[Amplitudes; POINTS]; N_REGIONS],
    release_of_mean: [Amplitudes; N_REGIONS],
    /// Mean and patterns at the points of uptake and of release.
    at_points: [[(f64, Amplitudes); POINTS]; 2],
    /// Mean and patterns where extremes are sought.
    watched: Vec<(f64, Amplitudes)>,
}

/// A disc by a few patterns.
#[derive(Debug, Clone)]
pub struct Reduced {
    /// What it was drawn from, for conductances and storage.
    transport: Transport,
    metabolism: Metabolism,
    solutes: [Solute; N_SOLUTES],
    basis: [Vec<Vec<f64>>; N_SOLUTES],
    mean: [Vec<f64>; N_SOLUTES],
    start: ReducedState,
    step_s: f64,
    /// Largest relative error of the day's mean and worst least oxygen, least glucose and most lactate on the day it was trained to.
    pub trained_to: f64,
}

/// A state by its patterns, and the one a step before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReducedState {
    newest: [Amplitudes; N_SOLUTES],
    older: [Amplitudes; N_SOLUTES],
    /// Length of the step between them, 0 if there was none, and J at both.
    step_s: f64,
    j: [(f64, f64); 2],
}

/// A day by patterns.
#[derive(Debug, Clone, PartialEq)]
pub struct ReducedDay {
    /// The state at the end.
    pub end: ReducedState,
    /// Least oxygen (kPa), least glucose and most lactate (mol/m³), averaged over the day.
    pub mean: [f64; 3],
    /// The least oxygen (kPa), the least glucose and the most lactate (mol/m³) of the day.
    pub worst: [f64; 3],
}

/// How far a reduced day is from the full one, relative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReducedError {
    /// Of the day's means of least oxygen, least glucose, most lactate.
    pub mean: [f64; 3],
    /// Of the day's worst values.
    pub worst: [f64; 3],
}

impl ReducedError {
    /// The largest of all.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.mean.iter().chain(&self.worst).fold(0.0, |a, b| a.max(*b))
    }
}

impl Reduced {
    /// Patterns from full days that repeat, each run until it does.
    ///
    /// # Errors
    /// If a full day cannot be computed, there is none, or the kinetics are not those of cells.
    pub fn train(transport: &Transport, days: &[Swelling], duration_s: f64) -> Result<Self, TransportError> {
        let Kinetics::Cells(metabolism) = transport.settings.kinetics else {
            return Err(TransportError::Setting("kinetics"));
        };
        let Some(first) = days.first() else {
            return Err(TransportError::Setting("training days"));
        };
        let mut full = transport.clone();
        let mut snapshots: Vec<[Vec<f64>; N_SOLUTES]> = vec![];
        let mut j = (0.0, 0.0);
        let mut first_day = None;
        for swelling in days {
            let of_day = mean_j(swelling, duration_s);
            j = (j.0 + of_day.0 / days.len() as f64, j.1 + of_day.1 / days.len() as f64);
            let periodic = full.periodic(swelling, duration_s, Steps::default(), 1e-4, 8)?;
            let day = full.day_seen(swelling, &periodic.day.end, duration_s, Steps::default(), &mut |_, c| {
                snapshots.push(c.clone())
            })?;
            first_day.get_or_insert((day, periodic.day.end));
        }
        let every = snapshots.len().div_ceil(MOST_SNAPSHOTS).max(1);
        let watched = watched(&full, &snapshots);
        let snapshots: Vec<_> = snapshots.into_iter().step_by(every).collect();
        let n = full.grid.volume.len();
        let mean: [Vec<f64>; N_SOLUTES] = std::array::from_fn(|solute| mean_of(n, snapshots.iter().map(|c| &c[solute][..])));
        let basis: [Vec<Vec<f64>>; N_SOLUTES] =
            std::array::from_fn(|solute| patterns(&full.grid.volume, &mean[solute], snapshots.iter().map(|c| &c[solute][..]), MODES));
        let rates = [
            Points::of_uptake(&full, &snapshots),
            Points::of_release(&full, metabolism, &snapshots),
        ];
        let solutes = std::array::from_fn(|solute| project(&mut full, solute, &mean[solute], &basis[solute], &rates, &watched[solute], j));
        let mut reduced = Self {
            transport: full,
            metabolism,
            solutes,
            basis,
            mean,
            start: ReducedState {
                newest: [[0.0; MODES]; 3],
                older: [[0.0; MODES]; 3],
                step_s: 0.0,
                j: [j, j],
            },
            step_s: STEP_S,
            trained_to: f64::NAN,
        };
        let (day, start) = first_day.expect("there is a day");
        reduced.start = reduced.state(&start, first.at(0.0))?;
        let found = reduced.periodic(first, duration_s, 1e-4, 8);
        reduced.trained_to = difference(&found, &day.mean_extremes(), &day.worst()).largest();
        Ok(reduced)
    }

    /// A full state by its patterns.
    ///
    /// # Errors
    /// If the state is of another grid.
    pub fn state(&self, state: &State, j: (f64, f64)) -> Result<ReducedState, TransportError> {
        self.transport.expect_length(state)?;
        let newest = std::array::from_fn(|solute| {
            let off: Vec<f64> = state.c[solute].iter().zip(&self.mean[solute]).map(|(c, mean)| c - mean).collect();
            let mut amplitudes = [0.0; MODES];
            for (amplitude, pattern) in amplitudes.iter_mut().zip(&self.basis[solute]) {
                *amplitude = weighted(&self.transport.grid.volume, pattern, &off);
            }
            amplitudes
        });
        Ok(ReducedState {
            newest,
            older: newest,
            step_s: 0.0,
            j: [j, j],
        })
    }

    /// All cells of a reduced state.
    #[must_use]
    pub fn full(&self, state: &ReducedState) -> State {
        State {
            c: std::array::from_fn(|solute| {
                let mut c = self.mean[solute].clone();
                for (amplitude, pattern) in state.newest[solute].iter().zip(&self.basis[solute]) {
                    for (c, pattern) in c.iter_mut().zip(pattern) {
                        *c += amplitude * pattern;
                    }
                }
                c
            }),
        }
    }

    /// The start of the first training day.
    #[must_use]
    pub fn start(&self) -> ReducedState {
        self.start
    }

    /// A day from a state. J is not checked again: it must be in the limits that [`Transport::day`] has.
    #[must_use]
    pub fn day(&self, swelling: &Swelling, start: &ReducedState, duration_s: f64) -> ReducedDay {
        pulp::Arch::new().dispatch(|| self.march(swelling, start, duration_s))
    }

    /// Days until one ends as it began, from the start of the first training day.
    #[must_use]
    pub fn periodic(&self, swelling: &Swelling, duration_s: f64, tolerance: f64, most_days: usize) -> ReducedDay {
        let mut day = self.day(swelling, &self.start, duration_s);
        for _ in 1..most_days {
            let next = self.day(swelling, &day.end, duration_s);
            let off = next.worst.iter().zip(&day.worst).fold(0.0f64, |off, (a, b)| off.max((a - b).abs()));
            day = next;
            if off < tolerance {
                break;
            }
        }
        day
    }

    /// Error on a day against the full disc, both run until they repeat.
    ///
    /// # Errors
    /// If the full day cannot be computed.
    pub fn error(&self, swelling: &Swelling, duration_s: f64) -> Result<ReducedError, TransportError> {
        let full = self
            .transport
            .clone()
            .periodic(swelling, duration_s, Steps::default(), 1e-4, 8)?
            .day;
        let reduced = self.periodic(swelling, duration_s, 1e-4, 8);
        Ok(difference(&reduced, &full.mean_extremes(), &full.worst()))
    }

    #[inline(always)]
    fn march(&self, swelling: &Swelling, start: &ReducedState, duration_s: f64) -> ReducedDay {
        let n_steps = (duration_s / self.step_s).ceil().max(1.0) as usize;
        let step = duration_s / n_steps as f64;
        let (mut newest, mut older) = (start.newest, start.older);
        let [mut j_newest, mut j_older] = start.j;
        let mut before = start.step_s;
        let mut mean = [0.0; 3];
        let mut last = self.extremes(&newest);
        let mut worst = last;
        let mut samples = Samples::new(swelling);
        for i in 1..=n_steps {
            let now = samples.at(step * i as f64);
            let formula = if before > 0.0 {
                Formula::second(step, before)
            } else {
                Formula::euler(step)
            };
            let next = self.advance(&newest, &older, formula, now, j_newest, j_older);
            (older, newest) = (newest, next);
            (j_older, j_newest) = (j_newest, now);
            before = step;
            let extremes = self.extremes(&newest);
            for quantity in 0..3 {
                mean[quantity] += 0.5 * (last[quantity] + extremes[quantity]) / n_steps as f64;
            }
            worst = [worst[0].min(extremes[0]), worst[1].min(extremes[1]), worst[2].max(extremes[2])];
            last = extremes;
        }
        ReducedDay {
            end: ReducedState {
                newest,
                older,
                step_s: step,
                j: [j_newest, j_older],
            },
            mean,
            worst,
        }
    }

    #[inline(always)]
    fn advance(
        &self,
        newest: &[Amplitudes; N_SOLUTES],
        older: &[Amplitudes; N_SOLUTES],
        formula: Formula,
        now: (f64, f64),
        j_newest: (f64, f64),
        j_older: (f64, f64),
    ) -> [Amplitudes; N_SOLUTES] {
        let storage = self.transport.storage(formula, now, j_newest, j_older);
        let (axial, lateral) = self.transport.conductances(now.0, now.1);
        let mut weights = [0.0; N_TERMS];
        for region in 0..N_REGIONS {
            let part = part_of(region);
            weights[region] = storage.newest[part] + storage.older[part];
            weights[N_REGIONS + region] = axial[part];
            weights[2 * N_REGIONS + region] = lateral[part];
        }
        if self.transport.carries() {
            weights[N_TERMS - 2] = -formula.rate(now.0, j_newest.0, j_older.0);
            weights[N_TERMS - 1] = -formula.rate(now.1, j_newest.1, j_older.1);
        }
        let factors = self.transport.oxygen_factors(&self.transport.j_by_part(now.0, now.1));
        let mut next: [Amplitudes; N_SOLUTES] =
            std::array::from_fn(|s| std::array::from_fn(|k| newest[s][k] + formula.omega * (newest[s][k] - older[s][k])));
        for solute in 0..N_SOLUTES {
            let patterns = &self.solutes[solute];
            let rates = if solute == 0 { self.uptake(&next) } else { self.release(&next) };
            // Release, by region for oxygen because its porosity moves; all regions in one for the others.
            let mut right = [0.0; MODES];
            let sign = [-1.0, 1.0, -0.5][solute];
            for region in 0..if solute == 0 { N_REGIONS } else { 1 } {
                let factor = sign * if solute == 0 { factors[part_of(region)] } else { 1.0 };
                add(&mut right, factor, &patterns.release_of_mean[region]);
                for (rate, column) in rates.iter().zip(&patterns.release[region]) {
                    add(&mut right, factor * rate, column);
                }
            }
            for (weight, of_mean) in weights[N_REGIONS..].iter().zip(&patterns.of_mean) {
                add(&mut right, *weight, of_mean);
            }
            let mut past = [[0.0; MODES]; N_REGIONS];
            for (region, past) in past.iter_mut().enumerate() {
                let (by_newest, by_older) = (storage.newest[part_of(region)], storage.older[part_of(region)]);
                for k in 0..MODES {
                    past[k] = by_newest * newest[solute][k] + by_older * older[solute][k];
                }
            }
            let mut matrix = [[0.0; MODES]; MODES];
            for (k, (row, terms)) in matrix.iter_mut().zip(&patterns.terms).enumerate() {
                for (weight, term) in weights.iter().zip(terms) {
                    add(row, *weight, term);
                }
                let mut kept = [0.0; MODES];
                for (past, term) in past.iter().zip(terms) {
                    for l in 0..MODES {
                        kept[l] += past[l] * term[l];
                    }
                }
                right[k] += ((kept[0] + kept[4]) + (kept[1] + kept[5])) + ((kept[2] + kept[6]) + (kept[3] + kept[7]));
            }
            solve(&mut matrix, &mut right);
            next[solute] = right;
        }
        next
    }

    #[inline(always)]
    fn at_point(&self, solute: usize, of: usize, point: usize, amplitudes: &[Amplitudes; N_SOLUTES]) -> f64 {
        let (mean, patterns) = &self.solutes[solute].at_points[of][point];
        mean + dot(patterns, &amplitudes[solute])
    }

    #[inline(always)]
    fn uptake(&self, amplitudes: &[Amplitudes; N_SOLUTES]) -> [f64; POINTS] {
        std::array::from_fn(|point| {
            let [oxygen, lactate] = [0, 1].map(|solute| self.at_point(solute, 0, point, amplitudes));
            oxygen_uptake(ph(lactate), oxygen)
        })
    }

    #[inline(always)]
    fn release(&self, amplitudes: &[Amplitudes; N_SOLUTES]) -> [f64; POINTS] {
        std::array::from_fn(|point| {
            let [oxygen, lactate] = [0, 1].map(|solute| self.at_point(solute, 1, point, amplitudes));
            let rate = lactate_release(ph(lactate), oxygen);
            if self.metabolism.glucose_limit_mol_per_m3 > 0.0 {
                rate * self.metabolism.glucose_limit(self.at_point(2, 1, point, amplitudes)).0
            } else {
                rate
            }
        })
    }

    /// Least oxygen, least glucose, most lactate.
    #[inline(always)]
    fn extremes(&self, amplitudes: &[Amplitudes; N_SOLUTES]) -> [f64; 3] {
        let values = |solute: usize| {
            self.solutes[solute]
                .watched
                .iter()
                .map(move |(mean, patterns)| mean + dot(patterns, &amplitudes[solute]))
        };
        [
            values(0).fold(f64::INFINITY, |a, b| if b < a { b } else { a }),
            values(2).fold(f64::INFINITY, |a, b| if b < a { b } else { a }),
            values(1).fold(0.0, |a, b| if b > a { b } else { a }),
        ]
    }
}

/// J along rising times, without searching from the start.
struct Samples<'a> {
    swelling: &'a Swelling,
    last: usize,
}

impl<'a> Samples<'a> {
    fn new(swelling: &'a Swelling) -> Self {
        Self { swelling, last: 0 }
    }

    #[inline(always)]
    fn at(&mut self, t_s: f64) -> (f64, f64) {
        let Swelling {
            t_s: times,
            nucleus,
            annulus,
        } = self.swelling;
        while self.last + 1 < times.len() && times[self.last + 1] <= t_s {
            self.last += 1;
        }
        let (i, next) = (self.last, self.last + 1);
        if next == times.len() || t_s <= times[i] {
            return (nucleus[i], annulus[i]);
        }
        let share = (t_s - times[i]) / (times[next] - times[i]);
        (
            nucleus[i] + share * (nucleus[next] - nucleus[i]),
            annulus[i] + share * (annulus[next] - annulus[i]),
        )
    }
}

fn difference(day: &ReducedDay, mean: &[f64; 3], worst: &[f64; 3]) -> ReducedError {
    let off = |a: &[f64; 3], b: &[f64; 3]| std::array::from_fn(|q| (a[q] / b[q] - 1.0).abs());
    ReducedError {
        mean: off(&day.mean, mean),
        worst: off(&day.worst, worst),
    }
}

#[inline(always)]
fn dot(a: &Amplitudes, b: &Amplitudes) -> f64 {
    // Four sums side by side.
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for l in 0..4 {
            sums[l] += a[l] * b[l];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[inline(always)]
fn add(to: &mut Amplitudes, times: f64, what: &Amplitudes) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

/// Gauss without pivots: storage and diffusion make the matrix positive definite, advection hardly changes it.
#[inline(always)]
fn solve(matrix: &mut Matrix, right: &mut Amplitudes) {
    let mut inverses = [0.0; MODES];
    for k in 0..MODES {
        let (pivot, inverse) = (matrix[k], 1.0 / matrix[k][k]);
        inverses[k] = inverse;
        for i in k + 1..MODES {
            let factor = matrix[i][k] * inverse;
            add(&mut matrix[i], -factor, &pivot);
            right[i] -= factor * right[k];
        }
    }
    for k in (0..MODES).rev() {
        right[k] *= inverses[k];
        for i in 0..k {
            right[i] -= matrix[i][k] * right[k];
        }
    }
}

/// Σ V a b
fn weighted(volume: &[f64], a: &[f64], b: &[f64]) -> f64 {
    volume.iter().zip(a).zip(b).map(|((v, a), b)| v * a * b).sum()
}

fn mean_of<'a>(n: usize, fields: impl Iterator<Item = &'a [f64]>) -> Vec<f64> {
    let (mut mean, mut count) = (vec![0.0; n], 0.0);
    for field in fields {
        count += 1.0;
        for (mean, value) in mean.iter_mut().zip(field) {
            *mean += value;
        }
    }
    mean.iter().map(|sum| sum / count).collect()
}

/// Leading patterns of fields around their mean, orthonormal by volume; fewer if the fields have no more.
fn patterns<'a>(volume: &[f64], mean: &[f64], fields: impl Iterator<Item = &'a [f64]>, most: usize) -> Vec<Vec<f64>> {
    let off: Vec<Vec<f64>> = fields
        .map(|field| field.iter().zip(mean).map(|(c, mean)| c - mean).collect())
        .collect();
    let m = off.len();
    let mut gram = vec![vec![0.0; m]; m];
    for i in 0..m {
        for j in 0..=i {
            gram[i][j] = weighted(volume, &off[i], &off[j]);
            gram[j][i] = gram[i][j];
        }
    }
    let (values, vectors) = eigen(gram);
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let largest = order.first().map_or(0.0, |&i| values[i]);
    let mut basis: Vec<Vec<f64>> = vec![];
    for &i in order.iter().take(most) {
        if values[i] <= 1e-13 * largest {
            break;
        }
        let mut pattern = vec![0.0; volume.len()];
        for (weight, off) in vectors.iter().map(|row| row[i]).zip(&off) {
            for (pattern, off) in pattern.iter_mut().zip(off) {
                *pattern += weight * off;
            }
        }
        // Once more against the others, because small eigenvalues lose digits.
        for other in &basis {
            let along = weighted(volume, other, &pattern);
            for (pattern, other) in pattern.iter_mut().zip(other) {
                *pattern -= along * other;
            }
        }
        let length = weighted(volume, &pattern, &pattern).sqrt();
        basis.push(pattern.into_iter().map(|p| p / length).collect());
    }
    basis
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix by Jacobi's rotations.
fn eigen(mut a: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut v: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    let whole: f64 = a.iter().flatten().map(|x| x * x).sum();
    for _ in 0..30 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i][j] * a[i][j])
            .sum();
        if off <= 1e-30 * whole {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() <= 1e-300 {
                    continue;
                }
                let theta = 0.5 * (a[q][q] - a[p][p]) / a[p][q];
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in a.iter_mut() {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (c * x - s * y, s * x + c * y);
                }
                let (head, tail) = a.split_at_mut(q);
                for (x, y) in head[p].iter_mut().zip(tail[0].iter_mut()) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in v.iter_mut() {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

/// Cells that stand for all, and how a rate in them spreads: rate = rest + Σ rate(cell) spread.
struct Points {
    cells: [usize; POINTS],
    rest: Vec<f64>,
    spread: Vec<Vec<f64>>,
}

impl Points {
    fn of_uptake(full: &Transport, snapshots: &[[Vec<f64>; N_SOLUTES]]) -> Self {
        Self::of(full, snapshots, |c, i| oxygen_uptake(ph(c[1][i]), c[0][i]))
    }

    fn of_release(full: &Transport, metabolism: Metabolism, snapshots: &[[Vec<f64>; N_SOLUTES]]) -> Self {
        Self::of(full, snapshots, |c, i| {
            lactate_release(ph(c[1][i]), c[0][i]) * metabolism.glucose_limit(c[2][i]).0
        })
    }

    fn of(full: &Transport, snapshots: &[[Vec<f64>; N_SOLUTES]], rate: impl Fn(&[Vec<f64>; N_SOLUTES], usize) -> f64) -> Self {
        let volume = &full.grid.volume;
        let n = volume.len();
        let fields: Vec<Vec<f64>> = snapshots.iter().map(|c| (0..n).map(|i| rate(c, i)).collect()).collect();
        let mean = mean_of(n, fields.iter().map(|f| &f[..]));
        let basis = patterns(volume, &mean, fields.iter().map(|f| &f[..]), POINTS);
        // Each pattern in turn is interpolated by the ones before; where that is worst becomes its cell.
        let mut cells: Vec<usize> = vec![];
        for (k, pattern) in basis.iter().enumerate() {
            let mut left = pattern.clone();
            if k > 0 {
                let weights = interpolate(&basis[..k], &cells, &cells.iter().map(|&c| pattern[c]).collect::<Vec<_>>());
                for (weight, before) in weights.iter().zip(&basis) {
                    for (left, before) in left.iter_mut().zip(before) {
                        *left -= weight * before;
                    }
                }
            }
            let worst = (0..n).max_by(|&a, &b| left[a].abs().total_cmp(&left[b].abs())).unwrap_or(0);
            cells.push(worst);
        }
        // Spread of point k: Ψ times column k of the inverse of Ψ at the cells.
        let used = cells.len();
        let mut spread = vec![vec![0.0; n]; POINTS];
        for (k, spread) in spread.iter_mut().enumerate().take(used) {
            let unit: Vec<f64> = (0..used).map(|i| if i == k { 1.0 } else { 0.0 }).collect();
            for (weight, pattern) in interpolate(&basis[..used], &cells, &unit).iter().zip(&basis) {
                for (spread, pattern) in spread.iter_mut().zip(pattern) {
                    *spread += weight * pattern;
                }
            }
        }
        let mut rest = mean.clone();
        for (k, &cell) in cells.iter().enumerate() {
            for (rest, spread) in rest.iter_mut().zip(&spread[k]) {
                *rest -= mean[cell] * spread;
            }
        }
        cells.resize(POINTS, 0);
        Self {
            cells: std::array::from_fn(|k| cells[k]),
            rest,
            spread,
        }
    }
}

/// Weights with which patterns take given values at as many cells.
fn interpolate(basis: &[Vec<f64>], cells: &[usize], values: &[f64]) -> Vec<f64> {
    let n = cells.len();
    let mut rows: Vec<Vec<f64>> = cells
        .iter()
        .zip(values)
        .map(|(&cell, &value)| basis.iter().map(|pattern| pattern[cell]).chain([value]).collect())
        .collect();
    for k in 0..n {
        let best = (k..n).max_by(|&a, &b| rows[a][k].abs().total_cmp(&rows[b][k].abs())).unwrap_or(k);
        rows.swap(k, best);
        let pivot = rows[k].clone();
        for row in rows.iter_mut().skip(k + 1) {
            let factor = row[k] / pivot[k];
            for (entry, pivot) in row.iter_mut().zip(&pivot) {
                *entry -= factor * pivot;
            }
        }
    }
    let mut weights = vec![0.0; n];
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| rows[k][j] * weights[j]).sum();
        weights[k] = (rows[k][n] - known) / rows[k][k];
    }
    weights
}

/// Places of the middle plane where extremes were or nearly were, by solute: the most frequent ones.
fn watched(full: &Transport, snapshots: &[[Vec<f64>; N_SOLUTES]]) -> [Vec<usize>; N_SOLUTES] {
    std::array::from_fn(|solute| {
        let sign = if solute == 1 { -1.0 } else { 1.0 };
        let mut counts = std::collections::BTreeMap::new();
        for c in snapshots {
            let mut plane: Vec<(f64, usize)> = full.middle_plane(&c[solute]).iter().map(|v| sign * v).zip(0..).collect();
            plane.sort_by(|a, b| a.0.total_cmp(&b.0));
            // The extreme itself counts for more than its runners-up.
            for (rank, (_, place)) in plane.into_iter().take(3).enumerate() {
                *counts.entry(place).or_insert(0) += [100, 2, 1][rank];
            }
        }
        let mut places: Vec<(usize, i32)> = counts.into_iter().collect();
        places.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        places.into_iter().take(MOST_WATCHED).map(|(place, _)| place).collect()
    })
}

/// Share of volume lost per second.
const WEAK_PER_S: f64 = 1e-7;

fn project(
    full: &mut Transport,
    solute: usize,
    mean: &[f64],
    basis: &[Vec<f64>],
    rates: &[Points; 2],
    watched: &[usize],
    j: (f64, f64),
) -> Solute {
    let n = mean.len();
    let mut room = Room::new(&full.grid);
    let projected = |field: &[f64]| -> Amplitudes {
        let mut amplitudes = [0.0; MODES];
        for (amplitude, pattern) in amplitudes.iter_mut().zip(basis) {
            *amplitude = pattern.iter().zip(field).map(|(p, f)| p * f).sum();
        }
        amplitudes
    };
    // Matrix of a linear action on fields; absent patterns stay where they are.
    let matrix = |action: &mut dyn FnMut(&[f64]) -> Vec<f64>| -> Matrix {
        let mut matrix = [[0.0; MODES]; MODES];
        for (k, pattern) in basis.iter().enumerate() {
            let column = projected(&action(pattern));
            for (row, value) in matrix.iter_mut().zip(column) {
                row[k] = value;
            }
        }
        matrix
    };
    let is_in = |full: &Transport, region: usize, cell: usize| (full.grid.part(cell) as usize).min(N_REGIONS - 1) == region;
    let storage: [Matrix; N_REGIONS] = std::array::from_fn(|region| {
        let mut storage = matrix(&mut |field| {
            (0..n)
                .map(|i| {
                    if is_in(full, region, i) {
                        full.grid.volume[i] * field[i]
                    } else {
                        0.0
                    }
                })
                .collect()
        });
        for (k, row) in storage.iter_mut().enumerate().skip(basis.len()) {
            row[k] = full.grid.volume.iter().sum::<f64>() / N_REGIONS as f64;
        }
        storage
    });
    let (axial, lateral) = full.conductances(j.0, j.1);
    let (scale, outside) = (full.way(solute).scale, full.outside(solute));
    // Flows so weak that diffusion stays ahead of them everywhere.
    let carries = full.settings.form == Form::Conservative;
    let weak: [Flows; 2] = std::array::from_fn(|side| {
        let mut weak = Flows::default();
        if carries {
            let rate = |of: usize| if of == side { -WEAK_PER_S } else { 0.0 };
            full.drain_into(rate(0), rate(1), &mut weak);
        }
        weak
    });
    let full = &*full;
    let mut gain_by = |faces: &Faces, flows: &Flows, field: &[f64], outside: [f64; 3]| {
        let way = Way {
            grid: &full.grid,
            faces,
            flows,
            scale,
            outside,
        };
        let mut out = vec![0.0; n];
        if flows.link[0].is_empty() {
            way.gain::<false>(field, &mut room, &mut out);
        } else {
            way.gain::<true>(field, &mut room, &mut out);
        }
        out
    };
    let mut gain = [[[0.0; MODES]; MODES]; N_CONDUCTANCES];
    let mut gain_of_mean = [[0.0; MODES]; N_CONDUCTANCES];
    for q in 0..N_CONDUCTANCES {
        let faces = sensitivity(full, &axial, &lateral, q);
        gain[q] = matrix(&mut |field| gain_by(&faces, &Flows::default(), field, [0.0; 3]));
        gain_of_mean[q] = projected(&gain_by(&faces, &Flows::default(), mean, outside));
    }
    let mut carried = [[[0.0; MODES]; MODES]; 2];
    let mut carried_of_mean = [[0.0; MODES]; 2];
    if carries {
        let mut faces = Faces::new(&full.grid);
        faces.fill(&full.grid, &axial.map(f64::recip), &lateral.map(f64::recip));
        for side in 0..2 {
            let mut only = |field: &[f64], outside: [f64; 3]| -> Vec<f64> {
                let with = gain_by(&faces, &weak[side], field, outside);
                let without = gain_by(&faces, &Flows::default(), field, outside);
                with.iter().zip(&without).map(|(a, b)| (a - b) / WEAK_PER_S).collect()
            };
            carried[side] = matrix(&mut |field| only(field, [0.0; 3]));
            carried_of_mean[side] = projected(&only(mean, outside));
        }
    }
    let points = &rates[usize::from(solute > 0)];
    let release_in = |field: &[f64], region: usize| -> Amplitudes {
        let of_part: Vec<f64> = (0..n)
            .map(|i| {
                if solute > 0 || is_in(full, region, i) {
                    full.cells[i] * field[i]
                } else {
                    0.0
                }
            })
            .collect();
        projected(&of_part)
    };
    let negative = |matrix: &Matrix, row: usize| matrix[row].map(|entry| -entry);
    Solute {
        terms: std::array::from_fn(|row| {
            std::array::from_fn(|term| match term {
                t if t < N_REGIONS => storage[t][row],
                t if t < N_TERMS - 2 => negative(&gain[t - N_REGIONS], row),
                t => negative(&carried[t - (N_TERMS - 2)], row),
            })
        }),
        of_mean: std::array::from_fn(|term| {
            if term < N_CONDUCTANCES {
                gain_of_mean[term]
            } else {
                carried_of_mean[term - N_CONDUCTANCES]
            }
        }),
        release: std::array::from_fn(|region| std::array::from_fn(|k| release_in(&points.spread[k], region))),
        release_of_mean: std::array::from_fn(|region| release_in(&points.rest, region)),
        at_points: std::array::from_fn(|of| std::array::from_fn(|k| row(mean, basis, |field| field[rates[of].cells[k]]))),
        watched: watched
            .iter()
            .map(|&place| row(mean, basis, |field| full.middle_plane(field)[place]))
            .collect(),
    }
}

/// A linear reading of the mean and of each pattern.
fn row(mean: &[f64], basis: &[Vec<f64>], read: impl Fn(&[f64]) -> f64) -> (f64, Amplitudes) {
    let mut amplitudes = [0.0; MODES];
    for (amplitude, pattern) in amplitudes.iter_mut().zip(basis) {
        *amplitude = read(pattern);
    }
    (read(mean), amplitudes)
}

/// The part whose conductance stands for a region.
const fn part_of(region: usize) -> usize {
    if region == N_REGIONS - 1 { ENDPLATE } else { region }
}

/// Slope of all faces by the conductance of one region; both end-plates keep their ratio.
fn sensitivity(full: &Transport, axial: &[f64; N_PARTS], lateral: &[f64; N_PARTS], q: usize) -> Faces {
    const STEP: f64 = 1e-4;
    let at = |factor: f64| {
        let mut both = [*axial, *lateral];
        let (values, region) = (&mut both[q / N_REGIONS], q % N_REGIONS);
        let change = values[part_of(region)] * (factor - 1.0);
        for (part, value) in values.iter_mut().enumerate() {
            if part.min(N_REGIONS - 1) == region {
                *value *= factor;
            }
        }
        let mut faces = Faces::new(&full.grid);
        faces.fill(&full.grid, &both[0].map(f64::recip), &both[1].map(f64::recip));
        (faces, change)
    };
    let ((mut above, up), (below, down)) = (at(1.0 + STEP), at(1.0 - STEP));
    let slope = |above: &mut Vec<f64>, below: &[f64]| {
        for (above, below) in above.iter_mut().zip(below) {
            *above = (*above - below) / (up - down);
        }
    };
    for direction in 0..3 {
        slope(&mut above.link[direction], &below.link[direction]);
        slope(&mut above.edge[direction], &below.edge[direction]);
    }
    above
}
