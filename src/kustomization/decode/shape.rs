//! The shape of JSON: keys are text and each is there once, merge keys are resolved, numbers are
//! finite.
//!
//! Nearly every file has this shape already and is passed on as it is. The others are rebuilt, by
//! the rules of the reference's YAML 1.1 library: entries are set one after the other, those of a
//! merge key where the merge key stands, and what is set later wins.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diag::{self, Code, Diagnostic};
use crate::source::Text;
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Sequence, Style, Tag};

use super::Decoder;
use super::scalar::Value;

/// How deep a tree may be that has to be rebuilt.
const MAX_DEPTH: usize = 200;

/// The tree in the shape of JSON, or nothing if it can't be brought into it; why not is reported.
pub(super) fn settle<'n>(root: &'n Node, decoder: &mut Decoder) -> Option<Cow<'n, Node>> {
    let mut sound = true;
    let mut rebuild = false;
    let mut too_deep = None;
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            too_deep = too_deep.or(Some(node));
        }
        match node {
            Node::Scalar(scalar) => sound &= decoder.check_scalar(scalar),
            Node::Sequence(sequence) => {
                open.extend(sequence.items.iter().map(|item| (item, depth + 1)));
            }
            Node::Mapping(mapping) => {
                for entry in mapping.iter() {
                    if is_merge(&entry.key) {
                        rebuild = true;
                        sound &= decoder.check_merge(&entry.value);
                    } else {
                        match decoder.key_text(&entry.key) {
                            Ok(Cow::Borrowed(_)) => {}
                            Ok(Cow::Owned(_)) => rebuild = true,
                            Err(problem) => {
                                decoder.report(*problem);
                                sound = false;
                            }
                        }
                    }
                }
                rebuild = rebuild || has_twins(mapping);
                open.extend(mapping.iter().map(|entry| (&entry.value, depth + 1)));
            }
        }
    }
    if !sound {
        return None;
    }
    if !rebuild {
        return Some(Cow::Borrowed(root));
    }
    if let Some(node) = too_deep {
        let message = format!("values are nested more than {MAX_DEPTH} levels deep");
        decoder.report(Diagnostic::error(Code::TooLarge, message).at(node.span()));
        return None;
    }
    Some(Cow::Owned(decoder.rebuilt(root)))
}

/// Entries on their way into a mapping, with what is needed to tell what overrides what.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    /// Where each key stands in `entries`.
    index: HashMap<Text, usize>,
    /// For each entry, whether a merge key brought it.
    merged: Vec<bool>,
}

impl Decoder {
    /// A tree with text keys, each once. The tree was found sound and not too deep.
    fn rebuilt(&mut self, node: &Node) -> Node {
        match node {
            Node::Scalar(scalar) => Node::Scalar(scalar.clone()),
            Node::Sequence(sequence) => {
                let items = sequence.items.iter().map(|item| self.rebuilt(item)).collect();
                Sequence { items, span: sequence.span, flow: sequence.flow }.into()
            }
            Node::Mapping(mapping) => {
                let mut gathered = Gathered::default();
                self.gather(mapping, false, &mut gathered);
                Mapping::from_entries(gathered.entries, mapping.span, mapping.flow).into()
            }
        }
    }

    fn gather(&mut self, mapping: &Mapping, merged: bool, into: &mut Gathered) {
        for entry in mapping.iter() {
            if is_merge(&entry.key) {
                match &entry.value {
                    Node::Mapping(source) => self.gather(source, true, into),
                    Node::Sequence(sources) => {
                        // The first of several sources takes precedence, so it is set last.
                        for source in sources.items.iter().rev().filter_map(Node::as_mapping) {
                            self.gather(source, true, into);
                        }
                    }
                    Node::Scalar(_) => {}
                }
                continue;
            }
            let Ok(text) = self.key_text(&entry.key) else { continue };
            let key = match text {
                Cow::Borrowed(_) => entry.key.clone(),
                Cow::Owned(text) => {
                    let text = Text::made(text, entry.key.text.span());
                    Scalar::new(text, Style::Plain, Tag::Str)
                }
            };
            let value = self.rebuilt(&entry.value);
            self.put(Entry { key, value }, merged, into);
        }
    }

