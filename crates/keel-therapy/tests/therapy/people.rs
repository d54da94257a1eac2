//! People to test with: the shipped knowledge, the six examples, and arbitrary people whose every answer the catalogue allows.

use std::{path::Path, sync::LazyLock};

use jiff::civil::{Date, Time, date};
use keel_knowledge::{FieldKind, Knowledge, embedded_files};
use keel_therapy::{Answers, Bodies, Cards, Case, Catalogue, FieldSpec, PersonFacts, Plan, Value, YesNo, plan, read_case};
use proptest::{collection::vec, prelude::*, sample::select};

/// The knowledge as it stands in the working tree; whether it is sealed is a question of its own.
pub(crate) static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| match Knowledge::read_unsealed(embedded_files()) {
    Ok(knowledge) => knowledge,
    Err((diagnostics, _)) => panic!("{}", diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
});

pub(crate) static CATALOGUE: LazyLock<Catalogue<'static>> = LazyLock::new(|| Catalogue::new(&KNOWLEDGE));

/// Load cards of the reference man: the tests are about rules, and plan hundreds of weeks.
pub(crate) static CARDS: LazyLock<Cards> = LazyLock::new(|| {
    let bodies = Bodies::read(&KNOWLEDGE).unwrap_or_else(|error| panic!("{error}"));
    let person = bodies.anatomy.reference_person();
    Cards::new(&KNOWLEDGE, &bodies, Ok(person)).unwrap_or_else(|error| panic!("{error}"))
});

/// The day on which every test plays.
pub(crate) const TODAY: Date = date(2026, 11, 24);

pub(crate) const EXAMPLES: [&str; 6] = [
    "acute-l5s1-high-irritability",
    "cauda-equina",
    "chronic-weak-trunk-tense-hamstrings",
    "naproxen-and-warfarin",
    "pregnant-24-weeks",
    "subacute-l4l5-extension",
];

/// One of the cases in `examples/`.
pub(crate) fn example(name: &str) -> Case {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    read_case(&format!("{name}.toml"), &text, &CATALOGUE).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn facts(answers: &Answers) -> PersonFacts<'_> {
    PersonFacts::new(&KNOWLEDGE, &CATALOGUE, answers, TODAY)
}

pub(crate) fn planned(answers: &Answers) -> Plan {
    plan(&KNOWLEDGE, &CATALOGUE, answers, TODAY, &CARDS).expect("the optimiser always finds a week")
}

/// Paths of all red-flag answers.
pub(crate) fn red_flag_paths() -> impl Iterator<Item = String> {
    KNOWLEDGE.red_flags.keys().map(|id| format!("answers.{id}"))
}

/// A person with a few, some or many arbitrary answers: starting from nobody or from an example, so that both the closed and the open
/// ways of triage are walked. Shrinks towards fewer changes.
pub(crate) fn anyone() -> impl Strategy<Value = Answers> {
    prop_oneof![1 => changed(Answers::new(), 0..150), 1 => from_an_example(0..40)]
}

/// A person for whom triage leaves something open more often than not.
pub(crate) fn someone_who_may_train() -> impl Strategy<Value = Answers> {
    prop_oneof![
        3 => from_an_example(0..4),
        6 => from_an_example(4..60).prop_map(without_danger),
        1 => anyone(),
    ]
}

fn from_an_example(changes: std::ops::Range<usize>) -> impl Strategy<Value = Answers> {
    let calm: Vec<Answers> = EXAMPLES
        .iter()
        .filter(|name| **name != "cauda-equina")
        .map(|name| example(name).answers)
        .collect();
    select(calm).prop_flat_map(move |answers| changed(answers, changes.clone()))
}

