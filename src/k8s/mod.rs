//! Kubernetes objects: identity, resources and sets of them, field specs, and the schema.
//!
//! Knows nothing of kustomization files.

pub(crate) mod bookkeeping;
pub(crate) mod default_specs;
pub mod field_spec;
pub(crate) mod field_walk;
mod history;
mod id;
pub mod image_ref;
pub(crate) mod index;
pub mod label_selector;
pub(crate) mod order;
mod origin;
pub(crate) mod quirks;
mod resource;
pub mod schema;
mod set;
pub(crate) mod spec_list;
pub(crate) mod spec_merge;
mod typed;

pub use id::{CLUSTER_SCOPE, GvkSelector, Id, PreviousId, effective_namespace, split_api_version};
pub use origin::ResourceOrigin;
pub(crate) use origin::text_of_all;
pub(crate) use resource::write_field;
pub use resource::{Behavior, Resource};
pub use set::ResourceSet;
pub(crate) use spec_list::default_name_references;
