//! What reaches the cells of a disc through the day: oxygen, glucose, lactate, in both published forms of the equations, and the middle plane at a
//! time of the day as a picture.

use std::fmt::Write as _;

use anyhow::Context as _;
use keel_disc::{
    Course, DAY_S, DiscShape, Division, Form, Grade, Grid, Settings, State, Transport,
    grid::{Part, borders_m},
    metabolism::ph,
    solutes::{PeriodicDay, Steps},
};

/// A day counts as like the one before when no concentration differs by more than this, kPa or mol/m³.
const ALIKE: f64 = 5e-3;
/// Most days until then.
const DAYS_MOST: usize = 20;

/// The solutes of a disc through a day that repeats, in one form of the equations.
pub(crate) struct FormDay {
    pub(super) transport: Transport,
    pub(super) periodic: PeriodicDay,
    /// Share of cells that would be alive after 30 such days.
    pub(super) viability_30_days: f64,
}

/// Both forms: their difference is the uncertainty of the model, which is larger than that of the solver.
pub(crate) struct Solutes {
    pub(super) published: FormDay,
    pub(super) conservative: FormDay,
    pub(super) shape: DiscShape,
}

/// Where and how far a concentration goes.
pub(super) struct Worst {
    pub(super) value: f64,
    /// To the right, to the front, up from the middle, m.
    pub(super) at_m: [f64; 3],
    pub(super) part: Part,
    /// When, s.
    pub(super) t_s: f64,
}

impl Solutes {
    /// Computes both forms.
    pub(crate) fn new(shape: &DiscShape, grade: Grade, course: &Course) -> anyhow::Result<Self> {
        let swelling = course.swelling();
        let form = |form: Form| -> anyhow::Result<FormDay> {
            let grid = Grid::new(shape, Division::STANDARD).context("the disc cannot be divided")?;
            let mut transport = Transport::new(grid, Settings::new(form, grade))?;
            let periodic = transport.periodic(&swelling, DAY_S, Steps::default(), ALIKE, DAYS_MOST)?;
            Ok(FormDay {
                viability_30_days: transport.viability_after_30_days(&periodic.day.mean),
                transport,
                periodic,
            })
        };
        Ok(Self {
            published: form(Form::Published)?,
            conservative: form(Form::Conservative)?,
            shape: *shape,
        })
    }

    /// Both forms by name.
    pub(super) fn forms(&self) -> [(&'static str, &FormDay); 2] {
        [("published", &self.published), ("conservative", &self.conservative)]
    }
}

impl FormDay {
    /// Least oxygen, least glucose, most lactate.
    pub(super) fn worst(&self) -> [Worst; 3] {
        let course = &self.periodic.day.course;
        let pick = |of: fn(&keel_disc::solutes::Moment) -> keel_disc::solutes::Extreme, sign: f64| {
            let found = course
                .iter()
                .map(|moment| (moment.t_s, of(moment)))
                .min_by(|a, b| (sign * a.1.value).total_cmp(&(sign * b.1.value)));
            let (t_s, extreme) = found.unwrap_or((0.0, of(&course[0])));
            Worst {
                value: extreme.value,
                at_m: self.transport.grid().positions_m()[extreme.cell],
                part: self.transport.grid().part(extreme.cell),
                t_s,
            }
        };
        [
            pick(|moment| moment.extremes.oxygen_kpa, 1.0),
            pick(|moment| moment.extremes.glucose_mol_per_m3, 1.0),
            pick(|moment| moment.extremes.lactate_mol_per_m3, -1.0),
        ]
    }

    /// pH where lactate is highest.
    pub(super) fn lowest_ph(&self) -> f64 {
        ph(self.worst()[2].value)
    }
}

/// A part by name.
pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Nucleus => "nucleus",
        Part::Annulus => "annulus",
        Part::LowerEndplate => "lower end-plate",
        Part::UpperEndplate => "upper end-plate",
    }
}

