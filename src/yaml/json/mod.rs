//! Nodes and JSON: the JSON text of a node, and what a round trip through JSON does to it.
//!
//! The reference turns resources into JSON to hash them and to apply JSON 6902 patches, and reads
//! kustomization files by way of JSON. [`write()`] gives the text, [`rebuild`] what is left of a
//! resource behind a patch, and [`from_yaml_1_1`] what a kustomization file or a patch written as
//! YAML holds by the rules of YAML 1.1.
//!
//! JSON is YAML, so it needs no reader of its own but where nothing else may pass: `read.rs`.

mod legacy;
mod read;
mod rebuild;
mod write;

pub use legacy::from_yaml_1_1;
pub(crate) use read::{Texts, parse_strict};
pub use rebuild::rebuild;
pub use write::write;

#[cfg(test)]
mod tests;
