//! Patches that fit an object: made of what is in it.

use super::objects::Object;
use super::print;
use super::random::Random;
use super::value::{Value, any, list, map, plain, scalar, text};

/// A strategic merge patch for an object.
pub(super) fn strategic(random: &mut Random, object: &Object) -> Value {
    let mut metadata = map([("name", text(name_of(random, object)))]);
    if !object.namespace.is_empty() && random.chance(95) {
        metadata.set("namespace", text(&*object.namespace));
    }
    for field in ["labels", "annotations"] {
        if random.chance(25) {
            let old = object.body.get("metadata").and_then(|metadata| metadata.get(field));
            let new = change(random, old.unwrap_or(&map([("new", text("x"))])), 1);
            // A list there makes the reference crash here and there.
            if !matches!(new, Value::List(_)) {
                metadata.set(field, new);
            }
        }
    }
    for field in ["finalizers", "ownerReferences"] {
        let old = object.body.get("metadata").and_then(|metadata| metadata.get(field));
        if let Some(old) = old
            && random.chance(50)
        {
            metadata.set(field, change(random, old, 1));
        }
    }
    let mut patch =
        map([("apiVersion", text(&*object.api_version)), ("kind", text(&*object.kind))]);
    patch.set("metadata", metadata);
    if random.chance(3) {
        patch.set("$patch", text(random.pick(&["delete", "delete", "replace", "merge"])));
    }
    if let Value::Map(entries) = &object.body {
        for (key, value) in entries {
            let is_own = matches!(key.as_str(), "apiVersion" | "kind" | "metadata");
            if !is_own && random.chance(80) {
                patch.set(key, change(random, value, 0));
            }
        }
    }
    if random.chance(8) {
        patch.set("extra", any(random, 2));
    }
    if let Value::Map(entries) = &mut patch
        && random.chance(10)
    {
        random.shuffle(entries);
    }
    patch
}

fn name_of(random: &mut Random, object: &Object) -> String {
    match random.chance(50) {
        true => object.name.clone(),
        false => object.current.clone(),
    }
}

/// Something of the shape of `old`, with some of its parts.
fn change(random: &mut Random, old: &Value, depth: usize) -> Value {
    if depth > 0 && random.chance(3) {
        return match random.below(12) {
            0..=5 => plain(random.pick(&["null", "~", ""])),
            6..=8 => map([("$patch", text("delete"))]),
            9 => any(random, 1),
            _ => {
                if old.is_collection() {
                    empty_like(old)
                } else {
                    plain("null")
                }
            }
        };
    }
    match old {
        Value::Anchored(_, inner) => change(random, inner, depth),
        Value::Alias(_) => map([("a", scalar(random))]),
        Value::Text(_) | Value::Plain(_) => match random.chance(25) {
            true => old.clone(),
            false => scalar(random),
        },
        Value::Map(entries) => {
            let mut patch = map([]);
            if random.chance(3) {
                patch.set("$patch", text(random.pick(&["delete", "replace", "merge", "merge"])));
            }
            for (key, value) in entries.iter().filter(|(key, _)| key != "<<") {
                if random.chance(if depth < 3 { 60 } else { 35 }) {
                    patch.set(key, change(random, value, depth + 1));
                }
            }
            if random.chance(15) {
                patch.set(random.pick(&["new", "z", "0", "a.b/c"]), any(random, 1));
            }
            if random.chance(2) {
                patch.set("$retainKeys", list([text("a")]));
            }
            if random.chance(1) {
                patch.set("$setElementOrder/containers", list([map([("name", text("web"))])]));
            }
            patch
        }
        Value::List(items) => change_list(random, items, depth),
    }
}

fn change_list(random: &mut Random, items: &[Value], depth: usize) -> Value {
    let mut patch = Vec::new();
    if random.chance(4) {
        let what = random.pick(&["replace", "replace", "delete", "merge"]);
        patch.push(map([("$patch", text(what))]));
    }
    for item in items {
        if random.chance(30) {
            continue;
        }
        let Value::Map(entries) = item else {
            patch.push(if random.chance(50) { item.clone() } else { scalar(random) });
            continue;
        };
        let mut changed = change(random, item, depth + 1);
        for key in ["name", "containerPort", "port", "mountPath", "protocol", "ip", "topologyKey"] {
            let known = entries.iter().find(|(name, _)| name == key);
            if let Some((_, value)) = known
                && random.chance(if key == "protocol" { 60 } else { 97 })
            {
                changed.set(key, value.clone());
            }
        }
        if random.chance(5) {
            changed.set("$patch", text(random.pick(&["delete", "delete", "replace", "merge"])));
        }
        patch.push(changed);
    }
    if random.chance(25) {
        let new = match items.first() {
            Some(Value::Map(_)) => {
                map([("name", text("new")), ("image", text("new:1")), ("value", scalar(random))])
            }
            _ => scalar(random),
        };
        let at = random.below(patch.len() + 1);
        patch.insert(at, new);
    }
    if random.chance(20) {
        random.shuffle(&mut patch);
    }
    Value::List(patch)
}

