//! Reading and writing together: from the text of a file to what the reference prints for it.

use proptest::prelude::*;

use super::*;
use crate::diag::{Code, Diagnostic};
use crate::source::{Sources, Span};

/// What the reference prints, taken from kustomize v5.6.0; see `emit`'s tests.
const CASES: &str = include_str!("../../tests/data/yaml-emission-cases.json");

const HEAD: &str = "apiVersion: v1\nkind: Foo\nmetadata:\n  name: x\n";

fn parse(text: &str) -> Result<Node, Box<Diagnostic>> {
    let source = Sources::new().add("a.yaml", text.into()).unwrap();
    let limits = Limits { max_depth: 2_000, ..Limits::default() };
    let mut documents = parse_stream(&source, &limits)?.documents;
    assert_eq!(documents.len(), 1, "{text:?}");
    Ok(documents.remove(0))
}

fn build(text: &str) -> Result<String, Box<Diagnostic>> {
    let mut out = Vec::new();
    emit(&parse(text)?, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// What is printed for the fields of `text`.
fn printed(text: &str) -> String {
    build(text).unwrap_or_else(|problem| panic!("{text:?}: {problem}"))
}

fn code(text: &str) -> Code {
    match build(text) {
        Ok(printed) => panic!("{text:?} is refused by the reference: {printed}"),
        Err(problem) => {
            assert_ne!(problem.span(), Span::NONE, "{text:?}");
            problem.code
        }
    }
}

#[test]
fn files_are_printed_as_the_reference_prints_them() {
    let all: Vec<serde_json::Value> = serde_json::from_str(CASES).unwrap();
    let mut count = 0;
    for case in all {
        let Some(source) = case["source"].as_str() else { continue };
        count += 1;
        let end = if source.ends_with('\n') { "" } else { "\n" };
        let text = format!("{HEAD}data:\n  key: {source}{end}");
        match case["emitted"].as_str() {
            Some(emitted) => {
                let space = if emitted.starts_with('\n') { "" } else { " " };
                let expected = format!(
                    "apiVersion: v1\ndata:\n  key:{space}{emitted}\nkind: Foo\nmetadata:\n  name: x\n"
                );
                assert_eq!(printed(&text), expected, "{source:?}");
            }
            None => {
                let is_malformed = case["error"].as_str().unwrap().contains("Malformed");
                let expected = if is_malformed { Code::Yaml } else { Code::InvalidValue };
                assert_eq!(code(&text), expected, "{source:?}");
            }
        }
    }
    assert_eq!(count, 41 + 56);
}

#[test]
fn keys_of_the_outermost_mapping_may_look_like_anything_but_null() {
    for (text, expected) in [
        ("1: x\n", "\"1\": x\n"),
        ("1.50: x\n", "\"1.50\": x\n"),
        ("true: x\n", "\"true\": x\n"),
        ("2001-01-01: x\n", "\"2001-01-01\": x\n"),
        ("? \n: x\n", "\"\": x\n"),
    ] {
        assert_eq!(printed(text), expected);
    }
    for text in ["null: x\n", "~: x\n", "d: {1: x}\n", "d: {true: x}\n", "d: {2001-01-01: x}\n"] {
        assert_eq!(code(text), Code::InvalidKey);
    }
}

#[test]
fn braces_make_strings_of_what_they_quote() {
    for (text, expected) in [
        ("d: {2001-01-01 10:00:00: x}\n", "d:\n  \"2001-01-01 10:00:00\": x\n"),
        (
            "d: {a: 2001-01-01, b: 2001-01-01 10:00:00}\n",
            "d:\n  a: \"2001-01-01T00:00:00Z\"\n  b: \"2001-01-01 10:00:00\"\n",
        ),
        ("d: [!!null , a]\n", "d:\n- null\n- a\n"),
        ("d: {? : x}\n", "d:\n  \"\": x\n"),
        ("d: [[{a: }]]\n", "d:\n- - a: \"\"\n"),
        ("d:\n  ? \n  : x\n", "d:\n  \"\": x\n"),
    ] {
        assert_eq!(printed(text), expected);
    }
}

#[test]
fn folded_keys_are_folded_again_too() {
    assert_eq!(
        printed("d:\n  ? >-\n    a\n      b\n    c\n  : x\n"),
        "d:\n  ? |-\n    a\n\n      b\n    c\n  : x\n"
    );
    // They are sorted as what they are then.
    assert_eq!(
        printed("d:\n  ? \"a\\n\\n z\"\n  : z\n  ? >-\n    a\n      b\n  : x\n"),
        "d:\n  ? |-\n    a\n\n      b\n  : x\n  ? |-\n    a\n\n     z\n  : z\n"
    );
}

#[test]
fn line_breaks_of_yaml_1_1_do_what_they_do_in_the_reference() {
    for (text, expected) in [
        ("d: \"a  \\N  b\"\n", "d: a b\n"),
        ("d: \"a\\N\\Nb\"\n", "d: |-\n  a\n  b\n"),
        ("d: \"a\\N\"\n", "d: 'a '\n"),
        ("d: \"a\\L\"\n", "d: 'a\u{2028}'\n"),
        ("d: \"a\\nb\\L\"\ne: \"x\\ny\\P\"\n", "d: |\n  a\n  b\u{2028}e: |\n  x\n  y\u{2029}"),
    ] {
        assert_eq!(printed(text), expected);
    }
    assert_eq!(code("d: {\"a\\Nb\": 1}\n"), Code::InvalidKey);
    assert_eq!(code("d: \"a\\N--- b\"\n"), Code::InvalidValue);
    assert_eq!(code("d: \"a\\x7fb\"\n"), Code::InvalidValue);
}

#[test]
fn keys_have_a_length_that_json_decides() {
    let long = |key: &str, count: usize| format!("? \"{}\"\n: 1\n", key.repeat(count));
    assert!(printed(&long("é", 1022)).starts_with("? é"));
    assert_eq!(code(&long("é", 1023)), Code::InvalidKey);
    assert!(printed(&long("<", 170)).starts_with("? <"));
    assert_eq!(code(&long("<", 171)), Code::InvalidKey);
}

#[test]
fn a_key_that_stands_twice_is_shown_twice() {
    let sources = Sources::new();
    let source = sources.add("a.yaml", "d:\n  a: 1\n  b: 2\n  \"a\": 3\n".into()).unwrap();
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    let problem = emit(&stream.documents[0], &mut Vec::new()).unwrap_err();
    assert_eq!(problem.code, Code::DuplicateKey);
    assert_eq!(problem.message, "the key `a` stands twice in one mapping");
    let places: Vec<String> =
        problem.labels.iter().map(|label| sources.place(label.span).unwrap().to_string()).collect();
    assert!(places[0].starts_with("a.yaml:4:"), "{places:?}");
    assert!(places[1].starts_with("a.yaml:2:"), "{places:?}");
}

#[test]
fn depth_costs_no_stack() {
    let depth = 1_000;
    let text = format!("d: {}1{}\n", "[".repeat(depth), "]".repeat(depth));
    let work = move || {
        let mut node = parse(&text).unwrap();
        let mut out = Vec::new();
        emit(&node, &mut out).unwrap();
        assert!(out.ends_with(b"- 1\n"));
        json::from_yaml_1_1(&node).unwrap();
        json::rebuild(&mut node).unwrap();
        out.clear();
        json::write(&node, &mut out).unwrap();
        assert_eq!(out.len(), "{\"d\":}".len() + 2 * depth + 1);
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

/// Strings that come back: no NEL (it is folded), nothing that the reference refuses, and no
/// number that only the newer library sees.
fn string() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        4 => "[ -~]{0,12}",
        2 => "([a-z]{1,9}[ ]{0,2}){8,30}",
        2 => "[a-c :#'\"\\\\\n\t-]{0,30}",
        1 => "[0-9.eExob_:+-]{1,8}",
        1 => "[a-zà-ÿ \u{2028}\u{2029}\u{feff}\u{a0}\r\u{1}\u{1f600}\n]{0,20}",
    ];
    words.prop_filter("a number to one library only", |text| !text.starts_with("0o"))
}

fn node() -> impl Strategy<Value = Node> {
    let scalar = prop_oneof![
        4 => string().prop_map(|text| Scalar::new(text, Style::DoubleQuoted, Tag::Auto)),
        1 => any::<i64>().prop_map(|value| Scalar::int(value, Span::NONE)),
        1 => proptest::num::f64::NORMAL.prop_map(|value| Scalar::plain(format!("{value:e}"))),
        1 => Just(Scalar::plain("true")),
        1 => Just(Scalar::null(Span::NONE)),
    ];
    let key = string().prop_map(|text| Scalar::new(text, Style::DoubleQuoted, Tag::Auto)).boxed();
    scalar.prop_map(Node::Scalar).prop_recursive(4, 60, 6, move |inner| {
        let mapping = proptest::collection::vec((key.clone(), inner.clone()), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..4)
                .prop_map(|items| Node::sequence(items, Span::NONE)),
            mapping.prop_map(|entries| {
                let mut mapping = Mapping::new(Span::NONE);
                for (key, value) in entries {
                    if key.text != *"<<" && !mapping.contains(&key.text) {
                        mapping.push(key, value);
                    }
                }
                mapping.into()
            }),
        ]
    })
}

fn as_json(node: &Node) -> String {
    let mut out = Vec::new();
    json::write(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same_and_printed_the_same(value in node()) {
        let mut root = Mapping::new(Span::NONE);
        root.push(Key::plain("key"), value);
        root.push(Key::plain("last"), Node::string("x"));
        let root = root.into();
        let mut out = Vec::new();
        emit(&root, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let read = parse(&text).unwrap();
        prop_assert_eq!(as_json(&read), as_json(&root));
        let mut again = Vec::new();
        emit(&read, &mut again).unwrap();
        prop_assert_eq!(String::from_utf8(again).unwrap(), text);
    }

    #[test]
    fn rebuilding_changes_no_string_and_no_key(value in node()) {
        let mut root = Mapping::new(Span::NONE);
        root.push(Key::plain("key"), value);
        let mut root = root.into();
        let before = as_json(&root);
        // Numbers may lose digits, and a block that begins with a tab is refused.
        if let Ok(lossy) = json::rebuild(&mut root)
            && lossy.is_empty()
            && !before.contains(|c: char| c.is_ascii_digit())
        {
            prop_assert_eq!(as_json(&root), before);
        }
        let once = as_json(&root);
        if json::rebuild(&mut root).is_ok() {
            prop_assert_eq!(as_json(&root), once, "a second time changes nothing");
        }
    }
}
