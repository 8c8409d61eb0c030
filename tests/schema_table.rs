//! Generates `src/k8s/schema/table.rs` from `tests/data/kubernetes-1.21.json` and compares.
//!
//! `UPDATE=1 cargo test --test main schema_table` writes the file anew. How the JSON itself is made
//! stands in `tests/data/kubernetes-1.21.py`.
//!
//! The document is a graph of schemas. What merging can tell apart is: whether a field is known,
//! what the values of a map are, and whether a list merges and by which keys. Schemas that agree
//! in all of that, all the way down, become one row, which leaves 320 of 2,000.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{repository, updating};

const SOURCE: &str = "tests/data/kubernetes-1.21.json";
const TARGET: &str = "src/k8s/schema/table.rs";

#[test]
fn the_table_is_what_the_document_says() {
    let root = repository();
    let document = fs::read_to_string(root.join(SOURCE)).expect("the source is checked in");
    let document: Value = serde_json::from_str(&document).expect("the source is JSON");
    let table = print(&Graph::of(&document));
    if updating() {
        fs::write(root.join(TARGET), &table).expect("the table can be written");
    }
    let found = fs::read_to_string(root.join(TARGET)).unwrap_or_default();
    assert!(
        found == table,
        "{TARGET} is out of date: run `UPDATE=1 cargo test --test main schema_table`"
    );
}

/// What merging can see of one schema; the numbers are rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Row {
    fields: BTreeMap<String, usize>,
    /// Of the values of a map.
    values: Option<usize>,
    /// The merge keys of a list that merges; none for a set of scalars.
    keys: Option<Vec<String>>,
    /// Of the items of a list that merges.
    items: Option<usize>,
}

struct Graph {
    rows: Vec<Row>,
    /// The first definition that each row stands for, where there is one.
    names: Vec<Option<String>>,
    /// By apiVersion and kind.
    kinds: BTreeMap<(String, String), usize>,
}

impl Graph {
    fn of(document: &Value) -> Graph {
        let mut reader = Reader {
            definitions: &document["definitions"],
            places: BTreeMap::new(),
            rows: Vec::new(),
            names: Vec::new(),
        };
        let mut kinds = BTreeMap::new();
        for (name, definition) in reader.definitions.as_object().expect("an object") {
            let listed = &definition["x-kubernetes-group-version-kind"];
            for kind in listed.as_array().into_iter().flatten() {
                let part = |key: &str| kind[key].as_str().expect("a string").to_owned();
                let api_version = match part("group").as_str() {
                    "" => part("version"),
                    group => format!("{group}/{}", part("version")),
                };
                let row = reader.definition(name);
                kinds.insert((api_version, part("kind")), row);
            }
        }
        Graph { rows: reader.rows, names: reader.names, kinds }.fold()
    }

    /// Makes rows that can't be told apart one: starts with a single class and splits classes
    /// until every member of a class has the same row in terms of classes.
    fn fold(self) -> Graph {
        let mut classes = vec![0; self.rows.len()];
        let mut count = 1;
        loop {
            let in_classes: Vec<Row> = self.rows.iter().map(|row| row.map(&classes)).collect();
            let distinct: BTreeSet<(usize, &Row)> =
                classes.iter().copied().zip(&in_classes).collect();
            let number: BTreeMap<_, _> = distinct.into_iter().zip(0..).collect();
            if number.len() == count {
                break;
            }
            count = number.len();
            classes =
                (0..classes.len()).map(|at| number[&(classes[at], &in_classes[at])]).collect();
        }
        self.renumber(&classes)
    }

