//! What a scalar has become when the reference has written its resource once and read it back, as
//! it does before anything is printed, hashed or patched as JSON.
//!
//! Most scalars come back as they are. The exceptions depend on where the scalar stands: in
//! braces or brackets text is quoted that need not be elsewhere, and quotes make it a string.

use std::borrow::Cow;

use super::analysis::Analysis;
use super::duplicate_key;
use super::folded::refold;
use super::order::{self, Rule};
use crate::diag::{self, Code, Diagnostic};
use crate::yaml::scalar::{ScalarError, Value};
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Style, Tag};

/// Keys of more bytes than these, and keys of several lines, are complex: written behind `?`.
pub(super) const LONGEST_SIMPLE_KEY: usize = 128;

/// Whether a key is written behind `?`.
fn is_complex(key: &str) -> bool {
    key.len() > LONGEST_SIMPLE_KEY || key.contains(BREAKS)
}

/// A scalar's value. `in_flow` says that it stands within braces or brackets.
pub(in crate::yaml) fn scalar(scalar: &Scalar, in_flow: bool) -> diag::Result<Value<'_>> {
    let text = scalar.text.as_str();
    if in_flow {
        // A tag that the text has anyway is not written, if no file has it.
        let is_bare = match scalar.tag {
            Tag::Auto | Tag::Untagged => !scalar.style.is_quoted(),
            tag @ (Tag::Timestamp | Tag::Null) => {
                scalar.style == Style::Plain && Scalar::looks_like(text) == tag
            }
            _ => false,
        };
        if is_bare && is_quoted_in_flow(text) {
            return Ok(Value::String(text.into()));
        }
    } else {
        check_tab(scalar)?;
    }
    let value = scalar.value().map_err(|error| error.at(scalar))?;
    Ok(match value {
        Value::String(Cow::Borrowed(text)) if scalar.style == Style::Folded && !in_flow => {
            Value::String(fold_again(text))
        }
        value => value,
    })
}

/// The scalar that comes back longer by a line break: a comment at the end of the document is set
/// apart by an empty line, which is taken for a part of a block that keeps such lines.
pub(in crate::yaml) fn lengthened(root: &Node) -> Option<&Scalar> {
    if !root.as_mapping().is_some_and(Mapping::has_end_comment) {
        return None;
    }
    let mut node = root;
    loop {
        node = match node {
            Node::Scalar(scalar) => {
                let text = scalar.text.as_str();
                let keeps_breaks = text.ends_with("\n\n") || text == "\n";
                return (keeps_breaks && is_block(scalar)).then_some(scalar);
            }
            Node::Sequence(sequence) if !sequence.is_flow() => sequence.items.last()?,
            Node::Mapping(mapping) if !mapping.is_flow() => &mapping.entries().last()?.value,
            _ => return None,
        };
    }
}

/// The value of a scalar that is not written and read before: quotes mean nothing beside a tag.
pub(super) fn scalar_as_read(scalar: &Scalar) -> diag::Result<Value<'_>> {
    if !scalar.is_quoted_against_tag() {
        return scalar.value().map_err(|error| error.at(scalar));
    }
    let plain = Scalar { style: Style::Plain, ..scalar.clone() };
    let value = plain.value().map_err(|error| error.at(scalar))?;
    Ok(match value {
        Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(value),
        Value::Int(value) => Value::Int(value),
        Value::Uint(value) => Value::Uint(value),
        Value::Float(value) => Value::Float(value),
    })
}

/// Refuses what the reference can't take for values without writing it before: a key that stands
/// twice or is null, and text that belies its tag. Keys of other types and numbers without JSON pass.
///
/// # Errors
/// For the first such thing.
pub(crate) fn check_as_read(node: &Node) -> diag::Result<()> {
    match node {
        Node::Scalar(scalar) if scalar.value() == Err(ScalarError::NotFinite) => Ok(()),
        Node::Scalar(scalar) => scalar_as_read(scalar).map(drop),
        Node::Sequence(sequence) => sequence.items.iter().try_for_each(check_as_read),
        Node::Mapping(mapping) => {
            check_repeats(mapping, Rule::Output)?;
            mapping.iter().try_for_each(|Entry { key, value }| {
                let passes = match key.value() {
                    Ok(_) => key.resolved_tag() == Tag::Binary,
                    Err(error) => error == ScalarError::NotFinite,
                };
                if !passes {
                    key_as_read(key, true)?;
                }
                check_as_read(value)
            })
        }
    }
}

/// Refuses a key that stands twice.
///
/// # Errors
/// For the first such key in the order of the rule.
pub(in crate::yaml) fn check_repeats(mapping: &Mapping, rule: Rule) -> diag::Result<()> {
    let keys = mapping.iter().map(|entry| entry.key.text.as_str());
    let mut keys: Vec<_> = keys.zip(0..).collect();
    order::sort(&mut keys, rule).map_err(|(first, second)| duplicate_key(mapping, first, second))
}

/// The text of a key that is not written and read before. In the outermost mapping (`in_root`) keys
/// of every type but null are strings.
///
/// # Errors
/// For keys that are no strings.
pub(in crate::yaml) fn key_as_read(key: &Key, in_root: bool) -> diag::Result<Cow<'_, str>> {
    match is_string(key, false) {
        true => Ok(Cow::Borrowed(key.text.as_str())),
        false => other_key(key, in_root),
    }
}

