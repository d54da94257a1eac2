//! Postures as clinicians speak: total angles, what the body rests on, what it holds.
//!
//! A [`PostureRecord`] is a text of `postures/stills/`: angles in degrees from relaxed standing, totals of the lumbar spine shared by its
//! levels, supports (floor, chair, mattress, bar) and which points of the skin touch which. [`Library::posture`] turns it into the
//! [`Posture`] of one body: all coordinates, settled on the supports.

use std::collections::BTreeMap;

use glam::{DQuat, DVec3};
use serde::Deserialize;

use crate::{
    body::Body,
    dynamics::{GRAVITY_M_PER_S2, HeldMass},
    front_matter::{Fault, Name, Text},
    kinematics::{Pose, State},
    motion::{Motion, MotionRecord},
    person::{Side, nearest},
    settle::{SettleError, settle},
    skin,
    steps::StepsError,
};

/// Friction of skin and shoes on what they rest on, where a support does not say otherwise, and of skin on skin.
pub const FRICTION: f64 = 0.6;

/// Why a posture or motion cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PostureError {
    /// No posture or motion has this id.
    #[error("there is no {kind} \"{id}\"; the nearest is \"{nearest}\"")]
    Unknown {
        /// `posture` or `motion`.
        kind: &'static str,
        /// What was asked for.
        id: String,
        /// The most similar id.
        nearest: String,
    },
    /// An angle has a name no joint knows.
    #[error("{subject}: \"{word}\" is no angle; the nearest is \"{nearest}\"")]
    Word {
        /// Posture or motion.
        subject: String,
        /// The word.
        word: String,
        /// The most similar word.
        nearest: String,
    },
    /// An angle is not a number or beyond what the joint allows.
    #[error("{subject}: {coordinate} would be {value_deg:.1}°; this joint allows {low_deg:.0}° to {high_deg:.0}°")]
    Range {
        /// Posture or motion.
        subject: String,
        /// Coordinate.
        coordinate: String,
        /// Angle, degrees.
        value_deg: f64,
        /// Smallest, degrees.
        low_deg: f64,
        /// Largest, degrees.
        high_deg: f64,
    },
    /// A number is not finite or out of its limits.
    #[error("{subject}: {field} is {value}; it must be a number from {low} to {high}")]
    Number {
        /// Posture or motion.
        subject: String,
        /// Field.
        field: String,
        /// Value.
        value: f64,
        /// Smallest.
        low: f64,
        /// Largest.
        high: f64,
    },
    /// A contact or support that does not exist.
    #[error("{subject}: \"{name}\" is no {what}; the nearest is \"{nearest}\"")]
    Name {
        /// Posture or motion.
        subject: String,
        /// Name.
        name: String,
        /// `contact point`, `support`, `base`.
        what: &'static str,
        /// The most similar name.
        nearest: String,
    },
    /// A mass is held and no one knows how large it is.
    #[error(
        "{subject}: a mass that is held needs its size, hold = {{ …, size_cm = [along x, along y, along z] }}: it may not stand in the body"
    )]
    Size {
        /// Posture or motion.
        subject: String,
    },
    /// A motion on foot cannot be made.
    #[error("{subject}: {cause}")]
    Steps {
        /// Motion.
        subject: String,
        /// Why.
        cause: StepsError,
    },
    /// The body cannot be placed on its supports.
    #[error("{subject}: {cause}")]
    Settle {
        /// Posture or motion.
        subject: String,
        /// Why.
        cause: SettleError,
    },
}

/// A posture as it is written.
#[derive(Debug, Clone)]
pub struct PostureRecord {
    /// Id; also the file's name.
    pub id: String,
    /// English and Russian name.
    pub name: Name,
    /// Whether therapy may use it; `false` for tasks that exist for comparison only.
    pub therapeutic: bool,
    /// From where it is seen best.
    pub seen_from: SeenFrom,
    /// How the body lies or stands, and on what.
    pub stance: Stance,
}

/// From where a posture or motion is seen best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenFrom {
    /// The person's right.
    #[default]
    Right,
    /// The person's left.
    Left,
    /// Face to face.
    Front,
    /// Behind.
    Back,
    /// Above.
    Above,
    /// In front and to the right, a little from above.
    Corner,
}

impl SeenFrom {
    /// All, with their words.
    pub const ALL: [(&'static str, Self); 6] = [
        ("right", Self::Right),
        ("left", Self::Left),
        ("front", Self::Front),
        ("back", Self::Back),
        ("above", Self::Above),
        ("corner", Self::Corner),
    ];
}

/// What names a posture or motion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Title {
    pub(crate) name: Name,
    #[serde(default = "yes")]
    pub(crate) therapeutic: bool,
    #[serde(default)]
    pub(crate) seen_from: SeenFrom,
}

impl Title {
    /// Takes name and purpose out of a record's table.
    pub(crate) fn take(text: &Text<'_>, table: &mut toml::Table) -> Result<Self, Fault> {
        let keys = ["name", "therapeutic", "seen_from"];
        text.part(
            keys.iter()
                .filter_map(|key| Some(((*key).to_owned(), table.remove(*key)?)))
                .collect(),
        )
    }
}

impl PostureRecord {
    fn read(text: &Text<'_>) -> Result<Self, Fault> {
        let mut table = text.checked_table()?;
        let Title {
            name,
            therapeutic,
            seen_from,
        } = Title::take(text, &mut table)?;
        Ok(Self {
            id: text.stem().to_owned(),
            name,
            therapeutic,
            seen_from,
            stance: text.part(table)?,
        })
    }
}

