//! `add`, `set` and `remove` configmap and secret.

use super::draft::{Draft, File, Pen};
use super::fields::{self, Field, List};
use super::{Edited, Place, glob};
use crate::diag::{Code, Diagnostic, Result};
use crate::generate::{Data, Pairs, parse_env_file, parse_file_source, parse_literal};
use crate::source::{Span, Text};
use crate::yaml::edit::{At, Content, Path};
use crate::yaml::{Mapping, Node, Value};

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ConfigMaps.
    ConfigMap,
    /// Secrets.
    Secret,
}

impl Kind {
    /// `configmap` or `secret`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::ConfigMap => "configmap",
            Kind::Secret => "secret",
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Kind::ConfigMap => "configMapGenerator",
            Kind::Secret => "secretGenerator",
        }
    }
}

/// What is added to a generator, or what a new one has. Empty parts are not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// `KEY=VALUE` each.
    pub literals: Vec<String>,
    /// `[KEY=]PATH` each. The path may be a pattern; with a key it must fit one file.
    pub files: Vec<String>,
    /// A file of `KEY=VALUE` lines; not together with the others.
    pub env_file: String,
    /// `create`, `merge` or `replace`.
    pub behavior: String,
    /// Whether the name goes without a hash.
    pub disable_name_suffix_hash: bool,
    /// The type of a new Secret.
    pub secret_type: String,
}

/// What changes in a generator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// `KEY=VALUE` each; the key must be there.
    pub literals: Vec<String>,
    /// The new namespace; empty to leave it.
    pub new_namespace: String,
}

/// Adds to the generator of a name and namespace, or makes a new one. No namespace and `default`
/// are the same. Files must exist, and no key may come twice.
///
/// # Errors
/// When nothing is to be added, there is no kustomization file, the generator could not make its
/// object, or the file can't be changed.
pub fn add(
    place: Place<'_>,
    kind: Kind,
    name: &str,
    namespace: &str,
    sources: &Sources,
) -> Result<Edited> {
    let mut warnings = Vec::new();
    let mut sources = sources.clone();
    sources.files = find_files(place, &sources.files, &mut warnings)?;
    check_sources(&sources)?;
    let Draft { file, mut pen } = Draft::open(place)?;
    pen.warnings = warnings.into_iter().map(|warning| warning.or_at(file.span())).collect();
    let list = file.list(kind.field())?;
    let what = |text: String| format!("{} `{name}`: {text}", kind.name());
    let found = position(&list, name, namespace);
    check_pairs(&file, found.map(|index| &list.items[index]), &sources)?;
    match (found, &list.path) {
        (Some(index), Some(path)) => {
            let entry = Entry::of(&list.items[index], path.index(index))?;
            entry.add(&mut pen, &sources, &what)?;
        }
        _ => {
            let text = what(format!("{} added", sources.describe(kind)));
            let content = sources.content(kind, name, namespace);
            pen.add_items(&list, vec![(At::End, content, text)]);
        }
    }
    Draft { file, pen }.finish()
}

/// Changes the value of literals, or the namespace, of the generator of a name and namespace.
///
/// # Errors
/// When there is nothing to change, there is no kustomization file, it has no such generator or
/// that no such key, or the file can't be changed.
pub fn set(
    place: Place<'_>,
    kind: Kind,
    name: &str,
    namespace: &str,
    update: &Update,
) -> Result<Edited> {
    if update.literals.is_empty() && update.new_namespace.is_empty() {
        let error = Diagnostic::error(Code::Usage, "nothing is to be changed");
        return Err(Box::new(error.help("write `--from-literal` or `--new-namespace`")));
    }
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list(kind.field())?;
    let (Some(index), Some(path)) = (position(&list, name, namespace), &list.path) else {
        return Err(missing(&file, &list, kind, name, namespace));
    };
    let entry = Entry::of(&list.items[index], path.index(index))?;
    for literal in &update.literals {
        entry.set_literal(&mut pen, kind, name, literal)?;
    }
    let new = update.new_namespace.as_str();
    if !new.is_empty() {
        let what = |old: &str| format!("{} `{name}`: namespace `{old}` -> `{new}`", kind.name());
        match entry.field("namespace")? {
            Some(field) if field.text() == new => {}
            Some(field) => {
                let what = what(field.text());
                pen.replace(field.path, Content::text(new), what);
            }
            None => {
                let behind = entry.behind("name")?;
                pen.insert(entry.path.clone(), behind, "namespace", Content::text(new), what(""));
            }
        }
    }
    Draft { file, pen }.finish()
}

