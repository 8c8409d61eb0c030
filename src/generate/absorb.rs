//! How a generated object joins the resources that exist.

use super::object::data_value;
use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::check_name;
use crate::k8s::schema::Schema;
use crate::k8s::{Behavior, Resource, ResourceSet, bookkeeping, quirks};
use crate::source::{Span, Text};
use crate::yaml::{Key, Mapping, Node, Scalar, Tag};

/// Adds a generated resource: at the end, in the place of the one with its id, or merged with it,
/// as its behaviour says. `span` is the generator's entry.
///
/// # Errors
/// When what exists does not fit the behaviour.
pub(crate) fn absorb(
    set: &mut ResourceSet,
    resource: Resource,
    span: Span,
    schema: &Schema,
) -> Result<()> {
    let matches = matching(set, &resource);
    let behavior = resource.behavior.unwrap_or_default();
    match (matches.as_slice(), behavior) {
        ([], Behavior::Create | Behavior::Unspecified) => set.push(resource).map_err(|clash| {
            let (new, at) = *clash;
            exists(&new, &set.as_slice()[at], span)
        }),
        ([], _) => Err(nothing_to_merge(set, &resource, span)),
        ([at], Behavior::Create | Behavior::Unspecified) => {
            Err(exists(&resource, &set.as_slice()[*at], span))
        }
        ([at], _) => {
            set.change(*at, |old| combine(resource, old, behavior, schema).map(|new| *old = new))
        }
        (many, _) => {
            let mut error = Diagnostic::error(
                Code::Merge,
                format!("{} could be merged into several resources", resource.id()),
            )
            .at(span);
            for at in many {
                error = error.label(set.as_slice()[*at].name_span(), "one of them");
            }
            Err(Box::new(error.help("give the generator the `namespace` of the one it is for")))
        }
    }
}

/// The resources that have or had the id of a generated one.
fn matching(set: &mut ResourceSet, resource: &Resource) -> Vec<usize> {
    let id = resource.id();
    let named = set.named(&id.name);
    let fits = |at: &usize| {
        let other = &set.as_slice()[*at];
        other.id().api_version == id.api_version
            && other.any_ids().any(|(name, namespace, kind)| {
                id.name == *name && id.effective_namespace() == namespace && id.kind == *kind
            })
    };
    named.into_iter().filter(fits).collect()
}

/// The new resource with what the reference lets it keep of the old one.
///
/// # Errors
/// When data has an empty key.
fn combine(
    mut new: Resource,
    old: &mut Resource,
    behavior: Behavior,
    schema: &Schema,
) -> Result<Resource> {
    let span = new.span();
    let mut takes_over = true;
    for field in ["labels", "annotations"] {
        let united =
            united(old.node().at(&["metadata", field]), new.node().at(&["metadata", field]));
        if united.first().is_some_and(|(key, _)| key.is_empty()) {
            // The reference stops here, and does not look whether it could write them.
            match field {
                "annotations" => bookkeeping::lose(&mut new),
                _ => bookkeeping::empty_strings(&mut new, field),
            }
            takes_over = false;
            break;
        }
        if let Some(metadata) = new.metadata_mut() {
            metadata.remove(field);
            if !united.is_empty() {
                let mut map = Mapping::new(span);
                for (key, value) in united {
                    map.push(Key::plain(key), quirks::added_value(value, Tag::Str).into());
                }
                metadata.set(field, map.into());
            }
        }
    }
    if behavior == Behavior::Merge {
        for field in ["data", "binaryData"] {
            merge_data(&mut new, old.node(), field, span)?;
        }
    }
    if takes_over {
        take_over(&mut new, old);
    }
    if behavior == Behavior::Merge && old.origin.is_some() {
        new.origin = old.origin.take();
    }
    new.refresh(schema);
    Ok(new)
}

/// What the reference keeps in annotations, and the name.
fn take_over(new: &mut Resource, old: &mut Resource) {
    new.set_name(old.id().name.clone());
    new.set_namespace(old.id().namespace.clone());
    new.history = std::mem::take(&mut old.history);
    new.prefixes = std::mem::take(&mut old.prefixes);
    new.suffixes = std::mem::take(&mut old.suffixes);
    new.vars = std::mem::take(&mut old.vars);
    new.needs_hash &= old.needs_hash;
    new.behavior = old.behavior;
    new.has_bookkeeping |= old.has_bookkeeping;
    new.transformations = std::mem::take(&mut old.transformations);
}

fn merge_data(new: &mut Resource, old: &Node, field: &str, span: Span) -> Result<()> {
    let mut old = old.at(&[field]).cloned();
    // Here null is no text, unlike in labels and annotations.
    let values = old.iter_mut().filter_map(Node::as_mapping_mut).flat_map(Mapping::entries_mut);
    for value in values.map(|entry| &mut entry.value).filter(|value| value.is_null()) {
        *value = Node::string("");
    }
    let united = united(old.as_ref(), new.node().at(&[field]));
    let Some(root) = new.node_mut().as_mapping_mut() else { return Ok(()) };
    root.remove(field);
    let Some((first, _)) = united.first() else { return Ok(()) };
    check_name(first)?;
    let mut map = Mapping::new(span);
    for (key, value) in united {
        map.push(Key::plain(key), data_value(value));
    }
    root.set(field, map.into());
    Ok(())
}

/// The entries of both mappings as texts, sorted by key; those of the second win.
fn united(old: Option<&Node>, new: Option<&Node>) -> Vec<(Text, Text)> {
    let mut entries = std::collections::BTreeMap::new();
    for mapping in [old, new].into_iter().flatten().filter_map(Node::as_mapping) {
        for entry in mapping {
            let value = entry.value.as_scalar().map(|scalar: &Scalar| scalar.text.clone());
            entries.insert(entry.key.text.clone(), value.unwrap_or_default());
        }
    }
    entries.into_iter().collect()
}

fn exists(new: &Resource, old: &Resource, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::Merge, format!("{} exists already", new.id()))
            .label(span, "generated here")
            .label(old.name_span(), "exists here")
            .help("set `behavior: merge` or `behavior: replace`, or give it another name"),
    )
}

fn nothing_to_merge(set: &ResourceSet, new: &Resource, span: Span) -> Box<Diagnostic> {
    let message = format!("{} does not exist, so nothing can be merged into it", new.id());
    let error = Diagnostic::error(Code::Merge, message).at(span);
    let error = set.explain_missing(error, &new.id().kind, &new.id().name);
    Box::new(error.help("leave `behavior` out to create it"))
}
