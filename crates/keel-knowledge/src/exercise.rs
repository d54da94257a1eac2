//! Exercises as records: what one is, whom it fits, how it is dosed. Knows no person and no load.

use serde::{Deserialize, Serialize};

use crate::{Condition, Text};

/// What an exercise is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Position of ease.
    Unload,
    /// Breathing and relaxation.
    Breathing,
    /// Gentle activation of deep muscles.
    Activate,
    /// Strength and endurance.
    Strengthen,
    /// Lengthening and release.
    Relax,
    /// Repeated movement in the direction that eases.
    Directional,
    /// Gliding of nerves.
    Neural,
    /// Whole body, neck to ankle.
    Complex,
    /// Balance.
    Balance,
    /// Walking.
    Walking,
    /// Endurance of heart and lungs.
    Aerobic,
    /// In water.
    Aquatic,
}

impl Aim {
    /// All aims, in the order in which a session runs.
    pub const ALL: [Aim; 12] = [
        Aim::Breathing,
        Aim::Unload,
        Aim::Directional,
        Aim::Activate,
        Aim::Strengthen,
        Aim::Neural,
        Aim::Complex,
        Aim::Balance,
        Aim::Relax,
        Aim::Aerobic,
        Aim::Aquatic,
        Aim::Walking,
    ];

    /// The id used in knowledge files.
    pub fn id(self) -> &'static str {
        match self {
            Aim::Unload => "unload",
            Aim::Breathing => "breathing",
            Aim::Activate => "activate",
            Aim::Strengthen => "strengthen",
            Aim::Relax => "relax",
            Aim::Directional => "directional",
            Aim::Neural => "neural",
            Aim::Complex => "complex",
            Aim::Balance => "balance",
            Aim::Walking => "walking",
            Aim::Aerobic => "aerobic",
            Aim::Aquatic => "aquatic",
        }
    }
}

/// The direction in which an exercise moves the low back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Stays in the middle range.
    Neutral,
    /// Bends back.
    Extension,
    /// Bends forward.
    Flexion,
    /// Bends or shifts sideways.
    Lateral,
    /// Turns.
    Rotation,
    /// Takes load off.
    Unload,
}

/// Time since the episode began, as a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Under 6 weeks.
    Acute,
    /// 6 to 12 weeks.
    Subacute,
    /// Over 12 weeks.
    Chronic,
}

/// How easily symptoms are provoked and how slowly they settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Irritability {
    /// Easily provoked, slow to settle.
    High,
    /// In between.
    Moderate,
    /// Hard to provoke, quick to settle.
    Low,
}

macro_rules! ids {
    ($type:ident { $($variant:ident => $id:literal),+ $(,)? }) => {
        impl $type {
            /// The id used in knowledge files.
            pub fn id(self) -> &'static str {
                match self { $($type::$variant => $id),+ }
            }

            /// The value of an id.
            pub fn from_id(id: &str) -> Option<$type> {
                match id { $($id => Some($type::$variant),)+ _ => None }
            }
        }
    };
}

ids!(Direction { Neutral => "neutral", Extension => "extension", Flexion => "flexion", Lateral => "lateral", Rotation => "rotation", Unload => "unload" });
ids!(Stage { Acute => "acute", Subacute => "subacute", Chronic => "chronic" });
ids!(Irritability { High => "high", Moderate => "moderate", Low => "low" });

/// Strength of the evidence for this class of exercise. No item has high-certainty evidence in disc herniation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Evidence {
    /// Guideline statement, systematic review or randomised trial of the class.
    E2,
    /// Limited, indirect, biomechanical or one small trial.
    E3,
    /// Tradition, comfort.
    E4,
}

/// An exercise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Name.
    pub name: Text,
    /// Purpose.
    pub aim: Aim,
    /// Direction of the low back.
    pub direction: Direction,
    /// Stages in which it may be used.
    pub stages: Vec<Stage>,
    /// Irritability in which it may be used.
    pub irritability: Vec<Irritability>,
    /// Picture of the position, in `postures/pictograms/`.
    pub position: String,
    /// Kit needed beyond floor, bed, wall, pillow and towel.
    pub equipment: Vec<String>,
    /// Muscle groups it trains.
    pub strengthens: Vec<String>,
    /// Muscle groups it lengthens or calms.
    pub relaxes: Vec<String>,
    /// Contraindication codes.
    pub contraindications: Vec<String>,
    /// Conditions that must all be yes.
    #[serde(default)]
    pub requires: Vec<Condition>,
    /// Easier exercises.
    pub easier: Vec<String>,
    /// Harder exercises.
    pub harder: Vec<String>,
    /// Whether it has to be learnt, and so counts among the new exercises of a session.
    pub learn: bool,
    /// Evidence for its class.
    pub evidence: Evidence,
    /// Starting position.
    pub start: Text,
    /// Movement.
    #[serde(rename = "move")]
    pub movement: Text,
    /// Reminder.
    pub cue: Text,
    /// What the body does in it: a motion, one repetition with the right side where sides take turns.
    pub motion: Option<String>,
    /// What the body does in it: a posture that is held.
    pub posture: Option<String>,
    /// Why neither is given and no load is computed.
    pub not_computed: Option<Text>,
    /// Claims of this record that the computed load does not bear out, each with the reason why it stands all the same.
    #[serde(default)]
    pub claims_kept: Vec<ClaimKept>,
    /// Common faults.
    pub mistakes: Vec<Text>,
    /// Faults that a camera could see, with their measure: hints on form for a clinician and a camera to come, never a judgement of safety.
    #[serde(default)]
    pub camera_faults: Vec<Text>,
    /// When to stop this one, beyond the general rules.
    pub stop: Option<Text>,
    /// Dose ranges.
    pub dose: DoseRange,
}

/// A claim that stands although the computed load does not bear it out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimKept {
    /// A muscle group, `neutral`, or the id of an easier exercise that loads more.
    pub claim: String,
    /// Why it stands, for a clinician.
    pub why: Text,
}

/// What the body does in an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<'a> {
    /// It moves.
    Motion(&'a str),
    /// It is held.
    Posture(&'a str),
    /// Nothing is computed, for this reason.
    NotComputed(&'a Text),
}

impl Exercise {
    /// What the body does; none only where the linter has refused the record.
    pub fn shown(&self) -> Option<Shown<'_>> {
        match (&self.motion, &self.posture, &self.not_computed) {
            (Some(motion), None, None) => Some(Shown::Motion(motion)),
            (None, Some(posture), None) => Some(Shown::Posture(posture)),
            (None, None, Some(why)) => Some(Shown::NotComputed(why)),
            _ => None,
        }
    }
}

/// Dose ranges, low to high.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoseRange {
    /// Sets.
    pub sets: [u32; 2],
    /// Repetitions in a set, for each side where `per_side`.
    pub reps: [u32; 2],
    /// Seconds held in each repetition.
    pub hold_s: [u32; 2],
    /// Seconds of movement in each repetition, outside the hold.
    pub move_s: u32,
    /// Whether repetitions are for each side.
    pub per_side: bool,
    /// Seconds of rest between sets.
    pub rest_s: u32,
    /// Times on one day.
    pub per_day: [u32; 2],
    /// Days in a week.
    pub days_per_week: [u32; 2],
}