    fn put(&mut self, entry: Entry, merged: bool, into: &mut Gathered) {
        let Some(&at) = into.index.get(entry.key.text.as_str()) else {
            into.index.insert(entry.key.text.clone(), into.entries.len());
            into.entries.push(entry);
            into.merged.push(merged);
            return;
        };
        let (Some(held), Some(held_merged)) = (into.entries.get_mut(at), into.merged.get_mut(at))
        else {
            return;
        };
        let (first, second) = (&held.key.text, &entry.key.text);
        if self.dialect.unique {
            let message = format!("the key `{second}` is already in this mapping");
            let problem = Diagnostic::error(Code::DuplicateKey, message)
                .at(second.span())
                .label(first.span(), "it is here first");
            self.problems.push(problem);
        } else if !*held_merged {
            let message = if merged {
                format!("the merge key behind `{first}` overrides it")
            } else {
                format!("`{second}` is there twice, and only the last one counts")
            };
            let problem = Diagnostic::warning(Code::DataLoss, message)
                .label(first.span(), "this is lost")
                .label(second.span(), "this counts");
            self.problems.push(problem);
        }
        *held = entry;
        *held_merged = merged;
    }

    /// A key as JSON has it: borrowed if that is how it is written. A key that JSON can't have is a
    /// problem.
    fn key_text<'k>(&self, key: &'k Key) -> diag::Result<Cow<'k, str>> {
        let made = match self.value(key) {
            Value::Text(text) if text == key.text => return Ok(Cow::Borrowed(key.text.as_str())),
            Value::Text(text) => text.as_str().to_owned(),
            Value::Null => {
                let problem = Diagnostic::error(Code::InvalidKey, "a key must not be null");
                let problem = problem.at(key.text.span());
                return Err(Box::new(problem.help("write it in quotes, or take it out")));
            }
            Value::Uint(_) | Value::Mistagged => {
                let message = format!("`{}` can't be a key", key.text);
                let problem = Diagnostic::error(Code::InvalidKey, message).at(key.text.span());
                let help = format!("write it in quotes: `\"{}\"`", key.text);
                return Err(Box::new(problem.help(help)));
            }
            value => value.to_text(true).unwrap_or_default(),
        };
        Ok(if key.text == *made { Cow::Borrowed(key.text.as_str()) } else { Cow::Owned(made) })
    }

    fn check_scalar(&mut self, scalar: &Scalar) -> bool {
        let message = match self.value(scalar) {
            Value::Float(float) if !float.is_finite() => "the value is not a finite number",
            Value::Mistagged => "the value is not what its tag says",
            _ => return true,
        };
        let problem = Diagnostic::error(Code::InvalidValue, message).at(scalar.text.span());
        self.report(problem.help("write it in quotes if it is text"));
        false
    }

    fn check_merge(&mut self, value: &Node) -> bool {
        let fits = match value {
            Node::Mapping(_) => true,
            Node::Sequence(sources) => sources.items.iter().all(|item| item.as_mapping().is_some()),
            Node::Scalar(_) => false,
        };
        if !fits {
            let message = "a merge key needs a mapping or a list of mappings";
            self.report(Diagnostic::error(Code::Yaml, message).at(value.span()));
        }
        fits
    }
}

fn is_merge(key: &Key) -> bool {
    key.text == *"<<"
        && match key.tag {
            Tag::Merge => true,
            Tag::Auto | Tag::Untagged => key.style == Style::Plain,
            _ => false,
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
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    entries.iter().any(|entry| !seen.insert(entry.key.text.as_str()))
}
