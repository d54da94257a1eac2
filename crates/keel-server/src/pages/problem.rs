//! What a person sees when something went wrong. Where Keel itself failed, the emergency card is on the page.

use keel_knowledge::Lang;
use maud::{Markup, html};

use crate::app::App;
use crate::pages::emergency;
use crate::problem::Problem;
use crate::ui::icon;
use crate::ui::shell::Page;
use crate::words;

/// The page of a problem.
pub(crate) fn page(app: &App, lang: Lang, problem: &Problem) -> Markup {
    let title = problem.message.get(lang);
    let content = html! {
        (body(lang, title, problem.hint.as_ref().map(|hint| hint.get(lang))))
        @if problem.status.is_server_error() { (card(lang)) }
    };
    Page::new(lang, title).signed_in(app.door.is_some()).render(&content)
}

/// The page under a panic, made when the app starts.
pub(crate) fn last_page(lang: Lang) -> String {
    let title = words::BUG.get(lang);
    let content = html! { (body(lang, title, Some(words::BUG_HINT.get(lang)))) (card(lang)) };
    Page::new(lang, title).render(&content).into_string()
}

fn body(lang: Lang, title: &str, hint: Option<&str>) -> Markup {
    html! {
        h1 { (title) }
        @if let Some(hint) = hint { p.lead { (hint) } }
        p.actions { a.button href="/" { (words::BACK_HOME.get(lang)) (icon::arrow()) } }
    }
}

fn card(lang: Lang) -> Markup {
    html! { p { strong { (words::BUG_URGENT.get(lang)) } } (emergency::card(lang)) }
}
