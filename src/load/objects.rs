//! From documents to objects: lists are taken apart, and what is no object is refused.

use thin_vec::ThinVec;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Source, Span, Text};
use crate::yaml::{self, Limits, Mapping, Node, Scalar, Stream, Style, Tag, Value};

/// The objects of a text that is read like a resource file.
///
/// # Errors
/// When it is no YAML or holds something else.
pub(crate) fn objects_of_text(
    source: &Arc<Source>,
    limits: &Limits,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Node>> {
    objects_of_stream(yaml::parse_stream(source, limits)?, source, warnings)
}

/// The objects of the documents of a resource file.
///
/// A single document of kind `List` gives its items in its place. Any other list of objects gives
/// its items behind everything else in the file.
///
/// # Errors
/// When a document is no object, or has no kind or name.
pub(crate) fn objects_of_stream(
    stream: Stream,
    source: &Source,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Node>> {
    for span in &stream.ignored {
        let warning = Diagnostic::warning(
            Code::DataLoss,
            "what follows a line of `...` is dropped, up to the next `---`",
        );
        warnings.push(warning.at(*span).help("separate documents by `---`"));
    }
    let single = stream.pieces == 1;
    let mut queue: VecDeque<Node> = VecDeque::with_capacity(stream.documents.len());
    for document in stream.documents {
        match document {
            Node::Mapping(mapping) if single && is_wrapper(&mapping) => {
                queue.extend(items(mapping))
            }
            document => queue.push_back(document),
        }
    }
    queue.retain(|node| !node.is_null() && !node.is_empty_collection());
    queue.iter().try_for_each(|node| check(node, source))?;
    let mut objects = Vec::with_capacity(queue.len());
    while let Some(node) = queue.pop_front() {
        let is_list = kind_of(&node).is_some_and(|kind| kind.ends_with("List"));
        // To find the items, the reference takes all of a list for values.
        if is_list {
            yaml::check_as_read(&node)?;
        }
        match node {
            Node::Mapping(mapping) if is_list && mapping.contains("items") => {
                expand(mapping, source, &mut queue)?;
            }
            node => objects.push(node),
        }
    }
    Ok(objects)
}

fn kind_of(node: &Node) -> Option<&Text> {
    node.as_mapping()?.text("kind")
}

/// Whether a document only wraps others: a `List` or `ResourceList`.
fn is_wrapper(mapping: &Mapping) -> bool {
    let kind = mapping.text("kind").map_or("", Text::as_str);
    matches!(kind, "List" | "ResourceList")
        && (mapping.contains("items") || mapping.contains("functionConfig"))
}

fn items(mut mapping: Mapping) -> ThinVec<Node> {
    match mapping.remove("items").map(|entry| entry.value) {
        Some(Node::Sequence(sequence)) => sequence.items,
        // The reference reads a mapping's keys and values as items; none of them is an object.
        Some(Node::Mapping(mapping)) => mapping
            .iter()
            .flat_map(|entry| [entry.key.clone().into(), entry.value.clone()])
            .collect(),
        _ => ThinVec::new(),
    }
}

/// Puts the items of a list at the end of the queue, as a trip through JSON leaves them.
fn expand(mut list: Mapping, source: &Source, queue: &mut VecDeque<Node>) -> Result<()> {
    let span = list.span();
    match list.remove("items").map(|entry| entry.value) {
        Some(Node::Sequence(sequence)) => {
            for mut item in sequence.items {
                if item.is_null() || item.is_empty_collection() {
                    continue;
                }
                through_json(&mut item)?;
                check(&item, source)?;
                queue.push_back(item);
            }
            Ok(())
        }
        Some(items) if !items.is_null() => {
            let message =
                format!("the `items` of a list must be a sequence, not {}", items.describe());
            Err(Box::new(
                Diagnostic::error(Code::NotAResource, message).at(items.span()).or_at(span),
            ))
        }
        _ => Ok(()),
    }
}

/// Refuses what is no object: the reference needs a kind, and a name unless it is a list.
fn check(node: &Node, source: &Source) -> Result<()> {
    let error = |message: &str, span: Span| {
        let span = if span.is_none() { source.span() } else { span };
        Diagnostic::error(Code::NotAResource, message).at(span)
    };
    let Node::Mapping(root) = node else {
        let message = format!("a resource must be a mapping, not {}", node.describe());
        return Err(Box::new(
            error(&message, node.span())
                .help("files that are no resources belong under `configMapGenerator`, `patches` …"),
        ));
    };
    let place = first_key(root);
    let Some(kind) = root.text("kind").filter(|kind| !kind.is_empty()) else {
        let is_kustomization = root.contains("resources") || root.contains("patches");
        let error = error("this object has no `kind`", place);
        return Err(Box::new(match is_kustomization {
            true => error.help("a kustomization is named by its directory, not by its file"),
            false => error.help("add `kind`, or take the file out of the kustomization"),
        }));
    };
    if kind.ends_with("List") {
        return Ok(());
    }
    let metadata = root.get("metadata").and_then(Node::as_mapping);
    let has_name =
        metadata.and_then(|metadata| metadata.text("name")).is_some_and(|n| !n.is_empty());
    if !has_name {
        let generate = metadata.is_some_and(|metadata| metadata.contains("generateName"));
        let error = error(&format!("this {kind} has no `metadata.name`"), kind.span());
        return Err(Box::new(match generate {
            true => error.help("`generateName` is for the cluster; a build needs a `name`"),
            false => error.help("add `name` under `metadata`"),
        }));
    }
    Ok(())
}

fn first_key(root: &Mapping) -> Span {
    root.entries().first().map_or(root.span(), |entry| entry.key.text.span())
}

/// What the reference has after writing an object as JSON and reading it as YAML again: braces and
/// brackets, every string in double quotes, every other value in its plain form.
fn through_json(node: &mut Node) -> Result<()> {
    match node {
        Node::Scalar(scalar) => {
            *scalar = scalar_through_json(scalar)?;
            Ok(())
        }
        Node::Sequence(sequence) => {
            sequence.set_flow(true);
            sequence.items.iter_mut().try_for_each(through_json)
        }
        Node::Mapping(mapping) => {
            mapping.set_flow(true);
            for entry in mapping.entries_mut() {
                yaml::json::check_key(&entry.key)?;
                entry.key.style = Style::DoubleQuoted;
                through_json(&mut entry.value)?;
            }
            Ok(())
        }
    }
}

fn scalar_through_json(scalar: &Scalar) -> Result<Scalar> {
    let span = scalar.text.span();
    let value = scalar.value().map_err(|error| {
        Box::new(Diagnostic::error(Code::InvalidValue, error.to_string()).at(span))
    })?;
    let plain = |text: String, tag| Scalar::new(Text::made(text, span), Style::Plain, tag);
    Ok(match value {
        Value::Null => plain("null".into(), Tag::Null),
        Value::Bool(value) => plain(value.to_string(), Tag::Bool),
        Value::Int(value) => plain(value.to_string(), Tag::Int),
        Value::Uint(value) => plain(value.to_string(), Tag::Int),
        Value::Float(value) => {
            let mut text = Vec::new();
            yaml::json::write_float_json(value, &mut text);
            plain(String::from_utf8_lossy(&text).into_owned(), Tag::Float)
        }
        Value::String(text) if text == scalar.text.as_str() => {
            Scalar::new(scalar.text.clone(), Style::DoubleQuoted, Tag::Auto)
        }
        Value::String(text) => {
            Scalar::new(Text::made(text.into_owned(), span), Style::DoubleQuoted, Tag::Auto)
        }
    })
}
