//! Characters: which may occur at all, and what each byte can begin.
//!
//! Everything here works on bytes. Bytes of 0x80 and above are parts of longer characters; two of
//! them can begin a line break of YAML 1.1 (see [`Facts::odd_breaks`]).

/// A space or a tab.
pub(super) const BLANK: u8 = 1;
/// A line feed or a carriage return.
pub(super) const BREAK: u8 = 1 << 1;
/// The first byte of NEL, LS or PS, or of some other character.
pub(super) const MAYBE_BREAK: u8 = 1 << 2;
/// What can end plain text anywhere: `:` and `#`.
pub(super) const STOP: u8 = 1 << 3;
/// What can end plain text inside of brackets and braces.
pub(super) const FLOW: u8 = 1 << 4;
/// Letters, digits, `_` and `-`: the characters of anchor names.
pub(super) const NAME: u8 = 1 << 5;
/// The further characters of a tag.
pub(super) const URI: u8 = 1 << 6;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => BREAK,
            0xc2 | 0xe2 => MAYBE_BREAK,
            b':' => STOP | URI,
            b'#' => STOP,
            b',' | b'[' | b']' | b'?' => FLOW | URI,
            b'{' | b'}' => FLOW,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => NAME,
            b';' | b'/' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*' | b'\''
            | b'(' | b')' | b'%' => URI,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Whether a byte belongs to one of the classes in `mask`.
#[inline]
pub(super) fn is(byte: u8, mask: u8) -> bool {
    CLASSES[byte as usize] & mask != 0
}

/// What is to be known of a text before it is scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// There are carriage returns, with line feeds or alone.
    pub(super) carriage_returns: bool,
    /// There are line breaks that only YAML 1.1 knows: NEL, LS, PS.
    pub(super) odd_breaks: bool,
}

/// Looks at every character once.
///
/// # Errors
/// The offset of the first character that no YAML text may contain.
pub(super) fn check(text: &str) -> Result<Facts, usize> {
    const STEP: usize = 32;

    let mut facts = Facts::default();
    let (chunks, _) = text.as_bytes().as_chunks::<STEP>();
    let mut at = 0;
    for (number, chunk) in chunks.iter().enumerate() {
        // Written so that the compiler makes vector instructions of it: nearly all text is
        // plain ASCII with line feeds.
        let common = |byte: &u8| (*byte >= 0x20) & (*byte < 0x7f) | (*byte == b'\n');
        if !chunk.iter().fold(true, |all, byte| all & common(byte)) {
            let end = (number + 1) * STEP;
            at = check_slowly(text, at.max(number * STEP), end, &mut facts)?;
        }
    }
    check_slowly(text, at.max(chunks.len() * STEP), text.len(), &mut facts)?;
    Ok(facts)
}

/// Checks the characters that begin in `at..end`, and returns the offset behind them.
fn check_slowly(text: &str, at: usize, end: usize, facts: &mut Facts) -> Result<usize, usize> {
    let mut at = at;
    while at < end {
        let bytes = &text.as_bytes()[at..];
        at += match bytes {
            [b'\r', ..] => {
                facts.carriage_returns = true;
                1
            }
            [b'\t' | b'\n' | 0x20..=0x7e, ..] => 1,
            [0..=0x7f, ..] => return Err(at),
            [0xc2, 0x85, ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..] => {
                facts.odd_breaks = true;
                if bytes[0] == 0xc2 { 2 } else { 3 }
            }
            [0xc2, 0x80..=0x9f, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => return Err(at),
            [..=0xdf, ..] => 2,
            [..=0xef, ..] => 3,
            _ => 4,
        };
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        for bad in [
            "\0", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\u{80}", "\u{9f}", "\u{fffe}",
            "\u{ffff}",
        ] {
            for before in 0..70 {
                for filling in ["a", "é", "€", "😀"] {
                    let mut text = filling.repeat(before);
                    let at = text.len();
                    text.push_str(bad);
                    text.push_str("and so on, beyond the end of any chunk of bytes");
                    assert_eq!(check(&text), Err(at), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_allowed_passes_and_is_noted() {
        let plain =
            "a: b\n\tc \u{a0} \u{d7ff}\u{e000}\u{feff}\u{fffd}\u{10000}\u{10ffff}".repeat(9);
        assert_eq!(check(&plain), Ok(Facts::default()));
        for odd in ["\u{85}", "\u{2028}", "\u{2029}"] {
            let facts = check(&format!("{}{odd}", "a".repeat(50))).unwrap();
            assert!(facts.odd_breaks && !facts.carriage_returns);
        }
        assert!(check("a\r").unwrap().carriage_returns);
        // Neighbours of the breaks, with the same first bytes.
        assert_eq!(check("\u{a9}\u{2027}\u{202a}"), Ok(Facts::default()));
    }
}
