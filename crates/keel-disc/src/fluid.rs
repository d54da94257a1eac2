//! Water of one disc under a load: nucleus and annulus swell, are pressed out and fill again.
//!
//! The disc is three columns of tissue between two end-plates: the nucleus, the front and the back half of the annulus. Each is divided into
//! layers from the end-plate to the middle of the height (upper and lower half are alike). In every layer water is drawn by fixed charges
//! and pressed by the solid:
//!
//! ```text
//! σ = p + S(J)                                    total stress of a column = pressure of the water + what swelling and solid carry
//! S = S₁ + π(J) − π(1) − H (J−1)(1−s)/(J−s)       Donnan pressure π; solid of modulus H that cannot be pressed beyond its own share s
//! π = R T [√(c² + 4 c₀²) − 2 c₀],  c = c₁ (1−s)/(J−s)
//! ∂J/∂t = ∂/∂Z( k/J ∂p/∂Z ) − rim,  k = k₁ J^M    (from k ~ (1−n)^−M with n = 1 − s/J), p = 0 beyond end-plate and rim
//! ```
//!
//! The columns share the height: λ = mean J − β (σ − σ₁) in the middle, more or less by the angle of bending in front and behind, and their
//! stresses add up to the compression. β is the quick bulging of the fibres, at which no water moves. Reference (1) is the disc at rest:
//! in equilibrium under the load of lying, its solid in the nucleus without stress, so that its pressure is the Donnan pressure.
//!
//! Implicit in time: backward differences of second order where steps follow each other under one load, Euler after a change; all layers and
//! columns in one Newton step, permeabilities from the course so far. The matrix is an M-matrix for whatever load and step, so no history
//! makes it unstable. Volume changes only by what passes end-plates and rim.
//!
//! # Departures and limits
//! - The equations are those of Wilson and of the published disc model `munoz-moya-2025`, in one dimension a column. Temperature is 310 K (the
//!   published parameter files use 293 K); the Donnan equilibrium is ideal; water inside the collagen is not set apart.
//! - No water passes between nucleus and annulus: the common height makes both lose the same share anyway.
//! - The area stays, apart from the quick bulging; the solid is not viscous. Cyclic loads act by their mean.
//! - Nothing in it depends on the direction of flow: that filling is slower than pressing out comes out, as far as it comes out.

#![expect(clippy::needless_range_loop, reason = "columns and layers are counted as in the equations")]

use crate::{
    shape::DiscShape,
    tissue::{Grade, Region, Tissue},
};

/// Gas constant times body temperature, J/mol: 8.314 J/(mol K) × 310.15 K.
const RT_J_PER_MOL: f64 = 8.314_46 * 310.15;
/// Salt around the disc, mol/m³. Source: `munoz-moya-2025` (0.15 M).
const SALT_MOL_PER_M3: f64 = 150.0;
/// Distance of the middle of either half of the annulus from the middle of the disc, over its depth: of a ring that begins at two thirds of
/// the radius, as the nucleus does.
const ANNULUS_ARM: f64 = 0.27;

/// Newton stops where the last correction of J was smaller: the next would be about its square, 1e-8.
const NEWTON_TOLERANCE: f64 = 1e-4;
/// A step may be longer than the one before by less than this for the second order (beyond 1 + √2 it would not be stable).
const GROWTH_MAX: f64 = 2.3;
/// Newton steps before a time step is halved.
const NEWTON_MAX: usize = 40;
/// How often a time step may be halved.
const HALVINGS_MAX: u32 = 40;

/// Why a disc cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FluidError {
    /// A figure is no number or out of its limits.
    #[error("{what} is {value}; it must be a number from {low} to {high} {unit}")]
    Range {
        /// What it is.
        what: &'static str,
        /// What was given.
        value: f64,
        /// Smallest allowed.
        low: f64,
        /// Largest allowed.
        high: f64,
        /// Unit.
        unit: &'static str,
    },
    /// No solution was found for a time step.
    #[error("the water of the disc was not found at {t_s} s: the last correction was {residual:e}")]
    Unsolved {
        /// Seconds into the step.
        t_s: f64,
        /// Last correction of J.
        residual: f64,
    },
}

/// Refuses what is no number or out of its limits.
pub(crate) fn within(what: &'static str, value: f64, low: f64, high: f64, unit: &'static str) -> Result<(), FluidError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(FluidError::Range {
        what,
        value,
        low,
        high,
        unit,
    })
}

