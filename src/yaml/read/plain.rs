//! Plain scalars: text without quotes.

use super::characters::{self, BLANK, BREAK, FLOW, MAYBE_BREAK, STOP};
use super::keys::Scanned;
use super::refuse;
use super::scan::Scanner;
use crate::diag::Result;
use crate::source::Text;
use crate::yaml::Style;

impl Scanner<'_> {
    /// Scans text without quotes, which may go on over several lines.
    pub(super) fn plain(&mut self) -> Result<()> {
        let (start, line) = (self.pos, self.line);
        let (mut end, stop) = self.plain_line(start);
        self.pos = stop;
        let mut folded: Option<String> = None;
        let mut at_line_start = false;
        while self.break_len(self.pos) > 0 {
            let breaks = self.pos;
            self.skip_plain_breaks(start)?;
            at_line_start = true;
            if !self.plain_goes_on() {
                break;
            }
            let from = self.pos;
            let (line_text_end, stop) = self.plain_line(from);
            if line_text_end == from {
                break;
            }
            at_line_start = false;
            let whole = self.source.text();
            let text = folded.get_or_insert_with(|| whole[start..end].to_owned());
            self.fold(breaks, from, text);
            text.push_str(&whole[from..line_text_end]);
            end = line_text_end;
            self.pos = stop;
        }
        self.push_scalar(Scanned {
            start,
            end,
            line,
            style: Style::Plain,
            text: match folded {
                None => self.slice(start, end),
                Some(text) => Text::made(text, self.span(start, end)),
            },
        })?;
        if at_line_start {
            self.key_allowed = true;
        }
        Ok(())
    }

    /// The end of the plain text in one line, without the blanks behind it, and the offset of
    /// what ended it.
    #[inline]
    fn plain_line(&self, from: usize) -> (usize, usize) {
        let mask = match self.in_flow() {
            false => STOP | BREAK | MAYBE_BREAK,
            true => STOP | BREAK | MAYBE_BREAK | FLOW,
        };
        let mut at = from;
        while let Some(byte) = self.bytes.get(at).copied() {
            if !characters::is(byte, mask) {
                at += 1;
                continue;
            }
            let ends = match byte {
                b':' => self.is_blank_or_end(at + 1),
                b'#' => at > from && characters::is(self.byte(at - 1), BLANK),
                byte if characters::is(byte, MAYBE_BREAK) => self.break_len(at) > 0,
                _ => true,
            };
            if ends {
                break;
            }
            at += 1;
        }
        let text = &self.bytes[from..at];
        let blanks = text.iter().rev().take_while(|byte| characters::is(**byte, BLANK));
        (at - blanks.count(), at)
    }

    /// Goes over line breaks and blanks behind plain text.
    #[inline]
    fn skip_plain_breaks(&mut self, start: usize) -> Result<()> {
        loop {
            match self.byte(self.pos) {
                b' ' => self.pos += 1,
                b'\t' if self.column() <= self.indent => {
                    return Err(refuse::tab_in_plain(self, start));
                }
                b'\t' => self.pos += 1,
                _ => match self.break_len(self.pos) {
                    0 => return Ok(()),
                    len => {
                        self.pos += len;
                        self.line = self.pos;
                    }
                },
            }
        }
    }

    /// Whether plain text may go on here, in a further line.
    #[inline]
    fn plain_goes_on(&self) -> bool {
        (self.in_flow() || self.column() > self.indent)
            && self.pos < self.bytes.len()
            && self.byte(self.pos) != b'#'
            && !(self.pos == self.line && self.is_marker(self.pos))
    }

    /// Adds what the line breaks in `from..to` stand for: a space for one, else all but the
    /// first.
    pub(super) fn fold(&self, from: usize, to: usize, text: &mut String) {
        let mut at = from;
        let mut breaks = 0;
        while at < to {
            match self.break_len(at) {
                0 => at += 1,
                len => {
                    let this = self.break_text(at, len);
                    if breaks > 0 || this != "\n" {
                        text.push_str(this);
                    }
                    // LS and PS are kept, and count as if another break stood before.
                    breaks += 1 + usize::from(breaks == 0 && this != "\n");
                    at += len;
                }
            }
        }
        if breaks == 1 {
            text.push(' ');
        }
    }
}
