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
    read(&write(text), keeps_end)
}

/// One line of a written block, without its indentation, and the break behind it.
struct Line<'t> {
    content: &'t str,
    end: Option<char>,
}

fn write(text: &str) -> Vec<Line<'_>> {
    let opens_blank = text.trim_start_matches(BREAKS).starts_with(is_blank);
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (content, behind) = rest.split_at(rest.find(BREAKS).unwrap_or(rest.len()));
        let end = behind.chars().next();
        lines.push(Line { content, end });
        let is_filled = !content.is_empty() && !content.starts_with(is_blank);
        if is_filled && end == Some('\n') && !opens_blank {
            lines.push(Line { content: "", end });
        }
        rest = &behind[end.map_or(0, char::len_utf8)..];
    }
    lines
}

fn read(lines: &[Line<'_>], keeps_end: bool) -> String {
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
