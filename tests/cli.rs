//! The command line: what goes where, and how a run ends.

use std::fs;

use crate::support::files_below;
use crate::support::oracle::oracle;
use crate::support::project::Project;
use crate::support::run::Outcome;

const WEB: &str = "\
apiVersion: v1
data:
  RAILS_ENV: production
kind: ConfigMap
metadata:
  name: web
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - port: 80
";

/// A kustomization that builds to [`WEB`].
fn web() -> Project {
    let project = Project::new("//- /kustomization.yaml\nresources:\n- web.yaml\n");
    project.write("web.yaml", WEB);
    project
}

/// A kustomization that builds to [`WEB`], with one warning.
fn web_with_a_warning() -> Project {
    let project = web();
    let warned = "resources:\n- web.yaml\nimages: [{name: nope, newTag: v2}]\n";
    project.write("kustomization.yaml", warned);
    project
}

fn broken() -> Project {
    Project::new("//- /kustomization.yaml\nnamePrefix: a-\npatchs: []\n")
}

#[test]
fn help_and_version() {
    let project = Project::new("");
    let version = format!(
        "railsgen {} (kustomize {})\n",
        env!("CARGO_PKG_VERSION"),
        railsgen::KUSTOMIZE_LEVEL
    );
    project.railsgen("--version").run().succeeds().prints(&version);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/cli");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (line, name) in [
            ("-h", "short"),
            ("--help", "long"),
            ("build -h", "build-short"),
            ("build --help", "build-long"),
            ("edit -h", "edit-short"),
            ("edit --help", "edit-long"),
            ("edit add --help", "edit-add-long"),
            ("edit add patch --help", "edit-add-patch-long"),
            ("edit add configmap --help", "edit-add-configmap-long"),
            ("edit add resource --help", "edit-add-resource-long"),
            ("edit set image --help", "edit-set-image-long"),
            ("edit remove label --help", "edit-remove-label-long"),
            ("edit fix --help", "edit-fix-long"),
            ("create --help", "create-long"),
            ("completions --help", "completions-long"),
            ("init -h", "init-short"),
            ("init --help", "init-long"),
        ] {
            let help = project.railsgen(line).run().succeeds();
            assert!(help.text().lines().all(|line| line.len() <= 100), "{line}");
            insta::assert_snapshot!(name, help.text());
        }
    });
    let long = project.railsgen("build --help").run();
    project.railsgen("help build").run().succeeds().prints(long.text());
    let short = project.railsgen("build -h").run();
    assert!(short.text().lines().count() <= 25, "it fits a screen");
}

#[test]
fn a_build_goes_to_stdout_and_nothing_to_stderr() {
    web().railsgen("build").run().succeeds().prints(WEB);
    web().railsgen("build .").run().succeeds().prints(WEB);
    let project = web();
    let directory = project.root().to_str().unwrap();
    project.railsgen("build").arg(directory).run().succeeds().prints(WEB);
}

#[test]
fn a_refused_build_prints_nothing_and_exits_with_2() {
    let project = broken();
    let refused = project.railsgen("build").run().fails();
    refused.says("error[unknown-field]").says("patchs").says("patches");
    project.railsgen("build nope").run().fails().says("nope");
    Project::new("//- /x").railsgen("build").run().fails().says("error[no-kustomization]");
    Project::new("//- /f").railsgen("build f").run().fails().says("error[");
}

#[test]
fn usage_errors_exit_with_2() {
    let project = web();
    for line in [
        "nope",
        "build --nope",
        "build . --all .",
        "build --color sometimes",
        "build --reorder None",
        "build --load-restrictor none",
        "completions tcsh",
    ] {
        let refused = project.railsgen(line).run().fails();
        assert!(!refused.stderr.contains('\x1b'), "{line}");
        let _ = refused.says("--help");
    }
}

#[test]
fn kustomize_flags_that_start_programs_are_refused_by_name() {
    let project = web();
    for flags in [
        "--enable-helm",
        "--helm-command helm3",
        "--helm-kube-version 1.33",
        "--helm-api-versions v1",
        "--helm-debug",
        "--enable-alpha-plugins",
        "--enable-exec",
        "--network",
        "--network-name bridge",
        "--mount type=bind",
        "-e A=b",
        "--env A=b",
        "--as-current-user",
        "--enable-helm=true",
    ] {
        let refused = project.railsgen("build").words(flags).run().fails();
        refused.says("railsgen starts no subprocess").says("help: ");
    }
}

