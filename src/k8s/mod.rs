//! Kubernetes: what kinds of objects there are and what their fields mean. Knows nothing of
//! kustomization files.

pub mod label_selector;
pub mod schema;
