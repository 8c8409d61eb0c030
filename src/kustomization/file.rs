//! The kustomization file itself.

use crate::diag::{Code, Diagnostic, nearest};
use crate::source::Text;
use crate::yaml::Node;

use super::decode::{self, Decode as _, Decoded, Dialect, Record, record};
use super::entries::{Image, Label, Replica};
use super::generators::{GeneratorArgs, GeneratorOptions, SecretArgs};
use super::helm::{HelmChart, HelmChartArgs, HelmGlobals};
use super::legacy::{self, COMPONENT_KIND, KIND};
use super::patches::Patch;
use super::remarks;
use super::replacements::ReplacementEntry;
use super::sort::SortOptions;
use super::value::{List, Map};
use super::vars::Var;

record! {
    /// What a kustomization file sets, with older fields brought forward.
    pub struct Kustomization: "a kustomization file" {
        /// `Kustomization` or `Component`.
        kind: Text = "kind",
        /// The version that belongs to the kind.
        api_version: Text = "apiVersion",
        /// Accepted, and without effect.
        metadata: Option<ObjectMeta> = "metadata",
        /// The schema: `path` or `version`.
        openapi: Map<Text> = "openapi",
        /// What is put in front of names.
        name_prefix: Text = "namePrefix",
        /// What is put behind names.
        name_suffix: Text = "nameSuffix",
        /// The namespace of all objects.
        namespace: Text = "namespace",
        /// Labels for objects, selectors and templates.
        common_labels: Map<Text> = "commonLabels",
        /// Labels, and where they go.
        labels: List<Label> = "labels",
        /// Annotations for objects and templates.
        common_annotations: Map<Text> = "commonAnnotations",
        /// Strategic merge patches: inline, or paths.
        patches_strategic_merge: List<Text> = "patchesStrategicMerge",
        /// JSON patches.
        patches_json6902: List<Patch> = "patchesJson6902",
        /// Patches of both kinds.
        patches: List<Patch> = "patches",
        /// What becomes of image references.
        images: List<Image> = "images",
        /// The older spelling of `images`; empty once a file is decoded.
        image_tags: List<Image> = "imageTags",
        /// Values copied between objects.
        replacements: List<ReplacementEntry> = "replacements",
        /// Numbers of replicas.
        replicas: List<Replica> = "replicas",
        /// Names for values.
        vars: List<Var> = "vars",
        /// The order of the output.
        sort_options: Option<SortOptions> = "sortOptions",
        /// Files and directories of resources.
        resources: List<Text> = "resources",
        /// Directories of components.
        components: List<Text> = "components",
        /// Files of OpenAPI definitions.
        crds: List<Text> = "crds",
        /// The older spelling of `resources`; empty once a file is decoded.
        bases: List<Text> = "bases",
        /// ConfigMaps to make.
        config_map_generator: List<GeneratorArgs> = "configMapGenerator",
        /// Secrets to make.
        secret_generator: List<SecretArgs> = "secretGenerator",
        /// What all charts share.
        helm_globals: Option<HelmGlobals> = "helmGlobals",
        /// Charts.
        helm_charts: List<HelmChart> = "helmCharts",
        /// The older spelling of `helmCharts`; empty once a file is decoded.
        helm_chart_inflation_generator: List<HelmChartArgs> = "helmChartInflationGenerator",
        /// Options for all generated objects.
        generator_options: Option<GeneratorOptions> = "generatorOptions",
        /// Files of transformer configuration.
        configurations: List<Text> = "configurations",
        /// Generator plugins: inline, or paths.
        generators: List<Text> = "generators",
        /// Transformer plugins: inline, or paths.
        transformers: List<Text> = "transformers",
        /// Validator plugins: inline, or paths.
        validators: List<Text> = "validators",
        /// What is told about the build in annotations and labels.
        build_metadata: List<Text> = "buildMetadata",
    }
    const NULLS: &'static [&'static str] = &["namePrefix", "nameSuffix", "namespace"];
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        ("annotations", "did you mean `commonAnnotations`?"),
        ("prefix", "did you mean `namePrefix`?"),
        ("suffix", "did you mean `nameSuffix`?"),
        ("configMaps", "did you mean `configMapGenerator`?"),
        ("secrets", "did you mean `secretGenerator`?"),
        ("charts", "did you mean `helmCharts`?"),
        ("spec", "a resource belongs in a file of its own, named under `resources`"),
        ("data", "a resource belongs in a file of its own, named under `resources`"),
    ];
}

