//! What stands beside exercise: physiotherapy, belts and other kit, and what to expect of the course.

use serde::Deserialize;

use crate::{Condition, Text};

/// Who carries out or fits something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The person, at home.
    #[serde(rename = "self")]
    Person,
    /// A physiotherapist.
    Professional,
    /// A doctor.
    Clinician,
    /// A specialist, such as a surgeon or an orthotist.
    Specialist,
}

impl Who {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Who::Person => "self",
            Who::Professional => "professional",
            Who::Clinician => "clinician",
            Who::Specialist => "specialist",
        }
    }
}

/// What studies and guidelines say of a modality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Benefit is likely.
    Likely,
    /// Benefit is possible, for a short time.
    Possible,
    /// Not enough is known.
    Insufficient,
    /// Advised against as routine.
    Against,
}

impl Grade {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Grade::Likely => "likely",
            Grade::Possible => "possible",
            Grade::Insufficient => "insufficient",
            Grade::Against => "against",
        }
    }
}

/// What an undetermined reason does: the question is put first, and until then the thing is not cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstAsk {
    /// The only choice.
    Asks,
}

/// A reason that stands against a modality or a belt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainstRule {
    /// Id inside the record.
    pub id: String,
    /// When it is present.
    pub when: Condition,
    /// What missing facts do.
    pub undetermined: FirstAsk,
    /// Completes "Not for you now, because …".
    pub reason: Text,
}

/// A modality of physiotherapy. It is recorded as prescribed; its dose is never advised.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modality {
    /// Name.
    pub name: Text,
    /// Order.
    pub order: u32,
    /// Who does it.
    pub who: Who,
    /// What is done.
    pub what: Text,
    /// What is known.
    pub grade: Grade,
    /// What studies and guidelines say.
    pub evidence: Text,
    /// What a person may notice, and when to talk about ending it.
    pub expect: Text,
    /// Hours without exercise afterwards.
    pub wait_h: u32,
    /// Why.
    #[serde(default)]
    pub wait_why: Option<Text>,
    /// Exercises that stay open while waiting.
    #[serde(default)]
    pub after_allow: Vec<String>,
    /// After so many sessions without change it is time to talk to the clinician.
    pub review_after_sessions: u32,
    /// What stands against it.
    #[serde(default, rename = "against")]
    pub against: Vec<AgainstRule>,
}

/// A belt, or another piece of kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrthosisKind {
    /// Worn around the trunk or pelvis.
    Belt,
    /// Anything else.
    Kit,
}

/// A kind of belt or kit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orthosis {
    /// Name.
    pub name: Text,
    /// Order.
    pub order: u32,
    /// Belt or kit.
    pub kind: OrthosisKind,
    /// 0 (none) to 4 (shell).
    pub rigidity: u8,
    /// How it is built.
    pub made_of: Text,
    /// What it may be good for.
    #[serde(rename = "use")]
    pub good_for: Text,
    /// What it does not do, whom it does not fit.
    pub not_for: Text,
    /// Who decides and fits.
    pub who: Who,
    /// US billing codes.
    #[serde(default)]
    pub hcpcs: Vec<String>,
    /// When it may be proposed as an option.
    pub sensible_when: Condition,
    /// The reason shown with it.
    pub why: Text,
}

/// How belts are judged, measured, checked, worn and left off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeltRules {
    /// Title.
    pub title: Text,
    /// What is known about belts.
    pub stance: Text,
    /// What stands against any belt.
    pub against: Vec<AgainstRule>,
    /// Measuring guide.
    pub measure: Vec<Measure>,
    /// Checklist for a concrete product.
    pub quality: Vec<QualityPoint>,
    /// Check when worn.
    pub fit: Vec<FitPoint>,
    /// Wear plan.
    pub wear: Vec<WearStep>,
    /// What it is worn for.
    pub task: Vec<Note>,
    /// When never.
    pub never: Vec<Note>,
    /// When to take it off and ask.
    pub stop: Vec<Note>,
    /// Leaving it off.
    pub wean: Wean,
    /// Muscles meanwhile.
    pub guard: Guard,
}

