//! One convex problem per instant, solved in its dual by a semismooth Newton method with line search.
//!
//! Find x and r that minimise
//!
//! ```text
//!     ½ Σ wᵢ (xᵢ − cᵢ)² + ½ Σ (r_k / s_k)²     subject to     G x + r = b,   low ≤ x ≤ high.
//! ```
//!
//! Every column is boxed and separable, so for given multipliers y the minimiser is explicit: xᵢ = clamp(cᵢ + gᵢ·y / wᵢ), r_k = s_k² y_k, and
//! what remains is one monotone, piecewise linear equation per row,
//!
//! ```text
//!     F(y) = G x(y) + s² y − b = 0 .
//! ```
//!
//! Newton's matrix H = G D Gᵀ + s², D = 1/w over the columns that are not clamped, is positive definite because every s_k > 0. It ends after
//! finitely many steps: once the set of clamped columns stays the same the step is exact. A full step that leaves the dual steep is replaced
//! by one to the exact minimum along its direction, where the dual is quadratic in pieces; plain steps cycle where many muscles are saturated.
//!
//! # Start
//! The first step takes the set of clamped columns of the last solution, not its y: H y = b − G x over that set. On the next instant of a
//! motion the set is mostly the same, and this one step is the solution. A cold start takes all columns as free.
//!
//! # Rounding
//! Contacts weigh next to nothing, 1/w is above 10⁷, and a z = Gᵀ y summed anew would change their forces by more than the tolerance. So z is
//! carried along, z += Gᵀ p, and F always belongs to the z at hand. What z then lacks to Gᵀ y is measured at the end and reported as part of
//! the violation of optimality; if it is more than a trifle, z is taken anew and the steps go on from there.
//!
//! Doubles carry this as long as a column's g²/w is at most about 10¹⁶ times s². Beyond, rounding spoils directions; they are damped, and what
//! they do not reach is reported as not converged.
//!
//! The order of all sums is fixed: the same input, in the same order of solutions, gives the same bits on any machine and any number of threads.
//!
//! # Source
//! Qi and Sun 1993 (semismooth Newton), Li and Swetits 1997 (piecewise quadratic duals with exact search), Bergounioux, Ito and Kunisch 1999
//! (steps from a set of clamped columns).

mod factor;
mod problem;
mod products;

pub use problem::Problem;

use keel_body::lanes::{Computation, Four, Lanes, ZERO, array, get, run_on};
use pulp::Arch;

use factor::Factor;
use products::{Hessian, Point, multiply, multiply_transposed, respond};

/// Residual at which steps end.
const TOLERANCE: f64 = 1e-12;
/// Residual and stationarity at which a solution is taken.
const RESIDUAL_MAX: f64 = 1e-9;
/// See [`RESIDUAL_MAX`].
const KKT_MAX: f64 = 1e-6;
/// Stationarity at which z is not taken anew.
const DRIFT_MAX: f64 = 1e-9;
/// How often z is taken anew at most.
const ANEW_MAX: usize = 2;
/// Newton steps at most.
const ITERATIONS_MAX: usize = 100;
/// Evaluations of the line search at most.
const SEARCHES_MAX: usize = 60;
/// Slope at a full step over the slope at its start (both up and down) above which the step is cut to the minimum.
const SLOPE_UP_MAX: f64 = 0.3;
/// See [`SLOPE_UP_MAX`].
const SLOPE_DOWN_MAX: f64 = 0.9;
/// Steps after which every step goes to the minimum, and the slope over that at the start that counts as none.
const RELAXED_MAX: usize = 12;
/// See [`RELAXED_MAX`].
const SLOPE_MIN: f64 = 1e-2;
/// Steps without progress at most, before H is made anew and before the end.
const IDLE_MAX: usize = 4;
/// Residual at which a start is given up for y = 0.
const START_MAX: f64 = 1e6;
/// What the diagonal of H is raised by, relatively, where directions are spoilt: at first, each time more, at most.
const DAMPING_MIN: f64 = 1e-14;
/// See [`DAMPING_MIN`].
const DAMPING_GROWTH: f64 = 100.0;
/// See [`DAMPING_MIN`].
const DAMPING_MAX: f64 = 1.0;
/// Residual below which a full step with the same columns clamped is taken as refinement.
const SETTLED: f64 = 1e-3;

