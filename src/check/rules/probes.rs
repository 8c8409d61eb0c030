//! `probes`: a container whose health nobody asks for.

use super::{Findings, Rule, warning};
use crate::check::pods::{Container, Pods, Role, Runs, integer};
use crate::check::scene::Scene;
use crate::check::select::has_all;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "probes",
    summary: "a container that runs for good without a liveness probe, or serves without a readiness probe",
    explanation: "\
Without a readiness probe a Service sends requests to a pod that is still booting, and a rollout goes on though the new \
pods do not work. Without a liveness probe a process that hangs hangs for ever. Pods that run to an end need neither, \
and neither do those that are scaled to zero, for somebody to look into.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in scene.pods.iter().filter(|pods| pods.runs == Runs::Forever && !is_asleep(pods)) {
        let is_served = serves(scene, pods);
        for container in pods.containers().filter(|one| one.role == Role::Main) {
            let has_ports = container.ports().next().is_some();
            let missing: Vec<&str> =
                [("readinessProbe", is_served && has_ports), ("livenessProbe", true)]
                    .into_iter()
                    .filter(|(probe, wanted)| *wanted && !has(container, probe))
                    .map(|(probe, _)| probe)
                    .collect();
            for probe in missing {
                let message = format!("container `{}` has no `{probe}`", container.name());
                findings.add(pods.resource, warning(container.span(), message));
            }
        }
    }
}

/// Whether no pod runs until somebody scales the resource up.
fn is_asleep(pods: &Pods<'_>) -> bool {
    pods.resource.node().at(&["spec", "replicas"]).and_then(integer) == Some(0)
}

/// Whether a Service sends requests to the pods.
fn serves(scene: &Scene<'_>, pods: &Pods<'_>) -> bool {
    let near = pods.resource.id().effective_namespace();
    let services = scene
        .resources
        .iter()
        .filter(|one| one.id().kind == *"Service" && one.id().effective_namespace() == near);
    let mut selectors =
        services.filter_map(|service| service.node().at(&["spec", "selector"])?.as_mapping());
    selectors.any(|selector| !selector.is_empty() && has_all(selector, pods.labels))
}

fn has(container: Container<'_>, probe: &str) -> bool {
    container.map.get(probe).and_then(Node::as_mapping).is_some_and(|probe| !probe.is_empty())
}
