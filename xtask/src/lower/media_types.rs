//! Splits operations by the media types of their request bodies.
//!
//! Each media type gets a separate method of `Client`, such as `add_pet` and `add_pet_as_xml`, instead of a method of
//! the request, such as `xml_body`. A required body is an argument of the method that builds the request. Before
//! calling `xml_body`, a caller would therefore have to build a typed value, which `xml_body` would discard. Separate
//! request types also have exactly the setters that apply to their media types, such as a setter for each part of a
//! form.

use heck::ToSnakeCase as _;
use openapiv3::{MediaType, Operation};

use super::{Finding, Lowered, Options, warning};
use crate::media_type::{Family, essence, family, is_range};
use crate::visitor::{self, OperationKey};

/// Keeps the best media type of each body. For each other media type, adds a copy of the operation at the path with a
/// suffix, such as `_as_xml`. Ranges, and other names for plain JSON such as `text/json`, get no copy. A media type
/// whose suffix is taken gets no copy either.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    visitor::split_operations(openapi, |key, operation| split(key, operation, findings));
}

/// Returns the operation with the best media type of its body, and a copy with a suffix for each other media type.
/// Reports the media types without a copy, unless a media type with the same schema can be sent.
fn split(
    key: OperationKey<'_>,
    mut operation: Operation,
    findings: &mut Vec<Finding>,
) -> Vec<(String, Operation)> {
    let body = operation.request_body.as_mut().and_then(visitor::item_mut);
    let Some(content) = body.map(|body| &mut body.content).filter(|it| it.len() > 1) else {
        return vec![(String::new(), operation)];
    };
    let mut all: Vec<(String, MediaType)> = std::mem::take(content).into_iter().collect();
    all.sort_by_key(|(name, _)| family(name));
    let mut others = all.into_iter();
    content.extend(others.next());
    let mut schemas: Vec<_> = content.values().map(|media| media.schema.clone()).collect();
    let mut left_out: Vec<(String, MediaType)> = Vec::new();
    let mut split: Vec<(String, Operation)> = Vec::new();
    for (media_type, media) in others.filter(|(name, _)| !is_range(name)) {
        let suffix = format!("_as_{}", word(&media_type));
        if is_plain_json(&media_type) || split.iter().any(|(known, _)| *known == suffix) {
            left_out.push((media_type, media));
        } else {
            schemas.push(media.schema.clone());
            split.push((suffix, with_body(&operation, media_type, media)));
        }
    }
    left_out.retain(|(_, media)| !schemas.contains(&media.schema));
    findings.extend(left_out.iter().map(|(name, _)| unsent(key, name)));
    split.push((String::new(), operation));
    split
}

/// Reports a media type that has its own schema but no method.
pub(super) fn unsent(key: OperationKey<'_>, media_type: &str) -> Finding {
    warning(
        key.pointer().join(["requestBody", "content", media_type]),
        format!("`{media_type}` has its own schema, but no method"),
        format!("no method sends `{media_type}`"),
        "describe the body with this media type in a separate operation or document",
    )
}

fn with_body(operation: &Operation, media_type: String, media: MediaType) -> Operation {
    let mut operation = operation.clone();
    if let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) {
        body.content = [(media_type, media)].into();
    }
    operation
}

/// Returns whether a media type means plain JSON.
fn is_plain_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    family(media_type) == Family::Json && (essence.ends_with("/json") || essence.contains('*'))
}

/// Returns the word for a media type in method names, such as `xml`.
fn word(media_type: &str) -> String {
    match family(media_type) {
        Family::Form => "form".to_owned(),
        Family::Multipart => "multipart".to_owned(),
        Family::Lines => "lines".to_owned(),
        _ if essence(media_type) == "text/plain" => "text".to_owned(),
        _ => {
            let essence = essence(media_type);
            let subtype = essence.rsplit('/').next().unwrap_or_default();
            subtype.replace(|it: char| !it.is_ascii_alphanumeric(), "_").to_snake_case()
        }
    }
}
