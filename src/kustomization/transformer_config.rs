//! Transformer configurations: which fields each transformer touches.

use crate::diag::Diagnostic;
use crate::k8s::field_spec::{FieldPath, FieldSpec};
use crate::source::{Span, Text};
use crate::yaml::Node;

use super::decode::{self, Decode, Decoded, Decoder, Dialect, Record, record};
use super::value::{List, Spanned};

record! {
    /// A file under `configurations`. Lists are in file order; sorting and merging them is up to
    /// who applies them.
    pub struct TransformerConfig: "a transformer configuration" {
        /// What a name prefix goes to.
        name_prefix: List<FieldSpec> = "namePrefix",
        /// What a name suffix goes to.
        name_suffix: List<FieldSpec> = "nameSuffix",
        /// What a namespace goes to.
        namespace: List<FieldSpec> = "namespace",
        /// What labels go to that selectors use.
        common_labels: List<FieldSpec> = "commonLabels",
        /// What all labels go to.
        labels: List<FieldSpec> = "labels",
        /// What labels go to that templates get.
        template_labels: List<FieldSpec> = "templateLabels",
        /// What annotations go to.
        common_annotations: List<FieldSpec> = "commonAnnotations",
        /// What fields refer to objects by name.
        name_reference: List<NameReference> = "nameReference",
        /// What fields vars are put into.
        var_reference: List<FieldSpec> = "varReference",
        /// What fields hold image references.
        images: List<FieldSpec> = "images",
        /// What fields hold a number of replicas.
        replicas: List<FieldSpec> = "replicas",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        ("apiVersion", NOT_AN_OBJECT),
        ("kind", NOT_AN_OBJECT),
        ("metadata", NOT_AN_OBJECT),
    ];
}

const NOT_AN_OBJECT: &str = "take it out: a configuration has lists of fields only; \
    what has a kind belongs under `transformers`";

record! {
    /// The fields that refer to objects of one type by name.
    pub struct NameReference: "a name reference" [
        /// The type that is referred to.
        referred: TypeSelector
    ] {
        /// The fields that refer to it.
        referrers: List<FieldSpec> = "fieldSpecs",
    }
}

record! {
    /// A type of objects; empty parts stand for any.
    pub struct TypeSelector: "a type" {
        /// The API group.
        group: Text = "group",
        /// The API version without its group.
        version: Text = "version",
        /// The kind.
        kind: Text = "kind",
    }
}

/// Decodes a transformer configuration. An empty file is an empty configuration.
///
/// # Errors
/// All problems found, in file order; at least one is an error.
pub fn decode(root: Option<&Node>) -> Result<Decoded<TransformerConfig>, Vec<Diagnostic>> {
    decode::decode(root, Dialect::CONFIGURATION)
}

impl Record for FieldSpec {
    const WHAT: &'static str = "a field spec";
    const SHORTHAND: Option<&'static str> = Some("path");
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        (
            "apiVersion",
            "write `group` and `version` instead: `apps/v1` is group `apps`, version `v1`",
        ),
        ("apiGroup", "did you mean `group`?"),
        ("fieldPath", "did you mean `path`?"),
    ];

    fn names() -> impl Iterator<Item = &'static str> {
        ["path", "create", "group", "version", "kind"].into_iter()
    }

    fn set(&mut self, name: &'static str, node: &Node, decoder: &mut Decoder) {
        match name {
            "path" => {
                let mut path = self.path.text().clone();
                path.decode(node, decoder);
                self.path = FieldPath::new(path);
            }
            "create" => {
                let mut create = Spanned::from(self.create);
                create.decode(node, decoder);
                self.create = create.value;
            }
            "group" => decoder.embedded(|decoder| self.group.decode(node, decoder)),
            "version" => decoder.embedded(|decoder| self.version.decode(node, decoder)),
            "kind" => decoder.embedded(|decoder| self.kind.decode(node, decoder)),
            _ => {}
        }
    }

    fn place(&mut self, span: Span) {
        self.span = span;
    }

    fn is_blank(&self) -> bool {
        *self == FieldSpec { span: self.span, ..FieldSpec::default() }
    }
}