/// What fibres add to the modulus of the annulus by keeping it from widening, Pa: with it the discs of L1 to S1 lose 6.4 % of their height between
/// morning and evening, where 7.0 % (6.1 to 8.0 by level) were measured (`martin-2022`, 12 healthy adults); the one calibrated figure. 0.3 MPa
/// would give 7.0 % and take the twelve rows that test the model further from their measurements.
const FIBRES_PA: f64 = 0.7e6;

/// What of the mechanics is not in [`Tissue`].
///
/// One figure is calibrated, what fibres add to the annulus (`validation/days.toml` says on what); everything else is published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mechanics {
    /// Modulus of the solid of the nucleus, confined and without swelling, Pa.
    pub nucleus_solid_pa: f64,
    /// Likewise of the annulus.
    pub annulus_solid_pa: f64,
    /// Resistance of cartilage and bone of the end-plate over that of the cartilage alone.
    pub endplate_resistance: f64,
    /// Resistance of the rim over that of the annulus alone.
    pub rim_resistance: f64,
    /// Quick stiffness of the disc as a modulus, Pa: bulging of the fibres, at which no water moves.
    pub quick_modulus_pa: f64,
    /// Pressure in the nucleus over compression per area when a load is quick.
    pub quick_nucleus_share: f64,
    /// Share of what the disc gives way in the end that its solid creeps by itself.
    pub creep_share: f64,
    /// How fast it does so, s.
    pub creep_s: f64,
}

impl Mechanics {
    /// Of a healthy or degenerated disc.
    ///
    /// # Source
    /// - Solid of the nucleus: measured confined, 1.0 MPa with swelling, of which the Donnan pressure makes 0.7 (`johannessen-elliott-2005`, human
    ///   lumbar, healthy); of a degenerated one by the ratio of the published shear moduli.
    /// - Solid of the annulus: between the fibres the published shear modulus (`munoz-moya-2025`) confined, when degenerated twice as stiff, as
    ///   in samples (1.10 ± 0.53 instead of 0.56 ± 0.21 MPa, `iatridis-1998`, human L2-L3; the published set has it softer); what the fibres
    ///   add is calibrated.
    /// - End-plate: a tenth of the bone's surface is in contact with marrow (`maroudas-1975`).
    /// - Quick stiffness: 1.8 kN/mm at 1800 mm² and 11.5 mm; 0.7–2.5 kN/mm in the literature (`white-panjabi-1990`, cadavers of adults).
    /// - Quick share of the nucleus: 1.2–1.5 in healthy discs (`nachemson-1960`, `ghezelbash-2016`).
    /// - Creep of the solid: the fast one of two branches, 10–15 % of the end, cadaver discs at 1000 N (`oconnell-2011`, who put it down to flow in
    ///   nucleus and end-plate); the time is a proposal.
    #[must_use]
    pub fn of(grade: Grade) -> Self {
        let nucleus = |grade| Tissue::of(Region::Nucleus, grade).shear_modulus_pa;
        let stiffer = match grade {
            Grade::Healthy => 1.0,
            Grade::Degenerated => 1.10 / 0.56,
        };
        Self {
            nucleus_solid_pa: 0.3e6 * nucleus(grade) / nucleus(Grade::Healthy),
            annulus_solid_pa: stiffer * confined_modulus_pa(&Tissue::of(Region::Annulus, Grade::Healthy)) + FIBRES_PA,
            endplate_resistance: 10.0,
            rim_resistance: 1.0,
            quick_modulus_pa: 1.8e6 * 0.0115 / 1.8e-3,
            quick_nucleus_share: 1.35,
            creep_share: 0.125,
            creep_s: 900.0,
        }
    }

    fn check(&self) -> Result<(), FluidError> {
        within("the solid of the nucleus", self.nucleus_solid_pa, 1e3, 1e9, "Pa")?;
        within("the solid of the annulus", self.annulus_solid_pa, 1e3, 1e9, "Pa")?;
        within("the resistance of the end-plate", self.endplate_resistance, 0.0, 1e9, "")?;
        within("the resistance of the rim", self.rim_resistance, 1e-6, 1e12, "")?;
        within("the quick stiffness", self.quick_modulus_pa, 1e5, 1e15, "Pa")?;
        within("the quick share of the nucleus", self.quick_nucleus_share, 0.1, 5.0, "")?;
        within("the share of creep", self.creep_share, 0.0, 0.9, "")?;
        within("the time of creep", self.creep_s, 1.0, 1e7, "s")
    }
}

