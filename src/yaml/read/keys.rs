//! Simple keys: keys without a `?`, which only the `:` behind them tells from values.

use super::refuse;
use super::scan::Scanner;
use super::token::{Kind, Token};
use crate::diag::Result;
use crate::source::Text;
use crate::yaml::Style;

/// The beginning of what may be a simple key.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingKey {
    /// The number of its first token.
    pub(super) token: usize,
    /// The offset of its first byte.
    pub(super) start: usize,
    /// The offset behind what is known of it.
    pub(super) end: usize,
    /// The beginning of its line.
    pub(super) line: usize,
    /// Whether it must be a key, as it stands where keys of the current mapping begin.
    pub(super) required: bool,
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

/// A simple key is refused when its `:` is more characters than this from its beginning.
pub(super) const MAX_KEY: usize = 1024;

impl Scanner<'_> {
    /// Whether what begins at an offset must be a key, if it can be one.
    pub(super) fn is_required(&self, start: usize) -> bool {
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
        let Scanned { start, end, line, style, text } = scalar;
        let candidate = self.key_allowed;
        self.key_allowed = false;
        self.last = Kind::Scalar;
        if (candidate || self.pending.is_some()) && line == self.line {
            let next = self.skip_blanks(self.pos);
            if self.byte(next) == b':' && (self.in_flow() || self.is_blank_or_end(next + 1)) {
                return self.push_key(scalar_token(start, end, style, text), next);
            }
        }
        if candidate && self.flow.is_empty() {
            let required = self.indent == (start - line) as isize;
            // A `:` may still come in this line, behind something that can't stand there.
            if required || line == self.line {
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
            self.roll(scalar.start as usize, self.queue.len(), Kind::BlockMappingStart);
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
    pub(super) fn insert_key(&mut self, key: PendingKey) -> Result<()> {
        let Some(index) = key.token.checked_sub(self.taken) else {
            return Err(refuse::misplaced_value(self));
        };
        self.queue.insert(index, Token::bare(Kind::Key, key.start, key.start));
        self.roll(key.start, index, Kind::BlockMappingStart);
        Ok(())
    }

    pub(super) fn check_key_length(&self, start: usize, colon: usize) -> Result<()> {
        let too_long =
            colon - start > MAX_KEY && self.source.text()[start..colon].chars().count() > MAX_KEY;
        if too_long {
            return Err(refuse::long_key(self, start, colon));
        }
        Ok(())
    }
}

fn scalar_token(start: usize, end: usize, style: Style, text: Text) -> Token {
    Token { kind: Kind::Scalar, style, start: start as u32, end: end as u32, text: Some(text) }
}
