//! Puts a body onto its supports: finds the place of the pelvis, the surfaces that fit themselves to the body and the angles that are free,
//! so that every declared contact touches, nothing is entered, and the rest stays as written.
//!
//! A damped Gauss–Newton search (Levenberg–Marquardt) over a handful of unknowns with analytic derivatives: a point p of a segment moves
//! with a coordinate's axis a by a × (p − o). Gaps weigh far more than angles, so contacts close to hundredths of a millimetre while free
//! angles stay near what the record says.

use glam::{DQuat, DVec3};

use crate::{
    body::{Body, Disc},
    kinematics::{Pose, State},
    posture::{Against, Posture, Support, SupportKind},
    skin,
};

/// A declared contact may miss its support by this much, m (an authoring error beyond it).
const GAP_MAX_M: f64 = 0.010;
/// No point of the skin may be deeper in a support than this, m, beyond what the support gives.
pub(crate) const DEPTH_MAX_M: f64 = 0.012;
/// A reached place may be missed by this much, m.
const REACH_MAX_M: f64 = 0.030;
/// What is held this near the skin touches the body, m,
const TOUCH_M: f64 = 0.003;
/// and may then miss the reached place by this much, m.
const KEPT_AWAY_MAX_M: f64 = 0.150;

/// The lumbar spine may end this far from the bend that is written, rad.
const BEND_MAX_RAD: f64 = 10.0 * std::f64::consts::PI / 180.0;

/// Weights: one unit of residual is this much.
const UNIT_GAP_M: f64 = 2e-5;
const UNIT_REACH_M: f64 = 2e-3;
const UNIT_DEPTH_M: f64 = 1e-3;
const UNIT_BALANCE_M: f64 = 2e-3;
/// Stiffer than a place that shall be reached: what is held gives way to the body.
const UNIT_HELD_M: f64 = 2e-4;
const UNIT_ANGLE_RAD: f64 = 0.35;
const UNIT_RANGE_RAD: f64 = 0.01;
/// A depth counts little at first and fully beyond this, so that a motion that comes near a floor is slowed and not stopped dead, m.
const EASED_DEPTH_M: f64 = 3e-3;
const UNIT_PLACE_M: f64 = 1e-3;
/// In a motion the planted contacts hold the place; this only keeps the search from wandering.
const UNIT_PLACE_MOVING_M: f64 = 0.2;

/// Why a body cannot be placed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettleError {
    /// A contact stays away from its support.
    #[error(
        "{point} misses {support} by {gap_mm:.0} mm; at most 10 mm are allowed beyond what it gives: change the angles, free one, or move the support"
    )]
    Gap {
        /// Contact point.
        point: String,
        /// Support or contact point.
        support: String,
        /// Distance, mm.
        gap_mm: f64,
    },
    /// Part of the body is inside a support.
    #[error("{point} is {depth_mm:.0} mm inside {support}")]
    Depth {
        /// Contact point.
        point: String,
        /// Support.
        support: String,
        /// Depth, mm.
        depth_mm: f64,
    },
    /// Part of the body is inside a support, or off the one it rests on, during a motion.
    #[error("{point} is {depth_mm:.0} mm inside {support} at {t_s:.2} s")]
    DepthAt {
        /// Contact point.
        point: String,
        /// Support.
        support: String,
        /// Depth, mm; below zero where it is off.
        depth_mm: f64,
        /// Time, s.
        t_s: f64,
    },
    /// A place cannot be reached.
    #[error("{point} misses the place it shall reach by {gap_mm:.0} mm")]
    Reach {
        /// Contact point.
        point: String,
        /// Distance, mm.
        gap_mm: f64,
    },
    /// What is held stands inside the body or a support.
    #[error(
        "what is held stands {depth_mm:.0} mm inside {segment}; at most 10 mm are allowed: hold it farther away, or bend out of its way"
    )]
    Held {
        /// Segment or support.
        segment: String,
        /// Depth, mm.
        depth_mm: f64,
    },
    /// A limb lies inside another part of the body.
    #[error("{limb} lies {depth_mm:.0} mm inside {segment}; at most 20 mm are allowed, for flesh gives: change the angles")]
    Limb {
        /// The limb.
        limb: String,
        /// What it lies in.
        segment: String,
        /// Depth, mm.
        depth_mm: f64,
    },
    /// A planted contact moved during a motion.
    #[error("{point} slides by {slide_mm:.0} mm at {t_s:.2} s")]
    Slide {
        /// Contact point.
        point: String,
        /// Distance, mm.
        slide_mm: f64,
        /// Time, s.
        t_s: f64,
    },
    /// The lumbar spine was freed and ended at another bend than the one written.
    #[error(
        "the lumbar spine ends flexed by {settled_deg:.0}° and not, as written, by {written_deg:.0}°; at most 10° between them are allowed: write the bend that is meant, or free other angles"
    )]
    Bend {
        /// Total over the lumbar levels as it came out, degrees.
        settled_deg: f64,
        /// As written, degrees.
        written_deg: f64,
    },
    /// The search met numbers that are not finite.
    #[error("the posture leads to numbers that are not finite")]
    NotFinite,
}

