//! `keel validate`: published measurements beside what the engine computes, as they are.

mod page;
mod statistics;

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use keel_body::{Body, Side};
use keel_knowledge::{Knowledge, nearest};
use keel_loads::{Frame, MuscleCost, Scope, Settings, constants::CO_CONTRACTION_UPRIGHT, groups, motion_loads, posture_loads};
use serde::Deserialize;
use serde_json::json;

use keel_therapy::Bodies;

use crate::{
    bodies,
    numbers::{fixed, signed},
    progress::Progress,
    show,
};
use statistics::Agreement;

#[derive(Args)]
pub(crate) struct ValidateArgs {
    /// Folder with measurements.toml and people/
    #[arg(long, value_name = "DIR", default_value = "validation")]
    dir: PathBuf,
    /// Only this family of measurements
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// How muscles share a load: what a fascicle's squared activation costs
    #[arg(long, value_enum, default_value_t = MuscleCost::default().into())]
    cost: Cost,
    /// Lowest activation of all trunk muscles, 0 to 0.5: co-contraction that static optimisation leaves out
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, allow_negative_numbers = true)]
    co_contraction: f64,
    /// Machine-readable result
    #[arg(long)]
    json: bool,
    /// Writes a page with tables and plots
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What a fascicle's squared activation costs.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Cost {
    /// The same for all
    Fascicle,
    /// Its cross-section
    Area,
    /// Its volume
    Volume,
}

impl From<MuscleCost> for Cost {
    fn from(cost: MuscleCost) -> Self {
        match cost {
            MuscleCost::PerFascicle => Self::Fascicle,
            MuscleCost::ByPcsa => Self::Area,
            MuscleCost::ByVolume => Self::Volume,
        }
    }
}

impl ValidateArgs {
    fn settings(&self) -> Settings {
        Settings {
            cost: match self.cost {
                Cost::Fascicle => MuscleCost::PerFascicle,
                Cost::Area => MuscleCost::ByPcsa,
                Cost::Volume => MuscleCost::ByVolume,
            },
            co_contraction: self.co_contraction,
            ..Settings::default()
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measurements {
    row: Vec<Row>,
    #[serde(default)]
    analysis: Vec<Analysis>,
}

/// Why a row, or a whole family, stays off.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Analysis {
    family: String,
    activity: Option<String>,
    text: String,
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
    /// Where only a class was published: on which side of the value the measurement lies.
    #[serde(default)]
    bound: Option<Bound>,
    /// Which value of a motion's course was published.
    #[serde(default)]
    of: Extreme,
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
    /// Compression and shear together, over those in relaxed standing.
    ForceOfStanding,
    /// The same, over the highest in walking.
    ForceOfWalking,
    ActivationPercent,
}

impl Quantity {
    fn unit(self) -> &'static str {
        match self {
            Self::PressureMpa => "MPa",
            Self::PressureOfStanding => "× standing",
            Self::CompressionN => "N",
            Self::ForceOfStanding => "× standing",
            Self::ForceOfWalking => "× walking",
            Self::ActivationPercent => "%",
        }
    }
}

/// The side of a value on which something was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bound {
    Below,
    AtLeast,
}