/// Takes back what would close exercise altogether, so that the rest of the answers comes to bear.
fn without_danger(mut answers: Answers) -> Answers {
    for path in red_flag_paths() {
        answers.set(&path, Value::YesNo(YesNo::No));
    }
    let closing = [
        "fusion",
        "heart_symptoms",
        "heart_event_8w",
        "arrhythmia",
        "syncope",
        "disc_surgery_12w",
        "vertebral_fracture_recent",
    ];
    for name in closing
        .iter()
        .chain(&["foot_drop", "minor_trauma", "height_loss", "no_improvement_6w", "stable_weakness"])
    {
        answers.set(&format!("conditions.{name}"), Value::YesNo(YesNo::No));
    }
    for (path, answer) in [("clinician_cleared", YesNo::Yes), ("heart_failure", YesNo::No)] {
        answers.set(&format!("conditions.{path}"), Value::YesNo(answer));
    }
    for test in ["heel_walk", "heel_raise"] {
        for side in ["left", "right"] {
            answers.clear(&format!("tests.{test}.{side}"));
        }
    }
    if answers.number("person.age").is_none_or(|age| age < 18.0) {
        answers.set("person.age", Value::Number(50.0));
    }
    answers.clear("person.born");
    answers
}

fn changed(start: Answers, changes: std::ops::Range<usize>) -> impl Strategy<Value = Answers> {
    vec(change(), changes).prop_map(move |changes| {
        let mut answers = start.clone();
        for (path, value) in changes {
            // Age and day of birth say the same; someone who gives both and contradicts themselves is not the subject here.
            match path.as_str() {
                "person.born" => answers.clear("person.age"),
                "person.age" => answers.clear("person.born"),
                _ => {}
            }
            match value {
                Some(value) => answers.set(&path, value),
                None => answers.clear(&path),
            }
        }
        answers
    })
}

/// A field and its answer; now and then the answer is taken back.
fn change() -> impl Strategy<Value = (String, Option<Value>)> {
    let specs: Vec<FieldSpec<'static>> = CATALOGUE.fields().collect();
    select(specs).prop_flat_map(|spec| {
        let answer = prop_oneof![1 => Just(None), 6 => value_of(&spec).prop_map(Some)];
        (Just(spec.path.clone()), answer)
    })
}

/// Any value a field allows.
pub(crate) fn value_of(spec: &FieldSpec<'static>) -> BoxedStrategy<Value> {
    let ids: Vec<String> = spec.choices.ids().into_iter().map(str::to_owned).collect();
    let (min, max) = spec.limits.unwrap_or((0.0, 1.0));
    match spec.kind {
        FieldKind::YesNo => prop_oneof![4 => Just(YesNo::No), 3 => Just(YesNo::Yes), 1 => Just(YesNo::Unsure)]
            .prop_map(Value::YesNo)
            .boxed(),
        FieldKind::Integer => (min as i64..=max as i64).prop_map(|number| Value::Number(number as f64)).boxed(),
        FieldKind::Number => prop_oneof![(min..=max), (min..=max).prop_map(f64::round)]
            .prop_map(Value::Number)
            .boxed(),
        FieldKind::Choice => select(ids).prop_map(Value::Choice).boxed(),
        FieldKind::Choices => {
            let most = ids.len().min(8);
            proptest::sample::subsequence(ids, 0..=most).prop_map(Value::Choices).boxed()
        }
        FieldKind::Date => day_of(&spec.path).prop_map(Value::Date).boxed(),
        FieldKind::Time => (0..24_i8, 0..60_i8)
            .prop_map(|(hour, minute)| Value::Time(Time::constant(hour, minute, 0, 0)))
            .boxed(),
        FieldKind::Text => "[ a-zA-Zа-яё\"'\\\\#=\\[\\]{}0-9.,-]{0,40}"
            .prop_map(|text| Value::Text(text.trim().to_owned()))
            .boxed(),
    }
}

/// Days that mean something for a field, the future included.
fn day_of(path: &str) -> BoxedStrategy<Date> {
    let longest_ago = if path == "person.born" { 100 * 365 } else { 400 };
    (-30..longest_ago)
        .prop_map(|days_ago: i32| TODAY.saturating_sub(jiff::Span::new().days(days_ago)))
        .boxed()
}
