//! Strict JSON, as Go reads it: for patches that begin with `[`, and for schemas in comments.
//!
//! YAML's parser would accept more, and the reference refuses such a patch.

use std::collections::HashSet;

use crate::diag::{self, Code, Diagnostic};
use crate::source::{Span, Text};
use crate::yaml::{Key, Limits, Mapping, Node, Scalar, Sequence, Style, Tag, json};

/// A JSON text.
pub(in crate::patch) struct Document {
    pub(in crate::patch) root: Node,
    /// For each item of the root, the scalars below its `value` that are not spelled as Go would
    /// spell them: `1.0`, `"<"`, `"\u0041"`.
    pub(super) odd: Vec<Vec<Span>>,
}

/// Reads JSON.
///
/// # Errors
/// When the text is not JSON, or too deep.
pub(in crate::patch) fn parse(text: &Text, limits: &Limits) -> diag::Result<Document> {
    let mut reader = Reader {
        whole: text,
        text: text.as_str(),
        at: 0,
        max_depth: limits.max_depth,
        odd: Vec::new(),
        odd_before_key: 0,
        odd_in_value: Vec::new(),
        odd_in_items: Vec::new(),
    };
    let root = reader.document()?;
    Ok(Document { root, odd: reader.odd_in_items })
}

struct Reader<'s> {
    whole: &'s Text,
    text: &'s str,
    at: usize,
    max_depth: usize,
    /// The oddly spelled scalars so far.
    odd: Vec<Span>,
    /// How many there were before the last key of an item of the root.
    odd_before_key: usize,
    /// Those in the `value` of the current item of the root.
    odd_in_value: Vec<Span>,
    /// The same for each item that is complete.
    odd_in_items: Vec<Vec<Span>>,
}

/// A collection that is being read.
struct Open {
    start: usize,
    content: Content,
}

enum Content {
    Items(Vec<Node>),
    /// The members, and the key whose value comes next.
    Members(Mapping, Option<Key>),
}

