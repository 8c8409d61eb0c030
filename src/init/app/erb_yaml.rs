//! YAML files with Ruby in them: what can be read without running it.
//!
//! `<%= … %>` becomes what it is when nothing is set, where that can be told, and a word otherwise;
//! other tags are taken out, so that of an `if` both branches stay.

use crate::source::Sources;
use crate::yaml::{Limits, Node, parse_document};

use super::files::Files;
use super::ruby;

/// What stands in the place of a value that is not known.
const UNKNOWN: &str = "UNKNOWN";

/// A configuration file.
#[derive(Debug)]
pub(in crate::init) struct Config {
    /// Its path.
    pub(in crate::init) file: String,
    /// The text as it is.
    pub(in crate::init) text: String,
    root: Option<Node>,
}

impl Config {
    /// Reads a file; `None` if there is none.
    pub(super) fn read(files: &Files<'_>, path: &str) -> Option<Config> {
        let text = files.text(path)?;
        let sources = Sources::new();
        let source = sources.add(path, without_erb(&text)).ok()?;
        let root = parse_document(&source, &Limits::default()).ok().flatten();
        Some(Config { file: path.to_owned(), text, root })
    }

    /// Whether it could not be read as YAML, or is no mapping without its Ruby.
    pub(in crate::init) fn is_unclear(&self) -> bool {
        let is_mapping = self.root.as_ref().is_some_and(|root| root.as_mapping().is_some());
        !is_mapping && ruby::code_lines(&self.text).any(|line| line != "---")
    }

    /// The value below keys; a key may be written as a symbol of Ruby.
    pub(in crate::init) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self.root.as_ref()?, |node, key| child(node, key))
    }

    /// The text below keys, if it is known.
    pub(in crate::init) fn text_at(&self, path: &[&str]) -> Option<String> {
        known(self.at(path)?)
    }
}

/// The value under a key, which may be written as a symbol.
pub(in crate::init) fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let map = node.as_mapping()?;
    let symbol = || map.iter().find(|entry| entry.key.text.strip_prefix(':') == Some(key));
    map.get(key).or_else(|| Some(&symbol()?.value))
}

/// The text of a scalar, if it is known.
pub(in crate::init) fn known(node: &Node) -> Option<String> {
    let text = node.text()?.as_str();
    (!text.is_empty() && !text.contains(UNKNOWN)).then(|| text.to_owned())
}

/// The environment variable whose value a scalar is, whatever that may be.
pub(in crate::init) fn variable(node: &Node) -> Option<String> {
    let name = node.text()?.strip_prefix(UNKNOWN)?.strip_prefix('.')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| name.to_owned())
}

/// The text with Ruby taken out.
fn without_erb(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<%") {
        out.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("%>") else {
            rest = "";
            break;
        };
        rest = &inside[end + 2..];
        let code = inside[..end].trim_end_matches('-');
        let Some(expression) = code.strip_prefix('=') else { continue };
        // What makes whole lines is no value.
        let is_line = out.rsplit('\n').next().is_some_and(|before| before.trim().is_empty())
            && rest.split('\n').next().is_some_and(|behind| behind.trim().is_empty());
        if !is_line {
            out.push_str(&value(expression));
        }
    }
    out.push_str(rest);
    out
}

/// What an expression is when nothing is set, or a word that names the variable which it asks.
fn value(expression: &str) -> String {
    if let Some(value) = ruby::fallback(expression).filter(|value| is_plain(value)) {
        return value;
    }
    match ruby::variables(expression).as_slice() {
        [(name, _)] => format!("{UNKNOWN}.{name}"),
        _ => UNKNOWN.to_owned(),
    }
}

/// Whether a value can stand anywhere in YAML without quotes.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./@".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ruby_becomes_values_or_nothing() {
        for (text, without) in [
            ("a: <%= ENV.fetch(\"X\") { 5 } %>\n", "a: 5\n"),
            ("a: <%= ENV['X'] %>\n", "a: UNKNOWN.X\n"),
            ("a: <%= x %>\n", "a: UNKNOWN\n"),
            ("a: 1\n  <%= \"b: #{x}\" if x %>\n", "a: 1\n  \n"),
            ("<% if x %>\na: 1\n<% else -%>\na: 2\n<% end %>\n", "\na: 1\n\na: 2\n\n"),
            ("<%# a comment %>a: 1", "a: 1"),
            ("a: <%= ENV.fetch('X', 'a: b') %>", "a: UNKNOWN.X"),
            ("a: <%= never closed", "a: "),
        ] {
            assert_eq!(without_erb(text), without, "{text}");
        }
    }
}
