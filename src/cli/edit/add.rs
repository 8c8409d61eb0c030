//! `railsgen edit add`

use clap::{Args as ClapArgs, Subcommand};

use super::args::{BuildMetadataFlags, DirFlags, PairFlags, PatchFlags, PathFlags, switch, texts};
use crate::diag::Result;
use crate::edit::metadata::{self, AddOptions, Kind as Metadata};
use crate::edit::patch;
use crate::edit::paths::{self, Check, PathList};
use crate::edit::{Edited, Place, build_metadata, generator};

const EXAMPLES: &str = "\
Examples:
  railsgen edit add resource web.yaml 'jobs/*.yaml'
  railsgen edit add base ../base
  railsgen edit add patch --path web-memory.yaml --kind Deployment --name web
  railsgen edit add configmap env --from-literal=LOG_LEVEL=info --from-file=config/puma.rb
  railsgen edit add label team:shop --without-selector";

/// Add entries
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES)]
pub(super) struct Flags {
    #[command(subcommand)]
    what: What,
}

const RESOURCE: &str = "\
Examples:
  railsgen edit add resource web.yaml ../base
  railsgen edit add resource 'jobs/*.yaml'              the pattern is for railsgen: quote it
  railsgen edit add resource generated.yaml --no-verify    it comes later";

const BASE: &str = "\
Examples:
  railsgen edit add base ../base
  railsgen edit add base ../base,../shared";

const COMPONENT: &str = "\
Examples:
  railsgen edit add component ../../components/cdn";

const PLUGIN: &str = "\
Examples:
  railsgen edit add transformer defaults.yaml
  railsgen edit add generator 'generators/*.yaml'
  railsgen edit add validator schema.yaml";

const PATCH: &str = "\
Examples:
  railsgen edit add patch --path web-memory.yaml
  railsgen edit add patch --path job.yaml --kind Job --label-selector tier=batch
  railsgen edit add patch --kind Service --name web --patch '[{\"op\": \"remove\", \"path\": \"/spec\"}]'";

const CONFIGMAP: &str = "\
Examples:
  railsgen edit add configmap env --from-literal=LOG_LEVEL=info
  railsgen edit add configmap env --from-env-file=config.env --behavior=merge
  railsgen edit add configmap files --from-file=puma.rb,nginx=config/nginx.conf";

const SECRET: &str = "\
Examples:
  railsgen edit add secret app --from-env-file=secrets.env
  railsgen edit add secret tls --from-file=tls.crt,tls.key --type=kubernetes.io/tls";

const LABEL: &str = "\
Examples:
  railsgen edit add label team:shop tier:web
  railsgen edit add label team:shop --without-selector --include-templates
  railsgen edit add label team:mall --force                overwrite it";

const ANNOTATION: &str = "\
Examples:
  railsgen edit add annotation contact:ops@example.com
  railsgen edit add annotation 'note:\"see: the runbook\"' --force";

const BUILDMETADATA: &str = "\
Examples:
  railsgen edit add buildmetadata originAnnotations,managedByLabel";

#[derive(Debug, Subcommand)]
enum What {
    Resource(ResourceFlags),
    /// Add directories to `resources`
    #[command(before_long_help = BASE)]
    Base(DirFlags),
    /// Add directories of components to `components`
    #[command(before_long_help = COMPONENT)]
    Component(PathFlags),
    /// Add a patch to `patches`
    #[command(before_long_help = PATCH)]
    Patch(PatchFlags),
    Configmap(ConfigMapFlags),
    Secret(SecretFlags),
    /// Add files of generator plugins to `generators`
    #[command(before_long_help = PLUGIN)]
    Generator(PathFlags),
    /// Add files of transformer plugins to `transformers`
    #[command(before_long_help = PLUGIN)]
    Transformer(PathFlags),
    /// Add files of validator plugins to `validators`
    #[command(before_long_help = PLUGIN)]
    Validator(PathFlags),
    Label(LabelFlags),
    Annotation(AnnotationFlags),
    /// Have a build tell something of itself
    #[command(before_long_help = BUILDMETADATA)]
    Buildmetadata(BuildMetadataFlags),
}

/// Add files and directories to `resources`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = RESOURCE, mut_args = switch)]
struct ResourceFlags {
    #[command(flatten)]
    paths: PathFlags,

    /// Take paths as they are, whether or not something is there
    #[arg(long)]
    no_verify: bool,
}

/// What a ConfigMap and a Secret are made of.
#[derive(Debug, ClapArgs)]
struct SourceFlags {
    /// Its name
    name: String,

    /// Files, whose names become keys; patterns, with commas
    #[arg(long, value_name = "[KEY=]PATH", value_delimiter = ',')]
    from_file: Vec<String>,

    /// A key and its value
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    from_literal: Vec<String>,

