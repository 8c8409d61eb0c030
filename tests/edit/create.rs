//! `railsgen create`.

use crate::support::project::Project;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: test\n";
const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

fn created(project: &Project, line: &str) -> String {
    project.railsgen(line).run().exits(0).says("kustomization.yaml:1: created, with");
    project.read("kustomization.yaml")
}

#[test]
fn flags_become_fields() {
    for (flags, body) in [
        ("", ""),
        ("--namespace foo", "namespace: foo\n"),
        ("--nameprefix foo-", "namePrefix: foo-\n"),
        ("--namesuffix -foo", "nameSuffix: -foo\n"),
        ("--labels foo:bar", "commonLabels:\n  foo: bar\n"),
        ("--labels b:1,a:x:y,c", "commonLabels:\n  a: x:y\n  b: \"1\"\n  c: \"\"\n"),
        ("--annotations foo:bar,a:b", "commonAnnotations:\n  a: b\n  foo: bar\n"),
        (
            "--resources a.yaml,base --namespace staging --nameprefix acme-",
            "resources:\n- a.yaml\n- base\nnamePrefix: acme-\nnamespace: staging\n",
        ),
        ("--resources *.yaml", "resources:\n- a.yaml\n- b.yaml\n"),
    ] {
        let project = Project::new("");
        for path in ["a.yaml", "b.yaml", "base/kustomization.yaml"] {
            project.write(path, SERVICE);
        }
        assert_eq!(
            created(&project, &format!("create {flags}")),
            format!("{HEAD}{body}"),
            "{flags}"
        );
    }
}

/// The tree of kustomize's own test, and files that are no resources.
fn tree() -> Project {
    let project = Project::new("");
    for path in ["test.yaml", "sub/test.yaml", "sub/deep/a.yaml", "overlay/test.yaml"] {
        project.write(path, SERVICE);
    }
    project.write("overlay/kustomization.yaml", "resources:\n- test.yaml\n");
    project.write("empty.yaml", "");
    project.write(".hidden.yaml", SERVICE);
    project.write("README.md", "# Not a resource\nThis file is no object.\n");
    project.write("non-k8s.yaml", "other: yaml\nfoo:\n- bar\n");
    project.write("sub/non-k8s.yaml", "other: yaml\n");
    std::fs::write(project.path("logo.png"), b"\x89PNG\r\n\x1a\n\xff\x00").unwrap();
    project
}

#[test]
fn resources_are_detected() {
    let project = tree();
    let text = created(&project, "create --autodetect");
    assert_eq!(text, format!("{HEAD}resources:\n- empty.yaml\n- test.yaml\n"));

    let project = tree();
    let text = created(&project, "create --autodetect --recursive");
    let all = ["empty.yaml", "overlay", "sub/deep/a.yaml", "sub/test.yaml", "test.yaml"];
    assert_eq!(text, format!("{HEAD}resources:\n- {}\n", all.join("\n- ")));

    let project = tree();
    let text = created(&project, "create --resources test.yaml --autodetect");
    assert_eq!(text, format!("{HEAD}resources:\n- test.yaml\n- empty.yaml\n"));
}

#[test]
#[cfg(unix)]
fn a_circle_of_links_ends() {
    let project = tree();
    std::os::unix::fs::symlink("..", project.path("sub/up")).unwrap();
    let text = created(&project, "create --autodetect --recursive");
    assert!(!text.contains("up"), "{text}");
}

#[test]
fn what_is_made_can_be_built() {
    let project = tree();
    created(&project, "create --autodetect --namespace shop");
    let built = project.railsgen("build").run().succeeds();
    assert!(built.text().contains("namespace: shop"));
}

#[test]
fn nothing_is_overwritten() {
    for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] {
        let project = Project::new("");
        project.write(name, "namespace: a\n");
        let refused = project.railsgen("create --namespace b").run().fails();
        let _ = refused.says("there is a kustomization file already").says(name);
        assert_eq!(project.read(name), "namespace: a\n");
        assert_eq!(project.names("/"), [name]);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let project = Project::new("");
    let refused = project.railsgen("create --resources foo.yaml").run().fails();
    let _ = refused.says("`foo.yaml` fits no file or directory");
    project.railsgen("create --labels :x").run().fails().says("names no label");
    project.railsgen("create --dir nope").run().fails().says("no directory `nope`");
    assert_eq!(project.names("/"), [""; 0]);
}

#[test]
fn it_can_be_looked_at_first() {
    let project = Project::new("");
    let shown = project.railsgen("create --namespace a --dry-run --diff").run().exits(0);
    let body =
        "+apiVersion: kustomize.config.k8s.io/v1beta1\n+kind: Kustomization\n+namespace: a\n";
    shown.prints(&format!("--- /dev/null\n+++ b/kustomization.yaml\n@@ -0,0 +1,3 @@\n{body}"));
    assert_eq!(project.names("/"), [""; 0]);
    project.railsgen("create --dir new/k").run().fails();
    project.write("new/k/x", "");
    created_in(&project);
}

fn created_in(project: &Project) {
    project
        .railsgen("create --dir new/k --autodetect")
        .run()
        .exits(0)
        .says("new/k/kustomization.yaml:1");
    assert_eq!(project.read("new/k/kustomization.yaml"), format!("{HEAD}resources:\n- x\n"));
}
