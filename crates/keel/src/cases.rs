//! Case files from disk, with the day and the language each is decided in.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use keel_knowledge::Lang;
use keel_therapy::{Case, Catalogue, read_case};

/// A case that was read without a problem.
pub(crate) struct LoadedCase {
    pub(crate) name: String,
    pub(crate) case: Case,
    pub(crate) date: Date,
    pub(crate) lang: Lang,
}

/// Reads all files; where any has a problem, all problems of all files are the error.
pub(crate) fn load(
    files: &[PathBuf],
    catalogue: &Catalogue<'_>,
    date: Option<Date>,
    lang: Option<Lang>,
) -> anyhow::Result<Vec<LoadedCase>> {
    let mut loaded = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("{name} could not be read"))?;
        match read_case(&name, &text, catalogue) {
            Ok(case) => {
                let date = date.or(case.date).unwrap_or_else(|| jiff::ZonedDateTime::now().date());
                let lang = lang.or(case.answers.language()).unwrap_or_else(terminal_lang);
                loaded.push(LoadedCase { name, case, date, lang });
            }
            Err(error) => problems.extend(error.lines(lang.unwrap_or_else(terminal_lang))),
        }
    }
    if problems.is_empty() {
        Ok(loaded)
    } else {
        bail!("{}", problems.join("\n       "))
    }
}

/// Russian where the terminal is Russian, English otherwise.
pub(crate) fn terminal_lang() -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    if locale.is_some_and(|locale| locale.starts_with("ru")) {
        Lang::Ru
    } else {
        Lang::En
    }
}
