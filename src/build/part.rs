//! A part of a build, for scripts that apply one part, wait, and go on.

use crate::diag::{Code, Diagnostic, Result};
use crate::generate::is_content_hash;
use crate::k8s::Resource;

use super::Built;

/// The label that tells what a resource is for.
const COMPONENT: &str = "app.kubernetes.io/component";

/// A step of applying a release by hand: each resource of a build belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// What pods stand on: namespaces, accounts, settings, secrets, disks, Services, policies; and
    /// databases that run in the namespace, since a migration needs them.
    Config,
    /// Jobs that migrate the database: those with the label
    /// `app.kubernetes.io/component: migration`.
    Migrate,
    /// Everything else: what runs the app, scales it, and routes requests to it.
    App,
}

/// Kinds of which pods need one before they can start. Custom kinds among them make Secrets.
const CONFIG_KINDS: &[&str] = &[
    "CSIDriver",
    "Certificate",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "ConfigMap",
    "CustomResourceDefinition",
    "EndpointSlice",
    "Endpoints",
    "ExternalSecret",
    "Issuer",
    "LimitRange",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PriorityClass",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "RuntimeClass",
    "SealedSecret",
    "Secret",
    "SecretProviderClass",
    "SecretStore",
    "Service",
    "ServiceAccount",
    "StorageClass",
];

impl Phase {
    /// The phase that a resource belongs to.
    ///
    /// ```
    /// use std::path::Path;
    /// use railsgen::build::Phase;
    /// use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
    ///
    /// let job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  labels:\n    \
    ///            app.kubernetes.io/component: migration\n";
    /// let fs = MemoryFs::new()
    ///     .with("kustomization.yaml", "resources: [job.yaml]\n")
    ///     .with("job.yaml", job);
    /// let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap();
    /// assert_eq!(Phase::of(&built.resources().as_slice()[0]), Phase::Migrate);
    /// ```
    pub fn of(resource: &Resource) -> Phase {
        let label = resource.labels().and_then(|labels| labels.text(COMPONENT));
        let component = label.map_or("", |label| label.as_str());
        match (resource.id().kind.as_str(), component) {
            ("Job", "migration") => Phase::Migrate,
            // What the components `postgresql`, `mysql` and `valkey` call themselves.
            ("StatefulSet", "database" | "redis") => Phase::Config,
            (kind, _) if CONFIG_KINDS.binary_search(&kind).is_ok() => Phase::Config,
            _ => Phase::App,
        }
    }
}

impl Built {
    /// Keeps the resources of one phase, in their order.
    #[must_use]
    pub fn phase(mut self, phase: Phase) -> Built {
        self.resources.change_ids_mut().retain(|resource| Phase::of(resource) == phase);
        self
    }

    /// Keeps the resources that are named as `Kind/name`, in their order.
    ///
    /// A name is the one that the resource has now or one that it had before prefixes, suffixes and
    /// hashes. Where some have it now, those that had it are not meant. The case of the kind does
    /// not count.
    ///
    /// # Errors
    /// When something is no `Kind/name`, or names nothing.
    pub fn only<S: AsRef<str>>(mut self, names: &[S]) -> Result<Built> {
        let mut keep = vec![false; self.resources.len()];
        for wanted in names.iter().map(AsRef::as_ref) {
            self.find(wanted)?.into_iter().for_each(|at| keep[at] = true);
        }
        let mut keep = keep.into_iter();
        self.resources.change_ids_mut().retain(|_| keep.next() == Some(true));
        Ok(self)
    }

    /// The positions of the resources that `Kind/name` names.
    fn find(&self, wanted: &str) -> Result<Vec<usize>> {
        let Some((kind, name)) = wanted.split_once('/') else {
            let error = Diagnostic::error(Code::Usage, format!("`{wanted}` is no kind and name"));
            return Err(Box::new(error.help("write it as `Deployment/web`")));
        };
        let is_called = |test: fn(&Resource, &str) -> bool| -> Vec<usize> {
            let all = self.resources.iter().enumerate();
            let found = all.filter(|(_, resource)| {
                resource.id().kind.eq_ignore_ascii_case(kind) && test(resource, name)
            });
            found.map(|(at, _)| at).collect()
        };
        let now = is_called(|resource, name| resource.id().name == *name);
        let found = if now.is_empty() { is_called(was_called) } else { now };
        if found.is_empty() { Err(self.nothing_called(wanted, name)) } else { Ok(found) }
    }