/// How a body lies or stands, and on what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// `upright`, `supine`, `prone`, `side_right`, `side_left`.
    #[serde(default = "upright")]
    pub base: String,
    /// Angles from relaxed standing, degrees.
    #[serde(default)]
    pub angles_deg: BTreeMap<String, f64>,
    /// What there is to rest on.
    #[serde(default, rename = "support")]
    pub supports: Vec<SupportRecord>,
    /// What touches what.
    #[serde(default, rename = "contact")]
    pub contacts: Vec<ContactLine>,
    /// Points that shall be at given places.
    #[serde(default, rename = "reach")]
    pub reaches: Vec<ReachLine>,
    /// Angles that settling may change to meet the supports; `pelvis_pitch`, `pelvis_roll` and `pelvis_yaw` free the pelvis' rotation.
    #[serde(default)]
    pub free: Vec<String>,
    /// How far in front of the middle of the feet's ankles the centre of mass shall be, cm.
    pub balance_cm: Option<f64>,
    /// Contact points over whose area the centre of mass shall lie, where a motion will lift the others: one knee and one hand.
    #[serde(default)]
    pub steady_on: Vec<String>,
    /// Masses in the hands.
    #[serde(default)]
    pub hold: Hold,
    /// What pulls at the body: bands, a rope.
    #[serde(default, rename = "pull")]
    pub pulls: Vec<PullLine>,
    /// Sticks that go with the body, throughout a motion.
    #[serde(default, rename = "rod")]
    pub rods: Vec<RodLine>,
    /// Muscle groups that are tensed on purpose: least share of their strength, 0 to 1; without `_r` or `_l` both sides.
    #[serde(default)]
    pub tense: BTreeMap<String, f64>,
    /// Pressure in the abdomen beyond what the load evokes, kPa: straining, coughing.
    #[serde(default)]
    pub strain_kpa: f64,
}

/// Masses in the hands, and how large what is held is.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Shared by both hands, kg.
    #[serde(default)]
    pub both_kg: f64,
    /// In the right hand, kg.
    #[serde(default)]
    pub right_kg: f64,
    /// In the left hand, kg.
    #[serde(default)]
    pub left_kg: f64,
    /// Edges of the thing along x, y and z, cm; it stays level. A mass has one.
    pub size_cm: Option<[f64; 3]>,
    /// How far the grip lies above the middle of the thing, cm: in the upper part of a crate, above a weight that hangs from a handle.
    #[serde(default)]
    pub grip_cm: f64,
}

/// Something that pulls at a point of the skin with a steady force: a long elastic band.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullLine {
    /// Contact point; without `_r` or `_l` both, mirrored.
    pub point: String,
    /// Force, N.
    pub newton: Option<f64>,
    /// Force as a share of the person's weight, percent; instead of `newton`.
    pub weight_percent: Option<f64>,
    /// Where to: forward, up, to the right (outwards where both sides are meant); its length does not matter.
    pub towards: [f64; 3],
}

/// A light stick that lies along two points of the body or goes from hand to hand; its weight is left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RodLine {
    /// The two contact points it goes past, in order.
    pub along: [String; 2],
    /// How far its axis lies from each of them: forward, up, right in the frame of the point's segment, cm.
    #[serde(default)]
    pub off_cm: [f64; 3],
    /// Length, cm.
    pub length_cm: f64,
    /// How far it reaches past the first point, away from the second, cm.
    #[serde(default)]
    pub past_cm: f64,
    /// Thickness, cm.
    #[serde(default = "rod_thickness")]
    pub thick_cm: f64,
}

/// Something to rest on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportRecord {
    /// Id within the posture.
    pub id: String,
    /// What it is.
    pub kind: SupportKind,
    /// Height of its surface above the floor, cm; for a wall or backrest the place of its foot in front of (+) the feet.
    #[serde(default)]
    pub at_cm: f64,
    /// The surface moves along its normal until the body rests on it: a chair of the right height.
    #[serde(default)]
    pub fit: bool,
    /// Direction in which it pushes; up where not said.
    #[serde(default = "up")]
    pub normal: [f64; 3],
    /// How far a soft surface gives, mm.
    #[serde(default)]
    pub give_mm: f64,
    /// Friction.
    #[serde(default = "friction")]
    pub friction: f64,
    /// Length along x and z, cm; for pictures and steps.
    #[serde(default)]
    pub size_cm: Option<[f64; 2]>,
    /// Middle along x and z, cm, in front of and to the right of where the body begins; without it the surface is under what rests on it.
    #[serde(default)]
    pub centre_cm: Option<[f64; 2]>,
}

/// What a body can rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupportKind {
    /// The floor; no point of the body can be below it.
    Floor,
    /// A mat or a bed; no point of the body can be below it.
    Mattress,
    /// A wall; no point of the body can be behind it.
    Wall,
    /// What one sits on.
    Seat,
    /// What one leans back on.
    Backrest,
    /// A stair or a low box.
    Step,
    /// What one leans the hands on.
    Table,
    /// A pillow or a roll under a part of the body.
    Cushion,
    /// A gymnastic ball.
    Ball,
    /// What hands hold, so that it can pull as well.
    Bar,
    /// A loop that carries a limb.
    Strap,
}

