//! Therapy beside the exercises, at its doors: what the vignettes cannot tell because time passes, and what case files may say wrongly.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, date};
use keel_knowledge::Truth;
use keel_therapy::{
    Answers, Asked, Cleared, Entry, Measurement, Option3, PersonFacts, Planned, Taken, Treated, Value, YesNo, asked_again, complex,
    complex_json, due, read_case, treatments, waits, write_case,
};
use proptest::prelude::*;

use crate::people::{CATALOGUE, KNOWLEDGE, TODAY, anyone};

fn at(text: &str) -> DateTime {
    text.parse().expect("a moment")
}

fn facts_at(answers: &Answers, now: DateTime) -> PersonFacts<'_> {
    PersonFacts::new(&KNOWLEDGE, &CATALOGUE, answers, now.date()).at(now)
}

fn treated(modality: &str, ended: &str, pain: Option<(u8, u8)>) -> Entry {
    Entry::Treated(Treated {
        modality: modality.to_owned(),
        at: at(ended),
        pain_before: pain.map(|pain| pain.0),
        pain_after_24h: pain.map(|pain| pain.1),
        side_effects: None,
    })
}

#[test]
fn exercise_waits_after_what_masks_feeling_and_no_longer() {
    let mut answers = Answers::new();
    answers.add(treated("heat", "2026-11-24T08:00", None));
    answers.add(treated("epidural_steroid", "2026-11-23T08:00", None));
    let until = |now: &str| -> Vec<(String, String)> {
        let waits = waits(&facts_at(&answers, at(now)), at(now));
        waits.into_iter().map(|wait| (wait.modality, wait.until.to_string())).collect()
    };
    let (heat, block) = (
        ("heat".to_owned(), "2026-11-24T10:00:00".to_owned()),
        ("epidural_steroid".to_owned(), "2026-11-25T08:00:00".to_owned()),
    );
    assert_eq!(until("2026-11-24T09:59"), [block.clone(), heat]);
    assert_eq!(until("2026-11-24T10:00"), [block]);
    assert_eq!(until("2026-11-25T08:00"), []);
    assert_eq!(until("2026-12-24T08:00"), [], "a wait that ended weeks ago is over");
}

#[test]
fn a_treatment_that_changes_nothing_is_talked_over() {
    let mut answers = Answers::new();
    let review = |answers: &Answers| {
        let all = treatments(&facts_at(answers, at("2026-11-24T12:00")));
        let tens = all.into_iter().find(|one| one.modality.id == "tens").expect("TENS is a record");
        (tens.times, tens.mean_change, tens.review)
    };
    for day in 1..=6 {
        answers.add(treated("tens", &format!("2026-11-{day:02}T08:00"), Some((5, 4))));
    }
    assert_eq!(review(&answers), (6, Some(-1.0), false));
    answers.add(treated("tens", "2026-11-07T08:00", None));
    assert_eq!(
        review(&answers),
        (7, Some(-1.0), true),
        "the seventh time without two points of change"
    );
    answers.add(treated("tens", "2026-11-08T08:00", Some((9, 0))));
    assert!(!review(&answers).2, "on average two points better");
}

#[test]
fn a_dose_nobody_wrote_down_is_unknown_and_not_below_nothing() {
    let mut answers = Answers::new();
    answers.add(Entry::Taken(Taken {
        medicine: "ibuprofen".to_owned(),
        mg: None,
        at: at("2026-11-24T08:00"),
        how: None,
    }));
    let now = at("2026-11-24T12:00");
    let told = complex(&facts_at(&answers, now), now.date(), now);
    let [day] = told.medicines.as_slice() else {
        panic!("one medicine was taken");
    };
    assert_eq!((day.times, day.unknown, day.mg.to_string().as_str()), (1, 1, "0"));
}

