//! The body in a posture as a picture: muscles by activation, loads of the discs, what the body rests on and holds.

use std::path::Path;

use anyhow::{Context as _, bail};
use keel_body::{Against, Body, HeldMass, Paths, Pose, State, Support, SupportKind as Kind, Touch};
use keel_figure::{ContactArrow, DiscMark, HeldBox, Limb, MuscleLine, Part, Scene, Shapes, Style, SupportKind, Theme, View};
use keel_loads::Frame;

/// Compression, relative to standing, at which a disc has its deepest colour.
const DEEPEST: f64 = 4.0;

/// One instant to be drawn.
pub(crate) struct Instant<'a> {
    pub(crate) state: &'a State,
    pub(crate) frame: &'a Frame,
    pub(crate) supports: &'a [Support],
    pub(crate) touches: &'a [Touch],
    pub(crate) held: &'a [HeldMass],
    pub(crate) caption: String,
}

/// Writes the picture in the form that the file's name asks for: one instant as `.svg` or `.png`; several as a strip (`.png`) or a moving
/// picture (`.apng`, `.svg`).
pub(crate) fn write(body: &Body, shapes: &str, standing: &Frame, instants: &[Instant<'_>], file: &Path) -> anyhow::Result<()> {
    let shapes = Shapes::read(shapes)?;
    let scenes: Vec<(Scene, String)> = instants
        .iter()
        .map(|instant| Ok((scene(body, &shapes, standing, instant)?, instant.caption.clone())))
        .collect::<anyhow::Result<_>>()?;
    let lies = instants
        .first()
        .is_some_and(|instant| instant.state.root.mul_vec3(glam::DVec3::Y).y.abs() < 0.5);
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
        ("svg", [(scene, _)]) => keel_figure::svg(scene, View::SideRight, &style)?.into_bytes(),
        ("png", [(scene, _)]) => keel_figure::png(scene, View::SideRight, &style)?,
        ("png", several) => keel_figure::strip(several, View::SideRight, &style)?,
        ("svg" | "apng", several) => {
            let moving: Vec<Scene> = several.iter().map(|(scene, _)| scene.clone()).collect();
            let style = Style {
                width_px: 720,
                height_px: 520,
                ..style
            };
            if extension == "svg" {
                keel_figure::animation_svg(&moving, 0.4, View::SideRight, &style)?.into_bytes()
            } else {
                keel_figure::animation(&moving, 0.4, View::SideRight, &style)?
            }
        }
        _ => bail!("{}: a picture is written as .png, .svg or .apng", file.display()),
    };
    std::fs::write(file, bytes).with_context(|| format!("{} could not be written", file.display()))
}

