//! The reference's order of types, for sorting resources and configuration.

use std::cmp::Ordering;

/// Kinds that come before all others, in this order.
pub(crate) const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come after all others, in this order.
pub(crate) const LAST: &[&str] =
    &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The rank of a kind among others: below 0 for the first, above 0 for the last.
pub(crate) fn rank<S: AsRef<str>>(kind: &str, first: &[S], last: &[S]) -> i64 {
    let position = |list: &[S]| list.iter().rposition(|name| name.as_ref() == kind);
    match (position(last), position(first)) {
        (Some(at), _) => 1 + at as i64,
        (None, Some(at)) => at as i64 - first.len() as i64,
        (None, None) => 0,
    }
}

/// Group, version and kind.
pub(crate) type TypeName<'t> = (&'t str, &'t str, &'t str);

/// Orders types by rank, then by `group_version_kind`.
pub(crate) fn compare_types(a: TypeName<'_>, b: TypeName<'_>) -> Ordering {
    let ranks = rank(a.2, FIRST, LAST).cmp(&rank(b.2, FIRST, LAST));
    ranks.then_with(|| compare_type_texts(a, b))
}

/// Orders types by their text `group_version_kind`, in which `~` and a letter stand for a part
/// that is absent. So absent parts sort behind all names.
pub(crate) fn compare_type_texts(a: TypeName<'_>, b: TypeName<'_>) -> Ordering {
    type_text(a).cmp(type_text(b))
}

fn type_text<'t>((group, version, kind): TypeName<'t>) -> impl Iterator<Item = u8> + 't {
    let or = |part: &'t str, absent: &'static str| if part.is_empty() { absent } else { part };
    let parts = [or(group, "~G"), "_", or(version, "~V"), "_", or(kind, "~K")];
    parts.into_iter().flat_map(str::bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_groups_sort_behind_named_ones() {
        assert_eq!(compare_types(("apps", "v1", "X"), ("", "v1", "A")), Ordering::Less);
        assert_eq!(compare_types(("", "v1", "Namespace"), ("a", "v1", "A")), Ordering::Less);
        assert_eq!(compare_types(("", "", ""), ("", "v1", "A")), Ordering::Greater);
    }

    #[test]
    fn ranks_first_and_last_kinds() {
        assert_eq!(rank("Namespace", FIRST, LAST), -22);
        assert_eq!(rank("PodDisruptionBudget", FIRST, LAST), -1);
        assert_eq!(rank("Pod", FIRST, LAST), 0);
        assert_eq!(rank("ValidatingWebhookConfiguration", FIRST, LAST), 2);
    }
}
