//! What flows between cells: conductances of all faces, flows of fluid, and what a solute's concentrations make of them.
//!
//! The flux through a face is its conductance times the difference of two cells, with what the angles of the grid add, plus the fluid's
//! flow times the mean of the two. The conductance is harmonic in the ways on both sides, so borders of tissues need no care.

#![allow(
    clippy::needless_range_loop,
    reason = "faces and directions are counted through several lists at once"
)]

use crate::grid::{Grid, N_PARTS};
use crate::lines::{Links, across, along, coupling};

/// Which of the three boundaries.
pub(crate) const BELOW: usize = 0;
pub(crate) const ABOVE: usize = 1;
pub(crate) const RIM: usize = 2;

/// Conductances of all faces for one state of swelling, per unit of diffusivity in water.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faces {
    /// Up, outwards, ahead; by the cell below the face, 0 where there is none.
    pub(crate) link: [Vec<f64>; 3],
    /// Outer faces of lower and upper end-plate by (ring, sector), rim by (layer, sector); 0 where closed.
    pub(crate) edge: [Vec<f64>; 3],
    /// From the last sector to the first, by (layer, ring); empty unless the circle is closed.
    pub(crate) seam: Vec<f64>,
}

/// Volume per time through all faces, upwards, outwards and ahead, or out of the disc; empty where nothing flows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flows {
    pub(crate) link: [Vec<f64>; 3],
    pub(crate) edge: [Vec<f64>; 3],
}

impl Faces {
    pub(crate) fn new(grid: &Grid) -> Self {
        let [layers, rings, sectors] = grid.n;
        let n = grid.volume.len();
        Self {
            link: [vec![0.0; n], vec![0.0; n], vec![0.0; n]],
            edge: [vec![0.0; rings * sectors], vec![0.0; rings * sectors], vec![0.0; layers * sectors]],
            seam: if grid.closed_circle {
                vec![0.0; layers * rings]
            } else {
                Vec::new()
            },
        }
    }

    /// Conductances where a unit of way takes `axial` and `lateral` (inverse diffusivities by part).
    #[inline(always)]
    pub(crate) fn fill(&mut self, grid: &Grid, axial: &[f64; N_PARTS], lateral: &[f64; N_PARTS]) {
        let [layers, rings, sectors] = grid.n;
        for k in 0..layers {
            for i in 0..rings {
                let row = k * rings + i;
                let at = row * sectors;
                let part = grid.parts[row] as usize;
                if k + 1 < layers {
                    let up = at + rings * sectors;
                    let (here, there) = (axial[part], axial[grid.parts[row + rings] as usize]);
                    let (high, low) = (&grid.ways[0].high[at..at + sectors], &grid.ways[0].low[up..up + sectors]);
                    for ((link, high), low) in self.link[0][at..at + sectors].iter_mut().zip(high).zip(low) {
                        *link = 1.0 / (high * here + low * there);
                    }
                }
                let (here, ways) = (lateral[part], &grid.ways[1]);
                if i + 1 < rings {
                    let out = at + sectors;
                    let there = lateral[grid.parts[row + 1] as usize];
                    let (high, low) = (&ways.high[at..at + sectors], &ways.low[out..out + sectors]);
                    for ((link, high), low) in self.link[1][at..at + sectors].iter_mut().zip(high).zip(low) {
                        *link = 1.0 / (high * here + low * there);
                    }
                } else if grid.open_rim {
                    for j in 0..sectors {
                        self.edge[RIM][k * sectors + j] = 1.0 / (ways.high[at + j] * here);
                    }
                }
                if sectors > 1 {
                    let ways = &grid.ways[2];
                    let (high, low) = (&ways.high[at..at + sectors - 1], &ways.low[at + 1..at + sectors]);
                    for ((link, high), low) in self.link[2][at..at + sectors - 1].iter_mut().zip(high).zip(low) {
                        *link = 1.0 / ((high + low) * here);
                    }
                    if grid.closed_circle {
                        self.seam[row] = 1.0 / ((ways.high[at + sectors - 1] + ways.low[at]) * here);
                    }
                }
                if k == 0 && i < grid.open_rings[0] {
                    for j in 0..sectors {
                        self.edge[BELOW][i * sectors + j] = 1.0 / (grid.ways[0].low[at + j] * axial[part]);
                    }
                }
                if k + 1 == layers && i < grid.open_rings[1] {
                    for j in 0..sectors {
                        self.edge[ABOVE][i * sectors + j] = 1.0 / (grid.ways[0].high[at + j] * axial[part]);
                    }
                }
            }
        }
    }
}

