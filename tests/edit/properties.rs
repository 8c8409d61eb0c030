//! Random files in many styles, and random edits: an edit changes what it names and nothing else.
//!
//! Files are made line by line, so it is known which lines belong to what. The expected value is
//! made from a model, not from text.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use railsgen::edit::generator::{self, Kind as Generator, Sources as GeneratorSources, Update};
use railsgen::edit::image::Image;
use railsgen::edit::metadata::{self, AddOptions, Kind as Metadata};
use railsgen::edit::paths::{self, Check, PathList};
use railsgen::edit::replicas::Replicas;
use railsgen::edit::text_field::{self, TextField};
use railsgen::edit::{Edited, Place, image, replicas};
use railsgen::fs::MemoryFs;
use railsgen::{BuildOptions, Sources, build};
use serde_yaml::Value;

/// Random numbers that are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.roll(choices.len())]
    }
}

/// What a file says. Maps stand for entries in their order.
#[derive(Clone, Debug, Default)]
struct Model {
    resources: Vec<String>,
    images: Vec<Vec<(&'static str, String)>>,
    replicas: Vec<(String, i64)>,
    labels: Vec<(String, String)>,
    config_maps: Vec<(String, Vec<String>)>,
    namespace: String,
}

const TAGS: [&str; 12] = [
    "v1",
    "1.0",
    "on",
    "2026.11.0",
    "0x1F",
    "null",
    "007",
    "1e3",
    "latest",
    "2020-01-01",
    "no",
    "a-b_c.d",
];

const VALUES: [&str; 9] = ["web", "1", "true", "it's", "a: b", "x #y", "", "say \"hi\"", "[a]"];

impl Model {
    fn roll(dice: &mut Dice) -> Model {
        let resources = (0..1 + dice.roll(4)).map(|n| format!("r{n}.yaml")).collect();
        let mut model = Model { resources, ..Model::default() };
        for n in 0..dice.roll(4) {
            let mut image = vec![("name", format!("img{n}"))];
            if dice.one_in(2) {
                image.push(("newName", format!("registry:5000/img{n}")));
            }
            image.push(match dice.roll(3) {
                0 => ("digest", format!("sha256:{n}")),
                _ => ("newTag", dice.pick(&TAGS).to_owned()),
            });
            let by = dice.roll(image.len());
            image.rotate_left(by);
            model.images.push(image);
        }
        model.replicas = (0..dice.roll(3)).map(|n| (format!("r{n}"), n as i64)).collect();
        model.labels =
            (0..dice.roll(4)).map(|n| (format!("lab{n}"), dice.pick(&VALUES).to_owned())).collect();
        for n in 0..dice.roll(3) {
            let literals = (0..1 + dice.roll(3)).map(|k| format!("k{k}={}", dice.pick(&VALUES)));
            model.config_maps.push((format!("cm{n}"), literals.collect()));
        }
        model.namespace = dice.pick(&["", "prod", "0123"]).to_owned();
        model
    }

    fn value(&self) -> Value {
        let text = |text: &str| Value::String(text.to_owned());
        let map = |pairs: Vec<(&str, Value)>| {
            Value::Mapping(pairs.into_iter().map(|(key, value)| (text(key), value)).collect())
        };
        let mut root = Vec::new();
        if !self.resources.is_empty() {
            root.push((
                "resources",
                Value::Sequence(self.resources.iter().map(|r| text(r)).collect()),
            ));
        }
        let images =
            self.images.iter().map(|image| map(image.iter().map(|(k, v)| (*k, text(v))).collect()));
        if !self.images.is_empty() {
            root.push(("images", Value::Sequence(images.collect())));
        }
        let replicas = self.replicas.iter().map(|(name, count)| {
            map(vec![("name", text(name)), ("count", Value::Number((*count).into()))])
        });
        if !self.replicas.is_empty() {
            root.push(("replicas", Value::Sequence(replicas.collect())));
        }
        if !self.labels.is_empty() {
            let labels = self.labels.iter().map(|(k, v)| (k.as_str(), text(v))).collect();
            root.push(("commonLabels", map(labels)));
        }
        let config_maps = self.config_maps.iter().map(|(name, literals)| {
            let literals = Value::Sequence(literals.iter().map(|literal| text(literal)).collect());
            map(vec![("name", text(name)), ("literals", literals)])
        });
        if !self.config_maps.is_empty() {
            root.push(("configMapGenerator", Value::Sequence(config_maps.collect())));
        }
        if !self.namespace.is_empty() {
            root.push(("namespace", text(&self.namespace)));
        }
        map(root)
    }
}

/// A file, line by line, and what each line belongs to.
#[derive(Default)]
struct Page {
    lines: Vec<(String, String)>,
    crlf: bool,
    mark: bool,
    open: bool,
}

impl Page {
    fn line(&mut self, owner: &str, text: String) {
        self.lines.push((text, owner.to_owned()));
    }