fn scene(body: &Body, shapes: &Shapes, standing: &Frame, instant: &Instant<'_>) -> anyhow::Result<Scene> {
    let (mut pose, mut paths) = (Pose::new(body), Paths::new(body));
    pose.update(body, instant.state);
    paths.update(body, &pose);

    let height = body.height_ratio;
    let girth = body.girth_ratio;
    let ids: Vec<String> = body.segments.iter().map(|segment| segment.id.clone()).collect();
    let world_from: Vec<_> = (0..body.segments.len()).map(|segment| pose.world_from(segment)).collect();
    let muscles = body.fascicles.iter().enumerate().map(|(f, fascicle)| MuscleLine {
        points_m: paths.stops_m(f).collect(),
        activation: instant.frame.activation[f].clamp(0.0, 1.0),
        width_m: fascicle.pcsa_m2.sqrt().min(0.03),
    });
    let discs = body
        .discs
        .iter()
        .zip(&instant.frame.discs)
        .zip(&standing.discs)
        .map(|((disc, load), own)| {
            let relative = load.compression_n / own.compression_n;
            DiscMark {
                centre_m: pose.origins_m[disc.upper],
                axis: (pose.rotations[disc.upper] * disc.normal_in_upper + pose.rotations[disc.lower] * disc.normal_in_lower).normalize(),
                radius_m: (disc.area_m2 / std::f64::consts::PI).sqrt(),
                text: vec![disc.id.clone(), format!("{:.0} N · {relative:.1} ×", load.compression_n)],
                level: (relative / DEEPEST).clamp(0.0, 1.0),
            }
        });
    let place = |point: usize| pose.world_point(body.contacts[point].segment, body.contacts[point].at_m);
    let contacts = instant
        .touches
        .iter()
        .zip(&instant.frame.contacts_n)
        .map(|(touch, force_n)| ContactArrow {
            point_m: touch.place_m(body, &pose, instant.supports),
            force_n: *force_n,
        });
    let supports = instant.supports.iter().enumerate().filter_map(|(index, support)| {
        let kind = match support.kind {
            Kind::Floor => SupportKind::Floor,
            Kind::Mattress | Kind::Cushion | Kind::Ball => SupportKind::Mattress,
            Kind::Seat | Kind::Table => SupportKind::Seat,
            Kind::Backrest => SupportKind::Backrest,
            Kind::Wall => SupportKind::Wall,
            Kind::Bar => SupportKind::Bar,
            Kind::Step => SupportKind::Step,
            // A strap is drawn by its arrows alone.
            Kind::Strap => return None,
        };
        let resting: Vec<glam::DVec3> = instant
            .touches
            .iter()
            .filter(|touch| touch.against == Against::Support(index))
            .map(|touch| place(touch.point))
            .collect();
        let middle = if let Some([x, z]) = support.middle_m {
            glam::DVec3::new(x, support.offset_m, z)
        } else if resting.is_empty() {
            pose.origins_m[0]
        } else {
            resting.iter().sum::<glam::DVec3>() / resting.len() as f64
        };
        let centre_m = middle + support.normal * (support.offset_m - support.normal.dot(middle));
        let size = support.size_m.unwrap_or(if matches!(kind, SupportKind::Seat) {
            [0.3, 0.5]
        } else {
            [2.4, 1.0]
        });
        Some(keel_figure::Support {
            centre_m,
            normal: support.normal,
            size_m: (size[0], size[1]),
            kind,
        })
    });
    let total_kg: f64 = instant.held.iter().map(|held| held.mass_kg).sum();
    let middle = instant
        .held
        .iter()
        .map(|held| held.mass_kg * pose.world_point(held.segment, held.at_m))
        .sum::<glam::DVec3>()
        / total_kg.max(1e-9);
    let loads = if total_kg > 0.0 {
        vec![HeldBox {
            centre_m: middle,
            size_m: glam::DVec3::new(0.28, 0.24, 0.38),
        }]
    } else {
        Vec::new()
    };
    let mut limbs = shapes.limbs(&ids, &world_from, height, girth);
    bend_toes(&mut limbs, instant.supports);
    Ok(Scene {
        limbs,
        muscles: muscles.collect(),
        discs: discs.collect(),
        supports: supports.collect(),
        contacts: contacts.collect(),
        loads,
        title: instant.caption.clone(),
        notes: Vec::new(),
    })
}

/// Toes have no joint of their own: under a foot whose heel is up they bend, and lie on what the foot rests on.
fn bend_toes(limbs: &mut [Limb], supports: &[Support]) {
    for limb in limbs.iter_mut().filter(|limb| matches!(limb.part, Part::RightLeg | Part::LeftLeg)) {
        for (end_m, radius_m) in [(&mut limb.from_m, limb.radius_from_m), (&mut limb.to_m, limb.radius_to_m)] {
            let under = supports.iter().filter(|support| matches!(support.kind, Kind::Floor | Kind::Step));
            let surface_m = under
                .filter(|support| support.is_under(*end_m))
                .map(|support| support.offset_m)
                .fold(f64::NEG_INFINITY, f64::max);
            end_m.y = end_m.y.max(surface_m + radius_m);
        }
    }
}
