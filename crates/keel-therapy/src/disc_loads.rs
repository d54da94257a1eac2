//! A person's discs as keel-disc takes them: their shape, their water, and what postures and motions load them with.

use keel_body::{Body, Disc, Library, Rotation, State};
use keel_disc::{DiscShape, Fluid, FluidError, Grade, Load, Mechanics};
use keel_loads::{Frame, N_DISCS, Scope, Settings, constants::TYPICAL_RANGE, posture_loads};

use crate::cards::CardsError;

/// Height of nucleus and annulus by day in standing, which is how anatomy gives it, over that of the rested disc: computed with keel-disc
/// for the reference man at midday.
const BY_DAY: f64 = 0.83;

/// Loads of one posture or motion on every disc, and whether a body is held by its contacts in it.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscLoads {
    /// From the sacrum upwards; flexion as the posture has it.
    pub discs: [Load; N_DISCS],
    /// Whether contacts give all that the body needs.
    pub is_feasible: bool,
}

impl DiscLoads {
    /// Of a posture by its id, with a mass in both hands together.
    ///
    /// # Errors
    /// There is no such posture, or this body cannot take it.
    pub fn of_posture(body: &Body, library: &Library, id: &str, hold_kg: f64) -> Result<Self, CardsError> {
        let fails = |error: String| CardsError::Posture { id: id.to_owned(), error };
        let posture = library.posture(body, id, hold_kg).map_err(|error| fails(error.to_string()))?;
        let frame = posture_loads(body, &posture, Scope::WholeBody, Settings::default()).map_err(|error| fails(error.to_string()))?;
        Ok(Self::of_instants(body, &[(&posture.state, &frame)], 0.0))
    }

    /// Mean, lowest and highest over instants that stand for equal times; the last repeats the first or ends the motion. `frequency_hz`
    /// is how often a motion loads the spine.
    #[must_use]
    pub fn of_instants(body: &Body, instants: &[(&State, &Frame)], frequency_hz: f64) -> Self {
        let n = instants.len() as f64;
        let mean = |of: &dyn Fn(&State, &Frame) -> f64| instants.iter().map(|(state, frame)| of(state, frame)).sum::<f64>() / n;
        let bends: Vec<usize> = body.discs.iter().filter_map(|disc| flexion_of(body, disc)).collect();
        let reach_rad: f64 = bends.iter().map(|k| TYPICAL_RANGE * body.coordinates[*k].range_rad.1).sum();
        let flexion_share = mean(&|state, _| bends.iter().map(|k| state.q_rad[*k]).sum::<f64>()) / reach_rad;
        let discs = std::array::from_fn(|at| {
            let disc = &body.discs[at];
            // What pulls a disc apart is no load on its water.
            let stress = |frame: &Frame| frame.discs[at].compression_n.max(0.0) / disc.area_m2;
            let stresses = instants.iter().map(|(_, frame)| stress(frame));
            let range = stresses.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high): (f64, f64), one| {
                (low.min(one), high.max(one))
            });
            Load {
                stress_pa: mean(&|_, frame| stress(frame)).clamp(range.0, range.1),
                stress_range_pa: range,
                frequency_hz,
                flexion_rad: flexion_of(body, disc).map_or(0.0, |k| mean(&|state, _| state.q_rad[k])),
                flexion_share,
            }
        });
        Self {
            discs,
            is_feasible: instants.iter().all(|(_, frame)| frame.quality.is_feasible),
        }
    }
}

/// A disc of the body at rest.
#[must_use]
pub fn disc_shape(disc: &Disc) -> DiscShape {
    let usual = DiscShape::default();
    let rested = |by_day_m: f64| {
        let endplates_m = 2.0 * usual.endplate_thickness_m;
        endplates_m + (by_day_m - endplates_m) / BY_DAY
    };
    DiscShape {
        height_anterior_m: rested(disc.height_front_m),
        height_posterior_m: rested(disc.height_back_m),
        ..DiscShape::of_size(disc.area_m2 / (usual.fullness * disc.depth_m), disc.depth_m, rested(disc.height_m))
    }
}

/// A disc of the body as water sees it, under the stress of lying.
///
/// # Errors
/// A length or the stress is out of its limits.
pub fn disc_fluid(disc: &Disc, grade: Grade, lying_pa: f64) -> Result<Fluid, FluidError> {
    Fluid::new(&disc_shape(disc), grade, &Mechanics::of(grade), lying_pa)
}

/// The coordinate that bends a disc forward.
fn flexion_of(body: &Body, disc: &Disc) -> Option<usize> {
    body.segments[disc.upper]
        .coordinates
        .clone()
        .find(|k| body.coordinates[*k].rotation == Rotation::Flexion)
}
