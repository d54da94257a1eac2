//! The whole way: answers → facts → triage → findings → the week's programme, each step with its reasons.

use jiff::{Span, civil::Date, civil::Time};
use keel_knowledge::{
    Aim, DoseLevel, Exercise, Irritability, Knowledge, Lang, LoadBudget, MuscleState, ProgrammeCell, Record, Stage, Text,
};

use crate::{
    body::BodyError,
    cards::{Cards, DayLoad, ItemLoad},
    case::{Answers, Catalogue},
    dose::Dose,
    eligible::{Against, Excluded, Gates},
    facts::PersonFacts,
    findings::{Findings, findings},
    morning::{NoBending, no_bending},
    texts::Texts,
    triage::{Asking, Triage, triage},
    week::{Candidate, Frame, Role, compose, needs, serves, spread_days},
};

/// Everything Keel decided for a person on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// First day.
    pub date: Date,
    /// Outcome of triage.
    pub triage: Triage,
    /// Findings.
    pub findings: Findings,
    /// The week; `None` where triage closes everything.
    pub programme: Option<Programme>,
    /// Exercises that are not part of it, with reasons, sorted by id.
    pub excluded: Vec<Excluded>,
    /// How long after rising bending forward is left out.
    pub no_bending: NoBending,
    /// Hash of the knowledge it was made with.
    pub knowledge_hash: String,
    /// Version of the engine that made it.
    pub engine_version: &'static str,
}

/// A week.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// What these weeks are about.
    pub message: Text,
    /// Sessions, in order.
    pub sessions: Vec<Session>,
    /// Minutes available on a training day.
    pub minutes_per_day: u32,
    /// What the discs may bear in these weeks.
    pub load_budget: LoadBudget,
    /// What the week lacks, and why.
    pub gaps: Vec<Text>,
    /// Things to know about times and limits.
    pub notes: Vec<Text>,
}

/// One session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Day, 0 to 6 from the first day.
    pub day: usize,
    /// Date.
    pub date: Date,
    /// Start.
    pub start: Time,
    /// Minutes between rising and start, where the rising time is known.
    pub minutes_after_rising: Option<i64>,
    /// Items in the order in which they are done.
    pub items: Vec<Item>,
}

impl Session {
    /// Seconds of all items.
    pub fn duration_s(&self) -> u32 {
        self.items.iter().map(|item| item.dose.duration_s()).sum()
    }

    /// Minutes, rounded up.
    pub fn minutes(&self) -> u32 {
        self.duration_s().div_ceil(60)
    }

    /// What it uses of the day's load.
    pub fn load(&self) -> DayLoad {
        self.items.iter().filter_map(|item| Some(item.load.as_ref()?.day)).sum()
    }

    /// Exercises met for the first time.
    pub fn new_items(&self) -> usize {
        self.items.iter().filter(|item| item.is_new).count()
    }
}

/// Part of a session that an item belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Block {
    /// Chosen for this person's findings.
    Individual,
    /// For the whole body.
    Complex,
    /// Walking.
    Walk,
    /// Takes load off.
    Unload,
}

impl Block {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Block::Individual => "individual",
            Block::Complex => "complex",
            Block::Walk => "walk",
            Block::Unload => "unload",
        }
    }

    fn of(aim: Aim) -> Block {
        match aim {
            Aim::Unload | Aim::Breathing => Block::Unload,
            Aim::Directional | Aim::Activate | Aim::Strengthen | Aim::Relax | Aim::Neural => Block::Individual,
            Aim::Complex | Aim::Balance | Aim::Aerobic | Aim::Aquatic => Block::Complex,
            Aim::Walking => Block::Walk,
        }
    }
}

/// One exercise in one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Exercise.
    pub exercise: String,
    /// Name.
    pub name: Text,
    /// Block.
    pub block: Block,
    /// Dose.
    pub dose: Dose,
    /// How often it may be repeated on the day, beyond the session, where that helps.
    pub up_to_per_day: u32,
    /// Met for the first time in this session.
    pub is_new: bool,
    /// What it does to discs and muscles; none where it is not computed, as in water.
    pub load: Option<ItemLoad>,
    /// Reasons, the weightiest first; never empty.
    pub because: Vec<Because>,
}

