//! Oxygen, lactate and glucose in a disc whose volume changes: what flows between cells, and the state that is in balance.
//!
//! Two forms, by name and never mixed ([`Form`]), in coordinates of the rested disc:
//!
//! ```text
//! P   J dc/dt       = Div(J F⁻¹ D F⁻ᵀ Grad c)              + J ρ Q      published
//! C   d(J n c)/dt   = Div(J F⁻¹ n D F⁻ᵀ Grad c) − Div(q c) + J ρ Q      conserves mass
//!     d(J n)/dt     = −Div q
//! D   = D_w (n / (2 − n))²,   n = (n₀ − 1 + J) / J,   J ρ = ρ₀
//! ```
//!
//! Sources: P with its constants `munoz-moya-2025`, in the line of `soukane-2005` and `malandrino-2015`; D `mackie-meares-1955`; C is the
//! form of the mixture theories (`zhu-2012`). P leaves the porosity out of the flux but takes cells per volume of tissue, so P and C differ
//! by more than any solver does: Gmin of the same healthy disc is 0.97 in P and 0.42 mol/m³ in C at the same activity. [`Form::activity`]
//! brings C to the minimum of P.
//!
//! Motion: nucleus and annulus have one J each (`Swelling`). Height is the same everywhere: λ, the mean J of nucleus and annulus by volume;
//! what remains, J/λ, is area. So the conductance is λ D in the plane and D J/λ² through the height. End-plates are strained through their
//! height alone, as much as the mean ([`Settings::endplate_strain`]).
//! q is the potential flow with that divergence, out through the end-plates and the rim (`drainage`).
//!
//! Discretisation: finite volumes, harmonic two-point fluxes between cells with the skewness of the grid added, central advection. Without
//! skewness the matrix is an M-matrix, so concentrations keep within the boundary values and above zero.
//!
//! Departures: P's gradient term within elements (an option of `munoz-moya-2025`) is left out; permeabilities keep their rested ratios.

#![allow(
    clippy::needless_range_loop,
    reason = "cells, parts and directions are counted through several lists at once"
)]

use pulp::Arch;

use crate::bicgstab::Krylov;
use crate::drainage::Drainage;
use crate::faces::{ABOVE, Faces, Flows, RIM, Room, Way};
use crate::grid::{Grid, N_PARTS, Part};
use crate::metabolism::{
    GLUCOSE_LIMIT_MOL_PER_M3, LACTATE_RELEASE_SLOPE, Metabolism, NMOL_PER_MILLION_CELLS_HOUR, OXYGEN_SOLUBILITY_MOL_PER_M3_KPA,
    lactate_release, oxygen_uptake, oxygen_uptake_slope, ph,
};
use crate::tissue::{Grade, Region, Tissue};

/// Number of solutes.
pub(crate) const N_SOLUTES: usize = 3;

/// Diffusivity of oxygen, lactate and glucose in water at 37 °C, m²/s (`munoz-moya-2025`).
pub const DIFFUSIVITY_IN_WATER_M2_PER_S: [f64; N_SOLUTES] = [3.0e-9, 1.39e-9, 9.166_67e-10];

/// Which equation is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// P: as published, porosity not in the flux, no advection.
    #[default]
    Published,
    /// C: conserves mass, with storage in the pores and advection.
    Conservative,
}

impl Form {
    /// Share of cells that is metabolically active: 1 in P; in C the share at which the healthy default disc at rest has P's least glucose.
    #[must_use]
    pub const fn activity(self) -> f64 {
        match self {
            Self::Published => 1.0,
            Self::Conservative => 0.795,
        }
    }
}

/// Concentrations at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentrations {
    /// Oxygen as its pressure, kPa.
    pub oxygen_kpa: f64,
    /// Lactate, mol/m³.
    pub lactate_mol_per_m3: f64,
    /// Glucose, mol/m³.
    pub glucose_mol_per_m3: f64,
}

impl Concentrations {
    fn array(self) -> [f64; N_SOLUTES] {
        [self.oxygen_kpa, self.lactate_mol_per_m3, self.glucose_mol_per_m3]
    }

    /// With oxygen and glucose times a factor.
    #[must_use]
    pub fn supplied(self, factor: f64) -> Self {
        Self {
            oxygen_kpa: self.oxygen_kpa * factor,
            glucose_mol_per_m3: self.glucose_mol_per_m3 * factor,
            ..self
        }
    }
}