/// How well a body sits on its supports.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settled {
    /// Largest distance of a declared contact from its support beyond what it gives, m.
    pub gap_m: f64,
    /// Largest depth of any point of the skin in a support beyond what it gives, m.
    pub depth_m: f64,
    /// Iterations.
    pub iterations: usize,
}

/// Where planted contacts must stay, by position in [`Posture::touches`]; in the world, m.
pub(crate) type Planted = Vec<Option<DVec3>>;

/// The unknowns: place of the root, its free rotations, free coordinates, offsets of supports that fit.
struct Unknowns {
    root_axes: Vec<DVec3>,
    free: Vec<usize>,
    fits: Vec<usize>,
}

impl Unknowns {
    fn n(&self) -> usize {
        3 + self.root_axes.len() + self.free.len() + self.fits.len()
    }

    fn fit_column(&self, support: usize) -> Option<usize> {
        let at = self.fits.iter().position(|fit| *fit == support)?;
        Some(3 + self.root_axes.len() + self.free.len() + at)
    }
}

/// Normal equations of the weighted residuals.
pub(crate) struct Normal {
    n: usize,
    h: Vec<f64>,
    g: Vec<f64>,
    cost: f64,
}

impl Normal {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            n,
            h: vec![0.0; n * n],
            g: vec![0.0; n],
            cost: 0.0,
        }
    }

    /// Adds a residual r with row J.
    pub(crate) fn add(&mut self, r: f64, row: &[f64]) {
        self.cost += r * r;
        for i in 0..self.n {
            if row[i].abs() > 0.0 {
                self.g[i] += row[i] * r;
                for j in 0..self.n {
                    self.h[i * self.n + j] += row[i] * row[j];
                }
            }
        }
    }
}

/// Settles the posture; `planted` gives contacts that must stay where they are.
///
/// # Errors
/// A contact that stays open, a point inside a support, a place out of reach, a lumbar spine far from the bend that is written.
pub fn settle(body: &Body, posture: &mut Posture, planted: Option<&Planted>) -> Result<Settled, SettleError> {
    let written_rad = lumbar_flexion(body, posture);
    let settled = search(body, posture, planted, None);
    let settled = check(body, posture, settled)?;
    let settled_rad = lumbar_flexion(body, posture);
    if (settled_rad - written_rad).abs() > BEND_MAX_RAD {
        return Err(SettleError::Bend {
            settled_deg: settled_rad.to_degrees(),
            written_deg: written_rad.to_degrees(),
        });
    }
    Ok(settled)
}

/// Flexion of the lumbar levels together, rad.
fn lumbar_flexion(body: &Body, posture: &Posture) -> f64 {
    let of_level = |disc: &Disc| posture.state.q_rad[body.segments[disc.upper].coordinates.start];
    body.discs.iter().map(of_level).sum()
}

/// The search alone, without judging the result; it begins at `near` where that is known, as of the sample before.
pub(crate) fn search(body: &Body, posture: &mut Posture, planted: Option<&Planted>, near: Option<State>) -> Settled {
    /// Hands that must go far would creep along the floor's stiff contacts: these are eased at first.
    const EASED_FIRST: [f64; 3] = [100.0, 10.0, 1.0];
    let authored = posture.clone();
    let unknowns = Unknowns {
        root_axes: [DVec3::X, DVec3::Y, DVec3::Z]
            .into_iter()
            .zip(posture.free_root)
            .filter(|(_, free)| *free)
            .map(|(axis, _)| axis)
            .collect(),
        free: posture.free.clone(),
        fits: posture
            .supports
            .iter()
            .enumerate()
            .filter(|(_, support)| support.fits)
            .map(|(index, _)| index)
            .collect(),
    };
    let mut pose = Pose::new(body);
    match near {
        Some(near) => posture.state = near,
        None => bring_near(body, posture, planted, &mut pose),
    }
    let eases = if posture.reaches.is_empty() {
        &EASED_FIRST[2..]
    } else {
        &EASED_FIRST
    };
    let iterations = eases
        .iter()
        .map(|ease| descend((body, &authored, planted, &unknowns), posture, *ease, &mut pose))
        .sum();
    Settled {
        iterations,
        ..Settled::default()
    }
}

