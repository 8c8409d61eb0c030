//! Field specs: which field of which objects a transformer touches.
//!
//! Only the data and the reading of a path. Walking an object along it, and merging lists of
//! specs, is the business of the engine that applies them.

use std::sync::OnceLock;

use crate::source::{Span, Text};

/// A field of all objects of a type.
///
/// An empty group, version or kind stands for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSpec {
    /// The API group; empty for any.
    pub group: Text,
    /// The API version without its group; empty for any.
    pub version: Text,
    /// The kind; empty for any.
    pub kind: Text,
    /// The way to the field.
    pub path: FieldPath,
    /// Whether a missing field is made.
    pub create: bool,
    /// Where the spec stands; [`Span::NONE`] for those that come with the format.
    pub span: Span,
}

impl FieldSpec {
    /// A spec for a field of every object.
    pub fn any_kind(path: impl Into<Text>, create: bool) -> FieldSpec {
        FieldSpec { path: FieldPath::new(path), create, ..FieldSpec::default() }
    }
}

/// A path such as `spec/template/spec/containers[]/image`, split into its segments.
///
/// ```
/// use railsgen::k8s::field_spec::FieldPath;
///
/// let path = FieldPath::new(r"metadata/annotations/example.com\/owner");
/// let names: Vec<_> = path.segments().iter().map(|segment| &*segment.name).collect();
/// assert_eq!(names, ["metadata", "annotations", "example.com/owner"]);
/// ```
#[derive(Clone, Debug)]
pub struct FieldPath {
    text: Text,
    /// Split when first asked for: most of the paths that come with the format are for types that
    /// a build does not have.
    segments: OnceLock<Box<[Segment]>>,
}

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The key to follow, without the list mark; a part of the path where it can be.
    pub name: Text,
    /// Whether the path says, by a `[]` behind the name, that the value is a list. Such a field is
    /// never made.
    pub list: bool,
}

impl FieldPath {
    /// Splits a path at its slashes. `\/` is a slash within a name, and one slash in front is
    /// allowed. The empty path has one empty segment, which no object has.
    pub fn new(text: impl Into<Text>) -> FieldPath {
        FieldPath { text: text.into(), segments: OnceLock::new() }
    }

    /// The path as it was written.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The steps, at least one.
    pub fn segments(&self) -> &[Segment] {
        self.segments.get_or_init(|| split(&self.text))
    }

    /// Whether what is written there may change what the object is called.
    pub(crate) fn leads_to_identity(&self) -> bool {
        let mut names = self.names();
        match names.next() {
            Some("apiVersion" | "kind") => true,
            Some("metadata") => matches!(names.next(), Some("name" | "namespace")),
            _ => false,
        }
    }

    /// Whether it leads to annotations, or through them.
    pub(crate) fn leads_to_annotations(&self) -> bool {
        let mut names = self.names();
        names.next() == Some("metadata") && names.next() == Some("annotations")
    }

    /// The names of the steps.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.steps().map(|(name, _)| name)
    }

    /// The steps, as the names and list marks of [`Segment`]. Unlike [`FieldPath::segments`] it
    /// keeps nothing.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (&str, bool)> {
        let text = self.text.as_str();
        let is_plain = memchr::memchr2(b'\\', b'[', text.as_bytes()).is_none();
        let plain = is_plain.then(|| text.strip_prefix('/').unwrap_or(text).split('/'));
        let others = if is_plain { &[] } else { self.segments() };
        plain
            .into_iter()
            .flatten()
            .map(|name| (name.trim(), false))
            .chain(others.iter().map(|segment| (segment.name.as_str(), segment.list)))
    }
}

impl PartialEq for FieldPath {
    fn eq(&self, other: &FieldPath) -> bool {
        self.text == other.text
    }
}

impl Eq for FieldPath {}

fn split(text: &Text) -> Box<[Segment]> {
    let mut segments = Vec::new();
    let mut start = usize::from(text.starts_with('/'));
    let slashes = memchr::memchr_iter(b'/', text.as_bytes());
    for end in slashes.chain(std::iter::once(text.len())) {
        if end < start || (end < text.len() && text[start..end].ends_with('\\')) {
            continue;
        }
        segments.push(Segment::new(text.part(start..end)));
        start = end + 1;
    }
    segments.into()
}

impl Default for FieldPath {
    fn default() -> FieldPath {
        FieldPath::new(Text::default())
    }
}

impl Segment {
    fn new(text: Text) -> Segment {
        let (name, list) = match text.strip_suffix("[]") {
            Some(name) => (text.part(0..name.len()), true),
            None => (text.clone(), false),
        };
        let name = match memchr::memchr(b'\\', name.as_bytes()) {
            Some(_) => Text::made(name.replace("\\/", "/"), name.span()),
            None => name,
        };
        let start = name.len() - name.trim_start().len();
        let name = name.part(start..start + name.trim().len());
        Segment { name, list }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_paths_as_the_reference_does() {
        for (path, names) in [
            ("metadata/name", &["metadata", "name"][..]),
            ("/metadata/name", &["metadata", "name"]),
            ("//a", &["", "a"]),
            ("a/", &["a", ""]),
            ("/", &[""]),
            ("", &[""]),
            (r"a/b\/c/d", &["a", "b/c", "d"]),
            (r"a\/b\/c", &["a/b/c"]),
            (r"a\", &[r"a\"]),
            (r"\/a", &["/a"]),
            ("a / b c []", &["a", "b c"]),
        ] {
            let split = FieldPath::new(path);
            let found: Vec<_> = split.segments().iter().map(|segment| &*segment.name).collect();
            assert_eq!(found, names, "{path}");
            assert!(split.names().eq(names.iter().copied()), "{path}");
        }
    }

    #[test]
    fn takes_the_list_mark_off_a_name() {
        let path = FieldPath::new("spec/containers[]/image");
        let list: Vec<_> = path.segments().iter().map(|segment| segment.list).collect();
        assert_eq!(list, [false, true, false]);
        assert_eq!(&*path.segments()[1].name, "containers");
        assert_eq!(path.text(), &"spec/containers[]/image");
    }
}