/// What the vessels around a disc hold at its surface.
///
/// # Source
/// `munoz-moya-2025`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply {
    /// At the outer face of the lower end-plate.
    pub below: Concentrations,
    /// At the outer face of the upper end-plate.
    pub above: Concentrations,
    /// At the rim.
    pub rim: Concentrations,
}

impl Default for Supply {
    fn default() -> Self {
        let endplate = Concentrations {
            oxygen_kpa: 5.1,
            lactate_mol_per_m3: 0.8,
            glucose_mol_per_m3: 4.0,
        };
        Self {
            below: endplate,
            above: endplate,
            rim: Concentrations {
                oxygen_kpa: 5.8,
                lactate_mol_per_m3: 0.9,
                glucose_mol_per_m3: 5.0,
            },
        }
    }
}

impl Supply {
    /// With oxygen and glucose at both end-plates times a factor.
    #[must_use]
    pub fn through_endplates(self, factor: f64) -> Self {
        Self {
            below: self.below.supplied(factor),
            above: self.above.supplied(factor),
            ..self
        }
    }
}

/// What cells do to solutes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kinetics {
    /// They live ([`crate::metabolism`]).
    Cells(Metabolism),
    /// Release `constant` (by solute and part, in the order nucleus, annulus, lower and upper end-plate) minus `first_order` times
    /// concentration, per volume of rested tissue and second. For checks against closed forms.
    Linear {
        /// Per m³ s, by solute and part.
        constant: [[f64; 4]; 3],
        /// Per s, by solute.
        first_order: [f64; 3],
    },
}

/// The equation, the tissues and the supply.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which equation.
    pub form: Form,
    /// Nucleus, annulus and end-plates.
    pub tissues: [Tissue; 3],
    /// What cells do.
    pub kinetics: Kinetics,
    /// Boundary values.
    pub supply: Supply,
    /// Diffusivity of the lower and upper end-plate over that of cartilage that is not calcified; 0.5 is a calcified end-plate.
    pub endplate_diffusivity: [f64; 2],
    /// Strain of the end-plates over the mean strain of nucleus and annulus, 0 to 1. Not measured; 1 is what a layer as soft as the disc
    /// does.
    pub endplate_strain: f64,
    /// How much better the end-plates let solutes through under cyclic load, 1 to 1.85; 1 switches it off ([`dispersion`]).
    pub endplate_dispersion: f64,
}

impl Settings {
    /// The published constants of a grade, with the activity of the form and with the glucose limit on, so that a starved disc runs out of
    /// glucose instead of falling below zero. [`Metabolism::default`] is the published model without either.
    #[must_use]
    pub fn new(form: Form, grade: Grade) -> Self {
        Self {
            form,
            tissues: [Region::Nucleus, Region::Annulus, Region::Endplate].map(|region| Tissue::of(region, grade)),
            kinetics: Kinetics::Cells(Metabolism {
                activity: form.activity(),
                glucose_limit_mol_per_m3: GLUCOSE_LIMIT_MOL_PER_M3,
            }),
            supply: Supply::default(),
            endplate_diffusivity: [1.0; 2],
            endplate_strain: 1.0,
            endplate_dispersion: 1.0,
        }
    }

    fn is_sound(&self) -> Result<(), TransportError> {
        let supply = [self.supply.below, self.supply.above, self.supply.rim];
        if !supply.iter().flat_map(|c| c.array()).all(|c| c.is_finite() && c >= 0.0) {
            return Err(TransportError::Setting("supply"));
        }
        if !self
            .tissues
            .iter()
            .all(|t| t.porosity > 0.0 && t.porosity < 1.0 && t.cells_per_m3 >= 0.0 && t.cells_per_m3.is_finite())
        {
            return Err(TransportError::Setting("tissues"));
        }
        if !self.endplate_diffusivity.iter().all(|f| *f > 0.0 && f.is_finite()) {
            return Err(TransportError::Setting("endplate_diffusivity"));
        }
        if !(0.0..=1.0).contains(&self.endplate_strain) {
            return Err(TransportError::Setting("endplate_strain"));
        }
        if !(1.0..=1.85).contains(&self.endplate_dispersion) {
            return Err(TransportError::Setting("endplate_dispersion"));
        }
        if let Kinetics::Cells(metabolism) = &self.kinetics
            && !(metabolism.activity >= 0.0 && metabolism.activity.is_finite() && metabolism.glucose_limit_mol_per_m3 >= 0.0)
        {
            return Err(TransportError::Setting("kinetics"));
        }
        Ok(())
    }
}

