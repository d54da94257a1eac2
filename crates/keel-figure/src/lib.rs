//! Pictures of a body in a posture, so that anyone can see whether the posture is what its name says.
//!
//! A [`Scene`] holds what there is to see in plain figures: limbs as tapered capsules, muscles as lines, discs, what the body rests on,
//! forces, things held, and the words around it. [`svg`] and [`png`] draw it from one of six sides; [`strip`] puts instants of a motion
//! side by side, [`animation`] and [`animation_svg`] play them. A [`Chart`] is curves over time, in the same colours and letters.
//!
//! Limbs melt into one smooth skin that is lit and shaded; bones, muscles and discs are seen through it, as in an X-ray. The same scene
//! gives the same bytes.
//!
//! This crate knows no person, no joint and no force law, and it has no words of its own: every text comes from the caller.

mod camera;
mod chart;
mod contour;
mod labels;
mod marks;
mod paint;
mod palette;
mod picture;
mod raster;
mod scene;
mod surface;
mod svg;
mod text;

use glam::DVec2;

pub use camera::View;
pub use chart::{Chart, ChartColumn, ChartRow, ChartSpan, Curve, chart_png, chart_svg};
pub use palette::{Style, Theme};
pub use scene::{ContactArrow, DiscMark, HeldBox, Limb, MuscleLine, Part, Scene, Support, SupportKind, Tone};

use paint::{Anchor, Item, Paint};
use picture::{Frame, Plan};
use svg::Bands;

/// Why a picture cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// A scene without a limb.
    #[error("the scene has no limb")]
    Empty,
    /// A strip or animation without a scene.
    #[error("there is no scene to show, or more than a file can hold")]
    NoScene,
    /// A place that is no place.
    #[error("{what} {index} is not a finite place within {reach_m} m of the origin")]
    Point {
        /// What it is.
        what: &'static str,
        /// Which one, from 0.
        index: usize,
        /// Largest coordinate, m.
        reach_m: f64,
    },
    /// A figure outside its limits.
    #[error("{what} {index} is {value}, outside {min} to {max}")]
    Value {
        /// What it is.
        what: &'static str,
        /// Which one, from 0.
        index: usize,
        /// The figure.
        value: f64,
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
    },
    /// A direction of no length.
    #[error("{what} {index} is no direction")]
    Direction {
        /// What it is.
        what: &'static str,
        /// Which one, from 0.
        index: usize,
    },
    /// A muscle of fewer than two points.
    #[error("muscle {index} has fewer than two points")]
    ShortMuscle {
        /// Which one, from 0.
        index: usize,
    },
    /// A picture too small or too large.
    #[error("a picture of {width} x {height} px; 64 to 4096 px along each edge")]
    Size {
        /// Width, px.
        width: u32,
        /// Height, px.
        height: u32,
    },
    /// A time between pictures outside its limits.
    #[error("{seconds} s a picture; 0.02 to 60 s")]
    Pace {
        /// Seconds a picture.
        seconds: f64,
    },
    /// PNG encoding.
    #[error("the picture could not be encoded as PNG")]
    Png(#[from] png::EncodingError),
}

/// Edges of a picture, px.
const SIZE_PX: (u32, u32) = (64, 4096);
/// Time a picture of an animation is shown, s.
const PACE_S: (f64, f64) = (0.02, 60.0);

/// The scene as an SVG document.
pub fn svg(scene: &Scene, view: View, style: &Style) -> Result<String, FigureError> {
    let (items, theme) = still(scene, view, style)?;
    let mut out = String::new();
    svg::open(&mut out, style.width_px, style.height_px, &scene.title, theme);
    svg::write(&mut out, &items, theme, Bands::Fine);
    out.push_str("</svg>");
    Ok(out)
}

/// The scene as a PNG file.
pub fn png(scene: &Scene, view: View, style: &Style) -> Result<Vec<u8>, FigureError> {
    let (items, theme) = still(scene, view, style)?;
    raster::encode(&raster::draw(&items, style.width_px, style.height_px, theme)?)
}

fn still(scene: &Scene, view: View, style: &Style) -> Result<(Vec<Item>, Theme), FigureError> {
    check(std::iter::once(scene), style)?;
    let plan = Plan::new(std::iter::once(scene), view, style);
    Ok((whole(&plan, scene, style), style.theme))
}

fn whole(plan: &Plan, scene: &Scene, style: &Style) -> Vec<Item> {
    let (mut items, frame) = plan.words(
        &scene.title,
        &scene.notes,
        !scene.muscles.is_empty(),
        style.width_px,
        style.height_px,
    );
    items.extend(plan.items(scene, frame, true, style.width_px, style.height_px));
    items
}

