use super::*;
use crate::source::Sources;

/// `images/0/newTag`: numbers are indexes, unless they are quoted.
fn path(text: &str) -> Path {
    let steps = text.split('/').filter(|step| !step.is_empty());
    steps.fold(Path::root(), |path, step| match step.parse() {
        Ok(index) => path.index(index),
        Err(_) => path.key(step.trim_matches('\'')),
    })
}

fn apply(text: &str, edit: impl FnOnce(&mut Edits)) -> Result<Edited> {
    let sources = Sources::new();
    let source = sources.add("k.yaml", text.to_owned()).unwrap();
    let document = Document::parse(&source, &Limits::default()).unwrap();
    let mut edits = Edits::new();
    edit(&mut edits);
    edits.apply(&document)
}

#[track_caller]
fn becomes(before: &str, edit: impl FnOnce(&mut Edits), after: &str) -> Vec<u32> {
    let edited = apply(before, edit).unwrap_or_else(|problem| panic!("{problem:?}\n{before}"));
    assert_eq!(edited.text, after, "\nbefore:\n{before}");
    edited.lines
}

#[track_caller]
fn refused(before: &str, edit: impl FnOnce(&mut Edits), words: &str) {
    let problem = apply(before, edit).expect_err(before);
    let said = format!("{problem:?}");
    assert!(said.contains(words), "{said}");
    assert!(!problem.span().is_none());
    assert!(!problem.help.is_empty(), "{said}");
}

fn text(text: &str) -> Content {
    Content::text(text)
}

fn map(pairs: &[(&str, &str)]) -> Content {
    Content::Map(pairs.iter().map(|(key, value)| (key.to_string(), text(value))).collect())
}

#[test]
fn a_scalar_keeps_its_quotes_comment_and_place() {
    for (before, new, after) in [
        ("a: b\n", "c", "a: c\n"),
        ("a:    b   # why\n", "c", "a:    c   # why\n"),
        ("a: 'b'\n", "it's", "a: 'it''s'\n"),
        ("a: \"b\"\n", "c", "a: \"c\"\n"),
        ("a: b\n", "1", "a: \"1\"\n"),
        ("a: b\nx: 'y'\n", "1", "a: '1'\nx: 'y'\n"),
        ("a: 1\n", "c", "a: c\n"),
        ("a:\n", "c", "a: c\n"),
        ("a: # none\nb: c\n", "x", "a: x # none\nb: c\n"),
        ("a: ~\n", "c", "a: c\n"),
        ("a:\n  b\n", "c", "a:\n  c\n"),
        ("a: one\n  two # end\n", "c", "a: c # end\n"),
        ("a: &x b\n", "c", "a: &x c\n"),
        ("a: !!str 1\n", "2", "a: !!str \"2\"\n"),
        ("{a: b, c: d}\n", "e", "{a: e, c: d}\n"),
        ("{a: b, c: d}\n", "e,f", "{a: \"e,f\", c: d}\n"),
        ("a: b\r\nc: d\r\n", "e", "a: e\r\nc: d\r\n"),
        ("\u{feff}a: b\n", "e", "\u{feff}a: e\n"),
        ("a: b", "c", "a: c"),
        ("--- # first\na: b\n...\nnot: read\n", "c", "--- # first\na: c\n...\nnot: read\n"),
        ("a: |\n  one\n  two\nb: c\n", "x", "a: x\nb: c\n"),
        ("a: b\nc: d\n", "one\ntwo\n", "a: |\n  one\n  two\nc: d\n"),
        ("a: b # why\nc: d\n", "one\n\n two", "a: |- # why\n  one\n\n   two\nc: d\n"),
        ("a: 'b'\n", "one\ntwo", "a: \"one\\ntwo\"\n"),
        ("a: b\r\n", "one\ntwo\n", "a: |\r\n  one\r\n  two\r\n"),
        ("a: []\n", "x", "a: x\n"),
        ("? a\n: b\n", "c", "? a\n: c\n"),
        ("\"a\" : b\n", "c", "\"a\" : c\n"),
    ] {
        becomes(before, |edits| edits.replace(path("a"), text(new)), after);
    }
}

