//! File name patterns, by the rules of Go's `filepath`: `*`, `?`, `[a-z]`, `[^a-z]`, `\`. No
//! wildcard goes over a `/`.

use std::path::Path;

use super::Place;
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::join;

/// Whether a name fits a pattern.
///
/// # Errors
/// When the pattern is malformed.
pub(super) fn matches(pattern: &str, name: &str) -> Result<bool> {
    let bad = || {
        let message = format!("`{pattern}` is no pattern");
        let error = Diagnostic::error(Code::Usage, message);
        Box::new(error.help("a `[` needs its `]`, and a `\\` something behind it"))
    };
    let tokens = tokens(pattern).ok_or_else(bad)?;
    Ok(fits(&tokens, name))
}

/// The files that fit a pattern, in byte order, as paths from the same start. Files whose names
/// begin with a dot fit only if the pattern's last part does.
///
/// # Errors
/// When the pattern is malformed.
pub(super) fn files(place: Place<'_>, pattern: &str) -> Result<Vec<String>> {
    matches(pattern, "")?;
    let mut found = expand(place, pattern)?;
    if !base_name(pattern).starts_with('.') {
        found.retain(|path| !base_name(path).starts_with('.'));
    }
    Ok(found)
}

fn expand(place: Place<'_>, pattern: &str) -> Result<Vec<String>> {
    if !has_meta(pattern) {
        let exists = !pattern.is_empty() && exists(place, pattern);
        return Ok(if exists { vec![pattern.to_owned()] } else { Vec::new() });
    }
    let (directory, name) = match pattern.rfind('/') {
        Some(0) => ("/", &pattern[1..]),
        Some(at) => (&pattern[..at], &pattern[at + 1..]),
        None => (".", pattern),
    };
    // A pattern that only goes round in the same directory would never end.
    let directories = match has_meta(directory) && directory != pattern {
        true => expand(place, directory)?,
        false => vec![directory.to_owned()],
    };
    let mut found = Vec::new();
    for directory in directories {
        let listed = place.fs.list(&join(place.directory, &directory)).unwrap_or_default();
        for (file, _) in listed {
            if matches(name, &file)? {
                found.push(joined(&directory, &file));
            }
        }
    }
    Ok(found)
}

fn exists(place: Place<'_>, path: &str) -> bool {
    place.fs.resolve(&join(place.directory, path)).is_ok()
}

/// A path without `.` and needless `..`, with `/` on every machine.
fn joined(directory: &str, file: &str) -> String {
    let clean = join(Path::new(directory), file);
    let parts = clean.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { parts.into_owned() } else { parts.replace('\\', "/") }
}

fn base_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or("")
}

fn has_meta(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '\\'])
}

/// A piece of a pattern.
enum Token {
    /// This character.
    One(char),
    /// Any character but `/`.
    Any,
    /// Any number of them.
    Many,
    /// One character in one of the ranges, or in none of them.
    Range { negated: bool, ranges: Vec<(char, char)> },
}

/// Takes a pattern apart; nothing if it is malformed.
fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            '*' => Token::Many,
            '?' => Token::Any,
            '\\' => Token::One(rest.next()?),
            '[' => {
                let negated = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
                    let low = range_end(&mut rest)?;
                    let high = match rest.next_if_eq(&'-') {
                        Some(_) => range_end(&mut rest)?,
                        None => low,
                    };
                    ranges.push((low, high));
                }
                Token::Range { negated, ranges }
            }
            c => Token::One(c),
        });
    }
    Some(tokens)
}

fn range_end(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        c => Some(c),
    }
}

/// Whether a name fits: goes back to the last `*` where it does not, so the time is bounded by the
/// product of the lengths.
fn fits(tokens: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (tokens.get(token), name.get(at)) {
            (None, None) => return true,
            (Some(Token::Many), _) => {
                retry = Some((token, at));
                token += 1;
                continue;
            }
            (Some(found), Some(c)) if found.takes(*c) => {
                token += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        // The last `*` takes one more.
        match retry {
            Some((many, from)) if name.get(from).is_some_and(|c| *c != '/') => {
                retry = Some((many, from + 1));
                token = many + 1;
                at = from + 1;
            }
            _ => return false,
        }
    }
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Token::One(one) => *one == c,
            Token::Any => c != '/',
            Token::Many => false,
            Token::Range { negated, ranges } => {
                let inside = ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                c != '/' && inside != *negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::MemoryFs;
    use crate::source::Sources;

    #[test]
    fn names_fit_as_in_go() {
        // From the table of path/filepath's documentation and its rules.
        for (pattern, name, wanted) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^b-d]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a?b", "a/b", false),
            ("a*b", "a/b", false),
            ("[\\]a]", "]", true),
            ("[\\-]", "-", true),
            ("[x\\-]", "x", true),
            ("[\\-x]", "a", false),
            ("*x", "xxx", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name).unwrap(), wanted, "{pattern} {name}");
        }
        for bad in ["[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\", "[a-"]
        {
            assert!(matches(bad, "a").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_long_pattern_takes_no_time() {
        let pattern = "*a".repeat(200);
        assert!(!matches(&pattern, &format!("{}b", "a".repeat(5_000))).unwrap());
    }

    #[test]
    fn files_are_found_where_patterns_lead() {
        let fs = MemoryFs::new()
            .with("/o/k/a.yaml", "")
            .with("/o/k/b.yaml", "")
            .with("/o/k/.c.yaml", "")
            .with("/o/k/d/e.yaml", "")
            .with("/o/k/f/e.yaml", "")
            .with("/o/base/x.yml", "");
        let sources = Sources::new();
        let place = Place { fs: &fs, sources: &sources, directory: Path::new("/o/k") };
        for (pattern, found) in [
            ("*.yaml", &["a.yaml", "b.yaml"][..]),
            ("./*.yaml", &["a.yaml", "b.yaml"]),
            (".*.yaml", &[".c.yaml"]),
            ("*", &["a.yaml", "b.yaml", "d", "f"]),
            ("*/e.yaml", &["d/e.yaml", "f/e.yaml"]),
            ("[d-e]/*", &["d/e.yaml"]),
            ("../base/*.yml", &["../base/x.yml"]),
            ("../base", &["../base"]),
            ("./a.yaml", &["./a.yaml"]),
            ("/o/*/x.yml", &["/o/base/x.yml"]),
            ("nope", &[]),
            ("nope/*", &[]),
            ("", &[]),
        ] {
            assert_eq!(files(place, pattern).unwrap(), found, "{pattern}");
        }
    }
}
