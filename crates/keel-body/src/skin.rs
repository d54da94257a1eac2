//! The body's volume as tapered capsules, and what cannot be: a thing that is held inside the body, a hand in the belly, one leg in the other.
//!
//! The capsules are those of `anatomy/shapes.md`. Pictures draw the same ones, so that what is refused can be seen. A tapered capsule is a ball of
//! radius r(t) on an axis p(t); the distance of a convex thing from p(t) less r(t) is convex in t, so its least value is found exactly by
//! golden section. A box that stands level is the thing held; two capsules are searched along both axes.
//!
//! What rightly touches is left out: thigh and belly, calf and thigh fold into each other when a joint bends, upper arms lie on the
//! chest, and the arms hold what is held.

use glam::DVec3;
use serde::Deserialize;

use crate::{
    anatomy::Anatomy,
    body::Body,
    kinematics::Pose,
    posture::{Against, Rod, Support, Thing, Touch},
    scale::mirrored,
    settle::{SettleError, bounds},
};

/// What is held may stand this deep in the skin, m: flesh and cloth give.
pub(crate) const HELD_DEPTH_MAX_M: f64 = 0.010;
/// A forearm or hand may lie this deep in trunk or leg, and one leg in the other, m: both are soft, and the outline is nobody's own.
const LIMB_DEPTH_MAX_M: f64 = 0.020;

/// What is held may not stand in these, nor a forearm lie in them.
const SOLID: [&str; 12] = [
    "pelvis",
    "l5",
    "l4",
    "l3",
    "l2",
    "l1",
    "thorax_lower",
    "thorax_upper",
    "head",
    "thigh",
    "shank",
    "foot",
];
const LEG: [&str; 3] = ["thigh", "shank", "foot"];

/// No shape reaches farther from its joint, mm.
const REACH_MAX_MM: f64 = 700.0;
/// Radii that a shape may have, mm.
const RADIUS_MM: (f64, f64) = (1.0, 200.0);

/// What a shape is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tissue {
    /// Bare skin.
    Skin,
    /// Clothes of the trunk and arms.
    Clothing,
    /// Clothes of the legs.
    Trousers,
    /// Hair.
    Hair,
    /// Bone, inside all others.
    Bone,
}

/// A shape of `anatomy/shapes.md`, reference person, right side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShapeRecord {
    segment: String,
    from_mm: [f64; 3],
    to_mm: [f64; 3],
    radius_from_mm: f64,
    radius_to_mm: f64,
    tone: Tissue,
}

impl ShapeRecord {
    fn is_of_hand(&self) -> bool {
        self.segment == "hand"
    }

    /// The segment that carries it: a hand, which pictures turn at the wrist, goes with its forearm.
    pub(crate) fn body_segment(&self) -> &str {
        if self.is_of_hand() { "forearm" } else { &self.segment }
    }

    /// What is wrong with its numbers.
    pub(crate) fn fault(&self) -> Option<String> {
        let places = self.from_mm.iter().chain(&self.to_mm);
        if let Some(mm) = places.copied().find(|mm| !(-REACH_MAX_MM..=REACH_MAX_MM).contains(mm)) {
            return Some(format!(
                "a shape of {} lies at {mm} mm; at most {REACH_MAX_MM} mm from its joint",
                self.segment
            ));
        }
        let radii = [self.radius_from_mm, self.radius_to_mm];
        let mm = radii.into_iter().find(|mm| !(RADIUS_MM.0..=RADIUS_MM.1).contains(mm))?;
        let (low, high) = RADIUS_MM;
        Some(format!("a shape of {} has a radius of {mm} mm; {low} to {high} mm", self.segment))
    }
}

/// Two balls and everything between them, fixed to a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capsule {
    /// Segment.
    pub segment: usize,
    /// Centre of the first ball in the segment's frame, m.
    pub from_m: DVec3,
    /// Centre of the second ball, m.
    pub to_m: DVec3,
    /// Radius of the first ball, m.
    pub radius_from_m: f64,
    /// Radius of the second ball, m.
    pub radius_to_m: f64,
    /// What it is of.
    pub tissue: Tissue,
    /// Whether it is of the hand, which has no segment of its own: it is written in the frame of its forearm.
    pub is_of_hand: bool,
}

impl Capsule {
    /// Whether it is skin or what covers it; bones lie inside.
    fn is_outside(&self) -> bool {
        self.tissue != Tissue::Bone
    }
}

