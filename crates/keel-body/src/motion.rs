//! Motions: key postures with seconds between them, made smooth, with contacts that stay where they were planted.
//!
//! Every key posture is settled on its supports. Between two keys the angles go from the one to the other (rest to rest by a minimum-jerk
//! course, or smoothly through all keys), and at every sample the free angles and the pelvis are found again so that the contacts which
//! both keys share do not slide. A spline through the samples gives velocities and accelerations.

use std::collections::BTreeMap;

use glam::{DQuat, DVec3};
use serde::Deserialize;

use crate::{
    body::Body,
    dynamics::HeldMass,
    front_matter::{Fault, Name, Text},
    kinematics::{Pose, Rates, State},
    posture::{
        ContactLine, Hold, Posture, PostureError, PullLine, ReachLine, Rod, SeenFrom, Stance, Support, Tensed, Thing, Title, Touch, World,
    },
    settle::{self, Planted, SettleError},
    skin,
    spline::{Ends, Spline},
    steps::{self, Steps},
};

/// Samples per second of motion that are settled one by one.
const SAMPLES_PER_S: f64 = 15.0;
/// Instants per second at which skin is checked.
const SKIN_PER_S: f64 = 25.0;
/// A planted contact may move by this much, m.
pub(crate) const SLIDE_MAX_M: f64 = 0.010;
/// Shortest and longest phase, s.
const PHASE_S: (f64, f64) = (0.05, 120.0);

/// A motion as it is written.
#[derive(Debug, Clone)]
pub struct MotionRecord {
    /// Id; also the file's name.
    pub id: String,
    /// English and Russian name.
    pub name: Name,
    /// Whether therapy may use it; `false` for tasks that exist for comparison only.
    pub therapeutic: bool,
    /// From where it is seen best.
    pub seen_from: SeenFrom,
    /// Whether the end leads into the beginning, as in walking.
    pub is_cyclic: bool,
    /// Whether the motion flows through its key postures and rests only where hands take hold or let go; otherwise it rests in each.
    pub flows: bool,
    /// Where the feet are put, in a motion on foot; its phases are then half a cycle.
    pub steps: Option<Steps>,
    /// Stance at the beginning.
    pub start: Stance,
    /// What follows.
    pub phases: Vec<Phase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Course {
    #[serde(default)]
    cyclic: bool,
    #[serde(default)]
    flows: bool,
    steps: Option<Steps>,
    phase: Vec<Phase>,
}

/// One stretch of a motion and the key posture at its end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Name of the phase: `raise`, `hold`, `lower`.
    pub id: String,
    /// How long it takes, s.
    pub seconds: f64,
    /// How one breathes during it.
    #[serde(default)]
    pub breath: Breath,
    /// Angles that change, degrees from relaxed standing.
    #[serde(default)]
    pub angles_deg: BTreeMap<String, f64>,
    /// Contacts at the end, where they change.
    #[serde(rename = "contact")]
    pub contacts: Option<Vec<ContactLine>>,
    /// Places to reach at the end, where they change.
    #[serde(rename = "reach")]
    pub reaches: Option<Vec<ReachLine>>,
    /// Free angles, where they change.
    pub free: Option<Vec<String>>,
    /// Balance at the end, where it changes.
    pub balance_cm: Option<f64>,
    /// Masses in the hands during this phase, where they change.
    pub hold: Option<Hold>,
    /// Pulls during this phase, where they change.
    #[serde(rename = "pull")]
    pub pulls: Option<Vec<PullLine>>,
    /// Muscles that are tensed on purpose during this phase, where they change.
    pub tense: Option<BTreeMap<String, f64>>,
}

/// How one breathes during a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breath {
    /// In.
    In,
    /// Out.
    Out,
    /// As it comes.
    #[default]
    Free,
}

