//! `keel loads`: what a posture or motion does to a person's discs and muscles.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use keel_body::{Anatomy, Body, HeldMass, Library, Person, Posture, Sex, State, Support, Text, Touch};
use keel_knowledge::{Knowledge, Lang};
use keel_loads::{Aids, Frame, GroupLoad, MuscleCost, Quality, Scope, Settings, groups, motion_loads, posture_loads};
use keel_therapy::{Catalogue, PersonFacts, findings, person_of};
use serde_json::{Value, json};

use crate::{
    cases,
    picture::{self, Instant},
};

/// Frames of a motion that are computed, per second.
const FRAMES_PER_S: f64 = 25.0;

#[derive(Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["posture", "motion", "exercise", "list"]))]
pub(crate) struct LoadsArgs {
    /// Case file of the person; without it the reference man (174 cm, 73 kg)
    #[arg(long, value_name = "CASE.toml")]
    person: Option<PathBuf>,
    /// Posture that is held
    #[arg(long, value_name = "ID")]
    posture: Option<String>,
    /// Motion: an id, or a file of your own in the form of knowledge/postures/motions
    #[arg(long, value_name = "ID or FILE")]
    motion: Option<String>,
    /// Exercise, by the id of its motion
    #[arg(long, value_name = "ID")]
    exercise: Option<String>,
    /// Lists all postures and motions
    #[arg(long)]
    list: bool,
    /// Mass held in both hands together, kg
    #[arg(long, value_name = "KG", default_value_t = 0.0)]
    hold: f64,
    /// Bracing of the abdominal wall, kPa of pressure
    #[arg(long, value_name = "KPA", default_value_t = 0.0)]
    brace: f64,
    /// With a well-tightened semi-rigid lumbar belt
    #[arg(long)]
    belt: bool,
    /// Lowest activation of all trunk muscles, 0 to 0.5: co-contraction that static optimisation leaves out
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    co_contraction: f64,
    /// The lumbar spine alone under what is above it, without contacts
    #[arg(long)]
    trunk_only: bool,
    /// Draws the body: .png or .svg; of a motion a strip of instants (.png) or a moving picture (.apng, .svg)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Machine-readable result
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// Table for people (the default)
    #[arg(long)]
    table: bool,
}

/// Anatomy and postures of the knowledge.
pub(crate) struct Bodies {
    pub(crate) anatomy: Anatomy,
    pub(crate) library: Library,
}

impl Bodies {
    pub(crate) fn read(knowledge: &Knowledge) -> anyhow::Result<Self> {
        let texts: Vec<Text<'_>> = knowledge.body_texts.iter().map(|(path, text)| Text { path, text }).collect();
        let anatomy = Anatomy::read(&texts)?;
        let library = Library::read(&texts).map_err(|faults| anyhow::anyhow!("{}", lines(&faults)))?;
        Ok(Self { anatomy, library })
    }

    /// The reference man, of whom the anatomy is written.
    pub(crate) fn reference_person() -> Person {
        Person::new(Sex::Male, 1.741, 73.0)
    }
}

/// What is wrong with anatomy, postures and motions: unreadable records, and stances that the reference man cannot take.
pub(crate) fn faults(knowledge: &Knowledge) -> Vec<String> {
    let texts: Vec<Text<'_>> = knowledge.body_texts.iter().map(|(path, text)| Text { path, text }).collect();
    let anatomy = match Anatomy::read(&texts) {
        Ok(anatomy) => anatomy,
        Err(error) => return error.0.iter().map(ToString::to_string).collect(),
    };
    let library = match Library::read(&texts) {
        Ok(library) => library,
        Err(faults) => return faults.iter().map(ToString::to_string).collect(),
    };
    let body = match Body::new(&anatomy, &Bodies::reference_person()) {
        Ok(body) => body,
        Err(error) => return vec![format!("anatomy: {error}")],
    };
    let postures = library.posture_ids().filter_map(|id| {
        let error = library.posture(&body, id, 0.0).err()?;
        Some(format!("postures/stills/{id}.md:1: {error}"))
    });
    let motions = library.motion_ids().filter_map(|id| {
        let error = library.motion(&body, id, 0.0).err()?;
        Some(format!("postures/motions/{id}.md:1: {error}"))
    });
    postures.chain(motions).collect()
}

