//! `schema`: fields that Kubernetes does not know, or that have the wrong type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::diag::Diagnostic;
use crate::k8s::Resource;
use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar, Value};

use super::{Findings, Rule, error};
use crate::check::quantity::Quantity;
use crate::check::scene::Scene;
use crate::check::schema::{Known, Type, What, find, versions_of};

pub(super) const RULE: Rule = Rule {
    id: "schema",
    summary: "an object, field or value that the Kubernetes API does not know",
    explanation: "\
A build copies what it is given: a misspelt field in a patch becomes a misspelt field of the object. Some API servers \
refuse it, others drop it in silence. Checked against Kubernetes 1.37; kinds of other API groups are left alone.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for resource in scene.resources {
        let id = resource.id();
        match find(id.group(), id.version(), &id.kind) {
            Known::Type(kind) => check_object(resource, kind, findings),
            Known::OtherVersions(versions) => {
                let message = format!("{} has no version `{}`", id.kind, id.api_version);
                let help = format!("use `{}`", versions.join("` or `"));
                findings.add(resource, error(id.api_version.span(), message).help(help));
            }
            Known::OtherKinds(kinds) if !id.kind.ends_with("List") => {
                let message = format!("`{}` has no kind `{}`", id.api_version, id.kind);
                let finding = error(id.kind.span(), message);
                findings.add(resource, finding.suggest(&id.kind, kinds));
            }
            Known::OtherKinds(_) => {}
            Known::Foreign => check_group(resource, findings),
        }
    }
}

/// A group that is gone is nobody's, so its kinds are Kubernetes' own under another name.
fn check_group(resource: &Resource, findings: &mut Findings) {
    let id = resource.id();
    if id.group() == "extensions" {
        let mut finding = error(id.api_version.span(), format!("`{}` is gone", id.api_version));
        if let Some(version) = versions_of(&id.kind).next() {
            finding = finding.help(format!("use `{version}`"));
        }
        findings.add(resource, finding);
    }
}

/// A value, the type that it should have, and where it is.
struct Visit<'n> {
    node: &'n Node,
    kind: &'static Type,
    /// The index in the list of paths.
    path: usize,
}

/// Where values are: each path by the one that it lies in.
struct Paths {
    steps: Vec<(usize, String)>,
}

impl Paths {
    fn below(&mut self, path: usize, step: String) -> usize {
        self.steps.push((path, step));
        self.steps.len()
    }

    fn text(&self, mut path: usize) -> String {
        let mut steps = Vec::new();
        while let Some((parent, step)) = path.checked_sub(1).and_then(|at| self.steps.get(at)) {
            steps.push(step.as_str());
            path = *parent;
        }
        steps.reverse();
        steps.concat().trim_start_matches('.').to_owned()
    }
}

fn check_object(resource: &Resource, kind: &'static Type, findings: &mut Findings) {
    let mut paths = Paths { steps: Vec::new() };
    let mut waiting = vec![Visit { node: resource.node(), kind, path: 0 }];
    // The list of what is to be visited takes the place of recursion.
    while let Some(Visit { node, kind, path }) = waiting.pop() {
        if node.is_null() {
            continue;
        }
        let from = waiting.len();
        match (kind.what, node) {
            (What::Object, Node::Mapping(map)) => {
                for finding in check_fields(resource, map, kind, &paths, path) {
                    findings.add(resource, finding);
                }
                for entry in map.iter() {
                    let name = entry.key.text.as_str();
                    if let Some(kind) = kind.field(name) {
                        let path = paths.below(path, format!(".{name}"));
                        waiting.push(Visit { node: &entry.value, kind, path });
                    }
                }
            }
            (What::Map, Node::Mapping(map)) => {
                for entry in map.iter() {
                    let path = paths.below(path, format!("[{}]", entry.key.text));
                    waiting.extend(kind.inner().map(|kind| Visit {
                        node: &entry.value,
                        kind,
                        path,
                    }));
                }
            }
            (What::List, Node::Sequence(list)) => {
                for (at, node) in list.items.iter().enumerate() {
                    let path = paths.below(path, format!("[{at}]"));
                    waiting.extend(kind.inner().map(|kind| Visit { node, kind, path }));
                }
            }
            (What::Any, _) => {}
            (what, Node::Scalar(scalar)) => {
                if let Some(expected) = mismatch(what, scalar) {
                    let place = paths.text(path);
                    findings.add(resource, wrong_type(&place, expected, node, scalar));
                }
            }
            (what, _) => {
                let message = format!(
                    "`{}` must be {}, not {}",
                    paths.text(path),
                    phrase(what),
                    node.describe()
                );
                findings.add(resource, error(node.span(), message));
            }
        }
        // What stands first is visited first.
        waiting[from..].reverse();
    }
}

