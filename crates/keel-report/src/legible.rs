//! Text the embedded font can print.
//!
//! PDF/UA-1 refuses a document in which a single glyph is missing, and a name typed on a phone must not cost a person the
//! programme. So each string is brought to what PT Sans holds: composed letters (NFC), plain spaces, no control characters and none
//! of the invisible ones that turn the reading direction round; what is left without a glyph becomes a question mark. Very long
//! words get places to break at.

use typst::foundations::{Str, UnicodeNormalForm};

use crate::world;

/// Letters in a word after which it may be broken; the longest words of real Russian exercise names have about 22.
const LONGEST_UNBROKEN: usize = 24;
const BREAK_HERE: char = '\u{200b}';

/// The string as it can be printed.
pub(crate) fn legible(text: &str) -> String {
    let composed = Str::from(text).normalize(UnicodeNormalForm::Nfc);
    let mut printed = String::with_capacity(text.len());
    let mut word = 0;
    for c in composed.chars().filter_map(printable) {
        word = if c.is_alphanumeric() || is_mark(c) { word + 1 } else { 0 };
        if word > LONGEST_UNBROKEN && !is_mark(c) {
            printed.push(BREAK_HERE);
            word = 1;
        }
        printed.push(c);
    }
    printed.trim().to_owned()
}

/// The character to print for `c`, none if it is invisible.
fn printable(c: char) -> Option<char> {
    match c {
        ' ' | '\u{a0}' => Some(c),
        // Narrow and figure spaces stand between digits and units and must not break.
        '\u{2007}' | '\u{2009}' | '\u{202f}' => Some('\u{a0}'),
        _ if c.is_whitespace() => Some(' '),
        // Joiners, byte-order marks, soft hyphens and bidirectional controls.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
        _ if c.is_control() => None,
        _ if in_every_font(c) => Some(c),
        '\u{2190}'..='\u{21ff}' => Some('–'),
        _ if is_mark(c) => None,
        _ => Some('?'),
    }
}

/// Combining marks of Latin and Cyrillic.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}')
}

fn in_every_font(c: char) -> bool {
    world::fonts().iter().all(|font| font.info().coverage.contains(u32::from(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(legible(text), expected);
    }

    #[test]
    fn keeps_what_is_printable() {
        check("Bird-dog: 2 × 8, ≤ 3/10", "Bird-dog: 2 × 8, ≤ 3/10");
        check("«Птица-собака» — 15 мин, ёлка № 5", "«Птица-собака» — 15 мин, ёлка № 5");
    }

    #[test]
    fn composes_letters_typed_in_parts() {
        check("и\u{306}ога", "йога");
        check("Jose\u{301}", "José");
    }

    #[test]
    fn drops_the_invisible_and_the_directional() {
        check("a\u{202e}b\u{0}c\u{feff}", "abc");
        check("two\nlines\tand\r\ntabs", "two lines and  tabs");
        check("1\u{202f}000", "1\u{a0}000");
    }

    #[test]
    fn replaces_what_the_font_has_not() {
        check("王 🙂", "? ?");
        check("a → b", "a – b");
    }

    #[test]
    fn lets_endless_words_break() {
        let printed = legible(&"ы".repeat(100));
        assert!(printed.split(BREAK_HERE).all(|part| part.chars().count() <= LONGEST_UNBROKEN));
    }
}
