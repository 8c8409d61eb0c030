//! Rules of the repository that no compiler checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::run::remark;
use crate::support::{files_below, repository};

/// The layers of `src/`, from the ground up: a module may use what stands in a row above its own,
/// and of its own row the modules named behind it.
const LAYERS: &[&[(&str, &[&str])]] = &[
    &[("source", &[]), ("diag", &["source"])],
    &[("fs", &[]), ("yaml", &[])],
    &[("k8s", &[]), ("kustomization", &["k8s"])],
    &[("load", &[]), ("patch", &[])],
    &[("generate", &[]), ("transform", &[]), ("names", &[])],
    &[("build", &[])],
    &[("edit", &[]), ("init", &[]), ("diff", &[]), ("explain", &[]), ("check", &[])],
    &[("render", &[]), ("sys", &[])],
    &[("cli", &[])],
];

/// Lines of a file from which on one should think of splitting it.
const LONG: usize = 600;
/// Lines that no file passes unless it says that it is a table.
const TOO_LONG: usize = 1_000;
/// What a file that is a table says in a line of its own.
const TABLE: &str = "// This file is a table: it may be long.";

/// What stands at the top of the repository, hidden files and build output aside.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "base",
    "benches",
    "components",
    "docs",
    "examples",
    "overlays",
    "src",
    "target",
    "tests",
];

/// What `Cargo.toml` may configure.
const MANIFEST: &[&str] = &[
    "package",
    "lib",
    "bin",
    "test",
    "bench",
    "features",
    "dependencies",
    "dev-dependencies",
    "target",
    "lints",
    "profile",
];

/// Headings that a version's entry in the changelog may have.
const CHANGELOG: &[&str] =
    &["### Output changes", "### Breaking changes", "### Added", "### Changed", "### Fixed"];

/// Rust files below a directory, as paths in the repository with their text.
fn rust_files(directory: &str) -> Vec<(String, String)> {
    let files = files_below(&repository().join(directory)).into_iter();
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| {
        let name = path.strip_prefix(repository()).unwrap();
        let name = name.to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    })
    .collect()
}

#[track_caller]
fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn layers_use_lower_layers_only() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src") {
        let module = path.split(['/', '.']).nth(1).unwrap();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some((layer, siblings)) = layer(module) else {
            wrong.push(format!("{path}: give `{module}` a row in LAYERS"));
            continue;
        };
        for used in used_modules(&text) {
            let allowed = used == module
                || siblings.contains(&used.as_str())
                || self::layer(&used).is_some_and(|(lower, _)| lower < layer);
            if !allowed {
                wrong.push(format!("{path}: `{module}` must not use `{used}`"));
            }
        }
    }
    none("layers (docs/architecture.md)", &wrong);
}

fn layer(module: &str) -> Option<(usize, &'static [&'static str])> {
    let rows = LAYERS.iter().enumerate();
    let mut all = rows.flat_map(|(layer, row)| row.iter().map(move |entry| (layer, entry)));
    all.find(|(_, (name, _))| *name == module).map(|(layer, (_, siblings))| (layer, *siblings))
}

/// The modules that a file names behind `crate::`, in braces too; comments do not count.
fn used_modules(text: &str) -> Vec<String> {
    let code: Vec<&str> =
        text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect();
    let code = code.join("\n");
    let mut used = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => used.extend(group_heads(group)),
            None => used.push(head(rest)),
        }
    }
    used.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    used
}

fn head(path: &str) -> String {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    path.trim_start().chars().take_while(is_part).collect()
}

/// The first names of the paths in `a::{b, c}, d::e}`.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = vec![head(group)];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(head(&group[at + 1..])),
            _ => {}
        }
    }
    heads
}

#[test]
fn the_layer_test_sees_every_kind_of_path() {
    let text = "use crate::yaml::Node;\nuse crate::{fs::{join, MemoryFs}, k8s, diag::Code};\n\
                // crate::build\n/// [`crate::cli`]\nfn f() -> crate::load::Graph { crate::LEVEL }\n\
                pub(in crate::sys) struct S;";
    assert_eq!(used_modules(text), ["yaml", "fs", "k8s", "diag", "load", "sys"]);
}

#[test]
fn files_are_short() {
    let mut too_long = Vec::new();
    for directory in ["src", "tests", "benches"] {
        for (path, text) in rust_files(directory) {
            let lines = text.lines().count();
            if text.lines().any(|line| line == TABLE) {
                continue;
            }
            if lines > TOO_LONG {
                too_long.push(format!("{path} has {lines} lines"));
            } else if lines > LONG {
                remark(&format!("look twice: {path} has {lines} lines"));
            }
        }
    }
    none("split at 1,000 lines, or say that it is a table", &too_long);
    let main = fs::read_to_string(repository().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 30, "src/main.rs only calls the library");
}

