//! Anchors of one document, and the bounds on what their aliases add.

use std::collections::{HashMap, HashSet};

use super::characters::{self, NAME};
use crate::source::Span;
use crate::yaml::Node;

/// What an anchor stands for.
pub(super) enum Anchored {
    /// A collection that is not complete: an alias to it would never end.
    Open,
    /// A complete node.
    Complete {
        /// The node.
        node: Node,
        /// The number of nodes in it, keys counted.
        size: usize,
        /// How many collections stand inside of each other.
        height: usize,
    },
}

/// An anchor, and where it stands.
pub(super) struct Anchor {
    pub(super) node: Anchored,
    pub(super) span: Span,
}

/// The anchors of a document, by name. A name may be given again; the last one counts.
///
/// Only names that the text may use are kept: the others need no copy of their node.
#[derive(Default)]
pub(super) struct Anchors<'s> {
    anchors: Vec<Anchor>,
    by_name: HashMap<&'s str, usize>,
    /// The names that aliases in the text use, once an anchor has asked for them.
    used: Option<HashSet<&'s str>>,
}

impl<'s> Anchors<'s> {
    /// Forgets all anchors.
    pub(super) fn clear(&mut self) {
        if self.used.take().is_some() {
            self.anchors.clear();
            self.by_name.clear();
        }
    }

    /// Adds an anchor whose node is not complete, and returns its number. Nothing if no alias
    /// can ask for it. `text` is that of the document.
    pub(super) fn open(&mut self, name: &'s str, span: Span, text: &'s str) -> Option<usize> {
        let used = self.used.get_or_insert_with(|| names(text, b'*'));
        if !used.contains(name) {
            return None;
        }
        let anchor = Anchor { node: Anchored::Open, span };
        if let Some(id) = self.by_name.get(name)
            && let Anchored::Complete { .. } = self.anchors[*id].node
        {
            self.anchors[*id] = anchor;
            return Some(*id);
        }
        let id = self.anchors.len();
        self.anchors.push(anchor);
        self.by_name.insert(name, id);
        Some(id)
    }

    /// Gives an anchor its node.
    pub(super) fn close(&mut self, id: usize, node: Node, size: usize, height: usize) {
        self.anchors[id].node = Anchored::Complete { node, size, height };
    }

    /// The anchor of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Anchor> {
        self.by_name.get(name).map(|id| &self.anchors[*id])
    }
}

/// All names in a text behind `indicator`.
pub(super) fn names(text: &str, indicator: u8) -> HashSet<&str> {
    memchr::memchr_iter(indicator, text.as_bytes())
        .map(|at| {
            let name = &text[at + 1..];
            let len = name.bytes().take_while(|byte| characters::is(*byte, NAME));
            &name[..len.count()]
        })
        .filter(|name| !name.is_empty())
        .collect()
}