#[test]
fn a_prescribed_course_says_what_is_next() {
    let mut answers = Answers::new();
    answers.add(Entry::Planned(Planned {
        modality: "massage".to_owned(),
        sessions: 4,
        per_week: 2,
        from: date(2026, 11, 9),
        by: "Dr. Weiß".to_owned(),
    }));
    let course = |answers: &Answers| {
        let all = treatments(&facts_at(answers, at("2026-11-24T12:00")));
        let massage = all
            .into_iter()
            .find(|one| one.modality.id == "massage")
            .expect("massage is a record");
        assert!(massage.prescribed);
        let course = massage.course.expect("a course");
        (course.done, course.next)
    };
    answers.add(treated("massage", "2026-11-02T08:00", None));
    assert_eq!(course(&answers), (0, Some(date(2026, 11, 9))), "what was had before does not count");
    for (day, done, next) in [(9, 1, Some(12)), (12, 2, Some(16)), (17, 3, Some(19)), (20, 4, None)] {
        answers.add(treated("massage", &format!("2026-11-{day:02}T08:00"), None));
        assert_eq!(course(&answers), (done, next.map(|day| date(2026, 11, day))));
    }
}

#[test]
fn questionnaires_come_due_and_are_done() {
    let began = date(2026, 10, 6);
    let weeks = |history: &[Measurement], today: Date| -> Vec<u32> {
        let due = due(&KNOWLEDGE, history, began, today);
        due.iter().filter(|due| due.instrument == "RMDQ").map(|due| due.week).collect()
    };
    let filled = |on: Date| Measurement {
        instrument: "RMDQ".to_owned(),
        on,
        items: BTreeMap::new(),
    };
    assert_eq!(weeks(&[], began), [0]);
    assert_eq!(weeks(&[filled(began)], date(2026, 10, 19)), [] as [u32; 0]);
    assert_eq!(weeks(&[filled(began)], date(2026, 10, 20)), [2]);
    assert_eq!(
        weeks(&[filled(date(2026, 10, 17))], date(2026, 10, 20)),
        [] as [u32; 0],
        "three days early counts"
    );
    assert_eq!(weeks(&[filled(date(2026, 10, 16))], date(2026, 10, 20)), [2]);
    assert_eq!(
        weeks(&[filled(began)], date(2026, 12, 1)),
        [6],
        "what was missed is not asked twice"
    );
}

#[test]
fn an_operator_with_the_rights_may_load_a_text() {
    let mut knowledge =
        keel_knowledge::Knowledge::read_unsealed(keel_knowledge::embedded_files()).expect("the shipped knowledge is in order");
    let items = |count: usize| -> String {
        (1..=count)
            .map(|id| format!("{id} = {{ en = \"Question\", ru = \"Вопрос\" }}\n"))
            .collect()
    };
    let refused = |knowledge: &mut keel_knowledge::Knowledge, id: &str, toml: &str| {
        knowledge.take_instrument_text(id, toml).expect_err("it is refused").to_string()
    };
    assert!(refused(&mut knowledge, "PHQ2", "[item]").starts_with("“PHQ2” takes no text"));
    assert!(refused(&mut knowledge, "ODI", &format!("[item]\n{}", items(9))).ends_with("wrong or missing: 10"));
    assert!(refused(&mut knowledge, "ODI", &format!("[item]\n{}", items(11))).ends_with("wrong or missing: 11"));
    let is_due = |knowledge: &keel_knowledge::Knowledge| due(knowledge, &[], TODAY, TODAY).iter().any(|due| due.instrument == "ODI");
    assert!(!is_due(&knowledge), "nobody is reminded of a form that is not there");
    knowledge
        .take_instrument_text("ODI", &format!("[item]\n{}", items(10)))
        .expect("it is taken");
    assert!(is_due(&knowledge));
}

#[test]
fn an_operator_may_load_codes_of_medicines() {
    let mut knowledge =
        keel_knowledge::Knowledge::read_unsealed(keel_knowledge::embedded_files()).expect("the shipped knowledge is in order");
    let error = knowledge
        .take_medicine_codes("[ibuprofin]\natc = \"X\"")
        .expect_err("it is refused");
    assert_eq!(error.to_string(), "there is no medicine ibuprofin");
    knowledge
        .take_medicine_codes("[ibuprofen]\natc = \"X1\"\nrxnorm = \"2\"")
        .expect("it is taken");
    assert_eq!(knowledge.medicines["ibuprofen"].codes["atc"], "X1");
}

