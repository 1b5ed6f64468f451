//! Text from servers and callers, formatted for one-line messages.

use std::borrow::Cow;
use std::fmt::Display;

/// The maximum number of characters of an excerpt in an error. The limits of longer parts are multiples of this number.
pub(crate) const EXCERPT: usize = 200;

/// The maximum number of characters of a caller's value in an error.
const VALUE: usize = 80;

/// Removes a byte order mark (U+FEFF in UTF-8) from the start of a body. RFC 8259, section 8.1, allows a parser of JSON
/// to ignore the mark.
pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Formats `text` on one line, shortened to `limit` characters. Escapes line breaks, other control characters, byte
/// order marks, and marks that change the direction of text.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut characters = text.chars();
    for character in characters.by_ref().take(limit) {
        if unprintable(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

/// Replaces the contents of the first PEM block, and all text after it, with `[redacted]`. The block may be a private
/// key.
pub(crate) fn without_pem(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "-----BEGIN ";
    let Some((before, block)) = text.split_once(BEGIN) else { return text.into() };
    let label = block.split_once("-----").map_or("", |(label, _)| label);
    format!("{before}{BEGIN}{label}-----[redacted]").into()
}

/// Returns a URL with `…` in place of the contents of its query and fragment, which may be secret.
pub(crate) fn without_query(url: &str) -> Cow<'_, str> {
    let end = url.find(['?', '#']).map(|start| start + 1);
    end.and_then(|end| url.get(..end)).map_or(url.into(), |kept| format!("{kept}…").into())
}

/// Formats `text` as a quoted literal, shortened, with control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// Formats a number with its unit: `one` after 1, as in `1 entry`, and otherwise `many`, as in `2 entries`.
pub(crate) fn count<N>(number: N, one: &str, many: &str) -> String
where
    N: Copy + Display + PartialEq + From<u8>,
{
    let unit = if number == N::from(1_u8) { one } else { many };
    format!("{number} {unit}")
}

/// Returns the lowercase hexadecimal digit of a number below 16.
pub(crate) const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    }
}

/// Returns whether a character is a control character, a line separator, a byte order mark, or a mark that changes the
/// direction of text.
fn unprintable(character: char) -> bool {
    matches!(
        character,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    ) || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multi_line_text_becomes_one_line() {
        assert_eq!(one_line("a\r\nb\u{1b}[2J\u{2028}c", 20), "a\\r\\nb\\u{1b}[2J\\u{2028}c");
    }

    #[test]
    fn invisible_marks_are_escaped() {
        let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{feff}'].into_iter();
        let marks = marks.chain('\u{2028}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
        for mark in marks {
            assert_eq!(one_line(&format!("a{mark}b"), 20), format!("a{}b", mark.escape_default()));
        }
    }

    #[test]
    fn the_contents_of_pem_are_not_shown() {
        assert_eq!(without_pem("a -----BEGIN"), "a -----BEGIN");
        assert_eq!(
            without_pem(
                "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"
            ),
            "a\n-----BEGIN RSA PRIVATE KEY-----[redacted]"
        );
        assert_eq!(without_pem("-----BEGIN MIIE"), "-----BEGIN -----[redacted]");
    }

    #[test]
    fn only_a_count_of_one_is_singular() {
        assert_eq!(count(0_usize, "entry", "entries"), "0 entries");
        assert_eq!(count(1_u64, "entry", "entries"), "1 entry");
    }

    #[test]
    fn only_shortened_text_ends_in_an_ellipsis() {
        assert_eq!(one_line("ééé", 3), "ééé");
        assert_eq!(one_line("éééé", 3), "ééé…");
        assert_eq!(quoted(&"é".repeat(VALUE)), format!("\"{}\"", "é".repeat(VALUE)));
        assert_eq!(quoted(&"é".repeat(VALUE + 1)), format!("\"{}\"…", "é".repeat(VALUE)));
    }
}
