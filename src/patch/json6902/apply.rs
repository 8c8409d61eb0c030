//! Applying a JSON patch to a resource.

use std::collections::HashSet;

use super::equal::equal;
use super::{EXAMPLE, Operation};
use crate::diag::{self, Code, Diagnostic};
use crate::source::{Span, Text};
use crate::yaml::{Key, Limits, Node, Style, Tag};

/// How many nodes the copies of one patch may add to a resource: each copy can double it.
const MAX_COPIED: usize = 1_000_000;

/// How many nodes may be counted for moves, which are measured because they can make a tree deep.
const MAX_MEASURED: usize = 50_000_000;

/// Applies the operations to a resource, in order.
///
/// The resource then still holds values of the patch beside its own;
/// [`rebuild`](crate::yaml::json::rebuild) makes them alike.
///
/// # Errors
/// When an operation is malformed or does not fit, with the resource half patched; and when the
/// result is not a mapping, too deep or too large.
pub fn apply(resource: &mut Node, patch: &[Operation]) -> diag::Result<()> {
    let mut patcher = Patcher {
        root: resource,
        copied: 0,
        measured: 0,
        max_depth: Limits::default().max_depth,
        odd: HashSet::new(),
    };
    for operation in patch {
        patcher.odd.extend(&operation.odd);
        patcher.carry_out(operation)?;
    }
    if patcher.root.as_mapping().is_none() {
        let span = patch.last().map_or(Span::NONE, |operation| operation.span);
        let message = format!("the patch leaves {}, not an object", patcher.root.describe());
        return Err(Box::new(Diagnostic::error(Code::Patch, message).at(span)));
    }
    Ok(())
}

struct Patcher<'r> {
    root: &'r mut Node,
    copied: usize,
    measured: usize,
    max_depth: usize,
    /// The oddly spelled scalars that the patch has brought so far.
    odd: HashSet<Span>,
}

