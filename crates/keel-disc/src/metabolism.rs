//! What the cells of a disc take up and give off: oxygen, lactate and glucose.
//!
//! Equations, per 10⁶ cells and hour, with pH = 7.4 − L / 11.11:
//!
//! ```text
//! O₂ uptake  = 7.28 (pH − 4.95) O₂ / (1.46 + O₂ + 4.03 (pH − 4.95))      nmol
//! L release  = exp(−2.47 + 0.93 pH + 0.16 O₂ − 0.0058 O₂²)               nmol
//! G uptake   = L release / 2                                             nmol
//! ```
//!
//! Source: fitted to cells of the bovine nucleus in alginate (`bibby-2005`), with the constants of `munoz-moya-2025`. Assumptions: every
//! cell is alike; lactate is the only acid. Validity: O₂ 0–21 kPa, pH 6.2–7.4, glucose enough; the same rates serve all regions and grades
//! through [`Metabolism::activity`].
//!
//! Departures: the fit does not know glucose, which would become negative where supply fails. [`Metabolism::glucose_limit_mol_per_m3`]
//! multiplies lactate and glucose by G / (K + G); it is an engineering choice, off in `Metabolism::default` (the published model) and on in
//! `Settings::new`, where it lifts least glucose of a healthy disc by 8 %. Below zero oxygen counts as zero. The published code multiplies
//! oxygen uptake, and only it, by porosity; form P keeps that, form C drops it (`Form`).

use crate::exponential::exp;

/// pH without lactate.
pub const PH_AT_NO_LACTATE: f64 = 7.4;
/// Lactate that lowers pH by one, mol/m³ (0.09 pH per mM).
pub const LACTATE_PER_PH_MOL_PER_M3: f64 = 11.11;
/// Solubility of oxygen in water at 37 °C, mol/(m³ kPa).
pub const OXYGEN_SOLUBILITY_MOL_PER_M3_KPA: f64 = 0.010_268;

/// K of the glucose limit where it is on, mol/m³: small against what a fed disc has, so that it hardly changes one.
pub const GLUCOSE_LIMIT_MOL_PER_M3: f64 = 0.05;

// Oxygen uptake: nmol per 10⁶ cells and hour, kPa.
const UPTAKE: f64 = 7.28;
const UPTAKE_PH: f64 = 4.95;
const UPTAKE_HALF: f64 = 1.46;
const UPTAKE_HALF_PH: f64 = 4.03;
// Lactate release: natural logarithm of nmol per 10⁶ cells and hour.
const RELEASE: f64 = -2.47;
const RELEASE_PH: f64 = 0.93;
const RELEASE_O2: f64 = 0.16;
const RELEASE_O2_SQUARED: f64 = -0.0058;

/// nmol per 10⁶ cells and hour, in mol per cell and second.
pub(crate) const NMOL_PER_MILLION_CELLS_HOUR: f64 = 1e-15 / 3600.0;

/// pH from lactate (mol/m³).
#[must_use]
#[inline(always)]
pub fn ph(lactate_mol_per_m3: f64) -> f64 {
    PH_AT_NO_LACTATE - lactate_mol_per_m3 / LACTATE_PER_PH_MOL_PER_M3
}

/// Oxygen that 10⁶ cells take up in an hour, nmol.
#[must_use]
#[inline(always)]
pub fn oxygen_uptake(ph: f64, oxygen_kpa: f64) -> f64 {
    let acid = UPTAKE_PH_FLOOR.max(ph - UPTAKE_PH);
    let oxygen = oxygen_kpa.max(0.0);
    UPTAKE * acid * oxygen / (UPTAKE_HALF + oxygen + UPTAKE_HALF_PH * acid)
}

/// Slope of [`oxygen_uptake`] by oxygen, nmol per kPa.
#[inline(always)]
pub(crate) fn oxygen_uptake_slope(ph: f64, oxygen_kpa: f64) -> f64 {
    let acid = UPTAKE_PH_FLOOR.max(ph - UPTAKE_PH);
    let half = UPTAKE_HALF + UPTAKE_HALF_PH * acid;
    let below = half + oxygen_kpa.max(0.0);
    UPTAKE * acid * half / (below * below)
}

// Far below any pH of a disc the fit would turn uptake into release.
const UPTAKE_PH_FLOOR: f64 = 0.0;

/// Lactate that 10⁶ cells give off in an hour, nmol; glucose uptake is half of it.
#[must_use]
#[inline(always)]
pub fn lactate_release(ph: f64, oxygen_kpa: f64) -> f64 {
    let oxygen = oxygen_kpa.max(0.0);
    exp(RELEASE + RELEASE_PH * ph + RELEASE_O2 * oxygen + RELEASE_O2_SQUARED * oxygen * oxygen)
}

/// Relative slope of [`lactate_release`] by lactate, m³/mol: always negative.
pub(crate) const LACTATE_RELEASE_SLOPE: f64 = -RELEASE_PH / LACTATE_PER_PH_MOL_PER_M3;

/// How lively the cells are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metabolism {
    /// Share of cells that is metabolically active, or a multiplier of their rates. 1 in the published model.
    pub activity: f64,
    /// K of G / (K + G), mol/m³; 0 switches the limit off. A choice of engineering, 0.05–0.1 if on.
    pub glucose_limit_mol_per_m3: f64,
}

impl Default for Metabolism {
    fn default() -> Self {
        Self {
            activity: 1.0,
            glucose_limit_mol_per_m3: 0.0,
        }
    }
}

impl Metabolism {
    /// G / (K + G) and its slope by G; below zero, where only iterations go, the tangent, which leads them back.
    #[inline(always)]
    pub(crate) fn glucose_limit(&self, glucose: f64) -> (f64, f64) {
        let k = self.glucose_limit_mol_per_m3;
        if k <= 0.0 {
            return (1.0, 0.0);
        }
        let below = k + glucose.max(0.0);
        (glucose / below, k / (below * below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ph: f64, oxygen_kpa: f64, lactate: f64, oxygen: f64) {
        let (l, o) = (lactate_release(ph, oxygen_kpa), oxygen_uptake(ph, oxygen_kpa));
        assert!((l / lactate - 1.0).abs() < 1e-3, "lactate {l} at pH {ph}, {oxygen_kpa} kPa");
        assert!((o / oxygen - 1.0).abs() < 4e-3, "oxygen {o} at pH {ph}, {oxygen_kpa} kPa");
    }

    #[test]
    fn spot_values() {
        check(7.4, 5.0, 158.7, 5.46);
        check(7.1, 2.5, 89.7, 3.10);
        check(6.9, 1.0, 60.4, 1.38);
        check(6.7, 0.5, 46.5, 0.707);
    }

    #[test]
    fn slopes_are_those_of_the_rates() {
        let step = 1e-6;
        for (ph, oxygen) in [(7.4, 5.0), (6.9, 1.0), (6.7, 0.3)] {
            let by_difference = (oxygen_uptake(ph, oxygen + step) - oxygen_uptake(ph, oxygen - step)) / (2.0 * step);
            assert!((oxygen_uptake_slope(ph, oxygen) / by_difference - 1.0).abs() < 1e-6);
            let at = |lactate: f64| lactate_release(super::ph(lactate), oxygen);
            let by_difference = (at(3.0 + step) - at(3.0 - step)) / (2.0 * step);
            assert!((at(3.0) * LACTATE_RELEASE_SLOPE / by_difference - 1.0).abs() < 1e-6);
        }
    }
}
