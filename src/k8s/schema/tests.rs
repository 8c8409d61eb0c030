use std::collections::HashSet;

use super::*;
use crate::source::Span;
use crate::yaml::{Key, Scalar, Style};

/// The node of a JSON text.
fn json(text: &str) -> Node {
    fn node(value: serde_json::Value) -> Node {
        match value {
            serde_json::Value::Object(fields) => {
                let mut mapping = Mapping::new(Span::NONE);
                for (key, value) in fields {
                    mapping.push(Key::plain(key), node(value));
                }
                mapping.into()
            }
            serde_json::Value::Array(items) => {
                Node::sequence(items.into_iter().map(node).collect::<Vec<_>>(), Span::NONE)
            }
            serde_json::Value::String(text) => {
                Node::Scalar(Scalar { style: Style::DoubleQuoted, ..Scalar::plain(text) })
            }
            scalar => Node::Scalar(Scalar::plain(scalar.to_string())),
        }
    }
    node(serde_json::from_str(text).unwrap())
}

fn kubernetes() -> Node {
    json(include_str!("../../../tests/data/kubernetes-1.21.json"))
}

fn lookup<'s>(schema: &'s Schema, api_version: &str, kind: &str, path: &str) -> SchemaRef<'s> {
    let mut at = schema.of(api_version, kind).expect(kind);
    for segment in path.split('.').filter(|segment| !segment.is_empty()) {
        at = match segment {
            "[]" => at.items(),
            name => at.field(name),
        }
        .unwrap_or_else(|| panic!("{kind}: {path} ends at {segment}"));
    }
    at
}

/// The keys of a list, joined; empty for a set; nothing for a list that is replaced.
fn keys(at: SchemaRef<'_>) -> Option<String> {
    Some(match at.list()? {
        ListMerge::Set => String::new(),
        ListMerge::Keyed(keys) => keys.iter().collect::<Vec<_>>().join(","),
    })
}

const POD_SPECS: &[(&str, &str, &str)] = &[
    ("v1", "Pod", "spec"),
    ("v1", "PodTemplate", "template.spec"),
    ("v1", "ReplicationController", "spec.template.spec"),
    ("apps/v1", "Deployment", "spec.template.spec"),
    ("apps/v1", "DaemonSet", "spec.template.spec"),
    ("apps/v1", "ReplicaSet", "spec.template.spec"),
    ("apps/v1", "StatefulSet", "spec.template.spec"),
    ("batch/v1", "Job", "spec.template.spec"),
    ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template.spec"),
];

#[test]
fn the_lists_of_pods_merge_wherever_a_pod_is() {
    let schema = Schema::builtin();
    for (api_version, kind, path) in POD_SPECS {
        let merges = |field: &str| {
            let path = format!("{path}.{field}");
            keys(lookup(&schema, api_version, kind, &path))
        };
        for list in [
            "containers",
            "initContainers",
            "ephemeralContainers",
            "volumes",
            "imagePullSecrets",
            "containers.[].env",
        ] {
            assert_eq!(merges(list).as_deref(), Some("name"), "{kind} {list}");
        }
        let cases = [
            ("hostAliases", "ip"),
            ("topologySpreadConstraints", "topologyKey,whenUnsatisfiable"),
            ("containers.[].ports", "containerPort,protocol"),
            ("initContainers.[].ports", "containerPort,protocol"),
            ("containers.[].volumeMounts", "mountPath"),
            ("containers.[].volumeDevices", "devicePath"),
            ("ephemeralContainers.[].volumeMounts", "mountPath"),
        ];
        for (list, expected) in cases {
            assert_eq!(merges(list).as_deref(), Some(expected), "{kind} {list}");
        }
        for list in [
            "tolerations",
            "readinessGates",
            "containers.[].command",
            "containers.[].args",
            "containers.[].envFrom",
            "ephemeralContainers.[].ports",
            "securityContext.sysctls",
            "affinity",
        ] {
            assert_eq!(merges(list), None, "{kind} {list}");
        }
    }
}

