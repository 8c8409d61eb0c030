//! `replacements`: a value copied from one field into others.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ptr;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::label_selector::LabelSelector;
use crate::k8s::schema::Schema;
use crate::k8s::{Resource, ResourceSet, bookkeeping, effective_namespace};
use crate::kustomization::patches::{ObjectSelector, Selector};
use crate::kustomization::replacements::{
    FieldOptions, Replacement, SourceSelector, TargetSelector,
};
use crate::source::{Span, Text};
use crate::yaml::path::{self, Make, PathError, TargetPath};
use crate::yaml::{Node, Scalar, Tag};

/// A text that has a part replaced may become so long, in bytes: longer than anything that a cluster
/// stores. A text that takes itself for a part doubles each time.
const MAX_TEXT: usize = 4 << 20;

/// How many nodes the copies of lists and mappings may have in one run: a value that is copied into
/// itself doubles each time.
const MAX_COPIED: usize = 2_000_000;

/// Carries replacements out, in order: each sees what earlier ones did.
///
/// # Errors
/// When a source is not exactly one field, or a target field does not exist.
pub(crate) fn apply(
    set: &mut ResourceSet,
    replacements: &[&Replacement],
    schema: &Schema,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let mut copied = 0;
    for replacement in replacements {
        let Some(source) = replacement.source.as_ref().filter(|_| replacement.targets.is_present())
        else {
            return Err(incomplete(replacement));
        };
        let mut value = source_value(set, source)?;
        for target in &replacement.targets {
            apply_target(set, &mut value, target, schema, &mut copied, warnings)?;
        }
    }
    Ok(())
}

/// What is copied.
struct SourceValue {
    value: Node,
    /// Where it stands: the position of its resource, and the place in that. Nothing for a part of it.
    ///
    /// To the reference the value is that field itself: once a target of the same replacement
    /// changes the field, further targets get what it has become.
    field: Option<(usize, Vec<usize>)>,
    /// Whether the reference's books are a part of it.
    opens_books: bool,
}

impl SourceValue {
    /// Looks at the field again, after its resource has been changed.
    fn follow(&mut self, node: &Node) {
        if let Some((_, place)) = &self.field
            && let Some(value) = path::at(node, place)
        {
            self.value = value.clone();
        }
    }

    /// Whether one of these fields is a list or mapping that the field stands in.
    fn stands_below(&self, node: &Node, fields: &HashSet<*const Node>) -> bool {
        let place = self.field.as_ref().map_or(&[][..], |(_, place)| place);
        let mut above = (0..place.len()).filter_map(|depth| path::at(node, &place[..depth]));
        above.any(|node| fields.contains(&ptr::from_ref(node)))
    }

    /// The places in the value of those fields of its resource that are a part of it.
    fn parts(
        &self,
        node: &Node,
        fields: &HashSet<*const Node>,
    ) -> HashMap<*const Node, Vec<usize>> {
        let mut parts = HashMap::new();
        let place = self.field.as_ref().map(|(_, place)| place);
        let source = place.and_then(|place| path::at(node, place));
        let mut pending: Vec<_> = source.map(|source| (source, Vec::new())).into_iter().collect();
        while let Some((node, place)) = pending.pop() {
            pending.extend((0..).map_while(|at| {
                let mut place = place.clone();
                place.push(at);
                Some((path::at(node, &[at])?, place))
            }));
            let node = ptr::from_ref(node);
            if fields.contains(&node) {
                parts.insert(node, place);
            }
        }
        parts
    }
}

