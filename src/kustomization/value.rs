//! What the fields of typed files are made of: lists, maps, and small values with a place.
//!
//! Text is [`Text`] everywhere: it knows its own place, and empty text means "not set", as in the
//! format. Lists and maps say whether the file has them at all, for an empty one still counts as
//! something that the file sets.

use std::ops::Deref;
use std::slice;
use std::vec;

use crate::source::{Span, Text};
use crate::yaml::Node;

/// A value and the place where the file sets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value; the type's default when the file does not set it.
    pub value: T,
    /// Where it stands; [`Span::NONE`] when the file does not set it.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Spanned<T> {
        Spanned { value, span: Span::NONE }
    }
}

/// A list, in file order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    pub(super) items: Vec<T>,
    pub(super) present: bool,
    pub(super) span: Span,
}

impl<T> List<T> {
    /// Whether the file has the list: an empty one is there, a null is not.
    pub fn is_present(&self) -> bool {
        self.present
    }

    /// Where the list stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Moves the items of another list behind the own ones. The other list is then not present;
    /// this one is, if it has an item.
    pub(super) fn absorb(&mut self, other: &mut List<T>) {
        let mut other = std::mem::take(other);
        self.present |= !other.items.is_empty();
        if self.span.is_none() {
            self.span = other.span;
        }
        self.items.append(&mut other.items);
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        self.present = true;
        self.items.push(item);
    }
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { items: Vec::new(), present: false, span: Span::NONE }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> List<T> {
        List { items: items.into_iter().collect(), present: true, span: Span::NONE }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// A map from text, sorted by key (by bytes, as the reference applies it). Keys are unique and
/// know their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<V> {
    pub(super) entries: Vec<(Text, V)>,
    pub(super) present: bool,
    pub(super) span: Span,
}

impl<V> Map<V> {
    /// Whether the file has the map: an empty one is there, a null is not.
    pub fn is_present(&self) -> bool {
        self.present
    }

    /// Where the map stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        let at = self.entries.binary_search_by(|(text, _)| text.as_str().cmp(key)).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// Brings keys that were added at the end to their places; of two equal keys the later stays.
    pub(super) fn settle(&mut self) {
        self.entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.entries.reverse();
        self.entries.dedup_by(|(later, _), (kept, _)| later == kept);
        self.entries.reverse();
    }
}

impl<V> Default for Map<V> {
    fn default() -> Map<V> {
        Map { entries: Vec::new(), present: false, span: Span::NONE }
    }
}

impl<V> Deref for Map<V> {
    type Target = [(Text, V)];

    fn deref(&self) -> &[(Text, V)] {
        &self.entries
    }
}

impl<V> FromIterator<(Text, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (Text, V)>>(entries: I) -> Map<V> {
        let entries = entries.into_iter().collect();
        let mut map = Map { entries, present: true, span: Span::NONE };
        map.settle();
        map
    }
}

impl<'m, V> IntoIterator for &'m Map<V> {
    type Item = &'m (Text, V);
    type IntoIter = slice::Iter<'m, (Text, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

/// A mapping that holds anything and is not looked into.
#[derive(Clone, Debug, Default)]
pub struct Tree(pub(super) Option<Node>);

impl Tree {
    /// The mapping, if the file has it.
    pub fn node(&self) -> Option<&Node> {
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_sorted_and_the_later_of_two_keys_stays() {
        let pairs = [("b", 1), ("a", 2), ("b", 3), ("B", 4)];
        let map: Map<i32> =
            pairs.into_iter().map(|(key, value)| (Text::from(key), value)).collect();
        let found: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        assert_eq!(found, [("B", 4), ("a", 2), ("b", 3)]);
        assert_eq!(map.get("b"), Some(&3));
        assert_eq!(map.get("c"), None);
    }

    #[test]
    fn absorbing_an_empty_list_leaves_no_trace() {
        let (mut resources, mut bases): (List<i32>, List<i32>) =
            (List::default(), [].into_iter().collect());
        resources.absorb(&mut bases);
        assert!(!resources.is_present() && !bases.is_present());
        bases.push(1);
        resources.absorb(&mut bases);
        assert!(resources.is_present() && !bases.is_present());
        assert_eq!(*resources, [1]);
    }
}