impl MotionRecord {
    pub(crate) fn read(text: &Text<'_>) -> Result<Self, Fault> {
        let mut table = text.checked_table()?;
        let Title {
            name,
            therapeutic,
            seen_from,
        } = Title::take(text, &mut table)?;
        let course = ["cyclic", "flows", "steps", "phase"]
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), table.remove(*key)?)))
            .collect();
        let Course {
            cyclic,
            flows,
            steps,
            phase,
        } = text.part(course)?;
        if phase.is_empty() {
            return Err(text.fault_at("id =", "a motion needs at least one phase"));
        }
        Ok(Self {
            id: text.stem().to_owned(),
            name,
            therapeutic,
            seen_from,
            is_cyclic: cyclic,
            flows,
            steps,
            start: text.part(table)?,
            phases: phase,
        })
    }

    /// Length of the motion, s.
    pub fn duration_s(&self) -> f64 {
        let written: f64 = self.phases.iter().map(|phase| phase.seconds).sum();
        if self.steps.is_some() { 2.0 * written } else { written }
    }

    /// The motion of one body; `hold_kg` is added to the hands.
    pub(crate) fn motion(&self, body: &Body, hold_kg: f64) -> Result<Motion, PostureError> {
        let subject = self.id.as_str();
        for phase in &self.phases {
            if !(PHASE_S.0..=PHASE_S.1).contains(&phase.seconds) {
                let field = format!("seconds of phase {}", phase.id);
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field,
                    value: phase.seconds,
                    low: PHASE_S.0,
                    high: PHASE_S.1,
                });
            }
        }
        if let Some(steps) = &self.steps {
            return steps::motion(self, steps, body, hold_kg);
        }
        let keys = self.keys(body, hold_kg)?;
        Sampling { record: self, body, keys }.sample()
    }

    /// Key postures, settled one after the other.
    fn keys(&self, body: &Body, hold_kg: f64) -> Result<Vec<Posture>, PostureError> {
        let failed = |key: usize, cause| {
            let name = key.checked_sub(1).map_or("start", |phase| self.phases[phase].id.as_str());
            PostureError::Settle {
                subject: format!("{}, {name}", self.id),
                cause,
            }
        };
        let mut stance = self.start.clone();
        let mut keys: Vec<Posture> = Vec::with_capacity(self.phases.len() + 1);
        let mut anchors = Vec::new();
        for key in 0..=self.phases.len() {
            if let Some(phase) = key.checked_sub(1).map(|phase| &self.phases[phase]) {
                stance.change(phase);
                if let Some(before) = keys.last().filter(|_| phase.keeps_still()) {
                    // What tenses or pulls may change while the body stays where it is.
                    let mut posture = stance.posture(body, &self.id)?;
                    posture.add_held(body, &self.id, hold_kg)?;
                    let before = before.clone();
                    keys.push(Posture {
                        held: posture.held,
                        tensed: posture.tensed,
                        ..before
                    });
                    continue;
                }
            }
            let mut posture = stance.posture(body, &self.id)?;
            posture.add_held(body, &self.id, hold_kg)?;
            let planted: Option<Planted> = keys.last().map(|before| {
                // Supports stand where the first key put them; the search starts where the body was.
                posture.supports.clone_from(&before.supports);
                posture.state.root_m = before.state.root_m;
                anchors = anchored(body, &anchors, before, &posture.touches);
                anchors.iter().map(|(_, place)| *place).collect()
            });
            for support in &mut posture.supports {
                support.fits &= key == 0;
            }
            settle::settle(body, &mut posture, planted.as_ref()).map_err(|cause| failed(key, cause))?;
            posture.check_ranges(body)?;
            if let Some((point, slide_m)) = planted
                .and_then(|planted| settle::slide(body, &posture, &planted))
                .filter(|s| s.1 > SLIDE_MAX_M)
            {
                let t_s = self.phases[..key].iter().map(|phase| phase.seconds).sum();
                return Err(failed(
                    key,
                    SettleError::Slide {
                        point: body.contacts[point].id.clone(),
                        slide_mm: slide_m * 1e3,
                        t_s,
                    },
                ));
            }
            for support in &mut posture.supports {
                support.fits = false;
            }
            keys.push(posture);
        }
        Ok(keys)
    }
}

