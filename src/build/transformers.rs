//! The transformers of a kustomization, in the order of one table.

use std::rc::Rc;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_spec::FieldSpec;
use crate::k8s::spec_list::SpecList;
use crate::k8s::spec_merge::merge_specs;
use crate::k8s::{Id, ResourceOrigin};
use crate::kustomization::Kustomization;
use crate::kustomization::entries::{Image, Label, Replica};
use crate::kustomization::replacements::ReplacementEntry;
use crate::load::Root;
use crate::source::{Span, Text};
use crate::transform::images::ImageEdit;
use crate::transform::name_affix::{self, Affix};
use crate::transform::{entries, images, namespace, replacements, replicas};

use super::Build;
use super::accumulate::Accumulated;
use super::origins::{ConfiguredIn, record_transformer};

/// A stage: the builtin plugin that it stands for, and what it does. It returns how many
/// transformers it ran that are still to be recorded.
struct Stage {
    plugin: &'static str,
    run: fn(&mut Build<'_>, &Context<'_>, &mut Accumulated) -> Result<usize>,
}

/// What a stage may look at.
struct Context<'c> {
    root: &'c Root,
    kustomization: &'c Kustomization,
    /// What the transformers of the stage are recorded as.
    origin: Option<Arc<ResourceOrigin>>,
}

/// All stages in the order they run. It is part of the format: later stages see what earlier ones
/// did.
const ORDER: &[Stage] = &[
    Stage { plugin: "PatchStrategicMergeTransformer", run: patches_strategic_merge },
    Stage { plugin: "PatchTransformer", run: patches },
    Stage { plugin: "NamespaceTransformer", run: set_namespace },
    Stage { plugin: "PrefixTransformer", run: add_prefix },
    Stage { plugin: "SuffixTransformer", run: add_suffix },
    Stage { plugin: "LabelTransformer", run: add_labels },
    Stage { plugin: "AnnotationsTransformer", run: add_annotations },
    Stage { plugin: "PatchJson6902Transformer", run: patches_json6902 },
    Stage { plugin: "ReplicaCountTransformer", run: set_replicas },
    Stage { plugin: "ImageTagTransformer", run: set_images },
    Stage { plugin: "ReplacementTransformer", run: replace },
];

impl Build<'_> {
    /// Runs the transformers that are fields of a kustomization.
    pub(super) fn run_transformers(
        &mut self,
        root: &Root,
        kustomization: &Kustomization,
        configured_in: &ConfiguredIn,
        all: &mut Accumulated,
    ) -> Result<()> {
        for stage in ORDER {
            let origin = configured_in.field(stage.plugin);
            let context = Context { root, kustomization, origin };
            let ran = (stage.run)(self, &context, all)?;
            if ran > 0 {
                (0..ran)
                    .try_for_each(|_| record_transformer(&mut all.set, context.origin.as_ref()))?;
                all.set.drop_empty();
            }
        }
        Ok(())
    }
}

fn patches_strategic_merge(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let texts = &context.kustomization.patches_strategic_merge;
    if texts.is_empty() {
        return Ok(0);
    }
    build.apply_patches_strategic_merge(context.root, texts, texts.span(), all)?;
    Ok(1)
}

fn patches(build: &mut Build<'_>, context: &Context<'_>, all: &mut Accumulated) -> Result<usize> {
    // All patches are read before the first is applied, as in the reference.
    let patches = context.kustomization.patches.iter();
    let read: Vec<_> =
        patches.map(|patch| build.read_patch(context.root, patch)).collect::<Result<_>>()?;
    for patch in &read {
        build.apply_patch(patch, all)?;
        all.set.drop_empty();
        // The next patch may take the record away.
        record_transformer(&mut all.set, context.origin.as_ref())?;
    }
    Ok(0)
}

fn patches_json6902(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let patches = context.kustomization.patches_json6902.iter();
    let read: Vec<_> = patches
        .map(|patch| build.read_json6902_patch(context.root, patch))
        .collect::<Result<_>>()?;
    for patch in &read {
        build.apply_json6902_patch(patch, all)?;
        all.set.drop_empty();
        record_transformer(&mut all.set, context.origin.as_ref())?;
    }
    Ok(0)
}

fn set_namespace(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let namespace = &context.kustomization.namespace;
    if namespace.is_empty() {
        return Ok(0);
    }
    let settings = namespace::Settings {
        namespace: namespace.clone(),
        unset_only: false,
        subjects: namespace::Subjects::NamedDefault,
    };
    let mut specs = SpecList::new(all.config.fields().namespace.shared());
    namespace::apply(&mut all.set, &settings, &mut specs, build.schema.get())?;
    Ok(1)
}

fn add_prefix(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let specs = all.config.fields().name_prefix.shared();
    add_affix(build, Affix::Prefix, &context.kustomization.name_prefix, specs, all)
}

fn add_suffix(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let specs = all.config.fields().name_suffix.shared();
    add_affix(build, Affix::Suffix, &context.kustomization.name_suffix, specs, all)
}

fn add_affix(
    build: &mut Build<'_>,
    affix: Affix,
    text: &Text,
    specs: Rc<Vec<FieldSpec>>,
    all: &mut Accumulated,
) -> Result<usize> {
    if text.is_empty() {
        return Ok(0);
    }
    name_affix::apply(&mut all.set, affix, text, &SpecList::new(specs), build.schema.get())?;
    Ok(1)
}

