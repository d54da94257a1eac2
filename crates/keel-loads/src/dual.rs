//! One convex problem per instant, solved in its dual by a semismooth Newton method with exact line search.
//!
//! Find x and r that minimise
//!
//! ```text
//!     ½ Σ wᵢ xᵢ² + ½ Σ (r_k / s_k)²     subject to     G x + r = b,   low ≤ x ≤ high.
//! ```
//!
//! Every column is boxed and separable, so for given multipliers y the minimiser is explicit: xᵢ = clamp(gᵢ·y / wᵢ), r_k = s_k² y_k, and
//! what remains is one monotone, piecewise linear equation per row,
//!
//! ```text
//!     F(y) = G x(y) + s² y − b = 0 .
//! ```
//!
//! Newton's matrix H = G D Gᵀ + s², D = 1/w over the columns that are not clamped, is positive definite because every s_k > 0. Along a
//! Newton direction the dual is piecewise quadratic; its minimum is found exactly, which keeps the method from cycling on frames where many
//! muscles are saturated. It ends after finitely many steps: once the set of clamped columns stays the same the step is exact.
//!
//! Columns that touch the same rows form a block, stored row by row in lanes of eight, so that the products run in SIMD registers. The
//! order of all sums is fixed: the same input gives the same bits on any machine and any number of threads.
//!
//! # Source
//! Qi and Sun 1993 (semismooth Newton), Li and Swetits 1997 (piecewise quadratic duals with exact search).

/// Columns that are worked on together.
const N_LANES: usize = 8;
type Lanes = [f64; N_LANES];
const ZERO: Lanes = [0.0; N_LANES];

/// Relative residual at which a solution is taken.
const TOLERANCE: f64 = 1e-12;
/// Newton steps at most.
const ITERATIONS_MAX: usize = 60;
/// Evaluations of the line search at most.
const SEARCHES_MAX: usize = 60;

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
    /// Newton steps.
    pub iterations: usize,
    /// Largest |F_k| over 1 + |b_k| + Σ|G x|.
    pub residual: f64,
    /// Largest violation of the optimality conditions: |x − clamp(Gᵀy / w)| over 1 + |x|, and the residual.
    pub kkt: f64,
    /// Whether the residual is below the tolerance.
    pub converged: bool,
}

/// Columns that touch the same rows.
#[derive(Debug, Clone)]
struct Block {
    rows: Vec<usize>,
    /// Lanes of x that the block's columns fill.
    first: usize,
    n: usize,
    /// Start of its rows in `g`; row i begins at `g + i n`.
    g: usize,
}

/// A problem of fixed structure; figures are filled in for every instant.
#[derive(Debug, Clone)]
pub struct Problem {
    n_rows: usize,
    blocks: Vec<Block>,
    g: Vec<Lanes>,
    inverse_weight: Vec<Lanes>,
    low: Vec<Lanes>,
    high: Vec<Lanes>,
    /// Right side, by row.
    pub b: Vec<f64>,
    /// Slack scale squared, by row; above zero.
    pub slack_squared: Vec<f64>,
    /// Block and place in its lanes of each column.
    place: Vec<(usize, usize)>,
}

impl Problem {
    /// A problem of `n_rows` rows and one column for each list of the rows it touches (rising).
    pub fn new(n_rows: usize, columns: &[Vec<usize>]) -> Self {
        let mut patterns: Vec<&Vec<usize>> = columns.iter().collect();
        patterns.sort();
        patterns.dedup();
        let (mut blocks, mut place) = (Vec::new(), vec![(0, 0); columns.len()]);
        let (mut n_lanes, mut n_g) = (0, 0);
        for pattern in patterns {
            let block = blocks.len();
            let members = columns.iter().enumerate().filter(|(_, rows)| *rows == pattern);
            let mut n_members: usize = 0;
            for (column, _) in members {
                place[column] = (block, n_members);
                n_members += 1;
            }
            let n = n_members.div_ceil(N_LANES);
            blocks.push(Block {
                rows: pattern.clone(),
                first: n_lanes,
                n,
                g: n_g,
            });
            n_lanes += n;
            n_g += n * pattern.len();
        }
        Self {
            n_rows,
            blocks,
            g: vec![ZERO; n_g],
            inverse_weight: vec![ZERO; n_lanes],
            low: vec![ZERO; n_lanes],
            high: vec![ZERO; n_lanes],
            b: vec![0.0; n_rows],
            slack_squared: vec![1.0; n_rows],
            place,
        }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.place.len()
    }

