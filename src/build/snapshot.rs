//! A build as text for the snapshot tests of its users: what is printed, without secrets.
//!
//! Which library compares the text, and where it is stored, is not known here.

use std::borrow::Cow;

use super::Built;
use super::output::documents;
use crate::diag::Result;
use crate::k8s::Resource;
use crate::yaml::{Mapping, Node};

/// Where a Secret has its values.
const VALUES: [&str; 2] = ["data", "stringData"];

/// Where `kubectl apply` keeps a copy of the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl Built {
    /// The text of [`Built::to_yaml`] with the values of Secrets replaced by `hidden`, to be
    /// compared with a copy that is kept in a repository.
    ///
    /// Whether a value has changed can still be seen: by the hash in the name of a generated Secret.
    ///
    /// ```
    /// use std::path::Path;
    /// use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
    ///
    /// let fs = MemoryFs::new().with(
    ///     "kustomization.yaml",
    ///     "secretGenerator:\n- name: app\n  literals: [KEY=s3cr3t]\n",
    /// );
    /// let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap();
    /// insta::assert_snapshot!(built.to_snapshot().unwrap(), @r"
    /// apiVersion: v1
    /// data:
    ///   KEY: hidden
    /// kind: Secret
    /// metadata:
    ///   name: app-t6bd26bbft
    /// type: Opaque
    /// ");
    /// ```
    ///
    /// # Errors
    /// Like [`Built::to_yaml`].
    pub fn to_snapshot(&self) -> Result<String> {
        documents(self.resources.iter().map(without_secrets))
    }
}

fn without_secrets(resource: &Resource) -> Cow<'_, Resource> {
    if resource.id().kind != *"Secret" {
        return Cow::Borrowed(resource);
    }
    let mut resource = resource.clone();
    for field in VALUES {
        match resource.node_mut().at_mut(&[field]) {
            Some(Node::Mapping(values)) => {
                values.entries_mut().iter_mut().for_each(|entry| entry.value = hidden());
            }
            Some(value) if !value.is_null() => *value = hidden(),
            _ => {}
        }
    }
    let annotations = resource.node_mut().at_mut(&["metadata", "annotations"]);
    if let Some(copy) = annotations.and_then(Node::as_mapping_mut).and_then(last_applied) {
        *copy = hidden();
    }
    Cow::Owned(resource)
}

fn last_applied(annotations: &mut Mapping) -> Option<&mut Node> {
    annotations.get_mut(LAST_APPLIED)
}

fn hidden() -> Node {
    Node::string("hidden")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::fs::MemoryFs;
    use crate::{BuildOptions, Sources, build};

    #[test]
    fn only_the_values_of_secrets_are_hidden() {
        let objects = "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    \
                       kubectl.kubernetes.io/last-applied-configuration: s3cr3t\n    note: seen\n  \
                       name: a\ndata: {KEY: s3cr3t}\nstringData: {OTHER: s3cr3t}\n---\n\
                       apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {KEY: seen}\n";
        let fs = MemoryFs::new()
            .with("kustomization.yaml", "resources: [objects.yaml]\n")
            .with("objects.yaml", objects);
        let sources = Sources::new();
        let built = build(&fs, &sources, Path::new("/"), &BuildOptions::default()).unwrap();
        let yaml = built.to_yaml().unwrap();
        assert_eq!(yaml.matches("s3cr3t").count(), 3);
        assert_eq!(built.to_snapshot().unwrap(), yaml.replace("s3cr3t", "hidden"));
    }
}
