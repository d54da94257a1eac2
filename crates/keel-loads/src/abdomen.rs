//! Pressure in the abdomen: how large it is, what it does to the spine, and what it asks of the abdominal wall.
//!
//! It pushes the diaphragm up and the pelvic floor down, a piston in front of the spine that extends and unloads it. The wall that holds it
//! needs the hoop tension p R, and so a floor for the activation of transversus and obliques. A belt carries part of the pressure for the
//! wall and stiffens the levels it covers.

use crate::constants::{PRESSURE_FROM_N_M, PRESSURE_PA_PER_N_M, PRESSURE_REST_PA, SPECIFIC_TENSION_PA, WALL_RADIUS_M, WALL_THICKNESS_M};

/// What a person adds on purpose or wears.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Aids {
    /// Pressure by bracing, straining or coughing beyond what the load evokes, Pa; the wall holds it.
    pub brace_pa: f64,
    /// Pressure by a belt, Pa; the belt holds it.
    pub belt_pa: f64,
    /// Stiffness that a belt adds to each lumbar level, N·m/rad.
    pub belt_n_m_per_rad: f64,
}

impl Aids {
    /// A semi-rigid lumbar belt, well tightened: about 1.2 kPa and, over the five levels it covers, a fifth more stiffness.
    /// Source: `cholewicki-1999`, `mcgill-1994-belt` (stiffness of the trunk +10 to +40 %).
    pub const BELT: Self = Self {
        brace_pa: 0.0,
        belt_pa: 1200.0,
        belt_n_m_per_rad: 16.0,
    };
}

/// Pressure and what the wall must do for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// Pressure, Pa.
    pub pressure_pa: f64,
    /// Lowest activation of transversus and obliques that holds it.
    pub wall_activation: f64,
}

/// Pressure that goes with a moment on the lumbar spine (N·m, of gravity and inertia alone).
pub fn pressure(moment_n_m: f64, strain_pa: f64, aids: &Aids) -> Pressure {
    // p = p_rest + c (M − 50)₊ + what is added on purpose
    let evoked = PRESSURE_REST_PA + PRESSURE_PA_PER_N_M * (moment_n_m - PRESSURE_FROM_N_M).max(0.0);
    let held_by_wall = evoked + strain_pa + aids.brace_pa;
    // a σ t = p R
    let wall_activation = (held_by_wall * WALL_RADIUS_M / (SPECIFIC_TENSION_PA * WALL_THICKNESS_M)).min(1.0);
    Pressure {
        pressure_pa: held_by_wall + aids.belt_pa,
        wall_activation,
    }
}
