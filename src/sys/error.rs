//! The operating system's errors in the words of [`FsError`].

use std::io;
use std::path::Path;

use crate::fs::{FsError, FsErrorKind};

/// `ELOOP`; the standard library does not name it yet.
const TOO_MANY_LINKS: i32 =
    if cfg!(any(target_os = "linux", target_os = "android")) { 40 } else { 62 };

/// Says what was tried on which path.
pub(crate) fn fs_error(verb: &'static str, path: &Path, error: &io::Error) -> FsError {
    FsError { verb, path: path.to_path_buf(), kind: kind(error) }
}

fn kind(error: &io::Error) -> FsErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => FsErrorKind::NotFound,
        io::ErrorKind::IsADirectory => FsErrorKind::IsADirectory,
        io::ErrorKind::NotADirectory => FsErrorKind::NotADirectory,
        io::ErrorKind::PermissionDenied => FsErrorKind::PermissionDenied,
        _ if cfg!(unix) && error.raw_os_error() == Some(TOO_MANY_LINKS) => FsErrorKind::LinkLoop,
        _ => FsErrorKind::Other(phrase(error)),
    }
}

/// The error as the other kinds are worded: a lower-case phrase without the error's number.
fn phrase(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split_once(" (os error").map_or(text.as_str(), |(before, _)| before);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn words_are_ours() {
        let error = fs_error("read", Path::new("a"), &io::Error::from_raw_os_error(28));
        assert_eq!(error.to_string(), "can't read `a`: no space left on device");
        let error = fs_error("read", Path::new("a"), &io::Error::from_raw_os_error(TOO_MANY_LINKS));
        assert_eq!(error.kind, FsErrorKind::LinkLoop);
    }
}