/// The shapes of a body of these proportions: along a segment with height, across it with girth; head, forearm with hand, foot and bones with
/// height alone.
pub(crate) fn capsules(anatomy: &Anatomy, body: &Body) -> Vec<Capsule> {
    let mut capsules = Vec::new();
    for record in &anatomy.shapes {
        let id = record.body_segment();
        let across = if record.tone == Tissue::Bone || matches!(id, "head" | "forearm" | "foot") {
            body.height_ratio
        } else {
            body.girth_ratio
        };
        let scale = DVec3::new(across, body.height_ratio, across) * 1e-3;
        let right = |segment| Capsule {
            segment,
            from_m: DVec3::from(record.from_mm) * scale,
            to_m: DVec3::from(record.to_mm) * scale,
            radius_from_m: record.radius_from_mm * across * 1e-3,
            radius_to_m: record.radius_to_mm * across * 1e-3,
            tissue: record.tone,
            is_of_hand: record.is_of_hand(),
        };
        let left = |segment| Capsule {
            from_m: mirrored(right(segment).from_m),
            to_m: mirrored(right(segment).to_m),
            ..right(segment)
        };
        match body.segment(id) {
            Some(middle) => {
                capsules.push(right(middle));
                // A shape of the trunk beside the midline has a twin.
                if record.from_mm[2] > 0.0 || record.to_mm[2] > 0.0 {
                    capsules.push(left(middle));
                }
            }
            None => {
                capsules.extend(body.segment(&format!("{id}_r")).map(right));
                capsules.extend(body.segment(&format!("{id}_l")).map(left));
            }
        }
    }
    capsules
}

/// A capsule in the world.
#[derive(Debug, Clone, Copy)]
struct Placed {
    a: DVec3,
    b: DVec3,
    ra: f64,
    rb: f64,
}

impl Placed {
    fn new(capsule: &Capsule, pose: &Pose) -> Self {
        Self {
            a: pose.world_point(capsule.segment, capsule.from_m),
            b: pose.world_point(capsule.segment, capsule.to_m),
            ra: capsule.radius_from_m,
            rb: capsule.radius_to_m,
        }
    }

    fn point(&self, t: f64) -> DVec3 {
        self.a.lerp(self.b, t)
    }

    fn radius(&self, t: f64) -> f64 {
        self.ra + t * (self.rb - self.ra)
    }

    /// A ball around it.
    fn ball(&self) -> (DVec3, f64) {
        (self.point(0.5), 0.5 * self.a.distance(self.b) + self.ra.max(self.rb))
    }
}

/// Argument of the least value of a convex function on 0 to 1.
fn least(f: impl Fn(f64) -> f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    const STEPS: usize = 24;
    let (mut low, mut high) = (0.0, 1.0);
    let (mut t1, mut t2) = (1.0 - SHARE, SHARE);
    let (mut f1, mut f2) = (f(t1), f(t2));
    for _ in 0..STEPS {
        if f1 < f2 {
            (high, t2, f2) = (t2, t1, f1);
            t1 = high - SHARE * (high - low);
            f1 = f(t1);
        } else {
            (low, t1, f1) = (t1, t2, f2);
            t2 = low + SHARE * (high - low);
            f2 = f(t2);
        }
    }
    0.5 * (low + high)
}

/// Signed distance of a place from a level box round the origin, m, and its direction.
fn box_distance(p: DVec3, half: DVec3) -> (f64, DVec3) {
    let q = p.abs() - half;
    let sign = p.signum();
    let outside = q.max(DVec3::ZERO);
    let far = outside.length();
    if far > 0.0 {
        return (far, outside * sign / far);
    }
    // Inside: the nearest face.
    let axis = [DVec3::X, DVec3::Y, DVec3::Z]
        .into_iter()
        .max_by(|a, b| a.dot(q).total_cmp(&b.dot(q)));
    (q.max_element(), axis.unwrap_or(DVec3::X) * sign)
}

/// Where a thing that is held is nearest to (or deepest in) the skin.
pub(crate) struct Nearest {
    pub(crate) segment: usize,
    /// On the axis of the capsule, m.
    pub(crate) at_m: DVec3,
    /// From the thing towards the body.
    pub(crate) towards_body: DVec3,
    /// Negative inside, m.
    pub(crate) gap_m: f64,
}

