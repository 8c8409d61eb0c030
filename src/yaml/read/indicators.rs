//! Indicators: the characters that stand for structure, and the markers of documents.

use super::keys::{MAX_KEY, PendingKey};
use super::refuse;
use super::scan::{Flavour, Scanner};
use super::token::Kind;
use crate::diag::Result;

/// A `[` or `{` that waits for its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenBracket {
    /// Where it stands, or the anchor or tag before it.
    start: usize,
    /// The beginning of its line.
    line: usize,
    /// The number of its first token.
    pub(super) token: usize,
    /// Whether it could begin a simple key.
    candidate: bool,
    /// Whether it had to.
    required: bool,
}

impl OpenBracket {
    /// Whether the `:` that makes a key of it may still come.
    pub(super) fn may_be_key(&self, scanner: &Scanner<'_>) -> bool {
        self.candidate
            && self.line == scanner.line
            && scanner.pos - self.start <= MAX_KEY
            && scanner.pos < scanner.bytes.len()
    }
}

impl Scanner<'_> {
    /// `[` or `{`
    pub(super) fn open_bracket(&mut self) -> Result<()> {
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
    pub(super) fn close_bracket(&mut self) -> Result<()> {
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
        let next = self.skip_blanks(self.pos);
        let is_key = open.candidate
            && open.line == self.line
            && self.byte(next) == b':'
            && (self.in_flow() || self.is_blank_or_end(next + 1));
        // Before a token that is still waiting, `value` puts a key; the composer refuses that, if
        // the document does not end before it.
        if is_key && (self.in_flow() || open.token < self.taken) {
            return Err(refuse::collection_key(self, open.start, self.pos));
        }
        if open.required && !is_key {
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
    pub(super) fn block_entry(&mut self) -> Result<()> {
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
    pub(super) fn explicit_key(&mut self) -> Result<()> {
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
    pub(super) fn value(&mut self) -> Result<()> {
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
            let at = self.skip_blanks(self.pos);
            if self.byte(at) == b'#' {
                self.pos = self.line_end(at);
            }
        }
    }

    /// `---` or `...`
    pub(super) fn document_marker(&mut self) -> Result<()> {
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

    /// The end of the text
    pub(super) fn end(&mut self) -> Result<()> {
        self.unroll(-1);
        self.drop_pending()?;
        self.key_allowed = false;
        self.push(Kind::StreamEnd, self.pos, self.pos);
        Ok(())
    }
}
