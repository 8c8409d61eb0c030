//! The fields of a kustomization, made for the objects that it holds.

use super::layers::Layer;
use super::objects::{self, Object};
use super::patches::{dotted, json6902, paths, strategic};
use super::print;
use super::random::Random;
use super::value::{Value, list, map, plain, string, text, texts, word};

/// `configMapGenerator`, `secretGenerator` and their options.
pub(super) fn generators(random: &mut Random, layer: &mut Layer) {
    if random.chance(28) {
        for _ in 0..random.within(1, 2) {
            generator(random, layer, "ConfigMap");
        }
    }
    if random.chance(16) {
        generator(random, layer, "Secret");
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
            entry.set("behavior", text(random.pick(&["merge", "merge", "replace"])));
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
            if random.chance(5) {
                entry.set("behavior", text("create"));
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
        entry.set("type", text(random.pick(&["my/type", "kubernetes.io/tls"])));
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
        let path = layer.add_file("file", "txt", content);
        let source = if random.chance(50) { format!("key={path}") } else { path };
        entry.set("files", texts([source]));
    }
    if random.chance(15) {
        let mut env = String::from("# comment\n");
        for key in ["E1", "E2", "E3"] {
            let value = word(random);
            env.push_str(&match random.below(6) {
                0 => format!("{key}\n"),
                1 => format!("  {key}=\"{value}\"\n"),
                2 => format!("{key} = {value} # x\n"),
                3 => format!("{key}={value}=1\r\n"),
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
            options.set("immutable", plain("true"));
        }
        entry.set("options", options);
    }
    let field = if is_secret { "secretGenerator" } else { "configMapGenerator" };
    if random.chance(8) {
        return generator_plugin(random, layer, kind, entry);
    }
    layer.push(field, entry);
}

/// The same as a plugin's configuration.
fn generator_plugin(random: &mut Random, layer: &mut Layer, kind: &str, entry: Value) {
    let name = entry.get("name").cloned().unwrap_or_else(|| text("x"));
    let mut config = map([
        ("apiVersion", text("builtin")),
        ("kind", text(format!("{kind}Generator"))),
        ("metadata", map([("name", name)])),
    ]);
    if let Value::Map(entries) = entry {
        for (key, value) in entries {
            config.set(&key, value);
        }
    }
    plugin(random, layer, "generators", &config);
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
            items.push(match random.below(8) {
                0 => format!("{key}=\"{value}\""),
                1 => format!("{key}='{value}'"),
                2 => format!("{key}={}", random.below(2000)),
                _ => format!("{key}={value}"),
            });
        }
    }
    texts(items)
}

fn string_map(random: &mut Random) -> Value {
    let mut pairs = map([]);
    for key in ["app", "team", "k", "a/b", "note"] {
        if random.chance(30) {
            pairs.set(key, string(random));
        }
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
        replicas(random, layer);
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
        let mut options = map([("order", text("fifo"))]);
        if random.chance(40) {
            options.set("order", text("legacy"));
            if random.chance(50) {
                let lists = map([
                    ("orderFirst", texts(["Service", "Deployment"])),
                    ("orderLast", texts(["ConfigMap"])),
                ]);
                options.set("legacySortOptions", lists);
            }
        }
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

fn labels(random: &mut Random, layer: &mut Layer) {
    let mut entry = map([("pairs", string_map(random))]);
    if random.chance(40) {
        entry.set("includeSelectors", plain(random.pick(&["true", "false"])));
    }
    if random.chance(40) {
        entry.set("includeTemplates", plain("true"));
    }
    if random.chance(20) {
        let spec = field_spec(
            random,
            &["spec/extra", "spec/template/metadata/labels", "data/labels", "spec/a"],
        );
        entry.set("fields", list([spec]));
    }
    layer.push("labels", entry);
}

fn field_spec(random: &mut Random, paths: &[&str]) -> Value {
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

fn image(random: &mut Random) -> Value {
    let names =
        ["nginx", "reg.example.com/app", "app", "busybox", "postgres", ".*", "a/b/c", "new"];
    let mut image = map([("name", text(*random.one(&names).unwrap_or(&"nginx")))]);
    if random.chance(35) {
        image.set("newName", text(random.pick(&["other", "reg.io/other", "1"])));
    }
    if random.chance(50) {
        image.set("newTag", text(random.pick(&["v2", "1.26", "2", "latest"])));
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

/// `patches`, `patchesStrategicMerge` and `patchesJson6902`.
pub(super) fn patches(random: &mut Random, layer: &mut Layer) {
    for _ in 0..random.within(1, 3) {
        let Some(object) = random.one(&layer.have).cloned() else { return };
        let kind = random.below(20);
        match kind {
            0..=2 => {
                let patch = strategic(random, &object);
                let mut content = print::loose_document(&patch, random);
                if random.chance(50) {
                    content = layer.add_file("patch", "yaml", content);
                }
                layer.push("patchesStrategicMerge", text(content));
            }
            19 => {
                let content = json6902(random, &object);
                let mut entry = map([("target", exact_target(&object))]);
                write_patch(random, layer, &mut entry, content);
                layer.push("patchesJson6902", entry);
            }
            15..=18 => {
                let content = json6902(random, &object);
                let target = match random.chance(70) {
                    true => exact_target(&object),
                    false => target(random, &object),
                };
                let mut entry = map([("target", target)]);
                write_patch(random, layer, &mut entry, content);
                layer.push("patches", entry);
            }
            _ => {
                let entry = strategic_entry(random, layer, &object);
                layer.push("patches", entry);
            }
        }
    }
}

fn strategic_entry(random: &mut Random, layer: &mut Layer, object: &Object) -> Value {
    let mut entry = map([]);
    let has_target = random.chance(45);
    let mut patch = strategic(random, object);
    if has_target {
        entry.set("target", target(random, object));
    }
    if random.chance(8) {
        let mut options = map([]);
        for (option, field) in [("allowNameChange", "name"), ("allowKindChange", "kind")] {
            // Of another kind, the hash is not one of the content. A target may select any object.
            let may_have_hash = |object: &Object| matches!(&*object.kind, "ConfigMap" | "Secret");
            let has_hashes = layer.have.iter().any(may_have_hash);
            if random.chance(60) && !(field == "kind" && has_hashes) {
                options.set(option, plain(random.pick(&["true", "true", "false"])));
                let new = text(if field == "name" { "renamed" } else { "Renamed" });
                match field {
                    "name" if has_target => {
                        if let Value::Map(entries) = &mut patch
                            && let Some((_, metadata)) =
                                entries.iter_mut().find(|(key, _)| key == "metadata")
                        {
                            metadata.set("name", new);
                        }
                    }
                    "kind" if has_target => patch.set("kind", new),
                    _ => {}
                }
            }
        }
        entry.set("options", options);
    }
    let mut content = print::loose_document(&patch, random);
    if !has_target
        && random.chance(8)
        && let Some(second) = random.one(&layer.have).cloned()
    {
        let second = strategic(random, &second);
        content.push_str(&format!("---\n{}", print::loose_document(&second, random)));
    }
    write_patch(random, layer, &mut entry, content);
    entry
}

fn write_patch(random: &mut Random, layer: &mut Layer, entry: &mut Value, content: String) {
    match random.chance(45) {
        true => {
            let path = layer.add_file("patch", "yaml", content);
            entry.set("path", text(path));
        }
        false => entry.set("patch", text(content)),
    }
}

fn exact_target(object: &Object) -> Value {
    let (group, version) = group_version(&object.api_version);
    let mut target = map([
        ("version", text(version)),
        ("kind", text(&*object.kind)),
        ("name", text(&*object.current)),
    ]);
    if !group.is_empty() {
        target.set("group", text(group));
    }
    target
}

fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

fn target(random: &mut Random, object: &Object) -> Value {
    let mut target = map([]);
    let (group, version) = group_version(&object.api_version);
    if random.chance(80) {
        let kind = match random.below(10) {
            0 => format!("{}|Service", object.kind),
            1 => format!("{}.*", &object.kind[..1]),
            _ => object.kind.clone(),
        };
        target.set("kind", text(kind));
    }
    if random.chance(60) {
        let name = match random.below(10) {
            0 => format!("{}.*", object.name),
            1 => format!("(?i){}", object.name.to_uppercase()),
            2 => format!("^{}$", object.current),
            3..=5 => object.current.clone(),
            _ => object.name.clone(),
        };
        target.set("name", text(name));
    }
    if random.chance(15) {
        target.set("group", text(if group.is_empty() { "^$" } else { group }));
    }
    if random.chance(10) {
        target.set("version", text(version));
    }
    if random.chance(15) {
        let namespace = match object.namespace.as_str() {
            "" => random.pick(&["default", ".*", "_non_namespaceable_"]).to_owned(),
            namespace => namespace.to_owned(),
        };
        target.set("namespace", text(namespace));
    }
    if random.chance(15) {
        target.set("labelSelector", text(selector(random)));
    }
    if random.chance(5) {
        target.set("annotationSelector", text(selector(random)));
    }
    target
}

fn selector(random: &mut Random) -> String {
    let selectors = [
        "app=web",
        "app==alpha",
        "app!=web",
        "app in (alpha,beta,web)",
        "tier notin (db)",
        "app",
        "!env",
        "app,tier",
        "a/b=blue",
        "team=t",
        "app.kubernetes.io/name in (web)",
        "k>4",
    ];
    (*random.one(&selectors).unwrap_or(&"app")).to_owned()
}

fn replacement(random: &mut Random, layer: &mut Layer) {
    let entry = make_replacement(random, layer);
    let Some(entry) = entry else { return };
    if random.chance(12) {
        let content = match random.chance(50) {
            true => print::document(&list([entry]), random),
            false => print::document(&entry, random),
        };
        let path = layer.add_file("replacement", "yaml", content);
        layer.push("replacements", map([("path", text(path))]));
    } else {
        layer.push("replacements", entry);
    }
}

fn make_replacement(random: &mut Random, layer: &mut Layer) -> Option<Value> {
    let source_object = random.one(&layer.have)?.clone();
    let target_object = random.one(&layer.have)?.clone();
    let mut source = id_selector(random, &source_object);
    let known = paths(&source_object.body);
    let wanted = |value: &Value| !value.is_collection();
    let fields: Vec<_> =
        known.iter().filter(|(_, value)| wanted(value) || random.chance(10)).collect();
    let delimiter = random.pick(&["-", ".", ":", "/"]);
    let splits = random.chance(12);
    if random.chance(85) {
        let (path, _) = random.one(&fields)?;
        source.set("fieldPath", text(dotted(random, path, false)));
        if splits {
            let index = random.below(8) / 7;
            let index = index.to_string();
            let options = map([("delimiter", text(delimiter)), ("index", plain(index))]);
            source.set("options", options);
        }
    }
    let mut target = map([("select", id_selector(random, &target_object))]);
    let known = paths(&target_object.body);
    let mut field_paths = Vec::new();
    let mut creates = random.chance(35);
    for _ in 0..random.within(1, 2) {
        let (path, value) = random.one(&known)?;
        if value.is_collection() && random.chance(70) && !creates {
            continue;
        }
        let mut path = dotted(random, path, true);
        if matches!(path.as_str(), "kind" | "apiVersion" | "metadata" | "metadata.name") {
            path = "metadata.annotations.copied".into();
            creates = true;
        } else if creates && matches!(value, Value::Map(_)) {
            path = format!("{path}.{}", random.pick(&["made", "made.deeper", "[a.b/c]"]));
        }
        field_paths.push(path);
    }
    target.set("fieldPaths", texts(field_paths));
    let mut options = map([]);
    if creates {
        options.set("create", plain("true"));
    }
    if random.chance(15) {
        options.set("delimiter", text(delimiter));
        options.set("index", plain(random.pick(&["0", "1", "-1", "9"])));
    }
    if matches!(&options, Value::Map(entries) if !entries.is_empty()) {
        target.set("options", options);
    }
    if random.chance(15) {
        let mut reject = match random.one(&layer.have).cloned() {
            Some(object) => id_selector(random, &object),
            None => map([]),
        };
        if random.chance(30) {
            reject.set("labelSelector", text(selector(random)));
        }
        target.set("reject", list([reject]));
    }
    Some(map([("source", source), ("targets", list([target]))]))
}

fn id_selector(random: &mut Random, object: &Object) -> Value {
    let name = if random.chance(60) { &object.name } else { &object.current };
    let mut selector = map([("kind", text(&*object.kind)), ("name", text(&**name))]);
    if random.chance(15) {
        selector.set("version", text(group_version(&object.api_version).1));
    }
    if random.chance(10) && !object.namespace.is_empty() {
        selector.set("namespace", text(&*object.namespace));
    }
    selector
}

fn vars(random: &mut Random, layer: &mut Layer) {
    for name in ["V", "W"] {
        let Some(object) = random.one(&layer.have).cloned() else { return };
        if random.chance(40) {
            continue;
        }
        let reference = map([
            ("apiVersion", text(&*object.api_version)),
            ("kind", text(&*object.kind)),
            ("name", text(&*object.name)),
        ]);
        let mut var = map([("name", text(name)), ("objref", reference)]);
        let scalars: Vec<_> =
            paths(&object.body).into_iter().filter(|(_, value)| !value.is_collection()).collect();
        if random.chance(60)
            && let Some((path, _)) = random.one(&scalars)
        {
            let path = dotted(random, path, false);
            var.set("fieldref", map([("fieldPath", text(path))]));
        }
        layer.push("vars", var);
    }
}

fn configuration(random: &mut Random, layer: &mut Layer) {
    let mut config = map([]);
    let fields = [
        "namePrefix",
        "nameSuffix",
        "namespace",
        "commonLabels",
        "labels",
        "templateLabels",
        "commonAnnotations",
        "varReference",
        "images",
        "replicas",
    ];
    for field in fields {
        if random.chance(20) {
            let paths: &[&str] = match field {
                "namePrefix" | "nameSuffix" => &["metadata/name", "spec/name", "spec/value"],
                "namespace" => &["spec/namespace", "metadata/name", "data/namespace"],
                "images" => &["spec/value", "spec/image", "spec/template/spec/image"],
                "replicas" => &["spec/count", "spec/replicas", "spec/a"],
                "varReference" => &["spec/value", "data", "spec/list"],
                _ => &[
                    "spec/nested",
                    "metadata/labels",
                    "spec/selector",
                    "spec/selector/matchLabels",
                ],
            };
            config.set(field, list([field_spec(random, paths)]));
        }
    }
    if random.chance(50) {
        let kinds = ["ConfigMap", "Secret", "Foo", "Service"];
        let specs = [
            field_spec(random, &["spec/name", "spec/value", "spec/list"]),
            field_spec(random, &["spec/nested/name", "spec/a"]),
        ];
        let mut reference = map([("kind", text(*random.one(&kinds).unwrap_or(&"Foo")))]);
        if random.chance(40) {
            reference.set("version", text("v1"));
        }
        reference.set("fieldSpecs", list(specs));
        config.set("nameReference", list([reference]));
    }
    if matches!(&config, Value::Map(entries) if entries.is_empty()) {
        return;
    }
    let content = print::document(&config, random);
    let path = layer.add_file("config", "yaml", content);
    layer.push("configurations", text(path));
}

fn definitions(random: &mut Random, layer: &mut Layer) {
    let property = |extension: &str, value: Value| map([(extension, value)]);
    let mut properties = map([
        ("apiVersion", map([("type", text("string"))])),
        ("kind", map([("type", text("string"))])),
        ("metadata", map([("type", text("object"))])),
    ]);
    let mut spec = map([("b", property("x-kubernetes-annotation", text("")))]);
    spec.set("nested", property("x-kubernetes-label-selector", text("")));
    spec.set("name", property("x-kubernetes-identity", text("")));
    let reference = map([
        ("x-kubernetes-object-ref-api-version", text("v1")),
        ("x-kubernetes-object-ref-kind", text("ConfigMap")),
    ]);
    spec.set("a", reference);
    properties.set("spec", map([("properties", spec)]));
    let schema = map([("properties", properties)]);
    let content = print::json(&map([("com.example.v1.Foo", map([("Schema", schema)]))]));
    let path = layer.add_file("crd", "json", content);
    layer.push("crds", text(path));
    if random.chance(20) {
        layer.file.set("namePrefix", text("crd-"));
    }
}

/// `openapi` with a schema of Foo, whose list merges by name.
fn schema(random: &mut Random, layer: &mut Layer) {
    let item = map([("type", text("object"))]);
    let mut items = map([("type", text("array")), ("items", item)]);
    items.set("x-kubernetes-patch-strategy", text("merge"));
    match random.chance(50) {
        true => items.set("x-kubernetes-patch-merge-key", text("name")),
        false => items.set("x-kubernetes-list-map-keys", texts(["name"])),
    }
    let spec = map([("type", text("object")), ("properties", map([("list", items)]))]);
    let type_of_foo =
        map([("group", text("example.com")), ("version", text("v1")), ("kind", text("Foo"))]);
    let type_schema = map([
        ("type", text("object")),
        ("properties", map([("spec", spec)])),
        ("x-kubernetes-group-version-kind", list([type_of_foo])),
    ]);
    let schema = map([("definitions", map([("com.example.v1.Foo", type_schema)]))]);
    let content = match random.chance(50) {
        true => print::json(&schema),
        false => print::document(&schema, random),
    };
    let path = layer.add_file("schema", "json", content);
    layer.file.set("openapi", map([("path", text(path))]));
}

fn transformer_plugin(random: &mut Random, layer: &mut Layer) {
    let Some(object) = random.one(&layer.have).cloned() else { return };
    let specs = |random: &mut Random, paths: &[&str]| {
        list((0..random.within(1, 2)).map(|_| field_spec(random, paths)))
    };
    let names = ["metadata/name", "spec/name"];
    let maps =
        ["metadata/labels", "spec/template/metadata/labels", "metadata/annotations", "spec/nested"];
    let (kind, fields) = match random.below(13) {
        0 => (
            "AnnotationsTransformer",
            map([("annotations", string_map(random)), ("fieldSpecs", specs(random, &maps))]),
        ),
        1 => (
            "LabelTransformer",
            map([("labels", string_map(random)), ("fieldSpecs", specs(random, &maps))]),
        ),
        2 => (
            "PrefixTransformer",
            map([("prefix", text("t-")), ("fieldSpecs", specs(random, &names))]),
        ),
        3 => (
            "SuffixTransformer",
            map([("suffix", text("-t")), ("fieldSpecs", specs(random, &names))]),
        ),
        4 => {
            let mut config =
                map([("fieldSpecs", specs(random, &["metadata/namespace", "spec/a"]))]);
            if random.chance(50) {
                config.set("unsetOnly", plain(random.pick(&["true", "false"])));
            }
            if random.chance(60) {
                let mode = random.pick(&["defaultOnly", "allServiceAccounts", "none"]);
                config.set("setRoleBindingSubjects", text(mode));
            }
            ("NamespaceTransformer", config)
        }
        5 => (
            "ImageTagTransformer",
            map([
                ("imageTag", image(random)),
                (
                    "fieldSpecs",
                    specs(random, &["spec/value", "spec/template/spec/containers[]/image"]),
                ),
            ]),
        ),
        6 => (
            "ReplicaCountTransformer",
            map([
                ("replica", map([("name", text(&*object.name)), ("count", plain("4"))])),
                (
                    "fieldSpecs",
                    list([map([
                        ("path", text("spec/replicas")),
                        ("kind", text(&*object.kind)),
                        ("create", plain(random.pick(&["true", "false"]))),
                    ])]),
                ),
            ]),
        ),
        7 | 8 => ("PatchTransformer", strategic_entry(random, layer, &object)),
        9 => {
            let Some(entry) = make_replacement(random, layer) else { return };
            ("ReplacementTransformer", map([("replacements", list([entry]))]))
        }
        10 => {
            let paths = ["metadata/namespace", "spec/value", "metadata/annotations/a", "spec/a/b"];
            let mut goal = map([("fieldPath", text(*random.one(&paths).unwrap_or(&"spec")))]);
            if random.chance(70) {
                goal.set("selector", map([("kind", text(&*object.kind))]));
            }
            if random.chance(40) {
                goal.set("filePathPosition", plain(random.below(3).to_string()));
            }
            ("ValueAddTransformer", map([("value", text("added")), ("targets", list([goal]))]))
        }
        11 => ("HashTransformer", map([])),
        _ => {
            let patch = strategic(random, &object);
            let patch = print::loose_document(&patch, random);
            ("PatchStrategicMergeTransformer", map([("patches", text(patch))]))
        }
    };
    let mut config = map([
        ("apiVersion", text("builtin")),
        ("kind", text(kind)),
        ("metadata", map([("name", text("plugin"))])),
    ]);
    if kind == "NamespaceTransformer" {
        let namespace = objects::namespace(random);
        config.set("metadata", map([("name", text("plugin")), ("namespace", text(namespace))]));
    }
    if let Value::Map(entries) = fields {
        for (key, value) in entries {
            config.set(&key, value);
        }
    }
    let field = if random.chance(1) { "validators" } else { "transformers" };
    plugin(random, layer, field, &config);
}

/// A plugin's configuration: in place or in a file.
fn plugin(random: &mut Random, layer: &mut Layer, field: &str, config: &Value) {
    let content = print::document(config, random);
    let entry = match random.below(10) {
        0 => layer.add_directory("plugins", content),
        1..=5 => content,
        _ => layer.add_file("plugin", "yaml", content),
    };
    layer.push(field, text(entry));
}
