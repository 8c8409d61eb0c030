//! Field specs at work: walking a slash-separated path through an object, and writing at its end.
//!
//! The rules are the reference's: a path steps through lists without naming them, a missing field
//! ends the walk in silence unless it may be created, and a scalar on the way is an error.

use super::field_spec::{FieldPath, Segment};
use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Span, Text};
use crate::yaml::{Key, Node, Scalar, Sequence, Tag};

/// What to make at the end of a path that may be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Scalar,
    Mapping,
}

/// Calls `set` on every value that a path leads to. With `create`, missing fields are made, owed
/// to what stands at `origin`.
pub(crate) fn visit(
    node: &mut Node,
    path: &FieldPath,
    create: Option<Leaf>,
    origin: Span,
    set: &mut dyn FnMut(&mut Node) -> Result<()>,
) -> Result<()> {
    walk(node, path.segments(), create, origin, set)
}

fn walk(
    node: &mut Node,
    path: &[Segment],
    create: Option<Leaf>,
    origin: Span,
    set: &mut dyn FnMut(&mut Node) -> Result<()>,
) -> Result<()> {
    let Some((segment, rest)) = path.split_first() else { return set(node) };
    match node {
        _ if node.is_null() => Ok(()),
        Node::Sequence(sequence) => {
            let mut items = sequence.items.iter_mut();
            items.try_for_each(|item| walk(item, path, create, origin, set))
        }
        Node::Mapping(mapping) => {
            check_step(&segment.name).map_err(|problem| {
                Box::new(problem.or_at(segment.name.span()).or_at(mapping.span()))
            })?;
            let make = if segment.list { None } else { create };
            let position = match (mapping.position(&segment.name), make) {
                (Some(position), _) => position,
                (None, None) => return Ok(()),
                (None, Some(leaf)) => {
                    let key = Key::plain(segment.name.clone());
                    mapping.push(key, new_node(leaf, rest, origin));
                    mapping.len() - 1
                }
            };
            let field = &mut mapping.entries_mut()[position].value;
            if field.is_null() {
                match make {
                    Some(leaf) => fill_null(field, leaf, rest, origin),
                    None if segment.list => *field = Sequence::new(Vec::new(), origin).into(),
                    None => {}
                }
            }
            walk(field, rest, create, origin, set)
        }
        Node::Scalar(scalar) => Err(Box::new(
            Diagnostic::error(
                Code::FieldPath,
                format!("expected a mapping or a sequence to find `{}` in", segment.name),
            )
            .label(scalar.text.span(), "this is a scalar"),
        )),
    }
}

/// Refuses what leads from a mapping to no field of it: the ways into a list that other paths know.
/// The reference looks for them first, so that fields of such names are out of reach.
///
/// # Errors
/// When `step` is empty, a number, `-`, `*` or in brackets.
pub(crate) fn check_step(step: &str) -> Result<()> {
    let is_index = || step.parse::<i64>().is_ok();
    let (message, help) = match step.as_bytes() {
        [] => ("a field path has an empty segment", "remove the slash too many"),
        b"*" => ("a field path has no `*` for all fields", "write a field spec for each field"),
        [b'[', .., b']'] => ("a field path picks no items of lists", LISTS_HELP),
        b"-" => ("`-` is the end of a list, and this is a mapping", LISTS_HELP),
        [b'0'..=b'9' | b'+' | b'-', ..] if is_index() => {
            ("a number is a place in a list, and this is a mapping", LISTS_HELP)
        }
        _ => return Ok(()),
    };
    let error = Diagnostic::error(Code::FieldPath, message).help(help);
    Err(Box::new(error))
}

const LISTS_HELP: &str = "leave the step out: the path goes through all items of a list by itself";

fn new_node(leaf: Leaf, rest: &[Segment], origin: Span) -> Node {
    match leaf {
        Leaf::Scalar if rest.is_empty() => Scalar::plain(Text::made("", origin)).into(),
        _ => Node::mapping(origin),
    }
}

/// An explicit null becomes what would have been created; a scalar keeps its text until it is set.
fn fill_null(field: &mut Node, leaf: Leaf, rest: &[Segment], origin: Span) {
    match field {
        Node::Scalar(scalar) if leaf == Leaf::Scalar && rest.is_empty() => scalar.tag = Tag::Str,
        _ => *field = Node::mapping(origin),
    }
}

/// The reference's setter for a scalar that was found: the old quotes stay.
///
/// # Errors
/// When a mapping or a sequence is there.
pub(crate) fn write_scalar(node: &mut Node, text: Text, tag: Tag) -> Result<()> {
    match node {
        Node::Scalar(scalar) => {
            scalar.write(text, tag);
            Ok(())
        }
        other => Err(wrong_kind("a scalar", other)),
    }
}

