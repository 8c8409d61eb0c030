//! Objects of many kinds.

use super::random::Random;
use super::value::{
    Value, any, list, map, plain, scalar, string, text, texts, tricky_plain, tricky_text, word,
};
use super::workloads::{pod_spec, ports, selector, template};

/// An object as it stands in a file, and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: String,
    /// What the kustomizations have made of the name by now, as far as that is known.
    pub(super) current: String,
    /// Whether a generator makes it.
    pub(super) is_generated: bool,
    pub(super) body: Value,
}

/// Type, how often it comes, whether it belongs to the cluster, and what is in it.
struct Kind(&'static str, &'static str, usize, bool, fn(&mut Random, &mut Value));

const KINDS: &[Kind] = &[
    Kind("apps/v1", "Deployment", 24, false, workload),
    Kind("apps/v1", "StatefulSet", 8, false, stateful_set),
    Kind("apps/v1", "DaemonSet", 4, false, workload),
    Kind("apps/v1", "ReplicaSet", 2, false, workload),
    Kind("extensions/v1beta1", "Deployment", 2, false, workload),
    Kind("v1", "ReplicationController", 2, false, replication_controller),
    Kind("batch/v1", "Job", 4, false, workload),
    Kind("batch/v1", "CronJob", 4, false, cron_job),
    Kind("batch/v1beta1", "CronJob", 1, false, cron_job),
    Kind("v1", "Pod", 5, false, pod),
    Kind("v1", "PodTemplate", 1, false, pod_template),
    Kind("v1", "Service", 14, false, service),
    Kind("v1", "ConfigMap", 22, false, config_map_data),
    Kind("v1", "Secret", 8, false, secret_data),
    Kind("v1", "ServiceAccount", 6, false, service_account),
    Kind("v1", "Namespace", 3, true, nothing),
    Kind("v1", "PersistentVolumeClaim", 3, false, claim),
    Kind("v1", "PersistentVolume", 2, true, volume),
    Kind("rbac.authorization.k8s.io/v1", "Role", 3, false, role),
    Kind("rbac.authorization.k8s.io/v1", "ClusterRole", 3, true, role),
    Kind("rbac.authorization.k8s.io/v1", "RoleBinding", 5, false, binding),
    Kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 4, true, binding),
    Kind("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 1, true, binding),
    Kind("networking.k8s.io/v1", "Ingress", 6, false, ingress),
    Kind("networking.k8s.io/v1beta1", "Ingress", 1, false, old_ingress),
    Kind("extensions/v1beta1", "Ingress", 1, false, old_ingress),
    Kind("networking.k8s.io/v1", "NetworkPolicy", 3, false, network_policy),
    Kind("networking.k8s.io/v1", "IngressClass", 1, true, nothing),
    Kind("autoscaling/v1", "HorizontalPodAutoscaler", 2, false, scaler),
    Kind("autoscaling/v2", "HorizontalPodAutoscaler", 3, false, scaler),
    Kind("autoscaling/v2beta2", "HorizontalPodAutoscaler", 1, false, scaler),
    Kind("policy/v1", "PodDisruptionBudget", 3, false, budget),
    Kind("storage.k8s.io/v1", "StorageClass", 2, true, storage_class),
    Kind("scheduling.k8s.io/v1", "PriorityClass", 1, true, nothing),
    Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", 2, true, definition),
    Kind("apiregistration.k8s.io/v1", "APIService", 1, true, api_service),
    Kind("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", 2, true, webhooks),
    Kind("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", 1, true, webhooks),
    Kind("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 1, false, free),
    Kind(
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicyBinding",
        1,
        false,
        policy_binding,
    ),
    Kind("v1", "Node", 1, true, free),
    Kind("v1", "Endpoints", 2, false, endpoints),
    Kind("discovery.k8s.io/v1", "EndpointSlice", 1, false, endpoints),
    Kind("policy/v1beta1", "PodSecurityPolicy", 1, true, free),
    Kind("policy/v1beta1", "PodDisruptionBudget", 1, false, budget),
    Kind("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 1, true, definition),
    Kind("coordination.k8s.io/v1", "Lease", 1, false, free),
    Kind("node.k8s.io/v1", "RuntimeClass", 1, true, nothing),
    Kind("storage.k8s.io/v1", "CSIDriver", 1, true, nothing),
    Kind("storage.k8s.io/v1", "VolumeAttachment", 1, true, free),
    Kind("gateway.networking.k8s.io/v1", "HTTPRoute", 2, false, route),
    Kind("monitoring.coreos.com/v1", "ServiceMonitor", 2, false, monitor),
    Kind("cert-manager.io/v1", "Certificate", 1, false, free),
    Kind("argoproj.io/v1alpha1", "Rollout", 2, false, workload),
    Kind("v1", "LimitRange", 1, false, free),
    Kind("v1", "ResourceQuota", 1, false, free),
    Kind("example.com/v1", "Foo", 8, false, free),
    Kind("example.com/v1", "Widget", 5, false, widget),
    Kind("serving.knative.dev/v1", "Service", 1, false, workload),
    Kind("foo/v1", "Namespace", 1, false, free),
    Kind("v1", "Bar", 1, false, free),
];

const NAMES: &[&str] = &["web", "db", "app", "api", "cache"];
const NAMESPACES: &[&str] = &["default", "ns1", "ns2", "prod"];
/// Names that could be taken for something else, or that are longer than most.
const ODD_NAMES: &[&str] =
    &["1", "007", "1e3", "true", "null", "a.b", "web-2020-01-01", "x:y", "é"];

pub(super) fn name(random: &mut Random) -> String {
    let names = if random.below(60) == 0 { ODD_NAMES } else { NAMES };
    random.pick(names).to_owned()
}

/// The name of a ConfigMap; mostly of one that is generated.
pub(super) fn config_map(random: &mut Random) -> String {
    random.pick(&["config", "settings", "web", "app"]).to_owned()
}

pub(super) fn secret(random: &mut Random) -> String {
    random.pick(&["secret", "keys", "web", "db"]).to_owned()
}

pub(super) fn namespace(random: &mut Random) -> String {
    let names = if random.below(80) == 0 { ODD_NAMES } else { NAMESPACES };
    random.pick(names).to_owned()
}

/// An object.
pub(super) fn object(random: &mut Random) -> Object {
    let total: usize = KINDS.iter().map(|kind| kind.2).sum();
    let mut at = random.below(total);
    let found = KINDS.iter().find(|kind| match at.checked_sub(kind.2) {
        Some(rest) => {
            at = rest;
            false
        }
        None => true,
    });
    let Kind(api_version, kind, _, is_of_cluster, fill) = found.unwrap_or(&KINDS[0]);
    let name = name(random);
    let namespace = match random.chance(if *is_of_cluster { 3 } else { 25 }) {
        true => namespace(random),
        false => String::new(),
    };
    let mut body = map([("apiVersion", text(*api_version)), ("kind", text(*kind))]);
    body.set("metadata", metadata(random, &name, &namespace));
    fill(random, &mut body);
    // Only of these the hash is one of their content.
    if matches!(*kind, "ConfigMap" | "Secret") && random.chance(2) {
        let key = "internal.config.kubernetes.io/needsHashSuffix";
        set_annotations(&mut body, map([(key, text("enabled"))]));
    }
    if random.chance(3) {
        body.set("status", any(random, 1));
    }
    if let Value::Map(entries) = &mut body
        && random.chance(10)
    {
        random.shuffle(entries);
    }
    Object {
        api_version: (*api_version).to_owned(),
        kind: (*kind).to_owned(),
        current: name.clone(),
        is_generated: false,
        name,
        namespace,
        body,
    }
}

fn metadata(random: &mut Random, name: &str, namespace: &str) -> Value {
    let mut metadata = map([("name", text(name))]);
    if !namespace.is_empty() {
        metadata.set("namespace", text(namespace));
    }
    if random.chance(45) {
        metadata.set("labels", label_map(random));
    }
    if random.chance(30) {
        metadata.set("annotations", annotation_map(random));
    }
    if random.chance(2) {
        metadata.set("finalizers", texts(["a", "b"]));
    }
    if random.chance(2) {
        let owner = map([("uid", text("u1")), ("kind", text("Foo"))]);
        metadata.set("ownerReferences", list([owner]));
    }
    if random.chance(2) {
        metadata.set("creationTimestamp", plain("null"));
    }
    if random.chance(1) {
        metadata.set("generateName", text("made-"));
    }
    if random.chance(2) {
        metadata.set("managedFields", any(random, 2));
    }
    metadata
}

const KEYS: &[&str] = &["app", "tier", "app.kubernetes.io/name", "env", "a/b"];

/// A few labels.
pub(super) fn label_map(random: &mut Random) -> Value {
    let mut labels = map([]);
    for key in KEYS {
        if random.chance(30) {
            let value = match random.below(12) {
                0 => tricky_plain(random),
                1 => tricky_text(random),
                _ => text(word(random)),
            };
            labels.set(key, value);
        }
    }
    if random.below(500) == 0 {
        labels.set("", text("x"));
    }
    if random.below(1500) == 0 {
        labels.set(random.pick(&["1", "y", "null", "2020-01-01"]), text("x"));
    }
    labels
}

fn annotation_map(random: &mut Random) -> Value {
    if random.chance(3) {
        return plain("{}");
    }
    let mut map = label_map(random);
    if random.chance(10) {
        map.set("note", tricky_plain(random));
    }
    if random.chance(3) {
        let value = random.pick(&["\"true\"", "\"false\"", "false", "", "\"\""]);
        map.set("config.kubernetes.io/local-config", plain(value));
    }
    if random.chance(2) {
        map.set("config.kubernetes.io/origin", text("path: x\n"));
    }
    map
}

fn nothing(random: &mut Random, body: &mut Value) {
    if random.chance(30) {
        body.set("spec", any(random, 2));
    }
}

fn free(random: &mut Random, body: &mut Value) {
    body.set("spec", free_map(random));
}

/// A mapping of fields that belong to no schema.
fn free_map(random: &mut Random) -> Value {
    let mut spec = map([]);
    for key in ["a", "b", "list", "nested", "value", "name"] {
        if random.chance(45) {
            spec.set(key, any(random, 3));
        }
    }
    if random.below(300) == 0 {
        spec.set("", any(random, 1));
    }
    if random.chance(20) {
        let shared = any(random, 2);
        spec.set("one", Value::Anchored("shared".into(), Box::new(shared)));
        spec.set("two", Value::Alias("shared".into()));
    }
    if random.chance(12) {
        spec.set("base", Value::Anchored("base".into(), Box::new(label_map(random))));
        let mut merged = label_map(random);
        if let Value::Map(entries) = &mut merged {
            let alias = Value::Alias("base".into());
            let source = if random.chance(20) { list([alias]) } else { alias };
            let at = random.below(entries.len() + 1);
            entries.insert(at, ("<<".into(), source));
        }
        spec.set("merged", merged);
    }
    spec
}

fn widget(random: &mut Random, body: &mut Value) {
    let mut spec = pod_spec(random);
    if random.chance(40) {
        spec.set("replicas", plain("1"));
    }
    body.set("spec", map([("template", map([("spec", spec)]))]));
}

fn workload(random: &mut Random, body: &mut Value) {
    let mut spec = map([]);
    if random.chance(50) {
        let count = match random.below(12) {
            0 => text("2"),
            1 => plain("null"),
            _ => plain(random.within(1, 5).to_string()),
        };
        spec.set("replicas", count);
    }
    let mut template = template(random);
    if random.chance(75) {
        let labels = template.get("metadata").and_then(|metadata| metadata.get("labels")).cloned();
        match labels {
            Some(labels) if random.chance(30) => {
                let anchored = Value::Anchored("labels".into(), Box::new(labels));
                spec.set("selector", map([("matchLabels", anchored)]));
                if let Value::Map(entries) = &mut template
                    && let Some((_, metadata)) =
                        entries.iter_mut().find(|(name, _)| name == "metadata")
                {
                    metadata.set("labels", Value::Alias("labels".into()));
                }
            }
            Some(labels) => spec.set("selector", map([("matchLabels", labels)])),
            None => spec.set("selector", selector(random)),
        }
    }
    if random.chance(12) {
        let rolling = map([("maxSurge", plain("1")), ("maxUnavailable", text("25%"))]);
        let strategy = map([("type", text("RollingUpdate")), ("rollingUpdate", rolling)]);
        spec.set("strategy", strategy);
    }
    spec.set("template", template);
    body.set("spec", spec);
}

fn stateful_set(random: &mut Random, body: &mut Value) {
    workload(random, body);
    let Value::Map(entries) = body else { return };
    let Some((_, spec)) = entries.iter_mut().find(|(name, _)| name == "spec") else { return };
    if random.chance(70) {
        spec.set("serviceName", text(name(random)));
    }
    if random.chance(60) {
        let mut template = map([("metadata", map([("name", text("data"))]))]);
        let mut claim = map([("accessModes", texts(["ReadWriteOnce"]))]);
        if random.chance(50) {
            claim.set("storageClassName", text(name(random)));
        }
        template.set("spec", claim);
        spec.set("volumeClaimTemplates", list([template]));
    }
}

fn replication_controller(random: &mut Random, body: &mut Value) {
    let mut spec = map([("template", template(random))]);
    if random.chance(50) {
        spec.set("selector", label_map(random));
    }
    body.set("spec", spec);
}

fn cron_job(random: &mut Random, body: &mut Value) {
    let job = map([("spec", map([("template", template(random))]))]);
    let spec = map([("schedule", text("*/5 * * * *")), ("jobTemplate", job)]);
    body.set("spec", spec);
}

fn pod(random: &mut Random, body: &mut Value) {
    body.set("spec", pod_spec(random));
}

fn pod_template(random: &mut Random, body: &mut Value) {
    body.set("template", template(random));
}

fn service(random: &mut Random, body: &mut Value) {
    let mut spec = map([]);
    if random.chance(80) {
        spec.set("selector", label_map(random));
    }
    if random.chance(80) {
        spec.set("ports", ports(random, "port"));
    }
    if random.chance(15) {
        spec.set("type", text("ExternalName"));
    }
    if random.chance(5) {
        spec.set("clusterIP", text("None"));
    }
    body.set("spec", spec);
}

fn config_map_data(random: &mut Random, body: &mut Value) {
    let mut data = map([]);
    for key in ["a", "b", "host", "port", "app.conf", "list.yaml", "0x"] {
        if random.chance(35) {
            let value = if random.chance(20) { scalar(random) } else { string(random) };
            data.set(key, value);
        }
    }
    if random.chance(5) {
        let keys = ["true", "1.5", "a b", "é", "k:v", "-", "a: b", "null", "~", "2020-01-01", "#x"];
        data.set(random.pick(&keys), string(random));
    }
    if random.chance(92) {
        body.set("data", data);
    }
    if random.chance(5) {
        body.set("immutable", plain("true"));
    }
    if random.chance(8) {
        body.set("binaryData", map([("bin", text("/wA=")), ("b", text("YQ=="))]));
    }
}

fn secret_data(random: &mut Random, body: &mut Value) {
    if random.chance(60) {
        body.set("type", text("Opaque"));
    }
    let data = [("a", text("YQ==")), ("b", text("Yg=="))].into_iter();
    let data: Vec<_> = data.filter(|_| random.chance(60)).collect();
    body.set("data", map(data));
    if random.chance(30) {
        body.set("stringData", map([("password", string(random))]));
    }
}

fn service_account(random: &mut Random, body: &mut Value) {
    if random.chance(40) {
        body.set("imagePullSecrets", list([map([("name", text(secret(random)))])]));
    }
    if random.chance(20) {
        body.set("secrets", list([map([("name", text(secret(random)))])]));
    }
}

fn claim(random: &mut Random, body: &mut Value) {
    let mut spec = map([("accessModes", texts(["ReadWriteOnce"]))]);
    if random.chance(50) {
        spec.set("storageClassName", text(name(random)));
    }
    if random.chance(40) {
        spec.set("volumeName", text(name(random)));
    }
    body.set("spec", spec);
}

fn volume(random: &mut Random, body: &mut Value) {
    let mut spec = map([("storageClassName", text(name(random)))]);
    match random.below(3) {
        0 => spec.set("nfs", map([("server", text("$(V)")), ("path", text("/x"))])),
        1 => spec.set("azureFile", map([("secretName", text(secret(random)))])),
        _ => {}
    }
    body.set("spec", spec);
}

fn role(random: &mut Random, body: &mut Value) {
    let mut rule = map([("apiGroups", list([text("")])), ("verbs", texts(["get"]))]);
    if random.chance(60) {
        rule.set("resourceNames", texts([config_map(random), secret(random)]));
    }
    body.set("rules", list([rule]));
}

fn binding(random: &mut Random, body: &mut Value) {
    let kind = random.pick(&["Role", "ClusterRole"]);
    let mut role = map([("kind", text(kind)), ("name", text(name(random)))]);
    if random.chance(90) {
        role.set("apiGroup", text("rbac.authorization.k8s.io"));
    }
    body.set("roleRef", role);
    let count = random.within(1, 2);
    let subject = |random: &mut Random| {
        let kind = random.pick(&["ServiceAccount", "ServiceAccount", "ServiceAccount", "User"]);
        let name = if random.chance(20) { "default".into() } else { name(random) };
        let mut subject = map([("kind", text(kind)), ("name", text(name))]);
        if random.chance(50) {
            subject.set("namespace", text(namespace(random)));
        }
        subject
    };
    if random.chance(92) {
        body.set("subjects", list((0..count).map(|_| subject(random))));
    }
}

fn ingress(random: &mut Random, body: &mut Value) {
    let service = map([("name", text(name(random))), ("port", map([("number", plain("80"))]))]);
    let path = map([("path", text("/")), ("backend", map([("service", service.clone())]))]);
    let rule = map([
        ("host", text(*random.one(&["a.example.com", "$(V).example.com"]).unwrap_or(&""))),
        ("http", map([("paths", list([path]))])),
    ]);
    let mut spec = map([("rules", list([rule]))]);
    if random.chance(40) {
        let tls = map([("hosts", texts(["a.example.com"])), ("secretName", text(secret(random)))]);
        spec.set("tls", list([tls]));
    }
    if random.chance(30) {
        spec.set("ingressClassName", text(name(random)));
    }
    if random.chance(20) {
        spec.set("defaultBackend", map([("service", service)]));
    }
    body.set("spec", spec);
    if random.chance(20) {
        let key = "nginx.ingress.kubernetes.io/auth-secret";
        set_annotations(body, map([(key, text(secret(random)))]));
    }
}

fn set_annotations(body: &mut Value, annotations: Value) {
    if let Value::Map(entries) = body
        && let Some((_, metadata)) = entries.iter_mut().find(|(name, _)| name == "metadata")
    {
        metadata.set("annotations", annotations);
    }
}

fn old_ingress(random: &mut Random, body: &mut Value) {
    let backend = map([("serviceName", text(name(random))), ("servicePort", plain("80"))]);
    let path = map([("backend", backend.clone())]);
    let rule = map([("http", map([("paths", list([path]))]))]);
    body.set("spec", map([("rules", list([rule])), ("backend", backend)]));
}

fn network_policy(random: &mut Random, body: &mut Value) {
    let pods = if random.chance(30) { map([]) } else { selector(random) };
    let mut spec = map([("podSelector", pods)]);
    if random.chance(50) {
        let from = map([("podSelector", selector(random))]);
        spec.set("ingress", list([map([("from", list([from]))])]));
    }
    if random.chance(30) {
        let to = map([("podSelector", selector(random)), ("namespaceSelector", map([]))]);
        spec.set("egress", list([map([("to", list([to]))])]));
    }
    body.set("spec", spec);
}

fn scaler(random: &mut Random, body: &mut Value) {
    let target = map([
        ("apiVersion", text("apps/v1")),
        ("kind", text(random.pick(&["Deployment", "StatefulSet"]))),
        ("name", text(name(random))),
    ]);
    let mut spec = map([("scaleTargetRef", target), ("maxReplicas", plain("5"))]);
    if random.chance(40) {
        spec.set("metrics", list([any(random, 2), any(random, 1)]));
    }
    body.set("spec", spec);
}

fn budget(random: &mut Random, body: &mut Value) {
    body.set("spec", map([("minAvailable", plain("1")), ("selector", selector(random))]));
}

fn storage_class(random: &mut Random, body: &mut Value) {
    body.set("provisioner", text("x/y"));
    if random.chance(60) {
        let key = random.pick(&["secretName", "adminSecretName", "userSecretName", "secretRef"]);
        body.set("parameters", map([(key, text(secret(random)))]));
    }
}

fn definition(random: &mut Random, body: &mut Value) {
    let mut spec = map([
        ("group", text("example.com")),
        ("names", map([("kind", text("Foo")), ("plural", text("foos"))])),
        ("scope", text("Namespaced")),
    ]);
    if random.chance(40) {
        let service = map([("name", text(name(random))), ("namespace", text("x"))]);
        let webhook = map([("clientConfig", map([("service", service)]))]);
        spec.set("conversion", map([("webhook", webhook)]));
    }
    if random.chance(30) {
        spec.set("template", map([("spec", pod_spec(random))]));
    }
    body.set("spec", spec);
}

fn api_service(random: &mut Random, body: &mut Value) {
    let mut spec = map([("group", text("example.com")), ("version", text("v1"))]);
    if random.chance(70) {
        let service = map([("name", text(name(random))), ("namespace", text(namespace(random)))]);
        spec.set("service", service);
    }
    body.set("spec", spec);
}

fn webhooks(random: &mut Random, body: &mut Value) {
    let count = random.within(1, 2);
    let webhook = |at: usize, random: &mut Random| {
        let mut service = map([("name", text(name(random))), ("path", text("/hook"))]);
        if random.chance(70) {
            service.set("namespace", text(namespace(random)));
        }
        map([
            ("name", text(["a.example.com", "b.example.com"][at])),
            ("clientConfig", map([("service", service)])),
            ("rules", any(random, 1)),
        ])
    };
    body.set("webhooks", list((0..count).map(|at| webhook(at, random))));
}

fn endpoints(random: &mut Random, body: &mut Value) {
    let address =
        |random: &mut Random| map([("ip", text("10.0.0.1")), ("nodeName", scalar(random))]);
    let subset = map([("addresses", list([address(random)])), ("ports", ports(random, "port"))]);
    body.set("subsets", list([subset]));
}

fn route(random: &mut Random, body: &mut Value) {
    let backend = map([("name", text(name(random))), ("port", plain("80"))]);
    let rule = map([("backendRefs", list([backend])), ("matches", any(random, 2))]);
    let parent = map([("name", text(name(random)))]);
    body.set("spec", map([("parentRefs", list([parent])), ("rules", list([rule]))]));
}

fn monitor(random: &mut Random, body: &mut Value) {
    let endpoint = map([("port", text("http")), ("interval", text("30s"))]);
    let spec = map([("endpoints", list([endpoint])), ("selector", selector(random))]);
    body.set("spec", spec);
}

fn policy_binding(random: &mut Random, body: &mut Value) {
    body.set("spec", map([("policyName", text(name(random)))]));
}