fn lines(faults: &[keel_body::Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n       ")
}

/// What was asked for, computed.
struct Computed {
    id: String,
    frames: Vec<(f64, Frame)>,
    /// What a picture needs besides: coordinates, contacts and masses of every frame.
    states: Vec<(State, Vec<Touch>, Vec<HeldMass>)>,
    supports: Vec<Support>,
}

pub(crate) fn run(knowledge: &Knowledge, args: &LoadsArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let lang = lang.unwrap_or_else(cases::terminal_lang);
    let mut bodies = Bodies::read(knowledge)?;
    if args.list {
        print!("{}", list(&bodies.library, lang)?);
        return Ok(());
    }
    let person = match &args.person {
        None => Bodies::reference_person(),
        Some(file) => person(knowledge, &bodies.anatomy, file)?,
    };
    let body = Body::new(&bodies.anatomy, &person)?;
    let aids = if args.belt { Aids::BELT } else { Aids::default() };
    let settings = Settings {
        cost: MuscleCost::default(),
        aids: Aids {
            brace_pa: args.brace * 1e3,
            ..aids
        },
        co_contraction: args.co_contraction,
    };
    let scope = if args.trunk_only { Scope::Trunk } else { Scope::WholeBody };

    let standing = bodies.library.posture(&body, "standing-relaxed", 0.0)?;
    let mut motion = args.motion.clone().or_else(|| args.exercise.clone());
    if let Some(file) = motion.as_ref().filter(|motion| motion.contains('/') || motion.contains('.')) {
        let text = std::fs::read_to_string(file).with_context(|| format!("the motion {file} could not be read"))?;
        let stem = PathBuf::from(file)
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let path = format!("postures/motions/{stem}.md");
        let added = Library::read(&[Text { path: &path, text: &text }]).map_err(|faults| anyhow::anyhow!("{}", lines(&faults)))?;
        bodies.library = added;
        motion = Some(stem);
    }
    let computed = match (&args.posture, &motion) {
        (Some(id), _) => {
            let posture: Posture = bodies.library.posture(&body, id, args.hold)?;
            Computed {
                id: id.clone(),
                frames: vec![(0.0, posture_loads(&body, &posture, scope, settings)?)],
                states: vec![(posture.state, posture.touches, posture.held)],
                supports: posture.supports,
            }
        }
        (None, Some(id)) => {
            let motion = bodies.library.motion(&body, id, args.hold)?;
            let n = (motion.duration_s * FRAMES_PER_S).ceil().max(2.0) as u32 + 1;
            let frames = motion_loads(&body, &motion, n, scope, settings)?;
            let states = frames.iter().map(|(instant, _)| {
                let phase = instant.phase;
                (instant.state.clone(), motion.touches[phase].clone(), motion.held[phase].clone())
            });
            Computed {
                id: id.clone(),
                states: states.collect(),
                frames: frames.into_iter().map(|(instant, frame)| (instant.t_s, frame)).collect(),
                supports: motion.supports,
            }
        }
        (None, None) => bail!("name a posture, a motion or an exercise; --list shows all"),
    };
    // Relative to the person's own relaxed standing, without aids or loads.
    let standing = posture_loads(&body, &standing, Scope::WholeBody, Settings::default())?;
    if let Some(file) = &args.picture {
        let shapes = knowledge
            .body_texts
            .get("anatomy/shapes.md")
            .context("anatomy/shapes.md is missing")?;
        draw(&body, shapes, &computed, &standing, file)?;
        anstream::eprintln!("{} → {}", computed.id, file.display());
    }
    if args.json {
        let value = to_json(&body, &computed, &standing, knowledge);
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        anstream::print!("{}", table(&body, &computed, &standing));
    }
    if let Some(quality) = computed
        .frames
        .iter()
        .map(|(_, frame)| frame.quality)
        .find(|quality| !quality.is_feasible)
    {
        anstream::eprintln!(
            "note: no contact supplies {:.0} N and {:.0} N·m; a body cannot be held like this",
            quality.root_missing_n,
            quality.root_missing_n_m
        );
    }
    Ok(())
}

/// One instant of a posture; of a motion some instants evenly over its length.
fn draw(body: &Body, shapes: &str, computed: &Computed, standing: &Frame, file: &Path) -> anyhow::Result<()> {
    /// Instants of a strip, and of a moving picture.
    const N_STRIP: usize = 5;
    const N_MOVING: usize = 12;
    let n = computed.frames.len();
    let wanted = if file.extension().is_some_and(|extension| extension == "png") {
        N_STRIP
    } else {
        N_MOVING
    };
    let indices: Vec<usize> = if n <= wanted {
        (0..n).collect()
    } else {
        (0..wanted).map(|i| i * (n - 1) / (wanted - 1)).collect()
    };
    let instants: Vec<Instant<'_>> = indices
        .into_iter()
        .map(|index| {
            let (state, touches, held) = &computed.states[index];
            let (t_s, frame) = &computed.frames[index];
            let caption = if n > 1 {
                format!("{} · {t_s:.1} s", computed.id)
            } else {
                computed.id.clone()
            };
            Instant {
                state,
                frame,
                supports: &computed.supports,
                touches,
                held,
                caption,
            }
        })
        .collect();
    picture::write(body, shapes, standing, &instants, file)
}

pub(crate) fn person(knowledge: &Knowledge, anatomy: &Anatomy, file: &PathBuf) -> anyhow::Result<Person> {
    let catalogue = Catalogue::new(knowledge);
    let loaded = cases::load(std::slice::from_ref(file), &catalogue, None, None)?;
    let case = &loaded[0];
    let facts = PersonFacts::new(knowledge, &catalogue, &case.case.answers, case.date);
    let found = findings(&facts);
    person_of(&case.case.answers, Some(&found), None, &anatomy.muscle_groups()).with_context(|| case.name.clone())
}

fn list(library: &Library, lang: Lang) -> anyhow::Result<String> {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["id", "kind", "name"]);
    let name = |name: &keel_body::Name| if lang == Lang::Ru { name.ru.clone() } else { name.en.clone() };
    for id in library.posture_ids() {
        table.add_row([id.to_owned(), "posture".to_owned(), name(&library.posture_record(id)?.name)]);
    }
    for id in library.motion_ids() {
        let record = library.motion_record(id)?;
        let kind = if record.therapeutic {
            "motion"
        } else {
            "motion, for comparison only"
        };
        table.add_row([id.to_owned(), kind.to_owned(), name(&record.name)]);
    }
    Ok(format!("{table}\n"))
}

