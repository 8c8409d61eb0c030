//! Several builds at once: each file is read and parsed once, and builds run in parallel.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{BuildOptions, Built, build_layer};
use crate::diag::{Code, Diagnostic};
use crate::fs::FileSystem;
use crate::load::{self, Files, Layer, discover};
use crate::source::Sources;

/// One of several builds that has ended.
#[derive(Debug)]
pub struct Finished {
    /// Its position among the directories.
    pub position: usize,
    /// What it gave, like [`super::build`].
    pub result: Result<Built, Vec<Diagnostic>>,
}

/// A kustomization that was loaded: its position, and the warnings so far.
type Job = (usize, Layer, Vec<Diagnostic>);

/// What [`find_roots`] found.
#[derive(Debug, Default)]
pub struct Found {
    /// The directories of kustomizations that no other includes, in the order of their paths.
    pub roots: Vec<PathBuf>,
    /// Warnings about components and errors about kustomizations that can't be read.
    pub problems: Vec<Diagnostic>,
    manifests: Vec<(PathBuf, PathBuf)>,
}

/// Finds what there is to build in and below a directory: every kustomization that no other one
/// includes. Components that nothing includes are reported; hidden directories are left out.
pub fn find_roots(
    fs: &dyn FileSystem,
    sources: &Sources,
    directory: &Path,
    options: &BuildOptions,
) -> Found {
    let files = Files::new(fs, sources, options.load_restrictor, options.limits.clone());
    let found = discover(&files, directory);
    let mut problems = found.problems;
    for component in found.unused_components {
        let message = format!("nothing includes the component `{}`", component.display());
        problems.push(Diagnostic::warning(Code::Unused, message));
    }
    Found { roots: found.roots, problems, manifests: found.manifests }
}

/// Builds several directories. `finished` is told of each build as soon as it ends, in any order
/// and from any thread; what a build gives does not depend on the others.
///
/// Returns warnings about files that `found` saw and no build used.
pub fn build_all(
    fs: &dyn FileSystem,
    sources: &Sources,
    directories: &[PathBuf],
    options: &BuildOptions,
    found: Option<&Found>,
    finished: &(dyn Fn(Finished) + Sync),
) -> Vec<Diagnostic> {
    let mut files = Files::new(fs, sources, options.load_restrictor, options.limits.clone());
    let mut wanted = Vec::new();
    let mut jobs: Vec<Mutex<Option<Job>>> = Vec::new();
    for (position, directory) in directories.iter().enumerate() {
        let mut warnings = Vec::new();
        match load::load(&mut files, directory, &mut wanted, &mut warnings) {
            Ok(layer) => jobs.push(Mutex::new(Some((position, layer, warnings)))),
            Err(mut problems) => {
                warnings.append(&mut problems);
                finished(Finished { position, result: Err(warnings) });
            }
        }
    }
    files.parse_all(&wanted, options.threads);
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let taken = job.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((position, layer, warnings)) = taken {
                let result = build_layer(&files, layer, warnings, options);
                finished(Finished { position, result });
            }
        }
    };
    std::thread::scope(|scope| {
        (1..load::threads_for(jobs.len(), options.threads)).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    let read = files.paths_read();
    let manifests = found.map_or(&[][..], |found| &found.manifests);
    let unused = manifests.iter().filter(|(real, _)| !read.contains(real));
    let unused = unused.filter(|(real, _)| fs.read(real).is_ok_and(|text| is_for_a_build(&text)));
    unused.map(|(_, shown)| unused_file(shown)).collect()
}

/// Whether a file looks like resources or patches, and not like values of a chart or the like.
fn is_for_a_build(text: &[u8]) -> bool {
    const YAML: [&[u8]; 4] = [b"apiVersion:", b"kind:", b"- op:", b"  op:"];
    const JSON: [&[u8]; 2] = [b"\"apiVersion\"", b"\"op\""];
    text.split(|byte| *byte == b'\n').any(|line| {
        let indentation = line.iter().take_while(|byte| b" \t{[".contains(byte)).count();
        YAML.iter().any(|beginning| line.starts_with(beginning))
            || JSON.iter().any(|beginning| line[indentation..].starts_with(beginning))
    })
}

fn unused_file(shown: &Path) -> Diagnostic {
    let message = format!("no kustomization uses the file `{}`", shown.display());
    Diagnostic::warning(Code::Unused, message)
}

#[cfg(test)]
mod tests {
    use super::is_for_a_build;

    #[test]
    fn values_of_charts_are_not_for_a_build() {
        for text in [
            "# web\nkind: Service\n",
            "[{\"op\": \"add\"}]",
            "{\n  \"apiVersion\": \"v1\"\n}\n",
            "- path: /spec\n  op: remove\n",
        ] {
            assert!(is_for_a_build(text.as_bytes()), "{text}");
        }
        for text in ["", "image: web\n", "issuer:\n  kind: ClusterIssuer\n", "{\"kinds\": []}"] {
            assert!(!is_for_a_build(text.as_bytes()), "{text}");
        }
    }
}
