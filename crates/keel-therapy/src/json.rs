//! The JSON contract of `keel triage --json` and `keel plan --json`.
//!
//! Loads of an item are `null` where they are not computed (exercises in water): a reader must never take that for zero.

use keel_knowledge::{Knowledge, Lang, MedicineSeverity, Side};
use serde_json::{Map, Value, json};

use crate::{
    cards::{DayLoad, ItemDisc, ItemLoad, ItemMuscle},
    dose::Dose,
    facts::Classified,
    findings::Findings,
    plan::{Item, Plan, Programme},
    triage::Triage,
};

/// Triage as JSON in one language.
pub fn triage_json(triage: &Triage, knowledge: Option<&Knowledge>, lang: Lang) -> Value {
    let because: Vec<Value> = triage
        .because
        .iter()
        .map(|reason| {
            json!({
                "item": reason.item,
                "rule": reason.rule,
                "ground": reason.ground.id(),
                "level": reason.level,
                "text": reason.text.get(lang),
                "facts": reason.facts,
                "source": reason.sources,
            })
        })
        .collect();
    let exercises: Vec<&str> = knowledge
        .filter(|_| triage.rank < crate::RANK_LOCKED)
        .into_iter()
        .flat_map(Knowledge::usable_exercises)
        .filter(|exercise| triage.permits(exercise))
        .map(|exercise| exercise.id.as_str())
        .collect();
    json!({
        "level": triage.level,
        "locked": triage.locked,
        "title": triage.title.get(lang),
        "message": triage.message.get(lang),
        "because": because,
        "allowed": {
            "aims": triage.open_aims().iter().map(|aim| aim.id()).collect::<Vec<_>>(),
            "exercises": exercises,
        },
        "questions_for_the_doctor": triage.questions().iter().map(|question| question.get(lang)).collect::<Vec<_>>(),
    })
}