    /// The graph of classes, numbered as one meets them from the kinds on, a leaf first.
    fn renumber(&self, classes: &[usize]) -> Graph {
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        for (at, class) in classes.iter().enumerate() {
            rows.entry(*class).or_insert_with(|| self.rows[at].map(classes));
            if let Some(name) = &self.names[at] {
                let first = names.entry(*class).or_insert_with(|| name.clone());
                if name < first {
                    *first = name.clone();
                }
            }
        }
        let leaf = rows.iter().find(|(_, row)| **row == Row::default());
        let mut order = vec![*leaf.expect("scalars are leaves").0];
        order.extend(self.kinds.values().map(|row| classes[*row]));
        let mut numbers = BTreeMap::new();
        let mut met = Vec::new();
        while !order.is_empty() {
            let mut next = Vec::new();
            for class in order {
                if numbers.contains_key(&class) {
                    continue;
                }
                numbers.insert(class, met.len());
                met.push(class);
                let row = &rows[&class];
                next.extend(row.fields.values().copied());
                next.extend(row.values);
                next.extend(row.items);
            }
            order = next;
        }
        Graph {
            rows: met.iter().map(|class| rows[class].map_by(|row| numbers[&row])).collect(),
            names: met.iter().map(|class| names.get(class).cloned()).collect(),
            kinds: self
                .kinds
                .iter()
                .map(|(kind, row)| (kind.clone(), numbers[&classes[*row]]))
                .collect(),
        }
    }
}

impl Row {
    fn map(&self, numbers: &[usize]) -> Row {
        self.map_by(|row| numbers[row])
    }

    fn map_by(&self, number: impl Fn(usize) -> usize) -> Row {
        Row {
            fields: self.fields.iter().map(|(name, row)| (name.clone(), number(*row))).collect(),
            values: self.values.map(&number),
            keys: self.keys.clone(),
            items: self.items.map(&number),
        }
    }
}

struct Reader<'d> {
    definitions: &'d Value,
    /// The row of each definition that was met.
    places: BTreeMap<String, usize>,
    rows: Vec<Row>,
    names: Vec<Option<String>>,
}

impl Reader<'_> {
    fn definition(&mut self, name: &str) -> usize {
        if let Some(row) = self.places.get(name) {
            return *row;
        }
        let row = self.add(Some(name.to_owned()));
        self.places.insert(name.to_owned(), row);
        self.rows[row] = self.read(&self.definitions[name]);
        row
    }

    fn schema(&mut self, schema: &Value) -> usize {
        // A reference stands for its target alone: what else a field says is not read.
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.strip_prefix("#/definitions/").expect("a definition");
            return self.definition(name);
        }
        let row = self.add(None);
        self.rows[row] = self.read(schema);
        row
    }

    fn add(&mut self, name: Option<String>) -> usize {
        self.rows.push(Row::default());
        self.names.push(name);
        self.rows.len() - 1
    }

    fn read(&mut self, schema: &Value) -> Row {
        let mut row = Row::default();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let field = self.schema(field);
            row.fields.insert(name.clone(), field);
        }
        if schema["additionalProperties"].is_object() {
            row.values = Some(self.schema(&schema["additionalProperties"]));
        }
        row.keys = merge_keys(schema);
        if row.keys.is_some() && schema["type"] == "array" {
            row.items = Some(self.schema(&schema["items"]));
        }
        row
    }
}

fn merge_keys(schema: &Value) -> Option<Vec<String>> {
    let strategies = schema["x-kubernetes-patch-strategy"].as_str()?;
    if !strategies.split(',').any(|strategy| strategy == "merge") {
        return None;
    }
    let text = |key: &Value| key.as_str().expect("a key is a string").to_owned();
    Some(match (&schema["x-kubernetes-list-map-keys"], &schema["x-kubernetes-patch-merge-key"]) {
        (Value::Array(keys), _) => keys.iter().map(text).collect(),
        (_, Value::Null) => Vec::new(),
        (_, key) => vec![text(key)],
    })
}

/// All names in one string, so that the table holds no pointers.
struct Names {
    text: String,
    places: BTreeMap<String, usize>,
}

impl Names {
    fn of(graph: &Graph) -> Names {
        let fields = graph.rows.iter().flat_map(|row| row.fields.keys());
        let kinds = graph.kinds.keys().flat_map(|(version, kind)| [version, kind]);
        let all: BTreeSet<&String> = fields.chain(kinds).collect();
        let mut names = Names { text: String::new(), places: BTreeMap::new() };
        for name in all {
            names.places.insert(name.clone(), names.text.len());
            names.text.push_str(name);
        }
        names
    }