impl Phase {
    /// Whether the body stays where it is: nothing is said to move, to touch, to be reached or to be taken up.
    pub fn keeps_still(&self) -> bool {
        self.angles_deg.is_empty()
            && self.contacts.is_none()
            && self.reaches.is_none()
            && self.free.is_none()
            && self.balance_cm.is_none()
            && self.hold.is_none()
    }
}

impl Stance {
    /// Makes the changes of a phase.
    pub(crate) fn change(&mut self, phase: &Phase) {
        self.angles_deg
            .extend(phase.angles_deg.iter().map(|(word, degrees)| (word.clone(), *degrees)));
        if let Some(contacts) = &phase.contacts {
            self.contacts.clone_from(contacts);
        }
        if let Some(reaches) = &phase.reaches {
            self.reaches.clone_from(reaches);
        }
        if let Some(free) = &phase.free {
            self.free.clone_from(free);
        }
        self.balance_cm = phase.balance_cm.or(self.balance_cm);
        self.hold = phase.hold.unwrap_or(self.hold);
        if let Some(pulls) = &phase.pulls {
            self.pulls.clone_from(pulls);
        }
        if let Some(tense) = &phase.tense {
            self.tense.clone_from(tense);
        }
    }
}

/// A contact and where it is planted; none where it rolls or has only come to rest.
type Anchor = (Touch, Option<DVec3>);

/// Where these contacts are planted: where they were before, or where `before` put them. What stays stays at one place throughout, for a
/// place that moves by half a millimetre from phase to phase would jolt the whole body.
fn anchored(body: &Body, anchors: &[Anchor], before: &Posture, touches: &[Touch]) -> Vec<Anchor> {
    let places = settle::places(body, before, &before.state);
    let place = |touch: &Touch| {
        let index = before.touches.iter().position(|other| other.is_same(touch))?;
        let known = anchors.iter().find(|(other, _)| other.is_same(touch)).and_then(|(_, place)| *place);
        (!touch.rolls).then(|| known.unwrap_or(places[index]))
    };
    touches.iter().map(|touch| (*touch, place(touch))).collect()
}

/// One instant of a motion.
#[derive(Debug, Clone)]
pub struct MotionFrame {
    /// Time since the beginning, s.
    pub t_s: f64,
    /// Phase, by its position in the record; a motion on foot goes through them twice.
    pub phase: usize,
    /// Coordinates.
    pub state: State,
    /// Rates.
    pub rates: Rates,
}

/// A smooth motion of one body.
#[derive(Debug, Clone)]
pub struct Motion {
    /// Id.
    pub id: String,
    /// Length, s.
    pub duration_s: f64,
    /// Supports, which stand still.
    pub supports: Vec<Support>,
    /// Contacts of each phase.
    pub touches: Vec<Vec<Touch>>,
    /// Masses in the hands in each phase.
    pub held: Vec<Vec<HeldMass>>,
    /// How large what is held is in each phase.
    pub things: Vec<Vec<Thing>>,
    /// Sticks that go with the body throughout.
    pub rods: Vec<Rod>,
    /// End of each phase, s.
    pub phase_ends_s: Vec<f64>,
    /// Muscles that are tensed on purpose in each phase.
    pub tensed: Vec<Vec<Tensed>>,
    /// Pressure in the abdomen beyond what the load evokes, Pa.
    pub strain_pa: f64,
    /// Whether the end leads into the beginning.
    pub is_cyclic: bool,
    pub(crate) phase_ids: Vec<String>,
    pub(crate) stills: Vec<bool>,
    /// Whether it goes from the end of its spline to the beginning.
    pub(crate) is_backwards: bool,
    pub(crate) spline: Spline,
    pub(crate) n_coordinates: usize,
    /// How far a cyclic motion carries the body per cycle, m: taken out of the spline, which is periodic, and added again.
    pub(crate) carried_m: DVec3,
}

