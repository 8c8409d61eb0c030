//! Pointers: the paths of JSON patches.

use crate::diag::{Code, Diagnostic, Result};
use crate::source::Text;
use crate::yaml::{Mapping, Node};

/// A path such as `/spec/template/0`, split. What stands before its first slash is ignored.
#[derive(Clone, Debug)]
pub(super) struct Pointer {
    text: Text,
    /// The keys and indices; none when there is no slash.
    tokens: Vec<Box<str>>,
}

/// What holds the value that a pointer leads to.
pub(super) enum Parent<'n> {
    Mapping(&'n mut Mapping),
    Sequence(&'n mut Vec<Node>),
}

impl Pointer {
    pub(super) fn new(text: Text) -> Pointer {
        let tokens = text.split('/').skip(1);
        let tokens = tokens.map(|token| token.replace("~1", "/").replace("~0", "~").into());
        Pointer { tokens: tokens.collect(), text }
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    /// The last key or index.
    pub(super) fn last(&self) -> &str {
        self.tokens.last().map_or("", |token| token)
    }

    /// What holds the value that the pointer leads to, if it is there.
    pub(super) fn parent<'n>(&self, root: &'n mut Node) -> Option<Parent<'n>> {
        let (_, before) = self.tokens.split_last()?;
        let mut node = root;
        for token in before {
            node = match node {
                Node::Mapping(mapping) => mapping.get_mut(token)?,
                Node::Sequence(sequence) => {
                    let at = position(token, sequence.items.len())?;
                    sequence.items.get_mut(at)?
                }
                Node::Scalar(_) => return None,
            };
        }
        match node {
            Node::Mapping(mapping) => Some(Parent::Mapping(mapping)),
            Node::Sequence(sequence) => Some(Parent::Sequence(&mut sequence.items)),
            Node::Scalar(_) => None,
        }
    }

    /// The position that an index means among `len`.
    ///
    /// # Errors
    /// When it is no index, or there is no such position.
    pub(super) fn index(&self, token: &str, len: usize) -> Result<usize> {
        position(token, len).ok_or_else(|| {
            let why = match token.parse::<i64>() {
                Ok(_) => format!("the list has no index {token}"),
                Err(_) => format!("`{token}` is no index of a list"),
            };
            self.error(why)
        })
    }

    pub(super) fn no_key(&self, mapping: &Mapping) -> Box<Diagnostic> {
        let names = mapping.iter().map(|entry| entry.key.text.as_str());
        let error = self.error(format!("there is no `{}` at `{}`", self.last(), self.text));
        Box::new(error.suggest(self.last(), names))
    }

    /// An error that names the first part of the path that is not there.
    pub(super) fn no_parent(&self, root: &Node) -> Box<Diagnostic> {
        let Some((_, before)) = self.tokens.split_last() else {
            let message = format!("path `{}` does not begin with `/`", self.text);
            return self.error(message);
        };
        let mut node = root;
        let mut way = String::new();
        for token in before {
            let next = match node {
                Node::Mapping(mapping) => mapping.get(token),
                Node::Sequence(sequence) => {
                    position(token, sequence.items.len()).and_then(|at| sequence.items.get(at))
                }
                Node::Scalar(_) => None,
            };
            way.push('/');
            way.push_str(token);
            match next {
                Some(next) => node = next,
                None => {
                    let error = self.error(format!("there is nothing at `{way}` to go on from"));
                    let names: Vec<&str> = match node {
                        Node::Mapping(mapping) => {
                            mapping.iter().map(|entry| entry.key.text.as_str()).collect()
                        }
                        _ => Vec::new(),
                    };
                    return Box::new(
                        error
                            .suggest(token, names)
                            .help("add the parts of the path one by one, from the top"),
                    );
                }
            }
        }
        self.error(format!("{} is at `{way}`, which holds no fields", node.describe()))
    }

    fn error(&self, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(Code::Patch, message).at(self.text.span()))
    }
}

/// The position that an index means among `len`; a negative one counts from the end.
fn position(token: &str, len: usize) -> Option<usize> {
    let index: i64 = token.parse().ok()?;
    let at = match index {
        0.. => usize::try_from(index).ok()?,
        _ => len.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    (at < len).then_some(at)
}
