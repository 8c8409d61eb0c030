//! Numbers as text, with the digits that Go's `strconv` chooses.

use std::fmt::LowerExp;
use std::io::Write as _;
use std::str::FromStr;

/// Appends an integer's decimal digits.
pub(crate) fn write_uint(mut value: u64, negative: bool, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    if negative {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends an integer's decimal digits.
pub(crate) fn write_int(value: i64, out: &mut Vec<u8>) {
    write_uint(value.unsigned_abs(), value < 0, out);
}

/// Appends a float as JSON text has it: the shortest digits, with an exponent below 1e-6 and from
/// 1e21 on.
pub(crate) fn write_float_json(float: f64, out: &mut Vec<u8>) {
    let decimal = Decimal::shortest(float);
    // Writing to memory does not fail.
    let _ = if float == 0.0 || (-6..21).contains(&decimal.exponent) {
        out.write_all(decimal.positional().as_bytes())
    } else {
        out.write_all(decimal.scientific(1).as_bytes())
    };
}

/// Appends a float as YAML text has it: the shortest digits, with an exponent below 1e-4 and from
/// 1e6 on, even for whole numbers.
pub(crate) fn write_float_yaml(float: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(Decimal::shortest(float).general().as_bytes());
}

/// A finite float as the text of a key in YAML 1.1: as in YAML text, but with no more digits than
/// single precision has.
pub(super) fn single_precision(float: f64) -> String {
    let single = float as f32;
    if single.is_finite() {
        Decimal::shortest(single).general()
    } else {
        let sign = if single < 0.0 { "-" } else { "" };
        format!("{sign}.inf")
    }
}

/// A decimal number: the first digit stands before the point, times ten to the exponent.
pub(super) struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// The shortest digits that are read as this finite number again and, of those, the nearest:
    /// of two as near, the even ones. (The standard library takes any of the two.)
    pub(super) fn shortest<F: LowerExp + FromStr + PartialEq>(float: F) -> Decimal {
        let text = format!("{float:e}");
        let shortest = Decimal::from_scientific(&text);
        let precision = shortest.digits.len() - 1;
        let rounded = format!("{float:.precision$e}");
        if rounded != text && rounded.parse().is_ok_and(|read: F| read == float) {
            Decimal::from_scientific(&rounded)
        } else {
            shortest
        }
    }

    /// From text as the standard library writes it: `-1.5e-7`.
    fn from_scientific(text: &str) -> Decimal {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Decimal {
            is_negative: mantissa.starts_with('-'),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    /// `1500`, `0.0015`
    pub(super) fn positional(&self) -> String {
        let mut text = self.sign();
        let Ok(exponent) = usize::try_from(self.exponent) else {
            text.push_str("0.");
            let zeros = self.exponent.unsigned_abs() as usize - 1;
            text.extend(std::iter::repeat_n('0', zeros));
            text.push_str(&self.digits);
            return text;
        };
        match self.digits.split_at_checked(exponent + 1) {
            Some((whole, "")) => text.push_str(whole),
            Some((whole, fraction)) => {
                text.push_str(whole);
                text.push('.');
                text.push_str(fraction);
            }
            None => {
                text.push_str(&self.digits);
                text.extend(std::iter::repeat_n('0', exponent + 1 - self.digits.len()));
            }
        }
        text
    }

    /// `1.5e+06`: a sign always, and at least so many digits in the exponent.
    fn scientific(&self, exponent_digits: usize) -> String {
        let sign = if self.exponent < 0 { '-' } else { '+' };
        let exponent = self.exponent.unsigned_abs();
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{}{first}{point}{rest}e{sign}{exponent:0>exponent_digits$}", self.sign())
    }

    fn general(&self) -> String {
        if (-4..6).contains(&self.exponent) { self.positional() } else { self.scientific(2) }
    }

    fn sign(&self) -> String {
        String::from(if self.is_negative { "-" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(writer: fn(f64, &mut Vec<u8>), float: f64) -> String {
        let mut out = Vec::new();
        writer(float, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_have_exponents_where_go_writes_them() {
        for (float, json, yaml) in [
            (0.0, "0", "0"),
            (0.1, "0.1", "0.1"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "0.00001", "1e-05"),
            (0.000001, "0.000001", "1e-06"),
            (0.0000001, "1e-7", "1e-07"),
            (1.25e-10, "1.25e-10", "1.25e-10"),
            (123456.5, "123456.5", "123456.5"),
            (999999.5, "999999.5", "999999.5"),
            (1234567.5, "1234567.5", "1.2345675e+06"),
            (1e20, "100000000000000000000", "1e+20"),
            (1e21, "1e+21", "1e+21"),
            (-1.5e300, "-1.5e+300", "-1.5e+300"),
            (8080.0, "8080", "8080"),
            (1e6, "1000000", "1e+06"),
        ] {
            assert_eq!(text(write_float_json, float), json);
            assert_eq!(text(write_float_yaml, float), yaml);
        }
    }

    #[test]
    fn of_two_equally_near_numbers_the_even_one_is_written() {
        for (exact, even) in [
            ("691320540559851.25", "6.913205405598512e+14"),
            ("691320540559851.75", "6.913205405598518e+14"),
        ] {
            assert_eq!(text(write_float_yaml, exact.parse().unwrap()), even);
        }
    }

    #[test]
    fn keys_have_single_precision() {
        for (float, key) in [(1.5, "1.5"), (1e6, "1e+06"), (0.1, "0.1"), (1e40, ".inf")] {
            assert_eq!(single_precision(float), key);
        }
        assert_eq!(single_precision(2.0 / 3.0), "0.6666667");
    }

    #[test]
    fn integers_are_written_in_full() {
        let mut out = Vec::new();
        write_int(i64::MIN, &mut out);
        out.push(b' ');
        write_uint(u64::MAX, false, &mut out);
        assert_eq!(out, b"-9223372036854775808 18446744073709551615");
    }
}
