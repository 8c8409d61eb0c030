//! Just enough of Ruby: lines of code, and strings in them. Nothing is evaluated.

/// The lines of a file without their indentation; comments and empty lines are left out.
pub(super) fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A line of code without the comment behind it. A `#` within quotes begins none.
pub(super) fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' && before == ' ' => return line[..at].trim_end(),
            _ => {}
        }
        before = c;
    }
    line
}

/// The texts in quotes of a line, one after the other, without escapes.
pub(super) fn strings(line: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\''])?;
        let quote = char::from(rest.as_bytes()[start]);
        let inside = &rest[start + 1..];
        let end = inside.find(quote)?;
        rest = &inside[end + 1..];
        Some(inside[..end].to_owned())
    })
}

/// What stands behind `name =` or `name` in a line, when the line begins with it.
pub(super) fn setting<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(name)?;
    let rest = rest.strip_prefix([' ', '=', '(']).or_else(|| rest.is_empty().then_some(rest))?;
    Some(rest.trim_start_matches([' ', '=', '(']).trim_end_matches(')').trim())
}

/// The name in `:name` or `"name"`.
pub(super) fn symbol(text: &str) -> Option<String> {
    let text = text.trim();
    let name = match text.strip_prefix(':') {
        Some(rest) => rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned(),
        None => strings(text).next()?,
    };
    (!name.is_empty()).then_some(name)
}

/// What an expression is when nothing is set: the default of `ENV.fetch`, a number or a string.
pub(super) fn fallback(expression: &str) -> Option<String> {
    let expression = expression.trim();
    let literal = |text: &str| {
        let text = text.trim().trim_end_matches(".to_i").trim();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Some(text.to_owned()) } else { quoted(text) }
    };
    if let Some(rest) = expression.strip_prefix("ENV.fetch(") {
        let (arguments, behind) = rest.split_once(')')?;
        if let Some(block) = behind.trim().strip_prefix('{') {
            return literal(block.split('}').next()?);
        }
        return literal(arguments.split_once(',')?.1);
    }
    if expression.starts_with("ENV[") {
        return literal(expression.split_once("||")?.1);
    }
    literal(expression)
}

/// The names that a setting may have, in their order, each once: those of every assignment, and of all
/// branches of an expression. `None` if it is not set, and nothing if none can be told.
pub(super) fn choices(text: &str, name: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut is_set = false;
    let mut lines = code_lines(text).map(without_comment);
    while let Some(line) = lines.next() {
        let Some(value) = setting(line, name) else { continue };
        // A question is no assignment.
        if !line[name.len()..].trim_start().starts_with('=') {
            continue;
        }
        is_set = true;
        let is_branch =
            |text: &str| ["if ", "unless ", "case "].iter().any(|word| text.starts_with(word));
        let mut depth = usize::from(is_branch(value));
        if depth == 0 && !value.is_empty() {
            found.extend(names_in(value));
            continue;
        }
        for line in lines.by_ref() {
            if is_branch(line) {
                depth += 1;
            } else if line == "end" || line.starts_with("end.") {
                depth = depth.saturating_sub(1);
            } else if line.starts_with([':', '"', '\'']) {
                found.extend(symbol(line));
            }
            if depth == 0 {
                break;
            }
        }
    }
    let mut known = std::collections::BTreeSet::new();
    found.retain(|name| known.insert(name.clone()));
    is_set.then_some(found)
}

/// The names that an expression of one line may be.
fn names_in(expression: &str) -> Vec<String> {
    if let Some((_, branches)) = expression.split_once(" ? ") {
        return branches.split(" : ").filter_map(symbol).collect();
    }
    if expression.starts_with("ENV") {
        let default = fallback(expression).or_else(|| {
            let (_, default) = expression.rsplit_once([',', '|', '{'])?;
            symbol(default.trim_start()).filter(|_| default.trim_start().starts_with(':'))
        });
        return default.into_iter().collect();
    }
    match expression.starts_with([':', '"', '\'']) {
        true => symbol(expression).into_iter().collect(),
        false => Vec::new(),
    }
}

