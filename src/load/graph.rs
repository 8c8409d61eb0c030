//! The tree of kustomizations that a build consists of.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::Files;
use super::objects::objects_of_text;
use super::remote;
use super::root::{Root, Target, remote_error, shown_directory};
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{FileKind, FsError, FsErrorKind};
use crate::kustomization::{self, Kustomization, List};
use crate::source::{Source, Span, Text};
use crate::yaml::{self, Node};

/// One kustomization with everything that it includes.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) root: Root,
    /// The kustomization file's name.
    pub(crate) file_name: &'static str,
    pub(crate) kustomization: Kustomization,
    pub(crate) entries: Vec<Entry>,
    pub(crate) components: Vec<Layer>,
    pub(crate) generators: Vec<PluginEntry>,
    pub(crate) transformers: Vec<PluginEntry>,
    pub(crate) validators: Vec<PluginEntry>,
    /// Where the parent names it, and how; nothing for the root of a build.
    pub(crate) named: Option<Text>,
}

/// Something that `resources` names.
#[derive(Debug)]
pub(crate) enum Entry {
    File { target: Target, named: Text },
    Layer(Box<Layer>),
}

/// Something that `generators`, `transformers` or `validators` names or holds.
#[derive(Debug)]
pub(crate) enum PluginEntry {
    Inline(Vec<Node>),
    Entry(Entry),
}

/// The names of kustomization files, in the order they are looked for.
pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// As many kustomizations may lie between the root of a build and its deepest base.
const MAX_DEPTH: usize = 200;

/// So often may directories be included that were included already. Each time they are built anew, so
/// that a few small files that include one another twice would ask for millions of builds.
const MAX_REPEATS: usize = 20_000;

/// A resource file that a build wants, and where it is named.
pub(crate) type Wanted = (Target, Span);

/// Loads a kustomization and all that it includes. Resource files are found but not read: they
/// are added to `wanted`, to be given to [`Files::parse_all`].
///
/// # Errors
/// All problems that were found.
pub(crate) fn load(
    files: &mut Files<'_>,
    directory: &Path,
    wanted: &mut Vec<Wanted>,
    warnings: &mut Vec<Diagnostic>,
) -> std::result::Result<Layer, Vec<Diagnostic>> {
    let root = find_root(files, directory).map_err(|error| vec![*error])?;
    let mut loader = Loader {
        files,
        warnings,
        problems: Vec::new(),
        stack: Vec::new(),
        wanted,
        seen: HashSet::new(),
        repeats: 0,
    };
    let layer = loader.load_layer(root, None, None);
    match layer {
        Some(layer) if loader.problems.is_empty() => Ok(layer),
        _ => Err(loader.problems),
    }
}

pub(super) fn find_root(files: &Files<'_>, directory: &Path) -> Result<Root> {
    let shown = crate::fs::join(directory, "");
    let error = |code, message: String| Err(Box::new(Diagnostic::error(code, message)));
    if directory.as_os_str().is_empty() {
        return error(Code::NotFound, "the path of the directory to build is empty".into());
    }
    match files.fs.resolve(directory) {
        Ok((real, FileKind::Directory)) => Ok(Root { real, shown }),
        Ok((_, FileKind::File)) => Err(Box::new(
            Diagnostic::error(
                Code::NotADirectory,
                format!("`{}` is a file, but a directory is built", directory.display()),
            )
            .help("name the directory that holds the kustomization.yaml"),
        )),
        Err(problem) => match problem.kind {
            FsErrorKind::NotFound | FsErrorKind::NotADirectory
                if directory.to_str().is_some_and(remote::is_repository) =>
            {
                Err(remote_error(&Text::from(directory.to_string_lossy().into_owned())))
            }
            FsErrorKind::NotFound | FsErrorKind::NotADirectory => {
                error(Code::NotFound, format!("no directory `{}`", directory.display()))
            }
            kind => {
                error(Code::Unreadable, format!("can't read `{}`: {kind}", directory.display()))
            }
        },
    }
}

/// The one kustomization file of a directory. Files that the directory may not name do not
/// count, as in the reference.
pub(super) fn find_file(
    files: &Files<'_>,
    root: &Root,
    span: Span,
) -> Result<(&'static str, Arc<Source>)> {
    let mut found = Vec::new();
    for name in FILE_NAMES {
        let Ok(target) = root.find(files.fs, name) else { continue };
        let allowed = root.check_inside(&target, span, files.restrictor).is_ok();
        if target.kind == FileKind::File && allowed {
            found.push((name, target));
        }
    }
    let shown = shown_directory(&root.shown);
    match found.as_slice() {
        [(name, target)] => Ok((name, files.text_of(target, span)?)),
        [] => {
            let message = format!("no kustomization file in directory `{shown}`");
            Err(Box::new(
                Diagnostic::error(Code::NoKustomization, message)
                    .at(span)
                    .note(format!("looked for {}", FILE_NAMES.join(", ")))
                    .help("`railsgen create --autodetect` makes one for the files in a directory"),
            ))
        }
        many => {
            let names: Vec<_> = many.iter().map(|(name, _)| *name).collect();
            let message = format!("directory `{shown}` has {} kustomization files", many.len());
            Err(Box::new(
                Diagnostic::error(Code::ManyKustomizations, message)
                    .at(span)
                    .note(format!("they are {}", names.join(", ")))
                    .help("keep one of them"),
            ))
        }
    }
}

