//! The media types of bodies.

use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// Returns the media type without parameters (RFC 9110, section 8.3.1).
pub(crate) fn essence(value: &[u8]) -> &[u8] {
    value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii()
}

/// Returns whether the subtype is `json`, as in `application/json`, or has the suffix `+json`, as in
/// `application/vnd.api.2024-05-30+json`.
pub(crate) fn is_json(essence: &[u8]) -> bool {
    let suffix = essence.last_chunk::<5>();
    suffix.is_some_and(|it| is_any_of(it, &["/json", "+json"]))
}

/// Returns whether the type is `text`, which includes HTML.
pub(crate) fn is_text(essence: &[u8]) -> bool {
    essence.first_chunk::<5>().is_some_and(|it| is_any_of(it, &["text/"]))
}

/// Returns whether the parameter `charset` is ISO 8859-1.
pub(crate) fn is_latin1(value: &[u8]) -> bool {
    let names =
        ["charset=iso-8859-1", "charset=\"iso-8859-1\"", "charset=latin1", "charset=\"latin1\""];
    let mut parameters = value.split(|byte| *byte == b';').skip(1);
    parameters.any(|it| is_any_of(it.trim_ascii(), &names))
}

/// Returns whether a body is an HTML page, according to its media type or its first characters. An empty body is not a
/// page.
pub(crate) fn is_html_page(headers: &HeaderMap, content: &[u8]) -> bool {
    let is_labelled = headers.get(CONTENT_TYPE).is_some_and(|it| is_html(essence(it.as_bytes())));
    (is_labelled || looks_like_html(content)) && !content.trim_ascii().is_empty()
}

/// Returns whether the type is HTML or XHTML.
pub(crate) fn is_html(essence: &[u8]) -> bool {
    is_any_of(essence, &["text/html", "application/xhtml+xml"])
}

fn is_any_of(text: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| text.eq_ignore_ascii_case(name.as_bytes()))
}

/// Returns whether a body begins like HTML, regardless of its media type.
pub(crate) fn looks_like_html(content: &[u8]) -> bool {
    let content = content.trim_ascii_start();
    ["<!doctype html", "<html"].iter().any(|start| {
        content.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_with_the_subtype_or_the_suffix_json_is_json() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/Vnd.Atlas.2023-01-01+JSON;charset=utf-8", true),
            (" text/json ; charset=utf-8", true),
            ("text/plain", false),
            ("application/jsonp", false),
            ("", false),
            ("\u{1f600}", false),
        ] {
            assert_eq!(is_json(essence(value.as_bytes())), expected, "{value}");
        }
    }

    #[test]
    fn types_that_begin_with_text_are_text() {
        for (value, expected) in [
            ("text/html; charset=utf-8", true),
            ("TEXT/plain", true),
            ("text", false),
            ("application/text", false),
        ] {
            assert_eq!(is_text(essence(value.as_bytes())), expected, "{value}");
        }
    }

    #[test]
    fn the_charset_can_be_latin1() {
        for (value, expected) in [
            ("text/csv; charset=iso-8859-1", true),
            ("text/csv;header=present; Charset=\"ISO-8859-1\"", true),
            ("text/plain;charset=latin1", true),
            ("text/plain;charset=utf-8", false),
            ("text/plain;charset=iso-8859-15", false),
            ("text/plain", false),
            ("charset=latin1", false),
            ("text/plain;charset", false),
            ("", false),
        ] {
            assert_eq!(is_latin1(value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn a_body_that_is_not_empty_is_html_by_its_media_type() {
        for (value, content, expected) in [
            ("text/html; charset=utf-8", "Blocked", true),
            ("Application/XHTML+XML", "<?xml version=\"1.0\"?>", true),
            ("text/html", " ", false),
            ("text/plain", "Blocked", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]);
            assert_eq!(is_html_page(&headers, content.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn html_is_detected_by_its_first_characters() {
        assert!(looks_like_html(b" \r\n<!DOCTYPE HTML><p>"));
        assert!(looks_like_html(b"<HTML>"));
        for content in [&b""[..], b"<", b"{\"a\":\"<html>\"}", b"<?xml?>"] {
            assert!(!looks_like_html(content));
        }
    }
}
