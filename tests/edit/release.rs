//! The release of `docs/guides/release.md`: an image is set in each overlay of the stack, by tag
//! and by digest, and the diff is one line.

use std::fs;
use std::path::Path;

use crate::support::project::Project;
use crate::support::repository;

const OVERLAYS: [&str; 3] = ["canary", "staging", "prod"];
const DIGEST: &str = "sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3";

/// A copy of the stack.
fn stack() -> Project {
    let project = Project::new("");
    for part in ["base", "components", "overlays"] {
        copy(&repository().join(part), &project.path(part));
    }
    project
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The lines of a unified diff that come or go.
fn changed(diff: &str) -> Vec<&str> {
    let is_change = |line: &&str| {
        line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
    };
    diff.lines().filter(is_change).collect()
}

#[test]
fn a_release_changes_one_line_of_an_overlay() {
    let guide = fs::read_to_string(repository().join("docs/guides/release.md")).unwrap();
    assert!(guide.contains("railsgen edit set image rails-app=registry.example.com/rails-app:"));
    let project = stack();
    for overlay in OVERLAYS {
        let directory = project.path(&format!("overlays/{overlay}"));
        let set = |reference: &str, old: &str, new: &str| {
            let line = format!(
                "edit set image rails-app=registry.example.com/rails-app{reference} --diff"
            );
            let outcome =
                crate::support::run::Run::railsgen(&directory).words(&line).run().exits(0);
            assert_eq!(changed(outcome.text()), [format!("-    {old}"), format!("+    {new}")]);
            assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
            let built = project.railsgen("build").arg(&directory).run().exits(0);
            let image = format!("image: registry.example.com/rails-app{reference}\n");
            assert!(built.text().contains(&image), "{overlay} does not run {reference}");
        };
        let digest = format!("digest: {DIGEST}");
        set(":2026.12.0", "newTag: 2026.11.0", "newTag: 2026.12.0");
        set(&format!("@{DIGEST}"), "newTag: 2026.12.0", &digest);
        set(":2026.12.1", &digest, "newTag: 2026.12.1");
        // A tag that YAML would take for a number.
        set(":20261201", "newTag: 2026.12.1", "newTag: \"20261201\"");
        set(":2026.12.2", "newTag: \"20261201\"", "newTag: \"2026.12.2\"");
    }
}

#[test]
fn going_back_gives_the_file_back() {
    let project = stack();
    for overlay in OVERLAYS {
        let file = format!("overlays/{overlay}/kustomization.yaml");
        let before = project.read(&file);
        for tag in ["2026.12.0", "2026.11.0"] {
            let line = format!(
                "edit set image rails-app=registry.example.com/rails-app:{tag} --dir overlays/{overlay}"
            );
            project.railsgen(&line).run().exits(0);
        }
        assert_eq!(project.read(&file), before);
    }
}
