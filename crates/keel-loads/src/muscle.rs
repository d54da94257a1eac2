//! Force of a fascicle by its length: what full activation gives, and what stretch alone gives.

use std::ops::Range;

use keel_body::{Body, Fascicle};

use crate::constants::{ACTIVE_WIDTH_SQUARED, PASSIVE_SHAPE, PASSIVE_STRAIN, PASSIVE_STRESS_PA, SPECIFIC_TENSION_PA};

/// e^[`PASSIVE_SHAPE`] − 1; a test holds the two together.
const PASSIVE_UNIT: f64 = 53.598_150_033_144_236;

/// Fibre lengths are of 0.4–1.6; arguments of the exponentials beyond these change nothing, the curves being kept above one tenth and below
/// one and a half there.
const EXPONENT_MIN: f64 = -3.0;
/// See [`EXPONENT_MIN`].
const EXPONENT_MAX: f64 = 5.0;

/// Tensions of fascicles along their paths, N, ordered as [`Body::fascicles`].
#[derive(Debug, Clone)]
pub(crate) struct Tensions {
    /// At full activation, without the passive part; the person's strength is in it.
    pub(crate) active_n: Vec<f64>,
    /// From stretch alone.
    pub(crate) passive_n: Vec<f64>,
    /// Fibre length over its optimum.
    pub(crate) fibre: Vec<f64>,
}

/// What the tension of a fascicle takes of it, figure by figure, so that a compiler can work on several fascicles at a time.
#[derive(Debug, Clone)]
pub(crate) struct Curves {
    /// Fascicles in a row that are asked about.
    rows: Vec<Range<usize>>,
    tendon_m: Vec<f64>,
    /// 1 / (l_opt cos α)
    fibres_per_m: Vec<f64>,
    /// s PCSA σ cos α
    active_n: Vec<f64>,
    /// PCSA σ_P cos α
    passive_n: Vec<f64>,
}

impl Tensions {
    pub(crate) fn new(body: &Body) -> Self {
        let zeros = vec![0.0; body.fascicles.len()];
        Self {
            active_n: zeros.clone(),
            passive_n: zeros.clone(),
            fibre: vec![f64::NAN; zeros.len()],
        }
    }
}

impl Curves {
    /// Of the fascicles that are part of a problem.
    pub(crate) fn new(body: &Body, is_wanted: impl Fn(usize) -> bool) -> Self {
        let mut rows: Vec<Range<usize>> = Vec::new();
        for f in (0..body.fascicles.len()).filter(|f| is_wanted(*f)) {
            match rows.last_mut().filter(|row| row.end == f) {
                Some(row) => row.end = f + 1,
                None => rows.push(f..f + 1),
            }
        }
        let of = |figure: &dyn Fn(&Fascicle) -> f64| body.fascicles.iter().map(figure).collect();
        Self {
            rows,
            tendon_m: of(&|fascicle| fascicle.tendon_m),
            fibres_per_m: of(&|fascicle| 1.0 / (fascicle.fibre_optimal_m * fascicle.cos_pennation)),
            active_n: of(&|fascicle| fascicle.strength * fascicle.pcsa_m2 * fascicle.cos_pennation * SPECIFIC_TENSION_PA),
            passive_n: of(&|fascicle| fascicle.pcsa_m2 * fascicle.cos_pennation * PASSIVE_STRESS_PA),
        }
    }

    /// Tensions at these path lengths (m); those of other fascicles stay as they are.
    ///
    /// F = a · s · PCSA · σ · f_L(l) · cos α + PCSA · σ_P · f_P(l) · cos α, tendon rigid.
    ///
    /// # Validity
    /// Fibre lengths of 0.4–1.6 optimal lengths; isometric and slow movements (no force–velocity relation). The active curve is kept above
    /// one tenth so that a very short or long muscle still counts as weak rather than absent; the passive curve is capped at 1.5 maximal
    /// forces.
    #[inline(always)]
    pub(crate) fn tensions(&self, path_m: &[f64], out: &mut Tensions) {
        for row in &self.rows {
            self.tensions_of(row.clone(), path_m, out);
        }
    }

