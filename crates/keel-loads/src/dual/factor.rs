//! H = L D Lᵀ of a symmetric positive definite matrix, by tiles of four rows and four columns.
//!
//! Rows that no column of the problem links stay apart: tiles that are zero in H and stay zero are never touched. Which they are is told
//! tile by tile as bits, and fill-in is found from the bits of the panels above.
//!
//! A pivot that rounding has eaten up (below [`PIVOT_MIN`] of its diagonal entry) is raised to that; the matrix is then a slightly different
//! one, still positive definite, and a direction computed from it is still one of descent.

#![allow(clippy::needless_range_loop, reason = "rows and tiles that stay in registers are counted")]

use keel_body::lanes::{Four, Lanes, ZERO, array, four, load, store};

/// Smallest pivot over the entry of H it comes from: two units in the last place.
const PIVOT_MIN: f64 = 4e-16;

/// Bit of a panel of four rows; panels from the 64th on share one.
#[inline(always)]
pub(super) fn bit(panel: usize) -> u64 {
    1 << panel.min(63)
}

/// Four rows of four columns.
type Tile = [Four; 4];

/// Factors of a matrix of `n` rows, and room for them.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    n: usize,
    n_panels: usize,
    /// D Lᵀ: tiles on and above the diagonal (n_panels × n_panels). What is not occupied is zero.
    scaled: Vec<Tile>,
    /// Lᵀ, likewise.
    unit: Vec<Tile>,
    /// D⁻¹, by panel; 0 in rows beyond n.
    inverse: Vec<[f64; 4]>,
    /// Tiles that may be other than zero in a panel of Lᵀ.
    tiles: Vec<u64>,
    /// Occupied tiles of the panel at work.
    occupied: Vec<usize>,
}

impl Factor {
    pub(super) fn new(n: usize) -> Self {
        let n_panels = n.div_ceil(4);
        Self {
            n,
            n_panels,
            scaled: vec![[ZERO; 4]; n_panels * n_panels],
            unit: vec![[ZERO; 4]; n_panels * n_panels],
            inverse: vec![[0.0; 4]; n_panels],
            tiles: vec![0; n_panels],
            occupied: Vec::with_capacity(n_panels),
        }
    }

    /// Factorises H, of which the tiles on and above the diagonal are given (rows of `width` numbers). `tiles` has the bits of those that may
    /// be other than zero, by panel. `damping` raises the diagonal, relatively.
    #[inline(always)]
    pub(super) fn factorise<L: Lanes>(&mut self, l: L, h: &[f64], width: usize, tiles: &[u64], damping: f64) {
        for panel in 0..self.n_panels {
            // Occupied: in H, or where a panel above reaches both this panel and the tile.
            let mut mask = tiles[panel] | bit(panel);
            for above in &self.tiles[..panel] {
                if above & bit(panel) != 0 {
                    mask |= above;
                }
            }
            for tile in panel + 1..self.n_panels {
                if self.tiles[panel] & !mask & bit(tile) != 0 {
                    self.scaled[panel * self.n_panels + tile] = [ZERO; 4];
                    self.unit[panel * self.n_panels + tile] = [ZERO; 4];
                }
            }
            self.tiles[panel] = mask;
            self.occupied.clear();
            for tile in panel..self.n_panels {
                if mask & bit(tile) != 0 {
                    self.occupied.push(tile);
                }
            }

            // D Lᵀ = H − what the panels above take
            let mut nth = 0;
            while nth < self.occupied.len() {
                if nth + 1 < self.occupied.len() {
                    self.reduce(l, h, width, panel, [self.occupied[nth], self.occupied[nth + 1]]);
                } else {
                    self.reduce(l, h, width, panel, [self.occupied[nth]]);
                }
                nth += 2;
            }
            self.eliminate(l, h, width, panel, damping);
        }
    }