/// A whole plan as JSON in one language.
pub fn plan_json(plan: &Plan, knowledge: &Knowledge, lang: Lang) -> Value {
    json!({
        "date": plan.date.to_string(),
        "language": lang.code(),
        "triage": triage_json(&plan.triage, Some(knowledge), lang),
        "findings": findings_json(&plan.findings, lang),
        "programme": plan.programme.as_ref().map(|programme| programme_json(programme, lang)),
        "excluded": plan.excluded.iter().map(|excluded| json!({
            "exercise": excluded.exercise,
            "name": excluded.name.get(lang),
            "because": excluded.against.iter().map(|against| json!({
                "kind": against.kind,
                "code": against.code,
                "text": against.text.get(lang),
                "facts": against.facts,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "no_bending": {
            "after_rising_min": plan.no_bending.after_rising_min,
            "disc": plan.no_bending.disc,
            "text": plan.no_bending.why.get(lang),
            "facts": plan.no_bending.facts,
            "source": plan.no_bending.sources,
        },
        "versions": {"engine": plan.engine_version, "knowledge_sha256": plan.knowledge_hash},
    })
}

fn classified_json(classified: &Classified, lang: Lang) -> Value {
    let mut object = Map::new();
    object.insert("class".to_owned(), json!(classified.determined));
    object.insert("used".to_owned(), json!(classified.used));
    object.insert("name".to_owned(), json!(classified.name.get(lang)));
    object.insert(
        if classified.determined.is_some() { "facts" } else { "missing" }.to_owned(),
        json!(classified.facts),
    );
    object.insert("source".to_owned(), json!(classified.sources));
    Value::Object(object)
}

fn side_id(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Both => "both",
    }
}

fn severity_id(severity: MedicineSeverity) -> &'static str {
    match severity {
        MedicineSeverity::EmergencyPath => "emergency-path",
        MedicineSeverity::High => "high",
        MedicineSeverity::Medium => "medium",
        MedicineSeverity::Effect => "effect",
    }
}

fn findings_json(findings: &Findings, lang: Lang) -> Value {
    json!({
        "stage": classified_json(&findings.stage, lang),
        "irritability": classified_json(&findings.irritability, lang),
        "direction": classified_json(&findings.direction, lang),
        "muscles": findings.muscles.iter().map(|finding| json!({
            "group": finding.group,
            "side": side_id(finding.side),
            "state": finding.state,
            "text": finding.says.get(lang),
            "test": finding.test,
            "facts": finding.facts,
            "source": finding.sources,
        })).collect::<Vec<_>>(),
        "tests_to_do": findings.to_do.iter().map(|to_do| json!({
            "test": to_do.test,
            "title": to_do.title.get(lang),
            "why": to_do.why.get(lang),
            "missing": to_do.missing,
        })).collect::<Vec<_>>(),
        "medicines": findings.medicines.iter().map(|warning| json!({
            "flag": warning.id,
            "severity": severity_id(warning.severity),
            "title": warning.title.get(lang),
            "text": warning.message.get(lang),
            "facts": warning.facts,
            "source": warning.sources,
        })).collect::<Vec<_>>(),
    })
}

fn programme_json(programme: &Programme, lang: Lang) -> Value {
    let new_total: usize = programme.sessions.iter().map(|session| session.new_items()).sum();
    json!({
        "message": programme.message.get(lang),
        "sessions": programme.sessions.iter().map(|session| json!({
            "date": session.date.to_string(),
            "start": session.start.strftime("%H:%M").to_string(),
            "minutes_after_rising": session.minutes_after_rising,
            "duration_s": session.duration_s(),
            "items": session.items.iter().map(|item| item_json(item, lang)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "budgets": {
            "minutes_per_day": programme.minutes_per_day,
            "peak_of_standing": programme.load_budget.peak_of_standing,
            "load_per_day": day_load_json(&DayLoad::allowed(&programme.load_budget)),
            "days": programme.sessions.iter().map(|session| json!({
                "date": session.date.to_string(),
                "seconds_used": session.duration_s(),
                "seconds_left": (programme.minutes_per_day * 60).saturating_sub(session.duration_s()),
                "new_exercises": session.new_items(),
                "load_used": day_load_json(&session.load()),
                "load_left": day_load_json(&(DayLoad::allowed(&programme.load_budget) - session.load())),
            })).collect::<Vec<_>>(),
            "new_exercises": new_total,
        },
        "gaps": programme.gaps.iter().map(|gap| gap.get(lang)).collect::<Vec<_>>(),
        "notes": programme.notes.iter().map(|note| note.get(lang)).collect::<Vec<_>>(),
    })
}

/// To so many decimals: what is computed is not known more exactly.
fn rounded(value: f64, decimals: i32) -> f64 {
    let unit = 10_f64.powi(decimals);
    (value * unit).round() / unit
}

fn day_load_json(load: &DayLoad) -> Value {
    json!({
        "compression_min": rounded(load.compression_min, 2),
        "shear_min": rounded(load.shear_min, 2),
        "flexion_min": rounded(load.flexion_min, 2),
    })
}

fn load_json(load: &ItemLoad) -> Value {
    let largest = |of: fn(&ItemDisc) -> f64| load.discs.iter().map(of).fold(0.0, f64::max);
    let relative = |disc: &ItemDisc| (disc.id.clone(), json!(rounded(disc.of_standing, 2)));
    json!({
        "peak_compression_n": rounded(largest(|disc| disc.peak_compression_n), 0),
        "peak_shear_n": rounded(largest(|disc| disc.peak_shear_n), 0),
        "relative_to_standing": load.discs.iter().map(relative).collect::<Map<_, _>>(),
        "day": day_load_json(&load.day),
        "own_body": load.is_own,
    })
}

fn item_json(item: &Item, lang: Lang) -> Value {
    let Dose {
        sets,
        reps,
        hold_s,
        move_s,
        rest_s,
        per_side,
    } = item.dose;
    json!({
        "exercise": item.exercise,
        "name": item.name.get(lang),
        "block": item.block.id(),
        "dose": {
            "sets": sets,
            "reps": reps,
            "hold_s": hold_s,
            "side": if per_side { "each" } else { "both" },
            "tempo": {"move_s": move_s, "rest_s": rest_s},
            "duration_s": item.dose.duration_s(),
            "up_to_per_day": item.up_to_per_day,
        },
        "new": item.is_new,
        "load": item.load.as_ref().map(load_json),
        "muscles": item.load.as_ref().map(|load| {
            let muscle = |muscle: &ItemMuscle| (muscle.id.clone(), json!({"peak": rounded(muscle.peak, 3), "dose": rounded(muscle.dose_s, 1)}));
            load.muscles.iter().map(muscle).collect::<Map<_, _>>()
        }),
        "because": item.because.iter().map(|because| json!({
            "kind": because.kind,
            "text": because.text.get(lang),
            "facts": because.facts,
            "source": because.sources,
        })).collect::<Vec<_>>(),
    })
}
