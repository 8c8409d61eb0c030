//! How a document is written as a whole: what new content goes by where it has no neighbour.

use std::ops::Range;

use super::Document;
use crate::yaml::Style;
use crate::yaml::read::outline::{Child, Form, Part};

/// The habits of a document. Where it shows none, they are those of kustomize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habits {
    /// How far the dashes of a list are indented below the key that it belongs to.
    pub(super) list_indent: usize,
    /// How far the keys of a mapping are indented below the key that it belongs to.
    pub(super) map_indent: usize,
    /// How many spaces stand behind a dash.
    pub(super) dash_gap: usize,
    /// The quotes of most quoted scalars.
    pub(super) quotes: Style,
    /// Whether it is JSON, as far as its outermost keys tell: then all strings have quotes.
    pub(super) json: bool,
}

impl Document {
    /// The first of each kind counts, and of quotes the most.
    pub(super) fn habits(&self) -> Habits {
        let lines = self.lines();
        let (mut list, mut map, mut gap) = (None, None, None);
        let (mut single, mut double) = (0_usize, 0_usize);
        let mut waiting: Vec<&Part> = self.outline.root.iter().collect();
        while let Some(part) = waiting.pop() {
            match part.form {
                Form::Scalar(Style::SingleQuoted) => single += 1,
                Form::Scalar(Style::DoubleQuoted) => double += 1,
                _ => {}
            }
            for child in &part.children {
                let value = &child.value;
                let below = value.form.is_block() && lines.is_first(value.content);
                match part.form {
                    Form::BlockMapping if below => {
                        let indent =
                            lines.column(value.content).saturating_sub(lines.column(child.start));
                        match value.form {
                            Form::BlockSequence => list.get_or_insert(indent),
                            _ => map.get_or_insert(indent),
                        };
                    }
                    Form::BlockSequence if value.form != Form::Missing => {
                        let between = self.text().get(child.start + 1..value.start);
                        if let Some(spaces) = between.filter(|text| super::lines::is_blank(text)) {
                            gap.get_or_insert(spaces.len());
                        }
                    }
                    _ => {}
                }
            }
            waiting.extend(part.children.iter().rev().map(|child| &child.value));
        }
        Habits {
            list_indent: list.unwrap_or(0),
            map_indent: map.filter(|indent| *indent > 0).unwrap_or(2),
            dash_gap: gap.unwrap_or(1),
            quotes: if single > double { Style::SingleQuoted } else { Style::DoubleQuoted },
            json: self.outline.root.as_ref().is_some_and(|root| self.is_json(root)),
        }
    }

    /// Whether a mapping has braces, and all its keys double quotes.
    fn is_json(&self, root: &Part) -> bool {
        let starts = |range: &Range<usize>| self.text()[range.start..].starts_with('"');
        let is_quoted = |child: &Child| child.key.as_ref().is_some_and(|key| starts(&key.range));
        root.form == Form::FlowMapping
            && !root.children.is_empty()
            && root.children.iter().all(is_quoted)
    }
}
