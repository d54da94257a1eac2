//! Which exercises may be used at all, and why each of the others is left out.
//!
//! Every gate is looked at for every exercise, so that a person sees all reasons, not the first one.

use keel_knowledge::{
    Aim, Direction, DoseLevel, Exercise, Fact, Facts as _, Irritability, Lang, ProgrammeCell, Record, Stage, Text, Truth,
};

use crate::{
    cards::{Cards, DayLoad},
    dose::Dose,
    facts::PersonFacts,
    findings::{Code, Findings},
    texts::Texts,
    triage::Triage,
};

/// A reason against an exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// Kind of reason: `triage`, `stage`, `irritability`, `aim`, `avoid`, `direction`, `worse`, `contraindication`, `requires`, `load`, `equipment`, `not-chosen`.
    pub kind: &'static str,
    /// Contraindication code, rule or item concerned.
    pub code: String,
    /// To the person.
    pub text: Text,
    /// Facts that decided it, or that are missing.
    pub facts: Vec<String>,
}

/// An exercise that is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Excluded {
    /// Exercise.
    pub exercise: String,
    /// Name.
    pub name: Text,
    /// Reasons, the weightiest first.
    pub against: Vec<Against>,
}

/// Judges every exercise at one session time.
pub(crate) struct Gates<'a> {
    facts: &'a PersonFacts<'a>,
    triage: &'a Triage,
    findings: &'a Findings,
    cards: &'a Cards,
    codes: Vec<Code>,
    texts: Texts<'a>,
}

impl<'a> Gates<'a> {
    pub(crate) fn new(facts: &'a PersonFacts<'a>, triage: &'a Triage, findings: &'a Findings, cards: &'a Cards) -> Gates<'a> {
        let codes = crate::findings::codes(facts);
        Gates {
            facts,
            triage,
            findings,
            cards,
            codes,
            texts: Texts(&facts.knowledge().messages),
        }
    }

    /// All reasons against an exercise; empty where it may be used.
    pub(crate) fn against(&self, exercise: &Record<Exercise>) -> Vec<Against> {
        let mut against = Vec::new();
        against.extend(self.triage_closes(exercise));
        against.extend(self.contraindicated(exercise));
        against.extend(self.direction_was_worse(exercise));
        against.extend(self.stage_and_irritability(exercise));
        against.extend(self.matrix(exercise));
        against.extend(self.direction(exercise));
        against.extend(self.requirements(exercise));
        against.extend(self.load(exercise));
        against.extend(self.equipment(exercise));
        against
    }

    fn cell(&self) -> Option<&'a Record<ProgrammeCell>> {
        let Findings { stage, irritability, .. } = self.findings;
        let (stage, irritability) = Stage::from_id(&stage.used).zip(Irritability::from_id(&irritability.used))?;
        self.facts.knowledge().cell(stage, irritability)
    }

    /// What the discs may bear in these weeks.
    fn load(&self, exercise: &Record<Exercise>) -> Option<Against> {
        let Findings { stage, irritability, .. } = self.findings;
        let budget = &self.cell()?.loads;
        let against = |code: &str, text| {
            Some(Against {
                kind: "load",
                code: code.to_owned(),
                text,
                facts: stage.facts.iter().chain(&irritability.facts).cloned().collect(),
            })
        };
        let card = match self.cards.get(&exercise.id)? {
            Ok(card) => card,
            Err(_) => return against("unknown", self.texts.text("against-load-unknown", &[])),
        };
        let (disc, of_standing) = card.peak();
        if of_standing > budget.peak_of_standing {
            let disc = &self.cards.discs[disc];
            let name = Text {
                en: disc.clone(),
                ru: disc.clone(),
            };
            let words = [
                ("disc", &name),
                ("load", &decimals(of_standing)),
                ("limit", &decimals(budget.peak_of_standing)),
            ];
            return against(disc, self.texts.with("against-load-peak", &words));
        }
        let (used, allowed) = (card.sums(&Dose::of(exercise, DoseLevel::Low)).day_load(), DayLoad::allowed(budget));
        const PARTS: [&str; 3] = ["compression", "shear", "flexion"];
        let parts = PARTS.iter().zip(used.parts().into_iter().zip(allowed.parts()));
        let (part, (used, allowed)) = parts.into_iter().find(|(_, (used, allowed))| used > allowed)?;
        let words = [("used", &decimals(used)), ("limit", &decimals(allowed))];
        against(part, self.texts.with(&format!("against-load-{part}"), &words))
    }

