//! What rules look at: resources by name, the pods they make, and what exists elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::k8s::{Id, Resource};
use crate::yaml::{Mapping, Node};

use super::pods::{Pods, items};

/// What a check may take for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    existing: BTreeSet<Existing>,
}

/// An object that is there though no file of the build has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Existing {
    /// Its kind, such as `Secret`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Options {
    /// Takes for granted that an object is there, such as a Secret that somebody makes by hand.
    #[must_use]
    pub fn existing(mut self, kind: impl Into<String>, name: impl Into<String>) -> Options {
        self.existing.insert(Existing { kind: kind.into(), name: name.into() });
        self
    }
}

/// The resources of a check, with what several rules look up.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    pub(super) resources: &'s [Resource],
    /// All that make pods, in the order of the resources.
    pub(super) pods: Vec<Pods<'s>>,
    /// Positions by group, kind, effective namespace and name.
    names: BTreeMap<[&'s str; 4], usize>,
    /// Secrets that something in the cluster makes, by namespace and name.
    made_secrets: BTreeSet<[&'s str; 2]>,
    /// Levels of Pod Security, by namespace.
    levels: BTreeMap<&'s str, Level>,
    options: &'s Options,
}

/// A level of the Pod Security Standards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Privileged,
    Baseline,
    #[default]
    Restricted,
}

impl<'s> Scene<'s> {
    pub(super) fn new(resources: &'s [Resource], options: &'s Options) -> Scene<'s> {
        let mut names = BTreeMap::new();
        let mut made_secrets = BTreeSet::new();
        let mut levels = BTreeMap::new();
        for (at, resource) in resources.iter().enumerate() {
            let id = resource.id();
            names.entry([id.group(), &id.kind, id.effective_namespace(), &id.name]).or_insert(at);
            made_secrets
                .extend(made(resource).into_iter().map(|name| [id.effective_namespace(), name]));
            if *id.kind == *"Namespace" {
                let level = resource.labels().and_then(|labels| labels.text(ENFORCE));
                let level = match level.map_or("", |level| level.as_str()) {
                    "privileged" => Level::Privileged,
                    "baseline" => Level::Baseline,
                    _ => Level::Restricted,
                };
                levels.insert(id.name.as_str(), level);
            }
        }
        let pods = resources.iter().enumerate().filter_map(|(at, one)| Pods::of(one, at)).collect();
        Scene { resources, pods, names, made_secrets, levels, options }
    }

    /// The resource of this type and name in the namespace of another one.
    pub(super) fn find(
        &self,
        near: &Id,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Option<&'s Resource> {
        self.find_in(near.effective_namespace(), group, kind, name)
    }

    /// The resource of this type and name in a namespace.
    pub(super) fn find_in(
        &self,
        namespace: &str,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Option<&'s Resource> {
        self.names.get(&[group, kind, namespace, name]).map(|at| &self.resources[*at])
    }

    /// Whether an object exists elsewhere, or something in the cluster makes it.
    pub(super) fn is_made_elsewhere(&self, near: &Id, kind: &str, name: &str) -> bool {
        let wanted = Existing { kind: kind.to_owned(), name: name.to_owned() };
        let is_made =
            kind == "Secret" && self.made_secrets.contains(&[near.effective_namespace(), name]);
        is_made || self.options.existing.contains(&wanted)
    }

    /// The names of all resources of a kind in the namespace of another one.
    pub(super) fn names_of(&self, near: &Id, kind: &str) -> Vec<&'s str> {
        let namespace = near.effective_namespace();
        let same = self.names.keys().filter(|key| key[1] == kind && key[2] == namespace);
        let made = self.made_secrets.iter().filter(|key| kind == "Secret" && key[0] == namespace);
        same.map(|key| key[3]).chain(made.map(|key| key[1])).collect()
    }

    /// The pods in the namespace of a resource.
    pub(super) fn pods_near(&self, near: &'s Id) -> impl Iterator<Item = &Pods<'s>> {
        let namespace = near.effective_namespace();
        self.pods.iter().filter(move |pods| pods.resource.id().effective_namespace() == namespace)
    }

    /// The level that the namespace of a resource enforces; the strictest if nothing says so.
    pub(super) fn level(&self, id: &Id) -> Level {
        self.levels.get(id.effective_namespace()).copied().unwrap_or_default()
    }
}

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// The names of the Secrets that a controller makes because of a resource.
fn made(resource: &Resource) -> Vec<&str> {
    let id = resource.id();
    let own = id.name.as_str();
    let text = |path: &[&str]| Some(resource.node().at(path)?.text()?.as_str());
    match (id.group(), id.kind.as_str()) {
        ("external-secrets.io", "ExternalSecret") => {
            vec![text(&["spec", "target", "name"]).unwrap_or(own)]
        }
        ("bitnami.com", "SealedSecret") => {
            vec![text(&["spec", "template", "metadata", "name"]).unwrap_or(own)]
        }
        ("cert-manager.io", "Certificate") => text(&["spec", "secretName"]).into_iter().collect(),
        ("onepassword.com", "OnePasswordItem") => vec![own],
        ("secrets.hashicorp.com", _) => {
            text(&["spec", "destination", "name"]).into_iter().collect()
        }
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => {
            let spec = resource.node().at(&["spec"]).and_then(Node::as_mapping);
            let objects = spec.map(|spec| items(spec, "secretObjects"));
            let names = objects.into_iter().flatten().filter_map(Node::as_mapping);
            names.filter_map(|object| Some(object.text("secretName")?.as_str())).collect()
        }
        ("networking.k8s.io", "Ingress") if has_certificates_made(resource) => {
            let spec = resource.node().at(&["spec"]).and_then(Node::as_mapping);
            let tls = spec.map(|spec| items(spec, "tls")).into_iter().flatten();
            let names = tls.filter_map(Node::as_mapping);
            names.filter_map(|tls| Some(tls.text("secretName")?.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether cert-manager is asked to make the Secrets of an Ingress.
fn has_certificates_made(ingress: &Resource) -> bool {
    let asks =
        ["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"];
    ingress.annotations().is_some_and(|map: &Mapping| asks.iter().any(|key| map.contains(key)))
}
