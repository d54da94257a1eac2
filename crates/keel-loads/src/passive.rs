//! Moments that discs and ligaments make by themselves when a lumbar level is bent.

use keel_body::{Coordinate, Rotation};

use crate::constants::{
    LIGAMENT_END_N_M, LIGAMENT_FROM, STIFFENING, STIFFNESS_AXIAL_N_M_PER_RAD, STIFFNESS_EXTENSION_N_M_PER_RAD,
    STIFFNESS_FLEXION_N_M_PER_RAD, STIFFNESS_SIDE_N_M_PER_RAD, TYPICAL_RANGE,
};

/// What a level does by itself along one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Passive {
    /// Moment, N·m, against the bend.
    pub(crate) moment_n_m: f64,
    /// Local stiffness, N·m/rad.
    pub(crate) stiffness_n_m_per_rad: f64,
    /// The part of the moment that ligaments make, N·m, against flexion.
    pub(crate) ligament_n_m: f64,
}

/// Moment of a level along one coordinate: M = −c(F) k q, and ligaments near the end of flexion.
///
/// Zero in relaxed standing, whose curve is taken as the unloaded one.
pub(crate) fn passive(coordinate: &Coordinate, q_rad: f64, compression_n: f64, belt_n_m_per_rad: f64) -> Passive {
    let base = match coordinate.rotation {
        Rotation::Flexion if q_rad >= 0.0 => STIFFNESS_FLEXION_N_M_PER_RAD,
        Rotation::Flexion => STIFFNESS_EXTENSION_N_M_PER_RAD,
        Rotation::Sideways => STIFFNESS_SIDE_N_M_PER_RAD,
        Rotation::Axial => STIFFNESS_AXIAL_N_M_PER_RAD,
    };
    let mut stiffness = stiffening(compression_n) * base + belt_n_m_per_rad;
    let mut moment = stiffness * q_rad;
    let mut ligament = 0.0;

    // Ligaments: M_end ((x − 0.7) / 0.3)² beyond 0.7 of the typical range, x = q / q_typical.
    if coordinate.rotation == Rotation::Flexion && q_rad > 0.0 {
        let typical_rad = TYPICAL_RANGE * coordinate.range_rad.1;
        let beyond = ((q_rad / typical_rad - LIGAMENT_FROM) / (1.0 - LIGAMENT_FROM)).max(0.0);
        ligament = LIGAMENT_END_N_M * beyond * beyond;
        moment += ligament;
        stiffness += 2.0 * LIGAMENT_END_N_M * beyond / ((1.0 - LIGAMENT_FROM) * typical_rad);
    }
    Passive {
        moment_n_m: -moment,
        stiffness_n_m_per_rad: stiffness,
        ligament_n_m: ligament,
    }
}

/// Factor by which a compressed level is stiffer.
pub fn stiffening(compression_n: f64) -> f64 {
    let mut known = STIFFENING[0];
    for next in &STIFFENING[1..] {
        if compression_n <= next.0 {
            let share = ((compression_n - known.0) / (next.0 - known.0)).max(0.0);
            return known.1 + share * (next.1 - known.1);
        }
        known = *next;
    }
    known.1
}
