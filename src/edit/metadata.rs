//! `add`, `set` and `remove` label and annotation.

use super::draft::{Draft, File, Pen};
use super::fields::{self, Field};
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::yaml::edit::{At, Content, Path};
use crate::yaml::{Mapping, Value};

/// What is attached to objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Labels, in `commonLabels`.
    Label,
    /// Annotations, in `commonAnnotations`.
    Annotation,
}

impl Kind {
    /// `label` or `annotation`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Label => "label",
            Kind::Annotation => "annotation",
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Kind::Label => "commonLabels",
            Kind::Annotation => "commonAnnotations",
        }
    }
}

/// A label or an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Reads `KEY:VALUE`, or `KEY` for an empty value. One pair of double quotes around the value is
/// taken off. Of several with one key the last counts.
///
/// ```
/// use railsgen::edit::metadata::{Kind, parse};
///
/// let pairs = parse(Kind::Label, ["app:web", "url:\"http://a\""]).unwrap();
/// assert_eq!((pairs[1].key.as_str(), pairs[1].value.as_str()), ("url", "http://a"));
/// assert!(parse(Kind::Label, [":web"]).is_err());
/// ```
///
/// # Errors
/// When there is no key.
pub fn parse<'a>(kind: Kind, args: impl IntoIterator<Item = &'a str>) -> Result<Vec<Pair>> {
    let mut pairs: Vec<Pair> = Vec::new();
    for arg in args {
        let (key, value) = arg.split_once(':').unwrap_or((arg, ""));
        if key.is_empty() {
            let message = format!("`{arg}` names no {}", kind.name());
            let error = Diagnostic::error(Code::Usage, message);
            return Err(Box::new(error.help("write `KEY:VALUE`; the value may be in quotes")));
        }
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = inner.unwrap_or(value).to_owned();
        match pairs.iter_mut().find(|pair| pair.key == key) {
            Some(pair) => pair.value = value,
            None => pairs.push(Pair { key: key.to_owned(), value }),
        }
    }
    Ok(pairs)
}

/// Where added labels go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddOptions {
    /// Whether a key that is there already gets the new value; else that is an error.
    pub force: bool,
    /// Whether labels stay out of selectors: then they go to `labels`, not to `commonLabels`.
    pub without_selector: bool,
    /// Whether labels that stay out of selectors go to templates.
    pub include_templates: bool,
}

/// Adds labels or annotations.
///
/// # Errors
/// When there is no kustomization file, a key is there already, or the file can't be changed.
pub fn add(place: Place<'_>, kind: Kind, pairs: &[Pair], options: AddOptions) -> Result<Edited> {
    if options.include_templates && !options.without_selector {
        let message = "`--include-templates` is for labels that stay out of selectors";
        let error = Diagnostic::error(Code::Usage, message);
        return Err(Box::new(error.help("add `--without-selector`")));
    }
    let Draft { file, mut pen } = Draft::open(place)?;
    if kind == Kind::Label && options.without_selector {
        add_to_labels(&file, &mut pen, pairs, options)?;
    } else {
        let name = kind.field();
        let target = Target { kind, name, field: file.field(name)?, parent: Path::root() };
        target.write(&mut pen, pairs, options.force)?;
    }
    Draft { file, pen }.finish()
}

/// Sets labels or annotations, whether or not they are there.
///
/// # Errors
/// When there is no kustomization file, an annotation's key is none, or the file can't be changed.
pub fn set(place: Place<'_>, kind: Kind, pairs: &[Pair]) -> Result<Edited> {
    if kind == Kind::Annotation
        && let Some(pair) = pairs.iter().find(|pair| !is_annotation_key(&pair.key))
    {
        let message = format!("`{}` can't be the key of an annotation", pair.key);
        return Err(Box::new(Diagnostic::error(Code::Usage, message).help(
            "a key is up to 63 letters, digits, `-`, `_` and `.`, with a domain and `/` in front if you like",
        )));
    }
    let Draft { file, mut pen } = Draft::open(place)?;
    let name = kind.field();
    let target = Target { kind, name, field: file.field(name)?, parent: Path::root() };
    target.write(&mut pen, pairs, true)?;
    Draft { file, pen }.finish()
}

/// Takes labels or annotations out, by their keys. `lenient` says that they need not be there.
///
/// # Errors
/// When there is no kustomization file, a key is not there, or the file can't be changed.
pub fn remove(place: Place<'_>, kind: Kind, keys: &[&str], lenient: bool) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let field = file.field(kind.field())?;
    let mapping = field.as_ref().map(Field::mapping).transpose()?.flatten();
    let mut found: Vec<&str> = Vec::new();
    for key in keys {
        match mapping.and_then(|mapping| mapping.entry(key)) {
            Some(entry) => {
                let key = entry.key.text.as_str();
                if !found.contains(&key) {
                    found.push(key);
                }
            }
            None if lenient => {}
            None => return Err(missing(&file, kind, field.as_ref(), key)),
        }
    }
    if let (Some(field), Some(mapping)) = (&field, mapping) {
        let what = |key: &str| format!("{} `{key}` removed", kind.name());
        if found.len() == mapping.len() && !found.is_empty() {
            found.into_iter().for_each(|key| pen.say(what(key)));
            pen.remove(field.path.clone(), "");
        } else {
            found.into_iter().for_each(|key| pen.remove(field.path.key(key), what(key)));
        }
    }
    Draft { file, pen }.finish()
}

