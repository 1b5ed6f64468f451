//! Says what an operation answers when it fails.

use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, Response, Schema, StatusCode};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

/// What the schema of errors is called where it is written out.
const NAME: &str = "ErrorBody";

/// Replaces the declared errors of each operation by the ranges `4XX` and `5XX`, since a server
/// answers more statuses than a document lists, and notes what the document said of each.
///
/// The errors of all operations have one schema: the client has one error type.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let mut first: Option<ReferenceOr<Schema>> = None;
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        let errors = take_errors(operation);
        let wire = Wire::read(&operation.extensions).unwrap_or_default();
        for (status, response) in errors {
            match (&first, response.content.into_values().find_map(|media| media.schema)) {
                (None, schema) => first = schema,
                (Some(first), Some(schema)) if *first != schema => {
                    complaints.push(other_schema(&wire, &status));
                }
                _ => {}
            }
        }
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    if let Some(schema) = first {
        let schema = named(schema, &mut document);
        walk::operations_mut(&mut document).for_each(|operation| add_ranges(operation, &schema));
    }
    Ok(document)
}

/// Takes the errors out of the operation and notes their meanings.
fn take_errors(operation: &mut Operation) -> Vec<(String, Response)> {
    let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
    let mut errors = Vec::new();
    operation.responses.responses.retain(|status, response| {
        let is_error = status.to_string().starts_with(['4', '5']);
        if let (true, ReferenceOr::Item(response)) = (is_error, response) {
            errors.push((status.to_string(), response.clone()));
        }
        !is_error
    });
    let default = operation.responses.default.take().and_then(ReferenceOr::into_item);
    errors.extend(default.map(|response| ("default".to_owned(), response)));
    wire.errors = errors.iter().map(|(status, it)| (status.clone(), it.description.clone())).collect();
    wire.write(&mut operation.extensions);
    errors
}

/// Every operation refers to the errors' schema by one name.
fn named(schema: ReferenceOr<Schema>, document: &mut OpenAPI) -> ReferenceOr<Schema> {
    if matches!(schema, ReferenceOr::Reference { .. }) {
        return schema;
    }
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let name = walk::free_name(NAME, schemas);
    schemas.insert(name.clone(), schema);
    walk::schema_reference(&name)
}

fn add_ranges(operation: &mut Operation, schema: &ReferenceOr<Schema>) {
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
