//! `railsgen edit add`

use clap::{Args as ClapArgs, Subcommand};

use crate::diag::Result;
use crate::edit::metadata::{self, AddOptions, Kind as Metadata};
use crate::edit::patch::{self, Patch, Target};
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
    Base(BaseFlags),
    /// Add directories of components to `components`
    #[command(before_long_help = COMPONENT)]
    Component(PathFlags),
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
    Buildmetadata(BuildMetadataFlags),
}

/// Add files and directories to `resources`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = RESOURCE)]
struct ResourceFlags {
    #[command(flatten)]
    paths: PathFlags,

    /// Take paths as they are, whether or not something is there
    #[arg(long)]
    no_verify: bool,
}

#[derive(Debug, ClapArgs)]
struct PathFlags {
    /// Paths or patterns: `*`, `?`, `[a-z]`
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
}

/// Add directories to `resources`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = BASE)]
struct BaseFlags {
    /// Directories that exist, with commas
    #[arg(value_name = "DIR,DIR", required = true, value_delimiter = ',')]
    paths: Vec<String>,
}

/// Add a patch to `patches`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = PATCH)]
struct PatchFlags {
    #[command(flatten)]
    patch: PatchParts,
}

/// The parts of a patch.
#[derive(Debug, ClapArgs)]
pub(super) struct PatchParts {
    /// The file that holds the patch
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    path: String,

    /// The patch itself
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    patch: String,

    /// For objects of this API group
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    group: String,

    /// For objects of this API version
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    version: String,

    /// For objects of this kind
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    kind: String,

    /// For objects of this name
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    name: String,

    /// For objects in this namespace
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    namespace: String,

    /// For objects with these labels
    #[arg(
        long,
        value_name = "SELECTOR",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    label_selector: String,

    /// For objects with these annotations
    #[arg(
        long,
        value_name = "SELECTOR",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    annotation_selector: String,
}

impl PatchParts {
    pub(super) fn patch(&self) -> Patch {
        Patch {
            path: self.path.clone(),
            patch: self.patch.clone(),
            target: Target {
                group: self.group.clone(),
                version: self.version.clone(),
                kind: self.kind.clone(),
                name: self.name.clone(),
                namespace: self.namespace.clone(),
                label_selector: self.label_selector.clone(),
                annotation_selector: self.annotation_selector.clone(),
            },
        }
    }
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
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    from_env_file: String,

    /// Its namespace
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    namespace: String,

    /// Leave the hash off its name
    #[arg(long = "disableNameSuffixHash")]
    disable_name_suffix_hash: bool,
}

impl SourceFlags {
    fn sources(&self) -> generator::Sources {
        generator::Sources {
            literals: self.from_literal.clone(),
            files: self.from_file.clone(),
            env_file: self.from_env_file.clone(),
            disable_name_suffix_hash: self.disable_name_suffix_hash,
            ..generator::Sources::default()
        }
    }
}

/// Add a ConfigMap to be generated, or sources to one
#[derive(Debug, ClapArgs)]
#[command(before_long_help = CONFIGMAP)]
struct ConfigMapFlags {
    #[command(flatten)]
    sources: SourceFlags,

    /// What happens when a base has it: create, merge or replace
    #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    behavior: String,
}

/// Add a Secret to be generated, or sources to one
#[derive(Debug, ClapArgs)]
#[command(before_long_help = SECRET)]
struct SecretFlags {
    #[command(flatten)]
    sources: SourceFlags,

    /// The type of a new Secret
    #[arg(long = "type", value_name = "TYPE", default_value = "Opaque")]
    secret_type: String,
}

/// Add labels to `commonLabels`, or to `labels`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = LABEL)]
struct LabelFlags {
    #[command(flatten)]
    pairs: PairFlags,

    /// Leave selectors alone: the labels go to `labels`
    #[arg(long)]
    without_selector: bool,

    /// Label templates, too; needs --without-selector
    #[arg(long)]
    include_templates: bool,
}

/// Add annotations to `commonAnnotations`
#[derive(Debug, ClapArgs)]
#[command(before_long_help = ANNOTATION)]
struct AnnotationFlags {
    #[command(flatten)]
    pairs: PairFlags,
}

#[derive(Debug, ClapArgs)]
struct PairFlags {
    /// Keys and values; the value may be in quotes
    #[arg(value_name = "KEY:VALUE", required = true)]
    pairs: Vec<String>,

    /// Overwrite keys that are there
    #[arg(short, long)]
    force: bool,
}

/// Have a build tell something of itself
#[derive(Debug, ClapArgs)]
#[command(before_long_help = BUILDMETADATA)]
struct BuildMetadataFlags {
    /// originAnnotations, transformerAnnotations, managedByLabel; with commas
    #[arg(value_name = "OPTION,OPTION")]
    options: String,
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
        What::Patch(flags) => patch::add(place, &flags.patch.patch()),
        What::Configmap(flags) => {
            let mut sources = flags.sources.sources();
            sources.behavior.clone_from(&flags.behavior);
            add_generator(place, generator::Kind::ConfigMap, &flags.sources, &sources)
        }
        What::Secret(flags) => {
            let mut sources = flags.sources.sources();
            sources.secret_type.clone_from(&flags.secret_type);
            add_generator(place, generator::Kind::Secret, &flags.sources, &sources)
        }
        What::Label(flags) => {
            let options = AddOptions {
                force: flags.pairs.force,
                without_selector: flags.without_selector,
                include_templates: flags.include_templates,
            };
            add_pairs(place, Metadata::Label, &flags.pairs, options)
        }
        What::Annotation(flags) => {
            let options = AddOptions { force: flags.pairs.force, ..AddOptions::default() };
            add_pairs(place, Metadata::Annotation, &flags.pairs, options)
        }
        What::Buildmetadata(flags) => {
            build_metadata::add(place, &build_metadata::parse(&flags.options)?)
        }
    }
}

fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
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
    generator::add(place, kind, &flags.name, &flags.namespace, sources)
}