impl Bound {
    fn holds(self, computed: f64, value: f64) -> bool {
        match self {
            Self::Below => computed < value,
            Self::AtLeast => computed >= value,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Extreme {
    #[default]
    Highest,
    Lowest,
}

/// A measurement with what was computed for it, or why nothing was.
struct Compared {
    row: Row,
    computed: Result<f64, String>,
    /// Computed over own relaxed standing, and measured over the measured standing of the family, where there is one.
    normalised: Option<(f64, f64)>,
}

impl Compared {
    /// Measured, computed and their difference.
    fn printed(&self) -> [String; 3] {
        let measured = self.row.value;
        let digits = if measured >= 10.0 { 0 } else { 2 };
        let (computed, difference) = match (&self.computed, self.is_as_classed()) {
            (Ok(computed), Some(is_as_classed)) => (
                fixed(*computed, digits),
                if is_as_classed { "as classed" } else { "other" }.to_owned(),
            ),
            (Ok(computed), None) => (fixed(*computed, digits), signed(computed - measured, digits)),
            (Err(error), _) => (format!("missing: {error}"), String::new()),
        };
        let side = match self.row.bound {
            Some(Bound::Below) => "< ",
            Some(Bound::AtLeast) => "≥ ",
            None => "",
        };
        [format!("{side}{}", fixed(measured, digits)), computed, difference]
    }

    /// Whether the computed value lies on the measured side, where only that was published.
    fn is_as_classed(&self) -> Option<bool> {
        Some(self.row.bound?.holds(*self.computed.as_ref().ok()?, self.row.value))
    }
}

pub(crate) fn run(knowledge: &Knowledge, args: &ValidateArgs) -> anyhow::Result<()> {
    let Measurements { row: rows, analysis } = measurements(args)?;
    let settings = args.settings();
    let bodies = Bodies::read(knowledge)?;
    let compared = compare(knowledge, &bodies, args, &rows, settings, settings)?;
    let mut families = families(&compared);
    if settings.co_contraction == 0.0 {
        let stiffened = Settings {
            co_contraction: CO_CONTRACTION_UPRIGHT,
            ..settings
        };
        let stiffened = self::families(&compare(knowledge, &bodies, args, &rows, stiffened, settings)?);
        for (family, stiffened) in families.iter_mut().zip(stiffened) {
            family.stiffened = Some(Box::new(stiffened));
        }
    }
    if let Some(file) = &args.html {
        std::fs::write(file, page::page(&compared, &families, &analysis))
            .with_context(|| format!("{} could not be written", file.display()))?;
        anstream::eprintln!("→ {}", file.display());
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&to_json(&compared, &families, &analysis))?);
    } else if args.html.is_none() {
        anstream::print!("{}", table(&compared, &families));
        anstream::print!("{}", reasons(&compared, &analysis));
    }
    Ok(())
}

/// Every row with what is computed for it; `resting` are the settings for who lies.
fn compare(
    knowledge: &Knowledge,
    bodies: &Bodies,
    args: &ValidateArgs,
    rows: &[Row],
    settings: Settings,
    resting: Settings,
) -> anyhow::Result<Vec<Compared>> {
    let progress = Progress::counted(rows.len());
    let mut people: BTreeMap<String, (Body, Frame)> = BTreeMap::new();
    for row in rows {
        if !people.contains_key(&row.person) {
            let file = args.dir.join("people").join(format!("{}.toml", row.person));
            let (person, _) = bodies::person_of_file(bodies, knowledge, &file, None)?;
            let body = Body::new(&bodies.anatomy, &person)?;
            let standing = keel_report::standing(&bodies.library, &body, settings)?;
            people.insert(row.person.clone(), (body, standing));
        }
    }
    let mut computed: BTreeMap<(String, Task), Result<Vec<Frame>, String>> = BTreeMap::new();
    let compared = rows.iter().map(|row| {
        progress.next(format!("{}: {}", row.family, row.activity));
        let (body, standing) = &people[&row.person];
        let mut frames_of = |task: Task| {
            computed
                .entry((row.person.clone(), task.clone()))
                .or_insert_with(|| frames(bodies, body, &task, settings, resting).map_err(|error| error.to_string()))
                .clone()
        };
        let mut compute = || -> Result<f64, String> {
            let reference = match row.quantity {
                Quantity::ForceOfWalking => frames_of(Task::walking())?,
                _ => vec![standing.clone()],
            };
            let frames = frames_of(row.task().ok_or("the row names neither a posture nor a motion")?)?;
            value(body, &reference, &frames, row)
        };
        let value = compute();
        let normalised = match (&value, measured_standing(rows.iter(), &row.family), row.quantity) {
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
    });
    Ok(compared.collect())
}

/// The measurements of the family that was asked for, or all.
fn measurements(args: &ValidateArgs) -> anyhow::Result<Measurements> {
    let file = args.dir.join("measurements.toml");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("{} could not be read; --dir names the folder that holds it", file.display()))?;
    let mut all: Measurements = toml::from_str(&text).with_context(|| format!("{} could not be read", file.display()))?;
    for Analysis { family, activity, .. } in &all.analysis {
        let explains = |row: &Row| row.family == *family && activity.as_ref().is_none_or(|activity| *activity == row.activity);
        if !all.row.iter().any(explains) {
            let activity = activity.as_deref().unwrap_or("the whole family");
            bail!("{}: the analysis of \"{family}\", {activity}, belongs to no row", file.display());
        }
    }
    let Some(family) = &args.family else { return Ok(all) };
    let all_names = names(&all.row);
    if !all_names.contains(&family.as_str()) {
        let nearest =
            nearest(family, all_names.iter().copied()).map_or_else(String::new, |nearest| format!("; the nearest is \"{nearest}\""));
        bail!(
            "there is no family \"{family}\" in {}{nearest}; there are {}",
            file.display(),
            all_names.join(", ")
        );
    }
    all.row.retain(|row| row.family == *family);
    all.analysis.retain(|one| one.family == *family);
    Ok(all)
}

/// Names of the families, as they come.
fn names<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.family.as_str()) {
            names.push(&row.family);
        }
    }
    names
}

