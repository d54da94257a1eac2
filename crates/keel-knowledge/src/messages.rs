//! Texts of pages, paper and terminal in Fluent, English and Russian.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::OnceLock,
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Diagnostic, Lang, record::line_at};

/// A value in a message.
pub type Fluent<'a> = FluentValue<'a>;

/// Arguments of a message.
pub type Args<'a> = [(&'a str, Fluent<'a>)];

/// All messages of both languages; a file is read when one of its messages is first asked for.
#[derive(Default)]
pub struct Messages {
    languages: BTreeMap<Lang, Language>,
}

/// The messages of one language.
struct Language {
    identifier: LanguageIdentifier,
    files: Vec<MessageFile>,
    /// Where each message stands, by id.
    ids: OnceLock<BTreeMap<String, Site>>,
}

/// A file of messages. None refers to a message of another file.
struct MessageFile {
    path: Cow<'static, str>,
    text: Cow<'static, str>,
    bundle: OnceLock<FluentBundle<FluentResource>>,
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
        let ids = self.languages.iter().map(|(lang, language)| (lang, language.ids()));
        f.debug_map().entries(ids).finish()
    }
}

impl MessageFile {
    fn read(&self, identifier: &LanguageIdentifier) -> (FluentBundle<FluentResource>, Vec<Diagnostic>) {
        let mut bundle = FluentBundle::new_concurrent(vec![identifier.clone()]);
        // Marks of text direction would show up in terminals and as boxes on paper; both languages run left to right.
        bundle.set_use_isolating(false);
        let (resource, errors) = match FluentResource::try_new(self.text.to_string()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        bundle.add_resource_overriding(resource);
        let problem = |start: usize, text: String| Diagnostic::error(&self.path, line_at(&self.text, start), text);
        (
            bundle,
            errors.iter().map(|error| problem(error.pos.start, error.to_string())).collect(),
        )
    }

    /// Whether a line begins with this id.
    fn tells(&self, id: &str) -> bool {
        self.text.match_indices(id).any(|(at, _)| {
            let begins = at == 0 || self.text.as_bytes()[at - 1] == b'\n';
            begins && self.text[at + id.len()..].trim_start_matches(' ').starts_with('=')
        })
    }
}

impl Language {
    fn ids(&self) -> &BTreeMap<String, Site> {
        self.ids.get_or_init(|| {
            let sites = |file: &MessageFile| {
                let site = |(id, line, variables)| {
                    let file = file.path.to_string();
                    (id, Site { file, line, variables })
                };
                ids_of(&file.text).into_iter().map(site).collect::<Vec<_>>()
            };
            self.files.iter().flat_map(sites).collect()
        })
    }

    /// The file of a message. Files that were read already are asked first.
    fn bundle(&self, id: &str) -> Option<&FluentBundle<FluentResource>> {
        let known = self.files.iter().filter_map(|file| file.bundle.get());
        known.clone().find(|bundle| bundle.has_message(id)).or_else(|| {
            let unread = self.files.iter().filter(|file| file.bundle.get().is_none());
            let file = unread.into_iter().find(|file| file.tells(id))?;
            Some(file.bundle.get_or_init(|| file.read(&self.identifier).0))
        })
    }

    /// What is wrong in its files.
    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for file in &self.files {
            let (bundle, found) = file.read(&self.identifier);
            file.bundle.get_or_init(|| bundle);
            problems.extend(found);
            for (id, line, _) in ids_of(&file.text) {
                if !seen.insert(id.clone()) {
                    problems.push(Diagnostic::error(&file.path, line, format!("message “{id}” is there twice")));
                }
            }
        }
        problems
    }
}

impl Messages {
    /// Reads all files.
    pub(crate) fn read(files: &BTreeMap<&str, &str>) -> Result<Messages, Vec<Diagnostic>> {
        let kept = |text: &str| Cow::Owned(text.to_owned());
        let messages = Messages::of(files.iter().map(|(path, text)| (kept(path), kept(text))).collect());
        let mut problems: Vec<Diagnostic> = messages.languages.values().flat_map(Language::problems).collect();
        problems.extend(messages.differences());
        if problems.is_empty() { Ok(messages) } else { Err(problems) }
    }

    /// Messages that are known to be in order.
    pub(crate) fn unread(files: &[(&'static str, &'static str)]) -> Messages {
        Messages::of(
            files
                .iter()
                .map(|(path, text)| (Cow::Borrowed(*path), Cow::Borrowed(*text)))
                .collect(),
        )
    }

    fn of(files: Vec<(Cow<'static, str>, Cow<'static, str>)>) -> Messages {
        let mut languages = BTreeMap::new();
        for lang in Lang::ALL {
            let folder = format!("messages/{}/", lang.code());
            let of_lang = files.iter().filter(|(path, _)| path.starts_with(&folder));
            let file = |(path, text): &(Cow<'static, str>, Cow<'static, str>)| MessageFile {
                path: path.clone(),
                text: text.clone(),
                bundle: OnceLock::new(),
            };
            let language = Language {
                identifier: lang.code().parse().unwrap_or_default(),
                files: of_lang.map(file).collect(),
                ids: OnceLock::new(),
            };
            languages.insert(lang, language);
        }
        Messages { languages }
    }

    /// Messages that one language lacks, or that use other variables there.
    fn differences(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for lang in Lang::ALL {
            let other = lang.pick(Lang::Ru, Lang::En);
            for (id, Site { file, line, variables }) in self.languages[&lang].ids() {
                let problem = match self.languages[&other].ids().get(id) {
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
        self.languages.get(&Lang::En).is_some_and(|english| english.ids().contains_key(id))
    }

    /// All message ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.languages
            .get(&Lang::En)
            .into_iter()
            .flat_map(|english| english.ids().keys().map(String::as_str))
    }

    /// A message without arguments.
    pub fn get(&self, lang: Lang, id: &str) -> String {
        self.format(lang, id, &[])
    }

    /// A message with arguments. An unknown id gives the id itself, so that a missing text never hides a page.
    pub fn format(&self, lang: Lang, id: &str, args: &Args<'_>) -> String {
        let text = self.languages.get(&lang).and_then(|language| {
            let bundle = language.bundle(id)?;
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
