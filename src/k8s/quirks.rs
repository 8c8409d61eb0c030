//! Behaviour of the reference that no rule of Kubernetes asks for, one function each.

use crate::source::{Sources, Text};
use crate::yaml::{
    Limits, Node, Scalar, ScalarError, Style, Tag, Value, is_string_1_1, parse_document,
};

/// Whether the reference's older YAML reader would not read a text as a string. It reads it as a
/// document, in which `- x` is a list, `a: b` a mapping, and `#` nothing.
pub(crate) fn reads_as_non_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    if !may_have_structure(text) {
        return !is_string_1_1(text);
    }
    let sources = Sources::new();
    let Ok(source) = sources.add("", text.into()) else { return false };
    match parse_document(&source, &Limits::default()) {
        Err(_) => false,
        Ok(Some(Node::Scalar(scalar))) => is_non_string(&scalar),
        Ok(_) => true,
    }
}

fn is_non_string(scalar: &Scalar) -> bool {
    match scalar.value_1_1() {
        Ok(Value::String(_)) => false,
        Ok(_) | Err(ScalarError::NotFinite) => true,
        Err(_) => false,
    }
}

/// Whether a text could be something else than a plain scalar.
fn may_have_structure(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_blank = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let starts_plain =
        bytes[0].is_ascii_alphanumeric() || matches!(bytes[0], b'/' | b'$' | b'.' | b'_');
    let is_mark = |at: usize| match bytes[at] {
        b':' => is_blank(bytes.get(at + 1)),
        _ => at == 0 || is_blank(bytes.get(at - 1)),
    };
    !starts_plain || text == "..." || memchr::memchr2_iter(b':', b'#', bytes).any(is_mark)
}

/// A value as the reference's field setter adds it: quoted where the text alone would not be a
/// string. The quotes count when something is written over the value later.
pub(crate) fn added_value(text: Text, tag: Tag) -> Scalar {
    let style = match reads_as_non_string(&text) {
        true => Style::DoubleQuoted,
        false => Style::Plain,
    };
    Scalar::new(text, style, tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_documents() {
        for text in
            ["-", "- x", "a: b", "a:", "{a}", "[b]", "# c", "5 # c", ".inf", "yes", "~", "!!int 5"]
        {
            assert!(reads_as_non_string(text), "{text}");
        }
        for text in
            ["", "a", "-x", "a:b", "a#b", "\"5\"", "'a'", "*x", "@x", "a\nb: c", "2020-01-01"]
        {
            assert!(!reads_as_non_string(text), "{text}");
        }
    }
}
