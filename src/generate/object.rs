//! The object that a generator makes.

use base64::Engine as _;

use super::sources::{Data, Pairs};
use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::check_name;
use crate::k8s::quirks;
use crate::source::{Span, Text};
use crate::yaml::{Key, Mapping, Node, Scalar, Style, Tag};

/// What is made.
#[derive(Clone, Debug)]
pub(crate) enum ObjectKind {
    ConfigMap,
    /// A Secret of this type; empty for the default type.
    Secret(Text),
}

/// All that a generated object consists of.
#[derive(Clone, Debug)]
pub(crate) struct ObjectSpec<'g> {
    pub(crate) kind: ObjectKind,
    pub(crate) name: &'g Text,
    pub(crate) namespace: &'g Text,
    pub(crate) labels: &'g [(Text, Text)],
    pub(crate) annotations: &'g [(Text, Text)],
    pub(crate) immutable: bool,
    pub(crate) pairs: &'g Pairs,
    /// The generator's entry in its kustomization.
    pub(crate) span: Span,
}

/// Makes the object.
///
/// # Errors
/// When there is no name, and when a ConfigMap gets a label or annotation with an empty key.
pub(crate) fn make_object(spec: &ObjectSpec<'_>) -> Result<Node> {
    let kind = match spec.kind {
        ObjectKind::ConfigMap => "ConfigMap",
        ObjectKind::Secret(_) => "Secret",
    };
    if spec.name.is_empty() {
        let error = Diagnostic::error(Code::Generator, format!("a generated {kind} needs a name"));
        return Err(Box::new(error.at(spec.span).help("give the entry a `name`")));
    }
    let mut root = Mapping::new(spec.span);
    // The reference reads these two from a text, as if a user had written them.
    let parsed = |text: &str| Scalar::new(Text::made(text, spec.span), Style::Plain, Tag::Auto);
    root.set("apiVersion", parsed("v1").into());
    root.set("kind", parsed(kind).into());
    let mut metadata = Mapping::new(spec.span);
    // These are tagged as text, and so is what is written over them.
    metadata.set("name", quirks::added_value(spec.name.clone(), Tag::Str).into());
    if !spec.namespace.is_empty() {
        metadata.set("namespace", quirks::added_value(spec.namespace.clone(), Tag::Str).into());
    }
    for (field, pairs) in [("labels", spec.labels), ("annotations", spec.annotations)] {
        let checked = pairs.iter().try_for_each(|(key, _)| check_name(key));
        match (&spec.kind, checked) {
            (_, Ok(())) => {}
            (ObjectKind::ConfigMap, Err(error)) => return Err(error),
            // The reference stops here, and does not look whether it could write them.
            (ObjectKind::Secret(_), Err(_)) => {
                metadata.set(field, Mapping::new(spec.span).into());
                break;
            }
        }
        if !pairs.is_empty() {
            metadata.set(field, string_map(pairs, spec.span).into());
        }
    }
    root.set("metadata", metadata.into());
    match &spec.kind {
        ObjectKind::ConfigMap => write_config_map_data(&mut root, spec),
        ObjectKind::Secret(secret_type) => write_secret_data(&mut root, spec, secret_type),
    }
    if spec.immutable {
        let value = Scalar::new(Text::made("true", spec.span), Style::Plain, Tag::Bool);
        root.set("immutable", value.into());
    }
    Ok(root.into())
}

fn string_map(pairs: &[(Text, Text)], span: Span) -> Mapping {
    let mut map = Mapping::new(span);
    for (key, value) in pairs {
        map.set(key.clone(), Scalar::new(value.clone(), Style::SingleQuoted, Tag::Str).into());
    }
    map
}

fn write_config_map_data(root: &mut Mapping, spec: &ObjectSpec<'_>) {
    let mut data = Mapping::new(spec.span);
    let mut binary = Mapping::new(spec.span);
    for (key, value) in sorted(spec.pairs) {
        let key = Key::plain(key.clone());
        match value {
            Data::Text(text) => data.push(key, data_value(text.clone())),
            Data::Bytes(bytes) => {
                let text = Text::made(encode_base64(bytes), key.text.span());
                binary.push(key, data_value(text));
            }
        }
    }
    for (field, map) in [("data", data), ("binaryData", binary)] {
        if !map.is_empty() {
            root.set(field, map.into());
        }
    }
}

fn write_secret_data(root: &mut Mapping, spec: &ObjectSpec<'_>, secret_type: &Text) {
    let secret_type = match secret_type.is_empty() {
        true => Text::made("Opaque", spec.span),
        false => secret_type.clone(),
    };
    root.set("type", Node::string(secret_type));
    let mut data = Mapping::new(spec.span);
    for (key, value) in sorted(spec.pairs) {
        let text = Text::made(encode_base64(value.as_bytes()), key.span());
        data.push(Key::plain(key.clone()), data_value(text));
    }
    root.set("data", data.into());
}

fn sorted(pairs: &Pairs) -> Vec<(&Text, &Data)> {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(b.0));
    pairs
}

/// A value of `data`: a string, as a literal block if it has several lines.
pub(super) fn data_value(text: Text) -> Node {
    match text.contains('\n') {
        true => Scalar::new(text, Style::Literal, Tag::Str).into(),
        false => quirks::added_value(text, Tag::Str).into(),
    }
}

/// Base64 as the reference writes it: from 70 characters on in lines of 70, each with its end.
pub(super) fn encode_base64(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = next;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_wraps_from_52_bytes_on() {
        assert_eq!(encode_base64(&[0; 51]).len(), 68);
        let wrapped = encode_base64(&[0; 52]);
        assert_eq!(wrapped.lines().map(str::len).collect::<Vec<_>>(), [70, 2]);
        assert!(wrapped.ends_with("==\n") || wrapped.ends_with("=\n"), "{wrapped}");
    }
}
