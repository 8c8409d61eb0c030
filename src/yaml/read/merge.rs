//! Merge keys: `<<`.
//!
//! The reference resolves them when it loads a resource: a mapping's own keys win over merged
//! ones, and in a list of mappings the earlier win over the later. A key that is spelled `<<` in
//! quotes is no merge key; for resources the reference loses it nevertheless.
//!
//! Other files are read by an older library, which goes through a mapping from top to bottom, so
//! that a merged key wins over one that stands before the `<<`.

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
pub(super) fn resolve(entries: Vec<Entry>, flavour: Flavour) -> Result<Vec<Entry>> {
    match flavour {
        Flavour::Resources => resolve_like_loading(entries),
        Flavour::Settings => resolve_in_order(entries),
    }
}

fn resolve_like_loading(entries: Vec<Entry>) -> Result<Vec<Entry>> {
    let mut asked: Option<Text> = None;
    let mut named = false;
    let mut sources = Vec::new();
    let mut own = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut keep = true;
        if *entry.key.text == *"<<" && !named {
            named = true;
            keep = false;
        }
        if !is_merge(&entry.key, Flavour::Resources) {
            if keep {
                own.push(entry);
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
        if keep {
            // Tagged as a merge key, under another name: merged and kept.
            own.push(entry.clone());
        }
        sources = mappings(&entry.key, entry.value)?;
    }
    let mut merged = Merged::of(own);
    let own = merged.entries.len();
    // The later of a list come first, so that the earlier replace what they left.
    for entry in sources.into_iter().rev().flatten() {
        merged.put(entry, |at| at >= own);
    }
    Ok(merged.into_entries())
}

fn resolve_in_order(entries: Vec<Entry>) -> Result<Vec<Entry>> {
    let mut merged = Merged::of(Vec::new());
    // For each entry, whether a merge brought it.
    let mut foreign: Vec<bool> = Vec::new();
    for entry in entries {
        if is_merge(&entry.key, Flavour::Settings) {
            for entry in mappings(&entry.key, entry.value)?
                .into_iter()
                .rev()
                .flatten()
            {
                merged.put(entry, |_| true);
            }
            foreign.resize(merged.entries.len(), true);
        } else {
            let known = merged.positions.get(&*entry.key.text).copied();
            match known.filter(|at| foreign[*at]) {
                Some(at) => {
                    merged.entries[at] = entry;
                    foreign[at] = false;
                }
                None => {
                    merged.add(entry);
                    foreign.push(false);
                }
            }
        }
    }
    Ok(merged.into_entries())
}

/// Entries that can be found by key.
struct Merged {
    entries: Vec<Entry>,
    positions: HashMap<Text, usize>,
}

impl Merged {
    fn of(entries: Vec<Entry>) -> Merged {
        let mut merged = Merged {
            entries: Vec::with_capacity(entries.len()),
            positions: HashMap::new(),
        };
        for entry in entries {
            merged.add(entry);
        }
        merged
    }

    /// Adds an entry at the end, whether or not its key is there.
    fn add(&mut self, entry: Entry) {
        let at = self.entries.len();
        self.positions.entry(entry.key.text.clone()).or_insert(at);
        self.entries.push(entry);
    }

    /// Adds an entry, or puts it in the place of the one with its key if that may be replaced.
    fn put(&mut self, entry: Entry, replaceable: impl Fn(usize) -> bool) {
        match self.positions.get(&*entry.key.text).copied() {
            None => self.add(entry),
            Some(at) if replaceable(at) => self.entries[at] = entry,
            Some(_) => {}
        }
    }

    fn into_entries(mut self) -> Vec<Entry> {
        self.entries.shrink_to_fit();
        self.entries
    }
}

/// The entries of the mapping, or of each of the mappings, that a merge key asks for.
fn mappings(key: &Key, value: Node) -> Result<Vec<Vec<Entry>>> {
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
