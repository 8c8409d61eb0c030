//! Comments at the end of a document, which the reference keeps and sets apart by an empty line.
//!
//! Here they are only found; what that line does to the text before it is up to whoever writes the
//! document.

use crate::source::Source;
use crate::yaml::Node;

/// Notes whether the document ends with a comment that belongs to it as a whole, and not to its
/// last line: for the reference that is one behind an empty line, or before `...`.
pub(super) fn note_end_comment(document: &mut Node, source: &Source) {
    let Node::Mapping(root) = document else { return };
    let end = root.span().end().checked_sub(source.span().start()).map(|end| end as usize);
    if end.is_some_and(|end| ends_with_comment(source.text(), end)) {
        root.set_end_comment(true);
    }
}

/// Whether that is so for the document whose last value ends at this place of the text.
fn ends_with_comment(text: &str, end: usize) -> bool {
    let Some(before) = text.get(..end) else { return false };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut lines = text[start..].lines();
    // The last line of a block may be empty.
    let mut behind_blank = lines.next().is_none_or(is_blank);
    let mut first = None;
    while let Some(line) = lines.next() {
        match line.trim_ascii() {
            "" => behind_blank = true,
            "..." => {
                let next = lines.find(|line| !is_blank(line));
                return first.is_some() || next.is_some_and(is_comment);
            }
            line if is_comment(line) => first = first.or(Some(behind_blank)),
            _ => break,
        }
    }
    first == Some(true)
}

fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}

fn is_comment(line: &str) -> bool {
    line.trim_ascii_start().starts_with('#')
}