/// One measure of the body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Field.
    pub field: String,
    /// How it is taken.
    pub how: Text,
    /// Picture in `postures/pictograms/`.
    pub picture: String,
}

/// One point of the quality checklist.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityPoint {
    /// Yes/no field.
    pub field: String,
    /// Weight.
    pub points: u32,
    /// A "no" means: rather not this one.
    pub must: bool,
    /// Why it matters.
    pub why: Text,
}

/// One point of the fit check.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitPoint {
    /// Yes/no field.
    pub field: String,
    /// A "no" means: take it off until it fits.
    pub must: bool,
    /// What to do after a "no".
    pub if_not: Text,
}

/// Hours of wearing in some weeks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WearStep {
    /// First and last week of wearing.
    pub weeks: [u32; 2],
    /// Hours on one day, at most.
    pub hours_most: f64,
    /// To the person.
    pub says: Text,
}

/// A sentence; some lead to the safety questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The sentence.
    pub text: Text,
    /// Leads to the safety questions.
    #[serde(default)]
    pub triage: bool,
}

/// Leaving a belt off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wean {
    /// Minutes less, low to high.
    pub minutes: [u32; 2],
    /// Every so many days.
    pub days: u32,
    /// To the person.
    pub text: Text,
}

/// Exercise while a belt is worn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Days of exercise a week, at least.
    pub exercise_days_least: u32,
    /// To the person.
    pub text: Text,
}

/// What a page of the course is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    /// What to expect, with numbers.
    Expect,
    /// A phase in weeks.
    Phase,
    /// A step of the flare-up plan.
    Flare,
    /// What to tell whom.
    Tell,
    /// A common claim that needs care.
    Claim,
}

impl CourseKind {
    /// All kinds, in the order of the page.
    pub const ALL: [CourseKind; 5] = [
        CourseKind::Phase,
        CourseKind::Expect,
        CourseKind::Flare,
        CourseKind::Tell,
        CourseKind::Claim,
    ];

    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            CourseKind::Expect => "expect",
            CourseKind::Phase => "phase",
            CourseKind::Flare => "flare",
            CourseKind::Tell => "tell",
            CourseKind::Claim => "claim",
        }
    }
}

/// Something to know about the course.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Kind.
    pub kind: CourseKind,
    /// Order within its kind.
    pub order: u32,
    /// Title.
    pub title: Text,
    /// The text.
    pub text: Text,
    /// Evidence in plain words.
    #[serde(default)]
    pub why: Option<Text>,
    /// Weeks of a phase, first to last.
    #[serde(default)]
    pub weeks: Option<[u32; 2]>,
    /// Hours of a flare-up step.
    #[serde(default)]
    pub hours: Option<[u32; 2]>,
    /// Exercises of a flare-up step.
    #[serde(default)]
    pub exercises: Vec<String>,
    /// To whom it is shown.
    pub shown_when: Condition,
    /// Records that carry a claim's treatment out: `exercise:ID`, `rule:ID` (contraindication) or `record:PATH`.
    #[serde(default)]
    pub treated_by: Vec<String>,
}

/// When the safety questions come again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retriage {
    /// Title.
    pub title: Text,
    /// The daily questions before each session.
    pub daily: bool,
    /// Days after which the weekly questions come again.
    pub weekly_days: u32,
    /// Days after the beginning at which all come again.
    pub at_days: Vec<u32>,
    /// Events after which all come again.
    #[serde(rename = "event")]
    pub events: Vec<RetriageEvent>,
    /// Weeks at which improvement is judged.
    pub non_response_weeks: u32,
    /// Improvement below this share, in percent, is no response.
    pub non_response_percent: f64,
    /// Weeks of severe pain after which a doctor is asked.
    pub severe_weeks: u32,
    /// Days for which the score of a questionnaire says how someone is.
    pub scores_valid_days: u32,
}

/// An event after which the safety questions come again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetriageEvent {
    /// Id.
    pub id: String,
    /// To the person.
    pub text: Text,
}
