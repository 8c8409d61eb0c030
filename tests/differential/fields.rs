//! The fields of a kustomization, made for the objects that it holds.

use super::layers::Layer;
use super::objects::{self, Object};
use super::patch_fields::patches;
use super::plugins::{generator_plugin, policy_generator, transformer_plugin};
use super::random::Random;
use super::replacements::{replacement, vars};
use super::schemas::{configuration, definitions, schema};
use super::value::{Value, map, plain, scalar, string, text, texts, word};

/// `configMapGenerator`, `secretGenerator` and their options.
pub(super) fn generators(random: &mut Random, layer: &mut Layer) {
    if random.chance(28) {
        for _ in 0..random.within(1, 2) {
            generator(random, layer, "ConfigMap");
        }
    }
    if random.chance(16) {
        for _ in 0..random.within(1, 2) {
            generator(random, layer, "Secret");
        }
    }
    if random.chance(2) {
        policy_generator(random, layer);
    }
    if random.chance(10) {
        let mut options = map([]);
        if random.chance(50) {
            options.set("disableNameSuffixHash", plain("true"));
        }
        if random.chance(40) {
            options.set("labels", string_map(random));
        }
        if random.chance(30) {
            options.set("annotations", string_map(random));
        }
        if random.chance(20) {
            options.set("immutable", plain(random.pick(&["true", "false"])));
        }
        layer.file.set("generatorOptions", options);
    }
}

fn generator(random: &mut Random, layer: &mut Layer, kind: &str) {
    let is_secret = kind == "Secret";
    let generated: Vec<(String, String)> = layer
        .have
        .iter()
        .filter(|object| object.kind == kind && object.is_generated)
        .map(|object| (object.name.clone(), object.namespace.clone()))
        .collect();
    let mut entry = map([]);
    let old = random.one(&generated).cloned().filter(|_| random.chance(60));
    let (name, namespace) = match old {
        Some((name, namespace)) => {
            let behaviors = ["merge", "merge", "merge", "replace", "replace", "Merge", "create"];
            entry.set("behavior", text(random.pick(&behaviors)));
            (name, namespace)
        }
        None => {
            let name = match is_secret {
                true => objects::secret(random),
                false => objects::config_map(random),
            };
            let there = |object: &Object| object.kind == kind && object.name == name;
            if layer.have.iter().any(there) {
                return;
            }
            if random.chance(7) {
                entry.set("behavior", text(random.pick(&["create", "create", "unspecified", ""])));
            }
            let namespace =
                if random.chance(10) { objects::namespace(random) } else { String::new() };
            layer.have.push(generated_object(kind, &name, &namespace));
            (name, namespace)
        }
    };
    entry.set("name", text(name));
    if !namespace.is_empty() {
        entry.set("namespace", text(namespace));
    }
    if is_secret && random.chance(20) {
        entry.set("type", text(random.pick(&["my/type", "kubernetes.io/tls", "Opaque", ""])));
    }
    if random.chance(80) {
        entry.set("literals", literals(random));
    }
    if random.chance(20) {
        let content = match random.below(8) {
            0 => "x\u{0}y".repeat(random.below(40)).into_bytes(),
            1 => b"x\xff\xfe".repeat(random.below(40)),
            _ => match string(random) {
                Value::Text(content) => content.into_bytes(),
                _ => Vec::new(),
            },
        };
        let extension = random.pick(&["txt", "conf", "bin", "d"]);
        let path = layer.add_file("file", extension, content);
        let source = match random.below(6) {
            0..=2 => format!("key={path}"),
            3 => format!("x.key-2_={path}"),
            _ => path,
        };
        let mut sources = vec![source];
        if random.chance(20) {
            let content = random.pick(&["", "\n", "a: 1\r\n", " \ttab\n\n", "# é\nx\n", "no end"]);
            sources.push(layer.add_file("more", "yaml", content));
        }
        entry.set("files", texts(sources));
    }
    if random.chance(15) {
        let mut env = String::from("# comment\n");
        for key in ["E1", "E2", "E3"] {
            let value = word(random);
            env.push_str(&match random.below(9) {
                0 => format!("{key}\n"),
                1 => format!("  {key}=\"{value}\"\n"),
                2 => format!("{key} = {value} # x\n"),
                3 => format!("{key}={value}=1\r\n"),
                4 => format!("\t{key}='{value}' \n"),
                5 => format!("\n{key}=\n"),
                _ => format!("{key}={value}\n"),
            });
        }
        let path = layer.add_file("env", "env", env);
        match random.chance(15) {
            true => entry.set("env", text(path)),
            false => entry.set("envs", texts([path])),
        }
    }
    if random.chance(15) {
        let mut options = map([]);
        if random.chance(50) {
            options.set("disableNameSuffixHash", plain(random.pick(&["true", "false"])));
        }
        if random.chance(50) {
            options.set("labels", string_map(random));
        }
        if random.chance(30) {
            options.set("annotations", string_map(random));
        }
        if random.chance(30) {
            options.set("immutable", plain(random.pick(&["true", "true", "false"])));
        }
        entry.set("options", options);
    }
    let field = if is_secret { "secretGenerator" } else { "configMapGenerator" };
    if random.chance(8) {
        return generator_plugin(random, layer, kind, entry);
    }
    layer.push(field, entry);
}

