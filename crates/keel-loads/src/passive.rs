//! Moments that discs and ligaments make by themselves when a lumbar level is bent.

use keel_body::{BendStiffness, Coordinate, Disc, Rotation};

use crate::constants::{
    LEVEL_ANGLE_RAD, LEVEL_ANGLES_MAX, LIGAMENT_END_N_M, LIGAMENT_FROM, PASSING_RAD, SLACK_LEVEL_N_M, STIFFENING, TYPICAL_RANGE,
};

/// What a level does by itself along one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Passive {
    /// Moment, N·m, against the bend.
    pub(crate) moment_n_m: f64,
    /// Local stiffness, N·m/rad.
    pub(crate) stiffness_n_m_per_rad: f64,
}

/// Moment of a level along one coordinate: M = −c(F) k (q − q₀), a belt's −k q, and ligaments near the end of flexion.
///
/// q is counted from relaxed standing; the level makes no moment in its unloaded bend q₀.
pub(crate) fn passive(disc: &Disc, coordinate: &Coordinate, q_rad: f64, compression_n: f64, belt_n_m_per_rad: f64) -> Passive {
    let of_level = &disc.stiffness;
    let (unloaded_moment, unloaded_stiffness) = match coordinate.rotation {
        Rotation::Flexion => sagittal(of_level, q_rad - disc.unloaded_rad),
        Rotation::Sideways => (of_level.side_bend * q_rad, of_level.side_bend),
        Rotation::Axial => (of_level.rotation * q_rad, of_level.rotation),
    };
    let stiffer = stiffening(compression_n);
    let (ligament_n_m, ligament_stiffness) = ligament(coordinate, q_rad);
    Passive {
        moment_n_m: -(stiffer * unloaded_moment + belt_n_m_per_rad * q_rad + ligament_n_m),
        stiffness_n_m_per_rad: stiffer * unloaded_stiffness + belt_n_m_per_rad + ligament_stiffness,
    }
}

/// Moment of a level's ligaments against flexion, N·m, and their stiffness, N·m/rad: M_end ((x − 0.7) / 0.3)² beyond 0.7 of the typical range,
/// x = q / q_typical.
pub(crate) fn ligament(coordinate: &Coordinate, q_rad: f64) -> (f64, f64) {
    if coordinate.rotation != Rotation::Flexion || q_rad <= 0.0 {
        return (0.0, 0.0);
    }
    let typical_rad = TYPICAL_RANGE * coordinate.range_rad.1;
    let beyond = ((q_rad / typical_rad - LIGAMENT_FROM) / (1.0 - LIGAMENT_FROM)).max(0.0);
    (
        LIGAMENT_END_N_M * beyond * beyond,
        2.0 * LIGAMENT_END_N_M * beyond / ((1.0 - LIGAMENT_FROM) * typical_rad),
    )
}

/// Moment (N·m) and stiffness (N·m/rad) of an unloaded level bent forwards (positive) or backwards: the stiffness of the one direction passes
/// into that of the other over a degree, so that the moment has no kink.
fn sagittal(stiffness: &BendStiffness, bend_rad: f64) -> (f64, f64) {
    let BendStiffness { flexion, extension, .. } = *stiffness;
    let half_rad = 0.5 * PASSING_RAD;
    let passed = (bend_rad / half_rad).clamp(-1.0, 1.0);
    let between = 0.5 * (extension + flexion) * passed + 0.25 * (flexion - extension) * passed * passed;
    let beyond = bend_rad - passed * half_rad;
    let local = 0.5 * (extension + flexion) + 0.5 * (flexion - extension) * passed;
    (half_rad * between + local * beyond, local)
}

/// Factor by which a compressed level is stiffer than an unloaded one.
fn stiffening(compression_n: f64) -> f64 {
    let [(from_n, low), (to_n, high)] = STIFFENING;
    low + (high - low) * ((compression_n - from_n) / (to_n - from_n)).clamp(0.0, 1.0)
}

/// A row of a disc: a level along one coordinate, which may settle beside the posture's angle.
///
/// To the side and in turning the moment is a straight line, and the slack of the row is the way along it. In flexion it is bent, so the row
/// has two columns: what the level loses by settling in the one direction and gains in the other, along secants of its curve, as far as
/// [`LEVEL_ANGLES_MAX`] go. So the problem stays convex, and no level makes a moment that it does not have within reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    /// Position in [`keel_body::Body::discs`].
    pub(crate) disc: usize,
    /// Which of the disc's coordinates: flexion, side-bend, rotation.
    pub(crate) axis: usize,
    /// Coordinate.
    pub(crate) coordinate: usize,
    /// Row in the problem.
    pub(crate) row: usize,
    /// Columns of settling backwards and forwards.
    pub(crate) columns: Option<[usize; 2]>,
}

/// A level at the posture's angle and within reach of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reach {
    /// Moment at the posture's angle, N·m.
    pub(crate) moment_n_m: f64,
    /// Slack of the row, N·m.
    pub(crate) slack_n_m: f64,
    /// Moment of settling backwards and forwards by [`LEVEL_ANGLE_RAD`], N·m, and how many times that it may be.
    pub(crate) settling: [(f64, f64); 2],
}