/// The mark before a second document that says something.
fn second_document(source: &Source) -> Option<Span> {
    let text = source.text();
    if !text.contains("\n---") {
        return None;
    }
    let (mut at, mut begun, mut mark) = (0, false, None);
    for line in text.split_inclusive('\n') {
        let behind = line
            .strip_prefix("---")
            .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if behind.is_some() && begun && mark.is_none() {
            mark = Some(at);
        }
        let content = behind.unwrap_or(line).trim();
        if !content.is_empty() && !content.starts_with(['#', '%']) && content != "..." {
            if let Some(mark) = mark {
                return Some(source.slice_span(mark, 3));
            }
            begun = true;
        }
        at += line.len() as u32;
    }
    None
}

struct Loader<'l, 'f> {
    files: &'l mut Files<'f>,
    warnings: &'l mut Vec<Diagnostic>,
    problems: Vec<Diagnostic>,
    /// The kustomizations being loaded, outermost first: real directory and where it is named.
    stack: Vec<(PathBuf, Span)>,
    wanted: &'l mut Vec<Wanted>,
    /// The directories that were included so far.
    seen: HashSet<PathBuf>,
    /// How often one of them was included again.
    repeats: usize,
}

impl Loader<'_, '_> {
    /// Notes a problem with the way that led to it.
    fn problem(&mut self, mut problem: Diagnostic) {
        problem.trace = self.trace();
        self.problems.push(problem);
    }

    fn trace(&self) -> Vec<Span> {
        self.stack.iter().map(|(_, span)| *span).filter(|span| !span.is_none()).collect()
    }

    /// Loads the kustomization of a directory. `component` says what kind is needed; the root of
    /// a build may be either.
    fn load_layer(
        &mut self,
        root: Root,
        named: Option<Text>,
        component: Option<bool>,
    ) -> Option<Layer> {
        let span = named.as_ref().map_or(Span::NONE, Text::span);
        self.stack.push((root.real.clone(), span));
        let layer = self.load_here(root, named, component);
        self.stack.pop();
        layer
    }

    fn load_here(
        &mut self,
        root: Root,
        named: Option<Text>,
        component: Option<bool>,
    ) -> Option<Layer> {
        let span = named.as_ref().map_or(Span::NONE, Text::span);
        let (file_name, source) = match find_file(self.files, &root, span) {
            Ok(found) => found,
            Err(problem) => {
                self.problem(*problem);
                return None;
            }
        };
        let parsed = yaml::parse_document(&source, &self.files.limits);
        let node = parsed.map_err(|problem| self.problem(*problem)).ok()?;
        if let Some(mark) = second_document(&source) {
            let message = "a kustomization file is one document: what follows is ignored";
            let mut warning = Diagnostic::warning(Code::DataLoss, message).at(mark);
            warning.trace = self.trace();
            self.warnings.push(warning.help("move it up, or to a file of its own"));
        }
        let kustomization = match kustomization::decode(node.as_ref()) {
            Ok(decoded) => {
                let trace = self.trace();
                self.warnings.extend(decoded.warnings.into_iter().map(|mut warning| {
                    warning.trace.clone_from(&trace);
                    warning
                }));
                decoded.value
            }
            Err(problems) => {
                let place = Span::new(source.span().start(), 0);
                problems.into_iter().for_each(|problem| self.problem(problem.or_at(place)));
                return None;
            }
        };
        if let (Some(named), Some(wanted)) = (&named, component)
            && kustomization.is_component() != wanted
        {
            self.problem(wrong_kind(named, wanted, &source));
            return None;
        }
        let resources = kustomization.resources.iter().cloned().collect::<Vec<_>>();
        let entries = resources.iter().filter_map(|path| self.entry(&root, path)).collect();
        let generators = self.plugins(&root, &kustomization.generators);
        let components = kustomization.components.iter().cloned().collect::<Vec<_>>();
        let components = components.iter().filter_map(|path| self.component(&root, path)).collect();
        let transformers = self.plugins(&root, &kustomization.transformers);
        let validators = self.plugins(&root, &kustomization.validators);
        Some(Layer {
            root,
            file_name,
            kustomization,
            entries,
            components,
            generators,
            transformers,
            validators,
            named,
        })
    }

    fn entry(&mut self, root: &Root, path: &Text) -> Option<Entry> {
        match self.try_entry(root, path) {
            Ok(entry) => entry,
            Err(problem) => {
                self.problem(*problem);
                None
            }
        }
    }