impl Motion {
    /// The same the other way round.
    pub(crate) fn backwards(mut self) -> Self {
        let duration_s = self.duration_s;
        let begins_s = [0.0]
            .into_iter()
            .chain(self.phase_ends_s.iter().copied())
            .take(self.phase_ends_s.len());
        self.phase_ends_s = begins_s.map(|begin_s| duration_s - begin_s).collect();
        self.phase_ends_s.reverse();
        self.touches.reverse();
        self.held.reverse();
        self.things.reverse();
        self.tensed.reverse();
        self.phase_ids.reverse();
        self.stills.reverse();
        self.is_backwards = !self.is_backwards;
        self
    }

    /// What acts on the body in a phase.
    pub fn world(&self, phase: usize) -> World<'_> {
        World {
            supports: &self.supports,
            touches: &self.touches[phase],
            held: &self.held[phase],
            tensed: &self.tensed[phase],
            strain_pa: self.strain_pa,
        }
    }

    /// Id of a phase; a motion on foot goes through its phases twice.
    pub fn phase_id(&self, phase: usize) -> &str {
        &self.phase_ids[phase]
    }

    /// Whether the body stays where it is throughout a phase.
    pub fn keeps_still(&self, phase: usize) -> bool {
        self.stills[phase]
    }

    /// The body at a time, which is kept within the motion.
    pub fn frame(&self, t_s: f64) -> MotionFrame {
        let t_s = t_s.clamp(0.0, self.duration_s);
        let (at_s, onwards) = if self.is_backwards {
            (self.duration_s - t_s, -1.0)
        } else {
            (t_s, 1.0)
        };
        let (value, mut first, second) = self.spline.at(at_s);
        first.iter_mut().for_each(|rate| *rate *= onwards);
        let n = self.n_coordinates;
        let vector = |v: &[f64]| DVec3::new(v[n], v[n + 1], v[n + 2]);
        let quaternion = |v: &[f64]| DQuat::from_xyzw(v[n + 3], v[n + 4], v[n + 5], v[n + 6]);
        let q = quaternion(&value);
        let size = q.length();
        // ω = 2 q̇ q̄ and α = 2 q̈ q̄ for a unit quaternion; the spline leaves the unit sphere by a hair only.
        let turn = |rate: DQuat| {
            let product = (rate * (1.0 / size)) * (q * (1.0 / size)).conjugate();
            2.0 * DVec3::new(product.x, product.y, product.z)
        };
        MotionFrame {
            t_s,
            phase: self
                .phase_ends_s
                .partition_point(|end| *end <= t_s)
                .min(self.phase_ends_s.len() - 1),
            state: State {
                root_m: vector(&value) + self.carried_m * (at_s / self.duration_s),
                root: q.normalize(),
                q_rad: value[..n].to_vec(),
            },
            rates: Rates {
                root_m_per_s: vector(&first) + onwards * self.carried_m / self.duration_s,
                root_m_per_s2: vector(&second),
                root_rad_per_s: turn(quaternion(&first)),
                root_rad_per_s2: turn(quaternion(&second)),
                v_rad_per_s: first[..n].to_vec(),
                a_rad_per_s2: second[..n].to_vec(),
            },
        }
    }

    /// Whether nothing that is held stands inside the body and no limb in another, at every key and between them.
    ///
    /// # Errors
    /// Phase and second, the segment, and how deep.
    pub fn check_skin(&self, body: &Body) -> Result<(), PostureError> {
        let mut pose = Pose::new(body);
        let mut begin_s = 0.0;
        for (phase, end_s) in self.phase_ends_s.iter().enumerate() {
            let n_steps = ((end_s - begin_s) * SKIN_PER_S).ceil().max(1.0) as u32;
            for step in 0..=n_steps {
                let t_s = begin_s + (end_s - begin_s) * f64::from(step) / f64::from(n_steps);
                pose.update(body, &self.frame(t_s).state);
                let (touches, things) = (&self.touches[phase], &self.things[phase]);
                skin::check(body, &self.supports, touches, things, &self.rods, &pose).map_err(|cause| PostureError::Settle {
                    subject: format!("{}, {} at {t_s:.2} s", self.id, self.phase_ids[phase]),
                    cause,
                })?;
            }
            begin_s = *end_s;
        }
        Ok(())
    }

    /// `n` frames evenly over the motion, ends included; at least two.
    pub fn frames(&self, n: u32) -> impl Iterator<Item = MotionFrame> + '_ {
        let last = f64::from(n.max(2) - 1);
        (0..n.max(2)).map(move |i| self.frame(self.duration_s * f64::from(i) / last))
    }
}