    /// A file of KEY=VALUE lines; goes with no other source
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    from_env_file: Option<String>,

    /// Its namespace
    #[arg(long, allow_hyphen_values = true)]
    namespace: Option<String>,

    /// Leave the hash off its name
    #[arg(long = "disableNameSuffixHash")]
    disable_name_suffix_hash: bool,
}

impl SourceFlags {
    fn sources(&self) -> generator::Sources {
        generator::Sources {
            literals: self.from_literal.clone(),
            files: self.from_file.clone(),
            env_file: self.from_env_file.clone().unwrap_or_default(),
            disable_name_suffix_hash: self.disable_name_suffix_hash,
            ..generator::Sources::default()
        }
    }
}

/// Add a ConfigMap to be generated, or sources to one
#[derive(Debug, ClapArgs)]
#[command(before_long_help = CONFIGMAP, mut_args = switch)]
struct ConfigMapFlags {
    #[command(flatten)]
    sources: SourceFlags,

    /// What happens when a base has it: create, merge or replace
    #[arg(long, allow_hyphen_values = true)]
    behavior: Option<String>,
}

/// Add a Secret to be generated, or sources to one
#[derive(Debug, ClapArgs)]
#[command(before_long_help = SECRET, mut_args = switch)]
struct SecretFlags {
    #[command(flatten)]
    sources: SourceFlags,

    /// The type of a new Secret
    #[arg(long = "type", value_name = "TYPE", default_value = "Opaque")]
    secret_type: String,
}

/// Add labels to `commonLabels`, or to `labels`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = LABEL, mut_args = switch)]
struct LabelFlags {
    #[command(flatten)]
    pairs: PairFlags,

    /// Overwrite keys that are there
    #[arg(short, long)]
    force: bool,

    /// Leave selectors alone: the labels go to `labels`
    #[arg(long)]
    without_selector: bool,

    /// Label templates, too; needs --without-selector
    #[arg(long)]
    include_templates: bool,
}

/// Add annotations to `commonAnnotations`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = ANNOTATION, mut_args = switch)]
struct AnnotationFlags {
    #[command(flatten)]
    pairs: PairFlags,

    /// Overwrite keys that are there
    #[arg(short, long)]
    force: bool,
}

pub(super) fn plan(flags: &Flags, place: Place<'_>) -> Result<Edited> {
    match &flags.what {
        What::Resource(flags) => {
            let check = if flags.no_verify { Check::None } else { Check::Some };
            paths::add(place, PathList::Resources, &texts(&flags.paths.paths), check)
        }
        What::Base(flags) => paths::add_bases(place, &texts(&flags.paths)),
        What::Component(flags) => {
            paths::add(place, PathList::Components, &texts(&flags.paths), Check::Some)
        }
        What::Generator(flags) => add_plugins(place, PathList::Generators, flags),
        What::Transformer(flags) => add_plugins(place, PathList::Transformers, flags),
        What::Validator(flags) => add_plugins(place, PathList::Validators, flags),
        What::Patch(flags) => patch::add(place, &flags.patch()),
        What::Configmap(flags) => {
            let mut sources = flags.sources.sources();
            sources.behavior = flags.behavior.clone().unwrap_or_default();
            add_generator(place, generator::Kind::ConfigMap, &flags.sources, &sources)
        }
        What::Secret(flags) => {
            let mut sources = flags.sources.sources();
            sources.secret_type.clone_from(&flags.secret_type);
            add_generator(place, generator::Kind::Secret, &flags.sources, &sources)
        }
        What::Label(flags) => {
            let options = AddOptions {
                force: flags.force,
                without_selector: flags.without_selector,
                include_templates: flags.include_templates,
            };
            add_pairs(place, Metadata::Label, &flags.pairs, options)
        }
        What::Annotation(flags) => {
            let options = AddOptions { force: flags.force, ..AddOptions::default() };
            add_pairs(place, Metadata::Annotation, &flags.pairs, options)
        }
        What::Buildmetadata(flags) => build_metadata::add(place, &flags.parse()?),
    }
}

fn add_plugins(place: Place<'_>, list: PathList, flags: &PathFlags) -> Result<Edited> {
    paths::add(place, list, &texts(&flags.paths), Check::Any)
}

fn add_pairs(
    place: Place<'_>,
    kind: Metadata,
    flags: &PairFlags,
    options: AddOptions,
) -> Result<Edited> {
    let pairs = metadata::parse(kind, flags.pairs.iter().map(String::as_str))?;
    metadata::add(place, kind, &pairs, options)
}

fn add_generator(
    place: Place<'_>,
    kind: generator::Kind,
    flags: &SourceFlags,
    sources: &generator::Sources,
) -> Result<Edited> {
    let namespace = flags.namespace.as_deref().unwrap_or_default();
    generator::add(place, kind, &flags.name, namespace, sources)
}
