//! Building: nodes, and the collections that wait for them.

use thin_vec::ThinVec;

use super::anchors::Anchored;
use super::compose::{Composer, Frame, Properties, Shape, Step};
use super::merge;
use super::unexpected;
use crate::diag::Result;
use crate::yaml::{Entry, Key, Mapping, Node, Scalar, Sequence, Style, Tag};

impl Composer<'_> {
    /// Makes the name of an anchor known.
    pub(super) fn open_anchor(&mut self, properties: &Properties) -> Option<usize> {
        let (start, end) = properties.anchor?;
        let name = &self.scanner.source.text()[start + 1..end];
        let span = self.scanner.span(start, end);
        self.anchors.open(name, span, self.piece)
    }

    #[inline]
    pub(super) fn scalar(&mut self, tag: Option<Tag>, anchor: Option<usize>) -> Result<()> {
        let token = self.take()?;
        self.last_scalar = token.start as usize;
        let text = token.text.unwrap_or_default();
        let mut scalar = Scalar::new(text, token.style, tag.unwrap_or_default());
        if tag.is_some() {
            scalar.set_tagged();
        }
        self.attach_scalar(scalar, anchor)
    }

    /// Adds the null that stands for a node that is left out.
    pub(super) fn empty(&mut self) -> Result<()> {
        self.empty_scalar(None, None)
    }

    pub(super) fn empty_scalar(&mut self, tag: Option<Tag>, anchor: Option<usize>) -> Result<()> {
        let text = self.scanner.slice(self.end, self.end);
        let style = if tag.is_some() { Style::Tagged } else { Style::Plain };
        let scalar = Scalar::new(text, style, tag.unwrap_or_default());
        self.attach_scalar(scalar, anchor)
    }

    #[inline]
    fn attach_scalar(&mut self, scalar: Scalar, anchor: Option<usize>) -> Result<()> {
        self.made += 1;
        let node = Node::Scalar(scalar);
        if let Some(id) = anchor {
            self.anchors.close(id, node.clone(), 1, 0);
        }
        self.attach(node, 0)
    }

    /// Takes an alias, and adds a copy of what it stands for.
    pub(super) fn alias(&mut self) -> Result<()> {
        let token = self.take()?;
        let name = &self.text(&token)[1..];
        let Some(anchor) = self.anchors.get(name) else {
            return Err(unexpected::unknown_anchor(self, &token));
        };
        let Anchored::Complete { node, size, height } = &anchor.node else {
            return Err(unexpected::endless_alias(self, &token, anchor.span));
        };
        let (size, height) = (*size, *height);
        if self.frames.len() + height > self.limits.max_depth {
            return Err(unexpected::too_deep(self, token.start as usize));
        }
        if size > self.alias_budget {
            return Err(unexpected::too_many_copies(self, &token, anchor.span));
        }
        let node = node.clone();
        self.alias_budget -= size;
        self.made += size;
        if let Some(key) = self.frames.last().and_then(|frame| frame.key.as_ref()) {
            merge::check_alias(key, &node, self.scanner.flavour)?;
        }
        if self.expects_key() && node.as_scalar().is_none() {
            return Err(unexpected::alias_key(self, &token));
        }
        self.attach(node, height)
    }

    /// Begins a collection.
    pub(super) fn open(&mut self, shape: Shape, start: usize, anchor: Option<usize>) -> Result<()> {
        if self.frames.len() >= self.limits.max_depth {
            return Err(unexpected::too_deep(self, start));
        }
        self.frames.push(Frame {
            shape,
            step: Step::First,
            start,
            base: match shape {
                Shape::BlockMapping | Shape::FlowMapping | Shape::FlowPair => self.entries.len(),
                _ => self.items.len(),
            },
            key: None,
            merges: false,
            anchor,
            made: self.made,
            height: 0,
        });
        self.made += 1;
        Ok(())
    }

    /// Ends the innermost collection.
    pub(super) fn close(&mut self) -> Result<()> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let span = self.scanner.span(frame.start, self.end);
        let node = match frame.shape {
            Shape::BlockMapping | Shape::FlowMapping | Shape::FlowPair => {
                // Exactly as long as it is: `collect` would make room for four.
                let mut entries = ThinVec::with_capacity(self.entries.len() - frame.base);
                entries.extend(self.entries.drain(frame.base..));
                if frame.merges {
                    entries = merge::resolve(entries, self.scanner.flavour)?;
                }
                let flow = frame.shape != Shape::BlockMapping;
                Node::Mapping(Mapping::from_entries(entries, span, flow))
            }
            shape => {
                let mut items = ThinVec::with_capacity(self.items.len() - frame.base);
                items.extend(self.items.drain(frame.base..));
                Sequence::from_items(items, span, shape == Shape::FlowSequence).into()
            }
        };
        let height = frame.height + 1;
        if let Some(id) = frame.anchor {
            let size = self.made - frame.made;
            if size > self.alias_budget {
                return Err(unexpected::too_large_anchor(span));
            }
            self.alias_budget -= size;
            self.anchors.close(id, node.clone(), size, height);
        }
        self.attach(node, height)
    }

    /// Puts a complete node where it belongs.
    #[inline]
    fn attach(&mut self, node: Node, height: usize) -> Result<()> {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.height = frame.height.max(height);
        if matches!(
            frame.shape,
            Shape::BlockSequence | Shape::IndentlessSequence | Shape::FlowSequence
        ) {
            self.items.push(node);
            return Ok(());
        }
        match (frame.key.take(), node) {
            (Some(key), value) => {
                frame.step = match frame.shape {
                    Shape::FlowPair => Step::End,
                    _ => Step::Next,
                };
                self.entries.push(Entry { key, value });
            }
            (None, Node::Scalar(key)) => {
                self.set_key(key);
                self.set_step(Step::Colon);
            }
            // `node` and `alias` let no collection come here.
            (None, _) => {}
        }
        Ok(())
    }

    #[inline]
    pub(super) fn set_key(&mut self, key: Key) {
        if let Some(frame) = self.frames.last_mut() {
            frame.merges |= merge::concerns(&key);
            frame.key = Some(key);
        }
    }

    #[inline]
    pub(super) fn set_step(&mut self, step: Step) {
        if let Some(frame) = self.frames.last_mut() {
            frame.step = step;
        }
    }

    /// Whether the next node is a key.
    pub(super) fn expects_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            matches!(frame.shape, Shape::BlockMapping | Shape::FlowMapping | Shape::FlowPair)
                && frame.key.is_none()
        })
    }
}
