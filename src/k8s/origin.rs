//! Where a resource comes from, as the reference's origin and transformer annotations tell it.

use std::sync::Arc;

use crate::yaml::{Mapping, Node, emit};

/// A file, or a field of a kustomization file, or a plugin's configuration. Empty parts are left
/// out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceOrigin {
    /// The resource's file, relative to the root of the build.
    pub path: String,
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
        for (key, value) in [("path", &self.path), ("configuredIn", &self.configured_in)] {
            if !value.is_empty() {
                lines.push(line(key, value));
            }
        }
        if by.iter().any(|(_, value)| !value.is_empty()) {
            lines.push("configuredBy:\n".into());
            let parts = by.iter().filter(|(_, value)| !value.is_empty());
            lines.extend(parts.map(|(key, value)| format!("  {}", line(key, value))));
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