/// A text that is one string and nothing else.
fn quoted(text: &str) -> Option<String> {
    let mut all = strings(text);
    let only = all.next()?;
    (text.len() == only.len() + 2).then_some(only)
}

/// The environment variables that a text names, in their order, each once; and whether each has a
/// default.
pub(super) fn variables(text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    for (at, _) in text.match_indices("ENV") {
        let rest = &text[at + 3..];
        let (inside, fetched) = match (rest.strip_prefix(".fetch("), rest.strip_prefix('[')) {
            (Some(inside), _) => (inside, true),
            (_, Some(inside)) => (inside, false),
            _ => continue,
        };
        let line = inside.lines().next().unwrap_or_default();
        let Some(name) = strings(line).next() else { continue };
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || name.is_empty() || found.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let behind = &line[name.len().min(line.len())..];
        let has_default = match fetched {
            true => behind.contains(',') || behind.contains('{'),
            false => behind.contains("||"),
        };
        found.push((name, has_default));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_symbols() {
        assert_eq!(setting("config.x = :amazon", "config.x"), Some(":amazon"));
        assert_eq!(setting("port 3000", "port"), Some("3000"));
        assert_eq!(setting("portal 3000", "port"), None);
        assert_eq!(symbol(":amazon if x"), Some("amazon".into()));
        assert_eq!(symbol("\"solid_queue\""), Some("solid_queue".into()));
        assert_eq!(symbol("x"), None);
    }

    #[test]
    fn choices_of_a_setting() {
        for (text, names) in [
            ("x = :a", Some(vec!["a"])),
            ("x = :a # :b", Some(vec!["a"])),
            ("x = \"a\".to_sym", Some(vec!["a"])),
            ("x = ENV.fetch('X', :a)", Some(vec!["a"])),
            ("x = ENV.fetch('X', 'a').to_sym", Some(vec!["a"])),
            ("x = (ENV['X'] || :a)", Some(vec!["a"])),
            ("x = ENV['X'].present? ? :a : :b", Some(vec!["a", "b"])),
            ("x = :a\nif y\n  x = :b\nelse\n  x = :a\nend", Some(vec!["a", "b"])),
            ("x = if y\n:a\nelsif z\nif v\n:b\nend\nelse\n:c\nend\n:d", Some(vec!["a", "b", "c"])),
            ("x =\n  if y\n    :a\n  end\n:d", Some(vec!["a"])),
            ("x = Settings.y", Some(vec![])),
            ("if x.blank?\nxy = :a", None),
            ("# x = :a", None),
        ] {
            let found = choices(text, "x");
            let names = names.map(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(found, names, "{text}");
        }
    }

    #[test]
    fn comments_behind_code() {
        for (line, code) in [
            ("get 'a' # x", "get 'a'"),
            ("get 'a#b' # x", "get 'a#b'"),
            ("get \"# a\"", "get \"# a\""),
            ("\"#{x}\" # 'y'", "\"#{x}\""),
        ] {
            assert_eq!(without_comment(line), code);
        }
    }

    #[test]
    fn fallbacks_of_expressions() {
        for (expression, fallback) in [
            ("ENV.fetch(\"RAILS_MAX_THREADS\") { 5 }", Some("5")),
            ("ENV.fetch('DB_HOST', 'localhost')", Some("localhost")),
            ("ENV[\"X\"] || \"y\"", Some("y")),
            ("ENV.fetch('X', 3).to_i", Some("3")),
            ("ENV['X']", None),
            ("\"x\"", Some("x")),
            ("Rails.env", None),
            ("ENV.fetch(", None),
            ("", None),
        ] {
            assert_eq!(super::fallback(expression).as_deref(), fallback, "{expression}");
        }
    }

    #[test]
    fn variables_and_whether_they_may_be_missing() {
        let text = "a: ENV[\"A\"]\nb: ENV.fetch('B') { 1 }\nc: ENV.fetch(\"C\")\nENV['A'] ENV[x] ENV['D'] || 1";
        let found = variables(text);
        let found: Vec<_> = found.iter().map(|(name, set)| (name.as_str(), *set)).collect();
        assert_eq!(found, [("A", false), ("B", true), ("C", false), ("D", true)]);
    }
}
