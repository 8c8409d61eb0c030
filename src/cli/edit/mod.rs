//! `railsgen edit`: one file per verb.

mod add;
mod args;
mod fix;
mod outcome;
mod remove;
mod set;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::exit::{self, Exit};
use super::shell::Shell;
use crate::diag::Diagnostic;
use crate::edit::{Edited, Place};
use crate::source::Sources;
use crate::sys::OsFs;

pub(super) use args::switch;
pub(super) use outcome::{How, carry_out, conclude};

const EXAMPLES: &str = "\
Examples:
  railsgen edit set image web=registry.example.com/web:v2      release a tag
  railsgen edit set image web@sha256:24a0c4b4 --dir overlays/prod
  railsgen edit add resource web.yaml 'jobs/*.yaml'
  railsgen edit remove label team
  railsgen edit set replicas worker=3 --diff --dry-run         look first
  railsgen edit fix                                            bring older fields forward";

/// Change a kustomization file, and nothing in it that was not asked for
///
/// Arguments have the meaning that they have in `kustomize edit`. Comments, order, quotes and all
/// else stay as they are; where that can't be, the command refuses and names the line.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, after_long_help = exit::HELP)]
pub(super) struct Flags {
    #[command(subcommand)]
    verb: Verb,

    /// The directory of the kustomization; paths in arguments start there
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    #[command(flatten)]
    how: How,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Add(add::Flags),
    Set(set::Flags),
    Remove(remove::Flags),
    Fix(fix::Flags),
}

/// What comes of an edit, or all that is wrong.
type Planned = Result<Edited, Vec<Diagnostic>>;

/// Plans the edit and carries it out.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let (fs, sources) = (OsFs::new(), Sources::new());
    let place = Place { fs: &fs, sources: &sources, directory: &flags.dir };
    let planned = match &flags.verb {
        Verb::Add(flags) => add::plan(flags, place).map_err(|problem| vec![*problem]),
        Verb::Set(flags) => set::plan(flags, place).map_err(|problem| vec![*problem]),
        Verb::Remove(flags) => remove::plan(flags, place).map_err(|problem| vec![*problem]),
        Verb::Fix(flags) => fix::plan(flags, place),
    };
    conclude(planned, flags.how, &sources, shell)
}
