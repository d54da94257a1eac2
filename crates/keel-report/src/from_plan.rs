//! From a plan to a sheet: chooses what goes on paper and says it in one language.

use jiff::civil::Date;
use keel_knowledge::{Fluent, Knowledge, Lang, LoadBudget, Messages, MuscleState, Record, builtin_emergency_card};
use keel_therapy::{Answers, Block, Dose, Item, Plan, Programme, RANK_LOCKED, decimal};

use crate::{
    Diary, DiaryRow, EmergencyNumber, Exercise, Footer, Language, PainLevel, PainLight, SafetyCard, SafetyLabels, SafetySheet, Session,
    SessionItem, Sheet, SheetLabels, Urgency, WeekDay,
};

/// What paper shows for a plan: the programme, or why there is none.
#[derive(Debug)]
pub enum PlanSheet {
    /// A week.
    Programme(Box<Sheet>),
    /// Triage closes exercise.
    Safety(Box<SafetySheet>),
}

/// What an item does to discs and muscles, in words and as shares of the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadText {
    /// The most loaded disc against the limit of these weeks.
    pub disc: String,
    /// The muscles that work most.
    pub muscles: String,
    /// Share of the limit that is used, and the place of standing on it, 0 to 1.
    pub used: f64,
    /// Place of relaxed standing, 0 to 1.
    pub standing: f64,
}

/// How many muscles are named.
const MUSCLES_NAMED: usize = 2;

/// The load of an item in one language; none where it is not computed.
pub fn load_text(item: &Item, budget: &LoadBudget, knowledge: &Knowledge, lang: Lang) -> Option<LoadText> {
    let load = item.load.as_ref()?;
    let (peak, limit) = (load.peak()?, budget.peak_of_standing);
    let words = [
        ("disc", peak.id.as_str().into()),
        ("load", decimal(peak.of_standing, lang).into()),
        ("limit", decimal(limit, lang).into()),
    ];
    let hardest = load.hardest(knowledge).into_iter().take(MUSCLES_NAMED);
    let muscles: Vec<String> = hardest
        .map(|(group, share)| format!("{} {:.0} %", knowledge.muscle_group_name(&group, lang), share * 100.0))
        .collect();
    let muscles = [("muscles", muscles.join(", ").into())];
    Some(LoadText {
        disc: knowledge.messages.format(lang, "programme-load-disc", &words),
        muscles: knowledge.messages.format(lang, "programme-load-muscles", &muscles),
        used: peak.of_standing / limit,
        standing: 1.0 / limit,
    })
}

/// Exercises left out that are named on paper for each reason, and how many reasons; the app shows all of them.
const LEFT_OUT_SHOWN: usize = 4;
const REASONS_SHOWN: usize = 3;

/// The sheet of a plan.
pub fn sheet_of(plan: &Plan, knowledge: &Knowledge, answers: &Answers, lang: Lang) -> PlanSheet {
    let writer = Writer {
        plan,
        knowledge,
        answers,
        lang,
    };
    match &plan.programme {
        Some(programme) => PlanSheet::Programme(Box::new(writer.programme(programme))),
        None => PlanSheet::Safety(Box::new(writer.safety())),
    }
}

/// A dose in words: "2 × 8, hold 5 s, each side".
pub fn dose_text(dose: &Dose, messages: &Messages, lang: Lang) -> String {
    let Dose {
        sets,
        reps,
        hold_s,
        per_side,
        ..
    } = *dose;
    let minutes_from = 120;
    if reps == 1 && hold_s >= 60 {
        let id = if hold_s >= minutes_from {
            "dose-rest-minutes"
        } else {
            "dose-rest-seconds"
        };
        let amount = if hold_s >= minutes_from { hold_s.div_euclid(60) } else { hold_s };
        return messages.format(lang, id, &[("sets", sets.into()), ("amount", amount.into())]);
    }
    let mut parts = vec![messages.format(lang, "dose-sets-reps", &[("sets", sets.into()), ("reps", reps.into())])];
    if hold_s > 0 {
        parts.push(messages.format(lang, "dose-hold", &[("seconds", hold_s.into())]));
    }
    if per_side {
        parts.push(messages.get(lang, "dose-each-side"));
    }
    parts.join(", ")
}

