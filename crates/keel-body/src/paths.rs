//! Paths of the muscles: lengths, pieces, and the moment that one newton of tension makes about every joint.
//!
//! A path is a row of straight pieces between points, broken by exact cylinders. A joint between the segments of a piece's ends is crossed
//! by that piece, and the tension's moment about it is (p − o) × u. A point that moves with several segments divides the force by its
//! shares, which is what virtual work asks for. Each (piece end, joint) pair is a [`Term`], laid down once for a body; what changes from
//! instant to instant is only the pulls: force u and moment p × u, which serve all joints that a piece crosses.

use std::collections::BTreeMap;

use glam::DVec3;

use crate::{
    body::{Body, Cylinder, Node},
    kinematics::Pose,
};

/// One crossing of a joint by a fascicle: which point of which piece pulls the segment that hangs from the joint, and which way.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Segment whose joint is crossed.
    pub segment: usize,
    /// Fascicle.
    pub fascicle: usize,
    /// Row of [`Paths::pulls`].
    pull: usize,
}

/// What a tension does at one end of a piece, or at one part of it.
#[derive(Debug, Clone, Copy)]
struct Pull {
    part: usize,
    piece: usize,
    /// Share of the force, with the sign of the piece's direction: at its start the pull is along the piece, at its end against it.
    signed_share: f64,
}

/// A part of a path point whose place is wanted: fixed to a segment, or one of the two tangent points of a cylinder.
#[derive(Debug, Clone, Copy)]
enum PartOf {
    Fixed { segment: usize, at_m: DVec3 },
    Tangent,
}

/// Lengths and moment arms; a workspace that is filled again and again.
#[derive(Debug, Clone)]
pub struct Paths {
    parts: Vec<PartOf>,
    /// World place of each part, m.
    part_m: Vec<DVec3>,
    /// Stops, each once for all paths that pass it: which parts make it (first, count) with their shares.
    stops: Vec<Stop>,
    shares: Vec<f64>,
    stop_m: Vec<DVec3>,
    wraps: Vec<WrapAt>,
    /// Pieces, each once for all paths that share it: start stop, end stop, unit direction, length.
    pieces: Vec<(usize, usize)>,
    direction: Vec<DVec3>,
    piece_length_m: Vec<f64>,
    /// Pieces of all paths in order, and which of them are of which fascicle.
    path_pieces: Vec<usize>,
    fascicle_pieces: Vec<std::ops::Range<usize>>,
    /// Arc on a cylinder between the pieces, m, by fascicle.
    arc_m: Vec<f64>,
    length_m: Vec<f64>,
    pulls: Vec<Pull>,
    /// Force (N per N) and moment about the pelvis' origin (m) of each pull, world.
    wrench: Vec<(DVec3, DVec3)>,
    terms: Vec<Term>,
    /// Terms of each segment's joint, as ranges of `terms`, which are sorted by segment.
    joint_terms: Vec<std::ops::Range<usize>>,
}

#[derive(Debug, Clone, Copy)]
struct Stop {
    first_part: usize,
    n_parts: usize,
}

/// A cylinder in a path: its two tangent stops follow `before` and precede `after`.
#[derive(Debug, Clone, Copy)]
struct WrapAt {
    cylinder: usize,
    fascicle: usize,
    before: usize,
    after: usize,
    meets: usize,
}

impl Paths {
    /// Lays down stops, pieces and terms of this body.
    pub fn new(body: &Body) -> Self {
        Self::of(body, |_| true)
    }

