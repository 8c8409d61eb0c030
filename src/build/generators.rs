//! The generators of a kustomization.

use crate::diag::{Code, Diagnostic, Result};
use crate::generate::{
    Data, ObjectKind, ObjectSpec, Pairs, absorb, make_object, parse_env_file, parse_file_source,
    parse_literal,
};
use crate::k8s::{Behavior, Resource, bookkeeping};
use crate::kustomization::Kustomization;
use crate::kustomization::generators::{Behavior as Asked, GeneratorArgs, GeneratorOptions};
use crate::load::Root;
use crate::source::{Span, Text};

use super::Build;
use super::accumulate::Accumulated;
use super::origins::ConfiguredIn;

impl Build<'_> {
    /// Runs the generators that are fields of a kustomization.
    pub(super) fn run_generators(
        &mut self,
        root: &Root,
        kustomization: &Kustomization,
        configured_in: &ConfiguredIn,
        all: &mut Accumulated,
    ) -> Result<()> {
        let global = kustomization.generator_options.as_ref();
        let config_maps = kustomization.config_map_generator.iter();
        let config_maps =
            config_maps.map(|args| (args, ObjectKind::ConfigMap, args.span, "ConfigMapGenerator"));
        let secrets = kustomization.secret_generator.iter().map(|secret| {
            let kind = ObjectKind::Secret(secret.secret_type.clone());
            (&secret.args, kind, secret.span, "SecretGenerator")
        });
        for (args, kind, span, plugin) in config_maps.chain(secrets) {
            let mut resource = self.generate(root, args, kind, global, span)?;
            resource.origin = configured_in.field(plugin);
            absorb(&mut all.set, resource, span, self.schema.get())?;
        }
        match kustomization.helm_charts.first() {
            Some(chart) => Err(no_helm(chart.span)),
            None => Ok(()),
        }
    }

    /// Makes the object of one generator.
    pub(super) fn generate(
        &mut self,
        root: &Root,
        args: &GeneratorArgs,
        kind: ObjectKind,
        global: Option<&GeneratorOptions>,
        span: Span,
    ) -> Result<Resource> {
        let pairs = self.pairs(root, args)?;
        let own = args.options.as_ref();
        let options: Vec<&GeneratorOptions> = own.into_iter().chain(global).collect();
        let spec = ObjectSpec {
            kind,
            name: &args.name,
            namespace: &args.namespace,
            labels: &united(options.iter().map(|options| &*options.labels)),
            annotations: &united(options.iter().map(|options| &*options.annotations)),
            immutable: options.iter().any(|options| options.immutable.value),
            pairs: &pairs,
            span,
        };
        let mut resource = Resource::new(make_object(&spec)?, self.schema.get());
        resource.needs_hash = !options.iter().any(|options| options.disable_name_suffix_hash.value);
        bookkeeping::add_to_books(&mut resource)?;
        resource.behavior = Some(match args.behavior() {
            Asked::Merge => Behavior::Merge,
            Asked::Replace => Behavior::Replace,
            Asked::Create => Behavior::Create,
            Asked::Unspecified => Behavior::Unspecified,
        });
        Ok(resource)
    }

    /// The content of a generator's object: env files first, then literals, then files.
    fn pairs(&mut self, root: &Root, args: &GeneratorArgs) -> Result<Pairs> {
        let mut pairs = Pairs::default();
        let env = Some(&args.env).filter(|env| !env.is_empty());
        for path in args.envs.iter().chain(env) {
            let source = self.files.plain_text(root, path)?;
            for (key, value) in parse_env_file(&source, &mut self.warnings) {
                pairs.add(key, Data::Text(value))?;
            }
        }
        for literal in &args.literals {
            let (key, value) = parse_literal(literal)?;
            pairs.add(key, Data::Text(value))?;
        }
        for file in &args.files {
            let (key, path) = parse_file_source(file)?;
            let bytes = self.files.bytes(root, &path)?;
            let data = match String::from_utf8(bytes) {
                Ok(text) => Data::Text(Text::made(text, file.span())),
                Err(error) => Data::Bytes(error.into_bytes()),
            };
            pairs.add(key, data)?;
        }
        Ok(pairs)
    }
}

/// The entries of several maps, sorted by key; those of earlier maps win.
fn united<'m>(maps: impl Iterator<Item = &'m [(Text, Text)]>) -> Vec<(Text, Text)> {
    let mut all = std::collections::BTreeMap::new();
    for (key, value) in maps.flatten() {
        all.entry(key.clone()).or_insert_with(|| value.clone());
    }
    all.into_iter().collect()
}

/// An error about a Helm chart.
pub(super) fn no_helm(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::Helm, "Helm charts are not rendered: that would start `helm`")
            .at(span)
            .help("render the chart once with `helm template`, keep the result in a file, and name it under `resources`"),
    )
}
