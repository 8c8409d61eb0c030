//! The annotations in which the reference keeps its books while it builds.
//!
//! Here the books stand beside the node, in [`Resource`]. They are read from annotations where a
//! user wrote them by hand, and written into annotations for the time of an operation that looks
//! at all annotations or takes them away: what it does to the books is part of the result.

use std::collections::HashMap;
use std::sync::Arc;

use thin_vec::ThinVec;

use super::field_walk::{check_name, wrong_kind};
use super::history::{History, Lists};
use super::origin::{self, ResourceOrigin, text_of_all};
use super::quirks::added_value;
use super::resource::{Behavior, Resource};
use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Span, Text};
use crate::yaml::path;
use crate::yaml::{Entry, Key, Mapping, Node, Style, Tag};

/// The annotation that tells where a resource comes from.
pub(crate) const ORIGIN: &str = "config.kubernetes.io/origin";
/// The annotation that lists what has changed a resource.
pub(crate) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

const BOOKS: &str = "internal.config.kubernetes.io/";
/// Books of earlier versions, which were elsewhere.
const OLD_BOOKS: [&str; 3] =
    ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"];
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
const PREVIOUS_KINDS: &str = "internal.config.kubernetes.io/previousKinds";
const PREFIXES: &str = "internal.config.kubernetes.io/prefixes";
const SUFFIXES: &str = "internal.config.kubernetes.io/suffixes";
const BEHAVIOR: &str = "internal.config.kubernetes.io/generatorBehavior";
const ALLOW_NAME_CHANGE: &str = "internal.config.kubernetes.io/allowNameChange";
const ALLOW_KIND_CHANGE: &str = "internal.config.kubernetes.io/allowKindChange";
/// What stands in the annotations that allow or demand something.
const ENABLED: &str = "enabled";
const NEEDS_HASH: &str = "internal.config.kubernetes.io/needsHashSuffix";

/// Whether an annotation is one of those that the reference strips from its output.
pub(crate) fn is_bookkeeping(key: &str) -> bool {
    match key.strip_prefix(BOOKS) {
        Some(name) => matches!(
            name,
            "previousNames"
                | "previousNamespaces"
                | "previousKinds"
                | "prefixes"
                | "suffixes"
                | "refBy"
                | "generatorBehavior"
                | "needsHashSuffix"
                | "allowNameChange"
                | "allowKindChange"
                | "path"
                | "index"
                | "seqindent"
                | "id"
                | "annotations-migration-resource-id"
        ),
        None => OLD_BOOKS.contains(&key),
    }
}

/// Whether an annotation is one that the reference's books are in, those among them that a build
/// may be asked to print.
pub(crate) fn is_in_books(key: &str) -> bool {
    is_bookkeeping(key) || matches!(key, ORIGIN | TRANSFORMATIONS)
}

/// Rewrites labels or annotations as the reference does whenever it adds to its books there: as a
/// map of strings without braces, in which null has become its source text. An empty map goes, and
/// so does what is no map. Of a field that is there twice the second takes in the first.
pub(crate) fn rewrite_strings(resource: &mut Resource, field: &str) {
    if field == "annotations" {
        resource.has_annotations_in_null = false;
    }
    let Some(metadata) = resource.metadata_mut() else { return };
    pair_list(metadata, field);
    let Some(Node::Mapping(mapping)) = metadata.get_mut(field) else {
        metadata.remove(field);
        return;
    };
    mapping.set_flow(false);
    for entry in mapping.entries_mut() {
        entry.key.style = Style::Plain;
        entry.key.tag = Tag::Untagged;
        let text = match &entry.value {
            Node::Scalar(scalar) => scalar.text.clone(),
            other => Text::made("", other.span()),
        };
        entry.value = added_value(text, Tag::Str).into();
    }
    keep_last(mapping.entries_mut());
    let is_empty = mapping.is_empty();
    let is_it = |entry: &&Entry| entry.key.text == *field;
    if metadata.entries().iter().filter(is_it).count() > 1 {
        unite(metadata, field);
    } else if is_empty {
        metadata.remove(field);
    }
}

