//! The hash of a generated object's content, which becomes part of its name.

use sha2::{Digest, Sha256};

use crate::diag::Result;
use crate::yaml::{Node, Scalar, Style, Tag, Value, json};

/// Ten characters that change when the content does.
///
/// The reference hashes a JSON text of the object's kind and data, in which the name is always
/// empty; then it maps some hexadecimal digits to letters so that no words arise.
///
/// # Errors
/// When a value can't be written as JSON.
pub(crate) fn content_hash(kind: &str, node: &Node) -> Result<String> {
    let mut text = Vec::new();
    write_content(kind, node, &mut text)?;
    let digest = Sha256::digest(&text);
    let digits = digest.iter().take(5).flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(|digit| DIGITS[usize::from(digit)] as char).collect())
}

/// Whether a text could be such a hash.
pub(crate) fn is_content_hash(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| DIGITS.contains(&byte))
}

const DIGITS: &[u8; 16] = b"gh2k456789mbcdtf";

fn write_content(kind: &str, node: &Node, out: &mut Vec<u8>) -> Result<()> {
    let mut fields: Vec<(&str, Option<&Node>)> = match kind {
        "ConfigMap" => vec![("binaryData", node.at(&["binaryData"])), ("data", node.at(&["data"]))],
        "Secret" => vec![("data", node.at(&["data"])), ("stringData", node.at(&["stringData"]))],
        _ => return json::write(node, out),
    };
    fields.retain(|(name, value)| {
        *name == "data" || value.is_some_and(|value| value.as_scalar().is_none())
    });
    let mut separator = b'{';
    let mut key = |out: &mut Vec<u8>, name: &str| {
        out.push(separator);
        separator = b',';
        out.extend_from_slice(format!("\"{name}\":").as_bytes());
    };
    // Byte order: binaryData, data, kind, name, stringData, type.
    let (before, after): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(name, _)| *name < "kind");
    for (name, value) in before {
        key(out, name);
        write_value(value, out)?;
    }
    key(out, "kind");
    out.extend_from_slice(format!("\"{kind}\"").as_bytes());
    key(out, "name");
    out.extend_from_slice(b"\"\"");
    for (name, value) in after {
        key(out, name);
        write_value(value, out)?;
    }
    if kind == "Secret" {
        key(out, "type");
        write_value(node.at(&["type"]), out)?;
    }
    out.push(b'}');
    Ok(())
}

/// A missing value is the empty string, a scalar is its text, and a list is null, as in the
/// reference.
fn write_value(value: Option<&Node>, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Some(Node::Scalar(scalar)) => json::write(&Node::string(scalar.text.clone()), out),
        Some(Node::Sequence(_)) => {
            out.extend_from_slice(b"null");
            Ok(())
        }
        Some(value) if has_large_number(value) => {
            let mut value = value.clone();
            round_large_numbers(&mut value);
            json::write(&value, out)
        }
        Some(value) => json::write(value, out),
        None => {
            out.extend_from_slice(b"\"\"");
            Ok(())
        }
    }
}

/// The integer that a 64-bit float does not hold exactly, as a float.
fn large_number(scalar: &Scalar) -> Option<f64> {
    const EXACT: u64 = 1 << 53;
    if scalar.style.is_quoted() && scalar.tag == Tag::Auto {
        return None;
    }
    match scalar.value() {
        Ok(Value::Int(value)) if value.unsigned_abs() > EXACT => Some(value as f64),
        Ok(Value::Uint(value)) if value > EXACT => Some(value as f64),
        _ => None,
    }
}

fn has_large_number(node: &Node) -> bool {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        match node {
            Node::Scalar(scalar) if large_number(scalar).is_some() => return true,
            Node::Scalar(_) => {}
            Node::Sequence(sequence) => pending.extend(&sequence.items),
            Node::Mapping(mapping) => pending.extend(mapping.iter().map(|entry| &entry.value)),
        }
    }
    false
}

/// The reference reads the JSON text of the data once, numbers as floats, before it hashes it.
fn round_large_numbers(node: &mut Node) {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        match node {
            Node::Scalar(scalar) => {
                if let Some(value) = large_number(scalar) {
                    *scalar = Scalar::new(format!("{value:e}"), Style::Plain, Tag::Float);
                }
            }
            Node::Sequence(sequence) => pending.extend(&mut sequence.items),
            Node::Mapping(mapping) => {
                pending.extend(mapping.entries_mut().iter_mut().map(|entry| &mut entry.value));
            }
        }
    }
}
