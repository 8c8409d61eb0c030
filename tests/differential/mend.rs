//! Leaves out of a kustomization what would have it refused: a tree that both programs refuse says
//! little, and what is refused in one layer hides all the others.

use super::judge;
use super::layers::{Layer, Tree};
use super::print;
use super::value::{Value, list, text};

/// What stays whatever happens.
const FRAME: &[&str] = &["apiVersion", "kind"];

/// What a component is tried upon.
pub(super) struct Below<'l> {
    pub(super) parent: &'l Layer,
    pub(super) path: String,
}

/// Puts a kustomization together anew, of the entries with which it builds.
pub(super) fn mend(tree: &Tree, layer: &mut Layer, below: Option<&Below<'_>>) {
    if builds(tree, layer, below) {
        return;
    }
    let whole = std::mem::replace(&mut layer.file, Value::Map(Vec::new()));
    let Value::Map(mut entries) = whole else { return };
    // Objects come first, since the rest is about them.
    entries.sort_by_key(|(field, _)| rank(field));
    for (field, value) in entries {
        if FRAME.contains(&&*field) {
            layer.file.set(&field, value);
            continue;
        }
        match value {
            Value::List(items) if !items.is_empty() && field != "buildMetadata" => {
                for item in items {
                    let before = layer.file.clone();
                    layer.push(&field, item);
                    if !builds(tree, layer, below) {
                        layer.file = before;
                    }
                }
            }
            value => {
                let before = layer.file.clone();
                layer.file.set(&field, value);
                if !builds(tree, layer, below) {
                    layer.file = before;
                }
            }
        }
    }
}

fn rank(field: &str) -> usize {
    let order = ["resources", "bases", "configMapGenerator", "secretGenerator", "components"];
    order.iter().position(|name| *name == field).unwrap_or(order.len())
}

fn builds(tree: &Tree, layer: &Layer, below: Option<&Below<'_>>) -> bool {
    let mut tried = tree.clone();
    let mut put = |layer: &Layer, file: &Value| {
        let mut file = file.clone();
        if matches!(&file, Value::Map(entries)
            if entries.iter().all(|(field, _)| FRAME.contains(&&**field)))
        {
            file.set("resources", list([]));
        }
        let files = layer.files().iter().map(|(name, content)| (layer.path(name), content.clone()));
        tried.extend(files);
        tried.insert(layer.path("kustomization.yaml"), print::json(&file).into_bytes());
    };
    put(layer, &layer.file);
    let mut directory = &layer.directory;
    if let Some(below) = below {
        let mut parent = below.parent.file.clone();
        if let Value::Map(entries) = &mut parent {
            let mut components = match entries.iter().find(|(field, _)| field == "components") {
                Some((_, Value::List(items))) => items.clone(),
                _ => Vec::new(),
            };
            components.push(text(&*below.path));
            entries.retain(|(field, _)| field != "components");
            entries.push(("components".into(), Value::List(components)));
        }
        put(below.parent, &parent);
        directory = &below.parent.directory;
    }
    judge::ours(&tried, directory).is_ok()
}
