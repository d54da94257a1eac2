//! Products with G, block by block: Gᵀ v, G x and G D Gᵀ.

#![allow(clippy::needless_range_loop, reason = "fours and lanes that stay in registers are counted")]

use keel_body::lanes::{Four, Lanes, ZERO, array, load, store};

use super::{
    factor::bit,
    problem::{Block, Problem},
};

/// A point of the dual and what follows from it.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) y: Vec<f64>,
    /// Gᵀ y
    pub(super) z: Vec<Four>,
    /// clamp(c + z / w)
    pub(super) x: Vec<Four>,
    /// Diagonal of D: 1/w in columns that are not clamped, else 0.
    pub(super) d: Vec<Four>,
    /// G x + s² y − b, by row.
    pub(super) f: Vec<f64>,
}

impl Point {
    pub(super) fn new(n_groups: usize, n_padded: usize) -> Self {
        Self {
            y: vec![0.0; n_padded],
            z: vec![ZERO; n_groups],
            x: vec![ZERO; n_groups],
            d: vec![ZERO; n_groups],
            f: vec![0.0; n_padded],
        }
    }
}

/// Calls a product of blocks of a fixed number of fours, so that they stay in registers, or else the one for any number.
macro_rules! by_width {
    ($block:expr, $narrow:ident, $wide:ident $arguments:tt) => {
        match $block.fours.len() {
            1 => $narrow::<L, 1> $arguments,
            2 => $narrow::<L, 2> $arguments,
            3 => $narrow::<L, 3> $arguments,
            4 => $narrow::<L, 4> $arguments,
            5 => $narrow::<L, 5> $arguments,
            6 => $narrow::<L, 6> $arguments,
            7 => $narrow::<L, 7> $arguments,
            8 => $narrow::<L, 8> $arguments,
            _ => $wide::<L> $arguments,
        }
    };
}

/// x and D at z, and G x, which is added to f.
#[inline(always)]
pub(super) fn respond<L: Lanes>(l: L, problem: &Problem, at: &mut Point) {
    let n = at.z.len();
    let (z, x, d) = (&at.z[..n], &mut at.x[..n], &mut at.d[..n]);
    let (low, high, w, c) = (
        &problem.low[..n],
        &problem.high[..n],
        &problem.inverse_weight[..n],
        &problem.centre[..n],
    );
    for k in 0..n {
        let free = l.mul_add(z[k], w[k], c[k]);
        x[k] = l.clamp(free, low[k], high[k]);
        d[k] = l.inside(free, low[k], high[k], w[k]);
    }
    multiply(l, problem, &at.x, &mut at.f);
}

/// z = Gᵀ v
#[inline(always)]
pub(super) fn multiply_transposed<L: Lanes>(l: L, problem: &Problem, v: &[f64], z: &mut [Four]) {
    for block in &problem.blocks {
        by_width!(block, multiply_transposed_narrow, multiply_transposed_wide(l, problem, block, v, z));
    }
}

/// f += G x
#[inline(always)]
pub(super) fn multiply<L: Lanes>(l: L, problem: &Problem, x: &[Four], f: &mut [f64]) {
    for block in &problem.blocks {
        by_width!(block, multiply_narrow, multiply_wide(l, problem, block, x, f));
    }
}

/// First rows of the fours of a block.
#[inline(always)]
fn first_rows<'a>(problem: &'a Problem, block: &Block) -> &'a [usize] {
    &problem.first_rows[block.fours.clone()]
}

/// Entries of a block, by groups of four columns of K fours.
#[inline(always)]
fn groups<'a, const K: usize>(problem: &'a Problem, block: &Block) -> &'a [[[Four; K]; 4]] {
    let entries = &problem.g[block.start..block.start + 4 * K * block.n_groups];
    entries.as_chunks::<K>().0.as_chunks::<4>().0
}

/// Gᵀ v of four columns.
#[inline(always)]
fn dots<L: Lanes, const K: usize>(l: L, columns: &[[Four; K]; 4], v: &[Four; K]) -> Four {
    let mut sums = [ZERO; 4];
    for c in 0..4 {
        sums[c] = l.mul(columns[c][0], v[0]);
        for k in 1..K {
            sums[c] = l.mul_add(columns[c][k], v[k], sums[c]);
        }
    }
    l.sums(sums)
}

