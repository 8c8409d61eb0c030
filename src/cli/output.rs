//! Where the manifests of a build go: stdout, a file, or a file each in a directory.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::exit::Exit;
use super::shell::Shell;
use crate::build::{Built, BuiltText};
use crate::diag::{self, Code, Diagnostic};
use crate::fs::{FileKind, FileSystem, FsError};
use crate::sys::{AtomicFile, OsFs, fs_error};

/// Manifests and the place they go to.
#[derive(Debug)]
pub(super) enum Output {
    Stdout(BuiltText),
    File(PathBuf, BuiltText),
    /// An existing directory, and the name and content of each file.
    Directory(PathBuf, Vec<(String, Vec<u8>)>),
}

impl Output {
    /// All manifests for the place that `--output` names. Empty is kustomize's way to say stdout.
    pub(super) fn prepare(built: Built, path: Option<&OsStr>) -> diag::Result<Output> {
        let Some(path) = path.filter(|path| !path.is_empty() && *path != "-") else {
            return Ok(Output::Stdout(built.into_text()?));
        };
        let path = PathBuf::from(path);
        let Ok((_, FileKind::Directory)) = OsFs::new().resolve(&path) else {
            return Ok(Output::File(path, built.into_text()?));
        };
        let mut files = Vec::new();
        for file in built.files() {
            let content = file.to_yaml()?;
            files.push((file.name, content));
        }
        Ok(Output::Directory(path, files))
    }

    /// What is wrong with the names of the files.
    pub(super) fn problems(&self) -> Vec<Diagnostic> {
        match self {
            Output::Directory(_, files) => {
                name_problems(files.iter().map(|(name, _)| name.as_str()))
            }
            Output::Stdout(_) | Output::File(..) => Vec::new(),
        }
    }

    pub(super) fn write(&self, shell: &mut Shell) -> Exit {
        let written = match self {
            Output::Stdout(text) => return shell.data(|out| text.write_to(out)),
            Output::File(path, text) => write_file(path, |out| text.write_to(out)),
            // Waiting for the disk thousands of times would take longer than all else, and what
            // is lost to a power cut can be built again.
            Output::Directory(directory, files) => files.iter().try_for_each(|(name, content)| {
                write(&directory.join(name), Durable::No, |out| out.write_all(content))
            }),
        };
        match written {
            Ok(()) => Exit::Success,
            Err(error) => shell.file_error(&error),
        }
    }
}

/// Whether to wait until the disk has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Durable {
    Yes,
    No,
}

/// Writes a file whole or not at all.
pub(super) fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FsError> {
    write(path, Durable::Yes, content)
}

fn write(
    path: &Path,
    durable: Durable,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FsError> {
    let mut file = AtomicFile::create(path)?;
    content(&mut file).map_err(|error| fs_error("write", path, &error))?;
    if durable == Durable::Yes {
        file.sync()?;
    }
    file.finish()
}

fn name_problems<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_one_name(name) {
            let message = format!("no file can be named `{name}`");
            let help = "write to one file instead of a directory";
            problems.push(Diagnostic::error(Code::Unwritable, message).help(help));
        } else if !seen.insert(name) {
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