fn missing(file: &File<'_>, kind: Kind, field: Option<&Field<'_>>, key: &str) -> Box<Diagnostic> {
    let message = format!("there is no {} `{key}` in {}", kind.name(), kind.field());
    let place = field.map_or(file.span(), Field::span);
    let mapping = field.and_then(|field| field.value.as_mapping());
    let known = mapping.into_iter().flat_map(|mapping| mapping.iter());
    let known: Vec<&str> = known.map(|entry| entry.key.text.as_str()).collect();
    Box::new(
        Diagnostic::error(Code::Edit, message)
            .at(place)
            .suggest(key, known)
            .help("`--ignore-non-existence` goes over keys that are not there"),
    )
}

/// The mapping that pairs are written to.
struct Target<'n> {
    kind: Kind,
    name: &'static str,
    field: Option<Field<'n>>,
    /// The mapping that it is a field of.
    parent: Path,
}

impl Target<'_> {
    fn write(&self, pen: &mut Pen, pairs: &[Pair], force: bool) -> Result<()> {
        let mapping = self.field.as_ref().map(Field::mapping).transpose()?.flatten();
        let (Some(field), Some(mapping)) = (&self.field, mapping.filter(|found| !found.is_empty()))
        else {
            self.make(pen, pairs);
            return Ok(());
        };
        for pair in pairs {
            match mapping.entry(&pair.key) {
                Some(entry) if !force => {
                    let message = format!("{} `{}` is there already", self.kind.name(), pair.key);
                    return Err(Box::new(
                        Diagnostic::error(Code::Edit, message)
                            .at(entry.key.text.span())
                            .help("`--force` overwrites it"),
                    ));
                }
                Some(entry) => {
                    let old = entry.value.text().map_or("", |text| text.as_str());
                    if old != pair.value || entry.value.text().is_none() {
                        let what = format!(
                            "{} `{}`: `{old}` -> `{}`",
                            self.kind.name(),
                            pair.key,
                            pair.value
                        );
                        let path = field.path.key(&pair.key);
                        pen.replace(path, Content::text(pair.value.as_str()), what);
                    }
                }
                None => pen.insert(
                    field.path.clone(),
                    At::End,
                    &pair.key,
                    Content::text(pair.value.as_str()),
                    self.added(pair),
                ),
            }
        }
        Ok(())
    }

    /// Makes the mapping of these pairs.
    fn make(&self, pen: &mut Pen, pairs: &[Pair]) {
        if pairs.is_empty() {
            return;
        }
        pairs.iter().for_each(|pair| pen.say(self.added(pair)));
        let content = content(pairs);
        match &self.field {
            Some(field) => pen.replace(field.path.clone(), content, ""),
            None => pen.insert(self.parent.clone(), At::End, self.name, content, ""),
        }
    }

    fn added(&self, pair: &Pair) -> String {
        format!("{} `{}`: `{}` added", self.kind.name(), pair.key, pair.value)
    }
}

fn content(pairs: &[Pair]) -> Content {
    let pair = |pair: &Pair| (pair.key.clone(), Content::text(pair.value.as_str()));
    Content::Map(pairs.iter().map(pair).collect())
}

/// Adds labels to the first entry of `labels` that leaves selectors alone and treats templates as
/// asked, or to a new one.
fn add_to_labels(
    file: &File<'_>,
    pen: &mut Pen,
    pairs: &[Pair],
    options: AddOptions,
) -> Result<()> {
    let list = file.list("labels")?;
    let is_set = |entry: &Mapping, name| -> Result<bool> {
        let field = fields::field(entry, &Path::root(), name)?;
        let scalar = field.and_then(|field| field.value.as_scalar());
        Ok(scalar.is_some_and(|scalar| scalar.value_1_1() == Ok(Value::Bool(true))))
    };
    for (index, item) in list.items.iter().enumerate() {
        let (Some(entry), Some(path)) = (item.as_mapping(), &list.path) else { continue };
        let fits = !is_set(entry, "includeSelectors")?
            && is_set(entry, "includeTemplates")? == options.include_templates;
        if fits {
            let parent = path.index(index);
            let field = fields::field(entry, &parent, "pairs")?;
            let target = Target { kind: Kind::Label, name: "pairs", field, parent };
            return target.write(pen, pairs, options.force);
        }
    }
    if pairs.is_empty() {
        return Ok(());
    }
    let mut entry = vec![("pairs".to_owned(), content(pairs))];
    if options.include_templates {
        entry.push(("includeTemplates".to_owned(), Content::Bool(true)));
    }
    for Pair { key, value } in pairs {
        pen.say(format!("label `{key}`: `{value}` added"));
    }
    pen.add_items(&list, vec![(At::End, Content::Map(entry), String::new())]);
    Ok(())
}

/// The syntax of annotation keys, as far as the reference checks it.
fn is_annotation_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_word = |text: &str, max: usize, inner: fn(char) -> bool| {
        let edge = |c: char| c.is_ascii_alphanumeric();
        (1..=max).contains(&text.len())
            && text.starts_with(edge)
            && text.ends_with(edge)
            && text.chars().all(|c| edge(c) || inner(c))
    };
    let prefix_fits = prefix.is_none_or(|prefix| {
        prefix.starts_with(|c: char| c.is_ascii_alphabetic())
            && is_word(prefix, 253, |c| matches!(c, '-' | '.'))
    });
    prefix_fits && is_word(name, 63, |c| matches!(c, '-' | '_' | '.'))
}
