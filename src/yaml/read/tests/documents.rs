//! Documents: how a file is split, and what is left out.

use super::*;

#[test]
fn a_file_is_split_at_lines_that_begin_with_dashes() {
    for (text, pieces, documents) in [
        ("", 0, ""),
        ("a: b", 1, "{a: b}"),
        ("a: b\n---\nc: d\n", 2, "{a: b} | {c: d}"),
        ("---\na: b\n", 1, "{a: b}"),
        ("a: b\n---\n", 2, "{a: b}"),
        ("a: b\n---", 1, "{a: b}"),
        ("a: b\n--- # c\n---\t\nc: d", 2, "{a: b} | {c: d}"),
        ("a\n---\n---\n---\nb", 3, "a | b"),
        ("a: b\r\n---\r\nc: d\r\n", 2, "{a: b} | {c: d}"),
        ("a: |\n  b\n---\nc: >\n  d\n", 2, "{a: |b⏎|} | {c: >d⏎>}"),
        ("a: |+\n  b\n\n---\nc", 2, "{a: |b⏎⏎|} | c"),
        ("\n---\n\n---\n# x\n---\nnull\n---\n~\n---\n{}\n---\n[]\n---\na", 8, "a"),
        ("!!null {a: b}\n---\n!!null a\n---\n''\n", 3, "''"),
        ("--- a\n", 1, "a"),
        ("--- !!str\n", 1, "!Str "),
    ] {
        let stream = stream(text).unwrap();
        let shown: Vec<_> = stream.documents.iter().map(show).collect();
        assert_eq!((stream.pieces, shown.join(" | ")), (pieces, documents.into()), "{text:?}");
        assert!(stream.ignored.is_empty(), "{text:?}");
    }
}

#[test]
fn separators_split_whatever_is_around_them() {
    assert_eq!(resources("a: 'b\n---\nc'\n"), "error[yaml]: this quote is not closed");
    let message = "error[yaml]: text behind the `---` that separates documents";
    for text in ["a\n--- b\n", "a\n----\n", "a\n---b\nc", "a: |\n---x\n"] {
        assert_eq!(resources(text), message, "{text:?}");
    }
    // Without a line feed behind it, the line is the parser's.
    assert_eq!(resources("a\n--- b"), "a");
    assert_eq!(resources("--- b\n"), "b");
}

#[test]
fn only_the_first_document_of_a_piece_is_read() {
    for (text, documents, ignored) in [
        ("a: b\n...\nc: d\n---\ne: f\n", "{a: b} | {e: f}", "c: d"),
        ("a: b\n...\n# c\n", "{a: b}", ""),
        ("a: b\n...\n---\nc: d\n", "{a: b} | {c: d}", ""),
        ("a: b\r--- \rc: d\r", "{a: b}", "c: d"),
        ("{a: b} c\n", "~{a: b}", "c"),
        ("  - a\n - b\n", "[a]", "- b"),
        ("a: b\n...\n...\nc: d e f g h: i\n", "{a: b}", "c: d e f g h: i"),
    ] {
        let (_, source) = source(text);
        let stream = parse_stream(&source, &Limits::default()).unwrap();
        let shown: Vec<_> = stream.documents.iter().map(show).collect();
        assert_eq!(shown.join(" | "), documents, "{text:?}");
        let spans = stream.ignored.iter().map(|span| {
            // The first file begins at position 1.
            let start = span.start() as usize - 1;
            &text[start..start + span.len() as usize]
        });
        assert_eq!(spans.collect::<Vec<_>>().join(" "), ignored, "{text:?}");
    }
    assert!(resources("...\na: b\n").starts_with("error"));
}

#[test]
fn the_reference_looks_two_tokens_beyond_a_document() {
    assert!(resources("a: b\n...\n@\n").starts_with("error"));
    assert_eq!(resources("a: b\n...\nc: d\n@\n"), "{a: b}");
    assert_eq!(settings("a: b\n...\n@\n"), "{a: b}");
}

#[test]
fn settings_are_one_document() {
    for (text, root) in [
        ("a: b\n---\n@c\n", "{a: b}"),
        ("---\na: b\n--- c\n", "{a: b}"),
        ("%YAML 1.1\n---\na: b\n", "{a: b}"),
        ("# a\n", ""),
        ("null\n", ""),
        ("{}\n", "~{}"),
        ("---\n---\na: b\n", ""),
        ("a: |+\n  b\n\n---\n", "{a: |b⏎⏎|}"),
    ] {
        assert_eq!(settings(text), root, "{text:?}");
    }
}

#[test]
fn byte_order_marks_may_begin_each_piece() {
    assert_eq!(resources("\u{feff}a: b\n---\n\u{feff}c: d\n"), "{a: b} | {c: d}");
    assert_eq!(resources("a: b\u{feff}\n\u{feff}c: d\n"), "{a: b\u{feff}, \u{feff}c: d}");
    assert_eq!(resources("\u{feff}\u{feff}a: b\n"), "error[yaml]: a second byte order mark");
}

#[test]
fn directives() {
    for (text, expected) in [
        ("%TAG !y! tag:yaml.org,2002:\n--- !y!str 5", "!Str 5"),
        ("%TAG ! tag:yaml.org,2002:\n--- !int '5'", "!Int 5"),
        ("%YAML 1.1 # x\n%TAG !a! b\n--- a", "a"),
        ("%YAML 1.2\n--- a", "error[yaml]: only YAML 1.1 is known"),
        (
            "%YAML 1.1\n%YAML 1.1\n--- a",
            "error[yaml]: this directive stands here for the second time",
        ),
        (
            "%TAG !a! b\n%TAG !a! c\n--- a",
            "error[yaml]: this directive stands here for the second time",
        ),
        ("%YAML 1.1\n---\na: b\n", "error[yaml]: expected `---` behind the directives"),
        ("%FOO\n--- a", "error[yaml]: an unknown directive"),
        ("%TAG a b\n--- a", "error[yaml]: this directive is not complete or has too much in it"),
        ("%YAML 1\n--- a", "error[yaml]: this directive is not complete or has too much in it"),
        ("%YAML 1.1 x\n--- a", "error[yaml]: this directive is not complete or has too much in it"),
    ] {
        assert_eq!(resources(text), expected, "{text:?}");
    }
}

#[test]
fn control_characters_are_refused() {
    for bad in ['\0', '\x07', '\x1b', '\x7f', '\u{80}', '\u{fffe}'] {
        let (place, error) = refusal(&format!("a: b\nc: d{bad}\n"));
        assert_eq!(place, "2:5", "{bad:?}");
        assert!(error.message.contains(&format!("U+{:04X}", bad as u32)));
    }
}