/// Dispersion factor of end-plates under cyclic load: 1 at rest, rising with frequency f (Hz) to 1.85 as 1 + 0.85 f / (f + 0.1).
///
/// # Validity
/// One finding (`sampson-2019`): dynamic against static loading raised transport of a small solute through cartilage end-plates
/// 1.85 ± 0.64 times. The dependence on frequency is a choice of engineering. Off by default; show it only with its uncertainty.
#[must_use]
pub fn dispersion(frequency_hz: f64) -> f64 {
    let f = frequency_hz.max(0.0);
    1.0 + 0.85 * f / (f + 0.1)
}

/// Why transport cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// A setting is not finite or out of its limits.
    #[error("{0} is out of its limits")]
    Setting(&'static str),
    /// J leaves no water or is not finite.
    #[error("J of {0} cannot be: it must be finite, leave water in the tissue and stay below 2")]
    Swelling(f64),
    /// Different supply from above and below on a grid that mirrors its height.
    #[error("the grid mirrors its height, but the disc is not supplied the same way from above and below")]
    NotMirrored,
    /// The whole circle is for steady states; a day needs the mirrored half.
    #[error("a day is computed on a grid that mirrors left and right, or a round one")]
    WholeCircle,
    /// A state or list of the wrong length.
    #[error("{what} has {found} entries instead of {expected}")]
    Length {
        /// What it is.
        what: &'static str,
        /// Entries there.
        found: usize,
        /// Entries needed.
        expected: usize,
    },
    /// A sample is not finite or times do not rise.
    #[error("the samples of J must be finite, as many as times, and times must rise")]
    Samples,
}

/// Concentrations of all cells.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Oxygen (kPa), lactate and glucose (mol/m³), each by cell.
    pub(crate) c: [Vec<f64>; N_SOLUTES],
}

impl State {
    /// The same concentrations everywhere.
    #[must_use]
    pub fn uniform(n_cells: usize, c: Concentrations) -> Self {
        Self {
            c: c.array().map(|c| vec![c; n_cells]),
        }
    }

    /// Of three fields by cell.
    ///
    /// # Errors
    /// If they differ in length.
    pub fn of(oxygen_kpa: Vec<f64>, lactate_mol_per_m3: Vec<f64>, glucose_mol_per_m3: Vec<f64>) -> Result<Self, TransportError> {
        let expected = oxygen_kpa.len();
        for (what, field) in [("lactate", &lactate_mol_per_m3), ("glucose", &glucose_mol_per_m3)] {
            if field.len() != expected {
                return Err(TransportError::Length {
                    what,
                    found: field.len(),
                    expected,
                });
            }
        }
        Ok(Self {
            c: [oxygen_kpa, lactate_mol_per_m3, glucose_mol_per_m3],
        })
    }

    /// Oxygen by cell, kPa.
    #[must_use]
    pub fn oxygen_kpa(&self) -> &[f64] {
        &self.c[0]
    }

    /// Lactate by cell, mol/m³.
    #[must_use]
    pub fn lactate_mol_per_m3(&self) -> &[f64] {
        &self.c[1]
    }

    /// Glucose by cell, mol/m³.
    #[must_use]
    pub fn glucose_mol_per_m3(&self) -> &[f64] {
        &self.c[2]
    }
}

/// How an implicit solution went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Rounds over oxygen, lactate and glucose.
    pub rounds: usize,
    /// Largest imbalance of a cell over the mean consumption of a cell.
    pub residual: f64,
    /// Whether the residual is as small as asked.
    pub converged: bool,
}

/// Weights of an implicit step: storage against the newest and the older state, by part, per volume of rested tissue and second.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Storage {
    pub(crate) newest: [f64; N_PARTS],
    pub(crate) older: [f64; N_PARTS],
}

/// Transport in one disc.
#[derive(Debug, Clone)]
pub struct Transport {
    pub(crate) grid: Grid,
    pub(crate) settings: Settings,
    pub(crate) faces: Faces,
    pub(crate) flows: Flows,
    drainage: Option<Drainage>,
    /// Rates of release that are given, by solute and cell; empty unless a check asks for them.
    pub(crate) given: [Vec<f64>; N_SOLUTES],
    /// Cells by cell, as what a nmol per 10⁶ cells and hour is in mol/s.
    pub(crate) cells: Vec<f64>,
    /// The same for oxygen, in m³ kPa/s, which in form P falls with the porosity.
    pub(crate) cells_for_oxygen: Vec<f64>,
    /// Share of nucleus in the volume of nucleus and annulus.
    nucleus_share: f64,
    /// J for which `faces` were filled.
    filled_for: (f64, f64),
}

