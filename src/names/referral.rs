//! Which resource an old name means.

use std::cell::OnceCell;

use super::table::Row;
use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::index::{HashIndex, hash_of};
use crate::k8s::{CLUSTER_SCOPE, GvkSelector, Resource, effective_namespace};
use crate::source::Text;
use crate::yaml::{Node, Tag, Value};

/// All resources by the names they had.
pub(super) struct Candidates {
    /// By a name they had, and the namespace they are or were in: one name may be in use in thousands
    /// of namespaces.
    by_name_and_namespace: HashIndex,
    /// By a name they had alone; made when first needed, like the next one.
    by_name: OnceCell<HashIndex>,
    by_original_namespace: OnceCell<HashIndex>,
}

/// The resource whose references are updated.
pub(super) struct Referrer<'r> {
    resources: &'r [Resource],
    at: usize,
    /// For a RoleBinding, the namespaces of its service accounts.
    binding_namespaces: Vec<Text>,
    /// `roleRef` of a binding, when complete.
    role: Option<GvkSelector>,
}

/// What a name means.
pub(super) enum Found<'r> {
    Nothing,
    One(&'r Resource),
    /// Several resources that the prefixes and suffixes do not tell apart.
    Ambiguous(Vec<&'r Resource>),
}

impl<'r> Referrer<'r> {
    pub(super) fn new(resources: &'r [Resource], at: usize, node: &Node) -> Result<Referrer<'r>> {
        let mut binding_namespaces = Vec::new();
        let id = resources[at].id();
        if !id.cluster_scoped && id.kind == *"RoleBinding" {
            collect_binding_namespaces(node, &resources[at], &mut binding_namespaces)?;
        }
        // Null is the text that it is written with, and a collection is none.
        let part = |key: &str| {
            let found = node.at(&["roleRef", key])?;
            Some(found.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default())
        };
        let role = part("apiGroup").zip(part("kind"));
        let role = role.map(|(group, kind)| GvkSelector { group, version: Text::default(), kind });
        Ok(Referrer { resources, at, binding_namespaces, role })
    }

    fn resource(&self) -> &'r Resource {
        &self.resources[self.at]
    }

    /// Whether a resource is near enough to be referred to at all.
    fn can_see(&self, other: &Resource) -> bool {
        let (own, other) = (self.resource().id(), other.id());
        own.cluster_scoped
            || other.cluster_scoped
            || own.effective_namespace() == other.effective_namespace()
            || self.binding_namespaces.contains(&other.namespace)
    }

    fn is_same_namespace(&self, other: &Resource) -> bool {
        let (own, other) = (self.resource().id(), other.id());
        own.cluster_scoped
            || other.cluster_scoped
            || other.kind == *"ServiceAccount"
            || own.effective_namespace() == other.effective_namespace()
    }
}

fn collect_binding_namespaces(
    node: &Node,
    resource: &Resource,
    namespaces: &mut Vec<Text>,
) -> Result<()> {
    let Some(subjects) = node.at(&["subjects"]).and_then(Node::as_sequence) else { return Ok(()) };
    for subject in &subjects.items {
        let Some(map) = subject.as_mapping() else {
            return Err(crate::k8s::field_walk::wrong_kind("a subject", subject));
        };
        let (Some(namespace), Some(kind)) = (map.get("namespace"), map.get("kind")) else {
            continue;
        };
        if string(kind, resource, "kind", "write it in quotes")? != "ServiceAccount" {
            continue;
        }
        let help = "write the namespace, or leave the field out";
        namespaces.push(string(namespace, resource, "namespace", help)?.clone());
    }
    Ok(())
}

/// The text of a field of a subject, which must be a string: no number, and no timestamp.
fn string<'n>(node: &'n Node, resource: &Resource, field: &str, help: &str) -> Result<&'n Text> {
    match node {
        Node::Scalar(scalar)
            if scalar.resolved_tag() != Tag::Timestamp
                && matches!(scalar.value(), Ok(Value::String(_))) =>
        {
            Ok(&scalar.text)
        }
        other => {
            let message = format!("the `{field}` of a subject of {} is no text", resource.id());
            let error = Diagnostic::error(Code::NameReference, message);
            Err(Box::new(error.label(other.span(), other.describe()).help(help)))
        }
    }
}

impl Candidates {
    pub(super) fn new(resources: &[Resource]) -> Candidates {
        let mut by_name_and_namespace = HashIndex::with_capacity(resources.len());
        for (at, resource) in resources.iter().enumerate() {
            let now = resource.id().effective_namespace();
            let before = resource.original_namespace();
            for id in resource.previous() {
                by_name_and_namespace.insert(hash_of(&[&id.name, now]), at);
                if before != now {
                    by_name_and_namespace.insert(hash_of(&[&id.name, before]), at);
                }
            }
        }
        let (by_name, by_original_namespace) = Default::default();
        Candidates { by_name_and_namespace, by_name, by_original_namespace }
    }

    fn by_name(&self, resources: &[Resource]) -> &HashIndex {
        self.by_name.get_or_init(|| {
            let mut by_name = HashIndex::with_capacity(resources.len());
            for (at, resource) in resources.iter().enumerate() {
                resource.previous().iter().for_each(|id| by_name.insert(hash_of(&[&id.name]), at));
            }
            by_name
        })
    }

