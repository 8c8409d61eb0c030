//! Properties that hold for any input: nothing panics, and the same input gives the same bytes.
//!
//! `laws.rs` says what holds for single files and trees, `values.rs` has laws of merging and patching
//! that need values of a certain form. `README.md` beside this file tells how to run them for long.

mod laws;
mod values;

use std::path::Path;

use laws::{BETWEEN, LAWS};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use railsgen::fs::MemoryFs;
use railsgen::yaml::{self, Limits, decode_text, emit, parse_stream};
use railsgen::{BuildOptions, Sources, build};

use crate::support::{directories_in, files_below, repository};

/// `cases` of each in an ordinary run, always the same ones; or as many random ones as
/// `PROPTEST_CASES` says. Nothing is written into the tree.
pub(crate) fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config =
        Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() };
    match asked {
        Some(_) => TestRunner::new(config),
        None => {
            let algorithm = config.rng_algorithm;
            TestRunner::new_with_rng(config, TestRng::deterministic_rng(algorithm))
        }
    }
}

/// What is printed for the first document of a text, if it can be read and written.
fn printed(text: String) -> Option<Vec<u8>> {
    let source = Sources::new().add("a.yaml", text).ok()?;
    let stream = parse_stream(&source, &Limits::default()).ok()?;
    let mut out = Vec::new();
    emit(stream.documents.first()?, &mut out).ok()?;
    Some(out)
}

