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
use crate::yaml::Style;

/// The first document of a text, as it is written.
#[derive(Debug)]
pub(in crate::yaml) struct Outline {
    /// The root, unless the document has no content.
    pub(in crate::yaml) root: Option<Part>,
    /// The offset behind the line of `---` that begins the document, or the beginning of the text.
    pub(in crate::yaml) start: usize,
    /// The offset of the marker that ends the document, or the end of the text.
    pub(in crate::yaml) end: usize,
    /// The first byte of text behind the root that belongs to no document: it is indented less.
    pub(in crate::yaml) stray: Option<usize>,
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
pub(in crate::yaml) fn outline(source: &Arc<Source>) -> Option<Outline> {
    let facts = characters::check(source.text()).ok()?;
    let mut scanner = Scanner::new(source, facts, Flavour::Settings);
    scanner.begin(0, source.text().len()).ok()?;
    let mut outliner = Outliner { scanner, end: 0, open: Vec::new() };
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
        _ => Some(outliner.root()?),
    };
    let next = outliner.take()?;
    let (end, stray) = match next.kind {
        Kind::StreamEnd => (source.text().len(), None),
        kind if ends(kind) => (next.start as usize, None),
        _ => (next.start as usize, Some(next.start as usize)),
    };
    Some(Outline { root, start, end, stray })
}

struct Outliner<'s> {
    scanner: Scanner<'s>,
    /// The offset behind the last token with text.
    end: usize,
    /// The collections that are not complete, outermost first: depth costs no stack of the machine.
    open: Vec<Open>,
}

/// A collection that is not complete.
struct Open {
    part: Part,
    /// Whether its end is not a token of its own: its dashes stand in the column of the key above,
    /// or it is a pair without braces.
    endless: bool,
    /// The first byte of the child that comes next, and its key.
    start: usize,
    key: Option<KeyPart>,
}

/// What comes next.
enum Next {
    /// A node. Dashes may stand in the column of the key above.
    Node { indentless: bool },
    /// Another child of the innermost collection, or its end.
    Child,
    /// Nothing of a node that is complete.
    Complete(Part),
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

    /// Reads the root.
    fn root(&mut self) -> Option<Part> {
        let mut next = Next::Node { indentless: false };
        loop {
            next = match next {
                Next::Node { indentless } => self.node(indentless)?,
                Next::Child => self.child()?,
                Next::Complete(part) => match self.open.last_mut() {
                    None => return Some(part),
                    Some(open) => {
                        let (start, key) = (open.start, open.key.take());
                        open.part.children.push(Child { start, key, value: part });
                        if open.part.form == Form::FlowPair { self.close()? } else { Next::Child }
                    }
                },
            }
        }
    }

    /// Reads anchor and tag, and what they are for if that is no collection.
    fn node(&mut self, indentless: bool) -> Option<Next> {
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
        let endless = kind == Kind::BlockEntry && indentless;
        part.form = match kind {
            Kind::Alias => Form::Alias,
            Kind::Scalar => Form::Scalar(self.scanner.peek().ok()?.style),
            Kind::BlockSequenceStart => Form::BlockSequence,
            Kind::BlockEntry if indentless => Form::BlockSequence,
            Kind::BlockMappingStart => Form::BlockMapping,
            Kind::FlowSequenceStart => Form::FlowSequence,
            Kind::FlowMappingStart => Form::FlowMapping,
            _ => return Some(Next::Complete(part)),
        };
        if !endless {
            self.take()?;
        }
        part.content = content;
        if !has_properties {
            part.start = content;
        }
        part.end = self.end;
        if part.form.is_block() || part.form.is_flow() {
            self.open.push(Open { part, endless, start: content, key: None });
            return Some(Next::Child);
        }
        Some(Next::Complete(part))
    }

    /// Completes the innermost collection.
    fn close(&mut self) -> Option<Next> {
        let mut part = self.open.pop()?.part;
        // Of block collections, what follows is not theirs.
        part.end = self.end;
        Some(Next::Complete(part))
    }

    fn child(&mut self) -> Option<Next> {
        let kind = self.peek()?;
        let open = self.open.last()?;
        let (form, endless, is_first) =
            (open.part.form, open.endless, open.part.children.is_empty());
        match (form, kind) {
            (Form::BlockSequence, Kind::BlockEntry) => {
                let start = self.take()?.start as usize;
                let is_missing = match self.peek()? {
                    Kind::BlockEntry | Kind::BlockEnd => true,
                    kind => endless && kind.ends_block_value(),
                };
                self.begin(start, None, is_missing, false)
            }
            (Form::BlockSequence, _) if endless => self.close(),
            (Form::BlockMapping, kind) if kind.is_key() => {
                self.entry(|kind| kind.ends_block_value(), true)
            }
            (Form::BlockSequence | Form::BlockMapping, Kind::BlockEnd) => {
                self.take()?;
                self.close()
            }
            (Form::FlowSequence, Kind::FlowSequenceEnd)
            | (Form::FlowMapping, Kind::FlowMappingEnd) => {
                self.take()?;
                self.close()
            }
            (Form::FlowSequence | Form::FlowMapping, Kind::FlowEntry) if !is_first => {
                self.take()?;
                Some(Next::Child)
            }
            (Form::FlowSequence, kind) if kind.is_key() => {
                let start = self.scanner.peek().ok()?.start as usize;
                self.open.last_mut()?.start = start;
                let mut part = self.missing();
                (part.start, part.content, part.form) = (start, start, Form::FlowPair);
                self.open.push(Open { part, endless: true, start, key: None });
                self.entry(ends_flow_value, false)
            }
            (Form::FlowMapping, kind) if kind.is_key() => self.entry(ends_flow_value, false),
            (Form::FlowMapping, _) => {
                // A key without a colon.
                let start = self.scanner.peek().ok()?.start as usize;
                let (_, range) = self.key_node()?;
                let key = KeyPart { text: None, colon: range.end, range, is_simple: false };
                self.begin(start, Some(key), true, false)
            }
            (
                Form::FlowSequence,
                Kind::Anchor
                | Kind::Tag
                | Kind::Alias
                | Kind::Scalar
                | Kind::FlowSequenceStart
                | Kind::FlowMappingStart,
            ) => {
                let start = self.scanner.peek().ok()?.start as usize;
                self.begin(start, None, false, false)
            }
            _ => None,
        }
    }

    /// Begins a child of the innermost collection.
    fn begin(
        &mut self,
        start: usize,
        key: Option<KeyPart>,
        is_missing: bool,
        indentless: bool,
    ) -> Option<Next> {
        let missing = self.missing();
        let open = self.open.last_mut()?;
        open.start = start;
        open.key = key;
        Some(if is_missing { Next::Complete(missing) } else { Next::Node { indentless } })
    }

    /// Reads a key. `ends` says what can't begin its value.
    fn entry(&mut self, ends: fn(Kind) -> bool, indentless: bool) -> Option<Next> {
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
                _ => self.key_node()?,
            };
            if self.peek()? != Kind::Value {
                let key = KeyPart { text, range, colon: self.end, is_simple: false };
                return self.begin(start, Some(key), true, false);
            }
            let colon = self.take()?.end as usize;
            KeyPart { text, range, colon, is_simple: false }
        };
        let is_missing = ends(self.peek()?);
        self.begin(start, Some(key), is_missing, indentless)
    }

    /// Reads a key that may be an alias, or have an anchor or a tag.
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
}

fn ends_flow_value(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::FlowEntry
            | Kind::FlowSequenceEnd
            | Kind::FlowMappingEnd
            | Kind::Value
            | Kind::StreamEnd
    )
}
