//! Motions on foot: where the feet are put, and the way over them that the ground can carry.
//!
//! A motion with `[steps]` writes half a cycle, from the moment one foot strikes to the moment the other does; the second half is its mirror
//! image. Key angles give the pelvis' turns, trunk, arms and, before anything touches, the legs. From them follow
//!
//! 1. the feet: planted on their prints, rolling over heel, sole, ball and toes as the contacts say, in the air as the angles carry them;
//! 2. a first way of the pelvis over the planted feet, in few harmonics of the cycle, let down until the legs reach;
//! 3. the legs between pelvis and feet, by inverse kinematics;
//! 4. the balance: the place where the ground's reaction must act (p, the zero-moment point) follows from the inverse dynamics of the whole
//!    body. It shall go along each foot and over to the other one (p*). The pelvis is moved by d with d − h/(g + ÿ) d̈ = p* − p, the equation
//!    of an inverted pendulum of height h over the whole cycle (Kajita 2003), and 1, 3 and 4 are repeated until p is p*.
//!
//! What hangs from one hand stays in that hand through both steps. The angles are still those of the written half and its mirror image, but
//! the pelvis goes its own way over each foot: a little to the other side, so that the ground carries both the body and the weight.
//!
//! Accelerations are told as gait laboratories see them, without what is quicker than some 6 Hz: what heels, cartilage and flesh swallow is not in
//! the body's rigid parts.
//!
//! What it does not know: friction and the twist about the vertical (the load engine does), and what a foot's landing costs.

mod balance;
mod feet;
mod way;

use glam::{DQuat, DVec3};
use serde::Deserialize;

use crate::{
    body::{Body, Coordinate},
    coordinates::Rotation,
    dynamics::HeldMass,
    kinematics::{Pose, State},
    motion::{Motion, MotionRecord, SLIDE_MAX_M, from_channels, key_spline, to_channels},
    person::Side,
    posture::{Against, Posture, PostureError, Support, SupportKind, Touch},
    settle::{DEPTH_MAX_M, SettleError},
    spline::{Ends, Spline, weigh_neighbours},
};
use feet::{FootPose, Leg, Pitch, Rest};

/// Samples per second of motion; every phase begins and ends with one.
const SAMPLES_PER_S: f64 = 60.0;
/// The way is good when the reaction lies within this of where it shall be, m.
const BALANCED_M: f64 = 0.0005;
/// Rounds of balance; what is missed after them the load engine reports as what the supports do not give.
const ROUNDS_MAX: usize = 60;

/// Where the feet are put.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// From one print to the next, forward, cm; on a floor it scales with the person's height, a stair is as it is.
    pub length_cm: f64,
    /// Between the lines on which right and left ankle are put, cm; scales with height.
    pub width_cm: f64,
    /// How far the toes point outwards, degrees.
    #[serde(default)]
    pub turned_out_deg: f64,
    /// Whether one walks backwards: the motion is written as a walk forwards and goes the other way round.
    #[serde(default)]
    pub backwards: bool,
}

/// Why a motion on foot cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StepsError {
    /// The written half must lead into its mirror image.
    #[error("the last phase leads to the mirror image of the start: it takes no angles and contacts of its own")]
    End,
    /// Something else than a foot rests.
    #[error("{point} rests in phase {phase}; in a motion with [steps] only feet do")]
    NotAFoot {
        /// Contact point.
        point: String,
        /// Phase.
        phase: String,
    },
    /// No foot rests.
    #[error("no foot rests in phase {phase}; contacts that both ends of a phase share are those it stands on")]
    NoFoot {
        /// Phase.
        phase: String,
    },
    /// At the start the right foot strikes before the left one leaves.
    #[error("at the start the right foot has landed and the left one has not left yet: both need a contact, on a floor or steps")]
    Start,
    /// A sole must lie once, and the foot leave the ground.
    #[error("each foot must lie with heel and ball at one key at least, and be in the air once in the cycle")]
    NoSole,
    /// What settling needs has no meaning here.
    #[error("{key} has no meaning in a motion with [steps]: the feet are put on their prints, and the balance is found")]
    Key {
        /// Key.
        key: &'static str,
    },
    /// The body has no such segment.
    #[error("the body has no {part} to walk with")]
    Leg {
        /// Segment.
        part: String,
    },
    /// A foot cannot be reached by its leg.
    #[error("at {t_s:.2} s the {side} leg misses its foot by {gap_mm:.0} mm: shorter steps or another turn of the pelvis are needed")]
    Reach {
        /// `right` or `left`.
        side: &'static str,
        /// Time, s.
        t_s: f64,
        /// Distance, mm.
        gap_mm: f64,
    },
}

