//! `pod-security`: pods that the Pod Security Standards refuse.
//!
//! The checks are those of the level `restricted` as Kubernetes 1.35 enforces it, one function for
//! each; the level `baseline` leaves some out. A Namespace of the build that enforces another level
//! lowers it for what lies in it.

use crate::source::{Span, Text};
use crate::yaml::{Mapping, Node};

use super::{Findings, Rule, warning};
use crate::check::pods::{Container, Pods, at, boolean, integer, is_true, items};
use crate::check::scene::{Level, Scene};

pub(super) const RULE: Rule = Rule {
    id: "pod-security",
    summary: "a pod that the level `restricted` of the Pod Security Standards refuses",
    explanation: "\
Kubernetes enforces these standards for each namespace, and `restricted` is what an app needs that does not administer \
the cluster: no root, no privileges to gain, no reach to the node. All containers count, init containers too. A \
Namespace of the build with the label `pod-security.kubernetes.io/enforce` sets another level for what lies in it.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        let level = scene.level(pods.resource.id());
        if level == Level::Privileged {
            continue;
        }
        let mut problems = Vec::new();
        baseline(pods, &mut problems);
        if level == Level::Restricted {
            restricted(pods, &mut problems);
        }
        for Problem { span, message, help } in problems {
            let mut finding = warning(span, message);
            finding.help.extend(help);
            findings.add(pods.resource, finding);
        }
    }
}

/// One thing that the standards refuse.
struct Problem {
    span: Span,
    message: String,
    help: Option<String>,
}

fn problem(span: Span, message: String, help: Option<&str>) -> Problem {
    Problem { span, message, help: help.map(str::to_owned) }
}

fn baseline(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    host_namespaces(pods, problems);
    sysctls(pods, problems);
    app_armor_annotations(pods, problems);
    for (who, context, _) in contexts(pods) {
        windows_host_process(&who, context, problems);
        privileged(&who, context, problems);
        se_linux(&who, context, problems);
        app_armor(&who, context, problems);
        proc_mount(&who, context, problems);
    }
    for container in pods.containers() {
        host_ports(container, problems);
        host_addresses(container, problems);
    }
}

fn restricted(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    volumes(pods, problems);
    if !pods.is_windows() {
        for container in pods.containers() {
            privilege_escalation(container, problems);
            capabilities(container, problems);
        }
    }
    seccomp(pods, problems);
    // In a user namespace of its own, root in the pod is nobody outside of it.
    if boolean(pods.spec.get("hostUsers")) != Some(false) {
        run_as_non_root(pods, problems);
        run_as_user(pods, problems);
    }
}

/// The security contexts of the pod and of its containers, with the words for whose they are and the
/// place to point at when something is missing.
fn contexts<'s>(pods: &Pods<'s>) -> Vec<(String, Option<&'s Mapping>, Span)> {
    let context = |map: &'s Mapping| map.get("securityContext").and_then(Node::as_mapping);
    let own = ("the pod".to_owned(), context(pods.spec), pods.spec.span());
    let containers = pods.containers().map(|one| (whose(one), context(one.map), one.span()));
    std::iter::once(own).chain(containers).collect()
}

fn whose(container: Container<'_>) -> String {
    format!("container `{}`", container.name())
}

fn context<'s>(container: Container<'s>, path: &[&str]) -> Option<&'s Node> {
    at(container.at(&["securityContext"])?.as_mapping()?, path)
}

fn host_namespaces(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        let value = pods.spec.get(field);
        if let Some(node) = value.filter(|node| is_true(Some(node))) {
            problems.push(problem(node.span(), format!("`{field}` is on"), None));
        }
    }
}

/// The sysctls that only reach the pod itself.
const SAFE_SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

fn sysctls(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    let context = pods.spec.get("securityContext").and_then(Node::as_mapping);
    let sysctls = context.map(|context| items(context, "sysctls")).into_iter().flatten();
    for name in sysctls.filter_map(|sysctl| sysctl.as_mapping()?.text("name")) {
        if !SAFE_SYSCTLS.contains(&name.as_str()) {
            problems.push(problem(name.span(), format!("sysctl `{name}` is not safe"), None));
        }
    }
}

