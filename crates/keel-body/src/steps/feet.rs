//! Feet of a motion on foot: on their prints, rolling over heel, sole, ball and toes, and through the air between them.

use glam::{DMat3, DVec3};

use super::{StepsError, Walk, steps_error};
use crate::{
    body::Body,
    kinematics::Pose,
    motion::minimum_jerk,
    person::Side,
    posture::{Posture, PostureError, Touch, contact_points},
    spline::{Ends, Spline},
};

/// A leg is never straighter than this at the knee, rad.
const KNEE_MIN_RAD: f64 = 0.2;
/// A foot rolls about a line this share of the way from across the foot to the line through both balls.
const OBLIQUE: f64 = 0.3;
/// After this time in the air a foot turns about the line across it again, s.
const LEAVING_S: f64 = 0.15;
/// While a foot turns by this much its rolling goes over from ball to toes, rad.
const TOE_TURN_RAD: f64 = 0.25;
/// Velocity at which a foot meets the ground, beyond that with which it rolls on, m/s.
const LANDING_M_PER_S: DVec3 = DVec3::new(0.1, -0.1, 0.0);
/// Between the keys heel and ball may touch what they pass by this much, m; so often are they lifted, and seen so often.
const TOUCHED_M: f64 = 0.004;
const LIFTS_MAX: usize = 12;
const LIFT_SAMPLE_S: f64 = 0.008;
/// A foot in the air is carried this far above the ground, m, at the keys at least.
const CLEAR_M: f64 = 0.012;

/// What a foot rests on at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    Air,
    Heel,
    Sole,
    /// The heel is up; toes bend.
    Ball,
    /// The ball leaves the ground as well.
    Toe,
}

/// One foot with the leg that carries it.
pub(super) struct Leg {
    pub(super) side: Side,
    pub(super) foot: usize,
    pub(super) hip: usize,
    /// Coordinates from hip to ankle.
    pub(super) coordinates: Vec<usize>,
    pub(super) heel_m: DVec3,
    /// Middle of the ball, and the line about which the foot rolls over it.
    pub(super) ball_m: DVec3,
    pub(super) ball_axis: DVec3,
    pub(super) toe_m: DVec3,
    /// From hip to ankle with the knee as straight as it may be.
    pub(super) reach_m: f64,
}

/// Place and turn of a foot.
#[derive(Debug, Clone, Copy)]
pub(super) struct FootPose {
    pub(super) ankle_m: DVec3,
    pub(super) rotation: DMat3,
}

impl FootPose {
    pub(super) fn point(&self, at_m: DVec3) -> DVec3 {
        self.ankle_m + self.rotation * at_m
    }
}

impl Leg {
    pub(super) fn new(body: &Body, subject: &str, side: Side) -> Result<Self, PostureError> {
        let mark = if side == Side::Right { "r" } else { "l" };
        let segment = |name: &str| {
            let missing = || {
                steps_error(
                    subject,
                    StepsError::Leg {
                        part: format!("{name}_{mark}"),
                    },
                )
            };
            body.segment(&format!("{name}_{mark}")).ok_or_else(missing)
        };
        let (thigh, shank, foot) = (segment("thigh")?, segment("shank")?, segment("foot")?);
        let place_m = |name: &str| {
            let points = contact_points(body, subject, &format!("{name}_{mark}"))?;
            Ok::<DVec3, PostureError>(body.contacts[points[0].0].at_m)
        };
        let (medial, lateral) = (place_m("ball_medial")?, place_m("ball_lateral")?);
        let across = if side == Side::Right { lateral - medial } else { medial - lateral };
        let length_m = |segment: usize| body.segments[segment].joint_in_parent_m.length();
        let (upper, lower) = (length_m(shank), length_m(foot));
        Ok(Self {
            side,
            foot,
            hip: thigh,
            coordinates: [thigh, shank, foot]
                .iter()
                .flat_map(|segment| body.segments[*segment].coordinates.clone())
                .collect(),
            heel_m: place_m("heel")?,
            ball_m: 0.5 * (medial + lateral),
            ball_axis: across.normalize(),
            toe_m: place_m("toe")?,
            reach_m: (upper.powi(2) + lower.powi(2) + 2.0 * upper * lower * KNEE_MIN_RAD.cos()).sqrt(),
        })
    }

