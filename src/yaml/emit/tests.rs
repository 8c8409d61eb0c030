use super::*;
use crate::source::Span;
use crate::yaml::{Key, Sequence, Style, Tag};

/// What the reference prints, taken from kustomize v5.6.0. Contexts: `value` and `seq-item` under
/// `data.key`, `key` under `data`, `doc` the whole object, `source` and `source-plain` as text of a
/// file.
const CASES: &str = include_str!("../../../tests/data/yaml-emission-cases.json");

const HEAD: &str = "apiVersion: v1\ndata:\n";
const TAIL: &str = "\nkind: Foo\nmetadata:\n  name: x\n";

struct Case {
    context: String,
    value: serde_json::Value,
    source: String,
    emitted: Option<String>,
}

fn cases(contexts: &[&str]) -> Vec<Case> {
    let all: Vec<serde_json::Value> = serde_json::from_str(CASES).unwrap();
    let text = |case: &serde_json::Value, name: &str| case[name].as_str().map(str::to_owned);
    all.iter()
        .map(|case| Case {
            context: text(case, "context").unwrap(),
            value: case["value"].clone(),
            source: text(case, "source").unwrap_or_default(),
            emitted: text(case, "emitted"),
        })
        .filter(|case| contexts.contains(&case.context.as_str()))
        .collect()
}

/// The nodes that JSON text is parsed to.
fn node(value: &serde_json::Value) -> Node {
    match value {
        serde_json::Value::String(text) => quoted(text).into(),
        serde_json::Value::Array(items) => {
            Sequence::new(items.iter().map(node).collect::<Vec<_>>(), Span::NONE).into()
        }
        serde_json::Value::Object(entries) => {
            let mut mapping = Mapping::new(Span::NONE);
            for (key, value) in entries {
                mapping.push(quoted(key), node(value));
            }
            mapping.into()
        }
        other => Scalar::plain(other.to_string()).into(),
    }
}

fn quoted(text: &str) -> Scalar {
    Scalar::new(text, Style::DoubleQuoted, Tag::Auto)
}

fn map(entries: impl IntoIterator<Item = (Key, Node)>) -> Mapping {
    let mut mapping = Mapping::new(Span::NONE);
    for (key, value) in entries {
        mapping.push(key, value);
    }
    mapping
}

/// The object that most cases stand in.
fn object(data: Mapping) -> Node {
    let name = map([(Key::plain("name"), Node::string("x"))]);
    map([
        (Key::plain("apiVersion"), Node::string("v1")),
        (Key::plain("kind"), Node::string("Foo")),
        (Key::plain("metadata"), name.into()),
        (Key::plain("data"), data.into()),
    ])
    .into()
}

fn text(node: &Node) -> String {
    let mut out = Vec::new();
    emit(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn value(value: impl Into<Node>) -> String {
    let text = text(&object(map([(Key::plain("key"), value.into())])));
    let text = text.strip_prefix(HEAD).unwrap();
    text.strip_suffix(TAIL).unwrap().to_owned()
}

fn error(node: impl Into<Node>) -> Diagnostic {
    let mut out = b"before".to_vec();
    let error = emit(&node.into(), &mut out).unwrap_err();
    assert_eq!(out, b"before", "nothing is left of a failed node");
    *error
}

#[test]
fn values_are_written_as_the_reference_writes_them() {
    let cases = cases(&["value"]);
    assert_eq!(cases.len(), 339);
    for case in cases {
        let emitted = case.emitted.unwrap();
        let space = if emitted.starts_with('\n') { "" } else { " " };
        let expected = format!("  key:{space}{emitted}");
        assert_eq!(value(node(&case.value)), expected, "{}", case.value);
    }
}

#[test]
fn items_are_written_as_the_reference_writes_them() {
    let cases = cases(&["seq-item"]);
    assert_eq!(cases.len(), 15);
    for case in cases {
        let items = Node::sequence(vec![node(&case.value), quoted("z").into()], Span::NONE);
        let expected = format!("  key:\n  - {}\n  - z", case.emitted.unwrap());
        assert_eq!(value(items), expected, "{}", case.value);
    }
}

#[test]
fn keys_are_written_as_the_reference_writes_them() {
    let cases = cases(&["key"]);
    assert_eq!(cases.len(), 40);
    for case in cases {
        let key = quoted(case.value.as_str().unwrap());
        let data = map([(key, quoted("V").into())]);
        let expected = format!("{HEAD}  {}{TAIL}", case.emitted.unwrap());
        assert_eq!(text(&object(data)), expected, "{}", case.value);
    }
}

#[test]
fn objects_are_written_as_the_reference_writes_them() {
    let cases = cases(&["doc"]);
    assert_eq!(cases.len(), 8);
    for case in cases {
        assert_eq!(text(&node(&case.value)), case.emitted.unwrap());
    }
}

#[test]
fn plain_text_is_typed_as_the_reference_types_it() {
    let cases = cases(&["source-plain"]);
    assert_eq!(cases.len(), 56);
    for case in cases {
        let scalar = Scalar::plain(case.source.as_str());
        match case.emitted {
            Some(emitted) => {
                assert_eq!(value(scalar), format!("  key: {emitted}"), "{}", case.source);
            }
            None => assert_eq!(error(scalar).code, Code::InvalidValue, "{}", case.source),
        }
    }
}
