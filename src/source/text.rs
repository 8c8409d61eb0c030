//! [`Text`]: a shared slice of a [`Source`].

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Source, Span};

/// Text that knows where it comes from; sixteen bytes, cheap to clone.
///
/// What the parser finds is a slice of its file and costs no copy. What the engine makes (a
/// prefixed name, a decoded escape) owns its text and keeps the span of what asked for it.
#[derive(Clone)]
pub struct Text {
    source: Arc<Source>,
    start: u32,
    len: u32,
}

const _: () = assert!(size_of::<Text>() <= 16);

impl Text {
    /// The `len` bytes from `start` of a file's text.
    ///
    /// # Panics
    /// When the range is not in the text or cuts a character.
    pub fn slice(source: &Arc<Source>, start: usize, len: usize) -> Text {
        assert!(source.text.get(start..start + len).is_some(), "a slice of the source");
        Text { source: Arc::clone(source), start: start as u32, len: len as u32 }
    }

    /// Text made by the engine, for what stands at `origin`.
    pub fn made(text: impl Into<Box<str>>, origin: Span) -> Text {
        let text = text.into();
        let len = text.len() as u32;
        let kind = super::Kind::Made;
        Text { source: Arc::new(Source { text, span: origin, kind }), start: 0, len }
    }

    /// The text itself.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.source.text[self.start as usize..(self.start + self.len) as usize]
    }

    /// A part of the text, with the part's own place.
    ///
    /// # Panics
    /// When the range is not in the text or cuts a character.
    pub fn part(&self, range: std::ops::Range<usize>) -> Text {
        assert!(self.as_str().get(range.clone()).is_some(), "a part of the text");
        Text {
            source: Arc::clone(&self.source),
            start: self.start + range.start as u32,
            len: (range.end - range.start) as u32,
        }
    }

    /// What follows in the same line of the same source.
    pub(crate) fn rest_of_line(&self) -> Text {
        let start = self.start + self.len;
        let rest = &self.source.text.as_bytes()[start as usize..];
        let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len()) as u32;
        Text { source: Arc::clone(&self.source), start, len }
    }

    /// The comment behind it in the same line of the same source, if only blanks stand between them,
    /// the quote that closes it, and a comma.
    pub(crate) fn comment_behind(&self, quote: Option<char>) -> Option<&str> {
        let rest = self.behind(quote)?;
        // Bytes, since nearly all scalars are asked, and nearly none has a comment.
        let bytes = rest.as_bytes();
        let mut at = skip_blanks(bytes, 0);
        if bytes.get(at) == Some(&b',') {
            at = skip_blanks(bytes, at + 1);
        }
        if bytes.get(at) != Some(&b'#') {
            return None;
        }
        rest[at..].lines().next().map(str::trim_end)
    }

    /// What stands behind it in its source and behind the quote that closes it; nothing if another
    /// sign is there.
    fn behind(&self, quote: Option<char>) -> Option<&str> {
        let (_, rest) = self.around();
        match quote {
            Some(quote) => rest.strip_prefix(quote),
            None => Some(rest),
        }
    }

    /// All that stands before it in its source, and all that stands behind it.
    pub(crate) fn around(&self) -> (&str, &str) {
        let end = (self.start + self.len) as usize;
        (&self.source.text[..self.start as usize], &self.source.text[end..])
    }

    /// Whether it is a key behind whose colon nothing but a comment stands. `quote` is the quote
    /// that closes it.
    pub(crate) fn has_comment_behind_colon(&self, quote: Option<char>) -> bool {
        let rest = self.behind(quote);
        let blanks = [' ', '\t'];
        let rest = rest.and_then(|rest| rest.trim_start_matches(blanks).strip_prefix(':'));
        rest.is_some_and(|rest| {
            let comment = rest.trim_start_matches(blanks);
            comment.len() < rest.len() && comment.starts_with('#')
        })
    }

    /// What stands before it in the line in which it begins.
    pub(crate) fn start_of_line(&self) -> Text {
        let before = &self.source.text.as_bytes()[..self.start as usize];
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) as u32;
        Text { source: Arc::clone(&self.source), start, len: self.start - start }
    }

    /// The line above the one in which it begins, without its end.
    pub(crate) fn line_above(&self) -> Option<Text> {
        let before = &self.source.text.as_bytes()[..self.start as usize];
        let end = memchr::memrchr(b'\n', before)?;
        let start = memchr::memrchr(b'\n', &before[..end]).map_or(0, |at| at + 1);
        let (start, len) = (start as u32, (end - start) as u32);
        Some(Text { source: Arc::clone(&self.source), start, len })
    }

    /// Where it stands, or what asked for it.
    pub fn span(&self) -> Span {
        self.source.slice_span(self.start, self.len)
    }

    /// Whether both are the very same piece of the very same source, not merely equal.
    pub fn is_same_place(&self, other: &Text) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
            && self.start == other.start
            && self.len == other.len
    }

    /// The same text, now owed to what stands at `origin`.
    pub fn with_origin(&self, origin: Span) -> Text {
        Text::made(self.as_str(), origin)
    }
}

fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

impl Default for Text {
    fn default() -> Text {
        static EMPTY: OnceLock<Text> = OnceLock::new();
        EMPTY.get_or_init(|| Text::made("", Span::NONE)).clone()
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::made(text, Span::NONE)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::made(text, Span::NONE)
    }
}

// Most comparisons are searches for a key, and most keys differ in length: that is known without
// a look at the text.
impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Text) -> bool {
        self.len == other.len && (self.is_same_place(other) || self.as_str() == other.as_str())
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.len as usize == other.len() && self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