/// Makes a map of labels or annotations that are a list, as the reference reads it: each two items are
/// a key and a value.
pub(crate) fn pair_list(metadata: &mut Mapping, field: &str) {
    let Some(Node::Sequence(list)) = metadata.get_mut(field) else { return };
    let span = list.span();
    let mut pairs = Mapping::new(span);
    let mut items = std::mem::take(&mut list.items).into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        let key = key.as_scalar().map_or_else(|| Text::made("", span), |key| key.text.clone());
        pairs.push(Key::plain(key), value);
    }
    metadata.set(field, pairs.into());
}

/// Moves what is written of the first of two fields into the second: the reference takes the first
/// away, and then finds the other.
fn unite(metadata: &mut Mapping, field: &str) {
    let Some(first) = metadata.remove(field) else { return };
    let Node::Mapping(mut first) = first.value else { return };
    let Some(Node::Mapping(second)) = metadata.get_mut(field) else { return };
    let mut places = HashMap::with_capacity(second.len());
    for (at, entry) in second.iter().enumerate() {
        places.entry(entry.key.text.clone()).or_insert(at);
    }
    // The first has no key twice by now.
    for Entry { key, value } in first.entries_mut().drain(..) {
        match places.get(&key.text) {
            Some(at) => second.entries_mut()[*at].value = value,
            None => second.push(key, value),
        }
    }
}

/// What a map of strings keeps of entries: they are in the order of their keys, and of equal keys the
/// last stays.
pub(crate) fn keep_last(entries: &mut ThinVec<Entry>) {
    if entries.len() < 2 {
        return;
    }
    entries.sort_by(|a, b| a.key.text.cmp(&b.key.text));
    entries.reverse();
    entries.dedup_by(|earlier, later| earlier.key.text == later.key.text);
    entries.reverse();
}

/// Notes where a resource comes from. The reference only adds an annotation for that, and leaves the
/// others as they are.
///
/// # Errors
/// When its annotations can't take the note.
pub(crate) fn set_origin(resource: &mut Resource, origin: Arc<ResourceOrigin>) -> Result<()> {
    match resource.node().at(&["metadata", "annotations"]) {
        None | Some(Node::Mapping(_)) => {}
        Some(node) if node.is_null() => {}
        Some(other) => return Err(wrong_kind("a mapping", other)),
    }
    resource.make_room_for_bookkeeping();
    resource.origin = Some(origin);
    if let Some(Node::Mapping(annotations)) =
        resource.node_mut().at_mut(&["metadata", "annotations"])
    {
        annotations.remove(ORIGIN);
    }
    Ok(())
}

/// Refuses a resource whose origin was overwritten with what is none: no YAML, or no mapping.
///
/// # Errors
/// When there is such text.
pub(crate) fn check_origin(resource: &Resource) -> Result<()> {
    let Some(text) = resource.annotations().and_then(|map| map.text(ORIGIN)) else {
        return Ok(());
    };
    if origin::read(text).is_some() {
        return Ok(());
    }
    Err(no_note(ORIGIN, "tells no origin", resource))
}

/// Notes that a transformer has changed a resource, behind what its annotations say of earlier ones.
///
/// # Errors
/// When something else is written there.
pub(crate) fn add_transformation(
    resource: &mut Resource,
    origin: &Arc<ResourceOrigin>,
) -> Result<()> {
    if let Some(Node::Mapping(annotations)) =
        resource.node_mut().at_mut(&["metadata", "annotations"])
        && let Some(written) = annotations.text(TRANSFORMATIONS)
    {
        let Some(earlier) = origin::read_all(written) else {
            return Err(no_note(TRANSFORMATIONS, "is no list of origins", resource));
        };
        annotations.remove(TRANSFORMATIONS);
        resource.transformations = earlier.into_iter().map(Arc::new).collect();
    }
    resource.transformations.push(Arc::clone(origin));
    Ok(())
}

fn no_note(annotation: &str, problem: &str, resource: &Resource) -> Box<Diagnostic> {
    let message = format!("the annotation `{annotation}` of {} {problem}", resource.id());
    Box::new(
        Diagnostic::error(Code::InvalidValue, message)
            .at(resource.name_span())
            .note("builds keep their own notes on origins there")
            .help("choose another annotation for what is written there"),
    )
}

