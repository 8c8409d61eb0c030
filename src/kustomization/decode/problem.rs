//! What is said when a file does not have the form that its type asks for.
//!
//! No message repeats a value where values are secret. Whether the line that a message points at may
//! be shown is up to whoever renders it.

use crate::diag::{Code, Diagnostic};
use crate::source::Text;
use crate::yaml::{Node, Sequence, Value};

use super::{Decoder, Place, Record, scalar};

/// What a value should have been.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    Text,
    Bool,
    Integer,
    Number,
    List,
    Map,
    /// A record: what it is, and the field that text in its place probably means.
    Record(&'static str, Option<&'static str>),
}

impl Wanted {
    fn describe(self) -> &'static str {
        match self {
            Wanted::Text => "a string",
            Wanted::Bool => "a boolean",
            Wanted::Integer => "a whole number",
            Wanted::Number => "a number",
            Wanted::List => "a list",
            Wanted::Map | Wanted::Record(..) => "a mapping",
        }
    }
}

impl Decoder {
    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, node: &Node, wanted: Wanted) {
        let subject = match &self.place {
            Place::Root => match wanted {
                Wanted::Record(what, _) => what.to_owned(),
                _ => "the file".to_owned(),
            },
            Place::Field(name) => format!("`{name}`"),
            Place::Item(name) => format!("an entry of `{name}`"),
            Place::Entry(name, key) => format!("`{key}` in `{name}`"),
        };
        let found = self.describe(node);
        let message = format!("{subject} must be {}, but this is {found}", wanted.describe());
        let mut problem = Diagnostic::error(Code::WrongType, message).label(node.span(), found);
        if let Some(word) = self.legacy_word(node, wanted) {
            problem = problem.note(format!("YAML 1.1 reads a bare `{word}` as a boolean"));
        }
        if let Some(help) = self.remedy(node, wanted) {
            problem = problem.help(help);
        }
        self.report(problem);
    }

    /// Reports text with a character that the reference can't hand on.
    pub(super) fn control_character(&mut self, node: &Node, control: char) {
        let message = format!("the control character U+{:04X} is not allowed here", control as u32);
        let problem = Diagnostic::error(Code::InvalidValue, message).at(node.span());
        self.report(problem.help("take it out, or put the value into a file"));
    }

    /// Reports a key that is no field of the record.
    pub(super) fn unknown_field<R: Record>(&mut self, key: &Text) {
        let what = R::WHAT;
        let problem = if self.dialect.strict {
            Diagnostic::error(Code::UnknownField, format!("unknown field `{key}` in {what}"))
        } else {
            Diagnostic::warning(Code::NoEffect, format!("`{key}` is no field of {what}: ignored"))
        };
        let problem = problem.at(key.span());
        let advice = R::ADVICE.iter().find(|(wrong, _)| *wrong == key.as_str());
        let problem = match advice {
            Some((_, advice)) => problem.help(*advice),
            None => {
                let hints = problem.help.len();
                let problem = problem.suggest(key, R::names());
                if problem.help.len() > hints { problem } else { list_fields::<R>(problem) }
            }
        };
        self.report(problem);
    }

    /// Reports a null where a value was probably meant.
    pub(super) fn lost_value(&mut self, key: &Text) {
        let message = format!("`{key}` has no value: ignored");
        let problem = Diagnostic::warning(Code::NoEffect, message).at(key.span());
        self.report(problem.help("write a value, or take the field out"));
    }

    /// Reports a field that is there in two spellings.
    pub(super) fn two_spellings(&mut self, name: &str, first: &Text, second: &Text) {
        let (loses, wins) = if first < second { (first, second) } else { (second, first) };
        let problem = Diagnostic::warning(
            Code::DataLoss,
            format!("`{loses}` and `{wins}` are the same field, and `{wins}` counts"),
        );
        self.report(
            problem
                .label(loses.span(), "this is overridden")
                .label(wins.span(), "by this")
                .help(format!("keep one, spelled `{name}`")),
        );
    }

    fn describe(&self, node: &Node) -> &'static str {
        match node {
            Node::Scalar(scalar) => scalar::describe(&self.value(scalar)),
            Node::Sequence(_) => "a list",
            Node::Mapping(_) => "a mapping",
        }
    }

    /// A word that is a boolean only to YAML 1.1, where text is needed.
    fn legacy_word<'n>(&self, node: &'n Node, wanted: Wanted) -> Option<&'n Text> {
        let scalar = node.as_scalar().filter(|_| matches!(wanted, Wanted::Text))?;
        let is_bool = matches!(self.value(scalar), Value::Bool(_));
        let modern =
            scalar.text.eq_ignore_ascii_case("true") || scalar.text.eq_ignore_ascii_case("false");
        (is_bool && !modern && !self.secret).then_some(&scalar.text)
    }

    /// What to write instead.
    fn remedy(&self, node: &Node, wanted: Wanted) -> Option<String> {
        let shown = node.as_scalar().map(|scalar| &scalar.text).filter(|_| !self.secret);
        let remedy = match (wanted, node) {
            (Wanted::Text, _) => return self.remedy_for_text(node),
            (Wanted::Bool, Node::Scalar(_)) => match shown {
                Some(text) if matches!(text.as_str(), "true" | "false") => {
                    format!("leave out the quotes: `{text}`")
                }
                _ => "write `true` or `false`".to_owned(),
            },
            (Wanted::Integer, Node::Scalar(_)) => match shown {
                Some(text) if text.parse::<i64>().is_ok() => {
                    format!("leave out the quotes: `{text}`")
                }
                _ => "write a whole number".to_owned(),
            },
            (Wanted::List, Node::Scalar(_)) => match (shown, &self.place) {
                (Some(text), Place::Field(name)) if is_short(text) => {
                    format!("make it a list: `{name}: [{text}]`")
                }
                _ => "make it a list: put a dash before each entry".to_owned(),
            },
            (Wanted::List, Node::Mapping(_)) => {
                "make it a list: put a dash before each entry".to_owned()
            }
            (Wanted::Map | Wanted::Record(..), Node::Sequence(sequence))
                if all_mappings(sequence) =>
            {
                "leave out the dashes".to_owned()
            }
            (Wanted::Record(_, Some(field)), Node::Scalar(_)) => match shown {
                Some(text) if is_short(text) => format!("write `{field}: {text}`"),
                _ => format!("write it as the value of `{field}`"),
            },
            _ => return None,
        };
        Some(remedy)
    }

    fn remedy_for_text(&self, node: &Node) -> Option<String> {
        let remedy = match (node, &self.place) {
            (Node::Scalar(_), _) if self.secret => "write it in quotes",
            (Node::Scalar(scalar), _) => {
                return Some(format!("write it in quotes: `\"{}\"`", scalar.text));
            }
            (Node::Mapping(_), Place::Item("literals")) => "write each literal as `key=value`",
            (Node::Mapping(mapping), Place::Item(..)) if mapping.contains("path") => {
                "write the path alone, without `path:`"
            }
            (Node::Sequence(sequence), Place::Field(..)) if sequence.items.len() == 1 => {
                "write the one entry alone, without a dash or brackets"
            }
            _ => return None,
        };
        Some(remedy.to_owned())
    }
}

/// Adds the names that a record does have, if they are few enough to help.
fn list_fields<R: Record>(problem: Diagnostic) -> Diagnostic {
    let names: Vec<String> = R::names().map(|name| format!("`{name}`")).collect();
    if names.len() > 16 {
        return problem;
    }
    problem.note(format!("the fields of {} are {}", R::WHAT, names.join(", ")))
}

/// Whether text can be repeated in a message.
fn is_short(text: &str) -> bool {
    text.len() <= 60 && !text.contains('\n')
}

fn all_mappings(sequence: &Sequence) -> bool {
    !sequence.items.is_empty() && sequence.items.iter().all(|item| item.as_mapping().is_some())
}
