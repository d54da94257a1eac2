//! When the safety questions come again: the daily ones on each day, the weekly ones after seven days, all of them at set days after the
//! beginning and after events.

use std::collections::BTreeMap;

use jiff::civil::Date;
use keel_knowledge::{AskSet, Knowledge};

/// Why a red flag is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was never answered.
    Never,
    /// It is asked before each session.
    Daily,
    /// It is asked every week.
    Weekly,
    /// One of the set days has come.
    AtDay(u32),
    /// Something has happened since.
    AfterEvent(Date),
}

impl Asked {
    /// The id used in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Asked::Never => "never",
            Asked::Daily => "daily",
            Asked::Weekly => "weekly",
            Asked::AtDay(_) => "at-day",
            Asked::AfterEvent(_) => "after-event",
        }
    }
}

/// Red flags that are due on a day, by id. `answered` tells the day of each latest answer, `began` the day on which the person began,
/// `event` the latest day of an event that asks for all of them.
pub fn asked_again<'k>(
    knowledge: &'k Knowledge,
    answered: &BTreeMap<String, Date>,
    began: Date,
    event: Option<Date>,
    today: Date,
) -> BTreeMap<&'k str, Asked> {
    let rules = &knowledge.retriage;
    let day = |days: u32| began.saturating_add(jiff::Span::new().days(i64::from(days)));
    let set_day = rules.at_days.iter().copied().filter(|days| day(*days) <= today).max();
    let due = |id: &str, set: AskSet| {
        let Some(on) = answered.get(id).copied() else {
            return Some(Asked::Never);
        };
        if let Some(event) = event.filter(|event| on < *event) {
            return Some(Asked::AfterEvent(event));
        }
        if let Some(days) = set_day.filter(|days| on < day(*days)) {
            return Some(Asked::AtDay(days));
        }
        match set {
            AskSet::Daily if rules.daily && on < today => Some(Asked::Daily),
            AskSet::Weekly if (today - on).get_days() >= i32::try_from(rules.weekly_days).unwrap_or(i32::MAX) => Some(Asked::Weekly),
            AskSet::Daily | AskSet::Weekly | AskSet::Onboarding => None,
        }
    };
    knowledge
        .red_flags
        .values()
        .filter_map(|flag| Some((flag.id.as_str(), due(&flag.id, flag.set)?)))
        .collect()
}
