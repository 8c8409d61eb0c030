//! Builds Kubernetes manifests for Ruby on Rails stacks.
//!
//! railsgen reads `kustomization.yaml` trees and prints the bytes that kustomize v5.6.0 prints.

pub mod build;
pub mod diag;
pub mod edit;
pub mod fs;
mod generate;
pub mod k8s;
pub mod kustomization;
pub mod load;
mod names;
pub mod patch;
pub mod source;
mod transform;
pub mod yaml;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "render")]
pub mod render;
#[cfg(feature = "sys")]
pub mod sys;

/// The level of kustomize whose bytes are matched.
pub const KUSTOMIZE_LEVEL: &str = "v5.6.0";

pub use build::{BuildOptions, Built, LoadRestrictor, Reorder, build};
pub use source::Sources;
