//! The body at one instant as a scene to be drawn: muscles by activation, loads of the discs, what the body rests on and holds.

use glam::{DAffine3, DMat3, DQuat, DVec3};
use keel_body::{Against, Body, HeldMass, Paths, Pose, Rod, SeenFrom, Side, State, Support, SupportKind as Kind, Thing, Tissue, Touch};
use keel_figure::{ContactArrow, DiscMark, HeldBox, Limb, MuscleLine, Part, Scene, SupportKind, Tone, View};
use keel_loads::Frame;

/// Compression, relative to standing, at which a disc has its deepest colour.
const DEEPEST: f64 = 4.0;

/// One instant to be drawn.
#[derive(Debug, Clone)]
pub struct Instant<'a> {
    /// Where the body is.
    pub state: &'a State,
    /// What acts in it.
    pub frame: &'a Frame,
    /// What there is to rest on.
    pub supports: &'a [Support],
    /// What touches what.
    pub touches: &'a [Touch],
    /// Masses in the hands and pulls.
    pub held: &'a [HeldMass],
    /// How large what is held is.
    pub things: &'a [Thing],
    /// Sticks that go with the body.
    pub rods: &'a [Rod],
    /// Words under or above it.
    pub caption: String,
}

/// The view in which a posture or motion is seen best.
pub fn view(seen: SeenFrom) -> View {
    match seen {
        SeenFrom::Right => View::SideRight,
        SeenFrom::Left => View::SideLeft,
        SeenFrom::Front => View::Front,
        SeenFrom::Back => View::Back,
        SeenFrom::Above => View::Top,
        SeenFrom::Corner => View::ThreeQuarter,
    }
}

/// Where a hand is drawn, in the frame of its forearm: the body has no wrist, but a hand lies flat where it rests on its palm, holds a bar from
/// above, and hangs with the thumb forwards.
fn world_from_hand(body: &Body, pose: &Pose, instant: &Instant<'_>, side: Side) -> Option<DAffine3> {
    /// The middle of the wrist in the reference man's forearm, and how far it stands above and behind the heel of a palm that rests, m.
    const WRIST_M: DVec3 = DVec3::new(0.0, -0.25, 0.0);
    const ABOVE_M: f64 = 0.021;
    const BEHIND_M: f64 = 0.010;
    let suffix = side.suffix();
    let forearm = body.segment(&format!("forearm{suffix}"))?;
    let wrist_m = WRIST_M * body.height_ratio;
    let on = |point: &str| {
        let touches = instant.touches.iter();
        let mut supports = touches.filter_map(|touch| match touch.against {
            Against::Support(support) if body.contacts[touch.point].id == format!("{point}{suffix}") => Some(support),
            _ => None,
        });
        supports.next().map(|support| &instant.supports[support])
    };
    let heel = body.contacts[body.contact(&format!("palm_heel{suffix}"))?].at_m;
    let lies_on = |support: &&Support| {
        let above_m = support.normal.dot(pose.world_point(forearm, heel)) - support.offset_m;
        matches!(support.kind, Kind::Floor | Kind::Mattress | Kind::Table | Kind::Wall)
            && above_m.abs() < 2.0 * ABOVE_M
            && support.is_under(pose.world_point(forearm, heel))
    };
    if let Some(support) = instant.supports.iter().find(lies_on) {
        let n = support.normal;
        // Fingers lead on from the forearm; of one that stands upright, towards the head.
        let head = body
            .segment("head")
            .map_or(DVec3::X, |head| pose.origins_m[head] - pose.origins_m[0]);
        let along = -pose.rotations[forearm].y_axis + 0.5 * head;
        let fingers = (along - n * n.dot(along)).try_normalize()?;
        let hand = DMat3::from_cols(-n, -fingers, n.cross(fingers));
        let heel_m = pose.world_point(forearm, heel);
        let at_m = heel_m + n * (support.offset_m - n.dot(heel_m)) + (n * ABOVE_M - fingers * BEHIND_M) * body.height_ratio;
        return Some(DAffine3::from_mat3_translation(hand, at_m - hand * wrist_m));
    }
    let is_on_a_surface = on("palm_front").is_some();
    let turn_rad = match (on("fist").or_else(|| on("grip_front")), is_on_a_surface) {
        (Some(support), _) if support.kind == Kind::Bar => std::f64::consts::PI,
        (_, true) => 0.0,
        _ => std::f64::consts::FRAC_PI_2,
    };
    let turn = DMat3::from_rotation_y(if side == Side::Right { turn_rad } else { -turn_rad });
    let forearm_from_hand = DAffine3::from_mat3_translation(turn, wrist_m - turn * wrist_m);
    Some(pose.world_from(forearm) * forearm_from_hand)
}