/// Places of the skin that are within `reach_m` of a thing, the nearest of each segment.
pub(crate) fn near_thing(body: &Body, pose: &Pose, thing: &Thing, reach_m: f64) -> Vec<Nearest> {
    let centre = thing.centre_m(body, pose);
    let mut found: Vec<Nearest> = Vec::new();
    let solid = |capsule: &&Capsule| capsule.is_outside() && is_of(body, capsule.segment, &SOLID);
    for capsule in body.shapes.iter().filter(solid) {
        let placed = Placed::new(capsule, pose);
        let (middle, radius) = placed.ball();
        if box_distance(middle - centre, thing.half_m).0 - radius > reach_m {
            continue;
        }
        let t = least(|t| box_distance(placed.point(t) - centre, thing.half_m).0 - placed.radius(t));
        let (distance, towards_body) = box_distance(placed.point(t) - centre, thing.half_m);
        let nearest = Nearest {
            segment: capsule.segment,
            at_m: placed.point(t),
            towards_body,
            gap_m: distance - placed.radius(t),
        };
        if nearest.gap_m > reach_m {
            continue;
        }
        match found.iter_mut().find(|other| other.segment == nearest.segment) {
            Some(other) if other.gap_m > nearest.gap_m => *other = nearest,
            Some(_) => {}
            None => found.push(nearest),
        }
    }
    found
}

/// The first segment of the limb that a segment belongs to; the pelvis for all of the trunk.
fn limb(body: &Body, segment: usize) -> usize {
    let mut at = segment;
    while let Some(parent) = body.segments[at].parent.filter(|_| !is_of(body, at, &["thigh", "upper_arm"])) {
        at = parent;
    }
    at
}

fn is_of(body: &Body, segment: usize, ids: &[&str]) -> bool {
    let id = body.segments[segment].id.as_str();
    ids.contains(&id.trim_end_matches("_r").trim_end_matches("_l"))
}

/// Whether two segments may not lie in each other, whatever the posture.
fn excludes(body: &Body, first: usize, second: usize) -> bool {
    let is_forearm = |segment| is_of(body, segment, &["forearm"]);
    if is_forearm(first) {
        return is_of(body, second, &SOLID) || (is_forearm(second) && first < second);
    }
    // One leg and the other.
    let is_leg = |segment| is_of(body, segment, &LEG);
    let side = |segment: usize| body.segments[segment].id.ends_with("_r");
    // Thighs press against each other in many people who stand.
    let both_thighs = is_of(body, first, &["thigh"]) && is_of(body, second, &["thigh"]);
    is_leg(first) && is_leg(second) && side(first) && !side(second) && !both_thighs
}

