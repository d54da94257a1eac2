//! Rules as records: red flags, triage, contraindications, classifications, the programme matrix, medicines.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Aim, Condition, Irritability, Stage, Text};

/// Outcome level of triage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// 0 (continue) to 4 (emergency).
    pub rank: u8,
    /// Short title.
    pub title: Text,
    /// What to do.
    pub action: Text,
    /// Aims still open; `all` for no limit.
    pub allow: Vec<String>,
    /// Exercises open beyond these aims.
    #[serde(default)]
    pub allow_exercises: Vec<String>,
}

/// One screen of red-flag questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedFlagGroup {
    /// Order of the screens.
    pub order: u32,
    /// Heading.
    pub title: Text,
    /// Why these questions are asked.
    pub lead: Text,
}

/// When a red flag is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskSet {
    /// Before each session.
    Daily,
    /// Every seven days.
    Weekly,
    /// At the beginning and after events.
    Onboarding,
}

/// A red-flag question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedFlag {
    /// Screen.
    pub group: String,
    /// Order on the screen.
    pub order: u32,
    /// When it is asked.
    pub set: AskSet,
    /// Level when positive.
    pub level: String,
    /// Whom it concerns; asked unless this is "no".
    pub applies: Condition,
    /// The question.
    pub question: Text,
    /// What is meant.
    #[serde(default)]
    pub help: Option<Text>,
    /// What a positive answer may point to.
    pub because: Text,
    /// A clinician may record that it is known, examined and unchanged; for a while it leads to this level only.
    #[serde(default)]
    pub examined_level: Option<String>,
}

/// What an undetermined condition does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUndetermined {
    /// Counts as yes.
    Fires,
    /// Does not fire, but the missing facts are asked for.
    Asks,
}

/// What an undetermined contraindication does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnclear {
    /// The exercises are left out until it is known.
    Excludes,
    /// It is not considered.
    Ignores,
}

/// Kind of a triage rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriageRuleKind {
    /// Several facts together.
    Combine,
    /// A profile that needs a clinician first.
    Gate,
    /// Advice with questions for the doctor.
    Card,
}

/// A combination rule or profile gate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageRule {
    /// Order in the trace.
    pub order: u32,
    /// Kind.
    pub kind: TriageRuleKind,
    /// Level when it fires.
    pub level: String,
    /// When it fires.
    pub when: Condition,
    /// What missing facts do.
    pub undetermined: WhenUndetermined,
    /// Aims left open; narrower than the level's.
    #[serde(default)]
    pub allow: Option<Vec<String>>,
    /// Exercises left open beyond these aims.
    #[serde(default)]
    pub allow_exercises: Option<Vec<String>>,
    /// Short title.
    pub title: Text,
    /// What it means for the person.
    pub message: Text,
    /// What to ask the doctor.
    #[serde(default)]
    pub questions: Vec<Text>,
}

/// A reason to leave exercises out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contraindication {
    /// When it is present.
    pub when: Condition,
    /// What missing facts do.
    pub undetermined: WhenUnclear,
    /// Short title.
    pub title: Text,
    /// Completes "Left out because …".
    pub reason: Text,
}

/// Classes in order of precedence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// What is classified.
    pub title: Text,
    /// The class assumed while undetermined.
    pub strictest: String,
    /// Classes, first match wins.
    #[serde(rename = "class")]
    pub classes: Vec<Class>,
}

/// One class of a [`Classification`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Id.
    pub id: String,
    /// When it matches.
    pub when: Condition,
    /// Name.
    pub name: Text,
    /// What it means for the person.
    pub meaning: Text,
}

/// How much of each exercise's dose range is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoseLevel {
    /// Low end.
    Low,
    /// Middle.
    Middle,
}

