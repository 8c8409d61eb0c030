//! Identity: group, version, kind, name and namespace, and the names a resource had before.

use std::fmt;

use crate::source::Text;

/// The namespace that stands for "none" in messages and selectors about cluster-scoped kinds.
pub const CLUSTER_SCOPE: &str = "_non_namespaceable_";

/// Splits an `apiVersion` at its first `/`; without one, the group is empty.
///
/// ```
/// use railsgen::k8s::split_api_version;
/// assert_eq!(split_api_version("apps/v1"), ("apps", "v1"));
/// assert_eq!(split_api_version("v1"), ("", "v1"));
/// ```
pub fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// A group, version and kind to select by; an empty part fits anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct GvkSelector {
    /// API group; the core group can't be asked for.
    pub group: Text,
    /// API version without the group.
    pub version: Text,
    /// Kind.
    pub kind: Text,
}

impl GvkSelector {
    /// Whether a type is selected.
    pub fn selects(&self, group: &str, version: &str, kind: &str) -> bool {
        (self.group.is_empty() || self.group == *group)
            && (self.version.is_empty() || self.version == *version)
            && (self.kind.is_empty() || self.kind == *kind)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.group.is_empty() && self.version.is_empty() && self.kind.is_empty()
    }
}

/// What a resource is called now, as its fields say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id {
    /// `apiVersion`, as written.
    pub api_version: Text,
    /// `kind`
    pub kind: Text,
    /// `metadata.name`
    pub name: Text,
    /// `metadata.namespace`; empty if absent.
    pub namespace: Text,
    /// Whether the schema knows the kind as one without namespaces.
    pub cluster_scoped: bool,
}

impl Id {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        split_api_version(&self.api_version).0
    }

    /// The API version without the group.
    pub fn version(&self) -> &str {
        split_api_version(&self.api_version).1
    }

    /// The namespace as the reference compares it: `default` if absent, and a word of its own for
    /// kinds that have none.
    pub fn effective_namespace(&self) -> &str {
        effective_namespace(&self.namespace, self.cluster_scoped)
    }

    /// Whether both name the same object of a cluster.
    pub fn is_same(&self, other: &Id) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.api_version == other.api_version
            && self.effective_namespace() == other.effective_namespace()
    }
}

/// See [`Id::effective_namespace`].
pub fn effective_namespace(namespace: &str, cluster_scoped: bool) -> &str {
    match namespace {
        _ if cluster_scoped => CLUSTER_SCOPE,
        "" => "default",
        other => other,
    }
}

impl fmt::Display for Id {
    /// `Deployment `web` in namespace `prod``, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind.is_empty() { "object" } else { self.kind.as_str() };
        write!(f, "{kind} `{}`", self.name)?;
        if !self.namespace.is_empty() {
            write!(f, " in namespace `{}`", self.namespace)?;
        }
        Ok(())
    }
}

/// What a resource was called before a transformer renamed it. Group and version are not kept:
/// the reference takes them from the live object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousId {
    /// The name.
    pub name: Text,
    /// The effective namespace.
    pub namespace: Text,
    /// The kind.
    pub kind: Text,
}
