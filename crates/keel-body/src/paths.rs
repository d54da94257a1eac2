//! Paths of the muscles: lengths, pieces, and the moment that one newton of tension makes about every joint.
//!
//! A path is a row of straight pieces between points, broken by exact cylinders. A joint between the segments of a piece's ends is crossed
//! by that piece, and the tension's moment about it is (p − o) × u. A point that moves with several segments divides the force by its
//! shares, which is what virtual work asks for. What a piece does to all joints that it crosses alike is one pull: force and moment of one
//! newton. Which fascicle crosses which joint by which pull is laid down once for a body, as [`Term`]s; what changes from instant to instant
//! is only the pulls.
//!
//! Places and pulls are kept in fours, coordinate by coordinate, and worked on four at a time. Pulls that cross the same
//! joints stand together in a bundle: what many tensions do to a joint is then one sum a bundle, not one product a term.

#![allow(clippy::needless_range_loop, reason = "lanes and coordinates that stay in registers are counted")]

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use glam::{DVec2, DVec3};

use crate::{
    body::{Body, Cylinder, Node},
    kinematics::Pose,
    lanes::{Four, Lanes, Portable, ZERO, array, four, load, store},
};

/// How many places or pulls stand side by side.
const N_LANES: usize = 4;
/// Numbers of four places.
const N_OF_PLACES: usize = 3 * N_LANES;
/// Length below which a piece has no direction, m.
const LENGTH_MIN_M: f64 = 1e-9;
/// How far the shares of a point may be from 1 in sum.
const SHARE_ROUNDING: f64 = 1e-12;

/// Force (N) and moment about the pelvis' origin (N·m) of four pulls, world: x, y, z of the four forces, then of the four moments.
pub type Wrenches = [[f64; N_LANES]; 6];

/// One crossing of a joint by a fascicle: which pull acts on the segment that hangs from the joint, and in which sense.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Segment whose joint is crossed.
    pub segment: usize,
    /// Fascicle.
    pub fascicle: usize,
    /// Which four of [`Paths::wrenches`], and which of the four.
    pub place: (usize, usize),
    /// 1, or −1 where the pull as it stands acts on the other side of the joint.
    pub sign: f64,
}

/// Four pulls: along their pieces from start to end.
#[derive(Debug, Clone, Copy, Default)]
struct Pulls {
    /// Places.
    start: [u32; N_LANES],
    end: [u32; N_LANES],
    /// Which of [`Paths::levers`], if the forces do not act at the start.
    levers: Option<u32>,
}

/// Where four forces act: sums of the places that hang by their signed shares, and sums of the shares.
#[derive(Debug, Clone, Copy)]
struct Levers {
    place: [u32; N_LANES],
    share: [f64; N_LANES],
}

/// Pulls that cross the same joints.
#[derive(Debug, Clone)]
struct Bundle {
    fours: Range<usize>,
    /// Segments whose joints are crossed, with the sign of the terms.
    crosses: Vec<(usize, f64)>,
}

/// A cylinder in a path, and four places: the stop before, where the path meets and leaves it, the stop after.
#[derive(Debug, Clone, Copy)]
struct Wrap {
    cylinder: usize,
    fascicle: usize,
    places: [usize; 4],
}