#[test]
fn an_entry_goes_with_its_own_comments_and_nothing_else() {
    for (before, at, after) in [
        ("a: 1\nb: 2\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\n# about b\n# more\nb: 2 # here\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\n# apart\n\n# about b\nb: 2\nc: 3\n", "b", "a: 1\n# apart\n\nc: 3\n"),
        ("a: 1\n\nb: 2\n\nc: 3\n", "b", "a: 1\n\nc: 3\n"),
        ("a: 1\n\nb: 2\n", "b", "a: 1\n"),
        ("a: 1\n\n\nb: 2\n", "b", "a: 1\n"),
        ("a: 1\n\nb: 2\n\n\n", "b", "a: 1\n\n\n"),
        ("a: 1\nb: 2", "b", "a: 1"),
        ("a: 1\r\nb: 2", "b", "a: 1"),
        ("a: 1\r\n# b\r\nb: 2\r\nc: 3\r\n", "b", "a: 1\r\nc: 3\r\n"),
        ("# licence\nb: 2\nc: 3\n", "b", "# licence\nc: 3\n"),
        ("---\n# licence\nb: 2\nc: 3\n", "b", "---\n# licence\nc: 3\n"),
        ("b: 2\n", "b", ""),
        ("b:\n- x\n- y\n# about c\nc: 3\n", "b", "# about c\nc: 3\n"),
        ("b:\n- x\n  # still b\n\nc: 3\n", "b", "c: 3\n"),
        ("l:\n- a\n- b\n- c\n", "l/1", "l:\n- a\n- c\n"),
        ("l:\n  - a\n  # b is\n  - b\n  # c is\n  - c\n", "l/1", "l:\n  - a\n  # c is\n  - c\n"),
        ("l:\n- name: a\n  x: 1\n  # of a\n- name: b\n", "l/0", "l:\n- name: b\n"),
        ("l:\n- name: a\n  x: 1\n", "l/0/x", "l:\n- name: a\n"),
        ("l:\n- name: a\n  x: 1\n", "l/0/name", "l:\n- x: 1\n"),
        ("l:\n- name: a\n  # of x\n  x: 1\n", "l/0/name", "l:\n- # of x\n  x: 1\n"),
        ("l: [a, b, c]\n", "l/0", "l: [b, c]\n"),
        ("l: [a, b, c]\n", "l/1", "l: [a, c]\n"),
        ("l: [a, b, c]\n", "l/2", "l: [a, b]\n"),
        ("l: [a, b, ]\n", "l/1", "l: [a, ]\n"),
        ("l: ['a #', 'b #', 'c #'] # d\n", "l/1", "l: ['a #', 'c #'] # d\n"),
        ("l: [a]\n", "l/0", "l: []\n"),
        ("l: {a: 1, b: {c: d}}\n", "l/b", "l: {a: 1}\n"),
        ("l: [\n  a, # a\n  b, # b\n  c # c\n]\n", "l/1", "l: [\n  a, # a\n  c # c\n]\n"),
        ("l: [\n  a, # a\n  c # c\n]\n", "l/1", "l: [\n  a # a\n]\n"),
        ("l: [\n  a, # a\n  c, # c\n]\n", "l/1", "l: [\n  a, # a\n]\n"),
        ("a: |\n  t\n\nb: 2\n\nc: 3\n", "b", "a: |\n  t\n\nc: 3\n"),
        ("b: |+\n  t\n\n\nc: 3\n", "b", "c: 3\n"),
    ] {
        becomes(before, |edits| edits.remove(path(at)), after);
    }
}