/// Modulus of a compressible neo-Hookean solid that is kept from widening, near rest, as in the model of Wilson that `munoz-moya-2025` uses:
/// G (4/3 + (1 + 3 (1+s)/(1−s))/6), s the share of solid.
fn confined_modulus_pa(tissue: &Tissue) -> f64 {
    let solid = 1.0 - tissue.porosity;
    tissue.shear_modulus_pa * (4.0 / 3.0 + (1.0 + 3.0 * (1.0 + solid) / (1.0 - solid)) / 6.0)
}

/// Largest stress of a disc that is computed, Pa: beyond what vertebrae bear.
pub(crate) const STRESS_MOST_PA: f64 = 20e6;

/// A load that is held for a while.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hold {
    /// Compression over the area of the disc, Pa.
    pub stress_pa: f64,
    /// Bending forward from lying, rad; negative: backward.
    pub flexion_rad: f64,
}

impl Hold {
    /// # Errors
    /// A figure is none or out of its limits: 0 to 20 MPa, 30° either way.
    pub fn check(&self) -> Result<(), FluidError> {
        within("the stress of the disc", self.stress_pa, 0.0, STRESS_MOST_PA, "Pa")?;
        within("the bending of the disc", self.flexion_rad, -0.53, 0.53, "rad")
    }
}

/// Number of columns: nucleus, front and back of the annulus.
const COLUMNS: usize = 3;
/// Columns are computed side by side in the registers; the last lane is a nucleus without area.
const LANES: usize = 4;
/// A value of each column.
type Lanes = [f64; LANES];
const ZERO: Lanes = [0.0; LANES];

/// The columns side by side.
#[derive(Debug, Clone, Copy)]
struct Columns {
    /// Share of solid in the rested tissue.
    solid: Lanes,
    /// Charge times water of the rested tissue, mol per m³ of tissue.
    charge: Lanes,
    /// Modulus of the solid times the share of water, Pa.
    solid_pa: Lanes,
    /// S₁ − π(1), Pa.
    offset_pa: Lanes,
    /// Share of the disc's area.
    area: Lanes,
    /// Quick strain per stress, 1/Pa.
    bulging: Lanes,
    /// Strain per stress by which the solid creeps, 1/Pa.
    creep: Lanes,
    /// σ₁, Pa.
    rest_pa: Lanes,
    /// k₁, m⁴/(N s).
    permeability: Lanes,
    /// M.
    exponent: Lanes,
    /// Share of the column's area that lies over cartilage.
    endplate_share: Lanes,
    /// Resistance of the end-plate, Pa s/m.
    endplate_resistance: Lanes,
    /// Ways out through the rim over permeability, 1/m².
    rim: Lanes,
    /// Strain per rad of bending.
    per_rad: Lanes,
}

impl Columns {
    /// S and −dS/dJ of a column, Pa.
    #[inline(always)]
    fn swell(&self, c: usize, j: f64) -> (f64, f64) {
        let per_water = 1.0 / (j - self.solid[c]);
        // π and its slope
        let charge = self.charge[c] * per_water;
        let squared = charge * charge;
        let ions = (squared + 4.0 * SALT_MOL_PER_M3 * SALT_MOL_PER_M3).sqrt();
        let donnan_pa = RT_J_PER_MOL * (ions - 2.0 * SALT_MOL_PER_M3);
        let donnan_slope_pa = RT_J_PER_MOL * squared * per_water / ions;
        // H (J−1)(1−s)/(J−s) and its slope
        let solid_pa = self.solid_pa[c] * (j - 1.0) * per_water;
        let solid_slope_pa = self.solid_pa[c] * (1.0 - self.solid[c]) * per_water * per_water;
        (self.offset_pa[c] + donnan_pa - solid_pa, donnan_slope_pa + solid_slope_pa)
    }
}

/// Donnan pressure of the rested tissue, Pa.
fn donnan_pa(tissue: &Tissue) -> f64 {
    let (charge, salt) = (tissue.fixed_charge_mol_per_m3, 2.0 * SALT_MOL_PER_M3);
    RT_J_PER_MOL * (charge.hypot(salt) - salt)
}

