//! Where the fluid goes when nucleus or annulus lose volume: flow along a pressure, out through the end-plates and the rim.
//!
//! ```text
//! Div q = −dJ/dt,   q = −k Grad p,   p = 0 outside
//! ```
//!
//! k is the permeability of the rested tissue by part ([`Tissue`]), so q is linear in the two rates of J and two solutions per grid
//! serve all days. It says nothing about how fast volume is lost: that comes in as J.
//!
//! Departure: permeabilities fall with compression; that changes where fluid leaves, not how much.

use crate::bicgstab::Krylov;
use crate::faces::{ABOVE, BELOW, Faces, Flows, RIM, Room, Way};
use crate::grid::{Grid, N_PARTS, Part};
use crate::tissue::Tissue;
use crate::transport::tissue_of;

/// Flows through all faces when nucleus or annulus lose their own volume in a second, and the end-plates their share with them.
#[derive(Debug, Clone)]
pub(crate) struct Drainage {
    nucleus: Flows,
    annulus: Flows,
}

impl Drainage {
    pub(crate) fn new(grid: &Grid, tissues: &[Tissue; 3], endplate_shares: [f64; 2]) -> Self {
        let mut faces = Faces::new(grid);
        let permeability = |tissue: &Tissue| tissue.permeability_m4_per_n_s;
        let resistance: [f64; N_PARTS] = std::array::from_fn(|part| permeability(&tissues[0]) / permeability(&tissues[tissue_of(part)]));
        faces.fill(grid, &resistance, &resistance);
        Self {
            nucleus: flows_from(grid, &faces, Part::Nucleus, endplate_shares[0]),
            annulus: flows_from(grid, &faces, Part::Annulus, endplate_shares[1]),
        }
    }

    /// Flows for shares of volume that nucleus and annulus lose per second.
    #[inline(always)]
    pub(crate) fn flows(&self, nucleus_per_s: f64, annulus_per_s: f64, flows: &mut Flows) {
        let both = |a: &[f64], b: &[f64], out: &mut Vec<f64>| {
            out.resize(a.len(), 0.0);
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = nucleus_per_s * a + annulus_per_s * b;
            }
        };
        for direction in 0..3 {
            both(
                &self.nucleus.link[direction],
                &self.annulus.link[direction],
                &mut flows.link[direction],
            );
            both(
                &self.nucleus.edge[direction],
                &self.annulus.edge[direction],
                &mut flows.edge[direction],
            );
        }
    }
}

fn flows_from(grid: &Grid, faces: &Faces, losing: Part, endplate_share: f64) -> Flows {
    let n = grid.n_cells();
    let way = Way {
        // Two-point flow without the skewness: what matters is that it leaves no cell unbalanced.
        grid: &Grid {
            skew: Default::default(),
            own_share: Default::default(),
            ..grid.clone()
        },
        faces,
        flows: &Flows::default(),
        scale: 1.0,
        outside: [0.0; 3],
    };
    let mut pressure = vec![0.0; n];
    let lost = |part: Part| match part {
        part if part == losing => 1.0,
        Part::LowerEndplate | Part::UpperEndplate => endplate_share,
        _ => 0.0,
    };
    let source: Vec<f64> = (0..n).map(|cell| grid.volume[cell] * lost(grid.part(cell))).collect();
    let mut sweep_m = vec![0.0; n];
    // The sweeps' own time: a disc's half height of some 7 mm, squared.
    for (sweep, volume) in sweep_m.iter_mut().zip(&grid.volume) {
        *sweep = volume / 2e-5;
    }
    let (mut krylov, mut room) = (Krylov::new(n), Room::new(grid));
    // Solved again for what was left, until rounding.
    for _ in 0..4 {
        let mut left = source.clone();
        way.gain::<false>(&pressure, &mut room, &mut left);
        if left.iter().all(|l| *l == 0.0) {
            break;
        }
        krylov.solve::<false>(&way, &vec![0.0; n], &sweep_m, &left, &mut room, 1e-8);
        for (pressure, change) in pressure.iter_mut().zip(&krylov.x) {
            *pressure += change;
        }
    }
    let [layers, rings, sectors] = grid.n;
    let mut flows = Flows::default();
    for (direction, stride) in [(0, rings * sectors), (1, sectors), (2, 1)] {
        flows.link[direction] = faces.link[direction]
            .iter()
            .enumerate()
            .map(|(cell, link)| {
                let above = pressure.get(cell + stride).copied().unwrap_or(0.0);
                link * (pressure[cell] - above)
            })
            .collect();
    }
    for side in [BELOW, ABOVE, RIM] {
        flows.edge[side] = faces.edge[side]
            .iter()
            .enumerate()
            .map(|(index, link)| {
                let cell = match side {
                    BELOW => index,
                    ABOVE => (layers - 1) * rings * sectors + index,
                    _ => (index / sectors * rings + rings - 1) * sectors + index % sectors,
                };
                link * pressure[cell]
            })
            .collect();
    }
    flows
}
