//! Finds a kubectl whose kustomize is of the level that railsgen matches. The benches use it too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The kubectl on PATH, or one that lies beside it, if its kustomize is the right one.
pub(crate) fn find() -> Option<PathBuf> {
    candidates().into_iter().find(|kubectl| is_of_our_level(kubectl))
}

/// The first kubectl on PATH, and others that lie beside it, such as `kubectl.1.33`.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|directory| directory.join(format!("kubectl{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file());
    let Some(kubectl) = found else {
        return Vec::new();
    };
    let real = kubectl.canonicalize().unwrap_or_else(|_| kubectl.clone());
    let beside = real.parent().and_then(|parent| fs::read_dir(parent).ok());
    let names = beside.into_iter().flatten().flatten();
    let mut siblings: Vec<PathBuf> = names
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("kubectl."))
        })
        .collect();
    siblings.sort();
    siblings.reverse();
    siblings.insert(0, kubectl);
    siblings
}

fn is_of_our_level(kubectl: &Path) -> bool {
    let version = Command::new(kubectl)
        .args(["version", "--client"])
        .env_clear()
        .stdin(Stdio::null())
        .output();
    let wanted = format!("Kustomize Version: {}", railsgen::KUSTOMIZE_LEVEL);
    version.is_ok_and(|version| {
        let text = String::from_utf8_lossy(&version.stdout);
        text.lines().any(|line| line == wanted)
    })
}