#[test]
fn safety_questions_come_again() {
    let began = date(2026, 11, 1);
    let answered = |on: Date| -> BTreeMap<String, Date> { KNOWLEDGE.red_flags.keys().map(|id| (id.clone(), on)).collect() };
    let again = |on: Date, event: Option<Date>, today: Date, id: &str| -> Option<Asked> {
        asked_again(&KNOWLEDGE, &answered(on), began, event, today).get(id).copied()
    };
    assert_eq!(
        asked_again(&KNOWLEDGE, &BTreeMap::new(), began, None, began).len(),
        KNOWLEDGE.red_flags.len()
    );
    assert_eq!(again(date(2026, 11, 2), None, date(2026, 11, 2), "CES_SADDLE"), None);
    assert_eq!(again(date(2026, 11, 2), None, date(2026, 11, 3), "CES_SADDLE"), Some(Asked::Daily));
    assert_eq!(again(date(2026, 11, 2), None, date(2026, 11, 8), "CA_SYSTEMIC"), None);
    assert_eq!(
        again(date(2026, 11, 2), None, date(2026, 11, 9), "CA_SYSTEMIC"),
        Some(Asked::Weekly)
    );
    assert_eq!(again(date(2026, 11, 14), None, date(2026, 11, 14), "AAA"), None);
    assert_eq!(again(date(2026, 11, 14), None, date(2026, 11, 15), "AAA"), Some(Asked::AtDay(14)));
    let fall = Some(date(2026, 11, 5));
    assert_eq!(
        again(date(2026, 11, 4), fall, date(2026, 11, 5), "FX_TRAUMA"),
        Some(Asked::AfterEvent(date(2026, 11, 5)))
    );
    assert_eq!(again(date(2026, 11, 5), fall, date(2026, 11, 5), "FX_TRAUMA"), None);
}

/// What a case file says wrongly, with the line and what is allowed.
#[track_caller]
fn refuse(toml: &str, expected: &str) {
    let error = read_case("case.toml", toml, &CATALOGUE).expect_err("it is refused");
    let lines = error.lines(keel_knowledge::Lang::En);
    assert_eq!(lines, [expected]);
}

#[test]
fn what_was_done_is_read_with_care() {
    refuse(
        "[[taken]]\nmedicine = \"ibuprofene\"\nat = 2026-11-24T08:00\n",
        "case.toml:2: taken.medicine: “ibuprofene” is not possible here. Allowed: ibuprofen.",
    );
    refuse(
        "[[taken]]\nmedicine = \"ibuprofen\"\nat = 2026-11-24\n",
        "case.toml:3: taken.at: “2026-11-24” is not possible here. Allowed: 2026-11-24T08:30.",
    );
    refuse(
        "[[taken]]\nmedicine = \"ibuprofen\"\nat = 2026-11-24T08:00\nmg = -1\n",
        "case.toml:4: taken.mg: “-1” is not possible here. Allowed: 0–10000.",
    );
    refuse(
        "[[taken]]\nmedicine = \"ibuprofen\"\nat = 2026-11-24T08:00\nmg = nan\n",
        "case.toml:4: taken.mg: “null” is not possible here. Allowed: 0–10000.",
    );
    refuse(
        "[[examined]]\nitem = \"CES_SADDLE\"\nby = \"Dr. No\"\non = 2026-11-20\nuntil = 2026-11-25\nunchanged = true\n",
        "case.toml:2: examined.item: “CES_SADDLE” is not possible here. Allowed: CES_BILAT, CES_BLADDER, MOTOR_MILD_NEW, MOTOR_SEVERE.",
    );
    refuse(
        "[[examined]]\nitem = \"CES_BILAT\"\nby = \"Dr. No\"\non = 2026-11-20\nuntil = 2026-12-21\nunchanged = true\n",
        "case.toml:5: examined.until: “2026-12-21” is not possible here. Allowed: 2026-11-20 – 2026-12-20.",
    );
    refuse(
        "[[measured]]\ninstrument = \"RMDQ\"\non = 2026-11-20\nitems = { 1 = 2 }\n",
        "case.toml:4: measured.items.1: “2” is not possible here. Allowed: 0–1.",
    );
    refuse(
        "[treated]\nmodality = \"heat\"\n",
        "case.toml:1: treated: this has the wrong form. Allowed: [[treated]].",
    );
}

