//! The six examples: the whole plan of each as a golden, and in words what each of them must show.

use keel_knowledge::{Aim, Lang, MedicineSeverity, MuscleState};
use keel_therapy::{Item, Plan, plan_json};
use serde_json::Value;

use crate::people::{EXAMPLES, KNOWLEDGE, example, planned};

fn plan_of(name: &str) -> Plan {
    planned(&example(name).answers)
}

fn items(plan: &Plan) -> Vec<&Item> {
    plan.programme
        .iter()
        .flat_map(|programme| &programme.sessions)
        .flat_map(|session| &session.items)
        .collect()
}

fn json_in(plan: &Plan, lang: Lang) -> Value {
    plan_json(plan, &KNOWLEDGE, lang)
}

/// Changes only together with a sentence on why the plans change.
#[test]
fn the_plans_of_the_examples_stay_as_they_are() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for name in EXAMPLES {
        let case = example(name);
        let mut json = json_in(
            &planned(&case.answers),
            case.answers.language().expect("an example names its language"),
        );
        without_muscles(&mut json);
        json["versions"] = serde_json::json!({"engine": "[engine]", "knowledge_sha256": "[hash]"});
        settings.set_description(format!("keel plan examples/{name}.toml --json"));
        settings.bind(|| insta::assert_json_snapshot!(name, json));
    }
}

/// Forty muscles of every item would hide what is decided; the tests of the load cards look at them.
fn without_muscles(json: &mut Value) {
    let sessions = json["programme"]["sessions"].as_array_mut();
    let items = sessions.into_iter().flatten().filter_map(|session| session["items"].as_array_mut());
    for item in items.flatten() {
        let item = item.as_object_mut().expect("an item is an object");
        assert!(item.remove("muscles").is_some());
    }
}

#[test]
fn a_cauda_equina_is_an_emergency_without_a_programme() {
    let plan = plan_of("cauda-equina");
    assert_eq!(plan.triage.level, "EMERGENCY");
    assert!(plan.programme.is_none());
    let first: Vec<&str> = plan.triage.because.iter().map(|reason| reason.item.as_str()).collect();
    assert_eq!(first, ["CES_BLADDER", "CES_SADDLE", "CES_BILAT"]);
    assert!(KNOWLEDGE.usable_exercises().all(|exercise| !plan.triage.permits(exercise)));
    assert!(json_in(&plan, Lang::En)["programme"].is_null());
}

#[test]
fn naproxen_beside_warfarin_is_flagged_without_advice_on_either() {
    let plan = plan_of("naproxen-and-warfarin");
    let flags: Vec<(&str, MedicineSeverity)> = plan
        .findings
        .medicines
        .iter()
        .map(|flag| (flag.id.as_str(), flag.severity))
        .collect();
    assert_eq!(
        flags,
        [("NSAID_ANTICOAG", MedicineSeverity::High), ("BLEEDING", MedicineSeverity::Effect)]
    );
    for item in items(&plan) {
        assert!(
            !KNOWLEDGE.exercises[&item.exercise]
                .contraindications
                .iter()
                .any(|code| code == "ANTICOAG"),
            "{}",
            item.exercise
        );
    }
    for lang in Lang::ALL {
        for text in texts(&json_in(&plan, lang)) {
            assert_eq!(medicine_advice(&text), None, "{text}");
        }
    }
}

#[test]
fn no_text_about_medicines_advises_a_dose_a_start_or_a_stop() {
    for flag in KNOWLEDGE.medicine_flags.values().chain(KNOWLEDGE.medicine_effects.values()) {
        for text in [&flag.title.en, &flag.title.ru, &flag.message.en, &flag.message.ru] {
            assert_eq!(medicine_advice(text), None, "{}: {text}", flag.id);
        }
    }
    assert_eq!(medicine_advice("Stop taking naproxen today."), Some("stop taking"));
    assert_eq!(medicine_advice("Хватит 500 мг в день."), Some(" мг"));
}

