//! The visible surface of a body: limbs melt into one skin, rays find where it is, light shades it.
//!
//! Every limb is a tapered capsule with its exact distance function. Limbs of one part are joined by a smooth minimum, so that a neck
//! grows out of shoulders; parts (arm and trunk) melt less. Parallel rays march along the distance until they meet the skin. The
//! result is a sheet of samples: depth, brightness, tone and part, finer than the picture.

use glam::{DVec3, Vec3};

use crate::{
    camera::{Camera, Fit},
    scene::{HeldBox, Limb, Part, Tone},
};

/// Samples per pixel along each edge of the picture.
pub(crate) const FINE: usize = 2;
/// Limbs of one part melt over this distance at most, m.
const MELT_M: f32 = 0.03;
/// Two parts that touch melt over this distance, m.
const TOUCH_M: f32 = 0.02;
/// Edge of a tile of samples that share a list of near limbs.
const TILE: usize = 8;
/// Distance of the samples that are looked at first.
const COARSE: usize = 4;
/// Rays end this near the skin, m.
const CLOSE_M: f32 = 0.0004;
/// Other skin within this distance takes light, m.
const OPEN_M: f32 = 0.04;
/// Light comes from above, left and the viewer.
const LIGHT: Vec3 = Vec3::new(-0.42, 0.66, 0.62);

/// What a sample shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Material {
    /// A limb.
    Body(Tone, Part),
    /// A thing held.
    Load,
}

/// One sample of the sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Towards the viewer, m.
    pub(crate) depth: f32,
    /// 0 dark to 1 bright.
    pub(crate) shade: f32,
    /// 0 inside a face, 1 at an edge.
    pub(crate) edge: f32,
    pub(crate) material: Material,
}

/// Samples over a rectangle of pixels of the picture.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// Left upper pixel.
    pub(crate) left: usize,
    pub(crate) top: usize,
    /// Size in pixels.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// (height · FINE) × (width · FINE), row by row.
    pub(crate) samples: Vec<Option<Sample>>,
}

/// A body of the scene as a distance function, in view coordinates.
struct Solid {
    form: Form,
    material: Material,
    /// Melting distance, m.
    melt: f32,
    /// Ball around it.
    centre: Vec3,
    reach: f32,
}

enum Form {
    Capsule {
        a: Vec3,
        ba: Vec3,
        rr: f32,
        slope: f32,
        il2: f32,
        r1: f32,
        r2: f32,
    },
    Ball {
        a: Vec3,
        r: f32,
    },
    // Axes of the box in the view, and half edges.
    Block {
        axes: [Vec3; 3],
        half: Vec3,
    },
}

/// A square of samples.
struct Tile {
    /// Solids that its rays may meet, sorted by part.
    near: Vec<u32>,
    /// Solids that may take its light.
    around: Vec<u32>,
    /// Where its rays begin and end along the view.
    start: f32,
    back: f32,
}

/// Round edge of a held box, m.
const BLOCK_ROUND_M: f32 = 0.008;

impl Solid {
    fn limb(limb: &Limb, camera: &Camera) -> Self {
        let (a, b) = (camera.seen(limb.from_m).as_vec3(), camera.seen(limb.to_m).as_vec3());
        let (r1, r2) = (limb.radius_from_m as f32, limb.radius_to_m as f32);
        let ba = b - a;
        let (l2, rr) = (ba.length_squared(), r1 - r2);
        let a2 = l2 - rr * rr;
        // One ball inside the other: only the larger is seen.
        let form = if a2 <= 1e-9 {
            if r1 >= r2 {
                Form::Ball { a, r: r1 }
            } else {
                Form::Ball { a: b, r: r2 }
            }
        } else {
            Form::Capsule {
                a,
                ba,
                rr,
                slope: (a2 / l2).sqrt(),
                il2: 1.0 / l2,
                r1,
                r2,
            }
        };
        let bone = limb.tone == Tone::Bone;
        Self {
            form,
            material: Material::Body(limb.tone, limb.part),
            melt: (0.45 * r1.min(r2)).min(if bone { 0.004 } else { MELT_M }),
            centre: (a + b) * 0.5,
            reach: ba.length() * 0.5 + r1.max(r2),
        }
    }

