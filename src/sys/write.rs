//! Writing files so that nobody ever sees half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::fs_error;
use super::lock::Lock;
use crate::fs::{Changes, FsError, FsErrorKind};

/// A file that appears under its name, whole, when it is finished, and not at all when it isn't.
///
/// The content goes to a temporary file beside it that takes its place at the end. An existing
/// file keeps its permissions (and its owner, where that is allowed); a link is followed, so that
/// the file it leads to is replaced and not the link. What is no regular file, such as
/// `/dev/null` or a pipe, is written to directly.
///
/// ```
/// use std::io::Write;
/// use railsgen::sys::AtomicFile;
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("out.yaml");
/// let mut file = AtomicFile::create(&path).unwrap();
/// file.write_all(b"kind: Service\n").unwrap();
/// assert!(!path.exists());
/// file.finish().unwrap();
/// assert_eq!(std::fs::read(&path).unwrap(), b"kind: Service\n");
/// ```
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    out: Out,
}

#[derive(Debug)]
enum Out {
    Replace(BufWriter<NamedTempFile>),
    Direct(BufWriter<File>),
}

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

impl AtomicFile {
    /// Starts to write `path`; its directory must exist.
    ///
    /// # Errors
    /// When the path is a directory or may not be written.
    pub fn create(path: &Path) -> Result<AtomicFile, FsError> {
        open(path).map_err(|error| fs_error("write", path, &error))
    }

    /// Waits until the content is on the disk, so that not even a power cut can lose it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn sync(&mut self) -> Result<(), FsError> {
        let synced = self.flush().and_then(|()| match &self.out {
            Out::Replace(out) => out.get_ref().as_file().sync_all(),
            // A pipe or a device has nothing to sync.
            Out::Direct(_) => Ok(()),
        });
        synced.map_err(|error| fs_error("write", &self.path, &error))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When the rest can't be written or the file can't be put there. The old content stays.
    pub fn finish(self) -> Result<(), FsError> {
        let AtomicFile { path, out } = self;
        let finished = match out {
            Out::Replace(out) => out
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(|file| file.persist(&path).map_err(|failed| failed.error))
                .map(drop),
            Out::Direct(mut out) => out.flush(),
        };
        finished.map_err(|error| fs_error("write", &path, &error))
    }

    /// The file that is written, behind all links.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Out::Replace(out) => out.write(bytes),
            Out::Direct(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Replace(out) => out.flush(),
            Out::Direct(out) => out.flush(),
        }
    }
}

fn open(path: &Path) -> io::Result<AtomicFile> {
    let path = behind_links(path)?;
    let existing = match OpenOptions::new().write(true).open(&path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let out = match existing {
        Some(file) if !file.metadata()?.is_file() => Out::Direct(BufWriter::new(file)),
        existing => {
            let temporary = beside(&path)?;
            if let Some(existing) = existing {
                take_over(&existing, temporary.as_file())?;
            }
            Out::Replace(BufWriter::new(temporary))
        }
    };
    Ok(AtomicFile { path, out })
}

/// Where a chain of links ends, whether or not something is there.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => {
                let target = fs::read_link(&path)?;
                path.pop();
                path.push(target);
            }
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    // The operating system meets the same loop and has its own word for it.
    fs::metadata(&path).map(|_| path)
}

/// A temporary file in the directory of `path`, with the permissions of a new file.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".railsgen-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's umask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// Gives the new file what the old one has.
fn take_over(old: &File, new: &File) -> io::Result<()> {
    let metadata = old.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let ours = new.metadata()?;
        if (ours.uid(), ours.gid()) != (metadata.uid(), metadata.gid()) {
            // Only the superuser may give files away; for others the content is what counts.
            let _ = fchown(new, Some(metadata.uid()), Some(metadata.gid()));
        }
    }
    new.set_permissions(metadata.permissions())
}

/// Carries out planned writes.
///
/// All new content is on the disk before the first file changes, so a failure while writing
/// leaves every file as it was. Directories of new files are created. While it writes, no other
/// process can do so with this function.
///
/// # Errors
/// When a file can't be written, another process is writing it, or it is no longer what the plan
/// found.
pub fn apply(changes: &Changes) -> Result<(), FsError> {
    // Dropped last, when everything is in its place.
    let mut locks = Vec::new();
    let mut written = Vec::new();
    for change in changes {
        let error = |error: io::Error| fs_error("write", &change.path, &error);
        if let Some(parent) = change.path.parent() {
            fs::create_dir_all(parent).map_err(error)?;
        }
        locks.push(Lock::take(&behind_links(&change.path).map_err(error)?)?);
        let now = match fs::read(&change.path) {
            Ok(now) => Some(now),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => None,
            Err(other) => return Err(error(other)),
        };
        if now.as_deref() != change.before.as_ref().map(String::as_bytes) {
            let reason = match (&now, &change.before) {
                (Some(_), None) => "it exists already",
                _ => "it has changed since it was read",
            };
            return Err(FsError {
                verb: "write",
                path: change.path.clone(),
                kind: FsErrorKind::Other(reason.to_owned()),
            });
        }
        let mut file = AtomicFile::create(&change.path)?;
        file.write_all(change.after.as_bytes()).map_err(error)?;
        file.sync()?;
        written.push(file);
    }
    written.into_iter().try_for_each(AtomicFile::finish)
}

/// Makes a directory and those above it, where they do not exist.
///
/// # Errors
/// When one can't be made, or a file has its name.
pub fn create_directories(path: &Path) -> Result<(), FsError> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(|error| fs_error("make", path, &error))
}
