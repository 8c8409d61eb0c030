//! Builtin plugins: generators and transformers that are configured by resources.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::generate::{ObjectKind, absorb};
use crate::k8s::field_spec::FieldPath;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Resource, ResourceOrigin, bookkeeping};
use crate::kustomization::plugin::{self, Plugin, RoleBindingSubjects, ValueTarget};
use crate::kustomization::replacements::ReplacementEntry;
use crate::load::{PluginEntry, Root};
use crate::source::{Sources, Span, Text};
use crate::transform::name_affix::{self, Affix};
use crate::transform::namespace::{self, Subjects};
use crate::transform::{entries, replicas, value_add};
use crate::yaml::{self, Node, Scalar};

use super::Build;
use super::accumulate::{Accumulated, duplicate};
use super::generators::no_helm;
use super::origins::{ConfiguredIn, OriginPath, record_transformer};

/// The version that the configurations of builtin plugins have.
const BUILTIN: &str = "builtin";

/// A plugin, its configuration, and where that comes from.
struct Configured {
    plugin: Plugin,
    config: Resource,
    origin: Option<Arc<ResourceOrigin>>,
}

impl Build<'_> {
    pub(super) fn run_generator_plugins(
        &mut self,
        root: &Root,
        entries: Vec<PluginEntry>,
        origin: &OriginPath,
        configured_in: &ConfiguredIn,
        all: &mut Accumulated,
    ) -> Result<()> {
        for configured in self.configure(entries, origin, configured_in)? {
            let Configured { plugin, config, origin } = configured;
            let span = config.name_span();
            let mut resource = match &plugin {
                Plugin::ConfigMapGenerator(generator) => {
                    self.generate(root, &generator.args, ObjectKind::ConfigMap, None, span)?
                }
                Plugin::SecretGenerator(generator) => {
                    let secret = &generator.args;
                    let kind = ObjectKind::Secret(secret.secret_type.clone());
                    self.generate(root, &secret.args, kind, None, span)?
                }
                Plugin::IAMPolicyGenerator(generator) => {
                    let node = service_account(&generator.args, span, self.files.sources)?;
                    Resource::new(node, self.schema.get())
                }
                Plugin::HelmChartInflationGenerator(_) => return Err(no_helm(span)),
                _ => return Err(wrong_use(&config, "a generator")),
            };
            if origin.is_some() {
                bookkeeping::add_to_books(&mut resource)?;
            }
            resource.origin = origin;
            absorb(&mut all.set, resource, span, self.schema.get())?;
        }
        Ok(())
    }

    pub(super) fn run_transformer_plugins(
        &mut self,
        root: &Root,
        entries: Vec<PluginEntry>,
        origin: &OriginPath,
        configured_in: &ConfiguredIn,
        all: &mut Accumulated,
    ) -> Result<()> {
        for configured in self.configure(entries, origin, configured_in)? {
            self.transform(root, &configured, all)?;
            record_transformer(&mut all.set, configured.origin.as_ref())?;
            all.set.drop_empty();
        }
        Ok(())
    }

    /// Validators are transformers that must change nothing but a label that says they ran.
    pub(super) fn run_validators(
        &mut self,
        root: &Root,
        entries: Vec<PluginEntry>,
        origin: &OriginPath,
        configured_in: &ConfiguredIn,
        all: &mut Accumulated,
    ) -> Result<()> {
        for configured in self.configure(entries, origin, configured_in)? {
            let before = all.set.clone();
            self.transform(root, &configured, all)?;
            let same = before.len() == all.set.len()
                && before.iter().zip(all.set.iter()).all(|(old, new)| is_unchanged(old, new));
            if !same {
                let message = format!("validator {} changed a resource", configured.config.id());
                let error = Diagnostic::error(Code::Validator, message);
                return Err(Box::new(
                    error
                        .at(configured.config.name_span())
                        .help("name it under `transformers` if it is to change resources"),
                ));
            }
        }
        Ok(())
    }

    /// Decodes the configurations under `generators`, `transformers` or `validators`: those that
    /// stand in the file come first.
    fn configure(
        &mut self,
        entries: Vec<PluginEntry>,
        origin: &OriginPath,
        configured_in: &ConfiguredIn,
    ) -> Result<Vec<Configured>> {
        let mut configs = Accumulated::default();
        let (inline, named): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| matches!(entry, PluginEntry::Inline(_)));
        for entry in inline.into_iter().chain(named) {
            match entry {
                PluginEntry::Inline(nodes) => {
                    for node in nodes {
                        let mut resource = self.new_resource(node);
                        resource.origin = configured_in.inline();
                        let span = resource.name_span();
                        let pushed = configs.set.push(resource);
                        pushed.map_err(|clash| duplicate(&configs.set, *clash, span))?;
                    }
                }
                PluginEntry::Entry(entry) => self.add_entry(entry, &mut configs, origin)?,
            }
        }
        configs.set.into_vec().into_iter().map(|config| self.decode(config)).collect()
    }

    fn decode(&mut self, mut config: Resource) -> Result<Configured> {
        let id = config.id();
        if id.api_version != *BUILTIN {
            let message = format!("plugin {id} is not built in, and others are not run");
            return Err(Box::new(
                Diagnostic::error(Code::Plugin, message)
                    .at(config.name_span())
                    .note(format!("its `apiVersion` is `{}`, not `{BUILTIN}`", id.api_version))
                    .help("run it where its result is made, and name the result under `resources`"),
            ));
        }
        if config.origin.is_none() {
            bookkeeping::check_origin(&config)?;
        }
        let kind = id.kind.clone();
        // The reference writes a configuration to read it, and then as JSON.
        let place = config.name_span();
        yaml::emit(config.node(), &mut Vec::new())
            .and_then(|()| yaml::json::prepare(config.node_mut()))
            .map_err(|error| Box::new(error.or_at(place)))?;
        let plugin = self.take(plugin::decode(&kind, config.node()))?;
        let origin = ConfiguredIn::plugin(&config);
        Ok(Configured { plugin, config, origin })
    }

    fn transform(
        &mut self,
        root: &Root,
        configured: &Configured,
        all: &mut Accumulated,
    ) -> Result<()> {
        let span = configured.config.name_span();
        match &configured.plugin {
            Plugin::AnnotationsTransformer(config) => {
                let mut specs = SpecList::new(config.field_specs.to_vec());
                entries::apply(&mut all.set, &config.annotations, &mut specs)
            }
            Plugin::LabelTransformer(config) => {
                let mut specs = SpecList::new(config.field_specs.to_vec());
                entries::apply(&mut all.set, &config.labels, &mut specs)
            }
            Plugin::PrefixTransformer(config) => {
                let specs = SpecList::new(config.field_specs.to_vec());
                let schema = self.schema.get();
                name_affix::apply(&mut all.set, Affix::Prefix, &config.prefix, &specs, schema)
            }
            Plugin::SuffixTransformer(config) => {
                let specs = SpecList::new(config.field_specs.to_vec());
                let schema = self.schema.get();
                name_affix::apply(&mut all.set, Affix::Suffix, &config.suffix, &specs, schema)
            }
            Plugin::PrefixSuffixTransformer(config) => {
                let specs = SpecList::new(config.field_specs.to_vec());
                let schema = self.schema.get();
                name_affix::apply(&mut all.set, Affix::Prefix, &config.prefix, &specs, schema)?;
                name_affix::apply(&mut all.set, Affix::Suffix, &config.suffix, &specs, schema)
            }
            Plugin::NamespaceTransformer(config) => {
                if config.metadata.namespace.is_empty() {
                    return Ok(());
                }
                let settings = namespace::Settings {
                    namespace: config.metadata.namespace.clone(),
                    unset_only: config.unset_only.value,
                    subjects: match config.role_binding_subjects() {
                        RoleBindingSubjects::DefaultOnly => Subjects::NamedDefault,
                        RoleBindingSubjects::AllServiceAccounts => Subjects::ServiceAccounts,
                        RoleBindingSubjects::None => Subjects::None,
                    },
                };
                let mut specs = SpecList::new(config.field_specs.to_vec());
                namespace::apply(&mut all.set, &settings, &mut specs, self.schema.get())
            }
            Plugin::ImageTagTransformer(config) => {
                let mut specs = SpecList::new(config.field_specs.to_vec());
                self.apply_images(std::slice::from_ref(&config.image_tag), &mut specs, all)
            }
            Plugin::ReplicaCountTransformer(config) => {
                let specs = SpecList::new(config.field_specs.to_vec());
                let replica = &config.replica;
                let count = Text::made(replica.count.value.to_string(), span);
                replicas::apply(&mut all.set, &replica.name, &count, &specs, self.schema.get())
            }
            Plugin::PatchTransformer(config) => {
                let patch = self.read_patch(root, &config.as_patch())?;
                self.apply_patch(&patch, all)
            }
            Plugin::PatchJson6902Transformer(config) => {
                let patch = self.read_json6902_patch(root, &config.as_patch())?;
                self.apply_json6902_patch(&patch, all)
            }
            Plugin::PatchStrategicMergeTransformer(config) => {
                let inline = Some(&config.patches).filter(|text| !text.is_empty());
                let texts: Vec<Text> = config.paths.iter().chain(inline).cloned().collect();
                self.apply_patches_strategic_merge(root, &texts, span, all)
            }
            Plugin::ReplacementTransformer(config) => {
                // What stands under `omitempty`, by a slip of the reference, comes first.
                let first = config.first.iter().map(|replacement| ReplacementEntry {
                    replacement: replacement.clone(),
                    ..ReplacementEntry::default()
                });
                let entries: Vec<_> = first.chain(config.replacements.iter().cloned()).collect();
                self.apply_replacements(root, &entries, all)
            }
            Plugin::ValueAddTransformer(config) => self.add_value(root, config, all),
            Plugin::HashTransformer => super::finish::add_hashes(&mut all.set, &mut self.warnings),
            Plugin::ConfigMapGenerator(_)
            | Plugin::SecretGenerator(_)
            | Plugin::HelmChartInflationGenerator(_)
            | Plugin::IAMPolicyGenerator(_) => Err(wrong_use(&configured.config, "a transformer")),
        }
    }

    fn add_value(
        &mut self,
        root: &Root,
        config: &plugin::ValueAddTransformer,
        all: &mut Accumulated,
    ) -> Result<()> {
        let mut targets: Vec<ValueTarget> = config.targets.to_vec();
        if !config.target_file_path.is_empty() {
            let source = self.files.text(root, &config.target_file_path)?;
            let document = yaml::parse_document(&source, &self.files.limits)?;
            let decoded = self.take(plugin::decode_value_targets(document.as_ref()))?;
            targets.extend(decoded.targets.iter().cloned());
        }
        let error = |message: &str| Diagnostic::error(Code::Plugin, message);
        if targets.is_empty() {
            return Err(Box::new(error("this plugin needs a target").at(config.span)));
        }
        let trimmed = config.value.trim();
        let value = match trimmed.is_empty() {
            false => Text::made(trimmed, config.value.span()),
            true => {
                let name = root.real.file_name().map(|name| name.to_string_lossy().into_owned());
                Text::made(name.unwrap_or_default(), config.span)
            }
        };
        for target in &targets {
            if target.field_path.is_empty() {
                return Err(Box::new(error("a target needs a `fieldPath`").at(target.span)));
            }
            if target.file_path_position.value < 0 {
                let error = error("`filePathPosition` can't be negative");
                return Err(Box::new(error.at(target.file_path_position.span)));
            }
            let selected = match &target.selector {
                Some(selector) => self.select(selector, all)?,
                None => (0..all.set.len()).collect(),
            };
            let settings = namespace::Settings {
                namespace: value.clone(),
                unset_only: false,
                subjects: Subjects::NamedDefault,
            };
            let schema = self.schema.get();
            let path = FieldPath::new("metadata/namespace");
            for at in selected {
                all.set.change(at, |resource| -> Result<()> {
                    if target.field_path == *"metadata/namespace" {
                        let specs = &mut SpecList::default();
                        namespace::set_namespace(resource, &path, &settings, specs)?;
                    } else {
                        let position = target.file_path_position.value;
                        let path = &target.field_path;
                        let opens_books = FieldPath::new(path.clone()).leads_to_annotations();
                        bookkeeping::with_books(resource, opens_books, |resource| {
                            value_add::apply(resource, &value, path, position)
                        })?;
                    }
                    resource.refresh(schema);
                    resource.sync_shares();
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}

/// Whether a validator left a resource alone, but for a label that says that it ran. What it wrote
/// anew counts as changed, even if the same text stands there: the reference compares nodes.
fn is_unchanged(old: &Resource, new: &Resource) -> bool {
    let mut node = new.node().clone();
    if let Some(Node::Mapping(metadata)) = node.at_mut(&["metadata"])
        && let Some(Node::Mapping(labels)) = metadata.get_mut("labels")
        && labels.remove("validated-by").is_some()
    {
        if !labels.is_empty() {
            // The reference writes the other labels anew when it takes this one out.
            return false;
        }
        metadata.remove("labels");
    }
    old.previous().len() == new.previous().len()
        && old.has_bookkeeping == new.has_bookkeeping
        && is_same_node(old.node(), &node)
}

fn is_same_node(old: &Node, new: &Node) -> bool {
    let mut pending = vec![(old, new)];
    let is_same_scalar = |old: &Scalar, new: &Scalar| {
        old.text == new.text && old.tag == new.tag && old.style == new.style
    };
    while let Some(pair) = pending.pop() {
        match pair {
            (Node::Scalar(old), Node::Scalar(new)) if is_same_scalar(old, new) => {}
            (Node::Sequence(old), Node::Sequence(new)) if old.items.len() == new.items.len() => {
                pending.extend(old.items.iter().zip(&new.items));
            }
            (Node::Mapping(old), Node::Mapping(new)) if old.len() == new.len() => {
                for (old, new) in old.iter().zip(new.iter()) {
                    if !is_same_scalar(&old.key, &new.key) {
                        return false;
                    }
                    pending.push((&old.value, &new.value));
                }
            }
            _ => return false,
        }
    }
    true
}

fn wrong_use(config: &Resource, needed: &str) -> Box<Diagnostic> {
    let message = format!("plugin {} is not {needed}", config.id());
    Box::new(Diagnostic::error(Code::Plugin, message).at(config.name_span()))
}

/// The ServiceAccount that stands for an account of a cloud provider. As in the reference, the
/// names are written into a text, which is then read: `5` and `null` are no strings in it.
fn service_account(args: &plugin::IamPolicyArgs, span: Span, sources: &Sources) -> Result<Node> {
    if args.cloud != *"gke" {
        let message = format!("cloud `{}` is not supported", args.cloud);
        let error = Diagnostic::error(Code::Plugin, message).at(args.cloud.span()).or_at(span);
        return Err(Box::new(error.help("the only one is `gke`")));
    }
    let mut text = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    \
         iam.gke.io/gcp-service-account: {}@{}.iam.gserviceaccount.com\n  name: {}\n",
        args.service_account.name, args.service_account.project_id, args.kubernetes_service.name
    );
    if !args.kubernetes_service.namespace.is_empty() {
        text.push_str(&format!("\n  namespace: {}", args.kubernetes_service.namespace));
    }
    let source = sources.inline(&Text::made(text, span));
    let read = yaml::parse_made(&source, &yaml::Limits::default());
    let unreadable = |error: Box<Diagnostic>| {
        let help = "the account's names stand in it as they are; they must be plain words";
        Box::new(error.or_at(span).note("in the ServiceAccount that this makes").help(help))
    };
    Ok(read.map_err(unreadable)?.unwrap_or_else(|| Node::null(span)))
}
