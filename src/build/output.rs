//! From resources to bytes.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Built;
use crate::diag::{Code, Diagnostic, Result};
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
        in_context(self.resource, yaml::emit_file(self.resource.node(), &mut out))?;
        Ok(out)
    }
}

/// About so many bytes of output are held in one piece.
const CHUNK: usize = 256 * 1024;

/// The most that a build may give, in bytes. Small files can ask for more: a long value that goes to
/// many resources.
const MAX_OUTPUT: usize = 1 << 30;

/// The text of a build, made and ready to be written.
#[derive(Debug)]
pub struct BuiltText {
    chunks: Vec<Vec<u8>>,
}

impl BuiltText {
    /// Writes the text.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.chunks.iter().try_for_each(|chunk| out.write_all(chunk))
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Whether there is no text, because there are no resources.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Built {
    /// All resources as YAML documents, as the command prints them.
    ///
    /// # Errors
    /// When a value can't be written as YAML: infinity, a key that is no string, a key that is
    /// there twice.
    pub fn to_yaml(&self) -> Result<String> {
        documents(self.resources.iter().map(Cow::Borrowed))
    }

    /// The same bytes as [`Built::to_yaml`], for programs that only print them: resources are
    /// given up one by one as they are made into text, so that not all of both is there at once.
    ///
    /// # Errors
    /// Like [`Built::to_yaml`].
    pub fn into_text(self) -> Result<BuiltText> {
        let mut chunks = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut len = 0;
        for (at, resource) in self.resources.into_vec().into_iter().enumerate() {
            if chunk.len() > CHUNK - CHUNK / 8 {
                len += chunk.len();
                chunks.push(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)));
            }
            if at > 0 {
                chunk.extend_from_slice(b"---\n");
            }
            emit(&resource, &mut chunk)?;
            check_size(len + chunk.len(), &resource)?;
        }
        chunks.push(chunk);
        Ok(BuiltText { chunks })
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

/// Resources as one text.
pub(super) fn documents<'r>(
    resources: impl IntoIterator<Item = Cow<'r, Resource>>,
) -> Result<String> {
    let mut out = Vec::new();
    for (at, resource) in resources.into_iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b"---\n");
        }
        emit(&resource, &mut out)?;
        check_size(out.len(), &resource)?;
    }
    String::from_utf8(out)
        .map_err(|_| Box::new(Diagnostic::error(Code::Internal, "the output is not UTF-8")))
}

fn check_size(len: usize, resource: &Resource) -> Result<()> {
    if len <= MAX_OUTPUT {
        return Ok(());
    }
    let message = format!("the manifests are longer than {} GiB", MAX_OUTPUT >> 30);
    let error = Diagnostic::error(Code::TooLarge, message).at(resource.name_span());
    Err(Box::new(error.note(format!("the limit is passed with {}", resource.id()))))
}

fn emit(resource: &Resource, out: &mut Vec<u8>) -> Result<()> {
    in_context(resource, yaml::emit(resource.node(), out))
}

fn in_context(resource: &Resource, emitted: Result<()>) -> Result<()> {
    emitted.map_err(|problem| {
        Box::new(problem.or_at(resource.name_span()).note(format!("writing {}", resource.id())))
    })
}
