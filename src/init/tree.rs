//! [`Tree`]: the files of the stack while they are made into those of an app.
//!
//! They are files of our own, so an edit that does not fit is a defect here: it is an error with the
//! code `internal`.

use std::collections::BTreeMap;

use crate::diag::{self, Code, Diagnostic};
use crate::source::Sources;
use crate::yaml::edit::{At, Content, Document, Edits, Path};
use crate::yaml::{Limits, Node};

/// Files by their path from the root of the stack.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    pub(super) fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    pub(super) fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Takes out all files below a directory.
    pub(super) fn remove_directory(&mut self, path: &str) {
        let inside = format!("{path}/");
        self.files.retain(|file, _| !file.starts_with(&inside));
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn get(&self, path: &str) -> diag::Result<&str> {
        match self.files.get(path) {
            Some(text) => Ok(text),
            None => Err(defect(path, "there is no such file")),
        }
    }

    pub(super) fn into_files(self) -> BTreeMap<String, String> {
        self.files
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    /// Puts other names in the place of the example's, in all files, in one pass: what is put in is
    /// not looked at again.
    pub(super) fn rename(&mut self, names: &[(&str, &str)]) {
        for text in self.files.values_mut() {
            *text = renamed(text, names);
        }
    }

    /// Puts one text in the place of another, which must be there. For comments and for files that
    /// are no YAML.
    pub(super) fn reword(&mut self, path: &str, from: &str, to: &str) -> diag::Result<()> {
        let text = self.get(path)?;
        if !text.contains(from) {
            return Err(defect(path, &format!("it has no `{from}`")));
        }
        let text = text.replace(from, to);
        self.insert(path, text);
        Ok(())
    }

    /// Takes out the line that begins with a text, which must be there. For comments.
    pub(super) fn remove_line(&mut self, path: &str, start: &str) -> diag::Result<()> {
        let text = self.get(path)?;
        let Some(line) = text.split_inclusive('\n').find(|line| line.starts_with(start)) else {
            return Err(defect(path, &format!("it has no line that begins with `{start}`")));
        };
        let text = text.replacen(line, "", 1);
        self.insert(path, text);
        Ok(())
    }

    /// Changes a file as YAML; `plan` gets what it means.
    pub(super) fn edit(
        &mut self,
        path: &str,
        plan: impl FnOnce(&Node, &mut Edits),
    ) -> diag::Result<()> {
        let sources = Sources::new();
        let added = sources.add(path, self.get(path)?.to_owned());
        let source = added.map_err(|error| defect(path, &error.to_string()))?;
        let document = Document::parse(&source, &Limits::default())
            .map_err(|error| defect(path, &error.message))?;
        let mut edits = Edits::new();
        if let Some(root) = document.root() {
            plan(root, &mut edits);
        }
        if !edits.is_empty() {
            let edited = edits.apply(&document).map_err(|error| defect(path, &error.message))?;
            self.insert(path, edited.text);
        }
        Ok(())
    }

    /// The text of an inline patch of a kustomization.
    pub(super) fn patch(&mut self, path: &str, index: usize) -> diag::Result<String> {
        let mut patch = None;
        self.edit(path, |root, _| {
            let list = root.at(&["patches"]).and_then(Node::as_sequence);
            let item = list.and_then(|list| list.items.get(index));
            let text = item.and_then(|item| item.at(&["patch"])).and_then(Node::text);
            patch = text.map(|text| text.to_string());
        })?;
        patch.ok_or_else(|| defect(path, "it has no such patch"))
    }

    /// Takes the items out of a list for which `is_gone` holds; and the whole list, if nothing is
    /// left of it.
    pub(super) fn remove_items(
        &mut self,
        path: &str,
        list: &str,
        is_gone: impl Fn(&Node) -> bool,
    ) -> diag::Result<()> {
        self.edit(path, |root, edits| {
            let items = root.at(&[list]).and_then(Node::as_sequence);
            let items = items.map_or(&[][..], |list| &list.items);
            let gone: Vec<usize> = items
                .iter()
                .enumerate()
                .filter(|(_, item)| is_gone(item))
                .map(|(at, _)| at)
                .collect();
            let list = Path::root().key(list);
            if gone.len() == items.len() && !gone.is_empty() {
                edits.remove(list);
            } else {
                gone.into_iter().for_each(|at| edits.remove(list.index(at)));
            }
        })
    }

    /// Adds a text to a list, before an item or at the end.
    pub(super) fn push(
        &mut self,
        path: &str,
        list: &str,
        before: Option<usize>,
        item: &str,
    ) -> diag::Result<()> {
        self.edit(path, |_, edits| {
            let at = before.map_or(At::End, At::Before);
            edits.push(Path::root().key(list), at, Content::text(item));
        })
    }

    /// Puts another value in the place of one.
    pub(super) fn set(&mut self, path: &str, value: &Path, content: Content) -> diag::Result<()> {
        self.edit(path, |_, edits| edits.replace(value.clone(), content))
    }
}

/// An error about a file of our own.
pub(super) fn defect(path: &str, problem: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Internal, format!("`{path}` of the stack: {problem}")))
}

/// A path of keys, and of indexes where a part is a number.
pub(super) fn path(text: &str) -> Path {
    text.split('/').fold(Path::root(), |path, part| match part.parse() {
        Ok(index) => path.index(index),
        Err(_) => path.key(part),
    })
}

/// The paths of all scalars below a node.
pub(super) fn scalars<'n>(node: &'n Node, at: &Path, found: &mut Vec<(Path, &'n Node)>) {
    match node {
        Node::Scalar(_) => found.push((at.clone(), node)),
        Node::Sequence(list) => {
            for (index, item) in list.items.iter().enumerate() {
                scalars(item, &at.index(index), found);
            }
        }
        Node::Mapping(map) => {
            for entry in map.iter() {
                scalars(&entry.value, &at.key(&entry.key.text), found);
            }
        }
    }
}

/// The text with names replaced, each only where it is not part of a longer one.
fn renamed(text: &str, names: &[(&str, &str)]) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let is_inside = out.ends_with(is_part);
        let found = names.iter().find(|(from, _)| {
            let behind = rest.strip_prefix(from);
            !is_inside && behind.is_some_and(|behind| !behind.starts_with(is_part))
        });
        let taken = match found {
            Some((from, to)) => {
                out.push_str(to);
                from.len()
            }
            None => {
                out.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_whole_and_once() {
        let names = [("app-prod", "b-app-prod"), ("app.example.com", "x.org")];
        let text = "-n app-prod, app-production, my-app-prod app.example.com/up";
        assert_eq!(renamed(text, &names), "-n b-app-prod, app-production, my-app-prod x.org/up");
    }

    #[test]
    fn a_list_that_becomes_empty_goes() {
        let mut tree = Tree::default();
        tree.insert("k.yaml", "a: 1\n\n# About them.\nlist:\n  # The first.\n  - x\n  - y\n");
        tree.remove_items("k.yaml", "list", |item| item.text().is_some_and(|text| *text == *"x"))
            .unwrap();
        assert_eq!(tree.get("k.yaml").unwrap(), "a: 1\n\n# About them.\nlist:\n  - y\n");
        tree.remove_items("k.yaml", "list", |_| true).unwrap();
        assert_eq!(tree.get("k.yaml").unwrap(), "a: 1\n");
        assert_eq!(tree.reword("k.yaml", "b", "c").unwrap_err().code, Code::Internal);
    }
}
