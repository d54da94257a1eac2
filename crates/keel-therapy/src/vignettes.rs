//! Tries every rule on the people of the vignettes, and the vignettes on rules that were changed on purpose.
//!
//! Each person is judged by the rules as they are and compared with what the vignette says. A rule whose threshold can be moved without any of
//! its people noticing is not held by them: [`survivors`] lists such rules.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use keel_knowledge::{Condition, Knowledge, MuscleState, RuleKind, Side, Text, Truth, Vignette, VignetteFile};

use crate::{
    belt::{Option3, belt},
    case::{Answers, Catalogue},
    case_file::{CaseError, CaseProblem, read_case},
    facts::PersonFacts,
    findings::findings,
    instruments,
    log::Entry,
    medicines::label_limit,
    treatments::Clearance,
    triage::{Asking, Ground, Triage, triage},
};

/// What a vignette and the rules do not agree about.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// File inside `knowledge/`.
    pub file: String,
    /// Line.
    pub line: usize,
    /// What is expected and what is.
    pub text: String,
}

/// A person of a vignette, with everything that is known of them.
struct Told<'k> {
    answers: Answers,
    date: Date,
    moment: DateTime,
    /// Minutes between rising and the session, where the vignette speaks of one.
    session: Option<f64>,
    /// What the vignette itself says, beside everyone's answers.
    own: Answers,
    /// Minutes after rising during which this person leaves out bending, where they are not the usual ones.
    no_bending_min: Option<f64>,
    vignette: &'k Vignette,
}

/// Problems of a block of facts, without its lines, which are not those of the file.
fn told_wrongly(error: &CaseError) -> String {
    let one = |problem: &CaseProblem| format!("{}: {} {}", problem.path, problem.problem.en, problem.allowed.en);
    let all: Vec<String> = error.problems.iter().map(one).collect();
    all.join(" ").trim_end().to_owned()
}

impl Told<'_> {
    fn facts<'a>(&'a self, knowledge: &'a Knowledge, catalogue: &'a Catalogue<'a>) -> PersonFacts<'a> {
        let facts = PersonFacts::new(knowledge, catalogue, &self.answers, self.date).at(self.moment);
        let facts = match self.session {
            Some(minutes) => facts.at_session(Some(minutes)),
            None => facts,
        };
        match self.no_bending_min {
            Some(minutes) => facts.without_bending_for(minutes),
            None => facts,
        }
    }

    /// Whether the vignette itself, and not only everyone's answers, tells something that the condition asks for.
    fn tells(&self, kind: RuleKind, about: &str, condition: &Condition, knowledge: &Knowledge) -> bool {
        // Bands are conditions over the scores of their own questionnaire.
        if kind == RuleKind::Instruments {
            return self.own.measured().any(|one| one.instrument == about);
        }
        let entry = |list: &str, id: &str| {
            self.own.entries().iter().any(|entry| {
                entry.list() == list
                    && match entry {
                        Entry::Measured(one) => one.instrument == id,
                        Entry::Treated(one) => one.modality == id,
                        _ => true,
                    }
            })
        };
        condition.paths().into_iter().any(|path| {
            let (beginning, rest) = path.split_once('.').unwrap_or((path, ""));
            let first = rest.split('.').next().unwrap_or_default();
            match beginning {
                "age_years" => ["person.age", "person.born"].iter().any(|path| self.own.get(path).is_some()),
                "weeks_since_onset" => self.own.get("diagnosis.since").is_some(),
                "bmi" => ["person.height_cm", "person.mass_kg"]
                    .iter()
                    .any(|path| self.own.get(path).is_some()),
                "session" => self.session.is_some(),
                "takes" | "count" => self.own.get("medicines.taking").is_some() || entry("taken", ""),
                "score" | "band" | "change" => entry("measured", first),
                "done" | "hours_since" => entry("treated", first),
                _ => match knowledge.classifications.get(path) {
                    Some(record) => record.classes.iter().any(|class| self.tells(kind, about, &class.when, knowledge)),
                    None => self.own.get(path).is_some(),
                },
            }
        })
    }
}

