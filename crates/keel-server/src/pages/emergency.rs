//! `GET /emergency`: when and where to get help at once. Needs no knowledge file, no record and no password.

use axum::Router;
use axum::routing::get;
use keel_knowledge::{Lang, builtin_emergency_card};
use maud::{Markup, html};

use crate::app::App;
use crate::language::Language;
use crate::ui::icon;
use crate::ui::shell::Page;
use crate::words;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/emergency", get(page))
}

async fn page(Language(lang): Language) -> Markup {
    let title = builtin_emergency_card(lang).title;
    Page::new(lang, title)
        .path("/emergency")
        .render(&html! { h1 { (title) } (card(lang)) })
}

/// The card: what to do, whom to call, and the signs. Class `emergency`.
pub(crate) fn card(lang: Lang) -> Markup {
    let card = builtin_emergency_card(lang);
    html! {
        section.emergency {
            p.emergency-action { (card.action) }
            ul.numbers aria-label=(words::NUMBERS.get(lang)) {
                (general_numbers(lang))
            }
            h2 { (words::SIGNS.get(lang)) }
            ul.signs { @for sign in card.signs { li { (sign) } } }
            p { strong { (words::NO_WAITING.get(lang)) } }
        }
    }
}

/// The numbers of the built-in card as items of a list.
pub(crate) fn general_numbers(lang: Lang) -> Markup {
    html! { @for (of, place) in numbers(builtin_emergency_card(lang).numbers) { (number(lang, of, place)) } }
}

/// A number to call as an item of a list.
pub(crate) fn number(lang: Lang, number: &str, place: &str) -> Markup {
    html! {
        li {
            a.number href={ "tel:" (number) } {
                (icon::phone())
                b { span.hidden { (words::CALL.get(lang)) " " } (number) }
                span { (place) }
            }
        }
    }
}

/// Numbers and places out of "112 (Europe) · 103 (Russia)".
fn numbers(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(" · ").map(|part| {
        let (number, place) = part.split_once(' ').unwrap_or((part, ""));
        (number, place.trim_matches(['(', ')']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_card_can_be_called() {
        for lang in Lang::ALL {
            let card = builtin_emergency_card(lang);
            let numbers: Vec<_> = numbers(card.numbers).collect();
            assert!(numbers.len() >= 5, "{numbers:?}");
            for (number, place) in numbers {
                assert!(number.bytes().all(|b| b.is_ascii_digit()), "{number:?}");
                assert!(!place.is_empty() && !place.contains(['(', ')']), "{place:?}");
            }
        }
    }
}
