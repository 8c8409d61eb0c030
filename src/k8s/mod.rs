//! Kubernetes: what the engine knows of objects. Knows nothing of kustomization files.

pub mod field_spec;
pub mod image_ref;
