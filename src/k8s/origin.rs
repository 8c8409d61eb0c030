//! Where a resource comes from, as the reference's origin and transformer annotations tell it.

use std::sync::Arc;

use crate::source::{Sources, Text};
use crate::yaml::json::from_yaml_1_1;
use crate::yaml::{Entry, Limits, Mapping, Node, Value, emit, parse_document};

/// A file, or a field of a kustomization file, or a plugin's configuration. Empty parts are left
/// out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceOrigin {
    /// The resource's file, relative to the root of the build.
    pub path: String,
    /// The repository that the file comes from; empty for local ones.
    pub repo: String,
    /// The branch, tag or commit of that repository.
    pub git_ref: String,
    /// The file that asked for a generator or transformer, relative to the root of the build.
    pub configured_in: String,
    /// `apiVersion` of the generator or transformer; `builtin` for the fields of kustomization
    /// files.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name; empty for the fields of kustomization files.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

impl ResourceOrigin {
    /// The origin as YAML text, as an annotation holds it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, "", "");
        text
    }

    /// Adds the origin as YAML text: its first line begins with `first`, the others with `indent`.
    fn write(&self, out: &mut String, first: &str, indent: &str) {
        let by = [
            ("apiVersion", &self.api_version),
            ("kind", &self.kind),
            ("name", &self.name),
            ("namespace", &self.namespace),
        ];
        let mut lines = Vec::new();
        let fields = [
            ("path", &self.path),
            ("repo", &self.repo),
            ("ref", &self.git_ref),
            ("configuredIn", &self.configured_in),
        ];
        for (key, value) in fields {
            if !value.is_empty() {
                lines.push(line(key, value));
            }
        }
        if by.iter().any(|(_, value)| !value.is_empty()) {
            lines.push("configuredBy:\n".into());
            let parts = by.iter().filter(|(_, value)| !value.is_empty());
            lines.extend(parts.map(|(key, value)| format!("  {}", line(key, value))));
        }
        if lines.is_empty() {
            lines.push("{}\n".into());
        }
        for (at, line) in lines.iter().enumerate() {
            out.push_str(if at == 0 { first } else { indent });
            out.push_str(line);
        }
    }
}

/// A list of origins as YAML text, as an annotation holds it.
pub(crate) fn text_of_all(origins: &[Arc<ResourceOrigin>]) -> String {
    let mut text = String::new();
    for origin in origins {
        origin.write(&mut text, "- ", "  ");
    }
    text
}

/// Reads an origin that was written by hand; nothing if it is none. Text without content is an
/// origin of which nothing is known.
pub(crate) fn read(text: &Text) -> Option<ResourceOrigin> {
    match document(text)? {
        None => Some(ResourceOrigin::default()),
        Some(node) => from_node(&node),
    }
}

/// Reads a list of origins that was written by hand; nothing if it is none.
pub(crate) fn read_all(text: &Text) -> Option<Vec<ResourceOrigin>> {
    match document(text)? {
        None => Some(Vec::new()),
        Some(Node::Sequence(list)) => list.items.iter().map(from_node).collect(),
        Some(_) => None,
    }
}

/// The values in a text; the inner `None` stands for null. The outer one says that it is no YAML.
fn document(text: &Text) -> Option<Option<Node>> {
    let read = parse_document(&Sources::new().inline(text), &Limits::default()).ok()?;
    let node = match read {
        Some(node) => from_yaml_1_1(&node).ok()?,
        None => return Some(None),
    };
    Some((!node.is_null()).then_some(node))
}

fn from_node(node: &Node) -> Option<ResourceOrigin> {
    let root = node.as_mapping()?;
    let empty = Mapping::default();
    let by = match member(root, "configuredBy") {
        None => &empty,
        Some(by) if by.is_null() => &empty,
        Some(by) => by.as_mapping()?,
    };
    Some(ResourceOrigin {
        path: outer_text(root, "path")?,
        repo: outer_text(root, "repo")?,
        git_ref: outer_text(root, "ref")?,
        configured_in: outer_text(root, "configuredIn")?,
        api_version: text(by, "apiVersion")?,
        kind: text(by, "kind")?,
        name: text(by, "name")?,
        namespace: text(by, "namespace")?,
    })
}

/// A member by its name, in whatever case.
fn member<'m>(mapping: &'m Mapping, name: &str) -> Option<&'m Node> {
    let is_it = |entry: &&Entry| entry.key.text.eq_ignore_ascii_case(name);
    mapping.get(name).or_else(|| mapping.iter().find(is_it).map(|entry| &entry.value))
}

/// A member that is a string, null or missing.
fn text(mapping: &Mapping, name: &str) -> Option<String> {
    match member(mapping, name).map(Node::as_scalar) {
        None => Some(String::new()),
        Some(scalar) => match scalar?.value().ok()? {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(text.into_owned()),
            _ => None,
        },
    }
}

/// The same for an outer field, which may be a whole number or a boolean too.
fn outer_text(mapping: &Mapping, name: &str) -> Option<String> {
    let value = member(mapping, name).and_then(Node::as_scalar).and_then(|s| s.value().ok());
    match value {
        Some(Value::Bool(value)) => Some(value.to_string()),
        Some(Value::Int(value)) => Some(value.to_string()),
        Some(Value::Uint(value)) => Some(value.to_string()),
        _ => text(mapping, name),
    }
}

/// `key: value` as YAML, with its line end.
fn line(key: &str, value: &str) -> String {
    let mut mapping = Mapping::default();
    mapping.set(key, Node::string(value));
    let mut out = Vec::new();
    // A string under a string can always be written, but for control characters.
    match emit(&mapping.into(), &mut out) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(_) => format!("{key}: \n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_parts_that_are_set() {
        let origin = ResourceOrigin {
            configured_in: "k/kustomization.yaml".into(),
            api_version: "builtin".into(),
            kind: "PrefixTransformer".into(),
            ..ResourceOrigin::default()
        };
        let mut text = String::new();
        origin.write(&mut text, "- ", "  ");
        assert_eq!(
            text,
            "- configuredIn: k/kustomization.yaml\n  configuredBy:\n    apiVersion: builtin\n    \
             kind: PrefixTransformer\n"
        );
    }
}
