//! JSON patches (RFC 6902), with the liberties that the reference's library takes.
//!
//! A patch is a list of operations. Text that begins with `[` is JSON (`json.rs`); all else is YAML
//! by the rules of YAML 1.1. [`apply`] changes a resource operation by operation (`apply.rs`), and
//! `equal.rs` says what `test` takes for equal.
//!
//! What differs from the RFC: the path's part before the first `/` is ignored, negative indexes
//! count from the end, `replace` adds what is missing, `copy` of what is missing copies null, and a
//! missing `value` is null. What an operation says wrongly is an error only when it is applied:
//! a patch that selects no resource may say anything.
//!
//! The reference does all this on JSON text; [`crate::yaml::json::rebuild`] does to the patched
//! resource what that does to it.

mod apply;
mod equal;
pub(super) mod json;

use std::sync::Arc;

use crate::diag::{self, Code, Diagnostic};
use crate::source::{Source, Span, Text};
use crate::yaml::json::from_yaml_1_1;
use crate::yaml::{Limits, Mapping, Node, Tag, parse_document};

pub use apply::apply;

/// One operation of a JSON patch.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The text under `op`, if there is one.
    op: Option<Text>,
    /// The text under `path`, if there is one.
    path: Option<Text>,
    /// The text under `from`, if there is one.
    from: Option<Text>,
    value: Option<Node>,
    /// The scalars of the value that are not spelled as the reference writes JSON: `test` compares
    /// spellings.
    odd: Vec<Span>,
    pub(crate) span: Span,
}

/// Reads a JSON patch. Text without content has no operations.
///
/// ```
/// use railsgen::patch::json6902;
/// use railsgen::source::Sources;
/// use railsgen::yaml::{Limits, parse_document};
///
/// let sources = Sources::new();
/// let text = "- {op: replace, path: /spec/replicas, value: 3}\n";
/// let patch = sources.add("patch.yaml", text.into())?;
/// let patch = json6902::parse(&patch, &Limits::default()).unwrap();
///
/// let resource = sources.add("web.yaml", "kind: Deployment\nspec: {replicas: 1}\n".into())?;
/// let mut resource = parse_document(&resource, &Limits::default()).unwrap().unwrap();
/// json6902::apply(&mut resource, &patch).unwrap();
/// assert_eq!(resource.at(&["spec", "replicas"]).unwrap().text().unwrap(), "3");
/// # Ok::<(), railsgen::source::TooMuchText>(())
/// ```
///
/// # Errors
/// When the text is neither JSON nor YAML, or not a list of mappings.
pub fn parse(source: &Arc<Source>, limits: &Limits) -> diag::Result<Vec<Operation>> {
    let patch = if source.text().starts_with('[') {
        json::parse(&Text::slice(source, 0, source.text().len()), limits)?
    } else {
        match parse_document(source, limits)? {
            Some(root) => json::Document { root: from_yaml_1_1(&root)?, odd: Vec::new() },
            None => return Ok(Vec::new()),
        }
    };
    let Node::Sequence(items) = &patch.root else {
        if patch.root.is_null() {
            return Ok(Vec::new());
        }
        return Err(not_a_list(&patch.root));
    };
    let odd = patch.odd.into_iter().chain(std::iter::repeat_with(Vec::new));
    items
        .items
        .iter()
        .zip(odd)
        .map(|(item, odd)| match item {
            Node::Mapping(members) => Ok(read(members, odd)),
            null if null.is_null() => Ok(read(&Mapping::new(null.span()), odd)),
            other => Err(Box::new(
                Diagnostic::error(
                    Code::Patch,
                    format!("an operation must be a mapping, not {}", other.describe()),
                )
                .at(other.span())
                .help(EXAMPLE),
            )),
        })
        .collect()
}

impl Operation {
    /// Pointers of which a part is not looked at, because they do not begin with a slash.
    pub(crate) fn halved_pointers(&self) -> impl Iterator<Item = &Text> {
        let pointers = [&self.path, &self.from].into_iter().flatten();
        pointers.filter(|pointer| !pointer.starts_with('/') && pointer.contains('/'))
    }

    /// Whether it replaces a whole object by a scalar, which the reference leaves undone.
    pub(crate) fn is_idle(&self) -> bool {
        let is_scalar = |value: &Node| matches!(value, Node::Scalar(_));
        self.op.as_ref().is_some_and(|op| *op == *"replace")
            && self.path.as_ref().is_some_and(|path| path.is_empty())
            && self.value.as_ref().is_some_and(is_scalar)
    }

    /// Whether one of its two pointers is such a one.
    pub fn touches(&self, is_such: impl Fn(&str) -> bool) -> bool {
        [&self.path, &self.from].into_iter().flatten().any(|pointer| is_such(pointer))
    }
}

const EXAMPLE: &str = "an operation looks like `{op: replace, path: /spec/replicas, value: 3}`";

fn read(members: &Mapping, odd: Vec<Span>) -> Operation {
    // A null or a number for a text is the same as none.
    let text = |name: &str| {
        let scalar = members.get(name)?.as_scalar()?;
        (scalar.resolved_tag() == Tag::Str).then(|| scalar.text.clone())
    };
    Operation {
        op: text("op"),
        path: text("path"),
        from: text("from"),
        value: members.get("value").cloned(),
        odd,
        span: members.span(),
    }
}

fn not_a_list(found: &Node) -> Box<Diagnostic> {
    let message = format!("a JSON patch must be a list of operations, not {}", found.describe());
    Box::new(
        Diagnostic::error(Code::Patch, message)
            .at(found.span())
            .help("begin each operation with `- op:`"),
    )
}

#[cfg(test)]
mod tests;
