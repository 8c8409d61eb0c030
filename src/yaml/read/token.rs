//! Tokens: what the scanner makes of text, and the composer of tokens.

use crate::source::Text;
use crate::yaml::Style;

/// The kinds of tokens. Some stand for nothing in the text but for what indentation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The end of the text.
    StreamEnd,
    /// A `%YAML` line.
    VersionDirective,
    /// A `%TAG` line.
    TagDirective,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// Before the first `-` of a list that is indented deeper than what is around it.
    BlockSequenceStart,
    /// Before the first key of a mapping that is indented deeper than what is around it.
    BlockMappingStart,
    /// Where the indentation of a list or mapping ends.
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or the place before a key that has an anchor or a tag.
    Key,
    /// `:`
    Value,
    /// A scalar and the `:` behind it: three tokens of the grammar in one, as nearly all keys
    /// come like this. `end` is behind the colon.
    SimpleKey,
    /// `*name`
    Alias,
    /// `&name`
    Anchor,
    /// `!tag`
    Tag,
    /// A scalar in any style.
    Scalar,
}

impl Kind {
    /// Whether a key begins here.
    pub(super) fn is_key(self) -> bool {
        matches!(self, Kind::Key | Kind::SimpleKey)
    }

    /// Whether a value of a block mapping is missing when this comes instead.
    pub(super) fn ends_block_value(self) -> bool {
        self.is_key() || matches!(self, Kind::Value | Kind::BlockEnd)
    }
}

/// A token and its place.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The style of a scalar.
    pub(super) style: Style,
    /// The offset of its first byte in the source's text.
    pub(super) start: u32,
    /// The offset behind its last byte.
    pub(super) end: u32,
    /// The decoded text of a scalar.
    pub(super) text: Option<Text>,
}

const _: () = assert!(size_of::<Token>() <= 32);

impl Token {
    /// A token without text.
    pub(super) fn bare(kind: Kind, start: usize, end: usize) -> Token {
        Token { kind, style: Style::Plain, start: start as u32, end: end as u32, text: None }
    }
}
