//! `replicas`: how many pods a workload has.

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::{Leaf, write_scalar};
use crate::k8s::schema::Schema;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{ResourceSet, bookkeeping, split_api_version};
use crate::source::Text;
use crate::yaml::{Node, Tag};

/// Sets the number in all resources that have or had the name and are of a kind with replicas.
///
/// # Errors
/// When there is none.
pub(crate) fn apply(
    set: &mut ResourceSet,
    name: &Text,
    count: &Text,
    specs: &SpecList,
    schema: &Schema,
) -> Result<()> {
    let mut found = false;
    for spec in specs.as_slice() {
        let renames = spec.path.leads_to_identity();
        let opens_books = spec.path.leads_to_annotations();
        for at in set.named(name) {
            let resource = &mut set.keep_ids_mut()[at];
            let (group, version) = split_api_version(&resource.id().api_version);
            let fits = |(id_name, _, kind): (&str, &str, &str)| {
                *name == *id_name && spec.selects(group, version, kind)
            };
            if !resource.any_ids().any(fits) {
                continue;
            }
            found = true;
            let id = resource.id().clone();
            if spec.fits(&id) {
                let mut wrote_shared = false;
                let mut write = |node: &mut Node| {
                    wrote_shared |= node.is_shared();
                    write_scalar(node, count.clone(), Tag::Int)
                };
                bookkeeping::with_books(resource, opens_books, |resource| {
                    let node = resource.node_mut();
                    spec.visit(&id, node, Some(Leaf::Scalar), count.span(), &mut write)
                })?;
                if wrote_shared {
                    resource.sync_shares();
                }
                if renames {
                    // The next field is looked for under the new name.
                    set.change(at, |resource| resource.refresh(schema));
                }
            }
        }
    }
    if found { Ok(()) } else { Err(no_such(set, name, specs)) }
}

fn no_such(set: &ResourceSet, name: &Text, specs: &SpecList) -> Box<Diagnostic> {
    let kinds: Vec<&str> = specs.as_slice().iter().map(|spec| spec.kind.as_str()).collect();
    let message = format!("no resource `{name}` has replicas to set");
    let with_replicas = set.iter().filter(|resource| kinds.contains(&&*resource.id().kind));
    Box::new(
        Diagnostic::error(Code::Replicas, message)
            .at(name.span())
            .note(format!("looked for {}", kinds.join(", ")))
            .suggest(name, with_replicas.map(|resource| resource.original_name())),
    )
}
