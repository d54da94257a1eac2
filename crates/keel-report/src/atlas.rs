//! The library as one page to look through: every exercise with its figure, its load and its muscles, found by words and filters.
//!
//! The page is whole without script, and its script only hides, sorts and plays. Figures are files of their own beside it, loaded when they
//! come into view.

use keel_body::{Body, Person};
use keel_figure::{Style, Theme};
use keel_knowledge::{Aim, Direction, Exercise, Fluent, Irritability, Knowledge, Lang, Record, Shown, Stage};
use keel_loads::{Frame, MuscleCourse, Settings};
use keel_therapy::{Bodies, Card, Cards};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{
    Computed, How, PictureError,
    picture::{scene, view},
    standing,
};

/// Style of the page.
pub const ATLAS_STYLE: &str = include_str!("atlas.css");
/// Script that finds and sorts.
pub const ATLAS_SCRIPT: &str = include_str!("atlas.js");
/// Script that plays moving figures: an `img` with `data-moving` beside a button of class `play`.
pub const FIGURES_SCRIPT: &str = include_str!("figures.js");

/// Size of a figure, px.
const FIGURE_PX: (u32, u32) = (360, 270);
/// Pictures a second of a moving figure, and at most so many of them: holds are shortened to what shows that it is held.
const PICTURES_PER_S: f64 = 3.0;
const N_MOST: usize = 18;
/// How many muscles a card names.
const N_MUSCLES: usize = 3;

/// Which figure of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureKind {
    /// A PNG of the instant that is farthest from the start.
    Still,
    /// An animated PNG.
    Moving,
}

/// A figure of an exercise on the person's body, on the reference man's where it does not fit that; none where nothing is computed for it, and
/// no moving one of a posture that is held.
///
/// # Errors
/// Its motion cannot be made with any body.
pub fn figure(bodies: &Bodies, cards: &Cards, exercise: &Exercise, kind: FigureKind) -> Result<Option<Vec<u8>>, PictureError> {
    let own = figure_of(bodies, &cards.person, exercise, kind);
    own.or_else(|_| figure_of(bodies, &bodies.anatomy.reference_person(), exercise, kind))
}

fn figure_of(bodies: &Bodies, person: &Person, exercise: &Exercise, kind: FigureKind) -> Result<Option<Vec<u8>>, PictureError> {
    let body = Body::new(&bodies.anatomy, person)?;
    let own = standing(&bodies.library, &body, Settings::default())?;
    let computed = match exercise.shown() {
        Some(Shown::Motion(id)) => Computed::motion(&bodies.library, &body, id, How::plain())?,
        Some(Shown::Posture(id)) => Computed::posture(&bodies.library, &body, id, How::plain())?,
        Some(Shown::NotComputed(_)) | None => return Ok(None),
    };
    let look = view(computed.seen_from);
    let style = Style {
        theme: Theme::Light,
        width_px: FIGURE_PX.0,
        height_px: FIGURE_PX.1,
    };
    if kind == FigureKind::Still {
        let shown = computed.farthest_instant().map(|instant| plain(&body, &own, &instant));
        return Ok(shown.map(|shown| keel_figure::png(&shown, look, &style)).transpose()?);
    }
    if computed.moments.len() < 2 {
        return Ok(None);
    }
    let n = ((computed.duration_s() * PICTURES_PER_S) as usize).clamp(2, N_MOST);
    let scenes: Vec<_> = computed.instants(n).iter().map(|instant| plain(&body, &own, instant)).collect();
    Ok(Some(keel_figure::animation(
        &scenes,
        computed.duration_s() / n as f64,
        look,
        &style,
    )?))
}

/// A scene without words: they stand beside it on the page.
fn plain(body: &Body, own: &Frame, instant: &crate::Instant<'_>) -> keel_figure::Scene {
    let mut scene = scene(body, own, instant);
    scene.title.clear();
    scene.discs.iter_mut().for_each(|disc| disc.text.clear());
    scene
}

/// Addresses of an exercise's figures, still and moving.
pub type FigureUrls = (Option<String>, Option<String>);