impl Reader<'_> {
    fn document(&mut self) -> diag::Result<Node> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // At the start of a value, or of a collection's first member or its end.
            self.skip_space();
            let start = self.at;
            let mut value = match self.peek() {
                Some(b'[') => {
                    self.at += 1;
                    self.begin(&mut open, start, Content::Items(Vec::new()))?;
                    self.skip_space();
                    match self.peek() {
                        Some(b']') => self.end(&mut open),
                        _ => continue,
                    }
                }
                Some(b'{') => {
                    self.at += 1;
                    let members = Mapping::new(Span::NONE);
                    self.begin(&mut open, start, Content::Members(members, None))?;
                    self.skip_space();
                    match self.peek() {
                        Some(b'}') => self.end(&mut open),
                        _ => {
                            self.key(&mut open)?;
                            continue;
                        }
                    }
                }
                Some(b'"') => self.string()?.into(),
                Some(b'-' | b'0'..=b'9') => self.number()?.into(),
                Some(b't' | b'f' | b'n') => self.word()?.into(),
                _ => return Err(self.expected("a value")),
            };
            // Behind a value: it goes into what is open, which may end.
            loop {
                self.skip_space();
                let level = open.len();
                let Some(Open { content, .. }) = open.last_mut() else {
                    if self.at < self.text.len() {
                        return Err(self.expected("the end"));
                    }
                    return Ok(value);
                };
                let end = match content {
                    Content::Items(items) => {
                        items.push(value);
                        if level == 1 {
                            self.odd_in_items.push(std::mem::take(&mut self.odd_in_value));
                        }
                        b']'
                    }
                    Content::Members(members, key) => {
                        let key = key.take().unwrap_or_else(|| Key::plain(""));
                        if level == 2 && key.text == *"value" {
                            self.odd_in_value = self.odd.split_off(self.odd_before_key);
                        }
                        members.push(key, value);
                        b'}'
                    }
                };
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if end == b'}' {
                            self.key(&mut open)?;
                        }
                        break;
                    }
                    Some(found) if found == end => value = self.end(&mut open),
                    _ if end == b']' => return Err(self.expected("`,` or `]`")),
                    _ => return Err(self.expected("`,` or `}`")),
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn begin(&self, open: &mut Vec<Open>, start: usize, content: Content) -> diag::Result<()> {
        if open.len() >= self.max_depth {
            let message =
                format!("more than {} lists and mappings inside of each other", self.max_depth);
            let span = self.span(start, 1);
            return Err(Box::new(Diagnostic::error(Code::TooLarge, message).at(span)));
        }
        open.push(Open { start, content });
        Ok(())
    }

    /// Takes the closing bracket.
    fn end(&mut self, open: &mut Vec<Open>) -> Node {
        self.at += 1;
        let Some(Open { start, content }) = open.pop() else { return Node::null(Span::NONE) };
        let span = self.span(start, self.at - start);
        match content {
            Content::Items(items) => Sequence::new(items, span).into(),
            Content::Members(mut members, _) => {
                keep_last_of_equal_keys(&mut members);
                members.set_span(span);
                members.into()
            }
        }
    }

    fn key(&mut self, open: &mut [Open]) -> diag::Result<()> {
        self.skip_space();
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let found = self.string()?;
        if open.len() == 2 {
            self.odd_before_key = self.odd.len();
        }
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        if let Some(Open { content: Content::Members(_, key), .. }) = open.last_mut() {
            *key = Some(found);
        }
        Ok(())
    }

    fn string(&mut self) -> diag::Result<Scalar> {
        let start = self.at;
        self.at += 1;
        let mut decoded: Option<String> = None;
        let mut copied = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(&self.text[copied..self.at]);
                    let escaped = self.escape()?;
                    decoded.get_or_insert_default().push(escaped);
                    copied = self.at;
                }
                Some(0..=0x1f) => return Err(self.expected("no control character in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.expected("a `\"` at the end of a string")),
            }
        }
        let last = &self.text[copied..self.at];
        let text = match decoded {
            Some(mut text) => {
                text.push_str(last);
                Text::made(text, self.span(start, self.at + 1 - start))
            }
            None => self.whole.part(start + 1..start + 1 + last.len()),
        };
        self.at += 1;
        let scalar = Scalar::new(text, Style::DoubleQuoted, Tag::Auto);
        self.note_if_odd(&scalar, start);
        Ok(scalar)
    }

    fn escape(&mut self) -> diag::Result<char> {
        let bytes = self.text.as_bytes();
        let escaped = match bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let Some(unit) = self.unit(self.at) else {
                    return Err(self.expected("four hexadecimal digits behind `\\u`"));
                };
                self.at += 6;
                // Half of a pair stands for nothing, which is written as U+FFFD.
                let low = match unit {
                    0xd800..=0xdbff => self.unit(self.at).filter(|low| low >> 10 == 0x37),
                    _ => None,
                };
                let Some(low) = low else {
                    return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                };
                self.at += 6;
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return Err(self.expected("an escape that JSON knows")),
        };
        self.at += 2;
        Ok(escaped)
    }

    /// The number behind a `\u` at a place.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if all { u32::from_str_radix(digits, 16).ok() } else { None }
    }

    fn number(&mut self) -> diag::Result<Scalar> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.expected("a digit"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.expected("a digit"));
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'-') || self.take(b'+');
            if self.digits() == 0 {
                return Err(self.expected("a digit"));
            }
        }
        let mut text = self.whole.part(start..self.at);
        if text == *"-0" {
            // All numbers are floats here; without a point this one would lose its sign.
            text = Text::made("-0.0", text.span());
        }
        let is_finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        // No 64-bit float: this can be read, but not written. The tag keeps it from being a string.
        let tag = if is_finite { Tag::Auto } else { Tag::Float };
        let scalar = Scalar::new(text, Style::Plain, tag);
        self.note_if_odd(&scalar, start);
        Ok(scalar)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> diag::Result<Scalar> {
        let rest = &self.text[self.at..];
        let words = ["true", "false", "null"];
        let Some(word) = words.into_iter().find(|word| rest.starts_with(word)) else {
            return Err(self.expected("a value"));
        };
        let text = self.whole.part(self.at..self.at + word.len());
        self.at += word.len();
        Ok(Scalar::new(text, Style::Plain, Tag::Auto))
    }

    /// Remembers a scalar whose spelling is not the one that Go gives to its value.
    fn note_if_odd(&mut self, scalar: &Scalar, start: usize) {
        let spelling = &self.text[start..self.at];
        let is_plain = |byte: u8| matches!(byte, 0x20..=0x7e) && !b"\\<>&".contains(&byte);
        if scalar.style == Style::DoubleQuoted && spelling.bytes().all(is_plain) {
            return;
        }
        let mut usual = Vec::with_capacity(spelling.len());
        let written = json::write(&scalar.clone().into(), &mut usual);
        if written.is_err() || usual != spelling.as_bytes() {
            self.odd.push(scalar.text.span());
        }
    }

    fn span(&self, start: usize, len: usize) -> Span {
        self.whole.part(start..start + len).span()
    }

    fn expected(&self, wanted: &str) -> Box<Diagnostic> {
        let found = self.text[self.at..].chars().next();
        let (what, len) = match found {
            Some(found) if !found.is_control() => (format!("`{found}`"), found.len_utf8()),
            Some(found) => ("a control character".to_owned(), found.len_utf8()),
            None => ("the end".to_owned(), 0),
        };
        Box::new(
            Diagnostic::error(Code::Patch, format!("expected {wanted}, found {what}"))
                .at(self.span(self.at, len))
                .note("a patch that begins with `[` must be JSON")
                .help("write it as JSON, or as YAML with a `- ` before each operation"),
        )
    }
}

/// Of members with one name, the last one counts.
fn keep_last_of_equal_keys(members: &mut Mapping) {
    let mut seen = HashSet::with_capacity(members.len());
    let is_last: Vec<bool> =
        members.iter().rev().map(|entry| seen.insert(entry.key.text.as_str())).collect();
    if is_last.contains(&false) {
        let mut is_last = is_last.into_iter().rev();
        members.entries_mut().retain(|_| is_last.next().unwrap_or(true));
    }
}
