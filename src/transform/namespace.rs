//! `namespace`: puts every resource that has one into a namespace.

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::bookkeeping;
use crate::k8s::field_spec::FieldPath;
use crate::k8s::field_walk::{Leaf, visit, write_scalar};
use crate::k8s::schema::Schema;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Resource, ResourceSet};
use crate::source::Text;
use crate::yaml::{Mapping, Node, Scalar, Tag};

/// Which subjects of role bindings get the namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those named `default`, whatever their kind.
    #[default]
    NamedDefault,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

/// What the transformer is to do.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) namespace: Text,
    /// Leave namespaces that are set as they are.
    pub(crate) unset_only: bool,
    pub(crate) subjects: Subjects,
}

/// Sets the namespace of all resources.
///
/// # Errors
/// When two resources become the same, or a field can't hold a namespace.
pub(crate) fn apply(
    set: &mut ResourceSet,
    settings: &Settings,
    specs: &mut SpecList,
    schema: &Schema,
) -> Result<()> {
    let path = FieldPath::new("metadata/namespace");
    let opens_books = specs.as_slice().iter().any(|spec| spec.path.leads_to_annotations());
    for resource in set.change_ids_mut() {
        resource.store_previous();
        bookkeeping::with_books(resource, opens_books, |resource| {
            set_namespace(resource, &path, settings, specs)
        })?;
        resource.refresh(schema);
        resource.sync_shares();
    }
    match set.first_conflict() {
        None => Ok(()),
        Some((first, second)) => Err(conflict(set, settings, first, second)),
    }
}

/// Sets the namespace of one resource, without bookkeeping. `path` leads to `metadata.namespace`.
pub(crate) fn set_namespace(
    resource: &mut Resource,
    path: &FieldPath,
    settings: &Settings,
    specs: &mut SpecList,
) -> Result<()> {
    let (id, node) = resource.id_and_node_mut();
    let origin = settings.namespace.span();
    let mut write = |node: &mut Node| write_namespace(node, settings);
    let is_passed_over = id.cluster_scoped || settings.unset_only && keep_written_null(node);
    if !is_passed_over {
        visit(node, path, Some(Leaf::Scalar), origin, &mut write)?;
    }
    let is_binding = matches!(id.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
    if is_binding {
        bind_subjects(node, settings)?;
    }
    for spec in specs.fitting(id) {
        let path = spec.path.text().as_str();
        let handled = path == "metadata/namespace"
            || (path == "metadata/name" && id.api_version != "v1")
            || (is_binding
                && path == "subjects/namespace"
                && matches!(spec.kind.as_str(), "RoleBinding" | "ClusterRoleBinding"));
        if !handled {
            spec.visit(id, node, Some(Leaf::Scalar), origin, &mut write)?;
        }
    }
    Ok(())
}

/// Whether the namespace is a null that is written out. The reference makes room for a namespace
/// there and then finds a text: for the rest of the build the namespace is named `null` or `~`, and
/// it is a null again when it is written.
fn keep_written_null(node: &mut Node) -> bool {
    match node.at_mut(&["metadata", "namespace"]) {
        Some(Node::Scalar(scalar)) if scalar.is_null() && !scalar.text.is_empty() => {
            scalar.tag = Tag::Untagged;
            true
        }
        _ => false,
    }
}

fn write_namespace(node: &mut Node, settings: &Settings) -> Result<()> {
    let is_set =
        matches!(node, Node::Scalar(scalar) if !scalar.is_null() && !scalar.text.is_empty());
    if settings.unset_only && is_set {
        return Ok(());
    }
    write_scalar(node, settings.namespace.clone(), Tag::Str)
}

fn bind_subjects(node: &mut Node, settings: &Settings) -> Result<()> {
    let root = node.as_mapping_mut();
    let Some(subjects) = root.and_then(|root| root.get_mut("subjects")) else { return Ok(()) };
    if subjects.is_null() {
        return Ok(());
    }
    let Node::Sequence(sequence) = subjects else {
        return Err(crate::k8s::field_walk::wrong_kind("a list of subjects", subjects));
    };
    for subject in &mut sequence.items {
        match subject {
            Node::Mapping(subject) => bind_subject(subject, settings)?,
            Node::Scalar(scalar) if scalar.is_null() => {}
            other => return Err(crate::k8s::field_walk::wrong_kind("a subject", other)),
        }
    }
    Ok(())
}

fn bind_subject(subject: &mut Mapping, settings: &Settings) -> Result<()> {
    let (field, wanted) = match settings.subjects {
        Subjects::NamedDefault => ("name", "default"),
        Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        Subjects::None => return Ok(()),
    };
    match subject.get(field) {
        Some(Node::Scalar(scalar)) if !scalar.is_null() && scalar.text == *wanted => {}
        Some(Node::Scalar(_)) | None => return Ok(()),
        Some(other) => return Err(crate::k8s::field_walk::wrong_kind("text", other)),
    }
    if !subject.contains("namespace") {
        subject.set("namespace", Scalar::plain("").into());
    }
    match subject.get_mut("namespace") {
        Some(field) => write_namespace(field, settings),
        None => Ok(()),
    }
}

fn conflict(
    set: &ResourceSet,
    settings: &Settings,
    first: usize,
    second: usize,
) -> Box<Diagnostic> {
    let (first, second) = (&set.as_slice()[first], &set.as_slice()[second]);
    let message = format!(
        "namespace `{}` makes two resources the same: {} is there twice",
        settings.namespace,
        second.id()
    );
    Box::new(
        Diagnostic::error(Code::NamespaceConflict, message)
            .at(settings.namespace.span())
            .label(first.name_span(), "the first")
            .label(second.name_span(), "the second")
            .help("rename one of them, or build them in two kustomizations"),
    )
}