/// Adds G x of four columns to f.
#[inline(always)]
fn add_columns<L: Lanes, const K: usize>(l: L, columns: &[[Four; K]; 4], x: Four, f: &mut [Four; K]) {
    let x = array(x);
    for c in 0..4 {
        let x = l.splat(x[c]);
        for k in 0..K {
            f[k] = l.mul_add(columns[c][k], x, f[k]);
        }
    }
}

/// Adds what a block sums up to its rows.
#[inline(always)]
fn add_to_rows<L: Lanes, const K: usize>(l: L, rows: &[usize], sums: &[Four; K], f: &mut [f64]) {
    for k in 0..K {
        let sum = l.add(load(f, rows[k]), sums[k]);
        store(f, rows[k], sum);
    }
}

#[inline(always)]
fn multiply_transposed_narrow<L: Lanes, const K: usize>(l: L, problem: &Problem, block: &Block, v: &[f64], z: &mut [Four]) {
    let rows = first_rows(problem, block);
    let mut of_rows = [ZERO; K];
    for k in 0..K {
        of_rows[k] = load(v, rows[k]);
    }
    let groups = groups::<K>(problem, block);
    let z = &mut z[block.group..block.group + groups.len()];
    for nth in 0..groups.len() {
        z[nth] = dots(l, &groups[nth], &of_rows);
    }
}

#[inline(always)]
fn multiply_narrow<L: Lanes, const K: usize>(l: L, problem: &Problem, block: &Block, x: &[Four], f: &mut [f64]) {
    let mut sums = [ZERO; K];
    let groups = groups::<K>(problem, block);
    let x = &x[block.group..block.group + groups.len()];
    for nth in 0..groups.len() {
        if l.differ(x[nth], ZERO) {
            add_columns(l, &groups[nth], x[nth], &mut sums);
        }
    }
    add_to_rows(l, first_rows(problem, block), &sums, f);
}

/// Entries of a group of four columns of a block of any width, column by column.
#[inline(always)]
fn group_of_wide<'a>(problem: &'a Problem, block: &Block, nth: usize) -> impl Iterator<Item = &'a [Four]> {
    let width = block.fours.len();
    problem.g[block.start + 4 * nth * width..block.start + 4 * (nth + 1) * width].chunks_exact(width)
}

#[inline(always)]
fn dots_wide<L: Lanes>(l: L, problem: &Problem, block: &Block, nth: usize, v: &[f64]) -> Four {
    let mut sums = [ZERO; 4];
    for (sum, column) in sums.iter_mut().zip(group_of_wide(problem, block, nth)) {
        for (g, row) in column.iter().zip(first_rows(problem, block)) {
            *sum = l.mul_add(*g, load(v, *row), *sum);
        }
    }
    l.sums(sums)
}

#[inline(always)]
fn add_columns_wide<L: Lanes>(l: L, problem: &Problem, block: &Block, nth: usize, x: Four, f: &mut [f64]) {
    for (x, column) in array(x).into_iter().zip(group_of_wide(problem, block, nth)) {
        for (g, row) in column.iter().zip(first_rows(problem, block)) {
            let sum = l.mul_add(*g, l.splat(x), load(f, *row));
            store(f, *row, sum);
        }
    }
}

#[inline(always)]
fn multiply_transposed_wide<L: Lanes>(l: L, problem: &Problem, block: &Block, v: &[f64], z: &mut [Four]) {
    for nth in 0..block.n_groups {
        z[block.group + nth] = dots_wide(l, problem, block, nth, v);
    }
}

#[inline(always)]
fn multiply_wide<L: Lanes>(l: L, problem: &Problem, block: &Block, x: &[Four], f: &mut [f64]) {
    for nth in 0..block.n_groups {
        add_columns_wide(l, problem, block, nth, x[block.group + nth], f);
    }
}

/// H = G D Gᵀ + s², kept up to date with D.
#[derive(Debug, Clone)]
pub(super) struct Hessian {
    /// Tiles on and above the diagonal (rows of `width` numbers).
    pub(super) h: Vec<f64>,
    pub(super) width: usize,
    /// Tiles that may be other than zero, by panel of four rows.
    pub(super) tiles: Vec<u64>,
    /// D that it has been made of.
    d: Vec<Four>,
    /// Whether it has been cleared since the last update.
    is_clear: bool,
    /// Columns at work, by how much D has changed, with their entries as they are and times that.
    changed: Vec<(usize, f64)>,
    plain: Vec<Four>,
    scaled: Vec<Four>,
}

