//! How long whole builds take, beside kustomize where it can keep up. See `README.md`.
//!
//! A plain program: the harnesses for functions measure neither other programs nor memory.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "benches start programs, time them, and print tables"
)]

#[cfg(unix)]
mod floor;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
#[path = "../tests/support/kubectl.rs"]
mod kubectl;
#[cfg(unix)]
mod measure;
#[cfg(unix)]
mod table;
#[cfg(unix)]
mod trees;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["nothing"] => Some(()),
        ["floor", work] => floor::run(work),
        ["failing", program @ ..] => measure::expect_failure(program),
        words if words.contains(&"hostile") => {
            hostile::run(std::path::Path::new(env!("CARGO_BIN_EXE_railsgen")))
        }
        ["measure", ..] => measure::be_the_parent(&arguments[1..]),
        _ if words.contains(&"--bench") => table::run(&words),
        // Test runners start benches too, to see that they start.
        _ => {
            println!("run with `cargo bench`");
            Some(())
        }
    };
    match done {
        Some(()) => std::process::ExitCode::SUCCESS,
        None => std::process::ExitCode::FAILURE,
    }
}

#[cfg(not(unix))]
fn main() {
    println!("benches measure memory as Unix counts it");
}
