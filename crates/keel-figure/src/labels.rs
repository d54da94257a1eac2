//! What the caller says about the discs: labels with a bar for the level and a line to the disc.
//!
//! A spine that stands on the sheet has its labels in a column on the side the discs are nearer to; one that lies has them in a row above.

use glam::{DVec2, DVec3};

use crate::{
    camera::{Bounds, Camera},
    marks::Canvas,
    paint::{Anchor, Item, Paint, open_line, round_rectangle},
    picture::Frame,
    scene::{DiscMark, Scene},
    text,
};

/// The column of labels is at most this share of the frame.
const COLUMN_SHARE: f64 = 0.36;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Above,
}

/// Where the labels of discs stand; the same for all instants of a motion, as the first one wants it.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// Discs in the order in which their labels are put up, with their centres in the first scene.
    discs: Vec<(usize, DVec3)>,
    side: Side,
    size_px: f64,
    /// Of one label with its margin.
    width_px: f64,
    height_px: f64,
}

impl Labels {
    /// `bounds`: what the picture shows, in the view; `None` for scenes whose discs say nothing.
    pub(crate) fn new<'a>(
        mut scenes: impl Iterator<Item = &'a Scene> + Clone,
        camera: &Camera,
        bounds: &Bounds,
        size_px: f64,
        frame_width_px: f64,
    ) -> Option<Self> {
        let texts = scenes.clone().flat_map(|scene| &scene.discs).map(|disc| &disc.text);
        let lines = texts.clone().map(Vec::len).max().filter(|&lines| lines > 0)?;
        let longest = texts
            .flat_map(|text| text.iter().enumerate())
            .map(|(i, line)| text::width_px(line, size_px, i == 0))
            .fold(4.0 * size_px, f64::max);
        let first = scenes.next()?;
        let mut discs: Vec<(usize, DVec3)> = first.discs.iter().enumerate().map(|(i, disc)| (i, disc.centre_m)).collect();
        let (mut spread, mut mean) = (Bounds::NOTHING, 0.0);
        for (_, centre_m) in &discs {
            let place = camera.seen(*centre_m);
            spread.add(DVec2::new(place.x, place.y), 0.0);
            mean += place.x / discs.len() as f64;
        }
        let width_px = longest + 1.6 * size_px;
        let wide = spread.size().x > spread.size().y;
        let side = if wide && width_px * discs.len() as f64 <= frame_width_px {
            Side::Above
        } else if mean - bounds.min.x < bounds.max.x - mean - 0.02 {
            Side::Left
        } else {
            Side::Right
        };
        if side == Side::Above {
            discs.sort_by(|a, b| camera.seen(a.1).x.total_cmp(&camera.seen(b.1).x));
        } else if !wide {
            discs.sort_by(|a, b| camera.seen(b.1).y.total_cmp(&camera.seen(a.1).y));
        }
        let width_px = if side == Side::Above {
            width_px
        } else {
            (width_px + 0.4 * size_px).min(frame_width_px * COLUMN_SHARE)
        };
        Some(Self {
            discs,
            side,
            size_px,
            width_px,
            height_px: lines as f64 * 1.18 * size_px + 1.25 * size_px,
        })
    }

    /// The part of a frame that the labels leave to the body.
    pub(crate) fn rest(&self, frame: Frame) -> Frame {
        let (min, max) = (frame.min, frame.max);
        match self.side {
            Side::Left => Frame {
                min: DVec2::new(min.x + self.width_px, min.y),
                max,
            },
            Side::Right => Frame {
                min,
                max: DVec2::new(max.x - self.width_px, max.y),
            },
            Side::Above => Frame {
                min: DVec2::new(min.x, min.y + self.height_px + self.size_px),
                max,
            },
        }
    }

    /// The labels of one scene.
    pub(crate) fn items(&self, scene: &Scene, canvas: &Canvas<'_>, frame: Frame) -> Vec<Item> {
        let corners = if self.side == Side::Above {
            self.row(canvas, frame)
        } else {
            self.column(canvas, frame)
        };
        let discs = self
            .discs
            .iter()
            .map(|&(i, _)| scene.discs.get(i).filter(|disc| !disc.text.is_empty()));
        discs
            .zip(corners)
            .filter_map(|(disc, corner)| disc.map(|disc| self.label(canvas, disc, corner)))
            .flatten()
            .collect()
    }

    /// Left upper corners one below the other: each beside its disc where the others leave room.
    fn column(&self, canvas: &Canvas<'_>, frame: Frame) -> Vec<DVec2> {
        let x = if self.side == Side::Left {
            frame.min.x
        } else {
            frame.max.x - self.width_px + self.size_px
        };
        let wished = self.discs.iter().map(|disc| canvas.px(disc.1).y - 0.5 * self.height_px);
        spaced(wished, self.height_px, frame.min.y, frame.max.y)
            .into_iter()
            .map(|y| DVec2::new(x, y))
            .collect()
    }

    /// Left upper corners side by side.
    fn row(&self, canvas: &Canvas<'_>, frame: Frame) -> Vec<DVec2> {
        let wished = self.discs.iter().map(|disc| canvas.px(disc.1).x - 0.5 * self.width_px);
        spaced(wished, self.width_px, frame.min.x, frame.max.x)
            .into_iter()
            .map(|x| DVec2::new(x, frame.min.y))
            .collect()
    }

    fn label(&self, canvas: &Canvas<'_>, disc: &DiscMark, corner: DVec2) -> Vec<Item> {
        let (size, line_px, theme) = (self.size_px, 1.18 * self.size_px, canvas.theme);
        let width = self.width_px - size;
        // The line to the disc ends at the disc's rim.
        let (near, far, towards) = match self.side {
            Side::Left => (
                DVec2::new(width + 0.3 * size, 0.62 * line_px),
                DVec2::new(width + 0.9 * size, 0.62 * line_px),
                DVec2::new(-1.0, 0.0),
            ),
            Side::Right => (
                DVec2::new(-0.3 * size, 0.62 * line_px),
                DVec2::new(-0.9 * size, 0.62 * line_px),
                DVec2::new(1.0, 0.0),
            ),
            Side::Above => (
                DVec2::new(0.5 * width, self.height_px - 0.4 * size),
                DVec2::new(0.5 * width, self.height_px),
                DVec2::new(0.0, -1.0),
            ),
        };
        let rim = canvas.px(disc.centre_m) + towards * 0.8 * disc.radius_m * canvas.fit.scale;
        let mut items = vec![Item::Path {
            class: "leader",
            segments: open_line(&[rim, corner + far, corner + near]),
            fill: None,
            stroke: Some((Paint::faint(theme.ink(), 0.55), 1.0)),
        }];
        let mut y = corner.y;
        for (i, line) in disc.text.iter().enumerate() {
            y += line_px;
            items.push(Item::Text {
                at: DVec2::new(corner.x, y - size * 0.22),
                size_px: size,
                anchor: Anchor::Start,
                bold: i == 0,
                paint: Paint::solid(if i == 0 { theme.ink() } else { theme.faint_ink() }),
                text: line.clone(),
            });
        }
        let (min, max) = (DVec2::new(corner.x, y + size * 0.12), DVec2::new(corner.x + width, y + size * 0.58));
        let filled = DVec2::new(min.x + width * disc.level.max(0.03), max.y);
        items.push(Item::Path {
            class: "bar",
            segments: round_rectangle(min, max, size * 0.23),
            fill: Some(Paint::solid(theme.support())),
            stroke: None,
        });
        items.push(Item::Path {
            class: "bar level",
            segments: round_rectangle(min, filled, size * 0.23),
            fill: Some(Paint::solid(theme.level(disc.level))),
            stroke: Some((Paint::faint(theme.outline(), 0.5), 0.7)),
        });
        items
    }
}

/// Starts of pieces of one length, in order and without overlap, as near to what is wished as they fit between `min` and `max`.
fn spaced(wished: impl Iterator<Item = f64>, length: f64, min: f64, max: f64) -> Vec<f64> {
    let mut free = min;
    let mut starts: Vec<f64> = wished
        .map(|wish| {
            let start = wish.max(free);
            free = start + length;
            start
        })
        .collect();
    // What was pushed down is shared between both ends.
    let overhang = |starts: &[f64], i: usize| starts[i] - (max - length * (starts.len() - i) as f64);
    for i in 0..starts.len() {
        let over = overhang(&starts, i);
        if over > 0.0 {
            starts[i] -= over;
        }
    }
    starts
}