/// Water in tissue that was compressed to J.
fn porosity(tissue: &Tissue, j: f64) -> f64 {
    (tissue.porosity - 1.0 + j) / j
}

pub(crate) fn tissue_of(part: usize) -> usize {
    part.min(2)
}

impl Transport {
    /// Transport on a grid.
    ///
    /// # Errors
    /// If a setting is out of its limits, or the grid mirrors its height and the settings do not.
    pub fn new(grid: Grid, settings: Settings) -> Result<Self, TransportError> {
        settings.is_sound()?;
        let mirrored = grid.open_rings[0] == 0 && grid.open_rings[1] > 0;
        #[allow(clippy::float_cmp, reason = "the same setting twice, not a result")]
        if mirrored
            && (settings.supply.below != settings.supply.above || settings.endplate_diffusivity[0] != settings.endplate_diffusivity[1])
        {
            return Err(TransportError::NotMirrored);
        }
        let n = grid.volume.len();
        let mut transport = Self {
            faces: Faces::new(&grid),
            flows: Flows::default(),
            drainage: None,
            given: [Vec::new(), Vec::new(), Vec::new()],
            cells: vec![0.0; n],
            cells_for_oxygen: vec![0.0; n],
            nucleus_share: 0.0,
            filled_for: (f64::NAN, f64::NAN),
            grid,
            settings,
        };
        let [_, nucleus, annulus, _] = transport.grid.volumes_m3();
        transport.nucleus_share = if nucleus + annulus > 0.0 {
            nucleus / (nucleus + annulus)
        } else {
            0.5
        };
        transport.revive();
        transport.swell(1.0, 1.0)?;
        Ok(transport)
    }

