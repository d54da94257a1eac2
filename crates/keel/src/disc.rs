//! `keel disc`: what a day does to the discs of a person: water, height and pressure, mechanical doses, the stiff morning.
//!
//! Asks for it and puts it together here; the day is read in [`day_file`], its loads are computed in [`loads_of_day`], what comes out is written
//! in [`table`], [`json`] and [`picture`]; [`observed`] prints it beside what was measured.

mod day_file;
mod json;
mod loads_of_day;
mod observed;
mod picture;
mod solutes;
mod table;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use keel_body::{Body, Disc, Library, Person};
use keel_disc::{Course, Day, Doses, Grade, Morning, Steps};
use keel_knowledge::{Knowledge, Lang, nearest};
use keel_therapy::{Bodies, Catalogue, disc_shape};

use crate::{bodies, cases, numbers::fixed, progress::Progress};
use day_file::{DayFile, Doing, Hours, Known, Whose};
use loads_of_day::DayLoads;
use rayon::prelude::*;
use solutes::Solutes;

/// The disc that is shown where no other is asked for: of herniated discs, this and the one below are nine in ten.
const USUAL_DISC: &str = "L4-L5";
/// A disc bears more than this when a person is up, Pa.
const UP_PA: f64 = 0.1e6;

#[derive(Args)]
pub(crate) struct DiscArgs {
    /// Days (TOML; docs/day-file.md): one, or two to compare
    #[arg(value_name = "DAY.toml", required_unless_present = "observed", num_args = 1..=2)]
    days: Vec<PathBuf>,
    /// The disc whose hours are listed and drawn
    #[arg(long, value_name = "DISC", default_value = USUAL_DISC)]
    disc: String,
    /// Draws height, pressure and water over the day: .svg or .png
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Draws oxygen, glucose and lactate in the middle plane of the disc: .svg
    #[arg(long, value_name = "FILE")]
    section: Option<PathBuf>,
    /// Time of the day for --section; otherwise when glucose is lowest
    #[arg(long, value_name = "HH:MM", requires = "section")]
    at: Option<String>,
    /// Prints what was measured of discs through a day beside what is computed
    #[arg(long, conflicts_with_all = ["days", "picture"])]
    observed: bool,
    /// Folder with days.toml and people/, for --observed
    #[arg(long, value_name = "DIR", default_value = "validation", requires = "observed")]
    dir: PathBuf,
    /// Machine-readable result
    #[arg(long)]
    json: bool,
}

/// A disc through a day, with what reaches its cells where that is asked for.
pub(crate) struct DiscDay<S = Solutes> {
    id: String,
    grade: Grade,
    day: Day,
    course: Course,
    doses: Doses,
    morning: Morning,
    /// What reaches the cells.
    solutes: S,
    /// When the person rises, s from the beginning of the day.
    rises_s: f64,
}

/// A day of a person, all discs.
pub(crate) struct PersonDay<S = Solutes> {
    file: DayFile,
    person: Person,
    lang: Lang,
    /// What is done in each of the hours, in words.
    labels: Vec<String>,
    /// From the sacrum upwards.
    discs: Vec<DiscDay<S>>,
}

pub(crate) fn run(knowledge: &Knowledge, args: &DiscArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let bodies = Bodies::read(knowledge)?;
    if args.observed {
        return observed::run(knowledge, &bodies, &args.dir, args.json);
    }
    let catalogue = Catalogue::new(knowledge);
    let mut days = Vec::new();
    for file in &args.days {
        days.push(person_day(knowledge, &bodies, &catalogue, file, lang, of_cells)?);
    }
    let shown = shown(&days, &args.disc)?;
    if let Some(file) = &args.picture {
        picture::write(&days, shown, knowledge, file)?;
        anstream::eprintln!("{} → {}", args.disc, file.display());
    }
    if let Some(file) = &args.section {
        let Some(day) = days.first_mut() else { return Ok(()) };
        write_section(day, shown, knowledge, file, args.at.as_deref())?;
        anstream::eprintln!("{} → {}", args.disc, file.display());
    }
    if args.json {
        let values: Vec<_> = days.iter().map(|day| json::day(day, knowledge)).collect();
        let value = match <[_; 1]>::try_from(values) {
            Ok([value]) => value,
            Err(values) => values.into(),
        };
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        anstream::print!("{}", table::days(&days, shown, knowledge));
    }
    Ok(())
}

/// The middle plane of a disc at a time of the day.
fn write_section(day: &mut PersonDay, shown: usize, knowledge: &Knowledge, file: &Path, at: Option<&str>) -> anyhow::Result<()> {
    let (begins_min, lang) = (day.file.begins_min, day.lang);
    let disc = &mut day.discs[shown];
    let t_s = match at {
        Some(at) => {
            let time: jiff::civil::Time = at.parse().with_context(|| format!("--at: \"{at}\" is no time such as 18:00"))?;
            let minutes = u32::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default();
            f64::from((minutes + 24 * 60 - begins_min) % (24 * 60)) * 60.0
        }
        None => disc.solutes.published.worst()[1].t_s,
    };
    if file.extension().is_none_or(|extension| extension != "svg") {
        bail!("{}: a section is written as .svg", file.display());
    }
    let titles = [
        "terminal-disc-section-oxygen",
        "terminal-disc-section-glucose",
        "terminal-disc-section-lactate",
    ]
    .map(|id| knowledge.messages.get(lang, id));
    let svg = solutes::section_svg(&mut disc.solutes, &disc.course, t_s, [&titles[0], &titles[1], &titles[2]])?;
    std::fs::write(file, svg).with_context(|| format!("{} could not be written", file.display()))
}

