//! `blocking-budget`: a PodDisruptionBudget that lets no pod go.

use crate::k8s::Resource;
use crate::yaml::{Node, Value};

use super::{Findings, Rule, error, warning};
use crate::check::pods::{Pods, integer};
use crate::check::scene::Scene;
use crate::check::select::selects;

pub(super) const RULE: Rule = Rule {
    id: "blocking-budget",
    summary: "a PodDisruptionBudget that blocks the drain of a node for good",
    explanation: "\
A budget that wants as many pods as there are never lets one go: draining the node waits for ever, and so does the \
upgrade of the cluster. `maxUnavailable: 1` suits any number of replicas.",
    check,
};

/// What a budget asks for.
#[derive(Clone, Copy)]
enum Amount {
    Pods(i64),
    Percent(i64),
}

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    let budgets = scene.resources.iter().filter(|one| one.id().kind == *"PodDisruptionBudget");
    for budget in budgets {
        let spec = |field: &str| budget.node().at(&["spec", field]);
        let (least, most) = (spec("minAvailable"), spec("maxUnavailable"));
        if let (Some(least), Some(most)) = (least, most) {
            let message = "a budget can't have both `minAvailable` and `maxUnavailable`";
            let finding = error(most.span(), message).label(least.span(), "the other one");
            findings.add(budget, finding);
            continue;
        }
        let replicas = replicas_of(scene, budget);
        let blocking = match (least.and_then(amount), most.and_then(amount)) {
            (_, Some(Amount::Pods(0) | Amount::Percent(0))) => {
                Some("it allows no pod to be away".to_owned())
            }
            (Some(Amount::Percent(100)), _) => Some("it wants all pods to be there".to_owned()),
            (Some(Amount::Pods(least)), _) => replicas
                .filter(|replicas| *replicas > 0 && least >= *replicas)
                .map(|replicas| format!("it wants {least} of {replicas} to be there")),
            _ => None,
        };
        if let (Some(why), Some(place)) = (blocking, most.or(least)) {
            let message = format!("this budget blocks the drain of a node: {why}");
            let finding = warning(place.span(), message).help("say `maxUnavailable: 1`");
            findings.add(budget, finding);
        }
    }
}

fn amount(node: &Node) -> Option<Amount> {
    match node.as_scalar()?.value().ok()? {
        Value::Int(pods) => Some(Amount::Pods(pods)),
        Value::String(text) => text.strip_suffix('%')?.parse().ok().map(Amount::Percent),
        _ => None,
    }
}

/// The least number of pods that a budget is about; `None` if it is about none, or if not all of them
/// say how many they are.
fn replicas_of(scene: &Scene<'_>, budget: &Resource) -> Option<i64> {
    let selector = budget.node().at(&["spec", "selector"])?.as_mapping()?;
    let selected: Vec<&Pods<'_>> =
        scene.pods_near(budget.id()).filter(|pods| selects(selector, pods.labels)).collect();
    if selected.is_empty() {
        return None;
    }
    selected.into_iter().map(|pods| replicas(scene, pods)).sum()
}

/// The least number of pods of a resource: what its autoscaler may scale it down to, or its replicas.
fn replicas(scene: &Scene<'_>, pods: &Pods<'_>) -> Option<i64> {
    let id = pods.resource.id();
    if !matches!(id.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet") {
        return None;
    }
    let scaler = scene.resources.iter().find(|one| {
        let target = |field| one.node().at(&["spec", "scaleTargetRef", field]).and_then(Node::text);
        one.id().kind == *"HorizontalPodAutoscaler"
            && one.id().effective_namespace() == id.effective_namespace()
            && target("kind") == Some(&id.kind)
            && target("name") == Some(&id.name)
    });
    let (resource, field) = match scaler {
        Some(scaler) => (scaler, "minReplicas"),
        None => (pods.resource, "replicas"),
    };
    match resource.node().at(&["spec", field]) {
        Some(node) => integer(node),
        None => Some(1),
    }
}
