//! Which fields hold names of which kinds.

use std::collections::HashMap;
use std::rc::Rc;

use crate::diag::Result;
use crate::k8s::spec_merge::SharedSpecs;
use crate::k8s::{GvkSelector, default_name_references, order};
use crate::source::Text;

/// A type of resource, and the fields that hold names of such resources.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameReference {
    pub(crate) target: GvkSelector,
    pub(crate) fields: SharedSpecs,
}

/// The field at the end of a path: it holds names of `target`.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) target: GvkSelector,
    pub(crate) path: Text,
}

/// The fields of one type as a tree of names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) rows: Vec<Row>,
    /// Whether a path marks the field as a list.
    pub(crate) is_list: bool,
    pub(crate) children: Vec<(Box<str>, Tree)>,
}

/// Group, version and kind.
type TypeKey = (Box<str>, Box<str>, Box<str>);

/// All name references, and a tree for each type that was asked for.
#[derive(Debug)]
pub(crate) struct ReferenceTable {
    references: Vec<NameReference>,
    trees: HashMap<TypeKey, Rc<[Tree]>>,
}

impl ReferenceTable {
    pub(crate) fn new(references: Vec<NameReference>) -> ReferenceTable {
        ReferenceTable { references, trees: HashMap::new() }
    }

    /// The trees for a type, to be walked one after another; none if no field of it holds a name.
    pub(crate) fn trees(&mut self, group: &str, version: &str, kind: &str) -> &[Tree] {
        let key = (group.into(), version.into(), kind.into());
        let references = &self.references;
        self.trees.entry(key).or_insert_with(|| make_trees(references, group, version, kind).into())
    }
}

/// A walk comes to what holds a name before it comes to the name. Where the name is to be looked at
/// first, a further tree begins.
fn make_trees(references: &[NameReference], group: &str, version: &str, kind: &str) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    for reference in references {
        let fields = reference.fields.as_slice().iter();
        for field in fields.filter(|field| field.selects(group, version, kind)) {
            let target = reference.target.clone();
            let row = Row { target, path: field.path.text().clone() };
            match trees.last_mut().filter(|tree| !tree.goes_beyond(field.path.names())) {
                Some(tree) => tree.insert(field.path.steps(), row),
                None => {
                    let mut tree = Tree::default();
                    tree.insert(field.path.steps(), row);
                    trees.push(tree);
                }
            }
        }
    }
    trees.retain(|tree| !tree.children.is_empty());
    trees
}

impl Tree {
    /// Whether a path of these names leads to a name or to what holds one.
    pub(crate) fn ends_at(&self, path: &[&str]) -> bool {
        let Some((first, rest)) = path.split_first() else { return !self.rows.is_empty() };
        self.children.iter().any(|(name, child)| **name == **first && child.ends_at(rest))
    }

    /// Whether there are fields below that of these names.
    fn goes_beyond<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        let Some(name) = names.next() else { return !self.children.is_empty() };
        let child = self.children.iter().find(|(known, _)| **known == *name);
        child.is_some_and(|(_, child)| child.goes_beyond(names))
    }

    /// The path of one of the fields.
    pub(crate) fn path(&self) -> Text {
        let mut tree = self;
        loop {
            match (tree.rows.first(), tree.children.first()) {
                (Some(row), _) => return row.path.clone(),
                (None, Some((_, child))) => tree = child,
                (None, None) => return Text::default(),
            }
        }
    }

    fn insert<'n>(&mut self, mut steps: impl Iterator<Item = (&'n str, bool)>, row: Row) {
        let Some((name, is_list)) = steps.next() else {
            self.rows.push(row);
            return;
        };
        let at = match self.children.iter().position(|(known, _)| **known == *name) {
            Some(at) => at,
            None => {
                self.children.push((name.into(), Tree::default()));
                self.children.len() - 1
            }
        };
        let child = &mut self.children[at].1;
        child.is_list |= is_list;
        child.insert(steps, row);
    }
}

/// The references that come with the format.
pub(crate) fn default_references() -> Vec<NameReference> {
    let references = default_name_references();
    references
        .map(|(target, fields)| NameReference { target, fields: SharedSpecs::consistent(fields) })
        .collect()
}

/// Adds references to a list: those of an equal type are united by the rule for field specs. Says
/// whether anything changed; if so, the list is in the order of types.
///
/// # Errors
/// When two field specs contradict each other.
pub(crate) fn merge_references(
    list: &mut Vec<NameReference>,
    incoming: &[NameReference],
) -> Result<bool> {
    let mut has_changed = false;
    for new in incoming {
        match list.iter_mut().find(|old| old.target == new.target) {
            Some(old) => has_changed |= old.fields.merge(&new.fields)?,
            None => {
                list.push(new.clone());
                has_changed = true;
            }
        }
    }
    if has_changed {
        list.sort_by(|a, b| {
            let (a, b) = (&a.target, &b.target);
            order::compare_types((&a.group, &a.version, &a.kind), (&b.group, &b.version, &b.kind))
        });
    }
    Ok(has_changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_references_are_in_order_and_change_nothing_when_they_come_again() {
        let defaults = default_references();
        let mut merged = Vec::new();
        assert!(merge_references(&mut merged, &defaults).unwrap());
        let targets = |list: &[NameReference]| -> Vec<GvkSelector> {
            list.iter().map(|reference| reference.target.clone()).collect()
        };
        assert_eq!(targets(&merged), targets(&defaults));
        assert!(!merge_references(&mut merged, &defaults).unwrap());
    }
}
