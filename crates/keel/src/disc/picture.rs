//! A day of one disc as a picture: what the person does, pressure, height and water over 24 hours; two days side by side.

use std::path::Path;

use anyhow::{Context as _, bail};
use keel_disc::{DAY_S, Seen};
use keel_figure::{Chart, ChartColumn, ChartRow, ChartSpan, Curve, Style, Theme, chart_png, chart_svg};
use keel_knowledge::{Knowledge, Lang};

use super::{DiscDay, PersonDay, day_file::clock, table::short};
use crate::numbers::fixed;

/// Hours between the times that are named.
const TICK_H: u32 = 3;
/// Stress that gives an activity its full colour, Pa.
const FULL_PA: f64 = 0.8e6;

/// Writes the picture in the form that the file's name asks for.
pub(super) fn write(days: &[PersonDay], shown: usize, knowledge: &Knowledge, file: &Path) -> anyhow::Result<()> {
    let lang = days.first().map_or(Lang::En, |day| day.lang);
    let chart = chart(days, shown, knowledge, lang);
    let style = Style {
        theme: Theme::Light,
        width_px: if days.len() > 1 { 1600 } else { 1000 },
        height_px: 1600,
    };
    let extension = file
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let bytes = match extension.as_str() {
        "svg" => chart_svg(&chart, &style)?.into_bytes(),
        "png" => chart_png(&chart, &style)?,
        _ => bail!("{}: a picture is written as .svg or .png", file.display()),
    };
    std::fs::write(file, bytes).with_context(|| format!("{} could not be written", file.display()))
}

fn chart(days: &[PersonDay], shown: usize, knowledge: &Knowledge, lang: Lang) -> Chart {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let discs: Vec<&DiscDay> = days.iter().map(|day| &day.discs[shown]).collect();
    let curve = |name: &str, unit: f64, of: fn(&Seen) -> f64| {
        let name = if name.is_empty() { String::new() } else { text(name) };
        move |disc: &DiscDay| Curve {
            name: name.clone(),
            points: disc
                .course
                .samples
                .iter()
                .map(|sample| (sample.t_s / 3600.0, unit * of(&sample.seen)))
                .collect(),
        }
    };
    let row = |title: &str, curves: &[&dyn Fn(&DiscDay) -> Curve]| ChartRow {
        title: text(title),
        panels: discs.iter().map(|disc| curves.iter().map(|curve| curve(disc)).collect()).collect(),
    };
    let solute = |of: fn(&keel_disc::solutes::Moment) -> f64| {
        let names = ["terminal-disc-form-published", "terminal-disc-form-conservative"].map(text);
        move |disc: &DiscDay| -> Vec<Curve> {
            let forms = disc.solutes.forms().into_iter().zip(&names);
            forms
                .map(|((_, form), name)| Curve {
                    name: name.clone(),
                    points: form
                        .periodic
                        .day
                        .course
                        .iter()
                        .map(|moment| (moment.t_s / 3600.0, of(moment)))
                        .collect(),
                })
                .collect()
        }
    };
    let solute_row = |title: &str, curves: &dyn Fn(&DiscDay) -> Vec<Curve>| ChartRow {
        title: text(title),
        panels: discs.iter().map(|disc| curves(disc)).collect(),
    };
    let rows = vec![
        row("terminal-disc-chart-pressure", &[&curve("", 1e-6, |seen| seen.pressure_pa)]),
        row("terminal-disc-chart-height", &[&curve("", 1e3, |seen| seen.height_m)]),
        row(
            "terminal-disc-chart-volume",
            &[
                &curve("terminal-disc-nucleus", 100.0, |seen| seen.nucleus),
                &curve("terminal-disc-annulus-front", 100.0, |seen| seen.front_back[0]),
                &curve("terminal-disc-annulus-back", 100.0, |seen| seen.front_back[1]),
            ],
        ),
        solute_row("terminal-disc-oxygen", &solute(|moment| moment.extremes.oxygen_kpa.value)),
        solute_row("terminal-disc-glucose", &solute(|moment| moment.extremes.glucose_mol_per_m3.value)),
        solute_row("terminal-disc-lactate", &solute(|moment| moment.extremes.lactate_mol_per_m3.value)),
    ];
    let columns = days.iter().zip(&discs).map(|(day, disc)| ChartColumn {
        title: if days.len() > 1 { short(&day.file.file) } else { String::new() },
        along: (0.0, DAY_S / 3600.0),
        ticks: ticks(day.file.begins_min),
        spans: day
            .file
            .hours
            .iter()
            .zip(disc.day.hours())
            .zip(&day.labels)
            .map(|((written, hours), label)| ChartSpan {
                from: f64::from(written.from_min) / 60.0,
                to: f64::from(written.to_min) / 60.0,
                level: (hours.parts.iter().map(|(load, share)| load.stress_pa * share).sum::<f64>() / FULL_PA).clamp(0.0, 1.0),
                label: label.clone(),
            })
            .collect(),
    });
    Chart {
        title: knowledge.messages.format(
            lang,
            "terminal-disc-chart-title",
            &[("disc", discs.first().map_or("", |disc| disc.id.as_str()).into())],
        ),
        notes: days
            .iter()
            .zip(&discs)
            .map(|(day, disc)| note(day, disc, days.len() > 1, knowledge, lang))
            .collect(),
        columns: columns.collect(),
        rows,
    }
}

/// The doses in words.
fn note(day: &PersonDay, disc: &DiscDay, named: bool, knowledge: &Knowledge, lang: Lang) -> String {
    let doses = disc.doses;
    let dose = |dose: keel_disc::Banded, digits: usize| {
        format!(
            "{} ({}–{})",
            fixed(dose.value, digits),
            fixed(dose.low, digits),
            fixed(dose.high, digits)
        )
    };
    let morning = match disc.morning.no_flexion_s {
        Some(seconds) => {
            let words = [("minutes", fixed((seconds / 60.0).round(), 0).into())];
            knowledge.messages.format(lang, "terminal-disc-chart-hour", &words)
        }
        None => knowledge.messages.get(lang, "terminal-disc-chart-all-day"),
    };
    let words = [
        ("dynamic", dose(doses.dynamic_h, 1).into()),
        ("overload", dose(doses.overload_mpa_h, 2).into()),
        ("flexion", dose(doses.flexion_h, 1).into()),
        ("morning", morning.into()),
    ];
    let note = knowledge.messages.format(lang, "terminal-disc-chart-note", &words);
    if named {
        format!("{}: {note}", short(&day.file.file))
    } else {
        note
    }
}

/// Full hours of the clock.
fn ticks(begins_min: u32) -> Vec<(f64, String)> {
    (0..24 * 60)
        .filter(|after_min| (begins_min + after_min).is_multiple_of(TICK_H * 60))
        .map(|after_min| (f64::from(after_min) / 60.0, clock(begins_min, after_min)))
        .collect()
}
