//! The blank line that a comment at the end of a document adds to the text before it.
//!
//! The reference keeps comments when it writes a resource to read it as JSON, and sets the last one
//! apart by an empty line. Where the document ends with a block that keeps its line breaks (`|+`),
//! that line becomes the block's.

use crate::source::{Source, Text};
use crate::yaml::{Mapping, Node, Scalar, Style};

/// Adds the line to the last scalar of a document, if it gets one. The items of a list are written
/// without the comments of their document.
pub(super) fn lengthen_last_block(document: &mut Node, source: &Source) {
    let is_list = |root: &Mapping| {
        root.contains("items") && root.text("kind").is_some_and(|kind| kind.ends_with("List"))
    };
    if document.as_mapping().is_some_and(is_list) {
        return;
    }
    let Some(last) = last_scalar(document) else { return };
    // Text with space at the end of a line is written in quotes.
    let is_block =
        matches!(last.style, Style::Literal | Style::Folded) && !last.text.contains(" \n");
    let keeps_breaks = last.text.ends_with("\n\n") || last.text == *"\n";
    let span = last.text.span();
    let end = span.end().checked_sub(source.span().start());
    let rest = end.and_then(|end| source.text().get(end as usize..));
    if is_block && keeps_breaks && rest.is_some_and(begins_with_comment) {
        last.text = Text::made(format!("{}\n", last.text.as_str()), span);
    }
}

fn last_scalar(mut node: &mut Node) -> Option<&mut Scalar> {
    loop {
        node = match node {
            Node::Scalar(scalar) => return Some(scalar),
            Node::Sequence(sequence) => sequence.items.last_mut()?,
            Node::Mapping(mapping) => &mut mapping.entries_mut().last_mut()?.value,
        };
    }
}

/// Whether the next line that is not empty is a comment. The first is what is left of the block.
fn begins_with_comment(rest: &str) -> bool {
    let mut lines = rest.split('\n').skip(1).map(str::trim_start);
    lines
        .find(|line| !matches!(line.trim_end(), "" | "..."))
        .is_some_and(|line| line.starts_with('#'))
}
