//! The flags that all subcommands share, and the list of subcommands.
//!
//! Doc comments here and in the subcommands' files are the text of `--help`.

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::{build, completions, create, edit, exit, init};
use crate::KUSTOMIZE_LEVEL;
use crate::render::Format;

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (kustomize {KUSTOMIZE_LEVEL})", env!("CARGO_PKG_VERSION")));

const EXAMPLES: &str = "\
Examples:
  railsgen build overlays/prod                          print the manifests
  railsgen build overlays/prod | kubectl apply -f -     and apply them
  railsgen build overlays/prod -o rendered              one file each, in an existing directory
  railsgen build overlays/prod --strict -o /dev/null    fail on warnings too
  railsgen init                                         manifests for the Rails app that is here
  railsgen edit set image web=registry.example.com/web:v2    change a kustomization file
  railsgen create --autodetect                          make one for the files that are here";

/// Builds Kubernetes manifests from kustomization files: the bytes of kustomize, far faster
#[derive(Debug, Parser)]
#[command(
    name = "railsgen",
    version = VERSION.as_str(),
    before_long_help = EXAMPLES,
    after_long_help = exit::HELP,
    infer_long_args = false,
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(Box<build::Flags>),
    Init(Box<init::Flags>),
    Edit(Box<edit::Flags>),
    Create(Box<create::Flags>),
    Completions(completions::Flags),
}

/// How problems are shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Messages")]
pub(super) struct Global {
    /// When to use colors in messages
    ///
    /// `auto` uses them on a terminal, unless NO_COLOR is set or TERM is `dumb`.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorWhen,

    /// How problems are written to stderr
    #[arg(long, global = true, value_name = "FORMAT", default_value = "full")]
    pub(super) message_format: MessageFormat,

    /// Show errors only, no warnings
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorWhen {
    /// What a command line asks for, even if it turns out to be wrong: messages about it and the
    /// help are shown before it is understood.
    pub(super) fn of_line(line: &[OsString]) -> ColorWhen {
        let mut when = ColorWhen::default();
        let mut words = line.iter().filter_map(|word| word.to_str());
        while let Some(word) = words.next() {
            let value = match word {
                "--" => break,
                "--color" => words.next(),
                word => word.strip_prefix("--color="),
            };
            if let Some(Ok(asked)) = value.map(|value| ColorWhen::from_str(value, false)) {
                when = asked;
            }
        }
        when
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// With the lines in question, notes and help
    Full,
    /// One line each, with file, line and column in front
    Concise,
    /// One JSON object a line
    Json,
    /// GitHub workflow commands, shown beside the lines of a change
    Github,
}

impl MessageFormat {
    /// The renderer's format.
    pub(super) fn format(self, color: bool) -> Format {
        match self {
            MessageFormat::Full if color => Format::FullInColor,
            MessageFormat::Full => Format::Full,
            MessageFormat::Concise => Format::Concise,
            MessageFormat::Json => Format::Json,
            MessageFormat::Github => Format::Github,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_is_known_before_the_line_is_understood() {
        for (line, when) in [
            ("railsgen --color=never --nope", ColorWhen::Never),
            ("railsgen --nope --color always", ColorWhen::Always),
            ("railsgen --color always --color never", ColorWhen::Never),
            ("railsgen --color --color=never", ColorWhen::Auto),
            ("railsgen --color sometimes", ColorWhen::Auto),
            ("railsgen build -- --color=never", ColorWhen::Auto),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(ColorWhen::of_line(&words), when, "{line}");
        }
    }
}
