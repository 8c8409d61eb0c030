//! Lists whose entries have names: `images`, `replicas`.

use std::collections::{HashMap, HashSet};

use super::fields::{self, List};
use crate::yaml::edit::At;

/// The entries of a list by name.
pub(super) struct Named<'n> {
    names: Vec<&'n str>,
    by_name: HashMap<&'n str, Vec<usize>>,
    is_sorted: bool,
}

impl<'n> Named<'n> {
    pub(super) fn of(list: &List<'n>) -> Named<'n> {
        let names: Vec<&str> = list.items.iter().map(|item| fields::text(item, "name")).collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            by_name.entry(name).or_default().push(index);
        }
        Named { is_sorted: names.is_sorted(), names, by_name }
    }

    /// The entries of a name, in order.
    pub(super) fn indexes(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where a new name belongs: in order if the names have one, else at the end.
    pub(super) fn place(&self, name: &str) -> At {
        match self.names.partition_point(|known| *known <= name) {
            at if self.is_sorted && at < self.names.len() => At::Before(at),
            _ => At::End,
        }
    }
}

/// Of several for one name, the last.
pub(super) fn last_of_each<T>(all: &[T], name: fn(&T) -> &str) -> Vec<&T> {
    let mut seen = HashSet::new();
    let mut kept: Vec<&T> = all.iter().rev().filter(|one| seen.insert(name(one))).collect();
    kept.reverse();
    kept
}
