//! Strategic merge of lists whose items have keys.
//!
//! Here are lists as they should be: every item has its keys, and no two items share them. Then
//! items are simply matched: those of the patch come first, in its order, and the object's others
//! follow. (With several keys it is only the new items of the patch that come first.) Everything
//! else is left to [`super::irregular`], where order and repetition matter.

use thin_vec::ThinVec;

use std::collections::HashMap;

use super::directive::{self, Directive};
use super::irregular;
use super::merge::{Fate, Level, Merger};
use crate::diag;
use crate::k8s::schema::{ListMerge, SchemaRef};
use crate::yaml::{Node, Sequence, Style, Tag};

/// More keys than any list of Kubernetes has; lists with more take the long way.
const MAX_KEYS: usize = 4;

/// Lists with more items than this are indexed.
const INDEXED: usize = 12;

impl<'m> Merger<'m> {
    /// Both sides have a list.
    pub(super) fn walk_list(
        &mut self,
        dest: &mut Sequence,
        patch: &Sequence,
        how: ListMerge<'m>,
        items: Option<SchemaRef<'m>>,
    ) -> diag::Result<Fate> {
        let directive = directive::of_list(&patch.items).map_err(directive::Unknown::error)?;
        let wanted: Vec<&Node> = match directive {
            Some((_, text)) => {
                patch.items.iter().filter(|item| directive::stays(item, text)).collect()
            }
            None => patch.items.iter().collect(),
        };
        match directive {
            Some((Directive::Delete, _)) => return Ok(Fate::Remove),
            Some((Directive::Replace, _)) => {
                dest.items = wanted.into_iter().cloned().collect();
                dest.set_span(patch.span());
                self.settle_list(dest, how, items)?;
            }
            Some((Directive::Merge, _)) | None => {
                match plan(&dest.items, &wanted, how) {
                    Some(plan) => self.carry_out(dest, &wanted, how, items, plan)?,
                    None => {
                        let patch = wanted.into_iter().cloned().collect();
                        irregular::merge(self, dest, irregular::Patch::Items(patch), how, items)?;
                    }
                };
            }
        }
        Ok(Fate::Keep)
    }

    /// A list of the patch has come into the object.
    pub(super) fn adopt_list(
        &mut self,
        list: &mut Sequence,
        how: ListMerge<'m>,
        items: Option<SchemaRef<'m>>,
        level: Level,
    ) -> diag::Result<Fate> {
        if level == Level::Nested {
            match directive::of_list(&list.items).map_err(directive::Unknown::error)? {
                Some((Directive::Delete, _)) => return Ok(Fate::Remove),
                Some((_, text)) => {
                    let text = text.to_owned();
                    list.items.retain(|item| directive::stays(item, &text));
                }
                None => {}
            }
        }
        self.settle_list(list, how, items)?;
        Ok(Fate::Keep)
    }

    /// The patch has nothing for this list.
    pub(super) fn sweep_list(
        &mut self,
        list: &mut Sequence,
        how: ListMerge<'m>,
        items: Option<SchemaRef<'m>>,
    ) -> diag::Result<()> {
        if plan(&list.items, &[], how).is_none() {
            return irregular::merge(self, list, irregular::Patch::Nothing, how, items);
        }
        for item in &mut list.items {
            match how {
                ListMerge::Set => forget_tag(item),
                ListMerge::Keyed(_) => {
                    self.sweep(item, items)?;
                }
            }
        }
        Ok(())
    }

    /// A list that is both sides of its merge.
    fn settle_list(
        &mut self,
        list: &mut Sequence,
        how: ListMerge<'m>,
        items: Option<SchemaRef<'m>>,
    ) -> diag::Result<()> {
        if plan(&list.items, &[], how).is_none() {
            return irregular::merge(self, list, irregular::Patch::Same, how, items);
        }
        let mut settled = ThinVec::with_capacity(list.items.len());
        for mut item in std::mem::take(&mut list.items) {
            match how {
                ListMerge::Set => forget_tag(&mut item),
                ListMerge::Keyed(_) => {
                    if self.adopt(&mut item, items, Level::Nested)? == Fate::Remove {
                        continue;
                    }
                }
            }
            settled.push(item);
        }
        list.items = settled;
        Ok(())
    }