/// Takes out the generators of names, in one namespace.
///
/// # Errors
/// When there is no kustomization file, it has none of them, or it can't be changed.
pub fn remove(place: Place<'_>, kind: Kind, names: &[&str], namespace: &str) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list(kind.field())?;
    let mut gone = Vec::new();
    for (index, item) in list.items.iter().enumerate() {
        let name = fields::text(item, "name");
        if names.contains(&name) && is_same_namespace(fields::text(item, "namespace"), namespace) {
            gone.push((index, format!("{} `{name}` removed", kind.name())));
        }
    }
    if gone.is_empty() {
        return Err(missing(&file, &list, kind, &names.join("`, `"), namespace));
    }
    for name in names {
        let is_found =
            |(index, _): &(usize, String)| fields::text(&list.items[*index], "name") == *name;
        if !gone.iter().any(is_found) {
            pen.no_effect(list.span, format!("there is no {} `{name}`", kind.name()));
        }
    }
    pen.remove_items(&list, gone);
    Draft { file, pen }.finish()
}

impl Sources {
    fn describe(&self, kind: Kind) -> String {
        let mut parts = Vec::new();
        let keys = self.literals.iter().map(|literal| key_of(literal));
        parts.extend(keys.map(|key| format!("literal `{key}`")));
        parts.extend(self.files.iter().map(|file| format!("file `{file}`")));
        if !self.env_file.is_empty() {
            parts.push(format!("env file `{}`", self.env_file));
        }
        if parts.is_empty() { kind.name().to_owned() } else { parts.join(", ") }
    }

    /// A new entry.
    fn content(&self, kind: Kind, name: &str, namespace: &str) -> Content {
        let mut entry = vec![("name".to_owned(), Content::text(name))];
        let mut text = |field: &str, text: &str| {
            if !text.is_empty() {
                entry.push((field.to_owned(), Content::text(text)));
            }
        };
        text("namespace", namespace);
        if kind == Kind::Secret {
            text("type", &self.secret_type);
        }
        text("behavior", &self.behavior);
        for (field, texts) in self.lists() {
            if !texts.is_empty() {
                entry.push((field.to_owned(), Content::List(texts)));
            }
        }
        if self.disable_name_suffix_hash {
            entry.push(("options".to_owned(), no_hash()));
        }
        Content::Map(entry)
    }

    fn lists(&self) -> [(&'static str, Vec<Content>); 3] {
        let texts = |texts: &[String]| texts.iter().map(Content::text).collect();
        let env = Some(self.env_file.clone()).filter(|env| !env.is_empty());
        [
            ("literals", texts(&self.literals)),
            ("files", texts(&self.files)),
            ("envs", env.into_iter().map(Content::Text).collect()),
        ]
    }
}

/// An entry of the file.
struct Entry<'n> {
    mapping: &'n Mapping,
    path: Path,
}

impl<'n> Entry<'n> {
    fn of(node: &'n Node, path: Path) -> Result<Entry<'n>> {
        match node {
            Node::Mapping(mapping) => Ok(Entry { mapping, path }),
            other => {
                let message = format!("a generator must be a mapping, not {}", other.describe());
                let problem = Diagnostic::error(Code::WrongType, message).at(other.span());
                Err(Box::new(problem.help("make it one with `name:` by hand")))
            }
        }
    }

    fn field(&self, name: &str) -> Result<Option<Field<'n>>> {
        fields::field(self.mapping, &self.path, name)
    }