pub(crate) fn motion(record: &MotionRecord, steps: &Steps, body: &Body, hold_kg: f64) -> Result<Motion, PostureError> {
    let keys = keys(record, body, hold_kg)?;
    let walk = Walk::new(record, steps, body, keys)?;
    let first = walk.first_way();
    let attempt = |moved: &[DVec3]| {
        let mut way: Vec<DVec3> = first.iter().zip(moved).map(|(first, moved)| *first + *moved).collect();
        walk.let_down(&mut way);
        let feet = walk.feet(&way);
        let states = walk.states(&way, &feet);
        let (missed_m, further) = walk.balance(&states, &feet);
        (missed_m, further, feet, states)
    };
    let mut moved = vec![DVec3::ZERO; first.len()];
    let (mut missed_m, mut further, mut feet, mut states) = attempt(&moved);
    for _ in 0..ROUNDS_MAX {
        if missed_m < BALANCED_M {
            break;
        }
        moved.iter_mut().zip(further).for_each(|(moved, further)| *moved += further);
        let next = attempt(&moved);
        further = next.1;
        // Where the legs do not reach, the search may leave a good way again: the best is kept.
        if next.0 < missed_m {
            (missed_m, feet, states) = (next.0, next.2, next.3);
        }
    }
    let motion = walk.motion(&states);
    walk.check(&motion, &feet, &states)?;
    Ok(if steps.backwards { motion.backwards() } else { motion })
}

/// Key postures of the whole cycle: those written, then their mirror images; not settled.
fn keys(record: &MotionRecord, body: &Body, hold_kg: f64) -> Result<Vec<Posture>, PostureError> {
    let phases = || record.phases.iter();
    for (key, is_written) in [
        ("free", !record.start.free.is_empty() || phases().any(|phase| phase.free.is_some())),
        (
            "reach",
            !record.start.reaches.is_empty() || phases().any(|phase| phase.reaches.is_some()),
        ),
        (
            "balance_cm",
            record.start.balance_cm.is_some() || phases().any(|phase| phase.balance_cm.is_some()),
        ),
        ("steady_on", !record.start.steady_on.is_empty()),
    ] {
        if is_written {
            return Err(steps_error(&record.id, StepsError::Key { key }));
        }
    }
    if phases()
        .last()
        .is_some_and(|last| !last.angles_deg.is_empty() || last.contacts.is_some())
    {
        return Err(steps_error(&record.id, StepsError::End));
    }
    let mut keys = Vec::new();
    let mut stance = record.start.clone();
    for key in 0..record.phases.len() {
        if let Some(phase) = key.checked_sub(1).map(|phase| &record.phases[phase]) {
            stance.change(phase);
        }
        let mut posture = stance.posture(body, &record.id)?;
        posture.add_held(body, &record.id, hold_kg)?;
        posture.check_ranges(body)?;
        keys.push(posture);
    }
    let images: Vec<Posture> = keys.iter().map(|key| mirrored(body, key)).collect();
    keys.extend(images);
    // The end is the beginning again, two steps on.
    keys.push(mirrored(body, &keys[record.phases.len()]));
    Ok(keys)
}

fn steps_error(subject: &str, cause: StepsError) -> PostureError {
    PostureError::Steps {
        subject: subject.to_owned(),
        cause,
    }
}