impl Patcher<'_> {
    fn carry_out(&mut self, operation: &Operation) -> diag::Result<()> {
        match operation.op.as_deref() {
            Some("add") => {
                let path = operation.path()?;
                let value = operation.value_or_null();
                let height = height(&value, &mut 0);
                self.put(operation, path, value, height)
            }
            Some("remove") => self.find(operation, operation.path()?)?.remove().map(drop),
            Some("replace") => self.replace(operation),
            Some("move") => {
                let value = self.find(operation, operation.from()?)?.remove()?;
                let height = height(&value, &mut self.measured);
                self.put(operation, operation.path()?, value, height)
            }
            Some("copy") => {
                let mut copied = 0;
                let place = self.find(operation, operation.from()?)?;
                let source = place.get()?;
                let height = source.map_or(0, |node| height(node, &mut copied));
                // What a mapping has not is copied as null.
                let value = source.cloned().unwrap_or_else(|| Node::null(operation.span));
                self.copied += copied;
                self.put(operation, operation.path()?, value, height)
            }
            Some("test") => self.test(operation),
            Some(other) => {
                let span = operation.op.as_ref().map_or(operation.span, Text::span);
                let names = ["add", "remove", "replace", "move", "copy", "test"];
                let message = format!("unknown operation `{other}`");
                let problem = Diagnostic::error(Code::Patch, message).at(span);
                Err(Box::new(problem.suggest(other, names).help(EXAMPLE)))
            }
            None => Err(operation.lacks("op")),
        }
    }

    /// Adds a value of a known height.
    fn put(
        &mut self,
        operation: &Operation,
        path: &Text,
        value: Node,
        height: usize,
    ) -> diag::Result<()> {
        if self.copied > MAX_COPIED || self.measured > MAX_MEASURED {
            return Err(operation.too_large("copies or moves more nodes than a patch may"));
        }
        let max_depth = self.max_depth;
        let place = self.find(operation, path)?;
        if place.depth + height > max_depth {
            let what = format!("nests more than {max_depth} lists and mappings");
            return Err(operation.too_large(&what));
        }
        place.add(value)
    }

    fn replace(&mut self, operation: &Operation) -> diag::Result<()> {
        let path = operation.path()?;
        let value = operation.value_or_null();
        if path.is_empty() {
            if operation.value.is_none() {
                return Err(operation.lacks("value"));
            }
            if !operation.is_idle() {
                *self.root = value;
            }
            return Ok(());
        }
        let max_depth = self.max_depth;
        let place = self.find(operation, path)?;
        if place.depth + height(&value, &mut 0) > max_depth {
            let what = format!("nests more than {max_depth} lists and mappings");
            return Err(operation.too_large(&what));
        }
        place.replace(value)
    }

    fn test(&mut self, operation: &Operation) -> diag::Result<()> {
        let path = operation.path()?;
        let Some(wanted) = &operation.value else { return Err(operation.lacks("value")) };
        let odd = std::mem::take(&mut self.odd);
        let found =
            if path.is_empty() { Some(&*self.root) } else { self.find(operation, path)?.get()? };
        let is_equal = |odd| match found {
            Some(found) => equal(found, wanted, odd),
            None => wanted.is_null(),
        };
        if is_equal(&odd) {
            self.odd = odd;
            return Ok(());
        }
        let mut problem =
            Diagnostic::error(Code::Patch, format!("the test of `{path}` failed")).at(path.span());
        problem = problem.label(wanted.span(), "this is expected");
        problem = match found {
            Some(found) => problem.label(found.span(), "this is found"),
            None => problem.note("nothing is there"),
        };
        if is_equal(&HashSet::new()) {
            problem = problem
                .note("the values are equal, but written otherwise than the reference writes JSON")
                .help("write the patch as YAML, where only the values count");
        }
        Err(Box::new(problem))
    }

    /// The place that a path names. Its parents must exist.
    fn find<'o>(
        &mut self,
        operation: &'o Operation,
        path: &'o Text,
    ) -> diag::Result<Place<'_, 'o>> {
        // What stands before the first slash is not looked at.
        let Some((_, rest)) = path.split_once('/') else {
            let message = format!("`{path}` is no path: it must begin with `/`");
            return Err(operation.error(message, path.span()));
        };
        let (parents, key) = match rest.rsplit_once('/') {
            Some((parents, key)) => (Some(parents), key),
            None => (None, rest),
        };
        let mut node = &mut *self.root;
        let mut depth = 1;
        for part in parents.into_iter().flat_map(|parents| parents.split('/')) {
            let found = child(node, &decode(part)).filter(|at| !is_scalar_at(node, *at));
            let Some(at) = found else {
                return Err(operation.unreachable(path, part, node));
            };
            match node {
                Node::Mapping(mapping) => node = &mut mapping.entries_mut()[at].value,
                Node::Sequence(sequence) => node = &mut sequence.items[at],
                // A scalar has no child.
                Node::Scalar(_) => {}
            }
            depth += 1;
        }
        Ok(Place { parent: node, key: decode(key), depth, operation, path })
    }
}

/// A place in a collection, whether or not something is there.
struct Place<'n, 'o> {
    /// A mapping or a sequence.
    parent: &'n mut Node,
    key: String,
    /// How many collections are around the place.
    depth: usize,
    operation: &'o Operation,
    path: &'o Text,
}

