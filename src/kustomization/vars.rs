//! Vars: names for the values of fields, to be put in where `$(NAME)` stands.

use crate::source::Text;

use super::decode::record;

record! {
    /// An entry of `vars`.
    pub struct Var: "a var" {
        /// The name.
        name: Text = "name",
        /// The object that has the value.
        object: VarObject = "objref",
        /// The field that has it.
        field: VarField = "fieldref",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = &[("value", "a var takes its value from a field: see `objref` and `fieldref`")];
}

record! {
    /// The object of a var, by exact text; empty parts stand for any.
    pub struct VarObject: "an object reference" {
        /// Group and version in one; overrides them if it is set.
        api_version: Text = "apiVersion",
        /// The API group.
        group: Text = "group",
        /// The API version without its group.
        version: Text = "version",
        /// The kind.
        kind: Text = "kind",
        /// The name.
        name: Text = "name",
        /// The namespace.
        namespace: Text = "namespace",
    }
}

record! {
    /// The field of a var.
    pub struct VarField: "a field reference" {
        /// The path to the field; empty for `metadata.name`.
        path: Text = "fieldPath",
    }
    const SHORTHAND: Option<&'static str> = Some("fieldPath");
}

impl VarObject {
    /// Group and version, taken from `apiVersion` where that is set: `a/b` gives both, `b` only the
    /// version, and more slashes give nothing.
    pub fn group_version(&self) -> (Text, Text) {
        let part = |text: &str| Text::made(text, self.api_version.span());
        let mut parts = self.api_version.split('/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            (group, Some(version), None) => (part(group), part(version)),
            (version, None, _) if !version.is_empty() => (self.group.clone(), part(version)),
            _ => (self.group.clone(), self.version.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_version_overrides_group_and_version() {
        for (api_version, group, version) in [
            ("", "g", "v"),
            ("apps/v1", "apps", "v1"),
            ("v2", "g", "v2"),
            ("/v2", "", "v2"),
            ("a/b/c", "g", "v"),
        ] {
            let object = VarObject {
                api_version: api_version.into(),
                group: "g".into(),
                version: "v".into(),
                ..VarObject::default()
            };
            assert_eq!(object.group_version(), (group.into(), version.into()), "{api_version}");
        }
    }
}
