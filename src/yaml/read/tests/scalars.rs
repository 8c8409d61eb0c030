//! Scalars in all styles.

use super::*;

/// The value of `a: …`.
fn value(text: &str) -> String {
    let shown = resources(&format!("a: {text}"));
    let inner = shown.strip_prefix("{a: ").and_then(|rest| rest.strip_suffix('}'));
    inner.map_or(shown.clone(), str::to_owned)
}

#[test]
fn plain_text_folds() {
    for (text, expected) in [
        ("b c", "b c"),
        ("b  c  \n", "b  c"),
        ("b\n  c\n", "b c"),
        ("b\n\n  c\n", "b⏎c"),
        ("b \n \n\n  c\n", "b⏎⏎c"),
        ("\n  b\n  c\n", "b c"),
        ("b\n  - c\n", "b - c"),
        ("b\n  \tc", "b c"),
        ("b#c #d\n", "b#c"),
        ("b: c", "error[yaml]: a mapping can't begin here"),
        ("-b", "-b"),
        ("b [c] {d}, 'e\" & * ! | > % @ `", "b [c] {d}, 'e\" & * ! | > % @ `"),
        ("é ü 😀", "é ü 😀"),
        ("b\u{2028}  c", "b\u{2028}c"),
        ("b\u{85}  c", "b c"),
        ("b\n  c\n---d", "error[yaml]: text behind the `---` that separates documents"),
        ("\u{feff}", "\u{feff}"),
    ] {
        assert_eq!(value(&format!("{text}\n")), expected, "{text:?}");
    }
}

#[test]
fn plain_text_ends_at_flow_indicators_only_in_flow() {
    for (text, expected) in [
        ("[b]c", "error[yaml]: the value before this is already complete"),
        ("[b c, d]", "~[b c, d]"),
        ("{b: c}", "~{b: c}"),
        ("[x?y]", "error[yaml]: expected `,` or `]`"),
        ("b?c,d]e", "b?c,d]e"),
    ] {
        assert_eq!(value(&format!("{text}\n")), expected, "{text:?}");
    }
}

#[test]
fn quoted_text_folds_and_decodes() {
    for (text, expected) in [
        ("'b'", "'b'"),
        ("''", "''"),
        ("'b''c'", "'b'c'"),
        ("''''", "'''"),
        ("'b\n\n  c\n'", "'b⏎c '"),
        ("'b ''c'", "'b 'c'"),
        ("'b\n''c'", "'b 'c'"),
        ("'b\\n'", "'b\\n'"),
        ("\"b\"", "\"b\""),
        ("\"b\n  c\"", "\"b c\""),
        ("\"b \n\t c\"", "\"b c\""),
        ("\"b\\\n   c\"", "\"bc\""),
        ("\"b \\\n  \\ c\"", "\"b  c\""),
        ("\"b\\\n\n\n c\"", "\"b⏎⏎c\""),
        ("\"\\\n\"", "\"\""),
        ("\"b\\n\\tc\\\\\\\"\\/\"", "error[yaml]: `\\/` is no escape"),
        ("\"\\x41\\u00e9\\U0001F600\"", "\"Aé😀\""),
        (
            "\"\\0\\a\\b\\v\\f\\r\\e\\N\\_\\L\\P\\'\\ \"",
            "\"\0\x07\x08\x0b\x0c\r\x1b\u{85}\u{a0}\u{2028}\u{2029}' \"",
        ),
        ("\"\\\tb\"", "\"→b\""),
        ("\"\\ud83d\\ude00\"", "error[yaml]: `\\ud83d` is no character"),
        ("\"\\U00110000\"", "error[yaml]: `\\U00110000` is no character"),
        ("\"\\u12\"", "error[yaml]: `\\u` needs 4 hexadecimal digits"),
        ("\"b\n--- c\"", "error[yaml]: text behind the `---` that separates documents"),
        ("\"b\n  --- c\"", "\"b --- c\""),
        ("\"b\rc\"", "\"b c\""),
        ("'b\u{2029}c'", "'b\u{2029}c'"),
        // Continuation lines need no indentation.
        ("'b\nc'", "'b c'"),
    ] {
        assert_eq!(value(&format!("{text}\n")), expected, "{text:?}");
    }
}

#[test]
fn block_scalars_chomp() {
    for (text, expected) in [
        ("|\n  b\n", "|b⏎|"),
        ("|-\n  b\n\n", "|b|"),
        ("|+\n  b\n\n", "|b⏎⏎|"),
        ("|\n  b", "|b|"),
        ("|+\n  b", "|b|"),
        ("|\n", "||"),
        ("|", "||"),
        ("|+\n\n\n", "|⏎⏎|"),
        ("|-\n  b\n c", "error[yaml]: the value before this is already complete"),
    ] {
        assert_eq!(value(text), expected, "{text:?}");
    }
}

