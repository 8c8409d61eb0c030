//! What the guides describe is there: `elements.txt` says what, the table in `docs/stack.md` names its sections.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use railsgen::yaml::path;
use railsgen::yaml::{Node, Value};

use crate::support::repository;

use super::sets;
use super::tree::{Made, Tree};

/// The lines of each section.
fn sections() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(repository().join("tests/stack/elements.txt")).unwrap();
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            current = name.to_owned();
            assert!(
                sections.insert(current.clone(), Vec::new()).is_none(),
                "[{name}] is there twice"
            );
        } else {
            sections.get_mut(&current).expect("a section").push(line.to_owned());
        }
    }
    sections
}

/// The builds that the lines speak of, each made once.
#[derive(Default)]
struct Builds {
    made: BTreeMap<String, Made>,
}

impl Builds {
    fn get(&mut self, root: &str) -> &Made {
        self.made.entry(root.to_owned()).or_insert_with(|| match root.split_once('+') {
            None => Tree::stack().build(root),
            Some((overlay, components)) => {
                let components: Vec<&str> = components.split('+').collect();
                sets::with(overlay, &components).build(&format!("overlays/{overlay}"))
            }
        })
    }
}

/// Whether what a line says is so; the error says what is there.
fn holds(builds: &mut Builds, line: &str) -> Result<(), String> {
    if let Some((file, words)) = line.strip_prefix("file ").and_then(|rest| rest.split_once(": ")) {
        let text =
            fs::read_to_string(repository().join(file)).map_err(|error| error.to_string())?;
        return if text.contains(words) { Ok(()) } else { Err("it does not say that".to_owned()) };
    }
    let (root, rest) = line.split_once(' ').expect("a root and an object");
    let made = builds.get(root);
    if let Some((kind, name)) = rest.strip_prefix("no ").and_then(|absent| absent.split_once('/')) {
        let is_there = made.names(kind).iter().any(|one| one == name);
        return if is_there { Err("it is there".to_owned()) } else { Ok(()) };
    }
    let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let found = made.built.clone().only(&[name]).map_err(|problem| problem.to_string())?;
    if rest.is_empty() {
        return Ok(());
    }
    let (place, expected) = match rest.split_once(" = ") {
        Some((place, expected)) => (place, Some(expected)),
        None => (rest.trim_end_matches(" -"), None),
    };
    let node = found.resources().as_slice()[0].node();
    let value = path::get(node, &path::split(place)).map_err(|error| error.to_string())?;
    match (value, expected) {
        (None, None) if rest.ends_with(" -") => Ok(()),
        (Some(_), None) if !rest.ends_with(" -") => Ok(()),
        (Some(node), Some(expected)) if shown(node) == expected => Ok(()),
        (value, _) => Err(format!("{:?} is there", value.map(shown))),
    }
}

/// A scalar's value, or those of a list in brackets.
fn shown(node: &Node) -> String {
    match node {
        Node::Scalar(scalar) => match scalar.value() {
            Ok(Value::String(text)) => text.into_owned(),
            _ => scalar.text.to_string(),
        },
        Node::Sequence(list) => {
            let items: Vec<String> = list.items.iter().map(shown).collect();
            format!("[{}]", items.join(" "))
        }
        Node::Mapping(_) => "a mapping".to_owned(),
    }
}

#[test]
fn everything_that_the_guides_describe_is_there() {
    let mut builds = Builds::default();
    let mut wrong = Vec::new();
    for (section, lines) in sections() {
        assert!(!lines.is_empty(), "[{section}] says nothing");
        for line in lines {
            if let Err(found) = holds(&mut builds, &line) {
                wrong.push(format!("[{section}] {line}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_a_test_for_each_element() {
    let text = fs::read_to_string(repository().join("docs/stack.md")).unwrap();
    let (_, table) = text.split_once("| Element | Guide |").expect("the table of elements");
    let known: BTreeSet<String> = sections().into_keys().collect();
    let mut named = BTreeSet::new();
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let names: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test for {row}");
        for name in names {
            assert!(known.contains(name), "tests/stack/elements.txt has no [{name}]");
            named.insert(name.to_owned());
        }
    }
    let unnamed: Vec<_> = known.difference(&named).collect();
    assert!(unnamed.is_empty(), "docs/stack.md does not name {unnamed:?}");
}
