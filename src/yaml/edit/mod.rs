//! Changing a YAML text by its bytes: what an edit does not speak of stays as it is.
//!
//! A [`Document`] is a text and what it means. [`Edits`] collects what is to change, by paths
//! into the document as it was read, and [`Edits::apply`] makes the new text. Comments, blank
//! lines, quotes, order, indentation and line breaks stay; what is inserted takes the style of its
//! neighbours; what is removed takes its own comment along. `docs/edit.md` has the rules.
//!
//! Every result is checked: the same edits are made once more on the nodes of the document, and
//! the new text must be parsed to just these. Where it is not, and where a value is not written
//! where it is meant (an alias, a merge key), there is an error that names the line.
//!
//! | File | What |
//! | --- | --- |
//! | `plan.rs` | what is to change, as it is asked for |
//! | `splice.rs` | from there to pieces of text and their places |
//! | `block.rs`, `flow.rs` | the places, in indented collections and in brackets |
//! | `lines.rs` | lines, comments, blank lines, and which belong to an entry |
//! | `render.rs`, `quote.rs`, `copy.rs` | new content as text, like its neighbours |
//! | `habits.rs` | how a document is written as a whole |
//! | `expect.rs` | the check |
//!
//! Not known here: what any field means. Places in the text come from `read::outline`.

mod block;
mod copy;
mod expect;
mod flow;
mod habits;
mod lines;
mod plan;
mod quote;
mod render;
mod splice;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::source::Source;
use crate::yaml::read::outline::{self, Outline};
use crate::yaml::{Limits, Node, parse_document};

pub use plan::{At, Content, Edits, Path, Step};

/// A text that can be changed: its bytes, its places and its meaning.
#[derive(Debug)]
pub struct Document {
    source: Arc<Source>,
    root: Option<Node>,
    outline: Outline,
    limits: Limits,
}

/// A text with its edits made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// For each edit, in the order they were asked for, the line of the new text where it is to be
    /// seen; for a removal, the line that stands there now. Counts from 1.
    pub lines: Vec<u32>,
}

impl Document {
    /// Reads a text by the rules for kustomization files: its first document counts.
    ///
    /// ```
    /// use railsgen::source::Sources;
    /// use railsgen::yaml::{Limits, edit::{Content, Document, Edits, Path}};
    ///
    /// let sources = Sources::new();
    /// let text = "images:\n- name: web   # the app\n  newTag: '1.0'\n";
    /// let source = sources.add("kustomization.yaml", text.into())?;
    /// let document = Document::parse(&source, &Limits::default()).unwrap();
    ///
    /// let mut edits = Edits::new();
    /// let tag = Path::root().key("images").index(0).key("newTag");
    /// edits.replace(tag, Content::text("1.1"));
    /// let edited = edits.apply(&document).unwrap();
    /// assert_eq!(edited.text, "images:\n- name: web   # the app\n  newTag: '1.1'\n");
    /// assert_eq!(edited.lines, [3]);
    /// # Ok::<(), railsgen::source::TooMuchText>(())
    /// ```
    ///
    /// # Errors
    /// When the text is not YAML, passes one of the limits, or is written in a way that edits do
    /// not understand.
    pub fn parse(source: &Arc<Source>, limits: &Limits) -> Result<Document> {
        let root = parse_document(source, limits)?;
        let Some(outline) = outline::outline(source) else {
            let start = source.slice_span(0, 0);
            return Err(Box::new(
                Diagnostic::error(Code::Edit, "the file is written in a way that can't be edited")
                    .at(start)
                    .help("change it by hand"),
            ));
        };
        if let Some(at) = outline.stray {
            let len = source.text()[at..].lines().next().map_or(0, str::len);
            return Err(Box::new(
                Diagnostic::error(Code::Edit, "from here on nothing belongs to the document")
                    .at(source.slice_span(at as u32, len as u32))
                    .help("indent this line and the first one alike"),
            ));
        }
        Ok(Document { source: Arc::clone(source), root, outline, limits: limits.clone() })
    }

    /// What the text means, with aliases and merge keys resolved; nothing if it has no content.
    pub fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// The text as it was read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    fn text(&self) -> &str {
        self.source.text()
    }
}

#[cfg(test)]
mod tests;
