//! Coverage-guided fuzzing of the laws in `tests/properties/laws.rs`, all of them in turn.
//!
//! `cargo run --release` in `tests/fuzz` runs until it is interrupted or something is found;
//! `cargo run --release -- --seconds 3600` for an hour, and `-- read build` only these. Inputs grow
//! from the trees in `tests/cases`. What is learnt is kept in `target/fuzz/corpus` for the next run,
//! and inputs that break a law are put into `target/fuzz/findings`: run such a one again with
//! `-- read --input FILE`.
//!
//! Each law gets a process of its own for a while (a round), since libFuzzer ends its process when
//! it finds something. This program is both: the one that starts rounds, and a round.

mod round;
mod seeds;
mod turns;

#[path = "../../properties/laws.rs"]
mod laws;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, law, directory, rest @ ..] = &*arguments
        && first == round::FLAG
    {
        return round::run(law, directory, rest);
    }
    match turns::Options::read(&arguments) {
        Some(options) => turns::take(&options),
        None => {
            let names: Vec<&str> = laws::LAWS.iter().map(|(name, _)| *name).collect();
            eprintln!(
                "usage: cargo run --release -- [--seconds N] [--round N] [--input FILE] [LAW…]\nlaws: {}",
                names.join(", ")
            );
            ExitCode::from(2)
        }
    }
}
