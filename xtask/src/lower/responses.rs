//! Reduces each operation to one body and one success response.

use indexmap::IndexMap;
use openapiv3::{MediaType, Operation, ReferenceOr, Response, Responses, StatusCode};

use super::{Finding, Lowered, Options, warning};
use crate::media_type::family;
use crate::visitor::{self, OperationKey};

/// Keeps the best media type of the body and of each response, one success response with a value,
/// and the success responses without one. `default` is the success of an operation that declares no
/// other.
///
/// The bodies of errors are removed: servers and proxies return more statuses than a document
/// lists, so the runtime has its own type for errors.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    let operations = visitor::operations_mut(openapi);
    for (key, operation) in operations {
        if let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) {
            keep_best(&mut body.content);
        }
        for response in operation.responses.responses.values_mut().filter_map(visitor::item_mut) {
            keep_best(&mut response.content);
        }
        findings.extend(unite(key, operation));
    }
}

/// Keeps the media type that is described best: the first of the first family ([`Family`](crate::media_type::Family)).
fn keep_best(content: &mut IndexMap<String, MediaType>) {
    let best = content.keys().enumerate().min_by_key(|(_, name)| family(name));
    let best = best.map(|(index, _)| index);
    if let Some((name, media)) = best.and_then(|best| content.shift_remove_index(best)) {
        *content = [(name, media)].into();
    }
}

/// Keeps the first of several values that an operation can return.
fn unite(key: OperationKey<'_>, operation: &mut Operation) -> Option<Finding> {
    let (mut full, empty): (Vec<_>, Vec<_>) = take_successes(&mut operation.responses)
        .into_iter()
        .partition(|(_, response)| schema(response).is_some());
    let first = full.first().and_then(|(_, first)| schema(first)).cloned();
    let other = full.iter().find(|(_, other)| schema(other) != first.as_ref());
    let finding = other.map(|(status, _)| {
        let pointer = format!("{}/responses/{status}", key.pointer());
        warning(
            &pointer,
            format!(
                "the response {status} has a different schema from the previous success response"
            ),
            format!("{status} is read with the previous schema"),
            "use the same schema for both, or a separate resource version for each",
        )
    });
    full.truncate(1);
    restore(&mut operation.responses, full.into_iter().chain(empty));
    finding
}

/// Removes and returns the success responses, and removes the bodies of all others.
fn take_successes(responses: &mut Responses) -> Vec<(StatusCode, Response)> {
    let mut successes = Vec::new();
    for (status, response) in std::mem::take(&mut responses.responses) {
        let ReferenceOr::Item(mut response) = response else { continue };
        if status.to_string().starts_with('2') {
            successes.push((status, response));
        } else {
            response.content.clear();
            responses.responses.insert(status, ReferenceOr::Item(response));
        }
    }
    if let Some(ReferenceOr::Item(mut default)) = responses.default.take() {
        if successes.is_empty() {
            keep_best(&mut default.content);
            successes.push((StatusCode::Code(200), default));
        } else {
            default.content.clear();
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

fn schema(response: &Response) -> Option<&ReferenceOr<openapiv3::Schema>> {
    response.content.values().find_map(|media| media.schema.as_ref())
}
