//! How far along the way a person is. Class `steps`.

use keel_knowledge::Lang;
use maud::{Markup, html};

use crate::words;

/// A step of the way.
pub(crate) struct Step<'a> {
    pub(crate) title: &'a str,
    /// Where it is, if it can be gone to.
    pub(crate) href: Option<&'a str>,
    pub(crate) done: bool,
}

/// The steps, with the one being done now by its place.
pub(crate) fn steps(lang: Lang, steps: &[Step<'_>], now: usize) -> Markup {
    let title = steps.get(now).map_or("", |step| step.title);
    html! {
        nav.steps aria-label=(words::STEP_OF.get(lang)) {
            p.steps-now {
                (words::STEP_OF.get(lang)) " " (now + 1) " " (words::OF.get(lang)) " " (steps.len()) ": " strong { (title) }
            }
            ol {
                @for (n, step) in steps.iter().enumerate() {
                    li.step data-state=(if n == now { "now" } else if step.done { "done" } else { "open" }) {
                        @match step.href {
                            Some(href) if n != now => a href=(href) { (step.title) },
                            _ => span aria-current=[(n == now).then_some("step")] { (step.title) },
                        }
                    }
                }
            }
        }
    }
}