fn generated_object(kind: &str, name: &str, namespace: &str) -> Object {
    let body = map([
        ("metadata", map([("name", text(name))])),
        ("data", map([("a", text("x")), ("b", text("y"))])),
    ]);
    Object {
        api_version: "v1".into(),
        kind: kind.into(),
        name: name.into(),
        namespace: namespace.into(),
        current: name.into(),
        is_generated: true,
        body,
    }
}

fn literals(random: &mut Random) -> Value {
    let mut items = Vec::new();
    for key in ["a", "b", "c", "PORT", "x.y"] {
        if random.chance(40) {
            let value = match string(random) {
                Value::Text(value) => value,
                _ => word(random),
            };
            items.push(match random.below(10) {
                0 => format!("{key}=\"{value}\""),
                1 => format!("{key}='{value}'"),
                3 => format!("{key}=a={value}"),
                4 => format!("{key}="),
                2 => format!("{key}={}", random.below(2000)),
                _ => format!("{key}={value}"),
            });
        }
    }
    texts(items)
}

pub(super) fn string_map(random: &mut Random) -> Value {
    let mut pairs = map([]);
    for key in ["app", "team", "k", "a/b", "note"] {
        if random.chance(30) {
            pairs.set(key, string(random));
        }
    }
    if random.below(300) == 0 {
        pairs.set("", text("x"));
    }
    if matches!(&pairs, Value::Map(entries) if entries.is_empty()) {
        pairs.set("team", text("t"));
    }
    pairs
}

/// All fields that change objects.
pub(super) fn transformers(random: &mut Random, layer: &mut Layer) {
    if random.chance(25) {
        let namespace = objects::namespace(random);
        layer.file.set("namespace", text(namespace));
    }
    if random.chance(30) {
        let prefix = *random.one(&["p-", "my-", "1", "q."]).unwrap_or(&"p-");
        layer.file.set("namePrefix", text(prefix));
    }
    if random.chance(15) {
        let suffix = *random.one(&["-s", "-v1", "2", "-x"]).unwrap_or(&"-s");
        layer.file.set("nameSuffix", text(suffix));
    }
    if random.chance(15) {
        layer.file.set("commonLabels", string_map(random));
    }
    if random.chance(22) {
        for _ in 0..random.within(1, 2) {
            labels(random, layer);
        }
    }
    if random.chance(20) {
        layer.file.set("commonAnnotations", string_map(random));
    }
    if random.chance(25) {
        for _ in 0..random.within(1, 2) {
            let image = image(random);
            layer.push("images", image);
        }
    }
    if random.chance(18) {
        for _ in 0..random.within(1, 2) {
            replicas(random, layer);
        }
    }
    if random.chance(3) {
        oddities(random, layer);
    }
    if random.chance(45) {
        patches(random, layer);
    }
    if random.chance(20) {
        for _ in 0..random.within(1, 2) {
            replacement(random, layer);
        }
    }
    if random.chance(8) {
        vars(random, layer);
    }
    if random.chance(10) {
        configuration(random, layer);
    }
    if random.chance(4) {
        definitions(random, layer);
    }
    if random.chance(12) {
        for _ in 0..random.within(1, 2) {
            transformer_plugin(random, layer);
        }
    }
    if random.chance(if layer.is_root { 15 } else { 4 }) {
        let options = ["originAnnotations", "transformerAnnotations", "managedByLabel"];
        let wanted = options.into_iter().filter(|_| random.chance(50)).collect::<Vec<_>>();
        layer.file.set("buildMetadata", texts(wanted));
    }
    if layer.is_root && random.chance(25) {
        let options = sort_options(random);
        layer.file.set("sortOptions", options);
    }
    match random.below(60) {
        0 => layer.file.set("openapi", map([("version", text("v1.21.2"))])),
        1 => schema(random, layer),
        _ => {}
    }
    for object in &mut layer.have {
        follow_affixes(&layer.file, object);
    }
}

/// What a kustomization makes of the name and namespace of an object, roughly.
pub(super) fn follow_affixes(file: &Value, object: &mut Object) {
    let get = |field: &str| match file.get(field) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let is_exempt = matches!(object.kind.as_str(), "CustomResourceDefinition" | "Namespace");
    if !is_exempt {
        object.current = format!("{}{}{}", get("namePrefix"), object.current, get("nameSuffix"));
    }
    let namespace = get("namespace");
    if !namespace.is_empty() {
        object.namespace = namespace;
    }
}