/// What a week is about for one stage and irritability.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeCell {
    /// Stage.
    pub stage: Stage,
    /// Irritability.
    pub irritability: Irritability,
    /// Open aims.
    pub aims: Vec<Aim>,
    /// Preferred exercises.
    pub prefer: Vec<String>,
    /// Exercises left out.
    pub avoid: Vec<String>,
    /// Minutes of one walk, low to high.
    pub walk_bout_min: [u32; 2],
    /// Walks on one day, low to high.
    pub walks_per_day: [u32; 2],
    /// Items in one session, low to high.
    pub items_per_session: [u32; 2],
    /// Dose.
    pub dose: DoseLevel,
    /// Loads of the discs.
    pub loads: LoadBudget,
    /// What these weeks are about.
    pub message: Text,
}

/// What the discs may bear in these weeks, relative to the person's own relaxed standing.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadBudget {
    /// Largest compression of any lumbar disc in an exercise, × standing.
    pub peak_of_standing: f64,
    /// Compression beyond standing on one day, summed over time, minutes at one standing more.
    pub compression_min_per_day: f64,
    /// Shear beyond standing on one day, as a share of the compression in standing, summed likewise, minutes.
    pub shear_min_per_day: f64,
    /// Flexion beyond the middle range on one day, as a share of the range, times the compression relative to standing, summed likewise, minutes.
    pub flexion_min_per_day: f64,
}

/// What load a claim of an exercise's record asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadClaims {
    /// Least activation at the peak of a muscle that is said to be strengthened, share of its strength.
    pub strengthens_least: f64,
    /// The same where the aim is to activate.
    pub activates_least: f64,
    /// Least length of a muscle that is said to be stretched, over its length in relaxed standing.
    pub stretches_least: f64,
    /// Largest mean activation of a muscle that is said to rest.
    pub rests_most: f64,
    /// Largest share of the lumbar range that an exercise in the middle range uses, to any side.
    pub neutral_most: f64,
    /// By how much an easier exercise may load more than a harder one, share.
    pub easier_tolerance: f64,
    /// Largest compression, × standing, up to which no exercise counts as hard on the discs, so that the order does not matter.
    pub easy_up_to: f64,
}

/// How a week is composed: prices and values weigh against each other, in no unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekRules {
    /// New exercises in one session, at most.
    pub new_per_session: u32,
    /// Muscle groups everyone trains.
    pub corset: Vec<String>,
    /// Sessions a week for a weak group.
    pub sessions_for_weak: u32,
    /// Sessions a week for a tense group.
    pub sessions_for_tense: u32,
    /// Sessions a week for a group of the corset that was not found weak.
    pub sessions_for_corset: u32,
    /// Price of each session a weak group lacks.
    pub price_of_unmet_weak: f64,
    /// Price of each session a tense group lacks.
    pub price_of_unmet_tense: f64,
    /// Price of each session a corset group lacks.
    pub price_of_unmet_corset: f64,
    /// Price of each session that lacks ease, training, whole body or walk.
    pub price_of_missing_role: f64,
    /// Price of each further exercise to remember.
    pub price_of_variety: f64,
    /// Value of an exercise preferred for this stage and irritability, each session.
    pub value_of_preferred: f64,
    /// Value of the direction that eases, each session.
    pub value_of_direction: f64,
    /// Value of the best evidence grade, each session.
    pub value_of_evidence: f64,
    /// Exercises dosed up to so many days a week are not done on days in a row.
    pub rest_day_up_to_days_per_week: u32,
    /// Minutes after rising at which a session is proposed where the person names no time.
    pub default_start_after_rising_min: u32,
    /// Minutes after rising during which bending forward is left out at least.
    pub no_bending_after_rising_min: u32,
    /// Minutes a day assumed where the person names none.
    pub default_minutes_per_day: u32,
    /// Days a week assumed where the person names none.
    pub default_days_per_week: u32,
    /// Share of the walking time without symptoms at which walking begins, and the share it may reach.
    pub walk_share_of_tolerance: [f64; 2],
    /// Share of a day's minutes that the walk gets before the exercises are chosen.
    pub walk_share_of_minutes: f64,
}