/// Levenberg–Marquardt steps with contacts of 1/`ease` of their stiffness; the number of steps.
fn descend(problem: (&Body, &Posture, Option<&Planted>, &Unknowns), posture: &mut Posture, ease: f64, pose: &mut Pose) -> usize {
    const ITERATIONS_MAX: usize = 300;
    /// A step that gains less ends the search: what is left is some ten nanometres.
    const GAIN_LEAST: f64 = 1e-10;
    let (_, _, _, unknowns) = problem;
    let mut damping = 1e-6;
    let mut current = equations(problem, posture, ease, pose);
    let mut iterations = 0;
    while iterations < ITERATIONS_MAX {
        iterations += 1;
        let Some(step) = solve_damped(&current, damping) else {
            damping *= 10.0;
            continue;
        };
        let mut trial = posture.clone();
        apply(&mut trial, unknowns, &step);
        let next = equations(problem, &trial, ease, pose);
        if next.cost < current.cost {
            let gain = current.cost - next.cost;
            *posture = trial;
            let done = gain <= GAIN_LEAST * (1.0 + current.cost);
            current = next;
            damping = (damping * 0.2).max(1e-10);
            if done {
                break;
            }
        } else {
            damping *= 8.0;
            if damping > 1e10 {
                break;
            }
        }
    }
    iterations
}

/// Brings the body to where the search should begin: planted contacts on the whole where they were, level supports on the whole touched.
fn bring_near(body: &Body, posture: &mut Posture, planted: Option<&Planted>, pose: &mut Pose) {
    pose.update(body, &posture.state);
    let world = |point: usize| pose.world_point(body.contacts[point].segment, body.contacts[point].at_m);
    let mut shift = DVec3::ZERO;
    if let Some(planted) = planted {
        let away: Vec<DVec3> = posture
            .touches
            .iter()
            .zip(planted)
            .filter_map(|(touch, place)| Some((*place)? - world(touch.point)))
            .collect();
        shift += away.iter().sum::<DVec3>() / away.len().max(1) as f64;
    }
    let gaps: Vec<f64> = posture
        .touches
        .iter()
        .filter_map(|touch| {
            let Against::Support(s) = touch.against else { return None };
            let support = &posture.supports[s];
            let is_level = !support.fits && support.normal.y > 0.7;
            is_level.then(|| (support.offset_m - support.normal.dot(world(touch.point))) * support.normal.y)
        })
        .collect();
    if !gaps.is_empty() {
        shift.y = gaps.iter().sum::<f64>() / gaps.len() as f64;
    }
    posture.state.root_m += shift;
}

fn apply(posture: &mut Posture, unknowns: &Unknowns, step: &[f64]) {
    posture.state.root_m += DVec3::new(step[0], step[1], step[2]);
    let mut at = 3;
    let mut turn = DVec3::ZERO;
    for axis in &unknowns.root_axes {
        turn += *axis * step[at];
        at += 1;
    }
    posture.state.root = (DQuat::from_scaled_axis(turn) * posture.state.root).normalize();
    for k in &unknowns.free {
        posture.state.q_rad[*k] += step[at];
        at += 1;
    }
    for support in &unknowns.fits {
        posture.supports[*support].offset_m += step[at];
        at += 1;
    }
}

