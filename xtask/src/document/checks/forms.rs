//! Checks forms: the schema of a request body must be an object, and `encoding` must describe its properties.

use serde_json::{Value, json};

use super::properties::COMPOSITIONS;
use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::visitor::{Fields, Object, entries, items, resolve};
use crate::media_type::{Family, family, is_multipart};

pub(super) fn check(media: Object<'_>, findings: &mut Findings) {
    styles(media, findings);
    part_headers(media, findings);
    if is_of_request(findings.path()) {
        form(media, findings);
        other_multipart(media.name, findings);
        properties(media, findings);
    }
}

/// The depth of compositions in which a form's schema is searched for a type.
const DEPTH: usize = 5;

/// Reports a form whose schema is not an object. Callers pass its contents themselves.
fn form(media: Object<'_>, findings: &mut Findings) {
    let schema = media.fields.get("schema").filter(|_| family(media.name) == Family::Form);
    if let Some(name) = schema.and_then(|schema| other_type(media.root, schema, DEPTH)) {
        let what = format!("the schema of a form must be an object, but its type is `{name}`");
        let fallback = "the schema is ignored, and callers pass the encoded form as an `Upload`";
        let help = "describe the fields of the form as the `properties` of an object";
        let bytes = json!({"type": "string", "format": "binary"});
        findings.at(&["schema"]).warn(what, fallback, help).set(bytes);
    }
}

/// Returns the type of a schema that allows no object: its own, that of a member of `allOf`, or that of the first
/// variant if no variant allows an object.
fn other_type<'t>(root: &'t Value, schema: &'t Value, depth: usize) -> Option<&'t str> {
    let depth = depth.checked_sub(1)?;
    let schema = resolve(root, schema)?;
    if let Some(name) = schema.get("type").and_then(Value::as_str) {
        return Some(name).filter(|it| *it != "object");
    }
    let other = |member| other_type(root, member, depth);
    let of_variants = |key| {
        let types: Option<Vec<&str>> = items(schema, key).iter().map(other).collect();
        types?.first().copied()
    };
    let of_members = items(schema, "allOf").iter().find_map(other);
    of_members.or_else(|| of_variants("oneOf")).or_else(|| of_variants("anyOf"))
}

/// Reports a body of parts, such as `multipart/mixed`, that is not a form.
fn other_multipart(name: &str, findings: &mut Findings) {
    if is_multipart(name) && family(name) != Family::Multipart {
        let what = format!("parts are supported only in `multipart/form-data`, not in `{name}`");
        let fallback =
            "callers pass all parts, and a media type with their boundary, as an `Upload`";
        let help = "if the API allows it, use `multipart/form-data`";
        findings.here().warn(what, fallback, help);
    }
}

/// Reports encodings of properties that a form does not have, and undeclared properties of a form with parts.
fn properties(media: Object<'_>, findings: &mut Findings) {
    let Some(schema) = schema(media) else { return };
    let is_composed = COMPOSITIONS.iter().any(|key| schema.contains_key(*key));
    let known: Vec<&str> = entries(schema, "properties").map(|(name, _)| name.as_str()).collect();
    if is_composed || known.is_empty() {
        return;
    }
    let rest = schema.get("additionalProperties").filter(|it| **it != json!(false));
    if rest.is_some() && family(media.name) == Family::Multipart {
        let what = "a form with `properties` has only these parts, although its schema has `additionalProperties`";
        let fallback = "callers cannot add other parts";
        let help = "list the other parts in `properties`, or remove `properties`";
        findings.at(&["schema"]).warn(what, fallback, help);
    }
    let encodings = entries(media.fields, "encoding").map(|(name, _)| name.as_str());
    for name in encodings.filter(|name| rest.is_none() && !known.contains(name)) {
        let what = format!("`encoding` describes `{name}`, but the schema has no such property");
        let help = did_you_mean(name, known.iter().copied(), "remove it, or add the property");
        findings.key(&["encoding", name]).warn(what, "the encoding has no effect", help);
    }
}

/// Returns the schema of a media type, or the schema to which it refers.
fn schema(media: Object<'_>) -> Option<&Fields> {
    resolve(media.root, media.fields.get("schema")?)
}

/// Returns whether the location is a media type of a request body.
fn is_of_request(path: &[String]) -> bool {
    let [.., body, content, _] = path else { return false };
    let of_component = |path: &[String]| path.first().is_some_and(|it| it == "requestBodies");
    let rest = path.get(1..).unwrap_or_default();
    content == "content" && (body == "requestBody" || of_component(rest))
}

/// Adds the missing default to the encoding of a property that has only one of `style` and `explode`. For the style
/// `form`, `explode` defaults to `true`, but `openapiv3` reads an absent `explode` as `false`.
fn styles(media: Object<'_>, findings: &mut Findings) {
    for (name, encoding) in entries(media.fields, "encoding") {
        match (encoding.get("style").and_then(Value::as_str), encoding.get("explode")) {
            (Some("form"), None) => findings.at(&["encoding", name, "explode"]).set(true),
            (None, Some(_)) => findings.at(&["encoding", name, "style"]).set("form"),
            _ => {}
        }
    }
}

/// Reports the headers of parts, because the client does not send them. In bodies that are not multipart, OpenAPI
/// ignores these headers.
fn part_headers(media: Object<'_>, findings: &mut Findings) {
    if family(media.name) != Family::Multipart {
        return;
    }
    for (name, encoding) in entries(media.fields, "encoding") {
        if encoding.get("headers").is_some() {
            let what = format!("headers of the part `{name}` are not supported");
            let fallback = "the part is sent only with `Content-Disposition` and `Content-Type`";
            let help = "if the API allows it, send the values as separate parts";
            findings.key(&["encoding", name, "headers"]).warn(what, fallback, help);
        }
    }
}
