//! `dangling-reference`: a name of something that is not there.

use crate::diag::Diagnostic;
use crate::k8s::{Resource, split_api_version};
use crate::source::Text;
use crate::yaml::{Mapping, Node};

use super::{Findings, Rule, error};
use crate::check::pods::{Container, Pods, at, is_true, items};
use crate::check::scene::Scene;

pub(super) const RULE: Rule = Rule {
    id: "dangling-reference",
    summary: "a name of a ConfigMap, Secret, account, volume, Service or workload that is not there",
    explanation: "\
A pod that names a ConfigMap or Secret which does not exist never starts; a route without its Service answers 503; an \
autoscaler without its target does nothing. What exists outside of the build has to be said: by name, or by an object \
that makes it, such as an ExternalSecret.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        check_pods(&mut Search { scene, resource: pods.resource, findings }, pods);
    }
    for resource in scene.resources {
        let id = resource.id();
        let search = &mut Search { scene, resource, findings };
        match (id.group(), id.kind.as_str()) {
            ("", "ServiceAccount") => check_account(search),
            ("apps", "StatefulSet") => search.service(resource.node().at(&["spec", "serviceName"])),
            ("autoscaling", "HorizontalPodAutoscaler") => search.target(),
            ("networking.k8s.io", "Ingress") => check_ingress(search),
            ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => check_route(search),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                check_binding(search);
            }
            _ => {}
        }
    }
}

/// A search for what one resource names.
struct Search<'a, 's> {
    scene: &'a Scene<'s>,
    resource: &'s Resource,
    findings: &'a mut Findings,
}

impl<'s> Search<'_, 's> {
    /// Looks for an object of the core group, and reports it if it is nowhere.
    fn named(&mut self, kind: &str, name: Option<&Text>) -> Option<&'s Resource> {
        self.of_group("", kind, name)
    }

    fn of_group(&mut self, group: &str, kind: &str, name: Option<&Text>) -> Option<&'s Resource> {
        let name = name.filter(|name| !name.is_empty())?;
        let near = self.resource.id();
        let found = self.scene.find(near, group, kind, name);
        if found.is_none() && !self.scene.is_made_elsewhere(near, kind, name) {
            let names = self.scene.names_of(near, kind);
            self.report(
                error(name.span(), format!("there is no {kind} `{name}`")).suggest(name, names),
            );
        }
        found
    }

    fn report(&mut self, finding: Diagnostic) {
        self.findings.add(self.resource, finding);
    }

    fn service(&mut self, name: Option<&Node>) {
        self.named("Service", name.and_then(Node::text));
    }

    /// Looks for a ConfigMap or Secret, and for keys in it.
    fn source(&mut self, kind: &str, map: &Mapping, name: &str, keys: &[&Text]) {
        if is_true(map.get("optional")) {
            return;
        }
        let Some(source) = self.named(kind, map.text(name)) else { return };
        let has = |key: &str| {
            ["data", "binaryData", "stringData"].iter().any(|field| {
                let data = source.node().at(&[field]).and_then(Node::as_mapping);
                data.is_some_and(|data| data.contains(key))
            })
        };
        for key in keys.iter().filter(|key| !has(key)) {
            let known = source.node().at(&["data"]).and_then(Node::as_mapping);
            let known =
                known.into_iter().flat_map(Mapping::iter).map(|entry| entry.key.text.as_str());
            let message = format!("{} has no key `{key}`", source.id());
            self.report(error(key.span(), message).suggest(key, known));
        }
    }

    /// What an autoscaler scales.
    fn target(&mut self) {
        let target =
            self.resource.node().at(&["spec", "scaleTargetRef"]).and_then(Node::as_mapping);
        let Some(target) = target else { return };
        let group = target.text("apiVersion").map_or("", |version| split_api_version(version).0);
        if let Some(kind) = target.text("kind") {
            self.of_group(group, kind, target.text("name"));
        }
    }
}