/// A medicine, or a class of medicines a person would name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medicine {
    /// International non-proprietary name.
    pub name: Text,
    /// Classes that rules use.
    pub classes: Vec<String>,
    /// Shown first in the picker.
    pub common: bool,
    /// Label limit, as a fact.
    #[serde(default)]
    pub label_max: Option<Text>,
    /// Remark.
    #[serde(default)]
    pub note: Option<Text>,
    /// Label maximum of an adult in one day, mg by mouth.
    #[serde(default)]
    pub label_max_mg: Option<f64>,
    /// Hours for which it may hide pain.
    #[serde(default)]
    pub masks_h: Option<u32>,
    /// Hours for which it makes drowsy.
    #[serde(default)]
    pub sedates_h: Option<u32>,
    /// Lower maxima on the label.
    #[serde(default, rename = "label_cap")]
    pub label_caps: Vec<LabelCap>,
    /// Codes by system, such as ATC or RxNorm: never shipped, loaded by an operator who may use them.
    #[serde(skip)]
    pub codes: BTreeMap<String, String>,
}

/// Why codes of medicines could not be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MedicineCodesError {
    /// The file is not what is expected.
    #[error("{0}")]
    Unreadable(String),
    /// Ids that are not there.
    #[error("there is no medicine {0}")]
    Unknown(String),
}

impl crate::Knowledge {
    /// Takes codes of medicines: a TOML file with `[ID]` tables of `system = "code"`, such as `[ibuprofen] atc = "M01AE01"`.
    ///
    /// # Errors
    /// The file cannot be read, or names a medicine that is not there; nothing is taken then.
    pub fn take_medicine_codes(&mut self, toml: &str) -> Result<(), MedicineCodesError> {
        let codes: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(toml).map_err(|error| MedicineCodesError::Unreadable(error.to_string()))?;
        let unknown: Vec<&str> = codes
            .keys()
            .filter(|id| !self.medicines.contains_key(*id))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            return Err(MedicineCodesError::Unknown(unknown.join(", ")));
        }
        for (id, codes) in codes {
            if let Some(record) = self.medicines.get_mut(&id) {
                record.codes = codes;
            }
        }
        Ok(())
    }
}

/// A lower label maximum for some people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelCap {
    /// For whom.
    pub when: Condition,
    /// mg in one day.
    pub mg: f64,
    /// Completes "The label's limit for you is lower, because …".
    pub why: Text,
}

/// How grave a medicine warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MedicineSeverity {
    /// Ask the red-flag questions first.
    EmergencyPath,
    /// Same day.
    High,
    /// At the next visit.
    Medium,
    /// Changes today's exercise only.
    Effect,
}

/// A warning about medicines. Never advice to start, stop or dose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicineFlag {
    /// Gravity.
    pub severity: MedicineSeverity,
    /// When it is present.
    pub when: Condition,
    /// Short title.
    pub title: Text,
    /// Whom to ask and why.
    pub message: Text,
}

/// A list of muscle groups.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MuscleGroups {
    /// Groups.
    #[serde(rename = "group")]
    pub groups: Vec<MuscleGroup>,
}

/// A muscle group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MuscleGroup {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Region: trunk, hip, leg, upper, neck.
    pub region: String,
    /// Has a left and a right.
    pub paired: bool,
}

/// Emergency numbers by country.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyNumbers {
    /// Countries.
    #[serde(rename = "country")]
    pub countries: Vec<Country>,
}

/// Emergency numbers of one country.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// ISO 3166 alpha-2.
    pub code: String,
    /// Name.
    pub name: Text,
    /// Ambulance numbers, the usual one first.
    pub ambulance: Vec<String>,
    /// Crisis line, where certain.
    #[serde(default)]
    pub crisis: Option<String>,
}

/// A source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title.
    pub title: String,
    /// Year.
    #[serde(default)]
    pub year: Option<u32>,
    /// guideline, review, trial, cohort, biomechanics, web, textbook or proposal.
    pub kind: String,
    /// DOI, PMC id or site.
    pub locator: String,
}

