//! Quoted scalars.

use super::characters::{self, BLANK, BREAK, MAYBE_BREAK};
use super::keys::Scanned;
use super::refuse;
use super::scan::Scanner;
use crate::diag::Result;
use crate::source::Text;
use crate::yaml::Style;

impl Scanner<'_> {
    /// `'text'`
    pub(super) fn single_quoted(&mut self) -> Result<()> {
        let (start, line) = (self.pos, self.line);
        let close = self.quoted_run(start + 1, b'\'', b'\'', false);
        if self.byte(close) == b'\'' && self.byte(close + 1) != b'\'' {
            self.pos = close + 1;
            let text = self.slice(start + 1, close);
            return self.push_quoted(start, line, Style::SingleQuoted, text);
        }
        self.quoted_lines(start, line, b'\'', Style::SingleQuoted)
    }

    /// `"text"`
    pub(super) fn double_quoted(&mut self) -> Result<()> {
        let (start, line) = (self.pos, self.line);
        let close = self.quoted_run(start + 1, b'"', b'\\', false);
        if self.byte(close) == b'"' {
            self.pos = close + 1;
            let text = self.slice(start + 1, close);
            return self.push_quoted(start, line, Style::DoubleQuoted, text);
        }
        self.quoted_lines(start, line, b'"', Style::DoubleQuoted)
    }

    fn push_quoted(&mut self, start: usize, line: usize, style: Style, text: Text) -> Result<()> {
        let end = self.pos;
        self.push_scalar(Scanned { start, end, line, style, text })
    }

    /// The offset at which text inside of quotes has to be looked at: a quote, an escape, a line
    /// break, the end, and a blank if those end it.
    #[inline]
    fn quoted_run(&self, from: usize, quote: u8, escape: u8, to_blank: bool) -> usize {
        let mask = match to_blank {
            false => BREAK | MAYBE_BREAK,
            true => BLANK | BREAK | MAYBE_BREAK,
        };
        let mut at = from;
        while let Some(byte) = self.bytes.get(at).copied() {
            let ends = byte == quote
                || byte == escape
                || characters::is(byte, mask)
                    && (!characters::is(byte, MAYBE_BREAK) || self.break_len(at) > 0);
            if ends {
                break;
            }
            at += 1;
        }
        at
    }

    /// Scans quoted text with escapes or line breaks in it.
    fn quoted_lines(&mut self, start: usize, line: usize, quote: u8, style: Style) -> Result<()> {
        let escape = if quote == b'"' { b'\\' } else { b'\'' };
        let whole = self.source.text();
        let mut text = String::new();
        self.pos = start + 1;
        loop {
            if self.pos == self.line && self.is_marker(self.pos) {
                return Err(refuse::marker_in_quotes(self, start));
            }
            if self.pos >= self.bytes.len() {
                return Err(refuse::unclosed_quote(self, start));
            }
            let mut after_break = false;
            loop {
                let from = self.pos;
                self.pos = self.quoted_run(from, quote, escape, true);
                text.push_str(&whole[from..self.pos]);
                match (self.byte(self.pos), self.byte(self.pos + 1)) {
                    (b'\'', b'\'') if quote == b'\'' => {
                        text.push('\'');
                        self.pos += 2;
                    }
                    (b'\\', _) if quote == b'"' => match self.break_len(self.pos + 1) {
                        0 => self.escape(start, &mut text)?,
                        len => {
                            self.pos += 1 + len;
                            self.line = self.pos;
                            after_break = true;
                            break;
                        }
                    },
                    _ => break,
                }
            }
            // Doubled quotes are already behind.
            if self.byte(self.pos) == quote {
                break;
            }
            self.quoted_blanks(after_break, &mut text);
        }
        self.pos += 1;
        let made = Text::made(text, self.span(start, self.pos));
        self.push_quoted(start, line, style, made)
    }

    /// Goes over blanks and line breaks inside of quotes, and adds what they stand for.
    /// `after_break` says that an escaped line break stands before.
    fn quoted_blanks(&mut self, after_break: bool, text: &mut String) {
        let from = self.pos;
        let mut first_break = None;
        loop {
            if characters::is(self.byte(self.pos), BLANK) {
                self.pos += 1;
                continue;
            }
            match self.break_len(self.pos) {
                0 => break,
                len => {
                    first_break.get_or_insert(self.pos);
                    self.pos += len;
                    self.line = self.pos;
                }
            }
        }
        match first_break {
            None if after_break => {}
            None => text.push_str(&self.source.text()[from..self.pos]),
            Some(first) if after_break => {
                let mut at = first;
                while at < self.pos {
                    match self.break_len(at) {
                        0 => at += 1,
                        len => {
                            text.push_str(self.break_text(at, len));
                            at += len;
                        }
                    }
                }
            }
            Some(first) => self.fold(first, self.pos, text),
        }
    }

    /// Decodes the escape that begins at the next byte.
    fn escape(&mut self, start: usize, text: &mut String) -> Result<()> {
        let at = self.pos;
        let digits = match self.byte(at + 1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                text.push(match letter {
                    b'0' => '\0',
                    b'a' => '\x07',
                    b'b' => '\x08',
                    b't' | b'\t' => '\t',
                    b'n' => '\n',
                    b'v' => '\x0b',
                    b'f' => '\x0c',
                    b'r' => '\r',
                    b'e' => '\x1b',
                    b' ' => ' ',
                    b'"' => '"',
                    b'\'' => '\'',
                    b'\\' => '\\',
                    b'N' => '\u{85}',
                    b'_' => '\u{a0}',
                    b'L' => '\u{2028}',
                    b'P' => '\u{2029}',
                    _ if at + 1 >= self.bytes.len() => {
                        return Err(refuse::unclosed_quote(self, start));
                    }
                    _ => return Err(refuse::unknown_escape(self, at)),
                });
                self.pos = at + 2;
                return Ok(());
            }
        };
        let mut value: u32 = 0;
        for index in 0..digits {
            let digit = char::from(self.byte(at + 2 + index)).to_digit(16);
            let Some(digit) = digit else {
                return Err(refuse::bad_hex(self, at, at + 2 + index, digits));
            };
            // Eight digits fit.
            value = value << 4 | digit;
        }
        self.pos = at + 2 + digits;
        let Some(character) = char::from_u32(value) else {
            return Err(refuse::no_character(self, at, self.pos));
        };
        text.push(character);
        Ok(())
    }
}
