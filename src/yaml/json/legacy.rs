//! YAML 1.1 as JSON: what the reference's older library makes of kustomization files and of
//! patches written as YAML.

use thin_vec::ThinVec;

use std::collections::HashSet;

use crate::diag::{self, Code, Diagnostic};
use crate::source::Text;
use crate::yaml::scalar::{Value, write_float_json, write_int, write_uint};
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Sequence, Style, Tag};

/// A copy of a node with the types of YAML 1.1: `yes` is true, `010` is 8, dates are strings. The
/// scalars say what they are: strings are quoted or tagged, all else is plain and tagged, in
/// JSON's spelling. Keys are strings whatever they were, and the last of equal keys wins.
///
/// Every scalar keeps its span.
///
/// # Errors
/// For null keys, integer keys above 2^63, and values that JSON has not, such as infinity.
pub fn from_yaml_1_1(node: &Node) -> diag::Result<Node> {
    let mut root = placeholder();
    let mut pending = vec![(node, &mut root)];
    while let Some((source, target)) = pending.pop() {
        match source {
            Node::Scalar(scalar) => *target = Node::Scalar(typed(scalar)?),
            Node::Sequence(sequence) => {
                let items: ThinVec<_> = sequence.items.iter().map(|_| placeholder()).collect();
                *target = Sequence::new(items, sequence.span()).into();
                if let Node::Sequence(target) = target {
                    pending.extend(sequence.items.iter().zip(&mut target.items).rev());
                }
            }
            Node::Mapping(mapping) => {
                let kept = last_of_equal_keys(mapping)?;
                let (keys, values): (Vec<Key>, Vec<&Node>) = kept.into_iter().unzip();
                let entries = keys.into_iter().map(|key| Entry { key, value: placeholder() });
                let entries: ThinVec<_> = entries.collect();
                *target = Mapping::from_entries(entries, mapping.span(), false).into();
                if let Node::Mapping(target) = target {
                    let targets = target.entries_mut().iter_mut().map(|entry| &mut entry.value);
                    pending.extend(values.into_iter().zip(targets).rev());
                }
            }
        }
    }
    Ok(root)
}

/// Stands for a node that is still to be made.
fn placeholder() -> Node {
    Scalar::plain(Text::default()).into()
}

fn last_of_equal_keys(mapping: &Mapping) -> diag::Result<Vec<(Key, &Node)>> {
    let mut kept = Vec::with_capacity(mapping.len());
    for entry in mapping {
        kept.push((string_key(&entry.key)?, &entry.value));
    }
    let mut seen = HashSet::with_capacity(kept.len());
    let is_last: Vec<bool> =
        kept.iter().rev().map(|(key, _)| seen.insert(key.text.as_str())).collect();
    let mut is_last = is_last.into_iter().rev();
    kept.retain(|_| is_last.next().unwrap_or(true));
    Ok(kept)
}

fn string_key(key: &Key) -> diag::Result<Key> {
    let Some(text) = key.key_1_1().map_err(|error| error.at(key))? else {
        let what = if key.is_null() { "null" } else { "an integer this large" };
        return Err(Box::new(
            Diagnostic::error(Code::InvalidKey, format!("{what} can't be a key"))
                .at(key.text.span())
                .help("quote the key if the text is meant"),
        ));
    };
    Ok(string(key, &text))
}

fn typed(scalar: &Scalar) -> diag::Result<Scalar> {
    let mut text = Vec::new();
    let tag = match scalar.value_1_1().map_err(|error| error.at(scalar))? {
        Value::String(text) => return Ok(string(scalar, &text)),
        Value::Null => {
            text.extend_from_slice(b"null");
            Tag::Null
        }
        Value::Bool(value) => {
            text.extend_from_slice(if value { b"true" } else { b"false" });
            Tag::Bool
        }
        Value::Int(0) if scalar.is_negative_zero() => {
            // Without a point it would be read as an integer, which has no sign at zero.
            text.extend_from_slice(b"-0.0");
            Tag::Float
        }
        Value::Int(value) => {
            write_int(value, &mut text);
            Tag::Int
        }
        Value::Uint(value) => {
            write_uint(value, false, &mut text);
            Tag::Int
        }
        Value::Float(value) => {
            write_float_json(value, &mut text);
            Tag::Float
        }
    };
    Ok(with_text(scalar, &String::from_utf8_lossy(&text), Style::Plain, tag))
}

/// A string in the scalar's own quotes, or plain and tagged. A folded one does not stay so: it would
/// be folded again when it is written.
fn string(scalar: &Scalar, text: &str) -> Scalar {
    let tag = if scalar.style.is_quoted() { Tag::Auto } else { Tag::Str };
    let style = if scalar.style == Style::Folded { Style::Literal } else { scalar.style };
    with_text(scalar, text, style, tag)
}

fn with_text(scalar: &Scalar, text: &str, style: Style, tag: Tag) -> Scalar {
    let text = if scalar.text == *text {
        scalar.text.clone()
    } else {
        Text::made(text, scalar.text.span())
    };
    Scalar::new(text, style, tag)
}
