//! The node tree: what every layer above works on.
//!
//! A [`Node`] is a scalar, a sequence or a mapping; 24 bytes. Scalars keep their text, style and
//! tag and are typed only when asked (see [`super::scalar`]). Mappings keep the file's order and
//! may hold a key twice: both are settled when a node is emitted, as the reference does.
//!
//! Every scalar knows its place through its [`Text`]; collections keep a [`Span`].

use std::{fmt, slice};

use thin_vec::ThinVec;

use crate::source::{Span, Text};

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// Without quotes: the text decides the type, unless there is a tag.
    #[default]
    Plain,
    /// Behind a tag such as `!!str`, which decides. What is written over such text gets its tag
    /// written too, and so stays what it is. Folded text, and lines in quotes, keep their style.
    Tagged,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Style {
    /// Whether text in this style is a string whatever it looks like.
    pub const fn is_quoted(self) -> bool {
        !matches!(self, Style::Plain | Style::Tagged)
    }
}

/// The type that a scalar is tagged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Tag {
    /// No tag: quoted text is a string, plain text is what it looks like.
    #[default]
    Auto,
    /// No tag, and written by the engine: it comes out like [`Tag::Auto`], but as long as it is in
    /// the tree it is a string, and what is written over it is looked at anew.
    Untagged,
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
    /// An application's own tag, such as `!Ref`, which has no meaning here.
    Other,
}

/// A scalar: text, and how it was written.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The decoded text: without quotes, escapes and indentation.
    pub text: Text,
    /// How it was written.
    pub style: Style,
    /// Its tag.
    pub tag: Tag,
    /// Scalars of one resource with the same number, other than 0, are one: writing to one of them
    /// writes to all. The reference makes such twins when one label is added in several places, and
    /// a later change of one reaches the others. Writers in place keep the number; see
    /// `k8s::Resource`, which carries the change over.
    pub share: u16,
}

/// A mapping key. Keys are scalars; the parser refuses anything else.
pub type Key = Scalar;

/// One key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A mapping in file order.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    entries: ThinVec<Entry>,
    extent: Extent,
}

/// Mappings with fewer entries than this grow by one entry at a time.
const FEW_ENTRIES: usize = 16;

/// A sequence.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// The items.
    pub items: ThinVec<Node>,
    extent: Extent,
}

/// Where a collection stands, and whether it was written in braces or brackets; eight bytes, so
/// that a collection fits into a [`Node`] as it is.
#[derive(Clone, Copy, Default)]
struct Extent {
    start: u32,
    /// The number of bytes, and what else there is to say.
    len: u32,
}

impl Extent {
    /// It was written in braces or brackets.
    const FLOW: u32 = 1 << 31;
    /// It is a document that ends with a comment.
    const END_COMMENT: u32 = 1 << 30;
    const LEN: u32 = Self::END_COMMENT - 1;

    /// Longer collections than a gibibyte lose their end.
    fn new(span: Span, flow: bool) -> Extent {
        let extent = Extent { start: span.start(), len: span.len().min(Self::LEN) };
        extent.with(Self::FLOW, flow)
    }

    fn with(self, flag: u32, on: bool) -> Extent {
        Extent { len: if on { self.len | flag } else { self.len & !flag }, ..self }
    }

    fn span(self) -> Span {
        Span::new(self.start, self.len & Self::LEN)
    }

    fn is_flow(self) -> bool {
        self.len & Self::FLOW != 0
    }
}

impl fmt::Debug for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.span(), if self.is_flow() { " in flow style" } else { "" })
    }
}

/// A value with a place.
#[derive(Clone, Debug)]
pub enum Node {
    /// A scalar.
    Scalar(Scalar),
    /// A sequence.
    Sequence(Sequence),
    /// A mapping.
    Mapping(Mapping),
}

const _: () = assert!(size_of::<Node>() <= 24 && size_of::<Entry>() <= 48);

impl Scalar {
    /// A scalar of its own.
    pub fn new(text: impl Into<Text>, style: Style, tag: Tag) -> Scalar {
        Scalar { text: text.into(), style, tag, share: 0 }
    }

    /// Untagged plain text: what it looks like decides its type.
    pub fn plain(text: impl Into<Text>) -> Scalar {
        Scalar::new(text, Style::Plain, Tag::Untagged)
    }

    /// Plain text that is a string whatever it looks like.
    pub fn string(text: impl Into<Text>) -> Scalar {
        Scalar::new(text, Style::Plain, Tag::Str)
    }

    /// `null` in so many letters.
    pub fn null(origin: Span) -> Scalar {
        Scalar::new(Text::made("null", origin), Style::Plain, Tag::Null)
    }

    /// An integer.
    pub fn int(value: i64, origin: Span) -> Scalar {
        Scalar::new(Text::made(value.to_string(), origin), Style::Plain, Tag::Int)
    }

