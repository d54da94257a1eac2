//! Problems like those that bodies make, without a body: muscles, joint actuators and contacts with random arms, as they move.

#![allow(dead_code, reason = "each test needs a part of it")]

use keel_loads::dual::{Dual, Problem};

/// A row of numbers that look random and are the same at every run (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Between two limits.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        low + (high - low) * (z >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.between(0.0, limit as f64) as usize
    }
}

/// One column: weight, centre, bounds, and its entries by row.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) weight: f64,
    pub(crate) centre: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) entries: Vec<(usize, f64)>,
}

/// A problem in plain form.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    pub(crate) columns: Vec<Column>,
    pub(crate) b: Vec<f64>,
    pub(crate) slack: Vec<f64>,
}

impl Plain {
    /// The same for the solver.
    pub(crate) fn problem(&self) -> Problem {
        let rows: Vec<Vec<usize>> = self
            .columns
            .iter()
            .map(|column| column.entries.iter().map(|(row, _)| *row).collect())
            .collect();
        let mut problem = Problem::new(self.b.len(), &rows);
        self.fill(&mut problem);
        problem
    }

    /// Puts the figures into a problem of this structure.
    pub(crate) fn fill(&self, problem: &mut Problem) {
        problem.b.copy_from_slice(&self.b);
        for (squared, slack) in problem.slack_squared.iter_mut().zip(&self.slack) {
            *squared = slack * slack;
        }
        for (at, column) in self.columns.iter().enumerate() {
            problem.set_column(at, column.weight, column.low, column.high);
            problem.set_centre(at, column.centre);
            for (nth, (_, value)) in column.entries.iter().enumerate() {
                problem.set(at, nth, *value);
            }
        }
    }

    /// Largest residual |G x + r − b| over 1 + |b|, and largest violation of stationarity over 1 + Σ |G y|, in plain sums.
    pub(crate) fn violations(&self, problem: &Problem, dual: &Dual) -> (f64, f64) {
        let mut f: Vec<f64> = (0..self.b.len()).map(|row| dual.slack(problem, row) - self.b[row]).collect();
        let mut stationarity: f64 = 0.0;
        for (at, column) in self.columns.iter().enumerate() {
            let x = dual.x(problem, at);
            assert!(
                x >= column.low && x <= column.high,
                "column {at} of {x} is outside {}–{}",
                column.low,
                column.high
            );
            let (mut gradient, mut size) = (column.weight * (x - column.centre), 1.0);
            for (row, value) in &column.entries {
                f[*row] += value * x;
                gradient -= value * dual.y()[*row];
                size += (value * dual.y()[*row]).abs();
            }
            // At a bound the gradient may point outwards.
            let violation = match (x <= column.low, x >= column.high) {
                (true, true) => 0.0,
                (true, false) => (-gradient).max(0.0),
                (false, true) => gradient.max(0.0),
                (false, false) => gradient.abs(),
            };
            stationarity = stationarity.max(violation / size);
        }
        let residual = f.iter().zip(&self.b).map(|(f, b)| f.abs() / (1.0 + b.abs())).fold(0.0, f64::max);
        (residual, stationarity)
    }
}

const N_LUMBAR: usize = 18;
const N_ROOT: usize = 6;
/// Neck, mid-thorax, shoulders, elbows.
const N_UPPER: usize = 14;
const N_LEGS: usize = 12;

/// A number that moves about its mean as time goes on.
#[derive(Debug, Clone, Copy)]
struct Wave {
    mean: f64,
    swing: f64,
    phase: f64,
}

impl Wave {
    fn new(random: &mut Random, mean: f64, swing: f64) -> Self {
        Self {
            mean,
            swing,
            phase: random.between(0.0, std::f64::consts::TAU),
        }
    }

    fn at(self, t: f64) -> f64 {
        self.mean + self.swing * (std::f64::consts::TAU * 0.25 * t + self.phase).sin()
    }
}

/// Weight, lower and upper bound, and entries that move, by row.
type MovingColumn = (f64, f64, f64, Vec<(usize, Wave)>);

/// A motion of four seconds a turn: problems of one structure for every instant.
pub(crate) struct Motion {
    columns: Vec<MovingColumn>,
    b: Vec<Wave>,
    slack: Vec<f64>,
}

impl Motion {
    /// 238 muscles over six joints of three rows each.
    pub(crate) fn trunk(random: &mut Random) -> Self {
        let mut columns = Vec::new();
        muscles(random, 0, 238, &mut columns);
        let b = (0..N_LUMBAR).map(|row| joint_moment(random, row)).collect();
        Self {
            columns,
            b,
            slack: vec![3.0; N_LUMBAR],
        }
    }