/// Points of the skin on one support, or on another point of the body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactLine {
    /// Contact points; without `_r` or `_l` a paired one means both.
    pub points: Vec<String>,
    /// Support.
    pub on: Option<String>,
    /// Contact point of the body that it leans on, same side.
    pub on_body: Option<String>,
    /// Whether the body may roll over it during a motion, as the buttocks on a seat; otherwise it stays where it was planted.
    #[serde(default)]
    pub rolls: bool,
    /// Whether a force is sought there; `false` where it only touches, or where a `[[pull]]` says how much a hand takes on purpose.
    #[serde(default = "yes")]
    pub carries: bool,
}

/// A point of the skin that shall be at a place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachLine {
    /// Contact point; without `_r` or `_l` both, mirrored.
    pub point: String,
    /// Place: forward of the feet's middle, above the floor, outwards from the midline, cm, for the reference man; it scales with height.
    pub at_cm: [f64; 3],
    /// The place is in the room, as the grips of a crate on the floor, and the same for everyone.
    #[serde(default)]
    pub fixed: bool,
    /// Which of `x`, `y`, `z` are meant.
    #[serde(default = "all_axes")]
    pub axes: String,
}

fn yes() -> bool {
    true
}
fn upright() -> String {
    "upright".to_owned()
}
fn rod_thickness() -> f64 {
    2.5
}
fn up() -> [f64; 3] {
    [0.0, 1.0, 0.0]
}
fn friction() -> f64 {
    FRICTION
}
fn all_axes() -> String {
    "xyz".to_owned()
}

/// A surface the body rests on, in the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Support {
    /// Id within the posture.
    pub id: String,
    /// What it is.
    pub kind: SupportKind,
    /// Unit normal: the direction in which it pushes.
    pub normal: DVec3,
    /// Its distance from the origin along the normal, m.
    pub offset_m: f64,
    /// How far it gives, m.
    pub give_m: f64,
    /// Friction.
    pub friction: f64,
    /// Whether hands hold it, so that it can pull as well.
    pub is_gripped: bool,
    /// Length along x and z, m, for pictures.
    pub size_m: Option<[f64; 2]>,
    /// Middle along x and z, m; none where it is under what rests on it.
    pub middle_m: Option<[f64; 2]>,
    /// Whether it moves to the body.
    pub fits: bool,
}

impl Support {
    /// Whether a place is over or in it, seen along its normal: everything is where its size or middle is not known.
    pub fn is_under(&self, place_m: DVec3) -> bool {
        self.middle_m.zip(self.size_m).is_none_or(|(middle, size)| {
            let beside = |at: f64, nth: usize| (at - middle[nth]).abs() > 0.5 * size[nth];
            !beside(place_m.x, 0) && !beside(place_m.z, 1)
        })
    }

    /// How deep a place lies under its surface beyond what it gives, m; below zero above it.
    pub(crate) fn depth_m(&self, place_m: DVec3) -> f64 {
        self.offset_m - self.normal.dot(place_m) - self.give_m
    }
}

/// What a contact point rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// A support, by its position in the posture's list.
    Support(usize),
    /// Another contact point of the body.
    Body(usize),
}

/// One contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Position in [`Body::contacts`].
    pub point: usize,
    /// What it rests on.
    pub against: Against,
    /// Whether it may roll during a motion.
    pub rolls: bool,
    /// Whether a force is sought there.
    pub carries: bool,
}

impl Touch {
    /// Where the support or the other point pushes, in the world, m: fingers and toes bend, so that they are pushed at the surface.
    pub fn place_m(&self, body: &Body, pose: &Pose, supports: &[Support]) -> DVec3 {
        let contact = &body.contacts[self.point];
        let at_m = pose.world_point(contact.segment, contact.at_m);
        match self.against {
            Against::Support(s) if contact.yields => {
                let Support {
                    normal, offset_m, give_m, ..
                } = supports[s];
                at_m + normal * (offset_m - give_m - normal.dot(at_m)).max(0.0)
            }
            _ => at_m,
        }
    }

    /// Whether it is the same point on the same thing.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.point == other.point && self.against == other.against
    }
}

/// A place that a contact point shall have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Position in [`Body::contacts`].
    pub point: usize,
    /// Place, m.
    pub at_m: DVec3,
    /// Which directions count: 1 or 0.
    pub mask: DVec3,
}

/// A level box that is held: one between both hands, or one that hangs from a hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Positions in [`Body::contacts`] of the fists that hold it.
    pub fists: Vec<usize>,
    /// Half edges along x, y and z of the world, m.
    pub half_m: DVec3,
    /// How far the grip lies above its middle, m.
    pub grip_m: f64,
}

impl Thing {
    /// Its middle in the world, m.
    pub fn centre_m(&self, body: &Body, pose: &Pose) -> DVec3 {
        let fists = self.fists.iter().map(|fist| &body.contacts[*fist]);
        let sum: DVec3 = fists.map(|fist| pose.world_point(fist.segment, fist.at_m)).sum();
        sum / self.fists.len().max(1) as f64 - DVec3::Y * self.grip_m
    }
}

/// A stick that goes with the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Rod {
    /// Segments and places in their frames, m, on its axis.
    pub along: [(usize, DVec3); 2],
    /// How far it reaches past the first place, m.
    pub past_m: f64,
    /// Length, m.
    pub length_m: f64,
    /// Radius, m.
    pub radius_m: f64,
}

impl Rod {
    /// Its two ends in the world, m.
    pub fn ends_m(&self, pose: &Pose) -> [DVec3; 2] {
        let [first, second] = self.along.map(|(segment, at_m)| pose.world_point(segment, at_m));
        let along = (second - first).normalize_or(DVec3::Y);
        let end = first - along * self.past_m;
        [end, end + along * self.length_m]
    }
}