    fn text(&self) -> String {
        let end = if self.crlf { "\r\n" } else { "\n" };
        let mut text: String =
            self.lines.iter().flat_map(|(line, _)| [line.as_str(), end]).collect();
        if self.open {
            text.truncate(text.len() - end.len());
        }
        if self.mark { format!("\u{feff}{text}") } else { text }
    }
}

/// A string in some form that means it.
fn scalar(dice: &mut Dice, text: &str, flow: bool) -> String {
    let single = || format!("'{}'", text.replace('\'', "''"));
    let double = || format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let first = text.chars().next().unwrap_or(' ');
    let is_word = first.is_ascii_alphabetic()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=".contains(c))
        && !["on", "no", "null", "true"].contains(&text);
    let is_plain = is_word || !flow && text == "2026.11.0";
    match dice.roll(if is_plain { 5 } else { 2 }) {
        0 => single(),
        1 => double(),
        _ => text.to_owned(),
    }
}

/// An entry of a collection: its name for ownership, and its fields. One without keys is an item
/// that is a scalar.
struct Piece {
    owner: String,
    fields: Vec<(Option<String>, Cell)>,
}

enum Cell {
    Text(String),
    Int(i64),
    List(Vec<String>),
}

fn pieces(model: &Model) -> Vec<(&'static str, bool, Vec<Piece>)> {
    let one = |owner: &str, fields: Vec<(Option<&str>, Cell)>| Piece {
        owner: owner.to_owned(),
        fields: fields.into_iter().map(|(key, cell)| (key.map(str::to_owned), cell)).collect(),
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    let resources = model.resources.iter().map(|r| one(r, vec![(None, text(r))]));
    let images = model.images.iter().map(|image| {
        let name = image.iter().find(|(key, _)| *key == "name").unwrap();
        one(&name.1, image.iter().map(|(key, value)| (Some(*key), text(value))).collect())
    });
    let replicas = model.replicas.iter().map(|(name, count)| {
        one(name, vec![(Some("name"), text(name)), (Some("count"), Cell::Int(*count))])
    });
    let config_maps = model.config_maps.iter().map(|(name, literals)| {
        let literals = Cell::List(literals.clone());
        one(name, vec![(Some("name"), text(name)), (Some("literals"), literals)])
    });
    let labels =
        model.labels.iter().map(|(key, value)| one(key, vec![(Some(key.as_str()), text(value))]));
    vec![
        ("resources", true, resources.collect()),
        ("images", true, images.collect()),
        ("replicas", true, replicas.collect()),
        ("commonLabels", false, labels.collect()),
        ("configMapGenerator", true, config_maps.collect()),
    ]
}

/// Writes a model in a random style.
fn page(dice: &mut Dice, model: &Model) -> Page {
    let mut page = Page {
        crlf: dice.one_in(4),
        mark: dice.one_in(8),
        open: dice.one_in(5),
        ..Page::default()
    };
    if dice.one_in(3) {
        page.line("", "# Licence".to_owned());
        if dice.one_in(2) {
            page.line("", String::new());
        }
    }
    if dice.one_in(6) {
        page.line("", "---".to_owned());
    }
    let apart = dice.one_in(2);
    let mut fields = pieces(model);
    fields.retain(|(_, _, pieces)| !pieces.is_empty());
    let by = dice.roll(fields.len().max(1));
    fields.rotate_left(by);
    for (name, is_list, pieces) in fields {
        if dice.one_in(4) {
            page.line(name, format!("# about {name}"));
        }
        field(dice, &mut page, name, is_list, &pieces);
        if apart {
            page.line("blank", String::new());
        }
    }
    if !model.namespace.is_empty() {
        let namespace = scalar(dice, &model.namespace, false);
        let comment = if dice.one_in(2) { "   # where" } else { "" };
        page.line("namespace", format!("namespace: {namespace}{comment}"));
    }
    if dice.one_in(4) {
        page.line("", "unknownField: {stays: [as, it, is]}".to_owned());
    }
    if dice.one_in(5) {
        page.line("", "# the end".to_owned());
    }
    page
}

fn field(dice: &mut Dice, page: &mut Page, name: &str, is_list: bool, pieces: &[Piece]) {
    match dice.roll(6) {
        0 => {
            let items: Vec<String> =
                pieces.iter().map(|piece| flow(dice, piece, is_list)).collect();
            let comment = if dice.one_in(2) { " # all" } else { "" };
            let pad = if dice.one_in(2) { " " } else { "" };
            let (open, close) = if is_list { ('[', ']') } else { ('{', '}') };
            page.line(
                name,
                format!("{name}: {open}{pad}{}{pad}{close}{comment}", items.join(", ")),
            );
        }
        1 => {
            let (open, close) = if is_list { ('[', ']') } else { ('{', '}') };
            page.line(name, format!("{name}: {open}"));
            let last_comma = dice.one_in(2);
            for (at, piece) in pieces.iter().enumerate() {
                let comma = if last_comma || at + 1 < pieces.len() { "," } else { "" };
                let comment =
                    if dice.one_in(2) { format!("  # {}", piece.owner) } else { String::new() };
                let text = format!("  {}{comma}{comment}", flow(dice, piece, is_list));
                page.line(&piece.owner, text);
            }
            page.line(name, close.to_string());
        }
        _ => block(dice, page, name, is_list, pieces),
    }
}

fn flow(dice: &mut Dice, piece: &Piece, is_list: bool) -> String {
    let field = |dice: &mut Dice, (key, cell): &(Option<String>, Cell)| {
        let value = match cell {
            Cell::Text(text) => scalar(dice, text, true),
            Cell::Int(value) => value.to_string(),
            Cell::List(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| scalar(dice, item, true)).collect();
                format!("[{}]", items.join(", "))
            }
        };
        key.as_ref().map_or(value.clone(), |key| format!("{key}: {value}"))
    };
    let fields: Vec<String> = piece.fields.iter().map(|pair| field(dice, pair)).collect();
    match piece.fields[0].0.is_some() && is_list {
        true => format!("{{{}}}", fields.join(", ")),
        false => fields.join(", "),
    }
}

fn block(dice: &mut Dice, page: &mut Page, name: &str, is_list: bool, pieces: &[Piece]) {
    let comment = if dice.one_in(5) { "  # list" } else { "" };
    page.line(name, format!("{name}:{comment}"));
    let indent = if is_list { [0, 2, 4][dice.roll(3)] } else { [2, 4][dice.roll(2)] };
    let gap = if dice.one_in(5) { 3 } else { 1 };
    let apart = dice.one_in(5);
    let style = dice.roll(3);
    for (at, piece) in pieces.iter().enumerate() {
        let owner = &piece.owner;
        let pad = " ".repeat(indent);
        if apart && at > 0 {
            page.line("blank", String::new());
        }
        for _ in 0..[0, 0, 1, 2][dice.roll(4)] {
            page.line(owner, format!("{pad}# about {owner}"));
        }
        if is_list && dice.one_in(8) {
            page.line(owner, format!("{pad}- {}", flow(dice, piece, true)));
            continue;
        }
        for (index, (key, cell)) in piece.fields.iter().enumerate() {
            let lead = match (is_list, index) {
                (false, _) => pad.clone(),
                (true, 0) => format!("{pad}-{}", " ".repeat(gap)),
                (true, _) => format!("{pad}{}", " ".repeat(1 + gap)),
            };
            let key = key.as_ref().map_or(String::new(), |key| format!("{key}: "));
            let comment = if dice.one_in(4) { format!(" # of {owner}") } else { String::new() };
            match cell {
                Cell::Int(value) => page.line(owner, format!("{lead}{key}{value}{comment}")),
                Cell::Text(text) => {
                    // One way of quoting in most of a list.
                    let mut fixed = Dice([1, 7, 99][style]);
                    let dice = if dice.one_in(4) { &mut *dice } else { &mut fixed };
                    let text = scalar(dice, text, false);
                    page.line(owner, format!("{lead}{key}{text}{comment}"));
                }
                Cell::List(items) => {
                    page.line(owner, format!("{lead}{}{comment}", key.trim_end()));
                    let more = " ".repeat(1 + gap + [0, 2][dice.roll(2)]);
                    for item in items {
                        let item = scalar(dice, item, false);
                        page.line(owner, format!("{pad}{more}- {item}"));
                    }
                }
            }
        }
    }
}

/// An edit, and what the model says afterwards.
#[derive(Clone, Debug)]
enum Edit {
    Image(String),
    Replicas(String, i64),
    AddResource(String),
    RemoveResource(String),
    SetLabel(String, String),
    RemoveLabel(String),
    Namespace(String),
    AddLiteral(String, String),
    SetLiteral(String, String),
    RemoveConfigMap(String),
}

impl Edit {
    /// An edit that fits a model, its effect on the model, and the name of what it is about.
    fn roll(dice: &mut Dice, model: &mut Model) -> (Edit, String) {
        let number = dice.roll(4);
        match dice.roll(10) {
            0 | 1 => {
                let name = format!("img{number}");
                let entry =
                    model.images.iter_mut().find(|entry| entry.contains(&("name", name.clone())));
                let (tag, digest) = (dice.pick(&TAGS), format!("sha256:{}", dice.roll(1_000)));
                let keep = dice.one_in(3);
                let (field, value, mut arg) = match dice.one_in(2) {
                    true => ("newTag", tag.to_owned(), format!(":{tag}")),
                    false => ("digest", digest.clone(), format!("@{digest}")),
                };
                let mut fields = vec![("name", name.clone())];
                if keep {
                    let old = entry.iter().flat_map(|entry| entry.iter());
                    fields.extend(old.filter(|(key, _)| *key == "newName").cloned());
                    arg = format!("{name}=*{arg}");
                } else {
                    arg = format!("{name}{arg}");
                }
                fields.push((field, value));
                match entry {
                    Some(entry) => *entry = fields,
                    None => {
                        let at = model.images.partition_point(|entry| {
                            entry.iter().any(|(key, old)| *key == "name" && *old < name)
                        });
                        model.images.insert(at, fields);
                    }
                }
                (Edit::Image(arg), name)
            }
            2 => {
                let (name, count) = (format!("r{number}"), dice.roll(9) as i64);
                match model.replicas.iter_mut().find(|(known, _)| *known == name) {
                    Some(entry) => entry.1 = count,
                    None => {
                        let at = model.replicas.partition_point(|(known, _)| *known < name);
                        model.replicas.insert(at, (name.clone(), count));
                    }
                }
                (Edit::Replicas(name.clone(), count), name)
            }
            3 => {
                let name = format!("r{number}.yaml");
                if !model.resources.contains(&name) {
                    model.resources.push(name.clone());
                }
                (Edit::AddResource(name.clone()), name)
            }
            4 => {
                let name = format!("r{number}.yaml");
                model.resources.retain(|known| *known != name);
                (Edit::RemoveResource(name.clone()), name)
            }
            5 => {
                let (key, value) = (format!("lab{number}"), dice.pick(&VALUES).to_owned());
                match model.labels.iter_mut().find(|(known, _)| *known == key) {
                    Some(label) => label.1.clone_from(&value),
                    None => model.labels.push((key.clone(), value.clone())),
                }
                (Edit::SetLabel(key.clone(), value), key)
            }
            6 => {
                let key = format!("lab{number}");
                model.labels.retain(|(known, _)| *known != key);
                (Edit::RemoveLabel(key.clone()), key)
            }
            7 => {
                let name = dice.pick(&["", "staging", "0777"]).to_owned();
                model.namespace.clone_from(&name);
                (Edit::Namespace(name), "namespace".to_owned())
            }
            8 => {
                let name = format!("cm{}", dice.roll(3));
                let at = model.config_maps.iter().position(|(known, _)| *known == name);
                let literal = format!("new={}", dice.pick(&VALUES));
                match at {
                    Some(at) if dice.one_in(2) => {
                        let literal = format!("k0={}", dice.pick(&VALUES));
                        model.config_maps[at].1[0].clone_from(&literal);
                        (Edit::SetLiteral(name.clone(), literal), name)
                    }
                    Some(at) => {
                        model.config_maps[at].1.push(literal.clone());
                        (Edit::AddLiteral(name.clone(), literal), name)
                    }
                    None => {
                        model.config_maps.push((name.clone(), vec![literal.clone()]));
                        (Edit::AddLiteral(name.clone(), literal), name)
                    }
                }
            }
            _ => {
                let name = format!("cm{}", dice.roll(3));
                model.config_maps.retain(|(known, _)| *known != name);
                (Edit::RemoveConfigMap(name.clone()), name)
            }
        }
    }

