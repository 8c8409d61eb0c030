//! `create`.

use std::collections::HashSet;
use std::path::Path as FilePath;

use super::draft;
use super::metadata::Pair;
use super::paths::{self, Check, PathList};
use super::{Edited, Line, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{Changes, FileKind, join};
use crate::load::{FILE_NAMES, objects_of_text};
use crate::source::Sources;
use crate::yaml::edit::{At, Content, Document, Edits, Path};
use crate::yaml::{Limits, decode_text};

/// What a new kustomization says. Empty parts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// Patterns for `resources`; each must fit something.
    pub resources: Vec<String>,
    /// Whether files in the directory that hold resources are added.
    pub autodetect: bool,
    /// Whether directories below it are searched too. One that holds a kustomization is added
    /// itself.
    pub recursive: bool,
    /// `namespace`
    pub namespace: String,
    /// `namePrefix`
    pub name_prefix: String,
    /// `nameSuffix`
    pub name_suffix: String,
    /// `commonLabels`
    pub labels: Vec<Pair>,
    /// `commonAnnotations`
    pub annotations: Vec<Pair>,
}

/// How deep directories are searched.
const MAX_DEPTH: usize = 100;

/// Makes the kustomization file of a directory, `kustomization.yaml`.
///
/// # Errors
/// When there is a kustomization file, a pattern fits nothing, or a file can't be read.
pub fn create(place: Place<'_>, new: &New) -> Result<Edited> {
    if !matches!(place.fs.resolve(place.directory), Ok((_, FileKind::Directory))) {
        let message = format!("no directory `{}`", place.directory.display());
        let problem = Diagnostic::error(Code::NotFound, message);
        return Err(Box::new(problem.help("make it first; only the file in it is created")));
    }
    let path = join(place.directory, FILE_NAMES[0]);
    if let Some(name) = draft::existing(place).first() {
        let message = format!("there is a kustomization file already: `{name}`");
        let error = Diagnostic::error(Code::Unwritable, message);
        return Err(Box::new(error.help("`railsgen edit` changes it")));
    }
    let patterns: Vec<&str> = new.resources.iter().map(String::as_str).collect();
    let (mut resources, warnings) =
        paths::find(place, PathList::Resources, &patterns, Check::Some)?;
    if new.autodetect {
        let (mut found, mut open) = (Vec::new(), vec![(String::new(), 0)]);
        while let Some((below, depth)) = open.pop() {
            detect(place, &below, depth, new.recursive, &mut found, &mut open)?;
        }
        found.sort_by(|a, b| walk_order(a).cmp(walk_order(b)));
        let known: HashSet<String> = resources.iter().cloned().collect();
        resources.extend(found.into_iter().filter(|path| !known.contains(path)));
    }
    let count = resources.len();
    let text = text(new, resources)?;
    let resources = if count == 1 { "resource" } else { "resources" };
    let line = Line {
        path: path.display().to_string(),
        line: 1,
        text: format!("created, with {count} {resources}"),
    };
    let mut changes = Changes::new();
    changes.write(path, None, text);
    // What a pattern fits has no place in a file that does not exist yet.
    Ok(Edited { changes, lines: vec![line], warnings })
}

/// The content of the file.
fn text(new: &New, resources: Vec<String>) -> Result<String> {
    let sources = Sources::new();
    let source = sources
        .add(FILE_NAMES[0], String::new())
        .map_err(|error| Box::new(Diagnostic::error(Code::TooLarge, error.to_string())))?;
    let document = Document::parse(&source, &Limits::default())?;
    let mut edits = Edits::new();
    let mut add = |key: &str, content: Content| edits.insert(Path::root(), At::End, key, content);
    add("apiVersion", Content::text("kustomize.config.k8s.io/v1beta1"));
    add("kind", Content::text("Kustomization"));
    if !resources.is_empty() {
        add("resources", Content::List(resources.into_iter().map(Content::Text).collect()));
    }
    for (key, text) in [
        ("namePrefix", &new.name_prefix),
        ("nameSuffix", &new.name_suffix),
        ("namespace", &new.namespace),
    ] {
        if !text.is_empty() {
            add(key, Content::text(text.as_str()));
        }
    }
    for (key, pairs) in [("commonLabels", &new.labels), ("commonAnnotations", &new.annotations)] {
        let mut pairs: Vec<&Pair> = pairs.iter().collect();
        pairs.sort_by(|a, b| a.key.cmp(&b.key));
        let pair = |pair: &Pair| (pair.key.clone(), Content::text(pair.value.as_str()));
        if !pairs.is_empty() {
            add(key, Content::Map(pairs.into_iter().map(pair).collect()));
        }
    }
    Ok(edits.apply(&document)?.text)
}

/// Adds what a directory holds to `found`, and directories to be searched to `open`.
fn detect(
    place: Place<'_>,
    below: &str,
    depth: usize,
    recursive: bool,
    found: &mut Vec<String>,
    open: &mut Vec<(String, usize)>,
) -> Result<()> {
    let here = join(place.directory, below);
    let unreadable = |error: crate::fs::FsError| {
        Box::new(Diagnostic::error(Code::Unreadable, error.to_string()))
    };
    let real = place.fs.resolve(&here).map_err(unreadable)?.0;
    for (name, kind) in place.fs.list(&here).map_err(unreadable)? {
        if name.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let file = join(&here, &name);
        if kind == FileKind::File {
            let bytes = place.fs.read(&file).map_err(unreadable)?;
            if holds_resources(&file, bytes) {
                found.push(path);
            }
            continue;
        }
        // A link could lead back to where the search came from.
        let is_link = place.fs.resolve(&file).map_or(true, |(at, _)| at != real.join(&name));
        if !recursive || is_link || depth >= MAX_DEPTH {
            continue;
        }
        let inner = Place { directory: &file, ..place };
        if draft::existing(inner).is_empty() {
            open.push((path, depth + 1));
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a file is what a build takes for resources. An empty one is.
fn holds_resources(path: &FilePath, bytes: Vec<u8>) -> bool {
    let Ok(text) = decode_text(bytes) else { return false };
    let sources = Sources::new();
    let Ok(source) = sources.add(&path.to_string_lossy(), text) else { return false };
    objects_of_text(&source, &Limits::default(), &mut Vec::new()).is_ok()
}

/// The order in which a walk meets paths: part by part.
fn walk_order(path: &str) -> std::str::Split<'_, char> {
    path.split('/')
}
