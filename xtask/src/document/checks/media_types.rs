//! Checks media types: their names, resource versions and sunset dates must be valid, and the JSON media types of
//! responses need a schema.

use serde_json::Value;

use super::forms;
use crate::date::{is_date, is_version};
use crate::diagnostic::{Pointer, nearest};
use crate::document::findings::Findings;
use crate::document::tree;
use crate::document::visitor::{Object, entries, resolve};
use crate::media_type::{Family, essence, family, is_json, is_multipart};

/// The vendor in Atlas's media types, as in `application/vnd.atlas.2024-05-30+json`.
const VENDOR: &str = "atlas";

/// The registered top-level types.
const TOP_LEVEL: &[&str] = &[
    "application",
    "audio",
    "example",
    "font",
    "haptics",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

pub(super) fn check(media: Object<'_>, findings: &mut Findings) {
    let name = media.name;
    if !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        let what = format!("`{name}` is not a valid header value");
        let help = "write a media type such as `application/json`, in ASCII";
        findings.here().warn(what, "the media type is ignored", help).remove();
        return;
    }
    if name.contains(',') {
        let what = format!("`{name}` is not a single media type");
        let fallback = format!("the media type is read as `{}` and sent unchanged", essence(name));
        let help = "put `;` between parameters, and describe each media type separately";
        findings.here().warn(what, fallback, help);
    }
    top_level(name, findings);
    let version = version(name);
    if let Some((vendor, version)) = version {
        if vendor != VENDOR && nearest(vendor, [VENDOR]).is_some() {
            let what = format!("unknown vendor `{vendor}` in `{name}`");
            let help = format!("did you mean `{VENDOR}`?");
            findings.here().warn(what, "the media type is sent unchanged", help);
        }
        if vendor == VENDOR && !is_version(version) {
            let what = format!("`{version}` in `{name}` is not a resource version");
            let help = "use a valid date in the form `YYYY-MM-DD`, or `preview`";
            findings.here().warn(what, "the media type has no version", help);
        }
        contradiction(media, version, findings);
    }
    sunset(media, findings);
    forms::check(media, findings);
    let has_body = has_body(findings.path()) && !is_next_to_schema(findings.path(), media.root);
    if !media.fields.contains_key("schema") && is_json(name) && has_body {
        let what = format!("`{name}` has no `schema`");
        let help = "add a `schema`, or remove the media type if there is no body";
        findings.here().warn(what, "the body can be any JSON value, or empty", help);
    }
}

/// Reports a top-level type that is probably misspelled.
fn top_level(name: &str, findings: &mut Findings) {
    let essence = essence(name);
    let Some((top, subtype)) = essence.split_once('/').filter(|(top, _)| !TOP_LEVEL.contains(top))
    else {
        return;
    };
    if let Some(meant) = nearest(top, TOP_LEVEL.iter().copied()) {
        let what = format!("unknown media type `{name}`");
        let help = format!("did you mean `{meant}/{subtype}`?");
        findings.here().warn(what, "the media type is sent unchanged", help);
    }
}

/// Reports the structures of request bodies that are bytes or text, unless the body also has a media type with a
/// structure. A lowering pass reports those of responses, because it knows which responses are successful.
pub(super) fn structures(body: Object<'_>, findings: &mut Findings) {
    let is_plain = |name: &str| {
        matches!(family(name), Family::Text | Family::Lines | Family::Bytes) && !is_multipart(name)
    };
    if !entries(body.fields, "content").all(|(name, _)| is_plain(name)) {
        return;
    }
    for (name, media) in entries(body.fields, "content") {
        let schema = media.get("schema").and_then(|schema| resolve(body.root, schema));
        let keys = ["properties", "additionalProperties", "items", "allOf", "oneOf", "anyOf"];
        if schema.is_some_and(|schema| keys.iter().any(|key| schema.contains_key(*key))) {
            let form = if family(name) == Family::Text { "text" } else { "bytes" };
            let what = format!("the schema of `{name}` has no effect");
            let fallback = format!("callers pass the body as {form}");
            let help = "if the API supports JSON, also describe a JSON media type";
            findings.at(&["content", name, "schema"]).warn(what, fallback, help);
        }
    }
}

/// Returns the vendor and the version in a media type.
fn version(name: &str) -> Option<(&str, &str)> {
    let (name, _) = name.strip_prefix("application/vnd.")?.rsplit_once('+')?;
    let (vendor, version) = name.split_once('.')?;
    // The media types of other vendors may have a word instead of a version.
    let is_version = vendor == VENDOR || version.starts_with(|it: char| it.is_ascii_digit());
    is_version.then_some((vendor, version))
}

fn contradiction(media: Object<'_>, version: &str, findings: &mut Findings) {
    if let Some(other) = media.text("x-xgen-version").filter(|it| *it != version) {
        let what =
            format!("`x-xgen-version` is `{other}`, but the media type contains `{version}`");
        let help = "write the same version in both places";
        let fallback = "the version in the media type is used";
        findings.at(&["x-xgen-version"]).warn(what, fallback, help);
    }
}

fn sunset(media: Object<'_>, findings: &mut Findings) {
    let Some(sunset) = media.fields.get("x-sunset") else { return };
    if !sunset.as_str().is_some_and(is_date) {
        let what = "`x-sunset` is not a valid date";
        let help = "use the form `YYYY-MM-DD`";
        findings.at(&["x-sunset"]).warn(what, "`x-sunset` is ignored", help).remove();
    }
}

/// Returns whether the location is a media type of a response that can have a body.
fn has_body(path: &[String]) -> bool {
    match path {
        [.., responses, status, content, _] => {
            responses == "responses"
                && content == "content"
                && !["204", "205", "304"].contains(&status.as_str())
        }
        _ => false,
    }
}

/// Returns whether the location is a media type of a successful response, and another one has a schema. A lowering pass
/// reports such a response.
fn is_next_to_schema(path: &[String], root: &Value) -> bool {
    let [responses @ .., status, _, _] = path else { return false };
    let responses = tree::get(root, &Pointer::new(responses)).and_then(Value::as_object);
    let mut others =
        responses.into_iter().flatten().filter(|(it, _)| *it != status && it.starts_with('2'));
    ["200", "201", "203", "2XX"].contains(&status.as_str())
        && others.any(|(_, response)| {
            let content = resolve(root, response).into_iter().flat_map(|it| entries(it, "content"));
            content.into_iter().any(|(_, media)| media.get("schema").is_some())
        })
}