fn check_pods(search: &mut Search<'_, '_>, pods: &Pods<'_>) {
    let account = pods.spec.text("serviceAccountName").or_else(|| pods.spec.text("serviceAccount"));
    // Every namespace has this one.
    search.named("ServiceAccount", account.filter(|name| **name != *"default"));
    for secret in items(pods.spec, "imagePullSecrets").filter_map(Node::as_mapping) {
        search.named("Secret", secret.text("name"));
    }
    for volume in items(pods.spec, "volumes").filter_map(Node::as_mapping) {
        check_volume(search, volume);
        if let Some(claim) = volume.get("persistentVolumeClaim").and_then(Node::as_mapping) {
            search.named("PersistentVolumeClaim", claim.text("claimName"));
        }
        let sources = volume.get("projected").and_then(Node::as_mapping);
        let sources = sources.map(|projected| items(projected, "sources")).into_iter().flatten();
        sources.filter_map(Node::as_mapping).for_each(|source| check_volume(search, source));
    }
    for container in pods.containers() {
        check_environment(search, pods, container);
        check_mounts(search, pods, container);
    }
}

/// A volume, or one source of a projected volume.
fn check_volume(search: &mut Search<'_, '_>, volume: &Mapping) {
    for (field, kind, name) in
        [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")]
    {
        let Some(map) = volume.get(field).and_then(Node::as_mapping) else { continue };
        let keys: Vec<&Text> =
            items(map, "items").filter_map(|item| item.as_mapping()?.text("key")).collect();
        // A projected Secret is named otherwise than a volume of its own.
        let name = if map.contains(name) { name } else { "name" };
        search.source(kind, map, name, &keys);
    }
}

fn check_environment(search: &mut Search<'_, '_>, pods: &Pods<'_>, container: Container<'_>) {
    const KINDS: [(&str, &str, &str); 2] =
        [("ConfigMap", "configMapRef", "configMapKeyRef"), ("Secret", "secretRef", "secretKeyRef")];
    for source in items(container.map, "envFrom").filter_map(Node::as_mapping) {
        for (kind, field, _) in KINDS {
            if let Some(map) = source.get(field).and_then(Node::as_mapping) {
                search.source(kind, map, "name", &[]);
            }
        }
    }
    for variable in items(container.map, "env").filter_map(Node::as_mapping) {
        let Some(from) = variable.get("valueFrom").and_then(Node::as_mapping) else { continue };
        for (kind, _, field) in KINDS {
            if let Some(map) = from.get(field).and_then(Node::as_mapping) {
                let keys: Vec<&Text> = map.text("key").into_iter().collect();
                search.source(kind, map, "name", &keys);
            }
        }
        if let Some(path) = at(from, &["fieldRef", "fieldPath"]).and_then(Node::text) {
            check_own_field(search, pods, path);
        }
    }
}

/// `metadata.labels['x']`: what nobody sets is an empty value.
fn check_own_field(search: &mut Search<'_, '_>, pods: &Pods<'_>, path: &Text) {
    for (what, map) in [("label", pods.labels), ("annotation", pods.annotations)] {
        let key = path
            .strip_prefix(&format!("metadata.{what}s['"))
            .and_then(|rest| rest.strip_suffix("']"));
        let Some(key) = key else { continue };
        if !map.is_some_and(|map| map.contains(key)) {
            let known =
                map.into_iter().flat_map(Mapping::iter).map(|entry| entry.key.text.as_str());
            let finding = error(path.span(), format!("the pods have no {what} `{key}`"));
            search.report(finding.suggest(key, known));
        }
    }
}

fn check_mounts(search: &mut Search<'_, '_>, pods: &Pods<'_>, container: Container<'_>) {
    let volumes: Vec<&str> = items(pods.spec, "volumes")
        .filter_map(|volume| Some(volume.as_mapping()?.text("name")?.as_str()))
        .chain(claim_templates(pods.resource))
        .collect();
    for field in ["volumeMounts", "volumeDevices"] {
        for mount in items(container.map, field).filter_map(Node::as_mapping) {
            let Some(name) = mount.text("name") else { continue };
            if !volumes.contains(&name.as_str()) {
                let finding = error(name.span(), format!("the pod has no volume `{name}`"));
                search.report(finding.suggest(name, volumes.iter().copied()));
            }
        }
    }
}

fn claim_templates(resource: &Resource) -> impl Iterator<Item = &str> {
    let spec = resource.node().at(&["spec"]).and_then(Node::as_mapping);
    let claims = spec.map(|spec| items(spec, "volumeClaimTemplates")).into_iter().flatten();
    claims.filter_map(|claim| Some(claim.at(&["metadata", "name"])?.text()?.as_str()))
}

fn check_account(search: &mut Search<'_, '_>) {
    let Some(account) = search.resource.node().as_mapping() else { return };
    for field in ["imagePullSecrets", "secrets"] {
        for secret in items(account, field).filter_map(Node::as_mapping) {
            search.named("Secret", secret.text("name"));
        }
    }
}

fn check_ingress(search: &mut Search<'_, '_>) {
    for backend in ingress_backends(search.resource) {
        search.named("Service", backend.text("name"));
    }
    let spec = search.resource.node().at(&["spec"]).and_then(Node::as_mapping);
    for tls in spec.map(|spec| items(spec, "tls")).into_iter().flatten() {
        search.named("Secret", tls.as_mapping().and_then(|tls| tls.text("secretName")));
    }
}

/// The mappings `service` of all backends of an Ingress.
pub(super) fn ingress_backends(ingress: &Resource) -> Vec<&Mapping> {
    let Some(spec) = ingress.node().at(&["spec"]).and_then(Node::as_mapping) else {
        return Vec::new();
    };
    let default = at(spec, &["defaultBackend", "service"]).and_then(Node::as_mapping);
    let mut backends: Vec<&Mapping> = default.into_iter().collect();
    for rule in items(spec, "rules") {
        let Some(http) = rule.at(&["http"]).and_then(Node::as_mapping) else { continue };
        let paths = items(http, "paths");
        backends.extend(paths.filter_map(|path| path.at(&["backend", "service"])?.as_mapping()));
    }
    backends
}

fn check_route(search: &mut Search<'_, '_>) {
    for backend in route_backends(search.resource) {
        // In another namespace a grant decides, and nothing of it is known here.
        if !backend.contains("namespace") {
            search.named("Service", backend.text("name"));
        }
    }
}

/// The backends of a route that are Services.
pub(super) fn route_backends(route: &Resource) -> Vec<&Mapping> {
    let Some(spec) = route.node().at(&["spec"]).and_then(Node::as_mapping) else {
        return Vec::new();
    };
    let rules = items(spec, "rules").filter_map(Node::as_mapping);
    let backends = rules.flat_map(|rule| items(rule, "backendRefs")).filter_map(Node::as_mapping);
    backends.filter(|one| one.text("kind").is_none_or(|kind| *kind == *"Service")).collect()
}

fn check_binding(search: &mut Search<'_, '_>) {
    let resource = search.resource;
    let Some(binding) = resource.node().as_mapping() else { return };
    if let Some(role) = binding.get("roleRef").and_then(Node::as_mapping) {
        // A ClusterRole may be one of those that every cluster has.
        if role.text("kind").is_some_and(|kind| *kind == *"Role") {
            search.of_group("rbac.authorization.k8s.io", "Role", role.text("name"));
        }
    }
    for subject in items(binding, "subjects").filter_map(Node::as_mapping) {
        let is_account = subject.text("kind").is_some_and(|kind| *kind == *"ServiceAccount");
        let Some(name) = subject.text("name").filter(|name| is_account && **name != *"default")
        else {
            continue;
        };
        let namespace = subject.text("namespace").map(Text::as_str);
        let namespace = namespace.unwrap_or_else(|| resource.id().effective_namespace());
        let is_there = search.scene.find_in(namespace, "", "ServiceAccount", name).is_some();
        // Accounts of other namespaces are somebody else's.
        let is_ours = search.scene.resources.iter().any(|one| one.id().namespace == *namespace);
        if !is_there
            && is_ours
            && !search.scene.is_made_elsewhere(resource.id(), "ServiceAccount", name)
        {
            let message = format!("there is no ServiceAccount `{name}` in namespace `{namespace}`");
            search.report(error(name.span(), message));
        }
    }
}