    /// Rows that a column touches.
    pub fn rows(&self, column: usize) -> &[usize] {
        &self.blocks[self.place[column].0].rows
    }

    /// Sets the weight and the bounds of a column.
    pub fn set_column(&mut self, column: usize, weight: f64, low: f64, high: f64) {
        let (block, at) = self.place[column];
        let lane = self.blocks[block].first + at / N_LANES;
        self.inverse_weight[lane][at % N_LANES] = 1.0 / weight;
        self.low[lane][at % N_LANES] = low;
        self.high[lane][at % N_LANES] = high;
    }

    /// Sets the entry of a column in the `nth` of the rows it touches.
    #[inline]
    pub fn set(&mut self, column: usize, nth: usize, value: f64) {
        let (block, at) = self.place[column];
        let block = &self.blocks[block];
        self.g[block.g + nth * block.n + at / N_LANES][at % N_LANES] = value;
    }

    /// Where the entry of a column in the `nth` of its rows is stored, for [`Problem::add_at`].
    pub(crate) fn address(&self, column: usize, nth: usize) -> usize {
        let (block, at) = self.place[column];
        let block = &self.blocks[block];
        (block.g + nth * block.n + at / N_LANES) * N_LANES + at % N_LANES
    }

    /// Sets an entry by its address.
    #[inline]
    pub(crate) fn set_at(&mut self, address: usize, value: f64) {
        self.g[address / N_LANES][address % N_LANES] = value;
    }

    /// Adds to an entry by its address.
    #[inline]
    pub(crate) fn add_at(&mut self, address: usize, value: f64) {
        self.g[address / N_LANES][address % N_LANES] += value;
    }

    /// Entry of a column in the `nth` of its rows.
    pub fn entry(&self, column: usize, nth: usize) -> f64 {
        let (block, at) = self.place[column];
        let block = &self.blocks[block];
        self.g[block.g + nth * block.n + at / N_LANES][at % N_LANES]
    }

    /// Weight and bounds of a column.
    pub fn column(&self, column: usize) -> (f64, f64, f64) {
        let (block, at) = self.place[column];
        let lane = self.blocks[block].first + at / N_LANES;
        let pick = |lanes: &[Lanes]| lanes[lane][at % N_LANES];
        (1.0 / pick(&self.inverse_weight), pick(&self.low), pick(&self.high))
    }

    fn check(&self) -> Result<(), DualError> {
        let refused = |what, value| Err(DualError::Figure { what, value });
        let finite = |lanes: &[Lanes]| lanes.as_flattened().iter().copied().find(|x| !x.is_finite());
        if let Some(value) = finite(&self.g) {
            return refused("column entry", value);
        }
        if let Some(value) = self.b.iter().copied().find(|x| !x.is_finite()) {
            return refused("right side", value);
        }
        if let Some(value) = self.slack_squared.iter().copied().find(|s| !s.is_finite() || *s <= 0.0) {
            return refused("slack", value);
        }
        if let Some(value) = self
            .inverse_weight
            .as_flattened()
            .iter()
            .copied()
            .find(|w| !w.is_finite() || *w < 0.0)
        {
            return refused("weight", value);
        }
        for (low, high) in self.low.as_flattened().iter().zip(self.high.as_flattened()) {
            if low.is_nan() || high.is_nan() || low > high {
                return refused("lower bound above its upper bound, or a bound that is no number,", *low);
            }
        }
        Ok(())
    }
}