    /// The arguments that name a name.
    fn place(&self, name: &str) -> String {
        format!("{}, {}", self.places[name], name.len())
    }
}

fn print(graph: &Graph) -> String {
    let names = Names::of(graph);
    let keys: BTreeSet<&Vec<String>> = graph.rows.iter().flat_map(|row| &row.keys).collect();
    let keys: Vec<&Vec<String>> = keys.into_iter().collect();
    let fields: usize = graph.rows.iter().map(|row| row.fields.len()).sum();
    let mut out = String::new();
    print_to(&mut out, graph, &names, &keys, fields).expect("a string takes all text");
    out
}

fn print_to(
    out: &mut String,
    graph: &Graph,
    names: &Names,
    keys: &[&Vec<String>],
    fields: usize,
) -> std::fmt::Result {
    writeln!(
        out,
        "//! What Kubernetes 1.21 says about merging. Generated by `tests/schema_table.rs` from\n\
         //! `{SOURCE}`; not to be edited.\n\n\
         use super::builtin::{{Field, Kind, Type, field, kind, leaf, list, map, object}};\n"
    )?;
    writeln!(out, "/// All names, one behind the other.")?;
    writeln!(out, "#[rustfmt::skip]\npub(super) static NAMES: &str = \"\\")?;
    let mut rest = names.text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(98));
        writeln!(out, "{line}\\")?;
        rest = after;
    }
    writeln!(out, "\";\n")?;

    writeln!(out, "/// The sets of keys that list items are told apart by; none for scalars.")?;
    writeln!(out, "#[rustfmt::skip]\npub(super) static KEYS: [&[&str]; {}] = [", keys.len())?;
    for keys in keys {
        writeln!(out, "    &{keys:?},")?;
    }
    writeln!(out, "];\n")?;

    writeln!(out, "/// Sorted by apiVersion, then by kind.")?;
    writeln!(out, "#[rustfmt::skip]\npub(super) static KINDS: [Kind; {}] = [", graph.kinds.len())?;
    for ((version, name), row) in &graph.kinds {
        let (version_at, name_at) = (names.place(version), names.place(name));
        writeln!(out, "    kind({version_at}, {name_at}, {row}), // {version} {name}")?;
    }
    writeln!(out, "];\n")?;

    writeln!(out, "/// What the fields of all types are.")?;
    writeln!(out, "#[rustfmt::skip]\npub(super) static TYPES: [Type; {}] = [", graph.rows.len())?;
    let mut first = 0;
    for (at, row) in graph.rows.iter().enumerate() {
        let made = match (&row.keys, row.values) {
            (Some(key), _) => {
                assert!(row.fields.is_empty() && row.values.is_none(), "a list has no fields");
                let key = keys.iter().position(|known| *known == key).expect("all keys are known");
                match row.items {
                    Some(items) => format!("list({key}, Some({items}))"),
                    None => format!("list({key}, None)"),
                }
            }
            (None, Some(values)) => {
                assert!(row.fields.is_empty(), "a map has no fields");
                format!("map({values})")
            }
            (None, None) if row.fields.is_empty() => "leaf()".to_owned(),
            (None, None) => format!("object({first}, {})", row.fields.len()),
        };
        let name = graph.names[at].as_deref().map_or(String::new(), |name| format!(" {name}"));
        writeln!(out, "    {made}, // {at}{name}")?;
        first += row.fields.len();
    }
    writeln!(out, "];\n")?;

    writeln!(out, "/// The fields of each type, sorted by name.")?;
    writeln!(out, "#[rustfmt::skip]\npub(super) static FIELDS: [Field; {fields}] = [")?;
    let mut first = 0;
    for (at, row) in graph.rows.iter().enumerate() {
        if !row.fields.is_empty() {
            writeln!(out, "    // {at}, from {first}")?;
        }
        for (name, target) in &row.fields {
            writeln!(out, "    field({}, {target}), // {name}", names.place(name))?;
        }
        first += row.fields.len();
    }
    writeln!(out, "];")
}
