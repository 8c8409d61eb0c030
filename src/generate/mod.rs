//! ConfigMaps and Secrets made from literals and files, and the hash of their content.
//!
//! Knows neither when in a build a generator runs nor how files are found: it is given their
//! content.

mod absorb;
mod hash;
mod object;
mod sources;

pub(crate) use absorb::absorb;
pub(crate) use hash::{content_hash, is_content_hash};
pub(crate) use object::{ObjectKind, ObjectSpec, make_object};
pub(crate) use sources::{Data, Pairs, parse_env_file, parse_file_source, parse_literal};
