//! Strategic merge of lists whose items lack keys or share them.
//!
//! What the reference makes of such lists follows from the order of its single steps: it collects
//! the keys of all items, combines those that differ in missing keys alone, and then finds,
//! replaces, drops and appends items one by one. An item without a key matches too much or too
//! little, so items vanish. The bytes must be the same, so the steps are repeated here, on numbers
//! instead of texts. They are quadratic, so the length of such lists is bounded.

use thin_vec::ThinVec;

use indexmap::IndexSet;

use super::directive::{self, Directive};
use super::list::forget_tag;
use super::losses::{Before, name_keys};
use super::merge::{Fate, Level, Merger, mismatch, quote};
use crate::diag::{self, Code, Diagnostic};
use crate::k8s::schema::{ListMerge, SchemaRef};
use crate::source::Span;
use crate::yaml::{Key, Mapping, Node, Scalar, Sequence};

/// Two lists with more items together are refused.
const MAX_ITEMS: usize = 4096;

/// The other side of a merge.
pub(super) enum Patch {
    /// The patch has no list here.
    Nothing,
    /// The list has just come from the patch: the reference merges it with itself.
    Same,
    /// The items of the patch.
    Items(Vec<Node>),
}

/// Merges into a list, and reports what gets lost.
pub(super) fn merge<'m>(
    merger: &mut Merger<'m>,
    dest: &mut Sequence,
    patch: Patch,
    how: ListMerge<'m>,
    items: Option<SchemaRef<'m>>,
) -> diag::Result<()> {
    let keys = match how {
        ListMerge::Set => vec![""],
        ListMerge::Keyed(keys) => keys.iter().collect(),
    };
    let mut lists = Lists {
        keys: &keys,
        texts: IndexSet::new(),
        items: Vec::new(),
        dest: Vec::new(),
        patch: Vec::new(),
        same: matches!(patch, Patch::Same),
    };
    let theirs = match patch {
        Patch::Items(items) => items,
        Patch::Nothing | Patch::Same => Vec::new(),
    };
    if dest.items.len() + theirs.len() > MAX_ITEMS {
        return Err(too_long(dest.span(), &keys));
    }
    for node in std::mem::take(&mut dest.items) {
        let id = lists.add(node);
        lists.dest.push(id);
    }
    for node in theirs {
        let id = lists.add(node);
        lists.patch.push(id);
    }
    let before = Before::of(&lists);
    let merged = lists.merge(merger, items)?;
    for warning in before.warnings(&lists, &merged) {
        (merger.report)(warning);
    }
    dest.items = lists.take(&merged);
    Ok(())
}

/// A text, by number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TextId(u32);

impl TextId {
    /// No such key.
    const NONE: TextId = TextId(0);
    /// The empty text, or no text at all.
    pub(super) const EMPTY: TextId = TextId(1);
    /// The first number of a text.
    const FIRST: u32 = 2;
}

/// An item, by number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ItemId(u32);

impl ItemId {
    /// The place in [`Lists::items`].
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

pub(super) struct Item {
    pub(super) node: Node,
    pub(super) form: Form,
    /// The text under each key, whatever it means.
    texts: Vec<TextId>,
    /// The same, but nothing for null and for collections.
    pub(super) tuple: Vec<TextId>,
    /// Whether the patch says that it goes.
    pub(super) deleted: bool,
    /// Whether the other side was merged into it, or it into the other side.
    pub(super) met: bool,
}

/// As what an item takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Null and `{}`, which every step drops.
    Nothing,
    /// A mapping in a keyed list, a scalar in a set.
    Fitting,
    /// Everything else.
    Unfit,
}

pub(super) struct Lists<'k> {
    /// The merge keys; one empty key for a set.
    pub(super) keys: &'k [&'k str],
    /// All texts that were met.
    texts: IndexSet<Box<str>>,
    pub(super) items: Vec<Item>,
    pub(super) dest: Vec<ItemId>,
    pub(super) patch: Vec<ItemId>,
    /// Whether both lists are one: then `patch` is not used.
    same: bool,
}

/// What one step puts in the place of the items it finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    Item(ItemId),
    Nothing,
}

/// What merging two items comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merged {
    Item(ItemId),
    /// The patch says that the item goes.
    Deleted,
    /// There is nothing to keep.
    Nothing,
}

