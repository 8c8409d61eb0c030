//! The definitions of an `openapi` file.
//!
//! Every schema of the document becomes a row; a reference becomes the number of its target, so
//! that definitions may refer to each other in circles.

use std::collections::HashMap;

use crate::diag::{self, Code, Diagnostic};
use crate::source::Text;
use crate::yaml::{Mapping, Node};

/// How many references to references are followed: a circle of them means nothing.
const MAX_ALIASES: usize = 32;

const KIND: &str = "x-kubernetes-group-version-kind";
const STRATEGY: &str = "x-kubernetes-patch-strategy";
const KEY: &str = "x-kubernetes-patch-merge-key";
const KEYS: &str = "x-kubernetes-list-map-keys";

/// The place of a kind.
type Kinds<T> = HashMap<Box<str>, HashMap<Box<str>, T>>;

#[derive(Default)]
pub(super) struct Definitions {
    rows: Vec<Row>,
    /// By apiVersion and kind.
    kinds: Kinds<u32>,
    /// Whether a kind is cluster scoped, by apiVersion and kind.
    scopes: Kinds<bool>,
}

/// One schema.
#[derive(Default)]
struct Row {
    /// Sorted by name.
    fields: Vec<(Text, Target)>,
    values: Option<Target>,
    /// The merge keys of a list that merges.
    keys: Option<Vec<Text>>,
    /// Of a list that merges.
    items: Option<Target>,
    /// A definition that is nothing but a reference.
    alias: Option<Target>,
}

/// A row, or the name of a definition that the file does not have.
#[derive(Clone, Copy)]
enum Target {
    Row(u32),
    Missing,
}

impl Definitions {
    pub(super) fn read(document: &Node) -> diag::Result<Definitions> {
        let Some(document) = document.as_mapping() else {
            return Err(wrong("an OpenAPI document", "a mapping", document));
        };
        let mut reader = Reader::default();
        if let Some(definitions) = mapping(document, "definitions")? {
            reader.read(definitions)?;
        }
        let mut definitions = reader.out;
        if let Some(paths) = mapping(document, "paths")? {
            definitions.read_scopes(paths)?;
        }
        Ok(definitions)
    }

    /// A schema that stands for itself, with the number 0.
    pub(super) fn read_one(schema: &Node) -> diag::Result<Definitions> {
        let mut reader = Reader::default();
        reader.add(schema);
        reader.read_waiting()?;
        Ok(reader.out)
    }

    pub(super) fn of(&self, api_version: &str, kind: &str) -> Option<u32> {
        self.kinds.get(api_version)?.get(kind).copied()
    }

    pub(super) fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> Option<bool> {
        self.scopes.get(api_version)?.get(kind).copied()
    }

    pub(super) fn field(&self, at: u32, name: &str) -> Option<u32> {
        let row = self.row(at)?;
        match row.fields.binary_search_by(|(field, _)| (**field).cmp(name)) {
            Ok(at) => self.resolve(row.fields[at].1),
            Err(_) => self.resolve(row.values?),
        }
    }

    pub(super) fn items(&self, at: u32) -> Option<u32> {
        self.resolve(self.row(at)?.items?)
    }

    pub(super) fn keys(&self, at: u32) -> Option<&[Text]> {
        self.row(at)?.keys.as_deref()
    }

    fn row(&self, at: u32) -> Option<&Row> {
        self.rows.get(at as usize)
    }

    /// The row at the end of a chain of references.
    fn resolve(&self, mut target: Target) -> Option<u32> {
        for _ in 0..MAX_ALIASES {
            let Target::Row(at) = target else { return None };
            match self.row(at)?.alias {
                Some(next) => target = next,
                None => return Some(at),
            }
        }
        None
    }

