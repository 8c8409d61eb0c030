//! The order of the output.

use std::cmp::Ordering;

use super::circular;
use crate::k8s::order::{FIRST, LAST, compare_type_texts, rank};
use crate::k8s::{Id, Resource};

/// How the resources of a build are ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// As they were added.
    Fifo,
    /// By kind, with lists of kinds that come first and last; then by type, namespace and name.
    #[default]
    Legacy,
    /// The same, with lists of one's own.
    LegacyWith { first: Vec<String>, last: Vec<String> },
}

/// Sorts resources.
pub(super) fn sort(resources: &mut [Resource], order: &Order) {
    let ranked = |kind: &str| match order {
        Order::LegacyWith { first, last } => rank(kind, first, last),
        _ => rank(kind, FIRST, LAST),
    };
    if *order == Order::Fifo {
        return;
    }
    // Resources are large: keys are sorted, and each resource is moved once.
    let mut keys: Vec<(i64, usize)> = resources
        .iter()
        .enumerate()
        .map(|(at, resource)| (ranked(&resource.id().kind), at))
        .collect();
    let by_key = |a: &(i64, usize), b: &(i64, usize)| {
        a.0.cmp(&b.0).then_with(|| compare(resources[a.1].id(), resources[b.1].id()))
    };
    match may_be_circular(resources) {
        true => circular::sort(&mut keys, |a, b| by_key(a, b) == Ordering::Less),
        false => keys.sort_by(by_key),
    }
    let mut sources: Vec<usize> = keys.into_iter().map(|(_, at)| at).collect();
    // Moves along the cycles of the permutation, so that no second list is needed.
    for start in 0..sources.len() {
        let mut at = start;
        while sources[at] != start {
            let from = std::mem::replace(&mut sources[at], at);
            resources.swap(at, from);
            at = from;
        }
        sources[at] = at;
    }
}

/// Whether the order may go round in circles: the real Namespace comes before other Namespaces,
/// which may come before other kinds, which may come before the real one.
fn may_be_circular(resources: &[Resource]) -> bool {
    let ids = resources.iter().map(Resource::id);
    let mut namespaces = ids.filter(|id| id.kind == *"Namespace");
    let Some(first) = namespaces.next() else { return false };
    namespaces.any(|id| id.api_version != first.api_version)
}

/// Orders resources of equal rank.
fn compare(a: &Id, b: &Id) -> Ordering {
    if a.kind == b.kind && a.api_version == b.api_version {
        return match a.namespace == b.namespace {
            true => or(&a.name, "~N").cmp(or(&b.name, "~N")),
            false => place(a).cmp(place(b)),
        };
    }
    let order = compare_type_texts(type_name(a), type_name(b));
    let namespaces = a.kind == *"Namespace" && b.kind == *"Namespace";
    // The real Namespace comes before other groups' kinds of that name.
    if namespaces && (a.group().is_empty() || b.group().is_empty()) {
        order.reverse()
    } else {
        order
    }
}

fn type_name(id: &Id) -> (&str, &str, &str) {
    (id.group(), id.version(), &id.kind)
}

/// `namespace|name`, in which `~` and a letter stand for what is absent.
fn place(id: &Id) -> impl Iterator<Item = u8> {
    [or(&id.namespace, "~X"), "|", or(&id.name, "~N")].into_iter().flat_map(str::bytes)
}

fn or<'t>(part: &'t str, absent: &'static str) -> &'t str {
    if part.is_empty() { absent } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::schema::Schema;
    use crate::yaml::{Mapping, Node};

    fn resource(kind: &str, name: &str) -> Resource {
        let mut metadata = Mapping::default();
        metadata.set("name", Node::string(name));
        let mut root = Mapping::default();
        root.set("apiVersion", Node::string("v1"));
        root.set("kind", Node::string(kind));
        root.set("metadata", metadata.into());
        Resource::new(root.into(), &Schema::builtin())
    }

    #[test]
    fn every_order_of_the_input_gives_the_same_output() {
        let sorted = ["Namespace a", "ConfigMap A", "ConfigMap a10", "ConfigMap a2", "Pod b"];
        let mut order = [0, 1, 2, 3, 4];
        for swap in 0..120 {
            order.swap(swap % 4, 1 + (swap / 5) % 4);
            let make = |at: &usize| sorted[*at].split_once(' ').unwrap();
            let mut resources: Vec<Resource> =
                order.iter().map(make).map(|(kind, name)| resource(kind, name)).collect();
            sort(&mut resources, &Order::Legacy);
            let found: Vec<String> =
                resources.iter().map(|r| format!("{} {}", r.id().kind, r.id().name)).collect();
            assert_eq!(found, sorted);
        }
    }
}
