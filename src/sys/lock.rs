//! [`Lock`]: one writer at a time.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::fs_error;
use crate::fs::{FsError, FsErrorKind};

/// The right to replace a file: a file beside it that only one process can make. It is gone when
/// this is dropped.
///
/// Replacing a file at once keeps readers from seeing half of it, but two writers that both found
/// it as they planned would each replace it, and the first would be lost.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of a file, which need not exist.
    ///
    /// # Errors
    /// When another process has it, or nothing can be written there.
    pub(super) fn take(file: &Path) -> Result<Lock, FsError> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!(".{name}.railsgen-lock"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => Ok(Lock { path }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let words = "another process is writing it; if there is none, delete";
                Err(FsError {
                    verb: "write",
                    path: file.to_path_buf(),
                    kind: FsErrorKind::Other(format!("{words} `{}`", path.display())),
                })
            }
            Err(error) => Err(fs_error("write", file, &error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it can't be deleted, the next writer says so.
        let _ = fs::remove_file(&self.path);
    }
}