/// How far the axes of two capsules are apart, m (Ericson 2005, closest points of two segments).
fn axes_distance(one: &Placed, other: &Placed) -> f64 {
    let (d1, d2, r) = (one.b - one.a, other.b - other.a, one.a - other.a);
    let (a, e, f) = (d1.length_squared().max(1e-12), d2.length_squared().max(1e-12), d2.dot(r));
    let (b, c) = (d1.dot(d2), d1.dot(r));
    let across = a * e - b * b;
    let s = if across > 1e-12 * a * e {
        ((b * f - c * e) / across).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let t = (b * s + f) / e;
    let s = if t < 0.0 {
        (-c / a).clamp(0.0, 1.0)
    } else if t > 1.0 {
        ((b - c) / a).clamp(0.0, 1.0)
    } else {
        s
    };
    one.point(s).distance(other.point(t.clamp(0.0, 1.0)))
}

/// How far two capsules are apart, m; negative where they lie in each other. None where they are farther apart than `reach_m`.
fn gap(one: &Placed, other: &Placed, reach_m: f64) -> Option<f64> {
    let ((c1, r1), (c2, r2)) = (one.ball(), other.ball());
    if c1.distance(c2) - r1 - r2 > reach_m || axes_distance(one, other) - one.ra.max(one.rb) - other.ra.max(other.rb) > reach_m {
        return None;
    }
    let along = |t: f64| {
        let (p, r) = (one.point(t), one.radius(t));
        let s = least(|s| p.distance(other.point(s)) - other.radius(s));
        p.distance(other.point(s)) - other.radius(s) - r
    };
    Some(along(least(along)))
}

/// Refuses a thing that is held inside the body, and limbs that lie in what they cannot enter.
pub(crate) fn check(
    body: &Body,
    supports: &[Support],
    touches: &[Touch],
    things: &[Thing],
    rods: &[Rod],
    pose: &Pose,
) -> Result<(), SettleError> {
    check_things(body, things, pose)?;
    check_rods(body, rods, pose)?;
    for (thing, support) in things.iter().flat_map(|thing| supports.iter().map(move |support| (thing, support))) {
        let depth_m = support.offset_m - support.normal.dot(thing.centre_m(body, pose)) + support.normal.abs().dot(thing.half_m);
        if bounds(support) && depth_m > HELD_DEPTH_MAX_M + support.give_m {
            return Err(SettleError::Held {
                segment: support.id.clone(),
                depth_mm: depth_m * 1e3,
            });
        }
    }
    check_limbs(body, touches, pose)
}

fn check_things(body: &Body, things: &[Thing], pose: &Pose) -> Result<(), SettleError> {
    let deepest = things
        .iter()
        .flat_map(|thing| near_thing(body, pose, thing, 0.0))
        .min_by(|a, b| a.gap_m.total_cmp(&b.gap_m));
    match deepest {
        Some(nearest) if -nearest.gap_m > HELD_DEPTH_MAX_M => Err(SettleError::Held {
            segment: body.segments[nearest.segment].id.clone(),
            depth_mm: -nearest.gap_m * 1e3,
        }),
        _ => Ok(()),
    }
}

/// A stick lies on the skin, not in it.
fn check_rods(body: &Body, rods: &[Rod], pose: &Pose) -> Result<(), SettleError> {
    let solid = |capsule: &&Capsule| capsule.is_outside() && is_of(body, capsule.segment, &SOLID);
    let mut deepest: Option<(usize, f64)> = None;
    for rod in rods {
        let [a, b] = rod.ends_m(pose);
        let placed = Placed {
            a,
            b,
            ra: rod.radius_m,
            rb: rod.radius_m,
        };
        for capsule in body.shapes.iter().filter(solid) {
            if let Some(gap_m) = gap(&Placed::new(capsule, pose), &placed, 0.0)
                && deepest.is_none_or(|(_, deepest_m)| gap_m < deepest_m)
            {
                deepest = Some((capsule.segment, gap_m));
            }
        }
    }
    match deepest {
        Some((segment, gap_m)) if -gap_m > HELD_DEPTH_MAX_M => Err(SettleError::Held {
            segment: body.segments[segment].id.clone(),
            depth_mm: -gap_m * 1e3,
        }),
        _ => Ok(()),
    }
}

/// Two limbs that are declared to touch may press into each other.
fn check_limbs(body: &Body, touches: &[Touch], pose: &Pose) -> Result<(), SettleError> {
    let touching = |first: usize, second: usize| {
        touches.iter().any(|touch| {
            let Against::Body(other) = touch.against else { return false };
            let pair = [touch.point, other].map(|point| limb(body, body.contacts[point].segment));
            let asked = [first, second].map(|segment| limb(body, segment));
            pair == asked || pair == [asked[1], asked[0]]
        })
    };
    let mut worst: Option<(usize, usize, f64)> = None;
    for (first, second, depth_m) in depths(body, pose, LIMB_DEPTH_MAX_M) {
        if !touching(first, second) && worst.is_none_or(|worst| depth_m > worst.2) {
            worst = Some((first, second, depth_m));
        }
    }
    match worst {
        Some((first, second, depth_m)) => Err(SettleError::Limb {
            limb: body.segments[first].id.clone(),
            segment: body.segments[second].id.clone(),
            depth_mm: depth_m * 1e3,
        }),
        None => Ok(()),
    }
}

/// How deep limbs lie in what they cannot enter, m: pairs of segments that are deeper than `least_m`, the deepest place of each.
fn depths(body: &Body, pose: &Pose, least_m: f64) -> Vec<(usize, usize, f64)> {
    let skin: Vec<&Capsule> = body.shapes.iter().filter(|capsule| capsule.is_outside()).collect();
    let placed: Vec<Placed> = skin.iter().map(|capsule| Placed::new(capsule, pose)).collect();
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    let n = body.segments.len();
    let excluded: Vec<bool> = (0..n * n).map(|pair| excludes(body, pair / n, pair % n)).collect();
    for (one, first) in placed.iter().zip(&skin) {
        for (other, second) in placed.iter().zip(&skin) {
            if !excluded[first.segment * n + second.segment] {
                continue;
            }
            let Some(gap_m) = gap(one, other, -least_m).filter(|gap_m| *gap_m < -least_m) else {
                continue;
            };
            match found.iter_mut().find(|f| (f.0, f.1) == (first.segment, second.segment)) {
                Some(known) => known.2 = known.2.max(-gap_m),
                None => found.push((first.segment, second.segment, -gap_m)),
            }
        }
    }
    found
}
