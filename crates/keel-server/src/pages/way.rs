//! The way from the first question to the programme: its steps, and which comes next.

use keel_knowledge::Lang;
use keel_record::Projection;
use maud::Markup;

use crate::clinic::Clinic;
use crate::ui::steps::{Step, steps};

/// A step of the way: the id in events and messages, and where it begins.
struct Stop {
    id: &'static str,
    href: &'static str,
}

const WAY: [Stop; 9] = [
    Stop {
        id: "safety",
        href: "/safety",
    },
    Stop {
        id: "person",
        href: "/about/person",
    },
    Stop {
        id: "diagnosis",
        href: "/about/diagnosis",
    },
    Stop {
        id: "pain",
        href: "/about/pain",
    },
    Stop {
        id: "conditions",
        href: "/about/conditions",
    },
    Stop {
        id: "medicines",
        href: "/about/medicines",
    },
    Stop {
        id: "days",
        href: "/about/days",
    },
    Stop {
        id: "tests",
        href: "/tests",
    },
    Stop {
        id: "programme",
        href: "/programme",
    },
];

/// The steps as shown above a page. A step can be gone to once the one before it is finished.
pub(crate) fn progress(clinic: &Clinic, lang: Lang, state: &Projection, now: &str) -> Markup {
    let titles: Vec<String> = WAY.iter().map(|stop| clinic.text(lang, &format!("step-{}", stop.id))).collect();
    let finished = |index: usize| state.finished_steps.contains_key(WAY[index].id);
    let shown: Vec<Step<'_>> = WAY
        .iter()
        .enumerate()
        .map(|(index, stop)| {
            let reachable = (0..index).all(finished);
            Step {
                title: &titles[index],
                href: reachable.then_some(stop.href),
                done: finished(index),
            }
        })
        .collect();
    let now = WAY.iter().position(|stop| stop.id == now).unwrap_or_default();
    steps(lang, &shown, now)
}

/// Where the step after `id` begins.
pub(crate) fn after(id: &str) -> &'static str {
    let next = WAY.iter().position(|stop| stop.id == id).map_or(0, |index| index + 1);
    WAY.get(next).map_or("/programme", |stop| stop.href)
}

/// Where the step before `id` begins; the start page before the first.
pub(crate) fn before(id: &str) -> &'static str {
    let index = WAY.iter().position(|stop| stop.id == id).unwrap_or_default();
    index.checked_sub(1).map_or("/", |before| WAY[before].href)
}

/// The first step that is not finished: its id and where it begins.
pub(crate) fn open(state: &Projection) -> (&'static str, &'static str) {
    let next = WAY
        .iter()
        .find(|stop| !state.finished_steps.contains_key(stop.id))
        .unwrap_or(&WAY[WAY.len() - 1]);
    (next.id, next.href)
}

/// Whether every step before `id` is finished.
pub(crate) fn reached(state: &Projection, id: &str) -> bool {
    WAY.iter()
        .take_while(|stop| stop.id != id)
        .all(|stop| state.finished_steps.contains_key(stop.id))
}