/// A reason for an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// `weak`, `tense`, `direction`, `corset`, `stage`, or the role in the session.
    pub kind: &'static str,
    /// To the person.
    pub text: Text,
    /// The muscle group concerned, for `weak` and `tense`.
    pub group: Option<String>,
    /// Facts it stands on.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
}

/// Why no programme could be made although triage allows one.
#[derive(Debug, thiserror::Error)]
#[error("the week could not be composed: {0}")]
pub struct PlanError(String);

/// Makes the plan; `cards` are the person's own, by [`Bodies::person`](crate::Bodies::person) and [`Cards::new`].
///
/// # Errors
/// Only where the optimiser fails, which is a fault of the program and not of the answers.
pub fn plan(knowledge: &Knowledge, catalogue: &Catalogue<'_>, answers: &Answers, date: Date, cards: &Cards) -> Result<Plan, PlanError> {
    let facts = PersonFacts::new(knowledge, catalogue, answers, date);
    let triage = triage(&facts, Asking::Done);
    let findings = findings(&facts);
    let open = !triage.closes_everything(knowledge);
    let clock = Clock::of(&facts, knowledge);
    // Without the person's own body there are no discs to compute.
    let discs = cards.stands_in.is_none().then_some((&cards.through_a_day, cards.discs.as_slice()));
    let shortest_min = knowledge.week.no_bending_after_rising_min;
    let no_bending = no_bending(answers, discs, shortest_min, Texts(&knowledge.messages));
    let at_session = facts
        .at_session(clock.minutes_after_rising.map(|minutes| minutes as f64))
        .without_bending_for(f64::from(no_bending.after_rising_min));

    let gates = Gates::new(&at_session, &triage, &findings, cards);
    let judged: Vec<(&Record<Exercise>, Vec<Against>)> = knowledge
        .usable_exercises()
        .map(|exercise| (exercise, gates.against(exercise)))
        .collect();
    let maker = Maker {
        knowledge,
        answers,
        facts: &at_session,
        findings: &findings,
        cards,
        clock,
        no_bending: &no_bending,
        texts: Texts(&knowledge.messages),
        date,
    };
    let (programme, left_over) = if open {
        let fitting: Vec<&Record<Exercise>> = judged
            .iter()
            .filter(|(_, against)| against.is_empty())
            .map(|(exercise, _)| *exercise)
            .collect();
        maker
            .programme(&fitting)
            .map(|(programme, left_over)| (Some(programme), left_over))?
    } else {
        (None, Vec::new())
    };

    let gated = judged
        .into_iter()
        .filter(|(_, against)| !against.is_empty())
        .map(|(exercise, against)| Excluded {
            exercise: exercise.id.clone(),
            name: exercise.name.clone(),
            against,
        });
    let mut excluded: Vec<Excluded> = gated.chain(left_over).collect();
    excluded.sort_by(|a, b| a.exercise.cmp(&b.exercise));
    Ok(Plan {
        date,
        triage,
        findings,
        programme,
        excluded,
        no_bending,
        knowledge_hash: knowledge.hash.clone(),
        engine_version: env!("CARGO_PKG_VERSION"),
    })
}

/// When the session is.
struct Clock {
    start: Time,
    minutes_after_rising: Option<i64>,
    proposed: bool,
}

impl Clock {
    fn of(facts: &PersonFacts<'_>, knowledge: &Knowledge) -> Clock {
        let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let rises = facts.answers().time("day.rises_at");
        let wanted = facts.answers().time("preferences.session_at");
        let proposed = rises.map_or(Time::constant(10, 0, 0, 0), |rises| {
            rises.wrapping_add(Span::new().minutes(i64::from(knowledge.week.default_start_after_rising_min)))
        });
        let start = wanted.unwrap_or(proposed);
        // A session before the usual rising time (a night shift, a mistake) counts as right after rising.
        let minutes_after_rising = rises
            .map(|rises| minute(start) - minute(rises))
            .map(|minutes| if minutes < -12 * 60 { minutes + 24 * 60 } else { minutes.max(0) });
        Clock {
            start,
            minutes_after_rising,
            proposed: wanted.is_none(),
        }
    }
}

