//! What is known of the person: stage, irritability, direction, weak and tense groups, what stands against which exercise.
//!
//! Each finding names the facts it came from. What is not known becomes a test to do, never a guess.

use keel_knowledge::{
    Contraindication, Fact, Facts as _, Knowledge, MedicineFlag, MedicineSeverity, MuscleState, Quantity, Record, Side, Test, TestFinding,
    Text, Truth, Verdict, WhenUnclear,
};

use crate::facts::{Classified, PersonFacts};

/// How far a finding can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// Measured lately, and further from the limit than the test errs.
    Clear,
    /// Within the test's error of the limit.
    Borderline,
    /// Measured too long ago.
    Old,
}

impl Sureness {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Sureness::Clear => "clear",
            Sureness::Borderline => "borderline",
            Sureness::Old => "old",
        }
    }
}

/// How weak or tense a group was found: what the body model takes, with the range it may lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Share of normal strength (weak).
    pub strength: Option<f64>,
    /// Least activation at rest (tense).
    pub tone: Option<f64>,
    /// Longest length as a share of the usual one (tense).
    pub length: Option<f64>,
    /// How far the share of strength may be off to either side.
    pub uncertainty: f64,
    /// How far it can be relied on.
    pub sureness: Sureness,
}

impl Extent {
    /// The weaker, tenser and shorter of two.
    fn with(self, other: &Extent) -> Extent {
        let pick = |a: Option<f64>, b: Option<f64>, which: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(which(a, b)),
            (a, b) => a.or(b),
        };
        let surer = |a: &Extent, b: &Extent| a.sureness == Sureness::Clear && b.sureness != Sureness::Clear;
        let weaker = other.strength.zip(self.strength).is_some_and(|(other, own)| other < own);
        let leading = if surer(other, &self) || (weaker && !surer(&self, other)) {
            other
        } else {
            &self
        };
        Extent {
            strength: pick(self.strength, other.strength, f64::min),
            tone: pick(self.tone, other.tone, f64::max),
            length: pick(self.length, other.length, f64::min),
            uncertainty: leading.uncertainty,
            sureness: leading.sureness,
        }
    }
}

/// Least and largest strength that a test can show, as a share of normal: an endurance test tells little beyond.
const STRENGTH: [f64; 2] = [0.4, 0.95];
/// How far a share of strength from a test may be off to either side: a proposal, as endurance and strength go together only in part.
const UNCERTAINTY: f64 = 0.1;
/// The same where the test is borderline or old.
const WIDE_UNCERTAINTY: f64 = 0.2;

/// A muscle group found weak or tense.
#[derive(Clone, Debug, PartialEq)]
pub struct MuscleFinding {
    /// Group.
    pub group: String,
    /// Side.
    pub side: Side,
    /// Weak or tense.
    pub state: MuscleState,
    /// To the person.
    pub says: Text,
    /// How weak or tense.
    pub extent: Extent,
    /// Test it came from.
    pub test: String,
    /// Facts it came from.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
}

/// A test that would replace an unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct TestToDo {
    /// Test.
    pub test: String,
    /// Name.
    pub title: Text,
    /// What it shows.
    pub why: Text,
    /// Whether it can be done while reading.
    pub when_now: bool,
    /// Results that are missing.
    pub missing: Vec<String>,
}

/// A contraindication code that is present or cannot be ruled out.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// Code.
    pub code: String,
    /// Present; otherwise not ruled out.
    pub present: bool,
    /// Short title.
    pub title: Text,
    /// Completes "Left out because …".
    pub reason: Text,
    /// Facts that decided it, or that are missing.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
}

/// A warning about medicines.
#[derive(Clone, Debug, PartialEq)]
pub struct MedicineWarning {
    /// Flag.
    pub id: String,
    /// Gravity.
    pub severity: MedicineSeverity,
    /// Short title.
    pub title: Text,
    /// To the person.
    pub message: Text,
    /// Facts it came from.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
}

/// All findings.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// Acute, subacute or chronic.
    pub stage: Classified,
    /// High, moderate or low.
    pub irritability: Classified,
    /// Extension, flexion, lateral or none.
    pub direction: Classified,
    /// Weak and tense groups.
    pub muscles: Vec<MuscleFinding>,
    /// Tests that would tell more, most useful first.
    pub to_do: Vec<TestToDo>,
    /// Warnings about medicines, gravest first.
    pub medicines: Vec<MedicineWarning>,
}

impl Findings {
    /// Findings of one kind.
    pub fn of(&self, state: MuscleState) -> impl Iterator<Item = &MuscleFinding> {
        self.muscles.iter().filter(move |finding| finding.state == state)
    }
}

/// Draws the findings from the facts.
pub fn findings(facts: &PersonFacts<'_>) -> Findings {
    let knowledge = facts.knowledge();
    Findings {
        stage: facts.classify("stage"),
        irritability: facts.classify("irritability"),
        direction: facts.classify("direction"),
        muscles: muscles(facts),
        to_do: to_do(facts),
        medicines: medicine_warnings(knowledge, facts),
    }
}

fn tests_in_order(knowledge: &Knowledge) -> Vec<&Record<Test>> {
    let mut tests: Vec<_> = knowledge.tests.values().collect();
    tests.sort_by_key(|test| test.order);
    tests
}

