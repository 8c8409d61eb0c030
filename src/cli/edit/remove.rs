//! `railsgen edit remove`

use clap::{Args as ClapArgs, Subcommand};

use super::args::{BuildMetadataFlags, DirFlags, PatchFlags, PathFlags, switch, texts};
use crate::diag::Result;
use crate::edit::metadata::{self, Kind as Metadata};
use crate::edit::paths::{self, PathList};
use crate::edit::{Edited, Place, build_metadata, generator, patch};

const EXAMPLES: &str = "\
Examples:
  railsgen edit remove resource web.yaml 'jobs/*.yaml'
  railsgen edit remove label team,tier
  railsgen edit remove patch --path web-memory.yaml --kind Deployment --name web
  railsgen edit remove configmap env,settings";

/// Take entries out
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES)]
pub(super) struct Flags {
    #[command(subcommand)]
    what: What,
}

const PATHS: &str = "\
Examples:
  railsgen edit remove resource web.yaml
  railsgen edit remove resource 'jobs/*.yaml'           what fits in the list; quote it
  railsgen edit remove component ../../components/cdn";

const BASE: &str = "\
Examples:
  railsgen edit remove base ../base,../shared";

const PATCH: &str = "\
Examples:
  railsgen edit remove patch --path web-memory.yaml --kind Deployment --name web";

const GENERATOR: &str = "\
Examples:
  railsgen edit remove configmap env,settings
  railsgen edit remove secret app --namespace=jobs";

const KEYS: &str = "\
Examples:
  railsgen edit remove label team,tier
  railsgen edit remove annotation contact --ignore-non-existence";

const BUILDMETADATA: &str = "\
Examples:
  railsgen edit remove buildmetadata managedByLabel";

#[derive(Debug, Subcommand)]
enum What {
    /// Take paths out of `resources`
    #[command(before_long_help = PATHS)]
    Resource(PathFlags),
    /// Take directories out of `resources`
    #[command(before_long_help = BASE)]
    Base(DirFlags),
    /// Take paths out of `components`
    #[command(before_long_help = PATHS)]
    Component(PathFlags),
    /// Take patches out that are the same in all their parts
    #[command(before_long_help = PATCH)]
    Patch(PatchFlags),
    /// Take ConfigMaps out of `configMapGenerator`
    #[command(before_long_help = GENERATOR)]
    Configmap(GeneratorFlags),
    /// Take Secrets out of `secretGenerator`
    #[command(before_long_help = GENERATOR)]
    Secret(GeneratorFlags),
    /// Take paths out of `generators`
    #[command(before_long_help = PATHS)]
    Generator(PathFlags),
    /// Take paths out of `transformers`
    #[command(before_long_help = PATHS)]
    Transformer(PathFlags),
    /// Take paths out of `validators`
    #[command(before_long_help = PATHS)]
    Validator(PathFlags),
    /// Take labels out of `commonLabels`
    #[command(before_long_help = KEYS)]
    Label(KeyFlags),
    /// Take annotations out of `commonAnnotations`
    #[command(before_long_help = KEYS)]
    Annotation(KeyFlags),
    /// Have a build no longer tell something of itself
    #[command(before_long_help = BUILDMETADATA)]
    Buildmetadata(BuildMetadataFlags),
}

#[derive(Debug, ClapArgs)]
struct GeneratorFlags {
    /// Names, with commas
    #[arg(value_name = "NAME,NAME", required = true, value_delimiter = ',')]
    names: Vec<String>,

    /// Their namespace
    #[arg(long, allow_hyphen_values = true)]
    namespace: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(mut_args = switch)]
struct KeyFlags {
    /// Keys, with commas
    #[arg(value_name = "KEY,KEY", required = true, value_delimiter = ',')]
    keys: Vec<String>,

    /// Go over keys that are not there
    #[arg(short, long)]
    ignore_non_existence: bool,
}

pub(super) fn plan(flags: &Flags, place: Place<'_>) -> Result<Edited> {
    match &flags.what {
        What::Resource(flags) => remove_paths(place, PathList::Resources, &flags.paths),
        What::Base(flags) => remove_paths(place, PathList::Resources, &flags.paths),
        What::Component(flags) => remove_paths(place, PathList::Components, &flags.paths),
        What::Generator(flags) => remove_paths(place, PathList::Generators, &flags.paths),
        What::Transformer(flags) => remove_paths(place, PathList::Transformers, &flags.paths),
        What::Validator(flags) => remove_paths(place, PathList::Validators, &flags.paths),
        What::Patch(flags) => patch::remove(place, &flags.patch()),
        What::Configmap(flags) => remove_generators(place, generator::Kind::ConfigMap, flags),
        What::Secret(flags) => remove_generators(place, generator::Kind::Secret, flags),
        What::Label(flags) => remove_keys(place, Metadata::Label, flags),
        What::Annotation(flags) => remove_keys(place, Metadata::Annotation, flags),
        What::Buildmetadata(flags) => build_metadata::remove(place, &flags.parse()?),
    }
}

fn remove_paths(place: Place<'_>, list: PathList, patterns: &[String]) -> Result<Edited> {
    paths::remove(place, list, &texts(patterns))
}

fn remove_generators(
    place: Place<'_>,
    kind: generator::Kind,
    flags: &GeneratorFlags,
) -> Result<Edited> {
    let namespace = flags.namespace.as_deref().unwrap_or_default();
    generator::remove(place, kind, &texts(&flags.names), namespace)
}

fn remove_keys(place: Place<'_>, kind: Metadata, flags: &KeyFlags) -> Result<Edited> {
    metadata::remove(place, kind, &texts(&flags.keys), flags.ignore_non_existence)
}
