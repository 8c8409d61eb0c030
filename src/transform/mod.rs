//! The transformers: what a kustomization does to the resources it has accumulated.
//!
//! One file each. They do not know each other, nor where their settings come from; the order in
//! which a build runs them is the table in `build::transformers`. A new transformer is a new file
//! here and a new row there.

pub(crate) mod entries;
pub(crate) mod images;
pub(crate) mod name_affix;
pub(crate) mod namespace;
pub(crate) mod patches;
pub(crate) mod replacements;
pub(crate) mod replicas;
pub(crate) mod value_add;
pub(crate) mod variables;