/// Fields that are unknown, and fields that are missing.
fn check_fields(
    resource: &Resource,
    map: &Mapping,
    kind: &'static Type,
    paths: &Paths,
    path: usize,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let place = |name: &str| match paths.text(path) {
        parent if parent.is_empty() => name.to_owned(),
        parent => format!("{parent}.{name}"),
    };
    let object = &resource.id().kind;
    for entry in map.iter().filter(|entry| kind.field(&entry.key.text).is_none()) {
        let name = entry.key.text.as_str();
        // The cluster writes it, and some tools leave it in the files.
        if path == 0 && name == "status" {
            continue;
        }
        let message = format!("{} {object} has no field `{}`", article(object), place(name));
        found.push(error(entry.key.text.span(), message).suggest(name, kind.fields()));
    }
    for name in kind.required() {
        if map.get(name).is_none_or(Node::is_null) {
            let message = format!("`{}` is missing", place(name));
            found.push(error(start(map), message));
        }
    }
    found
}

/// Where a mapping begins.
fn start(map: &Mapping) -> Span {
    map.iter().next().map_or(map.span(), |entry| entry.key.text.span())
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// What a scalar should have been, if it is something else.
fn mismatch(what: What, scalar: &Scalar) -> Option<&'static str> {
    // What can't be written at all is an error of the build.
    let value = scalar.value().ok()?;
    let fits = match (what, &value) {
        (What::String, Value::String(_))
        | (What::Bool, Value::Bool(_))
        | (What::Int64, Value::Int(_))
        | (What::Number, Value::Int(_) | Value::Uint(_) | Value::Float(_))
        | (What::Quantity, Value::Int(_) | Value::Uint(_) | Value::Float(_))
        | (What::IntOrString, Value::Int(_) | Value::String(_)) => true,
        (What::Int32, Value::Int(number)) => i32::try_from(*number).is_ok(),
        (What::Bytes, Value::String(text)) => {
            let text: Vec<u8> =
                text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            STANDARD.decode(text).is_ok()
        }
        (What::Quantity, Value::String(text)) => Quantity::parse(text).is_some(),
        _ => false,
    };
    (!fits).then(|| phrase(what))
}

const fn phrase(what: What) -> &'static str {
    match what {
        What::Any => "anything",
        What::String => "a string",
        What::Bytes => "base64",
        What::Bool => "`true` or `false`",
        What::Int32 | What::Int64 => "an integer",
        What::Number => "a number",
        What::Quantity => "an amount such as `500m` or `2Gi`",
        What::IntOrString => "an integer or a string",
        What::Object | What::Map => "a mapping",
        What::List => "a list",
    }
}

/// The value itself is not shown: it may be a secret.
fn wrong_type(place: &str, expected: &str, node: &Node, scalar: &Scalar) -> Diagnostic {
    let found = match scalar.value() {
        Ok(Value::String(_)) => "a string",
        Ok(Value::Bool(_)) => "a boolean",
        Ok(Value::Int(_) | Value::Uint(_) | Value::Float(_)) => "a number",
        _ => "something else",
    };
    let message = format!("`{place}` must be {expected}, not {found}");
    let finding = error(
        node.span(),
        if expected == "base64" || expected.starts_with("an amount") {
            format!("`{place}` is not {expected}")
        } else {
            message
        },
    );
    if expected == "a string" { finding.help("put it in quotes") } else { finding }
}
