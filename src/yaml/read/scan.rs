//! The scanner: text to tokens, by the rules of libyaml as the reference uses it.
//!
//! The scanner knows indentation, brackets, and where a simple key may stand; the order of tokens
//! is the composer's business. Two things are done differently from libyaml, with the same
//! result: a scalar is looked at for the `:` behind it at once, so that tokens are never inserted
//! before those that wait (but for keys with anchors or tags), and `KEY SCALAR VALUE` is one
//! token.
//!
//! Here are the queue of tokens, the dispatch, and indentation. `lines` looks at the text;
//! `indicators`, `keys` and `properties` (anchors, tags, directives) and the three sorts of
//! scalars (`plain`, `quoted`, `block_scalar`) each scan their own.

use std::collections::VecDeque;
use std::sync::Arc;

use super::characters::{self, BLANK, Facts};
use super::indicators::OpenBracket;
use super::keys::PendingKey;
use super::refuse;
use super::token::{Kind, Token};
use crate::diag::Result;
use crate::source::Source;

/// Which of the reference's two readers is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// Resource files.
    Resources,
    /// Kustomization files, JSON patches, configuration: an older version of the same library.
    Settings,
}

/// The scanner of one text, or of one piece of it.
pub(super) struct Scanner<'s> {
    pub(super) source: &'s Arc<Source>,
    /// The text up to the end of the piece.
    pub(super) bytes: &'s [u8],
    pub(super) facts: Facts,
    pub(super) flavour: Flavour,
    /// The offset of the next byte.
    pub(super) pos: usize,
    /// The offset of the first byte of the current line: columns count from here. Bytes will do,
    /// as only ASCII can stand before a place where the column matters.
    pub(super) line: usize,
    /// The column of the innermost block collection, or -1.
    pub(super) indent: isize,
    /// The columns around it.
    indents: Vec<isize>,
    /// The open brackets and braces.
    pub(super) flow: Vec<OpenBracket>,
    /// Whether a simple key may begin here.
    pub(super) key_allowed: bool,
    /// What may be the beginning of a simple key, if that is not known at once.
    pub(super) pending: Option<PendingKey>,
    /// The tokens that wait to be taken.
    pub(super) queue: VecDeque<Token>,
    /// The number of tokens that have left the queue.
    pub(super) taken: usize,
    /// The kind of the token that was added last.
    pub(super) last: Kind,
}

/// A byte order mark, which a piece may begin with.
const MARK: &[u8] = b"\xef\xbb\xbf";

impl<'s> Scanner<'s> {
    /// A scanner that has yet to be given its piece.
    pub(super) fn new(source: &'s Arc<Source>, facts: Facts, flavour: Flavour) -> Scanner<'s> {
        Scanner {
            source,
            bytes: source.text().as_bytes(),
            facts,
            flavour,
            pos: 0,
            line: 0,
            indent: -1,
            indents: Vec::new(),
            flow: Vec::new(),
            key_allowed: true,
            pending: None,
            queue: VecDeque::with_capacity(8),
            taken: 0,
            last: Kind::StreamEnd,
        }
    }

    /// Starts afresh with the piece `start..end` of the source's text.
    ///
    /// # Errors
    /// When the piece begins with two byte order marks.
    pub(super) fn begin(&mut self, start: usize, end: usize) -> Result<()> {
        self.bytes = &self.source.text().as_bytes()[..end];
        self.pos = start;
        if self.bytes[start..].starts_with(MARK) {
            self.pos += MARK.len();
            if self.bytes[self.pos..].starts_with(MARK) {
                return Err(refuse::second_mark(self));
            }
        }
        self.line = self.pos;
        self.indent = -1;
        self.indents.clear();
        self.flow.clear();
        self.key_allowed = true;
        self.pending = None;
        self.queue.clear();
        self.taken = 0;
        self.last = Kind::StreamEnd;
        Ok(())
    }

    /// The next token, which stays the next.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<&Token> {
        while self.queue.is_empty() || self.is_undecided() {
            self.fetch()?;
        }
        Ok(&self.queue[0])
    }

    /// Whether the next token may yet turn out to begin a key.
    #[inline]
    fn is_undecided(&self) -> bool {
        let key = self.pending.as_ref();
        let bracket = self.flow.first();
        key.is_some_and(|key| key.token == self.taken && key.line == self.line)
            || bracket.is_some_and(|open| open.token == self.taken && open.may_be_key(self))
    }

    /// The kind of the next token.
    #[inline]
    pub(super) fn peek_kind(&mut self) -> Result<Kind> {
        Ok(self.peek()?.kind)
    }