/// Lengths and moment arms; a workspace that is filled again and again.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Origin of the pelvis, from which places are measured, m.
    root_m: DVec3,
    /// Places, m, in fours: four x, four y, four z. A place is told by where its x stands. First those fixed to a segment, which
    /// `local_m` has in the segment's frame; then points that move with several segments, tangent points, levers.
    place_m: Vec<f64>,
    local_m: Vec<f64>,
    n_places: usize,
    /// Fours of places fixed to each segment.
    fixed: Vec<Range<usize>>,
    /// Places that are sums of others, and which of `shares` they are made of; first `n_shared` points, then levers.
    mixed: Vec<(usize, Range<usize>)>,
    n_shared: usize,
    shares: Vec<(usize, f64)>,
    wraps: Vec<Wrap>,
    /// Stops of all paths in order, and which of them are of which fascicle.
    stops: Vec<usize>,
    fascicle_stops: Vec<Range<usize>>,
    pulls: Vec<Pulls>,
    levers: Vec<Levers>,
    bundles: Vec<Bundle>,
    wrenches: Vec<Wrenches>,
    /// Length of the piece of each pull, m.
    piece_m: Vec<f64>,
    /// Pulls whose pieces make up each path; pieces within one segment are summed up once, and arcs on cylinders are apart.
    pieces: Vec<usize>,
    fascicle_pieces: Vec<Range<usize>>,
    rigid_m: Vec<f64>,
    arc_m: Vec<f64>,
    length_m: Vec<f64>,
    /// Tensions of all fascicles, then of the pulls that several fascicles share, then 0; and which of them is that of each pull.
    tension_n: Vec<f64>,
    tension_of: Vec<[u32; N_LANES]>,
    /// Fascicles that share a pull, one pull after the other, and which of them are of which pull.
    sharing: Vec<usize>,
    pull_sharing: Vec<Range<usize>>,
    terms: Vec<Term>,
    /// Terms of each segment's joint, as ranges of `terms`, which are sorted by segment.
    joint_terms: Vec<Range<usize>>,
}

/// The place whose x stands at `at`.
#[inline(always)]
fn read(places: &[f64], at: usize) -> [f64; 3] {
    let place = &places[at..at + 2 * N_LANES + 1];
    [place[0], place[N_LANES], place[2 * N_LANES]]
}

/// Four places, by coordinate.
#[inline(always)]
fn gather(places: &[f64], at: &[u32; N_LANES]) -> [Four; 3] {
    let [a, b, c, d] = [
        read(places, at[0] as usize),
        read(places, at[1] as usize),
        read(places, at[2] as usize),
        read(places, at[3] as usize),
    ];
    [
        Four(a[0], b[0], c[0], d[0]),
        Four(a[1], b[1], c[1], d[1]),
        Four(a[2], b[2], c[2], d[2]),
    ]
}

#[inline(always)]
fn write(places: &mut [f64], at: usize, place: [f64; 3]) {
    let to = &mut places[at..at + 2 * N_LANES + 1];
    (to[0], to[N_LANES], to[2 * N_LANES]) = (place[0], place[1], place[2]);
}

/// A stop of a path while it is laid down.
struct Stop {
    place: usize,
    /// Place, segment and share of each part.
    parts: Vec<(usize, usize, f64)>,
    /// Whether it keeps its place in its segment, and whether the path goes on from it along an arc.
    is_fixed: bool,
    begins_arc: bool,
}

/// A pull while it is laid down.
struct Draft {
    piece: (usize, usize),
    start: usize,
    end: usize,
    /// Where the lever is not one end alone.
    lever: Option<Lever>,
}

/// Places that hang and their signed shares.
type Lever = Vec<(usize, f64)>;

/// Segments whose joints a pull crosses, each with its sign.
type Crosses = Vec<(usize, i8)>;

impl Paths {
    /// Lays down places, pulls and terms of this body.
    pub fn new(body: &Body) -> Self {
        Self::of(body, |_| true)
    }

    /// Lays down the paths of some fascicles only; the others have no length (it is not a number), no piece and no term.
    pub fn of(body: &Body, is_wanted: impl Fn(usize) -> bool) -> Self {
        let n = body.fascicles.len();
        let mut paths = Self {
            root_m: DVec3::ZERO,
            n_places: 0,
            place_m: Vec::new(),
            local_m: Vec::new(),
            fixed: Vec::new(),
            mixed: Vec::new(),
            n_shared: 0,
            shares: Vec::new(),
            wraps: Vec::new(),
            stops: Vec::new(),
            fascicle_stops: Vec::new(),
            pulls: Vec::new(),
            levers: Vec::new(),
            bundles: Vec::new(),
            wrenches: Vec::new(),
            piece_m: Vec::new(),
            pieces: Vec::new(),
            fascicle_pieces: Vec::new(),
            rigid_m: vec![0.0; n],
            arc_m: vec![0.0; n],
            length_m: vec![f64::NAN; n],
            tension_n: Vec::new(),
            tension_of: Vec::new(),
            sharing: Vec::new(),
            pull_sharing: Vec::new(),
            terms: Vec::new(),
            joint_terms: Vec::new(),
        };
        let (stops, stops_of) = paths.lay_stops(body, is_wanted);
        paths.lay_pulls(body, &stops, &stops_of);
        paths.place_m = vec![0.0; paths.n_places.div_ceil(N_LANES) * N_OF_PLACES];
        paths
    }