/// A disc as water sees it.
#[derive(Debug, Clone)]
pub struct Fluid<const N: usize = 6> {
    columns: Columns,
    /// Thickness of the layers at rest, from the end-plate inwards, m.
    layers_m: [f64; N],
    /// Height of nucleus and annulus in the middle, m.
    height_m: f64,
    /// The same with the end-plates.
    total_height_m: f64,
    creep_s: f64,
    area_m2: f64,
}

/// Where the water is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Water<const N: usize = 6> {
    /// J of every layer.
    j: [Lanes; N],
    /// σ of the columns, Pa.
    stress_pa: Lanes,
    /// Strain by which the solids have crept.
    crept: Lanes,
    /// λ in the middle.
    stretch: f64,
    /// Load under which it stands.
    hold: Hold,
    /// What has left through end-plates and rim, m³.
    left_m3: [f64; 2],
    /// The step before under the same load.
    before: Before<N>,
}

/// What the second order in time needs of the step before.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Before<const N: usize> {
    /// How long it was, s; 0 where there was none.
    dt_s: f64,
    j: [Lanes; N],
    crept: Lanes,
    left_m3: [f64; 2],
}

/// What can be seen of a disc at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// J of the nucleus.
    pub nucleus: f64,
    /// J of the annulus.
    pub annulus: f64,
    /// J of the front and of the back of the annulus.
    pub front_back: [f64; 2],
    /// Height in the middle with the quick bulging, over that at rest.
    pub stretch: f64,
    /// Height in the middle, end-plates included, m.
    pub height_m: f64,
    /// J of nucleus and annulus together: what an image of the volume shows.
    pub volume: f64,
    /// Pressure in the nucleus, Pa.
    pub pressure_pa: f64,
    /// Stress of the front and of the back of the annulus, Pa.
    pub annulus_stress_pa: [f64; 2],
    /// Share of water in the volume of nucleus and annulus.
    pub hydration: f64,
}

impl<const N: usize> Fluid<N> {
    /// A disc at rest under the stress of lying.
    ///
    /// # Errors
    /// A length, share or figure is none or out of its limits.
    pub fn new(shape: &DiscShape, grade: Grade, mechanics: &Mechanics, rest_stress_pa: f64) -> Result<Self, FluidError> {
        let tissues = [Region::Nucleus, Region::Annulus, Region::Endplate].map(|region| Tissue::of(region, grade));
        Self::of_tissues(shape, &tissues, mechanics, rest_stress_pa)
    }

