//! Anchors, aliases, tags, and the directives that give tags their meaning.

use std::borrow::Cow;

use super::characters::{self, BLANK, NAME, URI};
use super::refuse;
use super::scan::Scanner;
use super::token::Kind;
use crate::diag::Result;
use crate::yaml::Tag;

/// The prefix of YAML's own tags in their long form.
const CORE: &str = "tag:yaml.org,2002:";

/// The meanings of tag handles in one document.
#[derive(Default)]
pub(super) struct Handles {
    /// Handle and prefix, as `%TAG` lines give them.
    declared: Vec<(String, String)>,
}

/// What a tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A tag for scalars.
    Scalar(Tag),
    /// A tag handle that no `%TAG` line declares.
    UndefinedHandle,
}

impl Handles {
    /// No handles but YAML's own.
    pub(super) fn clear(&mut self) {
        self.declared.clear();
    }

    /// Takes a `%TAG` line. False if the handle is declared already.
    pub(super) fn declare(&mut self, directive: &str) -> bool {
        let mut words = directive.split([' ', '\t']).filter(|word| !word.is_empty());
        let (_, handle, prefix) = (words.next(), words.next(), words.next());
        let handle = handle.unwrap_or_default();
        if self.declared.iter().any(|(known, _)| known == handle) {
            return false;
        }
        let prefix = decode_uri(prefix.unwrap_or_default());
        self.declared.push((handle.to_owned(), prefix.into_owned()));
        true
    }

    /// The meaning of a tag as it is written, with its exclamation mark.
    pub(super) fn resolve(&self, tag: &str) -> Meaning {
        let whole = match split(tag) {
            // `!` alone leaves the decision to the text.
            ("", "!") => return Meaning::Scalar(Tag::Auto),
            ("", verbatim) => decode_uri(verbatim),
            (handle, suffix) => {
                let declared = self.declared.iter().find(|(known, _)| known == handle);
                let prefix = match (declared, handle) {
                    (Some((_, prefix)), _) => prefix.as_str(),
                    (None, "!") => "!",
                    (None, "!!") => CORE,
                    (None, _) => return Meaning::UndefinedHandle,
                };
                Cow::Owned(format!("{prefix}{}", decode_uri(suffix)))
            }
        };
        let name = whole.strip_prefix(CORE).or_else(|| whole.strip_prefix("!!"));
        Meaning::Scalar(match name {
            Some("str") => Tag::Str,
            Some("int") => Tag::Int,
            Some("float") => Tag::Float,
            Some("bool") => Tag::Bool,
            Some("null") => Tag::Null,
            Some("timestamp") => Tag::Timestamp,
            Some("binary") => Tag::Binary,
            Some("merge") => Tag::Merge,
            _ => match &*whole {
                "!" => Tag::Auto,
                _ => Tag::Other,
            },
        })
    }
}