fn app_armor_annotations(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    let annotations = pods.annotations.into_iter().flat_map(Mapping::iter);
    for entry in annotations {
        let Some(profile) = entry.value.text() else { continue };
        let is_fine =
            matches!(profile.as_str(), "" | "runtime/default") || profile.starts_with("localhost/");
        if entry.key.text.starts_with("container.apparmor.security.beta.kubernetes.io/") && !is_fine
        {
            let message = "an annotation turns AppArmor off".to_owned();
            problems.push(problem(profile.span(), message, None));
        }
    }
}

fn windows_host_process(who: &str, context: Option<&Mapping>, problems: &mut Vec<Problem>) {
    let value = context.and_then(|context| at(context, &["windowsOptions", "hostProcess"]));
    if let Some(node) = value.filter(|node| is_true(Some(node))) {
        problems.push(problem(node.span(), format!("{who} is a process of the host"), None));
    }
}

fn privileged(who: &str, context: Option<&Mapping>, problems: &mut Vec<Problem>) {
    let value = context.and_then(|context| context.get("privileged"));
    if let Some(node) = value.filter(|node| is_true(Some(node))) {
        problems.push(problem(node.span(), format!("{who} is privileged"), None));
    }
}

fn se_linux(who: &str, context: Option<&Mapping>, problems: &mut Vec<Problem>) {
    const TYPES: [&str; 5] =
        ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let option = |field: &str| at(context?, &["seLinuxOptions", field])?.text();
    if let Some(kind) = option("type").filter(|kind| !TYPES.contains(&kind.as_str())) {
        let message = format!("{who} has the SELinux type `{kind}`");
        problems.push(problem(kind.span(), message, None));
    }
    for field in ["user", "role"] {
        if let Some(text) = option(field).filter(|text| !text.is_empty()) {
            problems.push(problem(text.span(), format!("{who} sets an SELinux {field}"), None));
        }
    }
}

fn app_armor(who: &str, context: Option<&Mapping>, problems: &mut Vec<Problem>) {
    let profile = context.and_then(|context| at(context, &["appArmorProfile", "type"])?.text());
    let allowed = ["RuntimeDefault", "Localhost"];
    if let Some(profile) = profile.filter(|profile| !allowed.contains(&profile.as_str())) {
        let message = format!("{who} has the AppArmor profile `{profile}`");
        problems.push(problem(profile.span(), message, None));
    }
}

fn proc_mount(who: &str, context: Option<&Mapping>, problems: &mut Vec<Problem>) {
    let mount = context.and_then(|context| context.text("procMount"));
    if let Some(mount) = mount.filter(|mount| **mount != *"Default") {
        problems.push(problem(mount.span(), format!("{who} has the procMount `{mount}`"), None));
    }
}

fn host_ports(container: Container<'_>, problems: &mut Vec<Problem>) {
    for port in items(container.map, "ports").filter_map(Node::as_mapping) {
        let Some(node) = port.get("hostPort") else { continue };
        if integer(node).is_some_and(|port| port != 0) {
            let message = format!("{} takes a port of its node", whose(container));
            problems.push(problem(node.span(), message, None));
        }
    }
}

/// A probe or handler with a host of its own has the node ask anything on the network.
fn host_addresses(container: Container<'_>, problems: &mut Vec<Problem>) {
    for (handler, map) in container.handlers() {
        for ask in ["httpGet", "tcpSocket"] {
            let host = at(map, &[ask, "host"]).and_then(Node::text);
            if let Some(host) = host.filter(|host| !host.is_empty()) {
                let message = format!("`{handler}` of {} names a host", whose(container));
                let help = "send another host as a header, under `httpHeaders`";
                problems.push(problem(host.span(), message, Some(help)));
            }
        }
    }
}

/// What a volume may be made of.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

