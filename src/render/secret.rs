//! Which lines of a file may be quoted, so that no diagnostic shows the value of a Secret.
//!
//! Decided by the text alone: a diagnostic may be about a file that can't even be parsed, and
//! whoever reports it need not think of secrets. When in doubt a line is not quoted; its place
//! and the message still are.

use std::ops::Range;

use memchr::memmem;

/// Keys under which values of a Secret stand: in Secrets, in generators, in patches.
const VALUES: [&str; 6] =
    ["annotations", "data", "literals", "secretGenerator", "stringData", "value"];

/// How the lists of paths in a kustomization begin.
const LISTS_OF_PATHS: [&str; 8] = [
    "bases:",
    "components:",
    "configurations:",
    "crds:",
    "generators:",
    "resources:",
    "transformers:",
    "validators:",
];

/// Whether the lines that `range` touches may be shown.
pub(super) fn may_quote(path: &str, text: &str, range: Range<usize>) -> bool {
    let lines = whole_lines(text, range);
    if !is_yaml(path, text) {
        // An env file or whatever else a generator reads.
        return false;
    }
    let document = document(text, lines.clone());
    if !speaks_of_secrets(&text[document.clone()]) {
        return true;
    }
    if text[document.clone()].trim_start().starts_with('{') {
        return false;
    }
    let mut at = lines.start;
    text[lines].split_inclusive('\n').all(|line| {
        let quotable = is_quotable(&text[document.start..at], line);
        at += line.len();
        quotable
    })
}

fn is_yaml(path: &str, text: &str) -> bool {
    let named = [".yaml", ".yml", ".json", "Kustomization"];
    named.iter().any(|end| path.ends_with(end))
        || text.lines().take(100).any(|line| line.starts_with("apiVersion:"))
}

fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n');
    start..end.map_or(text.len(), |at| range.end + at)
}

/// The document round some lines.
fn document(text: &str, lines: Range<usize>) -> Range<usize> {
    let is_mark = |at: &usize| text.as_bytes()[*at..].starts_with(b"\n---");
    let (before, after) = (&text.as_bytes()[..lines.start], &text.as_bytes()[lines.end..]);
    let start = memchr::memrchr_iter(b'\n', before).find(is_mark).map_or(0, |at| at + 1);
    let end = memchr::memchr_iter(b'\n', after).map(|at| lines.end + at).find(is_mark);
    start..end.unwrap_or(text.len())
}

/// Whether a document is a Secret, patches one or generates one.
fn speaks_of_secrets(document: &str) -> bool {
    let quotes_and_space = |c: char| c.is_whitespace() || c == '"' || c == '\'';
    memmem::find(document.as_bytes(), b"secretGenerator").is_some()
        || memmem::find_iter(document.as_bytes(), b"Secret").any(|at| {
            let ends = !document[at + "Secret".len()..].starts_with(char::is_alphanumeric);
            let before = document[..at].trim_end_matches(quotes_and_space);
            let key = before.strip_suffix(':').unwrap_or("");
            let kind = key.trim_end_matches(quotes_and_space).ends_with("kind");
            ends && kind
        })
}

/// Whether a line of a document that speaks of secrets can't hold one.
fn is_quotable(before: &str, line: &str) -> bool {
    // Flow style puts many fields into one line.
    if line.contains(['{', '[']) {
        return false;
    }
    if is_blank(line) || line.trim_end() == "---" || is_path(before, line) {
        return true;
    }
    // A line that is no field of its own may be a piece of a value that began above it.
    let Some(mut key) = key(line) else {
        return false;
    };
    let mut indent = indentation(line);
    let mut above = before.lines().rev();
    loop {
        if VALUES.contains(&key) {
            return false;
        }
        if indent == 0 {
            return true;
        }
        let Some(parent) = above.find(|line| !is_blank(line) && indentation(line) < indent) else {
            return true;
        };
        indent = indentation(parent);
        let Some(next) = self::key(parent) else {
            return false;
        };
        key = next;
    }
}