fn add_labels(_: &mut Build<'_>, context: &Context<'_>, all: &mut Accumulated) -> Result<usize> {
    let Kustomization { labels, common_labels, .. } = context.kustomization;
    if labels.is_empty() && common_labels.is_empty() {
        return Ok(0);
    }
    let fields = all.config.fields();
    for label in labels {
        let specs = label_specs(label, &fields)?;
        entries::apply(&mut all.set, &label.pairs, &mut SpecList::new(specs))?;
        // The record parts annotations from labels that were added with them.
        record_transformer(&mut all.set, context.origin.as_ref())?;
    }
    if !common_labels.is_empty() {
        let mut specs = SpecList::new(fields.common_labels.shared());
        entries::apply(&mut all.set, common_labels, &mut specs)?;
    }
    // The reference runs the transformer of `commonLabels` even when there are none.
    Ok(1)
}

/// Where an entry of `labels` goes.
fn label_specs(label: &Label, fields: &super::config::Fields) -> Result<Vec<FieldSpec>> {
    let mut specs: Vec<FieldSpec> = label.fields.to_vec();
    let mut merge = |incoming: &[FieldSpec]| {
        merge_specs(&mut specs, incoming).map_err(|error| Box::new(error.or_at(label.span)))
    };
    merge(fields.labels.as_slice())?;
    if label.include_selectors.value {
        merge(fields.common_labels.as_slice())?;
    } else {
        if label.include_templates.value {
            merge(fields.template_labels.as_slice())?;
        }
        merge(&[FieldSpec::any_kind("metadata/labels", true)])?;
    }
    Ok(specs)
}

fn add_annotations(
    _: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let annotations = &context.kustomization.common_annotations;
    if annotations.is_empty() {
        return Ok(0);
    }
    let mut specs = SpecList::new(all.config.fields().common_annotations.shared());
    entries::apply(&mut all.set, annotations, &mut specs)?;
    Ok(1)
}

fn set_replicas(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let specs = SpecList::new(all.config.fields().replicas.shared());
    for Replica { name, count, .. } in &context.kustomization.replicas {
        let span = if count.span.is_none() { name.span() } else { count.span };
        let count = Text::made(count.value.to_string(), span);
        replicas::apply(&mut all.set, name, &count, &specs, build.schema.get())?;
    }
    Ok(context.kustomization.replicas.len())
}

fn set_images(
    build: &mut Build<'_>,
    context: &Context<'_>,
    all: &mut Accumulated,
) -> Result<usize> {
    let images = &context.kustomization.images;
    let mut specs = SpecList::new(all.config.fields().images.shared());
    build.apply_images(images, &mut specs, all)?;
    Ok(images.len())
}

impl Build<'_> {
    /// Applies edits of images, and warns of those that match none.
    pub(super) fn apply_images(
        &mut self,
        images: &[Image],
        specs: &mut SpecList,
        all: &mut Accumulated,
    ) -> Result<()> {
        if images.is_empty() {
            return Ok(());
        }
        let edits: Vec<ImageEdit> = images
            .iter()
            .map(|image| ImageEdit {
                name: image.name.clone(),
                new_name: image.new_name.clone(),
                tag_suffix: image.tag_suffix.clone(),
                new_tag: image.new_tag.clone(),
                digest: image.digest.clone(),
            })
            .collect();
        let outcomes = images::apply(&mut all.set, &edits, specs, self.schema.get())?;
        for (image, outcome) in images.iter().zip(outcomes) {
            if !outcome.hit {
                let span = if image.name.is_empty() { image.span } else { image.name.span() };
                self.warn(no_image(&image.name, span));
            }
            if let Some(id) = outcome.doubled {
                self.warn(doubled_suffix(&image.tag_suffix, &id));
            }
        }
        Ok(())
    }
}

fn no_image(name: &Text, span: Span) -> Diagnostic {
    if name.is_empty() {
        return Diagnostic::warning(Code::NoEffect, "an entry of `images` has no name")
            .at(span)
            .help("add the `name` of the image as the containers have it");
    }
    Diagnostic::warning(Code::NoEffect, format!("no container uses image `{name}`")).at(span).help(
        "write the image's name as the containers have it, with its registry, without its tag",
    )
}

fn doubled_suffix(suffix: &Text, id: &Id) -> Diagnostic {
    let message = format!("`{suffix}` is added twice to the tags in {id}");
    Diagnostic::warning(Code::DataLoss, message)
        .at(suffix.span())
        .note("the reference goes over ordinary workloads twice, and over others once")
        .help("write the whole tag under `newTag`")
}

fn replace(build: &mut Build<'_>, context: &Context<'_>, all: &mut Accumulated) -> Result<usize> {
    let entries = &context.kustomization.replacements;
    if entries.is_empty() {
        return Ok(0);
    }
    let is_empty =
        |entry: &&ReplacementEntry| entry.path.is_empty() && entry.replacement.targets.is_empty();
    if let Some(entry) = entries.iter().find(is_empty) {
        // The reference hands the field on without empty lists, unlike what stands in other files.
        return Err(replacements::incomplete(&entry.replacement));
    }
    build.apply_replacements(context.root, entries, all)?;
    Ok(1)
}
