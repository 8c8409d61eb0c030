//! Kubernetes label selectors: `app=web, tier in (front, back), !legacy, replicas>2`.
//!
//! The grammar is that of Kubernetes, oddities included: `a=` asks for an empty value, `a in ()` and
//! `a in (,b)` too, and `in` can be a key. Keys and values must be valid for labels, also where
//! annotations are selected.

use crate::diag::{self, Code, Diagnostic};
use crate::source::{Span, Text};
use crate::yaml::Mapping;

const MAX_NAME: usize = 63;
const MAX_PREFIX: usize = 253;

/// A parsed selector: all requirements must hold.
///
/// ```
/// use railsgen::k8s::label_selector::LabelSelector;
///
/// let selector = LabelSelector::parse(&"app in (web, worker), !legacy".into()).unwrap();
/// assert!(selector.matches(|key| (key == "app").then_some("web")));
/// assert!(!selector.matches(|key| (key == "legacy").then_some("")));
/// assert!(LabelSelector::parse(&"app web".into()).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: Box<str>,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Exists,
    Missing,
    In(Vec<Box<str>>),
    NotIn(Vec<Box<str>>),
    Above(i64),
    Below(i64),
}

impl LabelSelector {
    /// Reads a selector. The empty text selects everything.
    ///
    /// # Errors
    /// When the text does not follow the grammar, or a key or value can't be that of a label.
    pub fn parse(text: &Text) -> diag::Result<LabelSelector> {
        let mut parser = Parser { text, tokens: Vec::new(), at: 0 };
        parser.scan();
        Ok(LabelSelector { requirements: parser.requirements()? })
    }

    /// Whether labels fulfil all requirements; `label` finds the value of a key.
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(label(&requirement.key)))
    }

    /// Whether a requirement is about one of some keys.
    pub(crate) fn asks_for(&self, is_one: impl Fn(&str) -> bool) -> bool {
        self.requirements.iter().any(|requirement| is_one(&requirement.key))
    }

    /// Whether the labels of an object fulfil all requirements. Values count as they are written,
    /// whatever their type.
    pub fn matches_mapping(&self, labels: Option<&Mapping>) -> bool {
        self.matches(|key| {
            // Of a repeated key the last value counts.
            let mut entries = labels?.entries().iter().rev();
            let value = &entries.find(|entry| entry.key.text == *key)?.value;
            Some(value.as_scalar().map_or("", |scalar| &scalar.text))
        })
    }
}

impl Requirement {
    fn holds(&self, label: Option<&str>) -> bool {
        let is_one_of = |values: &[Box<str>]| {
            label.is_some_and(|label| values.iter().any(|value| **value == *label))
        };
        let number = || label?.parse::<i64>().ok();
        match &self.test {
            Test::Exists => label.is_some(),
            Test::Missing => label.is_none(),
            Test::In(values) => is_one_of(values),
            Test::NotIn(values) => !is_one_of(values),
            Test::Above(bound) => number().is_some_and(|number| number > *bound),
            Test::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Word,
    Open,
    Close,
    Comma,
    Not,
    Equal,
    NotEqual,
    Above,
    Below,
    End,
}

/// Where a token is in the text.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    len: usize,
}

struct Parser<'t> {
    text: &'t Text,
    tokens: Vec<(Token, Place)>,
    at: usize,
}

