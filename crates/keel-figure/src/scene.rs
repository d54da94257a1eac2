//! What a picture shows: plain figures in the world, metres and newtons; x forward, y up, z to the person's right.

use glam::{DQuat, DVec3};

use crate::FigureError;

/// What a limb looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Bare skin.
    Skin,
    /// Clothes of the trunk and arms.
    Clothing,
    /// Clothes of the legs.
    Trousers,
    /// Hair.
    Hair,
    /// Bone: seen through everything else, as in an X-ray.
    Bone,
}

/// What a limb belongs to: limbs of one part melt into each other, limbs of two parts only touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Trunk, neck and head.
    Trunk,
    /// Right arm with its hand.
    RightArm,
    /// Left arm with its hand.
    LeftArm,
    /// Right leg with its foot.
    RightLeg,
    /// Left leg with its foot.
    LeftLeg,
    /// Anything else.
    Other,
}

/// A tapered capsule: two balls and everything between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limb {
    /// Centre of the first ball, m.
    pub from_m: DVec3,
    /// Centre of the second ball, m.
    pub to_m: DVec3,
    /// Radius of the first ball, m.
    pub radius_from_m: f64,
    /// Radius of the second ball, m.
    pub radius_to_m: f64,
    /// Look.
    pub tone: Tone,
    /// What it belongs to.
    pub part: Part,
}

/// A muscle as a band along its path.
#[derive(Debug, Clone, PartialEq)]
pub struct MuscleLine {
    /// From origin to insertion, m; at least two points.
    pub points_m: Vec<DVec3>,
    /// Activation, 0 to 1.
    pub activation: f64,
    /// Width of the band at its belly when fully active, m.
    pub width_m: f64,
}

/// A disc between two vertebrae, with what the caller says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscMark {
    /// Middle of the disc, m.
    pub centre_m: DVec3,
    /// Its normal.
    pub axis: DVec3,
    /// Radius, m.
    pub radius_m: f64,
    /// Lines of text beside the body, the first one bold.
    pub text: Vec<String>,
    /// How loaded it is shown, 0 to 1.
    pub level: f64,
}

/// Kinds of things a body rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SupportKind {
    /// The ground.
    Floor,
    /// The seat of a chair.
    Seat,
    /// The back of a chair.
    Backrest,
    /// A wall.
    Wall,
    /// A mattress or mat.
    Mattress,
    /// A horizontal bar along z.
    Bar,
    /// A step or box to stand on.
    Step,
}

/// A plane that carries the body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Middle of the carrying face, m.
    pub centre_m: DVec3,
    /// Outward normal: towards the body.
    pub normal: DVec3,
    /// Extent of the face along x (of an upright face: along y) and along z, m.
    pub size_m: (f64, f64),
    /// Kind.
    pub kind: SupportKind,
}

/// The force of the surroundings on the body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContactArrow {
    /// Where it acts, m.
    pub point_m: DVec3,
    /// The force on the body, N.
    pub force_n: DVec3,
}

/// A thing that is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldBox {
    /// Centre, m.
    pub centre_m: DVec3,
    /// Edges along its own axes, m.
    pub size_m: DVec3,
    /// How its axes are turned against x, y and z.
    pub turn: DQuat,
}

/// Everything one picture shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// The body.
    pub limbs: Vec<Limb>,
    /// Muscles.
    pub muscles: Vec<MuscleLine>,
    /// Discs.
    pub discs: Vec<DiscMark>,
    /// What the body rests on.
    pub supports: Vec<Support>,
    /// Forces of the surroundings.
    pub contacts: Vec<ContactArrow>,
    /// Things held.
    pub loads: Vec<HeldBox>,
    /// Title, above.
    pub title: String,
    /// Notes, below.
    pub notes: Vec<String>,
}

/// No part of a scene is farther from the origin, m.
const REACH_MAX_M: f64 = 20.0;
/// No force is larger, N.
const FORCE_MAX_N: f64 = 1e5;

impl Scene {
    /// Refuses what cannot be drawn.
    pub(crate) fn check(&self) -> Result<(), FigureError> {
        let point = |what: &'static str, index: usize, p: DVec3| {
            if p.abs().max_element() <= REACH_MAX_M && p.is_finite() {
                Ok(())
            } else {
                Err(FigureError::Point {
                    what,
                    index,
                    reach_m: REACH_MAX_M,
                })
            }
        };
        let within = |what: &'static str, index: usize, value: f64, min: f64, max: f64| {
            if value >= min && value <= max {
                Ok(())
            } else {
                Err(FigureError::Value {
                    what,
                    index,
                    value,
                    min,
                    max,
                })
            }
        };
        let direction = |what: &'static str, index: usize, v: DVec3| {
            if v.is_finite() && v.length() > 1e-9 {
                Ok(())
            } else {
                Err(FigureError::Direction { what, index })
            }
        };
        if self.limbs.is_empty() {
            return Err(FigureError::Empty);
        }
        for (i, limb) in self.limbs.iter().enumerate() {
            point("limb", i, limb.from_m)?;
            point("limb", i, limb.to_m)?;
            within("radius of limb", i, limb.radius_from_m, 1e-4, 1.0)?;
            within("radius of limb", i, limb.radius_to_m, 1e-4, 1.0)?;
        }
        for (i, muscle) in self.muscles.iter().enumerate() {
            if muscle.points_m.len() < 2 {
                return Err(FigureError::ShortMuscle { index: i });
            }
            muscle.points_m.iter().try_for_each(|&p| point("muscle", i, p))?;
            within("activation of muscle", i, muscle.activation, 0.0, 1.0)?;
            within("width of muscle", i, muscle.width_m, 0.0, 0.5)?;
        }
        for (i, disc) in self.discs.iter().enumerate() {
            point("disc", i, disc.centre_m)?;
            direction("axis of disc", i, disc.axis)?;
            within("radius of disc", i, disc.radius_m, 1e-3, 0.2)?;
            within("level of disc", i, disc.level, 0.0, 1.0)?;
        }
        for (i, support) in self.supports.iter().enumerate() {
            point("support", i, support.centre_m)?;
            direction("normal of support", i, support.normal)?;
            within("size of support", i, support.size_m.0, 0.0, 2.0 * REACH_MAX_M)?;
            within("size of support", i, support.size_m.1, 0.0, 2.0 * REACH_MAX_M)?;
        }
        for (i, contact) in self.contacts.iter().enumerate() {
            point("contact", i, contact.point_m)?;
            within("force of contact", i, contact.force_n.length(), 0.0, FORCE_MAX_N)?;
        }
        for (i, load) in self.loads.iter().enumerate() {
            point("load", i, load.centre_m)?;
            within("turn of load", i, load.turn.length(), 1.0 - 1e-6, 1.0 + 1e-6)?;
            load.size_m
                .to_array()
                .into_iter()
                .try_for_each(|edge_m| within("size of load", i, edge_m, 1e-3, 3.0))?;
        }
        Ok(())
    }
}
