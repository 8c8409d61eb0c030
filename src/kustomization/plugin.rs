//! Configurations of builtin plugins: resources of `apiVersion: builtin`, told apart by kind.
//!
//! The reference decodes them by way of JSON, where numbers and booleans pass for text, but not in
//! the fields that one of its structures inherits from another; three kinds it decodes straight
//! from YAML, where names must be spelled exactly. Unknown fields are ignored everywhere, and earn
//! a warning here.

use crate::diag::{Code, Diagnostic};
use crate::k8s::field_spec::FieldSpec;
use crate::source::Text;
use crate::yaml::Node;

use super::decode::{self, Decoded, Dialect, record};
use super::entries::{Image, Replica};
use super::file::ObjectMeta;
use super::generators::{GeneratorArgs, SecretArgs};
use super::helm::{HelmChart, HelmGlobals};
use super::patches::{Patch, Selector};
use super::replacements::{Replacement, ReplacementEntry};
use super::value::{List, Map, Spanned, Tree};

macro_rules! plugins {
    ($( $kind:ident $dialect:ident $check:ident, )*) => {
        /// The configuration of a builtin plugin.
        #[derive(Clone, Debug)]
        pub enum Plugin {
            $(
                #[doc = concat!("A `", stringify!($kind), "`.")]
                $kind(Box<$kind>),
            )*
            /// A `HashTransformer`, which has nothing to configure.
            HashTransformer,
        }

        impl Plugin {
            /// The kinds of all builtin plugins.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($kind),)* "HashTransformer"];
        }

        /// Decodes the configuration of a builtin plugin, which is a resource of this kind.
        ///
        /// # Errors
        /// All problems found; at least one is an error.
        pub fn decode(kind: &Text, config: &Node) -> Result<Decoded<Plugin>, Vec<Diagnostic>> {
            match kind.as_str() {
                $( stringify!($kind) => {
                    let mut config = decode::decode::<$kind>(Some(config), Dialect::$dialect)?;
                    $check(&mut config)?;
                    let value = Plugin::$kind(Box::new(config.value));
                    Ok(Decoded { value, warnings: config.warnings })
                } )*
                "HashTransformer" => {
                    let Decoded { warnings, .. } =
                        decode::decode::<Tree>(Some(config), Dialect::PLUGIN)?;
                    Ok(Decoded { value: Plugin::HashTransformer, warnings })
                }
                _ => {
                    let message = format!("there is no builtin plugin `{kind}`");
                    let problem = Diagnostic::error(Code::Plugin, message).at(kind.span());
                    Err(vec![problem.suggest(kind, Plugin::KINDS.iter().copied())])
                }
            }
        }
    };
}

plugins! {
    AnnotationsTransformer PLUGIN nothing,
    ConfigMapGenerator PLUGIN config_map_name,
    HelmChartInflationGenerator PLUGIN nothing,
    IAMPolicyGenerator PLUGIN nothing,
    ImageTagTransformer PLUGIN nothing,
    LabelTransformer PLUGIN nothing,
    NamespaceTransformer PLUGIN role_binding_subjects,
    PatchJson6902Transformer PLUGIN nothing,
    PatchStrategicMergeTransformer PLUGIN nothing,
    PatchTransformer PLUGIN nothing,
    PrefixSuffixTransformer PLAIN_PLUGIN prefix_suffix_specs,
    PrefixTransformer PLAIN_PLUGIN prefix_specs,
    ReplacementTransformer PLUGIN nothing,
    ReplicaCountTransformer PLUGIN nothing,
    SecretGenerator PLUGIN secret_name,
    SuffixTransformer PLAIN_PLUGIN suffix_specs,
    ValueAddTransformer PLUGIN nothing,
}

/// What every resource has and few plugins read.
const ENVELOPE: &[&str] = &["apiVersion", "kind", "metadata"];

