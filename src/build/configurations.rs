//! Reading `configurations` and `crds`.

use std::rc::Rc;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::GvkSelector;
use crate::k8s::field_spec::FieldSpec;
use crate::k8s::spec_merge::SharedSpecs;
use crate::kustomization::transformer_config::{self, TransformerConfig};
use crate::kustomization::{Decoded, Kustomization, crds};
use crate::load::Root;
use crate::names::NameReference;
use crate::patch::read_json;
use crate::source::Text;
use crate::yaml::{self, Node};

use super::Build;
use super::config::{Config, Fields};

impl Build<'_> {
    /// Adds what a kustomization says about which fields transformers touch.
    pub(super) fn add_configuration(
        &mut self,
        root: &Root,
        kustomization: &Kustomization,
        config: &mut Config,
    ) -> Result<()> {
        let defaults = self.default_fields();
        let mut own = Config::Default(Rc::clone(&defaults));
        if !kustomization.configurations.is_empty() {
            let mut read = Fields::default();
            for path in &kustomization.configurations {
                let file = self.read_configuration(root, path)?;
                self.warn_of_covered(&defaults, &file);
                read.merge(&file).map_err(|error| Box::new(error.or_at(path.span())))?;
            }
            own.merge(&Config::custom(read))?;
        }
        config.merge(&own)?;
        for path in &kustomization.crds {
            let source = self.files.text(root, path)?;
            let document = match source.text().bytes().next() {
                None => {
                    let error = Diagnostic::error(Code::Configuration, "this file is empty");
                    return Err(Box::new(error.at(path.span())));
                }
                // What begins with a brace must be JSON to its end.
                Some(b'{') => Some(read_json(&source, &self.files.limits, Code::Configuration)?),
                Some(_) => yaml::parse_document(&source, &self.files.limits)?,
            };
            if let Some(kind) = document.as_ref().and_then(manifest_kind) {
                return Err(a_manifest(kind));
            }
            let decoded = self.take(crds::decode(document.as_ref()))?;
            config.merge(&Config::custom(fields(&decoded)))?;
        }
        Ok(())
    }

    fn read_configuration(&mut self, root: &Root, path: &Text) -> Result<Fields> {
        let source = self.files.text(root, path)?;
        let document = yaml::parse_document(&source, &self.files.limits)?;
        let decoded = self.take(transformer_config::decode(document.as_ref()))?;
        let mut fields = fields(&decoded);
        fields.sort();
        Ok(fields)
    }

    /// Warns of field specs that the defaults cover: they are dropped.
    fn warn_of_covered(&mut self, defaults: &Fields, file: &Fields) {
        for (default, own) in defaults.lists_with_names().into_iter().zip(file.lists_with_names()) {
            for spec in own.1.as_slice() {
                let covers = default.1.as_slice().iter().any(|old| {
                    old.path == spec.path && spec.selects(&old.group, &old.version, &old.kind)
                });
                let is_same = default.1.as_slice().iter().any(|old| {
                    old.path == spec.path
                        && old.kind == spec.kind
                        && old.group == spec.group
                        && old.version == spec.version
                });
                let evicts = |old: &FieldSpec| {
                    let is_for_all =
                        old.group.is_empty() && old.version.is_empty() && old.kind.is_empty();
                    is_for_all && old.path == spec.path && old.create == spec.create
                };
                if !covers && default.1.as_slice().iter().any(evicts) {
                    let message = format!(
                        "this field spec of `{}` takes the place of the default one for all kinds",
                        own.0
                    );
                    let warning = Diagnostic::warning(Code::DataLoss, message).at(spec.span);
                    self.warn(warning.help("leave it out: the default one is for this kind too"));
                }
                if covers && !is_same {
                    let message = format!(
                        "this field spec of `{}` is dropped: a default one has the same path",
                        own.0
                    );
                    let warning = Diagnostic::warning(Code::NoEffect, message).at(spec.span);
                    self.warn(warning.help("name the kind that it is for"));
                }
            }
        }
    }

    /// The value that was decoded. Warnings about it are kept; so are all errors but the last, which
    /// are reported before it.
    pub(super) fn take<T>(
        &mut self,
        decoded: std::result::Result<Decoded<T>, Vec<Diagnostic>>,
    ) -> Result<T> {
        match decoded {
            Ok(decoded) => {
                self.warnings.extend(decoded.warnings);
                Ok(decoded.value)
            }
            Err(mut problems) => {
                let at = problems.iter().rposition(Diagnostic::is_error).unwrap_or(0);
                let last = match at < problems.len() {
                    true => problems.remove(at),
                    false => Diagnostic::error(Code::Internal, "a decoder failed without a word"),
                };
                self.warnings.extend(problems);
                Err(Box::new(last))
            }
        }
    }
}

/// The kind of an object, which has no place among definitions.
fn manifest_kind(document: &Node) -> Option<&Text> {
    let root = document.as_mapping()?;
    root.text("apiVersion").and(root.text("kind"))
}

fn a_manifest(kind: &Text) -> Box<Diagnostic> {
    let message = format!("a {kind} stands where `crds` needs OpenAPI definitions");
    Box::new(
        Diagnostic::error(Code::Configuration, message)
            .at(kind.span())
            .note("under `crds` stand files that map type names to schemas, and no manifests")
            .help("name the manifest under `resources`"),
    )
}

fn fields(config: &TransformerConfig) -> Fields {
    let own = |specs: &[FieldSpec]| SharedSpecs::new(specs.to_vec());
    let references = config.name_reference.iter().map(|reference| NameReference {
        target: GvkSelector {
            group: reference.referred.group.clone(),
            version: reference.referred.version.clone(),
            kind: reference.referred.kind.clone(),
        },
        fields: own(&reference.referrers),
    });
    Fields {
        name_prefix: own(&config.name_prefix),
        name_suffix: own(&config.name_suffix),
        namespace: own(&config.namespace),
        common_labels: own(&config.common_labels),
        labels: own(&config.labels),
        template_labels: own(&config.template_labels),
        common_annotations: own(&config.common_annotations),
        var_reference: own(&config.var_reference),
        images: own(&config.images),
        replicas: own(&config.replicas),
        name_reference: references.collect(),
    }
}
