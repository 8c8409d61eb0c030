//! Dotted field paths, as replacements and vars use them: `spec.containers.[name=web].image`.
//!
//! A source path leads to at most one value ([`get`]); a target path to any number, and it may
//! make what is missing ([`TargetPath`]). The two read some segments differently, as in the reference.

use thin_vec::ThinVec;

use std::borrow::Cow;

use regex::bytes::Regex;

use super::{Entry, Key, Mapping, Node, Scalar, Sequence, Style};
use crate::pattern::expression;
use crate::source::{Span, Text};

/// Why a path can't be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A mapping or a sequence was needed and something else is there.
    #[error("`{segment}` needs {needed}, but {found} is there")]
    WrongKind {
        /// The segment that was to be followed.
        segment: String,
        /// What it needs.
        needed: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// `[name]` instead of `[name=value]`.
    #[error("`{0}` must read `[field=value]`; a key with dots is written `[a.b]` or `a\\.b`")]
    NoMatch(String),
    /// A negative index.
    #[error("index `{0}` is negative")]
    NegativeIndex(String),
    /// An index behind the end of a sequence.
    #[error("index {index} is asked for, but there are {len} elements")]
    OutOfRange {
        /// The index.
        index: usize,
        /// The number of elements.
        len: usize,
    },
    /// `*` in the path of a source.
    #[error("`*` can't be used in the path of a source, which is one value")]
    Wildcard,
    /// Nothing between two dots or behind the last one, where a mapping is.
    #[error("there is no key between two dots or behind the last one")]
    NoKey,
    /// A pattern that is no regular expression.
    #[error("`{0}` is no valid regular expression")]
    Pattern(String),
    /// An element that was made by its pattern does not match it.
    #[error("an element made for `{0}` does not match its own pattern")]
    SelfMismatch(String),
}

/// Splits a path at its dots.
///
/// `\.` is a dot within a segment. A segment that begins with `[` goes on to the one that ends
/// with `]`; without a `=` in it, it is a key that stands without the brackets.
///
/// ```
/// use railsgen::yaml::path::split;
/// assert_eq!(split("spec.[name=a.b].image"), ["spec", "[name=a.b]", "image"]);
/// assert_eq!(split("metadata.annotations.[foo.bar/baz]"), ["metadata", "annotations", "foo.bar/baz"]);
/// assert_eq!(split(r"data.a\.b"), ["data", "a.b"]);
/// ```
pub fn split(path: &str) -> Vec<String> {
    let path = match path.strip_prefix('.') {
        Some(rest) if path.len() > 1 => rest,
        _ => path,
    };
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('.') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(part);
            }
            _ => parts.push(part.to_string()),
        }
    }
    let mut segments = Vec::new();
    let mut parts = parts.into_iter();
    while let Some(mut part) = parts.next() {
        if part.starts_with('[') && !part.ends_with(']') {
            for next in parts.by_ref() {
                part.push('.');
                part.push_str(&next);
                if next.ends_with(']') {
                    break;
                }
            }
            if !part.contains('=') {
                part = part.trim_matches(['[', ']']).to_string();
            }
        }
        segments.push(part);
    }
    segments
}

/// The value that a source path leads to; nothing if a part of it is missing.
///
/// # Errors
/// When a segment does not fit what is there.
pub fn get<'n>(node: &'n Node, path: &[String]) -> Result<Option<&'n Node>, PathError> {
    Ok(locate(node, path)?.and_then(|place| at(node, &place)))
}

/// The value that a source path leads to, as the positions of the entries and items on the way.
/// They stay the same while entries and items are added at the end.
///
/// # Errors
/// When a segment does not fit what is there.
pub fn locate(node: &Node, path: &[String]) -> Result<Option<Vec<usize>>, PathError> {
    let mut node = node;
    let mut place = Vec::with_capacity(path.len());
    for segment in path.iter().map(|segment| segment.trim()).filter(|segment| !segment.is_empty()) {
        let step = match (segment.parse::<i64>(), segment) {
            (Ok(index), _) => match usize::try_from(index) {
                Ok(index) => (index < items(node, segment)?.len()).then_some(index),
                Err(_) => return Err(PathError::NegativeIndex(segment.into())),
            },
            (_, "-") => items(node, segment)?.len().checked_sub(1),
            (_, "*") => return Err(PathError::Wildcard),
            (_, segment) if is_match(segment) => {
                let (field, value) = split_match(segment)?;
                items(node, segment)?.iter().position(|item| has_text(item, field, value))
            }
            (_, key) => match node {
                node if node.is_null() => None,
                Node::Mapping(mapping) => mapping.position(key),
                other => return Err(wrong_kind(segment, "a mapping", other)),
            },
        };
        let Some((step, next)) = step.and_then(|step| Some((step, child(node, step)?))) else {
            return Ok(None);
        };
        place.push(step);
        node = next;
    }
    Ok(Some(place))
}

