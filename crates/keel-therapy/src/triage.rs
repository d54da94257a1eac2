//! Is exercise safe for this person today? Red flags, combination rules and profile gates give one level.
//!
//! The level is the highest of all that fire. Nothing lowers it: an unanswered or unsure red flag counts as positive, a rule with missing
//! facts fires where a missing fact could hide danger. Each entry of the trace names the item, the rule, its source and the facts used.

use std::collections::BTreeSet;

use keel_knowledge::{
    Aim, EmergencyCard, Exercise, Knowledge, Lang, Level, Record, RedFlag, Text, Truth, Verdict, WhenUndetermined, builtin_emergency_card,
};

use crate::{
    case::{Value, YesNo},
    facts::PersonFacts,
    log::Examined,
    texts::Texts,
};

/// Whether all questions have been put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Still asking: unanswered questions do not count yet, positive answers do.
    Underway,
    /// Done: unanswered questions count as positive.
    Done,
}

/// Why an entry of the trace is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Answered yes.
    Positive,
    /// Answered "not sure".
    Unsure,
    /// Not answered.
    Unanswered,
    /// A combination rule or gate holds.
    Holds,
    /// A combination rule or gate cannot be ruled out: facts are missing.
    CannotBeRuledOut,
    /// Answered yes, and a clinician has recorded that it is known, examined and unchanged.
    Examined,
}

impl Ground {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Ground::Positive => "positive",
            Ground::Unsure => "unsure",
            Ground::Unanswered => "unanswered",
            Ground::Holds => "holds",
            Ground::CannotBeRuledOut => "cannot-be-ruled-out",
            Ground::Examined => "examined",
        }
    }
}

/// One reason for the level.
#[derive(Clone, Debug, PartialEq)]
pub struct TriageReason {
    /// Red flag or rule.
    pub item: String,
    /// Which rule made it count.
    pub rule: String,
    /// Ground.
    pub ground: Ground,
    /// Level it leads to.
    pub level: String,
    /// Rank of that level.
    pub rank: u8,
    /// To the person.
    pub text: Text,
    /// What to ask the doctor.
    pub questions: Vec<Text>,
    /// Facts that decided it.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
    allow: Permit,
}

/// Aims and exercises left open by one reason.
#[derive(Clone, Debug, Default, PartialEq)]
struct Permit {
    everything: bool,
    aims: BTreeSet<String>,
    exercises: BTreeSet<String>,
}

impl Permit {
    fn new(aims: &[String], exercises: &[String]) -> Permit {
        Permit {
            everything: aims.iter().any(|aim| aim == "all"),
            aims: aims.iter().cloned().collect(),
            exercises: exercises.iter().cloned().collect(),
        }
    }

    fn of(level: &Level) -> Permit {
        Permit::new(&level.allow, &level.allow_exercises)
    }

    fn permits(&self, exercise: &Record<Exercise>) -> bool {
        self.everything || self.aims.contains(exercise.aim.id()) || self.exercises.contains(&exercise.id)
    }
}

/// The outcome of triage.
#[derive(Clone, Debug, PartialEq)]
pub struct Triage {
    /// EMERGENCY, URGENT_SAME_DAY, URGENT_2W, GP or CONTINUE.
    pub level: String,
    /// 4 to 0.
    pub rank: u8,
    /// Short title of the level.
    pub title: Text,
    /// What to do.
    pub message: Text,
    /// Why, gravest first.
    pub because: Vec<TriageReason>,
    /// Whether the rules themselves could not be read; exercise is locked then.
    pub locked: bool,
    level_permit: Permit,
}

/// Ranks at which no programme is given at all.
pub const RANK_LOCKED: u8 = 3;