    /// Lays down the paths of some fascicles only; the others have no length (it is not a number), no piece and no term.
    pub fn of(body: &Body, is_wanted: impl Fn(usize) -> bool) -> Self {
        let mut paths = Self {
            parts: Vec::new(),
            part_m: Vec::new(),
            stops: Vec::new(),
            shares: Vec::new(),
            stop_m: Vec::new(),
            wraps: Vec::new(),
            pieces: Vec::new(),
            direction: Vec::new(),
            piece_length_m: Vec::new(),
            path_pieces: Vec::new(),
            fascicle_pieces: Vec::new(),
            arc_m: vec![0.0; body.fascicles.len()],
            length_m: vec![f64::NAN; body.fascicles.len()],
            pulls: Vec::new(),
            wrench: Vec::new(),
            terms: Vec::new(),
            joint_terms: Vec::new(),
        };
        // Segments on which each part lies, in the order of `parts`.
        let mut segment_of_part = Vec::new();
        let mut stop_of_point = vec![None; body.points.len()];
        let mut piece_of_stops = BTreeMap::new();
        for (f, fascicle) in body.fascicles.iter().enumerate() {
            let first_piece = paths.path_pieces.len();
            let mut pieces = Vec::new();
            let mut previous: Option<usize> = None;
            for node in fascicle.path.iter().filter(|_| is_wanted(f)) {
                match node {
                    Node::Point(point) => {
                        let stop = *stop_of_point[*point].get_or_insert_with(|| {
                            let parts = &body.points[*point];
                            paths.stops.push(Stop {
                                first_part: paths.parts.len(),
                                n_parts: parts.len(),
                            });
                            for part in parts {
                                paths.parts.push(PartOf::Fixed {
                                    segment: part.segment,
                                    at_m: part.at_m,
                                });
                                paths.shares.push(part.share);
                                segment_of_part.push(part.segment);
                            }
                            paths.stops.len() - 1
                        });
                        if let Some(wrap) = paths.wraps.last_mut().filter(|wrap| wrap.fascicle == f && wrap.after == usize::MAX) {
                            wrap.after = stop;
                        }
                        if let Some(previous) = previous {
                            pieces.push((previous, stop));
                        }
                        previous = Some(stop);
                    }
                    Node::Wrap(cylinder) => {
                        let meets = paths.stops.len();
                        for _ in 0..2 {
                            paths.stops.push(Stop {
                                first_part: paths.parts.len(),
                                n_parts: 1,
                            });
                            paths.parts.push(PartOf::Tangent);
                            paths.shares.push(1.0);
                            segment_of_part.push(body.cylinders[*cylinder].segment);
                        }
                        let before = previous.unwrap_or(meets);
                        paths.wraps.push(WrapAt {
                            cylinder: *cylinder,
                            fascicle: f,
                            before,
                            after: usize::MAX,
                            meets,
                        });
                        pieces.push((before, meets));
                        previous = Some(meets + 1);
                    }
                }
            }
            for piece in pieces {
                let index = *piece_of_stops.entry(piece).or_insert_with(|| {
                    paths.pieces.push(piece);
                    paths.pieces.len() - 1
                });
                paths.path_pieces.push(index);
            }
            paths.fascicle_pieces.push(first_piece..paths.path_pieces.len());
        }
        paths.part_m = vec![DVec3::ZERO; paths.parts.len()];
        paths.stop_m = vec![DVec3::ZERO; paths.stops.len()];
        paths.direction = vec![DVec3::Y; paths.pieces.len()];
        paths.piece_length_m = vec![0.0; paths.pieces.len()];
        paths.lay_terms(body, &segment_of_part);
        paths
    }

    fn lay_terms(&mut self, body: &Body, segment_of_part: &[usize]) {
        let (mut terms, mut pulls): (Vec<Term>, Vec<Pull>) = (Vec::new(), Vec::new());
        let mut pull_of: BTreeMap<(usize, usize, bool), usize> = BTreeMap::new();
        for (f, pieces) in self.fascicle_pieces.iter().enumerate() {
            for piece in self.path_pieces[pieces.clone()].iter().copied() {
                let (start, end) = self.pieces[piece];
                let ends = [(start, 1.0), (end, -1.0)];
                let parts = |stop: usize| {
                    let stop = self.stops[stop];
                    stop.first_part..stop.first_part + stop.n_parts
                };
                for segment in 1..body.segments.len() {
                    let hanging: Vec<(usize, f64)> = ends
                        .iter()
                        .flat_map(|(stop, sign)| parts(*stop).map(move |part| (part, *sign)))
                        .filter(|(part, _)| body.hangs_from(segment_of_part[*part], segment))
                        .collect();
                    // Both ends wholly on the far side: their pulls cancel.
                    let net: f64 = hanging.iter().map(|(part, sign)| sign * self.shares[*part]).sum();
                    let all: f64 = hanging.iter().map(|(part, _)| self.shares[*part]).sum();
                    if hanging.is_empty() || (net.abs() < 1e-12 && (all - 2.0).abs() < 1e-12) {
                        continue;
                    }
                    for (part, sign) in hanging {
                        let pull = Pull {
                            part,
                            piece,
                            signed_share: sign * self.shares[part],
                        };
                        let pull = *pull_of.entry((piece, part, sign > 0.0)).or_insert_with(|| {
                            pulls.push(pull);
                            pulls.len() - 1
                        });
                        terms.push(Term {
                            segment,
                            fascicle: f,
                            pull,
                        });
                    }
                }
            }
        }
        terms.sort_by_key(|term| (term.segment, term.fascicle, term.pull));
        self.joint_terms = (0..body.segments.len())
            .map(|segment| {
                let first = terms.partition_point(|term| term.segment < segment);
                first..terms.partition_point(|term| term.segment <= segment)
            })
            .collect();
        self.terms = terms;
        self.wrench = vec![(DVec3::ZERO, DVec3::ZERO); pulls.len()];
        self.pulls = pulls;
    }