/// The one value that a source names, with its part picked.
fn source_value(set: &mut ResourceSet, source: &SourceSelector) -> Result<SourceValue> {
    let error = |message: String| Diagnostic::error(Code::Replacement, message).at(source.span);
    let near = set.perhaps_named(&source.id.name);
    let near = near.into_iter().map(|at| (at, &set.as_slice()[at]));
    let mut fitting = near.filter(|(_, resource)| is_selected(resource, &source.id));
    let (at, resource) = match (fitting.next(), fitting.next()) {
        (Some(one), None) => one,
        (None, _) => {
            let error = error(format!("no resource is {}", describe(&source.id)));
            let (kind, name) = (&source.id.kind, &source.id.name);
            return Err(Box::new(set.explain_missing(error, kind, name)));
        }
        (Some((_, first)), Some((_, second))) => {
            return Err(Box::new(
                error(format!("several resources are {}", describe(&source.id)))
                    .label(first.name_span(), "one of them")
                    .label(second.name_span(), "another one")
                    .help("add a `kind`, `name` or `namespace` that only one of them has"),
            ));
        }
    };
    let field_path = path_or_name(&source.field_path, source.span);
    let opened;
    let mut node = resource.node();
    if bookkeeping::opens_books(&field_path) {
        let mut copy = resource.clone();
        bookkeeping::lay_open(&mut copy);
        opened = copy.into_node();
        node = &opened;
    }
    let path = path::split(&field_path);
    let is_in_null = |path: &[String]| {
        resource.has_annotations_in_null && path.len() > 2 && leads_to_annotations(path)
    };
    let found = path::locate(node, &path)
        .map_err(|problem| path_error(&problem, &field_path, resource))?
        .filter(|_| !is_in_null(&path))
        .and_then(|place| path::at(node, &place).map(|value| (place, value)))
        .filter(|(_, value)| !value.is_null() && !value.is_empty_collection());
    let Some((place, value)) = found else {
        let message = format!("{} has no value at `{field_path}`", resource.id());
        let problem = Diagnostic::error(Code::Replacement, message)
            .at(field_path.span())
            .label(resource.name_span(), "this resource");
        return Err(Box::new(suggest_key(problem, node, &path)));
    };
    let options = source.options.as_ref().filter(|options| !options.delimiter.is_empty());
    Ok(match options {
        Some(options) => {
            SourceValue { value: pick(value, options)?, field: None, opens_books: false }
        }
        None => {
            let opens_books = bookkeeping::opens_books(&field_path);
            SourceValue { value: value.clone(), field: Some((at, place)), opens_books }
        }
    })
}

/// Names the key that may be meant where a path leaves what is there.
fn suggest_key(problem: Diagnostic, node: &Node, path: &[String]) -> Diagnostic {
    let reached = |depth: usize| path::get(node, &path[..depth]).ok().flatten();
    let last = (0..path.len()).rev().find_map(|depth| Some((depth, reached(depth)?)));
    match last {
        Some((depth, Node::Mapping(found))) => {
            problem.suggest(&path[depth], found.iter().map(|entry| entry.key.text.as_str()))
        }
        _ => problem,
    }
}

/// The part of a source value that its options name.
fn pick(value: &Node, options: &FieldOptions) -> Result<Node> {
    let Node::Scalar(scalar) = value else { return Err(not_scalar(value, options)) };
    let text = raw_text(scalar);
    let part = usize::try_from(options.index.value)
        .ok()
        .and_then(|index| split_text(&text, &options.delimiter).nth(index));
    match part {
        Some(part) => {
            let origin = scalar.text.span();
            let part = Text::made(part, origin);
            Ok(Node::Scalar(Scalar {
                text: part,
                tag: settled_tag(scalar),
                share: 0,
                ..scalar.clone()
            }))
        }
        None => {
            let message = format!(
                "index {} is outside of the parts of the source's value",
                options.index.value
            );
            let error = Diagnostic::error(Code::Replacement, message);
            Err(Box::new(error.at(options.index.span).or_at(options.span)))
        }
    }
}

fn apply_target(
    set: &mut ResourceSet,
    value: &mut SourceValue,
    target: &TargetSelector,
    schema: &Schema,
    copied: &mut usize,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let Some(select) = &target.select else {
        let message = "a target needs a `select`, which may be empty for all resources";
        return Err(Box::new(Diagnostic::error(Code::Replacement, message).at(target.span)));
    };
    let select_on = Selection::new(select)?;
    let rejects = target.reject.iter().map(Selection::new).collect::<Result<Vec<_>>>()?;
    let default_path = [path_or_name(&Text::default(), target.span)];
    let paths = if target.field_paths.is_empty() { &default_path } else { &*target.field_paths };
    let mut compiled: Option<Vec<(&Text, TargetPath)>> = None;
    let mut hit = false;
    for at in set.perhaps_named(&select.id.name) {
        let resource = &set.as_slice()[at];
        let rejected = rejects.iter().any(|reject| reject.rejects(resource));
        if rejected || !select_on.selects(resource) {
            continue;
        }
        hit = true;
        // What is wrong with a path is looked at when there is something to find by it.
        let paths = match &mut compiled {
            Some(compiled) => compiled,
            none => none.insert(paths.iter().map(target_path).collect::<Result<_>>()?),
        };
        let holds_source = value.field.as_ref().is_some_and(|(source, _)| *source == at);
        set.change(at, |resource| {
            let written =
                write_target(resource, value, holds_source, paths, target.options.as_ref(), copied);
            resource.refresh(schema);
            written
        })?;
    }
    if !hit {
        let warning = Diagnostic::warning(Code::NoEffect, "this target selects no resource");
        warnings.push(warning.at(select.span).or_at(target.span));
    }
    Ok(())
}

