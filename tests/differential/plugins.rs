//! Configurations of builtin plugins, under `generators`, `transformers` and `validators`.

use super::fields::{field_spec, image, sort_options, string_map};
use super::layers::Layer;
use super::objects;
use super::patch_fields::{exact_target, strategic_entry};
use super::patches::{json6902, strategic};
use super::print;
use super::random::Random;
use super::replacements::make_replacement;
use super::value::{Value, list, map, plain, text, texts};

/// The same as a plugin's configuration.
pub(super) fn generator_plugin(random: &mut Random, layer: &mut Layer, kind: &str, entry: Value) {
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

pub(super) fn transformer_plugin(random: &mut Random, layer: &mut Layer) {
    let Some(object) = random.one(&layer.have).cloned() else { return };
    let specs = |random: &mut Random, paths: &[&str]| {
        list((0..random.within(1, 2)).map(|_| field_spec(random, paths)))
    };
    let names = ["metadata/name", "spec/name"];
    let maps =
        ["metadata/labels", "spec/template/metadata/labels", "metadata/annotations", "spec/nested"];
    let (kind, fields) = match random.below(16) {
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
        12 => ("SortOrderTransformer", map([("sortOptions", sort_options(random))])),
        13 => {
            let mut config = map([("target", exact_target(&object))]);
            let operations = json6902(random, &object);
            match random.chance(50) {
                true => {
                    let path = layer.add_file("operations", "json", operations);
                    config.set("path", text(path));
                }
                false => config.set("jsonOp", text(operations)),
            }
            ("PatchJson6902Transformer", config)
        }
        14 => {
            let patch = strategic(random, &object);
            let patch = print::loose_document(&patch, random);
            let path = layer.add_file("merge", "yaml", patch);
            ("PatchStrategicMergeTransformer", map([("paths", texts([path]))]))
        }
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
pub(super) fn plugin(random: &mut Random, layer: &mut Layer, field: &str, config: &Value) {
    let content = print::document(config, random);
    let entry = match random.below(10) {
        0 => layer.add_directory("plugins", content),
        1..=5 => content,
        _ => layer.add_file("plugin", "yaml", content),
    };
    layer.push(field, text(entry));
}

/// A ServiceAccount for a cloud.
pub(super) fn policy_generator(random: &mut Random, layer: &mut Layer) {
    let mut service = map([("name", text(objects::name(random)))]);
    if random.chance(50) {
        service.set("namespace", text(objects::namespace(random)));
    }
    let account = map([("name", text("gsa")), ("projectId", text("project-7"))]);
    let config = map([
        ("apiVersion", text("builtin")),
        ("kind", text("IAMPolicyGenerator")),
        ("metadata", map([("name", text("iam"))])),
        ("cloud", text("gke")),
        ("kubernetesService", service),
        ("serviceAccount", account),
    ]);
    plugin(random, layer, "generators", &config);
}