/// A stance of one body before or after settling: coordinates, supports, contacts, masses.
#[derive(Debug, Clone)]
pub struct Posture {
    /// Id.
    pub id: String,
    /// Coordinates.
    pub state: State,
    /// Supports.
    pub supports: Vec<Support>,
    /// Contacts.
    pub touches: Vec<Touch>,
    /// Places to reach.
    pub reaches: Vec<Reach>,
    /// Joint coordinates that settling may change.
    pub free: Vec<usize>,
    /// Which rotations of the pelvis settling may change: about its x, y and z.
    pub free_root: [bool; 3],
    /// Wanted distance of the centre of mass in front of the ankles, m.
    pub balance_m: Option<f64>,
    /// Contact points over whose area the centre of mass shall lie; none where it does not matter.
    pub steady_on: Vec<usize>,
    /// Masses in the hands.
    pub held: Vec<HeldMass>,
    /// How large what is held is; nothing of masses that a caller adds.
    pub things: Vec<Thing>,
    /// Sticks that go with the body.
    pub rods: Vec<Rod>,
    /// Muscles that are tensed on purpose.
    pub tensed: Vec<Tensed>,
    /// Pressure in the abdomen beyond what the load evokes, Pa.
    pub strain_pa: f64,
}

/// A muscle group that is tensed on purpose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tensed {
    /// Position in [`Body::groups`].
    pub group: usize,
    /// Side; none for both.
    pub side: Option<Side>,
    /// Least activation, 0 to 1.
    pub activation: f64,
}

/// What acts on a body besides its weight and motion.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct World<'a> {
    /// What there is to rest on.
    pub supports: &'a [Support],
    /// What touches what.
    pub touches: &'a [Touch],
    /// Masses in the hands and pulls.
    pub held: &'a [HeldMass],
    /// Muscles that are tensed on purpose.
    pub tensed: &'a [Tensed],
    /// Pressure in the abdomen beyond what the load evokes, Pa.
    pub strain_pa: f64,
}

/// All postures and motions that are written.
#[derive(Debug, Clone, Default)]
pub struct Library {
    postures: BTreeMap<String, PostureRecord>,
    motions: BTreeMap<String, MotionRecord>,
}

impl Library {
    /// Reads the texts of `postures/stills/` and `postures/motions/`; others are passed over.
    ///
    /// # Errors
    /// Every text that cannot be read, with file and line.
    pub fn read(texts: &[Text<'_>]) -> Result<Self, Vec<Fault>> {
        let mut library = Self::default();
        let mut faults = Vec::new();
        for text in texts {
            let read = if text.path.starts_with("postures/stills/") {
                PostureRecord::read(text).map(|record| {
                    library.postures.insert(record.id.clone(), record);
                })
            } else if text.path.starts_with("postures/motions/") {
                MotionRecord::read(text).map(|record| {
                    library.motions.insert(record.id.clone(), record);
                })
            } else {
                Ok(())
            };
            faults.extend(read.err());
        }
        if faults.is_empty() { Ok(library) } else { Err(faults) }
    }

    /// Ids of all postures, sorted.
    pub fn posture_ids(&self) -> impl Iterator<Item = &str> {
        self.postures.keys().map(String::as_str)
    }

    /// Ids of all motions, sorted.
    pub fn motion_ids(&self) -> impl Iterator<Item = &str> {
        self.motions.keys().map(String::as_str)
    }

    /// The record of a posture.
    ///
    /// # Errors
    /// No such posture; the nearest id is named.
    pub fn posture_record(&self, id: &str) -> Result<&PostureRecord, PostureError> {
        self.postures.get(id).ok_or_else(|| unknown("posture", id, self.posture_ids()))
    }

    /// The record of a motion.
    ///
    /// # Errors
    /// No such motion; the nearest id is named.
    pub fn motion_record(&self, id: &str) -> Result<&MotionRecord, PostureError> {
        self.motions.get(id).ok_or_else(|| unknown("motion", id, self.motion_ids()))
    }

    /// A posture of this body, settled on its supports. `hold_kg` is added to the hands.
    ///
    /// # Errors
    /// Unknown id, angle, contact or support; angles no joint allows; supports that cannot be met.
    pub fn posture(&self, body: &Body, id: &str, hold_kg: f64) -> Result<Posture, PostureError> {
        let record = self.posture_record(id)?;
        let mut posture = record.stance.posture(body, id)?;
        posture.add_held(body, id, hold_kg)?;
        let settled = settle(body, &mut posture, None);
        settled.map_err(|cause| PostureError::Settle {
            subject: id.to_owned(),
            cause,
        })?;
        posture.check_ranges(body)?;
        Ok(posture)
    }

    /// A motion of this body. `hold_kg` is added to the hands.
    ///
    /// # Errors
    /// As for a posture; also contacts that slide or supports that are entered.
    pub fn motion(&self, body: &Body, id: &str, hold_kg: f64) -> Result<Motion, PostureError> {
        self.motion_record(id)?.motion(body, hold_kg)
    }
}

fn unknown<'a>(kind: &'static str, id: &str, ids: impl Iterator<Item = &'a str>) -> PostureError {
    PostureError::Unknown {
        kind,
        id: id.to_owned(),
        nearest: nearest(id, ids).unwrap_or_default().to_owned(),
    }
}

