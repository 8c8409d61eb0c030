//! The `ValueAddTransformer` plugin: one value written into fields of many resources.

use thin_vec::ThinVec;

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
    let segments = split(path);
    let Some(field) = field(resource.node_mut(), &segments, value.span())? else { return Ok(()) };
    let new = match (position, &*field) {
        (1.., Node::Scalar(scalar)) => {
            let joined = insert_part(&scalar.text, position - 1, value);
            Text::made(joined, value.span())
        }
        _ => value.clone(),
    };
    write_scalar(field, new, Tag::Untagged)
}

/// The segments of a path; `\/` is a slash within one.
fn split(path: &str) -> Vec<String> {
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
    segments.iter().map(|segment| segment.trim().to_string()).collect()
}

/// The scalar at a path; what is missing is made, but for places in lists. Nothing where such a place
/// is missing, or below null: the reference makes fields in a null too, and writes it without them.
fn field<'n>(
    root: &'n mut Node,
    segments: &[String],
    origin: Span,
) -> Result<Option<&'n mut Node>> {
    let mut node = root;
    for (at, segment) in segments.iter().enumerate() {
        let next = segments.get(at + 1);
        let found = match Part::of(segment, origin)? {
            Part::Key if node.is_null() => None,
            _ if node.is_null() => {
                field(&mut Node::sequence(Vec::new(), origin), &segments[at..], origin)?;
                None
            }
            Part::Key => match node {
                Node::Mapping(mapping) => Some(entry(mapping, segment, next, origin)),
                other => return Err(wrong_kind("a mapping", other)),
            },
            part => match node {
                Node::Sequence(list) if list.items.is_empty() && matches!(part, Part::Last) => {
                    let message = "this list is empty, and so has no last element";
                    let error = Diagnostic::error(Code::FieldPath, message).at(list.span());
                    return Err(Box::new(error.or_at(origin)));
                }
                Node::Sequence(list) => part.find(&mut list.items, origin),
                other => return Err(wrong_kind("a sequence", other)),
            },
        };
        node = match found {
            Some(found) => found,
            None => return Ok(None),
        };
    }
    match node {
        Node::Scalar(_) => Ok(Some(node)),
        other => Err(wrong_kind("a scalar", other)),
    }
}

/// What a segment of a path names.
enum Part<'s> {
    Key,
    Index(usize),
    /// `-`
    Last,
    /// `[field=value]`, or `[=value]` for the element itself.
    Element(&'s str, &'s str),
}

impl<'s> Part<'s> {
    fn of(segment: &'s str, origin: Span) -> Result<Part<'s>> {
        let refuse = |message: String| Diagnostic::error(Code::FieldPath, message).at(origin);
        if let Ok(index) = segment.parse::<i64>() {
            return usize::try_from(index).map(Part::Index).map_err(|_| {
                let message = format!("`{segment}` is no place in a list");
                Box::new(refuse(message).help("count from 0, or write `-` for the last element"))
            });
        }
        match segment {
            "-" => Ok(Part::Last),
            "*" => Err(Box::new(
                refuse("a value can't be added to `*`, all elements".into())
                    .help("name the element: `[name=value]`, its number, or `-` for the last one"),
            )),
            _ if is_element(segment) => {
                let inner = &segment[1..segment.len() - 1];
                let (field, value) = inner.split_once('=').ok_or_else(|| {
                    Box::new(refuse(PathError::NoMatch(segment.into()).to_string()))
                })?;
                Ok(Part::Element(field, value))
            }
            _ => Ok(Part::Key),
        }
    }

    /// The element of a list; one that is looked for by a value is made.
    fn find<'n>(&self, items: &'n mut ThinVec<Node>, origin: Span) -> Option<&'n mut Node> {
        let (field, value) = match *self {
            Part::Key => return None,
            Part::Index(index) => return items.get_mut(index),
            Part::Last => return items.last_mut(),
            Part::Element(field, value) => (field, value),
        };
        let has_value = |item: &Node| match (field, item) {
            ("", Node::Scalar(scalar)) => scalar.text == *value,
            ("", _) => value.is_empty(),
            (_, item) => {
                let text = item.as_mapping().and_then(|mapping| mapping.text(field));
                text.is_some_and(|text| text == value)
            }
        };
        let at = items.iter().position(has_value).unwrap_or_else(|| {
            let scalar = Scalar::plain(Text::made(value, origin));
            items.push(match field {
                "" => scalar.into(),
                _ => {
                    let mut mapping = Mapping::new(origin);
                    mapping.set(Text::made(field, origin), scalar.into());
                    mapping.into()
                }
            });
            items.len() - 1
        });
        items.get_mut(at)
    }
}

fn is_element(segment: &str) -> bool {
    segment.len() > 1 && segment.starts_with('[') && segment.ends_with(']')
}

/// The value of a key. What is made depends on what the next segment looks for.
fn entry<'m>(
    mapping: &'m mut Mapping,
    key: &str,
    next: Option<&String>,
    origin: Span,
) -> &'m mut Node {
    let at = match mapping.position(key) {
        Some(at) => at,
        None => {
            let value = match next {
                None => Scalar::plain(Text::made("", origin)).into(),
                Some(next) if is_element(next) || next.parse::<u32>().is_ok() => {
                    Node::sequence(Vec::new(), origin)
                }
                Some(_) => Node::mapping(origin),
            };
            mapping.set(Text::made(key, origin), value);
            mapping.len() - 1
        }
    };
    &mut mapping.entries_mut()[at].value
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
