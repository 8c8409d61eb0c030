//! The command line: flags in, exit code out.
//!
//! One file per subcommand, which turns its flags into a call of the library and shows what comes
//! back; no algorithm lives here. `shell` is the only place that prints, and `exit` says what
//! the exit codes mean. A new subcommand is a file beside `build.rs` and a row in `args::Command`.

mod args;
mod bug;
mod build;
mod build_many;
mod completions;
mod create;
mod edit;
mod exit;
mod init;
mod output;
mod refused;
mod shell;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Args, ColorWhen, Command};
use exit::Exit;
use shell::Shell;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    bug::report_panics();
    let line: Vec<OsString> = std::env::args_os().collect();
    run(&line).into()
}

fn run(line: &[OsString]) -> Exit {
    let mut shell = Shell::new(ColorWhen::of_line(line));
    let parsed = Args::command()
        .try_get_matches_from(line)
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => {
            shell.configure(&args.global);
            match args.command {
                Command::Build(flags) => build::run(&flags, &mut shell),
                Command::Edit(flags) => edit::run(&flags, &mut shell),
                Command::Init(flags) => init::run(&flags, &mut shell),
                Command::Create(flags) => create::run(&flags, &mut shell),
                Command::Completions(flags) => completions::run(&flags, &mut shell),
            }
        }
        Err(error) => match refused::refusal(&error) {
            Some(refusal) => shell.problem(&refusal),
            None => shell.usage(&error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_all_flags_is_sound() {
        Args::command().debug_assert();
    }
}
