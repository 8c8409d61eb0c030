//! Components together: each by itself on each overlay where it makes sense, and many sensible sets of them.
//!
//! A set is sensible when the table in `components/README.md` allows it. What must hold for every one: it builds
//! without a warning, to what kustomize builds, and no rule finds anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::directories_in;
use crate::support::first_difference;
use crate::support::oracle::{Oracle, oracle};
use crate::support::repository;

use super::tree::{Component, Tree, components};

const OVERLAYS: [&str; 3] = ["staging", "prod", "canary"];

/// Sets for each overlay. They are the same in every run.
const SETS: u64 = 80;

/// What an overlay is built with.
struct Set {
    overlay: &'static str,
    /// Whether it is compared with kustomize, which takes its time.
    is_compared: bool,
    /// In the order of the list.
    components: Vec<String>,
}

impl Set {
    /// The components as paths from the overlay, with what prod and canary share.
    fn paths(&self, table: &BTreeMap<String, Component>) -> Vec<String> {
        let shared = match self.overlay {
            "prod" => Some("shared"),
            "canary" => Some("../prod/shared"),
            _ => None,
        };
        let mut paths = Vec::new();
        let mut waiting = shared;
        for name in &self.components {
            // `shared` has order 40, says the table.
            if table[name].order > 40
                && let Some(shared) = waiting.take()
            {
                paths.push(shared.to_owned());
            }
            paths.push(format!("../../components/{name}"));
        }
        paths.extend(waiting.map(str::to_owned));
        paths
    }

    fn tree(&self, table: &BTreeMap<String, Component>) -> Tree {
        let mut tree = Tree::stack();
        tree.set_components(self.overlay, &self.paths(table));
        if self.overlay == "prod" && !self.components.iter().any(|name| name == "autoscaling") {
            // A patch of the overlay is for this component alone; who takes the component out takes it out too.
            let path = "overlays/prod/kustomization.yaml";
            let patch = tree
                .file(path)
                .split("  - target:\n")
                .find(|part| part.contains("kind: HorizontalPodAutoscaler"));
            let patch = patch
                .expect("the patch for the autoscaler")
                .split("\n\n")
                .next()
                .unwrap()
                .to_owned();
            tree.replace(path, &format!("  - target:\n{patch}\n"), "");
        }
        if self.overlay == "canary"
            && !self.components.iter().any(|name| name == "network-policies")
        {
            let path = "overlays/canary/kustomization.yaml";
            let patches = tree.file(path).split("\n\n").find(|part| part.contains("\npatches:"));
            let patches = patches.expect("the patch for the policies").to_owned();
            tree.replace(path, &format!("{patches}\n\n"), "");
        }
        tree
    }

    fn shown(&self) -> String {
        format!("{}: {}", self.overlay, self.components.join(" "))
    }
}

fn table() -> BTreeMap<String, Component> {
    components().into_iter().map(|one| (one.name.clone(), one)).collect()
}

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Adds a component with all that it requires, unless something speaks against one of them.
fn add(
    table: &BTreeMap<String, Component>,
    overlay: &str,
    chosen: &mut Vec<String>,
    name: &str,
) -> bool {
    if chosen.iter().any(|one| one == name) {
        return true;
    }
    let component = &table[name];
    let is_excluded = chosen.iter().any(|one| {
        component.excludes.contains(one)
            || table[one].excludes.contains(&component.name)
            || (component.is_strategy() && table[one].is_strategy())
    });
    if is_excluded || !component.overlays.iter().any(|one| one == overlay) {
        return false;
    }
    let before = chosen.len();
    chosen.push(name.to_owned());
    if component.requires.iter().all(|required| add(table, overlay, chosen, required)) {
        return true;
    }
    chosen.truncate(before);
    false
}

/// Completes a choice to what an overlay may list: a strategy, and the order of the table.
fn complete(
    table: &BTreeMap<String, Component>,
    overlay: &'static str,
    mut chosen: Vec<String>,
    random: &mut Random,
) -> Set {
    let mut strategies: Vec<&Component> = table
        .values()
        .filter(|one| one.is_strategy() && one.overlays.iter().any(|name| name == overlay))
        .collect();
    random.shuffle(&mut strategies);
    if !chosen.iter().any(|one| table[one].is_strategy()) {
        let found = strategies.iter().any(|one| add(table, overlay, &mut chosen, &one.name));
        assert!(found, "no strategy for {overlay} with {chosen:?}");
    }
    // Among equals any order will do.
    random.shuffle(&mut chosen);
    chosen.sort_by_key(|name| table[name].order);
    Set { overlay, is_compared: true, components: chosen }
}

