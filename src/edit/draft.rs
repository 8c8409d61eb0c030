//! A kustomization file that is being edited.

use std::path::PathBuf;

use super::fields::{self, Field, List};
use super::{Edited, Line, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{Changes, FileKind, join};
use crate::kustomization::Kustomization;
use crate::load::{FILE_NAMES, Files, LoadRestrictor, Root};
use crate::source::Span;
use crate::yaml::edit::{At, Content, Document, Edits, Path};
use crate::yaml::{Entry, Limits, Mapping, decode_text};

/// The API group of kustomizations.
const GROUP: &str = "kustomize.config.k8s.io";

/// The file as it is, and what is to change in it.
pub(super) struct Draft<'p> {
    pub(super) file: File<'p>,
    pub(super) pen: Pen,
}

/// The file as it is.
pub(super) struct File<'p> {
    pub(super) place: Place<'p>,
    /// The path to write to.
    path: PathBuf,
    /// The name of the file in its directory.
    pub(super) name: &'static str,
    document: Document,
}

/// What is to change, and what is said about it.
#[derive(Default)]
pub(super) struct Pen {
    edits: Edits,
    /// The number of the edit, and what it does.
    said: Vec<(usize, String)>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl<'p> Draft<'p> {
    /// Opens the kustomization file of a directory.
    ///
    /// # Errors
    /// When there is none or more than one, and when it is no YAML.
    pub(super) fn open(place: Place<'p>) -> Result<Draft<'p>> {
        let (path, name) = find(place)?;
        let unreadable = |problem: String| Box::new(Diagnostic::error(Code::Unreadable, problem));
        let bytes = place.fs.read(&path).map_err(|problem| unreadable(problem.to_string()))?;
        let shown = path.display().to_string();
        let raw_len = bytes.len();
        let text = decode_text(bytes).map_err(|problem| {
            let message = format!("file `{shown}` is not UTF-8: {problem}");
            Box::new(Diagnostic::error(Code::NotUtf8, message).help("save it as UTF-8"))
        })?;
        if text.len() != raw_len {
            let message = format!("file `{shown}` is UTF-16, which is not edited");
            let problem = Diagnostic::error(Code::NotUtf8, message);
            return Err(Box::new(problem.help("save it as UTF-8")));
        }
        let source = place
            .sources
            .add(&shown, text)
            .map_err(|problem| Box::new(Diagnostic::error(Code::TooLarge, problem.to_string())))?;
        let document = Document::parse(&source, &Limits::default())?;
        let file = File { place, path, name, document };
        if let Some(root) = file.document.root()
            && root.as_mapping().is_none()
        {
            let message =
                format!("a kustomization file must be a mapping, not {}", root.describe());
            let problem = Diagnostic::error(Code::WrongType, message).at(root.span());
            return Err(Box::new(problem.help("write fields, such as `resources:`")));
        }
        file.check_kind()?;
        Ok(Draft { file, pen: Pen::default() })
    }

    /// The planned edit.
    ///
    /// # Errors
    /// When the text can't be changed without changing something else.
    pub(super) fn finish(self) -> Result<Edited> {
        let Draft { file, pen } = self;
        let mut edited = Edited { warnings: pen.warnings, ..Edited::default() };
        if pen.edits.is_empty() {
            return Ok(edited);
        }
        let new = pen.edits.apply(&file.document)?;
        let shown = file.path.display().to_string();
        let line = |(edit, text): (usize, String)| {
            let line = new.lines.get(edit).copied().unwrap_or(1);
            Line { path: shown.clone(), line, text }
        };
        edited.lines = pen.said.into_iter().map(line).collect();
        let mut changes = Changes::new();
        let before = file.document.source().text().to_owned();
        changes.write(file.path, Some(before), new.text);
        edited.changes = changes;
        Ok(edited)
    }
}

impl File<'_> {
    /// The content of the file; nothing if it is empty.
    pub(super) fn root(&self) -> Option<&Mapping> {
        self.document.root()?.as_mapping()
    }

    /// Refuses objects of other kinds that only have a kustomization's file name, such as those of
    /// Flux.
    fn check_kind(&self) -> Result<()> {
        let last = |name| {
            let entry = self.root().and_then(|root| fields::last(root, name))?;
            entry.value.text().map(|text| (entry, text.as_str()))
        };
        let is_known = |kind: &str| matches!(kind, "" | "Kustomization" | "Component");
        if let Some((entry, _)) = last("kind").filter(|(_, kind)| !is_known(kind)) {
            return Err(other_kind(entry));
        }
        let is_other =
            |version: &str| version.split_once('/').is_some_and(|(group, _)| group != GROUP);
        if let Some((entry, _)) = last("apiVersion").filter(|(_, version)| is_other(version)) {
            return Err(other_kind(entry));
        }
        Ok(())
    }

    /// Where the file begins.
    pub(super) fn span(&self) -> Span {
        Span::new(self.document.source().span().start(), 0)
    }

    /// A field, if the file has it.
    ///
    /// # Errors
    /// When it has it twice.
    pub(super) fn field(&self, name: &str) -> Result<Option<Field<'_>>> {
        match self.root() {
            Some(root) => fields::field(root, &Path::root(), name),
            None => Ok(None),
        }
    }

