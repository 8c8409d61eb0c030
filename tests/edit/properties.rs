//! Random files in many styles, and random edits: an edit changes what it names and nothing else.

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

use super::pages::{Dice, Model, TAGS, VALUES, page};

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
