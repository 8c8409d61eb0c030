//! Regular expressions as users of the reference write them: Go's dialect of RE2.
//!
//! The `regex` crate understands nearly the same language, but what differs would differ in
//! silence: classes such as `\d` know Unicode here and ASCII there, brackets nest here, octal
//! numbers and `\Q…\E` exist there. So a pattern is read by Go's grammar and written out anew
//! without anything that the two read differently.
//!
//! Most patterns are names without any operator; those never become a regular expression.

use std::fmt::Write as _;

use regex::bytes::Regex;

/// The highest count in braces, nested ones multiplied.
const MAX_COUNT: u32 = 1000;

/// A pattern that must match a whole text, as `^(?:…)$`.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Exactly this text.
    Literal(Box<str>),
    /// What the expression matches.
    Expression(Box<Regex>),
}

impl Pattern {
    /// Reads a pattern for whole texts.
    pub(crate) fn whole(pattern: &str) -> Result<Pattern, PatternError> {
        if !pattern.bytes().any(|byte| b"\\.+*?()|[]{}^$".contains(&byte)) {
            return Ok(Pattern::Literal(pattern.into()));
        }
        // What the reference does is to put the pattern between these, unseen.
        expression(&format!("^(?:{pattern})$")).map(|regex| Pattern::Expression(Box::new(regex)))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Literal(literal) => **literal == *text,
            Pattern::Expression(regex) => regex.is_match(text.as_bytes()),
        }
    }
}

/// Reads an expression in Go's dialect.
pub(crate) fn expression(pattern: &str) -> Result<Regex, PatternError> {
    let mut reader = Reader {
        rest: pattern,
        out: String::with_capacity(pattern.len() * 2),
        groups: Vec::new(),
        weight: 1,
        atom: None,
        repeated: false,
    };
    reader.read()?;
    Regex::new(&reader.out).map_err(|_| PatternError::TooComplex)
}

/// Why a pattern can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    /// `(a`
    #[error("a `)` is missing")]
    Open,
    /// `a)`
    #[error("a `)` has no `(`")]
    Closed,
    /// `[a`
    #[error("a `]` is missing")]
    OpenClass,
    /// `[z-a]`, `[[:no:]]`, `\p{No}`
    #[error("`{0}` is no range or class of characters")]
    Class(String),
    /// `\1`, `\y`
    #[error("`{0}` is no escape")]
    Escape(String),
    /// `a\`
    #[error("it ends in a `\\`")]
    TrailingBackslash,
    /// `*a`
    #[error("`{0}` has nothing to repeat")]
    NothingToRepeat(String),
    /// `a**`
    #[error("`{0}` repeats a repetition")]
    Nested(String),
    /// `a{2,1}`, `a{1001}`
    #[error("`{0}` is no valid count: at most 1000, and not less than the first number")]
    Count(String),
    /// `(?x)`, `(?=a)`
    #[error("`{0}` is not supported")]
    Group(String),
    /// `(?P<a-b>c)`
    #[error("`{0}` is no name for a group")]
    GroupName(String),
    /// More than a regular expression may cost.
    #[error("it is too complex")]
    TooComplex,
}

struct Reader<'p> {
    rest: &'p str,
    out: String,
    /// The weights of what surrounds each open group.
    groups: Vec<u32>,
    /// The highest product of counts in this group so far.
    weight: u32,
    /// The same for what a repetition would repeat; nothing at the start of a branch.
    atom: Option<u32>,
    /// Whether a repetition was the last thing read.
    repeated: bool,
}