/// Instants side by side with their captions, all at one scale and one height, as a PNG file.
///
/// Title and notes are those of the first scene. Labels of discs are left out; their colours stay.
pub fn strip<S: AsRef<str>>(scenes: &[(Scene, S)], view: View, style: &Style) -> Result<Vec<u8>, FigureError> {
    let (first, _) = scenes.first().ok_or(FigureError::NoScene)?;
    let all = scenes.iter().map(|(scene, _)| scene);
    check(all.clone(), style)?;
    let plan = Plan::new(all, view, style);
    let (mut items, frame) = plan.words(
        &first.title,
        &first.notes,
        !first.muscles.is_empty(),
        style.width_px,
        style.height_px,
    );
    let panel = (frame.max.x - frame.min.x) / scenes.len() as f64;
    let size = plan.text_px();
    let room = panel - size;
    let captions: Vec<Vec<String>> = scenes
        .iter()
        .map(|(_, caption)| text::wrapped(caption.as_ref(), size, true, room))
        .collect();
    let most = captions.iter().map(Vec::len).max().unwrap_or_default();
    let floor = frame.max.y - most as f64 * size * 1.3;
    for (i, ((scene, _), lines)) in scenes.iter().zip(captions).enumerate() {
        let left = frame.min.x + panel * i as f64;
        let place = Frame {
            min: DVec2::new(left + size * 0.3, frame.min.y),
            max: DVec2::new(left + panel - size * 0.3, floor - size * 0.5),
        };
        items.extend(plan.items(scene, place, false, style.width_px, style.height_px));
        for (j, line) in lines.into_iter().enumerate() {
            items.push(Item::Text {
                at: DVec2::new(left + panel * 0.5, floor + size * (0.9 + 1.3 * j as f64)),
                size_px: size,
                anchor: Anchor::Middle,
                bold: true,
                paint: Paint::solid(plan.theme().ink()),
                text: line,
            });
        }
    }
    raster::encode(&raster::draw(&items, style.width_px, style.height_px, plan.theme())?)
}

/// A moving picture as an animated PNG file, played for ever.
pub fn animation(scenes: &[Scene], seconds_per_frame: f64, view: View, style: &Style) -> Result<Vec<u8>, FigureError> {
    let plan = moving(scenes, seconds_per_frame, view, style)?;
    let frames = scenes
        .iter()
        .map(|scene| raster::draw(&whole(&plan, scene, style), style.width_px, style.height_px, style.theme))
        .collect::<Result<Vec<_>, _>>()?;
    raster::encode_frames(&frames, (seconds_per_frame * 1000.0).round() as u16)
}

/// A moving picture as an SVG document, played for ever; whoever asks their system for less motion sees the first instant.
pub fn animation_svg(scenes: &[Scene], seconds_per_frame: f64, view: View, style: &Style) -> Result<String, FigureError> {
    use std::fmt::Write as _;
    let plan = moving(scenes, seconds_per_frame, view, style)?;
    let first = scenes.first().ok_or(FigureError::NoScene)?;
    let mut out = String::new();
    svg::open(&mut out, style.width_px, style.height_px, &first.title, style.theme);
    let total = seconds_per_frame * scenes.len() as f64;
    let shown = 100.0 / scenes.len() as f64;
    let _ = write!(
        out,
        "<style>@keyframes instant{{0%{{visibility:visible}}{shown:.4}%{{visibility:hidden}}100%{{visibility:hidden}}}}\
         .instant{{visibility:hidden;animation:instant {total:.3}s step-end infinite}}\
         @media (prefers-reduced-motion:reduce){{.instant{{animation:none}}.first{{visibility:visible}}}}</style>"
    );
    for (i, scene) in scenes.iter().enumerate() {
        let delay = seconds_per_frame * i as f64 - total;
        let class = if i == 0 { "instant first" } else { "instant" };
        let _ = write!(out, r#"<g class="{class}" style="animation-delay:{delay:.3}s">"#);
        svg::write(&mut out, &whole(&plan, scene, style), style.theme, Bands::Coarse);
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    Ok(out)
}

fn moving(scenes: &[Scene], seconds_per_frame: f64, view: View, style: &Style) -> Result<Plan, FigureError> {
    if scenes.is_empty() {
        return Err(FigureError::NoScene);
    }
    if !(PACE_S.0..=PACE_S.1).contains(&seconds_per_frame) {
        return Err(FigureError::Pace {
            seconds: seconds_per_frame,
        });
    }
    check(scenes.iter(), style)?;
    Ok(Plan::new(scenes.iter(), view, style))
}

fn check<'a>(mut scenes: impl Iterator<Item = &'a Scene>, style: &Style) -> Result<(), FigureError> {
    check_size(style)?;
    scenes.try_for_each(Scene::check)
}

fn check_size(style: &Style) -> Result<(), FigureError> {
    let (width, height) = (style.width_px, style.height_px);
    if [width, height].iter().any(|edge| !(SIZE_PX.0..=SIZE_PX.1).contains(edge)) {
        return Err(FigureError::Size { width, height });
    }
    Ok(())
}