    /// The trunk on a root, with legs, arms on actuators, and two feet and two hands that push at four points each.
    pub(crate) fn whole_body(random: &mut Random) -> Self {
        let mut columns = Vec::new();
        muscles(random, N_ROOT, 238, &mut columns);
        let (upper, legs) = (N_ROOT + N_LUMBAR, N_ROOT + N_LUMBAR + N_UPPER);
        // Hips, knees and ankles: three, one and two rows a side.
        for side in 0..2 {
            let first = legs + side * N_LEGS / 2;
            for _ in 0..46 {
                let (from, to) = [(0, 3), (0, 4), (3, 4), (3, 6), (4, 6)][random.below(5)];
                let force = random.between(200.0, 3000.0);
                let entries = (first + from..first + to).map(|row| (row, arm(random, 0.06, force))).collect();
                columns.push((1.0, 0.01, 1.0, entries));
            }
        }
        // A joint's actuator pulls one way or the other.
        for row in upper..legs {
            for sign in [1.0, -1.0] {
                let torque = sign * random.between(30.0, 110.0);
                columns.push((
                    1.0,
                    0.0,
                    1.0,
                    vec![(
                        row,
                        Wave {
                            mean: torque,
                            swing: 0.0,
                            phase: 0.0,
                        },
                    )],
                ));
            }
        }
        // Edges of friction pyramids at the corners of feet and hands.
        let weight_n = 70.0 * 9.81;
        for limb in 0..4 {
            let (first, n) = if limb < 2 {
                (legs + limb * N_LEGS / 2, N_LEGS / 2)
            } else {
                (upper + 6 + (limb - 2) * 4, 4)
            };
            let (across, along, height) = ([0.1, -0.1, 0.25, -0.25][limb], [0.0, 0.0, 0.5, 0.5][limb], 0.9);
            for corner in 0..4 {
                let at = [along + [0.12, -0.08][corner % 2], -height, across + [0.04, -0.04][corner / 2]];
                for direction in [[0.6, 1.0, 0.0], [-0.6, 1.0, 0.0], [0.0, 1.0, 0.6], [0.0, 1.0, -0.6]] {
                    let moment = [
                        at[1] * direction[2] - at[2] * direction[1],
                        at[2] * direction[0] - at[0] * direction[2],
                        at[0] * direction[1] - at[1] * direction[0],
                    ];
                    let still = |row, mean| {
                        (
                            row,
                            Wave {
                                mean,
                                swing: 0.02,
                                phase: mean,
                            },
                        )
                    };
                    let mut entries: Vec<(usize, Wave)> = (0..3).map(|k| still(k, direction[k])).collect();
                    entries.extend((0..3).map(|k| still(3 + k, moment[k])));
                    if limb >= 2 {
                        entries.extend((N_ROOT..upper).map(|row| still(row, 0.5 * moment[row % 3])));
                    }
                    entries.extend((first..first + n).map(|row| still(row, (1.0 - 0.1 * (row - first) as f64) * moment[row % 3])));
                    columns.push((0.01 / (weight_n * weight_n), 0.0, f64::INFINITY, entries));
                }
            }
        }
        let mut b: Vec<Wave> = [0.0, weight_n, 0.0, 0.0, 0.0, 0.0]
            .map(|mean| Wave::new(random, mean, 15.0))
            .to_vec();
        b.extend((0..N_LUMBAR).map(|row| joint_moment(random, row)));
        b.extend((0..N_UPPER + N_LEGS).map(|_| {
            let mean = random.between(-15.0, 15.0);
            Wave::new(random, mean, 5.0)
        }));
        let mut slack = vec![1e-3; N_ROOT];
        slack.extend([3.0; N_LUMBAR]);
        slack.extend([1.0; N_UPPER + N_LEGS]);
        Self { columns, b, slack }
    }

    /// The problem at an instant, s.
    pub(crate) fn at(&self, t: f64) -> Plain {
        let column = |(weight, low, high, entries): &(f64, f64, f64, Vec<(usize, Wave)>)| Column {
            weight: *weight,
            centre: 0.0,
            low: *low,
            high: *high,
            entries: entries.iter().map(|(row, wave)| (*row, wave.at(t))).collect(),
        };
        Plain {
            columns: self.columns.iter().map(column).collect(),
            b: self.b.iter().map(|wave| wave.at(t)).collect(),
            slack: self.slack.clone(),
        }
    }
}

/// Fascicles that cross one to six joints from a random one up, with arms to 90 mm and forces of 20–1500 N.
fn muscles(random: &mut Random, first_row: usize, n: usize, columns: &mut Vec<MovingColumn>) {
    for _ in 0..n {
        // Two in five cross all joints.
        let (from, to) = if random.between(0.0, 1.0) < 0.4 {
            (0, 6)
        } else {
            let from = random.below(6);
            (from, from + 1 + random.below(6 - from))
        };
        let force = 20.0 * 75f64.powf(random.between(0.0, 1.0));
        let entries = (3 * from..3 * to).map(|row| (first_row + row, arm(random, 0.09, force))).collect();
        columns.push((random.between(0.05, 3.0), 0.01, 1.0, entries));
    }
}

/// Moment of a force at an arm up to a limit, swinging by a tenth.
fn arm(random: &mut Random, limit_m: f64, force_n: f64) -> Wave {
    let mean = random.between(-limit_m, limit_m) * force_n;
    Wave::new(random, mean, 0.1 * mean)
}

/// Moment that a lumbar joint needs: mostly extension.
fn joint_moment(random: &mut Random, row: usize) -> Wave {
    let (mean, swing) = if row.is_multiple_of(3) {
        (random.between(20.0, 60.0), 20.0)
    } else {
        (random.between(-5.0, 5.0), 8.0)
    };
    Wave::new(random, mean, swing)
}