#[test]
fn several_go_at_once() {
    let all = "l:\n- a\n\n- b\n# c\n- c\n- d\n";
    becomes(all, |e| (1..3).for_each(|at| e.remove(path("l").index(at))), "l:\n- a\n\n- d\n");
    let flow = "l: [a, b, c, d]\n";
    for (gone, after) in [
        (&[0, 1][..], "l: [c, d]\n"),
        (&[2, 3], "l: [a, b]\n"),
        (&[0, 2], "l: [b, d]\n"),
        (&[0, 1, 2, 3], "l: []\n"),
    ] {
        becomes(flow, |e| gone.iter().for_each(|at| e.remove(path("l").index(*at))), after);
    }
    for (before, gone, after) in [
        ("l:\n- a\n- b\n- c", &[1, 2][..], "l:\n- a"),
        ("l:\n- a\n\n- b\n\n- c", &[1, 2], "l:\n- a"),
        ("l:\n- a\n\n- b\n\n- c\n", &[1, 2], "l:\n- a\n"),
        ("l:\n- a\n- b\n# d\n- d\n- e", &[1, 3], "l:\n- a\n# d\n- d"),
        ("l:\r\n- a\r\n- b\r\n\r\n- c", &[1, 2], "l:\r\n- a"),
    ] {
        becomes(before, |e| gone.iter().for_each(|at| e.remove(path("l").index(*at))), after);
    }
    let compact = "l:\n- a: 1\n  b: 2\n  c: 3\n";
    let two = |edits: &mut Edits| ["l/0/a", "l/0/b"].iter().for_each(|at| edits.remove(path(at)));
    becomes(compact, two, "l:\n- c: 3\n");
}

#[test]
fn an_entry_comes_in_the_style_of_its_neighbours() {
    for (before, at, key, value, after) in [
        ("a: 1\n", "", "b", text("x"), "a: 1\nb: x\n"),
        ("a: 1", "", "b", text("x"), "a: 1\nb: x"),
        ("a: 1\r\n", "", "b", text("x"), "a: 1\r\nb: x\r\n"),
        ("", "", "b", text("x"), "b: x\n"),
        ("# only this", "", "b", text("x"), "# only this\nb: x"),
        ("---\n", "", "b", text("x"), "---\nb: x\n"),
        ("---\na: 1\n...\n", "", "b", text("x"), "---\na: 1\nb: x\n...\n"),
        ("a: 1\n---\nz: 1\n", "", "b", text("x"), "a: 1\nb: x\n---\nz: 1\n"),
        ("a: 1\n\nc: 2\n", "", "b", text("x"), "a: 1\n\nc: 2\n\nb: x\n"),
        ("a: 1\n\n\n", "", "b", text("x"), "a: 1\nb: x\n\n\n"),
        ("a: 1\n# vim: ts=2\n", "", "b", text("x"), "a: 1\n# vim: ts=2\n\nb: x\n"),
        ("a: 1\n# vim: ts=2", "", "b", text("x"), "a: 1\n# vim: ts=2\n\nb: x"),
        ("\"a\": 1\n", "", "b", text("x"), "\"a\": 1\n\"b\": x\n"),
        ("l:\n    a: 'x'\n", "l", "b", text("w"), "l:\n    a: 'x'\n    b: 'w'\n"),
        ("l: {a: x}\n", "l", "b", text("w"), "l: {a: x, b: w}\n"),
        ("l: { a: x }\n", "l", "b", text("w"), "l: { a: x, b: w }\n"),
        ("l: {\n  a: x\n}\n", "l", "b", text("w"), "l: {\n  a: x,\n  b: w\n}\n"),
        (
            "l: {\r\n  a: x # c\r\n}\r\n",
            "l",
            "b",
            text("w"),
            "l: {\r\n  a: x, # c\r\n  b: w\r\n}\r\n",
        ),
        ("l: {\n  a: x, # c\n}\n", "l", "b", text("w"), "l: {\n  a: x, # c\n  b: w,\n}\n"),
        ("l: {}\n", "l", "b", text("w"), "l:\n  b: w\n"),
        ("l: {} # no\nm: 1\n", "l", "b", text("w"), "l: # no\n  b: w\nm: 1\n"),
        ("l: [{}]\n", "l/0", "b", text("w"), "l: [{b: w}]\n"),
        ("- a: 1\n  b: 2\n", "0", "c", text("w"), "- a: 1\n  b: 2\n  c: w\n"),
        ("a:\n  x: 1\n", "", "b", map(&[("u", "z")]), "a:\n  x: 1\nb:\n  u: z\n"),
        ("a:\n    x: 1\n", "", "b", map(&[("u", "z")]), "a:\n    x: 1\nb:\n    u: z\n"),
        ("a: 1\n", "", "b", Content::List(vec![text("w")]), "a: 1\nb:\n- w\n"),
        ("a:\n  -   q\n", "", "b", Content::List(vec![text("w")]), "a:\n  -   q\nb:\n  -   w\n"),
        ("a: 1\n", "", "b", Content::List(vec![]), "a: 1\nb: []\n"),
        ("a: 1\n", "", "on", Content::Int(3), "a: 1\n\"on\": 3\n"),
        ("a: 1\n", "", "b", text("x\n y\n"), "a: 1\nb: |\n  x\n   y\n"),
        ("a: 1\n", "", "b", text(" x\ny"), "a: 1\nb: |2-\n   x\n  y\n"),
        ("a: |+\n  x\n\n", "", "b", text("w"), "a: |+\n  x\n\nb: w\n"),
    ] {
        becomes(before, |edits| edits.insert(path(at), At::End, key, value), after);
    }
    becomes(
        "a: 1\n# c\nc: 3\n",
        |e| e.insert(path(""), At::Behind("a".into()), "b", text("x")),
        "a: 1\nb: x\n# c\nc: 3\n",
    );
}