    #[inline(always)]
    fn tensions_of(&self, row: Range<usize>, path_m: &[f64], out: &mut Tensions) {
        let n = row.len();
        let (path_m, tendon_m, fibres_per_m) = (&path_m[row.clone()], &self.tendon_m[row.clone()], &self.fibres_per_m[row.clone()]);
        let (active_n, passive_n) = (&self.active_n[row.clone()], &self.passive_n[row.clone()]);
        let (active, passive) = (&mut out.active_n[row.clone()], &mut out.passive_n[row.clone()]);
        let fibre = &mut out.fibre[row];
        for f in 0..n {
            // l = (L − tendon) / (l_opt cos α)
            let l = (path_m[f] - tendon_m[f]) * fibres_per_m[f];
            fibre[f] = l;
            active[f] = active_n[f] * active_share(l);
            passive[f] = passive_n[f] * passive_share(l);
        }
    }
}

/// f_L
#[inline(always)]
fn active_share(fibre: f64) -> f64 {
    let share = exp((fibre - 1.0) * (fibre - 1.0) * (-1.0 / ACTIVE_WIDTH_SQUARED));
    if share > 0.1 { share } else { 0.1 }
}

/// f_P
#[inline(always)]
fn passive_share(fibre: f64) -> f64 {
    let share = (exp((fibre - 1.0) * (PASSIVE_SHAPE / PASSIVE_STRAIN)) - 1.0) * (1.0 / PASSIVE_UNIT);
    let share = if share > 0.0 { share } else { 0.0 };
    if share < 1.5 { share } else { 1.5 }
}

/// e^x from [`EXPONENT_MIN`] to [`EXPONENT_MAX`], constant beyond, to the last digit or two.
///
/// Not the system's: that differs between machines in the last digit, and takes one number at a time.
#[inline(always)]
fn exp(x: f64) -> f64 {
    /// Adding this leaves a number near zero rounded to whole, in the last bits.
    const ROUND: f64 = 1.5 * (1u64 << 52) as f64;
    /// ln 2 in two parts, of which the first has zeros at its end (fdlibm).
    const LN_2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);
    /// 1 / n!
    const SERIES: [f64; 14] = {
        let (mut series, mut n) = ([1.0; 14], 1);
        let mut factorial = 1.0;
        while n < 14 {
            factorial *= n as f64;
            series[n] = 1.0 / factorial;
            n += 1;
        }
        series
    };
    let x = if x < EXPONENT_MIN { EXPONENT_MIN } else { x };
    let x = if x > EXPONENT_MAX { EXPONENT_MAX } else { x };
    // x = n ln 2 + r
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN_2.0) - n * LN_2.1;
    // e^r, in pairs of terms, pairs of pairs and so on
    let pair = |n: usize| SERIES[n] + SERIES[n + 1] * r;
    let (r2, r4) = (r * r, (r * r) * (r * r));
    let low = (pair(0) + pair(2) * r2) + (pair(4) + pair(6) * r2) * r4;
    let high = (pair(8) + pair(10) * r2) + pair(12) * r4;
    // 2^n: n added to the exponent's bits
    let scale = f64::from_bits(1.0f64.to_bits().wrapping_add(rounded.to_bits() << 52));
    (low + high * (r4 * r4)) * scale
}

#[cfg(test)]
mod tests {
    use super::{EXPONENT_MAX, EXPONENT_MIN, PASSIVE_SHAPE, PASSIVE_UNIT, exp};

    #[test]
    fn the_unit_belongs_to_the_shape() {
        assert!((PASSIVE_SHAPE.exp_m1() - PASSIVE_UNIT).abs() < 1e-12);
    }

    #[test]
    fn the_exponential_is_right_to_the_last_digits() {
        const N: i32 = 100_000;
        for nth in 0..=N {
            let x = EXPONENT_MIN + (EXPONENT_MAX - EXPONENT_MIN) * f64::from(nth) / f64::from(N);
            assert!((exp(x) / x.exp() - 1.0).abs() < 3.0 * f64::EPSILON, "{x}");
        }
        assert!((exp(-1e3) - EXPONENT_MIN.exp()).abs() < 1e-15 && (exp(1e3) - EXPONENT_MAX.exp()).abs() < 1e-12);
        assert!(exp(f64::NAN).is_nan());
    }
}
