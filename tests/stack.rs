//! The stack in `base/`, `components/` and `overlays/`, and the examples: what each builds to.
//!
//! Expectations stand in `stack/`, under the path of what is built. `UPDATE=1` rewrites them
//! where railsgen and kustomize agree.

mod elements;
mod kubectl;
mod rules;
mod sets;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::oracle::oracle;
use crate::support::project::Project;
use crate::support::run::{Outcome, Run};
use crate::support::{directories_in, first_difference, repository, updating};

/// Everything that a user would build, as paths in the repository.
fn roots() -> Vec<String> {
    let mut roots = vec![PathBuf::from("base")];
    for directory in ["overlays", "examples"] {
        let below = directories_in(&repository().join(directory));
        roots.extend(below.iter().map(|path| {
            let path = path.strip_prefix(repository()).unwrap();
            path.to_path_buf()
        }));
    }
    roots.retain(|path| repository().join(path).join("kustomization.yaml").is_file());
    let is_there = repository().join("overlays").is_dir();
    assert!(!is_there || roots.len() > 1, "overlays/ builds nothing");
    roots.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

fn golden(root: &str) -> PathBuf {
    repository().join("tests/stack").join(format!("{root}.yaml"))
}

#[track_caller]
fn stored(root: &str) -> Vec<u8> {
    fs::read(golden(root)).unwrap_or_else(|_| {
        panic!("tests/stack/{root}.yaml is missing: UPDATE=1 cargo test --test main stack")
    })
}

fn ours(directory: &Path, root: &str) -> Outcome {
    Run::railsgen(directory).words("build --strict").arg(root).run().succeeds()
}

#[test]
fn it_builds_without_warnings_to_what_is_stored() {
    for root in roots() {
        let built = ours(repository(), &root).stdout;
        if updating() {
            let oracle = oracle().expect("a kubectl to agree with");
            let reference = oracle.build(repository(), &root).exits(0).stdout;
            let difference = first_difference(&reference, &built);
            assert!(reference == built, "{root}: kustomize differs: {difference}");
            fs::create_dir_all(golden(&root).parent().unwrap()).unwrap();
            fs::write(golden(&root), &built).unwrap();
        }
        let stored = stored(&root);
        let difference = first_difference(&stored, &built);
        assert!(stored == built, "{root}: {difference}");
    }
}

#[test]
fn the_reference_builds_the_same() {
    let Some(oracle) = oracle() else { return };
    for root in roots() {
        let reference = oracle.build(repository(), &root).exits(0).stdout;
        let stored = stored(&root);
        let difference = first_difference(&reference, &stored);
        assert!(reference == stored, "{root}: {difference}");
    }
}

#[test]
fn what_was_built_builds_to_itself() {
    let project = Project::new("//- /kustomization.yaml\nresources: [built.yaml]\n");
    for root in roots() {
        let built = stored(&root);
        project.write("built.yaml", std::str::from_utf8(&built).unwrap());
        let again = ours(project.root(), ".").stdout;
        let difference = first_difference(&built, &again);
        assert!(built == again, "{root}: {difference}");
    }
}
