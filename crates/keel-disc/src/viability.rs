//! When cells of a disc die: too little glucose, too much acid.
//!
//! ```text
//! d viability / dt = (a_G + a_pH) viability
//! a_G  = ((G − G*) − |G − G*|) / (G + K) per day     for G < G*, so 2 (G − G*) / (G + K); else 0
//! a_pH = −3.77e-6 / s                                for pH < pH*; else 0
//! K    = (G* − 0.001) / 2 (1 − x / √(x² + 10^c)),    x = 1000 ρ₀ − 3.1767, c = −1.7989, ρ₀ in 10⁶ cells/mm³
//! ```
//!
//! Sources: form of a_G `zhu-2012`, a_pH `malandrino-2015`, K and the constants in use `munoz-moya-2025`. Measured in cells of the bovine
//! nucleus between two plates. Validity: hours to weeks; inside one day viability hardly moves, so a day reports the time below a
//! threshold.
//!
//! [`after_30_days`] is a prediction under constant surroundings, no measurement, and pessimistic: fewer cells would leave more to the
//! others, which [`crate::settling`] counts in.

/// Glucose below which cells die, mol/m³.
pub const GLUCOSE_THRESHOLD_MOL_PER_M3: f64 = 0.511;
/// pH below which cells die.
pub const PH_THRESHOLD: f64 = 6.78;
/// Rate of death by acid, 1/s.
pub const ACID_DEATH_PER_S: f64 = -3.77e-6;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// K(ρ₀), mol/m³, of a density in cells per m³.
#[must_use]
pub fn half_constant_mol_per_m3(cells_per_m3: f64) -> f64 {
    // 10⁶ cells per mm³ are 10¹⁵ cells per m³.
    let x = 1000.0 * (cells_per_m3 * 1e-15) - 3.1767;
    (GLUCOSE_THRESHOLD_MOL_PER_M3 - 0.001) / 2.0 * (1.0 - x / (x * x + libm::pow(10.0, -1.7989)).sqrt())
}

/// Rate at which cells die of glucose that is too low, 1/s, never positive.
#[must_use]
pub fn glucose_death_per_s(glucose_mol_per_m3: f64, half_constant_mol_per_m3: f64) -> f64 {
    let glucose = glucose_mol_per_m3.max(0.0);
    let missing = (glucose - GLUCOSE_THRESHOLD_MOL_PER_M3).min(0.0);
    2.0 * missing / (glucose + half_constant_mol_per_m3) / SECONDS_PER_DAY
}

/// Rate at which cells die of acid, 1/s, never positive.
#[must_use]
pub fn acid_death_per_s(ph: f64) -> f64 {
    if ph < PH_THRESHOLD { ACID_DEATH_PER_S } else { 0.0 }
}

/// Share of cells alive after 30 days of constant surroundings.
#[must_use]
pub fn after_30_days(glucose_mol_per_m3: f64, ph: f64, cells_per_m3: f64) -> f64 {
    let rate = glucose_death_per_s(glucose_mol_per_m3, half_constant_mol_per_m3(cells_per_m3)) + acid_death_per_s(ph);
    libm::exp(30.0 * SECONDS_PER_DAY * rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, expected: f64, digits: f64) {
        assert!((value - expected).abs() <= digits, "{value} instead of {expected}");
    }

    #[test]
    fn half_constant_falls_with_density() {
        check(half_constant_mol_per_m3(2.0e12), 0.51, 0.005);
        check(half_constant_mol_per_m3(3.0e12), 0.46, 0.005);
        check(half_constant_mol_per_m3(3.6e12), 0.011, 0.0005);
        check(half_constant_mol_per_m3(4.0e12), 0.003, 0.001);
    }

    #[test]
    fn rates_of_death_per_day() {
        let k = half_constant_mol_per_m3(3.6e12);
        let per_day = |glucose: f64| glucose_death_per_s(glucose, k) * SECONDS_PER_DAY;
        check(per_day(0.4), -0.54, 0.005);
        check(per_day(0.2), -2.95, 0.01);
        check(per_day(0.1), -7.4, 0.05);
        check(per_day(0.6), 0.0, 0.0);
        check(acid_death_per_s(6.7) * SECONDS_PER_DAY, -0.326, 0.0005);
        check(acid_death_per_s(6.8), 0.0, 0.0);
    }

    #[test]
    fn cells_live_where_nothing_is_missing() {
        check(after_30_days(1.0, 7.0, 3.6e12), 1.0, 0.0);
        assert!(after_30_days(0.2, 7.0, 3.6e12) < 1e-10);
    }
}
