//! An ordered set of resources, indexed by what the build looks up.

use super::id::Id;
use super::index::{HashIndex, hash_of};
use super::resource::Resource;
use crate::diag::Diagnostic;
use crate::source::Text;

/// The resources of a build or of a part of it, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct ResourceSet {
    resources: Vec<Resource>,
    /// By current id; made when first needed after a rename.
    ids: Option<HashIndex>,
    /// By every name that a resource has or had.
    names: Option<HashIndex>,
    /// Whether ids may have changed since they were last known to be unique.
    unchecked: bool,
    /// Whether nothing may be left of some resource.
    has_empty: bool,
}

impl ResourceSet {
    /// No resources.
    pub fn new() -> ResourceSet {
        ResourceSet::default()
    }

    /// The number of resources.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// All resources, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.resources.iter()
    }

    /// All resources, in order.
    pub fn as_slice(&self) -> &[Resource] {
        &self.resources
    }

    /// All resources, to be changed in ways that keep their identity.
    pub(crate) fn keep_ids_mut(&mut self) -> &mut [Resource] {
        &mut self.resources
    }

    /// All resources, to be changed in any way.
    pub(crate) fn change_ids_mut(&mut self) -> &mut Vec<Resource> {
        self.ids = None;
        self.names = None;
        self.unchecked = true;
        &mut self.resources
    }

    /// Changes one resource in any way. Indexes are made anew only if it got another id or a name that
    /// it never had.
    pub(crate) fn change<R>(&mut self, at: usize, change: impl FnOnce(&mut Resource) -> R) -> R {
        let resource = &mut self.resources[at];
        let id = resource.id().clone();
        // Each once: every patch adds a former name, and they are mostly the same.
        let mut names: Vec<Text> = vec![id.name.clone()];
        for former in resource.previous() {
            if !names.contains(&former.name) {
                names.push(former.name.clone());
            }
        }
        let result = change(resource);
        self.has_empty |= resource.is_empty();
        if resource.any_ids().any(|(name, ..)| !names.iter().any(|known| *known == *name)) {
            self.names = None;
        }
        if *resource.id() != id {
            self.ids = None;
            self.unchecked = true;
        }
        result
    }

    /// Whether a change has left nothing of a resource.
    pub(crate) fn has_empty(&self) -> bool {
        self.has_empty
    }

    /// Drops resources of which nothing is left.
    pub(crate) fn drop_empty(&mut self) {
        if std::mem::take(&mut self.has_empty) {
            self.change_ids_mut().retain(|resource| !resource.is_empty());
        }
    }

    /// The first resource of a kind and a name. The name may be the one that it was loaded with,
    /// before prefixes, suffixes and hashes; one that has the name now comes first.
    ///
    /// ```
    /// use std::path::Path;
    /// use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
    ///
    /// let fs = MemoryFs::new()
    ///     .with("kustomization.yaml", "namePrefix: my-\nresources: [web.yaml]\n")
    ///     .with("web.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n");
    /// let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap();
    /// let web = built.resources().find("Service", "web").unwrap();
    /// assert_eq!(web.id().name, *"my-web");
    /// assert!(built.resources().find("Deployment", "web").is_none());
    /// ```
    pub fn find(&self, kind: &str, name: &str) -> Option<&Resource> {
        let of_kind = || self.iter().filter(|resource| resource.id().kind == *kind);
        let is_named = |resource: &&Resource| resource.id().name == *name;
        of_kind().find(is_named).or_else(|| of_kind().find(|old| old.original_name() == name))
    }

    /// Takes all resources.
    pub fn into_vec(self) -> Vec<Resource> {
        self.resources
    }

    /// Adds a resource at the end.
    ///
    /// # Errors
    /// Gives the resource back with the position of the one that has the same id already.
    pub fn push(&mut self, resource: Resource) -> Result<(), Box<(Resource, usize)>> {
        let hash = id_hash(resource.id());
        let ids = ids_of(&mut self.ids, &self.resources);
        if let Some(at) = find_id(ids, &self.resources, hash, resource.id()) {
            return Err(Box::new((resource, at)));
        }
        ids.insert(hash, self.resources.len());
        if let Some(names) = &mut self.names {
            insert_names(names, &resource, self.resources.len());
        }
        self.resources.push(resource);
        Ok(())
    }

    /// Adds all resources of another set at the end.
    ///
    /// # Errors
    /// Like [`ResourceSet::push`], at the first that can't be added.
    pub fn append(&mut self, other: ResourceSet) -> Result<(), Box<(Resource, usize)>> {
        if self.resources.is_empty() && !other.unchecked {
            *self = other;
            return Ok(());
        }
        self.has_empty |= other.has_empty;
        self.resources.reserve(other.len());
        other.resources.into_iter().try_for_each(|resource| self.push(resource))
    }

    /// The first two resources with the same current id, in order.
    pub(crate) fn first_conflict(&mut self) -> Option<(usize, usize)> {
        if !self.unchecked {
            return None;
        }
        let mut seen = HashIndex::with_capacity(self.resources.len());
        for (at, resource) in self.resources.iter().enumerate() {
            let hash = id_hash(resource.id());
            if let Some(first) = find_id(&seen, &self.resources, hash, resource.id()) {
                return Some((first, at));
            }
            seen.insert(hash, at);
        }
        self.ids = Some(seen);
        self.unchecked = false;
        None
    }

    /// The positions of the resources that may have or have had a name: those that do, or without a
    /// name all.
    pub(crate) fn perhaps_named(&mut self, name: &str) -> Vec<usize> {
        if name.is_empty() { (0..self.len()).collect() } else { self.named(name) }
    }

    /// The positions of the resources that have or had a name, in order, each once.
    pub(crate) fn named(&mut self, name: &str) -> Vec<usize> {
        let resources = &self.resources;
        let names = self.names.get_or_insert_with(|| {
            let mut names = HashIndex::with_capacity(resources.len());
            for (at, resource) in resources.iter().enumerate() {
                insert_names(&mut names, resource, at);
            }
            names
        });
        let has_name = |at: &usize| resources[*at].any_ids().any(|id| id.0 == name);
        let mut positions: Vec<usize> = names.get(hash_of(&[name])).filter(has_name).collect();
        positions.dedup();
        positions
    }
}

