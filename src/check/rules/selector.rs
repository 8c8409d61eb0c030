//! `selector`: a selector that does not select what it is there for.

use crate::k8s::Resource;
use crate::yaml::{Mapping, Node};

use super::{Findings, Rule, error};
use crate::check::pods::Pods;
use crate::check::scene::Scene;
use crate::check::select::{first_lacking, has_all, is_empty, selects};

pub(super) const RULE: Rule = Rule {
    id: "selector",
    summary: "a selector that misses its own pods, selects those of another, or selects none",
    explanation: "\
A Deployment whose selector does not fit its template is refused. One that selects the pods of another fights over them: \
each deletes what the other starts. A Service or a budget that selects nothing serves or protects nothing, in silence.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        check_own_pods(scene, pods, findings);
    }
    for resource in scene.resources {
        let id = resource.id();
        let selector = resource.node().at(&["spec", "selector"]).and_then(Node::as_mapping);
        let Some(selector) = selector else { continue };
        match (id.group(), id.kind.as_str()) {
            // An empty one is a Service whose endpoints somebody else names.
            ("", "Service") if !selector.is_empty() => {
                check_service(scene, resource, selector, findings);
            }
            ("policy", "PodDisruptionBudget")
                if !is_empty(selector)
                    && !scene.pods_near(id).any(|pods| selects(selector, pods.labels)) =>
            {
                let message = format!("the selector of {id} selects no pods of this build");
                findings.add(resource, error(selector.span(), message));
            }
            _ => {}
        }
    }
}

/// The selector of what makes pods, if it has one that is not made by the cluster.
fn own_selector(resource: &Resource) -> Option<&Mapping> {
    let node = resource.node();
    let selector = node.at(&["spec", "selector"])?.as_mapping()?;
    match resource.id().kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => Some(selector),
        _ => None,
    }
}

fn check_own_pods(scene: &Scene<'_>, pods: &Pods<'_>, findings: &mut Findings) {
    let id = pods.resource.id();
    let Some(selector) = own_selector(pods.resource) else { return };
    if is_empty(selector) {
        let message = format!("the selector of {id} is empty");
        findings.add(pods.resource, error(selector.span(), message));
        return;
    }
    if !selects(selector, pods.labels) {
        let message = format!("the selector of {id} does not select its own pods");
        let labels = selector.get("matchLabels").and_then(Node::as_mapping);
        let lacking = labels.and_then(|labels| first_lacking(labels, pods.labels));
        let span = lacking.map_or(selector.span(), |key| key.span());
        let mut finding = error(span, message);
        if let Some(key) = lacking {
            finding = finding.help(format!("the pods lack this value of the label `{key}`"));
        }
        findings.add(pods.resource, finding);
        return;
    }
    let mut others = scene
        .pods_near(id)
        .filter(|other| other.at != pods.at && own_selector(other.resource).is_some());
    if let Some(other) = others.find(|other| selects(selector, other.labels)) {
        let message =
            format!("the selector of {id} selects the pods of {} too", other.resource.id());
        let finding = error(selector.span(), message);
        let finding = finding.label(other.resource.name_span(), "the other one");
        findings.add(pods.resource, finding);
    }
}

fn check_service(
    scene: &Scene<'_>,
    service: &Resource,
    selector: &Mapping,
    findings: &mut Findings,
) {
    let id = service.id();
    if scene.pods_near(id).any(|pods| has_all(selector, pods.labels)) {
        return;
    }
    let mut finding = error(selector.span(), format!("{id} selects no pods of this build"));
    // The pods that lack least are probably those that are meant.
    let lacking = |pods: &Pods<'_>| {
        selector
            .iter()
            .filter(|entry| {
                pods.label(&entry.key.text) != entry.value.text().map(|text| text.as_str())
            })
            .count()
    };
    let meant = scene.pods_near(id).min_by_key(|pods| lacking(pods));
    if let Some(meant) = meant.filter(|pods| lacking(pods) < selector.len())
        && let Some(key) = first_lacking(selector, meant.labels)
    {
        let other = meant.resource.id();
        finding = finding.help(format!("the pods of {other} lack this value of the label `{key}`"));
    }
    findings.add(service, finding);
}
