//! `$patch`, the one directive of strategic merge that is honoured, and its unhonoured siblings.

use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::yaml::{Mapping, Node};

/// The key that a directive stands under.
pub(super) const KEY: &str = "$patch";

/// What `$patch` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// Remove what is there.
    Delete,
    /// Put the patch in the place of what is there.
    Replace,
    /// Merge, as without a directive.
    Merge,
}

/// A `$patch` with a value that means nothing.
#[derive(Clone, Copy)]
pub(super) struct Unknown<'p> {
    text: &'p str,
    span: Span,
}

impl Unknown<'_> {
    pub(super) fn error(self) -> Box<Diagnostic> {
        let message = format!("unknown patch strategy `{}`", self.text);
        Box::new(
            Diagnostic::error(Code::Patch, message)
                .at(self.span)
                .help("`$patch` may be `delete`, `replace` or `merge`"),
        )
    }
}

/// The directive of a mapping.
pub(super) fn of_mapping(patch: &Mapping) -> Result<Option<Directive>, Unknown<'_>> {
    let Some(value) = patch.get(KEY) else { return Ok(None) };
    read(value).map(Some)
}

/// The directive of a list: an item that holds nothing but `$patch` speaks for the whole list.
/// Only the first item with a `$patch` is asked.
pub(super) fn of_list(items: &[Node]) -> Result<Option<(Directive, &str)>, Unknown<'_>> {
    let mut mappings = items.iter().filter_map(Node::as_mapping);
    let Some((item, value)) = mappings.find_map(|item| Some((item, item.get(KEY)?))) else {
        return Ok(None);
    };
    if item.len() > 1 {
        return Ok(None);
    }
    Ok(Some((read(value)?, text(value))))
}

/// Whether an item stays in a list whose directive has been carried out: every item with the
/// same `$patch` goes, and so does what is empty.
pub(super) fn stays(item: &Node, directive: &str) -> bool {
    match item {
        Node::Mapping(mapping) => {
            !mapping.is_empty() && mapping.get(KEY).is_none_or(|value| text(value) != directive)
        }
        other => !other.is_null(),
    }
}

/// Whether a key belongs to a directive that the reference does not implement and copies.
pub(super) fn is_unsupported(key: &str) -> bool {
    key.starts_with('$')
        && (key == "$retainKeys"
            || key.starts_with("$setElementOrder/")
            || key.starts_with("$deleteFromPrimitiveList/"))
}

fn read(value: &Node) -> Result<Directive, Unknown<'_>> {
    match text(value) {
        "delete" => Ok(Directive::Delete),
        "replace" => Ok(Directive::Replace),
        "merge" => Ok(Directive::Merge),
        text => Err(Unknown { text, span: value.span() }),
    }
}

/// The text of a scalar, null included; collections have none.
fn text(value: &Node) -> &str {
    value.as_scalar().map_or("", |scalar| &scalar.text)
}