    /// The same of given tissues: nucleus, annulus, end-plate.
    ///
    /// # Errors
    /// As for [`Fluid::new`].
    pub fn of_tissues(shape: &DiscShape, tissues: &[Tissue; 3], mechanics: &Mechanics, rest_stress_pa: f64) -> Result<Self, FluidError> {
        within("the width of the disc", shape.width_m, 0.01, 0.1, "m")?;
        within("the depth of the disc", shape.depth_m, 0.01, 0.1, "m")?;
        within("the thickness of the end-plate", shape.endplate_thickness_m, 1e-5, 2e-3, "m")?;
        within(
            "the height of the disc",
            shape.height_centre_m,
            3.0 * shape.endplate_thickness_m,
            0.03,
            "m",
        )?;
        within("the share of the nucleus", shape.nucleus_fraction, 0.05, 0.9, "")?;
        within(
            "the share of the end-plate",
            shape.endplate_fraction,
            shape.nucleus_fraction,
            1.0,
            "",
        )?;
        within("the fullness of the outline", shape.fullness, 0.5, 1.0, "")?;
        within("the stress of lying", rest_stress_pa, 0.0, 1e6, "Pa")?;
        for tissue in tissues {
            within("the porosity", tissue.porosity, 0.05, 0.99, "")?;
            within("the fixed charge", tissue.fixed_charge_mol_per_m3, 0.0, 1e4, "mol/m³")?;
            within("the permeability", tissue.permeability_m4_per_n_s, 1e-24, 1e-6, "m⁴/(N s)")?;
        }
        for tissue in &tissues[..2] {
            within("the exponent of the permeability", tissue.permeability_exponent, 0.0, 2.0, "")?;
        }
        mechanics.check()?;
        let [core, ring, cartilage] = tissues;
        let nucleus = shape.nucleus_fraction;
        let annulus = 1.0 - nucleus;
        let height_m = shape.height_centre_m - 2.0 * shape.endplate_thickness_m;

        // Quick load: all columns give way alike, the nucleus takes its share of the stress.
        let quick_nucleus = mechanics.quick_nucleus_share.min(0.95 / nucleus);
        let quick_annulus = (1.0 - nucleus * quick_nucleus) / annulus;
        // Rested: the nucleus at its Donnan pressure, the annulus takes what is left of the load.
        let nucleus_rest_pa = donnan_pa(core);
        let annulus_rest_pa = (rest_stress_pa - nucleus * nucleus_rest_pa) / annulus;
        // Ring of equal area: a slab of its width, drained on one side, empties with 3/w².
        let outer_m = (shape.area_m2() / std::f64::consts::PI).sqrt();
        let width_m = outer_m * (1.0 - nucleus.sqrt());
        let rim = 3.0 / (width_m * width_m * mechanics.rim_resistance);
        let over = (shape.endplate_fraction - nucleus) / annulus;

        let of = |core: f64, ring: f64| [core, ring, ring, core];
        let each = |of_tissue: &dyn Fn(&Tissue) -> f64| of(of_tissue(core), of_tissue(ring));
        let solid = each(&|tissue| 1.0 - tissue.porosity);
        let modulus_pa = of(mechanics.nucleus_solid_pa, mechanics.annulus_solid_pa);
        let rest_pa = of(nucleus_rest_pa, annulus_rest_pa);
        let donnan_rest_pa = each(&donnan_pa);
        let arm = ANNULUS_ARM * shape.depth_m / height_m;
        let mut columns = Columns {
            solid,
            charge: each(&|tissue| tissue.fixed_charge_mol_per_m3 * tissue.porosity),
            solid_pa: std::array::from_fn(|c| modulus_pa[c] * (1.0 - solid[c])),
            offset_pa: std::array::from_fn(|c| rest_pa[c] - donnan_rest_pa[c]),
            area: [nucleus, 0.5 * annulus, 0.5 * annulus, 0.0],
            bulging: of(quick_nucleus, quick_annulus).map(|quick| 1.0 / (mechanics.quick_modulus_pa * quick)),
            creep: ZERO,
            rest_pa,
            permeability: each(&|tissue| tissue.permeability_m4_per_n_s),
            exponent: each(&|tissue| tissue.permeability_exponent),
            endplate_share: of(1.0, over),
            endplate_resistance: [mechanics.endplate_resistance * shape.endplate_thickness_m / cartilage.permeability_m4_per_n_s; LANES],
            rim: of(0.0, rim),
            // Bending forward presses the front.
            per_rad: [0.0, arm, -arm, 0.0],
        };
        // The solid creeps as it bulges, so that creep by itself shifts no load between the columns.
        let gives = |of: &dyn Fn(usize) -> f64| 1.0 / (0..COLUMNS).map(|c| columns.area[c] / of(c)).sum::<f64>();
        let in_the_end = gives(&|c| 1.0 / columns.swell(c, 1.0).1 + columns.bulging[c]);
        let quick = gives(&|c| columns.bulging[c]);
        let factor = mechanics.creep_share / (1.0 - mechanics.creep_share) * in_the_end / quick;
        columns.creep = columns.bulging.map(|bulging| bulging * factor);
        // Layers grow inwards: the first hour happens near the end-plate.
        const GROWTH: f64 = 1.6;
        let ratio = GROWTH.powf(6.0 / N as f64);
        let first_m = 0.5 * height_m * (ratio - 1.0) / (ratio.powi(N as i32) - 1.0);
        Ok(Self {
            columns,
            layers_m: std::array::from_fn(|k| first_m * ratio.powi(k as i32)),
            height_m,
            total_height_m: shape.height_centre_m,
            creep_s: mechanics.creep_s,
            area_m2: shape.area_m2(),
        })
    }

    /// The disc at rest.
    #[must_use]
    pub fn rested(&self) -> Water<N> {
        let Columns { area, rest_pa, .. } = &self.columns;
        Water {
            j: [[1.0; LANES]; N],
            stress_pa: *rest_pa,
            crept: ZERO,
            stretch: 1.0,
            hold: Hold {
                stress_pa: (0..COLUMNS).map(|c| area[c] * rest_pa[c]).sum(),
                flexion_rad: 0.0,
            },
            left_m3: [0.0; 2],
            before: Before {
                dt_s: 0.0,
                j: [[1.0; LANES]; N],
                crept: ZERO,
                left_m3: [0.0; 2],
            },
        }
    }

