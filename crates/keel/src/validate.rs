//! `keel validate`: published measurements beside what the engine computes, as they are.

mod page;
mod statistics;

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context as _;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use keel_body::{Body, Side};
use keel_knowledge::Knowledge;
use keel_loads::{Frame, Scope, Settings, groups, motion_loads, posture_loads};
use serde::Deserialize;
use serde_json::json;

use crate::loads::{self, Bodies};
use statistics::Agreement;

/// Frames of a motion per second.
const FRAMES_PER_S: f64 = 25.0;

#[derive(Args)]
pub(crate) struct ValidateArgs {
    /// Folder with measurements.toml and people/
    #[arg(long, value_name = "DIR", default_value = "validation")]
    dir: PathBuf,
    /// Only this family of measurements
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// Machine-readable result
    #[arg(long)]
    json: bool,
    /// Writes a page with tables and plots
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measurements {
    row: Vec<Row>,
}

/// One published measurement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    family: String,
    activity: String,
    posture: Option<String>,
    motion: Option<String>,
    person: String,
    quantity: Quantity,
    level: Option<String>,
    group: Option<String>,
    value: f64,
    #[serde(default)]
    spread: String,
    source: String,
    provenance: String,
    #[serde(default = "yes")]
    gates: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Quantity {
    PressureMpa,
    PressureOfStanding,
    CompressionN,
    ActivationPercent,
}

impl Quantity {
    fn unit(self) -> &'static str {
        match self {
            Self::PressureMpa => "MPa",
            Self::PressureOfStanding => "× standing",
            Self::CompressionN => "N",
            Self::ActivationPercent => "%",
        }
    }
}

/// A measurement with what was computed for it, or why nothing was.
struct Compared {
    row: Row,
    computed: Result<f64, String>,
    /// Computed over own relaxed standing, and measured over the measured standing of the family, where there is one.
    normalised: Option<(f64, f64)>,
}

pub(crate) fn run(knowledge: &Knowledge, args: &ValidateArgs) -> anyhow::Result<()> {
    let file = args.dir.join("measurements.toml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("{} could not be read", file.display()))?;
    let Measurements { row: mut rows } = toml::from_str(&text).with_context(|| format!("{} could not be read", file.display()))?;
    rows.retain(|row| args.family.as_ref().is_none_or(|family| *family == row.family));
    let bodies = Bodies::read(knowledge)?;
    let mut people: BTreeMap<String, (Body, Frame)> = BTreeMap::new();
    for row in &rows {
        if !people.contains_key(&row.person) {
            let file = args.dir.join("people").join(format!("{}.toml", row.person));
            let body = Body::new(&bodies.anatomy, &loads::person(knowledge, &bodies.anatomy, &file)?)?;
            let standing = bodies.library.posture(&body, "standing-relaxed", 0.0)?;
            let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default())?;
            people.insert(row.person.clone(), (body, standing));
        }
    }
    let standing_of = |family: &str| {
        rows.iter()
            .find(|row| row.family == family && row.posture.as_deref() == Some("standing-relaxed") && row.quantity == Quantity::PressureMpa)
            .map(|row| row.value)
    };
    let mut computed: BTreeMap<(String, String), Result<Vec<Frame>, String>> = BTreeMap::new();
    let compared: Vec<Compared> = rows
        .iter()
        .map(|row| {
            let (body, standing) = &people[&row.person];
            let what = row.posture.as_ref().or(row.motion.as_ref()).cloned().unwrap_or_default();
            let frames = computed
                .entry((row.person.clone(), what))
                .or_insert_with(|| frames(&bodies, body, row).map_err(|error| error.to_string()));
            let value = frames
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|frames| value(body, standing, frames, row));
            let normalised = match (&value, standing_of(&row.family), row.quantity) {
                (Ok(value), Some(measured), Quantity::PressureMpa) => {
                    disc(body, row).map(|disc| (value / (standing.discs[disc].pressure_pa * 1e-6), row.value / measured))
                }
                _ => None,
            };
            Compared {
                row: row.clone(),
                computed: value,
                normalised,
            }
        })
        .collect();

    let families = families(&compared);
    if let Some(file) = &args.html {
        std::fs::write(file, page::page(&compared, &families)).with_context(|| format!("{} could not be written", file.display()))?;
        anstream::eprintln!("→ {}", file.display());
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&to_json(&compared, &families))?);
    } else if args.html.is_none() {
        anstream::print!("{}", table(&compared, &families));
    }
    Ok(())
}

fn frames(bodies: &Bodies, body: &Body, row: &Row) -> anyhow::Result<Vec<Frame>> {
    match (&row.posture, &row.motion) {
        (Some(id), _) => {
            let posture = bodies.library.posture(body, id, 0.0)?;
            Ok(vec![posture_loads(body, &posture, Scope::WholeBody, Settings::default())?])
        }
        (None, Some(id)) => {
            let motion = bodies.library.motion(body, id, 0.0)?;
            let n = (motion.duration_s * FRAMES_PER_S).ceil() as u32 + 1;
            let loads = motion_loads(body, &motion, n, Scope::WholeBody, Settings::default())?;
            Ok(loads.into_iter().map(|(_, frame)| frame).collect())
        }
        (None, None) => anyhow::bail!("the row names neither a posture nor a motion"),
    }
}

fn disc(body: &Body, row: &Row) -> Option<usize> {
    body.discs.iter().position(|disc| Some(&disc.id) == row.level.as_ref())
}

