//! Moments that discs and ligaments make by themselves when a lumbar level is bent.

use keel_body::{Coordinate, Rotation};

use crate::constants::{
    LIGAMENT_END_N_M, LIGAMENT_FROM, STIFFENING, STIFFNESS_AXIAL_N_M_PER_RAD, STIFFNESS_EXTENSION_N_M_PER_RAD, STIFFNESS_FLEXION_N_M_PER_RAD,
    STIFFNESS_SIDE_N_M_PER_RAD,
};

/// Moment of a level along one coordinate, N·m, against the bend: M = −c(F) k q, and ligaments near the end of flexion.
///
/// Zero in relaxed standing, whose curve is taken as the unloaded one.
pub(crate) fn moment_n_m(coordinate: &Coordinate, q_rad: f64, compression_n: f64, belt_n_m_per_rad: f64) -> f64 {
    let stiffness = match coordinate.rotation {
        Rotation::Flexion if q_rad >= 0.0 => STIFFNESS_FLEXION_N_M_PER_RAD,
        Rotation::Flexion => STIFFNESS_EXTENSION_N_M_PER_RAD,
        Rotation::Sideways => STIFFNESS_SIDE_N_M_PER_RAD,
        Rotation::Axial => STIFFNESS_AXIAL_N_M_PER_RAD,
    };
    let mut moment = (stiffening(compression_n) * stiffness + belt_n_m_per_rad) * q_rad;

    // Ligaments: M_end ((x − 0.7) / 0.3)² beyond 0.7 of the range, x = q / q_max.
    if coordinate.rotation == Rotation::Flexion && q_rad > 0.0 {
        let beyond = (q_rad / coordinate.range_rad.1 - LIGAMENT_FROM) / (1.0 - LIGAMENT_FROM);
        moment += LIGAMENT_END_N_M * beyond.max(0.0).powi(2);
    }
    -moment
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
