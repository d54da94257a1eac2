//! Force of a fascicle by its length: what full activation gives, and what stretch alone gives.

use keel_body::Fascicle;

use crate::constants::{ACTIVE_WIDTH_SQUARED, PASSIVE_SHAPE, PASSIVE_STRAIN, PASSIVE_STRESS_PA, SPECIFIC_TENSION_PA};

/// e^[`PASSIVE_SHAPE`] − 1; a test holds the two together.
const PASSIVE_UNIT: f64 = 53.598_150_033_144_236;

/// Tension of one fascicle along its path, N.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tension {
    /// At full activation, without the passive part; the person's strength is in it.
    pub active_n: f64,
    /// From stretch alone.
    pub passive_n: f64,
    /// Fibre length over its optimum.
    pub fibre: f64,
}

/// Tension at a path length.
///
/// F = a · s · PCSA · σ · f_L(l) · cos α + PCSA · σ_P · f_P(l) · cos α, tendon rigid.
///
/// # Validity
/// Fibre lengths of 0.4–1.6 optimal lengths; isometric and slow movements (no force–velocity relation). The active curve is kept above
/// one tenth so that a very short or long muscle still counts as weak rather than absent; the passive curve is capped at 1.5 maximal forces.
pub fn tension(fascicle: &Fascicle, path_m: f64) -> Tension {
    // l = (L − tendon) / (l_opt cos α)
    let fibre = (path_m - fascicle.tendon_m) / (fascicle.fibre_optimal_m * fascicle.cos_pennation);
    let along_m2 = fascicle.pcsa_m2 * fascicle.cos_pennation;

    let active = (-(fibre - 1.0) * (fibre - 1.0) / ACTIVE_WIDTH_SQUARED).exp().max(0.1);
    let passive = if fibre > 1.0 {
        (((PASSIVE_SHAPE * (fibre - 1.0) / PASSIVE_STRAIN).exp() - 1.0) / PASSIVE_UNIT).min(1.5)
    } else {
        0.0
    };
    Tension {
        active_n: fascicle.strength * along_m2 * SPECIFIC_TENSION_PA * active,
        passive_n: along_m2 * PASSIVE_STRESS_PA * passive,
        fibre,
    }
}

#[cfg(test)]
mod tests {
    use super::{PASSIVE_SHAPE, PASSIVE_UNIT};

    #[test]
    fn the_unit_belongs_to_the_shape() {
        assert!((PASSIVE_SHAPE.exp_m1() - PASSIVE_UNIT).abs() < 1e-12);
    }
}
