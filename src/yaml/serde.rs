//! Nodes and serde: a node as data for any format, and as the source of any type.
//!
//! The types of scalars are those of the output: `yes` is a string, `010` is 8.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Node, Scalar, ScalarError, Value};

/// Why a node is no value of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FromNodeError {
    /// A scalar has no value, such as text under the tag of a number.
    #[error(transparent)]
    Scalar(#[from] ScalarError),
    /// The type wants something else.
    #[error("{0}")]
    Type(String),
}

impl de::Error for FromNodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        FromNodeError::Type(message.to_string())
    }
}

/// Reads a value of a type from a node.
///
/// ```
/// use railsgen::source::Sources;
/// use railsgen::yaml::{Limits, from_node, parse_document};
///
/// let text = "replicas: 3\nargs: [a, 'yes']\n".to_string();
/// let source = Sources::new().add("x.yaml", text)?;
/// let node = parse_document(&source, &Limits::default()).unwrap().unwrap();
/// let value: serde_json::Value = from_node(&node).unwrap();
/// assert_eq!(value, serde_json::json!({"replicas": 3, "args": ["a", "yes"]}));
/// # Ok::<(), railsgen::source::TooMuchText>(())
/// ```
///
/// # Errors
/// When the node does not have the form of the type.
pub fn from_node<T: DeserializeOwned>(node: &Node) -> Result<T, FromNodeError> {
    T::deserialize(node)
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Scalar(scalar) => scalar.serialize(serializer),
            Node::Sequence(sequence) => {
                let mut list = serializer.serialize_seq(Some(sequence.items.len()))?;
                sequence.items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Node::Mapping(mapping) => {
                let mut map = serializer.serialize_map(Some(mapping.len()))?;
                for entry in mapping.iter() {
                    map.serialize_entry(entry.key.text.as_str(), &entry.value)?;
                }
                map.end()
            }
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value().map_err(ser::Error::custom)? {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(value),
            Value::Int(value) => serializer.serialize_i64(value),
            Value::Uint(value) => serializer.serialize_u64(value),
            Value::Float(value) => serializer.serialize_f64(value),
            Value::String(text) => serializer.serialize_str(&text),
        }
    }
}

impl<'de> IntoDeserializer<'de, FromNodeError> for &Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> de::Deserializer<'de> for &Node {
    type Error = FromNodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromNodeError> {
        match self {
            Node::Scalar(scalar) => match scalar.value()? {
                Value::Null => visitor.visit_unit(),
                Value::Bool(value) => visitor.visit_bool(value),
                Value::Int(value) => visitor.visit_i64(value),
                Value::Uint(value) => visitor.visit_u64(value),
                Value::Float(value) => visitor.visit_f64(value),
                Value::String(text) => visitor.visit_str(&text),
            },
            Node::Sequence(sequence) => {
                visitor.visit_seq(SeqDeserializer::new(sequence.items.iter()))
            }
            Node::Mapping(mapping) => visitor.visit_map(MapDeserializer::new(
                mapping.iter().map(|entry| (entry.key.text.as_str(), &entry.value)),
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromNodeError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FromNodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FromNodeError> {
        match self {
            Node::Mapping(mapping) => {
                let entries = mapping.iter().map(|entry| (entry.key.text.as_str(), &entry.value));
                let entries = MapAccessDeserializer::new(MapDeserializer::new(entries));
                entries.deserialize_enum(name, variants, visitor)
            }
            Node::Scalar(scalar) => match scalar.value()? {
                Value::String(text) => visitor.visit_enum(text.into_deserializer()),
                _ => Err(de::Error::custom("expected the name of a variant")),
            },
            Node::Sequence(_) => Err(de::Error::custom("expected a variant, found a sequence")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::source::Sources;
    use crate::yaml::{Limits, parse_document};

    fn node(text: &str) -> Node {
        let source = Sources::new().add("x.yaml", text.into()).unwrap();
        parse_document(&source, &Limits::default()).unwrap().unwrap()
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sample {
        name: String,
        port: Option<u16>,
        policy: Policy,
        labels: BTreeMap<String, String>,
        missing: Option<bool>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Policy {
        Always,
        After(u8),
    }

    #[test]
    fn a_type_reads_a_node() {
        let text = "{name: web, port: 0x50, policy: Always, labels: {a: 'yes'}, other: [1]}";
        let sample: Sample = from_node(&node(text)).unwrap();
        let labels = BTreeMap::from([("a".into(), "yes".into())]);
        let expected = Sample {
            name: "web".into(),
            port: Some(80),
            policy: Policy::Always,
            labels,
            missing: None,
        };
        assert_eq!(sample, expected);
        let after: Policy = from_node(&node("After: 3")).unwrap();
        assert_eq!(after, Policy::After(3));
        assert!(from_node::<Sample>(&node("{name: web}")).is_err());
    }

    #[test]
    fn any_format_writes_a_node() {
        let text = "{a: 1, b: [null, 1.5, yes], c: 2020-01-01}";
        let json = serde_json::to_string(&node(text)).unwrap();
        assert_eq!(json, r#"{"a":1,"b":[null,1.5,"yes"],"c":"2020-01-01T00:00:00Z"}"#);
    }
}