    /// A field that is a list.
    ///
    /// # Errors
    /// When it is something else, or there twice.
    pub(super) fn list(&self, name: &'static str) -> Result<List<'_>> {
        List::of(name, self.field(name)?)
    }

    /// The content of the file as a build sees it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn decode(&self) -> std::result::Result<Kustomization, Vec<Diagnostic>> {
        let decoded = crate::kustomization::decode(self.document.root());
        decoded.map(|decoded| decoded.value).map_err(|problems| {
            problems.into_iter().map(|problem| problem.or_at(self.span())).collect()
        })
    }

    /// The files that a build of this directory may read.
    ///
    /// # Errors
    /// When the directory does not exist.
    pub(super) fn files(&self) -> Result<(Files<'_>, Root)> {
        let Place { fs, sources, directory } = self.place;
        let real = fs
            .resolve(directory)
            .map_err(|problem| Box::new(Diagnostic::error(Code::NotFound, problem.to_string())))?;
        let files = Files::new(fs, sources, LoadRestrictor::RootOnly, Limits::default());
        Ok((files, Root { real: real.0, shown: join(directory, "") }))
    }
}

impl Pen {
    /// Says what the next edit does. Each change that it makes gets a line.
    pub(super) fn say(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !what.is_empty() {
            self.said.push((self.edits.len(), what));
        }
    }

    /// Puts a value in the place of another.
    pub(super) fn replace(&mut self, path: Path, value: Content, what: impl Into<String>) {
        self.say(what);
        self.edits.replace(path, value);
    }

    /// Gives an entry another key.
    pub(super) fn rename(&mut self, path: Path, key: &str, what: impl Into<String>) {
        self.say(what);
        self.edits.rename(path, key);
    }

    /// Takes something out.
    pub(super) fn remove(&mut self, path: Path, what: impl Into<String>) {
        self.say(what);
        self.edits.remove(path);
    }

    /// Adds an entry to a mapping.
    pub(super) fn insert(
        &mut self,
        mapping: Path,
        at: At,
        key: &str,
        value: Content,
        what: impl Into<String>,
    ) {
        self.say(what);
        self.edits.insert(mapping, at, key, value);
    }

    /// Adds an item at the end of a list that has some.
    pub(super) fn push_item(&mut self, list: Path, item: Content, what: impl Into<String>) {
        self.say(what);
        self.edits.push(list, At::End, item);
    }

    /// Adds an item to a list, without a word.
    pub(super) fn push_at(&mut self, list: Path, at: At, item: Content) {
        self.edits.push(list, at, item);
    }