fn volumes(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    for volume in items(pods.spec, "volumes").filter_map(Node::as_mapping) {
        let name = volume.text("name").map_or("", Text::as_str);
        for entry in volume {
            let kind = entry.key.text.as_str();
            if kind != "name" && !entry.value.is_null() && !VOLUMES.contains(&kind) {
                let message = format!("volume `{name}` is of the kind `{kind}`");
                problems.push(problem(entry.key.text.span(), message, None));
            }
        }
    }
}

fn privilege_escalation(container: Container<'_>, problems: &mut Vec<Problem>) {
    let value = context(container, &["allowPrivilegeEscalation"]);
    if boolean(value) != Some(false) {
        let span = value.map_or(container.span(), Node::span);
        let message = format!("{} may gain privileges", whose(container));
        let help = "set `securityContext.allowPrivilegeEscalation: false`";
        problems.push(problem(span, message, Some(help)));
    }
}

fn capabilities(container: Container<'_>, problems: &mut Vec<Problem>) {
    let capabilities = context(container, &["capabilities"]);
    let list = |field| capabilities.and_then(Node::as_mapping).map(|map| items(map, field));
    let mut dropped = list("drop").into_iter().flatten().filter_map(Node::text);
    if !dropped.any(|name| **name == *"ALL") {
        let message = format!("{} does not drop all capabilities", whose(container));
        let help = "set `securityContext.capabilities.drop: [\"ALL\"]`";
        let span = capabilities.map_or(container.span(), Node::span);
        problems.push(problem(span, message, Some(help)));
    }
    for name in list("add").into_iter().flatten().filter_map(Node::text) {
        if **name != *"NET_BIND_SERVICE" {
            let message = format!("{} adds the capability `{name}`", whose(container));
            problems.push(problem(name.span(), message, None));
        }
    }
}

fn seccomp(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    let is_fine = |profile: &Text| matches!(profile.as_str(), "RuntimeDefault" | "Localhost");
    let all: Vec<_> = contexts(pods)
        .into_iter()
        .map(|(who, context, span)| {
            let profile = context.and_then(|map| at(map, &["seccompProfile", "type"])?.text());
            (who, profile, span)
        })
        .collect();
    for (who, profile, _) in &all {
        if let Some(profile) = profile.filter(|profile| !is_fine(profile)) {
            let message = format!("{who} has the seccomp profile `{profile}`");
            problems.push(problem(profile.span(), message, None));
        }
    }
    let Some(((_, pod, _), containers)) = all.split_first() else { return };
    if pod.is_none() {
        for (who, _, span) in containers.iter().filter(|(_, profile, _)| profile.is_none()) {
            let help = "set `securityContext.seccompProfile.type: RuntimeDefault` of the pod";
            problems.push(problem(*span, format!("{who} has no seccomp profile"), Some(help)));
        }
    }
}

fn run_as_non_root(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    let all: Vec<_> = contexts(pods)
        .into_iter()
        .map(|(who, context, span)| (who, context.and_then(|map| map.get("runAsNonRoot")), span))
        .collect();
    for (who, value, _) in &all {
        if let Some(node) = value.filter(|node| boolean(Some(node)) == Some(false)) {
            let message = format!("{who} may run as root");
            problems.push(problem(node.span(), message, Some("set `runAsNonRoot: true`")));
        }
    }
    let Some(((_, pod, _), containers)) = all.split_first() else { return };
    if !is_true(*pod) {
        for (who, _, span) in containers.iter().filter(|(_, value, _)| boolean(*value).is_none()) {
            let help = "set `securityContext.runAsNonRoot: true` of the pod";
            problems.push(problem(*span, format!("{who} may run as root"), Some(help)));
        }
    }
}

fn run_as_user(pods: &Pods<'_>, problems: &mut Vec<Problem>) {
    for (who, context, _) in contexts(pods) {
        let user = context.and_then(|context| context.get("runAsUser"));
        if let Some(node) = user.filter(|node| integer(node) == Some(0)) {
            problems.push(problem(node.span(), format!("{who} runs as root"), None));
        }
    }
}