    fn by_original_namespace(&self, resources: &[Resource]) -> &HashIndex {
        self.by_original_namespace.get_or_init(|| {
            let mut by_namespace = HashIndex::default();
            for (at, resource) in resources.iter().enumerate() {
                if !resource.id().cluster_scoped {
                    by_namespace.insert(hash_of(&[resource.original_namespace()]), at);
                }
            }
            by_namespace
        })
    }

    /// The positions of the resources that a name may mean, in order, each once; some that it can't
    /// mean may be among them.
    fn near(&self, referrer: &Referrer<'_>, name: &str, namespace: Option<&str>) -> Vec<usize> {
        let within = |namespace| self.by_name_and_namespace.get(hash_of(&[name, namespace]));
        let own = referrer.resource().id();
        let mut positions: Vec<usize> = match namespace {
            // Of those, only what is or was in the namespace that is written will be left.
            Some(namespace) if own.cluster_scoped => within(namespace).collect(),
            None if own.cluster_scoped => {
                self.by_name(referrer.resources).get(hash_of(&[name])).collect()
            }
            _ => {
                let others = referrer.binding_namespaces.iter();
                let others = others.map(|other| effective_namespace(other, false));
                let seen = [own.effective_namespace(), CLUSTER_SCOPE].into_iter().chain(others);
                seen.flat_map(within).collect()
            }
        };
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The resource that a name means to a referrer.
    ///
    /// # Errors
    /// When several resources fit that have the same prefixes and suffixes but other names.
    pub(super) fn find<'r>(
        &self,
        referrer: &Referrer<'r>,
        name: &Text,
        row: &Row,
        namespace: Option<Option<Text>>,
    ) -> Result<Found<'r>> {
        let written = namespace.as_ref().and_then(Option::as_deref);
        let positions = self.near(referrer, name, written);
        let mut fitting: Vec<&Resource> = positions
            .into_iter()
            .map(|at| &referrer.resources[at])
            .filter(|other| other.previous().iter().any(|id| id.name == *name))
            .filter(|other| was_selected(other, &row.target))
            .filter(|other| {
                let role = referrer.role.as_ref().filter(|_| row.path.ends_with("roleRef/name"));
                role.is_none_or(|role| was_selected(other, role))
            })
            .filter(|other| referrer.can_see(other) && referrer.is_same_namespace(other))
            .collect();
        let is_mapping = namespace.is_some();
        if let Some(Some(namespace)) = namespace {
            self.restrict_to(&namespace, referrer, &mut fitting);
        }
        if let [one] = fitting[..] {
            return Ok(Found::One(one));
        }
        let all = fitting.clone();
        let own = referrer.resource();
        fitting.retain(|other| has_same_affixes(own, other, true));
        if fitting.len() > 1 {
            fitting.retain(|other| has_same_affixes(own, other, false));
        }
        let same = |a: &Resource, b: &Resource| {
            a.id().name == b.id().name && (!is_mapping || a.id().namespace == b.id().namespace)
        };
        match fitting[..] {
            [] if all.iter().any(|other| other.id().name != *name) => Ok(Found::Ambiguous(all)),
            [] => Ok(Found::Nothing),
            [one] => Ok(Found::One(one)),
            [first, ref rest @ ..] if rest.iter().all(|other| same(first, other)) => {
                Ok(Found::One(first))
            }
            _ => Err(several(name, row, &fitting)),
        }
    }

    /// Keeps the resources that were in a namespace when loaded; if none was, those that are in
    /// it now.
    fn restrict_to(&self, namespace: &Text, referrer: &Referrer<'_>, fitting: &mut Vec<&Resource>) {
        let was_there = |other: &Resource| {
            !other.id().cluster_scoped && other.original_namespace() == namespace.as_str()
        };
        let in_namespace = self.by_original_namespace(referrer.resources);
        let any = in_namespace.get(hash_of(&[namespace])).any(|at| {
            let other = &referrer.resources[at];
            was_there(other) && referrer.can_see(other)
        });
        fitting.retain(|other| {
            let id = other.id();
            let is_there = !id.cluster_scoped && id.effective_namespace() == namespace.as_str();
            if any { was_there(other) } else { is_there }
        });
    }
}

/// Whether a former identity is of a type; group and version are those of today.
fn was_selected(resource: &Resource, target: &GvkSelector) -> bool {
    let (group, version) = (resource.id().group(), resource.id().version());
    resource.previous().iter().any(|id| target.selects(group, version, &id.kind))
}

/// Whether two resources went through the same prefixes and suffixes at the end. If lenient, one
/// that went through none agrees with all.
fn has_same_affixes(a: &Resource, b: &Resource, lenient: bool) -> bool {
    let agree =
        |a: &[Text], b: &[Text]| (lenient && (a.is_empty() || b.is_empty())) || have_same_end(a, b);
    agree(&a.prefixes, &b.prefixes) && agree(&a.suffixes, &b.suffixes)
}

fn have_same_end(a: &[Text], b: &[Text]) -> bool {
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    a.ends_with(b) || b.ends_with(a)
}

fn several(name: &Text, row: &Row, resources: &[&Resource]) -> Box<Diagnostic> {
    let message = format!("`{name}` may mean any of {} resources", resources.len());
    let mut error = Diagnostic::error(Code::NameReference, message).at(name.span());
    for resource in resources.iter().take(4) {
        error = error.label(resource.name_span(), format!("perhaps {}", resource.id()));
    }
    let note = format!("the field `{}` holds the name of one of them", row.path);
    Box::new(error.note(note).help("give the reference a namespace, or the resources other names"))
}
