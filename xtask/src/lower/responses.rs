//! Reduces each operation to the successful responses that can be distinguished.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{
    MediaType, OpenAPI, Operation, ReferenceOr, Response, Responses, Schema, SchemaKind,
    StatusCode, StringType, Type,
};

use super::{Finding, Lowered, Options, warning};
use crate::media_type::{family, is_json, is_range};
use crate::schema::{self, Schemas};
use crate::visitor::{self, OperationKey};

/// Keeps the best media type of each response. Keeps all successful responses if their schemas differ and all their
/// values are JSON. Otherwise, keeps the first response with a value, and the responses without a value. If an
/// operation declares neither another successful response nor a redirect, `default` is treated as a successful
/// response. A response to `HEAD`, or with a status that excludes a body, has no value.
///
/// Removes error bodies that the runtime has a type for. The runtime reads such bodies with any status, because servers
/// and proxies return more statuses than a document lists. Also removes error bodies that are not JSON or have no
/// schema.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    let known = known_errors(openapi);
    let operations = visitor::operations_mut(&mut openapi.paths);
    for (key, operation) in operations {
        for (status, response) in &mut operation.responses.responses {
            let Some(response) = visitor::item_mut(response) else { continue };
            let others = keep_best(&mut response.content);
            if visitor::is_success(status) {
                findings.extend(other_values(key, status, &response.content, &others));
            }
            if key.method == "head" || is_without_body(status) {
                response.content.values_mut().for_each(|media| media.schema = None);
            }
        }
        for response in operation.responses.default.iter_mut().filter_map(visitor::item_mut) {
            keep_best(&mut response.content);
        }
        findings.extend(reduce(key, operation));
        for response in visitor::errors_mut(&mut operation.responses) {
            response.content.retain(|name, media| is_json(name) && is_unknown(media, &known));
        }
    }
}

/// Keeps the first media type of the preferred [`Family`](crate::media_type::Family) and returns the others. Prefers a
/// file to JSON that is only a string: some documents add such JSON to a response that is always the file.
fn keep_best(content: &mut IndexMap<String, MediaType>) -> IndexMap<String, MediaType> {
    let best = content.iter().enumerate().min_by_key(|(_, (name, _))| family(name));
    let is_weak = best.is_some_and(|(_, (name, media))| is_json(name) && is_any_string(media));
    let file = content.values().position(is_file).filter(|_| is_weak);
    let best = file.or(best.map(|(index, _)| index));
    match best.and_then(|best| content.shift_remove_index(best)) {
        Some((name, media)) => std::mem::replace(content, [(name, media)].into()),
        None => IndexMap::new(),
    }
}

/// Returns whether the schema of a media type is a string without an enum, a format or a pattern.
fn is_any_string(media: &MediaType) -> bool {
    string(media).is_some_and(|it| *it == StringType::default())
}

/// Returns whether the schema of a media type is `type: string, format: binary`.
fn is_file(media: &MediaType) -> bool {
    string(media).is_some_and(schema::is_binary)
}

fn string(media: &MediaType) -> Option<&StringType> {
    match &media.schema.as_ref()?.as_item()?.schema_kind {
        SchemaKind::Type(Type::String(string)) => Some(string),
        _ => None,
    }
}

/// Reports the other media types of a successful response if their schemas differ from the schema of the best media
/// type. Ignores ranges.
fn other_values(
    key: OperationKey<'_>,
    status: &StatusCode,
    best: &IndexMap<String, MediaType>,
    others: &IndexMap<String, MediaType>,
) -> Option<Finding> {
    let (best, media) = best.first()?;
    let others = others.iter().filter(|(name, it)| !is_range(name) && it.schema != media.schema);
    let others: Vec<&str> = others.map(|(name, _)| name.as_str()).collect();
    (!others.is_empty()).then(|| {
        warning(
            key.pointer().join(["responses", &status.to_string(), "content"]),
            format!(
                "the response `{status}` has a different schema for `{}` than for `{best}`",
                others.join("` and `")
            ),
            format!("only `{best}` is requested"),
            "to request another media type, describe it in a separate document",
        )
    })
}

/// Returns whether responses with the given status never have a body (RFC 9110, section 15).
fn is_without_body(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(204 | 205 | 304))
}

