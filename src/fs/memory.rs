//! A file system in memory, for tests, embedded trees, and tools without a disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{FileKind, FileSystem, FsError, FsErrorKind, join};

/// A tree of files and symbolic links in memory. Relative paths start at `/`.
///
/// Directories exist where something lies in them; there are no permissions.
///
/// ```
/// use std::path::Path;
/// use railsgen::fs::{FileSystem, MemoryFs};
///
/// let fs = MemoryFs::new().with("base/web.yaml", "kind: Service\n");
/// assert_eq!(fs.read(Path::new("/base/web.yaml")).unwrap(), b"kind: Service\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryFs {
    entries: BTreeMap<PathBuf, MemoryEntry>,
}

#[derive(Clone, Debug)]
enum MemoryEntry {
    File(Vec<u8>),
    Link(String),
    Directory,
}

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

impl MemoryFs {
    /// An empty tree.
    pub fn new() -> MemoryFs {
        MemoryFs::default()
    }

    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<str>, content: impl Into<Vec<u8>>) -> MemoryFs {
        self.insert(path.as_ref(), MemoryEntry::File(content.into()));
        self
    }

    /// Adds a symbolic link; a relative target starts at the link's directory.
    #[must_use]
    pub fn with_link(mut self, path: impl AsRef<str>, target: impl Into<String>) -> MemoryFs {
        self.insert(path.as_ref(), MemoryEntry::Link(target.into()));
        self
    }

    /// Adds an empty directory.
    #[must_use]
    pub fn with_directory(mut self, path: impl AsRef<str>) -> MemoryFs {
        self.insert(path.as_ref(), MemoryEntry::Directory);
        self
    }

    fn insert(&mut self, path: &str, entry: MemoryEntry) {
        let path = join(Path::new("/"), path);
        let parents = path.ancestors().skip(1).map(Path::to_path_buf);
        for parent in parents {
            self.entries.entry(parent).or_insert(MemoryEntry::Directory);
        }
        self.entries.insert(path, entry);
    }

    fn follow(&self, verb: &'static str, path: &Path) -> Result<PathBuf, FsError> {
        let error = |kind| FsError { verb, path: path.to_path_buf(), kind };
        let mut links = 0;
        let mut rest: Vec<String> = reversed_parts(path);
        let mut found = PathBuf::from("/");
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "/" => found = PathBuf::from("/"),
                "." => {}
                ".." => {
                    found.pop();
                }
                name => {
                    let next = found.join(name);
                    match self.entries.get(&next) {
                        None => return Err(error(FsErrorKind::NotFound)),
                        Some(MemoryEntry::Link(target)) => {
                            links += 1;
                            if links > MAX_LINKS {
                                return Err(error(FsErrorKind::LinkLoop));
                            }
                            rest.extend(reversed_parts(Path::new(target)));
                        }
                        Some(MemoryEntry::File(_)) if !rest.is_empty() => {
                            return Err(error(FsErrorKind::NotADirectory));
                        }
                        Some(_) => found = next,
                    }
                }
            }
        }
        Ok(found)
    }
}

fn reversed_parts(path: &Path) -> Vec<String> {
    path.components().rev().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
}

impl FileSystem for MemoryFs {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError> {
        match self.entries.get(&self.follow("read", path)?) {
            Some(MemoryEntry::File(content)) => Ok(content.clone()),
            _ => Err(FsError {
                verb: "read",
                path: path.to_path_buf(),
                kind: FsErrorKind::IsADirectory,
            }),
        }
    }

    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError> {
        let found = self.follow("resolve", path)?;
        let kind = match self.entries.get(&found) {
            Some(MemoryEntry::File(_)) => FileKind::File,
            _ => FileKind::Directory,
        };
        Ok((found, kind))
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError> {
        let (found, kind) = self.resolve(directory)?;
        if kind == FileKind::File {
            return Err(FsError {
                verb: "list",
                path: directory.to_path_buf(),
                kind: FsErrorKind::NotADirectory,
            });
        }
        let below = self.entries.keys().filter(|path| path.parent() == Some(&found));
        let names = below.filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_string();
            Some((name, self.resolve(path).ok()?.1))
        });
        Ok(names.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_links_and_stops_at_loops() {
        let fs = MemoryFs::new()
            .with("a/file", "x")
            .with_link("b", "a")
            .with_link("c/up", "../b/file")
            .with_link("loop", "loop");
        assert_eq!(fs.read(Path::new("c/up")).unwrap(), b"x");
        assert_eq!(fs.resolve(Path::new("/b/file")).unwrap().0, Path::new("/a/file"));
        assert_eq!(fs.resolve(Path::new("/loop")).unwrap_err().kind, FsErrorKind::LinkLoop);
        assert_eq!(fs.read(Path::new("/a")).unwrap_err().kind, FsErrorKind::IsADirectory);
        assert_eq!(fs.read(Path::new("/a/file/x")).unwrap_err().kind, FsErrorKind::NotADirectory);
        let names: Vec<_> = fs.list(Path::new("/")).unwrap();
        assert_eq!(names.len(), 3, "{names:?}");
    }
}
