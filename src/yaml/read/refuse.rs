//! What the scanner says of text that is not YAML: one function per mistake.
//!
//! Messages quote indicators and names, never values: those may be secret.

use super::characters::{self, BLANK};
use super::scan::Scanner;
use super::token::Kind;
use crate::diag::{Code, Diagnostic};

type Refusal = Box<Diagnostic>;

/// A mistake in the text from `start` to `end`.
pub(super) fn at(scanner: &Scanner<'_>, start: usize, end: usize, message: &str) -> Diagnostic {
    coded(scanner, Code::Yaml, start, end, message)
}

/// Like [`at`], with another code.
pub(super) fn coded(
    scanner: &Scanner<'_>,
    code: Code,
    start: usize,
    end: usize,
    message: &str,
) -> Diagnostic {
    // Whoever looks at bytes may stop inside of a character; the place is all of it.
    let is_inside = |at: &usize| !scanner.source.text().is_char_boundary(*at);
    let start = (0..=start).rev().find(|at| !is_inside(at)).unwrap_or(start);
    let end = (end..=scanner.source.text().len()).find(|at| !is_inside(at)).unwrap_or(end);
    let problem = Diagnostic::error(code, message).at(scanner.span(start, end));
    let source = scanner.source;
    let has_places = !source.path().is_empty() || source.slice_span(0, 0) != source.span();
    if has_places {
        return problem;
    }
    // A text that the file does not hold as it is: the span is that of the whole.
    let line = source.text()[..start].matches('\n').count() + 1;
    problem.note(format!("in line {line} of this text"))
}

/// Two byte order marks.
pub(super) fn second_mark(scanner: &Scanner<'_>) -> Refusal {
    let pos = scanner.pos;
    Box::new(at(scanner, pos, pos + 3, "a second byte order mark").help("take the character away"))
}

/// A character that begins nothing.
pub(super) fn no_token(scanner: &Scanner<'_>) -> Refusal {
    let start = scanner.pos;
    let before = &scanner.bytes[scanner.line..start];
    let here = |message: &str| at(scanner, start, start + 1, message);
    let byte = char::from(scanner.byte(start));
    Box::new(match byte {
        '\t' if before.iter().all(|byte| characters::is(*byte, BLANK)) => {
            here("a tab is used for indentation").help("indent with spaces")
        }
        '\t' => here("a tab stands where only spaces may").help("put a space in its place"),
        '|' | '>' => here(&format!("`{byte}` begins no value inside of brackets or braces"))
            .help("put the value in quotes"),
        '`' => {
            here("an unquoted value can't begin with a backtick").help("put the value in quotes")
        }
        _ => here(&format!("an unquoted value can't begin with `{byte}`"))
            .help("put the value in quotes"),
    })
}

/// Something stands where keys begin, but no `:` follows.
pub(super) fn not_a_key(scanner: &Scanner<'_>, start: usize, end: usize) -> Refusal {
    let text = &scanner.source.text()[start..end];
    if text.contains('\n') {
        let first = scanner.line_end(start).min(end);
        return Box::new(
            at(scanner, start, first, "this begins where a key must be, and is not one")
                .note("a key ends in the line in which it begins, and `: ` follows")
                .help("indent the text deeper if it belongs to the value above"),
        );
    }
    let problem = at(scanner, start, end, "expected `: ` behind this key");
    Box::new(match text.bytes().next() {
        Some(b'[' | b'{' | b'&' | b'*' | b'!') => {
            problem.help("indent it deeper if it belongs to the key above")
        }
        _ if text.contains('\u{a0}') => {
            problem.help("put a plain space in the place of the no-break space")
        }
        _ if text.contains(':') => problem.help("put a space behind the colon"),
        _ => problem.help("indent the text deeper if it belongs to the value above"),
    })
}