impl<'n> Place<'n, '_> {
    /// What is there; nothing where a mapping has no such key.
    fn get(self) -> diag::Result<Option<&'n Node>> {
        let index = match &*self.parent {
            Node::Sequence(sequence) => Some(self.index(sequence.items.len(), false)?),
            _ => child(self.parent, &self.key),
        };
        Ok(match &*self.parent {
            Node::Mapping(mapping) => index.map(|at| &mapping.entries()[at].value),
            Node::Sequence(sequence) => index.map(|at| &sequence.items[at]),
            Node::Scalar(_) => None,
        })
    }

    fn add(self, value: Node) -> diag::Result<()> {
        let index = match &*self.parent {
            Node::Sequence(sequence) => self.index(sequence.items.len(), true)?,
            _ => 0,
        };
        match self.parent {
            Node::Sequence(sequence) => sequence.items.insert(index, value),
            _ => return self.replace(value),
        }
        Ok(())
    }

    /// Puts a value in the place of another one; in a mapping, also of none.
    fn replace(self, value: Node) -> diag::Result<()> {
        let index = match &*self.parent {
            Node::Sequence(sequence) => self.index(sequence.items.len(), false)?,
            _ => 0,
        };
        match self.parent {
            Node::Sequence(sequence) => sequence.items[index] = value,
            Node::Mapping(mapping) => match mapping.get_mut(&self.key) {
                Some(old) => *old = value,
                None => {
                    // A key of JSON is a string, whatever it looks like.
                    let text = Text::made(self.key, self.path.span());
                    mapping.push(Key::new(text, Style::Plain, Tag::Str), value);
                }
            },
            Node::Scalar(_) => {}
        }
        Ok(())
    }

    fn remove(self) -> diag::Result<Node> {
        let index = match &*self.parent {
            Node::Sequence(sequence) => Some(self.index(sequence.items.len(), false)?),
            _ => child(self.parent, &self.key),
        };
        let Some(at) = index else {
            return Err(self.operation.missing(self.path, &self.key, self.parent));
        };
        Ok(match self.parent {
            Node::Mapping(mapping) => mapping.entries_mut().remove(at).value,
            Node::Sequence(sequence) => sequence.items.remove(at),
            Node::Scalar(scalar) => scalar.clone().into(),
        })
    }

    /// The index that the key is in a list of this length.
    fn index(&self, len: usize, adding: bool) -> diag::Result<usize> {
        if self.key == "-" && adding {
            return Ok(len);
        }
        let places = if adding { len + 1 } else { len };
        if let Some(index) = resolve_index(&self.key, places) {
            return Ok(index);
        }
        let (key, path) = (&self.key, self.path);
        let message = match key.parse::<i64>() {
            Ok(_) => format!("`{path}` goes beyond the end of the list"),
            Err(_) => format!("`{key}` is no index of a list"),
        };
        let items = match len {
            1 => "this list has 1 item".to_owned(),
            _ => format!("this list has {len} items"),
        };
        let problem = Diagnostic::error(Code::Patch, message)
            .at(path.span())
            .label(self.parent.span(), items);
        Err(Box::new(match key.as_str() {
            "-" => problem.help("`-` is the place behind the last item, for `add` alone"),
            _ => problem.help("indexes count from 0; negative ones count from the end"),
        }))
    }
}

/// Where a child stands in a collection.
fn child(node: &Node, key: &str) -> Option<usize> {
    match node {
        Node::Mapping(mapping) => mapping.position(key),
        Node::Sequence(sequence) => resolve_index(key, sequence.items.len()),
        Node::Scalar(_) => None,
    }
}

fn is_scalar_at(node: &Node, at: usize) -> bool {
    let child = match node {
        Node::Mapping(mapping) => mapping.entries().get(at).map(|entry| &entry.value),
        Node::Sequence(sequence) => sequence.items.get(at),
        Node::Scalar(_) => None,
    };
    child.is_none_or(|child| child.as_scalar().is_some())
}

/// An index as Go reads it, signs and leading zeros allowed; negative ones count from the end.
fn resolve_index(key: &str, places: usize) -> Option<usize> {
    let index: i64 = key.parse().ok()?;
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => places.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    (index < places).then_some(index)
}

/// The text of a path's part. `~01` is `~1`: nothing is decoded twice.
fn decode(part: &str) -> String {
    if !part.contains('~') {
        return part.to_owned();
    }
    let mut decoded = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find('~') {
        decoded.push_str(&rest[..at]);
        let (text, len) = match rest.as_bytes().get(at + 1) {
            Some(b'0') => ("~", 2),
            Some(b'1') => ("/", 2),
            _ => ("~", 1),
        };
        decoded.push_str(text);
        rest = &rest[at + len..];
    }
    decoded.push_str(rest);
    decoded
}