    fn add_place(&mut self) -> usize {
        self.n_places += 1;
        (self.n_places - 1) / N_LANES * N_OF_PLACES + (self.n_places - 1) % N_LANES
    }

    /// A place that is a sum of others by shares.
    fn add_mixed(&mut self, shares: impl IntoIterator<Item = (usize, f64)>) -> usize {
        let (place, first) = (self.add_place(), self.shares.len());
        self.shares.extend(shares);
        self.mixed.push((place, first..self.shares.len()));
        place
    }

    /// Stops, each once for all paths that pass it, and those of each fascicle.
    fn lay_stops(&mut self, body: &Body, is_wanted: impl Fn(usize) -> bool) -> (Vec<Stop>, Vec<Vec<usize>>) {
        let path_of = |f: usize| if is_wanted(f) { &body.fascicles[f].path[..] } else { &[] };
        let mut points = BTreeSet::new();
        for node in (0..body.fascicles.len()).flat_map(path_of) {
            if let Node::Point(point) = node {
                points.insert(*point);
            }
        }
        // Places fixed to a segment, each segment's in whole fours.
        let mut place_of_part = BTreeMap::new();
        for segment in 0..body.segments.len() {
            let first = self.n_places / N_LANES;
            for point in &points {
                for (nth, part) in body.points[*point].iter().enumerate().filter(|(_, part)| part.segment == segment) {
                    let place = self.add_place();
                    self.local_m.resize(self.n_places.div_ceil(N_LANES) * N_OF_PLACES, 0.0);
                    write(&mut self.local_m, place, part.at_m.to_array());
                    place_of_part.insert((*point, nth), place);
                }
            }
            self.n_places = self.n_places.next_multiple_of(N_LANES);
            self.fixed.push(first..self.n_places / N_LANES);
        }
        // Points.
        let (mut stops, mut stop_of_point) = (Vec::new(), BTreeMap::new());
        for point in points {
            let parts = body.points[point].iter().enumerate();
            let parts: Vec<_> = parts
                .map(|(nth, part)| (place_of_part[&(point, nth)], part.segment, part.share))
                .collect();
            let place = match parts[..] {
                [(place, ..)] => place,
                _ => self.add_mixed(parts.iter().map(|(place, _, share)| (*place, *share))),
            };
            stop_of_point.insert(point, stops.len());
            stops.push(Stop {
                place,
                is_fixed: parts.len() == 1,
                parts,
                begins_arc: false,
            });
        }
        self.n_shared = self.mixed.len();
        // Tangent points, which belong to one path.
        let stops_of: Vec<Vec<usize>> = (0..body.fascicles.len())
            .map(|f| {
                let mut path = Vec::new();
                for node in path_of(f) {
                    match node {
                        Node::Point(point) => path.push(stop_of_point[point]),
                        Node::Wrap(cylinder) => {
                            for begins_arc in [true, false] {
                                let place = self.add_place();
                                path.push(stops.len());
                                stops.push(Stop {
                                    place,
                                    parts: vec![(place, body.cylinders[*cylinder].segment, 1.0)],
                                    is_fixed: false,
                                    begins_arc,
                                });
                            }
                        }
                    }
                }
                let cylinders = path_of(f).iter().filter_map(|node| match node {
                    Node::Point(_) => None,
                    Node::Wrap(cylinder) => Some(*cylinder),
                });
                let arcs = path.windows(4).filter(|window| stops[window[1]].begins_arc);
                self.wraps.extend(cylinders.zip(arcs).map(|(cylinder, window)| Wrap {
                    cylinder,
                    fascicle: f,
                    places: [0, 1, 2, 3].map(|nth| stops[window[nth]].place),
                }));
                let first = self.stops.len();
                self.stops.extend(path.iter().map(|stop| stops[*stop].place));
                self.fascicle_stops.push(first..self.stops.len());
                path
            })
            .collect();
        (stops, stops_of)
    }