/// Each law, with files of the cases in which a few bytes or lines are changed.
#[test]
fn laws_hold_for_bent_files() {
    let trees = seeds();
    let index = any::<prop::sample::Index>;
    let change = (index(), 0u8..5, index(), index());
    let changes = proptest::collection::vec(change, 0..4);
    for (name, law) in LAWS {
        let input = |tree: &[(String, Vec<u8>)], pick: prop::sample::Index| {
            let one = &tree[pick.index(tree.len())].1;
            let other = &tree[tree.len() - 1].1;
            match name {
                "build" | "edit" => tree.iter().fold(Vec::new(), |all, (path, text)| {
                    [all, format!("//- {path}\n").into_bytes(), text.clone(), b"\n".into()].concat()
                }),
                "path" => [one, BETWEEN.as_bytes(), b"spec.[name=web].*.0"].concat(),
                _ => [one, BETWEEN.as_bytes(), other].concat(),
            }
        };
        runner(100)
            .run(&(index(), index(), &changes), |(seed, pick, changes)| {
                let mut tree = trees[seed.index(trees.len())].clone();
                for (file, kind, at, to) in changes {
                    let file = file.index(tree.len());
                    mutate(&mut tree[file].1, kind, at, to);
                }
                law(&input(&tree, pick));
                Ok(())
            })
            .unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn reading_never_panics_and_paths_are_split() {
    let bytes = proptest::collection::vec(any::<u8>(), 0..200);
    let yamlish = "[-a-c:0-9 \n\"'#&*!|>{}\\[\\],?%@`~=<.\t]{0,80}";
    runner(500)
        .run(&(bytes, yamlish), |(bytes, text)| {
            if let Ok(text) = decode_text(bytes) {
                let _ = printed(text);
            }
            let _ = yaml::path::split(&text);
            let _ = yaml::path::TargetPath::new(&text);
            let _ = printed(text);
            Ok(())
        })
        .unwrap();
}

/// What is printed is read back as it was, and printed again as it is.
#[test]
fn output_is_its_own_input() {
    let line = "( {0,4}(- )?[a-c]{1,2}:( [-a-c0-9:\"'#!|>{}\\[\\],~.é]{0,12})?\n){1,8}";
    runner(2_000)
        .run(&line, |text| {
            if let Some(first) = printed(text) {
                let first = String::from_utf8(first).unwrap();
                let second = printed(first.clone()).map(|text| String::from_utf8(text).unwrap());
                prop_assert_eq!(Some(first), second);
            }
            Ok(())
        })
        .unwrap();
}

/// The trees of the cases, as paths and contents.
fn seeds() -> Vec<Vec<(String, Vec<u8>)>> {
    let areas = directories_in(&repository().join("tests/cases"));
    let folders = areas.iter().flat_map(|area| directories_in(area));
    let trees = folders.map(|folder| {
        let root = folder.join("in");
        let files = if root.is_dir() { files_below(&root) } else { Vec::new() };
        let file = |path: std::path::PathBuf| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            std::fs::read(&path).ok().map(|content| (name, content))
        };
        files.into_iter().filter_map(file).collect::<Vec<_>>()
    });
    trees.filter(|tree| !tree.is_empty()).collect()
}

/// Changes a file: a byte, or a line that is left out, doubled, swapped or put elsewhere.
fn mutate(content: &mut Vec<u8>, kind: u8, at: prop::sample::Index, to: prop::sample::Index) {
    if content.is_empty() {
        return;
    }
    if kind < 2 {
        const SIGNS: &[u8] = b"-:#&*!|>{}[],?\"' \n\t0aA~.$=/\\\xff\0";
        let byte = SIGNS[to.index(SIGNS.len())];
        let at = at.index(content.len());
        if kind == 0 {
            content[at] = byte
        } else {
            content.insert(at, byte)
        }
        return;
    }
    let mut lines: Vec<Vec<u8>> =
        content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (at, to) = (at.index(lines.len()), to.index(lines.len()));
    match kind {
        2 => drop(lines.remove(at)),
        3 => lines.swap(at, to),
        _ => lines.insert(to, lines[at].clone()),
    }
    *content = lines.concat();
}

#[test]
fn mutated_trees_are_built_or_refused_the_same_way_twice() {
    let seeds = seeds();
    assert!(!seeds.is_empty());
    let index = any::<prop::sample::Index>;
    let change = (index(), 0u8..5, index(), index());
    let changes = proptest::collection::vec(change, 1..5);
    runner(300)
        .run(&(index(), changes), |(seed, changes)| {
            let mut tree = seeds[seed.index(seeds.len())].clone();
            for (file, kind, at, to) in changes {
                let file = file.index(tree.len());
                mutate(&mut tree[file].1, kind, at, to);
            }
            let files = tree.iter();
            let fs = files.fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text.clone()));
            let roots = tree.iter().filter_map(|(path, _)| path.strip_suffix("kustomization.yaml"));
            for root in roots {
                let run = || {
                    let root = Path::new("/").join(root);
                    let built = build(&fs, &Sources::new(), &root, &BuildOptions::default());
                    built.map(|built| built.to_yaml().map_err(|problem| vec![*problem]))
                };
                let (first, second) = (run(), run());
                prop_assert_eq!(&first, &second);
                if let Err(problems) | Ok(Err(problems)) = &first {
                    let said = problems.iter().any(|problem| !problem.message.is_empty());
                    prop_assert!(said && problems.iter().any(|problem| problem.is_error()));
                }
            }
            Ok(())
        })
        .unwrap();
}

/// Inputs that broke a law once.
#[test]
fn what_fuzzing_found_stays_mended() {
    let found: [(&str, &[u8]); 5] = [
        // The place of the error was inside of a character.
        ("read", "!]hl%e1\u{feff}YYo-".as_bytes()),
        ("read", "a: !%e1é\n".as_bytes()),
        ("read", "!il%fe\u{feff}".as_bytes()),
        ("json6902", "k: x\n\n=====\n[\u{85}".as_bytes()),
        // Folded keys were sorted as what they were before they were folded again.
        ("emit", b"d:\n  ? \"a\\n\\n z\"\n  : z\n  ? >-\n    a\n      b\n  : x\n"),
    ];
    for (name, input) in found {
        let (_, law) = LAWS.iter().find(|(law, _)| *law == name).unwrap();
        law(input);
    }
}
