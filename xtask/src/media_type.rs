//! Classification of media types by name.

use crate::date::{is_date, is_version};

/// The encoding that the name of a media type implies for a body. Families are ordered by preference, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// A type that ends with `/json`, such as `application/json`, or with the suffix `+json`
    /// ([RFC 6839](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// A JSON value on each line, such as `application/x-ndjson`.
    Lines,
    /// A range that includes JSON: `*/*` or `application/*`.
    Any,
    /// Other text, such as `text/plain` or `text/csv`.
    Text,
    /// Everything else.
    Bytes,
}

/// Returns the family of a media type.
pub(crate) fn family(media_type: &str) -> Family {
    let essence = essence(media_type);
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Family::Form,
        "multipart/form-data" => Family::Multipart,
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/stream+json" => Family::Lines,
        "*/*" | "application/*" => Family::Any,
        // XML declares its own character encoding, and event streams may be endless, so both are treated as bytes.
        "text/xml" | "text/event-stream" => Family::Bytes,
        _ if essence.ends_with("/json") || essence.ends_with("+json") => Family::Json,
        _ if essence.starts_with("text/") && !essence.ends_with("+xml") => Family::Text,
        _ => Family::Bytes,
    }
}

/// Returns whether a body with the given media type is JSON.
pub(crate) fn is_json(media_type: &str) -> bool {
    family(media_type) == Family::Json
}

/// Returns whether a body with the given media type consists of parts, such as `multipart/mixed`.
pub(crate) fn is_multipart(media_type: &str) -> bool {
    essence(media_type).starts_with("multipart/")
}

/// Returns the media type without its parameters, in lower case. Some documents separate parameters with a comma
/// instead of a semicolon.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split([';', ',']).next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns the resource version in a media type: `2024-05-30` for `application/vnd.atlas.2024-05-30+json`.
pub(crate) fn version(media_type: &str) -> Option<&str> {
    let (name, _) = media_type.strip_prefix("application/vnd.")?.rsplit_once('+')?;
    // The name of a vendor may also contain dots.
    let ends = name.match_indices('.').filter_map(|(dot, _)| name.get(dot + 1..));
    ends.into_iter().find(|end| is_version(end))
}

/// Returns the resource version in a media type if it is a date, as for all released versions.
pub(crate) fn released_version(media_type: &str) -> Option<&str> {
    version(media_type).filter(|version| is_date(version))
}

/// Returns whether the media type is a range, such as `image/*`, which cannot be the media type of a body.
pub(crate) fn is_range(media_type: &str) -> bool {
    essence(media_type).ends_with("/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_media_type_determines_its_family() {
        for (name, expected) in [
            ("application/json", Family::Json),
            ("Application/Problem+JSON; charset=utf-8", Family::Json),
            ("text/json", Family::Json),
            ("application/json, version=1", Family::Json),
            ("application/stream+json", Family::Lines),
            ("application/ndjson", Family::Lines),
            ("application/x-ndjson", Family::Lines),
            ("application/jsonl", Family::Lines),
            ("application/x-jsonl", Family::Lines),
            ("application/jsonlines", Family::Lines),
            ("application/x-jsonlines", Family::Lines),
            ("application/json-lines", Family::Lines),
            ("application/x-www-form-urlencoded;charset=UTF-8", Family::Form),
            ("multipart/form-data", Family::Multipart),
            ("multipart/mixed", Family::Bytes),
            ("*/*", Family::Any),
            ("text/*", Family::Text),
            ("text/csv", Family::Text),
            ("text/xml", Family::Bytes),
            ("image/svg+xml", Family::Bytes),
            ("application/vnd.atlas.2023-01-01+gzip", Family::Bytes),
            ("", Family::Bytes),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn a_range_ends_with_a_slash_and_a_star() {
        assert!(is_range("image/*") && is_range("*/*; q=1") && !is_range("image/png"));
    }
}
