//! A resource: a node tree with an identity and a history.
//!
//! The reference keeps its bookkeeping in annotations of the user's object. Here it stands beside
//! the node; [`super::bookkeeping`] reads and writes such annotations.

use std::sync::Arc;

use thin_vec::ThinVec;

use super::history::History;
use super::id::{Id, PreviousId, effective_namespace};
use super::origin::ResourceOrigin;
use super::schema::Schema;
use crate::source::{Span, Text};
use crate::yaml::{Mapping, Node, Scalar, Tag};

/// What a generated object does when one with its id exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Be an error, as nothing was asked for.
    #[default]
    Unspecified,
    /// Be an error.
    Create,
    /// Take its place.
    Replace,
    /// Add its own data to it.
    Merge,
}

impl Behavior {
    /// The behaviour that a text names; the reference takes what it does not know as nothing.
    pub fn from_name(name: &str) -> Behavior {
        match name {
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            "create" => Behavior::Create,
            _ => Behavior::Unspecified,
        }
    }

    /// The name as the reference writes it.
    pub fn name(self) -> &'static str {
        match self {
            Behavior::Unspecified => "unspecified",
            Behavior::Create => "create",
            Behavior::Replace => "replace",
            Behavior::Merge => "merge",
        }
    }
}

/// One object of a build.
#[derive(Clone, Debug)]
pub struct Resource {
    node: Node,
    id: Id,
    pub(crate) history: History,
    pub(crate) prefixes: ThinVec<Text>,
    pub(crate) suffixes: ThinVec<Text>,
    /// What was asked for if a generator made it.
    pub(crate) behavior: Option<Behavior>,
    pub(crate) needs_hash: bool,
    pub(crate) origin: Option<Arc<ResourceOrigin>>,
    pub(crate) transformations: ThinVec<Arc<ResourceOrigin>>,
    /// Whether the reference would keep some bookkeeping in annotations by now.
    pub(crate) has_bookkeeping: bool,
    /// Whether the annotations were put where null stood, and the reference still takes them for null
    /// wherever it does not read them as a whole.
    pub(crate) has_annotations_in_null: bool,
    /// Whether a patch that may change the name went over it.
    pub(crate) allows_name_change: bool,
    /// Whether a patch that may change the kind went over it.
    pub(crate) allows_kind_change: bool,
    /// What scalars with a share number hold, by number from 1; empty if nothing is shared.
    shares: ThinVec<Option<Scalar>>,
    /// The names of the vars that read from this resource.
    pub(crate) vars: ThinVec<Text>,
}

impl Resource {
    /// A resource of what a file or a generator holds.
    pub fn new(node: Node, schema: &Schema) -> Resource {
        let mut resource = Resource {
            id: Id::default(),
            node,
            history: History::default(),
            prefixes: ThinVec::new(),
            suffixes: ThinVec::new(),
            behavior: None,
            needs_hash: false,
            origin: None,
            transformations: ThinVec::new(),
            has_bookkeeping: false,
            has_annotations_in_null: false,
            allows_name_change: false,
            allows_kind_change: false,
            shares: ThinVec::new(),
            vars: ThinVec::new(),
        };
        resource.refresh(schema);
        resource
    }

    /// The object.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The object, to be changed. Whoever changes a name, kind or namespace in it calls
    /// [`Resource::refresh`] afterwards.
    pub fn node_mut(&mut self) -> &mut Node {
        &mut self.node
    }

    /// What the object is called now, and the object.
    pub(crate) fn id_and_node_mut(&mut self) -> (&Id, &mut Node) {
        (&self.id, &mut self.node)
    }

    /// Takes the object.
    pub fn into_node(self) -> Node {
        self.node
    }

    /// Puts another object in the place of this one.
    pub fn set_node(&mut self, node: Node, schema: &Schema) {
        self.node = node;
        self.refresh(schema);
    }

    /// What the object is called now.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Reads the identity anew from the object.
    pub fn refresh(&mut self, schema: &Schema) {
        let root = self.node.as_mapping();
        let metadata = root.and_then(|root| root.get("metadata")).and_then(Node::as_mapping);
        let field = |map: Option<&Mapping>, key: &str| -> Text {
            map.and_then(|map| map.text(key)).cloned().unwrap_or_default()
        };
        let raw = |key: &str| -> Text {
            let scalar = root.and_then(|root| root.get(key)).and_then(Node::as_scalar);
            scalar.map(|scalar| scalar.text.clone()).unwrap_or_default()
        };
        let (mut api_version, kind) = (raw("apiVersion"), raw("kind"));
        if api_version.starts_with('/') {
            // Before the slash stands a group, and an empty one is none.
            api_version = api_version.part(1..api_version.len());
        }
        let cluster_scoped = schema.is_cluster_scoped(&api_version, &kind);
        let (name, namespace) = (field(metadata, "name"), field(metadata, "namespace"));
        self.id = Id { api_version, kind, name, namespace, cluster_scoped };
    }

