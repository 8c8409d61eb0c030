//! The `railsgen` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    railsgen::cli::main()
}
