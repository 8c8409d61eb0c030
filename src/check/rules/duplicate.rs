//! `duplicate`: the same thing twice.

use std::collections::BTreeMap;

use crate::k8s::Resource;
use crate::source::Text;
use crate::yaml::{Mapping, Node};

use super::{Findings, Rule, error};
use crate::check::pods::{Container, Pods, items};
use crate::check::scene::Scene;

pub(super) const RULE: Rule = Rule {
    id: "duplicate",
    summary: "an object, a container, a volume, a port or a variable that is there twice",
    explanation: "\
Of two objects with one name the later overwrites the earlier. Of two variables with one name the later wins, and who \
reads the file sees the other. Containers, volumes, mounts and ports that are there twice are refused.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    check_objects(scene, findings);
    for pods in &scene.pods {
        check_pods(pods, findings);
    }
    for service in scene.resources.iter().filter(|one| *one.id().kind == *"Service") {
        let Some(spec) = service.node().at(&["spec"]).and_then(Node::as_mapping) else { continue };
        check_list(service, items(spec, "ports"), "port", findings, |port| port.text("name"));
    }
}

/// One object in two versions of its API is still one object.
fn check_objects(scene: &Scene<'_>, findings: &mut Findings) {
    let mut seen: BTreeMap<[&str; 4], &Resource> = BTreeMap::new();
    for resource in scene.resources {
        let id = resource.id();
        let key = [id.group(), &id.kind, id.effective_namespace(), &id.name];
        let Some(first) = seen.get(&key) else {
            seen.insert(key, resource);
            continue;
        };
        let message = format!("{id} is there twice");
        let finding = error(resource.name_span(), message);
        findings.add(resource, finding.label(first.name_span(), "the first one"));
    }
}

fn check_pods(pods: &Pods<'_>, findings: &mut Findings) {
    let all = || pods.containers();
    let nodes: Vec<&Mapping> = all().map(|one| one.map).collect();
    check_maps(pods.resource, &nodes, "container", findings, |one| one.text("name"));
    check_list(pods.resource, items(pods.spec, "volumes"), "volume", findings, |one| {
        one.text("name")
    });
    for container in all() {
        check_container(pods.resource, container, findings);
    }
    let ports: Vec<&Mapping> =
        all().flat_map(|one| items(one.map, "ports").filter_map(Node::as_mapping)).collect();
    check_maps(pods.resource, &ports, "port", findings, |one| one.text("name"));
}

fn check_container(resource: &Resource, container: Container<'_>, findings: &mut Findings) {
    let list = |field| items(container.map, field);
    check_list(resource, list("volumeMounts"), "mount", findings, |one| one.text("mountPath"));
    check_list(resource, list("env"), "variable", findings, |one| one.text("name"));
}

fn check_list<'n>(
    resource: &Resource,
    list: std::slice::Iter<'n, Node>,
    what: &str,
    findings: &mut Findings,
    name: impl Fn(&'n Mapping) -> Option<&'n Text>,
) {
    let maps: Vec<&Mapping> = list.filter_map(Node::as_mapping).collect();
    check_maps(resource, &maps, what, findings, name);
}

fn check_maps<'n>(
    resource: &Resource,
    maps: &[&'n Mapping],
    what: &str,
    findings: &mut Findings,
    name: impl Fn(&'n Mapping) -> Option<&'n Text>,
) {
    let mut seen: BTreeMap<&str, &Text> = BTreeMap::new();
    for name in maps.iter().filter_map(|map| name(map)) {
        if let Some(first) = seen.get(name.as_str()) {
            let message = format!("{what} `{name}` is there twice");
            let finding = error(name.span(), message).label(first.span(), "the first one");
            findings.add(resource, finding);
        } else {
            seen.insert(name, name);
        }
    }
}
