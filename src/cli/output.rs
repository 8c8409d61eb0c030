//! Where the manifests of a build go: stdout, a file, or a file each in a directory.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::exit::Exit;
use super::shell::Shell;
use crate::build::{Built, BuiltFile};
use crate::diag::{Code, Diagnostic};
use crate::fs::{FileKind, FileSystem, FsError};
use crate::sys::{AtomicFile, OsFs, fs_error};

/// A place for manifests.
#[derive(Debug)]
pub(super) enum Output {
    Stdout,
    File(PathBuf),
    /// An existing directory, for one file per resource.
    Directory(PathBuf),
}

impl Output {
    /// What `--output` means. Empty is kustomize's way to say stdout.
    pub(super) fn of_flag(path: Option<&OsStr>) -> Output {
        let Some(path) = path.filter(|path| !path.is_empty() && *path != "-") else {
            return Output::Stdout;
        };
        let path = PathBuf::from(path);
        match OsFs::new().resolve(&path) {
            Ok((_, FileKind::Directory)) => Output::Directory(path),
            _ => Output::File(path),
        }
    }

    /// What is wrong with writing this there.
    pub(super) fn problems(&self, built: &Built) -> Vec<Diagnostic> {
        match self {
            Output::Directory(_) => name_problems(&built.files()),
            _ => Vec::new(),
        }
    }

    /// Writes all resources.
    pub(super) fn write(&self, built: &Built, shell: &mut Shell) -> Exit {
        let written = match self {
            Output::Stdout => return shell.data(|out| built.write_yaml(out)),
            Output::File(path) => to_file(built, path),
            Output::Directory(path) => to_directory(&built.files(), path),
        };
        match written {
            Ok(()) => Exit::Success,
            Err(error) => shell.file_error(&error),
        }
    }
}

fn to_file(built: &Built, path: &Path) -> Result<(), FsError> {
    let mut file = AtomicFile::create(path)?;
    let written = built.write_yaml(&mut file);
    written.map_err(|error| fs_error("write", path, &error))?;
    file.sync()?;
    file.finish()
}

fn to_directory(files: &[BuiltFile<'_>], directory: &Path) -> Result<(), FsError> {
    for each in files {
        let path = directory.join(&each.name);
        let mut file = AtomicFile::create(&path)?;
        let written = each.write_yaml(&mut file);
        written.map_err(|error| fs_error("write", &path, &error))?;
        // Not synced: waiting for the disk thousands of times would take longer than all else,
        // and what is lost to a power cut can be built again.
        file.finish()?;
    }
    Ok(())
}

fn name_problems(files: &[BuiltFile<'_>]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    for name in files.iter().map(|file| file.name.as_str()) {
        if !is_one_name(name) {
            let message = format!("no file can be named `{name}`");
            let help = "write to one file instead of a directory";
            problems.push(Diagnostic::error(Code::Unwritable, message).help(help));
        } else if !names.insert(name) {
            let message = format!("several resources go to the file `{name}`; the last one stays");
            let help = "file names are in lower case; write to one file instead of a directory";
            problems.push(Diagnostic::warning(Code::DataLoss, message).help(help));
        }
    }
    problems
}

/// Whether a name stays in the directory that it is joined to.
fn is_one_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!(components.next(), Some(Component::Normal(part)) if part == name)
        && components.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_directory() {
        assert!(is_one_name("v1_configmap_up:x.yaml"));
        for name in ["a/b.yaml", "../a.yaml", "/a.yaml", "..", ".", "", "a/"] {
            assert!(!is_one_name(name), "{name}");
        }
    }
}