/// Refuses labels or annotations that are a list in which an item is left when each two are taken for
/// a key and a value: the reference crashes over it.
///
/// # Errors
/// When there is such a list.
pub(crate) fn check_pairs(resource: &Resource, field: &str) -> Result<()> {
    let strings = resource.node().at(&["metadata", field]);
    match strings.and_then(Node::as_sequence).filter(|list| list.items.len() % 2 == 1) {
        Some(list) => Err(is_list(resource, field, list.span())),
        None => Ok(()),
    }
}

/// Refuses annotations that are a list to which the reference had to add its books.
///
/// # Errors
/// When there is such a list.
pub(crate) fn check_room(resource: &Resource) -> Result<()> {
    let annotations = resource.node().at(&["metadata", "annotations"]);
    match annotations.and_then(Node::as_sequence).filter(|list| !list.items.is_empty()) {
        Some(list) if resource.has_bookkeeping => {
            Err(is_list(resource, "annotations", list.span()))
        }
        _ => Ok(()),
    }
}

fn is_list(resource: &Resource, field: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("the {field} of {} are a list and no mapping", resource.id());
    Box::new(
        Diagnostic::error(Code::NotAResource, message)
            .at(span)
            .or_at(resource.name_span())
            .help("write them as `key: value`"),
    )
}

/// Notes that the reference has added to its books, and rewritten all annotations in doing so.
///
/// # Errors
/// When one of them has an empty key, and when they are a list that can't be read.
pub(crate) fn add_to_books(resource: &mut Resource) -> Result<()> {
    resource
        .annotations()
        .into_iter()
        .flatten()
        .try_for_each(|entry| check_name(&entry.key.text))?;
    resource.has_bookkeeping = true;
    check_pairs(resource, "annotations")?;
    rewrite_strings(resource, "annotations");
    Ok(())
}

/// Honours books that a user wrote by hand, as the reference does.
pub(crate) fn take_handwritten(resource: &mut Resource) {
    if has_internal(resource) {
        read(resource);
    }
}

fn has_internal(resource: &Resource) -> bool {
    let annotations = resource.annotations().into_iter().flat_map(Mapping::iter);
    annotations.into_iter().any(|entry| is_internal(&entry.key.text))
}

/// Whether a dotted path leads to all annotations or to those that the reference's books are in.
pub(crate) fn opens_books(path: &str) -> bool {
    let segments = path::split(path);
    let mut segments = segments.iter().map(|segment| segment.trim());
    match (segments.next(), segments.next(), segments.next()) {
        (Some("*"), ..) | (Some("metadata"), None | Some("*"), _) => true,
        (Some("metadata"), Some("annotations"), key) => {
            key.is_none_or(|key| key == "*" || is_in_books(key))
        }
        _ => false,
    }
}

/// Changes a resource while its books stand in its annotations, if `opens_books`.
pub(crate) fn with_books<R>(
    resource: &mut Resource,
    opens_books: bool,
    change: impl FnOnce(&mut Resource) -> R,
) -> R {
    if opens_books {
        lay_open(resource);
    }
    let result = change(resource);
    if opens_books {
        take_back(resource);
    }
    result
}

/// Whether an annotation belongs to the reference's books, though it may know nothing of it.
pub(crate) fn is_internal(key: &str) -> bool {
    key.starts_with(BOOKS)
}

/// Whether an annotation is one that the reference puts back after a JSON patch.
pub(crate) fn is_put_back(key: &str) -> bool {
    is_internal(key) || OLD_BOOKS.contains(&key)
}

/// Whether an annotation is one of the books that stand beside the node here. The others of the
/// reference's books are there only if a user wrote them, and stay in the node until it is printed.
pub(crate) fn stands_beside(key: &str) -> bool {
    matches!(
        key,
        PREVIOUS_NAMES
            | PREVIOUS_NAMESPACES
            | PREVIOUS_KINDS
            | PREFIXES
            | SUFFIXES
            | BEHAVIOR
            | ALLOW_NAME_CHANGE
            | ALLOW_KIND_CHANGE
            | NEEDS_HASH
    )
}

