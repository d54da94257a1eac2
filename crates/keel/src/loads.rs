//! `keel loads`: what a posture or motion does to a person's discs and muscles.
//!
//! Asks for it here; what is computed stands in [`computed`], what is written in [`table`] and [`json`].

mod json;
mod table;

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Args;
use keel_body::{Body, SeenFrom};
use keel_knowledge::{Knowledge, Lang, Shown};
use keel_loads::{Aids, Frame, MuscleCost, Scope, Settings};
use keel_therapy::Bodies;

use crate::{bodies, cases, picture, progress::Progress};
use keel_report::{Computed, How, standing};

/// What two hands can hold, kg.
const HOLD_KG: RangeInclusive<f64> = 0.0..=200.0;
/// How far the abdominal wall can brace, kPa.
const BRACE_KPA: RangeInclusive<f64> = 0.0..=40.0;
/// How far all trunk muscles can be held active at once, share of the maximum.
const CO_CONTRACTION: RangeInclusive<f64> = 0.0..=0.5;

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
    /// Exercise, by its own id (DS11) or that of its motion
    #[arg(long, value_name = "ID")]
    exercise: Option<String>,
    /// Lists all postures and motions
    #[arg(long)]
    list: bool,
    /// Mass held in both hands together, 0 to 200 kg
    #[arg(long, value_name = "KG", default_value_t = 0.0, allow_negative_numbers = true)]
    hold: f64,
    /// Bracing of the abdominal wall, 0 to 40 kPa of pressure
    #[arg(long, value_name = "KPA", default_value_t = 0.0, allow_negative_numbers = true)]
    brace: f64,
    /// With a well-tightened semi-rigid lumbar belt
    #[arg(long)]
    belt: bool,
    /// Lowest activation of all trunk muscles, 0 to 0.5: co-contraction that static optimisation leaves out
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, allow_negative_numbers = true)]
    co_contraction: f64,
    /// The lumbar spine alone under what is above it, without contacts
    #[arg(long)]
    trunk_only: bool,
    /// Draws the body: .png or .svg; of a motion a strip of instants (.png) or a moving picture (.apng, .svg)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// From where the picture looks: right, left, front, back, above, corner; without it as the posture is seen best
    #[arg(long, value_name = "FROM", value_parser = picture::seen_from, requires = "picture")]
    view: Option<SeenFrom>,
    /// How many instants of a motion a picture shows, 2 to 40
    #[arg(long, requires = "picture", value_parser = clap::value_parser!(u8).range(2..=40))]
    instants: Option<u8>,
    /// Machine-readable result
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// Table for people (the default)
    #[arg(long)]
    table: bool,
}

impl LoadsArgs {
    /// How loads are computed, numbers checked in the units of the options.
    fn how(&self) -> anyhow::Result<How> {
        within("--hold", self.hold, HOLD_KG, " kg")?;
        within("--brace", self.brace, BRACE_KPA, " kPa")?;
        within("--co-contraction", self.co_contraction, CO_CONTRACTION, "")?;
        let aids = if self.belt { Aids::BELT } else { Aids::default() };
        Ok(How {
            scope: if self.trunk_only { Scope::Trunk } else { Scope::WholeBody },
            settings: Settings {
                cost: MuscleCost::default(),
                aids: Aids {
                    brace_pa: self.brace * 1e3,
                    ..aids
                },
                co_contraction: self.co_contraction,
            },
            hold_kg: self.hold,
        })
    }
}

/// Refuses a number that is none or out of its limits.
fn within(option: &str, value: f64, limits: RangeInclusive<f64>, unit: &str) -> anyhow::Result<()> {
    if limits.contains(&value) {
        return Ok(());
    }
    let (low, high) = (limits.start(), limits.end());
    bail!("{option} is {value}{unit}; it must be a number from {low} to {high}{unit}")
}

pub(crate) fn run(knowledge: &Knowledge, args: &LoadsArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let how = args.how()?;
    let bodies = Bodies::read(knowledge)?;
    if args.list {
        let lang = lang.unwrap_or_else(cases::terminal_lang);
        anstream::print!("{}", table::list(&bodies.library, knowledge, lang)?);
        return Ok(());
    }
    let (person, lang) = match &args.person {
        None => (bodies.anatomy.reference_person(), lang.unwrap_or_else(cases::terminal_lang)),
        Some(file) => bodies::person_of_file(&bodies, knowledge, file, lang)?,
    };
    let body = Body::new(&bodies.anatomy, &person)?;
    let computed = compute(&bodies, &body, knowledge, args, how, lang)?;
    // Without aids, whatever is asked for.
    let standing = standing(&bodies.library, &body, Settings::default())?;
    if let Some(file) = &args.picture {
        draw(&body, knowledge, &computed, &standing, args, file, lang)?;
        anstream::eprintln!("{} → {}", computed.id, file.display());
    }
    if args.json {
        let value = json::loads(&body, &computed, &standing, knowledge);
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        anstream::print!("{}", table::loads(&body, &computed, &standing, knowledge, lang));
    }
    if let Some(quality) = computed.worst().filter(|quality| !quality.is_feasible) {
        anstream::eprintln!("{}", table::not_held(quality, knowledge, lang));
    }
    Ok(())
}

/// The posture or motion that was asked for.
fn compute(bodies: &Bodies, body: &Body, knowledge: &Knowledge, args: &LoadsArgs, how: How, lang: Lang) -> anyhow::Result<Computed> {
    if let Some(id) = &args.posture {
        return Ok(Computed::posture(&bodies.library, body, id, how)?);
    }
    let Some(motion) = args.motion.as_ref().or(args.exercise.as_ref()) else {
        bail!("name a posture, a motion or an exercise; --list shows all")
    };
    // An exercise's own id leads to what the body does in it.
    let own = knowledge.exercises.get(motion.as_str()).and_then(|exercise| exercise.shown());
    let motion = match own {
        Some(Shown::Posture(id)) => return Ok(Computed::posture(&bodies.library, body, id, how)?),
        Some(Shown::NotComputed(why)) => bail!("{motion}: {}", why.get(lang)),
        Some(Shown::Motion(id)) => id,
        None => motion.as_str(),
    };
    let words = [("name", motion.into())];
    let _progress = Progress::waiting(knowledge.messages.format(lang, "terminal-loads-computing", &words));
    if motion.contains(['/', '.']) {
        let (id, library) = bodies::own_motion(motion)?;
        Computed::motion(&library, body, &id, how).with_context(|| motion.to_owned())
    } else {
        Ok(Computed::motion(&bodies.library, body, motion, how)?)
    }
}

/// One instant of a posture; of a motion some instants evenly over its length.
fn draw(
    body: &Body,
    knowledge: &Knowledge,
    computed: &Computed,
    standing: &Frame,
    args: &LoadsArgs,
    file: &Path,
    lang: Lang,
) -> anyhow::Result<()> {
    /// Instants of a strip, and of a moving picture.
    const N_STRIP: usize = 5;
    const N_MOVING: usize = 12;
    let is_strip = file.extension().is_some_and(|extension| extension == "png");
    let n = args.instants.map_or(if is_strip { N_STRIP } else { N_MOVING }, usize::from);
    let instants = computed.instants(n);
    let words = [("count", instants.len().into())];
    let _progress = Progress::waiting(knowledge.messages.format(lang, "terminal-loads-drawing", &words));
    let view = keel_report::view(args.view.unwrap_or(computed.seen_from));
    let look = picture::Look {
        view,
        seconds_each: computed.duration_s() / n as f64,
    };
    picture::write(body, standing, &instants, look, file)
}
