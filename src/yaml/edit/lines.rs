//! Lines of a text, and which of them belong to an entry.
//!
//! An entry of an indented collection owns its own lines; the comment lines right above it, with
//! no blank line in between; the comment behind it in its last line; and comment lines right
//! below it that are indented deeper than itself.

use super::Document;
use crate::yaml::Style;
use crate::yaml::read::outline::{Child, Form, Part};

/// A byte order mark, which is no part of the first line.
const MARK: &str = "\u{feff}";

/// The lines of a text. Positions are offsets into it.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    text: &'t str,
}

/// The bytes that belong to a child of an indented collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// The beginning of its first line, that of its comment; or its first byte, if something else
    /// stands before it in the line.
    pub(super) lead: usize,
    /// The beginning of the first line that is not its own.
    pub(super) tail: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Lines<'t> {
        Lines { text }
    }

    /// The offset behind the byte order mark.
    pub(super) fn first(self) -> usize {
        if self.text.starts_with(MARK) { MARK.len() } else { 0 }
    }

    /// The first byte of the line that a position is in.
    pub(super) fn start(self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at];
        memchr::memrchr(b'\n', before).map_or(0, |found| found + 1).max(self.first().min(at))
    }

    /// The offset of the line break behind a position, or of the end of the text.
    pub(super) fn end(self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// The first byte of the next line, or the end of the text.
    pub(super) fn next(self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found + 1)
    }

    /// How many bytes stand before a position in its line.
    pub(super) fn column(self, at: usize) -> usize {
        at - self.start(at)
    }

    /// Whether only spaces stand before a position in its line.
    pub(super) fn is_first(self, at: usize) -> bool {
        self.text[self.start(at)..at].bytes().all(|byte| byte == b' ')
    }

    /// The text from a position to the end of its line.
    pub(super) fn rest(self, at: usize) -> &'t str {
        &self.text[at..self.end(at)]
    }

    /// Whether a line holds nothing but spaces and tabs. There must be a line at all.
    pub(super) fn is_blank(self, start: usize) -> bool {
        start < self.text.len() && is_blank(self.rest(start))
    }

    /// The column of the `#` of a line that is a comment.
    pub(super) fn comment(self, start: usize) -> Option<usize> {
        let line = self.rest(start);
        let column = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[column..].starts_with('#').then_some(column)
    }

    /// The line before the one that starts at a position, if it is not before `bound`.
    pub(super) fn before(self, start: usize, bound: usize) -> Option<usize> {
        let last = start.checked_sub(1).filter(|last| *last >= bound)?;
        Some(self.start(last)).filter(|line| *line >= bound)
    }

    /// Whether the last line has a line break.
    pub(super) fn is_ended(self) -> bool {
        self.text.len() == self.first() || self.text.ends_with('\n')
    }

    /// The line break that the text uses.
    pub(super) fn line_break(self) -> &'static str {
        let end = self.end(0);
        if self.text[end..].starts_with('\r') { "\r\n" } else { "\n" }
    }
}

/// Whether a text has nothing but blank lines.
pub(super) fn is_all_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

impl Document {
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines::new(self.text())
    }

    /// What belongs to the `index`th child of an indented collection. Nothing if something else
    /// stands behind it in its last line.
    pub(super) fn extent(&self, collection: &Part, index: usize) -> Option<Extent> {
        let child = collection.children.get(index)?;
        let tail = self.tail(collection, child)?;
        if !self.lines().is_first(child.start) {
            return Some(Extent { lead: child.start, tail });
        }
        let is_root_start = index == 0 && collection.start == self.outline_start();
        let bound = match index.checked_sub(1).and_then(|before| collection.children.get(before)) {
            Some(before) => self.tail(collection, before)?,
            None => self.content_start(),
        };
        let lead = self.lead(child.start, bound);
        // What stands at the beginning of the file is about the file.
        let lead =
            if is_root_start && lead == bound { self.lines().start(child.start) } else { lead };
        Some(Extent { lead, tail })
    }

    /// The first line that is the document's own.
    pub(super) fn content_start(&self) -> usize {
        match self.outline.start {
            0 => self.lines().first(),
            start => self.lines().next(start),
        }
    }

    fn outline_start(&self) -> usize {
        self.outline.root.as_ref().map_or(0, |root| root.start)
    }

    /// The first of the comment lines right above the line of a position, or that line.
    fn lead(&self, at: usize, bound: usize) -> usize {
        let lines = self.lines();
        let mut lead = lines.start(at);
        while let Some(above) = lines.before(lead, bound) {
            if lines.comment(above).is_none() {
                break;
            }
            lead = above;
        }
        lead
    }

    /// Where the lines end that are a child's own.
    fn tail(&self, collection: &Part, child: &Child) -> Option<usize> {
        let lines = self.lines();
        let end = self.end(child);
        let rest = lines.rest(end);
        let rest = rest.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        let column = lines.column(collection.children.first()?.start);
        let mut tail = lines.next(end);
        while lines.comment(tail).is_some_and(|found| found > column) {
            tail = lines.next(tail);
        }
        Some(tail)
    }

    /// Where a child ends. Blank lines below a block scalar that keeps them are its own.
    fn end(&self, child: &Child) -> usize {
        let lines = self.lines();
        let mut part = &child.value;
        while let Some(last) = part.children.last() {
            part = &last.value;
        }
        let is_block = matches!(part.form, Form::Scalar(Style::Literal | Style::Folded));
        let mut end = child.value.end.max(child.key.as_ref().map_or(0, |key| key.colon));
        if is_block && self.text()[part.content..].bytes().take(3).any(|byte| byte == b'+') {
            let mut next = lines.next(end);
            while lines.is_blank(next) {
                end = lines.end(next);
                next = lines.next(next);
            }
        }
        end
    }
}
