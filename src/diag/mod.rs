//! Problems as values: what is wrong, where, and what to do.
//!
//! A [`Diagnostic`] carries facts; how it looks on a terminal or in JSON is the renderer's
//! business. Every kind of problem has a [`Code`], a stable name that users can search for and
//! that `docs/compatibility.md` explains.
//!
//! Messages are lower-case phrases without a full stop; user text stands in backticks; `help`
//! says what to do. No message shows the value of a Secret.

mod code;
mod suggest;

use std::fmt;

pub use code::Code;
pub use suggest::nearest;

use crate::source::{Span, Text};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The bytes are the reference's, but probably not what the user wants. Of a rule: it works until
    /// it does not.
    Warning,
    /// The build can't be done. Of a rule: a cluster refuses it, or it can't work.
    Error,
}

/// One place that a diagnostic points at; [`Diagnostic::label`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where; the first label of a diagnostic is its main place.
    pub span: Span,
    /// What is to be seen there; may be empty for the main place.
    pub message: String,
}

/// One problem.
///
/// ```
/// use railsgen::diag::{Code, Diagnostic};
/// use railsgen::source::Span;
///
/// let problem = Diagnostic::error(Code::UnknownField, "unknown field `patchs`")
///     .at(Span::new(10, 6))
///     .help("did you mean `patches`?");
/// assert_eq!(problem.to_string(), "error[unknown-field]: unknown field `patchs`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Places, the main one first. Empty only where [`Code::may_lack_place`] says so.
    pub labels: Vec<Label>,
    /// Facts that help to understand, one line each.
    pub notes: Vec<String>,
    /// What to do, one line each.
    pub help: Vec<String>,
    /// The kustomizations that led here, outermost first: where each is named.
    pub trace: Vec<Span>,
}

/// What fallible operations of the engine return. Boxed to keep results small.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into())
    }

    /// A warning without a place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            trace: Vec::new(),
        }
    }

    /// Adds a place; the first one is the main one. A span without a place is left out.
    #[must_use]
    pub fn at(self, span: Span) -> Diagnostic {
        self.label(span, "")
    }

    /// Adds a place with a remark.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        if !span.is_none() {
            self.labels.push(Label { span, message: message.into() });
        }
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds "did you mean" when one of `names` is near enough to `wrong`.
    #[must_use]
    pub fn suggest<'n>(self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Diagnostic {
        match nearest(wrong, names) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Gives the diagnostic a main place if it has none.
    #[must_use]
    pub fn or_at(self, span: Span) -> Diagnostic {
        if self.labels.is_empty() { self.at(span) } else { self }
    }

    /// Notes that the problem was met on the way through what is named at `span`: the trace grows
    /// at its outer end.
    #[must_use]
    pub fn through(mut self, span: Span) -> Diagnostic {
        if !span.is_none() {
            self.trace.insert(0, span);
        }
        self
    }

    /// The main place, or [`Span::NONE`].
    pub fn span(&self) -> Span {
        self.labels.first().map_or(Span::NONE, |label| label.span)
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}[{}]: {}", self.code, self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// An error at the place of a text.
pub fn error_at(code: Code, text: &Text, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).at(text.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_label_is_the_main_place() {
        let problem = Diagnostic::error(Code::UnknownField, "x")
            .at(Span::NONE)
            .label(Span::new(3, 1), "here")
            .or_at(Span::new(9, 1));
        assert_eq!(problem.span(), Span::new(3, 1));
        assert_eq!(problem.labels.len(), 1);
    }
}
