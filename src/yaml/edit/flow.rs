//! Changes in brackets and braces.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lines::is_blank;
use super::plan::{Change, Collection, Insertion};
use super::splice::{Found, Splicer, refusal};
use super::{Content, render};
use crate::diag::Result;
use crate::yaml::read::outline::{Child, Form, KeyPart, Part};

impl Splicer<'_> {
    /// Changes a collection in brackets or braces.
    pub(super) fn flow(&mut self, found: Found<'_>, plan: &Collection) -> Result<()> {
        let part = found.part;
        let changed = self.by_index(part, plan)?;
        let inserted = self.insertions(part, plan)?;
        let is_removed = |index: usize| changed.get(&index).is_some_and(|change| change.removed);
        let len = part.children.len();
        if !inserted.is_empty() && (0..len).all(is_removed) {
            return self.rewrite_flow(found, &changed, &inserted);
        }
        let mut index = 0;
        while index < len {
            let Some(change) = changed.get(&index) else {
                index += 1;
                continue;
            };
            if change.removed {
                let end = (index..len).find(|next| !is_removed(*next)).unwrap_or(len);
                self.remove_in_flow(part, index, end, change)?;
                self.gone_too(part, index + 1..end, &changed);
                index = end;
            } else {
                self.change_in_flow(&part.children[index], change)?;
                index += 1;
            }
        }
        // At one place each comes behind those before it.
        let mut last = None;
        for (at, insertion) in inserted {
            let is_first = last != Some(at);
            self.insert_in_flow(part, at, insertion, is_first)?;
            last = Some(at);
        }
        Ok(())
    }

    fn change_in_flow(&mut self, child: &Child, change: &Change) -> Result<()> {
        let edit = change.edits.first().copied().unwrap_or_default();
        self.rename(child, change, edit, true)?;
        let Some(content) = &change.value else { return Ok(()) };
        let edit = change.edits.last().copied().unwrap_or(edit);
        self.replace_inline(&child.value, content, edit, true)
    }

    /// Writes a collection anew whose children all go, or that has none. Empty brackets show no
    /// style, so where they can the new children get lines of their own.
    fn rewrite_flow(
        &mut self,
        found: Found<'_>,
        changed: &BTreeMap<usize, &Change>,
        inserted: &[(usize, &Insertion)],
    ) -> Result<()> {
        let part = found.part;
        let content = match part.form {
            Form::FlowSequence => {
                Content::List(inserted.iter().map(|(_, new)| new.value.clone()).collect())
            }
            _ => {
                let pair = |(_, new): &(usize, &Insertion)| {
                    (new.key.clone().unwrap_or_default(), new.value.clone())
                };
                Content::Map(inserted.iter().map(pair).collect())
            }
        };
        let edits = changed.values().flat_map(|change| change.edits.iter().copied());
        let edits: Vec<usize> = edits.chain(inserted.iter().map(|(_, new)| new.edit)).collect();
        let block = found.place.filter(|(collection, _)| {
            collection.form.is_block() && part.children.is_empty() && part.anchor.is_none()
        });
        match block {
            Some((collection, index)) => {
                self.replace_in_block(collection, index, &content, edits[0])?;
            }
            None => {
                let text = self.renderer.flow_or_scalar(&content, Some(part), true)?;
                self.check_replaceable(part)?;
                self.splice(part.content..part.end, text, edits[0]);
            }
        }
        // All are to be seen at the same place.
        for edit in &edits[1..] {
            self.splice(part.end..part.end, "", *edit);
        }
        Ok(())
    }

    /// Removes the children `from..to`, of which the one behind, if any, stays.
    fn remove_in_flow(
        &mut self,
        part: &Part,
        from: usize,
        to: usize,
        change: &Change,
    ) -> Result<()> {
        let children = &part.children;
        let edit = change.edits.last().copied().unwrap_or_default();
        let (Some(first), Some(last)) = (children.get(from), children.get(to.wrapping_sub(1)))
        else {
            return Ok(());
        };
        let before = from.checked_sub(1).map(|before| end(&children[before]));
        let after = children.get(to).map(|child| child.start);
        if let Some((start, tail, comma)) = self.own_lines(first, last) {
            if let (Some(before), None, false) = (before, after, comma) {
                // The list goes on having no comma at its end.
                let between = &self.document.text()[before..start];
                if let Some(found) = between.find(',').filter(|at| is_blank(&between[..*at])) {
                    self.splice(before + found..before + found + 1, "", edit);
                }
            }
            self.splice(start..tail, "", edit);
            return Ok(());
        }
        let range = match (before, after) {
            (_, Some(after)) => first.start..after,
            (Some(before), None) => before..end(last),
            (None, None) => first.start..end(last),
        };
        // Those within the children go with them.
        let mut outside = vec![range.start..first.start, end(last)..range.end];
        outside.extend(children[from..to].windows(2).map(|two| end(&two[0])..two[1].start));
        if outside.into_iter().any(|gap| self.has_comment(gap)) {
            let message = "there may be a comment beside this that would be lost";
            return Err(refusal(self.document, first.start..end(last), message));
        }
        self.splice(range, "", edit);
        Ok(())
    }

    /// Whether there is a comment in a part of the text that holds no scalar.
    fn has_comment(&self, range: Range<usize>) -> bool {
        self.document.text().get(range).is_some_and(|gap| gap.contains('#'))
    }

    /// Whether there is a comment between brackets or braces, at any depth.
    pub(super) fn has_comment_inside(&self, part: &Part) -> bool {
        let mut at = part.content;
        for child in &part.children {
            let key_end = child.key.as_ref().map_or(child.start, |key| key.range.end);
            let gaps = [at..child.start, key_end..child.value.start];
            if gaps.into_iter().any(|gap| self.has_comment(gap))
                || child.value.form.is_flow() && self.has_comment_inside(&child.value)
            {
                return true;
            }
            at = end(child);
        }
        self.has_comment(at..part.end)
    }

    /// The lines of children that have them for themselves: where they start, where the next line
    /// starts, and whether there is a comma behind them.
    fn own_lines(&self, first: &Child, last: &Child) -> Option<(usize, usize, bool)> {
        let lines = self.document.lines();
        let rest = lines.rest(end(last)).trim_start_matches([' ', '\t']);
        let behind = rest.strip_prefix(',').unwrap_or(rest).trim_start_matches([' ', '\t']);
        let alone = lines.is_first(first.start) && (behind.is_empty() || behind.starts_with('#'));
        let comma = rest.starts_with(',');
        alone.then(|| (lines.start(first.start), lines.next(end(last)), comma))
    }

    /// Inserts a child before the one with an index. `is_first` says that no other was inserted
    /// there before it.
    fn insert_in_flow(
        &mut self,
        part: &Part,
        at: usize,
        insertion: &Insertion,
        is_first: bool,
    ) -> Result<()> {
        let children = &part.children;
        let Some(like) = children.get(at.saturating_sub(1)) else { return Ok(()) };
        let value = self.renderer.flow_or_scalar(&insertion.value, Some(&like.value), true)?;
        let text = match &insertion.key {
            Some(key) => format!("{}: {value}", self.renderer.key(key, Some(like), true)),
            None => value,
        };
        let own_lines = self.own_lines(like, like);
        let line_break = self.renderer.line_break;
        if at == 0 {
            let text = match own_lines {
                Some((start, ..)) => {
                    format!("{text},{line_break}{}", render::spaces(like.start - start))
                }
                None => format!("{text}, "),
            };
            self.splice(like.start..like.start, text, insertion.edit);
            return Ok(());
        }
        match own_lines {
            Some((start, tail, comma)) => {
                let indent = render::spaces(like.start - start);
                if comma {
                    // Each has a comma behind it, and so has the new one.
                    let text = format!("{indent}{text},{line_break}");
                    self.splice(tail..tail, text, insertion.edit);
                } else {
                    // The last one gets the comma that it did not need before.
                    if is_first {
                        self.splice(end(like)..end(like), ",", insertion.edit);
                    }
                    let before = if is_first { "" } else { "," };
                    let place = self.document.lines().end(end(like));
                    let text = format!("{before}{line_break}{indent}{text}");
                    self.splice(place..place, text, insertion.edit);
                }
            }
            None => {
                let place = end(like);
                self.splice(place..place, format!(", {text}"), insertion.edit);
            }
        }
        Ok(())
    }

    /// Replaces the value of a child of an indented collection.
    fn replace_in_block(
        &mut self,
        collection: &Part,
        index: usize,
        content: &Content,
        edit: usize,
    ) -> Result<()> {
        let child = &collection.children[index];
        let colon = child.key.as_ref().map(|KeyPart { colon, .. }| *colon);
        let column = self.document.lines().column(child.start);
        match colon {
            Some(colon) => self.replace_behind_key(collection, index, colon, column, content, edit),
            None => self.replace_behind_dash(child, column, content, edit),
        }
    }
}

/// Where a child ends, its comma aside.
fn end(child: &Child) -> usize {
    child.value.end.max(child.key.as_ref().map_or(0, |key| key.range.end))
}
