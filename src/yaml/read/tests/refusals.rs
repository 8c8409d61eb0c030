//! Errors: what is said of common mistakes, and where.

use super::*;

#[track_caller]
fn check(text: &str, place: &str, message: &str, help: &str) {
    let (found, error) = refusal(text);
    assert_eq!((&*found, &*error.message), (place, message), "{text:?}");
    assert_eq!(error.help.join(" / "), help, "{text:?}");
}

#[test]
fn tabs() {
    let message = "a tab is used for indentation";
    check("a:\n\tb: c\n", "2:1", message, "indent with spaces");
    check("a: b\n\tc: d\n", "2:1", message, "indent with spaces");
    check("a: |\n  b\n\tc\n", "3:1", message, "indent with spaces");
}

#[test]
fn values_that_need_quotes() {
    for (text, place, message) in [
        ("a: @b\n", "1:4", "an unquoted value can't begin with `@`"),
        ("a: `b`\n", "1:4", "an unquoted value can't begin with a backtick"),
        ("a: %b\n", "1:4", "an unquoted value can't begin with `%`"),
    ] {
        check(text, place, message, "put the value in quotes");
    }
    check(
        "a: b: c\n",
        "1:5",
        "a mapping can't begin here",
        "put the value in quotes if the colon is a part of it",
    );
    check(
        "host: *.example.com\n",
        "1:7",
        "`*` without the name of an alias",
        "put the value in quotes if the `*` is a part of it",
    );
    check(
        "args: [http://x?y=1]\n",
        "1:16",
        "expected `,` or `]`",
        "put the text before it in quotes if the `?` is a part of it",
    );
    check(
        "a: {{ .Values.b }}\n",
        "1:5",
        "a list or a mapping can't be a key",
        "put a template, `{{ … }}`, in quotes: YAML takes braces for mappings",
    );
    check(
        "a: \"\\d+\"\n",
        "1:5",
        "`\\d` is no escape",
        "write a backslash as `\\\\`, or put the value in single quotes",
    );
}

#[test]
fn missing_quotes() {
    let message = "this quote is not closed";
    check("a: 'b\nc: d\n", "1:4", message, "add `'` at the end of the value");
    check("a: \"b\nc: d\n", "1:4", message, "add `\"` at the end of the value");
    check("a: \"b\n---\nc: \"d\"\n", "1:4", message, "add `\"` at the end of the value");
    // Where the next quote closes it, the place of the opening one is named.
    let (place, error) = refusal("a: \"b\nc: \"d\"\n");
    assert_eq!(place, "2:5");
    assert_eq!(error.labels[1].span.start(), 4);
    assert_eq!(error.help, ["look for a missing `\"`"]);
}

#[test]
fn indentation() {
    let (place, error) = refusal("a:\n    b: 1\n  ccc: 2\n");
    assert_eq!(place, "3:3");
    assert_eq!(error.message, "this key is not aligned with the others of its mapping");
    assert_eq!(error.span().len(), 3);
    assert_eq!(error.labels[1].message, "the first key is in column 1");
    check(
        "a:\n  b: 1\n    c: 2\n",
        "3:6",
        "a mapping can't begin here",
        "correct the indentation if it is a key, or put the value in quotes",
    );
    check(
        "a: b\n- c\n",
        "2:1",
        "a list item stands where a key is expected",
        "indent the list under its key, or take the keys before it away",
    );
    check(
        "- a: 1\nb: 2\n",
        "2:1",
        "a key stands where a list item is expected",
        "indent the key like the others of the item, or begin the line with `- `",
    );
    check(
        "a:\n  - b\n   - c: d\n",
        "3:7",
        "a mapping can't begin here",
        "correct the indentation if it is a key, or put the value in quotes",
    );
    check(
        "a:\n  - 'b'\n    - c\n",
        "3:5",
        "this list item is not aligned with the others",
        "begin all items of a list in the same column",
    );
    check(
        "a: - b\n",
        "1:4",
        "a list can't begin here",
        "put the first `-` in a line of its own, or the value in quotes if it is text",
    );
}

