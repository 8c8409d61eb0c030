//! Strings as YAML text on one line, or as a block.

use crate::yaml::Style;
use crate::yaml::emit::analysis::{Analysis, Form};

/// How a string is to be written, if it can.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// The style of what it takes the place of, or of a neighbour.
    pub(super) style: Style,
    /// What to use where the style does not do.
    pub(super) quotes: Style,
    /// Whether it stands in brackets or braces.
    pub(super) flow: bool,
}

/// A string in one line.
pub(super) fn quoted(text: &str, wish: Wish) -> String {
    let found = Analysis::of(text);
    let style = match wish.style {
        style @ (Style::DoubleQuoted | Style::SingleQuoted) => style,
        _ if is_plain(text, found, wish.flow) => Style::Plain,
        _ => wish.quotes,
    };
    match style {
        Style::SingleQuoted if is_single(found) => format!("'{}'", text.replace('\'', "''")),
        Style::Plain => text.to_owned(),
        _ => double(text),
    }
}

/// Whether a string is best written as a block: it has several lines, and no trouble in them.
pub(super) fn is_block(text: &str) -> bool {
    let found = Analysis::of(text);
    found.has(Analysis::LF) && found.fits_block(text) && !text.trim_matches('\n').is_empty()
}

/// A string as the lines of a block: the indicators, and the lines without indentation.
/// `indent` is how far the lines are indented beyond what the block stands in.
pub(super) fn block(text: &str, indent: usize) -> (String, Vec<&str>) {
    let mut header = String::from("|");
    if text.trim_start_matches('\n').starts_with(' ') {
        header.push_str(&indent.to_string());
    }
    let body = text.strip_suffix('\n');
    match body {
        None => header.push('-'),
        Some(body) if body.ends_with('\n') => header.push('+'),
        Some(_) => {}
    }
    (header, body.unwrap_or(text).split('\n').collect())
}

fn is_plain(text: &str, found: Analysis, flow: bool) -> bool {
    found.output_form(text) == Form::Plain
        && text != "<<"
        && !(flow && (text.contains([',', '[', ']', '{', '}', '?']) || text.contains(':')))
}

fn is_single(found: Analysis) -> bool {
    !found.has(Analysis::BREAK.and(Analysis::SPECIAL).and(Analysis::TAB))
}

/// With escapes that JSON has, too.
fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{2028}' | '\u{2029}' | '\u{a0}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&escape(c));
            }
            c if c.is_control() => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn escape(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(style: Style, flow: bool) -> Wish {
        Wish { style, quotes: Style::DoubleQuoted, flow }
    }

    #[test]
    fn quotes_stay_and_come_where_they_must() {
        for (text, style, flow, written) in [
            ("v1", Style::Plain, false, "v1"),
            ("1.0", Style::Plain, false, "\"1.0\""),
            ("2026.11.0", Style::Plain, false, "2026.11.0"),
            ("on", Style::Plain, false, "\"on\""),
            ("", Style::Plain, false, "\"\""),
            ("2020-01-01", Style::Plain, false, "\"2020-01-01\""),
            ("v1", Style::SingleQuoted, false, "'v1'"),
            ("it's", Style::SingleQuoted, false, "'it''s'"),
            ("a\nb", Style::SingleQuoted, false, "\"a\\nb\""),
            ("a\"\\b", Style::DoubleQuoted, false, "\"a\\\"\\\\b\""),
            ("a,b", Style::Plain, false, "a,b"),
            ("a,b", Style::Plain, true, "\"a,b\""),
            ("r:5000/a", Style::Plain, false, "r:5000/a"),
            ("r:5000/a", Style::Plain, true, "\"r:5000/a\""),
            ("*", Style::Plain, false, "\"*\""),
            ("<<", Style::Plain, false, "\"<<\""),
            ("a: b", Style::Plain, false, "\"a: b\""),
            ("\u{1}\u{85}\u{2028}é", Style::Plain, false, "\"\\u0001\\u0085\\u2028é\""),
            ("v2", Style::Literal, false, "v2"),
        ] {
            assert_eq!(quoted(text, wish(style, flow)), written, "{text:?}");
        }
    }

    #[test]
    fn blocks_say_how_they_end() {
        for (text, header, lines) in [
            ("a\nb", "|-", vec!["a", "b"]),
            ("a\nb\n", "|", vec!["a", "b"]),
            ("a\n\n", "|+", vec!["a", ""]),
            (" a\nb\n", "|2", vec![" a", "b"]),
        ] {
            assert!(is_block(text), "{text:?}");
            assert_eq!(block(text, 2), (header.to_owned(), lines), "{text:?}");
        }
        for text in ["a", "a \nb", "\n", "a\r\nb"] {
            assert!(!is_block(text), "{text:?}");
        }
    }
}