#[test]
fn warnings_go_to_stderr_and_can_be_silenced_or_made_errors() {
    let project = web_with_a_warning();
    let build = |line| project.railsgen(line).run();
    build("build").exits(0).prints(WEB).says("warning[no-effect]");
    build("build -q").succeeds().prints(WEB);
    build("build --strict").fails().says("error[no-effect]").says("--strict");
    build("build --strict -q").fails().says("error[no-effect]");
    project.railsgen("build --strict -o out.yaml").run().fails();
    assert_eq!(project.names("/"), ["kustomization.yaml", "web.yaml"]);
    web().railsgen("build --strict").run().succeeds().prints(WEB);
}

#[test]
fn messages_have_the_format_that_is_asked_for() {
    let project = broken();
    let said = |line| project.railsgen(line).run().fails().stderr;
    let concise = said("build --message-format concise");
    assert!(concise.starts_with("kustomization.yaml:2:1: error[unknown-field]: "), "{concise}");
    let json = said("build --message-format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["code"], "unknown-field");
    assert_eq!(json["labels"][0]["start"]["line"], 2);
    let github = said("--message-format=github build");
    assert!(github.starts_with("::error file=kustomization.yaml,line=2,col=1,"), "{github}");
    let full = said("build --message-format full");
    assert!(full.contains(" --> kustomization.yaml:2:1\n"), "{full}");
}

#[test]
fn color_is_used_when_asked_for_and_never_in_data() {
    let project = broken();
    let colored = |outcome: Outcome| outcome.stderr.contains('\x1b');
    let run = |line: &str| project.railsgen(line).run().fails();
    assert!(!colored(run("build")));
    assert!(colored(run("build --color always")));
    assert!(!colored(run("build --color never")));
    assert!(colored(run("--color=always build --nope")));
    let forced = || project.railsgen("build").env("CLICOLOR_FORCE", "1");
    assert!(colored(forced().run().fails()));
    assert!(!colored(forced().env("NO_COLOR", "1").run().fails()));
    assert!(!colored(forced().words("--color never").run().fails()));
    let flag_wins = project.railsgen("build --color always").env("NO_COLOR", "1");
    assert!(colored(flag_wins.run().fails()));
    let data = web().railsgen("build --color always").run();
    data.succeeds().prints(WEB);
    let help = project.railsgen("--color always --help").run().succeeds();
    assert!(help.text().contains('\x1b'));
}

#[test]
fn output_to_a_directory_is_a_file_per_resource() {
    let project = web();
    fs::create_dir(project.path("out")).unwrap();
    project.railsgen("build -o out").run().succeeds().prints("");
    assert_eq!(project.names("out"), ["v1_configmap_web.yaml", "v1_service_web.yaml"]);
    let files = files_below(&project.path("out"));
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    assert_eq!(texts.collect::<Vec<_>>().join("---\n"), WEB);
}

/// To stdout, the reference writes resources, reads them back and writes them again.
#[test]
fn files_of_a_directory_hold_what_was_not_read_back() {
    let project = Project::new(
        "\
//- /kustomization.yaml
resources: [web.yaml]
replicas: [{name: web, count: 3}]
//- /web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: \"1\"
  note: >
    one (
      two
    )
//- /out/x
//- /theirs/x
",
    );
    project.railsgen("build -o out").run().succeeds();
    let file = project.read("out/apps_v1_deployment_web.yaml");
    assert!(file.contains("  replicas: 3\n") && file.contains("one (\n      two\n"), "{file}");
    let printed = project.railsgen("build").run().succeeds();
    let text = printed.text();
    assert!(text.contains("replicas: \"3\"\n") && text.contains("one (\n\n      two\n"), "{text}");
    if let Some(oracle) = oracle() {
        oracle.build(project.root(), ". -o theirs");
        assert_eq!(project.read("theirs/apps_v1_deployment_web.yaml"), file);
        assert_eq!(oracle.build(project.root(), ".").text(), text);
    }
}

#[test]
fn a_directory_of_files_is_named_as_kustomize_names_them() {
    let web = |name: &str, namespace: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        )
    };
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"n\"\n";
    let project = Project::new("//- /kustomization.yaml\nresources:\n- all.yaml\n");
    let all = [namespace, &web("Web", "B"), &web("web", "a")].join("---\n");
    project.write("all.yaml", &all);
    fs::create_dir(project.path("out")).unwrap();
    project.railsgen("build -o out").run().succeeds();
    let expected = ["a_v1_service_web.yaml", "b_v1_service_web.yaml", "v1_namespace_n.yaml"];
    assert_eq!(project.names("out"), expected);
}

#[test]
fn files_of_a_directory_stay_in_it_and_apart() {
    let service =
        |name: &str| format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n");
    let build = |names: [&str; 2]| {
        let project = Project::new("//- /kustomization.yaml\nresources:\n- all.yaml\n//- /out/x\n");
        project.write("all.yaml", &names.map(service).join("---\n"));
        let outcome = project.railsgen("build -o out").run();
        (project, outcome)
    };
    let (project, outcome) = build(["web", "../../web"]);
    outcome.fails().says("error[unwritable]");
    assert_eq!(project.names("out"), ["x"]);
    let (project, outcome) = build(["WEB", "web"]);
    outcome.exits(0).says("warning[data-loss]").says("v1_service_web.yaml");
    assert_eq!(project.read("out/v1_service_web.yaml"), service("web"));
}

