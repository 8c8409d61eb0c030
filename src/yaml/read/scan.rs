//! The scanner: text to tokens, by the rules of libyaml as the reference uses it.
//!
//! The scanner knows indentation, brackets, and where a simple key may stand; the order of tokens
//! is the composer's business. Two things are done differently from libyaml, with the same
//! result: a scalar is looked at for the `:` behind it at once, so that tokens are never inserted
//! before those that wait (but for keys with anchors or tags), and `KEY SCALAR VALUE` is one
//! token.
//!
//! Scalars are in `plain`, `quoted` and `block_scalar`; anchors, tags and directives in
//! `properties`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::characters::{self, BLANK, BREAK, Facts, MAYBE_BREAK};
use super::refuse;
use super::token::{Kind, Token};
use crate::diag::Result;
use crate::source::{Source, Span, Text};
use crate::yaml::Style;

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
    queue: VecDeque<Token>,
    /// The number of tokens that have left the queue.
    taken: usize,
    /// The kind of the token that was added last.
    last: Kind,
}

/// A `[` or `{` that waits for its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenBracket {
    /// Where it stands, or the anchor or tag before it.
    start: usize,
    /// The beginning of its line.
    line: usize,
    /// The number of its first token.
    token: usize,
    /// Whether it could begin a simple key.
    candidate: bool,
    /// Whether it had to.
    required: bool,
}

/// The beginning of what may be a simple key.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingKey {
    /// The number of its first token.
    token: usize,
    /// The offset of its first byte.
    start: usize,
    /// The offset behind what is known of it.
    end: usize,
    /// The beginning of its line.
    line: usize,
    /// Whether it must be a key, as it stands where keys of the current mapping begin.
    required: bool,
}

