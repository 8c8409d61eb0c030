//! The floor: what a build of a tree can't do without. It reads the files that the build reads, parses
//! them, and writes as many bytes as the build gives, with the same YAML code and nothing in between.
//!
//! A build can't be quicker than this, and may take at most twice as long (see `README.md`).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use railsgen::fs::{FileKind, FileSystem, FsError};
use railsgen::source::Sources;
use railsgen::sys::OsFs;
use railsgen::yaml::{Limits, emit, parse_stream};
use railsgen::{BuildOptions, build};

/// What a build reads and gives.
pub(crate) struct Work {
    /// Each file, and its size in bytes.
    files: BTreeMap<PathBuf, u64>,
    /// The length of the output, in bytes.
    output: u64,
}

impl Work {
    /// Finds it out by building.
    pub(crate) fn of(target: &Path) -> Option<Work> {
        let fs = Recorder::default();
        let built = build(&fs, &Sources::new(), target, &BuildOptions::default()).ok()?;
        let output = built.to_yaml().ok()?.len() as u64;
        Some(Work { files: fs.files.into_inner().ok()?, output })
    }

    /// How many bytes are read.
    pub(crate) fn input(&self) -> u64 {
        self.files.values().sum()
    }

    /// Writes it down for the process that does it.
    pub(crate) fn save(&self, path: &Path) -> std::io::Result<()> {
        let files = self.files.iter().map(|(path, size)| format!("{size} {}\n", path.display()));
        fs::write(path, format!("{}\n{}", self.output, files.collect::<String>()))
    }
}

/// The real file system; it knows what was read.
#[derive(Default)]
struct Recorder {
    real: OsFs,
    files: Mutex<BTreeMap<PathBuf, u64>>,
}

impl FileSystem for Recorder {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError> {
        let content = self.real.read(path)?;
        if let Ok(mut files) = self.files.lock() {
            files.insert(path.to_path_buf(), content.len() as u64);
        }
        Ok(content)
    }

    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError> {
        self.real.resolve(path)
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError> {
        self.real.list(directory)
    }
}

/// Does the work that was written down. The documents of each file are written as often as it takes
/// for its share of the output.
pub(crate) fn run(work: &str) -> Option<()> {
    let work = fs::read_to_string(work).ok()?;
    let (output, files) = work.split_once('\n')?;
    let output: f64 = output.parse().ok()?;
    let files: Vec<(f64, &str)> = files
        .lines()
        .map(|line| line.split_once(' ').and_then(|(size, path)| Some((size.parse().ok()?, path))))
        .collect::<Option<_>>()?;
    let input: f64 = files.iter().map(|(size, _)| size).sum();
    let (sources, limits) = (Sources::new(), Limits::default());
    let (mut read, mut written) = (0.0, 0.0);
    let mut out = Vec::new();
    for (size, path) in files {
        let source = sources.add(path, fs::read_to_string(path).ok()?).ok()?;
        read += size;
        // Environment files and the like are not YAML.
        let Ok(stream) = parse_stream(&source, &limits) else { continue };
        let owed = output * read / input;
        let mut wrote_any = !stream.documents.is_empty();
        while written < owed && std::mem::take(&mut wrote_any) {
            for document in &stream.documents {
                emit(document, &mut out).ok()?;
                std::io::stdout().write_all(&out).ok()?;
                wrote_any |= !out.is_empty();
                written += out.len() as f64;
                out.clear();
                if written >= owed {
                    break;
                }
            }
        }
    }
    Some(())
}
