//! The redaction of secrets that a server has echoed.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

/// The replacement for a secret.
const REDACTED: &str = "[redacted]";

/// Replaces `secrets` in the first `limit` bytes of `text`, and leaves out the rest of the text. A secret that begins
/// before the limit is replaced as a whole, so that no part of it remains.
///
/// Characters of a secret can be escaped as in JSON (`\/`, `\u003d`), as in a URL or a form (`%2F`, or `+` for a
/// space), or as in HTML (`&amp;`, `&#38;`). A secret of fewer than 8 bytes is replaced only as a whole word, because
/// it could be part of many words.
pub(super) fn redact(text: &str, secrets: &[SecretString], limit: usize) -> String {
    let secrets = secrets.iter().map(ExposeSecret::expose_secret);
    let secrets: Vec<&str> = secrets.filter(|secret| !secret.is_empty()).collect();
    let first = secrets.iter().filter_map(|secret| secret.chars().next());
    let first: Vec<char> = first.chain(['\\', '%', '+', '&']).collect();
    let mut redacted = String::new();
    let mut rest = text;
    while text.len() - rest.len() < limit {
        let mut characters = rest.chars();
        let Some(character) = characters.next() else { break };
        let found = if first.contains(&character) {
            let before = redacted.chars().next_back();
            // If several secrets match, the longest match is replaced.
            let ends = secrets.iter().filter_map(|secret| after_word(rest, secret, before));
            ends.min_by_key(|after| after.len())
        } else {
            None
        };
        rest = if let Some(after) = found {
            redacted.push_str(REDACTED);
            after
        } else {
            redacted.push(character);
            characters.as_str()
        };
    }
    redacted
}

/// Returns the text after `secret`. Returns `None` if `text` does not begin with `secret`, or if a short secret is only
/// a part of a word. `before` is the character before `text`.
fn after_word<'t>(text: &'t str, secret: &str, before: Option<char>) -> Option<&'t str> {
    const SHORT: usize = 8;
    after(text, secret).filter(|after| {
        let around = [before, after.chars().next()];
        secret.len() >= SHORT || !around.into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// Returns the text after `secret`, or `None` if `text` does not begin with `secret`.
fn after<'t>(text: &'t str, secret: &str) -> Option<&'t str> {
    // A `%` or a `\` of the secret can be escaped itself, as in `%25`. If the text has no escapes, it can also be the
    // start of a part that looks like an escape.
    let escaped = secret.chars().try_fold(text, |text, character| {
        after_escape(text, character).or_else(|| text.strip_prefix(character))
    });
    escaped.or_else(|| {
        secret.chars().try_fold(text, |text, character| {
            text.strip_prefix(character).or_else(|| after_escape(text, character))
        })
    })
}

/// Returns the text after an escape of `character`.
fn after_escape(text: &str, character: char) -> Option<&str> {
    after_json(text, character)
        .or_else(|| after_form(text, character))
        .or_else(|| after_html(text, character))
}

/// Returns the text after a JSON escape of `character`, such as `\/` or `\u002f`.
fn after_json(text: &str, character: char) -> Option<&str> {
    let escape = text.strip_prefix('\\')?;
    let Some(digits) = escape.strip_prefix('u') else { return escape.strip_prefix(character) };
    let (code, rest) = digits.split_at_checked(4)?;
    (u32::from_str_radix(code, 16) == Ok(character.into())).then_some(rest)
}

/// Returns the text after a form escape of `character`, such as `%2F`, or `+` for a space.
fn after_form(text: &str, character: char) -> Option<&str> {
    if let (' ', Some(rest)) = (character, text.strip_prefix('+')) {
        return Some(rest);
    }
    let (escape, rest) = text.split_at_checked(3 * character.len_utf8())?;
    let decoded = percent_decode_str(escape).decode_utf8().ok()?;
    decoded.chars().eq([character]).then_some(rest)
}