#[test]
fn files_say_what_they_are_for() {
    let files =
        rust_files("src").into_iter().chain(rust_files("tests")).chain(rust_files("benches"));
    let silent = files
        .filter(|(path, text)| !text.starts_with("//!") && !path.ends_with("/tests.rs"))
        .map(|(path, _)| path);
    none("files without a `//!` comment at their top", &silent.collect::<Vec<_>>());
}

#[test]
fn names_say_what_is_inside() {
    let vague = ["utils", "util", "common", "helpers", "helper", "manager", "misc"];
    let files =
        rust_files("src").into_iter().chain(rust_files("tests")).chain(rust_files("benches"));
    let vague = files
        .map(|(path, _)| path)
        .filter(|path| path.split(['/', '.']).any(|part| vague.contains(&part)));
    none("names that fit everything", &vague.collect::<Vec<_>>());
}

/// A file that nobody declares is not compiled, and nobody notices.
#[test]
fn every_file_is_wired() {
    let mut unwired = Vec::new();
    for directory in ["src", "tests", "benches"] {
        let files: BTreeMap<_, _> = rust_files(directory).into_iter().collect();
        for path in files.keys() {
            let Some((parents, name)) = parents(path) else {
                continue;
            };
            let declared = parents.iter().filter_map(|parent| files.get(parent)).any(|text| {
                let mut lines = text.lines().map(|line| line.trim_end());
                let declaration = format!("mod {name};");
                lines.any(|line| {
                    line.ends_with(&declaration) && !line.trim_start().starts_with("//")
                })
            });
            if !declared {
                unwired.push(format!("{path}: no `mod {name};` in {}", parents.join(" or ")));
            }
        }
    }
    none("files that are not compiled", &unwired);
}

/// Where a file may be declared, and as what; `None` for the roots.
fn parents(path: &str) -> Option<(Vec<String>, String)> {
    let roots = ["src/lib.rs", "src/main.rs", "tests/main.rs", "benches/whole_process.rs"];
    if roots.contains(&path) {
        return None;
    }
    let path = path.strip_suffix(".rs").unwrap();
    let (directory, name) = path.strip_suffix("/mod").unwrap_or(path).rsplit_once('/').unwrap();
    let in_directory =
        roots.iter().filter(|root| Path::new(root).parent() == Some(Path::new(directory)));
    let mut parents: Vec<String> = in_directory.map(|root| (*root).to_owned()).collect();
    if parents.is_empty() {
        parents = vec![format!("{directory}/mod.rs"), format!("{directory}.rs")];
    }
    Some((parents, name.to_owned()))
}

#[test]
fn nothing_is_left_to_do() {
    // Put together here, so that this file does not hold them.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["dbg", "!("], ["to", "do!("]]
        .map(|word| word.concat());
    let mut found = Vec::new();
    for (path, text) in
        ["src", "tests", "benches"].iter().flat_map(|directory| rust_files(directory))
    {
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                found.push(format!("{path}:{}: {word}", index + 1));
            }
        }
    }
    none("say it in an issue, or do it", &found);
}

#[test]
fn the_changelog_has_its_shape() {
    let text = fs::read_to_string(repository().join("CHANGELOG.md")).unwrap();
    let mut versions: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        if line.starts_with("## ") {
            versions.push((line, Vec::new()));
        } else if line.starts_with("### ") {
            assert!(CHANGELOG.contains(&line), "{line} is none of {CHANGELOG:?}");
            versions.last_mut().expect("a version above it").1.push(line);
        }
    }
    assert_eq!(versions.first().unwrap().0, "## Unreleased");
    let level = format!("Matches kustomize {}.", railsgen::KUSTOMIZE_LEVEL);
    assert!(text.lines().any(|line| line == level), "no line {level:?}");
    for (version, headings) in versions {
        let order = |heading: &&&str| CHANGELOG.iter().position(|known| known == *heading);
        assert!(headings.iter().is_sorted_by_key(|heading| order(&heading)), "{version}: order");
        assert!(headings.contains(&CHANGELOG[0]), "{version}: say what bytes change, or `None.`");
    }
}

#[test]
fn the_top_of_the_repository_stays_as_it_is() {
    let names = fs::read_dir(repository()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unknown = names.filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()));
    none("a new file goes below one of the directories", &unknown.collect::<Vec<_>>());
}

#[test]
fn the_manifest_configures_what_it_must() {
    let text = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let tables = text.lines().filter(|line| line.starts_with('['));
    let unknown = tables.filter(|table| {
        let name = table.trim_matches(['[', ']']).split('.').next().unwrap();
        !MANIFEST.contains(&name)
    });
    none("tables of Cargo.toml", &unknown.map(str::to_owned).collect::<Vec<_>>());
    assert!(text.contains("\nautotests = false\n"), "one integration binary");
    assert!(text.contains("\nunsafe_code = \"forbid\"\n"), "no unsafe code");
}