    /// Writes text and type in place and keeps the quotes, as the reference does: so an integer
    /// written over quoted text comes out as a string.
    ///
    /// ```
    /// use railsgen::yaml::{Scalar, Style, Tag, Value};
    ///
    /// let mut replicas = Scalar::new("1", Style::DoubleQuoted, Tag::Auto);
    /// replicas.write("3".into(), Tag::Int);
    /// assert_eq!(replicas.value(), Ok(Value::String("3".into())));
    /// ```
    pub fn write(&mut self, text: Text, tag: Tag) {
        self.tag = tag;
        self.text = text;
    }

    /// Whether quotes make this a string in spite of its tag.
    ///
    /// The reference does not write a tag that the text has anyway, and then the quotes decide. It
    /// is so where a number was written over quoted text; of text that a file tags (`!!int "3"`)
    /// the parser drops the quotes.
    pub(crate) fn is_quoted_against_tag(&self) -> bool {
        self.style.is_quoted()
            && matches!(self.tag, Tag::Int | Tag::Float | Tag::Bool | Tag::Null | Tag::Timestamp)
            && Scalar::looks_like(&self.text) == self.tag
    }

    /// Whether nothing but its text says that it is null.
    pub(crate) fn is_bare_null(&self) -> bool {
        !self.style.is_quoted()
            && !self.text.is_empty()
            && matches!(self.tag, Tag::Auto | Tag::Untagged)
            && Scalar::looks_like(&self.text) == Tag::Null
    }

    /// Notes that a file gives the tag. Quotes then mean nothing, as in `!!int "3"`; but they can
    /// hold line breaks.
    pub(crate) fn set_tagged(&mut self) {
        let stays = match self.style {
            // A mere `!` takes nothing from quotes.
            _ if self.tag == Tag::Auto && self.style.is_quoted() => true,
            Style::Plain | Style::Tagged | Style::Literal => false,
            Style::Folded => true,
            Style::SingleQuoted | Style::DoubleQuoted => self.text.contains('\n'),
        };
        if self.is_quoted_against_tag() || !stays {
            self.style = Style::Tagged;
        }
    }

    /// Whether this is null: by its tag, or plain, untagged and empty, `~` or a spelling of
    /// `null`.
    pub fn is_null(&self) -> bool {
        match self.tag {
            Tag::Null => true,
            Tag::Auto => {
                !self.style.is_quoted()
                    && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// Whether, as a key, it has nothing but a comment behind its colon, which then belongs to it.
    pub(crate) fn has_own_comment(&self) -> bool {
        let quote = match self.style {
            Style::Plain | Style::Tagged => None,
            Style::SingleQuoted => Some('\''),
            Style::DoubleQuoted => Some('"'),
            Style::Literal | Style::Folded => return false,
        };
        self.tag == Tag::Auto && self.text.has_comment_behind_colon(quote)
    }

    /// Forgets that comment.
    pub(crate) fn drop_own_comment(&mut self) {
        if self.has_own_comment() {
            self.tag = Tag::Untagged;
        }
    }

    /// The comment that stands behind it in its file. Text that was made has none.
    pub(crate) fn comment(&self) -> Option<&str> {
        match self.style {
            Style::Plain | Style::Tagged => self.text.comment_behind(None),
            Style::SingleQuoted => self.text.comment_behind(Some('\'')),
            Style::DoubleQuoted => self.text.comment_behind(Some('"')),
            Style::Literal | Style::Folded => None,
        }
    }
}

impl Mapping {
    /// An empty mapping that stands for what is at `span`.
    pub fn new(span: Span) -> Mapping {
        Mapping { entries: ThinVec::new(), extent: Extent::new(span, false) }
    }

    /// A mapping of these entries.
    pub fn from_entries(entries: impl Into<ThinVec<Entry>>, span: Span, flow: bool) -> Mapping {
        Mapping { entries: entries.into(), extent: Extent::new(span, flow) }
    }

    /// The range from the first key to the end of the last value, or of the braces.
    pub fn span(&self) -> Span {
        self.extent.span()
    }

    /// Changes what it stands for.
    pub fn set_span(&mut self, span: Span) {
        self.extent = Extent::new(span, self.is_flow());
    }

    /// Whether a comment stands behind it at the end of its document.
    pub(crate) fn has_end_comment(&self) -> bool {
        self.extent.len & Extent::END_COMMENT != 0
    }

    /// Changes whether such a comment counts as there.
    pub(crate) fn set_end_comment(&mut self, comment: bool) {
        self.extent = self.extent.with(Extent::END_COMMENT, comment);
    }

    /// Whether it was written in braces.
    pub fn is_flow(&self) -> bool {
        self.extent.is_flow()
    }

    /// Changes whether it counts as written in braces.
    pub fn set_flow(&mut self, flow: bool) {
        self.extent = self.extent.with(Extent::FLOW, flow);
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All entries, to be changed in place.
    pub fn entries_mut(&mut self) -> &mut ThinVec<Entry> {
        &mut self.entries
    }

    /// All entries, in order.
    pub fn iter(&self) -> slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The index of the first entry with this key.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key.text == *key)
    }

    /// The first entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).map(|at| &self.entries[at])
    }

    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of the first entry with this key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.position(key)?;
        Some(&mut self.entries[at].value)
    }

