//! Bounds on depth, aliases and documents, and the cost of hostile texts.

use std::time::{Duration, Instant};

use super::*;
use crate::diag::Code;

fn code(text: &str, limits: &Limits) -> Option<Code> {
    parse_stream(&source(text).1, limits).err().map(|error| error.code)
}

#[test]
fn depth_is_bounded() {
    let limits = Limits { max_depth: 10, ..Limits::default() };
    for unit in ["[", "{a: ", "- ", "- a: ", "? "] {
        let deep = unit.repeat(11);
        assert!(code(&deep, &limits).is_some(), "{unit}");
    }
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(code(&nested(10), &limits), None);
    assert_eq!(code(&nested(11), &limits), Some(Code::TooLarge));
    let blocks = |depth: usize| {
        (0..depth).fold(String::new(), |text, level| format!("{text}{:level$}a:\n", ""))
    };
    assert_eq!(code(&blocks(10), &limits), None);
    assert_eq!(code(&blocks(11), &limits), Some(Code::TooLarge));
}

#[test]
fn depth_is_bounded_through_aliases() {
    let limits = Limits { max_depth: 10, ..Limits::default() };
    let text = |outer: usize| {
        let outer = ("[".repeat(outer), "]".repeat(outer));
        format!("a: &a [[[[[x]]]]]\nb: {}*a{}\n", outer.0, outer.1)
    };
    assert_eq!(code(&text(4), &limits), None);
    assert_eq!(code(&text(5), &limits), Some(Code::TooLarge));
}

#[test]
fn ten_thousand_levels_are_refused_at_once() {
    for unit in ["[", "- ", "{a: "] {
        let text = unit.repeat(200_000);
        assert!(stream(&text).is_err(), "{unit}");
    }
}

#[test]
fn aliases_are_bounded() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, below) in "bcdefghi".chars().zip("abcdefgh".chars()) {
        let items = format!("*{below}, ").repeat(9);
        bomb += &format!("{name}: &{name} [{items}]\n");
    }
    assert_eq!(code(&bomb, &Limits::default()), Some(Code::TooLarge));
    // The budget is for the whole file.
    let limits = Limits { max_nodes_from_aliases: 20, ..Limits::default() };
    let document = "a: &a [x, x]\nb: *a\n---\n";
    assert_eq!(code(&document.repeat(2), &limits), None);
    assert_eq!(code(&document.repeat(9), &limits), Some(Code::TooLarge));
    // An anchor that is not used costs nothing, however often it is inside of others.
    let unused = format!("{}x, x, x{}", "&a [".repeat(99), "]".repeat(99));
    let none = Limits { max_nodes_from_aliases: 0, ..Limits::default() };
    assert_eq!(code(&unused, &none), None);
}

#[test]
fn documents_are_bounded() {
    let limits = Limits { max_documents: 3, ..Limits::default() };
    assert_eq!(code("a\n---\nb\n---\nc", &limits), None);
    assert_eq!(code("a\n---\nb\n---\nc\n---\n", &limits), Some(Code::TooLarge));
}

/// Each text is parsed at two sizes; four times the text may not take more than some ten times as
/// long. Nothing here takes long enough to fail on a slow machine: what is quadratic takes
/// sixteen times as long, and minutes.
#[test]
#[expect(clippy::disallowed_methods, reason = "what grows here is time")]
fn time_grows_with_the_size() {
    type Make = fn(usize) -> String;
    let texts: [(&str, Make); 14] = [
        ("flow list", |n| format!("[{}]", "x, ".repeat(n))),
        ("flow lines", |n| format!("[\n{}]", "x,\n".repeat(n))),
        ("flow keys", |n| format!("{{{}}}", "k: v, ".repeat(n))),
        ("brackets", |n| "[".repeat(n)),
        ("pairs", |n| format!("[{}]", "[], ".repeat(n))),
        ("keys", |n| "a: b\n".repeat(n)),
        ("comments", |n| format!("a:\n{}", "# b\n\n".repeat(n))),
        ("anchors", |n| (0..n).map(|i| format!("- &a{i} b\n")).collect()),
        ("aliases", |n| format!("- &a b\n- [{}]\n", "*a, ".repeat(n.min(200_000)))),
        ("plain lines", |n| format!("a: {}", "b\n  ".repeat(n))),
        ("quoted lines", |n| format!("a: '{}'", "b\n".repeat(n))),
        ("blank lines", |n| format!("a: |\n{}", "\n".repeat(n))),
        ("dedents", |n| "- - - - - a\n".repeat(n)),
        ("documents", |n| "a\n---\n".repeat(n)),
    ];
    let time = |text: &str| {
        let (_, source) = source(text);
        let start = Instant::now();
        let _ = parse_stream(&source, &Limits::default());
        start.elapsed()
    };
    for (name, text) in texts {
        let short = time(&text(20_000));
        let long = time(&text(80_000));
        let bound = short * 12 + Duration::from_millis(500);
        assert!(long < bound, "{name}: {short:?}, {long:?}");
    }
}
