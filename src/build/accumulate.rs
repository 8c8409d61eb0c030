//! One kustomization: what it includes and generates, and what it does to all of that.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::{Resource, ResourceSet, bookkeeping};
use crate::kustomization::Kustomization;
use crate::load::{Entry, Layer, Target};
use crate::source::{Span, Text};

use super::Build;
use super::config::Config;
use super::finish::vars::DeclaredVar;
use super::origins::OriginPath;

/// So much text may be included again in one build, in bytes: each place gets objects of its own.
const MAX_COPIED: usize = 64 << 20;

/// What a kustomization has gathered so far.
#[derive(Debug)]
pub(super) struct Accumulated {
    pub(super) set: ResourceSet,
    pub(super) config: Config,
    pub(super) vars: Vec<DeclaredVar>,
}

impl Default for Accumulated {
    fn default() -> Accumulated {
        Accumulated { set: ResourceSet::new(), config: Config::Empty, vars: Vec::new() }
    }
}

impl Build<'_> {
    /// Carries a kustomization out. It starts from nothing; a component starts from what its
    /// parent has gathered.
    pub(super) fn accumulate(
        &mut self,
        layer: Layer,
        start: Accumulated,
        origin: &OriginPath,
    ) -> Result<Accumulated> {
        let mut all = start;
        let Layer { root, kustomization, .. } = &layer;
        let (root, kustomization) = (root.clone(), kustomization.clone());
        let configured_in = origin.file(layer.file_name);
        for entry in layer.entries {
            self.add_entry(entry, &mut all, origin)?;
        }
        self.add_configuration(&root, &kustomization, &mut all.config)?;
        self.run_generators(&root, &kustomization, &configured_in, &mut all)?;
        self.run_generator_plugins(&root, layer.generators, origin, &configured_in, &mut all)?;
        for component in layer.components {
            all = self.add_component(component, all, origin)?;
        }
        self.run_transformers(&root, &kustomization, &configured_in, &mut all)?;
        self.run_transformer_plugins(&root, layer.transformers, origin, &configured_in, &mut all)?;
        self.run_validators(&root, layer.validators, origin, &configured_in, &mut all)?;
        self.declare_vars(&kustomization, &mut all)?;
        Ok(all)
    }

    /// Adds what one line of `resources` names.
    pub(super) fn add_entry(
        &mut self,
        entry: Entry,
        all: &mut Accumulated,
        origin: &OriginPath,
    ) -> Result<()> {
        match entry {
            Entry::File { target, named } => {
                let mut warnings = Vec::new();
                self.count_copy(&target, named.span())?;
                let objects = self.files.take_objects(&target.real, &mut warnings)?;
                self.warnings.append(&mut warnings);
                let file_origin = origin.resource(&named);
                for node in objects {
                    let mut resource = self.new_resource(node);
                    if let Some(origin) = &file_origin {
                        bookkeeping::set_origin(&mut resource, Arc::clone(origin))?;
                    }
                    let pushed = all.set.push(resource);
                    pushed.map_err(|clash| duplicate(&all.set, *clash, named.span()))?;
                }
                Ok(())
            }
            Entry::Layer(layer) => {
                let named = layer.named.clone().unwrap_or_default();
                let below =
                    self.accumulate_below(*layer, Accumulated::default(), origin, &named)?;
                self.merge(all, below, &named)
            }
        }
    }

    /// Refuses a file that is included again when that is one too many.
    fn count_copy(&mut self, target: &Target, span: Span) -> Result<()> {
        if self.taken.insert(target.real.clone()) {
            return Ok(());
        }
        self.copied = self.copied.saturating_add(self.files.text_len(&target.real));
        if self.copied <= MAX_COPIED {
            return Ok(());
        }
        let message =
            format!("files are included again with more than {} MiB of text", MAX_COPIED >> 20);
        let error = Diagnostic::error(Code::TooLarge, message).at(span);
        Err(Box::new(error.help("let each kustomization include what it needs once")))
    }

    /// A resource from a file, with the bookkeeping that its author may have written by hand.
    pub(super) fn new_resource(&mut self, node: crate::yaml::Node) -> Resource {
        let mut resource = Resource::new(node, self.schema.get());
        self.schema.meet(&resource.id().api_version, &resource.id().kind);
        bookkeeping::take_handwritten(&mut resource);
        resource
    }

    fn add_component(
        &mut self,
        component: Layer,
        all: Accumulated,
        origin: &OriginPath,
    ) -> Result<Accumulated> {
        let named = component.named.clone().unwrap_or_default();
        let below = self.accumulate_below(component, all, origin, &named)?;
        let mut all = Accumulated::default();
        self.merge(&mut all, below, &named)?;
        Ok(all)
    }

    /// Accumulates an included kustomization; its diagnostics tell where it is named.
    fn accumulate_below(
        &mut self,
        layer: Layer,
        start: Accumulated,
        origin: &OriginPath,
        named: &Text,
    ) -> Result<Accumulated> {
        let before = self.warnings.len();
        let entered = self.enter_schema(&layer.root, &layer.kustomization);
        let origin = origin.below(named);
        let below = entered.and_then(|()| self.accumulate(layer, start, &origin));
        for warning in &mut self.warnings[before..] {
            warning.trace.insert(0, named.span());
        }
        below.map_err(|problem| Box::new(problem.through(named.span())))
    }

    /// Puts the schema in force that a kustomization names.
    pub(super) fn enter_schema(
        &mut self,
        root: &crate::load::Root,
        kustomization: &Kustomization,
    ) -> Result<()> {
        let openapi = &kustomization.openapi;
        let files = &self.files;
        let load = |path: &Text| files.text(root, path);
        let (version, path) = (openapi.get("version"), openapi.get("path"));
        self.schema.enter(version, path, openapi.span(), &files.limits, load)
    }

    fn merge(&mut self, all: &mut Accumulated, below: Accumulated, named: &Text) -> Result<()> {
        let span = named.span();
        let appended = all.set.append(below.set);
        appended.map_err(|clash| duplicate(&all.set, *clash, span))?;
        all.config.merge(&below.config).map_err(|problem| Box::new(problem.or_at(span)))?;
        super::finish::vars::merge(&mut all.vars, below.vars)
    }
}

/// An error about a resource that is there already; `span` names the file or directory that brings
/// it again.
pub(super) fn duplicate(
    set: &ResourceSet,
    (resource, at): (Resource, usize),
    span: Span,
) -> Box<Diagnostic> {
    let first = set.as_slice().get(at);
    let mut error =
        Diagnostic::error(Code::DuplicateResource, format!("{} is there twice", resource.id()))
            .label(resource.name_span(), "the second one");
    if let Some(first) = first {
        error = error.label(first.name_span(), "the first one");
    }
    if !error.labels.iter().any(|label| label.span == span) {
        error = error.label(span, "included here");
    }
    Box::new(error.help("remove one of them, or give them different names or namespaces"))
}
