//! PT Sans: widths, line breaks and outlines, Latin and Cyrillic.

use ttf_parser::{Face, OutlineBuilder};

use crate::paint::Segment;

static REGULAR: &[u8] = include_bytes!("../../keel-report/fonts/PTSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../keel-report/fonts/PTSans-Bold.ttf");

fn face(bold: bool) -> Face<'static> {
    Face::parse(if bold { BOLD } else { REGULAR }, 0).expect("the font that is compiled in was parsed by the tests")
}

/// Width of a line of text, px.
pub(crate) fn width_px(text: &str, size_px: f64, bold: bool) -> f64 {
    let face = face(bold);
    let units: f64 = text.chars().map(|c| advance(&face, c)).sum();
    units * size_px / f64::from(face.units_per_em())
}

fn advance(face: &Face<'_>, c: char) -> f64 {
    let glyph = face.glyph_index(c).unwrap_or_default();
    f64::from(face.glyph_hor_advance(glyph).unwrap_or_default())
}

/// Lines of at most `width_px`, broken at spaces.
pub(crate) fn wrapped(text: &str, size_px: f64, bold: bool, room_px: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_px(&format!("{line} {word}"), size_px, bold) <= room_px => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The outline of a line of text that begins at (x, y) on its base line.
pub(crate) fn outline(text: &str, x: f64, y: f64, size_px: f64, bold: bool) -> Vec<Segment> {
    let face = face(bold);
    let scale = size_px / f64::from(face.units_per_em());
    let mut pen = Pen {
        segments: Vec::new(),
        x,
        y,
        scale,
    };
    for c in text.chars() {
        face.outline_glyph(face.glyph_index(c).unwrap_or_default(), &mut pen);
        pen.x += advance(&face, c) * scale;
    }
    pen.segments
}

struct Pen {
    segments: Vec<Segment>,
    x: f64,
    y: f64,
    scale: f64,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> glam::DVec2 {
        glam::DVec2::new(self.x + f64::from(x) * self.scale, self.y - f64::from(y) * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.segments.push(Segment::Quad(self.at(x1, y1), self.at(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.segments.push(Segment::Cubic(self.at(x1, y1), self.at(x2, y2), self.at(x, y)));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}