#[test]
fn other_lists_merge_as_kubernetes_says() {
    let schema = Schema::builtin();
    let cases = [
        ("v1", "Service", "spec.ports", Some("port,protocol")),
        ("v1", "ConfigMap", "metadata.finalizers", Some("")),
        ("v1", "ConfigMap", "metadata.ownerReferences", Some("uid")),
        ("v1", "ServiceAccount", "secrets", Some("name")),
        ("v1", "ServiceAccount", "imagePullSecrets", None),
        ("v1", "Node", "spec.podCIDRs", Some("")),
        ("v1", "Node", "spec.taints", None),
        ("v1", "Node", "status.addresses", Some("type")),
        ("v1", "Node", "status.conditions", Some("type")),
        ("v1", "Pod", "status.podIPs", Some("ip")),
        ("v1", "Pod", "status.conditions", Some("type")),
        ("v1", "ComponentStatus", "conditions", Some("type")),
        ("v1", "PersistentVolumeClaim", "status.conditions", Some("type")),
        ("apps/v1", "Deployment", "status.conditions", Some("type")),
        ("apps/v1", "Deployment", "spec.strategy", None),
        ("apps/v1", "StatefulSet", "spec.volumeClaimTemplates", None),
        ("batch/v1", "Job", "status.conditions", Some("type")),
        ("policy/v1", "PodDisruptionBudget", "spec.selector", None),
        ("policy/v1", "PodDisruptionBudget", "status.conditions", Some("type")),
        ("storage.k8s.io/v1", "CSINode", "spec.drivers", Some("name")),
        ("apiregistration.k8s.io/v1", "APIService", "status.conditions", Some("type")),
        ("networking.k8s.io/v1", "Ingress", "spec.rules", None),
        ("networking.k8s.io/v1", "Ingress", "spec.tls", None),
        ("rbac.authorization.k8s.io/v1", "RoleBinding", "subjects", None),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "rules", None),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "spec.metrics", None),
        (KUSTOMIZATION, "Kustomization", "configMapGenerator", Some("name")),
    ];
    for (api_version, kind, path, expected) in cases {
        let found = keys(lookup(&schema, api_version, kind, path));
        assert_eq!(found.as_deref(), expected, "{kind} {path}");
    }
    for version in ["v1", "v1beta1"] {
        for kind in ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] {
            let api_version = format!("admissionregistration.k8s.io/{version}");
            let webhooks = lookup(&schema, &api_version, kind, "webhooks");
            assert_eq!(keys(webhooks).as_deref(), Some("name"));
        }
    }
}

#[test]
fn kinds_are_found_by_the_exact_version() {
    let schema = Schema::builtin();
    for (api_version, kind) in [
        ("extensions/v1beta1", "Deployment"),
        ("apps/v1beta2", "Deployment"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"),
        ("apps/v1", "deployment"),
        ("v1", "Deployment"),
        ("", ""),
    ] {
        assert!(schema.of(api_version, kind).is_none(), "{api_version} {kind}");
    }
    assert!(schema.of("extensions/v1beta1", "Ingress").is_some());
}

#[test]
fn fields_are_known_or_not() {
    let schema = Schema::builtin();
    let data = lookup(&schema, "v1", "ConfigMap", "data");
    assert!(data.field("anything").is_some(), "a map has values");
    assert!(data.field("anything").unwrap().field("below").is_none());
    let map = schema.of("v1", "ConfigMap").unwrap();
    assert!(map.field("spec").is_none() && map.field("immutable").is_some());
}

/// Walks two schemas side by side and compares what they say of every field, whatever the depth.
#[test]
fn the_table_and_the_document_agree() {
    let builtin = Schema::builtin();
    let document = kubernetes();
    let custom = Schema::from_openapi(&document).unwrap();
    let definitions = document.as_mapping().unwrap().get("definitions").unwrap();
    let mut names = HashSet::new();
    let mut kinds = Vec::new();
    for definition in definitions.as_mapping().unwrap() {
        let schema = definition.value.as_mapping().unwrap();
        if let Some(properties) = schema.get("properties").and_then(Node::as_mapping) {
            names.extend(properties.iter().map(|entry| entry.key.text.to_string()));
        }
        let listed = schema.get("x-kubernetes-group-version-kind");
        for kind in listed.and_then(Node::as_sequence).map_or(&[][..], |s| &s.items) {
            let text = |key| kind.as_mapping().unwrap().text(key).unwrap().to_string();
            let (group, version) = (text("group"), text("version"));
            let slash = if group.is_empty() { "" } else { "/" };
            kinds.push((format!("{group}{slash}{version}"), text("kind")));
        }
    }
    assert!(kinds.len() > 250 && names.len() > 600);
    names.insert("no such field".to_owned());

    let number = |at: SchemaRef<'_>| match at.0 {
        Place::Builtin(of) => std::ptr::from_ref(of).addr(),
        Place::Custom(_, at) => at as usize,
    };
    let mut seen = HashSet::new();
    let mut todo: Vec<_> = kinds
        .iter()
        .map(|(api_version, kind)| {
            let of = |schema: &'static Schema| schema.of(api_version, kind).expect(kind);
            (of(leak(&builtin)), of(leak(&custom)))
        })
        .collect();
    while let Some((left, right)) = todo.pop() {
        if !seen.insert((number(left), number(right))) {
            continue;
        }
        assert_eq!(keys(left), keys(right));
        let pairs = names
            .iter()
            .map(|name| (left.field(name), right.field(name)))
            .chain([(left.items(), right.items())]);
        for pair in pairs {
            match pair {
                (Some(left), Some(right)) => todo.push((left, right)),
                (None, None) => {}
                _ => panic!("only one of them knows a field"),
            }
        }
    }
    assert!(seen.len() > 600);
}