#[test]
fn keys() {
    let message = "expected `: ` behind this key";
    check("a: b\nc:d\n", "2:1", message, "put a space behind the colon");
    check("a: b\nc\n", "2:1", message, "indent the text deeper if it belongs to the value above");
    check(
        "a: b\n'c\nd': e\n",
        "2:1",
        "this begins where a key must be, and is not one",
        "indent the text deeper if it belongs to the value above",
    );
    check(": a\n", "1:1", "a `:` without a key before it", "write the key before it");
    let long = |characters: usize| format!("a: b\n{}: c\n", "é".repeat(characters));
    assert!(stream(&long(1024)).is_ok());
    check(
        &long(1025),
        "2:1",
        "this key is longer than 1024 characters",
        "put the text in quotes if the colon is a part of it",
    );
}

#[test]
fn brackets() {
    check("a: [b, c\n", "1:4", "this `[` is not closed", "add the `]`");
    check("a: {b: c\n---\nd: e\n", "1:4", "this `{` is not closed", "add the `}`");
    check("a: [b, {c: [d\n", "1:12", "this `[` is not closed", "add the `]`");
    check("a: [b: \n", "1:4", "this `[` is not closed", "add the `]`");
    check("a: [\n", "1:4", "this `[` is not closed", "add the `]`");
    let (place, error) = refusal("a: [b, c\nd: e\n");
    assert_eq!((&*place, &*error.message), ("2:2", "expected `,` or `]`"));
    assert_eq!(error.labels[1].message, "the `[` is here");
    check("a: b\n]\n", "2:1", "`]` without an opening bracket or brace", "");
    check(
        "a: }\n",
        "1:4",
        "expected a value, found `}`",
        "put the value in quotes if this is a part of it",
    );
}

#[test]
fn every_error_of_a_cut_or_bent_text_has_a_place() {
    let text = "a: &x\n  - 'b' # c\n  - \"d\\n\"\n  - {e: [f, *x], ? g : h}\n? i\n: |+2\n     j\n\n\
                k: !!str >-\n  l\n---\n%é: 'm\n\n  n'\n<<: {o: p}\n...\nq\n";
    let alphabet =
        ["", "\n", "\t", "'", "\"", ":", "- ", "{", "]", ",", "é", "*", "%", "\n--- x\n"];
    for (at, _) in text.char_indices() {
        for piece in alphabet {
            for end in [text.len(), at] {
                let bent = format!("{}{piece}{}", &text[..at], &text[at.max(end.min(at))..end]);
                let (sources, source) = source(&bent);
                if let Err(error) = parse_stream(&source, &Limits::default()) {
                    for label in &error.labels {
                        let start = label.span.start() as usize - 1;
                        let end = start + label.span.len() as usize;
                        assert!(bent.get(start..end).is_some(), "{bent:?}: {error:?}");
                    }
                    assert!(sources.place(error.span()).is_some(), "{bent:?}: {error:?}");
                }
            }
        }
    }
}

#[test]
fn errors_in_a_text_inside_of_another_say_where() {
    let (sources, outer) = source("patch: |-\n  a: b\n  c: @\n");
    let stream = parse_stream(&outer, &Limits::default()).unwrap();
    let text = stream.documents[0].at(&["patch"]).unwrap().text().unwrap();
    let inline = sources.inline(text);
    let error = parse_document(&inline, &Limits::default()).unwrap_err();
    assert_eq!(sources.place(error.span()).unwrap().to_string(), "file.yaml:3:6");
    assert!(error.notes.is_empty());
    // Text that does not stand in the file as it is has only the span of the whole.
    let (sources, outer) = source("patch: \"a: b\\nc: @\\n\"\n");
    let stream = parse_stream(&outer, &Limits::default()).unwrap();
    let text = stream.documents[0].at(&["patch"]).unwrap().text().unwrap();
    let inline = sources.inline(text);
    let error = parse_document(&inline, &Limits::default()).unwrap_err();
    assert_eq!(error.span(), text.span());
    assert_eq!(error.notes, ["in line 2 of this text"]);
}
