//! Resources and serde: a resource as data, and as a typed object.

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, Serializer};

use super::{Resource, ResourceSet};
use crate::yaml::{FromNodeError, from_node};

impl Serialize for Resource {
    /// The object, with the types that the output has; without anything of the build.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.node().serialize(serializer)
    }
}

impl Serialize for ResourceSet {
    /// A list of the objects, in order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Resource {
    /// The object as a value of a type of the user's.
    ///
    /// # Errors
    /// When the object does not have the form of the type.
    pub fn to_typed<T: DeserializeOwned>(&self) -> Result<T, FromNodeError> {
        from_node(self.node())
    }
}

#[cfg(feature = "k8s-openapi")]
impl ResourceSet {
    /// The typed object of a name, if there is one of its type. The name may be the one that the
    /// object was loaded with; of several, the first in order is taken.
    ///
    /// # Errors
    /// When the object does not have the form that the type says.
    pub fn get<T>(&self, name: &str) -> Option<Result<T, FromNodeError>>
    where
        T: k8s_openapi::Resource + DeserializeOwned,
    {
        let is_meant = |resource: &&Resource| {
            let id = resource.id();
            id.api_version == *T::API_VERSION
                && id.kind == *T::KIND
                && (id.name == *name || resource.original_name() == name)
        };
        self.iter().find(is_meant).map(Resource::to_typed)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::fs::MemoryFs;
    use crate::{BuildOptions, Built, Sources, build};

    fn built() -> Built {
        let fs = MemoryFs::new()
            .with("kustomization.yaml", "namePrefix: p-\nresources: [web.yaml]\n")
            .with(
                "web.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  \
                 selector: {}\n  template: {}\n",
            );
        build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap()
    }

    #[test]
    fn a_set_is_a_list_of_objects() {
        let json = serde_json::to_value(built().resources()).unwrap();
        assert_eq!(json[0]["metadata"]["name"], "p-web");
        assert_eq!(json[0]["spec"]["replicas"], 3);
    }

    #[cfg(feature = "k8s-openapi")]
    #[test]
    fn a_deployment_is_found_by_both_of_its_names() {
        use k8s_openapi::api::apps::v1::Deployment;

        let built = built();
        for name in ["web", "p-web"] {
            let web: Deployment = built.resources().get(name).unwrap().unwrap();
            assert_eq!(web.spec.unwrap().replicas, Some(3));
        }
        assert!(built.resources().get::<Deployment>("worker").is_none());
    }
}
