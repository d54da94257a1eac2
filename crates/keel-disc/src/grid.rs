//! Cells of a disc: a structured grid of layers, rings and sectors, mapped to a person's outline.
//!
//! In the plane, rings run from the middle of the nucleus to its edge, from there to the edge of the cartilage end-plate, and on to the
//! rim, so that every border of tissues lies on faces of cells. The outline and the edge of the end-plate are superellipses, each with the
//! exponent that gives its area; the nucleus is an ellipse. Nucleus and end-plate may lie behind the middle. Through the height, the outer
//! layers are end-plate (as far as it reaches; beyond it the annulus goes on to the bone), the rest divides what is left, finer towards the
//! middle plane, as the rings beyond the nucleus are finer towards it: the extremes lie there.
//!
//! Height: h = h_c + (h_a − h_p)/2 η + ((h_a + h_p)/2 − h_c) η² + (h_l − h_c) ξ², where η and ξ are the ways to the front and to the side
//! as shares of half the depth and width; h_a, h_p and h_l are the heights at the front, back and side rim, h_c the one in the middle.
//!
//! Rings and spokes do not cross at right angles (up to 40° off beyond the nucleus), nor do layers and columns (up to 8°); [`Grid`] keeps what the two-point
//! flux misses there (`skew`).
//!
//! Symmetry: shape and loads know neither left nor right, so half of the sectors is enough; with the same supply from above and below half
//! of the layers is. Numbers of cells below are those of the whole disc. Open for solutes are the outer faces of the end-plates and the
//! rim; the bony rim beyond the end-plates is closed.
//!
//! Source of the default shape: `munoz-moya-2025`.

use std::f64::consts::PI;

use crate::shape::DiscShape;

/// A part of the disc with properties of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The fluid core.
    Nucleus = 0,
    /// The rings of fibres.
    Annulus = 1,
    /// The cartilage below.
    LowerEndplate = 2,
    /// The cartilage above.
    UpperEndplate = 3,
}

/// Number of parts.
pub(crate) const N_PARTS: usize = 4;

/// How finely a disc is divided, and which half of it stands for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Rings in the nucleus, between it and the edge of the end-plate, and beyond.
    pub rings: [usize; 3],
    /// Sectors of the whole circle, even; 1 makes the disc round.
    pub sectors: usize,
    /// Layers of the whole height, end-plates included, even.
    pub layers: usize,
    /// Layers of each end-plate among them.
    pub endplate_layers: usize,
    /// Only the right half is computed.
    pub mirror_sides: bool,
    /// Only the upper half is computed. Needs the same supply from above and below.
    pub mirror_height: bool,
}

impl Division {
    /// 19 rings, 48 sectors, 24 layers: 21 888 cells, a quarter of them computed.
    pub const STANDARD: Self = Self {
        rings: [8, 6, 5],
        sectors: 48,
        layers: 24,
        endplate_layers: 3,
        mirror_sides: true,
        mirror_height: true,
    };

    /// 12 rings, 32 sectors, 12 layers: 4 608 cells, a quarter of them computed.
    pub const PREVIEW: Self = Self {
        rings: [6, 2, 4],
        sectors: 32,
        layers: 12,
        endplate_layers: 2,
        ..Self::STANDARD
    };

    /// The round test disc: 28 rings, 16 layers in half the height.
    pub const ROUND: Self = Self {
        rings: [8, 14, 6],
        sectors: 1,
        layers: 32,
        endplate_layers: 3,
        mirror_sides: false,
        ..Self::STANDARD
    };

    /// Every count times a whole number.
    #[must_use]
    pub fn finer(self, times: usize) -> Self {
        Self {
            rings: self.rings.map(|n| n * times),
            sectors: if self.sectors == 1 { 1 } else { self.sectors * times },
            layers: self.layers * times,
            endplate_layers: self.endplate_layers * times,
            ..self
        }
    }

    /// Cells of the whole disc.
    #[must_use]
    pub fn n_cells(&self) -> usize {
        self.rings.iter().sum::<usize>() * self.sectors * self.layers
    }