    /// Sets the share of cells that live, by cell of the grid.
    pub(crate) fn live(&mut self, viability: &[f64]) {
        if let Kinetics::Cells(metabolism) = &self.settings.kinetics {
            for (cell, volume) in self.grid.volume.iter().enumerate() {
                let tissue = &self.settings.tissues[tissue_of(self.grid.part(cell) as usize)];
                self.cells[cell] = volume * tissue.cells_per_m3 * viability[cell] * metabolism.activity * NMOL_PER_MILLION_CELLS_HOUR;
            }
        }
        // What follows from it is filled anew.
        self.filled_for = (f64::NAN, f64::NAN);
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Adds given rates of release, per cell and second (kPa m³ or mol), for checks against made-up solutions.
    ///
    /// # Errors
    /// If a list does not have an entry for each cell.
    pub fn give(&mut self, rates: [Vec<f64>; 3]) -> Result<(), TransportError> {
        let expected = self.grid.volume.len();
        for rates in &rates {
            if rates.len() != expected {
                return Err(TransportError::Length {
                    what: "given rates",
                    found: rates.len(),
                    expected,
                });
            }
        }
        self.given = rates;
        Ok(())
    }

    /// A state at the mean of the boundary values, to begin with.
    #[must_use]
    pub fn supplied(&self) -> State {
        State::uniform(self.grid.volume.len(), self.settings.supply.above)
    }

    /// λ: height over rested height.
    #[must_use]
    pub fn height_ratio(&self, j_nucleus: f64, j_annulus: f64) -> f64 {
        self.nucleus_share * j_nucleus + (1.0 - self.nucleus_share) * j_annulus
    }

    pub(crate) fn j_by_part(&self, j_nucleus: f64, j_annulus: f64) -> [f64; N_PARTS] {
        let endplate = 1.0 + self.settings.endplate_strain * (self.height_ratio(j_nucleus, j_annulus) - 1.0);
        [j_nucleus, j_annulus, endplate, endplate]
    }

    /// Axial and lateral conductance of each part, m² rested per s and diffusivity in water.
    pub(crate) fn conductances(&self, j_nucleus: f64, j_annulus: f64) -> ([f64; N_PARTS], [f64; N_PARTS]) {
        let lambda = self.height_ratio(j_nucleus, j_annulus);
        let js = self.j_by_part(j_nucleus, j_annulus);
        let mut both = ([0.0; N_PARTS], [0.0; N_PARTS]);
        for part in 0..N_PARTS {
            let n = porosity(&self.settings.tissues[tissue_of(part)], js[part]);
            let mut d = (n / (2.0 - n)) * (n / (2.0 - n));
            if self.settings.form == Form::Conservative {
                d *= n;
            }
            let stretch = if part >= Part::LowerEndplate as usize {
                d *= self.settings.endplate_diffusivity[part - Part::LowerEndplate as usize] * self.settings.endplate_dispersion;
                js[part]
            } else {
                lambda
            };
            both.0[part] = d * js[part] / (stretch * stretch);
            both.1[part] = d * stretch;
        }
        both
    }

    /// Sets all conductances for a state of swelling.
    pub(crate) fn swell(&mut self, j_nucleus: f64, j_annulus: f64) -> Result<(), TransportError> {
        self.check_j(j_nucleus, j_annulus)?;
        self.fill(j_nucleus, j_annulus);
        Ok(())
    }

    pub(crate) fn check_j(&self, j_nucleus: f64, j_annulus: f64) -> Result<(), TransportError> {
        let js = self.j_by_part(j_nucleus, j_annulus);
        for (j, tissue) in js.into_iter().zip(&self.settings.tissues) {
            if !(j.is_finite() && j > 1.0 - tissue.porosity + 0.01 && j < 2.0) {
                return Err(TransportError::Swelling(j));
            }
        }
        Ok(())
    }

    #[inline(always)]
    pub(crate) fn fill(&mut self, j_nucleus: f64, j_annulus: f64) {
        #[allow(clippy::float_cmp, reason = "asks whether it is the very same state")]
        if self.filled_for == (j_nucleus, j_annulus) {
            return;
        }
        self.filled_for = (j_nucleus, j_annulus);
        let (axial, lateral) = self.conductances(j_nucleus, j_annulus);
        self.faces.fill(&self.grid, &axial.map(f64::recip), &lateral.map(f64::recip));
        let js = self.j_by_part(j_nucleus, j_annulus);
        let sectors = self.grid.n[2];
        let per_part = self.oxygen_factors(&js);
        for (row, &part) in self.grid.parts.iter().enumerate() {
            let cells = row * sectors..(row + 1) * sectors;
            for (oxygen, cells) in self.cells_for_oxygen[cells.clone()].iter_mut().zip(&self.cells[cells]) {
                *oxygen = cells * per_part[part as usize];
            }
        }
    }

    /// What turns uptake into a change of oxygen's pressure, by part: m³ kPa/mol, with the porosity in form P.
    #[inline(always)]
    pub(crate) fn oxygen_factors(&self, js: &[f64; N_PARTS]) -> [f64; N_PARTS] {
        std::array::from_fn(|part| {
            let water = match self.settings.form {
                Form::Published => porosity(&self.settings.tissues[tissue_of(part)], js[part]),
                Form::Conservative => 1.0,
            };
            water / OXYGEN_SOLUBILITY_MOL_PER_M3_KPA
        })
    }

    /// Water per volume of rested tissue in form C, volume per rested volume in form P: what holds a solute.
    pub(crate) fn holding(&self, j_nucleus: f64, j_annulus: f64) -> [f64; N_PARTS] {
        let js = self.j_by_part(j_nucleus, j_annulus);
        std::array::from_fn(|part| match self.settings.form {
            Form::Published => js[part],
            Form::Conservative => self.settings.tissues[tissue_of(part)].porosity - 1.0 + js[part],
        })
    }

    /// Whether fluid that leaves takes solutes along.
    pub(crate) fn carries(&self) -> bool {
        self.settings.form == Form::Conservative
    }

    /// What the end-plates lose of their volume when nucleus or annulus lose their own.
    fn endplate_shares(&self) -> [f64; 2] {
        [self.nucleus_share, 1.0 - self.nucleus_share].map(|share| share * self.settings.endplate_strain)
    }

    /// Sets the flows for rates of J, 1/s; true if there are any.
    #[inline(always)]
    pub(crate) fn drain(&mut self, rate_nucleus: f64, rate_annulus: f64) -> bool {
        #[allow(clippy::float_cmp, reason = "exactly at rest")]
        if !self.carries() || (rate_nucleus == 0.0 && rate_annulus == 0.0) {
            return false;
        }
        let mut flows = std::mem::take(&mut self.flows);
        self.drain_into(rate_nucleus, rate_annulus, &mut flows);
        self.flows = flows;
        true
    }

    /// The flows for rates of J, 1/s.
    #[inline(always)]
    pub(crate) fn drain_into(&mut self, rate_nucleus: f64, rate_annulus: f64, flows: &mut Flows) {
        if self.drainage.is_none() {
            self.drainage = Some(Drainage::new(&self.grid, &self.settings.tissues, self.endplate_shares()));
        }
        let drainage = self.drainage.as_ref().expect("it was made just now");
        drainage.flows(-rate_nucleus, -rate_annulus, flows);
    }

    pub(crate) fn outside(&self, solute: usize) -> [f64; 3] {
        let supply = &self.settings.supply;
        [supply.below, supply.above, supply.rim].map(|c| c.array()[solute])
    }

    pub(crate) fn way(&self, solute: usize) -> Way<'_> {
        Way {
            grid: &self.grid,
            faces: &self.faces,
            flows: &self.flows,
            scale: DIFFUSIVITY_IN_WATER_M2_PER_S[solute],
            outside: self.outside(solute),
        }
    }

