//! `add` and `remove` of what lists of paths name: resource, base, component, generator,
//! transformer, validator.

use std::collections::{HashMap, HashSet};

use super::draft::{Draft, File};
use super::fields::List;
use super::{Edited, Place, glob};
use crate::diag::{Code, Diagnostic, Result};
use crate::load;
use crate::source::Span;
use crate::yaml::Node;
use crate::yaml::edit::{At, Content};

/// A list of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathList {
    /// `resources`, and `bases`, its older spelling.
    Resources,
    /// `components`
    Components,
    /// `generators`
    Generators,
    /// `transformers`
    Transformers,
    /// `validators`
    Validators,
}

/// What a path must lead to, to be added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// To files or directories, at least one for each pattern. A URL is taken as it is.
    #[default]
    Some,
    /// To files or directories; a pattern that fits none is skipped with a warning.
    Any,
    /// Nothing is looked at, and patterns are no patterns: they are added as they are.
    None,
}

impl PathList {
    /// The list as the file has it.
    pub const fn field(self) -> &'static str {
        match self {
            PathList::Resources => "resources",
            PathList::Components => "components",
            PathList::Generators => "generators",
            PathList::Transformers => "transformers",
            PathList::Validators => "validators",
        }
    }

    /// One item of it.
    pub const fn item(self) -> &'static str {
        match self {
            PathList::Resources => "resource",
            PathList::Components => "component",
            PathList::Generators => "generator",
            PathList::Transformers => "transformer",
            PathList::Validators => "validator",
        }
    }

    /// The list, and the one in an older spelling.
    fn lists<'f>(self, file: &'f File<'_>) -> Result<Vec<List<'f>>> {
        let mut lists = vec![file.list(self.field())?];
        if self == PathList::Resources {
            lists.push(file.list("bases")?);
        }
        Ok(lists)
    }
}

/// Adds what patterns fit, as paths from the directory of the kustomization. What is there already
/// is skipped with a warning, the kustomization file itself in silence.
///
/// # Errors
/// When there is no kustomization file, a pattern fits nothing though it must, or the file can't be
/// changed.
pub fn add(place: Place<'_>, list: PathList, patterns: &[&str], check: Check) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let lists = list.lists(&file)?;
    let (paths, warnings) = find(place, list, patterns, check)?;
    pen.warnings = warnings.into_iter().map(|warning| warning.or_at(file.span())).collect();
    let known: HashMap<&str, Span> =
        lists.iter().flat_map(|list| list.items).filter_map(place_of).collect();
    let mut seen = HashSet::new();
    let mut items = Vec::new();
    for path in &paths {
        if path == file.name {
            continue;
        }
        match known.get(path.as_str()) {
            Some(known) => {
                pen.no_effect(*known, format!("{} `{path}` is there already", list.item()));
            }
            None if seen.insert(path) => {
                let what = format!("{} `{path}` added", list.item());
                items.push((At::End, Content::text(path), what));
            }
            None => {}
        }
    }
    pen.add_items(&lists[0], items);
    Draft { file, pen }.finish()
}

fn place_of(item: &Node) -> Option<(&str, Span)> {
    item.text().map(|text| (text.as_str(), text.span()))
}

/// Adds directories to `resources`. Each must exist and not be there yet.
///
/// # Errors
/// When there is no kustomization file, a directory does not exist or is there already, or the file
/// can't be changed.
pub fn add_bases(place: Place<'_>, paths: &[&str]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let lists = PathList::Resources.lists(&file)?;
    let mut items = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        if place.fs.resolve(&crate::fs::join(place.directory, path)).is_err() || path.is_empty() {
            let message = format!("base `{path}` does not exist");
            let problem = Diagnostic::error(Code::NotFound, message)
                .note("paths start in the directory of the kustomization");
            return Err(Box::new(
                problem.help("`railsgen edit add resource --no-verify` adds it as it is"),
            ));
        }
        let known = lists.iter().find_map(|list| Some(list.items[list.position(path)?].span()));
        if known.is_some() || paths[..index].contains(path) {
            let message = format!("base `{path}` is there already");
            let place = known.unwrap_or(file.span());
            let problem = Diagnostic::error(Code::Edit, message).at(place);
            return Err(Box::new(problem.help("leave it out of the command")));
        }
        items.push((At::End, Content::text(*path), format!("base `{path}` added")));
    }
    pen.add_items(&lists[0], items);
    Draft { file, pen }.finish()
}

/// Takes out what fits patterns. They are matched with the paths in the list, not with files.
///
/// # Errors
/// When there is no kustomization file, a pattern is malformed, or the file can't be changed.
pub fn remove(place: Place<'_>, list: PathList, patterns: &[&str]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let lists = list.lists(&file)?;
    let mut useful = vec![false; patterns.len()];
    for paths in &lists {
        let mut gone = Vec::new();
        for (index, item) in paths.items.iter().enumerate() {
            let Some(path) = item.text() else { continue };
            let mut fits = false;
            for (pattern, useful) in patterns.iter().zip(&mut useful) {
                if glob::matches(pattern, path)? {
                    fits = true;
                    *useful = true;
                }
            }
            if fits {
                gone.push((index, format!("{} `{path}` removed", list.item())));
            }
        }
        pen.remove_items(paths, gone);
    }
    for (pattern, _) in patterns.iter().zip(useful).filter(|(_, useful)| !useful) {
        // Malformed ones are errors even where there is nothing to match.
        glob::matches(pattern, "")?;
        let span = lists.iter().find(|list| list.path.is_some()).map_or(file.span(), |l| l.span);
        pen.no_effect(span, format!("`{pattern}` fits no {}", list.item()));
    }
    Draft { file, pen }.finish()
}

/// The paths that patterns fit, and what is to be said about patterns that fit none.
///
/// # Errors
/// When a pattern is malformed, or fits nothing though it must.
pub(super) fn find(
    place: Place<'_>,
    list: PathList,
    patterns: &[&str],
    check: Check,
) -> Result<(Vec<String>, Vec<Diagnostic>)> {
    let (mut paths, mut warnings) = (Vec::new(), Vec::new());
    for pattern in patterns {
        let found = match check {
            Check::None => vec![(*pattern).to_owned()],
            Check::Some | Check::Any => glob::files(place, pattern)?,
        };
        if !found.is_empty() {
            paths.extend(found);
        } else if check == Check::Any {
            let message = format!("`{pattern}` fits no file");
            warnings.push(Diagnostic::warning(Code::NoEffect, message));
        } else if load::is_remote(pattern) {
            let message =
                format!("`{pattern}` is remote: it is not looked at, and builds refuse it");
            let warning = Diagnostic::warning(Code::RemoteReference, message);
            warnings.push(warning.help("vendor it: copy it here and name the local path"));
            paths.push((*pattern).to_owned());
        } else {
            let message = format!("`{pattern}` fits no file or directory");
            let mut problem = Diagnostic::error(Code::NotFound, message)
                .note("paths start in the directory of the kustomization");
            if list == PathList::Resources {
                problem = problem.help("`--no-verify` adds it as it is");
            }
            return Err(Box::new(problem));
        }
    }
    Ok((paths, warnings))
}
