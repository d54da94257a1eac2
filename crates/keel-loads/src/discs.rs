//! Forces and moments on the discs, in a frame whose axis is the normal of the bisector of the two end-plates.

use glam::DVec3;
use keel_body::{Disc, Pose};

use crate::constants::{PRESSURE_PER_STRESS, PRESSURE_PER_STRESS_BAND, SWELLING_BAND_PA, SWELLING_PA};

/// Load of one disc at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DiscLoad {
    /// Along the disc's axis, N; positive presses.
    pub compression_n: f64,
    /// Forward shear of the upper vertebra on the lower, N; positive: the upper one is pushed forwards.
    pub shear_ap_n: f64,
    /// Shear to the person's right of the upper vertebra on the lower, N.
    pub shear_lateral_n: f64,
    /// Moments that the disc itself carries (flexion, side-bend right, rotation right), N·m: passive and slack.
    pub moment_n_m: [f64; 3],
    /// Pressure in the nucleus, Pa.
    pub pressure_pa: f64,
    /// Lower and upper end of its uncertainty, Pa.
    pub pressure_band_pa: (f64, f64),
}

/// Axes of a disc in the world: forward, along, to the right.
#[derive(Debug, Clone, Copy)]
pub struct DiscFrame {
    /// Forward.
    pub forward: DVec3,
    /// Along the spine, upwards.
    pub axial: DVec3,
    /// To the person's right.
    pub right: DVec3,
}

impl DiscFrame {
    /// Frame at this pose.
    pub fn new(disc: &Disc, pose: &Pose) -> Self {
        let (lower, upper) = (pose.rotations[disc.lower], pose.rotations[disc.upper]);
        // Axis: bisector of the end-plate normals.
        let axial = (lower * disc.normal_in_lower + upper * disc.normal_in_upper).normalize();
        // Right: bisector of the vertebrae's own, made perpendicular.
        let right = lower.z_axis + upper.z_axis;
        let right = (right - right.dot(axial) * axial).normalize();
        Self {
            forward: axial.cross(right),
            axial,
            right,
        }
    }
}

impl DiscLoad {
    /// Shear forward or backward and sideways together, N.
    pub fn shear_n(&self) -> f64 {
        self.shear_ap_n.hypot(self.shear_lateral_n)
    }

    /// Load from the force (N, world) with which what is below pushes what is above.
    pub fn new(disc: &Disc, frame: &DiscFrame, force_on_upper_n: DVec3, moment_n_m: [f64; 3]) -> Self {
        let compression_n = force_on_upper_n.dot(frame.axial);
        let stress_pa = compression_n.max(0.0) / disc.area_m2;
        let pressure = |swelling_pa: f64, per_stress: f64| swelling_pa + per_stress * stress_pa;
        Self {
            compression_n,
            // What the lower gives the upper backwards, the upper gives the lower forwards.
            shear_ap_n: -force_on_upper_n.dot(frame.forward),
            shear_lateral_n: -force_on_upper_n.dot(frame.right),
            moment_n_m,
            pressure_pa: pressure(SWELLING_PA, PRESSURE_PER_STRESS),
            pressure_band_pa: (
                pressure(SWELLING_BAND_PA.0, PRESSURE_PER_STRESS_BAND.0),
                pressure(SWELLING_BAND_PA.1, PRESSURE_PER_STRESS_BAND.1),
            ),
        }
    }
}
