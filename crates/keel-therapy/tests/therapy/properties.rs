//! What must hold for everyone.
//!
//! The search is the same on every run. `PROPTEST_CASES=5000 PROPTEST_RNG_SEED=7 cargo test -p keel-therapy --test therapy properties` looks
//! further and elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use keel_knowledge::{Direction, Exercise, Fact, Facts as _, Irritability, Lang, Record, Stage, Truth, WhenUnclear};
use keel_therapy::{
    Answers, Asking, Classified, DayLoad, PersonFacts, Plan, RANK_LOCKED, Triage, Value, YesNo, plan_json, triage, triage_json,
};
use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestCaseResult},
};

use crate::people::{CATALOGUE, KNOWLEDGE, anyone, facts, planned, red_flag_paths, someone_who_may_train};

pub(crate) fn search(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() {
            asked.cases
        } else {
            cases
        },
        rng_seed: if asked.rng_seed == RngSeed::Random {
            RngSeed::Fixed(20_261_124)
        } else {
            asked.rng_seed
        },
        failure_persistence: None,
        ..asked
    }
}

fn judged(answers: &Answers) -> Triage {
    triage(&facts(answers), Asking::Done)
}

fn permitted(triage: &Triage) -> BTreeSet<&str> {
    KNOWLEDGE
        .usable_exercises()
        .filter(|exercise| triage.permits(exercise))
        .map(|exercise| exercise.id.as_str())
        .collect()
}

fn with(answers: &Answers, path: &str, value: Value) -> Answers {
    let mut changed = answers.clone();
    changed.set(path, value);
    changed
}

fn without(answers: &Answers, path: &str) -> Answers {
    let mut changed = answers.clone();
    changed.clear(path);
    changed
}

// ── Triage ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_raised_red_flag_never_lowers_the_level_and_opens_nothing() {
    proptest!(search(60), |(answers in prop_oneof![anyone(), someone_who_may_train()])| {
        let before = judged(&answers);
        for path in red_flag_paths() {
            let after = judged(&with(&answers, &path, Value::YesNo(YesNo::Yes)));
            prop_assert!(after.rank >= before.rank, "{path} lowers {} to {}", before.level, after.level);
            prop_assert!(permitted(&after).is_subset(&permitted(&before)), "{path} opens exercises");
            let level = &KNOWLEDGE.red_flags[path.trim_start_matches("answers.")].level;
            prop_assert!(after.rank >= KNOWLEDGE.levels[level].rank, "{path} is not answered by {level}");
        }
    });
}

/// What a person at home may simply not have measured. The rules say `known(…)` before they look at it, and a red-flag question asks for the
/// same danger in words: weakness in MOTOR_SEVERE and MOTOR_MILD_NEW, the heart in CARDIAC.
fn may_be_missing(path: &str) -> bool {
    ["conditions.bp_systolic", "conditions.bp_diastolic"].contains(&path)
        || ["tests.heel_walk.", "tests.heel_raise.", "tests.big_toe.", "tests.knee_extension."]
            .iter()
            .any(|test| path.starts_with(test))
}

/// The question does not concern this person, so that not answering it is no gap.
fn cannot_concern(path: &str, facts: &PersonFacts<'_>) -> bool {
    let past_menopause = matches!(facts.fact("age_years"), Fact::Number(age) if age >= 56.0);
    facts.fact(path) == Fact::Inapplicable || (path == "conditions.pregnant" && past_menopause)
}

/// The answer taken back, and with it "none of the others", which would otherwise answer in its place.
fn unanswered(answers: &Answers, path: &str) -> Answers {
    let mut fewer = without(answers, path);
    if path.starts_with("conditions.") && facts(&fewer).fact(path) != Fact::Unknown {
        fewer.clear("conditions.others");
    }
    fewer
}

