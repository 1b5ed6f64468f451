//! Foreign text made fit for an error of one line.

use std::borrow::Cow;

/// How many characters of a server's body an error keeps.
pub(crate) const EXCERPT: usize = 200;

/// How many characters of a caller's own value an error keeps.
const VALUE: usize = 80;

/// `text` on one line: shortened to `limit` characters, with what could break or forge a line
/// escaped.
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

/// `text` up to the contents of its first PEM block, which may be a private key.
pub(crate) fn without_pem(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "-----BEGIN ";
    let Some((before, block)) = text.split_once(BEGIN) else { return text.into() };
    let label = block.split_once("-----").map_or("", |(label, _)| label);
    format!("{before}{BEGIN}{label}-----[redacted]").into()
}

/// `text` as a quoted literal, shortened, with control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// A number below 16 as a lower-case hexadecimal digit.
pub(crate) const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    }
}

/// Control characters, line separators, and the marks that turn the direction of a line.
fn unprintable(character: char) -> bool {
    matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    ) || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(one_line("a\r\nb\u{1b}[2J\u{2028}c", 20), "a\\r\\nb\\u{1b}[2J\\u{2028}c");
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
    fn only_what_was_cut_ends_in_an_ellipsis() {
        assert_eq!(one_line("ééé", 3), "ééé");
        assert_eq!(one_line("éééé", 3), "ééé…");
        assert_eq!(quoted(&"é".repeat(VALUE)), format!("\"{}\"", "é".repeat(VALUE)));
        assert_eq!(quoted(&"é".repeat(VALUE + 1)), format!("\"{}\"…", "é".repeat(VALUE)));
    }
}
