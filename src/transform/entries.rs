//! Labels and annotations: string entries in mappings that field specs name.

use crate::diag::Result;
use crate::k8s::bookkeeping;
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
    let writers: Vec<EntryWriter> =
        pairs.iter().map(|(key, value)| EntryWriter::new(key, value)).collect();
    let leads_to_annotations = |creates: bool| {
        let mut specs = specs.as_slice().iter().filter(|spec| spec.create == creates);
        specs.any(|spec| *spec.path.text() == "metadata/annotations")
    };
    let finds_annotations = leads_to_annotations(false);
    let creates_annotations = leads_to_annotations(true);
    let writes_books = pairs.iter().any(|(key, _)| bookkeeping::is_internal(key));
    for resource in set.keep_ids_mut() {
        if finds_annotations {
            make_annotations(resource);
        }
        if creates_annotations {
            resource.has_annotations_in_null = false;
        }
        if writes_books {
            resource.make_room_for_bookkeeping();
            bookkeeping::lay_open(resource);
        }
        let mut wrote_shared = false;
        for writer in &writers {
            wrote_shared |= add_entry(resource, writer, specs)?;
        }
        if wrote_shared {
            resource.sync_shares();
        }
        if writes_books {
            bookkeeping::take_back(resource);
        }
    }
    Ok(())
}

/// Adds one entry to one resource. Says whether a shared scalar was written over.
fn add_entry(resource: &mut Resource, writer: &EntryWriter, specs: &mut SpecList) -> Result<bool> {
    let mut writer = writer.for_resource(resource.next_share());
    let origin = writer.key().span();
    let (id, node) = resource.id_and_node_mut();
    for spec in specs.fitting(id) {
        let mut write = |node: &mut _| writer.write(node);
        spec.visit(id, node, Some(Leaf::Mapping), origin, &mut write)?;
    }
    let EntryWriter { wrote_shared, restyled, added, .. } = writer;
    let scalar = writer.into_scalar();
    if restyled {
        resource.write_share(&scalar);
    }
    match added {
        0 => {}
        1 => resource.skip_share(),
        _ => resource.add_share(scalar),
    }
    Ok(wrote_shared)
}

/// The reference keeps its books in annotations: a field spec that may not create them finds them.
/// It finds them also where null stands, which then holds entries.
fn make_annotations(resource: &mut Resource) {
    bookkeeping::fill_null(resource);
    if resource.has_bookkeeping && resource.node().at(&["metadata", "annotations"]).is_none() {
        bookkeeping::ensure_annotations(resource);
    }
}