    /// Decides what a path in `resources` is. Nothing without an error means that a directory was
    /// found, and its problems were noted.
    fn try_entry(&mut self, root: &Root, path: &Text) -> Result<Option<Entry>> {
        if remote::is_url(path) {
            return Err(remote_error(path));
        }
        let found = root.find(self.files.fs, path);
        if path.is_empty() || found.as_ref().is_ok_and(|target| target.kind == FileKind::File) {
            let target = root.check_file(self.files.fs, path, found, self.files.restrictor)?;
            self.files.want(&target);
            self.wanted.push((target.clone(), path.span()));
            return Ok(Some(Entry::File { target, named: path.clone() }));
        }
        let layer = self.directory(root, path, found, false)?;
        Ok(layer.map(|layer| Entry::Layer(Box::new(layer))))
    }

    fn component(&mut self, root: &Root, path: &Text) -> Option<Layer> {
        let found = root.find(self.files.fs, path);
        match self.directory(root, path, found, true) {
            Ok(layer) => layer,
            Err(problem) => {
                self.problem(*problem);
                None
            }
        }
    }

    /// Loads a directory that a kustomization names; `found` is where the path leads.
    fn directory(
        &mut self,
        root: &Root,
        path: &Text,
        found: std::result::Result<Target, FsError>,
        component: bool,
    ) -> Result<Option<Layer>> {
        if remote::is_repository(path) {
            return Err(remote_error(path));
        }
        let error = |code, message: String| Diagnostic::error(code, message).at(path.span());
        if path.is_empty() {
            return Err(Box::new(error(Code::NotFound, "the path of a directory is empty".into())));
        }
        let target = found.map_err(|problem| root.not_found(self.files.fs, path, &problem))?;
        if target.kind == FileKind::File {
            let message = format!("`{path}` is a file, but a directory is needed here");
            let help = if component {
                "a component is named by its directory; a file of resources goes under `resources`"
            } else {
                "name the file under `resources`"
            };
            return Err(Box::new(error(Code::NotADirectory, message).help(help)));
        }
        if path.starts_with('/') {
            let message = format!("directory `{path}` is named by an absolute path");
            return Err(Box::new(
                error(Code::AbsoluteBase, message).help("name it relative to this file"),
            ));
        }
        if self.stack.len() >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} kustomizations include one another");
            return Err(Box::new(error(Code::TooLarge, message)));
        }
        self.check_cycle(&target, path)?;
        self.count(&target, path)?;
        let root = Root { real: target.real, shown: target.shown };
        Ok(self.load_layer(root, Some(path.clone()), Some(component)))
    }

    /// Refuses a directory that is, or contains, one of those being loaded.
    fn check_cycle(&self, target: &Target, path: &Text) -> Result<()> {
        let Some(at) = self.stack.iter().rposition(|(real, _)| real.starts_with(&target.real))
        else {
            return Ok(());
        };
        let shown = shown_directory(&target.shown);
        let message = match self.stack[at].0 == target.real {
            true => format!("kustomization `{shown}` includes itself"),
            false => format!("directory `{shown}` contains a kustomization that includes it"),
        };
        let mut error = Diagnostic::error(Code::Cycle, message).at(path.span());
        for (_, span) in &self.stack[at + 1..] {
            error = error.label(*span, "through this");
        }
        Err(Box::new(error.help("move what both need into a directory beside them")))
    }

    /// Refuses the directory that is one too many of those included again.
    fn count(&mut self, target: &Target, path: &Text) -> Result<()> {
        if self.seen.insert(target.real.clone()) {
            return Ok(());
        }
        self.repeats += 1;
        if self.repeats <= MAX_REPEATS {
            return Ok(());
        }
        let message = format!("directories are included again more than {MAX_REPEATS} times");
        Err(Box::new(
            Diagnostic::error(Code::TooLarge, message)
                .at(path.span())
                .help("let each kustomization include what it needs once"),
        ))
    }

    fn plugins(&mut self, root: &Root, entries: &List<Text>) -> Vec<PluginEntry> {
        let entries: Vec<Text> = entries.iter().cloned().collect();
        let mut plugins = Vec::new();
        for entry in &entries {
            let source = self.files.sources.inline(entry);
            let inline = objects_of_text(&source, &self.files.limits, &mut Vec::new());
            match inline {
                Ok(objects) => plugins.push(PluginEntry::Inline(objects)),
                // Text of several lines can't be meant as a path.
                Err(problem) if entry.contains('\n') => self.problem(*problem),
                Err(_) => plugins.extend(self.entry(root, entry).map(PluginEntry::Entry)),
            }
        }
        plugins
    }
}

fn wrong_kind(named: &Text, wanted_component: bool, source: &Source) -> Diagnostic {
    let (message, help) = match wanted_component {
        true => (
            format!("`{named}` is a Kustomization, but `components` needs a Component"),
            "name it under `resources`, or set `kind: Component` in it",
        ),
        false => (
            format!("`{named}` is a Component, which can't be a resource"),
            "name it under `components`",
        ),
    };
    let place = Span::new(source.span().start(), 0);
    Diagnostic::error(Code::WrongKind, message)
        .at(named.span())
        .label(place, "this file")
        .help(help)
}