#[test]
fn a_missing_answer_never_lowers_the_level() {
    let strategy = (
        prop_oneof![1 => anyone(), 3 => someone_who_may_train()],
        prop::collection::vec(any::<prop::sample::Index>(), 6),
    );
    proptest!(search(400), |((answers, sampled) in strategy)| {
        let before = judged(&answers);
        let paths: Vec<&str> = answers.iter().map(|(path, _)| path).filter(|path| !may_be_missing(path)).collect();
        // What decided the level is what could hide behind a gap; the rest is sampled.
        let deciding = before.because.iter().filter(|reason| reason.rank == before.rank).flat_map(|reason| &reason.facts);
        let mut tried: BTreeSet<&str> = deciding.map(String::as_str).filter(|path| paths.contains(path)).collect();
        if !paths.is_empty() {
            tried.extend(sampled.iter().map(|index| *index.get(&paths)));
        }
        for path in tried {
            let fewer = unanswered(&answers, path);
            let facts = facts(&fewer);
            if cannot_concern(path, &facts) {
                continue;
            }
            let after = triage(&facts, Asking::Done);
            prop_assert!(after.rank >= before.rank, "without {path} {} becomes {}", before.level, after.level);
        }
    });
}

#[test]
fn rules_look_past_the_unknown_only_where_agreed() {
    // Each further `known(…)` in a rule of triage can read "not answered" as "no": add it here together with the reason.
    let agreed = [
        // two fillings-in of a questionnaire; the question conditions.no_improvement_6w asks for the same in words
        "change.NPRS",
        "change.RMDQ",
        // measurements, see `may_be_missing`
        "tests.big_toe.left",
        "tests.big_toe.right",
        "tests.knee_extension.left",
        "tests.knee_extension.right",
        "conditions.bp_diastolic",
        "conditions.bp_systolic",
        "tests.heel_raise.left",
        "tests.heel_raise.right",
        "tests.heel_walk.left",
        "tests.heel_walk.right",
        // unknown weeks count as the first two
        "conditions.surgery_weeks",
        // a "yes" always counts; the question is open for women under 56 only
        "conditions.pregnant",
    ];
    let conditions = KNOWLEDGE
        .triage_rules
        .values()
        .map(|rule| &rule.when)
        .chain(KNOWLEDGE.red_flags.values().map(|flag| &flag.applies));
    for condition in conditions {
        for rest in condition.source().split("known(").skip(1) {
            let path = rest.split(')').next().unwrap_or_default();
            assert!(agreed.contains(&path), "known({path}) in “{condition}”");
        }
    }
}

// ── What is chosen ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Minutes between getting up and a session, on the clock; a day has gone round where the session comes first.
fn minutes_after_rising(answers: &Answers, start: jiff::civil::Time) -> Option<i64> {
    let minute = |time: jiff::civil::Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    answers
        .time("day.rises_at")
        .map(|rises| (minute(start) - minute(rises)).rem_euclid(24 * 60))
}

/// Whether the reasons of triage leave an exercise open, read from the rules anew.
fn open_by_triage(triage: &Triage, exercise: &Record<Exercise>) -> bool {
    let permits = |aims: &[String], exercises: &[String]| {
        aims.iter().any(|aim| aim == "all" || aim == exercise.aim.id()) || exercises.contains(&exercise.id)
    };
    let by_level = |id: &str| permits(&KNOWLEDGE.levels[id].allow, &KNOWLEDGE.levels[id].allow_exercises);
    by_level(&triage.level)
        && triage.because.iter().all(|reason| match KNOWLEDGE.triage_rules.get(&reason.item) {
            Some(rule) if rule.allow.is_some() || rule.allow_exercises.is_some() => permits(
                rule.allow.as_ref().unwrap_or(&KNOWLEDGE.levels[&rule.level].allow),
                rule.allow_exercises.as_deref().unwrap_or_default(),
            ),
            Some(rule) => by_level(&rule.level),
            None => by_level(&KNOWLEDGE.red_flags[&reason.item].level),
        })
}

