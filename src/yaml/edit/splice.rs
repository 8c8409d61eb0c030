//! From edits to pieces of text and their places, and from there to the new text.

use std::ops::Range;

use super::plan::{Collection, Step};
use super::render::Renderer;
use super::{Content, Document, Edited, Edits, Path, expect};
use crate::diag::{Code, Diagnostic, Result};
use crate::yaml::read::outline::{Child, Form, Part};

/// A value, and the collection that it stands in with its index there; none for the root.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    pub(super) part: &'d Part,
    pub(super) place: Option<(&'d Part, usize)>,
}

/// A piece of the old text, and what comes in its place.
#[derive(Debug)]
pub(super) struct Splice {
    range: Range<usize>,
    text: String,
    /// The number of the edit that it belongs to.
    edit: usize,
}

/// Collects splices.
pub(super) struct Splicer<'d> {
    pub(super) document: &'d Document,
    pub(super) renderer: Renderer<'d>,
    splices: Vec<Splice>,
}

/// Makes the new text, and checks it.
pub(super) fn apply(edits: &Edits, document: &Document) -> Result<Edited> {
    if edits.is_empty() {
        return Ok(Edited { text: document.text().to_owned(), lines: Vec::new() });
    }
    let renderer = Renderer::new(document);
    let mut splicer = Splicer { document, renderer, splices: Vec::new() };
    // Inner ones first: what is added at the end of both stands in the inner before the outer.
    for (path, collection) in edits.collections.iter().rev() {
        splicer.collection(path, collection)?;
    }
    let edited = splicer.join(edits.len())?;
    expect::check(document, edits, &edited.text)?;
    Ok(edited)
}

impl<'d> Splicer<'d> {
    pub(super) fn splice(&mut self, range: Range<usize>, text: impl Into<String>, edit: usize) {
        self.splices.push(Splice { range, text: text.into(), edit });
    }

    /// A splice that several edits need, and that is not where any of them is to be seen.
    pub(super) fn splice_aside(&mut self, range: Range<usize>, text: &str) {
        if !self.splices.iter().any(|known| known.range == range && known.text == text) {
            self.splice(range, text, usize::MAX);
        }
    }

    fn collection(&mut self, path: &Path, plan: &Collection) -> Result<()> {
        if self.document.outline.root.is_none() && path.steps().is_empty() {
            return self.first_entries(plan);
        }
        let found = find(self.document, path)?;
        match found.part.form {
            Form::Alias => Err(alias(self.document, found.part)),
            Form::BlockMapping | Form::BlockSequence => self.block(found, plan),
            Form::FlowMapping | Form::FlowSequence => self.flow(found, plan),
            Form::Missing | Form::Scalar(_) | Form::FlowPair => Err(refusal(
                self.document,
                found.part.start..found.part.end,
                "this is no list or mapping that can be added to",
            )),
        }
    }

    /// Puts the splices into the text.
    fn join(mut self, edits: usize) -> Result<Edited> {
        self.leave_breaks();
        // What is inserted at a place stands before what is changed behind it.
        self.splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let old = self.document.text();
        let mut text = String::with_capacity(old.len() + 256);
        let mut lines = vec![0; edits];
        let mut at = 0;
        let mut line = Counter::default();
        for splice in &self.splices {
            let mut start = splice.range.start;
            if start < at {
                // Neighbours that both go may both claim the blank lines between them.
                if !splice.text.is_empty() {
                    let message = "these edits get in each other's way";
                    return Err(refusal(self.document, splice.range.clone(), message));
                }
                start = at;
            }
            text.push_str(&old[at..start]);
            if let Some(found) = lines.get_mut(splice.edit)
                && *found == 0
            {
                let breaks = splice.text.len() - splice.text.trim_start_matches(['\r', '\n']).len();
                *found = line.at(&text) + splice.text[..breaks].matches('\n').count() as u32;
            }
            text.push_str(&splice.text);
            at = at.max(splice.range.end);
        }
        text.push_str(&old[at..]);
        Ok(Edited { text, lines })
    }
}

impl Splicer<'_> {
    /// What goes at the end of a file takes the line break before it along, unless something is
    /// inserted behind that.
    fn leave_breaks(&mut self) {
        let old = self.document.text();
        let inserted = self.splices.iter().filter(|splice| splice.range.is_empty());
        let places: Vec<usize> = inserted.map(|splice| splice.range.start).collect();
        for splice in self.splices.iter_mut().filter(|splice| splice.text.is_empty()) {
            let first = places.iter().filter(|at| splice.range.contains(at)).min();
            if let Some(at) = first.copied()
                && old[splice.range.start..at].bytes().all(|byte| matches!(byte, b'\r' | b'\n'))
            {
                splice.range.start = at;
            }
        }
    }
}

