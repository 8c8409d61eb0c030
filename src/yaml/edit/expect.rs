//! The check of every edit: what the new text means is what the edits ask for.
//!
//! The edits are made on the nodes of the document, which come from the parser and know nothing of
//! how the text is written; the new text is parsed; and the two must be the same.

use thin_vec::ThinVec;

use std::collections::BTreeMap;
use std::ops::Range;

use super::plan::{At, Collection, Edits, Step};
use super::splice::{refusal, span};
use super::{Content, Document, Path};
use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Sources, Span, Text};
use crate::yaml::read::outline::{Form, Part};
use crate::yaml::{Entry, Mapping, Node, Scalar, Style, Tag, parse_document};

/// Checks a new text.
///
/// # Errors
/// When it is not what the edits ask for.
pub(super) fn check(document: &Document, edits: &Edits, text: &str) -> Result<()> {
    let place = edits.collections.iter().find_map(|(path, plan)| place(document, path, plan));
    let place = place.unwrap_or(0..0);
    let shared = edits.collections.iter().find_map(|(path, plan)| shared(document, path, plan));
    let refuse = || match &shared {
        Some((name, alias)) => Box::new(
            Diagnostic::error(Code::Edit, format!("this would change `*{name}`, too"))
                .at(span(document, place.clone()))
                .label(span(document, alias.clone()), "it is taken over here")
                .help("write it out where the alias stands, or change this line by hand"),
        ),
        None => {
            let message = "this edit can't be made without changing something else";
            refusal(document, place.clone(), message)
        }
    };
    let sources = Sources::new();
    let source = sources.add("", text.to_owned()).map_err(|_| refuse())?;
    let found = parse_document(&source, &document.limits).map_err(|problem| {
        let mut refusal = refuse();
        refusal.notes.push(format!("afterwards the file would be no YAML: {}", problem.message));
        refusal
    })?;
    let wanted = wanted(document, edits).ok_or_else(refuse)?;
    if is_same(wanted.as_ref(), found.as_ref()) { Ok(()) } else { Err(refuse()) }
}

/// Where the first edit of a collection is.
fn place(document: &Document, path: &Path, plan: &Collection) -> Option<std::ops::Range<usize>> {
    let part = super::splice::find(document, path).ok()?.part;
    let step = plan.changed.keys().next();
    let child = step.and_then(|step| super::splice::position(document, part, step).ok());
    let child = child.and_then(|index| part.children.get(index)).or(part.children.last())?;
    Some(child.start..child.value.end)
}

/// The name of an anchor on what an edit of a collection changes, and the first alias that stands
/// for it.
fn shared<'d>(
    document: &'d Document,
    path: &Path,
    plan: &Collection,
) -> Option<(&'d str, Range<usize>)> {
    let mut part = document.outline.root.as_ref()?;
    let mut around = vec![part];
    for step in path.steps() {
        let index = super::splice::position(document, part, step).ok()?;
        part = &part.children.get(index)?.value;
        around.push(part);
    }
    for step in plan.changed.keys() {
        let index = super::splice::position(document, part, step).ok()?;
        around.push(&part.children.get(index)?.value);
    }
    let text = document.text();
    around.into_iter().rev().find_map(|part| {
        let name = text.get(part.anchor.clone()?)?.strip_prefix('&')?;
        Some((name, alias_of(document, name)?))
    })
}

/// Where an alias stands.
fn alias_of(document: &Document, name: &str) -> Option<Range<usize>> {
    let mut waiting: Vec<&Part> = document.outline.root.iter().collect();
    while let Some(part) = waiting.pop() {
        let range = part.content..part.end;
        let found = document.text().get(range.clone())?;
        if part.form == Form::Alias && found.strip_prefix('*') == Some(name) {
            return Some(range);
        }
        waiting.extend(part.children.iter().rev().map(|child| &child.value));
    }
    None
}

/// The document's nodes with the edits made.
fn wanted(document: &Document, edits: &Edits) -> Option<Option<Node>> {
    let old = document.root.as_ref();
    let mut root = old.cloned();
    // The innermost first, so that the paths of the others still lead where they should.
    for (path, plan) in edits.collections.iter().rev() {
        let mut node = root.get_or_insert_with(|| Node::mapping(Span::NONE));
        for step in path.steps() {
            node = match (step, node) {
                (Step::Key(key), Node::Mapping(mapping)) => mapping.get_mut(key)?,
                (Step::Index(index), Node::Sequence(sequence)) => sequence.items.get_mut(*index)?,
                _ => return None,
            };
        }
        match node {
            Node::Mapping(mapping) => change_mapping(mapping, plan, old)?,
            Node::Sequence(sequence) => change_sequence(&mut sequence.items, plan, old)?,
            Node::Scalar(_) => return None,
        }
    }
    Some(root)
}

