//! The outline: where everything stands in a text, with nothing resolved.
//!
//! The composer's nodes say what a text means: aliases and merge keys are replaced by what they
//! stand for. To change a text one must know how it is written instead. [`outline`] goes over the
//! same tokens once more and keeps their places. It is for texts that the composer has accepted;
//! where it does not understand one, it gives up.

use std::ops::Range;
use std::sync::Arc;

use super::characters;
use super::scan::{Flavour, Scanner};
use super::token::{Kind, Token};
use crate::source::{Source, Text};
use crate::yaml::{Limits, Style};

/// The first document of a text, as it is written.
#[derive(Debug)]
pub(in crate::yaml) struct Outline {
    /// The root, unless the document has no content.
    pub(in crate::yaml) root: Option<Part>,
    /// The offset behind the line of `---` that begins the document, or the beginning of the text.
    pub(in crate::yaml) start: usize,
    /// The offset of the marker that ends the document, or the end of the text.
    pub(in crate::yaml) end: usize,
}

/// A node, as it is written.
#[derive(Debug)]
pub(in crate::yaml) struct Part {
    /// The first byte: that of the anchor or tag, if it has one. A value that is left out is
    /// behind the colon or dash that asks for it.
    pub(in crate::yaml) start: usize,
    /// The first byte behind anchor and tag.
    pub(in crate::yaml) content: usize,
    /// The offset behind the last byte.
    pub(in crate::yaml) end: usize,
    /// `&name`
    pub(in crate::yaml) anchor: Option<Range<usize>>,
    pub(in crate::yaml) form: Form,
    /// The items of a sequence, or the entries of a mapping.
    pub(in crate::yaml) children: Vec<Child>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Form {
    /// A value that is left out.
    Missing,
    Alias,
    Scalar(Style),
    BlockSequence,
    FlowSequence,
    BlockMapping,
    FlowMapping,
    /// `key: value` as an item of a flow sequence.
    FlowPair,
}

/// An item or an entry.
#[derive(Debug)]
pub(in crate::yaml) struct Child {
    /// The first byte: that of the dash, of the key, or of the item itself in brackets.
    pub(in crate::yaml) start: usize,
    /// The key; none in sequences.
    pub(in crate::yaml) key: Option<KeyPart>,
    pub(in crate::yaml) value: Part,
}

/// A key, as it is written.
#[derive(Debug)]
pub(in crate::yaml) struct KeyPart {
    /// What it says; none where that is not to be seen, as for an alias.
    pub(in crate::yaml) text: Option<Text>,
    /// Its bytes, with the quotes.
    pub(in crate::yaml) range: Range<usize>,
    /// The offset behind the colon.
    pub(in crate::yaml) colon: usize,
    /// Whether it stands alone in front of its colon: no `?`, anchor or tag.
    pub(in crate::yaml) is_simple: bool,
}

impl Form {
    pub(in crate::yaml) fn is_sequence(self) -> bool {
        matches!(self, Form::BlockSequence | Form::FlowSequence)
    }

    pub(in crate::yaml) fn is_mapping(self) -> bool {
        matches!(self, Form::BlockMapping | Form::FlowMapping)
    }

    pub(in crate::yaml) fn is_flow(self) -> bool {
        matches!(self, Form::FlowSequence | Form::FlowMapping | Form::FlowPair)
    }

