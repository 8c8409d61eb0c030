//! `railsgen edit fix`.

use crate::support::oracle::oracle;
use crate::support::project::Project;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: app
        image: web
        args: [\"$(HOST)\", \"http://$(HOST)/$(PORT)\"]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - port: 80
";

fn project(kustomization: &str) -> Project {
    let project = Project::new("");
    project.write("kustomization.yaml", kustomization);
    project.write("base/kustomization.yaml", "resources: [web.yaml]\n");
    project.write("base/web.yaml", WEB);
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n";
    project.write("replicas.yaml", patch);
    project.write("app.env", "A=b\n");
    project.write("more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n");
    project
}

/// Fixes a kustomization and compares the bytes of the build, ours and the reference's.
#[track_caller]
fn fixed(before: &str, flags: &str, after: &str) -> Project {
    let project = project(before);
    let built = project.railsgen("build").run().exits(0);
    let reference = oracle().map(|oracle| oracle.build(project.root(), ".").stdout);
    let line = format!("edit fix {flags}");
    project.railsgen(&line).run().exits(0);
    assert_eq!(project.read("kustomization.yaml"), after);
    assert_eq!(project.railsgen("build").run().exits(0).text(), built.text());
    if let (Some(oracle), Some(reference)) = (oracle(), reference) {
        assert_eq!(oracle.build(project.root(), ".").stdout, reference, "kustomize");
    }
    project.railsgen(&line).run().exits(0).says("nothing has to change");
    project
}

#[test]
fn fields_are_renamed_in_place() {
    fixed(
        "# mine\nbases: # all\n- base # one\n\nimageTags:\n- name: web\n  newTag: v2 # tag\n",
        "",
        "# mine\nresources: # all\n- base # one\n\nimages:\n- name: web\n  newTag: v2 # tag\n",
    );
}

#[test]
fn lists_are_joined() {
    fixed(
        "resources:\n  - more.yaml\nnamePrefix: a-\n\nbases:\n# below\n- base # one\n\nimages: # new\n- name: x\nimageTags:\n  - name: web\n    # fixed\n    newTag: v2\n",
        "",
        "resources:\n  - more.yaml\n  # below\n  - base # one\nnamePrefix: a-\n\nimages: # new\n- name: x\n- name: web\n  # fixed\n  newTag: v2\n",
    );
    let empty = "resources: [base]\nbases: []\ncommonLabels: {}\npatchesJson6902: []\nimageTags:\n";
    fixed(empty, "", "resources: [base]\n");
}

#[test]
fn a_file_without_a_last_line_break_is_no_trouble() {
    // Only in this order: the second patch replaces what the first one adds.
    let merge = "replicas.yaml\n";
    let json = "\
- target: {group: apps, version: v1, kind: Deployment, name: web}
  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 4}]'";
    for blank in ["", "\n"] {
        fixed(
            &format!(
                "resources: [base]\npatchesStrategicMerge:\n- {merge}{blank}patchesJson6902:\n{json}"
            ),
            "",
            &format!("resources: [base]\npatches:\n- path: {merge}{json}\n"),
        );
    }
}

#[test]
fn patches_of_all_kinds_become_patches() {
    fixed(
        "resources: [base]\npatchesStrategicMerge:\n# from a file\n- replicas.yaml # three\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata:\n    name: web\n  spec:\n    # open\n    type: NodePort\n",
        "",
        "resources: [base]\npatches:\n# from a file\n- path: replicas.yaml # three\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata:\n      name: web\n    spec:\n      # open\n      type: NodePort\n",
    );
    fixed(
        "resources: [base]\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  # inline\n  patch: |-\n    - {op: add, path: /spec/type, value: NodePort}\n",
        "",
        "resources: [base]\npatches:\n- target: {version: v1, kind: Service, name: web}\n  # inline\n  patch: |-\n    - {op: add, path: /spec/type, value: NodePort}\n",
    );
    fixed(
        "resources: [base]\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec/type\", \"value\": \"NodePort\"}]'\n\npatchesStrategicMerge:\n  # up\n  - replicas.yaml # three\n\npatches:\n  - path: replicas.yaml\n",
        "",
        "resources: [base]\n\npatches:\n  - path: replicas.yaml\n  - target: {version: v1, kind: Service, name: web}\n    patch: '[{\"op\": \"add\", \"path\": \"/spec/type\", \"value\": \"NodePort\"}]'\n  # up\n  - path: replicas.yaml # three\n",
    );
}

#[test]
fn patches_come_in_the_order_in_which_they_ran_if_that_matters() {
    let patch = |count: u32| {
        format!(
            "apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec:\n      replicas: {count}\n"
        )
    };
    let before = format!(
        "resources: [base]\npatches:\n- patch: |-\n    {}patchesStrategicMerge:\n- |-\n    {}",
        patch(5),
        patch(4)
    );
    let after = format!(
        "resources: [base]\npatches:\n- patch: |-\n      {}- patch: |-\n    {}",
        patch(4).replace("\n    ", "\n      "),
        patch(5)
    );
    fixed(&before, "", &after);
}

#[test]
fn labels_and_env_files() {
    fixed(
        "resources: [base]\ncommonLabels: # all\n  # who\n  app: web\n  tier: \"1\" # q\nconfigMapGenerator:\n- name: c\n  env: app.env # file\n- name: d\n  envs: [app.env]\n",
        "",
        "resources: [base]\nlabels: # all\n- pairs:\n    # who\n    app: web\n    tier: \"1\" # q\n  includeSelectors: true\nconfigMapGenerator:\n- name: c\n  envs: # file\n  - app.env\n- name: d\n  envs: [app.env]\n",
    );
    fixed(
        "resources: [base]\nlabels:\n  - pairs:\n      a: b\ncommonLabels:\n  app: web\n",
        "",
        "resources: [base]\nlabels:\n  - pairs:\n      a: b\n  - pairs:\n      app: web\n    includeSelectors: true\n",
    );
}