    fn is_sound(&self) -> bool {
        self.rings.iter().all(|&n| n > 0)
            && (self.sectors == 1 || self.sectors >= 6 && self.sectors.is_multiple_of(2))
            && self.layers.is_multiple_of(2)
            && self.endplate_layers >= 1
            && self.layers / 2 > self.endplate_layers
    }
}

/// Why a grid cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GridError {
    /// A length or share of the shape is not finite or not in its limits.
    #[error("the shape of the disc does not close: {0}")]
    Shape(&'static str),
    /// Too few or odd counts.
    #[error(
        "the division {0:?} cannot be used: counts must be positive, sectors 1 or even and at least 6, layers even with some left between the end-plates"
    )]
    Division(Division),
}

/// Ways from the middle of cells to their faces in one direction: length over area, 1/m.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    /// To the lower face.
    pub(crate) low: Vec<f64>,
    /// To the upper face.
    pub(crate) high: Vec<f64>,
}

impl Ways {
    fn new(n: usize) -> Self {
        Self {
            low: vec![0.0; n],
            high: vec![0.0; n],
        }
    }
}

/// The cells of a disc.
///
/// # Shapes
/// Cells are ordered layer by layer (upwards), in a layer ring by ring (outwards), in a ring sector by sector (from the back to the front).
#[derive(Debug, Clone)]
pub struct Grid {
    /// Layers, rings and sectors that are computed.
    pub(crate) n: [usize; 3],
    /// Whether the last sector touches the first.
    pub(crate) closed_circle: bool,
    /// How many times the computed part makes the whole.
    pub(crate) copies: f64,
    /// m³ of the rested disc, per cell.
    pub(crate) volume: Vec<f64>,
    /// Part by layer and ring.
    pub(crate) parts: Vec<Part>,
    /// Towards neighbours above, outside, ahead.
    pub(crate) ways: [Ways; 3],
    /// What two points miss: by direction of the face, change of concentration per change along each of the other two directions, in their
    /// order; empty where all cross at right angles.
    pub(crate) skew: [[Ways; 2]; 3],
    /// Share of the difference between the neighbours on both sides that is a cell's own, of layers and of rings; empty as `skew`.
    pub(crate) own_share: [Vec<f64>; 2],
    /// Rings under an open end, below and above; 0 where closed.
    pub(crate) open_rings: [usize; 2],
    /// Whether the rim is open.
    pub(crate) open_rim: bool,
    /// Layers and rings at a border of tissues and the neighbour in the same tissue: slopes do not go on across the border.
    pub(crate) borders: [Vec<(usize, usize)>; 2],
    /// How much of the difference between the two layers nearest the middle plane lies between it and the nearest.
    pub(crate) to_middle: f64,
    /// x to the right, y to the front, z up, from the middle of the outline.
    pub(crate) position_m: Vec<[f64; 3]>,
}

impl Grid {
    /// The grid of a disc.
    ///
    /// # Errors
    /// If the shape or the division does not make sense.
    pub fn new(shape: &DiscShape, division: Division) -> Result<Self, GridError> {
        check(shape)?;
        if !division.is_sound() {
            return Err(GridError::Division(division));
        }
        if division.sectors == 1 {
            return Ok(round(shape, division));
        }
        let grid = mapped(shape, division);
        if grid.volume.iter().all(|v| *v > 0.0) {
            Ok(grid)
        } else {
            Err(GridError::Shape("nucleus inside end-plate inside outline"))
        }
    }

