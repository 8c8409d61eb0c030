//! Builds Kubernetes manifests for Ruby on Rails stacks: reads the `kustomization.yaml` trees that
//! kustomize reads and gives the bytes that kustomize gives, without a cluster, a network or a
//! subprocess, and with errors that say where and what to do.
//!
//! # Building
//!
//! [`build()`] takes a file system, a place for the text of files, and a directory. Files come from
//! [`fs::MemoryFs`] or, with the feature `sys`, from the disk (`sys::OsFs`).
//!
//! ```
//! use std::path::Path;
//! use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
//!
//! let fs = MemoryFs::new()
//!     .with("overlays/prod/kustomization.yaml", "namespace: prod\nresources: [../../base]\n")
//!     .with("base/kustomization.yaml", "resources: [web.yaml]\n")
//!     .with("base/web.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n");
//! let sources = Sources::new();
//! match build(&fs, &sources, Path::new("/overlays/prod"), &BuildOptions::default()) {
//!     Ok(built) => print!("{}", built.to_yaml().unwrap()),
//!     Err(problems) => problems.iter().for_each(|problem| println!("{problem}")),
//! }
//! ```
//!
//! A build gives resources and diagnostics, as values: nothing is printed and nothing is written.
//! [`Built::resources`] has the objects with their identities; each can be written with any serde
//! format, or read into a type. [`Built::warnings`] tells what kustomize would pass in silence.
//!
//! # Where things are
//!
//! | To | See |
//! | --- | --- |
//! | build | [`build()`], [`build::build_all`], [`BuildOptions`] |
//! | look at resources | [`k8s::Resource`], [`k8s::ResourceSet`], [`yaml::Node`] |
//! | compare a build with a stored one | [`Built::to_snapshot`] |
//! | find what is wrong with resources | [`check`] |
//! | change a kustomization file | [`edit`], [`yaml::edit`] |
//! | write a stack for an app | [`init`] |
//! | show a problem | [`diag::Diagnostic`], [`Sources::place`] |
//! | read a kustomization file alone | [`kustomization::decode`] |
//! | parse and write YAML as kustomize does | [`yaml::parse_stream`], [`yaml::emit`] |
//! | merge or patch an object | [`patch::merge`], [`patch::json6902`] |
//!
//! # Features
//!
//! - `sys` (on): the real file system. Without it the library touches no disk.
//! - `cli` (on): the command line; brings `sys` and `render`.
//! - `render` (on, with `cli`): diagnostics as text for people and machines.
//! - `k8s-openapi`: typed objects, `set.get::<Deployment>("web")`.
//!
//! `docs/architecture.md` in the repository tells how the code is laid out and why,
//! `docs/compatibility.md` where it differs from kustomize on purpose.

pub mod build;
pub mod check;
pub mod diag;
pub mod edit;
pub mod fs;
mod generate;
pub mod init;
pub mod k8s;
pub mod kustomization;
mod load;
mod names;
pub mod patch;
mod pattern;
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

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