/// A key's text. In the outermost mapping (`in_root`) keys of every type but null are strings.
///
/// # Errors
/// For keys that are no strings.
pub(in crate::yaml) fn key(key: &Key, in_root: bool, in_flow: bool) -> diag::Result<Cow<'_, str>> {
    let text = key.text.as_str();
    if !is_string(key, in_flow) {
        return other_key(key, in_root);
    }
    let may_be_block = matches!(key.style, Style::Literal | Style::Folded) || is_bare(key);
    if may_be_block && !in_flow {
        if text.starts_with('\t') && is_complex(text) {
            check_tab(key)?;
        }
        if key.style == Style::Folded && is_complex(text) {
            return Ok(fold_again(text));
        }
    }
    Ok(Cow::Borrowed(text))
}

/// Refuses what has become of the value of `key: # comment` where it is an empty collection, or one
/// that has come to stand in braces: the reference writes that behind the comment, on a line of its
/// own, where it can't be read.
pub(in crate::yaml) fn check_comment(key: &Key, value: &Node, in_flow: bool) -> diag::Result<()> {
    let is_lost = match value {
        Node::Scalar(_) => false,
        Node::Sequence(sequence) => !sequence.is_flow() && (in_flow || sequence.items.is_empty()),
        Node::Mapping(mapping) => !mapping.is_flow() && (in_flow || mapping.is_empty()),
    };
    if !is_lost || !key.has_own_comment() {
        return Ok(());
    }
    let now = if in_flow { "in braces" } else { "empty" };
    let message = format!("`{}` is {now} by now, and has a comment behind its colon", key.text);
    Err(Box::new(
        Diagnostic::error(Code::InvalidValue, message)
            .at(key.text.span())
            .note("kustomize can't read what it then writes itself")
            .help("put the comment on a line above the key"),
    ))
}

/// Takes out of an object the entries of its root that the engine has made under a null for a key: the
/// reference loses them when it writes the object. Further inside, and where a file has such a key, it
/// refuses them.
pub(crate) fn lose_null_keys(object: &mut Node) {
    let is_lost = |entry: &Entry| entry.key.tag == Tag::Untagged && entry.key.is_bare_null();
    if let Node::Mapping(root) = object
        && root.iter().any(is_lost)
    {
        root.entries_mut().retain(|entry| !is_lost(entry));
    }
}

fn is_bare(key: &Key) -> bool {
    !key.style.is_quoted() && matches!(key.tag, Tag::Auto | Tag::Untagged)
}

fn is_string(key: &Key, in_flow: bool) -> bool {
    let text = key.text.as_str();
    match key.tag {
        Tag::Auto | Tag::Untagged | Tag::Str if text == "<<" && !key.style.is_quoted() => false,
        Tag::Auto | Tag::Untagged
            if is_bare(key) && (text.is_empty() || in_flow && is_quoted_in_flow(text)) =>
        {
            true
        }
        Tag::Auto | Tag::Untagged if is_bare(key) => Scalar::looks_like(text) == Tag::Str,
        Tag::Auto | Tag::Untagged | Tag::Str => true,
        _ => false,
    }
}

const BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

fn other_key(key: &Key, in_root: bool) -> diag::Result<Cow<'_, str>> {
    let text = key.text.as_str();
    let tag = key.resolved_tag();
    let problem = if tag == Tag::Merge || text == "<<" {
        Diagnostic::error(Code::InvalidKey, "`<<` is no key but merges mappings")
            .help("write it into the file that the mappings come from, or choose another key")
    } else if tag == Tag::Null {
        Diagnostic::error(Code::InvalidKey, "null can't be a key")
            .help("quote the key if the word is meant")
    } else {
        match key.value() {
            Err(ScalarError::NotFinite) if in_root => return Ok(Cow::Borrowed(text)),
            Err(error) => return Err(error.at(key)),
            Ok(_) if in_root && tag != Tag::Binary => return Ok(Cow::Borrowed(text)),
            Ok(_) => {}
        }
        let what = match tag {
            Tag::Int | Tag::Float => "a number",
            Tag::Bool => "a boolean",
            Tag::Timestamp => "a timestamp",
            _ => "a tagged key",
        };
        Diagnostic::error(
            Code::InvalidKey,
            format!("the key `{text}` is {what}; keys must be strings"),
        )
        .help(format!("quote it: \"{text}\""))
    };
    Err(Box::new(problem.at(key.text.span())))
}

/// Whether plain text is quoted in braces and brackets though it is no string elsewhere. Only
/// nothing and the times of day can be: other text that has a type has no indicator in it.
fn is_quoted_in_flow(text: &str) -> bool {
    text.is_empty()
        || memchr::memchr(b':', text.as_bytes()).is_some()
            && Scalar::looks_like(text) == Tag::Timestamp
}

/// The reference can't read a block that it writes itself when its text begins with a tab.
fn check_tab(scalar: &Scalar) -> diag::Result<()> {
    let text = scalar.text.as_str();
    if !text.starts_with('\t') {
        return Ok(());
    }
    if is_block(scalar) { Err(tab_error(scalar)) } else { Ok(()) }
}

/// Whether the reference writes a scalar that does not stand in braces as a block.
fn is_block(scalar: &Scalar) -> bool {
    let text = scalar.text.as_str();
    let is_asked_for = match scalar.style {
        Style::Literal | Style::Folded => true,
        Style::Plain | Style::Tagged => memchr::memchr(b'\n', text.as_bytes()).is_some(),
        Style::SingleQuoted | Style::DoubleQuoted => false,
    };
    is_asked_for && Analysis::of(text).fits_block(text)
}

/// The error for a block that begins with a tab.
pub(in crate::yaml) fn tab_error(scalar: &Scalar) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::InvalidValue, "a block of text can't begin with a tab")
            .at(scalar.text.span())
            .help("write the text in double quotes, with `\\t` for the tab"),
    )
}

fn fold_again(text: &str) -> Cow<'_, str> {
    if Analysis::of(text).fits_block(text) { Cow::Owned(refold(text)) } else { Cow::Borrowed(text) }
}
