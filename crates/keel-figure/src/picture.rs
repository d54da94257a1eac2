//! The arrangement of a picture: title above, notes below, the body in the middle, labels of discs beside it.

use glam::{DVec2, DVec3};

use crate::{
    camera::{Bounds, Camera, Fit, View},
    labels::Labels,
    marks::{Canvas, Slab, arrow_m},
    paint::{Anchor, Item, Paint},
    palette::{Style, Theme},
    scene::{Limb, Part, Scene, Support, SupportKind, Tone},
    surface::{Material, Sheet},
    text,
};

/// A rectangle of the sheet, px.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) min: DVec2,
    pub(crate) max: DVec2,
}

/// Size of running text for a picture, px.
fn text_px(style: &Style) -> f64 {
    (f64::from(style.width_px.min(style.height_px)) / 36.0).clamp(9.0, 22.0)
}

/// Margin around the picture, in sizes of the text.
const MARGIN: f64 = 1.2;
/// Floors and walls reach this far beyond the body, m.
const BEYOND_M: f64 = 0.22;
/// An arm in front of what the X-ray shows lets it shine through.
const VEIL_OPACITY: f64 = 0.42;
/// How strongly bones shine through the skin.
const BONE_OPACITY: f64 = 0.55;

/// What several pictures have in common, so that nothing jumps from one to the next.
pub(crate) struct Plan {
    camera: Camera,
    bounds: Bounds,
    body_min_m: DVec3,
    body_max_m: DVec3,
    theme: Theme,
    text_px: f64,
    labels: Option<Labels>,
}

