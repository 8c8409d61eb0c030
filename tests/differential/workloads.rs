//! Pods and what makes them.

use super::objects::{config_map, label_map, name, secret};
use super::random::Random;
use super::value::{Value, any, list, map, plain, scalar, string, text, texts, word};

const IMAGES: &[&str] = &[
    "nginx",
    "nginx:1.25",
    "reg.example.com/app:v1",
    "reg.example.com:5000/app",
    "busybox@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3",
    "app:v1@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3",
    "postgres:1.8.0",
    "a/b/c:tag",
    "nginx:",
    "app:1.0",
];

/// A pod template: metadata and spec.
pub(super) fn template(random: &mut Random) -> Value {
    let mut template = map([]);
    if random.chance(70) {
        let mut metadata = map([]);
        if random.chance(85) {
            metadata.set("labels", label_map(random));
        }
        if random.chance(30) {
            metadata.set("annotations", label_map(random));
        }
        if random.chance(5) {
            metadata.set("creationTimestamp", plain("null"));
        }
        template.set("metadata", metadata);
    }
    template.set("spec", pod_spec(random));
    template
}

pub(super) fn pod_spec(random: &mut Random) -> Value {
    let mut spec = map([]);
    let names = ["web", "db", "app"];
    let mut containers: Vec<Value> = Vec::new();
    let count = random.within(1, 3);
    for name in &names[..count] {
        containers.push(container(random, name));
    }
    if random.chance(3) {
        containers.push(container(random, "web"));
    }
    spec.set("containers", list(containers));
    if random.chance(20) {
        spec.set("initContainers", list([container(random, "init")]));
    }
    if random.chance(5) {
        spec.set("ephemeralContainers", list([container(random, "debug")]));
    }
    if random.chance(40) {
        let count = random.within(1, 3);
        let names = ["config", "data", "tmp"];
        spec.set("volumes", list((0..count).map(|at| volume(random, names[at]))));
    }
    if random.chance(20) {
        spec.set("serviceAccountName", text(name(random)));
    }
    if random.chance(12) {
        spec.set("imagePullSecrets", list([map([("name", text(name(random)))])]));
    }
    if random.chance(8) {
        spec.set("priorityClassName", text(name(random)));
    }
    if random.chance(12) {
        let term = map([("labelSelector", selector(random)), ("topologyKey", text("zone"))]);
        let required = random.chance(50);
        let terms = match required {
            true => ("requiredDuringSchedulingIgnoredDuringExecution", list([term])),
            false => (
                "preferredDuringSchedulingIgnoredDuringExecution",
                list([map([("weight", plain("1")), ("podAffinityTerm", term)])]),
            ),
        };
        let which = random.pick(&["podAffinity", "podAntiAffinity"]);
        spec.set("affinity", map([(which, map([terms]))]));
    }
    if random.chance(10) {
        let count = random.within(1, 2);
        let constraint = |random: &mut Random| {
            map([
                ("maxSkew", plain("1")),
                ("topologyKey", text(random.pick(&["zone", "node"]))),
                ("whenUnsatisfiable", text(random.pick(&["DoNotSchedule", "ScheduleAnyway"]))),
                ("labelSelector", selector(random)),
            ])
        };
        spec.set("topologySpreadConstraints", list((0..count).map(|_| constraint(random))));
    }
    if random.chance(10) {
        let item = map([("key", text("a")), ("operator", text("Exists"))]);
        spec.set("tolerations", list([item]));
    }
    if random.chance(8) {
        let alias =
            |ip: &str| map([("ip", text(ip)), ("hostnames", texts(["a.local", "b.local"]))]);
        spec.set("hostAliases", list([alias("127.0.0.1"), alias("10.0.0.1")]));
    }
    if random.chance(10) {
        spec.set("nodeSelector", label_map(random));
    }
    if random.chance(8) {
        spec.set("securityContext", any(random, 1));
    }
    spec
}

