//! `keel disc --observed`: published measurements of discs and stature through a day beside what is computed, as they are.
//!
//! For engineers: what it prints is in English. The days on which was measured are day files; one row of `days.toml` is one measurement.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use keel_disc::{DiscShape, Fluid, Grade, Mechanics, recovery_over_loading};
use keel_knowledge::Knowledge;
use keel_therapy::{Bodies, Catalogue};
use serde::Deserialize;
use serde_json::json;

use super::{PersonDay, person_day};
use crate::{
    numbers::{fixed, signed},
    show,
};

/// Heights of all discs of the spine over those of the six lumbar ones that are computed: some 83 mm in neck and chest beside 62 mm. From memory of
/// textbooks; adults.
const WHOLE_SPINE: f64 = 2.3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measurements {
    row: Vec<Row>,
    recovery: Recovery,
}

/// How many times as long a disc takes to recover from a load as it took to give way, as it was measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recovery {
    stress_mpa: f64,
    rest_mpa: f64,
    low: f64,
    high: f64,
    source: String,
    provenance: String,
    note: String,
}

impl Recovery {
    /// Of the generic disc, healthy.
    fn computed(&self) -> anyhow::Result<f64> {
        let (stress_pa, rest_pa) = (1e6 * self.stress_mpa, 1e6 * self.rest_mpa);
        let fluid = Fluid::new(&DiscShape::default(), Grade::Healthy, &Mechanics::of(Grade::Healthy), rest_pa)?;
        recovery_over_loading(&fluid, stress_pa, rest_pa)?.context("the disc does not give way")
    }
}

/// One published measurement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    family: String,
    /// Name of the day file.
    day: String,
    what: What,
    /// Discs over which is averaged; none where the whole spine is measured.
    #[serde(default)]
    levels: Vec<String>,
    at: Option<String>,
    from: Option<String>,
    to: Option<String>,
    until: Option<String>,
    value: f64,
    spread: f64,
    role: Role,
    source: String,
    provenance: String,
    #[serde(default)]
    note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    HeightPercent,
    VolumePercent,
    PressureMpa,
    PressureChangeMpa,
    StatureMm,
    StatureShare,
}

impl What {
    fn unit(self) -> &'static str {
        match self {
            Self::HeightPercent => "% of height",
            Self::VolumePercent => "% of volume",
            Self::PressureMpa | Self::PressureChangeMpa => "MPa",
            Self::StatureMm => "mm of stature",
            Self::StatureShare => "of all",
        }
    }

    fn digits(self) -> usize {
        match self {
            Self::HeightPercent | Self::VolumePercent | Self::StatureMm => 1,
            Self::PressureMpa | Self::PressureChangeMpa | Self::StatureShare => 2,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Calibrated,
    Test,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Calibrated => "calibrated",
            Self::Test => "test",
        }
    }
}

pub(super) fn run(knowledge: &Knowledge, bodies: &Bodies, dir: &Path, is_json: bool) -> anyhow::Result<()> {
    let file = dir.join("days.toml");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("{} could not be read; --dir names the folder that holds it", file.display()))?;
    let Measurements { row: rows, recovery } = toml::from_str(&text).with_context(|| format!("{} could not be read", file.display()))?;
    let catalogue = Catalogue::new(knowledge);
    // Nothing of what was measured is a solute.
    let mut days: BTreeMap<&str, PersonDay<()>> = BTreeMap::new();
    for row in &rows {
        if !days.contains_key(row.day.as_str()) {
            let path = dir.join("days").join(format!("{}.toml", row.day));
            days.insert(&row.day, person_day(knowledge, bodies, &catalogue, &path, None, |_, _, _| Ok(()))?);
        }
    }
    let computed: Vec<f64> = rows
        .iter()
        .map(|row| computed(&days[row.day.as_str()], row).with_context(|| format!("{}: {}, {}", file.display(), row.family, row.source)))
        .collect::<Result<_, _>>()?;
    let recovers = recovery.computed()?;
    if is_json {
        let mut json = to_json(&rows, &computed);
        json["recovery_over_loading"] = json!({
            "measured": [recovery.low, recovery.high], "computed": recovers,
            "source": recovery.source, "provenance": recovery.provenance, "note": recovery.note,
        });
        println!("{}", serde_json::to_string_pretty(&json)?);
    } else {
        anstream::print!("{}", table(&rows, &computed));
        let line = format!(
            "Recovery over loading: measured {}–{}, computed {} ({}, {}): {}",
            fixed(recovery.low, 0),
            fixed(recovery.high, 0),
            fixed(recovers, 1),
            recovery.source,
            recovery.provenance,
            recovery.note
        );
        anstream::println!("{}", show::wrapped(&line, 2));
    }
    Ok(())
}

