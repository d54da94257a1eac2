//! `keel exercises`: the library, and what each exercise does to a person.

mod card;
mod table;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use keel_body::Body;
use keel_knowledge::{Exercise, Knowledge, Lang, Record, Shown, nearest};
use keel_loads::Settings;
use keel_report::{Computed, How, standing, view};
use keel_therapy::{Bodies, Cards};

use crate::{bodies, cases, picture, progress::Progress};

#[derive(Subcommand)]
pub(crate) enum ExercisesCommand {
    /// Lists all exercises with their loads, the muscles they train most and what they stretch
    List(ListArgs),
    /// Shows one exercise: what it does to discs, muscles and nerves
    Show(ShowArgs),
}

#[derive(Args)]
struct Whose {
    /// Case file of the person; without it the reference man (174 cm, 73 kg)
    #[arg(long, value_name = "CASE.toml")]
    person: Option<PathBuf>,
    /// Machine-readable result
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    whose: Whose,
    /// Order of the list
    #[arg(long, value_enum, default_value_t = Sort::Load)]
    sort: Sort,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Sort {
    /// By id
    Id,
    /// By the largest load of L4-L5 or L5-S1 relative to standing
    Load,
}

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Id of the exercise, such as DS11
    id: String,
    #[command(flatten)]
    whose: Whose,
    /// Writes a strip of pictures (ID.png) and moving pictures (ID.apng, ID.svg) into this folder
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
}

pub(crate) fn run(knowledge: &Knowledge, command: &ExercisesCommand, lang: Option<Lang>) -> anyhow::Result<()> {
    match command {
        ExercisesCommand::List(args) => list(knowledge, args, lang),
        ExercisesCommand::Show(args) => show(knowledge, args, lang),
    }
}

/// The cards of whom was asked for.
fn cards(knowledge: &Knowledge, bodies: &Bodies, whose: &Whose, lang: Option<Lang>) -> anyhow::Result<(Cards, Lang)> {
    let (person, lang) = match &whose.person {
        None => (bodies.anatomy.reference_person(), lang.unwrap_or_else(cases::terminal_lang)),
        Some(file) => bodies::person_of_file(bodies, knowledge, file, lang)?,
    };
    let words = [("count", knowledge.exercises.len().into())];
    let _progress = Progress::waiting(knowledge.messages.format(lang, "terminal-exercises-computing", &words));
    Ok((Cards::new(knowledge, bodies, Ok(person))?, lang))
}

fn list(knowledge: &Knowledge, args: &ListArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let bodies = Bodies::read(knowledge)?;
    let (cards, lang) = cards(knowledge, &bodies, &args.whose, lang)?;
    let mut exercises: Vec<&Record<Exercise>> = knowledge.usable_exercises().collect();
    if let Sort::Load = args.sort {
        let load = |exercise: &Record<Exercise>| match cards.get(&exercise.id) {
            Some(Ok(card)) => card::lowest_two(card),
            _ => f64::INFINITY,
        };
        exercises.sort_by(|a, b| load(a).total_cmp(&load(b)));
    }
    if args.whose.json {
        let all: Vec<_> = exercises.iter().map(|exercise| card::json(exercise, &cards, lang)).collect();
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        anstream::print!("{}", table::list(&exercises, &cards, knowledge, lang));
    }
    Ok(())
}

fn show(knowledge: &Knowledge, args: &ShowArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let exercise = knowledge.exercises.get(&args.id.to_uppercase()).with_context(|| {
        let ids = knowledge.exercises.keys().map(String::as_str);
        let near = nearest(&args.id.to_uppercase(), ids).map(|near| format!("; the nearest is {near}"));
        format!(
            "there is no exercise {}{}; keel exercises list shows all",
            args.id,
            near.unwrap_or_default()
        )
    })?;
    let bodies = Bodies::read(knowledge)?;
    let (cards, lang) = cards(knowledge, &bodies, &args.whose, lang)?;
    if let Some(folder) = &args.pictures {
        pictures(knowledge, &bodies, &cards, exercise, folder, lang)?;
    }
    if args.whose.json {
        println!("{}", serde_json::to_string_pretty(&card::json(exercise, &cards, lang))?);
    } else {
        anstream::print!("{}", table::one(exercise, &cards, knowledge, lang));
    }
    Ok(())
}

/// Instants of a strip, and of a moving picture for each second of the motion.
const N_STRIP: usize = 6;
const N_MOVING_PER_S: f64 = 5.0;

fn pictures(
    knowledge: &Knowledge,
    bodies: &Bodies,
    cards: &Cards,
    exercise: &Record<Exercise>,
    folder: &PathBuf,
    lang: Lang,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let body = Body::new(&bodies.anatomy, &cards.person)?;
    let standing = standing(&bodies.library, &body, Settings::default())?;
    let computed = match exercise.shown() {
        Some(Shown::Motion(id)) => Computed::motion(&bodies.library, &body, id, How::plain())?,
        Some(Shown::Posture(id)) => Computed::posture(&bodies.library, &body, id, How::plain())?,
        Some(Shown::NotComputed(why)) => anyhow::bail!("{}: {}", exercise.id, why.get(lang)),
        None => anyhow::bail!("{} shows nothing", exercise.id),
    };
    let n_moving = (computed.duration_s() * N_MOVING_PER_S) as usize;
    let kinds = [("png", N_STRIP), ("apng", n_moving), ("svg", n_moving)];
    let is_still = computed.moments.len() == 1;
    for (extension, n) in kinds.into_iter().filter(|(extension, _)| !is_still || *extension != "apng") {
        let file = folder.join(format!("{}.{extension}", exercise.id));
        let words = [("count", n.into())];
        let _progress = Progress::waiting(knowledge.messages.format(lang, "terminal-loads-drawing", &words));
        let look = picture::Look {
            view: view(computed.seen_from),
            seconds_each: 1.0 / N_MOVING_PER_S,
        };
        picture::write(&body, &standing, &computed.instants(n.max(2)), look, &file)?;
        anstream::eprintln!("{} → {}", exercise.id, file.display());
    }
    Ok(())
}
