//! What the composer says of tokens that don't go together, and of texts that would grow.
//!
//! Like in `refuse`, messages quote indicators and names, never values.

use super::anchors;
use super::compose::{Composer, Frame, Shape};
use super::refuse;
use super::token::{Kind, Token};
use crate::diag::{Code, Diagnostic, nearest};
use crate::source::Span;

type Refusal = Box<Diagnostic>;

/// The next token, as far as messages need it.
struct Next {
    kind: Kind,
    start: usize,
    end: usize,
}

/// Looks at the next token, or at the one behind it where the next one stands for nothing in the
/// text.
fn next(composer: &mut Composer<'_>) -> Result<Next, Refusal> {
    let tokens = composer.scanner.look_ahead(2)?;
    let kind = tokens.front().map_or(Kind::StreamEnd, |token| token.kind);
    let start = tokens.front().map_or(0, |token| token.start as usize);
    let visible = tokens.iter().find(|token| token.end > token.start);
    let is_key = visible.is_some_and(|token| token.kind == Kind::SimpleKey);
    let end = visible.map_or(start, |token| token.end as usize).max(start);
    let text = &composer.scanner.source.text()[start..end];
    // The colon is no part of the key.
    let text = match is_key {
        true => text[..text.len() - 1].trim_end(),
        false => text,
    };
    Ok(Next { kind, start, end: start + text.len() })
}

/// Instead of a key or the end of a block mapping.
pub(super) fn in_block_mapping(composer: &mut Composer<'_>) -> Refusal {
    let token = match next(composer) {
        Ok(token) => token,
        Err(error) => return error,
    };
    let Some(frame) = composer.frames.last() else {
        return no_node(composer);
    };
    let opened = opening(composer, frame);
    let place = place(composer, frame.start);
    let here = |message: &str| refuse::at(&composer.scanner, token.start, token.end, message);
    Box::new(match token.kind {
        Kind::BlockMappingStart => here("this key is not aligned with the others of its mapping")
            .label(opened, format!("the first key is {place}"))
            .help("begin all keys of a mapping in the same column"),
        Kind::BlockSequenceStart | Kind::BlockEntry => {
            here("a list item stands where a key is expected")
                .label(opened, format!("the mapping begins {place}"))
                .help("indent the list under its key, or take the keys before it away")
        }
        Kind::Value => here("a `:` without a key before it").help("write the key before it"),
        kind => value_goes_on(composer, kind, &token),
    })
}

/// Instead of a dash or the end of a block sequence.
pub(super) fn in_block_sequence(composer: &mut Composer<'_>) -> Refusal {
    let token = match next(composer) {
        Ok(token) => token,
        Err(error) => return error,
    };
    let Some(frame) = composer.frames.last() else {
        return no_node(composer);
    };
    let opened = opening(composer, frame);
    let place = place(composer, frame.start);
    let here = |message: &str| refuse::at(&composer.scanner, token.start, token.end, message);
    Box::new(match token.kind {
        Kind::Key | Kind::SimpleKey | Kind::BlockMappingStart => {
            here("a key stands where a list item is expected")
                .label(opened, format!("the list begins {place}"))
                .help("indent the key like the others of the item, or begin the line with `- `")
        }
        Kind::BlockSequenceStart => here("this list item is not aligned with the others")
            .label(opened, format!("the first item is {place}"))
            .help("begin all items of a list in the same column"),
        Kind::Value => here("a `:` without a key before it").help("write the key before it"),
        kind => value_goes_on(composer, kind, &token),
    })
}

/// Something follows a value that is complete.
fn value_goes_on(composer: &Composer<'_>, kind: Kind, token: &Next) -> Diagnostic {
    let scanner = &composer.scanner;
    let indicator = &scanner.source.text()[token.start..token.end];
    match kind {
        Kind::FlowSequenceEnd | Kind::FlowMappingEnd | Kind::FlowEntry => refuse::at(
            scanner,
            token.start,
            token.end,
            &format!("`{indicator}` without an opening bracket or brace"),
        ),
        _ => {
            let problem = refuse::at(
                scanner,
                token.start,
                token.end,
                "the value before this is already complete",
            );
            // Often a quote is missing, far above.
            let last = composer.last_scalar;
            let quote = scanner.byte(last);
            let quoted = matches!(quote, b'"' | b'\'') && last < token.start;
            if quoted && scanner.source.text()[last..token.start].contains('\n') {
                let quote = char::from(quote);
                problem
                    .label(scanner.span(last, last + 1), "the text in quotes before it begins here")
                    .help(format!("look for a missing `{quote}`"))
            } else {
                problem.help("put the whole value in quotes, or correct the indentation")
            }
        }
    }
}

