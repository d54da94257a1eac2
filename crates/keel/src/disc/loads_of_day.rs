//! What a day's postures and activities do to each disc of a person's body.

use std::collections::BTreeMap;

use anyhow::Context as _;
use keel_body::{Body, Library, State};
use keel_disc::{Day, Fluid, FluidError, Grade, Hours, Load, usual_day};
use keel_loads::{Frame, N_DISCS, Scope, Settings, motion_loads};
use keel_therapy::{DiscLoads, LYING, STANDING, disc_fluid};

use super::day_file::{Activity, DayFile, Doing, activities};

/// Loads of the activities of several days on one body.
pub(super) struct DayLoads<'a> {
    body: &'a Body,
    lying: DiscLoads,
    standing: DiscLoads,
    activities: BTreeMap<(Doing, u64), DiscLoads>,
}

impl<'a> DayLoads<'a> {
    /// Computes each activity once.
    ///
    /// # Errors
    /// A posture or motion that this body cannot take, with the line of the day that asks for it.
    pub(super) fn new(body: &'a Body, library: &Library, days: &[DayFile]) -> anyhow::Result<Self> {
        let lying = DiscLoads::of_posture(body, library, LYING, 0.0)?;
        let bent_rad: [f64; N_DISCS] = std::array::from_fn(|disc| lying.discs[disc].flexion_rad);
        let mut found = BTreeMap::new();
        for day in days {
            for (key, activity) in activities(std::slice::from_ref(day)) {
                let mut computed = match &activity.doing {
                    Doing::Posture(id) => DiscLoads::of_posture(body, library, id, activity.hold_kg).map_err(anyhow::Error::from),
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
            standing: DiscLoads::of_posture(body, library, STANDING, 0.0)?,
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
        disc_fluid(&self.body.discs[disc], grade, self.lying.discs[disc].stress_pa)
    }
}

/// A motion, from its instants.
fn motion(body: &Body, library: &Library, id: &str, hold_kg: f64) -> anyhow::Result<DiscLoads> {
    let motion = library.motion(body, id, hold_kg)?;
    let frames = motion_loads(body, &motion, keel_report::n_frames(&motion), Scope::WholeBody, Settings::default())?;
    // On foot each cycle is two steps, and every step loads the spine.
    let per_cycle = if library.motion_record(id)?.steps.is_some() { 2.0 } else { 1.0 };
    let pairs: Vec<(&State, &Frame)> = frames.iter().map(|(instant, frame)| (&instant.state, frame)).collect();
    Ok(DiscLoads::of_instants(body, &pairs, per_cycle / motion.duration_s))
}