/// What lies beside the page.
pub struct Around<'a> {
    /// Address of the page in the other language.
    pub other: &'a str,
    /// Addresses of an exercise's figures, still and moving.
    pub figure: &'a dyn Fn(&str) -> FigureUrls,
    /// Addresses of style and scripts; without them they are inside the page, which then stands alone.
    pub linked: Option<Linked<'a>>,
}

/// What a page of the app refers to.
pub struct Linked<'a> {
    /// Address of [`ATLAS_STYLE`].
    pub style: &'a str,
    /// Addresses of [`ATLAS_SCRIPT`] and [`FIGURES_SCRIPT`].
    pub scripts: [&'a str; 2],
    /// Other pages: address and words.
    pub pages: Vec<(&'a str, String)>,
    /// What stands at the foot of every page of the app.
    pub foot: String,
}

/// The page in one language.
pub fn atlas_html(knowledge: &Knowledge, cards: &Cards, lang: Lang, around: &Around<'_>) -> String {
    let page = Page { knowledge, cards, lang };
    let Around { other, figure, linked } = around;
    let exercises: Vec<&Record<Exercise>> = knowledge.usable_exercises().collect();
    let title = page.text("atlas-title");
    let other_lang = if lang == Lang::En { Lang::Ru } else { Lang::En };
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                @match linked {
                    Some(linked) => link rel="stylesheet" href=(linked.style);,
                    None => style { (PreEscaped(ATLAS_STYLE)) }
                }
            }
            body {
                a.skip href="#found" { (page.text("atlas-skip")) }
                header {
                    @if let Some(linked) = linked { nav.pages { @for (href, words) in &linked.pages { a href=(href) { (words) } } } }
                    h1 { (title) }
                    p { (page.format("atlas-lead", &[("count", exercises.len().into()), ("height", page.whole(cards.person.height_m * 100.0).into()), ("mass", page.whole(cards.person.mass_kg).into())])) }
                    p.lang { a href=(other) lang=(other_lang.code()) hreflang=(other_lang.code()) { (page.text("atlas-other-language")) } }
                }
                main {
                    (page.filters(&exercises))
                    p #count role="status" { (page.format("atlas-found", &[("count", exercises.len().into())])) }
                    ul #found data-count=(page.text("atlas-found-script")) {
                        @for exercise in &exercises { (page.card(exercise, figure(&exercise.id))) }
                    }
                    p #nothing hidden { (page.text("atlas-nothing")) }
                    (page.legend())
                }
                @if let Some(linked) = linked { footer { p { (linked.foot) } } }
                @match linked {
                    Some(linked) => @for script in linked.scripts { script src=(script) {} },
                    None => @for script in [ATLAS_SCRIPT, FIGURES_SCRIPT] { script { (PreEscaped(script)) } }
                }
            }
        }
    }
    .into_string()
}

struct Page<'a> {
    knowledge: &'a Knowledge,
    cards: &'a Cards,
    lang: Lang,
}

