//! How well computed values agree with measured ones.

/// Agreement over pairs of computed and measured values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Agreement {
    /// Pairs.
    pub(crate) n: usize,
    /// Root of the mean squared difference; like all that follows, none where the pairs do not say.
    pub(crate) rmse: Option<f64>,
    /// Mean difference, computed minus measured.
    pub(crate) bias: Option<f64>,
    /// Mean absolute difference over the measured value, percent.
    pub(crate) percent: Option<f64>,
    /// Pearson's correlation.
    pub(crate) r: Option<f64>,
    /// Spearman's rank correlation.
    pub(crate) rank_r: Option<f64>,
}

impl Agreement {
    pub(crate) fn new(pairs: &[(f64, f64)]) -> Self {
        let n = pairs.len();
        // 0 / 0 where there are no pairs.
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| finite(pairs.iter().map(of).sum::<f64>() / n as f64);
        let ranks = |values: Vec<f64>| -> Vec<f64> { values.iter().map(|value| rank(*value, &values)).collect() };
        let ranked: Vec<(f64, f64)> = ranks(pairs.iter().map(|pair| pair.0).collect())
            .into_iter()
            .zip(ranks(pairs.iter().map(|pair| pair.1).collect()))
            .collect();
        Self {
            n,
            rmse: mean(&|(computed, measured)| (computed - measured).powi(2)).map(f64::sqrt),
            bias: mean(&|(computed, measured)| computed - measured),
            percent: mean(&|(computed, measured)| 100.0 * ((computed - measured) / measured).abs()),
            r: correlation(pairs),
            rank_r: correlation(&ranked),
        }
    }
}

/// Place of a value among others, ties shared.
fn rank(value: f64, among: &[f64]) -> f64 {
    let below = among.iter().filter(|other| **other < value).count() as f64;
    let equal = among.iter().filter(|other| other.total_cmp(&value).is_eq()).count() as f64;
    below + (equal + 1.0) / 2.0
}

/// None of fewer than two pairs, and where one side is the same in all.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let varies = |of: fn(&(f64, f64)) -> f64| pairs.iter().any(|pair| of(pair).total_cmp(&of(&pairs[0])).is_ne());
    if !varies(|pair| pair.0) || !varies(|pair| pair.1) {
        return None;
    }
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0 / n, sum.1 + pair.1 / n));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (xx, yy, xy) = (
        sum(&|p| (p.0 - x).powi(2)),
        sum(&|p| (p.1 - y).powi(2)),
        sum(&|p| (p.0 - x) * (p.1 - y)),
    );
    finite(xy / (xx * yy).sqrt())
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(value: Option<f64>, expected: f64) {
        assert!(
            value.is_some_and(|value| (value - expected).abs() < 1e-9),
            "{value:?}, not {expected}"
        );
    }

    #[test]
    fn a_constant_offset_is_bias_and_nothing_else() {
        let agreement = Agreement::new(&[(1.5, 1.0), (2.5, 2.0), (4.5, 4.0)]);
        near(agreement.rmse, 0.5);
        near(agreement.bias, 0.5);
        near(agreement.r, 1.0);
        near(agreement.rank_r, 1.0);
        near(agreement.percent, 100.0 * (0.5 + 0.25 + 0.125) / 3.0);
    }

    #[test]
    fn ranks_share_ties_and_feel_order_only() {
        let among = [3.0, 1.0, 1.0, 9.0];
        for (value, expected) in [(3.0, 3.0), (1.0, 1.5), (9.0, 4.0)] {
            assert!((rank(value, &among) - expected).abs() < 1e-12, "{value}");
        }
        let agreement = Agreement::new(&[(1.0, 1.0), (2.0, 10.0), (3.0, 11.0), (4.0, 100.0)]);
        near(agreement.rank_r, 1.0);
        assert!(agreement.r.is_some_and(|r| r < 0.95));
        near(Agreement::new(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]).rank_r, -1.0);
    }

    #[test]
    fn what_the_pairs_do_not_say_is_not_known() {
        let none = Agreement::new(&[]);
        assert_eq!(
            (none.rmse, none.bias, none.percent, none.r, none.rank_r),
            (None, None, None, None, None)
        );
        let one = Agreement::new(&[(3.0, 2.0)]);
        near(one.rmse, 1.0);
        assert_eq!((one.r, one.rank_r), (None, None));
        let level = Agreement::new(&[(0.1, 2.0), (0.1, 3.0), (0.1, 4.0)]);
        assert_eq!((level.r, level.rank_r), (None, None));
        assert_eq!(Agreement::new(&[(1.0, 0.0)]).percent, None);
    }
}
