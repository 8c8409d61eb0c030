//! What a scalar means: the type and value behind its text, style and tag.
//!
//! Two sets of rules are in use. Resources follow the core schema of YAML 1.2 as the reference's
//! newer library has it ([`Scalar::value`]); kustomization files and patches in JSON's form follow
//! YAML 1.1 as its older one has it ([`Scalar::value_1_1`]). Both ignore tags that they don't know.
//!
//! Not known here: where the scalar stands. What a place does to a scalar (an empty value in
//! braces, say) is [`super::emit`]'s business.

mod decimal;
mod number;
mod timestamp;

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::{Scalar, Style, Tag};
use crate::diag::{Code, Diagnostic};
pub(crate) use decimal::{write_float_json, write_float_yaml, write_int, write_uint};
use number::Number;
use timestamp::Timestamp;

/// A scalar's value. Whole floats that fit an integer are integers, timestamps are strings.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// A finite number that no integer type can hold.
    Float(f64),
    /// A string.
    String(Cow<'t, str>),
}

/// Why a scalar has no value. The messages leave the text out: it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScalarError {
    /// `.inf`, `.nan`: JSON has no such numbers.
    #[error("infinity and NaN can't be written as JSON")]
    NotFinite,
    /// Text that its tag does not allow, such as `!!int yes`.
    #[error("this text is not {}, as its tag says: it reads as {}", phrase(*.tag), phrase(*.reads))]
    Mismatch {
        /// The tag.
        tag: Tag,
        /// What the text looks like without it.
        reads: Tag,
    },
    /// `!!binary` on text that is not base64.
    #[error("this text is not base64, as its tag says")]
    Base64,
    /// A timestamp in a zone a day or more from Greenwich.
    #[error("this timestamp's zone is a day or more from Greenwich")]
    Zone,
}

impl ScalarError {
    /// What to do about it.
    pub const fn help(self) -> &'static str {
        match self {
            ScalarError::NotFinite => "quote it if a string is meant",
            ScalarError::Mismatch { .. } => "change the text or remove the tag",
            ScalarError::Base64 => "encode the bytes as base64 or remove the tag",
            ScalarError::Zone => "quote it if a string is meant",
        }
    }

    /// The diagnostic for a scalar.
    pub(crate) fn at(self, scalar: &Scalar) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error(Code::InvalidValue, self.to_string())
                .at(scalar.text.span())
                .help(self.help()),
        )
    }
}

