//! Characters that credentials cannot contain.

/// Checks the characters of a token. Not every server issues a `b64token` (RFC 6750, section 2.1): the tokens of Laravel
/// Sanctum contain a `|`, and those of Salesforce a `!`. Returns the problem, if any.
pub(super) fn token(token: &str) -> Option<String> {
    // Quotes come from a token that was copied with its quotes.
    let bad = |it: char| !it.is_ascii_graphic() || matches!(it, '"' | '\'');
    let expected = "printable ASCII characters without quotes, spaces or line breaks";
    not_empty("access token", token, bad, expected)
}

/// Checks that `text` is not empty and has no `bad` character. Returns the problem, if any.
pub(super) fn not_empty(
    what: &str,
    text: &str,
    bad: impl Fn(char) -> bool,
    expected: &str,
) -> Option<String> {
    if text.is_empty() {
        return Some(format!("the {what} is empty"));
    }
    invalid(what, text, bad, expected)
}

/// Describes the first `bad` character in `text`, with its position counted from 1. Returns `None` if there is none.
pub(super) fn invalid(
    what: &str,
    text: &str,
    bad: impl Fn(char) -> bool,
    expected: &str,
) -> Option<String> {
    let position = text.chars().position(bad)? + 1;
    Some(format!("the {what} has an invalid character at position {position}: expected {expected}"))
}
