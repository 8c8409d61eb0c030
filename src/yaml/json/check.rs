//! Whether a resource has a JSON form at all.

use crate::diag;
use crate::yaml::Node;
use crate::yaml::emit::reread;

/// Refuses a resource that [`write()`](super::write()) would refuse, without writing it: for what
/// is about to lose the part that has no JSON.
///
/// # Errors
/// For keys that are no strings, for values that JSON has not, and for what the reference can't
/// parse again.
pub fn check(node: &Node) -> diag::Result<()> {
    let mut is_root = true;
    let mut pending = vec![(node, false)];
    while let Some((node, in_flow)) = pending.pop() {
        match node {
            Node::Scalar(scalar) => drop(reread::scalar(scalar, in_flow)?),
            Node::Sequence(sequence) => {
                let in_flow = in_flow || sequence.flow;
                pending.extend(sequence.items.iter().rev().map(|item| (item, in_flow)));
            }
            Node::Mapping(mapping) => {
                let in_flow = in_flow || mapping.flow;
                for entry in mapping.iter() {
                    reread::key(&entry.key, is_root, in_flow)?;
                }
                let entries = mapping.entries().iter().rev();
                pending.extend(entries.map(|entry| (&entry.value, in_flow)));
            }
        }
        is_root = false;
    }
    Ok(())
}
