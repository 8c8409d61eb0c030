//! The parser against libyaml, from which the reference's own parser descends, on bent texts.
//!
//! Texts come from a generator with a fixed seed, so a failure can be had again. Some rules have
//! gone different ways since: tabs and `?` next to brackets are kept out of the texts, and
//! [`is_known`] names the rest.

use railsgen::source::Sources;
use railsgen::yaml::{Limits, Node, Scalar, Tag, parse_document};
use serde::Deserialize as _;
use serde_yaml::Value;

const TEXTS: usize = 20_000;

/// What texts begin as.
const SEEDS: &[&str] = &[
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web, tier: \
     front}\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n      - name: web\n\
     \x20       image: \"registry:5000/web:1.2\"\n        args: ['--port', \"8080\", -v]\n        \
     env:\n        - name: A\n          value: 'it''s'\n        - name: B\n          value: \"x\\ty\
     \\u00e9\"\n",
    "kind: ConfigMap\ndata:\n  a.conf: |\n    one\n      two\n\n    three\n  b: >-\n    folded\n    \
     text\n\n    more\n  c: plain text\n    goes on\n  d: \"quoted\n    too\"\n",
    "- &a b\n- *a\n- &c {d: e}\n- f: *c\n  g:\n  - h\n  -\n    - i\n    - j: k\n",
    "a:\n  # comment\n  b: c # d\n\n  e:\n  - f\n# g\nh: !!str 5\ni: !foo bar\n? j\n: k\n",
];

/// What is put into them.
const PIECES: &[&str] = &[
    "\n", "\n\n", "\n  ", "\n    ", " ", "  ", "a", "b: c", "- ", "-", "x: ", "\nx: y", "\n- z",
    "\n  - z", "# c", " # c\n", "'", "\"", "''", "|", "|\n", ">-\n", "|+\n  ", "|2\n", "&n ", "*n",
    "*a", "!!str ", "!t ", "~", "null", "[", "]", "{", "}", ", ", "[a, b]", "{a: b}", "é",
    "\u{85}", "\u{2028}", "\r\n", "\r", "---\n", "\n---\n", "\n...\n", "%", "@", "=", "\\n", "\\",
    "0", "1.5",
];

#[test]
fn the_parser_agrees_with_libyaml() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut accepted = 0;
    let mut differences = Vec::new();
    for _ in 0..TEXTS {
        let text = bend(&mut random);
        let theirs = serde_yaml::Deserializer::from_str(&text).next();
        let theirs = theirs.map_or(Ok(Value::Null), Value::deserialize);
        let ours = ours(&text);
        match (&ours, &theirs) {
            (Ok(node), Ok(value)) => {
                accepted += 1;
                if !same(node.as_ref(), value) {
                    differences.push(format!("{text:?}\n  {node:?}\n  {value:?}"));
                }
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) if is_known(&error.to_string()) => {}
            (Ok(_), Err(error)) => differences.push(format!("{text:?}\n  only they: {error}")),
            // Keys are scalars here, and `/` needs no escape.
            (Err(error), Ok(_)) if error == "a list or a mapping can't be a key" => {}
            (Err(error), Ok(_)) if error == "`\\/` is no escape" => {}
            (Err(error), Ok(_)) => differences.push(format!("{text:?}\n  only we: {error}")),
        }
    }
    assert!(accepted > TEXTS / 10, "only {accepted} texts were accepted");
    differences.truncate(20);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn ours(text: &str) -> Result<Option<Node>, String> {
    let source = Sources::new().add("a.yaml", text.to_owned()).unwrap();
    parse_document(&source, &Limits::default()).map_err(|error| error.message)
}

/// Whether an error is one that only libyaml, or the making of values, has.
fn is_known(error: &str) -> bool {
    let of_values = ["duplicate entry", "invalid value", "recursion limit", "repetition limit"];
    // The reference takes `,`, `[` and `]` for characters of tags.
    let of_tags = ["scanning a tag", "parsing a tag"];
    // `\'` is one for the reference.
    let of_escapes = ["unknown escape character"];
    // `:` before a bracket ends plain text for libyaml, and is not allowed there.
    let of_colons = ["unexpected ':'"];
    let known = [&of_values[..], &of_tags, &of_escapes, &of_colons].concat();
    known.iter().any(|part| error.contains(part))
}

/// Whether both are the same, as far as `serde_yaml` has kept what was written.
fn same(node: Option<&Node>, value: &Value) -> bool {
    let Some(node) = node else { return value.is_null() };
    match (node, value) {
        (node, Value::Tagged(tagged)) => same(Some(node), &tagged.value),
        (Node::Scalar(scalar), value) => same_scalar(scalar, value),
        (Node::Sequence(sequence), Value::Sequence(values)) => {
            let items = sequence.items.iter().zip(values);
            sequence.items.len() == values.len()
                && items.into_iter().all(|(item, value)| same(Some(item), value))
        }
        (Node::Mapping(mapping), Value::Mapping(values)) => {
            let entries = mapping.iter().zip(values);
            mapping.len() == values.len()
                && entries.into_iter().all(|(entry, (key, value))| {
                    same_scalar(&entry.key, key) && same(Some(&entry.value), value)
                })
        }
        _ => false,
    }
}

fn same_scalar(scalar: &Scalar, value: &Value) -> bool {
    let text = scalar.text.as_str();
    let plain = !scalar.style.is_quoted() || scalar.tag != Tag::Auto;
    match value {
        Value::Tagged(tagged) => same_scalar(scalar, &tagged.value),
        Value::String(string) => string == text,
        Value::Null => plain && ["", "~", "null", "Null", "NULL"].contains(&text),
        Value::Bool(_) => plain && text.to_lowercase().contains(['t', 'f']),
        Value::Number(_) => plain && text.contains(|c: char| c.is_ascii_digit() || c == '.'),
        _ => false,
    }
}

/// A seed, or nothing, with pieces put in, parts taken out, and lines moved.
fn bend(random: &mut Random) -> String {
    let mut text: Vec<char> = match random.below(4) {
        0 => Vec::new(),
        _ => SEEDS[random.below(SEEDS.len())].chars().collect(),
    };
    let changes = 1 + random.below(if text.is_empty() { 12 } else { 4 });
    for _ in 0..changes {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(8)).min(text.len());
        match random.below(6) {
            0 => drop(text.drain(at..end)),
            1 => {
                let part: Vec<char> = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, part);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                text.splice(at..at, piece.chars());
            }
        }
    }
    text.into_iter().collect()
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or_default()
    }
}