    /// Whether a key is there.
    pub fn contains(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// The text of a scalar value that is not null.
    pub fn text(&self, key: &str) -> Option<&Text> {
        self.get(key)?.text()
    }

    /// Puts a value under a key: in the place of the first entry that has it, else at the end.
    /// A new key is written plain.
    pub fn set(&mut self, key: impl AsRef<str> + Into<Text>, value: Node) {
        match self.position(key.as_ref()) {
            Some(at) => self.entries[at].value = value,
            None => self.push(Key::plain(key), value),
        }
    }

    /// Adds an entry at the end, whether or not the key is there.
    pub fn push(&mut self, key: Key, value: Node) {
        // Mappings of files are full, and most that grow get one or two entries: room for more
        // would be a large part of a build's memory.
        if self.entries.len() < FEW_ENTRIES {
            self.entries.reserve_exact(1);
        }
        self.entries.push(Entry { key, value });
    }

    /// Takes the first entry with this key out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.position(key).map(|at| self.entries.remove(at))
    }
}

impl<'m> IntoIterator for &'m Mapping {
    type Item = &'m Entry;
    type IntoIter = slice::Iter<'m, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Sequence {
    /// A block sequence of these items that stands for what is at `span`.
    pub fn new(items: impl Into<ThinVec<Node>>, span: Span) -> Sequence {
        Sequence::from_items(items, span, false)
    }

    /// A sequence of these items.
    pub fn from_items(items: impl Into<ThinVec<Node>>, span: Span, flow: bool) -> Sequence {
        Sequence { items: items.into(), extent: Extent::new(span, flow) }
    }

    /// The range from the first dash to the end of the last item, or of the brackets.
    pub fn span(&self) -> Span {
        self.extent.span()
    }

    /// Changes what it stands for.
    pub fn set_span(&mut self, span: Span) {
        self.extent = Extent::new(span, self.is_flow());
    }

    /// Whether it was written in brackets.
    pub fn is_flow(&self) -> bool {
        self.extent.is_flow()
    }

    /// Changes whether it counts as written in brackets.
    pub fn set_flow(&mut self, flow: bool) {
        self.extent = self.extent.with(Extent::FLOW, flow);
    }
}

impl Node {
    /// Plain text that is a string whatever it looks like.
    pub fn string(text: impl Into<Text>) -> Node {
        Node::Scalar(Scalar::string(text))
    }

    /// `null` in so many letters.
    pub fn null(origin: Span) -> Node {
        Node::Scalar(Scalar::null(origin))
    }

    /// An empty mapping.
    pub fn mapping(origin: Span) -> Node {
        Node::Mapping(Mapping::new(origin))
    }

    /// A block sequence.
    pub fn sequence(items: impl Into<ThinVec<Node>>, origin: Span) -> Node {
        Node::Sequence(Sequence::new(items, origin))
    }

    /// Where the value stands, or what asked for it.
    pub fn span(&self) -> Span {
        match self {
            Node::Scalar(scalar) => scalar.text.span(),
            Node::Sequence(sequence) => sequence.span(),
            Node::Mapping(mapping) => mapping.span(),
        }
    }

    /// The scalar, null included.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar, null included, to be changed.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        match self {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The sequence.
    pub fn as_sequence(&self) -> Option<&Sequence> {
        match self {
            Node::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The sequence, to be changed.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Sequence> {
        match self {
            Node::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The mapping.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match self {
            Node::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping, to be changed.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match self {
            Node::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Node::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether this is a null scalar.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Scalar(scalar) if scalar.is_null())
    }

    /// Whether this is a scalar that is one with others; see [`Scalar::share`].
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Node::Scalar(scalar) if scalar.share != 0)
    }

    /// Whether this is an empty mapping or sequence.
    pub fn is_empty_collection(&self) -> bool {
        match self {
            Node::Scalar(_) => false,
            Node::Sequence(sequence) => sequence.items.is_empty(),
            Node::Mapping(mapping) => mapping.is_empty(),
        }
    }

    /// The value below a chain of mapping keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.as_mapping()?.get(key))
    }

    /// The value below a chain of mapping keys, to be changed.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| node.as_mapping_mut()?.get_mut(key))
    }

    /// "a mapping", "a sequence", "null" or "a scalar", for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Node::Scalar(scalar) if scalar.is_null() => "null",
            Node::Scalar(_) => "a scalar",
            Node::Sequence(_) => "a sequence",
            Node::Mapping(_) => "a mapping",
        }
    }
}

impl From<Mapping> for Node {
    fn from(mapping: Mapping) -> Node {
        Node::Mapping(mapping)
    }
}

impl From<Sequence> for Node {
    fn from(sequence: Sequence) -> Node {
        Node::Sequence(sequence)
    }
}

impl From<Scalar> for Node {
    fn from(scalar: Scalar) -> Node {
        Node::Scalar(scalar)
    }
}