    /// Holds the load for so long, in one step.
    ///
    /// Steps that follow each other under one load and grow by less than 2.3 times are of second order, others of first.
    ///
    /// # Errors
    /// The load or the time is no number or out of its limits.
    pub fn advance(&self, water: &mut Water<N>, hold: Hold, seconds: f64) -> Result<(), FluidError> {
        hold.check()?;
        within("the time of a step", seconds, 0.0, 1e10, "s")?;
        if hold != water.hold {
            water.before.dt_s = 0.0;
            water.hold = hold;
        }
        let (mut done_s, mut step_s) = (0.0, seconds);
        let shortest_s = seconds / f64::from(HALVINGS_MAX).exp2();
        while done_s < seconds {
            step_s = step_s.min(seconds - done_s);
            match self.step(water, hold, step_s) {
                Ok(next) => {
                    *water = next;
                    done_s += step_s;
                }
                Err(residual) if step_s <= shortest_s => {
                    return Err(FluidError::Unsolved { t_s: done_s, residual });
                }
                Err(_) => {
                    step_s *= 0.5;
                    water.before.dt_s = 0.0;
                }
            }
        }
        Ok(())
    }

    /// One implicit step, or the last correction where Newton did not end.
    fn step(&self, water: &Water<N>, hold: Hold, dt_s: f64) -> Result<Water<N>, f64> {
        let Self { columns, layers_m, .. } = self;
        // Second order: J − (J₀ + w (J₀ − J₋₁)) = dt (1+ω)/(1+2ω) J', w = ω²/(1+2ω), ω the growth of the step.
        let before = &water.before;
        let growth = if before.dt_s > 0.0 { dt_s / before.dt_s } else { f64::INFINITY };
        let (ahead, growth, whole_s) = if growth < GROWTH_MAX {
            (growth * growth / (1.0 + 2.0 * growth), growth, dt_s)
        } else {
            (0.0, 0.0, dt_s)
        };
        let dt_s = whole_s * (1.0 + growth) / (1.0 + 2.0 * growth);
        let base = |now: f64, before: f64| now + ahead * (now - before);
        let mut start = [ZERO; N];
        let mut expected = [ZERO; N];
        for k in 0..N {
            for c in 0..LANES {
                let change = water.j[k][c] - before.j[k][c];
                start[k][c] = water.j[k][c] + ahead * change;
                let at = water.j[k][c] + growth * change;
                // Not into the solid, however fast it went before.
                let lowest = columns.solid[c] + 0.2 * (water.j[k][c] - columns.solid[c]);
                expected[k][c] = if at > lowest { at } else { lowest };
            }
        }
        // Ways between layers (k, k+1), out through the end-plate and through the rim: m/(Pa s) per area, times dt.
        let mut between = [ZERO; N];
        let mut out = [ZERO; N];
        let mut endplate = ZERO;
        let mut outer = ZERO;
        for k in 0..N {
            for c in 0..LANES {
                let permeability = columns.permeability[c] * power_near_one(expected[k][c], columns.exponent[c]);
                let resistance = 0.5 * layers_m[k] * expected[k][c] / permeability;
                if k == 0 {
                    endplate[c] = dt_s * columns.endplate_share[c] / (resistance + columns.endplate_resistance[c]);
                } else {
                    between[k - 1][c] = dt_s / (outer[c] + resistance);
                }
                out[k][c] = dt_s * layers_m[k] * permeability * columns.rim[c];
                outer[c] = resistance;
            }
        }
        for c in 0..LANES {
            out[0][c] += endplate[c];
        }
        // ε = ε₀ + dt/τ (creep (σ − σ₁) − ε), implicit.
        let crept_share = dt_s / (self.creep_s + dt_s);
        let per_height = 2.0 / self.height_m;

        let crept_base: Lanes = std::array::from_fn(|c| base(water.crept[c], before.crept[c]));

        let mut next = *water;
        next.j = expected;
        let mut largest = f64::INFINITY;
        for _ in 0..NEWTON_MAX {
            // p and dp/dJ at the iterate
            let mut p = [ZERO; N];
            let mut slope = [ZERO; N];
            for k in 0..N {
                for c in 0..LANES {
                    let (carried_pa, stiff_pa) = columns.swell(c, next.j[k][c]);
                    p[k][c] = next.stress_pa[c] - carried_pa;
                    slope[k][c] = stiff_pa;
                }
            }
            // R = Z (J − J₀) + dt (flow out of the layer); K = dR/dJ is tridiagonal, b = dR/dσ: K u = −R and K v = b, downwards
            let mut u = [ZERO; N];
            let mut v = [ZERO; N];
            let mut inverse = [ZERO; N];
            let mut from_above = ZERO;
            for k in 0..N {
                let below = if k + 1 < N { k + 1 } else { k };
                for c in 0..LANES {
                    let to_below = between[k][c] * (p[k][c] - p[below][c]);
                    let above = if k > 0 { between[k - 1][c] } else { 0.0 };
                    let ways = out[k][c] + above + between[k][c];
                    let residual = layers_m[k] * (next.j[k][c] - start[k][c]) + out[k][c] * p[k][c] + to_below - from_above[c];
                    from_above[c] = to_below;
                    let diagonal = layers_m[k] + ways * slope[k][c];
                    if k > 0 {
                        let factor = above * inverse[k - 1][c];
                        inverse[k][c] = 1.0 / (diagonal - factor * slope[k - 1][c] * above * slope[k][c]);
                        u[k][c] = factor * slope[k - 1][c] * u[k - 1][c] - residual;
                        v[k][c] = factor * slope[k - 1][c] * v[k - 1][c] + out[k][c];
                    } else {
                        inverse[k][c] = 1.0 / diagonal;
                        u[k][c] = -residual;
                        v[k][c] = out[k][c];
                    }
                }
            }
            // upwards
            let (mut mean, mut mean_give) = (ZERO, ZERO);
            for k in (0..N).rev() {
                for c in 0..LANES {
                    if k + 1 < N {
                        let upper = between[k][c] * slope[k + 1][c];
                        u[k][c] += upper * u[k + 1][c];
                        v[k][c] += upper * v[k + 1][c];
                    }
                    u[k][c] *= inverse[k][c];
                    v[k][c] *= inverse[k][c];
                    mean[c] += layers_m[k] * per_height * (next.j[k][c] + u[k][c]);
                    mean_give[c] += layers_m[k] * per_height * v[k][c];
                }
            }
            // λ of each column is free − give · σ; one height for all, stresses that add up to the load.
            let (mut free, mut per_give) = (ZERO, ZERO);
            let (mut sum_stiff, mut sum_force) = (0.0, 0.0);
            for c in 0..COLUMNS {
                let solid = columns.bulging[c] + crept_share * columns.creep[c];
                per_give[c] = 1.0 / (mean_give[c] + solid);
                free[c] = mean[c] + mean_give[c] * next.stress_pa[c] + solid * columns.rest_pa[c] - (1.0 - crept_share) * crept_base[c]
                    + columns.per_rad[c] * hold.flexion_rad;
                sum_stiff += columns.area[c] * per_give[c];
                sum_force += columns.area[c] * per_give[c] * free[c];
            }
            let stretch = (sum_force - hold.stress_pa) / sum_stiff;
            let mut stress_step = ZERO;
            for c in 0..COLUMNS {
                stress_step[c] = (free[c] - stretch) * per_give[c] - next.stress_pa[c];
            }
            stress_step[COLUMNS] = stress_step[0];
            // Never into the solid: at most four fifths of the way there.
            let (mut most, mut short) = (ZERO, ZERO);
            for k in 0..N {
                for c in 0..LANES {
                    let change = u[k][c] - v[k][c] * stress_step[c];
                    u[k][c] = change;
                    // Written so that NaN stays.
                    most[c] = if change.abs() <= most[c] { most[c] } else { change.abs() };
                    let beyond = -change - 0.8 * (next.j[k][c] - columns.solid[c]);
                    short[c] = if beyond > short[c] { beyond } else { short[c] };
                }
            }
            largest = most[0].max(most[1]).max(most[2]);
            let mut share = 1.0_f64;
            if short.iter().any(|short| *short > 0.0) {
                for k in 0..N {
                    for c in 0..LANES {
                        let room = 0.8 * (next.j[k][c] - columns.solid[c]);
                        if -u[k][c] > room {
                            share = share.min(room / -u[k][c]);
                        }
                    }
                }
            }
            let is_last = share >= 1.0 && most.iter().all(|most| *most < NEWTON_TOLERANCE);
            if is_last {
                // What flows out, linear as the step that is taken: what is missing in the volume has left, to the last digit.
                next.left_m3 = std::array::from_fn(|way| base(water.left_m3[way], before.left_m3[way]));
                for c in 0..COLUMNS {
                    let twice_m2 = 2.0 * columns.area[c] * self.area_m2;
                    let pressure_pa = |k: usize| p[k][c] + stress_step[c] + slope[k][c] * u[k][c];
                    let by_endplate = endplate[c] * pressure_pa(0);
                    let all: f64 = (0..N).map(|k| out[k][c] * pressure_pa(k)).sum();
                    next.left_m3[0] += twice_m2 * by_endplate;
                    next.left_m3[1] += twice_m2 * (all - by_endplate);
                }
            }
            for c in 0..LANES {
                next.stress_pa[c] += share * stress_step[c];
            }
            for k in 0..N {
                for c in 0..LANES {
                    next.j[k][c] += share * u[k][c];
                }
            }
            next.stretch = stretch;
            if is_last {
                for c in 0..LANES {
                    let in_the_end = columns.creep[c] * (next.stress_pa[c] - columns.rest_pa[c]);
                    next.crept[c] = crept_base[c] + crept_share * (in_the_end - crept_base[c]);
                }
                next.before = Before {
                    dt_s: whole_s,
                    j: water.j,
                    crept: water.crept,
                    left_m3: water.left_m3,
                };
                return Ok(next);
            }
        }
        Err(largest)
    }

