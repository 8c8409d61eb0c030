//! References that follow a rename: a Deployment that names a ConfigMap gets its new name.
//!
//! Runs once per build, when all names are final. The table of fields that hold names is
//! configuration; each type's fields form a tree ([`table`]), so that an object is walked once.
//! [`referral`] finds the resource that an old name meant.

mod referral;
mod table;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::{check_step, wrong_kind};
use crate::k8s::schema::Schema;
use crate::k8s::{Resource, ResourceSet, bookkeeping, split_api_version};
use crate::source::{Span, Text};
use crate::yaml::{Mapping, Node, Tag};

pub(crate) use table::{NameReference, ReferenceTable, default_references, merge_references};

use referral::{Candidates, Found, Referrer};
use table::{Row, Tree};

/// Rewrites every reference to a resource that was renamed.
///
/// # Errors
/// When a reference fits several resources, or a field has the wrong shape.
pub(crate) fn fix_references(
    set: &mut ResourceSet,
    table: &mut ReferenceTable,
    schema: &Schema,
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let candidates = Candidates::new(set.as_slice());
    let mut names_changed = false;
    for at in 0..set.len() {
        let resource = &set.as_slice()[at];
        let (group, version) = split_api_version(&resource.id().api_version);
        let trees = table.trees(group, version, resource.original_kind());
        if trees.is_empty() {
            continue;
        }
        check_api_version(resource)?;
        let opens_books = trees.iter().any(|tree| tree.ends_at(&["metadata", "annotations"]));
        if opens_books {
            bookkeeping::lay_open(&mut set.keep_ids_mut()[at]);
        }
        // A resource never reads its own object here, only the identities of all.
        let mut node = std::mem::replace(set.keep_ids_mut()[at].node_mut(), Node::null(Span::NONE));
        let referrer = Referrer::new(set.as_slice(), at, &node)?;
        let mut pass =
            Pass { candidates: &candidates, referrer: &referrer, warnings, wrote_shared: false };
        let walked = trees.iter().try_for_each(|tree| pass.walk(&mut node, tree));
        let wrote_shared = pass.wrote_shared;
        let resource = &mut set.keep_ids_mut()[at];
        *resource.node_mut() = node;
        walked.map_err(|error| {
            let note = format!("updating the names that {} refers to", resource.id());
            Box::new(error.note(note).or_at(resource.name_span()))
        })?;
        if opens_books {
            bookkeeping::take_back(resource);
        }
        if wrote_shared {
            resource.sync_shares();
        }
        // A configuration can make a resource's own name a reference.
        if trees.iter().any(|tree| tree.children.iter().any(|(field, _)| **field == *"metadata")) {
            let before = resource.id().name.clone();
            resource.refresh(schema);
            names_changed |= resource.id().name != before;
        }
    }
    if names_changed {
        set.change_ids_mut();
    }
    Ok(())
}

/// Refuses an `apiVersion` of an object that may refer to others that the reference does not put
/// together again as it was: for a written null, half of it takes the word for the version, and it
/// leaves out a slash before which there is no group.
fn check_api_version(resource: &Resource) -> Result<()> {
    let Some(Node::Scalar(scalar)) = resource.node().at(&["apiVersion"]) else { return Ok(()) };
    let problem = if scalar.is_null() && !scalar.text.is_empty() {
        "is null"
    } else if scalar.text.starts_with('/') {
        "begins with a slash"
    } else {
        return Ok(());
    };
    let message = format!("the `apiVersion` of {} {problem}", resource.id());
    let error = Diagnostic::error(Code::WrongKind, message).at(scalar.text.span());
    Err(Box::new(error.or_at(resource.name_span()).help("write the version of its type")))
}

struct Pass<'p> {
    candidates: &'p Candidates,
    referrer: &'p Referrer<'p>,
    warnings: &'p mut Vec<Diagnostic>,
    /// Whether a scalar was written over that is one with others.
    wrote_shared: bool,
}

