//! What `test` takes for equal.

use std::collections::{HashMap, HashSet};

use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar};

/// Lists of members longer than this are indexed.
const INDEXED: usize = 8;

/// Whether a value of a resource equals one of a patch: by their JSON, whatever the order of keys.
///
/// The reference compares the spelling of scalars. It writes those of resources itself, so only an
/// `odd` one of the patch can be spelled otherwise, and then equals nothing but itself. Lists with
/// a null in them equal nothing at all: the reference crashes over them.
pub(super) fn equal(found: &Node, wanted: &Node, odd: &HashSet<Span>) -> bool {
    match (found, wanted) {
        (Node::Scalar(found), Node::Scalar(wanted)) => equal_scalars(found, wanted, odd),
        (Node::Sequence(found), Node::Sequence(wanted)) => {
            let mut pairs = found.items.iter().zip(&wanted.items);
            found.items.len() == wanted.items.len()
                && pairs.all(|(found, wanted)| !found.is_null() && equal(found, wanted, odd))
        }
        (Node::Mapping(found), Node::Mapping(wanted)) => {
            found.len() == wanted.len() && equal_members(found, wanted, odd)
        }
        _ => false,
    }
}

fn equal_scalars(found: &Scalar, wanted: &Scalar, odd: &HashSet<Span>) -> bool {
    if found.is_null() || wanted.is_null() {
        return found.is_null() && wanted.is_null();
    }
    let (place, other) = (found.text.span(), wanted.text.span());
    if found.is_negative_zero() != wanted.is_negative_zero() {
        return false;
    }
    // Spellings of the same value and length are taken for the same.
    let spelled_alike = match (odd.contains(&place), odd.contains(&other)) {
        (true, true) => place.len() == other.len() && found.text == wanted.text,
        (one, two) => one == two,
    };
    spelled_alike && matches!((found.value(), wanted.value()), (Ok(a), Ok(b)) if a == b)
}

fn equal_members(found: &Mapping, wanted: &Mapping, odd: &HashSet<Span>) -> bool {
    if found.len() <= INDEXED {
        return wanted.iter().all(|entry| {
            found.get(&entry.key.text).is_some_and(|value| equal(value, &entry.value, odd))
        });
    }
    let index: HashMap<&str, &Node> =
        found.iter().map(|entry| (entry.key.text.as_str(), &entry.value)).collect();
    wanted.iter().all(|entry| {
        index.get(entry.key.text.as_str()).is_some_and(|value| equal(value, &entry.value, odd))
    })
}
