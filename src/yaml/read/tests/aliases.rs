//! Anchors, aliases and merge keys.

use super::*;

#[test]
fn aliases_are_replaced_by_copies() {
    for (text, expected) in [
        ("a: &x b\nc: *x\n", "{a: b, c: b}"),
        ("a: &x {b: [c]}\nd: [*x, *x]\n", "{a: ~{b: ~[c]}, d: ~[~{b: ~[c]}, ~{b: ~[c]}]}"),
        ("a: &x\nb: *x\n", "{a: , b: }"),
        ("&x a: *x\n", "{a: a}"),
        ("*x : b\n", "error[yaml]: no anchor `x` before this alias"),
        ("a: &x b\n*x : c\n", "{a: b, b: c}"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}"),
        ("a: &x\n  b: &y c\n  d: *y\ne: *x\n", "{a: {b: c, d: c}, e: {b: c, d: c}}"),
        ("a: &x b\n---\nc: *x\n", "error[yaml]: no anchor `x` before this alias"),
        ("&a\nb: c\n", "{b: c}"),
        ("&a b: c\n", "{b: c}"),
        ("- &a !!str b: c\n- *a\n", "[{!Str b: c}, !Str b]"),
        ("a: &x [b]\n? *x\n: c\n", "error[invalid-key]: a list or a mapping can't be a key"),
        ("a: &x-1_Z b\nc: *x-1_Z\n", "{a: b, c: b}"),
        ("a: *.x\n", "error[yaml]: `*` without the name of an alias"),
        ("a: &b.c d\n", "error[yaml]: the name of this anchor has characters that are not allowed"),
    ] {
        assert_eq!(resources(text), expected, "{text:?}");
    }
}

#[test]
fn an_alias_can_not_be_inside_of_its_node() {
    let message = "error[yaml]: this alias stands inside of what it stands for";
    for text in [
        "&a [*a]",
        "a: &x {b: *x}\n",
        "a: &x {<<: *x}\n",
        "a: &x 1\nb: &x {c: *x}\n",
        "a: &x\n  b: &y\n    c: *x\n",
    ] {
        assert_eq!(resources(text), message, "{text:?}");
    }
    // The inner one is complete, and its name counts from there.
    assert_eq!(resources("a: &x {b: &x 1, c: *x}\n"), "{a: ~{b: 1, c: 1}}");
    assert_eq!(resources("&x {b: &x 1}\n"), "~{b: 1}");
}

#[test]
fn the_nearest_anchor_is_named() {
    let (place, error) = refusal("a: &database x\nb: *databse\n");
    assert_eq!(place, "2:4");
    assert_eq!(error.help, ["did you mean `*database`?"]);
}

#[test]
fn merge_keys_of_resources() {
    let maps = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\n";
    for (text, expected) in [
        ("c: {<<: *a, y: 3}", "~{y: 3, x: 1}"),
        ("c: {y: 3, <<: *a}", "~{y: 3, x: 1}"),
        ("c: {<<: [*a, *b], w: 3}", "~{w: 3, y: 1, z: 2, x: 1}"),
        ("c: {<<: [*b, *a]}", "~{x: 1, y: 2, z: 2}"),
        ("c: {<<: {<<: *a, y: 3}}", "~{y: 3, x: 1}"),
        ("c: {<<: {}}", "~{}"),
        ("c: {<<: [], d: e}", "~{d: e}"),
        ("c: {'<<': *a, d: e}", "~{d: e}"),
        ("c: {'<<': *a, <<: *b}", "~{y: 2, z: 2}"),
        ("c: {<<: *b, '<<': d}", "~{'<<': d, y: 2, z: 2}"),
        ("c: {!!merge d: {e: f}}", "~{!Merge d: ~{e: f}, e: f}"),
        ("c: [<<, a]", "~[<<, a]"),
        ("c: <<", "<<"),
        ("c: &c [*a]\nd: {<<: *c}", "error[yaml]: only mappings can be merged, this is a sequence"),
        ("c: {<<: [[*a]]}", "error[yaml]: only mappings can be merged, this is a sequence"),
        ("c: {<<: }", "error[yaml]: only mappings can be merged, this is null"),
        ("c: {<<: d}", "error[yaml]: only mappings can be merged, this is a scalar"),
        ("c: {<<: *a, <<: *b}", "error[duplicate-key]: a second merge key in one mapping"),
    ] {
        let shown = resources(&format!("{maps}{text}\n"));
        let shown = shown.split_once("c: ").map_or(&*shown, |(_, rest)| &rest[..rest.len() - 1]);
        assert_eq!(shown, expected, "{text:?}");
    }
    assert_eq!(resources("<<: {a: b}\n"), "{a: b}");
    assert_eq!(resources("'<<': {a: b}\n"), "");
}

#[test]
fn merge_keys_of_settings_are_resolved_from_top_to_bottom() {
    for (text, expected) in [
        ("{<<: {x: 1, y: 1}, y: 2}", "~{x: 1, y: 2}"),
        ("{y: 2, <<: {x: 1, y: 1}}", "~{y: 1, x: 1}"),
        ("{y: 2, <<: {y: 1}, y: 3}", "~{y: 3}"),
        ("{<<: [{x: 1}, {x: 2, y: 2}]}", "~{x: 1, y: 2}"),
        ("{<<: {x: 1}, <<: {x: 2}}", "~{x: 2}"),
        ("{'<<': {x: 1}, y: 2}", "~{'<<': ~{x: 1}, y: 2}"),
        ("{<<: [[]]}", "error[yaml]: only mappings can be merged, this is a sequence"),
    ] {
        assert_eq!(settings(text), expected, "{text:?}");
    }
}

#[test]
fn a_merged_entry_keeps_its_own_place() {
    let (sources, source) = source("a: &a\n  x: 1\nb:\n  <<: *a\n");
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    let merged = stream.documents[0].at(&["b", "x"]).unwrap();
    assert_eq!(sources.place(merged.span()).unwrap().line, 2);
}
