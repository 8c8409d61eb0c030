//! Warnings about what a strategic merge loses or ignores.

use super::directive::{self, Unknown};
use super::merge::Merger;
use crate::diag::{Code, Diagnostic};
use crate::yaml::{Key, Mapping, Node, Sequence};

impl Merger<'_> {
    /// A key that came into the object.
    pub(super) fn check_key(&mut self, key: &Key) {
        if directive::is_unsupported(&key.text) {
            let name = key.text.split('/').next().unwrap_or_default();
            let message = format!("`{name}` is not carried out: it is copied into the object");
            (self.report)(
                Diagnostic::warning(Code::NoEffect, message)
                    .at(key.text.span())
                    .help("only `$patch` is honoured; remove this key from the patch"),
            );
        }
    }

    /// A list that came into the object as it is, directives and all.
    pub(super) fn check_replaced(&mut self, list: &Sequence) {
        let mut nodes: Vec<&Node> = list.items.iter().collect();
        while let Some(node) = nodes.pop() {
            match node {
                Node::Scalar(_) => {}
                Node::Sequence(list) => nodes.extend(&list.items),
                Node::Mapping(mapping) => {
                    for entry in mapping.iter() {
                        nodes.push(&entry.value);
                        if *entry.key.text == *directive::KEY {
                            (self.report)(
                                Diagnostic::warning(
                                    Code::NoEffect,
                                    "`$patch` does nothing here: it is copied into the object",
                                )
                                .at(entry.key.text.span())
                                .note("the list is replaced as a whole: it has no merge key"),
                            );
                        } else {
                            self.check_key(&entry.key);
                        }
                    }
                }
            }
        }
    }

    pub(super) fn report_unknown(&mut self, unknown: Unknown<'_>) {
        let mut problem = *unknown.error();
        problem.severity = crate::diag::Severity::Warning;
        problem.code = Code::NoEffect;
        (self.report)(problem.note("it is copied into the object"));
    }

    /// `$patch: replace` where it does nothing.
    pub(super) fn report_idle_replace(&mut self, patch: &Mapping, place: &str) {
        let span = patch.entry(directive::KEY).map_or(patch.span(), |entry| entry.key.text.span());
        (self.report)(
            Diagnostic::warning(Code::NoEffect, format!("`$patch: replace` {place} does nothing"))
                .at(span)
                .note("the rest of what it stands in is ignored too")
                .help("replace the whole list with an item that is only `$patch: replace`, or set each field"),
        );
    }
}
