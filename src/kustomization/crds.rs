//! Files under `crds`: OpenAPI definitions, read for the marks that tell which fields hold names,
//! labels and annotations.
//!
//! They are not manifests of CRDs: a file maps type names to `{Schema: …, Dependencies: […]}`.

use crate::diag::{self, Code, Diagnostic};
use crate::k8s::field_spec::{FieldPath, FieldSpec};
use crate::source::{Span, Text};
use crate::yaml::Node;

use super::decode::{self, Decode, Decoded, Decoder, Dialect, record};
use super::transformer_config::{NameReference, TransformerConfig, TypeSelector};
use super::value::{List, Map};

/// How many references a path may follow.
const MAX_DEPTH: usize = 64;

/// How many properties may be met on all paths.
const MAX_PROPERTIES: usize = 100_000;

/// Decodes a file of definitions to the configuration that its marks amount to.
///
/// # Errors
/// All problems found, in file order; at least one is an error.
pub fn decode(root: Option<&Node>) -> Result<Decoded<TransformerConfig>, Vec<Diagnostic>> {
    let Decoded { value: definitions, warnings } =
        decode::decode::<Map<Definition>>(root, Dialect::NAMED_FILE)?;
    let mut reading = Reading {
        definitions: &definitions,
        config: TransformerConfig::default(),
        kind: Text::default(),
        path: Vec::new(),
        open: Vec::new(),
        budget: MAX_PROPERTIES,
    };
    for (name, definition) in &definitions {
        let properties = &definition.schema.properties;
        if ["kind", "apiVersion", "metadata"].iter().all(|name| properties.get(name).is_some()) {
            let kind = name.rsplit('.').next().unwrap_or_default();
            reading.kind = Text::made(kind, name.span());
            reading.read(name, definition).map_err(|problem| vec![*problem])?;
        }
    }
    Ok(Decoded { value: reading.config, warnings })
}

record! {
    /// One type.
    pub struct Definition: "an OpenAPI definition" {
        /// Its schema.
        schema: Schema = "Schema",
        /// The types that it refers to.
        dependencies: List<Text> = "Dependencies",
    }
}

record! {
    /// What is read of a schema.
    pub struct Schema: "a schema" {
        /// Its properties.
        properties: Map<Property> = "properties",
    }
    const OPEN: bool = true;
}

record! {
    /// What is read of a property.
    pub struct Property: "a property" {
        /// The type that it is of.
        reference: Mark = "$ref",
        /// Set if it holds annotations.
        annotation: Mark = "x-kubernetes-annotation",
        /// Set if it holds labels that select.
        label_selector: Mark = "x-kubernetes-label-selector",
        /// Set if it holds the object's own name.
        identity: Mark = "x-kubernetes-identity",
        /// The version of the object that it refers to.
        ref_version: Mark = "x-kubernetes-object-ref-api-version",
        /// The kind of the object that it refers to.
        ref_kind: Mark = "x-kubernetes-object-ref-kind",
        /// The field of it that holds the name of the object.
        ref_name_key: Mark = "x-kubernetes-object-ref-name-key",
    }
    const OPEN: bool = true;
}

/// Text, if there is text; anything else counts as nothing.
#[derive(Clone, Debug, Default)]
pub struct Mark(Option<Text>);

impl Decode for Mark {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        self.0 = decoder.text(node);
    }

    fn is_unset(&self) -> bool {
        self.0.is_none()
    }
}

/// The walk over the properties of one type and of those it refers to.
struct Reading<'d> {
    definitions: &'d Map<Definition>,
    config: TransformerConfig,
    /// The kind of the type that the walk began with.
    kind: Text,
    path: Vec<Text>,
    /// The types on the way from there.
    open: Vec<Text>,
    budget: usize,
}

impl<'d> Reading<'d> {
    fn read(&mut self, name: &Text, definition: &'d Definition) -> diag::Result<()> {
        if self.open.contains(name) {
            let message = format!("the type `{name}` contains itself");
            return Err(Box::new(Diagnostic::error(Code::OpenApi, message).at(name.span())));
        }
        self.open.push(name.clone());
        for (property_name, property) in &definition.schema.properties {
            self.budget = self.budget.saturating_sub(1);
            if self.budget == 0 || self.open.len() > MAX_DEPTH {
                let message = "the types refer to each other too often";
                let problem = Diagnostic::error(Code::TooLarge, message);
                return Err(Box::new(problem.at(property_name.span())));
            }
            self.path.push(property_name.clone());
            self.read_property(property)?;
            self.path.pop();
        }
        self.open.pop();
        Ok(())
    }

    fn read_property(&mut self, property: &'d Property) -> diag::Result<()> {
        let spec = self.spec(None, property.span);
        if property.annotation.0.is_some() {
            self.config.common_annotations.push(spec.clone());
        }
        if property.label_selector.0.is_some() {
            self.config.common_labels.push(spec.clone());
        }
        if property.identity.0.is_some() {
            self.config.name_prefix.push(spec);
        }
        if let (Some(version), Some(kind)) = (&property.ref_version.0, &property.ref_kind.0) {
            let name_key = property.ref_name_key.0.as_deref().unwrap_or("name");
            let referrer = self.spec(Some(name_key), property.span);
            self.config.name_reference.push(NameReference {
                referred: TypeSelector {
                    version: version.clone(),
                    kind: kind.clone(),
                    ..TypeSelector::default()
                },
                referrers: [referrer].into_iter().collect(),
                span: property.span,
            });
        }
        let definitions = self.definitions;
        let referred = property.reference.0.as_ref().and_then(|name| {
            let definition = definitions.get(name)?;
            Some((name, definition))
        });
        match referred {
            Some((name, definition)) => self.read(name, definition),
            None => Ok(()),
        }
    }

    /// A spec for the property that the walk is at, or for a field of it.
    fn spec(&self, field: Option<&str>, span: Span) -> FieldSpec {
        let names: Vec<&str> = self.path.iter().map(Text::as_str).chain(field).collect();
        FieldSpec {
            kind: self.kind.clone(),
            path: FieldPath::new(Text::made(names.join("/"), span)),
            span,
            ..FieldSpec::default()
        }
    }
}
