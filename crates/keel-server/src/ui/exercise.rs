//! An exercise as a card. Classes `cards`, `card`, `tag`, `why`.

use keel_knowledge::Lang;
use keel_report::LoadText;
use maud::{Markup, PreEscaped, html};

use crate::words;

/// What a card shows.
pub(crate) struct Exercise<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    /// An SVG drawing of trusted origin: it is put into the page as it is.
    pub(crate) pictogram: &'a str,
    /// Addresses of the body in this exercise, still and moving, and what they show.
    pub(crate) figure: Option<Figure<'a>>,
    /// What it does to discs and muscles.
    pub(crate) load: Option<LoadText>,
    /// What it is for, in a word or two each.
    pub(crate) tags: Vec<&'a str>,
    /// How much: "3 × 6, hold 8 s, each side".
    pub(crate) dose: &'a str,
    /// Starting position.
    pub(crate) start: &'a str,
    /// What to do.
    pub(crate) movement: &'a str,
    /// One short reminder.
    pub(crate) cue: &'a str,
    /// Common faults.
    pub(crate) mistakes: Vec<&'a str>,
    /// When to stop this one.
    pub(crate) stop: Option<&'a str>,
    /// Why it was chosen, sentence by sentence.
    pub(crate) because: Vec<&'a str>,
}

/// The body in an exercise.
pub(crate) struct Figure<'a> {
    pub(crate) still: String,
    pub(crate) moving: Option<String>,
    pub(crate) alt: &'a str,
    /// Words of the button that plays it.
    pub(crate) play: &'a str,
}

/// The cards of a session.
pub(crate) fn cards(lang: Lang, exercises: &[Exercise<'_>]) -> Markup {
    html! { ol.cards { @for exercise in exercises { li { (card(lang, exercise)) } } } }
}

fn card(lang: Lang, exercise: &Exercise<'_>) -> Markup {
    let title = format!("exercise-{}", exercise.id);
    html! {
        article.card aria-labelledby=(title) {
            @match &exercise.figure {
                Some(figure) => div.card-picture.figure {
                    img src=(figure.still) data-moving=[figure.moving.as_deref()] width="360" height="270" loading="lazy" decoding="async" alt=(figure.alt);
                    @if figure.moving.is_some() { button.play type="button" hidden aria-pressed="false" { (figure.play) } }
                },
                None => div.card-picture aria-hidden="true" { (PreEscaped(exercise.pictogram)) }
            }
            div.card-text {
                h3 id=(title) { (exercise.name) }
                p.card-dose { (exercise.dose) }
                @if !exercise.start.is_empty() { p { (exercise.start) } }
                @if !exercise.movement.is_empty() { p { (exercise.movement) } }
                p.card-cue { (exercise.cue) }
                @if let Some(load) = &exercise.load { (self::load(load)) }
                @if !exercise.mistakes.is_empty() || exercise.stop.is_some() {
                    details.why {
                        summary { (words::MIND.get(lang)) }
                        ul {
                            @for mistake in &exercise.mistakes { li { (mistake) } }
                            @if let Some(stop) = exercise.stop { li { strong { (stop) } } }
                        }
                    }
                }
                @if !exercise.tags.is_empty() { ul.tags { @for tag in &exercise.tags { li.tag { (tag) } } } }
                (why(lang, &exercise.because))
            }
        }
    }
}

fn load(load: &LoadText) -> Markup {
    let x = |share: f64| format!("{:.1}", 100.0 * share.clamp(0.0, 1.0));
    html! {
        div.card-load {
            svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                rect.track width="100" height="6" {}
                rect width=(x(load.used)) height="6" {}
                line x1=(x(load.standing)) x2=(x(load.standing)) y1="0" y2="6" {}
            }
            p { (load.disc) " " (load.muscles) }
        }
    }
}

/// The reasons of a decision, folded away until someone asks.
pub(crate) fn why(lang: Lang, because: &[&str]) -> Markup {
    html! {
        @if !because.is_empty() {
            details.why {
                summary { (words::WHY.get(lang)) }
                ul { @for reason in because { li { (reason) } } }
            }
        }
    }
}
