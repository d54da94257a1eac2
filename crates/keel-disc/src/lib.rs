//! A day of loads → what it does to a disc: fluid, height and pressure; oxygen, glucose and lactate; mechanical doses.
//!
//! Loads come in as numbers (pressure over time); who the person is, what they did and what is good for them is decided elsewhere.
//!
//! What it knows nothing of: bodies, muscles, therapy, files, clocks.
//!
//! The solutes of a disc through a day that repeats:
//!
//! ```
//! use keel_disc::solutes::{DAY_S, Steps};
//! use keel_disc::{DiscShape, Division, Form, Grade, Grid, Settings, Swelling, Transport};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let grid = Grid::new(&DiscShape::default(), Division::PREVIEW)?;
//! let mut disc = Transport::new(grid, Settings::new(Form::Published, Grade::Healthy))?;
//! // J from the fluid part; here: up at 0 h, down at 16 h.
//! let swelling = Swelling {
//!     t_s: vec![0.0, 4.0 * 3600.0, 16.0 * 3600.0, 20.0 * 3600.0],
//!     nucleus: vec![0.98, 0.90, 0.89, 0.97],
//!     annulus: vec![0.98, 0.91, 0.90, 0.97],
//! };
//! let periodic = disc.periodic(&swelling, DAY_S, Steps::default(), 1e-3, 10)?;
//! let [oxygen_kpa, glucose_mol_per_m3, lactate_mol_per_m3] = periodic.day.worst();
//! assert!(oxygen_kpa > 0.5 && glucose_mol_per_m3 > 0.5 && lactate_mol_per_m3 < 7.0);
//! # Ok(())
//! # }
//! ```

mod bicgstab;
mod creep;
pub mod day;
pub mod dose;
mod drainage;
mod exponential;
mod faces;
pub mod fluid;
pub mod grid;
mod lines;
pub mod metabolism;
pub mod reduced;
pub mod settling;
pub mod shape;
pub mod solutes;
pub mod stiffness;
pub mod swelling;
pub mod tissue;
pub mod transport;
pub mod viability;

pub use creep::recovery_over_loading;
pub use day::{Course, DAY_S, Day, DayError, Hours, Load, Sample, Steps};
pub use dose::{Banded, Doses};
pub use fluid::{Fluid, FluidError, Hold, Mechanics, Seen, Water};
pub use grid::{Division, Grid};
pub use shape::DiscShape;
pub use stiffness::{Bending, Morning, usual_day};
pub use swelling::Swelling;
pub use tissue::{Grade, Region, Tissue};
pub use transport::{Form, Settings, State, Transport};
