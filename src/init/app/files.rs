//! The files of an app, read with patience: what is missing or no text is simply not there.

use std::path::Path;

use crate::fs::{FileKind, FileSystem, join};
use crate::yaml::decode_text;

/// As much of a file as is looked at, in bytes. Schemas of old apps are long.
const LONGEST: usize = 4 << 20;

/// The directory of an app.
pub(super) struct Files<'f> {
    fs: &'f dyn FileSystem,
    root: &'f Path,
}

impl<'f> Files<'f> {
    pub(super) fn new(fs: &'f dyn FileSystem, root: &'f Path) -> Files<'f> {
        Files { fs, root }
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let mut bytes = self.fs.read(&join(self.root, path)).ok()?;
        bytes.truncate(LONGEST);
        // A file that is cut may end within a character, and old files are in other encodings.
        Some(match decode_text(bytes.clone()) {
            Ok(text) => text,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// The first of some files that is there, and its text.
    pub(super) fn first(&self, paths: &[&'static str]) -> Option<(&'static str, String)> {
        paths.iter().find_map(|path| Some((*path, self.text(path)?)))
    }

    /// Whether there is a file or a directory.
    pub(super) fn has(&self, path: &str) -> bool {
        self.fs.resolve(&join(self.root, path)).is_ok()
    }

    /// Whether there is a directory of this name.
    pub(super) fn has_directory(&self, path: &str) -> bool {
        let found = self.fs.resolve(&join(self.root, path));
        found.is_ok_and(|(_, kind)| kind == FileKind::Directory)
    }

    /// The name of the directory itself.
    pub(super) fn directory_name(&self) -> Option<String> {
        let (path, _) = self.fs.resolve(self.root).ok()?;
        Some(path.file_name()?.to_str()?.to_owned())
    }
}
