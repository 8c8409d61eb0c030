//! The decoder: from nodes to typed records, with a place for every value.
//!
//! There is no serde here. A serde format would lose the spans, stop at the first problem, and
//! could not follow the reference, whose decoding is that of Go's JSON library behind a YAML
//! library: field names match in any case, a second spelling of a field decodes *into* what the
//! first one left, a null changes nothing or clears, depending on the type. So [`Decode`] has that
//! shape: it reads a node into a value that may already hold something.
//!
//! - [`record!`] declares a record: a struct whose fields are known by name.
//! - [`Dialect`] says how strict a file is; one set of records serves them all.
//! - [`shape`] brings a tree into the form that JSON has: text keys, each once.
//! - [`problem`] words what is wrong and what to do about it.
//!
//! No field is known by name here, but for some advice. New types of files get a module beside this
//! one.

mod name;
mod problem;
mod record;
mod scalar;
mod shape;

use std::borrow::Cow;

use crate::diag::Diagnostic;
use crate::source::Text;
use crate::yaml::{Node, Scalar, Value};

use super::value::{List, Map, Spanned, Tree};

pub(super) use record::{Record, record};

use problem::Wanted;
use scalar::Typing;

/// A decoded file and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Decoded<T> {
    /// The typed content.
    pub value: T,
    /// Warnings, in file order.
    pub warnings: Vec<Diagnostic>,
}

/// How a type of file is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What plain scalars mean.
    typing: Typing,
    /// Whether an unknown field is an error; else it is a warning.
    strict: bool,
    /// Whether a key that occurs twice is an error; else the last one counts, with a warning.
    unique: bool,
    /// Whether numbers and booleans are taken where text is needed.
    lenient: bool,
    /// Whether field names must be spelled exactly.
    exact_names: bool,
    /// Whether the reference decodes it straight from YAML, not by way of JSON.
    direct: bool,
    /// Whether the reference hands text on as JSON that it reads as YAML.
    handed_on: bool,
}

impl Dialect {
    /// A kustomization file.
    pub(super) const KUSTOMIZATION: Dialect = Dialect {
        typing: Typing::Legacy,
        strict: true,
        unique: false,
        lenient: false,
        exact_names: false,
        direct: false,
        handed_on: true,
    };

    /// A transformer configuration.
    pub(super) const CONFIGURATION: Dialect =
        Dialect { unique: true, lenient: true, handed_on: false, ..Dialect::KUSTOMIZATION };

    /// A file that a field of a kustomization names: replacements, targets, definitions.
    pub(super) const NAMED_FILE: Dialect =
        Dialect { strict: false, lenient: true, ..Dialect::KUSTOMIZATION };

    /// A resource that configures a builtin plugin.
    pub(super) const PLUGIN: Dialect =
        Dialect { typing: Typing::Resource, unique: true, ..Dialect::NAMED_FILE };

    /// A resource that configures one of the few plugins whose configuration the reference does not
    /// take through JSON.
    pub(super) const PLAIN_PLUGIN: Dialect =
        Dialect { exact_names: true, direct: true, ..Dialect::PLUGIN };

    /// An OpenAPI schema within a file.
    pub(super) const SCHEMA: Dialect =
        Dialect { lenient: false, exact_names: true, ..Dialect::NAMED_FILE };
}

/// A value that can be read from a node.
pub(super) trait Decode: Default {
    /// Reads a node into the value. What does not fit is reported and leaves the value as it is.
    fn decode(&mut self, node: &Node, decoder: &mut Decoder);

    /// Whether this is what a file that does not mention the value leaves.
    fn is_unset(&self) -> bool;
}

/// Decodes the content of a whole file.
///
/// # Errors
/// All problems found, errors and warnings, in file order; at least one is an error.
pub(super) fn decode<T: Decode>(
    root: Option<&Node>,
    dialect: Dialect,
) -> Result<Decoded<T>, Vec<Diagnostic>> {
    let mut decoder = Decoder::new(dialect);
    let mut value = T::default();
    if let Some(root) = root
        && let Some(root) = shape::settle(root, &mut decoder)
    {
        value.decode(&root, &mut decoder);
    }
    let mut problems = decoder.problems;
    problems.sort_by_key(|problem| problem.span());
    if problems.iter().any(Diagnostic::is_error) {
        Err(problems)
    } else {
        Ok(Decoded { value, warnings: problems })
    }
}

/// The field of a record that a key stands for in a file that takes names in any case.
pub(super) fn field_named<R: Record>(key: &str) -> Option<&'static str> {
    name::find(key, false, R::names())
}

/// What a run of the decoder knows: the dialect, where it is, and what went wrong so far.
pub(super) struct Decoder {
    dialect: Dialect,
    place: Place,
    /// Whether values must not be shown.
    secret: bool,
    problems: Vec<Diagnostic>,
}