    /// How it rests by the points that touch.
    pub(super) fn rest(&self, body: &Body, touches: &[Touch]) -> Rest {
        let touched = |part: &str| {
            let contacts = touches.iter().map(|touch| &body.contacts[touch.point]);
            contacts
                .into_iter()
                .any(|contact| contact.segment == self.foot && contact.id.starts_with(part))
        };
        match (touched("heel"), touched("ball"), touched("toe")) {
            (true, true, _) => Rest::Sole,
            (true, false, _) => Rest::Heel,
            (false, true, _) => Rest::Ball,
            (false, false, true) => Rest::Toe,
            (false, false, false) => Rest::Air,
        }
    }

    /// Pitch of the foot at the keys, toes up, and whether the sole lies.
    fn pitches(&self, body: &Body, keys: &[Posture]) -> Vec<(f64, bool)> {
        let mut pose = Pose::new(body);
        let pitch = |key: &Posture| {
            pose.update(body, &key.state);
            let ahead = pose.rotations[self.foot].x_axis;
            let rest = self.rest(body, &key.touches);
            (rest.kept(ahead.y.atan2(ahead.x.hypot(ahead.z))), rest == Rest::Sole)
        };
        keys.iter().map(pitch).collect()
    }
}

impl Rest {
    /// A pitch that the foot can have: toes up over the heel, heel up over ball and toes.
    fn kept(self, pitch: f64) -> f64 {
        match self {
            Self::Air => pitch,
            Self::Heel => pitch.max(0.0),
            Self::Sole => 0.0,
            Self::Ball | Self::Toe => pitch.min(0.0),
        }
    }
}

/// Pitch of a foot over the cycle, toes up: none where the sole lies, and from there to there a spline through the keys.
pub(super) struct Pitch {
    /// When the sole begins to leave the ground, in the cycle, s.
    from_s: f64,
    duration_s: f64,
    off_s: f64,
    spline: Spline,
}

impl Pitch {
    /// None where the sole never lies or never leaves the ground. The last key, which is the first again, is left out of `keys`.
    pub(super) fn new(leg: &Leg, body: &Body, keys: &[Posture], ends_s: &[f64]) -> Option<Self> {
        let keys = leg.pitches(body, keys);
        let n = keys.len();
        let duration_s = ends_s[n - 1];
        let time_s = |key: usize| duration_s * (key / n) as f64 + (key % n).checked_sub(1).map_or(0.0, |before| ends_s[before]);
        let from = (0..n).find(|key| keys[*key].1 && !keys[(key + 1) % n].1)?;
        let to = (from + 1..=from + n).find(|key| keys[key % n].1)?;
        let knots_s: Vec<f64> = (from..=to).map(|key| time_s(key) - time_s(from)).collect();
        let values = (from..=to).map(|key| keys[key % n].0).collect();
        Some(Self {
            from_s: time_s(from),
            duration_s,
            off_s: knots_s[knots_s.len() - 1],
            spline: Spline::new(knots_s, values, 1, Ends::Rest),
        })
    }

    pub(super) fn at(&self, t_s: f64) -> f64 {
        let after_s = (t_s - self.from_s).rem_euclid(self.duration_s);
        if after_s < self.off_s { self.spline.at(after_s).0[0] } else { 0.0 }
    }
}

/// A foot's way through the air.
struct Swing {
    course: Course,
    /// What is left of the ankle's way without the cubic; level at its ends.
    rest: Spline,
}

/// When a foot leaves and lands, and its velocities there.
struct Course {
    off_s: f64,
    length_s: f64,
    rates_m_per_s: [DVec3; 2],
}

impl Course {
    /// From 1 where the foot leaves to 0 when it has left.
    fn share_left(&self, t_s: f64) -> f64 {
        1.0 - minimum_jerk(((t_s - self.off_s) / LEAVING_S).clamp(0.0, 1.0))
    }

    /// The cubic that has the velocities at its ends and is nought there.
    fn cubic_m(&self, after_s: f64) -> DVec3 {
        let u = after_s / self.length_s;
        self.length_s * (self.rates_m_per_s[0] * (u * (1.0 - u).powi(2)) - self.rates_m_per_s[1] * (u * u * (1.0 - u)))
    }
}

impl Swing {
    fn ankle_m(&self, t_s: f64) -> DVec3 {
        let after_s = t_s - self.course.off_s;
        DVec3::from_slice(&self.rest.at(after_s).0) + self.course.cubic_m(after_s)
    }
}

