//! How edits are run: what is shown, what is written, what is kept.

use crate::support::project::Project;

const FILE: &str = "# shop\nnamespace: a # where\nimages:\n- name: web\n  newTag: v1\n";

fn project() -> Project {
    let project = Project::new("");
    project.write("kustomization.yaml", FILE);
    project
}

#[test]
fn each_change_is_one_line_on_stderr() {
    let project = project();
    let line = "edit set image web:v2 worker=registry/worker:v1";
    let outcome = project.railsgen(line).run().exits(0).prints("");
    assert_eq!(
        outcome.stderr,
        "kustomization.yaml:5: image `web`: newTag `v1` -> `v2`\n\
         kustomization.yaml:6: image `worker`: newName `registry/worker` newTag `v1` added\n"
    );
    let again = project.railsgen(line).run().exits(0).prints("");
    assert_eq!(again.stderr, "nothing has to change\n");
    project.railsgen("edit set namespace b -q").run().succeeds().prints("");
    let json = project.railsgen("edit set namespace c --message-format json").run();
    json.succeeds().prints("");
    assert!(project.read("kustomization.yaml").contains("namespace: c # where\n"));
}

#[test]
fn a_dry_run_writes_nothing_and_a_diff_shows_all() {
    let project = project();
    let diff = "--- a/kustomization.yaml\n+++ b/kustomization.yaml\n@@ -1,5 +1,5 @@\n # shop\n\
                -namespace: a # where\n+namespace: b # where\n images:\n - name: web\n   newTag: v1\n";
    let outcome = project.railsgen("edit set namespace b --diff --dry-run").run().exits(0);
    outcome.prints(diff).says("kustomization.yaml:2: namespace `a` -> `b`").says("dry run");
    assert_eq!(project.read("kustomization.yaml"), FILE);
    project.railsgen("edit --dry-run set namespace b").run().exits(0).prints("");
    assert_eq!(project.read("kustomization.yaml"), FILE);
    project.railsgen("edit set namespace b --diff").run().exits(0).prints(diff);
    assert_eq!(project.read("kustomization.yaml"), FILE.replace("namespace: a", "namespace: b"));
    project.railsgen("edit set namespace b --diff").run().exits(0).prints("");
}

#[test]
fn a_diff_of_a_file_without_a_last_line_break_says_so() {
    let project = project();
    project.write("kustomization.yaml", "namespace: a");
    let outcome = project.railsgen("edit set namespace b --diff").run().exits(0);
    assert!(outcome.text().contains("+namespace: b\n\\ No newline at end of file\n"));
}

#[test]
fn another_directory_is_named() {
    let project = Project::new("");
    project.write("overlays/prod/kustomization.yaml", "namespace: a\n");
    project.write("overlays/prod/web.yaml", "");
    let dir = project.path("overlays/prod");
    for line in [
        "edit --dir overlays/prod add resource web.yaml",
        "edit set namespace b --dir overlays/prod",
    ] {
        project.railsgen(line).run().exits(0).says("overlays/prod/kustomization.yaml:");
    }
    let text = project.read("overlays/prod/kustomization.yaml");
    assert_eq!(text, "namespace: b\nresources:\n- web.yaml\n");
    project.railsgen("edit set namespace c --dir").arg(&dir).run().exits(0);
    project.railsgen("edit set namespace c --dir nope").run().fails().says("no directory `nope`");
    project
        .railsgen("edit set namespace c --dir overlays")
        .run()
        .fails()
        .says("error[no-kustomization]");
}

#[test]
#[cfg(unix)]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new("//- /k/kustomization.yaml -> ../real.yaml\n");
    project.write("real.yaml", FILE);
    let real = project.path("real.yaml");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    project.railsgen("edit set namespace b --dir k").run().exits(0);
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(project.read("real.yaml").contains("namespace: b"));
    assert!(std::fs::symlink_metadata(project.path("k/kustomization.yaml")).unwrap().is_symlink());
}

#[test]
fn a_refusal_names_the_line_and_writes_nothing() {
    let project = project();
    let text = "x-tag: &tag v1\nimages:\n- name: web\n  newTag: *tag\n";
    project.write("kustomization.yaml", text);
    let refused = project.railsgen("edit set image web:v2").run().fails();
    let refused = refused.says("error[edit]").says("kustomization.yaml:4:11").says("`*tag`");
    let _ = refused.says("by hand");
    assert_eq!(project.read("kustomization.yaml"), text);
}

#[test]
fn a_secret_is_only_shown_in_a_diff() {
    let project = project();
    project.write("kustomization.yaml", "secretGenerator:\n- name: s\n  literals:\n  - p=old\n");
    let outcome = project.railsgen("edit set secret s --from-literal=p=hunter2").run().exits(0);
    assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
    let outcome = project.railsgen("edit add secret s --from-literal=q=hunter3").run().exits(0);
    assert!(!outcome.stderr.contains("hunter3"), "{}", outcome.stderr);
    let outcome = project.railsgen("edit add secret s --from-literal=q=hunter4").run().fails();
    assert!(!outcome.stderr.contains("hunter"), "{}", outcome.stderr);
}

#[test]
fn a_file_in_utf16_is_refused() {
    let project = Project::new("");
    let bytes: Vec<u8> =
        "\u{feff}namespace: a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(project.path("kustomization.yaml"), &bytes).unwrap();
    project.railsgen("edit set namespace b").run().fails().says("UTF-16").says("save it as UTF-8");
    assert_eq!(std::fs::read(project.path("kustomization.yaml")).unwrap(), bytes);
}

#[test]
fn a_field_that_stands_twice_is_no_trouble_for_others() {
    let text = "kind: Kustomization\nkind: Kustomization\nnamePrefix: a-\n";
    let project = Project::new("");
    project.write("kustomization.yaml", text);
    project.railsgen("edit set namespace b").run().exits(0);
    assert_eq!(project.read("kustomization.yaml"), format!("{text}namespace: b\n"));
}
