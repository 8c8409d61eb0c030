//! Spans: every node knows its place.

use super::*;

/// The text at the span of a node.
fn at(text: &str, path: &[&str]) -> String {
    let (_, source) = source(text);
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    let span = stream.documents.last().unwrap().at(path).expect(text).span();
    let start = (span.start() - source.span().start()) as usize;
    text[start..start + span.len() as usize].to_owned()
}

#[test]
fn scalars_cover_their_text() {
    for (text, covered) in [
        ("a: b c # d\n", "b c"),
        ("a: 'b'\n", "b"),
        ("a: \"b\"\n", "b"),
        // What had to be decoded is where it was written, with its quotes.
        ("a: \"b\\n\" # c\n", "\"b\\n\""),
        ("a: 'b''c'\n", "'b''c'"),
        ("a: b\n  c\nd: e\n", "b\n  c"),
        ("a: |\n  b\n  c\n\nd: e\n", "|\n  b\n  c"),
        ("a:\n", ""),
        ("a: !!str b\n", "b"),
        ("x\n---\r\na: é\r\n", "é"),
    ] {
        assert_eq!(at(text, &["a"]), covered, "{text:?}");
    }
}

#[test]
fn collections_reach_from_the_first_to_the_last_token() {
    for (text, path, covered) in [
        ("a:\n  b: c\n  d: e\nf: g\n", &["a"][..], "b: c\n  d: e"),
        ("a:\n- b\n- c\n\nf: g\n", &["a"], "- b\n- c"),
        ("a: {b: c}\nd: e\n", &["a"], "{b: c}"),
        ("a: [b, c ]\n", &["a"], "[b, c ]"),
        ("a: {b: c\n  } # d\n", &["a"], "{b: c\n  }"),
        ("# x\na: b\n# y\n", &[], "a: b"),
        ("a: &x !!map\n  b: c\n", &["a"], "b: c"),
        ("a:\n  b:\n", &["a"], "b:"),
        ("a:\n  -\n", &["a"], "-"),
        ("a:\r\n  b: c\r\nd: e\r\n", &["a"], "b: c"),
        ("x: &x {b: c}\na: *x\n", &["a"], "{b: c}"),
    ] {
        assert_eq!(at(text, path), covered, "{text:?}");
    }
}

#[test]
fn a_missing_value_is_behind_its_colon() {
    let (sources, source) = source("a:\nb: 1\n");
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    let span = stream.documents[0].at(&["a"]).unwrap().span();
    assert_eq!(sources.place(span).unwrap().to_string(), "file.yaml:1:3");
}

#[test]
fn collections_have_no_spare_memory() {
    let text = "a: [1, 2, 3, 4, 5]\nb: {c: d, e: f, g: h}\nx: &x {i: j}\nk: {<<: *x, l: m}\n";
    let mut stream = stream(text).unwrap();
    let root = stream.documents[0].as_mapping_mut().unwrap();
    let spare =
        |entries: &mut crate::yaml::ThinVec<crate::yaml::Entry>| entries.capacity() - entries.len();
    assert_eq!(spare(root.entries_mut()), 0);
    for entry in root.entries_mut() {
        match &mut entry.value {
            Node::Sequence(sequence) => assert_eq!(sequence.items.capacity(), 5),
            Node::Mapping(mapping) => assert_eq!(spare(mapping.entries_mut()), 0),
            Node::Scalar(_) => unreachable!(),
        }
    }
}