/// The mirror image of a key in the sagittal plane, one step further on: what rested on a step rests on the next one.
fn mirrored(body: &Body, key: &Posture) -> Posture {
    let mut image = key.clone();
    let root = key.state.root;
    image.state.root = DQuat::from_xyzw(-root.x, -root.y, root.z, root.w);
    for (k, coordinate) in body.coordinates.iter().enumerate() {
        image.state.q_rad[k] = match other_side(&coordinate.id).and_then(|id| body.coordinate(&id)) {
            Some(other) => key.state.q_rad[other],
            None => midline(coordinate) * key.state.q_rad[k],
        };
    }
    for touch in &mut image.touches {
        let other = other_side(&body.contacts[touch.point].id).and_then(|id| body.contact(&id));
        touch.point = other.unwrap_or(touch.point);
        if let Against::Support(support) = touch.against {
            touch.against = Against::Support(next_step(&key.supports, support));
        }
    }
    // Pulls alternate with the steps, as poles do; a mass stays in its hand.
    for held in image.held.iter_mut().filter(|held| held.pull_n != DVec3::ZERO) {
        let other = other_side(&body.segments[held.segment].id).and_then(|id| body.segment(&id));
        held.segment = other.unwrap_or(held.segment);
        held.at_m.z = -held.at_m.z;
        held.pull_n.z = -held.pull_n.z;
    }
    for tensed in &mut image.tensed {
        tensed.side = tensed.side.map(|side| if side == Side::Right { Side::Left } else { Side::Right });
    }
    image
}

/// Sign of a midline coordinate in the mirror.
fn midline(coordinate: &Coordinate) -> f64 {
    if coordinate.rotation == Rotation::Flexion { 1.0 } else { -1.0 }
}

fn other_side(id: &str) -> Option<String> {
    id.strip_suffix("_r")
        .map(|name| format!("{name}_l"))
        .or_else(|| id.strip_suffix("_l").map(|name| format!("{name}_r")))
}

fn next_step(supports: &[Support], support: usize) -> usize {
    let is_next = |next: &usize| supports[support].kind == SupportKind::Step && supports[*next].kind == SupportKind::Step;
    (support + 1..supports.len()).find(is_next).unwrap_or(support)
}

/// A motion on foot that is being made.
struct Walk<'a> {
    record: &'a MotionRecord,
    body: &'a Body,
    keys: Vec<Posture>,
    legs: [Leg; 2],
    phase_ends_s: Vec<f64>,
    /// What stays planted in each phase.
    touches: Vec<Vec<Touch>>,
    /// What each leg does in each phase, and on which print it stands or stood last.
    rests: [Vec<(Rest, i32)>; 2],
    /// Samples, and the phase that each begins or lies in.
    knots_s: Vec<f64>,
    phases: Vec<usize>,
    angles: Spline,
    pitches: [Pitch; 2],
    /// Pitch at which each foot begins to roll over its toes.
    toe_from_rad: [f64; 2],
    length_m: f64,
    rise_m: f64,
    width_m: f64,
    turned_out_rad: f64,
    /// Height of the right foot's first print.
    ground_m: f64,
}