    fn list(&self, name: &'static str) -> Result<List<'n>> {
        List::of(name, self.field(name)?)
    }

    /// The place behind a field.
    fn behind(&self, name: &str) -> Result<At> {
        let field = self.field(name)?;
        Ok(field.map_or(At::End, |field| At::Behind(field.key.as_str().into())))
    }

    /// Adds sources.
    fn add(&self, pen: &mut Pen, sources: &Sources, what: &dyn Fn(String) -> String) -> Result<()> {
        for (name, texts) in sources.lists() {
            let list = self.list(name)?;
            if texts.is_empty() {
                continue;
            }
            let say = |text: &Content| match text {
                Content::Text(text) if name == "literals" => {
                    what(format!("literal `{}` added", key_of(text)))
                }
                Content::Text(text) => {
                    what(format!("{} `{text}` added", name.trim_end_matches('s')))
                }
                _ => String::new(),
            };
            match &list.path {
                Some(path) if !list.items.is_empty() => {
                    for text in texts {
                        let what = say(&text);
                        pen.push_item(path.clone(), text, what);
                    }
                }
                path => {
                    texts.iter().for_each(|text| pen.say(say(text)));
                    let content = Content::List(texts);
                    match path {
                        Some(path) => pen.replace(path.clone(), content, ""),
                        None => pen.insert(self.path.clone(), At::End, name, content, ""),
                    }
                }
            }
        }
        if sources.disable_name_suffix_hash {
            self.disable_hash(pen, what)?;
        }
        if !sources.behavior.is_empty() {
            let new = sources.behavior.as_str();
            match self.field("behavior")? {
                Some(field) if field.text() == new => {}
                Some(field) => {
                    let what = what(format!("behavior `{}` -> `{new}`", field.text()));
                    pen.replace(field.path, Content::text(new), what);
                }
                None => {
                    let behind = self.behind("name")?;
                    let what = what(format!("behavior `{new}` added"));
                    pen.insert(self.path.clone(), behind, "behavior", Content::text(new), what);
                }
            }
        }
        Ok(())
    }

    fn disable_hash(&self, pen: &mut Pen, what: &dyn Fn(String) -> String) -> Result<()> {
        const FIELD: &str = "disableNameSuffixHash";
        let what = what(format!("{FIELD} `true`"));
        let Some(options) = self.field("options")? else {
            pen.insert(self.path.clone(), At::End, "options", no_hash(), what);
            return Ok(());
        };
        let Some(mapping) = options.mapping()?.filter(|mapping| !mapping.is_empty()) else {
            pen.replace(options.path, no_hash(), what);
            return Ok(());
        };
        match fields::field(mapping, &options.path, FIELD)? {
            Some(field) => {
                let scalar = field.value.as_scalar();
                if scalar.is_none_or(|scalar| scalar.value_1_1() != Ok(Value::Bool(true))) {
                    pen.replace(field.path, Content::Bool(true), what);
                }
            }
            None => pen.insert(options.path, At::End, FIELD, Content::Bool(true), what),
        }
        Ok(())
    }

    fn set_literal(&self, pen: &mut Pen, kind: Kind, name: &str, literal: &str) -> Result<()> {
        if !literal.contains('=') {
            return Err(no_literal());
        }
        let key = key_of(literal);
        let list = self.list("literals")?;
        let has_key =
            |item: &Node| item.text().is_some_and(|text| text.contains('=') && key_of(text) == key);
        let (Some(path), Some(index)) = (&list.path, list.items.iter().rposition(has_key)) else {
            let message = format!("{} `{name}` has no literal `{key}`", kind.name());
            let span = if list.path.is_some() { list.span } else { self.mapping.span() };
            let known: Vec<&str> =
                list.items.iter().filter_map(Node::text).map(|text| key_of(text)).collect();
            return Err(Box::new(
                Diagnostic::error(Code::Edit, message)
                    .at(span)
                    .suggest(key, known)
                    .help(format!("`railsgen edit add {} {name}` adds one", kind.name())),
            ));
        };
        if list.items[index].text().is_some_and(|text| text == literal) {
            return Ok(());
        }
        // The value may be a secret.
        let what = format!("{} `{name}`: literal `{key}` changed", kind.name());
        pen.replace(path.index(index), Content::text(literal), what);
        Ok(())
    }
}

fn no_hash() -> Content {
    Content::Map(vec![("disableNameSuffixHash".to_owned(), Content::Bool(true))])
}

fn key_of(literal: &str) -> &str {
    literal.split_once('=').map_or(literal, |(key, _)| key)
}

fn no_literal() -> Box<Diagnostic> {
    let error = Diagnostic::error(Code::Usage, "a literal must read `KEY=VALUE`");
    Box::new(error.help("write the key, then `=`, then the value"))
}

fn position(list: &List<'_>, name: &str, namespace: &str) -> Option<usize> {
    list.items.iter().position(|item| {
        fields::text(item, "name") == name
            && is_same_namespace(fields::text(item, "namespace"), namespace)
    })
}

/// No namespace is the one called `default`.
fn is_same_namespace(a: &str, b: &str) -> bool {
    let is_default = |namespace: &str| matches!(namespace, "" | "default");
    a == b || is_default(a) && is_default(b)
}

fn missing(
    file: &File<'_>,
    list: &List<'_>,
    kind: Kind,
    name: &str,
    namespace: &str,
) -> Box<Diagnostic> {
    let place = match namespace {
        "" => String::new(),
        namespace => format!(" in namespace `{namespace}`"),
    };
    let message = format!("there is no {} `{name}`{place} in {}", kind.name(), kind.field());
    let names: Vec<&str> = list.items.iter().map(|item| fields::text(item, "name")).collect();
    let mut problem = Diagnostic::error(Code::Edit, message)
        .at(if list.path.is_some() { list.span } else { file.span() })
        .suggest(name, names.iter().copied().filter(|known| *known != name));
    if names.contains(&name) {
        problem = problem.help("it is in another namespace: write `--namespace`");
    }
    Box::new(problem)
}

/// The files that patterns fit, each with its key.
fn find_files(
    place: Place<'_>,
    sources: &[String],
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for source in sources {
        let (key, pattern) = match source.split_once('=') {
            Some((key, pattern)) => (Some(key), pattern),
            None => (None, source.as_str()),
        };
        let found = glob::files(place, pattern)?;
        match (key, found.as_slice()) {
            (Some(key), [file]) => files.push(format!("{key}={file}")),
            (Some(key), _) => {
                let message = format!("`{pattern}` fits {} files", found.len());
                let error = Diagnostic::error(Code::Usage, message);
                return Err(Box::new(error.help(format!("the key `{key}` needs just one file"))));
            }
            (None, []) => {
                let message = format!("`{pattern}` fits no file");
                warnings.push(Diagnostic::warning(Code::NoEffect, message));
            }
            (None, _) => files.extend(found),
        }
    }
    Ok(files)
}

fn check_sources(sources: &Sources) -> Result<()> {
    let usage = |message: &str, help: &str| {
        Err(Box::new(Diagnostic::error(Code::Usage, message).help(help)))
    };
    let plain = !sources.literals.is_empty() || !sources.files.is_empty();
    if !plain && sources.env_file.is_empty() {
        let help = "write `--from-literal`, `--from-file` or `--from-env-file`";
        return usage("there is nothing to add", help);
    }
    if plain && !sources.env_file.is_empty() {
        let help = "run the command twice";
        return usage("`--from-env-file` goes with no other source", help);
    }
    if !matches!(sources.behavior.as_str(), "" | "create" | "merge" | "replace") {
        let message = format!("there is no behavior `{}`", sources.behavior);
        return usage(&message, "write `create`, `merge` or `replace`");
    }
    if sources.literals.iter().any(|literal| !literal.contains('=')) {
        return Err(no_literal());
    }
    Ok(())
}

/// Reads all that a generator would read, old and new, as a build does.
fn check_pairs(file: &File<'_>, entry: Option<&Node>, sources: &Sources) -> Result<()> {
    let span = entry.map_or(file.span(), Node::span);
    let (files, root) = file.files()?;
    let mut pairs = Pairs::default();
    let mut add = |all: &mut dyn Iterator<Item = Text>, field: &str| -> Result<()> {
        for text in all {
            match field {
                "envs" => {
                    let source = files.text(&root, &text)?;
                    for (key, value) in parse_env_file(&source, &mut Vec::new()) {
                        pairs.add(key, Data::Text(value))?;
                    }
                }
                "files" => {
                    let (key, path) = parse_file_source(&text)?;
                    files.bytes(&root, &path)?;
                    pairs.add(key, Data::Bytes(Vec::new()))?;
                }
                _ => {
                    let (key, value) = parse_literal(&text)?;
                    pairs.add(key, Data::Text(value))?;
                }
            }
        }
        Ok(())
    };
    let env = Some(&sources.env_file).filter(|env| !env.is_empty());
    let new: [(&str, Vec<&String>); 3] = [
        ("envs", env.into_iter().collect()),
        ("literals", sources.literals.iter().collect()),
        ("files", sources.files.iter().collect()),
    ];
    for (field, new) in new {
        let old = entry.and_then(|entry| {
            let mapping = entry.as_mapping()?;
            let found = mapping.iter().find(|entry| entry.key.text.eq_ignore_ascii_case(field))?;
            Some(found.value.as_sequence()?.items.as_slice())
        });
        let old = old.unwrap_or_default().iter().filter_map(Node::text).cloned();
        let new = new.into_iter().map(|text| Text::made(text.as_str(), Span::NONE));
        add(&mut old.chain(new), field).map_err(|problem| Box::new(problem.or_at(span)))?;
    }
    Ok(())
}
