//! A stand-in for the engine: prints the files named under `resources` as they are.

mod files;

use std::path::Path;

pub use files::{FileNameParts, file_names};

use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{FileKind, FileSystem};
use crate::source::{Sources, Text};

/// Which files a kustomization may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestrictor {
    /// Those in or below its own directory.
    #[default]
    RootOnly,
    /// All.
    None,
}

/// How the command line asks resources to be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reorder {
    /// Not at all.
    None,
    /// By kustomize's fixed order of kinds.
    Legacy,
}

/// What a build can be told from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// The order of resources, unless the kustomization's `sortOptions` says so.
    pub reorder: Option<Reorder>,
    /// Whether every resource gets the label `app.kubernetes.io/managed-by`.
    pub managed_by_label: bool,
    /// As many threads as may parse files at a time; 0 for one.
    pub threads: usize,
    /// Bounds, of which this has none.
    pub limits: (),
}

/// What a build gives.
#[derive(Debug, Default)]
pub struct Built {
    documents: Vec<String>,
    warnings: Vec<Diagnostic>,
}

/// One resource as a file of its own.
#[derive(Debug)]
pub struct BuiltFile<'b> {
    /// The name of the file.
    pub name: String,
    document: &'b str,
}

impl BuiltFile<'_> {
    /// The file's content.
    ///
    /// # Errors
    /// Never; the engine's can.
    pub fn to_yaml(&self) -> Result<Vec<u8>> {
        Ok(self.document.as_bytes().to_vec())
    }
}

impl Built {
    /// All resources as YAML documents.
    ///
    /// # Errors
    /// Never; the engine's can.
    pub fn to_yaml(&self) -> Result<String> {
        Ok(self.documents.join("---\n"))
    }

    /// What is probably not as the user wants it.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Each resource as a file of its own.
    pub fn files(&self) -> Vec<BuiltFile<'_>> {
        let parts: Vec<_> = self.documents.iter().map(|text| parts(text)).collect();
        let named = file_names(&parts).into_iter().zip(&self.documents);
        named.map(|(name, document)| BuiltFile { name, document }).collect()
    }
}

fn parts(document: &str) -> FileNameParts<'_> {
    let value = |key: &str| {
        let line = document.lines().find_map(|line| line.trim().strip_prefix(key));
        line.map_or("", |value| value.trim().trim_matches('"'))
    };
    let api_version = value("apiVersion:");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let kind = value("kind:");
    let cluster_wide = matches!(kind, "Namespace" | "ClusterRole");
    let namespace = Some(value("namespace:")).filter(|name| !name.is_empty());
    FileNameParts {
        group,
        version,
        kind,
        name: value("name:"),
        namespace: (!cluster_wide).then(|| namespace.unwrap_or("default")),
    }
}

/// Builds a directory.
///
/// # Errors
/// All problems, warnings included, when it can't be built.
pub fn build(
    fs: &dyn FileSystem,
    sources: &Sources,
    directory: &Path,
    options: &BuildOptions,
) -> std::result::Result<Built, Vec<Diagnostic>> {
    let failed = |code, message: String| vec![Diagnostic::error(code, message)];
    match fs.resolve(directory) {
        Ok((_, FileKind::Directory)) => {}
        Ok(_) => {
            let message = format!("`{}` is not a directory", directory.display());
            return Err(failed(Code::NotADirectory, message));
        }
        Err(error) => return Err(failed(Code::NotFound, error.to_string())),
    }
    let path = crate::fs::join(directory, "kustomization.yaml");
    let Ok(bytes) = fs.read(&path) else {
        let message = format!("no kustomization file in `{}`", directory.display());
        return Err(failed(Code::NoKustomization, message));
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let source = sources
        .add(&path.to_string_lossy(), text.clone())
        .map_err(|error| failed(Code::TooLarge, error.to_string()))?;
    let mut built = Built::default();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let place = |part: &str| {
            let start = offset + line.find(part).unwrap_or(0);
            Text::slice(&source, start, part.len()).span()
        };
        if let Some(name) = line.trim().strip_prefix("- ") {
            let Ok(bytes) = fs.read(&directory.join(name)) else {
                let problem = Diagnostic::error(Code::NotFound, format!("`{name}` does not exist"));
                return Err(vec![problem.at(place(name))]);
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            built.documents.extend(
                text.split_inclusive("---\n")
                    .map(|document| document.trim_end_matches("---\n").to_owned()),
            );
        } else if let Some(field) = line.split(':').next().filter(|key| *key == "patchs") {
            let problem = Diagnostic::error(Code::UnknownField, "unknown field `patchs`");
            return Err(vec![problem.at(place(field)).suggest("patchs", ["patches"])]);
        } else if line.starts_with("images:") {
            let problem = Diagnostic::warning(Code::NoEffect, "no image matches");
            built.warnings.push(problem.at(place("images")));
        }
        offset += line.len();
    }
    if options.managed_by_label {
        let label = "metadata:\n  labels:\n    app.kubernetes.io/managed-by: kustomize-v5.6.0\n";
        for document in &mut built.documents {
            *document = document.replace("metadata:\n", label);
        }
    }
    Ok(built)
}