/// One solute on its way: faces, flows, and what multiplies them.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) grid: &'a Grid,
    pub(crate) faces: &'a Faces,
    pub(crate) flows: &'a Flows,
    pub(crate) scale: f64,
    /// Concentration below, above and at the rim.
    pub(crate) outside: [f64; 3],
}

/// Room for the fluxes of one direction and the slopes across it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    flux: Vec<f64>,
    carried: Vec<f64>,
    slopes: [Vec<f64>; 3],
    pub(crate) upper: Vec<f64>,
    pub(crate) lines: Vec<[f64; 8]>,
    pub(crate) edge: [Vec<f64>; 3],
}

impl Room {
    pub(crate) fn new(grid: &Grid) -> Self {
        let n = grid.volume.len();
        let [layers, rings, sectors] = grid.n;
        Self {
            flux: vec![0.0; n],
            carried: vec![0.0; n],
            slopes: [vec![0.0; n], vec![0.0; n], vec![0.0; n]],
            upper: vec![0.0; n],
            lines: Vec::new(),
            edge: [vec![0.0; rings * sectors], vec![0.0; rings * sectors], vec![0.0; layers * sectors]],
        }
    }
}

/// The other two directions.
const OTHERS: [[usize; 2]; 3] = [[1, 2], [0, 2], [0, 1]];

/// Half the difference.
#[inline(always)]
fn halved(before: &[f64], after: &[f64], slope: &mut [f64]) {
    for ((slope, before), after) in slope.iter_mut().zip(before).zip(after) {
        *slope = 0.5 * (after - before);
    }
}

/// The difference times a share.
#[inline(always)]
fn central(before: &[f64], after: &[f64], share: &[f64], slope: &mut [f64]) {
    for (((slope, before), after), share) in slope.iter_mut().zip(before).zip(after).zip(share) {
        *slope = share * (after - before);
    }
}