/// Each component on each overlay, with what it requires and nothing else.
fn alone(table: &BTreeMap<String, Component>) -> Vec<Set> {
    let mut sets = Vec::new();
    for component in table.values() {
        for overlay in
            OVERLAYS.into_iter().filter(|name| component.overlays.iter().any(|one| one == name))
        {
            let mut chosen = Vec::new();
            let name = &component.name;
            assert!(add(table, overlay, &mut chosen, name), "{name} can't be had on {overlay}");
            sets.push(complete(table, overlay, chosen, &mut Random::new(1)));
        }
    }
    sets
}

/// The stack with these components in an overlay, with what they require and with a strategy.
pub(super) fn with(overlay: &str, names: &[&str]) -> Tree {
    let table = table();
    let overlay = OVERLAYS.into_iter().find(|one| *one == overlay).expect("an overlay");
    let mut chosen = Vec::new();
    // All overlays have the first.
    for name in ["host"].iter().chain(names) {
        assert!(add(&table, overlay, &mut chosen, name), "{name} on {overlay}");
    }
    complete(&table, overlay, chosen, &mut Random::new(1)).tree(&table)
}

fn random_sets(table: &BTreeMap<String, Component>) -> Vec<Set> {
    let mut sets = Vec::new();
    for overlay in OVERLAYS {
        for seed in 0..SETS {
            let random = &mut Random::new(seed + 1);
            let mut names: Vec<&String> = table.keys().collect();
            random.shuffle(&mut names);
            // From a few to nearly all.
            let wanted = random.below(names.len());
            let mut chosen = Vec::new();
            for name in names.into_iter().take(wanted) {
                add(table, overlay, &mut chosen, name);
            }
            let set = complete(table, overlay, chosen, random);
            sets.push(Set { is_compared: seed % 4 == 0, ..set });
        }
    }
    sets
}

/// Runs `work` for all sets, on two threads; each thread has a place of its own.
fn for_all<P>(sets: &[Set], place: impl Fn() -> P + Sync, work: impl Fn(&P, &Set) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let place = place();
                while let Some(set) = sets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(&place, set);
                }
            });
        }
    });
}

/// What a set builds to, after all that must hold for it was looked at.
fn built(table: &BTreeMap<String, Component>, set: &Set) -> (Tree, String) {
    let tree = set.tree(table);
    let made = tree.build(&format!("overlays/{}", set.overlay));
    assert!(made.warnings().is_empty(), "{}\n{}", set.shown(), made.warnings().join("\n"));
    let findings = made.findings();
    assert!(findings.is_empty(), "{}\n{}", set.shown(), findings.join("\n"));
    let yaml = made.yaml();
    (tree, yaml)
}

/// Compares with kustomize, on a copy of the stack in which only the overlay changes.
fn agrees(oracle: &Oracle, copy: &Path, tree: &Tree, set: &Set, ours: &str) {
    let directory = format!("overlays/{}", set.overlay);
    let file = format!("{directory}/kustomization.yaml");
    fs::write(copy.join(&file), tree.file(&file)).unwrap();
    let reference = oracle.build(copy, &directory).exits(0).stdout;
    let difference = first_difference(&reference, ours.as_bytes());
    assert!(reference == ours.as_bytes(), "{}\n{difference}", set.shown());
}

fn check_all(sets: &[Set], table: &BTreeMap<String, Component>) {
    let Some(oracle) = oracle() else {
        for_all(sets, || (), |(), set| drop(built(table, set)));
        return;
    };
    let copy = || {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in &Tree::stack().files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        directory
    };
    for_all(sets, copy, |copy, set| {
        let (tree, ours) = built(table, set);
        if set.is_compared {
            agrees(oracle, copy.path(), &tree, set, &ours);
        }
    });
}

#[test]
fn every_component_builds_alone() {
    let table = table();
    let sets = alone(&table);
    assert!(sets.len() > 80, "{}", sets.len());
    check_all(&sets, &table);
}

#[test]
fn sensible_sets_build_and_break_no_rule() {
    let table = table();
    let sets = random_sets(&table);
    for component in table.values().filter(|one| !one.overlays.is_empty()) {
        let uses = sets.iter().filter(|set| set.components.contains(&component.name)).count();
        assert!(uses >= 5, "{} is in {uses} sets only", component.name);
    }
    check_all(&sets, &table);
}

#[test]
fn the_table_has_every_component_and_excludes_mutually() {
    let table = table();
    let directories = directories_in(&repository().join("components"));
    let names = directories.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
    assert!(
        names.eq(table.keys().map(String::as_str)),
        "components/README.md lists the directories"
    );
    for component in table.values() {
        for other in component.excludes.iter().chain(&component.requires) {
            assert!(table.contains_key(other), "{} names {other}", component.name);
        }
        for other in &component.excludes {
            assert!(
                table[other].excludes.contains(&component.name),
                "{other} does not exclude {}",
                component.name
            );
        }
        for required in &component.requires {
            assert!(
                table[required].order <= component.order,
                "{} before {required}",
                component.name
            );
        }
        for overlay in &component.overlays {
            assert!(OVERLAYS.contains(&overlay.as_str()), "{overlay}");
        }
    }
}
