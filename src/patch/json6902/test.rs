//! The operation `test`: comparing by JSON text.

use super::Operation;
use super::pointer::Parent;
use crate::diag::{Code, Diagnostic, Result};
use crate::yaml::{Node, json};

impl Operation {
    pub(super) fn test(&self, root: &mut Node) -> Result<()> {
        let path = self.path()?;
        if path.text().is_empty() {
            return self.verdict(self.equals(root));
        }
        let found = match path.parent(root) {
            Some(Parent::Mapping(mapping)) => mapping.get(path.last()),
            Some(Parent::Sequence(items)) => {
                let at = path.index(path.last(), items.len())?;
                items.get(at)
            }
            None => return Err(path.no_parent(root)),
        };
        let found = found.filter(|found| !found.is_null());
        let wants_null = self.value.as_ref().map(Node::is_null);
        self.verdict(match (found, wants_null) {
            (None, wants_null) => wants_null == Some(true),
            (Some(_), None | Some(true)) => false,
            (Some(found), Some(false)) => self.equals(found),
        })
    }

    fn equals(&self, found: &Node) -> bool {
        match (&self.raw, &self.value) {
            (Some(raw), _) => equal(found, raw, true),
            (None, Some(value)) => equal(found, value, false),
            (None, None) => false,
        }
    }

    fn verdict(&self, passed: bool) -> Result<()> {
        if passed {
            return Ok(());
        }
        let path = self.path()?;
        let message = format!("the value at `{}` is not the one tested for", path.text());
        let span = self.value.as_ref().map_or(self.span, Node::span);
        let error = Diagnostic::error(Code::Patch, message).at(span);
        Err(Box::new(error.or_at(path.text().span())))
    }
}

/// Whether a value of the object equals a value of the patch. Scalars are equal when their JSON
/// texts are; a raw text is compared by the letter.
fn equal(found: &Node, wanted: &Node, raw: bool) -> bool {
    match (found, wanted) {
        (Node::Scalar(_), Node::Scalar(scalar)) if raw => {
            json_text(found).is_some_and(|text| text == scalar.text.as_bytes())
        }
        (Node::Scalar(_), Node::Scalar(_)) => {
            let texts = json_text(found).zip(json_text(wanted));
            texts.is_some_and(|(found, wanted)| found == wanted)
        }
        (Node::Sequence(found), Node::Sequence(wanted)) => {
            let (found, wanted) = (&found.items, &wanted.items);
            found.len() == wanted.len()
                && found.iter().zip(wanted).all(|(found, wanted)| equal(found, wanted, raw))
        }
        (Node::Mapping(found), Node::Mapping(wanted)) => {
            found.len() == wanted.len()
                && found.iter().all(|entry| {
                    let other = wanted.get(&entry.key.text);
                    other.is_some_and(|other| equal(&entry.value, other, raw))
                })
        }
        _ => false,
    }
}

fn json_text(node: &Node) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    json::write(node, &mut text).ok()?;
    Some(text)
}