#[test]
fn a_block_at_an_open_end_keeps_its_text() {
    for (before, after) in [
        ("a: |\n  t", "a: |-\n  t\nz: \"1\""),
        ("a: | # c\n  t", "a: |- # c\n  t\nz: \"1\""),
        ("a: >2\n    t", "a: >-2\n    t\nz: \"1\""),
        ("a:\n- b: |+\n    t", "a:\n- b: |-\n    t\nz: \"1\""),
        ("a: |-\n  t", "a: |-\n  t\nz: \"1\""),
        ("a: |\n  t\n", "a: |\n  t\nz: \"1\"\n"),
    ] {
        becomes(before, |e| e.insert(path(""), At::End, "z", text("1")), after);
    }
    let push = |e: &mut Edits| {
        e.push(path("l"), At::End, text("x"));
        e.push(path("l"), At::End, text("y"));
    };
    let lines = becomes("l:\n- |\n  t", push, "l:\n- |-\n  t\n- x\n- \"y\"");
    assert_eq!(lines, [4, 5]);
    let push = |e: &mut Edits| e.push(path("l"), At::End, map(&[("a", "t\nu\n")]));
    becomes("l:\n- b", push, "l:\n- b\n- a: |\n    t\n    u\n");
}

#[test]
fn an_item_comes_in_the_style_of_its_neighbours() {
    for (before, at, value, after) in [
        ("l:\n- a\n", At::End, text("b"), "l:\n- a\n- b\n"),
        ("l:\n  - a", At::End, text("b"), "l:\n  - a\n  - b"),
        ("l:\n- 'a'\n", At::End, text("b"), "l:\n- 'a'\n- 'b'\n"),
        ("l:\n-   a\n", At::End, text("b"), "l:\n-   a\n-   b\n"),
        (
            "l:\n- a # c\n# about m\nm: 1\n",
            At::End,
            text("b"),
            "l:\n- a # c\n- b\n# about m\nm: 1\n",
        ),
        ("l:\n# one\n- a\n", At::Before(0), text("b"), "l:\n- b\n# one\n- a\n"),
        ("l:\n- a\n# c\n- c\n", At::Before(1), text("b"), "l:\n- a\n- b\n# c\n- c\n"),
        ("l:\n- a\n\n- c\n", At::End, text("d"), "l:\n- a\n\n- c\n\n- d\n"),
        ("l:\n- a\n\n- c\n", At::Before(1), text("b"), "l:\n- a\n\n- b\n\n- c\n"),
        ("l:\n- a\n\n- c\n", At::Before(0), text("b"), "l:\n- b\n\n- a\n\n- c\n"),
        ("l: [a]\n", At::End, text("b"), "l: [a, b]\n"),
        ("l: [ a, b, ]\n", At::End, text("c"), "l: [ a, b, c, ]\n"),
        ("l: [a, b]\n", At::Before(0), text("c"), "l: [c, a, b]\n"),
        ("l: [a, b]\n", At::Before(1), text("c"), "l: [a, c, b]\n"),
        (
            "l: [\n  a, # a\n  b  # b\n]\n",
            At::End,
            text("c"),
            "l: [\n  a, # a\n  b,  # b\n  c\n]\n",
        ),
        ("l: [\n  a,\n  b,\n]\n", At::End, text("c"), "l: [\n  a,\n  b,\n  c,\n]\n"),
        ("l: [\n  a,\n  b\n]\n", At::Before(0), text("c"), "l: [\n  c,\n  a,\n  b\n]\n"),
        ("l: []\n", At::End, text("a"), "l:\n- a\n"),
        (
            "l:\n- newTag: 'v1'\n  name: a\n",
            At::End,
            map(&[("name", "b"), ("newName", "c"), ("newTag", "v2")]),
            "l:\n- newTag: 'v1'\n  name: a\n- newTag: 'v2'\n  name: b\n  newName: c\n",
        ),
        (
            "l:\n- {name: a, x: \"1\"}\n",
            At::End,
            map(&[("name", "b"), ("x", "2")]),
            "l:\n- {name: a, x: \"1\"}\n- {name: b, x: \"2\"}\n",
        ),
        (
            "l: [{name: a}]\n",
            At::End,
            map(&[("name", "b"), ("x", "a,b")]),
            "l: [{name: a}, {name: b, x: \"a,b\"}]\n",
        ),
        ("l:\n- a\n", At::End, text("x\ny\n"), "l:\n- a\n- |\n  x\n  y\n"),
        (
            "l:\n  - path: a\n    target:\n        kind: b\n",
            At::End,
            Content::Map(vec![
                ("path".into(), text("c")),
                ("target".into(), map(&[("kind", "d")])),
            ]),
            "l:\n  - path: a\n    target:\n        kind: b\n  - path: c\n    target:\n        kind: d\n",
        ),
    ] {
        becomes(before, |edits| edits.push(path("l"), at, value), after);
    }
    let two = |edits: &mut Edits| {
        edits.push(path("l"), At::End, text("x"));
        edits.push(path("l"), At::End, text("w"));
    };
    becomes("l:\n- a\n", two, "l:\n- a\n- x\n- w\n");
    becomes("l: [a]\n", two, "l: [a, x, w]\n");
    becomes("l: [\n  a\n]\n", two, "l: [\n  a,\n  x,\n  w\n]\n");
    let both = |edits: &mut Edits| {
        edits.push(path("l/0/m"), At::End, text("x"));
        edits.insert(path("l/0"), At::End, "k", text("z"));
    };
    becomes("l:\n- m:\n  - a\n", both, "l:\n- m:\n  - a\n  - x\n  k: z\n");
    becomes("l: []\n", two, "l:\n- x\n- w\n");
    becomes("l:\n- a", two, "l:\n- a\n- x\n- w");
}