    /// What can be seen.
    #[must_use]
    pub fn seen(&self, water: &Water<N>) -> Seen {
        let half_m = 0.5 * self.height_m;
        let mean = |c: usize| -> f64 { (0..N).map(|k| self.layers_m[k] * water.j[k][c]).sum::<f64>() / half_m };
        let [nucleus, front, back] = [mean(0), mean(1), mean(2)];
        let annulus = 0.5 * (front + back);
        let Columns { area, solid, .. } = &self.columns;
        let volume = area[0] * nucleus + (1.0 - area[0]) * annulus;
        let solid = area[0] * solid[0] + (1.0 - area[0]) * solid[1];
        Seen {
            nucleus,
            annulus,
            front_back: [front, back],
            stretch: water.stretch,
            height_m: self.total_height_m + (water.stretch - 1.0) * self.height_m,
            volume,
            pressure_pa: water.stress_pa[0],
            annulus_stress_pa: [water.stress_pa[1], water.stress_pa[2]],
            hydration: 1.0 - solid / volume,
        }
    }

    /// Volume of nucleus and annulus at rest, m³.
    #[must_use]
    pub fn rested_volume_m3(&self) -> f64 {
        self.area_m2 * self.height_m
    }

    /// By how much the pressure in the nucleus changes with the stress of the disc when that is quick.
    #[must_use]
    pub fn quick_share(&self) -> f64 {
        let Columns { area, bulging, .. } = &self.columns;
        1.0 / (bulging[0] * (0..COLUMNS).map(|c| area[c] / bulging[c]).sum::<f64>())
    }
}