/// How many collections stand inside of each other in a node; counts its nodes on the way.
fn height(node: &Node, count: &mut usize) -> usize {
    let mut highest = 0;
    let mut pending = vec![(node, 0)];
    while let Some((node, above)) = pending.pop() {
        *count += 1;
        match node {
            Node::Scalar(_) => highest = highest.max(above),
            Node::Sequence(sequence) => {
                highest = highest.max(above + 1);
                pending.extend(sequence.items.iter().map(|item| (item, above + 1)));
            }
            Node::Mapping(mapping) => {
                highest = highest.max(above + 1);
                pending.extend(mapping.iter().map(|entry| (&entry.value, above + 1)));
            }
        }
    }
    highest
}

impl Operation {
    fn path(&self) -> diag::Result<&Text> {
        self.path.as_ref().ok_or_else(|| self.lacks("path"))
    }

    fn from(&self) -> diag::Result<&Text> {
        self.from.as_ref().ok_or_else(|| self.lacks("from"))
    }

    fn value_or_null(&self) -> Node {
        self.value.clone().unwrap_or_else(|| Node::null(self.span))
    }

    fn name(&self) -> &str {
        self.op.as_deref().unwrap_or_default()
    }

    fn error(&self, message: String, span: Span) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(Code::Patch, message).at(span).or_at(self.span))
    }

    fn lacks(&self, member: &str) -> Box<Diagnostic> {
        let message = match member {
            "op" => "an operation without the text `op`".to_owned(),
            _ => format!("`{}` without `{member}`", self.name()),
        };
        Box::new(Diagnostic::error(Code::Patch, message).at(self.span).help(EXAMPLE))
    }

    fn too_large(&self, what: &str) -> Box<Diagnostic> {
        let message = format!("`{}` {what}", self.name());
        Box::new(Diagnostic::error(Code::TooLarge, message).at(self.span))
    }

    /// A parent of a place is missing, or is nothing that could hold the place.
    fn unreachable(&self, path: &Text, part: &str, reached: &Node) -> Box<Diagnostic> {
        let key = decode(part);
        let problem = Diagnostic::error(
            Code::Patch,
            format!("`{}` does not apply: `{path}` leads nowhere", self.name()),
        );
        let problem = problem.at(path.span());
        Box::new(match (reached, child(reached, &key)) {
            (Node::Mapping(mapping), Some(at)) => {
                let value = &mapping.entries()[at].value;
                problem.label(value.span(), format!("`{key}` is {}", value.describe()))
            }
            (Node::Sequence(sequence), Some(at)) => {
                let item = &sequence.items[at];
                problem.label(item.span(), format!("item `{key}` is {}", item.describe()))
            }
            (Node::Sequence(sequence), None) => problem.label(
                sequence.span(),
                format!("item `{key}` is missing: this list has {}", sequence.items.len()),
            ),
            (other, _) => {
                let keys = other.as_mapping().map_or(&[][..], |mapping| mapping.entries());
                problem
                    .label(other.span(), format!("there is no `{key}` in here"))
                    .suggest(&key, keys.iter().map(|entry| entry.key.text.as_str()))
                    .help("what is around a place must be there: add it first")
            }
        })
    }

    /// The mapping has no such key.
    fn missing(&self, path: &Text, key: &str, parent: &Node) -> Box<Diagnostic> {
        let keys = parent.as_mapping().map_or(&[][..], |mapping| mapping.entries());
        let message = format!("`{}` does not apply: there is no `{path}`", self.name());
        Box::new(
            Diagnostic::error(Code::Patch, message)
                .at(path.span())
                .label(parent.span(), format!("there is no `{key}` in here"))
                .suggest(key, keys.iter().map(|entry| entry.key.text.as_str())),
        )
    }
}