    fn carry_out(
        &mut self,
        dest: &mut Sequence,
        patch: &[&Node],
        how: ListMerge<'m>,
        items: Option<SchemaRef<'m>>,
        plan: Plan,
    ) -> diag::Result<()> {
        let mut old: Vec<Option<Node>> = dest.items.drain(..).map(Some).collect();
        let mut merged = ThinVec::with_capacity(old.len().max(patch.len()));
        let mut met = vec![false; old.len()];
        for (item, found) in patch.iter().zip(plan.found) {
            let place = found.and_then(|at| {
                met[at] = true;
                old.get_mut(at)
            });
            let Some(place) = place else {
                let mut new = (*item).clone();
                let fate = match how {
                    ListMerge::Set => Fate::Keep,
                    ListMerge::Keyed(_) => self.adopt(&mut new, items, Level::Top)?,
                };
                if fate == Fate::Keep {
                    forget_tag(&mut new);
                    merged.push(new);
                }
                continue;
            };
            if let ListMerge::Keyed(_) = how
                && let Some(node) = place
                && self.walk_item(node, item, items)? == Fate::Remove
            {
                *place = None;
            }
            if plan.keys == 1 {
                merged.extend(place.take());
            }
        }
        for (place, met) in old.iter_mut().zip(met) {
            let Some(node) = place.as_mut().filter(|_| !met) else { continue };
            match how {
                ListMerge::Set => forget_tag(node),
                ListMerge::Keyed(_) => {
                    self.sweep(node, items)?;
                }
            }
        }
        merged.extend(old.into_iter().flatten());
        dest.items = merged;
        Ok(())
    }

    /// An item that both sides have.
    fn walk_item(
        &mut self,
        dest: &mut Node,
        patch: &Node,
        items: Option<SchemaRef<'m>>,
    ) -> diag::Result<Fate> {
        if let Node::Mapping(mapping) = patch
            && let Ok(Some(Directive::Replace)) = directive::of_mapping(mapping)
        {
            self.report_idle_replace(mapping, "in an item of a list");
            // The reference merges what the item says with itself, finds errors in doing so, and
            // then puts the old item back.
            self.adopt(&mut patch.clone(), items, Level::Nested)?;
            return Ok(Fate::Keep);
        }
        self.walk(dest, patch, items)
    }
}

/// Members of sets lose their tag, not their style: quotes that meant nothing beside a tag mean
/// something again.
pub(super) fn forget_tag(item: &mut Node) {
    if let Node::Scalar(scalar) = item {
        if scalar.style == Style::Tagged && scalar.text.around().0.ends_with(['"', '\'']) {
            scalar.style = Style::DoubleQuoted;
        }
        scalar.tag = Tag::Untagged;
    }
}

/// How the items of a regular list fit together.
struct Plan {
    /// How many keys are in use.
    keys: usize,
    /// For each item of the patch the place of the object's item with the same keys.
    found: Vec<Option<usize>>,
}

/// The keys of an item, empty for those that it does not have.
type Identity<'n> = [&'n str; MAX_KEYS];

/// The plan for regular lists: in both lists every item has the same keys, and none has them
/// twice.
fn plan(dest: &[Node], patch: &[&Node], how: ListMerge<'_>) -> Option<Plan> {
    let mut used = None;
    let mut read = |item| {
        let identity = identity(item, how)?;
        let keys = identity.map(|text| !text.is_empty());
        (*used.get_or_insert(keys) == keys && keys.contains(&true)).then_some(identity)
    };
    let old: Vec<Identity<'_>> = dest.iter().map(&mut read).collect::<Option<_>>()?;
    let new: Vec<Identity<'_>> = patch.iter().copied().map(&mut read).collect::<Option<_>>()?;
    let found = if old.len().max(new.len()) <= INDEXED {
        let unique = |all: &[Identity<'_>]| (1..all.len()).all(|at| !all[..at].contains(&all[at]));
        if !unique(&old) || !unique(&new) {
            return None;
        }
        new.iter().map(|item| old.iter().position(|other| other == item)).collect()
    } else {
        let old = index(&old)?;
        index(&new)?;
        new.iter().map(|item| old.get(item).copied()).collect()
    };
    let keys = used.map_or(1, |keys| keys.iter().filter(|used| **used).count());
    Some(Plan { keys, found })
}

/// The places of the items; nothing when two of them are the same.
fn index<'n>(all: &[Identity<'n>]) -> Option<HashMap<Identity<'n>, usize>> {
    let index: HashMap<_, _> = all.iter().copied().zip(0..).collect();
    (index.len() == all.len()).then_some(index)
}

fn identity<'n>(item: &'n Node, how: ListMerge<'_>) -> Option<Identity<'n>> {
    let mut identity = [""; MAX_KEYS];
    match (how, item) {
        (ListMerge::Set, Node::Scalar(scalar)) if !scalar.is_null() => {
            identity[0] = &scalar.text;
        }
        (ListMerge::Keyed(keys), Node::Mapping(mapping)) if keys.len() <= MAX_KEYS => {
            for (key, place) in keys.iter().zip(&mut identity) {
                match mapping.get(key) {
                    Some(Node::Scalar(value)) if !value.is_null() => *place = &value.text,
                    // Neither a key nor the lack of one.
                    Some(_) => return None,
                    None => {}
                }
            }
        }
        _ => return None,
    }
    Some(identity)
}