fn empty_like(value: &Value) -> Value {
    match value {
        Value::List(_) => list([]),
        _ => map([]),
    }
}

/// One step into a value.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Key(String),
    /// With a field that tells the item from others.
    Item(usize, Option<(String, String)>),
}

/// All paths into a value, with what is there.
pub(super) fn paths(value: &Value) -> Vec<(Vec<Step>, Value)> {
    let mut found = Vec::new();
    collect(value, &mut Vec::new(), &mut found);
    found
}

fn collect(value: &Value, path: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, Value)>) {
    if !path.is_empty() {
        found.push((path.clone(), value.clone()));
    }
    match value {
        Value::Map(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| key != "<<") {
                path.push(Step::Key(key.clone()));
                collect(value, path, found);
                path.pop();
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let scalar = |key: &&str| match item.get(key) {
                    Some(Value::Text(text) | Value::Plain(text)) => {
                        Some(((*key).to_owned(), text.clone()))
                    }
                    _ => None,
                };
                let own = ["name", "containerPort", "port", "kind"].iter().find_map(scalar);
                path.push(Step::Item(at, own));
                collect(item, path, found);
                path.pop();
            }
        }
        Value::Anchored(_, value) => collect(value, path, found),
        _ => {}
    }
}

/// A path as a JSON pointer.
pub(super) fn pointer(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Item(at, _) => format!("/{at}"),
        })
        .collect()
}

/// A path as replacements write it.
pub(super) fn dotted(random: &mut Random, path: &[Step], is_target: bool) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) if key.contains('.') => match random.chance(50) {
                true => format!("[{key}]"),
                false => key.replace('.', "\\."),
            },
            Step::Key(key) => key.clone(),
            Step::Item(_, _) if is_target && random.chance(15) => "*".into(),
            Step::Item(_, Some((key, value))) if is_no_pattern(value) && random.chance(60) => {
                format!("[{key}={value}]")
            }
            Step::Item(at, _) => at.to_string(),
        })
        .collect();
    parts.join(".")
}

/// Whether a text matches itself: the reference never ends where it makes an element for a pattern
/// that does not match it.
fn is_no_pattern(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:/".contains(&b))
}

/// A JSON patch for an object, as text: YAML or JSON.
pub(super) fn json6902(random: &mut Random, object: &Object) -> String {
    let known = paths(&object.body);
    let count = random.within(1, 3);
    let operations: Vec<Value> = (0..count).filter_map(|_| operation(random, &known)).collect();
    match random.chance(30) {
        true => format!("{}\n", print::json(&Value::List(operations))),
        false => print::document(&Value::List(operations), random),
    }
}

fn operation(random: &mut Random, known: &[(Vec<Step>, Value)]) -> Option<Value> {
    let (path, value) = random.one(known)?;
    let mut at = pointer(path);
    let is_identity = matches!(at.as_str(), "/apiVersion" | "/metadata" | "/metadata/name");
    // Of another kind, the hash of a generated object is not one of its content.
    if at == "/kind" || is_identity && random.chance(85) {
        at = "/metadata/annotations/x".into();
    }
    let new =
        if value.is_collection() && random.chance(60) { value.clone() } else { any(random, 2) };
    let is_map = ["/labels", "/annotations"].iter().any(|end| at.ends_with(end));
    let new = match without_anchors(new) {
        Value::List(_) if is_map => map([("a", text("b"))]),
        new => new,
    };
    Some(match random.below(10) {
        0..=3 => map([("op", text("replace")), ("path", text(at)), ("value", new)]),
        4 | 5 => {
            let deeper = match value {
                Value::List(_) => format!("{at}/{}", random.pick(&["-", "0", "1", "-1"])),
                Value::Map(_) => format!("{at}/{}", random.pick(&["new", "a~1b", "z"])),
                _ => at,
            };
            map([("op", text("add")), ("path", text(deeper)), ("value", new)])
        }
        6 => map([("op", text("remove")), ("path", text(at))]),
        7 => map([
            ("op", text("test")),
            ("path", text(at)),
            ("value", without_anchors(value.clone())),
        ]),
        other => {
            let (from, _) = random.one(known)?;
            let op = if other == 8 { "copy" } else { "move" };
            let to = format!("/spec/{}", random.pick(&["moved", "a", "z"]));
            map([("op", text(op)), ("from", text(pointer(from))), ("path", text(to))])
        }
    })
}

fn without_anchors(value: Value) -> Value {
    match value {
        Value::Anchored(_, inner) => without_anchors(*inner),
        Value::Alias(_) => map([]),
        Value::List(items) => Value::List(items.into_iter().map(without_anchors).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .filter(|(key, _)| key != "<<")
                .map(|(key, value)| (key, without_anchors(value)))
                .collect(),
        ),
        scalar => scalar,
    }
}
