//! A picture as pixels, and pixels as PNG.

use std::collections::HashMap;

use glam::DVec2;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Path, PathBuilder, Pixmap, Stroke, Transform};

use crate::{
    FigureError,
    paint::{Anchor, Item, Paint, Segment},
    palette::Theme,
    surface::{FINE, Sheet},
    text,
};

/// Opaque pixels, 3 bytes each, row by row.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

/// How strongly an edge between limbs takes the outline's colour.
const EDGE_OPACITY: f64 = 0.55;

pub(crate) fn draw(items: &[Item], width: u32, height: u32, theme: Theme) -> Result<Pixels, FigureError> {
    let mut pixmap = Pixmap::new(width, height).ok_or(FigureError::Size { width, height })?;
    let b = theme.background();
    pixmap.fill(Color::from_rgba8(b.0, b.1, b.2, 255));
    for item in items {
        match item {
            Item::Path {
                segments, fill, stroke, ..
            } => {
                let Some(path) = path(segments) else { continue };
                if let Some(paint) = fill {
                    pixmap.fill_path(&path, &colour(*paint), FillRule::Winding, Transform::identity(), None);
                }
                if let Some((paint, width)) = stroke {
                    let stroke = Stroke {
                        width: *width as f32,
                        line_cap: LineCap::Round,
                        line_join: LineJoin::Round,
                        ..Stroke::default()
                    };
                    pixmap.stroke_path(&path, &colour(*paint), &stroke, Transform::identity(), None);
                }
            }
            Item::Text {
                at,
                size_px,
                anchor,
                bold,
                paint,
                text,
            } => {
                let x = match anchor {
                    Anchor::Start => at.x,
                    Anchor::Middle => at.x - 0.5 * text::width_px(text, *size_px, *bold),
                };
                if let Some(path) = path(&text::outline(text, x, at.y, *size_px, *bold)) {
                    pixmap.fill_path(&path, &colour(*paint), FillRule::Winding, Transform::identity(), None);
                }
            }
            Item::Body { sheet, opacity, .. } => body(&mut pixmap, sheet, *opacity, theme),
        }
    }
    let rgb = pixmap.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    Ok(Pixels { width, height, rgb })
}

/// Lays a sheet's samples over opaque pixels; a pixel's samples are averaged.
fn body(pixmap: &mut Pixmap, sheet: &Sheet, opacity: f64, theme: Theme) {
    let stride = pixmap.width() as usize;
    let data = pixmap.data_mut();
    let outline = theme.outline();
    for y in 0..sheet.height {
        for x in 0..sheet.width {
            let (mut sum, mut covered) = ([0.0_f64; 3], 0.0_f64);
            for sy in 0..FINE {
                for sx in 0..FINE {
                    if let Some(sample) = &sheet.samples[(y * FINE + sy) * sheet.columns() + x * FINE + sx] {
                        let rgb = theme
                            .material(sample.material, f64::from(sample.shade))
                            .mix(outline, f64::from(sample.edge) * EDGE_OPACITY);
                        sum = [sum[0] + f64::from(rgb.0), sum[1] + f64::from(rgb.1), sum[2] + f64::from(rgb.2)];
                        covered += 1.0;
                    }
                }
            }
            if covered > 0.0 {
                let alpha = opacity * covered / (FINE * FINE) as f64;
                let pixel = &mut data[4 * ((sheet.top + y) * stride + sheet.left + x)..][..3];
                for (channel, sum) in pixel.iter_mut().zip(sum) {
                    *channel = (f64::from(*channel) * (1.0 - alpha) + sum / covered * alpha).round() as u8;
                }
            }
        }
    }
}

fn path(segments: &[Segment]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let f = |p: DVec2| (p.x as f32, p.y as f32);
    for segment in segments {
        match *segment {
            Segment::Move(p) => builder.move_to(f(p).0, f(p).1),
            Segment::Line(p) => builder.line_to(f(p).0, f(p).1),
            Segment::Quad(a, p) => builder.quad_to(f(a).0, f(a).1, f(p).0, f(p).1),
            Segment::Cubic(a, b, p) => builder.cubic_to(f(a).0, f(a).1, f(b).0, f(b).1, f(p).0, f(p).1),
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn colour(paint: Paint) -> tiny_skia::Paint<'static> {
    let mut colour = tiny_skia::Paint::default();
    colour.set_color_rgba8(
        paint.rgb.0,
        paint.rgb.1,
        paint.rgb.2,
        (paint.opacity.clamp(0.0, 1.0) * 255.0).round() as u8,
    );
    colour.anti_alias = true;
    colour
}

/// One picture.
pub(crate) fn encode(pixels: &Pixels) -> Result<Vec<u8>, FigureError> {
    encode_frames(std::slice::from_ref(pixels), 0)
}

/// Pictures of one size, shown in turn for ever; a single one stands still. Several share one palette, which makes the file a third as large.
pub(crate) fn encode_frames(frames: &[Pixels], milliseconds: u16) -> Result<Vec<u8>, FigureError> {
    let first = frames.first().ok_or(FigureError::NoScene)?;
    let palette = (frames.len() > 1).then(|| Palette::of(frames));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, first.width, first.height);
    encoder.set_color(if palette.is_some() {
        png::ColorType::Indexed
    } else {
        png::ColorType::Rgb
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    if let Some(palette) = &palette {
        encoder.set_palette(palette.colours.clone());
        let count = u32::try_from(frames.len()).map_err(|_| FigureError::NoScene)?;
        encoder.set_animated(count, 0)?;
        encoder.set_frame_delay(milliseconds, 1000)?;
    }
    let mut writer = encoder.write_header()?;
    let mut palette = palette;
    for frame in frames {
        match &mut palette {
            Some(palette) => writer.write_image_data(&palette.indices(frame))?,
            None => writer.write_image_data(&frame.rgb)?,
        }
    }
    writer.finish()?;
    Ok(bytes)
}

/// At most 256 colours for several pictures.
struct Palette {
    network: color_quant::NeuQuant,
    /// Red, green and blue in turn.
    colours: Vec<u8>,
    /// Colours that were looked up.
    known: HashMap<[u8; 3], u8>,
}

impl Palette {
    /// One in so many pixels teaches the palette.
    const EVERY: usize = 5;
    /// How thoroughly it is taught: 1 looks at all samples.
    const SAMPLE_FACTOR: i32 = 10;

    fn of(frames: &[Pixels]) -> Self {
        let pixels = frames.iter().flat_map(|frame| frame.rgb.as_chunks::<3>().0).step_by(Self::EVERY);
        let rgba: Vec<u8> = pixels.flat_map(|[r, g, b]| [*r, *g, *b, u8::MAX]).collect();
        let network = color_quant::NeuQuant::new(Self::SAMPLE_FACTOR, 256, &rgba);
        Self {
            colours: network.color_map_rgb(),
            network,
            known: HashMap::new(),
        }
    }

    fn indices(&mut self, frame: &Pixels) -> Vec<u8> {
        let nearest = |pixel: &[u8; 3]| {
            let network = &self.network;
            let index = self.known.entry(*pixel).or_insert_with(|| {
                let [r, g, b] = *pixel;
                network.index_of(&[r, g, b, u8::MAX]) as u8
            });
            *index
        };
        frame.rgb.as_chunks::<3>().0.iter().map(nearest).collect()
    }
}
