//! Builds Kubernetes manifests for Ruby on Rails stacks.
//!
//! railsgen reads `kustomization.yaml` trees and prints the bytes that kustomize v5.6.0 prints.

pub mod build;
pub mod diag;
pub mod fs;
pub mod source;
pub mod yaml;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "render")]
pub mod render;
#[cfg(feature = "sys")]
pub mod sys;

/// The level of kustomize whose bytes are matched.
pub const KUSTOMIZE_LEVEL: &str = "v5.6.0";
