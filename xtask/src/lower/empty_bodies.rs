//! Removes bodies that can only be empty.
//!
//! Some generators of documents describe an empty form for every operation, even for `GET`. A setter for such a body has
//! no use, and some servers and proxies reject a `GET` with a body.

use openapiv3::{AdditionalProperties, MediaType, Operation};

use super::{Lowered, Options};
use crate::schema::{self, Schemas};
use crate::visitor;

/// The methods whose requests usually have no body.
const METHODS: &[&str] = &["get", "head", "delete"];

/// Removes each optional body of a `GET`, `HEAD` or `DELETE` whose only value is an object without properties.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let openapi = &mut lowered.openapi;
    let schemas = openapi.components.as_ref().map(|it| &it.schemas);
    let none = Schemas::new();
    let schemas = schemas.unwrap_or(&none);
    for (key, operation) in visitor::operations_mut(&mut openapi.paths) {
        if METHODS.contains(&key.method) && has_empty_body(operation, schemas) {
            operation.request_body = None;
        }
    }
}

fn has_empty_body(operation: &Operation, schemas: &Schemas) -> bool {
    let body = operation.request_body.as_ref().and_then(|body| body.as_item());
    body.is_some_and(|body| !body.required && body.content.values().all(|it| is_empty(it, schemas)))
}

/// Returns whether the only value of a media type is an object without properties.
fn is_empty(media: &MediaType, schemas: &Schemas) -> bool {
    let schema = media.schema.as_ref().and_then(|it| schema::resolved(it, schemas));
    schema.and_then(schema::object).is_some_and(|it| {
        it.properties.is_empty()
            && it.additional_properties == Some(AdditionalProperties::Any(false))
    })
}
