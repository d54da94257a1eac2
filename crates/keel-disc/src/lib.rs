//! A day of loads → what it does to a disc: fluid, height and pressure; oxygen, glucose and lactate; mechanical doses.
//!
//! Loads come in as numbers (pressure over time); who the person is, what they did and what is good for them is decided elsewhere.
//!
//! What it knows nothing of: bodies, muscles, therapy, files, clocks.

pub mod day;
pub mod dose;
pub mod fluid;
pub mod shape;
pub mod stiffness;
pub mod swelling;
pub mod tissue;

pub use day::{Course, DAY_S, Day, DayError, Hours, Load, Sample, Steps};
pub use dose::{Banded, Doses};
pub use fluid::{Fluid, FluidError, Hold, Mechanics, Seen, Water};
pub use shape::DiscShape;
pub use stiffness::{Bending, Morning, usual_day};
pub use swelling::Swelling;
pub use tissue::{Grade, Region, Tissue};