fn target_path(text: &Text) -> Result<(&Text, TargetPath)> {
    TargetPath::new(text).map(|path| (text, path)).map_err(|problem| bad_path(&problem, text))
}

/// The error for a replacement that lacks one of its parts.
pub(crate) fn incomplete(replacement: &Replacement) -> Box<Diagnostic> {
    let message = "a replacement needs a `source` and `targets`";
    Box::new(Diagnostic::error(Code::Replacement, message).at(replacement.span))
}

/// Writes the value to all fields of one resource that the paths lead to.
fn write_target(
    resource: &mut Resource,
    value: &mut SourceValue,
    holds_source: bool,
    paths: &[(&Text, TargetPath)],
    options: Option<&FieldOptions>,
    copied: &mut usize,
) -> Result<()> {
    let opens_books = (holds_source && value.opens_books)
        || paths.iter().any(|(text, _)| bookkeeping::opens_books(text));
    let creates = options.is_some_and(|options| options.create.value);
    let mut write = |resource: &mut Resource| -> Result<()> {
        for (text, path) in paths {
            match holds_source {
                true => write_beside_source(resource, value, text, path, options, copied)?,
                false => write_field(resource, &value.value, text, path, options, copied)?,
            }
            // The next path may take away what was written.
            resource.sync_shares();
        }
        Ok(())
    };
    bookkeeping::with_books(resource, opens_books, |resource| {
        if !creates {
            return bookkeeping::without_filled_null(resource, write);
        }
        if paths.iter().any(is_annotation) {
            // What the reference makes below null never shows, but for annotations.
            bookkeeping::fill_null(resource);
        }
        write(resource)
    })
}

fn is_annotation((path, _): &(&Text, TargetPath)) -> bool {
    let segments = path::split(path);
    segments.len() > 2 && leads_to_annotations(&segments)
}

fn leads_to_annotations(path: &[String]) -> bool {
    matches!(path, [metadata, annotations, ..]
        if metadata.trim() == "metadata" && annotations.trim() == "annotations")
}

/// Writes the value to every field that a path leads to in a resource.
fn write_field(
    resource: &mut Resource,
    value: &Node,
    text: &Text,
    path: &TargetPath,
    options: Option<&FieldOptions>,
    copied: &mut usize,
) -> Result<()> {
    let make = make_like(value, options);
    visit(resource, text, path, make, &mut |field| write_value(field, value, options, copied))?;
    Ok(())
}

/// The same in the resource that the value stands in: what is written or made there may change it.
fn write_beside_source(
    resource: &mut Resource,
    value: &mut SourceValue,
    text: &Text,
    path: &TargetPath,
    options: Option<&FieldOptions>,
    copied: &mut usize,
) -> Result<()> {
    let make = make_like(&value.value, options);
    let mut fields: HashSet<*const Node> = HashSet::new();
    visit(resource, text, path, make, &mut |field| {
        fields.insert(ptr::from_ref(field));
        Ok(())
    })?;
    value.follow(resource.node());
    let parts = value.parts(resource.node(), &fields);
    let is_replaced = value.stands_below(resource.node(), &fields);
    visit(resource, text, path, make, &mut |field| {
        let part = parts.get(&ptr::from_ref(field));
        let new = value.value.clone();
        write_value(field, &new, options, copied)?;
        match part.and_then(|place| path::at_mut(&mut value.value, place)) {
            Some(part) => write_value(part, &new, options, copied),
            None => Ok(()),
        }
    })?;
    if is_replaced {
        // The field is no part of the resource any more. It stays as it was.
        value.field = None;
    }
    Ok(())
}

fn make_like(value: &Node, options: Option<&FieldOptions>) -> Option<Make> {
    options.is_some_and(|options| options.create.value).then(|| Make::like(value))
}

