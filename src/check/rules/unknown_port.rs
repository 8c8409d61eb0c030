//! `unknown-port`: a port that no container has.

use crate::k8s::Resource;
use crate::yaml::{Node, Value};

use super::{Findings, Rule, error, warning};
use crate::check::pods::{Container, Pods, Role, at, items};
use crate::check::scene::Scene;
use crate::check::select::has_all;

pub(super) const RULE: Rule = Rule {
    id: "unknown-port",
    summary: "a probe, a Service or a route that names a port which is not there",
    explanation: "\
A probe of a named port that its container lacks is refused; of a number that nobody listens on, it fails until the pod \
is killed. A Service whose `targetPort` no pod has answers `connection refused`, and so does a route to a port that its \
Service lacks.",
    check,
};

/// A port as manifests name it.
#[derive(Clone, Debug, PartialEq)]
enum Port {
    Number(i64),
    Name(String),
}

impl Port {
    fn of(node: &Node) -> Option<Port> {
        match node.as_scalar()?.value().ok()? {
            Value::Int(number) => Some(Port::Number(number)),
            Value::String(name) => Some(Port::Name(name.into_owned())),
            _ => None,
        }
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Port::Number(number) => write!(f, "port {number}"),
            Port::Name(name) => write!(f, "port `{name}`"),
        }
    }
}

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        for container in pods.containers() {
            check_handlers(pods, container, findings);
        }
    }
    for resource in scene.resources {
        let id = resource.id();
        match (id.group(), id.kind.as_str()) {
            ("", "Service") => check_service(scene, resource, findings),
            ("networking.k8s.io", "Ingress") => check_ingress(scene, resource, findings),
            ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => {
                check_route(scene, resource, findings);
            }
            _ => {}
        }
    }
}

fn has_port(container: Container<'_>, wanted: &Port) -> bool {
    container.ports().any(|(number, name)| match wanted {
        Port::Number(wanted) => number == Some(*wanted),
        Port::Name(wanted) => name.is_some_and(|name| *name == **wanted),
    })
}

fn port_names(container: Container<'_>) -> Vec<String> {
    container.ports().filter_map(|(_, name)| name).map(|name| name.to_string()).collect()
}

fn check_handlers(pods: &Pods<'_>, container: Container<'_>, findings: &mut Findings) {
    for (handler, map) in container.handlers() {
        for ask in ["httpGet", "tcpSocket", "grpc"] {
            let Some(node) = at(map, &[ask, "port"]) else { continue };
            let Some(port) = Port::of(node) else { continue };
            if has_port(container, &port) {
                continue;
            }
            let name = container.name();
            let message =
                format!("`{handler}` asks {port}, which container `{name}` does not have");
            let finding = match &port {
                Port::Name(wanted) => {
                    let names = port_names(container);
                    error(node.span(), message).suggest(wanted, names.iter().map(String::as_str))
                }
                Port::Number(_) => {
                    warning(node.span(), message).help("list it under `ports` of the container")
                }
            };
            findings.add(pods.resource, finding);
        }
    }
}

fn check_service(scene: &Scene<'_>, service: &Resource, findings: &mut Findings) {
    let Some(spec) = service.node().at(&["spec"]).and_then(Node::as_mapping) else { return };
    let selector = spec.get("selector").and_then(Node::as_mapping);
    let Some(selector) = selector.filter(|selector| !selector.is_empty()) else { return };
    let selected = || scene.pods_near(service.id()).filter(|pods| has_all(selector, pods.labels));
    for port in items(spec, "ports").filter_map(Node::as_mapping) {
        let Some(node) = port.get("targetPort").or_else(|| port.get("port")) else { continue };
        let Some(wanted) = Port::of(node) else { continue };
        // A pod of which no container lists ports may still listen on a number.
        let lacking = selected().find(|pods| {
            let mut containers = pods.containers().filter(|one| one.role != Role::Init);
            let lists = pods.containers().any(|one| one.ports().next().is_some());
            !containers.any(|one| has_port(one, &wanted))
                && (lists || matches!(wanted, Port::Name(_)))
        });
        let Some(lacking) = lacking else { continue };
        let id = lacking.resource.id();
        let message = format!("no container of {id} has {wanted}");
        let mut finding = error(node.span(), message);
        if let Port::Name(wanted) = &wanted {
            let names: Vec<String> = lacking.containers().flat_map(port_names).collect();
            finding = finding.suggest(wanted, names.iter().map(String::as_str));
        }
        findings.add(service, finding);
    }
}

/// Whether a Service of this build has a port; one that is not in it may have any.
fn service_has(scene: &Scene<'_>, near: &Resource, name: &str, wanted: &Port) -> bool {
    let Some(service) = scene.find(near.id(), "", "Service", name) else { return true };
    let Some(spec) = service.node().at(&["spec"]).and_then(Node::as_mapping) else { return true };
    if spec.text("type").is_some_and(|kind| *kind == *"ExternalName") {
        return true;
    }
    items(spec, "ports").filter_map(Node::as_mapping).any(|port| {
        let field = if matches!(wanted, Port::Name(_)) { "name" } else { "port" };
        port.get(field).and_then(Port::of).as_ref() == Some(wanted)
    })
}

fn check_ingress(scene: &Scene<'_>, ingress: &Resource, findings: &mut Findings) {
    for backend in super::dangling_reference::ingress_backends(ingress) {
        let Some(name) = backend.text("name") else { continue };
        let port = backend.get("port").and_then(Node::as_mapping);
        let node = port.and_then(|port| port.get("name").or_else(|| port.get("number")));
        let Some(node) = node else { continue };
        check_backend(scene, ingress, name, node, findings);
    }
}

fn check_route(scene: &Scene<'_>, route: &Resource, findings: &mut Findings) {
    for backend in super::dangling_reference::route_backends(route) {
        let (Some(name), Some(node)) = (backend.text("name"), backend.get("port")) else {
            continue;
        };
        if !backend.contains("namespace") {
            check_backend(scene, route, name, node, findings);
        }
    }
}

fn check_backend(
    scene: &Scene<'_>,
    route: &Resource,
    service: &str,
    node: &Node,
    findings: &mut Findings,
) {
    let Some(wanted) = Port::of(node) else { return };
    if !service_has(scene, route, service, &wanted) {
        let message = format!("Service `{service}` has no {wanted}");
        findings.add(route, error(node.span(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_or_names() {
        use crate::yaml::{Scalar, Style, Tag};
        let port = |text: &str, style| Port::of(&Scalar::new(text, style, Tag::Auto).into());
        assert_eq!(port("80", Style::Plain), Some(Port::Number(80)));
        assert_eq!(port("80", Style::DoubleQuoted), Some(Port::Name("80".into())));
        assert_eq!(port("http", Style::Plain), Some(Port::Name("http".into())));
    }
}