fn container(random: &mut Random, name: &str) -> Value {
    let mut container = map([("name", text(name))]);
    if random.chance(90) {
        container.set("image", text(*random.one(IMAGES).unwrap_or(&"nginx")));
    }
    if random.chance(3) {
        container.set("image", plain("null"));
    }
    if random.chance(40) {
        container.set("ports", ports(random, "containerPort"));
    }
    if random.chance(50) {
        container.set("env", env(random));
    }
    if random.chance(20) {
        let source = match random.chance(50) {
            true => map([("configMapRef", map([("name", text(config_map(random)))]))]),
            false => map([("secretRef", map([("name", text(secret(random)))]))]),
        };
        container.set("envFrom", list([source]));
    }
    if random.chance(30) {
        let mounts = ["/etc/config", "/data", "/tmp"];
        let count = random.within(1, 2);
        let mount = |at: usize| map([("name", text("config")), ("mountPath", text(mounts[at]))]);
        container.set("volumeMounts", list((0..count).map(mount)));
    }
    if random.chance(25) {
        container.set("args", list((0..random.within(1, 3)).map(|_| string(random))));
    }
    if random.chance(15) {
        container.set("command", list([text("sh"), text("-c"), string(random)]));
    }
    if random.chance(25) {
        let limits = map([("cpu", text("100m")), ("memory", scalar(random))]);
        container.set("resources", map([("limits", limits)]));
    }
    if random.chance(10) {
        let get = map([("path", text("/up")), ("port", plain("80"))]);
        container.set("livenessProbe", map([("httpGet", get)]));
    }
    container
}

pub(super) fn ports(random: &mut Random, key: &str) -> Value {
    let numbers = ["80", "443", "53", "8080"];
    let with_protocol = random.chance(40);
    let count = random.within(1, 3);
    list((0..count).map(|at| {
        let mut port = map([(key, plain(numbers[at]))]);
        if random.chance(60) {
            port.set("name", text(["http", "https", "dns", "alt"][at]));
        }
        if with_protocol && random.chance(90) {
            port.set("protocol", text(random.pick(&["TCP", "UDP"])));
        }
        if key == "port" && random.chance(50) {
            let target = if random.chance(50) { plain("8080") } else { text("http") };
            port.set("targetPort", target);
        }
        port
    }))
}

fn env(random: &mut Random) -> Value {
    let names = ["A", "B", "RAILS_ENV", "SECRET_KEY_BASE"];
    let count = random.within(1, 4);
    let mut items: Vec<Value> = Vec::new();
    for at in 0..count {
        let name = if random.chance(4) { names[0] } else { names[at] };
        let mut item = map([("name", text(name))]);
        match random.below(8) {
            0 => {
                let key = map([("name", text(config_map(random))), ("key", text("a"))]);
                item.set("valueFrom", map([("configMapKeyRef", key)]));
            }
            1 => {
                let key = map([("name", text(secret(random))), ("key", text("a"))]);
                item.set("valueFrom", map([("secretKeyRef", key)]));
            }
            2 => item
                .set("value", text(*random.one(&["$(V)", "x-$(V)-$(W)", "$$(V)"]).unwrap_or(&""))),
            3 => item.set("value", scalar(random)),
            _ => item.set("value", string(random)),
        }
        items.push(item);
    }
    list(items)
}

fn volume(random: &mut Random, volume: &str) -> Value {
    let mut value = map([("name", text(volume))]);
    match random.below(7) {
        0 | 1 => value.set("configMap", map([("name", text(config_map(random)))])),
        2 => value.set("secret", map([("secretName", text(secret(random)))])),
        3 => {
            let sources = list([
                map([("configMap", map([("name", text(config_map(random)))]))]),
                map([("secret", map([("name", text(secret(random)))]))]),
            ]);
            value.set("projected", map([("sources", sources)]));
        }
        4 => value.set("persistentVolumeClaim", map([("claimName", text(name(random)))])),
        5 => value.set("nfs", map([("server", text("$(V)")), ("path", text("/"))])),
        _ => value.set("emptyDir", map([])),
    }
    value
}

/// A label selector.
pub(super) fn selector(random: &mut Random) -> Value {
    let mut selector = map([]);
    if random.chance(85) {
        selector.set("matchLabels", label_map(random));
    }
    if random.chance(10) {
        let expression = map([
            ("key", text("app")),
            ("operator", text("In")),
            ("values", texts([word(random), word(random)])),
        ]);
        selector.set("matchExpressions", list([expression]));
    }
    selector
}
