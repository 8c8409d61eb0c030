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
