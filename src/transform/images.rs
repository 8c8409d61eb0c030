//! `images`: new names, tags and digests for container images.

use regex::bytes::Regex;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::field_walk::{write_scalar, wrong_kind};
use crate::k8s::schema::Schema;
use crate::k8s::spec_list::SpecList;
use crate::k8s::{Id, Resource, ResourceSet, bookkeeping, image_ref};
use crate::pattern::expression;
use crate::source::{Span, Text};
use crate::yaml::{Node, Tag};

/// One entry of `images`; empty texts stand for fields that are not set.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImageEdit {
    pub(crate) name: Text,
    pub(crate) new_name: Text,
    pub(crate) tag_suffix: Text,
    pub(crate) new_tag: Text,
    pub(crate) digest: Text,
}

/// What became of an edit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Whether it matched an image.
    pub(crate) hit: bool,
    /// A resource in which it added its suffix to the same image twice.
    pub(crate) doubled: Option<Id>,
}

/// Applies the edits, in order, to every image. Says for each edit what became of it.
///
/// Each edit runs twice over a resource, as in the reference: over all lists of containers
/// wherever they are, and over the fields that the specs name. So an edit that adds to a tag adds
/// twice where both passes meet.
///
/// # Errors
/// When a name is no valid pattern, or an image is no text.
pub(crate) fn apply(
    set: &mut ResourceSet,
    edits: &[ImageEdit],
    specs: &mut SpecList,
    schema: &Schema,
) -> Result<Vec<Outcome>> {
    let edits: Vec<Compiled<'_>> = edits.iter().map(Compiled::new).collect();
    let renames = specs.as_slice().iter().any(|spec| spec.path.leads_to_identity());
    let mut outcomes = vec![Outcome::default(); edits.len()];
    let opens_books = specs.as_slice().iter().any(|spec| spec.path.leads_to_annotations());
    let resources = if renames { set.change_ids_mut() } else { set.keep_ids_mut() };
    for resource in resources {
        if resource.id().kind == *"CustomResourceDefinition" {
            continue;
        }
        // With many edits, most resources are left alone by most of them.
        let is_many = edits.len() > 2;
        let mut images = match is_many {
            true => bookkeeping::with_books(resource, opens_books, |resource| {
                images_of(resource, specs)
            })?,
            false => Vec::new(),
        };
        for (edit, outcome) in edits.iter().zip(&mut outcomes) {
            if is_many {
                let mut is_met = false;
                for image in &images {
                    is_met |= edit.pattern.matches(image)?;
                }
                if !is_met {
                    continue;
                }
                images.clear();
            }
            let mut met = Vec::new();
            let (mut is_doubled, mut wrote_shared) = (false, false);
            let mut change = |node: &mut Node| {
                wrote_shared |= node.is_shared();
                if edit.apply(node)? {
                    outcome.hit = true;
                    if edit.adds_suffix() {
                        let place = std::ptr::from_ref(&*node);
                        is_doubled |= met.contains(&place);
                        met.push(place);
                    }
                }
                if is_many {
                    images.push(image_text(node)?.clone());
                }
                Ok(())
            };
            bookkeeping::with_books(resource, opens_books, |resource| {
                visit_images(resource, specs, &mut change)
            })?;
            if wrote_shared {
                resource.sync_shares();
            }
            if renames {
                resource.refresh(schema);
            }
            if is_doubled && outcome.doubled.is_none() {
                outcome.doubled = Some(resource.id().clone());
            }
        }
    }
    Ok(outcomes)
}

/// The images of a resource; those that both passes meet stand there twice.
fn images_of(resource: &mut Resource, specs: &mut SpecList) -> Result<Vec<Text>> {
    let mut images = Vec::new();
    visit_images(resource, specs, &mut |node| {
        images.push(image_text(node)?.clone());
        Ok(())
    })?;
    Ok(images)
}

