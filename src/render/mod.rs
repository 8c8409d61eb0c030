//! Diagnostics as text: for people, for terminals with little room, for machines.
//!
//! One file per format. All of them see a diagnostic through `spot::Spot`, which knows lines and
//! columns; `secret` decides which lines of a file may be quoted. Reports of further
//! operations get a file each here too.
//!
//! Not known here: where the text goes, and whether that is a terminal.

mod concise;
mod full;
mod github;
mod json;
mod secret;
mod spot;

use crate::diag::Diagnostic;
use crate::source::Sources;

/// How diagnostics look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// With the lines in question, notes and help; may change between versions.
    #[default]
    Full,
    /// [`Format::Full`] with the escape sequences of a terminal that has colours.
    FullInColor,
    /// `file:line:column: severity[code]: message`, one line each.
    Concise,
    /// One JSON object a line. Its fields only grow within a `version`.
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a change.
    Github,
}

/// The text of one diagnostic, with a newline at its end.
///
/// ```
/// use railsgen::diag::{Code, Diagnostic};
/// use railsgen::render::{Format, diagnostic};
/// use railsgen::source::{Sources, Span};
///
/// let sources = Sources::new();
/// let file = sources.add("kustomization.yaml", "patchs: []\n".to_owned())?;
/// let problem = Diagnostic::error(Code::UnknownField, "unknown field `patchs`")
///     .at(Span::new(file.span().start(), 6));
/// assert_eq!(
///     diagnostic(&problem, &sources, Format::Concise),
///     "kustomization.yaml:1:1: error[unknown-field]: unknown field `patchs`\n",
/// );
/// # Ok::<(), railsgen::source::TooMuchText>(())
/// ```
pub fn diagnostic(problem: &Diagnostic, sources: &Sources, format: Format) -> String {
    match format {
        Format::Full => full::render(problem, sources, false),
        Format::FullInColor => full::render(problem, sources, true),
        Format::Concise => concise::render(problem, sources),
        Format::Json => json::render(problem, sources),
        Format::Github => github::render(problem, sources),
    }
}

/// The text in one line: what would break it or move the cursor becomes a space.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn severity(problem: &Diagnostic) -> &'static str {
    if problem.is_error() { "error" } else { "warning" }
}

#[cfg(test)]
mod tests;
