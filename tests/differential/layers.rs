//! Trees of kustomizations: bases, overlays, diamonds, components.

use std::collections::{BTreeMap, BTreeSet};

use super::fields;
use super::mend::{Below, mend};
use super::objects::{Object, object};
use super::patch_fields;
use super::print;
use super::random::Random;
use super::value::{Value, list, map, plain, text, texts};

/// Files by their path below the directory that is built.
pub(super) type Tree = BTreeMap<String, Vec<u8>>;

/// The tree of a seed.
pub(super) fn tree(seed: u64) -> Tree {
    let mut random = Random::new(seed);
    let mut maker = Maker { tree: Tree::new(), serial: 0, used: BTreeSet::new() };
    maker.layer(&mut random, "", Kind::Root, Vec::new(), None);
    if random.chance(3) {
        tear(&mut random, &mut maker.tree);
    }
    maker.tree
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Root,
    Base(usize),
    Component,
}

struct Maker {
    tree: Tree,
    serial: usize,
    /// Ids that are in the build.
    used: BTreeSet<(String, String, String)>,
}

/// One kustomization in the making.
pub(super) struct Layer {
    pub(super) directory: String,
    /// The objects it has got so far.
    pub(super) have: Vec<Object>,
    pub(super) file: Value,
    pub(super) is_root: bool,
    files: Vec<(String, Vec<u8>)>,
    serial: usize,
}

impl Layer {
    /// Its files, by their names in its directory.
    pub(super) fn files(&self) -> &[(String, Vec<u8>)] {
        &self.files
    }

    /// The path of a file of its directory.
    pub(super) fn path(&self, name: &str) -> String {
        match self.directory.as_str() {
            "" => name.to_owned(),
            directory => format!("{directory}/{name}"),
        }
    }

    /// Adds a file to the layer's directory, and gives the path to name it by.
    pub(super) fn add_file(
        &mut self,
        stem: &str,
        extension: &str,
        content: impl Into<Vec<u8>>,
    ) -> String {
        self.serial += 1;
        let folder = if self.serial.is_multiple_of(9) { "files/more of/" } else { "" };
        let name = format!("{folder}{stem}{}.{extension}", self.serial);
        self.files.push((name.clone(), content.into()));
        name
    }

    /// Adds a directory with a kustomization of one resource file, and gives its path.
    pub(super) fn add_directory(&mut self, stem: &str, content: String) -> String {
        self.serial += 1;
        let name = format!("{stem}{}", self.serial);
        let kustomization = "resources:\n- one.yaml\n";
        self.files.push((format!("{name}/kustomization.yaml"), kustomization.into()));
        self.files.push((format!("{name}/one.yaml"), content.into_bytes()));
        name
    }

    /// Adds to a list in the kustomization file.
    pub(super) fn push(&mut self, field: &str, value: Value) {
        let mut items = match self.file.get(field) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        items.push(value);
        self.file.set(field, Value::List(items));
    }
}

impl Maker {
    /// Makes a kustomization and what it includes; tells what it holds in the end.
    fn layer(
        &mut self,
        random: &mut Random,
        directory: &str,
        kind: Kind,
        have: Vec<Object>,
        parent: Option<&Layer>,
    ) -> Vec<Object> {
        let mut layer = Layer {
            directory: directory.to_owned(),
            have,
            file: map([]),
            is_root: kind == Kind::Root,
            files: Vec::new(),
            serial: 0,
        };
        if kind == Kind::Component {
            layer.file.set("apiVersion", text("kustomize.config.k8s.io/v1alpha1"));
            layer.file.set("kind", text("Component"));
        } else if random.chance(50) {
            layer.file.set("apiVersion", text("kustomize.config.k8s.io/v1beta1"));
            layer.file.set("kind", text("Kustomization"));
        }
        self.add_bases(random, &mut layer, kind);
        let files = match (kind, layer.have.is_empty()) {
            (Kind::Component, _) => random.below(2),
            (_, true) => random.within(1, 3),
            _ => random.below(3),
        };
        for _ in 0..files {
            self.add_resources(random, &mut layer);
        }
        fields::generators(random, &mut layer);
        if kind != Kind::Component && random.chance(18) {
            for _ in 0..random.within(1, 2) {
                let path = self.new_directory(random, directory, "c");
                let have = std::mem::take(&mut layer.have);
                layer.have = self.layer(random, &path, Kind::Component, have, Some(&layer));
                layer.push("components", text(spelled(random, relative(&layer.directory, &path))));
            }
        }
        fields::transformers(random, &mut layer);
        if random.chance(85) {
            let below =
                parent.map(|parent| Below { parent, path: relative(&parent.directory, directory) });
            mend(&self.tree, &mut layer, below.as_ref());
        }
        self.write(random, layer)
    }

