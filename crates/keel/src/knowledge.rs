//! `keel knowledge`: whether every clinical file is in order, whether the people of the vignettes hold the rules, and a page for whoever
//! reviews them.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use keel_knowledge::{Knowledge, KnowledgeError, Severity};
use keel_therapy::{Catalogue, survivors, try_vignettes};

use crate::{bodies, knowledge_dir, load_knowledge, show};

#[derive(Subcommand)]
pub(crate) enum KnowledgeCommand {
    /// Checks every clinical file, tries every rule on the people of its vignettes, and lists what is wrong, with file and line
    Check,
    /// Checks, then writes the seal without which changed knowledge is not used
    Seal,
    /// Lists every field of a case file as a Markdown table
    Fields,
    /// Moves every threshold of every rule and lists those that no vignette notices
    Mutate,
    /// Writes the rules with their people, sources and states as one page for a clinician
    Review {
        /// File to write
        #[arg(long, value_name = "FILE")]
        html: PathBuf,
    },
}

pub(crate) fn run(dir: Option<&Path>, command: &KnowledgeCommand) -> anyhow::Result<ExitCode> {
    match command {
        KnowledgeCommand::Check => check(dir, false),
        KnowledgeCommand::Seal => check(dir, true),
        KnowledgeCommand::Fields => {
            std::io::stdout().write_all(show::fields(&load_knowledge(dir)?).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        KnowledgeCommand::Mutate => mutate(&unsealed(dir)?),
        KnowledgeCommand::Review { html } => {
            let knowledge = unsealed(dir)?;
            let page = keel_report::review_html(&knowledge, &Catalogue::new(&knowledge));
            std::fs::write(html, page).with_context(|| format!("{} could not be written", html.display()))?;
            anstream::println!("{}{}{}", show::GREEN, html.display(), show::RESET);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The knowledge of a folder, sealed or not: whoever works on it wants to see it.
fn unsealed(dir: Option<&Path>) -> anyhow::Result<Knowledge> {
    let owned = knowledge_dir::read(dir.unwrap_or(Path::new("knowledge")))?;
    let files = owned.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Knowledge::read_unsealed(files).map_err(|(diagnostics, _)| KnowledgeError::Invalid(diagnostics).into())
}

fn check(dir: Option<&Path>, seals: bool) -> anyhow::Result<ExitCode> {
    let dir = dir.unwrap_or(Path::new("knowledge"));
    let owned = knowledge_dir::read(dir)?;
    let files = || owned.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let mut further = Vec::new();
    let (diagnostics, records, hash) = match Knowledge::read_unsealed(files()) {
        Err((diagnostics, records)) => (diagnostics, records, None),
        Ok(knowledge) => {
            let today = jiff::ZonedDateTime::now().date();
            let mut diagnostics = keel_knowledge::lint(&knowledge);
            diagnostics.extend(knowledge.overdue(&today.to_string()));
            further.extend(bodies::faults(&knowledge).iter().map(ToString::to_string));
            let differences = try_vignettes(&knowledge, &Catalogue::new(&knowledge));
            further.extend(
                differences
                    .iter()
                    .map(|one| format!("{}:{}: error: {}", one.file, one.line, one.text)),
            );
            (diagnostics, knowledge.records(), Some(knowledge.hash.clone()))
        }
    };
    for diagnostic in &diagnostics {
        let colour = if diagnostic.severity == Severity::Error {
            show::RED
        } else {
            show::YELLOW
        };
        anstream::eprintln!("{colour}{}/{diagnostic}{}", dir.display(), show::RESET);
    }
    for fault in &further {
        anstream::eprintln!("{}{}/{fault}{}", show::RED, dir.display(), show::RESET);
    }
    let grave = |diagnostic: &&keel_knowledge::Diagnostic| diagnostic.severity == Severity::Error;
    let errors = further.len() + diagnostics.iter().filter(grave).count();
    let Some(hash) = hash.filter(|_| errors == 0) else {
        anstream::println!("{}{records} records read, {errors} errors{}", show::RED, show::RESET);
        return Ok(ExitCode::FAILURE);
    };
    let seal = dir.join(keel_knowledge::SEAL_FILE);
    if seals {
        std::fs::write(&seal, keel_knowledge::seal_text(&hash)).with_context(|| format!("{} could not be written", seal.display()))?;
        anstream::println!("{}{records} records checked and sealed{} as {hash}", show::GREEN, show::RESET);
        return Ok(ExitCode::SUCCESS);
    }
    let warnings = diagnostics.len();
    anstream::println!(
        "{}{records} records in order{}, {warnings} warnings, hash {hash}",
        show::GREEN,
        show::RESET
    );
    if std::fs::read_to_string(&seal).is_ok_and(|text| text == keel_knowledge::seal_text(&hash)) {
        return Ok(ExitCode::SUCCESS);
    }
    bail!("the seal is missing or out of date: the files changed since they were sealed; after review run `keel knowledge seal`")
}

fn mutate(knowledge: &Knowledge) -> anyhow::Result<ExitCode> {
    let (tried, survivors) = survivors(knowledge, &Catalogue::new(knowledge));
    for one in &survivors {
        let folder = one.kind.folder();
        anstream::eprintln!(
            "{}{folder}/{}: {}{}  (in “{}”)",
            show::RED,
            one.rule,
            one.change,
            show::RESET,
            one.condition
        );
    }
    let noticed = tried - survivors.len();
    anstream::println!("{tried} thresholds moved, {noticed} noticed by the people of the vignettes");
    Ok(if survivors.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Takes the texts of questionnaires that an operator may use: every `ID.toml` of the folder.
pub(crate) fn take_instrument_texts(knowledge: &mut Knowledge, dir: &Path) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("the folder {} could not be read", dir.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
    {
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))?;
        knowledge
            .take_instrument_text(&id, &text)
            .with_context(|| format!("{} is not the text of a questionnaire", file.display()))?;
    }
    Ok(())
}