impl Plan {
    pub(crate) fn new<'a>(scenes: impl Iterator<Item = &'a Scene> + Clone, view: View, style: &Style) -> Self {
        let camera = Camera::new(view);
        let (mut body_min_m, mut body_max_m) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        let mut grow = |p: DVec3, r: f64| {
            body_min_m = body_min_m.min(p - r);
            body_max_m = body_max_m.max(p + r);
        };
        for scene in scenes.clone() {
            for limb in &scene.limbs {
                grow(limb.from_m, limb.radius_from_m);
                grow(limb.to_m, limb.radius_to_m);
            }
            for load in &scene.loads {
                grow(load.centre_m, load.size_m.max_element() * 0.5);
            }
        }
        let mut plan = Self {
            camera,
            bounds: Bounds::NOTHING,
            body_min_m,
            body_max_m,
            theme: style.theme,
            text_px: text_px(style),
            labels: None,
        };
        let mut bounds = Bounds::NOTHING;
        for scene in scenes.clone() {
            let mut add = |p: DVec3, r: f64| {
                let seen = plan.camera.seen(p);
                bounds.add(DVec2::new(seen.x, seen.y), r);
            };
            for limb in &scene.limbs {
                add(limb.from_m, limb.radius_from_m);
                add(limb.to_m, limb.radius_to_m);
            }
            for load in &scene.loads {
                for corner in 0..8 {
                    let sign = DVec3::new(f64::from(corner & 1), f64::from((corner >> 1) & 1), f64::from((corner >> 2) & 1)) - 0.5;
                    add(load.centre_m + load.turn * (load.size_m * sign), 0.0);
                }
            }
            for (tail_m, head_m) in scene.contacts.iter().filter_map(arrow_m) {
                add(tail_m, 0.01);
                add(head_m, 0.01);
            }
            let floor_y_m = floor_y_m(scene);
            for support in &scene.supports {
                for corner in Slab::new(&plan.trimmed(support), floor_y_m).corners_m {
                    add(corner, 0.01);
                }
            }
        }
        plan.bounds = bounds;
        let frame_width_px = f64::from(style.width_px) - 2.0 * MARGIN * plan.text_px;
        plan.labels = Labels::new(scenes, &plan.camera, &bounds, plan.text_px, frame_width_px);
        plan
    }

    /// A floor, wall or mattress that does not reach far beyond the body.
    fn trimmed(&self, support: &Support) -> Support {
        let n = support.normal.normalize();
        let v = (DVec3::Z - n * n.z).try_normalize().unwrap_or(DVec3::Y);
        let u = v.cross(n);
        let mut trimmed = *support;
        for (axis, size) in [(u, &mut trimmed.size_m.0), (v, &mut trimmed.size_m.1)] {
            // The body's extent along the axis.
            let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
            for corner in 0..8 {
                let pick = |bit: i32, a: f64, b: f64| if corner >> bit & 1 == 0 { a } else { b };
                let p = DVec3::new(
                    pick(0, self.body_min_m.x, self.body_max_m.x),
                    pick(1, self.body_min_m.y, self.body_max_m.y),
                    pick(2, self.body_min_m.z, self.body_max_m.z),
                );
                min = min.min(axis.dot(p));
                max = max.max(axis.dot(p));
            }
            let at = axis.dot(trimmed.centre_m);
            let from = (at - *size * 0.5).max(min - BEYOND_M);
            let to = (at + *size * 0.5).min(max + BEYOND_M);
            if to > from {
                trimmed.centre_m += axis * ((from + to) * 0.5 - at);
                *size = to - from;
            }
        }
        trimmed
    }

    /// The body with everything that belongs to it, in a frame of the sheet; labels only where they have room.
    pub(crate) fn items(&self, scene: &Scene, frame: Frame, labels: bool, width_px: u32, height_px: u32) -> Vec<Item> {
        let labels = self.labels.as_ref().filter(|_| labels);
        let body_frame = labels.map_or(frame, |labels| labels.rest(frame));
        let fit = Fit::new(&self.bounds, body_frame.min, body_frame.max);
        let canvas = Canvas {
            camera: &self.camera,
            fit: &fit,
            theme: self.theme,
        };
        let middle_m = (self.body_min_m + self.body_max_m) * 0.5;
        let floor_y_m = floor_y_m(scene);
        let mut items = Vec::new();

        // Behind the body: supports from far to near, the floor first.
        let mut supports: Vec<Support> = scene.supports.iter().map(|s| self.trimmed(s)).collect();
        let rank = |s: &Support| {
            if s.kind == SupportKind::Floor {
                f64::NEG_INFINITY
            } else {
                self.camera.seen(s.centre_m).z
            }
        };
        supports.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        for support in supports.iter().filter(|s| !canvas.is_in_front(s, middle_m)) {
            items.extend(canvas.support(support, floor_y_m, false));
            if support.kind == SupportKind::Floor && self.camera.seen(support.normal).z > -0.01 {
                items.extend(canvas.shadow(&scene.limbs, support));
            }
        }

        // The body, then what an X-ray shows of it, then arms that would cover that.
        let (bones, flesh): (Vec<Limb>, Vec<Limb>) = scene.limbs.iter().partition(|limb| limb.tone == Tone::Bone);
        let veil = self.veiling_arms(scene, &flesh);
        let core: Vec<Limb> = flesh.iter().filter(|limb| !veil.contains(limb)).copied().collect();
        let look = |limbs: &[Limb], loads| Sheet::look(limbs, loads, &self.camera, &fit, width_px as usize, height_px as usize);
        let body = look(&core, &scene.loads);
        let bones = look(&bones, &[]).map(|mut sheet| {
            if let Some(body) = &body {
                sheet.hide_behind(body, |m| {
                    matches!(m, Material::Load | Material::Body(_, Part::LeftArm | Part::RightArm))
                });
            }
            sheet
        });
        let veil = if veil.is_empty() { None } else { look(&veil, &[]) }.map(|mut sheet| {
            if let Some(body) = &body {
                sheet.hide_behind(body, |_| true);
            }
            sheet
        });
        items.extend(body.map(|sheet| Item::Body {
            class: "body",
            sheet,
            opacity: 1.0,
        }));
        items.extend(bones.map(|sheet| Item::Body {
            class: "bones",
            sheet,
            opacity: BONE_OPACITY,
        }));
        items.extend(canvas.muscles(&scene.muscles));
        items.extend(scene.discs.iter().map(|disc| canvas.disc(disc)));
        items.extend(veil.map(|sheet| Item::Body {
            class: "veil",
            sheet,
            opacity: VEIL_OPACITY,
        }));

        for support in supports.iter().filter(|s| canvas.is_in_front(s, middle_m)) {
            items.extend(canvas.support(support, floor_y_m, true));
        }
        items.extend(scene.contacts.iter().flat_map(|contact| canvas.arrow(contact)));
        if let Some(labels) = labels {
            items.extend(labels.items(scene, &canvas, frame));
        }
        items
    }

    /// What of the arms is between the viewer and muscles or discs: from the first such limb to the hand.
    fn veiling_arms(&self, scene: &Scene, flesh: &[Limb]) -> Vec<Limb> {
        let mut shown: Vec<DVec3> = scene.discs.iter().map(|disc| disc.centre_m).collect();
        shown.extend(
            scene
                .muscles
                .iter()
                .filter(|m| m.activation > 0.0)
                .flat_map(|m| m.points_m.iter().copied()),
        );
        let covers = |limb: &Limb| {
            let (a, b) = (self.camera.seen(limb.from_m), self.camera.seen(limb.to_m));
            let radius = limb.radius_from_m.max(limb.radius_to_m);
            shown.iter().map(|&p| self.camera.seen(p)).any(|p| {
                let (a2, ab) = (DVec2::new(a.x, a.y), DVec2::new(b.x - a.x, b.y - a.y));
                let t = ((DVec2::new(p.x, p.y) - a2).dot(ab) / ab.length_squared().max(1e-12)).clamp(0.0, 1.0);
                let gap = (DVec2::new(p.x, p.y) - a2 - ab * t).length();
                gap < radius + 0.02 && a.z + (b.z - a.z) * t > p.z + 0.05
            })
        };
        [Part::RightArm, Part::LeftArm]
            .into_iter()
            .flat_map(|part| {
                flesh
                    .iter()
                    .filter(move |limb| limb.part == part)
                    .skip_while(|limb| !covers(limb))
                    .copied()
            })
            .collect()
    }

    /// Title and notes; the frame that is left for the body.
    pub(crate) fn words(&self, title: &str, notes: &[String], muscles: bool, width_px: u32, height_px: u32) -> (Vec<Item>, Frame) {
        let size = self.text_px;
        let (width, height) = (f64::from(width_px), f64::from(height_px));
        let margin = size * MARGIN;
        let mut items = Vec::new();
        let mut top = margin;
        for line in text::wrapped(title, size * 1.4, true, width - 2.0 * margin) {
            top += size * 1.5;
            items.push(Item::Text {
                at: DVec2::new(margin, top),
                size_px: size * 1.4,
                anchor: Anchor::Start,
                bold: true,
                paint: Paint::solid(self.theme.ink()),
                text: line,
            });
        }
        let scale_room = if muscles { size * 9.0 } else { 0.0 };
        let lines: Vec<String> = notes
            .iter()
            .flat_map(|note| text::wrapped(note, size, false, width - 2.0 * margin - scale_room))
            .collect();
        let mut bottom = height - margin - lines.len() as f64 * size * 1.3;
        let below = bottom;
        for (i, line) in lines.into_iter().enumerate() {
            items.push(Item::Text {
                at: DVec2::new(margin, bottom + (i as f64 + 0.85) * size * 1.3),
                size_px: size,
                anchor: Anchor::Start,
                bold: false,
                paint: Paint::solid(self.theme.faint_ink()),
                text: line,
            });
        }
        if muscles {
            let scale_top = height - margin - size * 1.6;
            let fit = Fit {
                scale: 1.0,
                origin_px: DVec2::ZERO,
            };
            let canvas = Canvas {
                camera: &self.camera,
                fit: &fit,
                theme: self.theme,
            };
            items.extend(canvas.scale(DVec2::new(width - margin - size * 7.0, scale_top), size * 5.6, size));
            bottom = below.min(scale_top);
        }
        let gap = size * 0.8;
        (
            items,
            Frame {
                min: DVec2::new(margin, top + gap),
                max: DVec2::new(width - margin, bottom - gap),
            },
        )
    }

    pub(crate) fn text_px(&self) -> f64 {
        self.text_px
    }

    pub(crate) fn theme(&self) -> Theme {
        self.theme
    }
}

/// Height of the floor, where the scene has one.
fn floor_y_m(scene: &Scene) -> Option<f64> {
    scene.supports.iter().find(|s| s.kind == SupportKind::Floor).map(|s| s.centre_m.y)
}