    fn triage_closes(&self, exercise: &Record<Exercise>) -> Option<Against> {
        if self.triage.permits(exercise) {
            return None;
        }
        let closing = self.triage.closed_by(exercise);
        let code = closing.map_or(self.triage.level.clone(), |reason| reason.item.clone());
        let facts = closing.map(|reason| reason.facts.clone()).unwrap_or_default();
        Some(Against {
            kind: "triage",
            code,
            text: self.texts.with("against-triage", &[("level", &self.triage.title)]),
            facts,
        })
    }

    fn contraindicated(&self, exercise: &Record<Exercise>) -> Vec<Against> {
        let listed =
            |code: &&Code| exercise.contraindications.contains(&code.code) && (code.code != "PERIPH" || self.worse_in(exercise.direction));
        let against = |code: &Code| {
            let id = if code.present {
                "against-contraindication"
            } else {
                "against-not-ruled-out"
            };
            Against {
                kind: "contraindication",
                code: code.code.clone(),
                text: self.texts.with(id, &[("reason", &code.reason), ("title", &code.title)]),
                facts: code.facts.clone(),
            }
        };
        self.codes.iter().filter(listed).map(against).collect()
    }

    /// Whether repeated movement in this direction made symptoms spread.
    fn worse_in(&self, direction: Direction) -> bool {
        repeated_test(direction).is_some_and(|path| self.facts.fact(path) == Fact::Word("worse".into()))
    }

    /// A direction that made symptoms spread is left out even where the record does not list it.
    fn direction_was_worse(&self, exercise: &Record<Exercise>) -> Option<Against> {
        let listed = exercise.contraindications.iter().any(|code| code == "PERIPH");
        (self.worse_in(exercise.direction) && !listed).then(|| Against {
            kind: "worse",
            code: exercise.direction.id().to_owned(),
            text: self.texts.text("against-worse", &[]),
            facts: repeated_test(exercise.direction).map(str::to_owned).into_iter().collect(),
        })
    }

    fn stage_and_irritability(&self, exercise: &Record<Exercise>) -> Vec<Against> {
        let Findings { stage, irritability, .. } = self.findings;
        let mut against = Vec::new();
        if !Stage::from_id(&stage.used).is_some_and(|stage| exercise.stages.contains(&stage)) {
            let id = if stage.determined.is_some() {
                "against-stage"
            } else {
                "against-stage-unknown"
            };
            against.push(Against {
                kind: "stage",
                code: stage.used.clone(),
                text: self.texts.with(id, &[("name", &stage.name)]),
                facts: stage.facts.clone(),
            });
        }
        if !Irritability::from_id(&irritability.used).is_some_and(|irritability| exercise.irritability.contains(&irritability)) {
            let id = if irritability.determined.is_some() {
                "against-irritability"
            } else {
                "against-irritability-unknown"
            };
            against.push(Against {
                kind: "irritability",
                code: irritability.used.clone(),
                text: self.texts.with(id, &[("name", &irritability.name)]),
                facts: irritability.facts.clone(),
            });
        }
        against
    }

    fn matrix(&self, exercise: &Record<Exercise>) -> Vec<Against> {
        let Findings { stage, irritability, .. } = self.findings;
        let Some(cell) = self.cell() else { return Vec::new() };
        let facts = || stage.facts.iter().chain(&irritability.facts).cloned().collect();
        let names: [(&str, &Text); 2] = [("stage", &stage.name), ("irritability", &irritability.name)];
        let mut against = Vec::new();
        if !cell.aims.contains(&exercise.aim) && !cell.prefer.contains(&exercise.id) {
            against.push(Against {
                kind: "aim",
                code: exercise.aim.id().to_owned(),
                text: self.texts.with("against-aim", &names),
                facts: facts(),
            });
        }
        if cell.avoid.contains(&exercise.id) {
            against.push(Against {
                kind: "avoid",
                code: cell.id.clone(),
                text: self.texts.with("against-avoid", &names),
                facts: facts(),
            });
        }
        against
    }

