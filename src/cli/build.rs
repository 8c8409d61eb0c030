//! `railsgen build`

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::build_many;
use super::exit::{self, Exit};
use super::output::Output;
use super::shell::Shell;
use crate::build::{BuildOptions, Built, LoadRestrictor, Phase, Reorder, build};
use crate::diag::{self, Code, Diagnostic, Severity};
use crate::source::Sources;
use crate::sys::{self, OsFs};

const EXAMPLES: &str = "\
Examples:
  railsgen build                                   the kustomization of this directory
  railsgen build overlays/prod                     that of another
  railsgen build overlays/prod -o prod.yaml        to a file, whole or not at all
  railsgen build overlays/prod -o rendered         to an existing directory, one file each
  railsgen build overlays/* -o rendered            one file for each overlay
  railsgen build --all . -o rendered               one for each that no other includes
  railsgen build overlays/prod --strict            fail on warnings too
  railsgen build overlays/prod --phase migrate     only the Job that migrates the database
  railsgen build overlays/prod --only Service/web  only what is named
  railsgen build --message-format github           for a workflow on GitHub";

/// Print the manifests that a kustomization describes
///
/// Flags have kustomize's names and meaning.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, after_long_help = exit::HELP)]
pub(super) struct Flags {
    /// Directories of kustomizations; several need `-o DIR`
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) directories: Vec<PathBuf>,

    /// Build all below this directory that no other one includes
    ///
    /// Each gets a file in the directory of `-o`, named after its path. Files and components that
    /// nothing uses are reported.
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".",
        conflicts_with = "directories")]
    pub(super) all: Option<PathBuf>,

    /// Write to a file, or one file each to an existing directory
    ///
    /// A file appears whole or not at all. Without this flag, or with `-`, manifests go to stdout.
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: Option<OsString>,

    /// Fail when there are warnings, and print nothing
    #[arg(long)]
    pub(super) strict: bool,

    /// Print only these resources (can be repeated)
    ///
    /// A name fits with and without the prefixes, suffixes and hashes that the build adds. The order
    /// stays that of the build. It is an error if one of them is not there.
    #[arg(long, value_name = "KIND/NAME", value_delimiter = ',')]
    only: Vec<String>,

    /// Print one phase of a release: config, migrate, app
    ///
    /// For scripts that wait between the phases. Each resource belongs to exactly one phase. docs/guides/migrations.md shows how to use them.
    #[arg(long, value_name = "PHASE", hide_possible_values = true)]
    phase: Option<ReleasePhase>,

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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReleasePhase {
    /// What pods stand on: namespaces, accounts, settings, disks, Services, databases
    Config,
    /// Jobs with the label `app.kubernetes.io/component: migration`
    Migrate,
    /// Everything else
    App,
}

impl ReleasePhase {
    fn phase(self) -> Phase {
        match self {
            ReleasePhase::Config => Phase::Config,
            ReleasePhase::Migrate => Phase::Migrate,
            ReleasePhase::App => Phase::App,
        }
    }
}

impl Flags {
    pub(super) fn options(&self) -> BuildOptions {
        let from_environment = sys::env::managed_by_label();
        BuildOptions {
            load_restrictor: self.load_restrictor.into(),
            reorder: self.reorder.map(|order| match order {
                Order::None => Reorder::None,
                Order::Legacy => Reorder::Legacy,
            }),
            managed_by_label: self.enable_managedby_label.unwrap_or(false) || from_environment,
            ..BuildOptions::default()
        }
    }
}

impl Flags {
    /// The part of a build that is asked for, and what there is to say about it.
    pub(super) fn part(&self, built: Built) -> diag::Result<(Built, Option<Diagnostic>)> {
        let built = if self.only.is_empty() { built } else { built.only(&self.only)? };
        let Some(phase) = self.phase else { return Ok((built, None)) };
        let built = built.phase(phase.phase());
        let remark = built.resources().is_empty().then(|| nothing_in(phase));
        Ok((built, remark))
    }
}

/// A script that applies the phase would wait for nothing, or fail for want of input.
fn nothing_in(phase: ReleasePhase) -> Diagnostic {
    let name = phase.to_possible_value();
    let name = name.as_ref().map_or("", |name| name.get_name());
    let warning =
        Diagnostic::warning(Code::Usage, format!("phase `{name}` of this build is empty"));
    match phase {
        ReleasePhase::Migrate => warning
            .help("migration Jobs are known by the label `app.kubernetes.io/component: migration`"),
        ReleasePhase::Config | ReleasePhase::App => warning,
    }
}

/// Builds, writes, and shows what there is to say.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let directory = match (&*flags.directories, &flags.all) {
        ([directory], None) => directory,
        _ => return build_many::run(flags, shell),
    };
    // Not dropped: the process ends soon, and taking apart what a large build made takes time.
    let sources = ManuallyDrop::new(Sources::new());
    let built = match build(&OsFs::new(), &sources, directory, &flags.options()) {
        Ok(built) => built,
        Err(problems) => {
            shell.problems(&problems, &sources);
            return Exit::Failure;
        }
    };
    let mut problems = built.warnings().to_vec();
    let built = match flags.part(built) {
        Ok((built, remark)) => {
            problems.extend(remark);
            built
        }
        Err(problem) => {
            problems.push(*problem);
            shell.problems(&problems, &sources);
            return Exit::Failure;
        }
    };
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

pub(super) fn make_error(problem: &mut Diagnostic) {
    if !problem.is_error() {
        problem.severity = Severity::Error;
        problem.notes.push("a warning, but for `--strict`".to_owned());
    }
}
