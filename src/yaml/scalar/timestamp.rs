//! Timestamps: the few forms that the reference's YAML libraries take for a point in time.
//!
//! A date, a date and a time with spaces between and no zone, or with `T` or `t` between and a
//! zone. Month, day, hour, minute and second may lack their leading zero; the year may not.

use std::fmt::Write as _;

/// A point in time, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// Minutes east of Greenwich.
    zone: i16,
}

impl Timestamp {
    /// The timestamp that the whole text stands for.
    pub(super) fn parse(text: &str) -> Option<Timestamp> {
        let mut rest = text.as_bytes();
        // Nearly all text that is no timestamp leaves here.
        if rest.get(4) != Some(&b'-') || !rest[..4].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let year = rest[..4].iter().fold(0, |year, digit| year * 10 + u16::from(digit - b'0'));
        rest = &rest[5..];
        let month = take_number(&mut rest).filter(|month| (1..=12).contains(month))?;
        take_byte(&mut rest, b'-')?;
        let day = take_number(&mut rest).filter(|day| (1..=days_in(year, month)).contains(day))?;
        let mut timestamp =
            Timestamp { year, month, day, hour: 0, minute: 0, second: 0, nanosecond: 0, zone: 0 };
        match rest.first() {
            None => return Some(timestamp),
            Some(b'T' | b't') => {
                rest = &rest[1..];
                timestamp.take_time(&mut rest)?;
                timestamp.zone = take_zone(&mut rest)?;
            }
            Some(b' ') => {
                while let [b' ', behind @ ..] = rest {
                    rest = behind;
                }
                timestamp.take_time(&mut rest)?;
            }
            Some(_) => return None,
        }
        rest.is_empty().then_some(timestamp)
    }

    fn take_time(&mut self, rest: &mut &[u8]) -> Option<()> {
        self.hour = take_number(rest).filter(|hour| *hour < 24)?;
        take_byte(rest, b':')?;
        self.minute = take_number(rest).filter(|minute| *minute < 60)?;
        take_byte(rest, b':')?;
        self.second = take_number(rest).filter(|second| *second < 60)?;
        if let [b'.' | b',', b'0'..=b'9', ..] = rest {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit());
            let count = digits.clone().count();
            let (read, nanosecond) = digits.take(9).fold((0, 0), |(read, value), digit| {
                (read + 1, value * 10 + u32::from(digit - b'0'))
            });
            self.nanosecond = nanosecond * 10u32.pow(9 - read);
            *rest = &rest[1 + count..];
        }
        Some(())
    }

    /// The form that JSON text has: RFC 3339, without trailing zeros in the fraction. There is
    /// none for zones a day or more away.
    pub(super) fn to_rfc3339(self) -> Option<String> {
        let Timestamp { year, month, day, hour, minute, second, .. } = self;
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if self.nanosecond != 0 {
            let fraction = format!("{:09}", self.nanosecond);
            text.push('.');
            text.push_str(fraction.trim_end_matches('0'));
        }
        if self.zone == 0 {
            text.push('Z');
            return Some(text);
        }
        let (sign, minutes) = (if self.zone < 0 { '-' } else { '+' }, self.zone.unsigned_abs());
        if minutes >= 24 * 60 {
            return None;
        }
        // Writing to a string does not fail.
        let _ = write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        Some(text)
    }
}

/// One or two digits.
fn take_number(rest: &mut &[u8]) -> Option<u8> {
    match **rest {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ref behind @ ..] => {
            *rest = behind;
            Some((tens - b'0') * 10 + (ones - b'0'))
        }
        [ones @ b'0'..=b'9', ref behind @ ..] => {
            *rest = behind;
            Some(ones - b'0')
        }
        _ => None,
    }
}

fn take_byte(rest: &mut &[u8], byte: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[byte])?;
    Some(())
}

/// `Z`, or `+hh:mm`. Offsets of up to 24 hours and 60 minutes are read.
fn take_zone(rest: &mut &[u8]) -> Option<i16> {
    match **rest {
        [b'Z', ref behind @ ..] => {
            *rest = behind;
            Some(0)
        }
        [sign @ (b'+' | b'-'), ref hours @ .., b':', _, _] if hours.len() == 2 => {
            let two_digits = |mut digits: &[u8]| {
                let number = take_number(&mut digits)?;
                digits.is_empty().then_some(i16::from(number))
            };
            let minutes = &rest[4..];
            if !hours[0].is_ascii_digit() || !minutes[0].is_ascii_digit() {
                return None;
            }
            let hours = two_digits(hours).filter(|hours| *hours <= 24)?;
            let minutes = two_digits(minutes).filter(|minutes| *minutes <= 60)?;
            *rest = &[];
            let offset = hours * 60 + minutes;
            Some(if sign == b'-' { -offset } else { offset })
        }
        _ => None,
    }
}

/// The days of a month in the Gregorian calendar, before its introduction too.
fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_normalised() {
        for (text, normal) in [
            ("2001-01-01", "2001-01-01T00:00:00Z"),
            ("0000-1-2", "0000-01-02T00:00:00Z"),
            ("2004-02-29", "2004-02-29T00:00:00Z"),
            ("2001-1-1 1:2:3", "2001-01-01T01:02:03Z"),
            ("2001-01-01    10:00:00.1200", "2001-01-01T10:00:00.12Z"),
            ("2001-1-1t1:2:3,5-01:00", "2001-01-01T01:02:03.5-01:00"),
            ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
            ("2001-01-01T00:00:00+00:00", "2001-01-01T00:00:00Z"),
            ("2001-01-01T00:00:00-00:00", "2001-01-01T00:00:00Z"),
            ("2001-01-01T00:00:00+01:60", "2001-01-01T00:00:00+02:00"),
            ("2001-01-01T00:00:00.1234567899Z", "2001-01-01T00:00:00.123456789Z"),
        ] {
            let timestamp = Timestamp::parse(text).expect(text);
            assert_eq!(timestamp.to_rfc3339().as_deref(), Some(normal));
        }
    }

    #[test]
    fn what_is_no_timestamp() {
        for text in [
            "",
            "2001",
            "2001-",
            "2001-01",
            "2001-13-01",
            "2001-00-01",
            "2001-02-29",
            "1900-02-29",
            "2001-01-00",
            "2001-01-011",
            "201-01-01",
            "20011-01-01",
            "2001-01-01 ",
            "2001-01-01 10:00",
            "2001-01-01 10:00:00Z",
            "2001-01-01 10:00:00 ",
            "2001-01-01T10:00:00",
            "2001-01-01T24:00:00Z",
            "2001-01-01T10:00:00z",
            "2001-01-01T10:00:00+0100",
            "2001-01-01T10:00:00+1:00",
            "2001-01-01T10:00:00+25:00",
            "2001-01-01T10:00:00+01:61",
            "2001-01-01T10:00:00.Z",
            "2001-01-01\t10:00:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn zones_of_a_day_have_no_json_form() {
        for text in ["2001-01-01T00:00:00+24:00", "2001-01-01T00:00:00-23:60"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_rfc3339(), None);
        }
    }
}
