//! Bodies are in media types that the client can write and read.

use crate::date::is_date;
use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline};
use crate::load::report::Report;

/// Atlas names a resource version in its media types: `application/vnd.atlas.2024-05-30+json`.
const VERSIONED: &str = "application/vnd.atlas.";

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for body in outline.all(Kind::RequestBody) {
        content(body, is_json, "a request body", "describe the body as `application/json`", report);
    }
    for response in outline.all(Kind::Response) {
        content(
            response,
            |media_type| is_json(media_type) || is_bytes(media_type),
            "a response",
            "describe it as `application/json`, or as `application/octet-stream` if the caller reads bytes",
            report,
        );
    }
}

fn content(
    holder: Object<'_>,
    emitted: impl Fn(&str) -> bool,
    described: &str,
    help: &str,
    report: &mut Report,
) {
    for (media_type, entry) in holder.fields.entries("content") {
        if let Some((bare, _)) = media_type.split_once(';') {
            report.add(
                entry.at,
                format!("`{media_type}` has parameters, which cannot be emitted"),
                format!("write `{}`", bare.trim_end()),
            );
        } else if let Some(version) = wrong_version(media_type) {
            report.add(
                entry.at,
                format!("`{version}` in `{media_type}` is not a resource version"),
                "write a date of the calendar as YYYY-MM-DD, or `preview`",
            );
        } else if !emitted(media_type) {
            report.add(entry.at, format!("{described} in `{media_type}` cannot be emitted"), help);
        }
    }
}

fn wrong_version(media_type: &str) -> Option<&str> {
    let (version, _) = media_type.strip_prefix(VERSIONED)?.rsplit_once('+')?;
    (version != "preview" && !is_date(version)).then_some(version)
}

fn is_json(media_type: &str) -> bool {
    let subtype = media_type.strip_prefix("application/");
    subtype.is_some_and(|subtype| {
        is_token(subtype) && (subtype == "json" || subtype.ends_with("+json"))
    })
}

fn is_bytes(media_type: &str) -> bool {
    let versioned = media_type.strip_prefix(VERSIONED).and_then(|rest| rest.rsplit_once('+'));
    media_type == "application/octet-stream"
        || media_type.strip_prefix("text/").is_some_and(is_token)
        || versioned.is_some_and(|(_, suffix)| matches!(suffix, "gzip" | "csv"))
}

/// The characters of a subtype (RFC 6838, section 4.2): no parameters, no wildcards.
fn is_token(subtype: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    !subtype.is_empty() && subtype.bytes().all(allowed)
}