/// A problem cannot be solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DualError {
    /// A figure is not finite or of the wrong sign.
    #[error("the load problem has a {what} of {value}")]
    Figure {
        /// What it is.
        what: &'static str,
        /// The value.
        value: f64,
    },
}

/// How a solution ended.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outcome {
    /// Newton steps; the first starts from a set of clamped columns.
    pub iterations: usize,
    /// Largest |F_k| over 1 + |b_k|.
    pub residual: f64,
    /// Largest violation of the optimality conditions: the residual, or |w (x − c) − Gᵀ y| where bounds do not explain it, in cost per unit of
    /// x and over at most 1 + Σ |G y|.
    pub kkt: f64,
    /// Whether the residual is below 1e-9 and the violation below 1e-6.
    pub converged: bool,
    /// Columns at their upper bound.
    pub saturated: usize,
}

/// Workspace and solution; no solve allocates.
#[derive(Debug, Clone)]
pub struct Dual {
    /// Multipliers, by row.
    y: Vec<f64>,
    is_warm: bool,
    // All below by row in reverse and padded to fours, or by groups of columns, as the problem keeps them.
    p: Vec<f64>,
    b: Vec<f64>,
    slack_squared: Vec<f64>,
    /// 1 / (1 + |b|)
    scale: Vec<f64>,
    /// Where y is, and where a step would lead.
    at: Point,
    next: Point,
    /// y of the smallest residual.
    best: Vec<f64>,
    hessian: Hessian,
    factor: Factor,
}

/// See [`Dual::solve_on`].
struct Solve<'a>(&'a mut Dual, &'a Problem);

impl Computation for Solve<'_> {
    type Output = Result<Outcome, DualError>;

    fn run<L: Lanes>(self, l: L) -> Self::Output {
        self.0.solve_with(l, self.1)
    }
}

impl Dual {
    /// A workspace for problems of this structure, without a memory of any solution.
    pub fn new(problem: &Problem) -> Self {
        let (n_groups, n_padded) = (problem.low.len(), 4 * (problem.n_rows.div_ceil(4) + 1));
        Self {
            y: vec![0.0; problem.n_rows],
            is_warm: false,
            p: vec![0.0; n_padded],
            b: vec![0.0; n_padded],
            slack_squared: vec![0.0; n_padded],
            scale: vec![0.0; n_padded],
            at: Point::new(n_groups, n_padded),
            next: Point::new(n_groups, n_padded),
            best: vec![0.0; n_padded],
            hessian: Hessian::new(problem, n_padded),
            factor: Factor::new(problem.n_rows),
        }
    }

    /// Forgets the last solution, so that the next solve starts cold.
    pub fn forget(&mut self) {
        self.is_warm = false;
    }

    /// Solves, starting from the last solution.
    ///
    /// # Errors
    /// Figures that are not finite, weights or slacks not above zero, bounds that cross. A problem that does not converge is an [`Outcome`].
    pub fn solve(&mut self, problem: &Problem) -> Result<Outcome, DualError> {
        self.solve_on(Arch::new(), problem)
    }

    /// As [`Dual::solve`], in the registers of this machine or in those that all have.
    pub(crate) fn solve_on(&mut self, arch: Arch, problem: &Problem) -> Result<Outcome, DualError> {
        run_on(arch, Solve(self, problem))
    }

    /// Value of a column.
    #[inline]
    pub fn x(&self, problem: &Problem, column: usize) -> f64 {
        get(&self.at.x, problem.slots[column])
    }

    /// Multipliers, by row.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Slack of a row.
    pub fn slack(&self, problem: &Problem, row: usize) -> f64 {
        problem.slack_squared[row] * self.y[row]
    }