/// Words for angles that are not coordinates themselves.
const WORDS: [&str; 23] = [
    "trunk_flexion",
    "pelvis_pitch",
    "pelvis_roll",
    "pelvis_yaw",
    "lumbar_flexion",
    "lumbar_side_bend",
    "lumbar_rotation",
    "thorax_flexion",
    "thorax_side_bend",
    "thorax_rotation",
    "neck_flexion",
    "neck_side_bend",
    "neck_rotation",
    "hip_flexion",
    "hip_abduction",
    "hip_rotation",
    "knee_flexion",
    "ankle_flexion",
    "ankle_inversion",
    "shoulder_flexion",
    "shoulder_abduction",
    "shoulder_rotation",
    "elbow_flexion",
];

/// Levels in the order of the rhythm's shares.
const LEVELS: [&str; 6] = crate::anatomy::DISCS;
/// The word for forward and backward bending of the lumbar spine as a whole.
const LUMBAR_FLEXION: &str = "lumbar_flexion";

impl Stance {
    /// The stance of this body before settling.
    pub(crate) fn posture(&self, body: &Body, subject: &str) -> Result<Posture, PostureError> {
        let base = match self.base.as_str() {
            "upright" => DQuat::IDENTITY,
            "supine" => DQuat::from_rotation_z(std::f64::consts::FRAC_PI_2),
            "prone" => DQuat::from_rotation_z(-std::f64::consts::FRAC_PI_2),
            "side_right" => DQuat::from_rotation_x(std::f64::consts::FRAC_PI_2),
            "side_left" => DQuat::from_rotation_x(-std::f64::consts::FRAC_PI_2),
            other => {
                return Err(name_error(
                    subject,
                    other,
                    "base",
                    ["upright", "supine", "prone", "side_right", "side_left"].into_iter(),
                ));
            }
        };
        let mut state = State::standing(body);
        let (mut pitch, mut roll, mut yaw) = (0.0, 0.0, 0.0);
        let mut lumbar_flexion = 0.0;
        for (word, degrees) in &self.angles_deg {
            if !degrees.is_finite() || degrees.abs() > 360.0 {
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field: word.clone(),
                    value: *degrees,
                    low: -360.0,
                    high: 360.0,
                });
            }
            let angle = degrees.to_radians();
            match word.as_str() {
                "pelvis_pitch" => pitch += angle,
                "pelvis_roll" => roll += angle,
                "pelvis_yaw" => yaw += angle,
                "trunk_flexion" => {
                    let (lumbar, pelvis) = body.rhythm.lumbopelvic(angle);
                    pitch += pelvis;
                    lumbar_flexion += lumbar;
                    for (k, share) in expand(body, "hip_flexion").unwrap_or_default() {
                        state.q_rad[k] += share * pelvis;
                    }
                }
                LUMBAR_FLEXION => lumbar_flexion += angle,
                _ => {
                    let targets = expand(body, word).ok_or_else(|| word_error(body, subject, word))?;
                    for (k, share) in targets {
                        // A side's own word replaces the word for both.
                        let own = ["_r", "_l"].iter().any(|side| {
                            !word.ends_with(side)
                                && body.coordinates[k].id.ends_with(side)
                                && self.angles_deg.contains_key(&format!("{word}{side}"))
                        });
                        if !own {
                            state.q_rad[k] += share * angle;
                        }
                    }
                }
            }
        }
        for (k, angle) in flexed_levels(body, lumbar_flexion) {
            state.q_rad[k] += angle;
        }
        state.root = base * (DQuat::from_rotation_y(-yaw) * DQuat::from_rotation_x(roll) * DQuat::from_rotation_z(-pitch));

        let supports = self
            .supports
            .iter()
            .map(|record| record.support(subject))
            .collect::<Result<Vec<_>, _>>()?;
        let touches = self.touches(body, subject)?;
        let reaches = self.reaches(body, subject)?;
        let mut steady_on = Vec::new();
        for name in &self.steady_on {
            steady_on.extend(contact_points(body, subject, name)?.into_iter().map(|(point, _)| point));
        }
        let (mut free, mut free_root) = (Vec::new(), [false; 3]);
        for word in &self.free {
            match word.as_str() {
                "pelvis_roll" => free_root[0] = true,
                "pelvis_yaw" => free_root[1] = true,
                "pelvis_pitch" => free_root[2] = true,
                _ => free.extend(
                    expand(body, word)
                        .ok_or_else(|| word_error(body, subject, word))?
                        .into_iter()
                        .map(|(k, _)| k),
                ),
            }
        }
        free.sort_unstable();
        free.dedup();
        for (field, value) in [("strain_kpa", self.strain_kpa), ("balance_cm", self.balance_cm.unwrap_or(0.0))] {
            if !(-40.0..=40.0).contains(&value) {
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field: field.to_owned(),
                    value,
                    low: -40.0,
                    high: 40.0,
                });
            }
        }
        let mut posture = Posture {
            id: subject.to_owned(),
            state,
            supports,
            touches,
            reaches,
            free,
            free_root,
            balance_m: self.balance_cm.map(|cm| cm * 1e-2),
            steady_on,
            held: self.pulls(body, subject)?,
            things: self.hold.things(body, subject)?,
            rods: self.rods.iter().map(|line| line.rod(body, subject)).collect::<Result<_, _>>()?,
            tensed: self.tensed(body, subject)?,
            strain_pa: self.strain_kpa * 1e3,
        };
        posture.add_held(body, subject, self.hold.both_kg)?;
        posture.add_hand(body, subject, "fist_r", self.hold.right_kg)?;
        posture.add_hand(body, subject, "fist_l", self.hold.left_kg)?;
        Ok(posture)
    }

    fn pulls(&self, body: &Body, subject: &str) -> Result<Vec<HeldMass>, PostureError> {
        /// What people pull at, N.
        const NEWTON: (f64, f64) = (0.0, 500.0);
        let mut pulls = Vec::new();
        for line in &self.pulls {
            let towards = DVec3::from(line.towards);
            let weight_n = body.mass_kg() * GRAVITY_M_PER_S2;
            let newton = match (line.newton, line.weight_percent) {
                (Some(newton), None) => newton,
                (None, Some(percent)) => percent * 1e-2 * weight_n,
                _ => f64::NAN,
            };
            for (field, value, (low, high)) in [
                ("newton (or weight_percent, one of them)", newton, NEWTON),
                ("length of towards", towards.length(), (1e-3, 1e3)),
            ] {
                if !(low..=high).contains(&value) {
                    return Err(PostureError::Number {
                        subject: subject.to_owned(),
                        field: format!("{field} of the pull at {}", line.point),
                        value,
                        low,
                        high,
                    });
                }
            }
            for (point, side) in contact_points(body, subject, &line.point)? {
                let contact = &body.contacts[point];
                let mut pull_n = towards.normalize() * newton;
                if side == "_l" && !line.point.ends_with("_l") {
                    pull_n.z = -pull_n.z;
                }
                pulls.push(HeldMass {
                    segment: contact.segment,
                    at_m: contact.at_m,
                    mass_kg: 0.0,
                    pull_n,
                });
            }
        }
        Ok(pulls)
    }

    fn tensed(&self, body: &Body, subject: &str) -> Result<Vec<Tensed>, PostureError> {
        let tensed = self.tense.iter().map(|(word, activation)| {
            if !(0.0..=1.0).contains(activation) {
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field: format!("tense {word}"),
                    value: *activation,
                    low: 0.0,
                    high: 1.0,
                });
            }
            let (group, side) = match (word.strip_suffix("_r"), word.strip_suffix("_l")) {
                (Some(group), _) => (group, Some(Side::Right)),
                (_, Some(group)) => (group, Some(Side::Left)),
                _ => (word.as_str(), None),
            };
            let known = || body.groups.iter().map(String::as_str);
            let found = known().position(|known| known == group);
            Ok(Tensed {
                group: found.ok_or_else(|| name_error(subject, group, "muscle group of the body", known()))?,
                side,
                activation: *activation,
            })
        });
        tensed.collect()
    }

    fn touches(&self, body: &Body, subject: &str) -> Result<Vec<Touch>, PostureError> {
        let mut touches = Vec::new();
        for line in &self.contacts {
            for name in &line.points {
                for (point, side) in contact_points(body, subject, name)? {
                    let against = match (&line.on, &line.on_body) {
                        (Some(support), None) => {
                            let ids = || self.supports.iter().map(|support| support.id.as_str());
                            let index = ids().position(|id| id == support);
                            Against::Support(index.ok_or_else(|| name_error(subject, support, "support", ids()))?)
                        }
                        (None, Some(other)) => {
                            let same_side = format!("{other}{side}");
                            let other = if body.contact(&same_side).is_some() { &same_side } else { other };
                            let found = contact_points(body, subject, other)?;
                            Against::Body(found[0].0)
                        }
                        _ => {
                            return Err(name_error(
                                subject,
                                name,
                                "support",
                                ["on = a support, or on_body = a contact point"].into_iter(),
                            ));
                        }
                    };
                    touches.push(Touch {
                        point,
                        against,
                        rolls: line.rolls,
                        carries: line.carries,
                    });
                }
            }
        }
        Ok(touches)
    }

    fn reaches(&self, body: &Body, subject: &str) -> Result<Vec<Reach>, PostureError> {
        let mut reaches = Vec::new();
        for line in &self.reaches {
            if let Some(value) = line.at_cm.iter().find(|value| !(-300.0..=300.0).contains(*value)) {
                let field = format!("reach of {}", line.point);
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field,
                    value: *value,
                    low: -300.0,
                    high: 300.0,
                });
            }
            let mask = |axis| if line.axes.contains(axis) { 1.0 } else { 0.0 };
            for (point, side) in contact_points(body, subject, &line.point)? {
                let mut at_m = DVec3::from(line.at_cm) * 1e-2 * if line.fixed { 1.0 } else { body.height_ratio };
                if side == "_l" {
                    at_m.z = -at_m.z;
                }
                reaches.push(Reach {
                    point,
                    at_m,
                    mask: DVec3::new(mask('x'), mask('y'), mask('z')),
                });
            }
        }
        Ok(reaches)
    }
}