fn change_mapping(mapping: &mut Mapping, plan: &Collection, old: Option<&Node>) -> Option<()> {
    let mut entries: ThinVec<Entry> = ThinVec::with_capacity(mapping.len() + plan.inserted.len());
    let mut behind: Vec<String> = Vec::with_capacity(mapping.len());
    for entry in mapping.entries() {
        let key = entry.key.text.as_str();
        behind.push(key.to_owned());
        let change = plan.changed.get(&Step::Key(key.into()));
        let mut entry = entry.clone();
        if let Some(change) = change {
            if change.removed {
                continue;
            }
            if let Some(value) = &change.value {
                entry.value = node(value, old)?;
            }
            if let Some(key) = &change.key {
                entry.key = Scalar::string(Text::from(key.as_str()));
            }
        }
        entries.push(entry);
    }
    for insertion in &plan.inserted {
        let key = Scalar::string(Text::from(insertion.key.as_deref()?));
        if let At::Behind(key) = &insertion.at
            && !behind.iter().any(|known| **known == **key)
        {
            return None;
        }
        entries.push(Entry { key, value: node(&insertion.value, old)? });
    }
    *mapping = Mapping::from_entries(entries, mapping.span(), mapping.is_flow());
    Some(())
}

fn change_sequence(items: &mut ThinVec<Node>, plan: &Collection, old: Option<&Node>) -> Option<()> {
    let len = items.len();
    let mut inserted: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    for insertion in &plan.inserted {
        let at = match &insertion.at {
            At::End => len,
            At::Before(index) => (*index).min(len),
            At::Behind(_) => return None,
        };
        inserted.entry(at).or_default().push(node(&insertion.value, old)?);
    }
    let mut changed = ThinVec::with_capacity(len + plan.inserted.len());
    for (index, item) in items.drain(..).enumerate() {
        changed.extend(inserted.remove(&index).unwrap_or_default());
        match plan.changed.get(&Step::Index(index)) {
            Some(change) if change.removed => {}
            Some(change) => changed.push(match &change.value {
                Some(value) => node(value, old)?,
                None => item,
            }),
            None => changed.push(item),
        }
    }
    changed.extend(inserted.into_values().flatten());
    *items = changed;
    Some(())
}

/// New content as a node.
fn node(content: &Content, old: Option<&Node>) -> Option<Node> {
    Some(match content {
        Content::Text(text) => Scalar::new(text.as_str(), Style::DoubleQuoted, Tag::Auto).into(),
        Content::Int(value) => Scalar::int(*value, Span::NONE).into(),
        Content::Bool(value) => Scalar::new(value.to_string(), Style::Plain, Tag::Bool).into(),
        Content::List(items) => {
            let items = items.iter().map(|item| node(item, old)).collect::<Option<ThinVec<_>>>()?;
            Node::sequence(items, Span::NONE)
        }
        Content::Map(pairs) => {
            let mut mapping = Mapping::new(Span::NONE);
            for (key, value) in pairs {
                mapping.push(Scalar::string(Text::from(key.as_str())), node(value, old)?);
            }
            mapping.into()
        }
        Content::Copy(path) => copied(path, old)?,
        Content::CopyUnder(key, path) => {
            let mut mapping = Mapping::new(Span::NONE);
            mapping.push(Scalar::string(Text::from(key.as_str())), copied(path, old)?);
            mapping.into()
        }
    })
}

fn copied(path: &Path, old: Option<&Node>) -> Option<Node> {
    let found = path.steps().iter().try_fold(old?, |node, step| match step {
        Step::Key(key) => node.as_mapping()?.get(key),
        Step::Index(index) => node.as_sequence()?.items.get(*index),
    });
    found.cloned()
}

fn is_same(wanted: Option<&Node>, found: Option<&Node>) -> bool {
    let is_nothing = |node: Option<&Node>| node.is_none_or(Node::is_empty_collection);
    match (wanted, found) {
        (Some(wanted), Some(found)) => is_same_node(wanted, found),
        _ => is_nothing(wanted) && is_nothing(found),
    }
}

/// Whether two nodes mean the same by YAML 1.1. The order of keys has no meaning, and merge keys
/// change it.
fn is_same_node(wanted: &Node, found: &Node) -> bool {
    match (wanted, found) {
        (Node::Scalar(wanted), Node::Scalar(found)) => is_same_scalar(wanted, found),
        (Node::Sequence(wanted), Node::Sequence(found)) => {
            wanted.items.len() == found.items.len()
                && wanted.items.iter().zip(&found.items).all(|(a, b)| is_same_node(a, b))
        }
        (Node::Mapping(wanted), Node::Mapping(found)) => {
            let sorted = |mapping: &'_ Mapping| {
                let mut order: Vec<usize> = (0..mapping.len()).collect();
                order.sort_by_key(|at| mapping.entries()[*at].key.text.clone());
                order
            };
            wanted.len() == found.len()
                && sorted(wanted).into_iter().zip(sorted(found)).all(|(a, b)| {
                    let (a, b) = (&wanted.entries()[a], &found.entries()[b]);
                    is_same_scalar(&a.key, &b.key) && is_same_node(&a.value, &b.value)
                })
        }
        _ => false,
    }
}

fn is_same_scalar(wanted: &Scalar, found: &Scalar) -> bool {
    if wanted.text != found.text {
        return false;
    }
    let same_form = wanted.style.is_quoted() == found.style.is_quoted() && wanted.tag == found.tag;
    same_form || matches!((wanted.value_1_1(), found.value_1_1()), (Ok(a), Ok(b)) if a == b)
}
