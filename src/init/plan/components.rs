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

/// How a row begins.
const ROW: &str = "| [`";

/// What the table says of itself that does not concern an app.
const FOR_TESTS: &str = "Tests read it, so it keeps its shape: one";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    order: u32,
    overlays: Vec<String>,
}

fn text() -> &'static str {
    FILES.iter().find(|(path, _)| *path == TABLE).map_or("", |(_, text)| text)
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
        let rows = rows();
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

    /// The table itself, with the rows of those components that some overlay lists.
    pub(super) fn table(&self) -> String {
        let is_used = |line: &&str| match cells(line).next() {
            Some(first) if line.starts_with(ROW) => names(first).iter().any(|name| self.has(name)),
            _ => true,
        };
        let lines = text().split_inclusive('\n').filter(is_used);
        lines.collect::<String>().replace(FOR_TESTS, "One")
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

fn rows() -> Vec<Row> {
    let rows = text().lines().filter(|line| line.starts_with(ROW));
    let rows = rows.filter_map(|line| {
        let mut cells = cells(line);
        let name = names(cells.next()?).into_iter().next()?;
        let order = cells.next()?.parse().ok()?;
        Some(Row { name, order, overlays: names(cells.next()?) })
    });
    rows.collect()
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.trim_matches('|').split('|').map(str::trim)
}

/// The names in backquotes.
fn names(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
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
