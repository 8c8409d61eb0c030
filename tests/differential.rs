//! Random kustomization trees, built by railsgen and by kustomize: both must print the same bytes,
//! or both must refuse.
//!
//! `RAILSGEN_DIFF_TREES=5000 RAILSGEN_DIFF_SEED=1 cargo test --test main differential` tries more
//! trees, from another seed on; 0 of them only writes the tree of the seed. A tree that shows a difference is made smaller and written below
//! `target/tmp/differential/` as a folder for `cases/`; `RAILSGEN_DIFF_SHRINK` says how many.
//!
//! Trees are made in `layers.rs` of objects (`objects.rs`, `workloads.rs`) and fields
//! (`fields.rs`, `patches.rs`), and written by `print.rs`. A new feature gets its row in one of
//! these. What would be refused is left out again (`mend.rs`), but for a part of it.
//!
//! What `docs/compatibility.md` lists under "What still differs" is not written: containers without
//! a name, comments behind braces, null for annotations, lists for labels, and changes of the kind of an object that may get a hash.

mod fields;
mod judge;
mod layers;
mod mend;
mod objects;
mod patch_fields;
mod patches;
mod plugins;
mod print;
mod random;
mod replacements;
mod schemas;
mod shrink;
mod value;
mod workloads;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use crate::support::oracle::{Oracle, oracle};
use crate::support::run::remark;
use judge::{Difference, Verdict, judge};
use layers::{Tree, tree};

/// Each waits for a kubectl most of the time.
const WORKERS: usize = 2;

#[test]
fn random_trees_are_built_as_kustomize_builds_them() {
    let Some(oracle) = oracle() else { return };
    let trees = number("RAILSGEN_DIFF_TREES", 150);
    let seed = number("RAILSGEN_DIFF_SEED", 0);
    let shrunk = number("RAILSGEN_DIFF_SHRINK", 5);
    if trees == 0 {
        // Only to be looked at.
        return write_tree(&case_folder(seed), &tree(seed));
    }
    let found = compare(seed, trees, oracle);
    if found.is_empty() {
        return;
    }
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((seed, difference)) = found.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let small = (reports.lock().unwrap().len() as u64) < shrunk;
                    let report = report(*seed, difference, small, oracle);
                    reports.lock().unwrap().push((*seed, report));
                }
            });
        }
    });
    let mut reports = reports.into_inner().unwrap();
    reports.sort();
    let reports: Vec<String> = reports.into_iter().map(|(_, report)| report).collect();
    panic!("{} of {trees} trees differ:\n{}", found.len(), reports.join("\n"));
}

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

/// The trees that differ, by seed.
fn compare(seed: u64, trees: u64, oracle: &Oracle) -> Vec<(u64, Difference)> {
    let (next, built) = (AtomicU64::new(0), AtomicU64::new(0));
    let refused = Mutex::new(BTreeMap::<String, (u64, u64)>::new());
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= trees {
                        break;
                    }
                    match judge(&tree(seed + at), oracle) {
                        Verdict::BothBuild => drop(built.fetch_add(1, Ordering::Relaxed)),
                        Verdict::BothRefuse(why) => {
                            let mut refused = refused.lock().unwrap();
                            refused.entry(why).or_insert((0, seed + at)).0 += 1;
                        }
                        Verdict::Differs(difference) => {
                            found.lock().unwrap().push((seed + at, difference));
                        }
                    }
                }
            });
        }
    });
    let mut refused: Vec<_> = refused.into_inner().unwrap().into_iter().collect();
    refused.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    remark(&format!(
        "{trees} random trees: {} built alike, {} refused by both",
        built.into_inner(),
        refused.iter().map(|(_, (count, _))| count).sum::<u64>()
    ));
    if std::env::var_os("RAILSGEN_DIFF_TREES").is_some() {
        let most = refused.iter().take(25);
        let most = most.map(|(why, (count, seed))| format!("{count:6} {why} (seed {seed})"));
        remark(&most.collect::<Vec<_>>().join("\n"));
    }
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(seed, _)| *seed);
    found
}

/// Writes the case folder of a tree that differs, and says what is in it.
fn report(seed: u64, difference: &Difference, small: bool, oracle: &Oracle) -> String {
    let whole = tree(seed);
    let (tree, difference) = match small {
        true => shrink::shrink(&whole, difference, oracle),
        false => (whole, difference.clone()),
    };
    let folder = write_case(seed, &tree, &difference);
    let mut report = format!("seed {seed}: {:?} in {}\n", difference.kind, folder.display());
    report.push_str(&difference.about);
    if small {
        for (path, content) in &tree {
            report.push_str(&format!("\n//- /{path}\n{}", String::from_utf8_lossy(content)));
        }
    }
    report
}

fn case_folder(seed: u64) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("differential/seed-{seed}"))
}

fn write_tree(folder: &Path, tree: &Tree) {
    drop(fs::remove_dir_all(folder));
    for (path, content) in tree {
        let path = folder.join("in").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn write_case(seed: u64, tree: &Tree, difference: &Difference) -> PathBuf {
    let folder = case_folder(seed);
    write_tree(&folder, tree);
    if let Some(expected) = &difference.expected {
        fs::write(folder.join("out.yaml"), expected).unwrap();
    }
    fs::write(folder.join("difference.txt"), &difference.about).unwrap();
    folder
}

#[test]
fn a_seed_always_gives_the_same_tree() {
    assert_eq!(tree(7), tree(7));
    assert_ne!(tree(7), tree(8));
}
