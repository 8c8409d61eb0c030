//! [`OsFs`]: reading the real file system.

use std::collections::HashMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::error::fs_error;
use crate::fs::{FileKind, FileSystem, FsError, FsErrorKind};

/// The real file system. Relative paths start at the working directory.
///
/// Where a directory really lies is found out once and remembered, so that resolving many files
/// of one directory costs one system call each. Make a new one for each build: what is
/// remembered is not looked at again.
///
/// ```
/// use std::path::Path;
/// use railsgen::fs::{FileKind, FileSystem};
/// use railsgen::sys::OsFs;
///
/// let (path, kind) = OsFs::new().resolve(Path::new("src/../Cargo.toml")).unwrap();
/// assert!(path.is_absolute() && path.ends_with("Cargo.toml"));
/// assert_eq!(kind, FileKind::File);
/// ```
#[derive(Debug, Default)]
pub struct OsFs {
    /// Directories as they were named, and where they really lie.
    directories: RwLock<HashMap<PathBuf, Arc<Path>>>,
}

/// The most that is read from a file, in bytes. The largest manifests that people keep, all the
/// definitions of a big operator, have some ten MiB.
const MAX_FILE: u64 = 256 << 20;

/// Opens without waiting for someone at the other end of a pipe. It changes nothing for files.
#[cfg(unix)]
const NONBLOCK: i32 =
    if cfg!(any(target_os = "linux", target_os = "android")) { 0o4000 } else { 4 };

/// Longer paths, in bytes, are none on any system, and not taken apart.
const MAX_PATH: usize = 4_096;

impl OsFs {
    /// A file system that has looked at nothing yet.
    pub fn new() -> OsFs {
        OsFs::default()
    }

    /// Where a directory really lies.
    fn directory(&self, path: &Path) -> io::Result<Arc<Path>> {
        let known = self.directories.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(path) {
            return Ok(Arc::clone(found));
        }
        drop(known);
        let found: Arc<Path> = self.locate(path)?.into();
        self.remember(path, Arc::clone(&found));
        Ok(found)
    }

    fn remember(&self, directory: &Path, found: Arc<Path>) {
        let mut known = self.directories.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(directory.to_path_buf(), found);
    }

    /// Looks where a directory lies. What is known of those above it is not asked for again.
    fn locate(&self, path: &Path) -> io::Result<PathBuf> {
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name())
            && path.as_os_str().len() <= MAX_PATH
        {
            let found = self.directory(parent)?.join(name);
            if fs::symlink_metadata(&found)?.is_dir() {
                return Ok(found);
            }
        }
        fs::canonicalize(here_if_empty(path))
    }

    fn find(&self, path: &Path) -> io::Result<(PathBuf, Metadata)> {
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
            let found = self.directory(parent)?.join(name);
            let metadata = fs::symlink_metadata(&found)?;
            if metadata.is_dir() {
                self.remember(path, found.as_path().into());
            }
            if !metadata.is_symlink() {
                return Ok((found, metadata));
            }
        }
        let found = fs::canonicalize(here_if_empty(path))?;
        let metadata = fs::metadata(&found)?;
        Ok((found, metadata))
    }
}

impl FileSystem for OsFs {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError> {
        let error = |error| fs_error("read", path, &error);
        let file = open(path).map_err(error)?;
        let metadata = file.metadata().map_err(error)?;
        let refuse = |words: &str| {
            let kind = FsErrorKind::Other(words.to_owned());
            Err(FsError { verb: "read", path: path.to_path_buf(), kind })
        };
        if metadata.is_dir() {
            return Err(error(io::ErrorKind::IsADirectory.into()));
        }
        // A pipe or a device may never end, and gives other bytes the next time.
        if !metadata.is_file() {
            return refuse("it is no regular file");
        }
        let mut content = Vec::new();
        if metadata.len() > MAX_FILE {
            return refuse("it is larger than 256 MiB");
        }
        let expected = usize::try_from(metadata.len()).unwrap_or(0);
        if content.try_reserve_exact(expected).is_err() {
            return Err(error(io::ErrorKind::OutOfMemory.into()));
        }
        // It may have grown since.
        match file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(error)? as u64 {
            0..=MAX_FILE => Ok(content),
            _ => refuse("it is larger than 256 MiB"),
        }
    }

    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError> {
        let (found, metadata) =
            self.find(path).map_err(|error| fs_error("resolve", path, &error))?;
        Ok((found, kind(metadata.is_dir())))
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError> {
        let error = |error| fs_error("list", directory, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(here_if_empty(directory)).map_err(error)? {
            let entry = entry.map_err(error)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let file_type = entry.file_type().map_err(error)?;
            let is_directory = if file_type.is_symlink() {
                match fs::metadata(entry.path()) {
                    Ok(metadata) => metadata.is_dir(),
                    Err(_) => continue,
                }
            } else {
                file_type.is_dir()
            };
            names.push((name, kind(is_directory)));
        }
        names.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(names)
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(NONBLOCK);
    }
    options.open(path)
}

/// The parent of a bare name is empty, which the operating system takes for no path at all.
fn here_if_empty(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

fn kind(is_directory: bool) -> FileKind {
    if is_directory { FileKind::Directory } else { FileKind::File }
}
