//! The body in a posture as a picture: muscles by activation, loads of the discs, what the body rests on and holds.

use std::path::Path;

use anyhow::{Context as _, bail};
use glam::DVec3;
use keel_body::{Body, SeenFrom};
use keel_figure::{Scene, Style, Theme, View};
use keel_loads::Frame;
use keel_report::{Instant, scene};

/// Reads from where a picture shall look.
pub(crate) fn seen_from(word: &str) -> Result<SeenFrom, String> {
    let known = SeenFrom::ALL.into_iter().find(|(known, _)| *known == word);
    known.map(|(_, seen)| seen).ok_or_else(|| {
        let words: Vec<&str> = SeenFrom::ALL.iter().map(|(word, _)| *word).collect();
        format!("it must be one of {}", words.join(", "))
    })
}

/// How a picture looks at the body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) view: View,
    /// How long each instant of a moving picture stands, s.
    pub(crate) seconds_each: f64,
}

/// Writes the picture in the form that the file's name asks for: one instant as `.svg` or `.png`; several as a strip (`.png`) or a moving
/// picture (`.apng`, `.svg`).
pub(crate) fn write(body: &Body, standing: &Frame, instants: &[Instant<'_>], look: Look, file: &Path) -> anyhow::Result<()> {
    let Look { view, seconds_each } = look;
    let scenes: Vec<(Scene, String)> = instants
        .iter()
        .map(|instant| (scene(body, standing, instant), instant.caption.clone()))
        .collect();
    let lies = instants
        .first()
        .is_some_and(|instant| instant.state.root.mul_vec3(DVec3::Y).y.abs() < 0.5);
    let (width_px, height_px) = match (instants.len(), lies) {
        (1, false) => (640, 900),
        (1, true) => (960, 560),
        (_, _) => (1200, 520),
    };
    let style = Style {
        theme: Theme::Light,
        width_px,
        height_px,
    };
    let extension = file
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let bytes = match (extension.as_str(), scenes.as_slice()) {
        ("svg", [(scene, _)]) => keel_figure::svg(scene, view, &style)?.into_bytes(),
        ("png", [(scene, _)]) => keel_figure::png(scene, view, &style)?,
        ("png", several) => keel_figure::strip(several, view, &style)?,
        ("svg" | "apng", several) => {
            let moving: Vec<Scene> = several.iter().map(|(scene, _)| scene.clone()).collect();
            let style = Style {
                width_px: 720,
                height_px: 520,
                ..style
            };
            if extension == "svg" {
                keel_figure::animation_svg(&moving, seconds_each, view, &style)?.into_bytes()
            } else {
                keel_figure::animation(&moving, seconds_each, view, &style)?
            }
        }
        _ => bail!("{}: a picture is written as .png, .svg or .apng", file.display()),
    };
    std::fs::write(file, bytes).with_context(|| format!("{} could not be written", file.display()))
}