    /// A directional exercise needs the direction that eases; a mere position of rest may be tried while it is unknown.
    fn direction(&self, exercise: &Record<Exercise>) -> Option<Against> {
        let wanted = match exercise.direction {
            Direction::Extension | Direction::Flexion | Direction::Lateral if exercise.aim == Aim::Directional => exercise.direction.id(),
            _ => return None,
        };
        let direction = &self.findings.direction;
        let id = match &direction.determined {
            Some(found) if found == wanted => return None,
            Some(_) => "against-direction",
            None if !exercise.learn => return None,
            None => "against-direction-unknown",
        };
        Some(Against {
            kind: "direction",
            code: wanted.to_owned(),
            text: self.texts.with(id, &[("name", &direction.name)]),
            facts: direction.facts.clone(),
        })
    }

    fn requirements(&self, exercise: &Record<Exercise>) -> Vec<Against> {
        let unmet = |condition: &keel_knowledge::Condition| {
            let verdict = condition.evaluate(self.facts);
            let id = match verdict.truth {
                Truth::Yes => return None,
                Truth::No => "against-requires",
                Truth::Undetermined => "against-requires-unknown",
            };
            let facts: Vec<String> = verdict.because.into_iter().collect();
            Some(Against {
                kind: "requires",
                code: condition.source().to_owned(),
                text: self.texts.with(id, &[("what", &self.what(&facts))]),
                facts,
            })
        };
        exercise.requires.iter().filter_map(unmet).collect()
    }

    /// Names of the tests or questions behind facts.
    fn what(&self, facts: &[String]) -> Text {
        let knowledge = self.facts.knowledge();
        let name = |path: &String| -> Text {
            let test = path
                .strip_prefix("tests.")
                .and_then(|rest| rest.split('.').next())
                .and_then(|id| knowledge.tests.get(id));
            let classification = knowledge.classifications.get(path.as_str());
            test.map(|test| test.title.clone())
                .or_else(|| classification.map(|classification| classification.title.clone()))
                .unwrap_or_else(|| {
                    knowledge.fields().find(|field| field.path == *path).map_or_else(
                        || Text {
                            en: path.clone(),
                            ru: path.clone(),
                        },
                        |field| field.ask.clone(),
                    )
                })
        };
        let mut names: Vec<Text> = facts.iter().map(name).collect();
        names.dedup();
        Text {
            en: names.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join("; "),
            ru: names.iter().map(|name| name.ru.as_str()).collect::<Vec<_>>().join("; "),
        }
    }

    fn equipment(&self, exercise: &Record<Exercise>) -> Option<Against> {
        let have = self.facts.answers().list("equipment.have");
        let missing: Vec<&String> = exercise
            .equipment
            .iter()
            .filter(|item| have.is_none_or(|have| !have.contains(item)))
            .collect();
        if missing.is_empty() {
            return None;
        }
        let field = self.facts.knowledge().fields().find(|field| field.path == "equipment.have");
        let label = |id: &&&String| {
            field
                .and_then(|field| field.choices.iter().find(|choice| choice.id == ***id))
                .map_or_else(
                    || Text {
                        en: id.to_string(),
                        ru: id.to_string(),
                    },
                    |choice| choice.label.clone(),
                )
        };
        let labels: Vec<Text> = missing.iter().map(|id| label(&id)).collect();
        let joined = Text {
            en: labels.iter().map(|text| text.en.to_lowercase()).collect::<Vec<_>>().join(", "),
            ru: labels.iter().map(|text| text.ru.to_lowercase()).collect::<Vec<_>>().join(", "),
        };
        let id = if have.is_some() {
            "against-equipment"
        } else {
            "against-equipment-unknown"
        };
        Some(Against {
            kind: "equipment",
            code: missing.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(","),
            text: self.texts.with(id, &[("items", &joined)]),
            facts: vec!["equipment.have".to_owned()],
        })
    }
}

/// With one decimal, as the language writes it.
pub fn decimal(value: f64, lang: Lang) -> String {
    let text = format!("{value:.1}");
    lang.pick(text.clone(), text.replace('.', ","))
}

fn decimals(value: f64) -> Text {
    Text {
        en: decimal(value, Lang::En),
        ru: decimal(value, Lang::Ru),
    }
}

fn repeated_test(direction: Direction) -> Option<&'static str> {
    match direction {
        Direction::Extension => Some("tests.repeated.extension"),
        Direction::Flexion => Some("tests.repeated.flexion"),
        Direction::Lateral => Some("tests.repeated.side_glide"),
        Direction::Neutral | Direction::Rotation | Direction::Unload => None,
    }
}
