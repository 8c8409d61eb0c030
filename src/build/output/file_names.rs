//! Names for resources that are written to a file each.

use std::collections::BTreeSet;

/// What the name of a resource's file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileNameParts<'r> {
    /// The group; empty for the core group.
    pub group: &'r str,
    /// The version; may be empty.
    pub version: &'r str,
    /// The kind.
    pub kind: &'r str,
    /// The name; may be empty.
    pub name: &'r str,
    /// The namespace, `default` where none is named; `None` for what belongs to no namespace.
    pub namespace: Option<&'r str>,
}

/// One name for each resource, in their order.
///
/// Names start with the namespace only when the resources lie in several. Two names can be the
/// same, since they are in lower case.
///
/// ```
/// use railsgen::build::{FileNameParts, file_names};
///
/// let web = FileNameParts {
///     group: "apps",
///     version: "v1",
///     kind: "Deployment",
///     name: "web",
///     namespace: Some("default"),
/// };
/// assert_eq!(file_names(&[web]), ["apps_v1_deployment_web.yaml"]);
/// ```
pub fn file_names(resources: &[FileNameParts<'_>]) -> Vec<String> {
    let namespaces: BTreeSet<_> = resources.iter().filter_map(|parts| parts.namespace).collect();
    let several = namespaces.len() > 1;
    resources.iter().map(|parts| file_name(parts, several)).collect()
}

fn file_name(parts: &FileNameParts<'_>, with_namespace: bool) -> String {
    let namespace = parts.namespace.filter(|_| with_namespace).unwrap_or("");
    let optional = [namespace, parts.group, parts.version, parts.kind];
    let mut name = String::new();
    for part in optional.iter().filter(|part| !part.is_empty()) {
        name.extend(part.chars().map(lower));
        name.push('_');
    }
    name.extend(parts.name.chars().map(lower));
    name.push_str(".yaml");
    name
}

/// One character for one, as the reference lowers.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'r>(id: [&'r str; 4], namespace: Option<&'r str>) -> FileNameParts<'r> {
        let [group, version, kind, name] = id;
        FileNameParts { group, version, kind, name, namespace }
    }

    /// What kustomize v5.6.0 names the files of these resources.
    #[test]
    fn names_are_the_references() {
        let resources = [
            parts(["apps", "v1", "Deployment", "Web.x"], Some("NS1")),
            parts(["", "v1", "ConfigMap", "up:x"], Some("default")),
            parts(["rbac.authorization.k8s.io", "v1", "ClusterRole", "system:x"], None),
            parts(["", "", "Foo", "foo"], Some("default")),
            parts(["", "", "FooList", ""], Some("default")),
            parts(["", "v1", "ConfigMap", "ÉÀİ"], Some("33")),
        ];
        let expected = [
            "ns1_apps_v1_deployment_web.x.yaml",
            "default_v1_configmap_up:x.yaml",
            "rbac.authorization.k8s.io_v1_clusterrole_system:x.yaml",
            "default_foo_foo.yaml",
            "default_foolist_.yaml",
            "33_v1_configmap_éài.yaml",
        ];
        assert_eq!(file_names(&resources), expected);
        assert_eq!(file_names(&resources[1..3]), ["v1_configmap_up:x.yaml", expected[2]]);
    }
}