/// Peak over the frames.
fn value(body: &Body, standing: &Frame, frames: &[Frame], row: &Row) -> Result<f64, String> {
    let peak = |of: &dyn Fn(&Frame) -> f64| frames.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    match row.quantity {
        Quantity::ActivationPercent => {
            let group = body
                .groups
                .iter()
                .position(|group| Some(group) == row.group.as_ref())
                .ok_or("there is no such muscle group")?;
            let of = |frame: &Frame| {
                let loads = groups(body, frame);
                let side = |side| {
                    loads
                        .iter()
                        .find(|load| load.group == group && load.side == side)
                        .map_or(0.0, |load| load.activation)
                };
                100.0 * side(Side::Right).max(side(Side::Left))
            };
            Ok(peak(&of))
        }
        quantity => {
            let disc = disc(body, row).ok_or("there is no such disc")?;
            Ok(match quantity {
                Quantity::PressureMpa => peak(&|frame| frame.discs[disc].pressure_pa * 1e-6),
                Quantity::PressureOfStanding => peak(&|frame| frame.discs[disc].pressure_pa) / standing.discs[disc].pressure_pa,
                _ => peak(&|frame| frame.discs[disc].compression_n),
            })
        }
    }
}

/// Agreement of one family, absolute and normalised to standing.
struct Family {
    name: String,
    unit: &'static str,
    absolute: Agreement,
    normalised: Option<Agreement>,
    missing: usize,
}

fn families(compared: &[Compared]) -> Vec<Family> {
    let mut names: Vec<&str> = Vec::new();
    for one in compared {
        if !names.contains(&one.row.family.as_str()) {
            names.push(&one.row.family);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let of_family = || compared.iter().filter(move |one| one.row.family == name);
            let pairs: Vec<(f64, f64)> = of_family()
                .filter_map(|one| Some((*one.computed.as_ref().ok()?, one.row.value)))
                .collect();
            let normalised: Vec<(f64, f64)> = of_family().filter_map(|one| one.normalised).collect();
            Family {
                name: name.to_owned(),
                unit: of_family().next().map_or("", |one| one.row.quantity.unit()),
                absolute: Agreement::new(&pairs),
                normalised: (normalised.len() > 1).then(|| Agreement::new(&normalised)),
                missing: of_family().filter(|one| one.computed.is_err()).count(),
            }
        })
        .collect()
}

fn table(compared: &[Compared], families: &[Family]) -> String {
    let mut rows = Table::new();
    rows.load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    rows.set_header([
        "family",
        "activity",
        "what",
        "measured",
        "computed",
        "difference",
        "unit",
        "provenance",
    ]);
    for one in compared {
        let what = one.row.level.as_ref().or(one.row.group.as_ref()).cloned().unwrap_or_default();
        let digits = if one.row.value >= 10.0 { 0 } else { 2 };
        let (computed, difference) = match &one.computed {
            Ok(value) => (format!("{value:.digits$}"), format!("{:+.digits$}", value - one.row.value)),
            Err(error) => (format!("missing: {error}"), String::new()),
        };
        rows.add_row([
            one.row.family.clone(),
            one.row.activity.clone(),
            what,
            format!("{:.digits$}", one.row.value),
            computed,
            difference,
            one.row.quantity.unit().to_owned(),
            one.row.provenance.clone(),
        ]);
    }
    let mut summary = Table::new();
    summary
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    summary.set_header([
        "family",
        "rows",
        "missing",
        "RMSE",
        "bias",
        "mean error %",
        "r",
        "rank r",
        "RMSE × standing",
        "bias × standing",
    ]);
    for family in families {
        let Agreement {
            n,
            rmse,
            bias,
            percent,
            r,
            rank_r,
        } = family.absolute;
        let normalised = family.normalised.map_or_else(
            || [String::new(), String::new()],
            |of| [format!("{:.3}", of.rmse), format!("{:+.3}", of.bias)],
        );
        let [normalised_rmse, normalised_bias] = normalised;
        summary.add_row([
            family.name.clone(),
            n.to_string(),
            family.missing.to_string(),
            format!("{rmse:.3} {}", family.unit),
            format!("{bias:+.3}"),
            format!("{percent:.0}"),
            format!("{r:.2}"),
            format!("{rank_r:.2}"),
            normalised_rmse,
            normalised_bias,
        ]);
    }
    format!("{rows}\n{summary}\n")
}

fn to_json(compared: &[Compared], families: &[Family]) -> serde_json::Value {
    let agreement = |of: &Agreement| json!({ "n": of.n, "rmse": of.rmse, "bias": of.bias, "mean_error_percent": of.percent, "r": of.r, "rank_r": of.rank_r });
    json!({
        "rows": compared.iter().map(|one| json!({
            "family": one.row.family, "activity": one.row.activity, "posture": one.row.posture, "motion": one.row.motion,
            "person": one.row.person, "level": one.row.level, "group": one.row.group, "unit": one.row.quantity.unit(),
            "measured": one.row.value, "computed": one.computed.as_ref().ok(), "missing": one.computed.as_ref().err(),
            "computed_of_standing": one.normalised.map(|pair| pair.0), "measured_of_standing": one.normalised.map(|pair| pair.1),
            "source": one.row.source, "provenance": one.row.provenance, "spread": one.row.spread, "gates": one.row.gates,
        })).collect::<Vec<_>>(),
        "families": families.iter().map(|family| json!({
            "name": family.name, "unit": family.unit, "missing": family.missing,
            "absolute": agreement(&family.absolute), "normalised_to_standing": family.normalised.as_ref().map(agreement),
        })).collect::<Vec<_>>(),
    })
}
