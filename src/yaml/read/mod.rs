//! Reading: text to nodes, in the manner of libyaml, accepting what the reference accepts.
//!
//! `encoding` makes text of bytes. `characters` looks once at every character. `scan` makes
//! tokens of text, and lists the files that help it; `compose` makes nodes of tokens, with
//! `build`, `anchors` and `merge`; `stream` is the entry. `refuse` and `unexpected` word the
//! errors of the two.
//!
//! What a scalar means is not known here, and two keys that are the same are no error here: both
//! are settled when a node is written.

mod anchors;
mod block_scalar;
mod build;
mod characters;
mod compose;
mod encoding;
mod indicators;
mod keys;
mod lines;
mod merge;
pub(in crate::yaml) mod outline;
mod plain;
mod properties;
mod quoted;
mod refuse;
mod scan;
mod stream;
mod token;
mod unexpected;

pub use encoding::{InvalidText, decode_text};
pub(crate) use stream::parse_made;
pub use stream::{Limits, Stream, parse_document, parse_stream};

#[cfg(test)]
mod tests;
