//! The pipeline: from a tree of kustomizations to a set of resources, and to bytes.
//!
//! | File | Step |
//! | --- | --- |
//! | `accumulate.rs` | one kustomization: resources, generators, components, transformers |
//! | `generators.rs` | its ConfigMaps and Secrets |
//! | `transformers.rs` | its transformers, in the order of one table |
//! | `patches.rs` | reading its patches |
//! | `plugins.rs` | builtin plugins under `generators`, `transformers` and `validators` |
//! | `config.rs`, `configurations.rs` | which fields transformers touch |
//! | `schema.rs` | which schema is in force |
//! | `finish.rs` | once for the whole build: hashes, references, vars, what is dropped, sorting |
//! | `sort.rs` | the order of the output |
//! | `circular.rs` | sorting where that order goes round in circles |
//! | `roots.rs` | several builds at once, and finding what there is to build |
//! | `origins.rs` | origin and transformer annotations |
//! | `output.rs` | bytes, and one file per resource |
//! | `snapshot.rs` | text for snapshot tests, without the values of Secrets |
//! | `part.rs` | a part of what was built, by name or by phase of a release |

mod accumulate;
mod circular;
mod config;
mod configurations;
mod finish;
mod generators;
mod origins;
mod output;
mod part;
mod patches;
mod plugins;
mod roots;
mod schema;
mod snapshot;
mod sort;
mod transformers;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::diag::{Code, Diagnostic};
use crate::fs::FileSystem;
use crate::k8s::ResourceSet;
use crate::load::{self, Files, Layer};
use crate::source::Sources;
use crate::yaml::Limits;

use config::Fields;
use schema::SchemaInForce;

pub use crate::load::LoadRestrictor;
pub use output::{BuiltFile, BuiltText, FileNameParts, file_names};
pub use part::Phase;
pub use roots::{Finished, Found, build_all, find_roots};

/// How the command line asks resources to be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reorder {
    /// Not at all: in the order they were added.
    None,
    /// By the reference's fixed order of kinds.
    Legacy,
}

/// What a build can be told from outside. Options may be added: make one with
/// `..BuildOptions::default()`.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// The order of resources, unless the kustomization's `sortOptions` says so.
    pub reorder: Option<Reorder>,
    /// Whether every resource gets the label `app.kubernetes.io/managed-by`.
    pub managed_by_label: bool,
    /// So many threads may work at a time; 0 for as many as the machine runs at once, which is asked
    /// only when there is enough to do for more than one. The result is the same with any number.
    pub threads: usize,
    /// Bounds on what files may hold.
    pub limits: Limits,
}

/// What a build gives: resources and warnings.
///
/// [`Built::to_yaml`] has the bytes that the command prints, [`Built::to_snapshot`] a text for
/// snapshot tests, [`Built::files`] one file per resource.
#[derive(Clone, Debug, Default)]
pub struct Built {
    resources: ResourceSet,
    warnings: Vec<Diagnostic>,
}

/// Builds the kustomization in a directory.
///
/// Files are read through `fs` and added to `sources`, which tells the places that the diagnostics
/// speak of. Nothing else is read: no environment, no clock, no network.
///
/// ```
/// use std::path::Path;
/// use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
///
/// let fs = MemoryFs::new()
///     .with("kustomization.yaml", "namePrefix: my-\nresources: [web.yaml]\n")
///     .with("web.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n");
/// let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap();
/// assert_eq!(built.to_yaml().unwrap(), "apiVersion: v1\nkind: Service\nmetadata:\n  name: my-web\n");
/// ```
///
/// # Errors
/// All problems that were found, warnings among them; at least one is an error.
pub fn build(
    fs: &dyn FileSystem,
    sources: &Sources,
    directory: &Path,
    options: &BuildOptions,
) -> Result<Built, Vec<Diagnostic>> {
    let mut files = Files::new(fs, sources, options.load_restrictor, options.limits.clone());
    let (mut wanted, mut warnings) = (Vec::new(), Vec::new());
    let layer = match load::load(&mut files, directory, &mut wanted, &mut warnings) {
        Ok(layer) => layer,
        Err(mut problems) => {
            warnings.append(&mut problems);
            return Err(warnings);
        }
    };
    files.parse_all(&wanted, options.threads);
    build_layer(&files, layer, warnings, options)
}

/// Builds a kustomization that was loaded and whose files were parsed.
fn build_layer(
    files: &Files<'_>,
    layer: Layer,
    warnings: Vec<Diagnostic>,
    options: &BuildOptions,
) -> Result<Built, Vec<Diagnostic>> {
    let mut build = Build {
        files,
        schema: SchemaInForce::default(),
        warnings,
        defaults: None,
        taken: HashSet::new(),
        copied: 0,
    };
    let is_component = layer.kustomization.is_component();
    match build.run(layer, options) {
        Ok(resources) => Ok(Built { resources, warnings: without_repeats(build.warnings) }),
        Err(mut problem) => {
            if is_component && is_about_missing(&problem) {
                problem.help = vec![COMPONENT_HELP.to_owned()];
            }
            let mut problems = without_repeats(build.warnings);
            problems.push(*problem);
            Err(problems)
        }
    }
}

const COMPONENT_HELP: &str = "this is a component, which changes what others have: \
    build a kustomization that names it under `components`";

/// Whether something was looked for among the resources. A component that is built by itself mostly
/// lacks what it is for.
fn is_about_missing(problem: &Diagnostic) -> bool {
    matches!(
        problem.code,
        Code::PatchTarget | Code::Merge | Code::Replacement | Code::Replicas | Code::Variable
    )
}

/// Of warnings that say the same of the same place, keeps the first: a kustomization that is
/// included several times gives each of its warnings once.
fn without_repeats(mut warnings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    warnings.retain(|warning| {
        let place = warning.labels.first().map(|label| label.span);
        seen.insert((warning.code, place, warning.message.clone()))
    });
    warnings
}

impl Built {
    /// The resources, in the order of the output.
    pub fn resources(&self) -> &ResourceSet {
        &self.resources
    }

    /// What is probably not as the user wants it.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

/// What all steps of a build share.
struct Build<'f> {
    files: &'f Files<'f>,
    schema: SchemaInForce,
    warnings: Vec<Diagnostic>,
    defaults: Option<Rc<Fields>>,
    /// The files whose objects were asked for.
    taken: HashSet<PathBuf>,
    /// How much text was asked for again, in bytes.
    copied: usize,
}

impl Build<'_> {
    fn warn(&mut self, warning: Diagnostic) {
        self.warnings.push(warning);
    }

    /// The configuration that comes with the format, made when first needed.
    fn default_fields(&mut self) -> Rc<Fields> {
        Rc::clone(self.defaults.get_or_insert_with(|| Rc::new(Fields::defaults())))
    }
}