    /// Pulls, bundled by the joints that they cross; pieces and terms of each fascicle.
    fn lay_pulls(&mut self, body: &Body, stops: &[Stop], stops_of: &[Vec<usize>]) {
        let pieces_of = |f: usize| {
            let pairs = stops_of[f].windows(2).map(|pair| (pair[0], pair[1]));
            pairs.filter(|(start, _)| !stops[*start].begins_arc)
        };
        let is_rigid = |(start, end): (usize, usize)| {
            let (start, end) = (&stops[start], &stops[end]);
            start.is_fixed && end.is_fixed && start.parts[0].1 == end.parts[0].1
        };
        let pieces: BTreeSet<(usize, usize)> = (0..stops_of.len()).flat_map(pieces_of).filter(|piece| !is_rigid(*piece)).collect();
        let mut drafts: BTreeMap<Crosses, Vec<Draft>> = BTreeMap::new();
        for piece in pieces {
            for (crosses, lever) in pulls_of(body, &stops[piece.0], &stops[piece.1]) {
                drafts.entry(crosses).or_default().push(Draft {
                    piece,
                    start: stops[piece.0].place,
                    end: stops[piece.1].place,
                    lever,
                });
            }
        }
        // Pulls of each piece, and what they cross.
        let mut pulls_of_piece: BTreeMap<(usize, usize), Vec<(usize, Crosses)>> = BTreeMap::new();
        for (crosses, mut drafts) in drafts {
            // Levers that are the start itself first, so that few fours have others.
            drafts.sort_by_key(|draft| draft.lever.is_some());
            let first = self.pulls.len();
            for drafts in drafts.chunks(N_LANES) {
                let mut pulls = Pulls::default();
                let mut levers = Levers {
                    place: [0; N_LANES],
                    share: [1.0; N_LANES],
                };
                for (lane, draft) in drafts.iter().enumerate() {
                    let at = self.pulls.len() * N_LANES + lane;
                    pulls_of_piece.entry(draft.piece).or_default().push((at, crosses.clone()));
                    (pulls.start[lane], pulls.end[lane]) = (draft.start as u32, draft.end as u32);
                    levers.place[lane] = draft.start as u32;
                    if let Some(lever) = &draft.lever {
                        levers.place[lane] = self.add_mixed(lever.iter().copied()) as u32;
                        levers.share[lane] = lever.iter().map(|(_, share)| share).sum();
                    }
                }
                if drafts.iter().any(|draft| draft.lever.is_some()) {
                    pulls.levers = Some(self.levers.len() as u32);
                    self.levers.push(levers);
                }
                self.pulls.push(pulls);
            }
            self.bundles.push(Bundle {
                fours: first..self.pulls.len(),
                crosses: crosses.iter().map(|(segment, sign)| (*segment, f64::from(*sign))).collect(),
            });
        }
        self.wrenches = vec![[[0.0; N_LANES]; 6]; self.pulls.len()];
        self.piece_m = vec![0.0; N_LANES * self.pulls.len()];

        let mut fascicles_of = vec![Vec::new(); N_LANES * self.pulls.len()];
        for f in 0..stops_of.len() {
            let first_piece = self.pieces.len();
            for piece in pieces_of(f) {
                if is_rigid(piece) {
                    let local = |stop: usize| DVec3::from(read(&self.local_m, stops[stop].place));
                    self.rigid_m[f] += local(piece.0).distance(local(piece.1));
                    continue;
                }
                let pulls = &pulls_of_piece[&piece];
                self.pieces.push(pulls[0].0);
                for (pull, crosses) in pulls {
                    self.terms.extend(crosses.iter().map(|(segment, sign)| Term {
                        segment: *segment,
                        fascicle: f,
                        place: (pull / N_LANES, pull % N_LANES),
                        sign: f64::from(*sign),
                    }));
                    fascicles_of[*pull].push(f);
                }
            }
            self.fascicle_pieces.push(first_piece..self.pieces.len());
        }
        self.lay_tensions(stops_of.len(), &fascicles_of);
        self.terms.sort_by_key(|term| (term.segment, term.fascicle, term.place));
        self.joint_terms = (0..body.segments.len())
            .map(|segment| {
                let first = self.terms.partition_point(|term| term.segment < segment);
                first..self.terms.partition_point(|term| term.segment <= segment)
            })
            .collect();
    }

