//! Typed files: the kustomization file and the other files that the engine itself reads.
//!
//! Each type of file is a tree of records whose leaves know their places, and a `decode` function
//! from a parsed document to that tree. A decoder reports every problem it finds in one run, with
//! the nearest real name for an unknown field and what to write for a wrong type.
//!
//! | File | Function | Module |
//! | --- | --- | --- |
//! | `kustomization.yaml` | [`decode`] | [`mod@file`] |
//! | under `configurations` | [`transformer_config::decode`] | [`transformer_config`] |
//! | under `replacements[].path` | [`replacements::decode`] | [`replacements`] |
//! | under `crds` | [`crds::decode`] | [`crds`] |
//! | builtin plugins under `generators`, `transformers`, `validators` | [`plugin::decode`] | [`plugin`] |
//! | under `targetFilePath` of a `ValueAddTransformer` | [`plugin::decode_value_targets`] | [`plugin`] |
//!
//! Not known here: other files, what a path refers to, and what any of it does to a resource. A
//! new field is a line in the record that has it; a new type of file is a module with its records
//! and a line in this table.

pub mod crds;
mod decode;
pub mod entries;
pub mod file;
pub mod generators;
pub mod helm;
mod legacy;
pub mod patches;
mod paths;
pub mod plugin;
mod remarks;
pub mod replacements;
pub mod sort;
pub mod transformer_config;
mod value;
pub mod vars;

pub use decode::Decoded;
pub use file::{Kustomization, ObjectMeta, decode};
pub use value::{List, Map, Spanned, Tree};

#[cfg(test)]
mod tests;