fn computed(day: &PersonDay<()>, row: &Row) -> anyhow::Result<f64> {
    let time = |text: &Option<String>, name: &str| -> anyhow::Result<f64> {
        let text = text.as_ref().with_context(|| format!("the row has no {name}"))?;
        let minutes = text
            .split_once(':')
            .and_then(|(hours, minutes)| Some(60 * hours.parse::<u32>().ok()? + minutes.parse::<u32>().ok()?))
            .filter(|minutes| *minutes < 24 * 60)
            .with_context(|| format!("{text} is no time of day"))?;
        Ok(f64::from((minutes + 24 * 60 - day.file.begins_min) % (24 * 60)) * 60.0)
    };
    if let Some(unknown) = row.levels.iter().find(|level| day.discs.iter().all(|disc| disc.id != **level)) {
        bail!("there is no disc \"{unknown}\"");
    }
    let discs = || {
        day.discs
            .iter()
            .filter(|disc| row.levels.is_empty() || row.levels.contains(&disc.id))
    };
    let n = discs().count() as f64;
    // The night before the day begins is the one that ends it.
    let at = |t_s: f64, of: &dyn Fn(&keel_disc::Seen) -> f64| discs().map(|disc| disc.course.at(t_s, of)).collect::<Vec<_>>();
    let percent = |of: &dyn Fn(&keel_disc::Seen) -> f64| -> anyhow::Result<f64> {
        let (before, after) = (at(time(&row.from, "from")?, of), at(time(&row.to, "to")?, of));
        Ok(before
            .iter()
            .zip(&after)
            .map(|(before, after)| 100.0 * (after / before - 1.0))
            .sum::<f64>()
            / n)
    };
    let stature_mm = |t_s: f64| WHOLE_SPINE * 1e3 * at(t_s, &|seen| seen.height_m).iter().sum::<f64>();
    let pressure = |t_s: f64| 1e-6 * at(t_s, &|seen| seen.pressure_pa).iter().sum::<f64>() / n;
    Ok(match row.what {
        What::HeightPercent => percent(&|seen| seen.height_m)?,
        What::VolumePercent => percent(&|seen| seen.volume)?,
        What::PressureMpa => pressure(time(&row.at, "at")?),
        What::PressureChangeMpa => pressure(time(&row.to, "to")?) - pressure(time(&row.from, "from")?),
        What::StatureMm => stature_mm(time(&row.to, "to")?) - stature_mm(time(&row.from, "from")?),
        What::StatureShare => {
            let from = stature_mm(time(&row.from, "from")?);
            (stature_mm(time(&row.to, "to")?) - from) / (stature_mm(time(&row.until, "until")?) - from)
        }
    })
}

/// Times of a row as they are written.
fn times(row: &Row) -> String {
    let all = [&row.at, &row.from, &row.to, &row.until];
    all.into_iter().flatten().cloned().collect::<Vec<_>>().join(" → ")
}

fn table(rows: &[Row], computed: &[f64]) -> String {
    let mut table = show::table();
    table.set_header([
        "family",
        "day",
        "times",
        "measured",
        "computed",
        "z",
        "unit",
        "role",
        "source",
        "provenance",
    ]);
    for (row, computed) in rows.iter().zip(computed) {
        table.add_row([
            row.family.clone(),
            row.day.clone(),
            times(row),
            fixed(row.value, row.what.digits()),
            fixed(*computed, row.what.digits()),
            signed(z(row, *computed), 1),
            row.what.unit().to_owned(),
            row.role.word().to_owned(),
            row.source.clone(),
            row.provenance.clone(),
        ]);
    }
    let mut out = format!("{table}\n");
    for role in [Role::Calibrated, Role::Test] {
        let (n, rms) = agreement(rows, computed, role);
        out.push_str(&format!("{}: {n} rows, root mean square of z {}\n", role.word(), fixed(rms, 2)));
    }
    for row in rows.iter().filter(|row| !row.note.is_empty()) {
        out.push_str(&show::wrapped(
            &format!("{}, {} ({}): {}", row.source, row.what.unit(), times(row), row.note),
            2,
        ));
        out.push('\n');
    }
    out
}

fn z(row: &Row, computed: f64) -> f64 {
    (computed - row.value) / row.spread
}

/// How many rows of a role, and the root mean square of their z.
fn agreement(rows: &[Row], computed: &[f64], role: Role) -> (usize, f64) {
    let all: Vec<f64> = rows
        .iter()
        .zip(computed)
        .filter(|(row, _)| row.role == role)
        .map(|(row, computed)| z(row, *computed))
        .collect();
    (all.len(), (all.iter().map(|z| z * z).sum::<f64>() / all.len().max(1) as f64).sqrt())
}

fn to_json(rows: &[Row], computed: &[f64]) -> serde_json::Value {
    let rows_json: Vec<_> = rows
        .iter()
        .zip(computed)
        .map(|(row, computed)| {
            json!({
                "family": row.family, "day": row.day, "times": times(row), "levels": row.levels, "unit": row.what.unit(),
                "measured": row.value, "computed": computed, "spread": row.spread, "z": z(row, *computed),
                "role": row.role.word(), "source": row.source, "provenance": row.provenance, "note": row.note,
            })
        })
        .collect();
    let summary: serde_json::Map<String, serde_json::Value> = [Role::Calibrated, Role::Test]
        .into_iter()
        .map(|role| {
            let (n, rms) = agreement(rows, computed, role);
            (role.word().to_owned(), json!({ "rows": n, "rms_z": rms }))
        })
        .collect();
    json!({ "rows": rows_json, "summary": summary })
}