    fn block(load: &HeldBox, camera: &Camera) -> Self {
        let half = (load.size_m * 0.5).as_vec3();
        let axis = |v: DVec3| camera.seen(load.turn * v).as_vec3();
        Self {
            form: Form::Block {
                axes: [axis(DVec3::X), axis(DVec3::Y), axis(DVec3::Z)],
                half,
            },
            material: Material::Load,
            melt: 0.0,
            centre: camera.seen(load.centre_m).as_vec3(),
            reach: half.length(),
        }
    }

    /// Signed distance, m, and its gradient (tapered capsule after Quilez).
    fn distance(&self, p: Vec3) -> (f32, Vec3) {
        let ball = |centre: Vec3, r: f32| {
            let d = p - centre;
            let length = d.length().max(1e-9);
            (length - r, d / length)
        };
        match self.form {
            Form::Ball { a, r } => ball(a, r),
            Form::Capsule {
                a,
                ba,
                rr,
                slope,
                il2,
                r1,
                r2,
            } => {
                // y: along the axis times its length; w: across it
                let pa = p - a;
                let y = pa.dot(ba);
                let across = pa - ba * (y * il2);
                let w = across.length();
                // s: where the axis carries the ball that touches next, 0 at a and 1 at b
                let s = y * il2 - w * rr * il2 / slope;
                if s <= 0.0 {
                    ball(a, r1)
                } else if s >= 1.0 {
                    ball(a + ba, r2)
                } else {
                    let gradient = across * (slope / w.max(1e-9)) + ba * (rr * il2);
                    (w * slope + y * rr * il2 - r1, gradient)
                }
            }
            Form::Block { axes, half } => {
                let d = p - self.centre;
                let local = Vec3::new(d.dot(axes[0]), d.dot(axes[1]), d.dot(axes[2]));
                let q = local.abs() - half + BLOCK_ROUND_M;
                let out = q.max(Vec3::ZERO);
                let distance = out.length() + q.max_element().min(0.0) - BLOCK_ROUND_M;
                let n = out * local.signum();
                (distance, (axes[0] * n.x + axes[1] * n.y + axes[2] * n.z).normalize_or(Vec3::Z))
            }
        }
    }

    fn part(&self) -> u8 {
        match self.material {
            Material::Body(_, part) => part as u8,
            Material::Load => u8::MAX,
        }
    }
}

/// Smooth minimum of two distances with their gradients. Surfaces melt where they meet at an angle; where they run alike there is nothing
/// to fill, and where they face each other they stay apart: k (1 - cos²).
fn melt(a: (f32, Vec3), b: (f32, Vec3), k: f32) -> (f32, Vec3) {
    let (near, far) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let gap = far.0 - near.0;
    if gap >= k {
        return near;
    }
    let cos = near.1.dot(far.1).clamp(-1.0, 1.0);
    let k = (k * (1.0 - cos * cos)).max(1e-6);
    let h = (k - gap).max(0.0) / k;
    (near.0 - h * h * k * 0.25, near.1.lerp(far.1, 0.5 * h))
}

/// Distance of the joined skin with its gradient; `near` is sorted by part.
fn skin(solids: &[Solid], near: &[u32], p: Vec3) -> (f32, Vec3) {
    const FAR: (f32, Vec3) = (1e3, Vec3::Z);
    let (mut all, mut joined, mut part) = (FAR, FAR, None);
    for &i in near {
        let solid = &solids[i as usize];
        if part != Some(solid.part()) {
            all = melt(all, joined, TOUCH_M);
            (joined, part) = (FAR, Some(solid.part()));
        }
        // A solid that is farther than the nearest by more than the melting distance changes nothing.
        let bound = all.0.min(joined.0) + MELT_M + solid.reach;
        if (p - solid.centre).length_squared() < bound * bound || bound < 0.0 {
            joined = melt(joined, solid.distance(p), solid.melt);
        }
    }
    melt(all, joined, TOUCH_M)
}

