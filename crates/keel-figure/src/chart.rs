//! Curves over time, in rows of panels; several columns side by side share the scales of their rows.

use glam::DVec2;

use crate::{
    FigureError, Style, Theme,
    paint::{Anchor, Item, Paint, open_line, polygon, round_rectangle},
    palette::Rgb,
    raster, svg, text,
};

/// Curves to draw.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// Lines below.
    pub notes: Vec<String>,
    /// From left to right.
    pub columns: Vec<ChartColumn>,
    /// From above; every row has a panel for each column.
    pub rows: Vec<ChartRow>,
}

/// What the panels of a column have in common.
#[derive(Debug, Clone, Default)]
pub struct ChartColumn {
    /// Heading.
    pub title: String,
    /// First and last value along.
    pub along: (f64, f64),
    /// Values along that are marked and named.
    pub ticks: Vec<(f64, String)>,
    /// What fills the time, drawn as a band above the panels.
    pub spans: Vec<ChartSpan>,
}

/// A stretch of a column.
#[derive(Debug, Clone, Default)]
pub struct ChartSpan {
    /// Begin, along.
    pub from: f64,
    /// End.
    pub to: f64,
    /// How strong its colour is, 0 to 1.
    pub level: f64,
    /// Its name, written where it has room.
    pub label: String,
}

/// Panels next to each other with one scale.
#[derive(Debug, Clone, Default)]
pub struct ChartRow {
    /// What is drawn, with unit.
    pub title: String,
    /// One for each column.
    pub panels: Vec<Vec<Curve>>,
}

/// A curve.
#[derive(Debug, Clone, Default)]
pub struct Curve {
    /// Name, written where the row has several.
    pub name: String,
    /// Along and up.
    pub points: Vec<(f64, f64)>,
}

/// Most points of a curve, and most curves, spans and ticks of a panel.
const COUNT_MAX: usize = 20_000;
/// Colours of curves; they differ in lightness too.
const CURVES: [(Rgb, Rgb); 4] = [
    (Rgb(20, 104, 150), Rgb(110, 196, 240)),
    (Rgb(214, 96, 40), Rgb(250, 176, 78)),
    (Rgb(84, 40, 110), Rgb(208, 160, 240)),
    (Rgb(90, 140, 60), Rgb(160, 214, 120)),
];

impl Chart {
    fn check(&self, style: &Style) -> Result<(), FigureError> {
        crate::check_size(style)?;
        if self.columns.is_empty() || self.rows.is_empty() {
            return Err(FigureError::NoScene);
        }
        let within = |what, index, value: f64, min: f64, max: f64| {
            if (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(FigureError::Value {
                    what,
                    index,
                    value,
                    min,
                    max,
                })
            }
        };
        for (index, column) in self.columns.iter().enumerate() {
            let (from, to) = column.along;
            within("the begin of column", index, from, -1e12, 1e12)?;
            within("the end of column", index, to, from + f64::MIN_POSITIVE, 1e12)?;
            within(
                "the number of spans of column",
                index,
                (column.spans.len() + column.ticks.len()) as f64,
                0.0,
                COUNT_MAX as f64,
            )?;
            for (index, span) in column.spans.iter().enumerate() {
                within("the begin of span", index, span.from, from, to)?;
                within("the end of span", index, span.to, span.from, to)?;
                within("the level of span", index, span.level, 0.0, 1.0)?;
            }
            for (index, (at, _)) in column.ticks.iter().enumerate() {
                within("tick", index, *at, from, to)?;
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            let n = self.columns.len() as f64;
            within("the number of panels of row", index, row.panels.len() as f64, n, n)?;
            for curve in row.panels.iter().flatten() {
                within(
                    "the number of points of a curve in row",
                    index,
                    curve.points.len() as f64,
                    1.0,
                    COUNT_MAX as f64,
                )?;
                for &(along, up) in &curve.points {
                    within("a point along in row", index, along, -1e12, 1e12)?;
                    within("a point up in row", index, up, -1e12, 1e12)?;
                }
            }
        }
        Ok(())
    }
}

/// The chart as an SVG document.
///
/// # Errors
/// A size, count or value out of its limits.
pub fn chart_svg(chart: &Chart, style: &Style) -> Result<String, FigureError> {
    chart.check(style)?;
    let mut out = String::new();
    svg::open(&mut out, style.width_px, style.height_px, &chart.title, style.theme);
    svg::write(&mut out, &items(chart, style), style.theme, svg::Bands::Fine);
    out.push_str("</svg>");
    Ok(out)
}

/// The chart as a PNG file.
///
/// # Errors
/// As for [`chart_svg`].
pub fn chart_png(chart: &Chart, style: &Style) -> Result<Vec<u8>, FigureError> {
    chart.check(style)?;
    raster::encode(&raster::draw(&items(chart, style), style.width_px, style.height_px, style.theme)?)
}

/// Writes words and lines.
struct Pen {
    items: Vec<Item>,
    theme: Theme,
    size: f64,
}

impl Pen {
    fn text(&mut self, at: DVec2, text: &str, anchor: Anchor, bold: bool, rgb: Rgb) {
        self.items.push(Item::Text {
            at,
            size_px: self.size,
            anchor,
            bold,
            paint: Paint::solid(rgb),
            text: text.to_owned(),
        });
    }

