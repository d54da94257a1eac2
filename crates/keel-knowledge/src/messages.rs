//! Texts of pages, paper and terminal in Fluent, English and Russian.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Diagnostic, Lang, record::line_at};

/// A value in a message.
pub type Fluent<'a> = FluentValue<'a>;

/// Arguments of a message.
pub type Args<'a> = [(&'a str, Fluent<'a>)];

/// All messages of both languages.
#[derive(Default)]
pub struct Messages {
    bundles: BTreeMap<Lang, FluentBundle<FluentResource>>,
    /// Where each message stands, by language and id.
    ids: BTreeMap<Lang, BTreeMap<String, Site>>,
}

/// A message as it stands in a file.
#[derive(Debug)]
struct Site {
    file: String,
    /// Counted from 1.
    line: usize,
    /// Sorted.
    variables: Vec<String>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").field("ids", &self.ids).finish_non_exhaustive()
    }
}

impl Messages {
    pub(crate) fn read(files: &BTreeMap<&str, &str>) -> Result<Messages, Vec<Diagnostic>> {
        let mut messages = Messages::default();
        let mut problems = Vec::new();
        for lang in Lang::ALL {
            let language: LanguageIdentifier = lang.code().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Marks of text direction would show up in terminals and as boxes on paper; both languages run left to right.
            bundle.set_use_isolating(false);
            let mut ids = BTreeMap::new();
            for (path, text) in files
                .iter()
                .filter(|(path, _)| path.starts_with(&format!("messages/{}/", lang.code())))
            {
                let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, errors)| {
                    problems.extend(
                        errors
                            .iter()
                            .map(|error| Diagnostic::error(path, line_at(text, error.pos.start), error.to_string())),
                    );
                    resource
                });
                for (id, line, variables) in ids_of(text) {
                    let file = (*path).to_owned();
                    if ids.insert(id.clone(), Site { file, line, variables }).is_some() {
                        problems.push(Diagnostic::error(path, line, format!("message “{id}” is there twice")));
                    }
                }
                bundle.add_resource_overriding(resource);
            }
            messages.bundles.insert(lang, bundle);
            messages.ids.insert(lang, ids);
        }
        problems.extend(messages.differences());
        if problems.is_empty() { Ok(messages) } else { Err(problems) }
    }

    /// Messages that one language lacks, or that use other variables there.
    fn differences(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for lang in Lang::ALL {
            let other = lang.pick(Lang::Ru, Lang::En);
            for (id, Site { file, line, variables }) in &self.ids[&lang] {
                let problem = match self.ids[&other].get(id) {
                    None => format!("message “{id}” is missing in {}", other.code()),
                    Some(Site { variables: others, .. }) if others != variables && lang == Lang::En => {
                        format!("message “{id}” uses {variables:?} in en but {others:?} in ru")
                    }
                    Some(_) => continue,
                };
                problems.push(Diagnostic::error(file, *line, problem));
            }
        }
        problems
    }

    /// Whether a message exists.
    pub fn has(&self, id: &str) -> bool {
        self.ids.get(&Lang::En).is_some_and(|ids| ids.contains_key(id))
    }

    /// All message ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.get(&Lang::En).into_iter().flat_map(|ids| ids.keys().map(String::as_str))
    }

    /// A message without arguments.
    pub fn get(&self, lang: Lang, id: &str) -> String {
        self.format(lang, id, &[])
    }

    /// A message with arguments. An unknown id gives the id itself, so that a missing text never hides a page.
    pub fn format(&self, lang: Lang, id: &str, args: &Args<'_>) -> String {
        let text = self.bundles.get(&lang).and_then(|bundle| {
            let pattern = bundle.get_message(id)?.value()?;
            let args: FluentArgs<'_> = args.iter().map(|(name, value)| (Cow::from(*name), value.clone())).collect();
            let mut problems = Vec::new();
            Some(bundle.format_pattern(pattern, Some(&args), &mut problems).into_owned())
        });
        text.unwrap_or_else(|| id.to_owned())
    }
}

/// Ids, lines and variables of a Fluent file, in order.
fn ids_of(text: &str) -> Vec<(String, usize, Vec<String>)> {
    let mut found: Vec<(String, usize, Vec<String>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
        if starts && let Some((id, _)) = line.split_once('=') {
            found.push((id.trim().to_owned(), index + 1, Vec::new()));
        }
        if let Some((_, _, variables)) = found.last_mut().filter(|_| !line.starts_with('#')) {
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                    .collect();
                if !variables.contains(&name) {
                    variables.push(name);
                }
            }
            variables.sort();
        }
    }
    found
}