impl Triage {
    /// The outcome where the rules cannot be read: nothing is open, and the card says when to get help.
    pub fn locked() -> Triage {
        let message = |lang: Lang| {
            let EmergencyCard {
                title,
                signs,
                action,
                numbers,
            } = builtin_emergency_card(lang);
            let intro = lang.pick(
                "Keel cannot check today whether exercise is safe for you, because its clinical rules are missing or damaged. Please do not exercise by it, and talk to your doctor or physiotherapist.",
                "Сегодня Keel не может проверить, безопасны ли для вас упражнения: клинические правила отсутствуют или повреждены. Пожалуйста, не занимайтесь по программе и поговорите с врачом или физиотерапевтом.",
            );
            format!("{intro}\n{title}: {}. {action} {numbers}", signs.join("; "))
        };
        Triage {
            level: "GP".to_owned(),
            rank: 1,
            title: Text {
                en: "Exercise is locked".to_owned(),
                ru: "Упражнения закрыты".to_owned(),
            },
            message: Text {
                en: message(Lang::En),
                ru: message(Lang::Ru),
            },
            because: Vec::new(),
            locked: true,
            level_permit: Permit::default(),
        }
    }

    /// Whether this exercise may be part of a programme as far as triage is concerned.
    pub fn permits(&self, exercise: &Record<Exercise>) -> bool {
        !self.locked && self.level_permit.permits(exercise) && self.because.iter().all(|reason| reason.allow.permits(exercise))
    }

    /// The gravest reason that closes this exercise.
    pub fn closed_by(&self, exercise: &Record<Exercise>) -> Option<&TriageReason> {
        self.because.iter().find(|reason| !reason.allow.permits(exercise))
    }

    /// Whether no exercise at all is open.
    pub fn closes_everything(&self, knowledge: &Knowledge) -> bool {
        self.rank >= RANK_LOCKED || !knowledge.usable_exercises().any(|exercise| self.permits(exercise))
    }

    /// Aims that are still open in general, in session order.
    pub fn open_aims(&self) -> Vec<Aim> {
        let permits = |aim: &Aim| {
            let open = |permit: &Permit| permit.everything || permit.aims.contains(aim.id());
            !self.locked && open(&self.level_permit) && self.because.iter().all(|reason| open(&reason.allow))
        };
        Aim::ALL.into_iter().filter(permits).collect()
    }

    /// Questions to take to the doctor, without repeats.
    pub fn questions(&self) -> Vec<&Text> {
        let mut questions: Vec<&Text> = Vec::new();
        for question in self.because.iter().flat_map(|reason| &reason.questions) {
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        questions
    }
}

/// Judges the facts.
pub fn triage(facts: &PersonFacts<'_>, asking: Asking) -> Triage {
    let knowledge = facts.knowledge();
    let mut because: Vec<TriageReason> = red_flags(facts, asking).chain(rules(facts, asking)).collect();
    because.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| ground_order(a).cmp(&ground_order(b))));

    let rank = because.iter().map(|reason| reason.rank).max().unwrap_or(0);
    let Some(level) = knowledge.levels.values().find(|level| level.rank == rank) else {
        return Triage::locked();
    };
    Triage {
        level: level.id.clone(),
        rank,
        title: level.title.clone(),
        message: level.action.clone(),
        because,
        locked: false,
        level_permit: Permit::of(level),
    }
}

/// Answered positives come before what is only not ruled out.
fn ground_order(reason: &TriageReason) -> u8 {
    match reason.ground {
        Ground::Positive | Ground::Holds => 0,
        Ground::Unsure => 1,
        Ground::Unanswered => 2,
        Ground::CannotBeRuledOut => 3,
        Ground::Examined => 4,
    }
}

