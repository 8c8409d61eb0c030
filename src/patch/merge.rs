//! Strategic merge of mappings and scalars.
//!
//! The object is changed in place; the patch is read. Three walks share the work:
//!
//! - [`Merger::walk`] where both sides have a value,
//! - [`Merger::adopt`] where only the patch has one: it moves into the object, but for nulls,
//! - [`Merger::sweep`] where only the object has one. A merge reaches every corner of the object:
//!   keys without a value disappear, whether or not the patch names them, and none may be empty, as
//!   the reference writes every entry that it walks over anew.
//!
//! This is the reference's merge, not that of the API server; `docs/compatibility.md` has the
//! differences.

use std::collections::{HashMap, HashSet};

use super::comment;
use super::directive::{self, Directive};
use crate::diag::{self, Code, Diagnostic};
use crate::k8s::field_walk::check_name;
use crate::k8s::quirks;
use crate::k8s::schema::{Schema, SchemaRef};
use crate::yaml::{Entry, Mapping, Node, Scalar, Style, Tag};

/// Mappings of patches with more entries than this are indexed.
const INDEXED: usize = 8;

/// Lays a patch over an object. `None` when the patch deletes it.
///
/// Whatever gets lost or does nothing, contrary to what the patch's author probably wants, is
/// reported as a warning; the result is the reference's all the same.
///
/// # Errors
/// When the two sides hold values of different kinds, or a `$patch` is unknown.
pub fn merge(
    object: Node,
    patch: &Node,
    schema: &Schema,
    report: &mut dyn FnMut(Diagnostic),
) -> diag::Result<Option<Node>> {
    let mut merger = Merger::new(schema, report);
    if let Node::Mapping(root) = patch
        && let Ok(Some(Directive::Replace)) = directive::of_mapping(root)
    {
        merger.report_idle_replace(root, "at the root of a patch");
        // What the patch says is still looked at, so that errors in it are found.
        let fields = schema_of(None, schema, &object, Some(patch));
        let mut unused = root.clone();
        unused.remove(directive::KEY);
        merger.adopt_entries(&mut unused, fields)?;
        return Ok(Some(object));
    }
    let mut object = object;
    Ok(match merger.walk(&mut object, patch, None)? {
        Fate::Keep => Some(object),
        Fate::Remove => None,
    })
}

/// What becomes of a value after a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Keep,
    Remove,
}

pub(super) struct Merger<'m> {
    schema: &'m Schema,
    pub(super) report: &'m mut dyn FnMut(Diagnostic),
}

/// How a value of the patch comes into the object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Its field was not there: an unknown `$patch` stays, and list directives are items.
    Top,
    /// It came with what surrounds it.
    Nested,
}