/// Calls `write` on every field that a path leads to; says how many there are.
fn visit(
    resource: &mut Resource,
    text: &Text,
    path: &TargetPath,
    make: Option<Make>,
    write: &mut dyn FnMut(&mut Node) -> Result<()>,
) -> Result<usize> {
    let mut problem = None;
    let found = path.visit(resource.node_mut(), make, text.span(), &mut |field| {
        write(field).map_err(|error| {
            problem = Some(error);
            // The error itself is kept beside the walk.
            PathError::NoMatch(String::new())
        })
    });
    if let Some(problem) = problem {
        return Err(Box::new(problem.or_at(text.span())));
    }
    match found {
        Err(error) => Err(path_error(&error, text, resource)),
        Ok(0) => {
            let made = if make.is_some() { "found or made" } else { "found" };
            let message = format!("no field `{text}` can be {made} in {}", resource.id());
            let mut error = Diagnostic::error(Code::Replacement, message)
                .at(text.span())
                .label(resource.name_span(), "this resource is selected");
            if make.is_none() {
                error = error.help("set `options: {create: true}` to make it");
            }
            Err(Box::new(error))
        }
        Ok(count) => Ok(count),
    }
}

/// A scalar only takes the text over: its quotes and type stay. Anything else is replaced.
fn write_value(
    field: &mut Node,
    value: &Node,
    options: Option<&FieldOptions>,
    copied: &mut usize,
) -> Result<()> {
    let delimited = options.filter(|options| !options.delimiter.is_empty());
    let Node::Scalar(scalar) = field else {
        if let Some(options) = delimited {
            return Err(not_scalar(field, options));
        }
        *copied += count(value);
        if *copied > MAX_COPIED {
            return Err(too_many_nodes());
        }
        *field = value.clone();
        forget_shares(field);
        return Ok(());
    };
    let new: Cow<'_, str> = match value {
        Node::Scalar(value) => raw_text(value),
        _ => "".into(),
    };
    let text = match delimited {
        Some(options) => {
            let old = scalar.text.clone();
            let text = with_part(&old, &new, options);
            if text.len() > MAX_TEXT {
                return Err(too_long(options));
            }
            Text::made(text, value.span())
        }
        None => match value {
            Node::Scalar(value) if !value.is_null() => value.text.clone(),
            _ => Text::made(&*new, value.span()),
        },
    };
    if scalar.text != text {
        let tag = settled_tag(scalar);
        scalar.write(text, tag);
    }
    Ok(())
}

/// The text of a value in which one part is new: before the first, behind the last, or in place.
fn with_part(old: &str, new: &str, options: &FieldOptions) -> String {
    let mut parts: Vec<&str> = split_text(old, &options.delimiter).collect();
    match usize::try_from(options.index.value) {
        Err(_) => parts.insert(0, new),
        Ok(index) if index >= parts.len() => parts.push(new),
        Ok(index) => parts[index] = new,
    }
    parts.join(&options.delimiter)
}

fn split_text<'t>(text: &'t str, delimiter: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(delimiter)
}

/// The text of a scalar as the reference's nodes hold it.
fn raw_text(scalar: &Scalar) -> Cow<'_, str> {
    Cow::Borrowed(scalar.text.as_str())
}

/// The type that a scalar keeps when only its text changes: that of its old text.
fn settled_tag(scalar: &Scalar) -> Tag {
    match scalar.tag {
        Tag::Auto if scalar.style.is_quoted() => Tag::Str,
        Tag::Auto => Scalar::looks_like(&scalar.text),
        tag => tag,
    }
}

/// The number of nodes in a node.
fn count(node: &Node) -> usize {
    let mut pending = vec![node];
    let mut count = 0;
    while let Some(node) = pending.pop() {
        count += 1;
        match node {
            Node::Scalar(_) => {}
            Node::Sequence(sequence) => pending.extend(&sequence.items),
            Node::Mapping(mapping) => pending.extend(mapping.iter().map(|entry| &entry.value)),
        }
    }
    count
}

fn forget_shares(node: &mut Node) {
    match node {
        Node::Scalar(scalar) => scalar.share = 0,
        Node::Sequence(sequence) => sequence.items.iter_mut().for_each(forget_shares),
        Node::Mapping(mapping) => {
            mapping.entries_mut().iter_mut().for_each(|entry| forget_shares(&mut entry.value));
        }
    }
}

/// A selector with its label and annotation parts compiled.
struct Selection<'s> {
    id: &'s ObjectSelector,
    labels: Option<LabelSelector>,
    annotations: Option<LabelSelector>,
}