    /// Adds to `out` what cells release of a solute, and to `slope` how much less they do per concentration (never negative).
    #[inline(always)]
    pub(crate) fn react(&self, solute: usize, c: &[Vec<f64>; N_SOLUTES], out: &mut [f64], slope: &mut [f64]) {
        let n = out.len();
        let (oxygen, lactate, glucose) = (&c[0][..n], &c[1][..n], &c[2][..n]);
        let slope = &mut slope[..n];
        match (&self.settings.kinetics, solute) {
            (Kinetics::Cells(_), 0) => {
                let cells = &self.cells_for_oxygen[..n];
                for i in 0..n {
                    let ph = ph(lactate[i]);
                    out[i] -= cells[i] * oxygen_uptake(ph, oxygen[i]);
                    slope[i] += cells[i] * oxygen_uptake_slope(ph, oxygen[i]);
                }
            }
            (Kinetics::Cells(metabolism), 1) => {
                let cells = &self.cells[..n];
                if metabolism.glucose_limit_mol_per_m3 > 0.0 {
                    for i in 0..n {
                        let rate = cells[i] * lactate_release(ph(lactate[i]), oxygen[i]) * metabolism.glucose_limit(glucose[i]).0;
                        out[i] += rate;
                        slope[i] -= rate * LACTATE_RELEASE_SLOPE;
                    }
                } else {
                    for i in 0..n {
                        let rate = cells[i] * lactate_release(ph(lactate[i]), oxygen[i]);
                        out[i] += rate;
                        slope[i] -= rate * LACTATE_RELEASE_SLOPE;
                    }
                }
            }
            (Kinetics::Cells(metabolism), _) => {
                let cells = &self.cells[..n];
                if metabolism.glucose_limit_mol_per_m3 > 0.0 {
                    for i in 0..n {
                        let rate = 0.5 * cells[i] * lactate_release(ph(lactate[i]), oxygen[i]);
                        let (limit, by_glucose) = metabolism.glucose_limit(glucose[i]);
                        out[i] -= rate * limit;
                        slope[i] += rate * by_glucose;
                    }
                } else {
                    for i in 0..n {
                        out[i] -= 0.5 * cells[i] * lactate_release(ph(lactate[i]), oxygen[i]);
                    }
                }
            }
            (Kinetics::Linear { constant, first_order }, _) => {
                for i in 0..n {
                    let part = self.grid.parts[i / self.grid.n[2]] as usize;
                    let volume = self.grid.volume[i];
                    out[i] += volume * (constant[solute][part] - first_order[solute] * c[solute][i]);
                    slope[i] += volume * first_order[solute];
                }
            }
        }
        for (out, rate) in out.iter_mut().zip(&self.given[solute]) {
            *out += rate;
        }
    }

    /// The state in which nothing changes, at a constant swelling, from a first guess.
    ///
    /// # Errors
    /// If J cannot be, or the guess is of another grid.
    pub fn steady(&mut self, j_nucleus: f64, j_annulus: f64, guess: State) -> Result<(State, Outcome), TransportError> {
        self.swell(j_nucleus, j_annulus)?;
        self.expect_length(&guess)?;
        self.flows = Flows::default();
        let mut state = guess;
        let outcome = self.solve_implicit(&Storage::default(), None, false, &mut state, STEADY_TOLERANCE);
        Ok((state, outcome))
    }