    /// Where the tension of each pull stands, from the fascicles that pull.
    fn lay_tensions(&mut self, n_fascicles: usize, fascicles_of: &[Vec<usize>]) {
        let mut tension_of = Vec::new();
        for fascicles in fascicles_of {
            tension_of.push(match fascicles[..] {
                [] => None,
                [one] => Some(one),
                _ => {
                    let first = self.sharing.len();
                    self.sharing.extend(fascicles);
                    self.pull_sharing.push(first..self.sharing.len());
                    Some(n_fascicles + self.pull_sharing.len() - 1)
                }
            });
        }
        let none = n_fascicles + self.pull_sharing.len();
        self.tension_n = vec![0.0; none + 1];
        let fours = tension_of.as_chunks::<N_LANES>().0;
        self.tension_of = fours.iter().map(|of| of.map(|of| of.unwrap_or(none) as u32)).collect();
    }

    /// Places, directions and lengths of this instant.
    pub fn update(&mut self, body: &Body, pose: &Pose) {
        self.update_in(Portable, body, pose);
    }

    /// As [`Paths::update`], in the registers of a machine.
    #[inline(always)]
    pub fn update_in<L: Lanes>(&mut self, l: L, body: &Body, pose: &Pose) {
        self.root_m = pose.origins_m[0];
        self.place_fixed(l, pose);
        self.mix(0..self.n_shared);
        self.arc_m.fill(0.0);
        for wrap in &self.wraps {
            let [before, meets, leaves, after] = wrap.places;
            let (before, after) = (read(&self.place_m, before).into(), read(&self.place_m, after).into());
            let tangents = tangents(&body.cylinders[wrap.cylinder], pose, before, after);
            write(&mut self.place_m, meets, tangents.0.to_array());
            write(&mut self.place_m, leaves, tangents.1.to_array());
            self.arc_m[wrap.fascicle] += tangents.2;
        }
        self.mix(self.n_shared..self.mixed.len());
        self.pull_all(l);
        for (f, pieces) in self.fascicle_pieces.iter().enumerate() {
            if !self.fascicle_stops[f].is_empty() {
                let mut length_m = self.rigid_m[f] + self.arc_m[f];
                for piece in &self.pieces[pieces.clone()] {
                    length_m += self.piece_m[*piece];
                }
                self.length_m[f] = length_m;
            }
        }
    }

    /// p = o + R r, from the pelvis' origin.
    #[inline(always)]
    fn place_fixed<L: Lanes>(&mut self, l: L, pose: &Pose) {
        let (places, locals) = (
            self.place_m.as_chunks_mut::<N_OF_PLACES>().0,
            self.local_m.as_chunks::<N_OF_PLACES>().0,
        );
        for (segment, fours) in self.fixed.iter().enumerate() {
            let (origin, rotation) = (pose.origins_m[segment] - self.root_m, pose.rotations[segment]);
            let origin = [l.splat(origin.x), l.splat(origin.y), l.splat(origin.z)];
            let (x, y, z) = (rotation.x_axis, rotation.y_axis, rotation.z_axis);
            let columns = [
                [l.splat(x.x), l.splat(x.y), l.splat(x.z)],
                [l.splat(y.x), l.splat(y.y), l.splat(y.z)],
                [l.splat(z.x), l.splat(z.y), l.splat(z.z)],
            ];
            for (place, local) in places[fours.clone()].iter_mut().zip(&locals[fours.clone()]) {
                for c in 0..3 {
                    let mut sum = origin[c];
                    for k in 0..3 {
                        sum = l.mul_add(columns[k][c], load(local, k * N_LANES), sum);
                    }
                    store(place, c * N_LANES, sum);
                }
            }
        }
    }

    #[inline(always)]
    fn mix(&mut self, which: Range<usize>) {
        for (place, of) in &self.mixed[which] {
            let mut sum = [0.0; 3];
            for (part, share) in &self.shares[of.clone()] {
                let part = read(&self.place_m, *part);
                for c in 0..3 {
                    sum[c] += share * part[c];
                }
            }
            write(&mut self.place_m, *place, sum);
        }
    }