/// Judges the people of all vignettes. An empty list: everyone is judged as written, and every rule has its people.
pub fn try_vignettes(knowledge: &Knowledge, catalogue: &Catalogue<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let Some(everyone) = everyone(knowledge, catalogue, &mut found) else {
        return found;
    };
    for file in knowledge.vignettes.iter().filter(|file| file.kind.is_some()) {
        for vignette in &file.vignettes {
            match told(file, vignette, &everyone, catalogue) {
                Ok(told) => judge(knowledge, catalogue, file, &told, &mut found),
                Err(problem) => found.push(problem),
            }
        }
    }
    missing_people(knowledge, catalogue, &everyone, &mut found);
    found
}

fn everyone(knowledge: &Knowledge, catalogue: &Catalogue<'_>, found: &mut Vec<Difference>) -> Option<(Answers, Date)> {
    let file = knowledge.vignettes.iter().find(|file| file.kind.is_none())?;
    match read_case(&file.file, &file.facts, catalogue) {
        Ok(case) => Some((case.answers, case.date?)),
        Err(error) => {
            found.push(Difference {
                file: file.file.clone(),
                line: 1,
                text: error.to_string(),
            });
            None
        }
    }
}

fn told<'k>(
    file: &VignetteFile,
    vignette: &'k Vignette,
    everyone: &(Answers, Date),
    catalogue: &Catalogue<'_>,
) -> Result<Told<'k>, Difference> {
    let problem = |text: String| Difference {
        file: file.file.clone(),
        line: vignette.line,
        text,
    };
    let case = read_case(&file.file, &vignette.facts, catalogue).map_err(|error| problem(told_wrongly(&error)))?;
    let mut answers = everyone.0.clone();
    for (path, value) in case.answers.iter() {
        answers.set(path, value.clone());
    }
    for entry in case.answers.entries() {
        answers.add(entry.clone());
    }
    let date = case.date.unwrap_or(everyone.1);
    let mut moment = date.at(0, 0, 0, 0);
    let mut session = None;
    let mut no_bending_min = None;
    for (key, value, _) in &vignette.expected {
        match key.as_str() {
            "Not answered" => {
                for path in value.split(", ") {
                    if catalogue.field(path).is_none() {
                        return Err(problem(format!("there is no field {path}")));
                    }
                    answers.clear(path);
                }
            }
            "Session" => {
                let minutes = value.strip_suffix(" minutes after rising").and_then(|minutes| minutes.parse().ok());
                session = Some(minutes.ok_or_else(|| problem(format!("“{value}” is not “45 minutes after rising”")))?);
            }
            "No bending" => {
                let minutes = value.strip_prefix("for ").and_then(|rest| rest.strip_suffix(" minutes"));
                let minutes = minutes.and_then(|minutes| minutes.parse().ok());
                no_bending_min = Some(minutes.ok_or_else(|| problem(format!("“{value}” is not “for 75 minutes”")))?);
            }
            "Now" => {
                moment = value
                    .parse()
                    .map_err(|_| problem(format!("“{value}” is no moment such as 2026-11-24T10:00")))?
            }
            _ => {}
        }
    }
    Ok(Told {
        answers,
        date,
        moment,
        session,
        own: case.answers,
        no_bending_min,
        vignette,
    })
}