/// Writes the books into the annotations, as they stand there in the reference.
pub(crate) fn lay_open(resource: &mut Resource) {
    if !resource.has_bookkeeping {
        return;
    }
    let join = |texts: &[Text]| texts.iter().map(Text::as_str).collect::<Vec<_>>().join(",");
    let Lists { names, namespaces, kinds } = resource.history.lists();
    let some = |list: &[Text]| (!list.is_empty()).then(|| list.to_vec());
    let lists = [
        (PREVIOUS_NAMES, names),
        (PREVIOUS_NAMESPACES, namespaces),
        (PREVIOUS_KINDS, kinds),
        (PREFIXES, some(&resource.prefixes)),
        (SUFFIXES, some(&resource.suffixes)),
    ];
    let lists = lists.into_iter().filter_map(|(key, list)| Some((key, join(&list?))));
    let mut books: Vec<(&str, String)> = lists.collect();
    if resource.allows_name_change {
        books.push((ALLOW_NAME_CHANGE, ENABLED.into()));
    }
    if resource.allows_kind_change {
        books.push((ALLOW_KIND_CHANGE, ENABLED.into()));
    }
    if let Some(behavior) = resource.behavior {
        books.push((BEHAVIOR, behavior.name().into()));
    }
    if resource.needs_hash {
        books.push((NEEDS_HASH, ENABLED.into()));
    }
    if let Some(origin) = &resource.origin {
        books.push((ORIGIN, origin.text()));
    }
    if !resource.transformations.is_empty() {
        books.push((TRANSFORMATIONS, text_of_all(&resource.transformations)));
    }
    ensure_annotations(resource);
    let Some(metadata) = resource.metadata_mut() else { return };
    let Some(Node::Mapping(annotations)) = metadata.get_mut("annotations") else { return };
    for (key, text) in books {
        if annotations.text(key).is_some_and(|written| says_more(key, written)) {
            continue;
        }
        let text = Text::made(text, annotations.span());
        annotations.set(key, added_value(text, Tag::Str).into());
    }
}

/// Whether a text that stands in the annotations can't be told from what is beside them. It is not
/// written over, and stays.
fn says_more(key: &str, text: &str) -> bool {
    match key {
        ORIGIN | TRANSFORMATIONS => true,
        ALLOW_NAME_CHANGE | ALLOW_KIND_CHANGE | NEEDS_HASH => text != ENABLED,
        BEHAVIOR => Behavior::from_name(text).name() != text,
        _ => false,
    }
}

/// Makes annotations where no mapping stands.
pub(crate) fn ensure_annotations(resource: &mut Resource) {
    let Some(metadata) = resource.metadata_mut() else { return };
    if !matches!(metadata.get("annotations"), Some(Node::Mapping(_))) {
        let span = metadata.span();
        metadata.set("annotations", Node::mapping(span));
    }
}

/// Makes annotations where null stands.
pub(crate) fn fill_null(resource: &mut Resource) {
    if let Some(metadata) = resource.metadata_mut()
        && metadata.get("annotations").is_some_and(Node::is_null)
    {
        let span = metadata.span();
        metadata.set("annotations", Node::mapping(span));
        resource.has_annotations_in_null = true;
    }
}

/// Loses annotations that were made where null stood, as the reference does when it patches.
pub(crate) fn empty_null(resource: &mut Resource) {
    if resource.has_annotations_in_null {
        lose(resource);
        if let Some(metadata) = resource.metadata_mut() {
            metadata.remove("annotations");
        }
    }
}

/// Does something to a resource for which annotations that were made where null stood are null.
pub(crate) fn without_filled_null<R>(
    resource: &mut Resource,
    change: impl FnOnce(&mut Resource) -> R,
) -> R {
    let annotations = |resource: &mut Resource, new: Node| {
        let old = resource.node_mut().at_mut(&["metadata", "annotations"]);
        old.map(|old| std::mem::replace(old, new))
    };
    let taken = match resource.has_annotations_in_null {
        true => annotations(resource, Node::null(Span::NONE)),
        false => None,
    };
    let result = change(resource);
    if let Some(taken) = taken {
        annotations(resource, taken);
    }
    result
}

