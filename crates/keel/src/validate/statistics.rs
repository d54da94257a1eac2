//! How well computed values agree with measured ones.

/// Agreement over pairs of computed and measured values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Agreement {
    /// Pairs.
    pub(crate) n: usize,
    /// Root of the mean squared difference.
    pub(crate) rmse: f64,
    /// Mean difference, computed minus measured.
    pub(crate) bias: f64,
    /// Mean absolute difference over the measured value, percent.
    pub(crate) percent: f64,
    /// Pearson's correlation.
    pub(crate) r: f64,
    /// Spearman's rank correlation.
    pub(crate) rank_r: f64,
}

impl Agreement {
    pub(crate) fn new(pairs: &[(f64, f64)]) -> Self {
        let n = pairs.len();
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n.max(1) as f64;
        let ranks = |values: Vec<f64>| -> Vec<f64> { values.iter().map(|value| rank(*value, &values)).collect() };
        let ranked: Vec<(f64, f64)> = ranks(pairs.iter().map(|pair| pair.0).collect())
            .into_iter()
            .zip(ranks(pairs.iter().map(|pair| pair.1).collect()))
            .collect();
        Self {
            n,
            rmse: mean(&|(computed, measured)| (computed - measured).powi(2)).sqrt(),
            bias: mean(&|(computed, measured)| computed - measured),
            percent: 100.0 * mean(&|(computed, measured)| ((computed - measured) / measured).abs()),
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

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0 / n, sum.1 + pair.1 / n));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (xx, yy, xy) = (
        sum(&|p| (p.0 - x).powi(2)),
        sum(&|p| (p.1 - y).powi(2)),
        sum(&|p| (p.0 - x) * (p.1 - y)),
    );
    xy / (xx * yy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_offset_is_bias_and_nothing_else() {
        let agreement = Agreement::new(&[(1.5, 1.0), (2.5, 2.0), (4.5, 4.0)]);
        assert!((agreement.rmse - 0.5).abs() < 1e-12 && (agreement.bias - 0.5).abs() < 1e-12);
        assert!((agreement.r - 1.0).abs() < 1e-12 && (agreement.rank_r - 1.0).abs() < 1e-12);
        assert!((agreement.percent - 100.0 * (0.5 + 0.25 + 0.125) / 3.0).abs() < 1e-9);
    }

    #[test]
    fn ranks_share_ties_and_feel_order_only() {
        let among = [3.0, 1.0, 1.0, 9.0];
        for (value, expected) in [(3.0, 3.0), (1.0, 1.5), (9.0, 4.0)] {
            assert!((rank(value, &among) - expected).abs() < 1e-12, "{value}");
        }
        let agreement = Agreement::new(&[(1.0, 1.0), (2.0, 10.0), (3.0, 11.0), (4.0, 100.0)]);
        assert!((agreement.rank_r - 1.0).abs() < 1e-12 && agreement.r < 0.95);
        assert!((Agreement::new(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]).rank_r + 1.0).abs() < 1e-12);
    }
}