    /// u = (end − start) / length; force s u and moment m × u of every pull, m its lever and s the sum of its shares.
    #[inline(always)]
    fn pull_all<L: Lanes>(&mut self, l: L) {
        let (one, shortest) = (l.splat(1.0), l.splat(LENGTH_MIN_M));
        let lengths_m = self.piece_m.as_chunks_mut::<N_LANES>().0;
        for ((pulls, wrenches), length_m) in self.pulls.iter().zip(&mut self.wrenches).zip(lengths_m) {
            let (start, end) = (gather(&self.place_m, &pulls.start), gather(&self.place_m, &pulls.end));
            let mut u = [ZERO; 3];
            let mut squared = ZERO;
            for c in 0..3 {
                u[c] = l.sub(end[c], start[c]);
                squared = l.mul_add(u[c], u[c], squared);
            }
            let length = l.sqrt(squared);
            *length_m = array(length);
            let inverse = l.where_at_most(length, shortest, ZERO, l.div(one, length));
            for c in 0..3 {
                u[c] = l.mul(u[c], inverse);
            }
            let (mut force, mut lever) = (u, start);
            if let Some(levers) = pulls.levers {
                let levers = &self.levers[levers as usize];
                let share = four(levers.share);
                force = [l.mul(share, u[0]), l.mul(share, u[1]), l.mul(share, u[2])];
                lever = gather(&self.place_m, &levers.place);
            }
            for c in 0..3 {
                let (next, last) = ((c + 1) % 3, (c + 2) % 3);
                let moment = l.sub(l.mul(lever[next], u[last]), l.mul(lever[last], u[next]));
                (wrenches[c], wrenches[3 + c]) = (array(force[c]), array(moment));
            }
        }
    }

    /// Length of every path, m, ordered as [`Body::fascicles`]; not a number where the path is not laid down.
    pub fn lengths_m(&self) -> &[f64] {
        &self.length_m
    }