impl ResourceSet {
    /// Adds to an error about a resource that is not there what is there: the name that was
    /// probably meant, or what there is of this kind. The empty kind is any.
    pub(crate) fn explain_missing(&self, error: Diagnostic, kind: &str, name: &str) -> Diagnostic {
        let is_kind = |other: &&Resource| kind.is_empty() || other.id().kind == *kind;
        let names: Vec<&str> = self.iter().filter(is_kind).map(Resource::original_name).collect();
        // A dash and ten characters.
        let hash = |known: &&&str| {
            name.strip_prefix(**known).is_some_and(|rest| rest.len() == 11 && rest.starts_with('-'))
        };
        if let Some(known) = names.iter().find(hash) {
            return error.help(format!("write `{known}`: the hash is added at the very end"));
        }
        let hints = error.help.len();
        let error = error.suggest(name, names.iter().copied());
        if error.help.len() > hints {
            return error;
        }
        let quoted: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
        let quoted = quoted.join(", ");
        match names.len() {
            0 if self.is_empty() => error.note("there are no resources here"),
            _ if kind.is_empty() => error,
            0 => error.note(format!("no resource here is of kind {kind}")),
            1 => error.note(format!("of kind {kind} there is only {quoted} here")),
            2 | 3 => error.note(format!("of kind {kind} there are {quoted} here")),
            many => error.note(format!("of kind {kind} there are {many} here, such as {quoted}")),
        }
    }
}

impl<'s> IntoIterator for &'s ResourceSet {
    type Item = &'s Resource;
    type IntoIter = std::slice::Iter<'s, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn id_hash(id: &Id) -> u64 {
    hash_of(&[&id.api_version, &id.kind, &id.name, id.effective_namespace()])
}

fn ids_of<'i>(ids: &'i mut Option<HashIndex>, resources: &[Resource]) -> &'i mut HashIndex {
    ids.get_or_insert_with(|| {
        let mut ids = HashIndex::with_capacity(resources.len());
        for (at, resource) in resources.iter().enumerate() {
            ids.insert(id_hash(resource.id()), at);
        }
        ids
    })
}

fn find_id(ids: &HashIndex, resources: &[Resource], hash: u64, id: &Id) -> Option<usize> {
    ids.get(hash).find(|at| resources[*at].id().is_same(id))
}

fn insert_names(names: &mut HashIndex, resource: &Resource, at: usize) {
    for (name, ..) in resource.any_ids() {
        names.insert(hash_of(&[name]), at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::schema::Schema;
    use crate::yaml::{Mapping, Node};

    fn resource(name: &str) -> Resource {
        let mut metadata = Mapping::default();
        metadata.set("name", Node::string(name));
        let mut root = Mapping::default();
        root.set("apiVersion", Node::string("v1"));
        root.set("kind", Node::string("ConfigMap"));
        root.set("metadata", metadata.into());
        Resource::new(root.into(), &Schema::builtin())
    }

    fn set() -> ResourceSet {
        let mut set = ResourceSet::new();
        ["a", "b", "c"].into_iter().for_each(|name| set.push(resource(name)).unwrap());
        set
    }

    #[test]
    fn a_renamed_resource_is_found_by_both_names() {
        let mut set = set();
        assert_eq!(set.named("b"), [1]);
        set.change(1, |resource| {
            resource.store_previous();
            resource.set_name("c".into());
        });
        assert_eq!((set.named("b"), set.named("c")), (vec![1], vec![1, 2]));
        assert_eq!(set.first_conflict(), Some((1, 2)));
        set.change(2, |resource| resource.set_name("d".into()));
        assert_eq!((set.first_conflict(), set.named("d")), (None, vec![2]));
        assert_eq!(set.push(resource("d")).unwrap_err().1, 2);
    }

    #[test]
    fn only_what_a_change_left_empty_is_dropped() {
        let mut set = set();
        set.drop_empty();
        assert_eq!((set.len(), set.has_empty()), (3, false));
        set.change(0, |resource| *resource.node_mut() = Mapping::default().into());
        assert!(set.has_empty());
        set.drop_empty();
        assert_eq!((set.len(), set.has_empty(), set.named("b")), (2, false, vec![0]));
    }

    #[test]
    fn without_a_name_all_are_near() {
        let mut set = set();
        assert_eq!((set.perhaps_named(""), set.perhaps_named("c")), (vec![0, 1, 2], vec![2]));
        assert!(set.perhaps_named("x").is_empty());
    }
}
