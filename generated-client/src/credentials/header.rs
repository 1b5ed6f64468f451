//! Header values that carry a secret, and redaction of secrets in text.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// The replacement for a secret that the server echoed.
const REDACTED: &str = "[redacted]";

/// Returns the value of `Authorization` that carries `token` (RFC 6750, section 2.1).
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    sensitive(format!("Bearer {}", token.expose_secret()))
}

/// Returns a header value that `Debug` does not show.
pub(super) fn sensitive(value: String) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        Error::config("the credentials contain a character that is invalid in a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Replaces `secret` in `text`. A secret of fewer than 8 bytes is replaced only as a whole word,
/// because it could be part of many words.
pub(super) fn redact(text: &str, secret: &SecretString) -> String {
    const SHORT: usize = 8;
    let secret = secret.expose_secret();
    if secret.len() >= SHORT {
        return text.replace(secret, REDACTED);
    }
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(secret) {
        let last = before.chars().next_back().or_else(|| redacted.chars().next_back());
        let alone = ![last, after.chars().next()].into_iter().flatten().any(char::is_alphanumeric);
        redacted.push_str(before);
        redacted.push_str(if alone { REDACTED } else { secret });
        rest = after;
    }
    redacted + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_redacted_as_a_whole_word() {
        for (text, secret, expected) in [
            ("a cat sat: a", "a", "[redacted] cat sat: [redacted]"),
            ("`aa` a, ba (a)", "a", "`aa` [redacted], ba ([redacted])"),
            ("pass=hunter2; hunter22", "hunter2", "pass=[redacted]; hunter22"),
            ("xhunter22y", "hunter22", "x[redacted]y"),
            ("", "a", ""),
        ] {
            assert_eq!(redact(text, &secret.into()), expected);
        }
    }
}