#[test]
fn block_scalars_find_their_indentation() {
    for (text, expected) in [
        ("|\n   b\n    c\n   d\n", "|b⏎ c⏎d⏎|"),
        ("|\n\n\n  b\n", "|⏎⏎b⏎|"),
        ("|1\n  b\n c\n", "| b⏎c⏎|"),
        ("|2-\n    b\n", "|  b|"),
        ("|-2\n    b\n", "|  b|"),
        ("|\n  b\n\n  c\n", "|b⏎⏎c⏎|"),
        ("|\n  b\n   \n  c\n", "|b⏎ ⏎c⏎|"),
        ("|\n  b\n# c\n", "|b⏎|"),
        ("|\n  b\tc\n  \td\n", "|b→c⏎→d⏎|"),
        ("|0\n b\n", "error[yaml]: an indentation of 0"),
        ("|10\n b\n", "error[yaml]: text behind `|`, which begins a text of several lines"),
        ("|b\n", "error[yaml]: text behind `|`, which begins a text of several lines"),
        ("| # b\n  c\n", "|c⏎|"),
    ] {
        assert_eq!(value(text), expected, "{text:?}");
    }
    // Deeper empty lines before the first count.
    assert!(value("|\n    \n  b\n").starts_with("error"));
    assert_eq!(resources("- |\n b\n- >\n c\n"), "[|b⏎|, >c⏎>]");
    assert_eq!(resources("|\n b\n"), "|b⏎|");
    assert_eq!(resources("--- |\n b\n"), "|b⏎|");
}

#[test]
fn folded_scalars_fold() {
    for (text, expected) in [
        (">\n  b\n  c\n", ">b c⏎>"),
        (">\n  b\n\n  c\n", ">b⏎c⏎>"),
        (">-\n  b\n\n\n  c\n", ">b⏎⏎c>"),
        (">\n  b\n   c\n  d\n", ">b⏎ c⏎d⏎>"),
        (">\n  b\n\n   c\n\n  d\n", ">b⏎⏎ c⏎⏎d⏎>"),
        (">\n\n  b\n", ">⏎b⏎>"),
        (">\n  b\u{2028}  c\n", ">b\u{2028}c⏎>"),
    ] {
        assert_eq!(value(text), expected, "{text:?}");
    }
}

#[test]
fn tags_say_the_type() {
    for (text, expected) in [
        ("!!str 5", "!Str 5"),
        ("!!int '5'", "!Int 5"),
        ("!!int 'x'", "!Int x"),
        ("!!null", "!Null "),
        ("!<tag:yaml.org,2002:bool> yes", "!Bool yes"),
        ("! 5", "5"),
        ("! '5'", "'5'"),
        ("!", ""),
        ("!foo b", "!Other b"),
        ("!foo {b: c}", "~{b: c}"),
        ("!!str {b: c}", "~{b: c}"),
        ("!!s%74r 5", "!Str 5"),
        ("!!str &x b", "!Str b"),
        ("&x !!str b", "!Str b"),
        ("!!str\n  b", "!Str b"),
        ("!b!c d", "error[yaml]: the handle of this tag is not declared"),
        ("!!", "error[yaml]: this is no tag"),
        ("!%zz b", "error[yaml]: this is no tag"),
        ("!<> b", "error[yaml]: this is no tag"),
        ("[!!str, b]", "~[!Other b]"),
    ] {
        assert_eq!(value(&format!("{text}\n")), expected, "{text:?}");
    }
}

#[test]
fn text_that_needs_no_decoding_is_a_part_of_the_file() {
    let (_, source) = source("a: plain\nb: 'single'\nc: \"double\"\nd: [flow, '']\n");
    let file = source.text().as_bytes().as_ptr_range();
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    let root = stream.documents[0].as_mapping().unwrap();
    let mut seen = 0;
    for entry in root {
        let items = match &entry.value {
            Node::Sequence(sequence) => sequence.items.as_slice(),
            value => std::slice::from_ref(value),
        };
        let scalars = items.iter().filter_map(Node::as_scalar).chain([&entry.key]);
        for scalar in scalars {
            assert!(file.contains(&scalar.text.as_ptr()), "{}", scalar.text);
            seen += 1;
        }
    }
    assert_eq!(seen, 9);
}
