//! Where a resource comes from, as the reference's origin and transformer annotations tell it.

use std::fmt::Write as _;

/// A file, or a field of a kustomization file, or a plugin's configuration.
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
    /// The origin as YAML text, as the annotations hold it; each line starts with `indent`.
    pub(crate) fn write(&self, out: &mut String, first: &str, indent: &str) {
        let mut start = first;
        let mut line = |out: &mut String, key: &str, value: &str, extra: &str| {
            if !value.is_empty() {
                let _ = writeln!(out, "{start}{extra}{key}: {}", scalar(value));
                start = indent;
            }
        };
        let by = [&self.api_version, &self.kind, &self.name, &self.namespace];
        line(out, "configuredIn", &self.configured_in, "");
        if by.iter().any(|part| !part.is_empty()) {
            let _ = writeln!(out, "{start}configuredBy:");
            start = indent;
            let mut line = |key: &str, value: &str| {
                if !value.is_empty() {
                    let _ = writeln!(out, "{start}  {key}: {}", scalar(value));
                }
            };
            line("apiVersion", &self.api_version);
            line("kind", &self.kind);
            line("name", &self.name);
            line("namespace", &self.namespace);
        }
        if !self.path.is_empty() {
            let _ = writeln!(out, "{start}path: {}", scalar(&self.path));
        }
    }
}

/// A value as YAML writes it.
fn scalar(value: &str) -> String {
    value.to_string()
}