/// A motion being sampled.
struct Sampling<'a> {
    record: &'a MotionRecord,
    body: &'a Body,
    keys: Vec<Posture>,
}

impl Sampling<'_> {
    fn sample(&self) -> Result<Motion, PostureError> {
        let (body, record) = (self.body, self.record);
        let n = body.n_coordinates();
        let mut phase_ends_s = Vec::new();
        let mut end = 0.0;
        for phase in &record.phases {
            end += phase.seconds;
            phase_ends_s.push(end);
        }
        let through = record.flows.then(|| self.key_splines(&phase_ends_s));
        let (mut knots_s, mut values, mut touches) = (Vec::new(), Vec::new(), Vec::new());
        let mut written_values = Vec::new();
        let (mut held, mut things, mut tensed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut last, mut last_written) = (DQuat::IDENTITY, DQuat::IDENTITY);
        let mut anchors = Vec::new();
        for (phase, written) in record.phases.iter().enumerate() {
            let (from, to) = (&self.keys[phase], &self.keys[phase + 1]);
            let begin = phase_ends_s[phase] - written.seconds;
            // Contacts that both ends share stay planted.
            let shared: Vec<Touch> = to
                .touches
                .iter()
                .filter(|touch| from.touches.iter().any(|other| other.is_same(touch)))
                .copied()
                .collect();
            anchors = anchored(body, &anchors, from, &shared);
            let planted: Planted = anchors.iter().map(|(_, place)| *place).collect();
            let n_samples = (written.seconds * SAMPLES_PER_S).ceil().max(4.0);
            let is_last = phase + 1 == record.phases.len();
            // A phase in which the body keeps still is searched once.
            let mut still: Option<State> = None;
            // What was written and what was found for the sample before.
            let mut nearby: Option<(State, State)> = None;
            for i in 0..(n_samples as usize + usize::from(is_last)) {
                let share = i as f64 / n_samples;
                let t_s = begin + share * written.seconds;
                let mut sample = to.clone();
                sample.touches.clone_from(&shared);
                sample.reaches.clear();
                sample.things.clear();
                // A load is taken into the balance little by little, as people lean into it.
                let taken = minimum_jerk(share);
                sample.held = weighted(&from.held, 1.0 - taken).chain(weighted(&to.held, taken)).collect();
                sample.balance_m = from.balance_m.zip(to.balance_m).map(|(from, to)| from + taken * (to - from));
                sample.state = match &through {
                    Some(splines) => {
                        let stretch = splines.partition_point(|(end_s, _)| *end_s <= t_s).min(splines.len() - 1);
                        from_channels(&splines[stretch].1.at(t_s).0, n)
                    }
                    None => blend(&from.state, &to.state, minimum_jerk(share)),
                };
                to_channels(&sample.state, &mut last_written, &mut written_values);
                if let Some(held) = still.as_ref().filter(|_| self.is_still(phase)) {
                    sample.state.clone_from(held);
                } else if !shared.is_empty() {
                    // What either end leaves free may move a little so that the contacts stay.
                    sample.free.extend(&from.free);
                    sample.free.sort_unstable();
                    sample.free.dedup();
                    sample.free.retain(|k| {
                        let moved = body.coordinates[*k].segment;
                        shared
                            .iter()
                            .any(|touch| body.hangs_from(body.contacts[touch.point].segment, moved))
                    });
                    for (free, other) in sample.free_root.iter_mut().zip(from.free_root) {
                        *free |= other;
                    }
                    let planned = sample.state.clone();
                    let near = nearby.as_ref().map(|(before, found)| moved(before, &planned, found));
                    settle::search(body, &mut sample, Some(&planted), near);
                    nearby = Some((planned, sample.state.clone()));
                    if let Some((point, slide_m)) = settle::slide(body, &sample, &planted).filter(|slide| slide.1 > SLIDE_MAX_M) {
                        let cause = SettleError::Slide {
                            point: body.contacts[point].id.clone(),
                            slide_mm: slide_m * 1e3,
                            t_s,
                        };
                        return Err(PostureError::Settle {
                            subject: format!("{}, {}", record.id, written.id),
                            cause,
                        });
                    }
                }
                to_channels(&sample.state, &mut last, &mut values);
                knots_s.push(t_s);
                still = Some(sample.state);
            }
            touches.push(shared);
            held.push(to.held.clone());
            tensed.push(to.tensed.clone());
            things.push(to.things.clone());
        }
        if !record.is_cyclic {
            smooth_corrections(&mut values, &written_values, n + 7);
        }
        let ends = match (record.is_cyclic, record.flows) {
            (true, _) => Ends::Periodic,
            (false, _) => Ends::Rest,
        };
        let first = &self.keys[0];
        // A cyclic motion comes back to its first sample but for the way it went.
        let mut carried_m = DVec3::ZERO;
        if record.is_cyclic {
            let (first, last) = (values[..n + 7].to_vec(), values.len() - n - 7);
            carried_m = from_channels(&values[last..], n).root_m - from_channels(&first, n).root_m;
            values[last..].copy_from_slice(&first);
            for (knot, t_s) in knots_s.iter().enumerate().take(knots_s.len() - 1) {
                let at = knot * (n + 7) + n;
                for (value, way) in values[at..at + 3].iter_mut().zip(carried_m.to_array()) {
                    *value -= way * t_s / end;
                }
            }
        }
        Ok(Motion {
            id: record.id.clone(),
            duration_s: end,
            supports: first.supports.clone(),
            touches,
            held,
            things,
            rods: first.rods.clone(),
            tensed,
            phase_ends_s,
            strain_pa: first.strain_pa,
            phase_ids: record.phases.iter().map(|phase| phase.id.clone()).collect(),
            is_cyclic: record.is_cyclic,
            is_backwards: false,
            stills: (0..record.phases.len()).map(|phase| self.is_still(phase)).collect(),
            spline: Spline::new(knots_s, values, n + 7, ends),
            n_coordinates: n,
            carried_m,
        })
    }

    /// A motion that flows passes its keys without a halt.
    fn is_still(&self, phase: usize) -> bool {
        !self.record.flows && self.record.phases[phase].keeps_still()
    }

    /// Splines through the key postures themselves, one after the other, each with its end. Hands come to rest where they take hold of
    /// something or let it go.
    fn key_splines(&self, phase_ends_s: &[f64]) -> Vec<(f64, Spline)> {
        let last = self.keys.len() - 1;
        // A pull may change while the body moves on; a mass is taken up at rest.
        let masses = |key: usize| -> Vec<&HeldMass> { self.keys[key].held.iter().filter(|held| held.mass_kg > 0.0).collect() };
        let takes_hold = |key: &usize| masses(*key) != masses(key + 1);
        let rests = (1..last).filter(takes_hold).chain([last]);
        let mut splines = Vec::new();
        let mut begin = 0_usize;
        for end in rests {
            let ends = if self.record.is_cyclic { Ends::Periodic } else { Ends::Rest };
            let begin_s = begin.checked_sub(1).map_or(0.0, |before| phase_ends_s[before]);
            let spline = key_spline(self.body, &self.keys[begin..=end], begin_s, &phase_ends_s[begin..end], ends);
            splines.push((phase_ends_s[end - 1], spline));
            begin = end;
        }
        splines
    }
}

