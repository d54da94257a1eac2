//! Lines around the positive part of a field on a grid (marching squares), thinned without moving by more than a tolerance.

use std::collections::BTreeMap;

use glam::DVec2;

/// Closed lines around where `field` (rows × columns, row by row) is above zero, in grid units; everything beyond the grid is below zero.
pub(crate) fn loops(field: &[f32], columns: usize, rows: usize) -> Vec<Vec<DVec2>> {
    let (columns, rows) = (columns as isize, rows as isize);
    let value = |x: isize, y: isize| {
        if x < 0 || y < 0 || x >= columns || y >= rows {
            -1.0
        } else {
            field[(y * columns + x) as usize]
        }
    };
    // An edge of the grid is named by its left or upper corner and by whether it runs down.
    type Edge = (isize, isize, bool);
    let cross = |(x, y, down): Edge| {
        let (a, b) = if down {
            (value(x, y), value(x, y + 1))
        } else {
            (value(x, y), value(x + 1, y))
        };
        let t = f64::from(a / (a - b)).clamp(0.0, 1.0);
        DVec2::new(x as f64, y as f64) + if down { DVec2::new(0.0, t) } else { DVec2::new(t, 0.0) }
    };
    // Pieces keep the positive side on their left, so that every edge begins one piece and ends one.
    let mut next: BTreeMap<Edge, Edge> = BTreeMap::new();
    for y in -1..rows {
        for x in -1..columns {
            let corners = [value(x, y), value(x + 1, y), value(x + 1, y + 1), value(x, y + 1)];
            let case = corners
                .iter()
                .enumerate()
                .fold(0, |case, (i, &v)| case | (usize::from(v > 0.0) << i));
            let (top, right, bottom, left): (Edge, Edge, Edge, Edge) = ((x, y, false), (x + 1, y, true), (x, y + 1, false), (x, y, true));
            let joined = corners.iter().sum::<f32>() > 0.0;
            let pieces: &[(Edge, Edge)] = match case {
                1 => &[(left, top)],
                2 => &[(top, right)],
                3 => &[(left, right)],
                4 => &[(right, bottom)],
                5 if joined => &[(left, bottom), (right, top)],
                5 => &[(left, top), (right, bottom)],
                6 => &[(top, bottom)],
                7 => &[(left, bottom)],
                8 => &[(bottom, left)],
                9 => &[(bottom, top)],
                10 if joined => &[(top, left), (bottom, right)],
                10 => &[(top, right), (bottom, left)],
                11 => &[(bottom, right)],
                12 => &[(right, left)],
                13 => &[(right, top)],
                14 => &[(top, left)],
                _ => &[],
            };
            next.extend(pieces.iter().copied());
        }
    }
    let mut found = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let (mut points, mut at) = (Vec::new(), start);
        while let Some(to) = next.remove(&at) {
            points.push(cross(at));
            at = to;
        }
        found.push(points);
    }
    found
}

/// The closed line through fewer of its points, none of the others farther from it than `tolerance`; `None` for a speck.
pub(crate) fn thinned(points: &[DVec2], tolerance: f64, area_min: f64) -> Option<Vec<DVec2>> {
    if points.len() < 3 {
        return None;
    }
    let area = 0.5
        * points
            .iter()
            .zip(points.iter().cycle().skip(1))
            .map(|(a, b)| a.perp_dot(*b))
            .sum::<f64>();
    if area.abs() < area_min {
        return None;
    }
    // Cut at the point farthest from the first, so that both halves are open lines.
    let far = (1..points.len()).max_by(|&i, &j| (points[i] - points[0]).length().total_cmp(&(points[j] - points[0]).length()))?;
    let mut kept = Vec::new();
    let half: Vec<DVec2> = points[far..].iter().chain(&points[..1]).copied().collect();
    keep(&points[..=far], tolerance, &mut kept);
    keep(&half, tolerance, &mut kept);
    (kept.len() >= 3).then_some(kept)
}

/// Douglas and Peucker; the last point is left to the line that follows.
fn keep(line: &[DVec2], tolerance: f64, kept: &mut Vec<DVec2>) {
    let (first, last) = (line[0], line[line.len() - 1]);
    let along = (last - first).normalize_or_zero();
    let off = |p: DVec2| {
        if along == DVec2::ZERO {
            (p - first).length()
        } else {
            along.perp_dot(p - first).abs()
        }
    };
    let far = (1..line.len().saturating_sub(1)).max_by(|&i, &j| off(line[i]).total_cmp(&off(line[j])));
    match far {
        Some(i) if off(line[i]) > tolerance => {
            keep(&line[..=i], tolerance, kept);
            keep(&line[i..], tolerance, kept);
        }
        _ => kept.push(first),
    }
}