/// Whether repeated movement in this direction moved symptoms down the leg.
fn made_worse(answers: &Answers, direction: Direction) -> bool {
    let test = match direction {
        Direction::Extension => "tests.repeated.extension",
        Direction::Flexion => "tests.repeated.flexion",
        Direction::Lateral => "tests.repeated.side_glide",
        Direction::Neutral | Direction::Rotation | Direction::Unload => return false,
    };
    answers.word(test) == Some("worse")
}

/// The first reason why an exercise should not be in a session, found without the engine's gates.
fn objection(answers: &Answers, plan: &Plan, exercise: &Record<Exercise>, facts: &PersonFacts<'_>) -> Option<String> {
    let contraindicated = exercise.contraindications.iter().find(|code| {
        let record = &KNOWLEDGE.contraindications[*code];
        let counts = match record.when.evaluate(facts).truth {
            Truth::Yes => true,
            Truth::Undetermined => record.undetermined == WhenUnclear::Excludes,
            Truth::No => false,
        };
        // PERIPH speaks of one direction: it concerns exercises that move that way.
        counts && (*code != "PERIPH" || made_worse(answers, exercise.direction))
    });
    let have = answers.list("equipment.have").unwrap_or_default();
    let class = |classified: &Classified| classified.used.clone();
    let stage = Stage::from_id(&class(&plan.findings.stage)).expect("a stage");
    let irritability = Irritability::from_id(&class(&plan.findings.irritability)).expect("an irritability");
    let cell = KNOWLEDGE.cell(stage, irritability).expect("all nine cells are there");
    let checks = [
        (contraindicated.is_some(), "contraindicated"),
        (made_worse(answers, exercise.direction), "worse in this direction"),
        (!open_by_triage(&plan.triage, exercise), "closed by triage"),
        (!exercise.stages.contains(&stage), "not for this stage"),
        (!exercise.irritability.contains(&irritability), "not for this irritability"),
        (
            !cell.aims.contains(&exercise.aim) && !cell.prefer.contains(&exercise.id),
            "aim closed in the cell",
        ),
        (cell.avoid.contains(&exercise.id), "avoided in the cell"),
        (
            exercise
                .requires
                .iter()
                .any(|condition| condition.evaluate(facts).truth != Truth::Yes),
            "requirement not met",
        ),
        (exercise.equipment.iter().any(|item| !have.contains(item)), "equipment missing"),
    ];
    checks
        .into_iter()
        .find(|(fails, _)| *fails)
        .map(|(_, why)| format!("{}: {why} {}", exercise.id, contraindicated.map(String::as_str).unwrap_or_default()))
}

#[test]
fn nothing_unsafe_is_chosen() {
    proptest!(search(260), |(answers in someone_who_may_train())| {
        let plan = planned(&answers);
        let facts = facts(&answers);
        for session in plan.programme.iter().flat_map(|programme| &programme.sessions) {
            let minutes = minutes_after_rising(&answers, session.start);
            prop_assert_eq!(session.minutes_after_rising.is_some(), minutes.is_some());
            prop_assert!(session.minutes_after_rising <= minutes, "a session is taken for later than it is");
            let closed_min = plan.no_bending.after_rising_min;
            prop_assert!(closed_min >= 60, "bending after {closed_min} min");
            let at_session = facts
                .at_session(session.minutes_after_rising.map(|minutes| minutes as f64))
                .without_bending_for(f64::from(closed_min));
            for item in &session.items {
                let exercise = &KNOWLEDGE.exercises[&item.exercise];
                if let Some(objection) = objection(&answers, &plan, exercise, &at_session) {
                    return Err(TestCaseError::fail(objection));
                }
                let bends_early = exercise.contraindications.iter().any(|code| code == "AM_FLEX");
                prop_assert!(!bends_early || minutes.is_some_and(|minutes| minutes >= i64::from(closed_min)), "{} too soon after rising", exercise.id);
            }
        }
    });
}

// ── The week ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_week_keeps_its_limits_and_its_reasons() {
    proptest!(search(220), |(answers in someone_who_may_train())| {
        let plan = planned(&answers);
        every_exercise_is_chosen_or_excluded(&plan)?;
        week_keeps_its_limits(&answers, &plan)?;
        findings_stand_on_facts(&answers, &plan)?;
    });
}