    /// A kind is namespaced when any of its paths goes through a namespace.
    fn read_scopes(&mut self, paths: &Mapping) -> diag::Result<()> {
        for path in paths {
            let get = path.value.as_mapping().and_then(|path| path.get("get"));
            let Some(kind) = get.and_then(|get| get.as_mapping()?.get(KIND)?.as_mapping()) else {
                continue;
            };
            let (api_version, kind) = group_version_kind(kind)?;
            let namespaced = path.key.text.contains("namespaces/{namespace}");
            let scopes = self.scopes.entry(api_version).or_default();
            if namespaced {
                scopes.insert(kind, false);
            } else {
                scopes.entry(kind).or_insert(true);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Reader<'d> {
    out: Definitions,
    names: HashMap<&'d str, u32>,
    /// Schemas that have a number but were not read yet: a list, so that nesting can't overflow
    /// the stack.
    waiting: Vec<(u32, &'d Node)>,
}

impl<'d> Reader<'d> {
    fn read(&mut self, definitions: &'d Mapping) -> diag::Result<()> {
        for definition in definitions {
            let at = self.add(&definition.value);
            self.names.insert(definition.key.text.as_str(), at);
        }
        for definition in definitions {
            let Some(kinds) =
                definition.value.as_mapping().and_then(|schema| schema.get(KIND)?.as_sequence())
            else {
                continue;
            };
            let at = self.names[definition.key.text.as_str()];
            for kind in kinds.items.iter().filter_map(Node::as_mapping) {
                let (api_version, kind) = group_version_kind(kind)?;
                let kinds = self.out.kinds.entry(api_version).or_default();
                kinds.insert(kind, at);
            }
        }
        self.read_waiting()
    }

    fn read_waiting(&mut self) -> diag::Result<()> {
        while let Some((at, schema)) = self.waiting.pop() {
            let row = self.row(schema)?;
            self.out.rows[at as usize] = row;
        }
        Ok(())
    }

    fn add(&mut self, schema: &'d Node) -> u32 {
        let at = self.out.rows.len() as u32;
        self.out.rows.push(Row::default());
        self.waiting.push((at, schema));
        at
    }

    fn row(&mut self, schema: &'d Node) -> diag::Result<Row> {
        let mut row = Row::default();
        if schema.is_null() {
            return Ok(row);
        }
        let Some(node) = schema.as_mapping() else {
            return Err(wrong("a schema", "a mapping", schema));
        };
        if let Some(reference) = node.text("$ref").filter(|reference| !reference.is_empty()) {
            row.alias = Some(self.find(reference));
            return Ok(row);
        }
        if let Some(properties) = mapping(node, "properties")? {
            row.fields.reserve_exact(properties.len());
            for property in properties {
                let target = self.target(&property.value)?;
                row.fields.push((property.key.text.clone(), target));
            }
            row.fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        // `true` and `false` are allowed too, and say nothing of the values.
        if let Some(values @ Node::Mapping(_)) = node.get("additionalProperties") {
            row.values = Some(self.target(values)?);
        }
        row.keys = merge_keys(node);
        if row.keys.is_some()
            && is_array(node)
            && let Some(items @ Node::Mapping(_)) = node.get("items")
        {
            row.items = Some(self.target(items)?);
        }
        Ok(row)
    }

    fn target(&mut self, schema: &'d Node) -> diag::Result<Target> {
        if schema.is_null() {
            return Ok(Target::Row(self.add(schema)));
        }
        let Some(node) = schema.as_mapping() else {
            return Err(wrong("a schema", "a mapping", schema));
        };
        Ok(match node.text("$ref") {
            Some(reference) if !reference.is_empty() => self.find(reference),
            _ => Target::Row(self.add(schema)),
        })
    }

    fn find(&self, reference: &str) -> Target {
        let Some(name) = reference.strip_prefix("#/definitions/") else {
            return Target::Missing;
        };
        let found = match self.names.get(name) {
            None if name.contains('~') => {
                let name = name.replace("~1", "/").replace("~0", "~");
                self.names.get(name.as_str())
            }
            found => found,
        };
        found.map_or(Target::Missing, |at| Target::Row(*at))
    }
}

fn merge_keys(schema: &Mapping) -> Option<Vec<Text>> {
    let strategies = schema.text(STRATEGY)?;
    if !strategies.split(',').any(|strategy| strategy == "merge") {
        return None;
    }
    Some(match schema.get(KEYS).and_then(Node::as_sequence) {
        Some(keys) => keys.items.iter().filter_map(Node::text).cloned().collect(),
        None => schema.text(KEY).cloned().into_iter().collect(),
    })
}

fn is_array(schema: &Mapping) -> bool {
    match schema.get("type") {
        Some(Node::Scalar(scalar)) => scalar.text == *"array",
        Some(Node::Sequence(types)) => match types.items.as_slice() {
            [one] => one.text().is_some_and(|text| *text == *"array"),
            _ => false,
        },
        _ => false,
    }
}

/// The apiVersion and the kind.
fn group_version_kind(node: &Mapping) -> diag::Result<(Box<str>, Box<str>)> {
    let part = |name: &str| {
        node.text(name).ok_or_else(|| {
            let message = format!("`{KIND}` without a `{name}`");
            Box::new(Diagnostic::error(Code::OpenApi, message).at(node.span()))
        })
    };
    let (version, kind) = (part("version")?, part("kind")?);
    let api_version = match node.text("group") {
        Some(group) if !group.is_empty() => format!("{group}/{version}").into(),
        _ => version.as_str().into(),
    };
    Ok((api_version, kind.as_str().into()))
}

/// A mapping under a key; null counts as missing.
fn mapping<'d>(node: &'d Mapping, key: &str) -> diag::Result<Option<&'d Mapping>> {
    match node.get(key) {
        Some(Node::Mapping(found)) => Ok(Some(found)),
        Some(other) if !other.is_null() => Err(wrong(&format!("`{key}`"), "a mapping", other)),
        _ => Ok(None),
    }
}

fn wrong(what: &str, wanted: &str, found: &Node) -> Box<Diagnostic> {
    let message = format!("{what} must be {wanted}, not {}", found.describe());
    Box::new(
        Diagnostic::error(Code::OpenApi, message)
            .at(found.span())
            .help("`openapi.path` names an OpenAPI (Swagger 2) document in JSON or YAML"),
    )
}