/// `sortOptions`.
pub(super) fn sort_options(random: &mut Random) -> Value {
    if random.chance(50) {
        return map([("order", text("fifo"))]);
    }
    let mut options = map([("order", text("legacy"))]);
    if random.chance(60) {
        let kinds = ["Service", "Deployment", "Namespace", "ConfigMap", "Foo", "Secret", "Role"];
        let mut lists = map([]);
        for field in ["orderFirst", "orderLast"] {
            if random.chance(70) {
                let mut kinds: Vec<&str> =
                    kinds.into_iter().filter(|_| random.chance(30)).collect();
                random.shuffle(&mut kinds);
                lists.set(field, texts(kinds));
            }
        }
        options.set("legacySortOptions", lists);
    }
    options
}

/// Fields that say nothing, and values that are not of their type.
fn oddities(random: &mut Random, layer: &mut Layer) {
    let nothing = |random: &mut Random| plain(random.pick(&["null", "", "~", "[]"]));
    match random.below(9) {
        0 => {
            let lists = ["patches", "images", "components", "replacements", "vars", "crds"];
            let field = random.pick(&lists);
            let value = nothing(random);
            layer.file.set(field, value);
        }
        1 => layer.file.set("namePrefix", plain(random.pick(&["null", "''", "7", "yes"]))),
        2 => layer.file.set("commonLabels", map([("app", scalar(random))])),
        3 => layer.file.set("commonAnnotations", map([("note", scalar(random))])),
        4 => {
            let metadata = map([("name", text("me")), ("labels", string_map(random))]);
            layer.file.set("metadata", metadata);
        }
        5 => {
            let entry = image(random);
            layer.push("imageTags", entry);
        }
        7 => {
            let labels = Value::Anchored("both".into(), Box::new(string_map(random)));
            layer.file.set("commonLabels", labels);
            layer.file.set("commonAnnotations", Value::Alias("both".into()));
        }
        6 => layer.push("labels", map([("pairs", map([("app", scalar(random))]))])),
        _ => layer.file.set("namespace", plain(random.pick(&["''", "null", "5", "\"5\"", "a.b"]))),
    }
}

fn labels(random: &mut Random, layer: &mut Layer) {
    let mut entry = map([("pairs", string_map(random))]);
    if random.chance(40) {
        entry.set("includeSelectors", plain(random.pick(&["true", "false"])));
    }
    if random.chance(40) {
        entry.set("includeTemplates", plain(random.pick(&["true", "true", "false"])));
    }
    if random.chance(20) {
        let spec = field_spec(
            random,
            &["spec/extra", "spec/template/metadata/labels", "data/labels", "spec/a"],
        );
        let other = field_spec(random, &["spec/list/labels", "spec/nested/x", "metadata/labels"]);
        let specs = if random.chance(30) { vec![spec, other] } else { vec![spec] };
        entry.set("fields", Value::List(specs));
    }
    layer.push("labels", entry);
}

pub(super) fn field_spec(random: &mut Random, paths: &[&str]) -> Value {
    let path = *random.one(paths).unwrap_or(&"spec");
    let mut spec = map([("path", text(path))]);
    if random.chance(60) {
        let kinds = ["Foo", "Deployment", "Widget", "ConfigMap", "Service", "StatefulSet"];
        spec.set("kind", text(*random.one(&kinds).unwrap_or(&"Foo")));
    }
    if random.chance(15) {
        spec.set("group", text(random.pick(&["apps", "example.com"])));
    }
    if random.chance(15) {
        spec.set("version", text("v1"));
    }
    // The default specs have these, and two that do not agree are refused.
    let is_known = path.starts_with("metadata/") || path.contains("selector");
    if random.chance(if is_known { 3 } else { 30 }) {
        spec.set("create", plain(random.pick(&["true", "true", "false"])));
    }
    spec
}

pub(super) fn image(random: &mut Random) -> Value {
    let names = [
        "nginx",
        "nginx",
        "reg.example.com/app",
        "reg.example.com:5000/app",
        "app",
        "busybox",
        "postgres",
        ".*",
        "a/b/c",
        "new",
        "ngin.",
        "(nginx|app)",
        "reg.*",
        "other",
        "nginx:1.25",
    ];
    let mut image = map([("name", text(*random.one(&names).unwrap_or(&"nginx")))]);
    if random.chance(35) {
        image.set(
            "newName",
            text(random.pick(&["other", "reg.io/other", "1", "reg.io:443/a/b", "x@y"])),
        );
    }
    if random.chance(50) {
        image.set("newTag", text(random.pick(&["v2", "1.26", "2", "latest", "1e3", "007", "yes"])));
    }
    if random.chance(15) {
        image.set("digest", text("sha256:24a0c4b4"));
    }
    if random.chance(15) {
        image.set("tagSuffix", text("-s"));
    }
    image
}

fn replicas(random: &mut Random, layer: &mut Layer) {
    let is_scaled = |object: &&Object| {
        ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]
            .contains(&object.kind.as_str())
    };
    let scaled: Vec<&Object> = layer.have.iter().filter(is_scaled).collect();
    let Some(object) = random.one(&scaled) else { return };
    let name = if random.chance(70) { object.name.clone() } else { object.current.clone() };
    let mut entry = map([("name", text(name))]);
    if random.chance(95) {
        entry.set("count", plain(random.below(9).to_string()));
    }
    layer.push("replicas", entry);
}
