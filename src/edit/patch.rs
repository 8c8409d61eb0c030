//! `add patch` and `remove patch`.

use super::draft::Draft;
use super::fields;
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::join;
use crate::yaml::Node;
use crate::yaml::edit::{At, Content};

/// An entry of `patches`. Empty parts are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The file that holds the patch.
    pub path: String,
    /// The patch itself.
    pub patch: String,
    /// What it is for. Without any part, the patch says so itself.
    pub target: Target,
}

/// What a patch is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The API group.
    pub group: String,
    /// The API version.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// The name, as a regular expression.
    pub name: String,
    /// The namespace, as a regular expression.
    pub namespace: String,
    /// A selector on labels.
    pub label_selector: String,
    /// A selector on annotations.
    pub annotation_selector: String,
}

impl Target {
    /// Its fields as the file has them, in their usual order.
    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("group", &self.group),
            ("version", &self.version),
            ("kind", &self.kind),
            ("name", &self.name),
            ("namespace", &self.namespace),
            ("labelSelector", &self.label_selector),
            ("annotationSelector", &self.annotation_selector),
        ]
    }

    fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, text)| text.is_empty())
    }
}

impl Patch {
    /// Refuses a patch that is both in a file and inline, or neither unless that is allowed.
    fn check(&self, may_be_empty: bool) -> Result<()> {
        let message = match (self.path.is_empty(), self.patch.is_empty()) {
            (false, false) => "a patch is either in a file or inline",
            (true, true) if !may_be_empty => "a patch is needed",
            _ => return Ok(()),
        };
        let error = Diagnostic::error(Code::Usage, message);
        Err(Box::new(error.help("write `--path FILE` or `--patch TEXT`")))
    }

    /// Whether an entry of the file is this one in all its parts.
    fn is(&self, entry: &Node) -> bool {
        let Some(mapping) = entry.as_mapping() else { return false };
        let target = fields::last(mapping, "target")
            .map(|entry| &entry.value)
            .filter(|target| !target.is_null());
        let same_target = match target {
            None => self.target.is_empty(),
            Some(target) => {
                !self.target.is_empty()
                    && self
                        .target
                        .fields()
                        .iter()
                        .all(|(name, text)| fields::text(target, name) == *text)
            }
        };
        let has_options =
            fields::last(mapping, "options").is_some_and(|options| !options.value.is_null());
        same_target
            && !has_options
            && fields::text(entry, "path") == self.path
            && fields::text(entry, "patch") == self.patch
    }

    fn content(&self) -> Content {
        let mut entry = Vec::new();
        for (name, text) in [("path", &self.path), ("patch", &self.patch)] {
            if !text.is_empty() {
                entry.push((name.to_owned(), Content::text(text.as_str())));
            }
        }
        if !self.target.is_empty() {
            let fields = self.target.fields().into_iter().filter(|(_, text)| !text.is_empty());
            let fields = fields.map(|(name, text)| (name.to_owned(), Content::text(text)));
            entry.push(("target".to_owned(), Content::Map(fields.collect())));
        }
        Content::Map(entry)
    }

    /// What the patch is called in messages.
    fn shown(&self) -> String {
        if self.path.is_empty() {
            "inline patch".to_owned()
        } else {
            format!("patch `{}`", self.path)
        }
    }
}

/// Adds a patch at the end, if there is none just like it.
///
/// # Errors
/// When it is both in a file and inline or neither, there is no kustomization file, or it can't be
/// changed.
pub fn add(place: Place<'_>, patch: &Patch) -> Result<Edited> {
    patch.check(false)?;
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list("patches")?;
    match list.items.iter().find(|item| patch.is(item)) {
        Some(same) => {
            pen.no_effect(same.span(), format!("this {} is there already", patch.shown()))
        }
        None => {
            let what = format!("{} added", patch.shown());
            if !patch.path.is_empty()
                && place.fs.resolve(&join(place.directory, &patch.path)).is_err()
            {
                let message = format!("there is no file `{}`", patch.path);
                let warning = Diagnostic::warning(Code::NotFound, message).at(file.span());
                pen.warnings.push(warning.help("make it before the next build"));
            }
            pen.add_items(&list, vec![(At::End, patch.content(), what)]);
        }
    }
    Draft { file, pen }.finish()
}

/// Takes out all patches that are just like this one.
///
/// # Errors
/// When it is both in a file and inline, there is no kustomization file, or it can't be changed.
pub fn remove(place: Place<'_>, patch: &Patch) -> Result<Edited> {
    patch.check(true)?;
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list("patches")?;
    let gone = list.items.iter().enumerate().filter(|(_, item)| patch.is(item));
    let gone: Vec<_> =
        gone.map(|(index, _)| (index, format!("{} removed", patch.shown()))).collect();
    if gone.is_empty() {
        let span = if list.path.is_some() { list.span } else { file.span() };
        pen.no_effect(span, format!("there is no {} with these parts", patch.shown()));
    }
    pen.remove_items(&list, gone);
    Draft { file, pen }.finish()
}
