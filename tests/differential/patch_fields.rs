//! `patches`, `patchesStrategicMerge` and `patchesJson6902`, and the targets of patches.

use super::layers::Layer;
use super::objects::Object;
use super::patches::{json6902, strategic};
use super::print;
use super::random::Random;
use super::value::{Value, map, plain, text};

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

pub(super) fn strategic_entry(random: &mut Random, layer: &mut Layer, object: &Object) -> Value {
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
    let mut content = match random.chance(6) {
        true => print::json(&patch),
        false => print::loose_document(&patch, random),
    };
    if !has_target
        && !content.starts_with('{')
        && random.chance(8)
        && let Some(second) = random.one(&layer.have).cloned()
    {
        let second = strategic(random, &second);
        content.push_str(&format!("---\n{}", print::loose_document(&second, random)));
    }
    write_patch(random, layer, &mut entry, content);
    entry
}

pub(super) fn write_patch(
    random: &mut Random,
    layer: &mut Layer,
    entry: &mut Value,
    content: String,
) {
    match random.chance(45) {
        true => {
            let extension = random.pick(&["yaml", "yaml", "yml", "json", "txt"]);
            let path = layer.add_file("patch", extension, content);
            entry.set("path", text(path));
        }
        false => entry.set("patch", text(content)),
    }
}

pub(super) fn exact_target(object: &Object) -> Value {
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

pub(super) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

pub(super) fn target(random: &mut Random, object: &Object) -> Value {
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

pub(super) fn selector(random: &mut Random) -> String {
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
        "app = web , tier",
        "app,!env",
        "note in ()",
        "app=",
    ];
    (*random.one(&selectors).unwrap_or(&"app")).to_owned()
}
