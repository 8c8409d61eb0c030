//! Scalars as a typed file sees them: text, number, boolean or nothing.

use crate::source::Text;
use crate::yaml::{Scalar, Tag};

/// Which scalars mean what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// YAML 1.1, for files that only the engine reads.
    Legacy,
    /// The rules for resources.
    Resource,
}

/// A scalar's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer that only fits without a sign.
    Uint(u64),
    Float(f64),
    Text(Text),
    /// Text that is not what its tag says.
    Mistagged,
}

/// Types a scalar.
pub(super) fn value(scalar: &Scalar, typing: Typing) -> Value {
    let text = scalar.text.as_str();
    if scalar.is_null() {
        return Value::Null;
    }
    if scalar.style.is_quoted() || matches!(scalar.tag, Tag::Str | Tag::Other) {
        return Value::Text(scalar.text.clone());
    }
    let legacy = typing == Typing::Legacy;
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if legacy => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if legacy => {
            return Value::Bool(false);
        }
        ".inf" => return Value::Float(f64::INFINITY),
        ".nan" => return Value::Float(f64::NAN),
        _ => {}
    }
    let digits = text.replace('_', "");
    if let Some(hex) = digits.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16)
            .map_or_else(|_| Value::Text(scalar.text.clone()), Value::Int);
    }
    if let Ok(int) = digits.parse() {
        Value::Int(int)
    } else if let Ok(int) = digits.parse() {
        Value::Uint(int)
    } else if let Ok(float) = digits.parse::<f64>() {
        if float.fract() == 0.0 && float.abs() < 9e18 {
            Value::Int(float as i64)
        } else {
            Value::Float(float)
        }
    } else {
        Value::Text(scalar.text.clone())
    }
}

impl Value {
    /// "a number", "a string" and so on, for messages.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => "a number",
            Value::Text(_) | Value::Mistagged => "a string",
        }
    }

    /// The integer that the value is once it went through JSON, where whole floats are integers.
    pub(super) fn to_int(&self) -> Option<i64> {
        match self {
            Value::Int(int) => Some(*int),
            Value::Float(float) if float.fract() == 0.0 => format!("{float}").parse().ok(),
            _ => None,
        }
    }

    /// The text that a number or boolean becomes where text is needed: as a key, or as a value of a
    /// lenient file. There the reference writes floats with the digits of single precision, which
    /// is `narrow`.
    pub(super) fn to_text(&self, narrow: bool) -> Option<String> {
        Some(match self {
            Value::Bool(value) => value.to_string(),
            Value::Int(int) => int.to_string(),
            Value::Uint(uint) => uint.to_string(),
            Value::Float(float) if float.is_nan() => ".nan".to_owned(),
            Value::Float(float) if float.is_infinite() => {
                if *float > 0.0 {
                    ".inf".to_owned()
                } else {
                    "-.inf".to_owned()
                }
            }
            Value::Float(float) if narrow => general_form(&format!("{:e}", *float as f32)),
            Value::Float(float) => general_form(&format!("{float:e}")),
            Value::Null | Value::Text(_) | Value::Mistagged => return None,
        })
    }
}

/// Shortest digits in scientific form, written as Go's `%g` writes them: plain while the exponent
/// is between -4 and 5.
fn general_form(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    if !(-4..6).contains(&exponent) {
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{mark}{:02}", exponent.unsigned_abs());
    }
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        format!("{sign}{digits:0<whole$}")
    } else {
        let (before, after) = digits.split_at(whole);
        format!("{sign}{before}.{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_text_with_the_digits_of_single_precision() {
        for (float, text) in [
            (1.25, "1.25"),
            (1.5, "1.5"),
            (-1.5, "-1.5"),
            (1000.0, "1000"),
            (123456.0, "123456"),
            (1234567.0, "1.234567e+06"),
            (1.2345678901, "1.2345679"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1e-05"),
            (1e30, "1e+30"),
            (0.5, "0.5"),
            (100.25, "100.25"),
            (0.0, "0"),
        ] {
            assert_eq!(Value::Float(float).to_text(true).as_deref(), Some(text));
        }
        assert_eq!(Value::Float(1.2345678901).to_text(false).as_deref(), Some("1.2345678901"));
    }

    #[test]
    fn whole_floats_are_integers_after_json() {
        for (float, int) in [
            (3.0, Some(3)),
            (-0.0, Some(0)),
            (1.5, None),
            (1e18, Some(1_000_000_000_000_000_000)),
            (1e19, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(Value::Float(float).to_int(), int, "{float}");
        }
    }
}