record! {
    /// The metadata of an object that only the engine reads.
    pub struct ObjectMeta: "`metadata`" {
        /// The name.
        name: Text = "name",
        /// The namespace.
        namespace: Text = "namespace",
        /// Labels.
        labels: Map<Text> = "labels",
        /// Annotations.
        annotations: Map<Text> = "annotations",
    }
}

/// Something that `buildMetadata` can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildMetadata {
    /// Annotations that say where resources come from.
    Origin,
    /// Annotations that say which transformers ran over them.
    Transformer,
    /// A label that says what built them.
    ManagedByLabel,
}

impl BuildMetadata {
    /// All of them.
    pub const ALL: [BuildMetadata; 3] =
        [BuildMetadata::Origin, BuildMetadata::Transformer, BuildMetadata::ManagedByLabel];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            BuildMetadata::Origin => "originAnnotations",
            BuildMetadata::Transformer => "transformerAnnotations",
            BuildMetadata::ManagedByLabel => "managedByLabel",
        }
    }
}

impl Kustomization {
    /// Whether this is a component, which acts on the resources of the file that names it.
    pub fn is_component(&self) -> bool {
        self.kind == *COMPONENT_KIND
    }

    /// Whether `buildMetadata` asks for something.
    pub fn wants(&self, metadata: BuildMetadata) -> bool {
        self.build_metadata.iter().any(|name| *name == *metadata.name())
    }

    /// The field that a key of the file stands for: names match in any case.
    pub fn field_named(key: &str) -> Option<&'static str> {
        decode::field_named::<Kustomization>(key)
    }

    /// The names of all fields.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        <Kustomization as Record>::names()
    }

    /// Whether nothing but kind and version is set.
    fn is_empty(&mut self) -> bool {
        let kind = std::mem::take(&mut self.kind);
        let api_version = std::mem::take(&mut self.api_version);
        let is_empty = self.is_unset();
        self.kind = kind;
        self.api_version = api_version;
        is_empty
    }

    /// What is wrong with kind and version.
    fn check_type(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut what = format!("`apiVersion` of a {}", self.kind);
        if ![KIND, COMPONENT_KIND].contains(&self.kind.as_str()) {
            what = "`apiVersion`".to_owned();
            let message = format!("`kind` must be `{KIND}` or `{COMPONENT_KIND}`");
            let problem = Diagnostic::error(Code::WrongKind, message)
                .label(self.kind.span(), format!("this is `{}`", self.kind))
                .or_at(self.span);
            problems.push(match nearest(&self.kind, [KIND, COMPONENT_KIND]) {
                Some(name) => problem.help(format!("did you mean `{name}`?")),
                None => {
                    problem.help("a resource is named under `resources` of a kustomization file")
                }
            });
        }
        let needed = legacy::api_version_of(&self.kind);
        if self.api_version != *needed {
            let message = format!("{what} must be `{needed}`");
            let problem = Diagnostic::error(Code::WrongKind, message)
                .label(self.api_version.span(), format!("this is `{}`", self.api_version))
                .or_at(self.span);
            problems.push(problem.help("correct it, or leave it out"));
        }
        problems
    }
}

/// Decodes a kustomization file: the first document of it, if there is one.
///
/// Older fields are brought forward: `bases` become `resources`, `imageTags` become `images`, a
/// generator's `env` joins its `envs`, `helmChartInflationGenerator` becomes `helmCharts`; kind and
/// version are filled in.
///
/// # Errors
/// All problems found, at least one of which is an error; the others are warnings. What has no
/// place is about the file as a whole.
pub fn decode(root: Option<&Node>) -> Result<Decoded<Kustomization>, Vec<Diagnostic>> {
    let Decoded { mut value, mut warnings } =
        decode::decode::<Kustomization>(root, Dialect::KUSTOMIZATION)?;
    warnings.extend(remarks::remarks(&value));
    warnings.extend(legacy::deprecations(&value, root));
    legacy::bring_forward(&mut value);
    let errors = if value.is_empty() {
        let problem =
            Diagnostic::error(Code::EmptyKustomization, "the kustomization file sets nothing");
        vec![problem.at(value.span).help("name what to build under `resources`")]
    } else {
        value.check_type()
    };
    if errors.is_empty() {
        return Ok(Decoded { value, warnings });
    }
    warnings.extend(errors);
    Err(warnings)
}