/// Workspace and solution; no solve allocates.
#[derive(Debug, Clone)]
pub struct Dual {
    y: Vec<f64>,
    x: Vec<Lanes>,
    /// Gᵀ y.
    z: Vec<Lanes>,
    /// Gᵀ p.
    dz: Vec<Lanes>,
    f: Vec<f64>,
    size: Vec<f64>,
    p: Vec<f64>,
    h: Vec<f64>,
    d: Vec<Lanes>,
    scaled: Vec<Lanes>,
}

impl Dual {
    /// A workspace for problems of this structure, without a memory of any solution.
    pub fn new(problem: &Problem) -> Self {
        let (m, n) = (problem.n_rows, problem.inverse_weight.len());
        let widest = problem.blocks.iter().map(|block| block.n).max().unwrap_or(0);
        Self {
            y: vec![0.0; m],
            x: vec![ZERO; n],
            z: vec![ZERO; n],
            dz: vec![ZERO; n],
            f: vec![0.0; m],
            size: vec![0.0; m],
            p: vec![0.0; m],
            h: vec![0.0; m * m],
            d: vec![ZERO; n],
            scaled: vec![ZERO; widest],
        }
    }

    /// Forgets the last solution, so that the next solve starts cold.
    pub fn forget(&mut self) {
        self.y.fill(0.0);
    }

    /// Solves, starting from the last multipliers.
    ///
    /// # Errors
    /// Figures that are not finite, weights or slacks not above zero, bounds that cross. A problem that does not converge is an [`Outcome`].
    pub fn solve(&mut self, problem: &Problem) -> Result<Outcome, DualError> {
        problem.check()?;
        let mut outcome = pulp::Arch::new().dispatch(Newton { dual: &mut *self, problem });
        if !outcome.residual.is_finite() {
            // A start from another problem led astray: once more from nothing.
            self.forget();
            outcome = self.newton(problem);
        }
        Ok(outcome)
    }

    /// Value of a column.
    #[inline]
    pub fn x(&self, problem: &Problem, column: usize) -> f64 {
        let (block, at) = problem.place[column];
        self.x[problem.blocks[block].first + at / N_LANES][at % N_LANES]
    }

    /// Multipliers, by row.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Slack of a row.
    pub fn slack(&self, problem: &Problem, row: usize) -> f64 {
        problem.slack_squared[row] * self.y[row]
    }

    #[inline(always)]
    fn newton(&mut self, problem: &Problem) -> Outcome {
        let m = problem.n_rows;
        multiply_transposed(problem, &self.y, &mut self.z);
        let mut residual = self.evaluate(problem);
        let mut iterations = 0;
        let mut refined = false;
        while iterations < ITERATIONS_MAX && !refined && residual.is_finite() {
            // A step below the tolerance is taken once more, as refinement.
            refined = residual <= TOLERANCE;
            iterations += 1;

            // H = G D Gᵀ + s²
            self.newton_matrix(problem);
            if !cholesky(&mut self.h, m) {
                break;
            }
            // H p = −F
            for k in 0..m {
                self.p[k] = -self.f[k];
            }
            substitute(&self.h, &mut self.p, m);
            multiply_transposed(problem, &self.p, &mut self.dz);

            // y += t p with the exact t
            let t = self.search(problem);
            for k in 0..m {
                self.y[k] += t * self.p[k];
            }
            for (z, dz) in self.z.iter_mut().zip(&self.dz) {
                for l in 0..N_LANES {
                    z[l] += t * dz[l];
                }
            }
            residual = self.evaluate(problem);
        }
        // The products were carried along; at the end they are made anew.
        multiply_transposed(problem, &self.y, &mut self.z);
        let residual = self.evaluate(problem);
        Outcome {
            iterations,
            residual,
            kkt: self.kkt(problem).max(residual),
            converged: residual <= 1e3 * TOLERANCE,
        }
    }

