//! Nodes and JSON: the JSON text of a node, and what a round trip through JSON does to it.
//!
//! The reference turns resources into JSON to hash them and to apply JSON 6902 patches, and reads
//! kustomization files by way of JSON. [`write()`] gives the text, [`prepare`] is what happens before
//! a patch, [`rebuild`] what is left of a resource behind it, and [`from_yaml_1_1`] what a
//! kustomization file or a patch written as YAML holds by the rules of YAML 1.1.
//!
//! Reading JSON is no business of this module: JSON is YAML.

mod legacy;
mod prepare;
mod rebuild;
mod write;

pub use legacy::from_yaml_1_1;
pub use prepare::prepare;
pub use rebuild::rebuild;
pub use write::write;

pub(crate) use crate::yaml::scalar::write_float_json;

use crate::diag;
use crate::yaml::Key;
use crate::yaml::emit::reread;

/// Refuses a key that is no string.
///
/// # Errors
/// For numbers, null and the like.
pub(crate) fn check_key(key: &Key) -> diag::Result<()> {
    reread::key_as_read(key, false).map(drop)
}

#[cfg(test)]
mod tests;