/// (H + μ diag H) step = −g
pub(crate) fn solve_damped(normal: &Normal, damping: f64) -> Option<Vec<f64>> {
    let n = normal.n;
    let mut l = normal.h.clone();
    for i in 0..n {
        l[i * n + i] += damping * (l[i * n + i] + 1e-9);
    }
    // Cholesky, lower triangle in place.
    for j in 0..n {
        for k in 0..j {
            let ljk = l[j * n + k];
            for i in j..n {
                l[i * n + j] -= l[i * n + k] * ljk;
            }
        }
        let pivot = l[j * n + j];
        if !pivot.is_finite() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..n {
            l[i * n + j] /= root;
        }
    }
    let mut x: Vec<f64> = normal.g.iter().map(|g| -g).collect();
    for i in 0..n {
        for k in 0..i {
            x[i] -= l[i * n + k] * x[k];
        }
        x[i] /= l[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            x[i] -= l[k * n + i] * x[k];
        }
        x[i] /= l[i * n + i];
    }
    Some(x)
}

/// Derivative of a world direction of a point of a segment by every unknown.
fn point_row(context: (&Body, &Pose, &Unknowns), (segment, at): (usize, DVec3), direction: DVec3, scale: f64, row: &mut [f64]) {
    let (body, pose, unknowns) = context;
    row[0] += scale * direction.x;
    row[1] += scale * direction.y;
    row[2] += scale * direction.z;
    let mut column = 3;
    for axis in &unknowns.root_axes {
        row[column] += scale * direction.dot(axis.cross(at - pose.origins_m[0]));
        column += 1;
    }
    for k in &unknowns.free {
        let moved = body.coordinates[*k].segment;
        if body.hangs_from(segment, moved) {
            row[column] += scale * direction.dot(pose.axes[*k].cross(at - pose.origins_m[moved]));
        }
        column += 1;
    }
}