    pub(crate) fn expect_length(&self, state: &State) -> Result<(), TransportError> {
        let (found, expected) = (state.c[0].len(), self.grid.volume.len());
        if found != expected {
            return Err(TransportError::Length {
                what: "the state",
                found,
                expected,
            });
        }
        Ok(())
    }

    /// Solves V (newest (c − c₁) + older (c − c₂)) = gain(c) + release(c) for c by Newton's method solute by solute (at rest lactate and
    /// glucose at once), each linear system by BiCGStab behind line sweeps.
    pub(crate) fn solve_implicit(
        &self,
        storage: &Storage,
        past: Option<(&State, &State)>,
        flows: bool,
        state: &mut State,
        tolerance: f64,
    ) -> Outcome {
        if flows {
            Arch::new().dispatch(|| self.solve_implicit_in::<true>(storage, past, state, tolerance))
        } else {
            Arch::new().dispatch(|| self.solve_implicit_in::<false>(storage, past, state, tolerance))
        }
    }

    #[inline(always)]
    fn solve_implicit_in<const FLOW: bool>(
        &self,
        storage: &Storage,
        past: Option<(&State, &State)>,
        state: &mut State,
        tolerance: f64,
    ) -> Outcome {
        let n = self.grid.volume.len();
        let mut work = Solve::new(&self.grid);
        let (mut right, mut m) = (vec![0.0; n], vec![0.0; n]);
        let mut outcome = Outcome {
            rounds: 0,
            residual: f64::INFINITY,
            converged: false,
        };
        let together = past.is_none() && matches!(self.settings.kinetics, Kinetics::Cells(_));
        // Where cells starve, solutes taken one by one chase each other; a time of its own for the iteration keeps them together.
        let (mut stalled, mut damping) = (0, 0.0);
        while outcome.rounds < MAX_ROUNDS {
            outcome.rounds += 1;
            let mut worst = 0.0f64;
            for solute in 0..if together { 1 } else { N_SOLUTES } {
                worst = worst.max(self.imbalance::<FLOW>(solute, (storage, past), state, &mut work.room, &mut right, &mut m));
                if damping > 0.0 {
                    for (m, volume) in m.iter_mut().zip(&self.grid.volume) {
                        *m += volume * damping;
                    }
                }
                work.solve::<FLOW>(&self.way(solute), &m, &right);
                for (c, change) in state.c[solute].iter_mut().zip(&work.krylov.x) {
                    *c += change;
                }
            }
            if together {
                worst = worst.max(self.lactate_with_glucose(state, &mut work, (&mut right, &mut m)));
            }
            let progress = worst / outcome.residual;
            stalled = if progress < 0.5 { 0 } else { stalled + 1 };
            outcome.residual = worst;
            if worst < tolerance {
                outcome.converged = true;
                break;
            }
            if progress > 1.0 && outcome.rounds > 6 {
                damping = (4.0 * damping).clamp(LEAST_DAMPING_PER_S, MOST_DAMPING_PER_S);
            } else if damping > 0.0 {
                damping *= 0.7;
                if damping < LEAST_DAMPING_PER_S {
                    damping = 0.0;
                }
            }
            // Rounding is the floor.
            if stalled >= 3 && worst < 1e2 * tolerance {
                outcome.converged = true;
                break;
            }
        }
        outcome
    }

    /// What each cell gains more of a solute than it stores, and how much less per concentration; returns the largest over the mean
    /// turnover of a cell.
    #[inline(always)]
    fn imbalance<const FLOW: bool>(
        &self,
        solute: usize,
        (storage, past): (&Storage, Option<(&State, &State)>),
        state: &State,
        room: &mut Room,
        right: &mut [f64],
        m: &mut [f64],
    ) -> f64 {
        let n = right.len() as f64;
        let way = self.way(solute);
        right.fill(0.0);
        m.fill(0.0);
        self.react(solute, &state.c, right, m);
        let turnover = right.iter().map(|r| r.abs()).sum::<f64>() / n;
        let floor = way.scale * way.outside[ABOVE].max(way.outside[RIM]) * self.grid.volume.iter().sum::<f64>() / n;
        way.gain::<FLOW>(&state.c[solute], room, right);
        if let Some(past) = past {
            self.store(solute, storage, state, past, right, m);
        }
        right.iter().fold(0.0f64, |worst, r| worst.max(r.abs())) / turnover.max(floor)
    }