    fn solve_with<L: Lanes>(&mut self, l: L, problem: &Problem) -> Result<Outcome, DualError> {
        let n = problem.n_rows;
        for row in 0..n {
            let k = n - 1 - row;
            self.b[k] = problem.b[row];
            self.slack_squared[k] = problem.slack_squared[row];
            self.scale[k] = 1.0 / (1.0 + problem.b[row].abs());
        }
        if !self.start(l, problem) || !self.residual().is_finite() {
            self.forget();
            problem.check()?;
        }
        let residual = self.residual();
        if residual > START_MAX || residual.is_nan() {
            // Either H is beyond the digits of its numbers, or the problem is.
            self.at.y.fill(0.0);
            self.evaluate_anew(l, problem);
            if !self.residual().is_finite() {
                self.forget();
                return Err(DualError::Figure {
                    what: "product of column and bound",
                    value: f64::INFINITY,
                });
            }
            self.hessian.clear(&self.slack_squared[..n]);
        }
        let outcome = self.newton(l, problem);
        self.is_warm = true;
        for (row, y) in self.y.iter_mut().enumerate() {
            *y = self.at.y[n - 1 - row];
        }
        Ok(outcome)
    }

    /// y, H and the point at y from the columns that were clamped in the last solution. Says whether weights, centres, bounds and slacks are as
    /// they must be; entries and right sides that are not show in F.
    fn start<L: Lanes>(&mut self, l: L, problem: &Problem) -> bool {
        if !self.is_warm {
            self.at.d.copy_from_slice(&problem.inverse_weight);
        }
        self.hessian.clear(&self.slack_squared[..problem.n_rows]);
        let Self { at, hessian, .. } = self;
        let is_sound = l.run(
            #[inline(always)]
            || {
                let is_sound = clamp_as_before(l, problem, at);
                // H over the free columns
                hessian.update(l, problem, &at.d);
                // H y = b − G x
                at.f.fill(0.0);
                multiply(l, problem, &at.x, &mut at.f);
                is_sound
            },
        );
        for k in 0..self.b.len() {
            self.at.y[k] = self.b[k] - self.at.f[k];
        }
        self.factorise(l, 0.0);
        l.run(
            #[inline(always)]
            || self.factor.solve(l, &mut self.at.y),
        );
        self.evaluate_anew(l, problem);
        is_sound && problem.slack_squared.iter().all(|s| *s > 0.0 && s.is_finite())
    }

    /// Newton steps from a point whose H has been factorised, with z taken anew where it has drifted.
    fn newton<L: Lanes>(&mut self, l: L, problem: &Problem) -> Outcome {
        let (mut iterations, mut n_anew) = (1, 0);
        let (residual, stationarity) = loop {
            let n_before = iterations;
            let residual = self.descend(l, problem, &mut iterations);
            if iterations == n_before {
                break (residual, 0.0);
            }
            let stationarity = self.stationarity(l, problem);
            if stationarity <= DRIFT_MAX || n_anew == ANEW_MAX || iterations >= ITERATIONS_MAX {
                break (residual, stationarity);
            }
            n_anew += 1;
            self.evaluate_anew(l, problem);
        };
        let kkt = stationarity.max(residual);
        Outcome {
            iterations,
            residual,
            kkt,
            converged: residual <= RESIDUAL_MAX && kkt <= KKT_MAX,
            saturated: self.saturated(problem),
        }
    }