/// More than 1024 characters before the `:`.
pub(super) fn long_key(scanner: &Scanner<'_>, start: usize, colon: usize) -> Refusal {
    Box::new(
        at(scanner, start, colon, "this key is longer than 1024 characters")
            .help("put the text in quotes if the colon is a part of it"),
    )
}

/// A list or mapping as a key.
pub(super) fn collection_key(scanner: &Scanner<'_>, start: usize, end: usize) -> Refusal {
    let text = &scanner.source.text()[start..];
    let problem =
        coded(scanner, Code::InvalidKey, start, end, "a list or a mapping can't be a key");
    // The outer brace of a template may already be behind.
    let outer = scanner.source.text()[..start].trim_end_matches([' ', '\t']);
    let is_template = text.starts_with("{{") || text.starts_with('{') && outer.ends_with('{');
    Box::new(if is_template {
        problem.help("put a template, `{{ … }}`, in quotes: YAML takes braces for mappings")
    } else {
        problem.help("put the key in quotes if it is text")
    })
}

/// `-` behind something else in its line.
pub(super) fn misplaced_entry(scanner: &Scanner<'_>) -> Refusal {
    let start = scanner.pos;
    Box::new(
        at(scanner, start, start + 1, "a list can't begin here")
            .help("put the first `-` in a line of its own, or the value in quotes if it is text"),
    )
}

/// `?` behind something else in its line.
pub(super) fn misplaced_key(scanner: &Scanner<'_>) -> Refusal {
    let start = scanner.pos;
    Box::new(
        at(scanner, start, start + 1, "a key can't begin here")
            .help("put the value in quotes if the `?` is a part of it"),
    )
}

/// `: ` where no key stands before it.
pub(super) fn misplaced_value(scanner: &Scanner<'_>) -> Refusal {
    let start = scanner.pos;
    let before = &scanner.source.text()[scanner.line..start];
    let problem = at(scanner, start, start + 1, "a mapping can't begin here");
    Box::new(if before.contains(": ") || before.contains(":\t") {
        problem
            .note("the text before this `:` is already the value of a key")
            .help("put the value in quotes if the colon is a part of it")
    } else {
        problem
            .note("the text before this `:` belongs to the value above")
            .help("correct the indentation if it is a key, or put the value in quotes")
    })
}

/// A tab in the indentation of a line that goes on with plain text.
pub(super) fn tab_in_plain(scanner: &Scanner<'_>, start: usize) -> Refusal {
    Box::new(
        at(scanner, scanner.pos, scanner.pos + 1, "a tab is used for indentation")
            .label(scanner.span(start, scanner.line_end(start)), "the value before it")
            .help("indent with spaces"),
    )
}

/// A tab in the indentation of a block scalar.
pub(super) fn tab_in_block_scalar(scanner: &Scanner<'_>, start: usize) -> Refusal {
    Box::new(
        at(scanner, scanner.pos, scanner.pos + 1, "a tab is used for indentation")
            .label(scanner.span(start, start + 1), "in the text that begins here")
            .help("indent with spaces"),
    )
}

/// What stands behind `|` or `>`.
pub(super) fn block_header(scanner: &Scanner<'_>, start: usize, indicators_end: usize) -> Refusal {
    let indicator = char::from(scanner.byte(start));
    let end = scanner.line_end(start);
    let digits_before = scanner.byte(indicators_end - 1).is_ascii_digit();
    Box::new(if scanner.byte(indicators_end) == b'0' && !digits_before {
        at(scanner, start, indicators_end + 1, "an indentation of 0")
            .help(format!("write `{indicator}` and a digit from 1 to 9, or no digit"))
    } else {
        at(
            scanner,
            start,
            end,
            &format!("text behind `{indicator}`, which begins a text of several lines"),
        )
        .help(format!(
            "begin the text in the next line, or put it in quotes if the `{indicator}` is a part \
             of it"
        ))
    })
}

