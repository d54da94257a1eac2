//! Inverse dynamics: the generalised forces that a motion under gravity needs when nothing touches the body.
//!
//! Newton–Euler in world axes: every segment's inertial force and moment are summed over the subtree it carries, and a joint's generalised
//! force is the part of the subtree's moment about the joint along its axis. The sums are kept, because the disc loads need them too.

use glam::{DMat3, DVec3};

use crate::{
    body::Body,
    kinematics::{Pose, Rates},
};

/// Standard gravity, m/s².
pub const GRAVITY_M_PER_S2: f64 = 9.80665;

/// A point mass held by the body, half a crate in a hand, or something that pulls at it: a band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldMass {
    /// Segment that carries it.
    pub segment: usize,
    /// Its place in the segment's frame, m.
    pub at_m: DVec3,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Steady force on the body besides the mass' weight, N, world.
    pub pull_n: DVec3,
}

/// What inverse dynamics returns; a workspace that is filled again and again.
#[derive(Debug, Clone)]
pub struct Inertial {
    /// Inertial minus gravitational force of each segment's subtree, N, world; what the segment's joint and its contacts must supply.
    pub subtree_force_n: Vec<DVec3>,
    /// Its moment about the origin of the pelvis, N·m, world.
    pub subtree_moment_n_m: Vec<DVec3>,
    /// Generalised force of each coordinate, N·m, ordered as [`Body::coordinates`].
    pub tau_n_m: Vec<f64>,
    /// Velocity and acceleration of the segments.
    angular_velocity: Vec<DVec3>,
    angular_acceleration: Vec<DVec3>,
    acceleration_m_per_s2: Vec<DVec3>,
}

impl Inertial {
    /// A workspace for this body.
    pub fn new(body: &Body) -> Self {
        let zeros = vec![DVec3::ZERO; body.segments.len()];
        Self {
            subtree_force_n: zeros.clone(),
            subtree_moment_n_m: zeros.clone(),
            tau_n_m: vec![0.0; body.n_coordinates()],
            angular_velocity: zeros.clone(),
            angular_acceleration: zeros.clone(),
            acceleration_m_per_s2: zeros,
        }
    }

    /// Force (N) and moment about the pelvis' origin (N·m) that the root would have to supply: what the contacts together supply.
    pub fn root(&self) -> (DVec3, DVec3) {
        (self.subtree_force_n[0], self.subtree_moment_n_m[0])
    }
}

/// Fills `out` with the forces that this motion needs; `pose` must be of the same instant as `rates`.
///
/// # Source
/// Featherstone 2008, ch. 5, written in world axes; gravity acts along −y.
pub fn inverse_dynamics(body: &Body, pose: &Pose, rates: &Rates, held: &[HeldMass], out: &mut Inertial) {
    let root_m = pose.origins_m[0];
    let gravity = DVec3::new(0.0, -GRAVITY_M_PER_S2, 0.0);
    let moves = !rates.is_still();

    for (index, segment) in body.segments.iter().enumerate() {
        let rotation = pose.rotations[index];
        if let Some(parent) = segment.parent {
            // ω = ω_parent + Σ a_k v_k; α gains the turning of each axis with the rotations before it.
            let (mut omega, mut alpha) = (out.angular_velocity[parent], out.angular_acceleration[parent]);
            let r = pose.origins_m[index] - pose.origins_m[parent];
            out.acceleration_m_per_s2[index] = out.acceleration_m_per_s2[parent] + alpha.cross(r) + omega.cross(omega.cross(r));
            if moves {
                for k in segment.coordinates.clone() {
                    let axis = pose.axes[k];
                    alpha += axis * rates.a_rad_per_s2[k] + omega.cross(axis) * rates.v_rad_per_s[k];
                    omega += axis * rates.v_rad_per_s[k];
                }
            }
            out.angular_velocity[index] = omega;
            out.angular_acceleration[index] = alpha;
        } else {
            out.angular_velocity[index] = rates.root_rad_per_s;
            out.angular_acceleration[index] = rates.root_rad_per_s2;
            out.acceleration_m_per_s2[index] = rates.root_m_per_s2;
        }
        let (omega, alpha, a) = (
            out.angular_velocity[index],
            out.angular_acceleration[index],
            out.acceleration_m_per_s2[index],
        );

        // f = m (a_com − g), n = I α + ω × I ω, both at the centre of mass, then about the pelvis' origin.
        let com = rotation * segment.com_m;
        let a_com = a + alpha.cross(com) + omega.cross(omega.cross(com));
        let force = segment.mass_kg * (a_com - gravity);
        let mut moment = (pose.origins_m[index] + com - root_m).cross(force);
        if moves {
            let inertia: DMat3 = rotation * segment.inertia_kg_m2 * rotation.transpose();
            moment += inertia * alpha + omega.cross(inertia * omega);
        }
        out.subtree_force_n[index] = force;
        out.subtree_moment_n_m[index] = moment;
    }
    for mass in held {
        let s = mass.segment;
        let r = pose.rotations[s] * mass.at_m;
        let a = out.acceleration_m_per_s2[s]
            + out.angular_acceleration[s].cross(r)
            + out.angular_velocity[s].cross(out.angular_velocity[s].cross(r));
        let force = mass.mass_kg * (a - gravity) - mass.pull_n;
        out.subtree_force_n[s] += force;
        out.subtree_moment_n_m[s] += (pose.origins_m[s] + r - root_m).cross(force);
    }
    // Leaves to root.
    for index in (1..body.segments.len()).rev() {
        if let Some(parent) = body.segments[index].parent {
            let (force, moment) = (out.subtree_force_n[index], out.subtree_moment_n_m[index]);
            out.subtree_force_n[parent] += force;
            out.subtree_moment_n_m[parent] += moment;
        }
    }
    // τ_k = a_k · (M about the joint)
    for (k, coordinate) in body.coordinates.iter().enumerate() {
        let s = coordinate.segment;
        let about_joint = out.subtree_moment_n_m[s] - (pose.origins_m[s] - root_m).cross(out.subtree_force_n[s]);
        out.tau_n_m[k] = pose.axes[k].dot(about_joint);
    }
}
