//! Files as they would be after some changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fs::{Changes, FileKind, FileSystem, FsError};

/// A file system with changes made that are only planned. It has no new files.
pub(super) struct Preview<'f> {
    fs: &'f dyn FileSystem,
    changed: BTreeMap<PathBuf, &'f str>,
    /// Whether a changed file was read.
    seen: AtomicBool,
}

impl<'f> Preview<'f> {
    pub(super) fn new(fs: &'f dyn FileSystem, changes: &'f Changes) -> Preview<'f> {
        let real = |path: &Path| fs.resolve(path).map_or(path.to_path_buf(), |found| found.0);
        let changed = changes.iter().map(|change| (real(&change.path), change.after.as_str()));
        Preview { fs, changed: changed.collect(), seen: AtomicBool::new(false) }
    }

    /// Whether a file was read that is changed.
    pub(super) fn is_seen(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }
}

impl FileSystem for Preview<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError> {
        let (real, _) = self.fs.resolve(path)?;
        match self.changed.get(&real) {
            Some(text) => {
                self.seen.store(true, Ordering::Relaxed);
                Ok(text.as_bytes().to_vec())
            }
            None => self.fs.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError> {
        self.fs.resolve(path)
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError> {
        self.fs.list(directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::MemoryFs;

    #[test]
    fn a_changed_file_is_seen_by_all_its_names() {
        let fs = MemoryFs::new().with("/a", "old").with("/b", "other").with_link("/c", "a");
        let mut changes = Changes::new();
        changes.write("/c", Some("old".into()), "new".into());
        let preview = Preview::new(&fs, &changes);
        assert_eq!(preview.read(Path::new("/b")).unwrap(), b"other");
        assert!(!preview.is_seen());
        assert_eq!(preview.read(Path::new("/a")).unwrap(), b"new");
        assert!(preview.is_seen());
        assert_eq!(preview.read(Path::new("/c")).unwrap(), b"new");
        assert!(preview.read(Path::new("/d")).is_err());
    }
}