    fn nothing_called(&self, wanted: &str, name: &str) -> Box<Diagnostic> {
        let error = Diagnostic::error(Code::Usage, format!("this build has no `{wanted}`"));
        let called =
            |resource: &&Resource| resource.id().name == *name || was_called(resource, name);
        let others: Vec<String> = self.resources.iter().filter(called).map(shown).collect();
        if let [first, rest @ ..] = &others[..] {
            let rest: String = rest.iter().take(4).map(|other| format!(", `{other}`")).collect();
            return Box::new(error.help(format!("of this name there is `{first}`{rest}")));
        }
        let names: Vec<String> = self
            .resources
            .iter()
            .flat_map(|resource| {
                let kind = &resource.id().kind;
                [shown(resource), format!("{kind}/{}", resource.original_name())]
            })
            .collect();
        Box::new(error.suggest(wanted, names.iter().map(String::as_str)))
    }
}

fn was_called(resource: &Resource, name: &str) -> bool {
    let now = &resource.id().name;
    resource.previous().iter().any(|previous| previous.name == *name)
        || without_hash(now) == Some(name)
}

/// What stands before a content hash. An object whose name is a reference to a ConfigMap is renamed
/// along with it, and keeps no record of that.
fn without_hash(name: &str) -> Option<&str> {
    let (name, hash) = name.rsplit_once('-')?;
    is_content_hash(hash).then_some(name)
}

fn shown(resource: &Resource) -> String {
    format!("{}/{}", resource.id().kind, resource.id().name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::build::{BuildOptions, build};
    use crate::fs::MemoryFs;
    use crate::source::Sources;

    fn built() -> Built {
        let object = |kind: &str, name: &str, component: &str| {
            format!(
                "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  labels:\n    \
                 {COMPONENT}: {component}\n---\n"
            )
        };
        let objects = [
            ("Deployment", "web", "web"),
            ("Job", "migrate", "migration"),
            ("Job", "import", "task"),
            ("CronJob", "migrate", "migration"),
            ("StatefulSet", "postgresql", "database"),
            ("StatefulSet", "search", "search"),
            ("Namespace", "prod", "x"),
            ("SealedSecret", "app-secrets", "x"),
            ("Ingress", "web", "web"),
        ];
        let objects: String = objects.map(|(kind, name, part)| object(kind, name, part)).concat();
        let fs = MemoryFs::new().with("objects.yaml", objects).with(
            "kustomization.yaml",
            "namePrefix: my-\nresources: [objects.yaml]\n\
             configMapGenerator:\n- name: env\n  literals: [A=b]\n",
        );
        build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap()
    }

    fn names(built: &Built) -> Vec<String> {
        built.resources().iter().map(shown).collect()
    }

    #[test]
    fn every_resource_has_one_phase() {
        let of = |phase| names(&built().phase(phase));
        assert_eq!(
            of(Phase::Config),
            [
                "Namespace/prod",
                "ConfigMap/my-env-b9t2424hkf",
                "StatefulSet/my-postgresql",
                "SealedSecret/my-app-secrets"
            ]
        );
        assert_eq!(of(Phase::Migrate), ["Job/my-migrate"]);
        assert_eq!(
            of(Phase::App),
            [
                "Deployment/my-web",
                "StatefulSet/my-search",
                "CronJob/my-migrate",
                "Ingress/my-web",
                "Job/my-import"
            ]
        );
    }

    #[test]
    fn names_count_as_they_are_and_as_they_were() {
        let only = |wanted: &[&str]| names(&built().only(wanted).unwrap());
        assert_eq!(only(&["configmap/env", "Deployment/web"]).len(), 2);
        assert_eq!(only(&["Job/my-migrate", "job/migrate"]), ["Job/my-migrate"]);
        assert_eq!(only(&["ConfigMap/my-env"]).len(), 1);
        assert!(only(&[]).is_empty());
    }

    #[test]
    fn what_names_nothing_is_an_error_that_knows_better() {
        let refused = |wanted: &str| {
            let problem = built().only(&[wanted]).unwrap_err();
            (problem.message.clone(), problem.help.first().cloned().unwrap_or_default())
        };
        assert_eq!(
            refused("Deployment/wbe"),
            ("this build has no `Deployment/wbe`".into(), "did you mean `Deployment/web`?".into())
        );
        let (_, help) = refused("Service/migrate");
        assert_eq!(help, "of this name there is `CronJob/my-migrate`, `Job/my-migrate`");
        assert_eq!(refused("web").1, "write it as `Deployment/web`");
    }

    #[test]
    fn the_table_can_be_searched() {
        assert!(CONFIG_KINDS.is_sorted());
    }
}
