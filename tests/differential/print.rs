//! Writes values as YAML in many styles. What a style makes of a value does not matter: both
//! programs read the same text.

use super::random::Random;
use super::value::Value;

/// Writes a document in styles of its own.
pub(super) fn document(value: &Value, random: &mut Random) -> String {
    Printer::new(false, random).document(value)
}

/// The same for a file of resources, in which a word may be left without quotes whatever type it
/// is taken for.
pub(super) fn loose_document(value: &Value, random: &mut Random) -> String {
    Printer::new(true, random).document(value)
}

/// JSON text of a value.
pub(super) fn json(value: &Value) -> String {
    match value {
        Value::Text(text) => json_string(text),
        Value::Plain(text) => match text.as_str() {
            "true" | "false" | "null" => text.clone(),
            number if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
                number.trim_start_matches('0').parse::<u64>().unwrap_or(0).to_string()
            }
            other => json_string(other),
        },
        Value::List(items) => {
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries = entries
                .iter()
                .filter(|(key, _)| key != "<<")
                .map(|(key, value)| format!("{}: {}", json_string(key), json(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Anchored(_, value) => json(value),
        Value::Alias(_) => "{}".to_owned(),
    }
}

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 || matches!(c as u32, 0x7f..=0x9f | 0xfeff) => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    /// Behind `key:`.
    Field,
    /// Behind `- `.
    Item,
}

struct Printer<'r> {
    step: usize,
    compact: bool,
    flow: usize,
    quotes: usize,
    comments: usize,
    /// How often text in quotes, and plain text, goes over several lines.
    folds: usize,
    loose: bool,
    /// How much deeper than what surrounds it the current value stands.
    deeper: usize,
    /// Where a line goes on that is broken within a value; nothing where none may be.
    margin: Option<usize>,
    random: &'r mut Random,
    out: String,
}

impl<'r> Printer<'r> {
    fn new(loose: bool, random: &'r mut Random) -> Printer<'r> {
        let (often, seldom) = if loose { (15, 4) } else { (20, 5) };
        Printer {
            step: random.pick(&["  ", "  ", "  ", "    ", "   ", " "]).len(),
            compact: random.chance(60),
            flow: if random.chance(often) { 35 } else { seldom },
            quotes: if random.chance(20) { 60 } else { 8 },
            comments: if random.chance(20) { 12 } else { 0 },
            folds: if random.chance(15) { 30 } else { 0 },
            loose,
            deeper: 0,
            margin: None,
            random,
            out: String::new(),
        }
    }

    fn document(mut self, value: &Value) -> String {
        self.node(value, 0, Place::Root);
        self.out
    }

    /// Writes a value whose lines stand at `indent`, to the end of its last line.
    fn node(&mut self, value: &Value, indent: usize, place: Place) {
        match value {
            Value::Anchored(name, inner) => {
                let space = if place == Place::Root { "" } else { " " };
                self.out.push_str(&format!("{space}&{name}"));
                // What follows an anchor begins a line of its own, whatever it follows.
                let below = if place == Place::Item { Place::Field } else { place };
                self.node(inner, indent, below);
            }
            Value::Map(entries) if self.in_block(value) => {
                if place == Place::Field {
                    self.end_line_of_parent();
                }
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 || place != Place::Item {
                        self.remark(indent);
                        self.pad(indent);
                    } else {
                        self.out.push(' ');
                    }
                    let key = self.key(key);
                    self.out.push_str(&key);
                    self.out.push(':');
                    let deeper = match value {
                        Value::List(_) if self.compact => indent,
                        _ => indent + self.step,
                    };
                    self.deeper = self.step;
                    self.node(value, deeper, Place::Field);
                }
            }
            Value::List(items) if self.in_block(value) => {
                if place == Place::Field {
                    self.end_line_of_parent();
                }
                for (at, item) in items.iter().enumerate() {
                    if at > 0 || place != Place::Item {
                        self.remark(indent);
                        self.pad(indent);
                    } else {
                        self.out.push(' ');
                    }
                    self.out.push('-');
                    self.deeper = 2;
                    self.node(item, indent + 2, Place::Item);
                }
            }
            Value::Text(text) if self.is_block_text(text, place) => {
                self.block_text(text, indent);
            }
            value => {
                let mut text = String::new();
                let may_fold = place != Place::Root && self.random.chance(self.folds);
                self.margin = may_fold.then_some(indent.max(1));
                self.flow_node(value, false, &mut text);
                self.margin = None;
                if !text.is_empty() && place != Place::Root {
                    self.out.push(' ');
                }
                self.out.push_str(&text);
                // A comment behind braces may come to lie where the reference can't read it.
                if !value.is_collection() && self.random.chance(self.comments) {
                    let remark = self.random.pick(&[" # why", "  #why", "\t# why", " "]);
                    self.out.push_str(remark);
                }
                self.end_line();
            }
        }
    }

    fn end_line_of_parent(&mut self) {
        if self.random.chance(self.comments / 3) {
            self.out.push_str(" # these");
        }
        self.end_line();
    }

    fn in_block(&mut self, value: &Value) -> bool {
        let (count, has_anchor) = match value {
            Value::Map(entries) => {
                (entries.len(), entries.iter().any(|(_, value)| holds_anchor(value)))
            }
            Value::List(items) => (items.len(), items.iter().any(holds_anchor)),
            _ => return false,
        };
        count > 0 && (has_anchor || !self.random.chance(self.flow))
    }

    fn end_line(&mut self) {
        self.out.push('\n');
    }

    fn pad(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }

    fn remark(&mut self, indent: usize) {
        if self.random.chance(self.comments) {
            self.pad(indent);
            self.out.push_str("# about the next line\n");
            if self.random.chance(30) {
                self.out.push('\n');
            }
        }
    }

    fn key(&mut self, key: &str) -> String {
        if key == "<<" {
            return key.to_owned();
        }
        let mut text = String::new();
        let quotes = std::mem::replace(&mut self.quotes, 2);
        self.text(key, true, &mut text);
        self.quotes = quotes;
        text
    }

    fn flow_node(&mut self, value: &Value, inside: bool, out: &mut String) {
        match value {
            Value::Text(text) => self.text(text, inside, out),
            Value::Plain(text)
                if inside && (text.contains([',', ':', '{', '[']) || text == "!!str") =>
            {
                self.quoted(text, out);
            }
            Value::Plain(text) => out.push_str(text),
            Value::Alias(name) => {
                out.push('*');
                out.push_str(name);
                if inside {
                    out.push(' ');
                }
            }
            Value::Anchored(name, value) => {
                out.push_str(&format!("&{name} "));
                self.flow_node(value, inside, out);
            }
            Value::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    let start = out.len();
                    self.flow_node(item, true, out);
                    if out.len() == start {
                        out.push_str("null");
                    }
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    out.push_str(&self.key(key));
                    out.push_str(": ");
                    self.flow_node(value, true, out);
                }
                out.push('}');
            }
        }
    }

    fn text(&mut self, text: &str, inside: bool, out: &mut String) {
        let may_be_plain =
            is_plain(text) && (!inside || !text.contains([',', '[', ']', '{', '}', '?']));
        let is_word = may_be_plain && is_harmless(text);
        let is_loose = may_be_plain && self.loose && self.random.chance(40);
        let start = out.len();
        if (is_word || is_loose) && !self.random.chance(self.quotes) {
            out.push_str(text);
        } else {
            self.quoted(text, out);
        }
        if let Some(margin) = self.margin
            && let Some(at) = self.fold_of(&out[start..])
        {
            let blank = if self.random.chance(20) { " " } else { "" };
            let line = format!("{blank}\n{}", " ".repeat(margin));
            out.replace_range(start + at..start + at + 1, &line);
        }
    }

    /// A space between two words, where a line may end.
    fn fold_of(&mut self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let spaces = (1..bytes.len()).filter(|at| bytes[*at] == b' ');
        let between: Vec<usize> =
            spaces.filter(|at| is_letter(at - 1) && is_letter(at + 1)).collect();
        self.random.one(&between).copied()
    }

    fn quoted(&mut self, text: &str, out: &mut String) {
        let printable =
            |c: char| !c.is_control() && !matches!(c, '\u{feff}' | '\u{2028}' | '\u{85}');
        if text.chars().all(printable) && self.random.chance(50) {
            out.push_str(&format!("'{}'", text.replace('\'', "''")));
            return;
        }
        out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                c if printable(c) => out.push(c),
                c => out.push_str(&format!("\\u{:04x}", c as u32)),
            }
        }
        out.push('"');
    }

    fn is_block_text(&mut self, text: &str, place: Place) -> bool {
        let printable = |c: char| {
            c == '\n' || c == '\t' || (!c.is_control() && !matches!(c, '\u{feff}' | '\u{2028}'))
        };
        let is_odd = text.starts_with(['\n', ' ', '\t']) || text.trim().is_empty();
        place != Place::Root
            && text.contains('\n')
            && text.chars().all(printable)
            && !text.trim_matches('\n').is_empty()
            && self.random.chance(if is_odd { 40 } else { 70 })
    }

    fn block_text(&mut self, text: &str, indent: usize) {
        // A folded patch would be another patch.
        let mark = if self.loose { self.random.pick(&["|", "|", ">"]) } else { "|" };
        let chomp = match (text.ends_with('\n'), text.ends_with("\n\n")) {
            (_, true) => "+",
            (true, _) => "",
            _ => "-",
        };
        let needs_width = text.starts_with(['\n', ' ', '\t']);
        let width = match needs_width || self.random.chance(4) {
            true => (indent - indent.saturating_sub(self.deeper)).to_string(),
            false => String::new(),
        };
        let remark = if self.random.chance(self.comments / 3) { " # text" } else { "" };
        self.out.push_str(&match self.random.chance(50) {
            true => format!(" {mark}{chomp}{width}{remark}\n"),
            false => format!(" {mark}{width}{chomp}{remark}\n"),
        });
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.pad(indent);
                self.out.push_str(line);
            }
            self.end_line();
        }
    }
}

fn holds_anchor(value: &Value) -> bool {
    match value {
        Value::Anchored(..) => true,
        Value::List(items) => items.iter().any(holds_anchor),
        Value::Map(entries) => entries.iter().any(|(_, value)| holds_anchor(value)),
        _ => false,
    }
}

/// Whether a text can stand without quotes.
fn is_plain(text: &str) -> bool {
    let first =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '$' | '(' | '<' | '=');
    let rest = |c: char| {
        first(c)
            || matches!(
                c,
                '-' | ')'
                    | ' '
                    | '+'
                    | ','
                    | '\''
                    | '"'
                    | '\\'
                    | '?'
                    | '*'
                    | '^'
                    | '|'
                    | '~'
                    | ':'
                    | '@'
            )
    };
    text.starts_with(first)
        && text.chars().all(rest)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !matches!(text, "..." | "---")
        && !text.starts_with("--- ")
}

/// Whether no rule takes a plain text for anything but a string.
fn is_harmless(text: &str) -> bool {
    let words =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", ".nan", ".inf"];
    !text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && !words.contains(&text.to_lowercase().as_str())
        && !matches!(text, "<<" | "=")
        && text.chars().next().is_some()
        || text.starts_with("../")
        || text.starts_with("./")
}
