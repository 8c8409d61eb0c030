//! Files that say what fields there are: `configurations`, `crds` and `openapi`.

use super::fields::field_spec;
use super::layers::Layer;
use super::print;
use super::random::Random;
use super::value::{Value, list, map, text, texts};

pub(super) fn configuration(random: &mut Random, layer: &mut Layer) {
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

pub(super) fn definitions(random: &mut Random, layer: &mut Layer) {
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
pub(super) fn schema(random: &mut Random, layer: &mut Layer) {
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