/// A section of questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Heading.
    pub title: Text,
    /// Lead.
    pub lead: Text,
    /// Order.
    pub order: u32,
    /// Questions.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// A physical test the person can do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Name.
    pub title: Text,
    /// What it shows.
    pub why: Text,
    /// Order.
    pub order: u32,
    /// Minutes it takes.
    pub minutes: f64,
    /// Can be done while reading.
    pub when_now: bool,
    /// When it is offered.
    pub offered_when: Condition,
    /// Kit.
    #[serde(default)]
    pub equipment: Vec<String>,
    /// Steps.
    pub steps: Vec<Text>,
    /// When to stop.
    pub stop: Text,
    /// Days after which a result counts as old.
    #[serde(default)]
    pub valid_days: Option<u32>,
    /// The clock beside it.
    #[serde(default)]
    pub timer: Option<Timer>,
    /// Only a clinician should do it.
    #[serde(default)]
    pub clinician: bool,
    /// Results.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Norms.
    #[serde(default, rename = "norm")]
    pub norms: Vec<Norm>,
    /// What results mean.
    #[serde(default, rename = "finding")]
    pub findings: Vec<TestFinding>,
}

/// A norm of a test for a sex and an age band.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// Name inside the test.
    pub name: String,
    /// `female` or `male`; both if absent.
    #[serde(default)]
    pub sex: Option<String>,
    /// First year of age.
    pub age_min: u32,
    /// Last year of age.
    pub age_max: u32,
    /// Value in the unit of the test's field.
    pub value: f64,
}

/// What a muscle group was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MuscleState {
    /// To be strengthened.
    Weak,
    /// To be relieved.
    Tense,
}

/// Left, right or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Both.
    Both,
}

/// What a test result means for a muscle group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFinding {
    /// When it is found.
    pub when: Condition,
    /// Muscle group.
    pub group: String,
    /// Side.
    pub side: Side,
    /// Weak or tense.
    pub kind: MuscleState,
    /// One sentence to the person.
    pub says: Text,
    /// Weak: share of normal strength.
    #[serde(default)]
    pub strength: Option<f64>,
    /// Weak: the result that, over `of_mean`, is the share of normal strength.
    #[serde(default)]
    pub measured: Option<String>,
    /// The norm or field that stands for normal.
    #[serde(default)]
    pub of_mean: Option<Quantity>,
    /// Tense: least activation at rest.
    #[serde(default)]
    pub tone: Option<f64>,
    /// Tense: longest length as a share of the usual one.
    #[serde(default)]
    pub length: Option<f64>,
    /// Measurement error of `measured`, in its unit.
    #[serde(default)]
    pub error: Option<f64>,
    /// The limit the error is held against.
    #[serde(default)]
    pub limit: Option<Quantity>,
}

/// A number, or the path of a fact that is one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Quantity {
    /// A number.
    Number(f64),
    /// The path of a fact.
    Fact(String),
}

/// The clock beside a test.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timer {
    /// Down from `seconds`, or up to `seconds`.
    pub kind: TimerKind,
    /// Seconds.
    pub seconds: u32,
}

/// Which way a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// Down to nought.
    Down,
    /// Up, until it is stopped or the end is reached.
    Up,
}

/// Kind of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// One of the choices.
    Choice,
    /// Any of the choices.
    Choices,
    /// Yes, no or not sure.
    YesNo,
    /// ISO 8601 date.
    Date,
    /// Time of day.
    Time,
    /// Free text.
    Text,
}

/// A question with the kind of answer it takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `section.name` or `tests.id.name`.
    pub path: String,
    /// Kind of answer.
    pub kind: FieldKind,
    /// Unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// Smallest number allowed.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest number allowed.
    #[serde(default)]
    pub max: Option<f64>,
    /// Step of a number field on a page.
    #[serde(default)]
    pub step: Option<f64>,
    /// The question.
    pub ask: Text,
    /// What is meant.
    #[serde(default)]
    pub help: Option<Text>,
    /// Whom it concerns.
    #[serde(default)]
    pub asked_when: Option<Condition>,
    /// Whether the programme cannot be made well without it.
    #[serde(default)]
    pub needed: bool,
    /// Choices.
    #[serde(default, rename = "choice")]
    pub choices: Vec<Choice>,
}

/// A choice of a [`Field`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Id.
    pub id: String,
    /// Label.
    pub label: Text,
}