/// An error about a value of the wrong kind.
pub(crate) fn wrong_kind(expected: &str, found: &Node) -> Box<Diagnostic> {
    let message = format!("expected {expected}, found {}", found.describe());
    Box::new(Diagnostic::error(Code::FieldPath, message).label(found.span(), found.describe()))
}

/// Refuses an empty key: the reference can't write an entry with one into a mapping.
///
/// # Errors
/// When the key is empty.
pub(crate) fn check_name(key: &Text) -> Result<()> {
    if !key.is_empty() {
        return Ok(());
    }
    Err(Box::new(
        Diagnostic::error(Code::InvalidKey, "an entry has an empty key")
            .at(key.span())
            .help("name the key, or remove the entry"),
    ))
}

/// Writes one string entry into several mappings of one object, as the reference does: the
/// entries that are added are one and the same scalar from then on.
#[derive(Clone, Debug)]
pub(crate) struct EntryWriter {
    key: Text,
    scalar: Scalar,
    /// How many entries were added.
    pub(crate) added: usize,
    /// Whether a scalar was written over that is one with others.
    pub(crate) wrote_shared: bool,
    /// Whether the entries that were added have changed their quotes since.
    pub(crate) restyled: bool,
}

impl EntryWriter {
    /// A writer of `key: value`, for one resource after another.
    pub(crate) fn new(key: &Text, value: &Text) -> EntryWriter {
        let scalar = super::quirks::added_value(value.clone(), Tag::Str);
        EntryWriter { key: key.clone(), scalar, added: 0, wrote_shared: false, restyled: false }
    }

    /// The same writer for another resource, in which the entries that it adds get a share number.
    pub(crate) fn for_resource(&self, share: u16) -> EntryWriter {
        let mut writer = self.clone();
        writer.scalar.share = share;
        writer
    }

    /// The key.
    pub(crate) fn key(&self) -> &Text {
        &self.key
    }

    /// Puts the entry into a mapping.
    ///
    /// # Errors
    /// When something other than a mapping or null is there, and for an empty key.
    pub(crate) fn write(&mut self, node: &mut Node) -> Result<()> {
        let mapping = match node {
            Node::Mapping(mapping) => mapping,
            node if node.is_null() => {
                if self.key.is_empty() {
                    // The reference takes an empty key for the value itself.
                    *node = Scalar { share: 0, ..self.scalar.clone() }.into();
                }
                return Ok(());
            }
            other => return Err(wrong_kind("a mapping", other)),
        };
        check_name(&self.key)?;
        match mapping.position(&self.key).map(|at| &mut mapping.entries_mut()[at].value) {
            Some(Node::Scalar(old)) => {
                // The reference's one node takes over the quotes of what it is written over.
                self.restyled |= self.added > 0 && self.scalar.style != old.style;
                self.scalar.style = old.style;
                self.wrote_shared |= old.share != 0;
                old.write(self.scalar.text.clone(), Tag::Str);
            }
            Some(old) => *old = Scalar { share: 0, ..self.scalar.clone() }.into(),
            None => {
                self.added += 1;
                let key = Key::plain(self.key.clone());
                mapping.push(key, self.scalar.clone().into());
            }
        }
        Ok(())
    }

    /// The scalar that was written.
    pub(crate) fn into_scalar(self) -> Scalar {
        self.scalar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creates_what_is_missing_and_fills_nulls() {
        let mut root = Node::mapping(Span::NONE);
        root.as_mapping_mut().unwrap().set("spec", Node::null(Span::NONE));
        let path = FieldPath::new("spec/template/labels");
        let mut seen = 0;
        let mut set = |node: &mut Node| {
            seen += 1;
            assert!(node.is_empty_collection());
            Ok(())
        };
        visit(&mut root, &path, None, Span::NONE, &mut set).unwrap();
        visit(&mut root, &path, Some(Leaf::Mapping), Span::NONE, &mut set).unwrap();
        assert_eq!(seen, 1);
        assert!(root.at(&["spec", "template", "labels"]).is_some());
    }

    #[test]
    fn steps_into_lists_are_no_fields() {
        for step in ["", "*", "-", "0", "+1", "-1", "00", "[]", "[a=b]"] {
            assert!(check_step(step).is_err(), "{step}");
        }
        // The last is no number for the reference, being too large.
        for step in ["a", "-a", "[a", "a]", "1.5", "+", "**", "99999999999999999999"] {
            assert!(check_step(step).is_ok(), "{step}");
        }
    }

    #[test]
    fn a_hint_at_a_list_turns_null_into_an_empty_list() {
        let mut root = Node::mapping(Span::NONE);
        root.as_mapping_mut().unwrap().set("containers", Node::null(Span::NONE));
        let path = FieldPath::new("containers[]/image");
        visit(&mut root, &path, None, Span::NONE, &mut |_| Ok(())).unwrap();
        assert!(root.at(&["containers"]).unwrap().as_sequence().is_some());
    }
}
