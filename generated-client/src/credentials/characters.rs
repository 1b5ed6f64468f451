//! Characters that credentials cannot contain.

/// Checks that a token is a `b64token` (RFC 6750, section 2.1). Returns the problem, if any.
pub(super) fn token(token: &str) -> Option<String> {
    let body = token.trim_end_matches('=');
    let bad = |it: char| !it.is_ascii_alphanumeric() && !"-._~+/".contains(it);
    let expected = "letters, digits and `-._~+/`, optionally followed by `=` (check for quotes, spaces and line breaks)";
    not_empty("access token", body, bad, expected)
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