/// `---` or `...` inside of quotes.
pub(super) fn marker_in_quotes(scanner: &Scanner<'_>, start: usize) -> Refusal {
    let pos = scanner.pos;
    let marker = &scanner.source.text()[pos..pos + 3];
    Box::new(
        at(scanner, start, start + 1, "this quote is not closed")
            .label(scanner.span(pos, pos + 3), format!("`{marker}` ends the document"))
            .help("close the quote, or indent the text"),
    )
}

/// The end of the text inside of quotes.
pub(super) fn unclosed_quote(scanner: &Scanner<'_>, start: usize) -> Refusal {
    let quote = char::from(scanner.byte(start));
    Box::new(
        at(scanner, start, start + 1, "this quote is not closed")
            .help(format!("add `{quote}` at the end of the value")),
    )
}

/// A backslash and a character that makes no escape.
pub(super) fn unknown_escape(scanner: &Scanner<'_>, start: usize) -> Refusal {
    let letter = scanner.source.text()[start + 1..].chars().next();
    let letter = letter.unwrap_or_default();
    Box::new(
        at(scanner, start, start + 1 + letter.len_utf8(), &format!("`\\{letter}` is no escape"))
            .help("write a backslash as `\\\\`, or put the value in single quotes"),
    )
}

/// `\x`, `\u` or `\U` with too few digits.
pub(super) fn bad_hex(scanner: &Scanner<'_>, start: usize, end: usize, digits: usize) -> Refusal {
    let letter = char::from(scanner.byte(start + 1));
    Box::new(at(scanner, start, end, &format!("`\\{letter}` needs {digits} hexadecimal digits")))
}

/// An escape for a number that is no character.
pub(super) fn no_character(scanner: &Scanner<'_>, start: usize, end: usize) -> Refusal {
    let escape = &scanner.source.text()[start..end];
    Box::new(
        at(scanner, start, end, &format!("`{escape}` is no character"))
            .note("pairs of surrogates, as JSON knows them, are not joined")
            .help("write the character itself, or `\\U` and eight digits"),
    )
}

/// `&` or `*` that no name follows.
pub(super) fn bad_anchor(scanner: &Scanner<'_>, start: usize, end: usize, kind: Kind) -> Refusal {
    let (indicator, what) = match kind {
        Kind::Alias => ('*', "alias"),
        _ => ('&', "anchor"),
    };
    let problem = if end == start + 1 {
        at(scanner, start, end, &format!("`{indicator}` without the name of an {what}"))
    } else {
        at(
            scanner,
            start,
            end,
            &format!("the name of this {what} has characters that are not allowed"),
        )
        .note("names consist of letters, digits, `_` and `-`")
    };
    Box::new(problem.help(format!("put the value in quotes if the `{indicator}` is a part of it")))
}

/// `!` that no tag follows.
pub(super) fn bad_tag(scanner: &Scanner<'_>, start: usize, end: usize) -> Refusal {
    Box::new(
        at(scanner, start, end.min(scanner.line_end(start)).max(start + 1), "this is no tag")
            .note("an unquoted `!` begins a tag, such as `!!str`, and a space follows")
            .help("put the value in quotes if the `!` is a part of it"),
    )
}

/// `%` at the beginning of a line.
pub(super) fn unknown_directive(scanner: &Scanner<'_>, start: usize) -> Refusal {
    Box::new(
        at(scanner, start, scanner.line_end(start), "an unknown directive")
            .note("a line that begins with `%` is a directive: `%YAML` or `%TAG`")
            .help("indent the line if it belongs to a value"),
    )
}

/// A directive with something wrong in it.
pub(super) fn bad_directive(scanner: &Scanner<'_>, start: usize, end: usize) -> Refusal {
    Box::new(
        at(
            scanner,
            start,
            end.max(start + 1),
            "this directive is not complete or has too much in it",
        )
        .note("directives are `%YAML 1.1` and `%TAG !handle! prefix`"),
    )
}