/// The material of the solid next to a point.
fn material(solids: &[Solid], near: &[u32], p: Vec3) -> Material {
    let mut best = (f32::INFINITY, Material::Load);
    for &i in near {
        let (d, _) = solids[i as usize].distance(p);
        if d < best.0 {
            best = (d, solids[i as usize].material);
        }
    }
    best.1
}

impl Sheet {
    /// Looks at limbs and loads; `None` where nothing of them lies within the picture.
    pub(crate) fn look(limbs: &[Limb], loads: &[HeldBox], camera: &Camera, fit: &Fit, width: usize, height: usize) -> Option<Self> {
        let mut solids: Vec<Solid> = limbs.iter().map(|limb| Solid::limb(limb, camera)).collect();
        solids.extend(loads.iter().map(|load| Solid::block(load, camera)));
        solids.sort_by_key(Solid::part);

        // The rectangle of pixels that all balls cover.
        let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for solid in &solids {
            let c = fit.px(solid.centre.as_dvec3());
            let r = f64::from(solid.reach) * fit.scale + 2.0;
            min = [min[0].min(c.x - r), min[1].min(c.y - r)];
            max = [max[0].max(c.x + r), max[1].max(c.y + r)];
        }
        let (left, top) = (
            min[0].floor().clamp(0.0, width as f64) as usize,
            min[1].floor().clamp(0.0, height as f64) as usize,
        );
        let (right, bottom) = (
            max[0].ceil().clamp(0.0, width as f64) as usize,
            max[1].ceil().clamp(0.0, height as f64) as usize,
        );
        if right <= left || bottom <= top {
            return None;
        }
        let mut sheet = Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
            samples: Vec::new(),
        };
        sheet.samples = vec![None; sheet.columns() * sheet.rows()];

        // The body's middle: what lies behind it is darker.
        let weight: f32 = limbs.iter().map(|limb| limb.radius_from_m as f32).sum();
        let middle = limbs
            .iter()
            .map(|limb| camera.seen((limb.from_m + limb.to_m) * 0.5).z as f32 * limb.radius_from_m as f32)
            .sum::<f32>()
            / weight.max(1e-6);