fn table(body: &Body, computed: &Computed, standing: &Frame) -> String {
    let mut discs = Table::new();
    discs
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    discs.set_header([
        "disc",
        "compression N",
        "× standing",
        "shear forward N",
        "shear right N",
        "pressure MPa",
        "from–to",
    ]);
    let Some(peak) = peak(computed) else { return String::new() };
    for (index, disc) in body.discs.iter().enumerate().rev() {
        let load = &peak.1.discs[index];
        let relative = load.compression_n / standing.discs[index].compression_n;
        discs.add_row([
            disc.id.clone(),
            format!("{:.0}", load.compression_n),
            format!("{relative:.2}"),
            format!("{:.0}", load.shear_ap_n),
            format!("{:.0}", load.shear_lateral_n),
            format!("{:.2}", load.pressure_pa * 1e-6),
            format!("{:.2}–{:.2}", load.pressure_band_pa.0 * 1e-6, load.pressure_band_pa.1 * 1e-6),
        ]);
    }
    let mut muscles = Table::new();
    muscles
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    muscles.set_header(["muscle", "right %", "left %", "right N", "left N", "length % of best"]);
    let loads = groups(body, &peak.1);
    for pair in loads.chunks(2) {
        muscles.add_row([
            body.groups[pair[0].group].clone(),
            format!("{:.0}", pair[0].activation * 100.0),
            format!("{:.0}", pair[1].activation * 100.0),
            format!("{:.0}", pair[0].force_n),
            format!("{:.0}", pair[1].force_n),
            format!("{:.0}", pair[0].fibre * 100.0),
        ]);
    }
    let quality = &peak.1.quality;
    let when = if computed.frames.len() > 1 {
        format!(" at its peak ({:.2} s)", peak.0)
    } else {
        String::new()
    };
    format!(
        "{}{when}\n{discs}\n{muscles}\nPressure in the abdomen {:.1} kPa · equilibrium to {:.0e} · optimality to {:.0e} · {} saturated fascicles\n",
        computed.id,
        peak.1.abdomen_pa * 1e-3,
        quality.residual,
        quality.kkt,
        quality.saturated
    )
}

/// Frame with the largest compression of any disc.
fn peak(computed: &Computed) -> Option<&(f64, Frame)> {
    let largest = |frame: &Frame| frame.discs.iter().map(|disc| disc.compression_n).fold(f64::NEG_INFINITY, f64::max);
    computed.frames.iter().max_by(|a, b| largest(&a.1).total_cmp(&largest(&b.1)))
}