    /// Tiles of one panel, less the products of all panels above.
    #[inline(always)]
    fn reduce<L: Lanes, const N: usize>(&mut self, l: L, h: &[f64], width: usize, panel: usize, at: [usize; N]) {
        let n = self.n_panels;
        let (mut sum, mut reached) = ([[ZERO; 4]; N], 0);
        for t in 0..N {
            reached |= bit(at[t]);
            for i in 0..4 {
                sum[t][i] = load(h, (4 * panel + i) * width + 4 * at[t]);
            }
        }
        for above in 0..panel {
            if self.tiles[above] & bit(panel) == 0 || self.tiles[above] & reached == 0 {
                continue;
            }
            let scaled = &self.scaled[above * n + panel];
            let mut unit = [scaled; N];
            for t in 0..N {
                unit[t] = &self.unit[above * n + at[t]];
            }
            for row in 0..4 {
                let scaled = array(scaled[row]);
                for i in 0..4 {
                    let scaled = l.splat(scaled[i]);
                    for t in 0..N {
                        sum[t][i] = l.sub(sum[t][i], l.mul(scaled, unit[t][row]));
                    }
                }
            }
        }
        for t in 0..N {
            self.scaled[panel * n + at[t]] = sum[t];
        }
    }

    /// Elimination among the four rows of a panel.
    #[inline(always)]
    fn eliminate<L: Lanes>(&mut self, l: L, h: &[f64], width: usize, panel: usize, damping: f64) {
        let n = self.n_panels;
        // The tile on the diagonal: pivots, and how much of each row the rows below it lose.
        let diagonal = &self.scaled[panel * n + panel];
        let mut a = [array(diagonal[0]), array(diagonal[1]), array(diagonal[2]), array(diagonal[3])];
        let mut inverse = [0.0; 4];
        let mut share = [[0.0; 4]; 4];
        for i in 0..(self.n - 4 * panel).min(4) {
            let row = 4 * panel + i;
            let entry = h[row * width + row];
            a[i][i] += damping * entry;
            let pivot = a[i][i].max(PIVOT_MIN * entry).max(f64::MIN_POSITIVE);
            inverse[i] = 1.0 / pivot;
            for k in i + 1..4 {
                share[i][k] = a[i][k] * inverse[i];
                for j in k..4 {
                    a[k][j] -= share[i][k] * a[i][j];
                }
            }
        }
        self.inverse[panel] = inverse;
        // All tiles of the panel.
        for tile in &self.occupied {
            let mut rows = self.scaled[panel * n + tile];
            for i in 0..4 {
                for k in i + 1..4 {
                    rows[k] = l.sub(rows[k], l.mul(l.splat(share[i][k]), rows[i]));
                }
            }
            self.scaled[panel * n + tile] = rows;
            for i in 0..4 {
                self.unit[panel * n + tile][i] = l.mul(l.splat(inverse[i]), rows[i]);
            }
        }
    }

    /// x = H⁻¹ x
    #[inline(always)]
    pub(super) fn solve<L: Lanes>(&self, l: L, x: &mut [f64]) {
        let n = self.n_panels;
        // x = L⁻¹ x
        for panel in 0..n {
            let mut b = array(load(x, 4 * panel));
            for i in 0..4 {
                let unit = array(self.unit[panel * n + panel][i]);
                for k in i + 1..4 {
                    b[k] -= unit[k] * b[i];
                }
            }
            store(x, 4 * panel, four(b));
            for tile in panel + 1..n {
                if self.tiles[panel] & bit(tile) != 0 {
                    let mut sum = load(x, 4 * tile);
                    for i in 0..4 {
                        sum = l.sub(sum, l.mul(l.splat(b[i]), self.unit[panel * n + tile][i]));
                    }
                    store(x, 4 * tile, sum);
                }
            }
        }
        // x = L⁻ᵀ D⁻¹ x
        for panel in (0..n).rev() {
            let mut sums = [ZERO; 4];
            for tile in panel + 1..n {
                if self.tiles[panel] & bit(tile) != 0 {
                    let x = load(x, 4 * tile);
                    for i in 0..4 {
                        sums[i] = l.mul_add(self.unit[panel * n + tile][i], x, sums[i]);
                    }
                }
            }
            let (sums, inverse) = (array(l.sums(sums)), self.inverse[panel]);
            let mut b = array(load(x, 4 * panel));
            for i in (0..4).rev() {
                b[i] = b[i] * inverse[i] - sums[i];
                let unit = array(self.unit[panel * n + panel][i]);
                for k in i + 1..4 {
                    b[i] -= unit[k] * b[k];
                }
            }
            store(x, 4 * panel, four(b));
        }
    }
}