impl Hessian {
    pub(super) fn new(problem: &Problem, width: usize) -> Self {
        let largest = problem
            .blocks
            .iter()
            .map(|block| 4 * block.n_groups * block.fours.len())
            .max()
            .unwrap_or(0);
        Self {
            h: vec![0.0; width * width],
            width,
            tiles: vec![0; width / 4],
            d: vec![ZERO; problem.low.len()],
            is_clear: true,
            changed: Vec::with_capacity(4 * problem.low.len()),
            plain: vec![ZERO; largest],
            scaled: vec![ZERO; largest],
        }
    }

    /// H of no free column.
    pub(super) fn clear(&mut self, slack_squared: &[f64]) {
        for (row, h) in self.h.chunks_exact_mut(self.width).enumerate() {
            h[row / 4 * 4..].fill(0.0);
        }
        self.tiles.fill(0);
        self.d.fill(ZERO);
        self.is_clear = true;
        for (k, s) in slack_squared.iter().enumerate() {
            self.h[k * self.width + k] = *s;
        }
    }

    /// Adds the columns that became free, takes off those that were clamped. Says whether H is another one than after the last update.
    #[inline(always)]
    pub(super) fn update<L: Lanes>(&mut self, l: L, problem: &Problem, d: &[Four]) -> bool {
        let mut is_changed = std::mem::take(&mut self.is_clear);
        for block in &problem.blocks {
            self.changed.clear();
            for nth in 0..block.n_groups {
                let at = block.group + nth;
                if l.differ(d[at], self.d[at]) {
                    let change = array(l.sub(d[at], self.d[at]));
                    for lane in 0..4 {
                        if change[lane] != 0.0 {
                            self.changed.push((4 * nth + lane, change[lane]));
                        }
                    }
                    self.d[at] = d[at];
                }
            }
            if !self.changed.is_empty() {
                self.add_block(l, problem, block);
                is_changed = true;
            }
        }
        is_changed
    }

    #[inline(always)]
    fn add_block<L: Lanes>(&mut self, l: L, problem: &Problem, block: &Block) {
        for (panel, tiles) in self.tiles.iter_mut().enumerate() {
            if block.panels & bit(panel) != 0 {
                *tiles |= block.panels;
            }
        }
        // Entries of the changed columns, side by side.
        let width = block.fours.len();
        let n = self.changed.len() * width;
        let (plain, scaled) = (&mut self.plain[..n], &mut self.scaled[..n]);
        for nth in 0..self.changed.len() {
            let (column, change) = self.changed[nth];
            let change = l.splat(change);
            let entries = &problem.g[block.start + column * width..block.start + (column + 1) * width];
            for k in 0..width {
                plain[nth * width + k] = entries[k];
                scaled[nth * width + k] = l.mul(change, entries[k]);
            }
        }
        // H += Σ (d g) gᵀ, tile by tile
        let rows = &problem.first_rows[block.fours.clone()];
        for i in 0..width {
            let mut j = i;
            while j < width {
                if j + 1 < width {
                    add_tiles::<L, 2>(l, &mut self.h, self.width, rows, i, j, plain, scaled);
                } else {
                    add_tiles::<L, 1>(l, &mut self.h, self.width, rows, i, j, plain, scaled);
                }
                j += 2;
            }
        }
    }
}

/// Adds the products of the i-th four of rows with the j-th, and N − 1 after it.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "one tile of one product, in the registers")]
fn add_tiles<L: Lanes, const N: usize>(
    l: L,
    h: &mut [f64],
    width: usize,
    rows: &[usize],
    i: usize,
    j: usize,
    plain: &[Four],
    scaled: &[Four],
) {
    let n = rows.len();
    let mut sums = [[ZERO; N]; 4];
    let mut at = 0;
    while at < plain.len() {
        let (scaled, plain) = (array(scaled[at + i]), &plain[at + j..at + j + N]);
        for r in 0..4 {
            let scaled = l.splat(scaled[r]);
            for t in 0..N {
                sums[r][t] = l.mul_add(scaled, plain[t], sums[r][t]);
            }
        }
        at += n;
    }
    for r in 0..4 {
        for t in 0..N {
            let at = (rows[i] + r) * width + rows[j + t];
            let sum = l.add(load(h, at), sums[r][t]);
            store(h, at, sum);
        }
    }
}
