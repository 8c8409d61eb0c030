//! `resources`: a container that does not say what it needs.

use std::cmp::Ordering;

use crate::yaml::{Mapping, Node};

use super::{Findings, Rule, error, warning};
use crate::check::pods::{Container, Pods, Role};
use crate::check::quantity::Quantity;
use crate::check::scene::Scene;

pub(super) const RULE: Rule = Rule {
    id: "resources",
    summary: "a container without requests or without a memory limit, or with a limit below its request",
    explanation: "\
Requests are what the scheduler finds a node by: without them a pod lands where there is no room, and is the first to \
be evicted. Without a memory limit one leak takes the node down. A CPU limit is not asked for: it throttles even on an \
idle node. Measure with `kubectl top pod`, then set.",
    check,
};

const WANTED: [[&str; 2]; 3] = [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]];

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        // Containers for debugging can't have any.
        for container in pods.containers().filter(|one| one.role != Role::Ephemeral) {
            check_container(pods, container, findings);
        }
    }
}

fn check_container(pods: &Pods<'_>, container: Container<'_>, findings: &mut Findings) {
    let resources = container.map.get("resources").and_then(Node::as_mapping);
    let amount = |kind: &str, what: &str| resources?.get(kind)?.as_mapping()?.get(what);
    // A limit alone is taken as the request, too.
    let is_set =
        |[kind, what]: [&str; 2]| amount(kind, what).or_else(|| amount("limits", what)).is_some();
    let missing: Vec<String> = WANTED
        .iter()
        .filter(|wanted| !is_set(**wanted))
        .map(|wanted| format!("`resources.{}`", wanted.join(".")))
        .collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        let message = format!("container `{}` does not set {list}", container.name());
        findings.add(pods.resource, warning(container.span(), message));
    }
    let requests = resources.and_then(|resources| resources.get("requests")?.as_mapping());
    for request in requests.into_iter().flat_map(Mapping::iter) {
        let what = request.key.text.as_str();
        let Some(limit) = amount("limits", what) else { continue };
        let read = |node: &Node| Quantity::parse(node.text()?);
        let (Some(least), Some(most)) = (read(&request.value), read(limit)) else { continue };
        if least.compare(most) == Ordering::Greater {
            let message =
                format!("container `{}` requests more {what} than its limit", container.name());
            let finding = error(request.value.span(), message).label(limit.span(), "the limit");
            findings.add(pods.resource, finding);
        }
    }
}