impl RodLine {
    fn rod(&self, body: &Body, subject: &str) -> Result<Rod, PostureError> {
        let offs = self.off_cm.map(|off| ("off_cm of a rod", off, -50.0, 50.0));
        let sizes = [
            ("length_cm of a rod", self.length_cm, 10.0, 250.0),
            ("past_cm of a rod", self.past_cm, 0.0, 200.0),
            ("thick_cm of a rod", self.thick_cm, 0.5, 10.0),
        ];
        for (field, value, low, high) in offs.into_iter().chain(sizes) {
            if !(low..=high).contains(&value) {
                return Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field: field.to_owned(),
                    value,
                    low,
                    high,
                });
            }
        }
        let place = |name: &String| {
            let known = || body.contacts.iter().map(|contact| contact.id.as_str());
            let point = body
                .contact(name)
                .ok_or_else(|| name_error(subject, name, "contact point", known()))?;
            let contact = &body.contacts[point];
            Ok((contact.segment, contact.at_m + DVec3::from(self.off_cm) * 1e-2))
        };
        Ok(Rod {
            along: [place(&self.along[0])?, place(&self.along[1])?],
            past_m: self.past_cm * 1e-2,
            length_m: self.length_cm * 1e-2,
            radius_m: self.thick_cm * 0.5e-2,
        })
    }
}