    /// Steps until F is zero but for rounding, or no step helps any more. Returns the residual.
    fn descend<L: Lanes>(&mut self, l: L, problem: &Problem, iterations: &mut usize) -> f64 {
        let mut residual = self.residual();
        let (mut best, mut n_idle) = (residual, 0);
        let (mut damping, mut is_clean) = (0.0, false);
        self.best.copy_from_slice(&self.at.y);
        while residual > TOLERANCE && *iterations < ITERATIONS_MAX {
            *iterations += 1;
            // H = G D Gᵀ + s²
            let is_changed = l.run(
                #[inline(always)]
                || self.hessian.update(l, problem, &self.at.d),
            );
            if is_changed {
                self.factorise(l, damping);
            }
            // H p = −F
            for (p, f) in self.p.iter_mut().zip(&self.at.f) {
                *p = -f;
            }
            l.run(
                #[inline(always)]
                || self.factor.solve(l, &mut self.p),
            );
            self.evaluate_step(l, problem);
            let mut next = self.residual_of(&self.next.f);
            if !is_changed && residual < SETTLED && next < 0.5 * residual {
                // The same columns are clamped: refinement.
                std::mem::swap(&mut self.at, &mut self.next);
                (residual, best, n_idle) = (next, next.min(best), 0);
                continue;
            }
            // y += t p with t = 1, or the exact t where the dual is still steep there
            let (slope, slope_next) = (dot(&self.p, &self.at.f), dot(&self.p, &self.next.f));
            let (up, down) = if *iterations > RELAXED_MAX {
                (SLOPE_MIN, SLOPE_MIN)
            } else {
                (SLOPE_UP_MAX, SLOPE_DOWN_MAX)
            };
            if slope < 0.0 && !(down * slope..=up * -slope).contains(&slope_next) {
                let t = l.run(
                    #[inline(always)]
                    || self.search(l, problem, slope),
                );
                for p in &mut self.p {
                    *p *= t;
                }
                self.evaluate_step(l, problem);
                next = self.residual_of(&self.next.f);
            }
            if !next.is_finite() || slope >= 0.0 || slope.is_nan() {
                // Rounding has spoilt the direction: one that leaves alone what H hardly sees.
                if damping >= DAMPING_MAX {
                    break;
                }
                damping = DAMPING_MIN.max(DAMPING_GROWTH * damping);
                self.factorise(l, damping);
                continue;
            }
            if damping > 0.0 {
                damping = if damping > DAMPING_MIN { damping / DAMPING_GROWTH } else { 0.0 };
                self.factorise(l, damping);
            }
            std::mem::swap(&mut self.at, &mut self.next);
            residual = next;
            // Close to the solution each step halves the residual at least; where several do not, rounding has the last word.
            if residual < 0.5 * best {
                (best, n_idle) = (residual, 0);
                self.best.copy_from_slice(&self.at.y);
            } else if best < SETTLED {
                n_idle += 1;
                if n_idle == IDLE_MAX {
                    if is_clean {
                        break;
                    }
                    (is_clean, n_idle) = (true, 0);
                    self.hessian.clear(&self.slack_squared[..problem.n_rows]);
                }
            }
        }
        if residual > RESIDUAL_MAX && residual > 2.0 * best {
            self.at.y.copy_from_slice(&self.best);
            self.evaluate_anew(l, problem);
            residual = self.residual();
        }
        residual
    }

    fn factorise<L: Lanes>(&mut self, l: L, damping: f64) {
        let Self { hessian, factor, .. } = self;
        l.run(
            #[inline(always)]
            || factor.factorise(l, &hessian.h, hessian.width, &hessian.tiles, damping),
        );
    }

    /// The point at y + p, with z carried along.
    fn evaluate_step<L: Lanes>(&mut self, l: L, problem: &Problem) {
        for k in 0..self.b.len() {
            self.next.y[k] = self.at.y[k] + self.p[k];
            self.next.f[k] = self.slack_squared[k] * self.next.y[k] - self.b[k];
        }
        l.run(
            #[inline(always)]
            || {
                multiply_transposed(l, problem, &self.p, &mut self.next.z);
                let n = self.at.z.len();
                let (z, next) = (&self.at.z[..n], &mut self.next.z[..n]);
                for k in 0..n {
                    next[k] = l.add(z[k], next[k]);
                }
                respond(l, problem, &mut self.next);
            },
        );
    }

    /// The point at y, with z = Gᵀ y summed anew.
    fn evaluate_anew<L: Lanes>(&mut self, l: L, problem: &Problem) {
        for k in 0..self.b.len() {
            self.at.f[k] = self.slack_squared[k] * self.at.y[k] - self.b[k];
        }
        l.run(
            #[inline(always)]
            || {
                multiply_transposed(l, problem, &self.at.y, &mut self.at.z);
                respond(l, problem, &mut self.at);
            },
        );
    }