        let tiles = sheet.tiles(&solids, fit);
        let n_tile_columns = sheet.columns().div_ceil(TILE);
        let look_at = |sheet: &Self, x: usize, y: usize| {
            let tile = tiles[y / TILE * n_tile_columns + x / TILE].as_ref()?;
            let from = sheet.place(x, y, fit).with_z(tile.start);
            let (p, n) = march(&solids, &tile.near, from, tile.back, CLOSE_M)?;
            Some(light(&solids, tile, p, n, middle))
        };
        // Every fourth sample along each edge, then those between: between samples that agree, their mean.
        for step in [COARSE, COARSE / 2, COARSE / 4] {
            let first = step == COARSE;
            for y in (0..sheet.rows()).step_by(step) {
                for x in (0..sheet.columns()).step_by(step) {
                    let known = x.is_multiple_of(2 * step) && y.is_multiple_of(2 * step);
                    if first || !known {
                        let sample = if first { None } else { sheet.between(x, y, step) }.unwrap_or_else(|| look_at(&sheet, x, y));
                        let columns = sheet.columns();
                        sheet.samples[y * columns + x] = sample;
                    }
                }
            }
        }
        sheet.find_edges();
        Some(sheet)
    }

    /// What all rays of a tile share, row by row; `None` for a tile without skin.
    fn tiles(&self, solids: &[Solid], fit: &Fit) -> Vec<Option<Tile>> {
        let half = (TILE as f64 * 0.5 / fit.scale / FINE as f64) as f32;
        let ray_spread = half * std::f32::consts::SQRT_2;
        let mut tiles = Vec::new();
        for y in (0..self.rows()).step_by(TILE) {
            for x in (0..self.columns()).step_by(TILE) {
                let corner = self.place(x, y, fit);
                let middle = Vec3::new(corner.x + half, corner.y - half, 0.0);
                // Solids whose shadow comes near the tile.
                let (mut near, mut around) = (Vec::new(), Vec::new());
                for (i, solid) in (0_u32..).zip(solids) {
                    let gap = solid.shadow_distance(middle) - ray_spread;
                    if gap < MELT_M {
                        near.push(i);
                    }
                    if gap < 2.0 * OPEN_M {
                        around.push(i);
                    }
                }
                let front = near
                    .iter()
                    .map(|&i| solids[i as usize].centre.z + solids[i as usize].reach)
                    .fold(f32::NEG_INFINITY, f32::max);
                let back = near
                    .iter()
                    .map(|&i| solids[i as usize].centre.z - solids[i as usize].reach)
                    .fold(f32::INFINITY, f32::min)
                    - MELT_M;
                // All rays go together as long as none can meet the skin.
                let start = march(solids, &near, middle.with_z(front + MELT_M), back, ray_spread);
                tiles.push(start.map(|(p, _)| Tile {
                    near,
                    around,
                    start: p.z,
                    back,
                }));
            }
        }
        tiles
    }

    /// The sample between two or four at a distance of `step` that agree; `None` where they do not and it must be looked at.
    fn between(&self, x: usize, y: usize, step: usize) -> Option<Option<Sample>> {
        const DEPTH_M: f32 = 0.004;
        const SHADE: f32 = 0.04;
        let side = |at: usize, length: usize| {
            if at.is_multiple_of(2 * step) {
                Some((at, at))
            } else {
                (at + step < length).then_some((at - step, at + step))
            }
        };
        let ((x0, x1), (y0, y1)) = (side(x, self.columns())?, side(y, self.rows())?);
        let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| self.samples[y * self.columns() + x]);
        let Some(first) = corners[0] else {
            // Nothing thinner than two samples is looked for.
            return (step == 1 && corners.iter().all(Option::is_none)).then_some(None);
        };
        let (mut depth, mut shade) = (0.0, 0.0);
        for corner in corners {
            let corner = corner?;
            let agrees = corner.material == first.material
                && (corner.depth - first.depth).abs() < DEPTH_M * step as f32
                && (corner.shade - first.shade).abs() < SHADE;
            if !agrees {
                return None;
            }
            depth += 0.25 * corner.depth;
            shade += 0.25 * corner.shade;
        }
        Some(Some(Sample { depth, shade, ..first }))
    }

    pub(crate) fn columns(&self) -> usize {
        self.width * FINE
    }

    pub(crate) fn rows(&self) -> usize {
        self.height * FINE
    }

    /// Takes away the samples behind those of another sheet of the same picture whose material hides.
    pub(crate) fn hide_behind(&mut self, other: &Self, hides: impl Fn(Material) -> bool) {
        let columns = self.columns();
        for (i, sample) in self.samples.iter_mut().enumerate() {
            let (x, y) = (self.left * FINE + i % columns, self.top * FINE + i / columns);
            let there = other.at(x, y);
            *sample = sample.filter(|s| !there.is_some_and(|t| t.depth > s.depth && hides(t.material)));
        }
    }

    /// The sample at a place of the whole picture.
    fn at(&self, x: usize, y: usize) -> Option<Sample> {
        let (column, row) = (x.checked_sub(self.left * FINE)?, y.checked_sub(self.top * FINE)?);
        if column < self.columns() && row < self.rows() {
            self.samples[row * self.columns() + column]
        } else {
            None
        }
    }

    /// The sample's place in the view, m.
    fn place(&self, column: usize, row: usize, fit: &Fit) -> Vec3 {
        let x = self.left as f64 + (column as f64 + 0.5) / FINE as f64;
        let y = self.top as f64 + (row as f64 + 0.5) / FINE as f64;
        Vec3::new(
            ((x - fit.origin_px.x) / fit.scale) as f32,
            ((fit.origin_px.y - y) / fit.scale) as f32,
            0.0,
        )
    }

    /// Marks samples that stand in front of a neighbour, so that arms and legs keep their outline within the body.
    fn find_edges(&mut self) {
        const REACH: isize = FINE as isize;
        const STEP_M: (f32, f32) = (0.015, 0.035);
        let (columns, rows) = (self.columns() as isize, self.rows() as isize);
        let depth: Vec<f32> = self.samples.iter().map(|s| s.map_or(f32::NEG_INFINITY, |s| s.depth)).collect();
        for y in 0..rows {
            for x in 0..columns {
                let here = (y * columns + x) as usize;
                let Some(sample) = &mut self.samples[here] else { continue };
                let mut step = 0.0_f32;
                for (dx, dy) in [(-REACH, 0), (REACH, 0), (0, -REACH), (0, REACH), (-1, -1), (1, 1), (1, -1), (-1, 1)] {
                    let (nx, ny) = (x + dx, y + dy);
                    let there = if nx < 0 || ny < 0 || nx >= columns || ny >= rows {
                        f32::NEG_INFINITY
                    } else {
                        depth[(ny * columns + nx) as usize]
                    };
                    step = step.max(sample.depth - there);
                }
                sample.edge = ((step - STEP_M.0) / (STEP_M.1 - STEP_M.0)).clamp(0.0, 1.0);
            }
        }
    }
}

