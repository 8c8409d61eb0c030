//! Changes in indented collections.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::plan::{At, Change, Collection, Insertion, Step};
use super::quote;
use super::render::spaces;
use super::splice::{self, Found, Splicer, refusal};
use super::{Content, lines};
use crate::diag::Result;
use crate::yaml::Style;
use crate::yaml::read::outline::{Child, Form, Part};

/// A child that is removed.
#[derive(Clone, Copy)]
struct Spot {
    index: usize,
    /// The index behind the last child that stays.
    kept: usize,
    /// Whether another comes in its place.
    is_replaced: bool,
}

impl Splicer<'_> {
    /// Changes an indented collection.
    pub(super) fn block(&mut self, found: Found<'_>, plan: &Collection) -> Result<()> {
        let part = found.part;
        let changed = self.by_index(part, plan)?;
        let inserted = self.insertions(part, plan)?;
        let removed = |index: &usize| changed.get(index).is_some_and(|change| change.removed);
        let len = part.children.len();
        // Before what goes to the end is at the end.
        let kept = (0..len).rev().find(|index| !removed(index)).map_or(0, |last| last + 1);
        let settle = |(at, new)| (if at >= kept { len } else { at }, new);
        let inserted: Vec<(usize, &Insertion)> = inserted.into_iter().map(settle).collect();
        let places: BTreeSet<usize> = inserted.iter().map(|(at, _)| *at).collect();
        if kept == 0 && plan.inserted.is_empty() && found.place.is_some() {
            let message = "this would leave nothing here";
            return Err(refusal(self.document, part.start..part.end, message));
        }
        let mut index = 0;
        while let Some(child) = part.children.get(index) {
            let Some(change) = changed.get(&index) else {
                index += 1;
                continue;
            };
            if !change.removed {
                self.change_in_block(part, index, child, change)?;
            } else if self.document.lines().is_first(child.start) {
                let spot = Spot { index, kept, is_replaced: places.contains(&(index + 1)) };
                self.remove_lines(part, spot, change)?;
            } else {
                let next = (index + 1..len).find(|next| !removed(next));
                self.remove_behind_dash(part, index, next, change)?;
                // Those in between are gone with it.
                let end = next.unwrap_or(len);
                self.gone_too(part, index + 1..end, &changed);
                index = end;
                continue;
            }
            index += 1;
        }
        inserted.into_iter().try_for_each(|(at, insertion)| {
            // The blank line above what is removed stays for what comes in its place.
            let takes_place = at > 0 && removed(&(at - 1));
            self.insert_lines(found, at, insertion, takes_place)
        })
    }

    /// The changes of a collection by the index of the child.
    pub(super) fn by_index<'p>(
        &self,
        part: &Part,
        plan: &'p Collection,
    ) -> Result<BTreeMap<usize, &'p Change>> {
        let index = |(step, change): (&Step, &'p Change)| {
            Ok((splice::position(self.document, part, step)?, change))
        };
        plan.changed.iter().map(index).collect()
    }

    /// What is inserted, with the index of the child that it stands before.
    pub(super) fn insertions<'p>(
        &self,
        part: &Part,
        plan: &'p Collection,
    ) -> Result<Vec<(usize, &'p Insertion)>> {
        let len = part.children.len();
        let place = |insertion: &'p Insertion| {
            let fits = match insertion.key {
                Some(_) => part.form.is_mapping(),
                None => part.form.is_sequence(),
            };
            if !fits {
                let message = "this is neither a list nor a mapping, as it would have to be";
                return Err(refusal(self.document, part.start..part.end, message));
            }
            let at = match &insertion.at {
                At::End => len,
                At::Before(index) => (*index).min(len),
                At::Behind(key) => {
                    splice::position(self.document, part, &Step::Key(key.clone()))? + 1
                }
            };
            Ok((at, insertion))
        };
        plan.inserted.iter().map(place).collect()
    }

    /// Changes the key or the value of a child.
    fn change_in_block(
        &mut self,
        part: &Part,
        index: usize,
        child: &Child,
        change: &Change,
    ) -> Result<()> {
        let edit = change.edits.first().copied().unwrap_or_default();
        self.rename(child, change, edit, false)?;
        let Some(content) = &change.value else { return Ok(()) };
        let edit = change.edits.last().copied().unwrap_or(edit);
        let column = self.document.lines().column(child.start);
        match &child.key {
            Some(key) => self.replace_behind_key(part, index, key.colon, column, content, edit),
            None => self.replace_behind_dash(child, column, content, edit),
        }
    }

    pub(super) fn rename(
        &mut self,
        child: &Child,
        change: &Change,
        edit: usize,
        flow: bool,
    ) -> Result<()> {
        let Some(new) = &change.key else { return Ok(()) };
        let Some(key) = child.key.as_ref().filter(|key| key.is_simple) else {
            let message = "this key is written in a way that can't be changed";
            return Err(refusal(self.document, child.start..child.value.end, message));
        };
        let written = self.renderer.key(new, Some(child), flow);
        self.splice(key.range.clone(), written, edit);
        Ok(())
    }

    pub(super) fn replace_behind_key(
        &mut self,
        part: &Part,
        index: usize,
        colon: usize,
        column: usize,
        content: &Content,
        edit: usize,
    ) -> Result<()> {
        let child = &part.children[index];
        let value = &child.value;
        if value.form.is_block() {
            let lines = self.document.lines();
            let extent = self.document.extent(part, index);
            let Some(extent) = extent.filter(|_| lines.is_first(value.start)) else {
                return Err(self.too_entangled(value));
            };
            let text = self.renderer.behind_key(content, column, Some(child))?;
            // The new lines come in the place of the old; what stands behind the colon stays.
            let first = lines.next(colon);
            match text.strip_prefix(self.renderer.line_break) {
                Some(below) => {
                    let is_ended = self.document.text()[..extent.tail].ends_with('\n');
                    let end = if is_ended { self.renderer.line_break } else { "" };
                    self.splice(first..extent.tail, format!("{below}{end}"), edit);
                }
                None => {
                    self.splice(colon..colon, text, edit);
                    self.splice(first..extent.tail, "", edit);
                }
            }
            return Ok(());
        }
        if !splice::is_block(content) || fits_in_place(value, content) {
            return self.replace_inline(value, content, edit, false);
        }
        self.check_replaceable(value)?;
        let text = self.renderer.behind_key(content, column, Some(child))?;
        self.splice_lines(colon..value.end, &text, edit);
        Ok(())
    }

    pub(super) fn replace_behind_dash(
        &mut self,
        child: &Child,
        column: usize,
        content: &Content,
        edit: usize,
    ) -> Result<()> {
        let value = &child.value;
        if value.form.is_block() {
            return Err(self.too_entangled(value));
        }
        if !splice::is_block(content) && !matches!(content, Content::Copy(_)) {
            return self.replace_inline(value, content, edit, false);
        }
        self.check_replaceable(value)?;
        if value.form == Form::Missing {
            let gap = self.renderer.habits.dash_gap;
            let text = self.renderer.behind_dash(content, column, gap, None)?;
            self.splice_lines(value.end..value.end, &format!("{}{text}", spaces(gap)), edit);
        } else {
            let gap = value.start - child.start - 1;
            let text = self.renderer.behind_dash(content, column, gap, None)?;
            self.splice_lines(value.start..value.end, &text, edit);
        }
        Ok(())
    }

    /// Puts lines in the place of a value. A comment behind it stays in the first line.
    fn splice_lines(&mut self, range: Range<usize>, text: &str, edit: usize) {
        let first = text.find(self.renderer.line_break).unwrap_or(text.len());
        let header = text[..first].trim_start_matches(' ');
        let header_len =
            if header.is_empty() || header.starts_with('|') { first } else { text.len() };
        let end = self.document.lines().end(range.end);
        self.splice(range, &text[..header_len], edit);
        if header_len < text.len() {
            self.splice(end..end, &text[header_len..], edit);
        }
    }

    /// Puts a scalar, or what stands in brackets, in the place of another.
    pub(super) fn replace_inline(
        &mut self,
        value: &Part,
        content: &Content,
        edit: usize,
        flow: bool,
    ) -> Result<()> {
        self.check_replaceable(value)?;
        let text = self.renderer.flow_or_scalar(content, Some(value), flow)?;
        match value.form {
            Form::Missing => self.splice(value.end..value.end, format!(" {text}"), edit),
            _ => self.splice(value.content..value.end, text, edit),
        }
        Ok(())
    }

    /// Refuses to replace an alias, and a value with a comment in the middle.
    pub(super) fn check_replaceable(&self, value: &Part) -> Result<()> {
        if value.form == Form::Alias {
            return Err(splice::alias(self.document, value));
        }
        let text = &self.document.text()[value.content..value.end];
        let header = text.lines().next().unwrap_or_default();
        let is_commented = match value.form {
            Form::Scalar(style) if style.is_quoted() => {
                text.starts_with(['|', '>']) && header.contains('#')
            }
            form => form.is_flow() && self.has_comment_inside(value),
        };
        if is_commented {
            let message = "there is a comment in the middle of this value";
            return Err(refusal(self.document, value.start..value.end, message));
        }
        Ok(())
    }

    fn too_entangled(&self, value: &Part) -> Box<crate::diag::Diagnostic> {
        let message = "this value is written in a way that can't be replaced";
        refusal(self.document, value.start..value.end, message)
    }

    /// Says where children were that are gone with the one before them.
    pub(super) fn gone_too(
        &mut self,
        part: &Part,
        indexes: Range<usize>,
        changed: &BTreeMap<usize, &Change>,
    ) {
        for index in indexes {
            let (Some(child), Some(change)) = (part.children.get(index), changed.get(&index))
            else {
                continue;
            };
            for edit in &change.edits {
                self.splice(child.start..child.start, "", *edit);
            }
        }
    }

    /// Removes a child that has its lines for itself.
    fn remove_lines(&mut self, part: &Part, spot: Spot, change: &Change) -> Result<()> {
        let Spot { index, kept, is_replaced } = spot;
        let lines = self.document.lines();
        let Some(extent) = self.document.extent(part, index) else {
            return Err(self.too_entangled(&part.children[index].value));
        };
        let (mut lead, mut tail) = (extent.lead, extent.tail);
        let bound = self.document.content_start();
        let above = lines.before(lead, bound);
        // Those behind it that go too leave what stands behind the last of them.
        let last = if index >= kept { part.children.len() - 1 } else { index };
        let last_tail = self.document.extent(part, last).map_or(tail, |last| last.tail);
        let behind = self.document.text().get(last_tail..self.document.outline.end);
        let is_last = behind.is_none_or(lines::is_all_blank);
        if !is_replaced && above.is_none_or(|above| lines.is_blank(above)) {
            // Of the blank lines above and below, one lot is enough.
            if is_last {
                let mut line = above;
                while let Some(blank) = line.filter(|blank| lines.is_blank(*blank)) {
                    lead = blank;
                    line = lines.before(blank, bound);
                }
            } else {
                while lines.is_blank(tail) {
                    tail = lines.next(tail);
                }
            }
        }
        if last_tail == self.document.text().len() && !lines.is_ended() && lead > bound {
            // The last line had no line break, and the new last one has none either.
            lead = lines.end(lines.start(lead - 1));
        }
        let edit = change.edits.last().copied().unwrap_or_default();
        self.splice(lead..tail, "", edit);
        Ok(())
    }

    /// Removes a child that begins behind a dash, and those up to the next that is `kept`, which
    /// takes its place.
    fn remove_behind_dash(
        &mut self,
        part: &Part,
        index: usize,
        kept: Option<usize>,
        change: &Change,
    ) -> Result<()> {
        let child = &part.children[index];
        let last = kept.and_then(|kept| self.document.extent(part, kept.checked_sub(1)?));
        let Some(last) = last else { return Err(self.too_entangled(&child.value)) };
        let rest = &self.document.text()[last.tail..];
        let space = rest.len() - rest.trim_start_matches([' ', '\r', '\n']).len();
        let edit = change.edits.last().copied().unwrap_or_default();
        self.splice(child.start..last.tail + space, "", edit);
        Ok(())
    }

    /// Inserts a child before the one with an index.
    /// `takes_place` says that the one before it is removed.
    fn insert_lines(
        &mut self,
        found: Found<'_>,
        at: usize,
        insertion: &Insertion,
        takes_place: bool,
    ) -> Result<()> {
        let part = found.part;
        let lines = self.document.lines();
        let Some(first) = part.children.first() else {
            return Err(self.too_entangled(part));
        };
        let is_compact = !lines.is_first(first.start);
        let at = if at == 0 && is_compact && part.form.is_mapping() { 1 } else { at };
        let like = part.children.get(at.saturating_sub(1)).unwrap_or(first);
        let column = lines.column(first.start);
        let is_root = found.place.is_none();
        let text = match &insertion.key {
            Some(key) => {
                let value_like = (!is_root).then_some(like);
                let like = (Some(like), value_like);
                self.renderer.entry(key, &insertion.value, column, like)?
            }
            None => self.renderer.item(&insertion.value, column, Some(like))?,
        };
        let indented = format!("{}{text}", spaces(column));
        let line_break = self.renderer.line_break;
        let gap = if self.are_apart(part, at) && !takes_place { line_break } else { "" };
        if at == 0 {
            let extent = self.document.extent(part, 0).filter(|_| !is_compact);
            let Some(extent) = extent else { return Err(self.too_entangled(&first.value)) };
            let text = format!("{indented}{line_break}{gap}");
            self.splice(extent.lead..extent.lead, text, insertion.edit);
            return Ok(());
        }
        let Some(extent) = self.document.extent(part, at - 1) else {
            return Err(self.too_entangled(&like.value));
        };
        let is_field = is_root && at == part.children.len();
        let last_comment = if is_field { self.last_comment(extent.tail) } else { None };
        let (place, gap) = match last_comment {
            // Behind all comments, but apart from them: they are not about what is new.
            Some(below) => (below, line_break),
            None => (extent.tail, gap),
        };
        let is_open = place == self.document.text().len() && !lines.is_ended();
        let text = match is_open {
            // A block keeps the end of its last line only if there is one.
            true if has_ended_block(&insertion.value) => {
                format!("{line_break}{gap}{indented}{line_break}")
            }
            true => format!("{line_break}{gap}{indented}"),
            false => format!("{gap}{indented}{line_break}"),
        };
        if is_open {
            self.strip_last(part);
        }
        self.splice(place..place, text, insertion.edit);
        Ok(())
    }

    /// A block scalar whose last line has no line break has none in its text. Where one comes
    /// behind it, its header has to say so.
    fn strip_last(&mut self, part: &Part) {
        let mut last = part;
        while let Some(child) = last.children.last() {
            last = &child.value;
        }
        let text = self.document.text();
        let Some(written) = text.get(last.content..last.end) else { return };
        if !matches!(last.form, Form::Scalar(Style::Literal | Style::Folded)) {
            return;
        }
        let header = written.split(['#', '\n']).next().unwrap_or_default();
        let range = match header.find(['+', '-']) {
            Some(at) if header[at..].starts_with('+') => at..at + 1,
            Some(_) => return,
            None => 1..1,
        };
        self.splice_aside(last.content + range.start..last.content + range.end, "-");
    }

    /// Where the last comment of the document ends, if there is one behind a position.
    fn last_comment(&self, from: usize) -> Option<usize> {
        let lines = self.document.lines();
        let end = self.document.outline.end;
        let mut last = None;
        let mut line = from;
        while line < end {
            if lines.comment(line).is_some() {
                last = Some(lines.next(line));
            }
            line = lines.next(line);
        }
        last
    }

    /// Whether neighbours at an index have a blank line between them.
    fn are_apart(&self, part: &Part, at: usize) -> bool {
        let len = part.children.len();
        let second = if at == 0 || at < len { at.max(1) } else { len - 1 };
        if second == 0 || second >= len {
            return false;
        }
        let extents = (self.document.extent(part, second - 1), self.document.extent(part, second));
        let (Some(first), Some(second)) = extents else { return false };
        let between = self.document.text().get(first.tail..second.lead).unwrap_or_default();
        between
            .split('\n')
            .next()
            .is_some_and(|line| !between.is_empty() && lines::is_blank(line.trim_end_matches('\r')))
    }

    /// Writes the first entries of a document that has none.
    pub(super) fn first_entries(&mut self, plan: &Collection) -> Result<()> {
        let lines = self.document.lines();
        let place = self.document.outline.end;
        let line_break = self.renderer.line_break;
        let is_open = place == self.document.text().len() && !lines.is_ended();
        for insertion in &plan.inserted {
            let Some(key) = &insertion.key else { continue };
            let text = self.renderer.entry(key, &insertion.value, 0, (None, None))?;
            let text = match is_open {
                true => format!("{line_break}{text}"),
                false => format!("{text}{line_break}"),
            };
            self.splice(place..place, text, insertion.edit);
        }
        Ok(())
    }
}

/// Whether there is a block in new content that ends with a line break.
fn has_ended_block(content: &Content) -> bool {
    match content {
        Content::Text(text) => quote::is_block(text) && text.ends_with('\n'),
        Content::List(items) => items.iter().any(has_ended_block),
        Content::Map(pairs) => pairs.iter().any(|(_, value)| has_ended_block(value)),
        _ => false,
    }
}

/// Whether new content that could have lines of its own stays where the old value is.
fn fits_in_place(value: &Part, content: &Content) -> bool {
    match content {
        Content::Text(text) => {
            let quoted =
                matches!(value.form, Form::Scalar(Style::SingleQuoted | Style::DoubleQuoted));
            quoted || !quote::is_block(text)
        }
        Content::List(_) | Content::Map(_) | Content::CopyUnder(..) => {
            value.form.is_flow() && !value.children.is_empty()
        }
        _ => true,
    }
}
