//! kubectl reads what is built: it takes every object, and sets an image in everything that has pods.

use std::io::Write;

use crate::support::oracle::oracle;
use crate::support::run::Run;

use super::roots;
use super::tree::Tree;

const PODS: [&str; 6] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod"];

/// Runs a `kubectl … --local` over a text, and gives what it prints.
fn local(text: &str, words: &str) -> String {
    let kubectl = oracle().expect("a kubectl").kubectl();
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml").unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let directory = file.path().parent().unwrap();
    let run = Run::program(kubectl, directory).words(words);
    let run = run.words("--local -o yaml -f").arg(file.path());
    let outcome = run.run();
    assert!(outcome.is_success(), "kubectl {words}: {}", outcome.stderr);
    outcome.text().to_owned()
}

#[test]
fn takes_every_object() {
    if oracle().is_none() {
        return;
    }
    let tree = Tree::stack();
    for root in roots() {
        let made = tree.build(&root);
        let annotated = local(&made.yaml(), "annotate checked=yes");
        let count = annotated
            .lines()
            .filter(|line| line.trim() == "checked: \"yes\"" || line.trim() == "checked: yes")
            .count();
        assert_eq!(count, made.built.resources().len(), "{root}");
    }
}

#[test]
fn sets_images_in_everything_that_has_pods() {
    if oracle().is_none() {
        return;
    }
    let tree = Tree::stack();
    for root in roots() {
        let built = tree.build(&root).built;
        let with_pods: Vec<String> = built
            .resources()
            .iter()
            .filter(|one| PODS.contains(&one.id().kind.as_str()))
            .map(|one| format!("{}/{}", one.id().kind, one.id().name))
            .collect();
        let count = with_pods.len();
        let text = built.only(&with_pods).unwrap().to_yaml().unwrap();
        let set = local(&text, "set image *=checked:v1");
        assert!(set.matches("image: checked:v1").count() >= count, "{root}");
        assert!(!set.contains("image: registry.example.com/rails-app"), "{root}");
    }
}
