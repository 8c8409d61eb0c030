//! What the user sees when railsgen itself is at fault. The exit code is 101 then.

use std::io::Write;
use std::panic::{self, PanicHookInfo};

/// Replaces the message of a panic by one that a user can act on.
pub(super) fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        // Nobody can be told when even this fails.
        let _ = anstream::stderr().write_all(report(panic).as_bytes());
    }));
}

fn report(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string);
    let payload = panic.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text(message.unwrap_or("no message"), &place.unwrap_or_else(|| "an unknown place".to_owned()))
}

fn text(message: &str, place: &str) -> String {
    format!(
        "error[internal]: this is a bug in railsgen\n \
         = note: {message}\n \
         = note: at {place} of railsgen {} on {} {}\n\
         help: please report it, with the command and the files that led here\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_called_one() {
        let text = text("index out of bounds", "src/yaml/node.rs:1:1");
        let version = env!("CARGO_PKG_VERSION");
        assert!(text.starts_with("error[internal]: this is a bug in railsgen\n"));
        assert!(text.contains("\n = note: index out of bounds\n"));
        assert!(text.contains(&format!("at src/yaml/node.rs:1:1 of railsgen {version} on ")));
        assert!(text.ends_with("led here\n"));
    }
}