struct Maker<'a> {
    knowledge: &'a Knowledge,
    answers: &'a Answers,
    facts: &'a PersonFacts<'a>,
    findings: &'a Findings,
    cards: &'a Cards,
    clock: Clock,
    no_bending: &'a NoBending,
    texts: Texts<'a>,
    date: Date,
}

impl<'a> Maker<'a> {
    fn programme(&self, fitting: &[&'a Record<Exercise>]) -> Result<(Programme, Vec<Excluded>), PlanError> {
        let mut rules = (*self.knowledge.week).clone();
        if self.pain_may_be_masked() {
            rules.new_per_session = 0;
        }
        let rules = &rules;
        let Findings { stage, irritability, .. } = self.findings;
        let cell = Stage::from_id(&stage.used)
            .zip(Irritability::from_id(&irritability.used))
            .and_then(|(stage, irritability)| self.knowledge.cell(stage, irritability))
            .ok_or_else(|| PlanError(format!("there is no programme for {} and {}", stage.used, irritability.used)))?;
        let whole = |path: &str, default: u32| self.answers.number(path).map_or(default, |number| number as u32);
        let minutes_per_day = whole("preferences.minutes_per_day", rules.default_minutes_per_day);
        let days = spread_days(whole("preferences.days_per_week", rules.default_days_per_week) as usize);

        let (too_early, begun): (Vec<&Record<Exercise>>, Vec<&Record<Exercise>>) = fitting
            .iter()
            .copied()
            .partition(|exercise| self.easier_first(exercise, fitting, cell).is_some());
        let candidates: Vec<Candidate<'_>> = begun
            .iter()
            .map(|exercise| self.candidate(exercise, cell, minutes_per_day))
            .collect();
        let frame = Frame {
            cell,
            rules,
            findings: self.findings,
            days,
            seconds_per_day: minutes_per_day * 60,
            load_per_day: DayLoad::allowed(&cell.loads),
        };
        let week = compose(&candidates, &frame).map_err(|error| PlanError(error.to_string()))?;

        let mut met = std::collections::BTreeSet::new();
        let mut sessions = Vec::new();
        for (day, chosen) in frame.days.iter().zip(&week.sessions) {
            let mut items: Vec<Item> = chosen
                .iter()
                .map(|index| self.item(&candidates[*index], &frame, met.insert(*index)))
                .collect();
            items.sort_by_key(|item| {
                self.knowledge
                    .exercises
                    .get(&item.exercise)
                    .map(|exercise| Aim::ALL.iter().position(|aim| *aim == exercise.aim))
            });
            let date = self.date.saturating_add(Span::new().days(*day as i64));
            let mut session = Session {
                day: *day,
                date,
                start: self.clock.start,
                minutes_after_rising: self.clock.minutes_after_rising,
                items,
            };
            self.lengthen_walk(&mut session, cell, &frame);
            self.limit_repeats(&mut session, &frame);
            sessions.push(session);
        }
        let not_chosen = candidates
            .iter()
            .enumerate()
            .filter(|(index, _)| !met.contains(index))
            .map(|(_, candidate)| self.left_over(candidate, &candidates, &met, &week.sessions, &frame));
        let waiting = too_early.into_iter().filter_map(|exercise| {
            self.easier_first(exercise, fitting, cell)
                .map(|easier| self.waiting(exercise, easier))
        });
        let left_over = not_chosen.chain(waiting).collect();
        let gaps = week
            .gaps
            .iter()
            .map(|role| self.texts.text(&format!("gap-{}", role.id()), &[]))
            .collect();
        let programme = Programme {
            message: cell.message.clone(),
            sessions,
            minutes_per_day,
            load_budget: cell.loads,
            gaps,
            notes: self.notes(&frame, &candidates),
        };
        Ok((programme, left_over))
    }

    /// A painkiller before the session hides the signal that tells to ease off: nothing new is begun then.
    fn pain_may_be_masked(&self) -> bool {
        self.findings.medicines.iter().any(|warning| warning.id == "MASKED_PAIN")
    }

    fn knows(&self, exercise: &Record<Exercise>) -> bool {
        self.answers
            .list("preferences.known_exercises")
            .is_some_and(|known| known.contains(&exercise.id))
    }

    /// The easier step of the same ladder that is open and not known yet: it comes first, unless the matrix prefers the harder one.
    fn easier_first(
        &self,
        exercise: &Record<Exercise>,
        fitting: &[&'a Record<Exercise>],
        cell: &ProgrammeCell,
    ) -> Option<&'a Record<Exercise>> {
        if cell.prefer.contains(&exercise.id) || self.knows(exercise) {
            return None;
        }
        // An easier step that does not reach what a test found does not replace the harder one.
        let does_the_same = |easier: &Exercise| {
            self.findings
                .muscles
                .iter()
                .all(|finding| !serves(exercise, &finding.group, finding.state) || serves(easier, &finding.group, finding.state))
        };
        fitting.iter().copied().find(|easier| {
            exercise.easier.contains(&easier.id)
                && easier.aim == exercise.aim
                && easier.learn
                && !self.knows(easier)
                && does_the_same(easier)
        })
    }

    fn waiting(&self, exercise: &Record<Exercise>, easier: &Record<Exercise>) -> Excluded {
        let against = Against {
            kind: "not-chosen",
            code: easier.id.clone(),
            text: self.texts.with("against-easier-first", &[("easier", &easier.name)]),
            facts: Vec::new(),
        };
        Excluded {
            exercise: exercise.id.clone(),
            name: exercise.name.clone(),
            against: vec![against],
        }
    }

    fn candidate(&self, exercise: &'a Record<Exercise>, cell: &ProgrammeCell, minutes_per_day: u32) -> Candidate<'a> {
        let day_load = |dose: &Dose| match self.cards.get(&exercise.id) {
            Some(Ok(card)) => card.sums(dose).day_load(),
            _ => DayLoad::default(),
        };
        let mut dose = Dose::of(exercise, cell.dose);
        if !day_load(&dose).is_within(&DayLoad::allowed(&cell.loads)) {
            dose = Dose::of(exercise, DoseLevel::Low);
        }
        if exercise.id == WALK {
            // The walk gets its share first; what the exercises leave over lengthens it afterwards.
            let share_min = (f64::from(minutes_per_day) * self.knowledge.week.walk_share_of_minutes) as u32;
            dose.hold_s = self.walk_bounds(cell)[0].min(share_min).max(1) * 60;
            dose.sets = cell.walks_per_day[0];
            while dose.sets > 1 && dose.duration_s() > share_min * 60 {
                dose.sets -= 1;
            }
        }
        Candidate {
            exercise,
            load: day_load(&dose),
            dose,
            is_new: exercise.learn && !self.knows(exercise),
            role: Role::of(exercise, self.findings),
        }
    }

    /// Minutes of one walk, low and high: the matrix, bounded by what the person can walk without more symptoms.
    fn walk_bounds(&self, cell: &ProgrammeCell) -> [u32; 2] {
        let [low, high] = cell.walk_bout_min;
        let [begin, reach] = self.knowledge.week.walk_share_of_tolerance;
        match self.answers.number("tests.walk_tolerance.minutes") {
            Some(tolerance) => {
                let high = high.min((tolerance * reach).floor() as u32).max(1);
                [low.min((tolerance * begin).floor() as u32).clamp(1, high), high]
            }
            None => [low, high],
        }
    }

    /// Minutes that are left go to the walk, up to what the matrix allows.
    ///
    /// The day's load goes with it: a walk loads the discs a little more than standing.
    fn lengthen_walk(&self, session: &mut Session, cell: &ProgrammeCell, frame: &Frame<'_>) {
        let [_, longest_min] = self.walk_bounds(cell);
        let left = frame.seconds_per_day.saturating_sub(session.duration_s());
        let used = session.load();
        let Some(walk) = session.items.iter_mut().find(|item| item.exercise == WALK) else {
            return;
        };
        let most = (left / 60 / walk.dose.sets).min(longest_min.saturating_sub(walk.dose.hold_s / 60));
        let own = |dose: &Dose| self.cards.item(WALK, dose).map_or_else(DayLoad::default, |load| load.day);
        let begun = walk.dose.clone();
        let longer_by = |minutes: u32| Dose {
            hold_s: begun.hold_s + minutes * 60,
            ..begun.clone()
        };
        let others = used - own(&begun);
        let fits = |minutes: &u32| (others + own(&longer_by(*minutes))).is_within(&frame.load_per_day);
        walk.dose = longer_by((0..=most).rev().find(fits).unwrap_or(0));
        walk.load = self.cards.item(WALK, &walk.dose);
    }

    /// Repeats beyond the session are offered as far as the day's load reaches, to one item after the other.
    fn limit_repeats(&self, session: &mut Session, frame: &Frame<'_>) {
        let mut used = session.load();
        for item in &mut session.items {
            let Some(load) = &item.load else { continue };
            let mut times = 1;
            while times < item.up_to_per_day && (used + load.day).is_within(&frame.load_per_day) {
                used = used + load.day;
                times += 1;
            }
            item.up_to_per_day = times;
        }
    }

    fn item(&self, candidate: &Candidate<'_>, frame: &Frame<'_>, first_time: bool) -> Item {
        let exercise = candidate.exercise;
        Item {
            exercise: exercise.id.clone(),
            name: exercise.name.clone(),
            block: Block::of(exercise.aim),
            dose: candidate.dose.clone(),
            up_to_per_day: exercise.dose.per_day[1],
            is_new: candidate.is_new && first_time,
            load: self.cards.item(&exercise.id, &candidate.dose),
            because: self.because(exercise, frame),
        }
    }

    fn because(&self, exercise: &Record<Exercise>, frame: &Frame<'_>) -> Vec<Because> {
        let mut because = Vec::new();
        for finding in &self.findings.muscles {
            let (kind, id) = match finding.state {
                MuscleState::Weak => ("weak", "because-weak"),
                MuscleState::Tense => ("tense", "because-tense"),
            };
            if serves(exercise, &finding.group, finding.state) {
                let group = self.group_name(&finding.group);
                because.push(Because {
                    kind,
                    text: self.texts.with(id, &[("finding", &finding.says), ("group", &group)]),
                    group: Some(finding.group.clone()),
                    facts: finding.facts.clone(),
                    sources: finding.sources.clone(),
                });
            }
        }
        let direction = &self.findings.direction;
        if exercise.aim == Aim::Directional && direction.determined.as_deref() == Some(exercise.direction.id()) {
            because.push(Because {
                kind: "direction",
                text: self.texts.with("because-direction", &[("direction", &direction.name)]),
                group: None,
                facts: direction.facts.clone(),
                sources: direction.sources.clone(),
            });
        }
        let corset: Vec<Text> = needs(frame)
            .iter()
            .filter(|need| need.state == MuscleState::Weak && frame.rules.corset.contains(&need.group) && need.met_by(exercise))
            .map(|need| self.group_name(&need.group))
            .collect();
        if !corset.is_empty() && !because.iter().any(|reason| reason.kind == "weak") {
            because.push(Because {
                kind: "corset",
                text: self.texts.with("because-corset", &[("groups", &listed(&corset))]),
                group: None,
                facts: Vec::new(),
                sources: self.knowledge.week.sources.clone(),
            });
        }
        let Findings { stage, irritability, .. } = self.findings;
        let role = Role::of(exercise, self.findings);
        because.push(Because {
            kind: role.id(),
            text: self.texts.text(&format!("because-{}", role.id()), &[]),
            group: None,
            facts: Vec::new(),
            sources: exercise.sources.clone(),
        });
        if frame.cell.prefer.contains(&exercise.id) {
            let text = self
                .texts
                .with("because-stage", &[("stage", &stage.name), ("irritability", &irritability.name)]);
            because.push(Because {
                kind: "stage",
                text,
                group: None,
                facts: stage.facts.iter().chain(&irritability.facts).cloned().collect(),
                sources: stage.sources.clone(),
            });
        }
        because
    }

    fn group_name(&self, id: &str) -> Text {
        let name = |lang| self.knowledge.muscle_group_name(id, lang).to_owned();
        Text {
            en: name(Lang::En),
            ru: name(Lang::Ru),
        }
    }

    fn left_over(
        &self,
        candidate: &Candidate<'_>,
        candidates: &[Candidate<'_>],
        met: &std::collections::BTreeSet<usize>,
        sessions: &[Vec<usize>],
        frame: &Frame<'_>,
    ) -> Excluded {
        let exercise = candidate.exercise;
        let linked = met.iter().map(|index| candidates[*index].exercise).find(|chosen| {
            chosen.harder.contains(&exercise.id) || exercise.harder.contains(&chosen.id) || chosen.easier.contains(&exercise.id)
        });
        // Minutes would be left on some day, but the day's load is used up on every such day.
        let load_of = |session: &[usize]| session.iter().map(|index| candidates[*index].load).sum::<DayLoad>();
        let seconds_of = |session: &[usize]| session.iter().map(|index| candidates[*index].dose.duration_s()).sum::<u32>();
        let mut with_minutes = sessions
            .iter()
            .filter(|session| seconds_of(session) + candidate.dose.duration_s() <= frame.seconds_per_day)
            .peekable();
        let is_loaded = with_minutes.peek().is_some()
            && with_minutes.all(|session| !(load_of(session) + candidate.load).is_within(&frame.load_per_day));
        let (code, text) = match linked {
            _ if is_loaded => ("load".to_owned(), self.texts.text("against-day-load", &[])),
            Some(chosen) => (chosen.id.clone(), self.texts.with("against-ladder", &[("chosen", &chosen.name)])),
            None => ("minutes".to_owned(), self.texts.text("against-minutes", &[])),
        };
        Excluded {
            exercise: exercise.id.clone(),
            name: exercise.name.clone(),
            against: vec![Against {
                kind: "not-chosen",
                code,
                text,
                facts: Vec::new(),
            }],
        }
    }

    fn notes(&self, frame: &Frame<'_>, candidates: &[Candidate<'_>]) -> Vec<Text> {
        let mut notes = Vec::new();
        let assumed = |path: &str| self.answers.number(path).is_none();
        if assumed("preferences.minutes_per_day") || assumed("preferences.days_per_week") {
            notes.push(self.texts.text(
                "note-assumed-time",
                &[("minutes", (frame.seconds_per_day / 60).into()), ("days", frame.days.len().into())],
            ));
        }
        if let Some(why) = &self.cards.stands_in {
            let missing = match why {
                BodyError::Missing(what) => self.texts.text(&format!("note-loads-missing-{what}"), &[]),
                BodyError::Person(_) => self.texts.text("note-loads-out-of-range", &[]),
            };
            notes.push(self.texts.with("note-loads-stand-in", &[("missing", &missing)]));
        }
        if self.pain_may_be_masked() {
            notes.push(self.texts.text("note-masked-pain", &[]));
        }
        if self.clock.proposed {
            notes.push(self.texts.text(
                "note-proposed-start",
                &[("time", self.clock.start.strftime("%H:%M").to_string().into())],
            ));
        }
        match self.clock.minutes_after_rising {
            None => notes.push(self.texts.text("note-rising-unknown", &[])),
            Some(minutes) if minutes < i64::from(self.no_bending.after_rising_min) => {
                notes.push(
                    self.texts
                        .text("note-bending-closed", &[("minutes", self.no_bending.after_rising_min.into())]),
                );
            }
            Some(minutes) if minutes < 2 * i64::from(self.no_bending.after_rising_min) => {
                notes.push(self.texts.text("note-bending-small", &[]))
            }
            Some(_) => {}
        }
        if self.clock.minutes_after_rising.is_some() {
            notes.push(self.no_bending.why.clone());
        }
        let unmet: Vec<Text> = needs(frame)
            .iter()
            .filter(|need| need.found && !candidates.iter().any(|candidate| need.met_by(candidate.exercise)))
            .map(|need| self.group_name(&need.group))
            .collect();
        if !unmet.is_empty() {
            notes.push(self.texts.with("note-nothing-open-for", &[("groups", &listed(&unmet))]));
        }
        if self
            .facts
            .answers()
            .word("medicines.other")
            .is_some_and(|other| !other.trim().is_empty())
        {
            notes.push(self.texts.text("note-unlisted-medicine", &[]));
        }
        notes
    }
}

/// The walk whose minutes the matrix sets.
const WALK: &str = "WK01";

fn listed(texts: &[Text]) -> Text {
    let join = |pick: fn(&Text) -> &str| texts.iter().map(pick).collect::<Vec<_>>().join(", ");
    Text {
        en: join(|text| &text.en),
        ru: join(|text| &text.ru),
    }
}
