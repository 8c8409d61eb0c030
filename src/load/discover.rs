//! Finding the kustomizations below a directory, and which of them no other one includes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::files::Files;
use super::graph::{FILE_NAMES, find_file, find_root};
use super::root::Root;
use crate::diag::{Code, Diagnostic};
use crate::fs::{FileKind, join};
use crate::kustomization::{self, Kustomization};
use crate::source::Span;
use crate::yaml;

/// Directories may be nested so deeply below the one that is searched.
const MAX_DEPTH: usize = 100;

/// The kustomizations below a directory.
#[derive(Debug, Default)]
pub(crate) struct Discovered {
    /// Directories of kustomizations that no other includes, in the order of their paths.
    pub(crate) roots: Vec<PathBuf>,
    /// Directories of components that nothing includes.
    pub(crate) unused_components: Vec<PathBuf>,
    /// The files beside kustomizations that look like manifests and that no kustomization names:
    /// their real and shown paths. A build may still use them: what is named in the files of
    /// plugins is not known here.
    pub(crate) manifests: Vec<(PathBuf, PathBuf)>,
    pub(crate) problems: Vec<Diagnostic>,
}

/// Finds all kustomizations in and below a directory. Hidden directories are left out.
pub(crate) fn discover(files: &Files<'_>, directory: &Path) -> Discovered {
    let mut found = Discovered::default();
    let top = match find_root(files, directory) {
        Ok(root) => root,
        Err(problem) => {
            found.problems.push(*problem);
            return found;
        }
    };
    // By real path: the shown one, whether it is a component, and the manifests beside it.
    let mut kustomizations: BTreeMap<PathBuf, Kept> = BTreeMap::new();
    let mut included = BTreeSet::new();
    let mut named = HashSet::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![(top, 0)];
    while let Some((root, depth)) = pending.pop() {
        // Links may lead to a directory twice, or in circles.
        if depth > MAX_DEPTH || !seen.insert(root.real.clone()) {
            continue;
        }
        let mut manifests = Vec::new();
        match files.fs.list(&root.real) {
            Ok(names) => {
                let visible = names.into_iter().filter(|(name, _)| !name.starts_with('.'));
                for (name, kind) in visible {
                    let Ok(target) = root.find(files.fs, &name) else { continue };
                    match kind {
                        FileKind::Directory => {
                            let below = Root { real: target.real, shown: target.shown };
                            pending.push((below, depth + 1));
                        }
                        FileKind::File if is_manifest(&name) => {
                            manifests.push((target.real, target.shown));
                        }
                        FileKind::File => {}
                    }
                }
            }
            Err(error) => {
                let message = format!("can't list `{}`: {}", root.shown.display(), error.kind);
                found.problems.push(Diagnostic::error(Code::Unreadable, message));
            }
        }
        match read(files, &root) {
            Ok(Some(kustomization)) => {
                included.extend(includes(files, &root, &kustomization));
                named.extend(kustomization.paths().map(|path| join(&root.real, path)));
                let is_component = kustomization.is_component();
                kustomizations
                    .insert(root.real.clone(), (root.shown.clone(), is_component, manifests));
            }
            Ok(None) => {}
            Err(problems) => found.problems.extend(problems),
        }
    }
    for (real, (shown, is_component, manifests)) in kustomizations {
        match (included.contains(&real), is_component) {
            (true, _) => {}
            (false, false) => found.roots.push(shown),
            (false, true) => {
                found.unused_components.push(shown);
                continue;
            }
        }
        found.manifests.extend(manifests);
    }
    found.manifests.retain(|(real, _)| !named.contains(real));
    found.roots.sort();
    found.unused_components.sort();
    found
}

type Kept = (PathBuf, bool, Vec<(PathBuf, PathBuf)>);

fn is_manifest(name: &str) -> bool {
    !FILE_NAMES.contains(&name) && [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
}

/// The kustomization of a directory; nothing if there is none.
fn read(files: &Files<'_>, root: &Root) -> Result<Option<Kustomization>, Vec<Diagnostic>> {
    let source = match find_file(files, root, Span::NONE) {
        Ok((_, source)) => source,
        Err(problem) if problem.code == Code::NoKustomization => return Ok(None),
        Err(problem) => return Err(vec![*problem]),
    };
    let node = yaml::parse_document(&source, &files.limits).map_err(|problem| vec![*problem])?;
    let place = Span::new(source.span().start(), 0);
    let decoded = kustomization::decode(node.as_ref()).map_err(|problems| {
        problems.into_iter().map(|problem| problem.or_at(place)).collect::<Vec<_>>()
    })?;
    Ok(Some(decoded.value))
}

/// The directories that a kustomization includes.
fn includes(files: &Files<'_>, root: &Root, kustomization: &Kustomization) -> Vec<PathBuf> {
    let Kustomization { resources, components, generators, transformers, validators, .. } =
        kustomization;
    let lists = [resources, components, generators, transformers, validators];
    let paths = lists.into_iter().flatten().filter(|path| !path.contains('\n'));
    let targets = paths.filter_map(|path| files.fs.resolve(&join(&root.real, path)).ok());
    let directories = targets.filter(|(_, kind)| *kind == FileKind::Directory);
    directories.map(|(real, _)| real).collect()
}