    /// Places, directions and lengths of this instant.
    pub fn update(&mut self, body: &Body, pose: &Pose) {
        for (part, place) in self.parts.iter().zip(&mut self.part_m) {
            if let PartOf::Fixed { segment, at_m } = part {
                *place = pose.world_point(*segment, *at_m);
            }
        }
        for (stop, place) in self.stops.iter().zip(&mut self.stop_m) {
            let parts = stop.first_part..stop.first_part + stop.n_parts;
            *place = if stop.n_parts == 1 {
                self.part_m[stop.first_part]
            } else {
                parts.map(|part| self.shares[part] * self.part_m[part]).sum()
            };
        }
        self.arc_m.fill(0.0);
        for wrap in &self.wraps {
            let (meets, leaves, arc_m) = tangents(
                &body.cylinders[wrap.cylinder],
                pose,
                self.stop_m[wrap.before],
                self.stop_m[wrap.after],
            );
            for (stop, place) in [(wrap.meets, meets), (wrap.meets + 1, leaves)] {
                self.stop_m[stop] = place;
                self.part_m[self.stops[stop].first_part] = place;
            }
            self.arc_m[wrap.fascicle] += arc_m;
        }
        for (piece, (start, end)) in self.pieces.iter().enumerate() {
            let along = self.stop_m[*end] - self.stop_m[*start];
            let length = along.length();
            self.piece_length_m[piece] = length;
            self.direction[piece] = if length > 1e-9 { along / length } else { DVec3::ZERO };
        }
        for (f, pieces) in self.fascicle_pieces.iter().enumerate() {
            if !pieces.is_empty() {
                self.length_m[f] = self.arc_m[f]
                    + self.path_pieces[pieces.clone()]
                        .iter()
                        .map(|piece| self.piece_length_m[*piece])
                        .sum::<f64>();
            }
        }
        // Force u and moment (p − root) × u of every pull.
        let root = pose.origins_m[0];
        for (pull, wrench) in self.pulls.iter().zip(&mut self.wrench) {
            let force = self.direction[pull.piece] * pull.signed_share;
            *wrench = (force, (self.part_m[pull.part] - root).cross(force));
        }
    }

    /// Length of every path, m, ordered as [`Body::fascicles`]; not a number where the path is not laid down.
    pub fn lengths_m(&self) -> &[f64] {
        &self.length_m
    }

    /// Lengths of the straight pieces of one path, m.
    pub fn pieces_m(&self, fascicle: usize) -> impl Iterator<Item = f64> + '_ {
        let pieces = &self.path_pieces[self.fascicle_pieces[fascicle].clone()];
        pieces.iter().map(|piece| self.piece_length_m[*piece])
    }

    /// World places of the stops of one path, origin first, m.
    pub fn stops_m(&self, fascicle: usize) -> impl Iterator<Item = DVec3> + '_ {
        // A piece begins where the one before ended, or across a cylinder from there.
        let mut last = None;
        let pieces = self.path_pieces[self.fascicle_pieces[fascicle].clone()].iter();
        let ends = pieces.flat_map(|piece| [self.pieces[*piece].0, self.pieces[*piece].1]);
        ends.filter(move |stop| last.replace(*stop) != Some(*stop))
            .map(|stop| self.stop_m[stop])
    }

    /// Crossings of the joint of `segment`, sorted by fascicle.
    pub fn crossings(&self, segment: usize) -> &[Term] {
        &self.terms[self.joint_terms[segment].clone()]
    }

    /// Pull of one newton of tension on what hangs from the joint: force (world, N per N) and moment about the pelvis' origin (world, m).
    #[inline]
    pub fn pull(&self, term: &Term) -> (DVec3, DVec3) {
        self.wrench[term.pull]
    }

    /// Moment arms of every fascicle about every coordinate: the generalised force of one newton of tension, m.
    /// `out` is (n_coordinates × n_fascicles), row by row; it is overwritten.
    pub fn moment_arms(&self, body: &Body, pose: &Pose, out: &mut [f64]) {
        out.fill(0.0);
        let n = body.fascicles.len();
        for segment in 1..body.segments.len() {
            let origin = pose.origins_m[segment] - pose.origins_m[0];
            let coordinates = body.segments[segment].coordinates.clone();
            for term in self.crossings(segment) {
                let (force, moment) = self.pull(term);
                let moment = moment - origin.cross(force);
                for k in coordinates.clone() {
                    out[k * n + term.fascicle] += pose.axes[k].dot(moment);
                }
            }
        }
    }
}