/// The node at such a place, if it is still there.
pub fn at<'n>(node: &'n Node, place: &[usize]) -> Option<&'n Node> {
    place.iter().try_fold(node, |node, step| child(node, *step))
}

/// Like [`at()`], to be changed.
pub fn at_mut<'n>(node: &'n mut Node, place: &[usize]) -> Option<&'n mut Node> {
    place.iter().try_fold(node, |node, step| match node {
        Node::Scalar(_) => None,
        Node::Sequence(sequence) => sequence.items.get_mut(*step),
        Node::Mapping(mapping) => {
            mapping.entries_mut().get_mut(*step).map(|entry| &mut entry.value)
        }
    })
}

fn child(node: &Node, at: usize) -> Option<&Node> {
    match node {
        Node::Scalar(_) => None,
        Node::Sequence(sequence) => sequence.items.get(at),
        Node::Mapping(mapping) => mapping.entries().get(at).map(|entry| &entry.value),
    }
}

/// What a target path makes at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// An empty scalar.
    Scalar,
    /// An empty sequence.
    Sequence,
    /// An empty mapping.
    Mapping,
}

impl Make {
    /// What is of the same kind as a node.
    pub fn like(node: &Node) -> Make {
        match node {
            Node::Scalar(_) => Make::Scalar,
            Node::Sequence(_) => Make::Sequence,
            Node::Mapping(_) => Make::Mapping,
        }
    }

    fn node(self, origin: Span) -> Node {
        match self {
            Make::Scalar => Scalar::plain(Text::made("", origin)).into(),
            Make::Sequence => Sequence::new(Vec::new(), origin).into(),
            Make::Mapping => Mapping::new(origin).into(),
        }
    }
}

/// A target path, compiled.
#[derive(Debug)]
pub struct TargetPath {
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
    Every,
    Elements { field: String, value: String, pattern: Pattern },
}

#[derive(Debug)]
enum Pattern {
    /// No character of it has a meaning of its own.
    Plain(String),
    Regex(Regex),
}

impl TargetPath {
    /// Compiles a path.
    ///
    /// # Errors
    /// When a matcher has no `=` or its value is no regular expression.
    pub fn new(path: &str) -> Result<TargetPath, PathError> {
        let steps = split(path).into_iter().map(Step::new).collect::<Result<_, _>>()?;
        Ok(TargetPath { steps })
    }

    /// Calls `f` on every value that the path leads to, and says how many there are. With `make`,
    /// missing fields and elements are made; `origin` is what asks for them.
    ///
    /// # Errors
    /// When a segment does not fit what is there, or `f` fails.
    pub fn visit<E: From<PathError>>(
        &self,
        node: &mut Node,
        make: Option<Make>,
        origin: Span,
        f: &mut dyn FnMut(&mut Node) -> Result<(), E>,
    ) -> Result<usize, E> {
        visit(node, &self.steps, make, origin, f)
    }
}

impl Step {
    fn new(segment: String) -> Result<Step, PathError> {
        if let Ok(index) = segment.parse::<i64>().map(usize::try_from)
            && let Ok(index) = index
        {
            return Ok(Step::Index(index));
        }
        if is_match(&segment) {
            let (field, value) = split_match(&segment)?;
            let pattern = Pattern::new(value)?;
            return Ok(Step::Elements { field: field.into(), value: value.into(), pattern });
        }
        Ok(if segment == "*" { Step::Every } else { Step::Key(segment) })
    }

    fn shown(&self) -> Cow<'_, str> {
        match self {
            Step::Key(key) => key.into(),
            Step::Index(index) => index.to_string().into(),
            Step::Every => "*".into(),
            Step::Elements { field, value, .. } => format!("[{field}={value}]").into(),
        }
    }
}

impl Pattern {
    fn new(pattern: &str) -> Result<Pattern, PathError> {
        let special = ['\\', '.', '+', '*', '?', '(', ')', '[', ']', '{', '}', '^', '$', '|'];
        if !pattern.contains(special) {
            return Ok(Pattern::Plain(pattern.into()));
        }
        let regex = expression(pattern).map_err(|_| PathError::Pattern(pattern.into()))?;
        Ok(Pattern::Regex(regex))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Plain(plain) => text.contains(plain),
            Pattern::Regex(regex) => regex.is_match(text.as_bytes()),
        }
    }
}