/// Calls `f` on the images of all containers, then on those that the specs name.
fn visit_images(
    resource: &mut Resource,
    specs: &mut SpecList,
    f: &mut dyn FnMut(&mut Node) -> Result<()>,
) -> Result<()> {
    let (id, node) = resource.id_and_node_mut();
    visit_containers(node, f)?;
    for spec in specs.fitting(id) {
        spec.visit(id, node, None, Span::NONE, f)?;
    }
    Ok(())
}

fn visit_containers(node: &mut Node, f: &mut dyn FnMut(&mut Node) -> Result<()>) -> Result<()> {
    match node {
        Node::Scalar(_) => Ok(()),
        Node::Sequence(sequence) => {
            sequence.items.iter_mut().try_for_each(|item| visit_containers(item, f))
        }
        Node::Mapping(mapping) => {
            for entry in mapping.entries_mut() {
                visit_containers(&mut entry.value, f)?;
                let key = &entry.key.text;
                if *key != *"containers" && *key != *"initContainers" {
                    continue;
                }
                let Node::Sequence(containers) = &mut entry.value else { continue };
                for container in &mut containers.items {
                    match container {
                        Node::Mapping(container) => {
                            container.get_mut("image").map_or(Ok(()), &mut *f)?;
                        }
                        node if node.is_null() => {}
                        other => return Err(wrong_kind("a container", other)),
                    }
                }
            }
            Ok(())
        }
    }
}

/// The text of an image. To the reference, null is the text that it is written with.
fn image_text(node: &Node) -> Result<&Text> {
    match node {
        Node::Scalar(scalar) => Ok(&scalar.text),
        other => Err(wrong_kind("an image", other)),
    }
}

struct Compiled<'e> {
    edit: &'e ImageEdit,
    pattern: Pattern<'e>,
}

