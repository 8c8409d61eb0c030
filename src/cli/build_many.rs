//! `railsgen build` of several directories: one file each.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::build::{Flags, make_error};
use super::exit::Exit;
use super::output::write_file;
use super::shell::Shell;
use crate::build::{Finished, build_all, find_roots};
use crate::diag::{Code, Diagnostic};
use crate::fs::FileSystem;
use crate::source::Sources;
use crate::sys::{self, OsFs};

/// Builds directories that were named, or found with `--all`, and writes a file for each.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let sources = Sources::new();
    let (fs, options) = (OsFs::new(), flags.options());
    let found = flags.all.as_ref().map(|top| find_roots(&fs, &sources, top, &options));
    let directories = match &found {
        Some(found) => found.roots.clone(),
        None => flags.directories.clone(),
    };
    let mut problems = found.as_ref().map(|found| found.problems.clone()).unwrap_or_default();
    let targets = match targets(&fs, &directories, flags.output.as_deref()) {
        Ok(targets) => targets,
        Err(problem) => {
            problems.push(*problem);
            shell.problems(&problems, &sources);
            return Exit::Failure;
        }
    };
    let ended: Vec<Mutex<Vec<Diagnostic>>> = directories.iter().map(|_| Mutex::default()).collect();
    let progress = Mutex::new((0, &mut *shell));
    let finished = |finished: Finished| {
        let Finished { position, result } = finished;
        let said = match result {
            Ok(built) => write(flags, built, &targets[position]),
            Err(problems) => problems,
        };
        *ended[position].lock().unwrap_or_else(PoisonError::into_inner) = said;
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.0 += 1;
        let (done, shell) = &mut *progress;
        shell.progress(*done, directories.len());
    };
    let unused = build_all(&fs, &sources, &directories, &options, found.as_ref(), &finished);
    for ended in ended {
        problems.extend(ended.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
    problems.extend(unused);
    if flags.strict {
        problems.iter_mut().for_each(make_error);
    }
    let failed = problems.iter().any(Diagnostic::is_error);
    shell.problems(&problems, &sources);
    if failed { Exit::Failure } else { Exit::Success }
}

/// Writes one build to its file. Says what there is to say of it.
fn write(flags: &Flags, built: crate::build::Built, target: &Path) -> Vec<Diagnostic> {
    let mut problems = built.warnings().to_vec();
    if flags.strict && !problems.is_empty() {
        problems.iter_mut().for_each(make_error);
        return problems;
    }
    let built = match flags.part(built) {
        Ok((built, remark)) => {
            problems.extend(remark);
            built
        }
        Err(problem) => {
            problems.push(*problem);
            return problems;
        }
    };
    let text = match built.into_text() {
        Ok(text) => text,
        Err(problem) => {
            problems.push(*problem);
            return problems;
        }
    };
    let directory = target.parent().unwrap_or(Path::new(""));
    let written = sys::create_directories(directory)
        .and_then(|()| write_file(target, |out: &mut dyn Write| text.write_to(out)));
    if let Err(error) = written {
        problems.push(Diagnostic::error(Code::Unwritable, error.to_string()));
    }
    problems
}

/// The file of each directory: its path below the output directory, with `.yaml` behind it.
fn targets(
    fs: &dyn FileSystem,
    directories: &[PathBuf],
    output: Option<&OsStr>,
) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let Some(output) = output.filter(|output| !output.is_empty() && *output != "-") else {
        let message = "several builds can't go to stdout";
        let error = Diagnostic::error(Code::Usage, message);
        return Err(Box::new(error.help("name a directory for them with `-o DIR`")));
    };
    let mut taken: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut targets = Vec::new();
    for directory in directories {
        let target = Path::new(output).join(file_name(fs, directory));
        if let Some(other) = taken.insert(target.clone(), directory) {
            let (one, two) = (other.display(), directory.display());
            let message = format!("`{one}` and `{two}` both go to `{}`", target.display());
            let error = Diagnostic::error(Code::Usage, message);
            return Err(Box::new(
                error.help("build them in two runs, with an output directory each"),
            ));
        }
        targets.push(target);
    }
    Ok(targets)
}

/// `overlays/prod` goes to `overlays/prod.yaml`. What leads out of the working directory is left
/// out; a directory without a name of its own, such as `.`, goes by its real one.
fn file_name(fs: &dyn FileSystem, directory: &Path) -> PathBuf {
    let names = |path: &Path| -> PathBuf {
        path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
    };
    let mut name = names(directory);
    if name.as_os_str().is_empty() {
        let real =
            fs.resolve(directory).ok().and_then(|(real, _)| real.file_name().map(Into::into));
        name = real.unwrap_or_else(|| PathBuf::from("kustomization"));
    }
    let mut file = name.into_os_string();
    file.push(".yaml");
    file.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::MemoryFs;

    #[test]
    fn files_are_named_after_directories() {
        let fs = MemoryFs::new().with("app/kustomization.yaml", "");
        for (directory, name) in [
            ("overlays/prod", "overlays/prod.yaml"),
            ("./overlays/prod/", "overlays/prod.yaml"),
            ("../other/x.y", "other/x.y.yaml"),
            ("app/.", "app.yaml"),
            ("/", "kustomization.yaml"),
        ] {
            assert_eq!(file_name(&fs, Path::new(directory)), Path::new(name), "{directory}");
        }
    }

    #[test]
    fn two_directories_never_share_a_file() {
        let fs = MemoryFs::new();
        let directories = [PathBuf::from("../a"), PathBuf::from("a")];
        assert!(targets(&fs, &directories, Some(OsStr::new("out"))).is_err());
        assert!(targets(&fs, &directories[..1], None).is_err());
    }
}
