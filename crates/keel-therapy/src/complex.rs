//! Everything of a complex therapy beside the exercises, for one person on one day: support, questionnaires, medicines, physiotherapy, belts,
//! and what to expect.

use jiff::civil::{Date, DateTime};
use keel_knowledge::{Course, CourseKind, Instrument, Lang, Record, Support, Text, Truth};
use serde_json::{Value, json};

use crate::{
    belt::{BeltAdvice, Option3, belt},
    facts::{Classified, PersonFacts},
    findings::{MedicineWarning, findings},
    instruments::{Due, Measurement, Scored, Trend, due, score, trend},
    medicines::{DayOfMedicine, DiaryWarning, diary_warnings, last_24_hours},
    support::{Supported, support},
    treatments::{Clearance, Stands, Treatment, Wait, treatments, waits},
};

/// An instrument that was filled in.
#[derive(Clone, Debug)]
pub struct FilledIn<'k> {
    /// The instrument.
    pub instrument: &'k Record<Instrument>,
    /// Day and scores of each filling-in, the earliest first.
    pub history: Vec<(Date, Scored)>,
    /// From the first to the latest.
    pub trend: Option<Trend>,
}

/// Complex therapy beside exercise.
#[derive(Clone, Debug)]
pub struct Complex<'k> {
    /// Support that the yellow flags ask for.
    pub support: Support,
    /// Yellow flags that hold.
    pub yellow_flags: Vec<Supported<'k>>,
    /// Questionnaires filled in.
    pub filled_in: Vec<FilledIn<'k>>,
    /// Questionnaires that are due.
    pub due: Vec<Due>,
    /// Medicines taken in the last 24 hours.
    pub medicines: Vec<DayOfMedicine>,
    /// What stands out among them.
    pub diary: Vec<DiaryWarning>,
    /// Warnings of the rules about medicines.
    pub warnings: Vec<MedicineWarning>,
    /// Physiotherapy.
    pub treatments: Vec<Treatment<'k>>,
    /// Waits before the next session.
    pub waits: Vec<Wait>,
    /// Belts and kit.
    pub belt: BeltAdvice<'k>,
    /// Step of the flare-up plan, where the person has opened it.
    pub flare: Option<Classified>,
    /// What to expect, by kind and order.
    pub course: Vec<&'k Record<Course>>,
}

/// Gathers it; `began` is the day from which questionnaires come due.
pub fn complex<'k>(facts: &PersonFacts<'k>, began: Date, now: DateTime) -> Complex<'k> {
    let knowledge = facts.knowledge();
    let today = facts.date();
    let history: Vec<Measurement> = facts.answers().measured().filter(|one| one.on <= today).cloned().collect();
    let (support, yellow_flags) = support(facts);
    let filled = |record: &'k Record<Instrument>| {
        let mut own: Vec<&Measurement> = history.iter().filter(|one| one.instrument == record.id).collect();
        own.sort_by_key(|one| one.on);
        let scored: Vec<(Date, Scored)> = own.iter().map(|one| (one.on, score(record, &one.items))).collect();
        let change = match scored.as_slice() {
            [(_, first), .., (_, last)] => trend(record, first, last),
            _ => None,
        };
        (!scored.is_empty()).then_some(FilledIn {
            instrument: record,
            history: scored,
            trend: change,
        })
    };
    let mut instruments: Vec<&'k Record<Instrument>> = knowledge.instruments.values().collect();
    instruments.sort_by_key(|record| record.order);
    let mut course: Vec<&'k Record<Course>> = knowledge
        .course
        .values()
        .filter(|page| page.shown_when.evaluate(facts).truth == Truth::Yes)
        .collect();
    course.sort_by_key(|page| (page.kind, page.order));
    Complex {
        support,
        yellow_flags,
        filled_in: instruments.into_iter().filter_map(filled).collect(),
        due: due(knowledge, &history, began, today),
        medicines: last_24_hours(facts, now),
        diary: diary_warnings(facts, now),
        warnings: findings(facts).medicines,
        treatments: treatments(facts),
        waits: waits(facts, now),
        belt: belt(facts, today),
        flare: flare_is_open(facts).then(|| facts.classify("flare")),
        course,
    }
}

/// Whether the person has opened the flare-up questions; without an answer there, everyone would stand at the strictest step.
fn flare_is_open(facts: &PersonFacts<'_>) -> bool {
    facts.answers().iter().any(|(path, _)| path.starts_with("flare."))
}

impl<'k> Complex<'k> {
    /// Pages of the course of one kind.
    pub fn pages(&self, kind: CourseKind) -> impl Iterator<Item = &&'k Record<Course>> {
        self.course.iter().filter(move |page| page.kind == kind)
    }

    /// The phase of a number of weeks since the beginning of the complaint.
    pub fn phase(&self, weeks: f64) -> Option<&&'k Record<Course>> {
        self.pages(CourseKind::Phase).find(|page| {
            let [from, to] = page.weeks.unwrap_or_default();
            (f64::from(from)..f64::from(to)).contains(&weeks)
        })
    }
}