fn red_flags<'a>(facts: &'a PersonFacts<'_>, asking: Asking) -> impl Iterator<Item = TriageReason> + 'a {
    let knowledge = facts.knowledge();
    let texts = Texts(&knowledge.messages);
    knowledge.red_flags.values().filter_map(move |flag| {
        let path = format!("answers.{}", flag.id);
        let applies = || flag.applies.evaluate(facts).truth != Truth::No;
        let ground = match facts.answers().get(&path) {
            Some(Value::YesNo(YesNo::Yes)) if examined(facts, flag).is_some() => Ground::Examined,
            Some(Value::YesNo(YesNo::Yes)) => Ground::Positive,
            Some(Value::YesNo(YesNo::No)) => return None,
            Some(Value::YesNo(YesNo::Unsure)) if applies() => Ground::Unsure,
            _ if asking == Asking::Done && applies() => Ground::Unanswered,
            _ => return None,
        };
        let text = match ground {
            Ground::Positive => flag.because.clone(),
            Ground::Examined => examined_text(texts, facts, flag),
            Ground::Unsure => texts.with("triage-unsure", &[("question", &flag.question), ("because", &flag.because)]),
            _ => texts.with("triage-unanswered", &[("question", &flag.question)]),
        };
        let level = match (&flag.examined_level, ground) {
            (Some(level), Ground::Examined) => level,
            _ => &flag.level,
        };
        let level = knowledge.levels.get(level)?;
        Some(TriageReason {
            item: flag.id.clone(),
            rule: format!("red-flags/{}", flag.id),
            ground,
            level: level.id.clone(),
            rank: level.rank,
            text,
            questions: Vec::new(),
            facts: vec![path],
            sources: flag.sources.clone(),
            allow: Permit::of(level),
        })
    })
}

/// A clinician's record that holds for this red flag today. Only some flags may be recorded so, the record ends by itself, and what has
/// changed since counts in full.
fn examined<'a>(facts: &PersonFacts<'a>, flag: &Record<RedFlag>) -> Option<&'a Examined> {
    let holds = |one: &&Examined| one.item == flag.id && one.unchanged && (one.on..=one.until).contains(&facts.date());
    facts
        .answers()
        .examined()
        .filter(holds)
        .last()
        .filter(|_| flag.examined_level.is_some())
}

fn examined_text(texts: Texts<'_>, facts: &PersonFacts<'_>, flag: &Record<RedFlag>) -> Text {
    let same = |text: String| Text {
        en: text.clone(),
        ru: text,
    };
    let Some(one) = examined(facts, flag) else {
        return flag.because.clone();
    };
    let (by, on, until) = (same(one.by.clone()), same(one.on.to_string()), same(one.until.to_string()));
    texts.with(
        "triage-examined",
        &[("question", &flag.question), ("by", &by), ("on", &on), ("until", &until)],
    )
}

fn rules<'a>(facts: &'a PersonFacts<'_>, asking: Asking) -> impl Iterator<Item = TriageReason> + 'a {
    let knowledge = facts.knowledge();
    let texts = Texts(&knowledge.messages);
    let mut rules: Vec<_> = knowledge.triage_rules.values().collect();
    rules.sort_by_key(|rule| rule.order);
    rules.into_iter().filter_map(move |rule| {
        let Verdict { truth, because } = rule.when.evaluate(facts);
        let ground = match (truth, rule.undetermined) {
            (Truth::Yes, _) => Ground::Holds,
            (Truth::Undetermined, WhenUndetermined::Fires) if asking == Asking::Done => Ground::CannotBeRuledOut,
            _ => return None,
        };
        let text = match ground {
            Ground::Holds => rule.message.clone(),
            _ => texts.with("triage-not-ruled-out", &[("title", &rule.title), ("message", &rule.message)]),
        };
        let level = knowledge.levels.get(&rule.level)?;
        let allow = match (&rule.allow, &rule.allow_exercises) {
            (None, None) => Permit::of(level),
            (aims, exercises) => Permit::new(aims.as_deref().unwrap_or(&level.allow), exercises.as_deref().unwrap_or_default()),
        };
        Some(TriageReason {
            item: rule.id.clone(),
            rule: format!("triage/{}", rule.id),
            ground,
            level: level.id.clone(),
            rank: level.rank,
            text,
            questions: rule.questions.clone(),
            facts: because.into_iter().collect(),
            sources: rule.sources.clone(),
            allow,
        })
    })
}
