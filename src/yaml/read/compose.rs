//! The composer: tokens to nodes, by libyaml's grammar.
//!
//! The grammar is a state machine with a stack of open collections, so depth costs no stack of
//! the machine. Values of open collections wait on two stacks of their own; a collection that
//! ends takes its part in one piece, which gives it exactly the memory it needs.

use super::anchors::Anchors;
use super::properties::{Handles, Meaning};
use super::scan::{Flavour, Scanner};
use super::stream::Limits;
use super::token::{Kind, Token};
use super::unexpected;
use crate::diag::Result;
use crate::yaml::{Entry, Key, Node, Scalar, Tag};

/// A collection that is not complete.
pub(super) struct Frame {
    pub(super) shape: Shape,
    pub(super) step: Step,
    /// Where it begins: its first key or dash, or its bracket.
    pub(super) start: usize,
    /// The number of waiting values below its own.
    pub(super) base: usize,
    pub(super) key: Option<Key>,
    /// Whether there is a key that concerns merging.
    pub(super) merges: bool,
    pub(super) anchor: Option<usize>,
    /// The number of nodes made when it began.
    pub(super) made: usize,
    /// The height of its highest value.
    pub(super) height: usize,
}

/// The kinds of collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    BlockSequence,
    /// The dashes stand in the column of the key above.
    IndentlessSequence,
    BlockMapping,
    FlowSequence,
    /// `key: value` as an item of a flow sequence.
    FlowPair,
    FlowMapping,
}

/// What comes next in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The first item or key, without a comma before it.
    First,
    /// Another item or key.
    Next,
    /// `:`
    Colon,
    /// A value; its `:` is behind.
    Value,
    /// Nothing, which makes the value null.
    NoValue,
    /// The end.
    End,
}

/// Makes nodes of the pieces of one text.
pub(super) struct Composer<'s> {
    pub(super) scanner: Scanner<'s>,
    pub(super) limits: &'s Limits,
    pub(super) frames: Vec<Frame>,
    /// Waiting items of sequences.
    pub(super) items: Vec<Node>,
    /// Waiting entries of mappings.
    pub(super) entries: Vec<Entry>,
    pub(super) root: Option<Node>,
    /// Whether the root is a collection that is tagged null.
    null_root: bool,
    pub(super) anchors: Anchors<'s>,
    handles: Handles,
    /// The text of the current piece.
    pub(super) piece: &'s str,
    /// The number of nodes made, keys counted.
    pub(super) made: usize,
    /// The number of nodes that aliases may still add.
    pub(super) alias_budget: usize,
    /// The offset behind the last token with text.
    pub(super) end: usize,
    /// The first byte of the last scalar.
    pub(super) last_scalar: usize,
}

/// The anchor and the tag before a node.
#[derive(Default)]
pub(super) struct Properties {
    start: Option<usize>,
    pub(super) anchor: Option<(usize, usize)>,
    pub(super) tag: Option<Tag>,
}

/// What is in a piece.
pub(super) struct Document {
    /// The root of the document, unless there is none, or it is null or tagged so.
    pub(super) root: Option<Node>,
    /// The offset of text that the reference does not read.
    pub(super) ignored: Option<usize>,
}

