//! Behaviour of the reference that no rule of Kubernetes asks for, one function each.


/// Whether the reference's older YAML reader would not read a text as a string. Values that its
/// field setter adds are quoted then.
pub(crate) fn reads_as_non_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    false
}
