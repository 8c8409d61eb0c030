//! Builds Kubernetes manifests for Ruby on Rails stacks.
//!
//! railsgen reads `kustomization.yaml` trees and prints the bytes that kustomize v5.6.0 prints.

pub mod diag;
pub mod fs;
pub mod k8s;
pub mod patch;
pub mod source;
pub mod yaml;

/// The level of kustomize whose bytes are matched.
pub const KUSTOMIZE_LEVEL: &str = "v5.6.0";