record! {
    /// Adds annotations.
    pub struct AnnotationsTransformer: "an AnnotationsTransformer" {
        /// The annotations.
        annotations: Map<Text> = "annotations",
        /// Where they go.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Adds labels.
    pub struct LabelTransformer: "a LabelTransformer" {
        /// The labels.
        labels: Map<Text> = "labels",
        /// Where they go.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Puts text in front of names.
    pub struct PrefixTransformer: "a PrefixTransformer" {
        /// The text.
        prefix: Text = "prefix",
        /// Where it goes; must be there.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Puts text behind names.
    pub struct SuffixTransformer: "a SuffixTransformer" {
        /// The text.
        suffix: Text = "suffix",
        /// Where it goes; must be there.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Puts text in front of names and behind them.
    pub struct PrefixSuffixTransformer: "a PrefixSuffixTransformer" {
        /// The text in front.
        prefix: Text = "prefix",
        /// The text behind.
        suffix: Text = "suffix",
        /// Where they go; must be there.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Sets the namespace.
    pub struct NamespaceTransformer: "a NamespaceTransformer" {
        /// Its own metadata, whose namespace is the one to set.
        metadata: ObjectMeta = "metadata",
        /// More fields to set it in.
        field_specs: List<FieldSpec> = "fieldSpecs",
        /// Whether a namespace that is set stays.
        unset_only: Spanned<bool> = "unsetOnly",
        /// Which subjects of role bindings get it, as it is written; sound once it is decoded.
        subjects: Text = "setRoleBindingSubjects",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

/// Which subjects of role bindings a namespace is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RoleBindingSubjects {
    /// Those that are called `default`.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    None,
}

impl NamespaceTransformer {
    /// Which subjects of role bindings get the namespace.
    pub fn role_binding_subjects(&self) -> RoleBindingSubjects {
        match self.subjects.as_str() {
            "allServiceAccounts" => RoleBindingSubjects::AllServiceAccounts,
            "none" => RoleBindingSubjects::None,
            _ => RoleBindingSubjects::DefaultOnly,
        }
    }
}

record! {
    /// Changes image references.
    pub struct ImageTagTransformer: "an ImageTagTransformer" {
        /// What becomes of them.
        image_tag: Image = "imageTag",
        /// Where they stand.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Changes numbers of replicas.
    pub struct ReplicaCountTransformer: "a ReplicaCountTransformer" {
        /// Of what, and how many.
        replica: Replica = "replica",
        /// Where the number stands.
        field_specs: List<FieldSpec> = "fieldSpecs",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Applies a patch of either kind.
    pub struct PatchTransformer: "a PatchTransformer" {
        /// The file that holds the patch.
        path: Text = "path",
        /// The patch itself.
        patch: Text = "patch",
        /// What to patch.
        target: Option<Selector> = "target",
        /// Switches, such as `allowNameChange`.
        options: Map<Spanned<bool>> = "options",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Applies a JSON patch.
    pub struct PatchJson6902Transformer: "a PatchJson6902Transformer" {
        /// What to patch.
        target: Option<Selector> = "target",
        /// The file that holds the patch.
        path: Text = "path",
        /// The patch itself.
        json_op: Text = "jsonOp",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Applies strategic merge patches.
    pub struct PatchStrategicMergeTransformer: "a PatchStrategicMergeTransformer" {
        /// Files that hold patches, or patches.
        paths: List<Text> = "paths",
        /// Patches.
        patches: Text = "patches",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Copies values between objects.
    pub struct ReplacementTransformer: "a ReplacementTransformer" {
        /// The replacements, or files of them.
        replacements: List<ReplacementEntry> = "replacements",
        /// Replacements that come before those, under a name that the reference has by accident.
        first: List<Replacement> = "omitempty",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Puts a value into fields, or into places of paths that fields hold.
    pub struct ValueAddTransformer: "a ValueAddTransformer" {
        /// The value; empty for the name of the kustomization's directory.
        value: Text = "value",
        /// Where it goes.
        targets: List<ValueTarget> = "targets",
        /// A file with more targets.
        target_file_path: Text = "targetFilePath",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Fields that get a value.
    pub struct ValueTarget: "a target" {
        /// Of which objects.
        selector: Option<Selector> = "selector",
        /// The path of the field, with slashes.
        field_path: Text = "fieldPath",
        /// The place in the path that the field holds; zero for the whole field.
        file_path_position: Spanned<i64> = "filePathPosition",
    }
}

record! {
    /// A file of targets.
    pub struct ValueTargets: "a file of targets" {
        /// The targets.
        targets: List<ValueTarget> = "targets",
    }
}

record! {
    /// Makes a ConfigMap.
    pub struct ConfigMapGenerator: "a ConfigMapGenerator" [
        /// The ConfigMap.
        args: GeneratorArgs
    ] {
        /// Its own metadata, whose name is the fallback for that of the ConfigMap.
        metadata: ObjectMeta = "metadata",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Makes a Secret.
    pub struct SecretGenerator: "a SecretGenerator" [
        /// The Secret.
        args: SecretArgs
    ] {
        /// Its own metadata, whose name is the fallback for that of the Secret.
        metadata: ObjectMeta = "metadata",
    }
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
    const SECRET: bool = true;
}

record! {
    /// Renders a chart, if it were supported.
    pub struct HelmChartInflationGenerator: "a HelmChartInflationGenerator" [
        /// What all charts share.
        globals: HelmGlobals,
        /// The chart.
        chart: HelmChart,
    ] {}
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Makes a service account that acts as one of a cloud.
    pub struct IAMPolicyGenerator: "an IAMPolicyGenerator" [
        /// All of it.
        args: IamPolicyArgs
    ] {}
    const PASSED_OVER: &'static [&'static str] = ENVELOPE;
}

record! {
    /// Which service account acts as which.
    pub struct IamPolicyArgs: "an IAMPolicyGenerator" {
        /// The cloud; `gke`.
        cloud: Text = "cloud",
        /// The account in the cluster.
        kubernetes_service: KubernetesService = "kubernetesService",
        /// The account in the cloud.
        service_account: CloudServiceAccount = "serviceAccount",
    }
}

record! {
    /// A service account in the cluster.
    pub struct KubernetesService: "a service account" {
        /// Its name.
        name: Text = "name",
        /// Its namespace.
        namespace: Text = "namespace",
    }
}

record! {
    /// A service account in the cloud.
    pub struct CloudServiceAccount: "a service account" {
        /// Its name.
        name: Text = "name",
        /// The project that it belongs to.
        project_id: Text = "projectId",
    }
}

impl PatchTransformer {
    /// The plugin as an entry of `patches`.
    pub fn as_patch(&self) -> Patch {
        Patch {
            path: self.path.clone(),
            patch: self.patch.clone(),
            target: self.target.clone(),
            options: self.options.clone(),
            span: self.span,
        }
    }
}

impl PatchJson6902Transformer {
    /// The plugin as an entry of `patchesJson6902`.
    pub fn as_patch(&self) -> Patch {
        Patch {
            path: self.path.clone(),
            patch: self.json_op.clone(),
            target: self.target.clone(),
            span: self.span,
            ..Patch::default()
        }
    }
}

/// Decodes a file of targets for a [`ValueAddTransformer`].
///
/// # Errors
/// All problems found, in file order; at least one is an error.
pub fn decode_value_targets(root: Option<&Node>) -> Result<Decoded<ValueTargets>, Vec<Diagnostic>> {
    decode::decode(root, Dialect::NAMED_FILE)
}

type Checked = Result<(), Vec<Diagnostic>>;

fn nothing<T>(_: &mut Decoded<T>) -> Checked {
    Ok(())
}

fn config_map_name(config: &mut Decoded<ConfigMapGenerator>) -> Checked {
    let ConfigMapGenerator { args, metadata, .. } = &mut config.value;
    config.warnings.extend(settle_args(args, metadata));
    Ok(())
}

fn secret_name(config: &mut Decoded<SecretGenerator>) -> Checked {
    let SecretGenerator { args, metadata, .. } = &mut config.value;
    config.warnings.extend(settle_args(&mut args.args, metadata));
    Ok(())
}

/// Takes name and namespace from the metadata where the arguments lack them. The older spelling of
/// `envs` is read by no plugin.
fn settle_args(args: &mut GeneratorArgs, metadata: &ObjectMeta) -> Option<Diagnostic> {
    if args.name.is_empty() {
        args.name = metadata.name.clone();
    }
    if args.namespace.is_empty() {
        args.namespace = metadata.namespace.clone();
    }
    let env = std::mem::take(&mut args.env);
    (!env.is_empty()).then(|| {
        Diagnostic::warning(Code::NoEffect, "`env` means nothing to a plugin: ignored")
            .at(env.span())
            .help("write `envs`, a list of files")
    })
}

fn role_binding_subjects(config: &mut Decoded<NamespaceTransformer>) -> Checked {
    let known = ["defaultOnly", "allServiceAccounts", "none"];
    let subjects = &config.value.subjects;
    if subjects.is_empty() || known.contains(&subjects.as_str()) {
        return Ok(());
    }
    let message = "`setRoleBindingSubjects` must be `defaultOnly`, `allServiceAccounts` or `none`";
    let problem = Diagnostic::error(Code::InvalidField, message).at(subjects.span());
    Err(vec![problem.suggest(subjects, known)])
}

fn prefix_specs(config: &mut Decoded<PrefixTransformer>) -> Checked {
    need_specs(&config.value.field_specs, config.value.span)
}

fn suffix_specs(config: &mut Decoded<SuffixTransformer>) -> Checked {
    need_specs(&config.value.field_specs, config.value.span)
}

fn prefix_suffix_specs(config: &mut Decoded<PrefixSuffixTransformer>) -> Checked {
    need_specs(&config.value.field_specs, config.value.span)
}

fn need_specs(specs: &List<FieldSpec>, span: crate::source::Span) -> Checked {
    if specs.is_present() {
        return Ok(());
    }
    let problem = Diagnostic::error(Code::InvalidField, "`fieldSpecs` must be there").at(span);
    Err(vec![problem.help("for names, write `fieldSpecs: [{path: metadata/name}]`")])
}