#[test]
fn entries_survive_the_file() {
    let text = "[[taken]]\nmedicine = \"ibuprofen\"\nat = 2026-11-24T08:05\nmg = 400\nhow = \"as_needed\"\n\n[[treated]]\nmodality = \"tens\"\nat = 2026-11-23T18:00\n\
                pain_before = 5\n\n[[measured]]\ninstrument = \"RMDQ\"\non = 2026-11-20\nitems = { 1 = 1, 12 = 1 }\n\n[[examined]]\nitem = \"CES_BILAT\"\n\
                by = \"Dr. Weiß\"\non = 2026-11-20\nuntil = 2026-12-01\nunchanged = false\n\n\
                [[planned]]\nmodality = \"massage\"\nsessions = 6\nper_week = 2\nfrom = 2026-11-20\nby = \"Dr. Weiß\"\n";
    let case = read_case("case.toml", text, &CATALOGUE).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(case.answers.entries().len(), 5);
    let again = read_case("again.toml", &write_case(&case), &CATALOGUE).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.answers.entries(), case.answers.entries());
}

#[test]
fn a_belt_never_comes_to_someone_for_whom_it_is_not_clear() {
    let mut answers = Answers::new();
    answers.set("belt.wish_warmth", Value::YesNo(YesNo::Yes));
    let facts = PersonFacts::new(&KNOWLEDGE, &CATALOGUE, &answers, TODAY);
    let told = complex(&facts, TODAY, TODAY.at(12, 0, 0, 0));
    assert!(
        told.belt
            .kit
            .iter()
            .all(|kit| kit.orthosis.kind == keel_knowledge::OrthosisKind::Kit || kit.option != Option3::Sensible)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever a person is: nothing panics, nothing that stands against a thing is cleared, the JSON has no empty reason, and yellow flags
    /// never touch the triage.
    #[test]
    fn anyone_gets_an_answer(answers in anyone(), mg in 0.0..5000.0_f64, hour in 0_i8..24) {
        let mut answers = answers;
        answers.add(Entry::Taken(Taken { medicine: "paracetamol".to_owned(), at: TODAY.at(hour, 0, 0, 0), mg: Some(mg), how: None }));
        let now = TODAY.at(23, 0, 0, 0);
        let facts = facts_at(&answers, now);
        let told = complex(&facts, TODAY, now);
        for one in &told.treatments {
            let stands = one.modality.against.iter().any(|rule| rule.when.evaluate(&facts).truth == Truth::Yes);
            prop_assert_eq!(one.clearance.cleared() == Cleared::No, stands);
        }
        let most = told.medicines.iter().find(|one| one.medicine == "paracetamol").and_then(|one| one.label_mg);
        prop_assert!(most.is_some_and(|most| most <= 4000.0));
        prop_assert_eq!(told.diary.iter().any(|one| one.kind == "above-label" && one.medicines == ["paracetamol"]), most.is_some_and(|most| mg > most));
        let json = complex_json(&told, keel_knowledge::Lang::Ru);
        prop_assert!(json["physiotherapy"]["modalities"].as_array().is_some_and(|all| all.len() == KNOWLEDGE.modalities.len()));
    }

    /// A yellow flag changes support, never clearance: taking every mood answer away leaves the triage as it is.
    #[test]
    fn mood_never_changes_clearance(answers in anyone()) {
        let level = |answers: &Answers| {
            let facts = PersonFacts::new(&KNOWLEDGE, &CATALOGUE, answers, TODAY);
            keel_therapy::triage(&facts, keel_therapy::Asking::Done).because
        };
        let mut without = answers.clone();
        let mood: Vec<String> = answers.iter().map(|(path, _)| path.to_owned()).filter(|path| path.starts_with("mood.")).collect();
        for path in mood {
            without.clear(&path);
        }
        prop_assert_eq!(level(&answers), level(&without));
    }
}
