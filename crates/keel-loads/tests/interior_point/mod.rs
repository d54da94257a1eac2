//! The load problem solved by Clarabel, an interior-point method, as referee of the dual Newton method.

use clarabel::{
    algebra::CscMatrix,
    solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus, ZeroConeT},
};
use keel_loads::dual::Problem;

/// A solver for problems of one structure.
pub(crate) struct InteriorPoint {
    solver: DefaultSolver<f64>,
    /// √w of every column.
    scales: Vec<f64>,
}

impl InteriorPoint {
    /// Takes the structure, the weights and the slacks of a problem, and which columns have an upper bound; `solve` takes the rest.
    /// The tolerance is of the duality gap and of feasibility; an activation is off by about its square root at most.
    pub(crate) fn new(problem: &Problem, tolerance: f64) -> Self {
        let (m, n) = (problem.n_rows(), problem.n_columns());
        let n_upper = (0..n).filter(|column| problem.column(*column).2.is_finite()).count();

        // x̂ = √w x and r̂ = r / s, so that the cost is ½ |x̂|² + ½ |r̂|². Rows: G x + r = b, x ≤ high, −x ≤ −low.
        let (mut starts, mut rows) = (vec![0], Vec::new());
        let mut upper = m;
        for column in 0..n {
            rows.extend_from_slice(problem.rows(column));
            if problem.column(column).2.is_finite() {
                rows.push(upper);
                upper += 1;
            }
            rows.push(m + n_upper + column);
            starts.push(rows.len());
        }
        for row in 0..m {
            rows.push(row);
            starts.push(rows.len());
        }
        let scales: Vec<f64> = (0..n).map(|column| problem.column(column).0.sqrt()).collect();
        let (values, b) = figures(problem, &scales);
        let a = CscMatrix::new(m + n_upper + n, n + m, starts, rows, values);
        let cones = [ZeroConeT(m), NonnegativeConeT(n_upper + n)];
        let settings = DefaultSettings {
            verbose: false,
            presolve_enable: false,
            tol_gap_abs: tolerance,
            tol_gap_rel: tolerance,
            tol_feas: tolerance,
            // Slack makes every problem feasible, however dear it is.
            tol_infeas_abs: 1e-30,
            tol_infeas_rel: 1e-30,
            ..DefaultSettings::default()
        };
        let solver = DefaultSolver::new(&CscMatrix::identity(n + m), &vec![0.0; n + m], &a, &b, &cones, settings);
        Self {
            solver: solver.expect("the problem is well formed"),
            scales,
        }
    }

    /// Values of the columns.
    pub(crate) fn solve(&mut self, problem: &Problem) -> Vec<f64> {
        let (values, b) = figures(problem, &self.scales);
        self.solver.update_A(&values).expect("the structure is the same");
        self.solver.update_b(&b).expect("the structure is the same");
        self.solver.solve();
        let status = self.solver.solution.status;
        assert!(
            matches!(status, SolverStatus::Solved | SolverStatus::AlmostSolved),
            "Clarabel ends with {status:?}"
        );
        self.solver
            .solution
            .x
            .iter()
            .zip(&self.scales)
            .map(|(x, scale)| x / scale)
            .collect()
    }
}

/// Entries of the matrix, column by column, and the right side.
fn figures(problem: &Problem, scales: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut values, mut upper, mut lower) = (Vec::new(), Vec::new(), Vec::new());
    for (column, scale) in scales.iter().enumerate() {
        values.extend((0..problem.rows(column).len()).map(|nth| problem.entry(column, nth) / scale));
        let (_, low, high) = problem.column(column);
        if high.is_finite() {
            values.push(1.0);
            upper.push(high * scale);
        }
        values.push(-1.0);
        lower.push(-low * scale);
    }
    values.extend(problem.slack_squared.iter().map(|squared| squared.sqrt()));
    (values, [problem.b.clone(), upper, lower].concat())
}
