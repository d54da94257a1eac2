//! A day of the discs as tables for people, in their language.

use keel_disc::{Banded, Bending, DAY_S, Grade, Sample};
use keel_knowledge::{Knowledge, Lang};

use super::{DiscDay, PersonDay, day_file::clock};
use crate::{numbers::fixed, show};

/// All discs, then the hours of one; with two days each disc has two lines.
pub(super) fn days(days: &[PersonDay], shown: usize, knowledge: &Knowledge) -> String {
    let lang = days.first().map_or(Lang::En, |day| day.lang);
    let mut out = format!("{}\n", all(days, knowledge, lang));
    out.push_str(&format!("\n{}\n", cells_of_discs(days, knowledge, lang)));
    for day in days {
        let disc = &day.discs[shown];
        out.push_str(&format!(
            "\n{} · {}\n{}\n",
            day.file.file,
            disc.id,
            hours(day, disc, knowledge, lang)
        ));
    }
    out.push('\n');
    out.push_str(&format!(
        "{}\n",
        show::wrapped(&knowledge.messages.get(lang, "terminal-disc-about"), 0)
    ));
    out
}

fn all(days: &[PersonDay], knowledge: &Knowledge, lang: Lang) -> comfy_table::Table {
    let columns = [
        "terminal-disc-height",
        "terminal-disc-water",
        "terminal-disc-pressure",
        "terminal-disc-dynamic",
        "terminal-disc-overload",
        "terminal-disc-flexion",
        "terminal-disc-morning",
        "terminal-disc-no-flexion",
    ];
    let degenerated = knowledge.messages.get(lang, "terminal-disc-degenerated");
    let name = |disc: &DiscDay| match disc.grade {
        Grade::Degenerated => format!("{} {degenerated}", disc.id),
        Grade::Healthy => disc.id.clone(),
    };
    by_disc(days, knowledge, lang, &columns, |disc| (name(disc), cells(disc).to_vec()))
}

/// What reaches the cells; both forms of the equations, which is how far the model is certain.
fn cells_of_discs(days: &[PersonDay], knowledge: &Knowledge, lang: Lang) -> comfy_table::Table {
    let columns = [
        "terminal-disc-oxygen",
        "terminal-disc-glucose",
        "terminal-disc-lactate",
        "terminal-disc-ph",
        "terminal-disc-starving",
        "terminal-disc-alive",
    ];
    by_disc(days, knowledge, lang, &columns, |disc| {
        let forms = disc.solutes.forms().map(|(_, form)| form);
        let both = |digits: usize, of: &dyn Fn(&super::solutes::FormDay) -> f64| {
            let values = forms.map(of);
            format!(
                "{}–{}",
                fixed(values[0].min(values[1]), digits),
                fixed(values[0].max(values[1]), digits)
            )
        };
        let figures = vec![
            both(2, &|form| form.worst()[0].value),
            both(2, &|form| form.worst()[1].value),
            both(2, &|form| form.worst()[2].value),
            both(2, &|form| form.lowest_ph()),
            both(1, &|form| form.periodic.day.starving_s() / 3600.0),
            both(0, &|form| 100.0 * form.viability_30_days),
        ];
        (disc.id.clone(), figures)
    })
}

/// A line for each disc from above downwards, and of several days one below the other, with its name and figures.
fn by_disc(
    days: &[PersonDay],
    knowledge: &Knowledge,
    lang: Lang,
    columns: &[&str],
    line: impl Fn(&DiscDay) -> (String, Vec<String>),
) -> comfy_table::Table {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let mut table = show::table();
    let several = days.len() > 1;
    let mut header = vec![text("terminal-loads-disc")];
    if several {
        header.push(text("terminal-disc-day"));
    }
    header.extend(columns.iter().map(|id| text(id)));
    table.set_header(header);
    let n = days.first().map_or(0, |day| day.discs.len());
    for at in (0..n).rev() {
        for day in days {
            let (name, figures) = line(&day.discs[at]);
            let mut row = vec![name];
            if several {
                row.push(short(&day.file.file));
            }
            row.extend(figures);
            table.add_row(row);
        }
    }
    table
}

/// The figures of a disc.
fn cells(disc: &DiscDay) -> [String; 8] {
    let span = |range: (f64, f64), unit: f64, digits: usize| format!("{}–{}", fixed(range.0 * unit, digits), fixed(range.1 * unit, digits));
    let banded = |dose: Banded, digits: usize| {
        format!(
            "{} ({}–{})",
            fixed(dose.value, digits),
            fixed(dose.low, digits),
            fixed(dose.high, digits)
        )
    };
    let Bending { disc: stress, ligaments } = disc.morning.on_rising;
    let doses = disc.doses;
    [
        span(disc.course.range(|seen| seen.height_m), 1e3, 1),
        fixed(100.0 * lost(disc), 1),
        span(disc.course.range(|seen| seen.pressure_pa), 1e-6, 2),
        banded(doses.dynamic_h, 1),
        banded(doses.overload_mpa_h, 2),
        banded(doses.flexion_h, 1),
        format!("{} / {}", fixed(stress, 1), fixed(ligaments, 1)),
        fixed(disc.morning.no_flexion_s.map(|seconds| (seconds / 60.0).round()), 0),
    ]
}

/// Water that leaves between the fullest and the emptiest, as a share of the volume when fullest.
pub(super) fn lost(disc: &DiscDay) -> f64 {
    let (low, high) = disc.course.range(|seen| seen.volume);
    1.0 - low / high
}

/// What happens to one disc from activity to activity.
fn hours(day: &PersonDay, disc: &DiscDay, knowledge: &Knowledge, lang: Lang) -> comfy_table::Table {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let mut table = show::table();
    table.set_header(
        [
            "terminal-disc-time",
            "terminal-disc-doing",
            "terminal-disc-stress",
            "terminal-disc-pressure-course",
            "terminal-disc-height-after",
            "terminal-disc-volume-after",
        ]
        .map(text),
    );
    for (at, hours) in day.file.hours.iter().enumerate() {
        let samples: Vec<&Sample> = disc
            .course
            .samples
            .iter()
            .filter(|sample| sample.hours == at && sample.t_s > 0.0)
            .collect();
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
            continue;
        };
        let pressure = |sample: &Sample| fixed(sample.seen.pressure_pa * 1e-6, 2);
        table.add_row([
            format!(
                "{}–{}",
                clock(day.file.begins_min, hours.from_min),
                clock(day.file.begins_min, hours.to_min)
            ),
            day.labels[at].clone(),
            fixed(first.stress_pa * 1e-6, 2),
            format!("{} → {}", pressure(first), pressure(last)),
            fixed(last.seen.height_m * 1e3, 2),
            fixed(last.seen.volume * 100.0, 1),
        ]);
    }
    debug_assert!(disc.course.samples.last().is_some_and(|last| (last.t_s - DAY_S).abs() < 1.0));
    table
}

/// Name of a file without folder and ending.
pub(super) fn short(file: &str) -> String {
    std::path::Path::new(file)
        .file_stem()
        .map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
