//! The exponential function, written so that a loop over it runs several numbers at a time and gives the same bits on every machine.
//!
//! x = k ln 2 + r with |r| ≤ ln 2 / 2; eʳ by its series to the twelfth power; 2ᵏ by the exponent's bits. Relative error below 1e-14 for
//! |x| ≤ 700, which is far beyond what metabolism asks. No special values: NaN in, nonsense out.

// The published digits of ln 2 split in two, so that k times the first is exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
// Adding it leaves the nearest whole number in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// eˣ for |x| ≤ 700.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut series = 1.0 / 479_001_600.0;
    series = series * r + 1.0 / 39_916_800.0;
    series = series * r + 1.0 / 3_628_800.0;
    series = series * r + 1.0 / 362_880.0;
    series = series * r + 1.0 / 40_320.0;
    series = series * r + 1.0 / 5_040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    series = series * r + 1.0;
    series = series * r + 1.0;
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    series * power
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn agrees_with_the_library() {
        for i in -7000..=7000 {
            let x = f64::from(i) * 0.1;
            let error = (exp(x) / x.exp() - 1.0).abs();
            assert!(error < 1e-13, "e^{x}: {error:e}");
        }
    }
}