impl<'p> Reader<'p> {
    fn read(&mut self) -> Result<(), PatternError> {
        while let Some(first) = self.rest.chars().next() {
            let was_repeated = std::mem::take(&mut self.repeated);
            match first {
                '(' => self.open()?,
                ')' => {
                    let outer = self.groups.pop().ok_or(PatternError::Closed)?;
                    self.skip(1);
                    self.out.push(')');
                    self.atom = Some(self.weight);
                    self.weight = self.weight.max(outer);
                }
                '|' => {
                    self.skip(1);
                    self.out.push('|');
                    self.atom = None;
                }
                '^' | '$' | '.' => {
                    self.skip(1);
                    self.push_atom(&first.to_string());
                }
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    self.repeat(1, (0, Some(0)), was_repeated)?;
                }
                '{' => match read_counts(self.rest) {
                    Some((len, counts)) => self.repeat(len, counts, was_repeated)?,
                    None => self.literal('{', 1),
                },
                '\\' => self.backslash()?,
                other => self.literal(other, other.len_utf8()),
            }
        }
        if self.groups.is_empty() { Ok(()) } else { Err(PatternError::Open) }
    }

    fn skip(&mut self, len: usize) -> &'p str {
        let (skipped, rest) = self.rest.split_at(len);
        self.rest = rest;
        skipped
    }

    fn push_atom(&mut self, text: &str) {
        self.out.push_str(text);
        self.atom = Some(1);
    }

    fn literal(&mut self, literal: char, len: usize) {
        self.skip(len);
        push_literal(&mut self.out, literal);
        self.atom = Some(1);
    }

    /// A repetition of `len` bytes.
    fn repeat(
        &mut self,
        len: usize,
        (min, max): (u32, Option<u32>),
        was_repeated: bool,
    ) -> Result<(), PatternError> {
        let len = if self.rest[len..].starts_with('?') { len + 1 } else { len };
        let operator = self.skip(len);
        let is_too_high = |count: u32| count > MAX_COUNT;
        if is_too_high(min) || max.is_some_and(|max| is_too_high(max) || min > max) {
            return Err(PatternError::Count(operator.to_owned()));
        }
        if was_repeated {
            return Err(PatternError::Nested(operator.to_owned()));
        }
        let Some(atom) = self.atom else {
            return Err(PatternError::NothingToRepeat(operator.to_owned()));
        };
        let weight = atom.saturating_mul(max.unwrap_or(min).max(1));
        if weight > MAX_COUNT {
            return Err(PatternError::Count(operator.to_owned()));
        }
        self.out.push_str(operator);
        self.atom = Some(weight);
        self.weight = self.weight.max(weight);
        self.repeated = true;
        Ok(())
    }

    fn open(&mut self) -> Result<(), PatternError> {
        let Some(group) = self.rest.strip_prefix("(?") else {
            self.skip(1);
            self.push_group("(");
            return Ok(());
        };
        if group.starts_with("P<") || group.starts_with('<') {
            let Some(end) = self.rest.find('>') else {
                return Err(PatternError::GroupName(self.rest.to_owned()));
            };
            let whole = self.skip(end + 1);
            let name = whole.trim_start_matches("(?P").trim_start_matches("(?");
            let name = name.trim_start_matches('<').trim_end_matches('>');
            let is_valid = !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_valid {
                return Err(PatternError::GroupName(whole.to_owned()));
            }
            self.push_group("(");
            return Ok(());
        }
        let len = 2 + group.find([':', ')']).map_or(group.len(), |at| at + 1);
        let whole = self.skip(len);
        let Some(flags) = read_flags(&whole[2..]) else {
            return Err(PatternError::Group(whole.to_owned()));
        };
        if whole.ends_with(':') {
            self.push_group(&format!("(?{flags}:"));
        } else if !flags.is_empty() {
            // Flags alone are nothing to repeat, and change nothing of what is.
            let _ = write!(self.out, "(?{flags})");
        }
        Ok(())
    }

    fn push_group(&mut self, text: &str) {
        self.out.push_str(text);
        self.groups.push(self.weight);
        self.weight = 1;
        self.atom = None;
    }

    fn backslash(&mut self) -> Result<(), PatternError> {
        match self.rest.as_bytes().get(1) {
            Some(b'A' | b'z') => {
                let text = self.skip(2);
                self.push_atom(text);
            }
            Some(b'b') => {
                self.skip(2);
                self.push_atom(r"(?-u:\b)");
            }
            Some(b'B') => {
                self.skip(2);
                self.push_atom(r"(?-u:\B)");
            }
            Some(b'Q') => {
                let (literals, rest) = match self.rest[2..].split_once(r"\E") {
                    Some(parts) => parts,
                    None => (&self.rest[2..], ""),
                };
                self.rest = rest;
                for literal in literals.chars() {
                    self.literal(literal, 0);
                }
            }
            Some(b'p' | b'P') => {
                let class = self.unicode_class()?;
                self.push_atom(&class);
            }
            class => match class.copied().and_then(perl_class) {
                Some(class) => {
                    self.skip(2);
                    self.push_atom(&format!("[{class}]"));
                }
                None => {
                    let literal = self.escape()?;
                    self.literal(literal, 0);
                }
            },
        }
        Ok(())
    }

    /// `\p{Greek}`, `\pL`, `\P{^Greek}`.
    fn unicode_class(&mut self) -> Result<String, PatternError> {
        let rest = &self.rest[2..];
        let (name, len) = if rest.starts_with('{') {
            let Some(end) = rest.find('}') else {
                return Err(PatternError::Class(self.rest.to_owned()));
            };
            (&rest[1..end], end + 1)
        } else {
            let len = rest.chars().next().map_or(0, char::len_utf8);
            (&rest[..len], len)
        };
        let mut negated = self.rest.as_bytes().get(1) == Some(&b'P');
        let whole = self.skip(2 + len);
        let plain = name.strip_prefix('^').unwrap_or(name);
        negated ^= plain.len() != name.len();
        let class = format!("\\{}{{{plain}}}", if negated { 'P' } else { 'p' });
        let is_name = plain.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        if plain.is_empty() || !is_name || Regex::new(&class).is_err() {
            return Err(PatternError::Class(whole.to_owned()));
        }
        Ok(class)
    }

    fn class(&mut self) -> Result<(), PatternError> {
        self.skip(1);
        self.out.push('[');
        if self.rest.starts_with('^') {
            self.skip(1);
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(next) = self.rest.chars().next() else {
                return Err(PatternError::OpenClass);
            };
            if next == ']' && !first {
                self.skip(1);
                self.push_atom("]");
                return Ok(());
            }
            first = false;
            if self.rest.starts_with("[:")
                && let Some(end) = self.rest[2..].find(":]")
            {
                let whole = self.skip(2 + end + 2);
                let name = &whole[2..2 + end];
                let is_known = CLASSES.contains(&name.strip_prefix('^').unwrap_or(name));
                if !is_known {
                    return Err(PatternError::Class(whole.to_owned()));
                }
                // Both dialects agree here, also in that these know ASCII only.
                self.out.push_str(whole);
                continue;
            }
            if next == '\\' {
                let class = self.rest.as_bytes().get(1).copied();
                if matches!(class, Some(b'p' | b'P')) {
                    let class = self.unicode_class()?;
                    self.out.push_str(&class);
                    continue;
                }
                if let Some(class) = class.and_then(perl_class) {
                    self.skip(2);
                    let _ = write!(self.out, "[{class}]");
                    continue;
                }
            }
            self.range()?;
        }
    }

    fn range(&mut self) -> Result<(), PatternError> {
        let start = self.rest;
        let low = self.class_char()?;
        let mut high = low;
        // A `-` before the end of the class is itself.
        if self.rest.starts_with('-') && self.rest.len() >= 2 && !self.rest.starts_with("-]") {
            self.skip(1);
            high = self.class_char()?;
        }
        if high < low {
            let range = &start[..start.len() - self.rest.len()];
            return Err(PatternError::Class(range.to_owned()));
        }
        push_literal(&mut self.out, low);
        if high != low {
            self.out.push('-');
            push_literal(&mut self.out, high);
        }
        Ok(())
    }

    fn class_char(&mut self) -> Result<char, PatternError> {
        match self.rest.chars().next() {
            None => Err(PatternError::OpenClass),
            Some('\\') => self.escape(),
            Some(other) => {
                self.skip(other.len_utf8());
                Ok(other)
            }
        }
    }

    /// An escape that stands for one character.
    fn escape(&mut self) -> Result<char, PatternError> {
        let start = self.rest;
        self.skip(1);
        let Some(first) = self.rest.chars().next() else {
            return Err(PatternError::TrailingBackslash);
        };
        self.skip(first.len_utf8());
        let found = match first {
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            'x' => self.hexadecimal(),
            '0'..='7' => {
                let is_octal = |byte: &u8| (b'0'..=b'7').contains(byte);
                let more = self.rest.bytes().take(2).take_while(is_octal).count();
                // One digit other than 0 would refer back to a group.
                if first != '0' && more == 0 {
                    None
                } else {
                    let digits = self.skip(more);
                    u32::from_str_radix(&format!("{first}{digits}"), 8)
                        .ok()
                        .and_then(char::from_u32)
                }
            }
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => Some(other),
            _ => None,
        };
        found.ok_or_else(|| PatternError::Escape(start[..start.len() - self.rest.len()].to_owned()))
    }

    /// What follows `\x`.
    fn hexadecimal(&mut self) -> Option<char> {
        let digits = match self.rest.strip_prefix('{') {
            Some(rest) => {
                let end = rest.find('}')?;
                &self.skip(end + 2)[1..=end]
            }
            None if self.rest.is_char_boundary(2) && self.rest.len() >= 2 => self.skip(2),
            None => return None,
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_number {
            return None;
        }
        char::from_u32(u32::from_str_radix(digits.trim_start_matches('0'), 16).unwrap_or_else(
            |_| {
                if digits.bytes().all(|byte| byte == b'0') { 0 } else { u32::MAX }
            },
        ))
    }
}

