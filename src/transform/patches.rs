//! Patches at work: finding the resources that a patch is for, and what a resource keeps whatever
//! a patch says.

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::check_name;
use crate::k8s::schema::Schema;
use crate::k8s::{Id, Resource, ResourceSet, bookkeeping};
use crate::patch::target::{Subject, Target};
use crate::patch::{json6902, merge};
use crate::source::{Span, Text};
use crate::yaml::{Entry, Mapping, Node, json};

/// A strategic merge patch: one object.
#[derive(Clone, Debug)]
pub(crate) struct MergePatch {
    pub(crate) resource: Resource,
    pub(crate) may_rename: bool,
    pub(crate) may_change_kind: bool,
}

impl MergePatch {
    /// A patch that may change what its annotations allow, as the reference notes it there.
    pub(crate) fn new(mut resource: Resource) -> MergePatch {
        bookkeeping::take_handwritten(&mut resource);
        MergePatch {
            may_rename: resource.allows_name_change,
            may_change_kind: resource.allows_kind_change,
            resource,
        }
    }
}

/// The resources that a target selects, by position.
///
/// # Errors
/// When a label selector is malformed and a resource is asked for its labels.
pub(crate) fn select(set: &mut ResourceSet, target: &Target) -> Result<Vec<usize>> {
    let mut selected = Vec::new();
    let opens_books = target.asks_for_annotation(bookkeeping::is_in_books);
    for at in set.perhaps_named(target.only_name().unwrap_or_default()) {
        let resource = &set.as_slice()[at];
        let id = resource.id();
        let with_books = opens_books.then(|| {
            let mut opened = resource.clone();
            bookkeeping::lay_open(&mut opened);
            opened
        });
        let subject = Subject {
            group: id.group(),
            version: id.version(),
            kind: &id.kind,
            names: [resource.original_name(), &id.name],
            namespaces: [resource.original_namespace(), id.effective_namespace()],
            labels: resource.labels(),
            annotations: with_books.as_ref().unwrap_or(resource).annotations(),
        };
        if target.matches(&subject)? {
            selected.push(at);
        }
    }
    Ok(selected)
}

/// The one resource that has or had the id of a patch.
///
/// # Errors
/// When there is none or there are several.
pub(crate) fn find_one(set: &mut ResourceSet, patch: &Resource) -> Result<usize> {
    let id = patch.id();
    let (name, kind) = (patch.original_name(), patch.original_kind());
    let named = set.named(name);
    let has_id = |at: &usize| {
        let other = &set.as_slice()[*at];
        other.id().api_version == id.api_version
            && other.any_ids().any(|former| former == (name, patch.original_namespace(), kind))
    };
    let fitting: Vec<usize> = named.iter().copied().filter(has_id).collect();
    match fitting.as_slice() {
        [one] => Ok(*one),
        [] => Err(no_match(set, patch, &named)),
        many => {
            let message = format!("patch for {id} fits {} resources", many.len());
            let mut error = Diagnostic::error(Code::PatchTarget, message).at(patch.name_span());
            for at in many.iter().take(4) {
                error = error.label(set.as_slice()[*at].name_span(), "one of them");
            }
            Err(Box::new(error.help("give the patch the namespace of the one that is meant")))
        }
    }
}

fn no_match(set: &ResourceSet, patch: &Resource, named: &[usize]) -> Box<Diagnostic> {
    let id = patch.id();
    let message = format!("patch for {id} matches no resource");
    let mut error = Diagnostic::error(Code::PatchTarget, message).at(patch.name_span());
    let near = named.iter().map(|at| &set.as_slice()[*at]).find(|other| other.id().kind == id.kind);
    if let Some(other) = near {
        error = error.label(other.name_span(), difference(id, other.id()));
        return Box::new(error.help("write the patch for the object as it is in the base"));
    }
    Box::new(set.explain_missing(error, &id.kind, &id.name))
}

/// In which part of their ids two resources of one name and kind differ.
fn difference(patch: &Id, found: &Id) -> String {
    if patch.api_version != found.api_version {
        return format!("this one has `apiVersion: {}`", found.api_version);
    }
    match found.namespace.as_str() {
        "" => "this one has no namespace".into(),
        namespace => format!("this one is in namespace `{namespace}`"),
    }
}