    /// A stack of round layers with given edges, for what has a closed form: slabs and cylinders.
    ///
    /// # Shapes and units
    /// `ring_edges_m` and `layer_edges_m` rise; the parts are those of `part(layer, ring)`. Open ends are below and above.
    #[must_use]
    pub fn stack(
        ring_edges_m: &[f64],
        layer_edges_m: &[f64],
        part: impl Fn(usize, usize) -> Part,
        open_ends: [bool; 2],
        open_rim: bool,
    ) -> Self {
        let n = [layer_edges_m.len() - 1, ring_edges_m.len() - 1, 1];
        let mut grid = Self::empty(n);
        grid.open_rings = open_ends.map(|open| if open { n[1] } else { 0 });
        grid.open_rim = open_rim;
        for k in 0..n[0] {
            let (below, above) = (layer_edges_m[k], layer_edges_m[k + 1]);
            for i in 0..n[1] {
                let (inner, outer) = (ring_edges_m[i], ring_edges_m[i + 1]);
                let (middle, height, area) = (0.5 * (inner + outer), above - below, PI * (outer * outer - inner * inner));
                let cell = k * n[1] + i;
                grid.volume[cell] = area * height;
                grid.parts[cell] = part(k, i);
                grid.position_m[cell] = [0.0, middle, 0.5 * (below + above)];
                let half = 0.5 * height / area;
                (grid.ways[0].low[cell], grid.ways[0].high[cell]) = (half, half);
                // Along a radius length over area is ln(outer / inner) / 2π; the first cell begins at its middle.
                let around = 2.0 * PI * height;
                grid.ways[1].high[cell] = libm::log(outer / middle) / around;
                grid.ways[1].low[cell] = if inner > 0.0 { libm::log(middle / inner) / around } else { 0.0 };
            }
        }
        grid
    }

    fn empty(n: [usize; 3]) -> Self {
        let cells = n[0] * n[1] * n[2];
        Self {
            n,
            closed_circle: false,
            copies: 1.0,
            volume: vec![0.0; cells],
            parts: vec![Part::Annulus; n[0] * n[1]],
            ways: [Ways::new(cells), Ways::new(cells), Ways::new(cells)],
            skew: Default::default(),
            own_share: Default::default(),
            borders: Default::default(),
            open_rings: [0; 2],
            open_rim: true,
            to_middle: 0.125,
            position_m: vec![[0.0; 3]; cells],
        }
    }

    /// Cells that are computed.
    #[must_use]
    pub fn n_cells(&self) -> usize {
        self.volume.len()
    }

    /// Layers, rings and sectors that are computed.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        self.n
    }

    /// Volume of each cell of the rested disc, m³.
    #[must_use]
    pub fn volume_m3(&self) -> &[f64] {
        &self.volume
    }

    /// How many times the computed part makes the whole disc.
    #[must_use]
    pub fn copies(&self) -> f64 {
        self.copies
    }

    /// Middle of each cell of the rested disc: x to the right, y to the front, z up, from the middle of the outline, m.
    #[must_use]
    pub fn positions_m(&self) -> &[[f64; 3]] {
        &self.position_m
    }

    /// Part that a cell belongs to.
    #[must_use]
    pub fn part(&self, cell: usize) -> Part {
        self.parts[cell / self.n[2]]
    }

    /// Volume of the whole disc and of its nucleus, annulus and both end-plates, m³.
    #[must_use]
    pub fn volumes_m3(&self) -> [f64; 4] {
        let mut volumes = [0.0; 4];
        for (cell, &volume) in self.volume.iter().enumerate() {
            let part = match self.part(cell) {
                Part::Nucleus => 1,
                Part::Annulus => 2,
                Part::LowerEndplate | Part::UpperEndplate => 3,
            };
            volumes[0] += volume * self.copies;
            volumes[part] += volume * self.copies;
        }
        volumes
    }
}