/// Whether a line is one of the paths that a kustomization lists.
fn is_path(before: &str, line: &str) -> bool {
    let column = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_item = |line: &str| line.trim_start().starts_with("- ");
    let of_line = column(line);
    if !is_item(line) || line[of_line..].trim_start_matches(['-', ' ']).starts_with(['|', '>']) {
        return false;
    }
    let mut above = before.lines().rev().filter(|above| !is_blank(above));
    let parent = above
        .find(|above| column(above) < of_line || (column(above) == of_line && !is_item(above)));
    // At the left margin there is nothing that a value could go on with.
    parent.is_some_and(|parent| LISTS_OF_PATHS.contains(&parent.trim_end()))
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The column at which a line's key stands, behind the dashes of a sequence.
fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// The key of a line `key: …` or `- key: …`.
fn key(line: &str) -> Option<&str> {
    let line = line.trim_start_matches([' ', '-']);
    let (key, rest) = line.split_once(':')?;
    let quoted = |quote| key.strip_prefix(quote)?.strip_suffix(quote);
    let name = quoted('"').or_else(|| quoted('\'')).unwrap_or(key);
    let is_key = (rest.is_empty() || rest.starts_with(char::is_whitespace))
        && !name.contains(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    is_key.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are quoted, by number.
    fn quoted(path: &str, text: &str) -> Vec<usize> {
        let mut at = 0;
        let mut quoted = Vec::new();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if may_quote(path, text, at..at) {
                quoted.push(index + 1);
            }
            at += line.len();
        }
        quoted
    }

    #[test]
    fn values_of_a_secret_are_not_quoted() {
        let text = "\
apiVersion: v1
kind: \"Secret\"
metadata:
  name: s
  annotations:
    last-applied: hunter2
type: Opaque
stringData:
  # a remark
  password: hunter2
  text: |
    name: hunter2
data: {a: aHVudGVyMg==}
\"broken: hunter2
";
        assert_eq!(quoted("s.yaml", text), [1, 2, 3, 4, 7, 9]);
    }

    #[test]
    fn other_documents_of_the_file_are_quoted() {
        let text = "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\ndata:\n  a: b\n---\na: b\n";
        assert_eq!(quoted("s.yaml", text), [1, 2, 3, 4, 5, 8, 9]);
    }

    #[test]
    fn generators_and_patches_of_secrets_are_not_quoted() {
        let text = "\
namePrefix: a-
secretGenerator:
- name: s
  literals:
  - password=hunter2
patches:
- patch: |-
    - op: replace
      path: /data/password
      value: hunter2
  target:
    kind: Secret
";
        assert_eq!(quoted("kustomization.yaml", text), [1, 6, 7, 8, 9, 11, 12]);
        let json = "{\"kind\": \"Secret\",\n\"data\": {\n\"a\": \"b\"\n}}\n";
        assert_eq!(quoted("s.json", json), [3_usize; 0]);
    }

    #[test]
    fn paths_beside_a_generator_of_secrets_are_quoted() {
        let text = "\
resources:
- ../base # what is changed
- |
  - hunter2
secretGenerator:
- name: s
  literals:
  - |-
    resources:
    - hunter2
  files:
  - s.txt
components:
  - 'a'

  - b
";
        assert_eq!(quoted("kustomization.yaml", text), [1, 2, 13, 14, 15, 16]);
    }

    #[test]
    fn only_manifests_are_quoted() {
        assert_eq!(quoted("production.env", "PASSWORD hunter2\n"), [0_usize; 0]);
        assert_eq!(quoted("web", "apiVersion: v1\nkind: Service\n"), [1, 2]);
        assert_eq!(quoted("a.yaml", "kind: SecretStore\ndata: x\n"), [1, 2]);
        assert_eq!(quoted("a.yaml", ""), [0_usize; 0]);
        assert!(may_quote("a.yaml", "", 0..0));
    }
}
