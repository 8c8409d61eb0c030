//! What the fields of Kubernetes objects are, as far as merging and scope ask for it.
//!
//! [`Schema`] answers for one build: from the built-in table of Kubernetes 1.21, from the
//! definitions of an `openapi` file, or from both. Nothing here is global, and the table costs
//! nothing until it is asked. It is generated: `tests/schema_table.rs` says from what.
//!
//! Not known here: values. Validation needs the types of scalars and newer versions, and would be
//! a table of its own.

mod builtin;
mod openapi;
mod scope;
mod table;

use std::fmt;
use std::sync::Arc;

use crate::diag;
use crate::source::Text;
use crate::yaml::{Mapping, Node};
use openapi::Definitions;

/// The apiVersion of kustomization files, whose schema is always there.
const KUSTOMIZATION: &str = "kustomize.config.k8s.io/v1beta1";

/// The schema of one build; cheap to clone.
///
/// ```
/// use railsgen::k8s::schema::{ListMerge, Schema};
///
/// let schema = Schema::builtin();
/// let service = schema.of("v1", "Service").unwrap();
/// let ports = service.field("spec").unwrap().field("ports").unwrap();
/// let Some(ListMerge::Keyed(keys)) = ports.list() else { panic!() };
/// assert_eq!(keys.iter().collect::<Vec<_>>(), ["port", "protocol"]);
/// assert!(schema.is_cluster_scoped("v1", "Namespace"));
/// ```
#[derive(Clone)]
pub struct Schema {
    custom: Option<Arc<Definitions>>,
    builtin: Builtin,
}

/// Where the built-in definitions stand to those of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Builtin {
    /// Not in force, but for kustomization files.
    Off,
    /// Asked first.
    First,
    /// Asked for what the file does not define.
    Second,
}

impl Schema {
    /// What Kubernetes 1.21 says.
    pub fn builtin() -> Schema {
        Schema { custom: None, builtin: Builtin::First }
    }

    /// What an OpenAPI document says, and nothing else: its `definitions`, found by
    /// `x-kubernetes-group-version-kind`, and for scope its `paths`.
    ///
    /// # Errors
    /// When the document or a definition does not have the form of one.
    pub fn from_openapi(document: &Node) -> diag::Result<Schema> {
        Ok(Schema { custom: Some(Arc::new(Definitions::read(document)?)), builtin: Builtin::Off })
    }

    /// The same, with the built-in definitions for what the file leaves open.
    #[must_use]
    pub fn over_builtin(self) -> Schema {
        Schema { builtin: Builtin::Second, ..self }
    }

    /// The same, with the built-in definitions before those of the file.
    #[must_use]
    pub fn under_builtin(self) -> Schema {
        Schema { builtin: Builtin::First, ..self }
    }

    /// The type of a kind; nothing for kinds that are not known, whose lists never merge.
    pub fn of(&self, api_version: &str, kind: &str) -> Option<SchemaRef<'_>> {
        let builtin = || Some(SchemaRef(Place::Builtin(builtin::of(api_version, kind)?)));
        let custom = || {
            let definitions = self.custom.as_deref()?;
            let at = definitions.of(api_version, kind)?;
            Some(SchemaRef(Place::Custom(definitions, at)))
        };
        match self.builtin {
            Builtin::First => builtin().or_else(custom),
            Builtin::Second => custom().or_else(builtin),
            Builtin::Off if api_version == KUSTOMIZATION => builtin(),
            Builtin::Off => custom(),
        }
    }

    /// The type that an object names with its `apiVersion` and `kind`.
    pub fn of_object(&self, object: &Mapping) -> Option<SchemaRef<'_>> {
        let api_version = object.text("apiVersion")?;
        self.of(api_version, object.text("kind")?)
    }

    /// Whether the built-in table says where objects of a kind live. The reference reads its whole
    /// schema when it is asked for another kind.
    pub(crate) fn has_known_scope(api_version: &str, kind: &str) -> bool {
        scope::is_cluster_scoped(api_version, kind).is_some()
    }

    /// Whether objects of a kind live outside of namespaces. Kinds that are not known live in
    /// one, and no file can change what the built-in table knows.
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        scope::is_cluster_scoped(api_version, kind)
            .or_else(|| self.custom.as_deref()?.is_cluster_scoped(api_version, kind))
            .unwrap_or(false)
    }
}

impl Default for Schema {
    fn default() -> Schema {
        Schema::builtin()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema")
            .field("custom", &self.custom.is_some())
            .field("builtin", &(self.builtin != Builtin::Off))
            .finish()
    }
}

/// A schema that stands for itself, without a name or references to others.
pub(crate) struct OwnSchema(Definitions);

impl OwnSchema {
    /// Reads a schema. Nothing if it does not have the form of one.
    pub(crate) fn read(schema: &Node) -> Option<OwnSchema> {
        Definitions::read_one(schema).ok().map(OwnSchema)
    }

    pub(crate) fn get(&self) -> SchemaRef<'_> {
        SchemaRef(Place::Custom(&self.0, 0))
    }
}

/// The type of one value.
#[derive(Clone, Copy)]
pub struct SchemaRef<'s>(Place<'s>);

#[derive(Clone, Copy)]
enum Place<'s> {
    Builtin(&'static builtin::Type),
    Custom(&'s Definitions, u32),
}

/// How a list merges.
#[derive(Clone, Copy)]
pub enum ListMerge<'s> {
    /// A set of scalars: items are their own keys.
    Set,
    /// Items are told apart by the values of these keys; at least one.
    Keyed(Keys<'s>),
}

impl<'s> SchemaRef<'s> {
    /// The type of the value under a key, when it is known.
    pub fn field(self, name: &str) -> Option<SchemaRef<'s>> {
        Some(SchemaRef(match self.0 {
            Place::Builtin(of) => Place::Builtin(of.field(name)?),
            Place::Custom(definitions, at) => {
                Place::Custom(definitions, definitions.field(at, name)?)
            }
        }))
    }

    /// The type of the items of a list that merges, when it is known.
    pub fn items(self) -> Option<SchemaRef<'s>> {
        Some(SchemaRef(match self.0 {
            Place::Builtin(of) => Place::Builtin(of.items()?),
            Place::Custom(definitions, at) => Place::Custom(definitions, definitions.items(at)?),
        }))
    }

    /// How a list of this type merges; nothing when it is replaced as a whole.
    pub fn list(self) -> Option<ListMerge<'s>> {
        let keys = match self.0 {
            Place::Builtin(of) => Keys::Fixed(of.keys()?),
            Place::Custom(definitions, at) => Keys::Read(definitions.keys(at)?),
        };
        Some(if keys.len() == 0 { ListMerge::Set } else { ListMerge::Keyed(keys) })
    }
}

/// The merge keys of a list, in order.
#[derive(Clone, Copy)]
pub enum Keys<'s> {
    /// Of the built-in table.
    Fixed(&'static [&'static str]),
    /// Of a file.
    Read(&'s [Text]),
}

impl<'s> Keys<'s> {
    /// How many keys there are.
    #[expect(clippy::len_without_is_empty, reason = "merge keys are never empty")]
    pub fn len(self) -> usize {
        match self {
            Keys::Fixed(keys) => keys.len(),
            Keys::Read(keys) => keys.len(),
        }
    }

    /// The keys.
    pub fn iter(self) -> impl Iterator<Item = &'s str> {
        (0..self.len()).map(move |at| match self {
            Keys::Fixed(keys) => keys[at],
            Keys::Read(keys) => keys[at].as_str(),
        })
    }
}

#[cfg(test)]
mod tests;