impl Solid {
    /// How far a point of the view's plane is from the solid's shadow on that plane, m; a lower bound.
    fn shadow_distance(&self, p: Vec3) -> f32 {
        let flat = |v: Vec3| Vec3::new(v.x, v.y, 0.0);
        match self.form {
            Form::Capsule { a, ba, r1, r2, .. } => {
                let (a, ba) = (flat(a), flat(ba));
                let t = ((p - a).dot(ba) / ba.length_squared().max(1e-12)).clamp(0.0, 1.0);
                (p - a - ba * t).length() - r1.max(r2)
            }
            Form::Ball { a, r } => (p - flat(a)).length() - r,
            Form::Block { .. } => (p - flat(self.centre)).length() - self.reach,
        }
    }
}

/// Where a ray against the view direction comes within `close` of the skin, and the gradient there; `None` where it passes.
fn march(solids: &[Solid], near: &[u32], from: Vec3, back: f32, close: f32) -> Option<(Vec3, Vec3)> {
    const STEPS: u16 = 200;
    // Rays that graze the skin for long take larger steps, up to 4 mm.
    const HASTE_M: f32 = 0.00002;
    let mut p = from;
    let mut found = (f32::INFINITY, Vec3::Z);
    for step in 0..STEPS {
        found = skin(solids, near, p);
        if found.0 < close {
            break;
        }
        p.z -= (found.0 - close * 0.5).max(CLOSE_M + HASTE_M * f32::from(step));
        if p.z < back {
            return None;
        }
    }
    Some((p, found.1))
}

/// Brightness of the skin at a point: a soft light, less where other skin is near, less behind the body's middle.
fn light(solids: &[Solid], tile: &Tile, p: Vec3, normal: Vec3, middle: f32) -> Sample {
    let n = normal.normalize_or(Vec3::Z);
    // open: free distance along the normal over the distance gone
    let lifted = p + n * OPEN_M;
    let free = tile
        .around
        .iter()
        .map(|&i| solids[i as usize].distance(lifted).0)
        .fold(f32::INFINITY, f32::min);
    let open = (free / OPEN_M).clamp(0.0, 1.0);
    // half Lambert, softened towards the rim
    let lambert = 0.5 + 0.5 * n.dot(LIGHT.normalize());
    let rim = 0.72 + 0.28 * n.z.clamp(0.0, 1.0);
    // behind: 0 in front of the middle, 1 from 0.15 m behind
    let behind = ((middle + 0.02 - p.z) / 0.15).clamp(0.0, 1.0);
    let shade = lambert * rim * (0.62 + 0.38 * open) * (1.0 - 0.42 * behind);
    Sample {
        depth: p.z,
        shade: shade.clamp(0.0, 1.0),
        edge: 0.0,
        material: material(solids, &tile.near, p),
    }
}
