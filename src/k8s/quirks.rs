//! Behaviour of the reference that no rule of Kubernetes asks for, one function each.

use super::resource::{Behavior, Resource};
use crate::source::Text;
use crate::yaml::{Scalar, Style, Tag, Value};

/// The prefix of the annotations in which the reference keeps its books.
const BOOKS: &str = "internal.config.kubernetes.io/";

/// Whether the reference's older YAML reader would not read a text as a string.
fn reads_as_non_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    !matches!(Scalar::plain(text).value_1_1(), Ok(Value::String(_)) | Err(_))
}

/// A value as the reference's field setter adds it: quoted where the text alone would not be a
/// string. The quotes count when something is written over the value later.
pub(crate) fn added_value(text: Text, tag: Tag) -> Scalar {
    let style = match reads_as_non_string(&text) {
        true => Style::DoubleQuoted,
        false => Style::Plain,
    };
    Scalar::new(text, style, tag)
}

/// Whether an annotation is one of those that the reference strips from its output.
pub(crate) fn is_bookkeeping(key: &str) -> bool {
    match key.strip_prefix(BOOKS) {
        Some(name) => matches!(
            name,
            "previousNames"
                | "previousNamespaces"
                | "previousKinds"
                | "prefixes"
                | "suffixes"
                | "refBy"
                | "generatorBehavior"
                | "needsHashSuffix"
                | "allowNameChange"
                | "allowKindChange"
                | "path"
                | "index"
                | "seqindent"
                | "id"
                | "annotations-migration-resource-id"
        ),
        None => matches!(
            key,
            "config.kubernetes.io/path" | "config.kubernetes.io/index" | "config.k8s.io/id"
        ),
    }
}

/// Honours bookkeeping that a user wrote by hand, as the reference does.
pub(crate) fn take_bookkeeping(resource: &mut Resource) {
    let Some(annotations) = resource.annotations() else { return };
    if !annotations.iter().any(|entry| entry.key.text.starts_with(BOOKS)) {
        return;
    }
    let get = |name: &str| annotations.text(&format!("{BOOKS}{name}")).cloned();
    let list = |name: &str| get(name).map(|text| split(&text)).unwrap_or_default();
    let (names, namespaces, kinds) =
        (list("previousNames"), list("previousNamespaces"), list("previousKinds"));
    let (prefixes, suffixes) = (list("prefixes"), list("suffixes"));
    let needs_hash = get("needsHashSuffix").is_some_and(|text| text == "enabled");
    let behavior = get("generatorBehavior").map(|text| Behavior::from_name(&text));
    if !names.is_empty() {
        resource.set_history(names, namespaces, kinds);
    }
    resource.prefixes = prefixes;
    resource.suffixes = suffixes;
    resource.needs_hash = needs_hash;
    resource.behavior = behavior.unwrap_or_default();
    resource.has_bookkeeping = true;
}

fn split(text: &Text) -> Vec<Text> {
    text.split(',').map(|part| Text::made(part, text.span())).collect()
}
