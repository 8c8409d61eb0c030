//! Warnings about items that the merge of an irregular list loses, doubles or ignores.

use super::irregular::{Form, ItemId, Lists, TextId};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// How many lost items one warning shows.
const MAX_LABELS: usize = 4;

/// Two lists as they were before their merge.
pub(super) struct Before {
    dest: Vec<ItemId>,
    patch: Vec<ItemId>,
    /// The places of all items, which change hands.
    spans: Vec<Span>,
    /// The first item that has none of the keys.
    keyless: Option<ItemId>,
}

impl Before {
    pub(super) fn of(lists: &Lists<'_>) -> Before {
        let keyless = |id: &ItemId| {
            let item = lists.item(*id);
            item.form == Form::Fitting && item.tuple.iter().all(|text| *text == TextId::EMPTY)
        };
        Before {
            dest: lists.dest.clone(),
            patch: lists.patch.clone(),
            spans: lists.items.iter().map(|item| item.node.span()).collect(),
            keyless: lists.dest.iter().chain(&lists.patch).copied().find(keyless),
        }
    }

    /// The warnings about a merge. There are none about sets: equal texts are one.
    pub(super) fn warnings(&self, lists: &Lists<'_>, merged: &[ItemId]) -> Vec<Diagnostic> {
        if lists.is_set() {
            return Vec::new();
        }
        let keys = name_keys(lists.keys);
        let mut warnings = Vec::new();
        let is_lost = |id: &ItemId| {
            let item = lists.item(*id);
            !merged.contains(id) && !item.deleted && item.form != Form::Nothing
        };
        let lost: Vec<ItemId> = self.dest.iter().copied().filter(is_lost).collect();
        if !lost.is_empty() {
            warnings.push(self.lost(&lost, &keys));
        }
        if let Some(at) = (1..merged.len()).find(|at| merged[..*at].contains(&merged[*at])) {
            warnings.push(
                warning("an item is written twice when a patch is merged")
                    .at(self.span(merged[at]))
                    .note(format!("it has not all of {keys}, and fits several items"))
                    .help(format!("give every item of the list its {keys}")),
            );
        }
        let explained = if lost.is_empty() { None } else { self.keyless };
        for id in &self.patch {
            let item = lists.item(*id);
            let has_effect = item.met || merged.contains(id) || item.form == Form::Nothing;
            if !has_effect && explained != Some(*id) {
                warnings.push(idle(self.span(*id), lists.keys.len(), &keys));
            }
        }
        warnings
    }

    fn lost(&self, lost: &[ItemId], keys: &str) -> Diagnostic {
        let many = if lost.len() == 1 { "an item is" } else { "items are" };
        let mut problem = warning(&format!("{many} lost when a patch is merged"));
        for id in lost.iter().take(MAX_LABELS) {
            problem = problem.label(self.span(*id), "lost");
        }
        match self.keyless {
            Some(keyless) => problem
                .label(self.span(keyless), format!("this item has no {keys}"))
                .note("an item without its key takes those before it along")
                .help(format!("give every item of the list its {keys}")),
            None => problem
                .note(format!("of items with the same {keys}, only the last one stays"))
                .help(format!("give every item of the list its own {keys}")),
        }
    }

    fn span(&self, id: ItemId) -> Span {
        self.spans.get(id.at()).copied().unwrap_or(Span::NONE)
    }
}

fn idle(span: Span, keys: usize, names: &str) -> Diagnostic {
    let problem = warning("an item of a patch changes nothing").at(span);
    if keys > 1 {
        let note = format!(
            "the list merges by {names}: an item that lacks one of them is not found by one that \
             has both"
        );
        problem.note(note).help(format!("write {names} in the object and in the patch"))
    } else {
        problem
            .note(format!(
                "an earlier item of the patch has the same {names}, or this one has none"
            ))
            .help(format!("give every item of the patch its own {names}"))
    }
}

fn warning(message: &str) -> Diagnostic {
    Diagnostic::warning(Code::DataLoss, message)
}

/// The merge keys of a list, for messages.
pub(super) fn name_keys(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(" and ")
}
