//! Nodes to text: a resource as a build prints it.
//!
//! The reference prints a resource in four steps: it writes the nodes with its newer YAML library,
//! reads that back, turns the values into JSON, and lets its older library read that and write
//! YAML. Every oddity of the output follows from the chain; it is reproduced here in one pass.
//! [`reread`] knows what the first two steps do to a scalar, [`json_string`] what reading JSON
//! does to a string, [`analysis`] and [`write`] how text is written, [`order`] how keys are sorted.
//!
//! The walk keeps its own stack, so depth is bounded by memory alone. Nothing is allocated per
//! node but on rare paths: one stack of sorted keys serves the mappings of all levels. Most
//! scalars are words, and [`analysis::is_bare_word`] sends them past everything else.

pub(in crate::yaml) mod analysis;
mod folded;
mod json_string;
pub(in crate::yaml) mod order;
pub(in crate::yaml) mod reread;
mod unicode;
mod write;

use std::borrow::Cow;
use std::ptr;

use super::scalar::{Value, write_float_yaml, write_int, write_uint};
use super::{Entry, Key, Mapping, Node, Scalar, Style, Tag};
use crate::diag::{self, Code, Diagnostic};
use analysis::Analysis;
use order::{Indexed, Rule};
use reread::LONGEST_SIMPLE_KEY;
pub(crate) use reread::{check_as_read, lose_null_keys};
use write::Writer;

/// Appends a node as a build prints it: block style, keys sorted, and every scalar in the style
/// that its value needs.
///
/// ```
/// use railsgen::source::Span;
/// use railsgen::yaml::{Mapping, Node, Scalar, emit};
///
/// let mut data = Mapping::new(Span::NONE);
/// data.set("port", Scalar::plain("0x50").into());
/// data.set("on", Node::string("yes"));
/// let mut out = Vec::new();
/// emit(&data.into(), &mut out)?;
/// assert_eq!(out, b"\"on\": \"yes\"\nport: 80\n");
/// # Ok::<(), Box<railsgen::diag::Diagnostic>>(())
/// ```
///
/// # Errors
/// For a key that a mapping has twice or that is no string, and for values that the reference
/// refuses: infinity, text that is not what its tag says, control characters. `out` then is as it
/// was.
pub fn emit(node: &Node, out: &mut Vec<u8>) -> diag::Result<()> {
    emit_as(node, out, true)
}

/// Appends a node as a build writes it to a file of its own. The reference then leaves out the first
/// two steps: folded text keeps the line breaks that it has, and a number that was written over text
/// in quotes is one.
///
/// # Errors
/// Like [`emit()`].
pub fn emit_file(node: &Node, out: &mut Vec<u8>) -> diag::Result<()> {
    emit_as(node, out, false)
}

fn emit_as(node: &Node, out: &mut Vec<u8>, is_reread: bool) -> diag::Result<()> {
    let start = out.len();
    let writer = Writer::new(out);
    let lengthened = if is_reread { reread::lengthened(node) } else { None };
    let mut emitter =
        Emitter { writer, frames: Vec::new(), keys: Vec::new(), is_reread, lengthened };
    let result = emitter.emit(node);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

struct Emitter<'n, 'o> {
    writer: Writer<'o>,
    /// The collections that the current node stands in, outermost first.
    frames: Vec<Frame<'n>>,
    /// The sorted keys of those that are mappings, outermost first.
    keys: Vec<Indexed<'n>>,
    /// Whether the reference writes the nodes and reads them back before.
    is_reread: bool,
    /// The scalar that gets a line break more, if there is one.
    lengthened: Option<&'n Scalar>,
}

/// A collection, while its children are written.
struct Frame<'n> {
    items: Items<'n>,
    /// The number of children written.
    done: usize,
    /// The column of keys and dashes.
    indent: usize,
    /// Whether this or a collection around it was written in braces or brackets.
    in_flow: bool,
    /// Whether the first child begins on the line that is open.
    inline: bool,
}