fn judge(knowledge: &Knowledge, catalogue: &Catalogue<'_>, file: &VignetteFile, told: &Told<'_>, found: &mut Vec<Difference>) {
    let facts = told.facts(knowledge, catalogue);
    let verdict = triage(&facts, Asking::Done);
    let mut checked = 0;
    for (key, expected, line) in &told.vignette.expected {
        if ["Not answered", "Now", "Session", "No bending"].contains(&key.as_str()) {
            continue;
        }
        checked += 1;
        let is = match key.as_str() {
            "Near" => {
                for part in expected.split(", ") {
                    if let Some(text) = no_near_miss(knowledge, file, told, &facts, part) {
                        found.push(Difference {
                            file: file.file.clone(),
                            line: *line,
                            text,
                        });
                    }
                }
                continue;
            }
            "Open" | "Closed" => {
                for id in expected.split(", ") {
                    let open = knowledge.exercises.get(id).map(|exercise| verdict.permits(exercise));
                    if open != Some(key == "Open") {
                        found.push(Difference {
                            file: file.file.clone(),
                            line: *line,
                            text: format!("{id} should be {}", key.to_lowercase()),
                        });
                    }
                }
                continue;
            }
            key => stated(knowledge, file, &facts, &verdict, told, key),
        };
        match is {
            Some(is) if is == *expected => {}
            Some(is) => found.push(Difference {
                file: file.file.clone(),
                line: *line,
                text: format!("{key}: {expected} is expected, it is {is}"),
            }),
            None => found.push(Difference {
                file: file.file.clone(),
                line: *line,
                text: format!("“{key}” has no meaning for {}", file.about),
            }),
        }
    }
    if checked == 0 {
        found.push(Difference {
            file: file.file.clone(),
            line: told.vignette.line,
            text: "nothing is expected of this person".to_owned(),
        });
    }
}

/// Why a person is not a near miss of a rule: it must not hold, by something that is told of this very person.
fn no_near_miss(knowledge: &Knowledge, file: &VignetteFile, told: &Told<'_>, facts: &PersonFacts<'_>, part: &str) -> Option<String> {
    let (kind, about) = (file.kind?, file.about.as_str());
    let conditions = conditions(knowledge, kind, about);
    let Some((_, condition)) = conditions.iter().find(|(known, _)| known == part) else {
        return Some(format!("{about} has no rule “{part}”"));
    };
    match truth(kind, about, condition, facts) {
        Truth::No if told.tells(kind, about, condition, knowledge) => None,
        Truth::No => Some(format!("nothing that “{part}” asks for is told of this person")),
        other => Some(format!("Near: “{part}” is {} for this person", truth_word(other))),
    }
}

/// What the rules say under one key; `None` where the key has no meaning there.
fn stated(
    knowledge: &Knowledge,
    file: &VignetteFile,
    facts: &PersonFacts<'_>,
    verdict: &Triage,
    told: &Told<'_>,
    key: &str,
) -> Option<String> {
    let kind = file.kind?;
    let about = file.about.as_str();
    let listed = |mut items: Vec<String>| {
        items.dedup();
        if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
    };
    Some(match (key, kind) {
        ("Triage", _) => verdict.level.clone(),
        ("Because", _) => reasons(verdict),
        ("Rule", _) => {
            let mut conditions = conditions(knowledge, kind, about);
            let (_, condition) = conditions.pop().filter(|_| conditions.is_empty())?;
            truth_word(condition.evaluate(facts).truth).to_owned()
        }
        ("Class", RuleKind::Classes) => facts.classify(about).determined.unwrap_or_else(|| "undetermined".to_owned()),
        ("Found", RuleKind::Tests) => {
            let of_test = findings(facts).muscles.into_iter().filter(|finding| finding.test == about);
            listed(of_test.map(|finding| found_words(&finding)).collect())
        }
        ("Against" | "Ask first", RuleKind::Modalities | RuleKind::Belt) => {
            let rules = match kind {
                RuleKind::Belt => &knowledge.belt.against,
                _ => &knowledge.modalities.get(about)?.against,
            };
            let clearance = Clearance::of(rules, facts);
            let stands = if key == "Against" {
                &clearance.against
            } else {
                &clearance.ask_first
            };
            listed(stands.iter().map(|one| one.rule.clone()).collect())
        }
        ("Option", RuleKind::Orthoses) => {
            let advice = belt(facts, told.date);
            let kit = advice.kit.iter().find(|kit| kit.orthosis.id == about)?;
            match kit.option {
                Option3::Sensible => "sensible",
                Option3::AskFirst => "ask first",
                Option3::No => "no",
            }
            .to_owned()
        }
        ("Score" | "Band", RuleKind::Instruments) => {
            let instrument = knowledge.instruments.get(about)?;
            let latest = facts
                .answers()
                .measured()
                .filter(|one| one.instrument == about)
                .max_by_key(|one| one.on)?;
            let scored = instruments::score(instrument, &latest.items);
            if key == "Band" {
                scored.band.unwrap_or_else(|| "none".to_owned())
            } else {
                let one = |(id, score): &(String, Result<f64, _>)| match score {
                    Ok(value) => {
                        let decimals = instrument.scores.iter().find(|rule| rule.id == *id).map_or(0, |rule| rule.decimals);
                        format!("{id} {value:.decimals$}")
                    }
                    Err(_) => format!("{id} none"),
                };
                listed(scored.scores.iter().map(one).collect())
            }
        }
        ("Change", RuleKind::Instruments) => {
            let instrument = knowledge.instruments.get(about)?;
            let mut history: Vec<_> = facts.answers().measured().filter(|one| one.instrument == about).collect();
            history.sort_by_key(|one| one.on);
            let scored = |items| instruments::score(instrument, items);
            let trend = instruments::trend(instrument, &scored(&history.first()?.items), &scored(&history.last()?.items));
            trend.map_or("none", instruments::Trend::id).to_owned()
        }
        ("Limit", RuleKind::Medicines) => {
            let limit = label_limit(knowledge.medicines.get(about)?, facts);
            limit.map_or_else(|| "none".to_owned(), |(mg, _)| format!("{mg} mg"))
        }
        _ => return None,
    })
}

