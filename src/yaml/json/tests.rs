use super::*;
use crate::diag::Code;
use crate::source::{Sources, Span, Text};
use crate::yaml::{Key, Mapping, Node, Scalar, Sequence, Style, Tag};

fn map<const N: usize>(entries: [(Key, Node); N]) -> Node {
    let mut mapping = Mapping::new(Span::NONE);
    for (key, value) in entries {
        mapping.push(key, value);
    }
    mapping.into()
}

fn plain(text: &str) -> Scalar {
    Scalar::plain(text)
}

fn quoted(text: &str) -> Scalar {
    Scalar::new(text, Style::DoubleQuoted, Tag::Auto)
}

fn json(node: impl Into<Node>) -> String {
    let mut out = Vec::new();
    write(&node.into(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rebuilt(scalar: Scalar) -> (String, Style) {
    let mut node = map([(plain("k"), scalar.into())]);
    rebuild(&mut node).unwrap();
    let scalar = node.at(&["k"]).unwrap().as_scalar().unwrap();
    (scalar.text.to_string(), scalar.style)
}

#[test]
fn text_is_escaped_as_go_escapes_it() {
    for (text, expected) in [
        ("<a&b>é\u{2028}", r#""\u003ca\u0026b\u003eé\u2028""#),
        ("a\n\ttab\n", r#""a\n\ttab\n""#),
        ("a\u{8}b\u{c}\r", r#""a\bb\f\r""#),
        ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\u{7f}\""),
        ("\"\\/", r#""\"\\/""#),
        ("€\u{2029}", r#""€\u2029""#),
        ("\u{1f600}", "\"\u{1f600}\""),
    ] {
        assert_eq!(json(quoted(text)), expected);
    }
}

#[test]
fn values_have_their_json_form() {
    for (text, expected) in [
        ("", "null"),
        ("True", "true"),
        ("0x10", "16"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "18446744073709552000"),
        ("1e-7", "1e-7"),
        ("1e21", "1e+21"),
        ("1.50", "1.5"),
        ("2001-01-01", "\"2001-01-01T00:00:00Z\""),
        ("yes", "\"yes\""),
    ] {
        assert_eq!(json(plain(text)), expected);
    }
}

#[test]
fn keys_are_sorted_by_bytes_at_every_level() {
    let inner = map([(plain("a2"), plain("1").into()), (plain("a10"), plain("2").into())]);
    let items =
        Node::sequence(vec![inner, map([]), Node::sequence(vec![], Span::NONE)], Span::NONE);
    let node = map([(plain("b"), items), (plain("A"), Node::null(Span::NONE))]);
    assert_eq!(json(node), r#"{"A":null,"b":[{"a10":2,"a2":1},{},[]]}"#);
}

#[test]
fn hashed_objects_have_the_reference_s_text() {
    let data = map([(plain("B"), quoted("2").into()), (plain("A"), quoted("1").into())]);
    let object = map([
        (plain("kind"), Node::string("ConfigMap")),
        (plain("name"), Node::string("")),
        (plain("data"), data),
    ]);
    assert_eq!(json(object), r#"{"data":{"A":"1","B":"2"},"kind":"ConfigMap","name":""}"#);
}

#[test]
fn errors_leave_no_text() {
    let twice = map([(plain("a"), plain("1").into()), (quoted("a"), plain("2").into())]);
    let number = map([(plain("x"), map([(plain("1"), plain("2").into())]))]);
    let infinite = map([(plain("a"), plain(".inf").into())]);
    for (node, code) in
        [(twice, Code::DuplicateKey), (number, Code::InvalidKey), (infinite, Code::InvalidValue)]
    {
        let mut out = b"before".to_vec();
        assert_eq!(write(&node, &mut out).unwrap_err().code, code);
        assert_eq!(out, b"before");
        assert_eq!(rebuild(&mut node.clone()).unwrap_err().code, code);
    }
}

#[test]
fn rebuilding_turns_numbers_into_floats() {
    for (text, expected) in [
        ("8080", "8080"),
        ("010", "8"),
        ("1.0", "1"),
        ("1000000", "1e+06"),
        ("1234567", "1.234567e+06"),
        ("1e-5", "1e-05"),
        ("9007199254740993", "9.007199254740992e+15"),
        ("18446744073709551615", "1.8446744073709552e+19"),
        ("~", "null"),
        ("TRUE", "true"),
    ] {
        assert_eq!(rebuilt(plain(text)), (expected.to_owned(), Style::Plain), "{text}");
    }
}

#[test]
fn rebuilding_chooses_styles() {
    for (scalar, style) in [
        (quoted("a"), Style::Plain),
        (quoted("1"), Style::DoubleQuoted),
        (plain("y"), Style::DoubleQuoted),
        (quoted(""), Style::DoubleQuoted),
        (quoted("1:30"), Style::DoubleQuoted),
        (quoted("a: b"), Style::SingleQuoted),
        (quoted("a\tb"), Style::DoubleQuoted),
        (quoted("a\nb"), Style::Literal),
        (quoted("a \nb"), Style::DoubleQuoted),
        (Scalar::new("a b", Style::Folded, Tag::Auto), Style::Plain),
    ] {
        let text = scalar.text.to_string();
        assert_eq!(rebuilt(scalar), (text, style));
    }
    let refolded = rebuilt(Scalar::new("a\n  b\nc", Style::Folded, Tag::Auto));
    assert_eq!(refolded, ("a\n\n  b\nc".to_owned(), Style::Literal));
    let mut tab = map([(plain("k"), quoted("\ta\nb").into())]);
    assert_eq!(rebuild(&mut tab).unwrap_err().code, Code::InvalidValue);
}

#[test]
fn rebuilding_sorts_keys_and_leaves_no_braces() {
    let mut empty = Mapping::new(Span::NONE);
    empty.set_flow(true);
    empty.push(plain("x"), plain("").into());
    let list = Sequence::from_items([empty.into()], Span::NONE, true);
    let mut node = map([(plain("b"), list.into()), (quoted("010"), plain("2").into())]);
    rebuild(&mut node).unwrap();
    let root = node.as_mapping().unwrap();
    let keys: Vec<(&str, Style)> =
        root.iter().map(|entry| (entry.key.text.as_str(), entry.key.style)).collect();
    assert_eq!(keys, [("010", Style::DoubleQuoted), ("b", Style::Plain)]);
    let list = root.get("b").unwrap().as_sequence().unwrap();
    let inner = list.items[0].as_mapping().unwrap();
    assert!(!list.is_flow() && !inner.is_flow());
    let scalar = inner.get("x").unwrap().as_scalar().unwrap();
    assert_eq!((scalar.text.as_str(), scalar.style), ("", Style::DoubleQuoted));
}

#[test]
fn rebuilding_keeps_places_and_reports_lost_digits() {
    let sources = Sources::new();
    let file = sources.add("a.yaml", "a: 9007199254740993\nb: x\nc: 16\n".into()).unwrap();
    let at = |start, len| Scalar::plain(Text::slice(&file, start, len));
    let mut shared = at(23, 1);
    shared.share = 3;
    let mut node = map([
        (plain("a"), at(3, 16).into()),
        (plain("b"), shared.into()),
        (plain("c"), at(28, 2).into()),
    ]);
    let lossy = rebuild(&mut node).unwrap();
    assert_eq!(lossy, [Text::slice(&file, 3, 16).span()]);
    let scalar = |key| node.at(&[key]).unwrap().as_scalar().unwrap();
    assert_eq!(scalar("a").text.span(), Text::slice(&file, 3, 16).span());
    assert_eq!(scalar("b").text.span(), Text::slice(&file, 23, 1).span());
    assert_eq!(scalar("b").share, 0, "what is parsed again is shared no more");
}

#[test]
fn yaml_1_1_has_more_booleans_and_octal_numbers() {
    let node = map([
        (plain("y"), plain("on").into()),
        (plain("010"), plain("010").into()),
        (plain("1.50"), plain("1.50").into()),
        (plain("1e6"), plain("1e3").into()),
        (plain("d"), plain("2020-01-01").into()),
        (plain("q"), quoted("yes").into()),
        (plain(".INF"), plain("~").into()),
        (plain("f"), plain("1e-7").into()),
    ]);
    let read = from_yaml_1_1(&node).unwrap();
    let scalar = |key| {
        let scalar = read.at(&[key]).unwrap().as_scalar().unwrap();
        (scalar.text.as_str(), scalar.tag)
    };
    assert_eq!(scalar("true"), ("true", Tag::Bool));
    assert_eq!(scalar("8"), ("8", Tag::Int));
    assert_eq!(scalar("1.5"), ("1.5", Tag::Float));
    assert_eq!(scalar("1e+06"), ("1000", Tag::Int));
    assert_eq!(scalar("d"), ("2020-01-01", Tag::Str));
    assert_eq!(scalar("q"), ("yes", Tag::Auto));
    assert_eq!(scalar(".inf"), ("null", Tag::Null));
    assert_eq!(scalar("f"), ("1e-7", Tag::Float));
}

#[test]
fn in_yaml_1_1_the_last_of_equal_keys_wins() {
    let node = map([
        (plain("y"), plain("1").into()),
        (plain("b"), Node::sequence(vec![plain("no").into()], Span::NONE)),
        (quoted("true"), plain("2").into()),
    ]);
    assert_eq!(json(from_yaml_1_1(&node).unwrap()), r#"{"b":[false],"true":2}"#);
}

#[test]
fn in_yaml_1_1_null_is_no_key() {
    for key in ["~", "", "18446744073709551615"] {
        let node = map([(plain(key), plain("1").into())]);
        assert_eq!(from_yaml_1_1(&node).unwrap_err().code, Code::InvalidKey);
    }
    assert_eq!(from_yaml_1_1(&plain(".nan").into()).unwrap_err().code, Code::InvalidValue);
}