    fn residual(&self) -> f64 {
        self.residual_of(&self.at.f)
    }

    /// Largest |F_k| over 1 + |b_k|; no number where one is none.
    fn residual_of(&self, f: &[f64]) -> f64 {
        f.iter().zip(&self.scale).fold(0.0, |worst: f64, (f, scale)| {
            let relative = f.abs() * scale;
            if relative <= worst || worst.is_nan() { worst } else { relative }
        })
    }

    /// The t at which the dual is least along p: the zero of φ'(t) = pᵀ F(y + t p), which rises and is linear in pieces.
    #[inline(always)]
    fn search<L: Lanes>(&self, l: L, problem: &Problem, start: f64) -> f64 {
        let mut rising = 0.0;
        for k in 0..self.p.len() {
            rising += self.p[k] * self.slack_squared[k] * self.p[k];
        }
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut t = 1.0;
        for _ in 0..SEARCHES_MAX {
            let (slope, curvature) = self.columns_along(l, problem, t);
            let (slope, curvature) = (start + t * rising + slope, rising + curvature);
            if slope.abs() <= 1e-10 * start.abs() {
                break;
            }
            if slope < 0.0 {
                low = t;
            } else {
                high = t;
            }
            // Newton's step within the linear piece; where it leaves the bracket, the bracket is halved or widened.
            let next = t - slope / curvature;
            let next = if next > low && next < high {
                next
            } else if high.is_finite() {
                0.5 * (low + high)
            } else {
                2.0 * t
            };
            if (next - t).abs() <= 1e-15 * t {
                break;
            }
            t = next;
        }
        t
    }

    /// What the columns add to the slope of the dual from y to y + t p, and to its curvature there.
    #[inline(always)]
    fn columns_along<L: Lanes>(&self, l: L, problem: &Problem, t: f64) -> (f64, f64) {
        let (mut slope, mut curvature, t) = (ZERO, ZERO, l.splat(t));
        for at in 0..self.at.z.len() {
            let (w, low, high) = (problem.inverse_weight[at], problem.low[at], problem.high[at]);
            let dz = l.sub(self.next.z[at], self.at.z[at]);
            let free = l.mul_add(l.mul_add(t, dz, self.at.z[at]), w, problem.centre[at]);
            slope = l.mul_add(dz, l.sub(l.clamp(free, low, high), self.at.x[at]), slope);
            curvature = l.mul_add(l.mul(dz, dz), l.inside(free, low, high, w), curvature);
        }
        (l.sum(slope), l.sum(curvature))
    }

    /// Violation of optimality: largest |z − Gᵀ y| of a column whose x is not clamp(c + Gᵀ y / w), over 1 + Σ |G y| unless that is a trifle anyhow.
    fn stationarity<L: Lanes>(&mut self, l: L, problem: &Problem) -> f64 {
        let Self { at, next, .. } = self;
        let worst = l.run(
            #[inline(always)]
            || {
                multiply_transposed(l, problem, &at.y, &mut next.z);
                drift(l, problem, at, &mut next.z)
            },
        );
        if worst <= DRIFT_MAX {
            worst
        } else {
            relative(problem, &at.y, &next.z)
        }
    }

    fn saturated(&self, problem: &Problem) -> usize {
        let at_bound = |(x, high): (&Four, &Four)| array(*x).into_iter().zip(array(*high)).filter(|(x, high)| x >= high).count();
        self.at.x.iter().zip(&problem.high).map(at_bound).sum()
    }
}