fn truth_word(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Undetermined => "undetermined",
    }
}

fn reasons(triage: &Triage) -> String {
    let ground = |ground: Ground| match ground {
        Ground::Positive => "positive",
        Ground::Unsure => "unsure",
        Ground::Unanswered => "unanswered",
        Ground::Holds => "holds",
        Ground::CannotBeRuledOut => "cannot be ruled out",
        Ground::Examined => "examined",
    };
    let reasons: Vec<String> = triage
        .because
        .iter()
        .map(|reason| format!("{} ({})", reason.item, ground(reason.ground)))
        .collect();
    if reasons.is_empty() {
        "nothing".to_owned()
    } else {
        reasons.join(", ")
    }
}

fn found_words(finding: &crate::MuscleFinding) -> String {
    let side = match finding.side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Both => "both",
    };
    let (state, value) = match finding.state {
        MuscleState::Weak => ("weak", finding.extent.strength),
        MuscleState::Tense => ("tense", finding.extent.tone),
    };
    let value = value.map(|value| format!(" {value:.2}")).unwrap_or_default();
    format!("{} {side} {state}{value} ({})", finding.group, finding.extent.sureness.id())
}

/// Conditions of a rule: of a record with several, each with the id it has there.
fn conditions<'k>(knowledge: &'k Knowledge, kind: RuleKind, about: &str) -> Vec<(String, &'k Condition)> {
    let one = |condition: Option<&'k Condition>| condition.map(|condition| (String::new(), condition)).into_iter().collect();
    match kind {
        RuleKind::RedFlags => one(knowledge.red_flags.get(about).map(|flag| &flag.applies)),
        RuleKind::Triage => one(knowledge.triage_rules.get(about).map(|rule| &rule.when)),
        RuleKind::Contraindications => one(knowledge.contraindications.get(about).map(|rule| &rule.when)),
        RuleKind::MedicineFlags => one(knowledge.medicine_flags.get(about).map(|rule| &rule.when)),
        RuleKind::MedicineEffects => one(knowledge.medicine_effects.get(about).map(|rule| &rule.when)),
        RuleKind::Support => one(knowledge.support_rules.get(about).map(|rule| &rule.when)),
        RuleKind::Orthoses => one(knowledge.orthoses.get(about).map(|rule| &rule.sensible_when)),
        RuleKind::Classes => knowledge
            .classifications
            .get(about)
            .into_iter()
            .flat_map(|record| record.classes.iter().map(|class| (class.id.clone(), &class.when)))
            .collect(),
        RuleKind::Tests => {
            let test = knowledge.tests.get(about).into_iter();
            let mut conditions: Vec<(String, &Condition)> = Vec::new();
            for finding in test.flat_map(|test| &test.findings) {
                if !conditions.iter().any(|(_, known)| known.source() == finding.when.source()) {
                    // Findings have no names of their own, and one group can be found weak in several ways.
                    conditions.push((finding.when.source().to_owned(), &finding.when));
                }
            }
            conditions
        }
        RuleKind::Instruments => knowledge
            .instruments
            .get(about)
            .into_iter()
            .flat_map(|record| record.bands.iter().map(|band| (band.id.clone(), &band.when)))
            .collect(),
        RuleKind::Modalities => knowledge
            .modalities
            .get(about)
            .into_iter()
            .flat_map(|record| record.against.iter().map(|rule| (rule.id.clone(), &rule.when)))
            .collect(),
        RuleKind::Belt if about == "belt" => knowledge.belt.against.iter().map(|rule| (rule.id.clone(), &rule.when)).collect(),
        RuleKind::Belt => Vec::new(),
        RuleKind::Medicines => knowledge
            .medicines
            .get(about)
            .into_iter()
            .flat_map(|record| record.label_caps.iter().map(|cap| (cap.mg.to_string(), &cap.when)))
            .collect(),
    }
}

