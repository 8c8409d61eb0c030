//! `file:line:column: severity[code]: message`, as compilers and editors exchange it.

use super::{one_line, spot};
use crate::diag::Diagnostic;
use crate::source::Sources;

pub(super) fn render(problem: &Diagnostic, sources: &Sources) -> String {
    let problem_line = one_line(&problem.to_string());
    match spot::main_spot(problem, sources) {
        Some(spot) => format!(
            "{}:{}:{}: {problem_line}\n",
            one_line(spot.source.path()),
            spot.start.line,
            spot.start.column,
        ),
        None => format!("{problem_line}\n"),
    }
}