#[test]
fn a_part_of_a_build_is_chosen_by_name_or_by_phase() {
    let project = web();
    let (config, service) = WEB.split_once("---\n").unwrap();
    let build = |flags: &str| project.railsgen("build").words(flags).run();
    build("--only service/web").succeeds().prints(service);
    build("--only Service/web,ConfigMap/web").succeeds().prints(WEB);
    build("--only Service/web --only ConfigMap/web").succeeds().prints(WEB);
    build("--only ConfigMap/web -o out.yaml").succeeds().prints("");
    assert_eq!(project.read("out.yaml"), config);
    build("--only Service/wbe").fails().says("error[usage]").says("did you mean `Service/web`?");
    build("--only Deployment/web").fails().says("`ConfigMap/web`, `Service/web`");
    build("--only web").fails().says("`Deployment/web`");
    build("--phase config").succeeds().prints(WEB);
    build("--phase config --only Service/web").succeeds().prints(service);
    let empty = build("--phase migrate").exits(0).prints("");
    empty.says("warning[usage]").says("`app.kubernetes.io/component: migration`");
    build("--phase migrate --strict").fails().says("phase `migrate` of this build is empty");
    build("--phase deploy").fails().says("[possible values: config, migrate, app]");
}

#[test]
fn the_label_of_the_builder_is_asked_for_by_flag_or_environment() {
    let project = web();
    let run = |line: &str| project.railsgen(line);
    for (run, labelled) in [
        (run("build"), false),
        (run("build --enable-managedby-label"), true),
        (run("build --enable-managedby-label=true"), true),
        (run("build --enable-managedby-label=false"), false),
        (run("build").env("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL", "on"), true),
        (run("build").env("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL", "true"), false),
    ] {
        let built = run.run().succeeds();
        let label = "app.kubernetes.io/managed-by: kustomize-";
        assert_eq!(built.text().matches(label).count(), if labelled { 2 } else { 0 });
    }
}

#[test]
fn completions_know_the_flags_of_every_shell() {
    let project = Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let line = format!("completions {shell}");
        let script = project.railsgen(&line).run().succeeds();
        assert!(script.text().contains("load-restrictor"), "{shell}");
        assert!(!script.text().contains("enable-helm"), "{shell}");
    }
}

/// Two overlays over one base, a component that nobody uses, and a file that nobody names.
const SEVERAL: &str = "\
//- /base/kustomization.yaml
resources: [web.yaml]
//- /base/web.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
//- /overlays/a/kustomization.yaml
resources: [../../base]
namePrefix: a-
//- /overlays/b/kustomization.yaml
resources: [../../base]
namePrefix: b-
//- /overlays/b/forgotten.yaml
apiVersion: v1
//- /parts/unused/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: c-
";

#[test]
fn several_directories_get_a_file_each() {
    let project = Project::new(SEVERAL);
    project.railsgen("build overlays/a overlays/b -o out").run().succeeds();
    for name in ["a", "b"] {
        let alone = project.railsgen(&format!("build overlays/{name}")).run().succeeds();
        assert_eq!(project.read(&format!("out/overlays/{name}.yaml")), alone.text(), "{name}");
    }
    project.railsgen("build overlays/a overlays/b").run().exits(2).prints("");
}

#[test]
fn all_finds_the_roots_and_what_nothing_uses() {
    let project = Project::new(SEVERAL);
    let outcome = project.railsgen("build --all . -o out --message-format concise").run();
    let outcome = outcome.exits(0).says("`parts/unused`").says("`overlays/b/forgotten.yaml`");
    assert!(!outcome.stderr.contains("web.yaml"), "{}", outcome.stderr);
    assert_eq!(files_below(&project.path("out")).len(), 2);
}

#[test]
fn one_failing_root_keeps_no_other_from_its_file() {
    let project = Project::new(SEVERAL);
    let broken = "resources: [nope.yaml]\npatches: [{path: patch.yaml}]\n";
    project.write("overlays/a/kustomization.yaml", broken);
    project.write("overlays/a/patch.yaml", "kind: Service\n");
    let outcome = project.railsgen("build --all . -o out").run().exits(2).says("nope.yaml");
    // What a kustomization names is not unused only because it can't be built.
    assert!(!outcome.stderr.contains("uses the file `overlays/a"), "{}", outcome.stderr);
    assert_eq!(files_below(&project.path("out")).len(), 1);
}
