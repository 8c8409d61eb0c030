//! Older fields, brought forward.
//!
//! `commonLabels`, `vars`, `patchesStrategicMerge` and `patchesJson6902` are deprecated as well, but
//! they are stages of a build of their own, so they stay; only an edit rewrites them.

use crate::diag::{Code, Diagnostic};
use crate::source::{Span, Text};
use crate::yaml::Node;

use super::file::Kustomization;
use super::generators::GeneratorArgs;
use super::helm::{HelmChart, HelmChartArgs, HelmGlobals};

/// The kind that a file has when it says nothing else.
pub(super) const KIND: &str = "Kustomization";
/// The kind of a component.
pub(super) const COMPONENT_KIND: &str = "Component";

/// The version that belongs to a kind.
pub(super) fn api_version_of(kind: &str) -> &'static str {
    match kind {
        COMPONENT_KIND => "kustomize.config.k8s.io/v1alpha1",
        _ => "kustomize.config.k8s.io/v1beta1",
    }
}

/// A warning for each deprecated field that the file has, in the reference's order. The fields are
/// as they were decoded, before they are brought forward.
pub(super) fn deprecations(file: &Kustomization, root: Option<&Node>) -> Vec<Diagnostic> {
    let fields = [
        ("bases", "resources", file.bases.is_present(), file.bases.span()),
        ("commonLabels", "labels", file.common_labels.is_present(), file.common_labels.span()),
        ("imageTags", "images", file.image_tags.is_present(), file.image_tags.span()),
        (
            "patchesJson6902",
            "patches",
            file.patches_json6902.is_present(),
            file.patches_json6902.span(),
        ),
        (
            "patchesStrategicMerge",
            "patches",
            file.patches_strategic_merge.is_present(),
            file.patches_strategic_merge.span(),
        ),
        ("vars", "replacements", file.vars.is_present(), file.vars.span()),
    ];
    let present = fields.into_iter().filter(|(_, _, present, _)| *present);
    let warning = |(old, new, _, value): (&str, &str, bool, Span)| {
        let fix = if old == "vars" { "railsgen edit fix --vars" } else { "railsgen edit fix" };
        Diagnostic::warning(Code::Deprecated, format!("`{old}` is deprecated: use `{new}` instead"))
            .at(key_place(root, old).unwrap_or(value))
            .help(format!("`{fix}` rewrites it"))
    };
    present.map(warning).collect()
}

/// Fills in kind and version and moves the content of older fields to where it belongs now.
pub(super) fn bring_forward(file: &mut Kustomization) {
    if file.kind.is_empty() {
        file.kind = Text::made(KIND, file.kind.span());
    }
    if file.api_version.is_empty() {
        let version = api_version_of(&file.kind);
        file.api_version = Text::made(version, file.api_version.span());
    }
    file.resources.absorb(&mut file.bases);
    file.images.absorb(&mut file.image_tags);
    let secrets = file.secret_generator.items.iter_mut().map(|secret| &mut secret.args);
    file.config_map_generator.items.iter_mut().chain(secrets).for_each(bring_env_forward);

    let charts = std::mem::take(&mut file.helm_chart_inflation_generator);
    if file.helm_globals.is_none() {
        file.helm_globals = globals_of(&charts);
    }
    file.helm_charts.absorb(&mut charts.into_iter().map(chart_of).collect());
}

fn bring_env_forward(generator: &mut GeneratorArgs) {
    let env = std::mem::take(&mut generator.env);
    if !env.is_empty() {
        generator.envs.push(env);
    }
}

/// What the charts in the older spelling say of all charts: the last one that says it counts.
fn globals_of(charts: &[HelmChartArgs]) -> Option<HelmGlobals> {
    let last = |field: fn(&HelmChartArgs) -> &Text| {
        charts.iter().rev().map(field).find(|text| !text.is_empty()).cloned()
    };
    let (chart_home, config_home) =
        (last(|chart| &chart.chart_home), last(|chart| &chart.helm_home));
    (chart_home.is_some() || config_home.is_some()).then(|| HelmGlobals {
        chart_home: chart_home.unwrap_or_default(),
        config_home: config_home.unwrap_or_default(),
        span: Span::NONE,
    })
}

fn chart_of(old: HelmChartArgs) -> HelmChart {
    HelmChart {
        name: old.chart_name,
        version: old.chart_version,
        repo: old.chart_repo_url,
        values_file: old.values,
        values_inline: old.values_local,
        values_merge: old.values_merge,
        release_name: old.release_name,
        span: old.span,
        ..HelmChart::default()
    }
}

/// The place of a field's key.
fn key_place(root: Option<&Node>, field: &str) -> Option<Span> {
    let entries = root?.as_mapping()?.entries();
    let is_field = |key: &str| Kustomization::field_named(key) == Some(field);
    let entry = entries.iter().rev().find(|entry| is_field(&entry.key.text))?;
    Some(entry.key.text.span())
}