impl Walk<'_> {
    /// Turn of a foot of this pitch: about the ball's line when the heel is up, about its own z when the toes are.
    fn turn(&self, leg: usize, pitch: f64, oblique: f64) -> DMat3 {
        let leg = &self.legs[leg];
        let outwards = if leg.side == Side::Right { -1.0 } else { 1.0 };
        let axis = if pitch < 0.0 {
            DVec3::Z.lerp(leg.ball_axis, OBLIQUE * oblique).normalize()
        } else {
            DVec3::Z
        };
        DMat3::from_rotation_y(outwards * self.turned_out_rad) * DMat3::from_axis_angle(axis, pitch)
    }

    /// A foot that rests on a print.
    pub(super) fn resting(&self, leg: usize, rest: Rest, print: i32, t_s: f64) -> FootPose {
        let of = &self.legs[leg];
        let pitch = rest.kept(self.pitches[leg].at(t_s));
        let outwards = if of.side == Side::Right { 0.5 } else { -0.5 };
        let sole = FootPose {
            ankle_m: DVec3::new(
                f64::from(print) * self.length_m,
                self.ground_m + f64::from(print) * self.rise_m - of.heel_m.y,
                outwards * self.width_m,
            ),
            rotation: self.turn(leg, 0.0, 1.0),
        };
        let rolled = |pivot_m: DVec3| {
            let rotation = self.turn(leg, pitch, 1.0);
            FootPose {
                ankle_m: sole.point(pivot_m) - rotation * pivot_m,
                rotation,
            }
        };
        match rest {
            Rest::Heel => rolled(of.heel_m),
            Rest::Toe => {
                // The centre of rotation goes on from ball to tip: what it is ahead of the ball lifts the foot.
                let beyond = (self.toe_from_rad[leg] - pitch).max(0.0);
                let share = if beyond < TOE_TURN_RAD {
                    0.5 * beyond * beyond / TOE_TURN_RAD
                } else {
                    beyond - 0.5 * TOE_TURN_RAD
                };
                let mut foot = rolled(of.ball_m);
                foot.ankle_m.y += share * (of.toe_m.x - of.ball_m.x);
                foot
            }
            _ => rolled(of.ball_m),
        }
    }

    /// Both feet at every sample.
    pub(super) fn feet(&self, way: &[DVec3]) -> Vec<[FootPose; 2]> {
        let mut values: Vec<f64> = Vec::new();
        for (place, t_s) in way.iter().zip(&self.knots_s) {
            values.extend((*place - self.carried_m(*t_s)).to_array());
        }
        values.extend_from_within(..3);
        let way = Spline::new(self.knots_s.clone(), values, 3, Ends::Periodic);
        let swings = [0, 1].map(|leg| self.swing(leg, &way));
        let foot = |leg: usize, phase: usize, t_s: f64| {
            let (rest, print) = self.rests[leg][phase];
            if rest != Rest::Air {
                return self.resting(leg, rest, print, t_s);
            }
            // A swing that goes on from the end of the cycle to its beginning is seen one cycle back.
            let swing = &swings[leg];
            let back_s = if t_s < swing.course.off_s { self.duration_s() } else { 0.0 };
            let t_s = t_s + back_s;
            let foot = self.foot_in(leg, swing, t_s);
            FootPose {
                ankle_m: foot.ankle_m - self.carried_m(back_s),
                ..foot
            }
        };
        let samples = self.phases.iter().zip(&self.knots_s);
        samples.map(|(phase, t_s)| [0, 1].map(|leg| foot(leg, *phase, *t_s))).collect()
    }

    /// A foot's way through the air: a spline through where pelvis and angles carry it at the keys, within the leg's reach and clear of the
    /// ground, from where it leaves to where it lands, with the velocities that it has there.
    fn swing(&self, leg: usize, way: &Spline) -> Swing {
        const DT_S: f64 = 1e-3;
        let rests = &self.rests[leg];
        let n = rests.len();
        let is_air = |phase: usize| rests[phase % n].0 == Rest::Air;
        let off = (0..n).find(|phase| is_air(*phase) && !is_air(*phase + n - 1)).unwrap_or(0);
        let on = (off..off + n).find(|phase| !is_air(*phase)).unwrap_or(off + 1);
        let begin_s = |phase: usize| self.begin_s(phase % n) + self.duration_s() * (phase / n) as f64;
        let (before, print) = rests[(off + n - 1) % n];
        let leaves = |t_s: f64| self.resting(leg, before, print, t_s).ankle_m;
        let lands = |t_s: f64| self.resting(leg, rests[on % n].0, print + 2, t_s).ankle_m;
        let (off_s, on_s) = (begin_s(off), begin_s(on));
        let ends = [(leaves(off_s), off_s), (lands(on_s), on_s)];
        let course = Course {
            off_s,
            length_s: on_s - off_s,
            rates_m_per_s: [
                (leaves(off_s) - leaves(off_s - DT_S)) / DT_S,
                (lands(on_s + DT_S) - lands(on_s)) / DT_S + LANDING_M_PER_S,
            ],
        };
        let errors = ends.map(|(at, t_s)| at - self.carried_leg(leg, t_s, way).1);
        let knots_s: Vec<f64> = (off..=on).map(|phase| begin_s(phase) - off_s).collect();
        let mut values = Vec::new();
        for (nth, after_s) in knots_s.iter().enumerate() {
            let ankle_m = if nth == 0 {
                ends[0].0
            } else if nth + 1 == knots_s.len() {
                ends[1].0
            } else {
                let t_s = off_s + after_s;
                let (hip, carried) = self.carried_leg(leg, t_s, way);
                let across = carried + errors[0].lerp(errors[1], minimum_jerk(after_s / course.length_s)) - hip;
                let foot = FootPose {
                    ankle_m: hip + across * (self.legs[leg].reach_m / across.length()).min(1.0),
                    rotation: self.turn(leg, self.pitches[leg].at(t_s), course.share_left(t_s)),
                };
                foot.ankle_m + DVec3::Y * (self.depth_m(leg, &foot, false) + CLEAR_M).max(0.0)
            };
            values.extend((ankle_m - course.cubic_m(*after_s)).to_array());
        }
        let mut swing = Swing {
            rest: Spline::new(knots_s.clone(), values.clone(), 3, Ends::Rest),
            course,
        };
        // Between the keys heel and ball may still meet an edge: then the key that is nearest is lifted.
        for _ in 0..LIFTS_MAX {
            let n_samples = (swing.course.length_s / LIFT_SAMPLE_S).ceil() as usize;
            let times = (1..n_samples).map(|i| off_s + swing.course.length_s * i as f64 / n_samples as f64);
            let depths = times.map(|t_s| (t_s, self.depth_m(leg, &self.foot_in(leg, &swing, t_s), true)));
            let worst = depths.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|worst| worst.1 > TOUCHED_M);
            let Some((t_s, depth_m)) = worst else { break };
            let from_s = |key: &usize| (knots_s[*key] - (t_s - off_s)).abs();
            let Some(key) = (1..knots_s.len() - 1).min_by(|a, b| from_s(a).total_cmp(&from_s(b))) else {
                break;
            };
            values[3 * key + 1] += depth_m + TOUCHED_M;
            swing.rest = Spline::new(knots_s.clone(), values.clone(), 3, Ends::Rest);
        }
        swing
    }

    /// A foot in the air.
    fn foot_in(&self, leg: usize, swing: &Swing, t_s: f64) -> FootPose {
        FootPose {
            ankle_m: swing.ankle_m(t_s),
            rotation: self.turn(leg, self.pitches[leg].at(t_s), swing.course.share_left(t_s)),
        }
    }

    /// How deep a foot is in a floor or a step; below zero where it is clear of them. Toes bend, so they may count or not.
    fn depth_m(&self, leg: usize, foot: &FootPose, toes_bend: bool) -> f64 {
        let points = self.body.contacts.iter().filter(|contact| contact.segment == self.legs[leg].foot);
        points
            .filter(|contact| !(toes_bend && contact.yields))
            .map(|contact| foot.point(contact.at_m))
            .flat_map(|at| {
                let under = self.keys[0].supports.iter().filter(move |support| support.is_under(at));
                under.map(move |support| support.depth_m(at))
            })
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// Hip and ankle as pelvis and written angles carry them.
    fn carried_leg(&self, leg: usize, t_s: f64, way: &Spline) -> (DVec3, DVec3) {
        let mut pose = Pose::new(self.body);
        let in_cycle_s = t_s.rem_euclid(self.duration_s());
        pose.update(self.body, &self.written(in_cycle_s));
        let place = way.at(in_cycle_s).0;
        let root = DVec3::new(place[0], place[1], place[2]) + self.carried_m(t_s);
        let leg = &self.legs[leg];
        (pose.origins_m[leg.hip] + root, pose.origins_m[leg.foot] + root)
    }
}