#[test]
fn whatever_is_answered_there_is_a_plan() {
    proptest!(search(80), |(answers in anyone())| {
        let plan = planned(&answers);
        every_exercise_is_chosen_or_excluded(&plan)?;
        findings_stand_on_facts(&answers, &plan)?;
        prop_assert_eq!(plan.programme.is_none(), plan.triage.closes_everything(&KNOWLEDGE));
        if plan.triage.rank >= RANK_LOCKED {
            prop_assert!(plan.programme.is_none());
            prop_assert!(plan.triage.open_aims().is_empty() && permitted(&plan.triage).is_empty());
        }
        for lang in Lang::ALL {
            let json = plan_json(&plan, &KNOWLEDGE, lang).to_string();
            prop_assert!(!json.contains("{$"), "a message lacks an argument: {json}");
        }
    });
}

fn every_exercise_is_chosen_or_excluded(plan: &Plan) -> TestCaseResult {
    let items = plan
        .programme
        .iter()
        .flat_map(|programme| &programme.sessions)
        .flat_map(|session| &session.items);
    let chosen: BTreeSet<&str> = items.map(|item| item.exercise.as_str()).collect();
    let excluded: BTreeSet<&str> = plan.excluded.iter().map(|excluded| excluded.exercise.as_str()).collect();
    let usable: BTreeSet<&str> = KNOWLEDGE.usable_exercises().map(|exercise| exercise.id.as_str()).collect();
    prop_assert_eq!(excluded.len(), plan.excluded.len(), "one is excluded twice");
    prop_assert!(
        chosen.is_disjoint(&excluded),
        "chosen and excluded: {:?}",
        chosen.intersection(&excluded)
    );
    let told: BTreeSet<&str> = chosen.union(&excluded).copied().collect();
    prop_assert_eq!(told, usable);
    for excluded in &plan.excluded {
        prop_assert!(!excluded.against.is_empty(), "{} is left out without a reason", excluded.exercise);
        for against in &excluded.against {
            prop_assert!(!against.text.en.is_empty() && !against.text.ru.is_empty() && !against.code.is_empty());
        }
    }
    Ok(())
}

