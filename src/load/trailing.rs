//! Comments at the end of a document, which the reference keeps and sets apart by an empty line.
//!
//! Here they are only found; what that line does to the text before it is up to whoever writes the
//! document.

use crate::source::Source;
use crate::yaml::Node;

/// Notes whether a comment of the document follows on the last value that is written of it.
pub(super) fn note_end_comment(document: &mut Node, source: &Source) {
    let Node::Mapping(root) = &*document else { return };
    let Some(rest) = offset(source, root.span().end()).and_then(|end| rest(source.text(), end))
    else {
        return;
    };
    if !rest.lines().any(is_comment) {
        return;
    }
    let last = LastValue::of(document, source);
    let comments = Comments::of(rest, last.indent);
    let is_there = comments.of_document && (last.is_item_alias || !comments.of_value);
    if is_there && let Node::Mapping(root) = document {
        root.set_end_comment(true);
    }
}

/// What follows in a text on the value that ends at `end`, from the start of that line.
fn rest(text: &str, end: usize) -> Option<&str> {
    let start = text.get(..end)?.rfind('\n').map_or(0, |at| at + 1);
    // Another document is none of this one's business.
    let rest = &text[start..];
    Some(rest.find("\n---").map_or(rest, |next| &rest[..next]))
}

/// Whose the comments behind the last value of a document are.
///
/// The reference takes them for comments of that value if they begin on the line below it and end
/// with an empty line; and if others below them are indented less than the value, and in another
/// way than they are.
#[derive(Default)]
struct Comments {
    of_value: bool,
    of_document: bool,
}

impl Comments {
    fn of(rest: &str, indent: usize) -> Comments {
        let mut comments = Comments::default();
        let mut lines = rest.lines();
        // The last line of a block may be empty.
        let mut is_below = !lines.next().is_none_or(is_blank);
        let mut open = None;
        for line in lines {
            match line.trim_ascii() {
                "" => {
                    comments.of_value |= is_below && open.take().is_some();
                    is_below = false;
                }
                "..." => is_below = false,
                trimmed if trimmed.starts_with('#') => {
                    let column = line.len() - line.trim_ascii_start().len();
                    if open.is_some_and(|open| column < indent && column != open) {
                        comments.of_value = true;
                        open = None;
                    }
                    open.get_or_insert(column);
                }
                _ => break,
            }
        }
        comments.of_value |= is_below && open.is_some();
        comments.of_document = !is_below && open.is_some();
        comments
    }
}

/// Where the last value of a document is.
struct LastValue {
    /// The column of the innermost block that it stands in.
    indent: usize,
    /// Whether it is an alias in a list: comments of such are lost with it.
    is_item_alias: bool,
}

impl LastValue {
    fn of(document: &Node, source: &Source) -> LastValue {
        let mut last = LastValue { indent: 0, is_item_alias: false };
        let mut node = document;
        let mut above = 0;
        let mut is_item = false;
        loop {
            let start = node.span().start();
            if start < above {
                // It was written before what it stands in.
                return LastValue { is_item_alias: is_item, ..last };
            }
            let next = match node {
                Node::Sequence(sequence) if !sequence.is_flow() => sequence.items.last(),
                Node::Mapping(mapping) if !mapping.is_flow() => {
                    mapping.entries().last().map(|entry| &entry.value)
                }
                _ => return last,
            };
            let column = offset(source, start).map_or(0, |start| {
                start - source.text()[..start].rfind('\n').map_or(0, |at| at + 1)
            });
            last.indent = last.indent.max(column);
            above = start;
            is_item = node.as_sequence().is_some();
            let Some(next) = next else { return last };
            node = next;
        }
    }
}

/// A place as an offset into the text of its source.
fn offset(source: &Source, place: u32) -> Option<usize> {
    let offset = place.checked_sub(source.span().start())? as usize;
    source.text().is_char_boundary(offset).then_some(offset)
}

fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}

fn is_comment(line: &str) -> bool {
    line.trim_ascii_start().starts_with('#')
}