fn leak(schema: &Schema) -> &'static Schema {
    Box::leak(Box::new(schema.clone()))
}

#[test]
fn a_file_replaces_the_table_unless_told_otherwise() {
    let document = json(
        r##"{"definitions": {
            "a.Deployment": {
                "properties": {"spec": {"$ref": "#/definitions/a.Spec"}},
                "x-kubernetes-group-version-kind": [
                    {"group": "apps", "version": "v1", "kind": "Deployment"},
                    {"group": "", "version": "v1", "kind": "Thing"}]
            },
            "a.Spec": {"properties": {
                "self": {"$ref": "#/definitions/a.Spec"},
                "alias": {"$ref": "#/definitions/a.Alias"},
                "gone": {"$ref": "#/definitions/a.Nothing"},
                "circle": {"$ref": "#/definitions/a.Circle"},
                "list": {"type": ["array"], "items": {"properties": {"x": {}}},
                    "x-kubernetes-patch-strategy": "retainKeys,merge",
                    "x-kubernetes-patch-merge-key": "unused",
                    "x-kubernetes-list-map-keys": ["a", "b"]},
                "any": {"additionalProperties": true},
                "map": {"additionalProperties": {"$ref": "#/definitions/a.Spec"}}}},
            "a.Alias": {"$ref": "#/definitions/a.Spec"},
            "a.Circle": {"$ref": "#/definitions/a.Circle"}}}"##,
    );
    let file = Schema::from_openapi(&document).unwrap();
    let spec = lookup(&file, "apps/v1", "Deployment", "spec.self.map.x.alias");
    assert_eq!(keys(spec.field("list").unwrap()).as_deref(), Some("a,b"));
    assert!(spec.field("list").unwrap().items().unwrap().field("x").is_some());
    for missing in ["gone", "circle", "template"] {
        assert!(spec.field(missing).is_none(), "{missing}");
    }
    assert!(spec.field("any").unwrap().field("x").is_none());
    assert!(file.of("v1", "Pod").is_none());
    assert!(file.of(KUSTOMIZATION, "Kustomization").is_some());

    let knows = |schema: &Schema, field: &str| {
        let spec = lookup(schema, "apps/v1", "Deployment", "spec");
        schema.of("v1", "Thing").is_some()
            && schema.of("v1", "Pod").is_some()
            && spec.field(field).is_some()
    };
    assert!(knows(&file.clone().over_builtin(), "map"));
    assert!(knows(&file.under_builtin(), "replicas"));
}

#[test]
fn a_file_adds_cluster_scoped_kinds_but_changes_none() {
    let document = json(
        r#"{"paths": {
            "/apis/a/v1/things": {"get": {"x-kubernetes-group-version-kind":
                {"group": "a", "version": "v1", "kind": "Thing"}}},
            "/apis/a/v1/boxes": {"get": {"x-kubernetes-group-version-kind":
                {"group": "a", "version": "v1", "kind": "Box"}}},
            "/apis/a/v1/namespaces/{namespace}/boxes": {"get": {
                "x-kubernetes-group-version-kind":
                {"group": "a", "version": "v1", "kind": "Box"}}},
            "/apis/apps/v1/deployments": {"get": {"x-kubernetes-group-version-kind":
                {"group": "apps", "version": "v1", "kind": "Deployment"}}},
            "/post": {"post": {}}}}"#,
    );
    let schema = Schema::from_openapi(&document).unwrap();
    assert!(schema.is_cluster_scoped("a/v1", "Thing"));
    assert!(!schema.is_cluster_scoped("a/v1", "Box"));
    assert!(!schema.is_cluster_scoped("apps/v1", "Deployment"));
    assert!(schema.is_cluster_scoped("v1", "Node"));
}

#[test]
fn malformed_documents_are_refused() {
    for text in [
        "[]",
        r#"{"definitions": []}"#,
        r#"{"definitions": {"a": 1}}"#,
        r#"{"definitions": {"a": {"properties": [1]}}}"#,
        r#"{"definitions": {"a": {"properties": {"b": "c"}}}}"#,
        r#"{"definitions": {"a": {"x-kubernetes-group-version-kind": [{"group": "g"}]}}}"#,
    ] {
        let problem = Schema::from_openapi(&json(text)).expect_err(text);
        assert_eq!(problem.code, crate::diag::Code::OpenApi, "{text}");
    }
    assert!(Schema::from_openapi(&json("{}")).is_ok());
}