    /// A text that ends there.
    fn text_to(&mut self, at: DVec2, text: &str) {
        let width = text::width_px(text, self.size, false);
        let faint = self.theme.faint_ink();
        self.text(at - DVec2::new(width, 0.0), text, Anchor::Start, false, faint);
    }

    fn line(&mut self, class: &'static str, points: &[DVec2], paint: Paint, width: f64) {
        self.items.push(Item::Path {
            class,
            segments: open_line(points),
            fill: None,
            stroke: Some((paint, width)),
        });
    }
}

fn items(chart: &Chart, style: &Style) -> Vec<Item> {
    let (width, height) = (f64::from(style.width_px), f64::from(style.height_px));
    let size = (width.min(height) / 52.0).clamp(9.0, 20.0);
    let margin = size * 1.4;
    let mut pen = Pen {
        items: Vec::new(),
        theme: style.theme,
        size,
    };
    // Title above, notes below.
    let mut top = margin;
    pen.size = size * 1.4;
    for line in text::wrapped(&chart.title, pen.size, true, width - 2.0 * margin) {
        top += pen.size;
        pen.text(DVec2::new(margin, top), &line, Anchor::Start, true, style.theme.ink());
        top += 0.3 * pen.size;
    }
    pen.size = size;
    let notes: Vec<String> = chart
        .notes
        .iter()
        .flat_map(|note| text::wrapped(note, size, false, width - 2.0 * margin))
        .collect();
    let mut bottom = height - margin - notes.len() as f64 * size * 1.35;
    for (i, line) in notes.iter().enumerate() {
        let at = DVec2::new(margin, bottom + (i as f64 + 1.0) * size * 1.35);
        pen.text(at, line, Anchor::Start, false, style.theme.faint_ink());
    }
    bottom -= size;

    // Room for the numbers of the scale on the left of the first column.
    let scales: Vec<Scale> = chart.rows.iter().map(Scale::of).collect();
    let numbers = scales.iter().flat_map(Scale::names).map(|name| text::width_px(&name, size, false));
    let left = margin + numbers.fold(0.0, f64::max) + size * 0.6;
    let gap = size * 1.2;
    let n = chart.columns.len() as f64;
    let panel_width = (width - margin - left - gap * (n - 1.0)) / n;
    let band = size * 1.9;
    let named = chart.columns.iter().any(|column| !column.title.is_empty());
    let heads = if named { size * 1.6 } else { 0.0 };
    let first_panel = top + size * 1.0 + heads + band;
    let names_below = size * 1.6;
    let row_height = (bottom - names_below - first_panel) / chart.rows.len() as f64;

    for (c, column) in chart.columns.iter().enumerate() {
        let panel_left = left + c as f64 * (panel_width + gap);
        let (from, to) = column.along;
        let x = |along: f64| panel_left + panel_width * (along - from) / (to - from);
        let mut y = top + heads;
        pen.text(DVec2::new(panel_left, y), &column.title, Anchor::Start, true, style.theme.ink());
        y += size * 0.6;
        for span in &column.spans {
            let (begin, end) = (x(span.from), x(span.to));
            // Levels are those of the body's discs; the lowest is hardly tinted.
            let rgb = style.theme.background().mix(style.theme.level(span.level), 0.25 + 0.6 * span.level);
            pen.items.push(Item::Path {
                class: "span",
                segments: round_rectangle(DVec2::new(begin + 0.5, y), DVec2::new(end - 0.5, y + band), 2.0),
                fill: Some(Paint::solid(rgb)),
                stroke: None,
            });
            let label = shortened(&span.label, size * 0.85, end - begin - size * 0.6);
            pen.size = size * 0.85;
            let ink = if span.level > 0.6 {
                style.theme.background()
            } else {
                style.theme.ink()
            };
            pen.text(DVec2::new(0.5 * (begin + end), y + band * 0.62), &label, Anchor::Middle, false, ink);
            pen.size = size;
        }
        for (r, (row, scale)) in chart.rows.iter().zip(&scales).enumerate() {
            let head = first_panel + r as f64 * row_height;
            let panel_top = head + size * 1.7;
            let panel_bottom = head + row_height - size * 0.9;
            let up = |value: f64| panel_bottom - (panel_bottom - panel_top) * (value - scale.low) / (scale.high - scale.low);
            let faint = Paint::faint(style.theme.faint_ink(), 0.25);
            for tick in scale.ticks() {
                let y = up(tick);
                pen.line(
                    "grid",
                    &[DVec2::new(panel_left, y), DVec2::new(panel_left + panel_width, y)],
                    faint,
                    1.0,
                );
                if c == 0 {
                    pen.text_to(DVec2::new(left - size * 0.5, y + size * 0.35), &scale.name(tick));
                }
            }
            for (at, _) in &column.ticks {
                let x = x(*at);
                pen.line("grid", &[DVec2::new(x, panel_top), DVec2::new(x, panel_bottom)], faint, 1.0);
            }
            if c == 0 {
                pen.text(
                    DVec2::new(panel_left, head + size * 1.1),
                    &row.title,
                    Anchor::Start,
                    true,
                    style.theme.ink(),
                );
            }
            let several = row.panels[c].len() > 1;
            let mut end = panel_left + panel_width;
            for (i, curve) in row.panels[c].iter().enumerate() {
                let (light, dark) = CURVES[i % CURVES.len()];
                let rgb = if style.theme == Theme::Light { light } else { dark };
                let points: Vec<DVec2> = curve
                    .points
                    .iter()
                    .map(|(along, value)| DVec2::new(x(along.clamp(from, to)), up(*value)))
                    .collect();
                pen.line("curve", &points, Paint::solid(rgb), size * 0.16);
                if several {
                    // Names from the right end of the heading's line.
                    let width = text::width_px(&curve.name, size, false);
                    end -= width;
                    let base = head + size * 1.1;
                    pen.text(DVec2::new(end, base), &curve.name, Anchor::Start, false, rgb);
                    end -= size * 1.4;
                    let mark = [DVec2::new(end, base - size * 0.35), DVec2::new(end + size, base - size * 0.35)];
                    pen.line("curve", &mark, Paint::solid(rgb), size * 0.2);
                    end -= size * 0.8;
                }
            }
            let frame = [
                DVec2::new(panel_left, panel_top),
                DVec2::new(panel_left, panel_bottom),
                DVec2::new(panel_left + panel_width, panel_bottom),
                DVec2::new(panel_left + panel_width, panel_top),
            ];
            pen.items.push(Item::Path {
                class: "frame",
                segments: polygon(&frame),
                fill: None,
                stroke: Some((Paint::faint(style.theme.faint_ink(), 0.6), 1.0)),
            });
        }
        for (at, name) in &column.ticks {
            pen.text(
                DVec2::new(x(*at), bottom - size * 0.4),
                name,
                Anchor::Middle,
                false,
                style.theme.faint_ink(),
            );
        }
    }
    pen.items
}

/// As much of a label as has room, with a sign that something is missing; nothing where little would be left.
fn shortened(label: &str, size_px: f64, room_px: f64) -> String {
    if text::width_px(label, size_px, false) <= room_px {
        return label.to_owned();
    }
    let mut short: Vec<char> = label.chars().collect();
    while short.len() > 4 {
        short.pop();
        let text = short.iter().collect::<String>().trim_end().to_owned() + "…";
        if text::width_px(&text, size_px, false) <= room_px {
            return text;
        }
    }
    String::new()
}

/// The scale of a row.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    /// Round ends and steps around all curves.
    fn of(row: &ChartRow) -> Self {
        let values = row
            .panels
            .iter()
            .flatten()
            .flat_map(|curve| curve.points.iter().map(|point| point.1));
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let span = (high - low).max(1e-9 * high.abs().max(1.0));
        // 1, 2 or 5 times a power of ten, so that there are three to six steps.
        let rough = span / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|by| by * power)
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(10.0 * power);
        Self {
            low: (low / step - 1e-9).floor() * step,
            high: (high / step + 1e-9).ceil() * step,
            step,
        }
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let n = ((self.high - self.low) / self.step).round() as i32;
        (0..=n).map(|i| self.low + f64::from(i) * self.step)
    }

    fn name(&self, value: f64) -> String {
        let digits = (-self.step.log10().floor()).max(0.0) as usize;
        format!("{:.digits$}", value + 0.0)
    }

    fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.ticks().map(|tick| self.name(tick))
    }
}