impl<'a> Walk<'a> {
    fn new(record: &'a MotionRecord, steps: &Steps, body: &'a Body, keys: Vec<Posture>) -> Result<Self, PostureError> {
        let failed = |cause| Err(steps_error(&record.id, cause));
        for (field, value, low, high) in [
            ("length_cm of the steps", steps.length_cm, 5.0, 150.0),
            ("width_cm of the steps", steps.width_cm, 0.0, 60.0),
            ("turned_out_deg of the steps", steps.turned_out_deg, -20.0, 40.0),
        ] {
            if !(low..=high).contains(&value) {
                return Err(PostureError::Number {
                    subject: record.id.clone(),
                    field: field.to_owned(),
                    value,
                    low,
                    high,
                });
            }
        }
        let n_written = record.phases.len();
        let mut phase_ends_s = Vec::new();
        let mut end = 0.0;
        for phase in record.phases.iter().chain(&record.phases) {
            end += phase.seconds;
            phase_ends_s.push(end);
        }
        let legs = [Leg::new(body, &record.id, Side::Right)?, Leg::new(body, &record.id, Side::Left)?];

        // What rests: contacts that both ends of a phase share.
        let touches: Vec<Vec<Touch>> = keys
            .windows(2)
            .map(|ends| {
                let is_shared = |touch: &&Touch| ends[0].touches.iter().any(|other| other.is_same(touch));
                ends[1].touches.iter().filter(is_shared).copied().collect()
            })
            .collect();
        for (phase, touches) in touches.iter().enumerate() {
            let name = || record.phases[phase % n_written].id.clone();
            for touch in touches {
                let contact = &body.contacts[touch.point];
                if !legs.iter().any(|leg| leg.foot == contact.segment) || matches!(touch.against, Against::Body(_)) {
                    return failed(StepsError::NotAFoot {
                        point: contact.id.clone(),
                        phase: name(),
                    });
                }
            }
            if touches.is_empty() {
                return failed(StepsError::NoFoot { phase: name() });
            }
        }
        let rests = [0, 1].map(|leg: usize| {
            let mut print = if leg == 0 { 0 } else { -1 };
            let mut before = Rest::Sole;
            touches
                .iter()
                .map(|touches| {
                    let rest = legs[leg].rest(body, touches);
                    if before == Rest::Air && rest != Rest::Air {
                        print += 2;
                    }
                    before = rest;
                    (rest, print)
                })
                .collect::<Vec<_>>()
        });
        let height = |leg: usize| {
            let touch = touches[0]
                .iter()
                .find(|touch| body.contacts[touch.point].segment == legs[leg].foot)?;
            let Against::Support(support) = touch.against else { return None };
            let support = &keys[0].supports[support];
            let is_level = matches!(support.kind, SupportKind::Floor | SupportKind::Step);
            is_level.then_some((support.offset_m, support.kind))
        };
        let (Some((ground_m, kind)), Some((behind_m, _))) = (height(0), height(1)) else {
            return failed(StepsError::Start);
        };

        let angles = key_spline(body, &keys, 0.0, &phase_ends_s, Ends::Periodic);
        let is_off = |rests: &Vec<(Rest, i32)>| rests.iter().any(|(rest, _)| *rest == Rest::Air);
        let pitch = |leg: &Leg| Pitch::new(leg, body, &keys[..keys.len() - 1], &phase_ends_s);
        let ([Some(right), Some(left)], true) = (legs.each_ref().map(pitch), rests.iter().all(is_off)) else {
            return failed(StepsError::NoSole);
        };
        let pitches = [right, left];
        let toe_from_rad = [0, 1].map(|leg: usize| {
            let begins = rests[leg].iter().position(|(rest, _)| *rest == Rest::Toe);
            begins.map_or(0.0, |phase| {
                pitches[leg].at(phase.checked_sub(1).map_or(0.0, |before| phase_ends_s[before]))
            })
        });
        let (mut knots_s, mut phases) = (Vec::new(), Vec::new());
        for (phase, written) in record.phases.iter().chain(&record.phases).enumerate() {
            let begin = phase_ends_s[phase] - written.seconds;
            let n_samples = (written.seconds * SAMPLES_PER_S).ceil().max(2.0);
            for i in 0..n_samples as usize {
                knots_s.push(begin + written.seconds * i as f64 / n_samples);
                phases.push(phase);
            }
        }
        knots_s.push(end);
        let scale = if kind == SupportKind::Floor { body.height_ratio } else { 1.0 };
        Ok(Self {
            record,
            body,
            legs,
            touches,
            rests,
            angles,
            pitches,
            toe_from_rad,
            knots_s,
            phases,
            length_m: steps.length_cm * 1e-2 * scale,
            rise_m: ground_m - behind_m,
            width_m: steps.width_cm * 1e-2 * body.height_ratio,
            turned_out_rad: steps.turned_out_deg.to_radians(),
            ground_m,
            phase_ends_s,
            keys,
        })
    }

    fn duration_s(&self) -> f64 {
        self.phase_ends_s[self.phase_ends_s.len() - 1]
    }

    /// How far the body is carried on the whole in a time.
    fn carried_m(&self, time_s: f64) -> DVec3 {
        DVec3::new(self.length_m, self.rise_m, 0.0) * (2.0 * time_s / self.duration_s())
    }

    /// The body as the keys have it, the pelvis at the origin.
    fn written(&self, t_s: f64) -> State {
        from_channels(&self.angles.at(t_s).0, self.body.n_coordinates())
    }

    /// Whether one hand carries more than the other.
    fn is_one_sided(&self) -> bool {
        let kg = |key: &Posture, suffix: &str| -> f64 {
            let of_side = |held: &&HeldMass| self.body.segments[held.segment].id.ends_with(suffix);
            key.held.iter().filter(of_side).map(|held| held.mass_kg).sum()
        };
        self.keys.iter().any(|key| (kg(key, "_r") - kg(key, "_l")).abs() > 1e-9)
    }