/// What is computed for a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Posture(String),
    Motion(String),
}

impl Task {
    fn walking() -> Self {
        Self::Motion("walking".to_owned())
    }
}

impl Row {
    fn task(&self) -> Option<Task> {
        let posture = self.posture.clone().map(Task::Posture);
        posture.or_else(|| self.motion.clone().map(Task::Motion))
    }
}

fn frames(bodies: &Bodies, body: &Body, task: &Task, settings: Settings, resting: Settings) -> anyhow::Result<Vec<Frame>> {
    // Upright: the pelvis nearer to standing than to lying.
    let of = |root: glam::DQuat| if (root * glam::DVec3::Y).y > 0.5 { settings } else { resting };
    match task {
        Task::Posture(id) => {
            let posture = bodies.library.posture(body, id, 0.0)?;
            Ok(vec![posture_loads(body, &posture, Scope::WholeBody, of(posture.state.root))?])
        }
        Task::Motion(id) => {
            let motion = bodies.library.motion(body, id, 0.0)?;
            let settings = of(motion.frame(0.0).state.root);
            let loads = motion_loads(body, &motion, keel_report::n_frames(&motion), Scope::WholeBody, settings)?;
            Ok(loads.into_iter().map(|(_, frame)| frame).collect())
        }
    }
}

fn disc(body: &Body, row: &Row) -> Option<usize> {
    body.discs.iter().position(|disc| Some(&disc.id) == row.level.as_ref())
}

/// Highest or lowest value over the frames, where asked over the highest in `reference`.
fn value(body: &Body, reference: &[Frame], frames: &[Frame], row: &Row) -> Result<f64, String> {
    let highest = |of: &dyn Fn(&Frame) -> f64| reference.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let peak = |of: &dyn Fn(&Frame) -> f64| {
        let values = frames.iter().map(of);
        match row.of {
            Extreme::Highest => values.fold(f64::NEG_INFINITY, f64::max),
            Extreme::Lowest => values.fold(f64::INFINITY, f64::min),
        }
    };
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
            let pressure_pa = |frame: &Frame| frame.discs[disc].pressure_pa;
            let force_n = |frame: &Frame| {
                let load = &frame.discs[disc];
                load.compression_n.hypot(load.shear_n())
            };
            Ok(match quantity {
                Quantity::PressureMpa => peak(&pressure_pa) * 1e-6,
                Quantity::PressureOfStanding => peak(&pressure_pa) / highest(&pressure_pa),
                Quantity::ForceOfStanding | Quantity::ForceOfWalking => peak(&force_n) / highest(&force_n),
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
    /// Standing as it was measured, in the unit of the family: times this, the normalised figures are in that unit too.
    standing: Option<f64>,
    missing: usize,
    /// Rows of which only a class was published: how many come out as classed, of how many.
    classed: (usize, usize),
    /// Agreement of each muscle group by itself, where the family is about groups.
    groups: Vec<(String, Agreement)>,
    /// The same with the co-contraction that was measured in upright people.
    stiffened: Option<Box<Family>>,
}

impl Family {
    /// How many rows come out as they were classed; nothing where none were.
    fn printed_classes(&self) -> String {
        match self.classed {
            (_, 0) => String::new(),
            (right, all) => format!("{right} of {all}"),
        }
    }

    /// RMSE after everything computed is scaled so that relaxed standing is as it was measured, in the unit of the family.
    fn scaled_rmse(&self) -> Option<f64> {
        Some(self.normalised.as_ref()?.rmse? * self.standing?)
    }
}

/// Computed and measured, where something was computed and a value measured.
fn pairs<'a>(compared: impl Iterator<Item = &'a Compared>) -> Vec<(f64, f64)> {
    compared
        .filter(|one| one.row.bound.is_none())
        .filter_map(|one| Some((*one.computed.as_ref().ok()?, one.row.value)))
        .collect()
}

/// Pressure in relaxed standing as a family measured it, MPa.
fn measured_standing<'a>(mut rows: impl Iterator<Item = &'a Row>, family: &str) -> Option<f64> {
    rows.find(|row| row.family == family && row.posture.as_deref() == Some("standing-relaxed") && row.quantity == Quantity::PressureMpa)
        .map(|row| row.value)
}

