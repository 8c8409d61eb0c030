//! `namePrefix` and `nameSuffix`.

use crate::diag::Result;
use crate::k8s::bookkeeping;
use crate::k8s::field_walk::{Leaf, write_scalar};
use crate::k8s::schema::Schema;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Resource, ResourceSet, split_api_version};
use crate::source::Text;
use crate::yaml::{Node, Tag};

/// Which end of a name is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affix {
    Prefix,
    Suffix,
}

/// Puts `text` before or behind the names of all resources and the other fields of the specs.
///
/// # Errors
/// When a field is no scalar.
pub(crate) fn apply(
    set: &mut ResourceSet,
    affix: Affix,
    text: &Text,
    specs: &SpecList,
    schema: &Schema,
) -> Result<()> {
    for resource in set.change_ids_mut() {
        if is_exempt(resource) {
            continue;
        }
        let mut wrote_shared = false;
        for spec in specs.as_slice() {
            let (group, version) = split_api_version(&resource.id().api_version);
            if !spec.selects(group, version, resource.original_kind()) {
                continue;
            }
            if *spec.path.text() == "metadata/name" {
                record(resource, affix, text);
            }
            if spec.fits(resource.id()) {
                let mut write = |node: &mut Node| {
                    wrote_shared |= node.is_shared();
                    join(node, affix, text)
                };
                let opens_books = spec.path.leads_to_annotations();
                bookkeeping::with_books(resource, opens_books, |resource| {
                    let (id, node) = resource.id_and_node_mut();
                    spec.visit(id, node, Some(Leaf::Scalar), text.span(), &mut write)
                })?;
                resource.refresh(schema);
            }
        }
        if wrote_shared {
            resource.sync_shares();
        }
    }
    Ok(())
}

/// Kinds whose names are not to be changed, by what they were when loaded.
fn is_exempt(resource: &Resource) -> bool {
    match resource.original_kind() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => resource.id().group() == "apiregistration.k8s.io",
        _ => false,
    }
}

fn record(resource: &mut Resource, affix: Affix, text: &Text) {
    if text.is_empty() {
        return;
    }
    let affixes = match affix {
        Affix::Prefix => &mut resource.prefixes,
        Affix::Suffix => &mut resource.suffixes,
    };
    affixes.reserve_exact(1);
    affixes.push(text.clone());
    resource.store_previous();
}

fn join(node: &mut Node, affix: Affix, text: &Text) -> Result<()> {
    let old = node.as_scalar().map_or("", |scalar| scalar.text.as_str());
    let joined = match affix {
        Affix::Prefix => format!("{text}{old}"),
        Affix::Suffix => format!("{old}{text}"),
    };
    write_scalar(node, Text::made(joined, text.span()), Tag::Untagged)
}
