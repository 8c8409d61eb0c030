//! Arguments that several verbs of `railsgen edit` take.

use clap::{Arg, ArgAction, Args as ClapArgs};

use crate::diag::Result;
use crate::edit::build_metadata;
use crate::edit::patch::{Patch, Target};
use crate::kustomization::file::BuildMetadata;

#[derive(Debug, ClapArgs)]
pub(super) struct PathFlags {
    /// Paths, or patterns: `*`, `?`, `[a-z]`
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DirFlags {
    /// Directories, with commas
    #[arg(value_name = "DIR,DIR", required = true, value_delimiter = ',')]
    pub(super) paths: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PairFlags {
    /// Keys and values; the value may be in quotes
    #[arg(value_name = "KEY:VALUE", required = true)]
    pub(super) pairs: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct BuildMetadataFlags {
    /// originAnnotations, transformerAnnotations, managedByLabel; with commas
    #[arg(value_name = "OPTION,OPTION")]
    options: String,
}

impl BuildMetadataFlags {
    pub(super) fn parse(&self) -> Result<Vec<BuildMetadata>> {
        build_metadata::parse(&self.options)
    }
}

/// The parts of a patch.
#[derive(Debug, ClapArgs)]
pub(super) struct PatchFlags {
    /// The file that holds the patch
    #[arg(long, allow_hyphen_values = true)]
    path: Option<String>,

    /// The patch itself
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    patch: Option<String>,

    /// For objects of this API group
    #[arg(long, allow_hyphen_values = true)]
    group: Option<String>,

    /// For objects of this API version
    #[arg(long, allow_hyphen_values = true)]
    version: Option<String>,

    /// For objects of this kind
    #[arg(long, allow_hyphen_values = true)]
    kind: Option<String>,

    /// For objects of this name
    #[arg(long, allow_hyphen_values = true)]
    name: Option<String>,

    /// For objects in this namespace
    #[arg(long, allow_hyphen_values = true)]
    namespace: Option<String>,

    /// For objects with these labels
    #[arg(long, value_name = "SELECTOR", allow_hyphen_values = true)]
    label_selector: Option<String>,

    /// For objects with these annotations
    #[arg(long, value_name = "SELECTOR", allow_hyphen_values = true)]
    annotation_selector: Option<String>,
}

impl PatchFlags {
    pub(super) fn patch(&self) -> Patch {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        Patch {
            path: text(&self.path),
            patch: text(&self.patch),
            target: Target {
                group: text(&self.group),
                version: text(&self.version),
                kind: text(&self.kind),
                name: text(&self.name),
                namespace: text(&self.namespace),
                label_selector: text(&self.label_selector),
                annotation_selector: text(&self.annotation_selector),
            },
        }
    }
}

/// Lets flags of kustomize be written `--flag=true` and `--flag=false`, too.
pub(in crate::cli) fn switch(arg: Arg) -> Arg {
    if arg.is_global_set() || !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("true|false")
        .default_missing_value("true")
        .default_value("false")
        .hide_default_value(true)
        .value_parser(truth)
}

/// Reads what Go takes for a boolean.
fn truth(text: &str) -> std::result::Result<bool, &'static str> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("write `true` or `false`"),
    }
}

pub(super) fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