impl<'m> Merger<'m> {
    pub(super) fn new(schema: &'m Schema, report: &'m mut dyn FnMut(Diagnostic)) -> Merger<'m> {
        Merger { schema, report }
    }

    /// A merger for a value whose schema lives only as long as its walk.
    fn inside(&mut self) -> Merger<'_> {
        Merger { schema: self.schema, report: &mut *self.report }
    }

    /// Both sides have a value.
    pub(super) fn walk(
        &mut self,
        dest: &mut Node,
        patch: &Node,
        schema: Option<SchemaRef<'m>>,
    ) -> diag::Result<Fate> {
        if patch.is_null() {
            return Ok(Fate::Remove);
        }
        if dest.is_null() && !matches!(patch, Node::Scalar(_)) {
            *dest = patch.clone();
            set_flow(dest, false);
            return self.adopt(dest, schema, Level::Top);
        }
        let schema = schema_of(schema, self.schema, dest, Some(patch));
        match (&mut *dest, patch) {
            (Node::Scalar(dest), Node::Scalar(patch)) => {
                overwrite(dest, patch);
                Ok(Fate::Keep)
            }
            (Node::Mapping(dest), Node::Mapping(patch)) => self.walk_mapping(dest, patch, schema),
            (Node::Sequence(dest), Node::Sequence(patch)) => {
                if dest.items.is_empty() {
                    dest.set_flow(patch.is_flow());
                }
                match schema.and_then(|schema| Some((schema, schema.list()?))) {
                    Some((schema, how)) => self.walk_list(dest, patch, how, schema.items()),
                    None => {
                        let flow = dest.is_flow();
                        *dest = patch.clone();
                        dest.set_flow(flow);
                        self.check_replaced(patch);
                        Ok(Fate::Keep)
                    }
                }
            }
            _ => Err(mismatch(dest, patch)),
        }
    }

    pub(super) fn walk_mapping(
        &mut self,
        dest: &mut Mapping,
        patch: &Mapping,
        schema: Option<SchemaRef<'m>>,
    ) -> diag::Result<Fate> {
        if dest.is_empty() {
            dest.set_flow(patch.is_flow());
        }
        let directive = directive::of_mapping(patch).map_err(directive::Unknown::error)?;
        match directive {
            Some(Directive::Delete) => return Ok(Fate::Remove),
            Some(Directive::Replace) => {
                let flow = dest.is_flow();
                *dest = patch.clone();
                dest.set_flow(flow);
                dest.remove(directive::KEY);
                self.adopt_entries(dest, schema)?;
                return Ok(Fate::Keep);
            }
            Some(Directive::Merge) | None => {}
        }

        let carried_out = directive.and_then(|_| patch.position(directive::KEY));
        let index = Index::of(patch, carried_out);
        let mut met = vec![false; patch.len()];
        let mut repeats = Repeats::default();
        let entries = dest.entries_mut();
        let mut kept = 0;
        for at in 0..entries.len() {
            let Entry { key, value } = &mut entries[at];
            check_name(&key.text)?;
            let field = schema.and_then(|schema| schema.field(&key.text));
            let keep = match index.first(&key.text) {
                // Of a key that is there twice, only the first entry takes part.
                Some(other) if met[other] => true,
                Some(other) => {
                    met[other] = true;
                    let Entry { key: their_key, value: theirs } = &patch.entries()[other];
                    let own =
                        comment::schema(key, value).or_else(|| comment::schema(their_key, theirs));
                    let fate = match own {
                        Some(own) => self.inside().walk(value, theirs, Some(own.get()))?,
                        None => self.walk(value, theirs, field)?,
                    };
                    fate == Fate::Keep
                }
                None => {
                    quote(value);
                    let fate = match comment::schema(key, value) {
                        Some(own) => self.inside().sweep(value, Some(own.get()))?,
                        None => self.sweep(value, field)?,
                    };
                    fate == Fate::Keep || repeats.is_later(entries, at)
                }
            };
            if keep {
                entries.swap(kept, at);
                kept += 1;
            }
        }
        entries.truncate(kept);

        // The reference adds keys in their order, which counts where a comment ends the document.
        let mut order: Vec<usize> = (0..patch.len()).filter(|at| !met[*at]).collect();
        if order.len() > 1 {
            order.sort_by(|a, b| patch.entries()[*a].key.text.cmp(&patch.entries()[*b].key.text));
        }
        for at in order {
            let entry = &patch.entries()[at];
            check_name(&entry.key.text)?;
            if entry.value.is_null() || index.first(&entry.key.text) != Some(at) {
                continue;
            }
            let mut value = entry.value.clone();
            let field = schema.and_then(|schema| schema.field(&entry.key.text));
            let fate = match comment::schema(&entry.key, &value) {
                Some(own) => self.inside().adopt(&mut value, Some(own.get()), Level::Top)?,
                None => self.adopt(&mut value, field, Level::Top)?,
            };
            if fate == Fate::Keep {
                self.check_key(&entry.key);
                quote(&mut value);
                let mut key = entry.key.clone();
                // The reference makes a key of its own for what it adds: of the text and the quotes.
                key.drop_own_comment();
                if !matches!(key.tag, Tag::Auto | Tag::Untagged) || key.is_bare_null() {
                    key.tag = Tag::Untagged;
                }
                if key.style == Style::Tagged {
                    key.style = Style::Plain;
                }
                dest.push(key, value);
            }
        }
        Ok(Fate::Keep)
    }

    /// A value of the patch has come into the object.
    pub(super) fn adopt(
        &mut self,
        value: &mut Node,
        schema: Option<SchemaRef<'m>>,
        level: Level,
    ) -> diag::Result<Fate> {
        let schema = schema_of(schema, self.schema, value, None);
        match value {
            Node::Scalar(scalar) if scalar.is_null() => Ok(Fate::Remove),
            Node::Scalar(_) => Ok(Fate::Keep),
            Node::Mapping(mapping) => {
                match directive::of_mapping(mapping) {
                    Ok(Some(Directive::Delete)) => return Ok(Fate::Remove),
                    Ok(Some(_)) => {
                        mapping.remove(directive::KEY);
                    }
                    Ok(None) => {}
                    Err(unknown) if level == Level::Nested => return Err(unknown.error()),
                    Err(unknown) => self.report_unknown(unknown),
                }
                self.adopt_entries(mapping, schema)?;
                Ok(Fate::Keep)
            }
            Node::Sequence(list) => {
                match schema.and_then(|schema| Some((schema, schema.list()?))) {
                    Some((schema, how)) => {
                        if level == Level::Top {
                            // The reference puts its items into a list of its own.
                            list.set_flow(false);
                        }
                        self.adopt_list(list, how, schema.items(), level)
                    }
                    None => {
                        self.check_replaced(list);
                        Ok(Fate::Keep)
                    }
                }
            }
        }
    }

    /// The entries of a mapping that has come into the object.
    pub(super) fn adopt_entries(
        &mut self,
        mapping: &mut Mapping,
        schema: Option<SchemaRef<'m>>,
    ) -> diag::Result<()> {
        self.each_entry(mapping, |merger, entry| {
            merger.check_key(&entry.key);
            let Entry { key, value } = entry;
            if let Some(own) = comment::schema(key, value) {
                return merger.inside().adopt(value, Some(own.get()), Level::Nested);
            }
            let field = schema.and_then(|schema| schema.field(&key.text));
            merger.adopt(value, field, Level::Nested)
        })
    }

    /// The patch has nothing for this value.
    pub(super) fn sweep(
        &mut self,
        value: &mut Node,
        schema: Option<SchemaRef<'m>>,
    ) -> diag::Result<Fate> {
        let schema = schema_of(schema, self.schema, value, None);
        match value {
            Node::Scalar(scalar) if scalar.is_null() && scalar.text.is_empty() => Ok(Fate::Remove),
            Node::Scalar(_) => Ok(Fate::Keep),
            Node::Mapping(mapping) => {
                self.each_entry(mapping, |merger, Entry { key, value }| {
                    if let Some(own) = comment::schema(key, value) {
                        return merger.inside().sweep(value, Some(own.get()));
                    }
                    let field = schema.and_then(|schema| schema.field(&key.text));
                    merger.sweep(value, field)
                })?;
                Ok(Fate::Keep)
            }
            Node::Sequence(list) => {
                if let Some((schema, how)) =
                    schema.and_then(|schema| Some((schema, schema.list()?)))
                {
                    self.sweep_list(list, how, schema.items())?;
                }
                Ok(Fate::Keep)
            }
        }
    }

    fn each_entry(
        &mut self,
        mapping: &mut Mapping,
        mut walk: impl FnMut(&mut Self, &mut Entry) -> diag::Result<Fate>,
    ) -> diag::Result<()> {
        let mut repeats = Repeats::default();
        let entries = mapping.entries_mut();
        let mut kept = 0;
        for at in 0..entries.len() {
            check_name(&entries[at].key.text)?;
            let fate = walk(self, &mut entries[at])?;
            quote(&mut entries[at].value);
            if fate == Fate::Keep || repeats.is_later(entries, at) {
                entries.swap(kept, at);
                kept += 1;
            }
        }
        entries.truncate(kept);
        Ok(())
    }
}

