//! Values of YAML documents, before they have a style, and pools of scalars that are hard to get
//! right.

use super::random::Random;

/// A value to be written as YAML.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A string, to be written in any style.
    Text(String),
    /// Source text of a plain scalar, with its tag if it has one.
    Plain(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    Anchored(String, Box<Value>),
    Alias(String),
}

impl Value {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => {
                entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            Value::Anchored(_, value) => value.get(key),
            _ => None,
        }
    }

    /// Sets a field of a mapping.
    pub(super) fn set(&mut self, key: &str, value: Value) {
        if let Value::Map(entries) = self {
            match entries.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    pub(super) fn is_collection(&self) -> bool {
        matches!(self, Value::List(_) | Value::Map(_))
    }
}

pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub(super) fn plain(text: impl Into<String>) -> Value {
    Value::Plain(text.into())
}

pub(super) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

pub(super) fn texts<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    list(items.into_iter().map(text))
}

pub(super) fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Plain scalars whose type is a matter of rules.
const PLAIN: &[&str] = &[
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "True",
    "FALSE",
    "true",
    "false",
    "null",
    "~",
    "",
    "Null",
    "NULL",
    "010",
    "0o10",
    "0x1F",
    "0b11",
    "1_000",
    "+1",
    "-0",
    "08",
    "1.0",
    "1.50",
    "1e3",
    ".5",
    "1e-5",
    "12345678.9",
    "1000000.5",
    "2020-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43",
    "1:30",
    "190:20:30",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "5",
    "0",
    "-1",
    "1e21",
    "!!str 5",
    "!!int \"5\"",
    "!!binary aGVsbG8=",
    "!foo bar",
    "!!float 3",
    "0x",
    "1__0",
    "3.",
    "-",
    "1e400",
    "007",
    "0.10",
    "1.2.3",
    "12e03",
    "-.5",
    "+.inf2",
    "1,000",
    "0b2",
    "2001-1-1",
    "2001-02-30",
    "!!null ''",
    "!!bool true",
    "0777",
    "!!str",
    "0o777",
    "0O7",
    "1E5",
    "1.",
    "+.5",
    ".1e1",
    "0.0",
    "-1.0",
    "1e-7",
    "123456789012",
    "0.1",
    "1e2",
    "12345678901234567890",
    "-12345678901234567890",
    "1.7976931348623157e308",
    "0b101",
    "-0x1f",
    "0_7",
    "2020-01-01T00:00:00Z",
    "2020-1-1 1:02:03",
    "2020-01-01 00:00:00 +1",
    "yEs",
    "tRUE",
    "ON",
    "Y",
    "!!str yes",
    "!!str null",
    "!!float 1e3",
    "!!bool yes",
    "!local 5",
    "! 5",
    "'5'",
    "<<",
    "=",
    "100000000000000000000000",
];

/// Texts that are hard to quote.
const TEXT: &[&str] = &[
    "hello",
    "a b",
    "yes",
    "no",
    "1",
    "1.0",
    "true",
    "null",
    "~",
    "",
    " lead",
    "trail ",
    "a: b",
    "a #b",
    "# c",
    "- x",
    "é",
    "日本",
    "😀",
    "tab\there",
    "one\ntwo\n",
    "one\n  two\nthree",
    "\nlead",
    "trail\n\n",
    "a\\b",
    "it's",
    "say \"hi\"",
    "{a}",
    "[b]",
    "*x",
    "&x",
    "%",
    "@",
    "`",
    "2020-01-01",
    "<<",
    "=",
    "key=value",
    "a,b",
    "!x",
    "|",
    ">",
    "?",
    "-",
    "x:",
    ":x",
    "0x10",
    "1e3",
    "off",
    "N",
    "#!/bin/sh\nset -e\n\techo hi\n",
    "a\n\nb",
    "one two\nthree four\n\n  five\nsix\n",
    "\u{2028}x",
    "a\u{85}b",
    "nul\u{0}",
    "\u{feff}bom",
    "cr\rx",
    "long words that go on and on and on until the \
     line is longer than eighty columns and must be folded somewhere",
    "trailing space \nand line",
    "http://example.com:80/a?b=c&d=e",
    "/usr/bin/env",
    "100m",
    "128Mi",
    "1.5Gi",
    "$(X)",
    "$$x",
    "$é",
    "a 'b' c",
    "long-word-without-any-space-that-is-longer-than-eighty-columns-and-so-can-not-be-folded-x",
    "...",
    "---",
    "--- a",
    "a\n---\nb\n",
    "a\n...\nb",
    "\ttab first",
    "end\t",
    "  two\n one\n",
    "\n\n",
    "a\n\n\n",
    "tail \n",
    "a\tb\nc\n",
    "several words in a line, and then some",
    "first: line\nsecond: line\n",
    "- item\n- item\n",
    "{{ .Values.x }}",
    "%d items",
    "\\n",
    "'",
    "\"",
    "''",
    "C:\\dir\\file",
    "ünïcödé wörds thât gö ön",
    "1.2.3.4",
    "10.0.0.0/8",
    "12:30:45",
    "1_0",
    "0o7",
    "0b1",
    "+5",
    ".5",
    "1e+3",
    "0x",
    "-0",
    "NaN",
    ".NaN",
    "Infinity",
    "-.INF",
    "nULL",
    "trUe",
    "a=b=c",
    "&anchor",
    "a\u{a0}b",
    "\u{200b}",
    "\u{10ffff}",
    "#!/bin/sh\n\n\nexit 0",
    "--",
    "- ",
    ": x",
    "? y",
    "[",
    "}",
    "a]",
    "word word word word word word word word word word word word word word word word word\nnext\n",
];

/// Texts that no rule takes for anything else.
const WORDS: &[&str] = &["alpha", "beta", "gamma", "delta", "web", "db", "v1", "blue", "green"];

pub(super) fn word(random: &mut Random) -> String {
    random.pick(WORDS).to_owned()
}

/// A scalar; mostly a harmless one.
pub(super) fn scalar(random: &mut Random) -> Value {
    match random.below(10) {
        0..=4 => text(word(random)),
        5 | 6 => plain(random.below(100).to_string()),
        7 => tricky_plain(random),
        _ => tricky_text(random),
    }
}

pub(super) fn tricky_plain(random: &mut Random) -> Value {
    plain(*random.one(PLAIN).unwrap_or(&""))
}

pub(super) fn tricky_text(random: &mut Random) -> Value {
    text(*random.one(TEXT).unwrap_or(&""))
}

/// A string for places where anything else is refused.
pub(super) fn string(random: &mut Random) -> Value {
    match random.below(3) {
        0 => tricky_text(random),
        _ => text(word(random)),
    }
}

/// Any value, at most so deep.
pub(super) fn any(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 4 } else { 8 }) {
        0..=3 => scalar(random),
        4 | 5 => {
            let count = random.below(4);
            list((0..count).map(|_| any(random, depth - 1)))
        }
        _ => {
            let keys = ["a", "b", "c", "name", "value", "x.y/z"];
            let keys = keys.into_iter().filter(|_| random.chance(40)).collect::<Vec<_>>();
            map(keys.into_iter().map(|key| (key, any(random, depth - 1))))
        }
    }
}