impl<'t> Parser<'t> {
    fn scan(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        // A byte of zero ends the text, but behind a token it only ends the token.
        while let Some(byte) = bytes.get(at).filter(|byte| **byte != 0) {
            let next = bytes.get(at + 1);
            let (token, len) = match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    at += 1;
                    continue;
                }
                b'(' => (Token::Open, 1),
                b')' => (Token::Close, 1),
                b',' => (Token::Comma, 1),
                b'>' => (Token::Above, 1),
                b'<' => (Token::Below, 1),
                b'=' if next == Some(&b'=') => (Token::Equal, 2),
                b'=' => (Token::Equal, 1),
                b'!' if next == Some(&b'=') => (Token::NotEqual, 2),
                b'!' => (Token::Not, 1),
                _ => (Token::Word, bytes[at..].iter().take_while(|byte| is_word(**byte)).count()),
            };
            self.tokens.push((token, Place { start: at, len }));
            at += len;
            at += usize::from(bytes.get(at) == Some(&0));
        }
        self.tokens.push((Token::End, Place { start: at.min(bytes.len()), len: 0 }));
    }

    fn peek(&self) -> (Token, Place) {
        // The last token is the end, which nothing goes beyond.
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> (Token, Place) {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn word(&self, place: Place) -> &'t str {
        &self.text.as_str()[place.start..place.start + place.len]
    }

    fn requirements(&mut self) -> diag::Result<Vec<Requirement>> {
        let mut requirements = Vec::new();
        loop {
            match self.peek() {
                (Token::Word | Token::Not, _) => requirements.push(self.requirement()?),
                (Token::End, _) if requirements.is_empty() => return Ok(requirements),
                (_, place) => return Err(self.expected("a key", place)),
            }
            match self.next() {
                (Token::End, _) => return Ok(requirements),
                (Token::Comma, _) => {}
                (_, place) => return Err(self.expected("`,` or the end", place)),
            }
        }
    }

    fn requirement(&mut self) -> diag::Result<Requirement> {
        let (mut token, mut place) = self.next();
        let negated = token == Token::Not;
        if negated {
            (token, place) = self.next();
        }
        if token != Token::Word {
            return Err(self.expected("a key", place));
        }
        let key = self.word(place);
        check_key(key).map_err(|problem| self.invalid("key", place, problem))?;
        let test = if negated {
            Test::Missing
        } else if matches!(self.peek().0, Token::End | Token::Comma) {
            Test::Exists
        } else {
            self.test()?
        };
        Ok(Requirement { key: key.into(), test })
    }

    fn test(&mut self) -> diag::Result<Test> {
        let (token, place) = self.next();
        Ok(match token {
            Token::Equal => Test::In(vec![self.value()?.0]),
            Token::NotEqual => Test::NotIn(vec![self.value()?.0]),
            Token::Above => Test::Above(self.number()?),
            Token::Below => Test::Below(self.number()?),
            Token::Word if self.word(place) == "in" => Test::In(self.values()?),
            Token::Word if self.word(place) == "notin" => Test::NotIn(self.values()?),
            _ => {
                let operators = "`=`, `==`, `!=`, `>`, `<`, `in` or `notin`";
                return Err(self.expected(operators, place));
            }
        })
    }

    /// One value, empty where the requirement ends.
    fn value(&mut self) -> diag::Result<(Box<str>, Place)> {
        let (token, place) = self.peek();
        match token {
            Token::End | Token::Comma => Ok(("".into(), Place { len: 0, ..place })),
            Token::Word => {
                self.at += 1;
                Ok((self.checked(place)?, place))
            }
            _ => Err(self.expected("a value", place)),
        }
    }

    fn number(&mut self) -> diag::Result<i64> {
        let (value, place) = self.value()?;
        value.parse().map_err(|_| self.invalid("bound", place, "it must be an integer"))
    }

    fn values(&mut self) -> diag::Result<Vec<Box<str>>> {
        let (token, place) = self.next();
        if token != Token::Open {
            return Err(self.expected("`(`", place));
        }
        let mut values = Vec::new();
        if self.peek().0 == Token::Close {
            self.at += 1;
            values.push("".into());
            return Ok(values);
        }
        loop {
            let (token, place) = self.next();
            match token {
                Token::Word => {
                    values.push(self.checked(place)?);
                    match self.peek() {
                        (Token::Close, _) => break,
                        (Token::Comma, _) => {}
                        (_, place) => return Err(self.expected("`,` or `)`", place)),
                    }
                }
                Token::Comma => {
                    // A comma at the start, at the end or before another one stands by an empty
                    // value. Before another one it takes that along, so `(a,,)` is an error.
                    if values.is_empty() {
                        values.push("".into());
                    }
                    match self.peek().0 {
                        Token::Close => {
                            values.push("".into());
                            break;
                        }
                        Token::Comma => {
                            self.at += 1;
                            values.push("".into());
                        }
                        _ => {}
                    }
                }
                _ => return Err(self.expected("a value or `,`", place)),
            }
        }
        self.at += 1;
        Ok(values)
    }

    fn checked(&self, place: Place) -> diag::Result<Box<str>> {
        let value = self.word(place);
        match check_name(value) {
            Ok(()) => Ok(value.into()),
            Err(problem) => Err(self.invalid("value", place, problem)),
        }
    }

    fn expected(&self, wanted: &str, place: Place) -> Box<Diagnostic> {
        let found = match place.len {
            0 => "the end".to_owned(),
            _ => format!("`{}`", self.word(place)),
        };
        let message = format!("malformed selector: expected {wanted}, found {found}");
        Box::new(
            Diagnostic::error(Code::Selector, message)
                .at(self.span(place))
                .help("a selector looks like `app=web, tier in (front, back), !legacy`"),
        )
    }

    fn invalid(&self, what: &str, place: Place, problem: &str) -> Box<Diagnostic> {
        let message = format!("`{}` is not a valid {what}: {problem}", self.word(place));
        Box::new(Diagnostic::error(Code::Selector, message).at(self.span(place)))
    }

    /// A part of the text's span, where the text stands in its file as it is.
    fn span(&self, place: Place) -> Span {
        let whole = self.text.span();
        if whole.len() as usize == self.text.len() {
            Span::new(whole.start() + place.start as u32, place.len as u32)
        } else {
            whole
        }
    }
}

fn is_word(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'!' | b'(' | b')' | b',' | b'>' | b'<'
    )
}

