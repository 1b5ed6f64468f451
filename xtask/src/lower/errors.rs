//! Says what an operation answers when it fails.

use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, Response, StatusCode};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

/// Replaces the declared errors of each operation by the ranges `4XX` and `5XX`, since a server
/// answers more statuses than a document lists, and notes what the document said of each.
///
/// The errors of all operations have one schema: the client has one error type.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let mut first: Option<ReferenceOr<openapiv3::Schema>> = None;
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        let wire = Wire::read(&operation.extensions).unwrap_or_default();
        for (status, response) in take_errors(operation) {
            let Some(media) = response.content.values().next() else {
                continue;
            };
            match (&first, &media.schema) {
                (None, schema) => first = schema.clone(),
                (Some(first), Some(schema)) if first != schema => {
                    complaints.push(other_schema(&wire, &status));
                }
                _ => {}
            }
        }
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    for operation in walk::operations_mut(&mut document) {
        add_ranges(operation, first.as_ref());
    }
    Ok(document)
}

/// Takes the errors out of the operation and notes their meanings.
fn take_errors(operation: &mut Operation) -> Vec<(String, Response)> {
    let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
    let mut errors = Vec::new();
    operation.responses.responses.retain(|status, response| {
        let status = status.to_string();
        let is_error = status.starts_with(['4', '5']);
        if let (true, ReferenceOr::Item(response)) = (is_error, response) {
            wire.errors.insert(status.clone(), response.description.clone());
            errors.push((status, response.clone()));
        }
        !is_error
    });
    wire.write(&mut operation.extensions);
    errors
}

fn add_ranges(operation: &mut Operation, schema: Option<&ReferenceOr<openapiv3::Schema>>) {
    let Some(schema) = schema else { return };
    let media = MediaType { schema: Some(schema.clone()), ..MediaType::default() };
    for (range, description) in [(4, "The request is at fault."), (5, "The server is at fault.")] {
        let response = Response {
            description: description.to_owned(),
            content: [("application/json".to_owned(), media.clone())].into(),
            ..Response::default()
        };
        let status = StatusCode::Range(range);
        operation.responses.responses.insert(status, ReferenceOr::Item(response));
    }
}

fn other_schema(wire: &Wire, status: &str) -> Complaint {
    Complaint {
        pointer: format!("{}/responses/{status}", wire.pointer),
        what: format!("the answer {status} has another schema than the errors before it"),
        help: "give every error the same schema: the client has one error type".to_owned(),
    }
}
