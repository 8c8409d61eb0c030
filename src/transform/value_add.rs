//! The `ValueAddTransformer` plugin: one value written into fields of many resources.

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::Resource;
use crate::k8s::field_walk::{write_scalar, wrong_kind};
use crate::source::{Span, Text};
use crate::yaml::path::PathError;
use crate::yaml::{Mapping, Node, Scalar, Tag};

/// Writes a value to the field at a slash-separated path of a resource, making it if it is
/// missing. With a position above 0 the value becomes that part of the file path in the field.
///
/// # Errors
/// When the path meets something that it can't go through, or does not end at a scalar.
pub(crate) fn apply(
    resource: &mut Resource,
    value: &Text,
    path: &str,
    position: i64,
) -> Result<()> {
    let field = field(resource.node_mut(), path, value.span())?;
    let new = match (position, &*field) {
        (1.., Node::Scalar(scalar)) => {
            let joined = insert_part(&scalar.text, position - 1, value);
            Text::made(joined, value.span())
        }
        _ => value.clone(),
    };
    write_scalar(field, new, Tag::Untagged)
}

/// The scalar at a path; missing mappings and the scalar itself are made.
fn field<'n>(root: &'n mut Node, path: &str, origin: Span) -> Result<&'n mut Node> {
    let mut segments: Vec<String> = Vec::new();
    for part in path.split('/') {
        match segments.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => segments.push(part.to_string()),
        }
    }
    segments.retain(|segment| !segment.trim().is_empty());
    let mut node = root;
    let count = segments.len();
    for (at, segment) in segments.iter().enumerate() {
        let segment = segment.trim();
        let is_last = at + 1 == count;
        node = match node {
            Node::Mapping(mapping) => entry(mapping, segment, is_last, origin),
            Node::Sequence(sequence) => {
                let index = element(&sequence.items, segment, origin)?;
                &mut sequence.items[index]
            }
            other => return Err(wrong_kind("a mapping", other)),
        };
    }
    match node {
        Node::Scalar(_) => Ok(node),
        other => Err(wrong_kind("a scalar", other)),
    }
}

fn entry<'m>(mapping: &'m mut Mapping, key: &str, is_last: bool, origin: Span) -> &'m mut Node {
    let at = match mapping.position(key) {
        Some(at) => at,
        None => {
            let value = match is_last {
                true => Scalar::plain(Text::made("", origin)).into(),
                false => Node::mapping(origin),
            };
            mapping.set(Text::made(key, origin), value);
            mapping.len() - 1
        }
    };
    &mut mapping.entries_mut()[at].value
}

/// `[name=value]`, an index, or `-` for the last element.
fn element(items: &[Node], segment: &str, origin: Span) -> Result<usize> {
    let inner = segment.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let found = match inner.and_then(|inner| inner.split_once('=')) {
        Some((field, value)) => items.iter().position(|item| {
            let text = item.as_mapping().and_then(|mapping| mapping.text(field));
            text.is_some_and(|text| text == value)
        }),
        None if segment == "-" => items.len().checked_sub(1),
        None => segment.parse().ok().filter(|index: &usize| *index < items.len()),
    };
    found.ok_or_else(|| {
        let problem = PathError::NoMatch(segment.into());
        let message = format!("no element `{segment}` in this list: {problem}");
        Box::new(Diagnostic::error(Code::FieldPath, message).at(origin))
    })
}

/// Puts a part into a file path. A leading slash stays in front; a position behind the end means
/// the end.
fn insert_part(path: &str, position: i64, part: &str) -> String {
    let (root, rest) = match path.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", path),
    };
    let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let at = usize::try_from(position).unwrap_or(0).min(parts.len());
    parts.insert(at, part);
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::insert_part;

    #[test]
    fn parts_go_where_they_are_told() {
        for (old, position, new) in [
            ("", 0, "PEACH"),
            ("/", 5, "/PEACH"),
            ("pie", 0, "PEACH/pie"),
            ("/pie", 0, "/PEACH/pie"),
            ("raw", 9, "raw/PEACH"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/PEACH/pie"),
        ] {
            assert_eq!(insert_part(old, position, "PEACH"), new);
        }
    }
}