/// Instead of a comma or the end of a flow collection.
pub(super) fn in_flow(composer: &mut Composer<'_>) -> Refusal {
    let token = match next(composer) {
        Ok(token) => token,
        Err(error) => return error,
    };
    let Some(frame) = composer.frames.last() else {
        return no_node(composer);
    };
    let (open, close) = match frame.shape {
        Shape::FlowMapping => ('{', '}'),
        _ => ('[', ']'),
    };
    let scanner = &composer.scanner;
    if is_end(token.kind) {
        return unclosed(composer, frame);
    }
    let problem =
        refuse::at(scanner, token.start, token.end, &format!("expected `,` or `{close}`"))
            .label(scanner.span(frame.start, frame.start + 1), format!("the `{open}` is here"));
    Box::new(match token.kind {
        Kind::Key => problem.help("put the text before it in quotes if the `?` is a part of it"),
        Kind::Value => problem.help("a key must be in one line, and a comma before it"),
        _ => problem.help("put the text before it in quotes if this is a part of it"),
    })
}

/// No value stands where one must.
pub(super) fn no_node(composer: &mut Composer<'_>) -> Refusal {
    let token = match next(composer) {
        Ok(token) => token,
        Err(error) => return error,
    };
    if is_end(token.kind)
        && let Some(frame) = composer.frames.last()
        && matches!(frame.shape, Shape::FlowMapping | Shape::FlowSequence | Shape::FlowPair)
    {
        return unclosed(composer, frame);
    }
    let scanner = &composer.scanner;
    let text = &scanner.source.text()[token.start..token.end];
    let here = |message: &str| refuse::at(scanner, token.start, token.end, message);
    Box::new(match token.kind {
        Kind::Value => here("a `:` without a key before it").help("write the key before it"),
        Kind::DocumentEnd => here("`...` ends a document, and there is none"),
        Kind::StreamEnd | Kind::BlockEnd => here("the text ends where a value is expected"),
        Kind::Key | Kind::SimpleKey | Kind::BlockMappingStart | Kind::BlockSequenceStart => {
            here("a block mapping or list can't stand here")
                .help("inside of brackets and braces, write `{key: value}` and `[item]`")
        }
        Kind::BlockEntry => here("a list with dashes can't stand here")
            .help("write the list in brackets, or the `-` in quotes"),
        _ => here(&format!("expected a value, found `{text}`"))
            .help("put the value in quotes if this is a part of it"),
    })
}

/// A bracket or brace without its end.
fn unclosed(composer: &Composer<'_>, frame: &Frame) -> Refusal {
    let scanner = &composer.scanner;
    let bracket = match frame.shape {
        // A pair begins at its key; its bracket is that of the list around it.
        Shape::FlowPair => {
            let outer = composer.frames.iter().rev().nth(1);
            outer.map_or(frame.start, |outer| outer.start)
        }
        _ => frame.start,
    };
    let (open, close) = match scanner.byte(bracket) {
        b'{' => ('{', '}'),
        _ => ('[', ']'),
    };
    Box::new(
        refuse::at(scanner, bracket, bracket + 1, &format!("this `{open}` is not closed"))
            .help(format!("add the `{close}`")),
    )
}

/// A list or mapping as a key.
pub(super) fn collection_key(composer: &mut Composer<'_>) -> Refusal {
    match next(composer) {
        Ok(token) => refuse::collection_key(
            &composer.scanner,
            token.start,
            token.end.min(composer.scanner.line_end(token.start)),
        ),
        Err(error) => error,
    }
}

/// An alias of a list or mapping as a key.
pub(super) fn alias_key(composer: &Composer<'_>, token: &Token) -> Refusal {
    refuse::collection_key(&composer.scanner, token.start as usize, token.end as usize)
}

