//! Where everything is: coordinates → frames of all segments and world axes of all rotations; first and second derivatives.

use glam::{DAffine3, DMat3, DQuat, DVec3};

use crate::body::Body;

/// All coordinates at one instant. Angles zero and the root upright is relaxed standing.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Origin of the pelvis in the world, m.
    pub root_m: DVec3,
    /// Rotation of the pelvis: world from pelvis.
    pub root: DQuat,
    /// Joint coordinates, rad, ordered as [`Body::coordinates`].
    pub q_rad: Vec<f64>,
}

impl State {
    /// Relaxed standing with the pelvis at the world's origin.
    pub fn standing(body: &Body) -> Self {
        Self {
            root_m: DVec3::ZERO,
            root: DQuat::IDENTITY,
            q_rad: vec![0.0; body.n_coordinates()],
        }
    }

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        self.root_m.is_finite() && self.root.is_finite() && self.q_rad.iter().all(|q| q.is_finite())
    }
}

/// Rates of all coordinates at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Velocity and acceleration of the pelvis' origin in the world, m/s and m/s².
    pub root_m_per_s: DVec3,
    /// Acceleration of the pelvis' origin in the world, m/s².
    pub root_m_per_s2: DVec3,
    /// Angular velocity of the pelvis in the world, rad/s.
    pub root_rad_per_s: DVec3,
    /// Angular acceleration of the pelvis in the world, rad/s².
    pub root_rad_per_s2: DVec3,
    /// Joint velocities, rad/s.
    pub v_rad_per_s: Vec<f64>,
    /// Joint accelerations, rad/s².
    pub a_rad_per_s2: Vec<f64>,
}

impl Rates {
    /// Nothing moves.
    pub fn still(body: &Body) -> Self {
        let n = body.n_coordinates();
        Self {
            root_m_per_s: DVec3::ZERO,
            root_m_per_s2: DVec3::ZERO,
            root_rad_per_s: DVec3::ZERO,
            root_rad_per_s2: DVec3::ZERO,
            v_rad_per_s: vec![0.0; n],
            a_rad_per_s2: vec![0.0; n],
        }
    }

    /// Whether nothing moves at all.
    pub fn is_still(&self) -> bool {
        let zero = |v: DVec3| v == DVec3::ZERO;
        zero(self.root_m_per_s)
            && zero(self.root_m_per_s2)
            && zero(self.root_rad_per_s)
            && zero(self.root_rad_per_s2)
            && self.v_rad_per_s.iter().chain(&self.a_rad_per_s2).all(|rate| rate.abs() <= 0.0)
    }
}

/// Frames and axes of one instant; a workspace that is filled again and again.
#[derive(Debug, Clone)]
pub struct Pose {
    /// Rotation of each segment: world from segment. Ordered as [`Body::segments`].
    pub rotations: Vec<DMat3>,
    /// Origin of each segment, which is its joint, in the world, m.
    pub origins_m: Vec<DVec3>,
    /// World axis of each coordinate, ordered as [`Body::coordinates`].
    pub axes: Vec<DVec3>,
}

impl Pose {
    /// A workspace for this body.
    pub fn new(body: &Body) -> Self {
        Self {
            rotations: vec![DMat3::IDENTITY; body.segments.len()],
            origins_m: vec![DVec3::ZERO; body.segments.len()],
            axes: vec![DVec3::ZERO; body.n_coordinates()],
        }
    }

    /// Forward kinematics.
    pub fn update(&mut self, body: &Body, state: &State) {
        self.rotations[0] = DMat3::from_quat(state.root);
        self.origins_m[0] = state.root_m;
        for (index, segment) in body.segments.iter().enumerate().skip(1) {
            let Some(parent) = segment.parent else { continue };

            // p_segment = p_parent + R_parent · r
            self.origins_m[index] = self.origins_m[parent] + self.rotations[parent] * segment.joint_in_parent_m;

            // R_segment = R_parent · R_standing · Π R(axis_k, q_k); the world axis of k is taken before its own turn.
            let mut rotation = self.rotations[parent] * segment.parent_from_segment_standing;
            for k in segment.coordinates.clone() {
                let axis = body.coordinates[k].axis;
                self.axes[k] = rotation * axis;
                rotation *= turn(axis, state.q_rad[k]);
            }
            self.rotations[index] = rotation;
        }
    }

    /// World place of a point of a segment, m.
    pub fn world_point(&self, segment: usize, at_m: DVec3) -> DVec3 {
        self.origins_m[segment] + self.rotations[segment] * at_m
    }

    /// Place in a segment's frame of a world point, m.
    pub fn local_point(&self, segment: usize, world_m: DVec3) -> DVec3 {
        self.rotations[segment].transpose() * (world_m - self.origins_m[segment])
    }

    /// World from segment.
    pub fn world_from(&self, segment: usize) -> DAffine3 {
        DAffine3::from_mat3_translation(self.rotations[segment], self.origins_m[segment])
    }

    /// Centre of mass of the whole body, m.
    pub fn centre_of_mass_m(&self, body: &Body) -> DVec3 {
        let sum: DVec3 = body
            .segments
            .iter()
            .enumerate()
            .map(|(i, segment)| segment.mass_kg * self.world_point(i, segment.com_m))
            .sum();
        sum / body.mass_kg()
    }
}

/// Rotation by an angle about a unit axis: 1 + sin q [a] + (1 − cos q) [a]².
///
/// Sine and cosine are not the system's, which differ between machines in the last digit.
fn turn(axis: DVec3, angle_rad: f64) -> DMat3 {
    let (sin, cos) = libm::sincos(angle_rad);
    let (a, of_sin) = (axis * (1.0 - cos), axis * sin);
    DMat3::from_cols(
        DVec3::new(a.x * axis.x + cos, a.x * axis.y + of_sin.z, a.x * axis.z - of_sin.y),
        DVec3::new(a.y * axis.x - of_sin.z, a.y * axis.y + cos, a.y * axis.z + of_sin.x),
        DVec3::new(a.z * axis.x + of_sin.y, a.z * axis.y - of_sin.x, a.z * axis.z + cos),
    )
}

#[cfg(test)]
mod tests {
    use super::{DMat3, DVec3, turn};

    #[test]
    fn a_turn_is_that_of_the_library() {
        let axis = DVec3::new(0.48, -0.6, 0.64);
        for tenth in -40..40 {
            let angle = 0.1 * f64::from(tenth);
            assert!(turn(axis, angle).abs_diff_eq(DMat3::from_axis_angle(axis, angle), 1e-15));
        }
    }
}
