//! Patches: strategic merge, JSON 6902, and which resources a patch is for.
//!
//! - [`merge`] lays one object over another by the rules of [`crate::k8s::schema`]. Mappings and
//!   scalars are in `merge.rs`; lists that merge are in `list.rs` and, where items lack keys or share
//!   them, in `irregular.rs`. `directive.rs` knows `$patch`, `comment.rs` schemas in comments;
//!   `report.rs` and `losses.rs` warn.
//! - [`json6902`] reads and applies JSON patches.
//! - [`target`] says which resources a patch is for.
//!
//! Not known here: where a patch came from, and what a resource keeps whatever a patch says.

mod comment;
mod directive;
mod irregular;
pub mod json6902;
mod list;
mod losses;
mod merge;
mod report;
pub mod target;

pub use merge::merge;

use std::sync::Arc;

use crate::diag::{self, Code};
use crate::source::{Source, Text};
use crate::yaml::{Limits, Node};

/// Reads a text that must be JSON, as Go reads it.
///
/// # Errors
/// When it is not, with this code, or too deep.
pub(crate) fn read_json(source: &Arc<Source>, limits: &Limits, code: Code) -> diag::Result<Node> {
    let text = Text::slice(source, 0, source.text().len());
    let read = json6902::json::parse(&text, limits);
    read.map(|document| document.root).map_err(|mut error| {
        // What is said of patches does not fit here.
        if error.code == Code::Patch {
            error.code = code;
        }
        error.notes.clear();
        error.help = vec!["a file that begins with `{` must be JSON to its end".into()];
        error
    })
}

#[cfg(test)]
mod tests;