/// An alias of a node that is around it.
pub(super) fn endless_alias(composer: &Composer<'_>, token: &Token, anchor: Span) -> Refusal {
    Box::new(
        of_token(composer, token, "this alias stands inside of what it stands for")
            .label(anchor, "the anchor")
            .help("a value can't contain itself; name another anchor"),
    )
}

/// An alias without an anchor.
pub(super) fn unknown_anchor(composer: &Composer<'_>, token: &Token) -> Refusal {
    let name = &composer.scanner.source.text()[token.start as usize + 1..token.end as usize];
    let problem = of_token(composer, token, &format!("no anchor `{name}` before this alias"));
    let mut names: Vec<&str> = anchors::names(composer.piece, b'&').into_iter().collect();
    names.sort_unstable();
    Box::new(match nearest(name, names) {
        Some(near) => problem.help(format!("did you mean `*{near}`?")),
        None => problem
            .note("anchors count from where they stand to the end of their document")
            .help("put the value in quotes if the `*` is a part of it"),
    })
}

/// A tag handle without its `%TAG` line.
pub(super) fn undefined_handle(composer: &Composer<'_>, token: &Token) -> Refusal {
    Box::new(
        of_token(composer, token, "the handle of this tag is not declared")
            .help("put the value in quotes if the `!` is a part of it"),
    )
}

/// A directive that was given already.
pub(super) fn second_directive(composer: &Composer<'_>, token: &Token) -> Refusal {
    Box::new(
        of_token(composer, token, "this directive stands here for the second time")
            .help("take it away"),
    )
}

/// A `%YAML` line for another version.
pub(super) fn other_version(composer: &Composer<'_>, token: &Token) -> Refusal {
    Box::new(
        of_token(composer, token, "only YAML 1.1 is known")
            .help("take the line away, as kustomize knows no other version either"),
    )
}

/// Directives without `---`.
pub(super) fn no_document_start(composer: &mut Composer<'_>) -> Refusal {
    match next(composer) {
        Ok(token) => Box::new(
            refuse::at(
                &composer.scanner,
                token.start,
                token.end,
                "expected `---` behind the directives",
            )
            .note("in a resource file, directives always fail: documents are split first")
            .help("take the lines that begin with `%` away"),
        ),
        Err(error) => error,
    }
}

/// Collections inside of each other, too often.
pub(super) fn too_deep(composer: &Composer<'_>, start: usize) -> Refusal {
    let depth = composer.frames.len();
    Box::new(refuse::coded(
        &composer.scanner,
        Code::TooLarge,
        start,
        start,
        &format!("more than {depth} lists and mappings inside of each other"),
    ))
}

/// Aliases that make too much of the text.
pub(super) fn too_many_copies(composer: &Composer<'_>, token: &Token, anchor: Span) -> Refusal {
    Box::new(
        refuse::coded(
            &composer.scanner,
            Code::TooLarge,
            token.start as usize,
            token.end as usize,
            "the aliases of this file stand for too much",
        )
        .label(anchor, "what this one stands for")
        .help("write fewer aliases, or split the file"),
    )
}

/// An anchor that is used, and large.
pub(super) fn too_large_anchor(span: Span) -> Refusal {
    Box::new(
        Diagnostic::error(Code::TooLarge, "the aliases of this file stand for too much")
            .label(span, "what an alias stands for")
            .help("write fewer aliases, or split the file"),
    )
}

fn of_token(composer: &Composer<'_>, token: &Token, message: &str) -> Diagnostic {
    refuse::at(&composer.scanner, token.start as usize, token.end as usize, message)
}

/// Whether the text, or the document, ends.
fn is_end(kind: Kind) -> bool {
    matches!(kind, Kind::StreamEnd | Kind::DocumentStart | Kind::DocumentEnd)
}

/// The first line of a collection.
fn opening(composer: &Composer<'_>, frame: &Frame) -> Span {
    let scanner = &composer.scanner;
    let text = &scanner.source.text()[frame.start..];
    let word = text.find([':', ' ', '\n']).unwrap_or(text.len());
    scanner.span(frame.start, frame.start + word.max(1))
}

/// Where an offset is: its column, as people count.
fn place(composer: &Composer<'_>, at: usize) -> String {
    if composer.scanner.source.path().is_empty() {
        // Text within a file has other columns than the file.
        return "here".into();
    }
    let before = &composer.scanner.source.text()[..at];
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    format!("in column {}", before[line..].chars().count() + 1)
}