impl Way<'_> {
    fn stride(&self, direction: usize) -> usize {
        let [_, rings, sectors] = self.grid.n;
        [rings * sectors, sectors, 1][direction]
    }

    fn links(&self, direction: usize) -> Links<'_> {
        Links {
            link: &self.faces.link[direction],
            flow: &self.flows.link[direction],
            scale: self.scale,
        }
    }

    /// First cell of a boundary, and for the rim the stride from layer to layer.
    fn edge_cell(&self, edge: usize, index: usize) -> usize {
        let [layers, rings, sectors] = self.grid.n;
        match edge {
            BELOW => index,
            ABOVE => (layers - 1) * rings * sectors + index,
            _ => (index / sectors * rings + rings - 1) * sectors + index % sectors,
        }
    }

    /// Coupling of cells to the boundaries: diffusion less what flows out, never negative.
    #[inline(always)]
    pub(crate) fn edges<const FLOW: bool>(&self, edge: &mut [Vec<f64>; 3]) {
        for (side, coupling) in edge.iter_mut().enumerate() {
            let link = &self.faces.edge[side];
            if FLOW {
                for ((coupling, link), flow) in coupling.iter_mut().zip(link).zip(&self.flows.edge[side]) {
                    let value = self.scale * link - flow;
                    *coupling = if value > 0.0 { value } else { 0.0 };
                }
            } else {
                for (coupling, link) in coupling.iter_mut().zip(link) {
                    *coupling = self.scale * link;
                }
            }
        }
    }

    /// Adds to `out` what each cell gains from its neighbours and from outside, less what it would gain from fluid of its own
    /// concentration.
    #[inline(always)]
    pub(crate) fn gain<const FLOW: bool>(&self, c: &[f64], room: &mut Room, out: &mut [f64]) {
        self.gain_from::<FLOW>(c, c, room, out);
    }

    /// As [`Way::gain`], with the skewness of another state.
    #[inline(always)]
    pub(crate) fn gain_from<const FLOW: bool>(&self, c: &[f64], skewed_by: &[f64], room: &mut Room, out: &mut [f64]) {
        let skewed = !self.grid.own_share[0].is_empty();
        if skewed {
            self.slopes(skewed_by, &mut room.slopes);
        }
        for direction in 0..3 {
            if self.grid.n[direction] > 1 {
                let skew = skewed.then(|| {
                    let [first, second] = OTHERS[direction];
                    [&room.slopes[first][..], &room.slopes[second][..]]
                });
                self.gain_along::<FLOW>(direction, c, skew, (&mut room.flux, &mut room.carried), out);
            }
        }
        if !self.faces.seam.is_empty() {
            self.gain_at_seam(c, &room.slopes, out);
        }
        self.edges::<FLOW>(&mut room.edge);
        for (side, couplings) in room.edge.iter().enumerate() {
            for (index, &coupling) in couplings.iter().enumerate() {
                let cell = self.edge_cell(side, index);
                out[cell] += coupling * (self.outside[side] - c[cell]);
            }
        }
    }

    /// Flux from outside through the lower and upper end and the rim of the computed part, where nothing flows.
    pub(crate) fn inflow(&self, c: &[f64]) -> [f64; 3] {
        std::array::from_fn(|side| {
            let links = self.faces.edge[side].iter().enumerate();
            links
                .map(|(index, link)| self.scale * link * (self.outside[side] - c[self.edge_cell(side, index)]))
                .sum()
        })
    }

    #[inline(always)]
    fn gain_along<const FLOW: bool>(
        &self,
        direction: usize,
        c: &[f64],
        slopes: Option<[&[f64]; 2]>,
        (flux, carried): (&mut [f64], &mut [f64]),
        out: &mut [f64],
    ) {
        let (n, stride) = (c.len(), self.stride(direction));
        let faces = n - stride;
        let (here, there) = (&c[..faces], &c[stride..]);
        let link = &self.faces.link[direction][..faces];
        let flux = &mut flux[..faces];
        match slopes {
            None => {
                for f in 0..faces {
                    flux[f] = there[f] - here[f];
                }
            }
            Some(slopes) => {
                let skew = &self.grid.skew[direction];
                let (high, low) = (&skew[0].high[..faces], &skew[0].low[stride..n]);
                let (high_2, low_2) = (&skew[1].high[..faces], &skew[1].low[stride..n]);
                let (slope_here, slope_there) = (&slopes[0][..faces], &slopes[0][stride..n]);
                let (slope_here_2, slope_there_2) = (&slopes[1][..faces], &slopes[1][stride..n]);
                for f in 0..faces {
                    let first = high[f] * slope_here[f] + low[f] * slope_there[f];
                    let second = high_2[f] * slope_here_2[f] + low_2[f] * slope_there_2[f];
                    flux[f] = there[f] - here[f] + (first + second);
                }
            }
        }
        if FLOW {
            let flow = &self.flows.link[direction][..faces];
            let carried = &mut carried[..faces];
            for f in 0..faces {
                let (to_here, to_there) = coupling::<true>(self.scale * link[f], flow[f]);
                let difference = flux[f];
                flux[f] = to_here * difference;
                carried[f] = to_there * difference;
            }
            for (out, gain) in out[..faces].iter_mut().zip(&*flux) {
                *out += gain;
            }
            for (out, loss) in out[stride..].iter_mut().zip(&*carried) {
                *out -= loss;
            }
        } else {
            for f in 0..faces {
                flux[f] *= self.scale * link[f];
            }
            for (out, gain) in out[..faces].iter_mut().zip(&*flux) {
                *out += gain;
            }
            for (out, loss) in out[stride..].iter_mut().zip(&*flux) {
                *out -= loss;
            }
        }
    }

    /// Changes per layer, per ring and per sector.
    #[inline(always)]
    fn slopes(&self, c: &[f64], slopes: &mut [Vec<f64>; 3]) {
        let [layers, rings, sectors] = self.grid.n;
        let (n, plane) = (c.len(), rings * sectors);
        let [upwards, outwards, ahead] = slopes;
        central(
            &c[..n - 2 * plane],
            &c[2 * plane..],
            &self.grid.own_share[0][plane..n - plane],
            &mut upwards[plane..n - plane],
        );
        // Layers at the ends: mirrored where closed, with the boundary value half a layer away where open.
        for at in 0..plane {
            let ring = at / sectors;
            let (first, last) = (at, n - plane + at);
            let (next, before) = (c[first + plane], c[last - plane]);
            upwards[first] = if ring < self.grid.open_rings[BELOW] {
                next / 3.0 + c[first] - 4.0 / 3.0 * self.outside[BELOW]
            } else {
                self.grid.own_share[0][first] * (next - c[first])
            };
            upwards[last] = if ring < self.grid.open_rings[ABOVE] {
                4.0 / 3.0 * self.outside[ABOVE] - c[last] - before / 3.0
            } else {
                0.5 * (c[last] - before)
            };
        }
        for &(layer, inner) in &self.grid.borders[0] {
            let sign = if layer > inner { 1.0 } else { -1.0 };
            let (here, there) = (&c[layer * plane..(layer + 1) * plane], &c[inner * plane..(inner + 1) * plane]);
            for ((slope, here), there) in upwards[layer * plane..(layer + 1) * plane].iter_mut().zip(here).zip(there) {
                *slope = sign * (here - there);
            }
        }
        // Sectors: central inside, mirrored or joined at the ends.
        halved(&c[..n - 2], &c[2..], &mut ahead[1..n - 1]);
        for row in 0..layers * rings {
            let (first, last) = (row * sectors, (row + 1) * sectors - 1);
            let (before, after) = if self.grid.closed_circle {
                (c[last], c[first])
            } else {
                (c[first], c[last])
            };
            ahead[first] = 0.5 * (c[first + 1] - before);
            ahead[last] = 0.5 * (after - c[last - 1]);
        }
        // Rings: central inside, one-sided in the middle, with the boundary value half a ring away at the rim.
        central(
            &c[..n - 2 * sectors],
            &c[2 * sectors..],
            &self.grid.own_share[1][sectors..n - sectors],
            &mut outwards[sectors..n - sectors],
        );
        for k in 0..layers {
            let first = k * plane;
            for &(ring, inner) in &self.grid.borders[1] {
                let sign = if ring > inner { 1.0 } else { -1.0 };
                let (here, there) = (first + ring * sectors, first + inner * sectors);
                for j in 0..sectors {
                    outwards[here + j] = sign * (c[here + j] - c[there + j]);
                }
            }
            for cell in first..first + sectors {
                outwards[cell] = c[cell + sectors] - c[cell];
            }
            let last = first + plane - sectors;
            for cell in last..last + sectors {
                outwards[cell] = 4.0 / 3.0 * self.outside[RIM] - c[cell] - c[cell - sectors] / 3.0;
            }
        }
    }

    fn gain_at_seam(&self, c: &[f64], slopes: &[Vec<f64>; 3], out: &mut [f64]) {
        let sectors = self.grid.n[2];
        for (row, &link) in self.faces.seam.iter().enumerate() {
            let (first, last) = (row * sectors, (row + 1) * sectors - 1);
            let mut difference = c[first] - c[last];
            for (skew, slopes) in self.grid.skew[2].iter().zip(slopes) {
                difference += skew.high[last] * slopes[last] + skew.low[first] * slopes[first];
            }
            let flux = self.scale * link * difference;
            out[last] += flux;
            out[first] -= flux;
        }
    }

    /// x = P⁻¹ x with P = (M + A_out) M⁻¹ (M + A_ahead) M⁻¹ (M + A_up): one sweep along each direction, close to (M + A)⁻¹ x.
    #[inline(always)]
    pub(crate) fn sweep<const FLOW: bool>(&self, m: &[f64], room: &mut Room, x: &mut [f64]) {
        let [layers, rings, sectors] = self.grid.n;
        self.edges::<FLOW>(&mut room.edge);
        if sectors == 1 {
            along::<FLOW, false>(self.links(1), m, &room.edge[RIM], rings, x, &mut room.lines);
        } else {
            for k in 0..layers {
                let rim = &room.edge[RIM][k * sectors..(k + 1) * sectors];
                let lines = (k * rings * sectors, rings, sectors);
                across::<FLOW, false>(self.links(1), m, &[], rim, lines, x, &mut room.upper);
            }
            along::<FLOW, true>(self.links(2), m, &[], sectors, x, &mut room.lines);
        }
        let lines = (0, layers, rings * sectors);
        across::<FLOW, true>(self.links(0), m, &room.edge[BELOW], &room.edge[ABOVE], lines, x, &mut room.upper);
    }
}