#[test]
fn one_goes_as_another_comes() {
    let swap = |edits: &mut Edits| {
        edits.remove(path("l/0"));
        edits.push(path("l"), At::End, text("x"));
    };
    becomes("l:\n- a\n", swap, "l:\n- x\n");
    becomes("l:\n- a", swap, "l:\n- x");
    becomes("l: [a]\n", swap, "l: [x]\n");
    becomes("l: [a, b]\n", swap, "l: [b, x]\n");
    let last = |edits: &mut Edits| {
        edits.remove(path("c"));
        edits.insert(path(""), At::End, "d", text("x"));
    };
    becomes("a: 1\n\nc: 2\n", last, "a: 1\n\nd: x\n");
    let before = |edits: &mut Edits| {
        edits.remove(path("c"));
        edits.insert(path(""), At::Behind("a".into()), "d", text("x"));
    };
    becomes("a: 1\nc: 2", before, "a: 1\nd: x");
    let both = |edits: &mut Edits| {
        edits.rename(path("l/0/digest"), "newTag");
        edits.replace(path("l/0/digest"), text("v1"));
    };
    becomes("l:\n- digest: sha256:1 # c\n  name: a\n", both, "l:\n- newTag: v1 # c\n  name: a\n");
    becomes("l: [{digest: 'x', name: a}]\n", both, "l: [{newTag: 'v1', name: a}]\n");
}

