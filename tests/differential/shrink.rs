//! Makes a tree smaller while it still shows the same difference.

use super::judge::{Difference, Verdict, judge};
use super::layers::Tree;
use crate::support::oracle::Oracle;

/// How many smaller trees are tried.
const BUDGET: usize = 500;

/// A tree as small as could be found that differs like this one.
pub(super) fn shrink(tree: &Tree, difference: &Difference, oracle: &Oracle) -> (Tree, Difference) {
    let mut best =
        Best { tree: tree.clone(), difference: difference.clone(), left: BUDGET, oracle };
    loop {
        let before = size(&best.tree);
        best.drop_files();
        best.drop_blocks();
        best.drop_elements();
        if best.left == 0 || size(&best.tree) == before {
            return (best.tree, best.difference);
        }
    }
}

fn size(tree: &Tree) -> usize {
    tree.values().map(Vec::len).sum::<usize>() + tree.len()
}

struct Best<'o> {
    tree: Tree,
    difference: Difference,
    left: usize,
    oracle: &'o Oracle,
}

impl Best<'_> {
    /// Keeps a smaller tree if it differs in the same way.
    fn offer(&mut self, tree: Tree) -> bool {
        if self.left == 0 || size(&tree) >= size(&self.tree) {
            return false;
        }
        self.left -= 1;
        match judge(&tree, self.oracle) {
            Verdict::Differs(found)
                if found.kind == self.difference.kind && found.class == self.difference.class =>
            {
                self.tree = tree;
                self.difference = found;
                true
            }
            _ => false,
        }
    }

    /// Leaves files out, with the lines that name them.
    fn drop_files(&mut self) {
        for path in self.tree.keys().cloned().collect::<Vec<_>>() {
            let name = match path.rsplit_once('/') {
                Some((directory, name)) if name.to_lowercase().starts_with("kustomization") => {
                    directory
                }
                Some((_, name)) => name,
                None => &path,
            };
            let mut smaller = self.tree.clone();
            smaller.retain(|other, _| *other != path && !other.starts_with(&format!("{name}/")));
            for content in smaller.values_mut() {
                let text = String::from_utf8_lossy(content).into_owned();
                let kept = text.split_inclusive('\n').filter(|line| !line.contains(name));
                *content = kept.collect::<String>().into_bytes();
            }
            self.offer(smaller);
        }
    }

    /// Leaves lines out, each with those that belong to it.
    fn drop_blocks(&mut self) {
        for path in self.tree.keys().cloned().collect::<Vec<_>>() {
            let mut at = 0;
            loop {
                let text = self.text(&path);
                let lines: Vec<&str> = text.split_inclusive('\n').collect();
                if at >= lines.len() {
                    break;
                }
                let tried = candidates(&lines, at);
                if !tried.into_iter().any(|smaller| self.offer_file(&path, smaller)) {
                    at += 1;
                }
                if self.left == 0 {
                    return;
                }
            }
        }
    }

    /// Leaves elements of collections in braces and brackets out.
    fn drop_elements(&mut self) {
        for path in self.tree.keys().cloned().collect::<Vec<_>>() {
            let mut from = 0;
            loop {
                let text = self.text(&path);
                let Some((start, end)) = next_element(&text, from) else { break };
                from = start + 1;
                let smaller = format!("{}{}", &text[..start], &text[end..]);
                if self.offer_file(&path, smaller) {
                    from = start.saturating_sub(1);
                }
            }
        }
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(&self.tree[path]).into_owned()
    }

    fn offer_file(&mut self, path: &str, content: String) -> bool {
        let mut smaller = self.tree.clone();
        smaller.insert(path.to_owned(), content.into_bytes());
        self.offer(smaller)
    }
}

/// The text without the block that begins in a line, in several ways.
fn candidates(lines: &[&str], at: usize) -> Vec<String> {
    let line = lines[at];
    let indent = indent(line);
    let below = |other: &&str| other.trim().is_empty() || self::indent(other) > indent;
    let mut end = at + 1 + lines[at + 1..].iter().take_while(|line| below(line)).count();
    if line.trim_end().ends_with(':') {
        let is_item =
            |other: &&str| self::indent(other) == indent && other.trim_start().starts_with('-');
        end += lines[end..].iter().take_while(|line| is_item(line) || below(line)).count();
    }
    let mut found = Vec::new();
    if line.starts_with("---") {
        let next = lines[at + 1..].iter().take_while(|line| !line.starts_with("---")).count();
        found.push([&lines[..at], &lines[at + 1 + next..]].concat().concat());
    }
    found.push([&lines[..at], &lines[end..]].concat().concat());
    // The first field of an item: the dash moves to the next one.
    if let (Some(_), Some(next)) = (line.trim_start().strip_prefix("- "), lines.get(at + 1))
        && next.trim_start().len() < next.len()
        && self::indent(next) > indent
    {
        let moved = format!("{}-{}", &line[..indent], next.get(indent + 1..).unwrap_or(""));
        let rest = lines[at + 2..].concat();
        found.push(format!("{}{moved}{rest}", lines[..at].concat()));
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The next range from `from` on that holds one element in braces or brackets, with its comma.
fn next_element(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let opens = |at: usize| matches!(bytes[at], b'{' | b'[' | b',');
    let start = (from..bytes.len()).find(|at| opens(*at))?;
    let mut depth = 0_usize;
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => {
                // The last one takes the comma in front of it along.
                let first = if bytes[start] == b',' { start } else { start + 1 };
                return if at > first { Some((first, at)) } else { next_element(text, start + 1) };
            }
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => {
                let first = if bytes[start] == b',' { start } else { start + 1 };
                let end = if bytes[start] == b',' { at } else { at + 1 };
                return Some((first, end));
            }
            _ => {}
        }
        at += 1;
    }
    next_element(text, start + 1)
}

#[test]
fn elements_are_found_with_their_commas() {
    let without = |text: &str, from: usize| {
        let (start, end) = next_element(text, from).unwrap();
        format!("{}{}", &text[..start], &text[end..])
    };
    assert_eq!(without("a: {b: 1, c: [2]}", 0), "a: { c: [2]}");
    assert_eq!(without("a: {b: 1, c: [2]}", 5), "a: {b: 1}");
    assert_eq!(without("[x]", 0), "[]");
    assert_eq!(next_element("a: []", 0), None);
}

#[test]
fn a_block_is_a_line_and_what_is_indented_below_it() {
    let lines = ["a:\n", "- b: 1\n", "  c: 2\n", "d: 3\n"];
    assert_eq!(candidates(&lines, 0), ["d: 3\n"]);
    assert_eq!(candidates(&lines, 1), ["a:\nd: 3\n", "a:\n- c: 2\nd: 3\n"]);
}