#[derive(Clone, Copy)]
enum Items<'n> {
    /// Entries, and where their keys begin.
    Entries(&'n [Entry], usize),
    Nodes(&'n [Node]),
}

impl<'n> Emitter<'n, '_> {
    fn emit(&mut self, root: &'n Node) -> diag::Result<()> {
        match root {
            Node::Scalar(scalar) => self.scalar(scalar, false, 2)?,
            Node::Mapping(mapping) if mapping.is_empty() => self.writer.extend(b"{}\n"),
            Node::Mapping(mapping) => self.enter_mapping(mapping, 0, false, false)?,
            Node::Sequence(sequence) if sequence.items.is_empty() => self.writer.extend(b"[]\n"),
            Node::Sequence(sequence) => self.frames.push(Frame {
                items: Items::Nodes(&sequence.items),
                done: 0,
                indent: 0,
                in_flow: sequence.is_flow(),
                inline: false,
            }),
        }
        while let Some(depth) = self.frames.len().checked_sub(1) {
            let frame = &mut self.frames[depth];
            let at = frame.done;
            frame.done += 1;
            let (indent, in_flow) = (frame.indent, frame.in_flow);
            let first_inline = frame.inline && at == 0;
            match frame.items {
                Items::Entries(entries, base) => {
                    let Some((text, at)) = self.keys.get(base + at).copied() else {
                        self.keys.truncate(base);
                        self.frames.pop();
                        continue;
                    };
                    let entry = &entries[at as usize];
                    self.begin_line(first_inline, indent);
                    let is_simple = self.key(&entry.key, text, depth == 0, in_flow, indent)?;
                    reread::check_comment(&entry.key, &entry.value, in_flow)?;
                    self.child(&entry.value, in_flow, indent, !is_simple)?;
                }
                Items::Nodes(nodes) => {
                    let Some(node) = nodes.get(at) else {
                        self.frames.pop();
                        continue;
                    };
                    self.begin_line(first_inline, indent);
                    self.writer.push(b'-');
                    self.child(node, in_flow, indent, true)?;
                }
            }
        }
        Ok(())
    }

    fn begin_line(&mut self, first_inline: bool, indent: usize) {
        if first_inline {
            self.writer.push(b' ');
        } else {
            self.writer.pad(indent);
        }
    }

    /// Writes a key and its colon. Says whether it is a simple one, on one line, without `?`.
    fn key(
        &mut self,
        key: &'n Key,
        text: &'n str,
        in_root: bool,
        in_flow: bool,
        indent: usize,
    ) -> diag::Result<bool> {
        if is_untagged(key) && text.len() <= LONGEST_SIMPLE_KEY && analysis::is_bare_word(text) {
            self.writer.extend(text.as_bytes());
            self.writer.push(b':');
            return Ok(true);
        }
        let text = self.key_text(key, in_root, in_flow)?;
        let found = Analysis::of(&text);
        json_string::check_key(&text, found).map_err(|problem| problem.at(key))?;
        let is_simple = !found.has(Analysis::BREAK) && text.len() <= LONGEST_SIMPLE_KEY;
        if is_simple {
            self.writer.string(&text, found, None);
        } else {
            self.writer.extend(b"? ");
            if self.writer.string(&text, found, Some(indent + 2)) {
                self.writer.newline();
            }
            self.writer.pad(indent);
        }
        self.writer.push(b':');
        Ok(is_simple)
    }

    /// Writes what stands behind a colon or a dash, or enters it. `inline` says that a collection
    /// may begin on the same line.
    fn child(
        &mut self,
        node: &'n Node,
        in_flow: bool,
        indent: usize,
        inline: bool,
    ) -> diag::Result<()> {
        match node {
            Node::Scalar(scalar) => {
                self.writer.push(b' ');
                self.scalar(scalar, in_flow, indent + 2)?;
            }
            Node::Mapping(mapping) if mapping.is_empty() => self.writer.end_with(b" {}"),
            Node::Sequence(sequence) if sequence.items.is_empty() => self.writer.end_with(b" []"),
            Node::Mapping(mapping) => {
                if !inline {
                    self.writer.newline();
                }
                self.enter_mapping(mapping, indent + 2, in_flow, inline)?;
            }
            Node::Sequence(sequence) => {
                if !inline {
                    self.writer.newline();
                }
                self.frames.push(Frame {
                    items: Items::Nodes(&sequence.items),
                    done: 0,
                    // The dashes of a mapping's sequence stand below its key.
                    indent: if inline { indent + 2 } else { indent },
                    in_flow: in_flow || sequence.is_flow(),
                    inline,
                });
            }
        }
        Ok(())
    }

    fn enter_mapping(
        &mut self,
        mapping: &'n Mapping,
        indent: usize,
        in_flow: bool,
        inline: bool,
    ) -> diag::Result<()> {
        let entries = mapping.entries();
        let base = self.keys.len();
        let in_flow = in_flow || mapping.is_flow();
        if entries.iter().any(|entry| entry.key.style == Style::Folded) {
            self.sort_reread_keys(mapping, in_flow)?;
        } else {
            self.keys.extend(entries.iter().map(|entry| entry.key.text.as_str()).zip(0..));
            order::sort(&mut self.keys[base..], Rule::Output)
                .map_err(|(first, second)| duplicate_key(mapping, first, second))?;
        }
        self.frames.push(Frame {
            items: Items::Entries(entries, base),
            done: 0,
            indent,
            in_flow,
            inline,
        });
        Ok(())
    }

    /// Sorts keys of which some are written otherwise than they were read: what is written counts.
    fn sort_reread_keys(&mut self, mapping: &'n Mapping, in_flow: bool) -> diag::Result<()> {
        let in_root = self.frames.is_empty();
        let reread = mapping.iter().map(|entry| self.key_text(&entry.key, in_root, in_flow));
        let texts = reread.collect::<diag::Result<Vec<_>>>()?;
        let mut keys: Vec<(&str, u32)> = texts.iter().map(AsRef::as_ref).zip(0..).collect();
        order::sort(&mut keys, Rule::Output)
            .map_err(|(first, second)| duplicate_key(mapping, first, second))?;
        let entries = mapping.entries();
        self.keys.extend(keys.iter().map(|(_, at)| (entries[*at as usize].key.text.as_str(), *at)));
        Ok(())
    }

    fn key_text<'k>(
        &self,
        key: &'k Key,
        in_root: bool,
        in_flow: bool,
    ) -> diag::Result<Cow<'k, str>> {
        match self.is_reread {
            true => reread::key(key, in_root, in_flow),
            false => reread::key_as_read(key, in_root),
        }
    }

    /// Writes a scalar and ends its line.
    fn scalar(&mut self, scalar: &Scalar, in_flow: bool, indent: usize) -> diag::Result<()> {
        let text = scalar.text.as_str();
        if is_untagged(scalar) && analysis::is_bare_word(text) || is_written_int(scalar, text) {
            self.writer.end_with(text.as_bytes());
            return Ok(());
        }
        let out = self.writer.buffer();
        let value = match self.is_reread {
            true => reread::scalar(scalar, in_flow)?,
            false => reread::scalar_as_read(scalar)?,
        };
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(value) => write_int(value, out),
            Value::Uint(value) => write_uint(value, false, out),
            Value::Float(value) => write_float_yaml(value, out),
            Value::String(mut text) => {
                if self.lengthened.is_some_and(|longer| ptr::eq(longer, scalar)) {
                    text.to_mut().push('\n');
                }
                let found = Analysis::of(&text);
                let line_is_open = if found.has(json_string::CHANGES) {
                    let text =
                        json_string::read(&text, found).map_err(|problem| problem.at(scalar))?;
                    self.writer.string(&text, Analysis::of(&text), Some(indent))
                } else {
                    self.writer.string(&text, found, Some(indent))
                };
                if !line_is_open {
                    return Ok(());
                }
            }
        }
        self.writer.newline();
        Ok(())
    }
}