#[test]
fn what_is_written_elsewhere_is_copied_with_its_comments() {
    let wrap = |edits: &mut Edits| {
        let pairs = ("pairs".to_owned(), Content::Copy(path("old")));
        let label = Content::Map(vec![("all".into(), Content::Bool(true)), pairs]);
        edits.rename(path("old"), "new");
        edits.replace(path("old"), Content::List(vec![label]));
    };
    for (before, after) in [
        (
            "x:\n  - 1\nold: # c\n  # of a\n  a: b # d\n\n  e: |\n    f\n\n    g\nz: 1\n",
            "x:\n  - 1\nnew: # c\n  - all: true\n    pairs:\n      # of a\n      a: b # d\n\n      e: |\n        f\n\n        g\nz: 1\n",
        ),
        ("old: {a: b} # c\n", "new: [{all: true, pairs: {a: b}}] # c\n"),
        ("old:\n  a: b", "new:\n- all: true\n  pairs:\n    a: b"),
    ] {
        becomes(before, wrap, after);
    }
    let item = |edits: &mut Edits| {
        let new = Content::Map(vec![("patch".into(), Content::Copy(path("l/0")))]);
        edits.replace(path("l/0"), new);
    };
    becomes("l:\n- a.yaml # c\n- b\n", item, "l:\n- patch: a.yaml # c\n- b\n");
    becomes(
        "l:\n- |-\n  a: 1\n\n  b: 2\n- b\n",
        item,
        "l:\n- patch: |-\n    a: 1\n\n    b: 2\n- b\n",
    );
    becomes("l:\n- \"a\n  b\"\n", item, "l:\n- patch: \"a\n    b\"\n");
    becomes("l: [a, b]\n", item, "l: [{patch: a}, b]\n");
    let moved = |edits: &mut Edits| {
        edits.push(path("l"), At::End, Content::Copy(path("m/0")));
        edits.remove(path("m"));
    };
    becomes(
        "m:\n- name: a # x\n  # y\n  b: c\nl:\n    - d\n",
        moved,
        "l:\n    - d\n    - name: a # x\n      # y\n      b: c\n",
    );
    becomes("l:\n  - d\nm: [a]\n", moved, "l:\n  - d\n  - a\n");
    let under = |edits: &mut Edits| {
        edits.push(path("l"), At::End, Content::CopyUnder("path".into(), path("m/0")));
        edits.remove(path("m"));
    };
    becomes(
        "m:\n# above\n- a # x\n  # below\nl:\n  - d\n",
        under,
        "l:\n  - d\n  # above\n  - path: a # x\n    # below\n",
    );
    becomes("m:\n- |-\n  a\n  b\nl:\n- d\n", under, "l:\n- d\n- path: |-\n    a\n    b\n");
    becomes("l:\n  - d\nm: [a]\n", under, "l:\n  - d\n  - path: a\n");
    becomes("l: [d]\nm: [a]\n", under, "l: [d, {path: a}]\n");
}

#[test]
fn what_can_not_be_changed_alone_is_refused() {
    let set = |at: &'static str| move |edits: &mut Edits| edits.replace(path(at), text("new"));
    refused("x: &a b\ny: *a\n", set("y"), "by the alias `*a`");
    refused("x: &a b\ny: *a\n", set("x"), "would change `*a`, too");
    refused("x: &a {k: v}\ny: *a\n", set("x/k"), "would change `*a`, too");
    refused("x: &a\n  k: v\ny:\n  <<: *a\n", set("x/k"), "would change `*a`, too");
    refused("x: &a {k: v}\ny: *a\n", set("y/k"), "by the alias `*a`");
    refused("x: &a {k: v}\ny:\n  <<: *a\n", set("y/k"), "`k` comes from a merge key");
    refused("y: 1\ny: 2\n", set("y"), "`y` stands here twice");
    refused("y: | # c\n  t\n", set("y"), "comment in the middle");
    refused("y: [a, # c\n  b]\n", set("y"), "comment in the middle");
    refused("x: 1\n", set("y"), "there is no `y`");
    let remove = |at: &'static str| move |edits: &mut Edits| edits.remove(path(at));
    refused("x: &a b\ny: *a\n", remove("x"), "afterwards the file would be no YAML");
    refused("x:\n- a\n", remove("x/0"), "would leave nothing");
    refused("l: [a, # c\n  b]\n", remove("l/0"), "comment beside");
    refused("l: [{a: 1}]\n", |e| e.push(path("l/0"), At::End, text("x")), "neither");
    refused("l: x\n", |e| e.push(path("l"), At::End, text("x")), "no list or mapping");
}

