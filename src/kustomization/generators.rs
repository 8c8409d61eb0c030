//! Generators of ConfigMaps and Secrets.

use crate::source::Text;

use super::decode::record;
use super::value::{List, Map, Spanned};

record! {
    /// An entry of `configMapGenerator`, and most of an entry of `secretGenerator`.
    pub struct GeneratorArgs: "a generator" {
        /// The namespace of the object; may be empty.
        namespace: Text = "namespace",
        /// The name of the object.
        name: Text = "name",
        /// What happens when the object exists.
        behavior: Text = "behavior",
        /// `key=value` each.
        literals: List<Text> = "literals",
        /// `path` or `key=path` each.
        files: List<Text> = "files",
        /// Files of `key=value` lines.
        envs: List<Text> = "envs",
        /// One more such file, in the older spelling; empty once a file is decoded, for it then
        /// stands in `envs`.
        env: Text = "env",
        /// Options for this object.
        options: Option<GeneratorOptions> = "options",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = GENERATOR_ADVICE;
}

record! {
    /// An entry of `secretGenerator`.
    pub struct SecretArgs: "a generator" [
        /// All but the type.
        args: GeneratorArgs
    ] {
        /// The type of the Secret; empty for `Opaque`.
        secret_type: Text = "type",
    }
    const SECRET: bool = true;
    const ADVICE: &'static [(&'static str, &'static str)] = GENERATOR_ADVICE;
}

/// Advice on names that objects have and generators don't.
const GENERATOR_ADVICE: &[(&str, &str)] = &[
    ("data", "write `literals`, a list of `key=value`"),
    ("stringData", "write `literals`, a list of `key=value`"),
    ("labels", "labels go under `options`"),
    ("annotations", "annotations go under `options`"),
    ("immutable", "`immutable` goes under `options`"),
    ("disableNameSuffixHash", "`disableNameSuffixHash` goes under `options`"),
];

record! {
    /// Options for generated objects.
    pub struct GeneratorOptions: "generator options" {
        /// Labels for the object.
        labels: Map<Text> = "labels",
        /// Annotations for the object.
        annotations: Map<Text> = "annotations",
        /// Whether the name goes without a hash of the content.
        disable_name_suffix_hash: Spanned<bool> = "disableNameSuffixHash",
        /// Whether the object can't be changed in the cluster.
        immutable: Spanned<bool> = "immutable",
    }
}

/// What happens when a generated object exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Behavior {
    /// Not said, or said in a word that means nothing: as `create`.
    #[default]
    Unspecified,
    /// It is an error.
    Create,
    /// The generated object takes its place.
    Replace,
    /// The generated data joins the existing.
    Merge,
}

impl GeneratorArgs {
    /// What happens when the object exists.
    pub fn behavior(&self) -> Behavior {
        match self.behavior.as_str() {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        }
    }
}