impl Scalar {
    /// The value by the rules for resources.
    ///
    /// ```
    /// use railsgen::yaml::{Scalar, Value};
    ///
    /// assert_eq!(Scalar::plain("0x10").value(), Ok(Value::Int(16)));
    /// assert_eq!(Scalar::plain("yes").value(), Ok(Value::String("yes".into())));
    /// assert_eq!(
    ///     Scalar::plain("2001-1-1").value(),
    ///     Ok(Value::String("2001-01-01T00:00:00Z".into())),
    /// );
    /// assert!(Scalar::plain(".inf").value().is_err());
    /// ```
    ///
    /// # Errors
    /// For infinity and NaN, and for text that is not what its tag says.
    pub fn value(&self) -> Result<Value<'_>, ScalarError> {
        self.value_in(Schema::Core)
    }

    /// The value by the rules of YAML 1.1: `yes`, `no`, `on`, `off`, `y` and `n` are booleans,
    /// timestamps are strings as they stand, and so is all text behind a mere `!`.
    ///
    /// # Errors
    /// For infinity and NaN, and for text that is not what its tag says.
    pub fn value_1_1(&self) -> Result<Value<'_>, ScalarError> {
        self.value_in(Schema::Legacy)
    }

    /// The tag that stands for what plain text without a tag looks like.
    ///
    /// ```
    /// use railsgen::yaml::{Scalar, Tag};
    ///
    /// assert_eq!(Scalar::looks_like("1e3"), Tag::Float);
    /// assert_eq!(Scalar::looks_like("on"), Tag::Str);
    /// ```
    pub fn looks_like(text: &str) -> Tag {
        Look::of(text, Tag::Auto, Schema::Core).tag()
    }

    /// The tag in effect: the scalar's own or, without one, what text and style make of it.
    pub fn resolved_tag(&self) -> Tag {
        match self.tag {
            Tag::Auto | Tag::Untagged if self.style.is_quoted() => Tag::Str,
            Tag::Auto | Tag::Untagged => Scalar::looks_like(&self.text),
            tag => tag,
        }
    }

    /// Whether this is a zero that is a float with a sign: as a value it is the integer, but JSON
    /// keeps the sign.
    pub(crate) fn is_negative_zero(&self) -> bool {
        // Under the tag of floats an integer is one first, and loses its sign.
        let is_float =
            || self.resolved_tag() == Tag::Float && Scalar::looks_like(&self.text) == Tag::Float;
        self.text.starts_with('-') && is_float() && matches!(self.value(), Ok(Value::Int(0)))
    }

    /// The text of the string that a mapping key becomes by the rules of YAML 1.1. Null and integers
    /// above `i64::MAX` become none.
    pub(crate) fn key_1_1(&self) -> Result<Option<Cow<'_, str>>, ScalarError> {
        let text = self.text.as_str();
        if self.tag == Tag::Binary {
            return decode_base64(text).map(Some);
        }
        Ok(Some(match self.look(Schema::Legacy)? {
            Look::Str | Look::Timestamp(_) => Cow::Borrowed(text),
            Look::Null | Look::Number(Number::Uint(_)) => return Ok(None),
            Look::Bool(true) => "true".into(),
            Look::Bool(false) => "false".into(),
            Look::Number(Number::Int(value)) => value.to_string().into(),
            Look::Number(Number::Float(value)) => decimal::single_precision(value).into(),
            Look::NotFinite => match text.as_bytes() {
                [b'-', ..] => "-.inf".into(),
                [.., b'f' | b'F'] => ".inf".into(),
                _ => ".nan".into(),
            },
        }))
    }

    fn value_in(&self, schema: Schema) -> Result<Value<'_>, ScalarError> {
        let text = self.text.as_str();
        if self.tag == Tag::Binary {
            return decode_base64(text).map(Value::String);
        }
        Ok(match self.look(schema)? {
            Look::Null => Value::Null,
            Look::Bool(value) => Value::Bool(value),
            Look::Number(number) => match number.settle() {
                Number::Int(value) => Value::Int(value),
                Number::Uint(value) => Value::Uint(value),
                Number::Float(value) => Value::Float(value),
            },
            Look::NotFinite => return Err(ScalarError::NotFinite),
            Look::Timestamp(time) if schema == Schema::Core => {
                Value::String(time.to_rfc3339().ok_or(ScalarError::Zone)?.into())
            }
            Look::Timestamp(_) | Look::Str => Value::String(text.into()),
        })
    }

    /// What the text looks like under the tag, which is not `!!binary`.
    fn look(&self, schema: Schema) -> Result<Look, ScalarError> {
        let text = self.text.as_str();
        match self.tag {
            // Behind a mere `!`.
            Tag::Auto if self.style == Style::Tagged && schema == Schema::Legacy => Ok(Look::Str),
            Tag::Auto | Tag::Untagged if !self.style.is_quoted() => {
                Ok(Look::of(text, Tag::Auto, schema))
            }
            Tag::Auto | Tag::Untagged | Tag::Str | Tag::Binary | Tag::Merge | Tag::Other => {
                Ok(Look::Str)
            }
            _ if self.is_quoted_against_tag() => Ok(Look::Str),
            tag => Look::of(text, tag, schema).under(tag),
        }
    }
}

/// Whether plain text without a tag is a string by the rules of YAML 1.1.
pub(crate) fn is_string_1_1(text: &str) -> bool {
    matches!(Look::of(text, Tag::Auto, Schema::Legacy), Look::Str | Look::Timestamp(_))
}

/// Whether a string must be quoted because the reference's older library would read the plain
/// text as something else. Numbers in base 60, which no library reads any more, count too.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    !matches!(Look::of(text, Tag::Auto, Schema::Legacy), Look::Str) || is_base_60(text)
}

/// As [`is_ambiguous`], for text that the reference's newer library writes.
pub(crate) fn is_ambiguous_core(text: &str) -> bool {
    is_ambiguous(text) || !matches!(Look::of(text, Tag::Auto, Schema::Core), Look::Str)
}

/// The rules that plain text is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schema {
    /// YAML 1.2's core schema, with octal `0777` and timestamps from 1.1.
    Core,
    /// YAML 1.1.
    Legacy,
}

