//! Where every piece of text comes from.
//!
//! All files of a run share one line of positions: a file owns the range
//! `base .. base + length + 1`, and a [`Span`] is a range on that line. So a place is eight bytes
//! wherever it is kept, and needs no reference to its file.
//!
//! [`Text`] is the unit that the rest of the crate passes around: a shared slice that knows its
//! own place, either inside a file or, for text that the engine made, the place that asked for it.
//!
//! Not known here: what the text means, and whether the path is a real file.

mod text;

use std::fmt;
use std::sync::{Arc, OnceLock, RwLock};

pub use text::Text;

/// A range of positions in the files of one run; `Copy`, eight bytes.
///
/// Positions count bytes. [`Span::NONE`] stands for "made by no file".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    start: u32,
    len: u32,
}

const _: () = assert!(size_of::<Span>() == 8);

impl Span {
    /// The span of values that no file asked for.
    pub const NONE: Span = Span { start: 0, len: 0 };

    /// The `len` bytes from position `start`.
    pub const fn new(start: u32, len: u32) -> Span {
        Span { start, len }
    }

    /// The first position.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// The position behind the last byte.
    pub const fn end(self) -> u32 {
        self.start + self.len
    }

    /// The number of bytes.
    pub const fn len(self) -> u32 {
        self.len
    }

    /// Whether the span covers no byte. It may still have a place.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Whether the span has no place at all.
    pub const fn is_none(self) -> bool {
        self.start == 0
    }

    /// The smallest span that covers both; a span without a place counts as nothing.
    pub fn to(self, end: Span) -> Span {
        if self.is_none() {
            return end;
        }
        if end.is_none() {
            return self;
        }
        let start = self.start.min(end.start);
        Span { start, len: self.end().max(end.end()) - start }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end())
    }
}

/// One text of a run: a file, a text within a file, or a piece that the engine made.
pub struct Source {
    text: Box<str>,
    /// A file's own range, or the place that asked for made text.
    span: Span,
    kind: Kind,
}

enum Kind {
    File(Box<File>),
    /// Text that stands in a file line by line: for each line its offset here and its position
    /// there.
    Inline(Box<[(u32, u32)]>),
    Made,
}

struct File {
    path: Box<str>,
    /// The position of each line's first byte, found when first asked for.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The path as messages show it; empty for made text.
    pub fn path(&self) -> &str {
        match &self.kind {
            Kind::File(file) => &file.path,
            _ => "",
        }
    }

    /// The whole range of a file, or the place that asked for made text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The span of `start..start + len` of the text.
    pub(crate) fn slice_span(&self, start: u32, len: u32) -> Span {
        match &self.kind {
            Kind::File(_) => Span::new(self.span.start + start, len),
            Kind::Made => self.span,
            Kind::Inline(lines) => {
                let position = |offset: u32| {
                    let after = lines.partition_point(|(first, _)| *first <= offset);
                    lines
                        .get(after.saturating_sub(1))
                        .map_or(self.span.start, |(first, position)| position + (offset - first))
                };
                let (from, to) = (position(start), position(start + len));
                Span::new(from, to.saturating_sub(from))
            }
        }
    }

    /// A part of the text as a source of its own, with the same places.
    pub(crate) fn part(self: &Arc<Source>, start: usize, len: usize) -> Arc<Source> {
        let span = self.slice_span(start as u32, len as u32);
        let kind = match &self.kind {
            Kind::Made => Kind::Made,
            Kind::File(_) => Kind::Inline([(0, span.start)].into()),
            Kind::Inline(lines) => {
                let first = std::iter::once((0, span.start));
                let inside = lines.iter().filter(|(at, _)| *at as usize > start);
                let rest = inside.map(|(at, position)| (at - start as u32, *position));
                Kind::Inline(first.chain(rest).collect())
            }
        };
        Arc::new(Source { text: self.text[start..start + len].into(), span, kind })
    }

    fn lines(&self) -> &[u32] {
        let Kind::File(file) = &self.kind else { return &[0] };
        file.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| at as u32 + 1)).collect()
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path()).field("span", &self.span).finish()
    }
}

/// A place that a person can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: PlaceSource,
    /// Counts from 1.
    pub line: u32,
    /// Counts characters from 1.
    pub column: u32,
}

/// The file of a [`Place`]; compares by path.
#[derive(Clone, Debug)]
pub struct PlaceSource(pub Arc<Source>);

impl PartialEq for PlaceSource {
    fn eq(&self, other: &Self) -> bool {
        self.0.path() == other.0.path()
    }
}

impl Eq for PlaceSource {}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.0.path(), self.line, self.column)
    }
}

/// The files of one run. They are only ever added, from any thread.
#[derive(Default)]
pub struct Sources {
    files: RwLock<Vec<Arc<Source>>>,
}

/// The files of one run hold more text than positions can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the files of one build hold more than 4 GiB of text")]
pub struct TooMuchText;

