//! What is known of the person: stage, irritability, direction, weak and tense groups, what stands against which exercise.
//!
//! Each finding names the facts it came from. What is not known becomes a test to do, never a guess.

use keel_knowledge::{
    Contraindication, Facts as _, Knowledge, MedicineFlag, MedicineSeverity, MuscleState, Record, Side, Test, Text, Truth, Verdict,
    WhenUnclear,
};

use crate::facts::{Classified, PersonFacts};

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
    for test in tests_in_order(facts.knowledge()) {
        for finding in &test.findings {
            let Verdict { truth, because } = finding.when.evaluate(facts);
            let repeated = found
                .iter()
                .any(|one| (one.group.as_str(), one.side, one.state) == (finding.group.as_str(), finding.side, finding.kind));
            if truth == Truth::Yes && !repeated {
                found.push(MuscleFinding {
                    group: finding.group.clone(),
                    side: finding.side,
                    state: finding.kind,
                    says: finding.says.clone(),
                    test: test.id.clone(),
                    facts: because.into_iter().collect(),
                    sources: test.sources.clone(),
                });
            }
        }
    }
    found
}

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
        (truth == Truth::Yes).then(|| MedicineWarning {
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
