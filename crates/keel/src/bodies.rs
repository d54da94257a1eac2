//! Bodies, postures and motions as keel-body reads them: from the knowledge, a case file, a motion of one's own.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use keel_body::{Anatomy, Body, Fault, Library, Person, Sex, Text};
use keel_knowledge::{Knowledge, Lang};
use keel_therapy::{Bodies, Cards, Catalogue, disagreements};

use crate::cases;

/// The person of a case file, and the language in which they are spoken to: `lang` where it is given, otherwise that of the case.
pub(crate) fn person_of_file(bodies: &Bodies, knowledge: &Knowledge, file: &Path, lang: Option<Lang>) -> anyhow::Result<(Person, Lang)> {
    let catalogue = Catalogue::new(knowledge);
    let loaded = cases::load(&[file.to_owned()], &catalogue, None, lang)?;
    let case = &loaded[0];
    let person = bodies.person(knowledge, &catalogue, &case.case.answers, case.date);
    Ok((person.with_context(|| case.name.clone())?, case.lang))
}

/// A motion from a file of one's own: its id, and a library that holds it alone.
pub(crate) fn own_motion(file: &str) -> anyhow::Result<(String, Library)> {
    let text = std::fs::read_to_string(file).with_context(|| format!("the motion {file} could not be read"))?;
    let stem = PathBuf::from(file)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    // A library takes for a motion what lies where the knowledge keeps its motions.
    let path = format!("postures/motions/{stem}.md");
    let library = Library::read(&[Text { path: &path, text: &text }]).map_err(|mut faults| {
        faults.iter_mut().for_each(|fault| file.clone_into(&mut fault.path));
        all(&faults)
    })?;
    Ok((stem, library))
}

/// What is wrong with anatomy, postures and motions: unreadable records, and stances that people of three sizes cannot take.
pub(crate) fn faults(knowledge: &Knowledge) -> Vec<String> {
    let bodies = match Bodies::read(knowledge) {
        Ok(bodies) => bodies,
        Err(error) => return error.to_string().lines().map(str::to_owned).collect(),
    };
    let Bodies { anatomy, library } = &bodies;
    let mut found: Vec<String> = Vec::new();
    for (whom, person) in sizes(anatomy) {
        let body = match Body::new(anatomy, &person) {
            Ok(body) => body,
            Err(error) => return vec![format!("anatomy, {whom}: {error}")],
        };
        let postures = library.posture_ids().filter_map(|id| {
            let taken = library.posture(&body, id, 0.0).and_then(|posture| posture.check_skin(&body));
            let error = taken.err()?;
            Some((format!("postures/stills/{id}.md:1:"), error))
        });
        let motions = library.motion_ids().filter_map(|id| {
            let made = library.motion(&body, id, 0.0).and_then(|motion| motion.check_skin(&body));
            let error = made.err()?;
            Some((format!("postures/motions/{id}.md:1:"), error))
        });
        for (place, error) in postures.chain(motions) {
            // Said once, of the first person who cannot.
            if !found.iter().any(|fault| fault.starts_with(&place)) {
                found.push(format!("{place} {error} ({whom})"));
            }
        }
    }
    found.extend(claims(knowledge, &bodies));
    found
}

/// Claims of exercises that the load on the reference man does not bear out, and that no record explains; of a motion that no one can make
/// [`faults`] has said so.
fn claims(knowledge: &Knowledge, bodies: &Bodies) -> Vec<String> {
    let person = bodies.anatomy.reference_person();
    let cards = match Cards::new(knowledge, bodies, Ok(person)) {
        Ok(cards) => cards,
        Err(error) => return vec![error.to_string()],
    };
    let place = |id: &str| knowledge.exercises.get(id).map_or("", |exercise| exercise.file.as_str());
    let open = disagreements(knowledge, &cards).into_iter().filter(|one| !one.is_kept);
    let open = open.map(|one| format!("{}:1: {} {one}", place(&one.exercise), one.exercise));
    let infeasible = knowledge.usable_exercises().filter_map(|exercise| {
        let card = cards.get(&exercise.id)?.ok()?;
        (!card.load.is_feasible).then(|| format!("{}:1: no contact supplies all that its motion needs", exercise.file))
    });
    open.chain(infeasible).collect()
}

/// People who must be able to take every stance: the reference man, a short light woman, a tall heavy man.
fn sizes(anatomy: &Anatomy) -> [(&'static str, Person); 3] {
    [
        ("the reference man", anatomy.reference_person()),
        ("a woman of 158 cm and 52 kg", Person::new(Sex::Female, 1.58, 52.0)),
        ("a man of 188 cm and 105 kg", Person::new(Sex::Male, 1.88, 105.0)),
    ]
}

/// All faults as one error.
fn all(faults: &[Fault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", lines.join("\n       "))
}
