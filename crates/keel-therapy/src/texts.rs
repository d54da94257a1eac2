//! Messages in both languages at once, so that a decision can be shown in either.

use keel_knowledge::{Args, Lang, Messages, Text};

/// Makes [`Text`]s from the knowledge's messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'k>(pub(crate) &'k Messages);

impl Texts<'_> {
    /// A message in both languages.
    pub(crate) fn text(&self, id: &str, args: &Args<'_>) -> Text {
        Text {
            en: self.0.format(Lang::En, id, args),
            ru: self.0.format(Lang::Ru, id, args),
        }
    }

    /// A message whose arguments are themselves texts.
    pub(crate) fn with(&self, id: &str, args: &[(&str, &Text)]) -> Text {
        let one = |lang: Lang| {
            let args: Vec<_> = args.iter().map(|(name, text)| (*name, text.get(lang).to_owned().into())).collect();
            self.0.format(lang, id, &args)
        };
        Text {
            en: one(Lang::En),
            ru: one(Lang::Ru),
        }
    }
}
