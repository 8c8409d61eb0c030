//! Edits of kustomization files: what `railsgen edit` and `railsgen create` do.
//!
//! Each operation is a function from values to [`Edited`]: planned writes, one line about each
//! change, and warnings. Nothing is written here; `sys::apply` does that, and refuses if a file has
//! changed in between. Arguments have the meaning that they have in `kustomize edit`;
//! `docs/edit.md` says what is done differently and how the text is changed.
//!
//! | File | Operations |
//! | --- | --- |
//! | `text_field.rs` | `set` namespace, nameprefix, namesuffix |
//! | `image.rs` | `set image` |
//! | `replicas.rs` | `set replicas` |
//! | `metadata.rs` | `add`, `set`, `remove` label and annotation |
//! | `build_metadata.rs` | `add`, `set`, `remove` buildmetadata |
//! | `paths.rs` | `add`, `remove` resource, base, component, generator, transformer, validator |
//! | `generator.rs` | `add`, `set`, `remove` configmap and secret |
//! | `patch.rs` | `add`, `remove` patch |
//! | `fix/` | `edit fix` |
//! | `create.rs` | `create` |
//!
//! `draft.rs` opens the file and collects what changes; `fields.rs` finds fields, whatever the case
//! of their names; `named.rs` finds entries of lists; `glob.rs` knows patterns. A new operation is a file beside these and a row in
//! this table.
//!
//! Not known here: what the file's text looks like (`yaml::edit`), flags, the disk.

pub mod build_metadata;
pub mod create;
mod draft;
mod fields;
pub mod fix;
pub mod generator;
mod glob;
pub mod image;
pub mod metadata;
mod named;
pub mod patch;
pub mod paths;
pub mod replicas;
pub mod text_field;

use std::path::Path;

use crate::diag::Diagnostic;
use crate::fs::{Changes, FileSystem};
use crate::source::Sources;

/// Where an edit takes place.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    /// What files are read through.
    pub fs: &'p dyn FileSystem,
    /// Where files go that are read, so that diagnostics can point into them.
    pub sources: &'p Sources,
    /// The directory of the kustomization. Paths in arguments start there.
    pub directory: &'p Path,
}

/// An edit that is planned.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// The files to be written. Empty if nothing has to change.
    pub changes: Changes,
    /// What changes, in the order it was asked for.
    pub lines: Vec<Line>,
    /// What is probably not as the user wants it.
    pub warnings: Vec<Diagnostic>,
}

/// One change.
///
/// Displayed as `kustomization.yaml:12: image web: newTag v1 -> v2`, so that editors find the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file, as messages show it.
    pub path: String,
    /// The line of the new file, counted from 1; of what is removed, where it stood.
    pub line: u32,
    /// What changes. Never the value of a Secret.
    pub text: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}