/// The names of ASCII classes.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// What stands between the brackets of `\d` and the like.
fn perl_class(class: u8) -> Option<&'static str> {
    Some(match class {
        b'd' => "0-9",
        b'D' => "^0-9",
        b's' => r"\t\n\f\r\x20",
        b'S' => r"^\t\n\f\r\x20",
        b'w' => "0-9A-Za-z_",
        b'W' => "^0-9A-Za-z_",
        _ => return None,
    })
}

fn push_literal(out: &mut String, literal: char) {
    if literal.is_ascii_alphanumeric() || !literal.is_ascii() {
        out.push(literal);
    } else {
        // Nothing that is an operator in one of the dialects stands in plain sight.
        let _ = write!(out, "\\x{:02x}", u32::from(literal));
    }
}

/// `{2}`, `{2,}` or `{2,3}`: its length and the bounds. Anything else is not a repetition.
fn read_counts(text: &str) -> Option<(usize, (u32, Option<u32>))> {
    let end = text.find('}')?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        is_number.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let counts = match text[1..end].split_once(',') {
        None => {
            let count = number(&text[1..end])?;
            (count, Some(count))
        }
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((end + 1, counts))
}

/// The flags between `(?` and `:` or `)`, each one once.
fn read_flags(text: &str) -> Option<String> {
    let flags = text.strip_suffix([':', ')'])?;
    let (on, off) = match flags.split_once('-') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (flags, ""),
    };
    if !on.chars().chain(off.chars()).all(|flag| "imsU".contains(flag)) {
        return None;
    }
    let mut text = String::new();
    text.extend("imsU".chars().filter(|flag| on.contains(*flag) && !off.contains(*flag)));
    if !off.is_empty() {
        text.push('-');
        text.extend("imsU".chars().filter(|flag| off.contains(*flag)));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::whole(pattern).expect(pattern).matches(text)
    }

    #[test]
    fn names_are_compared_without_an_expression() {
        assert!(matches!(Pattern::whole("web-1_ä"), Ok(Pattern::Literal(_))));
        assert!(matches("web", "web") && !matches("web", "web1") && !matches("web", "Web"));
    }

    #[test]
    fn patterns_match_whole_texts_as_go_reads_them() {
        for (pattern, yes, no) in [
            ("web.*", "web-1", "a-web"),
            ("a|bc", "bc", "ac"),
            ("(?i)FOO", "foo", "fo"),
            ("^foo$", "foo", "foo\n"),
            ("(?i:f)oo", "Foo", "FOO"),
            ("(?i-i)a", "a", "A"),
            ("(?)a", "a", ""),
            ("a)|(?:b", "ax", "xa"),
            (r"\d+", "42", "٤٢"),
            (r"\D", "٤", "4"),
            (r"\w", "_", "ä"),
            (r"[\w-]+", "a-b", "a b"),
            (r"[\W]", "ä", "a"),
            (r"\s", "\t", "\u{a0}"),
            (r"\s", " ", "\u{b}"),
            ("[[:alpha:]]", "a", "ä"),
            ("[[:^alpha:]]", "ä", "a"),
            ("[[:word:]-]", "-", "+"),
            ("[a&&b]+", "a&b", "c"),
            ("[+--]", "-", "."),
            ("[[a]+", "[a", "b"),
            ("[]a]+", "]a", "["),
            ("[^]a]", "[", "]"),
            ("[a-]", "-", "b"),
            ("[a~~b]", "~", "c"),
            ("a{,2}", "a{,2}", "aa"),
            ("a{2}", "aa", "a"),
            ("a{01}", "a{01}", "a"),
            ("a{", "a{", "a"),
            ("a{1,2}?b", "aab", "b"),
            ("x{0}a", "a", "xa"),
            (r"\Qa.b\E+", "a.bb", "aXb"),
            (r"\x41\x{42}\103\0", "ABC\0", "ABC"),
            (r"\<\>\_\-", "<>_-", ""),
            (r"\pL\PL", "a1", "11"),
            (r"\p{Greek}\p{^Greek}", "αa", "aα"),
            (r"[\p{Lu}\d]+", "A1", "a"),
            (r"a\b.*", "a b", "ab"),
            (r"a\Bb", "ab", "a"),
            (r"ä\b.", "äa", "ä "),
            ("(?s).", "\n", ""),
            ("(?P<n>a)(?<n>b)", "ab", "a"),
            ("[^a]", "\n", "a"),
            ("a(|b)", "a", "ac"),
            ("", "", "a"),
            ("()", "", "a"),
            ("(?m)^a$", "a", "a\nb"),
            ("-|#| &", "#", "-#"),
        ] {
            assert!(matches(pattern, yes), "{pattern} and {yes:?}");
            if yes != no {
                assert!(!matches(pattern, no), "{pattern} and {no:?}");
            }
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for (pattern, message) in [
            ("fo(o", "a `)` is missing"),
            ("a)", "a `)` has no `(`"),
            ("[a", "a `]` is missing"),
            ("[", "a `]` is missing"),
            ("[]", "a `]` is missing"),
            ("[z-a]", "`z-a` is no range"),
            (r"[a-\d]", r"`\d` is no escape"),
            ("[[:no:]]", "`[:no:]` is no range or class"),
            (r"\p{No such}", "is no range or class"),
            (r"\p", "is no range or class"),
            (r"\1", r"`\1` is no escape"),
            (r"\8", r"`\8` is no escape"),
            (r"\y", r"`\y` is no escape"),
            (r"\ä", r"`\ä` is no escape"),
            (r"\Z", "is no escape"),
            (r"\C", "is no escape"),
            (r"\x4", "is no escape"),
            (r"\x{}", "is no escape"),
            (r"\x{110000}", "is no escape"),
            ("\\", "a `)` is missing"),
            ("[a--b]", "`a--` is no range"),
            ("*", "`*` has nothing to repeat"),
            ("a|+", "`+` has nothing to repeat"),
            ("(?:{2})", "`{2}` has nothing to repeat"),
            ("a**", "`*` repeats a repetition"),
            ("a+?+", "`+` repeats a repetition"),
            ("a{2}{3}", "`{3}` repeats a repetition"),
            ("a{1001}", "`{1001}` is no valid count"),
            ("a{2,1}", "`{2,1}` is no valid count"),
            ("(a{100}){100}", "`{100}` is no valid count"),
            ("((a{20}b){10}){6,}", "`{6,}` is no valid count"),
            ("a{99999999999}", "is no valid count"),
            ("(?x)a", "`(?x)` is not supported"),
            ("(?=a)", "`(?=a)` is not supported"),
            ("(?-)", "`(?-)` is not supported"),
            ("(?i", "a `)` is missing"),
            (r"\Qa|", "a `)` is missing"),
            ("(?P<a-b>c)", "is no name"),
        ] {
            let problem = Pattern::whole(pattern).expect_err(pattern);
            assert!(problem.to_string().contains(message), "{pattern}: {problem}");
        }
    }
}