    /// x(y), D and F(y) from z = Gᵀ y; returns the relative residual.
    #[inline(always)]
    fn evaluate(&mut self, problem: &Problem) -> f64 {
        for j in 0..self.z.len() {
            let (z, w, low, high) = (&self.z[j], &problem.inverse_weight[j], &problem.low[j], &problem.high[j]);
            let (x, d) = (&mut self.x[j], &mut self.d[j]);
            for l in 0..N_LANES {
                let free = z[l] * w[l];
                x[l] = free.max(low[l]).min(high[l]);
                d[l] = if free > low[l] && free < high[l] { w[l] } else { 0.0 };
            }
        }
        for k in 0..problem.n_rows {
            let slack = problem.slack_squared[k] * self.y[k];
            self.f[k] = slack - problem.b[k];
            self.size[k] = 1.0 + problem.b[k].abs() + slack.abs();
        }
        for block in &problem.blocks {
            let x = &self.x[block.first..block.first + block.n];
            for (i, row) in block.rows.iter().enumerate() {
                let g = &problem.g[block.g + i * block.n..block.g + (i + 1) * block.n];
                let (mut sum, mut size) = (ZERO, ZERO);
                for (g, x) in g.iter().zip(x) {
                    for l in 0..N_LANES {
                        let term = g[l] * x[l];
                        sum[l] += term;
                        size[l] += term.abs();
                    }
                }
                self.f[*row] += add(&sum);
                self.size[*row] += add(&size);
            }
        }
        self.f.iter().zip(&self.size).fold(0.0, |worst: f64, (f, size)| {
            let relative = f.abs() / size;
            if relative > worst || relative.is_nan() { relative } else { worst }
        })
    }

    /// Lower triangle of H.
    #[inline(always)]
    fn newton_matrix(&mut self, problem: &Problem) {
        let m = problem.n_rows;
        self.h.fill(0.0);
        for k in 0..m {
            self.h[k * m + k] = problem.slack_squared[k];
        }
        for block in &problem.blocks {
            let d = &self.d[block.first..block.first + block.n];
            let scaled = &mut self.scaled[..block.n];
            for (i, row) in block.rows.iter().enumerate() {
                let g = &problem.g[block.g + i * block.n..block.g + (i + 1) * block.n];
                for ((s, g), d) in scaled.iter_mut().zip(g).zip(d) {
                    for l in 0..N_LANES {
                        s[l] = g[l] * d[l];
                    }
                }
                for (k, other) in block.rows[..=i].iter().enumerate() {
                    let g = &problem.g[block.g + k * block.n..block.g + (k + 1) * block.n];
                    let mut sum = ZERO;
                    for (g, s) in g.iter().zip(scaled.iter()) {
                        for l in 0..N_LANES {
                            sum[l] += g[l] * s[l];
                        }
                    }
                    self.h[row * m + other] += add(&sum);
                }
            }
        }
    }

