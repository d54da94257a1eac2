//! A day of loads → what it does to a disc: fluid, height and pressure; oxygen, glucose and lactate; mechanical doses.
//!
//! Loads come in as numbers (pressure over time); who the person is, what they did and what is good for them is decided elsewhere.
//!
//! What it knows nothing of: bodies, muscles, therapy, files, clocks.

mod drainage;
mod exponential;
pub mod grid;
mod lines;
pub mod metabolism;
pub mod reduced;
pub mod shape;
pub mod solutes;
pub mod swelling;
pub mod tissue;
pub mod transport;
pub mod viability;

pub use grid::{Division, Grid};
pub use shape::DiscShape;
pub use swelling::Swelling;
pub use tissue::{Grade, Region, Tissue};
pub use transport::{Form, Settings, State, Transport};
