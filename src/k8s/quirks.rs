//! Behaviour of the reference that no rule of Kubernetes asks for, one function each.

use crate::source::Text;
use crate::yaml::{Scalar, Style, Tag, Value};

/// Whether the reference's older YAML reader would not read a text as a string.
pub(crate) fn reads_as_non_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    !matches!(Scalar::plain(text).value_1_1(), Ok(Value::String(_)) | Err(_))
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
