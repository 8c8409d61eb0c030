//! The only place that prints: data to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use clap::builder::StyledStr;

use super::args::{ColorWhen, Global, MessageFormat};
use super::exit::Exit;
use crate::diag::{Code, Diagnostic, Severity};
use crate::fs::FsError;
use crate::render;
use crate::source::Sources;
use crate::sys::fs_error;

/// Where everything that a user sees goes through.
pub(super) struct Shell {
    color: ColorWhen,
    format: MessageFormat,
    quiet: bool,
}

/// So many steps make a run long enough to show how far it is.
const MANY: usize = 20;

impl Shell {
    pub(super) fn new(color: ColorWhen) -> Shell {
        Shell { color, format: MessageFormat::Full, quiet: false }
    }

    /// Takes over what the command line says.
    pub(super) fn configure(&mut self, flags: &Global) {
        self.color = flags.color;
        self.format = flags.message_format;
        self.quiet = flags.quiet;
    }

    /// Writes data to stdout. A reader that has gone away wants no more, so that is no failure.
    pub(super) fn data(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
        #[expect(clippy::disallowed_methods, reason = "the shell prints")]
        let mut stdout = io::stdout().lock();
        match write(&mut stdout).and_then(|()| stdout.flush()) {
            Ok(()) => Exit::Success,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Err(error) => self.file_error(&fs_error("write", Path::new("stdout"), &error)),
        }
    }

    /// Shows problems in their order, and how many there are.
    pub(super) fn problems(&mut self, problems: &[Diagnostic], sources: &Sources) {
        let color = self.stderr_has_color();
        let format = self.format.format(color);
        let shown = problems.iter().filter(|problem| problem.is_error() || !self.quiet);
        let mut text: String =
            shown.map(|problem| render::diagnostic(problem, sources, format)).collect();
        if self.format == MessageFormat::Full {
            text.push_str(&self.summary(problems));
        }
        self.say(text.as_bytes());
    }

    /// Shows how far a long run is, on a terminal only: one line that is written over.
    pub(super) fn progress(&mut self, done: usize, all: usize) {
        #[expect(clippy::disallowed_methods, reason = "the shell prints")]
        let stderr = io::stderr();
        if self.quiet || all < MANY || !stderr.is_terminal() {
            return;
        }
        let end = if done == all { "\n" } else { "" };
        self.say(format!("\rbuilt {done} of {all}{end}").as_bytes());
    }

    /// Shows the error that ends the run; it has no place in a file.
    pub(super) fn problem(&mut self, problem: &Diagnostic) -> Exit {
        self.problems(std::slice::from_ref(problem), &Sources::new());
        Exit::Failure
    }

    /// Says what was done, a line each, to people who want to hear more than what is wrong.
    pub(super) fn report(&mut self, lines: &[String]) {
        let for_people = matches!(self.format, MessageFormat::Full | MessageFormat::Concise);
        if for_people && !self.quiet {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            self.say(text.as_bytes());
        }
    }

    /// Says that output could not be written.
    pub(super) fn file_error(&mut self, error: &FsError) -> Exit {
        self.problem(&Diagnostic::error(Code::Unwritable, error.to_string()))
    }

    /// Shows the help that was asked for, or what is wrong with the command line.
    pub(super) fn usage(&mut self, error: &clap::Error) -> Exit {
        let text = error.render();
        if !error.use_stderr() {
            #[expect(clippy::disallowed_methods, reason = "the shell prints")]
            let stdout = io::stdout();
            let color = self.choice(&stdout) != ColorChoice::Never;
            let rendered = rendered(&text, color);
            return self.data(|out| out.write_all(&rendered));
        }
        self.say(&rendered(&text, self.stderr_has_color()));
        Exit::Failure
    }

    fn summary(&self, problems: &[Diagnostic]) -> String {
        let count = |severity| {
            let same = problems.iter().filter(|problem| problem.severity == severity);
            same.count()
        };
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let warnings = if self.quiet { 0 } else { warnings };
        let parts = [(errors, "error"), (warnings, "warning")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        if errors + warnings > 1 { format!("{}\n", parts.join(", ")) } else { String::new() }
    }

    fn stderr_has_color(&self) -> bool {
        #[expect(clippy::disallowed_methods, reason = "the shell prints")]
        let stderr = io::stderr();
        self.choice(&stderr) != ColorChoice::Never
    }

    fn choice(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorWhen::Auto => AutoStream::choice(stream),
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        }
    }

    /// Writes to stderr. When that fails there is nobody left to tell.
    fn say(&self, text: &[u8]) {
        #[expect(clippy::disallowed_methods, reason = "the shell prints")]
        let stderr = io::stderr();
        let choice = self.choice(&stderr);
        let _ = AutoStream::new(stderr, choice).write_all(text);
    }
}

fn rendered(text: &StyledStr, color: bool) -> Vec<u8> {
    if color { text.ansi().to_string().into_bytes() } else { text.to_string().into_bytes() }
}