/// What plain text looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Null,
    Bool(bool),
    Number(Number),
    /// Infinity or NaN.
    NotFinite,
    Timestamp(Timestamp),
    Str,
}

impl Look {
    /// `tag` matters for timestamps only: text with another tag is none.
    fn of(text: &str, tag: Tag, schema: Schema) -> Look {
        let Some(&first) = text.as_bytes().first() else {
            return Look::Null;
        };
        match FIRST[usize::from(first)] {
            First::Other => Look::Str,
            First::Word => Look::of_word(text, schema),
            First::Dot => match text {
                ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" => Look::NotFinite,
                _ => Number::parse_fraction(text).map_or(Look::Str, Look::Number),
            },
            First::Number => {
                if matches!(text, "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF") {
                    return Look::NotFinite;
                }
                if matches!(tag, Tag::Auto | Tag::Timestamp)
                    && let Some(time) = Timestamp::parse(text)
                {
                    return Look::Timestamp(time);
                }
                Number::parse(text, schema).map_or(Look::Str, Look::Number)
            }
        }
    }

    fn of_word(text: &str, schema: Schema) -> Look {
        match text {
            "~" | "null" | "Null" | "NULL" => Look::Null,
            "true" | "True" | "TRUE" => Look::Bool(true),
            "false" | "False" | "FALSE" => Look::Bool(false),
            _ if schema == Schema::Core => Look::Str,
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Look::Bool(true),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Look::Bool(false),
            _ => Look::Str,
        }
    }

    fn tag(self) -> Tag {
        match self {
            Look::Null => Tag::Null,
            Look::Bool(_) => Tag::Bool,
            Look::Number(Number::Float(_)) | Look::NotFinite => Tag::Float,
            Look::Number(_) => Tag::Int,
            Look::Timestamp(_) => Tag::Timestamp,
            Look::Str => Tag::Str,
        }
    }

    /// The same under a tag of a basic type.
    fn under(self, tag: Tag) -> Result<Look, ScalarError> {
        match self {
            Look::Number(Number::Int(value)) if tag == Tag::Float => {
                Ok(Look::Number(Number::Float(value as f64)))
            }
            _ if self.tag() == tag => Ok(self),
            _ => Err(ScalarError::Mismatch { tag, reads: self.tag() }),
        }
    }
}

/// What plain text may be, told by its first byte.
#[derive(Clone, Copy)]
enum First {
    /// A string.
    Other,
    /// A boolean, null or a string.
    Word,
    /// A fraction, infinity, NaN or a string.
    Dot,
    /// A number, a timestamp or a string.
    Number,
}

static FIRST: [First; 256] = {
    let mut table = [First::Other; 256];
    let words = b"yYnNtTfFoO~";
    let mut at = 0;
    while at < words.len() {
        table[words[at] as usize] = First::Word;
        at += 1;
    }
    let numbers = b"+-0123456789";
    at = 0;
    while at < numbers.len() {
        table[numbers[at] as usize] = First::Number;
        at += 1;
    }
    table[b'.' as usize] = First::Dot;
    table
};

/// `190:20:30.15`: digits and underscores, then groups of up to two digits below 60, then maybe
/// a fraction.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let Some((head, groups)) = unsigned.split_once(':') else {
        return false;
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let (groups, fraction) = groups.split_once('.').unwrap_or((groups, ""));
    is_digits(head)
        && is_digits(fraction)
        && groups
            .split(':')
            .all(|group| matches!(group.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

/// Decodes base64, line breaks aside. Bytes that are not UTF-8 become U+FFFD, one by one.
fn decode_base64(text: &str) -> Result<Cow<'_, str>, ScalarError> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let bytes = LENIENT.decode(digits).map_err(|_| ScalarError::Base64)?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(Cow::Owned(decoded))
}

/// A type in words, for messages.
const fn phrase(tag: Tag) -> &'static str {
    match tag {
        Tag::Int => "an integer",
        Tag::Float => "a float",
        Tag::Bool => "a boolean",
        Tag::Null => "null",
        Tag::Timestamp => "a timestamp",
        Tag::Auto | Tag::Untagged | Tag::Str | Tag::Binary | Tag::Merge | Tag::Other => "a string",
    }
}

#[cfg(test)]
mod tests;
