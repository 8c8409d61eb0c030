//! What the exit codes mean, and the text that says so.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Exit {
    /// All went well. A reader that stopped reading is no failure.
    Success,
    /// The job could not be done: bad input, bad flags, or trouble with files.
    Failure,
}

/// The end of every `--help`.
pub(super) const HELP: &str = "\
Exit codes:
  0    all went well
  1    it ran, and found what it was asked to look for
  2    the job could not be done: bad input, bad flags, or trouble with files
  101  a bug in railsgen";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Success => ExitCode::SUCCESS,
            Exit::Failure => ExitCode::from(2),
        }
    }
}