/// Smooths over a tenth of a second what the search changed in the written course, the ends left as they are. Where a part of the body comes
/// off a surface that it is not said to touch, the search stops pushing from one sample to the next, which would be a jolt.
fn smooth_corrections(values: &mut [f64], written: &[f64], n_channels: usize) {
    /// Each pass weighs a sample's neighbours by a quarter.
    const PASSES: usize = 3;
    let n = values.len() / n_channels;
    for _ in 0..PASSES {
        let before: Vec<f64> = values.iter().zip(written).map(|(value, written)| value - written).collect();
        for i in n_channels..(n - 1) * n_channels {
            values[i] = written[i] + 0.25 * before[i - n_channels] + 0.5 * before[i] + 0.25 * before[i + n_channels];
        }
    }
}

/// A spline through the key postures themselves, from `begin_s` on.
pub(crate) fn key_spline(body: &Body, keys: &[Posture], begin_s: f64, phase_ends_s: &[f64], ends: Ends) -> Spline {
    let mut knots = vec![begin_s];
    knots.extend_from_slice(phase_ends_s);
    let (mut values, mut last) = (Vec::new(), DQuat::IDENTITY);
    keys.iter().for_each(|key| to_channels(&key.state, &mut last, &mut values));
    let n_channels = body.n_coordinates() + 7;
    match ends {
        Ends::Rest => Spline::from_rest_to_rest(&knots, &values, n_channels),
        Ends::Periodic => Spline::new(knots, values, n_channels, ends),
    }
}