/// Every record that has rules, by kind.
fn rule_ids(knowledge: &Knowledge) -> Vec<(RuleKind, String)> {
    let all = |kind: RuleKind, ids: Vec<&String>| ids.into_iter().map(move |id| (kind, id.clone())).collect::<Vec<_>>();
    let k = knowledge;
    let mut ids = [
        all(RuleKind::RedFlags, k.red_flags.keys().collect()),
        all(RuleKind::Triage, k.triage_rules.keys().collect()),
        all(RuleKind::Contraindications, k.contraindications.keys().collect()),
        all(RuleKind::MedicineFlags, k.medicine_flags.keys().collect()),
        all(RuleKind::MedicineEffects, k.medicine_effects.keys().collect()),
        all(RuleKind::Classes, k.classifications.keys().collect()),
        all(RuleKind::Tests, k.tests.keys().collect()),
        all(RuleKind::Instruments, k.instruments.keys().collect()),
        all(RuleKind::Support, k.support_rules.keys().collect()),
        all(RuleKind::Modalities, k.modalities.keys().collect()),
        all(RuleKind::Orthoses, k.orthoses.keys().collect()),
        all(RuleKind::Medicines, k.medicines.keys().collect()),
    ]
    .concat();
    ids.push((RuleKind::Belt, "belt".to_owned()));
    ids.retain(|(kind, id)| {
        let conditions = conditions(knowledge, *kind, id);
        // A thing that nobody may decide on alone, or that fits everyone, has no cases to tell apart.
        let constant = |condition: &Condition| condition.paths().is_empty();
        *kind == RuleKind::RedFlags || conditions.iter().any(|(_, condition)| !constant(condition))
    });
    ids
}

/// Cases that each rule must have.
fn wanted(kind: RuleKind) -> [&'static str; 3] {
    match kind {
        RuleKind::RedFlags => ["Yes", "Not sure", "Not answered"],
        _ => ["Fires", "Near miss", "Unknown"],
    }
}

fn missing_people(knowledge: &Knowledge, catalogue: &Catalogue<'_>, everyone: &(Answers, Date), found: &mut Vec<Difference>) {
    let ids = rule_ids(knowledge);
    let mut files: BTreeMap<(RuleKind, &str), &VignetteFile> = BTreeMap::new();
    for file in &knowledge.vignettes {
        let Some(kind) = file.kind else { continue };
        files.insert((kind, file.about.as_str()), file);
        if !ids.contains(&(kind, file.about.clone())) {
            found.push(Difference {
                file: file.file.clone(),
                line: 1,
                text: format!("there is no rule “{}” of this kind", file.about),
            });
        }
    }
    for (kind, id) in &ids {
        let path = format!("vignettes/{}/{id}.md", kind.folder());
        let Some(file) = files.get(&(*kind, id.as_str())) else {
            found.push(Difference {
                file: path,
                line: 1,
                text: format!("the rule {id} has no people: one for whom it fires, a near miss, one of whom a fact is not known"),
            });
            continue;
        };
        for case in wanted(*kind) {
            if !file.vignettes.iter().any(|vignette| vignette.case == case) {
                found.push(Difference {
                    file: path.clone(),
                    line: 1,
                    text: format!("a person under “{case}” is missing"),
                });
            }
        }
        for vignette in file
            .vignettes
            .iter()
            .filter(|vignette| !wanted(*kind).contains(&vignette.case.as_str()))
        {
            found.push(Difference {
                file: path.clone(),
                line: vignette.line,
                text: format!("“{}” is none of {}", vignette.case, wanted(*kind).join(", ")),
            });
        }
        every_part_has_its_people(knowledge, catalogue, everyone, file, found);
    }
}