impl Sources {
    /// No files yet.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file and gives it its range of positions.
    ///
    /// # Errors
    /// When all files together pass 4 GiB.
    pub fn add(&self, path: &str, text: String) -> Result<Arc<Source>, TooMuchText> {
        let mut files = self.files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        // One position between two files keeps a span at a file's end apart from the next file.
        let base = files.last().map_or(1, |last| u64::from(last.span.end()) + 1);
        if base + text.len() as u64 >= u64::from(u32::MAX) {
            return Err(TooMuchText);
        }
        let source = Arc::new(Source {
            span: Span::new(base as u32, text.len() as u32),
            text: text.into_boxed_str(),
            kind: Kind::File(Box::new(File { path: path.into(), lines: OnceLock::new() })),
        });
        files.push(Arc::clone(&source));
        Ok(source)
    }

    /// The file that a span lies in.
    pub fn source(&self, span: Span) -> Option<Arc<Source>> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let after = files.partition_point(|file| file.span.start <= span.start);
        let file = files.get(after.checked_sub(1)?)?;
        (span.end() <= file.span.end()).then(|| Arc::clone(file))
    }

    /// The text of a scalar as a source of its own, to be parsed. Where the scalar stands in its
    /// file line by line, as block scalars do, places in the new source are places in the file.
    pub fn inline(&self, text: &Text) -> Arc<Source> {
        let span = text.span();
        let lines = self.source(span).and_then(|file| inline_lines(&file, span, text));
        Arc::new(Source {
            text: text.as_str().into(),
            span,
            kind: lines.map_or(Kind::Made, |lines| Kind::Inline(lines.into())),
        })
    }

    /// File, line and column of a span's first byte.
    pub fn place(&self, span: Span) -> Option<Place> {
        let source = self.source(span)?;
        let offset = span.start - source.span.start;
        let lines = source.lines();
        let line = lines.partition_point(|first| *first <= offset);
        let before = &source.text[lines[line - 1] as usize..offset as usize];
        let column = before.chars().count() as u32 + 1;
        Some(Place { line: line as u32, column, source: PlaceSource(source) })
    }
}

/// Finds each line of a text in the raw lines that it was read from; nothing if they differ by
/// more than what comes before them.
fn inline_lines(file: &Source, span: Span, text: &str) -> Option<Vec<(u32, u32)>> {
    let start = (span.start - file.span.start) as usize;
    let raw = file.text.get(start..start + span.len as usize)?;
    if raw == text {
        return Some(vec![(0, span.start)]);
    }
    let header = raw.find('\n')? + 1;
    let mut at = (header, 0);
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let raw_line = raw[at.0..].split_inclusive('\n').next()?;
        let content = |line: &str| line.trim_end_matches(['\n', '\r']).len();
        let indent = content(raw_line).checked_sub(content(line))?;
        if raw_line.get(indent..content(raw_line))? != &line[..content(line)] {
            return None;
        }
        lines.push((at.1 as u32, span.start + (at.0 + indent) as u32));
        at = (at.0 + raw_line.len(), at.1 + line.len());
    }
    Some(lines)
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        f.debug_list().entries(files.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_finds_its_file_line_and_column() {
        let sources = Sources::new();
        let first = sources.add("a.yaml", "one\ntwo\n".into()).unwrap();
        let second = sources.add("b.yaml", "é: ü\n".into()).unwrap();
        let two = Text::slice(&first, 4, 3);
        assert_eq!(sources.place(two.span()).unwrap().to_string(), "a.yaml:2:1");
        let umlaut = Text::slice(&second, 4, 2);
        assert_eq!(umlaut, *"ü");
        assert_eq!(sources.place(umlaut.span()).unwrap().to_string(), "b.yaml:1:4");
        let end = Text::slice(&first, 8, 0);
        assert_eq!(sources.place(end.span()).unwrap().to_string(), "a.yaml:3:1");
        assert_eq!(sources.place(Span::NONE), None);
    }

    #[test]
    fn made_text_keeps_the_place_that_asked_for_it() {
        let sources = Sources::new();
        let file = sources.add("k.yaml", "namePrefix: a-\n".into()).unwrap();
        let asked = Text::slice(&file, 12, 2).span();
        assert_eq!(sources.place(Text::made("a-web", asked).span()).unwrap().column, 13);
    }

    #[test]
    fn text_in_a_block_scalar_keeps_its_places() {
        let sources = Sources::new();
        let file = sources.add("k.yaml", "patch: |-\n  a: 1\n\n    b: 2\n".into()).unwrap();
        let raw = Text::slice(&file, 7, 20).span();
        let inline = sources.inline(&Text::made("a: 1\n\n  b: 2", raw));
        let place = |at| sources.place(Text::slice(&inline, at, 1).span()).unwrap().to_string();
        assert_eq!(place(3), "k.yaml:2:6");
        assert_eq!(place(8), "k.yaml:4:5");
        let folded = sources.inline(&Text::made("a b", raw));
        assert_eq!(sources.place(Text::slice(&folded, 2, 1).span()).unwrap().line, 1);
    }

    #[test]
    fn spans_join_and_ignore_what_has_no_place() {
        let (a, b) = (Span::new(5, 2), Span::new(10, 3));
        assert_eq!(a.to(b), Span::new(5, 8));
        assert_eq!(Span::NONE.to(b), b);
        assert_eq!(a.to(Span::NONE), a);
    }
}
