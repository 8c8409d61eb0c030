//! What the reference makes of a resource by writing it as JSON, before anything is done to that.

use std::ptr;

use crate::diag;
use crate::source::Text;
use crate::yaml::emit::order::Rule;
use crate::yaml::emit::reread;
use crate::yaml::scalar::Value;
use crate::yaml::{Node, Style, Tag};

/// Refuses a resource that [`write()`](super::write()) would refuse, for what is about to lose the
/// part that has no JSON; gives text in blocks the line breaks that it has in the JSON, and what
/// stands in braces the type: it may be moved out of them, and other things in.
///
/// # Errors
/// For keys that are no strings, for values that JSON has not, and for what the reference can't
/// parse again.
pub fn prepare(node: &mut Node) -> diag::Result<()> {
    reread::lose_null_keys(node);
    let mut is_root = true;
    let lengthened = reread::lengthened(node).map(ptr::from_ref);
    if let Node::Mapping(root) = node {
        root.set_end_comment(false);
    }
    let mut pending = vec![(node, false)];
    while let Some((node, in_flow)) = pending.pop() {
        match node {
            Node::Scalar(scalar) => {
                let is_longer = lengthened == Some(ptr::from_ref(scalar));
                let value = reread::scalar(scalar, in_flow)?;
                let is_text = matches!(&value, Value::String(text) if *text == *scalar.text);
                if (is_longer || scalar.style == Style::Folded)
                    && let Value::String(text) = value
                {
                    let mut text = text.into_owned();
                    if is_longer {
                        text.push('\n');
                    }
                    let text = Text::made(text, scalar.text.span());
                    // It must not be folded once more.
                    (scalar.text, scalar.style) = (text, Style::Literal);
                }
                if in_flow && is_text && scalar.resolved_tag() != Tag::Str {
                    (scalar.style, scalar.tag) = (Style::DoubleQuoted, Tag::Auto);
                }
            }
            Node::Sequence(sequence) => {
                let in_flow = in_flow || sequence.is_flow();
                sequence.set_flow(false);
                pending.extend(sequence.items.iter_mut().rev().map(|item| (item, in_flow)));
            }
            Node::Mapping(mapping) => {
                let in_flow = in_flow || mapping.is_flow();
                for entry in mapping.iter() {
                    reread::key(&entry.key, is_root, in_flow)?;
                    reread::check_comment(&entry.key, &entry.value, in_flow)?;
                }
                reread::check_repeats(mapping, Rule::Rebuild)?;
                mapping.set_flow(false);
                for entry in mapping.entries_mut().iter_mut().rev() {
                    if entry.key.resolved_tag() != Tag::Str {
                        // It passes for a string at the root, and a time in braces does so too.
                        (entry.key.style, entry.key.tag) = (Style::DoubleQuoted, Tag::Auto);
                    }
                    pending.push((&mut entry.value, in_flow));
                }
            }
        }
        is_root = false;
    }
    Ok(())
}
