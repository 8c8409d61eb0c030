//! The directory of a kustomization, and the files that may be named from it.

use std::path::{Path, PathBuf};

use super::LoadRestrictor;
use super::remote;
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{FileKind, FileSystem, FsError, FsErrorKind, join};
use crate::source::{Span, Text};

/// A directory that relative paths start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// Without links; what restrictions and cycles are checked with.
    pub(crate) real: PathBuf,
    /// As messages show it.
    pub(crate) shown: PathBuf,
}

/// Something that a path leads to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Without links.
    pub(crate) real: PathBuf,
    /// As messages show it.
    pub(crate) shown: PathBuf,
    pub(crate) kind: FileKind,
}

impl Root {
    /// Where a path leads, whatever it is.
    pub(crate) fn find(
        &self,
        fs: &dyn FileSystem,
        path: &str,
    ) -> std::result::Result<Target, FsError> {
        let (real, kind) = fs.resolve(&join(&self.real, path))?;
        Ok(Target { real, shown: join(&self.shown, path), kind })
    }

    /// The file that a kustomization names.
    ///
    /// # Errors
    /// When it does not exist, is a directory, a URL, or outside of what may be named.
    pub(crate) fn file(
        &self,
        fs: &dyn FileSystem,
        path: &Text,
        restrictor: LoadRestrictor,
    ) -> Result<Target> {
        if remote::is_url(path) {
            return Err(remote_error(path));
        }
        self.check_file(fs, path, self.find(fs, path), restrictor)
    }

    /// The file that a path was found to lead to.
    pub(super) fn check_file(
        &self,
        fs: &dyn FileSystem,
        path: &Text,
        found: std::result::Result<Target, FsError>,
        restrictor: LoadRestrictor,
    ) -> Result<Target> {
        if path.is_empty() {
            let error = Diagnostic::error(Code::NotFound, "the path of a file is empty");
            return Err(Box::new(error.at(path.span())));
        }
        let target = found.map_err(|error| self.not_found(fs, path, &error))?;
        if target.kind == FileKind::Directory {
            let message = format!("`{path}` is a directory, but a file is needed here");
            return Err(Box::new(Diagnostic::error(Code::NotAFile, message).at(path.span())));
        }
        self.check_inside(&target, path.span(), restrictor)?;
        Ok(target)
    }

    /// Refuses a file outside of the root, if that is to be restricted.
    pub(crate) fn check_inside(
        &self,
        target: &Target,
        span: Span,
        restrictor: LoadRestrictor,
    ) -> Result<()> {
        if restrictor == LoadRestrictor::None || target.real.starts_with(&self.real) {
            return Ok(());
        }
        let shown = target.shown.display();
        let message = format!("file `{shown}` is not in or below the directory that names it");
        let mut error = Diagnostic::error(Code::OutsideRoot, message).at(span);
        if join(&self.real, ".") != self.real
            || target.real != join(&self.shown, "").join(&target.shown)
        {
            error = error.note("links are followed before this is checked");
        }
        Err(Box::new(
            error
                .help("make the file's directory a base with a kustomization of its own")
                .help("or allow it with `--load-restrictor LoadRestrictionsNone`"),
        ))
    }

    /// An error about a path that leads nowhere, with a similar name if there is one.
    pub(crate) fn not_found(
        &self,
        fs: &dyn FileSystem,
        path: &Text,
        error: &FsError,
    ) -> Box<Diagnostic> {
        let shown = join(&self.shown, path);
        let (code, message) = match &error.kind {
            FsErrorKind::NotFound | FsErrorKind::NotADirectory => {
                (Code::NotFound, format!("no file or directory `{}`", shown.display()))
            }
            kind => (Code::Unreadable, format!("can't read `{}`: {kind}", shown.display())),
        };
        let mut diagnostic = Diagnostic::error(code, message).at(path.span());
        let (directory, name) = path.rsplit_once('/').unwrap_or((".", path));
        if code == Code::NotFound {
            let names = fs.list(&join(&self.real, directory)).unwrap_or_default();
            let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            diagnostic = diagnostic.suggest(name, names);
            if path.trim() != path.as_str() {
                diagnostic = diagnostic.help("the path has spaces around it");
            }
        }
        Box::new(diagnostic)
    }
}

/// An error about a reference that leads over a network.
pub(super) fn remote_error(path: &Text) -> Box<Diagnostic> {
    let message = format!("`{path}` is remote, and builds never use the network");
    Box::new(
        Diagnostic::error(Code::RemoteReference, message)
            .at(path.span())
            .help("vendor it: copy it into this repository and name the local path"),
    )
}

/// The path of a directory as messages show it; the working directory itself has no name.
pub(super) fn shown_directory(path: &Path) -> String {
    let shown = path.display().to_string();
    if shown.is_empty() { ".".into() } else { shown }
}
