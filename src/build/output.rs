//! From resources to bytes.

use std::io::{self, Write};

use super::Built;
use crate::diag::{Code, Result};
use crate::diag::Diagnostic;
use crate::k8s::Resource;
use crate::yaml;

mod file_names;

pub use file_names::{FileNameParts, file_names};

/// One resource as a file of its own.
#[derive(Debug)]
pub struct BuiltFile<'b> {
    /// The name of the file, without a directory.
    pub name: String,
    resource: &'b Resource,
}

impl BuiltFile<'_> {
    /// The file's content.
    ///
    /// # Errors
    /// When a value can't be written as YAML.
    pub fn to_yaml(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        emit(self.resource, &mut out)?;
        Ok(out)
    }
}

impl Built {
    /// All resources as YAML documents, as the command prints them.
    ///
    /// # Errors
    /// When a value can't be written as YAML: infinity, a key that is no string, a key that is
    /// there twice.
    pub fn to_yaml(&self) -> Result<String> {
        let mut out = Vec::new();
        for (at, resource) in self.resources.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(b"---\n");
            }
            emit(resource, &mut out)?;
        }
        String::from_utf8(out).map_err(|_| {
            Box::new(Diagnostic::error(Code::Internal, "the output is not UTF-8"))
        })
    }

    /// Writes what [`Built::to_yaml`] gives, after all of it was made: nothing is written if a
    /// value can't be.
    ///
    /// # Errors
    /// The outer error is that of `out`, the inner that of the resources.
    pub fn write_yaml(&self, out: &mut dyn Write) -> io::Result<Result<()>> {
        match self.to_yaml() {
            Ok(text) => out.write_all(text.as_bytes()).map(Ok),
            Err(problem) => Ok(Err(problem)),
        }
    }

    /// Each resource as a file of its own, named as the reference names it.
    pub fn files(&self) -> Vec<BuiltFile<'_>> {
        let parts: Vec<FileNameParts<'_>> = self
            .resources
            .iter()
            .map(|resource| {
                let id = resource.id();
                FileNameParts {
                    group: id.group(),
                    version: id.version(),
                    kind: &id.kind,
                    name: &id.name,
                    namespace: (!id.cluster_scoped).then(|| id.effective_namespace()),
                }
            })
            .collect();
        let names = file_names(&parts).into_iter().zip(&self.resources);
        names.map(|(name, resource)| BuiltFile { name, resource }).collect()
    }
}

fn emit(resource: &Resource, out: &mut Vec<u8>) -> Result<()> {
    yaml::emit(resource.node(), out).map_err(|problem| {
        Box::new(problem.or_at(resource.name_span()).note(format!("writing {}", resource.id())))
    })
}
