//! Texts to documents: the entry points of reading.

use std::sync::Arc;

use super::characters;
use super::compose::Composer;
use super::scan::{Flavour, Scanner};
use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Source, Span};
use crate::yaml::Node;

/// Bounds on what a text may ask for. Passing one is an error with [`Code::TooLarge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many lists and mappings may stand inside of each other. The reference stops at 10,000;
    /// everything that walks over nodes relies on this bound.
    pub max_depth: usize,
    /// How many nodes aliases may add in one text, keys counted, besides one for every eight
    /// bytes of it. A node that aliases stand for counts once more.
    pub max_nodes_from_aliases: usize,
    /// How many pieces a stream may have.
    pub max_documents: usize,
}

impl Default for Limits {
    /// 500 levels (the deepest resources that people write have some 60), 250,000 nodes from
    /// aliases, and 1,000,000 documents.
    fn default() -> Limits {
        Limits { max_depth: 500, max_nodes_from_aliases: 250_000, max_documents: 1_000_000 }
    }
}

/// What a resource file holds.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// The roots of the documents, in order. Empty ones are left out: those without content, with
    /// only comments, null, `{}` and `[]`.
    pub documents: Vec<Node>,
    /// The number of pieces that the text was split into, empty ones counted.
    pub pieces: usize,
    /// Text that the reference drops in silence: what stands between the end of a document, such
    /// as a `...` line, and the next `---` line.
    pub ignored: Vec<Span>,
}

/// Parses a resource file.
///
/// Documents are what the reference takes for documents: the text is split at lines that begin
/// with `---`, whatever is around them, and of each piece the first document is read. Aliases are
/// replaced by what they stand for, and merge keys (`<<`) are resolved.
///
/// ```
/// use railsgen::source::Sources;
/// use railsgen::yaml::{Limits, parse_stream};
///
/// let sources = Sources::new();
/// let source = sources.add("a.yaml", "kind: A\n---\n# nothing\n---\nkind: B\n".into())?;
/// let stream = parse_stream(&source, &Limits::default()).unwrap();
/// assert_eq!((stream.documents.len(), stream.pieces), (2, 3));
/// assert_eq!(stream.documents[1].at(&["kind"]).unwrap().text().unwrap(), "B");
/// # Ok::<(), railsgen::source::TooMuchText>(())
/// ```
///
/// # Errors
/// When the text is not YAML, or passes one of the limits.
pub fn parse_stream(source: &Arc<Source>, limits: &Limits) -> Result<Stream> {
    let mut composer = composer(source, limits, Flavour::Resources)?;
    let text = source.text();
    let mut stream = Stream::default();
    let mut start = 0;
    while start < text.len() || stream.pieces > 0 {
        let separator = next_separator(source, start)?;
        stream.pieces += 1;
        if stream.pieces > limits.max_documents {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TooLarge,
                    format!("more than {} documents in one file", limits.max_documents),
                )
                .at(source.slice_span(start as u32, 0)),
            ));
        }
        let end = separator.map_or(text.len(), |(end, _)| end);
        let document = composer.document(start, end)?;
        if let Some(from) = document.ignored {
            let ignored = text[from..end].trim_end();
            if !ignored.is_empty() {
                let span = source.slice_span(from as u32, ignored.len() as u32);
                stream.ignored.push(span);
            }
        }
        if let Some(root) = document.root
            && !root.is_empty_collection()
        {
            stream.documents.push(root);
        }
        match separator {
            Some((_, next)) => start = next,
            None => break,
        }
    }
    stream.documents.shrink_to_fit();
    Ok(stream)
}

/// Parses the first document of a text, by YAML's own rules: a kustomization file, a JSON patch,
/// a configuration. Nothing if the text has no content, or is null. Later documents are not looked
/// at.
///
/// The reference reads these with an older version of its library. It differs in little: a key
/// before a `<<` loses against a merged one, `"<<"` in quotes is a key like any other, and tabs
/// before comments are refused.
///
/// ```
/// use railsgen::source::Sources;
/// use railsgen::yaml::{Limits, parse_document};
///
/// let sources = Sources::new();
/// let source = sources.add("kustomization.yaml", "namePrefix: a-\n".into())?;
/// let root = parse_document(&source, &Limits::default()).unwrap().unwrap();
/// assert_eq!(root.at(&["namePrefix"]).unwrap().text().unwrap(), "a-");
/// # Ok::<(), railsgen::source::TooMuchText>(())
/// ```
///
/// # Errors
/// When the text is not YAML, or passes one of the limits.
pub fn parse_document(source: &Arc<Source>, limits: &Limits) -> Result<Option<Node>> {
    let mut composer = composer(source, limits, Flavour::Settings)?;
    Ok(composer.document(0, source.text().len())?.root)
}

/// Parses the first document of a text that a plugin makes, by the rules of resource files.
/// Nothing if there is no content.
///
/// # Errors
/// When the text is not YAML, or passes one of the limits.
pub(crate) fn parse_made(source: &Arc<Source>, limits: &Limits) -> Result<Option<Node>> {
    let mut composer = composer(source, limits, Flavour::Resources)?;
    Ok(composer.document(0, source.text().len())?.root)
}

fn composer<'s>(
    source: &'s Arc<Source>,
    limits: &'s Limits,
    flavour: Flavour,
) -> Result<Composer<'s>> {
    let text = source.text();
    let facts = characters::check(text).map_err(|at| {
        let character = text[at..].chars().next().unwrap_or_default();
        let code = u32::from(character);
        let span = source.slice_span(at as u32, character.len_utf8() as u32);
        Diagnostic::error(Code::Yaml, format!("the control character U+{code:04X} is not allowed"))
            .at(span)
            .help(format!("take it away, or write `\\u{code:04x}` in double quotes"))
    })?;
    Ok(Composer::new(Scanner::new(source, facts, flavour), limits))
}

/// The next line that splits the text, at or behind `start`: where the piece before it ends, and
/// where the one behind it begins.
fn next_separator(source: &Arc<Source>, start: usize) -> Result<Option<(usize, usize)>> {
    let text = source.text();
    let bytes = text.as_bytes();
    let Some(found) = memchr::memmem::find(&bytes[start..], b"\n---") else {
        return Ok(None);
    };
    let line = start + found + 1;
    // A separator ends with a line feed; without one, this is for the parser.
    let Some(len) = memchr::memchr(b'\n', &bytes[line..]) else {
        return Ok(None);
    };
    let rest = text[line + 3..line + len].trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        let shown = text[line..line + len].trim_end();
        return Err(Box::new(
            Diagnostic::error(Code::Yaml, "text behind the `---` that separates documents")
                .at(source.slice_span(line as u32, shown.len() as u32))
                .note("every line that begins with `---` separates documents")
                .help("begin the document in the next line, or indent a line that is text"),
        ));
    }
    Ok(Some((line, line + len + 1)))
}