    pub(in crate::yaml) fn is_block(self) -> bool {
        matches!(self, Form::BlockSequence | Form::BlockMapping)
    }
}

/// The outline of a text that `parse_document` accepts; none if the text is not understood.
pub(in crate::yaml) fn outline(source: &Arc<Source>, limits: &Limits) -> Option<Outline> {
    let facts = characters::check(source.text()).ok()?;
    let mut scanner = Scanner::new(source, facts, Flavour::Settings);
    scanner.begin(0, source.text().len()).ok()?;
    let mut outliner = Outliner { scanner, end: 0, depth: limits.max_depth };
    let mut start = 0;
    loop {
        match outliner.peek()? {
            Kind::VersionDirective | Kind::TagDirective => outliner.take()?,
            Kind::DocumentStart => {
                start = outliner.take()?.end as usize;
                break;
            }
            _ => break,
        };
    }
    let ends = |kind| matches!(kind, Kind::StreamEnd | Kind::DocumentStart | Kind::DocumentEnd);
    let root = match outliner.peek()? {
        kind if ends(kind) => None,
        _ => Some(outliner.node(false)?),
    };
    let next = outliner.take()?;
    let end = match next.kind {
        Kind::StreamEnd => source.text().len(),
        kind if ends(kind) => next.start as usize,
        _ => return None,
    };
    Some(Outline { root, start, end })
}

struct Outliner<'s> {
    scanner: Scanner<'s>,
    /// The offset behind the last token with text.
    end: usize,
    /// How many more collections may stand inside of each other.
    depth: usize,
}