fn to_json(body: &Body, computed: &Computed, standing: &Frame, knowledge: &Knowledge) -> Value {
    let frames: Vec<Value> = computed.frames.iter().map(|(t_s, frame)| frame_json(body, *t_s, frame)).collect();
    let n = computed.frames.len() as f64;
    let summary: serde_json::Map<String, Value> = body
        .discs
        .iter()
        .enumerate()
        .map(|(index, disc)| {
            let of = |pick: fn(&keel_loads::DiscLoad) -> f64| computed.frames.iter().map(move |(_, frame)| pick(&frame.discs[index]));
            let peak = of(|load| load.compression_n).fold(f64::NEG_INFINITY, f64::max);
            let mean = of(|load| load.compression_n).sum::<f64>() / n;
            let own = standing.discs[index].compression_n;
            let value = json!({
                "peak_compression_n": round(peak, 1),
                "mean_compression_n": round(mean, 1),
                "peak_shear_n": round(of(|load| load.shear_ap_n.hypot(load.shear_lateral_n)).fold(0.0, f64::max), 1),
                "peak_pressure_mpa": round(of(|load| load.pressure_pa).fold(0.0, f64::max) * 1e-6, 4),
                "peak_relative_to_standing": round(peak / own, 3),
                "mean_relative_to_standing": round(mean / own, 3),
                "standing_compression_n": round(own, 1),
            });
            (disc.id.clone(), value)
        })
        .collect();
    json!({
        "id": computed.id,
        "person": { "height_cm": body.person.height_m * 1e2, "mass_kg": body.person.mass_kg },
        "frames": frames,
        "summary": summary,
        "versions": { "engine": env!("CARGO_PKG_VERSION"), "knowledge": knowledge.hash },
    })
}

fn frame_json(body: &Body, t_s: f64, frame: &Frame) -> Value {
    let discs: serde_json::Map<String, Value> = body
        .discs
        .iter()
        .zip(&frame.discs)
        .map(|(disc, load)| {
            let value = json!({
                "compression_n": round(load.compression_n, 1),
                "shear_ap_n": round(load.shear_ap_n, 1),
                "shear_lateral_n": round(load.shear_lateral_n, 1),
                "moment_n_m": { "flexion": round(load.moment_n_m[0], 2), "side_bend": round(load.moment_n_m[1], 2), "rotation": round(load.moment_n_m[2], 2) },
                "pressure_mpa": {
                    "value": round(load.pressure_pa * 1e-6, 4),
                    "low": round(load.pressure_band_pa.0 * 1e-6, 4),
                    "high": round(load.pressure_band_pa.1 * 1e-6, 4),
                },
            });
            (disc.id.clone(), value)
        })
        .collect();
    let muscles: serde_json::Map<String, Value> = groups(body, frame)
        .into_iter()
        .map(|GroupLoad { group, side, activation, peak, force_n, fibre }| {
            let id = format!("{}{}", body.groups[group], side.suffix());
            (id, json!({ "activation": round(activation, 4), "peak_activation": round(peak, 4), "force_n": round(force_n, 1), "fibre_length": round(fibre, 3) }))
        })
        .collect();
    let contacts: Vec<Value> = frame
        .contacts_n
        .iter()
        .map(|force| json!([round(force.x, 1), round(force.y, 1), round(force.z, 1)]))
        .collect();
    let Quality {
        residual,
        kkt,
        saturated,
        root_missing_n,
        root_missing_n_m,
        slack_disc_n_m,
        slack_leg_n_m,
        is_feasible,
        iterations,
        ..
    } = frame.quality;
    json!({
        "t_s": round(t_s, 4),
        "discs": discs,
        "muscles": muscles,
        "contacts": contacts,
        "abdominal_pressure_kpa": round(frame.abdomen_pa * 1e-3, 3),
        "quality": {
            "residual": residual, "kkt": kkt, "iterations": iterations, "saturated": saturated, "feasible": is_feasible,
            "root_missing_n": round(root_missing_n, 3), "root_missing_n_m": round(root_missing_n_m, 3),
            "slack_disc_n_m": round(slack_disc_n_m, 3), "slack_leg_n_m": round(slack_leg_n_m, 3),
        },
    })
}

/// Rounded for reading; a value that is not a number stays null.
fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