/// Returns the text after an HTML escape of `character`, such as `&amp;`, `&#38;` or `&#x26;`.
fn after_html(text: &str, character: char) -> Option<&str> {
    let escape = text.strip_prefix('&')?;
    let end = escape.find(|it: char| it != '#' && !it.is_ascii_alphanumeric())?;
    let (name, rest) = escape.split_at_checked(end)?;
    let is_same = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
            code == Ok(character.into())
        }
        None => matches!(
            (character, name),
            ('&', "amp") | ('<', "lt") | ('>', "gt") | ('"', "quot") | ('\'', "apos")
        ),
    };
    rest.strip_prefix(';').filter(|_| is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, secret: &str) -> String {
        redact(text, &[secret.into()], usize::MAX)
    }

    #[test]
    fn a_short_secret_is_redacted_as_a_whole_word() {
        for (text, secret, expected) in [
            ("a cat sat: a", "a", "[redacted] cat sat: [redacted]"),
            ("`aa` a, ba (a)", "a", "`aa` [redacted], ba ([redacted])"),
            ("pass=hunter2; hunter22", "hunter2", "pass=[redacted]; hunter22"),
            ("xhunter22y", "hunter22", "x[redacted]y"),
            ("", "a", ""),
        ] {
            assert_eq!(whole(text, secret), expected);
        }
    }

    #[test]
    fn an_escaped_secret_is_redacted() {
        for (text, secret) in [
            (r"a\/b+cd\u003D\u003d", "a/b+cd=="),
            ("a%2fb%2Bcd%3D=", "a/b+cd=="),
            (r"\u0061/b+\u0063d==", "a/b+cd=="),
            (r#"pass\"wo\\rd"#, r#"pass"wo\rd"#),
            (r"p\u00e4ssw\u00F6rd", "pässwörd"),
            ("p%C3%A4ssw%c3%b6rd", "pässwörd"),
            ("a+b%20c+%2B+", "a b c + "),
            ("+ab++cde", " ab  cde"),
            ("ab%25cd%5Cef%25", r"ab%cd\ef%"),
            (r"ab%cd\\ef%\\", r"ab%cd\ef%\"),
            ("pa&amp;ss&lt;1&gt;long", "pa&ss<1>long"),
            ("&quot;&apos;&#39;&#x27;&#X27;abc", "\"''''abc"),
            ("p&#228;ssw&#xF6;rd", "pässwörd"),
            ("&amp;amp;&abcd", "&amp;&abcd"),
        ] {
            let text = format!(r"\n%0A{text} 100% \");
            assert_eq!(whole(&text, secret), r"\n%0A[redacted] 100% \");
        }
    }

    #[test]
    fn a_secret_that_looks_escaped_is_redacted() {
        for secret in ["a%25b", "%25%25", r"a\\b\/", r"\u0061", "a+b%2B", "a&amp;&#38;"] {
            assert_eq!(whole(&format!("({secret})"), secret), "([redacted])");
        }
    }

    #[test]
    fn text_without_a_secret_is_kept() {
        for text in [
            r"a\u003",
            r"a\u+03d",
            "a%3",
            "a%zz=",
            "aä%C3",
            r"\",
            "%",
            r"a\uD83D\uDE00",
            "",
            "ä",
            "&",
            "a&#61",
            "a&eq;12345678",
            "a&;12345678",
            "&#xé;",
        ] {
            assert_eq!(whole(text, "a=12345678"), text);
            assert_eq!(whole(text, ""), text);
        }
    }

    #[test]
    fn the_longest_of_several_secrets_is_redacted() {
        let secrets = ["00abcdef", "Token 00abcdef", "Token 00", ""].map(SecretString::from);
        let text = "Authorization: Token 00abcdef, 00abcdef, Token 00";
        let expected = "Authorization: [redacted], [redacted], [redacted]";
        assert_eq!(redact(text, &secrets, usize::MAX), expected);
    }

    #[test]
    fn a_secret_at_the_limit_is_redacted_as_a_whole() {
        let secrets = ["a=12345678".into()];
        for text in ["ab a=12345678 c", "ab a%3D12345678 c", r"ab \u0061=12345678 c"] {
            for (limit, expected) in
                [(0, ""), (2, "ab"), (3, "ab "), (4, "ab [redacted]"), (99, "ab [redacted] c")]
            {
                assert_eq!(redact(text, &secrets, limit), expected, "{text}");
            }
        }
        assert_eq!(redact("äö", &secrets, 1), "ä");
    }
}