impl Outliner<'_> {
    fn peek(&mut self) -> Option<Kind> {
        self.scanner.peek_kind().ok()
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.scanner.next().ok()?;
        if token.end > token.start {
            self.end = token.end as usize;
        }
        Some(token)
    }

    /// A value that is left out.
    fn missing(&self) -> Part {
        Part {
            start: self.end,
            content: self.end,
            end: self.end,
            anchor: None,
            form: Form::Missing,
            children: Vec::new(),
        }
    }

    /// Reads a node. `indentless` says that dashes may stand in the column of the key above.
    fn node(&mut self, indentless: bool) -> Option<Part> {
        let mut part = self.missing();
        let mut has_properties = false;
        let kind = loop {
            match self.peek()? {
                Kind::Anchor | Kind::Tag => {
                    let token = self.take()?;
                    let range = token.start as usize..token.end as usize;
                    if !has_properties {
                        part.start = range.start;
                    }
                    has_properties = true;
                    if token.kind == Kind::Anchor {
                        part.anchor = Some(range);
                    }
                }
                kind => break kind,
            }
        };
        part.content = self.end;
        part.end = self.end;
        let content = self.scanner.peek().ok()?.start as usize;
        match kind {
            Kind::Alias | Kind::Scalar => {
                let token = self.take()?;
                part.form = match kind {
                    Kind::Alias => Form::Alias,
                    _ => Form::Scalar(token.style),
                };
            }
            Kind::BlockEntry if indentless => self.block_sequence(&mut part, true)?,
            Kind::BlockSequenceStart => self.block_sequence(&mut part, false)?,
            Kind::BlockMappingStart => self.block_mapping(&mut part)?,
            Kind::FlowSequenceStart => self.flow_sequence(&mut part)?,
            Kind::FlowMappingStart => self.flow_mapping(&mut part)?,
            _ => return Some(part),
        }
        part.content = content;
        if !has_properties {
            part.start = content;
        }
        part.end = self.end;
        Some(part)
    }

    fn descend(&mut self) -> Option<()> {
        self.depth = self.depth.checked_sub(1)?;
        Some(())
    }

    fn block_sequence(&mut self, part: &mut Part, indentless: bool) -> Option<()> {
        self.descend()?;
        part.form = Form::BlockSequence;
        if !indentless {
            self.take()?;
        }
        while self.peek()? == Kind::BlockEntry {
            let start = self.take()?.start as usize;
            let value = match self.peek()? {
                Kind::BlockEntry | Kind::BlockEnd => self.missing(),
                kind if indentless && kind.ends_block_value() => self.missing(),
                _ => self.node(false)?,
            };
            part.children.push(Child { start, key: None, value });
        }
        if !indentless {
            self.block_end()?;
        }
        self.depth += 1;
        Some(())
    }

    fn block_end(&mut self) -> Option<()> {
        (self.take()?.kind == Kind::BlockEnd).then_some(())
    }

    fn block_mapping(&mut self, part: &mut Part) -> Option<()> {
        self.descend()?;
        part.form = Form::BlockMapping;
        self.take()?;
        while self.peek()?.is_key() {
            let child = self.entry(|kind| kind.ends_block_value(), true)?;
            part.children.push(child);
        }
        self.block_end()?;
        self.depth += 1;
        Some(())
    }

    /// Reads a key and its value. `ends` says what can't begin a value.
    fn entry(&mut self, ends: fn(Kind) -> bool, indentless: bool) -> Option<Child> {
        let token = self.take()?;
        let start = token.start as usize;
        let key = if token.kind == Kind::SimpleKey {
            let colon = token.end as usize;
            let raw = self.scanner.source.text().get(start..colon - 1)?;
            let range = start..start + raw.trim_end_matches([' ', '\t']).len();
            KeyPart { text: token.text, range, colon, is_simple: true }
        } else {
            let (text, range) = match self.peek()? {
                kind if ends(kind) => (None, self.end..self.end),
                Kind::Scalar => {
                    let token = self.take()?;
                    (token.text, token.start as usize..token.end as usize)
                }
                _ => {
                    let node = self.key_node()?;
                    (node.0, node.1)
                }
            };
            if self.peek()? != Kind::Value {
                let key = KeyPart { text, range, colon: self.end, is_simple: false };
                return Some(Child { start, key: Some(key), value: self.missing() });
            }
            let colon = self.take()?.end as usize;
            KeyPart { text, range, colon, is_simple: false }
        };
        let value = match self.peek()? {
            kind if ends(kind) => self.missing(),
            _ => self.node(indentless)?,
        };
        Some(Child { start, key: Some(key), value })
    }

    /// Reads a key that is an alias, or has an anchor or a tag.
    fn key_node(&mut self) -> Option<(Option<Text>, Range<usize>)> {
        while matches!(self.peek()?, Kind::Anchor | Kind::Tag) {
            self.take()?;
        }
        let token = self.take()?;
        let range = token.start as usize..token.end as usize;
        match token.kind {
            Kind::Scalar => Some((token.text, range)),
            Kind::Alias => Some((None, range)),
            _ => None,
        }
    }

    fn flow_sequence(&mut self, part: &mut Part) -> Option<()> {
        self.descend()?;
        part.form = Form::FlowSequence;
        self.take()?;
        loop {
            match self.peek()? {
                Kind::FlowSequenceEnd => break,
                Kind::FlowEntry if !part.children.is_empty() => {
                    self.take()?;
                }
                kind if kind.is_key() => {
                    let start = self.scanner.peek().ok()?.start as usize;
                    let child = self.entry(ends_flow_value, false)?;
                    let mut pair = self.missing();
                    (pair.start, pair.content, pair.form) = (start, start, Form::FlowPair);
                    pair.children.push(child);
                    part.children.push(Child { start, key: None, value: pair });
                }
                _ => {
                    let value = self.flow_node()?;
                    part.children.push(Child { start: value.start, key: None, value });
                }
            }
        }
        self.take()?;
        self.depth += 1;
        Some(())
    }

    fn flow_mapping(&mut self, part: &mut Part) -> Option<()> {
        self.descend()?;
        part.form = Form::FlowMapping;
        self.take()?;
        loop {
            match self.peek()? {
                Kind::FlowMappingEnd => break,
                Kind::FlowEntry if !part.children.is_empty() => {
                    self.take()?;
                }
                kind if kind.is_key() => {
                    let child = self.entry(ends_flow_value, false)?;
                    part.children.push(child);
                }
                _ => {
                    // A key without a colon.
                    let node = self.flow_node()?;
                    let range = node.start..node.end;
                    let key = KeyPart { text: None, range, colon: node.end, is_simple: false };
                    let value = self.missing();
                    part.children.push(Child { start: node.start, key: Some(key), value });
                }
            }
        }
        self.take()?;
        self.depth += 1;
        Some(())
    }

    /// Reads a node that can't be left out.
    fn flow_node(&mut self) -> Option<Part> {
        let node = self.node(false)?;
        (node.end > node.start).then_some(node)
    }
}

fn ends_flow_value(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::FlowEntry | Kind::FlowSequenceEnd | Kind::FlowMappingEnd | Kind::Value | Kind::StreamEnd
    )
}
