//! Label selectors as objects have them: `matchLabels`, `matchExpressions`, or plain labels.

use crate::source::Text;
use crate::yaml::{Mapping, Node};

use super::pods::items;

/// Whether labels are what a selector with `matchLabels` and `matchExpressions` asks for. An empty
/// one asks for nothing.
pub(super) fn selects(selector: &Mapping, labels: Option<&Mapping>) -> bool {
    let equal = selector.get("matchLabels").and_then(Node::as_mapping);
    equal.is_none_or(|equal| has_all(equal, labels))
        && items(selector, "matchExpressions").all(|expression| holds(expression, labels))
}

/// Whether labels have all the values of a map.
pub(super) fn has_all(wanted: &Mapping, labels: Option<&Mapping>) -> bool {
    wanted.iter().all(|entry| {
        let label = labels.and_then(|labels| labels.text(&entry.key.text));
        label.is_some() && label == entry.value.text()
    })
}

/// The first value that labels lack: its key, and what is asked for.
pub(super) fn first_lacking<'m>(wanted: &'m Mapping, labels: Option<&Mapping>) -> Option<&'m Text> {
    let lacks = wanted.iter().find(|entry| {
        let label = labels.and_then(|labels| labels.text(&entry.key.text));
        label.is_none() || label != entry.value.text()
    });
    lacks.map(|entry| &entry.key.text)
}

/// Whether a selector asks for nothing.
pub(super) fn is_empty(selector: &Mapping) -> bool {
    let equal = selector.get("matchLabels").and_then(Node::as_mapping);
    equal.is_none_or(Mapping::is_empty) && items(selector, "matchExpressions").len() == 0
}

fn holds(expression: &Node, labels: Option<&Mapping>) -> bool {
    let Some(expression) = expression.as_mapping() else { return true };
    let (Some(key), Some(operator)) = (expression.text("key"), expression.text("operator")) else {
        return true;
    };
    let label = labels.and_then(|labels| labels.text(key));
    let is_one = || {
        label.is_some_and(|label| {
            items(expression, "values").any(|value| value.text() == Some(label))
        })
    };
    match operator.as_str() {
        "In" => is_one(),
        "NotIn" => !is_one(),
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        _ => true,
    }
}