    /// Where the object stands.
    pub fn span(&self) -> Span {
        self.node.span()
    }

    /// The best place to show for this resource: its name, else its kind, else the whole.
    pub fn name_span(&self) -> Span {
        let named = [&self.id.name, &self.id.kind].into_iter().map(|text| text.span());
        named.into_iter().find(|span| !span.is_none()).unwrap_or_else(|| self.span())
    }

    /// The name that the resource was loaded with.
    pub fn original_name(&self) -> &str {
        self.previous().first().map_or(&self.id.name, |first| &first.name)
    }

    /// The kind that the resource was loaded with.
    pub fn original_kind(&self) -> &str {
        self.previous().first().map_or(&self.id.kind, |first| &first.kind)
    }

    /// The effective namespace that the resource was loaded with.
    pub fn original_namespace(&self) -> &str {
        match self.previous().first() {
            Some(first) => effective_namespace(&first.namespace, self.id.cluster_scoped),
            None => self.id.effective_namespace(),
        }
    }

    /// The names that the resource had before, oldest first.
    pub fn previous(&self) -> &[PreviousId] {
        self.history.ids()
    }

    /// Remembers what the resource is called now as a former identity.
    pub(crate) fn store_previous(&mut self) {
        let namespace = match self.id.effective_namespace() {
            same if self.id.namespace == *same => self.id.namespace.clone(),
            "default" => default_namespace(),
            _ => cluster_namespace(),
        };
        let (name, kind) = (self.id.name.clone(), self.id.kind.clone());
        self.make_room_for_bookkeeping();
        self.history.store(PreviousId { name, namespace, kind });
    }

    /// The reference puts its bookkeeping into annotations, and first drops what is there if it is
    /// empty or a scalar.
    pub(crate) fn make_room_for_bookkeeping(&mut self) {
        self.has_bookkeeping = true;
        // Only lists need no name, and so no metadata.
        if let Some(metadata) = self.node.at_mut(&["metadata"])
            && metadata.is_null()
        {
            *metadata = Node::mapping(metadata.span());
        }
        if let Some(metadata) = self.metadata_mut()
            && let Some(found) = metadata.get("annotations")
            && (found.as_scalar().is_some() || found.is_empty_collection())
        {
            metadata.remove("annotations");
        }
    }

    /// All ids that the resource has or had: name, effective namespace and kind.
    pub(crate) fn any_ids(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let previous = self.previous().iter().map(|id| {
            let namespace = effective_namespace(&id.namespace, self.id.cluster_scoped);
            (id.name.as_str(), namespace, id.kind.as_str())
        });
        let current = (&*self.id.name, self.id.effective_namespace(), &*self.id.kind);
        previous.chain(std::iter::once(current))
    }

    /// The mapping `metadata`.
    pub fn metadata(&self) -> Option<&Mapping> {
        self.node.at(&["metadata"])?.as_mapping()
    }

    /// The mapping `metadata.labels`.
    pub fn labels(&self) -> Option<&Mapping> {
        self.metadata()?.get("labels")?.as_mapping()
    }

    /// The mapping `metadata.annotations`.
    pub fn annotations(&self) -> Option<&Mapping> {
        self.metadata()?.get("annotations")?.as_mapping()
    }

    /// The mapping `metadata`, made if it is missing.
    pub(crate) fn metadata_mut(&mut self) -> Option<&mut Mapping> {
        let span = self.node.span();
        let root = self.node.as_mapping_mut()?;
        if !root.contains("metadata") {
            root.set("metadata", Node::mapping(span));
        }
        root.get_mut("metadata")?.as_mapping_mut()
    }

    /// Writes `metadata.name` in place: the old quotes stay, the type is what the text looks like.
    pub(crate) fn set_name(&mut self, name: Text) {
        self.id.name = name.clone();
        if let Some(metadata) = self.metadata_mut() {
            write_field(metadata, "name", name);
        }
    }

    /// Writes `metadata.namespace` in place, or removes it when it is empty.
    pub(crate) fn set_namespace(&mut self, namespace: Text) {
        self.id.namespace = namespace.clone();
        if let Some(metadata) = self.metadata_mut() {
            if namespace.is_empty() {
                metadata.remove("namespace");
            } else {
                write_field(metadata, "namespace", namespace);
            }
        }
    }

    /// Writes `kind` in place.
    pub(crate) fn set_kind(&mut self, kind: Text, schema: &Schema) {
        if let Some(root) = self.node.as_mapping_mut() {
            write_field(root, "kind", kind);
        }
        self.refresh(schema);
    }

