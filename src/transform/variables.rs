//! Variables: `$(NAME)` in text, replaced by values.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::ResourceSet;
use crate::k8s::field_spec::FieldSpec;
use crate::k8s::field_walk::wrong_kind;
use crate::k8s::spec_list::SpecList;
use crate::source::{Span, Text};
use crate::yaml::{Node, Scalar, Style, Tag};

/// So many bytes may be put in the place of variables in one build. A long value that is named often
/// grows with the square of what is written.
const MAX_MADE: usize = 16 << 20;

/// The value of a variable.
#[derive(Clone, Debug)]
pub(crate) enum Variable {
    Text(Text),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A mapping or a sequence, which is never put into text.
    Collection,
}

/// Replaces variables in the fields that the specs name. Says for each variable whether it was
/// used.
///
/// # Errors
/// When a list holds something other than strings.
pub(crate) fn apply(
    set: &mut ResourceSet,
    variables: &[(Text, Variable)],
    specs: &[FieldSpec],
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<bool>> {
    let names = variables.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)).collect();
    let mut replacer =
        Replacer { variables, names, used: vec![false; variables.len()], warnings, made: 0 };
    let mut specs = SpecList::new(specs.to_vec());
    for resource in set.change_ids_mut() {
        let id = resource.id().clone();
        for spec in specs.fitting(&id) {
            let node = resource.node_mut();
            spec.visit(&id, node, None, Span::NONE, &mut |node| replacer.replace_in(node))?;
        }
        resource.sync_shares();
    }
    Ok(replacer.used)
}

struct Replacer<'v> {
    variables: &'v [(Text, Variable)],
    names: BTreeMap<&'v str, usize>,
    used: Vec<bool>,
    warnings: &'v mut Vec<Diagnostic>,
    /// The bytes that variables were replaced by so far.
    made: usize,
}

/// What replacing makes of a text.
enum Replaced {
    Text(Vec<u8>),
    Value(usize),
}

impl Replacer<'_> {
    fn replace_in(&mut self, node: &mut Node) -> Result<()> {
        match node {
            node if node.is_null() => {}
            Node::Scalar(scalar) if is_string(scalar) => self.replace(scalar)?,
            Node::Scalar(_) => {}
            Node::Sequence(sequence) => {
                for item in &mut sequence.items {
                    match item {
                        Node::Scalar(scalar) if is_string(scalar) => self.replace(scalar)?,
                        other => return Err(wrong_kind("a list of strings", other)),
                    }
                }
            }
            Node::Mapping(mapping) => {
                for entry in mapping.entries_mut() {
                    if !is_string(&entry.key) {
                        let error = Diagnostic::error(Code::InvalidKey, "this key is no string");
                        return Err(Box::new(error.at(entry.key.text.span())));
                    }
                    if let Node::Scalar(scalar) = &mut entry.value
                        && is_string(scalar)
                    {
                        self.replace(scalar)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn replace(&mut self, scalar: &mut Scalar) -> Result<()> {
        let old = scalar.text.clone();
        let span = old.span();
        let (text, tag) = match self.expand(&old, span)? {
            Replaced::Value(at) => match &self.variables[at].1 {
                Variable::Text(text) => (text.clone(), Tag::Str),
                Variable::Int(value) => (Text::made(value.to_string(), span), Tag::Int),
                Variable::Float(value) => (Text::made(value.to_string(), span), Tag::Float),
                Variable::Bool(value) => (Text::made(value.to_string(), span), Tag::Bool),
                Variable::Collection => (old, Tag::Str),
            },
            Replaced::Text(bytes) => match String::from_utf8(bytes) {
                Ok(text) if text == old.as_str() => (old, Tag::Str),
                Ok(text) => (Text::made(text, span), Tag::Str),
                Err(error) => {
                    self.warnings.push(broken_text(span));
                    (Text::made(base64(error.as_bytes()), span), Tag::Binary)
                }
            },
        };
        scalar.write(text, tag);
        scalar.style = Style::Plain;
        // Base64 stands for itself in the output.
        if tag == Tag::Binary {
            scalar.tag = Tag::Str;
        }
        Ok(())
    }

    /// Replaces `$(NAME)` and `$$`, byte by byte as the reference does: a `$` before a character
    /// of several bytes tears it apart.
    fn expand(&mut self, text: &str, span: Span) -> Result<Replaced> {
        let bytes = text.as_bytes();
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] != b'$' || at + 1 == bytes.len() {
                out.push(bytes[at]);
                at += 1;
                continue;
            }
            let rest = &bytes[at + 1..];
            match rest[0] {
                b'$' => {
                    out.push(b'$');
                    at += 2;
                }
                b'(' => match memchr::memchr(b')', rest) {
                    Some(close) => {
                        let name = &text[at + 2..at + 1 + close];
                        match self.names.get(name).copied() {
                            Some(found) if self.is_plain(found, span) => {
                                self.used[found] = true;
                                if at == 0 && close + 2 == bytes.len() {
                                    return Ok(Replaced::Value(found));
                                }
                                let before = out.len();
                                self.push_value(found, &mut out);
                                self.made += out.len() - before;
                                if self.made > MAX_MADE {
                                    return Err(too_much(span));
                                }
                            }
                            _ => out.extend_from_slice(&bytes[at..=at + 1 + close]),
                        }
                        at += close + 2;
                    }
                    None => {
                        out.extend_from_slice(b"$(");
                        at += 2;
                    }
                },
                byte => {
                    out.push(b'$');
                    // The reference writes the byte as a character of its own.
                    let character = char::from(byte);
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    at += 2;
                }
            }
        }
        Ok(Replaced::Text(out))
    }

    fn is_plain(&mut self, at: usize, span: Span) -> bool {
        let (name, value) = &self.variables[at];
        if !matches!(value, Variable::Collection) {
            return true;
        }
        let message = format!("var `{name}` is a mapping or a list, so it is not put into text");
        self.warnings.push(Diagnostic::warning(Code::NoEffect, message).at(span));
        false
    }

    fn push_value(&self, at: usize, out: &mut Vec<u8>) {
        match &self.variables[at].1 {
            Variable::Text(text) => out.extend_from_slice(text.as_bytes()),
            Variable::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Variable::Float(value) => out.extend_from_slice(go_float(*value).as_bytes()),
            Variable::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Variable::Collection => {}
        }
    }
}

fn is_string(scalar: &Scalar) -> bool {
    let is_merge = scalar.text == *"<<" && scalar.tag == Tag::Auto && !scalar.style.is_quoted();
    matches!(scalar.tag, Tag::Untagged) || (scalar.resolved_tag() == Tag::Str && !is_merge)
}

/// A float as Go's `%v` writes it.
fn go_float(value: f64) -> String {
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    if exponent.parse().is_ok_and(|exponent: i32| (-4..6).contains(&exponent)) {
        return value.to_string();
    }
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

fn too_much(span: Span) -> Box<Diagnostic> {
    let message = format!("vars stand for more than {} MiB of text", MAX_MADE >> 20);
    let error = Diagnostic::error(Code::TooLarge, message).at(span);
    Box::new(error.help("put long values into a ConfigMap, and name that"))
}

fn broken_text(span: Span) -> Diagnostic {
    let message = "a `$` before a character that is not ASCII tears it apart, as in the reference";
    Diagnostic::warning(Code::DataLoss, message)
        .at(span)
        .help("write `$$` for a dollar sign wherever vars are replaced")
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