    /// Lengths of the straight pieces of one path, m; of an arc its chord.
    pub fn pieces_m(&self, fascicle: usize) -> impl Iterator<Item = f64> + '_ {
        let places = &self.stops[self.fascicle_stops[fascicle].clone()];
        let place = |at: usize| DVec3::from(read(&self.place_m, at));
        places.windows(2).map(move |ends| place(ends[0]).distance(place(ends[1])))
    }

    /// World places of the stops of one path, origin first, m.
    pub fn stops_m(&self, fascicle: usize) -> impl Iterator<Item = DVec3> + '_ {
        let places = &self.stops[self.fascicle_stops[fascicle].clone()];
        places.iter().map(|at| self.root_m + DVec3::from(read(&self.place_m, *at)))
    }

    /// Crossings of the joint of `segment`, sorted by fascicle.
    pub fn crossings(&self, segment: usize) -> &[Term] {
        &self.terms[self.joint_terms[segment].clone()]
    }

    /// Pulls of one newton, in fours, as [`Term::place`] tells them.
    #[inline(always)]
    pub fn wrenches(&self) -> &[Wrenches] {
        &self.wrenches
    }

    /// Pull of one newton of tension on what hangs from the joint: force (world, N per N) and moment about the pelvis' origin (world, m).
    #[inline]
    pub fn pull(&self, term: &Term) -> (DVec3, DVec3) {
        let (four, lane) = term.place;
        let [x, y, z, mx, my, mz] = self.wrenches[four].map(|of_lanes| term.sign * of_lanes[lane]);
        (DVec3::new(x, y, z), DVec3::new(mx, my, mz))
    }

    /// What tensions (N, ordered as [`Body::fascicles`]) together do to that which hangs from each segment's joint: force (N, world) and
    /// moment about the pelvis' origin (N·m, world).
    #[inline(always)]
    pub fn across<L: Lanes>(&mut self, l: L, tension_n: &[f64], out: &mut [(DVec3, DVec3)]) {
        self.share_tensions(tension_n);
        out.fill((DVec3::ZERO, DVec3::ZERO));
        for bundle in &self.bundles {
            let [x, y, z, mx, my, mz] = self.sums(l, bundle);
            for (segment, sign) in &bundle.crosses {
                out[*segment].0 += *sign * DVec3::new(x, y, z);
                out[*segment].1 += *sign * DVec3::new(mx, my, mz);
            }
        }
    }

    /// The forces alone of [`Paths::across`].
    #[inline(always)]
    pub fn forces_across<L: Lanes>(&mut self, l: L, tension_n: &[f64], out: &mut [DVec3]) {
        self.share_tensions(tension_n);
        out.fill(DVec3::ZERO);
        for bundle in &self.bundles {
            let force = DVec3::from(self.sums(l, bundle));
            for (segment, sign) in &bundle.crosses {
                out[*segment] += *sign * force;
            }
        }
    }

    #[inline(always)]
    fn share_tensions(&mut self, tension_n: &[f64]) {
        let n = tension_n.len();
        self.tension_n[..n].copy_from_slice(tension_n);
        for (nth, fascicles) in self.pull_sharing.iter().enumerate() {
            let mut sum = 0.0;
            for f in &self.sharing[fascicles.clone()] {
                sum += tension_n[*f];
            }
            self.tension_n[n + nth] = sum;
        }
    }

    /// The first N figures of a bundle's wrenches times their tensions, summed.
    #[inline(always)]
    fn sums<L: Lanes, const N: usize>(&self, l: L, bundle: &Bundle) -> [f64; N] {
        let mut of_lanes = [ZERO; N];
        let fours = bundle.fours.clone();
        for (wrenches, of) in self.wrenches[fours.clone()].iter().zip(&self.tension_of[fours]) {
            let tension = |lane: usize| self.tension_n[of[lane] as usize];
            let tension_n = Four(tension(0), tension(1), tension(2), tension(3));
            for c in 0..N {
                of_lanes[c] = l.mul_add(four(wrenches[c]), tension_n, of_lanes[c]);
            }
        }
        let mut sums = [0.0; N];
        for c in 0..N {
            sums[c] = l.sum(of_lanes[c]);
        }
        sums
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

/// Pulls of the piece between two stops: which joints each crosses with which sign, and its lever where that is not the piece's start.
fn pulls_of(body: &Body, start: &Stop, end: &Stop) -> Vec<(Crosses, Option<Lever>)> {
    let is_simple = start.parts.len() == 1 && end.parts.len() == 1;
    let (mut plain, mut mixed) = (Crosses::new(), Vec::<(Lever, Crosses)>::new());
    for segment in 1..body.segments.len() {
        let hanging = |stop: &Stop, sign: f64| -> Lever {
            let parts = stop.parts.iter().filter(|(_, of, _)| body.hangs_from(*of, segment));
            parts.map(|(place, _, share)| (*place, sign * share)).collect()
        };
        let (of_start, of_end) = (hanging(start, 1.0), hanging(end, -1.0));
        let whole = |parts: &[(usize, f64)]| (parts.iter().map(|(_, share)| share.abs()).sum::<f64>() - 1.0).abs() < SHARE_ROUNDING;
        // Both ends wholly on the far side: their pulls cancel.
        if (of_start.is_empty() && of_end.is_empty()) || (whole(&of_start) && whole(&of_end)) {
            continue;
        }
        if is_simple {
            // At the end the pull is against the piece, along the same line.
            plain.push((segment, if of_end.is_empty() { 1 } else { -1 }));
        } else {
            let lever = [of_start, of_end].concat();
            match mixed.iter_mut().find(|(known, _)| *known == lever) {
                Some((_, crosses)) => crosses.push((segment, 1)),
                None => mixed.push((lever, vec![(segment, 1)])),
            }
        }
    }
    let mut pulls: Vec<_> = mixed.into_iter().map(|(lever, crosses)| (crosses, Some(lever))).collect();
    if pulls.is_empty() {
        pulls.push((plain, None));
    }
    pulls
}

/// Where the path from `from` to `to` meets and leaves a cylinder, and the length of the arc between, m; places from the pelvis' origin.
///
/// In the plane across the axis the path is straight where it clears the circle on its side; otherwise it is two tangents and an arc. Along
/// the axis it advances evenly (a helix). Both tangent points belong to the cylinder's segment; where the path is straight they coincide in its
/// middle, so that no piece is without direction.
fn tangents(cylinder: &Cylinder, pose: &Pose, from: DVec3, to: DVec3) -> (DVec3, DVec3, f64) {
    let rotation = pose.rotations[cylinder.segment];
    let centre = pose.origins_m[cylinder.segment] - pose.origins_m[0] + rotation * cylinder.centre_m;
    // Frame of the cylinder: e1 towards the side of the path, e3 along the axis.
    let e1 = rotation * cylinder.side;
    let e3 = rotation * cylinder.axis;
    let e2 = e3.cross(e1);
    let plane = |p: DVec3| (DVec2::new((p - centre).dot(e1), (p - centre).dot(e2)), (p - centre).dot(e3));
    let ((a, a_height), (b, b_height)) = (plane(from), plane(to));
    let r = cylinder.radius_m;

    let along = b - a;
    if along.length_squared() < 1e-18 {
        return (from, from, 0.0);
    }
    // Nearest approach of the straight line to the axis.
    let near = a + (-a.dot(along) / along.length_squared()).clamp(0.0, 1.0) * along;
    let is_clear = near.length_squared() >= r * r && near.x >= 0.0;
    let straight = from + 0.5 * (to - from);
    if is_clear || a.length_squared() <= r * r || b.length_squared() <= r * r {
        // Clear of the cylinder, or an end inside it, where no tangent exists: straight.
        return (straight, straight, 0.0);
    }
    let length = |p: DVec2| (p.length_squared() - r * r).sqrt();
    let (length_a, length_b) = (length(a), length(b));
    // Of the two ways round, the one that passes the side, by the middle of its arc; a way of more than three quarters of the circle is none.
    let (of_a, of_b) = (touching(a, r, length_a), touching(b, r, length_b));
    let ways = [Way::new(1.0, of_a[0], of_b[1]), Way::new(-1.0, of_a[1], of_b[0])];
    let way = match [ways[0].is_long(), ways[1].is_long()] {
        [true, true] => return (straight, straight, 0.0),
        [false, false] => ways[usize::from(ways[1].towards_side() > ways[0].towards_side())],
        [is_long, _] => ways[usize::from(is_long)],
    };
    let arc = r * way.angle();
    // The helix advances evenly over tangents and arc.
    let total = length_a + arc + length_b;
    let height = |done: f64| a_height + (b_height - a_height) * done / total;
    let place = |at: DVec2, z: f64| centre + e1 * (r * at.x) + e2 * (r * at.y) + e3 * z;
    let (z_start, z_end) = (height(length_a), height(length_a + arc));
    let arc_m = DVec2::new(arc, z_end - z_start).length();
    (place(way.start, z_start), place(way.end, z_end), arc_m)
}

/// Unit vectors to where the two lines through p touch the circle, p⊥'s side first: (r p ± √(p² − r²) p⊥) / p².
fn touching(p: DVec2, r: f64, length: f64) -> [DVec2; 2] {
    let p = p * (1.0 / p.length_squared());
    let (near, aside) = (r * p, length * p.perp());
    [near + aside, near - aside]
}

/// An arc of the unit circle from start to end, turning in the direction of `sign`.
#[derive(Debug, Clone, Copy)]
struct Way {
    sign: f64,
    start: DVec2,
    end: DVec2,
    cos: f64,
    sin: f64,
}

impl Way {
    fn new(sign: f64, start: DVec2, end: DVec2) -> Self {
        Self {
            sign,
            start,
            end,
            cos: start.dot(end),
            sin: sign * start.perp_dot(end),
        }
    }

    /// Whether it is more than three quarters of the circle.
    fn is_long(&self) -> bool {
        self.sin < 0.0 && self.cos > 0.0
    }

    /// First coordinate of the middle of the arc, from the half angle.
    fn towards_side(&self) -> f64 {
        let half = |cos: f64| (0.5 + 0.5 * cos).max(0.0).sqrt();
        self.start.x * half(self.cos).copysign(self.sin) - self.sign * self.start.y * half(-self.cos)
    }

    /// From 0 to a full turn, rad.
    fn angle(&self) -> f64 {
        let angle = libm::atan2(self.sin, self.cos);
        if angle < 0.0 { angle + std::f64::consts::TAU } else { angle }
    }
}
