//! JSON text, as Go's `encoding/json` writes it.

use crate::diag;
use crate::yaml::emit::order::Indexed;
use crate::yaml::emit::{duplicate_key, reread};
use crate::yaml::scalar::{Value, write_float_json, write_int, write_uint};
use crate::yaml::{Entry, Mapping, Node, Scalar};

/// Appends the compact JSON text of a node: keys sorted by bytes, `<`, `>`, `&`, U+2028 and U+2029
/// escaped.
///
/// ```
/// use railsgen::source::Span;
/// use railsgen::yaml::{Mapping, Node, Scalar, json};
///
/// let mut data = Mapping::new(Span::NONE);
/// data.set("b", Scalar::plain("010").into());
/// data.set("a", Node::string("<x>"));
/// let mut text = Vec::new();
/// json::write(&data.into(), &mut text)?;
/// assert_eq!(text, br#"{"a":"\u003cx\u003e","b":8}"#);
/// # Ok::<(), Box<railsgen::diag::Diagnostic>>(())
/// ```
///
/// # Errors
/// For a key that a mapping has twice or that is no string, and for values that JSON has not, such
/// as infinity. `out` then is as it was.
pub fn write(node: &Node, out: &mut Vec<u8>) -> diag::Result<()> {
    let start = out.len();
    let mut writer = Writer { out, frames: Vec::new(), keys: Vec::new() };
    let result = writer.write(node);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

struct Writer<'n, 'o> {
    out: &'o mut Vec<u8>,
    /// The collections that the current node stands in, outermost first.
    frames: Vec<Frame<'n>>,
    /// The sorted keys of those that are mappings, outermost first.
    keys: Vec<Indexed<'n>>,
}

struct Frame<'n> {
    items: Items<'n>,
    done: usize,
    /// Whether this or a collection around it was written in braces or brackets.
    in_flow: bool,
}

#[derive(Clone, Copy)]
enum Items<'n> {
    /// Entries, and where their keys begin.
    Entries(&'n [Entry], usize),
    Nodes(&'n [Node]),
}

impl<'n> Writer<'n, '_> {
    fn write(&mut self, root: &'n Node) -> diag::Result<()> {
        self.node(root, false)?;
        while let Some(depth) = self.frames.len().checked_sub(1) {
            let frame = &mut self.frames[depth];
            let at = frame.done;
            frame.done += 1;
            let in_flow = frame.in_flow;
            match frame.items {
                Items::Entries(entries, base) => {
                    let Some((_, index)) = self.keys.get(base + at) else {
                        self.keys.truncate(base);
                        self.out.push(b'}');
                        self.frames.pop();
                        continue;
                    };
                    let entry = &entries[*index as usize];
                    self.separate(at);
                    let key = reread::key(&entry.key, depth == 0, in_flow)?;
                    reread::check_comment(&entry.key, &entry.value, in_flow)?;
                    write_string(&key, self.out);
                    self.out.push(b':');
                    self.node(&entry.value, in_flow)?;
                }
                Items::Nodes(nodes) => match nodes.get(at) {
                    Some(node) => {
                        self.separate(at);
                        self.node(node, in_flow)?;
                    }
                    None => {
                        self.out.push(b']');
                        self.frames.pop();
                    }
                },
            }
        }
        Ok(())
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(b',');
        }
    }

    fn node(&mut self, node: &'n Node, in_flow: bool) -> diag::Result<()> {
        match node {
            Node::Scalar(scalar) => self.scalar(scalar, in_flow)?,
            Node::Mapping(mapping) => {
                self.out.push(b'{');
                let base = self.keys.len();
                self.sort(mapping)?;
                self.frames.push(Frame {
                    items: Items::Entries(mapping.entries(), base),
                    done: 0,
                    in_flow: in_flow || mapping.is_flow(),
                });
            }
            Node::Sequence(sequence) => {
                self.out.push(b'[');
                self.frames.push(Frame {
                    items: Items::Nodes(&sequence.items),
                    done: 0,
                    in_flow: in_flow || sequence.is_flow(),
                });
            }
        }
        Ok(())
    }

    /// Appends a mapping's keys, sorted by their bytes.
    fn sort(&mut self, mapping: &'n Mapping) -> diag::Result<()> {
        let base = self.keys.len();
        self.keys.extend(mapping.iter().map(|entry| entry.key.text.as_str()).zip(0..));
        let keys = &mut self.keys[base..];
        keys.sort_unstable_by_key(|(key, _)| *key);
        match keys.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => {
                let (a, b) = (pair[0].1 as usize, pair[1].1 as usize);
                Err(duplicate_key(mapping, a.min(b), a.max(b)))
            }
            None => Ok(()),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, in_flow: bool) -> diag::Result<()> {
        match reread::scalar(scalar, in_flow)? {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(0) if scalar.is_negative_zero() => self.out.extend_from_slice(b"-0"),
            Value::Int(value) => write_int(value, self.out),
            Value::Uint(value) => write_uint(value, false, self.out),
            Value::Float(value) => write_float_json(value, self.out),
            Value::String(text) => write_string(&text, self.out),
        }
        Ok(())
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| needs_look(*byte)) {
        let (plain, behind) = rest.split_at(at);
        out.extend_from_slice(plain);
        let width = match behind {
            [0xE2, 0x80, last @ (0xA8 | 0xA9), ..] => {
                out.extend_from_slice(if *last == 0xA8 { b"\\u2028" } else { b"\\u2029" });
                3
            }
            [byte, ..] => {
                write_byte(*byte, out);
                1
            }
            [] => 0,
        };
        rest = &behind[width..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn needs_look(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\' | b'<' | b'>' | b'&' | 0xE2)
}

fn write_byte(byte: u8, out: &mut Vec<u8>) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0C => b'f',
        // The first byte of a character that is not escaped.
        0xE2 => return out.push(byte),
        _ => {
            let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
            out.extend_from_slice(b"\\u00");
            return out.extend_from_slice(&[digit(byte >> 4), digit(byte & 0xF)]);
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}