    /// The next token.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token> {
        loop {
            if !self.is_undecided()
                && let Some(token) = self.queue.pop_front()
            {
                self.taken += 1;
                return Ok(token);
            }
            self.fetch()?;
        }
    }

    /// Scans on until the grammar's next `count` tokens are known, or the end of the text.
    pub(super) fn look_ahead(&mut self, count: usize) -> Result<&VecDeque<Token>> {
        loop {
            let known: usize = self.queue.iter().map(grammar_tokens).sum();
            let ended = matches!(self.queue.back(), Some(token) if token.kind == Kind::StreamEnd);
            if !self.is_undecided() && (ended || known >= count) {
                return Ok(&self.queue);
            }
            self.fetch()?;
        }
    }

    /// The column of the next byte.
    #[inline]
    pub(super) fn column(&self) -> isize {
        (self.pos - self.line) as isize
    }

    /// Whether brackets or braces are open.
    #[inline]
    pub(super) fn in_flow(&self) -> bool {
        !self.flow.is_empty()
    }

    /// Adds a token without text.
    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.last = kind;
        self.queue.push_back(Token::bare(kind, start, end));
    }

    /// Scans at least one token.
    fn fetch(&mut self) -> Result<()> {
        self.skip_to_token();
        self.unroll(self.column());
        if self.pending.is_some_and(|key| key.line != self.line) {
            self.drop_pending()?;
        }
        let start = self.pos;
        let byte = self.byte(start);
        if start == self.line && matches!(byte, b'-' | b'.' | b'%') {
            if byte == b'%' {
                return self.directive();
            }
            if self.is_marker(start) {
                return self.document_marker();
            }
        }
        match byte {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            b'[' | b'{' => self.open_bracket(),
            b']' | b'}' => self.close_bracket(),
            b',' => {
                self.drop_pending()?;
                self.key_allowed = true;
                self.pos += 1;
                self.push(Kind::FlowEntry, start, start + 1);
                Ok(())
            }
            b'-' if self.is_blank_or_end(start + 1) => self.block_entry(),
            b'?' if self.in_flow() || self.is_blank_or_end(start + 1) => self.explicit_key(),
            b':' if self.in_flow() || self.is_blank_or_end(start + 1) => self.value(),
            b'*' => self.anchor(Kind::Alias),
            b'&' => self.anchor(Kind::Anchor),
            b'!' => self.tag(),
            b'|' | b'>' if !self.in_flow() => self.block_scalar(),
            b'\t' | b'|' | b'>' | b'@' | b'`' | b'%' => Err(refuse::no_token(self)),
            0 => self.end(),
            _ => self.plain(),
        }
    }

    /// Goes over spaces, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            // A tab where a key could begin would be taken for indentation.
            let tabs = self.in_flow() || !self.key_allowed;
            while self.byte(self.pos) == b' ' || tabs && self.byte(self.pos) == b'\t' {
                self.pos += 1;
            }
            if self.byte(self.pos) == b'#' {
                self.skip_comments();
            }
            match self.break_len(self.pos) {
                0 => return,
                len => {
                    self.pos += len;
                    self.line = self.pos;
                    if self.flow.is_empty() {
                        self.key_allowed = true;
                    }
                }
            }
        }
    }

    /// Goes to the end of the line of a comment. Behind a comment that stands alone, the
    /// reference's reader of resources also takes the comments in the following lines, and there
    /// it does not mind tabs.
    fn skip_comments(&mut self) {
        let before = &self.bytes[self.line..self.pos];
        let alone = before.iter().all(|byte| characters::is(*byte, BLANK))
            || matches!(self.last, Kind::BlockEntry | Kind::DocumentStart | Kind::DocumentEnd);
        self.pos = self.line_end(self.pos);
        if !alone || self.flavour == Flavour::Settings {
            return;
        }
        loop {
            let mut at = self.pos;
            let mut line = self.line;
            loop {
                if characters::is(self.byte(at), BLANK) {
                    at += 1;
                    continue;
                }
                match self.break_len(at) {
                    0 => break,
                    len => at += len,
                }
                line = at;
            }
            if self.byte(at) != b'#' {
                return;
            }
            self.line = line;
            self.pos = self.line_end(at);
        }
    }

    /// Ends the block collections that are indented deeper than `column`, unless the text is in
    /// brackets, where indentation means nothing.
    #[inline]
    pub(super) fn unroll(&mut self, column: isize) {
        while self.indent > column && self.flow.is_empty() {
            self.push(Kind::BlockEnd, self.pos, self.pos);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Begins a block collection if `column` is deeper than those around, before the `index`th
    /// of the waiting tokens.
    pub(super) fn roll(&mut self, start: usize, index: usize, kind: Kind) {
        let column = (start - self.line) as isize;
        if self.flow.is_empty() && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            if index == self.queue.len() {
                self.push(kind, start, start);
            } else {
                self.queue.insert(index, Token::bare(kind, start, start));
            }
        }
    }
}

/// How many tokens of the grammar a token stands for.
fn grammar_tokens(token: &Token) -> usize {
    match token.kind {
        Kind::SimpleKey => 3,
        _ => 1,
    }
}
