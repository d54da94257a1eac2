//! A picture as SVG. The body's brightness becomes bands of one colour each, one above the other from dark to bright.

use std::fmt::Write as _;

use glam::DVec2;

use crate::{
    contour::{loops, thinned},
    paint::{Anchor, Item, Paint, Segment},
    palette::{Rgb, Theme},
    scene::Tone,
    surface::{FINE, Material, Sheet},
};

/// A line may depart from the body's outline by this much, px.
const TOLERANCE_PX: f64 = 0.28;
/// Smaller bands are left out, px².
const SPECK_PX2: f64 = 5.0;

/// How many bands of brightness a tone is drawn in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bands {
    /// A still picture.
    Fine,
    /// One of many pictures in a file.
    Coarse,
}

impl Bands {
    fn count(self, tone: Tone) -> usize {
        match (self, tone) {
            (Self::Fine, Tone::Bone | Tone::Hair) => 4,
            (Self::Fine, _) => 10,
            (Self::Coarse, Tone::Bone | Tone::Hair) => 1,
            (Self::Coarse, _) => 4,
        }
    }
}

/// The `<svg>` start tag, its name for screen readers and the background.
pub(crate) fn open(out: &mut String, width: u32, height: u32, title: &str, theme: Theme) {
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="'PT Sans', sans-serif">"#
    );
    let _ = write!(out, "<title>{}</title>", escaped(title));
    let _ = write!(
        out,
        r#"<rect class="background" width="{width}" height="{height}" fill="{}"/>"#,
        hex(theme.background())
    );
}