/// Adds a state's channels: joint coordinates, place of the root, its quaternion on the side of the last one.
pub(crate) fn to_channels(state: &State, last: &mut DQuat, values: &mut Vec<f64>) {
    let root = if state.root.dot(*last) < 0.0 { -state.root } else { state.root };
    *last = root;
    values.extend_from_slice(&state.q_rad);
    values.extend(state.root_m.to_array());
    values.extend(root.to_array());
}

pub(crate) fn from_channels(values: &[f64], n: usize) -> State {
    State {
        root_m: DVec3::new(values[n], values[n + 1], values[n + 2]),
        root: DQuat::from_xyzw(values[n + 3], values[n + 4], values[n + 5], values[n + 6]).normalize(),
        q_rad: values[..n].to_vec(),
    }
}

fn blend(from: &State, to: &State, share: f64) -> State {
    State {
        root_m: from.root_m.lerp(to.root_m, share),
        root: from.root.slerp(to.root, share),
        q_rad: from.q_rad.iter().zip(&to.q_rad).map(|(a, b)| a + share * (b - a)).collect(),
    }
}

/// `found` moved on as what was written moves from `before` to `now`.
fn moved(before: &State, now: &State, found: &State) -> State {
    let angles = before.q_rad.iter().zip(&now.q_rad).zip(&found.q_rad);
    State {
        root_m: found.root_m + now.root_m - before.root_m,
        root: (now.root * before.root.inverse() * found.root).normalize(),
        q_rad: angles.map(|((before, now), found)| found + now - before).collect(),
    }
}

fn weighted(held: &[HeldMass], share: f64) -> impl Iterator<Item = HeldMass> + '_ {
    held.iter().map(move |mass| HeldMass {
        mass_kg: share * mass.mass_kg,
        pull_n: share * mass.pull_n,
        ..*mass
    })
}

/// From 0 to 1 with velocity and acceleration zero at both ends (Flash and Hogan 1985).
pub(crate) fn minimum_jerk(share: f64) -> f64 {
    share * share * share * (10.0 + share * (6.0 * share - 15.0))
}