/// D and x over the columns that were clamped before: x = c in those that are free, the nearer bound in the others. Says whether weights,
/// centres and bounds are as they must be.
#[inline(always)]
fn clamp_as_before<L: Lanes>(l: L, problem: &Problem, at: &mut Point) -> bool {
    let n = at.x.len();
    let (d, x) = (&mut at.d[..n], &mut at.x[..n]);
    let (low, high, w, c) = (
        &problem.low[..n],
        &problem.high[..n],
        &problem.inverse_weight[..n],
        &problem.centre[..n],
    );
    let (no_number, mut unsound, mut least) = (l.splat(f64::NAN), ZERO, ZERO);
    for k in 0..n {
        let bound = l.where_at_most(l.sub(x[k], low[k]), l.sub(high[k], x[k]), low[k], high[k]);
        x[k] = l.where_at_most(d[k], ZERO, bound, c[k]);
        d[k] = l.where_at_most(d[k], ZERO, ZERO, w[k]);
        // No number where 1/w or c is not finite, or not low ≤ high.
        unsound = l.add(unsound, l.mul(ZERO, l.add(w[k], c[k])));
        unsound = l.add(unsound, l.where_at_most(low[k], high[k], ZERO, no_number));
        least = l.min(least, w[k]);
    }
    !l.differ(unsound, ZERO) && !l.differ(least, ZERO)
}

/// Replaces z = Gᵀ y, summed anew, by how far it is from the z carried along, in columns whose x does not follow from both. Returns the largest.
#[inline(always)]
fn drift<L: Lanes>(l: L, problem: &Problem, at: &Point, z: &mut [Four]) -> f64 {
    let mut worst = ZERO;
    for (k, z) in z.iter_mut().enumerate() {
        let free = l.mul_add(*z, problem.inverse_weight[k], problem.centre[k]);
        let off = l.abs(l.sub(l.clamp(free, problem.low[k], problem.high[k]), at.x[k]));
        *z = l.where_at_most(off, ZERO, ZERO, l.abs(l.sub(*z, at.z[k])));
        worst = l.max(*z, worst);
    }
    array(worst).into_iter().fold(0.0, f64::max)
}

/// Largest drift over 1 + Σ |G y| of its column.
fn relative(problem: &Problem, y: &[f64], drift: &[Four]) -> f64 {
    let mut worst: f64 = 0.0;
    for block in &problem.blocks {
        let width = block.fours.len();
        for (column, entries) in problem.g[block.start..block.start + 4 * block.n_groups * width]
            .chunks_exact(width)
            .enumerate()
        {
            let mut size = 1.0;
            for (entries, row) in entries.iter().zip(&problem.first_rows[block.fours.clone()]) {
                size += array(*entries)
                    .into_iter()
                    .zip(&y[*row..])
                    .map(|(entry, y)| (entry * y).abs())
                    .sum::<f64>();
            }
            worst = worst.max(get(drift, 4 * block.group + column) / size);
        }
    }
    worst
}

/// Product of two rows, summed in four lanes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.as_chunks::<4>().0.iter().zip(b.as_chunks::<4>().0) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random: the fractions of multiples of an irrational one.
    fn fraction(nth: usize) -> f64 {
        (nth as f64 * 0.754_877_666_246_692_7).fract() - 0.5
    }

    #[test]
    fn every_machine_gives_the_same_bits() {
        let n_rows = 50;
        let columns: Vec<Vec<usize>> = (0..300)
            .map(|c| (0..n_rows).skip(c % 40).step_by(1 + c % 3).take(1 + c % 45).collect())
            .collect();
        let mut problem = Problem::new(n_rows, &columns);
        let mut portable = Dual::new(&problem);
        let mut any = portable.clone();
        for instant in 0..5 {
            for (column, rows) in columns.iter().enumerate() {
                problem.set_column(column, 0.1 + fraction(column).abs(), 0.01, 1.0);
                for nth in 0..rows.len() {
                    problem.set(column, nth, 50.0 * fraction(column + 300 * nth + instant));
                }
            }
            for row in 0..n_rows {
                problem.b[row] = 100.0 * fraction(row + instant);
            }
            let expected = portable.solve_on(Arch::Scalar, &problem).expect("the figures are finite");
            let outcome = any.solve(&problem).expect("the figures are finite");
            assert!(expected.converged && expected.iterations > 1);
            assert_eq!(expected.residual.to_bits(), outcome.residual.to_bits());
            for column in 0..columns.len() {
                assert_eq!(portable.x(&problem, column).to_bits(), any.x(&problem, column).to_bits());
            }
        }
    }
}