fn check(shape: &DiscShape) -> Result<(), GridError> {
    let lengths = [
        shape.width_m,
        shape.depth_m,
        shape.height_centre_m,
        shape.height_anterior_m,
        shape.height_posterior_m,
        shape.height_lateral_m,
        shape.endplate_thickness_m,
    ];
    if !lengths.iter().all(|l| l.is_finite() && *l > 0.0) {
        return Err(GridError::Shape("lengths must be positive"));
    }
    let rim = shape.height_anterior_m.min(shape.height_posterior_m).min(shape.height_lateral_m);
    let lowest = shape.height_centre_m.min(rim);
    if lowest <= 2.5 * shape.endplate_thickness_m {
        return Err(GridError::Shape("the end-plates leave nothing between them"));
    }
    if !(shape.fullness > 0.55 && shape.fullness < 0.95) {
        return Err(GridError::Shape("the outline must fill 55 to 95 % of its rectangle"));
    }
    if !(shape.nucleus_fraction > 0.05 && shape.endplate_fraction < 0.98 && shape.nucleus_fraction < 0.95 * shape.endplate_fraction) {
        return Err(GridError::Shape("nucleus inside end-plate inside outline"));
    }
    let inner = [shape.nucleus_depth_m, shape.endplate_width_m, shape.endplate_depth_m];
    let placed = shape.nucleus_back_m.is_finite() && shape.endplate_back_m.is_finite();
    if !(placed && inner.iter().all(|l| l.is_finite() && *l > 0.0)) {
        return Err(GridError::Shape("nucleus and end-plate must have a size and a place"));
    }
    let full = shape.endplate_fraction * shape.area_m2() / (shape.endplate_width_m * shape.endplate_depth_m);
    if !(full > 0.55 && full < 0.98) {
        return Err(GridError::Shape("the end-plate must fill 55 to 98 % of its rectangle"));
    }
    Ok(())
}

/// How much wider the rings between nucleus and edge of the end-plate are at its edge than at the nucleus, where the extremes lie.
const RING_STRETCH: f64 = 2.0;
/// How much thicker the layers between the middle plane and the end-plate are at the end-plate than in the middle plane, where the extremes lie.
const LAYER_STRETCH: f64 = 2.0;

/// Edge `i` of `n` cells as a share of their whole, each wider than the one before by the same factor, `ratio` in all; 1 for equal ones. The stretch is a smooth function of i/n, so that the order in space is that of equal cells.
fn stretched(i: usize, n: usize, ratio: f64) -> f64 {
    let share = i as f64 / n as f64;
    if ratio > 1.0 {
        (libm::pow(ratio, share) - 1.0) / (ratio - 1.0)
    } else {
        share
    }
}

/// Edges of rings as shares: 0 in the middle, 1 at the edge of the nucleus, 2 at that of the end-plate, 3 at the rim.
fn ring_edges(rings: [usize; 3]) -> Vec<f64> {
    let mut edges = vec![0.0];
    for (segment, &n) in rings.iter().enumerate() {
        let ratio = if segment == 1 { RING_STRETCH } else { 1.0 };
        edges.extend((1..=n).map(|i| segment as f64 + stretched(i, n, ratio)));
    }
    edges
}

/// Edges of layers, each a share of the end-plate's thickness (0 at its inner, 1 at its outer face) and of the half height inside it.
fn layer_edges(division: Division) -> Vec<(f64, f64)> {
    let inside = division.layers / 2 - division.endplate_layers;
    let half: Vec<(f64, f64)> = (0..=inside)
        .map(|k| (0.0, stretched(k, inside, LAYER_STRETCH)))
        .chain((1..=division.endplate_layers).map(|k| (k as f64 / division.endplate_layers as f64, 1.0)))
        .collect();
    if division.mirror_height {
        return half;
    }
    half.iter()
        .skip(1)
        .rev()
        .map(|&(e, i)| (-e, -i))
        .chain(half.iter().copied())
        .collect()
}

/// Both sides of the borders between runs of these lengths, each with its neighbour in the same run; runs of one have none.
fn borders_between(runs: &[usize]) -> Vec<(usize, usize)> {
    let mut borders = vec![];
    let mut start = 0;
    for (at, &run) in runs.iter().enumerate() {
        if run > 1 && at > 0 {
            borders.push((start, start + 1));
        }
        start += run;
        if run > 1 && at + 1 < runs.len() {
            borders.push((start - 1, start - 2));
        }
    }
    borders
}

/// Whether a layer is end-plate, and which.
fn endplate_of(layer: usize, n_layers: usize, division: Division) -> Option<Part> {
    if layer + division.endplate_layers >= n_layers {
        Some(Part::UpperEndplate)
    } else if !division.mirror_height && layer < division.endplate_layers {
        Some(Part::LowerEndplate)
    } else {
        None
    }
}

