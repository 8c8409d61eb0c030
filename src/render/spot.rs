//! [`Spot`]: a label with its file, lines and columns.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Diagnostic, Label};
use crate::source::{Source, Sources, Span};

/// A label at its place in a file.
pub(super) struct Spot<'d> {
    pub(super) source: Arc<Source>,
    /// The bytes in the file's text.
    pub(super) range: Range<usize>,
    pub(super) start: LineColumn,
    /// Behind the last character.
    pub(super) end: LineColumn,
    pub(super) message: &'d str,
}

/// Both count from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineColumn {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// The places of a diagnostic, the main one first.
pub(super) fn spots<'d>(problem: &'d Diagnostic, sources: &Sources) -> Vec<Spot<'d>> {
    let labels = problem.labels.iter();
    labels.filter_map(|label| spot(label, sources)).collect()
}

/// The main place, for formats that show one.
pub(super) fn main_spot<'d>(problem: &'d Diagnostic, sources: &Sources) -> Option<Spot<'d>> {
    problem.labels.iter().find_map(|label| spot(label, sources))
}

fn spot<'d>(label: &'d Label, sources: &Sources) -> Option<Spot<'d>> {
    let source = sources.source(label.span)?;
    let text = source.text();
    let mut at = (label.span.start() - source.span().start()) as usize;
    let end = at + label.span.len() as usize;
    if at == text.len() && text.ends_with('\n') {
        // Behind the last line there is nothing to see; its end is the same place.
        at -= 1;
    }
    let range = at..end.max(at);
    let (start, end) =
        (line_column(range.start, &source, sources)?, line_column(range.end, &source, sources)?);
    Some(Spot { source, range, start, end, message: &label.message })
}

fn line_column(at: usize, source: &Source, sources: &Sources) -> Option<LineColumn> {
    let position = source.span().start() + u32::try_from(at).ok()?;
    let place = sources.place(Span::new(position, 0))?;
    Some(LineColumn { line: place.line, column: place.column })
}
