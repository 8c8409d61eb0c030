//! The small entries: labels, images, replicas.

use crate::k8s::field_spec::FieldSpec;
use crate::source::Text;

use super::decode::record;
use super::value::{List, Map, Spanned};

record! {
    /// An entry of `labels`: labels, and where they go.
    pub struct Label: "an entry of `labels`" {
        /// The labels.
        pairs: Map<Text> = "pairs",
        /// Whether selectors get the labels, too. Wins over `include_templates`.
        include_selectors: Spanned<bool> = "includeSelectors",
        /// Whether the templates of workloads get the labels, too.
        include_templates: Spanned<bool> = "includeTemplates",
        /// More fields that get the labels.
        fields: List<FieldSpec> = "fields",
    }
}

record! {
    /// An entry of `images`: what becomes of references to an image.
    pub struct Image: "an entry of `images`" {
        /// The image as resources name it; a regular expression, in fact.
        name: Text = "name",
        /// What its name becomes; empty to keep it.
        new_name: Text = "newName",
        /// What is added to its tag, if neither a new tag nor a digest is given.
        tag_suffix: Text = "tagSuffix",
        /// Its new tag; empty to keep the old one.
        new_tag: Text = "newTag",
        /// Its new digest; empty for none.
        digest: Text = "digest",
    }
    const SHORTHAND: Option<&'static str> = Some("name");
    const NULLS: &'static [&'static str] = &["name", "newName", "tagSuffix", "newTag", "digest"];
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        ("tag", "did you mean `newTag`?"),
        ("image", "did you mean `name`?"),
    ];
}

record! {
    /// An entry of `replicas`: how many a workload has.
    pub struct Replica: "an entry of `replicas`" {
        /// The workload's name.
        name: Text = "name",
        /// How many there are to be.
        count: Spanned<i64> = "count",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = &[("replicas", "did you mean `count`?")];
}
