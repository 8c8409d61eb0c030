//! Schemas in comments: `ports: # {"x-kubernetes-patch-strategy": "merge"}`.
//!
//! A comment behind the key of a list that is a JSON object takes the place of the list's schema,
//! whatever is in it. Tools that write their own notes in this form so turn merging off.

use super::json6902::json;
use crate::k8s::schema::OwnSchema;
use crate::yaml::{Key, Limits, Node};

/// The schema that the comment of a list gives.
pub(super) fn schema(key: &Key, value: &Node) -> Option<OwnSchema> {
    let Node::Sequence(list) = value else { return None };
    let line = key.text.rest_of_line();
    let hash = memchr::memchr(b'#', line.as_bytes())?;
    let start = if list.flow {
        // The brackets may hold a `#` too.
        list.span.end().checked_sub(line.span().start())? as usize
    } else {
        hash
    };
    let comment = line.as_str().get(start..)?.trim_start();
    let text = comment.strip_prefix('#')?.trim_start_matches('#').trim();
    if !text.starts_with('{') {
        return None;
    }
    let end = line.trim_end().len();
    let schema = json::parse(&line.part(end - text.len()..end), &Limits::default()).ok()?.root;
    if schema.is_empty_collection() { None } else { OwnSchema::read(&schema) }
}
