//! What a day's postures and activities do to each disc of a person's body.

use std::collections::BTreeMap;

use anyhow::Context as _;
use keel_body::{Body, Disc, Library, Rotation, State};
use keel_disc::{Day, DiscShape, Fluid, FluidError, Grade, Hours, Load, Mechanics, usual_day};
use keel_loads::{Frame, N_DISCS, Scope, Settings, constants::TYPICAL_RANGE, motion_loads, posture_loads};

use super::day_file::{Activity, DayFile, Doing, activities};

/// How the person lies at night and at rest: what loads are counted from.
const LYING: &str = "lying-supine";
/// What a usual day is spent in.
const STANDING: &str = "standing-relaxed";
/// Height of nucleus and annulus by day in standing, which is how anatomy gives it, over that of the rested disc: computed with this model
/// for the reference man at midday.
const BY_DAY: f64 = 0.83;

/// Loads of one activity on every disc, and whether a body is held by its contacts in it.
struct Computed {
    discs: [Load; N_DISCS],
    is_feasible: bool,
}

/// Loads of the activities of several days on one body.
pub(super) struct DayLoads<'a> {
    body: &'a Body,
    lying: Computed,
    standing: Computed,
    activities: BTreeMap<(Doing, u64), Computed>,
}

impl<'a> DayLoads<'a> {
    /// Computes each activity once.
    ///
    /// # Errors
    /// A posture or motion that this body cannot take, with the line of the day that asks for it.
    pub(super) fn new(body: &'a Body, library: &Library, days: &[DayFile]) -> anyhow::Result<Self> {
        let lying = posture(body, library, LYING, 0.0)?;
        let bent_rad: [f64; N_DISCS] = std::array::from_fn(|disc| lying.discs[disc].flexion_rad);
        let mut found = BTreeMap::new();
        for day in days {
            for (key, activity) in activities(std::slice::from_ref(day)) {
                let mut computed = match &activity.doing {
                    Doing::Posture(id) => posture(body, library, id, activity.hold_kg),
                    Doing::Motion(id) => motion(body, library, id, activity.hold_kg),
                }
                .with_context(|| format!("{}:{}", day.file, activity.line))?;
                // From lying, not from standing.
                for (load, bent_rad) in computed.discs.iter_mut().zip(bent_rad) {
                    load.flexion_rad -= bent_rad;
                }
                found.insert(key, computed);
            }
        }
        Ok(Self {
            body,
            lying,
            standing: posture(body, library, STANDING, 0.0)?,
            activities: found,
        })
    }

    /// Activities in which no contact gives all that a body needs.
    pub(super) fn not_held(&self) -> impl Iterator<Item = &str> {
        let missing = self.activities.iter().filter(|(_, computed)| !computed.is_feasible);
        missing.map(|((doing, _), _)| match doing {
            Doing::Posture(id) | Doing::Motion(id) => id.as_str(),
        })
    }

    /// Loads of an activity on a disc.
    pub(super) fn of(&self, activity: &Activity, disc: usize) -> Load {
        let mut load = self.activities[&(activity.doing.clone(), activity.hold_kg.to_bits())].discs[disc];
        if let Some(frequency_hz) = activity.frequency_hz {
            load.frequency_hz = frequency_hz;
        }
        load
    }

    /// The day of one disc.
    pub(super) fn day(&self, day: &DayFile, disc: usize) -> anyhow::Result<Day> {
        let hours = day.hours.iter().map(|hours| Hours {
            from_s: f64::from(hours.from_min) * 60.0,
            to_s: f64::from(hours.to_min) * 60.0,
            parts: hours
                .activities
                .iter()
                .map(|(activity, share)| (self.of(activity, disc), *share))
                .collect(),
        });
        Ok(Day::new(hours.collect())?)
    }

    /// The disc's usual day: on the feet, then lying.
    pub(super) fn usual_day(&self, disc: usize) -> anyhow::Result<Day> {
        Ok(usual_day(self.standing.discs[disc].stress_pa, self.lying.discs[disc].stress_pa)?)
    }

    /// The disc as water sees it.
    pub(super) fn fluid(&self, disc: usize, grade: Grade) -> Result<Fluid, FluidError> {
        let shape = shape(&self.body.discs[disc]);
        Fluid::new(&shape, grade, &Mechanics::of(grade), self.lying.discs[disc].stress_pa)
    }
}

/// A disc of the body at rest.
pub(super) fn shape(disc: &Disc) -> DiscShape {
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

fn posture(body: &Body, library: &Library, id: &str, hold_kg: f64) -> anyhow::Result<Computed> {
    let posture = library.posture(body, id, hold_kg)?;
    let frame = posture_loads(body, &posture, Scope::WholeBody, Settings::default())?;
    Ok(loads(body, &[(&posture.state, &frame)], 0.0))
}

fn motion(body: &Body, library: &Library, id: &str, hold_kg: f64) -> anyhow::Result<Computed> {
    let motion = library.motion(body, id, hold_kg)?;
    let frames = motion_loads(body, &motion, keel_report::n_frames(&motion), Scope::WholeBody, Settings::default())?;
    // On foot each cycle is two steps, and every step loads the spine.
    let per_cycle = if library.motion_record(id)?.steps.is_some() { 2.0 } else { 1.0 };
    let pairs: Vec<(&State, &Frame)> = frames.iter().map(|(instant, frame)| (&instant.state, frame)).collect();
    Ok(loads(body, &pairs, per_cycle / motion.duration_s))
}

/// Mean, lowest and highest over instants that stand for equal times; the last repeats the first or ends the motion.
fn loads(body: &Body, instants: &[(&State, &Frame)], frequency_hz: f64) -> Computed {
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
    Computed {
        discs,
        is_feasible: instants.iter().all(|(_, frame)| frame.quality.is_feasible),
    }
}

/// The coordinate that bends a disc forward.
fn flexion_of(body: &Body, disc: &Disc) -> Option<usize> {
    body.segments[disc.upper]
        .coordinates
        .clone()
        .find(|k| body.coordinates[*k].rotation == Rotation::Flexion)
}
