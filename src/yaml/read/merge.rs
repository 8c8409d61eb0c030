//! Merge keys: `<<`.
//!
//! The reference resolves them when it loads a resource: a mapping's own keys win over merged
//! ones, and in a list of mappings the earlier win over the later. A key that is spelled `<<` in
//! quotes is no merge key; for resources the reference loses it nevertheless.
//!
//! Other files are read by an older library, which goes through a mapping from top to bottom, so
//! that a merged key wins over one that stands before the `<<`.

use thin_vec::ThinVec;

use std::collections::HashMap;

use super::scan::Flavour;
use crate::diag::{Code, Diagnostic, Result};
use crate::source::Text;
use crate::yaml::{Entry, Key, Node, Style, Tag};

/// Whether a key has to do with merging: it is a merge key, or looks like one.
#[inline]
pub(super) fn concerns(key: &Key) -> bool {
    key.tag == Tag::Merge || *key.text == *"<<"
}

/// Whether a key asks for a merge.
pub(super) fn is_merge(key: &Key, flavour: Flavour) -> bool {
    let named = *key.text == *"<<";
    match (key.tag, flavour) {
        (Tag::Merge, Flavour::Resources) => true,
        (Tag::Merge, Flavour::Settings) => named,
        (Tag::Auto, _) => named && key.style == Style::Plain,
        _ => false,
    }
}

/// Checks the value of a merge key that is an alias: it must stand for a mapping itself.
pub(super) fn check_alias(key: &Key, node: &Node, flavour: Flavour) -> Result<()> {
    if is_merge(key, flavour) && node.as_mapping().is_none() {
        return Err(no_mapping(key, node));
    }
    Ok(())
}

/// Resolves the merge keys among the entries of a mapping.
pub(super) fn resolve(entries: ThinVec<Entry>, flavour: Flavour) -> Result<ThinVec<Entry>> {
    match flavour {
        Flavour::Resources => resolve_like_loading(entries),
        Flavour::Settings => resolve_in_order(entries),
    }
}

fn resolve_like_loading(entries: ThinVec<Entry>) -> Result<ThinVec<Entry>> {
    let mut asked: Option<Text> = None;
    let mut named = false;
    let mut sources = Vec::new();
    let mut merged = Merged::with_capacity(entries.len());
    for entry in entries {
        let is_merge = is_merge(&entry.key, Flavour::Resources);
        // The first key that is spelled like this goes, whatever it is; a merge key goes in any
        // case, as it has no effect a second time.
        let goes = *entry.key.text == *"<<" && (is_merge || !named);
        named |= goes;
        if !is_merge {
            if !goes {
                merged.add(entry, false);
            }
            continue;
        }
        if let Some(first) = &asked {
            return Err(Box::new(
                Diagnostic::error(Code::DuplicateKey, "a second merge key in one mapping")
                    .at(entry.key.text.span())
                    .label(first.span(), "the first one")
                    .help("merge a list of mappings: `<<: [*a, *b]`"),
            ));
        }
        asked = Some(entry.key.text.clone());
        sources = match goes {
            true => mappings(&entry.key, entry.value)?,
            // Tagged as a merge key, under another name: merged and kept.
            false => {
                merged.add(entry.clone(), false);
                mappings(&entry.key, entry.value)?
            }
        };
    }
    // The later of a list come first, so that the earlier replace what they left.
    for entry in sources.into_iter().rev().flatten() {
        match merged.find(&entry.key) {
            None => merged.add(entry, true),
            Some(at) if merged.foreign[at] => merged.entries[at] = entry,
            Some(_) => {}
        }
    }
    Ok(merged.into_entries())
}

fn resolve_in_order(entries: ThinVec<Entry>) -> Result<ThinVec<Entry>> {
    let mut merged = Merged::with_capacity(entries.len());
    for entry in entries {
        if is_merge(&entry.key, Flavour::Settings) {
            for entry in mappings(&entry.key, entry.value)?.into_iter().rev().flatten() {
                match merged.find(&entry.key) {
                    None => merged.add(entry, true),
                    Some(at) => merged.replace(at, entry, true),
                }
            }
        } else {
            match merged.find(&entry.key) {
                Some(at) if merged.foreign[at] => merged.replace(at, entry, false),
                // A key that is there twice is not settled here.
                _ => merged.add(entry, false),
            }
        }
    }
    Ok(merged.into_entries())
}

/// Entries that can be found by key.
struct Merged {
    entries: ThinVec<Entry>,
    /// For each entry, whether a merge brought it.
    foreign: Vec<bool>,
    positions: HashMap<Text, usize>,
}

impl Merged {
    fn with_capacity(capacity: usize) -> Merged {
        Merged {
            entries: ThinVec::with_capacity(capacity),
            foreign: Vec::with_capacity(capacity),
            positions: HashMap::new(),
        }
    }

    /// The index of the first entry with this key.
    fn find(&self, key: &Key) -> Option<usize> {
        self.positions.get(&*key.text).copied()
    }

    /// Adds an entry at the end, whether or not its key is there.
    fn add(&mut self, entry: Entry, foreign: bool) {
        let at = self.entries.len();
        self.positions.entry(entry.key.text.clone()).or_insert(at);
        self.entries.push(entry);
        self.foreign.push(foreign);
    }

    /// Puts an entry in the place of another with the same key.
    fn replace(&mut self, at: usize, entry: Entry, foreign: bool) {
        self.entries[at] = entry;
        self.foreign[at] = foreign;
    }

    fn into_entries(mut self) -> ThinVec<Entry> {
        self.entries.shrink_to_fit();
        self.entries
    }
}

/// The entries of the mapping, or of each of the mappings, that a merge key asks for.
fn mappings(key: &Key, value: Node) -> Result<Vec<ThinVec<Entry>>> {
    let entries = |node: Node| match node {
        Node::Mapping(mut mapping) => Ok(std::mem::take(mapping.entries_mut())),
        node => Err(no_mapping(key, &node)),
    };
    match value {
        Node::Sequence(sequence) => sequence.items.into_iter().map(entries).collect(),
        node => Ok(vec![entries(node)?]),
    }
}

fn no_mapping(key: &Key, node: &Node) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            Code::Yaml,
            format!("only mappings can be merged, this is {}", node.describe()),
        )
        .at(node.span())
        .label(key.text.span(), "the merge key")
        .help("write an alias of a mapping, or a list of them: `<<: [*a, *b]`"),
    )
}
