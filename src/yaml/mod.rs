//! YAML: text to nodes, nodes to text. Knows nothing of Kubernetes.
//!
//! Reading follows the reference's YAML library (libyaml's grammar: YAML 1.1 with its leftovers,
//! and the core schema of YAML 1.2 for resources), writing follows the bytes of its older sibling.
//! `docs/compatibility.md` says where both differ from the YAML specification.

pub mod edit;
mod emit;
pub mod json;
mod node;
pub mod path;
mod read;
mod scalar;
mod serde;

pub use self::serde::{FromNodeError, from_node};
pub(crate) use emit::{check_as_read, lose_null_keys};
pub use emit::{emit, emit_file};
pub use node::{Entry, Key, Mapping, Node, Scalar, Sequence, Style, Tag};
pub(crate) use read::parse_made;
pub use read::{InvalidText, Limits, Stream, decode_text, parse_document, parse_stream};
pub use scalar::{ScalarError, Value};
pub(crate) use scalar::{is_string_1_1, write_float_yaml};
pub use thin_vec::ThinVec;

#[cfg(test)]
mod tests;