/// Complex therapy as JSON in one language.
pub fn complex_json(complex: &Complex<'_>, lang: Lang) -> Value {
    let text = |text: &Text| text.get(lang).to_owned();
    json!({
        "support": {
            "level": complex.support.id(),
            "because": complex.yellow_flags.iter().map(|flag| json!({
                "rule": flag.rule.id,
                "title": text(&flag.rule.title),
                "text": text(&flag.rule.message),
                "facts": flag.facts,
                "source": flag.rule.sources,
            })).collect::<Vec<_>>(),
        },
        "questionnaires": {
            "filled_in": complex.filled_in.iter().map(|one| json!({
                "instrument": one.instrument.id,
                "name": text(&one.instrument.name),
                "history": one.history.iter().map(|(on, scored)| json!({
                    "on": on.to_string(),
                    "scores": scored.scores.iter().map(|(id, score)| json!({
                        "id": id,
                        "value": score.as_ref().ok(),
                        "missing": score.as_ref().err().map(ToString::to_string),
                    })).collect::<Vec<_>>(),
                    "band": scored.band,
                })).collect::<Vec<_>>(),
                "trend": one.trend.map(Trend::id),
            })).collect::<Vec<_>>(),
            "due": complex.due.iter().map(|due| json!({
                "instrument": due.instrument,
                "week": due.week,
                "since": due.since.to_string(),
            })).collect::<Vec<_>>(),
        },
        "medicines": {
            "last_24_hours": complex.medicines.iter().map(|one| json!({
                "medicine": one.medicine,
                "name": text(&one.name),
                "times": one.times,
                "mg": one.mg,
                "without_mg": one.unknown,
                "codes": one.codes,
                "label_mg": one.label_mg,
                "above_label": one.above_label(),
                "lower_because": one.lower_because.iter().map(text).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "diary": complex.diary.iter().map(|one| json!({
                "kind": one.kind,
                "medicines": one.medicines,
                "text": text(&one.text),
            })).collect::<Vec<_>>(),
            "flags": complex.warnings.iter().map(|one| json!({
                "flag": one.id,
                "title": text(&one.title),
                "text": text(&one.message),
                "source": one.sources,
            })).collect::<Vec<_>>(),
        },
        "physiotherapy": {
            "modalities": complex.treatments.iter().map(|one| json!({
                "modality": one.modality.id,
                "name": text(&one.modality.name),
                "prescribed": one.prescribed,
                "grade": one.modality.grade.id(),
                "evidence": text(&one.modality.evidence),
                "cleared": one.clearance.cleared().id(),
                "against": stands_json(&one.clearance.against, lang),
                "ask_first": stands_json(&one.clearance.ask_first, lang),
                "course": one.course.as_ref().map(|course| json!({
                    "sessions": course.planned.sessions,
                    "per_week": course.planned.per_week,
                    "from": course.planned.from.to_string(),
                    "by": course.planned.by,
                    "done": course.done,
                    "next": course.next.map(|day| day.to_string()),
                })),
                "times": one.times,
                "mean_change": one.mean_change,
                "review": one.review,
                "source": one.modality.sources,
            })).collect::<Vec<_>>(),
            "waits": complex.waits.iter().map(|wait| json!({
                "modality": wait.modality,
                "until": wait.until.strftime("%Y-%m-%dT%H:%M").to_string(),
                "why": wait.why.as_ref().map(text),
                "open": wait.open,
            })).collect::<Vec<_>>(),
        },
        "belt": belt_json(&complex.belt, lang),
        "flare": complex.flare.as_ref().map(|flare| json!({
            "class": flare.determined,
            "used": flare.used,
            "name": text(&flare.name),
            "meaning": text(&flare.meaning),
            "facts": flare.facts,
        })),
        "course": complex.course.iter().map(|page| json!({
            "id": page.id,
            "kind": page.kind.id(),
            "title": text(&page.title),
            "text": text(&page.text),
            "why": page.why.as_ref().map(text),
            "source": page.sources,
        })).collect::<Vec<_>>(),
    })
}

fn stands_json(stands: &[Stands], lang: Lang) -> Vec<Value> {
    stands
        .iter()
        .map(|one| json!({"rule": one.rule, "reason": one.reason.get(lang), "facts": one.facts}))
        .collect()
}

fn belt_json(belt: &BeltAdvice<'_>, lang: Lang) -> Value {
    let Clearance { against, ask_first } = &belt.clearance;
    json!({
        "stance": belt.rules.stance.get(lang),
        "against": stands_json(against, lang),
        "ask_first": stands_json(ask_first, lang),
        "kit": belt.kit.iter().map(|kit| json!({
            "id": kit.orthosis.id,
            "name": kit.orthosis.name.get(lang),
            "option": match kit.option {
                Option3::Sensible => "sensible",
                Option3::AskFirst => "ask-first",
                Option3::No => "no",
            },
            "who": kit.orthosis.who.id(),
            "why": kit.orthosis.why.get(lang),
            "facts": kit.facts,
        })).collect::<Vec<_>>(),
        "quality": {
            "points": belt.quality.points,
            "most": belt.quality.most,
            "open": belt.quality.open,
            "rather_not": belt.quality.rather_not,
            "good": belt.quality.good(),
        },
        "fit": {
            "faults": belt.fit.faults.iter().map(|(field, must, text)| json!({"field": field, "take_it_off": must, "text": text.get(lang)})).collect::<Vec<_>>(),
            "open": belt.fit.open,
            "uncomfortable": belt.fit.uncomfortable,
        },
        "wearing": belt.wearing.as_ref().map(|wearing| json!({
            "week": wearing.week,
            "hours_most": wearing.hours_most,
            "text": wearing.says.get(lang),
            "too_long": wearing.too_long,
        })),
    })
}
