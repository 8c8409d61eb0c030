//! Files under `crds`: OpenAPI definitions, read for the marks that tell which fields hold names,
//! labels and annotations.
//!
//! They are not manifests of CRDs: a file maps type names to `{Schema: …, Dependencies: […]}`.

use crate::diag::{self, Code, Diagnostic};
use crate::k8s::field_spec::{FieldPath, FieldSpec};
use crate::source::{Span, Text};
use crate::yaml::Node;

use super::decode::{self, Decode, Decoded, Decoder, Dialect, Record, record};
use super::transformer_config::{NameReference, TransformerConfig, TypeSelector};
use super::value::{List, Map, Spanned, Tree};

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

/// A schema, of a type or of a property: what is read of it. The rest is only checked.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Its properties.
    pub properties: Map<Schema>,
    /// The type that it is of.
    pub reference: Mark,
    /// Set if it holds annotations.
    pub annotation: Mark,
    /// Set if it holds labels that select.
    pub label_selector: Mark,
    /// Set if it holds the object's own name.
    pub identity: Mark,
    /// The version of the object that it refers to.
    pub ref_version: Mark,
    /// The kind of the object that it refers to.
    pub ref_kind: Mark,
    /// The field of it that holds the name of the object.
    pub ref_name_key: Mark,
    /// Where it stands.
    pub span: Span,
}

const MARKS: &[&str] = &[
    "$ref",
    "x-kubernetes-annotation",
    "x-kubernetes-label-selector",
    "x-kubernetes-identity",
    "x-kubernetes-object-ref-api-version",
    "x-kubernetes-object-ref-kind",
    "x-kubernetes-object-ref-name-key",
];
const TEXTS: &[&str] = &["id", "description", "format", "title", "pattern", "discriminator"];
const SWITCHES: &[&str] =
    &["nullable", "exclusiveMaximum", "exclusiveMinimum", "uniqueItems", "readOnly"];
const COUNTS: &[&str] =
    &["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"];
const NUMBERS: &[&str] = &["maximum", "minimum", "multipleOf"];
const SCHEMA_LISTS: &[&str] = &["allOf", "oneOf", "anyOf"];
const SCHEMA_MAPS: &[&str] = &["properties", "patternProperties", "definitions"];
const SCHEMA_OR_SWITCH: &[&str] = &["additionalProperties", "additionalItems"];
const OTHERS: &[&str] =
    &["type", "enum", "required", "items", "not", "dependencies", "externalDocs"];

impl Record for Schema {
    const WHAT: &'static str = "a schema";
    const OPEN: bool = true;
    const DIALECT: Option<Dialect> = Some(Dialect::SCHEMA);

    fn names() -> impl Iterator<Item = &'static str> {
        let tables = [
            MARKS,
            TEXTS,
            SWITCHES,
            COUNTS,
            NUMBERS,
            SCHEMA_LISTS,
            SCHEMA_MAPS,
            SCHEMA_OR_SWITCH,
            OTHERS,
        ];
        tables.into_iter().flatten().copied()
    }

    fn set(&mut self, name: &'static str, node: &Node, decoder: &mut Decoder) {
        match (name, node) {
            ("properties", _) => self.properties.decode(node, decoder),
            ("$ref", _) => self.reference.decode(node, decoder),
            ("x-kubernetes-annotation", _) => self.annotation.decode(node, decoder),
            ("x-kubernetes-label-selector", _) => self.label_selector.decode(node, decoder),
            ("x-kubernetes-identity", _) => self.identity.decode(node, decoder),
            ("x-kubernetes-object-ref-api-version", _) => self.ref_version.decode(node, decoder),
            ("x-kubernetes-object-ref-kind", _) => self.ref_kind.decode(node, decoder),
            ("x-kubernetes-object-ref-name-key", _) => self.ref_name_key.decode(node, decoder),
            ("type", Node::Sequence(_)) | ("required", _) => check::<List<Text>>(node, decoder),
            ("type", _) => check::<Text>(node, decoder),
            ("enum", _) => check::<List<Mark>>(node, decoder),
            ("dependencies" | "externalDocs", _) => check::<Tree>(node, decoder),
            ("items", Node::Sequence(_)) => check::<List<Schema>>(node, decoder),
            // Anything else but a schema is passed over.
            ("items", Node::Scalar(_)) => {}
            ("items" | "not", _) => check::<Schema>(node, decoder),
            (_, Node::Mapping(_)) if SCHEMA_OR_SWITCH.contains(&name) => {
                check::<Schema>(node, decoder);
            }
            _ if SCHEMA_OR_SWITCH.contains(&name) => check::<Spanned<bool>>(node, decoder),
            _ if SCHEMA_LISTS.contains(&name) => check::<List<Schema>>(node, decoder),
            _ if SCHEMA_MAPS.contains(&name) => check::<Map<Schema>>(node, decoder),
            _ if SWITCHES.contains(&name) => check::<Spanned<bool>>(node, decoder),
            _ if COUNTS.contains(&name) => check::<Spanned<i64>>(node, decoder),
            _ if NUMBERS.contains(&name) => check::<Spanned<f64>>(node, decoder),
            _ => check::<Text>(node, decoder),
        }
    }

    fn place(&mut self, span: Span) {
        self.span = span;
    }

    fn is_blank(&self) -> bool {
        self.span.is_none()
    }
}

/// Decodes a value that nobody reads, for what is wrong with it.
fn check<T: Decode>(node: &Node, decoder: &mut Decoder) {
    T::default().decode(node, decoder);
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

    fn read_property(&mut self, property: &'d Schema) -> diag::Result<()> {
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
