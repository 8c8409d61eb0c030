//! The shape of JSON: keys are text and each is there once, numbers are finite.
//!
//! Nearly every file has this shape already and is passed on as it is. The others are rebuilt: keys
//! become text, and of equal keys the last counts.

use thin_vec::ThinVec;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::diag::{self, Code, Diagnostic};
use crate::source::Text;
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Sequence, Value};

use super::Decoder;
use super::scalar::{self, Typing};

/// How deep a tree may be. No type of file has a field that far down.
const MAX_DEPTH: usize = 200;

/// The tree in the shape of JSON, or nothing if it can't be brought into it; why not is reported.
pub(super) fn settle<'n>(root: &'n Node, decoder: &mut Decoder) -> Option<Cow<'n, Node>> {
    let mut findings = Findings { sound: true, in_shape: true };
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            let message = format!("values are nested more than {MAX_DEPTH} levels deep");
            decoder.report(Diagnostic::error(Code::TooLarge, message).at(node.span()));
            return None;
        }
        match node {
            Node::Scalar(scalar) => decoder.check_scalar(scalar, &mut findings),
            Node::Sequence(sequence) => {
                open.extend(sequence.items.iter().map(|item| (item, depth + 1)));
            }
            Node::Mapping(mapping) => {
                decoder.check_keys(mapping, &mut findings);
                open.extend(mapping.iter().map(|entry| (&entry.value, depth + 1)));
            }
        }
    }
    match findings {
        Findings { sound: false, .. } => None,
        Findings { in_shape: true, .. } => Some(Cow::Borrowed(root)),
        Findings { in_shape: false, .. } => Some(Cow::Owned(decoder.rebuilt(root))),
    }
}

/// What is found out about a tree.
struct Findings {
    /// Whether it can be brought into shape.
    sound: bool,
    /// Whether it is in shape.
    in_shape: bool,
}

impl Decoder {
    fn check_scalar(&mut self, scalar: &Scalar, findings: &mut Findings) {
        if let Err(error) = self.dialect.typing.value(scalar) {
            self.report(*error.at(scalar));
            findings.sound = false;
        }
    }

    fn check_keys(&mut self, mapping: &Mapping, findings: &mut Findings) {
        for entry in mapping {
            match self.key_text(&entry.key) {
                Ok(text) => findings.in_shape &= entry.key.text == *text,
                Err(problem) => {
                    self.report(*problem);
                    findings.sound = false;
                }
            }
        }
        findings.in_shape &= !has_twins(mapping);
    }

    /// A key as JSON has it. One that JSON can't have is a problem.
    fn key_text<'k>(&self, key: &'k Key) -> diag::Result<Cow<'k, str>> {
        let what = match self.dialect.typing {
            Typing::Legacy => match key.key_1_1().map_err(|error| error.at(key))? {
                Some(text) => return Ok(text),
                None if key.is_null() => "null",
                None => "so great a number",
            },
            // Text is all that a resource can have by the time that it is decoded.
            Typing::Resource => match key.value().map_err(|error| error.at(key))? {
                Value::String(text) => return Ok(text),
                value => scalar::describe(&value),
            },
        };
        let problem = Diagnostic::error(Code::InvalidKey, format!("a key must not be {what}"));
        Err(Box::new(problem.at(key.text.span()).help(match key.text.as_str() {
            "" => "write a key in front of the colon".to_owned(),
            text => format!("write it in quotes: `\"{text}\"`"),
        })))
    }

    /// A tree in shape. The old one was found sound and not too deep.
    fn rebuilt(&mut self, node: &Node) -> Node {
        match node {
            Node::Scalar(scalar) => Node::Scalar(scalar.clone()),
            Node::Sequence(sequence) => {
                let items: ThinVec<_> =
                    sequence.items.iter().map(|item| self.rebuilt(item)).collect();
                Sequence::from_items(items, sequence.span(), sequence.is_flow()).into()
            }
            Node::Mapping(mapping) => self.rebuilt_mapping(mapping).into(),
        }
    }

    fn rebuilt_mapping(&mut self, mapping: &Mapping) -> Mapping {
        let mut entries: ThinVec<Entry> = ThinVec::with_capacity(mapping.len());
        let mut places: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(mapping.len());
        for old in mapping {
            let Ok(text) = self.key_text(&old.key) else { continue };
            let key = if old.key.text == *text {
                old.key.clone()
            } else {
                Scalar::string(Text::made(&*text, old.key.text.span()))
            };
            let entry = Entry { key, value: self.rebuilt(&old.value) };
            match places.get(&text).and_then(|at| entries.get_mut(*at)) {
                Some(twin) => {
                    self.equal_keys(twin, &entry);
                    *twin = entry;
                }
                None => {
                    places.insert(text, entries.len());
                    entries.push(entry);
                }
            }
        }
        Mapping::from_entries(entries, mapping.span(), mapping.is_flow())
    }

    fn equal_keys(&mut self, first: &Entry, second: &Entry) {
        let loses_nothing = match (&first.value, &second.value) {
            (Node::Scalar(first), Node::Scalar(second)) => first.text == second.text,
            _ => false,
        };
        let (first, second) = (&first.key.text, &second.key.text);
        let problem = if self.dialect.unique {
            let message = format!("the key `{second}` is already in this mapping");
            Diagnostic::error(Code::DuplicateKey, message)
                .at(second.span())
                .label(first.span(), "it is here first")
        } else if loses_nothing {
            return;
        } else {
            let message = format!("`{second}` is there twice, and only the last one counts");
            Diagnostic::warning(Code::DataLoss, message)
                .label(first.span(), "this is lost")
                .label(second.span(), "this counts")
                .help("put both into one, or remove the one that is not meant")
        };
        self.report(problem);
    }
}

/// Whether a key is there twice, letter for letter.
fn has_twins(mapping: &Mapping) -> bool {
    let entries = mapping.entries();
    if entries.len() <= 16 {
        let is_twin = |(at, entry): (usize, &Entry)| {
            entries[..at].iter().any(|other| other.key.text == entry.key.text)
        };
        return entries.iter().enumerate().any(is_twin);
    }
    let mut seen = HashSet::with_capacity(entries.len());
    !entries.iter().all(|entry| seen.insert(entry.key.text.as_str()))
}
