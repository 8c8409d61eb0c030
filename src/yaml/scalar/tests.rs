use super::*;

fn string(text: &str) -> Result<Value<'_>, ScalarError> {
    Ok(Value::String(text.into()))
}

#[test]
fn plain_words_have_types() {
    for (text, core, legacy) in [
        ("", Value::Null, Value::Null),
        ("~", Value::Null, Value::Null),
        ("NULL", Value::Null, Value::Null),
        ("True", Value::Bool(true), Value::Bool(true)),
        ("yes", Value::String("yes".into()), Value::Bool(true)),
        ("Off", Value::String("Off".into()), Value::Bool(false)),
        ("n", Value::String("n".into()), Value::Bool(false)),
        ("tRUE", Value::String("tRUE".into()), Value::String("tRUE".into())),
        ("1:30", Value::String("1:30".into()), Value::String("1:30".into())),
        ("0o-7", Value::Int(-7), Value::String("0o-7".into())),
        ("1e3", Value::Int(1000), Value::Int(1000)),
        ("<<", Value::String("<<".into()), Value::String("<<".into())),
        (
            "2001-1-1",
            Value::String("2001-01-01T00:00:00Z".into()),
            Value::String("2001-1-1".into()),
        ),
    ] {
        let scalar = Scalar::plain(text);
        assert_eq!(scalar.value(), Ok(core), "{text}");
        assert_eq!(scalar.value_1_1(), Ok(legacy), "{text}");
    }
}

#[test]
fn quotes_make_strings_unless_the_tag_says_more_than_the_text() {
    let quoted = Scalar::new("5", Style::SingleQuoted, Tag::Auto);
    assert_eq!(quoted.value(), string("5"));
    // So it is where a number was written over a string.
    let mut written = Scalar::new("5", Style::DoubleQuoted, Tag::Int);
    assert_eq!(written.value(), string("5"));
    // In a file, the tag tells.
    written.set_tagged();
    assert_eq!(written.value(), Ok(Value::Int(5)));
    let tagged_float = Scalar::new("5", Style::DoubleQuoted, Tag::Float);
    assert_eq!(tagged_float.value(), Ok(Value::Int(5)));
    assert_eq!(Scalar::new("5", Style::Plain, Tag::Float).value(), Ok(Value::Int(5)));
    assert_eq!(Scalar::new("", Style::Plain, Tag::Str).value(), string(""));
    assert_eq!(Scalar::new("5", Style::Plain, Tag::Other).value(), string("5"));
    let mut time = Scalar::new("2001-01-01", Style::DoubleQuoted, Tag::Timestamp);
    assert_eq!(time.value(), string("2001-01-01"));
    time.set_tagged();
    assert_eq!(time.value(), string("2001-01-01T00:00:00Z"));
}

#[test]
fn text_must_be_what_its_tag_says() {
    for (tag, text, reads) in [
        (Tag::Int, "val", Tag::Str),
        (Tag::Int, "1.5", Tag::Float),
        (Tag::Int, "2001-01-01", Tag::Str),
        (Tag::Bool, "yes", Tag::Str),
        (Tag::Null, "0", Tag::Int),
        (Tag::Timestamp, "5", Tag::Int),
        (Tag::Float, "18446744073709551615", Tag::Int),
    ] {
        let error = ScalarError::Mismatch { tag, reads };
        assert_eq!(Scalar::new(text, Style::Plain, tag).value(), Err(error), "{text}");
    }
    assert!(Scalar::new("yes", Style::Plain, Tag::Bool).value_1_1().is_ok());
    for text in [".inf", "-.INF", "+.Inf", ".NaN"] {
        assert_eq!(Scalar::plain(text).value(), Err(ScalarError::NotFinite));
    }
    assert_eq!(Scalar::plain("2001-01-01T00:00:00+24:00").value(), Err(ScalarError::Zone));
}

#[test]
fn binary_text_is_decoded_and_what_is_not_utf8_replaced() {
    let value = |text| {
        Scalar::new(text, Style::Plain, Tag::Binary).value().map(|value| match value {
            Value::String(text) => text.into_owned(),
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(value("aGVs\nbG8=\n").as_deref(), Ok("hello"));
    assert_eq!(value("4oI=").as_deref(), Ok("\u{fffd}\u{fffd}"));
    assert_eq!(value("aGVsbG9=").as_deref(), Ok("hello"));
    assert_eq!(value("a b"), Err(ScalarError::Base64));
    assert_eq!(value("aGVsbG8"), Err(ScalarError::Base64));
}

#[test]
fn writing_keeps_the_style() {
    let mut plain = Scalar::plain("1");
    plain.write("x".into(), Tag::Int);
    assert!(plain.value().is_err());
    let mut quoted = Scalar::new("1", Style::SingleQuoted, Tag::Auto);
    quoted.write("2".into(), Tag::Int);
    assert_eq!(quoted.value(), string("2"));
    quoted.write("x".into(), Tag::Int);
    assert!(quoted.value().is_err());
    quoted.write("y".into(), Tag::Str);
    assert_eq!(quoted.value(), string("y"));
}

#[test]
fn base_60_is_ambiguous_though_nothing_reads_it() {
    for text in ["1:20", "12:30:45", "1:2:3.5", "-1_0:59", "1:20.", "+1:2._"] {
        assert!(is_ambiguous(text), "{text}");
    }
    for text in ["1:60", "1:", ":1", "1:2:", "a:1", "1:2.a", "1:200", "1:1_0"] {
        assert!(!is_ambiguous(text), "{text}");
    }
}
