//! Fields by their names. Names match in any case, as when a build reads them.

use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Span, Text};
use crate::yaml::edit::Path;
use crate::yaml::{Entry, Mapping, Node};

/// An entry of a mapping, and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Field<'n> {
    pub(super) path: Path,
    pub(super) key: &'n Text,
    pub(super) value: &'n Node,
}

/// A list in the root of the file, whether or not it is there.
#[derive(Clone, Debug)]
pub(super) struct List<'n> {
    pub(super) name: &'static str,
    /// The way to it, if the file has the field.
    pub(super) path: Option<Path>,
    /// Its items; none for a null.
    pub(super) items: &'n [Node],
    /// Where the field stands.
    pub(super) span: Span,
}

/// The field of a mapping that a name stands for.
///
/// # Errors
/// When it is there twice.
pub(super) fn field<'n>(mapping: &'n Mapping, at: &Path, name: &str) -> Result<Option<Field<'n>>> {
    let mut found = mapping.iter().filter(|entry| is_named(entry, name));
    let Some(first) = found.next() else { return Ok(None) };
    if let Some(second) = found.next() {
        let message = format!("`{name}` is here twice");
        return Err(Box::new(
            Diagnostic::error(Code::Edit, message)
                .label(second.key.text.span(), "again here")
                .label(first.key.text.span(), "first here")
                .help("remove one of the two by hand"),
        ));
    }
    let key = &first.key.text;
    Ok(Some(Field { path: at.key(key), key, value: &first.value }))
}

/// The text of a field of a mapping; empty if it is not there, or no text.
pub(super) fn text<'n>(node: &'n Node, name: &str) -> &'n str {
    let entry = node.as_mapping().and_then(|mapping| last(mapping, name));
    entry.and_then(|entry| entry.value.text()).map_or("", Text::as_str)
}

/// The last field of a name, which is the one that counts where duplicates do not matter.
pub(super) fn last<'n>(mapping: &'n Mapping, name: &str) -> Option<&'n Entry> {
    mapping.iter().rev().find(|entry| is_named(entry, name))
}

fn is_named(entry: &Entry, name: &str) -> bool {
    entry.key.text.as_str().eq_ignore_ascii_case(name)
}

impl<'n> Field<'n> {
    /// Its text; empty if it is null, or no scalar.
    pub(super) fn text(&self) -> &'n str {
        self.value.text().map_or("", Text::as_str)
    }

    /// Where its key stands.
    pub(super) fn span(&self) -> Span {
        self.key.span()
    }

    /// Its mapping; nothing for null.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn mapping(&self) -> Result<Option<&'n Mapping>> {
        match self.value {
            Node::Mapping(mapping) => Ok(Some(mapping)),
            value if value.is_null() => Ok(None),
            value => Err(wrong_type(self.key, "a mapping", value)),
        }
    }
}

impl<'n> List<'n> {
    /// The list that a field is.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn of(name: &'static str, field: Option<Field<'n>>) -> Result<List<'n>> {
        let Some(field) = field else {
            return Ok(List { name, path: None, items: &[], span: Span::NONE });
        };
        let items: &[Node] = match field.value {
            Node::Sequence(sequence) => &sequence.items,
            value if value.is_null() => &[],
            value => return Err(wrong_type(field.key, "a list", value)),
        };
        let span = field.span();
        Ok(List { name, path: Some(field.path), items, span })
    }

    /// The index of the first item that is this text.
    pub(super) fn position(&self, text: &str) -> Option<usize> {
        self.items.iter().position(|item| item.text().is_some_and(|found| found == text))
    }
}

fn wrong_type(key: &Text, wanted: &str, found: &Node) -> Box<Diagnostic> {
    let message = format!("`{key}` must be {wanted}, not {}", found.describe());
    let problem = Diagnostic::error(Code::WrongType, message).at(found.span()).or_at(key.span());
    Box::new(problem.help(format!("make it {wanted} by hand")))
}
