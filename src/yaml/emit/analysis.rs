//! What text holds that decides how it can be written: one pass over its bytes.
//!
//! The rules are those of libyaml, YAML 1.1: CR, NEL, LS and PS break lines as LF does, and what
//! lies above U+FFFF is not printable.

use crate::yaml::scalar::{is_ambiguous, is_ambiguous_core};

/// Whether text is one of the many that no rule is about: without a tag it is a string, and it is
/// written plain wherever it stands.
pub(super) fn is_bare_word(text: &str) -> bool {
    // Nothing longer is a boolean or null.
    const LONGEST_WORD: usize = 5;
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else {
        return false;
    };
    let begins = BARE[usize::from(first)];
    (begins == Bare::Begins || begins == Bare::BeginsLong && bytes.len() > LONGEST_WORD)
        && bytes.iter().all(|byte| BARE[usize::from(*byte)] != Bare::No)
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Form {
    /// As it is.
    Plain,
    /// In `'`.
    Single,
    /// In `"`.
    Double,
    /// As a block behind `|`.
    Literal,
}

/// What was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) struct Analysis(u16);

impl Analysis {
    pub(in crate::yaml) const NONE: Analysis = Analysis(0);
    pub(in crate::yaml) const LEADING_SPACE: Analysis = Analysis(1);
    pub(in crate::yaml) const TRAILING_SPACE: Analysis = Analysis(1 << 1);
    /// A space right behind a line break.
    pub(in crate::yaml) const BREAK_SPACE: Analysis = Analysis(1 << 2);
    /// A line break right behind a space.
    pub(in crate::yaml) const SPACE_BREAK: Analysis = Analysis(1 << 3);
    /// A line break of any kind.
    pub(in crate::yaml) const BREAK: Analysis = Analysis(1 << 4);
    /// A line feed.
    pub(in crate::yaml) const LF: Analysis = Analysis(1 << 5);
    pub(in crate::yaml) const TAB: Analysis = Analysis(1 << 6);
    /// A character that is not printable; a tab is none.
    pub(in crate::yaml) const SPECIAL: Analysis = Analysis(1 << 7);
    /// Something with a meaning in plain text: `: `, ` #` or one of many first characters.
    pub(in crate::yaml) const INDICATOR: Analysis = Analysis(1 << 8);
    /// NEL, which the reference folds when it reads its own JSON.
    pub(in crate::yaml) const NEL: Analysis = Analysis(1 << 9);
    /// A character that the reference refuses when it reads its own JSON.
    pub(in crate::yaml) const UNREADABLE: Analysis = Analysis(1 << 10);

    /// Looks at a text.
    pub(in crate::yaml) fn of(text: &str) -> Analysis {
        let bytes = text.as_bytes();
        let Some(&first) = bytes.first() else {
            return Analysis::NONE;
        };
        let mut found = Analysis::NONE;
        let is_indicator = match first {
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`' => true,
            b'-' => ends_word(bytes, 1) || bytes.starts_with(b"---"),
            b'?' | b':' => ends_word(bytes, 1),
            b'.' => bytes.starts_with(b"..."),
            _ => false,
        };
        if is_indicator {
            found = Analysis::INDICATOR;
        }
        let mut before = Before::Start;
        let mut at = 0;
        loop {
            let ordinary = bytes[at..]
                .iter()
                .take_while(|byte| CLASSES[usize::from(**byte)] as u8 == Class::Ordinary as u8)
                .count();
            if ordinary > 0 {
                before = Before::Other;
                at += ordinary;
            }
            let Some(&byte) = bytes.get(at) else { break };
            let mut width = 1;
            let mut is_break = false;
            match CLASSES[usize::from(byte)] {
                Class::Ordinary => {}
                Class::Space => {
                    match before {
                        Before::Start => found |= Analysis::LEADING_SPACE,
                        Before::Break => found |= Analysis::BREAK_SPACE,
                        _ => {}
                    }
                    before = Before::Space;
                    at += 1;
                    continue;
                }
                Class::Colon => {
                    if at > 0 && ends_word(bytes, at + 1) {
                        found |= Analysis::INDICATOR;
                    }
                }
                Class::Hash => {
                    if matches!(before, Before::Space | Before::Blank | Before::Break) {
                        found |= Analysis::INDICATOR;
                    }
                }
                Class::Tab => {
                    found |= Analysis::TAB;
                    before = Before::Blank;
                    at += 1;
                    continue;
                }
                Class::LineFeed => {
                    found |= Analysis::LF;
                    is_break = true;
                }
                Class::Return => {
                    found |= Analysis::SPECIAL;
                    is_break = true;
                }
                Class::Nul => {
                    found |= Analysis::SPECIAL;
                    before = Before::Blank;
                    at += 1;
                    continue;
                }
                Class::Control => found |= Analysis::SPECIAL,
                Class::Delete => found |= Analysis::SPECIAL.and(Analysis::UNREADABLE),
                Class::Wide => {
                    let (features, length) = wide(&bytes[at..]);
                    found |= features;
                    is_break = features.has(Analysis::BREAK);
                    width = length;
                }
            }
            if is_break {
                found |= Analysis::BREAK;
                if before == Before::Space {
                    found |= Analysis::SPACE_BREAK;
                }
                before = Before::Break;
            } else {
                before = Before::Other;
            }
            at += width;
        }
        if before == Before::Space {
            found |= Analysis::TRAILING_SPACE;
        }
        found
    }

    /// Whether any of these was found.
    pub(in crate::yaml) const fn has(self, any: Analysis) -> bool {
        self.0 & any.0 != 0
    }

    /// How the library that writes output writes the text.
    pub(in crate::yaml) fn output_form(self, text: &str) -> Form {
        // This one takes a tab for a special character.
        self.form(text, Analysis::SPECIAL.and(Analysis::TAB), is_ambiguous)
    }

    /// How the library that rebuilds nodes from JSON writes the text.
    pub(in crate::yaml) fn rebuild_form(self, text: &str) -> Form {
        if self.has(Analysis::LF) {
            return if self.fits_block(text) { Form::Literal } else { Form::Double };
        }
        // A tab is escaped by this one too, but it does no harm in a block.
        self.form(text, Analysis::SPECIAL.and(Analysis::TAB), is_ambiguous_core)
    }

    /// Whether the library that rereads resources can write the text as a block.
    pub(in crate::yaml) fn fits_block(self, text: &str) -> bool {
        !text.is_empty()
            && !self.has(Analysis::TRAILING_SPACE.and(Analysis::SPACE_BREAK).and(Analysis::SPECIAL))
    }

    fn form(self, text: &str, special: Analysis, is_ambiguous: fn(&str) -> bool) -> Form {
        if self.has(Analysis::LF) {
            return if self.fits_block(text) && !self.has(special) {
                Form::Literal
            } else {
                Form::Double
            };
        }
        let not_single = Analysis::BREAK_SPACE.and(Analysis::SPACE_BREAK).and(special);
        let not_plain = not_single
            .and(Analysis::LEADING_SPACE)
            .and(Analysis::TRAILING_SPACE)
            .and(Analysis::BREAK)
            .and(Analysis::INDICATOR);
        if is_ambiguous(text) {
            Form::Double
        } else if !self.has(not_plain) {
            Form::Plain
        } else if !self.has(not_single) {
            Form::Single
        } else {
            Form::Double
        }
    }

    /// Both of two sets of features.
    pub(in crate::yaml) const fn and(self, other: Analysis) -> Analysis {
        Analysis(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Analysis {
    fn bitor_assign(&mut self, other: Analysis) {
        *self = self.and(other);
    }
}

/// Whether a space, a tab or the end stands at `at`.
fn ends_word(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t'))
}

/// What a character outside ASCII is, and its length.
fn wide(bytes: &[u8]) -> (Analysis, usize) {
    const BREAK: Analysis = Analysis::BREAK;
    const SPECIAL: Analysis = Analysis::SPECIAL;
    match bytes {
        [0xC2, 0x85, ..] => (BREAK.and(SPECIAL).and(Analysis::NEL), 2),
        [0xC2, 0x80..=0x9F, ..] => (SPECIAL.and(Analysis::UNREADABLE), 2),
        [0xC2..=0xDF, ..] => (Analysis::NONE, 2),
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => (BREAK, 3),
        [0xEF, 0xBB, 0xBF, ..] => (SPECIAL, 3),
        [0xEF, 0xBF, 0xBE | 0xBF, ..] => (SPECIAL.and(Analysis::UNREADABLE), 3),
        [0xE0..=0xEF, ..] => (Analysis::NONE, 3),
        _ => (SPECIAL, 4),
    }
}

/// What stands before a character, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Space,
    /// A tab or NUL.
    Blank,
    Break,
    Other,
}

/// What a byte may be.
#[derive(Clone, Copy)]
enum Class {
    Ordinary,
    Space,
    Colon,
    Hash,
    Tab,
    LineFeed,
    Return,
    Nul,
    Control,
    Delete,
    /// The first byte of a character outside ASCII.
    Wide,
}

/// Where in a bare word a byte may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    No,
    Inside,
    Begins,
    /// At the beginning of a long word: a short one may be a boolean or null.
    BeginsLong,
}

static BARE: [Bare; 256] = {
    let mut table = [Bare::No; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        table[byte as usize] = match byte {
            b':' | b'#' => Bare::No,
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => Bare::BeginsLong,
            b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'_' | b'$' | b'(' => Bare::Begins,
            _ => Bare::Inside,
        };
        byte += 1;
    }
    table
};

static CLASSES: [Class; 256] = {
    let mut table = [Class::Ordinary; 256];
    let mut at = 0;
    while at < 256 {
        if at < 0x20 {
            table[at] = Class::Control;
        } else if at >= 0x80 {
            table[at] = Class::Wide;
        }
        at += 1;
    }
    table[0] = Class::Nul;
    table[b'\t' as usize] = Class::Tab;
    table[b'\n' as usize] = Class::LineFeed;
    table[b'\r' as usize] = Class::Return;
    table[b' ' as usize] = Class::Space;
    table[b':' as usize] = Class::Colon;
    table[b'#' as usize] = Class::Hash;
    table[0x7F] = Class::Delete;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_single_double_and_literal() {
        for (text, form) in [
            ("a", Form::Plain),
            ("a b:c #".trim_end_matches(" #"), Form::Plain),
            ("a#b", Form::Plain),
            ("-a", Form::Plain),
            ("?a", Form::Plain),
            ("<<", Form::Plain),
            ("é\u{a0}", Form::Plain),
            ("a: b", Form::Single),
            ("a:", Form::Single),
            ("a #b", Form::Single),
            ("- a", Form::Single),
            ("-", Form::Single),
            ("--- a", Form::Single),
            ("...", Form::Single),
            (" a", Form::Single),
            ("a ", Form::Single),
            ("a\u{2028}", Form::Single),
            ("*a", Form::Single),
            ("", Form::Double),
            ("on", Form::Double),
            ("a\tb", Form::Double),
            ("a\u{2028} b", Form::Double),
            ("a \u{2028}b", Form::Double),
            ("\u{1f600}", Form::Double),
            ("\u{feff}", Form::Double),
            ("a\rb", Form::Double),
            ("a\nb", Form::Literal),
            ("\n", Form::Literal),
            (" a\n  b\n", Form::Literal),
            ("a \nb", Form::Double),
            ("a\n ", Form::Double),
            ("a\n\tb", Form::Double),
        ] {
            assert_eq!(Analysis::of(text).output_form(text), form, "{text:?}");
        }
    }

    #[test]
    fn bare_words_are_plain_strings() {
        for text in ["web", "apps/v1", "$(A)", "/up", "null-ish", "y2", "falsehood", "a\"'{}[],*"] {
            let is_bare = is_bare_word(text);
            assert_eq!(is_bare, text != "y2", "{text}");
            assert_eq!(Analysis::of(text).output_form(text), Form::Plain);
        }
        for text in ["", "no", "false", "1a", "-a", ".a", "~", "<<", "a b", "a:b", "a#", "é", "a\n"]
        {
            assert!(!is_bare_word(text), "{text}");
        }
    }

    #[test]
    fn the_libraries_differ_about_tabs_and_words() {
        let form = |text| Analysis::of(text).rebuild_form(text);
        assert_eq!(form("a\n\tb"), Form::Literal);
        assert_eq!(form("a\tb"), Form::Double);
        assert_eq!(form("0o-7"), Form::Double);
        assert_eq!(form("yes"), Form::Double);
    }

    #[test]
    fn what_the_reference_can_not_read_back() {
        for text in ["\u{7f}", "\u{80}", "\u{9f}", "a\u{fffe}", "\u{ffff}"] {
            assert!(Analysis::of(text).has(Analysis::UNREADABLE), "{text:?}");
        }
        for text in ["\u{a0}", "\u{fffd}", "\u{0}", "\u{feff}", "\u{85}"] {
            assert!(!Analysis::of(text).has(Analysis::UNREADABLE), "{text:?}");
        }
    }
}
