//! Inputs made to hurt: what it costs to refuse them, or to build them where they are allowed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::measure::{Measured, measure_any};

const LIMIT: Duration = Duration::from_secs(20);
const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
const ONE: &str = "resources: [a.yaml]\n";
const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

/// Files of a tree: paths and contents.
type Tree = Vec<(String, String)>;

/// Measures all of them, and prints a table.
pub(crate) fn run(railsgen: &Path) -> Option<()> {
    let directory = tempfile::tempdir().ok()?;
    println!("| Input | Bytes | Time | Peak memory | |\n| --- | --- | --- | --- | --- |");
    for (name, tree) in bombs() {
        let root = directory.path().join(name.replace(' ', "-"));
        let bytes: usize = tree.iter().map(|(_, text)| text.len()).sum();
        for (path, text) in tree {
            write(&root.join(path), &text)?;
        }
        row(railsgen, name, bytes, &root);
    }
    let root = directory.path().join("huge");
    write(&root.join("kustomization.yaml"), ONE)?;
    fs::File::create(root.join("a.yaml")).ok()?.set_len(20 << 30).ok()?;
    row(railsgen, "a sparse file of 20 GiB", 20, &root);
    Some(())
}

fn row(railsgen: &Path, name: &str, bytes: usize, root: &Path) {
    let target = root.to_string_lossy();
    match measure_any(railsgen, &["build", &target], LIMIT) {
        (Measured::Best(sample), success) => println!(
            "| {name} | {bytes} | {:.1} ms | {:.1} MB | {} |",
            sample.wall.as_secs_f64() * 1e3,
            sample.memory as f64 / 1e6,
            if success { "built" } else { "refused" },
        ),
        _ => println!("| {name} | {bytes} | too long | – | |"),
    }
}

fn write(path: &Path, text: &str) -> Option<()> {
    fs::create_dir_all(path.parent()?).ok()?;
    fs::write(path, text).ok()
}

