//! Leaves the errors to the runtime.

use openapiv3::{OpenAPI, ReferenceOr};

use super::{Lowered, Options};
use crate::notes::{Note, Wire};
use crate::walk;

/// Takes the error answers out of each operation and notes what the document says of each.
///
/// A server answers more statuses than a document lists, and proxies answer in its name, so the
/// runtime reads every 4XX and 5XX answer with a type of its own, whatever the document declares.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    for operation in walk::operations_mut(&mut document) {
        let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
        let responses = &mut operation.responses;
        let default = responses.default.take().and_then(ReferenceOr::into_item);
        responses.responses.retain(|status, response| {
            let status = status.to_string();
            let is_error = status.starts_with(['4', '5']);
            if let (true, ReferenceOr::Item(response)) = (is_error, response) {
                wire.errors.insert(status, response.description.clone());
            }
            !is_error
        });
        wire.errors.extend(default.map(|response| ("default".to_owned(), response.description)));
        wire.write(&mut operation.extensions);
    }
    Ok(document)
}
