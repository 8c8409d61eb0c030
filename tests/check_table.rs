//! Generates `src/check/schema/table.rs` from `tests/data/kubernetes-1.37.json` and compares.
//!
//! `UPDATE=1 cargo test --test main check_table` writes the file anew. How the JSON itself is made stands
//! in `tests/data/kubernetes-1.37.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{repository, updating};

const SOURCE: &str = "tests/data/kubernetes-1.37.json";
const TARGET: &str = "src/check/schema/table.rs";

#[test]
fn the_table_is_what_the_document_says() {
    let document = fs::read_to_string(repository().join(SOURCE)).expect("the source is checked in");
    let document: Value = serde_json::from_str(&document).expect("the source is JSON");
    let mut reader = Reader {
        definitions: &document["definitions"],
        rows: Vec::new(),
        places: BTreeMap::new(),
        named: BTreeMap::new(),
    };
    let kinds = reader.kinds();
    let table = print(&reader, &kinds).expect("a string takes all text");
    if updating() {
        fs::write(repository().join(TARGET), &table).expect("the table can be written");
    }
    let found = fs::read_to_string(repository().join(TARGET)).unwrap_or_default();
    assert!(found == table, "{TARGET} is out of date: UPDATE=1 cargo test --test main check_table");
}

/// A type; the numbers are rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    Scalar(&'static str),
    /// Fields, and whether each must be there.
    Object(BTreeMap<String, (usize, bool)>),
    Map(usize),
    List(usize),
}

/// Group, version and kind.
type Kind = [String; 3];

struct Reader<'d> {
    definitions: &'d Value,
    rows: Vec<(Row, Option<String>)>,
    /// The rows of types that need no name of their own.
    places: BTreeMap<Row, usize>,
    /// The row of each definition that was met.
    named: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn kinds(&mut self) -> BTreeMap<Kind, usize> {
        let mut kinds = BTreeMap::new();
        for (name, definition) in self.definitions.as_object().expect("an object") {
            let listed = &definition["x-kubernetes-group-version-kind"];
            for kind in listed.as_array().into_iter().flatten() {
                let part = |key: &str| kind[key].as_str().expect("a string").to_owned();
                let row = self.definition(name);
                kinds.insert(["group", "version", "kind"].map(part), row);
            }
        }
        kinds
    }

    fn definition(&mut self, name: &str) -> usize {
        if let Some(row) = self.named.get(name) {
            return *row;
        }
        let schema = &self.definitions[name];
        if schema["properties"].is_null() {
            return self.schema(schema);
        }
        // Registered before its fields are read: a type can contain itself.
        let row = self.rows.len();
        self.rows.push((Row::Scalar("Any"), Some(name.to_owned())));
        self.named.insert(name.to_owned(), row);
        self.rows[row].0 = self.object(schema);
        row
    }

    fn object(&mut self, schema: &Value) -> Row {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields.map(|(name, field)| {
            (name.clone(), (self.schema(field), required.contains(&name.as_str())))
        });
        Row::Object(fields.collect())
    }

    fn schema(&mut self, schema: &Value) -> usize {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.strip_prefix("#/definitions/").expect("a definition");
            return self.definition(name);
        }
        let row = match schema["type"].as_str() {
            Some("array") => Row::List(self.schema(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                Row::Map(self.schema(&schema["additionalProperties"]))
            }
            _ => Row::Scalar(scalar(schema)),
        };
        if let Some(at) = self.places.get(&row) {
            return *at;
        }
        self.places.insert(row.clone(), self.rows.len());
        self.rows.push((row, None));
        self.rows.len() - 1
    }
}

/// The variant of `What` for a scalar, or for what may be anything.
fn scalar(schema: &Value) -> &'static str {
    let options: Vec<&str> = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|option| option["type"].as_str())
        .collect();
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (None, _) if options == ["string", "number"] => "Quantity",
        (None, _) if options == ["string", "integer"] => "IntOrString",
        (None, _) => "Any",
        (Some("string"), Some("byte")) => "Bytes",
        (Some("string"), _) => "String",
        (Some("boolean"), _) => "Bool",
        (Some("integer"), Some("int32")) => "Int32",
        (Some("integer"), _) => "Int64",
        (Some("number"), _) => "Number",
        (Some("object"), _) => "Any",
        (Some(other), _) => panic!("a scalar of the type {other}"),
    }
}

fn print(reader: &Reader<'_>, kinds: &BTreeMap<Kind, usize>) -> Result<String, std::fmt::Error> {
    let fields = |row: &Row| match row {
        Row::Object(fields) => fields.clone(),
        _ => BTreeMap::new(),
    };
    let names = reader.rows.iter().flat_map(|(row, _)| fields(row).into_keys());
    let names: BTreeSet<String> = names.chain(kinds.keys().flatten().cloned()).collect();
    let mut text = String::new();
    let mut places = BTreeMap::new();
    for name in names {
        places.insert(name.clone(), text.len());
        text.push_str(&name);
    }
    let place = |name: &str| format!("name({}, {})", places[name], name.len());
    let mut out = String::new();
    writeln!(
        out,
        "//! What Kubernetes 1.37 says about fields. Generated by `tests/check_table.rs` from\n\
         //! `{SOURCE}`; not to be edited.\n\n\
         use super::{{Field, Kind, Type, What, field, kind, list, map, name, object, required, scalar}};\n"
    )?;
    writeln!(out, "/// All names, one behind the other.\npub(super) static NAMES: &str = \"\\")?;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(118));
        writeln!(out, "{line}\\")?;
        rest = after;
    }
    writeln!(out, "\";\n")?;
    writeln!(out, "/// Sorted by group, then by version, then by kind.")?;
    writeln!(out, "pub(super) static KINDS: [Kind; {}] = [", kinds.len())?;
    for (kind, row) in kinds {
        let [group, version, name] = kind.each_ref().map(|part| place(part));
        writeln!(out, "    kind({group}, {version}, {name}, {row}), // {}", kind.join(" ").trim())?;
    }
    writeln!(out, "];\n")?;
    writeln!(out, "/// All types.\npub(super) static TYPES: [Type; {}] = [", reader.rows.len())?;
    let mut first = 0;
    for (at, (row, name)) in reader.rows.iter().enumerate() {
        let made = match row {
            Row::Scalar(what) => format!("scalar(What::{what})"),
            Row::Object(fields) => format!("object({first}, {})", fields.len()),
            Row::Map(row) => format!("map({row})"),
            Row::List(row) => format!("list({row})"),
        };
        first += fields(row).len();
        let name = name.as_deref().map_or(String::new(), |name| format!(" {name}"));
        writeln!(out, "    {made}, // {at}{name}")?;
    }
    writeln!(out, "];\n")?;
    writeln!(out, "/// The fields of each type, sorted by name.")?;
    writeln!(out, "pub(super) static FIELDS: [Field; {first}] = [")?;
    for (at, (row, _)) in reader.rows.iter().enumerate() {
        let fields = fields(row);
        if !fields.is_empty() {
            writeln!(out, "    // {at}")?;
        }
        for (name, (row, is_required)) in fields {
            let call = if is_required { "required" } else { "field" };
            writeln!(out, "    {call}({}, {row}), // {name}", place(&name))?;
        }
    }
    writeln!(out, "];")?;
    Ok(out)
}