fn bombs() -> Vec<(&'static str, Tree)> {
    let patch = "- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"add\", \"path\": \"/c\", \"value\": \"b\"}]'\n";
    let fan = "- source: {kind: ConfigMap, name: c0, fieldPath: metadata.name}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [x], options: {create: true}}]\n";
    let doubling = "- source: {kind: ConfigMap, name: web, fieldPath: a}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [a], options: {delimiter: x, index: 1}}]\n";
    let operation = "{\"op\":\"add\",\"path\":\"/x/0\",\"value\":1}";
    vec![
        ("an alias bomb", one(&format!("{HEAD}{}", aliases()))),
        (
            "10,000 levels of nesting",
            one(&format!("{HEAD}a: {}{}\n", "[".repeat(10_000), "]".repeat(10_000))),
        ),
        (
            "an include cycle",
            vec![
                file("kustomization.yaml", "resources: [b]\n"),
                file("b/kustomization.yaml", "resources: [..]\n"),
            ],
        ),
        ("bases that double 40 times", doubled("resources", "")),
        ("components that double 40 times", doubled("components", COMPONENT)),
        (
            "a text that doubles 40 times",
            with(&format!("replacements:\n{}", doubling.repeat(40)), &format!("{HEAD}a: axb\n")),
        ),
        (
            "a long var named 10,000 times",
            with(
                "vars:\n- name: V\n  objref: {apiVersion: v1, kind: ConfigMap, name: web}\n  fieldref: {fieldPath: a}\n",
                &format!(
                    "{HEAD}a: {}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: a, args: [\"{}\"]}}]}}\n",
                    "x".repeat(10_000),
                    "$(V)".repeat(10_000)
                ),
            ),
        ),
        (
            "a regular expression of a million",
            with("images: [{name: \"(a{1000}){1000}\", newTag: v2}]\n", HEAD),
        ),
        (
            "100 replacements in 1,000 resources",
            with(&format!("replacements:\n{}", fan.repeat(100)), &many(1_000)),
        ),
        (
            "100 patches on 1,000 resources",
            with(&format!("patches:\n{}", patch.repeat(100)), &many(1_000)),
        ),
        (
            "4,000 patches of one each of 4,000 resources",
            with(
                &format!(
                    "patches:\n{}",
                    each(4_000, |n| format!(
                        "- target: {{name: c{n}}}\n  patch: '[{{\"op\": \"add\", \"path\": \"/c\", \"value\": \"b\"}}]'\n"
                    ))
                ),
                &many(4_000),
            ),
        ),
        (
            "4,000 replacements of one each of 4,000 resources",
            with(
                &format!(
                    "replacements:\n{}",
                    each(4_000, |n| format!(
                        "- source: {{kind: ConfigMap, name: c{n}, fieldPath: metadata.name}}\n  targets: [{{select: {{name: c{n}}}, fieldPaths: [x], options: {{create: true}}}}]\n"
                    ))
                ),
                &many(4_000),
            ),
        ),
        (
            "4,000 images on 4,000 pods",
            with(
                &format!("images:\n{}", each(4_000, |n| format!("- {{name: i{n}, newTag: v2}}\n"))),
                &each(4_000, |n| {
                    format!(
                        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: i{n}}}]}}\n---\n"
                    )
                }),
            ),
        ),
        (
            "one name in 4,000 namespaces",
            with(
                "namePrefix: p-\n",
                &each(4_000, |n| {
                    format!(
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: n{n}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: n{n}}}\nspec: {{volumes: [{{name: a, configMap: {{name: a}}}}]}}\n---\n"
                    )
                }),
            ),
        ),
        ("10,000 operations at index 0", {
            let mut tree = with(
                "patches: [{path: p.json, target: {kind: ConfigMap}}]\n",
                &format!("{HEAD}x: []\n"),
            );
            tree.push(("p.json".to_owned(), format!("[{}]", vec![operation; 10_000].join(","))));
            tree
        }),
        ("100,000 keys", one(&format!("{HEAD}data: {{{}}}\n", numbered("k", 100_000)))),
        (
            "a line of 1,000,000 characters and a mistake",
            one(&format!("{HEAD}a: {}\nb: @\n", "x".repeat(1_000_000))),
        ),
        (
            "2,000 unknown fields",
            vec![file(
                "kustomization.yaml",
                &(0..2_000).map(|n| format!("resourcess{n}: []\n")).collect::<String>(),
            )],
        ),
    ]
}

fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

fn file(path: &str, text: &str) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

fn one(resource: &str) -> Tree {
    with("", resource)
}

fn with(fields: &str, resource: &str) -> Tree {
    vec![file("kustomization.yaml", &format!("{ONE}{fields}")), file("a.yaml", resource)]
}

fn aliases() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        let _ = writeln!(text, "a{n}: &a{n} [{aliases}]");
    }
    text
}

/// Levels of two kustomizations, each of which includes both of the next level.
fn doubled(field: &str, head: &str) -> Tree {
    let mut tree = with(&format!("{field}: [a0, b0]\n"), HEAD);
    if field == "resources" {
        tree[0].1 = "resources: [a0, b0]\n".to_owned();
    }
    for level in 0..=40 {
        for side in ["a", "b"] {
            let next = level + 1;
            let more = match level {
                40 => String::new(),
                _ => format!("{field}: [../a{next}, ../b{next}]\n"),
            };
            let text = format!("{head}namePrefix: {side}-\n{more}");
            tree.push((format!("{side}{level}/kustomization.yaml"), text));
        }
    }
    tree
}

fn many(count: usize) -> String {
    (0..count)
        .map(|n| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}}}\n"))
        .collect()
}

fn numbered(name: &str, count: usize) -> String {
    (0..count).map(|n| format!("{name}{n}: v")).collect::<Vec<_>>().join(", ")
}
