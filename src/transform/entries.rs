//! Labels and annotations: string entries in mappings that field specs name.

use crate::diag::Result;
use crate::k8s::field_walk::{EntryWriter, Leaf};
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Resource, ResourceSet};
use crate::source::Text;

/// Adds string entries to every mapping that the specs lead to, in the order of the keys.
///
/// An entry that is added in several places of one resource is one scalar in the reference: a later
/// change of one of them reaches the others. The entries get a share number for that.
///
/// # Errors
/// When a path meets something that can't hold entries.
pub(crate) fn apply(
    set: &mut ResourceSet,
    pairs: &[(Text, Text)],
    specs: &mut SpecList,
) -> Result<()> {
    let mut pairs: Vec<&(Text, Text)> = pairs.iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    for resource in set.keep_ids_mut() {
        for (key, value) in &pairs {
            add_entry(resource, key, value, specs)?;
        }
        resource.sync_shares();
    }
    Ok(())
}

fn add_entry(
    resource: &mut Resource,
    key: &Text,
    value: &Text,
    specs: &mut SpecList,
) -> Result<()> {
    let mut writer = EntryWriter::new(key, value, resource.next_share());
    let id = resource.id().clone();
    for spec in specs.fitting(&id) {
        let node = resource.node_mut();
        let mut write = |node: &mut _| writer.write(node);
        spec.visit(&id, node, Some(Leaf::Mapping), key.span(), &mut write)?;
    }
    match writer.added {
        0 => {}
        1 => resource.skip_share(),
        _ => resource.add_share(writer.into_scalar()),
    }
    Ok(())
}
