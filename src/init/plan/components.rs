//! Which components each overlay lists, in the order of the table in `components/README.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag;
use crate::yaml::Node;

use super::{Work, kustomization};
use crate::init::stack::FILES;
use crate::init::tree::{Tree, defect};

/// The order of what an overlay has of its own, such as `shared`.
const OWN: u32 = 40;

const TABLE: &str = "components/README.md";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    order: u32,
    overlays: Vec<String>,
    /// What it needs from outside, and what it is.
    pub(super) needs: String,
    pub(super) about: String,
}

/// All components, and what each overlay lists.
#[derive(Debug)]
pub(super) struct Components {
    rows: Vec<Row>,
    wanted: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Components {
    /// What the overlays of the stack list.
    pub(super) fn of_stack(tree: &Tree) -> diag::Result<Components> {
        let rows = rows(FILES.iter().find(|(path, _)| *path == TABLE).map_or("", |(_, text)| text));
        let mut wanted = BTreeMap::new();
        for overlay in ["staging", "prod", "canary"] {
            let text = tree.get(&kustomization(overlay))?;
            let listed = rows.iter().filter(|row| lists(text, &row.name));
            wanted.insert(overlay, listed.map(|row| row.name.clone()).collect());
        }
        Ok(Components { rows, wanted })
    }

    /// Has the overlays list a component, where it makes sense.
    pub(super) fn add(&mut self, name: &str) {
        let Some(row) = self.rows.iter().find(|row| row.name == name) else { return };
        for (overlay, wanted) in &mut self.wanted {
            if row.overlays.is_empty() || row.overlays.iter().any(|one| one == overlay) {
                wanted.insert(name.to_owned());
            }
        }
    }

    /// Has no overlay list a component.
    pub(super) fn remove(&mut self, name: &str) {
        for wanted in self.wanted.values_mut() {
            wanted.remove(name);
        }
    }

    /// Whether an overlay lists a component.
    pub(super) fn has(&self, name: &str) -> bool {
        self.wanted.values().any(|wanted| wanted.contains(name))
    }

    /// Forgets an overlay.
    pub(super) fn forget(&mut self, overlay: &str) {
        self.wanted.remove(overlay);
    }

    /// The components that some overlay lists, in the order of the table.
    pub(super) fn used(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| self.has(&row.name))
    }

    fn order(&self, item: &str) -> u32 {
        let name = item.strip_prefix("../../components/");
        let row = name.and_then(|name| self.rows.iter().find(|row| row.name == name));
        row.map_or(OWN, |row| row.order)
    }
}

fn lists(overlay: &str, name: &str) -> bool {
    let item = format!("- ../../components/{name}");
    overlay.lines().any(|line| line.trim() == item)
}

fn rows(table: &str) -> Vec<Row> {
    let rows = table.lines().filter(|line| line.starts_with("| [`"));
    let rows = rows.filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let names = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        let name = names(cells.next()?).into_iter().next()?;
        let order = cells.next()?.parse().ok()?;
        let overlays = names(cells.next()?);
        let mut cells = cells.skip(2);
        let needs = cells.next()?.to_owned();
        Some(Row { name, order, overlays, needs, about: cells.next()?.to_owned() })
    });
    rows.collect()
}

/// Writes the lists, and takes the components out that no overlay lists.
pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    for overlay in work.overlays() {
        let file = kustomization(overlay);
        let wanted = work.components.wanted.get(overlay).cloned().unwrap_or_default();
        work.tree.remove_items(&file, "components", |item| {
            let name = item.text().and_then(|text| text.strip_prefix("../../components/"));
            name.is_some_and(|name| !wanted.contains(name))
        })?;
        for name in &wanted {
            if lists(work.tree.get(&file)?, name) {
                continue;
            }
            let item = format!("../../components/{name}");
            let order = work.components.order(&item);
            let before = position(&work.tree, &file, |other| work.components.order(other) > order)?;
            work.tree.push(&file, "components", before, &item)?;
        }
    }
    let unused: Vec<String> = work.components.rows.iter().map(|row| row.name.clone()).collect();
    for name in unused.iter().filter(|name| !work.components.has(name)) {
        work.tree.remove_directory(&format!("components/{name}"));
    }
    Ok(())
}

/// The index of the first component for which something holds.
fn position(tree: &Tree, file: &str, holds: impl Fn(&str) -> bool) -> diag::Result<Option<usize>> {
    let sources = crate::source::Sources::new();
    let source = sources.add(file, tree.get(file)?.to_owned());
    let source = source.map_err(|error| defect(file, &error.to_string()))?;
    let root = crate::yaml::parse_document(&source, &crate::yaml::Limits::default())?;
    let items = root.as_ref().and_then(|root| root.at(&["components"])?.as_sequence());
    let items = items.map_or(&[][..], |list| &list.items);
    Ok(items.iter().position(|item| item.text().is_some_and(|text| holds(text))))
}

/// Whether an item of a list is a mapping with this text under a key.
pub(super) fn has_text(item: &Node, keys: &[&str], wanted: &str) -> bool {
    item.at(keys).and_then(Node::text).is_some_and(|text| *text == *wanted)
}
