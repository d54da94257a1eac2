//! What is drawn around and upon a body: supports, its shadow, muscles, discs, arrows.

use glam::{DVec2, DVec3};

use crate::{
    camera::{Camera, Fit},
    paint::{Item, Paint, ellipse, hull, open_line, polygon, round_rectangle},
    palette::Theme,
    scene::{ContactArrow, DiscMark, Limb, MuscleLine, Support, SupportKind},
};

/// Camera, fit and colours: everything a mark needs to know of the picture.
#[derive(Clone, Copy)]
pub(crate) struct Canvas<'a> {
    pub(crate) camera: &'a Camera,
    pub(crate) fit: &'a Fit,
    pub(crate) theme: Theme,
}

/// A force of this size is drawn one metre long.
const FORCE_OF_A_METRE_N: f64 = 1600.0;
/// Arrows are never shorter or longer, m.
const ARROW_M: (f64, f64) = (0.06, 0.42);

/// The arrow's tail and head in the world, m; `None` where no force acts.
pub(crate) fn arrow_m(contact: &ContactArrow) -> Option<(DVec3, DVec3)> {
    let force = contact.force_n.length();
    if force < 1e-6 {
        return None;
    }
    let along = contact.force_n / force;
    let length = (force / FORCE_OF_A_METRE_N).clamp(ARROW_M.0, ARROW_M.1);
    Some((contact.point_m - along * length, contact.point_m))
}

/// The carrying face of a support and the thing below it: half edges along the face's two directions, and depth, m.
pub(crate) struct Slab {
    /// Corners of the carrying face, then of the opposite face.
    pub(crate) corners_m: [DVec3; 8],
}

impl Slab {
    /// `floor_y_m`: where chairs and steps end.
    pub(crate) fn new(support: &Support, floor_y_m: Option<f64>) -> Self {
        let n = support.normal.normalize();
        // The face's directions: u in the x-y plane, v along z where possible.
        let v = (DVec3::Z - n * n.z).try_normalize().unwrap_or(DVec3::Y);
        let u = v.cross(n);
        let depth = match support.kind {
            SupportKind::Floor => 0.035,
            SupportKind::Wall => 0.05,
            SupportKind::Seat => 0.05,
            SupportKind::Backrest => 0.035,
            SupportKind::Mattress => 0.16,
            SupportKind::Bar => 0.032,
            SupportKind::Step => floor_y_m.map_or(0.15, |y| (support.centre_m.y - y).clamp(0.02, 1.2)),
        };
        let (a, b) = (u * support.size_m.0 * 0.5, v * support.size_m.1 * 0.5);
        let c = support.centre_m;
        let face = [c - a - b, c + a - b, c + a + b, c - a + b];
        let mut corners_m = [DVec3::ZERO; 8];
        for (i, corner) in face.into_iter().enumerate() {
            corners_m[i] = corner;
            corners_m[i + 4] = corner - n * depth;
        }
        Self { corners_m }
    }
}

