//! Reading strict JSON, for patches that must be JSON: what YAML takes beyond it is refused.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Source, Span, Text};
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Sequence, Style, Tag};

/// How the texts of scalars are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// As values: strings without quotes and escapes.
    Decoded,
    /// As they stand in the file, quotes and all; for comparisons that go by the letter.
    Raw,
}

/// Reads one JSON value with nothing behind it.
///
/// # Errors
/// When the text is no JSON, or is nested deeper than `max_depth`.
pub(crate) fn parse_strict(source: &Arc<Source>, max_depth: usize, texts: Texts) -> Result<Node> {
    let mut reader = Reader { source, bytes: source.text().as_bytes(), at: 0, texts };
    let value = reader.value(max_depth)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error("nothing may follow a JSON value")),
    }
}

struct Reader<'r> {
    source: &'r Arc<Source>,
    bytes: &'r [u8],
    at: usize,
    texts: Texts,
}

impl Reader<'_> {
    /// Reads a value; `depth` more levels may be below it.
    fn value(&mut self, depth: usize) -> Result<Node> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'{' | b'[') if depth == 0 => {
                let error = Diagnostic::error(Code::TooLarge, "this JSON is nested too deeply");
                Err(Box::new(error.at(self.span(start, start + 1))))
            }
            Some(b'{') => self.object(depth - 1),
            Some(b'[') => self.array(depth - 1),
            Some(b'"') => Ok(self.string()?.into()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
            None => Err(self.error("a JSON value is missing")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut known: HashMap<Text, usize> = HashMap::new();
        while !self.ends_with(b'}', entries.is_empty())? {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a JSON key must be a string in double quotes"));
            }
            let texts = std::mem::replace(&mut self.texts, Texts::Decoded);
            let key: Key = self.string()?;
            self.texts = texts;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.error("expected `:` behind a key"));
            }
            self.at += 1;
            let value = self.value(depth)?;
            // Of two equal keys the later one stays.
            match known.get(&key.text) {
                Some(at) => entries[*at].value = value,
                None => {
                    known.insert(key.text.clone(), entries.len());
                    entries.push(Entry { key, value });
                }
            }
        }
        Ok(Mapping::from_entries(entries, self.span(start, self.at), true).into())
    }

    fn array(&mut self, depth: usize) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        while !self.ends_with(b']', items.is_empty())? {
            items.push(self.value(depth)?);
        }
        Ok(Sequence { items, span: self.span(start, self.at), flow: true }.into())
    }

    /// Whether a collection ends here; if not, takes the comma that must stand between items.
    fn ends_with(&mut self, close: u8, first: bool) -> Result<bool> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first => Ok(false),
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.error(&format!("expected `,` or `{}`", char::from(close)))),
        }
    }

    fn string(&mut self) -> Result<Scalar> {
        let start = self.at;
        self.at += 1;
        let mut decoded: Option<String> = None;
        let mut chunk = self.at;
        loop {
            let text = self.source.text();
            match self.peek() {
                None | Some(0..=0x1f) => return Err(self.error("this string has no closing quote")),
                Some(b'"') => break,
                Some(b'\\') => {
                    let decoded = decoded.get_or_insert_with(String::new);
                    decoded.push_str(&text[chunk..self.at]);
                    let character = self.escape()?;
                    decoded.push(character);
                    chunk = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        let text = match (self.texts, decoded) {
            (Texts::Raw, _) => Text::slice(self.source, start, self.at - start),
            (Texts::Decoded, None) => Text::slice(self.source, start + 1, end - start - 1),
            (Texts::Decoded, Some(mut decoded)) => {
                decoded.push_str(&self.source.text()[chunk..end]);
                Text::made(decoded, self.span(start, self.at))
            }
        };
        Ok(Scalar::new(text, Style::DoubleQuoted, Tag::Auto))
    }

    fn escape(&mut self) -> Result<char> {
        let byte = self.bytes.get(self.at + 1).copied();
        self.at += 2;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.hex()?;
                let is_high = (0xd800..0xdc00).contains(&unit);
                if is_high && self.bytes[self.at..].starts_with(b"\\u") {
                    let before = self.at;
                    self.at += 2;
                    let low = self.hex()?;
                    if (0xdc00..0xe000).contains(&low) {
                        let point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                        return Ok(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    self.at = before;
                }
                // Half a pair stands for a character that can't be told, as in the reference.
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => {
                self.at -= 2;
                return Err(self.error("JSON has no such escape"));
            }
        })
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.source.text().get(self.at..self.at + 4);
        let all_hex = digits.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|text| u32::from_str_radix(text, 16).ok()) {
            Some(unit) if all_hex => {
                self.at += 4;
                Ok(unit)
            }
            _ => Err(self.error("`\\u` needs four hexadecimal digits")),
        }
    }

    fn number(&mut self) -> Result<Node> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut valid = whole == 1 || (whole > 1 && !leading_zero);
        let mut tag = Tag::Int;
        if self.peek() == Some(b'.') {
            self.at += 1;
            tag = Tag::Float;
            valid &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            tag = Tag::Float;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            valid &= self.digits() > 0;
        }
        if !valid {
            return Err(self.error("this is no JSON number"));
        }
        let text = Text::slice(self.source, start, self.at - start);
        // Integers that no machine holds are floats.
        if tag == Tag::Int && text.parse::<i64>().is_err() && text.parse::<u64>().is_err() {
            tag = Tag::Float;
        }
        Ok(Scalar::new(text, Style::Plain, tag).into())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Result<Node> {
        for (word, tag) in [("true", Tag::Bool), ("false", Tag::Bool), ("null", Tag::Null)] {
            if self.bytes[self.at..].starts_with(word.as_bytes()) {
                let text = Text::slice(self.source, self.at, word.len());
                self.at += word.len();
                return Ok(Scalar::new(text, Style::Plain, tag).into());
            }
        }
        Err(self.error("this is no JSON value; strings need double quotes"))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.source.slice_span(start as u32, (end - start) as u32)
    }

    fn error(&self, message: &str) -> Box<Diagnostic> {
        let text = self.source.text();
        let at = (0..=self.at.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let at = at.unwrap_or(0);
        let end = text[at..].chars().next().map_or(at, |character| at + character.len_utf8());
        Box::new(Diagnostic::error(Code::Patch, message).at(self.span(at, end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn parse(text: &str, texts: Texts) -> Result<Node> {
        let source = Sources::new().add("p.json", text.into()).unwrap();
        parse_strict(&source, 50, texts)
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_json() {
        for text in [
            "[1, -0, 0.5, 1e3, 1E-3, \"a\\u00e9\\ud83d\\ude00\\n\\/\", true, null, {\"a\": {}}, []]",
            "[01]",
            "[1.]",
            "[.5]",
            "[+1]",
            "[a]",
            "['a']",
            "{a: 1}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[\"\t\"]",
            "[\"\\x\"]",
            "[\"a]",
            "[1] 2",
            "[nul]",
            "{\"a\" 1}",
            "{\"a\": 1,}",
            "",
            "[\"\\u12\"]",
            "[1e]",
            "[-]",
        ] {
            let ours = parse(text, Texts::Decoded).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn keeps_texts_as_asked() {
        let text = "[\"a\\u003c\"]";
        let first = |node: Node| node.as_sequence().unwrap().items[0].text().unwrap().to_string();
        assert_eq!(first(parse(text, Texts::Decoded).unwrap()), "a<");
        assert_eq!(first(parse(text, Texts::Raw).unwrap()), "\"a\\u003c\"");
    }

    #[test]
    fn bounds_the_depth() {
        let deep = "[".repeat(60) + &"]".repeat(60);
        assert_eq!(parse(&deep, Texts::Decoded).unwrap_err().code, Code::TooLarge);
    }
}
