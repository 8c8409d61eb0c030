//! JSON patches (RFC 6902), with the reference's deviations from the RFC.
//!
//! - What stands before the first `/` of a path is ignored.
//! - A negative index counts from the end.
//! - `replace` adds a missing key; `copy` of a missing key copies null; `test` for null passes on
//!   a missing key; a missing `value` is null.
//!
//! The object is changed in place. What a trip through JSON does to the rest of it is
//! [`crate::yaml::json::rebuild`], which the caller runs afterwards.

mod pointer;
mod test;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Source, Span, Text};
use crate::yaml::json::{self, Texts};
use crate::yaml::{Entry, Key, Limits, Mapping, Node, Style, Tag, parse_document};

use pointer::{Parent, Pointer};

/// One operation of a patch.
#[derive(Clone, Debug)]
pub struct Operation {
    action: Option<Action>,
    /// The text of `op`, if it is one.
    name: Option<Text>,
    path: Option<Pointer>,
    from: Option<Pointer>,
    value: Option<Node>,
    /// The value by the letter, for `test` in a patch that is JSON.
    raw: Option<Node>,
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

const ACTIONS: [(&str, Action); 6] = [
    ("add", Action::Add),
    ("remove", Action::Remove),
    ("replace", Action::Replace),
    ("move", Action::Move),
    ("copy", Action::Copy),
    ("test", Action::Test),
];

/// Reads a patch. Text that begins with `[` must be JSON; any other is YAML 1.1, of which the first
/// document counts.
///
/// ```
/// use railsgen::patch::json6902;
/// use railsgen::source::Sources;
/// use railsgen::yaml::Limits;
///
/// let text = "- op: remove\n  path: /spec/replicas\n".to_string();
/// let source = Sources::new().add("patch.yaml", text).unwrap();
/// assert_eq!(json6902::parse(&source, &Limits::default()).unwrap().len(), 1);
/// ```
///
/// # Errors
/// When the text is no list of mappings. What is wrong within an operation is an error when it is
/// applied, as in the reference.
pub fn parse(source: &Arc<Source>, limits: &Limits) -> Result<Vec<Operation>> {
    let is_json = source.text().starts_with('[');
    let (root, raw) = match is_json {
        true => (
            json::parse_strict(source, limits.max_depth, Texts::Decoded)?,
            Some(json::parse_strict(source, limits.max_depth, Texts::Raw)?),
        ),
        false => match parse_document(source, limits)? {
            Some(root) => (json::from_yaml_1_1(&root)?, None),
            None => return Ok(Vec::new()),
        },
    };
    let list = match &root {
        Node::Sequence(list) => list,
        node if node.is_null() => return Ok(Vec::new()),
        other => {
            let message = format!("a JSON patch is a list of operations, not {}", other.describe());
            let error = Diagnostic::error(Code::Patch, message).at(other.span());
            return Err(Box::new(error.help("write each operation as an item: `- op: …`")));
        }
    };
    let raw_items = raw.as_ref().and_then(Node::as_sequence).map(|list| list.items.as_slice());
    let items = list.items.iter().enumerate();
    items.map(|(at, item)| operation(item, raw_items.and_then(|items| items.get(at)))).collect()
}

fn operation(item: &Node, raw: Option<&Node>) -> Result<Operation> {
    let empty = Mapping::new(item.span());
    let mapping = match item {
        Node::Mapping(mapping) => mapping,
        node if node.is_null() => &empty,
        other => {
            let message = format!("an operation is a mapping, not {}", other.describe());
            return Err(Box::new(Diagnostic::error(Code::Patch, message).at(other.span())));
        }
    };
    let text = |key: &str| match mapping.get(key) {
        Some(Node::Scalar(scalar)) if scalar.resolved_tag() == Tag::Str => {
            Some(scalar.text.clone())
        }
        _ => None,
    };
    let name = text("op");
    let action = name.as_ref().and_then(|name| {
        ACTIONS.iter().find(|(known, _)| *name == **known).map(|(_, action)| *action)
    });
    let value = mapping.get("value").cloned();
    let raw = raw.and_then(Node::as_mapping).and_then(|raw| raw.get("value")).cloned();
    Ok(Operation {
        action,
        name,
        path: text("path").map(Pointer::new),
        from: text("from").map(Pointer::new),
        value,
        raw,
        span: item.span(),
    })
}

/// Applies operations in order to an object.
///
/// # Errors
/// At the first that can't be carried out; the object is then half changed.
pub fn apply(root: &mut Node, operations: &[Operation]) -> Result<()> {
    operations.iter().try_for_each(|operation| operation.apply(root))
}

impl Operation {
    fn apply(&self, root: &mut Node) -> Result<()> {
        let Some(action) = self.action else { return Err(self.unknown()) };
        match action {
            Action::Add => self.add(root, self.new_value()),
            Action::Remove => self.remove(root, self.path()?).map(drop),
            Action::Replace => self.replace(root),
            Action::Move => {
                let value = self.remove(root, self.from()?)?;
                self.add(root, value)
            }
            Action::Copy => {
                let value = self.copied(root)?;
                self.add(root, value)
            }
            Action::Test => self.test(root),
        }
    }

