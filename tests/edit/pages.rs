//! Random kustomization files, in many styles. Files are made line by line, so it is known which
//! lines belong to what; what they mean comes from a model, not from text.

use serde_yaml::Value;

/// Random numbers that are the same for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(super) fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.roll(choices.len())]
    }
}

/// What a file says. Maps stand for entries in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) resources: Vec<String>,
    pub(super) images: Vec<Vec<(&'static str, String)>>,
    pub(super) replicas: Vec<(String, i64)>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) config_maps: Vec<(String, Vec<String>)>,
    pub(super) namespace: String,
}

pub(super) const TAGS: [&str; 12] = [
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

pub(super) const VALUES: [&str; 9] =
    ["web", "1", "true", "it's", "a: b", "x #y", "", "say \"hi\"", "[a]"];

impl Model {
    pub(super) fn roll(dice: &mut Dice) -> Model {
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

    pub(super) fn value(&self) -> Value {
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
pub(super) struct Page {
    pub(super) lines: Vec<(String, String)>,
    pub(super) crlf: bool,
    pub(super) mark: bool,
    pub(super) open: bool,
}

impl Page {
    pub(super) fn line(&mut self, owner: &str, text: String) {
        self.lines.push((text, owner.to_owned()));
    }

    pub(super) fn text(&self) -> String {
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
pub(super) fn page(dice: &mut Dice, model: &Model) -> Page {
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
