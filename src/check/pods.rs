//! The pods that a resource makes, and their containers.

use crate::k8s::Resource;
use crate::source::{Span, Text};
use crate::yaml::{Mapping, Node, Value};

/// How long the pods of a resource run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// Until somebody stops them.
    Forever,
    /// Until they are done.
    ToTheEnd,
}

/// The pods of one resource.
#[derive(Debug)]
pub(super) struct Pods<'s> {
    pub(super) resource: &'s Resource,
    /// The position of the resource in its set.
    pub(super) at: usize,
    pub(super) labels: Option<&'s Mapping>,
    pub(super) annotations: Option<&'s Mapping>,
    pub(super) spec: &'s Mapping,
    pub(super) runs: Runs,
}

/// The part that a container has in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Main,
    /// Runs to its end before the main containers start.
    Init,
    /// An init container that goes on running beside the main ones.
    Sidecar,
    /// Added to a running pod for debugging.
    Ephemeral,
}

/// One container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container<'s> {
    pub(super) map: &'s Mapping,
    pub(super) role: Role,
}

/// Types that make pods: group, kind, where the template is, how long its pods run.
const WORKLOADS: &[(&str, &str, &[&str], Runs)] = {
    const POD: &[&str] = &[];
    const TEMPLATE: &[&str] = &["spec", "template"];
    const JOB: &[&str] = &["spec", "jobTemplate", "spec", "template"];
    &[
        ("", "Pod", POD, Runs::Forever),
        ("", "PodTemplate", &["template"], Runs::Forever),
        ("", "ReplicationController", TEMPLATE, Runs::Forever),
        ("apps", "DaemonSet", TEMPLATE, Runs::Forever),
        ("apps", "Deployment", TEMPLATE, Runs::Forever),
        ("apps", "ReplicaSet", TEMPLATE, Runs::Forever),
        ("apps", "StatefulSet", TEMPLATE, Runs::Forever),
        ("batch", "CronJob", JOB, Runs::ToTheEnd),
        ("batch", "Job", TEMPLATE, Runs::ToTheEnd),
    ]
};

impl<'s> Pods<'s> {
    /// The pods of a resource, if it makes any.
    pub(super) fn of(resource: &'s Resource, at: usize) -> Option<Pods<'s>> {
        let id = resource.id();
        let (_, _, template, runs) =
            WORKLOADS.iter().find(|(group, kind, ..)| id.kind == **kind && id.group() == *group)?;
        let template = resource.node().at(template)?;
        let spec = template.at(&["spec"])?.as_mapping()?;
        let metadata = |field| template.at(&["metadata", field]).and_then(Node::as_mapping);
        let ends = spec.text("restartPolicy").is_some_and(|policy| *policy != *"Always");
        Some(Pods {
            resource,
            at,
            labels: metadata("labels"),
            annotations: metadata("annotations"),
            spec,
            runs: if *id.kind == *"Pod" && ends { Runs::ToTheEnd } else { *runs },
        })
    }

    /// All containers: init containers first, then main ones, then those added for debugging.
    pub(super) fn containers(&self) -> impl Iterator<Item = Container<'s>> + use<'s> {
        let lists = [
            ("initContainers", Role::Init),
            ("containers", Role::Main),
            ("ephemeralContainers", Role::Ephemeral),
        ];
        let spec = self.spec;
        lists.into_iter().flat_map(move |(field, role)| {
            items(spec, field).filter_map(move |node| {
                let map = node.as_mapping()?;
                let always = map.text("restartPolicy").is_some_and(|policy| *policy == *"Always");
                let role = if role == Role::Init && always { Role::Sidecar } else { role };
                Some(Container { map, role })
            })
        })
    }

    /// Whether the pods are for Windows nodes, where some settings have no meaning.
    pub(super) fn is_windows(&self) -> bool {
        let os = self.spec.get("os").and_then(|os| os.at(&["name"]));
        os.and_then(Node::text).is_some_and(|name| *name == *"windows")
    }

    /// The value of a label of the pods.
    pub(super) fn label(&self, key: &str) -> Option<&'s str> {
        Some(self.labels?.text(key)?.as_str())
    }
}

impl<'s> Container<'s> {
    /// Its name; empty if it has none.
    pub(super) fn name(&self) -> &'s str {
        self.map.text("name").map_or("", Text::as_str)
    }

    /// Where to point at when something of it is missing.
    pub(super) fn span(&self) -> Span {
        self.map.text("name").map_or(self.map.span(), Text::span)
    }

    /// A mapping below it.
    pub(super) fn at(&self, path: &[&str]) -> Option<&'s Node> {
        at(self.map, path)
    }

    /// The numbers and names of its ports.
    pub(super) fn ports(&self) -> impl Iterator<Item = (Option<i64>, Option<&'s Text>)> + use<'s> {
        let ports = items(self.map, "ports").filter_map(Node::as_mapping);
        ports.map(|port| (port.get("containerPort").and_then(integer), port.text("name")))
    }

    /// Each of its probes and handlers: what it is called, and its mapping.
    pub(super) fn handlers(&self) -> impl Iterator<Item = (&'static str, &'s Mapping)> + use<'s> {
        let map = self.map;
        let paths: [(&'static str, &'static [&'static str]); 5] = [
            ("startupProbe", &["startupProbe"]),
            ("readinessProbe", &["readinessProbe"]),
            ("livenessProbe", &["livenessProbe"]),
            ("lifecycle.postStart", &["lifecycle", "postStart"]),
            ("lifecycle.preStop", &["lifecycle", "preStop"]),
        ];
        paths.into_iter().filter_map(move |(name, path)| Some((name, at(map, path)?.as_mapping()?)))
    }
}

/// The value below a chain of keys.
pub(super) fn at<'m>(map: &'m Mapping, path: &[&str]) -> Option<&'m Node> {
    let (first, rest) = path.split_first()?;
    map.get(first)?.at(rest)
}

/// The items of a list; none if it is not there or something else.
pub(super) fn items<'m>(map: &'m Mapping, field: &str) -> std::slice::Iter<'m, Node> {
    match map.get(field) {
        Some(Node::Sequence(list)) => list.items.iter(),
        _ => [].iter(),
    }
}

/// The integer that a node is.
pub(super) fn integer(node: &Node) -> Option<i64> {
    match node.as_scalar()?.value() {
        Ok(Value::Int(number)) => Some(number),
        _ => None,
    }
}

/// Whether a node is the boolean `true`.
pub(super) fn is_true(node: Option<&Node>) -> bool {
    boolean(node) == Some(true)
}

/// The boolean that a node is.
pub(super) fn boolean(node: Option<&Node>) -> Option<bool> {
    match node?.as_scalar()?.value() {
        Ok(Value::Bool(value)) => Some(value),
        _ => None,
    }
}