/// Where the keys of a patch are; the first entry of each.
enum Index<'p> {
    Short(&'p Mapping, Option<usize>),
    Long(HashMap<&'p str, usize>),
}

impl<'p> Index<'p> {
    /// All entries but the directive that is carried out.
    fn of(patch: &'p Mapping, without: Option<usize>) -> Index<'p> {
        if patch.len() <= INDEXED {
            return Index::Short(patch, without);
        }
        let mut index = HashMap::with_capacity(patch.len());
        for (at, entry) in patch.iter().enumerate() {
            if without != Some(at) {
                index.entry(entry.key.text.as_str()).or_insert(at);
            }
        }
        Index::Long(index)
    }

    fn first(&self, key: &str) -> Option<usize> {
        match self {
            Index::Short(patch, without) => {
                let mut entries = patch.iter().enumerate();
                let same =
                    |(at, entry): &(usize, &Entry)| *without != Some(*at) && entry.key.text == *key;
                entries.find(same).map(|(at, _)| at)
            }
            Index::Long(index) => index.get(key).copied(),
        }
    }
}

/// Which entries of a mapping have the key of an earlier one, found out when it is first asked.
#[derive(Default)]
struct Repeats(Option<HashSet<usize>>);

impl Repeats {
    /// Whether the key of an entry is that of an earlier one, even if that does not stay. Such an
    /// entry is out of the reference's reach, which takes the first entry for all of them. Those
    /// before it may have changed places.
    fn is_later(&mut self, entries: &[Entry], at: usize) -> bool {
        let later = self.0.get_or_insert_with(|| {
            let mut keys = HashSet::with_capacity(entries.len());
            let keys = entries.iter().map(|entry| keys.insert(entry.key.text.as_str()));
            keys.enumerate().filter_map(|(at, is_first)| (!is_first).then_some(at)).collect()
        });
        later.contains(&at)
    }
}

/// The type of a value: as its surroundings say or, where they say nothing, as it says itself.
fn schema_of<'m>(
    schema: Option<SchemaRef<'m>>,
    all: &'m Schema,
    dest: &Node,
    patch: Option<&Node>,
) -> Option<SchemaRef<'m>> {
    let own = |node: &Node| all.of_object(node.as_mapping()?);
    schema.or_else(|| own(dest)).or_else(|| own(patch?))
}

