//! What is to change, as it is asked for.

use std::collections::BTreeMap;

use super::{Document, Edited, splice};
use crate::diag::Result;

/// The way from the root of a document to a value. Keys are given as they are spelled.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value under a key.
    Key(Box<str>),
    /// To the item with an index, from 0.
    Index(usize),
}

impl Path {
    /// The root itself.
    pub fn root() -> Path {
        Path::default()
    }

    /// One step further, to the value under a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Path {
        self.step(Step::Key(key.into()))
    }

    /// One step further, to an item.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.step(Step::Index(index))
    }

    fn step(&self, step: Step) -> Path {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// The steps from the root on.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The collection that the value stands in, and the last step; nothing for the root.
    fn split(mut self) -> Option<(Path, Step)> {
        let step = self.0.pop()?;
        Some((self, step))
    }
}

/// New content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A string; it is quoted where it must be.
    Text(String),
    /// An integer.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A sequence.
    List(Vec<Content>),
    /// A mapping. Its entries are written in this order, or in that of a neighbour like it.
    Map(Vec<(String, Content)>),
    /// What stands elsewhere in the document, as it is written there, with its comments.
    Copy(Path),
}

impl Content {
    /// A string.
    pub fn text(text: impl Into<String>) -> Content {
        Content::Text(text.into())
    }
}

/// Where in a collection something is inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At its end.
    End,
    /// Before the item with an index; at the end if there is none.
    Before(usize),
    /// Behind the entry with a key; at the end if there is none.
    Behind(Box<str>),
}

/// Edits to be made in one go. Paths are those of the document as it was read, whatever other edits
/// do.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    pub(super) collections: BTreeMap<Path, Collection>,
    count: usize,
}

/// What is to change in one collection.
#[derive(Clone, Debug, Default)]
pub(super) struct Collection {
    /// What becomes of its children.
    pub(super) changed: BTreeMap<Step, Change>,
    pub(super) inserted: Vec<Insertion>,
}

/// What becomes of a child.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// The numbers of the edits that ask for it.
    pub(super) edits: Vec<usize>,
    pub(super) removed: bool,
    pub(super) value: Option<Content>,
    pub(super) key: Option<String>,
}

/// A new child.
#[derive(Clone, Debug)]
pub(super) struct Insertion {
    pub(super) edit: usize,
    pub(super) at: At,
    pub(super) key: Option<String>,
    pub(super) value: Content,
}

impl Edits {
    /// Nothing to change.
    pub fn new() -> Edits {
        Edits::default()
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number of edits so far, which is the index of the next one in [`Edited::lines`].
    pub fn len(&self) -> usize {
        self.count
    }

    /// Puts a new value in the place of another. A scalar keeps its quotes where the new text
    /// allows it. The root can't be replaced.
    pub fn replace(&mut self, path: Path, value: Content) {
        if let Some(change) = self.change(path) {
            change.value = Some(value);
        }
    }

    /// Gives an entry another key. May be combined with [`Edits::replace`].
    pub fn rename(&mut self, path: Path, key: &str) {
        if let Some(change) = self.change(path) {
            change.key = Some(key.to_owned());
        }
    }

    /// Takes an entry or an item out, with its own comments.
    pub fn remove(&mut self, path: Path) {
        if let Some(change) = self.change(path) {
            change.removed = true;
        }
    }

    /// Adds an entry to a mapping.
    pub fn insert(&mut self, mapping: Path, at: At, key: &str, value: Content) {
        self.add(mapping, at, Some(key.to_owned()), value);
    }

    /// Adds an item to a sequence. Items for one place are added in the order they are asked for.
    pub fn push(&mut self, sequence: Path, at: At, value: Content) {
        self.add(sequence, at, None, value);
    }

    /// Makes the new text.
    ///
    /// # Errors
    /// When a path leads nowhere, or to a value that comes from an alias or a merge key, and when
    /// the text can't be changed without changing what no edit speaks of.
    pub fn apply(&self, document: &Document) -> Result<Edited> {
        splice::apply(self, document)
    }

    fn change(&mut self, path: Path) -> Option<&mut Change> {
        let (path, step) = path.split()?;
        let edit = self.count;
        self.count += 1;
        let change = self.collections.entry(path).or_default().changed.entry(step).or_default();
        change.edits.push(edit);
        Some(change)
    }

    fn add(&mut self, path: Path, at: At, key: Option<String>, value: Content) {
        let insertion = Insertion { edit: self.count, at, key, value };
        self.count += 1;
        self.collections.entry(path).or_default().inserted.push(insertion);
    }
}
