//! What becomes of a folded scalar that the reference writes out and reads back.
//!
//! Its writer decides by the beginning of the whole text, not of the line at hand, whether a line
//! break needs a second one to survive folding. So some line breaks come out doubled, lost or as
//! spaces. Both halves are played through here: the lines that the writer makes (it breaks no long
//! ones), and what its reader makes of them.

/// The text of a folded scalar after it was written and read.
pub(super) fn refold(text: &str) -> String {
    let mut from_end = text.chars().rev();
    let ends_line = from_end.next().is_some_and(|c| BREAKS.contains(&c));
    let keeps_end = ends_line && from_end.next().is_none_or(|c| BREAKS.contains(&c));
    read(Written::new(text), keeps_end)
}

/// One line of a written block, without its indentation, and the break behind it.
struct Line<'t> {
    content: &'t str,
    end: Option<char>,
}

/// The lines that are written for a text.
struct Written<'t> {
    rest: &'t str,
    /// Whether the first line with content begins with a blank.
    opens_blank: bool,
    /// Whether an empty line is due that keeps the break before it from being folded.
    is_doubled: bool,
}

impl<'t> Written<'t> {
    fn new(text: &'t str) -> Written<'t> {
        let opens_blank = text.trim_start_matches(BREAKS).starts_with(is_blank);
        Written { rest: text, opens_blank, is_doubled: false }
    }
}

impl<'t> Iterator for Written<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if std::mem::take(&mut self.is_doubled) {
            return Some(Line { content: "", end: Some('\n') });
        }
        if self.rest.is_empty() {
            return None;
        }
        let (content, behind) =
            self.rest.split_at(self.rest.find(BREAKS).unwrap_or(self.rest.len()));
        let end = behind.chars().next();
        let is_filled = !content.is_empty() && !content.starts_with(is_blank);
        self.is_doubled = is_filled && end == Some('\n') && !self.opens_blank;
        self.rest = &behind[end.map_or(0, char::len_utf8)..];
        Some(Line { content, end })
    }
}

fn read<'t>(lines: impl Iterator<Item = Line<'t>>, keeps_end: bool) -> String {
    let mut text = String::new();
    let mut leading: Option<char> = None;
    let mut trailing = String::new();
    let mut line_before_is_blank = false;
    for line in lines {
        if line.content.is_empty() {
            trailing.extend(line.end);
            continue;
        }
        let opens_blank = line.content.starts_with(is_blank);
        if leading == Some('\n') && !line_before_is_blank && !opens_blank {
            if trailing.is_empty() {
                text.push(' ');
            }
        } else {
            text.extend(leading);
        }
        text.push_str(&trailing);
        trailing.clear();
        text.push_str(line.content);
        leading = line.end;
        line_before_is_blank = opens_blank;
    }
    text.extend(leading);
    if keeps_end {
        text.push_str(&trailing);
    }
    text
}

const BREAKS: [char; 3] = ['\n', '\u{2028}', '\u{2029}'];

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_survive() {
        for text in ["a b", "a\nb", "a\nb\n", "a\n\nb\n", "  a", "\n", "\n\n"] {
            assert_eq!(refold(text), text);
        }
    }

    #[test]
    fn line_breaks_beside_blank_lines_change() {
        for (text, refolded) in [
            ("a\n  more\nb", "a\n\n  more\nb"),
            ("a\n\n", "a\n\n\n"),
            ("  a\nb\nc\n", "  a\nb c\n"),
            ("a\n\tb", "a\n\n\tb"),
            ("\na\n b", "\na\n\n b"),
        ] {
            assert_eq!(refold(text), refolded, "{text:?}");
        }
    }

    #[test]
    fn long_lines_stay() {
        let long = format!("{} b \tc", "a".repeat(100));
        assert_eq!(refold(&long), long);
    }

    #[test]
    fn wide_breaks_are_kept() {
        assert_eq!(refold("a\u{2028}b"), "a\u{2028}b");
        assert_eq!(refold("a\u{2028}\nb\u{2029}"), "a\u{2028}\nb\u{2029}");
    }
}