/// Keeps only the first of the successful responses with a value if all values have the same schema, or if not all
/// values are JSON. Keeps the successful responses without a value. Returns a warning if a removed response has a
/// different schema.
fn reduce(key: OperationKey<'_>, operation: &mut Operation) -> Option<Finding> {
    let (mut full, empty): (Vec<_>, Vec<_>) = take_successes(&mut operation.responses)
        .into_iter()
        .partition(|(_, response)| schema(response).is_some());
    let first = full.first().and_then(|(_, first)| schema(first)).cloned();
    let other = full.iter().find(|(_, other)| schema(other) != first.as_ref());
    let is_json = |(_, it): &(_, Response)| it.content.keys().all(|name| is_json(name));
    let can_be_told_apart = other.is_some() && full.iter().all(is_json);
    let finding = other.filter(|_| !can_be_told_apart).map(|(status, _)| {
        warning(
            key.pointer().join(["responses", &status.to_string()]),
            format!(
                "the response `{status}` has a different schema than the first successful response"
            ),
            format!("the schema of the first response also applies to the response `{status}`"),
            "describe both responses as JSON, or with the same schema",
        )
    });
    let finding = finding.or_else(|| unknown(key, full.first()?, &empty, can_be_told_apart));
    if !can_be_told_apart {
        full.truncate(1);
    }
    restore(&mut operation.responses, full.into_iter().chain(empty));
    finding
}

/// Reports a response whose body has no schema, although another successful response has one.
fn unknown(
    key: OperationKey<'_>,
    (known, _): &(StatusCode, Response),
    empty: &[(StatusCode, Response)],
    can_be_told_apart: bool,
) -> Option<Finding> {
    let (status, _) =
        empty.iter().find(|(status, it)| visitor::has_value(status) && !it.content.is_empty())?;
    let fallback = if can_be_told_apart {
        format!("a body with the status `{status}` is ignored")
    } else {
        format!(
            "a body with the status `{status}` must fit the schema of `{known}`, or the call fails"
        )
    };
    Some(warning(
        key.pointer().join(["responses", &status.to_string(), "content"]),
        format!("the response `{status}` has no schema, but the response `{known}` has one"),
        fallback,
        "add the schema, or remove the media type if there is no body",
    ))
}

/// Returns whether the runtime's type for errors, `ApiError`, has a property with this name and type.
fn is_known(name: &str, ty: &Type) -> bool {
    matches!(
        (name, ty),
        ("badRequestDetail", Type::Object(_))
            | ("detail" | "errorCode" | "reason", Type::String(_))
            | ("error", Type::Integer(_))
            | ("parameters", Type::Array(_))
    )
}

/// Returns the names of the error objects that the runtime has a type for: those with an inline `error` and
/// `errorCode`, and no other properties than this type.
fn known_errors(openapi: &OpenAPI) -> BTreeSet<String> {
    let none = Schemas::new();
    let schemas = openapi.components.as_ref().map_or(&none, |it| &it.schemas);
    let known = schemas.iter().filter(|(_, schema)| {
        let Some(object) = schema.as_item().and_then(schema::object) else { return false };
        let is_read = |(name, slot): (&String, &ReferenceOr<Box<Schema>>)| {
            let kind = schema::resolved(slot, schemas).map(|it| &it.schema_kind);
            matches!(kind, Some(SchemaKind::Type(ty)) if is_known(name, ty))
        };
        let has = |name| object.properties.get(name).is_some_and(|it| it.as_item().is_some());
        has("error") && has("errorCode") && object.properties.iter().all(is_read)
    });
    known.map(|(name, _)| name.clone()).collect()
}

/// Returns whether a media type has a schema that the runtime has no type for.
fn is_unknown(media: &MediaType, known: &BTreeSet<String>) -> bool {
    match &media.schema {
        Some(ReferenceOr::Reference { reference }) => !known.contains(schema::name(reference)),
        Some(ReferenceOr::Item(_)) => true,
        None => false,
    }
}

/// Removes and returns the successful responses. If there is neither such a response nor a redirect, returns `default`
/// with the status 200.
fn take_successes(responses: &mut Responses) -> Vec<(StatusCode, Response)> {
    let mut successes = Vec::new();
    for (status, response) in std::mem::take(&mut responses.responses) {
        let ReferenceOr::Item(response) = response else { continue };
        if visitor::is_success(&status) {
            successes.push((status, response));
        } else {
            responses.responses.insert(status, ReferenceOr::Item(response));
        }
    }
    if let Some(ReferenceOr::Item(default)) = responses.default.take() {
        if successes.is_empty() && !responses.responses.keys().any(visitor::is_redirect) {
            successes.push((StatusCode::Code(200), default));
        } else {
            responses.default = Some(ReferenceOr::Item(default));
        }
    }
    successes
}

fn restore(responses: &mut Responses, successes: impl Iterator<Item = (StatusCode, Response)>) {
    let others = std::mem::take(&mut responses.responses);
    let successes = successes.map(|(status, response)| (status, ReferenceOr::Item(response)));
    responses.responses = successes.chain(others).collect();
}

fn schema(response: &Response) -> Option<&ReferenceOr<Schema>> {
    response.content.values().find_map(|media| media.schema.as_ref())
}
