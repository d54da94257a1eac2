//! How long after rising bending forward is left out: the person's own time, never less than the hour.

use jiff::civil::Time;
use keel_therapy::{Answers, NoBending, Plan, Value};

use crate::people::{KNOWLEDGE, example, planned};

const NAME: &str = "chronic-weak-trunk-tense-hamstrings";

fn answered(change: impl Fn(&mut Answers)) -> NoBending {
    let mut answers = example(NAME).answers;
    change(&mut answers);
    planned(&answers).no_bending
}

fn at(path: &str, hour: i8) -> impl Fn(&mut Answers) {
    move |answers| answers.set(path, Value::Time(Time::constant(hour, 0, 0, 0)))
}

#[test]
fn an_unknown_day_leaves_the_hour_of_the_knowledge() {
    for path in ["day.rises_at", "day.sleeps_at"] {
        let no_bending = answered(|answers| answers.clear(path));
        assert_eq!(no_bending.after_rising_min, KNOWLEDGE.week.no_bending_after_rising_min);
        assert_eq!(no_bending.disc, None);
    }
    // Going to bed at the hour of rising is a slip.
    assert_eq!(
        answered(|answers| {
            at("day.rises_at", 7)(answers);
            at("day.sleeps_at", 7)(answers);
        })
        .disc,
        None
    );
}

#[test]
fn unknown_hours_of_sitting_give_the_longer_of_both_days() {
    let sitting = |hours: f64| answered(move |answers| answers.set("day.sitting_hours", Value::Number(hours)));
    let unknown = answered(|answers| answers.clear("day.sitting_hours"));
    let (none, all) = (sitting(0.0), sitting(20.0));
    assert_eq!(unknown.after_rising_min, none.after_rising_min.max(all.after_rising_min));
    assert!(!unknown.facts.contains(&"day.sitting_hours".to_owned()) && none.facts.contains(&"day.sitting_hours".to_owned()));
}

#[test]
fn a_session_before_the_persons_own_time_has_no_bending() {
    let mut answers = example(NAME).answers;
    let closed = |plan: &Plan| {
        let closed = plan
            .excluded
            .iter()
            .flat_map(|excluded| &excluded.against)
            .filter(|against| against.code == "AM_FLEX");
        closed.count()
    };
    answers.set("day.rises_at", Value::Time(Time::constant(7, 0, 0, 0)));
    let after_min = i8::try_from(planned(&answers).no_bending.after_rising_min).expect("less than two hours");
    let starts = |minutes: i8| Value::Time(Time::constant(7 + minutes / 60, minutes % 60, 0, 0));
    answers.set("preferences.session_at", starts(after_min - 1));
    assert!(closed(&planned(&answers)) > 0, "a minute too soon");
    answers.set("preferences.session_at", starts(after_min));
    assert_eq!(closed(&planned(&answers)), 0, "from then on");
}
