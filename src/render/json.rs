//! One JSON object a line, for programs.
//!
//! Fields are only ever added; a change that could break a reader raises `version`.

use serde_json::{Value, json};

use super::severity;
use super::spot::{LineColumn, Spot, spots};
use crate::diag::Diagnostic;
use crate::source::Sources;

/// The version of the fields below.
const VERSION: u32 = 1;

pub(super) fn render(problem: &Diagnostic, sources: &Sources) -> String {
    let labels: Vec<Value> = spots(problem, sources).iter().map(label).collect();
    let trace: Vec<Value> = problem
        .trace
        .iter()
        .filter_map(|span| sources.place(*span))
        .map(|place| {
            let file = place.source.0.path();
            json!({"file": file, "line": place.line, "column": place.column})
        })
        .collect();
    let object = json!({
        "version": VERSION,
        "severity": severity(problem),
        "code": problem.code.name(),
        "message": problem.message,
        "labels": labels,
        "notes": problem.notes,
        "help": problem.help,
        "trace": trace,
    });
    format!("{object}\n")
}

fn label(spot: &Spot<'_>) -> Value {
    json!({
        "file": spot.source.path(),
        "start": line_column(spot.start),
        "end": line_column(spot.end),
        "message": spot.message,
    })
}

fn line_column(at: LineColumn) -> Value {
    json!({"line": at.line, "column": at.column})
}
