//! The file system as the library sees it: a trait to read, a twin in memory, planned writes.
//!
//! Nothing here or in the layers above touches the disk. The real one is `sys::OsFs`.

mod changes;
mod memory;

use std::path::{Path, PathBuf};

pub use changes::{Change, Changes};
pub use memory::MemoryFs;

/// What a path leads to, after links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file, or anything else that can be read.
    File,
    /// A directory.
    Directory,
}

/// Why a file could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FsErrorKind {
    /// Nothing has this name.
    #[error("no such file or directory")]
    NotFound,
    /// A directory stands where a file is needed.
    #[error("it is a directory")]
    IsADirectory,
    /// A file stands where a directory is needed.
    #[error("it is not a directory")]
    NotADirectory,
    /// The user may not read it.
    #[error("permission denied")]
    PermissionDenied,
    /// Links lead in a circle, or through too many others.
    #[error("too many levels of symbolic links")]
    LinkLoop,
    /// Anything else, in the operating system's words.
    #[error("{0}")]
    Other(String),
}

/// An operation on one path that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("can't {verb} `{}`: {kind}", path.display())]
pub struct FsError {
    /// What was tried: `read`, `list`, `resolve`, `write` …
    pub verb: &'static str,
    /// On which path.
    pub path: PathBuf,
    /// Why it failed.
    pub kind: FsErrorKind,
}

/// Reading files. Implementations follow symbolic links.
///
/// Paths may be relative; the implementation decides to what (for the real file system, the
/// working directory).
pub trait FileSystem: Sync {
    /// The whole content of a file.
    ///
    /// # Errors
    /// When it does not exist, is a directory, or can't be read.
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError>;

    /// The absolute path without `.`, `..` and links, and what is there.
    ///
    /// # Errors
    /// When nothing is there, or a part of the path can't be searched.
    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError>;

    /// The names in a directory, in byte order, with what each leads to. Names that are not
    /// UTF-8 and links that lead nowhere are left out.
    ///
    /// # Errors
    /// When it is not a directory or can't be listed.
    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError>;
}

/// Joins paths and takes `.` and `..` out, by their text alone.
///
/// ```
/// use std::path::Path;
/// assert_eq!(railsgen::fs::join(Path::new("/a/b"), "../c/./d"), Path::new("/a/c/d"));
/// ```
pub fn join(base: &Path, path: &str) -> PathBuf {
    use std::path::Component;

    if is_clean(path) && base.to_str().is_some_and(|base| is_clean(base.trim_start_matches('/'))) {
        return base.join(path);
    }
    let mut clean = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(".."),
            },
            part => clean.push(part),
        }
    }
    if clean.as_os_str().is_empty() {
        clean.push(".");
    }
    clean
}

/// Whether a relative path surely has nothing to take out. Most paths of a build are so, and
/// looking at them part by part would take longer than reading the files.
fn is_clean(path: &str) -> bool {
    !path.contains(['\\', ':']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
