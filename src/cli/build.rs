//! `railsgen build`

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::thread;

use clap::{Args as ClapArgs, ValueEnum};

use super::exit::{self, Exit};
use super::output::Output;
use super::shell::Shell;
use crate::build::{BuildOptions, LoadRestrictor, Reorder, build};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;
use crate::sys::{self, OsFs};

const EXAMPLES: &str = "\
Examples:
  railsgen build                                   the kustomization of this directory
  railsgen build overlays/prod                     that of another
  railsgen build overlays/prod -o prod.yaml        to a file, whole or not at all
  railsgen build overlays/prod -o rendered         to an existing directory, one file each
  railsgen build overlays/prod --strict            fail on warnings too
  railsgen build --message-format github           for a workflow on GitHub";

/// Print the manifests that a kustomization describes
///
/// Flags have kustomize's names and meaning.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, after_long_help = exit::HELP)]
pub(super) struct Flags {
    /// The directory of the kustomization
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,

    /// Write to this file, or to this existing directory one file per resource
    ///
    /// A file appears whole or not at all. Without this flag, or with `-`, manifests go to stdout.
    #[arg(short, long, value_name = "PATH")]
    output: Option<OsString>,

    /// Fail when there are warnings, and print nothing
    #[arg(long)]
    strict: bool,

    /// Which files a kustomization may name: those in its own directory, or all
    #[arg(long, value_name = "RESTRICTION", default_value = "LoadRestrictionsRootOnly")]
    load_restrictor: Restriction,

    /// How to sort resources, unless the kustomization's `sortOptions` says so
    #[arg(long, value_name = "ORDER", hide_short_help = true)]
    reorder: Option<Order>,

    /// Label every resource `app.kubernetes.io/managed-by`
    ///
    /// KUSTOMIZE_ENABLE_MANAGEDBY_LABEL=on does the same, and `buildMetadata: [managedByLabel]` in
    /// the kustomization is the way that kustomize recommends.
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_short_help = true
    )]
    enable_managedby_label: Option<bool>,
}

/// Spelled as in kustomize.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Restriction {
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    #[value(name = "LoadRestrictionsNone")]
    None,
}

impl From<Restriction> for LoadRestrictor {
    fn from(restriction: Restriction) -> LoadRestrictor {
        match restriction {
            Restriction::RootOnly => LoadRestrictor::RootOnly,
            Restriction::None => LoadRestrictor::None,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// As the files name them
    None,
    /// Namespaces first, webhooks last, kinds in between in a fixed order
    Legacy,
}

impl Flags {
    fn options(&self) -> BuildOptions {
        let from_environment = sys::env::managed_by_label();
        BuildOptions {
            load_restrictor: self.load_restrictor.into(),
            reorder: self.reorder.map(|order| match order {
                Order::None => Reorder::None,
                Order::Legacy => Reorder::Legacy,
            }),
            managed_by_label: self.enable_managedby_label.unwrap_or(false) || from_environment,
            threads: thread::available_parallelism().map_or(1, usize::from),
            ..BuildOptions::default()
        }
    }
}

/// Builds, writes, and shows what there is to say.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    // Not dropped: the process ends soon, and taking apart what a large build made takes time.
    let sources = ManuallyDrop::new(Sources::new());
    let built = match build(&OsFs::new(), &sources, &flags.directory, &flags.options()) {
        Ok(built) => built,
        Err(problems) => {
            shell.problems(&problems, &sources);
            return Exit::Failure;
        }
    };
    let mut problems = built.warnings().to_vec();
    let output = Output::prepare(built, flags.output.as_deref());
    match &output {
        Ok(output) => problems.extend(output.problems()),
        Err(problem) => problems.push(Diagnostic::clone(problem)),
    }
    if flags.strict {
        problems.iter_mut().for_each(make_error);
    }
    let exit = match &output {
        Ok(output) if !problems.iter().any(Diagnostic::is_error) => output.write(shell),
        _ => Exit::Failure,
    };
    shell.problems(&problems, &sources);
    exit
}

fn make_error(problem: &mut Diagnostic) {
    if !problem.is_error() {
        problem.severity = Severity::Error;
        problem.notes.push("a warning, but for `--strict`".to_owned());
    }
}
