//! `set namespace`, `set nameprefix`, `set namesuffix`.

use super::draft::Draft;
use super::{Edited, Place};
use crate::diag::Result;

/// A field that holds one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// `namespace`
    Namespace,
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
}

impl TextField {
    /// The field as the file has it.
    pub const fn name(self) -> &'static str {
        match self {
            TextField::Namespace => "namespace",
            TextField::NamePrefix => "namePrefix",
            TextField::NameSuffix => "nameSuffix",
        }
    }
}

/// Sets a field. Empty text takes it out.
///
/// ```
/// use std::path::Path;
/// use railsgen::edit::{Place, text_field::{self, TextField}};
/// use railsgen::{Sources, fs::MemoryFs};
///
/// let text = "namespace: a # where\nresources: [web.yaml]\n";
/// let fs = MemoryFs::new().with("kustomization.yaml", text);
/// let place = Place { fs: &fs, sources: &Sources::new(), directory: Path::new("/") };
/// let edited = text_field::set(place, TextField::Namespace, "b").unwrap();
/// assert_eq!(edited.lines[0].to_string(), "/kustomization.yaml:1: namespace `a` -> `b`");
/// let change = edited.changes.iter().next().unwrap();
/// assert_eq!(change.after, "namespace: b # where\nresources: [web.yaml]\n");
/// ```
///
/// # Errors
/// When there is no kustomization file, or it can't be changed.
pub fn set(place: Place<'_>, field: TextField, text: &str) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let name = field.name();
    pen.set_text(file.field(name)?.as_ref(), name, text);
    Draft { file, pen }.finish()
}
