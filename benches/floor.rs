//! The floor: what reading the files of a tree and writing their objects costs, with nothing done
//! to them in between.
//!
//! A build can't be quicker than this, and may take at most twice as long (see `README.md`).

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use railsgen::source::Sources;
use railsgen::yaml::{Limits, emit, parse_stream};

/// Reads every file of the trees, parses it, and writes its documents to stdout.
pub(crate) fn run(trees: &[&str]) -> Option<()> {
    let sources = Sources::new();
    let limits = Limits::default();
    let mut out = Vec::new();
    let mut directories: Vec<PathBuf> = trees.iter().map(PathBuf::from).collect();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).ok()?;
            let source = sources.add(&path.to_string_lossy(), text).ok()?;
            // Some files of the stack are not YAML.
            let Ok(stream) = parse_stream(&source, &limits) else { continue };
            for document in &stream.documents {
                emit(document, &mut out).ok()?;
            }
            std::io::stdout().write_all(&out).ok()?;
            out.clear();
        }
    }
    Some(())
}
