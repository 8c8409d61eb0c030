//! Replacements: values copied from one object into others.

use crate::diag::{Code, Diagnostic};
use crate::source::Text;
use crate::yaml::Node;

use super::decode::{self, Decoded, Dialect, record};
use super::patches::{ObjectSelector, SELECTOR_ADVICE, Selector};
use super::value::{List, Spanned};

record! {
    /// A value copied from one field into others.
    pub struct Replacement: "a replacement" {
        /// Where the value comes from.
        source: Option<SourceSelector> = "source",
        /// Where it goes.
        targets: List<TargetSelector> = "targets",
    }
}

record! {
    /// An entry of `replacements`: a replacement, or the file that holds some.
    pub struct ReplacementEntry: "a replacement" [
        /// The replacement itself.
        replacement: Replacement
    ] {
        /// The file.
        path: Text = "path",
    }
    const SHORTHAND: Option<&'static str> = Some("path");
}

record! {
    /// The one field that a value comes from.
    pub struct SourceSelector: "a source" [
        /// The object, by exact text; empty parts stand for any.
        id: ObjectSelector
    ] {
        /// The path to the field; empty for `metadata.name`.
        field_path: Text = "fieldPath",
        /// Which part of the field.
        options: Option<FieldOptions> = "options",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = SELECTOR_ADVICE;
}

record! {
    /// The fields that a value goes to.
    pub struct TargetSelector: "a target" {
        /// The objects, by exact text; must be there, and may be empty for all.
        select: Option<Selector> = "select",
        /// The objects among them that are left out.
        reject: List<Selector> = "reject",
        /// The paths to the fields; empty for `metadata.name`.
        field_paths: List<Text> = "fieldPaths",
        /// Which part of the fields, and whether they are made.
        options: Option<FieldOptions> = "options",
    }
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        ("fieldPath", "write `fieldPaths`, a list"),
        ("kind", "what picks the objects goes under `select`"),
        ("name", "what picks the objects goes under `select`"),
    ];
}

record! {
    /// Which part of a field is meant.
    pub struct FieldOptions: "field options" {
        /// What the text of the field is split at; empty to take it whole.
        delimiter: Text = "delimiter",
        /// The part, counted from zero.
        index: Spanned<i64> = "index",
        /// Means nothing.
        encoding: Text = "encoding",
        /// Whether missing fields are made.
        create: Spanned<bool> = "create",
    }
}

/// Decodes a file of replacements: one, or a list of them.
///
/// # Errors
/// All problems found, in file order; at least one is an error.
pub fn decode(root: Option<&Node>) -> Result<Decoded<Vec<Replacement>>, Vec<Diagnostic>> {
    match root {
        Some(Node::Mapping(_)) => {
            let one = decode::decode::<Replacement>(root, Dialect::NAMED_FILE)?;
            Ok(Decoded { value: vec![one.value], warnings: one.warnings })
        }
        Some(Node::Sequence(_)) => {
            let list = decode::decode::<List<Replacement>>(root, Dialect::NAMED_FILE)?;
            Ok(Decoded { value: list.value.into_iter().collect(), warnings: list.warnings })
        }
        _ => {
            let message = "the file must hold a replacement or a list of them";
            let problem = Diagnostic::error(Code::WrongType, message);
            Err(vec![problem.at(root.map_or_else(Default::default, Node::span))])
        }
    }
}
