//! `railsgen create`

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::edit::{How, conclude};
use super::exit::{self, Exit};
use super::shell::Shell;
use crate::diag::Result;
use crate::edit::create::{New, create};
use crate::edit::metadata::{self, Kind, Pair};
use crate::edit::{Edited, Place};
use crate::source::Sources;
use crate::sys::OsFs;

const EXAMPLES: &str = "\
Examples:
  railsgen create --resources ../base                      an overlay
  railsgen create --autodetect                             for the files that are here
  railsgen create --autodetect --recursive --dir k8s       and below, in another directory
  railsgen create --resources web.yaml,../base --namespace staging --nameprefix acme-";

/// Make a kustomization file
///
/// Flags have kustomize's names and meaning. An existing file is left alone.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, after_long_help = exit::HELP, mut_args = super::edit::switch)]
pub(super) struct Flags {
    /// Files, directories and patterns for `resources`
    #[arg(long, value_name = "PATH,PATH", value_delimiter = ',')]
    resources: Vec<String>,

    /// Add the files here that hold resources
    #[arg(long)]
    autodetect: bool,

    /// Search below, too; a directory with a kustomization is added itself
    #[arg(long)]
    recursive: bool,

    /// The namespace of all objects
    #[arg(long, allow_hyphen_values = true)]
    namespace: Option<String>,

    /// What is put in front of names
    #[arg(long, value_name = "PREFIX", allow_hyphen_values = true)]
    nameprefix: Option<String>,

    /// What is put behind names
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    namesuffix: Option<String>,

    /// Labels for all objects
    #[arg(long, value_name = "KEY:VALUE,…", value_delimiter = ',')]
    labels: Vec<String>,

    /// Annotations for all objects
    #[arg(long, value_name = "KEY:VALUE,…", value_delimiter = ',')]
    annotations: Vec<String>,

    /// Where the file is made; paths start there
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    #[command(flatten)]
    how: How,
}

/// Plans the file and writes it.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let (fs, sources) = (OsFs::new(), Sources::new());
    let place = Place { fs: &fs, sources: &sources, directory: &flags.dir };
    let planned = plan(flags, place).map_err(|problem| vec![*problem]);
    conclude(planned, flags.how, &sources, shell)
}

fn plan(flags: &Flags, place: Place<'_>) -> Result<Edited> {
    let pairs = |kind, pairs: &[String]| -> Result<Vec<Pair>> {
        metadata::parse(kind, pairs.iter().map(String::as_str))
    };
    let new = New {
        resources: flags.resources.clone(),
        autodetect: flags.autodetect,
        recursive: flags.recursive,
        namespace: flags.namespace.clone().unwrap_or_default(),
        name_prefix: flags.nameprefix.clone().unwrap_or_default(),
        name_suffix: flags.namesuffix.clone().unwrap_or_default(),
        labels: pairs(Kind::Label, &flags.labels)?,
        annotations: pairs(Kind::Annotation, &flags.annotations)?,
    };
    create(place, &new)
}
