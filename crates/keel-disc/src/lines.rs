//! Lines of cells solved at once: (M + A) x = y with A the links along one direction, by elimination without pivots.
//!
//! M > 0 and links ≥ 0 make every line an M-matrix, so elimination is stable and never turns a positive right side negative. Lines that lie
//! side by side in memory are eliminated together, cell after cell, which the compiler turns into wide instructions; lines that run along
//! memory are taken eight at a time.

#![allow(
    clippy::needless_range_loop,
    reason = "cells, parts and directions are counted through several lists at once"
)]

/// Links of neighbouring cells along one direction.
///
/// # Shapes
/// `link` and `flow` belong to the face above each cell and are 0 where there is none. `flow` (volume per time towards the upper cell) may
/// be empty.
#[derive(Clone, Copy)]
pub(crate) struct Links<'a> {
    pub(crate) link: &'a [f64],
    pub(crate) flow: &'a [f64],
    /// What multiplies every link: diffusivity in water.
    pub(crate) scale: f64,
}

impl Links<'_> {
    /// Coupling of a cell to the one above, and of that one to the cell.
    #[inline(always)]
    pub(crate) fn pair<const FLOW: bool>(&self, face: usize) -> (f64, f64) {
        coupling::<FLOW>(self.scale * self.link[face], if FLOW { self.flow[face] } else { 0.0 })
    }
}

/// Diffusion and central advection of one face; where flow outruns diffusion, as much diffusion as keeps the coupling from turning
/// negative.
#[inline(always)]
pub(crate) fn coupling<const FLOW: bool>(diffusion: f64, flow: f64) -> (f64, f64) {
    if FLOW {
        let half = 0.5 * flow;
        let diffusion = if diffusion < half.abs() { half.abs() } else { diffusion };
        (diffusion - half, diffusion + half)
    } else {
        (diffusion, diffusion)
    }
}

/// Solves `inner` lines side by side, each of `count` cells, from `start` on. `x` holds y, or x of the sweep before when `AGAIN` (then y =
/// M x).
///
/// # Shapes
/// `below` and `above`: coupling of the outermost cells to what lies beyond, one per line, or empty. `upper`: as long as all cells.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "all of them are plain slices of one sweep")]
pub(crate) fn across<const FLOW: bool, const AGAIN: bool>(
    links: Links<'_>,
    m: &[f64],
    below: &[f64],
    above: &[f64],
    (start, count, inner): (usize, usize, usize),
    x: &mut [f64],
    upper: &mut [f64],
) {
    let end = start + count * inner;
    let (m, x, upper) = (&m[start..end], &mut x[start..end], &mut upper[start..end]);
    let link = &links.link[start..end];
    let flow = if FLOW { &links.flow[start..end] } else { &[][..] };
    let row = Links { link, flow, ..links };
    // First row.
    {
        let (x0, u0, m0) = (&mut x[..inner], &mut upper[..inner], &m[..inner]);
        for l in 0..inner {
            let up = if count > 1 { row.pair::<FLOW>(l).0 } else { 0.0 };
            let mut den = m0[l] + up;
            if !below.is_empty() {
                den += below[l];
            }
            if count == 1 && !above.is_empty() {
                den += above[l];
            }
            let y = if AGAIN { m0[l] * x0[l] } else { x0[l] };
            let inverse = 1.0 / den;
            x0[l] = y * inverse;
            u0[l] = up * inverse;
        }
    }
    for i in 1..count {
        let at = i * inner;
        let (x_done, x_rest) = x.split_at_mut(at);
        let (u_done, u_rest) = upper.split_at_mut(at);
        let (x_before, x_here) = (&x_done[at - inner..], &mut x_rest[..inner]);
        let (u_before, u_here) = (&u_done[at - inner..], &mut u_rest[..inner]);
        let m_here = &m[at..at + inner];
        let face_below = Links {
            link: &row.link[at - inner..at],
            flow: if FLOW { &row.flow[at - inner..at] } else { &[] },
            ..row
        };
        let face_above = Links {
            link: &row.link[at..at + inner],
            flow: if FLOW { &row.flow[at..at + inner] } else { &[] },
            ..row
        };
        if i + 1 < count {
            for l in 0..inner {
                let (up, low) = (face_above.pair::<FLOW>(l).0, face_below.pair::<FLOW>(l).1);
                let y = if AGAIN { m_here[l] * x_here[l] } else { x_here[l] };
                let inverse = 1.0 / (m_here[l] + up + low * (1.0 - u_before[l]));
                x_here[l] = (y + low * x_before[l]) * inverse;
                u_here[l] = up * inverse;
            }
        } else {
            for l in 0..inner {
                let low = face_below.pair::<FLOW>(l).1;
                let up = if above.is_empty() { 0.0 } else { above[l] };
                let y = if AGAIN { m_here[l] * x_here[l] } else { x_here[l] };
                let inverse = 1.0 / (m_here[l] + up + low * (1.0 - u_before[l]));
                x_here[l] = (y + low * x_before[l]) * inverse;
            }
        }
    }
    for i in (0..count.saturating_sub(1)).rev() {
        let at = i * inner;
        let (x_head, x_tail) = x.split_at_mut(at + inner);
        let (x_here, x_after, u_here) = (&mut x_head[at..], &x_tail[..inner], &upper[at..at + inner]);
        for l in 0..inner {
            x_here[l] += u_here[l] * x_after[l];
        }
    }
}

