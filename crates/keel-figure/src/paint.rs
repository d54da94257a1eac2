//! What is drawn, in order, before it is known whether as vectors or as pixels.

use glam::DVec2;

use crate::{palette::Rgb, surface::Sheet};

/// A piece of a path, px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    Move(DVec2),
    Line(DVec2),
    Quad(DVec2, DVec2),
    Cubic(DVec2, DVec2, DVec2),
    Close,
}

/// Colour and opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Paint {
    pub(crate) rgb: Rgb,
    pub(crate) opacity: f64,
}

impl Paint {
    pub(crate) fn solid(rgb: Rgb) -> Self {
        Self { rgb, opacity: 1.0 }
    }

    pub(crate) fn faint(rgb: Rgb, opacity: f64) -> Self {
        Self { rgb, opacity }
    }
}

/// Where a text stands relative to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
}

/// One thing to draw.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Path {
        /// Name of the kind of thing, for style sheets and tests.
        class: &'static str,
        segments: Vec<Segment>,
        fill: Option<Paint>,
        stroke: Option<(Paint, f64)>,
    },
    Text {
        at: DVec2,
        size_px: f64,
        anchor: Anchor,
        bold: bool,
        paint: Paint,
        text: String,
    },
    Body {
        class: &'static str,
        sheet: Sheet,
        opacity: f64,
    },
}

/// A closed line through points.
pub(crate) fn polygon(points: &[DVec2]) -> Vec<Segment> {
    let mut segments = open_line(points);
    segments.push(Segment::Close);
    segments
}

/// An open line through points.
pub(crate) fn open_line(points: &[DVec2]) -> Vec<Segment> {
    points
        .iter()
        .enumerate()
        .map(|(i, &p)| if i == 0 { Segment::Move(p) } else { Segment::Line(p) })
        .collect()
}

/// An ellipse with half axes along the sheet's.
pub(crate) fn ellipse(centre: DVec2, half: DVec2) -> Vec<Segment> {
    // k: a cubic of this handle length departs from the circle by less than a thousandth
    const K: f64 = 0.552_284_75;
    let at = |x: f64, y: f64| centre + DVec2::new(x, y) * half;
    vec![
        Segment::Move(at(1.0, 0.0)),
        Segment::Cubic(at(1.0, K), at(K, 1.0), at(0.0, 1.0)),
        Segment::Cubic(at(-K, 1.0), at(-1.0, K), at(-1.0, 0.0)),
        Segment::Cubic(at(-1.0, -K), at(-K, -1.0), at(0.0, -1.0)),
        Segment::Cubic(at(K, -1.0), at(1.0, -K), at(1.0, 0.0)),
        Segment::Close,
    ]
}

/// A rectangle with round corners.
pub(crate) fn round_rectangle(min: DVec2, max: DVec2, radius: f64) -> Vec<Segment> {
    let r = radius.min((max.x - min.x) * 0.5).min((max.y - min.y) * 0.5).max(0.0);
    let at = DVec2::new;
    vec![
        Segment::Move(at(min.x + r, min.y)),
        Segment::Line(at(max.x - r, min.y)),
        Segment::Quad(at(max.x, min.y), at(max.x, min.y + r)),
        Segment::Line(at(max.x, max.y - r)),
        Segment::Quad(max, at(max.x - r, max.y)),
        Segment::Line(at(min.x + r, max.y)),
        Segment::Quad(at(min.x, max.y), at(min.x, max.y - r)),
        Segment::Line(at(min.x, min.y + r)),
        Segment::Quad(min, at(min.x + r, min.y)),
        Segment::Close,
    ]
}

/// The convex hull of points, counter-clockwise in the view.
pub(crate) fn hull(points: &[DVec2]) -> Vec<DVec2> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut chain: Vec<DVec2> = Vec::new();
    for pass in 0..2 {
        let start = chain.len();
        for &p in &sorted {
            while chain.len() >= start + 2 && (chain[chain.len() - 1] - chain[chain.len() - 2]).perp_dot(p - chain[chain.len() - 1]) <= 0.0
            {
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
        if pass == 0 {
            sorted.reverse();
        }
    }
    chain
}
