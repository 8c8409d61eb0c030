//! Reading the patches of a kustomization, and running them.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::k8s::bookkeeping;
use crate::kustomization::patches::{Patch, PatchOption, Selector};
use crate::kustomization::replacements::{self, Replacement, ReplacementEntry};
use crate::load::{Root, objects_of_text};
use crate::patch::json6902::{self, Operation};
use crate::patch::target::{Target, TargetText};
use crate::source::{Source, Span, Text};
use crate::transform;
use crate::transform::patches::{
    MergePatch, apply_json, apply_merge, find_one, for_target, select,
};
use crate::yaml::{self, Node};

use super::Build;
use super::accumulate::{Accumulated, duplicate};

/// A patch that was read: what it does, and to which resources.
#[derive(Debug)]
pub(super) struct ReadPatch {
    change: Change,
    target: Option<(Target, Span)>,
    span: Span,
}

#[derive(Debug)]
enum Change {
    Merge(Vec<MergePatch>),
    Json(Vec<Operation>),
}

/// What becomes of space around a patch that is written in place.
#[derive(Clone, Copy)]
enum Space {
    Counts,
    Goes,
}

impl Build<'_> {
    /// Reads an entry of `patches`.
    pub(super) fn read_patch(&mut self, root: &Root, patch: &Patch) -> Result<ReadPatch> {
        let source = self.patch_text(root, patch, Space::Goes)?;
        let target = self.target(patch.target.as_ref())?;
        let limits = self.files.limits.clone();
        // What begins with a bracket is JSON, whose escapes are more than YAML's.
        let is_json = source.text().starts_with('[');
        let first = if is_json { Ok(None) } else { yaml::parse_document(&source, &limits) };
        let change = match &first {
            _ if is_json => match self.read_json6902(&source)? {
                operations if operations.is_empty() => return Err(empty_patch(patch)),
                operations => Change::Json(operations),
            },
            Ok(Some(Node::Sequence(list))) if !list.items.is_empty() => {
                Change::Json(self.read_json6902(&source)?)
            }
            // Without a byte of text, or with something else in a later document, it is a JSON
            // patch without operations; resources go through JSON all the same.
            Ok(first) if first.as_ref().is_none_or(has_no_operations) => {
                let is_merge = !source.text().is_empty()
                    && objects_of_text(&source, &limits, &mut Vec::new()).is_ok();
                if is_merge || target.is_none() {
                    return Err(empty_patch(patch));
                }
                let (code, severity) = (Code::NoEffect, Severity::Warning);
                self.warn(Diagnostic { code, severity, ..*empty_patch(patch) });
                Change::Json(Vec::new())
            }
            _ => {
                let merges = self.merge_patches(&source, patch)?;
                if merges.is_empty() {
                    return Err(empty_patch(patch));
                }
                Change::Merge(merges)
            }
        };
        if let (Change::Merge(merges), Some((_, span))) = (&change, &target)
            && merges.len() > 1
        {
            let message = "a patch of several documents can't have a target";
            let error = Diagnostic::error(Code::Patch, message).at(*span);
            return Err(Box::new(
                error
                    .label(merges[1].resource.name_span(), "the second document")
                    .help("make an entry of each document, or leave the target out"),
            ));
        }
        Ok(ReadPatch { change, target, span: patch.span })
    }

    /// The text of a patch, which is written in place or in a file. Space around what is written
    /// in place counts only in `patchesJson6902`.
    fn patch_text(&self, root: &Root, patch: &Patch, space: Space) -> Result<Arc<Source>> {
        let own = match space {
            Space::Counts => patch.patch.as_str(),
            Space::Goes => patch.patch.trim(),
        };
        match (own.is_empty(), patch.path.is_empty()) {
            (false, true) => {
                let start = match space {
                    Space::Counts => 0,
                    Space::Goes => patch.patch.len() - patch.patch.trim_start().len(),
                };
                Ok(self.files.sources.inline(&patch.patch).part(start, own.len()))
            }
            (true, false) => self.files.text(root, &patch.path),
            (both, _) => {
                let (message, help) = match both {
                    false => ("a patch has both `path` and `patch`", "remove one of the two"),
                    true => (
                        "a patch needs a `path` or a `patch`",
                        "name a file under `path`, or write the patch itself under `patch`",
                    ),
                };
                Err(Box::new(Diagnostic::error(Code::Patch, message).at(patch.span).help(help)))
            }
        }
    }

    fn merge_patches(&mut self, source: &Arc<Source>, patch: &Patch) -> Result<Vec<MergePatch>> {
        let objects = objects_of_text(source, &self.files.limits, &mut self.warnings)
            .map_err(|error| Box::new(error.or_at(patch.span)))?;
        let may_rename = patch.allows(PatchOption::NameChange);
        let may_change_kind = patch.allows(PatchOption::KindChange);
        let merges = objects.into_iter().map(|node| {
            let mut resource = self.new_resource(node);
            if may_rename || may_change_kind {
                // The reference notes that in the patch's own annotations.
                bookkeeping::add_to_books(&mut resource)?;
            }
            let mut merge = MergePatch::new(resource);
            merge.may_rename |= may_rename;
            merge.may_change_kind |= may_change_kind;
            Ok(merge)
        });
        merges.collect()
    }

    fn target(&self, selector: Option<&Selector>) -> Result<Option<(Target, Span)>> {
        selector.map(|selector| Ok((compile(selector)?, selector.span))).transpose()
    }

    /// The resources that a selector selects, by position.
    pub(super) fn select(&self, selector: &Selector, all: &mut Accumulated) -> Result<Vec<usize>> {
        select(&mut all.set, &compile(selector)?)
    }

    /// Runs an entry of `patches`.
    pub(super) fn apply_patch(&mut self, patch: &ReadPatch, all: &mut Accumulated) -> Result<()> {
        match (&patch.change, &patch.target) {
            (Change::Merge(merges), None) => {
                for merge in merges {
                    if all.set.has_empty() {
                        return Err(after_deletion(merge));
                    }
                    let at = find_one(&mut all.set, &merge.resource)?;
                    self.merge_into(at, merge, all)?;
                }
                Ok(())
            }
            (Change::Merge(merges), Some((target, span))) => {
                let selected = self.selected(target, *span, all)?;
                for merge in merges {
                    self.merge_selected(&selected, merge, all)?;
                }
                Ok(())
            }
            (Change::Json(operations), Some((target, span))) => {
                let selected = self.selected(target, *span, all)?;
                self.patch_selected(&selected, operations, true, all)
            }
            (Change::Json(_), None) => {
                let message = "a JSON patch needs a `target`";
                let error = Diagnostic::error(Code::PatchTarget, message).at(patch.span);
                Err(Box::new(error.help("add `target` with the kind and name of what it is for")))
            }
        }
    }

    fn selected(
        &mut self,
        target: &Target,
        span: Span,
        all: &mut Accumulated,
    ) -> Result<Vec<usize>> {
        let selected = select(&mut all.set, target)?;
        if selected.is_empty() {
            let message = "the target of this patch selects no resource";
            let warning = Diagnostic::warning(Code::NoEffect, message).at(span);
            self.warn(warning.help("its parts are matched as whole words, by their exact case"));
        }
        Ok(selected)
    }

    fn merge_into(&mut self, at: usize, merge: &MergePatch, all: &mut Accumulated) -> Result<()> {
        let schema = self.schema.need().clone();
        all.set.change(at, |resource| apply_merge(resource, merge, &schema, &mut self.warnings))
    }

    /// Merges into selected resources, as the reference does for targets: what is left of the
    /// resources is put together anew, and must have distinct ids.
    fn merge_selected(
        &mut self,
        selected: &[usize],
        merge: &MergePatch,
        all: &mut Accumulated,
    ) -> Result<()> {
        // What is selected is mostly of one version.
        let mut fitted: Option<(Text, MergePatch)> = None;
        for &at in selected {
            let id = all.set.as_slice()[at].id();
            let patch = match fitted.take() {
                Some((version, patch)) if version == id.api_version => (version, patch),
                _ => (id.api_version.clone(), for_target(merge, id, self.schema.get())?),
            };
            self.merge_into(at, &patch.1, all)?;
            fitted = Some(patch);
        }
        all.set.drop_empty();
        match all.set.first_conflict() {
            None => Ok(()),
            Some((first, second)) => {
                let resource = all.set.as_slice()[second].clone();
                Err(duplicate(&all.set, (resource, first), merge.resource.name_span()))
            }
        }
    }

    fn patch_selected(
        &mut self,
        selected: &[usize],
        operations: &[Operation],
        tracked: bool,
        all: &mut Accumulated,
    ) -> Result<()> {
        let schema = self.schema.get().clone();
        for &at in selected {
            all.set.change(at, |resource| {
                apply_json(resource, operations, tracked, &schema, &mut self.warnings)
            })?;
        }
        Ok(())
    }

    /// Runs `patchesStrategicMerge`: each text is a patch or the path of one.
    pub(super) fn apply_patches_strategic_merge(
        &mut self,
        root: &Root,
        texts: &[Text],
        span: Span,
        all: &mut Accumulated,
    ) -> Result<()> {
        let mut merges = Vec::new();
        for text in texts {
            let inline = self.files.sources.inline(text);
            let objects = match objects_of_text(&inline, &self.files.limits, &mut Vec::new()) {
                Ok(objects) => objects,
                Err(problem) if text.contains('\n') => return Err(problem),
                Err(_) => {
                    let source = self.files.text(root, text)?;
                    objects_of_text(&source, &self.files.limits, &mut self.warnings)?
                }
            };
            for node in objects {
                merges.push(MergePatch::new(self.new_resource(node)));
            }
        }
        if merges.is_empty() {
            let error =
                Diagnostic::error(Code::Patch, "there is no patch in `patchesStrategicMerge`");
            return Err(Box::new(error.at(span)));
        }
        for merge in &merges {
            let at = find_one(&mut all.set, &merge.resource)?;
            self.merge_selected(&[at], merge, all)?;
        }
        Ok(())
    }

    /// Reads an entry of `patchesJson6902`.
    pub(super) fn read_json6902_patch(&mut self, root: &Root, patch: &Patch) -> Result<ReadPatch> {
        let named = patch.target.as_ref().filter(|target| !target.id.name.is_empty());
        let Some(selector) = named else {
            let message = "an entry of `patchesJson6902` needs a `target` with a `name`";
            let error = Diagnostic::error(Code::PatchTarget, message).at(patch.span);
            return Err(Box::new(
                error.help("write `target: {kind: …, name: …}` beside the patch"),
            ));
        };
        let source = self.patch_text(root, patch, Space::Counts)?;
        let operations = self.read_json6902(&source)?;
        if operations.is_empty() {
            return Err(empty_patch(patch));
        }
        let target = Some((compile(selector)?, selector.span));
        Ok(ReadPatch { change: Change::Json(operations), target, span: patch.span })
    }

    /// Reads a JSON patch, and warns of what the reference skips in it.
    fn read_json6902(&mut self, source: &Arc<Source>) -> Result<Vec<Operation>> {
        let operations = json6902::parse(source, &self.files.limits)?;
        for pointer in operations.iter().flat_map(Operation::halved_pointers) {
            let (lost, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
            let message = format!("`{pointer}` does not begin with `/`: `{lost}` is not looked at");
            self.warnings.push(
                Diagnostic::warning(Code::DataLoss, message)
                    .at(pointer.span())
                    .help(format!("write `/{rest}` for what is done now, or else `/{pointer}`")),
            );
        }
        for operation in operations.iter().filter(|operation| operation.is_idle()) {
            let message = "an object can't be replaced by a scalar, so this operation does nothing";
            self.warnings.push(
                Diagnostic::warning(Code::NoEffect, message)
                    .at(operation.span)
                    .help("take the operation out, or name what it is for in its `path`"),
            );
        }
        Ok(operations)
    }

    /// Runs an entry of `patchesJson6902`.
    pub(super) fn apply_json6902_patch(
        &mut self,
        patch: &ReadPatch,
        all: &mut Accumulated,
    ) -> Result<()> {
        let (Change::Json(operations), Some((target, span))) = (&patch.change, &patch.target)
        else {
            return Ok(());
        };
        let selected = self.selected(target, *span, all)?;
        self.patch_selected(&selected, operations, false, all)
    }

    /// Runs `replacements`; entries may stand in files.
    pub(super) fn apply_replacements(
        &mut self,
        root: &Root,
        entries: &[ReplacementEntry],
        all: &mut Accumulated,
    ) -> Result<()> {
        let mut read: Vec<Replacement> = Vec::new();
        for entry in entries {
            let inline = &entry.replacement;
            if entry.path.is_empty() {
                read.push(inline.clone());
                continue;
            }
            if inline.source.is_some() || !inline.targets.is_empty() {
                let message = "a replacement has both a `path` and a source or targets";
                return Err(Box::new(Diagnostic::error(Code::Replacement, message).at(entry.span)));
            }
            let source = self.files.text(root, &entry.path)?;
            let document = yaml::parse_document(&source, &self.files.limits)?;
            read.extend(self.take(replacements::decode(document.as_ref()))?);
        }
        let all_read: Vec<&Replacement> = read.iter().collect();
        let schema = self.schema.get().clone();
        let warnings = &mut self.warnings;
        transform::replacements::apply(&mut all.set, &all_read, &schema, warnings)
    }
}

fn compile(selector: &Selector) -> Result<Target> {
    let Selector { id, annotation_selector, label_selector, .. } = selector;
    Target::new(&TargetText {
        group: &id.group,
        version: &id.version,
        kind: &id.kind,
        name: &id.name,
        namespace: &id.namespace,
        labels: label_selector,
        annotations: annotation_selector,
    })
}

/// The reference crashes when it looks for a target among resources of which one is gone.
fn after_deletion(merge: &MergePatch) -> Box<Diagnostic> {
    let message = "a document of this patch before this one deletes a resource";
    let error = Diagnostic::error(Code::Patch, message).at(merge.resource.name_span());
    Box::new(error.help("make an entry of each document"))
}

fn has_no_operations(document: &Node) -> bool {
    document.is_null() || document.as_sequence().is_some_and(|list| list.items.is_empty())
}

fn empty_patch(patch: &Patch) -> Box<Diagnostic> {
    let span = [&patch.path, &patch.patch].into_iter().find(|text| !text.is_empty());
    let error = Diagnostic::error(Code::Patch, "this patch is empty");
    let span = span.map_or(patch.span, |text| text.span());
    Box::new(error.at(span).or_at(patch.span).help("write the patch, or take the entry out"))
}