/// Items one above the other.
pub(crate) fn write(out: &mut String, items: &[Item], theme: Theme, bands: Bands) {
    for item in items {
        match item {
            Item::Path {
                class,
                segments,
                fill,
                stroke,
            } => {
                let _ = write!(out, r#"<path class="{class}" d="{}""#, path_data(segments));
                match fill {
                    Some(paint) => paint_attributes(out, "fill", *paint),
                    None => out.push_str(r#" fill="none""#),
                }
                if let Some((paint, width)) = stroke {
                    paint_attributes(out, "stroke", *paint);
                    let _ = write!(
                        out,
                        r#" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round""#,
                        number(*width)
                    );
                }
                out.push_str("/>");
            }
            Item::Text {
                at,
                size_px,
                anchor,
                bold,
                paint,
                text,
            } => {
                let _ = write!(
                    out,
                    r#"<text x="{}" y="{}" font-size="{}""#,
                    number(at.x),
                    number(at.y),
                    number(*size_px)
                );
                paint_attributes(out, "fill", *paint);
                if *bold {
                    out.push_str(r#" font-weight="700""#);
                }
                if *anchor == Anchor::Middle {
                    out.push_str(r#" text-anchor="middle""#);
                }
                let _ = write!(out, ">{}</text>", escaped(text));
            }
            Item::Body { class, sheet, opacity } => {
                let _ = write!(out, r#"<g class="{class}""#);
                if *opacity < 1.0 {
                    let _ = write!(out, r#" opacity="{}""#, number2(*opacity));
                }
                out.push('>');
                body(out, sheet, theme, bands);
                out.push_str("</g>");
            }
        }
    }
}

fn body(out: &mut String, sheet: &Sheet, theme: Theme, bands: Bands) {
    const MATERIALS: [(Tone, bool); 6] = [
        (Tone::Skin, false),
        (Tone::Clothing, false),
        (Tone::Trousers, false),
        (Tone::Hair, false),
        (Tone::Bone, false),
        (Tone::Skin, true),
    ];
    let mut shape = |field: &[f32], class: &str, rgb: Rgb, opacity: f64, stroke: Option<f64>| {
        let data = outlines(field, sheet);
        if data.is_empty() {
            return;
        }
        let _ = write!(out, r#"<path class="{class}" d="{data}" fill="{}" fill-rule="evenodd""#, hex(rgb));
        if opacity < 1.0 {
            let _ = write!(out, r#" fill-opacity="{}""#, number2(opacity));
        }
        if let Some(width) = stroke {
            let _ = write!(
                out,
                r#" stroke="{}" stroke-width="{}" stroke-linejoin="round""#,
                hex(rgb),
                number(width)
            );
        }
        out.push_str("/>");
    };
    // The union in the outline's colour, a little larger.
    let silhouette = sheet.field(|sample| sample.map_or(-1.0, |_| 1.0));
    shape(&silhouette, "silhouette", theme.outline(), 1.0, Some(1.9));
    for (tone, load) in MATERIALS {
        let of_tone = |material: Material| match material {
            Material::Body(t, _) => !load && t == tone,
            Material::Load => load,
        };
        let Some(material) = sheet.samples.iter().flatten().map(|s| s.material).find(|&m| of_tone(m)) else {
            continue;
        };
        // Of each pixel: how much the tone covers (0 to 1), and the tone's brightness times that.
        let covered = sheet.field(|sample| sample.map_or(0.0, |s| f32::from(of_tone(s.material))));
        let shade = sheet.field(|sample| sample.filter(|s| of_tone(s.material)).map_or(0.0, |s| s.shade));
        let shades = covered.iter().zip(&shade).filter(|(c, _)| **c > 0.0).map(|(c, s)| s / c);
        let (min, max) = shades.fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), s| (min.min(s), max.max(s)));
        // Bands of equal steps of brightness, the first one covering the whole tone.
        let n_bands = bands.count(tone);
        let step = ((max - min) / n_bands as f32).max(0.01);
        for band in 0..n_bands {
            let from = min + step * band as f32;
            let brighter = |c: f32, s: f32| if band == 0 || c <= 0.0 { 1.0 } else { (s / c - from) / step };
            let field: Vec<f32> = covered
                .iter()
                .zip(&shade)
                .map(|(&c, &s)| (2.0 * c - 1.0).min(brighter(c, s)))
                .collect();
            shape(
                &field,
                "tone",
                theme.material(material, f64::from(from + 0.5 * step)),
                1.0,
                (band == 0).then_some(0.5),
            );
        }
    }
    // Edges between limbs; at the rim of the union the outline is there already.
    let covered = sheet.field(|sample| sample.map_or(0.0, |_| 1.0));
    let mut edges = sheet.field(|sample| sample.map_or(0.0, |s| s.edge));
    let whole = |x: usize, y: usize| {
        let inside = x > 0 && y > 0 && x + 1 < sheet.width && y + 1 < sheet.height;
        inside && (y - 1..=y + 1).all(|y| (x - 1..=x + 1).all(|x| covered[y * sheet.width + x] > 0.99))
    };
    for (i, edge) in edges.iter_mut().enumerate() {
        *edge = if whole(i % sheet.width, i / sheet.width) {
            *edge - 0.4
        } else {
            -1.0
        };
    }
    shape(&edges, "edge", theme.outline(), 0.45, None);
}

/// Path data around the positive part of a field over a sheet's pixels.
fn outlines(field: &[f32], sheet: &Sheet) -> String {
    let mut data = String::new();
    let corner = DVec2::new(sheet.left as f64 + 0.5, sheet.top as f64 + 0.5);
    for points in loops(field, sheet.width, sheet.height) {
        let Some(points) = thinned(&points, TOLERANCE_PX, SPECK_PX2) else {
            continue;
        };
        // Relative steps in tenths of a pixel are the shortest.
        let (mut x, mut y) = (0_i64, 0_i64);
        for (i, p) in points.iter().enumerate() {
            let to = ((corner + *p) * 10.0).round();
            let (tx, ty) = (to.x as i64, to.y as i64);
            data.push(match i {
                0 => 'M',
                1 => 'l',
                _ => ' ',
            });
            let _ = write!(data, "{} {}", tenths(tx - x), tenths(ty - y));
            (x, y) = (tx, ty);
        }
        data.push('z');
    }
    data
}

impl Sheet {
    /// The mean over each pixel's samples of a figure of the sample; rows × columns of pixels.
    pub(crate) fn field(&self, of: impl Fn(Option<&crate::surface::Sample>) -> f32) -> Vec<f32> {
        let mut field = vec![0.0; self.width * self.height];
        let columns = self.columns();
        for (i, sample) in self.samples.iter().enumerate() {
            let (x, y) = (i % columns / FINE, i / columns / FINE);
            field[y * self.width + x] += of(sample.as_ref()) / (FINE * FINE) as f32;
        }
        field
    }
}

fn tenths(v: i64) -> String {
    number(v as f64 * 0.1)
}

fn path_data(segments: &[Segment]) -> String {
    let mut data = String::new();
    let point = |p: DVec2| format!("{} {}", number(p.x), number(p.y));
    for segment in segments {
        match *segment {
            Segment::Move(p) => {
                let _ = write!(data, "M{}", point(p));
            }
            Segment::Line(p) => {
                let _ = write!(data, "L{}", point(p));
            }
            Segment::Quad(a, p) => {
                let _ = write!(data, "Q{} {}", point(a), point(p));
            }
            Segment::Cubic(a, b, p) => {
                let _ = write!(data, "C{} {} {}", point(a), point(b), point(p));
            }
            Segment::Close => data.push('Z'),
        }
    }
    data
}

fn paint_attributes(out: &mut String, what: &str, paint: Paint) {
    let _ = write!(out, r#" {what}="{}""#, hex(paint.rgb));
    if paint.opacity < 1.0 {
        let _ = write!(out, r#" {what}-opacity="{}""#, number2(paint.opacity));
    }
}

fn hex(rgb: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2)
}

/// One decimal, no trailing zero.
fn number(v: f64) -> String {
    let text = format!("{v:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn number2(v: f64) -> String {
    format!("{v:.2}")
}

/// Text safe inside an element.
fn escaped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
        out
    })
}