fn equations(problem: (&Body, &Posture, Option<&Planted>, &Unknowns), posture: &Posture, ease: f64, pose: &mut Pose) -> Normal {
    let (body, authored, planted, unknowns) = problem;
    let unit_gap_m = UNIT_GAP_M * ease;
    let unit_held_m = UNIT_HELD_M * ease;
    pose.update(body, &posture.state);
    let n = unknowns.n();
    let context = (body, &*pose, unknowns);
    let mut normal = Normal::new(n);
    let mut row = vec![0.0; n];
    let world = |point: usize| {
        let contact = &body.contacts[point];
        (contact.segment, pose.world_point(contact.segment, contact.at_m))
    };

    // Declared contacts touch: n·p = d. Soft surfaces let their contacts spread by what they give.
    for (index, touch) in posture.touches.iter().enumerate() {
        let (segment, at) = world(touch.point);
        match touch.against {
            Against::Support(s) => {
                let support = &posture.supports[s];
                let unit = unit_gap_m.max(support.give_m * 0.5);
                row.fill(0.0);
                point_row(context, (segment, at), support.normal, 1.0 / unit, &mut row);
                if let Some(column) = unknowns.fit_column(s) {
                    row[column] -= 1.0 / unit;
                }
                normal.add((support.normal.dot(at) - support.offset_m) / unit, &row);
            }
            Against::Body(other) => {
                let (other_segment, other_at) = world(other);
                for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
                    row.fill(0.0);
                    point_row(context, (segment, at), axis, 1.0 / UNIT_REACH_M, &mut row);
                    point_row(context, (other_segment, other_at), axis, -1.0 / UNIT_REACH_M, &mut row);
                    normal.add(axis.dot(at - other_at) / UNIT_REACH_M, &row);
                }
            }
        }
        // Planted contacts stay where they were.
        if let Some(Some(place)) = planted.map(|planted| planted[index]) {
            for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
                row.fill(0.0);
                point_row(context, (segment, at), axis, 1.0 / UNIT_REACH_M, &mut row);
                normal.add(axis.dot(at - place) / UNIT_REACH_M, &row);
            }
        }
    }
    for reach in &posture.reaches {
        let (segment, at) = world(reach.point);
        for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
            if axis.dot(reach.mask) > 0.0 {
                row.fill(0.0);
                point_row(context, (segment, at), axis, 1.0 / UNIT_REACH_M, &mut row);
                normal.add(axis.dot(at - reach.at_m) / UNIT_REACH_M, &row);
            }
        }
    }
    // Nothing is entered: points that are not declared stay outside level and upright supports.
    for (point, contact) in body.contacts.iter().enumerate() {
        let at = pose.world_point(contact.segment, contact.at_m);
        for (s, support) in posture.supports.iter().enumerate() {
            if contact.yields || !bounds(support) || is_declared(posture, point, s) {
                continue;
            }
            let depth = support.offset_m - support.normal.dot(at) - support.give_m;
            if depth > 0.0 {
                let (depth, slope) = eased(depth, EASED_DEPTH_M);
                let slope = slope / UNIT_DEPTH_M;
                row.fill(0.0);
                point_row(context, (contact.segment, at), support.normal, -slope, &mut row);
                if let Some(column) = unknowns.fit_column(s) {
                    row[column] += slope;
                }
                normal.add(depth / UNIT_DEPTH_M, &row);
            }
        }
    }
    // What is held stays outside the body: n·(p − c) ≥ r, with the thing's middle c between the fists.
    for thing in &posture.things {
        for nearest in skin::near_thing(body, pose, thing, 0.0) {
            row.fill(0.0);
            point_row(
                context,
                (nearest.segment, nearest.at_m),
                nearest.towards_body,
                1.0 / unit_held_m,
                &mut row,
            );
            for fist in &thing.fists {
                let share = -1.0 / (unit_held_m * thing.fists.len() as f64);
                point_row(context, world(*fist), nearest.towards_body, share, &mut row);
            }
            normal.add(nearest.gap_m / unit_held_m, &row);
        }
    }
    // The centre of mass lies over its base.
    if let Some(balance_m) = posture.balance_m {
        let bases = bases(body, posture, pose);
        let mass_kg = body.mass_kg() + posture.held.iter().map(|held| held.mass_kg).sum::<f64>();
        row.fill(0.0);
        let mut ahead = -balance_m;
        let mut weigh = |segment: usize, at: DVec3, share: f64| {
            ahead += share * at.x;
            point_row(context, (segment, at), DVec3::X, share / UNIT_BALANCE_M, &mut row);
        };
        for (index, segment) in body.segments.iter().enumerate() {
            weigh(index, pose.world_point(index, segment.com_m), segment.mass_kg / mass_kg);
        }
        for held in &posture.held {
            weigh(held.segment, pose.world_point(held.segment, held.at_m), held.mass_kg / mass_kg);
        }
        for (segment, at) in &bases {
            weigh(*segment, *at, -1.0 / bases.len() as f64);
        }
        normal.add(ahead / UNIT_BALANCE_M, &row);
    }
    // The centre of mass lies over the area between the contacts that will stay.
    if !posture.steady_on.is_empty() {
        let mass_kg = body.mass_kg();
        let com = pose.centre_of_mass_m(body);
        let places: Vec<DVec3> = posture.steady_on.iter().map(|point| world(*point).1).collect();
        if let Some((outwards, beyond)) = beyond_hull(&places, com) {
            row.fill(0.0);
            for (index, segment) in body.segments.iter().enumerate() {
                let at = pose.world_point(index, segment.com_m);
                point_row(context, (index, at), outwards, segment.mass_kg / mass_kg / UNIT_BALANCE_M, &mut row);
            }
            // The contacts stay; what moves with them is left out of the derivative.
            normal.add(beyond / UNIT_BALANCE_M, &row);
        }
    }
    // Free angles stay near what is written and within their ranges.
    let first_free = 3 + unknowns.root_axes.len();
    for (i, k) in unknowns.free.iter().enumerate() {
        let q = posture.state.q_rad[*k];
        row.fill(0.0);
        row[first_free + i] = 1.0 / UNIT_ANGLE_RAD;
        normal.add((q - authored.state.q_rad[*k]) / UNIT_ANGLE_RAD, &row);
        let (low, high) = body.coordinates[*k].range_rad;
        let beyond = (q - high).max(0.0) + (q - low).min(0.0);
        if beyond.abs() > 0.0 {
            row.fill(0.0);
            row[first_free + i] = 1.0 / UNIT_RANGE_RAD;
            normal.add(beyond / UNIT_RANGE_RAD, &row);
        }
    }
    // Free rotations of the pelvis stay near what is written.
    let turned = (posture.state.root * authored.state.root.inverse()).to_scaled_axis();
    for (i, axis) in unknowns.root_axes.iter().enumerate() {
        row.fill(0.0);
        row[3 + i] = 1.0 / UNIT_ANGLE_RAD;
        normal.add(axis.dot(turned) / UNIT_ANGLE_RAD, &row);
    }
    // The feet's middle (or the pelvis, where no foot rests) stays at the origin; in a motion, where it is.
    let anchor = anchor(body, posture, pose);
    let place = if planted.is_some() {
        let mut before = Pose::new(body);
        before.update(body, &authored.state);
        mean(&self::anchor(body, authored, &before))
    } else {
        DVec3::ZERO
    };
    let off = mean(&anchor) - place;
    let unit_m = if planted.is_some() { UNIT_PLACE_MOVING_M } else { UNIT_PLACE_M };
    for (axis, unit) in [(DVec3::X, unit_m), (DVec3::Z, unit_m), (DVec3::Y, 200.0)] {
        row.fill(0.0);
        for (segment, at) in &anchor {
            point_row(context, (*segment, *at), axis, 1.0 / (anchor.len() as f64 * unit), &mut row);
        }
        normal.add(axis.dot(off) / unit, &row);
    }
    // Surfaces that fit need a hold where no contact declares them.
    for (i, support) in unknowns.fits.iter().enumerate() {
        row.fill(0.0);
        row[first_free + unknowns.free.len() + i] = 1e-4;
        normal.add(
            1e-4 * (posture.supports[*support].offset_m - authored.supports[*support].offset_m),
            &row,
        );
    }
    normal
}