    fn add_bases(&mut self, random: &mut Random, layer: &mut Layer, kind: Kind) {
        let depth = match kind {
            Kind::Root => 0,
            Kind::Base(depth) => depth,
            Kind::Component => return,
        };
        if depth == 0 && random.chance(7) {
            return self.add_diamond(random, layer);
        }
        let count = match (depth, random.below(100)) {
            (0, 0..=39) => 1,
            (0, 40..=54) => 2,
            (1, 0..=24) => 1,
            (1, 25..=29) => 2,
            _ => 0,
        };
        for _ in 0..count {
            let path = self.new_directory(random, &layer.directory, "b");
            let objects = self.layer(random, &path, Kind::Base(depth + 1), Vec::new(), None);
            layer.have.extend(objects);
            let old = random.chance(5);
            let field = if old { "bases" } else { "resources" };
            layer.push(field, text(spelled(random, relative(&layer.directory, &path))));
        }
    }

    /// Two layers above one base, told apart by prefixes.
    fn add_diamond(&mut self, random: &mut Random, layer: &mut Layer) {
        let base = self.new_directory(random, "", "b");
        let objects = self.layer(random, &base, Kind::Base(2), Vec::new(), None);
        for side in ["left", "right"] {
            let path = self.new_directory(random, "", "b");
            let mut above = Layer {
                directory: path.clone(),
                have: objects.clone(),
                file: map([("resources", texts([spelled(random, relative(&path, &base))]))]),
                is_root: false,
                files: Vec::new(),
                serial: 0,
            };
            match random.below(3) {
                0 => above.file.set("namespace", text(side)),
                1 => above.file.set("nameSuffix", text(format!("-{side}"))),
                _ => above.file.set("namePrefix", text(format!("{side}-"))),
            }
            if random.chance(40) {
                patch_fields::patches(random, &mut above);
            }
            for object in &mut above.have {
                fields::follow_affixes(&above.file, object);
            }
            layer.push("resources", text(spelled(random, relative(&layer.directory, &path))));
            let objects = self.write(random, above);
            layer.have.extend(objects);
        }
    }

    /// A directory at the top, inside the one that will name it, or deep down.
    fn new_directory(&mut self, random: &mut Random, namer: &str, stem: &str) -> String {
        self.serial += 1;
        let name = format!("{stem}{}", self.serial);
        match random.below(8) {
            0 if !namer.is_empty() => format!("{namer}/{name}"),
            1 => format!("deep/er/{name}"),
            2 => format!("deep/{name}"),
            _ => name,
        }
    }

    fn add_resources(&mut self, random: &mut Random, layer: &mut Layer) {
        let mut objects = Vec::new();
        for _ in 0..random.within(1, 4) {
            let object = object(random);
            let namespace = match object.namespace.as_str() {
                "default" => "",
                namespace => namespace,
            };
            let id = (object.kind.clone(), object.name.clone(), namespace.to_owned());
            if self.used.insert(id) || random.chance(1) {
                objects.push(object);
            }
        }
        if objects.is_empty() {
            return;
        }
        let (text_of_file, extension) = resource_file(random, &objects);
        let extension = if random.chance(5) { "yml" } else { extension };
        let name = layer.add_file("r", extension, text_of_file);
        let name = match random.chance(5) {
            true => format!("./{name}"),
            false => name,
        };
        layer.push("resources", text(name));
        layer.have.extend(objects);
    }

    fn write(&mut self, random: &mut Random, mut layer: Layer) -> Vec<Object> {
        if let Value::Map(entries) = &mut layer.file
            && random.chance(60)
        {
            random.shuffle(entries);
        }
        let says_something = |key: &str| !matches!(key, "apiVersion" | "kind");
        if matches!(&layer.file, Value::Map(entries)
            if !entries.iter().any(|(key, _)| says_something(key)))
        {
            layer.file.set("resources", list([]));
        }
        let content = match random.chance(3) {
            true => print::json(&layer.file),
            false => print::document(&layer.file, random),
        };
        let name = match random.below(30) {
            0 => "kustomization.yml",
            1 => "Kustomization",
            _ => "kustomization.yaml",
        };
        layer.files.push((name.to_owned(), content.into_bytes()));
        for (name, content) in layer.files {
            let path = match layer.directory.as_str() {
                "" => name,
                directory => format!("{directory}/{name}"),
            };
            let content = match String::from_utf8(content) {
                Ok(text) if random.chance(3) => text.replace('\n', "\r\n").into_bytes(),
                Ok(text) => text.into_bytes(),
                Err(bytes) => bytes.into_bytes(),
            };
            self.tree.insert(path, content);
        }
        layer.have
    }
}

