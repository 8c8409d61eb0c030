//! What is left of a resource when it has gone through JSON and back.

use crate::diag;
use crate::source::{Span, Text};
use crate::yaml::emit::analysis::{Analysis, Form};
use crate::yaml::emit::order::{self, Rule};
use crate::yaml::emit::{duplicate_key, reread};
use crate::yaml::scalar::{Value, write_float_yaml};
use crate::yaml::{Mapping, Node, Scalar, Style, Tag};

/// Turns a resource into what the reference has after a JSON 6902 patch: its values as JSON, every
/// number a 64-bit float, written and parsed again by its newer YAML library.
///
/// Integers beyond 2^53 lose digits; the spans of those that changed are returned. Large numbers
/// have an exponent in their text. Strings are plain unless their text needs quotes. Mappings and
/// sequences are in block style, keys sorted. Text that stays the same keeps its place, and
/// changed text is owed to the place of the old.
///
/// # Errors
/// For a key that a mapping has twice or that is no string, for values that JSON has not, and for
/// what the reference can't parse again. The node then is half done and of no use.
pub fn rebuild(node: &mut Node) -> diag::Result<Vec<Span>> {
    let mut lossy = Vec::new();
    let mut is_root = true;
    let mut pending = vec![(node, false)];
    // The last one pushed is the next one visited.
    while let Some((node, in_flow)) = pending.pop() {
        match node {
            Node::Scalar(scalar) => {
                let (rebuilt, span) = rebuild_scalar(scalar, in_flow)?;
                lossy.extend(span);
                rebuilt.write_to(scalar);
            }
            Node::Sequence(sequence) => {
                let in_flow = in_flow || sequence.is_flow();
                sequence.set_flow(false);
                pending.extend(sequence.items.iter_mut().rev().map(|item| (item, in_flow)));
            }
            Node::Mapping(mapping) => {
                let in_flow = in_flow || mapping.is_flow();
                mapping.set_flow(false);
                rebuild_keys(mapping, is_root, in_flow)?;
                let values = mapping.entries_mut().iter_mut().map(|entry| &mut entry.value);
                pending.extend(values.rev().map(|value| (value, in_flow)));
            }
        }
        is_root = false;
    }
    Ok(lossy)
}

fn rebuild_keys(mapping: &mut Mapping, in_root: bool, in_flow: bool) -> diag::Result<()> {
    for entry in mapping.entries_mut() {
        let text = reread::key(&entry.key, in_root, in_flow)?;
        string(&entry.key, &text)?.write_to(&mut entry.key);
        entry.key.drop_own_comment();
    }
    let keys = mapping.iter().map(|entry| entry.key.text.as_str());
    let mut keys: Vec<_> = keys.zip(0..).collect();
    order::sort(&mut keys, Rule::Rebuild)
        .map_err(|(first, second)| duplicate_key(mapping, first, second))?;
    if keys.iter().is_sorted_by_key(|(_, at)| *at) {
        return Ok(());
    }
    let order: Vec<u32> = keys.into_iter().map(|(_, at)| at).collect();
    let entries = mapping.entries_mut();
    let mut taken: Vec<_> = entries.drain(..).map(Some).collect();
    entries.extend(order.iter().filter_map(|at| taken[*at as usize].take()));
    Ok(())
}

/// The rebuilt scalar, and its span if it is an integer that lost digits.
fn rebuild_scalar(scalar: &Scalar, in_flow: bool) -> diag::Result<(Rebuilt, Option<Span>)> {
    let mut lossy = None;
    let rebuilt = match reread::scalar(scalar, in_flow)? {
        Value::Null => with_text(scalar, "null", Style::Plain),
        Value::Bool(true) => with_text(scalar, "true", Style::Plain),
        Value::Bool(false) => with_text(scalar, "false", Style::Plain),
        Value::Int(0) if scalar.is_negative_zero() => with_text(scalar, "-0", Style::Plain),
        Value::Int(value) => {
            lossy = (value as f64 as i128 != i128::from(value)).then(|| scalar.text.span());
            float(scalar, value as f64)
        }
        Value::Uint(value) => {
            lossy = (value as f64 as i128 != i128::from(value)).then(|| scalar.text.span());
            float(scalar, value as f64)
        }
        Value::Float(value) => float(scalar, value),
        Value::String(text) => string(scalar, &text)?,
    };
    Ok((rebuilt, lossy))
}

fn float(scalar: &Scalar, value: f64) -> Rebuilt {
    let mut text = Vec::with_capacity(24);
    write_float_yaml(value, &mut text);
    with_text(scalar, &String::from_utf8_lossy(&text), Style::Plain)
}

fn string(scalar: &Scalar, text: &str) -> diag::Result<Rebuilt> {
    let style = match Analysis::of(text).rebuild_form(text) {
        Form::Plain => Style::Plain,
        Form::Single => Style::SingleQuoted,
        Form::Double => Style::DoubleQuoted,
        Form::Literal if text.starts_with('\t') => return Err(reread::tab_error(scalar)),
        Form::Literal => Style::Literal,
    };
    Ok(with_text(scalar, text, style))
}

/// What a scalar becomes.
struct Rebuilt {
    /// Its text, if that is another one.
    text: Option<Text>,
    style: Style,
}

impl Rebuilt {
    fn write_to(self, scalar: &mut Scalar) {
        if let Some(text) = self.text {
            scalar.text = text;
        } else if scalar.comment().is_some() {
            // Without its place in the file the text has no comment any more.
            scalar.text = scalar.text.with_origin(scalar.text.span());
        }
        scalar.style = self.style;
        scalar.tag = Tag::Auto;
        scalar.share = 0;
    }
}

fn with_text(scalar: &Scalar, text: &str, style: Style) -> Rebuilt {
    let text = (scalar.text != *text).then(|| Text::made(text, scalar.text.span()));
    Rebuilt { text, style }
}
