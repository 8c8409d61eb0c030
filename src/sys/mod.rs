//! The machine: the real file system, planned writes carried out, the environment.
//!
//! Nothing else in the crate touches the disk or reads the environment; layers below get a
//! [`FileSystem`](crate::fs::FileSystem) and plain options instead. Not known here: what the
//! files mean, and how anything is shown.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the layer that the other layers are told to go through"
)]

mod error;
mod lock;
mod os_fs;
mod write;

pub mod env;

#[cfg(feature = "cli")]
pub(crate) use error::fs_error;
pub use os_fs::OsFs;
pub use write::{AtomicFile, apply, create_directories};

#[cfg(test)]
mod tests;