impl<'s> Selection<'s> {
    fn new(selector: &'s Selector) -> Result<Selection<'s>> {
        let compile = |text: &Text| match text.is_empty() {
            true => Ok(None),
            false => LabelSelector::parse(text).map(Some),
        };
        Ok(Selection {
            id: &selector.id,
            labels: compile(&selector.label_selector)?,
            annotations: compile(&selector.annotation_selector)?,
        })
    }

    fn fits_metadata(&self, resource: &Resource) -> bool {
        let fits = |selector: &Option<LabelSelector>, map| {
            selector.as_ref().is_none_or(|selector| selector.matches_mapping(map))
        };
        fits(&self.labels, resource.labels()) && fits(&self.annotations, resource.annotations())
    }

    fn selects(&self, resource: &Resource) -> bool {
        self.fits_metadata(resource) && is_selected(resource, self.id)
    }

    /// Whether an entry of `reject` is for a resource: either of its parts is enough, and a part
    /// that says nothing does not count.
    fn rejects(&self, resource: &Resource) -> bool {
        let asks_for_metadata = self.labels.is_some() || self.annotations.is_some();
        (asks_for_metadata && self.fits_metadata(resource))
            || (!is_blank(self.id) && is_selected(resource, self.id))
    }
}

fn is_blank(id: &ObjectSelector) -> bool {
    [&id.group, &id.version, &id.kind, &id.name, &id.namespace].iter().all(|part| part.is_empty())
}

/// Whether one of the ids that a resource has or had is selected; an empty part fits any. The
/// reference does not know here which kinds have no namespace.
fn is_selected(resource: &Resource, selector: &ObjectSelector) -> bool {
    let id = resource.id();
    let fits = |wanted: &Text, found: &str| wanted.is_empty() || *wanted == *found;
    let namespace_fits = |found: &str| {
        selector.namespace.is_empty() || effective_namespace(&selector.namespace, false) == found
    };
    if !fits(&selector.group, id.group()) || !fits(&selector.version, id.version()) {
        return false;
    }
    let current = (&*id.name, effective_namespace(&id.namespace, false), &*id.kind);
    let previous = resource.previous().iter().map(|id| (&*id.name, &*id.namespace, &*id.kind));
    previous.chain(std::iter::once(current)).any(|(name, namespace, kind)| {
        fits(&selector.name, name) && fits(&selector.kind, kind) && namespace_fits(namespace)
    })
}

fn describe(id: &ObjectSelector) -> String {
    let kind = if id.kind.is_empty() { "of any kind" } else { id.kind.as_str() };
    let mut text = kind.to_string();
    if !id.name.is_empty() {
        text.push_str(&format!(" `{}`", id.name));
    }
    if !id.namespace.is_empty() {
        text.push_str(&format!(" in namespace `{}`", id.namespace));
    }
    text
}

/// A field path; the name of the resource if there is none.
fn path_or_name(path: &Text, span: Span) -> Text {
    if path.is_empty() { Text::made("metadata.name", span) } else { path.clone() }
}

fn bad_path(problem: &PathError, path: &Text) -> Box<Diagnostic> {
    let message = format!("can't follow `{path}`: {problem}");
    Box::new(Diagnostic::error(Code::FieldPath, message).at(path.span()))
}

fn path_error(problem: &PathError, path: &Text, resource: &Resource) -> Box<Diagnostic> {
    let error = *bad_path(problem, path);
    Box::new(error.label(resource.name_span(), format!("in {}", resource.id())))
}

fn too_long(options: &FieldOptions) -> Box<Diagnostic> {
    let message = format!("the text becomes longer than {} MiB", MAX_TEXT >> 20);
    let error = Diagnostic::error(Code::TooLarge, message).at(options.delimiter.span());
    Box::new(error.help("replacements are done in order, each sees what earlier ones did"))
}

fn too_many_nodes() -> Box<Diagnostic> {
    let message = format!("replacements copy more than {MAX_COPIED} nodes");
    let error = Diagnostic::error(Code::TooLarge, message);
    Box::new(error.help("a value that is copied into itself doubles each time"))
}

fn not_scalar(node: &Node, options: &FieldOptions) -> Box<Diagnostic> {
    let message = format!("`delimiter` splits text, but {} is there", node.describe());
    let error = Diagnostic::error(Code::Replacement, message);
    Box::new(error.at(options.delimiter.span()).label(node.span(), node.describe()))
}
