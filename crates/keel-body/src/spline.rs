//! Cubic splines through many samples at once: value, first and second derivative.

/// Ends of a spline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// At rest: the slope is zero.
    Rest,
    /// The last sample is the first again, with the same slope and curvature.
    Periodic,
}

/// A cubic spline of `n_channels` channels over common knots.
#[derive(Debug, Clone)]
pub(crate) struct Spline {
    knots_s: Vec<f64>,
    n_channels: usize,
    /// (n_knots × n_channels)
    values: Vec<f64>,
    /// Second derivatives, (n_knots × n_channels)
    curvatures: Vec<f64>,
    /// Those that are told instead, where they were evened.
    evened: Option<Vec<f64>>,
}

impl Spline {
    /// Knots must rise; `values` is (n_knots × n_channels), at least two knots.
    pub(crate) fn new(knots_s: Vec<f64>, values: Vec<f64>, n_channels: usize, ends: Ends) -> Self {
        let n = knots_s.len();
        let mut curvatures = vec![0.0; values.len()];
        let h: Vec<f64> = knots_s.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for channel in 0..n_channels {
            let y: Vec<f64> = (0..n).map(|i| values[i * n_channels + channel]).collect();
            let slope = |i: usize| (y[i + 1] - y[i]) / h[i];
            // Continuity of the slope: h_{i-1} m_{i-1} + 2 (h_{i-1} + h_i) m_i + h_i m_{i+1} = 6 (slope_i − slope_{i-1})
            let m = if ends == Ends::Periodic && n > 3 {
                periodic(&h, |i| 6.0 * (slope(i) - slope(if i == 0 { n - 2 } else { i - 1 })), n)
            } else {
                let (mut lower, mut diagonal, mut upper, mut right) = (vec![0.0; n], vec![1.0; n], vec![0.0; n], vec![0.0; n]);
                for i in 1..n - 1 {
                    lower[i] = h[i - 1];
                    diagonal[i] = 2.0 * (h[i - 1] + h[i]);
                    upper[i] = h[i];
                    right[i] = 6.0 * (slope(i) - slope(i - 1));
                }
                if ends == Ends::Rest {
                    // 2 m_0 + m_1 = 6 slope_0 / h_0, and likewise at the end.
                    (diagonal[0], upper[0], right[0]) = (2.0, 1.0, 6.0 * slope(0) / h[0]);
                    (lower[n - 1], diagonal[n - 1], right[n - 1]) = (1.0, 2.0, -6.0 * slope(n - 2) / h[n - 2]);
                }
                tridiagonal(&lower, &diagonal, &upper, &right)
            };
            for (i, m) in m.into_iter().enumerate() {
                curvatures[i * n_channels + channel] = m;
            }
        }
        Self {
            knots_s,
            n_channels,
            values,
            curvatures,
            evened: None,
        }
    }

    /// The same periodic spline, but for the second derivatives that it tells: these are evened out over their neighbours.
    pub(crate) fn with_even_curvatures(mut self) -> Self {
        let mut evened = self.curvatures.clone();
        let begin = evened.len() - self.n_channels;
        evened.truncate(begin);
        even(&mut evened, self.n_channels);
        evened.extend_from_within(..self.n_channels);
        self.evened = Some(evened);
        self
    }