fn part_of(layer: usize, ring: usize, n_layers: usize, division: Division) -> Part {
    let [nucleus, to_endplate, _] = division.rings;
    match endplate_of(layer, n_layers, division) {
        Some(endplate) if ring < nucleus + to_endplate => endplate,
        _ if ring < nucleus => Part::Nucleus,
        _ => Part::Annulus,
    }
}

fn open_rings(division: Division) -> [usize; 2] {
    let open = division.rings[0] + division.rings[1];
    [if division.mirror_height { 0 } else { open }, open]
}

fn round(shape: &DiscShape, division: Division) -> Grid {
    let radius = (shape.area_m2() / PI).sqrt();
    let borders = [
        0.0,
        radius * shape.nucleus_fraction.sqrt(),
        radius * shape.endplate_fraction.sqrt(),
        radius,
    ];
    let rings: Vec<f64> = ring_edges(division.rings)
        .iter()
        .map(|&s| {
            let segment = (s as usize).min(2);
            borders[segment] + (s - segment as f64) * (borders[segment + 1] - borders[segment])
        })
        .collect();
    let inside = 0.5 * shape.height_centre_m - shape.endplate_thickness_m;
    let layers: Vec<f64> = layer_edges(division)
        .iter()
        .map(|&(e, i)| e * shape.endplate_thickness_m + i * inside)
        .collect();
    let n_layers = layers.len() - 1;
    let mut grid = Grid::stack(&rings, &layers, |k, i| part_of(k, i, n_layers, division), [false; 2], true);
    grid.open_rings = open_rings(division);
    grid.copies = if division.mirror_height { 2.0 } else { 1.0 };
    grid.to_middle = to_middle(division);
    grid
}

/// Of a parabola that is level in the middle plane: z₀² / (z₁² − z₀²) with the middles of the two layers nearest to it.
fn to_middle(division: Division) -> f64 {
    let inside = division.layers / 2 - division.endplate_layers;
    if inside < 2 {
        return 0.0;
    }
    let edges = [0, 1, 2].map(|k| stretched(k, inside, LAYER_STRETCH));
    let [nearest, next] = [0.5 * edges[1], 0.5 * (edges[1] + edges[2])];
    nearest * nearest / (next * next - nearest * nearest)
}

type Point = [f64; 2];