impl Pass<'_> {
    fn walk(&mut self, node: &mut Node, tree: &Tree) -> Result<()> {
        for row in &tree.rows {
            self.update(node, row)?;
        }
        self.descend(node, tree)
    }

    fn descend(&mut self, node: &mut Node, tree: &Tree) -> Result<()> {
        if tree.children.is_empty() || node.is_null() {
            return Ok(());
        }
        match node {
            Node::Mapping(mapping) => {
                for (name, child) in &tree.children {
                    check_step(name).map_err(|problem| {
                        let path = child.path();
                        let note = format!("looking for names at `{path}`");
                        Box::new(problem.or_at(path.span()).or_at(mapping.span()).note(note))
                    })?;
                    if let Some(value) = mapping.get_mut(name) {
                        if child.is_list && value.is_null() {
                            // As wherever a path looks for a list.
                            *value = Node::sequence(Vec::new(), value.span());
                        }
                        self.walk(value, child)?;
                    }
                }
                Ok(())
            }
            Node::Sequence(sequence) => {
                sequence.items.iter_mut().try_for_each(|item| self.descend(item, tree))
            }
            Node::Scalar(_) => Err(wrong_kind("a mapping or a sequence", node)),
        }
    }

    /// Updates what stands at the end of a path: a name, a mapping with a name, or a list.
    fn update(&mut self, node: &mut Node, row: &Row) -> Result<()> {
        match node {
            Node::Sequence(sequence) => {
                for item in &mut sequence.items {
                    if item.as_sequence().is_some() {
                        return Err(wrong_kind("a name or a mapping with a name", item));
                    }
                    self.update(item, row)?;
                }
                Ok(())
            }
            Node::Mapping(mapping) => self.update_mapping(mapping, row),
            Node::Scalar(scalar) if scalar.is_null() => Ok(()),
            Node::Scalar(scalar) => {
                if let Some(found) = self.find(&scalar.text, row, None)?
                    && scalar.text != found.name
                {
                    self.wrote_shared |= scalar.share != 0;
                    scalar.write(found.name, Tag::Untagged);
                }
                Ok(())
            }
        }
    }

    fn update_mapping(&mut self, mapping: &mut Mapping, row: &Row) -> Result<()> {
        let Some(name) = mapping.get("name") else {
            let error = Diagnostic::error(Code::NameReference, "this reference has no `name`");
            let note = format!("the field `{}` should hold a name", row.path);
            return Err(Box::new(error.at(mapping.span()).note(note)));
        };
        let old = name.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default();
        let namespace = mapping.get("namespace").map(|namespace| {
            namespace.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default()
        });
        let Some(found) = self.find(&old, row, Some(namespace))? else { return Ok(()) };
        if found.name == old && found.namespace.is_empty() {
            return Ok(());
        }
        self.wrote_shared |= ["name", "namespace"]
            .iter()
            .any(|field| mapping.get(field).is_some_and(Node::is_shared));
        crate::k8s::write_field(mapping, "name", found.name);
        if !found.namespace.is_empty() {
            crate::k8s::write_field(mapping, "namespace", found.namespace);
        }
        Ok(())
    }

    /// The resource that a name means; `namespace` is given for mappings, in which it is perhaps
    /// written.
    fn find(
        &mut self,
        name: &Text,
        row: &Row,
        namespace: Option<Option<Text>>,
    ) -> Result<Option<NewName>> {
        let found = self.candidates.find(self.referrer, name, row, namespace)?;
        Ok(match found {
            Found::One(resource) => Some(NewName {
                name: resource.id().name.clone(),
                namespace: resource.id().namespace.clone(),
            }),
            Found::Nothing => None,
            Found::Ambiguous(resources) => {
                let message = format!("`{name}` fits several resources, so it is left as it is");
                let mut warning = Diagnostic::warning(Code::Ambiguous, message).at(name.span());
                for resource in resources.iter().take(4) {
                    let remark = format!("{} was `{name}`", resource.id());
                    warning = warning.label(resource.name_span(), remark);
                }
                self.warnings.push(warning.help("write the final name of the one that is meant"));
                None
            }
        })
    }
}

/// What is written into a reference.
struct NewName {
    name: Text,
    namespace: Text,
}
