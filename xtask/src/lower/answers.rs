//! Says in one way what an operation answers when it succeeds.

use openapiv3::{OpenAPI, Operation, ReferenceOr, Response, StatusCode};

use super::{Complaint, Lowered, Options, lowered};
use crate::notes::{Note, Wire};
use crate::walk;

/// Leaves each operation one success answer. Several with one schema are one; one that holds nothing
/// beside one that holds a value is noted. `default` is the success of an operation that declares no
/// other.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        complaints.extend(unite(operation));
    }
    lowered(document, complaints)
}

/// Keeps the first answer of several with different schemas, and complains.
fn unite(operation: &mut Operation) -> Option<Complaint> {
    let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
    let (mut full, empty): (Vec<_>, Vec<_>) =
        take_successes(operation).into_iter().partition(|(_, response)| schema(response).is_some());
    let mut complaint = None;
    if let [(_, first), others @ ..] = full.as_slice() {
        let other = others.iter().find(|(_, other)| schema(other) != schema(first));
        complaint = other.map(|(status, _)| other_schema(&wire, status));
        wire.may_be_empty = !empty.is_empty();
        wire.write(&mut operation.extensions);
    }
    full.truncate(1);
    let answer = full.into_iter().chain(empty).next();
    let answer = answer.map(|(status, response)| (status, ReferenceOr::Item(response)));
    operation.responses.responses.extend(answer);
    complaint
}

fn take_successes(operation: &mut Operation) -> Vec<(StatusCode, Response)> {
    let mut taken = Vec::new();
    for (status, response) in std::mem::take(&mut operation.responses.responses) {
        let (ReferenceOr::Item(response), text) = (response, status.to_string()) else { continue };
        if text.starts_with('2') {
            taken.push((status, response));
        } else if text.starts_with(['4', '5']) {
            operation.responses.responses.insert(status, ReferenceOr::Item(response));
        }
    }
    if taken.is_empty() {
        let default = operation.responses.default.take().and_then(ReferenceOr::into_item);
        taken.extend(default.map(|response| (StatusCode::Code(200), response)));
    }
    taken
}

/// What a success holds. A media type without a schema says that there is nothing to read.
fn schema(response: &Response) -> Option<&ReferenceOr<openapiv3::Schema>> {
    response.content.values().find_map(|media| media.schema.as_ref())
}

fn other_schema(wire: &Wire, status: &StatusCode) -> Complaint {
    Complaint {
        pointer: format!("{}/responses/{status}", wire.pointer),
        what: format!("the success {status} has another schema than the one before it"),
        help: "give both one schema, or a version of their own".to_owned(),
    }
}