impl Lists<'_> {
    pub(super) fn is_set(&self) -> bool {
        self.keys == [""]
    }

    fn add(&mut self, node: Node) -> ItemId {
        let id = ItemId(self.items.len() as u32);
        self.items.push(Item {
            node,
            form: Form::Nothing,
            texts: Vec::new(),
            tuple: Vec::new(),
            deleted: false,
            met: false,
        });
        self.read(id);
        id
    }

    /// Reads an item's keys, which merging may have changed.
    fn read(&mut self, id: ItemId) {
        let item = &self.items[id.at()];
        let mut texts = Vec::with_capacity(self.keys.len());
        let mut tuple = Vec::with_capacity(self.keys.len());
        let form = match &item.node {
            node if node.is_null() => Form::Nothing,
            Node::Mapping(mapping) if mapping.is_empty() => Form::Nothing,
            Node::Mapping(_) if !self.is_set() => Form::Fitting,
            Node::Scalar(_) if self.is_set() => Form::Fitting,
            _ => Form::Unfit,
        };
        for key in self.keys {
            let value = match &item.node {
                node if key.is_empty() => Some(node),
                Node::Mapping(mapping) => mapping.get(key),
                _ => None,
            };
            let text = match value {
                None => TextId::NONE,
                Some(Node::Scalar(scalar)) => number(&mut self.texts, &scalar.text),
                Some(_) => TextId::EMPTY,
            };
            texts.push(text);
            // A set takes null for its text.
            let says_nothing = value.is_none_or(Node::is_null) && !key.is_empty();
            tuple.push(if says_nothing { TextId::EMPTY } else { text });
        }
        let item = &mut self.items[id.at()];
        (item.form, item.texts, item.tuple) = (form, texts, tuple);
    }

    pub(super) fn item(&self, id: ItemId) -> &Item {
        &self.items[id.at()]
    }

    /// The patch's items, then the object's.
    fn both(&self) -> impl Iterator<Item = ItemId> {
        self.patch.iter().chain(&self.dest).copied()
    }

    fn merge<'m>(
        &mut self,
        merger: &mut Merger<'m>,
        schema: Option<SchemaRef<'m>>,
    ) -> diag::Result<Vec<ItemId>> {
        let is_set = self.is_set();
        let tuples = self.tuples();
        if tuples.is_empty() {
            return Ok(self.dest.clone());
        }
        // Keys that no item has are left out of account, unless no item has any.
        let in_use = |at: &usize| tuples.iter().any(|tuple| tuple[*at] != TextId::EMPTY);
        let mut used: Vec<usize> = (0..self.keys.len()).filter(in_use).collect();
        if used.is_empty() {
            used = (0..self.keys.len()).collect();
        }

        let mut out = Vec::new();
        for tuple in tuples {
            let values: Vec<TextId> = used.iter().map(|at| tuple[*at]).collect();
            match self.merge_one(merger, schema, &used, &values)? {
                Merged::Item(id) => {
                    self.complete(id, &used, &values);
                    set(&self.items, &mut out, Put::Item(id), &used, &values, is_set)?;
                }
                gone => {
                    let before = self.dest.clone();
                    set(&self.items, &mut self.dest, Put::Nothing, &used, &values, is_set)?;
                    if gone == Merged::Deleted {
                        for id in before.iter().filter(|id| !self.dest.contains(id)) {
                            self.items[id.at()].deleted = true;
                        }
                    }
                }
            }
        }
        for id in self.dest.clone() {
            if is_set {
                let values = [self.item(id).texts[0]];
                set(&self.items, &mut out, Put::Item(id), &used, &values, true)?;
                continue;
            }
            if self.item(id).form == Form::Unfit {
                return Err(unfit(&self.item(id).node));
            }
            let mut values = Vec::with_capacity(used.len());
            for at in &used {
                match self.item(id).texts.get(*at) {
                    Some(text) if *text != TextId::NONE => values.push(*text),
                    _ => out.push(id),
                }
            }
            if used.len() > 1 {
                set(&self.items, &mut out, Put::Nothing, &used, &values, false)?;
            }
            set(&self.items, &mut out, Put::Item(id), &used, &values, false)?;
        }
        Ok(out)
    }

    /// The distinct keys of all items; with several keys, those that fit together are combined.
    fn tuples(&self) -> Vec<Vec<TextId>> {
        let mut tuples: Vec<Vec<TextId>> = Vec::new();
        for id in self.both() {
            let tuple = &self.item(id).tuple;
            if !tuples.contains(tuple) {
                tuples.push(tuple.clone());
            }
        }
        if self.keys.len() > 1 {
            for row in 0..tuples.len() {
                let fixed = tuples[row].clone();
                for column in 0..tuples.len() {
                    if let Some(both) = combine(&fixed, &tuples[column]) {
                        tuples[row].clone_from(&both);
                        tuples[column] = both;
                    }
                }
            }
        }
        tuples
    }

    /// Merges the items that have these values under the keys in use.
    fn merge_one<'m>(
        &mut self,
        merger: &mut Merger<'m>,
        schema: Option<SchemaRef<'m>>,
        used: &[usize],
        values: &[TextId],
    ) -> diag::Result<Merged> {
        let mut wanted: Vec<(usize, TextId)> =
            used.iter().copied().zip(values.iter().copied()).collect();
        if wanted.iter().any(|(_, value)| *value != TextId::EMPTY) {
            wanted.retain(|(_, value)| *value != TextId::EMPTY);
        }
        let dest = self.find(&self.dest, &wanted);
        let patch = if self.same { dest } else { self.find(&self.patch, &wanted) };
        let merged = match (dest, patch) {
            (None, None) => Merged::Nothing,
            (Some(dest), None) => {
                let node = &mut self.items[dest.at()].node;
                match merger.sweep(node, schema)? {
                    Fate::Keep => Merged::Item(dest),
                    Fate::Remove => Merged::Nothing,
                }
            }
            (Some(dest), Some(patch)) if dest != patch => {
                self.merge_two(merger, schema, dest, patch)?
            }
            (dest, Some(patch)) => {
                let level = if dest.is_none() { Level::Top } else { Level::Nested };
                let item = &mut self.items[patch.at()];
                item.met = true;
                let fate = merger.adopt(&mut item.node, schema, level)?;
                strip(&mut item.node);
                match fate {
                    Fate::Keep => Merged::Item(patch),
                    Fate::Remove => Merged::Deleted,
                }
            }
        };
        for id in [dest, patch].into_iter().flatten() {
            self.read(id);
        }
        Ok(match merged {
            Merged::Item(id) if self.item(id).form == Form::Nothing => Merged::Nothing,
            merged => merged,
        })
    }

    /// Merges an item of the patch into one of the object; the result may be in either.
    fn merge_two<'m>(
        &mut self,
        merger: &mut Merger<'m>,
        schema: Option<SchemaRef<'m>>,
        dest: ItemId,
        patch: ItemId,
    ) -> diag::Result<Merged> {
        self.items[patch.at()].met = true;
        let mut theirs =
            std::mem::replace(&mut self.items[patch.at()].node, Node::mapping(Span::NONE));
        let ours = &mut self.items[dest.at()];
        let merged = match (&mut ours.node, &mut theirs) {
            (Node::Mapping(_), Node::Mapping(mapping)) => {
                match directive::of_mapping(mapping).map_err(directive::Unknown::error)? {
                    Some(Directive::Replace) => {
                        merger.report_idle_replace(mapping, "in an item of a list");
                        merger.adopt(&mut theirs, schema, Level::Nested)?;
                        Merged::Item(patch)
                    }
                    _ => match merger.walk(&mut ours.node, &theirs, schema)? {
                        Fate::Keep => Merged::Item(dest),
                        Fate::Remove => Merged::Deleted,
                    },
                }
            }
            (ours, theirs) if theirs.is_null() || ours.is_null() => {
                if theirs.is_null() {
                    Merged::Nothing
                } else {
                    Merged::Item(patch)
                }
            }
            (Node::Scalar(_), Node::Scalar(_)) => Merged::Item(patch),
            (ours, theirs) => return Err(mismatch(ours, theirs)),
        };
        if merged == Merged::Item(dest) {
            restyle(&mut theirs, &self.items[dest.at()].node);
        }
        strip(&mut theirs);
        self.items[patch.at()].node = theirs;
        Ok(merged)
    }

    /// The first item with these values.
    fn find(&self, list: &[ItemId], wanted: &[(usize, TextId)]) -> Option<ItemId> {
        let fits = |id: &&ItemId| {
            let item = self.item(**id);
            wanted.iter().all(|(at, value)| item.texts[*at] == *value)
        };
        list.iter().find(fits).copied()
    }

    /// Gives a merged item the keys that it lacks.
    fn complete(&mut self, id: ItemId, used: &[usize], values: &[TextId]) {
        let is_set = self.is_set();
        let item = &mut self.items[id.at()];
        if is_set {
            if values.first() != Some(&TextId::EMPTY) {
                forget_tag(&mut item.node);
            }
            return;
        }
        let Node::Mapping(mapping) = &mut item.node else { return };
        let mut changed = false;
        for (at, value) in used.iter().zip(values) {
            if *value != TextId::EMPTY && item.texts[*at] == TextId::NONE {
                let text = self.texts.get_index((value.0 - TextId::FIRST) as usize);
                let text = text.map_or("", |text| text);
                let mut text = Scalar::plain(text).into();
                quote(&mut text);
                mapping.push(Key::plain(self.keys[*at]), text);
                changed = true;
            }
        }
        if changed {
            self.read(id);
        }
    }

    /// The nodes of a list, which may hold an item twice.
    fn take(self, list: &[ItemId]) -> ThinVec<Node> {
        let mut left: Vec<usize> = vec![0; self.items.len()];
        for id in list {
            left[id.at()] += 1;
        }
        let mut nodes: Vec<Option<Node>> =
            self.items.into_iter().map(|item| Some(item.node)).collect();
        let mut take = |id: &ItemId| {
            let at = id.at();
            left[at] -= 1;
            if left[at] == 0 { nodes[at].take() } else { nodes[at].clone() }
        };
        list.iter().filter_map(&mut take).collect()
    }
}

