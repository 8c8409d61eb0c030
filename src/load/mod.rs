//! Loading: what a reference in a kustomization is, which files it may name, and the tree of
//! kustomizations that a build consists of.
//!
//! Everything is decided once, before anything is built: each reference is a file, a directory, or
//! an error with the chain of includes that led to it. Resource files are read and parsed in
//! parallel. Knows nothing of transformers.

mod discover;
mod files;
mod graph;
mod objects;
mod remote;
mod root;
mod trailing;

pub(crate) use discover::discover;
pub(crate) use files::{Files, threads_for};
pub(crate) use graph::{Entry, FILE_NAMES, Layer, PluginEntry, load};
pub(crate) use objects::objects_of_text;
pub(crate) use remote::is_remote;
pub(crate) use root::{Root, Target};

/// Which files a kustomization may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestrictor {
    /// Those in or below its own directory, after links are followed.
    #[default]
    RootOnly,
    /// All.
    None,
}