fn week_keeps_its_limits(answers: &Answers, plan: &Plan) -> TestCaseResult {
    let Some(programme) = &plan.programme else { return Ok(()) };
    let minutes = answers
        .number("preferences.minutes_per_day")
        .unwrap_or(f64::from(KNOWLEDGE.week.default_minutes_per_day));
    let days = answers
        .number("preferences.days_per_week")
        .unwrap_or(f64::from(KNOWLEDGE.week.default_days_per_week));
    let known = answers.list("preferences.known_exercises").unwrap_or_default();
    prop_assert_eq!(programme.minutes_per_day, minutes as u32);
    let allowed = DayLoad::allowed(&programme.load_budget);
    for session in &programme.sessions {
        prop_assert!(
            session.load().is_within(&allowed),
            "{}: {:?} of {:?}",
            session.date,
            session.load(),
            allowed
        );
        for item in &session.items {
            let peak = item.load.as_ref().and_then(|load| load.peak());
            prop_assert!(
                peak.is_none_or(|disc| disc.of_standing <= programme.load_budget.peak_of_standing),
                "{}: {peak:?}",
                item.exercise
            );
        }
    }
    prop_assert_eq!(programme.sessions.len(), days as usize);

    let mut days_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for session in &programme.sessions {
        prop_assert!(
            f64::from(session.duration_s()) <= minutes * 60.0,
            "{} s in {minutes} min",
            session.duration_s()
        );
        prop_assert!(session.new_items() <= KNOWLEDGE.week.new_per_session as usize);
        let masked = answers.get("medicines.analgesic_before_session") == Some(&Value::YesNo(YesNo::Yes));
        prop_assert!(
            !masked || session.new_items() == 0,
            "something new while a painkiller hides the pain"
        );
        prop_assert_eq!(session.date, plan.date.saturating_add(jiff::Span::new().days(session.day as i64)));
        for item in &session.items {
            let exercise = &KNOWLEDGE.exercises[&item.exercise];
            let is_first = met.insert(&item.exercise);
            prop_assert_eq!(
                item.is_new,
                is_first && exercise.learn && !known.contains(&item.exercise),
                "{}",
                item.exercise
            );
            days_of.entry(&item.exercise).or_default().push(session.day);
            prop_assert!(!item.because.is_empty(), "{} has no reason", item.exercise);
            for because in &item.because {
                prop_assert!(!because.text.en.is_empty() && !because.text.ru.is_empty() && !because.sources.is_empty());
            }
            if item.exercise != "WK01" {
                let ranges = &exercise.dose;
                for (value, [low, high]) in [
                    (item.dose.sets, ranges.sets),
                    (item.dose.reps, ranges.reps),
                    (item.dose.hold_s, ranges.hold_s),
                ] {
                    prop_assert!((low..=high).contains(&value), "the dose of {} is outside its range", item.exercise);
                }
            } else if let Some(tolerance_min) = answers.number("tests.walk_tolerance.minutes") {
                prop_assert!(
                    f64::from(item.dose.hold_s) <= (tolerance_min * 60.0).max(60.0),
                    "the walk is longer than tolerated"
                );
            }
        }
    }
    for (exercise, days) in days_of {
        let unique: BTreeSet<&usize> = days.iter().collect();
        prop_assert_eq!(unique.len(), days.len(), "{} twice in a session", exercise);
        prop_assert!(
            days.len() <= KNOWLEDGE.exercises[exercise].dose.days_per_week[1] as usize,
            "{exercise} on too many days"
        );
    }
    Ok(())
}

fn findings_stand_on_facts(answers: &Answers, plan: &Plan) -> TestCaseResult {
    for finding in &plan.findings.muscles {
        prop_assert!(!finding.facts.is_empty(), "{} is found from nothing", finding.group);
        prop_assert!(KNOWLEDGE.muscle_groups.groups.iter().any(|group| group.id == finding.group));
        for fact in finding.facts.iter().filter(|fact| fact.starts_with("tests.")) {
            let answered = answers.get(fact).is_some_and(|value| *value != Value::YesNo(YesNo::Unsure));
            prop_assert!(answered, "{} is found from {fact}, which is not answered", finding.group);
        }
        let own = format!("tests.{}.", finding.test);
        prop_assert!(
            finding.facts.iter().any(|fact| fact.starts_with(&own)),
            "{} without its test",
            finding.group
        );
    }
    Ok(())
}

// ── The same again ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_same_case_gives_the_same_plan_bit_for_bit() {
    proptest!(search(12), |(answers in someone_who_may_train())| {
        let first = planned(&answers);
        let bytes = |plan: &Plan| Lang::ALL.map(|lang| plan_json(plan, &KNOWLEDGE, lang).to_string());
        prop_assert_eq!(&planned(&answers), &first);
        let others: Vec<Plan> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| planned(&answers))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
        });
        for other in &others {
            prop_assert_eq!(other, &first);
            prop_assert_eq!(bytes(other), bytes(&first));
        }
    });
}

#[test]
fn answers_survive_events_and_triage_tells_the_same_in_both_languages() {
    proptest!(search(60), |(answers in anyone())| {
        for (path, value) in answers.iter() {
            prop_assert_eq!(CATALOGUE.from_json(path, &value.to_json()), Ok(value.clone()), "{}", path);
        }
        let triage = judged(&answers);
        let [en, ru] = Lang::ALL.map(|lang| triage_json(&triage, Some(&KNOWLEDGE), lang));
        prop_assert_eq!(&en["level"], &ru["level"]);
        prop_assert_eq!(&en["allowed"], &ru["allowed"]);
    });
}
