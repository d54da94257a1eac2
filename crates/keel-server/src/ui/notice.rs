//! Something to be told beside the questions. Class `notice`; the emergency one is the only red thing on a page.

use maud::{Markup, html};

use crate::ui::icon;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know.
    Info,
    /// To be heeded.
    Caution,
    /// To be acted on now.
    Emergency,
}

/// A notice with a heading of level 2.
pub(crate) fn notice(tone: Tone, title: &str, body: &Markup) -> Markup {
    let name = match tone {
        Tone::Info => "info",
        Tone::Caution => "caution",
        Tone::Emergency => "emergency",
    };
    html! {
        section.notice data-tone=(name) role=[(tone == Tone::Emergency).then_some("alert")] {
            div.notice-sign {
                @match tone {
                    Tone::Info => (icon::info()),
                    Tone::Caution | Tone::Emergency => (icon::caution()),

                }
            }
            div.notice-text { h2 { (title) } (body) }
        }
    }
}