/// Applies a strategic merge patch to one resource. Namespace, name and kind stay, unless the
/// patch may change them.
///
/// # Errors
/// When the patch does not fit.
pub(crate) fn apply_merge(
    resource: &mut Resource,
    patch: &MergePatch,
    schema: &Schema,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let before = resource.id().clone();
    if patch.may_rename || patch.may_change_kind {
        resource.store_previous();
    }
    bookkeeping::empty_null(resource);
    let opens_books = opens_books(patch.resource.node());
    if opens_books {
        bookkeeping::lay_open(resource);
    } else if resource.has_bookkeeping
        && matches!(patch.resource.node().at(&["metadata", "annotations"]), Some(Node::Mapping(_)))
    {
        // The reference has some there, into which it merges.
        bookkeeping::ensure_annotations(resource);
    }
    let node = std::mem::replace(resource.node_mut(), Node::null(Span::NONE));
    let mut report = |warning| warnings.push(warning);
    let place = patch.resource.name_span();
    let merged = merge(node, patch.resource.node(), schema, &mut report)
        .map_err(|error| Box::new(error.note(format!("patching {before}")).or_at(place)))?;
    let Some(merged) = merged else { return Ok(()) };
    *resource.node_mut() = merged;
    resource.allows_name_change |= patch.may_rename;
    resource.allows_kind_change |= patch.may_change_kind;
    resource.refresh(schema);
    if resource.is_empty() {
        return Ok(());
    }
    if !patch.may_change_kind {
        resource.set_kind(before.kind.clone(), schema);
    }
    if !patch.may_rename {
        resource.set_name(before.name.clone());
    }
    resource.set_namespace(before.namespace.clone());
    if opens_books {
        bookkeeping::take_back(resource);
    }
    resource.refresh(schema);
    resource.sync_shares();
    Ok(())
}

/// Whether a patch takes annotations away as a whole, or those that the reference's books are in.
fn opens_books(patch: &Node) -> bool {
    let is_taken = |node: &Node| match node {
        Node::Mapping(mapping) => mapping.contains("$patch"),
        _ => true,
    };
    let Some(metadata) = patch.at(&["metadata"]) else { return false };
    let Some(annotations) = metadata.at(&["annotations"]) else { return is_taken(metadata) };
    let is_in_books =
        |mapping: &Mapping| mapping.iter().any(|entry| bookkeeping::is_in_books(&entry.key.text));
    is_taken(metadata) || is_taken(annotations) || annotations.as_mapping().is_some_and(is_in_books)
}

/// The patch as the reference applies it to a selected resource: of the resource's version, and
/// with labels and annotations rewritten as maps of strings.
///
/// # Errors
/// When labels or annotations are a list that can't be read.
pub(crate) fn for_target(patch: &MergePatch, id: &Id, schema: &Schema) -> Result<MergePatch> {
    let mut patch = patch.clone();
    let span = patch.resource.name_span();
    for field in ["labels", "annotations"] {
        bookkeeping::check_pairs(&patch.resource, field)?;
        if let Some(metadata) = patch.resource.metadata_mut() {
            bookkeeping::pair_list(metadata, field);
        }
        let strings = patch.resource.node().at(&["metadata", field]).and_then(Node::as_mapping);
        if strings.is_some_and(|strings| strings.contains("")) {
            bookkeeping::empty_strings(&mut patch.resource, field);
            break;
        }
        bookkeeping::rewrite_strings(&mut patch.resource, field);
    }
    let own = patch.resource.id().clone();
    patch.resource.set_kind(own.kind, schema);
    patch.resource.set_name(own.name);
    patch.resource.set_namespace(own.namespace);
    if let Some(root) = patch.resource.node_mut().as_mapping_mut() {
        let version = Text::made(id.api_version.as_str(), span);
        crate::k8s::write_field(root, "apiVersion", version);
    }
    patch.resource.refresh(schema);
    Ok(patch)
}