impl Level {
    /// What is within reach; `curve` is the level's moment over the deviation (rad) from the posture's angle.
    pub(crate) fn reach(&self, curve: impl Fn(f64) -> Passive) -> Reach {
        let here = curve(0.0);
        let angle_rad = LEVEL_ANGLE_RAD[self.axis];
        let settling = if self.columns.is_some() {
            [-angle_rad, angle_rad].map(|by_rad| {
                let gained = |times: f64| curve(times * by_rad).moment_n_m - here.moment_n_m;
                let once = gained(1.0);
                (once, (gained(LEVEL_ANGLES_MAX) / once).min(LEVEL_ANGLES_MAX))
            })
        } else {
            [(0.0, 0.0); 2]
        };
        Reach {
            moment_n_m: here.moment_n_m,
            slack_n_m: if self.columns.is_some() {
                SLACK_LEVEL_N_M
            } else {
                angle_rad * here.stiffness_n_m_per_rad
            },
            settling,
        }
    }
}

#[cfg(test)]
mod tests {
    use glam::DVec3;

    use super::*;

    /// A level as L4-L5.
    fn level() -> (Disc, Coordinate) {
        let disc = Disc {
            id: "L4-L5".to_owned(),
            upper: 1,
            lower: 0,
            normal_in_lower: DVec3::Y,
            normal_in_upper: DVec3::Y,
            area_m2: 1.8e-3,
            height_m: 0.012,
            height_front_m: 0.016,
            height_back_m: 0.007,
            depth_m: 0.036,
            unloaded_rad: 2f64.to_radians(),
            stiffness: BendStiffness {
                flexion: 64.0,
                extension: 99.0,
                side_bend: 97.0,
                rotation: 300.0,
            },
        };
        let coordinate = Coordinate {
            id: "L4-L5_flexion".to_owned(),
            segment: 1,
            rotation: Rotation::Flexion,
            axis: DVec3::NEG_Z,
            range_rad: (-8f64.to_radians(), 18f64.to_radians()),
        };
        (disc, coordinate)
    }

    #[test]
    fn the_moment_has_no_kink_and_its_slope_is_the_stiffness() {
        let (disc, coordinate) = level();
        let at = |degrees: f64| passive(&disc, &coordinate, degrees.to_radians(), 600.0, 0.0);
        let step = 1e-4_f64;
        let mut degrees = -8.0;
        while degrees < 18.0 {
            let slope = -(at(degrees + step).moment_n_m - at(degrees - step).moment_n_m) / (2.0 * step.to_radians());
            let stiffness = at(degrees).stiffness_n_m_per_rad;
            assert!(
                (slope - stiffness).abs() < 1e-3 * stiffness,
                "at {degrees}°: {slope} and {stiffness}"
            );
            degrees += 0.0371;
        }
        // Free of moment near two degrees of flexion: a kink rounded over a degree moves it by a few hundredths of a degree.
        assert!(at(2.0).moment_n_m.abs() < 0.1 && at(0.0).moment_n_m > 1.0);
    }

    #[test]
    fn compression_stiffens_as_measured() {
        let (disc, coordinate) = level();
        let at = |compression_n| passive(&disc, &coordinate, 7f64.to_radians(), compression_n, 0.0).moment_n_m;
        for (light_n, heavy_n, ratio) in [(0.0, 280.0, 1.0), (280.0, 1200.0, 0.75), (1200.0, 5000.0, 1.0)] {
            assert!((at(light_n) / at(heavy_n) - ratio).abs() < 1e-12, "{light_n} and {heavy_n} N");
        }
    }

    #[test]
    fn settling_is_a_secant_of_the_curve_within_reach() {
        let (disc, coordinate) = level();
        let level = Level {
            disc: 0,
            axis: 0,
            coordinate: 0,
            row: 0,
            columns: Some([0, 1]),
        };
        for degrees in [-6.0, 0.0, 5.0, 11.0, 15.0] {
            let curve = |by_rad: f64| passive(&disc, &coordinate, f64::to_radians(degrees) + by_rad, 800.0, 0.0);
            let Reach { moment_n_m, settling, .. } = level.reach(curve);
            for ((once, times), sign) in settling.into_iter().zip([-1.0, 1.0]) {
                let two = curve(sign * 2f64.to_radians()).moment_n_m;
                let four = curve(sign * 4f64.to_radians()).moment_n_m;
                assert!((moment_n_m + once - two).abs() < 1e-12, "at {degrees}°");
                // Less resistance by settling back, more by settling forwards, and nothing beyond four degrees.
                let furthest = moment_n_m + times * once;
                assert!(
                    (1.0..=LEVEL_ANGLES_MAX).contains(&times) && (furthest - four) * sign > -1e-9,
                    "at {degrees}°: {furthest} and {four}"
                );
            }
        }
    }
}