/// The scene of an instant; discs are marked by their load over that of `standing`.
pub fn scene(body: &Body, standing: &Frame, instant: &Instant<'_>) -> Scene {
    let (mut pose, mut paths) = (Pose::new(body), Paths::new(body));
    pose.update(body, instant.state);
    paths.update(body, &pose);

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
    let pulls = instant
        .held
        .iter()
        .filter(|held| held.pull_n != DVec3::ZERO)
        .map(|held| ContactArrow {
            point_m: pose.world_point(held.segment, held.at_m),
            force_n: held.pull_n,
        });
    let contacts = contacts.chain(pulls);
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
        let resting: Vec<DVec3> = instant
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
            resting.iter().sum::<DVec3>() / resting.len() as f64
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
    let mut loads: Vec<HeldBox> = instant
        .things
        .iter()
        .map(|thing| HeldBox {
            centre_m: thing.centre_m(body, &pose),
            size_m: 2.0 * thing.half_m,
            turn: DQuat::IDENTITY,
        })
        .collect();
    if loads.is_empty() {
        // A mass of which no one said how large it is: a dumbbell in the hand.
        loads.extend(instant.held.iter().filter(|held| held.mass_kg > 0.0).map(|held| HeldBox {
            centre_m: pose.world_point(held.segment, held.at_m),
            size_m: DVec3::new(0.22, 0.09, 0.09),
            turn: DQuat::IDENTITY,
        }));
    }
    loads.extend(instant.rods.iter().map(|rod| {
        let [from_m, to_m] = rod.ends_m(&pose);
        HeldBox {
            centre_m: 0.5 * (from_m + to_m),
            size_m: DVec3::new(2.0 * rod.radius_m, rod.length_m, 2.0 * rod.radius_m),
            turn: DQuat::from_rotation_arc(DVec3::Y, (to_m - from_m).normalize_or(DVec3::Y)),
        }
    }));
    let mut limbs = limbs(body, &pose, instant);
    bend_toes(&mut limbs, instant.supports);
    Scene {
        limbs,
        muscles: muscles.collect(),
        discs: discs.collect(),
        supports: supports.collect(),
        contacts: contacts.collect(),
        loads,
        title: instant.caption.clone(),
        notes: Vec::new(),
    }
}

/// The shapes of the body where its segments and hands are.
fn limbs(body: &Body, pose: &Pose, instant: &Instant<'_>) -> Vec<Limb> {
    let hands = [Side::Right, Side::Left].map(|side| world_from_hand(body, pose, instant, side));
    let placed = body.shapes.iter().map(|shape| {
        let id = body.segments[shape.segment].id.as_str();
        let is_left = id.ends_with("_l");
        let own = pose.world_from(shape.segment);
        let world_from = if shape.is_of_hand {
            hands[usize::from(is_left)].unwrap_or(own)
        } else {
            own
        };
        Limb {
            from_m: world_from.transform_point3(shape.from_m),
            to_m: world_from.transform_point3(shape.to_m),
            radius_from_m: shape.radius_from_m,
            radius_to_m: shape.radius_to_m,
            tone: match shape.tissue {
                Tissue::Skin => Tone::Skin,
                Tissue::Clothing => Tone::Clothing,
                Tissue::Trousers => Tone::Trousers,
                Tissue::Hair => Tone::Hair,
                Tissue::Bone => Tone::Bone,
            },
            part: match (id.trim_end_matches("_r").trim_end_matches("_l"), is_left) {
                ("upper_arm" | "forearm", false) => Part::RightArm,
                ("upper_arm" | "forearm", true) => Part::LeftArm,
                ("thigh" | "shank" | "foot", false) => Part::RightLeg,
                ("thigh" | "shank" | "foot", true) => Part::LeftLeg,
                _ => Part::Trunk,
            },
        }
    });
    placed.collect()
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