impl<'e> Compiled<'e> {
    fn new(edit: &'e ImageEdit) -> Compiled<'e> {
        Compiled { edit, pattern: Pattern::new(&edit.name) }
    }

    /// Whether the edit adds to the tag that is there.
    fn adds_suffix(&self) -> bool {
        let ImageEdit { new_tag, digest, tag_suffix, .. } = self.edit;
        new_tag.is_empty() && digest.is_empty() && !tag_suffix.is_empty()
    }

    fn apply(&self, node: &mut Node) -> Result<bool> {
        let old = image_text(node)?;
        if !self.pattern.matches(old)? {
            return Ok(false);
        }
        let origin = [&self.edit.new_tag, &self.edit.digest, &self.edit.new_name, &self.edit.name];
        let origin = origin.into_iter().find(|text| !text.is_empty()).map(|text| text.span());
        let new = self.new_image(old);
        write_scalar(node, Text::made(new, origin.unwrap_or_default()), Tag::Untagged)?;
        Ok(true)
    }

    fn new_image(&self, old: &str) -> String {
        let old = image_ref::split(old);
        let edit = self.edit;
        let name = if edit.new_name.is_empty() { old.name } else { &edit.new_name };
        let suffixed = format!("{}{}", old.tag, edit.tag_suffix);
        let (tag, digest) = match (edit.new_tag.as_str(), edit.digest.as_str()) {
            ("", "") if edit.tag_suffix.is_empty() => (old.tag, old.digest),
            ("", "") => (suffixed.as_str(), ""),
            (tag, digest) => (tag, digest),
        };
        let mut image = name.to_string();
        for (mark, part) in [(':', tag), ('@', digest)] {
            if !part.is_empty() {
                image.push(mark);
                image.push_str(part);
            }
        }
        image
    }
}

/// What an image must look like: the name, read as a regular expression, then perhaps a tag, then
/// perhaps a digest.
enum Pattern<'e> {
    /// A name in which only dots have a meaning: any character.
    Plain(&'e str),
    Regex(Regex),
    /// No regular expression, which is an error as soon as there is an image to match.
    Broken(Box<Diagnostic>),
}

impl<'e> Pattern<'e> {
    fn new(name: &'e Text) -> Pattern<'e> {
        if !name.contains(['\\', '+', '*', '?', '(', ')', '[', ']', '{', '}', '^', '$', '|']) {
            return Pattern::Plain(name.as_str());
        }
        let pattern = format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
        expression(&pattern).map_or_else(
            |error| {
                let message = format!("image name `{name}` is no valid regular expression");
                let error = Diagnostic::error(Code::Image, message)
                    .at(name.span())
                    .note(error.to_string())
                    .help("names are regular expressions; put `\\` before a sign to match it");
                Pattern::Broken(Box::new(error))
            },
            Pattern::Regex,
        )
    }

    fn matches(&self, image: &str) -> Result<bool> {
        Ok(match self {
            Pattern::Broken(error) => return Err(error.clone()),
            Pattern::Regex(regex) => regex.is_match(image.as_bytes()),
            Pattern::Plain(name) if differ_early(name, image) => false,
            Pattern::Plain(name) => {
                let mut rest = image.chars();
                let fits = name.chars().all(|wanted| match rest.next() {
                    Some(found) => found == wanted || (wanted == '.' && found != '\n'),
                    None => false,
                });
                fits && is_tag_and_digest(rest.as_str())
            }
        })
    }
}

/// Whether a plain name does not match, as far as bytes tell: up to the first character that is not
/// one byte in both.
fn differ_early(name: &str, image: &str) -> bool {
    for (at, wanted) in name.bytes().enumerate() {
        match image.as_bytes().get(at) {
            None => return true,
            Some(found) if !wanted.is_ascii() || !found.is_ascii() => return false,
            Some(found) if wanted != *found && wanted != b'.' => return true,
            Some(_) => {}
        }
    }
    false
}

fn is_tag_and_digest(text: &str) -> bool {
    let is_tag = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.{}-".contains(&byte))
    };
    let (tag, digest) = text.split_once('@').map_or((text, None), |(tag, rest)| (tag, Some(rest)));
    let tag_fits = tag.is_empty() || tag.strip_prefix(':').is_some_and(is_tag);
    let digest_fits = |rest: &str| rest.strip_prefix("sha256:").is_some_and(is_tag);
    tag_fits && digest.is_none_or(digest_fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(name: &str, image: &str) -> bool {
        Pattern::new(&Text::from(name)).matches(image).unwrap()
    }

    #[test]
    fn plain_names_and_expressions_match_alike() {
        for (name, image, expected) in [
            ("nginx", "nginx", true),
            ("nginx", "nginx:1.2@sha256:abc", true),
            ("nginx", "nginx@sha512:abc", false),
            ("nginx", "reg/nginx", false),
            ("nginx", "nginxx", false),
            ("gcr.io/foo", "gcrXio/foo:1", true),
            ("nginx", "nginx:a b", false),
            ("nginx", "nginx:", true),
            ("", "", true),
        ] {
            assert_eq!(matches(name, image), expected, "{name} {image}");
            // The same through the expression.
            assert_eq!(matches(&format!("(?:{name})"), image), expected, "{name} {image}");
        }
        assert!(matches(".*", "any/thing:1"));
        assert!(matches("a|b", "abc"), "alternatives are loose, as in the reference");
        assert!(Pattern::new(&Text::from("a(")).matches("a").is_err());
    }

    #[test]
    fn tags_and_digests_follow_the_reference_table() {
        let edit = |new_tag: &str, digest: &str, suffix: &str| ImageEdit {
            name: "x".into(),
            new_tag: new_tag.into(),
            digest: digest.into(),
            tag_suffix: suffix.into(),
            ..ImageEdit::default()
        };
        for (edit, expected) in [
            (edit("2", "sha256:d", ""), "x:2@sha256:d"),
            (edit("2", "", "-s"), "x:2"),
            (edit("", "sha256:d", "-s"), "x@sha256:d"),
            (edit("", "", "-s"), "x:1-s"),
            (edit("", "", ""), "x:1@sha256:a"),
        ] {
            let compiled = Compiled::new(&edit);
            assert_eq!(compiled.new_image("x:1@sha256:a"), expected);
        }
    }
}
