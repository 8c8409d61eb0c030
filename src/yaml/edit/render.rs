//! New content as text, in the style of a neighbour.
//!
//! Columns are those of the keys or dashes that content stands behind. Texts have no line break
//! at their end, and no indentation before their first line.

use super::habits::Habits;
use super::quote::{self, Wish};
use super::{Content, Document};
use crate::diag::Result;
use crate::yaml::Style;
use crate::yaml::read::outline::{Child, Form, Part};

/// Writes new content for a document.
pub(super) struct Renderer<'d> {
    pub(super) document: &'d Document,
    pub(super) habits: Habits,
    pub(super) line_break: &'static str,
}

/// The indicators of a block have one digit for its indentation.
const MAX_BLOCK_INDENT: usize = 9;

impl<'d> Renderer<'d> {
    pub(super) fn new(document: &'d Document) -> Renderer<'d> {
        let line_break = document.lines().line_break();
        Renderer { document, habits: document.habits(), line_break }
    }

    /// An entry of an indented mapping, with a key like that of one neighbour, and a value like
    /// that of one.
    pub(super) fn entry(
        &self,
        key: &str,
        value: &Content,
        column: usize,
        like: (Option<&Child>, Option<&Child>),
    ) -> Result<String> {
        let value = self.behind_key(value, column, like.1)?;
        Ok(format!("{}:{value}", self.key(key, like.0, false)))
    }

    /// An item of an indented sequence, like a neighbour.
    pub(super) fn item(
        &self,
        value: &Content,
        column: usize,
        like: Option<&Child>,
    ) -> Result<String> {
        match value {
            Content::Copy(path) => return self.copied_item(path, None, column),
            Content::CopyUnder(key, path) => return self.copied_item(path, Some(key), column),
            _ => {}
        }
        let gap = like.map_or(self.habits.dash_gap, |like| self.gap(like));
        let like = like.map(|like| &like.value);
        Ok(format!("-{}{}", spaces(gap), self.behind_dash(value, column, gap, like)?))
    }

    /// What stands behind the colon of an entry, with the space or line break before it.
    pub(super) fn behind_key(
        &self,
        value: &Content,
        column: usize,
        like: Option<&Child>,
    ) -> Result<String> {
        let part = like.map(|like| &like.value);
        if is_inline(value) || part.is_some_and(|part| is_like_flow(part, value)) {
            return Ok(format!(" {}", self.flow_or_scalar(value, part, false)?));
        }
        match value {
            Content::Map(pairs) => {
                let column = column + self.indent(like, Form::BlockMapping);
                let lines = self.entries(pairs, column, part)?;
                Ok(lines.iter().map(|line| self.line(column, line)).collect())
            }
            Content::List(items) => {
                let column = column + self.indent(like, Form::BlockSequence);
                let neighbour = part.filter(|part| part.form.is_sequence());
                let neighbour = neighbour.and_then(|part| part.children.first());
                let line = |item| Ok(self.line(column, &self.item(item, column, neighbour)?));
                items.iter().map(line).collect()
            }
            Content::Text(text) => Ok(self.block(text, column, self.habits.map_indent)),
            Content::Copy(path) => self.copied_behind_key(path, column),
            Content::CopyUnder(key, path) => {
                let column = column + self.indent(like, Form::BlockMapping);
                let value = self.copied_behind_key(path, column)?;
                Ok(self.line(column, &format!("{}:{value}", self.key(key, None, false))))
            }
            Content::Int(_) | Content::Bool(_) => Ok(String::new()),
        }
    }

    /// What stands behind a dash and its `gap` of spaces.
    pub(super) fn behind_dash(
        &self,
        value: &Content,
        column: usize,
        gap: usize,
        like: Option<&Part>,
    ) -> Result<String> {
        if is_inline(value) || like.is_some_and(|like| is_like_flow(like, value)) {
            return self.flow_or_scalar(value, like, false);
        }
        let inner = column + 1 + gap;
        match value {
            Content::Map(pairs) => {
                self.entries(pairs, inner, like).map(|lines| self.join(&lines, inner))
            }
            Content::List(items) => {
                let neighbour = like.and_then(|like| like.children.first());
                let lines = items.iter().map(|item| self.item(item, inner, neighbour));
                Ok(self.join(&lines.collect::<Result<Vec<_>>>()?, inner))
            }
            Content::Text(text) => {
                let block = self.block(text, column, 1 + gap);
                Ok(block.trim_start_matches(' ').to_owned())
            }
            Content::Copy(path) => self.copied_scalar(path, column),
            Content::CopyUnder(key, path) => {
                let value = self.copied_behind_key(path, inner)?;
                Ok(format!("{}:{value}", self.key(key, None, false)))
            }
            Content::Int(_) | Content::Bool(_) => Ok(String::new()),
        }
    }

    /// Anything in one line: a scalar, or what stands in brackets and braces.
    pub(super) fn flow_or_scalar(
        &self,
        value: &Content,
        like: Option<&Part>,
        in_flow: bool,
    ) -> Result<String> {
        Ok(match value {
            Content::Int(value) => value.to_string(),
            Content::Bool(value) => value.to_string(),
            Content::Text(text) => {
                let style = match like.map(|like| like.form) {
                    Some(Form::Scalar(style)) => style,
                    _ => Style::Plain,
                };
                quote::quoted(text, self.wish(style, in_flow))
            }
            Content::List(items) => {
                let neighbour = like.and_then(|like| like.children.first());
                let neighbour = neighbour.map(|child| &child.value);
                let items = items.iter().map(|item| self.flow_or_scalar(item, neighbour, true));
                format!("[{}]", items.collect::<Result<Vec<_>>>()?.join(", "))
            }
            Content::Map(pairs) => {
                let pairs = ordered(pairs, like);
                let pair = |(key, value): &&(String, Content)| {
                    let like = neighbour(like, key);
                    let value = self.flow_or_scalar(value, like.map(|like| &like.value), true)?;
                    Ok(format!("{}: {value}", self.key(key, like, true)))
                };
                format!("{{{}}}", pairs.iter().map(pair).collect::<Result<Vec<_>>>()?.join(", "))
            }
            Content::Copy(path) => self.copied_flow(path, in_flow)?,
            Content::CopyUnder(key, path) => {
                format!("{{{}: {}}}", self.key(key, None, true), self.copied_flow(path, true)?)
            }
        })
    }

    /// A key, in quotes if it must be, or if a neighbour is.
    pub(super) fn key(&self, key: &str, like: Option<&Child>, flow: bool) -> String {
        let like = like.and_then(|like| like.key.as_ref());
        let first = like.and_then(|like| self.document.text().as_bytes().get(like.range.start));
        let style = match first {
            Some(b'"') => Style::DoubleQuoted,
            Some(b'\'') => Style::SingleQuoted,
            _ => Style::Plain,
        };
        quote::quoted(key, self.wish(style, flow))
    }

    pub(super) fn wish(&self, style: Style, flow: bool) -> Wish {
        let Habits { quotes, json, .. } = self.habits;
        let style = if json { Style::DoubleQuoted } else { style };
        Wish { style, quotes, flow }
    }

    /// A new line with indentation and text.
    pub(super) fn line(&self, column: usize, text: &str) -> String {
        format!("{}{}{text}", self.line_break, spaces(column))
    }

    fn entries(
        &self,
        pairs: &[(String, Content)],
        column: usize,
        like: Option<&Part>,
    ) -> Result<Vec<String>> {
        let entry = |(key, value): &(String, Content)| {
            let like = neighbour(like, key);
            self.entry(key, value, column, (like, like))
        };
        ordered(pairs, like).into_iter().map(entry).collect()
    }

    fn join(&self, lines: &[String], column: usize) -> String {
        lines.join(&format!("{}{}", self.line_break, spaces(column)))
    }

    /// A string behind a key or a dash as a block, indented by `indent`.
    fn block(&self, text: &str, column: usize, indent: usize) -> String {
        let indent = indent.min(MAX_BLOCK_INDENT);
        let (header, lines) = quote::block(text, indent);
        let line = |line: &&str| match line.is_empty() {
            true => self.line_break.to_owned(),
            false => self.line(column + indent, line),
        };
        format!(" {header}{}", lines.iter().map(line).collect::<String>())
    }

    /// How far a collection is indented below its key.
    fn indent(&self, like: Option<&Child>, form: Form) -> usize {
        let lines = self.document.lines();
        let like =
            like.filter(|like| like.value.form == form && lines.is_first(like.value.content));
        match (like, form) {
            (Some(like), _) => {
                lines.column(like.value.content).saturating_sub(lines.column(like.start))
            }
            (None, Form::BlockSequence) => self.habits.list_indent,
            (None, _) => self.habits.map_indent,
        }
    }

    /// How many spaces a neighbour has behind its dash.
    fn gap(&self, like: &Child) -> usize {
        let between = self.document.text().get(like.start + 1..like.value.start);
        let spaces = between.filter(|text| super::lines::is_blank(text)).map_or(0, str::len);
        if spaces == 0 { self.habits.dash_gap } else { spaces }
    }
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}

/// Whether content takes one line wherever it stands.
fn is_inline(value: &Content) -> bool {
    match value {
        Content::Int(_) | Content::Bool(_) => true,
        Content::Text(text) => !quote::is_block(text),
        Content::List(items) => items.is_empty(),
        Content::Map(pairs) => pairs.is_empty(),
        Content::Copy(_) | Content::CopyUnder(..) => false,
    }
}

/// Whether content is to be written in brackets or braces, as a neighbour is.
fn is_like_flow(like: &Part, value: &Content) -> bool {
    like.form.is_flow() && !like.children.is_empty() && fits_flow(value)
}

fn fits_flow(value: &Content) -> bool {
    match value {
        Content::List(items) => items.iter().all(fits_flow),
        Content::Map(pairs) => pairs.iter().all(|(_, value)| fits_flow(value)),
        value => is_inline(value),
    }
}

/// The entry of a mapping with a key.
fn neighbour<'p>(like: Option<&'p Part>, key: &str) -> Option<&'p Child> {
    let like = like.filter(|like| like.form.is_mapping())?;
    like.children.iter().find(|child| {
        child.key.as_ref().and_then(|found| found.text.as_ref()).is_some_and(|text| text == key)
    })
}

/// Entries in the order in which a neighbour has its own; those that it does not have stay behind
/// the same one.
fn ordered<'c>(pairs: &'c [(String, Content)], like: Option<&Part>) -> Vec<&'c (String, Content)> {
    let position = |key: &str| {
        let like = like.filter(|like| like.form.is_mapping())?;
        like.children.iter().position(|child| {
            child.key.as_ref().and_then(|found| found.text.as_ref()).is_some_and(|text| text == key)
        })
    };
    let mut rank = 0;
    let mut ranked: Vec<(usize, &(String, Content))> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        rank = position(&pair.0).unwrap_or(rank);
        ranked.push((rank, pair));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, pair)| pair).collect()
}