impl Page<'_> {
    fn text(&self, id: &str) -> String {
        self.knowledge.messages.get(self.lang, id)
    }

    fn format(&self, id: &str, words: &[(&str, Fluent<'_>)]) -> String {
        self.knowledge.messages.format(self.lang, id, words)
    }

    fn whole(&self, value: f64) -> String {
        format!("{value:.0}")
    }

    /// With so many decimals, as the language writes them.
    fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let text = if text.trim_start_matches(['-', '0', '.']).is_empty() {
            text.replace('-', "")
        } else {
            text
        };
        if self.lang == Lang::Ru { text.replace('.', ",") } else { text }
    }

    fn muscle(&self, group: usize) -> String {
        self.knowledge.muscle_group_name(&self.cards.groups[group], self.lang).to_owned()
    }

    fn select(&self, name: &str, options: &[(String, String)]) -> Markup {
        html! {
            label { (self.text(&format!("atlas-filter-{name}")))
                select name=(name) {
                    option value="" { (self.text("atlas-any")) }
                    @for (value, label) in options { option value=(value) { (label) } }
                }
            }
        }
    }

    fn filters(&self, exercises: &[&Record<Exercise>]) -> Markup {
        let word = |kind: &str, id: &str| (id.to_owned(), self.text(&format!("atlas-{kind}-{id}")));
        let aims: Vec<_> = Aim::ALL.iter().map(|aim| word("aim", aim.id())).collect();
        let mut groups: Vec<(String, String)> = Vec::new();
        for group in exercises
            .iter()
            .flat_map(|exercise| exercise.strengthens.iter().chain(&exercise.relaxes))
        {
            if !groups.iter().any(|(id, _)| id == group) {
                groups.push((group.clone(), self.knowledge.muscle_group_name(group, self.lang).to_owned()));
            }
        }
        groups.sort_by(|a, b| a.1.cmp(&b.1));
        let places: Vec<_> = ["lying", "kneeling", "sitting", "standing", "walking", "water"]
            .iter()
            .map(|id| word("place", id))
            .collect();
        let stages: Vec<_> = [Stage::Acute, Stage::Subacute, Stage::Chronic]
            .iter()
            .map(|stage| word("stage", stage.id()))
            .collect();
        let irritabilities: Vec<_> = [Irritability::High, Irritability::Moderate, Irritability::Low]
            .iter()
            .map(|irritability| word("irritability", irritability.id()))
            .collect();
        let loads: Vec<_> = ["0.5", "1", "1.5", "2", "3"]
            .iter()
            .map(|limit| {
                let shown = if self.lang == Lang::Ru {
                    limit.replace('.', ",")
                } else {
                    (*limit).to_owned()
                };
                ((*limit).to_owned(), self.format("atlas-up-to", &[("load", shown.into())]))
            })
            .collect();
        let orders: Vec<_> = ["id", "load", "name"].iter().map(|id| word("order", id)).collect();
        html! {
            form #filters role="search" hidden {
                label.words { (self.text("atlas-search")) input type="search" name="words" autocomplete="off"; }
                (self.select("aim", &aims))
                (self.select("target", &groups))
                (self.select("load", &loads))
                (self.select("place", &places))
                (self.select("stage", &stages))
                (self.select("irritability", &irritabilities))
                label { (self.text("atlas-filter-order")) select name="order" { @for (value, label) in &orders { option value=(value) { (label) } } } }
                button type="reset" { (self.text("atlas-reset")) }
            }
        }
    }

    fn card(&self, exercise: &Record<Exercise>, (still, moving): FigureUrls) -> Markup {
        let lang = self.lang;
        let name = exercise.name.get(lang);
        let card = match self.cards.get(&exercise.id) {
            Some(Ok(card)) => Some(card),
            _ => None,
        };
        let load = card.map(|card| card.load.discs[..2].iter().map(|disc| disc.of_standing.peak).fold(0.0, f64::max));
        let targets = exercise
            .strengthens
            .iter()
            .chain(&exercise.relaxes)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let stages = exercise.stages.iter().map(|stage| stage.id()).collect::<Vec<_>>().join(" ");
        let irritability = exercise.irritability.iter().map(|one| one.id()).collect::<Vec<_>>().join(" ");
        html! {
            li #(exercise.id) data-aim=(exercise.aim.id()) data-target=(targets) data-stage=(stages) data-irritability=(irritability)
                data-place=(place(exercise)) data-load=(load.map(|load| format!("{load:.3}")).unwrap_or_default()) {
                article aria-labelledby=(format!("name-{}", exercise.id)) {
                    h2 #(format!("name-{}", exercise.id)) { (name) " " span.id { (exercise.id) } }
                    @if let Some(still) = &still {
                        div.figure {
                            img src=(still) data-moving=[moving.as_deref()] width=(FIGURE_PX.0) height=(FIGURE_PX.1) loading="lazy" decoding="async" alt=(self.format("atlas-alt", &[("name", name.into())]));
                            @if moving.is_some() { button.play type="button" hidden aria-pressed="false" { (self.text("atlas-play")) } }
                        }
                    }
                    p.tags { span { (self.text(&format!("atlas-aim-{}", exercise.aim.id()))) } @if exercise.direction != Direction::Neutral { span { (self.text(&format!("atlas-direction-{}", exercise.direction.id()))) } } }
                    @match card {
                        Some(card) => (self.figures_of(card)),
                        None => p.none { (exercise.not_computed.as_ref().map_or_else(|| self.text("atlas-not-for-this-body"), |why| why.get(lang).to_owned())) }
                    }
                    details {
                        summary { (self.text("atlas-how")) }
                        p { b { (self.text("atlas-start")) } " " (exercise.start.get(lang)) }
                        p { b { (self.text("atlas-move")) } " " (exercise.movement.get(lang)) }
                        p { b { (self.text("atlas-cue")) } " " (exercise.cue.get(lang)) }
                        p { b { (self.text("atlas-mistakes")) } " " (exercise.mistakes.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(" ")) }
                        @if let Some(stop) = &exercise.stop { p { b { (self.text("atlas-stop")) } " " (stop.get(lang)) } }
                        (self.links("atlas-easier", &exercise.easier))
                        (self.links("atlas-harder", &exercise.harder))
                        p.evidence { (self.text(&format!("atlas-evidence-{:?}", exercise.evidence).to_lowercase())) " " (exercise.sources.join(", ")) }
                    }
                }
            }
        }
    }

    fn links(&self, label: &str, ids: &[String]) -> Markup {
        let known: Vec<_> = ids.iter().filter_map(|id| self.knowledge.exercises.get(id)).collect();
        html! {
            @if !known.is_empty() {
                p { b { (self.text(label)) } " " @for (nth, exercise) in known.iter().enumerate() { @if nth > 0 { ", " } a href=(format!("#{}", exercise.id)) { (exercise.name.get(self.lang)) } } }
            }
        }
    }

    /// Bars of the two lowest discs and the muscles, each with its figure in words.
    fn figures_of(&self, card: &Card) -> Markup {
        let works = self.ranked(card, |one| one.activation.peak);
        let longer = self.ranked(card, |one| one.longest_of_standing);
        html! {
            dl.bars {
                @for disc in [1, 0] {
                    @let peak = card.load.discs[disc].of_standing.peak;
                    dt { (self.cards.discs[disc]) b { (self.format("atlas-times", &[("load", self.number(peak, 1).into())])) } }
                    dd.load { (bar(peak / self.cards.disc_limit, Some(1.0 / self.cards.disc_limit))) }
                }
                @for (group, peak) in works.iter().take(N_MUSCLES) {
                    dt { (self.muscle(*group)) b { (self.whole(peak * 100.0)) " %" } }
                    dd.muscle { (bar(*peak, None)) }
                }
            }
            p.small {
                @if let Some((group, ratio)) = longer.first().filter(|(_, ratio)| *ratio > 1.02) { (self.format("atlas-longest", &[("muscle", self.muscle(*group).into()), ("percent", self.whole((ratio - 1.0) * 100.0).into())])) " " }
                (self.format("atlas-range", &[("percent", self.whole(card.load.lumbar.largest() * 100.0).into())]))
            }
        }
    }

    fn legend(&self) -> Markup {
        html! { section.legend { h2 { (self.text("atlas-legend")) } p { (self.text("atlas-legend-load")) } p { (self.text("atlas-legend-muscles")) } p { (self.text("terminal-exercises-uncertain")) } } }
    }

    fn ranked(&self, card: &Card, of: fn(&MuscleCourse) -> f64) -> Vec<(usize, f64)> {
        self.cards.ranked(card, self.knowledge, of)
    }
}

/// A bar of this share, with a mark where one is given; the figure stands beside it in words.
fn bar(share: f64, mark: Option<f64>) -> Markup {
    let width = |share: f64| format!("{:.1}", 100.0 * share.clamp(0.0, 1.0));
    html! {
        svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(width(share)) height="10" {}
            @if let Some(mark) = mark { line x1=(width(mark)) x2=(width(mark)) y1="0" y2="10" {} }
        }
    }
}

/// Where one does it, from the picture of its position.
fn place(exercise: &Exercise) -> &'static str {
    let position = exercise.position.as_str();
    let is = |parts: &[&str]| parts.iter().any(|part| position.starts_with(part));
    if is(&["pool"]) {
        "water"
    } else if is(&["walking", "carry"]) {
        "walking"
    } else if is(&["supine", "prone", "side-lying", "bridge", "heel-slide", "dead-bug", "side-bridge"]) || position == "plank" {
        "lying"
    } else if is(&["quadruped", "bird-dog", "cat-camel", "childs-pose", "half-kneeling"]) {
        "kneeling"
    } else if is(&["sitting", "cycling"]) {
        "sitting"
    } else {
        "standing"
    }
}