/// Counts the lines of a text that grows.
#[derive(Default)]
struct Counter {
    counted: usize,
    breaks: u32,
}

impl Counter {
    /// The number of the line in which the text ends.
    fn at(&mut self, text: &str) -> u32 {
        let new = &text.as_bytes()[self.counted..];
        self.breaks += memchr::memchr_iter(b'\n', new).count() as u32;
        self.counted = text.len();
        self.breaks + 1
    }
}

/// The value that a path leads to.
///
/// # Errors
/// When it leads nowhere, or into an alias, or to what comes from a merge key.
pub(super) fn find<'d>(document: &'d Document, path: &Path) -> Result<Found<'d>> {
    let Some(root) = &document.outline.root else {
        return Err(refusal(document, 0..0, "the file is empty"));
    };
    let mut found = Found { part: root, place: None };
    for step in path.steps() {
        if found.part.form == Form::Alias {
            return Err(alias(document, found.part));
        }
        let index = position(document, found.part, step)?;
        found = Found { part: &found.part.children[index].value, place: Some((found.part, index)) };
    }
    Ok(found)
}

/// The index of the child that a step leads to.
pub(super) fn position(document: &Document, part: &Part, step: &Step) -> Result<usize> {
    let key = match step {
        Step::Index(index) if part.form.is_sequence() && *index < part.children.len() => {
            return Ok(*index);
        }
        Step::Index(_) => {
            let message = "there is no such item here";
            return Err(refusal(document, part.start..part.end, message));
        }
        Step::Key(key) => key,
    };
    let has = |child: &&Child, key: &str| {
        let found = child.key.as_ref().and_then(|found| found.text.as_ref());
        found.is_some_and(|text| text.as_str() == key)
    };
    let mut positions = (0..part.children.len()).filter(|at| has(&&part.children[*at], key));
    if let Some(first) = positions.next().filter(|_| part.form.is_mapping()) {
        return match positions.next() {
            None => Ok(first),
            Some(second) => {
                let range = |at: usize| {
                    let child = &part.children[at];
                    child.key.as_ref().map_or(child.start..child.start, |key| key.range.clone())
                };
                let message = format!("`{key}` stands here twice");
                let again = span(document, range(first));
                Err(Box::new(
                    Diagnostic::error(Code::Edit, message)
                        .at(span(document, range(second)))
                        .label(again, "first here")
                        .help("remove one of the two by hand"),
                ))
            }
        };
    }
    match part.children.iter().find(|child| has(child, "<<")) {
        Some(merge) => Err(Box::new(
            Diagnostic::error(Code::Edit, format!("`{key}` comes from a merge key"))
                .at(span(document, merge.start..merge.value.end))
                .help(format!("write `{key}` out behind this line by hand")),
        )),
        None => {
            let message = format!("there is no `{key}` here");
            Err(refusal(document, part.start..part.end, message))
        }
    }
}

/// An edit that can't be made, and the place to be changed by hand.
pub(super) fn refusal(
    document: &Document,
    range: Range<usize>,
    message: impl Into<String>,
) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::Edit, message)
            .at(span(document, range))
            .help("change this line by hand"),
    )
}

/// The refusal of what would change an alias.
pub(super) fn alias(document: &Document, part: &Part) -> Box<Diagnostic> {
    let name = &document.text()[part.content..part.end];
    let message = format!("this value comes from elsewhere, by the alias `{name}`");
    Box::new(
        Diagnostic::error(Code::Edit, message)
            .at(span(document, part.start..part.end))
            .help("write the value out here by hand, or change it where the anchor stands"),
    )
}

pub(super) fn span(document: &Document, range: Range<usize>) -> crate::source::Span {
    let len = range.end.saturating_sub(range.start);
    document.source.slice_span(range.start as u32, len as u32)
}

/// Whether content stands on lines of its own, below the key that it belongs to.
pub(super) fn is_block(content: &Content) -> bool {
    match content {
        Content::List(items) => !items.is_empty(),
        Content::Map(pairs) => !pairs.is_empty(),
        Content::Text(text) => super::quote::is_block(text),
        Content::CopyUnder(..) => true,
        Content::Int(_) | Content::Bool(_) | Content::Copy(_) => false,
    }
}
