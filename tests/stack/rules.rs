//! What must hold for the stack as it is: no rule finds anything, a release changes what it should, and two overlays
//! of one namespace stay apart.

use std::collections::BTreeSet;

use railsgen::build::Phase;
use railsgen::check::Options;

use super::roots;
use super::tree::{Made, Tree};

/// What the guides have users create by hand.
fn by_hand(root: &str) -> Options {
    let secrets: &[&str] = match root {
        "examples/demoapp" => &["demoapp-secrets", "ghcr-k8s-pull", "dockerhub-k8s-pull"],
        "examples/imagestorage" => &["app-secrets", "regcred"],
        "examples/kubernetes-rails-example" => &["rails-secrets", "my-docker-secret"],
        "examples/rails6" => &["app-secrets", "rails6-docker-hub"],
        "examples/logging" => &["logzio-logs-secret"],
        _ => &["app-secrets"],
    };
    secrets.iter().fold(Options::default(), |options, name| options.existing("Secret", *name))
}

#[test]
fn no_rule_finds_anything() {
    let tree = Tree::stack();
    for root in roots() {
        let findings = tree.build(&root).findings_with(&by_hand(&root));
        // The base has no tag: overlays set it.
        let findings = findings.iter().filter(|one| root != "base" || !one.contains("[image-tag]"));
        let findings: Vec<&str> = findings.map(String::as_str).collect();
        assert!(findings.is_empty(), "{root}\n{}", findings.join("\n"));
    }
}

/// Otherwise the tests of the stack would see nothing.
#[test]
fn rules_find_what_is_put_in() {
    for (from, to, rule) in [
        ("containerPort: 7433", "containerport: 7433", "schema"),
        ("name: app-secrets", "name: ap-secrets", "dangling-reference"),
        ("name: health\n", "name: up\n", "unknown-port"),
        ("runAsNonRoot: true", "runAsNonRoot: false", "pod-security"),
        ("drop: [\"ALL\"]", "drop: []", "pod-security"),
        ("memory: 1Gi", "ephemeral-storage: 2Gi", "resources"),
        ("livenessProbe:", "livenessprobe:", "probes"),
        ("image: rails-app", "image: rails-ap", "image-tag"),
    ] {
        // The worker where the web pods' own components would stumble over it.
        let path = "base/worker/deployment.yaml";
        let mut tree = Tree::stack();
        tree.replace(path, from, to);
        let findings = tree.build("overlays/staging").findings();
        let wanted = format!("[{rule}]");
        assert!(
            findings.iter().any(|one| one.contains(&wanted) && one.contains(path)),
            "{rule}: {findings:#?}"
        );
    }
}

fn job(made: &Made) -> String {
    let jobs = made.names("Job");
    assert_eq!(jobs.len(), 1);
    jobs.into_iter().next().unwrap()
}

#[test]
fn every_release_has_a_migration_of_its_own() {
    let build = |path: &str, from: &str, to: &str| {
        let mut tree = Tree::stack();
        tree.replace(path, from, to);
        tree.build("overlays/prod")
    };
    let overlay = "overlays/prod/kustomization.yaml";
    let first = build(overlay, "newTag", "newTag");
    let digest = format!("digest: sha256:{}", "0123456789abcdef".repeat(4));
    let others = [
        build(overlay, "newTag: 2026.11.0", "newTag: 2026.11.1"),
        build(overlay, "newTag: 2026.11.0", "newTag: Feature_X"),
        build(overlay, "newTag: 2026.11.0", &digest),
        build("overlays/prod/config.env", "app.example.com", "www.example.com"),
        build(overlay, "../../components/migrate-before", "../../components/migrate-after"),
    ];
    let names: BTreeSet<String> = others.iter().map(job).chain([job(&first)]).collect();
    assert_eq!(names.len(), others.len() + 1, "{names:?}");
    assert!(names.iter().all(|name| name.len() < 64 && name.starts_with("migrate-")), "{names:?}");
    for made in &others {
        assert!(made.findings().is_empty(), "{:#?}", made.findings());
        // The Job shares its name with its settings, so they are always those of the same release.
        assert!(made.names("ConfigMap").contains(&job(made)));
    }
    assert_eq!(
        job(&build("base/web/pdb.yaml", "maxUnavailable: 1", "maxUnavailable: 2")),
        job(&first)
    );
}

#[test]
fn the_canary_stays_apart_from_production() {
    let tree = Tree::stack();
    let mut both = Tree { files: [].into() };
    for root in ["prod", "canary"] {
        let yaml = tree.build(&format!("overlays/{root}")).yaml();
        both.files.insert(format!("{root}.yaml"), yaml);
    }
    // Two objects of one name would be an error of the build; selectors that reach over, a finding.
    let list = "resources: [prod.yaml, canary.yaml]\n";
    both.files.insert("kustomization.yaml".to_owned(), list.to_owned());
    let findings = both.build("/").findings();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn phases_are_all_of_the_build_and_nothing_twice() {
    let tree = Tree::stack();
    for root in roots() {
        let built = tree.build(&root).built;
        let phase = |phase| built.clone().phase(phase);
        let parts = [Phase::Config, Phase::Migrate, Phase::App].map(phase);
        let names = |part: &railsgen::Built| -> Vec<String> {
            part.resources().iter().map(|one| one.id().to_string()).collect()
        };
        let together: BTreeSet<String> = parts.iter().flat_map(names).collect();
        let count: usize = parts.iter().map(|part| part.resources().len()).sum();
        assert_eq!(
            (together.len(), count),
            (built.resources().len(), built.resources().len()),
            "{root}"
        );
        let jobs = parts[1].resources();
        assert!(jobs.iter().all(|job| *job.id().kind == *"Job"), "{root}");
        let is_expected =
            !matches!(root.as_str(), "overlays/canary" | "examples/demoapp" | "examples/logging");
        assert_eq!(jobs.len(), usize::from(is_expected), "{root}");
        // What the first phase brings needs nothing of the later ones but the accounts' roles.
        let pods = ["Deployment", "DaemonSet", "CronJob", "Job"];
        assert!(
            !parts[0].resources().iter().any(|one| pods.contains(&one.id().kind.as_str())),
            "{root}"
        );
    }
}