impl Canvas<'_> {
    /// The place on the sheet of a point of the world.
    pub(crate) fn px(&self, p_m: DVec3) -> DVec2 {
        self.fit.px(self.camera.seen(p_m))
    }

    /// Whether a support stands between the viewer and the body.
    pub(crate) fn is_in_front(&self, support: &Support, middle_m: DVec3) -> bool {
        let towards = self.camera.seen(support.normal).z;
        let depth = self.camera.seen(support.centre_m).z - self.camera.seen(middle_m).z;
        towards < -0.5 && depth > 0.0 && support.kind != SupportKind::Floor
    }

    /// A support; those in front of the body let it shine through.
    pub(crate) fn support(&self, support: &Support, floor_y_m: Option<f64>, in_front: bool) -> Vec<Item> {
        let opacity = if in_front { 0.3 } else { 1.0 };
        let fill = self.theme.support();
        let edge = self.theme.support_edge();
        let mut items = Vec::new();
        let class = match support.kind {
            SupportKind::Floor => "support floor",
            SupportKind::Seat => "support seat",
            SupportKind::Backrest => "support backrest",
            SupportKind::Wall => "support wall",
            SupportKind::Mattress => "support mattress",
            SupportKind::Bar => "support bar",
            SupportKind::Step => "support step",
        };
        let mut shape = |points: &[DVec3], paint: Paint, outline: f64| {
            let points: Vec<DVec2> = points.iter().map(|&p| self.px(p)).collect();
            items.push(Item::Path {
                class,
                segments: rounded(&hull(&points), 3.0),
                fill: Some(paint),
                stroke: (outline > 0.0).then_some((Paint::faint(edge, outline * opacity), 1.2)),
            });
        };
        let slab = Slab::new(support, floor_y_m);
        let n = support.normal.normalize();
        match support.kind {
            SupportKind::Bar => {
                // A round bar along z, its axis one radius below the carrying line.
                let r = 0.016;
                let half = DVec3::Z * support.size_m.1 * 0.5;
                let axis = support.centre_m - n * r;
                let ring: Vec<DVec3> = (0..16)
                    .flat_map(|i| {
                        let (s, c) = (f64::from(i) * std::f64::consts::TAU / 16.0).sin_cos();
                        let rim = DVec3::new(c * r, s * r, 0.0);
                        [axis + rim - half, axis + rim + half]
                    })
                    .collect();
                shape(&ring, Paint::faint(edge, opacity), 1.0);
            }
            _ => {
                // Legs of a chair reach the floor.
                if let (SupportKind::Seat, Some(y)) = (support.kind, floor_y_m) {
                    for (i, &corner) in slab.corners_m[4..].iter().enumerate() {
                        let inward = (slab.corners_m[4 + (i + 2) % 4] - corner) * 0.06;
                        let top = corner + inward;
                        let foot = DVec3::new(top.x, y, top.z);
                        let half = DVec3::new(0.014, 0.0, 0.014);
                        let leg = [
                            top - half,
                            top + half,
                            foot - half,
                            foot + half,
                            top + half * DVec3::new(-1.0, 0.0, 1.0),
                            foot + half * DVec3::new(1.0, 0.0, -1.0),
                        ];
                        shape(&leg, Paint::faint(fill.mix(edge, 0.6), opacity), 0.0);
                    }
                }
                shape(&slab.corners_m, Paint::faint(fill.mix(edge, 0.25), opacity), 0.0);
                // The carrying face, brighter, where it can be seen.
                if self.camera.seen(n).z > 0.02 {
                    shape(&slab.corners_m[..4], Paint::faint(fill, opacity), 0.0);
                }
                let line: Vec<DVec2> = hull(&slab.corners_m[..4].iter().map(|&p| self.px(p)).collect::<Vec<_>>());
                items.push(Item::Path {
                    class,
                    segments: polygon(&line),
                    fill: None,
                    stroke: Some((Paint::faint(edge, opacity), 1.6)),
                });
            }
        }
        items
    }

    /// The soft shadow of limbs on the floor.
    pub(crate) fn shadow(&self, limbs: &[Limb], floor: &Support) -> Vec<Item> {
        const FADE_M: f64 = 0.55;
        let ink = match self.theme {
            Theme::Light => crate::palette::Rgb(60, 50, 40),
            Theme::Dark => crate::palette::Rgb(0, 0, 0),
        };
        let across = self.camera.seen(floor.normal).z.abs().max(0.06);
        let mut items = Vec::new();
        for limb in limbs {
            let middle = (limb.from_m + limb.to_m) * 0.5;
            let radius = limb.radius_from_m.max(limb.radius_to_m);
            let height = (middle - floor.centre_m).dot(floor.normal) - radius;
            if height > FADE_M || limb.tone == crate::scene::Tone::Bone {
                continue;
            }
            let place = self.px(middle - floor.normal * (height + radius));
            let along = (self.px(limb.to_m) - self.px(limb.from_m)).x.abs() * 0.5;
            let near = (1.0 - height.max(0.0) / FADE_M).powi(2);
            for (grow, strength) in [(1.9, 0.025), (1.35, 0.035)] {
                let half = DVec2::new(along + radius * grow * self.fit.scale, radius * grow * self.fit.scale * across);
                items.push(Item::Path {
                    class: "shadow",
                    segments: ellipse(place, half),
                    fill: Some(Paint::faint(ink, strength * near)),
                    stroke: None,
                });
            }
        }
        items
    }

    /// Muscles from far to near: spindles, wider and farther along the colour scale the more active they are.
    pub(crate) fn muscles(&self, muscles: &[MuscleLine]) -> Vec<Item> {
        let depth = |m: &MuscleLine| m.points_m.iter().map(|&p| self.camera.seen(p).z).sum::<f64>() / m.points_m.len() as f64;
        let mut sorted: Vec<&MuscleLine> = muscles.iter().collect();
        // Activity comes last within a layer of 2 cm, so that it is not covered by rest.
        sorted.sort_by(|a, b| {
            let layer = |m| (depth(m) / 0.02).floor();
            layer(a).total_cmp(&layer(b)).then(a.activation.total_cmp(&b.activation))
        });
        sorted.into_iter().map(|muscle| self.muscle(muscle)).collect()
    }

    fn muscle(&self, muscle: &MuscleLine) -> Item {
        const PIECES: usize = 18;
        let points: Vec<DVec2> = muscle.points_m.iter().map(|&p| self.px(p)).collect();
        let lengths: Vec<f64> = points.windows(2).map(|w| (w[1] - w[0]).length()).collect();
        let total = lengths.iter().sum::<f64>().max(1e-6);
        let at = |s: f64| {
            let mut rest = s * total;
            for (i, &length) in lengths.iter().enumerate() {
                if rest <= length || i + 1 == lengths.len() {
                    return points[i].lerp(points[i + 1], (rest / length.max(1e-9)).clamp(0.0, 1.0));
                }
                rest -= length;
            }
            points[0]
        };
        let a = muscle.activation;
        let belly = (muscle.width_m * self.fit.scale * (0.3 + 0.7 * a)).max(1.2);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for i in 0..=PIECES {
            let s = i as f64 / PIECES as f64;
            let along = (at((s + 0.04).min(1.0)) - at((s - 0.04).max(0.0))).normalize_or(DVec2::X);
            // A spindle: a quarter of the belly's width at the tendons.
            let half = 0.5 * belly * (0.25 + 0.75 * (std::f64::consts::PI * s).sin().max(0.0).sqrt());
            left.push(at(s) + along.perp() * half);
            right.push(at(s) - along.perp() * half);
        }
        right.reverse();
        left.extend(right);
        Item::Path {
            class: "muscle",
            segments: polygon(&left),
            fill: Some(Paint::faint(self.theme.level(a), 0.35 + 0.6 * a.sqrt())),
            stroke: Some((Paint::faint(self.theme.outline(), 0.1 + 0.35 * a), 0.7)),
        }
    }

    /// A disc seen from any side, coloured by its level.
    pub(crate) fn disc(&self, disc: &DiscMark) -> Item {
        const HALF_HEIGHT_M: f64 = 0.0055;
        let axis = disc.axis.normalize();
        let u = axis.any_orthonormal_vector();
        let v = axis.cross(u);
        let rim: Vec<DVec2> = (0..32)
            .flat_map(|i| {
                let (s, c) = (f64::from(i) * std::f64::consts::TAU / 32.0).sin_cos();
                let p = disc.centre_m + (u * c + v * s) * disc.radius_m;
                [self.px(p + axis * HALF_HEIGHT_M), self.px(p - axis * HALF_HEIGHT_M)]
            })
            .collect();
        Item::Path {
            class: "disc",
            segments: rounded(&hull(&rim), 2.5),
            fill: Some(Paint::solid(self.theme.level(disc.level))),
            stroke: Some((Paint::solid(self.theme.outline()), 1.0)),
        }
    }

    /// The force of the surroundings: an arrow that ends at the contact.
    pub(crate) fn arrow(&self, contact: &ContactArrow) -> Vec<Item> {
        let Some((tail_m, head_m)) = arrow_m(contact) else {
            return Vec::new();
        };
        let (tail, head) = (self.px(tail_m), self.px(head_m));
        let rgb = self.theme.arrow();
        let long = (head - tail).length();
        let width = (self.fit.scale * 0.009).clamp(1.8, 6.0);
        // Seen along its line: a ring and a point.
        if long < 3.0 * width {
            return vec![
                Item::Path {
                    class: "contact",
                    segments: ellipse(head, DVec2::splat(2.4 * width)),
                    fill: None,
                    stroke: Some((Paint::solid(rgb), 0.6 * width)),
                },
                Item::Path {
                    class: "contact",
                    segments: ellipse(head, DVec2::splat(0.8 * width)),
                    fill: Some(Paint::solid(rgb)),
                    stroke: None,
                },
            ];
        }
        let along = (head - tail) / long;
        let barb = (4.2 * width).min(long * 0.6);
        let neck = head - along * barb;
        vec![
            Item::Path {
                class: "contact",
                segments: open_line(&[tail, head - along * barb * 0.7]),
                fill: None,
                stroke: Some((Paint::faint(rgb, 0.92), width)),
            },
            Item::Path {
                class: "contact",
                segments: polygon(&[head, neck + along.perp() * barb * 0.5, neck - along.perp() * barb * 0.5]),
                fill: Some(Paint::solid(rgb)),
                stroke: Some((Paint::solid(rgb), 0.8)),
            },
        ]
    }

    /// The scale of activation, from 0 to 100 %.
    pub(crate) fn scale(&self, min: DVec2, width: f64, size_px: f64) -> Vec<Item> {
        const STEPS: usize = 24;
        let height = size_px * 0.6;
        let mut items: Vec<Item> = (0..STEPS)
            .map(|i| {
                let x = |i: usize| min.x + width * i as f64 / STEPS as f64;
                Item::Path {
                    class: "scale",
                    segments: round_rectangle(DVec2::new(x(i), min.y), DVec2::new(x((i + 2).min(STEPS)), min.y + height), 0.0),
                    fill: Some(Paint::solid(self.theme.level((i as f64 + 0.5) / STEPS as f64))),
                    stroke: None,
                }
            })
            .collect();
        for (x, text) in [(min.x, "0"), (min.x + width, "100 %")] {
            items.push(Item::Text {
                at: DVec2::new(x, min.y + height + size_px),
                size_px: size_px * 0.85,
                anchor: crate::paint::Anchor::Middle,
                bold: false,
                paint: Paint::solid(self.theme.faint_ink()),
                text: text.to_owned(),
            });
        }
        items
    }
}

/// A closed line through points with its corners cut round.
fn rounded(points: &[DVec2], radius: f64) -> Vec<crate::paint::Segment> {
    use crate::paint::Segment;
    let n = points.len();
    if n < 3 {
        return polygon(points);
    }
    let mut segments = Vec::new();
    for i in 0..n {
        let (before, corner, after) = (points[(i + n - 1) % n], points[i], points[(i + 1) % n]);
        let cut = |to: DVec2| {
            let d = to - corner;
            corner + d.normalize_or_zero() * radius.min(d.length() * 0.5)
        };
        segments.push(if i == 0 {
            Segment::Move(cut(before))
        } else {
            Segment::Line(cut(before))
        });
        segments.push(Segment::Quad(corner, cut(after)));
    }
    segments.push(Segment::Close);
    segments
}