fn families(compared: &[Compared]) -> Vec<Family> {
    names(compared.iter().map(|one| &one.row))
        .into_iter()
        .map(|name| {
            let of_family = || compared.iter().filter(move |one| one.row.family == name);
            let mut group_names: Vec<&String> = of_family().filter_map(|one| one.row.group.as_ref()).collect();
            group_names.sort();
            group_names.dedup();
            let of_group = |name: &String| Agreement::new(&pairs(of_family().filter(|one| one.row.group.as_ref() == Some(name))));
            let normalised: Vec<(f64, f64)> = of_family().filter_map(|one| one.normalised).collect();
            Family {
                name: name.to_owned(),
                unit: of_family().next().map_or("", |one| one.row.quantity.unit()),
                absolute: Agreement::new(&pairs(of_family())),
                groups: group_names.into_iter().map(|name| (name.clone(), of_group(name))).collect(),
                normalised: (normalised.len() > 1).then(|| Agreement::new(&normalised)),
                standing: measured_standing(compared.iter().map(|one| &one.row), name),
                missing: of_family().filter(|one| one.computed.is_err()).count(),
                classed: (
                    of_family().filter(|one| one.is_as_classed() == Some(true)).count(),
                    of_family().filter(|one| one.row.bound.is_some()).count(),
                ),
                stiffened: None,
            }
        })
        .collect()
}

fn table(compared: &[Compared], families: &[Family]) -> String {
    let mut rows = show::table();
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
        let [measured, computed, difference] = one.printed();
        rows.add_row([
            one.row.family.clone(),
            one.row.activity.clone(),
            what,
            measured,
            computed,
            difference,
            one.row.quantity.unit().to_owned(),
            one.row.provenance.clone(),
        ]);
    }
    let summary = summary(families.iter());
    let mut groups = show::table();
    groups.set_header(["family", "muscle group", "rows", "RMSE", "bias", "r", "rank r"]);
    for family in families {
        for (name, of) in &family.groups {
            groups.add_row([
                family.name.clone(),
                name.clone(),
                of.n.to_string(),
                format!("{} {}", fixed(of.rmse, 1), family.unit),
                signed(of.bias, 1),
                fixed(of.r, 2),
                fixed(of.rank_r, 2),
            ]);
        }
    }
    let mut text = format!("{rows}\n{summary}\n");
    let stiffened: Vec<&Family> = families.iter().filter_map(|family| family.stiffened.as_deref()).collect();
    if !stiffened.is_empty() {
        let _ = writeln!(text, "{}\n{}", stiffened_title(), self::summary(stiffened.into_iter()));
    }
    if !groups.is_empty() {
        let _ = writeln!(text, "{groups}");
    }
    text
}

/// What the second summary is about.
fn stiffened_title() -> String {
    format!(
        "With {:.1} % co-contraction of all trunk muscles where people are upright, as measured there (Cholewicki 1997); static optimisation leaves it out",
        100.0 * CO_CONTRACTION_UPRIGHT
    )
}

