//! Mappings, sequences, indentation, comments, tabs.

use super::*;

#[test]
fn block_collections_nest_by_indentation() {
    for (text, nodes) in [
        ("a: b\nc: d\n", "{a: b, c: d}"),
        ("a:\n  b:\n    c: d\n  e: f\ng: h", "{a: {b: {c: d}, e: f}, g: h}"),
        ("a:\n- b\n- c\nd: e\n", "{a: [b, c], d: e}"),
        ("a:\n  - b\n  - c\nd: e\n", "{a: [b, c], d: e}"),
        ("- - a\n  - b\n- - c\n", "[[a, b], [c]]"),
        ("- a: b\n  c: d\n-\n  e: f\n- \n", "[{a: b, c: d}, {e: f}, ]"),
        ("-\n- a\n-\n", "[, a, ]"),
        ("a:\n  -\n  - b\nc:", "{a: [, b], c: }"),
        ("a:\n\n\n  b: c\n", "{a: {b: c}}"),
        ("    a: b\n    c: d\n", "{a: b, c: d}"),
        ("a: 1\na: 2\n", "{a: 1, a: 2}"),
        ("- -\n  -\n", "[[, ]]"),
        ("- a: b\n  -\n", "error[yaml]: a list item stands where a key is expected"),
    ] {
        assert_eq!(resources(text), nodes, "{text:?}");
    }
}

#[test]
fn keys_may_be_explicit() {
    for (text, nodes) in [
        ("? a\n: b\n? c\n", "{a: b, c: }"),
        ("? a\n:\n  - b\n", "{a: [b]}"),
        ("? |\n  a\n: b\n", "{|a⏎|: b}"),
        ("?\n: b\n", "{: b}"),
        ("{? a : b, ? c}", "~{a: b, c: }"),
        ("[? a : b, ? c]", "~[~{a: b}, ~{c: }]"),
        ("? a b\n  c\n: d\n", "{a b c: d}"),
    ] {
        assert_eq!(resources(text), nodes, "{text:?}");
    }
}

#[test]
fn flow_collections_need_no_indentation() {
    for (text, nodes) in [
        ("a: [b, c]\n", "{a: ~[b, c]}"),
        ("a: {\nb: c\n}\nd: [\ne\n,f,]\n", "{a: ~{b: c}, d: ~[e, f]}"),
        ("{a: b, c, d: , \"e\":f, 'g' : h}", "~{a: b, c: , d: , \"e\": f, 'g': h}"),
        ("[a: b, {c: d}, [e], ]", "~[~{a: b}, ~{c: d}, ~[e]]"),
        ("a: []\nb: {}\n", "{a: ~[], b: ~{}}"),
        ("[a:b, c:]", "~[a:b, c:]"),
        ("{a:b}", "~{a:b: }"),
        ("[-, -a, - ]x", "error[yaml]: a list with dashes can't stand here"),
        ("[a\n b, 'c\n d']", "~[a b, 'c d']"),
        ("a: {b: c, # d\n e: f} # g\n", "{a: ~{b: c, e: f}}"),
        ("\ta: b", "error[yaml]: a tab is used for indentation"),
        ("[\ta\t,\n\tb\t]", "~[a, b]"),
    ] {
        assert_eq!(resources(text), nodes, "{text:?}");
    }
}

#[test]
fn the_space_behind_a_colon_decides() {
    for (text, nodes) in [
        ("a: http://b:80/c\n", "{a: http://b:80/c}"),
        ("a : b\n", "{a: b}"),
        ("a:\tb\n", "{a: b}"),
        ("a::b: c\n", "{a::b: c}"),
        ("\"a\" : b\n'c':\td\n", "{\"a\": b, 'c': d}"),
        ("a:", "{a: }"),
        ("-a: b\n", "{-a: b}"),
        ("?a: :b\n", "{?a: :b}"),
        ("a:b\n", "a:b"),
    ] {
        assert_eq!(resources(text), nodes, "{text:?}");
    }
}

#[test]
fn comments_end_lines() {
    for (text, nodes) in [
        ("# a\nb: c # d\n#e\n  # f\ng: h#i\n", "{b: c, g: h#i}"),
        ("a: 'b'#c\n", "{a: 'b'}"),
        ("a: # b\n  c # d\n", "{a: c}"),
        ("a: b\n  # c\nd: e\n", "{a: b, d: e}"),
        ("- # a\n  b: c\n", "[{b: c}]"),
        ("# only\n# comments\n", ""),
        ("a: |  # b\n  # c\n", "{a: |# c⏎|}"),
    ] {
        assert_eq!(resources(text), nodes, "{text:?}");
    }
}

#[test]
fn tabs_are_refused_where_a_key_could_begin() {
    let tab = "error[yaml]: a tab is used for indentation";
    for text in ["a:\n\tb: c\n", "a: b\n\t\nc: d\n", "a: b\n\tc\n", "a: |\n\tb\n"] {
        assert_eq!(resources(text), tab, "{text:?}");
    }
    let message = "error[yaml]: a tab stands where only spaces may";
    assert_eq!(resources("-\ta\n"), message);
    // Deeper than the indentation, a line may hold a tab.
    assert_eq!(resources("a: b\n \t\nc: d\n"), "{a: b, c: d}");
    assert_eq!(resources("a: b\t\nc: d\t# e\n"), "{a: b, c: d}");
}

#[test]
fn tabs_before_comments_depend_on_what_is_read() {
    let text = "a: b\n# c\n\t# d\n\t\n# e\nf: g\n";
    assert_eq!(resources(text), "{a: b, f: g}");
    assert_eq!(settings(text), "error[yaml]: a tab is used for indentation");
    // Not behind a comment that has its line from a value.
    let text = "a: b # c\n\t# d\n";
    assert_eq!(resources(text), "error[yaml]: a tab is used for indentation");
    assert_eq!(resources("?\t# c\n a\n:\t# d\n b\n"), "{a: b}");
    assert!(settings("?\t# c\n a\n").starts_with("error"));
}

#[test]
fn every_break_of_yaml_1_1_ends_a_line() {
    for line_break in ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        let text = "a: b\nc:\n  - d # e\n  - f\n".replace('\n', line_break);
        assert_eq!(resources(&text), "{a: b, c: [d, f]}", "{line_break:?}");
    }
    // Twice converted line ends are one break, as the reference makes LF of CR LF first.
    let text = "a: |\r\r\n  b\r\r\n  c\r\r\n";
    assert_eq!(resources(text), "{a: |b⏎c⏎|}");
    assert_eq!(settings(text), "{a: |⏎b⏎⏎c⏎|}");
}

#[test]
fn keys_keep_style_and_tag() {
    assert_eq!(
        resources("'a': 1\n\"b\": 2\n!!str 3: 4\n? !foo c\n: 5\nnull: 6\n"),
        "{'a': 1, \"b\": 2, !Str 3: 4, !Other c: 5, null: 6}"
    );
}

#[test]
fn what_follows_a_key_without_a_bracket_is_dropped_like_the_reference_does() {
    // `[? …]`: the token behind the `?` is lost.
    assert_eq!(resources("a: [? ]]\n"), "{a: ~[~{: }]}");
    assert_eq!(resources("a: [? ,, b]\n"), "{a: ~[~{: }, b]}");
}