    /// When a phase begins, s.
    fn begin_s(&self, phase: usize) -> f64 {
        phase.checked_sub(1).map_or(0.0, |before| self.phase_ends_s[before])
    }

    /// The smooth motion through these samples.
    fn motion(&self, states: &[State]) -> Motion {
        let n = self.body.n_coordinates();
        let mut values = Vec::new();
        let mut last = DQuat::IDENTITY;
        for (state, t_s) in states.iter().zip(&self.knots_s) {
            let mut state = state.clone();
            state.root_m -= self.carried_m(*t_s);
            to_channels(&state, &mut last, &mut values);
        }
        soften(&mut values, n + 7);
        values.extend_from_within(..n + 7);
        Motion {
            id: self.record.id.clone(),
            duration_s: self.duration_s(),
            supports: self.keys[0].supports.clone(),
            touches: self.touches.clone(),
            held: self.keys[1..].iter().map(|key| key.held.clone()).collect(),
            things: self.keys[1..].iter().map(|key| key.things.clone()).collect(),
            rods: self.keys[0].rods.clone(),
            tensed: self.keys[1..].iter().map(|key| key.tensed.clone()).collect(),
            phase_ends_s: self.phase_ends_s.clone(),
            strain_pa: self.keys[0].strain_pa,
            phase_ids: (self.record.phases.iter().cycle().take(self.touches.len()))
                .map(|phase| phase.id.clone())
                .collect(),
            stills: vec![false; self.touches.len()],
            is_cyclic: true,
            is_backwards: false,
            spline: Spline::new(self.knots_s.clone(), values, n + 7, Ends::Periodic).with_even_curvatures(),
            n_coordinates: n,
            carried_m: self.carried_m(self.duration_s()),
        }
    }

    /// Feet where they were planted, nothing in the floor or in a step, every joint within its range.
    fn check(&self, motion: &Motion, feet: &[[FootPose; 2]], states: &[State]) -> Result<(), PostureError> {
        let body = self.body;
        let mut pose = Pose::new(body);
        for (i, state) in states.iter().enumerate() {
            pose.update(body, state);
            for (nth, (leg, foot)) in self.legs.iter().zip(&feet[i]).enumerate() {
                let gap_m = (pose.origins_m[leg.foot] - foot.ankle_m).length();
                if gap_m > SLIDE_MAX_M && self.rests[nth][self.phases[i]].0 != Rest::Air {
                    let cause = StepsError::Reach {
                        side: if leg.side == Side::Right { "right" } else { "left" },
                        t_s: self.knots_s[i],
                        gap_mm: gap_m * 1e3,
                    };
                    return Err(steps_error(&self.record.id, cause));
                }
            }
        }
        let mut posture = self.keys[0].clone();
        for state in states {
            posture.state.clone_from(state);
            posture.check_ranges(body)?;
        }
        for pair in self.knots_s.windows(2) {
            let frame = motion.frame(0.5 * (pair[0] + pair[1]));
            let touches = &motion.touches[frame.phase];
            pose.update(body, &frame.state);
            for (point, contact) in body.contacts.iter().enumerate() {
                let at = pose.world_point(contact.segment, contact.at_m);
                for (s, support) in motion.supports.iter().enumerate().filter(|(_, support)| support.is_under(at)) {
                    let rests = touches
                        .iter()
                        .any(|touch| touch.point == point && touch.against == Against::Support(s));
                    let depth_m = support.depth_m(at);
                    if depth_m > DEPTH_MAX_M && !contact.yields || rests && !contact.yields && depth_m < -SLIDE_MAX_M {
                        let cause = SettleError::DepthAt {
                            point: contact.id.clone(),
                            support: support.id.clone(),
                            depth_mm: depth_m * 1e3,
                            t_s: frame.t_s,
                        };
                        return Err(PostureError::Settle {
                            subject: self.record.id.clone(),
                            cause,
                        });
                    }
                }
            }
        }
        Ok(())
    }
}

/// Softens a periodic course by its neighbours, a fifth of each: a foot that changes from heel to sole or from sole to ball does not change its
/// speed in an instant. More could not be undone, and the way that balances must be found through it.
fn soften(values: &mut [f64], n_channels: usize) {
    const SHARE: f64 = 0.2;
    weigh_neighbours(values, n_channels, SHARE);
}
