//! GitHub's workflow commands: `::error file=…,line=…::message`.

use std::fmt::Write;

use super::{severity, spot};
use crate::diag::Diagnostic;
use crate::source::Sources;

pub(super) fn render(problem: &Diagnostic, sources: &Sources) -> String {
    let mut line = format!("::{} ", severity(problem));
    if let Some(spot) = spot::main_spot(problem, sources) {
        let _ = write!(
            line,
            "file={},line={},col={},endLine={},endColumn={},",
            escape(spot.source.path(), true),
            spot.start.line,
            spot.start.column,
            spot.end.line,
            spot.end.column,
        );
    }
    let _ = write!(line, "title={}::{}", problem.code, escape(&problem.message, false));
    for note in &problem.notes {
        let _ = write!(line, "%0Anote: {}", escape(note, false));
    }
    for help in &problem.help {
        let _ = write!(line, "%0Ahelp: {}", escape(help, false));
    }
    line.push('\n');
    line
}

/// Takes the meaning from the characters that end a line, and in a property those that end it.
fn escape(text: &str, property: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' if property => escaped.push_str("%3A"),
            ',' if property => escaped.push_str("%2C"),
            c => escaped.push(c),
        }
    }
    escaped
}