/// The middle plane seen from above at a time of the day, as SVG: oxygen, glucose, lactate of the published form.
pub(crate) fn section_svg(solutes: &mut Solutes, course: &Course, t_s: f64, titles: [&str; 3]) -> anyhow::Result<String> {
    let published = &mut solutes.published;
    let start = published.periodic.day.end.clone();
    let state = if t_s > 0.0 {
        published.transport.day(&course.swelling(), &start, t_s, Steps::default())?.end
    } else {
        start
    };
    let fields: [(&str, Field, &str); 3] = [
        (titles[0], State::oxygen_kpa, "kPa"),
        (titles[1], State::glucose_mol_per_m3, "mM"),
        (titles[2], State::lactate_mol_per_m3, "mM"),
    ];
    let borders = borders_m(&solutes.shape, 96);
    let mut svg = String::new();
    let _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 66" font-family="PT Sans, sans-serif" font-size="3.2" fill="#1d2733"><rect width="100%" height="100%" fill="#faf9f5"/>"##,
        fields.len() * PANEL_MM
    );
    for (at, (title, of, unit)) in fields.into_iter().enumerate() {
        let values = solutes.published.transport.middle_plane(of(&state));
        panel(&mut svg, at, title, unit, &points(&solutes.published.transport, &values), &borders);
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// One solute of a state, by cell.
type Field = fn(&State) -> &[f64];

/// Width of a panel, mm.
const PANEL_MM: usize = 66;
/// Edge of a picture element, mm.
const ELEMENT_MM: f64 = 0.75;

/// Place and value of every cell of the middle plane, both sides, mm.
fn points(transport: &Transport, values: &[f64]) -> Vec<([f64; 2], f64)> {
    let places = &transport.grid().positions_m()[..values.len()];
    let right = places
        .iter()
        .zip(values)
        .map(|(place, value)| ([place[0] * 1e3, place[1] * 1e3], *value));
    let left = places
        .iter()
        .zip(values)
        .map(|(place, value)| ([-place[0] * 1e3, place[1] * 1e3], *value));
    right.chain(left).collect()
}

fn panel(svg: &mut String, at: usize, title: &str, unit: &str, points: &[([f64; 2], f64)], borders: &[Vec<[f64; 2]>; 3]) {
    let (low, high) = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, value)| {
        (low.min(*value), high.max(*value))
    });
    let (middle_x, middle_y) = ((at * PANEL_MM) as f64 + 33.0, 31.0);
    let path = |border: &[[f64; 2]]| {
        let points: Vec<String> = border
            .iter()
            .map(|p| format!("{:.2},{:.2}", middle_x + p[0] * 1e3, middle_y - p[1] * 1e3))
            .collect();
        points.join(" ")
    };
    let outline = &borders[2];
    let _ = write!(
        svg,
        r#"<clipPath id="outline-{at}"><polygon points="{}"/></clipPath><text x="{:.1}" y="6" text-anchor="middle">{title}</text><g clip-path="url(#outline-{at})">"#,
        path(outline),
        middle_x
    );
    let half = outline.iter().fold([0.0f64; 2], |half, p| {
        [half[0].max(p[0].abs() * 1e3), half[1].max(p[1].abs() * 1e3)]
    });
    let steps = |half: f64| (2.0 * half / ELEMENT_MM).ceil() as usize;
    for row in 0..steps(half[1]) {
        for column in 0..steps(half[0]) {
            let place = [-half[0] + column as f64 * ELEMENT_MM, half[1] - row as f64 * ELEMENT_MM];
            let value = near(points, [place[0] + 0.5 * ELEMENT_MM, place[1] - 0.5 * ELEMENT_MM]);
            let _ = write!(
                svg,
                r#"<rect x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}" fill="{}"/>"#,
                middle_x + place[0],
                middle_y - place[1],
                // A hair wider, so that no seam shows.
                ELEMENT_MM + 0.05,
                ELEMENT_MM + 0.05,
                colour((value - low) / (high - low).max(1e-12))
            );
        }
    }
    svg.push_str("</g>");
    for border in borders {
        let _ = write!(
            svg,
            r##"<polygon points="{}" fill="none" stroke="#1d2733" stroke-width="0.25"/>"##,
            path(border)
        );
    }
    for step in 0..40 {
        let share = f64::from(step) / 40.0;
        let _ = write!(
            svg,
            r#"<rect x="{:.2}" y="55" width="1.05" height="2.6" fill="{}"/>"#,
            middle_x - 20.0 + f64::from(step),
            colour(share)
        );
    }
    let _ = write!(
        svg,
        r#"<text x="{:.1}" y="62">{low:.2}</text><text x="{:.1}" y="62" text-anchor="end">{high:.2} {unit}</text>"#,
        middle_x - 20.0,
        middle_x + 20.0
    );
}

/// The value at a place from the nearest cells, weighed by distance.
fn near(points: &[([f64; 2], f64)], place: [f64; 2]) -> f64 {
    const CELLS: usize = 4;
    let mut nearest = [(f64::INFINITY, 0.0); CELLS];
    for (at, value) in points {
        let distance = (at[0] - place[0]).powi(2) + (at[1] - place[1]).powi(2);
        if distance < nearest[CELLS - 1].0 {
            nearest[CELLS - 1] = (distance, *value);
            nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
    }
    let weights = nearest.map(|(distance, value)| (1.0 / (distance + 1e-6), value));
    weights.iter().map(|(weight, value)| weight * value).sum::<f64>() / weights.iter().map(|(weight, _)| weight).sum::<f64>()
}

/// From deep blue (least) over green to light yellow (most): lightness rises throughout, so that it is read without colour as well.
fn colour(share: f64) -> String {
    const STOPS: [[f64; 3]; 4] = [[36.0, 24.0, 84.0], [38.0, 94.0, 128.0], [70.0, 160.0, 120.0], [250.0, 232.0, 140.0]];
    let along = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let at = (along as usize).min(STOPS.len() - 2);
    let part = along - at as f64;
    let [r, g, b] = std::array::from_fn(|i| (STOPS[at][i] + part * (STOPS[at + 1][i] - STOPS[at][i])).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}