/// Puts an item in the place of all that have these values, or at the end where none has, or drops
/// them. There may be fewer values than keys: the others are taken as found. An empty value stands
/// for any value in a keyed list, for the empty text in a set.
fn set(
    items: &[Item],
    list: &mut Vec<ItemId>,
    put: Put,
    keys: &[usize],
    values: &[TextId],
    is_set: bool,
) -> diag::Result<()> {
    let skips_unfit = !is_set && values.first().is_some_and(|value| *value != TextId::EMPTY);
    let mut found_any = false;
    let mut kept = Vec::with_capacity(list.len() + 1);
    for id in list.iter() {
        let item = &items[id.at()];
        match item.form {
            Form::Nothing => continue,
            Form::Unfit if skips_unfit => {
                kept.push(*id);
                continue;
            }
            Form::Unfit if !values.is_empty() => return Err(unfit(&item.node)),
            Form::Unfit | Form::Fitting => {}
        }
        let fits = |(at, value): (&usize, &TextId)| match item.texts[*at] {
            TextId::NONE => false,
            _ if *value == TextId::EMPTY && !is_set => true,
            text => text == *value,
        };
        if !values.is_empty() && keys.iter().zip(values).all(fits) {
            found_any = true;
            if let Put::Item(new) = put {
                kept.push(new);
            }
        } else if !values.is_empty() {
            kept.push(*id);
        }
    }
    if let Put::Item(new) = put
        && !found_any
        && !items[new.at()].node.is_null()
    {
        kept.push(new);
    }
    *list = kept;
    Ok(())
}

