//! Says what an operation answers when it succeeds.

use openapiv3::{OpenAPI, Operation, ReferenceOr, Response, Responses, Schema, StatusCode};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

/// Keeps one success of each operation: the method that sends it gives one type. Several statuses
/// may stand for it, as long as they answer the same. `default` is the success of an operation that
/// declares no other.
///
/// Content without a schema says that the body is of no use; nothing is read then.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        let mut successes = take_successes(&mut operation.responses).into_iter();
        let Some((status, first)) = successes.next() else { continue };
        let others = successes.filter(|(_, other)| schema(other) != schema(&first));
        complaints.extend(others.map(|(other, _)| differs(operation, &status, &other)));
        operation.responses.responses.insert(status, ReferenceOr::Item(first));
    }
    if complaints.is_empty() { Ok(document) } else { Err(complaints) }
}

/// Takes out what is neither a success nor an error, and the successes.
fn take_successes(responses: &mut Responses) -> Vec<(StatusCode, Response)> {
    let mut successes = Vec::new();
    responses.responses.retain(|status, response| {
        if let (true, ReferenceOr::Item(response)) = (has_class(status, &['2']), response) {
            let mut response = response.clone();
            response.content.retain(|_, media| media.schema.is_some());
            successes.push((status.clone(), response));
        }
        has_class(status, &['4', '5'])
    });
    if let (true, Some(ReferenceOr::Item(_))) = (successes.is_empty(), &responses.default) {
        let default = responses.default.take();
        successes.extend(default.and_then(ReferenceOr::into_item).map(|it| (OK, it)));
    }
    successes
}

const OK: StatusCode = StatusCode::Code(200);

fn has_class(status: &StatusCode, classes: &[char]) -> bool {
    status.to_string().starts_with(classes)
}

fn schema(response: &Response) -> Option<&ReferenceOr<Schema>> {
    response.content.values().next()?.schema.as_ref()
}

fn differs(operation: &Operation, first: &StatusCode, other: &StatusCode) -> Complaint {
    let wire = Wire::read(&operation.extensions).unwrap_or_default();
    Complaint {
        pointer: format!("{}/responses/{other}", wire.pointer),
        what: format!("the success {other} has another schema than the success {first}"),
        help: "give both the same schema, or remove one: a method gives one type".to_owned(),
    }
}