fn between(a: Point, b: Point, share: f64) -> Point {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Positive if b lies to the left of a.
fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Mean over the angles of the first quarter by Simpson's rule, times π/2.
fn over_a_quarter(value: impl Fn(f64) -> f64) -> f64 {
    const STEPS: usize = 400;
    let step = 0.5 * PI / STEPS as f64;
    let sum: f64 = (0..=STEPS)
        .map(|i| {
            let weight = if i == 0 || i == STEPS { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
            weight * value((i as f64 * step).min(0.5 * PI))
        })
        .sum();
    sum * step / 3.0
}

/// Radius of |x|ⁿ + |y|ⁿ = 1, squared.
fn radius_squared(exponent: f64, angle: f64) -> f64 {
    let (sin, cos) = libm::sincos(angle);
    // At a right angle rounding leaves the cosine on either side of zero.
    let (sin, cos) = (sin.max(0.0), cos.max(0.0));
    libm::pow(libm::pow(cos, exponent) + libm::pow(sin, exponent), -2.0 / exponent)
}

/// Area of |x|ⁿ + |y|ⁿ < 1 as a share of the square around it.
fn fullness(exponent: f64) -> f64 {
    0.5 * over_a_quarter(|angle| radius_squared(exponent, angle))
}

/// Mean of x² over |x|ⁿ + |y|ⁿ < 1, for the n that fills so much of its square.
pub(crate) fn mean_square(share: f64) -> f64 {
    let exponent = exponent_of(share);
    let moment = over_a_quarter(|angle| {
        let r2 = radius_squared(exponent, angle);
        let cos = libm::cos(angle);
        0.25 * r2 * r2 * cos * cos
    });
    moment / share
}

/// Exponent of the superellipse that fills so much of its rectangle.
fn exponent_of(share: f64) -> f64 {
    let (mut low, mut high) = (1.0f64, 20.0f64);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if fullness(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// |x / a|ⁿ + |y / b|ⁿ = 1 around a point behind the middle.
struct Superellipse {
    half: Point,
    exponent: f64,
    back: f64,
}

impl Superellipse {
    fn new(width: f64, depth: f64, area: f64, back: f64) -> Self {
        Self {
            half: [0.5 * width, 0.5 * depth],
            exponent: exponent_of(area / (width * depth)),
            back,
        }
    }

    /// Point at an angle from the back over the right to the front.
    fn point(&self, angle: f64) -> Point {
        let (sin, cos) = libm::sincos(angle);
        let reach = libm::pow(
            libm::pow(sin.abs(), self.exponent) + libm::pow(cos.abs(), self.exponent),
            -1.0 / self.exponent,
        );
        [self.half[0] * sin * reach, -self.half[1] * cos * reach - self.back]
    }
}

/// The plane of a disc.
struct Plane {
    half: Point,
    /// Nucleus, end-plate, outline.
    borders: [Superellipse; 3],
}

impl Plane {
    fn new(shape: &DiscShape) -> Self {
        let area = shape.area_m2();
        let nucleus = shape.nucleus_fraction * area;
        // An ellipse of this depth and area.
        let nucleus_width = nucleus / (PI / 4.0 * shape.nucleus_depth_m);
        Self {
            half: [0.5 * shape.width_m, 0.5 * shape.depth_m],
            borders: [
                Superellipse {
                    half: [0.5 * nucleus_width, 0.5 * shape.nucleus_depth_m],
                    exponent: 2.0,
                    back: shape.nucleus_back_m,
                },
                Superellipse::new(
                    shape.endplate_width_m,
                    shape.endplate_depth_m,
                    shape.endplate_fraction * area,
                    shape.endplate_back_m,
                ),
                Superellipse::new(shape.width_m, shape.depth_m, area, 0.0),
            ],
        }
    }

    /// Point of the plane: s as in [`ring_edges`], the angle from the back over the right to the front.
    fn point(&self, s: f64, angle: f64) -> Point {
        let segment = (s as usize).min(2);
        let inner = match segment {
            0 => [0.0, -self.borders[0].back],
            segment => self.borders[segment - 1].point(angle),
        };
        between(inner, self.borders[segment].point(angle), s - segment as f64)
    }
}

/// Edges of nucleus, end-plate and outline in the plane, for pictures: so many points of each, from the back over the right.
///
/// # Frames
/// x to the right, y to the front, from the middle of the outline, m.
#[must_use]
pub fn borders_m(shape: &DiscShape, points: usize) -> [Vec<[f64; 2]>; 3] {
    Plane::new(shape)
        .borders
        .map(|border| (0..points).map(|i| border.point(2.0 * PI * i as f64 / points as f64)).collect())
}

fn mapped(shape: &DiscShape, division: Division) -> Grid {
    let plane = Plane::new(shape);
    let (rings, layers) = (ring_edges(division.rings), layer_edges(division));
    let sectors = if division.mirror_sides {
        division.sectors / 2
    } else {
        division.sectors
    };
    let n = [layers.len() - 1, rings.len() - 1, sectors];
    let mut grid = Grid::empty(n);
    grid.closed_circle = !division.mirror_sides;
    grid.copies = if division.mirror_sides { 2.0 } else { 1.0 } * if division.mirror_height { 2.0 } else { 1.0 };
    grid.open_rings = open_rings(division);
    grid.to_middle = to_middle(division);
    let n_cells = grid.volume.len();
    grid.skew = std::array::from_fn(|_| [Ways::new(n_cells), Ways::new(n_cells)]);
    let inside = division.layers / 2 - division.endplate_layers;
    let layer_runs: &[usize] = if division.mirror_height {
        &[inside, division.endplate_layers]
    } else {
        &[division.endplate_layers, 2 * inside, division.endplate_layers]
    };
    grid.borders = [borders_between(layer_runs), borders_between(&division.rings)];
    grid.own_share = [vec![0.5; n_cells], vec![0.5; n_cells]];
    for k in 0..n[0] {
        for i in 0..n[1] {
            grid.parts[k * n[1] + i] = part_of(k, i, n[0], division);
        }
    }
    let angle = |j: usize| 2.0 * PI * j as f64 / division.sectors as f64;
    // Height, as in the module's head.
    let tilt = 0.5 * (shape.height_anterior_m - shape.height_posterior_m);
    let arch = 0.5 * (shape.height_anterior_m + shape.height_posterior_m) - shape.height_centre_m;
    let fall = shape.height_lateral_m - shape.height_centre_m;
    let height = |p: Point| {
        let (xi, eta) = (p[0] / plane.half[0], p[1] / plane.half[1]);
        shape.height_centre_m + tilt * eta + arch * eta * eta + fall * xi * xi
    };
    let z = |layer: (f64, f64), height: f64| layer.0 * shape.endplate_thickness_m + layer.1 * (0.5 * height - shape.endplate_thickness_m);
    for i in 0..n[1] {
        for j in 0..n[2] {
            let corner = |out: usize, ahead: usize| plane.point(rings[i + out], angle(j + ahead));
            let corners = [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
            let at = |s: f64, a: f64| between(between(corners[0], corners[1], a), between(corners[2], corners[3], a), s);
            let middle = at(0.5, 0.5);
            // Way out and way ahead through the whole cell and through its halves.
            let (out, ahead) = (minus(at(1.0, 0.5), at(0.0, 0.5)), minus(at(0.5, 1.0), at(0.5, 0.0)));
            let area = cross(out, ahead);
            let across = |s: f64| minus(at(s, 1.0), at(s, 0.0));
            let along = |a: f64| minus(at(1.0, a), at(0.0, a));
            let halves = [
                (minus(at(0.5, 0.5), at(0.0, 0.5)), across(0.25)),
                (minus(at(1.0, 0.5), at(0.5, 0.5)), across(0.75)),
                (minus(at(0.5, 0.5), at(0.5, 0.0)), along(0.25)),
                (minus(at(0.5, 1.0), at(0.5, 0.5)), along(0.75)),
            ]
            .map(|(way, side)| (cross(way, side).abs() / dot(side, side), -dot(way, side) / dot(side, side)));
            let width = |i: usize| {
                let spoke = minus(plane.point(rings[i + 1], angle(j)), plane.point(rings[i], angle(j)));
                let next = minus(plane.point(rings[i + 1], angle(j + 1)), plane.point(rings[i], angle(j + 1)));
                0.5 * (dot(spoke, spoke).sqrt() + dot(next, next).sqrt())
            };
            let own_of_rings = if i > 0 && i + 1 < n[1] {
                width(i) / (0.5 * width(i - 1) + width(i) + 0.5 * width(i + 1))
            } else {
                0.5
            };
            let height_here = height(middle);
            let heights = [at(0.0, 0.5), at(1.0, 0.5), at(0.5, 0.0), at(0.5, 1.0)].map(height);
            // Rise of half the height per ring and per sector, and its product with the inverse metric.
            let rise = [0.5 * (heights[1] - heights[0]), 0.5 * (heights[3] - heights[2])];
            let det = area * area;
            let (g_out, g_ahead, g_both) = (dot(ahead, ahead) / det, dot(out, out) / det, -dot(out, ahead) / det);
            let uphill = [g_out * rise[0] + g_both * rise[1], g_both * rise[0] + g_ahead * rise[1]];
            let steepness = uphill[0] * rise[0] + uphill[1] * rise[1];
            for k in 0..n[0] {
                let (below, above) = (z(layers[k], height_here), z(layers[k + 1], height_here));
                let thickness = above - below;
                let cell = (k * n[1] + i) * n[2] + j;
                grid.volume[cell] = area * thickness;
                grid.position_m[cell] = [middle[0], middle[1], 0.5 * (below + above)];
                // Up and down: the face slopes by its share of the end-plate's slope.
                for (edge, high) in [(k, false), (k + 1, true)] {
                    let share = layers[edge].1;
                    let slant = 1.0 + share * share * steepness;
                    let side = |ways: &mut Ways, value: f64| if high { ways.high[cell] = value } else { ways.low[cell] = value };
                    side(&mut grid.ways[0], 0.5 * thickness / (area * slant));
                    for (skew, uphill) in grid.skew[0].iter_mut().zip(uphill) {
                        side(skew, -0.5 * thickness * share * uphill / slant);
                    }
                }
                // Outwards and ahead: upright faces; their middles lie higher or lower than that of the cell.
                let layer_middle = (0.5 * (layers[k].0 + layers[k + 1].0), 0.5 * (layers[k].1 + layers[k + 1].1));
                let z_here = z(layer_middle, height_here);
                let z_faces = heights.map(|h| z(layer_middle, h));
                for direction in 0..2 {
                    let [low, high] = [halves[2 * direction], halves[2 * direction + 1]];
                    let [z_low, z_high] = [z_faces[2 * direction], z_faces[2 * direction + 1]];
                    // The way along the face rises too.
                    let rise_along = z_faces[3 - 2 * direction] - z_faces[2 - 2 * direction];
                    grid.ways[1 + direction].low[cell] = low.0 / thickness;
                    grid.ways[1 + direction].high[cell] = high.0 / thickness;
                    grid.skew[1 + direction][0].low[cell] = -(z_here - z_low + low.1 * rise_along) / thickness;
                    grid.skew[1 + direction][0].high[cell] = -(z_high - z_here + high.1 * rise_along) / thickness;
                    grid.skew[1 + direction][1].low[cell] = low.1;
                    grid.skew[1 + direction][1].high[cell] = high.1;
                }
                if i > 0 && i + 1 < n[1] {
                    grid.own_share[1][cell] = own_of_rings;
                }
                let middle_of = |k: usize| 0.5 * (z(layers[k], height_here) + z(layers[k + 1], height_here));
                if k > 0 && k + 1 < n[0] {
                    grid.own_share[0][cell] = thickness / (middle_of(k + 1) - middle_of(k - 1));
                } else if k == 0 && division.mirror_height {
                    // Below the middle plane lies the same layer again.
                    grid.own_share[0][cell] = thickness / (middle_of(1) + middle_of(0));
                }
            }
        }
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} instead of {expected}");
    }

    #[test]
    fn exponent_two_is_the_ellipse() {
        check(fullness(2.0), PI / 4.0, 1e-8);
        check(exponent_of(PI / 4.0), 2.0, 1e-6);
    }

    #[test]
    fn volumes_are_those_of_the_published_mesh() {
        let grid = Grid::new(&DiscShape::default(), Division::STANDARD).expect("the default shape is sound");
        let [whole, nucleus, annulus, endplates] = grid.volumes_m3();
        check(whole, 19.57e-6, 0.02);
        check(nucleus, 8.13e-6, 0.03);
        check(annulus, 10.15e-6, 0.04);
        check(endplates, 1.29e-6, 0.02);
        check(whole, nucleus + annulus + endplates, 1e-12);
    }

    #[test]
    fn a_part_times_its_copies_is_the_whole() {
        let whole = Division {
            mirror_sides: false,
            mirror_height: false,
            ..Division::PREVIEW
        };
        let shape = DiscShape::default();
        let [a, b] = [whole, Division::PREVIEW].map(|d| Grid::new(&shape, d).expect("the default shape is sound"));
        check(a.volumes_m3()[0], b.volumes_m3()[0], 1e-12);
        assert_eq!(a.n_cells(), 4 * b.n_cells());
    }

    #[test]
    fn the_round_disc_is_a_cylinder() {
        let grid = Grid::new(&DiscShape::round(), Division::ROUND).expect("the round shape is sound");
        check(grid.volumes_m3()[0], PI * 0.0207 * 0.0207 * 0.014, 1e-12);
    }
}
