//! Texts for people, always in both languages.

use serde::{Deserialize, Serialize};

/// A language Keel speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// English
    #[default]
    En,
    /// Russian
    Ru,
}

impl Lang {
    /// Both languages, in the order they are offered.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ru];

    /// BCP 47 code: `en` or `ru`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ru => "ru",
        }
    }

    /// The language of a BCP 47 code; `None` where Keel does not speak it.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Chooses `en` or `ru`.
    pub fn pick<T>(self, en: T, ru: T) -> T {
        match self {
            Lang::En => en,
            Lang::Ru => ru,
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English
    pub en: String,
    /// Russian
    pub ru: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.ru)
    }
}