fn muscles(facts: &PersonFacts<'_>) -> Vec<MuscleFinding> {
    let mut found: Vec<MuscleFinding> = Vec::new();
    let facts = &facts.with_old_tests();
    for test in tests_in_order(facts.knowledge()) {
        for finding in &test.findings {
            let Verdict { truth, because } = finding.when.evaluate(facts);
            if truth != Truth::Yes {
                continue;
            }
            let repeated = found
                .iter_mut()
                .find(|one| (one.group.as_str(), one.side, one.state) == (finding.group.as_str(), finding.side, finding.kind));
            if let Some(known) = repeated {
                // A second test, or a second limit of the same one, can only make it weaker or tenser.
                known.extent = known.extent.with(&extent(facts, test, finding));
            } else {
                found.push(MuscleFinding {
                    group: finding.group.clone(),
                    side: finding.side,
                    state: finding.kind,
                    says: finding.says.clone(),
                    extent: extent(facts, test, finding),
                    test: test.id.clone(),
                    facts: because.into_iter().collect(),
                    sources: test.sources.clone(),
                });
            }
        }
    }
    found
}

fn extent(facts: &PersonFacts<'_>, test: &Record<Test>, finding: &TestFinding) -> Extent {
    let number = |path: &str| match facts.fact(path) {
        Fact::Number(number) => Some(number),
        _ => None,
    };
    let quantity = |quantity: &Quantity| match quantity {
        Quantity::Number(number) => Some(*number),
        Quantity::Fact(path) => number(path),
    };
    let measured = finding.measured.as_deref().and_then(number);
    let of_mean = finding.of_mean.as_ref().and_then(quantity).filter(|mean| *mean > 0.0);
    let ratio = measured
        .zip(of_mean)
        .map(|(measured, mean)| (measured / mean).clamp(STRENGTH[0], STRENGTH[1]));
    let old = test
        .valid_days
        .zip(facts.answers().date(&format!("tests.{}.on", test.id)))
        .is_some_and(|(days, on)| i64::from((facts.date() - on).get_days()) > i64::from(days));
    let limit = finding.limit.as_ref().and_then(quantity);
    let borderline = measured
        .zip(limit)
        .zip(finding.error)
        .is_some_and(|((measured, limit), error)| (measured - limit).abs() <= error);
    let sureness = match (old, borderline) {
        (true, _) => Sureness::Old,
        (false, true) => Sureness::Borderline,
        (false, false) => Sureness::Clear,
    };
    // Without a mean for this age the fixed strength stands in; the linter asks for one or the other, a norm may still lack the age.
    let weak = finding.kind == MuscleState::Weak;
    Extent {
        strength: weak.then(|| ratio.or(finding.strength).unwrap_or(WITHOUT_MEAN)),
        tone: finding.tone,
        length: finding.length,
        uncertainty: if sureness == Sureness::Clear {
            UNCERTAINTY
        } else {
            WIDE_UNCERTAINTY
        },
        sureness,
    }
}

/// Strength of a group found weak where no mean of this age and sex is known. A proposal: losses of 20–50 % are measured in people with back
/// pain.
const WITHOUT_MEAN: f64 = 0.6;

/// Tests that are offered to this person and not done, or done on one side only.
fn to_do(facts: &PersonFacts<'_>) -> Vec<TestToDo> {
    let missing = |test: &Record<Test>| -> Vec<String> {
        let unknown = |path: &&str| facts.fact(path) == keel_knowledge::Fact::Unknown;
        test.fields
            .iter()
            .map(|field| field.path.as_str())
            .filter(unknown)
            .map(str::to_owned)
            .collect()
    };
    tests_in_order(facts.knowledge())
        .into_iter()
        .filter(|test| test.offered_when.evaluate(facts).truth == Truth::Yes)
        .map(|test| TestToDo {
            test: test.id.clone(),
            title: test.title.clone(),
            why: test.why.clone(),
            when_now: test.when_now,
            missing: missing(test),
        })
        .filter(|to_do| !to_do.missing.is_empty())
        .collect()
}

/// Contraindication codes that are present or cannot be ruled out, seen from one session.
pub(crate) fn codes(facts: &PersonFacts<'_>) -> Vec<Code> {
    let code = |record: &Record<Contraindication>| {
        let Verdict { truth, because } = record.when.evaluate(facts);
        let present = match (truth, record.undetermined) {
            (Truth::Yes, _) => true,
            (Truth::Undetermined, WhenUnclear::Excludes) => false,
            _ => return None,
        };
        Some(Code {
            code: record.id.clone(),
            present,
            title: record.title.clone(),
            reason: record.reason.clone(),
            facts: because.into_iter().collect(),
            sources: record.sources.clone(),
        })
    };
    facts.knowledge().contraindications.values().filter_map(code).collect()
}

fn medicine_warnings(knowledge: &Knowledge, facts: &PersonFacts<'_>) -> Vec<MedicineWarning> {
    let warning = |flag: &Record<MedicineFlag>| {
        let Verdict { truth, because } = flag.when.evaluate(facts);
        // Where the way leads to an emergency, what is not ruled out is told as well.
        let told = truth == Truth::Yes || (truth == Truth::Undetermined && flag.severity == MedicineSeverity::EmergencyPath);
        told.then(|| MedicineWarning {
            id: flag.id.clone(),
            severity: flag.severity,
            title: flag.title.clone(),
            message: flag.message.clone(),
            facts: because.into_iter().collect(),
            sources: flag.sources.clone(),
        })
    };
    let mut warnings: Vec<MedicineWarning> = knowledge
        .medicine_flags
        .values()
        .chain(knowledge.medicine_effects.values())
        .filter_map(warning)
        .collect();
    warnings.sort_by(|a, b| (a.severity, &a.id).cmp(&(b.severity, &b.id)));
    warnings
}
