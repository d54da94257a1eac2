//! Where it hurts: pictures to tap and the same places as a list. Classes `body-map`, `bm-body`, `bm-area`.
//!
//! The list is the control, for the keyboard, for screen readers and without scripts; a script lets the areas of the pictures tick it.

use keel_knowledge::{Lang, embedded_files};
use maud::{Markup, PreEscaped, html};

use crate::ui::fields::{Choice, Question, any_of_with};
use crate::words;

/// The question with the pictures beside its choices, whose values are the ids of the areas.
pub(crate) fn body_map(lang: Lang, question: &Question<'_>, choices: &[Choice<'_>]) -> Markup {
    // Seen from the front, the person's right is on the left of the picture.
    let (right, left) = (words::YOUR_RIGHT.get(lang), words::YOUR_LEFT.get(lang));
    let drawing = html! {
        div.body-map data-body-map {
            p.body-map-hint { (words::BODY_HINT.get(lang)) }
            div.body-map-pictures aria-hidden="true" {
                (picture("postures/bodymap-front.svg", words::FRONT.get(lang), (right, left)))
                (picture("postures/bodymap-back.svg", words::BACK.get(lang), (left, right)))
            }
        }
    };
    any_of_with(lang, question, &drawing, choices)
}

fn picture(path: &str, title: &str, sides: (&str, &str)) -> Markup {
    let svg = embedded_files()
        .find_map(|(file, text)| (file == path).then_some(text))
        .unwrap_or_default();
    html! {
        div.body-map-picture {
            b { (title) }
            (PreEscaped(svg))
            div.body-map-sides { small { (sides.0) } small { (sides.1) } }
        }
    }
}