/// How a directory is named in another one.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from[common..].iter().map(|_| "..");
    up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

/// The path of a directory, written in one way or another.
fn spelled(random: &mut Random, path: String) -> String {
    match random.below(30) {
        0 => format!("./{path}"),
        1 => format!("{path}/"),
        2 => format!("./{path}/."),
        3 => format!("{path}//"),
        _ => path,
    }
}

#[test]
fn directories_are_named_from_where_they_are_named() {
    assert_eq!(relative("", "a/b"), "a/b");
    assert_eq!(relative("a", "a/b"), "b");
    assert_eq!(relative("a/c", "a/b/d"), "../b/d");
    assert_eq!(relative("deep/er", "x"), "../../x");
}

/// A file of objects, and its extension.
fn resource_file(random: &mut Random, objects: &[Object]) -> (String, &'static str) {
    let bodies: Vec<Value> = objects.iter().map(|object| object.body.clone()).collect();
    if random.chance(3) {
        let wrapper = map([
            ("apiVersion", text("v1")),
            ("kind", text("List")),
            ("items", Value::List(bodies)),
        ]);
        return (print::loose_document(&wrapper, random), "yaml");
    }
    if let ([body], true) = (&*bodies, random.chance(4)) {
        return (print::json(body), "json");
    }
    let mut file = String::new();
    let last = bodies.len() - 1;
    for (at, body) in bodies.into_iter().enumerate() {
        if at > 0 || random.chance(10) {
            let separators = [
                "---\n",
                "---\n",
                "---\n",
                "--- # next\n",
                "---\n---\n",
                "---  \n",
                "---\n\n# x\n",
            ];
            file.push_str(random.pick(&separators));
        }
        let body = match random.chance(2) {
            true => map([
                ("apiVersion", text(&*objects[at].api_version)),
                ("kind", text(format!("{}List", objects[at].kind))),
                ("items", list([body])),
            ]),
            false => body,
        };
        file.push_str(&print::loose_document(&body, random));
        if at == last && random.chance(3) {
            let ends =
                ["---\n", "# the end\n", "...\n", "---\n# none\n", "\n\n", "\n# the end\n", "  \n"];
            file.push_str(random.pick(&ends));
        }
    }
    if random.chance(2) {
        let starts = ["# top\n", "\n", "\u{feff}", "# top\n\n", "%YAML 1.1\n---\n", "---\n"];
        file.insert_str(0, random.pick(&starts));
    }
    if random.chance(2) {
        while file.ends_with('\n') {
            file.pop();
        }
    }
    (file, "yaml")
}

/// Damages one file a little.
fn tear(random: &mut Random, tree: &mut Tree) {
    let names: Vec<String> = tree.keys().cloned().collect();
    let Some(name) = random.one(&names) else { return };
    let Some(content) = tree.get_mut(name) else { return };
    let text_of_file = String::from_utf8_lossy(content).into_owned();
    let mut lines: Vec<String> = text_of_file.split('\n').map(str::to_owned).collect();
    let at = random.below(lines.len());
    match random.below(7) {
        0 => drop(lines.remove(at)),
        1 => {
            let line = lines[at].clone();
            lines.insert(at, line);
        }
        2 => lines[at].insert(0, ' '),
        3 => lines[at] = lines[at].trim_start().to_owned(),
        4 => lines[at] = lines[at].replacen(": ", ":", 1),
        5 => lines[at].push_str(random.pick(&[" ", "\t", ":", "}", "]", "'", " #", ","])),
        _ => {
            let value = plain("null");
            let cut = lines[at].find(": ").map_or(0, |found| found + 2);
            lines[at].truncate(cut);
            if let Value::Plain(text) = value {
                lines[at].push_str(&text);
            }
        }
    }
    *content = lines.join("\n").into_bytes();
}