    /// Newton's step for lactate and glucose at once, at rest. Two lactate leave for each glucose that enters, so D_L L + 2 D_G G does not
    /// depend on the cells at all; with its change y known, glucose is left alone with an uptake that rises with it.
    #[inline(always)]
    fn lactate_with_glucose(&self, state: &mut State, work: &mut Solve, (right, m): (&mut Vec<f64>, &mut Vec<f64>)) -> f64 {
        let rest = Storage::default();
        let (lactate, glucose) = (self.way(1), self.way(2));
        // K y = what lactate and twice glucose lack.
        let mut worst = self.imbalance::<false>(1, (&rest, None), state, &mut work.room, right, m);
        let (mut lacking, by_lactate) = (right.clone(), m.clone());
        worst = worst.max(self.imbalance::<false>(2, (&rest, None), state, &mut work.room, right, m));
        for (lacking, glucose) in lacking.iter_mut().zip(&*right) {
            *lacking += 2.0 * glucose;
        }
        let bare = Way { scale: 1.0, ..lactate };
        m.iter_mut().zip(&mut work.own).for_each(|(m, own)| *own = std::mem::take(m));
        work.solve_scaled::<false>(&bare, m, &lacking, 1.0 / lactate.scale);
        let together = work.krylov.x.clone();
        // (D_G K + what uptake falls with glucose, by itself and by way of lactate) δG
        let ratio = glucose.scale / lactate.scale;
        for i in 0..right.len() {
            right[i] += 0.5 * by_lactate[i] * together[i] / lactate.scale;
            m[i] = work.own[i] + by_lactate[i] * ratio;
        }
        work.solve::<false>(&glucose, m, right);
        for i in 0..right.len() {
            let change = work.krylov.x[i];
            state.c[2][i] += change;
            state.c[1][i] += (together[i] - 2.0 * glucose.scale * change) / lactate.scale;
        }
        worst
    }

    /// Takes the change in storage off the right side and adds its weight to M.
    fn store(&self, solute: usize, storage: &Storage, state: &State, past: (&State, &State), right: &mut [f64], m: &mut [f64]) {
        let sectors = self.grid.n[2];
        for (row, &part) in self.grid.parts.iter().enumerate() {
            let (newest, older) = (storage.newest[part as usize], storage.older[part as usize]);
            for cell in row * sectors..(row + 1) * sectors {
                let (volume, c) = (self.grid.volume[cell], state.c[solute][cell]);
                right[cell] -= volume * (newest * (c - past.0.c[solute][cell]) + older * (c - past.1.c[solute][cell]));
                m[cell] += volume * (newest + older);
            }
        }
    }
}

/// Room of an implicit solution.
struct Solve {
    volume: Vec<f64>,
    room: Room,
    krylov: Krylov,
    sweep_m: Vec<f64>,
    own: Vec<f64>,
}

impl Solve {
    fn new(grid: &Grid) -> Self {
        let n = grid.volume.len();
        Self {
            volume: grid.volume.clone(),
            room: Room::new(grid),
            krylov: Krylov::new(n),
            sweep_m: vec![0.0; n],
            own: vec![0.0; n],
        }
    }

    /// M x − gain(x) = right.
    #[inline(always)]
    fn solve<const FLOW: bool>(&mut self, way: &Way<'_>, m: &[f64], right: &[f64]) {
        self.solve_scaled::<FLOW>(way, m, right, 1.0);
    }

    /// The same where concentrations are counted `unit` times larger.
    #[inline(always)]
    fn solve_scaled<const FLOW: bool>(&mut self, way: &Way<'_>, m: &[f64], right: &[f64], unit: f64) {
        // Where nothing is stored, sweeps need a time of their own: two hours.
        for ((sweep, m), volume) in self.sweep_m.iter_mut().zip(m).zip(&self.volume) {
            *sweep = m.max(volume * unit / SWEEP_TIME_S);
        }
        self.krylov
            .solve::<FLOW>(way, m, &self.sweep_m, right, &mut self.room, LINEAR_TOLERANCE);
    }
}

/// Imbalance of a cell over the mean turnover of a cell.
const STEADY_TOLERANCE: f64 = 1e-11;
const LINEAR_TOLERANCE: f64 = 1e-4;
const MAX_ROUNDS: usize = 1000;
const LEAST_DAMPING_PER_S: f64 = 1e-6;
const MOST_DAMPING_PER_S: f64 = 1e-2;
const SWEEP_TIME_S: f64 = 7200.0;
