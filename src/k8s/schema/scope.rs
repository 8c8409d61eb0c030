//! Which kinds of Kubernetes 1.21 live in a namespace and which belong to the whole cluster.
//!
//! The facts are those of the published API: a kind is namespaced when there is a path to it below
//! `namespaces/{namespace}`. Later kinds are missing on purpose: kinds that are not known count
//! as namespaced.

/// The kinds of one API version.
struct Version {
    api_version: &'static str,
    cluster: &'static [&'static str],
    namespaced: &'static [&'static str],
}

const fn version(
    api_version: &'static str,
    cluster: &'static [&'static str],
    namespaced: &'static [&'static str],
) -> Version {
    Version { api_version, cluster, namespaced }
}

#[rustfmt::skip]
static VERSIONS: [Version; 35] = [
    version("admissionregistration.k8s.io/v1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], &[]),
    version("admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], &[]),
    version("apiextensions.k8s.io/v1", &["CustomResourceDefinition"], &[]),
    version("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], &[]),
    version("apiregistration.k8s.io/v1", &["APIService"], &[]),
    version("apiregistration.k8s.io/v1beta1", &["APIService"], &[]),
    version("apps/v1", &[],
        &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    version("autoscaling/v1", &[], &["HorizontalPodAutoscaler", "Scale"]),
    version("autoscaling/v2beta1", &[], &["HorizontalPodAutoscaler"]),
    version("autoscaling/v2beta2", &[], &["HorizontalPodAutoscaler"]),
    version("batch/v1", &[], &["CronJob", "Job"]),
    version("batch/v1beta1", &[], &["CronJob"]),
    version("certificates.k8s.io/v1", &["CertificateSigningRequest"], &[]),
    version("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], &[]),
    version("coordination.k8s.io/v1", &[], &["Lease"]),
    version("coordination.k8s.io/v1beta1", &[], &["Lease"]),
    version("discovery.k8s.io/v1", &[], &["EndpointSlice"]),
    version("discovery.k8s.io/v1beta1", &[], &["EndpointSlice"]),
    version("events.k8s.io/v1", &[], &["Event"]),
    version("events.k8s.io/v1beta1", &[], &["Event"]),
    version("extensions/v1beta1", &[], &["Ingress"]),
    version("flowcontrol.apiserver.k8s.io/v1beta1",
        &["FlowSchema", "PriorityLevelConfiguration"], &[]),
    version("networking.k8s.io/v1", &["IngressClass"], &["Ingress", "NetworkPolicy"]),
    version("networking.k8s.io/v1beta1", &["IngressClass"], &["Ingress"]),
    version("node.k8s.io/v1", &["RuntimeClass"], &[]),
    version("node.k8s.io/v1beta1", &["RuntimeClass"], &[]),
    version("policy/v1", &[], &["PodDisruptionBudget"]),
    version("policy/v1beta1", &["PodSecurityPolicy"], &["PodDisruptionBudget"]),
    version("rbac.authorization.k8s.io/v1",
        &["ClusterRole", "ClusterRoleBinding"], &["Role", "RoleBinding"]),
    version("rbac.authorization.k8s.io/v1beta1",
        &["ClusterRole", "ClusterRoleBinding"], &["Role", "RoleBinding"]),
    version("scheduling.k8s.io/v1", &["PriorityClass"], &[]),
    version("scheduling.k8s.io/v1beta1", &["PriorityClass"], &[]),
    version("storage.k8s.io/v1",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], &[]),
    version("storage.k8s.io/v1beta1",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], &["CSIStorageCapacity"]),
    version("v1",
        &["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
        &["ConfigMap", "Endpoints", "Event", "LimitRange", "PersistentVolumeClaim", "Pod",
            "PodAttachOptions", "PodExecOptions", "PodPortForwardOptions", "PodProxyOptions",
            "PodTemplate", "ReplicationController", "ResourceQuota", "Secret", "Service",
            "ServiceAccount", "ServiceProxyOptions"]),
];

/// Whether a kind belongs to the whole cluster; nothing for kinds that are not known.
pub(super) fn is_cluster_scoped(api_version: &str, kind: &str) -> Option<bool> {
    let at = VERSIONS.binary_search_by(|version| version.api_version.cmp(api_version)).ok()?;
    let version = &VERSIONS[at];
    if version.cluster.contains(&kind) {
        Some(true)
    } else if version.namespaced.contains(&kind) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_sorted_and_kinds_stand_once() {
        assert!(VERSIONS.is_sorted_by_key(|version| version.api_version));
        for version in &VERSIONS {
            assert!(version.cluster.is_sorted() && version.namespaced.is_sorted());
            let both = |kind: &&&str| version.namespaced.contains(*kind);
            assert_eq!(version.cluster.iter().find(both), None);
        }
    }

    #[test]
    fn versions_and_kinds_are_compared_exactly() {
        assert_eq!(is_cluster_scoped("v1", "Namespace"), Some(true));
        assert_eq!(is_cluster_scoped("v1", "namespace"), None);
        assert_eq!(is_cluster_scoped("foo/v1", "Namespace"), None);
        assert_eq!(is_cluster_scoped("apps/v1", "Deployment"), Some(false));
        assert_eq!(is_cluster_scoped("storage.k8s.io/v2", "StorageClass"), None);
    }
}
