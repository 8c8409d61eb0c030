//! [`Project`]: a tree of files in a temporary directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::run::Run;

/// A temporary directory with files in it; gone when dropped.
///
/// Laid out from one string, in which a line `//- /path` begins a file and a line
/// `//- /path -> target` is a symbolic link. The indentation that all lines share is taken off:
///
/// ```text
/// Project::new("
///     //- /kustomization.yaml
///     resources: [web.yaml]
///     //- /web.yaml
///     kind: Service
/// ")
/// ```
pub(crate) struct Project {
    root: PathBuf,
    _directory: tempfile::TempDir,
}

impl Project {
    pub(crate) fn new(fixture: &str) -> Project {
        let directory = tempfile::tempdir().unwrap();
        let project =
            Project { root: directory.path().canonicalize().unwrap(), _directory: directory };
        for entry in entries(fixture) {
            match entry {
                Entry::File(path, content) => project.write(path, &content),
                Entry::Link(path, target) => project.link(path, target),
            }
        }
        project
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Adds or replaces a file.
    pub(crate) fn write(&self, path: &str, content: &str) {
        self.write_bytes(path, content.as_bytes());
    }

    /// Adds or replaces a file of any content.
    pub(crate) fn write_bytes(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn link(&self, path: &str, target: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, path).unwrap();
        #[cfg(windows)]
        std::os::windows::fs::symlink_file(target, path).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The names in a directory, in byte order.
    pub(crate) fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// A run of railsgen in this directory; `line` is split at spaces.
    pub(crate) fn railsgen(&self, line: &str) -> Run {
        Run::railsgen(&self.root).words(line)
    }
}

enum Entry<'f> {
    File(&'f str, String),
    Link(&'f str, &'f str),
}

fn entries(fixture: &str) -> Vec<Entry<'_>> {
    let filled = fixture.lines().filter(|line| !line.trim().is_empty());
    let indent = filled.map(|line| line.len() - line.trim_start().len()).min();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for line in fixture.lines() {
        let line = line.get(indent.unwrap_or(0)..).unwrap_or("");
        if let Some(path) = line.strip_prefix("//- ") {
            entries.push(match path.split_once(" -> ") {
                Some((path, target)) => Entry::Link(path, target),
                None => Entry::File(path, String::new()),
            });
        } else if let Some(Entry::File(_, content)) = entries.last_mut() {
            content.push_str(line);
            content.push('\n');
        } else {
            assert!(line.is_empty(), "a fixture begins with `//- /path`: {line}");
        }
    }
    entries
}

#[test]
fn a_fixture_is_files_and_links() {
    let project = Project::new(
        "
        //- /a/b.yaml
        one:
          two

        //- /link -> a/b.yaml
        //- /empty
        ",
    );
    assert_eq!(project.read("a/b.yaml"), "one:\n  two\n\n");
    assert_eq!(project.read("link"), project.read("a/b.yaml"));
    assert_eq!(project.names("/"), ["a", "empty", "link"]);
}
