//! Diagnostics as rustc draws them: message, place, the lines in question, notes, help.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::spot::{Spot, spots};
use super::{one_line, secret};
use crate::diag::Diagnostic;
use crate::source::Sources;

/// Columns; longer lines are cut round the place in question.
pub(super) const WIDTH: usize = 120;
/// Bytes. What lies so far to the right in its line is not drawn, and what lies so far behind a
/// place is left out, so that the length of a line costs nothing.
const FAR: usize = 10_000;
/// Places at most so many lines apart are drawn together, with the lines between them.
const NEAR: u32 = 2;

pub(super) fn render(problem: &Diagnostic, sources: &Sources, color: bool) -> String {
    let level = if problem.is_error() { Level::ERROR } else { Level::WARNING };
    let title = level.primary_title(&problem.message).id(problem.code.name());
    let spots = spots(problem, sources);
    let windows = windows(&spots);
    let mut group = Group::with_title(title);
    let mut hidden = false;
    for window in &windows {
        let excerpt = window.excerpt();
        let may_quote = secret::may_quote(&window.path(), window.text(), excerpt.clone());
        hidden |= !may_quote;
        group = if may_quote && excerpt.len() <= 3 * FAR {
            group.element(window.snippet(excerpt))
        } else {
            group.element(window.origin())
        };
    }
    let mut notes: Vec<String> = problem.notes.clone();
    if hidden {
        notes.push("lines that may hold secrets are not shown".to_owned());
    }
    let places = problem.trace.iter().rev();
    let places = places.filter_map(|span| sources.place(*span));
    notes.extend(places.map(|place| format!("included from {place}")));
    group =
        group.elements(notes.iter().map(|note| Level::NOTE.message(normalize_untrusted_str(note))));
    let help = problem
        .help
        .iter()
        .map(|help| Group::with_title(Level::HELP.secondary_title(normalize_untrusted_str(help))));
    let bare = windows.is_empty() && notes.is_empty();
    let report: Vec<Group<'_>> = std::iter::once(group).chain(help).collect();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH);
    // With nothing between message and help there is nothing that a margin could connect.
    let reports = if bare { report.chunks(1) } else { report.chunks(report.len()) };
    let texts: Vec<String> = reports.map(|report| renderer.render(report)).collect();
    format!("{}\n\n", texts.join("\n"))
}

/// Places of one file that are drawn together.
struct Window<'s> {
    /// In file order.
    spots: Vec<(&'s Spot<'s>, AnnotationKind)>,
    /// The one that the heading names.
    head: &'s Spot<'s>,
}

/// Puts near places together; the main place's window comes first.
fn windows<'s>(spots: &'s [Spot<'s>]) -> Vec<Window<'s>> {
    let mut windows: Vec<Window<'s>> = Vec::new();
    for (index, spot) in spots.iter().enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        match windows.iter_mut().find(|window| window.is_near(spot)) {
            Some(window) => {
                window.spots.push((spot, kind));
                window.spots.sort_by_key(|(spot, _)| spot.range.start);
            }
            None => windows.push(Window { spots: vec![(spot, kind)], head: spot }),
        }
    }
    windows
}

impl Window<'_> {
    fn is_near(&self, spot: &Spot<'_>) -> bool {
        self.spots.iter().any(|(other, _)| {
            Arc::ptr_eq(&other.source, &spot.source)
                && other.start.line.abs_diff(spot.start.line) <= NEAR
                && other.range.start.abs_diff(spot.range.start) <= FAR
        })
    }

    fn path(&self) -> String {
        one_line(self.head.source.path())
    }

    fn text(&self) -> &str {
        self.head.source.text()
    }

    fn origin(&self) -> Origin<'_> {
        Origin::path(self.path())
            .line(self.head.start.line as usize)
            .char_column(self.head.start.column as usize)
    }

    /// The text that is drawn: whole lines, but for the ends of long ones.
    fn excerpt(&self) -> Range<usize> {
        let text = self.text();
        let starts = self.spots.iter().map(|(spot, _)| spot.range.start);
        let first = starts.clone().min().unwrap_or(0);
        let last = starts.max().unwrap_or(0);
        let from = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
        let to = last.saturating_add(FAR).min(text.len());
        let to = (to..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let to = text[last..to].find('\n').map_or(to, |newline| last + newline);
        from..to
    }

    fn snippet(&self, excerpt: Range<usize>) -> Snippet<'_, Annotation<'_>> {
        let first_line = self.spots.first().map_or(1, |(spot, _)| spot.start.line);
        let annotations = self.spots.iter().map(|(spot, kind)| {
            let start = spot.range.start - excerpt.start;
            // A place of several lines is marked in its first: the reader needs to find it, not to
            // see all of it.
            let marked = &self.text()[spot.range.start..spot.range.end.min(excerpt.end)];
            let marked = marked.lines().next().unwrap_or("").trim_end();
            let message = (!spot.message.is_empty()).then(|| one_line(spot.message));
            kind.span(start..start + marked.len()).label(message)
        });
        let annotations: Vec<_> = annotations.collect();
        Snippet::source(&self.text()[excerpt])
            .path(self.path())
            .line_start(first_line as usize)
            .annotations(annotations)
    }
}