    fn make(&self, text: &str) -> Result<Edited, String> {
        let fs = files(text);
        let sources = Sources::new();
        let place = Place { fs: &fs, sources: &sources, directory: Path::new("/") };
        let pair = |key: &String, value: &String| {
            vec![metadata::Pair { key: key.clone(), value: value.clone() }]
        };
        let edited = match self {
            Edit::Image(arg) => image::set(place, &[Image::parse(arg).unwrap()]),
            Edit::Replicas(name, count) => {
                replicas::set(place, &[Replicas { name: name.clone(), count: *count }])
            }
            Edit::AddResource(path) => paths::add(place, PathList::Resources, &[path], Check::Some),
            Edit::RemoveResource(path) => paths::remove(place, PathList::Resources, &[path]),
            Edit::SetLabel(key, value) => {
                let options = AddOptions { force: true, ..AddOptions::default() };
                metadata::add(place, Metadata::Label, &pair(key, value), options)
            }
            Edit::RemoveLabel(key) => metadata::remove(place, Metadata::Label, &[key], true),
            Edit::Namespace(name) => text_field::set(place, TextField::Namespace, name),
            Edit::AddLiteral(name, literal) => {
                let sources = GeneratorSources {
                    literals: vec![literal.clone()],
                    ..GeneratorSources::default()
                };
                generator::add(place, Generator::ConfigMap, name, "", &sources)
            }
            Edit::SetLiteral(name, literal) => {
                let update = Update { literals: vec![literal.clone()], ..Update::default() };
                generator::set(place, Generator::ConfigMap, name, "", &update)
            }
            Edit::RemoveConfigMap(name) => {
                let gone = generator::remove(place, Generator::ConfigMap, &[name], "");
                // To remove what is not there is an error.
                if gone.is_err() { Ok(Edited::default()) } else { gone }
            }
        };
        edited.map_err(|problem| format!("{problem:?}"))
    }