    /// A spline that neither moves nor is about to move at its ends: slope and curvature are zero there. For that it has a further knot within
    /// its first and its last interval, near the end, whose values are free.
    pub(crate) fn from_rest_to_rest(knots_s: &[f64], values: &[f64], n_channels: usize) -> Self {
        /// Share of the interval after which it lies: the rate builds up for this long, about as on the course of least jerk.
        const FREE_KNOT: f64 = 0.2;
        let last = knots_s.len() - 1;
        let (first_s, last_s) = (
            knots_s[0] + FREE_KNOT * (knots_s[1] - knots_s[0]),
            knots_s[last] - FREE_KNOT * (knots_s[last] - knots_s[last - 1]),
        );
        let mut all_s = vec![knots_s[0], first_s];
        all_s.extend_from_slice(&knots_s[1..last]);
        all_s.extend([last_s, knots_s[last]]);
        let free = [1, all_s.len() - 2];
        let ends = |spline: &Self, channel: usize| {
            let last = spline.curvatures.len() - spline.n_channels;
            [spline.curvatures[channel], spline.curvatures[last + channel]]
        };
        // What a unit at either free knot makes of the curvatures at the ends.
        let units = free.map(|knot| {
            let mut unit = vec![0.0; all_s.len()];
            unit[knot] = 1.0;
            ends(&Self::new(all_s.clone(), unit, 1, Ends::Rest), 0)
        });
        let mut all = values[..n_channels].to_vec();
        all.extend_from_slice(&values[..n_channels]);
        all.extend_from_slice(&values[n_channels..last * n_channels]);
        all.extend_from_slice(&values[last * n_channels..]);
        all.extend_from_slice(&values[last * n_channels..]);
        let spline = Self::new(all_s.clone(), all.clone(), n_channels, Ends::Rest);
        let determinant = units[0][0] * units[1][1] - units[1][0] * units[0][1];
        for channel in 0..n_channels {
            let [begin, end] = ends(&spline, channel);
            all[free[0] * n_channels + channel] -= (begin * units[1][1] - end * units[1][0]) / determinant;
            all[free[1] * n_channels + channel] -= (end * units[0][0] - begin * units[0][1]) / determinant;
        }
        Self::new(all_s, all, n_channels, Ends::Rest)
    }

    /// The second derivatives of a periodic spline at its knots but the last as a linear map of the values there, (n × n).
    pub(crate) fn curvature_operator(knots_s: &[f64]) -> Vec<f64> {
        let n = knots_s.len() - 1;
        let mut units = vec![0.0; (n + 1) * n];
        for i in 0..=n {
            units[i * n + i % n] = 1.0;
        }
        let mut curvatures = Self::new(knots_s.to_vec(), units, n, Ends::Periodic).curvatures;
        curvatures.truncate(n * n);
        curvatures
    }

    /// Value, first and second derivative of every channel at `t_s`, which is kept within the knots.
    pub(crate) fn at(&self, t_s: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let last = self.knots_s.len() - 1;
        let t = t_s.clamp(self.knots_s[0], self.knots_s[last]);
        let i = self.knots_s.partition_point(|knot| *knot <= t).clamp(1, last) - 1;
        let h = self.knots_s[i + 1] - self.knots_s[i];
        let (b, a) = ((t - self.knots_s[i]) / h, (self.knots_s[i + 1] - t) / h);
        let n = self.n_channels;
        let told = self.evened.as_ref().unwrap_or(&self.curvatures);
        let (mut value, mut first, mut second) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        for c in 0..n {
            let (y0, y1) = (self.values[i * n + c], self.values[(i + 1) * n + c]);
            let (m0, m1) = (self.curvatures[i * n + c], self.curvatures[(i + 1) * n + c]);
            value[c] = a * y0 + b * y1 + ((a * a * a - a) * m0 + (b * b * b - b) * m1) * h * h / 6.0;
            first[c] = (y1 - y0) / h + ((1.0 - 3.0 * a * a) * m0 + (3.0 * b * b - 1.0) * m1) * h / 6.0;
            second[c] = a * told[i * n + c] + b * told[(i + 1) * n + c];
        }
        (value, first, second)
    }
}

/// Evens the rows of a periodic course out over their neighbours. At 60 rows a second this passes what is slower than 6 Hz, the limit to which
/// gait laboratories filter what they see (Winter 1991).
pub(crate) fn even(rows: &mut [f64], n_channels: usize) {
    const PASSES: usize = 4;
    for _ in 0..PASSES {
        weigh_neighbours(rows, n_channels, 0.25);
    }
}

