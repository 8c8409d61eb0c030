//! Looking at the text without moving: bytes, line breaks, markers, parts.

use super::characters::{self, BLANK, BREAK, MAYBE_BREAK};
use super::scan::{Flavour, Scanner};
use crate::source::{Span, Text};

impl<'s> Scanner<'s> {
    /// The span of a part of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.source.slice_span(start as u32, end.saturating_sub(start) as u32)
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
        while let Some(found) =
            self.bytes[at..].iter().position(|byte| characters::is(*byte, BREAK | MAYBE_BREAK))
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

    /// The offset of the first byte at or behind an offset that is no space or tab.
    #[inline]
    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        let mut at = at;
        while characters::is(self.byte(at), BLANK) {
            at += 1;
        }
        at
    }
}