    fn path(&self) -> Result<&Pointer> {
        self.path.as_ref().ok_or_else(|| self.missing("path"))
    }

    fn from(&self) -> Result<&Pointer> {
        self.from.as_ref().ok_or_else(|| self.missing("from"))
    }

    /// The value to write: null if there is none.
    fn new_value(&self) -> Node {
        self.value.clone().unwrap_or_else(|| Node::null(self.span))
    }

    fn add(&self, root: &mut Node, value: Node) -> Result<()> {
        let path = self.path()?;
        match path.parent(root) {
            Some(Parent::Mapping(mapping)) => {
                set(mapping, path.last(), path.text().span(), value);
                Ok(())
            }
            Some(Parent::Sequence(items)) => {
                let at = match path.last() {
                    "-" => items.len(),
                    index => path.index(index, items.len() + 1)?,
                };
                items.insert(at, value);
                Ok(())
            }
            None => Err(path.no_parent(root)),
        }
    }

    fn remove(&self, root: &mut Node, path: &Pointer) -> Result<Node> {
        match path.parent(root) {
            Some(Parent::Mapping(mapping)) => match mapping.remove(path.last()) {
                Some(entry) => {
                    // A key that is there twice is one key in JSON.
                    mapping.entries_mut().retain(|other| other.key.text != *path.last());
                    Ok(entry.value)
                }
                None => Err(path.no_key(mapping)),
            },
            Some(Parent::Sequence(items)) => {
                let at = path.index(path.last(), items.len())?;
                Ok(items.remove(at))
            }
            None => Err(path.no_parent(root)),
        }
    }

    fn replace(&self, root: &mut Node) -> Result<()> {
        let path = self.path()?;
        if path.text().is_empty() {
            let value = self.new_value();
            if value.as_scalar().is_some() {
                let message = "the whole object can only be replaced by another object";
                let error = Diagnostic::error(Code::Patch, message);
                return Err(Box::new(error.at(value.span()).or_at(self.span)));
            }
            *root = value;
            return Ok(());
        }
        let value = self.new_value();
        match path.parent(root) {
            Some(Parent::Mapping(mapping)) => {
                set(mapping, path.last(), path.text().span(), value);
                Ok(())
            }
            Some(Parent::Sequence(items)) => {
                let at = path.index(path.last(), items.len())?;
                items[at] = value;
                Ok(())
            }
            None => Err(path.no_parent(root)),
        }
    }

    fn copied(&self, root: &mut Node) -> Result<Node> {
        let from = self.from()?;
        match from.parent(root) {
            Some(Parent::Mapping(mapping)) => {
                let value = mapping.get(from.last()).cloned();
                Ok(value.unwrap_or_else(|| Node::null(self.span)))
            }
            Some(Parent::Sequence(items)) => {
                let at = from.index(from.last(), items.len())?;
                Ok(items[at].clone())
            }
            None => Err(from.no_parent(root)),
        }
    }

    fn missing(&self, field: &str) -> Box<Diagnostic> {
        let message = format!("this operation has no `{field}`");
        Box::new(Diagnostic::error(Code::Patch, message).at(self.span))
    }

    fn unknown(&self) -> Box<Diagnostic> {
        let names = ACTIONS.iter().map(|(name, _)| *name);
        let Some(name) = &self.name else { return self.missing("op") };
        let message = format!("there is no operation `{name}`");
        Box::new(
            Diagnostic::error(Code::Patch, message)
                .at(name.span())
                .suggest(name, names.clone())
                .note(format!("the operations are {}", names.collect::<Vec<_>>().join(", "))),
        )
    }
}

/// Puts a value under a key, which is written so that it stays a string.
fn set(mapping: &mut Mapping, key: &str, origin: Span, value: Node) {
    let mut entries = mapping.entries_mut().iter_mut().filter(|entry| entry.key.text == *key);
    if let Some(entry) = entries.next() {
        entry.value = value;
        return;
    }
    let key = Key::new(Text::made(key, origin), Style::DoubleQuoted, Tag::Auto);
    mapping.entries_mut().push(Entry { key, value });
}

#[cfg(test)]
mod tests;
