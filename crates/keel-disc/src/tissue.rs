//! What the parts of a disc are made of, healthy and degenerated.

/// A part of the disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// The fluid core.
    Nucleus,
    /// The rings of fibres around it.
    Annulus,
    /// The thin cartilage between the disc and a vertebra.
    Endplate,
}

/// How degenerated a disc is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grade {
    /// Pfirrmann I–II.
    #[default]
    Healthy,
    /// Pfirrmann III.
    Degenerated,
}

/// Constants of one region.
///
/// # Source
/// Muñoz-Moya and others (2025, `munoz-moya-2025`), the parameter files of the published model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tissue {
    /// Share of water in the volume of the rested tissue.
    pub porosity: f64,
    /// Cells per m³ of rested tissue.
    pub cells_per_m3: f64,
    /// Fixed charge of the rested tissue, mol per m³ of water.
    pub fixed_charge_mol_per_m3: f64,
    /// Shear modulus of the solid, Pa.
    pub shear_modulus_pa: f64,
    /// Permeability law k = α (1 − n)^(−M): α in m⁴/(N s).
    pub permeability_alpha: f64,
    /// Permeability law k = α (1 − n)^(−M): M.
    pub permeability_exponent: f64,
}

impl Tissue {
    /// The constants of a region.
    #[must_use]
    pub const fn of(region: Region, grade: Grade) -> Self {
        // Columns: porosity, cells, fixed charge, shear modulus, α (published in mm⁴/(N s)), M.
        let row = match (region, grade) {
            (Region::Annulus, Grade::Healthy) => (0.75, 5.55e12, 180.0, 0.84e6, 1.6e-4, 1.2),
            (Region::Annulus, Grade::Degenerated) => (0.70, 5.55e12, 170.0, 0.64e6, 4.5e-4, 0.9),
            (Region::Nucleus, Grade::Healthy) => (0.80, 3.6e12, 290.0, 1.0e6, 1.6e-4, 1.2),
            (Region::Nucleus, Grade::Degenerated) => (0.76, 3.6e12, 221.0, 0.8e6, 4.5e-4, 0.9),
            (Region::Endplate, Grade::Healthy) => (0.66, 13.5e12, 166.0, 1.0e6, 0.017, 1.2),
            (Region::Endplate, Grade::Degenerated) => (0.60, 13.5e12, 125.0, 0.8e6, 0.044, 8.5),
        };
        Self {
            porosity: row.0,
            cells_per_m3: row.1,
            fixed_charge_mol_per_m3: row.2,
            shear_modulus_pa: row.3,
            permeability_alpha: row.4 * 1e-12,
            permeability_exponent: row.5,
        }
    }
}