fn visit<E: From<PathError>>(
    node: &mut Node,
    steps: &[Step],
    make: Option<Make>,
    origin: Span,
    f: &mut dyn FnMut(&mut Node) -> Result<(), E>,
) -> Result<usize, E> {
    let Some((step, rest)) = steps.split_first() else {
        f(node)?;
        return Ok(1);
    };
    // What a step makes depends on the next one.
    let kind = make.map(|make| match rest.first() {
        None => make,
        Some(Step::Index(_) | Step::Elements { .. }) => Make::Sequence,
        Some(_) => Make::Mapping,
    });
    if node.is_null() && kind.is_some() && matches!(step, Step::Index(_) | Step::Elements { .. }) {
        // The reference puts the element into the null, which it then writes without it.
        let mut list = Node::sequence(Vec::new(), origin);
        return visit(&mut list, steps, make, origin, f);
    }
    match step {
        Step::Key(key) => match node {
            // The reference takes a key without text for the value itself, if that is as empty.
            Node::Mapping(_) if key.is_empty() => Err(PathError::NoKey.into()),
            Node::Scalar(scalar)
                if key.is_empty() && scalar.text.is_empty() && !scalar.is_null() =>
            {
                visit(node, rest, make, origin, f)
            }
            Node::Mapping(mapping) => {
                if !mapping.contains(key) {
                    let Some(kind) = kind else { return Ok(0) };
                    let key = Text::made(key.as_str(), origin);
                    mapping.set(key, kind.node(origin));
                }
                mapping.get_mut(key).map_or(Ok(0), |field| visit(field, rest, make, origin, f))
            }
            node if node.is_null() => match kind {
                // The reference makes the field in a copy that it then forgets.
                Some(kind) => visit(&mut kind.node(origin), rest, make, origin, f),
                None => Ok(0),
            },
            other => Err(wrong_kind(key, "a mapping", other).into()),
        },
        Step::Index(index) => {
            let items = items_mut(node, step)?;
            if let (Some(kind), true) = (kind, items.len() == *index) {
                items.push(kind.node(origin));
            }
            let len = items.len();
            match items.get_mut(*index) {
                Some(item) => visit(item, rest, make, origin, f),
                None => Err(PathError::OutOfRange { index: *index, len }.into()),
            }
        }
        Step::Every => {
            let items = items_mut(node, step)?.iter_mut();
            items.map(|item| visit(item, rest, make, origin, f)).sum()
        }
        Step::Elements { field, value, pattern } => {
            let items = items_mut(node, step)?;
            let found = visit_elements(items, field, pattern, rest, make, origin, f)?;
            if found > 0 || make.is_none() {
                return Ok(found);
            }
            items.push(new_element(field, value, origin));
            match visit_elements(items, field, pattern, rest, make, origin, f)? {
                0 => Err(PathError::SelfMismatch(step.shown().into_owned()).into()),
                found => Ok(found),
            }
        }
    }
}

fn visit_elements<E: From<PathError>>(
    items: &mut [Node],
    field: &str,
    pattern: &Pattern,
    rest: &[Step],
    make: Option<Make>,
    origin: Span,
    f: &mut dyn FnMut(&mut Node) -> Result<(), E>,
) -> Result<usize, E> {
    let mut found = 0;
    for item in items {
        if field.is_empty() {
            // A matcher of scalar elements ends the path, whatever follows.
            if pattern.matches(&rendered(item)) {
                f(item)?;
                found += 1;
            }
            continue;
        }
        let value = item.as_mapping().and_then(|mapping| mapping.get(field));
        if value.is_some_and(|value| pattern.matches(&rendered(value))) {
            found += visit(item, rest, make, origin, f)?;
        }
    }
    Ok(found)
}

fn new_element(field: &str, value: &str, origin: Span) -> Node {
    let value = Scalar::plain(Text::made(value, origin)).into();
    if field.is_empty() {
        return value;
    }
    let key = Key::plain(Text::made(field, origin));
    Mapping::from_entries([Entry { key, value }], origin, false).into()
}

/// A value as YAML writes it, for patterns: quotes are part of it, and so is a comment behind it.
fn rendered(node: &Node) -> Cow<'_, str> {
    let text = rendered_alone(node);
    // Where nothing is written, the comment belongs to what follows.
    let written =
        node.as_scalar().filter(|scalar| !scalar.text.is_empty() || scalar.style.is_quoted());
    match written.and_then(Scalar::comment) {
        Some(comment) => format!("{text} {comment}").into(),
        None => text,
    }
}

/// Lines of text as YAML writes them, without space at their end.
fn as_block(text: &str) -> Cow<'_, str> {
    let mut block = String::from("|-");
    for line in text.trim_end().split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str("  ");
            block.push_str(line);
        }
    }
    block.into()
}

