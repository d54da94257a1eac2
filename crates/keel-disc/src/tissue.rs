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
/// Porosity, cells, charge, shear modulus and exponent: Muñoz-Moya and others (2025, `munoz-moya-2025`), the parameter files of the published
/// model. Permeability: of nucleus and annulus as it was measured on human samples in confined compression, healthy and degenerated; of
/// cartilage the published one of the healthy disc, less than half of it in the degenerated one, as was measured (the published set lets it rise
/// a thousandfold).
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
    /// Permeability k₁ of the rested tissue, m⁴/(N s).
    pub permeability_m4_per_n_s: f64,
    /// M of k = k₁ ((1 − n₁) / (1 − n))^M.
    pub permeability_exponent: f64,
}

/// Permeability of the nucleus, healthy and degenerated, m⁴/(N s): 0.9 ± 0.43 and 1.4 ± 0.58e-15. Source: `johannessen-elliott-2005`, human
/// lumbar discs.
const NUCLEUS_PERMEABILITY: [f64; 2] = [0.9e-15, 1.4e-15];
/// Likewise of the annulus, m⁴/(N s): 0.20 ± 0.10e-15, the same whether degenerated or not and along and across the fibres. Source:
/// `iatridis-1998`, human L2-L3, front outer annulus.
const ANNULUS_PERMEABILITY: f64 = 0.2e-15;
/// Likewise of the cartilage, healthy, m⁴/(N s): 0.017e-12 · 0.34^−1.2. Source: `munoz-moya-2025`.
const CARTILAGE_PERMEABILITY: f64 = 6.2e-14;
/// What degeneration leaves of it: it falls by 50–60 %. Source: `delucca-2016`, human lumbar discs.
const CARTILAGE_LEFT: f64 = 0.45;

impl Tissue {
    /// The constants of a region.
    #[must_use]
    pub const fn of(region: Region, grade: Grade) -> Self {
        // Columns: porosity, cells, fixed charge, shear modulus, permeability, M.
        let row = match (region, grade) {
            (Region::Annulus, Grade::Healthy) => (0.75, 5.55e12, 180.0, 0.84e6, ANNULUS_PERMEABILITY, 1.2),
            (Region::Annulus, Grade::Degenerated) => (0.70, 5.55e12, 170.0, 0.64e6, ANNULUS_PERMEABILITY, 0.9),
            (Region::Nucleus, Grade::Healthy) => (0.80, 3.6e12, 290.0, 1.0e6, NUCLEUS_PERMEABILITY[0], 1.2),
            (Region::Nucleus, Grade::Degenerated) => (0.76, 3.6e12, 221.0, 0.8e6, NUCLEUS_PERMEABILITY[1], 0.9),
            (Region::Endplate, Grade::Healthy) => (0.66, 13.5e12, 166.0, 1.0e6, CARTILAGE_PERMEABILITY, 1.2),
            (Region::Endplate, Grade::Degenerated) => (0.60, 13.5e12, 125.0, 0.8e6, CARTILAGE_LEFT * CARTILAGE_PERMEABILITY, 1.2),
        };
        Self {
            porosity: row.0,
            cells_per_m3: row.1,
            fixed_charge_mol_per_m3: row.2,
            shear_modulus_pa: row.3,
            permeability_m4_per_n_s: row.4,
            permeability_exponent: row.5,
        }
    }
}