/// Gives every row of a periodic course this share of each of its neighbours, and the rest of itself.
pub(crate) fn weigh_neighbours(rows: &mut [f64], n_channels: usize, share: f64) {
    let n = rows.len() / n_channels;
    let before = rows.to_vec();
    for i in 0..n {
        let (last, next) = ((i + n - 1) % n, (i + 1) % n);
        for c in 0..n_channels {
            let at = |i: usize| before[i * n_channels + c];
            rows[i * n_channels + c] = (1.0 - 2.0 * share) * at(i) + share * (at(last) + at(next));
        }
    }
}

/// Thomas' algorithm.
fn tridiagonal(lower: &[f64], diagonal: &[f64], upper: &[f64], right: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let (mut d, mut x) = (diagonal.to_vec(), right.to_vec());
    for i in 1..n {
        let w = lower[i] / d[i - 1];
        d[i] -= w * upper[i - 1];
        x[i] -= w * x[i - 1];
    }
    x[n - 1] /= d[n - 1];
    for i in (0..n - 1).rev() {
        x[i] = (x[i] - upper[i] * x[i + 1]) / d[i];
    }
    x
}

/// The cyclic system of a periodic spline, by Sherman–Morrison; knot n − 1 is knot 0 again.
fn periodic(h: &[f64], right: impl Fn(usize) -> f64, n: usize) -> Vec<f64> {
    let m = n - 1;
    let before = |i: usize| h[if i == 0 { m - 1 } else { i - 1 }];
    let (mut lower, mut diagonal, mut upper) = (vec![0.0; m], vec![0.0; m], vec![0.0; m]);
    for i in 0..m {
        lower[i] = before(i);
        diagonal[i] = 2.0 * (before(i) + h[i]);
        upper[i] = h[i];
    }
    let (corner_low, corner_high) = (upper[m - 1], lower[0]);
    let gamma = -diagonal[0];
    diagonal[0] -= gamma;
    diagonal[m - 1] -= corner_low * corner_high / gamma;
    let b: Vec<f64> = (0..m).map(right).collect();
    let mut u = vec![0.0; m];
    u[0] = gamma;
    u[m - 1] = corner_low;
    let x = tridiagonal(&lower, &diagonal, &upper, &b);
    let z = tridiagonal(&lower, &diagonal, &upper, &u);
    let factor = (x[0] + corner_high * x[m - 1] / gamma) / (1.0 + z[0] + corner_high * z[m - 1] / gamma);
    let mut solution: Vec<f64> = x.iter().zip(&z).map(|(x, z)| x - factor * z).collect();
    solution.push(solution[0]);
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(ends: Ends, f: impl Fn(f64) -> f64, n: u32, length: f64) -> Spline {
        let knots: Vec<f64> = (0..=n).map(|i| length * f64::from(i) / f64::from(n)).collect();
        let values = knots.iter().map(|t| f(*t)).collect();
        Spline::new(knots, values, 1, ends)
    }

    #[test]
    fn a_sine_comes_back_with_its_derivatives() {
        let tau = std::f64::consts::TAU;
        let spline = sampled(Ends::Periodic, |t| (tau * t).sin(), 40, 1.0);
        for t in [0.0, 0.137, 0.5, 0.81, 1.0] {
            let (value, first, second) = spline.at(t);
            assert!((value[0] - (tau * t).sin()).abs() < 1e-5, "{t}");
            assert!((first[0] - tau * (tau * t).cos()).abs() < 2e-3, "{t}");
            assert!((second[0] + tau * tau * (tau * t).sin()).abs() < 0.2, "{t}");
        }
    }

    #[test]
    fn curvatures_are_a_linear_map_of_the_values() {
        let knots = vec![0.0, 0.11, 0.3, 0.42, 0.7, 0.81, 1.0];
        let n = knots.len() - 1;
        let mut values: Vec<f64> = knots
            .iter()
            .map(|t| (std::f64::consts::TAU * t).sin() + 0.3 * t * (1.0 - t))
            .collect();
        values[n] = values[0];
        let operator = Spline::curvature_operator(&knots);
        let spline = Spline::new(knots.clone(), values.clone(), 1, Ends::Periodic);
        for i in 0..n {
            let mapped: f64 = (0..n).map(|j| operator[i * n + j] * values[j]).sum();
            assert!((mapped - spline.at(knots[i]).2[0]).abs() < 1e-9, "{i}");
        }
    }

    #[test]
    fn evened_curvatures_keep_what_is_slow_and_lose_what_is_quick() {
        // Sixty samples a second: a second of 1, 2 and 20 Hz.
        let told = |hertz: f64| {
            let omega = hertz * std::f64::consts::TAU;
            let spline = sampled(Ends::Periodic, |t| (omega * t).sin(), 60, 1.0);
            let even = spline.clone().with_even_curvatures();
            let largest = |spline: &Spline| (0..60).map(|i| spline.at(f64::from(i) / 60.0).2[0].abs()).fold(0.0, f64::max);
            for t in [0.0, 0.31, 0.77] {
                let ((value, first, _), (kept, moved, _)) = (spline.at(t), even.at(t));
                assert_eq!((value, first), (kept, moved), "{hertz} Hz at {t}");
            }
            largest(&even) / largest(&spline)
        };
        assert!(told(1.0) > 0.98 && told(2.0) > 0.95, "{} {}", told(1.0), told(2.0));
        assert!((0.6..0.8).contains(&told(6.0)), "{}", told(6.0));
        assert!(told(20.0) < 0.01, "{}", told(20.0));
    }

    #[test]
    fn from_rest_to_rest_passes_its_knots_and_neither_moves_nor_is_about_to_at_the_ends() {
        for (knots, values) in [
            (vec![0.0, 1.0], vec![0.0, 5.0, 1.0, -2.0]),
            (vec![0.5, 1.4, 2.3], vec![0.0, 5.0, 1.0, -2.0, 0.4, 3.0]),
            (vec![0.0, 0.9, 1.7, 3.1], vec![0.0, 5.0, 1.0, -2.0, 0.4, 3.0, 0.4, 1.0]),
        ] {
            let spline = Spline::from_rest_to_rest(&knots, &values, 2);
            for (knot, values) in knots.iter().zip(values.chunks(2)) {
                let (value, ..) = spline.at(*knot);
                assert!(value.iter().zip(values).all(|(at, given)| (at - given).abs() < 1e-12), "{knot}");
            }
            for end in [knots[0], knots[knots.len() - 1]] {
                let (_, first, second) = spline.at(end);
                assert!(
                    first.iter().chain(&second).all(|rate| rate.abs() < 1e-9),
                    "{end}: {first:?} {second:?}"
                );
            }
        }
        // Two knots make nearly the course of least jerk.
        let spline = Spline::from_rest_to_rest(&[0.0, 1.0], &[0.0, 1.0], 1);
        for i in 0..=20 {
            let t = f64::from(i) / 20.0;
            let least_jerk = t * t * t * (10.0 + t * (6.0 * t - 15.0));
            assert!((spline.at(t).0[0] - least_jerk).abs() < 0.02, "{t}");
        }
    }

    #[test]
    fn derivatives_agree_with_differences_and_ends_rest() {
        let spline = sampled(Ends::Rest, |t| t * t * (3.0 - 2.0 * t), 12, 1.0);
        for t in [0.21, 0.5, 0.93] {
            let step = 1e-5;
            let difference = (spline.at(t + step).0[0] - spline.at(t - step).0[0]) / (2.0 * step);
            assert!((spline.at(t).1[0] - difference).abs() < 1e-7, "{t}");
        }
        assert!(spline.at(0.0).1[0].abs() < 1e-12 && spline.at(1.0).1[0].abs() < 1e-12);
    }
}