/// In a record with several rules, each has its own person for whom it fires, its own near miss and its own person of whom a fact is not
/// known; or the file says why it cannot have one.
fn every_part_has_its_people(
    knowledge: &Knowledge,
    catalogue: &Catalogue<'_>,
    everyone: &(Answers, Date),
    file: &VignetteFile,
    found: &mut Vec<Difference>,
) {
    let Some(kind) = file.kind else { return };
    let about = file.about.as_str();
    let mut parts = conditions(knowledge, kind, about);
    parts.retain(|(_, condition)| !condition.paths().is_empty());
    let say = |line: usize, text: String| Difference {
        file: file.file.clone(),
        line,
        text,
    };
    for without in &file.without {
        if parts.len() < 2 || !parts.iter().any(|(part, _)| *part == without.rule) {
            found.push(say(without.line, format!("{about} has no rule “{}” among several", without.rule)));
        } else if !wanted(kind).contains(&without.case.as_str()) {
            found.push(say(
                without.line,
                format!("“{}” is none of {}", without.case, wanted(kind).join(", ")),
            ));
        }
    }
    if parts.len() < 2 {
        return;
    }
    let people: Vec<Told<'_>> = file
        .vignettes
        .iter()
        .filter_map(|vignette| told(file, vignette, everyone, catalogue).ok())
        .collect();
    let people: Vec<(&Told<'_>, PersonFacts<'_>)> = people.iter().map(|told| (told, told.facts(knowledge, catalogue))).collect();
    for (part, condition) in &parts {
        for case in wanted(kind) {
            let is_one = |(told, facts): &(&Told<'_>, PersonFacts<'_>)| is_case(kind, about, part, condition, case, told, facts);
            let there = people.iter().any(is_one);
            let without = file.without.iter().find(|one| one.rule == *part && one.case == case);
            match (there, without) {
                (true, Some(without)) => found.push(say(without.line, format!("there is a person under “{case}” for “{part}”"))),
                (false, None) => found.push(say(1, format!("“{part}” has no person under “{case}”"))),
                (true, None) | (false, Some(_)) => {}
            }
        }
    }
}

/// Whether a person is told as this case of this rule of the record.
fn is_case(kind: RuleKind, about: &str, part: &str, condition: &Condition, case: &str, told: &Told<'_>, facts: &PersonFacts<'_>) -> bool {
    let names = |keys: &[&str]| {
        let stated = told.vignette.expected.iter().filter(|(key, ..)| keys.contains(&key.as_str()));
        stated.flat_map(|(_, value, _)| value.split(", ")).any(|one| one == part)
    };
    let truth = truth(kind, about, condition, facts);
    // Where rules have names, who is meant as whose near miss is said; the others are limits on one scale, and beyond each stands someone.
    let named = matches!(kind, RuleKind::Classes | RuleKind::Modalities | RuleKind::Belt);
    match case {
        "Fires" if named => told.vignette.case == case && names(&["Class", "Against"]),
        "Fires" => told.vignette.case == case && truth == Truth::Yes,
        "Near miss" if named => truth == Truth::No && names(&["Near"]),
        "Near miss" => truth == Truth::No && told.tells(kind, about, condition, facts.knowledge()),
        _ => told.vignette.case == case && truth == Truth::Undetermined,
    }
}