impl Hold {
    /// The things that are held.
    fn things(&self, body: &Body, subject: &str) -> Result<Vec<Thing>, PostureError> {
        /// Edges of what hands can hold, cm.
        const EDGE_CM: (f64, f64) = (1.0, 200.0);
        let hands: [(f64, &[&str]); 3] = [
            (self.both_kg, &["fist_r", "fist_l"]),
            (self.right_kg, &["fist_r"]),
            (self.left_kg, &["fist_l"]),
        ];
        let mut things = Vec::new();
        for (_, fists) in hands.into_iter().filter(|(mass_kg, _)| *mass_kg > 0.0) {
            let Some(size_cm) = self.size_cm else {
                return Err(PostureError::Size {
                    subject: subject.to_owned(),
                });
            };
            let fields = size_cm.map(|edge| ("size_cm of what is held", edge, EDGE_CM));
            let grip = ("grip_cm of what is held", self.grip_cm, (-EDGE_CM.1, EDGE_CM.1));
            for (field, value, (low, high)) in fields.into_iter().chain([grip]) {
                if !(low..=high).contains(&value) {
                    return Err(PostureError::Number {
                        subject: subject.to_owned(),
                        field: field.to_owned(),
                        value,
                        low,
                        high,
                    });
                }
            }
            things.push(Thing {
                fists: fists.iter().filter_map(|fist| body.contact(fist)).collect(),
                half_m: DVec3::from(size_cm) * 0.5e-2,
                grip_m: self.grip_cm * 1e-2,
            });
        }
        Ok(things)
    }
}

impl SupportRecord {
    fn support(&self, subject: &str) -> Result<Support, PostureError> {
        let normal = DVec3::from(self.normal);
        let number = |field: &str, value: f64, low: f64, high: f64| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(PostureError::Number {
                    subject: subject.to_owned(),
                    field: format!("{} {field}", self.id),
                    value,
                    low,
                    high,
                })
            }
        };
        number("at_cm", self.at_cm, -300.0, 300.0)?;
        number("give_mm", self.give_mm, 0.0, 150.0)?;
        number("friction", self.friction, 0.0, 2.0)?;
        number("length of the normal", normal.length(), 0.5, 1.5)?;
        let normal = normal.normalize();
        Ok(Support {
            id: self.id.clone(),
            kind: self.kind,
            normal,
            // A level surface at its height; an upright one at its distance in front of the feet, or to their right.
            offset_m: self.at_cm
                * 1e-2
                * [normal.y, normal.x, normal.z]
                    .into_iter()
                    .fold(0.0, |most: f64, n| if n.abs() > most.abs() { n } else { most }),
            give_m: self.give_mm * 1e-3,
            friction: self.friction,
            is_gripped: self.kind == SupportKind::Bar,
            size_m: self.size_cm.map(|size| size.map(|cm| cm * 1e-2)),
            middle_m: self.centre_cm.map(|centre| centre.map(|cm| cm * 1e-2)),
            fits: self.fit,
        })
    }
}

impl Posture {
    /// What acts on the body.
    pub fn world(&self) -> World<'_> {
        World {
            supports: &self.supports,
            touches: &self.touches,
            held: &self.held,
            tensed: &self.tensed,
            strain_pa: self.strain_pa,
        }
    }

    /// Adds a mass shared by both hands.
    ///
    /// # Errors
    /// Not a number, or outside −0 to 100 kg.
    pub fn add_held(&mut self, body: &Body, subject: &str, both_kg: f64) -> Result<(), PostureError> {
        for fist in ["fist_r", "fist_l"] {
            self.add_hand(body, subject, fist, both_kg / 2.0)?;
        }
        Ok(())
    }

    fn add_hand(&mut self, body: &Body, subject: &str, fist: &str, mass_kg: f64) -> Result<(), PostureError> {
        if !(0.0..=100.0).contains(&mass_kg) {
            return Err(PostureError::Number {
                subject: subject.to_owned(),
                field: "mass held, kg".to_owned(),
                value: mass_kg,
                low: 0.0,
                high: 100.0,
            });
        }
        if mass_kg > 0.0
            && let Some(point) = body.contact(fist)
        {
            let contact = &body.contacts[point];
            self.held.push(HeldMass {
                segment: contact.segment,
                at_m: contact.at_m,
                mass_kg,
                pull_n: DVec3::ZERO,
            });
        }
        Ok(())
    }

    /// Whether nothing that is held stands inside the body, and no limb in another.
    ///
    /// # Errors
    /// The segment, and how deep.
    pub fn check_skin(&self, body: &Body) -> Result<(), PostureError> {
        let mut pose = Pose::new(body);
        pose.update(body, &self.state);
        skin::check(body, &self.supports, &self.touches, &self.things, &self.rods, &pose).map_err(|cause| PostureError::Settle {
            subject: self.id.clone(),
            cause,
        })
    }

    /// Whether every joint is within what it allows.
    pub(crate) fn check_ranges(&self, body: &Body) -> Result<(), PostureError> {
        /// Settling may end a hair beyond a range.
        const SLACK_RAD: f64 = 0.02;
        for (coordinate, q) in body.coordinates.iter().zip(&self.state.q_rad) {
            let (low, high) = coordinate.range_rad;
            if !(low - SLACK_RAD..=high + SLACK_RAD).contains(q) {
                return Err(PostureError::Range {
                    subject: self.id.clone(),
                    coordinate: coordinate.id.clone(),
                    value_deg: q.to_degrees(),
                    low_deg: low.to_degrees(),
                    high_deg: high.to_degrees(),
                });
            }
        }
        Ok(())
    }
}

