//! Annotations of the output: bookkeeping goes, every value becomes a string.

use thin_vec::ThinVec;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::check_name;
use crate::k8s::{Id, Resource, bookkeeping, text_of_all};
use crate::source::{Span, Text};
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Style, Tag, lose_null_keys};

/// Which of the annotations that a build can add are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) origin: bool,
    pub(super) transformations: bool,
}

/// Brings the annotations of a finished resource to the form in which the reference prints them.
///
/// It rewrites them as a map of strings: keys lose their quotes, values become their source text,
/// and of equal keys the last stays. An empty map goes. Where metadata has several maps of
/// annotations, they become one, with a warning.
///
/// # Errors
/// When a list stands in their place that can't be read, for an empty key, and when the metadata can't
/// hold them.
pub(super) fn settle(
    resource: &mut Resource,
    wanted: Wanted,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let origin = resource.origin.clone().filter(|_| wanted.origin);
    let transformations = match wanted.transformations {
        true => std::mem::take(&mut resource.transformations),
        false => ThinVec::new(),
    };
    let id = resource.id().clone();
    bookkeeping::check_pairs(resource, "annotations")?;
    bookkeeping::check_room(resource)?;
    let has_end_comment = resource.node().as_mapping().is_some_and(Mapping::has_end_comment);
    lose_null_keys(resource.node_mut());
    check_metadata(resource)?;
    let Some(metadata) = resource.metadata_mut() else { return Ok(()) };
    bookkeeping::pair_list(metadata, "annotations");
    let position = metadata.position("annotations");
    let mut entries = ThinVec::new();
    let mut has_further = false;
    if let Some(first) = position {
        entries = take_further(metadata, first, &id, warnings);
        if let Node::Mapping(mapping) = &mut metadata.entries_mut()[first].value {
            // Mostly there are no others, and nothing is copied.
            let mut own = std::mem::take(mapping.entries_mut());
            match entries.is_empty() {
                true => entries = own,
                false => {
                    // The reference looks for its books among the first ones only.
                    own.retain(|entry| !bookkeeping::is_bookkeeping(&entry.key.text));
                    entries.append(&mut own);
                    has_further = true;
                }
            }
        }
    }
    // What stands there of origins was written over what is in the books.
    let is_overwritten = |entry: &Entry| match entry.key.text.as_str() {
        bookkeeping::ORIGIN => wanted.origin,
        bookkeeping::TRANSFORMATIONS => wanted.transformations,
        _ => false,
    };
    let has = |key: &str| entries.iter().any(|entry| entry.key.text == *key);
    let origin = origin.filter(|_| !has(bookkeeping::ORIGIN));
    entries.retain(|entry| {
        let key = &entry.key.text;
        let goes = match has_further {
            true => matches!(key.as_str(), bookkeeping::ORIGIN | bookkeeping::TRANSFORMATIONS),
            false => bookkeeping::is_in_books(key),
        };
        is_overwritten(entry) || !goes
    });
    entries.iter().try_for_each(|entry| check_name(&entry.key.text))?;
    entries.iter_mut().for_each(as_string);
    let mut add = |key: &str, text: String| {
        let value = Scalar::new(Text::made(text, Span::NONE), Style::Literal, Tag::Str);
        entries.push(Entry { key: Key::plain(key), value: value.into() });
    };
    if let Some(origin) = origin {
        add(bookkeeping::ORIGIN, origin.text());
    }
    if !transformations.is_empty() {
        add(bookkeeping::TRANSFORMATIONS, text_of_all(&transformations));
    }
    bookkeeping::keep_last(&mut entries);
    match (position, entries.is_empty()) {
        (Some(at), true) => {
            metadata.entries_mut().remove(at);
        }
        (None, true) => {}
        (at, false) => {
            let span = metadata.span();
            if at.is_none() || !matches!(metadata.get("annotations"), Some(Node::Mapping(_))) {
                metadata.set("annotations", Node::mapping(span));
            }
            if let Some(Node::Mapping(mapping)) = metadata.get_mut("annotations") {
                mapping.set_flow(false);
                *mapping.entries_mut() = entries;
            }
            // The reference writes them behind everything else there, but only where the document
            // ends does that show.
            if has_end_comment && let Some(annotations) = metadata.remove("annotations") {
                metadata.entries_mut().push(annotations);
            }
        }
    }
    Ok(())
}

/// Refuses metadata that can't hold annotations.
fn check_metadata(resource: &Resource) -> Result<()> {
    match resource.node().at(&["metadata"]) {
        None | Some(Node::Mapping(_)) => Ok(()),
        Some(node) if node.is_null() => Ok(()),
        Some(node) => Err(Box::new(
            Diagnostic::error(
                Code::NotAResource,
                format!(
                    "the `metadata` of {} is {}, not a mapping",
                    resource.id(),
                    node.describe()
                ),
            )
            .at(node.span())
            .or_at(resource.name_span())
            .help("write it as a mapping, or leave it out"),
        )),
    }
}

/// Takes what stands in further maps of annotations, the last one's first: what stands in an earlier
/// one counts more. Other values than maps stay, and are refused as keys that stand twice.
fn take_further(
    metadata: &mut Mapping,
    first: usize,
    id: &Id,
    warnings: &mut Vec<Diagnostic>,
) -> ThinVec<Entry> {
    let is_further = |entry: &Entry| {
        entry.key.text == *"annotations"
            && (entry.value.is_null() || entry.value.as_mapping().is_some())
    };
    let mut further = Vec::new();
    for at in (first + 1..metadata.len()).rev() {
        if is_further(&metadata.entries()[at]) {
            further.push(metadata.entries_mut().remove(at));
        }
    }
    if let Some(last) = further.first() {
        let message = format!("{id} has `annotations` twice, which become one");
        let warning = Diagnostic::warning(Code::DuplicateKey, message)
            .label(last.key.text.span(), "again here")
            .label(metadata.entries()[first].key.text.span(), "first here")
            .or_at(id.name.span())
            .help("put them together: most other programs drop one of the two or refuse the file");
        warnings.push(warning);
    }
    let maps = further.into_iter().filter_map(|mut entry| match &mut entry.value {
        Node::Mapping(mapping) => Some(std::mem::take(mapping.entries_mut())),
        _ => None,
    });
    maps.flatten().collect()
}

/// What a rewrite as a map of strings makes of an entry.
fn as_string(entry: &mut Entry) {
    entry.key.style = Style::Plain;
    entry.key.tag = Tag::Untagged;
    match &mut entry.value {
        Node::Scalar(scalar) => {
            scalar.style = Style::Plain;
            scalar.tag = Tag::Str;
        }
        other => *other = Node::string(Text::made("", other.span())),
    }
}
