//! Bytes to text: UTF-8, or UTF-16 with a byte order mark, as the reference's reader takes them.

/// Why bytes are not text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {offset}, in line {line}")]
pub struct InvalidText {
    /// What is wrong with the byte.
    pub problem: &'static str,
    /// The number of bytes before the first bad one.
    pub offset: usize,
    /// The line of the first bad byte; counts from 1.
    pub line: usize,
}

/// The text of a file.
///
/// Without a byte order mark it is UTF-8. A UTF-8 mark is kept, so that positions stay those of
/// the file; the parser skips it. UTF-16 is converted and loses its mark.
///
/// ```
/// use railsgen::yaml::decode_text;
///
/// assert_eq!(decode_text(b"a: b".to_vec()).unwrap(), "a: b");
/// assert_eq!(decode_text(b"\xff\xfea\0".to_vec()).unwrap(), "a");
/// assert_eq!(decode_text(b"a\n\xff".to_vec()).unwrap_err().line, 2);
/// ```
///
/// # Errors
/// When a byte or a UTF-16 unit makes no character.
pub fn decode_text(bytes: Vec<u8>) -> Result<String, InvalidText> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..offset];
            InvalidText {
                problem: match error.utf8_error().error_len() {
                    Some(_) => "there is no UTF-8 character",
                    None => "the text ends inside of a UTF-8 character",
                },
                offset,
                line: memchr::memchr_iter(b'\n', before).count() + 1,
            }
        }),
    }
}

/// Converts what follows the byte order mark.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InvalidText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 2;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            return Err(InvalidText {
                problem: "there is half of a UTF-16 surrogate pair",
                offset,
                line: line_after(&text),
            });
        };
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    if !rest.is_empty() {
        return Err(InvalidText {
            problem: "the text ends inside of a UTF-16 character",
            offset,
            line: line_after(&text),
        });
    }
    Ok(text)
}

/// The number of the line in which the text ends.
fn line_after(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_utf16_in_both_byte_orders() {
        let text = "a: é😀\n";
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(big).collect();
        assert_eq!(decode_text(little).as_deref(), Ok(text));
        assert_eq!(decode_text(big).as_deref(), Ok(text));
    }

    #[test]
    fn says_where_text_is_broken() {
        for (bytes, offset, line) in [
            (&b"a: b\nc: \xc3\x28"[..], 8, 2),
            (b"a: \xc3", 3, 1),
            (b"\xff\xfea\0\n\0\x00\xdc", 6, 2),
            (b"\xfe\xff\0a\0", 4, 1),
        ] {
            let error = decode_text(bytes.to_vec()).unwrap_err();
            assert_eq!((error.offset, error.line), (offset, line), "{bytes:?}");
        }
    }

    #[test]
    fn keeps_the_mark_of_utf8() {
        assert_eq!(decode_text(b"\xef\xbb\xbfa".to_vec()).unwrap(), "\u{feff}a");
    }
}
