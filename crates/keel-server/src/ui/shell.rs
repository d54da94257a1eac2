//! The frame of every page: the name, the language, the way to help, and what Keel is not.

use keel_knowledge::Lang;
use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::ui::icon;
use crate::words;

/// A page to be.
pub(crate) struct Page<'a> {
    lang: Lang,
    title: &'a str,
    path: &'a str,
    wide: bool,
    signed_in: bool,
    scripts: Vec<&'static str>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(lang: Lang, title: &'a str) -> Self {
        Self {
            lang,
            title,
            path: "/",
            wide: false,
            signed_in: false,
            scripts: Vec::new(),
        }
    }

    /// The address of the page, to come back to after choosing a language.
    pub(crate) fn path(mut self, path: &'a str) -> Self {
        self.path = path;
        self
    }

    /// Whether it is laid out in columns where there is room.
    pub(crate) fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Whether there is something to sign out from.
    pub(crate) fn signed_in(mut self, signed_in: bool) -> Self {
        self.signed_in = signed_in;
        self
    }

    /// A script of `web/islands`; without it the page must work as well.
    pub(crate) fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// The page around this content.
    pub(crate) fn render(self, content: &Markup) -> Markup {
        let lang = self.lang;
        html! {
            (DOCTYPE)
            html lang=(lang.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="theme-color" content="#f5f2ec" media="(prefers-color-scheme: light)";
                    meta name="theme-color" content="#0f1719" media="(prefers-color-scheme: dark)";
                    meta name="format-detection" content="telephone=no";
                    title { (self.title) " · Keel" }
                    @if let Some(url) = assets::url("favicon.svg") { link rel="icon" type="image/svg+xml" href=(url); }
                    @if let Some(url) = assets::url("app.css") { link rel="stylesheet" href=(url); }
                    @for script in &self.scripts {
                        @if let Some(url) = assets::url(script) { script type="module" src=(url) {} }
                    }
                }
                body {
                    a.skip href="#main" { (words::SKIP.get(lang)) }
                    (self.header())
                    main.page #main tabindex="-1" data-wide[self.wide] { (content) }
                    (self.footer())
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let lang = self.lang;
        html! {
            header.top {
                div.top-row {
                    a.wordmark href="/" aria-label=(words::HOME.get(lang)) { (icon::keel()) span { "Keel" } }
                    (self.languages())
                    a.help href="/emergency" aria-current=[(self.path == "/emergency").then_some("page")] {
                        (icon::phone())
                        span.help-long { (words::EMERGENCY_LINK.get(lang)) }
                        span.help-short { (words::EMERGENCY_SHORT.get(lang)) }
                    }
                }
            }
        }
    }

    /// A button to the other language, in its own words.
    fn languages(&self) -> Markup {
        let other = self.lang.pick(Lang::Ru, Lang::En);
        html! {
            form.languages method="post" action="/language" {
                input type="hidden" name="back" value=(self.path);
                button type="submit" name="lang" value=(other.code()) lang=(other.code()) { (other.pick("English", "Русский")) }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer.foot {
                p { (words::FOOT.get(self.lang)) " " (words::FOOT_PRIVATE.get(self.lang)) }
                @if self.signed_in {
                    form method="post" action="/logout" { button.link type="submit" { (words::SIGN_OUT.get(self.lang)) } }
                }
            }
        }
    }
}