/// A change of a rule that none of its people noticed.
#[derive(Clone, Debug, PartialEq)]
pub struct Survivor {
    /// Kind of rule.
    pub kind: RuleKind,
    /// The record.
    pub rule: String,
    /// The condition as it is.
    pub condition: String,
    /// What was changed.
    pub change: String,
}

/// Moves every threshold of every rule and looks whether the truth of the condition changes for any of the rule's people. Gives the number of
/// changes tried and those that nobody noticed.
pub fn survivors(knowledge: &Knowledge, catalogue: &Catalogue<'_>) -> (usize, Vec<Survivor>) {
    let mut tried = 0;
    let mut survivors = Vec::new();
    let Some(everyone) = everyone(knowledge, catalogue, &mut Vec::new()) else {
        return (0, survivors);
    };
    for (kind, id) in rule_ids(knowledge) {
        let file = knowledge.vignettes.iter().find(|file| file.kind == Some(kind) && file.about == id);
        let people: Vec<Told<'_>> = file
            .into_iter()
            .flat_map(|file| {
                file.vignettes
                    .iter()
                    .filter_map(|vignette| told(file, vignette, &everyone, catalogue).ok())
            })
            .collect();
        let facts: Vec<PersonFacts<'_>> = people.iter().map(|told| told.facts(knowledge, catalogue)).collect();
        for (_, condition) in conditions(knowledge, kind, &id) {
            for mutant in condition.threshold_mutants() {
                if kind == RuleKind::Instruments && same_for_every_score(knowledge, &id, condition, &mutant.condition) {
                    continue;
                }
                tried += 1;
                let noticed = |facts: &PersonFacts<'_>| truth(kind, &id, condition, facts) != truth(kind, &id, &mutant.condition, facts);
                if !facts.iter().any(noticed) {
                    survivors.push(Survivor {
                        kind,
                        rule: id.clone(),
                        condition: condition.source().to_owned(),
                        change: mutant.what,
                    });
                }
            }
        }
    }
    (tried, survivors)
}

/// Whether two conditions over one score agree on every value that it can take: scores go in steps, and a limit may be moved between them.
fn same_for_every_score(knowledge: &Knowledge, id: &str, one: &Condition, other: &Condition) -> bool {
    let Some(instrument) = knowledge.instruments.get(id) else {
        return false;
    };
    let paths = one.paths();
    let Some(rule) = instrument
        .scores
        .iter()
        .find(|rule| paths.len() == 1 && paths.contains(rule.id.as_str()))
    else {
        return false;
    };
    let values = instruments::possible(instrument, rule);
    let truth = |condition: &Condition, value: f64| instruments::truth_of(rule, value, condition);
    !values.is_empty() && values.iter().all(|value| truth(one, *value) == truth(other, *value))
}

/// The truth of a condition for a person; bands are judged over the scores of the latest filling-in.
fn truth(kind: RuleKind, about: &str, condition: &Condition, facts: &PersonFacts<'_>) -> Truth {
    if kind != RuleKind::Instruments {
        return condition.evaluate(facts).truth;
    }
    let latest = facts
        .answers()
        .measured()
        .filter(|one| one.instrument == about)
        .max_by_key(|one| one.on);
    match (facts.knowledge().instruments.get(about), latest) {
        (Some(instrument), Some(latest)) => instruments::band_truth(instrument, &latest.items, condition),
        _ => Truth::Undetermined,
    }
}

/// Every person of the vignettes with the triage the rules give and the one that is written.
pub fn triage_of_vignettes<'k>(knowledge: &'k Knowledge, catalogue: &Catalogue<'_>) -> Vec<(&'k VignetteFile, &'k Vignette, Text, String)> {
    let mut judged = Vec::new();
    let Some(everyone) = everyone(knowledge, catalogue, &mut Vec::new()) else {
        return judged;
    };
    for file in knowledge.vignettes.iter().filter(|file| file.kind.is_some()) {
        for vignette in &file.vignettes {
            if let Ok(told) = told(file, vignette, &everyone, catalogue) {
                let facts = told.facts(knowledge, catalogue);
                let verdict = triage(&facts, Asking::Done);
                judged.push((file, vignette, verdict.title.clone(), verdict.level));
            }
        }
    }
    judged
}
