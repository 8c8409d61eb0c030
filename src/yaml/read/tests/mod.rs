//! Tests of reading: text in, a compact notation of the nodes out.

mod aliases;
mod bounds;
mod documents;
mod places;
mod refusals;
mod scalars;
mod structure;

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Limits, Stream, parse_document, parse_stream};
use crate::diag::{Diagnostic, Result};
use crate::source::{Source, Sources};
use crate::yaml::{Node, Scalar, Style, Tag};

fn source(text: &str) -> (Sources, Arc<Source>) {
    let sources = Sources::new();
    let source = sources.add("file.yaml", text.to_owned()).unwrap();
    (sources, source)
}

fn stream(text: &str) -> Result<Stream> {
    parse_stream(&source(text).1, &Limits::default())
}

/// The documents of a resource file in the notation of [`show`], or the message and the place of
/// the error.
fn resources(text: &str) -> String {
    match stream(text) {
        Ok(stream) => {
            let documents: Vec<String> = stream.documents.iter().map(show).collect();
            documents.join(" | ")
        }
        Err(error) => error.to_string(),
    }
}

/// The same of the first document of any other file.
fn settings(text: &str) -> String {
    match parse_document(&source(text).1, &Limits::default()) {
        Ok(Some(root)) => show(&root),
        Ok(None) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// The error of a resource file, with its place.
fn refusal(text: &str) -> (String, Diagnostic) {
    let (sources, source) = source(text);
    let error = parse_stream(&source, &Limits::default()).expect_err(text);
    let place = sources.place(error.span()).expect("a place");
    (format!("{}:{}", place.line, place.column), *error)
}

/// Plain scalars as they are, others with the indicator of their style; `[…]` and `{…}` for block
/// collections, with `~` before those in the flow style.
fn show(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Scalar(scalar) => write_scalar(scalar, out),
        Node::Sequence(sequence) => {
            out.push_str(if sequence.is_flow() { "~[" } else { "[" });
            for (index, item) in sequence.items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_node(item, out);
            }
            out.push(']');
        }
        Node::Mapping(mapping) => {
            out.push_str(if mapping.is_flow() { "~{" } else { "{" });
            for (index, entry) in mapping.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_scalar(&entry.key, out);
                out.push_str(": ");
                write_node(&entry.value, out);
            }
            out.push('}');
        }
    }
}

fn write_scalar(scalar: &Scalar, out: &mut String) {
    if scalar.tag != Tag::Auto {
        write!(out, "!{:?} ", scalar.tag).unwrap();
    }
    let text = scalar.text.replace('\n', "⏎").replace('\t', "→");
    let text = match scalar.style {
        Style::Plain | Style::Tagged => text,
        Style::SingleQuoted => format!("'{text}'"),
        Style::DoubleQuoted => format!("\"{text}\""),
        Style::Literal => format!("|{text}|"),
        Style::Folded => format!(">{text}>"),
    };
    out.push_str(&text);
}
