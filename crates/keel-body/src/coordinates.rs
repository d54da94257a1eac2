//! The rotations of every joint: which axis turns which way, so that a positive angle is what a clinician calls positive.
//!
//! Order of the rotations at a joint is flexion, then abduction or side-bending, then axial rotation; each turns about the axis left by
//! the one before (ISB joint coordinate systems use the same order at spine and hip; at the shoulder it departs from the ISB's Y-X-Y so
//! that flexion has one meaning for every ball joint).

use glam::DVec3;

/// What a coordinate turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Spine: forward bending. Hip and shoulder: the limb forward. Elbow, knee: bending. Ankle: toes up.
    Flexion,
    /// Spine: bending to the right. Hip and shoulder: the limb away from the midline. Ankle: the sole towards the midline.
    Sideways,
    /// Spine: turning to the right. Hip and shoulder: turning inwards.
    Axial,
}

/// A kind of joint: its rotations in order, and the axes of the right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoordinateKind {
    /// Between vertebrae, thorax parts and head.
    Spine,
    /// Hip, shoulder.
    Ball,
    /// Elbow: one axis, forearm forwards.
    Elbow,
    /// Knee: one axis, shank backwards.
    Knee,
    /// Ankle: toes up, then sole inwards.
    Ankle,
}

impl CoordinateKind {
    /// Kind of the joint with this name, as written in the skeleton.
    pub(crate) fn of_joint(joint: &str) -> Option<Self> {
        Some(match joint {
            "L5-S1" | "L4-L5" | "L3-L4" | "L2-L3" | "L1-L2" | "T12-L1" | "mid-thoracic" | "neck" => Self::Spine,
            "hip" | "shoulder" => Self::Ball,
            "elbow" => Self::Elbow,
            "knee" => Self::Knee,
            "ankle" => Self::Ankle,
            _ => return None,
        })
    }

    /// Names and unit axes (right side) of the rotations, in order.
    pub(crate) fn rotations(self) -> &'static [(&'static str, Rotation, DVec3)] {
        const FORWARD: DVec3 = DVec3::Z;
        const BACKWARD: DVec3 = DVec3::NEG_Z;
        match self {
            Self::Spine => &[
                ("flexion", Rotation::Flexion, BACKWARD),
                ("side_bend", Rotation::Sideways, DVec3::X),
                ("rotation", Rotation::Axial, DVec3::NEG_Y),
            ],
            Self::Ball => &[
                ("flexion", Rotation::Flexion, FORWARD),
                ("abduction", Rotation::Sideways, DVec3::NEG_X),
                ("rotation", Rotation::Axial, DVec3::Y),
            ],
            Self::Elbow => &[("flexion", Rotation::Flexion, FORWARD)],
            Self::Knee => &[("flexion", Rotation::Flexion, BACKWARD)],
            Self::Ankle => &[("flexion", Rotation::Flexion, FORWARD), ("inversion", Rotation::Sideways, DVec3::X)],
        }
    }
}

/// Axis of the left side that mirrors this axis of the right: a rotation vector is a pseudovector, so its x and y change sign.
pub(crate) fn mirrored_axis(axis: DVec3) -> DVec3 {
    DVec3::new(-axis.x, -axis.y, axis.z)
}