    /// Whether nothing of the object is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.node.is_null() || self.node.is_empty_collection()
    }

    /// A number for scalars that are to be one; 0 when there are no more numbers.
    pub(crate) fn next_share(&self) -> u16 {
        u16::try_from(self.shares.len() + 1).unwrap_or(0)
    }

    /// Registers scalars that were written with the number from [`Resource::next_share`].
    pub(crate) fn add_share(&mut self, scalar: Scalar) {
        debug_assert_eq!(scalar.share, self.next_share());
        self.shares.reserve_exact(1);
        self.shares.push(Some(scalar));
    }

    /// Uses the number from [`Resource::next_share`] up without sharing anything.
    pub(crate) fn skip_share(&mut self) {
        self.shares.reserve_exact(1);
        self.shares.push(None);
    }

    /// Writes a scalar over all that have its share number.
    pub(crate) fn write_share(&mut self, scalar: &Scalar) {
        let mut changed = vec![None; usize::from(scalar.share)];
        if let Some(last) = changed.last_mut() {
            *last = Some(scalar.clone());
            write_changed(&mut self.node, &changed);
        }
    }

    /// Carries a change of one shared scalar over to its twins. To be called after every operation
    /// that may have written shared scalars in place; costs nothing where nothing is shared.
    pub(crate) fn sync_shares(&mut self) {
        if self.shares.iter().all(Option::is_none) || !has_changed(&self.node, &self.shares) {
            return;
        }
        let mut changed = vec![None; self.shares.len()];
        find_changed(&self.node, &self.shares, &mut changed);
        write_changed(&mut self.node, &changed);
        for (share, changed) in self.shares.iter_mut().zip(changed) {
            if changed.is_some() {
                *share = changed;
            }
        }
    }

    /// Forgets all twins, as a trip through JSON does.
    pub(crate) fn forget_shares(&mut self) {
        self.shares.clear();
    }
}

/// The reference's setter for a named field: the old style stays, the type follows the text.
pub(crate) fn write_field(map: &mut Mapping, key: &str, text: Text) {
    match map.get_mut(key) {
        Some(Node::Scalar(scalar)) => scalar.write(text, Tag::Untagged),
        Some(other) => *other = Scalar::plain(text).into(),
        None => map.set(key, super::quirks::added_value(text, Tag::Untagged).into()),
    }
}

/// Whether a scalar differs from what its share number stands for.
fn is_changed(scalar: &Scalar, shares: &[Option<Scalar>]) -> bool {
    let known = usize::from(scalar.share).checked_sub(1).and_then(|at| shares.get(at));
    known.and_then(Option::as_ref).is_some_and(|known| {
        !known.text.is_same_place(&scalar.text)
            || known.tag != scalar.tag
            || known.style != scalar.style
    })
}

fn has_changed(node: &Node, shares: &[Option<Scalar>]) -> bool {
    match node {
        Node::Scalar(scalar) => scalar.share != 0 && is_changed(scalar, shares),
        Node::Sequence(sequence) => sequence.items.iter().any(|item| has_changed(item, shares)),
        Node::Mapping(mapping) => mapping.iter().any(|entry| has_changed(&entry.value, shares)),
    }
}

fn find_changed(node: &Node, shares: &[Option<Scalar>], changed: &mut [Option<Scalar>]) {
    match node {
        Node::Scalar(scalar) => {
            if scalar.share != 0 && is_changed(scalar, shares) {
                changed[usize::from(scalar.share) - 1] = Some(scalar.clone());
            }
        }
        Node::Sequence(sequence) => {
            sequence.items.iter().for_each(|item| find_changed(item, shares, changed));
        }
        // The reference visits fields in the order of their names, and the last write stays.
        Node::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.iter().collect();
            entries.sort_by(|a, b| a.key.text.cmp(&b.key.text));
            entries.iter().for_each(|entry| find_changed(&entry.value, shares, changed));
        }
    }
}

fn write_changed(node: &mut Node, changed: &[Option<Scalar>]) {
    match node {
        Node::Scalar(scalar) => {
            let at = usize::from(scalar.share).wrapping_sub(1);
            if let Some(Some(new)) = changed.get(at) {
                scalar.clone_from(new);
            }
        }
        Node::Sequence(sequence) => {
            sequence.items.iter_mut().for_each(|item| write_changed(item, changed));
        }
        Node::Mapping(mapping) => {
            let entries = mapping.entries_mut().iter_mut();
            entries.for_each(|entry| write_changed(&mut entry.value, changed));
        }
    }
}

fn default_namespace() -> Text {
    static DEFAULT: std::sync::OnceLock<Text> = std::sync::OnceLock::new();
    DEFAULT.get_or_init(|| Text::from("default")).clone()
}

fn cluster_namespace() -> Text {
    static CLUSTER: std::sync::OnceLock<Text> = std::sync::OnceLock::new();
    CLUSTER.get_or_init(|| Text::from(super::id::CLUSTER_SCOPE)).clone()
}