/// How much a limit counts that is passed by `beyond`, and its slope: little at first, fully beyond `width`.
fn eased(beyond: f64, width: f64) -> (f64, f64) {
    let sum = beyond + width;
    (beyond * beyond / sum, beyond * (beyond + 2.0 * width) / (sum * sum))
}

/// Points whose middle stays over the origin: the ankles.
fn anchor(body: &Body, posture: &Posture, pose: &Pose) -> Vec<(usize, DVec3)> {
    let stands_on_feet = posture
        .touches
        .iter()
        .any(|touch| body.segments[body.contacts[touch.point].segment].id.starts_with("foot"));
    if stands_on_feet {
        ["foot_r", "foot_l"]
            .iter()
            .filter_map(|id| body.segment(id))
            .map(|segment| (segment, pose.origins_m[segment]))
            .collect()
    } else {
        vec![(0, pose.origins_m[0])]
    }
}

fn mean(places: &[(usize, DVec3)]) -> DVec3 {
    places.iter().map(|(_, at)| *at).sum::<DVec3>() / places.len().max(1) as f64
}

/// Points over (or under) whose middle the centre of mass shall be: the ankles of feet that rest, otherwise all contacts.
fn bases(body: &Body, posture: &Posture, pose: &Pose) -> Vec<(usize, DVec3)> {
    let contacts = || posture.touches.iter().map(|touch| &body.contacts[touch.point]);
    let feet: Vec<(usize, DVec3)> = ["foot_r", "foot_l"]
        .iter()
        .filter_map(|id| body.segment(id))
        .filter(|foot| contacts().any(|contact| contact.segment == *foot))
        .map(|foot| (foot, pose.origins_m[foot]))
        .collect();
    if feet.is_empty() {
        contacts()
            .map(|contact| (contact.segment, pose.world_point(contact.segment, contact.at_m)))
            .collect()
    } else {
        feet
    }
}

/// How far a point lies outside the area between some places, seen from above, with a margin, and which way that is; none inside.
fn beyond_hull(places: &[DVec3], point: DVec3) -> Option<(DVec3, f64)> {
    const MARGIN_M: f64 = 0.01;
    let hull = hull(places);
    let middle = hull.iter().sum::<DVec3>() / hull.len().max(1) as f64;
    let mut worst: Option<(DVec3, f64)> = None;
    for (i, a) in hull.iter().enumerate() {
        let along = hull[(i + 1) % hull.len()] - *a;
        let across = DVec3::new(along.z, 0.0, -along.x);
        if across.length() < 1e-6 {
            continue;
        }
        let across = across.normalize();
        let outwards = if across.dot(middle - *a) > 0.0 { -across } else { across };
        let beyond = outwards.dot(point - *a) + MARGIN_M;
        if beyond > 0.0 && worst.is_none_or(|(_, known)| beyond > known) {
            worst = Some((outwards, beyond));
        }
    }
    worst
}