/// Number of lines taken at once along memory.
const SIDE: usize = 8;

/// Solves all lines that run along memory, each of `count` cells. `above`: coupling of the last cell of each line to what lies beyond, or
/// empty.
#[inline(always)]
pub(crate) fn along<const FLOW: bool, const AGAIN: bool>(
    links: Links<'_>,
    m: &[f64],
    above: &[f64],
    count: usize,
    x: &mut [f64],
    work: &mut Vec<[f64; SIDE]>,
) {
    let n_lines = m.len() / count;
    work.clear();
    work.resize(2 * count, [0.0; SIDE]);
    let (solution, upper) = work.split_at_mut(count);
    let mut first = 0;
    while first < n_lines {
        let lines = SIDE.min(n_lines - first);
        // Lanes beyond the last line repeat it.
        let starts: [usize; SIDE] = std::array::from_fn(|l| (first + l.min(lines - 1)) * count);
        let (mut x_before, mut u_before, mut low) = ([0.0; SIDE], [0.0; SIDE], [0.0; SIDE]);
        for i in 0..count {
            let (mut up, mut next_low, mut m_here, mut y) = ([0.0; SIDE], [0.0; SIDE], [0.0; SIDE], [0.0; SIDE]);
            for l in 0..SIDE {
                let cell = starts[l] + i;
                m_here[l] = m[cell];
                y[l] = x[cell];
                if i + 1 < count {
                    (up[l], next_low[l]) = links.pair::<FLOW>(cell);
                } else if !above.is_empty() {
                    up[l] = above[starts[l] / count];
                }
            }
            for l in 0..SIDE {
                let y = if AGAIN { m_here[l] * y[l] } else { y[l] };
                let inverse = 1.0 / (m_here[l] + up[l] + low[l] * (1.0 - u_before[l]));
                x_before[l] = (y + low[l] * x_before[l]) * inverse;
                u_before[l] = up[l] * inverse;
            }
            (solution[i], upper[i]) = (x_before, u_before);
            low = next_low;
        }
        let mut after = [0.0; SIDE];
        for i in (0..count).rev() {
            if i + 1 < count {
                for l in 0..SIDE {
                    after[l] = solution[i][l] + upper[i][l] * after[l];
                }
            } else {
                after = solution[i];
            }
            for (l, value) in after.iter().enumerate().take(lines) {
                x[starts[l] + i] = *value;
            }
        }
        first += lines;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Residual of the lines, by the plain definition.
    fn residual(links: Links<'_>, m: &[f64], x: &[f64], y: &[f64], (count, stride): (usize, usize), above: &[f64]) -> f64 {
        let mut worst = 0.0f64;
        for cell in 0..m.len() {
            let i = cell / stride % count;
            let line = if stride == 1 { cell / count } else { cell % stride };
            let mut sum = m[cell] * x[cell] - y[cell];
            if i + 1 < count {
                sum += links.pair::<true>(cell).0 * (x[cell] - x[cell + stride]);
            } else {
                sum += above[line] * x[cell];
            }
            if i > 0 {
                sum += links.pair::<true>(cell - stride).1 * (x[cell] - x[cell - stride]);
            }
            worst = worst.max(sum.abs());
        }
        worst
    }

    #[test]
    fn both_ways_solve_their_lines() {
        let number = |i: usize| ((i * 7919) % 101) as f64 / 101.0;
        let n = 11 * 7;
        let m: Vec<f64> = (0..n).map(|i| 0.5 + number(i)).collect();
        let link: Vec<f64> = (0..n).map(|i| 2.0 * number(i + 3)).collect();
        let flow: Vec<f64> = (0..n).map(|i| number(i + 5) - 0.5).collect();
        let y: Vec<f64> = (0..n).map(|i| number(i + 8) - 0.3).collect();
        let above: Vec<f64> = (0..11).map(number).collect();
        let links = Links {
            link: &link,
            flow: &flow,
            scale: 1.3,
        };
        let mut x = y.clone();
        across::<true, false>(links, &m, &[], &above, (0, 7, 11), &mut x, &mut vec![0.0; n]);
        assert!(residual(links, &m, &x, &y, (7, 11), &above) < 1e-13);
        let mut x = y.clone();
        along::<true, false>(links, &m, &above, 7, &mut x, &mut Vec::new());
        assert!(residual(links, &m, &x, &y, (7, 1), &above) < 1e-13);
    }
}