/// Applies a JSON patch to one resource. If `tracked`, a rename can be followed by references.
///
/// # Errors
/// When the patch does not fit.
pub(crate) fn apply_json(
    resource: &mut Resource,
    patch: &[json6902::Operation],
    tracked: bool,
    schema: &Schema,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    if tracked {
        resource.store_previous();
    }
    bookkeeping::empty_null(resource);
    let id = resource.id().clone();
    // The reference keeps books in annotations, so there are some by now.
    let opens_books = patch.iter().any(|operation| operation.touches(is_open));
    if opens_books {
        bookkeeping::lay_open(resource);
    } else if resource.has_bookkeeping {
        bookkeeping::ensure_annotations(resource);
        end_with_books(resource);
    }
    let keeps_books = resource.has_bookkeeping;
    let internal = internal_annotations(resource);
    let place = resource.name_span();
    let node = resource.node_mut();
    // What the patch takes away must have been JSON too.
    let applied = json::prepare(node)
        .and_then(|()| json6902::apply(node, patch))
        .and_then(|()| json::rebuild(node));
    let rounded = applied
        .map_err(|error| Box::new(error.note(format!("patching {id}")).label(place, "patched")))?;
    for span in rounded {
        let message = "this integer is above 2^53, and a JSON patch to its object rounds it";
        warnings.push(
            Diagnostic::warning(Code::DataLoss, message)
                .at(span)
                .help("write it as a string, or use a strategic merge patch"),
        );
    }
    resource.forget_shares();
    bookkeeping::check_pairs(resource, "annotations")?;
    if keeps_books && resource.metadata().is_none() {
        let message = format!("a patch left {id} without a mapping as its `metadata`");
        return Err(Box::new(
            Diagnostic::error(Code::NotAResource, message)
                .at(place)
                .help("patch what stands below `/metadata`"),
        ));
    }
    let keep_empty = resource.has_bookkeeping;
    if !internal.is_empty() {
        bookkeeping::ensure_annotations(resource);
        if let Some(Node::Mapping(annotations)) =
            resource.node_mut().at_mut(&["metadata", "annotations"])
        {
            internal.into_iter().for_each(|(key, value)| annotations.set(key, value));
        }
    }
    let mut annotations = resource.annotations().into_iter().flatten();
    if let Err(error) = annotations.try_for_each(|entry| check_name(&entry.key.text)) {
        if !tracked {
            return Err(error);
        }
        // The reference does not look whether it could write them.
        bookkeeping::lose(resource);
        resource.refresh(schema);
        return Ok(());
    }
    restore_annotations(resource, keep_empty);
    if opens_books {
        bookkeeping::take_back(resource);
        if keep_empty {
            bookkeeping::ensure_annotations(resource);
        }
    }
    resource.refresh(schema);
    Ok(())
}

/// The annotations that the reference puts back after a JSON patch.
fn internal_annotations(resource: &Resource) -> Vec<(Text, Node)> {
    let annotations = resource.annotations().into_iter().flat_map(Mapping::iter);
    annotations
        .filter(|Entry { key, .. }| bookkeeping::is_put_back(&key.text))
        .map(|entry| (entry.key.text.clone(), entry.value.clone()))
        .collect()
}

/// Whether a JSON pointer leads to all annotations or to those that the reference's books are in.
fn is_open(pointer: &str) -> bool {
    // What stands before the first slash does not count.
    let pointer = pointer.find('/').map_or("", |at| &pointer[at..]);
    match pointer.strip_prefix("/metadata") {
        Some("" | "/annotations") => true,
        Some(below) => below.strip_prefix("/annotations/").is_some_and(|key| {
            bookkeeping::is_in_books(&key.replace("~1", "/").replace("~0", "~"))
        }),
        None => false,
    }
}

/// Forgets the comment at the end of the document if what stands before it are the reference's books.
fn end_with_books(resource: &mut Resource) {
    let Some(root) = resource.node_mut().as_mapping_mut() else { return };
    let last_of = |mapping: &Mapping, key: &str| {
        mapping.entries().last().is_some_and(|entry| entry.key.text == *key)
    };
    let metadata = root.get("metadata").and_then(Node::as_mapping);
    if last_of(root, "metadata") && metadata.is_some_and(|last| last_of(last, "annotations")) {
        root.set_end_comment(false);
    }
}

/// After a JSON patch the reference writes all annotations anew, as strings.
fn restore_annotations(resource: &mut Resource, keep_empty: bool) {
    let has_some = matches!(
        resource.metadata().and_then(|metadata| metadata.get("annotations")),
        Some(Node::Mapping(_))
    );
    if has_some {
        bookkeeping::rewrite_strings(resource, "annotations");
    } else if let Some(metadata) = resource.metadata_mut() {
        metadata.remove("annotations");
    }
    if keep_empty {
        bookkeeping::ensure_annotations(resource);
    }
}