impl Scanner<'_> {
    /// `&name` or `*name`
    pub(super) fn anchor(&mut self, kind: Kind) -> Result<()> {
        self.property_begins();
        let start = self.pos;
        let mut end = start + 1;
        while characters::is(self.byte(end), NAME) {
            end += 1;
        }
        let follows = b"?:,]}%@`".contains(&self.byte(end));
        if end == start + 1 || !follows && !self.is_blank_or_end(end) {
            return Err(refuse::bad_anchor(self, start, end, kind));
        }
        self.push_property(kind, start, end);
        Ok(())
    }

    /// `!tag`
    pub(super) fn tag(&mut self) -> Result<()> {
        self.property_begins();
        let start = self.pos;
        let mut end;
        if self.byte(start + 1) == b'<' {
            end = self.uri(start, start + 2)?;
            if end == start + 2 || self.byte(end) != b'>' {
                return Err(refuse::bad_tag(self, start, end));
            }
            end += 1;
        } else {
            end = self.uri(start, self.handle(start))?;
            let text = &self.source.text()[start..end];
            if split(text).1.is_empty() {
                return Err(refuse::bad_tag(self, start, end));
            }
        }
        if !self.is_blank_or_end(end) {
            return Err(refuse::bad_tag(self, start, end));
        }
        self.push_property(Kind::Tag, start, end);
        Ok(())
    }

    /// `%YAML` or `%TAG`
    pub(super) fn directive(&mut self) -> Result<()> {
        let start = self.pos;
        self.unroll(-1);
        self.drop_pending()?;
        self.key_allowed = false;
        let mut name_end = start + 1;
        while characters::is(self.byte(name_end), NAME) {
            name_end += 1;
        }
        let (kind, end) = match &self.bytes[start + 1..name_end] {
            b"YAML" if self.is_blank_or_end(name_end) => {
                (Kind::VersionDirective, self.version(start, self.skip_blanks(name_end))?)
            }
            b"TAG" if self.is_blank_or_end(name_end) => {
                (Kind::TagDirective, self.tag_directive(start, self.skip_blanks(name_end))?)
            }
            _ => return Err(refuse::unknown_directive(self, start)),
        };
        self.pos = self.skip_blanks(end);
        if self.byte(self.pos) == b'#' {
            self.pos = self.line_end(self.pos);
        }
        if !self.is_line_end(self.pos) {
            return Err(refuse::bad_directive(self, start, self.pos));
        }
        let len = self.break_len(self.pos);
        self.pos += len;
        if len > 0 {
            self.line = self.pos;
        }
        self.push(kind, start, end);
        Ok(())
    }

    /// The end of `1.1` and the like.
    fn version(&self, start: usize, from: usize) -> Result<usize> {
        let mut end = from;
        for part in 0..2 {
            let digits = end;
            while self.byte(end).is_ascii_digit() {
                end += 1;
            }
            let well_formed = (1..=2).contains(&(end - digits));
            if !well_formed || part == 0 && self.byte(end) != b'.' {
                return Err(refuse::bad_directive(self, start, end));
            }
            end += 1 - part;
        }
        Ok(end)
    }

    /// The end of `!handle! prefix`.
    fn tag_directive(&self, start: usize, from: usize) -> Result<usize> {
        let end = self.handle(from);
        let handle = &self.bytes[from..end];
        let is_handle = handle == b"!" || handle.len() > 1 && handle.ends_with(b"!");
        if !is_handle || !characters::is(self.byte(end), BLANK) {
            return Err(refuse::bad_directive(self, start, end));
        }
        let prefix = self.skip_blanks(end);
        let end = self.uri(start, prefix)?;
        if end == prefix || !self.is_blank_or_end(end) {
            return Err(refuse::bad_directive(self, start, end));
        }
        Ok(end)
    }

    /// The end of a tag handle, or of what could have become one.
    fn handle(&self, from: usize) -> usize {
        if self.byte(from) != b'!' {
            return from;
        }
        let mut end = from + 1;
        while characters::is(self.byte(end), NAME) {
            end += 1;
        }
        end + usize::from(self.byte(end) == b'!')
    }

    /// The end of the characters of a tag; `start` is where the tag or directive begins.
    fn uri(&self, start: usize, from: usize) -> Result<usize> {
        let mut at = from;
        while characters::is(self.byte(at), NAME | URI) {
            if self.byte(at) == b'%' {
                at = self.uri_escape(start, at)?;
            } else {
                at += 1;
            }
        }
        Ok(at)
    }

    /// The end of one character written as `%` and hexadecimal digits, once for each byte.
    fn uri_escape(&self, start: usize, from: usize) -> Result<usize> {
        let hex = |at: usize| -> Option<u8> {
            let digits = self.bytes.get(at..at + 3)?.strip_prefix(b"%")?;
            let digits = str::from_utf8(digits).ok()?;
            // `from_str_radix` would take a sign.
            let all_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            u8::from_str_radix(digits, 16).ok().filter(|_| all_hex)
        };
        let mut bytes = Vec::new();
        let mut at = from;
        loop {
            let Some(byte) = hex(at).filter(|_| bytes.len() < 4) else {
                return Err(refuse::bad_tag(self, start, at + 1));
            };
            bytes.push(byte);
            at += 3;
            if str::from_utf8(&bytes).is_ok() {
                return Ok(at);
            }
        }
    }
}

/// Takes a tag apart into handle and suffix. A verbatim tag has no handle.
fn split(tag: &str) -> (&str, &str) {
    if let Some(verbatim) = tag.strip_prefix("!<") {
        return ("", verbatim.strip_suffix('>').unwrap_or(verbatim));
    }
    if tag == "!" {
        return ("", "!");
    }
    let name = tag[1..].find(|c: char| !c.is_ascii() || !characters::is(c as u8, NAME));
    match name.map(|len| len + 1) {
        Some(mark) if tag.as_bytes()[mark] == b'!' => tag.split_at(mark + 1),
        _ => tag.split_at(1),
    }
}

/// Resolves the `%` escapes of a tag, which the scanner has checked.
fn decode_uri(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3).unwrap_or_default();
        bytes.extend(u8::from_str_radix(digits, 16));
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_apart_like_the_reference_does() {
        for (tag, handle, suffix) in [
            ("!", "", "!"),
            ("!!str", "!!", "str"),
            ("!foo", "!", "foo"),
            ("!foo/bar!baz", "!", "foo/bar!baz"),
            ("!foo!bar!baz", "!foo!", "bar!baz"),
            ("!<tag:yaml.org,2002:str>", "", "tag:yaml.org,2002:str"),
            ("!<!>", "", "!"),
        ] {
            assert_eq!(split(tag), (handle, suffix), "{tag}");
        }
    }

    #[test]
    fn tags_mean_what_their_long_form_says() {
        let mut handles = Handles::default();
        assert!(handles.declare("%TAG !y!\ttag:yaml.org,2002:"));
        assert!(handles.declare("%TAG !e! tag:yaml.org,2002:i%6e"));
        assert!(!handles.declare("%TAG !y! other:"));
        for (tag, meaning) in [
            ("!!int", Tag::Int),
            ("!<tag:yaml.org,2002:null>", Tag::Null),
            ("!<!!float>", Tag::Float),
            ("!y!bool", Tag::Bool),
            ("!e!t", Tag::Int),
            ("!!s%74r", Tag::Str),
            ("!", Tag::Auto),
            ("!<!>", Tag::Auto),
            ("!Ref", Tag::Other),
            ("!!map", Tag::Other),
            ("!str", Tag::Other),
        ] {
            assert_eq!(handles.resolve(tag), Meaning::Scalar(meaning), "{tag}");
        }
        assert_eq!(handles.resolve("!n!x"), Meaning::UndefinedHandle);
    }
}