struct Writer<'a> {
    plan: &'a Plan,
    knowledge: &'a Knowledge,
    answers: &'a Answers,
    lang: Lang,
}

impl Writer<'_> {
    fn text(&self, id: &str) -> String {
        self.knowledge.messages.get(self.lang, id)
    }

    fn format(&self, id: &str, args: &[(&str, Fluent<'_>)]) -> String {
        self.knowledge.messages.format(self.lang, id, args)
    }

    fn language(&self) -> Language {
        self.lang.pick(Language::En, Language::Ru)
    }

    fn date(&self, date: Date) -> String {
        let month = self.text(&format!("month-{}", date.month()));
        self.format(
            "date-long",
            &[
                ("day", date.day().into()),
                ("month", month.into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }

    fn weekday(&self, date: Date) -> String {
        self.text(&format!("weekday-{}", date.weekday().to_monday_one_offset()))
    }

    /// Label of the chosen answer of a field.
    fn choice(&self, path: &str) -> Option<String> {
        let word = self.answers.word(path)?;
        let field = self.knowledge.fields().find(|field| field.path == path)?;
        field
            .choices
            .iter()
            .find(|choice| choice.id == word)
            .map(|choice| choice.label.get(self.lang).to_owned())
    }

    fn person(&self) -> Vec<String> {
        let name = self
            .answers
            .word("person.name")
            .map_or_else(|| self.text("report-no-name"), str::to_owned);
        let mut lines = Vec::new();
        if let Some(age) = self.answers.number("person.age") {
            lines.push(self.format("report-age", &[("age", (age as u32).into())]));
        }
        let disc: Vec<String> = ["diagnosis.disc", "diagnosis.side"]
            .into_iter()
            .filter_map(|path| self.choice(path))
            .collect();
        if !disc.is_empty() {
            lines.push(format!("{}: {}", self.text("report-disc"), disc.join(", ")));
        }
        let findings = &self.plan.findings;
        let known = [&findings.stage, &findings.irritability]
            .into_iter()
            .filter(|one| one.determined.is_some());
        let classes: Vec<&str> = known.map(|one| one.name.get(self.lang)).collect();
        if !classes.is_empty() {
            lines.push(classes.join(", "));
        }
        if lines.is_empty() {
            vec![name]
        } else {
            vec![name, lines.join(" · ")]
        }
    }

    fn numbers(&self) -> Vec<EmergencyNumber> {
        let country = self.answers.word("person.country").and_then(|code| self.knowledge.country(code));
        let named = |number: &String, name: &str| EmergencyNumber {
            number: number.clone(),
            name: name.to_owned(),
        };
        match country {
            Some(country) => country
                .ambulance
                .iter()
                .map(|number| {
                    named(
                        number,
                        &self.format("report-ambulance", &[("country", country.name.get(self.lang).to_owned().into())]),
                    )
                })
                .collect(),
            None => vec![EmergencyNumber {
                number: "112".to_owned(),
                name: self.text("report-ambulance-general"),
            }],
        }
    }

    fn footer(&self) -> Footer {
        Footer {
            knowledge_hash: self.plan.knowledge_hash.chars().take(12).collect(),
            engine_version: self.plan.engine_version.to_owned(),
            note: self.text("report-not-a-doctor"),
        }
    }

    fn programme(&self, programme: &Programme) -> Sheet {
        let card = builtin_emergency_card(self.lang);
        let items = in_order_met(programme, self.knowledge);
        let number_of = |exercise: &str| {
            items
                .iter()
                .filter(|item| item.block != Block::Walk)
                .position(|item| item.exercise == exercise)
                .map(|index| index + 1)
        };
        Sheet {
            lang: self.language(),
            title: self.text("report-title"),
            person: self.person(),
            planned_on: self.date(self.plan.date),
            planned_on_iso: Some(self.plan.date.to_string()),
            safety: SafetyCard {
                title: card.title.to_owned(),
                lines: card.signs.iter().map(ToString::to_string).collect(),
                numbers: self.numbers(),
            },
            summary: self.summary(programme),
            week: self.week(programme, &number_of),
            exercises: items
                .iter()
                .filter(|item| item.block != Block::Walk)
                .map(|item| self.exercise(item))
                .collect(),
            walking: items
                .iter()
                .filter(|item| item.block == Block::Walk)
                .flat_map(|item| self.walking(programme, item))
                .collect(),
            medicines: self
                .plan
                .findings
                .medicines
                .iter()
                .map(|warning| format!("{}: {}", warning.title.get(self.lang), warning.message.get(self.lang)))
                .collect(),
            stop_rules: (1..=4).map(|index| self.text(&format!("report-stop-{index}"))).collect(),
            pain_light: self.pain_light(),
            diary: self.diary(programme, &items, &number_of),
            left_out: self.left_out(),
            footer: self.footer(),
            labels: self.labels(),
        }
    }

    fn summary(&self, programme: &Programme) -> Vec<String> {
        let findings = &self.plan.findings;
        let mut lines = vec![programme.message.get(self.lang).to_owned()];
        if self.plan.triage.rank > 0 {
            lines.push(self.plan.triage.message.get(self.lang).to_owned());
        }
        for (state, id) in [(MuscleState::Weak, "report-strengthen"), (MuscleState::Tense, "report-relieve")] {
            let mut groups: Vec<&str> = findings
                .of(state)
                .map(|finding| self.knowledge.muscle_group_name(&finding.group, self.lang))
                .collect();
            groups.sort_unstable();
            groups.dedup();
            if !groups.is_empty() {
                lines.push(format!("{}: {}.", self.text(id), groups.join(", ")));
            }
        }
        if findings
            .direction
            .determined
            .as_deref()
            .is_some_and(|direction| direction != "none")
        {
            lines.push(format!(
                "{}: {}.",
                self.text("report-direction"),
                findings.direction.name.get(self.lang)
            ));
        }
        lines.extend(
            programme
                .gaps
                .iter()
                .chain(&programme.notes)
                .map(|note| note.get(self.lang).to_owned()),
        );
        lines
    }

    fn week(&self, programme: &Programme, number_of: &dyn Fn(&str) -> Option<usize>) -> Vec<WeekDay> {
        let day = |offset: i64| {
            let date = self.plan.date.saturating_add(jiff::Span::new().days(offset));
            let sessions = programme.sessions.iter().filter(|session| session.date == date);
            let session = |session: &keel_therapy::Session| Session {
                time: session.start.strftime("%H:%M").to_string(),
                minutes: self.format("report-minutes", &[("minutes", session.minutes().into())]),
                items: session
                    .items
                    .iter()
                    .map(|item| SessionItem {
                        number: number_of(&item.exercise),
                        name: item.name.get(self.lang).to_owned(),
                    })
                    .collect(),
            };
            WeekDay {
                name: self.weekday(date),
                sessions: sessions.map(session).collect(),
            }
        };
        (0..7).map(day).collect()
    }

    fn exercise(&self, item: &Item) -> Exercise {
        let record: Option<&Record<keel_knowledge::Exercise>> = self.knowledge.exercises.get(&item.exercise);
        let of = |pick: fn(&keel_knowledge::Exercise) -> &keel_knowledge::Text| {
            record.map(|exercise| pick(exercise).get(self.lang).to_owned()).unwrap_or_default()
        };
        Exercise {
            name: item.name.get(self.lang).to_owned(),
            block: self.text(&format!("block-{}", item.block.id())),
            pictogram_svg: record
                .and_then(|exercise| self.knowledge.pictures.get(&exercise.position))
                .map(ToString::to_string),
            pictogram_alt: of(|exercise| &exercise.name),
            dose: dose_text(&item.dose, &self.knowledge.messages, self.lang),
            position: of(|exercise| &exercise.start),
            movement: of(|exercise| &exercise.movement),
            cue: of(|exercise| &exercise.cue),
            mistakes: record
                .map(|exercise| exercise.mistakes.iter().map(|mistake| mistake.get(self.lang).to_owned()).collect())
                .unwrap_or_default(),
            load: self
                .plan
                .programme
                .as_ref()
                .and_then(|programme| load_text(item, &programme.load_budget, self.knowledge, self.lang))
                .map(|load| format!("{} {}", load.disc, load.muscles))
                .unwrap_or_default(),
            why: self.why(item),
            stop: record
                .and_then(|exercise| exercise.stop.as_ref())
                .map(|stop| stop.get(self.lang).to_owned())
                .unwrap_or_default(),
        }
    }

    /// The weightiest reason in few words: what it trains or relieves in this person, otherwise the first reason.
    fn why(&self, item: &Item) -> String {
        let groups_of = |kind: &str| {
            let mut groups: Vec<&str> = item
                .because
                .iter()
                .filter(|because| because.kind == kind)
                .filter_map(|because| because.group.as_deref())
                .map(|id| self.knowledge.muscle_group_name(id, self.lang))
                .collect();
            groups.sort_unstable();
            groups.dedup();
            groups.join(", ")
        };
        let found = [("weak", "report-trains"), ("tense", "report-relieves")].map(|(kind, id)| (id, groups_of(kind)));
        let short: Vec<String> = found
            .into_iter()
            .filter(|(_, groups)| !groups.is_empty())
            .map(|(id, groups)| self.format(id, &[("groups", groups.into())]))
            .collect();
        if short.is_empty() {
            item.because
                .first()
                .map(|because| because.text.get(self.lang).to_owned())
                .unwrap_or_default()
        } else {
            short.join(" ")
        }
    }

    fn walking(&self, programme: &Programme, item: &Item) -> Vec<String> {
        let doses: Vec<&Dose> = programme
            .sessions
            .iter()
            .flat_map(|session| &session.items)
            .filter(|one| one.exercise == item.exercise)
            .map(|one| &one.dose)
            .collect();
        let minutes = |dose: &&Dose| dose.hold_s.div_euclid(60).max(1);
        let shortest = doses.iter().map(minutes).min().unwrap_or(1);
        let longest = doses.iter().map(minutes).max().unwrap_or(1);
        let id = if shortest == longest { "report-walk" } else { "report-walk-range" };
        let mut lines = vec![format!(
            "{}: {}",
            item.name.get(self.lang),
            self.format(
                id,
                &[
                    ("bouts", item.dose.sets.into()),
                    ("minutes", shortest.into()),
                    ("longest", longest.into())
                ]
            )
        )];
        if let Some(exercise) = self.knowledge.exercises.get(&item.exercise) {
            lines.push(exercise.movement.get(self.lang).to_owned());
            lines.extend(exercise.stop.as_ref().map(|stop| stop.get(self.lang).to_owned()));
        }
        lines
    }

    fn pain_light(&self) -> PainLight {
        let level = |id: &str| PainLevel {
            range: self.text(&format!("pain-{id}-range")),
            word: self.text(&format!("pain-{id}-word")),
            advice: self.text(&format!("pain-{id}-advice")),
        };
        PainLight {
            lead: self.text("pain-lead"),
            go: level("go"),
            ease: level("ease"),
            stop: level("stop"),
        }
    }

    fn diary(&self, programme: &Programme, items: &[&Item], number_of: &dyn Fn(&str) -> Option<usize>) -> Diary {
        let date = |offset: i64| self.plan.date.saturating_add(jiff::Span::new().days(offset));
        let done_on = |exercise: &str, offset: i64| {
            programme
                .sessions
                .iter()
                .any(|session| session.date == date(offset) && session.items.iter().any(|item| item.exercise == exercise))
        };
        let row = |item: &&Item| DiaryRow {
            number: number_of(&item.exercise),
            label: item.name.get(self.lang).to_owned(),
            boxes: (0..7).map(|offset| u8::from(done_on(&item.exercise, offset))).collect(),
        };
        Diary {
            lead: self.text("diary-lead"),
            days: (0..7).map(|offset| self.weekday(date(offset))).collect(),
            rows: items.iter().map(row).collect(),
            pain_rows: ["diary-pain-before", "diary-pain-during", "diary-pain-morning"]
                .into_iter()
                .map(|id| self.text(id))
                .collect(),
        }
    }

    /// Reasons of safety first; what merely did not fit into the minutes is not worth paper.
    fn left_out(&self) -> Vec<String> {
        let weighty = |kind: &str| ["contraindication", "worse", "triage"].contains(&kind);
        let reasons = self.plan.excluded.iter().filter_map(|excluded| {
            let against = excluded.against.iter().find(|against| weighty(against.kind))?;
            Some((against.text.get(self.lang), excluded.name.get(self.lang)))
        });
        let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
        for (reason, name) in reasons {
            match by_reason.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, names)) => names.push(name),
                None => by_reason.push((reason, vec![name])),
            }
        }
        by_reason.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
        let line = |(reason, names): (&str, Vec<&str>)| {
            let shown = names.iter().take(LEFT_OUT_SHOWN).copied().collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(LEFT_OUT_SHOWN);
            let rest = if more > 0 {
                self.format("report-and-more", &[("count", more.into())])
            } else {
                String::new()
            };
            format!("{reason} {shown}{rest}")
        };
        by_reason.into_iter().take(REASONS_SHOWN).map(line).collect()
    }

    fn labels(&self) -> SheetLabels {
        let text = |name: &str| self.text(&format!("label-{name}"));
        SheetLabels {
            planned_on: text("planned-on"),
            summary: text("summary"),
            week: text("week"),
            day: text("day"),
            when: text("when"),
            what: text("what"),
            every_day: text("every-day"),
            rest_day: text("rest-day"),
            exercises: text("exercises"),
            position: text("position"),
            movement: text("movement"),
            cue: text("cue"),
            mistakes: text("mistakes"),
            why: text("why"),
            stop: text("stop"),
            walking: text("walking"),
            medicines: text("medicines"),
            stop_rules: text("stop-rules"),
            pain_light: text("pain-light"),
            diary: text("diary"),
            tick_box: text("tick-box"),
            left_out: text("left-out"),
            knowledge: text("knowledge"),
            engine: text("engine"),
        }
    }

    fn safety(&self) -> SafetySheet {
        let triage = &self.plan.triage;
        let text = |name: &str| self.text(&format!("label-{name}"));
        let permitted = self
            .knowledge
            .usable_exercises()
            .filter(|exercise| triage.rank < RANK_LOCKED && triage.permits(exercise));
        SafetySheet {
            lang: self.language(),
            urgency: if triage.rank >= 4 { Urgency::Emergency } else { Urgency::Doctor },
            title: triage.title.get(self.lang).to_owned(),
            person: self.person(),
            written_on: self.date(self.plan.date),
            written_on_iso: Some(self.plan.date.to_string()),
            what_to_do: triage.message.get(self.lang).lines().map(str::to_owned).collect(),
            numbers: self.numbers(),
            reasons: triage.because.iter().map(|reason| reason.text.get(self.lang).to_owned()).collect(),
            still_allowed: permitted.map(|exercise| exercise.name.get(self.lang).to_owned()).collect(),
            questions: triage
                .questions()
                .into_iter()
                .map(|question| question.get(self.lang).to_owned())
                .collect(),
            footer: self.footer(),
            labels: SafetyLabels {
                written_on: text("written-on"),
                what_to_do: text("what-to-do"),
                numbers: text("numbers"),
                reasons: text("reasons"),
                still_allowed: text("still-allowed"),
                questions: text("questions"),
                knowledge: text("knowledge"),
                engine: text("engine"),
            },
        }
    }
}

/// Each exercise once, in the order of a session.
fn in_order_met<'p>(programme: &'p Programme, knowledge: &Knowledge) -> Vec<&'p Item> {
    let mut items: Vec<&Item> = Vec::new();
    for item in programme.sessions.iter().flat_map(|session| &session.items) {
        if !items.iter().any(|known| known.exercise == item.exercise) {
            items.push(item);
        }
    }
    items.sort_by_key(|item| {
        knowledge
            .exercises
            .get(&item.exercise)
            .map(|exercise| keel_knowledge::Aim::ALL.iter().position(|aim| *aim == exercise.aim))
    });
    items
}