    fn apply(&self, text: &str) -> Result<String, String> {
        let edited = self.make(text)?;
        let after = edited.changes.iter().next().map(|change| change.after.clone());
        Ok(after.unwrap_or_else(|| text.to_owned()))
    }
}

/// Resources to be named, and a kustomization.
fn files(text: &str) -> MemoryFs {
    let mut fs = MemoryFs::new().with("/kustomization.yaml", text);
    for n in 0..4 {
        let resource = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: r{n}\nspec:\n  template:\n    \
             spec:\n      containers:\n      - name: a\n        image: img{n}\n"
        );
        fs = fs.with(format!("/r{n}.yaml"), resource);
    }
    fs
}

fn built(text: &str) -> Result<String, String> {
    let fs = files(&text.replace("unknownField: {stays: [as, it, is]}", "# none"));
    let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default());
    built.map_err(|problems| format!("{problems:?}"))?.to_yaml().map_err(|error| error.to_string())
}

/// The value of a file, without the field that nobody knows.
fn decoded(text: &str) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    Ok(match value {
        Value::Mapping(mut mapping) => {
            mapping.remove("unknownField");
            Value::Mapping(mapping)
        }
        _ => Value::Mapping(serde_yaml::Mapping::new()),
    })
}

fn check(seed: u64) -> Result<(), String> {
    let mut dice = Dice(seed);
    let mut model = Model::roll(&mut dice);
    let page = page(&mut dice, &model);
    let before = page.text();
    let (edit, target) = Edit::roll(&mut dice, &mut model);
    let fail = |what: &str, after: &str| {
        Err(format!("seed {seed}: {edit:?}: {what}\n{before}\n=>\n{after}"))
    };
    let after = match edit.apply(&before) {
        Ok(after) => after,
        Err(problem) => return fail(&problem, ""),
    };
    // It means what the model says.
    match decoded(&after) {
        Ok(value) if value == model.value() => {}
        Ok(value) => return fail(&format!("means {value:?}"), &after),
        Err(problem) => return fail(&problem, &after),
    }
    // And it is built like it.
    let canonical = serde_json::to_string(&model.value()).unwrap();
    if built(&after).ok() != built(&canonical).ok() {
        return fail("is built otherwise", &after);
    }
    // Lines of others are all there, in order; in brackets they may get or lose a comma.
    let loose = |line: &str| line.replace(',', "");
    let mut rest = after.strip_prefix('\u{feff}').unwrap_or(&after).lines().map(loose);
    let list = BTreeMap::from([
        ("img", "images"),
        ("r", "replicas"),
        ("lab", "commonLabels"),
        ("cm", "configMapGenerator"),
        ("namespace", "namespace"),
    ]);
    let stem = target.trim_end_matches(char::is_numeric);
    let list = if target.ends_with(".yaml") { "resources" } else { list[stem] };
    for (line, owner) in &page.lines {
        let is_others = *owner != target && owner != list && owner != "blank" && !line.is_empty();
        if is_others && !rest.any(|found| found == loose(line)) {
            return fail(&format!("line {line:?} is lost or moved"), &after);
        }
    }
    let (old, new) = (before.lines().count(), after.lines().count());
    if new > old + 8 || old > new + 14 {
        return fail("too many lines come or go", &after);
    }
    if page.crlf && after.replace("\r\n", "").contains('\n') {
        return fail("line breaks are mixed", &after);
    }
    if before.starts_with('\u{feff}') != after.starts_with('\u{feff}') {
        return fail("the byte order mark is lost", &after);
    }
    let ends = |text: &str| text.ends_with('\n') || text.trim_start_matches('\u{feff}').is_empty();
    if ends(&before) != ends(&after) && !after.trim_start_matches('\u{feff}').is_empty() {
        return fail("the end of the last line is another", &after);
    }
    // What is removed takes its comments along.
    let is_removal = matches!(edit, Edit::RemoveLabel(_) | Edit::RemoveConfigMap(_));
    let first = page.lines.first().is_some_and(|(_, owner)| *owner == list || *owner == target);
    if is_removal && !first && after.contains(&format!("# about {target}")) {
        return fail("its comment stays", &after);
    }
    // The second time there is nothing to do; what can only be added once is refused.
    match edit.apply(&after) {
        Ok(again) if again != after => fail("the second time it changes something", &again),
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_changes_what_it_names_and_nothing_else(seed in any::<u64>()) {
        check(seed).map_err(TestCaseError::fail)?;
    }
}