/// A simple key is refused when its `:` is more characters than this from its beginning.
const MAX_KEY: usize = 1024;

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
        match (&self.pending, self.flow.first()) {
            (Some(key), _) => key.token == self.taken && key.line == self.line,
            (None, Some(open)) => {
                open.candidate
                    && open.token == self.taken
                    && open.line == self.line
                    && self.pos - open.start <= MAX_KEY
                    && self.pos < self.bytes.len()
            }
            (None, None) => false,
        }
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

    /// The span of a part of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.source
            .slice_span(start as u32, end.saturating_sub(start) as u32)
    }

    /// A part of the text.
    pub(super) fn slice(&self, start: usize, end: usize) -> Text {
        Text::slice(self.source, start, end - start)
    }

    /// The byte at an offset; 0, which no text contains, behind the end.
    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The number of bytes of the line break at an offset; 0 if there is none.
    #[inline]
    pub(super) fn break_len(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\n' => 1,
            b'\r' => match (self.byte(at + 1), self.byte(at + 2)) {
                (b'\n', _) => 2,
                // In resource files the reference makes `\n` of `\r\n` before it parses.
                (b'\r', b'\n') if self.flavour == Flavour::Resources => 3,
                _ => 1,
            },
            byte if self.facts.odd_breaks && characters::is(byte, MAYBE_BREAK) => {
                match &self.bytes[at..] {
                    [0xc2, 0x85, ..] => 2,
                    [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
                    _ => 0,
                }
            }
            _ => 0,
        }
    }

    /// What the line break of `len` bytes at an offset is in a scalar's text.
    pub(super) fn break_text(&self, at: usize, len: usize) -> &'s str {
        match &self.bytes[at..at + len] {
            [0xe2, ..] => &self.source.text()[at..at + len],
            _ => "\n",
        }
    }

    /// Whether a space, a tab, a line break or the end is at an offset.
    #[inline]
    pub(super) fn is_blank_or_end(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => true,
            Some(byte) if characters::is(*byte, BLANK | BREAK) => true,
            Some(byte) if self.facts.odd_breaks && characters::is(*byte, MAYBE_BREAK) => {
                self.break_len(at) > 0
            }
            Some(_) => false,
        }
    }

    /// Whether a line break or the end is at an offset.
    pub(super) fn is_line_end(&self, at: usize) -> bool {
        at >= self.bytes.len() || self.break_len(at) > 0
    }

    /// The offset of the line break, or of the end, at or behind an offset.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        if !self.facts.carriage_returns && !self.facts.odd_breaks {
            return at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        let mut at = at;
        while let Some(found) = self.bytes[at..]
            .iter()
            .position(|byte| characters::is(*byte, BREAK | MAYBE_BREAK))
        {
            at += found;
            if self.break_len(at) > 0 {
                return at;
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// Whether `---` or `...` as a marker is at an offset, which must be the first of a line.
    pub(super) fn is_marker(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..at + 3), Some(b"---" | b"...")) && self.is_blank_or_end(at + 3)
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
        self.queue.push_back(token(kind, start, end));
    }

    /// Scans at least one token.
    fn fetch(&mut self) -> Result<()> {
        self.skip_to_token();
        if self.flow.is_empty() {
            self.unroll(self.column());
        }
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
            || matches!(
                self.last,
                Kind::BlockEntry | Kind::DocumentStart | Kind::DocumentEnd
            );
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

    /// Ends the block collections that are indented deeper than `column`.
    #[inline]
    pub(super) fn unroll(&mut self, column: isize) {
        while self.indent > column {
            self.push(Kind::BlockEnd, self.pos, self.pos);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Begins a block collection if `column` is deeper than those around, before the `index`th
    /// of the waiting tokens.
    fn roll(&mut self, start: usize, index: usize, kind: Kind) {
        let column = (start - self.line) as isize;
        if self.flow.is_empty() && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            if index == self.queue.len() {
                self.push(kind, start, start);
            } else {
                self.queue.insert(index, token(kind, start, start));
            }
        }
    }

    /// Whether what begins at an offset must be a key, if it can be one.
    fn is_required(&self, start: usize) -> bool {
        self.flow.is_empty() && self.indent == (start - self.line) as isize
    }

    /// Gives up the hope that the pending key becomes one.
    #[inline]
    pub(super) fn drop_pending(&mut self) -> Result<()> {
        match self.pending.take() {
            Some(key) if key.required => Err(refuse::not_a_key(self, key.start, key.end)),
            _ => Ok(()),
        }
    }

    /// Notes that a key may begin with the anchor, tag or alias that comes next.
    pub(super) fn property_begins(&mut self) {
        if self.key_allowed {
            self.pending = Some(PendingKey {
                token: self.taken + self.queue.len(),
                start: self.pos,
                end: self.pos + 1,
                line: self.line,
                required: self.is_required(self.pos),
            });
        }
        self.key_allowed = false;
    }

    /// Adds an anchor, tag or alias.
    pub(super) fn push_property(&mut self, kind: Kind, start: usize, end: usize) {
        self.pos = end;
        self.push(kind, start, end);
        if let Some(key) = &mut self.pending {
            key.end = end;
        }
    }

    /// Adds the scalar that began at `start`, now that the scanner is behind it, and takes the
    /// `:` behind it along if the scalar is a key.
    #[inline]
    pub(super) fn push_scalar(&mut self, scalar: Scanned) -> Result<()> {
        let Scanned {
            start,
            end,
            line,
            style,
            text,
        } = scalar;
        let candidate = self.key_allowed;
        self.key_allowed = false;
        self.last = Kind::Scalar;
        let mut next = self.pos;
        if (candidate || self.pending.is_some()) && line == self.line {
            while characters::is(self.byte(next), BLANK) {
                next += 1;
            }
            if self.byte(next) == b':' && (self.in_flow() || self.is_blank_or_end(next + 1)) {
                return self.push_key(scalar_token(start, end, style, text), next);
            }
        }
        if candidate && self.flow.is_empty() {
            let required = self.indent == (start - line) as isize;
            // What goes on in this line is not for a scalar, but decides what the error is.
            if required || line == self.line && !self.is_line_end(next) {
                self.drop_pending()?;
                self.pending = Some(PendingKey {
                    token: self.taken + self.queue.len(),
                    start,
                    end,
                    line,
                    required,
                });
            }
        }
        self.queue.push_back(scalar_token(start, end, style, text));
        Ok(())
    }

    /// Adds a simple key, whose `:` is at `colon`.
    fn push_key(&mut self, mut scalar: Token, colon: usize) -> Result<()> {
        let Some(pending) = self.pending.take() else {
            self.pos = colon + 1;
            self.check_key_length(scalar.start as usize, colon)?;
            self.roll(
                scalar.start as usize,
                self.queue.len(),
                Kind::BlockMappingStart,
            );
            scalar.kind = Kind::SimpleKey;
            scalar.end = self.pos as u32;
            self.queue.push_back(scalar);
            return Ok(());
        };
        self.check_key_length(pending.start, colon)?;
        self.pos = colon;
        self.insert_key(pending)?;
        self.pos = colon + 1;
        self.queue.push_back(scalar);
        self.push(Kind::Value, colon, colon + 1);
        Ok(())
    }

    /// Adds the beginning of a key before its first token.
    fn insert_key(&mut self, key: PendingKey) -> Result<()> {
        let Some(index) = key.token.checked_sub(self.taken) else {
            return Err(refuse::misplaced_value(self));
        };
        self.queue
            .insert(index, token(Kind::Key, key.start, key.start));
        self.roll(key.start, index, Kind::BlockMappingStart);
        Ok(())
    }

    fn check_key_length(&self, start: usize, colon: usize) -> Result<()> {
        let too_long = colon - start > MAX_KEY
            && self.source.text()[start..colon].chars().count() > MAX_KEY;
        if too_long {
            return Err(refuse::long_key(self, start, colon));
        }
        Ok(())
    }

    /// `[` or `{`
    fn open_bracket(&mut self) -> Result<()> {
        let start = self.pos;
        let pending = self.pending.take();
        let candidate = self.key_allowed || pending.is_some();
        self.flow.push(OpenBracket {
            start: pending.map_or(start, |key| key.start),
            line: self.line,
            token: pending.map_or(self.taken + self.queue.len(), |key| key.token),
            candidate,
            required: match pending {
                Some(key) => key.required,
                None => candidate && self.is_required(start),
            },
        });
        self.key_allowed = true;
        self.pos += 1;
        let kind = match self.bytes[start] {
            b'[' => Kind::FlowSequenceStart,
            _ => Kind::FlowMappingStart,
        };
        self.push(kind, start, start + 1);
        Ok(())
    }

    /// `]` or `}`; whether it fits is the composer's question.
    fn close_bracket(&mut self) -> Result<()> {
        self.drop_pending()?;
        let start = self.pos;
        self.key_allowed = false;
        self.pos += 1;
        let kind = match self.bytes[start] {
            b']' => Kind::FlowSequenceEnd,
            _ => Kind::FlowMappingEnd,
        };
        self.push(kind, start, start + 1);
        let Some(open) = self.flow.pop() else {
            return Ok(());
        };
        let mut next = self.pos;
        while characters::is(self.byte(next), BLANK) {
            next += 1;
        }
        let is_key = open.candidate
            && open.line == self.line
            && self.byte(next) == b':'
            && (self.in_flow() || self.is_blank_or_end(next + 1));
        // Before a token that is still waiting, `value` puts a key; the composer refuses that, if
        // the document does not end before it.
        if is_key && (self.in_flow() || open.token < self.taken) {
            return Err(refuse::collection_key(self, open.start, self.pos));
        }
        if open.required {
            return Err(refuse::not_a_key(self, open.start, self.pos));
        }
        if open.candidate && open.line == self.line && self.flow.is_empty() {
            self.pending = Some(PendingKey {
                token: open.token,
                start: open.start,
                end: self.pos,
                line: open.line,
                required: false,
            });
        }
        Ok(())
    }

    /// `-`
    fn block_entry(&mut self) -> Result<()> {
        let start = self.pos;
        if self.flow.is_empty() {
            if !self.key_allowed {
                return Err(refuse::misplaced_entry(self));
            }
            self.roll(start, self.queue.len(), Kind::BlockSequenceStart);
        }
        self.drop_pending()?;
        self.key_allowed = true;
        self.pos += 1;
        self.push(Kind::BlockEntry, start, start + 1);
        Ok(())
    }

    /// `?`
    fn explicit_key(&mut self) -> Result<()> {
        let start = self.pos;
        if self.flow.is_empty() {
            if !self.key_allowed {
                return Err(refuse::misplaced_key(self));
            }
            self.roll(start, self.queue.len(), Kind::BlockMappingStart);
        }
        self.drop_pending()?;
        self.key_allowed = self.flow.is_empty();
        self.pos += 1;
        self.push(Kind::Key, start, start + 1);
        self.skip_line_comment();
        Ok(())
    }

    /// `:`, but for the one behind a scalar that is a simple key
    fn value(&mut self) -> Result<()> {
        let start = self.pos;
        if let Some(pending) = self.pending.take() {
            self.check_key_length(pending.start, start)?;
            self.insert_key(pending)?;
            self.key_allowed = false;
        } else {
            if self.flow.is_empty() {
                if !self.key_allowed {
                    return Err(refuse::misplaced_value(self));
                }
                self.roll(start, self.queue.len(), Kind::BlockMappingStart);
            }
            self.key_allowed = self.flow.is_empty();
        }
        self.pos += 1;
        self.push(Kind::Value, start, start + 1);
        self.skip_line_comment();
        Ok(())
    }

    /// Goes over a comment in the same line, even where a tab before it would not be allowed.
    fn skip_line_comment(&mut self) {
        if self.flavour == Flavour::Resources {
            let mut at = self.pos;
            while characters::is(self.byte(at), BLANK) {
                at += 1;
            }
            if self.byte(at) == b'#' {
                self.pos = self.line_end(at);
            }
        }
    }

    /// `---` or `...`
    fn document_marker(&mut self) -> Result<()> {
        let start = self.pos;
        self.unroll(-1);
        self.drop_pending()?;
        self.key_allowed = false;
        self.pos += 3;
        let kind = match self.bytes[start] {
            b'-' => Kind::DocumentStart,
            _ => Kind::DocumentEnd,
        };
        self.push(kind, start, start + 3);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        self.unroll(-1);
        self.drop_pending()?;
        self.key_allowed = false;
        self.push(Kind::StreamEnd, self.pos, self.pos);
        Ok(())
    }

}

/// A scalar that has just been scanned.
pub(super) struct Scanned {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The beginning of the line in which it began.
    pub(super) line: usize,
    pub(super) style: Style,
    pub(super) text: Text,
}

/// How many tokens of the grammar a token stands for.
fn grammar_tokens(token: &Token) -> usize {
    match token.kind {
        Kind::SimpleKey => 3,
        _ => 1,
    }
}

fn token(kind: Kind, start: usize, end: usize) -> Token {
    Token {
        kind,
        style: Style::Plain,
        start: start as u32,
        end: end as u32,
        text: None,
    }
}

fn scalar_token(start: usize, end: usize, style: Style, text: Text) -> Token {
    Token {
        kind: Kind::Scalar,
        style,
        start: start as u32,
        end: end as u32,
        text: Some(text),
    }
}
