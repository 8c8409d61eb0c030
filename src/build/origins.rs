//! Where resources come from, in the words of origin and transformer annotations.

use std::path::Path;
use std::sync::Arc;

use crate::diag::Result;
use crate::fs::join;
use crate::k8s::{Resource, ResourceOrigin, ResourceSet, bookkeeping};
use crate::source::Text;

/// The directory being built, relative to the root of the build; nothing when nobody asked for
/// origins.
#[derive(Clone, Debug, Default)]
pub(super) struct OriginPath(Option<String>);

impl OriginPath {
    /// The root of a build that keeps track of origins.
    pub(super) fn root() -> OriginPath {
        OriginPath(Some(String::new()))
    }

    /// The directory that a kustomization here names.
    pub(super) fn below(&self, path: &str) -> OriginPath {
        OriginPath(self.joined(path))
    }

    /// The origin of a resource file that a kustomization here names.
    pub(super) fn resource(&self, path: &Text) -> Option<Arc<ResourceOrigin>> {
        let path = self.joined(path)?;
        Some(Arc::new(ResourceOrigin { path, ..ResourceOrigin::default() }))
    }

    /// The path of a file here, if origins are kept track of.
    pub(super) fn file(&self, name: &str) -> ConfiguredIn {
        ConfiguredIn(self.joined(name))
    }

    fn joined(&self, path: &str) -> Option<String> {
        let base = self.0.as_ref()?;
        Some(join(Path::new(base), path).to_string_lossy().into_owned())
    }
}

/// The kustomization file whose fields make and change resources.
#[derive(Clone, Debug, Default)]
pub(super) struct ConfiguredIn(Option<String>);

impl ConfiguredIn {
    /// The origin of what a field of the kustomization does, by the kind of builtin plugin that
    /// stands for the field.
    pub(super) fn field(&self, kind: &str) -> Option<Arc<ResourceOrigin>> {
        let configured_in = self.0.clone()?;
        Some(Arc::new(ResourceOrigin {
            configured_in,
            api_version: "builtin".into(),
            kind: kind.into(),
            ..ResourceOrigin::default()
        }))
    }

    /// The origin of what a plugin does that is configured by a resource.
    pub(super) fn plugin(config: &Resource) -> Option<Arc<ResourceOrigin>> {
        let origin = config.origin.as_ref()?;
        let id = config.id();
        Some(Arc::new(ResourceOrigin {
            configured_in: origin.path.clone(),
            repo: origin.repo.clone(),
            git_ref: origin.git_ref.clone(),
            api_version: id.api_version.to_string(),
            kind: id.kind.to_string(),
            name: id.name.to_string(),
            namespace: id.namespace.to_string(),
            path: String::new(),
        }))
    }

    /// The origin of a plugin configuration that stands in the kustomization file itself.
    pub(super) fn inline(&self) -> Option<Arc<ResourceOrigin>> {
        let path = self.0.clone()?;
        Some(Arc::new(ResourceOrigin { path, ..ResourceOrigin::default() }))
    }
}

/// Notes that a transformer ran over all resources: it made those without an origin.
///
/// # Errors
/// When it wrote something else where the reference keeps the origin.
pub(super) fn record_transformer(
    set: &mut ResourceSet,
    origin: Option<&Arc<ResourceOrigin>>,
) -> Result<()> {
    let Some(origin) = origin else { return Ok(()) };
    for resource in set.keep_ids_mut() {
        bookkeeping::check_origin(resource)?;
        bookkeeping::add_to_books(resource)?;
        match &resource.origin {
            None => resource.origin = Some(Arc::clone(origin)),
            Some(_) => bookkeeping::add_transformation(resource, origin)?,
        }
    }
    Ok(())
}