    /// Adds items to a list, which is made if the file does not have it. Each comes with its place
    /// and with what is said about it.
    pub(super) fn add_items(&mut self, list: &List<'_>, items: Vec<(At, Content, String)>) {
        if items.is_empty() {
            return;
        }
        if let Some(path) = list.path.as_ref().filter(|_| !list.items.is_empty()) {
            for (at, item, what) in items {
                self.say(what);
                self.edits.push(path.clone(), at, item);
            }
            return;
        }
        let mut all = Vec::new();
        for (_, item, what) in items {
            self.say(what);
            all.push(item);
        }
        match &list.path {
            Some(path) => self.edits.replace(path.clone(), Content::List(all)),
            None => {
                self.edits.insert(Path::root(), At::End, list.name, Content::List(all));
            }
        }
    }

    /// Takes items out of a list, or the whole list if none stays. Each comes with what is said
    /// about it.
    pub(super) fn remove_items(&mut self, list: &List<'_>, items: Vec<(usize, String)>) {
        let Some(path) = list.path.as_ref().filter(|_| !items.is_empty()) else { return };
        if items.len() < list.items.len() {
            for (index, what) in items {
                self.remove(path.index(index), what);
            }
            return;
        }
        items.into_iter().for_each(|(_, what)| self.say(what));
        self.edits.remove(path.clone());
    }

    /// Sets a field of the root, or removes it if the text is empty.
    pub(super) fn set_text(&mut self, field: Option<&Field<'_>>, name: &str, text: &str) {
        match field {
            Some(field) if field.text() == text => {}
            Some(field) if text.is_empty() => {
                self.remove(field.path.clone(), format!("{name} `{}` removed", field.text()));
            }
            Some(field) => {
                let what = match field.text() {
                    "" => format!("{name} `{text}`"),
                    old => format!("{name} `{old}` -> `{text}`"),
                };
                self.replace(field.path.clone(), Content::text(text), what);
            }
            None if text.is_empty() => {}
            None => {
                let what = format!("{name} `{text}` added");
                self.insert(Path::root(), At::End, name, Content::text(text), what);
            }
        }
    }

    /// Warns of something that changes nothing.
    pub(super) fn no_effect(&mut self, span: Span, message: impl Into<String>) {
        self.warnings.push(Diagnostic::warning(Code::NoEffect, message).at(span));
    }
}

fn other_kind(entry: &Entry) -> Box<Diagnostic> {
    let Entry { key, value } = entry;
    let text = value.text().map_or("", |text| text.as_str());
    let message = format!("this is no kustomization: its {} is `{text}`", key.text);
    let problem = Diagnostic::error(Code::WrongKind, message).at(value.span());
    Box::new(problem.help(format!("edits are for `apiVersion: {GROUP}/v1beta1`, or none")))
}

/// The kustomization file of a directory: its path and its name there.
///
/// # Errors
/// When there is none or more than one.
pub(super) fn find(place: Place<'_>) -> Result<(PathBuf, &'static str)> {
    let found = existing(place);
    let shown = join(place.directory, "");
    match found.as_slice() {
        [name] => Ok((join(place.directory, name), name)),
        [] if !matches!(place.fs.resolve(place.directory), Ok((_, FileKind::Directory))) => {
            let message = format!("no directory `{}`", shown.display());
            let problem = Diagnostic::error(Code::NotFound, message);
            Err(Box::new(problem.help("`--dir` names the directory of the kustomization")))
        }
        [] => {
            let message = format!("no kustomization file in directory `{}`", shown.display());
            Err(Box::new(
                Diagnostic::error(Code::NoKustomization, message)
                    .note(format!("looked for {}", FILE_NAMES.join(", ")))
                    .help("`railsgen create` makes one"),
            ))
        }
        many => {
            let count = many.len();
            let message =
                format!("directory `{}` has {count} kustomization files", shown.display());
            Err(Box::new(
                Diagnostic::error(Code::ManyKustomizations, message)
                    .note(format!("they are {}", many.join(", ")))
                    .help("keep one of them"),
            ))
        }
    }
}

/// The names of the kustomization files in a directory.
pub(super) fn existing(place: Place<'_>) -> Vec<&'static str> {
    let is_file = |name: &&'static str| {
        let found = place.fs.resolve(&join(place.directory, name));
        matches!(found, Ok((_, FileKind::File)))
    };
    FILE_NAMES.into_iter().filter(is_file).collect()
}
