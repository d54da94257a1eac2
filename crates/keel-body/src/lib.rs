//! A person's body: segments, joints, muscles' paths, discs and the skin that touches the world.
//!
//! Anatomy is data ([`Anatomy`], read from texts); a [`Person`] scales it to a [`Body`]; a [`Posture`] in a clinician's angles becomes a
//! [`State`] of all coordinates, [`settle`] puts it onto its supports, and a [`Motion`] strings postures together. From a state follow
//! the [`Pose`] (where everything is), the [`Paths`] (lengths and moment arms) and the [`inverse_dynamics`].
//!
//! World and segment frames follow the ISB: x anterior, y up, z to the person's right; SI units and radians inside, degrees and
//! millimetres only in the texts that are read.
//!
//! This crate knows no muscle force, no load and no file.

mod anatomy;
mod body;
mod coordinates;
mod dynamics;
mod export;
mod front_matter;
mod kinematics;
pub mod lanes;
mod motion;
mod paths;
mod person;
mod posture;
mod scale;
mod settle;
mod skin;
mod spline;
mod steps;

pub use anatomy::{Anatomy, AnatomyError};
pub use body::{BendStiffness, Body, ContactPoint, Coordinate, Cylinder, Disc, Fascicle, Node, PointPart, Segment};
pub use coordinates::{CoordinateKind, Rotation};
pub use dynamics::{GRAVITY_M_PER_S2, HeldMass, Inertial, inverse_dynamics};
pub use export::{mjcf, osim};
pub use front_matter::{Fault, Name, Text};
pub use kinematics::{Pose, Rates, State};
pub use motion::{Breath, Motion, MotionFrame, MotionRecord, Phase};
pub use paths::{Paths, Term, Wrenches};
pub use person::{Person, PersonError, Sex, Side};
pub use posture::{
    Against, FRICTION, Library, Posture, PostureError, PostureRecord, Reach, Rod, SeenFrom, Stance, Support, SupportKind, Tensed, Thing,
    Touch, World,
};
pub use scale::ScaleError;
pub use settle::{SettleError, Settled, settle};
pub use skin::{Capsule, Tissue};
pub use steps::{Steps, StepsError};