/// Loses all annotations, and the books among them.
pub(crate) fn lose(resource: &mut Resource) {
    resource.has_annotations_in_null = false;
    resource.history = History::default();
    resource.prefixes.clear();
    resource.suffixes.clear();
    resource.transformations.clear();
    (resource.origin, resource.behavior) = (None, None);
    (resource.needs_hash, resource.has_bookkeeping) = (false, false);
    (resource.allows_name_change, resource.allows_kind_change) = (false, false);
    empty_strings(resource, "annotations");
}

/// Empties labels or annotations, as the reference does when it sets them and meets an empty key: it
/// has taken the old ones away by then, and can't write the new ones.
pub(crate) fn empty_strings(resource: &mut Resource, field: &str) {
    let Some(metadata) = resource.metadata_mut() else { return };
    metadata.remove(field);
    let span = metadata.span();
    metadata.set(field, Node::mapping(span));
}

/// Takes the books out of the annotations again, with what became of them.
pub(crate) fn take_back(resource: &mut Resource) {
    if resource.has_bookkeeping || has_internal(resource) {
        read(resource);
        take_origins(resource);
        strip(resource);
    }
}

fn read(resource: &mut Resource) {
    let empty = Mapping::default();
    let annotations = resource.annotations().unwrap_or(&empty);
    let get = |key: &str| annotations.text(key).cloned();
    let list = |key: &str| get(key).map(|text| split(&text));
    let lists = Lists {
        names: list(PREVIOUS_NAMES),
        namespaces: list(PREVIOUS_NAMESPACES),
        kinds: list(PREVIOUS_KINDS),
    };
    let prefixes = list(PREFIXES).unwrap_or_default();
    let suffixes = list(SUFFIXES).unwrap_or_default();
    let is_enabled = |key: &str| get(key).is_some_and(|text| text == ENABLED);
    let needs_hash = is_enabled(NEEDS_HASH);
    let allows_name_change = is_enabled(ALLOW_NAME_CHANGE);
    let allows_kind_change = is_enabled(ALLOW_KIND_CHANGE);
    let behavior = get(BEHAVIOR).map(|text| Behavior::from_name(&text));
    let has_some = annotations.iter().any(|entry| is_in_books(&entry.key.text));
    resource.history = History::new(lists);
    resource.prefixes = prefixes.into();
    resource.suffixes = suffixes.into();
    resource.needs_hash = needs_hash;
    resource.allows_name_change = allows_name_change;
    resource.allows_kind_change = allows_kind_change;
    resource.behavior = behavior;
    resource.has_bookkeeping = has_some;
}

fn split(text: &Text) -> Vec<Text> {
    text.split(',').map(|part| Text::made(part, text.span())).collect()
}

fn take_origins(resource: &mut Resource) {
    let has = |key: &str| resource.annotations().is_some_and(|map| map.contains(key));
    let (has_origin, has_transformations) = (has(ORIGIN), has(TRANSFORMATIONS));
    if !has_origin {
        resource.origin = None;
    }
    if !has_transformations {
        resource.transformations.clear();
    }
}

fn strip(resource: &mut Resource) {
    // What was written over a note on origins stays: it is printed in its place, or refused by
    // `check_origin` or `add_transformation`.
    let origin = resource.origin.as_ref().map(|origin| origin.text());
    let transformations = text_of_all(&resource.transformations);
    let mut is_rewritten = false;
    if let Some(Node::Mapping(annotations)) =
        resource.node_mut().at_mut(&["metadata", "annotations"])
    {
        annotations.entries_mut().retain(|entry| {
            let text = entry.value.as_scalar().map(|scalar| scalar.text.as_str());
            match entry.key.text.as_str() {
                ORIGIN => origin.as_ref().is_none_or(|origin| text != Some(origin)),
                TRANSFORMATIONS => {
                    is_rewritten = text != Some(&transformations);
                    is_rewritten
                }
                key => !stands_beside(key) || text.is_some_and(|text| says_more(key, text)),
            }
        });
    }
    if is_rewritten {
        resource.transformations.clear();
    }
}
