//! The sources of a generator: literals, files and env files, and the keys they give.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Result, error_at};
use crate::source::{Source, Text};

/// The content under one key.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// UTF-8 text.
    Text(Text),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Data {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Data::Text(text) => text.as_bytes(),
            Data::Bytes(bytes) => bytes,
        }
    }
}

/// Keys and contents in the order they were given, each key once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    pairs: IndexMap<Text, Data>,
}

impl Pairs {
    /// Adds a pair.
    ///
    /// # Errors
    /// When the key is there already; the message shows no content.
    pub(crate) fn add(&mut self, key: Text, data: Data) -> Result<()> {
        if let Some((first, _)) = self.pairs.get_key_value(&key) {
            return Err(Box::new(
                Diagnostic::error(Code::Generator, format!("key `{key}` is given twice"))
                    .label(key.span(), "the second time")
                    .label(first.span(), "the first time")
                    .help("remove one of them; a generator can't override its own keys"),
            ));
        }
        self.pairs.insert(key, data);
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Data)> {
        self.pairs.iter()
    }
}

/// Splits `key=value`; one pair of quotes around the value is taken off.
///
/// # Errors
/// When there is no `=` or nothing before it.
pub(crate) fn parse_literal(literal: &Text) -> Result<(Text, Text)> {
    let at = match literal.find('=') {
        Some(at) if at > 0 => at,
        _ => {
            let error = Diagnostic::error(Code::Generator, "a literal must read `key=value`");
            return Err(Box::new(
                error.at(literal.span()).help("write the key, then `=`, then the value"),
            ));
        }
    };
    let value = &literal[at + 1..];
    let quoted = value.len() >= 2
        && (value.starts_with('"') && value.ends_with('"')
            || value.starts_with('\'') && value.ends_with('\''));
    let trim = usize::from(quoted);
    Ok((literal.part(0..at), literal.part(at + 1 + trim..literal.len() - trim)))
}

/// Splits `path` or `key=path` into a key and a path; the key is the file's name by default.
///
/// # Errors
/// When a part is missing or there is more than one `=`.
pub(crate) fn parse_file_source(source: &Text) -> Result<(Text, Text)> {
    let error = |message: &str| error_at(Code::Generator, source, message);
    match source.split_once('=') {
        None => Ok((base_name(source), source.clone())),
        Some((_, path)) if path.contains('=') => {
            Err(error("a file source has more than one `=`; write `path` or `key=path`"))
        }
        Some(("", _)) => Err(error("a file source has no key before `=`")),
        Some((_, "")) => Err(error("a file source has no path after `=`")),
        Some((key, _)) => Ok((source.part(0..key.len()), source.part(key.len() + 1..source.len()))),
    }
}

fn base_name(path: &Text) -> Text {
    let end = path.trim_end_matches('/').len();
    if end == 0 {
        return Text::made(if path.is_empty() { "." } else { "/" }, path.span());
    }
    let start = path[..end].rfind('/').map_or(0, |at| at + 1);
    path.part(start..end)
}

/// Lines of this many bytes and more end an env file in the reference, without a word.
const MAX_LINE: usize = 64 * 1024;

/// Reads an env file: one `key=value` a line, verbatim; a key alone has an empty value.
///
/// Says in a warning when a line is so long that the reference drops it and all that follow.
pub(crate) fn parse_env_file(
    source: &Arc<Source>,
    warnings: &mut Vec<Diagnostic>,
) -> Vec<(Text, Text)> {
    let text = source.text();
    let mut pairs = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end =
            memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |n| start + n);
        if end - start >= MAX_LINE {
            let message = format!("a line of {} bytes ends this env file", end - start);
            warnings.push(
                Diagnostic::warning(Code::DataLoss, message)
                    .at(Text::slice(source, start, 0).span())
                    .note("the reference reads lines of less than 65536 bytes, and stops at others")
                    .help("put long values into a file of their own, under `files`"),
            );
            break;
        }
        let mut line = &text[start..end];
        if line.ends_with('\r') {
            line = &line[..line.len() - 1];
        }
        if start == 0 {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        // Go's idea of white space agrees with Rust's.
        let line = line.trim_start();
        if !line.is_empty() && !line.starts_with('#') {
            let offset = line.as_ptr().addr() - text.as_ptr().addr();
            let key = line.find('=').unwrap_or(line.len());
            let value = (key + 1).min(line.len());
            if key > 0 {
                pairs.push((
                    Text::slice(source, offset, key),
                    Text::slice(source, offset + value, line.len() - value),
                ));
            }
        }
        start = end + 1;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn env(text: &str) -> Vec<(String, String)> {
        let source = Sources::new().add("x.env", text.into()).unwrap();
        let pairs = parse_env_file(&source, &mut Vec::new()).into_iter();
        pairs.map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn env_lines_are_taken_verbatim() {
        let pairs = env("\u{feff}A=1\r\n  B = \"q\" #c\n#x\n\n=y\nHOME\nexport Z=1=2");
        let expected = [("A", "1"), ("B ", " \"q\" #c"), ("HOME", ""), ("export Z", "1=2")];
        let expected: Vec<_> =
            expected.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_long_line_ends_the_file_with_a_warning() {
        let text = format!("A=1\nB={}\nC=3", "x".repeat(70_000));
        let source = Sources::new().add("x.env", text).unwrap();
        let mut warnings = Vec::new();
        assert_eq!(parse_env_file(&source, &mut warnings).len(), 1);
        assert_eq!(warnings.len(), 1);
        let just_short = format!("B={}\nC=3", "x".repeat(65_533));
        assert_eq!(env(&just_short).len(), 2);
    }

    #[test]
    fn literals_lose_one_pair_of_quotes() {
        for (literal, key, value) in [
            ("a=b", "a", "b"),
            ("a=\"b\"", "a", "b"),
            ("a='b' ", "a", "'b' "),
            ("a=\"", "a", "\""),
            ("a=", "a", ""),
            ("a=b=c", "a", "b=c"),
        ] {
            let (k, v) = parse_literal(&Text::from(literal)).unwrap();
            assert_eq!((&*k, &*v), (key, value));
        }
        assert!(parse_literal(&Text::from("a")).is_err());
        assert!(parse_literal(&Text::from("=a")).is_err());
    }

    #[test]
    fn file_sources_have_a_key_and_a_path() {
        for (source, key, path) in
            [("d/f.txt", "f.txt", "d/f.txt"), ("k=d/f", "k", "d/f"), ("d/", "d", "d/")]
        {
            let (k, p) = parse_file_source(&Text::from(source)).unwrap();
            assert_eq!((&*k, &*p), (key, path));
        }
        for bad in ["=f", "k=", "a=b=f"] {
            assert!(parse_file_source(&Text::from(bad)).is_err(), "{bad}");
        }
    }
}