    /// The t at which the dual is least along p: the zero of φ'(t) = pᵀ F(y + t p), which rises and is linear in pieces.
    #[inline(always)]
    fn search(&self, problem: &Problem) -> f64 {
        let (mut constant, mut rising) = (0.0, 0.0);
        for k in 0..problem.n_rows {
            constant += self.p[k] * (problem.slack_squared[k] * self.y[k] - problem.b[k]);
            rising += self.p[k] * problem.slack_squared[k] * self.p[k];
        }
        let (start, _) = self.along(problem, 0.0, constant, rising);
        if start >= 0.0 {
            return 1.0;
        }
        // The full step first: near the solution it is exact.
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut t = 1.0;
        for _ in 0..SEARCHES_MAX {
            let (slope, curvature) = self.along(problem, t, constant, rising);
            if slope.abs() <= 1e-13 * start.abs() {
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

    /// Slope and curvature of the dual at y + t p.
    #[inline(always)]
    fn along(&self, problem: &Problem, t: f64, constant: f64, rising: f64) -> (f64, f64) {
        let (mut slope, mut curvature) = (ZERO, ZERO);
        for j in 0..self.z.len() {
            let (z, dz, w, low, high) = (
                &self.z[j],
                &self.dz[j],
                &problem.inverse_weight[j],
                &problem.low[j],
                &problem.high[j],
            );
            for l in 0..N_LANES {
                let free = (z[l] + t * dz[l]) * w[l];
                let x = free.max(low[l]).min(high[l]);
                slope[l] += dz[l] * x;
                let is_free = free > low[l] && free < high[l];
                curvature[l] += if is_free { dz[l] * dz[l] * w[l] } else { 0.0 };
            }
        }
        (constant + t * rising + add(&slope), rising + add(&curvature))
    }

    #[inline(always)]
    fn kkt(&self, problem: &Problem) -> f64 {
        let mut worst: f64 = 0.0;
        for j in 0..self.z.len() {
            for l in 0..N_LANES {
                let free = self.z[j][l] * problem.inverse_weight[j][l];
                let x = free.max(problem.low[j][l]).min(problem.high[j][l]);
                worst = worst.max((x - self.x[j][l]).abs() / (1.0 + x.abs()));
            }
        }
        worst
    }
}

/// The method as a task that is compiled for the widest registers of the machine.
struct Newton<'a> {
    dual: &'a mut Dual,
    problem: &'a Problem,
}

impl pulp::NullaryFnOnce for Newton<'_> {
    type Output = Outcome;

    #[inline(always)]
    fn call(self) -> Outcome {
        self.dual.newton(self.problem)
    }
}

/// Sum of the lanes, always in the same order.
#[inline(always)]
fn add(lanes: &Lanes) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

/// z = Gᵀ y
#[inline(always)]
fn multiply_transposed(problem: &Problem, y: &[f64], z: &mut [Lanes]) {
    for block in &problem.blocks {
        let z = &mut z[block.first..block.first + block.n];
        z.fill(ZERO);
        for (i, row) in block.rows.iter().enumerate() {
            let y = y[*row];
            let g = &problem.g[block.g + i * block.n..block.g + (i + 1) * block.n];
            for (z, g) in z.iter_mut().zip(g) {
                for l in 0..N_LANES {
                    z[l] += g[l] * y;
                }
            }
        }
    }
}

/// Cholesky factor of a symmetric positive definite matrix, in its lower triangle (n × n, row by row).
#[inline(always)]
fn cholesky(a: &mut [f64], n: usize) -> bool {
    for i in 0..n {
        let (done, rest) = a.split_at_mut(i * n);
        let row = &mut rest[..=i];
        for j in 0..i {
            let other = &done[j * n..j * n + j];
            let sum = dot(&row[..j], other);
            row[j] = (row[j] - sum) * done[j * n + j];
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        if !pivot.is_finite() || pivot <= 0.0 {
            return false;
        }
        // The diagonal keeps the inverse root.
        row[i] = 1.0 / pivot.sqrt();
    }
    true
}

/// L Lᵀ x = b, in place; the diagonal of L is stored inverted.
#[inline(always)]
fn substitute(l: &[f64], x: &mut [f64], n: usize) {
    for i in 0..n {
        let sum = dot(&l[i * n..i * n + i], &x[..i]);
        x[i] = (x[i] - sum) * l[i * n + i];
    }
    for i in (0..n).rev() {
        let value = x[i] * l[i * n + i];
        x[i] = value;
        for (x, l) in x[..i].iter_mut().zip(&l[i * n..i * n + i]) {
            *x -= l * value;
        }
    }
}

#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<N_LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<N_LANES>();
    let mut sum = ZERO;
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for l in 0..N_LANES {
            sum[l] += a[l] * b[l];
        }
    }
    let mut total = add(&sum);
    for (a, b) in a_rest.iter().zip(b_rest) {
        total += a * b;
    }
    total
}