/// Position of the disc that was asked for.
fn shown(days: &[PersonDay], id: &str) -> anyhow::Result<usize> {
    let ids: Vec<&str> = days
        .iter()
        .take(1)
        .flat_map(|day| &day.discs)
        .map(|disc| disc.id.as_str())
        .collect();
    ids.iter().position(|known| *known == id).with_context(|| {
        let near = nearest(id, ids.iter().copied()).map_or_else(String::new, |near| format!("; the nearest is \"{near}\""));
        format!("--disc: there is no disc \"{id}\"{near}; there are {}", ids.join(", "))
    })
}

/// What reaches the cells of a disc through its day.
fn of_cells(disc: &Disc, grade: Grade, course: &Course) -> anyhow::Result<Solutes> {
    Solutes::new(&disc_shape(disc), grade, course)
}

/// Reads a day and computes it; `of_cells` says what of each disc is computed beside water and doses.
fn person_day<S: Send>(
    knowledge: &Knowledge,
    bodies: &Bodies,
    catalogue: &Catalogue<'_>,
    file: &Path,
    lang: Option<Lang>,
    of_cells: impl Fn(&Disc, Grade, &Course) -> anyhow::Result<S> + Sync,
) -> anyhow::Result<PersonDay<S>> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} could not be read"))?;
    let known = Known {
        knowledge,
        catalogue,
        library: &bodies.library,
    };
    let spoken = lang.unwrap_or_else(cases::terminal_lang);
    let day = match day_file::read(&name, &text, &known) {
        Ok(day) => day,
        Err(error) => bail!("{}", error.text(spoken)),
    };
    let (person, lang) = match &day.whose {
        Whose::Reference => (bodies.anatomy.reference_person(), spoken),
        Whose::Case(path) => {
            let case = file.parent().unwrap_or(Path::new("")).join(path);
            bodies::person_of_file(bodies, knowledge, &case, lang)?
        }
        Whose::Inline(answers) => {
            let today = jiff::ZonedDateTime::now().date();
            let person = bodies
                .person(knowledge, catalogue, answers, today)
                .with_context(|| format!("{name}: person"))?;
            (person, lang.or(answers.language()).unwrap_or(spoken))
        }
    };
    let _progress = Progress::waiting(
        knowledge
            .messages
            .format(lang, "terminal-loads-computing", &[("name", name.into())]),
    );
    let body = Body::new(&bodies.anatomy, &person)?;
    let loads = DayLoads::new(&body, &bodies.library, std::slice::from_ref(&day))?;
    for id in loads.not_held() {
        anstream::eprintln!(
            "{}",
            knowledge.messages.format(lang, "terminal-disc-not-held", &[("name", id.into())])
        );
    }
    // Discs are independent of each other, and each is computed in one thread: the result does not depend on how many there are.
    let discs = (0..body.discs.len())
        .into_par_iter()
        .map(|at| disc_day(&body, &loads, &day, at, &of_cells))
        .collect::<Result<_, _>>()?;
    Ok(PersonDay {
        labels: day
            .hours
            .iter()
            .map(|hours| label(hours, &bodies.library, lang))
            .collect::<Result<_, _>>()?,
        file: day,
        person,
        lang,
        discs,
    })
}

/// What is done, by name; of several the share of each.
fn label(hours: &Hours, library: &Library, lang: Lang) -> anyhow::Result<String> {
    let names = hours.activities.iter().map(|(activity, share)| {
        let name = match &activity.doing {
            Doing::Posture(id) => &library.posture_record(id)?.name,
            Doing::Motion(id) => &library.motion_record(id)?.name,
        };
        let name = lang.pick(&name.en, &name.ru);
        Ok(if hours.activities.len() > 1 {
            format!("{name} {} %", fixed(100.0 * share, 0))
        } else {
            name.to_owned()
        })
    });
    Ok(names.collect::<anyhow::Result<Vec<_>>>()?.join(", "))
}

/// Computes one disc.
fn disc_day<S>(
    body: &Body,
    loads: &DayLoads<'_>,
    file: &DayFile,
    at: usize,
    of_cells: impl Fn(&Disc, Grade, &Course) -> anyhow::Result<S>,
) -> anyhow::Result<DiscDay<S>> {
    let id = body.discs[at].id.clone();
    let grade = if file.degenerated.contains(&id) {
        Grade::Degenerated
    } else {
        Grade::Healthy
    };
    let fluid = loads.fluid(at, grade)?;
    let day = loads.day(file, at)?;
    let course = Course::repeated(&fluid, &day, Steps::default())?;
    let doses = Doses::new(&fluid, &day, &course, Steps::default())?;
    let up = course.samples.iter().find(|sample| sample.stress_pa > UP_PA && sample.t_s > 0.0);
    let rises_s = up.map_or(0.0, |sample| day.hours()[sample.hours].from_s);
    let usual = Course::repeated(&fluid, &loads.usual_day(at)?, Steps::default())?;
    let morning = Morning::new(&course, &usual, rises_s);
    let solutes = of_cells(&body.discs[at], grade, &course).with_context(|| id.clone())?;
    Ok(DiscDay {
        solutes,
        id,
        grade,
        day,
        course,
        doses,
        morning,
        rises_s,
    })
}