impl<const N: usize> Water<N> {
    /// What has left through the end-plates and through the rim since the disc was at rest, m³.
    #[must_use]
    pub fn left_m3(&self) -> [f64; 2] {
        self.left_m3
    }

    /// The load under which it stands.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.hold
    }

    /// Largest difference of J to another.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        let layers = self.j.iter().flatten().zip(other.j.iter().flatten());
        layers.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }
}

/// J^M near J = 1, exact to the third order: (2 + (M+1) x) / (2 − (M−1) x) with x = J − 1.
///
/// # Validity
/// M from 0 to 2 and J from 0.2 to 3: always above zero; from 0.7 to 1.3 off by less than 0.3 %.
#[inline]
fn power_near_one(j: f64, m: f64) -> f64 {
    let x = j - 1.0;
    (2.0 + (m + 1.0) * x) / (2.0 - (m - 1.0) * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_is_near_the_exact_one() {
        for m in [0.9, 1.2] {
            for j in [0.7_f64, 0.85, 1.0, 1.15, 1.3] {
                let exact = j.powf(m);
                assert!((power_near_one(j, m) / exact - 1.0).abs() < 3e-3, "{m} {j}");
            }
            for j in [0.2, 0.3, 3.0] {
                assert!(power_near_one(j, m) > 0.0);
            }
        }
    }
}
