//! Scalars as text: the styles, their escapes, and lines folded at 80 columns.

use super::analysis::{Analysis, Form};

/// The column behind which a line is folded at the next space.
const WIDTH: usize = 80;

/// Appends to the output and knows where the current line begins.
pub(super) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    line: usize,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Writer<'o> {
        Writer { line: out.len(), out }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// The output itself, for what contains no line break.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        self.out
    }

    pub(super) fn newline(&mut self) {
        self.out.push(b'\n');
        self.line = self.out.len();
    }

    /// The last piece of a line.
    pub(super) fn end_with(&mut self, bytes: &[u8]) {
        self.extend(bytes);
        self.newline();
    }

    pub(super) fn pad(&mut self, columns: usize) {
        const SPACES: &[u8] = &[b' '; 32];
        let mut columns = columns;
        while columns > SPACES.len() {
            self.extend(SPACES);
            columns -= SPACES.len();
        }
        self.extend(&SPACES[..columns]);
    }

    /// Writes a string on the current line, or from it on. `indent` is where its further lines
    /// begin; text without one is written in one line. Says whether the line is still open: a
    /// block may end with its own line break.
    pub(super) fn string(&mut self, text: &str, found: Analysis, indent: Option<usize>) -> bool {
        match found.output_form(text) {
            Form::Plain => self.plain(text, indent),
            Form::Single => self.single(text, found, indent),
            Form::Double => self.double(text, indent),
            Form::Literal => return self.literal(text, indent.unwrap_or(0)),
        }
        true
    }

    /// Whether so many more bytes can't reach the column where lines are folded. Bytes are no
    /// fewer than columns.
    fn fits(&self, more: usize) -> bool {
        self.out.len() - self.line + more <= WIDTH
    }

    fn column(&self) -> usize {
        count_columns(&self.out[self.line..])
    }

    fn fold(&mut self, indent: usize) {
        self.newline();
        self.pad(indent);
    }

    fn plain(&mut self, text: &str, indent: Option<usize>) {
        let bytes = text.as_bytes();
        let Some(indent) = indent.filter(|_| !self.fits(bytes.len())) else {
            self.extend(bytes);
            return;
        };
        let mut column = self.column();
        let (mut counted, mut written) = (0, 0);
        for at in memchr::memchr_iter(b' ', bytes) {
            column += count_columns(&bytes[counted..at]);
            counted = at;
            if column > WIDTH && is_lone_space(bytes, at) {
                self.extend(&bytes[written..at]);
                self.fold(indent);
                column = indent;
                counted = at + 1;
                written = at + 1;
            }
        }
        self.extend(&bytes[written..]);
    }

    fn single(&mut self, text: &str, found: Analysis, indent: Option<usize>) {
        let bytes = text.as_bytes();
        self.push(b'\'');
        let mut column = self.column();
        let mut behind_break = false;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b' ' => {
                    let folds = column > WIDTH && at > 0 && is_lone_space(bytes, at);
                    if let (true, Some(indent)) = (folds, indent) {
                        self.fold(indent);
                        column = indent;
                    } else {
                        self.push(b' ');
                        column += 1;
                    }
                    at += 1;
                    continue;
                }
                0xE2 if found.has(Analysis::BREAK) && is_wide_break(&bytes[at..]) => {
                    self.extend(&bytes[at..at + 3]);
                    self.line = self.out.len();
                    column = 0;
                    behind_break = true;
                    at += 3;
                    continue;
                }
                _ => {}
            }
            if behind_break {
                behind_break = false;
                column = indent.unwrap_or(0);
                self.pad(column);
            }
            if bytes[at] == b'\'' {
                self.extend(b"''");
                column += 2;
                at += 1;
                continue;
            }
            let run = bytes[at + 1..]
                .iter()
                .take_while(|byte| !matches!(byte, b' ' | b'\'' | 0xE2))
                .count()
                + 1;
            self.extend(&bytes[at..at + run]);
            column += count_columns(&bytes[at..at + run]);
            at += run;
        }
        self.push(b'\'');
    }

    fn double(&mut self, text: &str, indent: Option<usize>) {
        self.push(b'"');
        if text.starts_with('\u{feff}') {
            // A byte order mark has everything behind it escaped, too.
            for c in text.chars() {
                self.escape(c);
            }
            self.push(b'"');
            return;
        }
        let bytes = text.as_bytes();
        let mut column = self.column();
        let mut behind_space = false;
        let mut at = 0;
        while at < bytes.len() {
            let run = bytes[at..]
                .iter()
                .take_while(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~'))
                .count();
            if run > 0 {
                self.extend(&bytes[at..at + run]);
                column += run;
                at += run;
                behind_space = false;
                continue;
            }
            if bytes[at] == b' ' {
                let inside = at > 0 && at + 1 < bytes.len();
                let folds = column > WIDTH && !behind_space && inside;
                if let (true, Some(indent)) = (folds, indent) {
                    self.fold(indent);
                    column = indent;
                    if bytes[at + 1] == b' ' {
                        self.push(b'\\');
                        column += 1;
                    }
                } else {
                    self.push(b' ');
                    column += 1;
                }
                behind_space = true;
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            let start = self.out.len();
            if matches!(c, '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
                && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
            {
                self.extend(&bytes[at..at + c.len_utf8()]);
                column += 1;
            } else {
                self.escape(c);
                column += self.out.len() - start;
            }
            behind_space = false;
            at += c.len_utf8();
        }
        self.push(b'"');
    }

    fn escape(&mut self, c: char) {
        let letter = match c {
            '\0' => b'0',
            '\x07' => b'a',
            '\x08' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\x0b' => b'v',
            '\x0c' => b'f',
            '\r' => b'r',
            '\x1b' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{a0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => {
                let (letter, digits) = match u32::from(c) {
                    0..=0xFF => (b'x', 2),
                    0x100..=0xFFFF => (b'u', 4),
                    _ => (b'U', 8),
                };
                self.extend(&[b'\\', letter]);
                for digit in (0..digits).rev() {
                    let value = u32::from(c) >> (4 * digit) & 0xF;
                    self.push(b"0123456789ABCDEF"[value as usize]);
                }
                return;
            }
        };
        self.extend(&[b'\\', letter]);
    }

    fn literal(&mut self, text: &str, indent: usize) -> bool {
        let bytes = text.as_bytes();
        self.push(b'|');
        if bytes.first() == Some(&b' ') || text.starts_with(BREAKS) {
            self.push(b'2');
        }
        let mut from_end = text.chars().rev();
        let ends_line = from_end.next().is_some_and(|c| BREAKS.contains(&c));
        if !ends_line {
            self.push(b'-');
        } else if from_end.next().is_none_or(|c| BREAKS.contains(&c)) {
            self.push(b'+');
        }
        self.newline();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (line, width) = next_break(rest);
            if line > 0 {
                self.pad(indent);
            }
            self.extend(&rest[..line + width]);
            if width > 0 {
                self.line = self.out.len();
            }
            rest = &rest[line + width..];
        }
        !ends_line
    }
}

const BREAKS: [char; 3] = ['\n', '\u{2028}', '\u{2029}'];

/// The length of a line, and of the break behind it.
fn next_break(bytes: &[u8]) -> (usize, usize) {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'\n', 0xE2, &bytes[from..]) {
        let at = from + at;
        if bytes[at] == b'\n' {
            return (at, 1);
        }
        if is_wide_break(&bytes[at..]) {
            return (at, 3);
        }
        from = at + 1;
    }
    (bytes.len(), 0)
}

/// Whether LS or PS stands here.
fn is_wide_break(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE2, 0x80, 0xA8 | 0xA9, ..])
}

/// Whether the space at `at` has no other beside it.
fn is_lone_space(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    let behind = bytes.get(at + 1);
    before != Some(&b' ') && behind.is_some_and(|byte| *byte != b' ')
}

/// The number of characters.
fn count_columns(bytes: &[u8]) -> usize {
    // Every byte but those that continue a character.
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