/// Whether text that is no number, boolean or null is a string.
fn is_untagged(scalar: &Scalar) -> bool {
    matches!(scalar.tag, Tag::Auto | Tag::Str)
}

/// Whether a scalar is a natural number written as it is going to be.
fn is_written_int(scalar: &Scalar, text: &str) -> bool {
    // So many digits fit any integer.
    scalar.tag == Tag::Auto
        && scalar.style == Style::Plain
        && text.len() <= 18
        && match text.as_bytes() {
            [b'0'] => true,
            [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
            _ => false,
        }
}

/// The error for a key that a mapping has twice.
pub(in crate::yaml) fn duplicate_key(
    mapping: &Mapping,
    first: usize,
    second: usize,
) -> Box<Diagnostic> {
    let key = |at: usize| mapping.entries().get(at).map(|entry| &entry.key.text);
    let span = |at: usize| key(at).map(|text| text.span()).unwrap_or_default();
    let text = key(second).map_or("", |text| text.as_str());
    Box::new(
        Diagnostic::error(
            Code::DuplicateKey,
            format!("the key `{text}` stands twice in one mapping"),
        )
        .label(span(second), "again here")
        .label(span(first), "first here")
        .or_at(mapping.span())
        .help("remove one of the two"),
    )
}

#[cfg(test)]
mod tests;
