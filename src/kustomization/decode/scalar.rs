//! Scalars where a typed file needs text or a number.

use std::borrow::Cow;

use crate::yaml::{Scalar, ScalarError, Value, write_float_yaml};

/// Which rules say what a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// Those of YAML 1.1, for files that only the engine reads.
    Legacy,
    /// Those for resources.
    Resource,
}

impl Typing {
    pub(super) fn value(self, scalar: &Scalar) -> Result<Value<'_>, ScalarError> {
        match self {
            Typing::Legacy => scalar.value_1_1(),
            Typing::Resource => scalar.value(),
        }
    }

    /// The text that a number or boolean becomes in a lenient file where text is needed. Nothing for
    /// null and for what is text already.
    ///
    /// The reference writes fractions with the digits of single precision, much as it writes keys,
    /// where they go through JSON; `plain` is for where they don't.
    pub(super) fn stringify(self, scalar: &Scalar, plain: bool) -> Option<String> {
        match self.value(scalar).ok()? {
            Value::Float(float) if plain => {
                let mut text = Vec::with_capacity(24);
                write_float_yaml(float, &mut text);
                Some(String::from_utf8_lossy(&text).into_owned())
            }
            Value::Bool(value) => Some(value.to_string()),
            Value::Uint(uint) => Some(uint.to_string()),
            // A resource has gone through JSON before, where whole floats became integers.
            Value::Int(int) if self == Typing::Resource => Some(int.to_string()),
            Value::Float(float) if float.is_finite() && (float as f32).is_infinite() => {
                Some(if float > 0.0 { "+Inf" } else { "-Inf" }.into())
            }
            Value::Int(_) | Value::Float(_) => {
                scalar.key_1_1().ok().flatten().map(|text| text.into_owned())
            }
            Value::Null | Value::String(_) => None,
        }
    }
}

/// What becomes of text that the reference hands on to its plugins as JSON, which they read as
/// YAML: U+0085, a line break there, folds as line breaks do.
///
/// # Errors
/// The first character that may not be in YAML.
pub(super) fn handed_on(text: Cow<'_, str>) -> Result<Cow<'_, str>, char> {
    const NEXT_LINE: char = '\u{85}';
    // Characters of which the first byte is below are common and always allowed.
    if text.bytes().all(|byte| byte < 0x7F) {
        return Ok(text);
    }
    let is_control =
        |c: char| matches!(c, '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}') && c != NEXT_LINE;
    if let Some(control) = text.chars().find(|c| is_control(*c)) {
        return Err(control);
    }
    if !text.contains(NEXT_LINE) {
        return Ok(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(NEXT_LINE) {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let behind = rest[at..].trim_start_matches([' ', NEXT_LINE]);
        let breaks = rest[at..rest.len() - behind.len()].matches(NEXT_LINE).count();
        match breaks {
            1 => folded.push(' '),
            more => folded.extend(std::iter::repeat_n('\n', more - 1)),
        }
        rest = behind;
    }
    folded.push_str(rest);
    Ok(Cow::Owned(folded))
}

/// "a number", "a string" and so on, for messages.
pub(super) fn describe(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "a number",
        Value::String(_) => "a string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_handed_on_as_json_read_as_yaml() {
        for (text, expected) in [
            ("a\u{85}b", Ok("a b")),
            ("a  \u{85} \u{85} b", Ok("a\nb")),
            ("\u{85}a\u{85}\u{85}\u{85}", Ok(" a\n\n")),
            ("a \u{2028} b\u{feff}é", Ok("a \u{2028} b\u{feff}é")),
            ("a\u{7f}", Err('\u{7f}')),
            ("é\u{81}", Err('\u{81}')),
        ] {
            let handed_on = handed_on(Cow::Borrowed(text));
            assert_eq!(handed_on.as_deref().map_err(|c| *c), expected);
        }
    }

    #[test]
    fn numbers_become_text_as_in_the_reference() {
        for (plain, text, text_of_resource) in [
            ("1.25", "1.25", "1.25"),
            ("-1.50", "-1.5", "-1.5"),
            ("1e3", "1000", "1000"),
            ("1234567.0", "1.234567e+06", "1234567"),
            ("1234567", "1234567", "1234567"),
            ("1.2345678901", "1.2345679", "1.2345679"),
            ("0.00001", "1e-05", "1e-05"),
            ("0x10", "16", "16"),
            ("18446744073709551615", "18446744073709551615", "18446744073709551615"),
            ("True", "true", "true"),
        ] {
            let scalar = Scalar::plain(plain);
            assert_eq!(Typing::Legacy.stringify(&scalar, false).as_deref(), Some(text));
            assert_eq!(
                Typing::Resource.stringify(&scalar, false).as_deref(),
                Some(text_of_resource)
            );
        }
        let yes = Scalar::plain("yes");
        assert_eq!(Typing::Legacy.stringify(&yes, false).as_deref(), Some("true"));
        assert_eq!(Typing::Resource.stringify(&yes, false), None);
        let fraction = Scalar::plain("1.2345678901");
        let text = Typing::Resource.stringify(&fraction, true);
        assert_eq!(text.as_deref(), Some("1.2345678901"));
    }
}
