//! Numbers in YAML text: which text is a number, and which.
//!
//! Both schemas take decimal, `0x`, `0o`, `0b` and leading-zero octal integers with `_` anywhere
//! behind the first digit or sign, and decimal fractions. Integers that fit neither `i64` nor
//! `u64` are floats; floats that are whole and fit are integers.

use std::borrow::Cow;

use super::Schema;
use super::decimal::Decimal;

/// A number as its text tells it, before whole floats are taken for integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// May be whole, never infinite.
    Float(f64),
}

impl Number {
    /// The number that text beginning with a digit or a sign stands for.
    pub(super) fn parse(text: &str, schema: Schema) -> Option<Number> {
        let clean: Cow<'_, str> = if memchr::memchr(b'_', text.as_bytes()).is_some() {
            Cow::Owned(text.replace('_', ""))
        } else {
            Cow::Borrowed(text)
        };
        prefixed_int(clean.as_bytes())
            .or_else(|| decimal_float(&clean))
            .or_else(|| signed_behind_prefix(clean.as_bytes(), schema))
    }

    /// The number that text beginning with `.` stands for: here an underscore must stand between
    /// two digits.
    pub(super) fn parse_fraction(text: &str) -> Option<Number> {
        let bytes = text.as_bytes();
        let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if !digit_at(1) {
            return None;
        }
        let underscores_fit = memchr::memchr_iter(b'_', bytes)
            .all(|at| at > 0 && digit_at(at - 1) && digit_at(at + 1));
        if !underscores_fit {
            return None;
        }
        decimal_float(&text.replace('_', ""))
    }

    /// A float that is whole and fits an integer as that integer, as a round trip through JSON
    /// makes it: the digits are those of the shortest text that reads back as the float.
    pub(super) fn settle(self) -> Number {
        let Number::Float(float) = self else {
            return self;
        };
        // Everything whole below 2^64 has at most 20 digits.
        if float.fract() != 0.0 || float.abs() >= 1e20 {
            return self;
        }
        let text = Decimal::shortest(float).positional();
        if let Ok(int) = text.parse() {
            Number::Int(int)
        } else if let Ok(uint) = text.parse() {
            Number::Uint(uint)
        } else {
            self
        }
    }
}

/// An integer with an optional sign and an optional prefix that names its base.
fn prefixed_int(text: &[u8]) -> Option<Number> {
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (base, digits) = match unsigned {
        [] => return None,
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', rest @ ..] => (8, rest),
        _ => (10, unsigned),
    };
    let magnitude = digits_value(digits, base)?;
    if negative {
        0i64.checked_sub_unsigned(magnitude).map(Number::Int)
    } else if let Ok(int) = i64::try_from(magnitude) {
        Some(Number::Int(int))
    } else {
        // An explicit plus sign is no part of an unsigned integer.
        (unsigned.len() == text.len()).then_some(Number::Uint(magnitude))
    }
}

/// `0b-1` and, from version 1.2 of YAML on, `0o+7`.
fn signed_behind_prefix(text: &[u8], schema: Schema) -> Option<Number> {
    let (base, rest) = match text {
        [b'0', b'b', rest @ ..] => (2, rest),
        [b'0', b'o', rest @ ..] if schema == Schema::Core => (8, rest),
        _ => return None,
    };
    let (negative, digits) = match rest {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => return None,
    };
    if digits.is_empty() {
        return None;
    }
    let magnitude = digits_value(digits, base)?;
    let int =
        if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
    int.map(Number::Int)
}

/// The value of digits, of no digits zero; nothing when one is not of the base or it overflows.
fn digits_value(digits: &[u8], base: u32) -> Option<u64> {
    digits.iter().try_fold(0u64, |value, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))
    })
}

/// `-1.5e3`, `.5`, `1.` and what else is a decimal number within a float's range.
fn decimal_float(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    let skip_digits = |from: usize| {
        let digits = unsigned[from..].iter();
        from + digits.take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut at = skip_digits(0);
    let mut digits = at;
    if unsigned.get(at) == Some(&b'.') {
        let end = skip_digits(at + 1);
        digits += end - (at + 1);
        at = end;
    }
    if digits == 0 {
        return None;
    }
    if matches!(unsigned.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(unsigned.get(at), Some(b'-' | b'+')));
        let end = skip_digits(at);
        if end == at {
            return None;
        }
        at = end;
    }
    if at != unsigned.len() {
        return None;
    }
    let float: f64 = text.parse().ok()?;
    float.is_finite().then_some(Number::Float(float))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Number> {
        Number::parse(text, Schema::Core)
    }

    #[test]
    fn integers_in_every_base() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("010", 8),
            ("0o10", 8),
            ("0O10", 8),
            ("0x1F", 31),
            ("-0X1f", -31),
            ("0b11", 3),
            ("-0b11", -3),
            ("0b-11", -3),
            ("0o+7", 7),
            ("1_0__0_", 100),
            ("+_1", 1),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(parse(text), Some(Number::Int(value)), "{text}");
        }
        assert_eq!(parse("18446744073709551615"), Some(Number::Uint(u64::MAX)));
        assert_eq!(Number::parse("0o-7", Schema::Legacy), None);
    }

    #[test]
    fn what_overflows_or_has_a_wrong_digit_is_a_float_or_nothing() {
        for (text, value) in [
            ("089", 89.0),
            ("08", 8.0),
            ("1.", 1.0),
            ("+.5", 0.5),
            ("1e3", 1000.0),
            ("18446744073709551616", 18446744073709551616.0),
            ("+18446744073709551615", 18446744073709551615.0),
            ("1e-400", 0.0),
        ] {
            assert_eq!(parse(text), Some(Number::Float(value)), "{text}");
        }
        for text in [
            "", "+", "-", "0x", "0b", "0b2", "0o8", "0b-", "0b--1", "-0b-1", "1e", "1e+", ".",
            "+.", "1e400", "1.5.", "0x1p4", "--1", "1 ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_take_underscores_between_digits_only() {
        assert_eq!(Number::parse_fraction(".5_0"), Some(Number::Float(0.5)));
        assert_eq!(Number::parse_fraction(".5e1_0"), Some(Number::Float(5e9)));
        for text in ["._5", ".5_", ".5__0", ".5_e1", ".", ".e1", ".5e400", ".inf"] {
            assert_eq!(Number::parse_fraction(text), None, "{text}");
        }
    }

    #[test]
    fn whole_floats_settle_as_integers() {
        for (float, number) in [
            (1000.0, Number::Int(1000)),
            (-0.0, Number::Int(0)),
            (1.5, Number::Float(1.5)),
            (9223372036854775808.0, Number::Uint(9223372036854776000)),
            (18446744073709551616.0, Number::Float(18446744073709551616.0)),
            (-1e19, Number::Float(-1e19)),
            (1e300, Number::Float(1e300)),
        ] {
            assert_eq!(Number::Float(float).settle(), number, "{float}");
        }
    }
}
