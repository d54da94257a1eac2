//! `keel atlas`: the whole library as pages to look through, with figures beside them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use keel_knowledge::{Knowledge, Lang};
use keel_report::{Around, FigureKind, atlas_html, figure};
use keel_therapy::{Bodies, Cards};
use rayon::prelude::*;

use crate::{bodies, cases, progress::Progress};

#[derive(Args)]
pub(crate) struct AtlasArgs {
    /// Folder into which the pages (index.html, index.ru.html) and their figures are written
    #[arg(long, value_name = "DIR")]
    html: PathBuf,
    /// Case file of the person whose body is shown; without it the reference man (174 cm, 73 kg)
    #[arg(long, value_name = "CASE.toml")]
    person: Option<PathBuf>,
}

/// Where a page lies.
fn page(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "index.html",
        Lang::Ru => "index.ru.html",
    }
}

pub(crate) fn run(knowledge: &Knowledge, args: &AtlasArgs, lang: Option<Lang>) -> anyhow::Result<()> {
    let bodies = Bodies::read(knowledge)?;
    let (person, lang) = match &args.person {
        None => (bodies.anatomy.reference_person(), lang.unwrap_or_else(cases::terminal_lang)),
        Some(file) => bodies::person_of_file(&bodies, knowledge, file, lang)?,
    };
    let cards = Cards::new(knowledge, &bodies, Ok(person))?;
    let folder = args.html.join("figures");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let written = figure_files(knowledge, &bodies, &cards, &folder, lang)?;
    for lang in Lang::ALL {
        let other = page(if lang == Lang::En { Lang::Ru } else { Lang::En });
        let urls = |id: &str| {
            written
                .iter()
                .find(|one| one.0 == id)
                .map_or((None, None), |(_, still, moving)| (still.clone(), moving.clone()))
        };
        let around = Around {
            other,
            figure: &urls,
            linked: None,
        };
        let file = args.html.join(page(lang));
        std::fs::write(&file, atlas_html(knowledge, &cards, lang, &around))
            .with_context(|| format!("{} could not be written", file.display()))?;
        anstream::eprintln!("{} → {}", knowledge.messages.get(lang, "atlas-title"), file.display());
    }
    Ok(())
}

/// Exercise and the addresses of its figures from the page.
type Written = (String, Option<String>, Option<String>);

/// Draws all figures, on all cores.
fn figure_files(knowledge: &Knowledge, bodies: &Bodies, cards: &Cards, folder: &Path, lang: Lang) -> anyhow::Result<Vec<Written>> {
    let exercises: Vec<_> = knowledge.usable_exercises().collect();
    let progress = Progress::counted(exercises.len());
    let drawn = exercises.par_iter().map(|exercise| -> anyhow::Result<Written> {
        let id = &exercise.id;
        let drawn = |kind| figure(bodies, cards, exercise, kind);
        progress.next(exercise.name.get(lang).to_owned());
        let write = |extension: &str, bytes: &[u8]| -> anyhow::Result<String> {
            let name = format!("{id}.{extension}");
            let file = folder.join(&name);
            std::fs::write(&file, bytes).with_context(|| format!("{} could not be written", file.display()))?;
            Ok(format!("figures/{name}"))
        };
        // What cannot be made with this body has said so on its card.
        let Ok(Some(still)) = drawn(FigureKind::Still) else {
            return Ok((id.clone(), None, None));
        };
        let moving = drawn(FigureKind::Moving).with_context(|| id.clone())?;
        let moving = moving.map(|bytes| write("apng", &bytes)).transpose()?;
        Ok((id.clone(), Some(write("png", &still)?), moving))
    });
    drawn.collect()
}
