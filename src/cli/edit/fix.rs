//! `railsgen edit fix`

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Planned;
use super::args::switch;
use crate::build::BuildOptions;
use crate::cli::build::Restriction;
use crate::edit::Place;
use crate::edit::fix::{FixOptions, fix};

const EXAMPLES: &str = "\
Examples:
  railsgen edit fix                       the kustomization of this directory
  railsgen edit fix --diff --dry-run      what would change
  railsgen edit fix --vars                vars too; rewrites resource files
  railsgen edit fix --dir base --check overlays/prod --check overlays/staging";

/// Bring older fields forward, if the build stays the same to the byte
///
/// `bases` become `resources`, `imageTags` become `images`, a generator's `env` joins its `envs`,
/// `patchesStrategicMerge` and `patchesJson6902` become `patches`, `commonLabels` become `labels`
/// with `includeSelectors`. The kustomization is built before and after; if a byte differs, nothing
/// is written.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, mut_args = switch)]
pub(super) struct Flags {
    /// Turn vars into replacements, too
    ///
    /// That puts placeholders into resource files, of bases too. Commit first: other kustomizations
    /// that use these files and their vars have to be fixed with them.
    #[arg(long)]
    vars: bool,

    /// Another kustomization whose build must stay the same, such as an overlay of this one; may be
    /// given several times
    ///
    /// A component, which often can't be built alone, is proved by the kustomizations that include
    /// it.
    #[arg(long, value_name = "DIR")]
    check: Vec<PathBuf>,

    /// Which files a kustomization may name: those in its own directory, or all
    #[arg(long, value_name = "RESTRICTION", default_value = "LoadRestrictionsRootOnly")]
    load_restrictor: Restriction,
}

pub(super) fn plan(flags: &Flags, place: Place<'_>) -> Planned {
    let build =
        BuildOptions { load_restrictor: flags.load_restrictor.into(), ..BuildOptions::default() };
    fix(place, &FixOptions { vars: flags.vars, check: flags.check.clone(), build })
}