/// Coordinates that an angle's word means, each with its share; none where the word is unknown.
pub(crate) fn expand(body: &Body, word: &str) -> Option<Vec<(usize, f64)>> {
    if let Some(k) = body.coordinate(word) {
        return Some(vec![(k, 1.0)]);
    }
    for (name, shares) in [
        (LUMBAR_FLEXION, &body.rhythm.flexion_percent),
        ("lumbar_side_bend", &body.rhythm.side_bend_percent),
        ("lumbar_rotation", &body.rhythm.rotation_percent),
    ] {
        if word == name {
            let kind = &name["lumbar_".len()..];
            let level = |(level, share): (&&str, &f64)| Some((body.coordinate(&format!("{level}_{kind}"))?, share * 1e-2));
            return LEVELS.iter().zip(shares).map(level).collect();
        }
    }
    if let Some(kind) = word.strip_prefix("thorax_") {
        return Some(vec![(body.coordinate(&format!("mid-thoracic_{kind}"))?, 1.0)]);
    }
    let both = [body.coordinate(&format!("{word}_r"))?, body.coordinate(&format!("{word}_l"))?];
    Some(both.into_iter().map(|k| (k, 1.0)).collect())
}

/// Angle of each level, rad, for a total of lumbar flexion: by the shares of the rhythm, and towards the end of forward bending so that every
/// level comes to use the same part of its range.
fn flexed_levels(body: &Body, total: f64) -> Vec<(usize, f64)> {
    let levels = expand(body, LUMBAR_FLEXION).unwrap_or_default();
    let range: f64 = levels.iter().map(|(k, _)| body.coordinates[*k].range_rad.1).sum();
    let (shares_to, even_from) = (
        body.rhythm.flexion_shares_to_deg.to_radians(),
        body.rhythm.flexion_even_from_deg.to_radians(),
    );
    let evened = ((total - shares_to) / (even_from - shares_to)).clamp(0.0, 1.0);
    let angle = |(k, share): (usize, f64)| {
        let by_range = body.coordinates[k].range_rad.1 / range;
        let angle = if total <= shares_to {
            share * total
        } else if total < even_from {
            (1.0 - evened) * share * shares_to + evened * by_range * even_from
        } else {
            by_range * total
        };
        (k, angle)
    };
    levels.into_iter().map(angle).collect()
}

impl crate::anatomy::Rhythm {
    /// Lumbar and pelvic part of an inclination of the thorax, rad.
    fn lumbopelvic(&self, inclination: f64) -> (f64, f64) {
        // dL/dI = ρ / (1 + ρ), integrated in small steps with ρ linear between the given inclinations.
        const STEPS: u32 = 200;
        let step = inclination / f64::from(STEPS);
        let lumbar: f64 = (0..STEPS)
            .map(|i| {
                let at_deg = (step * (f64::from(i) + 0.5)).abs().to_degrees();
                let ratio = interpolate(&self.lumbopelvic_at_deg, &self.lumbopelvic_ratio, at_deg);
                step * ratio / (1.0 + ratio)
            })
            .sum();
        (lumbar, inclination - lumbar)
    }
}

fn interpolate(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let upper = xs.partition_point(|known| *known < x);
    match (upper.checked_sub(1), ys.get(upper)) {
        (None, _) => ys.first().copied().unwrap_or(1.0),
        (Some(lower), None) => ys.get(lower).copied().unwrap_or(1.0),
        (Some(lower), Some(y)) => {
            let share = (x - xs[lower]) / (xs[upper] - xs[lower]);
            ys[lower] + share * (y - ys[lower])
        }
    }
}

pub(crate) fn contact_points(body: &Body, subject: &str, name: &str) -> Result<Vec<(usize, &'static str)>, PostureError> {
    if let Some(point) = body.contact(name) {
        let side = if name.ends_with("_l") {
            "_l"
        } else if name.ends_with("_r") {
            "_r"
        } else {
            ""
        };
        return Ok(vec![(point, side)]);
    }
    match (body.contact(&format!("{name}_r")), body.contact(&format!("{name}_l"))) {
        (Some(right), Some(left)) => Ok(vec![(right, "_r"), (left, "_l")]),
        _ => Err(name_error(
            subject,
            name,
            "contact point",
            body.contacts.iter().map(|contact| contact.id.as_str()),
        )),
    }
}

fn name_error<'a>(subject: &str, name: &str, what: &'static str, known: impl Iterator<Item = &'a str>) -> PostureError {
    PostureError::Name {
        subject: subject.to_owned(),
        name: name.to_owned(),
        what,
        nearest: nearest(name, known).unwrap_or_default().to_owned(),
    }
}

fn word_error(body: &Body, subject: &str, word: &str) -> PostureError {
    let words = WORDS
        .into_iter()
        .chain(body.coordinates.iter().map(|coordinate| coordinate.id.as_str()));
    PostureError::Word {
        subject: subject.to_owned(),
        word: word.to_owned(),
        nearest: nearest(word, words).unwrap_or_default().to_owned(),
    }
}