/// Corners of the convex hull of places seen from above, in order (Andrew's monotone chain).
pub(crate) fn hull(places: &[DVec3]) -> Vec<DVec3> {
    let mut sorted: Vec<DVec3> = places.iter().map(|p| DVec3::new(p.x, 0.0, p.z)).collect();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.z.total_cmp(&b.z)));
    let turn = |a: DVec3, b: DVec3, c: DVec3| (b.x - a.x) * (c.z - a.z) - (b.z - a.z) * (c.x - a.x);
    let chain = |points: &mut dyn Iterator<Item = DVec3>| {
        let mut kept: Vec<DVec3> = Vec::new();
        for point in points {
            while kept.len() >= 2 && turn(kept[kept.len() - 2], kept[kept.len() - 1], point) <= 0.0 {
                kept.pop();
            }
            kept.push(point);
        }
        kept.pop();
        kept
    };
    let mut corners = chain(&mut sorted.iter().copied());
    corners.extend(chain(&mut sorted.iter().rev().copied()));
    corners
}

fn is_declared(posture: &Posture, point: usize, support: usize) -> bool {
    posture
        .touches
        .iter()
        .any(|touch| touch.point == point && touch.against == Against::Support(support))
}

/// Whether a point can be inside this support at all: the floor is endless, other surfaces only have their declared contacts.
pub(crate) fn bounds(support: &Support) -> bool {
    matches!(support.kind, SupportKind::Floor | SupportKind::Mattress | SupportKind::Wall)
}

fn check(body: &Body, posture: &Posture, mut settled: Settled) -> Result<Settled, SettleError> {
    if !posture.state.is_finite() {
        return Err(SettleError::NotFinite);
    }
    let mut pose = Pose::new(body);
    pose.update(body, &posture.state);
    let world = |point: usize| pose.world_point(body.contacts[point].segment, body.contacts[point].at_m);
    let name = |point: usize| body.contacts[point].id.clone();
    for touch in &posture.touches {
        let at = world(touch.point);
        let (gap_m, support) = match touch.against {
            Against::Support(s) => {
                let support = &posture.supports[s];
                (
                    (support.normal.dot(at) - support.offset_m).abs() - support.give_m,
                    support.id.clone(),
                )
            }
            Against::Body(other) => ((at - world(other)).length() - REACH_MAX_M, name(other)),
        };
        settled.gap_m = settled.gap_m.max(gap_m);
        if gap_m > GAP_MAX_M {
            return Err(SettleError::Gap {
                point: name(touch.point),
                support,
                gap_mm: gap_m * 1e3,
            });
        }
    }
    for (point, contact) in body.contacts.iter().enumerate() {
        let at = pose.world_point(contact.segment, contact.at_m);
        for support in posture.supports.iter().filter(|support| !contact.yields && bounds(support)) {
            let depth_m = support.offset_m - support.normal.dot(at) - support.give_m;
            settled.depth_m = settled.depth_m.max(depth_m);
            if depth_m > DEPTH_MAX_M {
                return Err(SettleError::Depth {
                    point: name(point),
                    support: support.id.clone(),
                    depth_mm: depth_m * 1e3,
                });
            }
        }
    }
    for reach in &posture.reaches {
        let gap_m = ((world(reach.point) - reach.at_m) * reach.mask).length();
        // What a thick body keeps away is as near as it can be.
        let is_kept_away = posture
            .things
            .iter()
            .any(|thing| thing.fists.contains(&reach.point) && !skin::near_thing(body, &pose, thing, TOUCH_M).is_empty());
        if gap_m > if is_kept_away { KEPT_AWAY_MAX_M } else { REACH_MAX_M } {
            return Err(SettleError::Reach {
                point: name(reach.point),
                gap_mm: gap_m * 1e3,
            });
        }
    }
    Ok(settled)
}

/// Slides of planted contacts, m, largest first.
pub(crate) fn slide(body: &Body, posture: &Posture, planted: &Planted) -> Option<(usize, f64)> {
    let mut pose = Pose::new(body);
    pose.update(body, &posture.state);
    let slides = posture.touches.iter().zip(planted).filter_map(|(touch, planted)| {
        let contact = &body.contacts[touch.point];
        Some((
            touch.point,
            (pose.world_point(contact.segment, contact.at_m) - (*planted)?).length(),
        ))
    });
    slides.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// World places of all contacts of a posture, m.
pub(crate) fn places(body: &Body, posture: &Posture, state: &State) -> Vec<DVec3> {
    let mut pose = Pose::new(body);
    pose.update(body, state);
    posture
        .touches
        .iter()
        .map(|touch| pose.world_point(body.contacts[touch.point].segment, body.contacts[touch.point].at_m))
        .collect()
}
