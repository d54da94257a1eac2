//! Posture or motion of a body → muscle forces, contact forces, disc loads.
//!
//! One convex problem per instant: muscles share the load at least total squared activation, contacts push and never pull, the root is in
//! balance. [`Engine`] assembles it from a [`keel_body::Body`], [`dual`] solves it, [`discs`] turns the result into compression, shear and
//! pressure.
//!
//! What it knows nothing of: who the person is, what is good for them, files, clocks.
//!
//! Static optimisation leaves out antagonist co-contraction beyond tone and what holds the abdominal pressure; [`Settings::co_contraction`]
//! offers it, off by default.

mod abdomen;
mod card;
pub mod constants;
mod course;
mod discs;
pub mod dual;
mod engine;
mod muscle;
mod passive;
mod summary;

pub use abdomen::{Aids, Pressure, pressure};
pub use card::{DiscCourse, Instant, LoadCard, LumbarRange, MIDDLE_RANGE, MuscleCourse, TRAINING_LEVELS, Track};
pub use course::{Course, posture_card};
pub use discs::{DiscFrame, DiscLoad};
pub use engine::{Engine, Frame, Layout, LoadError, MuscleCost, N_DISCS, Quality, Scope, Settings};
pub use summary::{GroupLoad, groups, motion_loads, posture_loads};
