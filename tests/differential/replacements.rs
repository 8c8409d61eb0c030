//! `replacements` and `vars`: values that move from one object to others.

use super::layers::Layer;
use super::objects::Object;
use super::patch_fields::{group_version, selector};
use super::patches::{dotted, paths};
use super::print;
use super::random::Random;
use super::value::{Value, list, map, plain, text, texts};

pub(super) fn replacement(random: &mut Random, layer: &mut Layer) {
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

pub(super) fn make_replacement(random: &mut Random, layer: &mut Layer) -> Option<Value> {
    let source_object = random.one(&layer.have)?.clone();
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
    let mut targets = vec![target_of(random, layer, delimiter)?];
    if random.chance(25) {
        targets.push(target_of(random, layer, delimiter)?);
    }
    Some(map([("source", source), ("targets", Value::List(targets))]))
}

/// An entry of a replacement's `targets`.
fn target_of(random: &mut Random, layer: &Layer, delimiter: &str) -> Option<Value> {
    let target_object = random.one(&layer.have)?.clone();
    let select = match random.below(12) {
        0 => map([("kind", text(&*target_object.kind))]),
        1 => map([("labelSelector", text(selector(random)))]),
        2 => map([("name", text(&*target_object.name))]),
        _ => id_selector(random, &target_object),
    };
    let mut target = map([("select", select)]);
    let known = paths(&target_object.body);
    let mut field_paths = Vec::new();
    let mut creates = random.chance(35);
    for _ in 0..random.within(1, 2) {
        let (path, value) = random.one(&known)?;
        let is_map = matches!(value, Value::Map(_));
        if value.is_collection() && random.chance(70) && !creates {
            continue;
        }
        let mut path = dotted(random, path, true);
        if matches!(
            path.as_str(),
            "kind" | "apiVersion" | "metadata" | "metadata.name" | "metadata.labels"
        ) {
            path = "metadata.annotations.copied".into();
            creates = true;
        } else if creates && is_map {
            let below = ["made", "made.deeper", "[a.b/c]", "a\\.b/c", "0", "[name=made].value"];
            path = format!("{path}.{}", random.pick(&below));
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
    Some(target)
}

pub(super) fn id_selector(random: &mut Random, object: &Object) -> Value {
    let name = if random.chance(60) { &object.name } else { &object.current };
    let mut selector = map([("kind", text(&*object.kind)), ("name", text(&**name))]);
    if random.chance(15) {
        selector.set("version", text(group_version(&object.api_version).1));
    }
    if random.chance(10) && object.api_version.contains('/') {
        selector.set("group", text(group_version(&object.api_version).0));
    }
    if random.chance(10) && !object.namespace.is_empty() {
        selector.set("namespace", text(&*object.namespace));
    }
    selector
}

pub(super) fn vars(random: &mut Random, layer: &mut Layer) {
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
