//! Tests across the records. What is refused and what is not was asked of the reference.

mod kustomization_file;
mod messages;
mod other_files;

use crate::diag::Diagnostic;
use crate::source::Sources;
use crate::yaml::{Limits, Node, parse_document};

/// The first document of a text.
fn parse(text: &str) -> Option<Node> {
    let source = Sources::new().add("test.yaml", text.to_owned()).expect("a small text");
    parse_document(&source, &Limits::default()).expect("YAML")
}

/// One line per problem: severity, code, the text that it points at, the message, and the help.
fn told(text: &str, problems: &[Diagnostic]) -> Vec<String> {
    let tell = |problem: &Diagnostic| {
        let span = problem.span();
        // Texts of tests stand at position 1 of all positions.
        let at = match span.is_none() {
            true => "",
            false => &text[span.start() as usize - 1..span.end() as usize - 1],
        };
        let help: Vec<String> = problem.help.iter().map(|help| format!("; {help}")).collect();
        format!("{problem} <{at}>{}", help.concat())
    };
    problems.iter().map(tell).collect()
}