/// Two tuples as one, if they differ in missing keys alone and agree somewhere.
fn combine(a: &[TextId], b: &[TextId]) -> Option<Vec<TextId>> {
    let mut agree = false;
    let both = a.iter().zip(b).map(|(a, b)| {
        agree |= a == b;
        match (*a, *b) {
            (a, b) if a == b => Some(a),
            (a, TextId::EMPTY) => Some(a),
            (TextId::EMPTY, b) => Some(b),
            _ => None,
        }
    });
    let both = both.collect::<Option<_>>()?;
    agree.then_some(both)
}

fn number(texts: &mut IndexSet<Box<str>>, text: &str) -> TextId {
    if text.is_empty() {
        return TextId::EMPTY;
    }
    let at = texts.get_index_of(text).unwrap_or_else(|| texts.insert_full(text.into()).0);
    TextId(TextId::FIRST + at as u32)
}

/// Takes the directives out of a patch's item: the reference does so while it merges, and an item
/// that it meets again has none any more. What stands in a deleted mapping it does not come to.
fn strip(node: &mut Node) {
    let mut mappings: Vec<&mut Mapping> = node.as_mapping_mut().into_iter().collect();
    while let Some(mapping) = mappings.pop() {
        let directive = directive::of_mapping(mapping).unwrap_or_default();
        if directive.is_some() {
            mapping.remove(directive::KEY);
        }
        if directive != Some(Directive::Delete) {
            let values = mapping.entries_mut().iter_mut().map(|entry| &mut entry.value);
            mappings.extend(values.filter_map(Node::as_mapping_mut));
        }
    }
}

/// Gives scalars of a patch's item the form that they have got in the object: the reference writes
/// the object's quotes into the patch too, which shows when it meets the item again.
fn restyle(patch: &mut Node, merged: &Node) {
    let mut pending = vec![(patch, merged)];
    while let Some((patch, merged)) = pending.pop() {
        match (patch, merged) {
            (Node::Scalar(patch), Node::Scalar(merged)) if patch.text == merged.text => {
                *patch = merged.clone();
            }
            (Node::Mapping(patch), Node::Mapping(merged)) => {
                pending.extend(patch.entries_mut().iter_mut().filter_map(|entry| {
                    let merged = merged.get(&entry.key.text)?;
                    Some((&mut entry.value, merged))
                }));
            }
            _ => {}
        }
    }
}

fn unfit(item: &Node) -> Box<Diagnostic> {
    let message = format!("{} is an item of a list that merges by key", item.describe());
    Box::new(
        Diagnostic::error(Code::Patch, message)
            .at(item.span())
            .help("make it a mapping that has the key (or, in a list of texts, a text)"),
    )
}

fn too_long(span: Span, keys: &[&str]) -> Box<Diagnostic> {
    let lacking = if keys == [""] { "repeated items".to_owned() } else { name_keys(keys) };
    let message =
        format!("a list of more than {MAX_ITEMS} items, where some lack or share {lacking}");
    Box::new(
        Diagnostic::error(Code::TooLarge, message).at(span).help("give every item keys of its own"),
    )
}
