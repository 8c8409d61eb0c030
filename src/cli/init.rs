//! `railsgen init`

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::edit::{How, carry_out};
use super::exit::{self, Exit};
use super::shell::Shell;
use crate::fs::join;
use crate::init::{Options, Plan, init};
use crate::source::Sources;
use crate::sys::OsFs;

const EXAMPLES: &str = "\
Examples:
  railsgen init                                        for the Rails app of this directory
  railsgen init --host shop.example.com --image ghcr.io/me/shop
  railsgen init ../shop --out deploy/k8s               elsewhere than in its k8s/
  railsgen init --dry-run --diff                       look first";

/// Write Kubernetes manifests for a Rails app
///
/// Reads the app's files (Gemfile.lock, Dockerfile, Procfile, config/ …), runs nothing and asks
/// nothing. Says what it found in which file, and writes a base, the components that apply,
/// overlays for staging, production and a canary, and workflows for GitHub: ordinary kustomize
/// files, to be changed by hand from then on. A second run has nothing to do.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES, after_long_help = exit::HELP)]
pub(super) struct Flags {
    /// The directory of the app
    #[arg(value_name = "APP_DIR", default_value = ".")]
    app: PathBuf,

    /// The name of the app, part of other names [default: from config/application.rb]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The image, perhaps with a tag or digest [default: from config/deploy.yml, or made up]
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// The public name in production [default: from config/deploy.yml, or made up]
    #[arg(long, value_name = "HOST")]
    host: Option<String>,

    /// The namespace in production [default: the name with -prod]
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,

    /// Where manifests go, from the app's directory
    #[arg(long, value_name = "DIR", default_value = "k8s")]
    out: PathBuf,

    /// Overwrite files that are there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    how: How,
}

/// Plans the files, says what was found, and writes them.
pub(super) fn run(flags: &Flags, shell: &mut Shell) -> Exit {
    let options = Options {
        name: flags.name.clone(),
        image: flags.image.clone(),
        host: flags.host.clone(),
        namespace: flags.namespace.clone(),
        out: flags.out.clone(),
        force: flags.force,
    };
    match init(&OsFs::new(), &flags.app, &options) {
        Ok(plan) => {
            let lines = lines(&plan, flags);
            carry_out(&plan.changes, &[], lines, flags.how, &Sources::new(), shell)
        }
        Err(problem) => shell.problem(&problem),
    }
}

/// What there is to say of a plan.
fn lines(plan: &Plan, flags: &Flags) -> Vec<String> {
    let mut lines = Vec::new();
    let mut section = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            lines.push(format!("{title}:"));
            lines.extend(items.into_iter().map(|item| format!("  {item}")));
        }
    };
    section("found", plan.facts.iter().map(ToString::to_string).collect());
    section("decided", plan.decisions.clone());
    section("left to do", plan.notes.iter().map(|note| note.text.clone()).collect());
    let count = plan.changes.iter().count();
    if count > 0 {
        let out = join(&flags.app, &flags.out.join("README.md").to_string_lossy());
        let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        lines.push(format!("{files}; {} says how to go on", out.display()));
    }
    lines
}
