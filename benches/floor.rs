//! The floor: what reading the files of a tree costs, with nothing done to them.
//!
//! A build can't be quicker than this, and may take at most twice as long (see `README.md`).

use std::fs;
use std::path::PathBuf;

use railsgen::source::Sources;

/// Reads every file of the trees.
pub(crate) fn run(trees: &[&str]) -> Option<()> {
    let sources = Sources::new();
    let mut directories: Vec<PathBuf> = trees.iter().map(PathBuf::from).collect();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let text = fs::read_to_string(&path).ok()?;
                sources.add(&path.to_string_lossy(), text).ok()?;
            }
        }
    }
    Some(())
}
