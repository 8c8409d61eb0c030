//! What is done once, when all kustomizations of a build have run: names get their hashes,
//! references follow, variables are replaced, local objects go, and the rest is sorted.

pub(super) mod annotations;
pub(super) mod vars;

use crate::diag::{Code, Diagnostic, Result};
use crate::generate::content_hash;
use crate::k8s::field_spec::FieldSpec;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Resource, ResourceSet};
use crate::kustomization::Kustomization;
use crate::kustomization::file::BuildMetadata;
use crate::kustomization::sort::{SortOptions, SortOrder};
use crate::load::Layer;
use crate::names::{self, ReferenceTable};
use crate::source::{Span, Text};
use crate::transform::entries;

use super::accumulate::{Accumulated, duplicate};
use super::origins::OriginPath;
use super::sort::{Order, sort};
use super::{Build, BuildOptions, Reorder};

impl Build<'_> {
    /// Carries out a whole build.
    pub(super) fn run(&mut self, layer: Layer, options: &BuildOptions) -> Result<ResourceSet> {
        let (root, kustomization) = (layer.root.clone(), layer.kustomization.clone());
        let order = order(&kustomization, options)?;
        let origin = match kustomization.build_metadata.is_empty() {
            true => OriginPath::default(),
            false => OriginPath::root(),
        };
        self.enter_schema(&root, &kustomization)?;
        let mut all = self.accumulate(layer, Accumulated::default(), &origin)?;
        add_hashes(&mut all.set, &mut self.warnings)?;
        check_history(&all.set)?;
        self.fix_names(&mut all)?;
        self.replace_vars(&mut all)?;
        drop_local(&mut all.set)?;
        sort(all.set.change_ids_mut(), &order);
        let wants = |wanted: BuildMetadata| {
            kustomization.build_metadata.iter().any(|asked| *asked == *wanted.name())
        };
        if options.managed_by_label || wants(BuildMetadata::ManagedByLabel) {
            label_managed_by(&mut all.set, kustomization.build_metadata.span())?;
        }
        let wanted = annotations::Wanted {
            origin: wants(BuildMetadata::Origin),
            transformations: wants(BuildMetadata::Transformer),
        };
        for resource in all.set.keep_ids_mut() {
            annotations::settle(resource, wanted, &mut self.warnings)?;
        }
        self.warnings.extend(self.schema.settle()?);
        Ok(all.set)
    }

    fn fix_names(&mut self, all: &mut Accumulated) -> Result<()> {
        let fields = all.config.fields();
        let mut table = ReferenceTable::new(fields.name_reference.clone());
        names::fix_references(&mut all.set, &mut table, self.schema.get(), &mut self.warnings)
    }
}

/// Refuses former names that the reference can't tell apart, over which it crashes.
fn check_history(set: &ResourceSet) -> Result<()> {
    let Some(resource) = set.iter().find(|resource| !resource.history.is_sound()) else {
        return Ok(());
    };
    let message = format!("the former names of {} can't be told apart", resource.id());
    let error = Diagnostic::error(Code::NotAResource, message).at(resource.name_span());
    Err(Box::new(
        error
            .note("one of them is empty or holds a comma, or they were written by hand")
            .help("give the resource a name without commas from the start"),
    ))
}

/// The order of the output: the root's own options come before the command line's.
fn order(kustomization: &Kustomization, options: &BuildOptions) -> Result<Order> {
    let Some(sort) = &kustomization.sort_options else {
        return Ok(match options.reorder {
            Some(Reorder::None) => Order::Fifo,
            Some(Reorder::Legacy) | None => Order::Legacy,
        });
    };
    Ok(match SortOptions::order(sort)? {
        SortOrder::Fifo => Order::Fifo,
        SortOrder::Legacy(None) => Order::Legacy,
        SortOrder::Legacy(Some(lists)) => Order::LegacyWith {
            first: lists.first.iter().map(Text::to_string).collect(),
            last: lists.last.iter().map(Text::to_string).collect(),
        },
    })
}

/// Appends the hash of its content to the name of every generated object that wants one.
pub(super) fn add_hashes(set: &mut ResourceSet, warnings: &mut Vec<Diagnostic>) -> Result<()> {
    if !set.iter().any(|resource| resource.needs_hash) {
        return Ok(());
    }
    for resource in set.change_ids_mut() {
        if resource.needs_hash {
            if !matches!(resource.id().kind.as_str(), "ConfigMap" | "Secret") {
                warnings.push(other_hash(resource));
            }
            let hash = content_hash(&resource.id().kind, resource.node())
                .map_err(|error| Box::new(error.or_at(resource.name_span())))?;
            resource.store_previous();
            let name = &resource.id().name;
            resource.set_name(Text::made(format!("{name}-{hash}"), name.span()));
        }
    }
    Ok(())
}

/// The reference hashes its own tree of any other kind: styles, comments, lines and columns.
fn other_hash(resource: &Resource) -> Diagnostic {
    let message = format!("kustomize gives {} another suffix", resource.id());
    Diagnostic::warning(Code::Differs, message)
        .at(resource.name_span())
        .note("of kinds other than ConfigMap and Secret, it hashes comments and line numbers too")
        .help("if nothing counts on the very name, this one is better: only content changes it")
}

/// Drops objects that are only for the build. All must have a kind and a name, and of those that
/// stay no two may be the same.
fn drop_local(set: &mut ResourceSet) -> Result<()> {
    for resource in set.iter().filter(|resource| !resource.is_empty()) {
        let id = resource.id();
        let missing = match (id.kind.as_str(), id.name.as_str()) {
            ("", _) => "kind",
            _ if resource.node().at(&["kind"]).is_some_and(|kind| kind.is_null()) => "kind",
            (kind, "") if !kind.ends_with("List") => "metadata.name",
            _ => continue,
        };
        let message = format!("a patch left this object without `{missing}`");
        return Err(Box::new(
            Diagnostic::error(Code::NotAResource, message).at(resource.name_span()),
        ));
    }
    set.change_ids_mut().retain(|resource| !resource.is_empty() && !is_local(resource));
    match set.first_conflict() {
        None => Ok(()),
        Some((first, second)) => {
            let resource = set.as_slice()[second].clone();
            let error = duplicate(set, (resource, first), Span::NONE);
            Err(Box::new(error.note("they became the same when one of them was renamed")))
        }
    }
}

fn is_local(resource: &Resource) -> bool {
    let annotation =
        resource.annotations().and_then(|map| map.get("config.kubernetes.io/local-config"));
    annotation.is_some_and(|value| value.text().is_none_or(|text| text != "false"))
}

fn label_managed_by(set: &mut ResourceSet, span: Span) -> Result<()> {
    let key = Text::made("app.kubernetes.io/managed-by", span);
    let value = Text::made("kustomize-(devel)", span);
    let mut specs = SpecList::new(vec![FieldSpec::any_kind("metadata/labels", true)]);
    entries::apply(set, &[(key, value)], &mut specs)
}
