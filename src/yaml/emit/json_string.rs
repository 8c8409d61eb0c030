//! What the reference's older YAML library makes of strings when it reads JSON.
//!
//! JSON leaves DEL, the C1 controls and U+FFFE and U+FFFF as they are; YAML refuses them. It takes
//! NEL for a line break, which folds in a quoted string. And a key must not be longer than 1024
//! characters, as JSON escapes them.

use super::analysis::Analysis;
use crate::diag::{Code, Diagnostic};
use crate::yaml::Scalar;

/// What a string must have for [`read`] to change or to refuse it.
pub(super) const CHANGES: Analysis = Analysis::NEL.and(Analysis::UNREADABLE);

/// Why a string can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("the control character U+{:04X} can't be written", u32::from(*.0))]
    Control(char),
    #[error("`---` or `...` behind a line break U+0085 can't be written")]
    Marker,
    #[error("a key can't hold the line break U+0085")]
    KeyBreak,
    #[error("a key can't be longer than 1022 characters of JSON text")]
    LongKey,
}

impl Problem {
    /// The diagnostic for a scalar.
    pub(super) fn at(self, scalar: &Scalar) -> Box<Diagnostic> {
        let code = match self {
            Problem::Control(_) | Problem::Marker => Code::InvalidValue,
            Problem::KeyBreak | Problem::LongKey => Code::InvalidKey,
        };
        let help = match self {
            Problem::Control(_) => "remove it, or encode the text (as base64 in `binaryData`, say)",
            Problem::Marker | Problem::KeyBreak => "use `\\n` for the line break",
            Problem::LongKey => "use a shorter key",
        };
        let problem = Diagnostic::error(code, self.to_string()).at(scalar.text.span());
        Box::new(problem.help(help))
    }
}

/// The string that is read for a string that has any of [`CHANGES`].
pub(super) fn read(text: &str, found: Analysis) -> Result<String, Problem> {
    if found.has(Analysis::UNREADABLE) {
        let is_control = |c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        let control = text.chars().find(|c| is_control(*c) && *c != NEL);
        return Err(Problem::Control(control.unwrap_or_default()));
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(NEL) {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let behind = rest[at..].trim_start_matches([' ', NEL]);
        let breaks = rest[at..rest.len() - behind.len()].matches(NEL).count();
        if breaks == 1 {
            folded.push(' ');
        } else {
            folded.extend(std::iter::repeat_n('\n', breaks - 1));
        }
        let ends_with_break = rest[..rest.len() - behind.len()].ends_with(NEL);
        if ends_with_break && begins_with_marker(behind) {
            return Err(Problem::Marker);
        }
        rest = behind;
    }
    folded.push_str(rest);
    Ok(folded)
}

/// Refuses keys that can't be read.
pub(super) fn check_key(text: &str, found: Analysis) -> Result<(), Problem> {
    // No character takes more than six bytes of JSON text.
    const SAFE: usize = LONGEST / 6;
    if found.has(CHANGES) {
        read(text, found)?;
        return Err(Problem::KeyBreak);
    }
    if text.len() > SAFE && text.chars().map(json_length).sum::<usize>() > LONGEST {
        return Err(Problem::LongKey);
    }
    Ok(())
}

/// 1024, and two for the quotes.
const LONGEST: usize = 1022;

const NEL: char = '\u{85}';

/// The number of characters that JSON text has for one.
fn json_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\x08' | '\x0c' => 2,
        '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    }
}

/// Whether text begins with a line that ends or begins a document. A quote ends no word, and the
/// other characters that do are escaped.
fn begins_with_marker(text: &str) -> bool {
    let marker = text.strip_prefix("---").or_else(|| text.strip_prefix("..."));
    marker.is_some_and(|behind| behind.starts_with([' ', NEL]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_fold() {
        let read = |text| read(text, Analysis::of(text));
        for (text, folded) in [
            ("a\u{85}b", "a b"),
            ("a  \u{85}  b", "a b"),
            ("a\u{85}\u{85}b", "a\nb"),
            ("a\u{85}", "a "),
            ("\u{85} \u{85}\u{85}b", "\n\nb"),
            ("a\u{85}---b", "a ---b"),
            ("a\u{85}---", "a ---"),
            ("a\u{85} --- b", "a --- b"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(folded), "{text:?}");
        }
        assert_eq!(read("a\u{85}--- b"), Err(Problem::Marker));
        assert_eq!(read("a\u{7f}"), Err(Problem::Control('\u{7f}')));
    }

    #[test]
    fn keys_are_measured_as_json() {
        let check = |text: &str| check_key(text, Analysis::of(text));
        assert_eq!(check(&"é".repeat(1022)), Ok(()));
        assert_eq!(check(&"é".repeat(1023)), Err(Problem::LongKey));
        assert_eq!(check(&"<".repeat(170)), Ok(()));
        assert_eq!(check(&"<".repeat(171)), Err(Problem::LongKey));
        assert_eq!(check("a\u{85}b"), Err(Problem::KeyBreak));
        assert_eq!(check("a\u{9f}b"), Err(Problem::Control('\u{9f}')));
    }
}