#[test]
fn json_stays_json() {
    let image = Content::List(vec![map(&[("name", "web"), ("newTag", "v1 \u{85}")])]);
    for (before, after) in [
        ("{\"a\": 1}\n", "{\"a\": 1, \"l\": [{\"name\": \"web\", \"newTag\": \"v1 \\u0085\"}]}\n"),
        (
            "{\n  \"a\": \"b\"\n}\n",
            "{\n  \"a\": \"b\",\n  \"l\": [{\"name\": \"web\", \"newTag\": \"v1 \\u0085\"}]\n}\n",
        ),
    ] {
        let insert = |e: &mut Edits| e.insert(path(""), At::End, "l", image.clone());
        becomes(before, insert, after);
        serde_json::from_str::<serde_json::Value>(after).unwrap();
    }
}

#[test]
fn merged_mappings_get_keys_of_their_own() {
    becomes(
        "x: &a {k: v}\ny:\n  <<: *a\n",
        |edits| edits.insert(path("y"), At::End, "l", text("m")),
        "x: &a {k: v}\ny:\n  <<: *a\n  l: m\n",
    );
}

#[test]
fn each_edit_tells_its_line() {
    let lines = becomes(
        "a: 1\nb: 2\nc: 3\n",
        |edits| {
            edits.insert(path(""), At::End, "e", text("x\ny"));
            edits.replace(path("c"), text("d"));
            edits.remove(path("b"));
        },
        "a: 1\nc: d\ne: |-\n  x\n  y\n",
    );
    assert_eq!(lines, [3, 2, 2]);
    let gone = |before, after| {
        becomes(before, |e| (0..3).for_each(|at| e.remove(path("l").index(at))), after)
    };
    assert_eq!(gone("l: [a, b, c, d]\n", "l: [d]\n"), [1, 1, 1]);
    assert_eq!(gone("l:\n- a\n- b\n- c\n- d\n", "l:\n- d\n"), [2, 2, 2]);
    assert_eq!(gone("l: [\n  a,\n  b,\n  c,\n  d\n]\n", "l: [\n  d\n]\n"), [2, 2, 2]);
    let compact = |e: &mut Edits| ["l/0/a", "l/0/b"].iter().for_each(|at| e.remove(path(at)));
    assert_eq!(becomes("l:\n- a: 1\n  b: 2\n  c: 3\n", compact, "l:\n- c: 3\n"), [2, 2]);
}

#[test]
fn text_behind_the_document_is_named() {
    let sources = Sources::new();
    for (text, line) in [(" a: 1\nb: 2\n", 2), ("---\n - a\n\nb:\n- c\n", 4)] {
        let source = sources.add("k.yaml", text.to_owned()).unwrap();
        let problem = Document::parse(&source, &Limits::default()).unwrap_err();
        assert!(problem.message.contains("nothing belongs"), "{problem:?}");
        let start = problem.span().start() - source.span().start();
        assert_eq!(text[..start as usize].matches('\n').count() + 1, line);
    }
}

/// All paths into a node, at most so many steps deep.
fn paths(node: &Node, path: &Path, depth: usize, all: &mut Vec<Path>) {
    all.push(path.clone());
    if depth == 0 {
        return;
    }
    match node {
        Node::Mapping(mapping) => mapping.iter().for_each(|entry| {
            paths(&entry.value, &path.key(&entry.key.text), depth - 1, all);
        }),
        Node::Sequence(sequence) => sequence.items.iter().enumerate().for_each(|(index, item)| {
            paths(item, &path.index(index), depth - 1, all);
        }),
        Node::Scalar(_) => {}
    }
}