impl<'s> Composer<'s> {
    /// A composer that has yet to be given a piece.
    pub(super) fn new(scanner: Scanner<'s>, limits: &'s Limits) -> Composer<'s> {
        Composer {
            alias_budget: limits.max_nodes_from_aliases.saturating_add(scanner.bytes.len() / 8),
            scanner,
            limits,
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            root: None,
            null_root: false,
            anchors: Anchors::default(),
            handles: Handles::default(),
            piece: "",
            made: 0,
            end: 0,
            last_scalar: 0,
        }
    }

    /// The first document of the piece `start..end`.
    pub(super) fn document(&mut self, start: usize, end: usize) -> Result<Document> {
        self.scanner.begin(start, end)?;
        self.piece = &self.scanner.source.text()[start..end];
        self.anchors.clear();
        self.end = start;
        self.null_root = false;
        if !self.document_start()? {
            return Ok(Document { root: None, ignored: None });
        }
        while !self.frames.is_empty() {
            self.step()?;
        }
        let root = self.root.take();
        let ignored = self.document_end()?;
        let root = root.filter(|root| !self.null_root && !root.is_null());
        Ok(Document { root, ignored })
    }

    /// Reads up to the root's first token, and the root if that is a scalar. False if there is
    /// no document.
    fn document_start(&mut self) -> Result<bool> {
        let mut explicit = false;
        let mut version = false;
        self.handles.clear();
        loop {
            match self.scanner.peek_kind()? {
                Kind::StreamEnd if !explicit => return Ok(false),
                Kind::VersionDirective => {
                    let token = self.take()?;
                    let text = self.text(&token);
                    if version {
                        return Err(unexpected::second_directive(self, &token));
                    }
                    if text.trim_start_matches("%YAML").trim() != "1.1" {
                        return Err(unexpected::other_version(self, &token));
                    }
                    version = true;
                    explicit = true;
                }
                Kind::TagDirective => {
                    let token = self.take()?;
                    let text = self.text(&token);
                    if !self.handles.declare(text) {
                        return Err(unexpected::second_directive(self, &token));
                    }
                    explicit = true;
                }
                Kind::DocumentStart => {
                    self.take()?;
                    break;
                }
                _ if explicit => return Err(unexpected::no_document_start(self)),
                _ => {
                    self.node(true, false)?;
                    return Ok(true);
                }
            }
        }
        match self.scanner.peek_kind()? {
            Kind::VersionDirective
            | Kind::TagDirective
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => self.empty()?,
            _ => self.node(true, false)?,
        }
        Ok(true)
    }

    /// Looks as far beyond the document as the reference does, and finds what it does not read.
    fn document_end(&mut self) -> Result<Option<usize>> {
        let ahead = match self.scanner.flavour {
            Flavour::Resources => 3,
            Flavour::Settings => 1,
        };
        let tokens = self.scanner.look_ahead(ahead)?;
        let next = tokens
            .iter()
            .find(|token| !matches!(token.kind, Kind::DocumentEnd | Kind::DocumentStart));
        Ok(match (next, tokens.back()) {
            (Some(token), _) if token.kind == Kind::StreamEnd => None,
            (Some(token), _) => Some(token.start as usize),
            (None, last) => last.map(|token| token.end as usize),
        })
    }

    /// Reads what comes next in the innermost collection.
    fn step(&mut self) -> Result<()> {
        let Some(frame) = self.frames.last() else {
            return Ok(());
        };
        match frame.shape {
            Shape::BlockMapping => self.block_mapping(frame.step),
            Shape::BlockSequence => self.block_sequence(),
            Shape::IndentlessSequence => self.indentless_sequence(),
            Shape::FlowSequence => self.flow_sequence(frame.step),
            Shape::FlowPair => self.flow_pair(frame.step),
            Shape::FlowMapping => self.flow_mapping(frame.step),
        }
    }

    fn block_mapping(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Colon => {
                if self.scanner.peek_kind()? != Kind::Value {
                    return self.empty();
                }
                self.take()?;
                self.set_step(Step::Value);
                self.block_value()
            }
            Step::Value => self.block_value(),
            _ => match self.scanner.peek_kind()? {
                Kind::SimpleKey => {
                    self.simple_key()?;
                    self.block_value()
                }
                Kind::Key => {
                    self.take()?;
                    if self.scanner.peek_kind()?.ends_block_value() {
                        self.empty()
                    } else {
                        self.node(true, true)
                    }
                }
                Kind::BlockEnd => {
                    self.scanner.next()?;
                    self.close()
                }
                _ => Err(unexpected::in_block_mapping(self)),
            },
        }
    }

    /// Reads a value behind its `:`.
    #[inline]
    fn block_value(&mut self) -> Result<()> {
        if self.scanner.peek_kind()?.ends_block_value() {
            self.empty()
        } else {
            self.node(true, true)
        }
    }

    fn block_sequence(&mut self) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::BlockEntry => {
                self.take()?;
                match self.scanner.peek_kind()? {
                    Kind::BlockEntry | Kind::BlockEnd => self.empty(),
                    _ => self.node(true, false),
                }
            }
            Kind::BlockEnd => {
                self.scanner.next()?;
                self.close()
            }
            _ => Err(unexpected::in_block_sequence(self)),
        }
    }

    fn indentless_sequence(&mut self) -> Result<()> {
        if self.scanner.peek_kind()? != Kind::BlockEntry {
            return self.close();
        }
        self.take()?;
        let next = self.scanner.peek_kind()?;
        if next == Kind::BlockEntry || next.ends_block_value() {
            self.empty()
        } else {
            self.node(true, false)
        }
    }

    fn flow_sequence(&mut self, step: Step) -> Result<()> {
        if self.scanner.peek_kind()? == Kind::FlowSequenceEnd {
            self.take()?;
            return self.close();
        }
        if step != Step::First {
            self.comma()?;
        }
        self.set_step(Step::Next);
        match self.scanner.peek_kind()? {
            Kind::Key => {
                let token = self.take()?;
                self.open(Shape::FlowPair, token.start as usize, None)
            }
            Kind::SimpleKey => {
                let start = self.scanner.peek()?.start as usize;
                self.open(Shape::FlowPair, start, None)?;
                self.simple_key()
            }
            Kind::FlowSequenceEnd => {
                self.take()?;
                self.close()
            }
            _ => self.node(false, false),
        }
    }

    fn flow_pair(&mut self, step: Step) -> Result<()> {
        let next = self.scanner.peek_kind()?;
        let ends = matches!(next, Kind::FlowEntry | Kind::FlowSequenceEnd);
        match step {
            Step::First | Step::Next => {
                if ends || next == Kind::Value {
                    // The reference goes over this token, whatever it is.
                    self.take()?;
                    self.empty()
                } else {
                    self.node(false, false)
                }
            }
            Step::Colon if next == Kind::Value => {
                self.take()?;
                self.set_step(Step::Value);
                Ok(())
            }
            Step::Value if !ends => self.node(false, false),
            Step::End => self.close(),
            _ => self.empty(),
        }
    }

    fn flow_mapping(&mut self, step: Step) -> Result<()> {
        let next = self.scanner.peek_kind()?;
        let ends = matches!(next, Kind::FlowEntry | Kind::FlowMappingEnd);
        match step {
            Step::Colon if next == Kind::Value => {
                self.take()?;
                self.set_step(Step::Value);
                return Ok(());
            }
            Step::Value if !ends => return self.node(false, false),
            Step::Colon | Step::Value | Step::NoValue => return self.empty(),
            Step::Next if next != Kind::FlowMappingEnd => self.comma()?,
            _ => {}
        }
        match self.scanner.peek_kind()? {
            Kind::FlowMappingEnd => {
                self.take()?;
                self.close()
            }
            Kind::SimpleKey => self.simple_key(),
            Kind::Key => {
                self.take()?;
                match self.scanner.peek_kind()? {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => self.empty(),
                    _ => self.node(false, false),
                }
            }
            _ => {
                self.node(false, false)?;
                self.set_step(Step::NoValue);
                Ok(())
            }
        }
    }

    /// Takes the comma between items.
    fn comma(&mut self) -> Result<()> {
        if self.scanner.peek_kind()? != Kind::FlowEntry {
            return Err(unexpected::in_flow(self));
        }
        self.take()?;
        Ok(())
    }

    /// Takes a key that comes with its `:`.
    #[inline]
    fn simple_key(&mut self) -> Result<()> {
        let token = self.take()?;
        self.last_scalar = token.start as usize;
        self.made += 1;
        let key = Scalar::new(token.text.unwrap_or_default(), token.style, Tag::Auto);
        self.set_key(key);
        self.set_step(Step::Value);
        Ok(())
    }

    /// Reads a node: properties, and a scalar, an alias, or the beginning of a collection.
    fn node(&mut self, block: bool, indentless: bool) -> Result<()> {
        let mut kind = self.scanner.peek_kind()?;
        if kind == Kind::Scalar {
            return self.scalar(None, None);
        }
        if kind == Kind::Alias {
            return self.alias();
        }
        let mut properties = Properties::default();
        if matches!(kind, Kind::Anchor | Kind::Tag) {
            self.property(&mut properties)?;
            let second = self.scanner.peek_kind()?;
            if second != kind && matches!(second, Kind::Anchor | Kind::Tag) {
                self.property(&mut properties)?;
            }
            kind = self.scanner.peek_kind()?;
        }
        let shape = match kind {
            Kind::Scalar => {
                let anchor = self.open_anchor(&properties);
                return self.scalar(properties.tag, anchor);
            }
            Kind::BlockEntry if indentless => Shape::IndentlessSequence,
            Kind::FlowSequenceStart => Shape::FlowSequence,
            Kind::FlowMappingStart => Shape::FlowMapping,
            Kind::BlockSequenceStart if block => Shape::BlockSequence,
            Kind::BlockMappingStart if block => Shape::BlockMapping,
            _ if properties.start.is_some() => {
                let anchor = self.open_anchor(&properties);
                return self.empty_scalar(properties.tag, anchor);
            }
            _ => return Err(unexpected::no_node(self)),
        };
        let start = self.scanner.peek()?.start as usize;
        if self.expects_key() {
            return Err(unexpected::collection_key(self));
        }
        if shape != Shape::IndentlessSequence {
            self.take()?;
        }
        if self.frames.is_empty() {
            // The reference takes the document for empty, whatever is in it.
            self.null_root =
                properties.tag == Some(Tag::Null) && self.scanner.flavour == Flavour::Resources;
        }
        let anchor = self.open_anchor(&properties);
        self.open(shape, start, anchor)
    }

    /// Takes an anchor or a tag.
    fn property(&mut self, properties: &mut Properties) -> Result<()> {
        let token = self.take()?;
        let range = (token.start as usize, token.end as usize);
        properties.start.get_or_insert(range.0);
        if token.kind == Kind::Anchor {
            properties.anchor = Some(range);
            return Ok(());
        }
        match self.handles.resolve(self.text(&token)) {
            Meaning::Scalar(tag) => properties.tag = Some(tag),
            Meaning::UndefinedHandle => return Err(unexpected::undefined_handle(self, &token)),
        }
        Ok(())
    }

    /// The next token, which is in the text.
    #[inline]
    pub(super) fn take(&mut self) -> Result<Token> {
        let token = self.scanner.next()?;
        self.end = self.end.max(token.end as usize);
        Ok(token)
    }

    /// The text of a token.
    pub(super) fn text(&self, token: &Token) -> &'s str {
        &self.scanner.source.text()[token.start as usize..token.end as usize]
    }
}
