//! Block scalars: `|` and `>`.

use super::characters::{self, BLANK};
use super::keys::Scanned;
use super::refuse;
use super::scan::Scanner;
use crate::diag::Result;
use crate::source::Text;
use crate::yaml::Style;

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    /// `-`: none is kept.
    Strip,
    /// One is kept.
    Clip,
    /// `+`: all are kept.
    Keep,
}

impl Scanner<'_> {
    /// Scans `|` or `>`, and the indented lines below.
    pub(super) fn block_scalar(&mut self) -> Result<()> {
        self.drop_pending()?;
        let (start, line) = (self.pos, self.line);
        let literal = self.byte(start) == b'|';
        let (chomp, increment) = self.block_header()?;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) + increment,
        };
        let mut end = self.pos;
        let whole = self.source.text();
        let mut text = String::new();
        // The line breaks behind the last line that is not empty: the first, and the others.
        let mut first_break = "";
        let mut breaks = String::new();
        let mut after_blank = false;
        self.block_breaks(start, &mut indent, &mut breaks)?;
        while self.column() == indent && self.pos < self.bytes.len() {
            let blank = characters::is(self.byte(self.pos), BLANK);
            if !literal && first_break == "\n" && !after_blank && !blank {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(first_break);
            }
            text.push_str(&breaks);
            breaks.clear();
            after_blank = blank;
            end = self.line_end(self.pos);
            text.push_str(&whole[self.pos..end]);
            let len = self.break_len(end);
            first_break = match len {
                0 => "",
                len => self.break_text(end, len),
            };
            self.pos = end + len;
            if len > 0 {
                self.line = self.pos;
            }
            self.block_breaks(start, &mut indent, &mut breaks)?;
        }
        if chomp != Chomp::Strip {
            text.push_str(first_break);
        }
        if chomp == Chomp::Keep {
            text.push_str(&breaks);
        }
        // Not a candidate for a key, and one may follow.
        self.key_allowed = false;
        let made = Text::made(text, self.span(start, end));
        self.push_scalar(Scanned {
            start,
            end,
            line,
            style: if literal { Style::Literal } else { Style::Folded },
            text: made,
        })?;
        self.key_allowed = true;
        Ok(())
    }

    /// Scans the line of the indicator: how the end is chomped, and the indentation, or 0.
    fn block_header(&mut self) -> Result<(Chomp, isize)> {
        let start = self.pos;
        let mut chomp = Chomp::Clip;
        let mut increment = 0;
        self.pos += 1;
        // One of each, in either order.
        for _ in 0..2 {
            match self.byte(self.pos) {
                b'+' if chomp == Chomp::Clip => chomp = Chomp::Keep,
                b'-' if chomp == Chomp::Clip => chomp = Chomp::Strip,
                digit @ b'1'..=b'9' if increment == 0 => increment = isize::from(digit - b'0'),
                _ => break,
            }
            self.pos += 1;
        }
        let indicators_end = self.pos;
        self.pos = self.skip_blanks(self.pos);
        if self.byte(self.pos) == b'#' {
            self.pos = self.line_end(self.pos);
        }
        if !self.is_line_end(self.pos) {
            return Err(refuse::block_header(self, start, indicators_end));
        }
        let len = self.break_len(self.pos);
        self.pos += len;
        if len > 0 {
            self.line = self.pos;
        }
        Ok((chomp, increment))
    }

    /// Goes over indentation and empty lines, and finds out the indentation if it is 0.
    fn block_breaks(
        &mut self,
        start: usize,
        indent: &mut isize,
        breaks: &mut String,
    ) -> Result<()> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(self.pos) == b' ' {
                self.pos += 1;
            }
            deepest = deepest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(self.pos) == b'\t' {
                return Err(refuse::tab_in_block_scalar(self, start));
            }
            match self.break_len(self.pos) {
                0 => break,
                len => {
                    breaks.push_str(self.break_text(self.pos, len));
                    self.pos += len;
                    self.line = self.pos;
                }
            }
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
