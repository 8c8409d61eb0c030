//! Planned writes: what an operation wants done, for someone else to do.

use std::path::{Path, PathBuf};

/// One file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its content as the plan found it; `None` for a new file.
    pub before: Option<String>,
    /// Its content afterwards.
    pub after: String,
}

/// The files that an operation would write, each path once, in the order they were planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    changes: Vec<Change>,
}

impl Changes {
    /// Nothing to write.
    pub fn new() -> Changes {
        Changes::default()
    }

    /// Plans a write. A second plan for a path replaces what the first would write; a plan that
    /// would leave a file as it is, is dropped.
    pub fn write(&mut self, path: impl Into<PathBuf>, before: Option<String>, after: String) {
        let path = path.into();
        if let Some(change) = self.changes.iter_mut().find(|change| change.path == path) {
            change.after = after;
        } else {
            self.changes.push(Change { path, before, after });
        }
        self.changes.retain(|change| change.before.as_ref() != Some(&change.after));
    }

    /// The planned content of a file.
    pub fn get(&self, path: &Path) -> Option<&Change> {
        self.changes.iter().find(|change| change.path == path)
    }

    /// All planned writes.
    pub fn iter(&self) -> std::slice::Iter<'_, Change> {
        self.changes.iter()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl<'c> IntoIterator for &'c Changes {
    type Item = &'c Change;
    type IntoIter = std::slice::Iter<'c, Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_changes_nothing_is_no_change() {
        let mut changes = Changes::new();
        changes.write("a", Some("x".into()), "x".into());
        assert!(changes.is_empty());
        changes.write("a", Some("x".into()), "y".into());
        changes.write("a", Some("x".into()), "x".into());
        assert!(changes.is_empty());
    }
}