/// The first words in a text that tell a person what to do with a medicine, or name an amount of one.
fn medicine_advice(text: &str) -> Option<&'static str> {
    const ADVICE: [&str; 40] = [
        "stop taking",
        "stop your",
        "stop the medicine",
        "start taking",
        "do not take",
        "don't take",
        "you should take",
        "please take",
        "take less",
        "take more",
        "take only",
        "leave out your",
        "skip",
        "reduce the",
        "reduce your",
        "lower the dose",
        "lower your dose",
        "increase the",
        "increase your",
        "halve",
        "double the",
        "switch to",
        "replace it",
        " mg",
        "прекратите приём",
        "прекратите прием",
        "перестаньте принимать",
        "не принимайте",
        "начните принимать",
        "принимайте",
        "примите",
        "отмените",
        "пропустите",
        "уменьшите",
        "снизьте",
        "увеличьте",
        "замените",
        "перейдите на",
        "удвойте",
        " мг",
    ];
    let text = text.to_lowercase();
    ADVICE.into_iter().find(|words| text.contains(words))
}

/// Every text in a JSON value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(object) => object.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn at_24_weeks_of_pregnancy_nothing_is_done_on_the_back_or_the_belly() {
    let plan = plan_of("pregnant-24-weeks");
    assert!(items(&plan).len() > 10);
    for item in items(&plan) {
        let exercise = &KNOWLEDGE.exercises[&item.exercise];
        let lying = ["supine", "prone", "bridge", "dead-bug"];
        assert!(
            !lying.iter().any(|position| exercise.position.starts_with(position)),
            "{} is {}",
            exercise.id,
            exercise.position
        );
        let barred = ["PREG2", "PREG_PRONE"];
        assert!(
            !exercise.contraindications.iter().any(|code| barred.contains(&code.as_str())),
            "{}",
            exercise.id
        );
    }
}

#[test]
fn whom_bending_back_eases_gets_press_ups_and_is_told_why() {
    let plan = plan_of("subacute-l4l5-extension");
    let items = items(&plan);
    let press_up = items.iter().find(|item| item.exercise == "DP03").expect("a press-up");
    assert_eq!(press_up.because[0].kind, "direction");
    assert_eq!(press_up.because[0].facts, ["tests.repeated.extension"]);
    assert!(
        items
            .iter()
            .all(|item| KNOWLEDGE.exercises[&item.exercise].direction != keel_knowledge::Direction::Flexion)
    );
}

#[test]
fn weak_back_muscles_are_trained_and_tense_hamstrings_relieved() {
    let plan = plan_of("chronic-weak-trunk-tense-hamstrings");
    let items = items(&plan);
    let stretch = items.iter().find(|item| item.exercise == "RX07").expect("a hamstring stretch");
    assert!(
        stretch
            .because
            .iter()
            .any(|because| because.kind == "tense" && because.facts.iter().any(|fact| fact.starts_with("tests.slr.")))
    );
    let multifidus = plan
        .findings
        .of(MuscleState::Weak)
        .find(|finding| finding.group == "multifidus")
        .expect("a weak multifidus");
    let trained = items.iter().filter(|item| {
        item.because
            .iter()
            .any(|because| because.kind == "weak" && because.facts == multifidus.facts)
    });
    assert!(trained.count() >= 3, "three sessions a week for what is weak");
}

#[test]
fn in_the_acute_irritable_weeks_only_what_is_open_then_is_chosen() {
    let plan = plan_of("acute-l5s1-high-irritability");
    assert_eq!(
        (plan.findings.stage.used.as_str(), plan.findings.irritability.used.as_str()),
        ("acute", "high")
    );
    let open = [
        Aim::Unload,
        Aim::Breathing,
        Aim::Activate,
        Aim::Strengthen,
        Aim::Directional,
        Aim::Neural,
        Aim::Complex,
        Aim::Walking,
    ];
    let walk_tolerance_s = 6 * 60;
    for item in items(&plan) {
        let exercise = &KNOWLEDGE.exercises[&item.exercise];
        assert!(open.contains(&exercise.aim), "{} is {}", exercise.id, exercise.aim.id());
        assert!(
            exercise.irritability.contains(&keel_knowledge::Irritability::High),
            "{}",
            exercise.id
        );
        assert!(exercise.aim != Aim::Walking || item.dose.hold_s < walk_tolerance_s);
    }
}