/// The patch's text and type, the object's style.
fn overwrite(dest: &mut Scalar, patch: &Scalar) {
    let tag = match patch.tag {
        Tag::Untagged => Tag::Untagged,
        _ => patch.resolved_tag(),
    };
    dest.write(patch.text.clone(), tag);
}

/// Quotes a string that YAML 1.1 would read as something else, as the reference does with every
/// field that it sets and that keeps its style. It shows when a later patch writes a number there:
/// the quotes stay.
pub(super) fn quote(value: &mut Node) {
    let Node::Scalar(scalar) = value else { return };
    if scalar.style == Style::Plain
        && matches!(scalar.tag, Tag::Auto | Tag::Untagged | Tag::Str)
        && quirks::reads_as_non_string(&scalar.text)
        && (scalar.tag != Tag::Auto || scalar.resolved_tag() == Tag::Str)
    {
        scalar.style = Style::DoubleQuoted;
    }
}

fn set_flow(node: &mut Node, flow: bool) {
    match node {
        Node::Scalar(_) => {}
        Node::Sequence(sequence) => sequence.set_flow(flow),
        Node::Mapping(mapping) => mapping.set_flow(flow),
    }
}

pub(super) fn mismatch(dest: &Node, patch: &Node) -> Box<Diagnostic> {
    let (theirs, ours) = (patch.describe(), dest.describe());
    let message = format!("the patch has {theirs} where the object has {ours}");
    Box::new(
        Diagnostic::error(Code::Patch, message)
            .label(patch.span(), format!("{theirs} in the patch"))
            .label(dest.span(), format!("{ours} in the object"))
            .help("patch with a value of the same kind, or remove the old one first with `null`"),
    )
}