/// Where the path from `from` to `to` meets and leaves a cylinder, and the length of the arc between, m.
///
/// In the plane across the axis the path is straight where it clears the circle on its side; otherwise it is two tangents and an arc. Along
/// the axis it advances evenly (a helix). Both tangent points belong to the cylinder's segment; where the path is straight they coincide in its
/// middle, so that no piece is without direction.
fn tangents(cylinder: &Cylinder, pose: &Pose, from: DVec3, to: DVec3) -> (DVec3, DVec3, f64) {
    let rotation = pose.rotations[cylinder.segment];
    let centre = pose.world_point(cylinder.segment, cylinder.centre_m);
    // Frame of the cylinder: e1 towards the side of the path, e3 along the axis.
    let e1 = rotation * cylinder.side;
    let e3 = rotation * cylinder.axis;
    let e2 = e3.cross(e1);
    let plane = |p: DVec3| ((p - centre).dot(e1), (p - centre).dot(e2), (p - centre).dot(e3));
    let (a, b) = (plane(from), plane(to));
    let r = cylinder.radius_m;

    let straight = |share: f64| from + share * (to - from);
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along_squared = dx * dx + dy * dy;
    if along_squared < 1e-18 {
        return (from, from, 0.0);
    }
    // Nearest approach of the straight line to the axis.
    let share = (-(a.0 * dx + a.1 * dy) / along_squared).clamp(0.0, 1.0);
    let near = (a.0 + share * dx, a.1 + share * dy);
    let distance = near.0.hypot(near.1);
    let is_on_side = near.0 >= 0.0;
    if (distance >= r && is_on_side) || a.0.hypot(a.1) <= r || b.0.hypot(b.1) <= r {
        // Clear of the cylinder, or an end inside it, where no tangent exists: straight.
        let at = straight(0.5);
        return (at, at, 0.0);
    }
    // Passing far on the wrong side behind the ends: both ends on the wrong side beyond reach of the arc are wrapped too.
    let tangent = |p: (f64, f64, f64), sign: f64| {
        let d = p.0.hypot(p.1);
        // Angle of the tangent point: φ ± acos(r / d)
        let angle = p.1.atan2(p.0) + sign * (r / d).acos();
        (angle, (d * d - r * r).sqrt())
    };
    // Of the two ways round, the one whose arc passes the side e1 (angle 0).
    let turn = |sign: f64| {
        let (start, length_a) = tangent(a, sign);
        let (end, length_b) = tangent(b, -sign);
        // Going from start to end in the direction of `sign`.
        let mut arc = (end - start) * sign;
        arc = arc.rem_euclid(std::f64::consts::TAU);
        let middle = start + sign * arc / 2.0;
        (arc, start, end, length_a, length_b, middle.cos())
    };
    // Of the two ways round, the one that passes the side; a way of more than three quarters of the circle is none.
    let ways = [turn(1.0), turn(-1.0)]
        .into_iter()
        .filter(|way| way.0 <= 1.5 * std::f64::consts::PI);
    let Some((arc, start, end, length_a, length_b, _)) = ways.max_by(|a, b| a.5.total_cmp(&b.5)) else {
        let at = straight(0.5);
        return (at, at, 0.0);
    };
    let total = length_a + arc * r + length_b;
    // The helix advances evenly over tangents and arc.
    let height = |done: f64| a.2 + (b.2 - a.2) * done / total;
    let place = |angle: f64, z: f64| centre + e1 * (r * angle.cos()) + e2 * (r * angle.sin()) + e3 * z;
    let (z_start, z_end) = (height(length_a), height(length_a + arc * r));
    (place(start, z_start), place(end, z_end), (arc * r).hypot(z_end - z_start))
}