/// What the value at hand is for.
#[derive(Clone, Debug)]
enum Place {
    /// The whole file.
    Root,
    /// The value of a field.
    Field(&'static str),
    /// An item of the list in a field.
    Item(&'static str),
    /// The value under a key of the map in a field.
    Entry(&'static str, Text),
}

impl Decoder {
    fn new(dialect: Dialect) -> Decoder {
        Decoder { dialect, place: Place::Root, secret: false, problems: Vec::new() }
    }

    /// Adds a problem.
    pub(super) fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// What a scalar is; nothing is as good as null for a scalar that has no value, which
    /// [`shape`] reports.
    fn value<'s>(&self, scalar: &'s Scalar) -> Value<'s> {
        self.dialect.typing.value(scalar).unwrap_or(Value::Null)
    }

    /// The text of a node that is text.
    pub(super) fn text(&self, node: &Node) -> Option<Text> {
        let scalar = node.as_scalar()?;
        match self.value(scalar) {
            Value::String(text) => Some(own(scalar, text)),
            _ => None,
        }
    }

    /// Decodes at a place below the present one.
    fn at(&mut self, place: Place, decode: impl FnOnce(&mut Decoder)) {
        let outer = std::mem::replace(&mut self.place, place);
        decode(self);
        self.place = outer;
    }

    /// Decodes the fields that a record has taken over from another. The reference does not look
    /// for text in there when it turns numbers into text on their way through JSON.
    pub(super) fn embedded<T>(&mut self, decode: impl FnOnce(&mut Decoder) -> T) -> T {
        let lenient = self.dialect.lenient;
        self.dialect.lenient &= self.dialect.direct;
        let result = decode(self);
        self.dialect.lenient = lenient;
        result
    }
}

impl Decode for Text {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        let Node::Scalar(scalar) = node else {
            return decoder.wrong_type(node, Wanted::Text);
        };
        match decoder.value(scalar) {
            Value::Null => {}
            Value::String(text) if decoder.dialect.handed_on => match scalar::handed_on(text) {
                Ok(text) => *self = own(scalar, text),
                Err(control) => decoder.control_character(node, control),
            },
            Value::String(text) => *self = own(scalar, text),
            _ if decoder.dialect.lenient => {
                let Dialect { typing, direct, .. } = decoder.dialect;
                if let Some(text) = typing.stringify(scalar, direct) {
                    *self = Text::made(text, scalar.text.span());
                }
            }
            _ => decoder.wrong_type(node, Wanted::Text),
        }
    }

    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl Decode for Spanned<bool> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        match node.as_scalar().map(|scalar| decoder.value(scalar)) {
            Some(Value::Null) => {}
            Some(Value::Bool(value)) => *self = Spanned { value, span: node.span() },
            Some(Value::String(text)) if decoder.dialect.direct && legacy_bool(&text).is_some() => {
                *self = Spanned { value: legacy_bool(&text) == Some(true), span: node.span() };
            }
            _ => decoder.wrong_type(node, Wanted::Bool),
        }
    }

    fn is_unset(&self) -> bool {
        !self.value
    }
}

impl Decode for Spanned<i64> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        match node.as_scalar().map(|scalar| decoder.value(scalar)) {
            Some(Value::Null) => {}
            Some(Value::Int(value)) => *self = Spanned { value, span: node.span() },
            _ => decoder.wrong_type(node, Wanted::Integer),
        }
    }

    fn is_unset(&self) -> bool {
        self.value == 0
    }
}

impl Decode for Spanned<f64> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        let value = match node.as_scalar().map(|scalar| decoder.value(scalar)) {
            Some(Value::Null) => return,
            Some(Value::Int(value)) => value as f64,
            Some(Value::Uint(value)) => value as f64,
            Some(Value::Float(value)) => value,
            _ => return decoder.wrong_type(node, Wanted::Number),
        };
        *self = Spanned { value, span: node.span() };
    }

    fn is_unset(&self) -> bool {
        self.value == 0.0
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        if node.is_null() {
            *self = None;
        } else {
            self.get_or_insert_default().decode(node, decoder);
        }
    }

    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

impl<T: Decode> Decode for List<T> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        if node.is_null() {
            *self = List::default();
            return;
        }
        let Node::Sequence(sequence) = node else {
            return decoder.wrong_type(node, Wanted::List);
        };
        self.present = true;
        self.span = sequence.span();
        self.items.reserve(sequence.items.len());
        let place = match &decoder.place {
            Place::Field(name) => Place::Item(name),
            other => other.clone(),
        };
        decoder.at(place, |decoder| {
            for (index, item) in sequence.items.iter().enumerate() {
                // A second spelling of a field finds the items of the first.
                if index == self.items.len() {
                    self.items.push(T::default());
                }
                if let Some(value) = self.items.get_mut(index) {
                    value.decode(item, decoder);
                }
            }
        });
        self.items.truncate(sequence.items.len());
    }

    fn is_unset(&self) -> bool {
        !self.present
    }
}

impl<V: Decode> Decode for Map<V> {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        if node.is_null() {
            *self = Map::default();
            return;
        }
        let Node::Mapping(mapping) = node else {
            return decoder.wrong_type(node, Wanted::Map);
        };
        self.present = true;
        self.span = mapping.span();
        self.entries.reserve(mapping.len());
        let field = decoder.place.field();
        for entry in mapping.iter() {
            let mut value = V::default();
            let place = Place::Entry(field, entry.key.text.clone());
            decoder.at(place, |decoder| value.decode(&entry.value, decoder));
            self.entries.push((entry.key.text.clone(), value));
        }
        self.settle();
    }

    fn is_unset(&self) -> bool {
        !self.present
    }
}

impl Decode for Tree {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        match node {
            Node::Mapping(_) => self.0 = Some(node.clone()),
            _ if node.is_null() => self.0 = None,
            _ => decoder.wrong_type(node, Wanted::Map),
        }
    }

    fn is_unset(&self) -> bool {
        self.0.is_none()
    }
}

impl Place {
    /// The name of the field at hand; empty for the whole file.
    fn field(&self) -> &'static str {
        match self {
            Place::Root => "",
            Place::Field(name) | Place::Item(name) | Place::Entry(name, _) => name,
        }
    }
}

/// What text says where the reference's newer YAML library needs a boolean: the words of YAML 1.1
/// that are no booleans to it otherwise, quoted or not.
fn legacy_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// A scalar's value as text with its place; the scalar's own text unless it was encoded.
fn own(scalar: &Scalar, value: Cow<'_, str>) -> Text {
    match value {
        Cow::Borrowed(_) => scalar.text.clone(),
        Cow::Owned(text) => Text::made(text, scalar.text.span()),
    }
}
