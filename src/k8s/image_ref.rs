//! Image references: `[host[:port]/]path[:tag][@digest]`, taken apart.
//!
//! Nothing is validated: the parts are what stands between the separators, as in the reference.

/// The parts of an image reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ImageRef<'t> {
    /// Everything before the tag and the digest, with host and port.
    pub name: &'t str,
    /// The tag without its colon; empty when there is none.
    pub tag: &'t str,
    /// The digest without its at sign; empty when there is none.
    pub digest: &'t str,
}

/// Splits an image reference at the first colon and the first at sign that follow its first slash.
///
/// A colon behind the at sign belongs to the digest.
///
/// ```
/// let image = railsgen::k8s::image_ref::split("registry:5000/shop/web:v1@sha256:24a0");
/// assert_eq!((image.name, image.tag, image.digest), ("registry:5000/shop/web", "v1", "sha256:24a0"));
/// ```
pub fn split(text: &str) -> ImageRef<'_> {
    let path = text.find('/').unwrap_or(0);
    let find = |separator| text[path..].find(separator).map(|at| path + at);
    let (before_digest, digest) = match find('@') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    match find(':').filter(|colon| *colon < before_digest.len()) {
        Some(colon) => ImageRef { name: &text[..colon], tag: &before_digest[colon + 1..], digest },
        None => ImageRef { name: before_digest, tag: "", digest },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_the_reference_does() {
        for (text, name, tag, digest) in [
            ("nginx", "nginx", "", ""),
            ("nginx:1.25", "nginx", "1.25", ""),
            ("nginx@sha256:x", "nginx", "", "sha256:x"),
            ("nginx:1@sha256:x", "nginx", "1", "sha256:x"),
            ("host:5000/a", "host:5000/a", "", ""),
            ("host:5000/a:1", "host:5000/a", "1", ""),
            ("host:5000/a@sha256:x", "host:5000/a", "", "sha256:x"),
            ("host:5000/a:1@sha256:x", "host:5000/a", "1", "sha256:x"),
            ("a@b:c@d", "a", "", "b:c@d"),
            ("a:b:c", "a", "b:c", ""),
            ("a:", "a", "", ""),
            ("a@", "a", "", ""),
            (":1", "", "1", ""),
            ("/a:1", "/a", "1", ""),
            ("user@host/a", "user@host/a", "", ""),
            ("", "", "", ""),
        ] {
            assert_eq!(split(text), ImageRef { name, tag, digest }, "{text}");
        }
    }
}
