//! What becomes of a folded scalar that the reference writes out and reads back.
//!
//! Its writer decides by the beginning of the whole text, not of the line at hand, whether a line
//! break needs a second one to survive folding; and it folds lines that begin with a space. So
//! some line breaks come out doubled, lost or as spaces. Both halves are played through here: the
//! lines that the writer makes, and what its reader makes of them.

const WIDTH: usize = 80;

/// The text of a folded scalar after it was written with its lines at column `indent`, and read.
pub(super) fn refold(text: &str, indent: usize) -> String {
    let mut from_end = text.chars().rev();
    let ends_line = from_end.next().is_some_and(|c| BREAKS.contains(&c));
    let keeps_end = ends_line && from_end.next().is_none_or(|c| BREAKS.contains(&c));
    read(&write(text, indent), keeps_end)
}

/// One line of a written block, without its indentation, and the break behind it.
struct Line<'t> {
    content: &'t str,
    end: Option<char>,
}

fn write(text: &str, indent: usize) -> Vec<Line<'_>> {
    let first_content = text.trim_start_matches(BREAKS);
    let opens_blank = first_content.starts_with(is_blank);
    let mut lines = Vec::new();
    let mut at_line_start = true;
    let mut line_opens_blank = true;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if BREAKS.contains(&first) {
            // A break that ends a line stands after its content, on the same written line; the
            // one before it, if there is one, is the line's own.
            if !at_line_start && !line_opens_blank && first == '\n' && !opens_blank {
                end_line(&mut lines, '\n');
                lines.push(Line { content: "", end: Some('\n') });
            } else if at_line_start {
                lines.push(Line { content: "", end: Some(first) });
            } else {
                end_line(&mut lines, first);
            }
            at_line_start = true;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if at_line_start {
            line_opens_blank = is_blank(first);
        }
        let (content, behind) = rest.split_at(rest.find(BREAKS).unwrap_or(rest.len()));
        split_line(content, indent, &mut lines);
        at_line_start = false;
        rest = behind;
    }
    lines
}

/// Gives the last line its break.
fn end_line(lines: &mut [Line<'_>], end: char) {
    if let Some(line) = lines.last_mut() {
        line.end = Some(end);
    }
}

/// Splits a line at single spaces behind the last column. A space at its beginning stays.
fn split_line<'t>(content: &'t str, indent: usize, lines: &mut Vec<Line<'t>>) {
    let mut column = indent;
    let mut start = 0;
    let mut chars = content.char_indices().peekable();
    let mut at_start = true;
    while let Some((at, c)) = chars.next() {
        let before_space = chars.peek().is_some_and(|(_, next)| *next == ' ');
        if !at_start && c == ' ' && !before_space && column > WIDTH {
            lines.push(Line { content: &content[start..at], end: Some('\n') });
            start = at + 1;
            column = indent;
        } else {
            column += 1;
        }
        at_start = false;
    }
    lines.push(Line { content: &content[start..], end: None });
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
            assert_eq!(refold(text, 2), text);
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
            assert_eq!(refold(text, 2), refolded, "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_folded_at_spaces() {
        let long = format!("{} b", "a".repeat(79));
        assert_eq!(refold(&long, 2), long);
        let indented = format!(" {long}");
        assert_eq!(refold(&indented, 2), format!(" {}\nb", "a".repeat(79)));
        assert_eq!(refold(&indented, 0), indented);
        let before_tab = format!("{} \tb", "a".repeat(79));
        assert_eq!(refold(&before_tab, 2), format!("{}\n\tb", "a".repeat(79)));
    }

    #[test]
    fn wide_breaks_are_kept() {
        assert_eq!(refold("a\u{2028}b", 2), "a\u{2028}b");
        assert_eq!(refold("a\u{2028}\nb\u{2029}", 2), "a\u{2028}\nb\u{2029}");
    }
}
