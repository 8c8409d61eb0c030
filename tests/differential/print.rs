//! Writes values as YAML in many styles. What a style makes of a value does not matter: both
//! programs read the same text.

use super::random::Random;
use super::value::Value;

/// Writes a document in styles of its own.
pub(super) fn document(value: &Value, random: &mut Random) -> String {
    let mut printer = Printer {
        step: random.pick(&["  ", "  ", "  ", "    ", "   "]).len(),
        compact: random.chance(60),
        flow: if random.chance(20) { 35 } else { 5 },
        quotes: if random.chance(20) { 60 } else { 8 },
        comments: if random.chance(20) { 12 } else { 0 },
        loose: false,
        random,
        out: String::new(),
    };
    printer.node(value, 0, Place::Root);
    printer.out
}

/// The same for a file of resources, in which a word may be left without quotes whatever type it
/// is taken for.
pub(super) fn loose_document(value: &Value, random: &mut Random) -> String {
    let mut printer = Printer {
        step: random.pick(&["  ", "  ", "  ", "    ", "   "]).len(),
        compact: random.chance(60),
        flow: if random.chance(15) { 35 } else { 4 },
        quotes: if random.chance(20) { 60 } else { 8 },
        comments: if random.chance(20) { 12 } else { 0 },
        loose: true,
        random,
        out: String::new(),
    };
    printer.node(value, 0, Place::Root);
    printer.out
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
    loose: bool,
    random: &'r mut Random,
    out: String,
}

impl Printer<'_> {
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
                    self.end_line();
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
                    self.node(value, deeper, Place::Field);
                }
            }
            Value::List(items) if self.in_block(value) => {
                if place == Place::Field {
                    self.end_line();
                }
                for (at, item) in items.iter().enumerate() {
                    if at > 0 || place != Place::Item {
                        self.remark(indent);
                        self.pad(indent);
                    } else {
                        self.out.push(' ');
                    }
                    self.out.push('-');
                    self.node(item, indent + 2, Place::Item);
                }
            }
            Value::Text(text) if self.is_block_text(text, place) => {
                self.block_text(text, indent.max(1));
            }
            value => {
                let mut text = String::new();
                self.flow_node(value, false, &mut text);
                if !text.is_empty() && place != Place::Root {
                    self.out.push(' ');
                }
                self.out.push_str(&text);
                if self.random.chance(self.comments) {
                    self.out.push_str(" # why");
                }
                self.end_line();
            }
        }
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
        if (is_word || is_loose) && !self.random.chance(self.quotes) {
            out.push_str(text);
        } else {
            self.quoted(text, out);
        }
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
        place != Place::Root
            && text.contains('\n')
            && text.chars().all(printable)
            && !text.starts_with(['\n', ' ', '\t'])
            && self.random.chance(70)
    }

    fn block_text(&mut self, text: &str, indent: usize) {
        // A folded patch would be another patch.
        let mark = if self.loose { self.random.pick(&["|", "|", ">"]) } else { "|" };
        let chomp = match (text.ends_with('\n'), text.ends_with("\n\n")) {
            (_, true) => "+",
            (true, _) => "",
            _ => "-",
        };
        self.out.push_str(&format!(" {mark}{chomp}\n"));
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