fn rendered_alone(node: &Node) -> Cow<'_, str> {
    match node {
        Node::Scalar(scalar) => match scalar.style {
            Style::Plain | Style::Tagged if scalar.text.contains('\n') => as_block(&scalar.text),
            Style::Plain | Style::Tagged => Cow::Borrowed(scalar.text.trim()),
            Style::SingleQuoted => format!("'{}'", scalar.text.replace('\'', "''")).into(),
            Style::DoubleQuoted => format!("\"{}\"", scalar.text.escape_debug()).into(),
            Style::Literal | Style::Folded => as_block(&scalar.text),
        },
        other => {
            let mut out = Vec::new();
            // What can't be written matches nothing.
            let written = super::emit(other, &mut out).is_ok();
            let text = String::from_utf8(out).unwrap_or_default();
            if written { text.trim().to_string().into() } else { Cow::Borrowed("") }
        }
    }
}

fn is_match(segment: &str) -> bool {
    segment.starts_with('[') && segment.ends_with(']')
}

fn split_match(segment: &str) -> Result<(&str, &str), PathError> {
    let inner = segment.strip_suffix(']').unwrap_or(segment);
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    inner.split_once('=').ok_or_else(|| PathError::NoMatch(segment.into()))
}

fn has_text(item: &Node, field: &str, value: &str) -> bool {
    let scalar = match (field, item) {
        ("", item) => item.as_scalar(),
        (field, Node::Mapping(mapping)) => mapping.get(field).and_then(Node::as_scalar),
        _ => None,
    };
    scalar.is_some_and(|scalar| scalar.text == *value)
}

fn items<'n>(node: &'n Node, segment: &str) -> Result<&'n [Node], PathError> {
    match node {
        Node::Sequence(sequence) => Ok(&sequence.items),
        node if node.is_null() => Ok(&[]),
        other => Err(wrong_kind(segment, "a sequence", other)),
    }
}

fn items_mut<'n>(node: &'n mut Node, step: &Step) -> Result<&'n mut ThinVec<Node>, PathError> {
    if node.is_null() {
        return Err(wrong_kind(&step.shown(), "a sequence", node));
    }
    match node {
        Node::Sequence(sequence) => Ok(&mut sequence.items),
        other => Err(wrong_kind(&step.shown(), "a sequence", other)),
    }
}

fn wrong_kind(segment: &str, needed: &'static str, found: &Node) -> PathError {
    PathError::WrongKind { segment: segment.into(), needed, found: found.describe() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_the_reference_does() {
        for (path, segments) in [
            ("a.b", &["a", "b"][..]),
            (".a.b", &["a", "b"]),
            ("a.[b.c].d", &["a", "b.c", "d"]),
            ("a.[b]", &["a", "[b]"]),
            ("a.[k=x.y].z", &["a", "[k=x.y]", "z"]),
            ("a.[k=x", &["a", "[k=x"]),
            (r"a.b\.c", &["a", "b.c"]),
            ("", &[""]),
        ] {
            assert_eq!(split(path), segments, "{path}");
        }
    }

    fn node() -> Node {
        let mut root = Mapping::new(Span::NONE);
        let element = |name: &str| new_element("name", name, Span::NONE);
        root.set("list", Node::sequence(vec![element("c1"), element("c2")], Span::NONE));
        root.set("null", Node::null(Span::NONE));
        root.into()
    }

    fn visit_all(node: &mut Node, path: &str, make: Option<Make>) -> Result<usize, PathError> {
        let path = TargetPath::new(path)?;
        path.visit(node, make, Span::NONE, &mut |_| Ok::<(), PathError>(()))
    }

    #[test]
    fn sources_match_exactly_and_targets_by_pattern() {
        let mut node = node();
        assert!(get(&node, &split("list.[name=c]")).unwrap().is_none());
        assert!(get(&node, &split("list.[name=c2].name")).unwrap().is_some());
        assert_eq!(visit_all(&mut node, "list.[name=c].name", None), Ok(2));
        assert_eq!(visit_all(&mut node, "list.*.name", None), Ok(2));
        assert_eq!(get(&node, &split("list.*")).unwrap_err(), PathError::Wildcard);
    }

    #[test]
    fn makes_what_is_missing() {
        let mut node = node();
        assert_eq!(visit_all(&mut node, "spec.x", None), Ok(0));
        assert_eq!(visit_all(&mut node, "spec.x.0.y", Some(Make::Scalar)), Ok(1));
        assert!(get(&node, &split("spec.x.0.y")).unwrap().is_some());
        assert_eq!(visit_all(&mut node, "list.[name=c3].image", Some(Make::Scalar)), Ok(1));
        assert!(get(&node, &split("list.2.image")).unwrap().is_some());
        let beyond = visit_all(&mut node, "list.9", Some(Make::Scalar));
        assert_eq!(beyond, Err(PathError::OutOfRange { index: 9, len: 3 }));
        assert!(visit_all(&mut node, "list.[name=^x$]", Some(Make::Scalar)).is_err());
    }
}