/// Whatever the text is, an edit is made or refused; and what is made has passed the check.
fn edit_everything(whole: &str) -> usize {
    let sources = Sources::new();
    let source = sources.add("k.yaml", whole.to_owned()).unwrap();
    let Ok(document) = Document::parse(&source, &Limits::default()) else { return 0 };
    let mut all = Vec::new();
    let empty = Node::mapping(crate::source::Span::NONE);
    paths(document.root().unwrap_or(&empty), &Path::root(), 4, &mut all);
    let contents = [
        text("new"),
        text("1"),
        text("two\nlines\n"),
        Content::List(vec![text("x"), map(&[("k", "v")])]),
        map(&[("k", "v: w")]),
        Content::Copy(all[all.len() / 2].clone()),
        Content::CopyUnder("k".into(), all[all.len() - 1].clone()),
    ];
    let mut made = 0;
    for (index, path) in all.iter().enumerate() {
        let content = || contents[index % contents.len()].clone();
        let mut try_edit = |edit: &dyn Fn(&mut Edits)| {
            let mut edits = Edits::new();
            edit(&mut edits);
            made += usize::from(edits.apply(&document).is_ok());
        };
        try_edit(&|edits| edits.replace(path.clone(), content()));
        try_edit(&|edits| edits.remove(path.clone()));
        try_edit(&|edits| edits.rename(path.clone(), "renamed"));
        try_edit(&|edits| edits.insert(path.clone(), At::End, "inserted", content()));
        try_edit(&|edits| edits.push(path.clone(), At::End, content()));
        try_edit(&|edits| edits.push(path.clone(), At::Before(0), content()));
        try_edit(&|edits| {
            edits.replace(path.clone(), content());
            edits.rename(path.clone(), "both");
        });
    }
    made
}

mod anything {
    use proptest::prelude::*;

    const PIECES: [&str; 34] = [
        "a",
        "b",
        "key",
        ": ",
        ":\n",
        "- ",
        "-\n",
        "\n",
        "\n",
        "\n",
        "  ",
        "    ",
        " # c\n",
        "#d",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'x'",
        "\"y\"",
        "&a ",
        "*a",
        "|\n  t\n",
        ">-\n    t\n\n",
        "|+\n t\n\n",
        "? ",
        "!!str ",
        "\r\n",
        "---\n",
        "...\n",
        "\u{feff}",
        "\u{e9}\u{2028}",
        "<<: ",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn is_edited_or_refused(pieces in proptest::collection::vec(0..PIECES.len(), 0..24)) {
            let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            super::edit_everything(&text);
        }

        /// Texts that are mostly well formed, with some pieces swapped.
        #[test]
        fn near_yaml_is_edited_or_refused(at in 0..200_usize, piece in 0..PIECES.len(), cut in 0..3_usize) {
            let text = "# c\nresources:\n  - a # x\n  # y\n  - 'b'\nimages:\n- name: web\n  newTag: \"1\"\n\
                        - {name: x, newTag: y}\nl: {a: 1, b: [c, d]}\nm: |\n  text\n  more\nn: &q z\no: *q\n";
            let at = at.min(text.len() - 3);
            let text = format!("{}{}{}", &text[..at], PIECES[piece], &text[at + cut..]);
            super::edit_everything(&text);
        }
    }
}

#[test]
fn depth_is_no_trouble() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let deep = format!("a: {}x{}\nb: y\n", open.repeat(498), close.repeat(498));
        let after = format!("a: {}x{}\nb: z\n", open.repeat(498), close.repeat(498));
        becomes(&deep, |edits| edits.replace(path("b"), text("z")), &after);
        becomes(&deep, |edits| edits.replace(path("a"), text("x")), "a: x\nb: y\n");
        let copied = |edits: &mut Edits| edits.replace(path("b"), Content::Copy(path("a")));
        assert!(apply(&deep, copied).is_ok());
    }
    let dashes = format!("{}x\n", "- ".repeat(499));
    becomes(&dashes, |edits| edits.push(path(""), At::End, text("z")), &format!("{dashes}- z\n"));
}

#[test]
fn real_files_can_be_edited_everywhere() {
    let text = "resources:\n  - a # x\n  - b\nimages:\n- name: web\n  newTag: \"1\"\nl: {a: 1, b: [c, d]}\n";
    assert!(edit_everything(text) >= 45, "{}", edit_everything(text));
}