fn check_key(key: &str) -> Result<(), &'static str> {
    let name = match key.split_once('/') {
        Some((prefix, name)) => {
            let labels = |label: &str| {
                check_ends(label, u8::is_ascii_alphanumeric)
                    && label.bytes().all(|byte| {
                        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
                    })
            };
            if prefix.len() > MAX_PREFIX {
                return Err("the part before `/` must have at most 253 characters");
            }
            if !prefix.split('.').all(labels) {
                return Err("the part before `/` must be a lower-case domain name");
            }
            name
        }
        None => key,
    };
    if name.is_empty() { Err("a name is missing") } else { check_name(name) }
}

/// The rule for values and for keys without their prefix.
fn check_name(name: &str) -> Result<(), &'static str> {
    if name.len() > MAX_NAME {
        return Err("it must have at most 63 characters");
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !name.bytes().all(allowed) {
        return Err("only letters, digits, `-`, `_` and `.` are allowed");
    }
    if !name.is_empty() && !check_ends(name, u8::is_ascii_alphanumeric) {
        return Err("it must begin and end with a letter or digit");
    }
    Ok(())
}

fn check_ends(text: &str, allowed: impl Fn(&u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(&allowed) && bytes.last().is_some_and(&allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn selects(selector: &str, labels: &[(&str, &'static str)]) -> bool {
        let selector = LabelSelector::parse(&selector.into()).expect(selector);
        let found =
            |key: &str| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        selector.matches(found)
    }

    #[test]
    fn requirements_hold_or_not() {
        let labels = [("app", "web"), ("n", "5"), ("in", "x"), ("k8s.io/a", "")];
        for yes in [
            "",
            " ",
            "app",
            "app=web",
            "app == web",
            "app!=db",
            "other!=db",
            "app in (web,db)",
            "app in (db , web)",
            "other notin (web)",
            "!other",
            "n>4",
            "n > 4, n<6",
            "in",
            "in=x",
            "in in (x)",
            "app,in",
            "k8s.io/a=",
            "k8s.io/a in ()",
            "k8s.io/a in (,b)",
            "k8s.io/a in (b,)",
            "k8s.io/a in (a,,b)",
            "k8s.io/a in (,)",
            "k8s.io/a=,app=web",
            "app\0=\0web\0\0 what follows",
        ] {
            assert!(selects(yes, &labels), "{yes:?}");
        }
        for no in [
            "app=db",
            "app==Web",
            "app!=web",
            "app notin (web)",
            "app in ()",
            "!app",
            "other",
            "other=",
            "other in (a)",
            "n>5",
            "n<5",
            "app>1",
            "other<1",
            "app,other",
        ] {
            assert!(!selects(no, &labels), "{no:?}");
        }
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        let long = "a".repeat(64);
        for (text, message, at) in [
            ("a=b=c", "expected `,` or the end, found `=`", 3),
            ("a b", "expected `=`, `==`", 2),
            ("a,", "expected a key, found the end", 2),
            (",a", "expected a key, found `,`", 0),
            ("!", "expected a key, found the end", 1),
            ("!a=b", "expected `,` or the end, found `=`", 2),
            ("a in b", "expected `(`, found `b`", 5),
            ("a in (b", "expected `,` or `)`, found the end", 7),
            ("a in (b c)", "expected `,` or `)`, found `c`", 8),
            ("a in (a,,)", "expected a value or `,`, found `)`", 9),
            ("a in (=)", "expected a value or `,`, found `=`", 6),
            ("a=(b)", "expected a value, found `(`", 2),
            ("a>b", "it must be an integer", 2),
            ("a>", "it must be an integer", 2),
            ("a/b/c", "only letters", 0),
            ("/a", "domain name", 0),
            ("A.b/c", "domain name", 0),
            ("a/", "a name is missing", 0),
            ("-a", "begin and end", 0),
            ("a=b/c", "only letters", 2),
            ("a=b.", "begin and end", 2),
            (&format!("a={long}"), "at most 63", 2),
            ("é", "only letters", 0),
        ] {
            let sources = Sources::new();
            let source = sources.add("k.yaml", text.to_owned()).unwrap();
            let problem =
                LabelSelector::parse(&Text::slice(&source, 0, text.len())).expect_err(text);
            assert_eq!(problem.code, Code::Selector);
            assert!(problem.message.contains(message), "{text}: {}", problem.message);
            let found = problem.span().start() - source.span().start();
            assert_eq!(found, at, "{text}: {}", problem.message);
        }
    }

    #[test]
    fn the_last_of_repeated_labels_counts_and_types_do_not() {
        use crate::yaml::{Key, Node, Scalar};
        let mut labels = Mapping::new(Span::NONE);
        labels.push(Key::plain("a"), Node::string("1"));
        labels.push(Key::plain("a"), Node::Scalar(Scalar::plain("2")));
        labels.push(Key::plain("b"), Node::mapping(Span::NONE));
        let matches =
            |text: &str| LabelSelector::parse(&text.into()).unwrap().matches_mapping(Some(&labels));
        assert!(matches("a=2,b=") && !matches("a=1"));
        assert!(LabelSelector::parse(&"!a".into()).unwrap().matches_mapping(None));
    }
}
