//! Schemas in comments: `ports: # {"x-kubernetes-patch-strategy": "merge"}`.
//!
//! A comment of a list that is a JSON object takes the place of the list's schema, whatever is in
//! it. Tools that write their own notes in this form so turn merging off. The comment stands behind
//! the key or the brackets; without one there, a single line of it directly above the key counts.

use super::json6902::json;
use crate::k8s::schema::OwnSchema;
use crate::source::Text;
use crate::yaml::{Key, Limits, Node, Sequence};

/// The schema that the comment of a list gives.
pub(super) fn schema(key: &Key, value: &Node) -> Option<OwnSchema> {
    let Node::Sequence(list) = value else { return None };
    if !may_have_comment(key) {
        return None;
    }
    let comment = comment_behind(key, list).or_else(|| comment_above(key))?;
    let text = comment.trim_start_matches('#').trim();
    if !text.starts_with('{') {
        return None;
    }
    let end = comment.trim_end().len();
    let schema = json::parse(&comment.part(end - text.len()..end), &Limits::default()).ok()?.root;
    if schema.is_empty_collection() { None } else { OwnSchema::read(&schema) }
}

/// Whether there is a `#` behind a key, or the line above is a comment or blank: a look that
/// spares more, since nearly all lists have none.
fn may_have_comment(key: &Key) -> bool {
    let is_near = |above: Text| above.trim().is_empty() || comment_of(&above).is_some();
    key.text.rest_of_line().contains('#') || key.text.line_above().is_some_and(is_near)
}

fn comment_behind(key: &Key, list: &Sequence) -> Option<Text> {
    let line = key.text.rest_of_line();
    let hash = memchr::memchr(b'#', line.as_bytes())?;
    let start = if list.is_flow() {
        // The brackets may hold a `#` too.
        list.span().end().checked_sub(line.span().start())? as usize
    } else {
        hash
    };
    let rest = line.as_str().get(start..)?;
    comment_of(&line.part(start..start + rest.len()))
}

/// The only comment line between a key and what stands above it. If that is no parent but another
/// field, the comment must stand directly above the key: apart from it, it belongs to the other.
fn comment_above(key: &Key) -> Option<Text> {
    let indent = key.text.start_of_line();
    if !indent.trim_matches([' ', '\'', '"']).is_empty() {
        return None;
    }
    let mut found: Option<Text> = None;
    let (mut stands_apart, mut is_above_gap, mut others_above_gap) = (false, false, false);
    let mut line = key.text.line_above();
    while let Some(above) = line.take() {
        line = above.line_above();
        match comment_of(&above) {
            Some(_) if found.is_some() && !is_above_gap => return None,
            Some(_) if found.is_some() => others_above_gap = true,
            // Further in than the key it may be a line of a text.
            Some(comment) if above.len() - comment.len() > indent.len() => return None,
            Some(comment) => found = Some(comment),
            None if above.trim().is_empty() && found.is_some() => is_above_gap = true,
            None if above.trim().is_empty() => stands_apart = true,
            None => {
                let column = above.len() - above.trim_start_matches([' ', '-']).len();
                let is_parent = column < indent.len();
                let is_anothers = if is_parent { others_above_gap } else { stands_apart };
                return found.filter(|_| !is_anothers);
            }
        }
    }
    found.filter(|_| !others_above_gap)
}

/// The comment with which a piece of a line begins.
fn comment_of(line: &Text) -> Option<Text> {
    let start = line.len() - line.trim_start().len();
    line[start..].starts_with('#').then(|| line.part(start..line.len()))
}