#[test]
fn vars_become_replacements() {
    let before = "resources: [base]\n# names\nvars:\n- name: HOST\n  objref: {apiVersion: v1, kind: Service, name: web}\n- name: PORT\n  objref: {apiVersion: v1, kind: Service, name: web}\n  fieldref: {fieldpath: \"spec.ports[0].port\"}\n";
    let project = fixed(
        before,
        "--vars",
        "resources: [base]\n# names\nreplacements:\n\
         - source:\n    version: v1\n    kind: Service\n    name: web\n    fieldPath: metadata.name\n  targets:\n  \
         - select:\n      group: apps\n      version: v1\n      kind: Deployment\n      name: web\n    fieldPaths:\n    \
         - spec.template.spec.containers.0.args.0\n  \
         - select:\n      group: apps\n      version: v1\n      kind: Deployment\n      name: web\n    fieldPaths:\n    \
         - spec.template.spec.containers.0.args.1\n    options:\n      delimiter: /\n      index: 2\n\
         - source:\n    version: v1\n    kind: Service\n    name: web\n    fieldPath: spec.ports.0.port\n  targets:\n  \
         - select:\n      group: apps\n      version: v1\n      kind: Deployment\n      name: web\n    fieldPaths:\n    \
         - spec.template.spec.containers.0.args.1\n    options:\n      delimiter: /\n      index: 3\n",
    );
    let web = WEB.replace("$(HOST)", "HOST_PLACEHOLDER").replace("$(PORT)", "PORT_PLACEHOLDER");
    assert_eq!(project.read("base/web.yaml"), web);
}

#[test]
fn vars_stay_unless_they_are_asked_for() {
    let text = "resources: [base]\nvars:\n- name: HOST\n  objref: {apiVersion: v1, kind: Service, name: web}\n";
    let project = project(text);
    let outcome = project.railsgen("edit fix").run().exits(0);
    let _ = outcome.says("`vars` stay as they are").says("--vars").says("nothing has to change");
    assert_eq!(project.read("kustomization.yaml"), text);
}

#[test]
fn what_would_change_the_build_is_not_written() {
    // `patchesJson6902` run after the prefix is there.
    let text = "resources: [base]\nnamePrefix: a-\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  patch: '[{op: replace, path: /metadata/name, value: new}]'\nbases: []\n";
    let text = text.replace(
        "'[{op: replace, path: /metadata/name, value: new}]'",
        "'[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"new\"}]'",
    );
    let project = project(&text);
    let refused = project.railsgen("edit fix").run().fails();
    let refused = refused.says("error[edit]").says("`patchesJson6902` into `patches`");
    let _ = refused.says("kustomization.yaml:3:1").says("v1_service_");
    assert_eq!(project.read("kustomization.yaml"), text);
}

#[test]
fn what_can_not_be_built_or_decided_is_refused() {
    for (text, words) in [
        ("resources: [nope.yaml]\ncommonLabels: {a: b}\n", "nothing to compare with"),
        (
            "resources: [base]\ncommonLabels: {a: b}\nlabels:\n- pairs: {a: c}\n",
            "both in `commonLabels`",
        ),
        ("resources: [base]\npatchs: []\n", "unknown field"),
    ] {
        let project = project(text);
        project.railsgen("edit fix").run().fails().says(words);
        assert_eq!(project.read("kustomization.yaml"), text);
    }
}

#[test]
fn a_file_that_is_up_to_date_is_left_alone() {
    let text = "resources: [base] # the base\n";
    let project = project(text);
    project.railsgen("edit fix --vars").run().exits(0).says("nothing has to change");
    assert_eq!(project.read("kustomization.yaml"), text);
}

/// A component that needs its parent, a base with vars, and an overlay of both.
fn tree() -> Project {
    let project = project("resources: [base]\n");
    project.write("c/kustomization.yaml", "kind: Component\npatchesStrategicMerge: [p.yaml]\n");
    project.write("c/p.yaml", &project.read("replicas.yaml"));
    project.write("o/kustomization.yaml", "resources: [../base]\ncomponents: [../c]\n");
    project
}

#[test]
fn a_component_is_proved_by_what_includes_it() {
    let project = tree();
    let built = project.railsgen("build o").run().exits(0).text().to_owned();
    project.railsgen("edit fix --dir c").run().fails().says("`--check DIR` names");
    project.railsgen("edit fix --dir c --check base").run().fails().says("includes this component");
    project.railsgen("edit fix --dir c --check o").run().exits(0);
    let after = "kind: Component\npatches: [{path: p.yaml}]\n";
    assert_eq!(project.read("c/kustomization.yaml"), after);
    assert_eq!(project.railsgen("build o").run().exits(0).text(), built);
}

#[test]
fn an_overlay_that_would_change_is_named() {
    let project = tree();
    // The overlay's patch uses a var of its base, which then is none any more.
    let var = "resources: [web.yaml]\nvars:\n- name: HOST\n  objref: {kind: Service, name: web, apiVersion: v1}\n";
    project.write("base/kustomization.yaml", var);
    let extra = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, args: [$(HOST)]}\n";
    project.write("o/pod.yaml", extra);
    project.write("o/kustomization.yaml", "resources: [../base, pod.yaml]\n");
    let dry = "edit fix --vars --dry-run --dir base";
    project.railsgen(dry).run().exits(0);
    project.railsgen(&format!("{dry} --check o")).run().fails().says("in `o`: ");
}