/// Agreement of the families.
fn summary<'a>(families: impl Iterator<Item = &'a Family>) -> comfy_table::Table {
    let mut summary = show::table();
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
        "RMSE, standing as measured",
        "as classed",
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
        let [normalised_rmse, normalised_bias] = family
            .normalised
            .map_or_else(|| [String::new(), String::new()], |of| [fixed(of.rmse, 3), signed(of.bias, 3)]);
        let scaled_rmse = family
            .scaled_rmse()
            .map_or_else(String::new, |rmse| format!("{rmse:.3} {}", family.unit));
        summary.add_row([
            family.name.clone(),
            n.to_string(),
            family.missing.to_string(),
            format!("{} {}", fixed(rmse, 3), family.unit),
            signed(bias, 3),
            fixed(percent, 0),
            fixed(r, 2),
            fixed(rank_r, 2),
            normalised_rmse,
            normalised_bias,
            scaled_rmse,
            family.printed_classes(),
        ]);
    }
    summary
}

/// What is known of why rows stay off, each with by how much.
fn reasons(compared: &[Compared], analysis: &[Analysis]) -> String {
    let mut text = String::new();
    for one in analysis {
        let _ = writeln!(text, "{}: {}", subject(one, compared), one.text);
    }
    if text.is_empty() {
        text
    } else {
        format!("Where rows stay off, and why\n{text}")
    }
}

/// What an analysis is about: the activity with its difference, or the family.
fn subject(analysis: &Analysis, compared: &[Compared]) -> String {
    let Some(activity) = &analysis.activity else {
        return analysis.family.clone();
    };
    let difference = compared
        .iter()
        .find(|one| one.row.family == analysis.family && one.row.activity == *activity)
        .map_or_else(String::new, |one| format!(" ({} {})", one.printed()[2], one.row.quantity.unit()));
    format!("{}, {activity}{difference}", analysis.family)
}

fn to_json(compared: &[Compared], families: &[Family], analysis: &[Analysis]) -> serde_json::Value {
    let agreement = |of: &Agreement| json!({ "n": of.n, "rmse": of.rmse, "bias": of.bias, "mean_error_percent": of.percent, "r": of.r, "rank_r": of.rank_r });
    let figures = |family: &Family| {
        json!({
            "absolute": agreement(&family.absolute), "normalised_to_standing": family.normalised.as_ref().map(agreement), "rmse_with_standing_as_measured": family.scaled_rmse(),
        })
    };
    json!({
        "rows": compared.iter().map(|one| json!({
            "family": one.row.family, "activity": one.row.activity, "posture": one.row.posture, "motion": one.row.motion,
            "person": one.row.person, "level": one.row.level, "group": one.row.group, "unit": one.row.quantity.unit(),
            "measured": one.row.value, "computed": one.computed.as_ref().ok(), "missing": one.computed.as_ref().err(),
            "computed_of_standing": one.normalised.map(|pair| pair.0), "measured_of_standing": one.normalised.map(|pair| pair.1),
            "as_classed": one.is_as_classed(), "source": one.row.source, "provenance": one.row.provenance, "spread": one.row.spread, "gates": one.row.gates,
        })).collect::<Vec<_>>(),
        "co_contraction": CO_CONTRACTION_UPRIGHT,
        "analysis": analysis.iter().map(|one| json!({
            "family": one.family, "activity": one.activity, "text": one.text,
        })).collect::<Vec<_>>(),
        "families": families.iter().map(|family| json!({
            "name": family.name, "unit": family.unit, "missing": family.missing,
            "as_classed": family.classed.0, "classed": family.classed.1,
            "absolute": agreement(&family.absolute), "normalised_to_standing": family.normalised.as_ref().map(agreement), "rmse_with_standing_as_measured": family.scaled_rmse(),
            "groups": family.groups.iter().map(|(name, of)| json!({ "name": name, "agreement": agreement(of) })).collect::<Vec<_>>(),
            "with_co_contraction": family.stiffened.as_deref().map(figures),
        })).collect::<Vec<_>>(),
    })
}
