//! `railsgen completions`

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::{Shell as Dialect, generate};

use super::args::Args;
use super::exit::Exit;
use super::shell::Shell;

const EXAMPLES: &str = "\
Examples:
  railsgen completions bash > /etc/bash_completion.d/railsgen
  railsgen completions zsh  > ~/.zfunc/_railsgen
  railsgen completions fish > ~/.config/fish/completions/railsgen.fish";

/// Print what a shell needs to complete railsgen's commands and flags
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES)]
pub(super) struct Flags {
    /// The shell
    shell: Dialect,
}

/// Prints the script.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let mut script = Vec::new();
    generate(flags.shell, &mut Args::command(), "railsgen", &mut script);
    shell.data(|out| out.write_all(&script))
}
